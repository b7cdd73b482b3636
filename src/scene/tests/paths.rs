//! Parameters by path, and the table as a whole.

use super::*;

fn boids() -> SceneSpec {
    load("boids").expect("ships").spec
}

fn set_fails(path: &str, value: &str) -> String {
    let (mut spec, before) = (boids(), boids());
    let told = set(&mut spec, path, value).expect_err(path).to_string();
    assert_eq!(spec, before, "an error leaves the scene as it was");
    told
}

#[test]
fn parameters_are_set_by_path() {
    use When::{Now, Restart};
    for (path, value, when, now) in [
        ("dt", "0.2", Restart, "0.2"),
        ("seed", "0xff", Restart, "255"),
        ("extent[2]", "30", Restart, "30.0"),
        ("species[fish].count", "5", Restart, "5"),
        ("species[ 0 ].count", "6", Restart, "6"),
        ("species[0].color[1]", "0.5", Now, "0.5"),
        ("species[0].color", "[1, 1, 0.1]", Now, "[1.0, 1.0, 0.1]"),
        ("species[0].controller.wander", "0.25", Now, "0.25"),
        ("species[0].controller.Rule.Boids.wander", "0.25", Now, "0.25"),
        ("species[0].controller", "Linear(init: 2)", Restart, "Linear(init: 2.0, biases: true, weights: F32)"),
        ("species[0].senses[1].range", "2", Restart, "2.0"),
        ("species[0].start", "(headings: Random)", Restart, "Some((placement: Uniform, headings: Random))"),
        ("species[0].name", "two words", Restart, "\"two words\""),
        ("species[0].name", "\"quoted\"", Restart, "\"quoted\""),
        // Fields that are not mentioned keep their values.
        (
            "camera",
            "(orbit: 0)",
            Restart,
            "(look_at: [0.5, 0.5, 0.5], distance: 70.0, yaw: 0.7, pitch: 0.4, orbit: 0.0)",
        ),
        ("pace", "(speed: 3)", Now, "(speed: 3.0)"),
        ("fields", "[(name: \"algae\")]", Restart, ""),
    ] {
        let mut spec = boids();
        assert_eq!(set(&mut spec, path, value), Ok(when), "{path}");
        assert_ne!(spec, boids(), "{path}");
        if !now.is_empty() {
            assert_eq!(get(&spec, path).as_deref(), Ok(now));
        }
    }
}

#[test]
fn what_is_optional_can_be_taken_back() {
    let mut spec = boids();
    for value in ["Some((placement: Uniform))", "None", "()", "None"] {
        assert_eq!(set(&mut spec, "species[0].start", value), Ok(When::Restart));
        assert_eq!(spec.species[0].start.is_none(), value == "None");
    }
}

#[test]
fn wrong_paths_and_values_are_told() {
    for (path, value, told) in [
        ("specis", "1", "`specis`: the scene has no `specis`: did you mean `species`?"),
        ("species[fsh].count", "5", "`species[fsh].count`: `species` has no item named `fsh`: did you mean `fish`?"),
        ("species[1].count", "5", "`species[1].count`: `species` has no item 1: items 0 to 0"),
        ("species.count", "5", "`species.count`: `species` is a list: choose an item, as in species[0]"),
        ("dt.x", "5", "`dt.x`: `dt` holds one value and has no `x`: end the path here"),
        ("dt[0]", "5", "`dt[0]`: `dt` holds one value and is not a list: end the path here"),
        ("pace[0]", "5", "`pace[0]`: `pace` is not a list: name a field, as in .name"),
        ("fields[0]", "5", "`fields[0]`: `fields` has no item 0: it is empty"),
        ("species[0].cruise", "5", "`species[0].cruise`: `species[0]` has no `cruise`: did you mean `body.cruise`?"),
        (
            "species[0].controller.Mlp.init",
            "1",
            "`species[0].controller.Mlp.init`: `species[0].controller` is Rule here, not Mlp: \
             set the choice itself to change it",
        ),
        (
            "species[0].sharing.size",
            "1",
            "`species[0].sharing.size`: `species[0].sharing` is Own, which holds nothing: \
             set the choice itself to change it",
        ),
        (
            "species[0].start.placement",
            "Uniform",
            "`species[0].start.placement`: `species[0].start` is None: set it as a whole first, to (..)",
        ),
        ("", "1", "`` is not a path: write it as in species[0].body.length"),
        ("a..b", "1", "`a..b` is not a path: a name is missing"),
        ("species[0", "1", "`species[0` is not a path: a `]` is missing"),
        ("species[0]count", "1", "`species[0]count` is not a path: write it as in species[0].body.length"),
        ("dt", "2", "`dt` = 2 is out of range: a number from 0.001 to 1 s"),
        ("dt", "", "`dt` is given no value: a number from 0.001 to 1 s"),
        ("dt", "0.1 0.2", "`dt` = 0.1 0.2 cannot be read: non-whitespace trailing characters"),
        ("boundary[0]", "Tours", "`boundary[0]` cannot be `Tours`: did you mean `Torus`? (one of Torus, Wall, Open)"),
        ("species", "[]", "`species` = [] is refused: the scene has no species: at least one"),
        (
            "species[0].body.cruise",
            "6",
            "`species[0].body.cruise` = 6 is refused: `species[0].body.cruise` = 6 is beyond the top speed: \
             at most `body.top_speed`, 5",
        ),
    ] {
        assert_eq!(set_fails(path, value), told);
    }
    assert_eq!(get(&boids(), "dtt").expect_err("unknown").message, "`dtt`: the scene has no `dtt`");
}

