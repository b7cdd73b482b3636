use super::*;
use crate::controller::graph::{counts, run};
use crate::layout::{ACT_LINEAR, ACT_SINE, ACT_TANH};
use crate::rng;
use crate::scene::GraphSpec;
use proptest::prelude::*;

fn form(recurrent: bool) -> GraphForm {
    let mut form = GraphForm::new(&GraphSpec { nodes: 9, edges: 20, recurrent, ..Default::default() }, 3, 2);
    form.activations = vec![ACT_TANH, ACT_SINE];
    form
}

/// Grows much in few rounds.
fn growing() -> NeatSpec {
    NeatSpec { add_node: 0.5, add_edge: 0.7, toggle: 0.2, ..Default::default() }
}

fn founder(form: &GraphForm, seed: u32) -> Vec<f32> {
    let mut row = vec![0.0; form.numbers() as usize];
    form.founder(3, 1.0, &mut row, |i| rng::draw([seed, 2], 0, i, 0));
    row
}

/// The outputs of a row over some ticks, from memory that is empty.
fn outputs(form: &GraphForm, row: &[f32], ticks: u32) -> Vec<f32> {
    let mut values = vec![0.0; (form.inputs + form.sizes().own) as usize];
    let mut said = vec![];
    for tick in 0..ticks {
        for (i, x) in values[..3].iter_mut().enumerate() {
            *x = rng::normal(rng::draw([7, 7], tick, i as u32, 0));
        }
        if form.memory() == 0 {
            values[3..].fill(0.0);
        }
        assert!(run(form.sizes(), row, &mut values));
        said.extend_from_slice(&values[3..5]);
    }
    said
}

fn child_of(row: &[f32], form: &GraphForm, rounds: u32, seed: u32) -> (Genome, Innovations) {
    let mut innovations = Innovations::new(form);
    let mut genome = Genome::read(row, form, &mut innovations);
    for round in 0..rounds {
        genome.mutate(&growing(), form, &mut innovations, &mut Draws::new([seed, round]));
        assert!(genome.fits(form), "round {round}: {genome:?}");
    }
    (genome, innovations)
}

#[test]
fn what_is_read_from_a_row_does_the_same() {
    for recurrent in [false, true] {
        let form = form(recurrent);
        for seed in 0..30 {
            let row = founder(&form, seed);
            let mut again = vec![0.0; row.len()];
            let genome = Genome::read(&row, &form, &mut Innovations::new(&form));
            genome.compile(&form, &mut again);
            let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-4 * a.abs().max(1.0));
            assert!(near(&outputs(&form, &row, 5), &outputs(&form, &again, 5)), "{recurrent} {seed}");
            // And grown ones, which have all kinds of edges, up to what is off and what hangs on nothing.
            let (grown, _) = child_of(&row, &form, 25, seed);
            grown.compile(&form, &mut again);
            let known = outputs(&form, &again, 5);
            Genome::read(&again, &form, &mut Innovations::new(&form)).compile(&form, &mut again);
            assert!(near(&known, &outputs(&form, &again, 5)), "{recurrent} {seed}, grown");
        }
    }
}

#[test]
fn graphs_grow_within_their_bounds_and_keep_an_order() {
    for recurrent in [false, true] {
        let form = form(recurrent);
        let mut back = 0;
        for seed in 0..20 {
            let (genome, _) = child_of(&founder(&form, seed), &form, 60, seed);
            assert!(genome.nodes.len() <= 9 && genome.size(&form) <= 26);
            assert!(genome.nodes.len() > 3, "it grows: {}", genome.nodes.len());
            back += genome.edges.iter().filter(|edge| edge.back).count();
            let order = genome.order(&form);
            let at = |id| order.iter().position(|other| *other == id);
            for edge in &genome.edges {
                match at(edge.source) {
                    Some(source) if edge.back => assert!(Some(source) >= at(edge.target)),
                    source => assert!(source < at(edge.target), "{edge:?} {order:?}"),
                }
            }
        }
        assert_eq!(back > 0, recurrent);
    }
}

