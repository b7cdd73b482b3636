//! Who swims with whom: groups of agents near each other, the room that a group takes, and how evenly agents are spread. Right on a
//! torus too, with groups that lie across its border. Knows nothing of what it is measured for.

use super::{centroid, nearer, offset};
use crate::layout::{Agent, TankParams};
use crate::math::{Vec3, add, cross, sub};

/// Side of a cell over the reach, times the square root of the dimensions: a little below 1, so that all in a cell are near each other
/// whichever way their places round.
const SNUG: f32 = 0.999;

/// The group of each of `places`: the number of the connected set of places that are nearer than `reach` to each other, in the order
/// of their first. Places go into cells so small that all of one are near each other; then only cells are joined, by the first pair
/// that is near.
pub fn groups(tank: &TankParams, places: &[Vec3], reach: f32) -> Vec<u32> {
    let n = places.len();
    let mut leader: Vec<usize> = (0..n).collect();
    if reach > 0.0 {
        let grid = Grid::new(tank, reach);
        let mut order: Vec<([i32; 3], u32)> = (0..n).map(|at| (grid.cell(places[at]), at as u32)).collect();
        order.sort_unstable();
        let cells: Vec<&[([i32; 3], u32)]> = order.chunk_by(|a, b| a.0 == b.0).collect();
        for members in &cells {
            members.iter().for_each(|(_, at)| leader[*at as usize] = members[0].1 as usize);
        }
        for step in &grid.steps {
            // Cells in their order lead on to cells in their order, but where the tank wraps.
            let mut at = 0;
            for members in &cells {
                let cell = grid.next(members[0].0, *step);
                if at > 0 && cells[at - 1][0].0 >= cell {
                    at = cells.partition_point(|others| others[0].0 < cell);
                }
                while cells.get(at).is_some_and(|others| others[0].0 < cell) {
                    at += 1;
                }
                let Some(others) = cells.get(at).filter(|others| others[0].0 == cell) else { continue };
                let [a, b] = [members, others].map(|those| found(&mut leader, those[0].1 as usize));
                let place = |(_, at): &([i32; 3], u32)| places[*at as usize];
                let near = |one: Vec3| others.iter().any(|other| nearer(tank, one, place(other), reach).is_some());
                if a != b && members.iter().any(|one| near(place(one))) {
                    leader[a.max(b)] = a.min(b);
                }
            }
        }
    }
    let mut numbers = vec![u32::MAX; n];
    let mut count = 0;
    (0..n)
        .map(|place| {
            let first = found(&mut leader, place);
            if numbers[first] == u32::MAX {
                numbers[first] = count;
                count += 1;
            }
            numbers[first]
        })
        .collect()
}

/// Cells of a tank.
struct Grid {
    /// Side of a cell along each axis, BL.
    side: Vec3,
    /// Cells along an axis that wraps; 0 along one that does not.
    around: [i32; 3],
    /// Ways to all cells in which somebody may be near, of each two opposite ones one.
    steps: Vec<[i32; 3]>,
}

impl Grid {
    fn new(tank: &TankParams, reach: f32) -> Grid {
        let dims = tank.dim.clamp(1, 3) as usize;
        let snug = SNUG * reach / (dims as f32).sqrt();
        let wrapping = |axis: usize| super::wraps(tank, axis);
        let around =
            [0, 1, 2].map(|axis| if wrapping(axis) { (tank.extent[axis] / snug).ceil().max(1.0) as i32 } else { 0 });
        let side = [0, 1, 2].map(|axis| if wrapping(axis) { tank.extent[axis] / around[axis] as f32 } else { snug });
        let far = |axis: usize| match around[axis] {
            _ if axis >= dims => 0,
            0 => (reach / side[axis]) as i32 + 1,
            cells => ((reach / side[axis]) as i32 + 1).min(cells - 1),
        };
        let [x, y, z] = [far(0), far(1), far(2)];
        let all = (-x..=x).flat_map(|i| (-y..=y).flat_map(move |j| (-z..=z).map(move |k| [i, j, k])));
        // The least that lies between two cells; both ways to it round.
        let between = |step: &[i32; 3]| -> f32 {
            let gap = |axis: usize| (step[axis].abs() - 1).max(0) as f32 * side[axis];
            (0..3).map(|axis| gap(axis) * gap(axis)).sum::<f32>().sqrt()
        };
        let steps = all.filter(|step| *step > [0; 3] && between(step) < 1.001 * reach).collect();
        Grid { side, around, steps }
    }

