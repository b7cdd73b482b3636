//! What can be drawn over the whole school: velocities, local order, density, numbers, who hears whom, and the cells of the search
//! for neighbours. Draws a sample where there are many agents, so that shapes are bounded; what is counted is counted over all. Knows
//! nothing of how a school is simulated.

use std::sync::Arc;

use bevy::math::Vec3;
use bevy_egui::egui::{self, Color32, Pos2, Shape, Stroke};
use serde::{Deserialize, Serialize};

use super::patches::{Patches, around, audible, softened};
use super::{HEARD, TankPainter, nearest};
use crate::app::actions::Action;
use crate::app::many;
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::app::strings::view as text;
use crate::app::view::school;
use crate::backend::Shown;
use crate::layout::Agent;
use crate::math::{length, sub};
use crate::plan::Plan;
use crate::scene::{NeighbourFeature, Sense};
use crate::snapshot::Snapshot;

/// Agents that have an arrow, a number, or links at most: more would cover each other.
const MOST_ARROWS: usize = 1_500;
const MOST_NUMBERS: usize = 250;
const MOST_LISTENERS: usize = 400;
/// Links of a listener: to those whom it hears loudest.
const MOST_LINKS: usize = 6;
/// Signals weaker than this are not heard by the eye.
const AUDIBLE: f32 = 0.02;
/// Simulated seconds that the arrow of a velocity reaches ahead.
const AHEAD: f32 = 0.6;
/// Patches along the longest side of the tank whose mean heading is shown, and whose agents are counted.
const PATCHES: f32 = 18.0;
const SQUARES: f32 = 44.0;
/// Lines of the cells on an axis at most.
const MOST_LINES: u32 = 128;

/// What is drawn over the school.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overlays {
    /// Where each will be in a moment.
    pub velocity: bool,
    /// Mean heading of each patch.
    pub polarization: bool,
    /// How many there are where.
    pub density: bool,
    /// Numbers of agents.
    pub ids: bool,
    /// Who hears whom.
    pub hearing: bool,
    /// Cells of the search for neighbours.
    pub cells: bool,
}

/// An overlay in the menu: its name, what it shows, its action, and its switch.
pub type Listed = (&'static str, &'static str, Action, fn(&mut Overlays) -> &mut bool);

impl Overlays {
    /// All overlays.
    pub const ALL: [Listed; 6] = [
        (text::VELOCITY, text::VELOCITY_TIP, Action::Velocity, |o| &mut o.velocity),
        (text::POLARIZATION, text::POLARIZATION_TIP, Action::Polarization, |o| &mut o.polarization),
        (text::DENSITY, text::DENSITY_TIP, Action::Density, |o| &mut o.density),
        (text::NUMBERS, text::NUMBERS_TIP, Action::Numbers, |o| &mut o.ids),
        (text::HEARING, text::HEARING_TIP, Action::Hearing, |o| &mut o.hearing),
        (text::CELLS, text::CELLS_TIP, Action::Cells, |o| &mut o.cells),
    ];
}

/// Copies of the two ticks that are drawn between, so that each is asked for once.
#[derive(Default)]
pub struct Copies(Vec<(Shown, Arc<Snapshot>)>);

impl Copies {
    /// The copy of a shown tick; none of a device that was lost.
    pub fn read(&mut self, shown: &Shown) -> Option<Arc<Snapshot>> {
        if let Some((_, copy)) = self.0.iter().find(|(known, _)| known.is(shown)) {
            return Some(copy.clone());
        }
        let copy = shown.read().ok()?;
        if self.0.len() == 2 {
            self.0.remove(0);
        }
        self.0.push((shown.clone(), copy.clone()));
        Some(copy)
    }
}

/// A living agent where it is drawn.
struct Body<'a> {
    slot: usize,
    species: usize,
    agent: &'a Agent,
    pos: Vec3,
    at: Option<Pos2>,
}

