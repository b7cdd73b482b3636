//! A small plot in the corner of a film: a measure of each species, from its first frame to the present one. Measured from the very states
//! that are drawn, so that the curve has a point a frame. Knows nothing of where letters come from.

use std::sync::Arc;

use bytemuck::Zeroable;

use crate::app::film::caption::{Align, Typesetter, blend};
use crate::app::film::clock::Exposure;
use crate::app::panels::{shades, theme};
use crate::app::view::colors::Scheme;
use crate::edits::Census;
use crate::measure::measure_those;
use crate::plan::Plan;
use crate::record::{Picture, Plot};
use crate::scene::SceneSpec;

/// Share of the picture's height that the plot takes, and its width over its height.
const SHARE: f32 = 0.2;
const ASPECT: f32 = 1.9;

/// Colour of letters, and what lies behind them: as over the water of the window in the dark theme, whatever theme that wears.
const LETTERS: [u8; 3] = [theme::ON_WATER.r(), theme::ON_WATER.g(), theme::ON_WATER.b()];
const BEHIND: [u8; 3] = shades::DARK_BAR;
/// How much of the picture that hides: letters can be read over any water, and the school is still seen through it.
const DARKENS: f32 = 0.62;

/// Columns that a curve is kept in: about as many as the plot of a film of 1080 lines has pixels across. Frames of a longer film share them,
/// so that drawing a frame takes as long at its end as at its beginning.
const COLUMNS: usize = 400;

/// Values of each species, a point a frame.
#[derive(Clone, Debug)]
pub struct Inset {
    plot: &'static Plot,
    /// Frames that the film will have.
    frames: u64,
    curves: Vec<Curve>,
}

#[derive(Clone, Debug)]
struct Curve {
    color: [u8; 3],
    /// Lowest and highest value of the frames of each column so far; none where no value was finite.
    columns: Arc<Vec<Option<[f32; 2]>>>,
    /// Frames seen, the last value, and the last finite one with its frame.
    seen: u64,
    last: f32,
    end: Option<(u64, f32)>,
}

impl Curve {
    fn new(color: [u8; 3]) -> Curve {
        Curve { color, columns: Arc::default(), seen: 0, last: f32::NAN, end: None }
    }

    /// Adds the value of the next frame of so many.
    fn push(&mut self, value: f32, frames: u64) {
        let column = column(self.seen, frames);
        let columns = Arc::make_mut(&mut self.columns);
        columns.resize(columns.len().max(column + 1), None);
        if value.is_finite() {
            let [low, high] = columns[column].unwrap_or([value; 2]);
            columns[column] = Some([low.min(value), high.max(value)]);
            self.end = Some((self.seen, value));
        }
        (self.seen, self.last) = (self.seen + 1, value);
    }
}

/// Columns of a film of so many frames.
fn columns(frames: u64) -> usize {
    (frames as usize).clamp(2, COLUMNS)
}

/// The column of a frame; frames beyond the last stay in the last.
fn column(frame: u64, frames: u64) -> usize {
    let last = columns(frames) - 1;
    (frame as usize * last / (frames.max(2) - 1) as usize).min(last)
}

impl Inset {
    /// An empty plot of a film of so many frames.
    pub fn new(plot: &'static Plot, frames: u64) -> Inset {
        Inset { plot, frames: frames.max(2), curves: vec![] }
    }

