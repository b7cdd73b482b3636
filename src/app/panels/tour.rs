//! The tour of a first start: five short cards, each beside the part of the window that it is about. Can be left at any card, and
//! comes back from the help window.

use bevy_egui::egui::{self, Rect, RichText, Stroke};

use crate::app::actions::Action;
use crate::app::keys::Keymap;
use crate::app::panels::theme;
use crate::app::strings::{self, tour as text};

/// Width of a card, points.
const WIDE: f32 = 380.0;

/// Where the parts of the window are.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The whole window.
    pub whole: Rect,
    /// The bar along the top.
    pub bar: Rect,
    /// The water.
    pub tank: Rect,
    /// The strip along the bottom, where it is shown.
    pub strip: Option<Rect>,
}

/// What a card is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Tank,
    Bar,
    Strip,
    Whole,
}

/// A card: the part, its title and its text, in which `{…}` stands for the keys of an action.
type Card = (Part, &'static str, &'static str, &'static [(&'static str, Action)]);

const CARDS: [Card; 5] = [
    (Part::Tank, text::SCHOOL, text::SCHOOL_TEXT, &[]),
    (
        Part::Bar,
        text::TIME,
        text::TIME_TEXT,
        &[("{pause}", Action::Pause), ("{step}", Action::Step), ("{fast}", Action::Fast)],
    ),
    (Part::Tank, text::AGENT, text::AGENT_TEXT, &[("{follow}", Action::Follow)]),
    (Part::Strip, text::PAST, text::PAST_TEXT, &[]),
    (
        Part::Whole,
        text::PANELS,
        text::PANELS_TEXT,
        &[("{watch}", Action::Watch), ("{film}", Action::Film), ("{help}", Action::Help)],
    ),
];

/// The card that is shown, if any is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tour {
    at: Option<usize>,
}

impl Tour {
    /// Begins with the first card.
    pub fn begin(&mut self) {
        self.at = Some(0);
    }

    /// Ends.
    pub fn end(&mut self) {
        self.at = None;
    }

    /// Whether a card is shown.
    pub fn is_on(self) -> bool {
        self.at.is_some()
    }
}

/// Draws the card and what it is about.
pub fn show(context: &egui::Context, tour: &mut Tour, keys: &Keymap, places: Places) {
    let Some(at) = tour.at else { return };
    let Some((part, title, said, named)) = CARDS.get(at) else { return tour.end() };
    let about = match part {
        Part::Tank => places.tank,
        Part::Bar => places.bar,
        Part::Strip => places.strip.unwrap_or(places.tank),
        Part::Whole => places.whole,
    };
    let layer = egui::LayerId::new(egui::Order::Foreground, egui::Id::new("tour frame"));
    let frame = context.layer_painter(layer);
    frame.rect_stroke(about.shrink(2.0), 6.0, Stroke::new(2.5, theme::ACCENT), egui::StrokeKind::Inside);
    let (pivot, place) = match part {
        Part::Bar => (egui::Align2::LEFT_TOP, about.left_bottom() + egui::vec2(16.0, 12.0)),
        Part::Strip => (egui::Align2::CENTER_BOTTOM, about.center_top() - egui::vec2(0.0, 12.0)),
        Part::Tank => (egui::Align2::CENTER_BOTTOM, about.center_bottom() - egui::vec2(0.0, 24.0)),
        Part::Whole => (egui::Align2::CENTER_CENTER, about.center()),
    };
    let key = |action: Action| match keys.shown(action) {
        none if none.is_empty() => strings::help::NO_KEY.to_string(),
        shown => shown,
    };
    let said = named.iter().fold(said.to_string(), |said, (name, action)| said.replace(name, &key(*action)));
    let area = egui::Area::new(egui::Id::new("tour")).order(egui::Order::Foreground).pivot(pivot).fixed_pos(place);
    area.constrain_to(places.whole.shrink(6.0)).show(context, |ui| {
        egui::Frame::window(ui.style()).inner_margin(14.0).show(ui, |ui| {
            ui.set_width(WIDE.min(places.whole.width() - 52.0));
            ui.label(RichText::new(*title).heading());
            ui.label(said);
            ui.add_space(4.0);
            ui.horizontal(|ui| {
                ui.label(RichText::new(text::card_of(at + 1, CARDS.len())).color(theme::SOFT));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let last = at + 1 == CARDS.len();
                    let on = RichText::new(if last { text::DONE } else { text::NEXT }).strong();
                    if ui.button(on).on_hover_text(text::NEXT_TIP).clicked() {
                        tour.at = Some(at + 1).filter(|_| !last);
                    }
                    if at > 0 && ui.button(text::BACK).on_hover_text(text::BACK_TIP).clicked() {
                        tour.at = Some(at - 1);
                    }
                    if !last && ui.button(text::SKIP).on_hover_text(text::SKIP_TIP).clicked() {
                        tour.end();
                    }
                });
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    fn harness() -> Harness<'static, Tour> {
        let draw = |ui: &mut egui::Ui, tour: &mut Tour| {
            let whole = ui.max_rect();
            let bar = whole.with_max_y(whole.min.y + 40.0);
            show(ui.ctx(), tour, &Keymap::default(), Places { whole, bar, tank: whole, strip: None });
        };
        let mut tour = Tour::default();
        tour.begin();
        let mut harness = Harness::builder().with_size([800.0, 600.0]).build_ui_state(draw, tour);
        harness.run();
        harness
    }

    #[test]
    fn five_cards_lead_to_the_end_and_one_can_go_back() {
        let mut harness = harness();
        assert!(harness.query_by_label("Back").is_none());
        for (_, title, ..) in &CARDS[..4] {
            harness.get_by_label(title);
            harness.get_by_label("Next").click();
            harness.run();
        }
        harness.get_by_label("Back").click();
        harness.run();
        harness.get_by_label(CARDS[3].1);
        harness.get_by_label("Next").click();
        harness.run();
        harness.get_by_label("Done").click();
        harness.run();
        assert!(!harness.state().is_on());
    }

    #[test]
    fn any_card_can_be_the_last() {
        let mut harness = harness();
        harness.get_by_label("Next").click();
        harness.run();
        harness.get_by_label_contains("pause (Space)");
        harness.get_by_label("Skip").click();
        harness.run();
        assert!(!harness.state().is_on());
    }
}
