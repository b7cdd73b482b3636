//! The Plots panel: a measure over time or against another one, and how a state is spread over the agents; as text for a table, or as
//! a picture. Knows nothing of how measures come about.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bevy_egui::egui::{self, Color32, RichText};
use egui_plot::{Bar, BarChart, HoverPosition, Line, Plot, PlotPoints, Points};

use crate::app::panels::measures::{MEASURES, Plotted};
use crate::app::panels::{Ask, PanelContext, plots, theme};
use crate::app::session::{Session, Table};
use crate::app::strings::plots as text;
use crate::backend::Shown;
use crate::files;
use crate::layout::{Agent, ENERGY_SCALE};
use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// Most points of a line; of more, only every so-manieth is drawn.
const MOST_POINTS: usize = 2_000;
/// Time between two counts of the agents, which may have to be copied for it.
const COUNTS_EVERY: Duration = Duration::from_millis(250);

/// Columns of the metrics beside the measures: of lives and of evolution.
const MORE: [Plotted; 9] = [
    (None, text::FITNESS_MEAN, "", text::FITNESS_MEAN_TIP, |r| r.fitness_mean.into()),
    (None, text::FITNESS_BEST, "", text::FITNESS_BEST_TIP, |r| r.fitness_best.into()),
    (None, text::FITNESS_OF_LIVES, "", text::FITNESS_OF_LIVES_TIP, |r| r.life_fitness.into()),
    (None, text::FOOD_OF_LIVES, "", text::FOOD_OF_LIVES_TIP, |r| r.life_food.into()),
    (None, text::DIVERSITY, "", text::DIVERSITY_TIP, |r| r.diversity.into()),
    (None, text::GENERATION, "", text::GENERATION_TIP, |r| r.generation),
    (None, text::BIRTHS, "", text::BIRTHS_TIP, |r| r.births.into()),
    (None, text::DEATHS, "", text::DEATHS_TIP, |r| r.deaths.into()),
    (None, text::EATEN, "", text::EATEN_TIP, |r| r.eaten.into()),
];

/// A state of an agent: name, unit, what it is, and its value, from the agent, its species, the seconds of a tick and its signals.
type State = (&'static str, &'static str, &'static str, fn(&Agent, f32, &[f32]) -> f64);

const STATES: [State; 5] = [
    (text::SPEED, "BL/s", text::SPEED_TIP, |agent, _, _| f64::from(crate::math::length(agent.vel))),
    (text::ENERGY, "", text::ENERGY_TIP, |agent, _, _| f64::from(agent.energy) / f64::from(ENERGY_SCALE)),
    (text::AGE, "s", text::AGE_TIP, |agent, dt, _| f64::from(agent.age) * f64::from(dt)),
    (text::HEADING, "rad", text::HEADING_TIP, |agent, _, _| f64::from(agent.heading[1].atan2(agent.heading[0]))),
    (text::SIGNAL, "", text::SIGNAL_TIP, |_, _, signal| {
        f64::from(signal.iter().fold(0.0f32, |most, value| most.max(value.abs())))
    }),
];

/// What is plotted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Time,
    Phase,
    Spread,
}

const KINDS: [(Kind, &str, &str); 3] = [
    (Kind::Time, text::OVER_TIME, text::OVER_TIME_TIP),
    (Kind::Phase, text::PHASE, text::PHASE_TIP),
    (Kind::Spread, text::SPREAD, text::SPREAD_TIP),
];

/// What is chosen here.
pub struct Form {
    kind: Kind,
    /// Names of what is plotted across and upward: places in the list change from scene to scene.
    x: &'static str,
    y: &'static str,
    state: usize,
    bins: usize,
    path: String,
    /// The last count of the agents, of which state it was, and when.
    counted: Option<(Shown, usize, Instant, Vec<Vec<f64>>)>,
}

impl Default for Form {
    fn default() -> Self {
        let folder = directories::UserDirs::new()
            .and_then(|d| d.picture_dir().map(PathBuf::from))
            .filter(|d| d.is_dir())
            .unwrap_or_else(|| PathBuf::from("."));
        let path = folder.join("iwashi-plot.png").display().to_string();
        let [x, y] = [0, 4].map(|at: usize| MEASURES[at].1);
        Form { kind: Kind::Time, x, y, state: 0, bins: 24, path, counted: None }
    }
}

/// A series: name, colour, and all its points, of which fewer may be drawn.
struct Series {
    name: String,
    color: Color32,
    points: Vec<[f64; 2]>,
}

/// What a plot shows: its axes with their units, and its series.
struct Chart {
    x: String,
    y: String,
    series: Vec<Series>,
}

