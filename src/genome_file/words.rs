//! Architectures in words that two equal ones share, as they stand in genome files. Knows nothing of files.

use std::ops::Range;

use crate::controller::graph::Sizes;
use crate::layout::*;
use crate::plan::Plan;
use crate::scene::{Activation, Controller, GruSpec, LinearSpec, MlpSpec};

/// A species' controller in words that two equal controllers share: kind, layer widths, activations.
pub fn describe_controller(plan: &Plan, species: usize) -> String {
    let p = &plan.species[species];
    if p.think == THINK_GRAPH {
        let recurrent = if p.mem_len > 0 { " recurrent" } else { "" };
        return format!("graph {} > {}, {} nodes, {} edges{recurrent}", p.obs_len, p.act_len, p.nodes, p.edges);
    }
    let layers = &plan.layers[p.layer_start as usize..(p.layer_start + p.layers) as usize];
    let kind = match p.think {
        THINK_DENSE if layers.iter().all(|layer| layer.biases == 0) => "unbiased",
        THINK_DENSE => "dense",
        THINK_GRU => "gru",
        THINK_PLASTIC if p.numbers > RULE_NUMBERS => "plastic-evolved",
        THINK_PLASTIC => "plastic",
        THINK_ATTENTION_SUM => "attention-sum",
        THINK_ATTENTION_MEAN => "attention-mean",
        _ => "rule",
    };
    let mut text = match p.items {
        0 => format!("{kind} {}", p.obs_len),
        // Whatever the number of items.
        items => format!("{kind} {}+{}", p.obs_len - items * p.item_len, p.item_len),
    };
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
                SENSE_PAIRS => "pairs",
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
            match p.items > 0 && sense.kind == SENSE_NEAREST && sense.start == p.items_start {
                true => format!("{name}, {} each", sense.per_sector),
                false => format!("{name} {}", sense.len),
            }
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
    (sizes.numbers() as usize == len).then_some((sizes, outputs))
}

/// Where the layers of a controller, told as `describe_controller` does, stand in a genome of `len` numbers, each with what it
/// is. Empty where the words do not add up to so many.
pub fn layers(controller: &str, len: usize) -> Vec<(String, Range<usize>)> {
    let (kind, rest) = controller.split_once(' ').unwrap_or_default();
    let mut widths = rest.split(" > ");
    let number = |text: &str| text.split(' ').next().and_then(|n| n.parse::<usize>().ok());
    let (senses, item) = widths.next().map(|text| text.split_once('+').unwrap_or((text, "0"))).unwrap_or_default();
    let (Some(senses), Some(item)) = (number(senses), number(item)) else { return vec![] };
    let Some(widths) = widths.map(|layer| Some((layer, number(layer)?))).collect::<Option<Vec<_>>>() else {
        return vec![];
    };
    let (mut inputs, mut layers, mut at) = (senses, Vec::new(), 0usize);
    for (index, (layer, outputs)) in widths.iter().copied().enumerate() {
        // Both gates read what is sensed and remembered; the layer after them reads the memory.
        let gate = kind == "gru" && index < 2;
        let all = match index {
            _ if gate => inputs.saturating_add(outputs),
            // Keys and values are made of items; the layer after them reads what is gathered by each query.
            1 | 2 if item > 0 => item,
            3 if item > 0 => {
                let heads = widths[0].1.checked_div(widths[1].1).unwrap_or(0);
                senses.saturating_add(heads.saturating_mul(widths[2].1))
            }
            _ => inputs,
        };
        let each = match kind {
            "plastic" => all.saturating_mul(RULE_NUMBERS as usize),
            "plastic-evolved" => all.saturating_mul(RULE_NUMBERS as usize + 1),
            "unbiased" => all,
            _ => all.saturating_add(1),
        };
        let end = at.saturating_add(outputs.saturating_mul(each));
        layers.push((format!("{all} > {layer}"), at..end));
        at = end;
        inputs = if gate && index == 0 { inputs } else { outputs };
    }
    if at == len { layers } else { vec![] }
}

/// The controller told by words of `describe_controller`, with the rest of its numbers as they are by default. `None` where no
/// scene can have it.
pub fn controller(words: &str) -> Option<Controller> {
    let (kind, rest) = words.split_once(' ')?;
    let layers = rest.split(" > ").skip(1).map(|layer| {
        let (width, activation) = layer.split_once(' ')?;
        let activation = match activation {
            "tanh" => Activation::Tanh,
            "relu" => Activation::Relu,
            "linear" => Activation::Linear,
            _ => return None,
        };
        Some((width.parse::<u32>().ok()?, activation))
    });
    let layers = layers.collect::<Option<Vec<_>>>()?;
    let (last, before) = layers.split_last()?;
    let (gates, hidden) = before.split_at(if kind == "gru" { 2.min(before.len()) } else { 0 });
    let activation = hidden.first().map_or(Activation::Tanh, |layer| layer.1);
    if last.1 != Activation::Tanh || hidden.iter().any(|layer| layer.1 != activation) {
        return None;
    }
    let hidden: Vec<u32> = hidden.iter().map(|layer| layer.0).collect();
    match (kind, gates) {
        ("dense" | "unbiased", []) => {
            let biases = kind == "dense";
            Some(match hidden.is_empty() {
                true => Controller::Linear(LinearSpec { biases, ..Default::default() }),
                false => Controller::Mlp(MlpSpec { hidden, activation, biases, ..Default::default() }),
            })
        }
        ("gru", [(memory, Activation::Linear), (same, Activation::Tanh)]) if memory == same => {
            Some(Controller::Gru(GruSpec { memory: *memory, hidden, activation, ..Default::default() }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_are_read_back_from_their_words() {
        for text in [
            "Linear",
            "Linear(biases: false)",
            "Mlp(hidden: [7])",
            "Mlp(hidden: [7, 2], biases: false)",
            "Mlp(hidden: [3, 9], activation: Relu)",
            "Gru(memory: 5, hidden: [])",
            "Gru(memory: 4, hidden: [6, 2], activation: Linear)",
        ] {
            let mut scene = crate::scene::load("rivals").unwrap().spec;
            crate::scene::set(&mut scene, "species[0].controller", text).unwrap();
            let words = describe_controller(&Plan::new(&scene, 1), 0);
            assert_eq!(controller(&words).as_ref(), Some(&scene.species[0].controller), "{words}");
        }
        for words in
            ["", "rule 7", "dense 4", "dense 4 > 3 tanh > 2 relu > 1 tanh", "dense 4 > 2 relu", "gru 4 > 3 tanh"]
        {
            assert_eq!(controller(words), None, "{words}");
        }
    }

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
        assert_eq!(ends("plastic 2 > 3 tanh > 1 tanh", 45), [30, 45]);
        assert_eq!(ends("plastic-evolved 2 > 1 tanh", 12), [12]);
        // Two queries of four numbers from five senses; keys and values of three; two heads of six and five senses to one.
        assert_eq!(ends("attention-mean 5+3 > 8 linear > 4 tanh > 6 tanh > 1 tanh", 106), [48, 64, 88, 106]);
        assert!(ends("attention-sum 5+3 > 8 linear > 0 tanh > 6 tanh > 1 tanh", 106).is_empty());
        assert!(ends("dense 2 > 3 tanh", 8).is_empty() && ends("rule 0", 0).is_empty() && ends("", 4).is_empty());
        assert!(ends("dense 99999999999999999999 > 3", 8).is_empty());
        assert!(ends("dense 18446744073709551615 > 18446744073709551615 x", 8).is_empty());
    }
}
