//! Tests of live evolution on hand-made worlds.

use super::*;
use crate::evolution::{CROSSOVER, MUTATION};
use crate::layout::{TALLY_FOOD, TALLY_SCALE};
use crate::scene::*;
use crate::world::WorldState;

const LIFETIME: u32 = 100;

/// A world of `count` agents of one species, all born at tick 0, alive and of age `age`; agent i has eaten i.
struct Tank {
    scene: SceneSpec,
    plan: Plan,
    agents: Vec<Agent>,
    tallies: Vec<Tallies>,
    tick: u64,
    next_id: u32,
}

impl Tank {
    fn new(count: u32, age: u32, sharing: Sharing) -> Tank {
        let turnover = TurnoverSpec { lifetime: LIFETIME as f32 * 0.05, interval: 10, ..Default::default() };
        let species = SpeciesSpec {
            count,
            capacity: count + 3,
            sharing,
            senses: vec![Sense::Constant],
            controller: Controller::Linear(LinearSpec::default()),
            evolution: Evolution::Turnover(turnover),
            fitness: vec![FitnessTerm { term: Term::FoodEaten, weight: 1.0 }],
            ..Default::default()
        };
        let scene = SceneSpec { species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1);
        let state = WorldState::start(&scene, &plan, &[[5, 6]]);
        let mut agents = state.agents;
        let mut tallies = state.tallies;
        for i in 0..count as usize {
            agents[i].age = age;
            tallies[i][TALLY_FOOD as usize] = i as i32 * TALLY_SCALE as i32;
        }
        Tank { scene, plan, agents, tallies, tick: 1_000, next_id: 500 }
    }

    fn turnover(&mut self) -> &mut TurnoverSpec {
        match &mut self.scene.species[0].evolution {
            Evolution::Turnover(t) => t,
            _ => unreachable!("made above"),
        }
    }

    fn kill(&mut self, slots: impl IntoIterator<Item = usize>) {
        slots.into_iter().for_each(|s| self.agents[s].alive = 0);
    }

    fn round(&self) -> Outcome {
        let Evolution::Turnover(spec) = &self.scene.species[0].evolution else { unreachable!("made above") };
        let outcome = round(&TurnoverInput {
            scene: &self.scene,
            plan: &self.plan,
            species: 0,
            spec,
            world: 0,
            stream: [5, 6],
            tick: self.tick,
            agents: &self.agents,
            tallies: &self.tallies,
            next_id: self.next_id,
        });
        self.check(&outcome);
        outcome
    }

    /// What holds after every round, whatever the world was.
    fn check(&self, outcome: &Outcome) {
        let count = self.scene.species[0].count as usize;
        let sharers = self.plan.species[0].sharers as usize;
        let edits = &outcome.edits;
        let mut alive: Vec<bool> = self.agents.iter().map(|a| a.alive == 1).collect();
        for &(_, slot) in &edits.deaths {
            assert!(std::mem::replace(&mut alive[slot as usize], false), "only the living die");
        }
        for &(_, slot) in &edits.renewals {
            assert!(alive[slot as usize], "only the living are renewed");
        }
        // Rows that a birth changes must not be read by another birth of the batch.
        let row = |slot: u32| slot as usize / sharers;
        let still = |b: &&Birth| b.mutation_rate == 0.0 && row(b.parent) == row(b.slot) && b.second == NONE;
        let changed: Vec<usize> = edits.births.iter().filter(|b| !still(b)).map(|b| row(b.slot)).collect();
        for birth in edits.births.iter().filter(|b| !still(b)) {
            assert!(!changed.contains(&row(birth.parent)), "{birth:?} reads a row that is being written");
            assert!(birth.second == NONE || !changed.contains(&row(birth.second)), "{birth:?}");
            assert_ne!(birth.second, birth.parent);
        }
        for (i, birth) in edits.births.iter().enumerate() {
            assert!(!std::mem::replace(&mut alive[birth.slot as usize], true), "slot {} was taken", birth.slot);
            assert_eq!(birth.child.id, self.next_id + i as u32);
            let inside = (0..2).all(|a| (0.0..=self.scene.extent[a]).contains(&birth.child.pos[a]));
            assert!(inside && birth.child.alive == 1 && birth.child.age == 0, "{:?}", birth.child);
        }
        assert_eq!(outcome.next_id, self.next_id + edits.births.len() as u32);
        assert_eq!(outcome.lineage.len(), edits.births.len());
        assert!(alive[count..].iter().all(|a| !a), "room beyond the count stays empty");
        if sharers == 1 {
            assert!(alive[..count].iter().all(|a| *a), "every place is filled");
        }
    }
}

