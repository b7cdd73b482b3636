//! Worlds shared out among ranks run as they do in one process, and what goes wrong on one rank ends the run on all. The ranks are
//! threads here; `tests/mpi.rs` has processes.

#[path = "common/threads.rs"]
mod threads;

use std::sync::Arc;

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::ranked::Ranked;
use iwashi::backend::{Backend, BackendError, Shape};
use iwashi::command::Command;
use iwashi::plan::Plan;
use iwashi::ranks::Ranks;
use iwashi::rng;
use iwashi::scene::{self, SceneSpec};
use iwashi::simulation::{BackendChoice, Happened, Options, Simulation, dismiss, follow};
use iwashi::world::WorldState;

/// What a run comes to: its digests on the way, what it told, and the genomes that it leaves.
#[derive(Debug, PartialEq)]
struct Outcome {
    digests: Vec<String>,
    told: String,
    genomes: Vec<Vec<f32>>,
}

const RACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/race.ron");
const SCHOOL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/school.ron");
const POND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/pond.ron");

fn scene_of(name: &str, changes: &[(&str, &str)]) -> SceneSpec {
    let mut spec = scene::load(name).expect("a scene").spec;
    for (path, value) in changes {
        scene::set(&mut spec, path, value).expect("a change");
    }
    spec
}

/// Everything that was told but for the real time in it.
fn told(mut happened: Happened) -> String {
    happened.metrics.iter_mut().for_each(|row| row.ticks_per_second = 0.0);
    format!("{:?} {:?} {:?}", happened.metrics, happened.lineage, happened.generations)
}

/// A run in uneven steps with a command on its way, left and gone on with from its checkpoint.
fn run(spec: &SceneSpec, options: &Options, on: &Options) -> Outcome {
    let mut simulation = Simulation::new(spec.clone(), options).expect("a simulation");
    let mut happened = simulation.advance(33).expect("ticks");
    let species = spec.species[0].name.clone();
    simulation.command(Command::Cull { species, share: 0.25 }).expect("a command");
    happened.append(simulation.advance(58).expect("ticks"));
    let checkpoint = simulation.checkpoint().expect("a checkpoint");
    let fork = simulation.fork().expect("a fork").digest().expect("its digest");
    drop(simulation);
    let mut simulation = Simulation::restore(checkpoint, on).expect("the simulation again");
    happened.append(simulation.advance(101).expect("ticks"));
    happened.append(simulation.drain().expect("what is left to tell"));
    let genomes = (0..spec.species.len()).filter_map(|species| simulation.genomes(species).expect("genomes"));
    let genomes = genomes.map(|file| file.genomes).collect();
    Outcome { digests: vec![fork, simulation.digest().expect("a digest")], told: told(happened), genomes }
}

/// The same on so many ranks.
fn shared(spec: &SceneSpec, size: usize) -> Outcome {
    let ranks = threads::ranks(size);
    let options = |ranks: &Arc<dyn Ranks>| Options {
        backend: BackendChoice::Cpu,
        threads: Some(1),
        ranks: Some(ranks.clone()),
        ..Options::default()
    };
    std::thread::scope(|scope| {
        ranks[1..].iter().for_each(|ranks| drop(scope.spawn(move || follow(ranks))));
        let outcome = run(spec, &options(&ranks[0]), &options(&ranks[0]));
        dismiss(&*ranks[0]);
        outcome
    })
}

fn alone() -> Options {
    Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() }
}

#[test]
fn a_run_does_not_depend_on_the_number_of_ranks() {
    let scenes = [
        // Whole populations; an archive that looks on the way; what is scored; agents that are removed.
        scene_of(RACE, &[("rollout.worlds", "4")]),
        scene_of(SCHOOL, &[]),
        scene_of(RACE, &[("rollout.worlds", "3"), ("rollout.held_out", "(seeds: 2, every: 1)")]),
        scene_of(RACE, &[("rollout.removals", "[(tick: 9, species: \"runner\", share: 0.5)]")]),
        // Live evolution, with rows whose diversity is read from genomes.
        scene_of(POND, &[("rollout.worlds", "5"), ("measures.log", "[Diversity]")]),
        // Births within ticks.
        scene_of("grazers", &[("rollout.worlds", "3"), ("measures.interval", "20")]),
    ];
    for spec in scenes {
        let whole = run(&spec, &alone(), &alone());
        assert!(!whole.genomes.is_empty() && whole.told.len() > 500, "{}: {}", spec.name, whole.told);
        for size in [1, 2, 4, 7] {
            assert_eq!(shared(&spec, size), whole, "{} on {size} ranks", spec.name);
        }
    }
}

#[test]
fn another_seed_is_another_run() {
    let of = |seed: &str| shared(&scene_of(RACE, &[("seed", seed)]), 2);
    assert_ne!(of("1").digests, of("2").digests);
}

