//! Who is remembered, and what of.

use super::*;
use crate::scene;
use crate::simulation::Options;

fn record(id: u32, parent: u32, second: u32, tick: u64) -> LineageRecord {
    LineageRecord { world: 0, species: 0, slot: 0, id, parent, second, tick, operator: "mutation" }
}

fn name(id: u32) -> Name {
    Name { world: 0, species: 0, id }
}

fn family() -> Chronicle {
    let mut chronicle = Chronicle::new();
    // 10 of 3; 11 of 10 and 4; 12 and 13 of 11; 14 of 12.
    let lineage = vec![
        record(10, 3, NONE, 5),
        record(11, 10, 4, 9),
        record(12, 11, NONE, 20),
        record(13, 11, 3, 21),
        record(14, 12, NONE, 30),
    ];
    chronicle.note(&Happened { lineage, ..Happened::default() });
    chronicle
}

#[test]
fn a_family_has_parents_before_children_and_each_once() {
    let chronicle = family();
    let ids = |name: Name| chronicle.family(name).all.iter().map(|known| known.name.id).collect::<Vec<_>>();
    assert_eq!(ids(name(11)), [3, 4, 10, 11, 12, 13, 14]);
    assert_eq!(ids(name(3)), [3, 10, 11, 12, 13, 14]);
    assert_eq!(ids(name(99)), [99]);
    let line: Vec<u32> = chronicle.line(name(14)).iter().map(|known| known.name.id).collect();
    assert_eq!(line, [12, 11, 10, 3]);
    let of = chronicle.known(name(11));
    assert_eq!((of.birth.unwrap().second, of.genome.is_some(), of.alive), (4, false, None));
}

#[test]
fn a_second_parent_stands_after_its_own_parent() {
    let mut chronicle = Chronicle::new();
    // 20 of 10 and of 11, which is a child of 10.
    let lineage = vec![record(10, 3, NONE, 5), record(11, 10, NONE, 9), record(20, 10, 11, 12)];
    chronicle.note(&Happened { lineage, ..Happened::default() });
    let ids: Vec<u32> = chronicle.family(name(20)).all.iter().map(|known| known.name.id).collect();
    assert_eq!(ids, [3, 10, 11, 20]);
}

#[test]
fn the_past_knows_nobody_who_is_born_later() {
    let mut chronicle = family();
    chronicle.keep(name(14), [1.0].into());
    chronicle.keep(name(10), [2.0].into());
    chronicle.back_to(20);
    assert!(chronicle.known(name(14)).birth.is_none() && chronicle.known(name(14)).genome.is_none());
    assert!(chronicle.known(name(12)).birth.is_some() && chronicle.known(name(10)).genome.is_some());
    assert_eq!((chronicle.numbers, chronicle.order.len()), (1, 1));
}

#[test]
fn the_fittest_of_each_species_are_kept_and_no_more() {
    let mut chronicle = Chronicle::new();
    let fame = |species: u32, id: u32, fitness: f32| HallEntry {
        name: Name { world: 0, species, id },
        fitness,
        tick: 0,
        alive: None,
        genome: [fitness].into(),
    };
    for id in 0..30 {
        chronicle.admit(fame(0, id, (id * 7 % 30) as f32));
        chronicle.admit(fame(1, id, f32::NAN));
    }
    let own: Vec<f32> = chronicle.fame().iter().filter(|f| f.name.species == 0).map(|f| f.fitness).collect();
    assert_eq!(own, (18..30).rev().map(|x| x as f32).collect::<Vec<_>>());
    let best = chronicle.fame()[0].name;
    assert!(!chronicle.admit(HallEntry { fitness: 3.0, ..fame(0, best.id, 0.0) }), "worse than it was");
    assert!(chronicle.admit(HallEntry { fitness: 99.0, ..fame(0, best.id, 0.0) }), "better than it was");
    assert_eq!((chronicle.fame()[0].fitness, chronicle.fame().len()), (99.0, 2 * MOST_FAME));
}

#[test]
fn genomes_are_forgotten_oldest_first() {
    let mut chronicle = Chronicle::new();
    let large: Arc<[f32]> = vec![0.0; MOST_NUMBERS / 4].into();
    (0..6).for_each(|id| chronicle.keep(name(id), large.clone()));
    let known: Vec<bool> = (0..6).map(|id| chronicle.known(name(id)).genome.is_some()).collect();
    assert_eq!(known, [false, false, true, true, true, true]);
    assert_eq!(chronicle.numbers, MOST_NUMBERS);
}

