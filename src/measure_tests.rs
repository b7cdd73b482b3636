//! Tests of the measures on hand-made schools.

use super::*;
use crate::rng;
use crate::scene::{Boundary, FitnessTerm, SignalSpec, SpeciesSpec, Term};

fn tank(extent: [f32; 3], boundary: Boundary) -> TankParams {
    let scene = SceneSpec { extent, boundary: [boundary; 3], ..Default::default() };
    Plan::new(&scene, 1).tank
}

fn agent(pos: Vec3, heading: Vec3) -> Agent {
    Agent { pos, heading, vel: scale(heading, 2.0), alive: 1, ..bytemuck::Zeroable::zeroed() }
}

/// Agents evenly on a circle, swimming along it.
fn mill(center: Vec3, radius: f32, wrap: f32) -> Vec<Agent> {
    (0..40)
        .map(|i| {
            let angle = i as f32 * std::f32::consts::TAU / 40.0;
            let (s, c) = (libm::sinf(angle), libm::cosf(angle));
            let pos = add(center, [radius * c, radius * s, 0.0]).map(|x| x.rem_euclid(wrap));
            agent(pos, [-s, c, 0.0])
        })
        .collect()
}

#[test]
fn polarization_tells_order_from_disorder() {
    let aligned: Vec<Agent> = (0..9).map(|i| agent([i as f32, 0.0, 0.0], [0.6, 0.8, 0.0])).collect();
    assert!((polarization(&aligned) - 1.0).abs() < 1e-6);
    let opposed = [agent([0.0; 3], [1.0, 0.0, 0.0]), agent([1.0; 3], [-1.0, 0.0, 0.0])];
    assert_eq!(polarization(&opposed), 0.0);
    assert!(polarization(&mill([20.0; 3], 5.0, 40.0)) < 1e-5);
    assert!(polarization(&[]).is_nan());
}

#[test]
fn rotation_finds_a_mill_anywhere_on_the_torus() {
    let tank = tank([40.0, 40.0, 0.0], Boundary::Torus);
    for center in [[20.0, 20.0, 0.0], [39.0, 1.0, 0.0], [0.0, 25.0, 0.0]] {
        let school = mill(center, 5.0, 40.0);
        assert!((rotation(&tank, &school) - 1.0).abs() < 1e-3, "{center:?}: {}", rotation(&tank, &school));
        let off = offset(&tank, center, centroid(&tank, &school));
        assert!(length(off) < 1e-3, "centre {off:?} away");
    }
    let aligned: Vec<Agent> = mill([20.0; 3], 5.0, 40.0).iter().map(|a| agent(a.pos, [1.0, 0.0, 0.0])).collect();
    assert!(rotation(&tank, &aligned) < 1e-3);
    // Half of them turned round: as many circle one way as the other.
    let mut mixed = mill([20.0; 3], 5.0, 40.0);
    mixed.iter_mut().step_by(2).for_each(|a| a.vel = scale(a.vel, -1.0));
    assert!(rotation(&tank, &mixed) < 1e-3);
}

#[test]
fn a_mill_between_walls_is_not_wrapped() {
    let tank = tank([40.0, 40.0, 0.0], Boundary::Wall);
    let school = mill([10.0, 30.0, 0.0], 9.0, 40.0);
    assert!((rotation(&tank, &school) - 1.0).abs() < 1e-3);
    assert!(length(sub(centroid(&tank, &school), [10.0, 30.0, 0.0])) < 1e-3);
}

