//! Simulations as their owners see them: boundaries, commands, forks, faults.

use super::*;
use crate::backend::Edits;
use crate::command::Command;
use crate::layout::*;
use crate::scene::{self, Hearing};

/// A small tank in which prey evolve live, signal, graze a field and are hunted.
const POND: &str = include_str!("../../tests/cli/pond.ron");
/// A school of clones in each world, described by measures that are looked at while a rollout goes on.
const SCHOOL: &str = include_str!("../../tests/cli/school.ron");
/// A small scene of whole populations.
const RACE: &str = include_str!("../../tests/cli/race.ron");

fn start(text: &str) -> Simulation {
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    Simulation::new(scene::parse(text, "test").unwrap(), &options).unwrap()
}

fn set(path: &str, value: &str) -> Command {
    Command::Set { path: path.into(), value: value.into() }
}

#[test]
fn steps_of_any_length_lead_to_the_same_state() {
    for text in [POND, RACE, SCHOOL] {
        let (mut one, mut other) = (start(text), start(text));
        let whole = one.advance(130).unwrap();
        let mut parts = Happened::default();
        for ticks in [1, 2, 30, 7, 40, 50] {
            parts.append(other.advance(ticks).unwrap());
        }
        assert_eq!(one.digest().unwrap(), other.digest().unwrap());
        assert_eq!(whole.lineage, parts.lineage);
        assert_eq!(whole.metrics.len(), parts.metrics.len());
        assert!(!whole.lineage.is_empty() && !whole.metrics.is_empty());
    }
}

#[test]
fn meaning_is_listened_to_alike_in_steps_and_after_a_restart() {
    let mut call = scene::load("food_call").unwrap().spec;
    call.rollout.ticks = 40;
    for (mut scene, ticks) in [(scene::parse(POND, "test").unwrap(), vec![40, 80, 120]), (call, vec![20, 100])] {
        scene.measures = scene::MeasuresSpec { meaning: 2, interval: 20, ..scene.measures };
        let start = || {
            let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
            Simulation::new(scene.clone(), &options).unwrap()
        };
        let (mut one, mut other) = (start(), start());
        let whole = one.advance(125).unwrap().meaning;
        let mut met: Vec<u64> = whole.iter().map(|row| row.tick).collect();
        met.dedup();
        assert_eq!(met, ticks, "in the middle of every second generation, or at every second row");
        assert!(whole.iter().any(|row| row.what == "entropy" && row.nats > 0.0 && row.samples > 0), "{whole:?}");
        // Broken off between, before and at the first of two ticks.
        let mut parts = vec![];
        for ticks in [18, 1, 1, 59, 1, 45] {
            parts.append(&mut other.advance(ticks).unwrap().meaning);
            other = Simulation::restore(other.checkpoint().unwrap(), &Options::default()).unwrap();
        }
        // NaN is not itself.
        assert_eq!(format!("{whole:?}"), format!("{parts:?}"));
        assert_eq!(one.digest().unwrap(), other.digest().unwrap());
    }
    let mut quiet = start(POND);
    assert!(quiet.advance(125).unwrap().meaning.is_empty(), "unless the scene asks");
}

#[test]
fn generations_end_with_their_rollouts() {
    let mut race = start(RACE);
    let happened = race.advance(121).unwrap();
    let ticks: Vec<u64> = happened.generations.iter().map(|row| row.tick).collect();
    assert_eq!(ticks, [40, 80, 120]);
    assert_eq!(race.generation(), 3);
    assert_eq!(race.score(), f64::from(happened.generations[2].mean));
    let row = happened.metrics.last().unwrap();
    assert_eq!((row.tick, row.generation), (100, 2.0));
}

