//! What ways of evolving need, and what behaviour can be described by.

use super::*;

#[test]
fn evolution_must_be_possible() {
    check(
        species,
        &[
            (
                "evolution: Turnover, fitness: [()], sharing: Species",
                "Species | `species[0].sharing` leaves one genome, with none to select from | Own, or Group",
            ),
            (
                "evolution: Ecology, sharing: Group",
                "Group | `species[0].sharing` is not Own, but agents are born one by one | \
                 Own, or another evolution",
            ),
            (
                "fitness: [()], partners: [(species: \"pike\")]",
                "\"pike\" | `species[0].partners[0].species` = \"pike\" has no fitness that could count | \
                 a species with a term in its `fitness`",
            ),
            (
                "fitness: [], evolution: Turnover",
                "[] | `species[0].fitness` is empty, but selection needs it | at least one term, as in [(term: FoodEaten)], \
                 or `partners`",
            ),
            (
                "fitness: [], evolution: Generational",
                "[] | `species[0].fitness` is empty, but selection needs it | at least one term, as in [(term: FoodEaten)], \
                 or `partners`",
            ),
            (
                "evolution: Generational(population: 2), fitness: [()]",
                "Generational(population: 2) | `species[0].evolution.strategy.elites` = 2 leaves no room for children | \
                 less than the population of 2",
            ),
            (
                "evolution: Generational(population: 7, strategy: Pgpe), fitness: [()]",
                "7 | `species[0].evolution.population` = 7, but the strategy judges genomes in pairs | \
                 a multiple of 2, as 8",
            ),
            (
                "count: 2, evolution: Turnover(elites: 2), fitness: [()]",
                "2 | `species[0].evolution.elites` = 2 lets nobody die of age | less than the count of 2",
            ),
            (
                "evolution: Ecology(child_energy: 15)",
                "15 | `species[0].evolution.child_energy` = 15 would kill the parent | less than `birth_energy`, 15",
            ),
            (
                "evolution: Ecology(birth_energy: 25)",
                "25 | `species[0].evolution.birth_energy` = 25 is never reached | at most `energy.capacity`, 20",
            ),
        ],
    );
    let zones = ["algae", "scent", "algae"].map(|zone| format!("(term: TimeIn(field: \"{zone}\"))"));
    assert!(refusals(&species(&format!("fitness: [{}]", zones.join(", ")))).is_empty());
    let families = "count: 100, capacity: 100, sharing: Group(size: 5), evolution: Turnover, fitness: [()]";
    assert!(refusals(&species(families)).is_empty());
    let mixed = "(species: [(name: \"a\", evolution: Generational, fitness: [()]), (name: \"b\", evolution: Ecology)])";
    assert_eq!(
        refusal(mixed),
        "Generational | `species[0].evolution` is Generational, but `b` evolves live in the same tank | \
         one kind of evolution in a scene, besides Off"
    );
    let zones = ["a", "b", "c"].map(|zone| format!("(term: TimeIn(field: \"{zone}\"))"));
    let fields = ["a", "b", "c"].map(|name| format!("(name: \"{name}\")")).join(", ");
    let three = format!("(fields: [{fields}], species: [(name: \"s\", fitness: [{}])])", zones.join(", "));
    let refused = refusal(&three);
    assert!(refused.ends_with("times 3 fields with `TimeIn`: a, b, c | at most 2 different fields"), "{refused}");
}

#[test]
fn axes_of_behaviour_must_be_of_something_that_is_there() {
    fn described(axes: &str) -> String {
        let evolution = format!("Generational(descriptors: [{axes}])");
        with("", &format!("sharing: Species, fitness: [(term: Distance)], evolution: {evolution}"))
    }
    let four = "(of: Measure(Speed), high: 5.0), (of: Term(TimeIn(field: \"algae\"))), (of: Term(Distance)), ()";
    assert!(refusals(&described(four)).is_empty());
    check(
        described,
        &[
            (
                "(of: Measure(Diversity))",
                "Measure(Diversity) | `species[0].evolution.descriptors[0].of` is Diversity, which is of a population of \
                 genomes and not of a school | another measure",
            ),
            (
                "(of: Measure(SignalEnergy))",
                "Measure(SignalEnergy) | `species[0].evolution.descriptors[0].of` is SignalEnergy, but `prey` has no \
                 channel | set `signals.channels`, or another axis",
            ),
            (
                "(of: Term(SignalsEmitted))",
                "Term(SignalsEmitted) | `species[0].evolution.descriptors[0].of` is SignalsEmitted, but `prey` has no \
                 channel | set `signals.channels`, or another axis",
            ),
            (
                "(of: Term(FoodEaten))",
                "Term(FoodEaten) | `species[0].evolution.descriptors[0].of` is FoodEaten, but `prey` eats from no field | \
                 a field in `diet.fields`, or another axis",
            ),
            (
                "(of: Term(PreyCaught))",
                "Term(PreyCaught) | `species[0].evolution.descriptors[0].of` is PreyCaught, but `prey` bites nobody | \
                 a species in `diet.prey`, or another axis",
            ),
            (
                "(of: Term(DamageTaken))",
                "Term(DamageTaken) | `species[0].evolution.descriptors[0].of` is DamageTaken, but nobody bites `prey` | \
                 another axis, or a species with it in its `diet.prey`",
            ),
            (
                "(of: Term(TimeIn(field: \"kelp\")))",
                "\"kelp\" | `species[0].evolution.descriptors[0].of.field` = \"kelp\" is no field of this scene | \
                 one of algae, scent",
            ),
            (
                "(low: 2.0)",
                "2.0 | `species[0].evolution.descriptors[0].low` = 2 is not below `high`, 1 | less than `high`",
            ),
            ("(), (), (), (), ()", "[(), (), (), (), ()] | `species[0].evolution.descriptors` has 5 axes | at most 4"),
            (
                "(cells: 1000), (cells: 1000), (cells: 2)",
                "[(cells: 1000), (cells: 1000), (cells: 2)] | `species[0].evolution.descriptors` make an archive of \
                 2000000 cells | fewer `cells`: at most 1000000 in all",
            ),
        ],
    );
    let rest = "sharing: Species, fitness: [(term: Distance)], evolution: Generational(descriptors: [()])";
    let short = with("rollout: (ticks: 50), ", rest);
    assert!(refusal(&short).contains("is looked at every 100 ticks (`measures.interval`), but a rollout has 50"));
    let silent = with("measures: (log: [Speed]), ", rest);
    assert!(refusal(&silent).contains("is Polarization, but `measures.log` leaves it out | add Polarization"));
    let own = with("", "fitness: [(term: Distance)], evolution: Generational(descriptors: [()])");
    assert!(refusal(&own).contains("several genomes of `prey` swim in one"));
    let flocks = "fitness: [(term: FlockingEnergy())], evolution: Generational(descriptors: [(of: Term(FlockingEnergy(cohesion: 0.5)))])";
    assert!(refusal(&with("", flocks)).contains("is a FlockingEnergy of other strengths than one before it"));
    let three = "fitness: [(term: TimeIn(field: \"a\"))], evolution: Generational(descriptors: [(of: Term(TimeIn(field: \"b\"))), (of: Term(TimeIn(field: \"c\")))])";
    let fields = ["a", "b", "c"].map(|name| format!("(name: \"{name}\")")).join(", ");
    assert!(refusal(&format!("(fields: [{fields}], species: [(name: \"s\", {three})])")).contains("times 3 fields"));
}
