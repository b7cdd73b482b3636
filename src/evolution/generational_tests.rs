//! Tests of dealing, judging and champions with a made-up judge in place of worlds.

use super::super::deal::worlds_for;
use super::super::round::{GenerationRow, worlds_needed};
use super::*;
use crate::edits::Census;
use crate::layout::{TALLIES, TALLY_DISTANCE, TALLY_FOOD, TALLY_SCALE};
use crate::problems;
use crate::rng::Stream;
use crate::scene::*;
use crate::world::WorldState;

fn species(name: &str, count: u32, population: u32, champions: u32) -> SpeciesSpec {
    SpeciesSpec {
        name: name.into(),
        count,
        senses: vec![Sense::Constant, Sense::Speed],
        controller: Controller::Linear(LinearSpec { init: 2.0, ..Default::default() }),
        evolution: Evolution::Generational(GenerationalSpec { population, champions, ..Default::default() }),
        fitness: vec![FitnessTerm { term: Term::FoodEaten, weight: 1.0 }],
        ..Default::default()
    }
}

fn scene(species: Vec<SpeciesSpec>, trials: u32, worlds: u32) -> (SceneSpec, Plan) {
    let rollout = RolloutSpec { trials, worlds, ticks: 50, ..Default::default() };
    let scene = SceneSpec { species, rollout, ..Default::default() };
    let plan = Plan::new(&scene, worlds_needed(&scene));
    (scene, plan)
}

/// (species, world, row, genome) of all places of a round.
fn places<'a>(plan: &Plan, start: &'a RoundStart) -> Vec<(u32, u32, u32, &'a [f32])> {
    let of = |deal: &'a Deal| {
        let len = plan.species[deal.species as usize].genome_len as usize;
        let genome = move |which: u32| &deal.genomes[which as usize * len..][..len];
        deal.places.iter().map(move |&(world, row, which)| (deal.species, world, row, genome(which)))
    };
    start.deals.iter().flat_map(of).collect()
}

/// A census in which every agent has eaten what `judge` gives for (world, species, genome).
fn judged(scene: &SceneSpec, plan: &Plan, start: &RoundStart, judge: impl Fn(u32, u32, &[f32]) -> f32) -> Census {
    let state = start.worlds(scene, plan);
    let mut census = Census { agents: state.agents, tallies: state.tallies, ..Default::default() };
    for (s, world, row, genome) in places(plan, start) {
        let slots = WorldState::part(world, plan.dims.slots);
        let (spec, p) = (&scene.species[s as usize], &plan.species[s as usize]);
        for slot in fitness::members(spec, p, row) {
            let eaten = judge(world, s, genome) * TALLY_SCALE;
            census.tallies[slots.start + slot][TALLY_FOOD as usize] = eaten as i32;
        }
    }
    census
}

/// All of what a census tells about fitness.
fn told(census: &Census) -> Earned {
    Earned::of((1 << TALLIES) - 1, &census.agents, &census.tallies)
}

fn generation(g: &mut Generational, scene: &SceneSpec, plan: &Plan) -> RoundEnd {
    loop {
        let census =
            judged(scene, plan, &g.begin_round(), |_, _, genome| problems::of_genome(problems::sphere, genome));
        let end = g.end_round(scene, plan, &told(&census));
        if !end.generations.is_empty() {
            return end;
        }
    }
}

#[test]
fn a_population_learns_through_the_worlds() {
    for (trials, worlds) in [(1, 0), (3, 0), (2, 3)] {
        let (scene, plan) = scene(vec![species("fry", 10, 40, 0)], trials, worlds);
        let mut g = Generational::new(&scene, &plan, 7).unwrap();
        let first = generation(&mut g, &scene, &plan).generations[0].clone();
        let last = (0..40).map(|_| generation(&mut g, &scene, &plan).generations[0].clone()).last().unwrap();
        assert!(first.mean < -4.0 && last.best > -0.2, "{first:?} {last:?}");
        assert!(last.generation == 40 && last.trials >= trials && last.species == "fry");
        let best = g.best_genome(0).unwrap();
        assert!((best.fitness - problems::of_genome(problems::sphere, &best.genome)).abs() < 1e-3);
        assert!(g.best_genome(1).is_none() && g.population(0).unwrap().size() == 40);
    }
}

