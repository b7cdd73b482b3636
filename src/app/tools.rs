//! Tools for the pointer in the tank: food and scent, and a hand on single agents. Each is a command like any other, so that it is in
//! the log, on the timeline, and replays. Knows nothing of how commands are carried out.

use std::time::{Duration, Instant};

use bevy::math::Vec3;
use bevy_egui::egui::{self, RichText};

use crate::app::engine::Control;
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::tank::{pick, within};
use crate::app::window::Eye;
use crate::command::{Command, Hand};
use crate::scene::SceneSpec;

/// Time between two drops of a brush that is held down.
const DROPS_EVERY: Duration = Duration::from_millis(120);

/// What the first button of the mouse does in the tank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Looks and selects.
    #[default]
    Look,
    /// Drops into a field, or takes out of it.
    Drop,
    /// Picks an agent up and sets it down.
    Move,
    /// Sets a child of an agent beside it.
    Clone,
    /// Changes the genome of an agent.
    Mutate,
    /// Sets an agent down that runs the genome in hand.
    Spawn,
    /// Ends the life of an agent.
    Remove,
}

impl Tool {
    /// All, with their names and what they do.
    pub const ALL: [(Tool, &str, &str); 7] = [
        (Tool::Look, "Look", "The mouse moves the camera and selects, with Shift all in a rectangle (V)"),
        (Tool::Drop, "Drop", "Click or drag: drops food or scent; with Shift takes it away"),
        (Tool::Move, "Move", "Drag an agent to another place"),
        (Tool::Clone, "Clone", "Click an agent: a child with its genome, changed as below, stands beside it"),
        (Tool::Mutate, "Mutate", "Click an agent: its genome changes as below"),
        (Tool::Spawn, "Spawn", "Click: an agent with the genome in hand, in a free place of its species"),
        (Tool::Remove, "Remove", "Click an agent: its life ends"),
    ];
}

/// The tool in hand, and how it is set.
pub struct Tools {
    /// The tool.
    pub chosen: Tool,
    /// The field that is dropped into, by its place in the scene.
    pub field: usize,
    /// Radius of the brush, BL, and amount at its middle.
    pub radius: f32,
    /// See `radius`.
    pub amount: f32,
    /// Chance that a number of a genome changes, and deviation of a change.
    pub rate: f32,
    /// See `rate`.
    pub size: f32,
    /// Whether nothing can be taken out of a field.
    pub only_gives: bool,
    /// First corner of the rectangle that selects.
    pub corner: Option<egui::Pos2>,
    dropped: Instant,
    /// Number of the agent that is carried.
    carried: Option<u32>,
}

impl Default for Tools {
    fn default() -> Self {
        let chosen = Tool::default();
        Tools {
            chosen,
            field: 0,
            radius: 2.0,
            amount: 1.0,
            rate: 0.1,
            size: 0.3,
            only_gives: false,
            corner: None,
            dropped: Instant::now(),
            carried: None,
        }
    }
}

impl Tools {
    /// Sets the brush to what is seen in a scene: a sixteenth of the tank, and as much as a field can hold.
    pub fn fit(&mut self, scene: &SceneSpec) {
        let sides = scene.extent.iter().copied().filter(|side| *side > 0.0);
        (self.chosen, self.field, self.carried) = (Tool::Look, 0, None);
        self.radius = (sides.fold(f32::INFINITY, f32::min) / 16.0).clamp(0.5, 1_000.0);
        self.amount = scene.fields.first().map_or(1.0, |field| field.capacity).clamp(0.01, 10_000.0);
    }
}

