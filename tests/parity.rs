//! The GPU backend against the CPU backend: the same worlds, tick by tick, in every shape. On a software adapter the bits
//! are equal. Other adapters may fuse and round differently, so they get the tolerances stated at `Agreement`. Without an
//! adapter a test says so and passes; with IWASHI_REQUIRE_GPU=1 it fails.

mod common;

use std::sync::OnceLock;

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::gpu::thinking::{ALONE, TEAM};
use iwashi::backend::gpu::{GpuBackend, SharedDevice};
use iwashi::backend::{Backend, Birth, Deal, Earned, Edits, Shape};
use iwashi::evolution::generational::Generational;
use iwashi::layout::*;
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene::{Evolution, GenerationalSpec, SceneSpec, TurnoverSpec, WallSpec};
use iwashi::world::WorldState;

const WORLDS: u32 = 2;

/// The device of this machine, opened once.
fn device() -> Option<&'static SharedDevice> {
    static DEVICE: OnceLock<Option<SharedDevice>> = OnceLock::new();
    let device = DEVICE.get_or_init(|| match SharedDevice::open() {
        Ok(device) => Some(device),
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => {
            eprintln!("skipped: {e}");
            None
        }
    });
    device.as_ref()
}

fn start(scene: &SceneSpec) -> (Plan, WorldState) {
    let plan = Plan::new(scene, WORLDS);
    let streams: Vec<_> = (0..WORLDS).map(|w| rng::stream(scene.seed, 0, w)).collect();
    let state = WorldState::start(scene, &plan, &streams);
    (plan, state)
}

fn cpu(plan: &Plan) -> CpuBackend {
    CpuBackend::new(plan, Some(1), Shape::Packed).expect("threads")
}

/// How far a GPU may be from the CPU.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Agreement {
    /// Every bit: software Vulkan computes + - * / and sqrt as the processor does.
    Bits,
    /// Hardware after the first tick: positions and headings within 1e-3, energies within 0.01.
    Near,
    /// Hardware later, when differences have grown as in any chaotic motion: the living and the mean energy of each
    /// species within a quarter.
    Statistics,
}

impl Agreement {
    fn after(device: &SharedDevice, ticks: u32) -> Agreement {
        match (device.is_software(), ticks) {
            (true, _) => Agreement::Bits,
            (false, 1) => Agreement::Near,
            (false, _) => Agreement::Statistics,
        }
    }
}

/// The first difference that breaks the agreement.
fn difference(plan: &Plan, a: &WorldState, b: &WorldState, agreement: Agreement) -> Option<String> {
    match agreement {
        Agreement::Bits => exact(a, b),
        Agreement::Near => a.agents.iter().zip(&b.agents).enumerate().find_map(|(i, (x, y))| {
            let far = |p: [f32; 3], q: [f32; 3]| (0..3).any(|k| (p[k] - q[k]).abs() > 1e-3 || q[k].is_nan());
            let energy = (x.energy - y.energy).abs() as f32 > 0.01 * ENERGY_SCALE;
            (x.alive != y.alive || far(x.pos, y.pos) || far(x.heading, y.heading) || energy)
                .then(|| format!("agent {i}: {x:?} against {y:?}"))
        }),
        Agreement::Statistics => (0..plan.species.len()).find_map(|k| {
            let s = &plan.species[k];
            let sums = |state: &WorldState| {
                let own = state.agents.iter().enumerate().filter(|(i, agent)| {
                    let slot = *i as u32 % plan.dims.slots;
                    agent.alive == 1 && (s.slot_start..s.slot_start + s.slots).contains(&slot)
                });
                own.fold((0.0, 0.0), |(n, e), (_, agent)| (n + 1.0, e + f64::from(agent.energy)))
            };
            let ((n, e), (m, f)) = (sums(a), sums(b));
            let apart = |x: f64, y: f64| (x - y).abs() > 0.25 * x.abs().max(y.abs()).max(8.0);
            (apart(n, m) || apart(e, f)).then(|| format!("species {k}: {n} alive of energy {e} against {m} of {f}"))
        }),
    }
}

