//! The value of an arithmetic formula as entry (0,0) of a product of 3x3 matrices (Ben-Or and Cleve 1992, doi
//! 10.1137/0221006).
//!
//! A formula f becomes, for two different indices i and j and a sign s, a product that equals I + s f E_ij: a leaf is one
//! matrix; f + g is one product after the other; f g, with k the third index, is the commutator of f at (i, k) and g at
//! (k, j). The columns 0 and 1 of the last matrix are exchanged, so that the value at (0, 1) appears at (0, 0) without a
//! further matrix, and every entry stays in -1, 0, 1.

use num_bigint::BigInt;
use problems::matrix_product::Matrix;

/// An arithmetic formula with fan-in 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// A variable, by number.
    Variable(usize),
    /// The negation.
    Negate(Box<Formula>),
    /// The sum.
    Add(Box<Formula>, Box<Formula>),
    /// The product.
    Multiply(Box<Formula>, Box<Formula>),
}

impl Formula {
    /// The value where the variables have these values.
    ///
    /// # Panics
    /// If a variable has none.
    pub fn value(&self, values: &[i8]) -> BigInt {
        match self {
            Self::Variable(place) => values[*place].into(),
            Self::Negate(f) => -f.value(values),
            Self::Add(f, g) => f.value(values) + g.value(values),
            Self::Multiply(f, g) => f.value(values) * g.value(values),
        }
    }

    /// The number of matrices: for each leaf 2 to the number of products above it.
    pub fn n_matrices(&self) -> usize {
        match self {
            Self::Variable(_) => 1,
            Self::Negate(f) => f.n_matrices(),
            Self::Add(f, g) => f.n_matrices() + g.n_matrices(),
            Self::Multiply(f, g) => 2 * (f.n_matrices() + g.n_matrices()),
        }
    }

    /// The number of sums and products on the longest path; negations are free.
    pub fn depth(&self) -> usize {
        match self {
            Self::Variable(_) => 0,
            Self::Negate(f) => f.depth(),
            Self::Add(f, g) | Self::Multiply(f, g) => 1 + f.depth().max(g.depth()),
        }
    }

    fn program(&self, (i, j): (usize, usize), sign: i8, values: &[i8], matrices: &mut Vec<Matrix>) {
        match self {
            Self::Variable(place) => {
                let mut matrix = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
                matrix[i][j] = sign * values[*place];
                matrices.push(matrix);
            }
            Self::Negate(f) => f.program((i, j), -sign, values, matrices),
            Self::Add(f, g) => [f, g].into_iter().for_each(|part| part.program((i, j), sign, values, matrices)),
            Self::Multiply(f, g) => {
                let k = 3 - i - j;
                for outer in [sign, -sign] {
                    // I + a E_ik, I + b E_kj, I - a E_ik, I - b E_kj multiply to I + a b E_ij.
                    f.program((i, k), outer, values, matrices);
                    g.program((k, j), outer * sign, values, matrices);
                }
            }
        }
    }
}

/// The matrices whose product has the formula's value as entry (0,0), where each variable is -1, 0 or 1.
///
/// ```
/// use problems::Problem;
/// use problems::matrix_product::{MatrixProduct, word};
/// use reductions::hardness::formula_to_matrix_product::{Formula, map};
/// let x = |place| Box::new(Formula::Variable(place));
/// let product = Formula::Multiply(x(0), x(1));
/// assert_eq!(map(&product, &[-1, -1]).len(), 4);
/// assert!(MatrixProduct.decide(&word(&map(&product, &[-1, -1]))));
/// assert!(!MatrixProduct.decide(&word(&map(&product, &[-1, 1]))));
/// ```
///
/// # Panics
/// If a variable has no value, or one that is not -1, 0 or 1.
pub fn map(formula: &Formula, values: &[i8]) -> Vec<Matrix> {
    assert!(values.iter().all(|value| (-1..=1).contains(value)), "a matrix has entries -1, 0 and 1");
    let mut matrices = Vec::with_capacity(formula.n_matrices());
    formula.program((0, 1), 1, values, &mut matrices);
    if let Some(last) = matrices.last_mut() {
        last.iter_mut().for_each(|row| row.swap(0, 1));
    }
    matrices
}

