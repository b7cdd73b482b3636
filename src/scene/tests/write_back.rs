//! Changed values in the text of a scene: in whose manner they are written, and that every other byte stays.

use super::*;
use crate::scene::encode::inline;

/// Another value of a parameter that its scene allows, and the scene with it; `None` where there is none.
fn changed(spec: &SceneSpec, parameter: &Parameter, pick: u64) -> Option<SceneSpec> {
    let candidates: Vec<String> = match &parameter.value {
        Value::Number(x) => {
            let (low, high) = parameter.meta.range.expect("numbers have a range");
            let some =
                [x * 1.25, x * 0.75, x + 0.125, x - 0.125, x * 1.0625, x * 0.9375, low, high, (low + high) / 2.0];
            some.iter().filter(|y| (low..=high).contains(*y)).map(|y| format!("{:?}", *y as f32)).collect()
        }
        Value::Integer(n) => {
            let (low, high) = parameter.meta.range.map_or((0, u64::MAX), |(low, high)| (low as u64, high as u64));
            let some = [n.saturating_add(1), n.saturating_sub(1), n / 2, n.saturating_mul(2), low, high];
            some.iter().filter(|m| (low..=high).contains(*m)).map(u64::to_string).collect()
        }
        Value::Bool(b) => vec![(!b).to_string()],
        Value::Choice(_, all) => all.iter().map(|name| (*name).to_string()).collect(),
        Value::Text(text) => vec![format!("{text} \"anew\"\\ 鰯")],
    };
    let start = pick as usize % candidates.len().max(1);
    candidates.iter().cycle().skip(start).take(candidates.len()).find_map(|value| {
        let mut other = spec.clone();
        (set(&mut other, &parameter.path, value).is_ok() && other != *spec).then_some(other)
    })
}

/// What the beginnings and ends of two texts have in common is left out: what was there, and what is there instead.
fn between<'t>(old: &'t str, new: &'t str) -> (&'t str, &'t str) {
    let start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let (a, b) = (&old.as_bytes()[start..], &new.as_bytes()[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let cut = |text: &'t str| text.get(start..text.len() - end).unwrap_or("letters that begin or end alike");
    (cut(old), cut(new))
}

/// The comments of a text, in order.
fn comments(text: &str) -> Vec<String> {
    let mut found = vec![];
    for line in text.lines() {
        let quotes = |before: &str| before.matches('"').count() - before.matches("\\\"").count();
        let starts = line.match_indices("//").map(|(at, _)| at);
        if let Some(at) = starts.into_iter().find(|at| quotes(&line[..*at]).is_multiple_of(2)) {
            found.push(line[at..].trim_end().to_owned());
        }
    }
    found
}

#[track_caller]
fn written(text: &str, origin: &str, wanted: &SceneSpec) -> String {
    let out = write_back(text, origin, wanted).unwrap_or_else(|error| panic!("{origin}: {error}"));
    assert_eq!(parse(&out, origin).as_ref(), Ok(wanted), "{origin}");
    out
}

#[test]
fn no_change_changes_no_byte() {
    for (name, text) in shipped() {
        let spec = parse(text, name).expect("ships");
        for text in [text.to_string(), text.replace('\n', "\r\n"), inline(&spec, SceneSpec::shape())] {
            assert_eq!(written(&text, name, &spec), text);
        }
    }
}

#[test]
fn every_number_of_every_shipped_scene_is_written_alone() {
    for (name, text) in shipped() {
        let spec = parse(text, name).expect("ships");
        let (mut done, mut fixed) = (0, vec![]);
        for parameter in parameters(&spec) {
            if !matches!(parameter.value, Value::Number(_) | Value::Integer(_) | Value::Bool(_)) {
                continue;
            }
            let Some(other) = changed(&spec, &parameter, 0) else {
                fixed.push(parameter.path);
                continue;
            };
            let out = written(text, name, &other);
            let (before, after) = between(text, &out);
            // A number gives way to a number; what was not said is added, and nothing taken away.
            let plain = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c);
            assert!(before.chars().all(plain), "{name} {}: `{before}` gave way to `{after}`", parameter.path);
            assert_eq!(comments(text), comments(&out), "{name} {}", parameter.path);
            done += 1;
        }
        // Few are held where they are: the version by its range, a drag by the acceleration that it must undo.
        assert!(done > 10 * fixed.len(), "{name}: {done} changed, not {fixed:?}");
    }
}

