//! The selected agent opened up: who it is, what it perceives, remembers, does and emits, and its network.

mod genome;
mod many;
mod merge;
mod wiring;

use bevy_egui::egui::{self, RichText, vec2};

use crate::app::actions::Action;
use crate::app::engine::{Control, InspectedAgent};
use crate::app::network::{self, names};
use crate::app::panels::{Ask, PanelContext, theme};
use crate::app::session::Session;
use crate::app::strings::{self, agent as text};
use crate::command::{Command, Hand};
use crate::layout::{Agent, ENERGY_SCALE, NONE, THINK_GRU, THINK_PLASTIC};
use crate::plan::Plan;
use crate::scene::SpeciesSpec;
use crate::simulation::PickBy;

/// Height of the network in the panel, points.
const NETWORK: f32 = 240.0;

/// What agents are picked for, with what it means.
const PICKS: [(PickBy, &str, &str); 4] = [
    (PickBy::Oldest, text::OLDEST, text::OLDEST_TIP),
    (PickBy::Fittest, text::FITTEST, text::FITTEST_TIP),
    (PickBy::Loudest, text::LOUDEST, text::LOUDEST_TIP),
    (PickBy::Oddest, text::ODDEST, text::ODDEST_TIP),
];

/// What is chosen and typed here.
#[derive(Default)]
pub struct Form {
    /// Species that agents are picked of; all where none is chosen.
    picks: Option<u32>,
    wiring: wiring::Form,
    genome: genome::Form,
    many: many::Form,
    merge: merge::Form,
}

impl Form {
    /// Forgets what was chosen: another run has begun.
    pub fn forget(&mut self) {
        self.wiring.forget();
    }

    /// Whether the network has a window of its own.
    pub fn large(&mut self) -> &mut bool {
        &mut self.wiring.large
    }
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    picks(ui, cx);
    if !cx.session.many.is_empty() {
        return many::section(ui, cx);
    }
    let Some(slot) = cx.session.selected else {
        theme::empty(ui, text::WITHOUT_AGENT);
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| genome::without_agent(ui, cx));
        return;
    };
    let session = cx.session;
    let Some(opened) = session.opened.as_ref() else {
        theme::empty(ui, text::LOOKING);
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
        strip_section(ui, text::ACTION, &names::of_actions(species, plan.tank.dim), &opened.detail.action, |_, _| {});
        if !opened.detail.signal.is_empty() {
            signal(ui, cx, &plan, index, opened, &agent);
        }
        // What a plastic controller remembers are its weights, which the network shows.
        if !opened.detail.memory.is_empty() && plan.species[index].think != THINK_PLASTIC {
            theme::section(ui, text::MEMORY);
            strip(ui, &opened.detail.memory, |i| text::cell(i + 1));
        }
        wires(ui, cx, &plan, index, species, opened, &agent);
        genome::section(ui, cx, &plan, index, opened, &agent);
    });
}

/// Buttons that select whoever stands out.
fn picks(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let scene = cx.session.stage.scene.clone();
    let form = &mut cx.forms.agent;
    form.picks = form.picks.filter(|species| (*species as usize) < scene.species.len());
    let name = |picks: Option<u32>| match picks.and_then(|species| scene.species.get(species as usize)) {
        Some(species) => species.name.clone(),
        None => text::PICK_OF_ALL.to_string(),
    };
    if scene.species.len() > 1 {
        ui.horizontal(|ui| {
            ui.label(RichText::new(text::PICK_OF).color(theme::SOFT));
            let picks = egui::ComboBox::from_id_salt("picks").selected_text(name(form.picks)).width(90.0);
            let chosen = picks.show_ui(ui, |ui| {
                for species in std::iter::once(None).chain((0..scene.species.len() as u32).map(Some)) {
                    ui.selectable_value(&mut form.picks, species, name(species)).on_hover_text(text::PICK_OF_TIP);
                }
            });
            chosen.response.on_hover_text(text::PICK_OF_TIP);
            ui.label(RichText::new(text::PICK_THE).color(theme::SOFT));
        });
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        if scene.species.len() < 2 {
            ui.label(RichText::new(text::PICK).color(theme::SOFT));
        }
        for (what, name, tip) in PICKS {
            if ui.add(egui::Button::new(name).small()).on_hover_text(tip).clicked() {
                cx.asks.push(Ask::Control(Control::Pick { what, species: form.picks }));
            }
        }
    });
}

