//! Sums over vectors, in a fixed order that does not depend on the machine. Knows nothing of what they stand for.

/// Sum of products, in eight sums side by side that a processor can take at once.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.iter().zip(b) {
        for i in 0..8 {
            sums[i] += a[i] * b[i];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + rest
}

/// Adds `weight` times `b` to `a`.
pub fn add(a: &mut [f64], weight: f64, b: &[f64]) {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += weight * b);
}

/// Euclidean length.
pub fn length(vector: &[f64]) -> f64 {
    dot(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_take_in_every_number() {
        let a: Vec<f64> = (0..21).map(f64::from).collect();
        assert_eq!(dot(&a, &a), 2_870.0);
        assert_eq!(length(&[3.0, -4.0]), 5.0);
        let mut b = vec![1.0; 3];
        add(&mut b, 2.0, &a[1..4]);
        assert_eq!(b, [3.0, 5.0, 7.0]);
    }
}
