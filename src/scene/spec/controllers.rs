//! What a scene says of how a species decides: its controller, evolved or a hand-written rule. Part of the parameter table,
//! as `super`.

use crate::scene::table::{spec, spec_enum};

spec_enum! {
    /// What turns observations into actions.
    pub enum Controller {
        /// Dense layers.
        Mlp(MlpSpec),
        /// A minimal gated recurrent unit with memory, then dense layers.
        Gru(GruSpec),
        /// One dense layer.
        Linear(LinearSpec),
        /// Attention over the nearest agents, whatever their number and order, then dense layers.
        Attention(AttentionSpec),
        /// Dense layers whose weights change during life, by rules that evolve.
        Plastic(PlasticSpec),
        /// A graph of nodes and edges that grows (`Neat`).
        Graph(GraphSpec),
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
spec_enum! {
    /// How the numbers of a genome are stored where it is run and bred; a genome file holds f32 whatever they are.
    #[derive(Copy, Eq)]
    pub enum Weights {
        /// Single precision.
        F32,
        /// Half precision: half the memory, relative steps of 1/1024, at most 65,504; what is below 0.00006 is 0.
        F16,
        /// Biases single, each weight a whole number of steps from -127 to 127: about a quarter of the memory. A step is 1/16
        /// of the deviation that `init` gives the layer (an `init` of 0 counts as 1), so weights end at 7.9 deviations.
        I8,
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
        /// Whether sums begin with a bias of their own. Without, a neuron whose inputs are all 0 gives 0.
        pub biases: bool = true;
        /// How the numbers of a genome are stored.
        pub weights: Weights = Weights::F32;
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
        /// How the numbers of a genome are stored.
        pub weights: Weights = Weights::F32;
    }
}
spec! {
    /// One dense layer.
    pub struct LinearSpec {
        /// Deviation of random weights at the start, over the square root of the number of inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
        /// Whether sums begin with a bias of their own. Without, a neuron whose inputs are all 0 gives 0.
        pub biases: bool = true;
        /// How the numbers of a genome are stored.
        pub weights: Weights = Weights::F32;
    }
}
spec! {
    /// Attention over an unordered set (after Tang & Ha 2021): the agents that the first sense `Nearest` tells of. One small
    /// network makes a key and a value of each; a layer that reads all other senses makes the queries (theirs stand in a fixed
    /// table), one a head; a head gathers the values, each weighed by tanh of its key times the query over the root of the keys'
    /// number. What the heads have gathered is read by dense layers, beside the other senses. The genome does not depend on how
    /// many agents the sense tells of: one that was evolved with 5 runs with 1 to 20.
    pub struct AttentionSpec {
        /// Queries.
        pub heads: u32 = 4, ["heads", 1..=8, Restart];
        /// Numbers of a key, and of a query.
        pub keys: u32 = 8, ["numbers", 1..=32, Restart];
        /// Numbers of a value.
        pub values: u32 = 8, ["numbers", 1..=32, Restart];
        /// What becomes of the weighed values of all agents in sight.
        pub pooling: Pooling = Pooling::Mean;
        /// Neurons of each hidden layer after the heads.
        pub hidden: Vec<u32> = vec![16], ["neurons", 1..=256, Restart];
        /// What hidden neurons make of their sums.
        pub activation: Activation = Activation::Tanh;
        /// Deviation of random weights at the start, over the square root of a neuron's inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
        /// How the numbers of a genome are stored.
        pub weights: Weights = Weights::F32;
    }
}
spec_enum! {
    /// What becomes of the weighed values of all agents in sight.
    #[derive(Copy, Eq)]
    pub enum Pooling {
        /// Their sum, which grows with their number.
        Sum,
        /// Their mean.
        Mean,
    }
}
spec! {
    /// Dense layers without biases whose weights change every tick by Hebbian rules (Najarro & Risi 2020): of a weight w between
    /// neurons that give x and y, Δw = η (A x y + B x + C y + D). The genome holds η, A, B, C and D for each weight. An agent
    /// learns from birth to death; what it has learned is not inherited.
    pub struct PlasticSpec {
        /// Neurons of each hidden layer.
        pub hidden: Vec<u32> = vec![16], ["neurons", 1..=256, Restart];
        /// What hidden neurons make of their sums.
        pub activation: Activation = Activation::Tanh;
        /// Deviation of the random numbers of rules at the start.
        pub init: f32 = 0.3, ["", 0.0..=10.0, Restart];
        /// The weights at birth.
        pub inborn: Inborn = Inborn::Drawn(DrawnWeights::default());
        /// How far from 0 a weight may get.
        pub limit: f32 = 3.0, ["", 0.01..=1000.0, Now];
    }
}
spec_enum! {
    /// The weights that a plastic controller is born with.
    pub enum Inborn {
        /// Drawn anew for every agent, so that everything must be learned.
        Drawn(DrawnWeights),
        /// From the genome, beside the rules.
        Evolved(EvolvedWeights),
    }
}
spec! {
    /// Weights drawn at birth.
    pub struct DrawnWeights {
        /// They are drawn evenly from minus this to this.
        pub size: f32 = 0.1, ["", 0.0..=10.0, Restart];
    }
}
spec! {
    /// Weights from the genome.
    pub struct EvolvedWeights {
        /// Deviation of random ones at the start, over the square root of a neuron's inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
    }
}
spec! {
    /// A graph that begins with an edge from every input to every action and grows hidden nodes and edges by `Neat`, alone.
    /// Actions are the tanh of what comes in, as of other controllers. Genomes are single precision.
    pub struct GraphSpec {
        /// Most hidden nodes.
        pub nodes: u32 = 16, ["nodes", 0..=256, Restart];
        /// Most edges besides those from every input to every action.
        pub edges: u32 = 64, ["edges", 0..=4_096, Restart];
        /// What hidden nodes may make of their sums; a new one draws among these.
        pub activations: Vec<NodeActivation> = vec![NodeActivation::Tanh];
        /// Whether edges may lead back: these give what their source had in the tick before, 0 in the first, and each node
        /// takes a number of memory. Without, a graph has no memory.
        pub recurrent: bool = false;
        /// Hidden nodes of random genomes at the start, each between an input and an action; fewer where `nodes` or `edges`
        /// leaves no room. NEAT's authors start with none.
        pub hidden: u32 = 0, ["nodes", 0..=256, Restart];
        /// Deviation of random weights at the start, over the square root of the number of inputs.
        pub init: f32 = 1.0, ["", 0.0..=10.0, Restart];
    }
}
spec_enum! {
    /// What a node of a graph makes of its sum x.
    #[derive(Copy, Eq)]
    pub enum NodeActivation {
        /// Hyperbolic tangent.
        Tanh,
        /// max(0, x).
        Relu,
        /// x: the node adds.
        Linear,
        /// 1 / (1 + e^-x).
        Sigmoid,
        /// 1 / (1 + e^-4.9x): the steepened sigmoid of Stanley & Miikkulainen (2002).
        Steep,
        /// e^(-x²/2).
        Gaussian,
        /// sin x.
        Sine,
        /// |x|.
        Abs,
        /// x².
        Square,
        /// The product of what comes in, plus the bias, instead of the sum.
        Mult,
    }
}
spec_enum! {
    /// Hand-written rules; one file each in `controller/` with its WGSL twin.
    pub enum Rule {
        /// Separation, alignment and cohesion (Reynolds 1987).
        Boids(BoidsSpec),
        /// The mean heading of all within range, and noise (Vicsek et al. 1995).
        Vicsek(VicsekSpec),
        /// Zones of repulsion, orientation and attraction (Couzin et al. 2002).
        Couzin(CouzinSpec),
        /// Accelerated by all its pairs, and driven along its heading: the particles of physics.
        Particle(ParticleSpec),
    }
}
spec! {
    /// A particle whose acceleration is the sum of all zones of its senses, and (α - β v²) v along its own velocity (D'Orsogna et al. 2006).
    /// Expects senses `Pairs`, one or more, and `Speed` after them. Moved by `Force` without drag and with an `acceleration` of 1, so
    /// that actions are accelerations in BL/s²: the velocity changes first, by the old state, and then moves the body.
    pub struct ParticleSpec {
        /// α.
        pub propulsion: f32 = 1.0, ["1/s", 0.0..=1_000.0, Now];
        /// β.
        pub friction: f32 = 0.5, ["s/BL²", 0.0..=1_000.0, Now];
    }
}
spec! {
    /// The rule of Vicsek, Czirók, Ben-Jacob, Cohen & Shochet (1995). Expects as its first sense `Pairs` of one zone that gives
    /// `Heading`; the agent itself counts too. Moved by `Course` it is their update, which moves along the old heading; moved by
    /// `Heading`, the *forward* update of later work, along the new one. Where the yaw rate times `dt` is π or more, any turn is made
    /// in a tick.
    pub struct VicsekSpec {
        /// Width of the noise η: a heading is evenly drawn from all that are at most half of it away from the mean;
        /// from 2π on from all.
        pub noise: f32 = 1.0, ["rad", 0.0..=6.3, Now];
    }
}
spec! {
    /// The rule of Couzin, Krause, James, Ruxton & Franks (2002). Expects as its first sense `Pairs` of three zones, which give
    /// `Direction`, `Heading` and `Direction`: those in the first are turned away from, and only where it is empty those in the
    /// second are followed and those in the third approached. Moved by `Heading`, which bounds the turn.
    pub struct CouzinSpec {
        /// Deviation σ of the noise on the direction that is wanted, about each axis across it.
        pub noise: f32 = 0.05, ["rad", 0.0..=1.0, Now];
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
