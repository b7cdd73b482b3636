//! What an agent's senses say of its situation, each in one number: food, others and walls near it, its energy, its speed. Part of
//! `super`. What an agent does not sense it cannot tell of.

use crate::layout::{GIVES_PLACE, GIVES_PROXIMITY, GIVES_SIGNALS, SenseParams};
use crate::plan::Plan;
use crate::scene::{FieldFeature, FieldSense, SceneSpec, Sense};

/// A number of the situation.
#[derive(Clone)]
pub struct Situation {
    /// What it is called.
    pub name: String,
    /// Where it is read.
    places: Vec<usize>,
    fold: Fold,
}

#[derive(Clone, Copy)]
enum Fold {
    Largest,
    Sum,
    Norm,
}

impl Situation {
    /// The number as it is in an observation.
    pub fn of(&self, observation: &[f32]) -> f32 {
        let numbers = self.places.iter().map(|place| observation[*place]);
        match self.fold {
            Fold::Largest => numbers.fold(f32::NEG_INFINITY, f32::max),
            Fold::Sum => numbers.sum(),
            Fold::Norm => numbers.map(|x| x * x).sum::<f32>().sqrt(),
        }
    }
}

/// All that the senses of a species tell of its situation, in the order of its senses.
pub fn situations(scene: &SceneSpec, plan: &Plan, species: usize) -> Vec<Situation> {
    let (spec, s) = (&scene.species[species], &plan.species[species]);
    let params = &plan.senses[s.sense_start as usize..(s.sense_start + s.senses) as usize];
    spec.senses.iter().zip(params).flat_map(|(sense, p)| of_sense(sense, p)).collect()
}

fn of_sense(sense: &Sense, p: &SenseParams) -> Vec<Situation> {
    let (start, all) = (p.start as usize, (p.start..p.start + p.len).map(|at| at as usize));
    let one = |name: String, places: Vec<usize>, fold: Fold| vec![Situation { name, places, fold }];
    let whom = |names: &[String]| if names.is_empty() { "anyone".to_string() } else { names.join(" or ") };
    match sense {
        Sense::Field(field) => of_field(field, all.collect()),
        Sense::Neighbours(neighbours) => {
            let sectors = (0..p.count * p.elevation).map(|sector| (p.start + sector * p.per_sector) as usize);
            let mut told = vec![];
            if p.gives & GIVES_PROXIMITY != 0 {
                let name = format!("{} near", whom(&neighbours.species));
                told = one(name, sectors.clone().collect(), Fold::Largest);
            }
            if p.gives & GIVES_SIGNALS != 0 {
                let last = sectors.map(|first| first + (p.per_sector - p.channels) as usize);
                let places = last.flat_map(|first| first..first + p.channels as usize).collect();
                told.extend(one(format!("heard of {}", whom(&neighbours.species)), places, Fold::Sum));
            }
            told
        }
        Sense::Nearest(nearest) if p.gives & GIVES_PLACE == 0 => {
            one(format!("nearness of {}", whom(&nearest.species)), vec![start + p.per_sector as usize - 1], Fold::Sum)
        }
        Sense::Walls(_) => one("walls or obstacles near".into(), all.collect(), Fold::Largest),
        Sense::Speed => one("own speed".into(), vec![start], Fold::Sum),
        Sense::Energy => one("own energy".into(), vec![start], Fold::Sum),
        _ => vec![],
    }
}

fn of_field(field: &FieldSense, places: Vec<usize>) -> Vec<Situation> {
    let name = field.fields.join(" or ");
    let (name, fold) = match field.gives {
        FieldFeature::Value => (format!("{name} here"), Fold::Sum),
        FieldFeature::Gradient => (format!("slope of {name}"), Fold::Norm),
        FieldFeature::Antennae(_) => (format!("{name} ahead"), Fold::Largest),
    };
    vec![Situation { name, places, fold }]
}
