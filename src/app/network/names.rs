//! What the numbers of observations and actions are called. Knows nothing of how they are drawn.

use crate::app::strings::network as text;
use crate::layout::{GIVES_HEADING, GIVES_OFFSET, GIVES_PLACE, GIVES_PROXIMITY, GIVES_SIGNALS, SenseParams};
use crate::scene::{FieldFeature, Motion, Sense, SpeciesSpec};

/// Axes of the body.
const AXES: [&str; 3] = [text::AHEAD, text::LEFT, text::UP];

/// A sense in a few words.
pub fn of_sense(sense: &Sense) -> String {
    let of = |names: &[String], all: &str| if names.is_empty() { all.to_string() } else { names.join(", ") };
    match sense {
        Sense::Neighbours(n) => text::neighbours_within(&of(&n.species, text::ALL_SPECIES), n.range),
        Sense::Nearest(n) => text::nearest_of(n.k, &of(&n.species, text::ALL_SPECIES)),
        Sense::Pairs(p) => text::pairs_in(&of(&p.species, text::ALL_SPECIES), p.zones.len()),
        Sense::Field(f) => {
            let what = match f.gives {
                FieldFeature::Value => text::AMOUNT,
                FieldFeature::Gradient => text::SLOPE,
                FieldFeature::Antennae(_) => text::ANTENNAE,
            };
            text::of_field(what, &of(&f.fields, text::ALL_FIELDS))
        }
        Sense::Walls(w) => text::walls_within(w.range),
        Sense::Speed => text::OWN_SPEED.into(),
        Sense::Energy => text::OWN_ENERGY.into(),
        Sense::LastAction => text::LAST_ACTION.into(),
        Sense::OwnSignal => text::OWN_SIGNAL.into(),
        Sense::Noise => text::NOISE.into(),
        Sense::Constant => text::CONSTANT.into(),
    }
}

/// The same in a word or two, for narrow places.
pub fn in_short(sense: &Sense) -> String {
    match sense {
        Sense::Neighbours(n) => text::neighbours(&n.species.join(", ")).trim_end().into(),
        Sense::Nearest(n) => text::nearest(&n.species.join(", ")).trim_end().into(),
        Sense::Pairs(_) => text::PAIRS.into(),
        Sense::Field(f) => {
            let name = if f.fields.is_empty() { text::FIELDS.to_string() } else { f.fields.join(", ") };
            match f.gives {
                FieldFeature::Value => name,
                FieldFeature::Gradient => text::slope(&name),
                FieldFeature::Antennae(_) => text::antennae(&name),
            }
        }
        Sense::Walls(_) => text::WALLS.into(),
        other => of_sense(other),
    }
}