#[test]
fn agents_are_removed_in_every_rollout_and_in_steps_of_any_length() {
    // In `SCHOOL`, worlds are looked at in the same tick of their age; from the second rollout on nothing else is due then.
    for (text, tick) in [(RACE, 15), (SCHOOL, 14)] {
        let mut scene = scene::parse(text, "test").unwrap();
        let (name, count) = (scene.species[0].name.clone(), scene.species[0].count as usize);
        scene.rollout.removals = vec![scene::RemovalSpec { tick, species: name, share: 0.5 }];
        let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
        let mut one = Simulation::new(scene.clone(), &options).unwrap();
        let slots = one.plan.dims.slots as usize;
        let mut living = |ticks: u32| {
            one.advance(ticks).unwrap();
            let agents = one.checkpoint().unwrap().state.agents;
            let alive = |world: &[Agent]| world[..count].iter().filter(|agent| agent.alive == 1).count();
            agents.chunks(slots).map(alive).max().unwrap()
        };
        // Rollouts of 40 ticks each lose half, and begin whole.
        let found = [tick - 1, 1, 40 - tick, tick - 1, 1, 130 - 40 - tick].map(&mut living);
        assert_eq!(found, [count, count / 2, count, count, count / 2, count], "{text}");
        let mut other = Simulation::new(scene, &options).unwrap();
        [1, 12, 1, 21, 95].into_iter().for_each(|ticks| {
            other.advance(ticks).unwrap();
        });
        assert_eq!(one.digest().unwrap(), other.digest().unwrap());
    }
}

#[test]
fn rounds_that_score_write_no_metrics_and_change_nothing_else() {
    let run = |seeds: u32| {
        let mut scene = scene::parse(RACE, "test").unwrap();
        scene.measures.interval = 10;
        scene.rollout.held_out = scene::HeldOutSpec { seeds, every: 2 };
        let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
        let mut race = Simulation::new(scene, &options).unwrap();
        let mut happened = Happened::default();
        while happened.generations.len() < 3 {
            happened.append(race.advance(10).unwrap());
        }
        happened
    };
    let (without, with) = (run(0), run(2));
    // Rollouts of 40 ticks: generations 0 and 2 have one more, from tick 40 to 80 and from 160 to 200.
    assert_eq!(with.generations.iter().map(|row| row.tick).collect::<Vec<_>>(), [80, 120, 200]);
    let written: Vec<u64> = with.metrics.iter().map(|row| row.tick).filter(|tick| *tick <= 200).collect();
    assert!(written.iter().all(|tick| !(41..=80).contains(tick) && !(161..=200).contains(tick)), "{written:?}");
    let fitness = |happened: &Happened| {
        happened.metrics.iter().take(12).map(|row| row.fitness_mean.to_bits()).collect::<Vec<_>>()
    };
    assert_eq!(fitness(&with), fitness(&without));
}

#[test]
fn rounds_end_alike_whether_or_not_the_census_is_read() {
    for faulty in [false, true] {
        let run = |interval: u32| {
            let mut scene = scene::parse(RACE, "test").unwrap();
            scene.measures.interval = interval;
            let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
            let mut race = Simulation::new(scene, &options).unwrap();
            let mut happened = race.advance(30).unwrap();
            if faulty {
                let length = race.plan.species[0].genome_len as usize;
                let bad = vec![(0, 0, 1, vec![f32::NAN; length])];
                race.backend.edit(&Edits { genomes: bad, ..Edits::default() }).unwrap();
            }
            happened.append(race.advance(91).unwrap());
            assert_eq!(happened.faults.len(), usize::from(faulty));
            (format!("{:?} {:?}", happened.generations, happened.faults), race.backend.save().unwrap().digest())
        };
        // Rows of metrics at the end of every round of 40 ticks, and at none.
        assert_eq!(run(40), run(1_000));
    }
}

#[test]
fn a_fork_goes_on_as_its_original_until_it_is_changed() {
    for text in [POND, RACE, SCHOOL] {
        let mut one = start(text);
        one.advance(57).unwrap();
        let mut twin = one.fork().unwrap();
        let mut changed = one.fork().unwrap();
        changed.command(set("species[0].body.cruise", "4.0")).unwrap();
        for simulation in [&mut one, &mut twin, &mut changed] {
            simulation.advance(60).unwrap();
        }
        assert_eq!(one.digest().unwrap(), twin.digest().unwrap());
        assert_ne!(one.digest().unwrap(), changed.digest().unwrap());
    }
}

