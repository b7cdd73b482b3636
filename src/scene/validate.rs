//! What the values of a scene must satisfy together: names that exist, numbers that fit each other, events that can
//! happen. Knows what a scene means; knows nothing of text, nor of how worlds are advanced or fit into memory.

use super::names::{Names, all_names};
use super::path::set_unchecked;
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
        events(spec, &mut problems);
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
    mixed_evolution(spec, problems);
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

    /// Attention is paid to somebody.
    fn attention(&mut self) {
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
    fn rule(&mut self) {
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

    /// What each way of evolving needs.
    fn evolution(&mut self) {
        let SpeciesSpec { evolution, sharing, fitness, energy, count, .. } = self.species;
        let scored = match evolution {
            Evolution::Off => return,
            Evolution::Turnover(_) | Evolution::Generational(_) => true,
            Evolution::Ecology(_) => false,
        };
        match (evolution, sharing) {
            (Evolution::Turnover(_), Sharing::Species) => {
                self.tell("sharing", &["evolution[]"], "leaves one genome, with none to select from", "Own, or Group");
            }
            (Evolution::Ecology(_), Sharing::Group(_) | Sharing::Species) => {
                let wrong = "is not Own, but agents are born one by one";
                self.tell("sharing", &["evolution[]"], wrong, "Own, or another evolution");
            }
            _ => {}
        }
        if scored && fitness.is_empty() && self.species.partners.is_empty() {
            let right = "at least one term, as in [(term: FoodEaten)], or `partners`";
            self.tell("fitness", &["evolution[]"], "is empty, but selection needs it", right);
        }
        match evolution {
            Evolution::Ecology(e) => {
                if e.child_energy >= e.birth_energy {
                    let right = format!("less than `birth_energy`, {}", e.birth_energy);
                    let wrong = format!("= {} would kill the parent", e.child_energy);
                    self.tell("evolution.child_energy", &["evolution.birth_energy"], wrong, right);
                }
                if e.birth_energy > energy.capacity {
                    let right = format!("at most `energy.capacity`, {}", energy.capacity);
                    let wrong = format!("= {} is never reached", e.birth_energy);
                    self.tell("evolution.birth_energy", &["energy.capacity"], wrong, right);
                }
            }
            Evolution::Turnover(t) if t.elites >= *count => {
                let right = format!("less than the count of {count}");
                self.tell("evolution.elites", &["count"], format!("= {} lets nobody die of age", t.elites), right);
            }
            Evolution::Generational(g) => {
                let (step, least) = g.strategy.populations();
                match &g.strategy {
                    Strategy::Genetic(genetic) if genetic.elites >= g.population => {
                        let right = format!("less than the population of {}", g.population);
                        let wrong = format!("= {} leaves no room for children", genetic.elites);
                        self.tell("evolution.strategy.elites", &["evolution.population"], wrong, right);
                    }
                    strategy if strategy.keeps_archive() && g.population < least => {
                        let right = format!("at least {least}");
                        let wrong = format!("= {} leaves emitters without two genomes each", g.population);
                        let rests = ["evolution.strategy[]", "evolution.strategy.emitters"];
                        self.tell("evolution.population", &rests, wrong, right);
                    }
                    _ if g.population % step != 0 => {
                        let right = format!("a multiple of {step}, as {}", g.population.next_multiple_of(step));
                        let wrong = format!("= {}, but the strategy judges genomes in pairs", g.population);
                        self.tell("evolution.population", &["evolution.strategy[]"], wrong, right);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// Rollouts end and start over; a living school does not.
fn mixed_evolution(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    let in_rollouts = |s: &SpeciesSpec| matches!(s.evolution, Evolution::Generational(_));
    let live = |s: &SpeciesSpec| matches!(s.evolution, Evolution::Turnover(_) | Evolution::Ecology(_));
    let Some(other) = spec.species.iter().position(live) else { return };
    if let Some(index) = spec.species.iter().position(in_rollouts) {
        let path = format!("species[{index}].evolution");
        let message =
            format!("`{path}` is Generational, but `{}` evolves live in the same tank", spec.species[other].name);
        let problem = Diagnostic::new(path, message, "one kind of evolution in a scene, besides Off");
        problems.push(problem.resting_on([format!("species[{other}].evolution[]")]));
    }
}

/// Events in the order in which they happen, each on the scene that those before it have left.
fn events(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    let names = Names::of(spec);
    let mut order: Vec<usize> = (0..spec.events.len()).collect();
    order.sort_by_key(|&i| spec.events[i].tick);
    // Without its events, so that a change of the scene is judged by the scene alone.
    let mut scene = SceneSpec { events: vec![], ..spec.clone() };
    for i in order {
        let at = format!("events[{i}].command");
        match &spec.events[i].command {
            CommandSpec::Set(change) => {
                let mut changed = scene.clone();
                match set_now(&mut changed, &change.path, &change.value) {
                    Ok(()) => scene = changed,
                    Err(wrong) => {
                        let problem = Diagnostic::new(format!("{at}.{}", wrong.which), wrong.message, wrong.right);
                        problems.push(problem.resting_on(wrong.rests_on));
                    }
                }
            }
            CommandSpec::Wall(wall) => scene.obstacles.push(wall.obstacle()),
            CommandSpec::Patch(patch) => names.field(&format!("{at}.field"), &patch.field, problems),
            CommandSpec::Cull(cull) => names.species(&format!("{at}.species"), &cull.species, problems),
            CommandSpec::Signals(change) => {
                names.species(&format!("{at}.species"), &change.species, problems);
                let emitter = spec.species.iter().find(|s| s.name == change.species);
                if let (Some(emitter), Hearing::Delay(delay)) = (emitter, &change.hearing)
                    && delay.ticks >= emitter.signals.history
                {
                    let path = format!("{at}.hearing.ticks");
                    let history = emitter.signals.history;
                    let message = format!("`{path}` = {} is longer than signals are kept", delay.ticks);
                    let right = format!("at most {}, or raise `signals.history` of `{}`", history - 1, emitter.name);
                    let rests = (0..spec.species.len()).map(|s| format!("species[{s}].signals.history"));
                    problems.push(Diagnostic::new(path, message, right).resting_on(rests));
                }
            }
        }
    }
}

/// Why an event's change cannot be made.
struct Unfit {
    /// Whether `path` or `value` is at fault.
    which: &'static str,
    message: String,
    right: String,
    rests_on: Vec<String>,
}

/// Makes the change of an event.
fn set_now(scene: &mut SceneSpec, path: &str, value: &str) -> Result<(), Unfit> {
    let unfit = |which, message, right, rests_on| Err(Unfit { which, message, right, rests_on });
    // A path that cannot be read cannot be set either. What it leads through may be what could not be read.
    if let Err(e) = super::path::get(scene, path) {
        return unfit("path", e.message, e.expected, vec!["species".into(), "fields".into()]);
    }
    let mut before = vec![];
    standing(scene, &mut before);
    let when = match set_unchecked(scene, path, value) {
        Ok(when) => when,
        Err(e) => return unfit("value", e.message, e.expected, vec![]),
    };
    if when == super::When::Restart {
        let right = "a parameter marked `now` in the scene reference".into();
        return unfit("path", format!("`{path}` cannot change while a world runs"), right, vec![]);
    }
    let mut caused = vec![];
    standing(scene, &mut caused);
    match caused.into_iter().find(|problem| !before.contains(problem)) {
        Some(Diagnostic { message, expected, mut rests_on, .. }) => {
            // The events before it have a say as well.
            rests_on.push("events".into());
            unfit("value", message, expected, rests_on)
        }
        None => Ok(()),
    }
}
