//! Run folders whose scene was edited by hand: what the file says, against what the run was made with. Knows nothing
//! of who asks.

use std::path::Path;

use super::LARGEST_TEXT;
use crate::files;
use crate::scene::{self, SceneSpec};
use crate::simulation::{Checkpoint, scene_after};

/// Says how `scene.ron` differs from the scene that a checkpoint of the run stands for; `None` when it does not.
pub fn scene_edited(folder: &Path, checkpoint: &Checkpoint) -> Option<String> {
    let file = folder.join("scene.ron");
    let told = |what: String| Some(format!("{} is not what the run was made with: {what}", file.display()));
    let read = files::read_text(&file, LARGEST_TEXT).map_err(|e| e.to_string());
    let read = read.and_then(|text| scene::parse(&text, &file.display().to_string()).map_err(|e| e.to_string()));
    let found = match read {
        Ok(scene) => plain(scene_after(&scene, &checkpoint.log, checkpoint.state.tick)),
        Err(error) => return told(error),
    };
    let made = plain(checkpoint.scene.clone());
    if found == made {
        return None;
    }
    told(first_difference(&found, &made).unwrap_or_else(|| "it has other parts".into()))
}

/// A scene without the places of genome files, which are other in the folder than where the run found them.
fn plain(mut scene: SceneSpec) -> SceneSpec {
    scene.species.iter_mut().for_each(|species| species.genomes.clear());
    scene
}

fn first_difference(found: &SceneSpec, made: &SceneSpec) -> Option<String> {
    let (ours, theirs) = (scene::parameters(found), scene::parameters(made));
    let (one, other) = ours.iter().zip(&theirs).find(|(a, b)| (&a.path, &a.value) != (&b.path, &b.value))?;
    if one.path != other.path {
        return Some(format!("it has `{}` where the run has `{}`", one.path, other.path));
    }
    let say = |scene: &SceneSpec| scene::get(scene, &one.path).unwrap_or_default();
    Some(format!("it says `{}` = {} where the run has {}", one.path, say(found), say(made)))
}
