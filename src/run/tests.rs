//! Run folders and checkpoints: whole ones read back, damaged and hostile ones are refused without a panic.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::format::{self, ChunkName, Encoded, Extras, FormatError};
use super::store::RING;
use super::*;
use crate::command::Command;
use crate::plan::Plan;
use crate::scene;
use crate::simulation::{BackendChoice, Checkpoint, Options};

const POND: &str = include_str!("../../tests/cli/pond.ron");
const RACE: &str = include_str!("../../tests/cli/race.ron");

fn start(text: &str) -> Simulation {
    let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
    Simulation::new(scene::parse(text, "test").unwrap(), &options).unwrap()
}

/// A checkpoint written, with its chunks by name.
struct Written {
    checkpoint: Checkpoint,
    encoded: Encoded,
    chunks: HashMap<ChunkName, Vec<u8>>,
}

fn write(text: &str) -> Written {
    let mut simulation = start(text);
    simulation.command(Command::Cull { species: simulation.scene().species[0].name.clone(), share: 0.1 }).unwrap();
    simulation.advance(60).unwrap();
    let checkpoint = simulation.checkpoint().unwrap();
    let extras = Extras { digest: checkpoint.digest(), score: 1.5, tables: vec![("metrics.csv".into(), 7)] };
    let encoded = format::encode(&checkpoint, &extras).unwrap();
    let plan = Plan::new(&checkpoint.scene, checkpoint.state.streams.len() as u32);
    let chunks = checkpoint.state.genomes.iter().zip(&plan.species).flat_map(|(genomes, p)| {
        format::chunks_of(genomes, p.genome_stride as usize)
            .map(|(name, bytes)| (name, bytes.to_vec()))
            .collect::<Vec<_>>()
    });
    Written { chunks: chunks.collect(), checkpoint, encoded }
}

fn written() -> &'static [Written; 3] {
    static WRITTEN: OnceLock<[Written; 3]> = OnceLock::new();
    let compact = POND.replace("memory: 3", "memory: 3, weights: I8").replace("[6]", "[6], weights: F16");
    WRITTEN.get_or_init(|| [write(POND), write(RACE), write(&compact)])
}

impl Written {
    fn read(&self, file: &[u8]) -> Result<(Checkpoint, format::Header), FormatError> {
        format::decode(file, |name, _| {
            self.chunks.get(name).cloned().ok_or_else(|| FormatError::Damaged("no such chunk".into()))
        })
    }
}

/// Makes front matter agree with header and body again, as a hostile writer would.
fn seal(file: &mut [u8]) {
    let header = u64::from_le_bytes(file[12..20].try_into().unwrap()) as usize;
    let digests = [blake3::hash(&file[92..92 + header]), blake3::hash(&file[92 + header..])];
    for (at, digest) in [28, 60].into_iter().zip(digests) {
        file[at..at + 32].copy_from_slice(digest.as_bytes());
    }
}

#[test]
fn a_checkpoint_reads_back_as_it_was() {
    for written in written() {
        let (read, header) = written.read(&written.encoded.file).unwrap();
        assert_eq!(read.state, written.checkpoint.state);
        assert_eq!((&read.log, read.digest()), (&written.checkpoint.log, written.checkpoint.digest()));
        assert_eq!((header.score, header.tables.len()), (1.5, 1));
        let mut sealed = written.encoded.file.clone();
        seal(&mut sealed);
        assert_eq!(sealed, written.encoded.file, "the tests' seal is the format's");
    }
}

#[test]
fn other_formats_are_told_from_damage() {
    let mut file = written()[0].encoded.file.clone();
    let version = file[8];
    file[8] = version + 1;
    let error = written()[0].read(&file).unwrap_err();
    assert!(matches!(error, FormatError::TooNew { found } if found == u32::from(version) + 1), "{error}");
    assert!(error.to_string().contains("update it"));
    file[8] = 1;
    let error = written()[0].read(&file).unwrap_err();
    assert!(matches!(error, FormatError::TooOld { found: 1 }), "{error}");
}

