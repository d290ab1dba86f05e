//! The fold of n affine steps as a balanced arithmetic circuit, its exact figures, and why the fold is right.

use super::circuit::Circuit;
use super::circuit::Ring;
use super::circuit::TermRing;
use super::log2_ceiling;
use crate::proof::query::Query;
use num_bigint::BigUint;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// The shape of a fold: `n` steps `S -> S A + b` of a state with `rows` rows and `dimension` columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The number of steps, at least 1.
    pub n: usize,
    /// The number of columns of the state; `A` is square of this size.
    pub dimension: usize,
    /// The number of rows of the state and of `b`.
    pub rows: usize,
}

/// What a circuit costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Its depth.
    pub depth: usize,
    /// Its products.
    pub n_multiplications: usize,
    /// Its sums.
    pub n_additions: usize,
}

impl Figures {
    /// The figures of two circuits side by side, as for the heads of one layer.
    pub fn beside(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            n_multiplications: self.n_multiplications + other.n_multiplications,
            n_additions: self.n_additions + other.n_additions,
        }
    }
}

impl Shape {
    /// The inputs of one step: the entries of `A`, then those of `b`, by rows.
    pub fn inputs_per_step(self) -> usize {
        self.dimension * (self.dimension + self.rows)
    }

    /// The depth that one level of the fold adds.
    pub fn depth_per_level(self) -> usize {
        1 + log2_ceiling(self.dimension + 1)
    }

    /// The figures of the fold, by formula: `ceil(log2 n)` levels, `n - 1` compositions.
    pub fn figures(self) -> Figures {
        let Self { n, dimension: d, rows: r } = self;
        Figures {
            depth: log2_ceiling(n) * self.depth_per_level(),
            n_multiplications: (n - 1) * d * d * (d + r),
            n_additions: (n - 1) * (d * d * (d - 1) + r * d * d),
        }
    }

    /// The number of bits, beside the sign, that bound every entry of every prefix where every entry of every step is
    /// an integer below `2^bits` in absolute value: a product of n matrices with one more row and column has entries
    /// of at most `(d + 1)^(n - 1) 2^(n bits)`.
    pub fn bits_bound(self, bits: u64) -> u64 {
        let paths = BigUint::from(self.dimension + 1).pow((self.n - 1) as u32);
        // The number of bits of p is floor(log2 p) + 1.
        self.n as u64 * bits + paths.bits()
    }
}

/// The places or values of one pair (A, b).
#[derive(Clone, Debug)]
pub(super) struct Pair<T> {
    pub(super) matrix: Vec<Vec<T>>,
    pub(super) bias: Vec<Vec<T>>,
}

impl<T: Clone> Pair<T> {
    pub(super) fn read(shape: Shape, values: &[T]) -> Self {
        let (matrix, bias) = values.split_at(shape.dimension * shape.dimension);
        let rows = |values: &[T]| values.chunks(shape.dimension).map(<[T]>::to_vec).collect();
        Self { matrix: rows(matrix), bias: rows(bias) }
    }

    pub(super) fn written(self) -> Vec<T> {
        self.matrix.into_iter().chain(self.bias).flatten().collect()
    }

    /// First this pair, then the other; `dot` gives the sum of products and of at most one more summand.
    pub(super) fn then(&self, other: &Self, mut dot: impl FnMut(&[(&T, &T)], Option<&T>) -> T) -> Self {
        let mut times = |row: &[T], column: usize, summand: Option<&T>| {
            let products: Vec<(&T, &T)> = row.iter().zip(other.matrix.iter().map(|entries| &entries[column])).collect();
            dot(&products, summand)
        };
        let columns = 0..self.matrix.len();
        let matrix =
            self.matrix.iter().map(|row| columns.clone().map(|column| times(row, column, None)).collect()).collect();
        let bias = self.bias.iter().zip(&other.bias);
        let bias = bias
            .map(|(row, summands)| columns.clone().map(|column| times(row, column, Some(&summands[column]))).collect())
            .collect();
        Self { matrix, bias }
    }
}

/// The fold as a circuit; its outputs are the entries of `A`, then those of `b`, of the whole.
///
/// Neighbours are composed level by level, an odd one at the end is carried: so the left part of every composition is at
/// least as deep as the right one, and the depth is exactly what [`Shape::figures`] says. That, and the size, is asserted
/// on every circuit that is built.
///
/// # Panics
/// If `n` or a dimension is 0.
pub fn fold(shape: Shape) -> Circuit {
    let mut circuit = Circuit::default();
    let whole = fold_into(&mut circuit, shape);
    circuit.set_outputs(whole);
    let built = Figures {
        depth: circuit.depth(),
        n_multiplications: circuit.n_multiplications(),
        n_additions: circuit.n_additions(),
    };
    assert_eq!(built, shape.figures(), "a balanced fold costs what its formula says");
    circuit
}

