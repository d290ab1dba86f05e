//! Controls: what linear RNNs of a smaller kind cannot do, and what they can as soon as one condition is dropped.
//!
//! A proof that something can be done says little where everything can be done. Each control is a question for a solver
//! with the expected answer, or an exact computation that needs no solver.

mod householder;
mod shipped;

use crate::proof::query::Expected;
use crate::proof::query::Query;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// An exact computation with a yes as the expected outcome.
#[derive(Clone, Copy, Debug)]
pub struct ExactControl {
    /// Its name, kebab-case.
    pub name: &'static str,
    /// What it shows, as one sentence.
    pub shows: &'static str,
    /// The computation.
    pub holds: fn() -> bool,
}

/// Every control that a solver settles.
pub fn queries() -> Vec<Query> {
    let mut queries = Vec::new();
    for (dimension, n) in [(1, 2), (1, 3), (2, 3), (2, 4)] {
        queries.push(diagonal_by_sign(2, dimension, n, true));
    }
    queries.push(diagonal_by_sign(2, 1, 4, false));
    queries.push(diagonal_by_sign(3, 1, 4, false));
    queries.push(diagonal_by_sign(3, 1, 6, false));
    queries.extend(plane_by_recurrence());
    queries.push(three_cycle_on_a_line());
    queries.push(two_cycle_on_a_line());
    for overwrite in [true, false] {
        queries.push(two_householder_steps(overwrite));
        queries.push(three_householder_steps(overwrite));
    }
    for dimension in [2, 3] {
        queries.push(contraction(dimension, true));
        queries.push(contraction(dimension, false));
    }
    queries.extend(householder::queries());
    queries.extend(shipped::queries());
    queries.extend(crate::upper_bounds::path::merge_queries());
    queries
}

/// Every control that is computed exactly.
pub fn exact() -> [ExactControl; 4] {
    let [orders, steps] = shipped::EXACT;
    [
        ExactControl {
            name: "rational-orders-in-the-plane",
            shows: "An element of finite order of the rational 2x2 matrices has order 1, 2, 3, 4 or 6, and all five occur: \
                    no product of two reflections of a rational plane has the period 1404.",
            holds: rational_orders_in_the_plane,
        },
        ExactControl {
            name: "symmetric-group-by-permutations",
            shows: "In three dimensions permutation matrices act as S3 on three states.",
            holds: symmetric_group_by_permutations,
        },
        orders,
        steps,
    ]
}

fn product<'a>(terms: &'a Terms, factors: impl IntoIterator<Item = Term<'a>>) -> Term<'a> {
    factors.into_iter().fold(terms.ratio(1, 1), |product, factor| product * factor)
}

fn sum<'a>(terms: &'a Terms, summands: impl IntoIterator<Item = Term<'a>>) -> Term<'a> {
    let summands = summands.into_iter().map(|summand| (Exact::ONE, summand));
    terms.linear(Sort::Real, Exact::ZERO, summands.collect::<Vec<_>>())
}

/// Is there a diagonal linear RNN over one letter whose readout is > 0 iff the number of letters is a multiple of
/// `modulus`, for up to `n` letters? In coordinate i the state after t letters is `y_i a_i^t + b_i (1 + ... +
/// a_i^(t-1))`; the readout is the sum of all coordinates and c, for the readout's weights can be moved into y and b.
fn diagonal_by_sign(modulus: usize, dimension: usize, n: usize, non_negative: bool) -> Query {
    let terms = Terms::default();
    let real = |name: &str, i: usize| terms.symbol(&format!("{name}{i}"), Sort::Real);
    let zero = terms.ratio(0, 1);
    let mut assertions = Vec::new();
    let mut state: Vec<Term<'_>> = (0..dimension).map(|i| real("y", i)).collect();
    let diagonal: Vec<Term<'_>> = (0..dimension).map(|i| real("a", i)).collect();
    if non_negative {
        assertions.extend(diagonal.iter().map(|entry| entry.at_least(zero)));
    }
    for t in 0..=n {
        let readout = sum(&terms, state.iter().copied().chain([real("c", 0)]));
        assertions.push(if t.is_multiple_of(modulus) { readout.above(zero) } else { readout.at_most(zero) });
        state = state.iter().enumerate().map(|(i, value)| *value * diagonal[i] + real("b", i)).collect();
    }
    let possible = modulus == 2 && !non_negative;
    let kind = if non_negative { "non-negative" } else { "real" };
    let shows = if possible {
        format!("One negative entry is enough for parity, up to {n} letters.")
    } else {
        format!(
            "No diagonal linear RNN in dimension {dimension} with {kind} entries tells by its sign, up to {n} letters, \
             whether their number is a multiple of {modulus}."
        )
    };
    let expected = if possible { Expected::Sat } else { Expected::Unsat };
    Query::new(format!("{kind}-diagonal-mod-{modulus}-d{dimension}-n{n}"), shows, &assertions, expected)
}

