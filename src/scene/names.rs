//! Species and fields by name: that each has one, that no two share it, and that what is referred to exists. Knows
//! nothing else of them.

use super::problem::{Diagnostic, suggestion};
use super::spec::SceneSpec;

/// The names that a scene gives.
pub struct Names<'a> {
    species: Vec<&'a str>,
    fields: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// The names given in a scene.
    pub fn of(spec: &'a SceneSpec) -> Self {
        Names {
            species: spec.species.iter().map(|s| &*s.name).collect(),
            fields: spec.fields.iter().map(|f| &*f.name).collect(),
        }
    }

    /// Names that are missing or given twice.
    pub fn check_own(&self, problems: &mut Vec<Diagnostic>) {
        for (list, names) in [("species", &self.species), ("fields", &self.fields)] {
            for (i, name) in names.iter().enumerate() {
                let path = format!("{list}[{i}].name");
                if name.trim().is_empty() {
                    problems.push(Diagnostic::new(&path, format!("`{path}` is empty"), "a name"));
                } else if name.contains(['[', ']']) {
                    // Paths put names in brackets.
                    let message = format!("`{path}` = \"{name}\" has a bracket in it");
                    problems.push(Diagnostic::new(&path, message, "a name without brackets"));
                } else if let Some(first) = names[..i].iter().position(|other| other == name) {
                    let message = format!("`{path}` = \"{name}\" is taken");
                    let right = format!("a name other than that of `{list}[{first}]`");
                    let rests = [format!("{list}[{first}].name")];
                    problems.push(Diagnostic::new(&path, message, right).resting_on(rests));
                }
            }
        }
    }

    /// A species that a parameter refers to.
    pub fn species(&self, path: &str, name: &str, problems: &mut Vec<Diagnostic>) {
        known(path, name, &self.species, ("species", "species"), problems);
    }

    /// A field that a parameter refers to.
    pub fn field(&self, path: &str, name: &str, problems: &mut Vec<Diagnostic>) {
        known(path, name, &self.fields, ("fields", "field"), problems);
    }

    /// Species in a list, which may be empty for all of them.
    pub fn all_species(&self, path: &str, names: &[String], problems: &mut Vec<Diagnostic>) {
        for (i, name) in names.iter().enumerate() {
            self.species(&format!("{path}[{i}]"), name, problems);
        }
    }

    /// Fields in a list, which must name at least one.
    pub fn all_fields(&self, path: &str, names: &[String], problems: &mut Vec<Diagnostic>) {
        if names.is_empty() {
            let right = suggestion("", &self.fields);
            problems.push(Diagnostic::new(path, format!("`{path}` is empty"), right));
        }
        for (i, name) in names.iter().enumerate() {
            self.field(&format!("{path}[{i}]"), name, problems);
        }
    }
}

/// Tells of a name that is not among those known: of this list, each of which is called so.
fn known(path: &str, name: &str, known: &[&str], (list, what): (&str, &str), problems: &mut Vec<Diagnostic>) {
    if !known.contains(&name) {
        let message = format!("`{path}` = \"{name}\" is no {what} of this scene");
        let problem = Diagnostic::new(path, message, suggestion(name, known));
        problems.push(problem.resting_on(all_names(list, known.len())));
    }
}

/// What a name that is missing among `count` items of a list rests on: all of their names, and that they are all.
pub fn all_names(list: &str, count: usize) -> Vec<String> {
    let own = (0..count).map(|i| format!("{list}[{i}].name"));
    own.chain([format!("{list}[]")]).collect()
}
