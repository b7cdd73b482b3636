//! Probes: what a change to signals or agents is worth, asked of copies of the school on screen. Two worlds side by side, the
//! interval of the difference as it narrows, and what follows in words.

use bevy_egui::egui::{self, Color32, RichText, pos2, vec2};
use egui_plot::{HLine, Line, Plot, PlotPoints, Polygon};

use crate::app::engine::Control;
use crate::app::engine::probing::{Notes, Picture, Probing, Wish};
use crate::app::panels::{Ask, PanelContext, theme};
use crate::app::strings::{self, probe as text};
use crate::probe::LEAST_PAIRS;
use crate::probe::finding::{Effect, Finding};
use crate::probe::test::Test;
use crate::scene::{SceneSpec, Sense};

/// What is chosen, and what was asked last.
pub struct Form {
    test: Test,
    /// Species that is changed; all that emit signals where none is chosen.
    species: Option<usize>,
    channel: Option<u32>,
    pairs: u32,
    probing: Option<Probing>,
    /// Which finding the plot is of.
    plotted: usize,
}

impl Default for Form {
    fn default() -> Self {
        Form { test: Test::Scramble, species: None, channel: None, pairs: 64, probing: None, plotted: 0 }
    }
}

/// Seconds that the two worlds take to be shown once.
const LOOP: f64 = 12.0;

const SIGNALS: [(&str, &str); 6] = [
    (text::MUTE, text::MUTE_TIP),
    (text::SCRAMBLE, text::SCRAMBLE_TIP),
    (text::DELAY, text::DELAY_TIP),
    (text::SWAP, text::SWAP_TIP),
    (text::NOISE, text::NOISE_TIP),
    (text::REPLAY, text::REPLAY_TIP),
];

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let Some(probing) = &cx.forms.probe.probing else {
            wishes(ui, cx);
            start(ui, cx);
            return theme::empty(ui, text::EMPTY);
        };
        let (notes, test) = (probing.notes(), probing.wish.test);
        if notes.ended {
            again(ui, cx)
        } else {
            progress(ui, cx, &notes)
        }
        if let Some(trouble) = &notes.trouble {
            ui.label(RichText::new(trouble).color(theme::WARN));
        }
        if notes.ended && notes.course.is_empty() && notes.trouble.is_none() {
            theme::empty(ui, text::STOPPED);
        }
        let form = &mut cx.forms.probe;
        worlds(ui, &cx.session.stage.scene, &notes, &test);
        found(ui, &cx.session.stage.scene, &notes, &mut form.plotted);
    });
}

/// What was asked, and what to do next.
fn again(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let mut next = None;
    ui.horizontal_wrapped(|ui| {
        if ui.button(text::NEW).on_hover_text(text::NEW_TIP).clicked() {
            next = Some(false);
        }
        let again = ui.add_enabled(!cx.session.status.filming, egui::Button::new(text::AGAIN));
        if again.on_hover_text(text::AGAIN_TIP).clicked() {
            next = Some(true);
        }
    });
    match next {
        Some(true) => ask(cx),
        Some(false) => cx.forms.probe.probing = None,
        None => {}
    }
}