#[test]
fn a_scene_with_problems_of_its_own_can_be_put_right_step_by_step() {
    let mut spec = SceneSpec::default();
    assert_eq!(set(&mut spec, "dt", "0.1"), Ok(When::Restart));
    assert_eq!(set(&mut spec, "species", "[(name: \"a\")]"), Ok(When::Restart));
    assert!(parse(&encode(&spec), "test").is_ok());
}

#[test]
fn parameters_tell_value_unit_range_default_and_moment() {
    let all = parameters(&boids());
    let find = |path: &str| all.iter().find(|p| p.path == path).unwrap_or_else(|| panic!("{path}"));
    assert_eq!(
        *find("species[0].senses[1].range"),
        Parameter {
            path: "species[0].senses[1].range".into(),
            value: Value::Number(1.2),
            meta: Meta {
                doc: "Distance up to which agents are perceived.",
                unit: "BL",
                range: Some((0.05, 1000.0)),
                default: "5.0".into(),
                when: When::Restart,
            },
        }
    );
    assert_eq!(find("species[0].controller.wander").value, Value::Number(0.1), "as typed, not as in 32 bits");
    assert_eq!(
        find("species[0].controller").value,
        Value::Choice("Rule".into(), &["Mlp", "Gru", "Linear", "Attention", "Plastic", "Graph", "Rule"])
    );
    assert_eq!(find("species[0].controller").meta.when, When::Restart);
    assert_eq!(find("species[0].color[2]").meta.default, "1.0");
    assert_eq!(find("species[0].count").value, Value::Integer(20_000));
    assert_eq!(find("species[0].diet.by_choice").value, Value::Bool(false));
    assert_eq!(find("name").value, Value::Text("Boids".into()));
    let paths: std::collections::BTreeSet<&str> = all.iter().map(|p| &*p.path).collect();
    assert_eq!(paths.len(), all.len(), "no path stands for two parameters");
}

#[test]
fn every_entry_of_the_table_is_complete() {
    let entries = describe();
    assert!(entries.len() > 200, "{}", entries.len());
    for entry in &entries {
        assert!(entry.doc.len() > 1 && entry.doc.ends_with('.'), "{}: `{}`", entry.path, entry.doc);
        assert_eq!(entry.limits.is_some(), entry.kind.contains("number"), "{}: numbers have limits", entry.path);
        assert!(entry.limits.is_none_or(|l| l.low < l.high || entry.path == "version"), "{}", entry.path);
    }
    // Each default is one that could have been written.
    let mut spec = SceneSpec::default();
    spec.species.push(SpeciesSpec { name: "a".into(), ..SpeciesSpec::default() });
    spec.fields.push(FieldSpec { name: "f".into(), ..FieldSpec::default() });
    for parameter in parameters(&spec).iter().filter(|p| !p.path.ends_with("].name")) {
        let default = &parameter.meta.default;
        assert_eq!(get(&spec, &parameter.path).as_ref(), Ok(default), "{}", parameter.path);
        assert!(set(&mut spec.clone(), &parameter.path, default).is_ok(), "{}", parameter.path);
    }
}

#[test]
fn the_reference_can_be_asked_for_a_part() {
    assert_eq!(
        schema("species[prey].senses[0].Neighbours.range"),
        "species[].senses[].Neighbours.range  number 0.05 to 1000 BL, default 5.0, restart\n    \
         Distance up to which agents are perceived.\n"
    );
    let ranges = schema("species[].senses[].range");
    assert_eq!(ranges.lines().filter(|l| l.contains("].")).count(), 3, "{ranges}");
    assert!(schema("species[].body").contains("species[].body.top_speed  number 0 to 200 BL/s, default 5.0, now"));
    assert!(schema("").len() > schema("species").len());
    assert_eq!(schema("spec"), "", "half a name is no path");
}