fn exact(a: &WorldState, b: &WorldState) -> Option<String> {
    macro_rules! compare {
        ($($field:ident),*) => { $(
            if a.$field.len() != b.$field.len() {
                return Some(format!("{}: {} items against {}", stringify!($field), a.$field.len(), b.$field.len()));
            }
            if let Some(i) = (0..a.$field.len()).find(|&i| !same(&a.$field[i], &b.$field[i])) {
                return Some(format!("{} {i}: {:?} against {:?}", stringify!($field), a.$field[i], b.$field[i]));
            }
        )* };
    }
    compare!(agents, tallies, counters, next_id, fields, signals, actions, memory, interventions, streams);
    for (species, (x, y)) in a.genomes.iter().zip(&b.genomes).enumerate() {
        if let Some(i) = (0..x.len()).find(|&i| x[i] != y[i]) {
            return Some(format!("genome word {i} of species {species}: {:#x} against {:#x}", x[i], y[i]));
        }
    }
    (a.digest() != b.digest()).then(|| "digests".to_string())
}

/// Equality by bytes: -0 is not 0.
fn same<T: bytemuck::NoUninit>(a: &T, b: &T) -> bool {
    bytemuck::bytes_of(a) == bytemuck::bytes_of(b)
}

fn check(what: &str, plan: &Plan, device: &SharedDevice, ticks: u32, a: &mut CpuBackend, b: &mut GpuBackend) {
    let (x, y) = (a.save().expect("cpu"), b.save().expect("gpu"));
    assert_eq!(x.tick, y.tick);
    if let Some(d) = difference(plan, &x, &y, Agreement::after(device, ticks)) {
        panic!("{what} after {ticks} ticks: {d}");
    }
}

/// Runs a scene on both and compares after 1, 10 and `last` ticks.
fn agree(scene: &SceneSpec, shape: Shape, page_bytes: u64, last: u32) {
    agree_by(scene, shape, page_bytes, ALONE, last);
}

/// As `agree`, and then as adapters do that think by teams: few ticks, because software is slow at it.
fn agree_by_all(scene: &SceneSpec, shape: Shape, page_bytes: u64) {
    [ALONE, TEAM].into_iter().for_each(|team| agree_by(scene, shape, page_bytes, team, 12));
}

fn agree_by(scene: &SceneSpec, shape: Shape, page_bytes: u64, team: u32, last: u32) {
    let Some(device) = device() else { return };
    let (plan, state) = start(scene);
    let mut reference = cpu(&plan);
    let mut backend = GpuBackend::fitted(&plan, device, shape, page_bytes, team).expect("backend");
    reference.load(state.clone()).expect("load");
    backend.load(state.clone()).expect("load");
    let what = format!("{} {shape:?}, teams of {team}", scene.name);
    let mut done = 0;
    for ticks in [1, 10, last] {
        reference.advance(ticks - done).expect("cpu");
        backend.advance(ticks - done).expect("gpu");
        done = ticks;
        check(&what, &plan, device, ticks, &mut reference, &mut backend);
    }
    if device.is_software() {
        assert_eq!(reference.births().expect("births"), backend.births().expect("births"), "{what}: births");
        assert_eq!(reference.census().expect("census"), backend.census().expect("census"), "{what}: census");
        let (a, b) = (reference.snapshot(1).expect("snapshot"), backend.snapshot(1).expect("snapshot"));
        assert_eq!(
            (a.tick, a.stream, a.agents, a.signals, a.fields),
            (b.tick, b.stream, b.agents, b.signals, b.fields),
            "{what}: snapshot"
        );
        let slots: Vec<u32> = (0..plan.dims.slots).step_by(3).collect();
        // The dead see nothing.
        for (world, slot) in (0..WORLDS).flat_map(|world| (0..plan.dims.slots).map(move |slot| (world, slot))) {
            let (a, b) = (reference.detail(world, slot).expect("detail"), backend.detail(world, slot).expect("detail"));
            assert_eq!(format!("{a:?}"), format!("{b:?}"), "{what}: detail");
        }
        for species in 0..plan.species.len() {
            let (a, b) = (reference.minds(1, species).expect("minds"), backend.minds(1, species).expect("minds"));
            assert!(a == b && !a.actions.is_empty(), "{what}: minds");
        }
        let (a, b) = (reference.genomes(1, &slots).expect("genomes"), backend.genomes(1, &slots).expect("genomes"));
        assert!(a == b && a.len() == slots.len(), "{what}: genomes");
    }
}