    fn cell(&self, place: Vec3) -> [i32; 3] {
        [0, 1, 2].map(|axis| self.wrapped(axis, (place[axis] / self.side[axis]).floor() as i32))
    }

    fn next(&self, cell: [i32; 3], step: [i32; 3]) -> [i32; 3] {
        [0, 1, 2].map(|axis| self.wrapped(axis, cell[axis].saturating_add(step[axis])))
    }

    fn wrapped(&self, axis: usize, cell: i32) -> i32 {
        if self.around[axis] > 0 { cell.rem_euclid(self.around[axis]) } else { cell }
    }
}

/// How many groups of a reach there are, and the largest of them, of equal ones the first.
pub fn largest(tank: &TankParams, school: &[Agent], reach: f32) -> (u32, Vec<Agent>) {
    let places: Vec<Vec3> = school.iter().map(|agent| agent.pos).collect();
    let of = groups(tank, &places, reach);
    let count = of.iter().max().map_or(0, |last| last + 1);
    let mut sizes = vec![0u32; count as usize];
    of.iter().for_each(|group| sizes[*group as usize] += 1);
    let most = (0..count).rev().max_by_key(|group| sizes[*group as usize]);
    let members = school.iter().zip(&of).filter(|(_, group)| Some(**group) == most).map(|(agent, _)| *agent);
    (count, members.collect())
}

/// Who leads the set that a place is in; the way there is made shorter.
fn found(leader: &mut [usize], mut place: usize) -> usize {
    while leader[place] != place {
        leader[place] = leader[leader[place]];
        place = leader[place];
    }
    place
}

/// The places of a group laid out in one piece about its middle, which is the circular mean where the tank wraps: right for groups
/// shorter than half the tank.
pub fn laid_out(tank: &TankParams, school: &[Agent]) -> Vec<Vec3> {
    let middle = centroid(tank, school);
    school.iter().map(|agent| add(middle, offset(tank, middle, agent.pos))).collect()
}

/// Area of the convex hull of places in the plane of x and y (Andrew 1979), BL²; 0 of fewer than three.
pub fn hull_area(places: &[Vec3]) -> f32 {
    let mut sorted: Vec<Vec3> = places.iter().map(|p| [p[0], p[1], 0.0]).collect();
    sorted.sort_unstable_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    sorted.dedup();
    if sorted.len() < 3 {
        return 0.0;
    }
    let turn = |a: &Vec3, b: &Vec3, c: &Vec3| cross(sub(*b, *a), sub(*c, *a))[2];
    let chain = |places: &mut dyn Iterator<Item = &Vec3>| {
        let mut chain: Vec<Vec3> = vec![];
        for place in places {
            while chain.len() > 1 && turn(&chain[chain.len() - 2], &chain[chain.len() - 1], place) <= 0.0 {
                chain.pop();
            }
            chain.push(*place);
        }
        chain.pop();
        chain
    };
    let mut hull = chain(&mut sorted.iter());
    hull.append(&mut chain(&mut sorted.iter().rev()));
    let doubled: f64 = (0..hull.len())
        .map(|i| {
            let (a, b) = (hull[i], hull[(i + 1) % hull.len()]);
            f64::from(a[0]) * f64::from(b[1]) - f64::from(b[0]) * f64::from(a[1])
        })
        .sum();
    (0.5 * doubled.abs()) as f32
}

