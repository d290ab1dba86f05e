//! The controls: what smaller linear RNNs cannot do, each with the answer that is expected.

use crate::solver;
use crate::solver::Answer;
use crate::verdict::Verdict;
use reductions::impossible;
use reductions::impossible::ExactControl;
use reductions::proof::query::Expected;
use reductions::proof::query::Query;
use std::time::Duration;
use std::time::Instant;

/// A control that was settled, or was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its name.
    pub name: String,
    /// What the expected answer shows.
    pub shows: String,
    /// The expected answer: `unsat` or `sat` of the solver, `yes` of an exact computation.
    pub expected: &'static str,
    /// The answer, in the same words; none where there is none.
    pub answer: Option<&'static str>,
    /// Why there is no answer.
    pub unknown: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Settled {
    /// Whether the answer is the expected one; none where there is no answer.
    pub fn is_as_expected(&self) -> Option<bool> {
        self.answer.map(|answer| answer == self.expected)
    }
}

/// Puts every control to the solver, for at most `limit` each, or computes it, and tells `done` each outcome in turn;
/// stops where `done` fails.
///
/// # Errors
/// What `done` gives.
pub fn settle_all<E>(limit: Duration, mut done: impl FnMut(&Settled) -> Result<(), E>) -> Result<Vec<Settled>, E> {
    let queries = impossible::queries();
    let asked = queries.iter().map(|query| ask(query, limit));
    let mut all = Vec::new();
    for settled in asked.chain(impossible::exact().iter().map(compute)) {
        done(&settled)?;
        all.push(settled);
    }
    Ok(all)
}

/// Puts one question to the solver.
pub(crate) fn ask(query: &Query, limit: Duration) -> Settled {
    let started = Instant::now();
    let (answer, unknown) = match solver::solve(&query.script, limit) {
        Answer::Unsat => (Some("unsat"), None),
        Answer::Sat(_) => (Some("sat"), None),
        Answer::Unknown(reason) => (None, Some(reason)),
    };
    let expected = match query.expected {
        Expected::Unsat => "unsat",
        Expected::Sat => "sat",
    };
    let (name, shows) = (query.name.clone(), query.shows.clone());
    Settled { name, shows, expected, answer, unknown, elapsed: started.elapsed() }
}

/// Computes one control.
pub(crate) fn compute(control: &ExactControl) -> Settled {
    let started = Instant::now();
    let answer = Some(if (control.holds)() { "yes" } else { "no" });
    let (name, shows) = (control.name.to_owned(), control.shows.to_owned());
    Settled { name, shows, expected: "yes", answer, unknown: None, elapsed: started.elapsed() }
}

/// The verdict on each control, of which the exit code is made.
pub fn verdicts(settled: &[Settled]) -> impl Iterator<Item = Verdict> {
    settled.iter().map(|settled| Verdict::as_expected(settled.is_as_expected()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::exit_code;

    const LIMIT: Duration = Duration::from_secs(10);

    fn theorem(expected: Expected) -> Query {
        let terms = rnn::Terms::default();
        let x = terms.symbol("x", rnn::Sort::Real);
        Query::new("square", "A square is not negative.", &[(x * x).below(terms.ratio(0, 1))], expected)
    }

    #[test]
    fn an_answer_other_than_the_expected_one_is_worse_than_none() {
        let right = ask(&theorem(Expected::Unsat), LIMIT);
        let wrong = ask(&theorem(Expected::Sat), LIMIT);
        let none = Settled { answer: None, unknown: Some("timeout".to_owned()), ..right.clone() };
        assert_eq!((right.is_as_expected(), wrong.is_as_expected()), (Some(true), Some(false)));
        assert_eq!(exit_code(verdicts(&[right.clone(), right.clone()])), 0);
        assert_eq!(exit_code(verdicts(&[right.clone(), none.clone()])), 3);
        assert_eq!(exit_code(verdicts(&[none, wrong, right])), 1);
        assert_eq!(exit_code(verdicts(&[])), 3);
    }

    #[test]
    fn a_computation_with_another_outcome_is_not_as_expected() {
        let control = ExactControl { name: "no", shows: "Nothing.", holds: || false };
        assert_eq!(compute(&control).is_as_expected(), Some(false));
    }
}
