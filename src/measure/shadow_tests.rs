use super::*;
use crate::layout::DRAW_DEAL;

fn one(born: u64, died: u64, parent: Option<u32>, clone: bool) -> Individual {
    Individual { world: 0, born, died, parent, clone }
}

/// Founders 0 and 1; 0 has 2, a clone, at time 1, and 3 at time 2; 1 dies at 2; everyone else stays.
fn family() -> History {
    let individuals = vec![
        one(0, u64::MAX, None, false),
        one(0, 2, None, false),
        one(1, u64::MAX, Some(0), true),
        one(2, u64::MAX, Some(0), false),
    ];
    History { individuals, times: vec![0, 1, 2], replaced: false, maturity: 0 }
}

#[test]
fn a_family_is_followed_as_by_hand() {
    let history = family();
    let own: Vec<Option<u32>> = history.individuals.iter().map(|one| one.parent).collect();
    let of = |kind| -> Vec<(usize, u64)> {
        let (course, _) = history.course(&own, kind, None);
        course.iter().map(|moment| (moment.wave.diversity, moment.wave.cumulative)).collect()
    };
    // Bearers of the line of 0: 1, 2, 3; of that of 1: 1, 1, 0.
    assert_eq!(of(Kind::Founders), [(2, 2), (2, 5), (1, 6)]);
    // Bearers of the genotype of 0: 1, 2, 2; of that of 1: 1, 1, 0; of that of 3: 0, 0, 1.
    assert_eq!(of(Kind::Genotypes), [(2, 2), (2, 5), (2, 6)]);
    // Of three times each begins a cohort, and so everybody present stands for itself.
    assert_eq!(of(Kind::Cohorts), [(2, 2), (3, 3), (3, 3)]);
    let new = history.course(&own, Kind::Founders, Some(&(3..=5))).0;
    assert_eq!(new.iter().map(|moment| moment.new).collect::<Vec<f64>>(), [0.0, 1.5, 0.0], "3 of two components");
    assert_eq!((history.births(), history.clones()), (2, 1));
}

#[test]
fn a_shadow_deals_careers_to_others_who_lived_then() {
    // 0 has children at times 1 and 2, 1 at time 2; 2, born at time 1, lives on, and 3 is no more at time 2.
    let end = u64::MAX;
    let individuals = vec![
        one(0, end, None, false),
        one(0, end, None, false),
        one(0, 2, None, false),
        one(1, end, Some(0), true),
        one(2, end, Some(0), false),
        one(2, end, Some(1), false),
    ];
    let history = History { individuals, times: vec![0, 1, 2], replaced: false, maturity: 0 };
    let careers = Careers::of(&history);
    let shadows: Vec<Vec<Option<u32>>> = (0..300).map(|shadow| history.shadow(&careers, [shadow, 1])).collect();
    for parents in &shadows {
        assert_eq!(parents[..3], [None; 3]);
        let [first, second, other] = [3, 4, 5].map(|child| parents[child].unwrap());
        // Siblings stay siblings, and of others than before.
        assert!(first == second && first < 2 && other != first && [0, 1, 3].contains(&other), "{parents:?}");
    }
    // Four deviations of 300 even draws.
    let count = |child: usize, parent: u32| shadows.iter().filter(|parents| parents[child] == Some(parent)).count();
    assert!((115..=185).contains(&count(3, 0)), "{}", count(3, 0));
    assert!((115..=185).contains(&count(5, 3)), "{}", count(5, 3));
    let grown = History { maturity: 2, ..history.clone() };
    assert!((0..50).all(|shadow| grown.shadow(&careers, [shadow, 1])[5] != Some(3)), "3 is not of age");
    let replaced = History { replaced: true, ..history };
    assert!(
        (0..50).any(|shadow| replaced.shadow(&careers, [shadow, 1])[5] == Some(2)),
        "who dies that moment may be one"
    );
    assert_eq!(family().traced(Kind::Founders, 19, 1), family().traced(Kind::Founders, 19, 1));
    let nobody = History { individuals: vec![one(0, 5, None, false)], times: vec![0], ..family() };
    assert!(nobody.traced(Kind::Founders, 19, 1).is_none(), "without births there is no shadow");
}

