//! `reduce cast`: the first size at which a number format breaks a network.

use super::files::Output;
use super::misuse::Misuse;
use super::number::ModeArguments;
use super::select;
use super::select::Selection;
use super::select::replay;
use super::shipped;
use super::shipped_formats;
use crate::check::scan;
use crate::check::words::Comparison;
use crate::experiments;
use crate::experiments::cast::Difference;
use crate::experiments::cast::Differences;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::precision_fields;
use crate::report::says;
use crate::report::seconds;
use crate::report::shortened;
use crate::report::shown;
use crate::report::values_to_json;
use clap::Args;
use itertools::Itertools;
use rnn::Format;
use rnn::Network;
use rnn::RoundedArithmetic;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, Args)]
pub(crate) struct CastArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    /// The number format: f64, f32, f16, bf16, e4m3, e5m2, float:E.S or fixed:I.F
    #[arg(long, value_name = "FORMAT", allow_hyphen_values = true)]
    to: Format,
    #[command(flatten)]
    selection: Selection,
    /// Largest size that is looked at [default: as far as the instances are short enough]
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    #[command(flatten)]
    mode: ModeArguments,
    /// Take the weights from this file, as `reduce show --network` prints them
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const SCHEMA: &str = "reduce.cast/1";

/// The question is answered by a failing instance as well as by none, and so the exit code is 0.
pub(crate) fn cast(arguments: &CastArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let started = Instant::now();
    if let Some(claim) = shipped::select(&arguments.problem, &arguments.selection)? {
        let asked = shipped_formats::Asked {
            to: arguments.to,
            n: arguments.n,
            mode: &arguments.mode,
            has_network: arguments.network.is_some(),
            json: arguments.json,
        };
        return shipped_formats::cast(claim, &asked, output);
    }
    let reduction = select::reduction(&arguments.problem, &arguments.selection)?;
    let reduction = &*reduction;
    let (problem, description) = (reduction.problem(), reduction.description());
    let network = select::network(reduction, arguments.network.as_deref())?;
    let precision = arguments.mode.precision(arguments.to)?;
    let sizes = problem.sizes();
    if let Some(n) = arguments.n {
        sizes.admit(problem.name(), n).map_err(|error| Misuse(format!("--n: {error}")))?;
    }
    // Sizes in turn, until an instance is answered wrongly.
    let arithmetic = RoundedArithmetic::new(precision);
    let comparison = Comparison::rounded(reduction, &network, &arithmetic);
    progress.start("sizes", 0);
    let found = scan::scan(comparison, arguments.n.unwrap_or(sizes.largest), scan::budget(&network), progress);
    progress.finish();
    let command = |word: &[problems::Token]| {
        replay(reduction, &arguments.selection, word, arguments.network.as_deref(), Some(&precision))
    };
    // Of several layers: where the rounded run leaves the exact one.
    let first = found.failure.as_ref().and_then(|failure| match &network {
        Network::Layered(network) => Some(experiments::cast::differences(network, &arithmetic, &failure.word)),
        Network::Relu(_) | Network::Linear(_) => None,
    });
    let looked_at = format!("every size up to {}", found.every_up_to);
    let looked_at = if found.largest > found.every_up_to {
        format!("{looked_at}, then powers of two and the sizes after them up to {}", found.largest)
    } else {
        looked_at
    };
    // The answer, as JSON or for a reader.
    if arguments.json {
        let counterexample = found.failure.as_ref().map(|failure| {
            let state = comparison.run(&failure.word);
            json!({
                "word": problem.alphabet().format(&failure.word),
                "network": comparison.accepts(&state),
                "decider": problem.decide(&failure.word),
                "values": comparison.values(&state, &failure.word).as_ref().map(values_to_json),
                "command": command(&failure.word),
            })
        });
        let mut object = json!({
            "schema": SCHEMA,
            "problem": problem.name(),
            "model": description.model,
            "variant": description.variant,
            "unit": sizes.unit,
            "fails_at": found.failure.as_ref().map(|failure| failure.n),
            "every_size_up_to": found.every_up_to,
            "no_failure_up_to": found.largest,
            "counterexample": counterexample,
            "first_difference": first.as_ref().map(differences_to_json),
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(started.elapsed()),
        });
        if let Some(fields) = object.as_object_mut() {
            fields.extend(precision_fields(Some(&precision)).map(|(name, value)| (name.to_owned(), value)));
        }
        output.line(&pretty(&object))?;
        output.show();
        return Ok(0);
    }
    let variant = description.variant.map(|variant| format!(", variant {variant}")).unwrap_or_default();
    output.line(&format!("{} by {}{variant}", problem.name(), description.model))?;
    output.line(&format!("numbers {precision}"))?;
    match &found.failure {
        None => output.line(&format!("no failure up to {} {} ({looked_at})", found.largest, sizes.unit))?,
        Some(failure) => {
            let state = comparison.run(&failure.word);
            output.line(&format!("fails first at {} {}; looked at: {looked_at}", failure.n, sizes.unit))?;
            output.line(&format!(
                "  on {} the network {}, the decider {}",
                shown(&problem.alphabet().format(&failure.word)),
                says(comparison.accepts(&state)),
                says(problem.decide(&failure.word))
            ))?;
            if let Some((own, asked)) = comparison.values(&state, &failure.word) {
                let (own, asked) = (shortened(&own.iter().join(" ")), shortened(&asked.iter().join(" ")));
                output.line(&format!("  values {own}, the decider's {asked}"))?;
            }
            for (name, difference) in first.iter().flat_map(|first| parts(first)) {
                output.line(&format!("  {name:<8} {}", difference.as_ref().map_or_else(unbroken, describe)))?;
            }
            output.line(&format!("  replay: {}", command(&failure.word)))?;
        }
    }
    output.line(&format!("  {:.2} s", started.elapsed().as_secs_f64()))?;
    output.show();
    Ok(0)
}

/// What a network of several layers consists of here, by name.
fn parts(differences: &Differences) -> [(&'static str, &Option<Difference>); 3] {
    [("router", &differences.router), ("stream", &differences.stream), ("product", &differences.product)]
}

fn unbroken() -> String {
    "exact on this instance".to_owned()
}

fn describe(difference: &Difference) -> String {
    let Difference { token, coordinate, rounded, exact } = difference;
    format!("differs first after token {token}: {coordinate} is {}, not {}", shortened(rounded), shortened(exact))
}

fn differences_to_json(differences: &Differences) -> Value {
    let one = |difference: &Option<Difference>| {
        difference.as_ref().map(|difference| {
            json!({
                "token": difference.token,
                "coordinate": difference.coordinate,
                "rounded": difference.rounded,
                "exact": difference.exact,
            })
        })
    };
    Value::Object(
        parts(differences).map(|(name, difference)| (name.to_owned(), json!(one(difference)))).into_iter().collect(),
    )
}