#[test]
fn lengths_that_lie_are_refused_before_anything_is_allocated() {
    for (at, len) in [(12, u64::MAX), (20, u64::MAX), (12, 1 << 40), (20, 0)] {
        let mut file = written()[0].encoded.file.clone();
        file[at..at + 8].copy_from_slice(&len.to_le_bytes());
        assert!(matches!(written()[0].read(&file), Err(FormatError::Damaged(_))), "length {len} at {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn damaged_checkpoints_are_refused(which in 0usize..2, at in any::<prop::sample::Index>(), flip in 1u8..=255, cut in any::<bool>()) {
        let written = &written()[which];
        let mut file = written.encoded.file.clone();
        let at = at.index(file.len());
        if cut { file.truncate(at) } else { file[at] ^= flip }
        prop_assert!(written.read(&file).is_err());
    }

    #[test]
    fn hostile_checkpoints_never_panic(which in 0usize..2, anywhere in any::<bool>(), places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let written = &written()[which];
        let mut file = written.encoded.file.clone();
        let header = u64::from_le_bytes(file[12..20].try_into().unwrap()) as usize;
        // The header's end is dense with numbers and names; the state is mostly floats.
        let range = if anywhere { 92..file.len() } else { 92 + header / 2..(92 + header + 400).min(file.len()) };
        for (place, byte) in places {
            file[range.start + place.index(range.len())] = byte;
        }
        seal(&mut file);
        if let Ok((checkpoint, _)) = written.read(&file) {
            let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
            if let Ok(mut simulation) = Simulation::restore(checkpoint, &options) {
                let _ = simulation.advance(2);
            }
        }
    }

    #[test]
    fn any_bytes_are_no_checkpoint(bytes in prop::collection::vec(any::<u8>(), 0..300), magic in any::<bool>()) {
        let mut bytes = bytes;
        if magic && bytes.len() >= 12 {
            bytes[..8].copy_from_slice(b"IWASHICP");
            bytes[8..12].copy_from_slice(&1u32.to_le_bytes());
        }
        prop_assert!(written()[0].read(&bytes).is_err());
    }
}

fn files_in(folder: &Path, ending: &str) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    names.sort();
    names
}

#[test]
fn the_ring_keeps_five_and_the_best_and_shares_rows() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = start(RACE);
    let mut on_disk = RunFolder::create(folder.path(), &run, Goal::Open, Path::new("")).unwrap();
    let checkpoints = folder.path().join("checkpoints");
    for _ in 0..8 {
        on_disk.save(&mut run).unwrap();
        on_disk.record(&run.advance(15).unwrap()).unwrap();
    }
    assert_eq!(files_in(&checkpoints, ".ckpt").len(), RING + 1);
    let chunks = files_in(&checkpoints.join("rows"), ".rows");
    // Rollouts of 40 ticks: genomes at ticks 45..=105 are those of two generations, and the best is one of these.
    assert_eq!(chunks.len(), 2, "{chunks:?}");
    let past = Past::read(folder.path()).unwrap();
    assert_eq!(past.loaded.header.tick, 105);
    assert_eq!(past.scene, *run.scene());
}

#[test]
fn a_folder_in_use_or_not_empty_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = start(RACE);
    let mut first = RunFolder::create(folder.path(), &run, Goal::Ticks(9), Path::new("")).unwrap();
    first.save(&mut run).unwrap();
    assert!(matches!(RunFolder::create(folder.path(), &run, Goal::Open, Path::new("")), Err(RunError::NotEmpty(_))));
    assert!(matches!(RunFolder::open(folder.path()), Err(RunError::Busy(_))));
    drop(first);
    let (opened, loaded) = RunFolder::open(folder.path()).unwrap();
    assert_eq!((opened.info().goal, loaded.header.tick), (Goal::Ticks(9), 0));
    run.advance(1).unwrap();
    let late = RunFolder::create(&folder.path().join("late"), &run, Goal::Open, Path::new(""));
    assert!(matches!(late, Err(RunError::Late)));
}

