//! The Boolean depth of a fold of integer matrices: sums of products by carry-save adders, as actual circuits.
//!
//! Gates are AND and OR with two inputs, negation is free, so that an exclusive or has depth 2. One level of the fold
//! computes every entry as a sum of d + 1 products (the steps as matrices with one more row and column). A sum of k
//! products of w-bit numbers is computed in one piece: all partial products at once (depth 1), carry-save steps that turn
//! three rows into two (depth 4 each) until two rows are left, one prefix adder (depth 2 log W + 3). That log* n in the
//! theorem O(log n log* n) is at most 5 below 2^65536, so that it cannot be measured; the theorem (Jung 1985, doi
//! 10.1007/BFb0028801) is cited, and what is measured here is this construction.

use super::log2_ceiling;
use num_bigint::BigInt;

/// A gate or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal {
    gate: usize,
    negated: bool,
}

impl Literal {
    fn not(self) -> Self {
        Self { negated: !self.negated, ..self }
    }
}

#[derive(Clone, Copy, Debug)]
enum Gate {
    Input(usize),
    Constant,
    And(Literal, Literal),
}

/// A Boolean circuit of AND gates and free negations, in which an OR is an AND of negations.
#[derive(Clone, Debug, Default)]
pub struct BooleanCircuit {
    gates: Vec<Gate>,
    depths: Vec<usize>,
    n_inputs: usize,
    outputs: Vec<Literal>,
}

impl BooleanCircuit {
    fn push(&mut self, gate: Gate, depth: usize) -> Literal {
        self.gates.push(gate);
        self.depths.push(depth);
        Literal { gate: self.gates.len() - 1, negated: false }
    }

    /// An input that arrives at this depth.
    fn input(&mut self, arrival: usize) -> Literal {
        self.n_inputs += 1;
        self.push(Gate::Input(self.n_inputs - 1), arrival)
    }

    fn depth_of(&self, literal: Literal) -> usize {
        self.depths[literal.gate]
    }

    fn and(&mut self, a: Literal, b: Literal) -> Literal {
        let depth = 1 + self.depth_of(a).max(self.depth_of(b));
        self.push(Gate::And(a, b), depth)
    }

    fn or(&mut self, a: Literal, b: Literal) -> Literal {
        self.and(a.not(), b.not()).not()
    }

    fn xor(&mut self, a: Literal, b: Literal) -> Literal {
        let (one, both) = (self.or(a, b), self.and(a, b));
        self.and(one, both.not())
    }

    /// Sum and carry of three bits: depth 4 and 3.
    fn full_adder(&mut self, a: Literal, b: Literal, c: Literal) -> (Literal, Literal) {
        let first = self.xor(a, b);
        let sum = self.xor(first, c);
        let (both, one) = (self.and(a, b), self.or(a, b));
        let carried = self.and(one, c);
        (sum, self.or(both, carried))
    }

    /// Three rows as two with the same sum, modulo a power of two.
    fn carry_save(&mut self, rows: &[Row]) -> Vec<Row> {
        let n_columns = rows[0].len();
        let mut sums: Row = vec![None; n_columns];
        let mut carries: Row = vec![None; n_columns + 1];
        for place in 0..n_columns {
            let bits: Vec<Literal> = rows.iter().filter_map(|row| row[place]).collect();
            (sums[place], carries[place + 1]) = match *bits {
                [] => (None, None),
                [a] => (Some(a), None),
                [a, b] => (Some(self.xor(a, b)), Some(self.and(a, b))),
                [a, b, c, ..] => {
                    let (sum, carry) = self.full_adder(a, b, c);
                    (Some(sum), Some(carry))
                }
            };
        }
        carries.truncate(n_columns);
        vec![sums, carries]
    }

    /// The sum of two rows, modulo a power of two: carries by a Kogge and Stone prefix.
    fn adder(&mut self, a: &[Literal], b: &[Literal]) -> Vec<Literal> {
        let halves: Vec<Literal> = a.iter().zip(b).map(|(a, b)| self.xor(*a, *b)).collect();
        let mut carries: Vec<(Literal, Literal)> =
            a.iter().zip(b).map(|(a, b)| (self.and(*a, *b), self.or(*a, *b))).collect();
        let mut distance = 1;
        while distance < a.len() {
            carries = (0..carries.len())
                .map(|place| {
                    let (generate, propagate) = carries[place];
                    let Some(below) = place.checked_sub(distance) else { return carries[place] };
                    let through = self.and(propagate, carries[below].0);
                    (self.or(generate, through), self.and(propagate, carries[below].1))
                })
                .collect();
            distance *= 2;
        }
        let carried = halves.iter().skip(1).zip(&carries);
        let upper: Vec<Literal> = carried.map(|(half, (carry, _))| self.xor(*half, *carry)).collect();
        halves.first().copied().into_iter().chain(upper).collect()
    }

