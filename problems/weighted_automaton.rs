//! Weighted automata over the rational numbers: is the weight of a word positive?
//!
//! An automaton with n states is a row alpha, a matrix M_s for each letter s and a column omega; the weight of a word
//! w1 ... wm is f(w) = alpha M_{w1} ... M_{wm} omega, read left to right, and alpha omega for the empty word. A word is a
//! yes-word iff f(w) > 0, strictly. The automaton is data: three are shipped, and [`text`] reads and writes others.

mod beginnings;
mod named;
#[cfg(test)]
mod tests;
pub mod text;

pub use named::all;
pub use named::counter_difference;
pub use named::random_fibonacci;
pub use named::three_states;

use crate::Alphabet;
use crate::Beginnings;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use crate::balanced;
use crate::balanced::IntegerMatrix;
use crate::indices;
use crate::token_of;
use crate::word_of;
use crate::words_of_length;
use itertools::Itertools;
use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_rational::Ratio;
use num_traits::One;
use num_traits::ToPrimitive;
use num_traits::Zero;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// A square matrix of rational numbers, by rows.
pub type Matrix = Vec<Vec<BigRational>>;

/// The largest number of states that an automaton may have: its matrices are stored whole.
const MOST_STATES: usize = 256;

/// A weighted automaton over the rational numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Automaton {
    name: String,
    alphabet: Alphabet,
    initial: Vec<BigRational>,
    transitions: Vec<Matrix>,
    final_weights: Vec<BigRational>,
}

/// Why an automaton, or the text of one, is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomatonError {
    /// The line of the text, counted from 1, where the fault is in one line.
    pub line: Option<usize>,
    /// What was expected, and what was there.
    pub message: String,
}

impl AutomatonError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }
}

impl fmt::Display for AutomatonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for AutomatonError {}

impl Automaton {
    /// An automaton with these letters: a row of n initial weights, one n x n matrix per letter (its row is the source,
    /// its column the target), and n final weights.
    ///
    /// ```
    /// use num_rational::BigRational;
    /// use problems::weighted_automaton::Automaton;
    /// let number = |value: i64| BigRational::from_integer(value.into());
    /// let doubling = Automaton::new("doubling", vec!["a".into()], vec![number(1)], vec![vec![vec![number(2)]]],
    ///     vec![number(3)]).unwrap();
    /// assert_eq!(doubling.weight(&[0, 0, 0, 0]), number(48));
    /// ```
    ///
    /// # Errors
    /// [`AutomatonError`] where there is no letter, a letter cannot be written or occurs twice, there is no state or
    /// more than 256, or two dimensions differ.
    pub fn new(
        name: impl Into<String>,
        letters: Vec<String>,
        initial: Vec<BigRational>,
        transitions: Vec<Matrix>,
        final_weights: Vec<BigRational>,
    ) -> Result<Self, AutomatonError> {
        if letters.is_empty() || letters.len() > 256 {
            return Err(AutomatonError::new(format!("expected 1 to 256 letters, got {}", letters.len())));
        }
        for (i, letter) in letters.iter().enumerate() {
            if letter.is_empty() || letter.contains(char::is_whitespace) {
                return Err(AutomatonError::new(format!("expected a letter without white space, got `{letter}`")));
            }
            if letters[..i].contains(letter) {
                return Err(AutomatonError::new(format!("expected each letter once, got `{letter}` twice")));
            }
        }
        let n = initial.len();
        if n == 0 || n > MOST_STATES {
            return Err(AutomatonError::new(format!("expected 1 to {MOST_STATES} states, got {n}")));
        }
        let check = |what: String, expected: usize, got: usize| {
            if expected == got {
                return Ok(());
            }
            Err(AutomatonError::new(format!("{what}: expected {expected}, got {got}")))
        };
        check("final weights".to_owned(), n, final_weights.len())?;
        check("matrices, one per letter".to_owned(), letters.len(), transitions.len())?;
        for (letter, matrix) in letters.iter().zip(&transitions) {
            check(format!("rows of the matrix of `{letter}`"), n, matrix.len())?;
            for (row, entries) in matrix.iter().enumerate() {
                check(format!("entries in row {row} of the matrix of `{letter}`"), n, entries.len())?;
            }
        }
        Ok(Self { name: name.into(), alphabet: Alphabet::new(letters), initial, transitions, final_weights })
    }

