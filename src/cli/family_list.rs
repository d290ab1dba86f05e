//! `reduce list --families`: of each family why it is hard and what keeps it from being guessed.

use super::files::Output;
use super::misuse::Misuse;
use crate::families;
use crate::families::Family;
use crate::families::places;
use crate::report::json::pretty;
use crate::report::wrapped;
use serde_json::Value;
use serde_json::json;

/// The schema of an entry.
const SCHEMA: &str = "reduce.family/1";

/// Prints every family of every problem.
pub(crate) fn list(as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    let mut entries: Vec<Value> = Vec::new();
    for problem in problems::all() {
        for family in families::of(problem) {
            let Family { name, hard_from, unit, sizes: (least, largest), hard, guard, .. } = &family;
            let place = places::unit(problem);
            if as_json {
                entries.push(json!({
                    "schema": SCHEMA,
                    "problem": problem.name(),
                    "variant": problem.variant(),
                    "family": name,
                    "called_hard": hard_from.is_some(),
                    "hard_from": hard_from,
                    "unit": unit,
                    "sizes": [least, largest],
                    "hard": hard,
                    "guard": guard,
                    "places": place,
                }));
                continue;
            }
            let variant = problem.variant().map(|variant| format!(" {variant}")).unwrap_or_default();
            let mark = hard_from.map(|least| format!(", called hard from {least} on")).unwrap_or_default();
            output.line(&format!("{}{variant} --family {name} ({least} to {largest} {unit}{mark})", problem.name()))?;
            output.line(&format!("  hard    {}", wrapped(hard, 10)))?;
            output.line(&format!("  guess   {}", wrapped(guard, 10)))?;
        }
    }
    if as_json {
        output.line(&pretty(&Value::Array(entries)))?;
    } else {
        output.line("word-problem --group S3, S5, A5, Z60, or permutations (letters; a label at every position)")?;
    }
    output.show();
    Ok(0)
}
