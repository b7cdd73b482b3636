//! The whole window laid out over a running school: in every size, theme and arrangement, and by keys alone.

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::*;
use crate::app::actions::{ACTIONS, Action, Group};
use crate::app::camera::Rig;
use crate::app::engine::keeping::Keeping;
use crate::app::engine::{Closer, Engine, Setup};
use crate::app::panels::presets::Purpose;
use crate::app::panels::shades::Theme;
use crate::app::tools::Tool;
use crate::simulation::{Options, Simulation};

/// A window over a school of its own, and what came of the last frame.
pub(super) struct Sitting {
    desk: Desk,
    pub(super) session: Session,
    eye: Eye,
    studio: Studio,
    shown: Option<Shown>,
    _closer: Closer,
}

pub(super) fn sitting(name: &str) -> Sitting {
    let file = crate::scene::load(name).unwrap();
    let mut spec = file.spec.clone();
    spec.species[0].count = 20;
    let options = Options { threads: Some(1), ..Options::default() };
    let simulation = Simulation::new(spec, &options).unwrap();
    let setup = Setup { options, keeping: Keeping::new(None), script: vec![], until: None, paused: true };
    let (engine, closer) = Engine::start(simulation, setup).unwrap();
    let session = Session::new(engine, file).unwrap();
    let eye = Eye::new(Rig::of(&session.stage.scene, 1.6));
    let mut settings = Settings::default();
    settings.toured = true;
    Sitting { desk: Desk::new(settings), session, eye, studio: Studio::default(), shown: None, _closer: closer }
}

fn harness(wide: f32, high: f32) -> Harness<'static, Sitting> {
    harness_of("food_call", wide, high)
}

fn harness_of(name: &str, wide: f32, high: f32) -> Harness<'static, Sitting> {
    let draw = |ui: &mut egui::Ui, own: &mut Sitting| {
        let around = Surroundings { frames_per_second: 60.0, adapter: "none", level: Level::Low };
        // Scaled by the settings alone, as in the window.
        theme::apply(ui.ctx(), &own.desk.settings, &own.session.stage.scene);
        let (desk, session) = (&mut own.desk, &mut own.session);
        own.shown = Some(show(&ui.ctx().clone(), desk, session, &mut own.eye, &mut own.studio, &around));
    };
    // The clock and the camera go on, so that frames never come to rest.
    Harness::builder().with_size([wide, high]).with_max_steps(8).build_ui_state(draw, sitting(name))
}

#[test]
fn the_tank_is_seen_in_every_size_scale_theme_and_arrangement() {
    for (wide, high) in [(300.0, 200.0), (640.0, 400.0), (1280.0, 720.0), (2560.0, 1440.0)] {
        let mut harness = harness(wide, high);
        for (purpose, name, _) in Purpose::ALL {
            for (theme, scale) in [(Theme::Dark, 1.0), (Theme::Light, 3.0)] {
                let settings = &mut harness.state_mut().desk.settings;
                presets::arrange(settings, purpose);
                (settings.theme, settings.scale) = (theme, scale);
                harness.run_steps(4);
                let whole = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(wide, high) / scale);
                let tank = harness.state().shown.as_ref().unwrap().tank.shown;
                assert!(whole.expand(1.0).contains_rect(tank), "{name} in {wide} by {high}: {tank}");
                // An eighth of the window at the least, whatever stands around it.
                let share = tank.area() / whole.area();
                assert!(share > 0.125, "{name} in {wide} by {high}, {scale}: {share}");
            }
        }
    }
}

#[test]
fn a_small_window_keeps_the_users_arrangement_for_a_large_one() {
    let mut harness = harness(300.0, 200.0);
    presets::arrange(&mut harness.state_mut().desk.settings, Purpose::Film);
    harness.run_steps(3);
    let order = |dock: &DockState<Tab>| dock.iter_all_tabs().map(|(_, tab)| *tab).collect::<Vec<_>>();
    let sitting = harness.state();
    assert_eq!(order(&sitting.desk.settings.dock), order(&presets::layout(Purpose::Film)));
    // The tank fills what the bar and its own tab leave.
    let tank = sitting.shown.as_ref().unwrap().tank.shown;
    assert!(tank.width() > 290.0 && tank.height() > 100.0, "{tank}");
}

