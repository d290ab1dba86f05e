//! Parity: is the number of ones odd? `n` counts the letters.

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use crate::token_of;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["0", "1"]));

const ONE: Token = 1;

/// Is the number of ones odd?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parity;

impl Problem for Parity {
    fn name(&self) -> &str {
        "parity"
    }

    fn class(&self) -> &str {
        "in TC0, not in AC0"
    }

    fn question(&self) -> &str {
        "Is the number of ones odd?"
    }

    fn sizes(&self) -> Sizes {
        Sizes { unit: "letters", least: 1, default: 64, largest: 100_000_000 }
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        word.iter().filter(|token| **token == ONE).count() % 2 == 1
    }

    /// Random letters, of which the last is chosen to give the answer.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let mut word: Vec<Token> = (1..n).map(|_| token_of(random.below(2))).collect();
        word.push(Token::from(self.decide(&word) != answer));
        Ok(Sample { word, family: "random".to_owned() })
    }

    /// The most ones, and one fewer: a count would have to be as large as it can be.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() || n > longest {
            return Vec::new();
        }
        let ones = vec![ONE; n];
        let mut one_fewer = ones.clone();
        one_fewer[n - 1] = 0;
        vec![ones, one_fewer]
    }
}
