//! What the zones of a sense of pairs are to a backend. Part of `super`.

use super::sum_scale;
use crate::layout::*;
use crate::scene::*;

/// The zones of a sense of `owner`, but for their scale, which depends on all slots of the world.
pub fn zones(sense: &PairsSense, scene: &SceneSpec, owner: &SpeciesSpec) -> Vec<ZoneParams> {
    let perceived = scene.species.iter().filter(|s| sense.species.is_empty() || sense.species.contains(&s.name));
    let fastest = perceived.map(|s| s.body.top_speed).fold(0.0, f32::max);
    let mut outer = 0.0;
    let zone = |zone: &ZoneSpec| {
        outer += zone.width;
        let apart = owner.body.top_speed + fastest;
        let (gives, most, law) = match zone.gives {
            PairTerm::Heading => (PAIR_HEADING, 1.0, [0.0; 4]),
            PairTerm::Direction => (PAIR_DIRECTION, 1.0, [0.0; 4]),
            PairTerm::Velocity => (PAIR_VELOCITY, apart, [0.0; 4]),
            PairTerm::Offset(t) => (PAIR_OFFSET, t.strength.abs() * outer, [t.strength, 0.0, 0.0, 0.0]),
            PairTerm::Morse(t) => {
                let [repulsion, attraction] = [t.repulsion / t.repulsion_length, t.attraction / t.attraction_length];
                let law = [repulsion, 1.0 / t.repulsion_length, attraction, 1.0 / t.attraction_length];
                (PAIR_MORSE, repulsion.max(attraction), law)
            }
            PairTerm::Align(t) => (PAIR_ALIGN, t.strength * apart, [t.strength, t.exponent, 0.0, 0.0]),
            // Its direction is no longer than 1 / √ε.
            PairTerm::Lattice(t) => {
                (PAIR_LATTICE, t.strength / t.epsilon.sqrt(), [t.strength, t.epsilon, t.spacing, t.begin])
            }
            PairTerm::Consensus(t) => (PAIR_CONSENSUS, t.strength * apart, [t.strength, t.epsilon, 0.0, t.begin]),
        };
        let half = 0.5 * zone.blind.min(std::f32::consts::TAU);
        // Where nothing is hidden, rounding must not hide who is straight behind.
        let view = if half == 0.0 { -2.0 } else { -libm::cosf(half) };
        ZoneParams { outer, view, gives, most, law, scale: 0.0 }
    };
    sense.zones.iter().map(zone).collect()
}

/// Where the outermost zone ends, BL.
pub fn reach(sense: &PairsSense) -> f32 {
    // In the order in which `zones` adds, so that both come to the same.
    sense.zones.iter().fold(0.0, |reach, zone| reach + zone.width)
}

/// Steps in one unit of a sum of terms of at most `most`: the largest power of two with which the sum over all slots fits in 31 bits.
/// A hundred agents whose terms have length 1 have steps of 2⁻²³.
pub fn scale(slots: u32, most: f32) -> f32 {
    // What is so slow that its velocity is below this is summed too coarsely.
    let least = 1.0 / 1_048_576.0;
    let mut power = least;
    while power < most {
        power *= 2.0;
    }
    sum_scale(slots, 30) / power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_the_largest_terms_fit() {
        for slots in [1, 2, 40, 100, 127, 128, 10_000, 4_000_000] {
            for most in [0.0, 1e-3, 0.7, 1.0, 1.1, 10.0, 400.0] {
                let scale = scale(slots, most);
                assert_eq!(scale.log2().fract(), 0.0, "{scale} is no power of two");
                let sum = f64::from(slots) * (f64::from(most) * f64::from(scale) + 1.0);
                assert!(sum < 2f64.powi(31), "{slots} terms of {most} come to {sum}");
                assert!(most < 1e-3 || sum * 8.0 > 2f64.powi(31), "{slots} terms of {most} leave bits unused: {sum}");
            }
        }
        assert_eq!(scale(100, 1.0), 8_388_608.0);
    }

    #[test]
    fn zones_begin_where_the_one_before_ends() {
        let zone = |width, blind| ZoneSpec { width, blind, gives: PairTerm::Direction };
        let sense = PairsSense { zones: vec![zone(1.0, 0.0), zone(0.0, 1.5), zone(14.0, 1.5)], ..Default::default() };
        let zones = zones(&sense, &SceneSpec::default(), &SpeciesSpec::default());
        assert_eq!(zones.iter().map(|z| z.outer).collect::<Vec<_>>(), [1.0, 1.0, 15.0]);
        assert_eq!(reach(&sense), 15.0);
        assert!(zones[0].view < -1.0 && (zones[2].view + libm::cosf(0.75)).abs() < 1e-6);
    }
}
