//! Near misses: words one or two edits away from an instance.
//!
//! Where two deciders of a problem are compared, short words alone are not enough: a word of five tokens has no complete gate
//! with two operands far apart, no second matrix, no path of three edges. Most faults show on words that are nearly an
//! instance, or that become another instance by an edit. These are drawn here, from instances of the smallest sizes, so that
//! the words stay short and there are thousands of them.

use crate::Problem;
use crate::Random;
use crate::Token;
use crate::Word;
use crate::token_of;
use std::collections::HashSet;

/// How many mutants of one instance are drawn before the next instance is.
const PER_INSTANCE: usize = 16;

/// How many draws there are for each word asked for: a problem may have fewer near misses than that.
const DRAWS_PER_WORD: usize = 8;

/// How many instances are drawn before larger ones may be.
const ROUNDS_PER_SIZE: usize = 16;

/// One instance of four is drawn from those that ask most of a number format: in them distances are large.
const ADVERSARIAL_SHARE: usize = 4;

/// One change of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    /// A token is left out.
    Drop,
    /// A token is written twice.
    Double,
    /// Two neighbours change places.
    Swap,
    /// Another token stands in the place of one.
    Replace,
    /// One more token is put in.
    Insert,
}

impl Edit {
    const ALL: [Self; 5] = [Self::Drop, Self::Double, Self::Swap, Self::Replace, Self::Insert];

    /// Changes the word at a random place. A word that is too short for this edit stays as it is.
    fn apply(self, word: &mut Word, n_tokens: usize, random: &mut Random) {
        let length = word.len();
        match self {
            Self::Insert => word.insert(random.below(length + 1), token_of(random.below(n_tokens))),
            _ if length == 0 => {}
            Self::Drop => {
                word.remove(random.below(length));
            }
            Self::Double => {
                let place = random.below(length);
                word.insert(place, word[place]);
            }
            Self::Swap => {
                let place = random.below(length);
                if place + 1 < length {
                    word.swap(place, place + 1);
                }
            }
            Self::Replace => {
                let place = random.below(length);
                word[place] = another(word[place], n_tokens, random);
            }
        }
    }
}

/// A token other than this one, where there is another.
fn another(token: Token, n_tokens: usize, random: &mut Random) -> Token {
    if n_tokens < 2 {
        return token;
    }
    token_of((usize::from(token) + 1 + random.below(n_tokens - 1)) % n_tokens)
}

/// Up to `count` different words that are one or two edits away from a small instance: a token dropped, doubled, swapped with
/// its neighbour, replaced by another, or inserted.
///
/// The instances are sampled with a random answer and a random size, in the problem's own unit, from the least one to
/// `largest`; one of four is one of [`Problem::adversarial`]. Where so small instances do not have so many near misses, as
/// with few letters, larger ones are taken too. Some of the words are instances themselves, of either answer. The same
/// arguments give the same words in the same order, and a longer list begins with the shorter one. It is shorter than `count`
/// only where draws bring hardly any new words.
///
/// A promise is not looked at: whoever compares leaves out the words for which [`Problem::promises`] is false.
///
/// ```
/// use problems::Problem;
/// let problem = problems::circuit_value::walk();
/// let words = problems::near_misses(problem, problem.sizes().least + 5, 1, 1000);
/// assert_eq!(words.len(), 1000);
/// assert!(words.iter().any(|word| problem.decide(word)) && words.iter().any(|word| !problem.decide(word)));
/// ```
pub fn near_misses(problem: &dyn Problem, largest: usize, seed: u64, count: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut seen: HashSet<Word> = HashSet::new();
    let n_tokens = problem.alphabet().len();
    let mut originals = Originals::new(problem, largest);
    let mut n_before = 0;
    for round in 0..count.saturating_mul(DRAWS_PER_WORD).div_ceil(PER_INSTANCE) {
        // Larger instances as soon as every second mutant is one that was there before.
        if round > 0 && round % ROUNDS_PER_SIZE == 0 {
            if 2 * (words.len() - n_before) < ROUNDS_PER_SIZE * PER_INSTANCE {
                originals.grow();
            }
            n_before = words.len();
        }
        // Every round has a stream of its own: how many choices one makes does not move those of the next.
        let mut random = Random::new(seed, round as u64);
        let Some(original) = originals.draw(&mut random) else { continue };
        for _ in 0..PER_INSTANCE {
            if words.len() == count {
                return words;
            }
            let mut word = original.clone();
            for _ in 0..1 + random.below(2) {
                random.pick(&Edit::ALL).apply(&mut word, n_tokens, &mut random);
            }
            // A swap of equal neighbours, or a second edit that undoes the first, is no mutant.
            if word != original && seen.insert(word.clone()) {
                words.push(word);
            }
        }
    }
    words
}

/// The instances that are changed.
struct Originals<'p> {
    problem: &'p dyn Problem,
    n_sizes: usize,
    adversarial: Vec<Word>,
}

impl<'p> Originals<'p> {
    fn new(problem: &'p dyn Problem, largest: usize) -> Self {
        let sizes = problem.sizes();
        let mut originals = Self { problem, n_sizes: 0, adversarial: Vec::new() };
        while originals.n_sizes == 0 || sizes.least + originals.n_sizes <= largest.min(sizes.largest) {
            originals.grow();
        }
        originals
    }

    /// Takes instances of one more size.
    fn grow(&mut self) {
        let sizes = self.problem.sizes();
        let next = sizes.least + self.n_sizes;
        if next <= sizes.largest {
            self.adversarial.extend(self.problem.adversarial(next, usize::MAX));
            self.n_sizes += 1;
        }
    }

    /// An instance of a random size; none where that size has none with the answer that was drawn.
    fn draw(&self, random: &mut Random) -> Option<Word> {
        if random.below(ADVERSARIAL_SHARE) == 0 && !self.adversarial.is_empty() {
            return Some(random.pick(&self.adversarial).clone());
        }
        let n = self.problem.sizes().least + random.below(self.n_sizes);
        let answer = random.bit();
        self.problem.sample(n, answer, random).ok().map(|sample| sample.word)
    }
}

#[cfg(test)]
mod tests;