/// The same for counting modulo 3 with two coordinates, where the state's own equations are too much for the solver: the
/// readouts r_t obey a recurrence, whatever start, biases and readout are, and no numbers that obey it have the signs.
fn plane_by_recurrence() -> [Query; 2] {
    let terms = Terms::default();
    let real = |name: &str, i: usize| terms.symbol(&format!("{name}{i}"), Sort::Real);
    let [a0, a1] = [0, 1].map(|i| real("a", i));
    let mut state = [0, 1].map(|i| real("y", i));
    let mut readouts = Vec::new();
    for _ in 0..4 {
        readouts.push(sum(&terms, [state[0], state[1], real("c", 0)]));
        state = [state[0] * a0 + real("b", 0), state[1] * a1 + real("b", 1)];
    }
    let law = Query::theorem(
        "recurrence-of-two-diagonal-coordinates",
        "Four readouts in a row of a diagonal linear RNN with two coordinates obey one recurrence.",
        obeys([a0, a1], &readouts),
    );
    let readouts: Vec<Term<'_>> = (0..=6).map(|t| real("r", t)).collect();
    let zero = terms.ratio(0, 1);
    let sign = |t: usize| if t.is_multiple_of(3) { readouts[t].above(zero) } else { readouts[t].at_most(zero) };
    let assertions: Vec<Term<'_>> =
        (0..=3).map(|t| obeys([a0, a1], &readouts[t..t + 4])).chain((0..=6).map(sign)).collect();
    let signs = Query::new(
        "real-diagonal-mod-3-d2-n6",
        "No diagonal linear RNN in dimension 2 with real entries tells by its sign, up to 6 letters, whether their number \
         is a multiple of 3: no seven numbers that obey the recurrence have these signs.",
        &assertions,
        Expected::Unsat,
    );
    [law, signs]
}

/// The recurrence of r_0 to r_3, with the diagonal's entries: their differences obey (x - a0) (x - a1).
fn obeys<'a>([a0, a1]: [Term<'a>; 2], r: &[Term<'a>]) -> Term<'a> {
    let difference = |t: usize| r[t + 1] - r[t];
    difference(2).equals((a0 + a1) * difference(1) - a0 * a1 * difference(0))
}

fn cycle_on_a_line(terms: &Terms, length: usize) -> Vec<Term<'_>> {
    let real = |name: &str| terms.symbol(name, Sort::Real);
    let states: Vec<Term<'_>> = (0..length).map(|i| real(&format!("x{i}"))).collect();
    let steps = (0..length).map(|i| (states[i] * real("a") + real("b")).equals(states[(i + 1) % length]));
    steps.chain([states[0].differs(states[1])]).collect()
}

fn three_cycle_on_a_line() -> Query {
    let terms = Terms::default();
    Query::new(
        "three-cycle-on-a-line",
        "No real map x -> a x + b turns three numbers in a 3-cycle.",
        &cycle_on_a_line(&terms, 3),
        Expected::Unsat,
    )
}

