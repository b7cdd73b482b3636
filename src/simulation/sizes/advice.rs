//! Which number of a scene to lower, and to what, for it to fit: found by trying. Knows nothing of what it has to fit.

use crate::scene::{Evolution, SceneSpec, Sharing};

/// The numbers of a scene that decide its size.
#[derive(Clone)]
pub(super) struct Sizes {
    /// The scene, of which the numbers are changed.
    pub scene: SceneSpec,
    /// Worlds side by side.
    pub worlds: u32,
}

/// One of these numbers.
#[derive(Clone, Copy, PartialEq)]
enum Knob {
    Worlds,
    Agents(usize),
    Population(usize),
}

impl Sizes {
    /// Every number that could be lowered; worlds first, because fewer of them change the experiment least.
    fn knobs(&self) -> Vec<Knob> {
        let species = &self.scene.species;
        let agents = (0..species.len()).filter(|s| species[*s].count.max(species[*s].capacity) > 0).map(Knob::Agents);
        let bred = |s: &usize| matches!(species[*s].evolution, Evolution::Generational(_));
        let populations = (0..species.len()).filter(bred).map(Knob::Population);
        [Knob::Worlds].into_iter().chain(agents).chain(populations).collect()
    }

    fn value(&self, knob: Knob) -> u32 {
        match knob {
            Knob::Worlds => self.worlds,
            Knob::Agents(s) => self.scene.species[s].count.max(self.scene.species[s].capacity),
            Knob::Population(s) => match &self.scene.species[s].evolution {
                Evolution::Generational(g) => g.population,
                _ => 0,
            },
        }
    }

    /// The values that a number may take are the multiples of the first, from the second on.
    fn steps(&self, knob: Knob) -> (u32, u32) {
        match knob {
            Knob::Worlds => (1, 1),
            Knob::Agents(s) => {
                let spec = &self.scene.species[s];
                let step = match &spec.sharing {
                    Sharing::Group(group) => group.size.max(1),
                    _ => 1,
                };
                match &spec.evolution {
                    Evolution::Turnover(t) => (step, t.elites + 1),
                    _ => (step, 1),
                }
            }
            Knob::Population(s) => match &self.scene.species[s].evolution {
                Evolution::Generational(g) => g.strategy.populations(),
                _ => (1, 2),
            },
        }
    }

    /// These sizes with one number lowered to at most `value`, as far as it may be.
    fn lowered(&self, knob: Knob, value: u32) -> Sizes {
        let (step, least) = self.steps(knob);
        let value = (value / step * step).max(least.next_multiple_of(step));
        let mut sizes = self.clone();
        match knob {
            Knob::Worlds => sizes.worlds = sizes.worlds.min(value),
            Knob::Agents(s) => {
                let spec = &mut sizes.scene.species[s];
                spec.count = spec.count.min(value);
                spec.capacity = spec.capacity.min(value);
            }
            Knob::Population(s) => {
                if let Evolution::Generational(g) = &mut sizes.scene.species[s].evolution {
                    g.population = g.population.min(value);
                }
            }
        }
        sizes
    }

    /// The number to lower, by its path, and how far; `fits` says whether sizes do.
    pub fn advice(&self, fits: &impl Fn(&Sizes) -> bool) -> (String, String) {
        let mut best: Option<(f64, Knob, Sizes)> = None;
        for knob in self.knobs() {
            let Some(sizes) = self.largest(knob, fits) else { continue };
            let kept = f64::from(sizes.value(knob)) / f64::from(self.value(knob));
            if best.as_ref().is_none_or(|(most, first, _)| *first != Knob::Worlds && kept > *most) {
                best = Some((kept, knob, sizes));
            }
        }
        match best {
            Some((_, knob, sizes)) => self.told(knob, &sizes),
            None => self.all_lowered(fits),
        }
    }

    /// These sizes with one number as large as fits; `None` when even its least does not.
    fn largest(&self, knob: Knob, fits: &impl Fn(&Sizes) -> bool) -> Option<Sizes> {
        let (mut low, mut high) = (0, self.value(knob));
        let mut found = Some(self.lowered(knob, low)).filter(fits)?;
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            let sizes = self.lowered(knob, middle);
            match fits(&sizes) {
                true => (low, found) = (middle, sizes),
                false => high = middle,
            }
        }
        Some(found)
    }

    /// Path and advice for one number that becomes what it is in `sizes`.
    fn told(&self, knob: Knob, sizes: &Sizes) -> (String, String) {
        let (from, to) = (self.value(knob), sizes.value(knob));
        let path = match knob {
            Knob::Worlds => "rollout.worlds".to_string(),
            Knob::Population(s) => format!("species[{s}].evolution.population"),
            Knob::Agents(s) => {
                let spec = &self.scene.species[s];
                let (count, capacity) = (format!("species[{s}].count"), format!("species[{s}].capacity"));
                match (spec.capacity > 0, to < spec.count) {
                    (true, true) => {
                        let advice = format!("lower `{count}` from {} and `{capacity}` to {to}", spec.count);
                        return (count, advice);
                    }
                    (true, false) => capacity,
                    _ => count,
                }
            }
        };
        let advice = format!("lower `{path}` from {from} to {to}");
        (path, advice)
    }

    /// Advice where no one number is enough: all of them by one factor.
    fn all_lowered(&self, fits: &impl Fn(&Sizes) -> bool) -> (String, String) {
        let knobs: Vec<Knob> = self.knobs().into_iter().filter(|knob| *knob != Knob::Worlds).collect();
        let divided = |worlds: u32, by: u32| {
            let start = self.lowered(Knob::Worlds, worlds);
            knobs.iter().fold(start, |sizes, knob| sizes.lowered(*knob, self.value(*knob) / by))
        };
        let most = knobs.iter().map(|knob| self.value(*knob)).max().unwrap_or(1).max(2);
        for worlds in if self.worlds > 1 { vec![self.worlds, 1] } else { vec![1] } {
            if !fits(&divided(worlds, most)) {
                continue;
            }
            let (mut low, mut high) = (1, most);
            while low + 1 < high {
                let middle = low + (high - low) / 2;
                match fits(&divided(worlds, middle)) {
                    true => high = middle,
                    false => low = middle,
                }
            }
            let (_, example) = self.told(knobs[0], &divided(worlds, high));
            let example = example.trim_start_matches("lower ");
            let one = if worlds < self.worlds { "`rollout.worlds` to 1, and " } else { "" };
            let all = if knobs.iter().any(|k| matches!(k, Knob::Population(_))) { " and `population`" } else { "" };
            let advice = format!("lower {one}every `count`{all} to 1/{high} of what it is: {example}, and so on");
            return ("species".into(), advice);
        }
        (
            "species".into(),
            "shorter or narrower hidden layers in `controller`, or fewer cells of fields and archives".into(),
        )
    }
}
