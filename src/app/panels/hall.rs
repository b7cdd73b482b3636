//! The hall of fame: the fittest that this run has seen, species by species, in a window. Draws what the chronicle has kept.

use bevy_egui::egui::{self, RichText};

use crate::app::engine::Control;
use crate::app::engine::chronicle::HallEntry;
use crate::app::genomes::{self, HeldGenome};
use crate::app::panels::{Ask, theme};
use crate::app::session::Session;
use crate::app::strings::{self, hall as text};
use crate::layout::NONE;
use crate::simulation::Name;

/// Whether it is open.
#[derive(Default)]
pub struct Form {
    /// See above.
    pub open: bool,
}

/// Draws the window while it is open.
pub fn window(context: &egui::Context, form: &mut Form, session: &Session, asks: &mut Vec<Ask>) {
    egui::Window::new(text::HALL)
        .open(&mut form.open)
        .default_pos([360.0, 130.0])
        .default_size([430.0, 320.0])
        .show(context, |ui| content(ui, session, asks));
}

/// What is in it.
pub fn content(ui: &mut egui::Ui, session: &Session, asks: &mut Vec<Ask>) {
    if session.fame.is_empty() {
        return theme::empty(ui, text::EMPTY);
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (index, species) in session.stage.scene.species.iter().enumerate() {
            let own: Vec<&HallEntry> = session.fame.iter().filter(|fame| fame.name.species as usize == index).collect();
            let Some(first) = own.first() else { continue };
            ui.label(RichText::new(&species.name).strong().color(theme::swatch(species.color)));
            let what = if first.name.world == NONE { text::FITNESS } else { text::FITNESS_A_SECOND };
            egui::Grid::new(("fame", index)).num_columns(6).spacing([12.0, 4.0]).show(ui, |ui| {
                for head in ["", text::NUMBER, what, text::TICK] {
                    ui.label(RichText::new(head).small().color(theme::SOFT));
                }
                ui.end_row();
                for (rank, fame) in own.iter().enumerate() {
                    row(ui, session, asks, rank, fame);
                    ui.end_row();
                }
            });
            ui.add_space(6.0);
        }
    });
}

fn row(ui: &mut egui::Ui, session: &Session, asks: &mut Vec<Ask>, rank: usize, fame: &HallEntry) {
    ui.label(RichText::new(format!("{}.", rank + 1)).color(theme::SOFT));
    ui.label(theme::grouped(fame.name.id.into()));
    ui.label(theme::figure(fame.fitness.into()));
    ui.label(theme::grouped(fame.tick)).on_hover_text(text::TICK_TIP);
    select(ui, session, asks, fame.name, fame.alive);
    ui.horizontal(|ui| {
        drop_and_save(ui, session, asks, fame.name.species as usize, fame.name.id, (&fame.genome, fame.fitness))
    });
}

/// A button that selects an individual, which had this world and slot at the last look.
pub fn select(ui: &mut egui::Ui, session: &Session, asks: &mut Vec<Ask>, name: Name, alive: Option<(u32, u32)>) {
    let here = alive.is_some_and(|(world, _)| world == session.world);
    let button = egui::Button::new(text::SELECT).small();
    let gone = if alive.is_some() { text::ELSEWHERE_TIP } else { text::DEAD_TIP };
    if ui.add_enabled(here, button).on_hover_text(text::SELECT_TIP).on_disabled_hover_text(gone).clicked() {
        // By its name: since that look its place may have become somebody else's.
        asks.push(Ask::Control(Control::Find(name)));
    }
}

/// Buttons for a genome that is known: into the tank, and into a file.
pub fn drop_and_save(
    ui: &mut egui::Ui,
    session: &Session,
    asks: &mut Vec<Ask>,
    species: usize,
    id: u32,
    (genome, fitness): (&std::sync::Arc<[f32]>, f32),
) {
    let Some(name) = session.stage.scene.species.get(species).map(|spec| spec.name.clone()) else { return };
    if ui.add(egui::Button::new(text::DROP).small()).on_hover_text(text::DROP_TIP).clicked() {
        let from = strings::agent::number(theme::grouped(id.into()));
        asks.push(Ask::Spawn(HeldGenome { species, genome: genome.clone(), from }));
    }
    if ui.add(egui::Button::new(text::TAKE).small()).on_hover_text(text::TAKE_TIP).clicked() {
        let from = strings::agent::number(theme::grouped(id.into()));
        asks.push(Ask::Hold(HeldGenome { species, genome: genome.clone(), from }));
    }
    if ui.add(egui::Button::new(strings::genome::SAVE).small()).on_hover_text(text::SAVE_TIP).clicked() {
        asks.push(save_here(session, species, &genomes::file_name(&name, id), (&genome[..], fitness, [id, NONE])));
    }
}

/// Writes a genome into the folder that the program was started in, and gives what there is to tell of it.
pub fn save_here(session: &Session, species: usize, name: &str, whose: (&[f32], f32, [u32; 2])) -> Ask {
    let path = std::path::PathBuf::from(name);
    match genomes::save(&path, &session.stage.scene, &session.stage.plan, species, whose) {
        Ok(path) => {
            let path = std::fs::canonicalize(&path).unwrap_or(path);
            Ask::Tell(strings::genome::saved(path.display()), false)
        }
        Err(why) => Ask::Tell(strings::genome::not_saved(why), true),
    }
}