#[test]
fn a_look_knows_the_living_and_changes_nothing() {
    let spec = scene::load("first_school").unwrap().spec;
    let run = |looks: bool| {
        let mut simulation =
            Simulation::new(spec.clone(), &Options { threads: Some(1), ..Options::default() }).unwrap();
        let mut chronicle = Chronicle::new();
        for _ in 0..6 {
            let happened = simulation.advance(200).unwrap();
            chronicle.note(&happened);
            if looks {
                chronicle.look(&mut simulation, 0).unwrap();
            }
        }
        (simulation, chronicle)
    };
    let (mut simulation, chronicle) = run(true);
    assert_eq!(simulation.digest().unwrap(), run(false).0.digest().unwrap());
    let best = chronicle.fame().first().cloned().unwrap();
    assert!(best.fitness.is_finite() && best.genome.len() == simulation.plan().species[0].genome_len as usize);
    let standings = simulation.standings().unwrap();
    for standing in &standings {
        let known = chronicle.known(standing.name.unwrap());
        assert_eq!(known.alive, Some((standing.world, standing.slot)));
        assert_eq!(known.seen.unwrap().loudness, standing.loudness);
    }
    let born = standings.iter().filter_map(|s| s.name).find(|name| !chronicle.line(*name).is_empty()).unwrap();
    assert!(chronicle.family(born).all.len() > 1);
}

#[test]
fn a_member_of_a_population_lives_in_the_world_that_is_shown() {
    let mut spec = scene::load("food_call").unwrap().spec;
    // Both trials of each at once.
    let Evolution::Generational(generations) = &mut spec.species[0].evolution else { panic!("generations") };
    generations.population = 4;
    let options = Options { threads: Some(1), worlds: Some(8), ..Options::default() };
    let mut simulation = Simulation::new(spec, &options).unwrap();
    let mut chronicle = Chronicle::new();
    let standings = simulation.standings().unwrap();
    let name = standings[0].name.unwrap();
    let worlds: BTreeSet<u32> = standings.iter().filter(|s| s.name == Some(name)).map(|s| s.world).collect();
    assert_eq!(worlds.len(), 2, "{standings:?}");
    for world in worlds {
        chronicle.look(&mut simulation, world).unwrap();
        assert_eq!(chronicle.known(name).alive.map(|(world, _)| world), Some(world));
    }
}

#[test]
fn the_thread_finds_individuals_by_name_and_says_who_is_gone() {
    use crate::app::engine::keeping::Keeping;
    use crate::app::engine::{Control, Engine, Setup};
    let mut spec = scene::load("boids").unwrap().spec;
    spec.species[0].count = 20;
    let options = Options { threads: Some(1), ..Options::default() };
    let setup =
        Setup { options: options.clone(), keeping: Keeping::new(None), script: vec![], until: None, paused: true };
    let mut simulation = Simulation::new(spec, &options).unwrap();
    let standing = simulation.standings().unwrap()[7];
    let (name, id) = (standing.name.unwrap(), standing.agent.id);
    let (engine, _closer) = Engine::start(simulation, setup).unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let news = |done: &dyn Fn(&crate::app::engine::News) -> bool| {
        while !done(&engine.news()) {
            assert!(Instant::now() < until, "no answer");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    engine.send(Control::Find(name));
    news(&|news| news.picked == Some(standing.slot));
    engine.send(Control::Command(Command::Agent { world: 0, id, hand: crate::command::Hand::Remove }));
    engine.send(Control::Find(name));
    news(&|news| {
        assert_eq!(news.picked, None);
        news.notices.iter().any(|notice| notice.bad && notice.text.contains("has died"))
    });
}

#[test]
fn the_thread_picks_opens_and_tells_of_kin() {
    use crate::app::engine::keeping::Keeping;
    use crate::app::engine::{Control, Engine, Setup};
    use crate::simulation::PickBy;
    let spec = scene::load("first_school").unwrap().spec;
    let options = Options { threads: Some(1), ..Options::default() };
    let setup =
        Setup { options: options.clone(), keeping: Keeping::new(None), script: vec![], until: None, paused: true };
    let (engine, _closer) = Engine::start(Simulation::new(spec, &options).unwrap(), setup).unwrap();
    engine.send(Control::Step(400));
    engine.send(Control::Pick { what: PickBy::Fittest, species: None });
    let until = Instant::now() + Duration::from_secs(120);
    let (mut picked, mut name, mut family) = (None, None, None);
    while family.is_none() && Instant::now() < until {
        let news = engine.news();
        if let Some(slot) = news.picked {
            picked = Some(slot);
            engine.send(Control::Watch { world: 0, slot: Some(slot) });
        }
        if let Some(opened) = news.opened.filter(|opened| Some(opened.detail.slot) == picked && name.is_none()) {
            assert_eq!(opened.neurons.last(), Some(&opened.detail.action));
            name = opened.name;
            engine.send(Control::Family(name));
        }
        family = news.family;
        std::thread::sleep(Duration::from_millis(5));
    }
    let family = family.expect("a family");
    assert!(name.is_some() && family.all.iter().any(|known| Some(known.name) == name));
}