/// What it says, with a way to silence each channel.
fn signal(ui: &mut egui::Ui, cx: &mut PanelContext, plan: &Plan, index: usize, opened: &InspectedAgent, agent: &Agent) {
    let names: Vec<String> = (1..=opened.detail.signal.len()).map(strings::network::channel).collect();
    let p = &plan.species[index];
    // As far as the genome decides it.
    let genome = &opened.detail.genome;
    let leads = |channel: u32| {
        let known = genome.len() == p.genome_len as usize && p.genome_len > 0;
        known.then(|| plan.leads_to(index, p.signal_action + channel, genome)).flatten()
    };
    let (world, id) = (cx.session.world, agent.id);
    let asks = &mut cx.asks;
    strip_section(ui, text::SIGNAL, &names, &opened.detail.signal, |ui, channel| {
        let Some(leads) = leads(channel as u32) else { return };
        let silent = leads.iter().all(|(at, value)| genome.get(*at) == Some(value));
        let tip = text::silence_tip(&sharers(p.sharers));
        let button = egui::Button::new(text::SILENCE).small();
        if ui.add_enabled(!silent, button).on_hover_text(tip).on_disabled_hover_text(text::SILENT_TIP).clicked() {
            let hand = Hand::Silence { channel: channel as u32 };
            asks.push(Ask::Control(Control::Command(Command::Agent { world, id, hand })));
        }
    });
}

/// Whom else a change of a genome concerns.
fn sharers(sharers: u32) -> String {
    match sharers {
        0 | 1 => String::new(),
        n => text::sharers(theme::grouped(n.into())),
    }
}

fn head(ui: &mut egui::Ui, cx: &mut PanelContext, species: &SpeciesSpec, agent: &Agent, slot: u32) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(&species.name).strong().color(theme::swatch(species.color)));
        ui.label(text::number(theme::grouped(agent.id.into()))).on_hover_text(text::slot(slot));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keys = &cx.settings.keys;
            if ui.button("✖").on_hover_text(keys.with(text::LET_GO_TIP, Action::LetGo)).clicked() {
                cx.asks.push(Ask::Select(None));
            }
            let mut follow = cx.session.follow;
            if ui
                .toggle_value(&mut follow, text::FOLLOW)
                .on_hover_text(keys.with(text::FOLLOW_TIP, Action::Follow))
                .changed()
            {
                cx.asks.push(Ask::Follow(follow));
            }
        });
    });
    if agent.alive == 0 {
        ui.label(RichText::new(text::DEAD).color(theme::WARN));
    }
}

fn identity(ui: &mut egui::Ui, plan: &Plan, index: usize, agent: &Agent, opened: &InspectedAgent, dt: f32) {
    let p = &plan.species[index];
    let energy = agent.energy.max(0) as f32 / ENERGY_SCALE;
    let most = p.energy_cap as f32 / ENERGY_SCALE;
    ui.horizontal(|ui| {
        ui.label(RichText::new(text::ENERGY).color(theme::SOFT));
        let bar = egui::ProgressBar::new((energy / most.max(1e-6)).clamp(0.0, 1.0))
            .desired_height(14.0)
            .fill(theme::ACCENT.gamma_multiply(0.75))
            .text(RichText::new(text::energy(theme::figure(energy.into()), theme::figure(most.into()))).small());
        ui.add(bar).on_hover_text(text::ENERGY_TIP);
    });
    let parent = |id: u32| if id == NONE { String::new() } else { theme::grouped(id.into()) };
    let origin = match &opened.birth {
        Some(birth) if birth.second != NONE => {
            text::born_of_two(birth.operator, parent(birth.parent), parent(birth.second))
        }
        Some(birth) if birth.parent != NONE => text::born_of(birth.operator, parent(birth.parent)),
        Some(birth) => birth.operator.to_string(),
        None if agent.founder == agent.id => text::FOUNDER.to_string(),
        None => text::UNKNOWN.to_string(),
    };
    let age = f64::from(agent.age) * f64::from(dt);
    egui::Grid::new("identity").num_columns(4).spacing([12.0, 4.0]).show(ui, |ui| {
        let pair = |ui: &mut egui::Ui, name: &str, value: String, tip: &str| {
            ui.label(RichText::new(name).color(theme::SOFT));
            ui.label(value).on_hover_text(tip);
        };
        pair(ui, text::AGE, format!("{age:.1} s"), text::AGE_TIP);
        let speed = crate::math::length(agent.vel);
        pair(ui, text::SPEED, format!("{speed:.2}"), text::SPEED_TIP);
        ui.end_row();
        pair(ui, text::BORN, origin, text::BORN_TIP);
        pair(ui, text::LINE, theme::grouped(agent.founder.into()), text::LINE_TIP);
        ui.end_row();
    });
}

/// The observation, sense by sense.
fn observation(ui: &mut egui::Ui, plan: &Plan, index: usize, species: &SpeciesSpec, opened: &InspectedAgent) {
    let p = &plan.species[index];
    if p.senses == 0 {
        return;
    }
    theme::section(ui, text::OBSERVATION);
    let senses = &plan.senses[p.sense_start as usize..(p.sense_start + p.senses) as usize];
    for (spec, sense) in species.senses.iter().zip(senses) {
        let range = sense.start as usize..(sense.start + sense.len) as usize;
        let Some(values) = opened.detail.observation.get(range) else { continue };
        let name = names::of_sense(spec);
        let each = names::of_numbers(spec, sense, plan.tank.dim, &names::of_actions(species, plan.tank.dim));
        ui.horizontal(|ui| {
            ui.label(RichText::new(&name).small().color(theme::SOFT));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let told =
                    if values.len() == 1 { theme::figure(values[0].into()) } else { format!("{}", values.len()) };
                ui.label(RichText::new(told).small().color(theme::SOFT));
            });
        });
        strip(ui, values, |i| each.get(i).cloned().unwrap_or_default());
    }
}

