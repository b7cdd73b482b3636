//! What the values of a scene must satisfy together, and how it is told when they do not.

use super::*;

mod events;
mod evolution;

/// A scene in a plane with two fields and two species, with more said about the scene and about the first species.
fn with(scene: &str, species: &str) -> String {
    format!(
        "({scene} fields: [(name: \"algae\"), (name: \"scent\")], \
         species: [(name: \"prey\", {species}), (name: \"pike\")])"
    )
}

/// Checks how each addition to the scene, or to its first species, is refused.
fn check(build: fn(&str) -> String, cases: &[(&str, &str)]) {
    assert_eq!(refusals(&build("")), Vec::<String>::new());
    for (addition, expected) in cases {
        assert_eq!(refusal(&build(addition)), *expected, "{addition}");
    }
}

fn species(addition: &str) -> String {
    with("", addition)
}

fn scene(addition: &str) -> String {
    with(addition, "")
}

#[test]
fn names_must_be_known() {
    check(
        species,
        &[
            (
                "senses: [Neighbours(species: [\"pray\"])]",
                "\"pray\" | `species[0].senses[0].species[0]` = \"pray\" is no species of this scene | did you mean `prey`?",
            ),
            (
                "senses: [Nearest(species: [\"whale\"])]",
                "\"whale\" | `species[0].senses[0].species[0]` = \"whale\" is no species of this scene | one of prey, pike",
            ),
            (
                "senses: [Field(fields: [\"algea\"])]",
                "\"algea\" | `species[0].senses[0].fields[0]` = \"algea\" is no field of this scene | did you mean `algae`?",
            ),
            ("senses: [Field]", "Field | `species[0].senses[0].fields` is empty | one of algae, scent"),
            (
                "diet: (fields: [(field: \"alga\")])",
                "\"alga\" | `species[0].diet.fields[0].field` = \"alga\" is no field of this scene | did you mean `algae`?",
            ),
            (
                "diet: (prey: [()])",
                "() | `species[0].diet.prey[0].species` = \"\" is no species of this scene | one of prey, pike",
            ),
            (
                "deposits: [(field: \"sent\")]",
                "\"sent\" | `species[0].deposits[0].field` = \"sent\" is no field of this scene | did you mean `scent`?",
            ),
            (
                "partners: [(species: \"pik\")]",
                "\"pik\" | `species[0].partners[0].species` = \"pik\" is no species of this scene | did you mean `pike`?",
            ),
            (
                "partners: [(species: \"prey\")]",
                "\"prey\" | `species[0].partners[0].species` = \"prey\" is the species itself | \
                 another species: its own terms stand in `fitness`",
            ),
            (
                "fitness: [(term: TimeIn(field: \"\"))]",
                "\"\" | `species[0].fitness[0].term.field` = \"\" is no field of this scene | one of algae, scent",
            ),
        ],
    );
}

#[test]
fn names_must_be_given_once() {
    for (text, expected) in [
        ("()", "() | the scene has no species | at least one"),
        ("(species: [()])", "() | `species[0].name` is empty | a name"),
        (
            "(species: [(name: \"a\"), (name: \"a\")])",
            "\"a\" | `species[1].name` = \"a\" is taken | a name other than that of `species[0]`",
        ),
        (
            "(species: [(name: \"a]\")])",
            "\"a]\" | `species[0].name` = \"a]\" has a bracket in it | a name without brackets",
        ),
    ] {
        assert_eq!(refusal(text), expected);
    }
    let many: Vec<String> = (0..33).map(|i| format!("(name: \"s{i}\")")).collect();
    let refused = refusal(&format!("(species: [{}])", many.join(", ")));
    assert!(refused.ends_with("| the scene has 33 species | at most 32"), "{refused}");
}