#[test]
fn choices_and_texts_are_written_too() {
    for (name, text) in shipped() {
        let spec = parse(text, name).expect("ships");
        let mut done = 0;
        for parameter in parameters(&spec) {
            if !matches!(parameter.value, Value::Choice(..) | Value::Text(_)) {
                continue;
            }
            if let Some(other) = changed(&spec, &parameter, 1) {
                written(text, name, &other);
                done += 1;
            }
        }
        assert!(done > 5, "{name}: {done}");
    }
}

#[test]
fn several_changes_at_once_keep_comments_lines_and_line_ends() {
    let mut draw = {
        // Splitmix, so that every run of the test draws the same.
        let mut state = 6u64;
        move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 16
        }
    };
    for (name, text) in shipped() {
        let spec = parse(text, name).expect("ships");
        let numbers = |p: &Parameter| matches!(p.value, Value::Number(_) | Value::Integer(_) | Value::Bool(_));
        let all: Vec<Parameter> = parameters(&spec).into_iter().filter(numbers).collect();
        for _ in 0..20 {
            let mut wanted = spec.clone();
            for _ in 0..2 + draw() % 8 {
                let parameter = &all[draw() as usize % all.len()];
                wanted = changed(&wanted, parameter, draw()).unwrap_or(wanted);
            }
            let out = written(text, name, &wanted);
            assert_eq!(comments(text), comments(&out), "{name}");
            // Every line is still there, perhaps with other numbers and more fields.
            assert!(out.lines().count() >= text.lines().count(), "{name}");
            let windows = written(&text.replace('\n', "\r\n"), name, &wanted);
            assert_eq!(windows, out.replace('\n', "\r\n"), "{name}");
            for narrow in [inline(&spec, SceneSpec::shape()), encode(&spec)] {
                written(&narrow, name, &wanted);
            }
            assert!(
                !written(&inline(&spec, SceneSpec::shape()), name, &wanted).contains('\n'),
                "one line stays one line"
            );
            // And back again: what was added is said now, at its default.
            assert_eq!(parse(&written(&out, name, &spec), name).as_ref(), Ok(&spec), "{name}");
        }
    }
}

