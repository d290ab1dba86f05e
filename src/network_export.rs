//! Networks of ours as folders for other programs: weights as safetensors, the step function as ONNX, a module of plain
//! PyTorch. Exact rationals stand beside each, and exact answers to compare with.
//!
//! What is proved of a network is proved of its rational numbers. Floating point gives the same states as long as it holds
//! every number of a step; for how long that is so is computed for every word beside a folder, not assumed.

mod config;
mod expected;
mod onnx;
mod python;
mod readme;
mod weights;

use crate::folder;
use crate::folder::Written;
use crate::folder::write_with_sums;
use crate::report::json::pretty;
use problems::Problem;
use rnn::Float;
use rnn::Network;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// For what a folder is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The weights, as a safetensors file.
    Safetensors,
    /// The step function, as an ONNX model.
    Onnx,
    /// A module of plain PyTorch.
    Pytorch,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 3] = [Self::Safetensors, Self::Onnx, Self::Pytorch];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Onnx => "onnx",
            Self::Pytorch => "pytorch",
        }
    }

    /// The formats in which weights can be stored.
    pub fn formats(self) -> &'static [Float] {
        match self {
            Self::Safetensors => &[Float::F64, Float::F32, Float::BF16, Float::F16],
            // What onnxruntime computes in on a CPU.
            Self::Onnx => &[Float::F64, Float::F32],
            Self::Pytorch => &[Float::F64],
        }
    }
}

impl FromStr for Target {
    type Err = NetworkExportError;

    fn from_str(text: &str) -> Result<Self, NetworkExportError> {
        let found = Self::ALL.into_iter().find(|target| target.name() == text);
        let names = Self::ALL.map(Self::name).join(", ");
        found.ok_or_else(|| NetworkExportError(format!("expected one of {names} as target, got `{text}`")))
    }
}

/// How a folder is written.
#[derive(Clone, Copy, Debug)]
pub struct NetworkExportOptions {
    /// For what.
    pub target: Target,
    /// The format of the weights.
    pub dtype: Float,
    /// Whether weights that are no numbers of it are rounded to the nearest one; they are refused where not.
    pub lossy: bool,
}

/// A network, and what is known of it.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The network.
    pub network: &'a Network,
    /// How the command line names it: the flags of a claim, or files.
    pub name: &'a str,
    /// The problem whose words are tried.
    pub problem: Option<&'a dyn Problem>,
    /// What the network is, in sentences for a reader.
    pub about: &'a str,
}

/// Why nothing was written, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkExportError(String);

impl fmt::Display for NetworkExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NetworkExportError {}

/// What was written, and how many of the weights that are not zero had to be rounded.
#[derive(Clone, Debug)]
pub struct ExportedNetwork {
    /// The files.
    pub written: Written,
    /// Numbers that are not zero.
    pub n_weights: usize,
    /// Those that are no numbers of the format.
    pub n_rounded: usize,
}

/// The version of ONNX that a model is written in.
#[derive(Clone, Copy, Debug)]
struct Dialect {
    ir_version: i64,
    opset: i64,
}

impl Dialect {
    /// That of ONNX 1.12, of June 2022: later programs read it.
    const WRITTEN: Self = Self { ir_version: 8, opset: 17 };
}

/// The names of what a step carries on: of a layered network without the last readout.
fn coordinates(network: &Network) -> &[String] {
    match network {
        Network::Layered(layered) => &layered.coordinates()[..layered.n_entries()],
        _ => network.coordinates(),
    }
}

/// The names of what a step gives beside the state.
fn readout_names(network: &Network) -> Vec<String> {
    std::iter::once("decision".to_owned()).chain(network.outputs().iter().cloned()).collect()
}

/// Writes a network into a folder that does not exist yet, or is empty; all of it or nothing.
///
/// # Errors
/// [`NetworkExportError`] where the target has no such format, a weight is no number of it and is not to be rounded, the
/// network has no or too many tokens, coordinates or weights, or the folder cannot be written.
pub fn export(
    subject: &Subject<'_>,
    options: &NetworkExportOptions,
    folder: &Path,
) -> Result<ExportedNetwork, NetworkExportError> {
    let NetworkExportOptions { target, dtype, lossy } = *options;
    let network = subject.network;
    let refuse = |message: String| Err(NetworkExportError(message));
    if !target.formats().contains(&dtype) {
        let names: Vec<String> = target.formats().iter().map(ToString::to_string).collect();
        return refuse(format!("--dtype: expected {} for {}, got {dtype}", names.join(", "), target.name()));
    }
    if !(1..=256).contains(&network.tokens().len()) {
        return refuse(format!("expected 1 to 256 tokens, got {}", network.tokens().len()));
    }
    if coordinates(network).is_empty() {
        return refuse("expected at least one coordinate of the state, got none".to_owned());
    }
    folder::is_free(folder, None).map_err(|error| NetworkExportError(error.to_string()))?;
    let stored = weights::stored(network, dtype, lossy)?;
    // Weights alone compute nothing: their exact answers are those of f64, which holds every number of the other formats.
    let values = if target == Target::Safetensors { Float::F64 } else { dtype };
    let text = |value: &serde_json::Value| format!("{}\n", pretty(value)).into_bytes();
    let mut files: Vec<(&str, Vec<u8>)> = match target {
        Target::Safetensors => vec![("model.safetensors", weights::safetensors(&stored, dtype)?)],
        Target::Onnx => vec![
            ("step.onnx", onnx::model(subject, &stored, dtype)?),
            ("reproduce.py", python::reproduce_onnx().into_bytes()),
        ],
        Target::Pytorch => vec![
            ("model.py", python::model(subject, &weights::tensors(network)?).into_bytes()),
            ("reproduce.py", python::reproduce_pytorch().into_bytes()),
        ],
    };
    files.push(("network.json", text(&network.to_json())));
    files.push(("expected.json", text(&expected::expected(subject, dtype, values))));
    files.push(("config.json", text(&config::config(subject, options, &stored))));
    files.push(("README.md", readme::readme(subject, options, &stored).into_bytes()));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let written = write_with_sums(folder, &files).map_err(|error| NetworkExportError(error.to_string()))?;
    Ok(ExportedNetwork { written, n_weights: stored.n_weights, n_rounded: stored.n_rounded })
}
