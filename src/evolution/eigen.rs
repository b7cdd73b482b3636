//! Eigenvalues and eigenvectors of a symmetric positive definite matrix. Knows nothing of what the matrix is.
//!
//! Written here rather than taken from a library, because runs must give the same bits on every machine: linear algebra
//! crates choose their kernels by the processor. Jacobi's method in its one-sided form (Hestenes 1958) is short, reads
//! memory in order, and keeps small eigenvalues as exact as large ones (Demmel & Veselić 1992).

use super::vectors::dot;

/// Sweeps over all pairs of rows after which the answer is taken as it is; convergence is quadratic, and takes 6 to 12.
const MOST_SWEEPS: u32 = 30;

/// Rows count as orthogonal when the cosine between them is below this: some thousand roundings of f64.
const ORTHOGONAL: f64 = 1e-13;

/// Eigenvalues, and their eigenvectors of length 1 as rows, of a symmetric positive definite matrix of `n` rows. In no
/// order. Of a matrix that is not positive definite the values are without their signs.
pub fn eigen(matrix: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    // Rotating rows until they are orthogonal multiplies the matrix by its eigenvectors: each row becomes an eigenvalue
    // times its eigenvector.
    let mut rows = matrix.to_vec();
    for _ in 0..MOST_SWEEPS {
        let mut turned = false;
        for p in 0..n {
            for q in p + 1..n {
                let (left, right) = rows.split_at_mut(q * n);
                turned |= turn(&mut left[p * n..(p + 1) * n], &mut right[..n]);
            }
        }
        if !turned {
            break;
        }
    }
    let values: Vec<f64> = rows.chunks(n.max(1)).map(|row| dot(row, row).sqrt()).collect();
    for (row, value) in rows.chunks_mut(n.max(1)).zip(&values) {
        if *value > 0.0 {
            row.iter_mut().for_each(|number| *number /= value);
        }
    }
    (values, rows)
}

/// Turns two rows in their plane until they are orthogonal; false when they are already.
fn turn(p: &mut [f64], q: &mut [f64]) -> bool {
    let (pp, qq, pq) = (dot(p, p), dot(q, q), dot(p, q));
    // False of what cannot be compared, so that a matrix with a NaN comes to an end.
    let slanted = pq.abs() > ORTHOGONAL * (pp * qq).sqrt();
    if !slanted {
        return false;
    }
    let ratio = (qq - pp) / (2.0 * pq);
    let tangent = ratio.signum() / (ratio.abs() + (1.0 + ratio * ratio).sqrt());
    let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
    let sine = cosine * tangent;
    for (a, b) in p.iter_mut().zip(q) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evolution::noise::Noise;

    /// Q diag(values) Qᵀ with Q from reflections, so that eigenvalues are known.
    fn with(values: &[f64]) -> Vec<f64> {
        let n = values.len();
        let mut matrix = vec![0.0; n * n];
        (0..n).for_each(|i| matrix[i * n + i] = values[i]);
        let noise = Noise::draw([4, 4], 0, 3, n);
        for r in 0..3 {
            let v = noise.row(r);
            let scale = 2.0 / dot(v, v);
            for side in 0..2 {
                for i in 0..n {
                    let at = |j: usize| if side == 0 { i * n + j } else { j * n + i };
                    let along = scale * (0..n).map(|j| matrix[at(j)] * v[j]).sum::<f64>();
                    (0..n).for_each(|j| matrix[at(j)] -= along * v[j]);
                }
            }
        }
        matrix
    }

    #[test]
    fn known_eigenvalues_are_found_and_give_the_matrix_back() {
        for n in [1, 2, 3, 10, 40] {
            let known: Vec<f64> = (0..n).map(|i| libm::pow(10.0, 8.0 * i as f64 / n as f64)).collect();
            let matrix = with(&known);
            let (values, vectors) = eigen(&matrix, n);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            for (value, known) in sorted.iter().zip(&known) {
                // The matrix itself is rounded to 1e-16 of its largest number, 1e8.
                assert!((value - known).abs() < 1e-6 * known, "{n}: {value} where {known} is right");
            }
            for i in 0..n {
                for j in 0..n {
                    let sum: f64 = (0..n).map(|k| values[k] * vectors[k * n + i] * vectors[k * n + j]).sum();
                    assert!((sum - matrix[i * n + j]).abs() < 1e-6, "{n}: {sum} at {i}, {j}");
                    let (a, b) = (&vectors[i * n..(i + 1) * n], &vectors[j * n..(j + 1) * n]);
                    let right = f64::from(u8::from(i == j));
                    assert!((dot(a, b) - right).abs() < 1e-12, "{n}: rows {i} and {j}: {}", dot(a, b));
                }
            }
        }
    }

    #[test]
    fn matrices_without_an_answer_come_to_an_end() {
        assert_eq!(eigen(&[], 0), (vec![], vec![]));
        assert_eq!(eigen(&[0.0; 4], 2).0, [0.0; 2]);
        assert!(eigen(&[1.0, f64::NAN, f64::NAN, 1.0], 2).0.iter().all(|v| v.is_nan()));
        // Twice the same eigenvalue.
        assert_eq!(eigen(&[3.0, 0.0, 0.0, 3.0], 2).0, [3.0; 2]);
    }
}