#[test]
fn nearest_knows_a_lattice_and_its_seam() {
    let lattice: Vec<Agent> =
        (0..100).map(|i| agent([(i % 10) as f32 * 2.0, (i / 10) as f32 * 2.0, 0.0], [1.0, 0.0, 0.0])).collect();
    let torus = tank([20.0, 20.0, 0.0], Boundary::Torus);
    assert_eq!(nearest(&torus, &lattice, NEAREST_SAMPLE), 2.0);
    let two = [agent([0.5, 3.0, 0.0], [1.0, 0.0, 0.0]), agent([19.0, 3.0, 0.0], [1.0, 0.0, 0.0])];
    assert_eq!(nearest(&torus, &two, NEAREST_SAMPLE), 1.5);
    assert_eq!(nearest(&tank([20.0, 20.0, 0.0], Boundary::Wall), &two, NEAREST_SAMPLE), 18.5);
    assert!(nearest(&torus, &two[..1], NEAREST_SAMPLE).is_nan());
}

#[test]
fn nearest_equals_the_search_over_all_pairs() {
    for (boundary, depth) in
        [(Boundary::Torus, 0.0), (Boundary::Wall, 8.0), (Boundary::Open, 0.0), (Boundary::Torus, 8.0)]
    {
        let tank = tank([30.0, 20.0, depth], boundary);
        let school: Vec<Agent> = (0..300)
            .map(|i| {
                let u = rng::draw([1, 2], 3, i, 4).map(rng::uniform);
                agent([u[0] * 30.0, u[1] * 20.0, u[2] * depth], [1.0, 0.0, 0.0])
            })
            .collect();
        let mut expected = Mean::default();
        for (i, a) in school.iter().enumerate() {
            let others = school.iter().enumerate().filter(|(j, _)| *j != i);
            expected.add(others.map(|(_, b)| length(offset(&tank, a.pos, b.pos))).fold(f32::INFINITY, f32::min));
        }
        assert_eq!(nearest(&tank, &school, 300), expected.get(), "{boundary:?} {depth}");
        let sampled = nearest(&tank, &school, 100);
        assert!((sampled / expected.get() - 1.0).abs() < 0.2 && sampled != expected.get());
    }
}

#[test]
fn a_species_is_measured_apart_from_others_and_the_dead() {
    let species = |name: &str| SpeciesSpec {
        name: name.into(),
        count: 3,
        signals: SignalSpec { channels: 2, ..Default::default() },
        fitness: vec![FitnessTerm { term: Term::PreyCaught, weight: 2.0 }],
        ..Default::default()
    };
    let scene = SceneSpec { species: vec![species("a"), species("b")], ..Default::default() };
    let plan = Plan::new(&scene, 2);
    let state = WorldState::start(&scene, &plan, &[[1, 1], [2, 2]]);
    let mut census = Census {
        agents: state.agents,
        tallies: state.tallies,
        counters: state.counters,
        next_id: state.next_id,
        signals: vec![0.0; 2 * plan.dims.sig as usize],
    };
    census.agents[4].alive = 0; // Species b, second agent, first world.
    for (i, tally) in census.tallies.iter_mut().enumerate() {
        tally[TALLY_PREY as usize] = i as i32 * TALLY_SCALE as i32;
    }
    census.signals[6..12].copy_from_slice(&[1.0, -1.0, 9.0, 9.0, 0.0, 1.0]);
    let m = measure(&scene, &plan, &census, 1, 0..1);
    assert_eq!(m.population, 2);
    assert_eq!((m.fitness_mean, m.fitness_best), (8.0, 10.0), "slots 3 and 5");
    assert_eq!(m.signal_energy, 1.5);
    assert_eq!((m.energy, m.speed), (10.0, length(census.agents[3].vel)));
    let both = measure(&scene, &plan, &census, 1, 0..9);
    assert_eq!((both.population, both.fitness_best), (5, 22.0));
    census.agents.iter_mut().for_each(|a| a.alive = 0);
    let none = measure(&scene, &plan, &census, 0, 0..2);
    assert!(none.population == 0 && none.fitness_best.is_nan() && none.nearest.is_nan() && none.speed.is_nan());
}

