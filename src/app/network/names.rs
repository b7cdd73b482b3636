//! What the numbers of observations and actions are called. Knows nothing of how they are drawn.

use crate::layout::{GIVES_HEADING, GIVES_OFFSET, GIVES_PLACE, GIVES_PROXIMITY, GIVES_SIGNALS, SenseParams};
use crate::scene::{FieldFeature, Motion, Sense, SpeciesSpec};

/// Axes of the body.
const AXES: [&str; 3] = ["ahead", "left", "up"];

/// A sense in a few words.
pub fn of_sense(sense: &Sense) -> String {
    let of = |names: &[String], all: &str| if names.is_empty() { all.to_string() } else { names.join(", ") };
    match sense {
        Sense::Neighbours(n) => format!("neighbours: {} within {} BL", of(&n.species, "all"), n.range),
        Sense::Nearest(n) => format!("nearest {}: {}", n.k, of(&n.species, "all")),
        Sense::Pairs(p) => format!("pairs: {} in {} zones", of(&p.species, "all"), p.zones.len()),
        Sense::Field(f) => {
            let what = match f.gives {
                FieldFeature::Value => "amount",
                FieldFeature::Gradient => "slope",
                FieldFeature::Antennae(_) => "antennae",
            };
            format!("{what} of {}", of(&f.fields, "all fields"))
        }
        Sense::Walls(w) => format!("walls within {} BL", w.range),
        Sense::Speed => "own speed".into(),
        Sense::Energy => "own energy".into(),
        Sense::LastAction => "last action".into(),
        Sense::OwnSignal => "own signal".into(),
        Sense::Noise => "noise".into(),
        Sense::Constant => "constant".into(),
    }
}

/// The same in a word or two, for narrow places.
pub fn in_short(sense: &Sense) -> String {
    match sense {
        Sense::Neighbours(n) => format!("neighbours {}", n.species.join(", ")).trim_end().into(),
        Sense::Nearest(n) => format!("nearest {}", n.species.join(", ")).trim_end().into(),
        Sense::Pairs(_) => "pairs".into(),
        Sense::Field(f) => {
            let name = if f.fields.is_empty() { "fields".to_string() } else { f.fields.join(", ") };
            match f.gives {
                FieldFeature::Value => name,
                FieldFeature::Gradient => format!("{name} slope"),
                FieldFeature::Antennae(_) => format!("{name} ahead"),
            }
        }
        Sense::Walls(_) => "walls".into(),
        other => of_sense(other),
    }
}

/// Each number of a sense, in order.
pub fn of_numbers(sense: &Sense, p: &SenseParams, dim: u32, actions: &[String]) -> Vec<String> {
    let axes = &AXES[..dim.clamp(2, 3) as usize];
    let plain = |n: u32| (1..=n).map(|i| format!("number {i}")).collect::<Vec<_>>();
    let names: Vec<String> = match sense {
        Sense::Neighbours(_) => (0..p.count * p.elevation).flat_map(|sector| of_sector(p, sector, axes)).collect(),
        Sense::Nearest(_) => {
            let each: Vec<&str> = match (p.gives & GIVES_PLACE != 0, dim) {
                (false, 2) => vec!["ahead", "left", "nearness"],
                (false, _) => vec!["ahead", "left", "up", "nearness"],
                (true, 2) => vec!["x", "y", "angle"],
                (true, _) => vec!["x", "y", "z", "angle", "climb"],
            };
            (1..=p.count).flat_map(|n| each.iter().map(move |what| format!("nearest {n}: {what}"))).collect()
        }
        Sense::Pairs(pairs) => {
            (1..=pairs.zones.len()).flat_map(|n| axes.iter().map(move |axis| format!("zone {n}: {axis}"))).collect()
        }
        Sense::Field(f) => {
            let what = if f.fields.is_empty() { "all fields".to_string() } else { f.fields.join(", ") };
            match f.gives {
                FieldFeature::Value => vec![format!("{what} here")],
                FieldFeature::Gradient => axes.iter().map(|axis| format!("slope of {what}, {axis}")).collect(),
                FieldFeature::Antennae(_) => {
                    let sides = ["left", "right", "above", "below"];
                    sides.iter().take(p.len as usize).map(|side| format!("{what}, antenna {side}")).collect()
                }
            }
        }
        Sense::Walls(w) => {
            let rays = (1..=w.rays).map(|ray| format!("wall, ray {ray} of {} from the left", w.rays));
            rays.chain(["wall above".to_string(), "wall below".to_string()]).take(p.len as usize).collect()
        }
        Sense::LastAction => actions.iter().map(|name| format!("last {name}")).collect(),
        Sense::OwnSignal => (1..=p.len).map(|i| format!("own channel {i}")).collect(),
        Sense::Speed | Sense::Energy | Sense::Noise | Sense::Constant => vec![of_sense(sense)],
    };
    if names.len() == p.len as usize { names } else { plain(p.len) }
}

