//! `reduce check circuit-value --circuit FILE`: every output of a circuit, by the network and by the file's own simulation.

use super::files::Output;
use super::files::quoted_path;
use super::misuse::Misuse;
use super::own_circuit::read_bits;
use super::select;
use crate::experiments::circuits;
use crate::experiments::circuits::Spelled;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::seconds;
use crate::report::shout;
use crate::verdict::exit_code;
use circuit_files::Circuit;
use itertools::Itertools;
use reductions::Reduction;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

const SCHEMA: &str = "reduce.circuit-check/1";

/// What is asked.
pub(super) struct CircuitAsked<'a> {
    /// The circuit.
    pub(super) file: &'a Path,
    /// Weights from a file.
    pub(super) network: Option<&'a Path>,
    /// Input vectors as texts of bits; where there is none they are drawn.
    pub(super) input: &'a [String],
    /// How many are drawn.
    pub(super) samples: usize,
    /// From which seed.
    pub(super) seed: u64,
    /// Whether JSON is printed.
    pub(super) json: bool,
}

/// What a network has to do for a circuit, and about how long that takes.
fn announcement(file: &Path, work: &circuits::Work, n_vectors: usize, estimate: Option<Duration>) -> String {
    let seconds = match estimate.map(|estimate| estimate.as_secs()) {
        None | Some(0) => "less than a second".to_owned(),
        Some(seconds) => format!("about {seconds} s"),
    };
    format!(
        "reduce: {}: {}, {} and {} for the outputs, {}; numbers of up to {} bits after the point; {seconds}",
        file.display(),
        count(work.n_values, "value"),
        count(work.n_tokens, "token"),
        work.n_suffix_tokens,
        count(n_vectors, "input vector"),
        work.n_bits
    )
}

/// `1 token`, `2 tokens`.
fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

pub(super) fn check(
    reduction: &dyn Reduction,
    asked: &CircuitAsked<'_>,
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let file = asked.file;
    let (problem, description) = (reduction.problem(), reduction.description());
    if problem.name() != "circuit-value" || problem.variant() != Some("copy") {
        return Err(Misuse(format!(
            "--circuit: expected circuit-value in its variant copy, got {} {}",
            problem.name(),
            problem.variant().unwrap_or_default()
        )));
    }
    let network = select::network(reduction, asked.network)?;
    // Every output for each vector of inputs, by the network and by the file's own simulation.
    let circuit = Circuit::read(file).map_err(|error| Misuse(error.to_string()))?;
    let vectors = if asked.input.is_empty() {
        circuits::draw_inputs(&circuit, asked.samples, asked.seed)
    } else {
        asked.input.iter().map(|bits| read_bits(bits, circuit.n_inputs())).collect::<Result<_, _>>()?
    };
    // What there is to do is said before it is done.
    let spelled = Spelled::new(&circuit, progress);
    let work = spelled.work();
    let estimate = spelled.estimate(&network, &vectors);
    progress.say(&announcement(file, &work, vectors.len(), estimate));
    let outcome = spelled.check(&network, &vectors, progress);
    // The answer, as JSON or for a reader.
    let name = |output: usize| circuit.output_name(output).map_or_else(|| format!("o{output}"), str::to_owned);
    let bits = |vector: &[bool]| vector.iter().map(|bit| if *bit { '1' } else { '0' }).collect::<String>();
    let command = |vector: &[bool]| {
        format!("reduce check circuit-value --circuit {} --input {}", quoted_path(file), bits(vector))
    };
    if asked.json {
        let counterexample = outcome.differs.as_ref().map(|found| {
            json!({
                "word": problem.alphabet().format(&found.word),
                "network": found.network,
                "decider": found.simulation,
                "output": name(found.output),
                "command": command(&found.inputs),
            })
        });
        output.line(&pretty(&json!({
            "schema": SCHEMA,
            "problem": problem.name(),
            "model": description.model,
            "variant": description.variant,
            "theorem": description.theorem,
            "circuit": file.display().to_string(),
            "n": work.n_values,
            "tokens": work.n_tokens,
            "suffix_tokens": work.n_suffix_tokens,
            "tokens_read": work.n_tokens_read() * vectors.len(),
            "bits": work.n_bits,
            "verdict": outcome.verdict().word(),
            "links": [{
                "name": "network = simulation",
                "verdict": outcome.verdict().word(),
                "by": format!("{}, every output", count(vectors.len(), "input vector")),
            }],
            "samples": {"n": vectors.len(), "yes": outcome.yes, "no": outcome.no},
            "counterexample": counterexample,
            "outputs": outcome.outputs.iter().map(|values| bits(values)).collect::<Vec<_>>(),
            "version": env!("CARGO_PKG_VERSION"),
            "seed": asked.seed,
            "seconds": seconds(outcome.elapsed),
        })))?;
    } else {
        output.line(&format!(
            "{}: {} inputs, {} gates, {} outputs as a word of {} values and {} tokens, plus a suffix per output",
            file.display(),
            circuit.n_inputs(),
            circuit.gates().len(),
            circuit.outputs().len(),
            work.n_values,
            work.n_tokens
        ))?;
        output.line(&format!(
            "{} network = the file's own simulation on {}, every output ({} yes, {} no)",
            shout(outcome.verdict()),
            count(vectors.len(), "input vector"),
            outcome.yes,
            outcome.no
        ))?;
        if !asked.input.is_empty() {
            for (vector, values) in vectors.iter().zip(&outcome.outputs) {
                let values = values.iter().enumerate().map(|(i, bit)| format!("{}={}", name(i), u8::from(*bit)));
                output.line(&format!("  {} -> {}", bits(vector), values.collect::<Vec<_>>().iter().join(" ")))?;
            }
        }
        if let Some(found) = &outcome.differs {
            output.line(&format!("  output {} differs; replay: {}", name(found.output), command(&found.inputs)))?;
        }
        output.line(&format!("  {:.2} s", outcome.elapsed.as_secs_f64()))?;
    }
    output.show();
    Ok(exit_code([outcome.verdict()]))
}
