//! Theorem 3: the misprinted sum of two fractions.

use super::AUDIT;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::proof::query::Expected;
use crate::proof::query::Query;
use num_rational::BigRational;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "rational-addition",
    kind: Kind::Flaw,
    shows: "Rational numbers are kept as numerator and denominator, and the denominator of a/b + c/d is printed as bc.",
    source: "Theorem 3 (p6-7), from rational to integer arithmetic",
    basis: AUDIT,
    counterexample: || describe(|_, b, c, _| b * c),
    evidence: || vec![Evidence::Query(query(false))],
    repair: "a/b + c/d = (ad + bc) / (bd).",
    repaired_by: || vec![Evidence::Query(query(true))],
    command: "reduce errata rational-addition",
};

/// 1/2 + 1/3 and the least sum of fractions of positive numbers that come out wrong with this denominator.
fn describe(denominator: fn(i64, i64, i64, i64) -> i64) -> Option<String> {
    let fraction = |a: i64, b: i64| BigRational::new(a.into(), b.into());
    let wrong = |[a, b, c, d]: [i64; 4]| {
        let given = fraction(a * d + b * c, denominator(a, b, c, d));
        let right = fraction(a, b) + fraction(c, d);
        (given != right).then_some((given, right))
    };
    let (given, right) = wrong([1, 2, 1, 3])?;
    const LARGEST: i64 = 3;
    let all = (1..=LARGEST).flat_map(|largest| {
        let digits = move |place: u32, i: i64| i / largest.pow(place) % largest + 1;
        (0..largest.pow(4)).map(move |i| [digits(3, i), digits(2, i), digits(1, i), digits(0, i)])
    });
    let (least, (value, _)) = all.into_iter().find_map(|sum| Some((sum, wrong(sum)?)))?;
    let [a, b, c, d] = least;
    Some(format!("1/2 + 1/3 gives {given}, not {right}; with the least numbers, {a}/{b} + {c}/{d} gives {value}."))
}

/// With p = a/b and q = c/d: can p + q differ from (ad + bc) over the denominator, bd or the printed bc?
fn query(repaired: bool) -> Query {
    let terms = Terms::default();
    let [a, b, c, d, p, q] = ["a", "b", "c", "d", "p", "q"].map(|name| terms.symbol(name, Sort::Real));
    let zero = terms.ratio(0, 1);
    let denominator: Term<'_> = if repaired { b * d } else { b * c };
    let mut assertions = vec![b.differs(zero), d.differs(zero), denominator.differs(zero)];
    assertions.extend([(p * b).equals(a), (q * d).equals(c)]);
    assertions.push(((p + q) * denominator).differs(a * d + b * c));
    if repaired {
        let shows = "For all a, b, c, d with b and d not 0, a/b + c/d is (ad + bc) / (bd).";
        Query::new("rational-addition", shows, &assertions, Expected::Unsat)
    } else {
        let shows = "With the denominator bc some sum of two fractions comes out wrong.";
        Query::new("rational-addition-as-printed", shows, &assertions, Expected::Sat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repaired_denominator_has_no_counterexample() {
        assert_eq!(describe(|_, b, _, d| b * d), None);
        let found = describe(|_, b, c, _| b * c).unwrap();
        assert_eq!(found, "1/2 + 1/3 gives 5/2, not 5/6; with the least numbers, 1/1 + 1/2 gives 3.");
    }
}
