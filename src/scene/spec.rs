//! What a scene file can say: one struct or enum a part, each number with its unit, range, default and moment of
//! effect. These declarations are the parameter table (`super::table`): errors, `--set`, panels, Commands, the
//! written effective scene and `iwashi schema` all read them. Nothing here knows how a world is advanced.
//!
//! A field reads `name: type = default, [unit, range, when];` where `when` is `Now` (takes effect between two ticks
//! of a running world) or `Restart` (sizes, placements and identities: needs a new world). What has no range may say
//! `[when]` alone; what says nothing is `Restart`.

use super::table::{spec, spec_enum};

spec! {
    /// A whole experiment: one file in `scenes/`.
    pub struct SceneSpec {
        /// Version of the scene format; files of a newer version are refused.
        pub version: u32 = 1, ["", 1..=1, Restart];
        /// Short title shown in lists.
        pub name: String = String::new();
        /// One line for lists and `iwashi scenes`.
        pub description: String = String::new();
        /// What a viewer should look for.
        pub watch: String = String::new();
        /// Seed of every random draw of the run.
        pub seed: u64 = 1, ["", 0..=u64::MAX, Restart];
        /// Simulated time of one tick.
        pub dt: f32 = 0.05, ["s", 0.001..=1.0, Restart];
        /// Size of the tank along x, y and z; z = 0 makes it a plane.
        pub extent: [f32; 3] = [40.0, 40.0, 0.0], ["BL", 0.0..=10_000.0, Restart];
        /// What happens at the faces of the tank, per axis.
        pub boundary: [Boundary; 3] = [Boundary::Torus; 3];
        /// Solid things in the water.
        pub obstacles: Vec<Obstacle> = vec![];
        /// Where agents are placed and how they face, unless their species says otherwise.
        pub start: StartSpec = StartSpec::default();
        /// Scalar grids that spread, grow, and are deposited into and consumed.
        pub fields: Vec<FieldSpec> = vec![];
        /// Kinds of agent.
        pub species: Vec<SpeciesSpec> = vec![];
        /// Length, repetition and number of worlds.
        pub rollout: RolloutSpec = RolloutSpec::default();
        /// Changes made at given ticks of the run.
        pub events: Vec<EventSpec> = vec![];
        /// What is written to the metrics table, and how often.
        pub measures: MeasuresSpec = MeasuresSpec::default();
        /// How fast the window plays the scene.
        pub pace: PaceSpec = PaceSpec::default();
        /// Where the camera starts.
        pub camera: CameraSpec = CameraSpec::default();
    }
}

spec_enum! {
    /// What happens at a face of the tank.
    #[derive(Copy, Eq)]
    pub enum Boundary {
        /// Leaving on one side enters on the other.
        Torus,
        /// A solid face.
        Wall,
        /// Nothing stops an agent; fields end at the face.
        Open,
    }
}

spec_enum! {
    /// A solid thing that agents slide along and range rays see.
    pub enum Obstacle {
        /// A ball.
        Sphere(SphereSpec),
        /// A rounded rod.
        Capsule(CapsuleSpec),
        /// A block with faces along the axes.
        Box(BoxSpec),
    }
}

spec! {
    /// A ball.
    pub struct SphereSpec {
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius.
        pub radius: f32 = 1.0, ["BL", 0.01..=1_000.0, Restart];
    }
}
spec! {
    /// A rounded rod from `a` to `b`.
    pub struct CapsuleSpec {
        /// One end of the axis.
        pub a: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Other end of the axis.
        pub b: [f32; 3] = [1.0, 0.0, 0.0], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius around the axis.
        pub radius: f32 = 0.5, ["BL", 0.01..=1_000.0, Restart];
    }
}
spec! {
    /// A block with faces along the axes.
    pub struct BoxSpec {
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Half of its size along each axis.
        pub half: [f32; 3] = [1.0; 3], ["BL", 0.01..=10_000.0, Restart];
    }
}

