//! `reduce circuit`: what a linear network costs as a balanced arithmetic circuit, beside the depth of nonlinear ones.

use super::files::Output;
use super::misuse::Misuse;
use super::select;
use super::select::Selection;
use crate::report::json::pretty;
use clap::Args;
use problems::Problem;
use problems::Random;
use problems::matrix_product::TOKENS_PER_MATRIX;
use reductions::Reduction;
use reductions::upper_bounds::affine::Figures;
use reductions::upper_bounds::affine::Shape;
use reductions::upper_bounds::carry_save;
use reductions::upper_bounds::log2_ceiling;
use reductions::upper_bounds::network::Unrolled;
use reductions::upper_bounds::network::pair;
use reductions::upper_bounds::strata;
use reductions::upper_bounds::strata::Count;
use reductions::upper_bounds::strata::Formula;
use rnn::Exact;
use rnn::LayeredRnn;
use rnn::LinearRnn;
use rnn::Network;
use serde_json::Value;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct CircuitArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// Size of the words: letters or matrices
    #[arg(long, value_name = "N")]
    n: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const SCHEMA: &str = "reduce.circuit/1";

/// A circuit with more gates is not built: its figures are those of the formulas.
const LARGEST_BUILT: usize = 2_000_000;

/// The same where gates are counted as they are made, and not stored.
const LARGEST_COUNTED: usize = 200_000_000;

/// The Boolean depth is measured for at most this many matrices.
const LARGEST_BOOLEAN: usize = 256;

/// Bits of the state are measured on an instance of at most this many tokens.
const LARGEST_MEASURED: usize = 10_000;

/// The circuit of a network over some tokens, in figures.
struct Report {
    n_tokens: usize,
    /// The folds of the stratum, one for each head; a network of one layer has one.
    shapes: Vec<Shape>,
    fold: Figures,
    /// The figures counted in the circuit that was built, with start state and readout.
    built: Option<Figures>,
    /// A bound on its depth with start state and readout.
    depth_bound: Option<usize>,
    bits: Option<Bits>,
    /// All layers, where there are several.
    strata: Option<Strata>,
    /// The Boolean depth of the product of n matrices.
    boolean: Option<Boolean>,
}

/// All layers of a network as one circuit.
struct Strata {
    n_layers: usize,
    formula: Formula,
    size: Count,
    /// The depth counted in the circuit that was built gate by gate; its size is that of the formula.
    depth: Option<usize>,
}

/// Gate depth of the fold of the matrices themselves, as integers in carry-save form.
struct Boolean {
    /// By formula.
    bound: usize,
    /// In the circuit.
    measured: Option<usize>,
}

/// How long numbers get.
enum Bits {
    /// In every prefix over any word, where the steps' entries over one common denominator have this many bits.
    Bound { bound: u64, of_step: u64, denominator: String },
    /// In the last layer, along one instance.
    Along(strata::Bits),
}

pub(crate) fn circuit(arguments: &CircuitArguments, output: &mut Output) -> Result<u8, Misuse> {
    let reduction = select::reduction(&arguments.problem, &arguments.selection)?;
    let reduction = &*reduction;
    let problem = reduction.problem();
    let report = match reduction.network() {
        Network::Relu(network) => {
            return Err(Misuse(format!(
                "expected a linear network, got {} by {}: its steps are not linear, so they cannot be composed before \
                 the state is known, and a word of n tokens takes n times {} layers, one after another",
                problem.name(),
                reduction.description().model,
                network.layers().len()
            )));
        }
        network => {
            let sizes = problem.sizes();
            sizes.admit(problem.name(), arguments.n).map_err(|error| Misuse(format!("--n: {error}")))?;
            let n_tokens = n_tokens(problem, arguments.n);
            if n_tokens == 0 {
                return Err(Misuse(format!("--n: expected at least 1 of {}, got 0", sizes.unit)));
            }
            match network {
                Network::Linear(network) => of_linear(network, n_tokens),
                Network::Layered(network) => of_layered(network, problem, arguments.n, n_tokens),
                Network::Relu(_) => unreachable!("refused above"),
            }
        }
    };
    if arguments.json {
        output.line(&pretty(&json(reduction, arguments.n, &report)))?;
    } else {
        output.line(&text(reduction, arguments.n, &report))?;
    }
    output.show();
    Ok(0)
}

