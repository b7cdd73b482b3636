//! Curves ready to be drawn: points in their order without what is not known, few enough for a page, and bands over the
//! seeds of a sweep. Knows nothing of how they are drawn.

use std::collections::BTreeMap;

use super::summary::Quartiles;

/// Points of a curve on a page, at most: about as many as a chart has pixels.
const MOST_POINTS: usize = 500;

/// One line of a chart, with a band around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// What it is, for the legend.
    pub name: String,
    /// Number of its colour.
    pub color: usize,
    /// Places on the line.
    pub line: Vec<(f64, f64)>,
    /// Places, with lower and upper end of the band.
    pub band: Vec<(f64, f64, f64)>,
    /// Whether each place is marked, because they are few.
    pub marks: bool,
    /// Whether the band is one bar a place.
    pub bars: bool,
    /// Whether places are marked by hollow rings alone, without a line.
    pub hollow: bool,
}

impl Curve {
    /// A line through points.
    pub fn line(name: &str, color: usize, points: Points) -> Curve {
        let line = points.take().into_iter().map(|(x, [y, ..])| (x, y)).collect();
        Curve { name: name.to_string(), color, line, ..Curve::default() }
    }

    /// A line with a mark at each point, and around it the intervals of those that have one.
    pub fn marked(name: &str, color: usize, points: Points) -> Curve {
        let points = points.take();
        let known = points.iter().filter(|(_, [_, low, high])| low.is_finite() && high.is_finite());
        let band = known.map(|(x, [_, low, high])| (*x, *low, *high)).collect();
        let line: Vec<_> = points.iter().map(|(x, [y, ..])| (*x, *y)).collect();
        // More marks than this touch each other.
        let marks = line.len() <= 60;
        Curve { name: name.to_string(), color, band, line, marks, ..Curve::default() }
    }

    /// Rings at points, beside the line of another curve.
    pub fn hollow(name: &str, color: usize, points: Points) -> Curve {
        Curve { hollow: true, ..Curve::line(name, color, points) }
    }

    /// The median of several runs at each x that all runs which came so far have a point at, and the quartiles around it
    /// where there is more than one run.
    pub fn over_runs(name: &str, color: usize, runs: Vec<Points>) -> Curve {
        let several = runs.len() > 1;
        let runs: Vec<_> = runs.into_iter().map(Points::take).collect();
        let mut at: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        for (x, [y, ..]) in runs.iter().flatten().filter(|(x, _)| *x >= 0.0) {
            // Bits of positive numbers sort as the numbers do.
            at.entry(x.to_bits()).or_default().push(*y);
        }
        let mut curve = Curve { name: name.to_string(), color, ..Curve::default() };
        for (x, values) in at.into_iter().map(|(x, values)| (f64::from_bits(x), values)) {
            let came = runs.iter().filter(|run| run.last().is_some_and(|(last, _)| *last >= x)).count();
            if values.len() < came {
                continue;
            }
            let q = Quartiles::of(values);
            curve.line.push((x, q.median));
            if several {
                curve.band.push((x, q.low, q.high));
            }
        }
        curve
    }
}

/// A chart before it is drawn.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// The axis across.
    pub across: String,
    /// What there is to draw.
    pub curves: Vec<Curve>,
}

impl Figure {
    /// Of those curves that have points.
    pub fn new(title: &str, across: &str, curves: &[Curve]) -> Figure {
        let curves = curves.iter().filter(|curve| !curve.line.is_empty()).cloned().collect();
        Figure { title: title.to_string(), across: across.to_string(), curves }
    }

    /// Whether the title names all there is, so that no legend is needed.
    pub fn is_named(&self) -> bool {
        matches!(&self.curves[..], [one] if one.name == self.title)
    }
}

/// Points of a curve, however many are pushed: those that are not finite are left out, and of the others every k-th is
/// kept, with k a power of two, and the last.
#[derive(Clone, Debug)]
pub struct Points {
    kept: Vec<(f64, [f64; 3])>,
    last: Option<(f64, [f64; 3])>,
    every: u64,
    seen: u64,
}

impl Default for Points {
    fn default() -> Self {
        Points { kept: Vec::new(), last: None, every: 1, seen: 0 }
    }
}

impl Points {
    /// One more point: its place, and its value with the ends of its interval, NaN where there is none.
    pub fn push(&mut self, x: f64, y: [f64; 3]) {
        if !(x.is_finite() && y[0].is_finite()) {
            return;
        }
        self.last = Some((x, y));
        if self.seen.is_multiple_of(self.every) {
            self.kept.push((x, y));
        }
        self.seen += 1;
        if self.kept.len() > MOST_POINTS {
            let mut odd = false;
            self.kept.retain(|_| {
                odd = !odd;
                odd
            });
            self.every *= 2;
        }
    }

    /// One more point without an interval.
    pub fn push_plain(&mut self, x: f64, y: f64) {
        self.push(x, [y, f64::NAN, f64::NAN]);
    }

    fn take(mut self) -> Vec<(f64, [f64; 3])> {
        if let Some(last) = self.last.filter(|last| self.kept.last().is_none_or(|kept| kept.0 != last.0)) {
            self.kept.push(last);
        }
        self.kept
    }
}

/// Of numbers at hand.
#[cfg(test)]
impl<const N: usize> From<[(f64, f64); N]> for Points {
    fn from(points: [(f64, f64); N]) -> Points {
        let mut all = Points::default();
        points.into_iter().for_each(|(x, y)| all.push_plain(x, y));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let curve = Curve::line("a", 0, [(0.0, 1.0), (1.0, f64::NAN), (2.0, f64::INFINITY), (3.0, 4.0)].into());
        assert_eq!(curve.line, [(0.0, 1.0), (3.0, 4.0)]);
        let nan = f64::NAN;
        let mut points = Points::default();
        for (x, y) in [(0.0, [nan; 3]), (5.0, [2.0, 1.0, 3.0]), (9.0, [2.5, nan, nan])] {
            points.push(x, y);
        }
        let curve = Curve::marked("b", 0, points);
        assert_eq!((&curve.line[..], &curve.band[..]), (&[(5.0, 2.0), (9.0, 2.5)][..], &[(5.0, 1.0, 3.0)][..]));
    }

    #[test]
    fn long_curves_keep_their_ends() {
        let mut points = Points::default();
        (0..10_000).for_each(|x| points.push_plain(f64::from(x), 0.0));
        let line = Curve::line("a", 0, points).line;
        assert!(line.len() <= MOST_POINTS + 1 && line.len() > MOST_POINTS / 2, "{}", line.len());
        assert_eq!((line[0].0, line.last().unwrap().0), (0.0, 9_999.0));
        assert!(line[..line.len() - 1].windows(2).all(|w| w[1].0 - w[0].0 == 32.0), "evenly");
    }

    #[test]
    fn runs_of_different_length_share_what_they_have() {
        let runs = || {
            vec![Points::from([(0.0, 1.0), (1.0, 2.0)]), Points::from([(0.0, 3.0), (0.5, 7.0), (1.0, 4.0), (9.0, 9.0)])]
        };
        let curve = Curve::over_runs("a", 0, runs());
        assert_eq!(curve.line, [(0.0, 2.0), (1.0, 3.0), (9.0, 9.0)], "at 0.5 the other run is not known");
        assert_eq!(curve.band[1], (1.0, 2.5, 3.5));
        assert!(Curve::over_runs("a", 0, runs()[..1].to_vec()).band.is_empty());
    }
}