    /// The automaton's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The letters.
    pub fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.initial.len()
    }

    /// The row alpha.
    pub fn initial(&self) -> &[BigRational] {
        &self.initial
    }

    /// The matrix of each letter, in the order of the alphabet.
    pub fn transitions(&self) -> &[Matrix] {
        &self.transitions
    }

    /// The column omega.
    pub fn final_weights(&self) -> &[BigRational] {
        &self.final_weights
    }

    /// The weight f(w) of a word, exactly.
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn weight(&self, word: &[Token]) -> BigRational {
        let integers = Integers::new(self);
        BigRational::new(integers.weight(word), integers.denominator(word))
    }
}

/// An automaton's numbers over one common denominator per part, so that no fraction is reduced on the way.
#[derive(Clone, Debug)]
struct Integers {
    initial: (Vec<BigInt>, BigInt),
    transitions: Vec<(IntegerMatrix, BigInt)>,
    final_weights: (Vec<BigInt>, BigInt),
    /// The same numerators as machine words, where all of them are small.
    small: Option<SmallIntegers>,
}

/// Numerators as machine words; matrices by rows.
#[derive(Clone, Debug)]
struct SmallIntegers {
    initial: Vec<i128>,
    transitions: Vec<Vec<i64>>,
    final_weights: Vec<i64>,
}

impl SmallIntegers {
    /// The numerator of a word's weight, where no number on the way leaves the range.
    fn weight(&self, word: &[Token]) -> Option<i128> {
        let (mut row, mut next) = (self.initial.clone(), self.initial.clone());
        for letter in indices(word) {
            self.times(&row, letter, &mut next)?;
            std::mem::swap(&mut row, &mut next);
        }
        self.weight_of(&row)
    }

    /// The row times the letter's matrix, written to `product`.
    fn times(&self, row: &[i128], letter: usize, product: &mut [i128]) -> Option<()> {
        product.fill(0);
        for (value, entries) in row.iter().zip(self.transitions[letter].chunks(row.len())) {
            for (sum, entry) in product.iter_mut().zip(entries).filter(|(_, entry)| **entry != 0) {
                *sum = value.checked_mul(i128::from(*entry))?.checked_add(*sum)?;
            }
        }
        Some(())
    }

    /// The numerator of the weight of a word that leads to this row.
    fn weight_of(&self, row: &[i128]) -> Option<i128> {
        let mut weights = row.iter().zip(&self.final_weights);
        weights.try_fold(0_i128, |sum, (value, weight)| value.checked_mul(i128::from(*weight))?.checked_add(sum))
    }
}

/// The fraction, in lowest terms; where machine words hold both numbers, they are reduced as such.
fn fraction(num: BigInt, den: BigInt) -> BigRational {
    match (num.to_i64(), den.to_i64()) {
        (Some(num), Some(den)) if num != i64::MIN => {
            let reduced = Ratio::new(num, den);
            BigRational::new_raw((*reduced.numer()).into(), (*reduced.denom()).into())
        }
        _ => BigRational::new(num, den),
    }
}

fn cleared<'v>(values: impl Iterator<Item = &'v BigRational> + Clone) -> (Vec<BigInt>, BigInt) {
    let denominator = values.clone().fold(BigInt::one(), |common, value| common.lcm(value.denom()));
    (values.map(|value| value.numer() * (&denominator / value.denom())).collect(), denominator)
}

