//! Theorem 5 for DeltaNet: the printed router does not exist over Q.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::impossible;
use crate::impossible::totient;
use itertools::Itertools;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "two-reflection-router",
    kind: Kind::Flaw,
    shows: "The position is counted by two alternating reflections of a plane whose product has order 1404. No rational \
            matrix of the plane has that order.",
    source: "Theorem 5 (p8), the DeltaNet case",
    basis: AUDIT,
    counterexample: || describe(PERIOD),
    evidence: || {
        let is_orders = |control: &impossible::ExactControl| control.name == "rational-orders-in-the-plane";
        impossible::exact().into_iter().filter(is_orders).map(Evidence::Exact).collect()
    },
    repair: "Another router, of the orders 2, 12 and 36, exact over Q.",
    repaired_by: || vec![Evidence::Proved(ClaimName::new("matrix-product", "deltanet", None))],
    command: "reduce errata two-reflection-router",
};

/// Twice a superblock of 702 tokens, 78 matrices of 9.
const PERIOD: usize = 2 * 78 * 9;

/// phi(m) is the degree of the m-th cyclotomic polynomial, and a matrix of the plane has a minimal polynomial of degree at
/// most 2.
fn describe(period: usize) -> Option<String> {
    let degree = totient(period);
    // phi(m) >= sqrt(m / 2), so that no larger order is missed.
    let possible = (1..=8).filter(|order| totient(*order) <= 2).join(", ");
    (degree > 2).then(|| {
        format!(
            "A primitive root of unity of order {period} has degree phi({period}) = {degree} over Q; a matrix of the plane \
             allows degree 2, so only the orders {possible}."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_exists_is_no_counterexample() {
        assert!([1, 2, 3, 4, 6].into_iter().all(|order| describe(order).is_none()));
        assert!([5, 8, 12].into_iter().all(|order| describe(order).is_some()));
    }

    #[test]
    fn the_exact_control_is_named() {
        assert_eq!((ERRATUM.evidence)().len(), 1);
    }
}
