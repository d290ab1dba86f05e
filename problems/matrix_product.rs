//! Iterated products of 3x3 matrices: is entry (0,0) positive?
//!
//! A word lists the entries of the matrices M1, M2, ..., MN, each -1, 0 or 1, row by row: nine tokens a matrix. Products
//! are read left to right, M1 M2 ... MN, as rows meet them. It is a yes-word iff its length is a positive multiple of
//! nine and entry (0,0) of the product is > 0; the value 0 is a no. The problem is complete for PNC1 (Caussinus,
//! McKenzie, Therien and Vollmer 1998, doi 10.1006/jcss.1998.1588).

mod bos;

pub use bos::BOS;
pub use bos::MatrixProductBos;

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use crate::balanced;
use crate::balanced::IntegerMatrix;
use crate::word_of;
use num_bigint::BigInt;
use num_bigint::Sign;
use num_rational::BigRational;
use num_traits::Signed;
use num_traits::Zero;
use std::ops::Range;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["-1", "0", "1"]));

/// The number of tokens of a matrix.
pub const TOKENS_PER_MATRIX: usize = 9;

/// A 3x3 matrix with entries -1, 0 and 1, by rows.
pub type Matrix = [[i8; 3]; 3];

/// Is entry (0,0) of the product of the matrices positive?
///
/// ```
/// use problems::Problem;
/// use problems::matrix_product::MatrixProduct;
/// let word = |text| MatrixProduct.alphabet().parse(text).unwrap();
/// assert!(MatrixProduct.decide(&word("1 1 0  0 1 0  0 0 1")));
/// assert!(!MatrixProduct.decide(&word("1 1 0  0 1 0  0 0 1  -1 0 0  0 1 0  0 0 1")));
/// assert!(!MatrixProduct.decide(&word("1 1 0  0 1 0  0 0 1  1")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixProduct;

/// The product of the word's matrices, read left to right; none where the length is not a positive multiple of nine.
///
/// # Panics
/// If a token is not in the alphabet.
pub fn product(word: &[Token]) -> Option<[[BigInt; 3]; 3]> {
    let matrices = matrices(word)?;
    // Entries of a product of k such matrices are at most 3^(k-1), and 3^38 < 2^62.
    const GRAIN: usize = 39;
    let leaf = |range: Range<usize>| -> IntegerMatrix {
        let small = |matrix: &Matrix| matrix.map(|row| row.map(i64::from));
        let factors = matrices[range].iter().map(small).reduce(multiply_small).expect("no range is empty");
        factors.iter().map(|row| row.iter().copied().map(BigInt::from).collect()).collect()
    };
    let product = balanced::fold(0..matrices.len(), GRAIN, &leaf, &balanced::multiply);
    Some(std::array::from_fn(|row| std::array::from_fn(|column| product[row][column].clone())))
}

fn multiply_small(a: [[i64; 3]; 3], b: [[i64; 3]; 3]) -> [[i64; 3]; 3] {
    a.map(|row| std::array::from_fn(|column| (0..3).map(|inner| row[inner] * b[inner][column]).sum()))
}

/// The word's matrices; none where the length is not a positive multiple of nine.
///
/// # Panics
/// If a token is not in the alphabet.
pub fn matrices(word: &[Token]) -> Option<Vec<Matrix>> {
    if word.is_empty() || !word.len().is_multiple_of(TOKENS_PER_MATRIX) {
        return None;
    }
    let entry = |token: Token| match token {
        0 => -1,
        1 => 0,
        2 => 1,
        _ => panic!("token {token} is not in the alphabet of three entries"),
    };
    let matrix = |tokens: &[Token]| std::array::from_fn(|row| std::array::from_fn(|i| entry(tokens[3 * row + i])));
    Some(word.chunks_exact(TOKENS_PER_MATRIX).map(matrix).collect())
}

/// The word that lists these matrices.
///
/// # Panics
/// If an entry is not -1, 0 or 1.
pub fn word(matrices: &[Matrix]) -> Word {
    let token = |entry: &i8| match entry {
        -1 => 0,
        0 => 1,
        1 => 2,
        other => panic!("expected an entry -1, 0 or 1, got {other}"),
    };
    matrices.iter().flatten().flatten().map(token).collect()
}

/// The determinant.
pub fn determinant(matrix: &Matrix) -> i8 {
    let [[a, b, c], [d, e, f], [g, h, i]] = matrix;
    a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
}

/// Every matrix with determinant other than 0: 11,808 of the 19,683.
fn invertible() -> &'static [Matrix] {
    static INVERTIBLE: LazyLock<Vec<Matrix>> = LazyLock::new(|| {
        let words = crate::words_of_length(3, TOKENS_PER_MATRIX);
        words.filter_map(|word| matrices(&word)).map(|list| list[0]).filter(|m| determinant(m) != 0).collect()
    });
    &INVERTIBLE
}

