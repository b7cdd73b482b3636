//! Card: the rule by which plastic weights change, step by step.

use super::{Ask, Card, Check, Finding, VerifyError};
use crate::controller::hebb::learned;

/// See the module.
pub const CARD: Card = Card {
    name: "plastic_rule",
    part: "evolution",
    title: "a weight under a Hebbian rule",
    source: "Najarro and Risi 2020",
    engine: false,
    seeds: false,
    run,
};

fn run(_: &Ask) -> Result<Finding, VerifyError> {
    let (rule, limit) = ([0.05, 0.3, -0.2, 0.5, 0.1], f32::MAX);
    let steps = [(0.5, 0.2, 0.1065), (-0.3, 0.4, 0.1227), (0.9, -0.7, 0.09175)];
    let mut w = 0.1;
    let after = |(step, (x, y, target)): (usize, (f32, f32, f64))| {
        w = learned(w, rule, x, y, limit);
        Check::exact(format!("weight after step {}", step + 1), w.into(), target)
    };
    Ok(steps.into_iter().enumerate().map(after).collect::<Vec<Check>>().into())
}
