//! Genome files: rows of numbers in safetensors, with enough beside them to know what the numbers mean, so that Python
//! opens them in one line and Iwashi refuses rows that would not fit. Knows nothing of how genomes are evolved.

mod words;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

pub use words::{describe_controller, describe_observation};

use crate::controller::graph::Sizes;
use crate::files;
use crate::plan::Plan;
use crate::scene::{Controller, SHIPPED_GENOMES, shipped_genomes};

/// Largest genome file that is read, bytes: far above what any shipped scene needs, below what would hurt a laptop.
const LARGEST: u64 = 1 << 30;

/// Why a genome file was refused.
#[derive(Debug, thiserror::Error)]
pub enum GenomeFileError {
    /// None of those that ship.
    #[error("no genomes `{SHIPPED_GENOMES}{name}` ship; there are {}", shipped_names())]
    NotShipped {
        /// As written in the scene, after the prefix.
        name: String,
    },
    /// Not readable.
    #[error("no genomes `{name}`: {problem} (a path to a .safetensors file, or {})", shipped_names())]
    NotFound {
        /// As written in the scene.
        name: String,
        /// What the system says.
        problem: std::io::Error,
    },
    /// Not what it should be.
    #[error("genome file {origin}: {problem}")]
    Bad {
        /// Shipped name or path.
        origin: String,
        /// What is wrong.
        problem: String,
    },
    /// Well formed, for another kind of agent.
    #[error("genome file {origin} does not fit species `{species}`: {what} is {found}, and the scene needs {needed}")]
    Mismatch {
        /// Shipped name or path.
        origin: String,
        /// Species of the scene.
        species: String,
        /// What differs.
        what: &'static str,
        /// In the file.
        found: String,
        /// In the scene.
        needed: String,
    },
}

impl GenomeFileError {
    /// What is wrong, and what would be right.
    pub fn told(&self) -> (String, String) {
        match self {
            GenomeFileError::NotShipped { name } => {
                (format!("no genomes `{SHIPPED_GENOMES}{name}` ship"), format!("one of {}", shipped_names()))
            }
            GenomeFileError::NotFound { name, problem } => {
                let right = format!("a path to a .safetensors file, or one of the shipped: {}", shipped_names());
                (format!("no genomes `{name}`: {problem}"), right)
            }
            GenomeFileError::Mismatch { origin, what, found, needed, .. } => {
                (format!("in genome file {origin} {what} is {found}"), format!("a file in which it is {needed}"))
            }
            GenomeFileError::Bad { .. } => (self.to_string(), String::new()),
        }
    }
}

fn shipped_names() -> String {
    let names: Vec<String> = shipped_genomes().iter().map(|(name, _)| format!("{SHIPPED_GENOMES}{name}")).collect();
    names.join(", ")
}

/// Genomes of one species, best first when they come from a run.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GenomeFile {
    /// Name of the species they were bred in.
    pub species: String,
    /// Controller, as `describe_controller` writes it.
    pub controller: String,
    /// Observation layout, as `describe_observation` writes it.
    pub observation: String,
    /// Digest of the scene they were bred in, hexadecimal.
    pub scene_digest: String,
    /// Numbers in a genome.
    pub len: usize,
    /// `[rows][len]`.
    pub genomes: Vec<f32>,
    /// Fitness of each row; NaN where none was measured.
    pub fitness: Vec<f32>,
    /// Id and founder of each row's bearer.
    pub lineage: Vec<[u32; 2]>,
}

impl GenomeFile {
    /// Genomes in the file.
    pub fn rows(&self) -> usize {
        self.genomes.len().checked_div(self.len).unwrap_or(0)
    }

    /// One genome; rows are reused from the first when `index` runs past the last.
    pub fn row(&self, index: usize) -> &[f32] {
        let at = index % self.rows() * self.len;
        &self.genomes[at..at + self.len]
    }

    /// Reads a shipped file or one on disk, and checks that it fits a species.
    pub fn load_for(
        name: &str,
        beside: &Path,
        plan: &Plan,
        species: usize,
        species_name: &str,
    ) -> Result<Self, GenomeFileError> {
        let (file, origin) = Self::load(name, beside)?;
        file.check(&origin, plan, species, species_name)?;
        Ok(file)
    }

