//! Sums over the pairs that an agent makes with those around it, zone by zone: a part of *sense*. They are summed along the axes of
//! the tank, where what one of a pair adds is exactly what the other takes away, and turned into body axes once. Twin of
//! `shaders/pairs.wgsl`. Knows nothing of how neighbours are gathered.

use std::marker::PhantomData;

use super::lanes::Env;
use super::laws::{Align, Consensus, Lattice, Law, Morse, Spring};
use super::near::{Near, batch, components, load, splat};
use super::wide::{BATCH, Batch, Wide, first_lanes};
use crate::layout::*;
use crate::math::{Vec3, dot};

/// Zones of a sense.
#[inline(always)]
pub fn zones<'a>(env: &Env<'a>, sense: &SenseParams) -> &'a [ZoneParams] {
    &env.plan.zones[sense.zone_start as usize..(sense.zone_start + sense.count) as usize]
}

/// Fills what an agent at `place` among the sorted perceives of its neighbours, whose distances must have been asked for, and
/// headings and places where a zone gives them.
#[inline(always)]
pub fn pairs<W: Wide, const D: usize>(
    env: &Env,
    sense: &SenseParams,
    place: u32,
    axes: [Vec3; 3],
    near: &Near,
    out: &mut [f32],
) {
    let mut inner = 0.0;
    for (zone, out) in zones(env, sense).iter().zip(out.chunks_exact_mut(D)) {
        let looker = Looker { env, zone, place, ahead: axes[0], inner };
        let sums = match zone.gives {
            PAIR_HEADING => looker.add_up::<W, D, Heading>(near),
            PAIR_DIRECTION => looker.add_up::<W, D, Direction>(near),
            PAIR_VELOCITY => looker.add_up::<W, D, Velocity>(near),
            PAIR_OFFSET => looker.add_up::<W, D, By<Spring>>(near),
            PAIR_MORSE => looker.add_up::<W, D, By<Morse>>(near),
            PAIR_ALIGN => looker.add_up::<W, D, By<Align>>(near),
            PAIR_LATTICE => looker.add_up::<W, D, By<Lattice>>(near),
            _ => looker.add_up::<W, D, By<Consensus>>(near),
        };
        let mut sum = [0.0; 3];
        for axis in 0..D {
            sum[axis] = sums[axis] as f32 / zone.scale;
        }
        for (out, axis) in out.iter_mut().zip(axes) {
            let x = dot(sum, axis);
            // A zero may have either sign, and compilers of shaders do not keep it.
            *out = if x == 0.0 { 0.0 } else { x };
        }
        inner = zone.outer;
    }
}

/// An agent that looks into a zone.
struct Looker<'a> {
    env: &'a Env<'a>,
    zone: &'a ZoneParams,
    /// Place among the sorted.
    place: u32,
    /// Heading.
    ahead: Vec3,
    /// Where the zone begins, BL.
    inner: f32,
}

/// What the other of a pair adds, along the axes of the tank; of a batch of neighbours at once.
trait Term {
    /// The terms of the neighbours from `at` on, at `offset` and `distance`; whatever for those past the last.
    fn of<const D: usize>(
        looker: &Looker,
        near: &Near,
        at: usize,
        offset: [&Batch<f32>; D],
        distance: &Batch<f32>,
    ) -> [Batch<f32>; D];
}