#[test]
fn spread_plane() {
    agree(&common::plane(), Shape::Spread, u64::MAX, 200);
    agree_by(&common::plane(), Shape::Spread, u64::MAX, TEAM, 60);
}

#[test]
fn spread_minds() {
    for scene in [common::learners(), common::attentive()] {
        agree(&scene, Shape::Spread, u64::MAX, 40);
        agree_by(&scene, Shape::Spread, u64::MAX, TEAM, 12);
    }
}

#[test]
fn spread_perturbed() {
    common::perturbed().iter().for_each(|scene| agree(scene, Shape::Spread, u64::MAX, 60));
}

#[test]
fn packed_minds() {
    for scene in [common::learners(), common::attentive()] {
        agree(&scene, Shape::Packed, u64::MAX, 40);
        agree_by(&scene, Shape::Packed, u64::MAX, TEAM, 12);
    }
}

#[test]
fn packed_perturbed() {
    common::perturbed().iter().for_each(|scene| agree(scene, Shape::Packed, u64::MAX, 60));
}

#[test]
fn spread_crossed() {
    common::crossed().iter().for_each(|scene| agree(scene, Shape::Spread, u64::MAX, 100));
}

#[test]
fn packed_crossed() {
    common::crossed().iter().for_each(|scene| agree(scene, Shape::Packed, u64::MAX, 100));
}

#[test]
fn spread_volume() {
    agree(&common::volume(), Shape::Spread, u64::MAX, 60);
}

#[test]
fn spread_boids() {
    agree(&common::boids(), Shape::Spread, u64::MAX, 60);
}

#[test]
fn spread_pairs() {
    common::pairs().iter().for_each(|scene| agree(scene, Shape::Spread, u64::MAX, 60));
}

#[test]
fn packed_pairs() {
    common::pairs().iter().for_each(|scene| agree(scene, Shape::Packed, u64::MAX, 60));
}

#[test]
fn spread_compact() {
    common::compact().iter().for_each(|scene| agree(scene, Shape::Spread, u64::MAX, 200));
}

#[test]
fn packed_compact() {
    common::compact().iter().for_each(|scene| agree(scene, Shape::Packed, u64::MAX, 200));
}

#[test]
fn spread_wide() {
    common::wide().iter().for_each(|scene| agree_by_all(scene, Shape::Spread, u64::MAX));
}

#[test]
fn packed_wide() {
    common::wide().iter().for_each(|scene| agree_by_all(scene, Shape::Packed, u64::MAX));
}

#[test]
fn packed_plane() {
    agree(&common::plane(), Shape::Packed, u64::MAX, 200);
}

#[test]
fn packed_volume() {
    agree(&common::volume(), Shape::Packed, u64::MAX, 60);
}

#[test]
fn packed_boids() {
    agree(&common::boids(), Shape::Packed, u64::MAX, 60);
}

#[test]
fn packed_shoal() {
    agree(&common::shoal(true), Shape::Packed, u64::MAX, 100);
}

