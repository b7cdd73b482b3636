//! The panel, its windows, and what their buttons ask for, driven by a pointer and without a display.

use super::*;
use crate::app::engine::chronicle::HallEntry;
use crate::app::engine::keeping::Keeping;
use crate::app::engine::{Engine, Setup};
use crate::app::panels::{Forms, family, hall};
use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::scene;
use crate::simulation::{Options, Simulation};
use bevy_egui::egui::{Pos2, pos2};
use std::time::{Duration, Instant};

/// A panel in a window of its own.
struct Bench {
    context: egui::Context,
    session: Session,
    settings: Settings,
    forms: Forms,
    asks: Vec<Ask>,
    width: f32,
}

impl Bench {
    fn new(name: &str, change: impl FnOnce(&mut scene::SceneSpec)) -> Bench {
        let mut file = scene::load(name).unwrap();
        change(&mut file.spec);
        let options = Options { threads: Some(1), ..Options::default() };
        let setup =
            Setup { options: options.clone(), keeping: Keeping::new(None), script: vec![], until: None, paused: true };
        let simulation = Simulation::new(file.spec.clone(), &options).unwrap();
        let (engine, _closer) = Engine::start(simulation, setup).unwrap();
        let session = Session::new(engine, file).unwrap();
        session.send(Control::Step(200));
        let (context, forms) = (egui::Context::default(), Forms::default());
        Bench { context, session, settings: Settings::default(), forms, asks: vec![], width: 320.0 }
    }

    /// Lets the engine answer until something is so.
    fn wait(&mut self, done: impl Fn(&Session) -> bool) {
        let until = Instant::now() + Duration::from_secs(120);
        while !done(&self.session) {
            assert!(Instant::now() < until, "the engine did not answer");
            std::thread::sleep(Duration::from_millis(5));
            self.session.update(Duration::from_millis(5));
        }
    }

    fn select(&mut self, slot: u32) {
        self.session.select(Some(slot));
        self.wait(|session| session.opened.is_some());
    }

    /// Draws all once after events; gives what is written, and where.
    fn frame(&mut self, events: Vec<egui::Event>) -> Vec<(String, Pos2)> {
        let screen = egui::Rect::from_min_size(Pos2::ZERO, vec2(self.width, 1_600.0));
        let input = egui::RawInput { screen_rect: Some(screen), events, ..Default::default() };
        let Bench { session, settings, forms, asks, .. } = self;
        let output = self.context.run_ui(input, |ui| {
            let mut cx = PanelContext { session, settings, forms, film: None, asks: vec![] };
            panel(ui, &mut cx);
            asks.append(&mut cx.asks);
            let context = ui.ctx().clone();
            family::window(&context, &mut forms.family, session, asks);
            hall::window(&context, &mut forms.hall, session, asks);
        });
        let mut written = vec![];
        output.shapes.iter().for_each(|clipped| read(&clipped.shape, &mut written));
        written
    }

    /// Clicks what is written; gives what was asked for.
    fn click(&mut self, text: &str) -> Vec<Ask> {
        self.frame(vec![]);
        let written = self.frame(vec![]);
        let found = written.iter().find(|(known, _)| known == text);
        let at = found.unwrap_or_else(|| panic!("`{text}` is not among {written:?}")).1;
        let press = |pressed| egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Default::default(),
        };
        self.frame(vec![egui::Event::PointerMoved(at)]);
        self.asks.clear();
        self.frame(vec![press(true)]);
        self.frame(vec![press(false)]);
        std::mem::take(&mut self.asks)
    }
}

fn read(shape: &egui::Shape, written: &mut Vec<(String, Pos2)>) {
    match shape {
        egui::Shape::Vec(all) => all.iter().for_each(|shape| read(shape, written)),
        egui::Shape::Text(text) => {
            let middle = text.pos + 0.5 * text.galley.size();
            written.push((text.galley.text().to_string(), pos2(middle.x, middle.y)));
        }
        _ => {}
    }
}

/// The only command that was asked for.
fn command(asks: Vec<Ask>) -> Command {
    let mut commands = asks.into_iter().filter_map(|ask| match ask {
        Ask::Control(Control::Command(command)) => Some(command),
        _ => None,
    });
    commands.next().expect("a command")
}

#[test]
fn every_controller_is_drawn_at_every_width() {
    let mut bench = Bench::new("mixed", |_| {});
    let species = bench.session.stage.plan.species.iter();
    let starts: Vec<(u32, bool)> = species.map(|s| (s.slot_start, s.genome_len > 0)).collect();
    for (slot, learns) in starts {
        bench.select(slot);
        for width in [90.0, 320.0, 1_400.0] {
            bench.width = width;
            let written = bench.frame(vec![]);
            // The heading of a column, which the network alone writes.
            let wanted = if learns { "actions" } else { "hand-written" };
            let told = written.iter().any(|(text, _)| text.contains(wanted));
            assert!(told, "slot {slot}, {width} wide: {written:?}");
        }
    }
}