/// How often products of uniform matrices collapse, where no determinant is forced to be other than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Collapse {
    /// Words drawn.
    n_words: usize,
    /// Of these, words with 0 as entry (0,0) of the product: no-words by a trivial reason.
    entry_zero: usize,
    /// Of these, words with row 0 of the product all 0: no continuation is a yes-word.
    row_zero: usize,
}

/// Draws `n_words` words of `n` matrices with uniform entries and counts the products that collapse.
fn collapse(n: usize, n_words: usize, random: &mut Random) -> Collapse {
    let mut collapse = Collapse { n_words, entry_zero: 0, row_zero: 0 };
    for _ in 0..n_words {
        let word = word_of((0..n * TOKENS_PER_MATRIX).map(|_| random.below(3)));
        let Some([row, ..]) = product(&word) else { continue };
        collapse.entry_zero += usize::from(row[0].is_zero());
        collapse.row_zero += usize::from(row.iter().all(Zero::is_zero));
    }
    collapse
}

impl Problem for MatrixProduct {
    fn name(&self) -> &str {
        "matrix-product"
    }

    fn class(&self) -> &str {
        "PNC1-complete"
    }

    fn question(&self) -> &str {
        "Is entry (0,0) of the product of the 3x3 matrices, read left to right, positive?"
    }

    fn sizes(&self) -> Sizes {
        Sizes { unit: "matrices", least: 1, default: 60, largest: 1_000_000 }
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        product(word).is_some_and(|product| product[0][0].sign() == Sign::Plus)
    }

    /// At a matrix end the whole product, by rows.
    fn values(&self, word: &[Token]) -> Option<Vec<BigRational>> {
        product(word).map(|product| product.into_iter().flatten().map(BigRational::from_integer).collect())
    }

    fn answer(&self, word: &[Token]) -> (bool, Option<Vec<BigRational>>) {
        let values = self.values(word);
        (values.as_ref().is_some_and(|values| values[0].is_positive()), values)
    }

    /// The share of products that collapse where no determinant is forced.
    fn about_instances(&self) -> Option<String> {
        let n = self.sizes().default;
        let Collapse { n_words, entry_zero, row_zero } = collapse(n, 2000, &mut Random::new(0, 0));
        let percent = |count: usize| (200 * count + n_words) / (2 * n_words);
        Some(format!(
            "every matrix has a determinant other than 0; of {n_words} words of {n} uniform matrices {} % have 0 as entry \
             (0,0) of their product, and {} % a first row of zeros, so that no continuation is a yes-word",
            percent(entry_zero),
            percent(row_zero)
        ))
    }

    /// One matrix again and again. The first one has three entries of every product that tell slots, buffers and factors
    /// apart; in the products of the second all nine entries grow.
    fn telling_words(&self) -> Vec<Word> {
        const TIMES: usize = 12;
        let sheared = [[1, 1, 0], [0, 1, 0], [0, 0, 1]];
        let dense = [[1, 1, -1], [1, -1, 1], [-1, 1, 1]];
        [sheared, dense].map(|matrix| word(&[matrix; TIMES])).to_vec()
    }

    /// Uniform matrices with a determinant other than 0, for otherwise long products are 0. Where the sign is not the
    /// one asked for, one matrix, at a random place, is negated: this turns the sign of the product and leaves every
    /// matrix as likely as it was. So the yes-words are uniform among the words with a positive value, and no rule that
    /// leaves out even one matrix knows the sign of a value that is not 0. A value of 0 is kept as a no.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        loop {
            let mut matrices: Vec<Matrix> = (0..n).map(|_| *random.pick(invertible())).collect();
            let turned = random.below(n);
            let Some(product) = product(&word(&matrices)) else {
                unreachable!("n is at least 1");
            };
            match (product[0][0].sign(), answer) {
                (Sign::Plus, true) | (Sign::Minus | Sign::NoSign, false) => {}
                (Sign::NoSign, true) => continue,
                _ => matrices[turned] = matrices[turned].map(|row| row.map(|entry| -entry)),
            }
            return Ok(Sample { word: word(&matrices), family: "invertible".to_owned() });
        }
    }

    /// One matrix again and again whose powers grow: as fast as any, as Fibonacci numbers with signs, and linearly; each
    /// with its negation as the last factor, and with a last factor that takes the difference of two columns.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() || n * TOKENS_PER_MATRIX > longest {
            return Vec::new();
        }
        let repeated: [Matrix; 4] = [
            [[1, 1, 1], [1, 1, 1], [1, 1, 1]],
            [[1, 1, 1], [1, 1, 0], [1, 0, 0]],
            [[1, 1, 0], [-1, 0, 1], [0, 1, 1]],
            [[1, 1, 0], [0, 1, 0], [0, 0, 1]],
        ];
        let mut words = Vec::new();
        for matrix in repeated {
            let negated = matrix.map(|row| row.map(|entry| -entry));
            for last in [matrix, negated, [[1, 0, 0], [-1, 1, 0], [0, 0, 1]]] {
                let mut matrices = vec![matrix; n - 1];
                matrices.push(last);
                words.push(word(&matrices));
            }
        }
        words
    }
}

#[cfg(test)]
mod tests;