#[test]
fn the_old_die_the_best_are_renewed_and_the_dead_replaced() {
    let mut tank = Tank::new(20, 60, Sharing::Own);
    for slot in [3, 4, 18, 19] {
        tank.agents[slot].age = LIFETIME;
    }
    tank.kill([7]);
    // Rates are food over age: 19 and 18 over 100 are beaten by 17 and 16 over 60, so only these two are elites.
    let outcome = tank.round();
    assert_eq!(outcome.edits.deaths, [(0, 3), (0, 4), (0, 18), (0, 19)]);
    assert_eq!(outcome.edits.renewals, []);
    assert_eq!(outcome.edits.births.iter().map(|b| b.slot).collect::<Vec<_>>(), [3, 4, 7, 18, 19]);

    tank.tallies[19][TALLY_FOOD as usize] *= 10;
    let outcome = tank.round();
    assert_eq!(outcome.edits.renewals, [(0, 19)]);
    assert_eq!(outcome.edits.deaths.len(), 3);
    let ended: Vec<u32> = outcome.finished.iter().map(|l| l.id).collect();
    assert_eq!(ended, [3, 4, 7, 18, 19], "a renewed life counts as lived");
    assert_eq!(outcome.finished[4].fitness, 190.0);
}

#[test]
fn fitter_agents_have_more_children() {
    let mut tank = Tank::new(400, 60, Sharing::Own);
    tank.kill((0..400).step_by(2));
    let outcome = tank.round();
    let mean = outcome.edits.births.iter().map(|b| b.parent as f32).sum::<f32>() / 200.0;
    // Best of 5 even draws from 0..400: mean 333, error 4 over 200 births. A blind choice gives 200.
    assert!((mean - 333.0).abs() < 20.0, "mean parent {mean}");
    let crossed = outcome.lineage.iter().filter(|l| l.operator == CROSSOVER).count();
    assert!((35..90).contains(&crossed), "{crossed} of 200 at a chance of 0.3");
    assert!(outcome.lineage.iter().all(|l| l.operator == CROSSOVER || l.operator == MUTATION));
    for (birth, record) in outcome.edits.births.iter().zip(&outcome.lineage) {
        assert_eq!(birth.child.founder, tank.agents[birth.parent as usize].founder);
        assert_eq!(record.parent, tank.agents[birth.parent as usize].id);
    }
}

#[test]
fn only_the_mature_are_parents_while_there_are_any() {
    let mut tank = Tank::new(40, 10, Sharing::Own);
    tank.kill([0, 1, 2, 3]);
    tank.agents[20].age = 40;
    let parents = |o: &Outcome| o.edits.births.iter().map(|b| b.parent).collect::<Vec<_>>();
    assert_eq!(parents(&tank.round()), [20; 4], "maturity is 0.4 of 100 ticks");
    tank.agents[20].age = 39;
    assert!(parents(&tank.round()).iter().any(|p| *p != 20), "all living else");
}

#[test]
fn first_lives_are_judged_by_the_time_they_were_seen_and_not_counted() {
    let mut tank = Tank::new(6, 0, Sharing::Own);
    // At tick 30, an agent of age 80 was given 50 of them; one of age 20 was born at tick 10.
    tank.tick = 30;
    tank.agents.iter_mut().for_each(|a| a.age = 80);
    tank.agents[1].age = 20;
    tank.kill([0, 1]);
    let outcome = tank.round();
    assert_eq!(outcome.finished.iter().map(|l| l.id).collect::<Vec<_>>(), [1]);
    // 5 eaten in 30 ticks of 0.05 s, not in 80.
    let group = Group::new(&input_of(&tank), &tank.scene.species[0], &tank.plan.species[0], 5);
    assert!((group.rate - 5.0 / 1.5).abs() < 1e-5, "{}", group.rate);
}

fn input_of(tank: &Tank) -> TurnoverInput<'_> {
    let Evolution::Turnover(spec) = &tank.scene.species[0].evolution else { unreachable!("made above") };
    TurnoverInput {
        scene: &tank.scene,
        plan: &tank.plan,
        species: 0,
        spec,
        world: 0,
        stream: [5, 6],
        tick: tank.tick,
        agents: &tank.agents,
        tallies: &tank.tallies,
        next_id: tank.next_id,
    }
}

