//! The selected agent opened up: who it is, what it perceives, remembers, does and emits, and its network.

use bevy_egui::egui::{self, RichText, TextureHandle, TextureOptions, vec2};

use crate::app::engine::Opened;
use crate::app::panels::{Ask, PanelContext, theme};
use crate::controller::graph;
use crate::layout::{Agent, ENERGY_SCALE, NONE, THINK_GRAPH, THINK_GRU, THINK_PLASTIC};
use crate::plan::Plan;
use crate::scene::{FieldFeature, Motion, Sense, SpeciesSpec};

/// Pictures of the network that is shown, and of which genome.
#[derive(Default)]
pub struct Form {
    known: Option<u64>,
    layers: Vec<(String, TextureHandle, [usize; 2])>,
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let Some(slot) = cx.session.selected else {
        theme::empty(ui, "Click an agent in the tank to look inside it.");
        return;
    };
    let session = cx.session;
    let Some(opened) = session.opened.as_ref() else {
        theme::empty(ui, "Looking …");
        return;
    };
    let index = opened.detail.species as usize;
    let scene = session.stage.scene.clone();
    let plan = session.stage.plan.clone();
    let (Some(species), Some(agent)) = (scene.species.get(index), opened.detail.agent) else { return };
    head(ui, cx, species, &agent, slot);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        identity(ui, &plan, index, &agent, opened, scene.dt);
        observation(ui, &plan, index, species, opened);
        strip_section(ui, "Action", &names_of_actions(species, plan.tank.dim), &opened.detail.action);
        if !opened.detail.signal.is_empty() {
            let names: Vec<String> = (1..=opened.detail.signal.len()).map(|i| format!("channel {i}")).collect();
            strip_section(ui, "Signal", &names, &opened.detail.signal);
        }
        // What a plastic controller remembers are its weights, which the network shows.
        if !opened.detail.memory.is_empty() && plan.species[index].think != THINK_PLASTIC {
            theme::section(ui, "Memory");
            strip(ui, &opened.detail.memory, |i| format!("cell {}", i + 1));
        }
        network(ui, &mut cx.forms.agent, &plan, index, opened);
    });
}

fn head(ui: &mut egui::Ui, cx: &mut PanelContext, species: &SpeciesSpec, agent: &Agent, slot: u32) {
    ui.horizontal(|ui| {
        let text = RichText::new(&species.name).strong().color(theme::swatch(species.color));
        ui.label(text);
        ui.label(format!("no. {}", theme::grouped(agent.id.into()))).on_hover_text(format!("Slot {slot}"));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("✖").on_hover_text("Let go (Esc)").clicked() {
                cx.asks.push(Ask::Select(None));
            }
            let mut follow = cx.session.follow;
            if ui.toggle_value(&mut follow, "Follow").on_hover_text("The camera keeps to it (F)").changed() {
                cx.asks.push(Ask::Follow(follow));
            }
        });
    });
    if agent.alive == 0 {
        ui.label(RichText::new("It is dead; its place is free.").color(theme::WARN));
    }
}

fn identity(ui: &mut egui::Ui, plan: &Plan, index: usize, agent: &Agent, opened: &Opened, dt: f32) {
    let p = &plan.species[index];
    let energy = agent.energy.max(0) as f32 / ENERGY_SCALE;
    let most = p.energy_cap as f32 / ENERGY_SCALE;
    ui.horizontal(|ui| {
        ui.label(RichText::new("energy").color(theme::SOFT));
        let bar = egui::ProgressBar::new((energy / most.max(1e-6)).clamp(0.0, 1.0))
            .desired_height(14.0)
            .fill(theme::ACCENT.gamma_multiply(0.75))
            .text(RichText::new(format!("{} of {}", theme::figure(energy.into()), theme::figure(most.into()))).small());
        ui.add(bar).on_hover_text("Energy over what it can store");
    });
    let parent = |id: u32| if id == NONE { String::new() } else { theme::grouped(id.into()) };
    let origin = match &opened.birth {
        Some(birth) if birth.second != NONE => {
            format!("{} of {} and {}", birth.operator, parent(birth.parent), parent(birth.second))
        }
        Some(birth) if birth.parent != NONE => format!("{} of {}", birth.operator, parent(birth.parent)),
        Some(birth) => birth.operator.to_string(),
        None if agent.founder == agent.id => "founder".to_string(),
        None => "unknown".to_string(),
    };
    let age = f64::from(agent.age) * f64::from(dt);
    egui::Grid::new("identity").num_columns(4).spacing([12.0, 4.0]).show(ui, |ui| {
        let pair = |ui: &mut egui::Ui, name: &str, value: String, tip: &str| {
            ui.label(RichText::new(name).color(theme::SOFT));
            ui.label(value).on_hover_text(tip);
        };
        pair(ui, "age", format!("{age:.1} s"), "Simulated seconds lived");
        let speed = crate::math::length(agent.vel);
        pair(ui, "speed", format!("{speed:.2}"), "Body lengths a second");
        ui.end_row();
        pair(ui, "born", origin, "How its genome was made, and from whom");
        pair(ui, "line", theme::grouped(agent.founder.into()), "Founder that its line of first parents goes back to");
        ui.end_row();
    });
}