/// What is asked.
fn wishes(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let scene = cx.session.stage.scene.clone();
    let form = &mut cx.forms.probe;
    if scene.species.iter().filter(|s| s.count > 0).count() > 1 {
        ui.horizontal_wrapped(|ui| {
            let all = ui.selectable_value(&mut form.species, None, text::ALL_THAT_EMIT);
            all.on_hover_text(text::ALL_THAT_EMIT_TIP);
            for (i, species) in scene.species.iter().enumerate().filter(|(_, s)| s.count > 0) {
                let name = RichText::new(&species.name).color(theme::swatch(species.color));
                ui.selectable_value(&mut form.species, Some(i), name).on_hover_text(text::SPECIES_TIP);
            }
        });
    }
    theme::section(ui, text::SIGNALS);
    ui.horizontal_wrapped(|ui| {
        for (test, (name, tip)) in Test::SIGNALS.into_iter().zip(SIGNALS) {
            ui.selectable_value(&mut form.test, test, name).on_hover_text(tip);
        }
    });
    let channels =
        concerned(&scene, form.species).iter().map(|s| scene.species[*s].signals.channels).max().unwrap_or(0);
    form.channel = form.channel.filter(|channel| *channel < channels);
    if channels > 1 && form.test.of_signals() {
        ui.horizontal_wrapped(|ui| {
            let all = ui.selectable_value(&mut form.channel, None, strings::signals::ALL_CHANNELS);
            all.on_hover_text(text::ALL_CHANNELS_TIP);
            for at in 0..channels {
                ui.selectable_value(&mut form.channel, Some(at), strings::network::channel(at + 1))
                    .on_hover_text(text::CHANNEL_TIP);
            }
        });
    }
    theme::section(ui, text::LESIONS);
    ui.horizontal_wrapped(|ui| {
        let sole = concerned(&scene, form.species);
        let senses = sole.first().map_or(&[][..], |s| &scene.species[*s].senses[..]);
        for (i, sense) in senses.iter().enumerate() {
            let blind = ui.selectable_value(&mut form.test, Test::Blind(i as u32), sense_name(sense));
            blind.on_hover_text(text::BLIND_TIP);
        }
        ui.selectable_value(&mut form.test, Test::Forget, text::FORGET).on_hover_text(text::FORGET_TIP);
        ui.selectable_value(&mut form.test, Test::Deposits, text::DEPOSITS).on_hover_text(text::DEPOSITS_TIP);
    });
    ui.horizontal(|ui| {
        let slider = egui::Slider::new(&mut form.pairs, LEAST_PAIRS..=512).logarithmic(true).text(text::PAIRS);
        ui.add(slider).on_hover_text(text::PAIRS_TIP);
    });
}

/// A sense in a word or two.
fn sense_name(sense: &Sense) -> String {
    let whole = format!("{sense:?}");
    let kind = whole.split(['(', ' ']).next().unwrap_or_default().to_string();
    match sense {
        Sense::Field(field) => format!("{kind}: {}", field.fields.join("+")),
        _ => kind,
    }
}

/// Species that a wish concerns.
fn concerned(scene: &SceneSpec, chosen: Option<usize>) -> Vec<usize> {
    let there = |s: &usize| scene.species[*s].count > 0;
    match chosen.filter(|species| *species < scene.species.len()) {
        Some(species) => vec![species],
        None => {
            let all: Vec<usize> = (0..scene.species.len()).filter(there).collect();
            let emit: Vec<usize> = all.iter().copied().filter(|s| scene.species[*s].signals.channels > 0).collect();
            if emit.is_empty() { all.into_iter().take(1).collect() } else { emit }
        }
    }
}

/// Why what is chosen cannot be asked.
fn refusals(cx: &PanelContext) -> Vec<String> {
    let (stage, form) = (&cx.session.stage, &cx.forms.probe);
    let channels = form.channel.map_or(0xffff, |channel| 1 << channel);
    let of = |species: usize| form.test.refused(&stage.scene, &stage.plan, species, channels);
    concerned(&stage.scene, form.species).into_iter().filter_map(of).collect()
}

fn start(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let refusals = refusals(cx);
    ui.add_space(6.0);
    let able = refusals.is_empty() && !cx.session.status.filming;
    let button = ui.add_enabled(able, egui::Button::new(text::PROBE)).on_hover_text(text::PROBE_TIP);
    for why in &refusals {
        ui.label(RichText::new(why).color(theme::WARN));
    }
    if button.clicked() {
        ask(cx);
    }
}

/// Puts the question.
fn ask(cx: &mut PanelContext) {
    let form = &mut cx.forms.probe;
    let wish = Wish {
        species: concerned(&cx.session.stage.scene, form.species),
        channels: form.channel.map_or(0xffff, |channel| 1 << channel),
        test: form.test,
        pairs: form.pairs,
    };
    let (probing, book) = Probing::new(wish.clone());
    (form.probing, form.plotted) = (Some(probing), 0);
    cx.asks.push(Ask::Control(Control::Probe(wish, book)));
}

fn progress(ui: &mut egui::Ui, cx: &mut PanelContext, notes: &Notes) {
    let Some(probing) = &cx.forms.probe.probing else { return };
    let (done, wanted) = (notes.course.last().map_or(0, |(pairs, _)| *pairs), probing.wish.pairs);
    let share = done as f32 / wanted as f32;
    ui.horizontal(|ui| {
        let bar = egui::ProgressBar::new(share).desired_width(ui.available_width() - 96.0);
        ui.add(bar.text(text::progress(done, wanted)));
        if ui.button(text::STOP).on_hover_text(text::STOP_TIP).clicked() {
            probing.stop();
        }
    });
    ui.ctx().request_repaint();
}

