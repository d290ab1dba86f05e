//! Layered networks as data for Coq: the weights, and for iterated products the templates of the memory.
//!
//! Everything is made from values, never from text. The weights are what a theorem speaks of; the templates need no
//! trust, for a wrong one makes the check fail.

mod automata;
mod polynomial;
mod templates;
#[cfg(test)]
mod tests;

pub use automata::AutomatonClaim;
pub(super) use automata::theorem_text;
pub use templates::Design;

use rnn::Affine;
use rnn::Exact;
use rnn::FeedForward;
use rnn::Head;
use rnn::HeadFamily;
use rnn::Layer;
use rnn::LayeredRnn;
use rnn::NetworkError;
use std::fmt::Write;

/// The fixed theories that layered networks need, in the order in which they are compiled, each as (file name, content).
pub const THEORIES: [(&str, &str); 10] = [
    ("LayeredSemantics.v", include_str!("../../coq/theories/LayeredSemantics.v")),
    ("LayeredSimulation.v", include_str!("../../coq/theories/LayeredSimulation.v")),
    ("Polynomial.v", include_str!("../../coq/theories/Polynomial.v")),
    ("Blocks.v", include_str!("../../coq/theories/Blocks.v")),
    ("MatrixProduct.v", include_str!("../../coq/theories/MatrixProduct.v")),
    ("MatrixProductNetworks.v", include_str!("../../coq/theories/MatrixProductNetworks.v")),
    ("WeightedAutomaton.v", include_str!("../../coq/theories/WeightedAutomaton.v")),
    ("Chains.v", include_str!("../../coq/theories/Chains.v")),
    ("WeightedAutomatonNetworks.v", include_str!("../../coq/theories/WeightedAutomatonNetworks.v")),
    ("WeightedAutomatonProof.v", include_str!("../../coq/theories/WeightedAutomatonProof.v")),
];

/// A claim about iterated products: its name in Coq, the theorem, and what the last layer is meant to do.
#[derive(Clone, Copy, Debug)]
pub struct ProductClaim {
    /// The model, as in `reduce list`.
    pub model: &'static str,
    /// The variant, where it has one.
    pub variant: Option<&'static str>,
    /// The name of the theorem's file, and the beginning of those of its data.
    pub name: &'static str,
    /// The theorem.
    pub theorem: &'static str,
    /// What the last layer is meant to do.
    pub design: Design,
}

macro_rules! product_claim {
    ($model:literal, $variant:expr, $name:literal, $design:expr) => {
        ProductClaim {
            model: $model,
            variant: $variant,
            name: $name,
            theorem: include_str!(concat!("../../coq/claims/", $name, ".v")),
            design: $design,
        }
    };
}

/// Every claim about iterated products.
pub static PRODUCTS: [ProductClaim; 6] = [
    product_claim!("deltanet", None, "MatrixProductDeltanet", Design::RowSteps),
    product_claim!("deltanet", Some("sign"), "MatrixProductDeltanetSign", Design::RowStepsOverThree),
    product_claim!("deltanet", Some("bos"), "MatrixProductDeltanetBos", Design::RowSteps),
    product_claim!("rwkv7", None, "MatrixProductRwkv7", Design::Columns),
    product_claim!("rwkv7", Some("vector18"), "MatrixProductRwkv7Vector18", Design::Vector18),
    product_claim!("rwkv7", Some("bos"), "MatrixProductRwkv7Bos", Design::Columns),
];

/// The shipped claims about automata: model and variant, as in `reduce list`, and the name in Coq.
pub static AUTOMATA: [(&str, &str, &str); 8] = [
    ("rwkv7", "counter-difference", "WeightedAutomatonRwkv7CounterDifference"),
    ("rwkv7", "random-fibonacci", "WeightedAutomatonRwkv7RandomFibonacci"),
    ("rwkv7", "three-states", "WeightedAutomatonRwkv7ThreeStates"),
    ("deltanet", "counter-difference", "WeightedAutomatonDeltanetCounterDifference"),
    ("deltanet", "random-fibonacci", "WeightedAutomatonDeltanetRandomFibonacci"),
    ("deltanet", "three-states", "WeightedAutomatonDeltanetThreeStates"),
    ("deltanet", "counter-difference-sign", "WeightedAutomatonDeltanetCounterDifferenceSign"),
    ("deltanet", "random-fibonacci-sign", "WeightedAutomatonDeltanetRandomFibonacciSign"),
];