#[test]
fn packed_tuft() {
    // Few enough that everyone looks at everyone, with bites, pushes, births and deaths.
    let mut scene = common::plane();
    scene.name = "tuft".into();
    scene.extent = [16.0, 16.0, 0.0];
    for (species, count) in scene.species.iter_mut().zip([24, 12, 6, 8, 4]) {
        (species.count, species.capacity) = (count, if species.capacity > 0 { count + 6 } else { 0 });
    }
    assert!(Plan::new(&scene, WORLDS).dims.slots <= CROWD_MAX);
    agree(&scene, Shape::Packed, u64::MAX, 200);
}

/// Turnover instead of ecology, so that genomes may be cut into pages.
fn without_ecology(mut scene: SceneSpec) -> SceneSpec {
    scene.name += " without ecology";
    for species in &mut scene.species {
        if matches!(species.evolution, Evolution::Ecology(_)) {
            species.evolution = Evolution::Turnover(TurnoverSpec::default());
        }
    }
    scene
}

#[test]
fn spread_with_genomes_in_pages() {
    // A few rows a page, so that pages end inside species and inside worlds.
    agree(&without_ecology(common::plane()), Shape::Spread, 64 << 10, 60);
    common::compact().into_iter().for_each(|scene| agree(&without_ecology(scene), Shape::Spread, 16 << 10, 60));
    common::wide().iter().for_each(|scene| agree_by_all(scene, Shape::Spread, 64 << 10));
}

/// Edits of every kind, with parents and children on different pages.
fn edits(plan: &Plan, state: &WorldState) -> Edits {
    let s = plan.species[0];
    let mut edits = Edits {
        deaths: vec![(0, 3), (1, 3), (1, 5), (1, 3), (0, s.slots - 1)],
        renewals: vec![(0, 1), (1, 2)],
        patches: vec![(0, [3.0, 4.0, 0.0], 5.0, 0.4), (1, [29.0, 1.0, 0.0], 6.0, 2.0), (0, [3.0, 4.0, 0.0], 3.0, -9.0)],
        interventions: vec![
            (0, 0, Intervention { mode: HEAR_SCRAMBLE, channels: 1, delay: 0, ..Intervention::NONE }),
            (1, 0, Intervention { mode: HEAR_DELAY, channels: 3, delay: 2, ..Intervention::NONE }),
            (1, 1, Intervention { mode: HEAR_MUTE, channels: 2, delay: 0, ..Intervention::NONE }),
        ],
        ..Default::default()
    };
    for (n, (world, slot)) in [(0, 3), (1, 3), (1, 5), (0, s.slots - 1)].into_iter().enumerate() {
        let mut child = state.agents[(world * plan.dims.slots + slot) as usize];
        child.id = 1000 + n as u32;
        child.age = 0;
        child.alive = 1;
        edits.births.push(Birth {
            world,
            slot,
            parent: 20 + n as u32,
            second: if n % 2 == 0 { NONE } else { 50 },
            mutation_rate: 0.3,
            mutation_size: 0.5,
            key: [n as u32, 77],
            child,
        });
    }
    let moved = state.agents[(plan.dims.slots + 9) as usize];
    edits.agents.push((1, 9, Agent { pos: [4.0, 5.0, 0.0], energy: moved.energy / 2, ..moved }));
    edits.genomes.push((2, 1, 2, vec![0.25; plan.species[2].genome_len as usize]));
    for (species, genomes) in [(0, 3_000u32), (3, 3)] {
        // More genomes than go to the device at once; rows of both worlds, some dealt the same.
        let p = &plan.species[species as usize];
        let numbers = (0..genomes * p.genome_len).map(|i| rng::uniform(rng::pcg4d([i, species, 3, 4])[0]) - 0.5);
        let rows = (0..WORLDS).flat_map(|world| (0..p.rows).step_by(2).map(move |row| (world, row)));
        let places = rows.enumerate().map(|(n, (world, row))| (world, row, n as u32 * 97 % genomes)).collect();
        edits.deals.push(Deal { species, genomes: numbers.collect(), places });
    }
    edits
}

