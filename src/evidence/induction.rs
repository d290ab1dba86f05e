//! Definition and invariant of a network of one layer as formulas for a program, which can build the obligations again.

use reductions::proof::CoordinateKind;
use reductions::proof::InductionData;
use rnn::Script;
use rnn::Term;
use serde_json::Value;
use serde_json::json;

/// The name of the file.
pub(super) const INDUCTION: &str = "induction.json";

/// The schema of the file.
const SCHEMA: &str = "reduce.induction/1";

/// The data of an induction.
pub(super) fn json(data: &InductionData<'_>) -> Value {
    let coordinates = data.coordinates.iter().map(|(name, kind)| {
        let kind = match kind {
            CoordinateKind::Control => "control",
            CoordinateKind::Integer => "integer",
            CoordinateKind::Real => "real",
        };
        json!({"name": name, "kind": kind})
    });
    let modes = data.modes.iter().map(|mode| {
        let cases = mode.cases.iter().map(|case| {
            json!({
                "token": case.token,
                "guard": text(case.guard),
                "next": case.next,
                "after": texts(&case.after),
            })
        });
        json!({
            "mode": mode.name,
            "invariant": texts(&mode.invariant),
            "accepts": text(mode.accepts),
            "cases": cases.collect::<Vec<_>>(),
        })
    });
    json!({
        "schema": SCHEMA,
        "coordinates": coordinates.collect::<Vec<_>>(),
        "start": texts(&data.start),
        "facts": texts(&data.facts),
        "modes": modes.collect::<Vec<_>>(),
        "dead": data.dead,
    })
}

fn texts(formulas: &[Term<'_>]) -> Vec<String> {
    formulas.iter().copied().map(text).collect()
}

/// A formula in SMT-LIB, on one line.
fn text(formula: Term<'_>) -> String {
    const ASSERT: &str = "(assert ";
    let script = Script::new(&[formula]).text;
    let assertion = script.find(ASSERT).map_or("", |at| &script[at + ASSERT.len()..]);
    assertion.trim_end().strip_suffix(')').unwrap_or_default().replace('\n', " ")
}