impl ProductClaim {
    /// The data files for this network, each as (file name, content).
    ///
    /// # Errors
    /// [`NetworkError`] where the network has not the layers and heads of the design.
    pub fn data(&self, network: &LayeredRnn) -> Result<Vec<(String, String)>, NetworkError> {
        Ok(vec![
            (format!("{}Network.v", self.name), network_file(network)),
            (format!("{}Templates.v", self.name), templates::file(network, self.design)?),
        ])
    }
}

impl ProductClaim {
    /// A file that prints which blocks fail, as (file name, content): of a theorem itself coqc says no more than that
    /// `true` is not `false`.
    pub fn diagnosis(&self) -> (String, String) {
        let mut text = String::from("From Reduce Require Import Blocks.\n");
        for file in ["Network", "Templates"] {
            _ = writeln!(text, "From Generated Require Import {}{file}.", self.name);
        }
        text.push_str("Eval vm_compute in failing_blocks network certificate.\n");
        (format!("{}Diagnosis.v", self.name), text)
    }
}

/// The weights as a Coq file that defines `network`.
pub fn network_file(network: &LayeredRnn) -> String {
    let embedding = network.embedding();
    let vectors = (0..embedding.n_inputs()).map(|token| {
        list((0..embedding.n_outputs()).map(|row| number(&(&embedding.weight(row, token) + embedding.bias(row)))), "; ")
    });
    let family = match network.family() {
        HeadFamily::DeltaNet => "delta_net",
        HeadFamily::Rwkv7 => "rwkv7",
    };
    let mut text = String::from("(* The weights of a network, made from their values. *)\n\n");
    for library in ["String", "List", "NArith", "QArith"] {
        _ = writeln!(text, "From Coq Require Import {library}.");
    }
    text.push_str("From Reduce Require Import LayeredSemantics.\n");
    text.push_str("Import ListNotations.\nLocal Open Scope list_scope.\nLocal Open Scope Q_scope.\n\n");
    text.push_str("Definition network : network := {|\n");
    let tokens = network.tokens().iter().map(|token| format!("\"{}\"%string", token.replace('"', "\"\"")));
    _ = writeln!(text, "  tokens := {};", list(tokens, "; "));
    _ = writeln!(text, "  heads_are := {family};");
    _ = writeln!(text, "  embedding := {};", list(vectors, "; "));
    _ = writeln!(text, "  layers := {};", list(network.layers().iter().map(layer), ";\n    "));
    _ = writeln!(text, "  readout := {};", map(network.stream_readout(), "    "));
    _ = writeln!(text, "  on_empty := {}\n|}}.", network.on_empty());
    text
}

fn layer(layer: &Layer) -> String {
    let heads = list(layer.heads().iter().map(head), ";\n      ");
    let maps = layer.feed_forward().map(FeedForward::maps).unwrap_or_default();
    let maps = list(maps.iter().map(|affine| map(affine, "        ")), ";\n       ");
    format!("{{| heads := {heads};\n      feed_forward := {maps} |}}")
}

fn head(head: &Head) -> String {
    let (keys, values) = (head.n_keys(), head.n_values());
    format!("{{| keys := {keys}%nat; values := {values}%nat; gates := {} |}}", map(head.projections(), "        "))
}

/// The rows of a map: for each the non-zero weights by place, and the bias.
fn map(affine: &Affine, indent: &str) -> String {
    let mut rows: Vec<Vec<String>> = vec![Vec::new(); affine.n_outputs()];
    for (row, column, weight) in affine.weights() {
        rows[row].push(format!("({column}%N, {})", number(weight)));
    }
    let row =
        |(place, weights): (usize, Vec<String>)| format!("({}, {})", list(weights, "; "), number(affine.bias(place)));
    list(rows.into_iter().enumerate().map(row), &format!(";\n{indent}"))
}

/// A list in Coq.
fn list(entries: impl IntoIterator<Item = String>, separator: &str) -> String {
    format!("[{}]", entries.into_iter().collect::<Vec<String>>().join(separator))
}

/// A number in the scope of Q: `3`, `-1`, `1#2` or `(-1)#2`.
fn number(value: &Exact) -> String {
    let value = value.to_rational();
    let (numerator, denominator) = (value.numer(), value.denom());
    if value.is_integer() {
        numerator.to_string()
    } else if *numerator < 0.into() {
        format!("({numerator})#{denominator}")
    } else {
        format!("{numerator}#{denominator}")
    }
}
