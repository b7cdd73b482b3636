//! What a scene says of behaviour: the axes that genomes are told apart by, and the strategies that fill an archive along
//! them. Part of the parameter table, as `super`.

use super::{Measure, SpeciesSpec, Strategy, Term, VariationSpec};
use crate::scene::Evolution;
use crate::scene::table::{spec, spec_enum};

spec! {
    /// One axis of behaviour. Places beyond its ends count in the outermost cells.
    pub struct DescriptorSpec {
        /// What a genome's place on it is.
        pub of: Behaviour = Behaviour::Measure(Measure::Polarization);
        /// Lower end, in the unit of what it is of.
        pub low: f32 = 0.0, ["", -1_000_000.0..=1_000_000.0, Restart];
        /// Upper end.
        pub high: f32 = 1.0, ["", -1_000_000.0..=1_000_000.0, Restart];
        /// Cells that the axis is cut into.
        pub cells: u32 = 20, ["cells", 1..=1_000, Restart];
    }
}
spec_enum! {
    /// What a genome's place on an axis of behaviour is.
    pub enum Behaviour {
        /// What its agents gathered, as in fitness: the mean over them and over its trials.
        Term(Term),
        /// A measure of the school that the scene logs: the mean over the rollout, looked at every `measures.interval` ticks
        /// of a world's age, and over its trials. It needs worlds in which the species runs one genome (`sharing: Species`).
        Measure(Measure),
    }
}
impl Behaviour {
    /// Its name, for tables and maps.
    pub fn name(&self) -> String {
        match self {
            Behaviour::Measure(measure) => measure.name(),
            Behaviour::Term(Term::TimeIn(named)) => format!("time in {}", named.field),
            Behaviour::Term(term) => {
                let name = format!("{term:?}");
                words(name.split('(').next().unwrap_or_default())
            }
        }
    }
}

impl Measure {
    /// Its name, for tables and maps.
    pub fn name(self) -> String {
        words(&format!("{self:?}"))
    }
}

/// A variant's name as words: `FoodEaten` as `food eaten`.
fn words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

impl SpeciesSpec {
    /// Its axes of behaviour; none where no population is bred.
    pub fn descriptors(&self) -> &[DescriptorSpec] {
        match &self.evolution {
            Evolution::Generational(g) => &g.descriptors,
            _ => &[],
        }
    }

    /// All terms that are measured of its agents, those of fitness first.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        let of_axes = self.descriptors().iter().filter_map(|axis| match &axis.of {
            Behaviour::Term(term) => Some(term),
            Behaviour::Measure(_) => None,
        });
        self.fitness.iter().map(|part| &part.term).chain(of_axes)
    }
}

impl Strategy {
    /// Whether it keeps an archive, and so needs axes of behaviour.
    pub fn keeps_archive(&self) -> bool {
        matches!(self, Strategy::MapElites(_) | Strategy::CmaMe(_) | Strategy::CmaMae(_) | Strategy::Novelty(_))
    }
}

spec! {
    /// MAP-Elites (Mouret & Clune 2015): children of elites drawn evenly from the archive, by a normal step in all numbers
    /// and a step along the line to a second elite (Vassiliades & Mouret 2018).
    pub struct MapElitesSpec {
        /// Deviation of the step of each number.
        pub sigma: f32 = 0.1, ["", 0.0..=10.0, Now];
        /// Deviation of the step along the line, as a share of its length; 0 has one parent.
        pub line: f32 = 0.2, ["", 0.0..=10.0, Now];
    }
}
spec! {
    /// Covariance matrix adaptation MAP-Elites with improvement emitters (Fontaine, Togelius, Nikolaidis & Hoover 2020):
    /// each is a CMA-ES that learns from what entered the archive, new cells before improved ones.
    pub struct CmaMeSpec {
        /// Emitters, which share the population out evenly: at most half of it.
        pub emitters: u32 = 4, ["", 1..=1_000, Restart];
        /// First deviation of the numbers of a genome around the centre of an emitter.
        pub sigma: f32 = 0.3, ["", 0.000_01..=10.0, Restart];
        /// When an emitter starts anew.
        pub restart: Restarts = Restarts::Idle, [Now];
    }
}
spec_enum! {
    /// When an emitter starts anew at a random elite.
    pub enum Restarts {
        /// When nothing that it drew entered the archive, as its authors have it, or it has nothing left to learn.
        Idle,
        /// When it has nothing left to learn: its distribution is a point or a needle, or all its draws are worth the same.
        Spent,
    }
}
spec! {
    /// Covariance matrix adaptation MAP-annealing (Fontaine & Nikolaidis 2023): emitters as in `CmaMe`, ranked by how far a
    /// genome passes a threshold of its cell that rises slowly towards what is found there.
    pub struct CmaMaeSpec {
        /// Emitters, which share the population out evenly: at most half of it.
        pub emitters: u32 = 4, ["", 1..=1_000, Restart];
        /// First deviation of the numbers of a genome around the centre of an emitter.
        pub sigma: f32 = 0.3, ["", 0.000_01..=10.0, Restart];
        /// How far a threshold goes towards a fitness that passes it: 1 as in `CmaMe`, 0 never.
        pub rate: f32 = 0.01, ["", 0.0..=1.0, Now];
        /// Threshold of an empty cell: about the lowest fitness there is.
        pub least: f32 = 0.0, ["", -1_000_000.0..=1_000_000.0, Restart];
    }
}
spec! {
    /// Novelty search (Lehman & Stanley 2011): parents are those whose behaviour is far from what was seen. With a weight on
    /// fitness, parents are chosen by the sum of their two ranks.
    pub struct NoveltySpec {
        /// Nearest behaviours, of the population and of those kept, whose mean distance is novelty. The range of each axis
        /// counts as 1.
        pub neighbours: u32 = 15, ["", 1..=1_000, Now];
        /// Which behaviours are kept.
        pub keeps: Keeps = Keeps::Share(KeptShareSpec::default()), [Now];
        /// Weight of the rank by fitness; that by novelty has the rest.
        pub fitness_weight: f32 = 0.0, ["", 0.0..=1.0, Now];
        /// Candidates compared for each parent.
        pub tournament: u32 = 4, ["genomes", 1..=1_000, Now];
        /// Mutation and crossover.
        pub variation: VariationSpec = VariationSpec::default();
    }
}
spec_enum! {
    /// Which behaviours novelty search keeps.
    pub enum Keeps {
        /// Some, drawn evenly.
        Share(KeptShareSpec),
        /// Those farther than this from what was seen.
        Beyond(KeptBeyondSpec),
    }
}
spec! {
    /// A share of behaviours.
    pub struct KeptShareSpec {
        /// Chance that a behaviour is kept.
        pub chance: f32 = 0.1, ["", 0.0..=1.0, Now];
    }
}
spec! {
    /// Novel behaviours.
    pub struct KeptBeyondSpec {
        /// Novelty above which a behaviour is kept.
        pub novelty: f32 = 0.05, ["", 0.0..=2.0, Now];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::NamedField;

    #[test]
    fn axes_are_named_in_words() {
        let named = Behaviour::Term(Term::TimeIn(NamedField { field: "kelp".into() }));
        let names =
            [Behaviour::Measure(Measure::SignalEnergy), Behaviour::Term(Term::FoodEaten), named].map(|b| b.name());
        assert_eq!(names, ["signal energy", "food eaten", "time in kelp"]);
        assert_eq!(Behaviour::Term(Term::FlockingEnergy(Default::default())).name(), "flocking energy");
    }
}