/// A titled list of numbers, each with its name, a bar, and what `more` adds.
fn strip_section(
    ui: &mut egui::Ui,
    title: &str,
    names: &[String],
    values: &[f32],
    mut more: impl FnMut(&mut egui::Ui, usize),
) {
    theme::section(ui, title);
    egui::Grid::new(title).num_columns(4).spacing([10.0, 3.0]).show(ui, |ui| {
        for (i, &value) in values.iter().enumerate() {
            let name = names.get(i).cloned().unwrap_or_else(|| strings::network::number(i + 1));
            ui.label(RichText::new(&name).small().color(theme::SOFT));
            let (place, response) = ui.allocate_exact_size(vec2(110.0, 11.0), egui::Sense::hover());
            ui.painter().rect_filled(place, 2.0, theme::WELL);
            let middle = place.center().x;
            let end = middle + value.clamp(-1.0, 1.0) * place.width() * 0.5;
            let bar = egui::Rect::from_x_y_ranges(middle.min(end)..=middle.max(end), place.y_range());
            ui.painter().rect_filled(bar, 2.0, theme::tone(value));
            response.on_hover_text(format!("{name}: {value:.4}"));
            ui.label(RichText::new(format!("{value:+.2}")).small().monospace());
            more(ui, i);
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

/// The network, in the panel and, where that is asked for, in a window of its own.
fn wires(
    ui: &mut egui::Ui,
    cx: &mut PanelContext,
    plan: &Plan,
    index: usize,
    species: &SpeciesSpec,
    opened: &InspectedAgent,
    agent: &Agent,
) {
    theme::section(ui, text::NETWORK);
    if let Some(words) = network::rule(&species.controller) {
        ui.label(RichText::new(text::rule(words)).color(theme::SOFT));
        return;
    }
    let form = &mut cx.forms.agent.wiring;
    let p = &plan.species[index];
    ui.horizontal(|ui| {
        if p.think == THINK_GRU {
            ui.selectable_value(&mut form.gate, false, text::TAKES_UP).on_hover_text(text::TAKES_UP_TIP);
            ui.selectable_value(&mut form.gate, true, text::FORGETS).on_hover_text(text::FORGETS_TIP);
        }
        let large = egui::Button::new(if form.large { text::SMALL } else { text::LARGE }).small();
        if ui.add(large).on_hover_text(text::LARGE_TIP).clicked() {
            form.large ^= true;
        }
    });
    let Some(network) = network::of(plan, species, opened, form.gate) else {
        ui.label(RichText::new(text::WITHOUT_NETWORK).color(theme::SOFT));
        return;
    };
    let mut set = None;
    if !form.large {
        set = wiring::show(ui, form, &network, &opened.line, NETWORK);
    }
    cx.asks.extend(set.map(|(index, value)| weight(cx.session.world, agent.id, index, value)));
    let numbers = text::numbers(theme::grouped(opened.detail.genome.len() as u64), &sharers(p.sharers));
    ui.label(RichText::new(numbers).small().color(theme::SOFT));
}

/// Asks for a number of a genome to be set.
fn weight(world: u32, id: u32, index: u32, value: f32) -> Ask {
    Ask::Control(Control::Command(Command::Agent { world, id, hand: Hand::Weight { index, value } }))
}

/// The network of the selected agent in a window of its own, where that was asked for: it stays while other panels are in front.
pub fn window(context: &egui::Context, form: &mut Form, session: &Session, asks: &mut Vec<Ask>) {
    let form = &mut form.wiring;
    let Some(opened) = session.opened.as_ref().filter(|_| form.large) else { return };
    let Some((agent, species)) =
        opened.detail.agent.zip(session.stage.scene.species.get(opened.detail.species as usize))
    else {
        return;
    };
    let Some(network) = network::of(&session.stage.plan, species, opened, form.gate) else { return };
    let (mut open, mut set) = (true, None);
    egui::Window::new(text::NETWORK)
        .id(egui::Id::new("large network"))
        .open(&mut open)
        .default_pos([320.0, 90.0])
        .default_size([660.0, 460.0])
        .show(context, |ui| {
            // Room for the slider, a note and what is chosen: the window would grow with them.
            let height = (ui.available_height() - 132.0).max(120.0);
            set = wiring::show(ui, form, &network, &opened.line, height);
        });
    form.large = open;
    asks.extend(set.map(|(index, value)| weight(session.world, agent.id, index, value)));
}

#[cfg(test)]
mod tests;
