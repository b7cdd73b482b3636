//! Fitness: the weighted sum of the terms a scene names, read from an agent's tallies. Higher is better, NaN is worst.
//! Knows nothing of how tallies are gathered or of what fitness is used for.

use std::cmp::Ordering;
use std::ops::Range;

use crate::layout::*;
use crate::scene::{SpeciesSpec, Term};

/// What an agent's body adds up over a life or a rollout, in steps of 1 / `TALLY_SCALE`.
pub type Tallies = [i32; TALLIES as usize];

/// Fitness of one agent: the sum of weight times tally over the terms of its species, in the order of the scene.
/// Without terms it is 0.
pub fn fitness(spec: &SpeciesSpec, p: &SpeciesParams, tallies: &Tallies) -> f32 {
    let mut sum = 0.0;
    for part in &spec.fitness {
        if let Some(tally) = tally_of(spec, p, &part.term) {
            sum += part.weight * (tallies[tally] as f32 / scale_of(tally));
        }
    }
    sum
}

/// What an agent has of a term; NaN where nobody tallies it.
pub fn of_term(spec: &SpeciesSpec, p: &SpeciesParams, term: &Term, tallies: &Tallies) -> f32 {
    tally_of(spec, p, term).map_or(f32::NAN, |tally| tallies[tally] as f32 / scale_of(tally))
}

/// Steps of a tally in one unit of its term.
fn scale_of(tally: usize) -> f32 {
    if tally == TALLY_FLOCK as usize { TALLY_SCALE * FLOCK_UNIT } else { TALLY_SCALE }
}

/// Index of the tally that a term reads; `None` for a third field asked for by `TimeIn`, which nobody tallies.
pub fn tally_of(spec: &SpeciesSpec, p: &SpeciesParams, term: &Term) -> Option<usize> {
    let tally = match term {
        Term::FoodEaten => TALLY_FOOD,
        Term::TimeAlive => TALLY_ALIVE,
        Term::PreyCaught => TALLY_PREY,
        Term::Distance => TALLY_DISTANCE,
        Term::NearOwn => TALLY_NEAR,
        Term::Alignment => TALLY_ALIGN,
        Term::EnergySpent => TALLY_SPENT,
        Term::SignalsEmitted => TALLY_SIGNAL,
        Term::DamageDealt => TALLY_DEALT,
        Term::DamageTaken => TALLY_TAKEN,
        Term::FlockingEnergy(_) => TALLY_FLOCK,
        Term::TimeIn(wanted) => {
            // The plan gives the two tallies to the first two distinct fields in the order of the terms.
            let mut named = spec.terms().filter_map(|term| match term {
                Term::TimeIn(named) => Some(&named.field),
                _ => None,
            });
            let first = named.next();
            let second = named.find(|name| Some(*name) != first);
            let place = [first, second].iter().position(|name| *name == Some(&wanted.field))?;
            if p.time_in[place] == NONE {
                return None;
            }
            TALLY_FIELD + place as u32
        }
    };
    Some(tally as usize)
}

/// Best first: higher before lower, NaN after everything. Equal numbers are equal.
pub fn order(a: f32, b: f32) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (false, false) => b.partial_cmp(&a).unwrap_or(Ordering::Equal),
        (a_is_nan, b_is_nan) => a_is_nan.cmp(&b_is_nan),
    }
}

/// Whether `a` is strictly better than `b`.
pub fn better(a: f32, b: f32) -> bool {
    order(a, b) == Ordering::Less
}

/// Mean of some fitnesses, in the order given; NaN when one is NaN or there are none.
pub fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (mut sum, mut count) = (0.0f64, 0u32);
    for value in values {
        sum += f64::from(value);
        count += 1;
    }
    (sum / f64::from(count)) as f32
}

/// Genome rows of a species that agents of its initial count use.
pub fn rows(spec: &SpeciesSpec, p: &SpeciesParams) -> u32 {
    spec.count.min(p.slots).div_ceil(p.sharers.max(1))
}

