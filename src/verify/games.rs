//! Cards: signals and names that players come to share without anybody's doing, in the games of their authors.

use rayon::prelude::*;

use super::{Ask, Card, Check, Finding, Tolerance, VerifyError};
use crate::problems::naming::{self, Course};
use crate::problems::urn::Urns;

/// Urns.
pub const URN: Card = Card {
    name: "signalling_urn",
    part: "communication",
    title: "signals learned by urns",
    source: "Argiento, Pemantle, Skyrms and Volkov 2009; Barrett 2006",
    engine: false,
    seeds: false,
    run: urn,
};

/// Names.
pub const NAMING: Card = Card {
    name: "naming_game",
    part: "communication",
    title: "agents agree on a name",
    source: "Baronchelli, Felici, Caglioti, Loreto and Steels 2006",
    engine: false,
    seeds: false,
    run: naming,
};

/// Plays after which a pair of players has settled, as in the published figures.
const PLAYS: u32 = 1_000_000;

/// Below this chance of success a pair counts as stuck.
const STUCK: f64 = 0.95;

fn urn(ask: &Ask) -> Result<Finding, VerifyError> {
    let runs = ask.of(100, 200u32);
    let settled = |n: u32| -> Vec<f64> {
        let of = |run| {
            let mut urns = Urns::new(n);
            (0..PLAYS).for_each(|play| urns.play(play, [run, 80 + n]));
            urns.success()
        };
        (0..runs).into_par_iter().map(of).collect()
    };
    let two = settled(2);
    let perfect = two.iter().filter(|success| **success > 0.99).count();
    let whole = Tolerance::AtLeast;
    let mut checks =
        vec![Check::share("2 states: players that succeed in over 0.99", perfect, runs as usize, 1.0, whole)];
    for (n, low, high, published) in [(3, 0.05, 0.16, 0.096), (4, 0.12, 0.28, 0.219), (8, 0.50, 0.69, 0.594)] {
        let stuck = settled(n).iter().filter(|success| **success < STUCK).count();
        let quantity = format!("{n} states: share that is stuck (published {published})");
        checks.push(Check::share(quantity, stuck, runs as usize, low, Tolerance::UpTo(high)));
    }
    Ok(checks.into())
}

/// What a hundred games came to: agents, plays to the end, most words, when, most different words over agents.
const KNOWN: [(u32, [f64; 4]); 6] = [
    (50, [952.0, 157.0, 241.0, 0.494]),
    (100, [2_399.0, 401.0, 644.0, 0.504]),
    (200, [6_199.0, 1_053.0, 1_712.0, 0.503]),
    (500, [19_723.0, 3_907.0, 6_541.0, 0.503]),
    (1_000, [47_922.0, 10_650.0, 18_118.0, 0.499]),
    (2_000, [128_267.0, 29_855.0, 52_788.0, 0.500]),
];

fn naming(ask: &Ask) -> Result<Finding, VerifyError> {
    let (games, sizes) = (100u32, ask.of(4, 6));
    let mut checks = vec![];
    for (agents, [plays, words, at, different]) in KNOWN.into_iter().take(sizes) {
        let courses: Vec<Course> =
            (0..games).into_par_iter().filter_map(|game| naming::play(agents, [game, agents])).collect();
        let of = |value: fn(&Course) -> u32| courses.iter().map(|c| f64::from(value(c))).collect::<Vec<f64>>();
        let near = Tolerance::Relative(0.08);
        let ended = Tolerance::AtLeast;
        checks.push(Check::share(
            format!("{agents} agents: games that end"),
            courses.len(),
            games as usize,
            1.0,
            ended,
        ));
        checks.push(Check::mean(format!("{agents} agents: plays until all agree"), &of(|c| c.plays), plays, near));
        checks.push(Check::mean(format!("{agents} agents: most words at a time"), &of(|c| c.most_words), words, near));
        checks.push(Check::mean(format!("{agents} agents: after so many plays"), &of(|c| c.most_at), at, near));
        let share: Vec<f64> = of(|c| c.most_different).iter().map(|most| most / f64::from(agents)).collect();
        let quantity = format!("{agents} agents: most different words, over agents (known {different})");
        checks.push(Check::mean(quantity, &share, 0.5, Tolerance::Absolute(0.02)));
    }
    Ok(checks.into())
}
