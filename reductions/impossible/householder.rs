//! What a DeltaNet can do in a few steps `H(beta, k) = I - beta k^T k`: the arithmetic that the published construction is
//! made of, run by the interpreter of DeltaNet heads on a row of unknown numbers.

use crate::proof::query::Expected;
use crate::proof::query::Query;
use rnn::HeadFamily;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// One step: its beta and the entries of its key that are not 0, with their places.
struct Step<'a> {
    beta: Term<'a>,
    key: Vec<(usize, Term<'a>)>,
}

/// The row after these steps, without a write.
fn run<'a>(terms: &'a Terms, row: &[Term<'a>], steps: &[Step<'a>]) -> Vec<Term<'a>> {
    let zero = terms.ratio(0, 1);
    steps.iter().fold(row.to_vec(), |row, step| {
        let n_keys = row.len();
        // Gates: beta, key, value, query, skip; the value is 0, and the last two are not read here.
        let mut gates = vec![zero; HeadFamily::DeltaNet.n_projections(1, n_keys)];
        gates[0] = step.beta;
        step.key.iter().for_each(|(place, entry)| gates[1 + place] = *entry);
        HeadFamily::DeltaNet.advance(&SymbolicArithmetic::new(terms), &row, n_keys, &gates)
    })
}

/// Unknown numbers, named by this name and their places.
pub(super) fn numbers<'a>(terms: &'a Terms, name: &str, n: usize) -> Vec<Term<'a>> {
    (0..n).map(|place| terms.symbol(&format!("{name}{place}"), Sort::Real)).collect()
}

/// The sum of products, place by place.
pub(super) fn dot<'a>(terms: &'a Terms, a: &[Term<'a>], b: &[Term<'a>]) -> Term<'a> {
    a.iter().zip(b).fold(terms.ratio(0, 1), |sum, (a, b)| sum + *a * *b)
}

fn all_equal<'a>(terms: &'a Terms, left: &[Term<'a>], right: &[Term<'a>]) -> Term<'a> {
    terms.all(left.iter().zip(right).map(|(a, b)| a.equals(*b)).collect::<Vec<_>>())
}

/// The second beta of the published transvection: right, or wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Second {
    Half,
    Quarter,
}

/// The published transvection, place `to` += place `from`.
fn transvection<'a>(terms: &'a Terms, from: usize, to: usize, second: Second) -> Vec<Step<'a>> {
    let number = |value| terms.ratio(value, 1);
    let half = if second == Second::Half { terms.ratio(1, 2) } else { terms.ratio(1, 4) };
    vec![
        Step { beta: number(2), key: vec![(from, number(1)), (to, number(1))] },
        Step { beta: half, key: vec![(from, number(1))] },
        Step { beta: terms.ratio(1, 3), key: vec![(from, number(1)), (to, number(2))] },
    ]
}

/// Multiplies one place by a number.
fn scale<'a>(terms: &'a Terms, place: usize, factor: Term<'a>) -> Step<'a> {
    let one = terms.ratio(1, 1);
    Step { beta: one - factor, key: vec![(place, one)] }
}

fn transvection_query(second: Second) -> Query {
    let terms = Terms::default();
    let row = numbers(&terms, "x", 2);
    let right = all_equal(&terms, &run(&terms, &row, &transvection(&terms, 0, 1, second)), &[row[0], row[0] + row[1]]);
    match second {
        Second::Half => Query::theorem(
            "published-transvection",
            "H(2, (1,1)), H(1/2, (1,0)), H(1/3, (1,2)), one after another, are the transvection y += x, for all real x and \
             y.",
            right,
        ),
        Second::Quarter => Query::new(
            "published-transvection-with-a-wrong-weight",
            "With 1/4 in the place of 1/2 they are not.",
            &[right.negate()],
            Expected::Sat,
        ),
    }
}

/// The number of steps of the published program for an n x n matrix.
fn n_published_steps(n: usize) -> usize {
    (n + 1) + 8 * n * n + n + 3 * n
}