#[test]
fn when_all_are_dead_the_best_come_back_and_are_the_parents() {
    let mut tank = Tank::new(12, 30, Sharing::Own);
    tank.kill(0..12);
    let outcome = tank.round();
    for birth in &outcome.edits.births {
        match birth.slot {
            10 | 11 => assert!(birth.parent == birth.slot && birth.mutation_rate == 0.0, "{birth:?}"),
            _ => assert!(matches!(birth.parent, 10 | 11) && birth.mutation_rate > 0.0, "{birth:?}"),
        }
    }
    assert_eq!(outcome.lineage.iter().filter(|l| l.operator == CLONE).count(), 2);

    // The same when all die of age at once and nobody is spared.
    let mut tank = Tank::new(12, LIFETIME, Sharing::Own);
    tank.turnover().elites = 0;
    let outcome = tank.round();
    assert_eq!(outcome.edits.deaths.len(), 12);
    assert!(outcome.edits.births.iter().all(|b| b.parent == 11));
}

#[test]
fn when_nobody_ever_lived_fresh_genomes_are_drawn() {
    let mut tank = Tank::new(5, 0, Sharing::Own);
    tank.kill(0..5);
    let outcome = tank.round();
    assert_eq!(outcome.edits.genomes.len(), 5);
    assert_eq!(outcome.finished, []);
    let rows: Vec<u32> = outcome.edits.genomes.iter().map(|g| g.2).collect();
    assert_eq!(rows, [0, 1, 2, 3, 4]);
    let genomes: Vec<&Vec<f32>> = outcome.edits.genomes.iter().map(|g| &g.3).collect();
    assert!(genomes.windows(2).all(|w| w[0] != w[1] && w[0].iter().any(|v| *v != 0.0)));
    for (birth, record) in outcome.edits.births.iter().zip(&outcome.lineage) {
        assert!(birth.child.founder == birth.child.id && record.operator == FOUNDER && record.parent == NONE);
    }
}

#[test]
fn locality_seeks_parents_around_the_dead_across_the_seam() {
    let mut tank = Tank::new(30, 60, Sharing::Own);
    for (i, agent) in tank.agents.iter_mut().enumerate() {
        agent.pos = [20.0, i as f32, 0.0];
    }
    tank.agents[0].pos = [0.5, 35.0, 0.0];
    tank.agents[1].pos = [39.5, 35.0, 0.0];
    tank.kill([0]);
    tank.turnover().locality = 1.5;
    assert_eq!(tank.round().edits.births[0].parent, 1, "1 BL away around the torus");
    tank.turnover().locality = 0.5;
    assert_ne!(tank.round().edits.births[0].parent, 1, "nobody near: sought everywhere, and 1 has eaten least");
}

#[test]
fn groups_of_clones_live_and_die_as_one() {
    let mut tank = Tank::new(24, 60, Sharing::Group(GroupSpec { size: 4 }));
    tank.kill([0, 1, 8, 9, 10, 11]);
    let outcome = tank.round();
    let slots: Vec<u32> = outcome.edits.births.iter().map(|b| b.slot).collect();
    assert_eq!(slots, [8, 9, 10, 11], "group 0 has living members; group 2 has none");
    let first = &outcome.edits.births[0];
    assert!(
        outcome.edits.births.iter().all(|b| (b.parent, b.second, b.key) == (first.parent, first.second, first.key))
    );

    // Group 0 grows old as the best: the living are renewed and the dead come back as copies of their own row.
    tank.agents[..4].iter_mut().for_each(|a| a.age = LIFETIME);
    tank.tallies[..4].iter_mut().for_each(|t| t[TALLY_FOOD as usize] = 100_000_000);
    let outcome = tank.round();
    assert_eq!(outcome.edits.renewals, [(0, 2), (0, 3)]);
    let back: Vec<(u32, u32)> = outcome.edits.births.iter().take(2).map(|b| (b.slot, b.parent)).collect();
    assert_eq!(back, [(0, 2), (1, 2)]);
    assert_eq!(outcome.finished.len(), 8, "four of the renewed group, four of the dead one");
}

#[test]
fn rounds_are_sound_whatever_the_world() {
    for seed in 0..300 {
        let sharing = if seed % 3 == 0 { Sharing::Group(GroupSpec { size: 5 }) } else { Sharing::Own };
        let mut tank = Tank::new(20, 0, sharing);
        tank.turnover().elites = seed % 4;
        tank.turnover().locality = (seed % 5) as f32;
        let threshold = seed % 7;
        for slot in 0..20 {
            let words = rng::draw([seed, 1], 0, slot as u32, 99);
            tank.agents[slot].age = rng::below(words[0], 2 * LIFETIME);
            tank.agents[slot].alive = u32::from(rng::below(words[1], 7) >= threshold);
            tank.tallies[slot][0] = words[2] as i32;
        }
        assert_eq!(tank.round(), tank.round(), "a pure function");
    }
}
