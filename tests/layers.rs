//! The layers of the library, held as absences: imports go down only, and some neighbours never meet. Reads the
//! sources, so it needs neither a build of the window nor a GPU.

#[path = "common/sources.rs"]
mod read;

use std::fs;
use std::path::{Path, PathBuf};

use read::{before_tests, sources};

/// Modules by layer, lowest first.
const LAYERS: &[&[&str]] = &[
    &["layout", "rng", "genome", "math", "statistics", "files", "ranks"],
    &["scene", "plan", "world", "snapshot", "controller", "edits"],
    &["backend", "cost", "evolution", "measure", "problems", "genome_file", "command", "descent"],
    &["simulation", "hearing", "run", "timeline", "timing", "probe", "verify", "merge", "distill"],
    &["record", "report"],
    &["app"],
    &["cli"],
];

/// Modules of one layer that may not name each other: (who, whom).
const STRANGERS: &[(&str, &str)] = &[
    ("backend", "cost"),
    ("backend", "evolution"),
    ("backend", "measure"),
    ("backend", "problems"),
    ("evolution", "backend"),
    ("evolution", "problems"),
    ("problems", "evolution"),
    ("measure", "backend"),
    ("evolution", "cost"),
    ("cost", "evolution"),
    ("cost", "measure"),
    ("descent", "backend"),
    ("descent", "problems"),
    ("evolution", "descent"),
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// The module a file belongs to: the first name below `src`.
fn module_of(path: &Path) -> String {
    let below = path.strip_prefix(root()).expect("below src");
    let first = below.components().next().expect("a name").as_os_str().to_string_lossy();
    // A file of tests beside `x.rs` belongs to x.
    first.trim_end_matches(".rs").trim_end_matches("_tests").to_string()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The code of a file without comments, up to its unit tests, which may use anything.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("sources are text");
    before_tests(&text).lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Modules that a file names as `crate::x`.
fn named(code: &str) -> Vec<String> {
    code.split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn imports_go_down_only() {
    let mut wrong = vec![];
    for path in sources(&root()) {
        let module = module_of(&path);
        let is_test = path.file_stem().is_some_and(|s| s.to_string_lossy().contains("tests"));
        if ["lib", "main"].contains(&module.as_str()) || is_test {
            continue;
        }
        let Some(own) = layer(&module) else {
            wrong.push(format!("{module} stands in no layer: add it to LAYERS"));
            continue;
        };
        for other in named(&code(&path)) {
            let Some(its) = layer(&other) else { continue };
            let stranger = STRANGERS.contains(&(module.as_str(), other.as_str()));
            if its > own || stranger {
                wrong.push(format!("{} names crate::{other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that go up:\n{}", wrong.join("\n"));
}

#[test]
fn the_window_and_the_gpu_stay_in_their_places() {
    for path in sources(&root()) {
        let (module, code) = (module_of(&path), code(&path));
        for name in ["bevy::", "bevy_egui::", "egui::"] {
            assert!(module == "app" || !code.contains(name), "{} names {name}", path.display());
        }
        assert!(module == "ranks" || !code.contains("mpi::"), "{} names MPI", path.display());
        let gpu = path.components().any(|c| c.as_os_str() == "gpu");
        assert!(gpu || module == "app" || !code.contains("wgpu::"), "{} names wgpu", path.display());
    }
}

#[test]
fn the_reader_of_imports_sees_them() {
    assert_eq!(named("use crate::app::run; let x = crate::scene::parse(t);"), ["app", "scene"]);
    assert!(layer("app") > layer("backend"));
}