/// Draws what is switched on; tells what the legend has to say about it.
pub fn draw(glass: &TankPainter, session: &Session, copies: &mut Copies, overlays: Overlays) -> Vec<String> {
    let mut notes = Vec::new();
    if overlays == Overlays::default() && session.many.is_empty() {
        // Nothing is kept of a school that nobody looks at.
        copies.0.clear();
        return notes;
    }
    let plan = &*session.stage.plan;
    let moment = session.moment(std::time::Instant::now());
    let copied = copies.read(&moment.before).zip(copies.read(&moment.after));
    let Some((before, after)) = copied else { return notes };
    many::rings(glass, plan, &session.many, (&before, &after, moment.share));
    if overlays == Overlays::default() {
        return notes;
    }
    let bodies: Vec<Body> = bodies(glass, plan, &before, &after, moment.share).collect();
    let species = session.stage.scene.species.iter();
    let colors: Vec<Color32> = species.map(|spec| theme::swatch_on_water(spec.color)).collect();
    if overlays.cells {
        cells(glass, plan);
    }
    if overlays.density {
        notes.extend(density(glass, plan, &bodies));
    }
    if overlays.polarization {
        polarization(glass, plan, &bodies);
    }
    if overlays.hearing {
        hearing(glass, session, &after, &bodies);
    }
    if overlays.velocity {
        for body in sample(&bodies, MOST_ARROWS) {
            let to = body.pos + Vec3::from(body.agent.vel) * AHEAD;
            let color = colors.get(body.species).copied().unwrap_or(Color32::WHITE);
            arrow(glass, body.pos, to, Stroke::new(1.2, color.gamma_multiply(0.85)));
        }
    }
    if overlays.ids {
        let font = egui::FontId::proportional(10.5);
        for body in sample(&bodies, MOST_NUMBERS) {
            let Some(at) = body.at else { continue };
            let id = body.agent.id.to_string();
            let at = at + egui::vec2(7.0, -7.0);
            glass.painter.text(at + egui::vec2(1.0, 1.0), egui::Align2::LEFT_CENTER, &id, font.clone(), Color32::BLACK);
            glass.painter.text(at, egui::Align2::LEFT_CENTER, &id, font.clone(), theme::ON_WATER);
        }
    }
    notes
}

/// The living, where they are drawn.
fn bodies<'a>(
    glass: &'a TankPainter,
    plan: &'a Plan,
    before: &'a Snapshot,
    after: &'a Snapshot,
    share: f32,
) -> impl Iterator<Item = Body<'a>> {
    let all = after.agents.iter().enumerate().filter(|(_, agent)| agent.alive == 1);
    all.filter_map(move |(slot, agent)| {
        let pos = Vec3::from(school::position(plan, before, after, share, slot)?);
        let species = plan.species.iter().rposition(|p| p.slot_start as usize <= slot)?;
        let at = glass.to_window(pos).filter(|at| glass.rect.contains(*at));
        Some(Body { slot, species, agent, pos, at })
    })
}

/// At most so many of those in the picture: which ones follows from their numbers, so that they stay the same from frame to frame.
fn sample<'a>(bodies: &'a [Body<'a>], most: usize) -> impl Iterator<Item = &'a Body<'a>> {
    let seen = bodies.iter().filter(|body| body.at.is_some()).count();
    // Numbers of a crowd are as good as evenly spread over the last digits.
    let every = (seen.div_ceil(most.max(1)).max(1) as u32).next_power_of_two();
    bodies.iter().filter(move |body| body.at.is_some() && body.agent.id.is_multiple_of(every)).take(most)
}

/// An arrow in the tank.
fn arrow(glass: &TankPainter, from: Vec3, to: Vec3, stroke: Stroke) {
    let (Some(from), Some(to)) = (glass.to_window(from), glass.to_window(to)) else { return };
    let along = to - from;
    if along.length() < 2.0 {
        return;
    }
    let head = along.normalized() * (1.5 + 2.2 * stroke.width).min(0.5 * along.length());
    let aside = head.rot90() * 0.55;
    glass.painter.line_segment([from, to - head], stroke);
    glass.painter.add(Shape::convex_polygon(
        vec![to, to - head + aside, to - head - aside],
        stroke.color,
        Stroke::NONE,
    ));
}