#[test]
fn timed_kernels_do_the_same_work() {
    let Some(device) = device() else { return };
    let (plan, state) = start(&common::plane());
    let mut backends = [0, 1].map(|_| GpuBackend::new(&plan, device, Shape::Spread).expect("backend"));
    backends.iter_mut().for_each(|b| b.load(state.clone()).expect("load"));
    match backends[0].profile(12) {
        Ok(times) => assert!(times.iter().any(|t| t.0 == "spread_sense" && !t.1.is_zero()), "{times:?}"),
        Err(e) => return eprintln!("skipped: {e}"),
    }
    backends[1].advance(12).expect("advance");
    let [a, b] = backends.each_mut().map(|b| b.save().expect("save"));
    assert_eq!(exact(&a, &b), None);
}

#[test]
fn edits_and_new_numbers() {
    let Some(device) = device() else { return };
    let [one, other] = common::compact();
    for (scene, page_bytes) in
        [(common::plane(), u64::MAX), (common::plane(), 16 << 10), (one, 8 << 10), (other, u64::MAX)]
    {
        let mut scene = without_ecology(scene);
        let (plan, state) = start(&scene);
        let mut reference = cpu(&plan);
        let mut backend = GpuBackend::fitted(&plan, device, Shape::Spread, page_bytes, TEAM).expect("backend");
        reference.load(state.clone()).expect("load");
        backend.load(state.clone()).expect("load");
        scene.species[0].body.cruise = 3.5;
        scene.fields[0].regrowth = 0.7;
        let retuned = Plan::new(&scene, WORLDS);
        let edits = edits(&plan, &state);
        for each in [&mut reference as &mut dyn Backend, &mut backend] {
            each.edit(&edits).expect("edit");
        }
        // Before any tick, hardware too must agree to the bit, except in bred numbers and patches.
        check("edits", &plan, device, 1, &mut reference, &mut backend);
        for each in [&mut reference as &mut dyn Backend, &mut backend] {
            each.advance(5).expect("advance");
            each.retune(&retuned).expect("retune");
            each.advance(45).expect("advance");
        }
        check("edits", &plan, device, 50, &mut reference, &mut backend);
        // A wall more and a current; then another wall, and the first taken away.
        let wall = |x| WallSpec { a: [x, 2.0, 0.0], b: [x + 4.0, 9.0, 0.0], radius: 1.5 }.obstacle();
        scene.current = [0.9, -0.4, 0.0];
        for ticks in [60, 70] {
            scene.obstacles.push(wall(ticks as f32 / 10.0));
            if ticks == 70 {
                scene.obstacles.swap_remove(0);
            }
            for each in [&mut reference as &mut dyn Backend, &mut backend] {
                each.retune(&plan.retuned(&scene)).expect("retune");
                each.advance(10).expect("advance");
            }
            check("walls", &plan, device, ticks, &mut reference, &mut backend);
        }
    }
}

/// What can be done to grazers (0), which hear each other on two channels and deposit, and to gru (1), which remember.
fn interventions() -> [(u32, Intervention); 8] {
    let none = Intervention::NONE;
    [
        (0, Intervention { mode: HEAR_MUTE, channels: 2, ..none }),
        (0, Intervention { mode: HEAR_SCRAMBLE, ..none }),
        (0, Intervention { mode: HEAR_SWAP, channels: 3, ..none }),
        (0, Intervention { mode: HEAR_NOISE, channels: 1, noise: 0.7, ..none }),
        (0, Intervention { mode: HEAR_WRITTEN, ..none }),
        (0, Intervention { blind: 0b101, ..none }),
        (0, Intervention { lesions: LESION_DEPOSITS, ..none }),
        (1, Intervention { lesions: LESION_MEMORY, ..none }),
    ]
}

