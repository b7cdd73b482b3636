//! Temporally adaptive interpolated distillation (TAID; Shing et al. 2025): the target of a student moves from what it gives itself to
//! what the teacher gives, faster while the loss falls.
//!
//! The authors distil language models, whose outputs are classes. Actions here are tanh of a sum z, and tanh z = 2 p - 1 with
//! p = 1 / (1 + exp(-2 z)): each action is a distribution over two classes with logits z and -z, "more" and "less". So the
//! interpolated logits of the paper are interpolated sums, (1 - t) z_student + t z_teacher, and the loss is the paper's, summed over
//! actions that count as independent. Sums rather than actions, because that is where the paper's mixture stands: a mixture of
//! actions would be its other, weaker variant of mixed probabilities. Knows nothing of networks.

/// The probabilities of classes with these logits.
pub fn softmax<const N: usize>(logits: [f64; N]) -> [f64; N] {
    let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let parts = logits.map(|z| libm::exp(z - most));
    let sum: f64 = parts.iter().sum();
    parts.map(|part| part / sum)
}

/// The interpolated target: the probabilities of (1 - t) `student` + t `teacher`, logits both.
pub fn target<const N: usize>(student: [f64; N], teacher: [f64; N], t: f64) -> [f64; N] {
    softmax(std::array::from_fn(|i| (1.0 - t) * student[i] + t * teacher[i]))
}

/// Cross-entropy of a target with a student's logits, nats. Its slope by them is `softmax(student) - target` while the target is held.
pub fn cross_entropy<const N: usize>(target: [f64; N], student: [f64; N]) -> f64 {
    let most = student.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_sum = most + libm::log(student.iter().map(|z| libm::exp(z - most)).sum());
    target.iter().zip(student).map(|(p, z)| p * (log_sum - z)).sum()
}

/// Kullback-Leibler divergence of a student's logits from a target, nats.
pub fn divergence<const N: usize>(target: [f64; N], student: [f64; N]) -> f64 {
    let entropy: f64 = target.iter().filter(|p| **p > 0.0).map(|p| -p * libm::log(*p)).sum();
    cross_entropy(target, student) - entropy
}

/// How far the target is on its way to the teacher, step after step: the authors' rule with their numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    steps: u64,
    done: u64,
    t: f64,
    /// Running mean of how much of the loss goes in a step.
    momentum: f64,
    /// Loss of the step before.
    last: Option<f64>,
}

impl Schedule {
    const START: f64 = 0.4;
    const END: f64 = 1.0;
    /// Largest share of the way that is left that one step adds.
    const RATE: f64 = 5e-4;
    const DECAY: f64 = 0.99;
    const SMALL: f64 = 1e-15;

    /// At the start of so many steps.
    pub fn new(steps: u64) -> Schedule {
        Schedule { steps: steps.max(1), done: 0, t: Self::START, momentum: 0.0, last: None }
    }

    /// Share of the teacher in the target, 0.4 to 1.
    pub fn t(&self) -> f64 {
        self.t
    }

    /// Running mean of the relative fall of the loss.
    pub fn momentum(&self) -> f64 {
        self.momentum
    }

    /// Takes the loss of a step. The first only says where the loss stands.
    pub fn tell(&mut self, loss: f64) {
        if let Some(last) = self.last {
            let fall = (last - loss) / (last + Self::SMALL);
            self.momentum = Self::DECAY * self.momentum + (1.0 - Self::DECAY) * fall;
            let added = Self::RATE * (1.0 - self.t) / (1.0 + libm::exp(-self.momentum));
            let even = Self::START + (Self::END - Self::START) * self.done as f64 / self.steps as f64;
            self.t = even.max(self.t + added).min(Self::END);
        }
        self.last = Some(loss);
        self.done += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_classes_are_an_action() {
        for (z, w, t) in [(0.3f64, -1.2, 0.4), (2.0, 5.0, 0.9), (-7.0, 1.0, 0.0)] {
            let action = |p: [f64; 2]| p[0] - p[1];
            assert!((action(softmax([z, -z])) - libm::tanh(z)).abs() < 1e-12);
            let between = libm::tanh((1.0 - t) * z + t * w);
            assert!((action(target([z, -z], [w, -w], t)) - between).abs() < 1e-12);
        }
    }

    #[test]
    fn the_target_never_goes_back_and_ends_at_the_teacher() {
        let mut schedule = Schedule::new(100);
        let mut before = 0.0;
        for step in 0..=100 {
            schedule.tell(if step % 2 == 0 { 1.0 } else { 3.0 });
            assert!(schedule.t() >= before && schedule.t() <= 1.0);
            before = schedule.t();
        }
        assert_eq!(before, 1.0);
        // A loss that falls fast takes it ahead of the even course.
        let mut fast = Schedule::new(1_000_000);
        (0..1000).for_each(|step| fast.tell(1.0 / f64::from(step + 1)));
        assert!(fast.t() > 0.5, "{}", fast.t());
    }
}
