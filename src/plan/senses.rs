//! What a sense of a scene is to a backend: its kind, range and place in the observation. Part of `super`.

use super::{mask, zones};
use crate::layout::*;
use crate::scene::*;

/// A sense of the species `owner`, with everything but its place in the observation. `species` and `fields` are the names of
/// the scene's, `act_len` the numbers of the owner's action.
pub fn sense_params(
    sense: &Sense,
    scene: &SceneSpec,
    dim: u32,
    owner: &SpeciesSpec,
    act_len: u32,
    species: &[String],
    fields: &[String],
) -> SenseParams {
    let mut p: SenseParams = bytemuck::Zeroable::zeroed();
    match sense {
        Sense::Neighbours(n) => {
            p.kind = SENSE_NEIGHBOURS;
            p.mask = mask(&n.species, species);
            p.range = n.range;
            p.count = n.azimuth;
            p.elevation = if dim == 3 { n.elevation } else { 1 };
            p.channels = (0..species.len())
                .filter(|i| p.mask >> i & 1 == 1)
                .map(|i| scene.species[i].signals.channels)
                .max()
                .unwrap_or(0);
            // Features stand in one fixed order, whatever order the scene lists them in.
            for feature in &n.gives {
                let (bit, len) = match feature {
                    NeighbourFeature::Proximity => (GIVES_PROXIMITY, 1),
                    NeighbourFeature::Offset => (GIVES_OFFSET, dim),
                    NeighbourFeature::Heading => (GIVES_HEADING, dim),
                    NeighbourFeature::Signals => (GIVES_SIGNALS, p.channels),
                };
                if p.gives & bit == 0 {
                    p.gives |= bit;
                    p.per_sector += len;
                }
            }
            p.len = p.per_sector * p.count * p.elevation;
        }
        Sense::Nearest(n) => {
            p.kind = SENSE_NEAREST;
            p.mask = mask(&n.species, species);
            p.range = n.range;
            p.count = n.k;
            (p.gives, p.per_sector) = match (n.gives, dim) {
                (NearestFeature::Offset, _) => (0, dim + 1),
                (NearestFeature::Place, 2) => (GIVES_PLACE, 3),
                (NearestFeature::Place, _) => (GIVES_PLACE, 5),
            };
            p.gives |= if n.itself { GIVES_ITSELF } else { 0 };
            p.len = n.k * p.per_sector;
        }
        Sense::Pairs(pairs) => {
            p.kind = SENSE_PAIRS;
            p.mask = mask(&pairs.species, species);
            p.range = zones::reach(pairs);
            p.count = pairs.zones.len() as u32;
            p.per_sector = dim;
            p.len = p.count * dim;
        }
        Sense::Field(f) => {
            p.mask = mask(&f.fields, fields);
            let largest = scene
                .fields
                .iter()
                .enumerate()
                .filter(|(i, _)| p.mask >> i & 1 == 1)
                .map(|(_, f)| f.capacity)
                .fold(0.001, f32::max);
            p.inverse = 1.0 / largest;
            match &f.gives {
                FieldFeature::Value => (p.kind, p.len) = (SENSE_FIELD_VALUE, 1),
                FieldFeature::Gradient => (p.kind, p.len) = (SENSE_FIELD_GRADIENT, dim),
                FieldFeature::Antennae(a) => {
                    (p.kind, p.len) = (SENSE_FIELD_ANTENNAE, if dim == 3 { 4 } else { 2 });
                    p.range = a.reach;
                    p.angle = a.angle.min(std::f32::consts::PI);
                }
            }
        }
        Sense::Walls(w) => {
            p.kind = SENSE_WALLS;
            p.count = w.rays;
            p.range = w.range;
            p.angle = 0.5 * w.spread.min(std::f32::consts::TAU);
            p.len = w.rays + if dim == 3 { 2 } else { 0 };
        }
        Sense::Speed => (p.kind, p.len) = (SENSE_SPEED, 1),
        Sense::Energy => (p.kind, p.len) = (SENSE_ENERGY, 1),
        Sense::LastAction => (p.kind, p.len) = (SENSE_LAST_ACTION, act_len),
        Sense::OwnSignal => (p.kind, p.len) = (SENSE_OWN_SIGNAL, owner.signals.channels),
        Sense::Noise => (p.kind, p.len) = (SENSE_NOISE, 1),
        Sense::Constant => (p.kind, p.len) = (SENSE_CONSTANT, 1),
    }
    p
}
