//! `reduce show circuit-value --circuit`: the words that a circuit is spelled as.

use super::files::Output;
use super::misuse::Misuse;
use circuit_files::Circuit;
use circuit_files::Plan;
use reductions::Reduction;
use std::path::Path;

/// Prints one word for each output, and on standard error what became of the gates.
pub(crate) fn show(reduction: &dyn Reduction, file: &Path, bits: &str, output: &mut Output) -> Result<u8, Misuse> {
    let problem = reduction.problem();
    if problem.name() != "circuit-value" || problem.variant() != Some("copy") {
        let (name, variant) = (problem.name(), problem.variant().unwrap_or_default());
        return Err(Misuse(format!("--circuit: expected circuit-value in its variant copy, got {name} {variant}")));
    }
    let circuit = Circuit::read(file).map_err(|error| Misuse(error.to_string()))?;
    let inputs = read_bits(bits, circuit.n_inputs())?;
    let plan = Plan::new(&circuit);
    eprintln!(
        "reduce: {}: {} AND gates and {} inputs are folded to {} values and {} tokens, plus a suffix per output: constants \
         and equal gates are merged, three gates that are an exclusive or become one",
        file.display(),
        circuit.gates().len(),
        circuit.n_inputs(),
        plan.n_values(),
        plan.n_tokens()
    );
    let common = problem.alphabet().format(&plan.common(&inputs));
    for place in 0..plan.n_outputs() {
        output.line(&format!("{common}{}", problem.alphabet().format(&plan.suffix(place))))?;
    }
    output.show();
    Ok(0)
}

/// The values of a circuit's inputs.
pub(crate) fn read_bits(text: &str, n_inputs: usize) -> Result<Vec<bool>, Misuse> {
    let bits: Option<Vec<bool>> = text
        .chars()
        .map(|c| match c {
            '0' => Some(false),
            '1' => Some(true),
            _ => None,
        })
        .collect();
    bits.filter(|bits| bits.len() == n_inputs)
        .ok_or_else(|| Misuse(format!("--input: expected {n_inputs} bits, each 0 or 1, got `{text}`")))
}
