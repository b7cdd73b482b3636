//! Many agents selected at once: a rectangle drawn in the tank with Shift, who lies in it, rings around them, and their middle. Knows
//! nothing of panels, nor of what is done with them.

use std::time::Instant;

use bevy::math::Vec3;
use bevy_egui::egui::{self, Color32, Pos2, Stroke};

use crate::app::frame::Eye;
use crate::app::overlay::{TankPainter, nearest};
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::tools::{Tool, Tools};
use crate::app::view::school::{self, Moment};
use crate::layout::EDGE_TORUS;
use crate::math::{self, add, scale, sub};
use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// Rings drawn at most: beyond, they would cover each other, and every second one is left out.
const MOST_RINGS: usize = 2_000;
/// Least radius of a ring, points.
const LEAST_RING: f32 = 5.0;

/// One of those who are selected: its slot, and its number, so that a child in the same slot is not taken for it.
pub type Member = (u32, u32);

/// Lets a drag with Shift draw a rectangle, and selects who lies in it; tells whether it holds the first button.
pub fn rectangle(
    ui: &egui::Ui,
    response: &egui::Response,
    rect: egui::Rect,
    tools: &mut Tools,
    session: &mut Session,
    eye: &Eye,
) -> bool {
    let first = egui::PointerButton::Primary;
    if tools.chosen != Tool::Look || session.status.filming {
        tools.corner = None;
        return false;
    }
    if response.drag_started_by(first) && ui.input(|i| i.modifiers.shift) {
        tools.corner = ui.input(|i| i.pointer.press_origin());
    }
    let Some((from, to)) = tools.corner.zip(response.interact_pointer_pos()) else {
        tools.corner = None;
        return false;
    };
    let frame = egui::Rect::from_two_pos(from, rect.clamp(to));
    ui.ctx().set_cursor_icon(egui::CursorIcon::Crosshair);
    let painter = ui.painter_at(rect);
    painter.rect_filled(frame, 2.0, theme::ACCENT.gamma_multiply(0.10));
    painter.rect_stroke(frame, 2.0, Stroke::new(1.0, theme::ACCENT), egui::StrokeKind::Inside);
    if response.drag_stopped_by(first) {
        tools.corner = None;
        let glass = TankPainter::over(ui, rect, eye);
        let moment = session.moment(Instant::now());
        // Where the school lies on the device, this waits for a copy; on a device that was lost nobody is found.
        if let (Ok(before), Ok(after)) = (moment.before.read(), moment.after.read()) {
            let shown = (&*before, &*after, moment.share);
            session.select_many(inside(&session.stage.plan, shown, frame, |at| glass.to_window(at)));
        }
    }
    true
}

/// The living who are drawn within a part of the window.
fn inside(
    plan: &Plan,
    (before, after, share): (&Snapshot, &Snapshot, f32),
    frame: egui::Rect,
    to_window: impl Fn(Vec3) -> Option<Pos2>,
) -> Vec<Member> {
    let living = after.agents.iter().enumerate().filter(|(_, agent)| agent.alive == 1);
    let drawn = |slot| school::position(plan, before, after, share, slot).and_then(|at| to_window(at.into()));
    let within = living.filter(|(slot, _)| drawn(*slot).is_some_and(|at| frame.contains(at)));
    within.map(|(slot, agent)| (slot as u32, agent.id)).collect()
}

/// Those of some who live, each where it is drawn, with its slot.
fn drawn<'a>(
    plan: &'a Plan,
    many: &'a [Member],
    (before, after, share): (&'a Snapshot, &'a Snapshot, f32),
) -> impl Iterator<Item = (u32, math::Vec3)> + 'a {
    let living = many.iter().filter(move |(slot, id)| {
        after.agents.get(*slot as usize).is_some_and(|agent| agent.alive == 1 && agent.id == *id)
    });
    living.filter_map(move |(slot, _)| Some((*slot, school::position(plan, before, after, share, *slot as usize)?)))
}