spec! {
    /// Placement and headings of agents when a world starts.
    pub struct StartSpec {
        /// Where agents are put.
        pub placement: Placement = Placement::Uniform;
        /// How they face.
        pub headings: Headings = Headings::Random;
    }
}
spec_enum! {
    /// Where agents are put.
    pub enum Placement {
        /// Anywhere in the tank, evenly.
        Uniform,
        /// Evenly in a ball (a disc in a plane).
        Ball(SphereSpec),
    }
}
spec_enum! {
    /// How agents face at the start.
    pub enum Headings {
        /// Every direction equally likely.
        Random,
        /// All along one direction.
        Aligned(DirectionSpec),
    }
}
spec! {
    /// A direction; its length does not matter.
    pub struct DirectionSpec {
        /// Components along x, y and z.
        pub toward: [f32; 3] = [1.0, 0.0, 0.0], ["", -1_000.0..=1_000.0, Restart];
    }
}

spec! {
    /// A named scalar grid.
    pub struct FieldSpec {
        /// Name by which senses, diets and deposits refer to it.
        pub name: String = String::new();
        /// Edge of a grid cell; the grid fits the tank exactly by shrinking it slightly.
        pub cell: f32 = 1.0, ["BL", 0.05..=100.0, Restart];
        /// Amount in every cell at the start.
        pub initial: f32 = 0.0, ["amount", 0.0..=10_000.0, Restart];
        /// Most that regrowth, rain and deposits bring a cell to.
        pub capacity: f32 = 1.0, ["amount", 0.001..=10_000.0, Now];
        /// Logistic growth rate toward the capacity.
        pub regrowth: f32 = 0.0, ["1/s", 0.0..=10.0, Now];
        /// Amount that appears in every cell regardless of what is there.
        pub seeding: f32 = 0.0, ["amount/s", 0.0..=100.0, Now];
        /// Spread to neighbouring cells.
        pub diffusion: f32 = 0.0, ["BL²/s", 0.0..=1_000.0, Now];
        /// Exponential loss.
        pub decay: f32 = 0.0, ["1/s", 0.0..=20.0, Now];
        /// Steady current that carries the field.
        pub current: [f32; 3] = [0.0; 3], ["BL/s", -100.0..=100.0, Now];
        /// Patches present at the start.
        pub patches: Vec<PatchSpec> = vec![];
        /// Number of further patches scattered at random at the start.
        pub scattered: u32 = 0, ["", 0..=10_000, Restart];
        /// Ticks between randomly placed new patches; 0 drops none.
        pub rain: u32 = 0, ["ticks", 0..=1_000_000, Now];
        /// Radius of scattered and raining patches.
        pub patch_radius: f32 = 2.0, ["BL", 0.05..=1_000.0, Now];
        /// Amount at the centre of scattered and raining patches; it falls to nothing at the radius.
        pub patch_amount: f32 = 1.0, ["amount", 0.0..=10_000.0, Now];
        /// Colour in the window, red, green and blue.
        pub color: [f32; 3] = [0.2, 0.8, 0.4], ["", 0.0..=1.0, Now];
        /// Whether the window draws it.
        pub visible: bool = true, [Now];
    }
}
spec! {
    /// One patch of a field at the start.
    pub struct PatchSpec {
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Distance at which it has fallen to nothing.
        pub radius: f32 = 2.0, ["BL", 0.05..=1_000.0, Restart];
        /// Amount at the centre.
        pub amount: f32 = 1.0, ["amount", 0.0..=10_000.0, Restart];
    }
}

spec! {
    /// A kind of agent.
    pub struct SpeciesSpec {
        /// Name by which senses and diets refer to it.
        pub name: String = String::new();
        /// Agents alive at the start.
        pub count: u32 = 100, ["agents", 0..=4_000_000, Restart];
        /// Most that may ever be alive (only `Ecology` grows beyond `count`); 0 means `count`.
        pub capacity: u32 = 0, ["agents", 0..=4_000_000, Restart];
        /// Body colour, red, green and blue.
        pub color: [f32; 3] = [0.4, 0.7, 1.0], ["", 0.0..=1.0, Now];
        /// Placement of this species, when it differs from the scene's.
        pub start: Option<StartSpec> = None;
        /// Body and motion.
        pub body: BodySpec = BodySpec::default();
        /// Energy budget.
        pub energy: EnergySpec = EnergySpec::default();
        /// What it eats.
        pub diet: DietSpec = DietSpec::default();
        /// Fields it can deposit into, one action each.
        pub deposits: Vec<DepositSpec> = vec![];
        /// What it emits for others to perceive.
        pub signals: SignalSpec = SignalSpec::default();
        /// What it perceives, in the order of the observation.
        pub senses: Vec<Sense> = vec![];
        /// What turns observations into actions.
        pub controller: Controller = Controller::Mlp(MlpSpec::default());
        /// How many agents run one genome.
        pub sharing: Sharing = Sharing::Own;
        /// Genome file to start from: a path, or `shipped:SCENE.SPECIES`; empty starts from random genomes.
        pub genomes: String = String::new();
        /// How genomes change.
        pub evolution: Evolution = Evolution::Off;
        /// Fitness: the weighted sum of these terms.
        pub fitness: Vec<FitnessTerm> = vec![];
    }
}

