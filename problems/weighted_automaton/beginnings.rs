//! The weights of many words that begin alike: one row times one matrix a token.

use super::WeightedAutomaton;
use super::fraction;
use crate::Beginnings;
use crate::Problem;
use crate::Token;
use crate::Word;
use num_bigint::BigInt;
use num_rational::BigRational;

/// The automaton after each beginning of a word.
pub(super) struct OfAutomaton<'p> {
    problem: &'p WeightedAutomaton,
    word: Word,
    /// The row after each beginning, and the denominator; none where machine words do not hold the numbers.
    rows: Vec<Option<Row>>,
}

struct Row {
    numerators: Vec<i128>,
    denominator: i128,
}

impl Row {
    fn new(problem: &WeightedAutomaton) -> Option<Self> {
        let integers = &problem.integers;
        let numerators = integers.small.as_ref()?.initial.clone();
        let denominator = i128::try_from(&integers.initial.1 * &integers.final_weights.1).ok()?;
        Some(Self { numerators, denominator })
    }

    fn times(&self, problem: &WeightedAutomaton, letter: usize) -> Option<Self> {
        let mut numerators = self.numerators.clone();
        problem.integers.small.as_ref()?.times(&self.numerators, letter, &mut numerators)?;
        let common = i128::try_from(&problem.integers.transitions[letter].1).ok()?;
        Some(Self { numerators, denominator: self.denominator.checked_mul(common)? })
    }
}

impl<'p> OfAutomaton<'p> {
    pub(super) fn new(problem: &'p WeightedAutomaton) -> Self {
        Self { problem, word: Word::new(), rows: vec![Row::new(problem)] }
    }

    /// The weight as numerator and denominator.
    fn weight(&self) -> Option<(i128, i128)> {
        let row = self.rows.last()?.as_ref()?;
        Some((self.problem.integers.small.as_ref()?.weight_of(&row.numerators)?, row.denominator))
    }
}

impl Beginnings for OfAutomaton<'_> {
    fn push(&mut self, token: Token) {
        let row = self.rows.last().and_then(Option::as_ref);
        let next = row.and_then(|row| row.times(self.problem, usize::from(token)));
        self.rows.push(next);
        self.word.push(token);
    }

    fn pop(&mut self) {
        if self.word.pop().is_some() {
            self.rows.pop();
        }
    }

    fn answer(&self) -> (bool, Option<Vec<BigRational>>) {
        match self.weight() {
            Some((numerator, denominator)) => {
                let value = || fraction(BigInt::from(numerator), BigInt::from(denominator));
                (numerator > 0, (!self.word.is_empty()).then(|| vec![value()]))
            }
            None => self.problem.answer(&self.word),
        }
    }
}
