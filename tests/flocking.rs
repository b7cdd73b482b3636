//! The flocking task of EvoJAX as a scene: its energy against the formula in double precision, what its fish see, and the
//! order in which they move and turn. The same worlds are scored by EvoJAX itself in `benches/peers/evojax`.

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::{Backend, Shape};
use iwashi::layout::{FLOCK_UNIT, TALLY_FLOCK, TALLY_SCALE};
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::{self, SceneSpec};
use iwashi::world::WorldState;

/// BL in one unit of EvoJAX's torus.
const UNIT: f64 = 64.0;

/// A fish in EvoJAX's units: x, y, heading in radians.
type Fish = [f64; 3];

fn task() -> SceneSpec {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/scenes/evojax_flocking.ron");
    scene::load(path).expect("the scene of the flocking task").spec
}

/// A world in which some fish have places and headings, all with genomes of zeros.
fn world(fish: &[Fish]) -> (Plan, WorldState) {
    let mut spec = task();
    spec.species[0].count = fish.len() as u32;
    let plan = Plan::new(&spec, 1);
    let mut state = WorldState::start(&spec, &plan, &[rng::stream(1, 0, 0)]);
    for (agent, [x, y, angle]) in state.agents.iter_mut().zip(fish) {
        agent.pos = [(x * UNIT) as f32, (y * UNIT) as f32, 0.0];
        agent.heading = [libm::cos(*angle) as f32, libm::sin(*angle) as f32, 0.0];
    }
    state.genomes[0].fill(0);
    (plan, state)
}

/// Energy of a flock by A08's formula, all pairs, in double precision; without the constant of each fish with itself.
fn energy(fish: &[Fish]) -> f64 {
    let mut sum = 0.0;
    for (i, a) in fish.iter().enumerate() {
        let ahead = [libm::cos(a[2]), libm::sin(a[2])];
        let (mut middle, mut seen) = ([0.0; 2], 0.0);
        for (j, b) in fish.iter().enumerate() {
            let d = [0, 1].map(|axis| (b[axis] - a[axis] + 1.5) % 1.0 - 0.5);
            let distance = libm::hypot(d[0], d[1]);
            if i == j {
                continue;
            }
            let along = ahead[0] * libm::cos(b[2]) + ahead[1] * libm::sin(b[2]);
            let cube = |range: f64| libm::pow((1.0 - distance / range).max(0.0), 3.0);
            sum += 0.5 * (0.2 / 3.0 * cube(0.15) * (1.0 - along) * (1.0 - along) + 0.1 / 3.0 * cube(0.12));
            let angle = (d[0] * ahead[0] + d[1] * ahead[1]) / distance;
            if angle > 0.5 && angle < 1.0 && distance < 0.3 {
                middle = [middle[0] + d[0], middle[1] + d[1]];
                seen += 1.0;
            }
        }
        let length = libm::hypot(middle[0], middle[1]);
        let toward = if seen > 0.0 { (middle[0] * ahead[0] + middle[1] * ahead[1]) / length } else { 0.0 };
        sum += 0.15 * (1.0 - toward) * (1.0 - toward);
    }
    sum
}

/// Energy that the engine tallies for a flock in one tick.
fn tallied(fish: &[Fish]) -> f64 {
    let (plan, state) = world(fish);
    let mut backend = CpuBackend::new(&plan, Some(1), Shape::Auto).unwrap();
    backend.load(state).unwrap();
    backend.advance(1).unwrap();
    let census = backend.census().unwrap();
    let sum: i64 = census.tallies.iter().map(|t| i64::from(t[TALLY_FLOCK as usize])).sum();
    sum as f64 / f64::from(TALLY_SCALE * FLOCK_UNIT) / f64::from(plan.tank.dt)
}

/// Fish by a linear congruence (Knuth 1997, MMIX), spread over the torus.
fn random(count: usize, mut seed: u64) -> Vec<Fish> {
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f64 / (1u64 << 24) as f64
    };
    (0..count).map(|_| [next(), next(), next() * std::f64::consts::TAU]).collect()
}

