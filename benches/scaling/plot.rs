//! Draws what was measured, a log-log panel a sweep: points joined by lines, and the bound as a thin line without points;
//! last, what the lines mean. Knows nothing of how it was measured.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::Point;
use super::sweeps::{OWN, RULE, SHARED, Sweep};

/// Width and height of a panel, pixels.
const PANEL: (u32, u32) = (420, 340);

/// Panels side by side.
const COLUMNS: usize = 3;

/// Draws all sweeps into one picture.
pub fn draw(path: &Path, results: &[(Sweep, Vec<Point>, Vec<String>)]) -> anyhow::Result<()> {
    let rows = (results.len() + 1).div_ceil(COLUMNS);
    let root = SVGBackend::new(path, (COLUMNS as u32 * PANEL.0, rows as u32 * PANEL.1)).into_drawing_area();
    root.fill(&WHITE)?;
    let areas = root.split_evenly((rows, COLUMNS));
    for (area, (sweep, points, _)) in areas.iter().zip(results) {
        panel(area, sweep, points)?;
    }
    legend(&areas[results.len()])?;
    root.present()?;
    Ok(())
}

fn panel(area: &DrawingArea<SVGBackend, Shift>, sweep: &Sweep, points: &[Point]) -> anyhow::Result<()> {
    if points.is_empty() {
        return Ok(());
    }
    let ends = |values: &mut dyn Iterator<Item = f64>, room: f64| {
        let (low, high) = values.fold((f64::INFINITY, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
        low / room..high * room
    };
    let across = ends(&mut points.iter().map(|p| sweep.at(p.x, p.parameters)), 1.3);
    let up = ends(&mut points.iter().flat_map(|p| [p.wall[1], p.bound]), 2.0);
    let mut chart = ChartBuilder::on(area)
        .margin(12)
        .caption(sweep.title, ("sans-serif", 16))
        .x_label_area_size(36)
        .y_label_area_size(58)
        .build_cartesian_2d(across.log_scale(), up.log_scale())?;
    chart
        .configure_mesh()
        .x_desc(sweep.axis())
        .y_desc("ns an agent and tick")
        .label_style(("sans-serif", 11))
        .max_light_lines(0)
        .x_labels(5)
        .y_labels(5)
        .x_label_formatter(&|x| short(*x))
        .y_label_formatter(&|y| short(*y))
        .draw()?;
    let mut schools: Vec<&str> = points.iter().map(|p| p.school).collect();
    schools.dedup();
    for school in schools {
        let of = |value: fn(&Point) -> f64| {
            let own = points.iter().filter(|p| p.school == school);
            own.map(|p| (sweep.at(p.x, p.parameters), value(p))).collect::<Vec<_>>()
        };
        let measured = of(|p| p.wall[1]);
        chart.draw_series(LineSeries::new(measured.clone(), thick(school)))?;
        chart.draw_series(measured.into_iter().map(|at| Circle::new(at, 3, color(school).filled())))?;
        chart.draw_series(LineSeries::new(of(|p| p.bound), thin(school)))?;
    }
    Ok(())
}

/// `31`, `10k`, `1M`.
fn short(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{}M", v / 1e6),
        v if v >= 1e3 => format!("{}k", v / 1e3),
        v => v.to_string(),
    }
}

/// Colours that are told apart by everyone (Okabe & Ito 2008).
fn color(school: &str) -> RGBColor {
    match school {
        RULE => RGBColor(0, 114, 178),
        OWN => RGBColor(213, 94, 0),
        _ => RGBColor(0, 158, 115),
    }
}

/// How the line of a school is drawn.
type Style = fn(&str) -> ShapeStyle;

fn thick(school: &str) -> ShapeStyle {
    color(school).stroke_width(2)
}

fn thin(school: &str) -> ShapeStyle {
    color(school).mix(0.5).stroke_width(1)
}

fn legend(area: &DrawingArea<SVGBackend, Shift>) -> anyhow::Result<()> {
    let kinds: [(&str, Style); 2] =
        [("measured: the median by the wall", thick), ("the least that this machine could do it in", thin)];
    let mut y = 40;
    for (title, style) in kinds {
        area.draw(&Text::new(title, (30, y), ("sans-serif", 14)))?;
        for school in [RULE, OWN, SHARED] {
            y += 24;
            area.draw(&PathElement::new([(30, y), (60, y)], style(school)))?;
            area.draw(&Text::new(school, (70, y - 6), ("sans-serif", 13)))?;
        }
        y += 40;
    }
    Ok(())
}