#[test]
fn a_new_node_changes_little_and_equal_changes_share_their_marks() {
    let mut form = form(false);
    form.activations = vec![ACT_LINEAR];
    let row = founder(&form, 4);
    let mut innovations = Innovations::new(&form);
    let genome = Genome::read(&row, &form, &mut innovations);
    let (mut one, mut two) = (genome.clone(), genome.clone());
    let before = (innovations.next_mark, innovations.next_node);
    one.add_node(&form, &mut innovations, &mut Draws::new([1, 1]));
    two.add_node(&form, &mut innovations, &mut Draws::new([1, 1]));
    assert_eq!(one, two, "the same split of the same edge");
    assert_eq!((innovations.next_mark, innovations.next_node), (before.0 + 2, before.1 + 1));
    let mut again = vec![0.0; row.len()];
    one.compile(&form, &mut again);
    let apart =
        outputs(&form, &row, 4).iter().zip(outputs(&form, &again, 4)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(apart < 1e-4, "a linear node of weight 1 changes nothing: {apart}");
    // Split again once it is on, the edge has another node.
    let split = one.edges.iter().position(|edge| !edge.enabled).unwrap();
    one.edges.iter_mut().enumerate().for_each(|(at, edge)| edge.enabled = at == split);
    one.add_node(&form, &mut innovations, &mut Draws::new([2, 1]));
    assert_eq!(one.nodes.len(), two.nodes.len() + 1);
    assert!(one.fits(&form));
}

#[test]
fn distances_count_excess_disjoint_and_weights() {
    let spec = NeatSpec { excess: 100.0, disjoint: 10.0, weights: 1.0, ..Default::default() };
    let genome = |marks: &[(u32, f32)]| Genome {
        nodes: vec![],
        edges: marks
            .iter()
            .map(|&(mark, weight)| Edge { mark, source: 0, target: 4, weight, enabled: true, back: false })
            .collect(),
    };
    let a = genome(&[(0, 1.0), (2, 1.0), (3, 1.0), (5, 1.0)]);
    let b = genome(&[(0, 2.0), (1, 0.0), (3, 4.0), (7, 0.0), (9, 0.0)]);
    // Marks 1, 2 and 5 are disjoint, 7 and 9 excess, and weights differ by 1 and 3.
    assert_eq!(a.distance(&b, &spec), 232.0);
    assert_eq!(b.distance(&a, &spec), 232.0);
    assert_eq!(a.distance(&a, &spec), 0.0);
    let long = genome(&(0..40).map(|mark| (mark, 0.0)).collect::<Vec<_>>());
    // 36 excess genes and none disjoint but mark 1 and 4, over 40.
    let short = genome(&[(0, 0.0), (2, 0.0), (3, 0.0), (5, 0.0)]);
    assert_eq!(long.distance(&short, &spec), (34.0 * 100.0 + 2.0 * 10.0) / 40.0);
    assert_eq!(genome(&[]).distance(&a, &spec), 300.0 + 10.0, "marks past 0 are excess");
}

#[test]
fn children_have_the_graph_of_the_better_and_weights_of_both() {
    let form = form(true);
    let (better, _) = child_of(&founder(&form, 1), &form, 20, 1);
    let (other, _) = child_of(&founder(&form, 1), &form, 20, 2);
    let spec = NeatSpec::default();
    let mut from_other = 0;
    for seed in 0..20 {
        let child = better.cross(&other, &spec, &mut Draws::new([seed, 9]));
        assert!(child.fits(&form));
        assert_eq!(child.nodes, better.nodes);
        for (edge, own) in child.edges.iter().zip(&better.edges) {
            assert_eq!((edge.mark, edge.source, edge.target, edge.back), (own.mark, own.source, own.target, own.back));
            let twin = other.edges.iter().find(|twin| twin.mark == edge.mark);
            assert!(edge.weight == own.weight || twin.is_some_and(|twin| twin.weight == edge.weight));
            from_other += usize::from(edge.weight != own.weight);
            // Off only where a parent has it off.
            assert!(edge.enabled || !own.enabled || twin.is_some_and(|twin| !twin.enabled));
        }
    }
    assert!(from_other > 20, "{from_other}");
}

#[test]
fn a_genome_of_other_graphs_does_not_fit() {
    let form = form(false);
    let (genome, _) = child_of(&founder(&form, 1), &form, 20, 1);
    let broken = |change: fn(&mut Genome)| {
        let mut genome = genome.clone();
        change(&mut genome);
        !genome.fits(&form)
    };
    assert!(broken(|g| g.edges[0].target = 0));
    assert!(broken(|g| g.edges[0].source = 900));
    assert!(broken(|g| g.edges[0].weight = f32::NAN));
    assert!(broken(|g| g.edges[0].back = true));
    assert!(broken(|g| g.edges.swap(0, 1)));
    assert!(broken(|g| g.nodes[0].activation = 99));
    assert!(broken(|g| g.nodes[0].id = 0));
    // A circle.
    let hidden = genome.nodes[0].id;
    let mut circle = genome.clone();
    circle.edges.push(Edge { mark: 9_999, source: hidden, target: hidden, weight: 1.0, enabled: true, back: false });
    circle.edges.push(Edge { mark: 10_000, source: 4, target: hidden, weight: 1.0, enabled: true, back: false });
    circle.edges.push(Edge { mark: 10_001, source: hidden, target: 4, weight: 1.0, enabled: true, back: false });
    assert!(!circle.fits(&form));
}

proptest! {
    #[test]
    fn any_row_is_read_as_a_graph(bits in proptest::collection::vec(any::<u32>(), 97), small in any::<bool>(), recurrent in any::<bool>()) {
        let form = form(recurrent);
        prop_assert_eq!(form.numbers() as usize, 97);
        let number = |bits: &u32| if small { (bits % 16) as f32 - 2.0 } else { f32::from_bits(*bits) };
        let row: Vec<f32> = bits.iter().map(number).collect();
        let genome = Genome::read(&row, &form, &mut Innovations::new(&form));
        prop_assert!(genome.fits(&form), "{:?}", genome);
        let mut again = vec![0.0; 97];
        genome.compile(&form, &mut again);
        let [hidden, edges] = counts(form.sizes(), 2, &again);
        prop_assert_eq!([hidden as usize, edges as usize], genome.counts(&form));
    }
}
