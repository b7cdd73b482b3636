//! Where relatives are drawn, and what is said of them.

use super::*;
use crate::simulation::LineageRecord;

fn name(id: u32) -> Name {
    Name { world: 0, species: 0, id }
}

fn known(id: u32, parents: Option<[u32; 2]>) -> Individual {
    let birth = parents.map(|[parent, second]| LineageRecord {
        world: 0,
        species: 0,
        slot: 0,
        id,
        parent,
        second,
        tick: 10,
        operator: "crossover",
    });
    Individual { name: name(id), birth, alive: None, seen: None, genome: None }
}

#[test]
fn children_stand_after_their_parents_and_nobody_on_anybody() {
    // 3 and 4 have 10 and 11; 11 and 5, who has no parents here, have 12 and 13.
    let all = vec![
        known(3, None),
        known(4, None),
        known(5, None),
        known(10, Some([3, 4])),
        known(11, Some([3, 4])),
        known(12, Some([11, 5])),
        known(13, Some([11, 5])),
    ];
    let places = places(&Family { all, cut: false });
    let generation = |id: u32| places[&name(id)].0;
    assert_eq!([3, 4, 5, 10, 11, 12, 13].map(generation), [0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0]);
    let mut spots: Vec<(i32, i32)> = places.values().map(|(x, y)| ((x * 100.0) as i32, (y * 100.0) as i32)).collect();
    spots.sort_unstable();
    spots.dedup();
    assert_eq!(spots.len(), 7);
    let row = |id: u32| places[&name(id)].1;
    assert_eq!(row(11), 0.5 * (row(12) + row(13)));
}

#[test]
fn a_line_of_hundreds_is_laid_out() {
    let all: Vec<Individual> = (0..700).map(|id| known(id, (id > 0).then(|| [id - 1, NONE]))).collect();
    let places = places(&Family { all, cut: true });
    assert_eq!(places[&name(699)], (699.0, 0.0));
}

#[test]
fn what_is_not_known_is_said_and_has_no_colour() {
    let one = known(1_234, None);
    assert_eq!(words(&one), ["no. 1,234", "no record of its birth: there from the start, or born before this sitting"]);
    assert!(Shows::ALL.iter().all(|(shows, ..)| shows.of(&one, Some(&one)).is_none()));
    let seen = crate::app::engine::chronicle::Seen { tick: 70, fitness: f32::NAN, loudness: 0.5, energy: 0 };
    let other = Individual { seen: Some(seen), genome: Some([3.0, 4.0].into()), ..known(2, Some([1, NONE])) };
    assert_eq!(
        words(&other)[1..],
        ["crossover of 1, born at tick 10", "last seen at tick 70, signal 0.50, energy 0.00"]
    );
    assert_eq!((Shows::Fitness.of(&other, None), Shows::Signal.of(&other, None)), (None, Some(0.5)));
    let origin = Individual { genome: Some([0.0, 0.0].into()), ..known(1, None) };
    assert_eq!(Shows::Unlike.of(&other, Some(&origin)), Some(5.0));
    let family = Family { all: vec![one, other], cut: false };
    assert_eq!((span(&family, Shows::Signal, None), span(&family, Shows::Fitness, None)), (Some((0.5, 0.5)), None));
}

#[test]
fn genomes_of_graphs_are_not_compared_number_by_number() {
    let compares = |think: u32| {
        let mut plan = Plan::new(&crate::scene::load("food_call").unwrap().spec, 1);
        plan.species[0].think = think;
        compares(&plan, name(1))
    };
    assert_eq!([crate::layout::THINK_DENSE, THINK_GRAPH, THINK_PLASTIC].map(compares), [true, false, false]);
}
