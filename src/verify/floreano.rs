//! Card: robots that are related, or selected in groups, evolve signals that help them, and others do not. Runs the scene
//! `floreano_2x2` that ships, bred in four ways, each with lamps that are seen and with lamps that are not.

use super::robots::{Effort, Outcome, Treatment, chance_of_gain, outcome};
use super::{Ask, Card, Check, Curve, Finding, Point, Tolerance, VerifyError};
use crate::statistics::mann_whitney;

/// See the module.
pub const CARD: Card = Card {
    name: "floreano_2x2",
    part: "communication",
    title: "signals of related and unrelated robots, selected alone and in groups",
    source: "after Floreano, Mitri, Magnenat & Keller 2007; reduced size, known beside from an independent program",
    engine: true,
    seeds: true,
    run,
};

/// Largest chance by which two samples count as different.
const CHANCE: f64 = 0.05;

/// The four ways, in the order of the known table: clones or not, groups selected or single robots.
const WAYS: [(bool, bool); 4] = [(true, true), (true, false), (false, true), (false, false)];

/// What an independent program comes to at this size in these ways: light on and off. Means of 8 runs; a simpler world than ours.
const KNOWN: [[f64; 2]; 4] = [[0.341, 0.250], [0.226, 0.077], [0.094, 0.140], [0.108, 0.129]];

fn treatment((clones, groups): (bool, bool), light: bool) -> Treatment {
    Treatment { clones, groups, light, poison: true }
}

/// What the runs of one way came to, light on and off.
struct Pair {
    on: Vec<Outcome>,
    off: Vec<Outcome>,
}

impl Pair {
    /// Performances as bred.
    fn samples(&self) -> [Vec<f64>; 2] {
        [&self.on, &self.off].map(|runs| runs.iter().map(|run| run.performance[0]).collect())
    }

    fn gains(&self) -> Vec<f64> {
        let [on, off] = self.samples();
        on.iter().zip(&off).map(|(on, off)| on - off).collect()
    }

    /// That light helps.
    fn gains_by_light(&self, what: &str) -> [Check; 2] {
        let [on, off] = self.samples();
        let test = mann_whitney(&on, &off);
        // To lose, even clearly, is not to gain.
        let luck = if test.effect > 0.5 { test.p } else { 1.0 };
        [
            Check::mean(
                format!("{what}: performance with light, less without"),
                &self.gains(),
                0.0,
                Tolerance::AtLeast,
            ),
            Check::new(
                format!("{what}: chance of so great a gain (Mann–Whitney)"),
                luck,
                None,
                0.0,
                Tolerance::UpTo(CHANCE),
            ),
        ]
    }

    /// That it does not.
    fn no_gain(&self, what: &str) -> Check {
        let [on, off] = self.samples();
        let quantity = format!("{what}: chance of so great a gain (Mann–Whitney, one side)");
        Check::new(quantity, chance_of_gain(&on, &off), None, CHANCE, Tolerance::AtLeast)
    }
}

/// What lamps tell and do, where clones are selected by groups.
fn signalling(on: &[Outcome]) -> Vec<Check> {
    let of = |figure: fn(&Outcome) -> f64| on.iter().map(figure).collect::<Vec<f64>>();
    let told = of(|run| run.information[0] - run.information[1]);
    let [heard, scrambled] = [0, 1].map(|at| on.iter().map(|run| run.performance[at]).collect::<Vec<f64>>());
    vec![
        Check::mean("information of lamp and place, above the bound of chance, nats", &told, 0.0, Tolerance::AtLeast),
        Check::new(
            "chance that lamps of others, seen instead, do as well (Mann–Whitney, one side)",
            chance_of_gain(&heard, &scrambled),
            None,
            0.0,
            Tolerance::UpTo(CHANCE),
        ),
    ]
}