#[test]
fn what_a_rank_cannot_make_no_rank_makes() {
    let ranks = threads::ranks(3);
    let refused = std::thread::scope(|scope| {
        ranks[1..].iter().for_each(|ranks| drop(scope.spawn(move || follow(ranks))));
        // Every rank finds that the file is not there, and the leader says so in its own words.
        let spec = scene_of(RACE, &[("species[0].genomes", "\"missing.safetensors\"")]);
        let options = Options { ranks: Some(ranks[0].clone()), ..alone() };
        let refused = Simulation::new(spec, &options).map(drop).expect_err("it cannot be made").to_string();
        let spec = scene_of(POND, &[("measures.meaning", "1")]);
        let apart = Simulation::new(spec, &options).map(drop).expect_err("it cannot be listened to").to_string();
        assert!(apart.contains("`measures.meaning`") && apart.contains("set it to 0"), "{apart}");
        // And all are still there for the next.
        let mut next = Simulation::new(scene_of(RACE, &[]), &options).expect("a simulation");
        next.advance(50).expect("ticks");
        drop(next);
        dismiss(&*ranks[0]);
        refused
    });
    assert!(refused.contains("missing.safetensors") && !refused.contains("rank"), "{refused}");
}

/// A processor that fails on the way.
struct Fails(CpuBackend, bool);

impl Backend for Fails {
    fn advance(&mut self, ticks: u32) -> Result<(), BackendError> {
        if self.1 { Err(BackendError::DeviceLost("it was pulled out".to_string())) } else { self.0.advance(ticks) }
    }
    fn info(&self) -> iwashi::backend::BackendInfo {
        self.0.info()
    }
    fn load(&mut self, state: WorldState) -> Result<(), BackendError> {
        self.0.load(state)
    }
    fn save(&mut self) -> Result<WorldState, BackendError> {
        self.0.save()
    }
    fn profile(&mut self, ticks: u32) -> Result<Vec<iwashi::backend::StageTime>, BackendError> {
        self.0.profile(ticks)
    }
    fn edit(&mut self, edits: &iwashi::backend::Edits) -> Result<(), BackendError> {
        self.0.edit(edits)
    }
    fn retune(&mut self, plan: &Plan) -> Result<(), BackendError> {
        self.0.retune(plan)
    }
    fn census(&mut self) -> Result<iwashi::backend::Census, BackendError> {
        self.0.census()
    }
    fn earned(&mut self, asked: u32) -> Result<iwashi::backend::Earned, BackendError> {
        self.0.earned(asked)
    }
    fn births(&mut self) -> Result<Vec<iwashi::layout::BirthRecord>, BackendError> {
        self.0.births()
    }
    fn snapshot(&mut self, world: u32) -> Result<iwashi::snapshot::Snapshot, BackendError> {
        self.0.snapshot(world)
    }
    fn genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError> {
        self.0.genomes(world, slots)
    }
    fn minds(&mut self, world: u32, species: usize) -> Result<iwashi::snapshot::Minds, BackendError> {
        self.0.minds(world, species)
    }
    fn detail(&mut self, world: u32, slot: u32) -> Result<iwashi::snapshot::AgentDetail, BackendError> {
        self.0.detail(world, slot)
    }
}

#[test]
fn what_fails_on_one_rank_is_told_on_all() {
    let spec = scene_of(RACE, &[("rollout.worlds", "5")]);
    let plan = Plan::new(&spec, 5);
    let streams: Vec<_> = (0..5).map(|world| rng::stream(spec.seed, 0, world)).collect();
    let state = WorldState::start(&spec, &plan, &streams);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let (plan, state) = (&plan, &state);
        let of = |(rank, ranks): (usize, Arc<dyn Ranks>)| {
            scope.spawn(move || {
                let open = |plan: &Plan| -> Result<Box<dyn Backend>, BackendError> {
                    Ok(Box::new(Fails(CpuBackend::new(plan, Some(1), Shape::Auto)?, rank == 2)))
                };
                let mut ranked = Ranked::new(plan, ranks, open).expect("a backend");
                ranked.load(state.clone().only(&ranked.own(5))).expect("load");
                let agents = ranked.census().expect("before").agents;
                // Not yet: the others have not heard.
                ranked.advance(10).expect("ticks");
                (agents, ranked.census().expect_err("a failure"), ranked.earned(1).is_err())
            })
        };
        let threads: Vec<_> = threads::ranks(3).into_iter().enumerate().map(of).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    for (agents, error, still) in outcomes {
        assert_eq!(agents, state.agents);
        assert!(matches!(&error, BackendError::Rank { rank: 2, .. }), "{error}");
        assert!(error.to_string().contains("pulled out") && still, "{error}");
    }
}