#[test]
fn keys_change_what_they_say() {
    let mut harness = harness(1280.0, 720.0);
    harness.run_steps(3);
    let press = |harness: &mut Harness<Sitting>, action: Action| {
        let chord = harness.state().desk.settings.keys.of(action)[0];
        let held = egui::Modifiers {
            ctrl: chord.ctrl,
            command: chord.ctrl,
            shift: chord.shift,
            alt: chord.alt,
            mac_cmd: false,
        };
        harness.key_press_modifiers(held, chord.key);
        harness.run_steps(2);
    };
    press(&mut harness, Action::Evolve);
    press(&mut harness, Action::Theme);
    press(&mut harness, Action::Density);
    press(&mut harness, Action::TextLarger);
    let settings = &harness.state().desk.settings;
    assert_eq!((&*settings.arranged, settings.theme, settings.overlays.density), ("Evolve", Theme::Light, true));
    assert!((settings.scale - 1.1).abs() < 1e-6);
    // Every action of the window can be pressed twice without harm.
    for entry in ACTIONS.iter().filter(|entry| entry.group != Group::Time && entry.action != Action::Exhibit) {
        press(&mut harness, entry.action);
        press(&mut harness, entry.action);
    }
}

#[test]
fn an_exhibit_shows_the_tank_alone_and_only_its_key_leads_back() {
    let mut harness = harness(1280.0, 720.0);
    harness.run_steps(3);
    harness.get_by_label("View");
    harness.key_press(egui::Key::F10);
    harness.run_steps(3);
    assert!(harness.query_by_label("View").is_none() && harness.query_by_label("Remove").is_none());
    assert_eq!(harness.state().desk.exhibit.screen, Some(true));
    let tank = harness.state().shown.as_ref().unwrap().tank.shown;
    assert_eq!(tank.size(), egui::vec2(1280.0, 720.0));
    harness.get_by_label("food").click();
    harness.run_steps(2);
    assert_eq!(harness.state().desk.tools.chosen, crate::app::tools::Tool::Drop);
    for key in [egui::Key::P, egui::Key::Escape, egui::Key::F1, egui::Key::F11] {
        harness.key_press(key);
        harness.run_steps(2);
        assert!(harness.query_by_label("View").is_none(), "{key:?}");
    }
    harness.key_press(egui::Key::F10);
    harness.run_steps(3);
    harness.get_by_label("View");
    assert!(!harness.state().desk.tools.only_gives);
}

/// Lets the simulation answer until something is so.
fn wait_for(harness: &mut Harness<Sitting>, done: impl Fn(&Session) -> bool) {
    let until = Instant::now() + std::time::Duration::from_secs(60);
    while !done(&harness.state().session) {
        assert!(Instant::now() < until, "the simulation did not answer");
        std::thread::sleep(std::time::Duration::from_millis(5));
        harness.state_mut().session.update(std::time::Duration::from_millis(5));
    }
    harness.run_steps(2);
}

#[test]
fn what_the_pointer_does_in_the_tank_can_be_undone() {
    use crate::app::tools::Tool;
    let mut harness = harness(1280.0, 720.0);
    harness.run_steps(3);
    harness.state_mut().session.select(Some(0));
    wait_for(&mut harness, |session| session.genome().is_some());
    let (id, genome) = harness.state().session.genome().map(|(id, genome)| (id, genome.to_vec())).unwrap();
    let place = harness.state().session.place(Instant::now()).unwrap();
    let tank = harness.state().shown.as_ref().unwrap().tank.shown;
    let at = {
        let size = bevy::math::Vec2::new(tank.width(), tank.height());
        let clip = harness.state().eye.rig.lens(size, None).clip_from_world * bevy::math::Vec3::from(place).extend(1.0);
        tank.center() + 0.5 * egui::vec2(clip.x / clip.w * tank.width(), -clip.y / clip.w * tank.height())
    };
    harness.state_mut().desk.tools.chosen = Tool::Mutate;
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run_steps(2);
    wait_for(&mut harness, |session| session.genome().is_some_and(|(_, own)| own != genome));
    let back = harness.state().desk.history.to_undo().map(|change| change.path.clone());
    assert_eq!(back, Some(format!("genome of agent {id}")));
    harness.get_by_label("Undo").click();
    harness.run_steps(2);
    wait_for(&mut harness, |session| session.genome().is_some_and(|(_, own)| own == genome));
}

#[test]
fn the_large_network_stays_while_another_panel_is_in_front_and_escape_closes_it() {
    let mut harness = harness(1280.0, 720.0);
    presets::arrange(&mut harness.state_mut().desk.settings, Purpose::Watch);
    harness.state_mut().session.select(Some(0));
    wait_for(&mut harness, |session| session.genome().is_some());
    *harness.state_mut().desk.forms.agent.large() = true;
    // The Agent panel is in front at first.
    harness.run_steps(3);
    harness.get_by_label_contains("connections");
    let dock = &mut harness.state_mut().desk.settings.dock;
    dock.set_active_tab(dock.find_tab(&Tab::Evolution).unwrap()).unwrap();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("connections").is_some(), "the window is gone");
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("connections").is_none());
    assert!(harness.state().session.selected.is_some(), "one thing at a time");
    harness.key_press(egui::Key::Escape);
    harness.run_steps(2);
    assert!(harness.state().session.selected.is_none());
}