impl Chart {
    /// The numbers as comma-separated values: a line a point, its series first.
    fn csv(&self) -> String {
        let mut csv = format!("series,{},{}\n", quoted(&self.x), quoted(&self.y));
        for series in &self.series {
            let name = quoted(&series.name);
            for [x, y] in &series.points {
                csv += &format!("{name},{x},{y}\n");
            }
        }
        csv
    }
}

/// A text as a cell of a table.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_string() }
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &mut cx.forms.charts;
    ui.horizontal_wrapped(|ui| {
        for (kind, name, tip) in KINDS {
            ui.selectable_value(&mut form.kind, kind, name).on_hover_text(tip);
        }
    });
    let all = known(cx.session);
    ui.horizontal_wrapped(|ui| match form.kind {
        Kind::Time => choose(ui, "measure", &mut form.y, &all, text::MEASURE_TIP),
        Kind::Phase => {
            choose(ui, "up", &mut form.y, &all, text::UP_TIP);
            ui.label(text::AGAINST);
            choose(ui, "across", &mut form.x, &all, text::ACROSS_TIP);
        }
        Kind::Spread => {
            let (name, _, tip, _) = STATES[form.state.min(STATES.len() - 1)];
            egui::ComboBox::from_id_salt("state")
                .selected_text(name)
                .show_ui(ui, |ui| {
                    for (place, (name, _, tip, _)) in STATES.iter().enumerate() {
                        ui.selectable_value(&mut form.state, place, *name).on_hover_text(*tip);
                    }
                })
                .response
                .on_hover_text(tip);
            let drag = egui::DragValue::new(&mut form.bins).range(4..=200).suffix(text::BARS);
            ui.add(drag).on_hover_text(text::BARS_TIP);
        }
    });
    let chart = match form.kind {
        Kind::Time => over_time(cx.session, place(&all, form.y)),
        Kind::Phase => phase(cx.session, place(&all, form.x), place(&all, form.y)),
        Kind::Spread => spread(cx.session, form),
    };
    let height = (ui.available_height() - 62.0).max(90.0);
    let rect = draw(ui, form.kind, &chart, height);
    out(ui, cx, &chart, rect);
}

/// Every column that the scene has measured, in order.
fn known(session: &Session) -> Vec<Plotted> {
    let logged =
        |plotted: &Plotted| plotted.0.is_none_or(|measure| session.stage.scene.measures.log.contains(&measure));
    MEASURES.into_iter().chain(MORE).filter(logged).collect()
}

fn place(all: &[Plotted], name: &str) -> Plotted {
    // Ticks a second are always known, so that the list is never empty.
    all.iter().find(|plotted| plotted.1 == name).copied().unwrap_or(all[0])
}

fn choose(ui: &mut egui::Ui, id: &str, chosen: &mut &'static str, all: &[Plotted], tip: &str) {
    let shown = place(all, chosen);
    egui::ComboBox::from_id_salt(id)
        .selected_text(shown.1)
        .width(130.0)
        .show_ui(ui, |ui| {
            for (_, name, _, tip, _) in all {
                ui.selectable_value(chosen, *name, *name).on_hover_text(*tip);
            }
        })
        .response
        .on_hover_text(format!("{tip}: {}", shown.3));
}

/// A name with its unit.
fn titled(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_string() } else { format!("{name}, {unit}") }
}

fn over_time(session: &Session, (_, name, unit, _, value): Plotted) -> Chart {
    let series = series(session, |table| plots::known(&table.rows, |row| row.seconds, value));
    Chart { x: text::TIME_AXIS.into(), y: titled(name, unit), series }
}

fn phase(session: &Session, across: Plotted, up: Plotted) -> Chart {
    let series = series(session, |table| plots::known(&table.rows, across.4, up.4));
    Chart { x: titled(across.1, across.2), y: titled(up.1, up.2), series }
}

fn series(session: &Session, points: impl Fn(&Table) -> Vec<[f64; 2]>) -> Vec<Series> {
    let species = &session.stage.scene.species;
    let one = |(table, spec): (&Table, &crate::scene::SpeciesSpec)| Series {
        name: table.species.clone(),
        color: theme::swatch(spec.color),
        points: points(table),
    };
    session.tables.iter().zip(species).map(one).filter(|series| !series.points.is_empty()).collect()
}