/// The observation, sense by sense.
fn observation(ui: &mut egui::Ui, plan: &Plan, index: usize, species: &SpeciesSpec, opened: &Opened) {
    let p = &plan.species[index];
    if p.senses == 0 {
        return;
    }
    theme::section(ui, "Observation");
    let senses = &plan.senses[p.sense_start as usize..(p.sense_start + p.senses) as usize];
    for (spec, sense) in species.senses.iter().zip(senses) {
        let range = sense.start as usize..(sense.start + sense.len) as usize;
        let Some(values) = opened.detail.observation.get(range) else { continue };
        let name = name_of_sense(spec);
        ui.horizontal(|ui| {
            ui.label(RichText::new(&name).small().color(theme::SOFT));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let text =
                    if values.len() == 1 { theme::figure(values[0].into()) } else { format!("{}", values.len()) };
                ui.label(RichText::new(text).small().color(theme::SOFT));
            });
        });
        strip(ui, values, |i| format!("{name}, number {}", i + 1));
    }
}

fn name_of_sense(sense: &Sense) -> String {
    let of = |names: &[String], all: &str| if names.is_empty() { all.to_string() } else { names.join(", ") };
    match sense {
        Sense::Neighbours(n) => format!("neighbours: {} within {} BL", of(&n.species, "all"), n.range),
        Sense::Nearest(n) => format!("nearest {}: {}", n.k, of(&n.species, "all")),
        Sense::Pairs(p) => format!("pairs: {} in {} zones", of(&p.species, "all"), p.zones.len()),
        Sense::Field(f) => {
            let what = match f.gives {
                FieldFeature::Value => "amount",
                FieldFeature::Gradient => "slope",
                FieldFeature::Antennae(_) => "antennae",
            };
            format!("{what} of {}", of(&f.fields, "all fields"))
        }
        Sense::Walls(w) => format!("walls within {} BL", w.range),
        Sense::Speed => "own speed".into(),
        Sense::Energy => "own energy".into(),
        Sense::LastAction => "last action".into(),
        Sense::OwnSignal => "own signal".into(),
        Sense::Noise => "noise".into(),
        Sense::Constant => "constant".into(),
    }
}

fn names_of_actions(species: &SpeciesSpec, dim: u32) -> Vec<String> {
    let motion: &[&str] = match (species.body.motion, dim) {
        (Motion::Body, 2) => &["thrust", "yaw"],
        (Motion::Body, _) => &["thrust", "yaw", "pitch"],
        (Motion::Heading, 2) => &["ahead", "left"],
        (Motion::Heading, _) => &["ahead", "left", "up"],
        (Motion::Force, 2) => &["push ahead", "push left"],
        (Motion::Force, _) => &["push ahead", "push left", "push up"],
        (Motion::Course, 2) => &["yaw"],
        (Motion::Course, _) => &["yaw", "pitch"],
    };
    let mut names: Vec<String> = motion.iter().map(|s| s.to_string()).collect();
    names.extend((1..=species.signals.channels).map(|i| format!("signal {i}")));
    names.extend(species.deposits.iter().map(|d| format!("deposit {}", d.field)));
    if species.diet.by_choice && !species.diet.prey.is_empty() {
        names.push("attack".into());
    }
    names
}

/// A titled list of numbers, each with its name and a bar.
fn strip_section(ui: &mut egui::Ui, title: &str, names: &[String], values: &[f32]) {
    theme::section(ui, title);
    egui::Grid::new(title).num_columns(3).spacing([10.0, 3.0]).show(ui, |ui| {
        for (i, &value) in values.iter().enumerate() {
            let name = names.get(i).cloned().unwrap_or_else(|| format!("number {}", i + 1));
            ui.label(RichText::new(&name).small().color(theme::SOFT));
            let (place, response) = ui.allocate_exact_size(vec2(110.0, 11.0), egui::Sense::hover());
            ui.painter().rect_filled(place, 2.0, theme::WELL);
            let middle = place.center().x;
            let end = middle + value.clamp(-1.0, 1.0) * place.width() * 0.5;
            let bar = egui::Rect::from_x_y_ranges(middle.min(end)..=middle.max(end), place.y_range());
            ui.painter().rect_filled(bar, 2.0, theme::tone(value));
            response.on_hover_text(format!("{name}: {value:.4}"));
            ui.label(RichText::new(format!("{value:+.2}")).small().monospace());
            ui.end_row();
        }
    });
}

