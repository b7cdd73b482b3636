//! Networks are what their agents think with: every neuron is the sum that its links say, whatever the controller.

use super::*;
use crate::backend::cpu::neurons;
use crate::scene;
use crate::simulation::{Options, Simulation};

/// An agent of a controller after some ticks, as the window opens it.
fn opened(controller: &str) -> (Simulation, InspectedAgent) {
    let mut spec = scene::load("food_call").unwrap().spec;
    spec.species[0].evolution = scene::Evolution::Off;
    spec.species[0].senses.push(scene::Sense::Nearest(scene::NearestSense { k: 3, ..Default::default() }));
    if controller.starts_with("Graph") {
        scene::set(&mut spec, "species[0].evolution", "Generational(population: 8, strategy: Neat)").unwrap();
    }
    scene::set(&mut spec, "species[0].controller", controller).unwrap();
    let options = Options { threads: Some(1), worlds: Some(1), ..Options::default() };
    let mut simulation = Simulation::new(spec, &options).unwrap();
    simulation.advance(7).unwrap();
    let detail = simulation.detail(0, 3).unwrap();
    let neurons = neurons(simulation.plan(), simulation.stream_of(0), &detail);
    (simulation, InspectedAgent { detail, birth: None, name: None, neurons, line: vec![] })
}

fn network(simulation: &Simulation, opened: &InspectedAgent, gate: bool) -> Network {
    of(simulation.plan(), &simulation.scene().species[0], opened, gate).unwrap()
}

/// What a neuron of a network would give by its links and its bias, before its activation.
fn sum(network: &Network, to: Place) -> f32 {
    let bias = network.neuron(to).unwrap().bias.map_or(0.0, |(_, bias)| bias);
    let own = network.links.iter().filter(|link| link.to == to && !link.back);
    own.fold(bias, |sum, link| sum + link.weight * network.neuron(link.from).unwrap().value.unwrap())
}

#[test]
fn every_neuron_is_the_sum_that_its_links_say() {
    for controller in
        ["Linear", "Mlp(hidden: [9, 5])", "Attention(hidden: [4])", "Graph(hidden: 4)", "Gru(memory: 5, hidden: [4])"]
    {
        let (simulation, opened) = opened(controller);
        let network = network(&simulation, &opened, false);
        let last = network.columns.len() - 1;
        // Cells of a memory are more than a sum.
        let first = if controller.starts_with("Gru") { 2 } else { 1 };
        for column in first..=last {
            for at in 0..network.columns[column].neurons.len() {
                let found = network.neuron((column, at)).unwrap().value.unwrap();
                let expected = crate::math::tanh(sum(&network, (column, at)));
                assert!((found - expected).abs() < 1e-5, "{controller}: neuron {column}, {at}: {found} {expected}");
            }
        }
        assert_eq!(network.columns[last].neurons[0].value, opened.detail.action.first().copied());
        assert_eq!(network.output((last, 1)), Some(1));
        assert_eq!(network.output((0, 1)), None);
    }
}

#[test]
fn each_link_stands_in_the_genome_where_it_says() {
    for controller in [
        "Mlp(hidden: [9, 5])",
        "Gru(memory: 5, hidden: [4])",
        "Graph(hidden: 4, recurrent: true)",
        "Attention(hidden: [4])",
    ] {
        let (simulation, opened) = opened(controller);
        for gate in [false, true] {
            let network = network(&simulation, &opened, gate);
            assert!(!network.links.is_empty());
            for link in &network.links {
                assert_eq!(opened.detail.genome[link.number.unwrap() as usize], link.weight, "{controller}");
            }
            for neuron in network.columns.iter().flat_map(|column| &column.neurons) {
                if let Some((at, bias)) = neuron.bias {
                    assert_eq!(opened.detail.genome[at as usize], bias, "{controller}");
                }
            }
        }
    }
}

#[test]
fn memory_is_marked_and_its_links_lead_back() {
    let (simulation, opened) = opened("Gru(memory: 5, hidden: [4])");
    let [takes, forgets] = [false, true].map(|gate| network(&simulation, &opened, gate));
    assert!(takes.columns[1].neurons.iter().all(|neuron| neuron.remembers));
    assert_eq!(takes.links.iter().filter(|link| link.back && link.from.0 == 1 && link.to.0 == 1).count(), 25);
    assert_ne!(takes.links[0].number, forgets.links[0].number);
    let (simulation, opened) = self::opened("Graph(hidden: 4, recurrent: true)");
    let graph = network(&simulation, &opened, false);
    assert!(graph.links.iter().any(|link| link.back), "founders have edges to themselves");
    let (simulation, opened) = self::opened("Plastic(hidden: [5])");
    let plastic = network(&simulation, &opened, false);
    assert!(plastic.links.iter().all(|link| link.number.is_none()) && plastic.note.is_some());
    assert_eq!(plastic.links[7].weight, opened.detail.memory[7]);
}

#[test]
fn rules_are_told_in_words_and_have_no_network() {
    let mut boids = Simulation::new(scene::load("boids").unwrap().spec, &Options::default()).unwrap();
    let detail = boids.detail(0, 0).unwrap();
    let opened = InspectedAgent { detail, birth: None, name: None, neurons: vec![], line: vec![] };
    assert!(of(boids.plan(), &boids.scene().species[0], &opened, false).is_none());
    assert!(rule(&boids.scene().species[0].controller).unwrap().contains("Reynolds"));
    assert!(rule(&scene::Controller::Linear(scene::LinearSpec::default())).is_none());
}
