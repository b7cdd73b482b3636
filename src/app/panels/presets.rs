//! Where panels are for a purpose, and the user's own arrangements. Knows which panels there are, not what is in them: a panel that no
//! arrangement names joins the last group of it.

use std::collections::BTreeSet;

use bevy_egui::egui::{self, RichText};
use egui_dock::{DockState, Node, NodeIndex, Surface};
use serde::{Deserialize, Serialize};

use crate::app::actions::Action;
use crate::app::panels::{Tab, theme};
use crate::app::settings::Settings;
use crate::app::strings::presets as text;

/// Arrangements of the user that are kept at most.
const MOST: usize = 32;
/// Letters of a name.
const LETTERS: usize = 32;

/// What panels are arranged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// Looking at the school.
    Watch,
    /// Steering evolution.
    Evolve,
    /// Finding out what goes on.
    Analyse,
    /// Making films.
    Film,
}

impl Purpose {
    /// All, with their names and the actions that arrange for them.
    pub const ALL: [(Purpose, &'static str, Action); 4] = [
        (Purpose::Watch, text::WATCH, Action::Watch),
        (Purpose::Evolve, text::EVOLVE, Action::Evolve),
        (Purpose::Analyse, text::ANALYSE, Action::Analyse),
        (Purpose::Film, text::FILM, Action::Film),
    ];

    fn name(self) -> &'static str {
        Purpose::ALL[self as usize].1
    }
}

/// An arrangement that the user has given a name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Own {
    /// The name.
    pub name: String,
    /// Where panels are.
    pub dock: DockState<Tab>,
}

/// Where panels are for a purpose.
pub fn layout(purpose: Purpose) -> DockState<Tab> {
    use Tab::{Agent, Evolution, Measures, Parameters, Plots, Probe, Record, Scenes, Signals};
    let mut dock = DockState::new(vec![Tab::Tank]);
    let tree = dock.main_surface_mut();
    let root = NodeIndex::root();
    match purpose {
        Purpose::Watch => {
            let [above, below] =
                groups([&[Scenes, Parameters, Record], &[Agent, Evolution, Measures, Plots, Signals, Probe]]);
            let [_, side] = tree.split_right(root, 0.76, above);
            tree.split_below(side, 0.62, below);
        }
        Purpose::Evolve => {
            let [left, right, below] =
                groups([&[Parameters, Scenes, Record], &[Evolution], &[Measures, Agent, Plots, Signals, Probe]]);
            let [tank, _] = tree.split_left(root, 0.24, left);
            let [_, side] = tree.split_right(tank, 0.6, right);
            tree.split_below(side, 0.62, below);
        }
        Purpose::Analyse => {
            let [middle, right, under, corner] =
                groups([&[Measures, Evolution], &[Signals, Probe], &[Plots, Scenes, Parameters, Record], &[Agent]]);
            let [tank, columns] = tree.split_right(root, 0.44, middle);
            let [_, right] = tree.split_right(columns, 0.5, right);
            tree.split_below(tank, 0.52, under);
            tree.split_below(right, 0.5, corner);
        }
        Purpose::Film => {
            let [above, below] =
                groups([&[Record], &[Scenes, Parameters, Agent, Evolution, Measures, Plots, Signals, Probe]]);
            let [_, side] = tree.split_left(root, 0.25, above);
            tree.split_below(side, 0.7, below);
        }
    }
    dock
}

/// All panels in one place, the tank in front: for windows in which two would not fit beside each other.
pub fn small() -> DockState<Tab> {
    DockState::new(Tab::ALL.to_vec())
}

