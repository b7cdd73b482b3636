//! Tools that are drawn from one place to another: walls, and currents. Part of `super`.

use bevy::math::Vec3;
use bevy_egui::egui;

use super::{Tool, Tools, circle, place};
use crate::app::frame::Eye;
use crate::app::overlay::TankPainter;
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::tank::within;
use crate::backend::cpu::obstacles::trace;
use crate::command::Command;
use crate::layout::{COURSE_NONE, EDGE_OPEN, ObstacleParams, TankParams};
use crate::scene::{self, SceneSpec};

/// Current that a drag of a body length asks for, BL/s: a drag across a usual tank of 40 BL is a current that nobody swims
/// against, one of a few BL a breeze.
const CURRENT: f32 = 0.25;

/// Follows a drag, shows what would come of it, and sends that when the button is let go.
pub fn act(
    ui: &egui::Ui,
    response: &egui::Response,
    rect: egui::Rect,
    tools: &mut Tools,
    session: &Session,
    eye: &Eye,
) {
    let first = egui::PointerButton::Primary;
    let Some(pointer) = response.interact_pointer_pos().or(response.hover_pos()) else { return };
    if tools.chosen == Tool::Wall {
        circle(ui, rect, eye, pointer, tools.thickness);
    }
    if response.clicked_by(first) {
        match tools.chosen {
            Tool::Current => flow([0.0; 3], tools, session),
            _ if ui.input(|i| i.modifiers.shift) => {
                let ray = eye.rig.ray(within(rect, pointer), rect.aspect_ratio());
                let hit = obstacle(&session.stage.plan.obstacles, ray);
                tools.made.extend(hit.map(|obstacle| Command::Clear { obstacle }));
            }
            _ => {}
        }
    }
    if response.drag_started_by(first) {
        let from = ui.input(|i| i.pointer.press_origin()).unwrap_or(pointer);
        tools.drag = place(session, eye, rect, from).map(|at| [at; 2]);
    }
    let Some([from, to]) = &mut tools.drag else { return };
    // Beyond the tank it ends where it was last within.
    *to = place(session, eye, rect, pointer).unwrap_or(*to);
    let (from, to) = (*from, *to);
    if !response.drag_stopped_by(first) {
        return preview(&TankPainter::over(ui, rect, eye), tools, eye, from, to);
    }
    tools.drag = None;
    match tools.chosen {
        Tool::Wall => tools.made.push(Command::Wall { a: from, b: to, radius: tools.thickness }),
        _ => flow(current(from, to), tools, session),
    }
}

/// The current that a drag asks for, BL/s, in hundredths so that the log is easily read.
fn current(from: [f32; 3], to: [f32; 3]) -> [f32; 3] {
    let speed = (Vec3::from(to) - Vec3::from(from)) * CURRENT;
    // What the table allows.
    speed.clamp(Vec3::splat(-100.0), Vec3::splat(100.0)).to_array().map(|axis| (axis * 100.0).round() / 100.0)
}

/// Sets the water in motion, and with it the fields that stand it.
fn flow(speed: [f32; 3], tools: &mut Tools, session: &Session) {
    let changes = changes(&session.stage.scene, speed, tools.carries_fields);
    tools.made.extend(changes.into_iter().map(|(path, value)| Command::Set { path, value }));
}

/// The parameters that a current changes, and what to.
fn changes(scene: &SceneSpec, speed: [f32; 3], fields: bool) -> Vec<(String, String)> {
    let value = format!("[{}, {}, {}]", speed[0], speed[1], speed[2]);
    let fields = if fields { scene.fields.len() } else { 0 };
    let paths = (0..fields).map(|index| format!("fields[{index}].current"));
    let stands = |path: &String| scene::set(&mut scene.clone(), path, &value).is_ok();
    let paths: Vec<String> = std::iter::once("current".to_string()).chain(paths).filter(stands).collect();
    paths.into_iter().map(|path| (path, value.clone())).collect()
}

/// The first obstacle on a ray that stays where it is.
fn obstacle(all: &[ObstacleParams], (from, along): (Vec3, Vec3)) -> Option<u32> {
    // Far enough for any tank and camera.
    const FAR: f32 = 1e5;
    let open = TankParams { edge: [EDGE_OPEN; 3], ..bytemuck::Zeroable::zeroed() };
    let way = |o: &ObstacleParams| trace(&open, &[*o], from.to_array(), along.to_array(), FAR);
    let hits = (0..).zip(all).filter(|(_, o)| o.course == COURSE_NONE).map(|(index, o)| (way(o), index));
    hits.filter(|(way, _)| *way < FAR).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, index)| index)
}

/// The wall or the current as it would be.
fn preview(glass: &TankPainter, tools: &Tools, eye: &Eye, from: [f32; 3], to: [f32; 3]) {
    let ends = [from, to].map(|end| glass.to_window(Vec3::from(end)));
    let [Some(a), Some(b)] = ends else { return };
    if tools.chosen == Tool::Wall {
        let way = (eye.rig.goal.center - Vec3::from(from)).length().max(eye.rig.goal.distance);
        let width = 2.0 * tools.thickness / eye.rig.pixel(way, glass.rect.height()).max(1e-6);
        glass
            .painter
            .line_segment([a, b], egui::Stroke::new(width.max(1.0), theme::ACCENT_ON_WATER.gamma_multiply(0.5)));
        return;
    }
    glass.painter.arrow(a, b - a, egui::Stroke::new(2.0, theme::ACCENT_ON_WATER));
    let speed = Vec3::from(current(from, to)).length();
    let font = egui::FontId::proportional(13.0);
    let text = format!("{speed:.1} BL/s");
    glass.painter.text(b + egui::vec2(10.0, -10.0), egui::Align2::LEFT_BOTTOM, text, font, theme::ON_WATER);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;

    fn scene(text: &str) -> SceneSpec {
        scene::parse(text, "test").unwrap()
    }

    #[test]
    fn the_obstacle_under_the_pointer_is_the_first_that_stays() {
        let scene = scene(
            r#"(extent: [20, 20, 0], species: [(name: "a")], obstacles: [
            Sphere(center: [5, 5, 0], velocity: [1, 0, 0]), Capsule(a: [2, 5, 0], b: [9, 5, 0]), Sphere(center: [15, 5, 0])])"#,
        );
        let all = Plan::new(&scene, 1).obstacles;
        let under = |x, y| obstacle(&all, (Vec3::new(x, y, 1_000.0), Vec3::NEG_Z));
        assert_eq!([under(5.0, 5.2), under(15.5, 5.5), under(12.0, 5.0)], [Some(1), Some(2), None]);
    }

    #[test]
    fn a_current_carries_the_fields_that_stand_it() {
        let scene = scene(
            r#"(dt: 0.1, extent: [20, 20, 0], species: [(name: "a")],
            fields: [(name: "food", cell: 1), (name: "ink", cell: 0.1)])"#,
        );
        let paths =
            |speed, fields| changes(&scene, speed, fields).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        assert_eq!(paths([0.5, 0.0, 0.0], true), ["current", "fields[0].current", "fields[1].current"]);
        // Two cells of the finer one in a tick.
        assert_eq!(paths([2.0, 0.0, 0.0], true), ["current", "fields[0].current"]);
        assert_eq!(paths([2.0, 0.0, 0.0], false), ["current"]);
        assert_eq!(current([0.0; 3], [10.0, -4.0, 0.0]), [2.5, -1.0, 0.0]);
        assert_eq!(current([0.0; 3], [9_000.0, 0.0, 0.0]), [100.0, 0.0, 0.0]);
    }
}
