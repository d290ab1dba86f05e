//! Iterated products of 3x3 matrices whose words may hold the token BOS, with which the paper's words begin.

use super::MatrixProduct;
use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use num_rational::BigRational;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["-1", "0", "1", "BOS"]));

/// The token BOS.
pub const BOS: Token = 3;

/// The same question over four tokens: BOS is skipped wherever it stands, except that a word that ends with it is a
/// no-word, for no matrix ends there. The words of the paper are BOS and then the entries.
///
/// ```
/// use problems::Problem;
/// use problems::matrix_product::MatrixProductBos;
/// let word = |text| MatrixProductBos.alphabet().parse(text).unwrap();
/// assert!(MatrixProductBos.decide(&word("BOS 1 1 0  0 1 0  0 0 1")));
/// assert!(MatrixProductBos.decide(&word("BOS 1 1 0  0 BOS 1 0  0 0 1")));
/// assert!(!MatrixProductBos.decide(&word("BOS 1 1 0  0 1 0  0 0 1 BOS")));
/// assert!(!MatrixProductBos.decide(&word("BOS")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixProductBos;

/// The word without BOS; none where it ends with BOS.
fn entries(word: &[Token]) -> Option<Word> {
    (word.last() != Some(&BOS)).then(|| word.iter().copied().filter(|token| *token != BOS).collect())
}

impl Problem for MatrixProductBos {
    fn name(&self) -> &str {
        MatrixProduct.name()
    }

    fn variant(&self) -> Option<&str> {
        Some("bos")
    }

    fn class(&self) -> &str {
        MatrixProduct.class()
    }

    fn question(&self) -> &str {
        "Is entry (0,0) of the product of the 3x3 matrices, read left to right with BOS skipped, positive?"
    }

    fn sizes(&self) -> Sizes {
        MatrixProduct.sizes()
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        entries(word).is_some_and(|entries| MatrixProduct.decide(&entries))
    }

    /// At a matrix end the whole product, by rows.
    fn values(&self, word: &[Token]) -> Option<Vec<BigRational>> {
        MatrixProduct.values(&entries(word)?)
    }

    fn about_instances(&self) -> Option<String> {
        MatrixProduct.about_instances()
    }

    fn telling_words(&self) -> Vec<Word> {
        let begun = |word: Word| [vec![BOS], word].concat();
        MatrixProduct.telling_words().into_iter().map(begun).collect()
    }

    /// BOS and then an instance without it.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        let Sample { mut word, family } = MatrixProduct.sample(n, answer, random)?;
        word.insert(0, BOS);
        Ok(Sample { word, family })
    }

    /// BOS and then each of those without it.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        let words = MatrixProduct.adversarial(n, longest.saturating_sub(1)).into_iter();
        words.map(|word| [&[BOS], &word[..]].concat()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words_of_length;

    #[test]
    fn bos_is_skipped_in_every_place_but_the_last() {
        let mut answers = [0; 2];
        for plain in words_of_length(3, 9) {
            let answer = MatrixProduct.decide(&plain);
            answers[usize::from(answer)] += 1;
            assert_eq!(MatrixProductBos.decide(&plain), answer);
            for place in 0..=9 {
                let mut word = plain.clone();
                word.insert(place, BOS);
                assert_eq!(MatrixProductBos.decide(&word), answer && place < 9);
                assert_eq!(MatrixProductBos.values(&word).is_some(), place < 9);
            }
        }
        assert_eq!(answers, [2 * 6561, 6561]);
        assert!((0..30).all(|length| !MatrixProductBos.decide(&vec![BOS; length])));
    }
}