/// Every panel in sight at once, to measure what they cost together.
pub fn all() -> DockState<Tab> {
    use Tab::{Agent, Compare, Evolution, Measures, Parameters, Plots, Probe, Record, Scenes, Signals};
    let mut dock = DockState::new(vec![Tab::Tank]);
    let tree = dock.main_surface_mut();
    let single: [&[Tab]; 10] = [
        &[Scenes],
        &[Parameters],
        &[Record],
        &[Plots],
        &[Evolution],
        &[Measures],
        &[Signals],
        &[Probe],
        &[Compare],
        &[Agent],
    ];
    let [scenes, parameters, record, plots, evolution, measures, signals, probe, compare, agent] = groups(single);
    let [tank, left] = tree.split_left(NodeIndex::root(), 0.235, scenes);
    let [_, middle] = tree.split_below(left, 0.34, parameters);
    let [_, middle] = tree.split_below(middle, 0.4, record);
    tree.split_below(middle, 0.5, plots);
    let [_, right] = tree.split_right(tank, 0.69, evolution);
    let [_, middle] = tree.split_below(right, 0.25, measures);
    let [_, middle] = tree.split_below(middle, 0.34, signals);
    let [_, middle] = tree.split_below(middle, 0.4, probe);
    let [_, middle] = tree.split_below(middle, 0.5, agent);
    tree.split_below(middle, 0.6, compare);
    dock
}

/// Groups of panels, where the last one also takes those that are named nowhere.
fn groups<const N: usize>(named: [&[Tab]; N]) -> [Vec<Tab>; N] {
    let left = Tab::ALL.into_iter().filter(|tab| *tab != Tab::Tank && !named.concat().contains(tab));
    let mut groups = named.map(<[Tab]>::to_vec);
    groups.last_mut().into_iter().for_each(|last| last.extend(left.clone()));
    groups
}

/// A layout with every panel exactly once, from one that was read: another version of the program may have had more panels or fewer, and
/// the user's arrangement outlives that. None where it is damaged.
pub fn completed(mut dock: DockState<Tab>) -> Option<DockState<Tab>> {
    if !is_sound(&dock) || dock.find_main_surface_tab(&Tab::Tank).is_none() {
        return None;
    }
    let mut seen = BTreeSet::new();
    dock.retain_tabs(|tab| *tab != Tab::Unknown && seen.insert(*tab));
    for (_, leaf) in dock.iter_leaves_mut() {
        leaf.active.0 = leaf.active.0.min(leaf.tabs.len().saturating_sub(1));
    }
    // New ones stand behind others, and never before the water where there is another place.
    let (_, last) = dock
        .iter_leaves_mut()
        .max_by_key(|(path, leaf)| (!leaf.tabs.contains(&Tab::Tank), path.surface.is_main(), path.node.0))?;
    last.tabs.extend(Tab::ALL.into_iter().filter(|tab| !seen.contains(tab)));
    Some(dock)
}

/// Whether a layout that was read can be drawn: each group has panels, one of them in front, and each split has two parts.
fn is_sound(dock: &DockState<Tab>) -> bool {
    let node = |all: &[&Node<Tab>], at: usize| match all[at] {
        Node::Empty => true,
        Node::Leaf(leaf) => leaf.active.0 < leaf.tabs.len(),
        Node::Horizontal(split) | Node::Vertical(split) => {
            let there = |child: NodeIndex| all.get(child.0).is_some_and(|node| !node.is_empty());
            let at = NodeIndex(at);
            there(at.left()) && there(at.right()) && (0.0..=1.0).contains(&split.fraction)
        }
    };
    let tree = |surface: &Surface<Tab>| {
        let all: Vec<&Node<Tab>> = surface.iter_nodes().collect();
        // What no split leads to would be drawn nowhere.
        let led = |at: usize| all[at].is_empty() || NodeIndex(at).parent().is_none_or(|up| all[up.0].is_parent());
        (0..all.len()).all(|at| node(&all, at) && led(at))
    };
    let main = dock.iter_surfaces().next();
    main.is_some_and(|main| matches!(main, Surface::Main(_))) && dock.iter_surfaces().all(tree)
}

/// Arranges the panels for a purpose.
pub fn arrange(settings: &mut Settings, purpose: Purpose) {
    settings.dock = layout(purpose);
    settings.arranged = purpose.name().to_string();
    settings.panels = true;
}

