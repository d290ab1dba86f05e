//! One-hot transitions stay one-hot: a product of them is a function on coordinates, followed along one path per
//! coordinate, and a product of weights along that path.
//!
//! So a fold of n such transitions is a word problem over a finite monoid and n products of numbers: no sums at all, and
//! d multiplications a step instead of d^3.

use crate::proof::query::Expected;
use crate::proof::query::Query;
use rnn::Affine;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// A matrix with at most one non-zero entry in every row: for each row the column and the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathMatrix(Vec<Option<(usize, Exact)>>);

impl PathMatrix {
    /// The matrix that changes nothing.
    pub fn identity(dimension: usize) -> Self {
        Self((0..dimension).map(|row| Some((row, Exact::ONE))).collect())
    }

    /// The matrix of a transition; none where some row has two non-zero entries.
    pub fn of(transition: &Affine) -> Option<Self> {
        let mut rows = vec![None; transition.n_inputs()];
        for (column, row, weight) in transition.weights() {
            if rows[row].replace((column, weight.clone())).is_some() {
                return None;
            }
        }
        Some(Self(rows))
    }

    /// For each row the column and the value of its entry, where it has one.
    pub fn rows(&self) -> &[Option<(usize, Exact)>] {
        &self.0
    }

    /// First this matrix, then the other: each path is followed one step further.
    ///
    /// # Panics
    /// If the dimensions differ.
    pub fn then(&self, other: &Self) -> Self {
        assert_eq!(self.0.len(), other.0.len(), "both matrices have one dimension");
        let follow = |entry: &Option<(usize, Exact)>| {
            let (middle, weight) = entry.as_ref()?;
            let (column, factor) = other.0[*middle].as_ref()?;
            Some((*column, weight * factor))
        };
        Self(self.0.iter().map(follow).collect())
    }

    /// A row times the matrix.
    ///
    /// # Panics
    /// If the dimensions differ.
    pub fn apply(&self, row: &[Exact]) -> Vec<Exact> {
        assert_eq!(self.0.len(), row.len(), "a row has as many entries as the matrix has rows");
        let mut result = vec![Exact::ZERO; row.len()];
        for (value, entry) in row.iter().zip(&self.0) {
            if let Some((column, weight)) = entry {
                result[*column].add_product(weight, value);
            }
        }
        result
    }
}

/// Every way to send each of `dimension` rows to a column or to none.
fn patterns(dimension: usize) -> Vec<Vec<Option<usize>>> {
    let choices = || (0..=dimension).map(|choice| choice.checked_sub(1));
    (0..dimension).fold(vec![Vec::new()], |shorter, _| {
        shorter.iter().flat_map(|rows| choices().map(|choice| [rows.as_slice(), &[choice]].concat())).collect()
    })
}

/// The goal that for every two patterns and all weights the product of the matrices is the path form: entry by entry.
/// It folds to `true` when it is built, because at most one summand of each entry is not 0.
pub fn closure<'a>(terms: &'a Terms, dimension: usize) -> Term<'a> {
    let weight = |name: &str, row: usize| terms.symbol(&format!("{name}{row}"), Sort::Real);
    let zero = terms.ratio(0, 1);
    let entry = |name: &str, pattern: &[Option<usize>], row: usize, column: usize| {
        if pattern[row] == Some(column) { weight(name, row) } else { zero }
    };
    let patterns = patterns(dimension);
    let mut goals = Vec::new();
    for first in &patterns {
        for second in &patterns {
            for row in 0..dimension {
                let end = first[row].and_then(|middle| second[middle].map(|column| (middle, column)));
                for column in 0..dimension {
                    let summands = (0..dimension)
                        .map(|middle| entry("x", first, row, middle) * entry("y", second, middle, column));
                    let product = summands.fold(zero, |sum, summand| sum + summand);
                    let path = match end {
                        Some((middle, last)) if last == column => weight("x", row) * weight("y", middle),
                        _ => zero,
                    };
                    goals.push(product.equals(path));
                }
            }
        }
    }
    terms.all(goals)
}

/// The rows x A + b of a plane under a true permutation (`swapped` or not) times the diagonal matrix (p, q), plus (e, f).
fn image<'a>([x, y]: [Term<'a>; 2], swapped: bool, [p, q]: [Term<'a>; 2], [e, f]: [Term<'a>; 2]) -> [Term<'a>; 2] {
    let [first, second] = if swapped { [y, x] } else { [x, y] };
    [first * p + e, second * q + f]
}