spec! {
    /// Body and motion of a species.
    pub struct BodySpec {
        /// How actions move the body.
        pub motion: Motion = Motion::Body;
        /// Length, for drawing and for collisions.
        pub length: f32 = 1.0, ["BL", 0.05..=50.0, Now];
        /// Speed at zero thrust (`Body`) or always (`Heading`).
        pub cruise: f32 = 2.0, ["BL/s", 0.0..=100.0, Now];
        /// Highest speed.
        pub top_speed: f32 = 5.0, ["BL/s", 0.0..=200.0, Now];
        /// Fastest turn about the vertical (`Heading`: about any axis).
        pub yaw_rate: f32 = 3.0, ["rad/s", 0.0..=100.0, Now];
        /// Fastest turn up or down, in a volume.
        pub pitch_rate: f32 = 2.0, ["rad/s", 0.0..=100.0, Now];
        /// Largest acceleration along each body axis (`Force`).
        pub acceleration: f32 = 10.0, ["BL/s²", 0.0..=1_000.0, Now];
        /// Rate at which speed settles to what is asked (`Body`) or dies away (`Force`).
        pub drag: f32 = 2.0, ["1/s", 0.0..=100.0, Now];
        /// Strength with which overlapping bodies are pushed apart; 0 lets them pass through each other.
        pub push: f32 = 0.0, ["1/s", 0.0..=100.0, Now];
    }
}
spec_enum! {
    /// How actions move a body.
    #[derive(Copy, Eq)]
    pub enum Motion {
        /// Thrust, yaw and (in a volume) pitch: a fish.
        Body,
        /// Constant speed, a new direction each tick: the models of the physics papers.
        Heading,
        /// Accelerations along the body axes: a particle with drag.
        Force,
    }
}
spec! {
    /// Energy budget. An agent whose energy reaches 0 dies.
    pub struct EnergySpec {
        /// Energy at birth.
        pub start: f32 = 10.0, ["energy", 0.01..=10_000.0, Now];
        /// Most that can be stored.
        pub capacity: f32 = 20.0, ["energy", 0.01..=10_000.0, Now];
        /// Cost of being alive.
        pub living: f32 = 0.0, ["energy/s", 0.0..=1_000.0, Now];
        /// Cost of moving at top speed; it grows with the square of speed.
        pub moving: f32 = 0.0, ["energy/s", 0.0..=1_000.0, Now];
        /// Cost of one channel at full strength.
        pub signalling: f32 = 0.0, ["energy/s", 0.0..=1_000.0, Now];
        /// Cost of attacking.
        pub attacking: f32 = 0.0, ["energy/s", 0.0..=1_000.0, Now];
    }
}
spec! {
    /// What a species eats.
    pub struct DietSpec {
        /// Fields grazed on contact.
        pub fields: Vec<GrazeSpec> = vec![];
        /// Species bitten within reach.
        pub prey: Vec<PreySpec> = vec![];
        /// Time after a successful bite during which it cannot bite again.
        pub handling: f32 = 0.5, ["s", 0.0..=1_000.0, Now];
        /// Whether biting needs the attack action (an output above 0) or happens by itself.
        pub by_choice: bool = false;
    }
}
spec! {
    /// A field grazed on contact.
    pub struct GrazeSpec {
        /// Name of the field.
        pub field: String = String::new();
        /// Amount taken from a cell at capacity, in proportion less from a poorer one; shared when several ask for more than there is.
        pub rate: f32 = 1.0, ["amount/s", 0.0..=10_000.0, Now];
        /// Energy gained for one unit; negative is poison.
        pub energy: f32 = 1.0, ["energy", -1_000.0..=1_000.0, Now];
    }
}
spec! {
    /// A species that can be bitten.
    pub struct PreySpec {
        /// Name of the species.
        pub species: String = String::new();
        /// Distance within which a bite lands.
        pub reach: f32 = 1.0, ["BL", 0.01..=100.0, Restart];
        /// Energy that a bite takes from the prey.
        pub damage: f32 = 10.0, ["energy", 0.0..=10_000.0, Now];
        /// Share of the energy taken that the eater gains.
        pub gain: f32 = 0.5, ["", 0.0..=1.0, Now];
    }
}
spec! {
    /// A field that an action deposits into.
    pub struct DepositSpec {
        /// Name of the field.
        pub field: String = String::new();
        /// Amount deposited at full strength.
        pub rate: f32 = 1.0, ["amount/s", 0.0..=10_000.0, Now];
    }
}
spec! {
    /// What a species emits for others to perceive.
    pub struct SignalSpec {
        /// Number of channels, each an action.
        pub channels: u32 = 0, ["", 0..=16, Restart];
        /// Strength with which others hear them; 0 silences the channels and leaves genome and observation as they are.
        pub signal_gain: f32 = 1.0, ["", 0.0..=10.0, Now];
        /// Past ticks kept for delayed hearing.
        pub history: u32 = 1, ["ticks", 1..=64, Restart];
    }
}

