//! Random scenes come back as they were, and no text at all makes the reader panic.

use proptest::prelude::*;

use super::decode::decode;
use super::node::{Choice, Field, Node, Shape, View, ViewMut};
use super::*;

/// A stream of numbers to make choices from; zeros when it is used up, so that a shorter one is a simpler scene.
struct Draws<'a>(std::slice::Iter<'a, u64>);

impl Draws<'_> {
    fn next(&mut self) -> u64 {
        self.0.next().copied().unwrap_or(0)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Gives a value and everything in it some content within its limits.
fn fill(node: &mut dyn Node, shape: Shape, field: Option<&'static Field>, draws: &mut Draws<'_>) {
    match shape {
        Shape::Choice(choice) => node.reshape(draws.below(choice.names.len() as u64) as usize),
        Shape::List(_) => node.reshape(draws.below(4) as usize),
        Shape::Optional(_) => node.reshape(draws.below(2) as usize),
        _ => {}
    }
    let inner: Vec<(Shape, Option<&'static Field>)> = match shape {
        Shape::Part(part) => part.fields.iter().map(|f| ((f.shape)(), Some(f))).collect(),
        Shape::List(item) | Shape::Array(_, item) | Shape::Optional(item) => {
            node.children().iter().map(|_| (item(), field)).collect()
        }
        Shape::Choice(choice) => held(node, choice).into_iter().map(|shape| (shape, None)).collect(),
        _ => vec![],
    };
    let limits = field.and_then(|f| (f.limits)());
    let (low, high) = limits.map_or((0.0, 0.0), |l| (l.low, l.high));
    match node.view_mut() {
        ViewMut::Float(x) => {
            let share = draws.next() as f64 / u64::MAX as f64;
            *x = ((low + share * (high - low)) as f32).clamp(low as f32, high as f32);
        }
        ViewMut::Whole(n) => *n = low as u32 + draws.below((high - low) as u64 + 1) as u32,
        ViewMut::Long(n) => *n = draws.next().clamp(low as u64, high as u64),
        ViewMut::Bool(b) => *b = draws.below(2) == 1,
        ViewMut::Text(text) => {
            let letters = ['a', 'Z', ' ', '"', '\\', '\n', '\t', '\0', '\r', 'é', '鰯', '(', '/', '*', '\u{7f}'];
            *text = (0..draws.below(6)).map(|_| letters[draws.below(letters.len() as u64) as usize]).collect();
        }
        ViewMut::Many(children) => {
            for (child, (shape, field)) in children.into_iter().zip(inner) {
                fill(child, shape, field, draws);
            }
        }
    }
}

/// The shape of what a choice's variant holds.
fn held(node: &dyn Node, choice: &Choice) -> Option<Shape> {
    match node.view() {
        View::Choice(index, _) => choice.variants[index].inner.map(|shape| shape()),
        _ => None,
    }
}

fn scene(draws: &[u64]) -> SceneSpec {
    let mut spec = SceneSpec::default();
    fill(&mut spec, SceneSpec::shape(), None, &mut Draws(draws.iter()));
    spec
}

fn read(text: &str) -> (SceneSpec, Vec<Diagnostic>) {
    let mut spec = SceneSpec::default();
    let (problems, _) = decode(&mut spec, SceneSpec::shape(), None, "", text);
    (spec, problems)
}

/// Everything a user may do with a text, whatever it is.
fn use_all(text: &str) {
    match parse(text, "random.ron") {
        Ok(spec) => assert_eq!(parse(&encode(&spec), "again").expect("reads back"), spec),
        Err(error) => {
            assert!(!error.diagnostics.is_empty());
            assert!(!error.to_string().is_empty());
            assert!(!error.render(true).is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_scene_comes_back_as_it_was(draws in proptest::collection::vec(any::<u64>(), 0..600)) {
        let spec = scene(&draws);
        let text = encode(&spec);
        let (back, problems) = read(&text);
        prop_assert_eq!(problems, vec![], "{}", text);
        prop_assert_eq!(&back, &spec, "{}", text);
        prop_assert_eq!(encode(&back), text);
    }

    #[test]
    fn every_parameter_can_be_read_and_set_to_itself(draws in proptest::collection::vec(any::<u64>(), 0..250)) {
        let spec = scene(&draws);
        for parameter in parameters(&spec) {
            let text = get(&spec, &parameter.path).expect("is there");
            let mut again = spec.clone();
            // The scene makes no sense as a whole, and need not: a change that changes nothing is always allowed.
            prop_assert_eq!(set(&mut again, &parameter.path, &text), Ok(parameter.meta.when), "{} {}", parameter.path, text);
            prop_assert_eq!(&again, &spec, "{} = {}", parameter.path, text);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        use_all(&text);
    }

    #[test]
    fn no_arrangement_of_words_panics(words in proptest::collection::vec(prop_oneof![
        Just("("), Just(")"), Just("["), Just("]"), Just("{"), Just("}"), Just(","), Just(":"), Just("species"), Just("name"),
        Just("\"a\""), Just("\""), Just("\\u{"), Just("r#\""), Just("b'"), Just("'"), Just("-1"), Just("1e"), Just("0x"), Just("inf"), Just("Some"), Just("None"),
        Just("Mlp"), Just("controller"), Just("//"), Just("/*"), Just("\n"), Just("#!["), Just("é"), Just("Box"), Just("obstacles"), Just("r#"), Just("+"), Just("."),
    ], 0..40)) {
        use_all(&words.concat());
        use_all(&format!("({})", words.join(" ")));
    }

    #[test]
    fn no_damage_to_a_scene_panics(draws in proptest::collection::vec(any::<u64>(), 0..200), cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..12, "[()\\[\\]{},:\"'\\\\/*#a-zA-Z0-9.é-]{0,4}"), 1..6)) {
        for text in [encode(&scene(&draws)), shipped()[0].1.to_owned()] {
            let mut letters: Vec<char> = text.chars().collect();
            for (at, length, replacement) in &cuts {
                let start = at.index(letters.len() + 1);
                let end = (start + length).min(letters.len());
                letters.splice(start..end, replacement.chars());
            }
            use_all(&letters.into_iter().collect::<String>());
        }
    }

    #[test]
    fn no_path_or_value_panics(path in "[a-z\\[\\].é0-9]{0,20}", value in "\\PC{0,12}") {
        let mut spec = load("boids").expect("ships").spec;
        for path in [&*path, "species[0].controller", "species[fish].name", "dt", "extent", "species[0].start", &format!("species[{path}]")] {
            let _ = set(&mut spec, path, &value);
            let _ = get(&spec, path);
            schema(path);
        }
    }
}
