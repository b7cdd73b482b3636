//! Examples to learn from: observations, and the actions that a teacher answers them with. Knows nothing of teachers.

use crate::math::tanh;

/// Observations with a teacher's answers, side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Examples {
    /// Numbers of an observation.
    pub inputs: usize,
    /// Numbers of an action.
    pub outputs: usize,
    observations: Vec<f32>,
    /// What the teacher's last layer would have to sum up to for its actions.
    sums: Vec<f32>,
    actions: Vec<f32>,
}

impl Examples {
    /// None yet.
    pub fn new(inputs: usize, outputs: usize) -> Examples {
        Examples { inputs, outputs, ..Default::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.actions.len().checked_div(self.outputs).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one: an observation, and actions from -1 to 1.
    pub fn push(&mut self, observation: &[f32], action: &[f32]) {
        self.observations.extend_from_slice(&observation[..self.inputs]);
        self.actions.extend_from_slice(&action[..self.outputs]);
        self.sums.extend(action[..self.outputs].iter().map(|a| sum_of(*a)));
    }

    /// Observation, sums and actions of one.
    pub fn get(&self, index: usize) -> (&[f32], &[f32], &[f32]) {
        let at = index * self.outputs..(index + 1) * self.outputs;
        let observation = &self.observations[index * self.inputs..(index + 1) * self.inputs];
        (observation, &self.sums[at.clone()], &self.actions[at])
    }
}

/// The sum whose tanh is an action. The engine's tanh ends at 4.97 (`math::tanh`), so no sum beyond can be told from it; rules may
/// answer 1, which no sum gives.
fn sum_of(action: f32) -> f32 {
    let most = f64::from(tanh(4.97));
    let a = f64::from(action).clamp(-most, most);
    (0.5 * libm::log((1.0 + a) / (1.0 - a))) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_recovered_from_actions() {
        for i in -45..=45 {
            let sum = i as f32 * 0.1;
            // The engine's tanh is within 1e-4 of the real one, whose slope at 4.5 is 5e-4.
            let again = sum_of(tanh(sum));
            let slope = 1.0 - libm::tanhf(sum).powi(2);
            assert!((again - sum).abs() * slope < 1.5e-4, "{sum} came back as {again}");
        }
        assert!(sum_of(1.0).is_finite() && sum_of(-1.0) == -sum_of(1.0) && sum_of(1.0) > 7.0);
    }
}
