//! What is drawn over the water. Here what the selected agent perceives: how far and in which sectors it looks, whom it hears, where its rays end.
//! Knows nothing of how senses are computed.

mod patches;
pub mod school;

use bevy::math::{Mat4, Vec3};
use bevy_egui::egui::{self, Color32, Pos2, Stroke};

use crate::app::frame::Eye;
use crate::app::panels::theme;
use crate::app::session::Session;
use crate::layout::Agent;
use crate::math::{self, length, sub};
use crate::plan::Plan;
use crate::scene::{FieldFeature, NeighbourFeature, Sense};

/// Points of a whole ring.
const RING: usize = 72;
/// Agents of a world up to which those who are heard are sought each frame.
const MOST: usize = 4_096;
/// What is heard, and what is seen.
const HEARD: Color32 = Color32::from_rgb(196, 150, 246);
const SEEN: Color32 = Color32::from_rgb(146, 190, 214);

/// The tank as a pane of glass that one draws on.
pub struct TankPainter {
    /// Draws within the tank's place.
    pub painter: egui::Painter,
    /// The tank's place in the window.
    pub rect: egui::Rect,
    clip: Mat4,
}

impl TankPainter {
    /// The glass in front of what `eye` sees in `rect`.
    pub fn over(ui: &egui::Ui, rect: egui::Rect, eye: &Eye) -> TankPainter {
        let size = bevy::math::Vec2::new(rect.width(), rect.height());
        TankPainter { painter: ui.painter_at(rect), rect, clip: eye.rig.lens(size, None).clip_from_world }
    }

    /// Points that a length of 1 BL takes where it lies across the view.
    pub fn pixels(&self, at: Vec3) -> f32 {
        // The row that gives the height on the glass is as long as a body length is tall there, before it is divided by its distance.
        let depth = (self.clip * at.extend(1.0)).w.max(1e-4);
        self.clip.row(1).truncate().length() / depth * 0.5 * self.rect.height()
    }

    /// Where a place of the tank is in the window; none behind the eye.
    pub fn to_window(&self, at: Vec3) -> Option<Pos2> {
        let clip = self.clip * at.extend(1.0);
        (clip.w > 1e-4).then(|| {
            let half = self.rect.size() * 0.5;
            self.rect.center() + egui::vec2(clip.x / clip.w * half.x, -clip.y / clip.w * half.y)
        })
    }
}

/// An agent in the picture.
struct SensePainter<'a> {
    glass: &'a TankPainter,
    pos: Vec3,
    ahead: Vec3,
    left: Vec3,
}

impl SensePainter<'_> {
    /// The place at an angle to the left of straight ahead, in the plane of the body.
    fn around(&self, angle: f32, far: f32) -> Vec3 {
        self.pos + (self.ahead * angle.cos() + self.left * angle.sin()) * far
    }

    fn line(&self, from: Vec3, to: Vec3, stroke: Stroke) {
        if let (Some(from), Some(to)) = (self.glass.to_window(from), self.glass.to_window(to)) {
            self.glass.painter.line_segment([from, to], stroke);
        }
    }

    /// Part of a ring around the agent.
    fn arc(&self, from: f32, to: f32, far: f32) -> Vec<Pos2> {
        let steps = ((to - from).abs() / std::f32::consts::TAU * RING as f32).ceil().max(1.0) as usize;
        let angle = |step: usize| from + (to - from) * step as f32 / steps as f32;
        (0..=steps).filter_map(|step| self.glass.to_window(self.around(angle(step), far))).collect()
    }

    fn ring(&self, far: f32, stroke: Stroke) {
        self.glass.painter.add(egui::Shape::line(self.arc(0.0, std::f32::consts::TAU, far), stroke));
    }

    /// Sectors around the agent, the first centred straight ahead, counter-clockwise, filled by how much there is in each, 0 to 1.
    fn sectors(&self, count: u32, far: f32, much: &[f32], color: Color32) {
        let width = std::f32::consts::TAU / count.max(1) as f32;
        for sector in 0..count {
            let middle = width * sector as f32;
            let fill = much.get(sector as usize).map_or(0.0, |much| much.clamp(0.0, 1.0));
            if fill > 0.01 && count > 1 {
                let mut points: Vec<Pos2> = self.glass.to_window(self.pos).into_iter().collect();
                points.extend(self.arc(middle - 0.5 * width, middle + 0.5 * width, far));
                let shade = color.gamma_multiply(0.05 + 0.22 * fill);
                self.glass.painter.add(egui::Shape::convex_polygon(points, shade, Stroke::NONE));
            }
            if count > 1 {
                self.line(
                    self.pos,
                    self.around(middle + 0.5 * width, far),
                    Stroke::new(0.7, color.gamma_multiply(0.3)),
                );
            }
        }
        self.ring(far, Stroke::new(1.0, color.gamma_multiply(0.55)));
    }
}

