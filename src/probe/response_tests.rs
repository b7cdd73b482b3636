use super::*;
use crate::genome_file::GenomeFile;
use crate::layout::Agent;
use crate::measure::{distance, groups::groups};
use crate::plan::Plan;
use crate::scene::parse;

/// Hunters that go straight on, and prey that see them from 6 BL on and do with it what their genome says.
fn tank() -> SceneSpec {
    let text = r#"(
        version: 1, seed: 3, dt: 0.1, extent: [40.0, 40.0, 0.0], boundary: [Torus, Torus, Torus],
        species: [
            (name: "prey", count: 24, senses: [Nearest(species: ["hunter"], k: 1, range: 6.0)], controller: Linear(),
             body: (cruise: 1.0, yaw_rate: 3.0)),
            (name: "hunter", count: 2, senses: [Constant], controller: Linear(), body: (cruise: 2.5)),
        ],
        measures: (social_range: 5.0),
    )"#;
    parse(text, "tank").unwrap()
}

/// A prey that turns left by so much of the nearness of a hunter.
fn turning(scene: &SceneSpec, weight: f32) -> Start {
    let plan = Plan::new(scene, 1);
    let file = |species: usize, change: &dyn Fn(&mut Vec<f32>)| {
        let len = plan.species[species].genome_len as usize;
        let mut genomes = vec![0.0; len];
        change(&mut genomes);
        Some(GenomeFile { len, genomes, ..Default::default() })
    };
    let layer = plan.layers[plan.species[0].layer_start as usize];
    // The third number of the sense is nearness, the second action the turn.
    let turn = (layer.start + layer.outputs + 2 * layer.outputs + 1) as usize;
    Start::Fresh(vec![file(0, &|genome| genome[turn] = weight), file(1, &|_| ())])
}

const WATCH: Watch = Watch { threat: 1, prey: 0, near: None, within: 1.5, members: 2, ticks: 400 };

fn watched(scene: &SceneSpec, start: &Start, threads: usize) -> Watched {
    let options = Options { threads: Some(threads), ..Options::default() };
    watch(scene, start, &WATCH, 10, &options, || true).unwrap().unwrap()
}

#[test]
fn who_turns_at_the_sight_of_a_hunter_is_told_from_who_does_not() {
    let scene = tank();
    let startled = watched(&scene, &turning(&scene, 30.0), 2);
    let of = |watched: &Watched| watched.compared().iter().map(|c| c.effect.sign()).collect::<Vec<i32>>();
    let found = startled.compared();
    assert_eq!((found[0].effect.sign(), found[2].effect.sign()), (-1, 1), "{found:?}");
    // Who swims straight on unless it sees a hunter never turns unawares.
    assert_eq!((found[0].means[1], found[2].means[1]), (1.5, 0.0), "{found:?}");
    let said = words(&startled, &scene);
    assert!(said[3].starts_with("`prey` respond to what is perceived of a `hunter`"), "{said:?}");

    let idle = watched(&scene, &turning(&scene, 0.0), 2);
    assert!(idle.approaches.len() > 20 && idle.met() > 6, "{}", idle.approaches.len());
    assert!(
        idle.compared().iter().all(|c| c.effect == Effect::Same),
        "a copy that nothing was changed in goes on the same"
    );
    assert_eq!(of(&idle), [0; 3]);
    assert!(words(&idle, &scene)[3].contains("makes no difference whatever"));
    // As text, in which NaN is equal to NaN.
    let again = watched(&scene, &turning(&scene, 30.0), 1);
    assert!(format!("{:?}", startled.approaches) == format!("{:?}", again.approaches), "whatever the threads");
}

