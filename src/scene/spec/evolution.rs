//! What a scene says of how a species is bred and judged. Part of the parameter table, as `super`.

use crate::scene::table::{spec, spec_enum};

spec_enum! {
    /// How many agents run one genome.
    pub enum Sharing {
        /// Each its own.
        Own,
        /// Groups of clones.
        Group(GroupSpec),
        /// All of the species in a world.
        Species,
    }
}
spec! {
    /// Groups of clones.
    pub struct GroupSpec {
        /// Agents in a group; must divide the species' count.
        pub size: u32 = 10, ["agents", 1..=100_000, Restart];
    }
}

spec_enum! {
    /// How genomes change.
    pub enum Evolution {
        /// They do not.
        Off,
        /// Live: the dead are replaced by children of selected living parents.
        Turnover(TurnoverSpec),
        /// Live, without fitness: energy above a threshold gives birth, starvation and predation kill.
        Ecology(EcologySpec),
        /// Whole populations, evaluated in rollouts.
        Generational(GenerationalSpec),
    }
}
spec! {
    /// Mutation and crossover of children.
    pub struct VariationSpec {
        /// Chance that a number of the child is changed.
        pub mutation_rate: f32 = 0.1, ["", 0.0..=1.0, Now];
        /// Deviation of a change.
        pub mutation_size: f32 = 0.2, ["", 0.0..=10.0, Now];
        /// Chance that a child has two parents; each number then comes from either.
        pub crossover: f32 = 0.3, ["", 0.0..=1.0, Now];
    }
}
spec! {
    /// Live evolution. A *generation* is as many births as the population.
    pub struct TurnoverSpec {
        /// Ticks between rounds of replacement.
        pub interval: u32 = 20, ["ticks", 1..=100_000, Restart];
        /// Age at which an agent's life is over.
        pub lifetime: f32 = 30.0, ["s", 0.1..=100_000.0, Now];
        /// Share of the lifetime after which an agent may be a parent.
        pub maturity: f32 = 0.4, ["", 0.0..=1.0, Now];
        /// Candidates compared for each parent; fitness per second of life decides.
        pub tournament: u32 = 5, ["agents", 1..=1_000, Now];
        /// Best agents whose life is prolonged instead of ended by age.
        pub elites: u32 = 2, ["agents", 0..=10_000, Now];
        /// Distance within which a parent is sought around a dead agent; 0 seeks everywhere.
        pub locality: f32 = 0.0, ["BL", 0.0..=10_000.0, Now];
        /// Mutation and crossover.
        pub variation: VariationSpec = VariationSpec::default();
    }
}
spec! {
    /// Births and deaths by energy alone.
    pub struct EcologySpec {
        /// Energy above which an agent gives birth.
        pub birth_energy: f32 = 15.0, ["energy", 0.01..=10_000.0, Now];
        /// Energy handed to the child.
        pub child_energy: f32 = 5.0, ["energy", 0.01..=10_000.0, Now];
        /// Shortest time between two births of one agent.
        pub refractory: f32 = 2.0, ["s", 0.0..=10_000.0, Now];
        /// Age at which an agent dies anyway; 0 for never.
        pub lifetime: f32 = 0.0, ["s", 0.0..=100_000.0, Now];
        /// Mutation (children have one parent).
        pub variation: VariationSpec = VariationSpec::default();
    }
}
spec! {
    /// Whole populations behind the ask/tell seam.
    pub struct GenerationalSpec {
        /// Genomes in the population.
        pub population: u32 = 64, ["genomes", 2..=100_000, Restart];
        /// How the next population is made.
        pub strategy: Strategy = Strategy::Genetic(GeneticSpec::default());
        /// Past champions kept as opponents; 0 lets the species meet only current populations.
        pub champions: u32 = 0, ["genomes", 0..=64, Restart];
    }
}
spec_enum! {
    /// How the next population is made.
    pub enum Strategy {
        /// Tournament selection with elites.
        Genetic(GeneticSpec),
    }
}
spec! {
    /// A genetic algorithm.
    pub struct GeneticSpec {
        /// Candidates compared for each parent.
        pub tournament: u32 = 4, ["genomes", 1..=1_000, Now];
        /// Best genomes kept unchanged.
        pub elites: u32 = 2, ["genomes", 0..=10_000, Now];
        /// Mutation and crossover.
        pub variation: VariationSpec = VariationSpec::default();
    }
}

spec! {
    /// One term of fitness.
    pub struct FitnessTerm {
        /// What is measured, per agent.
        pub term: Term = Term::FoodEaten;
        /// Its weight; negative is a cost.
        pub weight: f32 = 1.0, ["", -1_000.0..=1_000.0, Now];
    }
}
spec_enum! {
    /// What the engine measures per agent over a life or rollout.
    pub enum Term {
        /// Energy gained from fields (poison counts negative).
        FoodEaten,
        /// Seconds alive.
        TimeAlive,
        /// Bites that landed.
        PreyCaught,
        /// Path length swum, BL.
        Distance,
        /// Seconds times nearness 1 - d / social range to the nearest of its own kind.
        NearOwn,
        /// Seconds times mean cosine between its heading and those of its kind in social range.
        Alignment,
        /// Energy spent.
        EnergySpent,
        /// Seconds times summed signal strength.
        SignalsEmitted,
        /// Energy taken from others.
        DamageDealt,
        /// Energy taken by others.
        DamageTaken,
        /// Seconds in cells where the named field is above a tenth of its capacity.
        TimeIn(NamedField),
        /// Seconds times the agent's share of a flocking energy: a cost, so its weight is negative.
        FlockingEnergy(FlockingSpec),
    }
}
spec! {
    /// The energy of a flock as in EvoJAX's flocking task (Tang, Tian & Ha 2022; after Schoenholz & Cubuk 2020), with that
    /// task's strengths as defaults. With d the distance to another of its kind and n the headings, an agent has
    /// half the sum over the others of (alignment / 3) (1 - d / R)³ (1 - n·n')² and (avoidance / 3) (1 - d / R)³, each
    /// within its range R, and (cohesion / 2) (1 - n·c)² with c the direction to the middle of those in view and in
    /// range (0 when there are none). Only the ratios of the strengths matter: the term's weight scales the whole.
    pub struct FlockingSpec {
        /// Strength of alignment.
        pub alignment: f32 = 0.2, ["", 0.0..=0.5, Now];
        /// Its range.
        pub alignment_range: f32 = 4.0, ["BL", 0.05..=1_000.0, Restart];
        /// Strength of avoidance.
        pub avoidance: f32 = 0.1, ["", 0.0..=1.0, Now];
        /// Its range.
        pub avoidance_range: f32 = 3.2, ["BL", 0.05..=1_000.0, Restart];
        /// Strength of cohesion.
        pub cohesion: f32 = 0.3, ["", 0.0..=1.0, Now];
        /// Its range.
        pub cohesion_range: f32 = 8.0, ["BL", 0.05..=1_000.0, Restart];
        /// Largest angle from straight ahead at which cohesion counts another.
        pub view: f32 = std::f32::consts::FRAC_PI_3, ["rad", 0.0..=std::f64::consts::PI, Now];
    }
}
spec! {
    /// A field by name.
    pub struct NamedField {
        /// Name of the field.
        pub field: String = String::new();
    }
}