/// The cases of the induction over the formula, each with whether it holds: for every pair of indices and both signs, that
/// the product of a variable, a negation, a sum and a product of parts is I + s f E_ij, if those of its parts are. The entries
/// are polynomials of degree at most two in the value of each part, so that three values of each show the identity for all
/// integers; that nothing but the parts' products matters is associativity, and stays on paper.
pub fn induction_cases() -> Vec<(String, bool)> {
    let x = |place| Box::new(Formula::Variable(place));
    let formulas = [
        ("variable", Formula::Variable(0)),
        ("negation", Formula::Negate(x(0))),
        ("sum", Formula::Add(x(0), x(1))),
        ("product", Formula::Multiply(x(0), x(1))),
    ];
    let multiply = |a: [[i64; 3]; 3], b: &Matrix| -> [[i64; 3]; 3] {
        a.map(|row| std::array::from_fn(|column| (0..3).map(|inner| row[inner] * i64::from(b[inner][column])).sum()))
    };
    let identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    let mut cases = Vec::new();
    for (i, j) in (0..3).flat_map(|i| (0..3).map(move |j| (i, j))).filter(|(i, j)| i != j) {
        for sign in [1, -1] {
            for (name, formula) in &formulas {
                for (a, b) in (0..3).flat_map(|a| (0..3).map(move |b| (a, b))) {
                    let mut matrices = Vec::new();
                    formula.program((i, j), sign, &[a, b], &mut matrices);
                    let found = matrices.iter().fold(identity, multiply);
                    let mut expected = identity;
                    let (a_value, b_value) = (i64::from(a), i64::from(b));
                    let value = match formula {
                        Formula::Variable(_) => a_value,
                        Formula::Negate(_) => -a_value,
                        Formula::Add(..) => a_value + b_value,
                        Formula::Multiply(..) => a_value * b_value,
                    };
                    expected[i][j] = i64::from(sign) * value;
                    cases.push((format!("{name} at ({i},{j}), sign {sign}, of {a} and {b}"), found == expected));
                }
            }
        }
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Random;
    use problems::matrix_product::product;
    use problems::matrix_product::word;

    fn all_formulas(depth: usize) -> Vec<Formula> {
        let mut formulas = vec![Formula::Variable(0), Formula::Variable(1)];
        for _ in 0..depth {
            let negated: Vec<Formula> = formulas.iter().map(|f| Formula::Negate(Box::new(f.clone()))).collect();
            let below: Vec<Formula> = formulas.iter().cloned().chain(negated).collect();
            let pairs =
                || below.iter().flat_map(|f| below.iter().map(move |g| (Box::new(f.clone()), Box::new(g.clone()))));
            let sums = pairs().map(|(f, g)| Formula::Add(f, g));
            let products = pairs().map(|(f, g)| Formula::Multiply(f, g));
            formulas = [Formula::Variable(0), Formula::Variable(1)].into_iter().chain(sums).chain(products).collect();
        }
        formulas
    }

    fn random_formula(depth: usize, random: &mut Random) -> Formula {
        if depth == 0 {
            return Formula::Variable(random.below(6));
        }
        let mut part = || Box::new(random_formula(depth - 1, random));
        let (f, g) = (part(), part());
        let whole = if random.bit() { Formula::Add(f, g) } else { Formula::Multiply(f, g) };
        if random.bit() { Formula::Negate(Box::new(whole)) } else { whole }
    }

    fn check(formula: &Formula, values: &[i8]) -> BigInt {
        let matrices = map(formula, values);
        assert_eq!(matrices.len(), formula.n_matrices());
        assert!(matrices.len() <= 4usize.pow(formula.depth() as u32));
        assert!(matrices.iter().flatten().flatten().all(|entry| (-1..=1).contains(entry)));
        let value = formula.value(values);
        assert_eq!(product(&word(&matrices)).unwrap()[0][0], value, "{formula:?} {values:?}");
        value
    }

    #[test]
    fn every_formula_of_depth_two_has_its_value_for_every_assignment() {
        let formulas = all_formulas(2);
        assert_eq!(formulas.len(), 2 + 2 * 68 * 68);
        let mut answers = [0; 2];
        for formula in formulas {
            for code in 0..9 {
                let value = check(&formula, &[code / 3 - 1, code % 3 - 1]);
                answers[usize::from(value > BigInt::from(0))] += 1;
            }
        }
        assert!(answers[0] > 1000 && answers[1] > 1000);
    }

    #[test]
    fn random_formulas_of_depth_six_have_their_values() {
        let mut large = 0;
        for index in 0..300 {
            let mut random = Random::new(1, index);
            let formula = random_formula(1 + random.below(6), &mut random);
            let values: Vec<i8> = (0..6).map(|_| random.below(3) as i8 - 1).collect();
            let value = check(&formula, &values);
            large += usize::from(value > BigInt::from(1));
        }
        assert!(large > 20, "{large}");
    }

    #[test]
    fn the_induction_has_a_case_for_every_pair_sign_operation_and_value() {
        let cases = induction_cases();
        assert_eq!(cases.len(), 6 * 2 * 4 * 9);
        assert!(cases.iter().all(|(_, holds)| *holds));
    }

    #[test]
    fn the_full_product_tree_has_the_largest_number_of_matrices() {
        let tree = |depth| (0..depth).fold(Formula::Variable(0), |f, _| Formula::Multiply(f.clone().into(), f.into()));
        for depth in 0..=5 {
            assert_eq!(map(&tree(depth), &[1]).len(), 4usize.pow(depth as u32));
        }
    }
}
