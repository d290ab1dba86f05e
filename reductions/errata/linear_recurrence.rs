//! The definition of linear RNNs: the misprinted recurrence and convolution.

use super::AUDIT;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::proof::query::Query;
use itertools::Itertools;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "linear-recurrence",
    kind: Kind::Flaw,
    shows: "In S_t = A_t S_{t-1} + b_t the state is a matrix and b_t is called a vector, which cannot be added to it; and the \
            printed convolution of the steps uses two indices of which its sum binds one.",
    source: "Definition of linear RNNs (number and page uncertain), used in Theorem 3 (p6-7)",
    basis: AUDIT,
    counterexample,
    evidence: Vec::new,
    repair: "b_t has the shape of the state, and S_n = A_n ... A_1 S_0 + sum over t of A_n ... A_{t+1} b_t.",
    repaired_by: || queries().into_iter().map(Evidence::Query).collect(),
    command: "reduce errata linear-recurrence",
};

/// Steps (a_t, b_t) of a recurrence in one dimension, t from 1.
type Steps = [(i64, i64)];

/// The recurrence, step by step, from 0.
fn recurrence(steps: &Steps) -> i64 {
    steps.iter().fold(0, |state, (a, b)| a * state + b)
}

/// a_n ... a_{from+1}
fn product_after(steps: &Steps, from: usize) -> i64 {
    steps[from..].iter().map(|(a, _)| a).product()
}

fn convolution(steps: &Steps) -> i64 {
    (1..=steps.len()).map(|t| product_after(steps, t) * steps[t - 1].1).sum()
}

/// What the sum can mean where one of its two indices is free: the product's is fixed (from 0) or the summand's (from 1).
fn mixed(steps: &Steps) -> Vec<i64> {
    let n = steps.len();
    let of_product = (0..=n).map(|i| (1..=n).map(|t| product_after(steps, i) * steps[t - 1].1).sum());
    let of_summand = (1..=n).map(|t| (1..=n).map(|i| product_after(steps, i) * steps[t - 1].1).sum());
    of_product.chain(of_summand).collect()
}

fn counterexample() -> Option<String> {
    let steps = shortest_on_which_none_is_right(mixed)?;
    let all_agree = |steps: &Vec<(i64, i64)>| convolution(steps) == recurrence(steps);
    if !candidates().all(|steps| all_agree(&steps)) {
        return None;
    }
    let rows = shape_of_sum([2, 2], [2, 1]);
    let scalar = shape_of_sum([1, 1], [1, 1]);
    (rows.is_none() && scalar.is_some()).then(|| {
        format!(
            "A 2 x 2 state has no sum with a vector of 2 numbers. In one dimension with S_0 = 0 and (a, b) = {}, S_{} is {}; \
             with the index of the product or of b free the sum is {}.",
            steps.iter().map(|(a, b)| format!("({a}, {b})")).join(", "),
            steps.len(),
            recurrence(&steps),
            mixed(&steps).iter().join(", ")
        )
    })
}

/// The shape of a sum of two arrays of these shapes.
fn shape_of_sum(a: [usize; 2], b: [usize; 2]) -> Option<[usize; 2]> {
    (a == b).then_some(a)
}

/// Every short run of steps with small numbers, the shortest first.
fn candidates() -> impl Iterator<Item = Vec<(i64, i64)>> {
    const LONGEST: usize = 3;
    let step = |digit: usize| (digit as i64 / 2 + 1, digit as i64 % 2 + 1);
    (1..=LONGEST).flat_map(move |n| {
        (0..4usize.pow(n as u32)).map(move |i| (0..n).map(|place| step(i / 4usize.pow(place as u32) % 4)).collect())
    })
}

/// The shortest run on which every reading differs from the recurrence.
fn shortest_on_which_none_is_right(readings: fn(&Steps) -> Vec<i64>) -> Option<Vec<(i64, i64)>> {
    candidates().find(|steps| readings(steps).iter().all(|value| *value != recurrence(steps)))
}