#[test]
fn one_round_suffices_when_the_scene_leaves_the_worlds_open() {
    let group = SpeciesSpec { sharing: Sharing::Group(GroupSpec { size: 5 }), ..species("a", 10, 30, 0) };
    let (scene, plan) = scene(vec![group, species("b", 3, 20, 4), SpeciesSpec::default()], 2, 0);
    // 60 places over 2 rows; 40 places over 3 rows are 14 open worlds, of 19 with every fourth given to the hall.
    assert_eq!(plan.dims.worlds, 30);
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    for _ in 0..3 {
        assert_eq!(g.round(), (0, 1));
        generation(&mut g, &scene, &plan);
    }
    assert_eq!(worlds_for(14, 1, true), 19);
    assert_eq!(worlds_needed(&SceneSpec { species: vec![SpeciesSpec::default()], ..Default::default() }), 1);
    assert_eq!(g.played(), 3);
}

#[test]
fn every_genome_gets_its_trials_in_new_company() {
    let (scene, plan) = scene(vec![species("fry", 4, 10, 0)], 3, 2);
    let mut g = Generational::new(&scene, &plan, 1).unwrap();
    // 30 places at 8 a round: 4 rounds, 32 places.
    assert_eq!(g.round(), (0, 4));
    let mut seen = vec![0; 10];
    let mut company = std::collections::BTreeSet::new();
    for round in 0..4 {
        g.progress.round = round;
        let dealt = g.deal(0);
        for world in dealt.chunks(4) {
            let mut members: Vec<u32> =
                world.iter().map(|d| if let Dealt::Member(m) = d { *m } else { panic!("no hall") }).collect();
            members.iter().for_each(|m| seen[*m as usize] += 1);
            members.sort_unstable();
            company.insert(members);
        }
    }
    assert!(seen.iter().all(|n| (3..=4).contains(n)) && seen.iter().sum::<i32>() == 32, "{seen:?}");
    assert_eq!(company.len(), 8, "no two worlds hold the same company");
}

#[test]
fn fitness_is_the_mean_over_trials() {
    let (scene, plan) = scene(vec![species("fry", 1, 4, 0)], 2, 1);
    let mut g = Generational::new(&scene, &plan, 1).unwrap();
    // A place is worth the round it is in: the mean of a genome is that of its two rounds.
    let mut rounds = vec![vec![]; 4];
    for round in 0..8 {
        let Dealt::Member(m) = g.deal(0)[0] else { panic!("no hall") };
        rounds[m as usize].push(round as f32);
        let census = judged(&scene, &plan, &g.begin_round(), |_, _, _| round as f32);
        let end = g.end_round(&scene, &plan, &told(&census));
        assert_eq!(end.generations.is_empty(), round < 7);
    }
    let best = rounds.iter().map(|r| r.iter().sum::<f32>() / 2.0).fold(0.0, f32::max);
    assert!(rounds.iter().all(|r| r.len() == 2));
    assert_eq!(g.best_genome(0).unwrap().fitness, best);
}

#[test]
fn genomes_are_described_by_what_their_agents_gathered_in_all_trials() {
    let axis = |term| DescriptorSpec { of: Behaviour::Term(term), low: -40.0, high: 0.0, cells: 40 };
    let mut fry = species("fry", 4, 12, 0);
    if let Evolution::Generational(g) = &mut fry.evolution {
        g.strategy = crate::scene::Strategy::MapElites(MapElitesSpec::default());
        g.descriptors = vec![axis(Term::FoodEaten), axis(Term::Distance)];
    }
    let (scene, plan) = scene(vec![fry], 3, 2);
    let mut g = Generational::new(&scene, &plan, 3).unwrap();
    let asked = g.asks(&scene, &plan);
    assert_eq!(asked, 1 << TALLY_FOOD | 1 << TALLY_DISTANCE, "the second is no part of fitness");
    let mut rows = vec![];
    for _ in 0..6 {
        rows.extend(generation(&mut g, &scene, &plan).generations);
        // Whatever is saved between two rounds is all there is.
        let census =
            judged(&scene, &plan, &g.begin_round(), |_, _, genome| problems::of_genome(problems::sphere, genome));
        g.end_round(&scene, &plan, &told(&census));
        let other = Generational::restore(&scene, &plan, &g.save()).unwrap();
        assert_eq!(other.save(), g.save());
    }
    let archive = g.archive(0).unwrap();
    assert!(archive.occupied() > 3 && g.best_genome(0).unwrap().fitness == archive.best().unwrap().objective);
    for (along, elite) in archive.elites() {
        let food = problems::of_genome(problems::sphere, &elite.genome);
        // Tallies are steps of a fixed size.
        assert!((elite.descriptor[0] - food).abs() < 1e-2 && (elite.objective - food).abs() < 1e-2, "{elite:?}");
        assert_eq!((elite.descriptor[1], along[1]), (0.0, 39), "nobody swam");
    }
    assert!(rows.windows(2).all(|two| two[0].coverage <= two[1].coverage), "{rows:?}");
    // Another grid, or another number of axes, is another run.
    let mut other = scene.clone();
    if let Evolution::Generational(g) = &mut other.species[0].evolution {
        g.descriptors[1].cells = 41;
    }
    assert!(matches!(Generational::restore(&other, &plan, &g.save()), Err(StateError::Mismatch(_))));
    if let Evolution::Generational(g) = &mut other.species[0].evolution {
        g.strategy = crate::scene::Strategy::Genetic(GeneticSpec::default());
    }
    assert!(Generational::restore(&other, &plan, &g.save()).is_err());
}