/// The histogram of a state: bars at the middle of their bins, as the share of the species in each.
fn spread(session: &Session, form: &mut Form) -> Chart {
    let state = form.state.min(STATES.len() - 1);
    let (name, unit, _, value) = STATES[state];
    let shown = session.shown();
    let fresh = form
        .counted
        .as_ref()
        .is_some_and(|(known, of, at, _)| *of == state && (known.is(shown) || at.elapsed() < COUNTS_EVERY));
    if !fresh && let Ok(snapshot) = shown.read() {
        let values = values(&session.stage.plan, &snapshot, session.stage.scene.dt, value);
        form.counted = Some((shown.clone(), state, Instant::now(), values));
    }
    let counted = form.counted.as_ref().map_or(&[][..], |(.., values)| values);
    let bars = histogram(counted, form.bins);
    let species = &session.stage.scene.species;
    let series = bars.into_iter().zip(species).filter(|(points, _)| !points.is_empty()).map(|(points, spec)| Series {
        name: spec.name.clone(),
        color: theme::swatch(spec.color),
        points,
    });
    Chart { x: titled(name, unit), y: text::SHARE_AXIS.into(), series: series.collect() }
}

/// A state of the living, species by species.
fn values(plan: &Plan, snapshot: &Snapshot, dt: f32, value: fn(&Agent, f32, &[f32]) -> f64) -> Vec<Vec<f64>> {
    let of = |p: &crate::layout::SpeciesParams| {
        let slots = p.slot_start as usize..(p.slot_start + p.slots) as usize;
        let agents = snapshot.agents.get(slots).unwrap_or_default().iter().enumerate();
        let alive = agents.filter(|(_, agent)| agent.alive == 1);
        let told = |(local, agent): (usize, &Agent)| {
            let first = p.sig_start as usize + local * p.channels as usize;
            value(agent, dt, snapshot.signals.get(first..first + p.channels as usize).unwrap_or_default())
        };
        alive.map(told).filter(|value| value.is_finite()).collect()
    };
    plan.species.iter().map(of).collect()
}

/// Bars of equal width over what all of them span: middle of the bin, and the share of the list in it in percent.
fn histogram(lists: &[Vec<f64>], bins: usize) -> Vec<Vec<[f64; 2]>> {
    let bins = bins.max(1);
    let ends = lists.iter().flatten().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
    // All alike still are a bar of some width.
    let (low, width) = match ends {
        (low, high) if high > low => (low, (high - low) / bins as f64),
        (low, _) => (low - 0.5, 1.0 / bins as f64),
    };
    let bars = |values: &Vec<f64>| {
        let mut counts = vec![0u32; if values.is_empty() { 0 } else { bins }];
        for value in values {
            let bin = (((value - low) / width) as usize).min(bins - 1);
            counts[bin] += 1;
        }
        let middle = |bin: usize| low + (bin as f64 + 0.5) * width;
        let share = |count: u32| 100.0 * f64::from(count) / values.len() as f64;
        counts.into_iter().enumerate().map(|(bin, count)| [middle(bin), share(count)]).collect()
    };
    lists.iter().map(bars).collect()
}

/// Draws a chart; tells where, in points.
fn draw(ui: &mut egui::Ui, kind: Kind, chart: &Chart, height: f32) -> Option<egui::Rect> {
    if chart.series.is_empty() {
        theme::empty(ui, text::EMPTY);
        return None;
    }
    let (x, y) = (chart.x.clone(), chart.y.clone());
    let told = move |hover: &HoverPosition| {
        let HoverPosition::NearDataPoint { plot_name, position, .. } = hover else { return None };
        Some(format!("{plot_name}\n{x}: {}\n{y}: {}", theme::figure(position.x), theme::figure(position.y)))
    };
    // By what is on the axes: enlarged by hand, a plot of one measure would show nothing of another.
    let plot = Plot::new(("chart", kind as u32, &chart.x, &chart.y))
        .height(height)
        .allow_scroll(false)
        .x_axis_label(RichText::new(&chart.x).small())
        .y_axis_label(RichText::new(&chart.y).small())
        .label_formatter(told)
        .legend(egui_plot::Legend::default())
        .set_margin_fraction(egui::vec2(0.04, 0.08));
    let response = plot.show(ui, |plot| {
        for series in &chart.series {
            let (name, color) = (series.name.clone(), series.color);
            match kind {
                Kind::Spread => {
                    let width = series.points.get(1).map_or(1.0, |second| second[0] - series.points[0][0]);
                    let bars = series.points.iter().map(|[x, y]| Bar::new(*x, *y).width(0.92 * width)).collect();
                    plot.bar_chart(BarChart::new(name, bars).color(color.gamma_multiply(0.6)));
                }
                Kind::Time | Kind::Phase => {
                    let points = plots::thinned(&series.points, MOST_POINTS);
                    plot.line(Line::new(name.clone(), PlotPoints::from(points)).color(color).width(1.6));
                    if kind == Kind::Phase
                        && let Some(last) = series.points.last()
                    {
                        plot.points(Points::new(name, vec![*last]).color(color).radius(4.5));
                    }
                }
            }
        }
    });
    Some(response.response.on_hover_text_at_pointer(text::PLOT_TIP).rect).filter(|rect| rect.is_positive())
}