/// The first pair, side by side and over again.
fn worlds(ui: &mut egui::Ui, scene: &SceneSpec, notes: &Notes, test: &Test) {
    if notes.pictures.is_empty() {
        return;
    }
    let share = (ui.input(|i| i.time) / LOOP).fract();
    let at = ((share * notes.pictures.len() as f64) as usize).min(notes.pictures.len() - 1);
    ui.add_space(6.0);
    let width = 0.5 * (ui.available_width() - 10.0);
    let height = (width * scene.extent[1] / scene.extent[0].max(1e-6)).min(1.6 * width);
    ui.horizontal(|ui| {
        for (side, picture) in notes.pictures[at].iter().enumerate() {
            ui.vertical(|ui| {
                let title = if side == 0 { text::UNCHANGED.to_string() } else { test.to_string() };
                ui.add_sized(
                    [width, 16.0],
                    egui::Label::new(RichText::new(title).small().color(theme::SOFT)).truncate(),
                );
                let (rect, response) = ui.allocate_exact_size(vec2(width, height), egui::Sense::hover());
                response.on_hover_text(text::WORLDS_TIP);
                draw(ui, scene, picture, rect);
            });
        }
    });
    ui.ctx().request_repaint();
}

/// A world from above; y points up.
fn draw(ui: &mut egui::Ui, scene: &SceneSpec, picture: &Picture, rect: egui::Rect) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, 3.0, theme::WELL);
    painter.add(water(picture, rect));
    let length = (rect.width() / scene.extent[0].max(1e-6)).clamp(4.5, 9.0);
    for dot in &picture.dots {
        let at = pos2(rect.left() + dot.at[0] * rect.width(), rect.bottom() - dot.at[1] * rect.height());
        let ahead = vec2(dot.heading[0], -dot.heading[1]) * length;
        let aside = vec2(-ahead.y, ahead.x) * 0.32;
        let color = theme::swatch(scene.species.get(dot.species).map_or([1.0; 3], |s| s.color));
        if dot.signal > 0.05 {
            painter.circle_filled(at, length * 1.5, color.gamma_multiply(0.35 * dot.signal));
        }
        let body = vec![at + ahead, at - ahead * 0.6 + aside, at - ahead * 0.6 - aside];
        painter.add(egui::Shape::convex_polygon(body, color, egui::Stroke::NONE));
    }
}

/// The fields as a net of coloured points. (A texture that changes with every frame would be drawn by none: it is a frame late.)
fn water(picture: &Picture, rect: egui::Rect) -> egui::Mesh {
    let [columns, rows] = picture.cells;
    let mut mesh = egui::Mesh::default();
    if columns < 2 || rows < 2 {
        return mesh;
    }
    for (i, [red, green, blue]) in picture.water.iter().enumerate() {
        let share = |at: usize, of: usize| at as f32 / (of - 1) as f32;
        let at = rect.min + rect.size() * vec2(share(i % columns, columns), share(i / columns, rows));
        mesh.colored_vertex(at, Color32::from_rgb(*red, *green, *blue));
    }
    for (row, column) in (0..rows - 1).flat_map(|row| (0..columns - 1).map(move |column| (row, column))) {
        let first = (row * columns + column) as u32;
        let below = first + columns as u32;
        mesh.add_triangle(first, first + 1, below);
        mesh.add_triangle(first + 1, below, below + 1);
    }
    mesh
}