#[test]
fn past_champions_play_in_every_fourth_world() {
    let (scene, plan) = scene(vec![species("prey", 6, 12, 3), species("hunter", 2, 12, 0)], 4, 8);
    let mut g = Generational::new(&scene, &plan, 5).unwrap();
    assert!(g.deal(0).iter().all(|d| matches!(d, Dealt::Member(_))), "nobody is in the hall yet");
    let mut champions: Vec<Vec<f32>> = vec![];
    while champions.len() < 5 {
        generation(&mut g, &scene, &plan);
        let best = &g.best_genome(0).unwrap().genome;
        if !champions.contains(best) {
            champions.push(best.clone());
        }
    }
    assert_eq!(g.hall(0).collect::<Vec<_>>(), champions[2..].iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(g.hall(1).count(), 0);
    let start = g.begin_round();
    for (world, rows) in g.deal(0).chunks(6).enumerate() {
        let past = rows.iter().filter(|d| matches!(d, Dealt::Champion(_))).count();
        assert_eq!(past, if world % 4 == 0 { 6 } else { 0 }, "world {world}");
    }
    assert!(g.deal(1).iter().all(|d| matches!(d, Dealt::Member(_))));
    let (_, world, row, genome) = places(&plan, &start)[4 * 6 + 1];
    assert_eq!((world, row), (4, 1));
    assert!(champions[2..].iter().any(|champion| champion == genome));

    // The champions' own places are not judged: fitness given there alone changes nothing.
    let census = judged(&scene, &plan, &start, |world, s, _| if s == 0 && world % 4 == 0 { 1_000.0 } else { 1.0 });
    g.end_round(&scene, &plan, &told(&census));
    while g.progress.round != 0 {
        let census =
            judged(&scene, &plan, &g.begin_round(), |world, s, _| if s == 0 && world % 4 == 0 { 1_000.0 } else { 1.0 });
        g.end_round(&scene, &plan, &told(&census));
    }
    assert_eq!(g.best_genome(0).unwrap().fitness, 1.0);
}

#[test]
fn a_run_goes_on_exactly_after_saving_in_the_middle_of_a_generation() {
    let (scene, plan) = scene(vec![species("prey", 6, 12, 2), species("hunter", 2, 9, 2)], 2, 2);
    let mut one = Generational::new(&scene, &plan, 5).unwrap();
    generation(&mut one, &scene, &plan);
    let census = judged(&scene, &plan, &one.begin_round(), |w, _, genome| genome[0] + w as f32);
    one.end_round(&scene, &plan, &told(&census));
    assert!(one.round().0 == 1 && one.round().1 > 2, "in the middle");
    let mut other = Generational::restore(&scene, &plan, &one.save()).unwrap();
    for _ in 0..3 {
        assert_eq!(one.begin_round(), other.begin_round());
        let ends = [&mut one, &mut other].map(|g| generation(g, &scene, &plan));
        // As text: what was not scored is no number, and equals nothing.
        assert_eq!(format!("{:?}", ends[0]), format!("{:?}", ends[1]));
    }
    assert_eq!(one.save(), other.save());
    assert_ne!(one.save(), Generational::new(&scene, &plan, 5).unwrap().save());

    let wider = Plan::new(&scene, 3);
    assert!(matches!(Generational::restore(&scene, &wider, &one.save()), Err(StateError::Mismatch(_))));
    assert!(matches!(Generational::restore(&scene, &plan, &one.save()[..9]), Err(StateError::Decode(_))));
}

#[test]
fn rounds_have_fresh_streams_and_known_ancestors() {
    let (scene, plan) = scene(vec![species("fry", 5, 10, 0)], 1, 1);
    let mut g = Generational::new(&scene, &plan, 5).unwrap();
    let first = g.begin_round();
    assert_eq!(first.lineage.len(), 10);
    assert!(first.lineage.iter().all(|l| l.operator == super::super::FOUNDER && l.world == NONE));
    assert_eq!(plan.rows(0).decode(&first.worlds(&scene, &plan).genomes[0])[..6], places(&plan, &first)[0].3[..6]);
    let census = judged(&scene, &plan, &first, |_, _, _| 0.0);
    g.end_round(&scene, &plan, &told(&census));
    let second = g.begin_round();
    assert_ne!(first.streams, second.streams);
    assert!(second.lineage.is_empty());
    let end = g.end_round(&scene, &plan, &told(&census));
    assert_eq!(end.lineage.len(), 8, "two elites go on");
    assert!(end.lineage.iter().all(|l| l.parent < 10 && l.id >= 10 && l.tick == 100));
    assert_eq!(end.generations[0].tick, 100);
}

#[test]
fn a_seeded_population_starts_from_the_given_genomes() {
    let (scene, plan) = scene(vec![species("fry", 5, 10, 0), SpeciesSpec::default()], 1, 0);
    let mut g = Generational::new(&scene, &plan, 5).unwrap();
    let len = plan.species[0].genome_len as usize;
    g.seed_population(0, &[vec![0.25; len]]).unwrap();
    assert_eq!(g.population(0).unwrap().row(0), vec![0.25; len]);
    assert!(places(&plan, &g.begin_round()).iter().any(|(.., genome)| *genome == vec![0.25; len]));
    assert!(g.seed_population(0, &[vec![0.25; len + 1]]).is_err());
    assert!(g.seed_population(1, &[vec![0.25; len]]).is_err());
}

#[test]
fn a_genome_whose_agent_was_not_finite_is_worst() {
    let (scene, plan) = scene(vec![species("fry", 4, 8, 0)], 1, 2);
    let mut g = Generational::new(&scene, &plan, 5).unwrap();
    let mut census =
        judged(&scene, &plan, &g.begin_round(), |_, _, genome| problems::of_genome(problems::sphere, genome));
    let Dealt::Member(bad) = g.deal(0)[1] else { panic!("no hall") };
    let id = g.population(0).unwrap().ids[bad as usize];
    // A substitute stands in its place and has eaten more than all others.
    census.agents[1].id = 8;
    census.tallies[1][TALLY_FOOD as usize] = 1_000_000;
    let end = g.end_round(&scene, &plan, &told(&census));
    let row = &end.generations[0];
    assert!(row.best_id != id && row.best <= 0.0 && row.mean.is_finite(), "{row:?}");
    assert!(!g.population(0).unwrap().ids.contains(&id), "it is no elite");
    assert!(end.lineage.iter().all(|l| l.parent != id || l.operator == super::super::CROSSOVER), "{:?}", end.lineage);
}

/// Generations of a run, each world judged by its key too, as luck would.
fn lucky(scene: &SceneSpec, plan: &Plan, generations: usize) -> Vec<GenerationRow> {
    let mut g = Generational::new(scene, plan, 7).unwrap();
    let mut rows = vec![];
    while rows.len() < generations * scene.species.len() {
        let start = g.begin_round();
        let luck = |world: u32| rng::uniform(start.streams[world as usize][0]) * 8.0;
        let census =
            judged(scene, plan, &start, |world, _, genome| problems::of_genome(problems::sphere, genome) + luck(world));
        rows.extend(g.end_round(scene, plan, &told(&census)).generations);
        assert!(Generational::restore(scene, plan, &g.save()).unwrap().save() == g.save());
    }
    rows
}

#[test]
fn scoring_changes_nothing_of_what_evolves() {
    let held_out = HeldOutSpec { seeds: 7, every: 2 };
    for (worlds, sides) in
        [(0, vec![species("fry", 4, 20, 0)]), (3, vec![species("a", 2, 12, 3), species("b", 3, 9, 0)])]
    {
        let (plain, plan) = scene(sides, 2, worlds);
        let rollout = RolloutSpec { held_out: held_out.clone(), ..plain.rollout.clone() };
        let scored = SceneSpec { rollout, ..plain.clone() };
        let without = lucky(&plain, &plan, 5);
        let with = lucky(&scored, &plan, 5);
        assert_eq!(without.len(), with.len());
        for (without, with) in without.iter().zip(&with) {
            assert_eq!(with.held_out.is_nan(), with.generation % 2 == 1, "{with:?}");
            if !with.held_out.is_nan() {
                assert!(with.held_out_low <= with.held_out && with.held_out <= with.held_out_high, "{with:?}");
                assert!(with.held_out_low < with.held_out_high, "seeds differ");
            }
            // A round more each of generations 0, 2 and 4 where there are worlds enough.
            assert!(with.tick > without.tick);
            let (nan, tick) = (f32::NAN.to_bits(), without.tick);
            let bare = GenerationRow {
                held_out: f32::NAN,
                held_out_low: f32::NAN,
                held_out_high: f32::NAN,
                tick,
                ..with.clone()
            };
            assert_eq!((bare.record(), bare.held_out.to_bits()), (without.record(), nan));
        }
    }
}

#[test]
fn held_out_scores_are_of_the_best_on_seeds_that_stay_the_same() {
    let (mut scene, plan) = scene(vec![species("fry", 4, 20, 0)], 1, 0);
    scene.rollout.held_out = HeldOutSpec { seeds: 9, every: 1 };
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    let mut keys = vec![];
    for _ in 0..3 {
        let judged_by = g.begin_round();
        let census = judged(&scene, &plan, &judged_by, |_, _, genome| problems::of_genome(problems::sphere, genome));
        assert!(g.end_round(&scene, &plan, &told(&census)).generations.is_empty(), "scoring is to come");
        let (mut scored, mut seen) = (vec![], vec![]);
        while scored.is_empty() {
            let start = g.begin_round();
            let best = g.best_genome(0).unwrap().genome.clone();
            assert!(places(&plan, &start).iter().all(|(.., genome)| *genome == best), "the best runs all rows");
            assert!(start.streams.iter().all(|key| !judged_by.streams.contains(key)), "seeds that judge nobody");
            seen.extend_from_slice(&start.streams);
            let census = judged(&scene, &plan, &start, |_, _, genome| problems::of_genome(problems::sphere, genome));
            scored = g.end_round(&scene, &plan, &told(&census)).generations;
        }
        assert!((scored[0].held_out - scored[0].best).abs() < 1e-4, "{:?}", scored[0]);
        seen.truncate(9);
        keys.push(seen);
    }
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn a_world_that_fails_costs_only_itself() {
    let (mut scene, plan) = scene(vec![species("fry", 1, 4, 0)], 1, 4);
    scene.rollout.held_out = HeldOutSpec { seeds: 4, every: 1 };
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    let mut rows = vec![];
    for round in 0..2 {
        let mut census = judged(&scene, &plan, &g.begin_round(), |_, _, _| 3.0);
        if round == 1 {
            // A substitute stands where the agent of world 2 was.
            census.agents[WorldState::part(2, plan.dims.slots).start].id = 77;
        }
        rows = g.end_round(&scene, &plan, &told(&census)).generations;
    }
    assert_eq!((rows[0].held_out, rows[0].held_out_low, rows[0].held_out_high), (3.0, 3.0, 3.0));
}

#[test]
fn common_draws_are_shared_trial_by_trial() {
    let (mut scene, plan) = scene(vec![species("fry", 2, 8, 0)], 3, 0);
    // 24 places over 2 rows: 12 worlds, 4 a trial.
    assert_eq!(plan.dims.worlds, 12);
    let fresh = Generational::new(&scene, &plan, 7).unwrap().streams();
    scene.rollout.seeds = Seeds::Common;
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    let common = g.streams();
    let different = |keys: &[Stream]| keys.iter().collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!((different(&fresh), different(&common)), (12, 3));
    assert!(common.chunks(4).all(|trial| different(trial) == 1));
    generation(&mut g, &scene, &plan);
    assert!(g.streams().iter().all(|key| !common.contains(key)), "the next generation meets others");
}

#[test]
fn impossible_states_of_scoring_are_refused() {
    let (mut scene, plan) = scene(vec![species("fry", 4, 20, 0)], 1, 0);
    scene.rollout.held_out = HeldOutSpec { seeds: 9, every: 1 };
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    g.progress.round = 1;
    assert!(matches!(Generational::restore(&scene, &plan, &g.save()), Err(StateError::Mismatch(_))), "nobody to score");
    g.progress.round = 900;
    assert!(matches!(Generational::restore(&scene, &plan, &g.save()), Err(StateError::Mismatch(_))), "no such round");
}

#[test]
fn a_group_shares_what_its_members_have() {
    let mut fry = species("fry", 10, 40, 0);
    let Evolution::Generational(spec) = &mut fry.evolution else { unreachable!() };
    spec.judged = Judged::Group;
    // Two rounds of four worlds.
    let (scene, plan) = scene(vec![fry], 2, 4);
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    let start = g.begin_round();
    let dealt = start.deals[0].places.clone();
    let census = judged(&scene, &plan, &start, |_, _, genome| genome.iter().sum());
    g.end_round(&scene, &plan, &told(&census));
    let sums = &g.sides[0].kept.sums;
    for world in 0..4 {
        let members: Vec<usize> = dealt.iter().filter(|place| place.0 == world).map(|place| place.2 as usize).collect();
        let slots = WorldState::part(world, plan.dims.slots);
        let all: f64 = census.tallies[slots].iter().map(|t| f64::from(t[TALLY_FOOD as usize])).sum();
        let mean = all / f64::from(TALLY_SCALE) / 10.0;
        assert_eq!(members.len(), 10);
        assert!(members.iter().all(|member| (sums[*member] - mean).abs() < 1e-5), "{mean}: {sums:?}");
    }
    assert!(sums.iter().any(|sum| (sum - sums[dealt[0].2 as usize]).abs() > 0.01), "groups differ");
}

#[test]
fn clones_are_selected_by_how_many_of_them_are_among_the_best() {
    let mut fry = species("fry", 10, 8, 0);
    fry.sharing = Sharing::Species;
    let Evolution::Generational(spec) = &mut fry.evolution else { unreachable!() };
    spec.judged = Judged::Individuals;
    // Eight genomes of ten clones, in two rounds: sixteen of the eighty count.
    let (scene, plan) = scene(vec![fry], 2, 8);
    let mut g = Generational::new(&scene, &plan, 7).unwrap();
    let play = |g: &mut Generational| {
        let start = g.begin_round();
        let mut census = judged(&scene, &plan, &start, |_, _, _| 0.0);
        for (world, _, which) in &start.deals[0].places {
            let first = WorldState::part(*world, plan.dims.slots).start;
            // All clones of genome 3 do well, and one of each other does best of all.
            for slot in 0..10 {
                let eaten = if *which == 3 { 2.0 } else { f32::from(u8::from(slot == 4)) * 3.0 };
                census.tallies[first + slot][TALLY_FOOD as usize] = (eaten * TALLY_SCALE) as i32;
            }
        }
        g.end_round(&scene, &plan, &told(&census))
    };
    assert!(play(&mut g).generations.is_empty());
    let mut resumed = Generational::restore(&scene, &plan, &g.save()).unwrap();
    assert_eq!(resumed.save(), g.save());
    let end = play(&mut g);
    let row = &end.generations[0];
    // Seven of the places go to the best of the others, nine to genome 3, whose ten clones are level.
    assert!((row.best - 0.9).abs() < 1e-6 && (row.mean - 0.2).abs() < 1e-6, "{row:?}");
    assert_eq!(row.best_id, 3);
    play(&mut resumed);
    assert_eq!(resumed.save(), g.save(), "what was earned before is kept");
    let mut own = scene.clone();
    crate::scene::set(&mut own, "species[fry].evolution.judged", "Own").unwrap();
    g.retune(&own);
    assert_eq!(g.sides[0].individuals, Individuals::default());
}
