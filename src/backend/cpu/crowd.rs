//! Searches in worlds so small that their grid has one cell: everyone looks at everyone, a batch of lookers side by side in
//! lanes. Gives the same bits as the searches of *sense*, agent by agent: sums over neighbours are integers, and the k
//! nearest break ties by id. Knows nothing of senses that search for nobody.

use multiversion::multiversion;

use super::lanes::Env;
use super::near::batch;
use super::nearest::{PLACE_MAX, tell_offset, tell_place};
use super::wide::{BATCH, wrap};
use super::world::{Social, Sorted, World};
use crate::layout::*;
use crate::math::fixed_small;
use crate::plan::Plan;

pub mod sums;

/// One number of each looker.
type Lanes<T> = [T; BATCH];

/// Whether the searches of a plan's worlds are made here: where a grid has cells to choose from, it saves more.
pub fn searches(plan: &Plan) -> bool {
    plan.dims.grid_cells == 1 && plan.dims.slots <= CROWD_MAX
}

/// Whether the searches made here are all that a species senses.
pub fn suffices(plan: &Plan, s: &SpeciesParams) -> bool {
    let senses = &plan.senses[s.sense_start as usize..(s.sense_start + s.senses) as usize];
    let plain = plan.tank.noise == 0.0 && plan.tank.shuffle == 0;
    searches(plan) && plain && senses.iter().all(|sense| sense.kind == SENSE_NEAREST)
}

/// Fills in what the living of species `index` see of their nearest, and what they notice of their own kind.
pub fn look(world: &mut World, index: usize) {
    let s = &world.plan.species[index];
    let senses = &world.plan.senses[s.sense_start as usize..(s.sense_start + s.senses) as usize];
    // A species without slots has no seat.
    let Some(first) = world.scratch.seats.get(s.slot_start as usize).map(|seat| *seat as usize) else { return };
    let mut obs = std::mem::take(&mut world.scratch.obs);
    let mut social = std::mem::take(&mut world.scratch.social);
    let living = world.scratch.living[index] as usize;
    {
        let env = world.env(index);
        let obs = &mut obs[s.obs_start as usize..(s.obs_start + s.slots * s.obs_len) as usize];
        let social = &mut social[s.slot_start as usize..(s.slot_start + s.slots) as usize];
        let ordered = env.sorted.id[..env.living()].is_sorted();
        let (obs, social) = (&mut obs[..living * s.obs_len as usize], &mut social[..living]);
        let flat = env.plan.tank.dim == 2;
        for sense in senses.iter().filter(|sense| sense.kind == SENSE_NEAREST) {
            match (flat, ordered) {
                (true, true) => nearest::<2, false>(&env, sense, first, obs),
                (true, false) => nearest::<2, true>(&env, sense, first, obs),
                (false, true) => nearest::<3, false>(&env, sense, first, obs),
                (false, false) => nearest::<3, true>(&env, sense, first, obs),
            }
        }
        if s.social == 1 {
            if flat { near_own::<2>(&env, first, social) } else { near_own::<3>(&env, first, social) }
        }
        if s.flock == 1 {
            if flat { flock::<2>(&env, first, social) } else { flock::<3>(&env, first, social) }
        }
    }
    (world.scratch.obs, world.scratch.social) = (obs, social);
}

