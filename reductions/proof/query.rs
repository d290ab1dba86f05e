//! Statements for a solver that stand beside the inductions: lemmas of upper bounds, and controls.

use rnn::Script;
use rnn::Term;

/// What the solver must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// No values satisfy the assertions: what they deny is a theorem.
    Unsat,
    /// Some values do: what they describe is possible.
    Sat,
}

/// A named question with the answer that is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Its name, kebab-case.
    pub name: String,
    /// What the expected answer shows, as one sentence.
    pub shows: String,
    /// The assertions.
    pub script: Script,
    /// The answer that is expected.
    pub expected: Expected,
}

impl Query {
    /// The question whether a formula can fail; it must not.
    pub fn theorem(name: impl Into<String>, shows: impl Into<String>, goal: Term<'_>) -> Self {
        Self::new(name, shows, &[goal.negate()], Expected::Unsat)
    }

    /// The question whether these formulas can hold together.
    pub fn new(name: impl Into<String>, shows: impl Into<String>, assertions: &[Term<'_>], expected: Expected) -> Self {
        Self { name: name.into(), shows: shows.into(), script: Script::new(assertions), expected }
    }
}
