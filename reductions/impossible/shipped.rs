//! What layers cannot do as libraries ship them: normalised keys, and the ranges of their gates.

use super::ExactControl;
use super::totient;
use crate::proof::query::Expected;
use crate::proof::query::Query;
use num_integer::Integer;
use num_rational::Ratio;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

type Rational = Ratio<i128>;
type Matrix = Vec<Vec<Rational>>;

/// The controls that are computed.
pub(super) const EXACT: [ExactControl; 2] = [
    ExactControl {
        name: "orders-of-two-unit-reflections",
        shows: "The product of two reflections with beta = 2 in rational keys of unit length has order 1, 2 or 3, or none: with \
                c = <k, l> its trace on their plane is 4 c^2 - 2, which is an integer where there is an order, so that 2 c is \
                one. Keys of other lengths have 1, 2, 3, 4 and 6. It is not said that other betas, or more steps, have no \
                other orders.",
        holds: orders_of_two_unit_reflections,
    },
    ExactControl {
        name: "householder-steps-for-an-order",
        shows: "A token that acts in one head with the order m needs at least as many delta steps as the rank of I - g, which \
                is at least the least sum of phi(d) over divisors whose least common multiple is m: 4 for m = 5 (so A5 needs \
                4, where the reals need 2), 8 for m = 60, and a 5-cycle of swaps has 4. With one head for each factor of 60 \
                the largest is 4.",
        holds: householder_steps_for_an_order,
    },
];

/// The controls that a solver settles: RWKV-7 in two dimensions as flash-linear-attention ships it, where a step is
/// `diag(w) - kk^T (a * kk)` with |kk| = 1, a in [0, 1] and w in [0.545, 1].
pub(super) fn queries() -> Vec<Query> {
    let argument = "with the square roots of a as a change of scale it is symmetric, with eigenvalues above -0.455";
    vec![
        rwkv7(
            "rwkv-7-as-shipped-no-swap",
            format!("No step of RWKV-7 as shipped exchanges two coordinates: {argument}. Signs and cycles of one unit are not excluded."),
            [[0, 1], [1, 0]],
            1,
            Expected::Unsat,
        ),
        rwkv7(
            "rwkv-7-as-shipped-no-overwrite",
            "No step of RWKV-7 as shipped copies one coordinate over another: the overwritten one needs w = a kk^2, and the \
             copy w' - a' kk'^2 = 1 with -a' kk kk' = 1."
                .to_owned(),
            [[1, 1], [0, 0]],
            1,
            Expected::Unsat,
        ),
        rwkv7(
            "rwkv-7-with-a-of-2-swaps",
            "With a up to 2, which is not shipped, a step exchanges two coordinates.".to_owned(),
            [[0, 1], [1, 0]],
            2,
            Expected::Sat,
        ),
    ]
}

fn rwkv7(name: &str, shows: String, target: [[i64; 2]; 2], largest_rate: i64, expected: Expected) -> Query {
    let terms = Terms::default();
    let pair = |name: &str| [0, 1].map(|i| terms.symbol(&format!("{name}{i}"), Sort::Real));
    let ([w, a, k], [zero, one]) = ([pair("w"), pair("a"), pair("k")], [0, 1].map(|value| terms.ratio(value, 1)));
    let mut assertions: Vec<Term<'_>> = vec![(k[0] * k[0] + k[1] * k[1]).equals(one)];
    for i in 0..2 {
        assertions.push(w[i].at_least(terms.ratio(545, 1000)));
        assertions.push(w[i].at_most(one));
        assertions.push(a[i].at_least(zero));
        assertions.push(a[i].at_most(terms.ratio(largest_rate, 1)));
        for j in 0..2 {
            let product = k[i] * (a[j] * k[j]);
            let entry = if i == j { w[i] - product } else { zero - product };
            assertions.push(entry.equals(terms.ratio(target[i][j], 1)));
        }
    }
    Query::new(name, shows, &assertions, expected)
}

fn number(num: i128, den: i128) -> Rational {
    Rational::new(num, den)
}

fn identity(n: usize) -> Matrix {
    (0..n).map(|i| (0..n).map(|j| number(i128::from(i == j), 1)).collect()).collect()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let entry =
        |row: &Vec<Rational>, j: usize| row.iter().zip(b).fold(number(0, 1), |sum, (x, line)| sum + x * line[j]);
    a.iter().map(|row| (0..b.len()).map(|j| entry(row, j)).collect()).collect()
}

/// The order of a matrix, up to a bound; none where no smaller power is the identity.
fn order(matrix: &Matrix, bound: usize) -> Option<usize> {
    let mut power = matrix.clone();
    for n in 1..=bound {
        if power == identity(matrix.len()) {
            return Some(n);
        }
        power = product(&power, matrix);
        // Numbers of a matrix of finite order stay small; others would leave a machine word.
        if power.iter().flatten().any(|entry| entry.numer().abs() > 1 << 40 || *entry.denom() > 1 << 40) {
            return None;
        }
    }
    None
}

