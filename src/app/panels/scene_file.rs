//! The scene file beside the parameters: what differs from it or from the defaults, back to what it says, changed values
//! written into it, and over the tank what is wrong with it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use bevy_egui::egui::{self, RichText};

use crate::app::engine::Control;
use crate::app::panels::{Ask, Desk, PanelContext, theme};
use crate::app::reload::{as_said, in_order};
use crate::app::session::Session;
use crate::app::strings::{self, scene_file as text};
use crate::command::Command;
use crate::scene::{self, Difference, SceneFile, SceneSpec, When};

/// Changes that a notice or a tip lists before it only counts them.
const MOST_LISTED: usize = 8;

/// Which parameters are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// Every one.
    #[default]
    All,
    /// Those that differ from the file, or wait to.
    Changed,
    /// Those that differ from their defaults.
    Chosen,
}

/// What is typed and known here.
#[derive(Default)]
pub struct Form {
    /// Which parameters are listed.
    pub show: Show,
    /// Path that a changed scene is to be saved at, while it is typed.
    saving: Option<String>,
    /// What differs, found once for each change of the scene or the file.
    found: Option<Found>,
}

/// What differs between a scene that runs and a file.
struct Found {
    scene: Arc<SceneSpec>,
    said: Arc<SceneSpec>,
    /// From the file to the running scene.
    changed: Vec<Difference>,
    /// From the defaults to the running scene.
    chosen: Vec<Difference>,
}

/// Looks whether scene or file have changed, and what differs now.
fn find<'f>(form: &'f mut Form, session: &Session) -> &'f Found {
    let (scene, said) = (&session.stage.scene, &session.reload.said);
    let known = form.found.take().filter(|f| Arc::ptr_eq(&f.scene, scene) && Arc::ptr_eq(&f.said, said));
    form.found.insert(known.unwrap_or_else(|| Found {
        scene: scene.clone(),
        said: said.clone(),
        changed: scene::differences(said, &as_said(scene, said)),
        chosen: scene::unlike_defaults(scene),
    }))
}

/// Which parameters are to be listed: a question to be asked of each path.
pub fn listed(cx: &mut PanelContext) -> impl Fn(&str) -> bool + use<> {
    let form = &mut cx.forms.parameters;
    let show = form.file.show;
    let waiting: Vec<String> = form.waiting.keys().cloned().collect();
    let found = find(&mut form.file, cx.session);
    let paths = match show {
        Show::All => vec![],
        Show::Changed => found.changed.clone(),
        Show::Chosen => found.chosen.clone(),
    };
    move |path| match show {
        Show::All => true,
        Show::Changed => waiting.iter().any(|p| p == path) || paths.iter().any(|d| d.covers(path)),
        // What a chosen variant holds has defaults of its own.
        Show::Chosen => paths.iter().any(|d| d.path == path),
    }
}

/// Chooses what is listed, goes back to the file, and writes into it.
pub fn tools(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let form = &mut cx.forms.parameters;
    let changes = pending(&find(&mut form.file, cx.session).changed, &form.waiting);
    let count = changes.len();
    let (mut back, mut save) = (false, false);
    let ships = cx.session.file.ships();
    ui.horizontal_wrapped(|ui| {
        let show = &mut form.file.show;
        ui.selectable_value(show, Show::All, text::ALL).on_hover_text(text::ALL_TIP);
        ui.selectable_value(show, Show::Changed, text::changed(count)).on_hover_text(text::CHANGED_TIP);
        ui.selectable_value(show, Show::Chosen, text::CHOSEN).on_hover_text(text::CHOSEN_TIP);
        let list = lines(&changes);
        let mut button = |name: &str, tip: String| {
            let button = ui.add_enabled(count > 0, egui::Button::new(name).small());
            button.on_hover_text(tip).on_disabled_hover_text(strings::parameters::UNCHANGED_TIP).clicked()
        };
        back = button(text::REVERT, text::revert_tip(&list));
        save = button(if ships { text::SAVE_AS } else { text::SAVE }, text::save_tip(&list));
    });
    if back {
        revert(cx);
    }
    match save {
        true if ships => cx.forms.parameters.file.saving = Some(format!("{}.ron", cx.session.file.origin)),
        true => keep(cx, None),
        false => {}
    }
    path_row(ui, cx);
}

