//! What a scene says of how a species is bred and judged. Part of the parameter table, as `super`.

use super::{CmaMaeSpec, CmaMeSpec, DescriptorSpec, MapElitesSpec, NoveltySpec};
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
        /// Chance that a child has two parents; each number then comes from either, unless `mixing` has another way.
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
        /// Whose fitness counts for a genome.
        pub judged: Judged = Judged::Own, [Now];
        /// Past champions kept as opponents; 0 lets the species meet only current populations.
        pub champions: u32 = 0, ["genomes", 0..=64, Restart];
        /// Axes of behaviour, at most four. Strategies that keep an archive need two to four of them.
        pub descriptors: Vec<DescriptorSpec> = vec![];
        /// Fitness that counts as nothing in the QD score of an archive: an elite adds what it has above it, one below it
        /// adds 0.
        pub qd_offset: f32 = 0.0, ["", -1_000_000.0..=1_000_000.0, Now];
    }
}
spec_enum! {
    /// Whose fitness counts for a genome, in each world that it is judged in.
    #[derive(Copy, Eq)]
    pub enum Judged {
        /// The mean of the agents that run it.
        Own,
        /// The share of the agents that run it which are, over all trials, among the best fifth of all agents: selection of individuals
        /// where these are clones. With `selection: Proportional` each of those is a parent alike.
        Individuals,
        /// The mean of all agents of its species: selection of groups, each world one.
        Group,
    }
}
spec_enum! {
    /// How the next population is made.
    pub enum Strategy {
        /// Selected parents, crossover and mutation, with elites: knows no direction, needs no smoothness.
        Genetic(GeneticSpec),
        /// A gradient of smoothed fitness from pairs, followed by Adam: large networks, large populations.
        OpenAiEs(OpenAiEsSpec),
        /// As `OpenAiEs` with a step that keeps its length and a deviation that adapts: large networks, noisy fitness.
        Pgpe(PgpeSpec),
        /// A step along the best pairs, measured by their spread: the simplest, with few numbers to choose.
        Ars(ArsSpec),
        /// A normal distribution with a deviation a number: cheap, adapts quickly, blind to how numbers interact.
        Snes(SnesSpec),
        /// A normal distribution with all covariances, by its natural gradient: up to a few hundred numbers.
        Xnes(XnesSpec),
        /// CMA-ES with a deviation a number: steadier than `Snes`, as cheap.
        SepCma(CmaSpec),
        /// CMA-ES: finds how numbers interact, and most where fitness is rugged; up to a few hundred numbers.
        Cma(CmaSpec),
        /// An archive of the best genome for each way to behave, filled by changing its elites.
        MapElites(MapElitesSpec),
        /// The same, filled by several CMA-ES that look for what is new or better; up to a few hundred numbers.
        CmaMe(CmaMeSpec),
        /// As `CmaMe` with thresholds that rise slowly, so that it neither leaves good places too soon nor stays too long.
        CmaMae(CmaMaeSpec),
        /// Selection of whoever behaves as nobody did before, or of that and fitness: where fitness leads astray.
        Novelty(NoveltySpec),
        /// Graphs that grow, in species that share their fitness: for `Graph` controllers, which nothing else breeds.
        Neat(NeatSpec),
    }
}
impl Strategy {
    /// Every strategy with its defaults.
    pub fn every() -> Vec<Strategy> {
        Strategy::BLANKS.iter().map(|blank| blank()).collect()
    }