/// In how many runs lamps rather tell of food, and in how many of poison, where they tell of places.
fn conventions(on: &[Outcome]) -> [usize; 2] {
    let telling = || on.iter().filter(|run| run.information[0] > run.information[1]);
    let food = telling().filter(|run| run.lit[1] > run.lit[2]).count();
    [food, telling().count() - food]
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let seeds = ask.seeds(8, 8);
    let effort = |treatment: &Treatment| match (treatment.clones, treatment.groups) {
        // What one of a genome's ten robots comes to says little of the genome: it takes as long as in the paper.
        (true, false) => ask.of(SHORT, Effort { groups: 100, generations: 500 }),
        _ => ask.of(SHORT, Effort { groups: 100, generations: 200 }),
    };
    // The short stage has the way whose effect is large, and whose runs are cheap.
    let ways: &[usize] = ask.of(&[0], &[0, 1, 2, 3]);
    // Where single clones are selected runs differ much, and seeds 1 to 8 chose its generations: twice as many, without those.
    let seeds_of = |way: usize| if way == 1 { seeds + 1..=3 * seeds } else { 1..=seeds };
    let mut arms: Vec<[Treatment; 2]> =
        ways.iter().map(|way| [true, false].map(|light| treatment(WAYS[*way], light))).collect();
    if ask.of(false, true) {
        arms.push([true, false].map(|light| Treatment { poison: false, ..treatment(WAYS[0], light) }));
    }
    let runs: Vec<(Treatment, u32)> = (0..)
        .zip(&arms)
        .flat_map(|(way, arm)| arm.iter().flat_map(move |treatment| seeds_of(way).map(move |seed| (*treatment, seed))))
        .collect();
    let outcomes: Vec<Outcome> = ask.pieces(
        &runs,
        |(treatment, seed)| format!("{}, {:?}, seed {seed}", treatment.name(), effort(treatment)),
        |(treatment, seed)| outcome(ask, *treatment, effort(treatment), *seed),
    )?;
    let mut outcomes = outcomes.into_iter();
    let mut pairs = (0..arms.len()).map(|way| {
        let mut runs = || outcomes.by_ref().take(seeds_of(way).count()).collect();
        Pair { on: runs(), off: runs() }
    });
    let mut checks = vec![];
    let mut curves = [true, false].map(|light| Curve {
        figure: "share of time at food less that at poison".into(),
        across: "way: clones by groups, clones by individuals, unrelated by groups, unrelated by individuals".into(),
        name: if light { "light" } else { "dark" }.into(),
        points: vec![],
    });
    for (way, pair) in ways.iter().zip(&mut pairs) {
        for ((curve, sample), known) in curves.iter_mut().zip(pair.samples()).zip(KNOWN[*way]) {
            curve.points.push(Point::mean((*way + 1) as f64, &sample, Some(known)));
        }
        match *way {
            0 => {
                checks.extend(pair.gains_by_light("clones, groups selected"));
                checks.extend(signalling(&pair.on));
                if ask.of(false, true) {
                    let [food, poison] = conventions(&pair.on);
                    let rarer = format!("runs of the rarer convention ({food} signal at food, {poison} at poison)");
                    checks.push(Check::new(rarer, food.min(poison) as f64, None, 1.0, Tolerance::AtLeast));
                }
            }
            1 => checks.extend(pair.gains_by_light("clones, individuals selected")),
            2 => {}
            _ => checks.push(pair.no_gain("unrelated, individuals selected")),
        }
    }
    if let Some(pair) = pairs.next() {
        checks.push(pair.no_gain("clones with food alone"));
    }
    Ok(Finding { checks, curves: curves.to_vec() })
}

/// The short stage.
const SHORT: Effort = Effort { groups: 60, generations: 60 };

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(performance: [f64; 3], information: [f64; 2], lit: [f64; 3]) -> Outcome {
        Outcome { performance, information, lit }
    }

    #[test]
    fn a_gain_counts_and_a_loss_does_not() {
        let runs =
            |base: f64| (0..5).map(|i| ran([base + 0.01 * f64::from(i), 0.0, 0.0], [0.1, 0.01], [0.0; 3])).collect();
        let gain = Pair { on: runs(0.4), off: runs(0.2) };
        let loss = Pair { on: runs(0.2), off: runs(0.4) };
        assert!(gain.gains_by_light("x").iter().all(|check| check.pass) && !gain.no_gain("x").pass);
        assert!(loss.gains_by_light("x").iter().all(|check| !check.pass) && loss.no_gain("x").pass);
    }

    #[test]
    fn lamps_must_tell_and_matter() {
        let runs = |scrambled: f64, told: f64| -> Vec<Outcome> {
            (0..5).map(|i| ran([0.4 + 0.01 * f64::from(i), scrambled, 0.0], [told, 0.01], [0.0; 3])).collect()
        };
        let passes = |runs: &[Outcome]| signalling(runs).iter().map(|check| check.pass).collect::<Vec<bool>>();
        assert_eq!(passes(&runs(0.1, 0.2)), [true, true]);
        assert_eq!(passes(&runs(0.42, 0.0)), [false, false]);
    }

    #[test]
    fn conventions_are_those_of_runs_whose_lamps_tell() {
        let at_food = ran([0.0; 3], [0.2, 0.1], [0.0, 0.9, 0.1]);
        let at_poison = ran([0.0; 3], [0.2, 0.1], [0.0, 0.1, 0.9]);
        let nothing = ran([0.0; 3], [0.05, 0.1], [0.0, 0.1, 0.9]);
        assert_eq!(conventions(&[at_food.clone(), at_poison, nothing, at_food]), [2, 1]);
    }
}