spec_enum! {
    /// One slice of the observation.
    pub enum Sense {
        /// Agents around, summed in angular sectors.
        Neighbours(NeighboursSense),
        /// Relative positions of the k nearest agents.
        Nearest(NearestSense),
        /// Value or slope of fields.
        Field(FieldSense),
        /// Distances to walls and obstacles along rays.
        Walls(WallsSense),
        /// Own speed over top speed: 1 number.
        Speed,
        /// Own energy over capacity: 1 number.
        Energy,
        /// The last action, as many numbers as the action has.
        LastAction,
        /// The signal it emitted itself: K numbers.
        OwnSignal,
        /// Normal noise of deviation 1, new each tick: 1 number.
        Noise,
        /// Always 1: 1 number.
        Constant,
    }
}
spec! {
    /// Agents around, summed in angular sectors seen from the body.
    pub struct NeighboursSense {
        /// Species perceived; empty perceives all.
        pub species: Vec<String> = vec![];
        /// Distance up to which agents are perceived.
        pub range: f32 = 5.0, ["BL", 0.05..=1_000.0, Restart];
        /// Sectors around the vertical, the first centred straight ahead.
        pub azimuth: u32 = 4, ["sectors", 1..=32, Restart];
        /// Sectors from below to above, in a volume.
        pub elevation: u32 = 1, ["sectors", 1..=8, Restart];
        /// What each sector tells; sectors give their features in the order of the choices, however they are listed.
        pub gives: Vec<NeighbourFeature> = vec![NeighbourFeature::Proximity];
    }
}
spec_enum! {
    /// What a sector of neighbours tells. Weights w = 1 - distance / range; sums run over the neighbours in the sector.
    #[derive(Copy, Eq)]
    pub enum NeighbourFeature {
        /// S / (1 + S) with S the sum of w: 1 number.
        Proximity,
        /// Mean relative position over range, in body axes: 2 numbers in a plane, 3 in a volume.
        Offset,
        /// Mean heading weighted by w, in body axes: 2 or 3 numbers.
        Heading,
        /// What is heard, the sum of w times signal over 1 + S: as many numbers as the largest channel count of the perceived species.
        Signals,
    }
}
spec! {
    /// Relative positions of the k nearest agents in body axes over range, then nearness 1 - d / range; zeros when absent: 3 k numbers in a plane, 4 k in a volume.
    pub struct NearestSense {
        /// Species perceived; empty perceives all.
        pub species: Vec<String> = vec![];
        /// How many.
        pub k: u32 = 1, ["agents", 1..=16, Restart];
        /// Distance up to which agents are perceived.
        pub range: f32 = 5.0, ["BL", 0.05..=1_000.0, Restart];
    }
}
spec! {
    /// The sum of one or more fields over the largest of their capacities.
    pub struct FieldSense {
        /// Names of the fields; several are perceived as one.
        pub fields: Vec<String> = vec![];
        /// What is perceived of them.
        pub gives: FieldFeature = FieldFeature::Value;
    }
}
spec_enum! {
    /// What is perceived of a field.
    pub enum FieldFeature {
        /// Amount where the agent is: 1 number.
        Value,
        /// Slope per cell in body axes: 2 numbers in a plane, 3 in a volume.
        Gradient,
        /// Amounts at points ahead to the left and right (and above and below in a volume): 2 or 4 numbers.
        Antennae(AntennaeSpec),
    }
}
spec! {
    /// Points at which a field is tasted.
    pub struct AntennaeSpec {
        /// Distance from the body.
        pub reach: f32 = 2.0, ["BL", 0.05..=1_000.0, Now];
        /// Angle from straight ahead.
        pub angle: f32 = 0.6, ["rad", 0.0..=3.2, Now];
    }
}
spec! {
    /// Range rays: 1 - distance / range each, 0 when nothing is hit.
    pub struct WallsSense {
        /// Rays fanned evenly across `spread` in the plane of the body; in a volume one up and one down follow.
        pub rays: u32 = 3, ["rays", 1..=32, Restart];
        /// Length of the rays.
        pub range: f32 = 5.0, ["BL", 0.05..=1_000.0, Now];
        /// Angle between the first and the last ray.
        pub spread: f32 = 2.0, ["rad", 0.0..=6.3, Now];
    }
}