/// The tokens of an instance of size `n`.
fn n_tokens(problem: &dyn Problem, n: usize) -> usize {
    match (problem.sizes().unit, problem.variant()) {
        ("matrices", Some("bos")) => n * TOKENS_PER_MATRIX + 1,
        ("matrices", _) => n * TOKENS_PER_MATRIX,
        _ => n,
    }
}

fn of_linear(network: &LinearRnn, n_tokens: usize) -> Report {
    let shape = Shape { n: n_tokens, dimension: network.coordinates().len(), rows: 1 };
    let fold = shape.figures();
    let n_gates = fold.n_multiplications + fold.n_additions + n_tokens * shape.inputs_per_step();
    let built = (n_gates <= LARGEST_BUILT).then(|| {
        let circuit = Unrolled::new(network, n_tokens).circuit;
        let (n_multiplications, n_additions) = (circuit.n_multiplications(), circuit.n_additions());
        Figures { depth: circuit.depth(), n_multiplications, n_additions }
    });
    Report {
        n_tokens,
        shapes: vec![shape],
        fold,
        built,
        // Start state and readout add at most the depth of a level each.
        depth_bound: Some(fold.depth + 2 * shape.depth_per_level()),
        bits: Some(bits_of_linear(network, shape)),
        strata: None,
        boolean: None,
    }
}

/// The bound for integers, after one common denominator of all steps is cleared: the steps as matrices with one more row
/// and column then hold it as an entry too.
fn bits_of_linear(network: &LinearRnn, shape: Shape) -> Bits {
    let entries: Vec<Exact> = network.transitions().iter().flat_map(pair).collect();
    // What is left of each denominator is multiplied in: their least common multiple.
    let denominator = entries.iter().fold(Exact::ONE, |denominator, entry| {
        let left = (entry * &denominator).to_rational().denom().clone();
        &denominator * &Exact::from(left)
    });
    let whole = entries.iter().map(|entry| entry * &denominator).chain([denominator.clone()]);
    let of_step = whole.map(|entry| entry.to_rational().numer().bits()).max().unwrap_or(0);
    Bits::Bound { bound: shape.bits_bound(of_step), of_step, denominator: denominator.to_string() }
}

/// All layers as strata; the fold is the last layer's.
fn of_layered(network: &LayeredRnn, problem: &dyn Problem, n: usize, n_tokens: usize) -> Report {
    let last = network.layers().last().map(|layer| layer.heads()).unwrap_or_default();
    let shape = |head: &rnn::Head| Shape { n: n_tokens, dimension: head.n_keys(), rows: head.n_values() };
    let shapes: Vec<Shape> = last.iter().map(shape).collect();
    let fold = shapes.iter().map(|shape| shape.figures()).reduce(Figures::beside);
    let formula = Formula::of(network);
    let size = formula.size(n_tokens);
    let is_counted = size.n_multiplications + size.n_additions + size.n_relus <= LARGEST_COUNTED;
    let depth = is_counted.then(|| strata::count(network, n_tokens).0);
    let boolean = (problem.sizes().unit == "matrices").then(|| Boolean {
        // Sums of four products of -1, 0 and 1 in two's complement.
        bound: carry_save::depth_by_formula(n, 4, 2),
        measured: (n <= LARGEST_BOOLEAN).then(|| carry_save::measured_depth(n, 4, 2)),
    });
    Report {
        n_tokens,
        fold: fold.unwrap_or(Figures { depth: 0, n_multiplications: 0, n_additions: 0 }),
        shapes,
        built: None,
        depth_bound: None,
        bits: bits_along_an_instance(network, problem, n, n_tokens),
        strata: Some(Strata { n_layers: network.layers().len(), formula, size, depth }),
        boolean,
    }
}

/// The bits along one instance; none where it is long.
fn bits_along_an_instance(network: &LayeredRnn, problem: &dyn Problem, n: usize, n_tokens: usize) -> Option<Bits> {
    if n_tokens > LARGEST_MEASURED {
        return None;
    }
    let sample = [true, false].into_iter().find_map(|answer| problem.sample(n, answer, &mut Random::new(0, 0)).ok())?;
    let word: Vec<usize> = sample.word.into_iter().map(usize::from).collect();
    strata::bits(network, &word).map(Bits::Along)
}