/// Drags in the tank with Shift, from its lower left corner, over a share of it.
fn drag(harness: &mut Harness<Sitting>, share: f32) {
    let tank = harness.state().shown.as_ref().unwrap().tank.shown.shrink(4.0);
    let (from, way) = (tank.left_bottom(), share * (tank.right_top() - tank.left_bottom()));
    let button = |pos, pressed| egui::Event::PointerButton {
        pos,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::SHIFT,
    };
    harness.event(egui::Event::ModifiersChanged(egui::Modifiers::SHIFT));
    harness.event(egui::Event::PointerMoved(from));
    harness.event(button(from, true));
    harness.event(egui::Event::PointerMoved(from + 0.5 * way));
    harness.event(egui::Event::PointerMoved(from + way));
    harness.event(button(from + way, false));
    harness.event(egui::Event::ModifiersChanged(egui::Modifiers::NONE));
    harness.run_steps(2);
}

#[test]
fn a_rectangle_selects_many_and_a_button_gives_each_a_command() {
    for name in ["food_call", "boids"] {
        let mut harness = harness_of(name, 1280.0, 720.0);
        harness.run_steps(4);
        let camera = harness.state().eye.rig.goal;
        drag(&mut harness, 1.0);
        let many = harness.state().session.many.clone();
        assert!(many.len() > 10 && harness.state().session.selected.is_none(), "{name}: {many:?}");
        assert_eq!(harness.state().eye.rig.goal, camera, "{name}: the camera stays");
        wait_for(&mut harness, |session| session.gathered.is_some());
        harness.get_by_label(&format!("{} selected", many.len()));
        harness.get_by_label("Follow").click();
        harness.run_steps(2);
        assert!(harness.state().session.follow);
        harness.get_by_label("Remove all").click();
        harness.run_steps(2);
        let living = 20 - many.len();
        wait_for(&mut harness, |session| session.all_living() == living);
        // All of them are in the log, and on the timeline.
        let logged = many.len();
        wait_for(&mut harness, |session| session.strip.branches.first().is_some_and(|own| own.log.len() == logged));
        let log = &harness.state().session.strip.branches[0].log;
        let removed: Vec<u32> = log.iter().filter_map(|logged| removed(&logged.command)).collect();
        assert_eq!(removed, many.iter().map(|(_, id)| *id).collect::<Vec<_>>(), "{name}");
        wait_for(&mut harness, |session| session.gathered.as_ref().is_some_and(|gathered| gathered.living() == 0));
        harness.get_by_label("None of them is alive any longer.");
        harness.key_press(egui::Key::Escape);
        harness.run_steps(2);
        assert!(!harness.state().session.selects() && !harness.state().session.follow, "{name}");
    }
}

fn removed(command: &crate::command::Command) -> Option<u32> {
    match command {
        crate::command::Command::Agent { id, hand: crate::command::Hand::Remove, .. } => Some(*id),
        _ => None,
    }
}

#[test]
fn a_click_selects_one_and_lets_go_of_many() {
    let mut harness = harness(1280.0, 720.0);
    harness.run_steps(4);
    drag(&mut harness, 1.0);
    assert!(harness.state().session.many.len() > 1);
    let tank = harness.state().shown.as_ref().unwrap().tank.shown;
    harness.drag_at(tank.left_bottom() + egui::vec2(2.0, -2.0));
    harness.drop_at(tank.left_bottom() + egui::vec2(2.0, -2.0));
    harness.run_steps(2);
    assert!(harness.state().session.many.is_empty());
    // With another tool in hand, Shift means something else.
    harness.state_mut().desk.tools.chosen = Tool::Remove;
    drag(&mut harness, 1.0);
    assert!(harness.state().session.many.is_empty());
}

#[test]
fn no_key_is_acted_on_outside_the_table() {
    fn look(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                look(&path, found);
                continue;
            }
            let (name, text) = (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
            // Enter ends what somebody types into a line.
            let asks = |line: &&str| {
                ["key_pressed(", "consume_key(", "key_down("].iter().any(|call| line.contains(call))
                    && !line.contains("Key::Enter")
            };
            if !name.ends_with("tests.rs") {
                found.extend(text.lines().filter(asks).map(|line| format!("{name}: {}", line.trim())));
            }
        }
    }
    let mut found = vec![];
    look(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/app")), &mut found);
    assert!(found.is_empty(), "{found:#?}");
}