#[test]
fn senses_must_perceive_something() {
    check(
        species,
        &[
            (
                "senses: [Neighbours(elevation: 2)]",
                "2 | `species[0].senses[0].elevation` = 2 has no meaning in a plane | 1, or an `extent` with z above 0",
            ),
            (
                "senses: [Neighbours(gives: [])]",
                "[] | `species[0].senses[0].gives` is empty: the sense tells nothing | \
                 any of Proximity, Offset, Heading, Signals",
            ),
            (
                "senses: [Neighbours(gives: [Proximity, Signals])]",
                "Signals | `species[0].senses[0].gives[1]` hears `Signals`, but no species perceived has a channel | \
                 set `signals.channels` of one of them",
            ),
            (
                // A channel of its own is not one of those perceived.
                "signals: (channels: 2), senses: [Neighbours(species: [\"pike\"], gives: [Signals])]",
                "Signals | `species[0].senses[0].gives[0]` hears `Signals`, but no species perceived has a channel | \
                 set `signals.channels` of one of them",
            ),
            (
                "senses: [OwnSignal]",
                "OwnSignal | `species[0].senses[0]` is OwnSignal, but the species has no channel | \
                 set `signals.channels`",
            ),
            (
                "controller: Rule(Boids), senses: [Neighbours(azimuth: 1, gives: [Offset, Heading]), Speed]",
                "Speed | `species[0].senses[1]` is not what the boids rule reads | \
                 Neighbours(range: .., azimuth: 1, gives: [Proximity, Offset])",
            ),
            ("senses: [Pairs(zones: [])]", "[] | `species[0].senses[0].zones` holds 0 zones | 1 to 4"),
            (
                "senses: [Pairs(species: [\"whale\"])]",
                "\"whale\" | `species[0].senses[0].species[0]` = \"whale\" is no species of this scene | one of prey, pike",
            ),
            (
                "controller: Rule(Vicsek), body: (motion: Course), senses: [Pairs(zones: [(gives: Velocity)])]",
                "Pairs(zones: [(gives: Velocity)]) | `species[0].senses[0]` is not what Vicsek's rule reads | \
                 Pairs(zones: [(width: .., gives: Heading)])",
            ),
            (
                "controller: Rule(Vicsek), body: (motion: Body), senses: [Pairs]",
                "Body | `species[0].body.motion` is Body, by which Vicsek's rule cannot turn to any direction | \
                 Heading, or Course in a plane",
            ),
            (
                "controller: Rule(Couzin), body: (motion: Heading), senses: [Pairs]",
                "Pairs | `species[0].senses[0]` is not what Couzin's rule reads | Pairs(zones: [(width: .., gives: Direction), \
                 (width: .., gives: Heading), (width: .., gives: Direction)])",
            ),
            (
                "controller: Rule(Couzin), body: (motion: Course), \
                 senses: [Pairs(zones: [(gives: Direction), (), (gives: Direction)])]",
                "Course | `species[0].body.motion` is Course, by which Couzin's rule cannot turn to a direction | Heading",
            ),
        ],
    );
    assert!(refusals(&species("signals: (channels: 2), senses: [OwnSignal, Neighbours(gives: [Signals])]")).is_empty());
    assert!(refusals(&with("extent: [9, 9, 9],", "senses: [Neighbours(elevation: 2)]")).is_empty());
    assert_eq!(refusals(&species("controller: Rule(Boids)")).len(), 2);
    // The order in which features are listed does not matter.
    let swapped =
        "Neighbours(azimuth: 1, gives: [Heading, Offset]), Neighbours(azimuth: 1, gives: [Offset, Proximity])";
    assert!(refusals(&species(&format!("controller: Rule(Boids), senses: [{swapped}]"))).is_empty());
}

#[test]
fn numbers_must_fit_each_other() {
    check(
        species,
        &[
            (
                "count: 100, sharing: Group(size: 7)",
                "7 | `species[0].sharing.size` = 7 leaves an incomplete group | a divisor of the count of 100",
            ),
            (
                "count: 100, capacity: 50",
                "50 | `species[0].capacity` = 50 leaves no room for all | 0, or at least the count of 100",
            ),
            (
                "energy: (start: 30)",
                "30 | `species[0].energy.start` = 30 cannot be stored | at most `energy.capacity`, 20",
            ),
            (
                "body: (cruise: 6)",
                "6 | `species[0].body.cruise` = 6 is beyond the top speed | at most `body.top_speed`, 5",
            ),
            (
                "start: (headings: Aligned(toward: [0, 0, 0]))",
                "[0, 0, 0] | `species[0].start.headings.toward` = [0, 0, 0] is no direction | any other vector",
            ),
        ],
    );
    check(
        scene,
        &[
            (
                "extent: [0, 40, 0],",
                "0 | `extent[0]` = 0: the tank has no size along x | more than 0 BL; only z may be 0",
            ),
            (
                "start: (headings: Aligned(toward: [0, 0, 0])),",
                "[0, 0, 0] | `start.headings.toward` = [0, 0, 0] is no direction | any other vector",
            ),
        ],
    );
    assert!(refusals(&species("count: 100, capacity: 100, sharing: Group(size: 20)")).is_empty());
    assert!(refusals(&species("body: (motion: Force, cruise: 6)")).is_empty());
}