/// Adds the fold to a circuit and gives the places of the whole pair.
pub(super) fn fold_into(circuit: &mut Circuit, shape: Shape) -> Vec<usize> {
    assert!(shape.n > 0 && shape.dimension > 0 && shape.rows > 0, "a fold has a step and a state");
    let pairs: Vec<Pair<usize>> = (0..shape.n)
        .map(|_| {
            let places: Vec<usize> = (0..shape.inputs_per_step()).map(|_| circuit.input()).collect();
            Pair::read(shape, &places)
        })
        .collect();
    let mut dot = |products: &[(&usize, &usize)], summand: Option<&usize>| {
        let mut terms: Vec<usize> = products.iter().map(|(a, b)| circuit.multiply(**a, **b)).collect();
        terms.extend(summand);
        circuit.sum(terms)
    };
    balanced(pairs, |first, second| first.then(second, &mut dot)).expect("a fold has a step").written()
}

/// Neighbours are joined level by level, an odd one at the end is carried; none of no items.
pub(super) fn balanced<T: Clone>(mut items: Vec<T>, mut join: impl FnMut(&T, &T) -> T) -> Option<T> {
    while items.len() > 1 {
        let joined = items.chunks(2);
        items = joined.map(|pair| if let [a, b] = pair { join(a, b) } else { pair[0].clone() }).collect();
    }
    items.pop()
}

fn dot_in<R: Ring>(ring: &R, products: &[(&R::Value, &R::Value)], summand: Option<&R::Value>) -> R::Value {
    let first = summand.cloned().unwrap_or_else(|| ring.constant(&rnn::Exact::ZERO));
    products.iter().fold(first, |sum, (a, b)| ring.add(&sum, &ring.multiply(a, b)))
}

/// The whole pair, step after step from the left: what the circuit must compute.
///
/// # Panics
/// If the number of inputs does not fit the shape.
pub fn sequential<R: Ring>(ring: &R, shape: Shape, inputs: &[R::Value]) -> Vec<R::Value> {
    assert_eq!(inputs.len(), shape.n * shape.inputs_per_step(), "every input has a value");
    let mut steps = inputs.chunks(shape.inputs_per_step()).map(|values| Pair::read(shape, values));
    let first = steps.next().expect("a fold has a step");
    steps.fold(first, |whole, step| whole.then(&step, |products, summand| dot_in(ring, products, summand))).written()
}

/// One composition of two pairs, as in [`fold`], over any ring: `first` and `second` are the values of one step each.
pub fn compose<R: Ring>(ring: &R, shape: Shape, first: &[R::Value], second: &[R::Value]) -> Vec<R::Value> {
    let second = Pair::read(shape, second);
    Pair::read(shape, first).then(&second, |products, summand| dot_in(ring, products, summand)).written()
}

fn symbols<'a>(terms: &'a Terms, name: &str, n: usize) -> Vec<Term<'a>> {
    (0..n).map(|place| terms.symbol(&format!("{name}{place}"), Sort::Real)).collect()
}

fn all_equal<'a>(terms: &'a Terms, left: Vec<Term<'a>>, right: Vec<Term<'a>>) -> Term<'a> {
    assert_eq!(left.len(), right.len(), "both sides have the same shape");
    terms.all(left.into_iter().zip(right).map(|(a, b)| a.equals(b)))
}

/// The circuit computes the sequential run, for all weights and inputs of this shape.
pub fn equality(shape: Shape) -> Query {
    let terms = Terms::default();
    let ring = TermRing(&terms);
    let inputs = symbols(&terms, "x", shape.n * shape.inputs_per_step());
    let goal = all_equal(&terms, fold(shape).evaluate(&ring, &inputs), sequential(&ring, shape, &inputs));
    let Shape { n, dimension, rows } = shape;
    Query::theorem(
        format!("fold-equals-run-d{dimension}-r{rows}-n{n}"),
        format!(
            "The balanced circuit of {n} steps in dimension {dimension} computes the sequential run, for all weights."
        ),
        goal,
    )
}

/// Composition of pairs is associative: with it, every fold equals the run from the left, for every n.
pub fn associativity(dimension: usize, rows: usize) -> Query {
    let terms = Terms::default();
    let ring = TermRing(&terms);
    let shape = Shape { n: 1, dimension, rows };
    let [a, b, c] = ["x", "y", "z"].map(|name| symbols(&terms, name, shape.inputs_per_step()));
    let left = compose(&ring, shape, &compose(&ring, shape, &a, &b), &c);
    let right = compose(&ring, shape, &a, &compose(&ring, shape, &b, &c));
    Query::theorem(
        format!("associativity-d{dimension}-r{rows}"),
        format!("Composition of affine steps in dimension {dimension} is associative, so that every fold is the run."),
        all_equal(&terms, left, right),
    )
}

/// The wrong composition, first (A, b), then (C, e) as (C A, ...): it must be told from the right one.
pub fn reversed_control(dimension: usize) -> Query {
    let terms = Terms::default();
    let ring = TermRing(&terms);
    let shape = Shape { n: 1, dimension, rows: 1 };
    let [a, b] = ["x", "y"].map(|name| symbols(&terms, name, shape.inputs_per_step()));
    let goal = all_equal(&terms, compose(&ring, shape, &a, &b), compose(&ring, shape, &b, &a));
    Query::new(
        format!("reversed-composition-d{dimension}"),
        "Composition in the other order is another map.",
        &[goal.negate()],
        crate::proof::query::Expected::Sat,
    )
}

