//! Every constant that both backends share: scales, sizes, and the numbers that stand for kinds. Part of `super`.

twin_consts! {
    /// Fixed-point steps in one unit of energy.
    pub const ENERGY_SCALE: f32 = 65536.0;
    /// Fixed-point steps in one unit of a field, for deposits and grazing within a tick.
    pub const FIELD_SCALE: f32 = 65536.0;
    /// Fixed-point steps in one unit of a fitness tally: sums saturate at ±524,288.
    pub const TALLY_SCALE: f32 = 4096.0;
    /// Fixed-point steps in one BL of the push between overlapping bodies: 131,071 neighbours at 1 BL fit 31 bits.
    pub const PUSH_SCALE: f32 = 16384.0;
    /// Largest vertical component of a heading at the start.
    pub const MAX_CLIMB: f32 = 0.95;
    /// Fitness tallies an agent carries.
    pub const TALLIES: u32 = 13;
    /// Counters a species keeps in each world.
    pub const COUNTERS: u32 = 6;
    /// Cells by which a search around a place is widened: more than rounding can move a place within a grid of at most
    /// 1,024 cells an axis.
    pub const CELL_SLACK: f32 = 0.001;
    /// Most slots of a world in which everyone may look at everyone instead of searching a grid.
    pub const CROWD_MAX: u32 = 64;
    /// No agent, no parent, no slot.
    pub const NONE: u32 = 4294967295;
    /// In place of a slot that is bitten at: whoever bit was confused, and missed.
    pub const MISSED: u32 = 4294967294;

    /// Energy gained from fields.
    pub const TALLY_FOOD: u32 = 0;
    /// Seconds alive.
    pub const TALLY_ALIVE: u32 = 1;
    /// Bites that landed.
    pub const TALLY_PREY: u32 = 2;
    /// Path length, BL.
    pub const TALLY_DISTANCE: u32 = 3;
    /// Seconds times nearness to the nearest of its kind.
    pub const TALLY_NEAR: u32 = 4;
    /// Seconds times alignment with its kind.
    pub const TALLY_ALIGN: u32 = 5;
    /// Energy spent.
    pub const TALLY_SPENT: u32 = 6;
    /// Seconds times summed signal strength.
    pub const TALLY_SIGNAL: u32 = 7;
    /// Energy taken from others.
    pub const TALLY_DEALT: u32 = 8;
    /// Energy taken by others.
    pub const TALLY_TAKEN: u32 = 9;
    /// Seconds in the first field named by a `TimeIn` term; the second follows.
    pub const TALLY_FIELD: u32 = 10;
    /// Seconds times flocking energy, in units of 1 / FLOCK_UNIT.
    pub const TALLY_FLOCK: u32 = 12;
    /// Units of the flocking tally in one of energy: that energy is some hundredths in most ticks, and its sum would drown
    /// in rounding otherwise. The tally saturates at 512 seconds at energy 1.
    pub const FLOCK_UNIT: f32 = 1024.0;

    /// Counter: agents born.
    pub const COUNT_BORN: u32 = 0;
    /// Counter: agents that ran out of energy.
    pub const COUNT_STARVED: u32 = 1;
    /// Counter: agents whose last energy was bitten away.
    pub const COUNT_EATEN: u32 = 2;
    /// Counter: agents that reached the end of their lifetime, or were culled.
    pub const COUNT_AGED: u32 = 3;
    /// Counter: agents removed because their state or genome was not finite.
    pub const COUNT_FAULT: u32 = 4;
    /// Counter: births that the birth log had no room for.
    pub const COUNT_UNLOGGED: u32 = 5;

    /// How an axis ends: wraps around.
    pub const EDGE_TORUS: u32 = 0;
    /// How an axis ends: solid.
    pub const EDGE_WALL: u32 = 1;
    /// How an axis ends: it does not.
    pub const EDGE_OPEN: u32 = 2;

    /// Motion: thrust, yaw, pitch.
    pub const MOTION_BODY: u32 = 0;
    /// Motion: constant speed, new direction.
    pub const MOTION_HEADING: u32 = 1;
    /// Motion: accelerations.
    pub const MOTION_FORCE: u32 = 2;
    /// Motion: constant speed along the heading, which then turns.
    pub const MOTION_COURSE: u32 = 3;

    /// Obstacle: ball (a = centre, radius).
    pub const SHAPE_SPHERE: u32 = 0;
    /// Obstacle: rod (a, b, radius).
    pub const SHAPE_CAPSULE: u32 = 1;
    /// Obstacle: block (a = centre, b = half size).
    pub const SHAPE_BOX: u32 = 2;

    /// Course of an obstacle: it stays where the scene has it.
    pub const COURSE_NONE: u32 = 0;
    /// Course of an obstacle: at tick 0 it is where the scene has it.
    pub const COURSE_GIVEN: u32 = 1;
    /// Course of an obstacle: each world draws how much of it lies behind at tick 0.
    pub const COURSE_DRAWN: u32 = 2;

    /// Sense: sectors of neighbours.
    pub const SENSE_NEIGHBOURS: u32 = 0;
    /// Sense: k nearest.
    pub const SENSE_NEAREST: u32 = 1;
    /// Sense: field value here.
    pub const SENSE_FIELD_VALUE: u32 = 2;
    /// Sense: field slope.
    pub const SENSE_FIELD_GRADIENT: u32 = 3;
    /// Sense: field at antennae.
    pub const SENSE_FIELD_ANTENNAE: u32 = 4;
    /// Sense: range rays.
    pub const SENSE_WALLS: u32 = 5;
    /// Sense: own speed.
    pub const SENSE_SPEED: u32 = 6;
    /// Sense: own energy.
    pub const SENSE_ENERGY: u32 = 7;
    /// Sense: last action.
    pub const SENSE_LAST_ACTION: u32 = 8;
    /// Sense: own signal.
    pub const SENSE_OWN_SIGNAL: u32 = 9;
    /// Sense: noise.
    pub const SENSE_NOISE: u32 = 10;
    /// Sense: constant 1.
    pub const SENSE_CONSTANT: u32 = 11;
    /// Sense: sums over pairs, zone by zone.
    pub const SENSE_PAIRS: u32 = 12;

    /// Pairs add up the heading of the other.
    pub const PAIR_HEADING: u32 = 0;
    /// Pairs add up the direction toward the other.
    pub const PAIR_DIRECTION: u32 = 1;
    /// Pairs add up the velocity of the other less its own.
    pub const PAIR_VELOCITY: u32 = 2;
    /// Pairs add up offsets by a strength.
    pub const PAIR_OFFSET: u32 = 3;
    /// Pairs add up forces of Morse's potential.
    pub const PAIR_MORSE: u32 = 4;
    /// Pairs add up relative velocities by a power of their distance.
    pub const PAIR_ALIGN: u32 = 5;
    /// Pairs add up forces of Olfati-Saber's lattice.
    pub const PAIR_LATTICE: u32 = 6;
    /// Pairs add up relative velocities by the lattice's bump.
    pub const PAIR_CONSENSUS: u32 = 7;
    /// Most zones of a sense of pairs.
    pub const ZONES_MAX: u32 = 4;

    /// Sector gives proximity (bit of `SenseParams::gives`).
    pub const GIVES_PROXIMITY: u32 = 1;
    /// Sector gives the mean offset.
    pub const GIVES_OFFSET: u32 = 2;
    /// Sector gives the mean heading.
    pub const GIVES_HEADING: u32 = 4;
    /// Sector gives signals heard.
    pub const GIVES_SIGNALS: u32 = 8;
    /// `Nearest` gives places instead of offsets.
    pub const GIVES_PLACE: u32 = 16;
    /// `Nearest` counts the agent itself.
    pub const GIVES_ITSELF: u32 = 32;
    /// Most agents that `Nearest` keeps.
    pub const NEAREST_MAX: u32 = 20;

    /// Controller: dense layers (an `Mlp` or a `Linear`).
    pub const THINK_DENSE: u32 = 0;
    /// Controller: minimal gated unit, then dense layers.
    pub const THINK_GRU: u32 = 1;
    /// Controller: the boids rule.
    pub const THINK_BOIDS: u32 = 2;
    /// Controller: dense layers whose weights stand in the memory and change by rules of the genome.
    pub const THINK_PLASTIC: u32 = 3;
    /// Controller: attention over neighbours, summed, then dense layers.
    pub const THINK_ATTENTION_SUM: u32 = 4;
    /// Controller: attention over neighbours, averaged, then dense layers.
    pub const THINK_ATTENTION_MEAN: u32 = 5;

    /// Numbers of the genome in a rule by which a weight changes: η, A, B, C, D.
    pub const RULE_NUMBERS: u32 = 5;

    /// Controller: a graph of nodes, each genome its own.
    pub const THINK_GRAPH: u32 = 6;
    /// Controller: the rule of Vicsek et al.
    pub const THINK_VICSEK: u32 = 7;
    /// Controller: the rule of Couzin et al.
    pub const THINK_COUZIN: u32 = 8;
    /// Controller: a particle accelerated by its pairs.
    pub const THINK_PARTICLE: u32 = 9;

    /// Genome numbers as f32, a word each.
    pub const WEIGHTS_F32: u32 = 0;
    /// Genome numbers as halves, two a word.
    pub const WEIGHTS_F16: u32 = 1;
    /// Biases as f32, a word each; weights as whole steps, four signed bytes a word.
    pub const WEIGHTS_I8: u32 = 2;

    /// Activation: tanh.
    pub const ACT_TANH: u32 = 0;
    /// Activation: max(0, x).
    pub const ACT_RELU: u32 = 1;
    /// Activation: x.
    pub const ACT_LINEAR: u32 = 2;
    /// Activation: 1 / (1 + e^-x).
    pub const ACT_SIGMOID: u32 = 3;
    /// Activation: 1 / (1 + e^-4.9x), the steepened sigmoid of Stanley & Miikkulainen (2002).
    pub const ACT_STEEP: u32 = 4;
    /// Activation: e^(-x²/2).
    pub const ACT_GAUSSIAN: u32 = 5;
    /// Activation: sin x.
    pub const ACT_SINE: u32 = 6;
    /// Activation: |x|.
    pub const ACT_ABS: u32 = 7;
    /// Activation: x².
    pub const ACT_SQUARE: u32 = 8;
    /// Activation: x, of a node that multiplies what comes in instead of adding it; the last of the activations.
    pub const ACT_MULT: u32 = 9;

    /// Numbers of a graph's row before its nodes: how many of them are evaluated.
    pub const GRAPH_HEAD: u32 = 1;
    /// Numbers of a graph's row for each node: which it is, its activation, its incoming edges, its bias.
    pub const GRAPH_NODE: u32 = 4;
    /// Numbers of a graph's row for each edge: its source and its weight.
    pub const GRAPH_EDGE: u32 = 2;

    /// Evolution: none.
    pub const EVOLVE_OFF: u32 = 0;
    /// Evolution: live, selected parents.
    pub const EVOLVE_TURNOVER: u32 = 1;
    /// Evolution: live, energy alone.
    pub const EVOLVE_ECOLOGY: u32 = 2;
    /// Evolution: whole populations.
    pub const EVOLVE_GENERATIONAL: u32 = 3;

    /// Signals heard as emitted.
    pub const HEAR_PASS: u32 = 0;
    /// Signals heard as nothing.
    pub const HEAR_MUTE: u32 = 1;
    /// Signals heard as another agent's.
    pub const HEAR_SCRAMBLE: u32 = 2;
    /// Signals heard late.
    pub const HEAR_DELAY: u32 = 3;
    /// Signals heard as those of the next channel concerned, the last as the first.
    pub const HEAR_SWAP: u32 = 4;
    /// Signals heard with noise.
    pub const HEAR_NOISE: u32 = 5;
    /// Signals heard as `Edits::heard` wrote them last, whatever is emitted.
    pub const HEAR_WRITTEN: u32 = 6;

    /// Lesion: memory is cleared before every thought.
    pub const LESION_MEMORY: u32 = 1;
    /// Lesion: nothing is deposited.
    pub const LESION_DEPOSITS: u32 = 2;

    /// Draw: placement at the start.
    pub const DRAW_PLACE: u32 = 1;
    /// Draw: heading at the start or at birth.
    pub const DRAW_HEADING: u32 = 2;
    /// Draw: the noise sense.
    pub const DRAW_NOISE: u32 = 3;
    /// Draw: weights of a random genome; the id is the index of the weight.
    pub const DRAW_WEIGHT: u32 = 4;
    /// Draw: which numbers of a child change, by how much, and how whole steps are rounded; the id is the index of the
    /// number.
    pub const DRAW_MUTATE: u32 = 5;
    /// Draw: which parent a number comes from.
    pub const DRAW_CROSS: u32 = 6;
    /// Draw: where a raining patch falls.
    pub const DRAW_RAIN: u32 = 7;
    /// Draw: whose signal is heard when scrambled.
    pub const DRAW_SCRAMBLE: u32 = 8;
    /// Draw: wandering of a rule.
    pub const DRAW_WANDER: u32 = 9;
    /// Draw: age at the start, so that lives of live evolution do not end all at once.
    pub const DRAW_AGE: u32 = 10;
    /// Draw: parents.
    pub const DRAW_PARENT: u32 = 11;
    /// Draw: place of a child.
    pub const DRAW_BIRTH: u32 = 12;
    /// Draw: who is culled.
    pub const DRAW_CULL: u32 = 13;
    /// Draw: which worlds a genome is evaluated in.
    pub const DRAW_DEAL: u32 = 14;
    /// Draw: a member of a strategy's distribution; the id is a block of four of its numbers.
    pub const DRAW_SAMPLE: u32 = 15;
    /// Draw: resampling for an interval.
    pub const DRAW_RESAMPLE: u32 = 16;
    /// Draw: signs of a permutation test.
    pub const DRAW_SIGN: u32 = 17;
    /// Draw: weights that an agent is born with; the tick word is a block of four of them.
    pub const DRAW_BORN: u32 = 18;
    /// Draw: noise on what is sensed; the number of the observation is in the upper half.
    pub const DRAW_BLUR: u32 = 19;
    /// Draw: how unlike others a body is.
    pub const DRAW_BODY: u32 = 20;
    /// Draw: where an obstacle is on its course; the id is its place in the scene's list.
    pub const DRAW_COURSE: u32 = 21;
    /// Draw: the order in which the nearest are told; the number of the observation is in the upper half.
    pub const DRAW_SHUFFLE: u32 = 22;
    /// Draw: whether a bite misses for confusion.
    pub const DRAW_CONFUSION: u32 = 50;
    /// Draw: the order of landmarks in a world.
    pub const DRAW_LANDMARK: u32 = 31;
    /// Draw: what a hand changes in a genome.
    pub const DRAW_HAND: u32 = 23;
    /// Draw: noise in what is heard.
    pub const DRAW_STATIC: u32 = 30;
}
