//! What is drawn of a network, and what a pointer does to it.

use super::*;
use crate::app::network::{Column, Neuron};
use crate::simulation::Name;

fn neuron(name: &str, bias: Option<(u32, f32)>) -> Neuron {
    Neuron { name: name.into(), value: Some(0.5), bias, remembers: false }
}

/// `inputs` numbers to one output, with weights 0.1, -0.2, 0.3 …, after a bias.
fn network(inputs: usize) -> Network {
    let sensed = (0..inputs).map(|i| neuron(&format!("sensed {i}"), None)).collect();
    let columns = vec![
        Column { title: "senses".into(), neurons: sensed, groups: vec![("senses".into(), inputs)] },
        Column { title: "actions".into(), neurons: vec![neuron("thrust", Some((0, 0.25)))], groups: vec![] },
    ];
    let link = |i: usize| {
        let weight = 0.1 * (i + 1) as f32 * if i.is_multiple_of(2) { 1.0 } else { -1.0 };
        Link { from: (0, i), to: (1, 0), weight, number: Some(1 + i as u32), back: false }
    };
    Network { columns, links: (0..inputs).map(link).collect(), note: None }
}

fn rect() -> Rect {
    Rect::from_min_size(pos2(0.0, 0.0), vec2(300.0, 240.0))
}

#[test]
fn large_columns_keep_their_strongest_in_order() {
    let network = network(500);
    let layout = NeuronPositions::new(&network, rect());
    let shown = &layout.shown[0];
    assert!(shown.len() < 40 && shown.is_sorted() && shown[0] == 500 - shown.len() && shown.ends_with(&[499]));
    let inside = |place: Place| layout.at(place).is_some_and(|at| rect().contains(at));
    assert!(inside((0, 499)) && inside((1, 0)) && layout.at((0, 0)).is_none());
    assert!(layout.step(0) >= NEAR * 0.99);
}

#[test]
fn the_strongest_connections_are_drawn_and_of_one_neuron_its_own() {
    let network = network(20);
    let layout = NeuronPositions::new(&network, rect());
    let strong = strongest(&network, &layout, None, 5);
    assert_eq!(strong.iter().map(|link| link.from.1).collect::<Vec<_>>(), [15, 16, 17, 18, 19]);
    assert_eq!(strongest(&network, &layout, Some((0, 2)), 5).len(), 1);
}

#[test]
fn the_past_of_a_number_says_where_it_is_not_known() {
    let known = |id: u32, genome: Option<&[f32]>| Individual {
        name: Name { world: 0, species: 0, id },
        birth: None,
        alive: None,
        seen: None,
        genome: genome.map(Into::into),
    };
    let line = [known(9, Some(&[0.0, 1.5])), known(4, None), known(2, Some(&[0.0]))];
    assert_eq!(past(1, &line), [(9, Some(1.5)), (4, None), (2, None)]);
}

/// Draws a network once after events; gives what was set.
fn frame(context: &egui::Context, form: &mut Form, network: &Network, events: Vec<egui::Event>) -> Option<(u32, f32)> {
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(320.0, 420.0));
    let input = egui::RawInput { screen_rect: Some(screen), events, ..Default::default() };
    let mut set = None;
    let _ = context.run_ui(input, |ui| set = set.or(show(ui, form, network, &[], 240.0)));
    set
}

fn press(at: Pos2, pressed: bool) -> egui::Event {
    egui::Event::PointerButton { pos: at, button: egui::PointerButton::Primary, pressed, modifiers: Default::default() }
}

fn click(context: &egui::Context, form: &mut Form, network: &Network, at: Pos2) -> Option<(u32, f32)> {
    frame(context, form, network, vec![egui::Event::PointerMoved(at)]);
    frame(context, form, network, vec![press(at, true)]);
    frame(context, form, network, vec![press(at, false)])
}

#[test]
fn a_connection_is_chosen_by_a_click_and_cut_by_another() {
    let (context, mut form, network) = (egui::Context::default(), Form::default(), network(3));
    frame(&context, &mut form, &network, vec![]);
    // Down the middle, where nothing but connections is.
    let found = (0..240).step_by(2).map(|y| pos2(150.0, y as f32)).find(|at| {
        click(&context, &mut form, &network, *at);
        matches!(form.chosen, Some(Chosen::Link(..)))
    });
    let Some(Chosen::Link(from, to, false)) = form.chosen else { panic!("no connection at {found:?}") };
    let number = network.links.iter().find(|l| (l.from, l.to) == (from, to)).unwrap().number.unwrap();
    // The row that sets it lies below.
    let below = (258..420).step_by(6).flat_map(|y| (0..320).step_by(12).map(move |x| pos2(x as f32, y as f32)));
    let set =
        below.into_iter().find_map(|at| click(&context, &mut form, &network, at).filter(|(_, value)| *value == 0.0));
    assert_eq!(set, Some((number, 0.0)));
}