/// Asks where a scene that ships is to be saved.
fn path_row(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let Some(path) = &mut cx.forms.parameters.file.saving else { return };
    let (mut go, mut drop) = (false, false);
    ui.horizontal(|ui| {
        let width = (ui.available_width() - 104.0).max(60.0);
        let edit = egui::TextEdit::singleline(path).hint_text(text::NEW_FILE_HINT).desired_width(width);
        let response = ui.add(edit).on_hover_text(text::NEW_FILE_TIP);
        go |= response.lost_focus() && ui.input(|i| i.key_pressed(egui::Key::Enter));
        go |= ui.button(text::SAVE_NEW).on_hover_text(text::SAVE_NEW_TIP).clicked();
        drop = ui.button("✖").on_hover_text(text::CANCEL_TIP).clicked();
    });
    let path = path.trim().to_owned();
    if drop {
        cx.forms.parameters.file.saving = None;
    } else if go && !path.is_empty() {
        keep(cx, Some(Path::new(&path)));
    }
}

/// Writes what differs from the file into it, or into a new one.
fn keep(cx: &mut PanelContext, new: Option<&Path>) {
    let session = cx.session;
    if !session.reload.reshaped.is_empty() {
        return cx.asks.push(Ask::Tell(text::OTHER_FORM.to_owned(), true));
    }
    match saved(&session.file, &session.stage.scene, &cx.forms.parameters.waiting, new) {
        Ok((file, changes)) => {
            cx.asks.push(Ask::Tell(text::written(&file.origin, &lines(&changes)), false));
            cx.asks.push(Ask::Belong(Box::new(file)));
            cx.forms.parameters.file.saving = None;
        }
        Err(why) => cx.asks.push(Ask::Tell(why, true)),
    }
}

/// Writes the values of a running scene, and those that wait for a restart, into the file that it came from, or into a new
/// one.
fn saved(
    file: &SceneFile,
    scene: &SceneSpec,
    waiting: &BTreeMap<String, String>,
    new: Option<&Path>,
) -> Result<(SceneFile, Vec<Difference>), String> {
    let said = scene::parse(&file.text, &file.origin).map_err(|e| e.to_string())?;
    let mut wanted = as_said(scene, &said);
    let sets = waiting.iter().map(|(path, value)| (path.clone(), value.clone())).collect();
    let (sets, refused) = in_order(&wanted, sets);
    if !refused.is_empty() {
        return Err(refused.join("\n"));
    }
    for (path, value) in &sets {
        scene::set(&mut wanted, path, value).map_err(|e| e.to_string())?;
    }
    let text = scene::write_back(&file.text, &file.origin, &wanted).map_err(|e| e.to_string())?;
    let target = new.unwrap_or(Path::new(&file.origin));
    let written = match new {
        Some(path) => scene::create(path, &text),
        None => scene::replace(target, &file.text, &text),
    };
    written.map_err(|e| e.to_string())?;
    let changes = scene::differences(&said, &wanted);
    Ok((SceneFile { spec: wanted, text, origin: target.display().to_string() }, changes))
}

/// Everything back to what the file says: now where it can be, else with the next start.
fn revert(cx: &mut PanelContext) {
    let form = &mut cx.forms.parameters;
    let changed = find(&mut form.file, cx.session).changed.clone();
    form.waiting.clear();
    let (now, later): (Vec<_>, Vec<_>) = changed.into_iter().partition(|d| d.when == When::Now);
    form.waiting.extend(later.into_iter().map(|d| (d.path, d.before)));
    let sets = now.into_iter().map(|d| (d.path, d.before)).collect();
    let (sets, refused) = in_order(&cx.session.stage.scene, sets);
    let set = |(path, value)| Ask::Control(Control::Command(Command::Set { path, value }));
    cx.asks.extend(sets.into_iter().map(set));
    cx.asks.extend(refused.into_iter().map(|why| Ask::Tell(why, true)));
}

/// What would be written: how the run differs from the file, and what waits for a restart.
fn pending(changed: &[Difference], waiting: &BTreeMap<String, String>) -> Vec<Difference> {
    let runs = changed.iter().filter(|d| !waiting.contains_key(&d.path)).cloned();
    let waits = waiting.iter().filter_map(|(path, value)| {
        let said = changed.iter().find(|d| d.path == *path).map(|d| d.before.clone());
        // Back to what the file says is nothing to write.
        (said.as_ref() != Some(value)).then(|| Difference {
            path: path.clone(),
            before: said.unwrap_or_default(),
            after: value.clone(),
            when: When::Restart,
            structural: false,
        })
    });
    runs.chain(waits).collect()
}

