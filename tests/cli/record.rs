//! Films of scenes and runs, without a display. Stands aside where there is nothing to draw with; `IWASHI_REQUIRE_GPU=1` makes that a
//! failure.

use std::fs;

use crate::{Home, POND, digest, iwashi, outcome};

/// Small and quick to draw.
const SMALL: [&str; 8] = ["--size", "64x48", "--fps", "10", "--quality", "draft", "--camera", "fixed"];

/// Whether films can be drawn here.
fn draws() -> bool {
    let home = Home::new();
    let args = ["record", POND, "--seconds", "0.1", "-o", &home.at("try"), "--quiet", "--size", "64x48"];
    let output = iwashi(home.path(), &args).output().unwrap();
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(std::env::var("IWASHI_REQUIRE_GPU").as_deref() != Ok("1"), "nothing to draw with: {told}");
        eprintln!("skipped: {told}");
    }
    output.status.success()
}

/// A run of the pond with a command in it and checkpoints on the way.
fn run(home: &Home) -> String {
    let run = home.at("run");
    let commands =
        home.file("commands.ron", "(tick: 70, command: Set(path: \"species[0].body.cruise\", value: \"0.5\"))\n");
    let args =
        ["run", POND, "--ticks", "100", "--backend", "cpu", "--checkpoint-every", "30", "--out", &run, "--quiet"];
    outcome(home.path(), &[&args[..], &["--commands", &commands]].concat(), 0);
    run
}

