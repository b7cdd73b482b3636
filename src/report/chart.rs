//! Draws curves as an SVG that takes its colours from the page around it, or has its own where no page is around it. Names stay
//! outside of it, in a legend. Knows nothing of what the curves mean.

use plotters::coord::Shift;
use plotters::prelude::*;

use super::curve::Curve;

/// Width and height of a chart, pixels; the page scales it.
pub const SIZE: (u32, u32) = (480, 280);
/// Colours of curves; a page defines `--c0` to `--c6`.
pub const COLORS: usize = 7;
/// These colours on white, as everyone tells them apart (after Okabe & Ito 2008).
pub const PALETTE: [&str; COLORS] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#3a9bd0", "#6c5b95"];
/// The colour of text on white.
pub const TEXT: &str = "#1c2833";

/// Stands for the colour of text until the chart is done; no other colour of ours has this value.
const INK: RGBColor = RGBColor(1, 2, 255);

/// Stands for the colour of a curve.
fn color(curve: usize) -> RGBColor {
    RGBColor(1, 2, (curve % COLORS) as u8)
}

/// A chart of the curves for a page, with the name of the axis across; `None` when there is nothing to draw.
pub fn chart(across: &str, curves: &[Curve]) -> Option<String> {
    Some(themed(&drawn(across, curves)?))
}

/// The same with colours of its own, and with its size.
pub fn painted(across: &str, curves: &[Curve]) -> Option<String> {
    Some(colored(&drawn(across, curves)?, TEXT, |curve| PALETTE[curve].to_string()))
}

fn drawn(across: &str, curves: &[Curve]) -> Option<String> {
    let points = || {
        let lines = curves.iter().flat_map(|c| c.line.iter().map(|(x, y)| (*x, *y, *y)));
        lines.chain(curves.iter().flat_map(|c| c.band.iter().copied()))
    };
    let nothing = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
    let [left, right, low, high]: [f64; 4] = points().fold(nothing, |[left, right, low, high], (x, from, to)| {
        [left.min(x), right.max(x), low.min(from), high.max(to)]
    });
    // Without a point the sides are the wrong way around; a span may be more than a float holds.
    if left > right || !(high - low).is_finite() || !(right - left).is_finite() {
        return None;
    }
    let room = if high > low { 0.06 * (high - low) } else { (0.1 * high.abs()).max(0.5) };
    let end = if right > left { right } else { left + 1.0 };
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw(&root, across, curves, left..end, low - room..high + room).ok()?;
        root.present().ok()?;
    }
    Some(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Problem = Box<dyn std::error::Error>;

fn draw(
    root: &Area,
    across: &str,
    curves: &[Curve],
    x: std::ops::Range<f64>,
    y: std::ops::Range<f64>,
) -> Result<(), Problem> {
    let (wide, tall) = (x.end - x.start, y.end - y.start);
    let mut chart = ChartBuilder::on(root)
        .margin(6)
        .margin_right(24)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(x, y)
        .map_err(|e| e.to_string())?;
    let font = ("sans-serif", 13).into_font().color(&INK);
    chart
        .configure_mesh()
        .x_desc(across)
        .axis_style(INK.mix(0.5))
        .bold_line_style(INK.mix(0.12))
        .max_light_lines(0)
        .x_labels(6)
        .y_labels(6)
        .label_style(font.clone())
        .axis_desc_style(font)
        .x_label_formatter(&|x| tick(*x, wide))
        .y_label_formatter(&|y| tick(*y, tall))
        .draw()
        .map_err(|e| e.to_string())?;
    for curve in curves {
        let ink = color(curve.color);
        let upper = curve.band.iter().map(|(x, _, high)| (*x, *high));
        let around: Vec<_> = upper.chain(curve.band.iter().rev().map(|(x, low, _)| (*x, *low))).collect();
        if curve.bars {
            let bars = curve.band.iter().map(|(x, low, high)| PathElement::new([(*x, *low), (*x, *high)], ink));
            chart.draw_series(bars).map_err(|e| e.to_string())?;
        } else if curve.band.len() > 1 {
            chart.draw_series([Polygon::new(around, ink.mix(0.2))]).map_err(|e| e.to_string())?;
        } else if let [top, bottom] = around[..] {
            let line = PathElement::new([top, bottom], ink.stroke_width(1));
            chart.draw_series([line]).map_err(|e| e.to_string())?;
        }
    }
    for curve in curves {
        let ink = color(curve.color);
        if curve.hollow {
            let rings = curve.line.iter().map(|at| Circle::new(*at, 4, ink));
            chart.draw_series(rings).map_err(|e| e.to_string())?;
            continue;
        }
        let line = LineSeries::new(curve.line.iter().copied(), ink.stroke_width(2));
        chart.draw_series(line).map_err(|e| e.to_string())?;
        if curve.marks || curve.line.len() == 1 {
            let dots = curve.line.iter().map(|at| Circle::new(*at, 3, ink.filled()));
            chart.draw_series(dots).map_err(|e| e.to_string())?;
        }
    }
    Ok(())
}

/// A map of cells along two axes between their ends, up from below: stronger is more. Values are
/// `[cells up][cells across]`; `None` where there is nothing to draw.
pub fn map(across: [f64; 2], up: [f64; 2], cells: &[Vec<Option<f32>>]) -> Option<String> {
    let values = || cells.iter().flatten().flatten().map(|v| f64::from(*v));
    let (low, high) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return None;
    }
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        draw_map(&root, across, up, cells, (low, high)).ok()?;
        root.present().ok()?;
    }
    Some(themed(&svg))
}