#[test]
fn approaches_are_those_of_a_plain_reading() {
    let scene = tank();
    let start = turning(&scene, 30.0);
    let told = watched(&scene, &start, 2);
    let mut question =
        Question { scene: scene.clone(), start, species: vec![0], channels: 0, tests: vec![], ticks: WATCH.ticks };
    worlds::prepare(&mut question);
    let mut rollouts = Rollouts::new(question.scene.clone(), 1, &Options::default()).unwrap();
    let within = 15;
    let mut all = 0;
    for world in 0..4 {
        worlds::load(&mut rollouts, &question, world, 1).unwrap();
        let mut past: Vec<Vec<Agent>> = vec![vec![]];
        let mut expected: Vec<(u32, u32)> = vec![];
        for tick in 1..=WATCH.ticks {
            rollouts.backend.advance(1).unwrap();
            past.push(rollouts.backend.snapshot(0).unwrap().agents);
            let near = |at: u32, prey: usize| {
                let agents = &past[at as usize];
                (24..26).any(|hunter| distance(&rollouts.plan.tank, agents[prey].pos, agents[hunter].pos) <= 6.0)
            };
            let open = expected.last().is_some_and(|(last, _)| tick < last + within);
            if open || tick <= within || tick + within > WATCH.ticks {
                continue;
            }
            let places: Vec<[f32; 3]> = past[tick as usize][..24].iter().map(|agent| agent.pos).collect();
            let numbers = groups(&rollouts.plan.tank, &places, 5.0);
            for number in 0..24 {
                let group: Vec<usize> = (0..24).filter(|at| numbers[*at] == number).collect();
                let calm = group.iter().all(|prey| (tick - within..tick).all(|at| !near(at, *prey)));
                if group.len() > 1 && calm && group.iter().any(|prey| near(tick, *prey)) {
                    expected.push((tick, group.len() as u32));
                }
            }
        }
        let own = told.approaches.iter().filter(|a| a.world == world);
        assert_eq!(own.map(|a| (a.tick, a.members)).collect::<Vec<_>>(), expected, "world {world}");
        all += expected.len();
    }
    assert!(all > 5, "{all}");
}

#[test]
fn what_cannot_be_watched_is_said_plainly() {
    let scene = tank();
    let start = turning(&scene, 0.0);
    let ask = |scene: &SceneSpec, asked: &Watch| watch(scene, &start, asked, 6, &Options::default(), || true);
    let refused = |scene: &SceneSpec, asked: &Watch| ask(scene, asked).map(drop).unwrap_err().to_string();
    assert!(refused(&scene, &Watch { prey: 1, ..WATCH }).contains("`hunter` does not threaten itself"));
    assert!(refused(&scene, &Watch { ticks: 30, ..WATCH }).contains("30 ticks are too few"));
    assert!(refused(&scene, &Watch { threat: 0, prey: 1, ..WATCH }).starts_with("nobody perceives `prey`"));
    // None that come so near: said, and no number is made of nothing.
    let far = ask(&scene, &Watch { near: Some(1e-3), ..WATCH }).unwrap().unwrap();
    assert!(far.approaches.is_empty() && far.compared().iter().all(|c| c.effect == Effect::Few));
    let said = words(&far, &scene);
    assert!(
        said.len() == 1 && said[0].starts_with("In no world did a `hunter`") && !said[0].contains("NaN"),
        "{said:?}"
    );
    assert!(watch(&scene, &start, &WATCH, 6, &Options::default(), || false).unwrap().is_none());
}

#[test]
fn parts_of_a_response_are_means_over_the_approaches_of_a_world() {
    let response = |latency, expansion, turned| Response { latency, expansion, turned };
    let nothing = response(f32::NAN, f32::NAN, f32::NAN);
    let approach = |world, seen, unseen| Approach { world, tick: 20, members: 3, seen, unseen };
    let approaches = vec![
        approach(0, response(0.5, 2.0, 0.5), response(f32::NAN, 1.0, 0.0)),
        approach(0, response(1.0, 3.0, 1.0), response(1.5, f32::NAN, 0.5)),
        approach(2, nothing, response(1.0, 1.0, 1.0)),
    ];
    let (watch, eyes) = (WATCH, vec![]);
    let watched = Watched { watch, near: 6.0, eyes, worlds: 3, approaches, nearest: Some(1.0), seed: 1 };
    assert_eq!(
        watched.values(Answer::Latency),
        [(0, [0.75, 1.5])],
        "who never turned counts as long as it was watched"
    );
    assert_eq!(watched.values(Answer::Expansion), [(0, [2.0, 1.0])], "of the approaches in which both are known");
    assert_eq!((watched.values(Answer::Turned), watched.met()), (vec![(0, [0.75, 0.25])], 2));
    assert!(watched.compared().iter().all(|c| c.effect == Effect::Few && c.worlds == 1));
}