#[test]
fn interventions_agree() {
    let Some(device) = device() else { return };
    let scene = common::plane();
    let (plan, state) = start(&scene);
    let heard: Vec<f32> = (0..plan.dims.sig).map(|i| rng::uniform(rng::pcg4d([i, 1, 2, 3])[0]) - 0.5).collect();
    let mut untouched = cpu(&plan);
    untouched.load(state.clone()).expect("load");
    untouched.advance(12).expect("cpu");
    let untouched = untouched.save().expect("cpu");
    for shape in [Shape::Spread, Shape::Packed] {
        let mut reference = cpu(&plan);
        let mut backend = GpuBackend::fitted(&plan, device, shape, u64::MAX, ALONE).expect("backend");
        for (species, intervention) in interventions() {
            let what = format!("{intervention:?}, {shape:?}");
            // One of the two worlds alone.
            let edits = Edits {
                interventions: vec![(1, species, intervention)],
                heard: vec![(1, heard.clone())],
                ..Default::default()
            };
            for each in [&mut reference as &mut dyn Backend, &mut backend] {
                each.load(state.clone()).expect("load");
                each.edit(&edits).expect("edit");
                each.advance(12).expect("advance");
            }
            check(&what, &plan, device, 12, &mut reference, &mut backend);
            let after = reference.save().expect("cpu");
            let differs = |world: u32| {
                let slots = WorldState::part(world, plan.dims.slots);
                after.agents[slots.clone()] != untouched.agents[slots]
            };
            assert_eq!([differs(0), differs(1)], [false, true], "{what}");
        }
    }
}

#[test]
fn worlds_of_a_round_are_dealt_as_they_would_be_loaded() {
    let mut scene = without_ecology(common::plane());
    // One species is dealt to all its rows, one has rows to spare, and three keep what they run.
    scene.species[0].evolution = Evolution::Generational(GenerationalSpec { population: 40, ..Default::default() });
    scene.species[1].evolution = Evolution::Generational(GenerationalSpec { population: 7, ..Default::default() });
    let plan = Plan::new(&scene, WORLDS);
    let round = Generational::new(&scene, &plan, 3).expect("populations").begin_round();
    let (whole, next) = (round.worlds(&scene, &plan), round.next_worlds(&scene, &plan, &(0..plan.dims.worlds)));
    assert_eq!(next.genomes.iter().map(Vec::is_empty).collect::<Vec<_>>(), [true, false, true, true, true]);
    let mut before = whole.clone();
    before.genomes[..2].iter_mut().for_each(|page| page.fill(7));
    let mut backends: Vec<Box<dyn Backend>> = vec![Box::new(cpu(&plan))];
    if let Some(device) = device() {
        backends.push(Box::new(GpuBackend::new(&plan, device, Shape::Auto).expect("backend")));
    }
    for backend in &mut backends {
        backend.load(before.clone()).expect("load");
        backend.load(next.clone()).expect("load");
        backend.edit(&Edits { deals: round.deals.clone(), ..Default::default() }).expect("edit");
        backend.advance(20).expect("ticks");
        for asked in [0, 1 << TALLY_ALIVE, 1 << TALLY_ALIGN | 1 << TALLY_FOOD, (1 << TALLIES) - 1] {
            let (census, earned) = (backend.census().expect("census"), backend.earned(asked).expect("earned"));
            let counters = census.counters.clone();
            assert!(census.tallies[0].iter().any(|tally| *tally != 0));
            assert_eq!(earned, Earned { counters, ..Earned::of(asked, &census.agents, &census.tallies) });
            assert_eq!(earned.tallies(9)[TALLY_ALIVE as usize] != 0, asked >> TALLY_ALIVE & 1 == 1);
        }
        backend.load(before.clone()).expect("load");
        backend.load(next.clone()).expect("load");
        backend.edit(&Edits { deals: round.deals.clone(), ..Default::default() }).expect("edit");
        let mut dealt = backend.save().expect("save");
        // What fills rows up to whole blocks is nobody's.
        for (page, (p, own)) in dealt.genomes.iter_mut().zip(plan.species.iter().zip(&whole.genomes)) {
            for (row, own) in page.chunks_mut(p.genome_stride as usize).zip(own.chunks(p.genome_stride as usize)) {
                row[p.genome_words as usize..].copy_from_slice(&own[p.genome_words as usize..]);
            }
        }
        assert_eq!(exact(&whole, &dealt), None);
    }
}

