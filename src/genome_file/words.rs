//! Architectures in words that two equal ones share, as they stand in genome files. Knows nothing of files.

use std::ops::Range;

use crate::controller::graph::Sizes;
use crate::layout::*;
use crate::plan::Plan;

/// A species' controller in words that two equal controllers share: kind, layer widths, activations.
pub fn describe_controller(plan: &Plan, species: usize) -> String {
    let p = &plan.species[species];
    if p.think == THINK_GRAPH {
        let recurrent = if p.mem_len > 0 { " recurrent" } else { "" };
        return format!("graph {} > {}, {} nodes, {} edges{recurrent}", p.obs_len, p.act_len, p.nodes, p.edges);
    }
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

/// The sizes of a graph told as `describe_controller` does, and its outputs; `None` where the words tell of no graph, or of one
/// whose genomes have another length than `len`.
pub fn graph(controller: &str, len: usize) -> Option<(Sizes, u32)> {
    let (inputs, rest) = controller.strip_prefix("graph ")?.split_once(" > ")?;
    let mut parts = rest.split(", ");
    let [outputs, nodes, edges] = [parts.next()?, parts.next()?, parts.next()?];
    let number = |text: &str| text.split(' ').next()?.parse::<u32>().ok();
    let outputs = number(outputs)?;
    let own = outputs.checked_add(number(nodes)?)?;
    let sizes = Sizes { inputs: number(inputs)?, own, edges: number(edges)? };
    // Sums of them are indices.
    sizes.inputs.checked_add(sizes.own)?;
    (sizes.len() as usize == len).then_some((sizes, outputs))
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
    fn the_words_of_a_graph_give_its_sizes() {
        let sizes = Sizes { inputs: 4, own: 2 + 3, edges: 9 };
        assert_eq!(graph("graph 4 > 2, 3 nodes, 9 edges recurrent", 39), Some((sizes, 2)));
        assert_eq!(graph("graph 4 > 2, 3 nodes, 9 edges", 40), None);
        for words in ["graph", "graph 4 > 2", "graph 4 > x, 3 nodes, 9 edges", "dense 4 > 2 tanh"] {
            assert_eq!(graph(words, 39), None, "{words}");
        }
        assert_eq!(graph("graph 4294967295 > 4294967295, 4294967295 nodes, 4294967295 edges", usize::MAX), None);
        assert!(layers("graph 4 > 2, 3 nodes, 9 edges", 39).is_empty());
    }

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
