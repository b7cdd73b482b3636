//! What a scene says of a species: its body, energy, diet, deposits and signals. Part of the parameter table, as `super`.

use super::{Controller, Evolution, FitnessTerm, MlpSpec, Sense, Sharing, StartSpec};
use crate::scene::table::{spec, spec_enum};

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
        /// Other species whose fitness counts too, once a rollout ends (cooperative and competitive co-evolution).
        pub partners: Vec<PartnerSpec> = vec![];
    }
}
spec! {
    /// A species whose fitness counts for the genomes of another: the mean of all its agents in each world that a genome is judged
    /// in, by their own terms (cooperative co-evolution, Potter & De Jong 2000; the less they have, the better, where the weight is negative).
    pub struct PartnerSpec {
        /// Its name.
        pub species: String = String::new();
        /// What its fitness is multiplied by.
        pub weight: f32 = 1.0, ["", -1_000.0..=1_000.0, Now];
    }
}

spec! {
    /// Body and motion of a species.
    pub struct BodySpec {
        /// How actions move the body.
        pub motion: Motion = Motion::Body;
        /// Length, for drawing and for collisions.
        pub length: f32 = 1.0, ["BL", 0.05..=50.0, Now];
        /// Speed at zero thrust (`Body`) or always (`Heading`, `Course`).
        pub cruise: f32 = 2.0, ["BL/s", 0.0..=100.0, Now];
        /// Highest speed.
        pub top_speed: f32 = 5.0, ["BL/s", 0.0..=200.0, Now];
        /// Fastest turn about the vertical (`Heading`: about any axis).
        pub yaw_rate: f32 = 3.0, ["rad/s", 0.0..=100.0, Now];
        /// Fastest turn up or down, in a volume.
        pub pitch_rate: f32 = 2.0, ["rad/s", 0.0..=100.0, Now];
        /// Steepest heading, in a volume: its largest vertical component. At 1 it may stand upright, where what is right and left of
        /// it is decided by no horizon.
        pub climb: f32 = 0.95, ["", 0.0..=1.0, Now];
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
        /// Constant speed along the heading, which turns after the move (yaw, and pitch in a volume): the order of the
        /// self-propelled particles of Vicsek et al. 1995.
        Course,
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
        /// Time after a bite that confusion made miss during which it cannot bite again.
        pub recovery: f32 = 0.0, ["s", 0.0..=1_000.0, Now];
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
        /// Largest angle from straight ahead at which the eater sees it.
        pub view: f32 = std::f32::consts::PI, ["rad", 0.0..=std::f64::consts::PI, Now];
        /// Distance up to which those that the eater has in view can confuse it.
        pub sight: f32 = 1_000.0, ["BL", 0.0..=10_000.0, Now];
        /// Distance around the prey up to which others of its kind confuse an eater that sees them: with n of them, the prey among
        /// them, a bite lands with chance 1 / n (Olson et al. 2013); 0 for no confusion.
        pub confusion: f32 = 0.0, ["BL", 0.0..=10_000.0, Now];
        /// Most that may be alive for them to be left alone.
        pub spared: u32 = 0, ["agents", 0..=4_000_000, Now];
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
        /// What becomes of the action of a channel.
        pub form: SignalForm = SignalForm::Graded, [Now];
        /// Past ticks kept for delayed hearing.
        pub history: u32 = 1, ["ticks", 1..=64, Restart];
    }
}
spec_enum! {
    /// What becomes of the action of a channel.
    #[derive(Copy, Eq)]
    pub enum SignalForm {
        /// It is emitted as it is, from -1 to 1.
        Graded,
        /// A lamp: lit (1) where the action is above 0, and dark (0) otherwise, so that one that is off says nothing, not even that
        /// somebody is there.
        Lamp,
    }
}