#[test]
fn schools_are_looked_at_by_the_age_of_their_worlds() {
    let mut school = start(SCHOOL);
    school.advance(43).unwrap();
    // The second round is 3 ticks old: the next look is at 7, tick 47, and the next row of metrics at tick 49.
    assert_eq!(school.ticks_to_boundary(), 4);
    // Five generations of five rounds: whatever is in the archive stands where its school was seen.
    let happened = school.advance(5 * 5 * 40).unwrap();
    let archive = school.generational.as_ref().unwrap().archive(0).unwrap();
    assert!(archive.occupied() > 3, "{}", archive.occupied());
    for (_, elite) in archive.elites() {
        let [order, nearest, distance] = elite.descriptor[..] else { panic!("three axes") };
        // Eight in 16 by 16 BL on a torus, for 2 s at no more than their top speed.
        assert!((0.0..=1.0).contains(&order) && (0.0..11.4).contains(&nearest), "{elite:?}");
        assert!((0.0..=10.0).contains(&distance), "{elite:?}");
    }
    // Distance is no part of fitness, and is asked for all the same.
    assert!(archive.elites().any(|(_, elite)| elite.descriptor[2] > 1.0));
    let row = happened.generations.last().unwrap();
    assert_eq!(row.coverage, archive.coverage() as f32);
}

#[test]
fn commands_that_need_a_new_world_are_refused_and_change_nothing() {
    let mut pond = start(POND);
    pond.advance(10).unwrap();
    let before = pond.digest().unwrap();
    let refused = [
        set("species[0].count", "50"),
        set("seed", "3"),
        set("species[0].body.cruise", "1e9"),
        set("species[9].body.cruise", "1.0"),
        Command::Cull { species: "whale".into(), share: 0.5 },
        Command::Cull { species: "prey".into(), share: f32::NAN },
        Command::Patch { field: "food".into(), center: [f32::INFINITY; 3], radius: 1.0, amount: 1.0 },
        Command::Signals {
            species: "prey".into(),
            hearing: Hearing::Delay(scene::DelaySpec { ticks: 60 }),
            channels: 1,
        },
    ];
    for command in refused {
        assert!(pond.command(command.clone()).is_err(), "{command:?}");
    }
    let error = pond.command(set("species[0].count", "50")).unwrap_err().to_string();
    assert!(error.contains("`species[0].count` cannot change while the simulation runs"), "{error}");
    assert_eq!((pond.digest().unwrap(), pond.log().len()), (before, 0));
}

#[test]
fn commands_take_effect_now() {
    let mut pond = start(POND);
    let alive =
        |pond: &mut Simulation| pond.checkpoint().unwrap().state.agents[..40].iter().filter(|a| a.alive == 1).count();
    assert_eq!(alive(&mut pond), 40);
    pond.command(Command::Cull { species: "prey".into(), share: 0.25 }).unwrap();
    assert_eq!(alive(&mut pond), 30);
    pond.command(Command::Signals { species: "prey".into(), hearing: Hearing::Mute, channels: 1 }).unwrap();
    pond.command(Command::Patch { field: "food".into(), center: [5.0, 5.0, 0.0], radius: 2.0, amount: -50.0 }).unwrap();
    pond.command(set("species[0].evolution.lifetime", "2.5")).unwrap();
    let state = pond.checkpoint().unwrap().state;
    assert_eq!(state.interventions[0], Intervention { mode: HEAR_MUTE, channels: 1, delay: 0, ..Intervention::NONE });
    assert!(state.fields.contains(&0.0), "the patch emptied cells");
    let log: Vec<u64> = pond.log().iter().map(|logged| logged.tick).collect();
    assert_eq!(log, [0; 4]);
    assert_eq!(scene::get(pond.scene(), "species[0].evolution.lifetime").unwrap(), "2.5");
}