#[test]
fn values_are_written_in_the_manner_of_their_neighbours() {
    let wide = "obstacles=[Sphere(center: [10.5, 20.25, 3.125], radius: 2.5), Sphere(center: [11.5, 21.25, 3.125], radius: 1.5)]";
    for (before, set_to, after) in [
        // Where the text says it.
        ("(dt: /* s */ 0.1, // short\nSPECIES)", "dt=0.2", "(dt: /* s */ 0.2, // short\nSPECIES)"),
        ("(seed: 0xff, SPECIES)", "seed=256", "(seed: 256, SPECIES)"),
        ("(extent: (4, 5_0, 6), SPECIES)", "extent[1]=7.5", "(extent: (4, 7.5, 6), SPECIES)"),
        ("(boundary: [Torus, Wall, Open], SPECIES)", "boundary[0]=Wall", "(boundary: [Wall, Wall, Open], SPECIES)"),
        ("(name: r#\"a\"#, SPECIES)", "name=b \"c\"", "(name: \"b \\\"c\\\"\", SPECIES)"),
        // Behind a comma, after what comes before it in the table.
        ("(SPECIES)", "dt=0.2", "(SPECIES, dt: 0.2)"),
        ("(seed: 2, SPECIES)", "dt=0.2", "(seed: 2, dt: 0.2, SPECIES)"),
        ("(seed: 2 /* why */, SPECIES,)", "dt=0.2", "(seed: 2, dt: 0.2 /* why */, SPECIES,)"),
        ("(SPECIES, rollout: ())", "rollout.held_out.seeds=4", "(SPECIES, rollout: (held_out: (seeds: 4)))"),
        ("(SPECIES, pace: ( /* fast */ ))", "pace.speed=4", "(SPECIES, pace: ( /* fast */ speed: 4.0))"),
        // On a line of its own.
        (
            "(\n    // Which draws.\n    seed: 2, // prime\n\n    // Who.\n    SPECIES,\n)\n",
            "dt=0.2",
            "(\n    // Which draws.\n    seed: 2, // prime\n    dt: 0.2,\n\n    // Who.\n    SPECIES,\n)\n",
        ),
        ("(\n\tSPECIES // last\n)", "pace.speed=4", "(\n\tSPECIES, // last\n\tpace: (speed: 4.0)\n)"),
        ("(\n  seed: 2, SPECIES,\n)", "dt=0.2", "(\n  seed: 2, dt: 0.2, SPECIES,\n)"),
        ("(\n  seed: 2, /* a\n  b */ SPECIES,\n)", "dt=0.2", "(\n  seed: 2, dt: 0.2, /* a\n  b */ SPECIES,\n)"),
        ("(\r\n  SPECIES,\r\n)", "pace.speed=4", "(\r\n  SPECIES,\r\n  pace: (speed: 4.0),\r\n)"),
        // A variant that says nothing of what it holds.
        ("(SPECIES+ controller: Mlp)])", "species[0].controller.init=0.5", "(SPECIES+ controller: Mlp(init: 0.5))])"),
        ("(SPECIES+ controller: Mlp())])", "species[0].controller.init=0.5", "(SPECIES+ controller: Mlp(init: 0.5))])"),
        (
            "(SPECIES+ controller: Linear((init: 2)))])",
            "species[0].controller.init=0.5",
            "(SPECIES+ controller: Linear((init: 0.5)))])",
        ),
        // Another form: the whole value, as short as it can be.
        (
            "(SPECIES+ controller: Mlp(hidden: [4]))])",
            "species[0].controller=Linear(init: 0.5)",
            "(SPECIES+ controller: Linear(init: 0.5))])",
        ),
        ("(SPECIES+ start: (headings: Random))])", "species[0].start=None", "(SPECIES+ start: None)])"),
        ("(SPECIES+ start: Some((headings: Random)))])", "species[0].start=None", "(SPECIES+ start: None)])"),
        ("(SPECIES+ start: None)])", "species[0].start=()", "(SPECIES+ start: Some(()))])"),
        (
            "(SPECIES+ start: Some((headings: Random)))])",
            "species[0].start.placement=Ball(radius: 2)",
            "(SPECIES+ start: Some((headings: Random, placement: Ball(radius: 2.0))))])",
        ),
        ("(obstacles: [], SPECIES)", "obstacles=[Sphere(radius: 2)]", "(obstacles: [Sphere(radius: 2.0)], SPECIES)"),
        (
            "(\n    seed: 1,\n    SPECIES,\n)",
            wide,
            "(\n    seed: 1,\n    obstacles: [\n        Sphere(center: [10.5, 20.25, 3.125], radius: 2.5),\n        \
             Sphere(center: [11.5, 21.25, 3.125], radius: 1.5),\n    ],\n    SPECIES,\n)",
        ),
    ] {
        let text = |short: &str| {
            let open = "species: [(name: \"fish\"";
            short.replace("SPECIES+", &format!("{open},")).replace("SPECIES", &format!("{open})]"))
        };
        let (path, value) = set_to.split_once('=').expect("path and value");
        let mut wanted = parse(&text(before), "test").unwrap_or_else(|error| panic!("{error}"));
        set(&mut wanted, path, value).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(written(&text(before), "test", &wanted), text(after), "{set_to}");
    }
}

#[test]
fn several_fields_find_their_places_together() {
    let text = "(\n    species: [(name: \"fish\", controller: Mlp)],\n    pace: (speed: 2)\n)";
    let mut wanted = parse(text, "test").expect("reads");
    for (path, value) in [
        ("species[0].controller.init", "0.5"),
        ("species[0].count", "7"),
        ("species[0].genomes", "a.safetensors"),
        ("species[0].signals.channels", "2"),
        ("camera.yaw", "0.25"),
        ("camera.distance", "9"),
        ("rollout.ticks", "50"),
        ("dt", "0.2"),
        ("pace.speed", "3"),
    ] {
        set(&mut wanted, path, value).unwrap_or_else(|error| panic!("{error}"));
    }
    assert_eq!(
        written(text, "test", &wanted),
        "(\n    species: [(name: \"fish\", count: 7, signals: (channels: 2), controller: Mlp(init: 0.5), \
         genomes: \"a.safetensors\")],\n    \
         dt: 0.2,\n    rollout: (ticks: 50),\n    pace: (speed: 3.0),\n    camera: (distance: 9.0, yaw: 0.25)\n)"
    );
}

