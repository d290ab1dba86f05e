//! The solver: the only place that knows Z3.
//!
//! Formulas arrive as text made from our own terms. After loading, the solver must hold exactly as many assertions as
//! were written: broken text otherwise leaves an empty solver that answers sat.
//!
//! Z3 has been seen not to come back at its own limit (4.8.12, polynomials). Each solver therefore lives in a thread of
//! its own, and one that is overdue is left behind: its question is unknown, and the program goes on.

use rnn::Script;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;
use z3::Params;
use z3::SatResult;
use z3::Solver;
use z3::Tactic;
use z3::ast::Bool;

/// What the solver says of a conjunction of formulas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No assignment satisfies it.
    Unsat,
    /// This assignment of its symbols does, as (name, value) in order of name.
    Sat(Vec<(String, String)>),
    /// The solver gave up, for this reason; a timeout is one.
    Unknown(String),
}

/// How much is spent on one question.
///
/// A time is what a user gives; what it ends depends on the machine and on what else runs there. An effort is counted in
/// the solver's own steps, so that what it ends is the same everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The time.
    pub time: Duration,
    /// The effort, where there is a limit to it.
    pub effort: Option<u32>,
}

impl Limit {
    /// This time, and this effort.
    pub fn with_effort(time: Duration, effort: u32) -> Self {
        Self { time, effort: Some(effort) }
    }
}

impl From<Duration> for Limit {
    fn from(time: Duration) -> Self {
        Self { time, effort: None }
    }
}

/// Several conjunctions in one text: each is asserted under a selector of its own, so that the text is read once and
/// what they share is learned once.
#[derive(Clone, Debug)]
pub struct Batch {
    script: Script,
    selectors: Vec<String>,
}

impl Batch {
    /// A batch of conjunctions.
    pub fn new<'a>(terms: &'a Terms, queries: impl IntoIterator<Item = Vec<Term<'a>>>) -> Self {
        let mut selectors = Vec::new();
        let mut assertions = Vec::new();
        for query in queries {
            let selector = format!("query_{}", selectors.len());
            assertions.push(terms.symbol(&selector, Sort::Bool).implies(terms.all(query)));
            selectors.push(selector);
        }
        Self { script: Script::new(&assertions), selectors }
    }

    /// How many conjunctions they are.
    pub fn len(&self) -> usize {
        self.selectors.len()
    }

    /// Whether they are none.
    pub fn is_empty(&self) -> bool {
        self.selectors.is_empty()
    }

    /// A solver that holds them.
    pub fn solver(self) -> BatchSolver {
        BatchSolver { solver: Attended::new(self.script, |_| Solver::new()), selectors: self.selectors }
    }

    /// Asks of each conjunction in turn whether it can hold. Nothing is asked before its answer is wanted.
    pub fn answers(self, limit: Limit) -> impl Iterator<Item = Answer> {
        let n = self.len();
        let mut solver = self.solver();
        (0..n).map(move |index| solver.ask(index, limit))
    }
}

/// A solver that holds a batch, and keeps what it has learned from one question to the next.
pub struct BatchSolver {
    solver: Attended,
    selectors: Vec<String>,
}

impl BatchSolver {
    /// Whether the conjunction of this index can hold.
    ///
    /// # Panics
    ///
    /// Where the batch has no such conjunction.
    pub fn ask(&mut self, index: usize, limit: Limit) -> Answer {
        self.solver.ask(Some(&self.selectors[index]), limit)
    }
}

/// Asks whether a script's assertions can all hold.
pub fn solve(script: &Script, limit: impl Into<Limit>) -> Answer {
    Attended::new(script.clone(), solver_for).ask(None, limit.into())
}

fn solver_for(script: &Script) -> Solver {
    if script.is_linear {
        // These steps turn the many if-then-else terms of ReLUs into definitions before the search begins.
        let steps = ["propagate-values", "solve-eqs", "elim-term-ite", "smt"];
        let tactic = steps.iter().fold(Tactic::new("simplify"), |tactic, step| tactic.and_then(&Tactic::new(step)));
        tactic.solver()
    } else {
        // Left to itself Z3 chooses its procedure for polynomials over the reals.
        Solver::new()
    }
}

/// How long past its limit a solver is waited for.
const GRACE: Duration = Duration::from_secs(2);

/// A solver that holds one script, in a thread of its own, until it is overdue.
struct Attended(Option<(Sender<Question>, Receiver<Answer>)>);

/// The selector to be assumed, where there is one, and the limit.
type Question = (Option<String>, Limit);

impl Attended {
    fn new(script: Script, solver: impl FnOnce(&Script) -> Solver + Send + 'static) -> Self {
        let (questions, received) = mpsc::channel();
        let (given, answers) = mpsc::channel();
        thread::spawn(move || answer_all(&script, &solver(&script), &received, &given));
        Self(Some((questions, answers)))
    }

    /// Whether the script can hold, with its selector where there is one.
    fn ask(&mut self, selector: Option<&String>, limit: Limit) -> Answer {
        let Some((questions, answers)) = &self.0 else {
            return Answer::Unknown("the solver did not stop at an earlier limit".to_owned());
        };
        if questions.send((selector.cloned(), limit)).is_ok()
            && let Ok(answer) = answers.recv_timeout(limit.time.saturating_add(GRACE))
        {
            return answer;
        }
        // What it may still say would be taken for the answer to a later question.
        self.0 = None;
        Answer::Unknown("the solver did not stop at its limit".to_owned())
    }
}

