//! What is read, and what is refused as it is read.

use super::*;

#[test]
fn every_problem_is_drawn_under_its_text() {
    let text = r#"// A scene with five mistakes.
(
    dt: 2,
    species: [(
        name: "perch",
        body: (lenght: 1.5, cruise: fast),
        count: 10, count: 20,
        controller: Mpl(hidden: [8]),
    )],
)
"#;
    let drawn = "\
error: `dt` = 2 is out of range
  ┌─ perch.ron:3:9
  │
3 │     dt: 2,
  │         ^ a number from 0.001 to 1 s

error: `species[0].body` has no field `lenght`
  ┌─ perch.ron:6:16
  │
6 │         body: (lenght: 1.5, cruise: fast),
  │                ^^^^^^ did you mean `length`?

error: `species[0].body.cruise` is the word `fast`
  ┌─ perch.ron:6:37
  │
6 │         body: (lenght: 1.5, cruise: fast),
  │                                     ^^^^ a number from 0 to 100 BL/s

error: `species[0].count` is said twice
  ┌─ perch.ron:7:20
  │
7 │         count: 10, count: 20,
  │                    ^^^^^ keep one of the two

error: `species[0].controller` cannot be `Mpl`
  ┌─ perch.ron:8:21
  │
8 │         controller: Mpl(hidden: [8]),
  │                     ^^^ did you mean `Mlp`? (one of Mlp, Gru, Linear, Attention, Plastic, Graph, Rule)";
    let error = parse(text, "perch.ron").expect_err("mistaken");
    assert_eq!(error.to_string(), drawn);
    assert!(error.render(true).contains("\u{1b}["), "coloured for a terminal");
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    for (text, expected) in [
        ("3", "3 | the scene is the number 3 | fields in parentheses, as in (name: value, ..)"),
        ("{name: 3}", "{name: 3} | the scene is a map | fields in parentheses, as in (name: value, ..)"),
        ("(name: 'a')", "'a' | `name` is text | text in quotes"),
        ("(name: 5)", "5 | `name` is the number 5 | text in quotes"),
        (
            "(pace: Pace(speed: 1))",
            "Pace(speed: 1) | `pace` is the word `Pace` | fields in parentheses, as in (name: value, ..)",
        ),
        ("(species: None)", "None | `species` is an option | a list, as in [.., ..]"),
        (
            "(rollout: (ticks: Some(3)))",
            "Some(3) | `rollout.ticks` is an option | a whole number from 1 to 10000000 ticks",
        ),
        ("(fields: [(name: \"f\", visible: 1)])", "1 | `fields[0].visible` is the number 1 | true or false"),
        ("(extent: [1, 2])", "[1, 2] | `extent` has 2 values | exactly 3"),
        ("(boundary: Torus)", "Torus | `boundary` is the word `Torus` | 3 values, as in [..]"),
        (
            "(boundary: [Torus, Wal, Open])",
            "Wal | `boundary[1]` cannot be `Wal` | did you mean `Wall`? (one of Torus, Wall, Open)",
        ),
        (
            "(species: [(name: \"a\", controller: Rule(separation: 1))])",
            "Rule(separation: 1) | `Rule` in `species[0].controller` does not hold this | Rule(..) holds one of Boids, Vicsek, Couzin, Particle",
        ),
        (
            "(species: [(name: \"a\", controller: Mlp(3))])",
            "3 | `species[0].controller` is the number 3 | fields in parentheses, as in (name: value, ..)",
        ),
        (
            "(species: [(name: \"a\", controller: \"Mlp\")])",
            "\"Mlp\" | `species[0].controller` is text | one of Mlp, Gru, Linear, Attention, Plastic, Graph, Rule",
        ),
        (
            "(species: [(name: \"a\", senses: [Speed(range: 2)])])",
            "Speed(range: 2) | `Speed` in `species[0].senses[0]` holds nothing | write Speed alone",
        ),
        (
            "(obstacles: [Sphere((radius: 0))])",
            "0 | `obstacles[0].radius` = 0 is out of range | a number from 0.01 to 1000 BL",
        ),
    ] {
        assert_eq!(misread(text), expected);
    }
}