/// Differences for a person, a line each.
fn lines(all: &[Difference]) -> String {
    let line = |d: &Difference| match d.before.is_empty() {
        true => format!("{}  {}", d.path, d.after),
        false => text::change(&d.path, &d.before, &d.after),
    };
    let mut out: Vec<String> = all.iter().take(MOST_LISTED).map(line).collect();
    if let Some(more @ 1..) = all.len().checked_sub(MOST_LISTED) {
        out.push(text::more(more));
    }
    out.join("\n")
}

/// Offers a restart with a file that has another form by now.
pub fn reshaped(ui: &mut egui::Ui, cx: &mut PanelContext) {
    let all = &cx.session.reload.reshaped;
    if all.is_empty() {
        return;
    }
    let frame = egui::Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(6).inner_margin(8.0);
    let go = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let paths: Vec<&str> = all.iter().map(|d| &*d.path).collect();
        ui.label(text::other_form_of(&paths.join(", ")));
        ui.button(text::RESTART).on_hover_text(text::RESTART_TIP).clicked()
    });
    if go.inner {
        let file = cx.session.file.clone();
        let spec = file.spec.clone();
        cx.asks.push(Ask::Open(Box::new((file, spec))));
    }
}

/// Lets the run follow its file: what can change at once does, the rest waits in the Parameters panel.
pub fn follow(desk: &mut Desk, session: &mut Session) {
    for found in session.reload.news() {
        let asked = session.reload.take(found, &mut session.file, &session.stage.scene.clone());
        for (path, value) in asked.now {
            if path == "pace.speed"
                && let Ok(speed) = value.parse::<f32>()
            {
                desk.pace =
                    if speed > 0.0 { crate::app::engine::Pace::Speed(speed) } else { crate::app::engine::Pace::Fast };
                session.send(Control::Pace(desk.pace));
            }
            session.send(Control::Command(Command::Set { path, value }));
        }
        let waiting = &mut desk.forms.parameters.waiting;
        for (path, value) in asked.waiting {
            match scene::get(&session.stage.scene, &path).is_ok_and(|runs| runs == value) {
                true => drop(waiting.remove(&path)),
                false => drop(waiting.insert(path, value)),
            }
        }
        if !asked.told.is_empty() {
            session.tell(asked.told, asked.bad);
        }
    }
}

/// What is wrong with the file, over the tank, until it is closed or the file is whole again.
pub fn strip(context: &egui::Context, tank: egui::Rect, session: &mut Session) {
    let Some(why) = &session.reload.broken else { return };
    if broken(context, tank, &text::broken(&session.file.origin), why) {
        session.reload.broken = None;
    }
}

