//! Scenes to begin one's own from: small, commented, and each about one thing. Knows nothing of where they are written.

/// A scene to begin from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Name.
    pub name: &'static str,
    /// What it is about.
    pub about: &'static str,
    /// The scene.
    pub text: &'static str,
}

/// All, the simplest first.
pub const TEMPLATES: [Template; 4] = [
    Template {
        name: "school",
        about: "a school by three rules, nothing learns",
        text: include_str!("../../scenes/templates/school.ron"),
    },
    Template {
        name: "foragers",
        about: "foragers that evolve live to find food",
        text: include_str!("../../scenes/templates/foragers.ron"),
    },
    Template {
        name: "hunters",
        about: "hunters and prey that evolve live against each other",
        text: include_str!("../../scenes/templates/hunters.ron"),
    },
    Template {
        name: "signals",
        about: "clones with a voice, bred in whole generations",
        text: include_str!("../../scenes/templates/signals.ron"),
    },
];

impl Template {
    /// By its name.
    ///
    /// # Errors
    /// When there is none of that name: tells which there are.
    pub fn named(name: &str) -> Result<&'static Template, String> {
        TEMPLATES.iter().find(|template| template.name == name).ok_or_else(|| {
            let names: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
            match super::problem::nearest(name, names.iter().copied()) {
                Some(near) => format!("no template `{name}`: did you mean `{near}`?"),
                None => format!("no template `{name}`: one of {}", names.join(", ")),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::{Options, Simulation, problems};

    #[test]
    fn templates_run_and_say_what_to_watch() {
        for template in &TEMPLATES {
            let spec = crate::scene::parse(template.text, template.name).unwrap_or_else(|e| panic!("{e}"));
            assert!(!spec.description.is_empty() && !spec.watch.is_empty(), "{}", template.name);
            assert_eq!(problems(&spec, std::path::Path::new("")), vec![], "{}", template.name);
            let mut simulation = Simulation::new(spec, &Options { threads: Some(1), ..Options::default() }).unwrap();
            let happened = simulation.advance(60).unwrap();
            assert!(happened.faults.is_empty(), "{}", template.name);
        }
        assert!(Template::named("schol").unwrap_err().contains("`school`"));
    }
}
