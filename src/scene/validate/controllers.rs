//! What hand-written rules and attention need of the senses and of the body. Knows nothing of how they act, nor of how genomes
//! evolve.

use super::About;
use crate::scene::spec::*;

impl About<'_> {
    /// Attention is paid to somebody.
    pub(super) fn attention(&mut self) {
        let Controller::Attention(_) = &self.species.controller else { return };
        if !self.species.senses.iter().any(|sense| matches!(sense, Sense::Nearest(_))) {
            let wrong = "tells of no single agents, to which attention could be paid";
            self.tell(
                "senses",
                &["controller[]"],
                wrong,
                "a sense Nearest among them, as in Nearest(k: 5, range: 8.0)",
            );
        }
    }

    /// Hand-written rules read fixed senses.
    pub(super) fn rule(&mut self) {
        match &self.species.controller {
            Controller::Rule(Rule::Boids(_)) => self.boids(),
            Controller::Rule(Rule::Vicsek(_)) => {
                self.reads_pairs("Vicsek", &[PairTerm::Heading]);
                let motion = self.species.body.motion;
                let flat = self.spec.extent[2] == 0.0;
                if motion != Motion::Heading && (motion != Motion::Course || !flat) {
                    let wrong = format!("is {motion:?}, by which Vicsek's rule cannot turn to any direction");
                    self.tell("body.motion", &["controller[]"], wrong, "Heading, or Course in a plane");
                }
            }
            Controller::Rule(Rule::Couzin(_)) => {
                self.reads_pairs("Couzin", &[PairTerm::Direction, PairTerm::Heading, PairTerm::Direction]);
                let motion = self.species.body.motion;
                if motion != Motion::Heading {
                    let wrong = format!("is {motion:?}, by which Couzin's rule cannot turn to a direction");
                    self.tell("body.motion", &["controller[]"], wrong, "Heading");
                }
            }
            Controller::Rule(Rule::Particle(_)) => self.particle(),
            _ => {}
        }
    }

    /// A rule reads one sense of pairs first.
    fn reads_pairs(&mut self, whose: &str, terms: &[PairTerm]) {
        let fits = match self.species.senses.first() {
            Some(Sense::Pairs(sense)) => sense.zones.iter().map(|zone| &zone.gives).eq(terms),
            _ => false,
        };
        if !fits {
            let zones: Vec<String> = terms.iter().map(|term| format!("(width: .., gives: {term:?})")).collect();
            let right = format!("Pairs(zones: [{}])", zones.join(", "));
            let wrong = format!("is not what {whose}'s rule reads");
            self.tell("senses[0]", &["controller[]", "senses[]"], wrong, right);
        }
    }

    /// A particle reads sums over pairs and then its speed, and is moved by forces alone.
    fn particle(&mut self) {
        let fits = match self.species.senses.split_last() {
            Some((Sense::Speed, pairs @ [_, ..])) => pairs.iter().all(|sense| matches!(sense, Sense::Pairs(_))),
            _ => false,
        };
        if !fits {
            let wrong = "are not what a particle reads".to_string();
            self.tell("senses", &["controller[]"], wrong, "one or more Pairs, and Speed as the last");
        }
        let BodySpec { motion, acceleration, drag, .. } = self.species.body;
        if motion != Motion::Force {
            let wrong = format!("is {motion:?}, by which forces do not accelerate a particle");
            self.tell("body.motion", &["controller[]"], wrong, "Force");
        } else if acceleration != 1.0 {
            let wrong = format!("is {acceleration}, by which the accelerations of a particle are multiplied");
            self.tell("body.acceleration", &["controller[]"], wrong, "1.0");
        } else if drag != 0.0 {
            let wrong = format!("is {drag}, but the friction of a particle is that of its rule");
            self.tell("body.drag", &["controller[]"], wrong, "0.0");
        }
    }

    /// The boids rule reads two senses of neighbours.
    fn boids(&mut self) {
        use NeighbourFeature::{Heading, Offset, Proximity};
        for (i, gives) in [[Offset, Heading], [Proximity, Offset]].into_iter().enumerate() {
            let fits = match self.species.senses.get(i) {
                Some(Sense::Neighbours(sense)) => {
                    // Sectors give their features in a fixed order, however they are listed.
                    let both = sense.gives.len() == 2 && gives.iter().all(|g| sense.gives.contains(g));
                    sense.azimuth == 1 && sense.elevation == 1 && both
                }
                _ => false,
            };
            if !fits {
                let [first, second] = gives.map(|feature| format!("{feature:?}"));
                let right = format!("Neighbours(range: .., azimuth: 1, gives: [{first}, {second}])");
                self.tell(
                    &format!("senses[{i}]"),
                    &["controller[]", "senses[]"],
                    "is not what the boids rule reads",
                    right,
                );
            }
        }
    }
}