#[test]
fn what_is_loaded_is_saved() {
    let Some(device) = device() else { return };
    let (plan, mut state) = start(&common::volume());
    state.tick = (1 << 33) + 5;
    let mut backend = GpuBackend::new(&plan, device, Shape::Auto).expect("backend");
    backend.load(state.clone()).expect("load");
    let saved = backend.save().expect("save");
    assert_eq!(exact(&state, &saved), None);
    assert_eq!(state, saved);
    let mut other = state.clone();
    other.agents.pop();
    assert!(backend.load(other.clone()).is_err(), "a state of other sizes is refused");
}

#[test]
fn genomes_that_are_not_finite_are_removed_alike() {
    let Some(device) = device() else { return };
    // Of dense layers, of rules by which weights change, and of queries.
    for scene in [common::plane(), common::learners(), common::attentive()] {
        let (plan, mut state) = start(&without_ecology(scene));
        for (i, value) in [f32::NAN, f32::INFINITY, 3e38].into_iter().enumerate() {
            let stride = plan.species[0].genome_stride as usize;
            state.genomes[0][i * stride..i * stride + 200].fill(value.to_bits());
        }
        faults_agree(device, &plan, &state, 2);
    }
    // Genomes shared by many, and a fault that only one output of the first or of the last layer sees.
    for scene in common::wide() {
        let (plan, start) = start(&scene);
        for k in 0..plan.species.len() {
            let mut state = start.clone();
            let s = &plan.species[k];
            let rows = plan.rows(k);
            if s.weights == WEIGHTS_I8 && plan.layers[s.layer_start as usize].biases == 0 {
                // Bytes alone: every genome there is is finite.
                continue;
            }
            for (row, layer) in [s.layer_start, s.layer_start + s.layers - 1].into_iter().enumerate() {
                if row as u32 >= s.rows {
                    break;
                }
                let words = &mut state.genomes[k][row * s.genome_stride as usize..][..s.genome_words as usize];
                let l = plan.layers[layer as usize];
                // The last bias, or without biases a weight of the last output: a word, or a half of one.
                match s.weights {
                    WEIGHTS_F16 => {
                        let n = (l.start + l.outputs - 1) as usize;
                        words[n / 2] |= 0x7c00 << (16 * (n % 2));
                    }
                    WEIGHTS_I8 => words[(l.word + l.outputs - 1) as usize] = f32::NAN.to_bits(),
                    _ => words[(l.start + l.outputs - 1) as usize] = f32::INFINITY.to_bits(),
                }
                assert!(rows.decode(words).iter().any(|x| !x.is_finite()), "{} row {row}", scene.name);
            }
            faults_agree(device, &plan, &state, s.sharers);
        }
    }
}

#[test]
fn graphs_of_any_numbers_run_alike() {
    let Some(device) = device() else { return };
    let (plan, mut state) = start(&without_ecology(common::plane()));
    let (graph, s) = plan.species.iter().enumerate().find(|(_, s)| s.think == THINK_GRAPH).expect("a graph");
    let rows = state.genomes[graph].chunks_exact_mut(s.genome_stride as usize);
    for (row, words) in (0..).zip(rows) {
        for (i, word) in (0..).zip(&mut words[..s.genome_words as usize]) {
            let drawn = rng::draw([row, 5], 0, i, 0)[0];
            // Of one kind numbers of about the size of indices, of which a program is made; of the other any bits.
            *word = if row % 4 == 3 { drawn } else { ((drawn % 40) as f32 - 4.0).to_bits() };
        }
        words[0] = 30f32.to_bits();
    }
    faults_agree(device, &plan, &state, 1);
}