fn two_cycle_on_a_line() -> Query {
    let terms = Terms::default();
    Query::new(
        "two-cycle-on-a-line",
        "A real map x -> a x + b can exchange two numbers.",
        &cycle_on_a_line(&terms, 2),
        Expected::Sat,
    )
}

type Matrix2<'a> = [[Term<'a>; 2]; 2];

/// I - b k^T k in the plane.
fn householder<'a>(terms: &'a Terms, name: &str) -> Matrix2<'a> {
    let real = |suffix: &str| terms.symbol(&format!("{name}{suffix}"), Sort::Real);
    let (beta, key) = (real("b"), [real("k0"), real("k1")]);
    let one = |i, j| terms.ratio(i64::from(i == j), 1);
    std::array::from_fn(|i| std::array::from_fn(|j| one(i, j) - product(terms, [beta, key[i], key[j]])))
}

fn times<'a>(a: Matrix2<'a>, b: Matrix2<'a>) -> Matrix2<'a> {
    a.map(|row| std::array::from_fn(|j| row[0] * b[0][j] + row[1] * b[1][j]))
}

/// The rows x -> x A with (x, y) -> (x, x), an overwrite, or (x, y) -> (x, x + y), a transvection.
fn target(terms: &Terms, overwrite: bool) -> Matrix2<'_> {
    let [zero, one] = [0, 1].map(|value| terms.ratio(value, 1));
    [[one, one], [zero, if overwrite { zero } else { one }]]
}

fn equal<'a>(a: Matrix2<'a>, b: Matrix2<'a>) -> Vec<Term<'a>> {
    (0..4).map(|place| a[place / 2][place % 2].equals(b[place / 2][place % 2])).collect()
}

fn map_name(overwrite: bool) -> &'static str {
    if overwrite { "overwrite" } else { "transvection" }
}

fn two_householder_steps(overwrite: bool) -> Query {
    let terms = Terms::default();
    let whole = times(householder(&terms, "u"), householder(&terms, "v"));
    let name = map_name(overwrite);
    Query::new(
        format!("two-householder-steps-{name}"),
        format!("No two DeltaNet steps I - beta k^T k, with any beta and k, make the {name} of the plane."),
        &equal(whole, target(&terms, overwrite)),
        Expected::Unsat,
    )
}

/// Three steps can: the keys are given, so that the solver finds the rest at once.
fn three_householder_steps(overwrite: bool) -> Query {
    let terms = Terms::default();
    let whole = times(times(householder(&terms, "u"), householder(&terms, "v")), householder(&terms, "w"));
    // H(1, y) H(-1, x) H(1/2, x - y), and the published H(2, x + y) H(1/2, x) H(1/3, x + 2y).
    let keys = if overwrite { [[0, 1], [1, 0], [1, -1]] } else { [[1, 1], [1, 0], [1, 2]] };
    let mut assertions = equal(whole, target(&terms, overwrite));
    for (name, key) in ["u", "v", "w"].into_iter().zip(keys) {
        for (place, value) in key.into_iter().enumerate() {
            let entry = terms.symbol(&format!("{name}k{place}"), Sort::Real);
            assertions.push(entry.equals(terms.ratio(value, 1)));
        }
    }
    let name = map_name(overwrite);
    let shows = format!("Three DeltaNet steps make the {name} of the plane.");
    Query::new(format!("three-householder-steps-{name}"), shows, &assertions, Expected::Sat)
}

