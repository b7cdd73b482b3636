//! The scene file behind the running scene: what it says, and what is to happen when it says something else. Knows nothing
//! of egui, nor of how a file is looked after.

use std::sync::Arc;

use crate::app::strings::scene_file as text;
use crate::app::watch::{Found, Watch};
use crate::scene::{self, Difference, SceneFile, SceneSpec, When};

/// What is known of the file.
pub struct Reload {
    watch: Option<Watch>,
    /// What its text says, without the flags that the scene was started with.
    pub said: Arc<SceneSpec>,
    /// Why it cannot be read any more.
    pub broken: Option<String>,
    /// What it says in another form than the running scene since it was saved: only a restart with the file takes that in.
    pub reshaped: Vec<Difference>,
}

/// What a newly saved file asks for: paths and values, in the order in which they are allowed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// For the running scene.
    pub now: Vec<(String, String)>,
    /// For the next start.
    pub waiting: Vec<(String, String)>,
    /// What is to be told.
    pub told: String,
    /// Whether something went wrong.
    pub bad: bool,
}

impl Reload {
    /// Begins to look after the file that a scene was read from; those that ship never change.
    pub fn of(file: &SceneFile) -> Reload {
        Reload {
            watch: if file.ships() { None } else { Watch::start(file) },
            said: Arc::new(scene::parse(&file.text, &file.origin).unwrap_or_else(|_| file.spec.clone())),
            broken: None,
            reshaped: vec![],
        }
    }

    /// What was found of the file since the last call.
    pub fn news(&self) -> Vec<Found> {
        self.watch.as_ref().map_or(vec![], Watch::news)
    }

    /// Takes in what was found, while `scene` runs. A file that is whole replaces `file`.
    pub fn take(&mut self, found: Found, file: &mut SceneFile, scene: &SceneSpec) -> Asked {
        match found {
            Found::Whole(new) => {
                self.broken = None;
                let asked = self.compare(&new, scene);
                self.said = Arc::new(new.spec.clone());
                *file = *new;
                asked
            }
            Found::Broken(why) => {
                self.broken = Some(why);
                Asked::default()
            }
            Found::Gone => {
                self.broken = None;
                Asked { told: text::gone(&file.origin), bad: true, ..Asked::default() }
            }
        }
    }

    /// What has changed in the file since it was last read, sorted by when the running scene can have it. What somebody moved
    /// in the window stays where the file has not changed.
    fn compare(&mut self, new: &SceneFile, scene: &SceneSpec) -> Asked {
        let changed = scene::differences(&self.said, &new.spec);
        if changed.is_empty() && self.reshaped.is_empty() {
            return Asked::default();
        }
        let apart: Vec<Difference> =
            scene::differences(scene, &new.spec).into_iter().filter(|d| d.structural).collect();
        if changed.iter().any(|d| d.structural) || !self.reshaped.is_empty() {
            self.reshaped = apart.clone();
        }
        // Inside what has another form here, the same path may mean something else.
        let common = changed.into_iter().filter(|d| !d.structural && !apart.iter().any(|form| form.covers(&d.path)));
        let (now, later): (Vec<_>, Vec<_>) = common.partition(|d| d.when == When::Now);
        let sets = |all: Vec<Difference>| all.into_iter().map(|d| (d.path, d.after)).collect();
        let (now, refused) = in_order(scene, sets(now));
        let waiting: Vec<(String, String)> = sets(later);
        let mut parts = vec![];
        if !now.is_empty() {
            parts.push(text::applied(now.len()));
        }
        if !waiting.is_empty() {
            parts.push(text::for_a_restart(waiting.len()));
        }
        if !self.reshaped.is_empty() {
            let paths: Vec<&str> = self.reshaped.iter().map(|d| &*d.path).collect();
            parts.push(text::takes_a_restart(&paths.join(", ")));
        }
        parts.extend(refused.iter().cloned());
        let told = if parts.is_empty() { String::new() } else { text::saved(&new.origin, &parts.join("; ")) };
        Asked { now, waiting, told, bad: !refused.is_empty() }
    }
}

/// A running scene with what it owes to how it was started, and nobody changed, as the file says it: the genomes that it began
/// with, and as many worlds as it chose to have where the file leaves that open.
pub fn as_said(scene: &SceneSpec, said: &SceneSpec) -> SceneSpec {
    let mut spec = scene.clone();
    for (species, of_file) in spec.species.iter_mut().zip(&said.species) {
        species.genomes.clone_from(&of_file.genomes);
    }
    if said.rollout.worlds == 0 {
        spec.rollout.worlds = 0;
    }
    spec
}

