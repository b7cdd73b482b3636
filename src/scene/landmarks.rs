//! Whether landmarks that a scene refers to are there: part of validation.

use super::problem::Diagnostic;
use super::spec::{Placement, SceneSpec};

/// Problems of whatever refers to landmarks.
pub fn check(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    let there = spec.landmarks.len();
    let mut refuse = |path: String, number: u32| {
        if number as usize > there {
            let right = match there {
                0 => "a scene with `landmarks`".to_string(),
                n => format!("1 to {n}, as the scene lists {n} landmarks"),
            };
            let message = format!("`{path}` = {number} names no landmark");
            problems.push(Diagnostic::new(path, message, right));
        }
    };
    for (i, field) in spec.fields.iter().enumerate() {
        for (j, patch) in field.patches.iter().enumerate() {
            refuse(format!("fields[{i}].patches[{j}].landmark"), patch.landmark);
        }
    }
    let own = spec.species.iter().enumerate().filter_map(|(i, s)| Some((format!("species[{i}]."), s.start.as_ref()?)));
    for (path, start) in std::iter::once((String::new(), &spec.start)).chain(own) {
        if let Placement::Landmarks(landmarks) = &start.placement {
            refuse(format!("{path}start.placement.first"), landmarks.first);
        }
    }
}
