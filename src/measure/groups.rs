//! Who swims with whom: groups of agents near each other, the room that a group takes, and how evenly agents are spread. Right on a
//! torus too, with groups that lie across its border. Knows nothing of what it is measured for.

use super::{centroid, nearer, offset};
use crate::layout::{Agent, TankParams};
use crate::math::{Vec3, add, cross, sub};

/// The group of each of `places`: the number of the connected set of places that are nearer than `reach` to each other, in the order
/// of their first. Costs grow with the places that are near each other along x.
pub fn groups(tank: &TankParams, places: &[Vec3], reach: f32) -> Vec<u32> {
    let n = places.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by(|a, b| places[*a][0].total_cmp(&places[*b][0]).then(a.cmp(b)));
    let mut leader: Vec<usize> = (0..n).collect();
    let ends_meet = super::wraps(tank, 0);
    for (at, &one) in order.iter().enumerate() {
        // Onward from each, around the tank where it wraps, until x alone is too far.
        for step in 1..n {
            let (next, around) = ((at + step) % n, at + step >= n);
            if around && !ends_meet {
                break;
            }
            let other = order[next];
            let ahead = places[other][0] - places[one][0] + if around { tank.extent[0] } else { 0.0 };
            if ahead > reach {
                break;
            }
            if nearer(tank, places[one], places[other], reach).is_some() {
                let (a, b) = (found(&mut leader, one), found(&mut leader, other));
                leader[a.max(b)] = a.min(b);
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
        let tank = tank(Boundary::Torus);
        let place = |i| {
            let words = rng::draw([6, 1], i, 0, 0);
            [40.0 * rng::uniform(words[0]), 30.0 * rng::uniform(words[1]), 0.0]
        };
        let places: Vec<Vec3> = (0..300).map(place).collect();
        let told = groups(&tank, &places, 1.5);
        // By flooding, one after the other.
        let mut expected = vec![u32::MAX; places.len()];
        let mut count = 0;
        for start in 0..places.len() {
            let mut open = if expected[start] == u32::MAX { vec![start] } else { continue };
            while let Some(at) = open.pop() {
                expected[at] = count;
                let near = |other: &usize| {
                    expected[*other] == u32::MAX && length(offset(&tank, places[at], places[*other])) < 1.5
                };
                open.extend((0..places.len()).filter(near).collect::<Vec<_>>());
            }
            count += 1;
        }
        assert!(count > 20 && count < 200, "{count}");
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
