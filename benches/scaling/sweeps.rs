//! The schools whose cost is measured: one thing about them grows at a time. Knows nothing of measuring.

use iwashi::scene::*;

/// Agents a BL² of every school in a tank.
const DENSITY: f32 = 0.1;

/// Range in which that density holds 31 others, BL.
const RANGE: f32 = 10.0;

/// Agents of the sweeps along which their number does not grow.
const AGENTS: u32 = 10_000;

/// Agents of a world where worlds grow in number.
const SMALL: u32 = 64;

/// A school that follows a rule, without genomes.
pub const RULE: &str = "boids";
/// A school in which each agent has a network of its own.
pub const OWN: &str = "own networks";
/// A school in which all agents share one network.
pub const SHARED: &str = "one network";

/// What grows.
#[derive(Clone, Copy, PartialEq)]
enum Grows {
    Agents,
    Neighbours,
    Width,
    Channels,
    Worlds,
}

/// Schools of which one thing grows.
pub struct Sweep {
    /// What grows, as an axis says it.
    pub name: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What the rest of it is.
    pub what: &'static str,
    grows: Grows,
    sizes: Vec<u32>,
    schools: Vec<&'static str>,
}

/// All sweeps; quick ones stop at small sizes.
pub fn all(quick: bool) -> Vec<Sweep> {
    let sizes = |all: &[u32], most: u32| all.iter().copied().filter(|x| !quick || *x <= most).collect::<Vec<_>>();
    let (three, nets) = (vec![RULE, OWN, SHARED], vec![OWN, SHARED]);
    vec![
        Sweep {
            name: "agents",
            title: "Agents",
            what: "About 31 others in range; networks of 16-32-16-4 (1,140 parameters).",
            grows: Grows::Agents,
            sizes: sizes(&[1_000, 10_000, 100_000, 1_000_000, 10_000_000], 10_000),
            schools: three,
        },
        Sweep {
            name: "neighbours",
            title: "Neighbours",
            what: "10,000 agents; the range grows, the density stays.",
            grows: Grows::Neighbours,
            sizes: sizes(&[4, 8, 16, 31, 60, 120], 16),
            schools: vec![RULE],
        },
        Sweep {
            name: "width",
            title: "Parameters",
            what: "10,000 agents, about 31 others in range; networks of 16-width-width-4.",
            grows: Grows::Width,
            sizes: sizes(&[4, 8, 16, 24, 32, 48, 62], 16),
            schools: nets.clone(),
        },
        Sweep {
            name: "channels",
            title: "Channels",
            what: "10,000 agents, about 31 others in range, of whom signals are heard; networks of 32-16 hidden.",
            grows: Grows::Channels,
            sizes: sizes(&[0, 1, 2, 4, 8, 16], 2),
            schools: vec![SHARED],
        },
        Sweep {
            name: "worlds",
            title: "Worlds",
            what: "Worlds of 64 agents, about 31 others in range, networks of 16-32-16-4.",
            grows: Grows::Worlds,
            sizes: sizes(&[1, 4, 16, 64, 256, 1024], 16),
            schools: nets,
        },
    ]
}

/// Agents of a species, at most: what a scene allows. Larger schools are of several.
const KIND_MAX: u32 = 4_000_000;

impl Sweep {
    /// Every size with every school. Ten million genomes of their own would need 46 GB: those are left to the others.
    pub fn sizes(&self) -> Vec<(u32, &'static str)> {
        let fits = |x: u32, school: &str| school != OWN || x < 10_000_000;
        let of = |school: &'static str| self.sizes.iter().map(move |x| (*x, school));
        self.schools.iter().flat_map(|school| of(school)).filter(|(x, school)| fits(*x, school)).collect()
    }

    /// The axis of a plot: a logarithm has no place for none.
    pub fn axis(&self) -> &'static str {
        match self.grows {
            Grows::Channels => "channels + 1",
            Grows::Width => "parameters",
            _ => self.name,
        }
    }

    /// Where a school of size `x` and of so many parameters stands on that axis.
    pub fn at(&self, x: f64, parameters: u32) -> f64 {
        match self.grows {
            Grows::Channels => x + 1.0,
            Grows::Width => f64::from(parameters),
            _ => x,
        }
    }

    /// The scene of a size.
    pub fn scene(&self, x: u32, school: &str) -> SceneSpec {
        let agents = match self.grows {
            Grows::Agents => x,
            Grows::Worlds => SMALL,
            _ => AGENTS,
        };
        let range = match self.grows {
            // As many in a disc of that radius.
            Grows::Neighbours => (x as f32 / (std::f32::consts::PI * DENSITY)).sqrt(),
            _ => RANGE,
        };
        let hidden = if self.grows == Grows::Width { vec![x, x] } else { vec![32, 16] };
        let channels = if self.grows == Grows::Channels { x } else { 2 };
        let side = (agents as f32 / DENSITY).sqrt();
        let mut scene = SceneSpec { extent: [side, side, 0.0], ..Default::default() };
        scene.rollout.worlds = if self.grows == Grows::Worlds { x } else { 1 };
        // Alike in all but name, and everyone perceives everyone.
        let kinds = agents.div_ceil(KIND_MAX).max(1);
        scene.species = (0..kinds)
            .map(|kind| {
                let count = agents / kinds + u32::from(kind < agents % kinds);
                let species = match school {
                    RULE => boids(count, range),
                    _ => networks(count, range, hidden.clone(), channels, self.grows == Grows::Channels, school == OWN),
                };
                SpeciesSpec { name: format!("fish{kind}"), ..species }
            })
            .collect();
        scene
    }
}

/// The rule reads two senses: those in sight, and those within its personal space, here a quarter of the range wide.
fn boids(count: u32, range: f32) -> SpeciesSpec {
    use NeighbourFeature::{Heading, Offset, Proximity};
    let sense = |range: f32, gives: Vec<NeighbourFeature>| {
        Sense::Neighbours(NeighboursSense { range, azimuth: 1, gives, ..Default::default() })
    };
    SpeciesSpec {
        count,
        senses: vec![sense(range, vec![Offset, Heading]), sense(0.25 * range, vec![Proximity, Offset])],
        controller: Controller::Rule(Rule::Boids(Default::default())),
        ..Default::default()
    }
}

/// 12 numbers of neighbours in four sectors and 4 of its own make 16 inputs; 2 of motion and 2 of signals make 4 outputs.
fn networks(count: u32, range: f32, hidden: Vec<u32>, channels: u32, heard: bool, own: bool) -> SpeciesSpec {
    let mut gives = vec![NeighbourFeature::Proximity, NeighbourFeature::Heading];
    if heard && channels > 0 {
        gives.push(NeighbourFeature::Signals);
    }
    SpeciesSpec {
        count,
        sharing: if own { Sharing::Own } else { Sharing::Species },
        senses: vec![
            Sense::Neighbours(NeighboursSense { range, azimuth: 4, gives, ..Default::default() }),
            Sense::Speed,
            Sense::Energy,
            Sense::Noise,
            Sense::Constant,
        ],
        signals: SignalSpec { channels, ..Default::default() },
        controller: Controller::Mlp(MlpSpec { hidden, ..Default::default() }),
        ..Default::default()
    }
}
