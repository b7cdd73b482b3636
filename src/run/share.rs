//! A run as one file that another person opens: its scene, seed, commands and starting genomes, and the digest that they lead to. Files in
//! a safetensors file, the bytes of each a list of U8 under its name: every language has a reader. Reading is safe on any file: names are
//! checked before anything is written. Knows nothing of who opens it.

use std::fs;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};

use super::{LARGEST_TEXT, Past, RunError, read_script};
use crate::command::{self, Logged};
use crate::files;
use crate::scene::{self, SHIPPED_GENOMES, SceneSpec};

/// Version of share files; newer ones are refused.
const FORMAT: u32 = 1;
/// How share files end.
pub const ENDING: &str = "iwashi";
/// Bytes of a share file at most: it is held in memory.
const LARGEST: u64 = 1 << 30;

const ABOUT: &str = "share.ron";
const SCENE: &str = "scene.ron";
const COMMANDS: &str = "commands.ron";
const GENOMES: &str = "genomes/";

/// What a share file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Version of the file.
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// Title of the scene.
    pub scene: String,
    /// Its seed.
    pub seed: u64,
    /// The tick that it was shared at.
    pub tick: u64,
    /// Digest of worlds and evolution then, hexadecimal.
    pub digest: String,
}

/// A share file that lies unpacked in a folder.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// What it says of itself.
    pub share: Share,
    /// The folder.
    pub folder: PathBuf,
    /// Its scene; genomes that it names lie in the folder.
    pub scene: SceneSpec,
    /// Its commands.
    pub commands: Vec<Logged>,
}

impl Unpacked {
    /// The file of its scene.
    pub fn scene_file(&self) -> PathBuf {
        self.folder.join(SCENE)
    }

    /// The file of its commands.
    pub fn commands_file(&self) -> PathBuf {
        self.folder.join(COMMANDS)
    }
}

/// Writes the run in a folder, up to its newest checkpoint, into one file.
///
/// # Errors
/// When the run cannot be read, or the file cannot be written; then there is none.
pub fn pack(run: &Path, to: &Path) -> Result<Share, RunError> {
    let past = Past::read(run)?;
    let share = Share {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_string(),
        scene: past.scene.name.clone(),
        seed: past.scene.seed,
        tick: past.loaded.header.tick,
        digest: past.loaded.checkpoint.digest(),
    };
    let mut scene = past.scene;
    let mut genomes = vec![];
    for (index, species) in scene.species.iter_mut().enumerate().filter(|(_, species)| !species.genomes.is_empty()) {
        let bytes = match species.genomes.strip_prefix(SHIPPED_GENOMES) {
            // Another version of the program may ship others.
            Some(name) => {
                scene::shipped_genomes().iter().find(|(known, _)| *known == name).map(|(_, bytes)| bytes.to_vec())
            }
            None => Some(files::read_at_most(&run.join(&species.genomes), LARGEST)?),
        };
        let own = format!("{GENOMES}start-{index}.safetensors");
        if let Some(bytes) = bytes {
            species.genomes.clone_from(&own);
            genomes.push((own, bytes));
        }
    }
    let text = ron::ser::to_string_pretty(&share, ron::ser::PrettyConfig::default());
    let about = text.map_err(|error| bad(to, error.to_string()))?;
    let mut parts = vec![
        (ABOUT.to_string(), about.into_bytes()),
        (SCENE.to_string(), scene::encode(&scene).into_bytes()),
        (COMMANDS.to_string(), command::encode_log(&past.log).into_bytes()),
    ];
    parts.append(&mut genomes);
    let views = parts.iter().map(|(name, bytes)| Ok((name, TensorView::new(Dtype::U8, vec![bytes.len()], bytes)?)));
    let views: Result<Vec<_>, safetensors::SafeTensorError> = views.collect();
    let whole = views.and_then(|views| serialize(views, None)).map_err(|error| bad(to, error.to_string()))?;
    files::write_whole(to, &[&whole])?;
    Ok(share)
}

fn bad(path: &Path, problem: impl Into<String>) -> RunError {
    RunError::Bad { path: path.to_path_buf(), problem: problem.into() }
}

