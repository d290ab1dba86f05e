//! Why a linear RNN cannot more: its run over n tokens as a balanced arithmetic circuit (Theorem 3), with sizes and
//! depths by exact formulas, and the Boolean depth of an actual carry-save construction.
//!
//! A step `y -> y A + b` is the pair (A, b), and first (A, b), then (C, e) is (A C, b C + e): composition is associative,
//! so that n pairs can be folded in a balanced way. [`affine`] builds the circuit, [`network`] unrolls a network,
//! [`parallel`] evaluates such folds on several threads, [`prefix`] gives all prefixes as several layers need them,
//! [`strata`]
//! puts them together, [`path`] is the special form of one-hot transitions, and [`carry_save`] counts Boolean gates.

pub mod affine;
pub mod carry_save;
pub mod circuit;
pub mod network;
pub mod parallel;
pub mod path;
pub mod prefix;
pub mod strata;

/// The least `k` with `2^k >= n`; 0 for `n = 0`.
pub fn log2_ceiling(n: usize) -> usize {
    n.max(1).next_power_of_two().trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_rounded_up() {
        let expected = [0, 0, 1, 2, 2, 3, 3, 3, 3, 4];
        assert_eq!((0..10).map(log2_ceiling).collect::<Vec<_>>(), expected);
        assert_eq!(log2_ceiling(1 << 20), 20);
        assert_eq!(log2_ceiling((1 << 20) + 1), 21);
    }
}
