//! Deciders on many words that begin alike.

use crate::Problem;
use crate::Token;
use crate::Word;
use num_rational::BigRational;

/// A decider that stands after a word and moves by one token: what it knows of a beginning is not computed again.
pub trait Beginnings {
    /// Goes on to a word that is longer by this token.
    fn push(&mut self, token: Token);

    /// Goes back to the word without its last token; before the first one nothing happens.
    fn pop(&mut self);

    /// What [`Problem::answer`] gives for the word.
    fn answer(&self) -> (bool, Option<Vec<BigRational>>);
}

/// A decider that reads each word from its first token on.
struct Whole<'p> {
    problem: &'p dyn Problem,
    word: Word,
}

impl Beginnings for Whole<'_> {
    fn push(&mut self, token: Token) {
        self.word.push(token);
    }

    fn pop(&mut self) {
        self.word.pop();
    }

    fn answer(&self) -> (bool, Option<Vec<BigRational>>) {
        self.problem.answer(&self.word)
    }
}

/// The decider of a problem, before the first token.
///
/// ```
/// let problem = problems::weighted_automaton::counter_difference();
/// let mut decider = problems::beginnings(problem);
/// decider.push(0);
/// assert!(decider.answer().0);
/// decider.push(1);
/// assert!(!decider.answer().0);
/// ```
pub fn beginnings<'p>(problem: &'p dyn Problem) -> Box<dyn Beginnings + 'p> {
    problem.own_beginnings().unwrap_or_else(|| Box::new(Whole { problem, word: Word::new() }))
}
