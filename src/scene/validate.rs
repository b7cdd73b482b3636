//! What the values of a scene must satisfy together: names that exist, numbers that fit each other, events that can
//! happen. Knows what a scene means; knows nothing of text, nor of how worlds are advanced or fit into memory.

mod controllers;
mod events;
mod evolution;

use super::names::{Names, all_names};
use super::problem::Diagnostic;
use super::spec::*;
use super::{descriptors, fields, landmarks, obstacles, partners};

/// Most species, and most fields, in a scene: senses name theirs in 32 bits.
const MOST_KINDS: usize = 32;

/// Most fields that `TimeIn` terms of one species can refer to: each agent keeps that many clocks.
const MOST_ZONES: usize = 2;

/// Every problem of a scene whose values are each within their limits.
pub fn validate(spec: &SceneSpec) -> Vec<Diagnostic> {
    let mut problems = vec![];
    standing(spec, &mut problems);
    // Names in a scene of far too many kinds would be looked up for a very long time.
    if spec.species.len().max(spec.fields.len()) <= MOST_KINDS {
        events::events(spec, &mut problems);
    }
    problems
}

/// Problems of the scene as it stands, leaving out its events.
fn standing(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    for (what, n) in [("species", spec.species.len()), ("fields", spec.fields.len())] {
        if n > MOST_KINDS {
            let message = format!("the scene has {n} {what}");
            return problems.push(Diagnostic::new(what, message, format!("at most {MOST_KINDS}")));
        }
    }
    if spec.species.is_empty() {
        problems.push(Diagnostic::new("species", "the scene has no species", "at least one"));
    }
    tank(spec, problems);
    let names = Names::of(spec);
    names.check_own(problems);
    fields::check(spec, problems);
    obstacles::check(spec, problems);
    landmarks::check(spec, problems);
    for (index, species) in spec.species.iter().enumerate() {
        let mut about =
            About { path: format!("species[{index}]"), spec, species, names: &names, problems: &mut *problems };
        about.numbers();
        about.references();
        about.senses();
        about.rule();
        about.attention();
        about.evolution();
        descriptors::check(spec, index, &names, problems);
        partners::check(spec, index, &names, problems);
    }
    evolution::mixed_evolution(spec, problems);
    removals(spec, &names, problems);
}

/// Who is removed in a rollout, and when.
fn removals(spec: &SceneSpec, names: &Names, problems: &mut Vec<Diagnostic>) {
    for (i, removal) in spec.rollout.removals.iter().enumerate() {
        let at = format!("rollout.removals[{i}]");
        names.species(&format!("{at}.species"), &removal.species, problems);
        if removal.tick >= spec.rollout.ticks {
            let message = format!("`{at}.tick` = {} is not within a rollout", removal.tick);
            let right = format!("less than `rollout.ticks`, {}", spec.rollout.ticks);
            problems
                .push(Diagnostic::new(format!("{at}.tick"), message, right).resting_on(["rollout.ticks".to_string()]));
        }
    }
}

fn tank(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    for (axis, name) in ["x", "y"].into_iter().enumerate() {
        if spec.extent[axis] <= 0.0 {
            let message = format!("`extent[{axis}]` = {}: the tank has no size along {name}", spec.extent[axis]);
            problems.push(Diagnostic::new(format!("extent[{axis}]"), message, "more than 0 BL; only z may be 0"));
        }
    }
    start("", &spec.start, problems);
}

/// A start that says where agents face must say a direction.
fn start(path: &str, start: &StartSpec, problems: &mut Vec<Diagnostic>) {
    if let Headings::Aligned(direction) = &start.headings
        && direction.toward == [0.0; 3]
    {
        let path = format!("{path}start.headings.toward");
        problems.push(Diagnostic::new(&path, format!("`{path}` = [0, 0, 0] is no direction"), "any other vector"));
    }
}

/// One species under examination.
struct About<'a> {
    path: String,
    spec: &'a SceneSpec,
    species: &'a SpeciesSpec,
    names: &'a Names<'a>,
    problems: &'a mut Vec<Diagnostic>,
}