/// The mean heading of each patch with at least two agents, as an arrow as long as their order.
fn polarization(glass: &TankPainter, plan: &Plan, bodies: &[Body]) {
    let patches = Patches::new(plan, PATCHES, true);
    let mut sums = vec![(Vec3::ZERO, 0u32); patches.len()];
    for body in bodies {
        if let Some((sum, count)) = sums.get_mut(patches.of(body.pos)) {
            *sum += Vec3::from(body.agent.heading);
            *count += 1;
        }
    }
    for (patch, (sum, count)) in sums.into_iter().enumerate().filter(|(_, (_, count))| *count >= 2) {
        let mean = sum / count as f32;
        let half = mean * 0.45 * patches.size.truncate().max_element();
        let middle = patches.middle(patch);
        let order = mean.length().min(1.0);
        let color = Color32::from_rgb(255, 214, 120).gamma_multiply(0.25 + 0.7 * order);
        arrow(glass, middle - half, middle + half, Stroke::new(1.0 + 1.6 * order, color));
    }
}

/// Agents a BL² seen from above, as a soft picture on the plane or the floor; tells what its brightest place means.
fn density(glass: &TankPainter, plan: &Plan, bodies: &[Body]) -> Option<String> {
    let squares = Patches::new(plan, SQUARES, false);
    let [wide, high, _] = squares.count;
    let mut counts = vec![0.0f32; squares.len()];
    for body in bodies {
        counts[squares.of(body.pos)] += 1.0;
    }
    let soft = softened(&counts, wide, high);
    let most = soft.iter().copied().fold(0.0, f32::max);
    let area = squares.size.x * squares.size.y;
    if most <= 0.0 || area <= 0.0 {
        return None;
    }
    let mut mesh = egui::Mesh::default();
    let corner = |x: usize, y: usize| glass.to_window((squares.middle(x + wide * y)).with_z(0.0));
    for y in 0..high {
        for x in 0..wide {
            // What lies behind the eye is never part of a triangle.
            let at = corner(x, y).unwrap_or(Pos2::new(f32::NAN, f32::NAN));
            let share = soft[x + wide * y] / most;
            let [r, g, b] = crate::app::view::colors::heat(share).map(|c| (255.0 * c) as u8);
            mesh.colored_vertex(at, Color32::from_rgb(r, g, b).gamma_multiply(0.62 * share.sqrt()));
        }
    }
    for y in 1..high {
        for x in 1..wide {
            let [a, b, c, d] = [(x - 1, y - 1), (x, y - 1), (x - 1, y), (x, y)].map(|(x, y)| (x + wide * y) as u32);
            if [a, b, c, d].iter().all(|corner| mesh.vertices[*corner as usize].pos.x.is_finite()) {
                mesh.add_triangle(a, b, c);
                mesh.add_triangle(b, d, c);
            }
        }
    }
    // No vertex without a place is left for the painter to meet.
    mesh.vertices.iter_mut().filter(|vertex| !vertex.pos.x.is_finite()).for_each(|vertex| vertex.pos = glass.rect.min);
    glass.painter.add(Shape::mesh(mesh));
    Some(text::brightest(theme::figure(f64::from(most / area))))
}

