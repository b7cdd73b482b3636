//! Tools for the pointer in the tank: food and scent, walls and currents, and a hand on single agents. Each is a command like any
//! other, so that it is in the log, on the timeline, and replays. Knows nothing of how commands are carried out.

mod bar;
mod drag;

use std::time::{Duration, Instant};

use bevy::math::Vec3;
use bevy_egui::egui;

use crate::app::frame::Eye;
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::strings::tools as text;
use crate::app::tank::{pick, within};
use crate::command::{Command, Hand};
use crate::layout::Agent;
use crate::scene::{Evolution, SceneSpec, SpeciesSpec};
pub use bar::bar;

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
    /// Sets an agent down that does nothing, for others to see.
    Decoy,
    /// Builds walls, and takes obstacles away.
    Wall,
    /// Sets the water in motion.
    Current,
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
    pub const ALL: [(Tool, &str, &str); 10] = [
        (Tool::Look, text::LOOK, text::LOOK_TIP),
        (Tool::Drop, text::DROP, text::DROP_TIP),
        (Tool::Decoy, text::DECOY, text::DECOY_TIP),
        (Tool::Wall, text::WALL, text::WALL_TIP),
        (Tool::Current, text::CURRENT, text::CURRENT_TIP),
        (Tool::Move, text::MOVE, text::MOVE_TIP),
        (Tool::Clone, text::CLONE, text::CLONE_TIP),
        (Tool::Mutate, text::MUTATE, text::MUTATE_TIP),
        (Tool::Spawn, text::SPAWN, text::SPAWN_TIP),
        (Tool::Remove, text::REMOVE, text::REMOVE_TIP),
    ];

    /// Whether there is something here to use it on; why not.
    pub fn usable(self, session: &Session) -> Result<(), &'static str> {
        let scene = &session.stage.scene;
        match self {
            Tool::Drop if scene.fields.is_empty() => Err(text::WITHOUT_FIELDS),
            Tool::Decoy if decoys(session).next().is_none() => Err(text::WITHOUT_DECOYS),
            Tool::Spawn if session.held.is_none() => Err(text::WITHOUT_GENOME),
            _ => Ok(()),
        }
    }
}

/// Species that decoys can be of, by their places in the scene: those that live one by one, each with a genome of its own.
fn decoys(session: &Session) -> impl Iterator<Item = usize> {
    let all = session.stage.scene.species.iter().zip(&session.stage.plan.species).enumerate();
    let takes = |spec: &SpeciesSpec| !matches!(spec.evolution, Evolution::Generational(_));
    all.filter(move |(_, (spec, plan))| plan.genome_len > 0 && plan.sharers == 1 && takes(spec)).map(|(index, _)| index)
}

/// The commands that set a decoy down: in a free place of its species, else the nearest of those that live becomes one.
fn decoy(session: &Session, species: usize, place: [f32; 3]) -> Vec<Command> {
    // A device that was lost sets nobody down.
    let Ok(snapshot) = session.moment(Instant::now()).after.read() else { return vec![] };
    let plan = &session.stage.plan.species[species];
    let own = snapshot.agents.iter().skip(plan.slot_start as usize).take(plan.slots as usize);
    let (world, genome) = (session.world, vec![0.0; plan.genome_len as usize]);
    if own.clone().any(|agent| agent.alive == 0) {
        let species = session.stage.scene.species[species].name.clone();
        return vec![Command::Spawn { world, species, place, genome }];
    }
    let far = |agent: &&Agent| Vec3::from(agent.pos).distance_squared(Vec3::from(place));
    let nearest = own.min_by(|a, b| far(a).total_cmp(&far(b)));
    nearest.map_or(vec![], |Agent { id, .. }| {
        let moved = Command::Agent { world, id: *id, hand: Hand::Move(place) };
        vec![Command::Genome { world, id: *id, genome }, moved]
    })
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
    /// The species that decoys are of, by its place in the scene.
    pub decoy: usize,
    /// Radius of walls, BL.
    pub thickness: f32,
    /// Whether a current carries the fields as well.
    pub carries_fields: bool,
    /// Whether nothing can be taken out of a field.
    pub only_gives: bool,
    /// Commands of this frame that are still to be sent.
    pub made: Vec<Command>,
    /// First corner of the rectangle that selects.
    pub corner: Option<egui::Pos2>,
    dropped: Instant,
    /// Number of the agent that is carried.
    carried: Option<u32>,
    /// Where a drag began and where it is.
    drag: Option<[[f32; 3]; 2]>,
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
            decoy: 0,
            thickness: 0.5,
            carries_fields: true,
            only_gives: false,
            made: vec![],
            corner: None,
            dropped: Instant::now(),
            carried: None,
            drag: None,
        }
    }
}

impl Tools {
    /// Sets the brush to what is seen in a scene: a sixteenth of the tank, and as much as a field can hold; walls are two fifths of that thick.
    pub fn fit(&mut self, scene: &SceneSpec) {
        let sides = scene.extent.iter().copied().filter(|side| *side > 0.0);
        (self.chosen, self.field, self.carried, self.drag) = (Tool::Look, 0, None, None);
        self.radius = (sides.fold(f32::INFINITY, f32::min) / 16.0).clamp(0.5, 1_000.0);
        self.thickness = (0.4 * self.radius).max(0.25);
        // Hunters are what others have reason to flee from.
        self.decoy = scene.species.iter().position(|species| !species.diet.prey.is_empty()).unwrap_or(0);
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
                    tools.made.push(Command::Patch { field, center: place, radius, amount });
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
                tools.made.push(hand(session, id, Hand::Move(place)));
            }
        }
        (Tool::Decoy, Some(pointer)) => {
            circle(ui, rect, eye, pointer, 0.7);
            let of = decoys(session).find(|index| *index == tools.decoy).or_else(|| decoys(session).next());
            if let (Some(place), Some(index)) = (place(session, eye, rect, pointer).filter(|_| clicked), of) {
                tools.decoy = index;
                tools.made.extend(decoy(session, index, place));
            }
        }
        (Tool::Wall | Tool::Current, Some(_)) => drag::act(ui, response, rect, tools, session, eye),
        (Tool::Spawn, Some(pointer)) => {
            circle(ui, rect, eye, pointer, 0.7);
            if let Some(place) = place(session, eye, rect, pointer).filter(|_| clicked)
                && let Some(held) = &session.held
                && let Some(species) = session.stage.scene.species.get(held.species)
            {
                let (species, genome) = (species.name.clone(), held.genome.to_vec());
                tools.made.push(Command::Spawn { world: session.world, species, place, genome });
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
                tools.made.push(hand(session, agent.id, done));
            }
        }
        _ => {}
    }
    true
}

fn hand(session: &Session, id: u32, hand: Hand) -> Command {
    Command::Agent { world: session.world, id, hand }
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
    ui.painter_at(rect).circle_stroke(pointer, pixels, egui::Stroke::new(1.2, theme::ACCENT_ON_WATER));
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