/// New values in an order in which each is allowed when its turn comes (a higher top speed before the cruise that needs it),
/// and why the others are not.
pub fn in_order(scene: &SceneSpec, sets: Vec<(String, String)>) -> (Vec<(String, String)>, Vec<String>) {
    let (mut spec, mut done, mut left) = (scene.clone(), vec![], sets);
    loop {
        let before = left.len();
        let mut refused = vec![];
        left.retain(|(path, value)| match scene::set(&mut spec, path, value) {
            Ok(_) => {
                done.push((path.clone(), value.clone()));
                false
            }
            Err(error) => {
                refused.push(error.to_string());
                true
            }
        });
        if left.is_empty() || left.len() == before {
            return (done, refused);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SceneFile {
        SceneFile { spec: scene::parse(text, "my.ron").unwrap(), text: text.into(), origin: "my.ron".into() }
    }

    fn reload(file: &SceneFile) -> Reload {
        Reload { watch: None, said: Arc::new(file.spec.clone()), broken: None, reshaped: vec![] }
    }

    fn sets(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(path, value)| (path.to_string(), value.to_string())).collect()
    }

    const TEXT: &str = "(dt: 0.1, species: [(name: \"a\", count: 5, body: (cruise: 2, top_speed: 5))])";

    #[test]
    fn a_saved_file_changes_what_it_changed_and_nothing_else() {
        let mut old = file(TEXT);
        let mut reload = reload(&old);
        let mut run = old.spec.clone();
        // Moved in the window; the file says nothing new of it.
        scene::set(&mut run, "species[0].body.yaw_rate", "1.5").unwrap();
        let text = TEXT.replace("cruise: 2, top_speed: 5", "cruise: 6, top_speed: 8").replace("0.1", "0.2");
        let asked = reload.take(Found::Whole(Box::new(file(&text))), &mut old, &run);
        assert_eq!(asked.now, sets(&[("species[0].body.top_speed", "8.0"), ("species[0].body.cruise", "6.0")]));
        assert_eq!(asked.waiting, sets(&[("dt", "0.2")]));
        assert_eq!(asked.told, "my.ron was saved: 2 values applied at once; 1 value for a restart (see Parameters)");
        assert_eq!((old.text, reload.said.dt), (text, 0.2));
    }

    #[test]
    fn another_form_waits_for_the_file_as_a_whole() {
        let mut old = file(TEXT);
        let mut reload = reload(&old);
        let run = old.spec.clone();
        let two = TEXT.replace("[(name: \"a\"", "[(name: \"b\", count: 1), (name: \"a\"");
        let asked = reload.take(Found::Whole(Box::new(file(&two))), &mut old, &run);
        assert_eq!((asked.now.len(), asked.waiting.len(), reload.reshaped.len()), (0, 0, 1));
        // `species[0]` of the file is none of the run, whose own is `species[1]` there: it is left alone.
        let faster = two.replace("count: 1)", "count: 1, body: (cruise: 3))");
        let asked = reload.take(Found::Whole(Box::new(file(&faster))), &mut old, &run);
        assert_eq!((asked.now, asked.waiting), (vec![], vec![]));
        assert!(asked.told.contains("another form of species, which takes a restart"), "{}", asked.told);
        // Taken back, there is nothing to offer any more.
        let asked = reload.take(Found::Whole(Box::new(file(TEXT))), &mut old, &run);
        assert!(reload.reshaped.is_empty() && asked == Asked::default(), "{asked:?}");
    }

    #[test]
    fn a_broken_file_is_told_until_it_is_whole() {
        let mut old = file(TEXT);
        let mut reload = reload(&old);
        let run = old.spec.clone();
        assert_eq!(reload.take(Found::Broken("my.ron:1:1".into()), &mut old, &run), Asked::default());
        assert_eq!((reload.broken.as_deref(), &*old.text), (Some("my.ron:1:1"), TEXT));
        assert_eq!(reload.take(Found::Whole(Box::new(file(TEXT))), &mut old, &run), Asked::default());
        assert_eq!(reload.broken, None);
        assert!(reload.take(Found::Gone, &mut old, &run).told.starts_with("my.ron is gone"));
    }

    #[test]
    fn what_no_order_allows_is_told() {
        let spec = file(TEXT).spec;
        let (done, refused) = in_order(&spec, sets(&[("species[0].body.cruise", "9"), ("dt", "0.3")]));
        assert_eq!(done, sets(&[("dt", "0.3")]));
        assert!(refused.len() == 1 && refused[0].contains("beyond the top speed"), "{refused:?}");
    }
}