/// A line from each of those who hear to those whom they hear loudest.
fn hearing(glass: &TankPainter, session: &Session, snapshot: &Snapshot, bodies: &[Body]) {
    let (scene, plan) = (&session.stage.scene, &*session.stage.plan);
    // By species: how far its agents hear, and whom.
    let ears: Vec<Option<(f32, Vec<bool>)>> = scene
        .species
        .iter()
        .map(|spec| {
            let sense = spec.senses.iter().find_map(|sense| match sense {
                Sense::Neighbours(n) if n.gives.contains(&NeighbourFeature::Signals) => Some(n),
                _ => None,
            })?;
            let hears = |name: &String| sense.species.is_empty() || sense.species.contains(name);
            let speaks = scene.species.iter().zip(&plan.species).map(|(spec, p)| p.channels > 0 && hears(&spec.name));
            Some((sense.range, speaks.collect()))
        })
        .collect();
    let far = ears.iter().flatten().map(|(range, _)| *range).fold(0.0, f32::max);
    if far <= 0.0 {
        return;
    }
    let patches = audible(plan, far);
    let mut inside: Vec<Vec<usize>> = vec![vec![]; patches.len()];
    for (index, body) in bodies.iter().enumerate() {
        if plan.species[body.species].channels > 0 {
            inside[patches.of(body.pos)].push(index);
        }
    }
    for own in sample(bodies, MOST_LISTENERS) {
        let Some((range, speaks)) = ears.get(own.species).and_then(Option::as_ref) else { continue };
        let mut heard: Vec<(f32, u32, Vec3)> = Vec::new();
        for patch in around(&patches, plan, own.pos) {
            for other in inside[patch].iter().map(|index| &bodies[*index]) {
                let offset = nearest(plan, sub(other.pos.into(), own.pos.into()));
                if other.slot == own.slot || !speaks[other.species] || length(offset) > *range {
                    continue;
                }
                let loud = loudness(plan, snapshot, other);
                if loud > AUDIBLE {
                    heard.push((loud, other.agent.id, Vec3::from(offset)));
                }
            }
        }
        heard.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (loud, _, offset) in heard.into_iter().take(MOST_LINKS) {
            let stroke = Stroke::new(0.5 + 1.2 * loud, HEARD.gamma_multiply(0.10 + 0.55 * loud));
            if let (Some(from), Some(to)) = (own.at, glass.to_window(own.pos + offset)) {
                glass.painter.line_segment([from, to], stroke);
            }
        }
    }
}

/// The strongest channel of an agent, at most 1.
fn loudness(plan: &Plan, snapshot: &Snapshot, body: &Body) -> f32 {
    let p = &plan.species[body.species];
    let first = p.sig_start as usize + (body.slot - p.slot_start as usize) * p.channels as usize;
    let said = snapshot.signals.get(first..first + p.channels as usize).unwrap_or_default();
    said.iter().fold(0.0f32, |most, value| most.max(value.abs())).min(1.0)
}

/// Cells of the search for neighbours, on the plane or the floor.
fn cells(glass: &TankPainter, plan: &Plan) {
    let [wide, high, _] = plan.tank.extent;
    let stroke = Stroke::new(1.0, Color32::from_rgb(150, 190, 200).gamma_multiply(0.35));
    let line = |a: Vec3, b: Vec3| {
        if let (Some(a), Some(b)) = (glass.to_window(a), glass.to_window(b)) {
            glass.painter.line_segment([a, b], stroke);
        }
    };
    let steps = |axis: usize| {
        let count = plan.tank.cells[axis].max(1);
        let every = count.div_ceil(MOST_LINES).max(1);
        let size = plan.tank.extent[axis] / count as f32;
        (0..=count).step_by(every as usize).map(move |at| at as f32 * size)
    };
    steps(0).for_each(|x| line(Vec3::new(x, 0.0, 0.0), Vec3::new(x, high, 0.0)));
    steps(1).for_each(|y| line(Vec3::new(0.0, y, 0.0), Vec3::new(wide, y, 0.0)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_bounded_and_does_not_depend_on_order() {
        let agents: Vec<Agent> = (0..10_000u32).map(|id| Agent { id, ..bytemuck::Zeroable::zeroed() }).collect();
        let body = |agent| Body { slot: 0, species: 0, agent, pos: Vec3::ZERO, at: Some(Pos2::ZERO) };
        let mut bodies: Vec<Body> = agents.iter().map(body).collect();
        let ids = |bodies: &[Body]| {
            let mut ids: Vec<u32> = sample(bodies, 1_500).map(|body| body.agent.id).collect();
            ids.sort();
            ids
        };
        let first = ids(&bodies);
        assert_eq!(first.len(), 1_250);
        bodies.reverse();
        assert_eq!(ids(&bodies), first);
        assert_eq!(sample(&bodies[..900], 1_500).count(), 900);
    }
}
