//! Architectures in words that two equal ones share, as they stand in genome files. Knows nothing of files.

use std::ops::Range;

use crate::layout::*;
use crate::plan::Plan;

/// A species' controller in words that two equal controllers share: kind, layer widths, activations.
pub fn describe_controller(plan: &Plan, species: usize) -> String {
    let p = &plan.species[species];
    let kind = match p.think {
        THINK_DENSE => "dense",
        THINK_GRU => "gru",
        _ => "rule",
    };
    let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
    let mut text = format!("{kind} {}", p.obs_len);
    for layer in layers {
        let activation = match layer.activation {
            ACT_TANH => "tanh",
            ACT_RELU => "relu",
            _ => "linear",
        };
        text.push_str(&format!(" > {} {activation}", layer.outputs));
    }
    text
}

/// A species' observation in words that two equal layouts share: each sense and its numbers, in order.
pub fn describe_observation(plan: &Plan, species: usize) -> String {
    let p = &plan.species[species];
    let senses = &plan.senses[p.sense_start as usize..(p.sense_start + p.senses) as usize];
    let words: Vec<String> = senses
        .iter()
        .map(|sense| {
            let name = match sense.kind {
                SENSE_NEIGHBOURS => "neighbours",
                SENSE_NEAREST => "nearest",
                SENSE_FIELD_VALUE => "value",
                SENSE_FIELD_GRADIENT => "gradient",
                SENSE_FIELD_ANTENNAE => "antennae",
                SENSE_WALLS => "walls",
                SENSE_SPEED => "speed",
                SENSE_ENERGY => "energy",
                SENSE_LAST_ACTION => "last action",
                SENSE_OWN_SIGNAL => "own signal",
                SENSE_NOISE => "noise",
                _ => "constant",
            };
            format!("{name} {}", sense.len)
        })
        .collect();
    words.join(", ")
}

/// Where the layers of a controller, told as `describe_controller` does, stand in a genome of `len` numbers, each with what it
/// is. Empty where the words do not add up to so many.
pub fn layers(controller: &str, len: usize) -> Vec<(String, Range<usize>)> {
    let (kind, rest) = controller.split_once(' ').unwrap_or_default();
    let mut widths = rest.split(" > ");
    let Some(mut inputs) = widths.next().and_then(|n| n.parse::<usize>().ok()) else { return vec![] };
    let (mut layers, mut at) = (Vec::new(), 0usize);
    for (index, layer) in widths.enumerate() {
        let Some(outputs) = layer.split(' ').next().and_then(|n| n.parse::<usize>().ok()) else { return vec![] };
        // Both gates read what is sensed and remembered; the layer after them reads the memory.
        let gate = kind == "gru" && index < 2;
        let all = if gate { inputs.saturating_add(outputs) } else { inputs };
        let end = at.saturating_add(outputs.saturating_mul(all.saturating_add(1)));
        layers.push((format!("{all} > {layer}"), at..end));
        at = end;
        inputs = if gate && index == 0 { inputs } else { outputs };
    }
    if at == len { layers } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_do_not_add_up_name_no_layers() {
        let ends = |words, len| layers(words, len).into_iter().map(|(_, at)| at.end).collect::<Vec<_>>();
        assert_eq!(ends("dense 2 > 3 tanh > 1 linear", 13), [9, 13]);
        assert_eq!(ends("gru 2 > 3 linear > 3 tanh > 1 tanh", 40), [18, 36, 40]);
        assert!(ends("dense 2 > 3 tanh", 8).is_empty() && ends("rule 0", 0).is_empty() && ends("", 4).is_empty());
        assert!(ends("dense 99999999999999999999 > 3", 8).is_empty());
        assert!(ends("dense 18446744073709551615 > 18446744073709551615 x", 8).is_empty());
    }
}