/// Draws what the selected agent perceives.
pub fn senses(glass: &TankPainter, session: &Session) {
    let now = std::time::Instant::now();
    let (Some(opened), Some(pos)) = (&session.opened, session.place(now)) else { return };
    let Some(agent) = opened.detail.agent.filter(|agent| agent.alive == 1) else { return };
    let index = opened.detail.species as usize;
    let (scene, plan) = (&session.stage.scene, &session.stage.plan);
    let (Some(species), Some(p)) = (scene.species.get(index), plan.species.get(index)) else { return };
    let ahead = Vec3::from(session.facing().unwrap_or(agent.heading)).normalize_or(Vec3::X);
    let left = Vec3::Z.cross(ahead).normalize_or(Vec3::Y);
    let figure = SensePainter { glass, pos: pos.into(), ahead, left };
    let slices = &plan.senses[p.sense_start as usize..(p.sense_start + p.senses) as usize];
    for (sense, slice) in species.senses.iter().zip(slices) {
        let told = slice.start as usize..(slice.start + slice.len) as usize;
        let values = opened.detail.observation.get(told).unwrap_or_default();
        match sense {
            Sense::Neighbours(n) => {
                let hears = n.gives.contains(&NeighbourFeature::Signals);
                // Sectors from below to above stand over each other.
                let each = values.len() / n.azimuth.max(1) as usize;
                let much = strength(values, each / n.elevation.max(1) as usize, n.azimuth as usize);
                figure.sectors(n.azimuth, n.range, &much, if hears { HEARD } else { SEEN });
                if hears {
                    links(&figure, session, &agent, index, &n.species, n.range);
                }
            }
            Sense::Nearest(n) => figure.ring(n.range, Stroke::new(1.0, SEEN.gamma_multiply(0.55))),
            Sense::Pairs(pairs) => {
                let mut far = 0.0;
                for zone in &pairs.zones {
                    far += zone.width;
                    figure.ring(far, Stroke::new(1.0, SEEN.gamma_multiply(0.45)));
                }
            }
            Sense::Field(field) => {
                if let FieldFeature::Antennae(antennae) = &field.gives {
                    for side in [1.0, -1.0] {
                        let tip = figure.around(side * antennae.angle, antennae.reach);
                        figure.line(figure.pos, tip, Stroke::new(1.0, theme::ON_WATER.gamma_multiply(0.4)));
                        figure.glass.to_window(tip).into_iter().for_each(|at| {
                            figure.glass.painter.circle_filled(at, 2.5, theme::ON_WATER.gamma_multiply(0.8));
                        });
                    }
                }
            }
            Sense::Walls(walls) => {
                let fan = walls.spread / walls.rays.saturating_sub(1).max(1) as f32;
                for ray in 0..walls.rays {
                    let angle = if walls.rays > 1 { 0.5 * walls.spread - fan * ray as f32 } else { 0.0 };
                    let near = values.get(ray as usize).copied().unwrap_or(0.0);
                    let end = figure.around(angle, walls.range * (1.0 - near.clamp(0.0, 1.0)));
                    let hit = near > 0.0;
                    let color = if hit { theme::WARN_ON_WATER } else { theme::ON_WATER.gamma_multiply(0.25) };
                    figure.line(figure.pos, end, Stroke::new(1.0, color));
                    if let Some(at) = figure.glass.to_window(end).filter(|_| hit) {
                        figure.glass.painter.circle_filled(at, 2.5, theme::WARN_ON_WATER);
                    }
                }
            }
            Sense::Speed | Sense::Energy | Sense::LastAction | Sense::OwnSignal | Sense::Noise | Sense::Constant => {}
        }
    }
}

