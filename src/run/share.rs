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

/// Version of share files, and of those without a picture; newer ones are refused.
const FORMAT: u32 = 2;
const WITHOUT_PICTURE: u32 = 1;
/// How share files end.
pub const ENDING: &str = "iwashi";
/// Bytes of a share file at most: it is held in memory.
const LARGEST: u64 = 1 << 30;

const ABOUT: &str = "share.ron";
const SCENE: &str = "scene.ron";
const COMMANDS: &str = "commands.ron";
const PICTURE: &str = "picture.png";
const GENOMES: &str = "genomes/";
/// Bytes, and pixels of a side, that the picture may have.
const LARGEST_PICTURE: usize = 1 << 20;
const MOST_SIDE: u32 = 1_024;

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

    /// The file of its picture; there need not be one.
    pub fn picture_file(&self) -> PathBuf {
        self.folder.join(PICTURE)
    }

    /// Width and height of its picture; none where it has none.
    ///
    /// # Errors
    /// When there is something else in its place. The run is whole all the same.
    pub fn picture(&self) -> Result<Option<(u32, u32)>, String> {
        match fs::read(self.picture_file()) {
            Ok(bytes) => picture_size(&bytes).map(Some),
            Err(_) => Ok(None),
        }
    }
}

/// Width and height of a picture, where its header is one of a picture that may be shown.
fn picture_size(bytes: &[u8]) -> Result<(u32, u32), String> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().map_err(|error| error.to_string())?;
    let (width, height) = reader.info().size();
    if width.max(height) > MOST_SIDE || bytes.len() > LARGEST_PICTURE {
        return Err(format!("{width}x{height} and {} bytes are more than a picture may have", bytes.len()));
    }
    Ok((width, height))
}

/// Writes the run in a folder, up to its newest checkpoint, into one file, with a picture of it as PNG where there is one.
///
/// # Errors
/// When the run cannot be read, or the file cannot be written; then there is none.
pub fn pack(run: &Path, to: &Path, picture: Option<&[u8]>) -> Result<Share, RunError> {
    let past = Past::read(run)?;
    let share = Share {
        // Those who read no pictures yet read the rest.
        format: if picture.is_some() { FORMAT } else { WITHOUT_PICTURE },
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
    parts.extend(picture.map(|picture| (PICTURE.to_string(), picture.to_vec())));
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
    [ABOUT, SCENE, COMMANDS, PICTURE].contains(&name) || name.strip_prefix(GENOMES).is_some_and(plain)
}

/// Unpacks a share file into a folder that is empty or not there yet.
///
/// # Errors
/// When it is no share file, a damaged one, or one of a newer program; the folder then holds nothing.
pub fn unpack(file: &Path, folder: &Path) -> Result<Unpacked, RunError> {
    let foreign = |problem: String| bad(file, format!("it is not a run that iwashi has shared: {problem}"));
    let bytes = files::read_at_most(file, LARGEST)?;
    let archive = SafeTensors::deserialize(&bytes).map_err(|error| foreign(error.to_string()))?;
    /// Read first, so that newer files, which may have more in them, are told from damaged and foreign ones.
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let about = archive.tensor(ABOUT).map_err(|error| foreign(format!("`{ABOUT}`: {error}"))).and_then(|text| {
        String::from_utf8(text.data().to_vec()).map_err(|_| foreign(format!("`{ABOUT}` is not text")))
    });
    let format = about.as_ref().ok().and_then(|about| ron::from_str(about).ok()).map(|Format { format }| format);
    if let Some(newer) = format.filter(|format| *format > FORMAT) {
        return Err(bad(
            file,
            format!("written in share format {newer}; this program reads up to {FORMAT}, update it"),
        ));
    }
    if let Some(name) = archive.names().into_iter().find(|name| !known(name)) {
        return Err(foreign(format!("`{name}` is in it")));
    }
    let about = about?;
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

/// The shared run that lies unpacked in a folder, if one does.
pub fn unpacked(folder: &Path) -> Option<Unpacked> {
    let share = ron::from_str(&files::read_text(&folder.join(ABOUT), LARGEST_TEXT).ok()?).ok()?;
    let scene = super::read_scene(folder).ok()?;
    let commands = read_script(&folder.join(COMMANDS)).ok()?.into_iter().map(|(_, logged)| logged).collect();
    Some(Unpacked { share, folder: folder.to_path_buf(), scene, commands })
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

    /// A picture of one pixel.
    fn one_pixel() -> Vec<u8> {
        let mut bytes = vec![];
        let encoder = png::Encoder::new(&mut bytes, 1, 1);
        encoder.write_header().unwrap().write_image_data(&[7]).unwrap();
        bytes
    }

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
        (to.clone(), pack(&run, &to, Some(&one_pixel())).unwrap(), simulation.digest().unwrap())
    }

    #[test]
    fn what_is_shared_comes_to_the_same_digest() {
        let folder = tempfile::tempdir().unwrap();
        let (file, share, digest) = shared(folder.path());
        assert_eq!((share.tick, &share.digest), (40, &digest));
        let opened = unpack(&file, &folder.path().join("opened")).unwrap();
        assert_eq!(opened.picture(), Ok(Some((1, 1))));
        // What is no picture is told, and costs nothing else.
        fs::write(opened.picture_file(), "no picture").unwrap();
        assert!(opened.picture().is_err());
        fs::remove_file(opened.picture_file()).unwrap();
        assert_eq!(opened.picture(), Ok(None));
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