/// A batch of lookers in `DIM` dimensions: where they stand and face, and the numbers of the tank that their searches need.
/// Masks are words of all ones or none rather than truth values, which would leave the lanes.
struct Lookers<'a, const DIM: usize> {
    pos: [&'a Lanes<f32>; 3],
    heading: [&'a Lanes<f32>; 3],
    extent: [f32; 3],
    half: [f32; 3],
    first: u32,
}

impl<'a, const DIM: usize> Lookers<'a, DIM> {
    #[inline(always)]
    fn new(env: &Env<'a>, first: usize) -> Lookers<'a, DIM> {
        let (sorted, tank) = (env.sorted, &env.plan.tank);
        Lookers {
            pos: std::array::from_fn(|axis| batch(&sorted.pos[axis], first)),
            heading: std::array::from_fn(|axis| batch(&sorted.heading[axis], first)),
            extent: tank.extent,
            half: tank.half,
            first: first as u32,
        }
    }

    /// Offsets of the agent at place `j` from each looker, and their squares.
    #[inline(always)]
    fn offsets(&self, sorted: &Sorted, j: usize) -> ([Lanes<f32>; DIM], Lanes<f32>) {
        let (mut d, mut square) = ([[0.0f32; BATCH]; DIM], [0.0f32; BATCH]);
        for axis in 0..DIM {
            let (x, e, h) = (sorted.pos[axis][j], self.extent[axis], self.half[axis]);
            for l in 0..BATCH {
                let offset = wrap(x - self.pos[axis][l], e, h);
                d[axis][l] = offset;
                square[l] += offset * offset;
            }
        }
        (d, square)
    }

    /// Products of each looker's heading with a vector of its own.
    #[inline(always)]
    fn ahead(&self, d: &[Lanes<f32>; DIM]) -> Lanes<f32> {
        let mut along = [0.0f32; BATCH];
        for axis in 0..DIM {
            for l in 0..BATCH {
                along[l] += d[axis][l] * self.heading[axis][l];
            }
        }
        along
    }

    /// Cosines between each looker's heading and that of the agent at place `j`.
    #[inline(always)]
    fn along(&self, sorted: &Sorted, j: usize) -> Lanes<f32> {
        let mut along = [0.0f32; BATCH];
        for axis in 0..DIM {
            let h = sorted.heading[axis][j];
            for l in 0..BATCH {
                along[l] += self.heading[axis][l] * h;
            }
        }
        along
    }

    /// Which lookers see another at place `j` nearer than the root of `reach`.
    #[inline(always)]
    fn within(&self, square: &Lanes<f32>, reach: f32, j: usize) -> Lanes<i32> {
        let mut mask = [0i32; BATCH];
        for l in 0..BATCH {
            mask[l] = -i32::from((self.first + l as u32 != j as u32) & (square[l] < reach));
        }
        mask
    }
}

/// Ranks of the nearest that are given at once: as many as stay in registers.
const RANKS_AT_ONCE: usize = 4;
/// Room for the ranks of the nearest, so many at once from the second on.
const RANKS: usize = NEAREST_MAX as usize + RANKS_AT_ONCE;

/// The k nearest, kept in order by insertion. With `TIES` ids are compared where distances are equal; without, agents come in
/// the order of their ids.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn nearest<const DIM: usize, const TIES: bool>(env: &Env, sense: &SenseParams, first: usize, obs: &mut [f32]) {
    let (sorted, k) = (env.sorted, sense.count as usize);
    let (reach, itself) = (sense.range * sense.range, sense.gives & GIVES_ITSELF != 0);
    // Places are told alike to everyone who sees them: each is put into words once.
    let mut places = [[0.0f32; PLACE_MAX]; CROWD_MAX as usize];
    if sense.gives & GIVES_PLACE != 0 {
        for (j, place) in places[..env.living()].iter_mut().enumerate() {
            tell_place(env, j, place);
        }
    }
    for (block, rows) in obs.chunks_mut(BATCH * env.species.obs_len as usize).enumerate() {
        let lookers = Lookers::<DIM>::new(env, first + block * BATCH);
        let mut best = [[f32::INFINITY; BATCH]; RANKS];
        let mut found_at = [[0u32; BATCH]; RANKS];
        // The last who has a rank already: everyone later is looked at again for the ranks that follow.
        let (mut last, mut last_id) = ([-1.0f32; BATCH], [0u32; BATCH]);
        for rank in (usize::from(itself)..k).step_by(RANKS_AT_ONCE) {
            let mut nearest = [[f32::INFINITY; BATCH]; RANKS_AT_ONCE];
            let mut who = [[0u32; BATCH]; RANKS_AT_ONCE];
            let mut ids = [[u32::MAX; BATCH]; RANKS_AT_ONCE];
            for j in (0..env.living()).filter(|j| sense.mask >> sorted.species[*j] & 1 == 1) {
                let (_, square) = lookers.offsets(sorted, j);
                let within = lookers.within(&square, reach, j);
                let (mut d, mut at, mut id) = ([0.0f32; BATCH], [j as u32; BATCH], [sorted.id[j]; BATCH]);
                for l in 0..BATCH {
                    let later = (square[l] > last[l]) | (square[l] == last[l]) & (id[l] > last_id[l]);
                    d[l] = if within[l] & -i32::from(later) != 0 { square[l] } else { f32::INFINITY };
                }
                for n in 0..RANKS_AT_ONCE {
                    let (nearest, who, ids) = (&mut nearest[n], &mut who[n], &mut ids[n]);
                    for l in 0..BATCH {
                        let nearer = d[l] < nearest[l] || TIES && d[l] == nearest[l] && id[l] < ids[l];
                        (nearest[l], d[l]) = if nearer { (d[l], nearest[l]) } else { (nearest[l], d[l]) };
                        (who[l], at[l]) = if nearer { (at[l], who[l]) } else { (who[l], at[l]) };
                        if TIES {
                            (ids[l], id[l]) = if nearer { (id[l], ids[l]) } else { (ids[l], id[l]) };
                        }
                    }
                }
            }
            last = nearest[RANKS_AT_ONCE - 1];
            for l in 0..BATCH {
                last_id[l] = sorted.id[who[RANKS_AT_ONCE - 1][l] as usize];
            }
            best[rank..rank + RANKS_AT_ONCE].copy_from_slice(&nearest);
            found_at[rank..rank + RANKS_AT_ONCE].copy_from_slice(&who);
        }
        for (l, row) in rows.chunks_exact_mut(env.species.obs_len as usize).enumerate() {
            let out = &mut row[sense.start as usize..(sense.start + sense.len) as usize];
            let place = first + block * BATCH + l;
            if itself {
                // At distance 0, behind others there whose ids are lower.
                (best[0][l], found_at[0][l]) = (0.0, place as u32);
                let mut n = 1;
                while n < k && best[n][l] == 0.0 && sorted.id[found_at[n][l] as usize] < sorted.id[place] {
                    (found_at[n - 1][l], found_at[n][l]) = (found_at[n][l], place as u32);
                    n += 1;
                }
            }
            for (n, out) in out.chunks_exact_mut(sense.per_sector as usize).enumerate() {
                let (square, at) = (best[n][l], found_at[n][l] as usize);
                if square == f32::INFINITY {
                    out.fill(0.0);
                } else if sense.gives & GIVES_PLACE != 0 {
                    for (out, x) in out.iter_mut().zip(places[at]) {
                        *out = x;
                    }
                } else {
                    tell_offset(env, sense, place, at, square, out);
                }
            }
        }
    }
}

/// Nearness of the nearest of its own kind, and mean cosine with those in social range.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn near_own<const DIM: usize>(env: &Env, first: usize, social: &mut [Social]) {
    let (sorted, tank) = (env.sorted, &env.plan.tank);
    let (range, scale) = (tank.social_range, tank.sense_scale);
    let kind = first..first + social.len();
    for (block, social) in social.chunks_mut(BATCH).enumerate() {
        let lookers = Lookers::<DIM>::new(env, first + block * BATCH);
        let (mut count, mut align, mut least) = ([0i32; BATCH], [0i32; BATCH], [f32::MAX; BATCH]);
        for j in kind.clone() {
            let (_, square) = lookers.offsets(sorted, j);
            let along = lookers.along(sorted, j);
            let seen = lookers.within(&square, range * range, j);
            for l in 0..BATCH {
                count[l] -= seen[l];
                align[l] += fixed_small(along[l], scale) & seen[l];
                let nearer = seen[l] != 0 && square[l] < least[l];
                least[l] = if nearer { square[l] } else { least[l] };
            }
        }
        for (l, social) in social.iter_mut().enumerate() {
            (social[0], social[1]) = if count[l] == 0 {
                (0.0, 0.0)
            } else {
                (1.0 - least[l].sqrt() / range, align[l] as f32 / scale / count[l] as f32)
            };
        }
    }
}