/// How evenly places are spread (Clark & Evans 1954): the mean distance to the nearest over that of places thrown at random as densely,
/// 1 / (2 √density) in a plane and 0.554 density^(-1/3) in a volume. 1 at random, below in clusters, 2.149 on a triangular lattice.
pub fn clark_evans(nearest: f32, count: usize, extent: Vec3) -> f32 {
    let flat = extent[2] == 0.0;
    let room = extent[0] * extent[1] * if flat { 1.0 } else { extent[2] };
    let density = count as f32 / room;
    nearest / if flat { 0.5 / density.sqrt() } else { 0.553_96 / libm::cbrtf(density) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::length;
    use crate::plan::Plan;
    use crate::rng;
    use crate::scene::{Boundary, SceneSpec};

    fn tank(boundary: Boundary) -> TankParams {
        let scene = SceneSpec { extent: [40.0, 30.0, 0.0], boundary: [boundary; 3], ..Default::default() };
        Plan::new(&scene, 1).tank
    }

    #[test]
    fn clusters_are_groups_wherever_they_lie() {
        // Two clusters of a chain each, three reaches apart, one of them across the corner of the torus.
        let chain = |x: f32, y: f32| (0..5).map(move |i| [x + 0.9 * i as f32, y, 0.0]);
        let wrapped = |p: Vec3| [p[0].rem_euclid(40.0), p[1].rem_euclid(30.0), 0.0];
        let places: Vec<Vec3> = chain(38.5, 29.8).map(wrapped).chain(chain(10.0, 15.0)).collect();
        let told = groups(&tank(Boundary::Torus), &places, 1.0);
        assert_eq!(told, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        // Between walls the border parts the first.
        let parted = groups(&tank(Boundary::Wall), &places, 1.0);
        assert_eq!(parted.iter().max(), Some(&2), "{parted:?}");
        assert_eq!(groups(&tank(Boundary::Torus), &places, 50.0), [0; 10]);
        assert_eq!(groups(&tank(Boundary::Torus), &places, 0.1).iter().max(), Some(&9));
        assert!(groups(&tank(Boundary::Torus), &[], 1.0).is_empty());
    }

    #[test]
    fn groups_are_those_of_comparing_all_pairs() {
        for boundary in [Boundary::Torus, Boundary::Wall] {
            compare(&tank(boundary), 1.5, 20..200);
        }
        // In a volume, and in one that is hardly longer than the reach.
        for (extent, reach) in [([12.0, 11.0, 10.0], 1.1), ([9.0, 0.3, 0.5], 0.1)] {
            let scene = SceneSpec { extent, boundary: [Boundary::Torus; 3], ..Default::default() };
            compare(&Plan::new(&scene, 1).tank, reach, 2..300);
        }
    }

    fn compare(tank: &TankParams, reach: f32, expected_groups: std::ops::Range<u32>) {
        let place = |i| {
            let words = rng::draw([6, 1], i, 0, 0);
            [0, 1, 2].map(|axis| tank.extent[axis] * rng::uniform(words[axis]))
        };
        let places: Vec<Vec3> = (0..300).map(place).collect();
        let told = groups(tank, &places, reach);
        // By flooding, one after the other.
        let mut expected = vec![u32::MAX; places.len()];
        let mut count = 0;
        for start in 0..places.len() {
            let mut open = if expected[start] == u32::MAX { vec![start] } else { continue };
            while let Some(at) = open.pop() {
                expected[at] = count;
                let near = |other: &usize| {
                    expected[*other] == u32::MAX && length(offset(tank, places[at], places[*other])) < reach
                };
                open.extend((0..places.len()).filter(near).collect::<Vec<_>>());
            }
            count += 1;
        }
        assert!(expected_groups.contains(&count), "{count}");
        assert_eq!(told, expected);
    }

    #[test]
    fn a_group_across_the_border_takes_the_room_that_it_takes() {
        let corners = [[39.5, 29.5], [0.5, 29.5], [0.5, 0.5], [39.5, 0.5], [0.0, 0.0]];
        let school: Vec<Agent> = corners
            .iter()
            .map(|[x, y]| Agent { pos: [*x, *y, 0.0], alive: 1, ..bytemuck::Zeroable::zeroed() })
            .collect();
        let places = laid_out(&tank(Boundary::Torus), &school);
        assert!((hull_area(&places) - 1.0).abs() < 1e-3, "{}", hull_area(&places));
        assert_eq!(hull_area(&[[1.0; 3], [2.0; 3], [3.0; 3]]), 0.0, "in a line");
        assert_eq!(hull_area(&places[..2]), 0.0);
    }

    #[test]
    fn even_places_are_told_from_random_ones() {
        let tank = tank(Boundary::Torus);
        let agent = |pos| Agent { pos, alive: 1, ..bytemuck::Zeroable::zeroed() };
        let of = |school: &[Agent]| clark_evans(super::super::nearest(&tank, school, 2_000), school.len(), tank.extent);
        let random: Vec<Agent> = (0..1_200)
            .map(|i| {
                let words = rng::draw([6, 2], i, 0, 0);
                agent([40.0 * rng::uniform(words[0]), 30.0 * rng::uniform(words[1]), 0.0])
            })
            .collect();
        // The standard error of the ratio is 0.52 / √n; four of them.
        assert!((of(&random) - 1.0).abs() < 0.06, "{}", of(&random));
        // A square lattice: twice as far as at random.
        let square: Vec<Agent> =
            (0..1_200).map(|i| agent([(i % 40) as f32 + 0.5, (i / 40) as f32 + 0.5, 0.0])).collect();
        assert!((of(&square) - 2.0).abs() < 1e-3, "{}", of(&square));
    }
}