fn answer_all(script: &Script, solver: &Solver, questions: &Receiver<Question>, answers: &Sender<Answer>) {
    let mut loaded = None;
    // To set a limit takes milliseconds, more than most questions.
    let mut present = None;
    for (selector, limit) in questions {
        if present != Some(limit) {
            set_limit(solver, limit);
            present = Some(limit);
        }
        let answer = match loaded.get_or_insert_with(|| load(solver, script)) {
            Err(answer) => answer.clone(),
            Ok(()) => {
                let result = match selector {
                    Some(selector) => solver.check_assumptions(&[Bool::new_const(selector)]),
                    None => solver.check(),
                };
                read_answer(solver, result, script)
            }
        };
        if answers.send(answer).is_err() {
            return;
        }
    }
}

/// The solver's name and version: `Z3 4.8.12`.
pub fn version() -> String {
    let full = z3::full_version();
    let numbers = full.split_whitespace().next().unwrap_or(full);
    let shown: Vec<&str> = numbers.split('.').take(3).collect();
    format!("Z3 {}", shown.join("."))
}

fn load(solver: &Solver, script: &Script) -> Result<(), Answer> {
    solver.from_string(script.text.as_str());
    let loaded = solver.get_assertions().len();
    if loaded == script.n_assertions {
        return Ok(());
    }
    Err(Answer::Unknown(format!("{} assertions were written and {loaded} were loaded", script.n_assertions)))
}

fn set_limit(solver: &Solver, limit: Limit) {
    let mut params = Params::new();
    params.set_u32("timeout", u32::try_from(limit.time.as_millis()).unwrap_or(u32::MAX).max(1));
    // 0 is no limit.
    params.set_u32("rlimit", limit.effort.unwrap_or(0));
    solver.set_params(&params);
}

fn read_answer(solver: &Solver, result: SatResult, script: &Script) -> Answer {
    match result {
        SatResult::Unsat => Answer::Unsat,
        SatResult::Unknown => Answer::Unknown(solver.get_reason_unknown().unwrap_or_else(|| "no reason given".into())),
        SatResult::Sat => {
            let model = solver.get_model().map(|model| model.to_string()).unwrap_or_default();
            Answer::Sat(read_model(&model, &script.symbols))
        }
    }
}

/// The values of the script's own symbols in the text of a model, one `name -> value` a line.
fn read_model(text: &str, symbols: &[String]) -> Vec<(String, String)> {
    let value = |name: &String| {
        let found = text.lines().find_map(|line| {
            let (left, right) = line.split_once(" -> ")?;
            (left.trim().trim_matches('|') == name).then(|| right.trim().to_owned())
        })?;
        Some((name.clone(), read_number(&found)))
    };
    symbols.iter().filter(|name| !name.starts_with("query_")).filter_map(value).collect()
}

/// A number as we write it: `-3/4` for `(- (/ 3.0 4.0))`; anything else stays as it is.
fn read_number(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c == '(' || c == ')' || c.is_whitespace()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let whole = |word: &str| word.strip_suffix(".0").unwrap_or(word).to_owned();
    match words.as_slice() {
        [number] => whole(number),
        ["-", number] => format!("-{}", whole(number)),
        ["/", num, den] => format!("{}/{}", whole(num), whole(den)),
        ["-", "/", num, den] | ["/", "-", num, den] => format!("-{}/{}", whole(num), whole(den)),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    #[test]
    fn broken_text_is_unknown_and_not_sat() {
        let script =
            Script { text: "(assert (= x 1)".to_owned(), n_assertions: 1, symbols: Vec::new(), is_linear: true };
        assert!(matches!(solve(&script, LIMIT), Answer::Unknown(reason) if reason.contains("0 were loaded")));
        let undeclared =
            Script { text: "(assert (= x 1))".to_owned(), n_assertions: 1, symbols: Vec::new(), is_linear: true };
        assert!(matches!(solve(&undeclared, LIMIT), Answer::Unknown(_)));
    }

    #[test]
    fn an_overdue_solver_is_unknown_and_its_late_answer_is_not_taken_for_another() {
        let (questions, received) = mpsc::channel::<Question>();
        let (given, answers) = mpsc::channel();
        let mut solver = Attended(Some((questions, answers)));
        assert!(
            matches!(solver.ask(None, Duration::ZERO.into()), Answer::Unknown(reason) if reason.contains("its limit"))
        );
        assert!(received.recv().is_ok());
        assert!(given.send(Answer::Unsat).is_err());
        assert!(
            matches!(solver.ask(None, Duration::ZERO.into()), Answer::Unknown(reason) if reason.contains("earlier"))
        );
    }

    #[test]
    fn a_model_is_read_as_exact_numbers() {
        let terms = Terms::default();
        let (x, y) = (terms.symbol("h.x", Sort::Real), terms.symbol("y", Sort::Int));
        let query = vec![(x * 4).equals(terms.ratio(-3, 1)), y.equals(terms.int(-2))];
        let expected = Answer::Sat(vec![("h.x".into(), "-3/4".into()), ("y".into(), "-2".into())]);
        assert_eq!(solve(&Script::new(&query), LIMIT), expected);
        assert_eq!(Batch::new(&terms, [query]).answers(LIMIT.into()).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn a_batch_keeps_its_queries_apart() {
        let terms = Terms::default();
        let x = terms.symbol("x", Sort::Int);
        let (above, below) = (x.above(terms.int(3)), x.below(terms.int(3)));
        let batch = Batch::new(&terms, [vec![above], vec![above, below], vec![below]]);
        let answers: Vec<Answer> = batch.answers(LIMIT.into()).collect();
        assert!(matches!(answers.as_slice(), [Answer::Sat(_), Answer::Unsat, Answer::Sat(_)]));
    }
}