#[test]
fn the_energy_of_three_fish_by_hand() {
    // Two fish abreast across the border, 0.06 apart, at right angles; a third 0.1 straight ahead of neither.
    let fish = [[0.98, 0.5, 0.0], [0.04, 0.5, std::f64::consts::FRAC_PI_2], [0.1, 0.55, 3.0]];
    // Align and avoid of the first two: cubes of 1 - 0.06 / 0.15 = 0.6 and of 1 - 0.06 / 0.12 = 0.5, headings with cosine 0.
    let first_pair: f64 = 0.2 / 3.0 * 0.216 + 0.1 / 3.0 * 0.125;
    assert!((first_pair - 0.018_566_667).abs() < 1e-9);
    let only_two = &fish[..2];
    // The first sees the second straight ahead (a cosine of 1 is outside EvoJAX's view), the second sees nobody.
    let alone = first_pair + 0.15 + 0.15;
    assert!((energy(only_two) - alone).abs() < 1e-9, "{}", energy(only_two));
    assert!((tallied(&fish) - energy(&fish)).abs() < 1e-6 * 3.0, "{} {}", tallied(&fish), energy(&fish));
}

#[test]
fn energies_follow_the_formula() {
    for seed in 0..20 {
        let fish = random(30, seed);
        let (wanted, found) = (energy(&fish), tallied(&fish));
        // 30 tallies, each rounded to 6e-7 of energy.
        assert!((wanted - found).abs() < 1e-6 * 30.0, "seed {seed}: {found} where the formula gives {wanted}");
    }
}

#[test]
fn fish_see_the_places_of_the_nearest_themselves_first() {
    let fish = random(30, 5);
    let (plan, state) = world(&fish);
    let mut backend = CpuBackend::new(&plan, Some(1), Shape::Auto).unwrap();
    backend.load(state).unwrap();
    backend.advance(1).unwrap();
    for (i, a) in fish.iter().enumerate() {
        let apart = |b: &Fish| {
            let d = [0, 1].map(|axis| (b[axis] - a[axis] + 1.5) % 1.0 - 0.5);
            libm::hypot(d[0], d[1])
        };
        let mut order: Vec<&Fish> = fish.iter().collect();
        order.sort_by(|b, c| apart(b).total_cmp(&apart(c)));
        let seen = backend.detail(0, i as u32).unwrap().observation;
        let wanted = order[..5].iter().flat_map(|b| {
            let wrapped = if b[2] > std::f64::consts::PI { b[2] - std::f64::consts::TAU } else { b[2] };
            [b[0], b[1], wrapped]
        });
        for (seen, wanted) in seen.iter().zip(wanted) {
            // The angle is a polynomial within 1e-5.
            assert!((f64::from(*seen) - wanted).abs() < 2e-5, "fish {i}: {seen} where {wanted} is");
        }
    }
}

#[test]
fn fish_move_before_they_turn() {
    let (plan, mut state) = world(&[[0.5, 0.5, 0.0]]);
    // The bias of the last neuron: tanh of 10 is a turn to the right at the full rate.
    let last = plan.layers.last().unwrap();
    state.genomes[0][last.start as usize] = 10.0f32.to_bits();
    let mut backend = CpuBackend::new(&plan, Some(1), Shape::Auto).unwrap();
    backend.load(state).unwrap();
    backend.advance(1).unwrap();
    let agent = backend.census().unwrap().agents[0];
    assert!((agent.pos[0] - (0.5 * 64.0 + 0.2 * 7.68)).abs() < 1e-5 && agent.pos[1] == 32.0, "{:?}", agent.pos);
    let angle = libm::atan2f(agent.heading[1], agent.heading[0]);
    assert!((angle + 0.2).abs() < 1e-5, "turned by {angle}");
}
