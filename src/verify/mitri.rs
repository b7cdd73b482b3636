//! Card: robots that compete give themselves away at food at first, and light their lamps there less and less, but never quite stop. Runs
//! the scene `mitri_suppression` that ships.

use serde::{Deserialize, Serialize};

use super::robots::{GROUP, Lamps, Place, Robots};
use super::{Ask, Card, Check, Curve, Finding, Point, Tolerance, VerifyError};
use crate::scene;
use crate::statistics::{mean, sign_test};

/// See the module.
pub const CARD: Card = Card {
    name: "mitri_suppression",
    part: "communication",
    title: "competing robots suppress what their lamps tell of food",
    source: "after Mitri, Floreano & Keller 2009; reduced size, with a decoy beside the food",
    engine: true,
    seeds: true,
    run,
};

/// Largest chance by which the runs that show it count as more than half of all.
const CHANCE: f64 = 0.05;

/// Generations from one that is looked at to the next.
const EVERY: u64 = 5;

/// A generation that was looked at.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Look {
    generation: u64,
    /// See `Lamps::density`.
    density: f64,
    /// Share of lamps lit at food, and elsewhere.
    lit: [f64; 2],
    /// See `Lamps::information`.
    information: [f64; 2],
    /// See `Robots::attraction`.
    attraction: f64,
}

impl Look {
    fn of(generation: u64, lamps: &Lamps, attraction: f64) -> Look {
        Look {
            generation,
            density: lamps.density(),
            lit: [Place::Food, Place::Elsewhere].map(|place| lamps.share(place)),
            information: lamps.information(),
            attraction,
        }
    }
}

/// Breeds a population and looks at it on its way.
fn looks(ask: &Ask, (groups, generations): (u32, u64), seed: u32) -> Result<Vec<Look>, VerifyError> {
    let mut scene = scene::load("mitri_suppression")?.spec;
    scene.seed = seed.into();
    scene::set(&mut scene, "species[robot].evolution.population", &(groups * GROUP).to_string())?;
    let mut robots = Robots::new(ask, scene)?;
    let mut looks = vec![];
    for generation in (0..generations).step_by(EVERY as usize) {
        let attraction = robots.attraction()?;
        looks.push(Look::of(generation, &robots.look()?, attraction));
        robots.breed((EVERY - 1).min(generations - generation - 1))?;
    }
    Ok(looks)
}

/// What one run says.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Course {
    /// Largest density of light at food in the first third, and its mean in the last third.
    density: [f64; 2],
    /// Mean share of lamps lit in the last third, at food and elsewhere.
    lit: [f64; 2],
}

impl Course {
    fn of(looks: &[Look]) -> Course {
        let third = looks.len().div_ceil(3);
        let (early, late) = (&looks[..third], &looks[looks.len() - third..]);
        // Where no lamp is lit at all it is nowhere denser than elsewhere.
        let known = |figure: fn(&Look) -> f64| late.iter().map(figure).filter(|value| value.is_finite());
        let late = |figure: fn(&Look) -> f64| mean(&known(figure).collect::<Vec<f64>>());
        Course {
            density: [early.iter().map(|look| look.density).fold(f64::NAN, f64::max), late(|look| look.density)],
            lit: [late(|look| look.lit[0]), late(|look| look.lit[1])],
        }
    }

    /// Whether light at food was densest early, and is rarer at food than elsewhere in the end, but not gone.
    fn suppresses(&self) -> bool {
        let ([most, last], [food, elsewhere]) = (self.density, self.lit);
        most > last && food < elsewhere && food > 0.0
    }
}

fn curve(figure: &str, name: &str, looks: &[Vec<Look>], of: fn(&Look) -> f64) -> Curve {
    let point = |at: usize| {
        let values: Vec<f64> = looks.iter().map(|run| of(&run[at])).filter(|value| value.is_finite()).collect();
        Point::mean(looks[0][at].generation as f64, &values, None)
    };
    let points = (0..looks.iter().map(Vec::len).min().unwrap_or(0)).map(point).collect();
    Curve { figure: figure.into(), across: "generation".into(), name: name.into(), points }
}

fn run(ask: &Ask) -> Result<Finding, VerifyError> {
    let effort = ask.of((20, 60), (100, 200));
    let seeds: Vec<u32> = (1..=ask.seeds(8, 10)).collect();
    let name = |seed: &u32| format!("{} groups, {} generations, seed {seed}", effort.0, effort.1);
    let looks = ask.pieces(&seeds, name, |seed| looks(ask, effort, *seed))?;
    let courses: Vec<Course> = looks.iter().map(|looks| Course::of(looks)).collect();
    let of = |figure: fn(&Course) -> f64| courses.iter().map(figure).collect::<Vec<f64>>();
    let shown = courses.iter().filter(|course| course.suppresses()).count();
    let checks = vec![
        Check::mean(
            "density of light at food: most in the first third, less the mean of the last",
            &of(|course| course.density[0] - course.density[1]),
            0.0,
            Tolerance::AtLeast,
        ),
        Check::mean(
            "share of lamps lit at the end: elsewhere, less at food",
            &of(|course| course.lit[1] - course.lit[0]),
            0.0,
            Tolerance::AtLeast,
        ),
        // One lamp in a thousand: less is seen once in some hundred looks at a group.
        Check::mean("share of lamps lit at food at the end", &of(|course| course.lit[0]), 0.001, Tolerance::AtLeast),
        Check::new(
            format!("chance of {shown} of {} runs that show all three (sign test)", courses.len()),
            sign_test(shown, courses.len()),
            None,
            0.0,
            Tolerance::UpTo(CHANCE),
        ),
    ];
    let lit = "share of lamps lit";
    let nats = "information of lamp and place, nats";
    let curves = vec![
        curve("density of light at food over that in the tank", "density", &looks, |look| look.density),
        curve(lit, "at food", &looks, |look| look.lit[0]),
        curve(lit, "elsewhere", &looks, |look| look.lit[1]),
        curve(nats, "as it is", &looks, |look| look.information[0]),
        curve(nats, "bound of chance", &looks, |look| look.information[1]),
        curve("weight of turning to lamps", "attraction", &looks, |look| look.attraction),
    ];
    Ok(Finding { checks, curves })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suppression_asks_for_all_three() {
        let look = |density, food, elsewhere| Look {
            generation: 0,
            density,
            lit: [food, elsewhere],
            information: [0.0; 2],
            attraction: 0.0,
        };
        let course = |first, last, food| {
            Course::of(&[look(first, 0.5, 0.5), look(1.0, 0.5, 0.5), look(last, food, 0.5), look(last, food, 0.5)])
        };
        assert!(course(3.0, 2.0, 0.2).suppresses());
        assert!(!course(2.0, 3.0, 0.2).suppresses() && !course(3.0, 2.0, 0.6).suppresses());
        assert!(!course(3.0, 2.0, 0.0).suppresses());
    }
}