impl Integers {
    fn new(automaton: &Automaton) -> Self {
        let matrix = |matrix: &Matrix| {
            let (entries, denominator) = cleared(matrix.iter().flatten());
            (entries.chunks(automaton.n_states()).map(<[BigInt]>::to_vec).collect(), denominator)
        };
        let mut integers = Self {
            initial: cleared(automaton.initial.iter()),
            transitions: automaton.transitions.iter().map(matrix).collect(),
            final_weights: cleared(automaton.final_weights.iter()),
            small: None,
        };
        integers.small = integers.as_small();
        integers
    }

    fn as_small(&self) -> Option<SmallIntegers> {
        let small =
            |values: &[BigInt]| values.iter().map(|value| i64::try_from(value).ok()).collect::<Option<Vec<_>>>();
        Some(SmallIntegers {
            initial: small(&self.initial.0)?.into_iter().map(i128::from).collect(),
            transitions: self.transitions.iter().map(|(rows, _)| small(&rows.concat())).collect::<Option<_>>()?,
            final_weights: small(&self.final_weights.0)?,
        })
    }

    /// The numerator of the weight over [`Integers::denominator`], which is positive.
    fn weight(&self, word: &[Token]) -> BigInt {
        // Below this length a row times a matrix at a time is faster, and nothing is gained by balance.
        const GRAIN: usize = 64;
        if word.len() <= GRAIN
            && let Some(weight) = self.small.as_ref().and_then(|small| small.weight(word))
        {
            return BigInt::from(weight);
        }
        let mut row = self.initial.0.clone();
        if word.len() <= GRAIN {
            for letter in indices(word) {
                row = self.times(&row, &self.transitions[letter].0);
            }
        } else {
            let leaf = |range: Range<usize>| -> IntegerMatrix {
                let mut factors = indices(&word[range]).map(|letter| &self.transitions[letter].0);
                let first = factors.next().expect("no range is empty").clone();
                factors.fold(first, |product, factor| balanced::multiply(&product, factor))
            };
            row = self.times(&row, &balanced::fold(0..word.len(), GRAIN, &leaf, &balanced::multiply));
        }
        row.iter().zip(&self.final_weights.0).fold(BigInt::zero(), |sum, (value, weight)| sum + value * weight)
    }

    fn times(&self, row: &[BigInt], matrix: &IntegerMatrix) -> Vec<BigInt> {
        let mut sums = vec![BigInt::zero(); row.len()];
        for (value, entries) in row.iter().zip(matrix) {
            if !value.is_zero() {
                entries.iter().zip(&mut sums).for_each(|(entry, sum)| *sum += value * entry);
            }
        }
        sums
    }

    fn denominator(&self, word: &[Token]) -> BigInt {
        let mut denominator = &self.initial.1 * &self.final_weights.1;
        for (letter, (_, common)) in self.transitions.iter().enumerate().filter(|(_, (_, common))| !common.is_one()) {
            let uses = indices(word).filter(|used| *used == letter).count();
            denominator *= num_traits::pow(common.clone(), uses);
        }
        denominator
    }
}

/// Is the weight of the word positive?
///
/// ```
/// use problems::Problem;
/// let problem = problems::weighted_automaton::counter_difference();
/// let word = |text| problem.alphabet().parse(text).unwrap();
/// assert!(problem.decide(&word("aabab")));
/// assert!(!problem.decide(&word("abab")));
/// ```
#[derive(Clone, Debug)]
pub struct WeightedAutomaton {
    automaton: Automaton,
    integers: Integers,
}

impl WeightedAutomaton {
    /// The problem of this automaton.
    pub fn new(automaton: Automaton) -> Self {
        let integers = Integers::new(&automaton);
        Self { automaton, integers }
    }

    /// The automaton.
    pub fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    /// A random word whose letters have random frequencies: an even mixture may never be rare enough in one letter.
    fn uneven(&self, n: usize, random: &mut Random) -> Word {
        let shares: Vec<usize> = (0..self.alphabet().len()).map(|_| 1 << random.below(8)).collect();
        let sum = shares.iter().sum();
        let mut draw = || {
            let mut left = random.below(sum);
            let chosen = shares.iter().position(|&share| {
                let here = left < share;
                left = left.saturating_sub(share);
                here
            });
            chosen.expect("the shares add up to their sum")
        };
        word_of((0..n).map(|_| draw()))
    }
}