/// Every lemma of this upper bound.
pub fn queries() -> Vec<Query> {
    let shapes = [(1, 2), (1, 3), (1, 5), (1, 8), (2, 2), (2, 3), (2, 4), (3, 2), (3, 3)];
    let shape = |(dimension, n)| Shape { n, dimension, rows: 1 };
    let mut queries: Vec<Query> = shapes.into_iter().map(shape).map(equality).collect();
    queries.push(equality(Shape { n: 3, dimension: 2, rows: 2 }));
    queries.extend([(1, 1), (2, 1), (2, 2), (3, 1), (3, 3)].map(|(d, r)| associativity(d, r)));
    queries.extend([1, 2].map(reversed_control));
    queries
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upper_bounds::circuit::ExactRing;
    use problems::Random;
    use rnn::Exact;

    fn random_inputs(shape: Shape, random: &mut Random, bits: u32) -> Vec<Exact> {
        let bound = 1i64 << bits;
        let entry = |_| Exact::integer(random.below(2 * bound as usize - 1) as i64 - (bound - 1));
        (0..shape.n * shape.inputs_per_step()).map(entry).collect()
    }

    #[test]
    fn every_fold_is_the_run_and_costs_what_its_formula_says() {
        let mut random = Random::new(1, 0);
        for dimension in 1..=4 {
            for rows in 1..=3 {
                for n in 1..=20 {
                    let shape = Shape { n, dimension, rows };
                    let inputs = random_inputs(shape, &mut random, 3);
                    assert_eq!(fold(shape).evaluate(&ExactRing, &inputs), sequential(&ExactRing, shape, &inputs));
                }
            }
        }
        // The depth of nine-and-one: four levels, not the three of a balanced eight.
        let figures = |n| Shape { n, dimension: 3, rows: 1 }.figures();
        assert_eq!([figures(1).depth, figures(2).depth, figures(8).depth, figures(9).depth], [0, 3, 9, 12]);
        assert_eq!([64, 1024, 1 << 20].map(|n| figures(n).depth), [18, 30, 60]);
        assert_eq!((figures(64).n_multiplications, figures(64).n_additions), (63 * 36, 63 * 27));
    }

    #[test]
    fn heads_side_by_side_add_their_sizes() {
        let [a, b] = [(2, 1), (3, 2)].map(|(dimension, rows)| Shape { n: 5, dimension, rows }.figures());
        let both = a.beside(b);
        assert_eq!(both.depth, b.depth);
        assert_eq!(both.n_multiplications, a.n_multiplications + b.n_multiplications);
        assert_eq!(both.n_additions, a.n_additions + b.n_additions);
    }

    #[test]
    fn every_prefix_is_within_its_number_of_bits_and_the_bound_loses_two_bits_a_step() {
        for dimension in 1..=3 {
            for bits in 1..=3 {
                for n in 1..=30 {
                    let shape = Shape { n, dimension, rows: 1 };
                    let bound = shape.bits_bound(bits.into());
                    // No bits for a denominator: the values are integers, and `bits` counts the 1 below.
                    let width = |values: &[Exact]| values.iter().map(|value| value.floor().bits()).max().unwrap_or(0);
                    let largest = vec![Exact::integer((1 << bits) - 1); n * shape.inputs_per_step()];
                    let widest = width(&sequential(&ExactRing, shape, &largest));
                    assert!(widest <= bound, "{widest} {bound}");
                    // The column (0, ..., 0, 1) of the larger matrix is not full, and 2^b - 1 is not 2^b: the bound
                    // loses at most two bits a step.
                    assert!(widest + 2 * n as u64 >= bound, "{shape:?}: {widest} {bound}");
                    let inputs = random_inputs(shape, &mut Random::new(2, n as u64), bits);
                    assert!(width(&sequential(&ExactRing, shape, &inputs)) <= bound);
                }
            }
        }
    }

    #[test]
    fn order_matters() {
        let shape = Shape { n: 2, dimension: 2, rows: 1 };
        let steps: Vec<Exact> = [1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 5, 0].map(Exact::integer).to_vec();
        let (first, second) = steps.split_at(6);
        let forward = compose(&ExactRing, shape, first, second);
        assert_eq!(forward, [1, 1, 1, 0, 5, 0].map(Exact::integer));
        assert_ne!(forward, compose(&ExactRing, shape, second, first));
        assert_eq!(fold(shape).evaluate(&ExactRing, &steps), forward);
    }

    #[test]
    fn query_names_are_distinct() {
        let queries = queries();
        let names: std::collections::BTreeSet<&str> = queries.iter().map(|query| query.name.as_str()).collect();
        assert_eq!(names.len(), queries.len());
    }
}