spec_enum! {
    /// What turns observations into actions.
    pub enum Controller {
        /// Dense layers.
        Mlp(MlpSpec),
        /// A minimal gated recurrent unit with memory, then dense layers.
        Gru(GruSpec),
        /// One dense layer.
        Linear(LinearSpec),
        /// A hand-written rule.
        Rule(Rule),
    }
}
spec_enum! {
    /// What a hidden neuron makes of its sum.
    #[derive(Copy, Eq)]
    pub enum Activation {
        /// Hyperbolic tangent.
        Tanh,
        /// max(0, x).
        Relu,
        /// x.
        Linear,
    }
}
spec! {
    /// Dense layers; outputs pass through tanh.
    pub struct MlpSpec {
        /// Neurons of each hidden layer.
        pub hidden: Vec<u32> = vec![16], ["neurons", 1..=256, Restart];
        /// What hidden neurons make of their sums.
        pub activation: Activation = Activation::Tanh;
        /// Deviation of random weights at the start, over the square root of a neuron's inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
    }
}
spec! {
    /// A minimal gated unit (Zhou et al. 2016), then dense layers.
    pub struct GruSpec {
        /// Memory cells.
        pub memory: u32 = 8, ["cells", 1..=128, Restart];
        /// Neurons of each hidden layer after the memory.
        pub hidden: Vec<u32> = vec![], ["neurons", 1..=256, Restart];
        /// What hidden neurons make of their sums.
        pub activation: Activation = Activation::Tanh;
        /// Deviation of random weights at the start, over the square root of a neuron's inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
    }
}
spec! {
    /// One dense layer.
    pub struct LinearSpec {
        /// Deviation of random weights at the start, over the square root of the number of inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
    }
}
spec_enum! {
    /// Hand-written rules; one file each in `controller/` with its WGSL twin.
    pub enum Rule {
        /// Separation, alignment and cohesion (Reynolds 1987).
        Boids(BoidsSpec),
    }
}
spec! {
    /// Weights of the boids rule. Expects as its first two senses `Neighbours` of one sector: the first gives
    /// `[Offset, Heading]` over the sight range, the second `[Proximity, Offset]` over the personal space.
    pub struct BoidsSpec {
        /// Away from agents in the personal space.
        pub separation: f32 = 1.5, ["", 0.0..=20.0, Now];
        /// Along the mean heading of those in sight.
        pub alignment: f32 = 1.0, ["", 0.0..=20.0, Now];
        /// Toward the middle of those in sight.
        pub cohesion: f32 = 0.8, ["", 0.0..=20.0, Now];
        /// Random wandering.
        pub wander: f32 = 0.2, ["", 0.0..=20.0, Now];
    }
}

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
    }
}
spec! {
    /// A field by name.
    pub struct NamedField {
        /// Name of the field.
        pub field: String = String::new();
    }
}