    /// The populations a strategy can work with, as (step, least): multiples of `step` from `least` on.
    pub fn populations(&self) -> (u32, u32) {
        match self {
            Strategy::Genetic(genetic) => (1, genetic.elites.saturating_add(1).max(2)),
            Strategy::OpenAiEs(_) | Strategy::Pgpe(_) | Strategy::Ars(_) => (2, 2),
            Strategy::CmaMe(CmaMeSpec { emitters, .. }) | Strategy::CmaMae(CmaMaeSpec { emitters, .. }) => {
                (1, emitters.saturating_mul(2))
            }
            _ => (1, 2),
        }
    }
}
spec! {
    /// A genetic algorithm. Truncation selection (Such et al. 2017) is `truncation` below 1 with a `tournament` of 1.
    pub struct GeneticSpec {
        /// How parents are drawn among those that may be.
        pub selection: Selection = Selection::Tournament, [Now];
        /// Candidates compared for each parent (`Tournament`).
        pub tournament: u32 = 4, ["genomes", 1..=1_000, Now];
        /// Share of the population, best first, that may be parents: at least one genome.
        pub truncation: f32 = 1.0, ["", 0.0..=1.0, Now];
        /// Best genomes kept unchanged.
        pub elites: u32 = 2, ["genomes", 0..=10_000, Now];
        /// Genomes that make room for children in a generation, drawn evenly among all but the elites (steady state, Whitley 1989);
        /// 0 replaces all of them.
        pub replaced: u32 = 0, ["genomes", 0..=100_000, Now];
        /// How a child of two parents mixes their numbers.
        pub mixing: Mixing = Mixing::Uniform, [Now];
        /// How far changes of a child reach.
        pub steps: Steps = Steps::Fixed;
        /// Mutation, and the chance of crossover.
        pub variation: VariationSpec = VariationSpec::default();
    }
}
spec_enum! {
    /// How a parent is drawn.
    #[derive(Copy, Eq)]
    pub enum Selection {
        /// The best of some that are drawn evenly.
        Tournament,
        /// With a chance in proportion to fitness (Holland 1975); what is not above 0 has none, unless nothing is.
        Proportional,
    }
}
spec_enum! {
    /// How a child of two parents mixes their numbers.
    pub enum Mixing {
        /// Each number from either.
        Uniform,
        /// Those before a point drawn evenly from the first, the others from the second.
        OnePoint,
        /// Each layer of the controller from either, so that the numbers of a layer stay together.
        Layers,
    }
}
spec_enum! {
    /// How far changes of a child reach.
    pub enum Steps {
        /// `variation.mutation_size`.
        Fixed,
        /// A step size of its own, inherited and itself changed; it starts as `variation.mutation_size`.
        SelfAdaptive(SelfAdaptiveSpec),
    }
}
spec! {
    /// Step sizes that evolve with the genomes (Schwefel 1977; Beyer & Schwefel 2002): a child's is its parent's, or the
    /// geometric mean of its parents', times exp(rate N(0, 1) / √n) of n numbers.
    pub struct SelfAdaptiveSpec {
        /// How quickly step sizes change.
        pub rate: f32 = 1.0, ["", 0.0..=10.0, Now];
    }
}
spec! {
    /// Evolution strategy of Salimans, Ho, Chen, Sidor & Sutskever (2017): antithetic pairs, centred ranks, Adam (Kingma &
    /// Ba 2015), and weight decay, here beside the gradient (Loshchilov & Hutter 2019): within it, Adam would make it a full
    /// step wherever fitness is flat.
    pub struct OpenAiEsSpec {
        /// Deviation of the numbers of a genome around the centre.
        pub sigma: f32 = 0.1, ["", 0.000_01..=10.0, Now];
        /// Adam's step: about what a number may move in a generation.
        pub learning_rate: f32 = 0.03, ["", 0.0..=10.0, Now];
        /// Share of each number that is taken away in a generation, as a multiple of the learning rate.
        pub weight_decay: f32 = 0.005, ["", 0.0..=1.0, Now];
    }
}
spec! {
    /// Policy gradients with parameter-based exploration (Sehnke, Osendorfer, Rückstieß, Graves, Peters & Schmidhuber
    /// 2010) with the optimiser ClipUp (Toklu, Liskowski & Srivastava 2020).
    pub struct PgpeSpec {
        /// First deviation of the numbers of a genome around the centre.
        pub sigma: f32 = 0.1, ["", 0.000_01..=10.0, Restart];
        /// Learning rate of the deviations; 0 keeps them.
        pub sigma_rate: f32 = 0.1, ["", 0.0..=10.0, Now];
        /// Most that a deviation may change in a generation, as a share of it.
        pub sigma_change: f32 = 0.2, ["", 0.0..=0.9, Now];
        /// Longest step of the centre, as the distance in all numbers together; its authors take a fifteenth of √n sigma.
        pub max_speed: f32 = 0.15, ["", 0.0..=100.0, Now];
        /// Length that a generation's gradient adds to the step; its authors take half of `max_speed`.
        pub step: f32 = 0.075, ["", 0.0..=100.0, Now];
        /// Share of the last step that is kept.
        pub momentum: f32 = 0.9, ["", 0.0..=0.999, Now];
        /// What fitness is turned into.
        pub shaping: Shaping = Shaping::Ranks, [Now];
    }
}
spec_enum! {
    /// What fitness is turned into before a gradient is taken of it.
    pub enum Shaping {
        /// Evenly spaced ranks from -0.5 (worst) to 0.5 (best): blind to outliers.
        Ranks,
        /// Fitness less its mean, over its deviation.
        Standard,
    }
}
spec! {
    /// Augmented random search, version V1-t of Mania, Guy & Recht (2018).
    pub struct ArsSpec {
        /// Deviation of the numbers of a genome around the centre.
        pub sigma: f32 = 0.1, ["", 0.000_01..=10.0, Now];
        /// Length of a step, in units of the spread of fitness.
        pub learning_rate: f32 = 0.05, ["", 0.0..=10.0, Now];
        /// Share of the pairs that are used, those with the best of their two first: at least one pair.
        pub top: f32 = 0.5, ["", 0.0..=1.0, Now];
    }
}
spec! {
    /// Separable natural evolution strategy (Wierstra, Schaul, Glasmachers, Sun, Peters & Schmidhuber 2014).
    pub struct SnesSpec {
        /// First deviation of the numbers of a genome around the centre.
        pub sigma: f32 = 0.3, ["", 0.000_01..=10.0, Restart];
        /// Learning rate of the centre.
        pub mean_rate: f32 = 1.0, ["", 0.0..=10.0, Now];
        /// Learning rate of the deviations, as a multiple of the authors' (3 + ln n) / (5 √n) for n numbers.
        pub sigma_rate: f32 = 1.0, ["", 0.0..=10.0, Now];
    }
}
spec! {
    /// Exponential natural evolution strategy (Glasmachers, Schaul, Sun, Wierstra & Schmidhuber 2010; Wierstra et al. 2014).
    pub struct XnesSpec {
        /// First deviation of the numbers of a genome around the centre.
        pub sigma: f32 = 0.3, ["", 0.000_01..=10.0, Restart];
        /// Learning rate of the centre.
        pub mean_rate: f32 = 1.0, ["", 0.0..=10.0, Now];
        /// Learning rate of size and shape, as a multiple of the authors' (9 + 3 ln n) / (5 n √n) for n numbers.
        pub sigma_rate: f32 = 1.0, ["", 0.0..=10.0, Now];
    }
}
spec! {
    /// Evolution strategy with covariance matrix adaptation (Hansen 2016, *The CMA Evolution Strategy: A Tutorial*); its
    /// separable form is that of Ros & Hansen (2008). All its rates follow from the population and the genome.
    pub struct CmaSpec {
        /// First deviation of the numbers of a genome around the centre: a third of how far away the best may be.
        pub sigma: f32 = 0.3, ["", 0.000_01..=10.0, Restart];
        /// Whether the worse half of a population takes variance away where it lies (Jastrebski & Arnold 2006).
        pub active: bool = true, [Restart];
    }
}
spec! {
    /// NeuroEvolution of Augmenting Topologies (Stanley & Miikkulainen 2002). Defaults are the authors' where they give one;
    /// steps of weights are smaller, for inputs and actions of about 1.
    pub struct NeatSpec {
        /// Weight c₁ of excess genes in the distance of two genomes.
        pub excess: f32 = 1.0, ["", 0.0..=100.0, Now];
        /// Weight c₂ of disjoint genes.
        pub disjoint: f32 = 1.0, ["", 0.0..=100.0, Now];
        /// Weight c₃ of the mean difference of weights.
        pub weights: f32 = 0.4, ["", 0.0..=100.0, Now];
        /// Largest distance within a species.
        pub threshold: f32 = 3.0, ["", 0.0..=1_000.0, Now];
        /// Generations without a better best after which a species has no children, unless it has the best of all.
        pub stagnation: u32 = 15, ["generations", 1..=100_000, Now];
        /// Size above which a species keeps its champion unchanged.
        pub champions_above: u32 = 5, ["genomes", 0..=100_000, Now];
        /// Share of a species, best first, that may be parents: at least one.
        pub survival: f32 = 0.2, ["", 0.0..=1.0, Now];
        /// Share of children that have one parent.
        pub single: f32 = 0.25, ["", 0.0..=1.0, Now];
        /// Chance that the second parent is the best of another species.
        pub interspecies: f32 = 0.001, ["", 0.0..=1.0, Now];
        /// Chance that an edge that is off in either parent is off in the child.
        pub stay_off: f32 = 0.75, ["", 0.0..=1.0, Now];
        /// Chance that the weights of a child change, all of them.
        pub change_weights: f32 = 0.8, ["", 0.0..=1.0, Now];
        /// Chance that such a change is a new weight rather than a step.
        pub replace: f32 = 0.1, ["", 0.0..=1.0, Now];
        /// Deviation of a step.
        pub step: f32 = 0.5, ["", 0.0..=10.0, Now];
        /// Deviation of a new weight.
        pub new_weight: f32 = 1.0, ["", 0.0..=10.0, Now];
        /// Largest weight, either way.
        pub most_weight: f32 = 30.0, ["", 0.1..=1_000.0, Now];
        /// Chance of a new node.
        pub add_node: f32 = 0.03, ["", 0.0..=1.0, Now];
        /// Chance of a new edge.
        pub add_edge: f32 = 0.05, ["", 0.0..=1.0, Now];
        /// Chance that an edge is switched on or off.
        pub toggle: f32 = 0.01, ["", 0.0..=1.0, Now];
        /// Chance that a hidden node draws its activation anew.
        pub change_activation: f32 = 0.05, ["", 0.0..=1.0, Now];
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