/// Each number of a sense, in order.
pub fn of_numbers(sense: &Sense, p: &SenseParams, dim: u32, actions: &[String]) -> Vec<String> {
    let axes = &AXES[..dim.clamp(2, 3) as usize];
    let plain = |n: u32| (1..=n).map(text::number).collect::<Vec<_>>();
    let names: Vec<String> = match sense {
        Sense::Neighbours(_) => (0..p.count * p.elevation).flat_map(|sector| of_sector(p, sector, axes)).collect(),
        Sense::Nearest(_) => {
            let each: Vec<&str> = match (p.gives & GIVES_PLACE != 0, dim) {
                (false, 2) => vec![text::AHEAD, text::LEFT, text::NEARNESS],
                (false, _) => vec![text::AHEAD, text::LEFT, text::UP, text::NEARNESS],
                (true, 2) => vec!["x", "y", text::ANGLE],
                (true, _) => vec!["x", "y", "z", text::ANGLE, text::CLIMB],
            };
            (1..=p.count).flat_map(|n| each.iter().map(move |what| text::of_nearest(n, what))).collect()
        }
        Sense::Pairs(pairs) => {
            (1..=pairs.zones.len()).flat_map(|n| axes.iter().map(move |axis| text::of_zone(n, axis))).collect()
        }
        Sense::Field(f) => {
            let what = if f.fields.is_empty() { text::ALL_FIELDS.to_string() } else { f.fields.join(", ") };
            match f.gives {
                FieldFeature::Value => vec![text::here(&what)],
                FieldFeature::Gradient => axes.iter().map(|axis| text::slope_along(&what, axis)).collect(),
                FieldFeature::Antennae(_) => {
                    let sides = [text::LEFT, text::RIGHT, text::ABOVE, text::BELOW];
                    sides.iter().take(p.len as usize).map(|side| text::antenna(&what, side)).collect()
                }
            }
        }
        Sense::Walls(w) => {
            let rays = (1..=w.rays).map(|ray| text::ray(ray, w.rays));
            rays.chain([text::WALL_ABOVE, text::WALL_BELOW].map(str::to_string)).take(p.len as usize).collect()
        }
        Sense::LastAction => actions.iter().map(|name| text::last(name)).collect(),
        Sense::OwnSignal => (1..=p.len).map(text::own_channel).collect(),
        Sense::Speed | Sense::Energy | Sense::Noise | Sense::Constant => vec![of_sense(sense)],
    };
    if names.len() == p.len as usize { names } else { plain(p.len) }
}

fn of_sector(p: &SenseParams, sector: u32, axes: &[&str]) -> Vec<String> {
    let around = match p.count {
        1 => text::ALL_AROUND.to_string(),
        count => {
            // The first is centred straight ahead; they go round by the left.
            let degrees = 360.0 * (sector % count) as f32 / count as f32;
            match degrees {
                0.0 => text::AHEAD.to_string(),
                180.0 => text::BEHIND.to_string(),
                d if d < 180.0 => text::degrees_left(d),
                d => text::degrees_right(360.0 - d),
            }
        }
    };
    let storey = if p.elevation > 1 { text::storey(sector / p.count + 1) } else { String::new() };
    let mut names = vec![];
    let mut tell = |what: &str| names.push(format!("{around}{storey}: {what}"));
    if p.gives & GIVES_PROXIMITY != 0 {
        tell(text::HOW_NEAR);
    }
    if p.gives & GIVES_OFFSET != 0 {
        axes.iter().for_each(|axis| tell(&text::offset(axis)));
    }
    if p.gives & GIVES_HEADING != 0 {
        axes.iter().for_each(|axis| tell(&text::heading(axis)));
    }
    if p.gives & GIVES_SIGNALS != 0 {
        (1..=p.channels).for_each(|channel| tell(&text::heard_on(channel)));
    }
    names
}

/// Each number of an action.
pub fn of_actions(species: &SpeciesSpec, dim: u32) -> Vec<String> {
    let motion: &[&str] = match (species.body.motion, dim) {
        (Motion::Body, 2) => &[text::THRUST, text::YAW],
        (Motion::Body, _) => &[text::THRUST, text::YAW, text::PITCH],
        (Motion::Heading, 2) => &[text::AHEAD, text::LEFT],
        (Motion::Heading, _) => &[text::AHEAD, text::LEFT, text::UP],
        (Motion::Force, 2) => &[text::PUSH_AHEAD, text::PUSH_LEFT],
        (Motion::Force, _) => &[text::PUSH_AHEAD, text::PUSH_LEFT, text::PUSH_UP],
        (Motion::Course, 2) => &[text::YAW],
        (Motion::Course, _) => &[text::YAW, text::PITCH],
    };
    let mut names: Vec<String> = motion.iter().map(|s| s.to_string()).collect();
    names.extend((1..=species.signals.channels).map(text::channel));
    names.extend(species.deposits.iter().map(|d| text::deposit(&d.field)));
    if species.diet.by_choice && !species.diet.prey.is_empty() {
        names.push(text::ATTACK.into());
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
