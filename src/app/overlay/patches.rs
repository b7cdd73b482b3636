//! Patches of the tank: which one a place is in, which are beside it, and numbers of patches made softer. Draws nothing.

use bevy::math::Vec3;

use crate::plan::Plan;

/// Patches of the tank, none narrower than asked for but where the tank is: how many along each axis, and which one a place is in.
pub(super) struct Patches {
    /// How many along each axis.
    pub(super) count: [usize; 3],
    /// How wide, BL.
    pub(super) size: Vec3,
}

impl Patches {
    pub(super) fn new(plan: &Plan, along: f32, deep: bool) -> Patches {
        let extent = Vec3::from(plan.tank.extent);
        let side = (extent.max_element() / along).max(1e-3);
        let count = [0, 1, 2].map(|axis| {
            let flat = axis == 2 && !deep;
            // Rounded down, or a patch would be narrower than its side; rounding of the quotient itself must not cost a patch.
            if flat || extent[axis] <= 0.0 { 1 } else { (1.00001 * extent[axis] / side).floor().max(1.0) as usize }
        });
        let size = Vec3::from([0, 1, 2].map(|axis| extent[axis] / count[axis] as f32));
        Patches { count, size }
    }

    pub(super) fn len(&self) -> usize {
        self.count.iter().product()
    }

    pub(super) fn of(&self, pos: Vec3) -> usize {
        let place = [0, 1, 2].map(|axis| match self.size[axis] {
            size if size > 0.0 => ((pos[axis] / size) as usize).min(self.count[axis] - 1),
            _ => 0,
        });
        place[0] + self.count[0] * (place[1] + self.count[1] * place[2])
    }

    pub(super) fn middle(&self, patch: usize) -> Vec3 {
        let (x, rest) = (patch % self.count[0], patch / self.count[0]);
        let (y, z) = (rest % self.count[1], rest / self.count[1]);
        self.size * (Vec3::new(x as f32, y as f32, z as f32) + 0.5)
    }
}

/// Patches no narrower than anybody hears: who is heard is in a patch beside one's own. No more of them than can be looked through in each
/// frame, 4,096 in a plane and in a volume.
pub(super) fn audible(plan: &Plan, far: f32) -> Patches {
    let longest = plan.tank.extent.iter().copied().fold(0.0, f32::max);
    let most = if plan.tank.extent[2] > 0.0 { 16.0 } else { 64.0 };
    Patches::new(plan, (longest / far).floor().clamp(1.0, most), true)
}

/// The patch of a place and those beside it, each once, across the borders of a torus as well.
pub(super) fn around(patches: &Patches, plan: &Plan, pos: Vec3) -> Vec<usize> {
    let own = patches.of(pos);
    let place =
        [own % patches.count[0], own / patches.count[0] % patches.count[1], own / patches.count[0] / patches.count[1]];
    let beside = |axis: usize| -> Vec<usize> {
        let (at, count) = (place[axis] as i64, patches.count[axis] as i64);
        let wraps = plan.tank.edge[axis] == crate::layout::EDGE_TORUS;
        let mut all: Vec<usize> = (at - 1..=at + 1)
            .filter(|to| wraps || (0..count).contains(to))
            .map(|to| to.rem_euclid(count) as usize)
            .collect();
        all.sort();
        all.dedup();
        all
    };
    let [xs, ys, zs] = [0, 1, 2].map(beside);
    let mut out = Vec::with_capacity(27);
    for z in &zs {
        for y in &ys {
            out.extend(xs.iter().map(|x| x + patches.count[0] * (y + patches.count[1] * z)));
        }
    }
    out
}

/// Each number mixed with its neighbours, half with those to the left and right, then with those above and below.
pub(super) fn softened(numbers: &[f32], wide: usize, high: usize) -> Vec<f32> {
    let pass = |from: &[f32], by: usize, inside: fn(usize, usize, usize) -> [bool; 2]| -> Vec<f32> {
        let mix = |at: usize| {
            let [before, after] = inside(at, wide, high);
            let side = |is: bool, at: usize| if is { from[at] } else { 0.0 };
            0.5 * from[at] + 0.25 * (side(before, at.wrapping_sub(by)) + side(after, at + by))
        };
        (0..from.len()).map(mix).collect()
    };
    let across = pass(numbers, 1, |at, wide, _| [!at.is_multiple_of(wide), at % wide + 1 < wide]);
    pass(&across, wide, |at, wide, high| [at >= wide, at / wide + 1 < high])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Boundary;

    fn plan(edge: Boundary, z: f32) -> Plan {
        let mut spec = crate::scene::load("boids").unwrap().spec;
        (spec.boundary, spec.extent) = ([edge; 3], [40.0, 20.0, z]);
        Plan::new(&spec, 1)
    }

    #[test]
    fn every_place_lies_in_the_patch_that_it_is_the_middle_of() {
        for z in [0.0, 10.0] {
            let patches = Patches::new(&plan(Boundary::Wall, z), 8.0, true);
            assert_eq!(patches.count, [8, 4, if z > 0.0 { 2 } else { 1 }]);
            assert!((0..patches.len()).all(|patch| patches.of(patches.middle(patch)) == patch));
        }
        let patches = Patches::new(&plan(Boundary::Wall, 0.0), 8.0, true);
        assert_eq!((patches.of(Vec3::splat(-1.0)), patches.of(Vec3::new(40.0, 20.0, 0.0))), (0, 31));
    }

    #[test]
    fn neighbours_of_a_corner_lie_across_the_borders_of_a_torus_only() {
        let count = |edge| {
            let plan = plan(edge, 0.0);
            around(&Patches::new(&plan, 8.0, true), &plan, Vec3::new(0.5, 0.5, 0.0)).len()
        };
        assert_eq!((count(Boundary::Wall), count(Boundary::Torus)), (4, 9));
        // Where three patches are all there are, none comes twice.
        let plan = plan(Boundary::Torus, 0.0);
        assert_eq!(around(&Patches::new(&plan, 2.0, true), &plan, Vec3::ZERO).len(), 2);
    }

    #[test]
    fn patches_of_those_who_hear_are_as_wide_as_they_hear_and_few() {
        for z in [0.0, 40.0] {
            for far in [0.1, 3.0, 8.0, 100.0] {
                let patches = audible(&plan(Boundary::Torus, z), far);
                assert!(patches.len() <= 4_096, "{far}, {z} deep: {}", patches.len());
                assert!((0..2).all(|axis| patches.count[axis] == 1 || patches.size[axis] > 0.999 * far), "{far}");
            }
        }
    }

    #[test]
    fn softening_keeps_what_is_far_from_the_edges() {
        let mut numbers = vec![0.0; 49];
        numbers[24] = 16.0;
        let soft = softened(&numbers, 7, 7);
        assert_eq!((soft[24], soft[23], soft[17], soft[16], soft[22]), (4.0, 2.0, 2.0, 1.0, 0.0));
        assert_eq!(soft.iter().sum::<f32>(), 16.0);
    }
}
