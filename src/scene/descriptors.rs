//! Whether genomes of a species can be told apart by the axes that a scene names: as many as its strategy takes, each of
//! something that the species has and that the scene measures. Does not measure it.

use super::names::Names;
use super::problem::Diagnostic;
use super::spec::{Behaviour, DescriptorSpec, Evolution, Measure, SceneSpec, Sharing, SpeciesSpec, Term};

/// Most axes of behaviour: beyond, an archive has more cells than a search visits.
const MOST_AXES: usize = 4;

/// Most cells of an archive, each of which may come to hold a genome.
const MOST_CELLS: u64 = 1_000_000;

/// Problems of the axes of species `index`.
pub fn check(spec: &SceneSpec, index: usize, names: &Names, problems: &mut Vec<Diagnostic>) {
    let Some(species) = spec.species.get(index) else { return };
    let Evolution::Generational(g) = &species.evolution else { return };
    let at = format!("species[{index}].evolution.descriptors");
    let count = g.descriptors.len();
    let mut tell = |path: String, wrong: String, right: String, rests: Vec<String>| {
        problems.push(Diagnostic::new(&path, format!("`{path}` {wrong}"), right).resting_on(rests));
    };
    let list = format!("{at}[]");
    if g.strategy.keeps_archive() && !(2..=MOST_AXES).contains(&count) {
        let name = format!("{:?}", g.strategy);
        let name = name.split('(').next().unwrap_or_default();
        let axes = if count == 1 { "axis" } else { "axes" };
        let wrong = format!("has {count} {axes}, but {name} keeps an archive along 2 to {MOST_AXES}");
        let right = format!("2 to {MOST_AXES} axes, as in [(of: Term(Distance), high: 50), (of: Term(NearOwn))]");
        tell(at.clone(), wrong, right, vec![list, format!("species[{index}].evolution.strategy[]")]);
    } else if count > MOST_AXES {
        tell(at.clone(), format!("has {count} axes"), format!("at most {MOST_AXES}"), vec![list]);
    }
    let cells = g.descriptors.iter().fold(1u64, |all, axis| all.saturating_mul(axis.cells.into()));
    if cells > MOST_CELLS && count <= MOST_AXES {
        let wrong = format!("make an archive of {cells} cells");
        let rests = (0..count).map(|i| format!("{at}[{i}].cells")).collect();
        tell(at.clone(), wrong, format!("fewer `cells`: at most {MOST_CELLS} in all"), rests);
    }
    for (i, axis) in g.descriptors.iter().enumerate() {
        if axis.low >= axis.high {
            let wrong = format!("= {} is not below `high`, {}", axis.low, axis.high);
            tell(format!("{at}[{i}].low"), wrong, "less than `high`".into(), vec![format!("{at}[{i}].high")]);
        }
        let of = format!("{at}[{i}].of");
        if let Some((wrong, right, rests)) = lacking(spec, species, axis) {
            let rests = rests.iter().map(|path| match path.strip_prefix('.') {
                Some(own) => format!("species[{index}].{own}"),
                None => path.to_string(),
            });
            tell(of.clone(), wrong, right, rests.chain([format!("{of}[]")]).collect());
        }
    }
    for (i, axis) in g.descriptors.iter().enumerate() {
        if let Behaviour::Term(Term::TimeIn(zone)) = &axis.of {
            names.field(&format!("{at}[{i}].of.field"), &zone.field, problems);
        }
    }
}

/// What the species or the scene lacks for an axis: what is wrong, what would be right, and the paths that say so, those of
/// the species with a dot before them.
type Lacking = (String, String, &'static [&'static str]);

fn lacking(spec: &SceneSpec, species: &SpeciesSpec, axis: &DescriptorSpec) -> Option<Lacking> {
    let name = &species.name;
    match &axis.of {
        Behaviour::Measure(measure) => of_measure(spec, species, *measure),
        Behaviour::Term(Term::SignalsEmitted) if species.signals.channels == 0 => silent(name, "SignalsEmitted"),
        Behaviour::Term(Term::FoodEaten) if species.diet.fields.is_empty() => Some((
            format!("is FoodEaten, but `{name}` eats from no field"),
            "a field in `diet.fields`, or another axis".into(),
            &[".diet.fields[]"],
        )),
        Behaviour::Term(term @ (Term::PreyCaught | Term::DamageDealt)) if species.diet.prey.is_empty() => Some((
            format!("is {term:?}, but `{name}` bites nobody"),
            "a species in `diet.prey`, or another axis".into(),
            &[".diet.prey[]"],
        )),
        Behaviour::Term(Term::DamageTaken) if !bitten(spec, name) => Some((
            format!("is DamageTaken, but nobody bites `{name}`"),
            "another axis, or a species with it in its `diet.prey`".into(),
            &["species[]"],
        )),
        Behaviour::Term(term @ Term::FlockingEnergy(_)) if species.terms().any(|t| other_flock(t, term)) => Some((
            "is a FlockingEnergy of other strengths than one before it".into(),
            "the same numbers everywhere: an agent keeps one such sum".into(),
            &[".fitness"],
        )),
        Behaviour::Term(_) => None,
    }
}

fn of_measure(spec: &SceneSpec, species: &SpeciesSpec, measure: Measure) -> Option<Lacking> {
    let name = &species.name;
    if measure == Measure::Diversity {
        let wrong = "is Diversity, which is of a population of genomes and not of a school".to_string();
        return Some((wrong, "another measure".into(), &[]));
    }
    if !spec.measures.log.contains(&measure) {
        let wrong = format!("is {measure:?}, but `measures.log` leaves it out");
        return Some((wrong, format!("add {measure:?} to `measures.log`"), &["measures.log", "measures.log[]"]));
    }
    if measure == Measure::SignalEnergy && species.signals.channels == 0 {
        return silent(name, "SignalEnergy");
    }
    if species.sharing != Sharing::Species {
        let wrong = format!("is a measure of a whole school, but several genomes of `{name}` swim in one");
        return Some((wrong, "`sharing: Species`, or an axis of a Term".into(), &[".sharing[]"]));
    }
    if spec.rollout.ticks < spec.measures.interval {
        let wrong = format!(
            "is looked at every {} ticks (`measures.interval`), but a rollout has {}",
            spec.measures.interval, spec.rollout.ticks
        );
        return Some((wrong, "a shorter interval, or longer rollouts".into(), &["measures.interval", "rollout.ticks"]));
    }
    None
}

fn silent(name: &str, what: &str) -> Option<Lacking> {
    let wrong = format!("is {what}, but `{name}` has no channel");
    Some((wrong, "set `signals.channels`, or another axis".into(), &[".signals.channels"]))
}

fn bitten(spec: &SceneSpec, name: &str) -> bool {
    spec.species.iter().flat_map(|s| &s.diet.prey).any(|prey| prey.species == name)
}

fn other_flock(term: &Term, own: &Term) -> bool {
    matches!(term, Term::FlockingEnergy(_)) && term != own
}