#[test]
fn what_is_no_scene_is_refused() {
    let spec = parse("(species: [(name: \"a\")])", "test").expect("reads");
    for text in ["", "(", "(species: [(name: \"a\")]", "(species: [(name: \"a\", cuont: 3)])"] {
        assert!(matches!(write_back(text, "test", &spec), Err(WriteBackError::Unreadable(_))), "{text}");
    }
    let mut wanted = spec.clone();
    wanted.dt = 7.0;
    let error = write_back("(species: [(name: \"a\")])", "test", &wanted).expect_err("too long a tick");
    assert!(error.to_string().contains("`dt` = 7.0 is out of range"), "{error}");
}

#[test]
fn differences_tell_values_form_and_moment() {
    let before = parse("(species: [(name: \"a\", controller: Linear(), start: ())])", "test").expect("reads");
    let text = "(dt: 0.1, boundary: [Wall, Torus, Torus], species: [(name: \"a\", controller: Mlp, color: [0, 1, 1], \
                start: (headings: Aligned(toward: [0, 1, 0])))], obstacles: [Sphere(center: [9, 9, 0])], pace: (speed: 2))";
    let after = parse(text, "test").expect("reads");
    let told: Vec<String> = differences(&before, &after)
        .iter()
        .map(|d| {
            format!("{} {} > {} {:?}{}", d.path, d.before, d.after, d.when, if d.structural { " form" } else { "" })
        })
        .collect();
    assert_eq!(
        told,
        [
            "dt 0.05 > 0.1 Restart",
            "boundary[0] Torus > Wall Restart",
            "obstacles [] > [Sphere(center: [9.0, 9.0, 0.0], radius: 1.0, velocity: [0.0, 0.0, 0.0], start: Given, harm: 0.0)] \
             Restart form",
            "species[0].color[0] 0.4 > 0.0 Now",
            "species[0].color[1] 0.7 > 1.0 Now",
            "species[0].start.headings Random > Aligned(toward: [0.0, 1.0, 0.0]) Restart form",
            "species[0].controller Linear(init: 1.0, biases: true, weights: F32) > \
             Mlp(hidden: [16], activation: Tanh, init: 1.0, biases: true, weights: F32) Restart form",
            "pace.speed 1.0 > 2.0 Now",
        ]
    );
    assert_eq!(differences(&after, &after), []);
    let unlike: Vec<String> = unlike_defaults(&before).into_iter().map(|d| format!("{} {}", d.path, d.after)).collect();
    assert_eq!(
        unlike,
        ["species[0].name \"a\"", "species[0].controller Linear(init: 1.0, biases: true, weights: F32)"]
    );
}

#[test]
fn differences_are_those_that_set_undoes() {
    let (one, other) = (load("first_school").expect("ships").spec, load("grazers").expect("ships").spec);
    let mut walked = one.clone();
    // Each by itself may be refused, because a name is gone before who refers to it.
    for difference in differences(&one, &other) {
        let _ = crate::scene::path::set_unchecked(&mut walked, &difference.path, &difference.after);
    }
    assert_eq!(walked, other);
}

#[test]
fn files_are_replaced_only_as_they_were_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("my.ron");
    create(&path, "one").expect("written");
    assert!(matches!(create(&path, "two"), Err(SaveError::Taken(_))));
    assert!(matches!(replace(&path, "none", "two"), Err(SaveError::Changed(_))));
    assert_eq!(std::fs::read_to_string(&path).expect("read"), "one");
    // A file of the user's that an older way of writing would have taken for its own.
    std::fs::write(folder.path().join("my.part"), "mine").expect("written");
    replace(&path, "one", "two").expect("as it was read");
    assert_eq!(std::fs::read_to_string(&path).expect("read"), "two");
    assert_eq!(std::fs::read_to_string(folder.path().join("my.part")).expect("read"), "mine");
    assert!(matches!(replace(&folder.path().join("gone.ron"), "", "two"), Err(SaveError::File(_))));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let link = folder.path().join("link.ron");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("set");
        replace(&link, "two", "three").expect("as it was read");
        assert!(link.symlink_metadata().expect("there").is_symlink(), "a link stays one");
        assert_eq!(std::fs::read_to_string(&path).expect("read"), "three");
        assert_eq!(path.metadata().expect("there").permissions().mode() & 0o777, 0o640);
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), if cfg!(unix) { 3 } else { 2 });
}
