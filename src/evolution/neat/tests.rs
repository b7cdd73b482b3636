use super::*;
use crate::scene::GraphSpec;

fn form() -> GraphForm {
    GraphForm::new(&GraphSpec { nodes: 8, edges: 20, ..Default::default() }, 2, 1)
}

fn neat(spec: &NeatSpec, members: u32) -> Neat {
    let form = form();
    let len = form.numbers() as usize;
    let mut genomes = vec![0.0; len * members as usize];
    for (member, row) in (0..).zip(genomes.chunks_exact_mut(len)) {
        form.founder(0, 1.0, row, |i| rng::draw([3, 4], member, i, 0));
    }
    Neat::new(spec, Population { len, genomes, ids: (0..members).collect() }, form, [5, 6])
}

/// Fitness that wants hidden nodes.
fn size(genome: &Genome) -> f32 {
    genome.nodes.len() as f32
}

fn evolve(neat: &mut Neat, generations: u64, judge: impl Fn(&Genome) -> f32) {
    for generation in 0..generations {
        neat.ask(generation);
        let fitness: Vec<f32> = neat.genomes().iter().map(&judge).collect();
        neat.tell(&fitness);
    }
    neat.ask(generations);
}

#[test]
fn growth_is_selected_and_whatever_is_added_to_fitness_changes_nothing() {
    let run = |shift: f32, scale: f32| {
        let mut neat = neat(&NeatSpec::default(), 60);
        evolve(&mut neat, 40, |genome| scale * size(genome) + shift);
        neat.genomes().to_vec()
    };
    let plain = run(0.0, 1.0);
    let mean = plain.iter().map(size).sum::<f32>() / 60.0;
    assert!(mean > 4.0, "{mean} hidden nodes");
    // Powers of two, so that rounding changes no share.
    assert_eq!(run(-1024.0, 4.0), plain);
}

#[test]
fn unlike_genomes_are_kept_apart_and_new_ones_live_on() {
    let growing = NeatSpec { add_node: 0.2, add_edge: 0.2, ..Default::default() };
    let spec = NeatSpec { threshold: 1.5, ..growing.clone() };
    let mut neat = neat(&spec, 60);
    evolve(&mut neat, 30, |_| 1.0);
    assert!(neat.species() > 3, "{} species", neat.species());
    let wide = NeatSpec { threshold: 1_000.0, ..growing };
    let mut one = self::neat(&wide, 60);
    evolve(&mut one, 30, |_| 1.0);
    assert_eq!(one.species(), 1);
}

#[test]
fn champions_of_large_species_live_on_unchanged() {
    let mut neat = neat(&NeatSpec { threshold: 1_000.0, ..Default::default() }, 20);
    for generation in 0..10 {
        let population = neat.ask(generation).clone();
        let fitness: Vec<f32> = (0..20).map(|i| -((i as f32) - (generation % 20) as f32).abs()).collect();
        let best = neat.tell(&fitness).best_index;
        let next = neat.ask(generation + 1);
        let kept = next.ids.iter().position(|id| *id == population.ids[best]);
        assert_eq!(kept.map(|at| next.row(at)), Some(population.row(best)), "generation {generation}");
    }
}

#[test]
fn who_is_no_number_has_no_children() {
    let mut neat = neat(&NeatSpec { threshold: 1_000.0, survival: 1.0, ..Default::default() }, 20);
    neat.ask(0);
    let fitness: Vec<f32> = (0..20).map(|i| if i % 4 == 0 { i as f32 } else { f32::NAN }).collect();
    neat.tell(&fitness);
    neat.ask(1);
    assert_eq!(neat.origins().len(), 19);
    assert!(neat.origins().iter().all(|o| o.parent % 4 == 0 && (o.second == NONE || o.second % 4 == 0)));
}

#[test]
fn a_population_is_the_same_after_loading_from_its_start_on() {
    let form = GraphForm::new(&GraphSpec { recurrent: true, ..Default::default() }, 2, 2);
    let len = form.numbers() as usize;
    let mut rows = vec![0.0; len * 12];
    for (member, row) in (0..).zip(rows.chunks_exact_mut(len)) {
        form.founder(3, 1.0, row, |i| rng::draw([3, 9], member, i, 0));
    }
    let first = Population { len, genomes: rows, ids: (0..12).collect() };
    let new = || Neat::new(&NeatSpec::default(), first.clone(), form.clone(), [5, 6]);
    let (mut whole, mut loaded) = (new(), new());
    for generation in 0..6 {
        loaded.load(&whole.save()).unwrap();
        assert_eq!(loaded.population, whole.population, "generation {generation}");
        whole.tell(&(0..12).map(|i| (i % 5) as f32).collect::<Vec<_>>());
        whole.ask(generation + 1);
    }
}

#[test]
fn states_that_are_not_its_own_are_refused() {
    let mut neat = neat(&NeatSpec::default(), 12);
    evolve(&mut neat, 12, size);
    let saved = neat.save();
    let mut state = neat.state.clone();
    state.genomes[0].edges[0].target = 0;
    let refused = neat.load(&postcard::to_stdvec(&state).unwrap());
    assert!(matches!(&refused, Err(StateError::Mismatch(text)) if text.contains("graphs")), "{refused:?}");
    let refused = neat.load(&[&saved[..], &[0]].concat());
    assert!(matches!(refused, Err(StateError::Mismatch(_))));
    let mut state = neat.state.clone();
    state.sizes[2] = 9;
    let refused = neat.load(&postcard::to_stdvec(&state).unwrap()).unwrap_err().to_string();
    assert!(refused.contains("[2, 1, 9, 22]") && refused.contains("[2, 1, 8, 22]"), "{refused}");
    assert_eq!(neat.save(), saved);
    // Damage of any byte is refused or read, never a panic.
    for at in 0..saved.len() {
        let mut damaged = saved.clone();
        damaged[at] ^= 0x55;
        let mut other = self::neat(&NeatSpec::default(), 12);
        if other.load(&damaged).is_ok() {
            other.tell(&[1.0; 12]);
            other.ask(20);
        }
    }
}