#[test]
fn walls_are_built_and_taken_away_and_outlast_a_restart() {
    let text = r#"(extent: [20, 20, 0], boundary: [Wall, Wall, Wall], current: [0, 0, 0], species: [(
        name: "a", count: 12, body: (cruise: 0, top_speed: 0.01))],
        start: (placement: Ball(center: [5, 10, 0], radius: 2)),
        obstacles: [Sphere(center: [3, 3, 0], velocity: [1, 0, 0])],
        events: [(tick: 30, command: Wall(a: [0, 20, 0], b: [20, 20, 0], radius: 2))])"#;
    let mut pond = start(text);
    let farthest = |pond: &mut Simulation, axis: usize| {
        let agents = pond.checkpoint().unwrap().state.agents;
        agents.iter().filter(|a| a.alive == 1).map(|a| a.pos[axis]).fold(0.0, f32::max)
    };
    pond.command(Command::Wall { a: [10.0, -5.0, 0.0], b: [10.0, 25.0, 0.0], radius: 1.0 }).unwrap();
    pond.command(set("current", "[4, 0, 0]")).unwrap();
    pond.advance(200).unwrap();
    assert!((8.0..8.6).contains(&farthest(&mut pond, 0)), "nobody is carried through: {}", farthest(&mut pond, 0));
    let refusals = [(0, "it moves"), (3, "the tank has 3, numbered 0 to 2")];
    for (obstacle, why) in refusals {
        let error = pond.command(Command::Clear { obstacle }).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    pond.command(set("current", "[4, 4, 0]")).unwrap();
    pond.advance(100).unwrap();
    assert!((17.0..17.6).contains(&farthest(&mut pond, 1)), "the wall of the event holds: {}", farthest(&mut pond, 1));
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    let mut again = Simulation::restore(pond.checkpoint().unwrap(), &options).unwrap();
    for each in [&mut pond, &mut again] {
        each.command(Command::Clear { obstacle: 1 }).unwrap();
        each.advance(100).unwrap();
        assert!(farthest(each, 0) > 15.0);
        assert_eq!(each.scene().obstacles.len(), 2);
    }
    assert_eq!(pond.digest().unwrap(), again.digest().unwrap());
    for _ in 2..command::MOST_OBSTACLES {
        pond.command(Command::Wall { a: [0.0; 3], b: [0.0; 3], radius: 0.1 }).unwrap();
    }
    let error = pond.command(Command::Wall { a: [0.0; 3], b: [0.0; 3], radius: 0.1 }).unwrap_err().to_string();
    assert!(error.contains("256 obstacles"), "{error}");
}

#[test]
fn masks_outlast_the_worlds_in_which_they_were_set() {
    let mut race = start(RACE);
    race.command(Command::Signals { species: "runner".into(), hearing: Hearing::Mute, channels: 1 }).unwrap();
    race.advance(45).unwrap();
    assert!(race.checkpoint().unwrap().state.interventions.iter().all(|mask| mask.mode == HEAR_MUTE));
}

#[test]
fn an_agent_that_is_not_finite_is_named_replaced_and_counted() {
    let mut pond = start(POND);
    pond.advance(3).unwrap();
    let length = pond.plan.species[0].genome_len as usize;
    let bad = Edits { genomes: vec![(0, 0, 7, vec![f32::NAN; length])], ..Default::default() };
    let id = pond.checkpoint().unwrap().state.agents[7].id;
    pond.backend.edit(&bad).unwrap();
    let happened = pond.advance(50).unwrap();
    assert_eq!(happened.faults.len(), 1, "{:?}", happened.faults);
    assert_eq!(
        happened.faults[0].to_string(),
        format!("tick 10: 1 agent of `prey` not finite, removed: {id} of world 0")
    );
    let state = pond.checkpoint().unwrap().state;
    assert!(state.agents[7].alive == 1 && state.agents[7].id != id, "the slot has a child");
    assert!(state.genomes[0].iter().all(|v| f32::from_bits(*v).is_finite()));
    let rows = happened.metrics.iter().filter(|row| row.species == "prey");
    assert_eq!(rows.map(|row| row.faults).sum::<u32>(), 1);
}