/// A step with beta |k|^2 in [0, 2] makes no row longer; without that condition some step does.
fn contraction(dimension: usize, in_range: bool) -> Query {
    let terms = Terms::default();
    let vector = |name: &str| -> Vec<Term<'_>> {
        (0..dimension).map(|i| terms.symbol(&format!("{name}{i}"), Sort::Real)).collect()
    };
    let (row, key, beta) = (vector("x"), vector("k"), terms.symbol("b", Sort::Real));
    let [along, length, key_length] =
        [(&row, &key), (&row, &row), (&key, &key)].map(|(a, b)| sum(&terms, a.iter().zip(b).map(|(a, b)| *a * *b)));
    let after: Vec<Term<'_>> = row.iter().zip(&key).map(|(x, k)| *x - product(&terms, [beta, along, *k])).collect();
    let new_length = sum(&terms, after.iter().map(|value| *value * *value));
    let effective = beta * key_length;
    let mut assertions = vec![new_length.above(length)];
    if in_range {
        assertions.push(effective.at_least(terms.ratio(0, 1)));
        assertions.push(effective.at_most(terms.ratio(2, 1)));
    }
    let (name, shows, expected) = if in_range {
        let shows = "A DeltaNet step with beta |k|^2 in [0, 2] makes no row longer: no number of them is a transvection, \
                     and the value of a product that grows cannot be held, only its sign.";
        ("contraction", shows, Expected::Unsat)
    } else {
        ("expansion", "Outside of [0, 2] a DeltaNet step can make a row longer.", Expected::Sat)
    };
    Query::new(format!("{name}-d{dimension}"), shows, &assertions, expected)
}

/// The degree of the m-th cyclotomic polynomial, which is irreducible over the rational numbers: a matrix of order m has
/// a primitive m-th root of unity for some multiple of m as least common order among its eigenvalues.
pub(crate) fn totient(m: usize) -> usize {
    (1..=m).filter(|k| common_divisor(*k, m) == 1).count()
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

fn integer_product(a: [[i64; 2]; 2], b: [[i64; 2]; 2]) -> [[i64; 2]; 2] {
    a.map(|row| std::array::from_fn(|j| row[0] * b[0][j] + row[1] * b[1][j]))
}

/// phi(m) >= sqrt(m / 2), so that phi(m) <= 2 only for m <= 8: looking at those is looking at all. In the plane the
/// eigenvalues are two conjugate primitive m-th roots, or two numbers 1 or -1, so that m is the order.
fn rational_orders_in_the_plane() -> bool {
    let by_degree: Vec<usize> = (1..=8).filter(|m| totient(*m) <= 2).collect();
    // A large range as well, so that the bound is not believed alone.
    let far = (9..=2000).all(|m| totient(m) > 2);
    let order = |matrix: [[i64; 2]; 2]| {
        let mut power = matrix;
        let mut n = 1;
        while power != [[1, 0], [0, 1]] {
            power = integer_product(power, matrix);
            n += 1;
            if n > 100 {
                return None;
            }
        }
        Some(n)
    };
    let examples = [[[1, 0], [0, 1]], [[-1, 0], [0, -1]], [[0, -1], [1, -1]], [[0, -1], [1, 0]], [[0, -1], [1, 1]]];
    let occurring: Vec<Option<usize>> = examples.into_iter().map(order).collect();
    by_degree == [1, 2, 3, 4, 6] && occurring == [1, 2, 3, 4, 6].map(Some) && far && totient(1404) == 432
}

fn symmetric_group_by_permutations() -> bool {
    let unit = |i: usize| -> [i64; 3] { std::array::from_fn(|j| i64::from(i == j)) };
    let apply = |row: [i64; 3], images: [usize; 3]| {
        let mut result = [0; 3];
        (0..3).for_each(|i| result[images[i]] += row[i]);
        result
    };
    let (cycle, swap) = ([1, 2, 0], [1, 0, 2]);
    (0..3).all(|i| apply(unit(i), cycle) == unit(cycle[i]) && apply(unit(i), swap) == unit(swap[i]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_exact_control_holds() {
        for control in exact() {
            assert!((control.holds)(), "{}", control.name);
        }
    }

    #[test]
    fn names_are_distinct_and_both_answers_are_expected() {
        let queries = queries();
        let names: BTreeSet<&str> = queries.iter().map(|query| query.name.as_str()).collect();
        assert_eq!(names.len(), queries.len());
        let n_sat = queries.iter().filter(|query| query.expected == Expected::Sat).count();
        assert!(n_sat >= 5 && queries.len() - n_sat >= 10);
    }
}