    /// The number of gates.
    pub fn n_gates(&self) -> usize {
        self.gates.iter().filter(|gate| matches!(gate, Gate::And(..))).count()
    }

    /// The depth of each output.
    pub fn output_depths(&self) -> Vec<usize> {
        self.outputs.iter().map(|output| self.depth_of(*output)).collect()
    }

    /// The outputs' values.
    ///
    /// # Panics
    /// If the number of inputs is wrong.
    pub fn evaluate(&self, inputs: &[bool]) -> Vec<bool> {
        assert_eq!(inputs.len(), self.n_inputs, "every input has a value");
        let mut values: Vec<bool> = Vec::with_capacity(self.gates.len());
        let read = |values: &[bool], literal: Literal| values[literal.gate] != literal.negated;
        for gate in &self.gates {
            let value = match gate {
                Gate::Input(place) => inputs[*place],
                Gate::Constant => true,
                Gate::And(a, b) => read(&values, *a) && read(&values, *b),
            };
            values.push(value);
        }
        self.outputs.iter().map(|output| read(&values, *output)).collect()
    }
}

/// A number, lowest bit first, with bits that are known to be 0 left out.
type Row = Vec<Option<Literal>>;

/// The number of carry-save steps that turn this many rows into at most two.
pub fn steps(mut rows: usize) -> usize {
    let mut steps = 0;
    while rows > 2 {
        rows = rows / 3 * 2 + rows % 3;
        steps += 1;
    }
    steps
}

/// The depth of the prefix adder on `width` bits, by formula.
pub fn adder_depth(width: usize) -> usize {
    2 * log2_ceiling(width) + 3
}

/// The width of the entries one level up, for sums of up to four products.
fn next_width(width: usize) -> usize {
    2 * width + 2
}

/// The depth of the whole fold of `n` matrices by formula, level by level, for sums of `n_products` (at most four)
/// products, where the entries of the steps have `width` bits: an upper bound on what is measured.
///
/// With width 1 and four products this is 296, 688 and 2286 for 64, 1024 and 2^20 matrices; -1, 0 and 1 in two's
/// complement have width 2.
pub fn depth_by_formula(n: usize, n_products: usize, mut width: usize) -> usize {
    let mut depth = 0;
    for _ in 0..log2_ceiling(n) {
        depth += 1 + 4 * steps(n_products * width) + adder_depth(next_width(width));
        width = next_width(width);
    }
    depth
}

/// The sum of `n_products` (at most four) products of two numbers in two's complement with as many bits as there are
/// `arrivals`, the depth at which each bit arrives, lowest first. The inputs are the numbers a1, b1, a2, b2, ..., lowest
/// bit first; the output has two bits more than a product.
///
/// # Panics
/// If there are no bits or more than four products.
pub fn dot_product(n_products: usize, arrivals: &[usize]) -> BooleanCircuit {
    let width = arrivals.len();
    assert!(width > 0 && n_products <= 4, "the result has room for four products");
    let mut circuit = BooleanCircuit::default();
    let one = circuit.push(Gate::Constant, 0);
    let mut columns: Vec<Vec<Literal>> = vec![Vec::new(); next_width(width)];
    for _ in 0..n_products {
        let a: Vec<Literal> = arrivals.iter().map(|arrival| circuit.input(*arrival)).collect();
        let b: Vec<Literal> = arrivals.iter().map(|arrival| circuit.input(*arrival)).collect();
        for i in 0..width {
            for j in 0..width {
                let bit = circuit.and(a[i], b[j]);
                // The highest bit counts negatively: -x 2^k = (not x) 2^k - 2^k (Baugh and Wooley 1973).
                let negative = (i == width - 1) != (j == width - 1);
                columns[i + j].push(if negative { bit.not() } else { bit });
            }
        }
    }
    // What the negations leave to subtract: two sums of 2^(width - 1 + j) for j < width - 1, for each product.
    let half: BigInt = BigInt::from(1) << (width - 1);
    let rest: BigInt = (&half - &half * &half) * BigInt::from(2 * n_products);
    for (place, column) in columns.iter_mut().enumerate() {
        if rest.bit(place as u64) {
            column.push(one);
        }
    }
    // As rows, each with at most one bit a column: three rows become two, whatever the neighbouring columns hold.
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows: Vec<Row> =
        (0..height).map(|row| columns.iter().map(|column| column.get(row).copied()).collect()).collect();
    while rows.len() > 2 {
        let triples = rows.chunks(3).map(|rows| if rows.len() == 3 { circuit.carry_save(rows) } else { rows.to_vec() });
        rows = triples.collect::<Vec<_>>().concat();
    }
    let row = |which: usize| -> Vec<Literal> {
        (0..columns.len()).map(|place| rows.get(which).and_then(|row| row[place]).unwrap_or(one.not())).collect()
    };
    let (first, second) = (row(0), row(1));
    circuit.outputs = circuit.adder(&first, &second);
    circuit
}