/// Dimension 2: a true permutation times a diagonal matrix without 0 merges no two states. That two states can merge
/// under a one-hot matrix, and under a permutation times a diagonal matrix that has a 0, are the controls; with such
/// zeros allowed a 3-cycle of three states is what dimension 2 has no room for.
pub fn merge_queries() -> Vec<Query> {
    let terms = Terms::default();
    let real = |name: &str| terms.symbol(name, Sort::Real);
    let pair = |name: &str| [real(&format!("{name}0")), real(&format!("{name}1"))];
    let zero = terms.ratio(0, 1);
    let (u, v, diagonal, bias) = (pair("u"), pair("v"), pair("p"), pair("e"));
    let merged = |diagonal| {
        let either =
            [false, true].map(|swapped| same(image(u, swapped, diagonal, bias), image(v, swapped, diagonal, bias)));
        terms.any(either)
    };
    let distinct = same(u, v).negate();
    let no_zero = diagonal.map(|entry| entry.differs(zero));
    let mut queries = vec![
        Query::new(
            "permutation-merges-no-states",
            "A permutation times a diagonal matrix without 0 never sends two states of the plane to one.",
            &[distinct, no_zero[0], no_zero[1], merged(diagonal)],
            Expected::Unsat,
        ),
        Query::new(
            "zero-diagonal-merges-states",
            "With a 0 on the diagonal it can: the theorem is about the family as it is built here.",
            &[distinct, merged(diagonal)],
            Expected::Sat,
        ),
    ];
    queries.push(Query::new(
        "one-hot-merges-states",
        "A one-hot matrix can send two states of the plane to one, with no 0 on its diagonal.",
        &[distinct, no_zero[0], no_zero[1], same(both_to_first(u, diagonal, bias), both_to_first(v, diagonal, bias))],
        Expected::Sat,
    ));
    // Three states in a 3-cycle, under either permutation and any diagonal, zeros included.
    let w = pair("w");
    let cycle = |swapped| {
        let image = |state| image(state, swapped, diagonal, bias);
        terms.all([same(image(u), v), same(image(v), w), same(image(w), u)])
    };
    queries.push(Query::new(
        "permutation-has-no-three-cycle-in-the-plane",
        "No true permutation times any diagonal matrix, with any bias, turns three states of the plane in a 3-cycle: S3 \
         needs three dimensions, where it acts by its permutation matrices.",
        &[distinct, terms.any([false, true].map(cycle))],
        Expected::Unsat,
    ));
    queries
}

fn same<'a>(a: [Term<'a>; 2], b: [Term<'a>; 2]) -> Term<'a> {
    a[0].equals(b[0]).and(a[1].equals(b[1]))
}

/// The row x A + b where A sends both coordinates to the first one, scaled: (p x + q y + e, f).
fn both_to_first<'a>([x, y]: [Term<'a>; 2], [p, q]: [Term<'a>; 2], [e, f]: [Term<'a>; 2]) -> [Term<'a>; 2] {
    [x * p + y * q + e, f]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deterministic_automaton_pd::DeterministicAutomatonPd;
    use crate::reduction::Reduction;
    use rnn::ExactArithmetic;
    use rnn::Network;

    #[test]
    fn products_of_one_hot_matrices_are_one_hot_for_all_weights() {
        for dimension in 1..=3 {
            let terms = Terms::default();
            assert_eq!(patterns(dimension).len(), (dimension + 1).pow(dimension as u32));
            assert_eq!(closure(&terms, dimension), terms.truth(true));
        }
    }

    #[test]
    fn following_paths_is_running_the_network() {
        let reductions = [DeterministicAutomatonPd::last_write(), DeterministicAutomatonPd::sign_and_merge()];
        for reduction in reductions {
            let Network::Linear(network) = reduction.network() else { panic!("the network is linear") };
            let matrices: Vec<PathMatrix> =
                network.transitions().iter().map(|transition| PathMatrix::of(transition).unwrap()).collect();
            let mut alive = 0;
            for word in (0..=6).flat_map(|length| problems::words_of_length(3, length)) {
                let identity = PathMatrix::identity(network.coordinates().len());
                let whole = word.iter().fold(identity, |whole, token| whole.then(&matrices[usize::from(*token)]));
                let state = word.iter().fold(network.start().to_vec(), |state, token| {
                    network.step(&ExactArithmetic, &state, usize::from(*token))
                });
                assert_eq!(whole.apply(network.start()), state);
                alive += usize::from(state.iter().any(|value| !value.is_zero()));
            }
            assert!(alive > 100);
        }
    }

    #[test]
    fn a_row_with_two_entries_has_no_path() {
        let mut transition = Affine::zero(2, 2);
        transition.add_weight(0, 1, &Exact::ONE);
        assert!(PathMatrix::of(&transition).is_some());
        transition.add_weight(1, 1, &Exact::ONE);
        assert_eq!(PathMatrix::of(&transition), None);
    }
}