/// The middle of those of some who live: the mean of their places, taken the short way round from the first of them.
pub fn middle(plan: &Plan, many: &[Member], moment: &Moment, shown: (&Snapshot, &Snapshot)) -> Option<math::Vec3> {
    let mut places = drawn(plan, many, (shown.0, shown.1, moment.share)).map(|(_, place)| place);
    let first = places.next()?;
    let (mut sum, mut count) = ([0.0; 3], 1.0);
    for place in places {
        sum = add(sum, nearest(plan, sub(place, first)));
        count += 1.0;
    }
    let mut middle = add(first, scale(sum, 1.0 / count));
    for (axis, x) in middle.iter_mut().enumerate() {
        let size = plan.tank.extent[axis];
        if plan.tank.edge[axis] == EDGE_TORUS && size > 0.0 {
            *x = x.rem_euclid(size);
        }
    }
    Some(middle)
}

/// Draws a ring around each.
pub fn rings(glass: &TankPainter, plan: &Plan, many: &[Member], shown: (&Snapshot, &Snapshot, f32)) {
    let every = many.len().div_ceil(MOST_RINGS).max(1);
    for (slot, place) in drawn(plan, many, shown).step_by(every) {
        let place = Vec3::from(place);
        let Some(at) = glass.to_window(place).filter(|at| glass.rect.contains(*at)) else { continue };
        let species = plan.species.iter().rposition(|p| p.slot_start <= slot).unwrap_or(0);
        let radius = (0.62 * plan.species[species].length * glass.pixels(place)).max(LEAST_RING);
        glass.painter.circle_stroke(at, radius + 1.0, Stroke::new(1.0, Color32::from_black_alpha(120)));
        glass.painter.circle_stroke(at, radius, Stroke::new(1.4, theme::ACCENT));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::view::school::Moment;
    use crate::backend::Shown;
    use crate::layout::Agent;
    use crate::scene::{Boundary, SceneSpec, SpeciesSpec};

    fn plan(edge: Boundary) -> Plan {
        let species = SpeciesSpec { name: "a".into(), count: 3, ..Default::default() };
        let scene =
            SceneSpec { extent: [10.0, 10.0, 0.0], boundary: [edge; 3], species: vec![species], ..Default::default() };
        Plan::new(&scene, 1)
    }

    fn shown(xs: [f32; 3]) -> Snapshot {
        let agent = |(id, x): (u32, f32)| Agent { pos: [x, 5.0, 0.0], id, alive: 1, ..bytemuck::Zeroable::zeroed() };
        Snapshot { agents: (7..).zip(xs).map(agent).collect(), ..Default::default() }
    }

    fn moment() -> Moment {
        let empty = || Shown::Host(std::sync::Arc::default());
        Moment { before: empty(), after: empty(), share: 1.0, beat: 0.0 }
    }

    #[test]
    fn a_rectangle_holds_the_living_within_it() {
        let plan = plan(Boundary::Wall);
        let mut snap = shown([1.0, 2.0, 8.0]);
        let frame = egui::Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(50.0, 100.0));
        let to_window = |at: Vec3| Some(egui::pos2(10.0 * at.x, 10.0 * at.y));
        let found = |snap: &Snapshot| inside(&plan, (snap, snap, 1.0), frame, to_window);
        assert_eq!(found(&snap), [(0, 7), (1, 8)]);
        snap.agents[0].alive = 0;
        assert_eq!(found(&snap), [(1, 8)]);
        assert_eq!(inside(&plan, (&snap, &snap, 1.0), frame, |_| None), [], "behind the eye nobody is seen");
    }

    #[test]
    fn the_middle_goes_the_short_way_round_and_leaves_out_who_is_gone() {
        let snap = shown([9.0, 1.0, 5.0]);
        let at = |edge, many: &[Member]| middle(&plan(edge), many, &moment(), (&snap, &snap)).map(|at| at[0]);
        assert_eq!(at(Boundary::Wall, &[(0, 7), (1, 8)]), Some(5.0));
        assert_eq!(at(Boundary::Torus, &[(0, 7), (1, 8)]), Some(0.0));
        // Another one lives in that slot by now.
        assert_eq!(at(Boundary::Wall, &[(0, 7), (1, 3)]), Some(9.0));
        assert_eq!(at(Boundary::Wall, &[(1, 3)]), None);
    }
}