#[test]
fn buttons_pick_and_silence() {
    let mut bench = Bench::new("first_school", |spec| spec.species[0].signals.channels = 2);
    let asks = bench.click("fittest");
    assert!(matches!(asks[..], [Ask::Control(Control::Pick { what: PickBy::Fittest, species: None })]));
    bench.select(0);
    let id = bench.session.genome().unwrap().0;
    let asked = command(bench.click("Silence"));
    assert_eq!(asked, Command::Agent { world: 0, id, hand: Hand::Silence { channel: 0 } });
    bench.session.send(Control::Command(asked));
    let (plan, index) = (bench.session.stage.plan.clone(), 0);
    bench.wait(|session| {
        let (_, genome) = session.genome().unwrap();
        plan.leads_to(index, plan.species[index].signal_action, genome).unwrap().iter().all(|(at, v)| genome[*at] == *v)
    });
}

#[test]
fn a_genome_goes_out_and_comes_in_again() {
    let folder = tempfile::tempdir().unwrap();
    // With room for one more.
    let mut bench = Bench::new("first_school", |spec| spec.species[0].capacity = spec.species[0].count + 8);
    bench.select(0);
    bench.click("Save genome…");
    let path = folder.path().join("one.safetensors");
    bench.forms.agent.genome.type_path(&path.display().to_string());
    let told = bench.click("Save");
    assert!(matches!(&told[..], [Ask::Tell(text, false)] if text.contains("one.safetensors")));
    let (_, genome) = bench.session.genome().unwrap();
    let genome = genome.to_vec();
    let living = bench.session.living(0);
    crate::app::arrivals::open(&path, &mut bench.session);
    assert_eq!(bench.session.held.as_ref().map(|held| held.genome.to_vec()), Some(genome.clone()));
    bench.wait(|session| session.living(0) == living + 1);
    let asked = command(bench.click("Give to the selected"));
    assert!(matches!(asked, Command::Genome { genome: given, .. } if given == genome));
    // Another kind of file, and a genome of somebody else.
    crate::app::arrivals::open(&folder.path().join("no.txt"), &mut bench.session);
    let other = scene::load("food_call").unwrap().spec;
    let plan = Plan::new(&other, 1);
    let foreign = vec![0.5; plan.species[0].genome_len as usize];
    let foreign = crate::app::genomes::save(&folder.path().join("x"), &other, &plan, 0, (&foreign, 0.0, [1, 1]));
    crate::app::arrivals::open(&foreign.unwrap(), &mut bench.session);
    let told: Vec<&str> = bench.session.notices.iter().map(|(notice, _)| notice.text.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("nor a genome")), "{told:?}");
    assert!(told.iter().any(|text| text.contains("fits no species of this scene: for `")), "{told:?}");
}

#[test]
fn two_genomes_become_one_in_hand() {
    let mut bench = Bench::new("first_school", |_| {});
    bench.select(0);
    let asks = bench.click("Take in hand");
    let Some(Ask::Hold(first)) = asks.into_iter().next() else { panic!("a genome in hand") };
    bench.session.held = Some(first.clone());
    // Of another group of clones than the first.
    bench.select(bench.session.stage.plan.species[0].sharers);
    let second = bench.session.genome().unwrap().1.to_vec();
    bench.click("Merge…");
    let asks = bench.click("Merge");
    let Some(Ask::Hold(child)) = asks.into_iter().find(|ask| matches!(ask, Ask::Hold(_))) else { panic!("a child") };
    let between = crate::genome::merge::average(&first.genome, &second, 0.5);
    assert!(child.genome[..] == between && between != second && child.from.starts_with(&first.from));
    // One of another architecture is refused, with what differs.
    let folder = tempfile::tempdir().unwrap();
    let other = scene::load("food_call").unwrap().spec;
    let plan = Plan::new(&other, 1);
    let foreign = vec![0.5; plan.species[0].genome_len as usize];
    let path = crate::app::genomes::save(&folder.path().join("x"), &other, &plan, 0, (&foreign, 0.0, [1, 1])).unwrap();
    bench.forms.agent.merge.type_path(&path.display().to_string());
    let asks = bench.click("Merge");
    assert!(matches!(&asks[..], [Ask::Tell(text, true)] if text.contains("and it needs")), "a refusal");
}

#[test]
fn family_and_hall_open_and_let_the_dead_swim_again() {
    let mut bench = Bench::new("first_school", |_| {});
    bench.wait(|session| !session.fame.is_empty());
    bench.select(0);
    // Room for windows beside the panel.
    bench.width = 900.0;
    bench.click("Hall of fame…");
    let asks = bench.click("Drop in the tank");
    let best = bench.session.fame[0].genome.clone();
    assert!(matches!(&asks[..], [Ask::Spawn(held)] if held.genome == best));
    // Its place may be somebody else's by now: it is asked for by its name.
    let first = bench.session.fame[0].clone();
    let name = first.name;
    bench.session.fame = std::sync::Arc::new(vec![HallEntry { alive: Some((0, 3)), ..first }]);
    let asks = bench.click("Select");
    assert!(matches!(&asks[..], [Ask::Control(Control::Find(found))] if *found == name));
    bench.click("Hall of fame…");
    bench.click("Family…");
    let name = bench.session.opened.as_ref().unwrap().name;
    bench.session.send(Control::Family(name));
    bench.wait(|session| session.family.is_some());
    bench.frame(vec![]);
    let written = bench.frame(vec![]);
    assert!(written.iter().any(|(text, _)| text == "signal use"), "{written:?}");
}