/// Shares of the flocking energy of their kind.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn flock<const DIM: usize>(env: &Env, first: usize, social: &mut [Social]) {
    let (sorted, s) = (env.sorted, env.species);
    let (reach, scale) = (s.flock_reach * s.flock_reach, s.flock_scale);
    let ([w0, w1, w2], [i0, i1, i2], view) = (s.flock_weights, s.flock_inverse, s.flock_view);
    let kind = first..first + social.len();
    for (block, social) in social.chunks_mut(BATCH).enumerate() {
        let lookers = Lookers::<DIM>::new(env, first + block * BATCH);
        let (mut pairs, mut middle) = ([0i32; BATCH], [[0i32; BATCH]; DIM]);
        for j in kind.clone() {
            let (d, square) = lookers.offsets(sorted, j);
            let (along, ahead) = (lookers.along(sorted, j), lookers.ahead(&d));
            let seen = lookers.within(&square, reach, j);
            let mut viewed = [0i32; BATCH];
            for l in 0..BATCH {
                let distance = square[l].sqrt();
                let a = (1.0 - distance * i0).max(0.0);
                let b = (1.0 - distance * i1).max(0.0);
                let c = 1.0 - along[l];
                pairs[l] += fixed_small(w0 * (a * a * a) * (c * c) + w1 * (b * b * b), scale) & seen[l];
                let front = (distance * i2 < 1.0) & (ahead[l] > view * distance) & (ahead[l] < distance);
                viewed[l] = seen[l] & -i32::from(front);
            }
            for axis in 0..DIM {
                for l in 0..BATCH {
                    middle[axis][l] += fixed_small(d[axis][l] * i2, scale) & viewed[l];
                }
            }
        }
        let mut toward = [[0.0f32; BATCH]; DIM];
        let mut square = [0.0f32; BATCH];
        for axis in 0..DIM {
            for l in 0..BATCH {
                toward[axis][l] = middle[axis][l] as f32;
                square[l] += toward[axis][l] * toward[axis][l];
            }
        }
        for axis in 0..DIM {
            for l in 0..BATCH {
                let length = square[l].sqrt();
                toward[axis][l] = if length < 1e-6 { 0.0 } else { toward[axis][l] / length };
            }
        }
        let aligned = lookers.ahead(&toward);
        for (l, social) in social.iter_mut().enumerate() {
            let aside = 1.0 - aligned[l];
            social[2] = 0.5 * (pairs[l] as f32 / scale) + w2 * (aside * aside);
        }
    }
}
