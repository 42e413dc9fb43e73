//! Small systems of linear equations, and values between a line's own. Called by `glimpse` and `backdrop`.

/// Of the first `size` rows and columns of a positive definite matrix, which has nothing else, by elimination in place; `None`
/// where there is none.
pub(super) fn inverse<const N: usize>(mut matrix: [[f64; N]; N], size: usize) -> Option<[[f64; N]; N]> {
    for n in 0..size {
        let pivot = std::mem::replace(&mut matrix[n][n], 1.0);
        if !pivot.is_normal() {
            return None;
        }
        matrix[n].iter_mut().for_each(|value| *value /= pivot);
        let row = matrix[n];
        for (_, other) in matrix.iter_mut().enumerate().filter(|(at, _)| *at != n) {
            let factor = std::mem::take(&mut other[n]);
            other.iter_mut().zip(&row).for_each(|(value, r)| *value -= factor * r);
        }
    }
    Some(matrix)
}

/// Between the second and the third of four values that follow each other, `part` of the way, on a curve through them.
pub(super) fn between([a, b, c, d]: [f64; 4], part: f64) -> f64 {
    let bend = 2.0 * a - 5.0 * b + 4.0 * c - d;
    b + 0.5 * part * (c - a + part * (bend + part * (3.0 * (b - c) + d - a)))
}