/// Whether a name may stand in a share file.
fn known(name: &str) -> bool {
    let plain = |name: &str| {
        name.ends_with(".safetensors") && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    [ABOUT, SCENE, COMMANDS].contains(&name) || name.strip_prefix(GENOMES).is_some_and(plain)
}

/// Unpacks a share file into a folder that is empty or not there yet.
///
/// # Errors
/// When it is no share file, a damaged one, or one of a newer program; the folder then holds nothing.
pub fn unpack(file: &Path, folder: &Path) -> Result<Unpacked, RunError> {
    let foreign = |problem: String| bad(file, format!("it is not a run that iwashi has shared: {problem}"));
    let bytes = files::read_at_most(file, LARGEST)?;
    let archive = SafeTensors::deserialize(&bytes).map_err(|error| foreign(error.to_string()))?;
    if let Some(name) = archive.names().into_iter().find(|name| !known(name)) {
        return Err(foreign(format!("`{name}` is in it")));
    }
    let about = archive.tensor(ABOUT).map_err(|error| foreign(format!("`{ABOUT}`: {error}")))?.data().to_vec();
    /// Read first, so that newer files are told from damaged ones.
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let about = String::from_utf8(about).map_err(|_| foreign(format!("`{ABOUT}` is not text")))?;
    let Format { format } = ron::from_str(&about).map_err(|error| foreign(format!("`{ABOUT}`: {error}")))?;
    if format > FORMAT {
        return Err(bad(
            file,
            format!("written in share format {format}; this program reads up to {FORMAT}, update it"),
        ));
    }
    let share: Share = ron::from_str(&about).map_err(|error| foreign(format!("`{ABOUT}`: {error}")))?;
    files::create_folder(folder)?;
    if fs::read_dir(folder).map_err(files::on("read", folder))?.next().is_some() {
        return Err(RunError::NotEmpty(folder.to_path_buf()));
    }
    let unpacked = write(&archive, folder).and_then(|()| {
        let text = files::read_text(&folder.join(SCENE), LARGEST_TEXT)?;
        let scene = scene::parse(&text, &format!("{SCENE} in {}", file.display()))?;
        let commands = read_script(&folder.join(COMMANDS))?.into_iter().map(|(_, logged)| logged).collect();
        Ok(Unpacked { share, folder: folder.to_path_buf(), scene, commands })
    });
    if unpacked.is_err() {
        // The error that matters is at hand.
        let _ = fs::remove_dir_all(folder);
    }
    unpacked
}

/// Writes all files of an archive into a folder.
fn write(archive: &SafeTensors, folder: &Path) -> Result<(), RunError> {
    files::create_folder(&folder.join("genomes"))?;
    archive.iter().try_for_each(|(name, view)| Ok(files::write_whole(&folder.join(name), &[view.data()])?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::run::{Goal, RunFolder};
    use crate::simulation::{Options, Simulation};

    /// A run from trained genomes with two commands, shared at tick 40.
    fn shared(folder: &Path) -> (PathBuf, Share, String) {
        let file = scene::load("grazers").unwrap();
        let mut spec = scene::trained(&file).unwrap();
        spec.species.iter_mut().for_each(|species| species.count = species.count.min(20));
        let mut simulation = Simulation::new(spec, &Options { threads: Some(1), ..Options::default() }).unwrap();
        let run = folder.join("run");
        let mut kept = RunFolder::create(&run, &simulation, Goal::Open, Path::new("")).unwrap();
        let food = scene::load("grazers").unwrap().spec.fields[0].name.clone();
        for command in [
            Command::Set { path: "species[0].body.cruise".into(), value: "0.5".into() },
            Command::Patch { field: food, center: [4.0, 4.0, 0.0], radius: 3.0, amount: 1.0 },
        ] {
            let happened = simulation.advance(20).unwrap();
            kept.record(&happened).unwrap();
            simulation.command(command).unwrap();
        }
        kept.save(&mut simulation).unwrap();
        let to = folder.join("run.iwashi");
        (to.clone(), pack(&run, &to).unwrap(), simulation.digest().unwrap())
    }

    #[test]
    fn what_is_shared_comes_to_the_same_digest() {
        let folder = tempfile::tempdir().unwrap();
        let (file, share, digest) = shared(folder.path());
        assert_eq!((share.tick, &share.digest), (40, &digest));
        let opened = unpack(&file, &folder.path().join("opened")).unwrap();
        assert_eq!((&opened.share, opened.commands.len()), (&share, 2));
        // Nothing that ships is needed, nor anything beside.
        assert!(opened.scene.species.iter().all(|species| !species.genomes.starts_with(SHIPPED_GENOMES)));
        let options = Options { threads: Some(1), beside: opened.folder.clone(), ..Options::default() };
        let mut again = Simulation::new(opened.scene, &options).unwrap();
        for next in opened.commands {
            again.advance((next.tick - again.tick()) as u32).unwrap();
            again.command(next.command).unwrap();
        }
        assert_eq!(again.digest().unwrap(), digest);
    }

    #[test]
    fn foreign_newer_and_damaged_files_are_refused_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (file, share, _) = shared(folder.path());
        let into = folder.path().join("opened");
        let refused = |path: &Path| {
            let error = unpack(path, &into).unwrap_err().to_string();
            assert!(!into.exists() || fs::read_dir(&into).unwrap().next().is_none(), "{error}");
            error
        };
        let archive = |parts: &[(&str, &str)]| {
            let path = folder.path().join("other.iwashi");
            let view = |text: &'static str| TensorView::new(Dtype::U8, vec![text.len()], text.as_bytes()).unwrap();
            let parts = parts.iter().map(|(name, text)| (*name, view(text.to_string().leak())));
            fs::write(&path, serialize(parts, None).unwrap()).unwrap();
            path
        };
        let text = folder.path().join("text.iwashi");
        fs::write(&text, "hello").unwrap();
        assert!(refused(&text).contains("not a run that iwashi has shared"));
        assert!(refused(&archive(&[("../evil.sh", "x")])).contains("`../evil.sh` is in it"));
        assert!(refused(&archive(&[("genomes/../../evil.safetensors", "x")])).contains("is in it"));
        assert!(refused(&archive(&[("scene.ron", "()")])).contains("share.ron"));
        let about = ron::to_string(&Share { format: 9, ..share.clone() }).unwrap();
        assert!(refused(&archive(&[("share.ron", &about)])).contains("update it"));
        let about = ron::to_string(&share).unwrap();
        assert!(
            refused(&archive(&[("share.ron", &about), ("scene.ron", "(speciess: [])"), ("commands.ron", "")]))
                .contains("speciess")
        );
        // Any byte changed is told, or changes nothing that is read.
        let whole = fs::read(&file).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 60) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            let path = folder.path().join("damaged.iwashi");
            fs::write(&path, damaged).unwrap();
            if unpack(&path, &into).is_ok() {
                fs::remove_dir_all(&into).unwrap();
            }
        }
        fs::create_dir_all(&into).unwrap();
        fs::write(into.join("mine.txt"), "keep").unwrap();
        assert!(matches!(unpack(&file, &into), Err(RunError::NotEmpty(_))));
        assert_eq!(fs::read_to_string(into.join("mine.txt")).unwrap(), "keep");
    }
}