    /// Reads a shipped file or one on disk, whatever it is for; also tells where it was found.
    pub fn load(name: &str, beside: &Path) -> Result<(Self, String), GenomeFileError> {
        let (bytes, origin) = fetch(name, beside)?;
        Ok((Self::decode(&bytes, &origin)?, origin))
    }

    /// Refuses genomes that a species cannot run; `origin` names them.
    pub fn check(&self, origin: &str, plan: &Plan, species: usize, species_name: &str) -> Result<(), GenomeFileError> {
        let needed = [
            ("the controller", self.controller.clone(), describe_controller(plan, species)),
            ("the observation", self.observation.clone(), describe_observation(plan, species)),
            ("the genome's length", self.len.to_string(), plan.species[species].genome_len.to_string()),
        ];
        for (what, found, needed) in needed {
            if found != needed {
                let (origin, species) = (origin.to_string(), species_name.to_string());
                return Err(GenomeFileError::Mismatch { origin, species, what, found, needed });
            }
        }
        Ok(())
    }

    /// The controller that these are genomes of; `None` where its words name none that a scene can have.
    pub fn architecture(&self) -> Option<Controller> {
        words::controller(&self.controller)
    }

    /// Where the layers stand in a genome, each with what it is; empty where the words of its controller do not say.
    pub fn layers(&self) -> Vec<(String, Range<usize>)> {
        words::layers(&self.controller, self.len)
    }

    /// The sizes of graphs, and their outputs, where these are graphs.
    pub fn graph(&self) -> Option<(Sizes, u32)> {
        words::graph(&self.controller, self.len)
    }

    /// The file's bytes.
    pub fn encode(&self) -> Result<Vec<u8>, GenomeFileError> {
        let bad = |problem: String| GenomeFileError::Bad { origin: self.species.clone(), problem };
        let genomes: Vec<u8> = self.genomes.iter().flat_map(|v| v.to_le_bytes()).collect();
        let fitness: Vec<u8> = self.fitness.iter().flat_map(|v| v.to_le_bytes()).collect();
        let lineage: Vec<String> = self.lineage.iter().map(|[id, founder]| format!("{id}<{founder}")).collect();
        let best = self.fitness.iter().copied().filter(|f| !f.is_nan()).fold(f32::NEG_INFINITY, f32::max);
        let metadata = HashMap::from([
            ("format".to_string(), "iwashi genomes 1".to_string()),
            ("version".to_string(), env!("CARGO_PKG_VERSION").to_string()),
            ("species".to_string(), self.species.clone()),
            ("controller".to_string(), self.controller.clone()),
            ("observation".to_string(), self.observation.clone()),
            ("scene".to_string(), self.scene_digest.clone()),
            ("fitness".to_string(), if best.is_finite() { best.to_string() } else { "unknown".to_string() }),
            ("lineage".to_string(), lineage.join(" ")),
        ]);
        let view = |shape: Vec<usize>, data| TensorView::new(Dtype::F32, shape, data).map_err(|e| bad(e.to_string()));
        let tensors = [
            ("genomes", view(vec![self.rows(), self.len], &genomes)?),
            ("fitness", view(vec![self.fitness.len()], &fitness)?),
        ];
        safetensors::tensor::serialize(tensors, Some(metadata)).map_err(|e| bad(e.to_string()))
    }