/// A population of 30 for 60 generations, in which the parent of each is the best of three, by a value that is inherited with noise, by one
/// that is drawn anew for each, or by none: the first in order.
fn bred(by: Option<bool>, run: u32) -> History {
    let (members, mut value) = (30u32, vec![0.0f32; 30]);
    let mut individuals: Vec<Individual> = (0..members).map(|_| one(0, 1, None, false)).collect();
    for generation in 1..60u32 {
        let old = value.clone();
        for member in 0..members {
            let draw = |turn: u32| rng::draw([run, turn], generation, member, DRAW_DEAL);
            let drawn = (0..3).map(|turn| rng::below(draw(turn)[0], members));
            let best = drawn.reduce(|a, b| match old[a as usize].total_cmp(&old[b as usize]) {
                std::cmp::Ordering::Less => b,
                std::cmp::Ordering::Equal => a.min(b),
                std::cmp::Ordering::Greater => a,
            });
            let best = best.unwrap();
            value[member as usize] = match by {
                Some(inherited) => rng::normal(draw(99)) + if inherited { old[best as usize] } else { 0.0 },
                None => 0.0,
            };
            let parent = Some((generation - 1) * members + best);
            individuals.push(one(generation.into(), u64::from(generation) + 1, parent, false));
        }
    }
    History { individuals, times: (0..60).collect(), replaced: true, maturity: 0 }
}

#[test]
fn inherited_success_is_beyond_shadows_and_luck_is_not() {
    let chances = |by: Option<bool>| -> Vec<[f64; 2]> {
        let of = |run: u32| bred(by, run).traced(Kind::Cohorts, 99, 1).unwrap().excess.map(|excess| excess.p);
        (0..12).map(of).collect()
    };
    let (constant, noise, selected) = (chances(None), chances(Some(false)), chances(Some(true)));
    // Of 12 neutral runs more than three come below 0.05 by chance in one of 500 trials. A fitness that is the same for all still lets the
    // first in order win, and one of noise those who are lucky.
    for (neutral, part) in [(&constant, 0), (&constant, 1), (&noise, 0), (&noise, 1)] {
        assert!(neutral.iter().filter(|p| p[part] <= 0.05).count() <= 3, "{neutral:?}");
    }
    assert!(selected.iter().filter(|p| p[0] <= 0.05).count() >= 10, "{selected:?}");
    // Where every child is a genotype of its own none lasts, whatever selects.
    let genotypes = bred(Some(true), 1).traced(Kind::Genotypes, 19, 1).unwrap();
    assert_eq!((genotypes.excess[0].excess, genotypes.excess[0].p), (0.0, 1.0));
}

#[test]
fn lifetimes_alone_are_no_excess() {
    // Overlapping lives of unlike lengths, each child of one drawn evenly from those who live: neutral, however long some last.
    let neutral = |run: u32| {
        let mut individuals: Vec<Individual> = vec![];
        for number in 0..600u32 {
            let words = rng::draw([run, 5], number, 0, DRAW_DEAL);
            let born = u64::from(number.saturating_sub(19));
            let life = 1 + u64::from(rng::below(words[0], 4)) * u64::from(rng::below(words[1], 30));
            let alive: Vec<u32> = (0u32..)
                .zip(&individuals)
                .filter(|(_, one)| one.born < born && one.died > born)
                .map(|(at, _)| at)
                .collect();
            let parent = (!alive.is_empty()).then(|| alive[rng::below(words[2], alive.len() as u32) as usize]);
            individuals.push(one(born, born + life, parent, false));
        }
        History { individuals, times: (0..580).step_by(5).collect(), replaced: false, maturity: 0 }
    };
    let chances: Vec<f64> = (0..12).map(|run| neutral(run).traced(Kind::Cohorts, 99, 1).unwrap().excess[0].p).collect();
    assert!(chances.iter().filter(|p| **p <= 0.05).count() <= 3, "{chances:?}");
}