/// A 4 x 4 matrix of integers, which stands for one of rational numbers with a common denominator.
type Scaled = [[i128; 4]; 4];

/// I - 2 k k^T / |k|^2, times |k|^2.
fn reflection(key: [i128; 4]) -> Scaled {
    std::array::from_fn(|i| std::array::from_fn(|j| i128::from(i == j) * square(&key) - 2 * key[i] * key[j]))
}

fn square(key: &[i128; 4]) -> i128 {
    key.iter().map(|entry| entry * entry).sum()
}

fn scaled_product(left: &Scaled, right: &Scaled) -> Scaled {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..4).map(|k| left[i][k] * right[k][j]).sum()))
}

/// The order of a product of two reflections along such keys, up to a bound. Without a division: all numbers are below
/// (|a|^2 |b|^2)^n, as the matrix is orthogonal, which for 13 powers of keys with entries up to 2 is 2^104.
fn order_of_two_reflections(first: [i128; 4], second: [i128; 4], bound: usize) -> Option<usize> {
    let matrix = scaled_product(&reflection(first), &reflection(second));
    let mut denominator = square(&first) * square(&second);
    let factor = denominator;
    let mut power = matrix;
    for n in 1..=bound {
        let is_identity = (0..4).all(|i| (0..4).all(|j| power[i][j] == if i == j { denominator } else { 0 }));
        if is_identity {
            return Some(n);
        }
        power = scaled_product(&power, &matrix);
        denominator *= factor;
    }
    None
}

/// All pairs of keys with small entries; those with a rational length are unit vectors after normalisation.
fn orders_of_two_unit_reflections() -> bool {
    let keys: Vec<[i128; 4]> = (0..5_i128.pow(4))
        .map(|code| std::array::from_fn(|place| code / 5_i128.pow(place as u32) % 5 - 2))
        .filter(|key: &[i128; 4]| key.iter().any(|entry| *entry != 0))
        .collect();
    let has_rational_length = |key: &[i128; 4]| square(key).sqrt_exact().is_some();
    let mut of_units = std::collections::BTreeSet::new();
    let mut of_all = std::collections::BTreeSet::new();
    // The first key up to symmetry: in ascending order and not negative.
    for first in keys.iter().filter(|key| key.is_sorted() && key[0] >= 0) {
        for second in &keys {
            let found = order_of_two_reflections(*first, *second, 13);
            of_all.extend(found);
            if has_rational_length(first) && has_rational_length(second) {
                of_units.extend(found);
            }
        }
    }
    of_units.into_iter().eq([1, 2, 3]) && of_all.into_iter().eq([1, 2, 3, 4, 6])
}

/// The root of a square of integers.
trait ExactRoot {
    fn sqrt_exact(self) -> Option<i128>;
}

impl ExactRoot for i128 {
    fn sqrt_exact(self) -> Option<i128> {
        let root = self.isqrt();
        (root * root == self).then_some(root)
    }
}

/// The least sum of phi(d) over sets of divisors of m other than 1 whose least common multiple is m.
fn least_rank(m: usize) -> usize {
    let divisors: Vec<usize> = (2..=m).filter(|d| m.is_multiple_of(*d)).collect();
    let sets = 1_usize..1 << divisors.len();
    let chosen = |set: usize| divisors.iter().enumerate().filter(move |(i, _)| set >> i & 1 == 1).map(|(_, d)| *d);
    let whole = sets.filter(|set| chosen(*set).fold(1, |multiple, d| multiple.lcm(&d)) == m);
    whole.map(|set| chosen(set).map(totient).sum()).min().unwrap_or(0)
}

fn rank(matrix: &Matrix) -> usize {
    let mut rows = matrix.clone();
    let mut rank = 0;
    for column in 0..matrix.len() {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column] != number(0, 1)) else { continue };
        rows.swap(rank, pivot);
        let pivot = rows[rank].clone();
        for row in &mut rows[rank + 1..] {
            let factor = row[column] / pivot[column];
            row.iter_mut().zip(&pivot).for_each(|(entry, above)| *entry -= factor * above);
        }
        rank += 1;
    }
    rank
}

/// The permutation matrix of a product of swaps of neighbours: a cycle of n points by n - 1 of them.
fn cycle(n: usize) -> Matrix {
    (1..n).fold(identity(n), |whole, place| {
        let mut swap = identity(n);
        swap.swap(place - 1, place);
        product(&whole, &swap)
    })
}

fn householder_steps_for_an_order() -> bool {
    let of_cycle = |n: usize| {
        let cycle = cycle(n);
        let moved: Matrix =
            identity(n).iter().zip(&cycle).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a - b).collect()).collect();
        (order(&cycle, 60), rank(&moved))
    };
    // Both sides: cycles of 3 and 5 points have the ranks that their orders need.
    let both = of_cycle(5) == (Some(5), 4) && of_cycle(3) == (Some(3), 2) && least_rank(5) == 4 && least_rank(3) == 2;
    both && least_rank(4) == 2 && least_rank(2) == 1 && least_rank(60) == 8 && [4, 3, 5].map(least_rank) == [2, 2, 4]
}