    /// Adds the point of a frame, in the colours that the school is drawn in.
    pub fn see(&mut self, scene: &SceneSpec, plan: &Plan, exposure: &Exposure, scheme: &Scheme) {
        let shown = &exposure.before;
        // The world that is shown, as if it were the only one.
        let census = Census {
            agents: shown.agents.clone(),
            tallies: vec![Zeroable::zeroed(); shown.agents.len()],
            signals: shown.signals.clone(),
            ..Census::default()
        };
        for (species, spec) in scene.species.iter().enumerate() {
            let those: Vec<_> = self.plot.measure.into_iter().collect();
            let measured = measure_those(&those, scene, plan, &census, species, 0..1);
            let value = self.plot.measure.map_or(measured.population as f32, |measure| measured.get(measure));
            if self.curves.len() == species {
                // Not those of the panels, which may be light: this lies on dark, and films are the same from any window.
                let color = scheme.shown(spec.color).map(|c| (c.clamp(0.0, 1.0) * 255.0) as u8);
                self.curves.push(Curve::new(color));
            }
            self.curves[species].push(value, self.frames);
        }
    }

    /// Lowest and highest value of the plot so far.
    fn range(&self) -> (f32, f32) {
        if let Some(range) = self.plot.range() {
            return range;
        }
        let known = self.curves.iter().flat_map(|curve| curve.columns.iter().flatten().flatten().copied());
        let (low, high) = known.fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        match high - low {
            span if span > 0.0 => (low - 0.05 * span, high + 0.05 * span),
            // One value, or none yet, lies in the middle.
            _ if low.is_finite() => (low - 0.5, low + 0.5),
            _ => (0.0, 1.0),
        }
    }

    /// Draws it into the upper right corner.
    pub fn draw(&self, picture: &mut Picture, letters: &mut Typesetter) {
        let (wide, tall) = (picture.width as f32, picture.height as f32);
        let high = SHARE * tall;
        let width = (ASPECT * high).min(0.5 * wide);
        let margin = 0.033 * tall;
        let (left, top) = (wide - margin - width, margin);
        for y in top as i64..(top + high) as i64 {
            for x in left as i64..(left + width) as i64 {
                blend(picture, x, y, BEHIND, DARKENS);
            }
        }
        let size = (0.15 * high).max(8.0);
        let pad = 0.5 * size;
        letters.text(picture, &self.plot.title(), (left + pad, top + 0.6 * pad), Align::Left, size, LETTERS, 0.95);
        let (low, top_value) = self.range();
        let inside = (left + pad, top + 1.9 * size, left + width - pad, top + high - pad);
        let place = |along: f32, value: f32| {
            let up = (value - low) / (top_value - low);
            (inside.0 + along * (inside.2 - inside.0), inside.3 - up * (inside.3 - inside.1))
        };
        let mut right = left + width - pad;
        for curve in self.curves.iter().rev() {
            let last = (columns(self.frames) - 1) as f32;
            let known = curve.columns.iter().enumerate().filter_map(|(at, ends)| Some((at as f32 / last, (*ends)?)));
            // Through the one end of each column, then the other.
            let mut points: Vec<(f32, f32)> = known.flat_map(|(x, ends)| ends.map(|value| place(x, value))).collect();
            points.dedup();
            let thick = (tall / 540.0).max(1.0);
            for pair in points.windows(2) {
                segment(picture, pair[0], pair[1], thick, curve.color);
            }
            if let Some((frame, value)) = curve.end {
                let end = place(column(frame, self.frames) as f32 / last, value);
                segment(picture, end, end, 2.2 * thick, curve.color);
            }
            let last = curve.last;
            // Of a measure with a known range every figure has as many digits as the last.
            let text = match self.plot.range() {
                Some(_) if last.is_finite() => format!("{last:.2}"),
                _ => theme::figure(last.into()),
            };
            let at = (right, top + 0.6 * pad);
            right -= letters.text(picture, &text, at, Align::Right, size, curve.color, 0.95) + pad;
        }
    }
}