#[test]
fn a_look_at_a_run_ends_where_the_run_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = start(RACE);
    let mut on_disk = RunFolder::create(folder.path(), &run, Goal::Open, Path::new("")).unwrap();
    on_disk.record(&run.advance(60).unwrap()).unwrap();
    on_disk.save(&mut run).unwrap();
    let past = Past::read(folder.path()).unwrap();
    assert_eq!(past.cut(10, None, 50.0).unwrap(), None, "all of it is there");
    assert_eq!(past.cut(10, None, 51.0).unwrap(), Some(60));
    assert_eq!(past.cut(0, Some(60), 1e9).unwrap(), None);
    for (from, to) in [(0, Some(61)), (60, None), (70, Some(80))] {
        let told = past.cut(from, to, 1.0).unwrap_err().to_string();
        assert!(told.starts_with("the run ends at tick 60: "), "{told}");
    }
}

#[test]
fn a_scene_edited_by_hand_is_told_and_commands_are_not_taken_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = start(POND);
    let mut on_disk = RunFolder::create(folder.path(), &run, Goal::Open, Path::new("")).unwrap();
    run.advance(20).unwrap();
    run.command(Command::Set { path: "species[0].body.cruise".into(), value: "3.0".into() }).unwrap();
    run.advance(20).unwrap();
    on_disk.save(&mut run).unwrap();
    let checkpoint = Past::read(folder.path()).unwrap().loaded.checkpoint;
    assert_eq!(scene_edited(folder.path(), &checkpoint), None, "an event and a command have changed it since");
    let file = folder.path().join("scene.ron");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("seed: 5,", "seed: 6,")).unwrap();
    let told = scene_edited(folder.path(), &checkpoint).unwrap();
    assert!(told.ends_with("it says `seed` = 6 where the run has 5"), "{told}");
    fs::write(&file, "(species: [(name: 3)])").unwrap();
    assert!(scene_edited(folder.path(), &checkpoint).unwrap().contains("scene.ron:1:"));
}

#[test]
fn folders_of_a_newer_program_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = start(RACE);
    RunFolder::create(folder.path(), &run, Goal::Open, Path::new("")).unwrap().save(&mut run).unwrap();
    fs::write(folder.path().join("run.ron"), "(format: 2, novelty: true)").unwrap();
    let error = RunFolder::open(folder.path()).err().unwrap().to_string();
    assert!(error.contains("run format 2") && error.contains("update it"), "{error}");
    assert!(matches!(RunFolder::open(&folder.path().join("nowhere")), Err(RunError::NoRun(_))));
}

#[test]
fn births_that_are_read_back_lead_from_founders_to_the_living() {
    let grazers = scene::load("grazers").unwrap().spec;
    for scene in [scene::parse(POND, "pond").unwrap(), grazers] {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { backend: BackendChoice::Cpu, threads: Some(1), ..Options::default() };
        let mut run = Simulation::new(scene, &options).unwrap();
        let mut on_disk = RunFolder::create(folder.path(), &run, Goal::Open, Path::new("")).unwrap();
        on_disk.record(&run.advance(405).unwrap()).unwrap();
        on_disk.save(&mut run).unwrap();
        let past = Past::read(folder.path()).unwrap();
        let plan = Plan::new(&past.scene, 1);
        let (mut first, mut born) = (0, 0);
        for (spec, read) in past.scene.species.iter().zip(past.births(folder.path()).unwrap()) {
            let (history, _) = read.told.unwrap();
            let p = &plan.species[read.species];
            let own = &past.loaded.checkpoint.state.agents[p.slot_start as usize..(p.slot_start + p.slots) as usize];
            // What the agents themselves carry of their founders.
            let mut carried: Vec<u32> = own.iter().filter(|a| a.alive == 1).map(|a| a.founder).collect();
            let founder = |mut at: usize| {
                while let Some(parent) = history.individuals[at].parent {
                    at = parent as usize;
                }
                first + at as u32
            };
            let left = (0..history.individuals.len()).filter(|at| history.individuals[*at].died == u64::MAX);
            let mut told: Vec<u32> = left.map(founder).collect();
            carried.sort_unstable();
            told.sort_unstable();
            assert_eq!(told, carried, "{}", spec.name);
            first += spec.count;
            born += history.births();
        }
        assert!(born > 20, "{born}");
    }
}