/// Agents whose genomes are not finite, `least` or more in the first world, are removed alike on every kind of adapter.
fn faults_agree(device: &SharedDevice, plan: &Plan, state: &WorldState, least: u32) {
    for (shape, team) in [Shape::Spread, Shape::Packed].into_iter().flat_map(|s| [(s, TEAM), (s, ALONE)]) {
        let mut reference = cpu(plan);
        let mut backend = GpuBackend::fitted(plan, device, shape, u64::MAX, team).expect("backend");
        for each in [&mut reference as &mut dyn Backend, &mut backend] {
            each.load(state.clone()).expect("load");
            each.advance(3).expect("advance");
        }
        let species = plan.species.len();
        let counters = backend.census().expect("census").counters;
        let faults: u32 = counters[..species].iter().map(|c| c[COUNT_FAULT as usize]).sum();
        assert!(faults >= least, "{faults} faults");
        check("faults", plan, device, 3, &mut reference, &mut backend);
    }
}

#[test]
fn the_comparison_can_fail() {
    let Some(device) = device() else { return };
    let (plan, state) = start(&common::plane());
    let mut reference = cpu(&plan);
    let mut backend = GpuBackend::new(&plan, device, Shape::Spread).expect("backend");
    reference.load(state.clone()).expect("load");
    // One weight of one agent, one constant of one species: each is found within 200 ticks by the exact comparison.
    let mut weight = state.clone();
    weight.genomes[0][40] = (f32::from_bits(weight.genomes[0][40]) + 1e-3).to_bits();
    backend.load(weight.clone()).expect("load");
    reference.advance(20).expect("cpu");
    backend.advance(20).expect("gpu");
    let (a, mut b) = (reference.save().expect("cpu"), backend.save().expect("gpu"));
    b.genomes[0][40] = state.genomes[0][40];
    assert!(exact(&a, &b).is_some(), "a weight");

    let mut constant = plan.clone();
    constant.species[0].drag *= 1.0001;
    backend.load(state.clone()).expect("load");
    backend.retune(&constant).expect("retune");
    backend.advance(20).expect("gpu");
    assert!(exact(&a, &backend.save().expect("gpu")).is_some(), "a constant");
    // The loose comparison of hardware fails too, when something is truly wrong.
    let mut wrong = a.clone();
    wrong.agents.iter_mut().step_by(2).for_each(|agent| agent.alive = 0);
    assert!(difference(&plan, &a, &wrong, Agreement::Statistics).is_some());
    let mut moved = a.clone();
    moved.agents[5].pos[0] += 0.01;
    assert!(difference(&plan, &a, &moved, Agreement::Near).is_some());
}

#[test]
fn a_lost_device_is_reported() {
    let Some(_) = device() else { return };
    let own = SharedDevice::open().expect("a second device");
    let (plan, state) = start(&common::boids());
    let mut backend = GpuBackend::new(&plan, &own, Shape::Spread).expect("backend");
    backend.load(state.clone()).expect("load");
    own.report_lost("pulled out");
    for result in [backend.advance(1), backend.load(state.clone()), backend.save().map(|_| ())] {
        assert!(matches!(result, Err(iwashi::backend::BackendError::DeviceLost(m)) if m == "pulled out"));
    }
}

#[test]
fn too_large_a_scene_is_refused_with_a_number() {
    let Some(device) = device() else { return };
    let mut scene = common::boids();
    scene.species[0].count = 1_000_000;
    let plan = Plan::new(&scene, 64);
    let Err(e) = GpuBackend::new(&plan, device, Shape::Auto) else { panic!("64 million agents fit") };
    assert!(e.to_string().contains("lower the number of worlds from 64 to"), "{e}");
}