/// A line with soft edges.
fn segment(picture: &mut Picture, a: (f32, f32), b: (f32, f32), thick: f32, color: [u8; 3]) {
    let reach = thick + 1.0;
    let (along_x, along_y) = (b.0 - a.0, b.1 - a.1);
    let length = (along_x * along_x + along_y * along_y).max(1e-9);
    for y in (a.1.min(b.1) - reach).floor() as i64..=(a.1.max(b.1) + reach).ceil() as i64 {
        for x in (a.0.min(b.0) - reach).floor() as i64..=(a.0.max(b.0) + reach).ceil() as i64 {
            let (px, py) = (x as f32 - a.0, y as f32 - a.1);
            let share = ((px * along_x + py * along_y) / length).clamp(0.0, 1.0);
            let off = (px - share * along_x).hypot(py - share * along_y);
            blend(picture, x, y, color, (thick - off + 0.5).clamp(0.0, 1.0) * 0.95);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Agent;
    use crate::scene::SpeciesSpec;
    use crate::snapshot::Snapshot;

    #[test]
    fn the_curve_grows_from_frame_to_frame() {
        let species = SpeciesSpec { name: "a".into(), count: 2, color: [1.0, 0.0, 0.0], ..Default::default() };
        let scene = SceneSpec { extent: [10.0, 10.0, 0.0], species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let mut inset = Inset::new(Plot::named("polarization").unwrap(), 40);
        let red = |picture: &Picture| {
            // Below the letters, which are red as well.
            let below = |p: usize| p / 320 >= 22;
            let at = |p: usize| (p % 320, below(p) && picture.rgba[4 * p] > 200 && picture.rgba[4 * p + 1] < 60);
            (0..320 * 180)
                .map(at)
                .filter(|(_, red)| *red)
                .map(|(x, _)| x)
                .fold((320, 0), |(l, h), x| (x.min(l), x.max(h)))
        };
        let mut ends = vec![];
        for frame in 0..40 {
            let agent = |heading| Agent { alive: 1, heading, pos: [1.0; 3], ..Zeroable::zeroed() };
            // All the same way at first, against each other at last.
            let other = if frame < 20 { [1.0, 0.0, 0.0] } else { [-1.0, 0.0, 0.0] };
            let agents = vec![agent([1.0, 0.0, 0.0]), agent(other)];
            let shown = Arc::new(Snapshot { agents, ..Default::default() });
            let exposure =
                Exposure { frame, before: shown.clone(), after: shown, share: 0.0, seconds: 0.0, speed: 1.0 };
            inset.see(&scene, &plan, &exposure, &Scheme::default());
            if frame % 13 == 12 {
                let mut picture = Picture { width: 320, height: 180, rgba: vec![60; 320 * 180 * 4] };
                inset.draw(&mut picture, &mut Typesetter::new(180));
                let (_, right) = red(&picture);
                ends.push(right);
                assert!(right < 320 - 5, "inside the picture");
            }
        }
        assert_eq!(inset.curves[0].columns[0], Some([1.0; 2]));
        assert!(inset.curves[0].last.abs() < 1e-6 && inset.curves[0].columns.len() == 40);
        // Thirteen frames of forty are a third of the plot, which is some 60 pixels wide.
        assert!(ends.len() == 3 && ends.windows(2).all(|pair| pair[0] + 10 < pair[1]), "{ends:?}");
    }

    #[test]
    fn a_long_film_has_no_more_points_than_a_plot_has_columns() {
        let frames = 36_000;
        let mut curve = Curve::new([0; 3]);
        for frame in 0..frames {
            // One frame stands out, and a stretch is not known.
            let value = if frame == 17_001 { 9.0 } else { (frame % 2) as f32 };
            curve.push(if (20_000..21_000).contains(&frame) { f32::NAN } else { value }, frames);
        }
        assert_eq!(curve.columns.len(), COLUMNS);
        let spike = column(17_001, frames);
        assert_eq!((curve.columns[spike], curve.columns[spike + 1]), (Some([0.0, 9.0]), Some([0.0, 1.0])));
        assert!(curve.columns[column(20_500, frames)].is_none());
        assert_eq!((column(0, 40), column(39, 40), column(99, 40), column(35_999, frames)), (0, 39, 39, COLUMNS - 1));
    }
}
