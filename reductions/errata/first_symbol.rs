//! Theorems 5 and 6 for RWKV-7: what the first symbol of the schedule does.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use itertools::Itertools;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "first-symbol",
    kind: Kind::Control,
    shows: "Without a begin token the first symbol both initialises the state and counts as the first of nine overwrites. If it \
            writes the active block only, that overwrite reads a zero state.",
    source: "Theorem 5 (p8), the RWKV-7 case",
    basis: AUDIT,
    counterexample,
    evidence: Vec::new,
    repair: "A begin token, or a virtual start, that holds the identity before the first symbol.",
    repaired_by: || vec![Evidence::Proved(ClaimName::new("matrix-product", "rwkv7", Some("vector18")))],
    command: "reduce errata first-symbol",
};

/// When the identity enters the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// Both blocks hold it before the first symbol.
    BeforeFirstSymbol,
    /// The active block is written by the first symbol, which is also the first overwrite.
    ActiveAtFirstSymbol,
}

type Matrix = [i64; 9];

const IDENTITY: Matrix = [1, 0, 0, 0, 1, 0, 0, 0, 1];

fn product(left: &Matrix, right: &Matrix) -> Matrix {
    std::array::from_fn(|place| (0..3).map(|k| left[place / 3 * 3 + k] * right[k * 3 + place % 3]).sum())
}

/// One block of nine symbols of the schedule on one matrix: each overwrites an entry of the inactive block by the product of
/// the active block with the previous matrix, the identity; the readout multiplies by the matrix itself.
fn one_matrix(matrix: &Matrix, start: Start) -> Matrix {
    let (mut active, mut inactive) = match start {
        Start::BeforeFirstSymbol => (IDENTITY, IDENTITY),
        Start::ActiveAtFirstSymbol => ([0; 9], [0; 9]),
    };
    for (place, entry) in inactive.iter_mut().enumerate() {
        // An overwrite reads the state as it was before its symbol.
        *entry = product(&active, &IDENTITY)[place];
        if place == 0 {
            active = IDENTITY;
        }
    }
    product(&inactive, matrix)
}

fn counterexample() -> Option<String> {
    let [found, repaired] =
        [Start::ActiveAtFirstSymbol, Start::BeforeFirstSymbol].map(|start| one_matrix(&IDENTITY, start));
    (found != IDENTITY && repaired == IDENTITY).then(|| {
        let rows = found.chunks(3).map(|row| row.iter().join(" ")).join("; ");
        format!("One matrix, the identity: the nine values are [{rows}]. With the identity before the first symbol they are right.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_the_identity_before_the_first_symbol_the_schedule_is_exact() {
        assert_eq!(one_matrix(&IDENTITY, Start::ActiveAtFirstSymbol), [0, 0, 0, 0, 1, 0, 0, 0, 1]);
        let matrix = [1, -1, 0, 0, 1, 1, -1, 0, 1];
        assert_eq!(one_matrix(&matrix, Start::BeforeFirstSymbol), matrix);
    }
}