/// How many short words are looked at before the sampler gives up, or looks at all of them.
const TRIES: usize = 4096;

/// How many letters are looked at before: a refusal of a long word must come in seconds.
const MOST_LETTERS: usize = 1 << 22;

impl Problem for WeightedAutomaton {
    fn name(&self) -> &str {
        "weighted-automaton"
    }

    fn variant(&self) -> Option<&str> {
        Some(&self.automaton.name)
    }

    fn class(&self) -> &str {
        "in PNC1"
    }

    fn question(&self) -> &str {
        "Is the weight that the automaton gives to the word positive?"
    }

    fn sizes(&self) -> Sizes {
        Sizes { unit: "letters", least: 1, default: 64, largest: 100_000 }
    }

    fn alphabet(&self) -> &Alphabet {
        &self.automaton.alphabet
    }

    fn decide(&self, word: &[Token]) -> bool {
        self.integers.weight(word) > BigInt::zero()
    }

    /// The weight, after every letter; before the first one only the decision is asked for.
    fn values(&self, word: &[Token]) -> Option<Vec<BigRational>> {
        self.answer(word).1
    }

    fn answer(&self, word: &[Token]) -> (bool, Option<Vec<BigRational>>) {
        let weight = self.integers.weight(word);
        let is_positive = weight > BigInt::zero();
        let value = || fraction(weight, self.integers.denominator(word));
        (is_positive, (!word.is_empty()).then(|| vec![value()]))
    }

    fn own_beginnings(&self) -> Option<Box<dyn Beginnings + '_>> {
        Some(Box::new(beginnings::OfAutomaton::new(self)))
    }

    /// Each letter and each pair of letters again and again, where weights grow fastest, and with another letter at the
    /// end.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() || n > longest {
            return Vec::new();
        }
        let letters = (0..self.alphabet().len()).map(token_of);
        let mut words = BTreeSet::new();
        for (first, second) in letters.clone().cartesian_product(letters.clone()) {
            let word: Word = (0..n).map(|t| if t % 2 == 0 { first } else { second }).collect();
            for last in letters.clone() {
                let mut ended = word.clone();
                ended[n - 1] = last;
                words.insert(ended);
            }
            words.insert(word);
        }
        words.into_iter().collect()
    }

    /// Uniform words until one has the answer; where 64 have not, words with uneven frequencies as well; where there
    /// are few words of this length, in the end all of them, so that a refusal is then certain.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let n_letters = self.alphabet().len();
        let tries = (MOST_LETTERS / n).clamp(64, TRIES);
        for attempt in 0..tries {
            let uniform = attempt < 64 || attempt % 2 == 0;
            let word = if uniform { word_of((0..n).map(|_| random.below(n_letters))) } else { self.uneven(n, random) };
            if self.decide(&word) == answer {
                let family = if uniform { "uniform" } else { "uneven" };
                return Ok(Sample { word, family: family.to_owned() });
            }
        }
        let wish = if answer { "a positive weight" } else { "a weight that is zero or negative" };
        let of = format!("word of {n} letters over `{}`", self.automaton.name);
        let few = u32::try_from(n).ok().and_then(|n| n_letters.checked_pow(n)).is_some_and(|count| count <= 16 * TRIES);
        if !few {
            return Err(NoInstance {
                reason: format!("none of {tries} random {of} has {wish}").replacen("word", "words", 1),
            });
        }
        let found: Vec<Word> = words_of_length(n_letters, n).filter(|word| self.decide(word) == answer).collect();
        if found.is_empty() {
            return Err(NoInstance { reason: format!("no {of} has {wish}") });
        }
        Ok(Sample { word: random.pick(&found).clone(), family: "all-words".to_owned() })
    }
}
