//! What the arithmetic of cases has settled, as a file: data for somebody else's arithmetic.

use reductions::proof::routed::CaseTable;
use reductions::proof::routed::Gates;
use reductions::proof::routed::LinearForm;
use reductions::proof::routed::Tables;
use rnn::Exact;
use serde_json::Value;
use serde_json::json;

/// The name of the file.
pub(super) const TABLES: &str = "tables.json";

/// The schema of the file.
const SCHEMA: &str = "reduce.tables/1";

/// The tables of a routed network.
pub(super) fn json(tables: &Tables) -> Value {
    let automaton = tables.automaton.as_ref().map(|weights| {
        let letters = weights.transitions.iter();
        json!({
            "initial": numbers(&weights.initial),
            "letters": letters.map(|rows| rows.iter().map(|row| numbers(row)).collect::<Vec<_>>()).collect::<Vec<_>>(),
            "final": numbers(&weights.final_weights),
        })
    });
    json!({
        "schema": SCHEMA,
        "token_values": integers(&tables.token_values),
        "block": tables.block,
        "preloaded": integers(&tables.preloaded),
        "claims_step_sizes": tables.claims_step_sizes,
        "coordinates": tables.coordinates,
        "latches": tables.latches,
        "orbit": tables.orbit,
        "automaton": automaton,
        "start": tables.start,
        "held": tables.held.iter().map(|forms| rows(forms)).collect::<Vec<_>>(),
        "blanked": tables.blanked.iter().map(|forms| rows(forms)).collect::<Vec<_>>(),
        "scale": tables.scale,
        "lags": tables.lags,
        "gates": tables.gates.iter().map(|places| places.iter().map(gates).collect::<Vec<_>>()).collect::<Vec<_>>(),
        "cases": tables.cases.iter().map(case).collect::<Vec<_>>(),
    })
}

fn numbers(row: &[Exact]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
}

fn integers(row: &[i64]) -> Vec<String> {
    row.iter().map(ToString::to_string).collect()
}

/// The gates at a place, head by head.
fn gates(heads: &Gates) -> Value {
    heads.iter().map(|forms| rows(forms)).collect()
}

/// Linear forms, each of them a list: the constant, then names with their factors.
fn rows(forms: &[LinearForm]) -> Value {
    let row = |form: &LinearForm| {
        let summands = form.summands.iter().flat_map(|(name, factor)| [name.clone(), factor.clone()]);
        json!(std::iter::once(form.constant.clone()).chain(summands).collect::<Vec<_>>())
    };
    forms.iter().map(row).collect()
}

fn case(table: &CaseTable) -> Value {
    let arguments = table.arguments.iter();
    let arguments = arguments.map(|(n, least, greatest)| json!({"units": n, "least": least, "greatest": greatest}));
    json!({
        "position": table.position,
        "situation": table.situation,
        "contents": table.contents.iter().map(|held| integers(held)).collect::<Vec<_>>(),
        "after": table.after,
        "arguments": arguments.collect::<Vec<_>>(),
        "step_sizes": table.step_sizes,
        "decays": table.decays,
        "rates": table.rates,
        "decision_on_skipped": table.decision_on_skipped,
    })
}