/// The chart as text and as a picture.
fn out(ui: &mut egui::Ui, cx: &mut PanelContext, chart: &Chart, rect: Option<egui::Rect>) {
    ui.horizontal(|ui| {
        let can = !chart.series.is_empty();
        if ui.add_enabled(can, egui::Button::new(text::COPY)).on_hover_text(text::COPY_TIP).clicked() {
            ui.ctx().copy_text(chart.csv());
            let count: usize = chart.series.iter().map(|series| series.points.len()).sum();
            cx.asks.push(Ask::Tell(text::copied(count), false));
        }
        let form = &mut cx.forms.charts;
        if ui.add_enabled(can, egui::Button::new(text::PICTURE)).on_hover_text(text::PICTURE_TIP).clicked() {
            let path = files::ended(Path::new(form.path.trim()), "png");
            cx.asks.extend(rect.map(|rect| Ask::Picture(rect, files::free(&path))));
        }
        let edit = egui::TextEdit::singleline(&mut form.path).desired_width(ui.available_width());
        ui.add(edit).on_hover_text(text::PICTURE_PATH_TIP);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::MetricsRow;

    #[test]
    fn a_histogram_counts_everyone_once() {
        let lists = [vec![0.0, 1.0, 1.0, 4.0], vec![2.0, f64::from(4.0f32)], vec![]];
        let bars = histogram(&lists, 4);
        assert_eq!(bars[0], vec![[0.5, 25.0], [1.5, 50.0], [2.5, 0.0], [3.5, 25.0]]);
        assert_eq!(bars[1], vec![[0.5, 0.0], [1.5, 0.0], [2.5, 50.0], [3.5, 50.0]]);
        assert!(bars[2].is_empty());
        let same = histogram(&[vec![3.0; 5]], 2);
        assert_eq!(same[0].iter().map(|bar| bar[1]).sum::<f64>(), 100.0);
    }

    #[test]
    fn text_for_a_table_has_every_row_that_is_known() {
        let mut sitting = crate::app::panels::tests::sitting("food_call");
        let rows = 3 * MOST_POINTS as u32;
        let row = |tick: u32| MetricsRow { tick: tick.into(), seconds: tick.into(), speed: 1.0, ..Default::default() };
        sitting.session.tables[0].rows = (1..=rows).map(row).collect();
        let chart = over_time(&sitting.session, place(&MEASURES, "Speed"));
        assert_eq!(chart.csv().lines().count(), rows as usize + 1);
    }

    #[test]
    fn text_for_a_table_keeps_its_columns() {
        let series = Series { name: "red, fish".into(), color: Color32::RED, points: vec![[1.0, 2.5], [2.0, -1.0]] };
        let chart = Chart { x: "Time, s".into(), y: "Speed".into(), series: vec![series] };
        let text = chart.csv();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap(), vec!["series", "Time, s", "Speed"]);
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows, vec![vec!["red, fish", "1", "2.5"], vec!["red, fish", "2", "-1"]]);
    }

    #[test]
    fn states_are_told_of_the_living() {
        let scene = crate::scene::load("food_call").unwrap().spec;
        let plan = Plan::new(&scene, 1);
        let mut snapshot = Snapshot::default();
        let slots = plan.dims.slots as usize;
        snapshot.agents = vec![bytemuck::Zeroable::zeroed(); slots];
        snapshot.signals = vec![0.0; slots * plan.species[0].channels as usize];
        let living = Agent { alive: 1, vel: [3.0, 4.0, 0.0], age: 20, ..bytemuck::Zeroable::zeroed() };
        snapshot.agents[1] = living;
        snapshot.signals[plan.species[0].channels as usize] = -0.5;
        let told = |name: &str| {
            let state = STATES.iter().find(|state| state.0 == name).unwrap();
            values(&plan, &snapshot, 0.1, state.3)[0].clone()
        };
        assert_eq!((told("Speed"), told("Signal")), (vec![5.0], vec![0.5]));
        assert!((told("Age")[0] - 2.0).abs() < 1e-6);
    }
}