impl Looker<'_> {
    /// Sums over the neighbours in the zone, in steps of its scale.
    #[inline(always)]
    fn add_up<W: Wide, const D: usize, T: Term>(&self, near: &Near) -> [i32; D] {
        let zone = self.zone;
        let (from, to) = (W::splat(self.inner * self.inner), W::splat(zone.outer * zone.outer));
        let (view, most, scale) = (W::splat(zone.view), W::splat(zone.most), W::splat(zone.scale));
        let ahead = splat::<W, D>(self.ahead);
        let n = near.len.next_multiple_of(BATCH);
        let offsets = components::<D>(&near.offset, n);
        let (squares, distances) = (&near.square[..n], &near.distance[..n]);
        let mut sums = [W::zero(); D];
        let mut at = 0;
        while at < n {
            let (square, distance) = (W::load(batch(squares, at)), W::load(batch(distances, at)));
            let offset = load::<W, D>(&offsets, at);
            let mut along = W::mul(offset[0], ahead[0]);
            for axis in 1..D {
                along = W::add(along, W::mul(offset[axis], ahead[axis]));
            }
            let nearer_or_hidden = W::less(square, from) | W::less(along, W::mul(view, distance));
            let within = W::less(square, to) & !nearer_or_hidden & first_lanes(near.len - at);
            // Many a batch has nobody in many a zone.
            if within != 0 {
                let mut parts = [batch(distances, at); D];
                for axis in 0..D {
                    parts[axis] = batch(offsets[axis], at);
                }
                let term = T::of::<D>(self, near, at, parts, batch(distances, at));
                for axis in 0..D {
                    let steps = W::whole(W::mul(W::bound(W::load(&term[axis]), most), scale));
                    sums[axis] = W::add_where(within, sums[axis], steps);
                }
            }
            at += BATCH;
        }
        let mut all = [0; D];
        for axis in 0..D {
            all[axis] = W::total(sums[axis]);
        }
        all
    }
}

/// `PAIR_HEADING`.
struct Heading;

impl Term for Heading {
    #[inline(always)]
    fn of<const D: usize>(_: &Looker, near: &Near, at: usize, _: [&Batch<f32>; D], _: &Batch<f32>) -> [Batch<f32>; D] {
        let mut headings = [[0.0f32; BATCH]; D];
        for axis in 0..D {
            headings[axis] = *batch(&near.heading[axis], at);
        }
        headings
    }
}

/// `PAIR_DIRECTION`.
struct Direction;

impl Term for Direction {
    #[inline(always)]
    fn of<const D: usize>(
        _: &Looker,
        _: &Near,
        _: usize,
        offset: [&Batch<f32>; D],
        distance: &Batch<f32>,
    ) -> [Batch<f32>; D] {
        let mut toward = [[0.0f32; BATCH]; D];
        for axis in 0..D {
            for l in 0..BATCH {
                // Those who are in the same place are in no direction.
                toward[axis][l] = if distance[l] < 1e-6 { 0.0 } else { offset[axis][l] / distance[l] };
            }
        }
        toward
    }
}

/// `PAIR_VELOCITY`.
struct Velocity;

impl Term for Velocity {
    #[inline(always)]
    fn of<const D: usize>(
        looker: &Looker,
        near: &Near,
        at: usize,
        _: [&Batch<f32>; D],
        _: &Batch<f32>,
    ) -> [Batch<f32>; D] {
        let velocity = |place: u32| looker.env.agents[looker.env.sorted.slot[place as usize] as usize].vel;
        let own = velocity(looker.place);
        let mut relative = [[0.0f32; BATCH]; D];
        for (l, place) in near.place[at..near.len].iter().take(BATCH).enumerate() {
            let other = velocity(*place);
            for axis in 0..D {
                relative[axis][l] = other[axis] - own[axis];
            }
        }
        relative
    }
}

/// Any of the laws.
struct By<L>(PhantomData<L>);

impl<L: Law> Term for By<L> {
    #[inline(always)]
    fn of<const D: usize>(
        looker: &Looker,
        near: &Near,
        at: usize,
        offset: [&Batch<f32>; D],
        distance: &Batch<f32>,
    ) -> [Batch<f32>; D] {
        let velocities;
        let acted_on = if L::VELOCITY {
            velocities = Velocity::of::<D>(looker, near, at, offset, distance);
            velocities.each_ref()
        } else {
            offset
        };
        let square = batch(&near.square, at);
        let mut factor = [0.0f32; BATCH];
        for l in 0..BATCH {
            factor[l] = L::factor(looker.zone, square[l], distance[l]);
        }
        let mut term = [[0.0f32; BATCH]; D];
        for axis in 0..D {
            for l in 0..BATCH {
                term[axis][l] = acted_on[axis][l] * factor[l];
            }
        }
        term
    }
}