/// The published program on a row of `2 n + 1` places: the input, the output and one more. The last two are cleared; each
/// entry of the matrix costs eight steps: a transvection to the place more, its scaling by the entry, a transvection to the
/// output, a clear; the input is cleared, and the output is added to it.
fn published_program<'a>(terms: &'a Terms, n: usize, matrix: &[Term<'a>], second: Second) -> Vec<Step<'a>> {
    let zero = terms.ratio(0, 1);
    let spare = 2 * n;
    let mut steps: Vec<Step<'a>> = (n..=spare).map(|place| scale(terms, place, zero)).collect();
    for i in 0..n {
        for j in 0..n {
            steps.extend(transvection(terms, i, spare, second));
            steps.push(scale(terms, spare, matrix[n * i + j]));
            steps.extend(transvection(terms, spare, n + j, second));
            steps.push(scale(terms, spare, zero));
        }
    }
    steps.extend((0..n).map(|place| scale(terms, place, zero)));
    steps.extend((0..n).flat_map(|place| transvection(terms, n + place, place, second)));
    steps
}

fn program_query(n: usize, second: Second) -> Query {
    let terms = Terms::default();
    let matrix = numbers(&terms, "a", n * n);
    let row = numbers(&terms, "x", 2 * n + 1);
    let steps = published_program(&terms, n, &matrix, second);
    assert_eq!(steps.len(), n_published_steps(n), "the program has the published length");
    let after = run(&terms, &row, &steps);
    let column = |j: usize| (0..n).map(|i| matrix[n * i + j]).collect::<Vec<_>>();
    let product: Vec<Term<'_>> = (0..n).map(|j| dot(&terms, &row[..n], &column(j))).collect();
    let right = all_equal(&terms, &after[..n], &product);
    let n_steps = steps.len();
    match second {
        Second::Half => Query::theorem(
            format!("published-program-n{n}"),
            format!(
                "The published program of {n_steps} DeltaNet steps multiplies a row of length {n} by an {n} x {n} matrix, \
                 for all real rows and matrices, whatever its other places hold."
            ),
            right,
        ),
        Second::Quarter => Query::new(
            format!("published-program-with-a-wrong-weight-n{n}"),
            "With 1/4 in the place of 1/2 it does not.",
            &[right.negate()],
            Expected::Sat,
        ),
    }
}

/// `H(1, e) ; H(-1, c) ; H(b, c - e)` with `b (1 + |c|^2) = 1` makes `[x | g]` to `[x | x.c at e]`; `more` is 0, or what is
/// added to 1.
fn overwrite_query(n: usize, more: i64) -> Query {
    let terms = Terms::default();
    let (one, zero) = (terms.ratio(1, 1), terms.ratio(0, 1));
    let (row, column) = (numbers(&terms, "x", 2 * n), numbers(&terms, "c", n));
    let beta = terms.symbol("b", Sort::Real);
    let minus = -one;
    let last: Vec<(usize, Term<'_>)> = column.iter().copied().enumerate().chain([(n, minus)]).collect();
    let steps = [
        scale(&terms, n, zero),
        Step { beta: minus, key: column.iter().copied().enumerate().collect() },
        Step { beta, key: last },
    ];
    let mut expected = row.clone();
    expected[n] = dot(&terms, &row[..n], &column);
    let right = all_equal(&terms, &run(&terms, &row, &steps), &expected);
    let is_inverse = (beta * (dot(&terms, &column, &column) + 1 + more)).equals(one);
    if more == 0 {
        Query::new(
            format!("column-overwrite-in-three-steps-n{n}"),
            format!(
                "H(1, e), H(-1, c), H(1/(1 + |c|^2), c - e), one after another, overwrite one place by the product of {n} \
                 others with a column c and change nothing else, for all real numbers: n x n in 3 n steps."
            ),
            &[is_inverse, right.negate()],
            Expected::Unsat,
        )
    } else {
        Query::new(
            format!("column-overwrite-with-a-wrong-weight-n{n}"),
            "With 1/(2 + |c|^2) for the last beta they do not.",
            &[is_inverse, right.negate()],
            Expected::Sat,
        )
    }
}

/// Every statement of this file.
pub(super) fn queries() -> Vec<Query> {
    let mut queries = vec![transvection_query(Second::Half), transvection_query(Second::Quarter)];
    queries.extend([1, 2, 3, 5, 9].map(|n| program_query(n, Second::Half)));
    queries.push(program_query(2, Second::Quarter));
    queries.extend([2, 3].map(|n| overwrite_query(n, 0)));
    queries.push(overwrite_query(3, 1));
    queries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_program_has_the_published_lengths() {
        assert_eq!([1, 2, 3, 5, 9].map(n_published_steps), [14, 43, 88, 226, 694]);
    }
}
