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
        /// How the numbers of a genome are stored.
        pub weights: Weights = Weights::F32;
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