/// Draws an error of a file; says whether it was closed.
fn broken(context: &egui::Context, tank: egui::Rect, title: &str, why: &str) -> bool {
    let width = (tank.width() - 28.0).clamp(120.0, 860.0);
    let frame = egui::Frame::new()
        .fill(theme::PANEL.color())
        .stroke(egui::Stroke::new(1.0, theme::WARN))
        .corner_radius(6)
        .inner_margin(10.0);
    let place = egui::pos2(tank.center().x - 0.5 * width, tank.min.y + 12.0);
    let area = egui::Area::new(egui::Id::new("broken scene file")).order(egui::Order::Foreground).fixed_pos(place);
    let shown = area.show(context, |ui| {
        frame.show(ui, |ui| {
            ui.set_width(width - 22.0);
            let closed = ui.horizontal(|ui| {
                ui.label(RichText::new(title).color(theme::WARN).strong());
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.button("✖").on_hover_text(text::CLOSE_TIP).clicked()
                })
            });
            let most = (tank.height() * 0.45).max(60.0);
            egui::ScrollArea::both().max_height(most).min_scrolled_height(most).auto_shrink([false, true]).show(
                ui,
                |ui| {
                    ui.add(egui::Label::new(RichText::new(why).monospace()).extend());
                },
            );
            closed.inner.inner
        })
    });
    shown.inner.inner
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "// Mine.\n(\n    dt: 0.1, // short\n    species: [(name: \"a\", count: 5)],\n)\n";

    fn on_disk() -> (tempfile::TempDir, SceneFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("my.ron");
        std::fs::write(&path, TEXT).unwrap();
        let file = scene::load(&path.display().to_string()).unwrap();
        (folder, file)
    }

    #[test]
    fn saving_writes_what_runs_and_what_waits() {
        let (_folder, file) = on_disk();
        let mut run = file.spec.clone();
        scene::set(&mut run, "species[0].body.cruise", "1.5").unwrap();
        // Neither is a change that somebody made.
        run.species[0].genomes = "shipped:first_school.prey".into();
        run.rollout.worlds = 1;
        let waiting = BTreeMap::from([("dt".to_owned(), "0.2".to_owned())]);
        let (again, changes) = saved(&file, &run, &waiting, None).unwrap();
        let after = TEXT.replace("0.1", "0.2").replace("count: 5", "count: 5, body: (cruise: 1.5)");
        assert_eq!(std::fs::read_to_string(&file.origin).unwrap(), after);
        assert_eq!(again.text, after);
        assert_eq!(lines(&changes), "dt  0.1 to 0.2\nspecies[0].body.cruise  2.0 to 1.5");
        // Read before that: what is on the disk now is not to be lost.
        assert!(saved(&file, &run, &waiting, None).unwrap_err().contains("has changed on disk"));
        assert_eq!(std::fs::read_to_string(&file.origin).unwrap(), after);
    }

    #[test]
    fn a_scene_that_ships_is_saved_as_a_new_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.ron");
        let file = scene::load("boids").unwrap();
        let mut run = file.spec.clone();
        scene::set(&mut run, "species[0].controller.wander", "0.25").unwrap();
        let (mine, _) = saved(&file, &run, &BTreeMap::new(), Some(&path)).unwrap();
        assert!(!mine.ships());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), file.text.replace("wander: 0.1", "wander: 0.25"));
        assert!(saved(&file, &run, &BTreeMap::new(), Some(&path)).unwrap_err().contains("nothing is overwritten"));
    }

    #[test]
    fn what_is_pending_counts_a_value_once() {
        let file = scene::parse(TEXT, "my.ron").unwrap();
        let mut run = file.clone();
        scene::set(&mut run, "dt", "0.2").unwrap();
        let changed = scene::differences(&file, &run);
        let waits = |value: &str| BTreeMap::from([("dt".to_owned(), value.to_owned())]);
        assert_eq!(lines(&pending(&changed, &BTreeMap::new())), "dt  0.1 to 0.2");
        assert_eq!(lines(&pending(&changed, &waits("0.3"))), "dt  0.1 to 0.3");
        assert_eq!(lines(&pending(&changed, &waits("0.1"))), "", "back to what the file says");
        assert_eq!(lines(&pending(&[], &waits("0.3"))), "dt  0.3");
    }

    #[test]
    fn the_error_of_a_file_stays_until_it_is_closed() {
        let context = egui::Context::default();
        let tank = egui::Rect::from_min_size(egui::pos2(200.0, 40.0), egui::vec2(700.0, 500.0));
        let why = scene::parse("(dt: 7)", "my.ron").unwrap_err().to_string();
        let frame = |events: Vec<egui::Event>| {
            let screen = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1000.0, 600.0)));
            let input = egui::RawInput { screen_rect: screen, events, ..Default::default() };
            let mut closed = false;
            let out = context.run_ui(input, |ui| closed |= broken(ui.ctx(), tank, "my.ron cannot be read", &why));
            (closed, out)
        };
        frame(vec![]);
        let (closed, out) = frame(vec![]);
        assert!(!closed);
        let drawn = |text: &str| out.shapes.iter().any(|shape| says(&shape.shape, text));
        assert!(drawn("my.ron:1:6") && drawn("`dt` = 7 is out of range"), "line, column and what is wrong");
        // The button stands at the upper right, within the frame.
        let at = egui::pos2(tank.center().x + 0.5 * 672.0 - 24.0, tank.min.y + 12.0 + 20.0);
        let press = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        frame(vec![egui::Event::PointerMoved(at)]);
        frame(vec![press(true)]);
        assert!(frame(vec![press(false)]).0, "a click on the cross closes it");
    }

    /// Whether a shape is text that holds a piece.
    fn says(shape: &egui::Shape, piece: &str) -> bool {
        match shape {
            egui::Shape::Text(text) => text.galley.text().contains(piece),
            egui::Shape::Vec(all) => all.iter().any(|shape| says(shape, piece)),
            _ => false,
        }
    }
}