    /// Reads a file's bytes; `origin` names it in errors.
    pub fn decode(bytes: &[u8], origin: &str) -> Result<Self, GenomeFileError> {
        let bad = |problem: String| GenomeFileError::Bad { origin: origin.to_string(), problem };
        offsets_fit(bytes).map_err(bad)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| bad(format!("not a safetensors file ({e})")))?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| bad(e.to_string()))?;
        let metadata = header.metadata().clone().unwrap_or_default();
        let text = |key: &str| {
            metadata
                .get(key)
                .cloned()
                .ok_or_else(|| bad(format!("its metadata lacks `{key}`; was it written by Iwashi?")))
        };
        match text("format")?.strip_prefix("iwashi genomes ").and_then(|v| v.parse::<u32>().ok()) {
            Some(1) => {}
            Some(newer) => {
                return Err(bad(format!("written in format {newer}; this program reads format 1, update it")));
            }
            None => return Err(bad("its metadata `format` is not `iwashi genomes 1`".to_string())),
        }
        let floats = |name: &str, axes: usize| {
            let view = tensors.tensor(name).map_err(|_| bad(format!("it has no tensor `{name}`")))?;
            if view.dtype() != Dtype::F32 || view.shape().len() != axes {
                return Err(bad(format!("its tensor `{name}` should hold f32 along {axes} axes")));
            }
            // Lengths were checked against the file, so this allocates no more than the file holds.
            let numbers = view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect::<Vec<f32>>();
            Ok((view.shape().to_vec(), numbers))
        };
        let (shape, genomes) = floats("genomes", 2)?;
        let (rows, len) = (shape[0], shape[1]);
        if rows == 0 || len == 0 {
            return Err(bad("it holds no genomes".to_string()));
        }
        if let Some(at) = genomes.iter().position(|v| !v.is_finite()) {
            return Err(bad(format!("genome {} holds {} at place {}", at / len, genomes[at], at % len)));
        }
        let (_, fitness) = floats("fitness", 1)?;
        let lineage =
            parse_lineage(&text("lineage")?).ok_or_else(|| bad("its lineage is not pairs `id<founder`".into()))?;
        if fitness.len() != rows || lineage.len() != rows {
            return Err(bad(format!(
                "it holds {rows} genomes, {} fitness values and {} lines of descent",
                fitness.len(),
                lineage.len()
            )));
        }
        Ok(Self {
            species: text("species")?,
            controller: text("controller")?,
            observation: text("observation")?,
            scene_digest: text("scene")?,
            len,
            genomes,
            fitness,
            lineage,
        })
    }
}

/// Bytes and origin of a shipped name or a path; relative paths are sought beside the scene first, then here.
fn fetch(name: &str, beside: &Path) -> Result<(Cow<'static, [u8]>, String), GenomeFileError> {
    if let Some(shipped) = name.strip_prefix(SHIPPED_GENOMES) {
        let found = shipped_genomes().iter().find(|(known, _)| *known == shipped);
        let (_, bytes) = found.ok_or_else(|| GenomeFileError::NotShipped { name: shipped.to_string() })?;
        return Ok((Cow::Borrowed(*bytes), name.to_string()));
    }
    let near: PathBuf = beside.join(name);
    let path = if near.is_file() { near } else { PathBuf::from(name) };
    let missing = |problem| GenomeFileError::NotFound { name: name.to_string(), problem };
    let bytes = files::read_at_most(&path, LARGEST).map_err(|e| missing(e.problem))?;
    Ok((Cow::Owned(bytes), path.display().to_string()))
}

/// Refuses headers whose offsets point past the file: their sums could overflow in the reader.
fn offsets_fit(bytes: &[u8]) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Entry {
        Tensor { data_offsets: (u64, u64) },
        Other(serde::de::IgnoredAny),
    }
    let short = || "it ends before its header does".to_string();
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(short)?;
    if rest.first().is_some_and(|byte| *byte != b'{') {
        return Err("it is no safetensors file: those have a header in JSON".to_string());
    }
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| short())?;
    let header = rest.get(..length).ok_or_else(short)?;
    let entries: HashMap<String, Entry> =
        serde_json::from_slice(header).map_err(|e| format!("its header is not JSON ({e})"))?;
    for (name, entry) in entries {
        if let Entry::Tensor { data_offsets: (_, end) } = entry
            && end > bytes.len() as u64
        {
            return Err(format!("its tensor `{name}` ends at byte {end}, past the end of the file"));
        }
    }
    Ok(())
}