/// How much a sector tells: the largest of its numbers, over all sectors above each other.
fn strength(values: &[f32], each: usize, azimuth: usize) -> Vec<f32> {
    let mut much = vec![0.0f32; azimuth];
    for (at, sector) in values.chunks(each.max(1)).enumerate() {
        let most = sector.iter().fold(0.0f32, |most, value| most.max(value.abs()));
        if let Some(much) = much.get_mut(at % azimuth.max(1)) {
            *much = much.max(most);
        }
    }
    much
}

/// A line to each agent that is heard, brighter the more it says.
fn links(figure: &SensePainter, session: &Session, own: &Agent, species: usize, names: &[String], range: f32) {
    let plan = &session.stage.plan;
    let Ok(snapshot) = session.shown().read() else { return };
    if snapshot.agents.len() > MOST {
        return;
    }
    for (other, p) in session.stage.scene.species.iter().zip(&plan.species) {
        let perceived = names.is_empty() || names.contains(&other.name);
        if !perceived || p.channels == 0 {
            continue;
        }
        for local in 0..p.slots {
            let agent = &snapshot.agents[(p.slot_start + local) as usize];
            let offset = nearest(plan, sub(agent.pos, own.pos));
            let same = agent.id == own.id && plan.species[species].slot_start == p.slot_start;
            if agent.alive == 0 || same || length(offset) > range {
                continue;
            }
            let at = (p.sig_start + local * p.channels) as usize;
            let said = snapshot.signals.get(at..at + p.channels as usize).unwrap_or_default();
            let loud = said.iter().fold(0.0f32, |most, value| most.max(value.abs())).min(1.0);
            let stroke = Stroke::new(0.6 + 1.6 * loud, HEARD.gamma_multiply(0.15 + 0.75 * loud));
            figure.line(figure.pos, figure.pos + Vec3::from(offset), stroke);
        }
    }
}

/// An offset the short way round.
pub fn nearest(plan: &Plan, mut offset: math::Vec3) -> math::Vec3 {
    for (axis, x) in offset.iter_mut().enumerate() {
        let size = plan.tank.extent[axis];
        if plan.tank.edge[axis] == crate::layout::EDGE_TORUS && size > 0.0 {
            *x -= size * (*x / size).round();
        }
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sectors_tell_their_largest_number() {
        // Two storeys of three sectors of two numbers.
        let values = [0.1, -0.4, 0.0, 0.2, 0.0, 0.0, 0.0, 0.3, -0.9, 0.0, 0.0, 0.1];
        assert_eq!(strength(&values, 2, 3), vec![0.4, 0.9, 0.1]);
        assert_eq!(strength(&[], 0, 0), Vec::<f32>::new());
    }

    #[test]
    fn offsets_go_the_short_way() {
        let mut spec = crate::scene::load("boids").unwrap().spec;
        spec.boundary = [crate::scene::Boundary::Torus; 3];
        let plan = Plan::new(&spec, 1);
        let half = 0.75 * plan.tank.extent[0];
        assert!((nearest(&plan, [half, 0.0, 0.0])[0] + 0.25 * plan.tank.extent[0]).abs() < 1e-3);
    }
}