fn pictures(folder: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn any_stretch_of_a_run_is_filmed_from_its_nearest_checkpoint() {
    if !draws() {
        return;
    }
    let home = Home::new();
    let run = run(&home);
    let replayed = digest(&outcome(home.path(), &["replay", &run, "--quiet"], 0).0);
    let film = |from: &str, to: &str, name: &str| {
        let out = home.at(name);
        let (said, _) =
            outcome(home.path(), &[&["record", &run, "--from", from, "--to", to, "-o", &out][..], &SMALL].concat(), 0);
        (said, pictures(&out))
    };
    let (said, late) = film("65", "100", "late");
    assert!(said.contains("begins at the checkpoint of tick 60"), "{said}");
    assert_eq!(digest(&said), replayed, "the film ends where the run does");
    // 35 ticks of a twentieth of a second, at ten frames a second.
    assert_eq!(late.len(), 18);
    // Played from the first tick, the same pictures. A damaged checkpoint is passed over.
    for tick in [30, 60] {
        fs::write(home.at(&format!("run/checkpoints/tick-{tick:012}.ckpt")), "damaged").unwrap();
    }
    let _ = fs::remove_file(home.at("run/checkpoints/best.ckpt"));
    let (said, again) = film("65", "100", "again");
    assert!(said.contains("begins at the checkpoint of tick 0") || !said.contains("checkpoint"), "{said}");
    assert!(late == again, "from another checkpoint, other pictures");
}

#[test]
fn a_stretch_that_is_not_there_and_a_run_of_another_version_are_told() {
    let home = Home::new();
    let run = run(&home);
    let refused = |more: &[&str], code: i32| {
        let out = home.at("film");
        let (_, told) = outcome(home.path(), &[&["record", &run, "-o", &out][..], more].concat(), code);
        assert!(!home.path().join("film").exists(), "{told}");
        told
    };
    assert!(refused(&["--from", "50", "--to", "900"], 2).contains("the run ends at tick 100"));
    assert!(refused(&["--from", "100"], 2).contains("must be an earlier one"));
    assert!(refused(&["--from", "50", "--to", "50"], 2).contains("not after its first tick 50"));
    assert!(refused(&["--camera", "sideways"], 2).contains("`fixed`, `orbit`, `follow`, or a file"));
    let keys = home.file("camera.ron", "(version: 1, keys: [\n(at: Tick(1), target: (0.0, 0.0, 0.0), distance: 0.0)])");
    let told = refused(&["--camera", &keys], 2);
    assert!(told.contains("camera.ron:2:") && told.contains("`distance` is 0"), "{told}");
    let info = fs::read_to_string(home.at("run/run.ron")).unwrap();
    fs::write(home.at("run/run.ron"), info.replacen("format: 1", "format: 9", 1)).unwrap();
    let told = refused(&[], 1);
    assert!(told.contains("run format 9") && told.contains("update it"), "{told}");
}

#[test]
fn a_folder_that_cannot_be_written_is_told_and_leaves_nothing() {
    if !draws() {
        return;
    }
    let home = Home::new();
    // A file where the folder of the film should be: no one may write there, the superuser neither.
    let taken = home.file("taken", "mine");
    for name in ["film.gif", "film.mp4", "film"] {
        let out = format!("{taken}/{name}");
        let (_, told) =
            outcome(home.path(), &[&["record", POND, "--seconds", "0.2", "-o", &out][..], &SMALL].concat(), 1);
        assert!(told.contains("cannot write") && told.contains("choose another place"), "{told}");
    }
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
}

#[test]
fn stills_loops_titles_and_plots_are_drawn_and_bad_ones_told() {
    if !draws() {
        return;
    }
    let home = Home::new();
    let film = |name: &str, more: &[&str], code: i32| {
        let out = home.at(name);
        let (said, told) = outcome(home.path(), &[&["record", POND, "-o", &out][..], &SMALL, more].concat(), code);
        (said + &told, out)
    };
    let (said, poster) = film("poster.png", &["--from", "20"], 0);
    assert!(said.contains("1 frame:"), "{said}");
    assert_eq!(&fs::read(&poster).unwrap()[1..4], b"PNG");
    assert!(!home.path().join("poster.png.part").exists());
    let (_, plain) = film("plain", &["--seconds", "2"], 0);
    let over = ["--seconds", "2", "--title", "0-1:Pond", "--plot", "polarization", "--overlay"];
    let (_, written) = film("written", &over, 0);
    let (plain, written) = (pictures(&plain), pictures(&written));
    assert_eq!((plain.len(), written.len()), (20, 20));
    assert!(plain.iter().zip(&written).all(|(a, b)| a != b));
    let (_, looped) = film("looped", &["--seconds", "2", "--loop"], 0);
    let looped = pictures(&looped);
    assert_eq!(looped.len(), 20);
    // The overlap of five frames comes last; before it everything is as without.
    assert!(looped[..15] == plain[5..] && looped[15..].iter().all(|frame| !plain.contains(frame)));
    for (more, wanted) in [
        (&["--title", "Pond"][..], "FROM-TO:TEXT"),
        (&["--title", "3-1:Pond"], "the title `Pond` from 3 to 1 s"),
        (&["--plot", "happiness"], "no plot `happiness`: one of polarization"),
        (&["--seconds", "0.2", "--loop"], "2 frames are too few to be looped"),
    ] {
        let (told, out) = film("bad", more, 2);
        assert!(told.contains(wanted), "{told}");
        assert!(!std::path::Path::new(&out).exists());
    }
}

#[test]
fn the_gallery_is_of_small_strips() {
    if !draws() {
        return;
    }
    let home = Home::new();
    let folder = home.at("gallery");
    let (said, _) = outcome(home.path(), &["record", POND, "--gallery", &folder], 0);
    assert!(said.contains("pond.png") && said.contains("kB"), "{said}");
    let strip = fs::read(home.at("gallery/pond.png")).unwrap();
    assert!(strip.len() < 60_000, "{}", strip.len());
    assert_eq!(iwashi::record::strip_frames(&strip).unwrap().len(), 12);
    let (_, told) = outcome(home.path(), &["record"], 2);
    assert!(told.contains("SCENE|RUN_DIR"), "{told}");
}

#[test]
fn a_shared_run_has_its_picture() {
    if !draws() {
        return;
    }
    let home = Home::new();
    let run = run(&home);
    let (with, without) = (home.at("with.iwashi"), home.at("without.iwashi"));
    let (said, _) = outcome(home.path(), &["share", &run, "-o", &with], 0);
    assert!(!said.contains("without a picture"), "{said}");
    let (said, _) = outcome(home.path(), &["open", &with, "--check"], 0);
    assert!(said.contains("picture: 320x180"), "{said}");
    let (said, _) = outcome(home.path(), &["share", &run, "-o", &without, "--no-picture"], 0);
    assert!(said.contains("without a picture: --no-picture"), "{said}");
    let (said, _) = outcome(home.path(), &["open", &without, "--check"], 0);
    assert!(said.contains("picture: none"), "{said}");
}
