//! Scenes of which a part cannot be read: the rest is checked as far as it does not rest on that part.

use super::*;

/// What is refused, by path.
fn paths(text: &str) -> Vec<String> {
    parse(text, "test.ron").err().map_or(vec![], |e| e.diagnostics.into_iter().map(|p| p.path).collect())
}

#[test]
fn a_value_that_cannot_be_read_hides_nothing_else() {
    let text = "(dt: 7, fields: [(name: \"algae\", regrowth: fast)], species: [\
        (name: \"prey\", count: many, capacity: 5, energy: (start: 30, capacity: 20),\
         senses: [Field(fields: [\"algea\"]), Neighbours(gives: [])], evolution: Turnover(lifetime: -1)),\
        (name: \"pike\", diet: (prey: [(species: \"prye\")]))],\
        events: [(tick: 3, command: Cull(species: \"pkie\")), (command: Patch(field: \"alge\", radius: big))])";
    let expected = [
        "dt",
        "fields[0].regrowth",
        "species[0].count",
        "species[0].energy.start",
        "species[0].senses[0].fields[0]",
        "species[0].senses[1].gives",
        "species[0].evolution.lifetime",
        "species[0].fitness",
        "species[1].diet.prey[0].species",
        "events[0].command.species",
        "events[1].command.field",
        "events[1].command.radius",
    ];
    let mut told = paths(text);
    let mut wanted = expected.map(str::to_string).to_vec();
    told.sort();
    wanted.sort();
    assert_eq!(told, wanted, "the fitness that selection lacks is told too, the room that too many need is not");
}

#[test]
fn nothing_is_said_about_what_rests_on_it() {
    let hears = "senses: [Neighbours(species: [\"pike\"], gives: [Signals])]";
    for (text, told) in [
        // A name that cannot be read may be the one referred to.
        ("(species: [(name: \"a\", diet: (prey: [(species: \"b\")])), (name: 5)])", vec!["species[1].name"]),
        ("(species: [(name: \"a\", diet: (prey: [(species: \"b\")])), (nam: \"b\")])", vec!["species[1]"]),
        ("(feilds: [(name: \"f\")], species: [(name: \"a\", deposits: [(field: \"f\")])])", vec![""]),
        ("(fields: 3, species: [(name: \"a\", deposits: [(field: \"f\")])])", vec!["fields"]),
        ("(specie: [(name: \"a\")])", vec![""]),
        ("(species: [(name: \"a\", body: (top_speed: x, cruise: 90))])", vec!["species[0].body.top_speed"]),
        ("(species: [(name: \"a\", body: (topspeed: 99, cruise: 90))])", vec!["species[0].body"]),
        (
            "(species: [(name: \"a\", energi: (capacity: 99), energy: (start: 30))])",
            vec!["species[0].energy.start", "species[0]"],
        ),
        ("(dt: 9, fields: [(name: \"f\", diffusion: 900)], species: [(name: \"a\")])", vec!["dt"]),
        (
            &format!("(species: [(name: \"a\", {hears}), (name: \"pike\", signals: (channels: 99))])"),
            vec!["species[1].signals.channels"],
        ),
        (
            "(species: [(name: \"a\", body: (top_speed: x))], \
             events: [(command: Set(path: \"species[a].body.cruise\", value: \"60\"))])",
            vec!["species[0].body.top_speed"],
        ),
        (
            "(species: [(name: \"a\", evolution: Turnovr(lifetime: 3))], \
             events: [(command: Set(path: \"species[a].evolution.lifetime\", value: \"6\"))])",
            vec!["species[0].evolution"],
        ),
        ("(species: [(name: \"a\", diet: (prey: [(species: \"b\")]) count: 3)])", vec![""]),
    ] {
        let mut found = paths(text);
        found.sort();
        let mut told = told;
        told.sort();
        assert_eq!(found, told, "{text}");
    }
}

#[test]
fn events_are_checked_beside_other_problems() {
    let text = "(species: [(name: \"a\", body: (cruise: 90))], events: [\
        (command: Set(path: \"species[a].body.length\", value: \"99\")),\
        (command: Set(path: \"species[a].body.length\", value: \"2\")), (command: Cull(species: \"b\"))])";
    assert_eq!(paths(text), ["species[0].body.cruise", "events[0].command.value", "events[2].command.species"]);
}