#[test]
fn numbers_beyond_their_limits_are_refused() {
    let seconds = "a number from 0.001 to 1 s";
    let seeds = "a whole number from 0 to 18446744073709551615";
    let ticks = "a whole number from 1 to 10000000 ticks";
    for (text, value, wrong, right) in [
        ("(dt: NaN)", "NaN", "`dt` = NaN is not a number", seconds),
        ("(dt: -inf)", "-inf", "`dt` = -inf is out of range", seconds),
        ("(dt: 1e40)", "1e40", "`dt` = 1e40 is out of range", seconds),
        ("(dt: 0.00099)", "0.00099", "`dt` = 0.00099 is out of range", seconds),
        ("(seed: -1)", "-1", "`seed` = -1 is out of range", seeds),
        (
            "(seed: 18446744073709551616)",
            "18446744073709551616",
            "`seed` = 18446744073709551616 is out of range",
            seeds,
        ),
        ("(rollout: (ticks: 1.0))", "1.0", "`rollout.ticks` = 1.0 is not a whole number", ticks),
        (
            "(rollout: (ticks: 5_000_000_000))",
            "5_000_000_000",
            "`rollout.ticks` = 5_000_000_000 is out of range",
            ticks,
        ),
    ] {
        assert_eq!(misread(text), format!("{value} | {wrong} | {right}"));
    }
    // Items and components each keep to the limits of the whole.
    let hidden = refusals("(species: [(name: \"a\", color: [0, 2, 1], controller: Mlp(hidden: [300, 2.5, 256]))])");
    assert_eq!(
        hidden,
        [
            "2 | `species[0].color[1]` = 2 is out of range | a number from 0 to 1",
            "300 | `species[0].controller.hidden[0]` = 300 is out of range | a whole number from 1 to 256 neurons",
            "2.5 | `species[0].controller.hidden[1]` = 2.5 is not a whole number | a whole number from 1 to 256 neurons",
        ]
    );
}

#[test]
fn slips_of_the_grammar_are_told_alone() {
    for (text, expected) in [
        ("", " | `test.ron` is empty | a scene, as in (species: [(name: \"fish\")])"),
        ("// nothing", " | this text holds no scene | fields in parentheses, as in (name: value, ..)"),
        ("(name: \"a\\q\")", "\\q | unknown escape sequence | "),
        // The parser points at two bytes, and the letter is not over by then.
        ("(name: \"\\é\")", "\\é | unknown escape sequence | "),
        ("(nme: 3, seed: 0xzz)", "zz | unexpected char 'z' | "),
        ("(species: [(name: \"a\" count: 3)])", "count | expected comma in struct | "),
        ("(species: [(name: \"a\")]) 4", "4 | non-whitespace trailing characters | "),
    ] {
        assert_eq!(refusal(text), expected);
    }
    assert_eq!(refusals("(species: [(name: \"a\"").len(), 3, "one for each bracket left open");
}

#[test]
fn a_newer_version_is_told_alone() {
    assert_eq!(
        refusal("(version: 2, sonar: true, species: [(name: 4)])"),
        "2 | `version` = 2 is out of range | this program reads version 1; a newer scene needs a newer program"
    );
}

#[test]
fn several_ways_of_writing_mean_the_same() {
    let scene = |text: &str| parse(&format!("(species: [(name: \"a\", {text})])"), "test").expect(text);
    for (one, other) in [
        ("", "controller: Mlp"),
        ("", "controller: Mlp()"),
        ("controller: Linear(init: 2)", "controller: Linear((init: 2.0))"),
        ("controller: Linear(init: 2)", "controller: Linear(LinearSpec(init: +2.0,),)"),
        ("start: None", ""),
        ("start: Some((placement: Ball(radius: 3)))", "start: (placement: Ball(radius: 0x3))"),
        ("count: 1000", "count: 1_000"),
        ("color: [1, 1, 1]", "color: (1, 1.0, 1e0)"),
        ("genomes: \"a\\\"b\"", "genomes: r#\"a\"b\"#"),
        ("count: 5", "/* five */ count: 5, // five"),
    ] {
        assert_eq!(scene(one), scene(&format!("{other}\n")), "{one} and {other}");
    }
    assert_ne!(scene("controller: Linear"), scene("controller: Mlp"));
}