/// The gate depth of the whole fold of `n` matrices, measured: one sum of products is built for each level, its bits
/// arriving when the level below gives them.
pub fn measured_depth(n: usize, n_products: usize, width: usize) -> usize {
    let levels = 0..log2_ceiling(n);
    let arrivals = levels.fold(vec![0; width], |arrivals, _| dot_product(n_products, &arrivals).output_depths());
    arrivals.into_iter().max().unwrap_or(0)
}

/// An integer in two's complement, lowest bit first; none where it does not fit.
pub fn to_bits(value: &BigInt, width: usize) -> Option<Vec<bool>> {
    let half = BigInt::from(1) << (width.checked_sub(1)?);
    let fits = *value >= -&half && *value < half;
    fits.then(|| (0..width).map(|place| value.bit(place as u64)).collect())
}

/// The integer of a two's complement, lowest bit first.
pub fn from_bits(bits: &[bool]) -> BigInt {
    let weight = |(place, bit): (usize, &bool)| {
        let value = BigInt::from(u8::from(*bit)) << place;
        if place + 1 == bits.len() { -value } else { value }
    };
    bits.iter().enumerate().map(weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Random;

    fn check(circuit: &BooleanCircuit, numbers: &[BigInt], width: usize) {
        let inputs: Vec<bool> = numbers.iter().flat_map(|number| to_bits(number, width).unwrap()).collect();
        let expected: BigInt = numbers.chunks(2).map(|pair| &pair[0] * &pair[1]).sum();
        assert_eq!(from_bits(&circuit.evaluate(&inputs)), expected, "{numbers:?}");
    }

    #[test]
    fn small_sums_of_products_are_right_for_every_input() {
        for (n_products, width) in [(1, 1), (1, 2), (1, 4), (2, 2), (2, 3), (3, 2), (4, 1), (4, 2)] {
            let circuit = dot_product(n_products, &vec![0; width]);
            let half = 1i64 << (width - 1);
            for code in 0..1u64 << (2 * n_products * width) {
                let number = |place: usize| BigInt::from((code >> (place * width)) as i64 & (2 * half - 1)) - half;
                check(&circuit, &(0..2 * n_products).map(number).collect::<Vec<_>>(), width);
            }
        }
    }

    #[test]
    fn wide_sums_of_products_are_right_for_random_and_extreme_inputs() {
        let mut random = Random::new(1, 0);
        for width in [6, 14, 30] {
            let circuit = dot_product(4, &vec![0; width]);
            for _ in 0..100 {
                let half = 1i64 << (width - 1);
                let mut number = || BigInt::from(random.below(2 * half as usize) as i64 - half);
                check(&circuit, &(0..8).map(|_| number()).collect::<Vec<_>>(), width);
                let least = BigInt::from(-half);
                check(&circuit, &vec![least; 8], width);
            }
        }
    }

    #[test]
    fn the_formula_gives_the_known_depths() {
        assert_eq!([64, 1024, 1 << 20].map(|n| depth_by_formula(n, 4, 1)), [296, 688, 2286]);
    }

    #[test]
    fn one_sum_of_products_is_as_deep_as_its_formula_says() {
        for width in [2, 6, 14, 30, 62] {
            let circuit = dot_product(4, &vec![0; width]);
            let depth = circuit.output_depths().into_iter().max().unwrap();
            let formula = 1 + 4 * steps(4 * width) + adder_depth(next_width(width));
            assert!(depth <= formula && depth + 12 >= formula, "{width}: {depth} {formula}");
        }
    }

    #[test]
    fn measured_depths_are_within_the_formula() {
        let measured = [2, 4, 8, 16, 32, 64].map(|n| measured_depth(n, 4, 2));
        let formula = [2, 4, 8, 16, 32, 64].map(|n| depth_by_formula(n, 4, 2));
        assert_eq!(measured, [25, 63, 112, 171, 240, 319]);
        assert_eq!(formula, [26, 66, 116, 176, 246, 326]);
        assert_eq!(measured_depth(1, 4, 2), 0);
    }

    #[test]
    fn bits_and_integers_are_the_same_numbers() {
        for width in 1..=6 {
            let half = 1i64 << (width - 1);
            for value in -2 * half..2 * half {
                let bits = to_bits(&value.into(), width);
                assert_eq!(bits.is_some(), (-half..half).contains(&value));
                assert!(bits.is_none_or(|bits| from_bits(&bits) == value.into()));
            }
        }
        assert_eq!(to_bits(&0.into(), 0), None);
    }
}
