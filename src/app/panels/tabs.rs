//! The docked panels: what each is called, and which function draws it. Knows nothing of where they are docked.

use bevy_egui::egui;
use egui_dock::TabViewer;
use serde::{Deserialize, Serialize};

use crate::app::film::studio::Progress;
use crate::app::frame::Eye;
use crate::app::panels::{
    Ask, Desk, PanelContext, agent, charts, compare, evolution, measures, parameters, probe, record, scenes, signals,
};
use crate::app::session::Session;
use crate::app::strings::panels as text;
use crate::app::tank;

/// A docked panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tab {
    /// The water.
    Tank,
    /// Scenes to choose from.
    Scenes,
    /// Every number of the scene.
    Parameters,
    /// Fitness, births, diversity.
    Evolution,
    /// The selected agent.
    Agent,
    /// Measures of the school.
    Measures,
    /// A measure against time or another, a state over agents.
    Plots,
    /// What signals mean.
    Signals,
    /// What a change to the school is worth.
    Probe,
    /// Two branches of the run.
    Compare,
    /// Films.
    Record,
    /// What another version of the program remembered; never shown.
    #[serde(other)]
    Unknown,
}

impl Tab {
    /// All, in order.
    pub const ALL: [Tab; 11] = [
        Tab::Tank,
        Tab::Scenes,
        Tab::Parameters,
        Tab::Evolution,
        Tab::Agent,
        Tab::Measures,
        Tab::Plots,
        Tab::Signals,
        Tab::Probe,
        Tab::Compare,
        Tab::Record,
    ];

    fn title(self) -> &'static str {
        match self {
            Tab::Tank => text::TANK,
            Tab::Scenes => text::SCENES,
            Tab::Parameters => text::PARAMETERS,
            Tab::Evolution => text::EVOLUTION,
            Tab::Agent => text::AGENT,
            Tab::Measures => text::MEASURES,
            Tab::Plots => text::PLOTS,
            Tab::Signals => text::SIGNALS,
            Tab::Probe => text::PROBE,
            Tab::Compare => text::COMPARE,
            Tab::Record => text::RECORD,
            Tab::Unknown => "",
        }
    }

    fn tip(self) -> &'static str {
        match self {
            Tab::Tank => text::TANK_TIP,
            Tab::Scenes => text::SCENES_TIP,
            Tab::Parameters => text::PARAMETERS_TIP,
            Tab::Evolution => text::EVOLUTION_TIP,
            Tab::Agent => text::AGENT_TIP,
            Tab::Measures => text::MEASURES_TIP,
            Tab::Plots => text::PLOTS_TIP,
            Tab::Signals => text::SIGNALS_TIP,
            Tab::Probe => text::PROBE_TIP,
            Tab::Compare => text::COMPARE_TIP,
            Tab::Record => text::RECORD_TIP,
            Tab::Unknown => "",
        }
    }
}

/// Draws the docked panels, each in its place.
pub struct Viewer<'a> {
    /// What lives from frame to frame.
    pub desk: &'a mut Desk,
    /// The run as the window knows it.
    pub session: &'a mut Session,
    /// The camera.
    pub eye: &'a mut Eye,
    /// The film being made.
    pub film: Option<Progress>,
    /// What panels asked for.
    pub asks: &'a mut Vec<Ask>,
    /// Where the tank is.
    pub tank: tank::Places,
    /// Whether anybody looks at what signals mean.
    pub listens: bool,
}

impl TabViewer for Viewer<'_> {
    type Tab = Tab;

    fn id(&mut self, tab: &mut Tab) -> egui::Id {
        egui::Id::new(*tab)
    }

    fn title(&mut self, tab: &mut Tab) -> egui::WidgetText {
        tab.title().into()
    }

    fn on_tab_button(&mut self, tab: &mut Tab, response: &egui::Response) {
        response.clone().on_hover_text(text::tab_tip(tab.tip()));
    }

    fn ui(&mut self, ui: &mut egui::Ui, tab: &mut Tab) {
        if *tab == Tab::Tank {
            self.tank = tank::show(ui, self.desk, self.session, self.eye);
            return;
        }
        let mut cx = PanelContext {
            session: self.session,
            settings: &mut self.desk.settings,
            forms: &mut self.desk.forms,
            film: self.film.clone(),
            asks: Vec::new(),
        };
        match tab {
            Tab::Tank | Tab::Unknown => {}
            Tab::Scenes => scenes::panel(ui, &mut cx),
            Tab::Parameters => parameters::panel(ui, &mut cx),
            Tab::Evolution => evolution::panel(ui, &mut cx),
            Tab::Agent => agent::panel(ui, &mut cx),
            Tab::Measures => measures::panel(ui, &mut cx),
            Tab::Plots => charts::panel(ui, &mut cx),
            Tab::Signals => {
                self.listens = true;
                signals::panel(ui, &mut cx);
            }
            Tab::Probe => probe::panel(ui, &mut cx),
            Tab::Compare => compare::panel(ui, &mut cx),
            Tab::Record => record::panel(ui, &mut cx),
        }
        self.asks.append(&mut cx.asks);
    }

    fn clear_background(&self, tab: &Tab) -> bool {
        *tab != Tab::Tank
    }

    fn scroll_bars(&self, _tab: &Tab) -> [bool; 2] {
        // Panels scroll by themselves, so that their heads stay.
        [false, false]
    }

    fn tab_style_override(&self, tab: &Tab, style: &egui_dock::TabStyle) -> Option<egui_dock::TabStyle> {
        // The water reaches the edges of its place.
        (*tab == Tab::Tank).then(|| {
            let mut style = style.clone();
            style.tab_body.inner_margin = egui::Margin::ZERO;
            style
        })
    }

    fn is_closeable(&self, _tab: &Tab) -> bool {
        false
    }

    fn allowed_in_windows(&self, tab: &mut Tab) -> bool {
        *tab != Tab::Tank
    }
}