#[test]
fn an_agent_that_is_not_finite_is_replaced_where_nothing_evolves_live() {
    let school = POND.replace("evolution: Turnover(interval: 10, lifetime: 3.0, elites: 1),", "");
    for (text, species, interval) in
        [(&school, "prey", 50), (&RACE.replace("interval: 50", "interval: 7"), "runner", 7)]
    {
        let mut one = start(text);
        one.advance(3).unwrap();
        let length = one.plan.species[0].genome_len as usize;
        let rows = if species == "prey" { 7..8 } else { 0..1 };
        let bad = rows.map(|row| (0, 0, row, vec![f32::NAN; length])).collect();
        one.backend.edit(&Edits { genomes: bad, ..Default::default() }).unwrap();
        let slots = if species == "prey" { 7..8 } else { 0..2 };
        let before = one.checkpoint().unwrap();
        let mut twin = Simulation::restore(before.clone(), &one.options.clone()).unwrap();
        let happened = one.advance(interval).unwrap();
        let named: Vec<(u32, u32)> = slots.clone().map(|slot| (0, before.state.agents[slot].id)).collect();
        assert_eq!(happened.faults[0].agents, named, "{:?}", happened.faults);
        let state = one.checkpoint().unwrap().state;
        for slot in slots {
            assert!(state.agents[slot].alive == 1 && state.agents[slot].id >= before.state.next_id[0], "slot {slot}");
        }
        assert!(state.genomes[0].iter().all(|v| f32::from_bits(*v).is_finite()));
        assert!(happened.lineage.iter().any(|l| l.operator == "clone" && l.id >= before.state.next_id[0]));
        let counted = happened.metrics.iter().filter(|row| row.species == species).map(|row| row.faults).sum::<u32>();
        assert_eq!(counted as usize, named.len());
        // Stopped and gone on with, in other steps: the same.
        for ticks in [2, interval - 2] {
            twin.advance(ticks).unwrap();
            twin = twin.fork().unwrap();
        }
        one.advance(60).unwrap();
        twin.advance(60).unwrap();
        assert_eq!(one.digest().unwrap(), twin.digest().unwrap());
    }
}

#[test]
fn a_fault_whose_place_a_birth_takes_is_named() {
    let ecology = "evolution: Ecology(birth_energy: 1.0, child_energy: 0.5, refractory: 0.0, lifetime: 0.0),";
    let text = POND.replace("evolution: Turnover(interval: 10, lifetime: 3.0, elites: 1),", ecology);
    let mut pond = start(&text.replace("            fitness: [(term: FoodEaten, weight: 1.0)],\n", ""));
    pond.advance(3).unwrap();
    let length = pond.plan.species[0].genome_len as usize;
    let before = pond.checkpoint().unwrap().state.agents[7];
    assert_eq!(before.alive, 1);
    let bad = Edits { genomes: vec![(0, 0, 7, vec![f32::NAN; length])], ..Default::default() };
    pond.backend.edit(&bad).unwrap();
    let happened = pond.advance(50).unwrap();
    let now = pond.checkpoint().unwrap().state.agents[7];
    assert!(now.alive == 1 && now.id != before.id, "its place is taken at once");
    let named: Vec<_> = happened.faults.iter().flat_map(|fault| fault.agents.clone()).collect();
    assert!(named.contains(&(0, before.id)), "{:?}", happened.faults);
}

#[test]
fn faults_that_cannot_be_named_are_counted() {
    let fault = |count, agents| Fault { tick: 9, species: "a".into(), count, agents };
    assert!(fault(2, vec![(0, 7)]).to_string().contains("removed: 7 of world 0 (1 cannot be named"));
    assert!(fault(20, vec![(0, 7); 16]).to_string().ends_with("and 4 more"));
}

#[test]
fn events_of_the_scene_happen_at_their_ticks() {
    let mut pond = start(POND);
    let cruise = |pond: &Simulation| scene::get(pond.scene(), "species[1].body.cruise").unwrap();
    let before = cruise(&pond);
    pond.advance(24).unwrap();
    assert_eq!(cruise(&pond), before);
    pond.advance(1).unwrap();
    assert_eq!(cruise(&pond), "2.5");
    assert!(pond.log().is_empty(), "events are of the scene, not of the log");
}

#[test]
fn sizes_beyond_the_machine_are_refused_with_the_number_to_lower() {
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let mut scene = scene::parse(POND, "test").unwrap();
    scene.species[0].count = 4_000_000;
    scene.species[0].controller =
        scene::Controller::Mlp(scene::MlpSpec { hidden: vec![256, 256, 256], ..Default::default() });
    let error = Simulation::new(scene, &options).err().unwrap().to_string();
    assert!(error.contains("lower `species[0].count` from 4000000 to "), "{error}");
    let mut scene = scene::parse(POND, "test").unwrap();
    scene.rollout.worlds = 65_536;
    scene.species[0].count = 40_000;
    let error = Simulation::new(scene, &options).err().unwrap().to_string();
    assert!(error.contains("lower `rollout.worlds` from 65536 to "), "{error}");
}