/// Keeps the present arrangement under a name; says why it cannot.
fn keep(settings: &mut Settings, name: &str) -> Result<(), String> {
    let name = name.trim();
    if name.is_empty() {
        return Err(text::WITHOUT_NAME.into());
    }
    if Purpose::ALL.iter().any(|(_, taken, _)| taken.eq_ignore_ascii_case(name)) {
        return Err(text::name_is_built_in(name));
    }
    let own = Own { name: name.to_string(), dock: settings.dock.clone() };
    if let Some(known) = settings.layouts.iter_mut().find(|known| known.name == name) {
        *known = own;
    } else if settings.layouts.len() >= MOST {
        return Err(text::too_many(MOST));
    } else {
        settings.layouts.push(own);
    }
    settings.arranged = name.to_string();
    Ok(())
}

/// What is typed in the menu.
#[derive(Default)]
pub struct Form {
    name: String,
    problem: Option<String>,
}

/// The arrangements in the bar: those built in side by side where there is room, the user's own in a menu.
pub fn bar(ui: &mut egui::Ui, settings: &mut Settings, form: &mut Form, roomy: bool) {
    let own = settings.layouts.iter().any(|own| own.name == settings.arranged);
    let title = if own || !roomy { format!("{} ⏷", settings.arranged) } else { "⏷".to_string() };
    let menu = egui::containers::menu::MenuConfig::new().close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
    let button = egui::Button::new(title).selected(own);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button)
        .config(menu)
        .ui(ui, |ui| self::menu(ui, settings, form));
    response.on_hover_text(text::MENU_TIP);
    if roomy {
        // The bar is laid out from its right end.
        for (purpose, name, action) in Purpose::ALL.into_iter().rev() {
            let tip = settings.keys.tip(action);
            if ui.selectable_label(settings.arranged == name, name).on_hover_text(tip).clicked() {
                arrange(settings, purpose);
            }
        }
    }
}