spec! {
    /// Length, repetition and number of worlds.
    pub struct RolloutSpec {
        /// Ticks of one rollout (`Generational`).
        pub ticks: u32 = 600, ["ticks", 1..=10_000_000, Restart];
        /// Rollouts that a genome's fitness is the mean of.
        pub trials: u32 = 1, ["", 1..=1_000, Restart];
        /// Worlds side by side; 0 chooses as many as one round of the population needs.
        pub worlds: u32 = 0, ["worlds", 0..=65_536, Restart];
    }
}
spec! {
    /// A change at a tick.
    pub struct EventSpec {
        /// Tick before which the change is made.
        pub tick: u64 = 0, ["ticks", 0..=4_000_000_000, Restart];
        /// The change.
        pub command: CommandSpec = CommandSpec::Set(SetSpec::default());
    }
}
spec_enum! {
    /// A change asked for from outside.
    pub enum CommandSpec {
        /// Gives a parameter a new value.
        Set(SetSpec),
        /// Drops a patch into a field.
        Patch(FieldPatchSpec),
        /// Kills a share of a species, chosen at random.
        Cull(CullSpec),
        /// Changes how a species' signals are heard.
        Signals(SignalsSpec),
    }
}
spec! {
    /// A parameter and its new value.
    pub struct SetSpec {
        /// Path, as in errors and `iwashi schema`.
        pub path: String = String::new();
        /// New value, written as in a scene file.
        pub value: String = String::new();
    }
}
spec! {
    /// A patch dropped into a field.
    pub struct FieldPatchSpec {
        /// Name of the field.
        pub field: String = String::new();
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius.
        pub radius: f32 = 3.0, ["BL", 0.05..=1_000.0, Restart];
        /// Amount at the centre; negative removes.
        pub amount: f32 = 1.0, ["amount", -10_000.0..=10_000.0, Restart];
    }
}
spec! {
    /// A share of a species to kill.
    pub struct CullSpec {
        /// Name of the species.
        pub species: String = String::new();
        /// Share, chosen at random.
        pub share: f32 = 0.5, ["", 0.0..=1.0, Restart];
    }
}
spec! {
    /// How a species' signals are heard from now on.
    pub struct SignalsSpec {
        /// Name of the species that emits.
        pub species: String = String::new();
        /// What happens between emitting and hearing.
        pub hearing: Hearing = Hearing::Pass;
        /// Channels concerned, one bit each, the lowest for the first channel.
        pub channels: u32 = 0xffff, ["bits", 0..=0xffff, Restart];
    }
}
spec_enum! {
    /// What happens to a signal between emitting and hearing.
    pub enum Hearing {
        /// Heard as emitted.
        Pass,
        /// Heard as nothing.
        Mute,
        /// Heard as some place of the species emitted it, newly drawn each tick for each emitter: its own, and those of
        /// the dead, which are silent, are drawn like any other.
        Scramble,
        /// Heard some ticks late.
        Delay(DelaySpec),
    }
}
spec! {
    /// A delay of hearing.
    pub struct DelaySpec {
        /// Ticks; at most the species' signal history minus one.
        pub ticks: u32 = 1, ["ticks", 0..=63, Restart];
    }
}
spec! {
    /// What is written to the metrics table.
    pub struct MeasuresSpec {
        /// Ticks between rows.
        pub interval: u32 = 100, ["ticks", 1..=1_000_000, Restart];
        /// Distance that counts as near for `NearOwn` and `Alignment`.
        pub social_range: f32 = 4.0, ["BL", 0.05..=1_000.0, Restart];
    }
}
spec! {
    /// How fast the window plays.
    pub struct PaceSpec {
        /// Simulated seconds per real second; 0 runs as fast as possible.
        pub speed: f32 = 1.0, ["s/s", 0.0..=10_000.0, Now];
    }
}
spec! {
    /// Where the camera starts.
    pub struct CameraSpec {
        /// What the camera looks at, as a share of the extent.
        pub look_at: [f32; 3] = [0.5, 0.5, 0.5], ["", -10.0..=10.0, Restart];
        /// Distance from there; 0 fits the tank.
        pub distance: f32 = 0.0, ["BL", 0.0..=100_000.0, Restart];
        /// Angle around the vertical, in a volume.
        pub yaw: f32 = 0.7, ["rad", -7.0..=7.0, Restart];
        /// Angle above the horizontal, in a volume.
        pub pitch: f32 = 0.4, ["rad", -1.5..=1.5, Restart];
        /// Slow turn around the tank, in a volume.
        pub orbit: f32 = 0.05, ["rad/s", -3.0..=3.0, Now];
    }
}