/// Uses the tool where the pointer does; tells whether it holds the first button.
pub fn act(
    ui: &egui::Ui,
    response: &egui::Response,
    rect: egui::Rect,
    tools: &mut Tools,
    session: &Session,
    eye: &Eye,
) -> bool {
    if tools.chosen == Tool::Look || session.status.filming {
        return false;
    }
    if response.hovered() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
    }
    let first = egui::PointerButton::Primary;
    let clicked = response.clicked_by(first);
    match (tools.chosen, response.interact_pointer_pos().or(response.hover_pos())) {
        (Tool::Drop, Some(pointer)) => {
            let Some(place) = place(session, eye, rect, pointer) else { return true };
            circle(ui, rect, eye, pointer, tools.radius);
            let held = response.dragged_by(first) && tools.dropped.elapsed() >= DROPS_EVERY;
            if clicked || held {
                tools.dropped = Instant::now();
                let takes = ui.input(|i| i.modifiers.shift) && !tools.only_gives;
                if let Some(field) = session.stage.scene.fields.get(tools.field) {
                    let amount = if takes { -tools.amount } else { tools.amount };
                    let (field, radius) = (field.name.clone(), tools.radius);
                    session.send(Control::Command(Command::Patch { field, center: place, radius, amount }));
                }
            }
        }
        (Tool::Move, Some(pointer)) => {
            if response.drag_started_by(first) {
                let from = ui.input(|i| i.pointer.press_origin()).unwrap_or(pointer);
                tools.carried = pick(session, eye, rect, from).map(|(_, agent)| agent.id);
            }
            if tools.carried.is_some() {
                circle(ui, rect, eye, pointer, 0.7);
            }
            if response.drag_stopped_by(first)
                && let Some(id) = tools.carried.take()
                && let Some(place) = place(session, eye, rect, pointer)
            {
                session.send(hand(session, id, Hand::Move(place)));
            }
        }
        (Tool::Spawn, Some(pointer)) => {
            circle(ui, rect, eye, pointer, 0.7);
            if let Some(place) = place(session, eye, rect, pointer).filter(|_| clicked)
                && let Some(held) = &session.held
                && let Some(species) = session.stage.scene.species.get(held.species)
            {
                let (species, genome) = (species.name.clone(), held.genome.to_vec());
                session.send(Control::Command(Command::Spawn { world: session.world, species, place, genome }));
            }
        }
        (tool, Some(pointer)) if clicked => {
            let (rate, size) = (tools.rate, tools.size);
            let done = match tool {
                Tool::Clone => Hand::Clone { rate, size },
                Tool::Mutate => Hand::Mutate { rate, size },
                _ => Hand::Remove,
            };
            if let Some((_, agent)) = pick(session, eye, rect, pointer) {
                session.send(hand(session, agent.id, done));
            }
        }
        _ => {}
    }
    true
}

fn hand(session: &Session, id: u32, hand: Hand) -> Control {
    Control::Command(Command::Agent { world: session.world, id, hand })
}

/// The place in the tank under a point of the window: in a volume, as deep as what the camera looks at. None outside.
pub fn place(session: &Session, eye: &Eye, rect: egui::Rect, pointer: egui::Pos2) -> Option<[f32; 3]> {
    let (from, along) = eye.rig.ray(within(rect, pointer), rect.aspect_ratio());
    on_plane(from, along, eye.rig.goal.center, eye.rig.volume, session.stage.scene.extent)
}

/// Where a ray meets the plane of a flat tank, or in a volume the plane through `center` that faces the eye.
fn on_plane(from: Vec3, along: Vec3, center: Vec3, volume: bool, extent: [f32; 3]) -> Option<[f32; 3]> {
    let facing = if volume { (center - from).normalize_or(Vec3::NEG_Z) } else { Vec3::NEG_Z };
    let target = if volume { center } else { Vec3::ZERO };
    let slope = along.dot(facing);
    let way = (target - from).dot(facing) / slope;
    let at = (from + along * way).to_array();
    let inside = |axis: usize| extent[axis] <= 0.0 || (0.0..=extent[axis]).contains(&at[axis]);
    (slope > 1e-6 && (0..3).all(inside)).then(|| [0, 1, 2].map(|axis| if extent[axis] > 0.0 { at[axis] } else { 0.0 }))
}

/// The reach of a tool around the pointer.
fn circle(ui: &egui::Ui, rect: egui::Rect, eye: &Eye, pointer: egui::Pos2, radius: f32) {
    let (from, _) = eye.rig.ray(within(rect, pointer), rect.aspect_ratio());
    let pixels = radius / eye.rig.pixel((eye.rig.goal.center - from).length(), rect.height()).max(1e-6);
    ui.painter_at(rect).circle_stroke(pointer, pixels, egui::Stroke::new(1.2, theme::ACCENT));
}