#[test]
fn what_a_scene_does_not_log_is_not_measured() {
    let species = SpeciesSpec { name: "a".into(), count: 3, ..Default::default() };
    let mut scene = SceneSpec { species: vec![species], ..Default::default() };
    scene.measures.log = vec![Measure::Speed, Measure::Nearest];
    let plan = Plan::new(&scene, 1);
    let state = WorldState::start(&scene, &plan, &[[1, 2]]);
    let census = Census {
        agents: state.agents,
        tallies: state.tallies,
        counters: state.counters,
        next_id: state.next_id,
        signals: vec![0.0; plan.dims.sig as usize],
    };
    let m = measure(&scene, &plan, &census, 0, 0..1);
    assert!(m.population == 3 && !m.speed.is_nan() && !m.nearest.is_nan());
    for left_out in [m.polarization, m.rotation, m.signal_energy, m.energy] {
        assert!(left_out.is_nan());
    }
}

#[test]
fn groups_and_what_they_are_like_are_measured_where_a_scene_asks() {
    let species = SpeciesSpec { name: "a".into(), count: 40, ..Default::default() };
    let mut scene = SceneSpec { extent: [40.0, 40.0, 0.0], species: vec![species], ..Default::default() };
    scene.measures.social_range = 3.0;
    scene.measures.log =
        vec![Measure::Groups, Measure::ClarkEvans, Measure::Hull, Measure::Correlation, Measure::AbsoluteRotation];
    let plan = Plan::new(&scene, 1);
    // A mill across the corner, of neighbours 0.8 BL apart; and with its last agent elsewhere.
    let mut census = Census { agents: mill([39.0, 1.0, 0.0], 5.0, 40.0), ..Census::default() };
    census.tallies = vec![[0; TALLIES as usize]; 40];
    census.counters = vec![[0; COUNTERS as usize]; 1];
    census.signals = vec![0.0; plan.dims.sig as usize];
    let of = |census: &Census| measure(&scene, &plan, census, 0, 0..1);
    let whole = of(&census);
    assert_eq!(whole.groups, 1.0);
    assert!((whole.absolute_rotation - 1.0).abs() < 1e-3, "{}", whole.absolute_rotation);
    // A regular polygon of 40 corners: 20 r² sin(2 π / 40).
    assert!((whole.hull - 20.0 * 25.0 * libm::sinf(std::f32::consts::TAU / 40.0)).abs() < 0.05, "{}", whole.hull);
    // 40 in 1,600 BL² are 3.16 BL apart at random.
    assert!((whole.clark_evans - 0.785 / 3.162).abs() < 0.01, "{}", whole.clark_evans);
    // Velocities on a circle are at right angles a quarter of it away: √2 of 5 BL.
    assert!((whole.correlation - 7.07).abs() < 0.3, "{}", whole.correlation);
    census.agents[39].pos = [20.0, 20.0, 0.0];
    let parted = of(&census);
    assert_eq!(parted.groups, 2.0);
    assert!(parted.hull < whole.hull && parted.hull > 0.95 * whole.hull, "of the larger: {}", parted.hull);
    scene.measures.log = Measure::USUAL.to_vec();
    let usual = measure(&scene, &plan, &census, 0, 0..1);
    let left_out = [usual.groups, usual.hull, usual.clark_evans, usual.correlation, usual.absolute_rotation];
    assert!(left_out.iter().all(|x| x.is_nan()));
}

#[test]
fn rows_have_a_text_for_every_column() {
    let row = MetricsRow { tick: 40, species: "fry".into(), life_fitness: f32::NAN, energy: 0.1, ..Default::default() };
    let record = row.record();
    assert_eq!(record.len(), MetricsRow::HEADER.len());
    let column = |name: &str| record[MetricsRow::HEADER.iter().position(|h| *h == name).unwrap()].as_str();
    assert_eq!(
        (column("tick"), column("species"), column("life_fitness"), column("energy")),
        ("40", "fry", "NaN", "0.1")
    );
}