/// Slots in a world of the clones that share row `row` (below `rows`).
pub fn members(spec: &SpeciesSpec, p: &SpeciesParams, row: u32) -> Range<usize> {
    let end = spec.count.min(p.slots);
    let first = row.saturating_mul(p.sharers).min(end);
    let last = first.saturating_add(p.sharers).min(end);
    (p.slot_start + first) as usize..(p.slot_start + last) as usize
}

/// Fitness of a genome row in one world: the mean over its clones, the dead with what they had when they died.
/// `tallies` are those of all slots of the world.
pub fn row_fitness(spec: &SpeciesSpec, p: &SpeciesParams, tallies: &[Tallies], row: u32) -> f32 {
    mean(members(spec, p, row).map(|slot| fitness(spec, p, &tallies[slot])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::scene::*;

    fn term(term: Term, weight: f32) -> FitnessTerm {
        FitnessTerm { term, weight }
    }

    fn scene(species: SpeciesSpec) -> (SceneSpec, Plan) {
        let field = |name: &str| FieldSpec { name: name.into(), ..Default::default() };
        let scene = SceneSpec {
            fields: vec![field("a"), field("b"), field("c")],
            species: vec![species],
            ..Default::default()
        };
        let plan = Plan::new(&scene, 1);
        (scene, plan)
    }

    #[test]
    fn terms_are_weighed_and_summed() {
        let spec = SpeciesSpec {
            fitness: vec![term(Term::FoodEaten, 2.0), term(Term::EnergySpent, -0.5)],
            ..Default::default()
        };
        let (scene, plan) = scene(spec);
        let mut tallies = [0; TALLIES as usize];
        tallies[TALLY_FOOD as usize] = 3 * TALLY_SCALE as i32;
        tallies[TALLY_SPENT as usize] = 4 * TALLY_SCALE as i32;
        tallies[TALLY_PREY as usize] = 1_000;
        assert_eq!(fitness(&scene.species[0], &plan.species[0], &tallies), 4.0);
    }

    #[test]
    fn fields_are_found_by_their_order_among_the_terms() {
        let time_in = |name: &str| Term::TimeIn(NamedField { field: name.into() });
        let spec = SpeciesSpec {
            fitness: vec![
                term(time_in("c"), 1.0),
                term(time_in("c"), 1.0),
                term(time_in("a"), 10.0),
                term(time_in("b"), 9.0),
            ],
            ..Default::default()
        };
        let (scene, plan) = scene(spec);
        assert_eq!(plan.species[0].time_in, [2, 0]);
        let mut tallies = [0; TALLIES as usize];
        tallies[TALLY_FIELD as usize] = TALLY_SCALE as i32;
        tallies[TALLY_FIELD as usize + 1] = 2 * TALLY_SCALE as i32;
        assert_eq!(fitness(&scene.species[0], &plan.species[0], &tallies), 22.0);
    }

    #[test]
    fn nan_is_worst_and_never_better() {
        assert!(better(1.0, 0.0) && !better(0.0, 1.0) && !better(1.0, 1.0));
        assert!(better(f32::NEG_INFINITY, f32::NAN) && !better(f32::NAN, f32::NEG_INFINITY));
        assert!(!better(f32::NAN, f32::NAN));
        let mut values = [0.5, f32::NAN, 2.0, -1.0];
        values.sort_by(|a, b| order(*a, *b));
        assert_eq!(values[..3], [2.0, 0.5, -1.0]);
    }

    #[test]
    fn clones_are_judged_together() {
        let spec = SpeciesSpec {
            count: 5,
            sharing: Sharing::Group(GroupSpec { size: 2 }),
            fitness: vec![term(Term::FoodEaten, 1.0)],
            ..Default::default()
        };
        let (scene, plan) = scene(spec);
        let (spec, p) = (&scene.species[0], &plan.species[0]);
        let mut tallies = vec![[0; TALLIES as usize]; 5];
        for (slot, tally) in tallies.iter_mut().enumerate() {
            tally[TALLY_FOOD as usize] = slot as i32 * TALLY_SCALE as i32;
        }
        assert_eq!(rows(spec, p), 3);
        assert_eq!(row_fitness(spec, p, &tallies, 1), 2.5);
        assert_eq!(row_fitness(spec, p, &tallies, 2), 4.0, "the last group has one member");
    }
}
