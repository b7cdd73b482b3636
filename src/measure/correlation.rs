//! How far through a school motion is alike (Cavagna et al. 2010): the correlation of what is left of velocities when the mean is taken
//! away, by the distance of two agents, and the distance at which it is 0 first. A value near a third of the school's length alone
//! proves nothing: a plain gradient of velocity gives as much; what tells is whether it grows with the school.

use super::distance;
use crate::layout::{DRAW_RESAMPLE, TankParams};
use crate::math::{Vec3, add, dot, scale, sub};
use crate::rng;

/// Names the draws of the steps by which pairs are taken; any will do.
const STEPS: rng::Stream = [0, 9];

/// Bins of distance, from 0 to the school's length.
const BINS: usize = 60;

/// Agents above which not all pairs are looked at: 2 million pairs.
pub const MOST: usize = 2_000;

/// Pairs of a larger school that are looked at. `iwashi verify correlation_length` measures what that costs: see the check named
/// after it.
const PAIRS: usize = 120_000;

/// Times that the search for the two farthest agents goes to and fro: it settles after two in schools of any usual shape.
const SWEEPS: usize = 4;

/// What the correlation of a school comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// Distance at which it is 0 first, BL; NaN where it never is, or nothing can be told.
    pub length: f32,
    /// Largest distance of two agents (of the sample), BL.
    pub extent: f32,
    /// Mean of u·u' over pairs by bins of distance, over that of an agent with itself; NaN where no pair is so far apart.
    pub by_distance: Vec<f32>,
}

/// The correlation of places and velocities; distances are the shorter way around on a torus. Above `MOST` agents it is that of a
/// sample of pairs, in which each agent stands equally often.
pub fn correlation(tank: &TankParams, places: &[Vec3], velocities: &[Vec3]) -> Correlation {
    of_sample(tank, places, velocities, MOST)
}

/// The same, with all pairs of up to `most` agents.
pub fn of_sample(tank: &TankParams, places: &[Vec3], velocities: &[Vec3], most: usize) -> Correlation {
    let n = places.len().min(velocities.len());
    let mean = scale(velocities[..n].iter().fold([0.0; 3], |sum, v| add(sum, *v)), 1.0 / n.max(1) as f32);
    let left: Vec<Vec3> = velocities[..n].iter().map(|v| sub(*v, mean)).collect();
    let apart = |a: usize, b: usize| distance(tank, places[a], places[b]);
    let own = left.iter().map(|u| f64::from(dot(*u, *u))).sum::<f64>() / n.max(1) as f64;
    let pairs: Vec<(f32, f32)> = match n <= most {
        true => (0..n)
            .flat_map(|a| (0..a).map(move |b| (a, b)))
            .map(|(a, b)| (apart(a, b), dot(left[a], left[b])))
            .collect(),
        false => {
            // Steps are drawn, for the order of agents may be that of a lattice.
            let step = |k: u32| 1 + rng::below(rng::draw(STEPS, k, 0, DRAW_RESAMPLE)[0], n as u32 / 2) as usize;
            let steps = (0..(PAIRS / n).max(1) as u32).map(step);
            let pairs = steps.flat_map(|step| (0..n).map(move |a| (a, (a + step) % n)));
            pairs.map(|(a, b)| (apart(a, b), dot(left[a], left[b]))).collect()
        }
    };
    let mut extent = pairs.iter().map(|(away, _)| *away).fold(0.0, f32::max);
    if n > most {
        // The two farthest are hardly in a sample: from one agent to the farthest of it, and so on.
        let mut from = 0;
        for _ in 0..SWEEPS {
            let farthest = (0..n).map(|to| (apart(from, to), to)).max_by(|a, b| a.0.total_cmp(&b.0));
            let (away, to) = farthest.unwrap_or((extent, from));
            (from, extent) = (to, extent.max(away));
        }
    }
    let (mut sums, mut counts) = ([0.0f64; BINS], [0u32; BINS]);
    for (away, alike) in pairs {
        let bin = ((away / extent * BINS as f32) as usize).min(BINS - 1);
        sums[bin] += f64::from(alike);
        counts[bin] += 1;
    }
    let by_distance: Vec<f32> =
        sums.iter().zip(counts).map(|(sum, count)| (sum / f64::from(count) / own) as f32).collect();
    Correlation { length: first_zero(&by_distance) * extent, extent, by_distance }
}

/// Where a curve over bins first comes down to 0, as a share of its length, along lines between the middles of bins; NaN where it
/// never does. Bins without a value are passed over.
pub fn first_zero(by_distance: &[f32]) -> f32 {
    let middle = |bin: usize| (bin as f32 + 0.5) / by_distance.len() as f32;
    let mut before: Option<(f32, f32)> = None;
    for (bin, value) in by_distance.iter().enumerate().filter(|(_, value)| value.is_finite()) {
        if *value <= 0.0 {
            return match before {
                Some((at, above)) => at + (middle(bin) - at) * above / (above - value),
                // Alike with nobody: nearer than the first bin can tell.
                None => 0.0,
            };
        }
        before = Some((middle(bin), *value));
    }
    f32::NAN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::scene::{Boundary, SceneSpec};

    fn tank(extent: Vec3) -> TankParams {
        let scene = SceneSpec { extent, boundary: [Boundary::Open; 3], ..Default::default() };
        Plan::new(&scene, 1).tank
    }

    /// The zero over the school's length, of places whose velocity along x is what `of` says.
    fn ratio(places: &[Vec3], of: impl Fn(usize, &Vec3) -> f32) -> f32 {
        let velocities: Vec<Vec3> = places.iter().enumerate().map(|(i, p)| [of(i, p), 0.0, 0.0]).collect();
        let told = correlation(&tank([9.0, 9.0, 9.0]), places, &velocities);
        told.length / told.extent
    }

    #[test]
    fn gradients_have_their_known_lengths_and_noise_has_none() {
        let words = |i: u32| rng::draw([9, 1], i, 0, 0).map(|word| 2.0 * rng::uniform(word) - 1.0);
        let segment: Vec<Vec3> = (0..2_000).map(|i| [i as f32 / 2_000.0, 0.0, 0.0]).collect();
        let cube = || (0..9_000).map(words);
        let disc: Vec<Vec3> = cube().map(|w| [w[0], w[1], 0.0]).filter(|p| dot(*p, *p) <= 1.0).take(2_000).collect();
        let ball: Vec<Vec3> = cube().map(|w| [w[0], w[1], w[2]]).filter(|p| dot(*p, *p) <= 1.0).take(2_000).collect();
        // 1 / (1 + √3), and the figures of uniform samples of 2,000.
        for (places, known, near) in [(&segment, 0.3660, 0.005), (&disc, 0.474, 0.015), (&ball, 0.54, 0.015)] {
            let told = ratio(places, |_, p| p[0]);
            assert!((told - known).abs() < near, "{told} {known}");
        }
        let noise = ratio(&disc, |i, _| rng::normal(rng::draw([9, 2], i as u32, 0, 0)));
        assert!(noise < 0.05, "{noise}");
    }

    #[test]
    fn distances_go_the_shorter_way_and_nobody_is_nothing() {
        let scene = SceneSpec { extent: [10.0, 10.0, 0.0], ..Default::default() };
        let torus = Plan::new(&scene, 1).tank;
        let places = [[9.5, 5.0, 0.0], [0.5, 5.0, 0.0]];
        let told = correlation(&torus, &places, &[[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]);
        assert_eq!(told.extent, 1.0);
        let nobody = correlation(&torus, &[], &[]);
        assert!(nobody.length.is_nan() && nobody.extent == 0.0);
    }
}
