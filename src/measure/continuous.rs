//! What numbers tell about numbers without cutting them into symbols, by distances to nearest neighbours (Kraskov, Stögbauer &
//! Grassberger 2004; with a condition Frenzel & Pompe 2007), in nats. Unlike estimates from symbols they need no bins, and are
//! not to be compared with those. Costs grow with the square of the samples. Knows nothing of what the numbers are.

use rayon::prelude::*;

/// A variable: `[samples][numbers of one]`.
pub type Samples = Vec<Vec<f64>>;

/// Neighbours by which densities are judged where nobody says otherwise: the middle of what the authors advise, 2 to 4.
pub const NEIGHBOURS: usize = 4;

/// Largest difference of two samples in any number.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

/// ψ(n) of whole numbers, up to `most`: minus Euler's constant plus 1 + 1/2 + … + 1/(n - 1). ψ(0) is not asked for.
fn digammas(most: usize) -> Vec<f64> {
    const EULER: f64 = 0.577_215_664_901_532_9;
    let mut all = vec![f64::NEG_INFINITY, -EULER];
    for n in 1..most {
        all.push(all[n] + 1.0 / n as f64);
    }
    all
}

/// Mutual information of two variables (the authors' first estimator). Near 0, and a little below at times, where they have nothing to
/// do with each other. NaN of fewer samples than `neighbours` + 1.
pub fn information(x: &Samples, y: &Samples, neighbours: usize) -> f64 {
    conditional(x, y, &vec![vec![]; x.len()], neighbours)
}

/// Mutual information of x and y given z.
pub fn conditional(x: &Samples, y: &Samples, z: &Samples, neighbours: usize) -> f64 {
    let n = x.len().min(y.len()).min(z.len());
    if neighbours == 0 || n <= neighbours {
        return f64::NAN;
    }
    let psi = digammas(n + 1);
    let bare = z.iter().all(Vec::is_empty);
    let of = |i: usize| {
        let mut distances: Vec<[f64; 3]> = (0..n)
            .filter(|j| *j != i)
            .map(|j| [apart(&x[i], &x[j]), apart(&y[i], &y[j]), apart(&z[i], &z[j])])
            .collect();
        let all = |d: &[f64; 3]| d[0].max(d[1]).max(d[2]);
        let (_, nearest, _) = distances.select_nth_unstable_by(neighbours - 1, |a, b| all(a).total_cmp(&all(b)));
        let reach = all(nearest);
        // How many others are nearer than that by some of the variables, and itself.
        let within = |has: &dyn Fn(&[f64; 3]) -> f64| 1 + distances.iter().filter(|d| has(d) < reach).count();
        let (of_x, of_y) = (within(&|d| d[0].max(d[2])), within(&|d| d[1].max(d[2])));
        let of_z = if bare { n } else { within(&|d| d[2]) };
        psi[of_z] - psi[of_x] - psi[of_y]
    };
    let parts: Vec<f64> = (0..n).into_par_iter().map(of).collect();
    psi[neighbours] + parts.iter().sum::<f64>() / n as f64
}

/// Transfer entropy from x to y, I(y'; x | y) with y' the value that follows y (Schreiber 2000), one step of each. It says that x helps
/// to foretell y, not that it causes it.
pub fn transfer_entropy(x: &[f64], y: &[f64], neighbours: usize) -> f64 {
    let of = |values: &[f64]| -> Samples { values.iter().map(|value| vec![*value]).collect() };
    let n = x.len().min(y.len());
    if n < 2 {
        return f64::NAN;
    }
    conditional(&of(&y[1..n]), &of(&x[..n - 1]), &of(&y[..n - 1]), neighbours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng;

    fn noise(i: u32, purpose: u32) -> f64 {
        f64::from(rng::normal(rng::draw([8, 1], i, 0, purpose)))
    }

    #[test]
    fn normal_variables_tell_what_their_correlation_says() {
        for r in [0.0, 0.6, 0.9] {
            let pair = |i| (noise(i, 1), noise(i, 2));
            let (x, y): (Samples, Samples) =
                (0..1_500).map(pair).map(|(a, b)| (vec![a], vec![r * a + f64::sqrt(1.0 - r * r) * b])).unzip();
            let exact = -0.5 * libm::log(1.0 - r * r);
            let told = information(&x, &y, NEIGHBOURS);
            // The estimator's own deviation is about 0.03 here.
            assert!((told - exact).abs() < 0.07, "{r}: {told} {exact}");
        }
        assert!(information(&vec![vec![1.0]; 4], &vec![vec![1.0]; 4], 4).is_nan(), "too few");
    }

    #[test]
    fn a_condition_takes_away_what_it_tells_already() {
        // x and y hear z, and know of each other through it alone.
        let z: Samples = (0..1_200).map(|i| vec![noise(i, 3)]).collect();
        let hears =
            |purpose| -> Samples { (0..1_200).map(|i| vec![z[i as usize][0] + 0.3 * noise(i, purpose)]).collect() };
        let (x, y) = (hears(4), hears(5));
        let (with, without) = (conditional(&x, &y, &z, NEIGHBOURS), information(&x, &y, NEIGHBOURS));
        assert!(with.abs() < 0.08 && without > 0.5, "{with} {without}");
    }

    #[test]
    fn whole_numbers_have_the_digammas_of_tables() {
        let psi = digammas(11);
        // Abramowitz and Stegun 1964, table 6.3.
        assert!((psi[1] + 0.5772156649).abs() < 1e-9 && (psi[10] - 2.2517525890).abs() < 1e-9, "{psi:?}");
    }
}