#[test]
fn deep_and_huge_texts_are_refused() {
    for (open, close) in [("(", ")"), ("[", "]"), ("(name: ", ")"), ("Some(", ")"), ("a(", ")"), ("{1:", "}")] {
        for depth in [100, 10_000, 100_000] {
            let nested = open.repeat(depth) + &close.repeat(depth);
            assert!(!refusals(&nested).is_empty());
            assert!(!refusals(&open.repeat(depth)).is_empty());
        }
    }
    let told = refusal(&format!("({}{})", "a(".repeat(64), ")".repeat(64)));
    assert_eq!(told, "( | brackets are nested too deeply here | at most 64");
    let comments = "//\n/**/".repeat(100_000) + "(species: [(name: \"a\")])";
    assert!(refusals(&comments).is_empty());
    let huge = " ".repeat(1 << 20) + "()";
    let told = parse(&huge, "huge.ron").expect_err("refused").to_string();
    assert_eq!(told, "error: `huge.ron` is larger than a scene may be\n = at most 1048576 bytes");
    let many = format!("(obstacles: [{}])", "Box,".repeat(10_001));
    assert!(misread(&many).ends_with("`obstacles` has 10001 items | at most 10000"));
}

#[test]
fn long_lines_and_many_problems_are_told_briefly() {
    let error = parse(&format!("(species: [{}])", "(nam: 1),".repeat(5_000)), "wide.ron").expect_err("refused");
    assert_eq!(error.diagnostics.len(), 5_001, "that so many species are too many is told as well");
    let told = error.to_string();
    assert!(told.contains("\nwide.ron:1:13: error: `species[0]` has no field `nam`\n = did you mean `name`?\n"));
    assert!(told.ends_with("and 4961 more problems in wide.ron"));
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let told = |path: &str| load(path).expect_err("refused").to_string();
    assert!(told("biods").starts_with("error: cannot read scene `biods`: "));
    assert!(told("biods").ends_with("\n = did you mean the shipped scene `boids`?"));
    assert!(told("no/such/file.ron").contains("the name of a shipped scene: "));
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("bytes.ron"), [0xff, 0xfe]).expect("written");
    std::fs::write(path("huge.ron"), "é".repeat(1 << 19) + "é").expect("written");
    std::fs::write(path("good.ron"), "(species: [(name: \"a\")])").expect("written");
    assert!(told(&path("bytes.ron")).contains("is not text"));
    assert!(told(&path("huge.ron")).contains("is larger than a scene may be"));
    assert!(told(&folder.path().display().to_string()).contains("cannot read scene"));
    assert_eq!(load(&path("good.ron")).expect("reads").spec.species[0].name, "a");
}

#[test]
fn every_scene_in_the_folder_ships_and_reads_back() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
    // Those after papers have a folder of their own; their names do not say so.
    let entries = [folder.clone(), folder.join("papers")]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("the folder of scenes"));
    let mut files: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".ron").map(str::to_owned)).collect();
    files.sort();
    let mut names: Vec<&str> = shipped().iter().map(|(name, _)| *name).collect();
    names.sort();
    assert_eq!(names, files);
    for name in names {
        let scene = load(name).unwrap_or_else(|error| panic!("{error}"));
        assert!(!scene.spec.name.is_empty() && !scene.spec.description.is_empty() && !scene.spec.watch.is_empty());
        assert_eq!(parse(&encode(&scene.spec), name).as_ref(), Ok(&scene.spec));
    }
}