fn draw_map(
    root: &Area,
    [left, right]: [f64; 2],
    [bottom, top]: [f64; 2],
    cells: &[Vec<Option<f32>>],
    (low, high): (f64, f64),
) -> Result<(), Problem> {
    let mut chart = ChartBuilder::on(root)
        .margin(6)
        .margin_right(24)
        .x_label_area_size(40)
        .y_label_area_size(56)
        .build_cartesian_2d(left..right, bottom..top)
        .map_err(|e| e.to_string())?;
    let font = ("sans-serif", 13).into_font().color(&INK);
    chart
        .configure_mesh()
        .disable_mesh()
        .axis_style(INK.mix(0.5))
        .x_labels(6)
        .y_labels(6)
        .label_style(font)
        .x_label_formatter(&|x| tick(*x, right - left))
        .y_label_formatter(&|y| tick(*y, top - bottom))
        .draw()
        .map_err(|e| e.to_string())?;
    let tall = (top - bottom) / cells.len().max(1) as f64;
    for (row, cells) in cells.iter().enumerate() {
        let wide = (right - left) / cells.len().max(1) as f64;
        let squares = cells.iter().enumerate().filter_map(|(column, value)| {
            let share = (f64::from((*value)?) - low) / (high - low).max(f64::MIN_POSITIVE);
            let (x, y) = (left + wide * column as f64, bottom + tall * row as f64);
            // The least is still told from an empty cell.
            Some(Rectangle::new([(x, y), (x + wide, y + tall)], color(0).mix(0.15 + 0.85 * share).filled()))
        });
        chart.draw_series(squares).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// A number beside an axis that is `span` long: as many digits as tell its neighbours apart.
fn tick(value: f64, span: f64) -> String {
    let size = value.abs().max(span);
    if !(1e-3..1e6).contains(&size) {
        return if value == 0.0 { "0".to_string() } else { format!("{value:.1e}") };
    }
    let decimals = (1.0 - span.log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_string() } else { text.to_string() }
}

/// The drawing with the colour of text and those of curves put in.
fn colored(svg: &str, text: &str, of: impl Fn(usize) -> String) -> String {
    let svg = svg.replace("#0102FF", text);
    (0..COLORS).fold(svg, |svg, curve| svg.replace(&format!("#{:02X}{:02X}{:02X}", 1, 2, curve), &of(curve)))
}

/// The drawing with the colours of the page, and without a size of its own.
fn themed(svg: &str) -> String {
    let svg = colored(svg, "currentColor", |curve| format!("var(--c{curve})"));
    svg.replace(&format!("width=\"{}\" height=\"{}\" ", SIZE.0, SIZE.1), "role=\"img\" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_take_their_colours_from_the_page() {
        let line = Curve::line("best", 0, [(0.0, 1.0), (1.0, 2.0), (2.0, 1.5)].into());
        let runs = vec![[(0.0, 1.0), (2.0, 2.0)].into(), [(0.0, 0.5), (2.0, 3.0)].into()];
        let svg = chart("generation", &[line, Curve::over_runs("mean", 8, runs)]).unwrap();
        assert!(svg.starts_with("<svg role=\"img\" viewBox=") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert!(svg.contains("var(--c0)") && svg.contains("var(--c1)") && svg.contains("<polygon"), "{svg}");
        assert!(svg.contains("currentColor") && svg.contains(">\ngeneration\n<"), "{svg}");
        assert!(!svg.contains("#01") && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn there_is_a_chart_of_anything_finite_and_of_nothing_else() {
        let of = |points: &[(f64, f64)]| {
            let mut all = crate::report::curve::Points::default();
            points.iter().for_each(|(x, y)| all.push_plain(*x, *y));
            chart("tick", &[Curve::line("a", 0, all)])
        };
        assert!(of(&[]).is_none() && of(&[(0.0, f64::NAN)]).is_none());
        assert!(of(&[(0.0, f64::MAX), (1.0, f64::MIN)]).is_none(), "a span that no float holds");
        for points in [
            &[(3.0, 0.0)][..],
            &[(0.0, -5.0), (4e9, -5.0)],
            &[(0.0, 1e-30), (1.0, 2e-30)],
            &[(0.0, 1e300), (1.0, -1e300)],
        ] {
            assert!(of(points).is_some_and(|svg| !svg.contains("NaN")), "{points:?}");
        }
    }

    #[test]
    fn a_map_has_a_square_for_each_cell_that_is_known() {
        let cells = [vec![Some(1.0), None, Some(2.0)], vec![None, Some(1.5), None]];
        let svg = map([0.0, 1.0], [0.0, 3.0], &cells).unwrap();
        assert_eq!(svg.matches("var(--c0)").count(), 3, "{svg}");
        assert!(svg.starts_with("<svg role=\"img\" viewBox=") && !svg.contains("NaN"), "{svg}");
        assert!(svg.contains("opacity=\"0.15\"") && svg.contains("opacity=\"1\""), "{svg}");
        assert!(map([0.0, 1.0], [0.0, 1.0], &[vec![Some(3.0)]]).is_some(), "all alike");
        assert!(map([0.0, 1.0], [0.0, 1.0], &[vec![None; 4]]).is_none());
    }

    #[test]
    fn ticks_are_short() {
        assert_eq!(tick(0.30000000000000004, 1.0), "0.3");
        assert_eq!(tick(1_500.0, 4_000.0), "1500");
        assert_eq!(tick(-0.0, 10.0), "0");
        assert_eq!(tick(2.5e7, 1e8), "2.5e7");
        assert_eq!(tick(10.25, 0.5), "10.25");
    }
}