fn of_sector(p: &SenseParams, sector: u32, axes: &[&str]) -> Vec<String> {
    let around = match p.count {
        1 => "all around".to_string(),
        count => {
            // The first is centred straight ahead; they go round by the left.
            let degrees = 360.0 * (sector % count) as f32 / count as f32;
            match degrees {
                0.0 => "ahead".to_string(),
                180.0 => "behind".to_string(),
                d if d < 180.0 => format!("{d:.0}° left"),
                d => format!("{:.0}° right", 360.0 - d),
            }
        }
    };
    let storey = if p.elevation > 1 { format!(", storey {}", sector / p.count + 1) } else { String::new() };
    let mut names = vec![];
    let mut tell = |what: &str| names.push(format!("{around}{storey}: {what}"));
    if p.gives & GIVES_PROXIMITY != 0 {
        tell("how near");
    }
    if p.gives & GIVES_OFFSET != 0 {
        axes.iter().for_each(|axis| tell(&format!("offset {axis}")));
    }
    if p.gives & GIVES_HEADING != 0 {
        axes.iter().for_each(|axis| tell(&format!("heading {axis}")));
    }
    if p.gives & GIVES_SIGNALS != 0 {
        (1..=p.channels).for_each(|channel| tell(&format!("heard on channel {channel}")));
    }
    names
}

/// Each number of an action.
pub fn of_actions(species: &SpeciesSpec, dim: u32) -> Vec<String> {
    let motion: &[&str] = match (species.body.motion, dim) {
        (Motion::Body, 2) => &["thrust", "yaw"],
        (Motion::Body, _) => &["thrust", "yaw", "pitch"],
        (Motion::Heading, 2) => &["ahead", "left"],
        (Motion::Heading, _) => &["ahead", "left", "up"],
        (Motion::Force, 2) => &["push ahead", "push left"],
        (Motion::Force, _) => &["push ahead", "push left", "push up"],
        (Motion::Course, 2) => &["yaw"],
        (Motion::Course, _) => &["yaw", "pitch"],
    };
    let mut names: Vec<String> = motion.iter().map(|s| s.to_string()).collect();
    names.extend((1..=species.signals.channels).map(|i| format!("channel {i}")));
    names.extend(species.deposits.iter().map(|d| format!("deposit {}", d.field)));
    if species.diet.by_choice && !species.diet.prey.is_empty() {
        names.push("attack".into());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::scene;

    #[test]
    fn every_number_of_every_shipped_scene_has_a_name_of_its_own() {
        for (name, _) in scene::shipped() {
            let spec = scene::load(name).unwrap().spec;
            let plan = Plan::new(&spec, 1);
            for (species, p) in spec.species.iter().zip(&plan.species) {
                let actions = of_actions(species, plan.tank.dim);
                assert_eq!(actions.len(), p.act_len as usize, "{name}");
                let params = &plan.senses[p.sense_start as usize..(p.sense_start + p.senses) as usize];
                for (sense, params) in species.senses.iter().zip(params) {
                    let names = of_numbers(sense, params, plan.tank.dim, &actions);
                    let mut once = names.clone();
                    once.sort();
                    once.dedup();
                    assert_eq!(
                        (once.len(), names.len()),
                        (params.len as usize, params.len as usize),
                        "{name}: {names:?}"
                    );
                    assert!(names.iter().all(|name| !name.starts_with("number")), "{name}: {names:?}");
                }
            }
        }
    }
}
