//! `reduce show --completeness`: for each problem with a map, the three statements that place its networks in a class.

use super::files::Output;
use super::misuse::Misuse;
use super::select;
use crate::maps;
use crate::maps::Map;
use crate::report::json::pretty;
use crate::report::wrapped;
use itertools::Itertools;
use reductions::Reduction;
use reductions::as_printed::Claim;
use rnn::Network;
use serde_json::Value;
use serde_json::json;

/// The schema of a row.
const SCHEMA: &str = "reduce.completeness/1";

/// One problem: hard by these maps, solved by these networks, which are bounded above so.
struct Row {
    problem: &'static str,
    class: String,
    maps: Vec<&'static Map>,
    networks: Vec<&'static dyn Reduction>,
}

fn rows() -> Vec<Row> {
    let problems = maps::all().into_iter().map(|map| (map.problem)()).unique_by(|problem| problem.name());
    let row = |problem: &'static dyn problems::Problem| Row {
        problem: problem.name(),
        class: problem.class().to_owned(),
        maps: maps::all().into_iter().filter(|map| (map.problem)().name() == problem.name()).collect(),
        networks: reductions::all()
            .into_iter()
            .filter(|reduction| reduction.problem().name() == problem.name())
            .collect(),
    };
    problems.map(row).collect()
}

/// What bounds a network from above, and the command that shows it.
fn bound(reduction: &'static dyn Reduction) -> String {
    let flags = select::flags_of(&Claim::Network(reduction));
    match reduction.network() {
        Network::Relu(_) => format!(
            "its run step by step with {} (a state is that many bits; `reduce bits {flags}`)",
            reduction.description().regime
        ),
        Network::Linear(_) | Network::Layered(_) => {
            format!("the balanced circuit of Theorem 3, depth of order log n (`reduce circuit {flags}`)")
        }
    }
}

fn name(reduction: &dyn Reduction) -> String {
    let description = reduction.description();
    let variant = description.variant.map(|variant| format!(" {variant}")).unwrap_or_default();
    format!("{}{variant}", description.model)
}

/// Prints the table.
pub(crate) fn show(as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    let rows = rows();
    if as_json {
        output.line(&pretty(&rows.iter().map(json).collect()))?;
    } else {
        for row in &rows {
            output.line(&text(row))?;
        }
    }
    output.show();
    Ok(0)
}

fn text(row: &Row) -> String {
    let entry = |name: &str, value: &str| format!("\n  {name:<11}{}", wrapped(value, 13));
    let mut text = format!("{} ({})", row.problem, row.class);
    for map in &row.maps {
        let size = format!("{} (from {}; {}): {} = {}", map.name, map.class, map.reference, map.unit, map.formula);
        text.push_str(&entry("hard by", &size));
    }
    for reduction in &row.networks {
        let description = reduction.description();
        let proved = description.proved();
        text.push_str(&entry(
            "solved by",
            &format!("{} ({}, {}); {proved}", name(*reduction), description.theorem, description.regime),
        ));
    }
    let bounds = row.networks.iter().map(|reduction| (bound(*reduction), name(*reduction)));
    for (bound, names) in bounds.into_group_map_by(|(bound, _)| bound.clone()).into_iter().sorted() {
        let names = names.into_iter().map(|(_, name)| name).join(", ");
        text.push_str(&entry("bounded by", &format!("{names}: {bound}")));
    }
    text
}

fn json(row: &Row) -> Value {
    let map = |map: &&'static Map| json!({"map": map.name, "class": map.class, "reference": map.reference, "formula": map.formula, "unit": map.unit});
    let network = |reduction: &&'static dyn Reduction| {
        let description = reduction.description();
        json!({
            "model": description.model,
            "variant": description.variant,
            "theorem": description.theorem,
            "regime": description.regime,
            "proved": description.proved(),
            "bounded_by": bound(*reduction),
        })
    };
    json!({
        "schema": SCHEMA,
        "problem": row.problem,
        "class": row.class,
        "hard_by": row.maps.iter().map(map).collect::<Vec<_>>(),
        "solved_by": row.networks.iter().map(network).collect::<Vec<_>>(),
    })
}
