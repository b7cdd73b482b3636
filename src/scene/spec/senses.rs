//! What a scene says of how a species perceives: each sense gives a slice of the observation. Part of the parameter table,
//! as `super`.

use crate::scene::table::{spec, spec_enum};

spec_enum! {
    /// One slice of the observation.
    pub enum Sense {
        /// Agents around, summed in angular sectors.
        Neighbours(NeighboursSense),
        /// Offsets or places of the k nearest agents.
        Nearest(NearestSense),
        /// Agents around, each pair adding a term, summed in zones.
        Pairs(PairsSense),
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
    /// The k nearest agents, the nearest first; zeros when absent.
    pub struct NearestSense {
        /// Species perceived; empty perceives all.
        pub species: Vec<String> = vec![];
        /// How many.
        pub k: u32 = 1, ["agents", 1..=20, Restart];
        /// Distance up to which agents are perceived.
        pub range: f32 = 5.0, ["BL", 0.05..=1_000.0, Restart];
        /// What is told of each.
        pub gives: NearestFeature = NearestFeature::Offset;
        /// Whether the agent itself counts: as the nearest, at distance 0.
        pub itself: bool = false;
    }
}
spec! {
    /// Sums over the agents around, as the models of physics have them: neither weighted by nearness nor divided by their number.
    /// Each zone gives a sum in body axes: 2 numbers in a plane, 3 in a volume.
    pub struct PairsSense {
        /// Species perceived; empty perceives all.
        pub species: Vec<String> = vec![];
        /// Zones from the agent outward, each of which begins where the one before ends; at most four.
        pub zones: Vec<ZoneSpec> = vec![ZoneSpec::default()];
    }
}
spec! {
    /// A zone around the agent: a disc (a ball in a volume), or the shell around the one before.
    pub struct ZoneSpec {
        /// From its inner edge to its outer edge; 0 leaves it empty.
        pub width: f32 = 1.0, ["BL", 0.0..=1_000.0, Now];
        /// Angle of the cone behind the agent in which it perceives nobody.
        pub blind: f32 = 0.0, ["rad", 0.0..=6.3, Now];
        /// What each agent in it adds.
        pub gives: PairTerm = PairTerm::Heading;
    }
}
spec_enum! {
    /// What another agent adds to a sum over pairs; r is the distance to it.
    #[derive(Copy)]
    pub enum PairTerm {
        /// Its heading.
        Heading,
        /// The direction toward it, of length 1.
        Direction,
        /// Its velocity less the agent's own, BL/s.
        Velocity,
        /// The offset to it times a strength: a spring without a length of its own.
        Offset(SpringTerm),
        /// The force of Morse's potential, C_r exp(-r / l_r) - C_a exp(-r / l_a) (D'Orsogna et al. 2006).
        Morse(MorseTerm),
        /// Its velocity less the agent's own, times K (1 + r²)^-β (Cucker & Smale 2007).
        Align(AlignTerm),
        /// The force that keeps two at a distance: the gradient-based term of Olfati-Saber (2006), eq. 23, with a = b.
        Lattice(LatticeTerm),
        /// Its velocity less the agent's own, times the bump by which that force ends: his consensus term.
        Consensus(ConsensusTerm),
    }
}
spec! {
    /// A spring.
    #[derive(Copy)]
    pub struct SpringTerm {
        /// Its strength.
        pub strength: f32 = 1.0, ["1/s²", -100.0..=100.0, Now];
    }
}
spec! {
    /// Morse's potential.
    #[derive(Copy)]
    pub struct MorseTerm {
        /// C_r.
        pub repulsion: f32 = 1.0, ["BL²/s²", 0.0..=1_000.0, Now];
        /// l_r.
        pub repulsion_length: f32 = 0.5, ["BL", 0.01..=1_000.0, Now];
        /// C_a.
        pub attraction: f32 = 0.5, ["BL²/s²", 0.0..=1_000.0, Now];
        /// l_a.
        pub attraction_length: f32 = 2.0, ["BL", 0.01..=1_000.0, Now];
    }
}
spec! {
    /// Alignment by distance.
    #[derive(Copy)]
    pub struct AlignTerm {
        /// K: of one pair, so that it is divided by the number of agents where a paper divides.
        pub strength: f32 = 1.0, ["1/s", 0.0..=1_000.0, Now];
        /// β.
        pub exponent: f32 = 0.0, ["", 0.0..=10.0, Now];
    }
}
spec! {
    /// A force that keeps a distance, and ends with its zone.
    #[derive(Copy)]
    pub struct LatticeTerm {
        /// a = b.
        pub strength: f32 = 5.0, ["BL/s²", 0.0..=1_000.0, Now];
        /// d, at which it is 0.
        pub spacing: f32 = 7.0, ["BL", 0.01..=1_000.0, Now];
        /// ε of the σ-norm.
        pub epsilon: f32 = 0.1, ["1/BL²", 0.001..=10.0, Now];
        /// h: where, as a share of the zone's σ-norm, it begins to end.
        pub begin: f32 = 0.2, ["", 0.0..=0.99, Now];
    }
}
spec! {
    /// Consensus of those that a lattice holds.
    #[derive(Copy)]
    pub struct ConsensusTerm {
        /// Strength.
        pub strength: f32 = 1.0, ["1/s", 0.0..=1_000.0, Now];
        /// ε of the σ-norm.
        pub epsilon: f32 = 0.1, ["1/BL²", 0.001..=10.0, Now];
        /// h, as of the lattice.
        pub begin: f32 = 0.2, ["", 0.0..=0.99, Now];
    }
}
spec_enum! {
    /// What is told of each of the nearest agents.
    #[derive(Copy, Eq)]
    pub enum NearestFeature {
        /// Relative position in body axes over range, then nearness 1 - d / range: 3 numbers in a plane, 4 in a volume.
        Offset,
        /// Position in the tank over its extent, then the angle of the heading about the vertical from -π to π, counter-clockwise
        /// from +x: 3 numbers in a plane; in a volume the heading's vertical component follows: 5 numbers.
        Place,
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