/// The tools to choose from, over the water at its right edge, with the settings of the one in hand.
pub fn bar(ui: &egui::Ui, rect: egui::Rect, tools: &mut Tools, session: &Session) {
    if rect.width() < 260.0 || rect.height() < 220.0 || session.exposure.is_some() {
        return;
    }
    let scene = &session.stage.scene;
    let area = egui::Area::new(ui.id().with("tools"))
        .order(egui::Order::Middle)
        .pivot(egui::Align2::RIGHT_TOP)
        .fixed_pos(rect.right_top() + egui::vec2(-8.0, 8.0))
        .constrain_to(rect);
    area.show(ui.ctx(), |ui| {
        egui::Frame::new().fill(theme::card()).corner_radius(6).inner_margin(6.0).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            ui.set_width(78.0);
            for (tool, name, tip) in Tool::ALL {
                let (can, without) = match tool {
                    Tool::Drop => (!scene.fields.is_empty(), "This scene has no fields"),
                    Tool::Spawn => {
                        let without =
                            "No genome is in hand: drop a genome file on the window, or take one in the Agent panel";
                        (session.held.is_some(), without)
                    }
                    _ => (true, ""),
                };
                let button = egui::Button::selectable(tools.chosen == tool, name).min_size(egui::vec2(78.0, 20.0));
                if ui.add_enabled(can, button).on_hover_text(tip).on_disabled_hover_text(without).clicked() {
                    tools.chosen = tool;
                }
            }
            let number =
                |ui: &mut egui::Ui, what: &str, value: &mut f32, range: std::ops::RangeInclusive<f32>, tip: &str| {
                    ui.label(RichText::new(what).small().color(theme::SOFT)).on_hover_text(tip);
                    let drag = egui::DragValue::new(value).range(range).speed(0.02).max_decimals(2);
                    ui.add_sized(egui::vec2(78.0, 20.0), drag).on_hover_text(tip);
                };
            match tools.chosen {
                Tool::Drop => {
                    tools.field = tools.field.min(scene.fields.len().saturating_sub(1));
                    for (index, field) in scene.fields.iter().enumerate() {
                        let name = RichText::new(&field.name).color(theme::swatch(field.color));
                        ui.radio_value(&mut tools.field, index, name).on_hover_text("What is dropped");
                    }
                    number(ui, "radius, BL", &mut tools.radius, 0.05..=1_000.0, "Where it has fallen to nothing");
                    number(ui, "amount", &mut tools.amount, 0.0..=10_000.0, "At the middle of a drop");
                }
                Tool::Clone | Tool::Mutate => {
                    number(
                        ui,
                        "chance",
                        &mut tools.rate,
                        0.0..=1.0,
                        "That a number of the genome changes; 0 for a true copy",
                    );
                    number(ui, "size", &mut tools.size, 0.0..=100.0, "Standard deviation of a change");
                }
                Tool::Spawn => {
                    if let Some(held) = &session.held {
                        ui.label(RichText::new(&held.from).small().color(theme::SOFT))
                            .on_hover_text("The genome in hand");
                    }
                }
                Tool::Look | Tool::Move | Tool::Remove => {}
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_lies_in_the_tank() {
        let from = Vec3::new(3.0, 4.0, 1_000.0);
        assert_eq!(on_plane(from, Vec3::NEG_Z, Vec3::ZERO, false, [10.0, 10.0, 0.0]), Some([3.0, 4.0, 0.0]));
        assert_eq!(on_plane(from, Vec3::NEG_Z, Vec3::ZERO, false, [2.0, 10.0, 0.0]), None);
        let eye = Vec3::new(5.0, -20.0, 5.0);
        let found = on_plane(eye, Vec3::Y, Vec3::splat(5.0), true, [10.0; 3]).unwrap();
        assert!(Vec3::from(found).distance(Vec3::splat(5.0)) < 1e-4);
        // Away from the tank, and along the plane.
        assert_eq!(on_plane(eye, Vec3::NEG_Y, Vec3::splat(5.0), true, [10.0; 3]), None);
        assert_eq!(on_plane(eye, Vec3::X, Vec3::splat(5.0), true, [10.0; 3]), None);
    }
}
