//! Genomes as files of the window: one agent's saved, any one read for whichever species of the scene can run it. Knows nothing of panels.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::app::strings::genome as text;
use crate::files;
use crate::genome_file::{GenomeFile, GenomeFileError};
use crate::plan::Plan;
use crate::scene::SceneSpec;
use crate::simulation;

/// Ending of genome files.
pub const ENDING: &str = "safetensors";

/// A genome in hand, to be given to agents.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldGenome {
    /// Species that runs it.
    pub species: usize,
    /// Its numbers.
    pub genome: Arc<[f32]>,
    /// Where it comes from, in a few words.
    pub from: String,
}

/// A name for the file of an agent's genome; what a path takes for a folder stands in names of species as well.
pub fn file_name(species: &str, id: u32) -> String {
    let safe: String =
        species.chars().map(|c| if c.is_alphanumeric() || " -_".contains(c) { c } else { '_' }).collect();
    format!("{safe}-{id}.{ENDING}")
}

/// Writes the genome of one agent, of a number and a founder, with what tells its numbers' meaning; tells where. A file that is there
/// already stays, and the new one gets a number.
///
/// # Errors
/// Why it cannot be written, for the user.
pub fn save(
    path: &Path,
    scene: &SceneSpec,
    plan: &Plan,
    species: usize,
    (genome, fitness, lineage): (&[f32], f32, [u32; 2]),
) -> Result<PathBuf, String> {
    let (genomes, len) = (genome.to_vec(), genome.len());
    let file = GenomeFile { len, genomes, fitness: vec![fitness], lineage: vec![lineage], ..Default::default() };
    let bytes = simulation::describe(file, scene, plan, species).encode().map_err(|error| error.to_string())?;
    let path = files::free(&files::ended(path, ENDING));
    files::write_whole_for_user(&path, &bytes).map_err(|error| error.to_string())?;
    Ok(path)
}

/// Reads the first genome of a file for a species of a scene that can run it: the one that is preferred, else the one of the name that
/// the file tells, else any.
///
/// # Errors
/// Why there is none, for the user: what differs, species by species.
pub fn load(path: &Path, scene: &SceneSpec, plan: &Plan, preferred: Option<usize>) -> Result<HeldGenome, String> {
    let (file, origin) = GenomeFile::load(&path.to_string_lossy(), Path::new("")).map_err(|error| error.to_string())?;
    let named = scene.species.iter().position(|spec| spec.name == file.species);
    let order = preferred.into_iter().chain(named).chain(0..scene.species.len());
    let mut wrong: BTreeMap<usize, String> = BTreeMap::new();
    for species in order {
        let name = &scene.species[species].name;
        if plan.species[species].genome_len == 0 {
            wrong.insert(species, text::by_rule(name));
            continue;
        }
        match file.check(&origin, plan, species, name) {
            Ok(()) => {
                let from = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                return Ok(HeldGenome { species, genome: file.row(0).into(), from });
            }
            Err(GenomeFileError::Mismatch { what, found, needed, .. }) => {
                wrong.insert(species, text::mismatch(name, what, found, needed))
            }
            Err(error) => wrong.insert(species, error.to_string()),
        };
    }
    let reasons: Vec<String> = wrong.into_values().collect();
    Err(text::fits_nobody(path.display(), &reasons.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene;

    #[test]
    fn what_is_saved_fits_where_it_came_from_and_says_where_it_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let spec = scene::load("food_call").unwrap().spec;
        let plan = Plan::new(&spec, 1);
        let genome = vec![0.25; plan.species[0].genome_len as usize];
        let path = folder.path().join("one");
        let first = save(&path, &spec, &plan, 0, (&genome, 1.5, [7, 3])).unwrap();
        let second = save(&path, &spec, &plan, 0, (&genome, f32::NAN, [7, 3])).unwrap();
        assert!(first.ends_with("one.safetensors") && second.ends_with("one-2.safetensors"));
        let held = load(&first, &spec, &plan, None).unwrap();
        assert_eq!((held.species, &held.genome[..], held.from.as_str()), (0, &genome[..], "one.safetensors"));
        let (file, _) = GenomeFile::load(&first.to_string_lossy(), Path::new("")).unwrap();
        assert_eq!((file.fitness[0], file.lineage[0]), (1.5, [7, 3]));

        let other = scene::load("grazers").unwrap().spec;
        let told = load(&first, &other, &Plan::new(&other, 1), Some(0)).unwrap_err();
        assert!(told.contains("fits no species") && told.contains("and it needs"), "{told}");
        let boids = scene::load("boids").unwrap().spec;
        let told = load(&first, &boids, &Plan::new(&boids, 1), None).unwrap_err();
        assert!(told.contains("acts by a rule"), "{told}");
        assert!(load(&folder.path().join("none"), &spec, &plan, None).is_err());
        std::fs::write(folder.path().join("bad.safetensors"), "no").unwrap();
        assert!(load(&folder.path().join("bad.safetensors"), &spec, &plan, None).is_err());
        let points = save(&folder.path().join("run.1"), &spec, &plan, 0, (&genome, 1.5, [7, 3])).unwrap();
        assert!(points.ends_with("run.1.safetensors"));
        assert_eq!(file_name("../a/b", 7), "___a_b-7.safetensors");
        let nowhere = folder.path().join("none").join("x");
        assert!(save(&nowhere, &spec, &plan, 0, (&genome, 1.5, [7, 3])).is_err());
    }
}