fn menu(ui: &mut egui::Ui, settings: &mut Settings, form: &mut Form) {
    ui.set_min_width(210.0);
    theme::section(ui, text::PURPOSES_HEAD);
    for (purpose, name, action) in Purpose::ALL {
        let tip = settings.keys.tip(action);
        if ui.selectable_label(settings.arranged == name, name).on_hover_text(tip).clicked() {
            arrange(settings, purpose);
            ui.close();
        }
    }
    theme::section(ui, text::OWN_HEAD);
    let (mut chosen, mut removed) = (None, None);
    for (place, own) in settings.layouts.iter().enumerate() {
        ui.horizontal(|ui| {
            if ui.selectable_label(settings.arranged == own.name, &own.name).on_hover_text(text::OWN_TIP).clicked() {
                chosen = Some(place);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.small_button("✖").on_hover_text(text::REMOVE_TIP).clicked() {
                    removed = Some(place);
                }
            });
        });
    }
    if let Some(own) = chosen.and_then(|place| settings.layouts.get(place)).cloned() {
        (settings.dock, settings.arranged, settings.panels) = (own.dock, own.name, true);
        ui.close();
    }
    if let Some(place) = removed {
        settings.layouts.remove(place);
    }
    ui.horizontal(|ui| {
        let edit = egui::TextEdit::singleline(&mut form.name)
            .hint_text(text::NAME_HINT)
            .char_limit(LETTERS)
            .desired_width(130.0);
        let entered =
            ui.add(edit).on_hover_text(text::NAME_TIP).lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        if ui.button(text::KEEP).on_hover_text(text::KEEP_TIP).clicked() || entered {
            form.problem = keep(settings, &form.name).err();
            if form.problem.is_none() {
                form.name.clear();
            }
        }
    });
    if let Some(problem) = &form.problem {
        ui.label(RichText::new(problem).small().color(theme::WARN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable;

    fn is_whole(dock: &DockState<Tab>) -> bool {
        let mut tabs: Vec<Tab> = dock.iter_all_tabs().map(|(_, tab)| *tab).collect();
        tabs.sort();
        tabs == Tab::ALL
    }

    #[test]
    fn an_arrangement_of_another_version_is_kept_and_completed() {
        let mut older = layout(Purpose::Film);
        older.retain_tabs(|tab| !matches!(tab, Tab::Compare | Tab::Plots));
        // And it has a panel that is gone, and one several times.
        older.iter_leaves_mut().for_each(|(_, leaf)| leaf.tabs.extend([Tab::Unknown, Tab::Scenes]));
        let groups = older.iter_leaves().count();
        let whole = completed(older).unwrap();
        assert!(is_whole(&whole) && whole.iter_leaves().count() == groups);
        let front: Vec<Tab> = whole.iter_leaves().map(|(_, leaf)| leaf.tabs[leaf.active.0]).collect();
        assert!(front.contains(&Tab::Tank) && !front.contains(&Tab::Compare), "{front:?}");
        assert!(is_whole(&completed(DockState::new(vec![Tab::Tank, Tab::Tank])).unwrap()));
        assert!(completed(DockState::new(vec![Tab::Record])).is_none() && completed(DockState::new(vec![])).is_none());
    }

    #[test]
    fn every_arrangement_has_every_panel_once() {
        for (purpose, name, action) in Purpose::ALL {
            assert!(is_whole(&layout(purpose)), "{name}");
            assert_eq!(
                (purpose.name(), format!("{purpose:?}"), format!("{action:?}")),
                (name, name.into(), name.into())
            );
        }
        assert!(is_whole(&small()) && is_whole(&all()));
        assert!(!is_whole(&DockState::new(vec![Tab::Tank, Tab::Tank])));
    }

    /// The bar with room or without, over settings of its own.
    fn harness(roomy: bool) -> Harness<'static, (Settings, Form)> {
        let draw = move |ui: &mut egui::Ui, (settings, form): &mut (Settings, Form)| {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| bar(ui, settings, form, roomy));
        };
        Harness::new_ui_state(draw, Default::default())
    }

    #[test]
    fn one_click_arranges_and_brings_panels_back() {
        let mut harness = harness(true);
        harness.state_mut().0.panels = false;
        harness.get_by_label("Analyse").click();
        harness.run();
        let (settings, _) = harness.state();
        assert!(settings.panels && settings.arranged == "Analyse");
        let laid = |dock: &DockState<Tab>| ron::to_string(dock).unwrap();
        assert_eq!(laid(&settings.dock), laid(&layout(Purpose::Analyse)));
    }

    #[test]
    fn an_arrangement_of_ones_own_comes_back_by_its_name() {
        let mut harness = harness(false);
        harness.state_mut().0.dock = small();
        harness.get_by_label_contains("⏷").click();
        harness.run();
        harness.get_by_role(egui::accesskit::Role::TextInput).focus();
        harness.run();
        harness.get_by_role(egui::accesskit::Role::TextInput).type_text("mine");
        harness.run();
        harness.get_by_label("Keep").click();
        harness.run();
        assert_eq!(harness.state().0.layouts.len(), 1);
        harness.get_by_label("Film").click();
        harness.run();
        assert_eq!(harness.state().0.arranged, "Film");
        harness.get_by_label_contains("⏷").click();
        harness.run();
        harness.get_by_label("mine").click();
        harness.run();
        let (settings, _) = harness.state();
        assert_eq!(settings.arranged, "mine");
        assert_eq!(ron::to_string(&settings.dock).unwrap(), ron::to_string(&small()).unwrap());
    }

    #[test]
    fn names_that_are_built_in_or_empty_are_refused_and_the_same_name_replaces() {
        let mut settings = Settings::default();
        assert!(keep(&mut settings, " film ").is_err() && keep(&mut settings, "  ").is_err());
        assert!(keep(&mut settings, "mine").is_ok() && keep(&mut settings, " mine").is_ok());
        assert_eq!(settings.layouts.len(), 1);
        (0..MOST).for_each(|n| drop(keep(&mut settings, &format!("more {n}"))));
        assert_eq!(settings.layouts.len(), MOST);
    }
}