/// The nonlinear networks of this crate, with their number of layers.
fn nonlinear() -> impl Iterator<Item = (&'static dyn Reduction, usize)> {
    reductions::all().into_iter().filter_map(|reduction| match reduction.network() {
        Network::Relu(network) => Some((reduction, network.layers().len())),
        _ => None,
    })
}

fn title(reduction: &dyn Reduction) -> String {
    let description = reduction.description();
    let variant = description
        .variant
        .or(reduction.problem().variant())
        .map(|variant| format!(", variant {variant}"))
        .unwrap_or_default();
    format!("{} by {}{variant}", reduction.problem().name(), description.model)
}

fn text(reduction: &dyn Reduction, n: usize, report: &Report) -> String {
    let Report { n_tokens, shapes, fold, .. } = report;
    let mut lines = vec![format!("{}, {n} {}, {n_tokens} tokens", title(reduction), reduction.problem().sizes().unit)];
    let mut entry = |name: &str, text: String| lines.push(format!("  {name:<16} {text}"));
    let states: Vec<String> = shapes.iter().map(|shape| format!("{} x {}", shape.rows, shape.dimension)).collect();
    let layer = report.strata.as_ref().map(|strata| format!(" of layer {}", strata.n_layers)).unwrap_or_default();
    entry("fold", format!("{} levels, for states of {}{layer}", log2_ceiling(*n_tokens), states.join(", ")));
    entry("depth", format!("{}, above the entries of the steps", fold.depth));
    entry("size", format!("{} multiplications, {} additions", fold.n_multiplications, fold.n_additions));
    match &report.bits {
        Some(Bits::Bound { bound, of_step, denominator }) => {
            let over = if denominator == "1" { String::new() } else { format!(" over {denominator}^n") };
            let text = format!("integers{over} of at most {bound} in every prefix of every word, {of_step} in a step");
            entry("bits", text);
        }
        Some(Bits::Along(strata::Bits { denominator, of_step, bound, of_state })) => entry(
            "bits",
            format!(
                "integers over {denominator}^n: at most {bound} in every prefix of steps of {of_step} bits, as those of one \
                 instance are; {of_state} in its last state"
            ),
        ),
        None => entry("bits", format!("not measured above {LARGEST_MEASURED} tokens")),
    }
    if let Some(bound) = report.depth_bound {
        let counted = match report.built {
            Some(built) => format!(
                "built and counted: depth {} (at most {bound}), {} multiplications, {} additions",
                built.depth, built.n_multiplications, built.n_additions
            ),
            None => format!("not built, it would have more than {LARGEST_BUILT} gates: depth at most {bound}"),
        };
        entry("with readout", counted);
    }
    let mut entry = |name: &str, text: String| lines.push(format!("  {name:<16} {text}"));
    if let Some(Strata { n_layers, formula, size, depth }) = &report.strata {
        let (bound, levels) = (formula.depth(*n_tokens), log2_ceiling(*n_tokens));
        entry(
            "strata",
            format!(
                "{n_layers} layers: all prefixes (Sklansky) in each but the last, between them affine maps and sign gates"
            ),
        );
        let counted = match depth {
            Some(depth) => format!("built gate by gate and counted: depth {depth}"),
            None => format!("not built, it would have more than {LARGEST_COUNTED} gates: depth"),
        };
        entry("", format!("{counted} (at most {} + {levels} x {} = {bound}),", formula.base, formula.slope));
        let Count { n_multiplications, n_additions, n_relus } = size;
        entry("", format!("{n_multiplications} multiplications, {n_additions} additions, {n_relus} sign gates"));
    }
    if let Some(Boolean { bound, measured }) = &report.boolean {
        let measured = measured.map(|depth| format!("{depth} measured in the circuit, ")).unwrap_or_default();
        entry(
            "Boolean depth",
            format!("{measured}at most {bound} by formula, for the product of the matrices in carry-save form"),
        );
    }
    lines.push("  beside it, nonlinear networks over as many tokens, one after another, in layers:".to_owned());
    for (other, n_layers) in nonlinear() {
        lines.push(format!("    {}: {n_tokens} x {n_layers} = {}", title(other), n_tokens * n_layers));
    }
    lines.join("\n")
}