/// What has been found: the interval over pairs, a table, and words.
fn found(ui: &mut egui::Ui, scene: &SceneSpec, notes: &Notes, plotted: &mut usize) {
    let Some((pairs, last)) = notes.course.last() else { return };
    *plotted = (*plotted).min(last.len().saturating_sub(1));
    let Some(finding) = last.get(*plotted) else { return };
    let title = |f: &Finding| match scene.species.len() {
        1 => f.quantity.name(),
        _ => format!("{} {}", scene.species.get(f.species).map_or("", |s| &s.name), f.quantity.name()),
    };
    ui.add_space(4.0);
    for sentence in &notes.words {
        ui.label(sentence);
    }
    theme::section(ui, &text::difference_in(&title(finding)));
    interval(ui, notes, *plotted);
    ui.add_space(4.0);
    egui::Grid::new("findings").num_columns(3).striped(true).spacing([10.0, 2.0]).show(ui, |ui| {
        for head in ["", text::DIFFERENCE_HEAD, text::CHANCE_HEAD] {
            ui.label(RichText::new(head).small().color(theme::SOFT));
        }
        ui.end_row();
        for (i, finding) in last.iter().enumerate() {
            row(ui, finding, i, &title(finding), plotted);
        }
    });
    if !notes.beside.is_empty() {
        theme::section(ui, text::BESIDE);
        for beside in &notes.beside {
            ui.label(beside.words()).on_hover_text(text::BESIDE_TIP);
        }
    }
    let what = match notes.fresh {
        true => text::fresh(theme::grouped(notes.tick)),
        false => text::itself(theme::grouped(notes.tick)),
    };
    ui.label(RichText::new(text::rests_on(*pairs, notes.ticks, &what)).small().color(theme::SOFT));
}

/// One finding; a click plots it.
fn row(ui: &mut egui::Ui, finding: &Finding, index: usize, title: &str, plotted: &mut usize) {
    let name = ui.selectable_label(*plotted == index, title).on_hover_text(text::PLOT_TIP);
    if name.clicked() {
        *plotted = index;
    }
    match finding.effect {
        Effect::Few => {
            ui.label(RichText::new(text::FEW).color(theme::SOFT));
            ui.label("–");
        }
        Effect::Same => {
            let same = RichText::new(text::SAME).color(theme::SOFT);
            ui.label(same).on_hover_text(text::same_tip(theme::figure(finding.means[0])));
            ui.label("–");
        }
        Effect::Measured { difference, interval: [low, high], size, p } => {
            let color = if finding.effect.sign() == 0 { theme::SOFT } else { theme::ACCENT };
            let [plain, changed] = finding.means.map(theme::figure);
            let size = size.map_or(text::ALIKE.to_string(), text::deviations);
            let tip = text::difference_tip(&plain, &changed, [low, high], &size);
            ui.label(RichText::new(format!("{difference:+.3}")).color(color)).on_hover_text(tip);
            let chance = if p[1] < 0.001 { "<0.001".to_string() } else { format!("{:.3}", p[1]) };
            ui.label(chance).on_hover_text(text::chance_tip(p[0]));
        }
    }
    ui.end_row();
}

/// The mean difference and its interval as pairs were added.
fn interval(ui: &mut egui::Ui, notes: &Notes, plotted: usize) {
    let points = notes.course.iter().filter_map(|(pairs, found)| match found.get(plotted)?.effect {
        Effect::Measured { difference, interval: [low, high], .. } => Some((f64::from(*pairs), difference, low, high)),
        _ => None,
    });
    let points: Vec<_> = points.collect();
    if points.is_empty() {
        ui.label(RichText::new(text::NO_COURSE).small().color(theme::SOFT));
        return;
    }
    Plot::new("probe")
        .height(120.0)
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .include_y(0.0)
        .show_grid([false, true])
        .x_axis_formatter(|mark, _| text::pairs(mark.value))
        .show(ui, |plot| {
            // A band between two curves is a strip of convex pieces.
            for pair in points.windows(2) {
                let [(x0, _, low0, high0), (x1, _, low1, high1)] = pair else { continue };
                let corners = vec![[*x0, *low0], [*x1, *low1], [*x1, *high1], [*x0, *high0]];
                let fill = theme::ACCENT.gamma_multiply(0.22);
                let strip = Polygon::new(text::INTERVAL, PlotPoints::from(corners));
                plot.polygon(strip.fill_color(fill).stroke(egui::Stroke::NONE));
            }
            let mean: Vec<[f64; 2]> = points.iter().map(|(x, mean, ..)| [*x, *mean]).collect();
            plot.line(Line::new(text::MEAN, PlotPoints::from(mean)).color(theme::ACCENT).width(1.8));
            plot.hline(HLine::new(strings::plots::NO_DIFFERENCE, 0.0).color(theme::SOFT).width(1.0));
        });
}