/// Many numbers as thin upright bars around a middle line.
fn strip(ui: &mut egui::Ui, values: &[f32], name: impl Fn(usize) -> String) {
    let (place, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), egui::Sense::hover());
    let painter = ui.painter_at(place);
    painter.rect_filled(place, 3.0, theme::WELL);
    let step = place.width() / values.len().max(1) as f32;
    for (i, &value) in values.iter().enumerate() {
        let x = place.min.x + i as f32 * step;
        let gap = if step > 4.0 { 1.0 } else { 0.0 };
        let y = place.center().y - value.clamp(-1.0, 1.0) * (place.height() * 0.5 - 1.0);
        let (top, bottom) = (y.min(place.center().y), y.max(place.center().y).max(y.min(place.center().y) + 1.0));
        let bar = egui::Rect::from_min_max(egui::pos2(x + gap * 0.5, top), egui::pos2(x + step - gap * 0.5, bottom));
        painter.rect_filled(bar, 0.0, theme::tone(value));
    }
    if let Some(pointer) = response.hover_pos() {
        let i = ((pointer.x - place.min.x) / step) as usize;
        if let Some(value) = values.get(i) {
            response.on_hover_text(format!("{}: {value:.4}", name(i)));
        }
    }
}

/// The weights of each layer as a heat map: a row an input (the bias first, where there are any), a column an output.
fn network(ui: &mut egui::Ui, form: &mut Form, plan: &Plan, index: usize, opened: &Opened) {
    let p = &plan.species[index];
    theme::section(ui, "Network");
    if p.by_rule() {
        ui.label(RichText::new("A hand-written rule: there are no weights.").color(theme::SOFT));
        return;
    }
    let learned = p.think == THINK_PLASTIC;
    let genome = &opened.detail.genome;
    if p.think == THINK_GRAPH {
        let (sizes, outputs) = (graph::Sizes::of(p), p.act_len);
        let [hidden, edges] = graph::counts(sizes, outputs, genome);
        ui.label(RichText::new(format!("{hidden} hidden nodes, {edges} edges")).color(theme::SOFT));
        for line in graph::lines(sizes, outputs, genome) {
            ui.label(RichText::new(line).small().monospace());
        }
        return;
    }
    let weights = if learned { &opened.detail.memory } else { genome };
    let print = fingerprint(weights);
    if form.known != Some(print) {
        form.known = Some(print);
        form.layers = layers(ui, plan, index, weights);
    }
    for (name, texture, [wide, high]) in &form.layers {
        ui.label(RichText::new(name).small().color(theme::SOFT));
        let width = ui.available_width().min(*wide as f32 * 16.0);
        let height = (width / *wide as f32 * *high as f32).clamp(14.0, 190.0);
        let tip = match learned {
            true => "Orange: positive. Blue: negative. A row for each input. Weights change by rules of the genome",
            false => "Orange: positive. Blue: negative. The first row is the bias; then a row for each input",
        };
        let image = egui::Image::new(egui::load::SizedTexture::new(texture.id(), vec2(width, height)));
        ui.add(image.corner_radius(3)).on_hover_text(tip);
    }
    ui.label(RichText::new(format!("{} numbers", theme::grouped(genome.len() as u64))).small().color(theme::SOFT));
}

fn fingerprint(genome: &[f32]) -> u64 {
    genome.iter().fold(0xcbf2_9ce4_8422_2325, |h, x| (h ^ u64::from(x.to_bits())).wrapping_mul(0x0100_0000_01b3))
}

/// `numbers` are a genome, or the weights of a plastic controller.
fn layers(ui: &egui::Ui, plan: &Plan, index: usize, numbers: &[f32]) -> Vec<(String, TextureHandle, [usize; 2])> {
    let p = &plan.species[index];
    let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
    let gates = if p.think == THINK_GRU { 2 } else { 0 };
    layers
        .iter()
        .enumerate()
        .filter_map(|(i, layer)| {
            let biases = usize::from(layer.biases > 0);
            let (wide, high) = (layer.outputs as usize, layer.inputs as usize + biases);
            let first = (layer.start / p.numbers) as usize;
            let weights = numbers.get(first..first + wide * high)?;
            let most = weights.iter().fold(0.0f32, |m, w| m.max(w.abs())).max(1e-6);
            let pixels = weights.iter().map(|w| theme::tone(w / most)).collect();
            let image = egui::ColorImage { size: [wide, high], source_size: vec2(wide as f32, high as f32), pixels };
            let texture = ui.ctx().load_texture(format!("layer {i}"), image, TextureOptions::NEAREST);
            let name = match i {
                0 if gates == 2 => format!("forget gate, {} to {}", layer.inputs, layer.outputs),
                1 if gates == 2 => format!("candidate, {} to {}", layer.inputs, layer.outputs),
                _ => format!("layer {}, {} to {}", i + 1 - gates, layer.inputs, layer.outputs),
            };
            Some((name, texture, [wide, high]))
        })
        .collect()
}