impl About<'_> {
    /// Tells a problem of the parameter at `inside`, a path within the species, that rests on others within it.
    fn tell(&mut self, inside: &str, rests_on: &[&str], wrong: impl AsRef<str>, right: impl Into<String>) {
        let path = format!("{}.{inside}", self.path);
        let message = format!("`{path}` {}", wrong.as_ref());
        let rests: Vec<String> = rests_on.iter().map(|other| format!("{}.{other}", self.path)).collect();
        self.problems.push(Diagnostic::new(path, message, right).resting_on(rests));
    }

    /// Numbers that bound each other.
    fn numbers(&mut self) {
        let SpeciesSpec { count, capacity, energy, body, .. } = self.species;
        if *capacity != 0 && capacity < count {
            let right = format!("0, or at least the count of {count}");
            self.tell("capacity", &["count"], format!("= {capacity} leaves no room for all"), right);
        }
        if energy.start > energy.capacity {
            let right = format!("at most `energy.capacity`, {}", energy.capacity);
            self.tell("energy.start", &["energy.capacity"], format!("= {} cannot be stored", energy.start), right);
        }
        // A particle has no cruising speed.
        if body.motion != Motion::Force && body.cruise > body.top_speed {
            let right = format!("at most `body.top_speed`, {}", body.top_speed);
            self.tell(
                "body.cruise",
                &["body.top_speed", "body.motion"],
                format!("= {} is beyond the top speed", body.cruise),
                right,
            );
        }
        if let Sharing::Group(group) = &self.species.sharing
            && count % group.size != 0
        {
            let right = format!("a divisor of the count of {count}");
            self.tell("sharing.size", &["count"], format!("= {} leaves an incomplete group", group.size), right);
        }
        if let Some(own) = &self.species.start {
            start(&format!("{}.", self.path), own, self.problems);
        }
    }

    /// Names in diets, deposits and fitness.
    fn references(&mut self) {
        let (names, at) = (self.names, &self.path);
        for (i, graze) in self.species.diet.fields.iter().enumerate() {
            names.field(&format!("{at}.diet.fields[{i}].field"), &graze.field, self.problems);
        }
        for (i, prey) in self.species.diet.prey.iter().enumerate() {
            names.species(&format!("{at}.diet.prey[{i}].species"), &prey.species, self.problems);
        }
        for (i, deposit) in self.species.deposits.iter().enumerate() {
            names.field(&format!("{at}.deposits[{i}].field"), &deposit.field, self.problems);
        }
        let mut zones: Vec<&str> = vec![];
        for (i, term) in self.species.fitness.iter().enumerate() {
            let Term::TimeIn(zone) = &term.term else { continue };
            names.field(&format!("{at}.fitness[{i}].term.field"), &zone.field, self.problems);
            if !zones.contains(&&*zone.field) {
                zones.push(&zone.field);
            }
        }
        let energies = self.species.fitness.iter().filter(|t| matches!(t.term, Term::FlockingEnergy(_))).count();
        if energies > 1 {
            let wrong = format!("has {energies} terms of `FlockingEnergy`");
            self.tell("fitness", &[], wrong, "one: an agent keeps one such sum");
        }
        for axis in self.species.descriptors() {
            if let Behaviour::Term(Term::TimeIn(zone)) = &axis.of
                && !zones.contains(&&*zone.field)
            {
                zones.push(&zone.field);
            }
        }
        if zones.len() > MOST_ZONES {
            let wrong = format!("times {} fields with `TimeIn`: {}", zones.len(), zones.join(", "));
            self.tell("fitness", &[], wrong, format!("at most {MOST_ZONES} different fields"));
        }
    }

    /// What senses name, and whether they can perceive anything.
    fn senses(&mut self) {
        let plane = self.spec.extent[2] == 0.0;
        let channels_of = |species: &SpeciesSpec| species.signals.channels;
        for (i, sense) in self.species.senses.iter().enumerate() {
            let at = format!("senses[{i}]");
            let full = format!("{}.{at}", self.path);
            match sense {
                Sense::Neighbours(sense) => {
                    self.names.all_species(&format!("{full}.species"), &sense.species, self.problems);
                    if plane && sense.elevation > 1 {
                        let path = format!("{full}.elevation");
                        let message = format!("`{path}` = {} has no meaning in a plane", sense.elevation);
                        let problem = Diagnostic::new(path, message, "1, or an `extent` with z above 0");
                        self.problems.push(problem.resting_on(["extent"]));
                    }
                    if sense.gives.is_empty() {
                        let features = "any of Proximity, Offset, Heading, Signals";
                        self.tell(&format!("{at}.gives"), &[], "is empty: the sense tells nothing", features);
                    }
                    let perceived = |s: &&SpeciesSpec| sense.species.is_empty() || sense.species.contains(&s.name);
                    let heard = self.spec.species.iter().filter(perceived).map(channels_of).max();
                    if let Some(n) = sense.gives.iter().position(|f| *f == NeighbourFeature::Signals)
                        && heard.unwrap_or(0) == 0
                    {
                        let path = format!("{full}.gives[{n}]");
                        let message = format!("`{path}` hears `Signals`, but no species perceived has a channel");
                        let problem = Diagnostic::new(path, message, "set `signals.channels` of one of them");
                        let count = self.spec.species.len();
                        let mut rests = all_names("species", count);
                        rests.extend((0..count).map(|s| format!("species[{s}].signals.channels")));
                        self.problems.push(problem.resting_on(rests).resting_on([format!("{full}.species")]));
                    }
                }
                Sense::Nearest(sense) => {
                    self.names.all_species(&format!("{full}.species"), &sense.species, self.problems);
                }
                Sense::Pairs(sense) => {
                    self.names.all_species(&format!("{full}.species"), &sense.species, self.problems);
                    let most = crate::layout::ZONES_MAX as usize;
                    if !(1..=most).contains(&sense.zones.len()) {
                        let wrong = format!("holds {} zones", sense.zones.len());
                        self.tell(&format!("{at}.zones"), &[], wrong, format!("1 to {most}"));
                    }
                }
                Sense::Field(sense) => {
                    self.names.all_fields(&format!("{full}.fields"), &sense.fields, self.problems);
                }
                Sense::OwnSignal if channels_of(self.species) == 0 => {
                    let wrong = "is OwnSignal, but the species has no channel";
                    self.tell(&at, &["signals.channels"], wrong, "set `signals.channels`");
                }
                _ => {}
            }
        }
    }
}