#[test]
fn fields_must_be_stable_and_what_is_proposed_is() {
    let tank = |size: &str, field: &str| {
        format!("(extent: {size}, fields: [(name: \"f\", {field})], species: [(name: \"a\")])")
    };
    for (size, field, expected, cure) in [
        (
            "[40, 40, 40]",
            "diffusion: 5",
            "5 | `fields[0].diffusion` = 5 spreads too far in one tick: the field would oscillate | \
             at most 3.33 BL²/s, or `dt` at most 0.0333, or larger cells",
            "diffusion: 3.33",
        ),
        (
            "[40, 40, 0]",
            "diffusion: 6",
            "6 | `fields[0].diffusion` = 6 spreads too far in one tick: the field would oscillate | \
             at most 5 BL²/s, or `dt` at most 0.0416, or larger cells",
            "diffusion: 5",
        ),
        (
            // No tick is short enough, so none is proposed. The tank's z has no cells to spread along.
            "[40, 40, 0]",
            "cell: 0.05, diffusion: 100",
            "100 | `fields[0].diffusion` = 100 spreads too far in one tick: the field would oscillate | \
             at most 0.0125 BL²/s, or larger cells",
            "cell: 0.05, diffusion: 0.0125",
        ),
        (
            "[40, 40, 0]",
            "current: [-21, 1, 90]",
            "-21 | `fields[0].current[0]` = -21 crosses more than a cell in one tick | \
             at most 20 BL/s either way, or `dt` at most 0.0476, or larger cells",
            "current: [-20, 1, 90]",
        ),
        (
            "[400, 400, 400]",
            "cell: 1.0",
            "1.0 | `fields[0].cell` = 1 makes 64000000 of 64000000 field cells, too many | \
             at least 1.6 BL for 16777216 cells in all",
            "cell: 1.6",
        ),
        (
            "[10000, 10000, 0]",
            "cell: 0.05",
            "0.05 | `fields[0].cell` = 0.05 makes 40000000000 of 40000000000 field cells, too many | \
             at least 2.5 BL for 16777216 cells in all",
            "cell: 2.5",
        ),
    ] {
        assert_eq!(refusal(&tank(size, field)), expected);
        assert_eq!(refusals(&tank(size, cure)), Vec::<String>::new(), "{cure}");
    }
    let both = "(extent: [10000, 10000, 10000], fields: [(name: \"f\", cell: 0.05), (name: \"g\", cell: 0.05)], \
                species: [(name: \"a\")])";
    assert!(refusal(both).ends_with("larger cells in all fields, for 16777216 cells in all"));
}

#[test]
fn attention_needs_single_agents_to_be_paid_to() {
    let wrong = refusal(&with("", "controller: Attention(), senses: [Speed]"));
    assert!(wrong.contains("tells of no single agents, to which attention could be paid"), "{wrong}");
    assert!(refusals(&with("", "controller: Attention(), senses: [Speed, Nearest(k: 3)]")).is_empty());
}

#[test]
fn landmarks_that_are_referred_to_must_be_there() {
    let wrong = refusal(&with("start: (placement: Landmarks(first: 2)), landmarks: [(at: [1, 1, 0])],", ""));
    assert!(wrong.contains("`start.placement.first` = 2 names no landmark | 1 to 1"), "{wrong}");
    let wrong = refusal("(fields: [(name: \"food\", patches: [(landmark: 1)])], species: [(name: \"prey\")])");
    assert!(
        wrong.contains("`fields[0].patches[0].landmark` = 1 names no landmark | a scene with `landmarks`"),
        "{wrong}"
    );
    assert!(refusals(&with("start: (placement: Landmarks()), landmarks: [(at: [1, 1, 0])],", "")).is_empty());
}