fn figures_to_json(figures: Figures) -> Value {
    json!({
        "depth": figures.depth,
        "multiplications": figures.n_multiplications,
        "additions": figures.n_additions,
    })
}

fn json(reduction: &dyn Reduction, n: usize, report: &Report) -> Value {
    let description = reduction.description();
    let states = report.shapes.iter().map(|shape| json!({"rows": shape.rows, "columns": shape.dimension}));
    let bits = report.bits.as_ref().map(|bits| match bits {
        Bits::Bound { bound, of_step, denominator } => {
            json!({"bound": bound, "of_step": of_step, "denominator": denominator})
        }
        Bits::Along(strata::Bits { denominator, of_step, bound, of_state }) => json!({
            "bound": bound,
            "of_step": of_step,
            "denominator": denominator.to_string(),
            "of_state": of_state,
        }),
    });
    let sequential = nonlinear().map(|(other, n_layers)| {
        let (problem, description) = (other.problem(), other.description());
        json!({
            "problem": problem.name(),
            "model": description.model,
            "variant": description.variant,
            "layers": n_layers,
            "depth": report.n_tokens * n_layers,
        })
    });
    json!({
        "schema": SCHEMA,
        "problem": reduction.problem().name(),
        "model": description.model,
        "variant": description.variant,
        "n": n,
        "tokens": report.n_tokens,
        "levels": log2_ceiling(report.n_tokens),
        "states": states.collect::<Vec<_>>(),
        "fold": figures_to_json(report.fold),
        "with_readout": {"depth_bound": report.depth_bound, "built": report.built.map(figures_to_json)},
        "strata": report.strata.as_ref().map(|strata| json!({
            "layers": strata.n_layers,
            "depth": strata.depth,
            "depth_bound": strata.formula.depth(report.n_tokens),
            "multiplications": strata.size.n_multiplications,
            "additions": strata.size.n_additions,
            "sign_gates": strata.size.n_relus,
        })),
        "boolean": report.boolean.as_ref().map(|boolean| json!({"bound": boolean.bound, "measured": boolean.measured})),
        "bits": bits,
        "sequential": sequential.collect::<Vec<_>>(),
        "version": env!("CARGO_PKG_VERSION"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rnn::Affine;
    use rnn::LinearFamily;

    #[test]
    fn the_bound_on_bits_holds_for_steps_with_denominators() {
        // y -> y / 2 + 2/3 and y -> -y + 1: over the denominator 6 their entries are 3, 4, -6, 6 and the 6 itself.
        let step = |factor: Exact, bias: Exact| {
            let mut step = Affine::zero(1, 1);
            step.add_weight(0, 0, &factor);
            step.add_bias(0, &bias);
            step
        };
        let steps = vec![step(Exact::ratio(1, 2), Exact::ratio(2, 3)), step(Exact::integer(-1), Exact::ONE)];
        let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
        let readout = step(Exact::ONE, Exact::ZERO);
        let network = LinearRnn::new(
            LinearFamily::PermutationDiagonal,
            names(["a", "b"]),
            vec!["y".to_owned()],
            vec![Exact::ZERO],
            steps,
            readout,
        );
        let report = of_linear(&network.unwrap(), 3);
        let Some(Bits::Bound { bound, of_step, denominator }) = report.bits else { panic!("a bound is stated") };
        // 3 * 3 + floor(2 log2 2) + 1.
        assert_eq!((bound, of_step, denominator.as_str()), (12, 3, "6"));
        let largest = (0..8).map(|word: u32| {
            (0..3).fold(Exact::ZERO, |y, place| {
                if word >> place & 1 == 0 {
                    &(&y * &Exact::ratio(1, 2)) + &Exact::ratio(2, 3)
                } else {
                    &Exact::ONE - &y
                }
            })
        });
        for value in largest {
            let whole = (&value * &Exact::integer(216)).to_rational();
            assert!(whole.is_integer() && whole.numer().bits() <= bound);
        }
    }
}