#[test]
fn genomes_left_by_a_run_start_another() {
    let folder = tempfile::tempdir().unwrap();
    for (text, index) in [(POND, 0), (RACE, 0)] {
        let mut one = start(text);
        one.advance(100).unwrap();
        let file = one.genomes(index).unwrap().unwrap();
        assert!(file.rows() > 1 && file.genomes.iter().all(|v| v.is_finite()));
        let path = folder.path().join("school.safetensors");
        std::fs::write(&path, file.encode().unwrap()).unwrap();
        let mut scene = scene::parse(text, "test").unwrap();
        scene.species[index].genomes = "school.safetensors".into();
        let options = Options { beside: folder.path().into(), ..Options::default() };
        let mut next = Simulation::new(scene.clone(), &options).unwrap();
        assert_eq!(next.checkpoint().unwrap().scene.species[index].genomes, "school.safetensors");
        let first = match next.generational.as_ref().and_then(|g| g.population(index)) {
            Some(population) => population.row(0).to_vec(),
            None => next.detail(0, 0).unwrap().genome,
        };
        assert_eq!(first, file.row(0));

        scene.species[index].controller =
            scene::Controller::Mlp(scene::MlpSpec { hidden: vec![3], ..Default::default() });
        let error = Simulation::new(scene, &options).err().unwrap().to_string();
        assert!(error.contains("does not fit species") && error.contains("the controller is"), "{error}");
    }
}

#[test]
fn impossible_states_are_refused() {
    let mut pond = start(POND);
    pond.advance(30).unwrap();
    let good = pond.checkpoint().unwrap();
    let plan = pond.plan.clone();
    good.check(&plan).unwrap();
    let spoil: [fn(&mut Checkpoint); 8] = [
        |c| c.state.agents[3].pos[1] = f32::NAN,
        |c| c.state.agents[3].pos[0] = 1e6,
        |c| c.state.agents[3].pos[2] = 1.0,
        |c| c.state.agents[3].alive = 2,
        |c| c.state.agents[3].age = u32::MAX,
        |c| c.state.agents[3].energy = i32::MIN,
        |c| {
            c.state.interventions[0] =
                Intervention { mode: HEAR_DELAY, channels: 1, delay: 1_000, ..Intervention::NONE }
        },
        |c| c.state.next_id[0] = 0,
    ];
    for (index, spoil) in spoil.iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(bad.check(&plan).is_err(), "case {index}");
    }
}

#[test]
fn a_lasting_source_feeds_so_many_at_once_and_lamps_are_lit_or_dark() {
    // One cell, whose tick's food is what eight have at a rate of 1 in a tenth of a second.
    let tank = |grazers: u32| {
        start(&format!(
            "(dt: 0.1, extent: [5.0, 5.0, 0.0], fields: [(name: \"food\", cell: 5.0, capacity: 0.8, initial: 0.8, lasting: true)],
              species: [(name: \"fish\", count: {grazers}, energy: (start: 10.0, capacity: 1000.0),
              diet: (fields: [(field: \"food\", rate: 1.0)]), signals: (channels: 2, form: Lamp),
              senses: [Constant, Noise], fitness: [(term: FoodEaten)])])"
        ))
    };
    for (grazers, share) in [(5, 1.0), (8, 1.0), (16, 0.5)] {
        let mut tank = tank(grazers);
        tank.advance(20).unwrap();
        let state = tank.backend.save().unwrap();
        assert_eq!(state.fields, [0.8], "nothing leaves it");
        for agent in &state.agents {
            // Steps of 1 / 65,536 in each of 20 ticks.
            let eaten = agent.energy as f32 / ENERGY_SCALE - 10.0;
            assert!((eaten - 2.0 * share).abs() < 1e-3, "{grazers}: {eaten}");
        }
        let lit = state.signals.iter().filter(|signal| **signal == 1.0).count();
        assert!(state.signals.iter().all(|signal| [0.0, 1.0].contains(signal)) && lit > 0 && lit < state.signals.len());
    }
}
