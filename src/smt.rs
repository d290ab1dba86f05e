//! The solver: the only place that knows Z3.
//!
//! Formulas arrive as text made from our own terms. After loading, the solver must hold exactly as many assertions as
//! were written: broken text otherwise leaves an empty solver that answers sat.

use rnn::Script;
use std::time::Duration;
use z3::Params;
use z3::SatResult;
use z3::Solver;

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

/// Asks whether a script's assertions can all hold, for at most `limit`.
pub fn solve(script: &Script, limit: Duration) -> Answer {
    let solver = Solver::new();
    let mut params = Params::new();
    params.set_u32("timeout", u32::try_from(limit.as_millis()).unwrap_or(u32::MAX));
    solver.set_params(&params);
    solver.from_string(script.text.as_str());
    let loaded = solver.get_assertions().len();
    if loaded != script.n_assertions {
        return Answer::Unknown(format!("{} assertions were written and {loaded} were loaded", script.n_assertions));
    }
    match solver.check() {
        SatResult::Unsat => Answer::Unsat,
        SatResult::Unknown => Answer::Unknown(solver.get_reason_unknown().unwrap_or_else(|| "no reason given".into())),
        SatResult::Sat => {
            let model = solver.get_model().map(|model| model.to_string()).unwrap_or_default();
            Answer::Sat(read_model(&model, &script.symbols))
        }
    }
}

/// The solver's name and version.
pub fn version() -> String {
    z3::full_version().to_owned()
}

/// The values of the script's own symbols in the text of a model, one `name -> value` a line.
fn read_model(text: &str, symbols: &[String]) -> Vec<(String, String)> {
    let value = |name: &String| {
        let found = text.lines().find_map(|line| {
            let (left, right) = line.split_once(" -> ")?;
            (left.trim().trim_matches('|') == name).then(|| right.trim().to_owned())
        })?;
        Some((name.clone(), found))
    };
    symbols.iter().filter_map(value).collect()
}