type Matrix<'a> = Vec<Vec<Term<'a>>>;

fn matrix<'a>(terms: &'a Terms, name: &str, dimension: usize) -> Matrix<'a> {
    let entry = |i: usize, j: usize| terms.symbol(&format!("{name}{i}{j}"), Sort::Real);
    (0..dimension).map(|i| (0..dimension).map(|j| entry(i, j)).collect()).collect()
}

fn times<'a>(terms: &'a Terms, left: &Matrix<'a>, right: &Matrix<'a>) -> Matrix<'a> {
    let entry = |row: &[Term<'a>], j: usize| {
        row.iter().zip(right).fold(terms.ratio(0, 1), |sum, (a, other)| sum + *a * other[j])
    };
    left.iter().map(|row| (0..right.len()).map(|j| entry(row, j)).collect()).collect()
}

/// The last map ... the first map times x.
fn after<'a>(terms: &'a Terms, maps: &[Matrix<'a>], x: &Matrix<'a>) -> Matrix<'a> {
    maps.iter().fold(x.clone(), |x, map| times(terms, map, &x))
}

fn plus<'a>(left: &Matrix<'a>, right: &Matrix<'a>) -> Matrix<'a> {
    let rows = left.iter().zip(right);
    rows.map(|(left, right)| left.iter().zip(right).map(|(a, b)| *a + *b).collect()).collect()
}

fn same<'a>(terms: &'a Terms, left: &Matrix<'a>, right: &Matrix<'a>) -> Term<'a> {
    terms.all(left.iter().flatten().zip(right.iter().flatten()).map(|(a, b)| a.equals(*b)).collect::<Vec<_>>())
}

/// The convolution is the recurrence for a few lengths, and one more step keeps it so for any: with P the product so far
/// and c the sum so far, A (P S_0 + c) + b = (A P) S_0 + (A c + b), and A c is the sum with A before every summand.
fn queries() -> Vec<Query> {
    let whole = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)].map(|(dimension, n)| whole(dimension, n));
    whole.into_iter().chain([1, 2, 3].map(step)).collect()
}

fn whole(dimension: usize, n: usize) -> Query {
    let terms = Terms::default();
    let symbols = |name: &str| -> Vec<Matrix<'_>> {
        (1..=n).map(|t| matrix(&terms, &format!("{name}{t}_"), dimension)).collect()
    };
    let (maps, summands, start) = (symbols("a"), symbols("b"), matrix(&terms, "s", dimension));
    let run = maps.iter().zip(&summands).fold(start.clone(), |state, (a, b)| plus(&times(&terms, a, &state), b));
    let first = after(&terms, &maps, &start);
    let sum = (1..=n).fold(first, |sum, t| plus(&sum, &after(&terms, &maps[t..], &summands[t - 1])));
    Query::theorem(
        format!("convolution-equals-recurrence-d{dimension}-n{n}"),
        format!("The convolution of {n} steps is the recurrence, for all {dimension} x {dimension} matrices."),
        same(&terms, &run, &sum),
    )
}

fn step(dimension: usize) -> Query {
    let terms = Terms::default();
    let [a, p, s, c, b] = ["a", "p", "s", "c", "b"].map(|name| matrix(&terms, name, dimension));
    let before = plus(&times(&terms, &p, &s), &c);
    let run = plus(&times(&terms, &a, &before), &b);
    let sum = plus(&times(&terms, &times(&terms, &a, &p), &s), &plus(&times(&terms, &a, &c), &b));
    Query::theorem(
        format!("convolution-step-d{dimension}"),
        format!("One more step of the recurrence is one more step of the convolution, in dimension {dimension}."),
        same(&terms, &run, &sum),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_convolution_is_the_recurrence_and_no_reading_with_a_free_index_is() {
        assert_eq!(shortest_on_which_none_is_right(|steps| vec![convolution(steps)]), None);
        let steps = shortest_on_which_none_is_right(mixed).unwrap();
        // With one step the readings with the product's last index are right.
        assert_eq!(steps.len(), 2);
    }
}
