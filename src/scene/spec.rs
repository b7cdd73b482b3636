//! What a scene file can say: one struct or enum a part, each number with its unit, range, default and moment of
//! effect. These declarations are the parameter table (`super::table`): errors, `--set`, panels, Commands, the
//! written effective scene and `iwashi schema` all read them. Nothing here knows how a world is advanced.
//!
//! A field reads `name: type = default, [unit, range, when];` where `when` is `Now` (takes effect between two ticks
//! of a running world) or `Restart` (sizes, placements and identities: needs a new world). What has no range may say
//! `[when]` alone; what says nothing is `Restart`.

mod archives;
mod controllers;
mod evolution;
mod obstacles;
mod senses;
mod species;

pub use archives::*;
pub use controllers::*;
pub use evolution::*;
pub use obstacles::*;
pub use senses::*;
pub use species::*;

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
        /// Steady current that carries every agent, beside what it swims; z counts in a volume alone. Fields have currents of their own.
        pub current: [f32; 3] = [0.0; 3], ["BL/s", -100.0..=100.0, Now];
        /// Solid things in the water.
        pub obstacles: Vec<Obstacle> = vec![];
        /// Places that every world puts in an order of its own, so that what stands where differs from world to world. Patches and
        /// species refer to them by number.
        pub landmarks: Vec<LandmarkSpec> = vec![];
        /// Where agents are placed and how they face, unless their species says otherwise.
        pub start: StartSpec = StartSpec::default();
        /// Scalar grids that spread, grow, and are deposited into and consumed.
        pub fields: Vec<FieldSpec> = vec![];
        /// Kinds of agent.
        pub species: Vec<SpeciesSpec> = vec![];
        /// Length, repetition and number of worlds.
        pub rollout: RolloutSpec = RolloutSpec::default();
        /// What is made uncertain, so that controllers that are evolved in it do not depend on it.
        pub perturbation: PerturbationSpec = PerturbationSpec::default();
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
        Ball(BallSpec),
        /// Near the scene's landmarks, one agent after the other.
        Landmarks(LandmarksSpec),
    }
}
spec! {
    /// A place.
    pub struct LandmarkSpec {
        /// Where.
        pub at: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
    }
}
spec! {
    /// Landmarks to start near: the first agent at the first of them, the next at the one after, and so on around. Whoever is born
    /// later stands near any.
    pub struct LandmarksSpec {
        /// Number of the first, from 1, in the order of the world.
        pub first: u32 = 1, ["", 1..=1_000, Restart];
        /// Distance up to which they stand from it.
        pub radius: f32 = 0.01, ["BL", 0.01..=1_000.0, Restart];
    }
}
spec! {
    /// A ball to start in.
    pub struct BallSpec {
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius.
        pub radius: f32 = 1.0, ["BL", 0.01..=1_000.0, Restart];
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
        /// Whether it lasts however much is eaten: what stands in a cell is then what all who graze there can have in one tick, so
        /// that it feeds so many of them at once.
        pub lasting: bool = false, [Now];
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
        /// Centre, unless it is at a landmark.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Number of the landmark that is its centre, from 1, in the order of the world; 0 for none.
        pub landmark: u32 = 0, ["", 0..=1_000, Restart];
        /// Distance at which it has fallen to nothing.
        pub radius: f32 = 2.0, ["BL", 0.05..=1_000.0, Restart];
        /// Amount at the centre.
        pub amount: f32 = 1.0, ["amount", 0.0..=10_000.0, Restart];
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
        /// Draws of the worlds that judge a generation.
        pub seeds: Seeds = Seeds::Fresh;
        /// Scoring on seeds that judge nobody.
        pub held_out: HeldOutSpec = HeldOutSpec::default();
        /// Agents that are removed in the course of every rollout.
        pub removals: Vec<RemovalSpec> = vec![];
    }
}
spec! {
    /// Agents that are removed in a rollout, the same in all worlds that share their draws. What they had counts as their
    /// fitness.
    pub struct RemovalSpec {
        /// Tick of the rollout before which they are removed.
        pub tick: u32 = 1, ["ticks", 1..=10_000_000, Restart];
        /// Name of the species.
        pub species: String = String::new();
        /// Share of the living, chosen at random.
        pub share: f32 = 0.3, ["", 0.0..=1.0, Restart];
    }
}
spec! {
    /// Randomised worlds (domain randomisation, Tobin et al. 2017).
    pub struct PerturbationSpec {
        /// Deviation of normal noise on every number that is sensed, new each tick. Numbers that are 0, as of what is not
        /// there, stay so.
        pub noise: f32 = 0.0, ["", 0.0..=10.0, Now];
        /// How unlike bodies are: each of an agent's motion actions is multiplied by a factor of its own, drawn at its birth
        /// evenly from 1 minus this to 1 plus this.
        pub body: f32 = 0.0, ["", 0.0..=1.0, Now];
        /// Whether those that a sense `Nearest` tells of come in an order drawn anew each tick, instead of the nearest first; the
        /// empty places of those that are not there are mixed in among them.
        pub shuffle: bool = false, [Now];
    }
}
spec_enum! {
    /// Whether the worlds of a generation share their draws.
    pub enum Seeds {
        /// Every world has draws of its own.
        Fresh,
        /// All genomes meet the same draws, trial by trial (common random numbers): differences in fitness are then less by
        /// chance.
        Common,
    }
}
spec! {
    /// Scoring the best genome of a generation, or the one that its distribution stands for, on seeds that evolution never sees.
    /// Metrics are not written meanwhile.
    pub struct HeldOutSpec {
        /// Seeds, a world each, the same in every scored generation; 0 scores none.
        pub seeds: u32 = 0, ["worlds", 0..=10_000, Restart];
        /// Generations from one that is scored to the next; the first is.
        pub every: u32 = 10, ["generations", 1..=1_000_000, Restart];
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
        /// Builds a wall.
        Wall(WallSpec),
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
    /// A wall: a rounded rod among the obstacles from then on, without harm.
    pub struct WallSpec {
        /// One end of its axis.
        pub a: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Other end of its axis.
        pub b: [f32; 3] = [1.0, 0.0, 0.0], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius around the axis.
        pub radius: f32 = 0.5, ["BL", 0.01..=1_000.0, Restart];
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
        /// Each of the channels concerned is heard as the next of them, the last as the first.
        Swap,
        /// Heard with noise, newly drawn each tick for each emitter and channel.
        Noise(NoiseSpec),
    }
}
spec! {
    /// Noise in what is heard, which is kept between -1 and 1.
    pub struct NoiseSpec {
        /// Deviation of what is added; its power is the square of it.
        pub deviation: f32 = 0.5, ["", 0.0..=10.0, Restart];
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
        /// Signals are listened to in every so-manieth generation (in live evolution: before every so-manieth row), and what they
        /// tell is written to `meaning.csv`; 0 for never.
        pub meaning: u32 = 0, ["generations or rows", 0..=1_000_000, Restart];
        /// Distance that counts as near for `NearOwn` and `Alignment`, and within which agents are of one group.
        pub social_range: f32 = 4.0, ["BL", 0.05..=1_000.0, Restart];
        /// What is measured of the school, besides counts, fitness and generations; the rest is written as NaN.
        pub log: Vec<Measure> = Measure::USUAL.to_vec();
    }
}
spec_enum! {
    /// A measure of the school.
    #[derive(Copy, Eq)]
    pub enum Measure {
        /// Length of the mean heading.
        Polarization,
        /// Milling about the centre.
        Rotation,
        /// Mean distance to the nearest of its kind.
        Nearest,
        /// Mean sum of squared channels.
        SignalEnergy,
        /// Mean speed.
        Speed,
        /// Mean energy.
        Energy,
        /// Mean pairwise distance of genomes; a GPU reads some of them back for it.
        Diversity,
        /// Groups of agents nearer to each other than `social_range`, in a world.
        Groups,
        /// Evenness of Clark & Evans (1954): 1 at random, below in clusters, 2.15 on a triangular lattice.
        ClarkEvans,
        /// Area of the convex hull of the largest group, in a plane; right for one shorter than half the tank.
        Hull,
        /// Distance at which the velocities of two agents, less the mean, are no longer alike (Cavagna et al. 2010); of more than 2,000
        /// agents by a sample of pairs.
        Correlation,
        /// Milling about the centre, whichever way each circles: high in a double mill too, where `Rotation` is low (D'Orsogna et al.
        /// 2006); 0.64 of directions at random in a plane.
        AbsoluteRotation,
    }
}

impl Measure {
    /// Those that cost little: what is measured unless a scene says otherwise.
    pub const USUAL: [Measure; 7] = [
        Measure::Polarization,
        Measure::Rotation,
        Measure::Nearest,
        Measure::SignalEnergy,
        Measure::Speed,
        Measure::Energy,
        Measure::Diversity,
    ];
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