fn parse_lineage(text: &str) -> Option<Vec<[u32; 2]>> {
    text.split_whitespace()
        .map(|pair| {
            let (id, founder) = pair.split_once('<')?;
            Some([id.parse().ok()?, founder.parse().ok()?])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example() -> GenomeFile {
        GenomeFile {
            species: "prey".into(),
            controller: "dense 2 > 1 tanh".into(),
            observation: "speed 1, energy 1".into(),
            scene_digest: "ab".into(),
            len: 3,
            genomes: vec![1.0, -2.5, 0.0, 4.0, 5.0, 6.0],
            fitness: vec![2.0, f32::NEG_INFINITY],
            lineage: vec![[7, 1], [9, 2]],
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let file = example();
        let bytes = file.encode().unwrap();
        assert_eq!(GenomeFile::decode(&bytes, "x").unwrap(), file);
        assert_eq!(file.row(3), &[4.0, 5.0, 6.0], "rows are reused from the first");
    }

    #[test]
    fn a_number_that_is_not_finite_is_named() {
        let mut file = example();
        file.genomes[4] = f32::NAN;
        let error = GenomeFile::decode(&file.encode().unwrap(), "x.safetensors").unwrap_err().to_string();
        assert_eq!(error, "genome file x.safetensors: genome 1 holds NaN at place 1");
    }

    #[test]
    fn offsets_beyond_the_file_are_refused() {
        let header = br#"{"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,18446744073709551615]}}"#;
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        let error = GenomeFile::decode(&bytes, "x").unwrap_err().to_string();
        assert!(error.contains("past the end of the file"), "{error}");
    }

    #[test]
    fn other_files_are_named_as_such() {
        let error = GenomeFile::decode(b"(\n    name: \"a scene\",\n)", "x.ron").unwrap_err().to_string();
        assert_eq!(error, "genome file x.ron: it is no safetensors file: those have a header in JSON");
    }

    #[test]
    fn shipped_genomes_are_those_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/genomes");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .map(|entries| entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        names.retain(|name| name.ends_with(".safetensors"));
        names.sort();
        let mut listed: Vec<String> = shipped_genomes().iter().map(|(name, _)| format!("{name}.safetensors")).collect();
        listed.sort();
        assert_eq!(listed, names, "what ships and assets/genomes differ");
    }

    #[test]
    fn shipped_genomes_fit_the_species_that_they_are_named_after() {
        use crate::scene::{self, SceneSpec};
        let mut fitted = 0;
        for (name, _) in scene::shipped() {
            let Some(spec): Option<SceneSpec> = scene::trained(&scene::load(name).unwrap()) else { continue };
            let plan = Plan::new(&spec, 1);
            for (index, species) in spec.species.iter().enumerate().filter(|(_, s)| !s.genomes.is_empty()) {
                let file = GenomeFile::load_for(&species.genomes, Path::new(""), &plan, index, &species.name);
                let file = file.unwrap_or_else(|error| panic!("{error}"));
                let p = &plan.species[index];
                let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
                let planned: Vec<usize> = layers.iter().map(|layer| layer.start as usize).collect();
                assert_eq!(file.layers().iter().map(|(_, at)| at.start).collect::<Vec<_>>(), planned, "{name}");
                assert_eq!(file.species, species.name);
                fitted += 1;
            }
        }
        assert_eq!(fitted, shipped_genomes().len(), "every file belongs to a species of a shipped scene");
    }

    #[test]
    fn names_that_do_not_ship_are_told_with_those_that_do() {
        let error = fetch("shipped:first_school.whale", Path::new("")).unwrap_err().to_string();
        assert!(error.starts_with("no genomes `shipped:first_school.whale` ship; there are shipped:"), "{error}");
        assert!(error.contains("shipped:first_school.prey"), "{error}");
    }

    proptest! {
        #[test]
        fn damaged_files_never_panic(cut in 0usize..600, place in 0usize..600, byte in any::<u8>()) {
            let mut bytes = example().encode().unwrap();
            let at = place % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len().min(cut.max(1)));
            // Reading may succeed (a changed weight is still a weight); it must only never panic.
            let whole = bytes.len() == example().encode().unwrap().len();
            prop_assert!(whole || GenomeFile::decode(&bytes, "x").is_err());
            let _ = GenomeFile::decode(&bytes, "x");
        }
    }
}
