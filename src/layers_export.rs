//! Models of shipped layers as checkpoints that unmodified libraries load: `config.json`, `model.safetensors`, a script
//! that reproduces the answers, the exact answers, and the effective configuration in words.

mod fla;
mod layout;
mod olmo;
mod readme;
mod tensors;

pub(crate) use layout::Content;
pub use tensors::NamedTensor;
pub use tensors::Numbers;
pub use tensors::serialized;

use crate::folder::Written;
use crate::folder::is_free;
use crate::folder::write_with_sums;
use reductions::shipped::ShippedClaim;
use rnn::Float;
use rnn::shipped::Evaluator;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedShape;
use rnn::shipped::Storing;
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

/// The lengths of the words whose exact answers stand beside a checkpoint.
pub const LENGTHS: [usize; 3] = [64, 512, 4096];

/// The seed of these words.
const SEED: u64 = 0;

/// A library whose checkpoints can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// flash-linear-attention.
    Fla,
    /// OLMo Hybrid of transformers.
    HfOlmoHybrid,
}

impl Library {
    /// Every library.
    pub const ALL: [Self; 2] = [Self::Fla, Self::HfOlmoHybrid];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fla => "fla",
            Self::HfOlmoHybrid => "hf-olmo-hybrid",
        }
    }

    /// The libraries that have this layer.
    pub fn of(family: ShippedFamily) -> &'static [Self] {
        match family {
            ShippedFamily::GatedDeltaNet => &[Self::Fla, Self::HfOlmoHybrid],
            ShippedFamily::DeltaNet | ShippedFamily::DeltaProduct => &[Self::Fla],
        }
    }
}

impl FromStr for Library {
    type Err = ExportError;

    fn from_str(text: &str) -> Result<Self, ExportError> {
        let found = Self::ALL.into_iter().find(|library| library.name() == text);
        found.ok_or_else(|| {
            ExportError(format!("expected one of {} as target, got `{text}`", Self::ALL.map(Self::name).join(", ")))
        })
    }
}

/// Why nothing was written, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportError(String);

impl ExportError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ExportError {}

/// The tensors of a library's checkpoint of a layer, with so many units in the feed-forward layers.
pub(crate) fn layout(
    library: Library,
    family: ShippedFamily,
    shape: &ShippedShape,
    units: usize,
) -> Vec<layout::Place> {
    match library {
        Library::Fla => fla::layout(family, shape, units),
        Library::HfOlmoHybrid => olmo::layout(shape, units),
    }
}

/// A checkpoint before it is written.
struct Checkpoint {
    config: Value,
    tensors: Vec<NamedTensor>,
}

/// Writes a claim's model for a library into a folder that does not exist yet, or is empty; all of it or nothing.
///
/// # Errors
/// [`ExportError`] where the library has no such layer, a weight is no number of bf16, or the folder cannot be written.
pub fn export(claim: &ShippedClaim, library: Library, folder: &Path) -> Result<Written, ExportError> {
    let family = claim.family();
    if !Library::of(family).contains(&library) {
        let names: Vec<&str> = Library::of(family).iter().map(|library| library.name()).collect();
        return Err(ExportError(format!(
            "expected one of {} as target for {}, got `{}`",
            names.join(", "),
            family.name(),
            library.name()
        )));
    }
    is_free(folder, None).map_err(|error| ExportError(error.to_string()))?;
    let checkpoint = match library {
        Library::Fla => fla::checkpoint(claim.model()),
        Library::HfOlmoHybrid => olmo::checkpoint(claim.model()),
    };
    let model = serialized(&checkpoint.tensors, Numbers::Float(Float::BF16))?;
    let expected = serialized(&expected(claim)?, Numbers::Mixed)?;
    let config = format!("{}\n", crate::report::json::pretty(&checkpoint.config));
    let (script, readme) = (readme::script(library), readme::readme(claim, library));
    let files: [(&str, &[u8]); 5] = [
        ("config.json", config.as_bytes()),
        ("model.safetensors", &model),
        ("expected.safetensors", &expected),
        ("reproduce.py", script.as_bytes()),
        ("README.md", readme.as_bytes()),
    ];
    write_with_sums(folder, &files).map_err(|error| ExportError(error.to_string()))
}

/// Words with the exact class after every token, and the exact state in the end, heads first, then keys, then values.
fn expected(claim: &ShippedClaim) -> Result<Vec<NamedTensor>, ExportError> {
    let fault = |error: rnn::shipped::Inexact| ExportError(error.to_string());
    let mut evaluator = Evaluator::new(claim.model(), Float::BF16, Storing::EachStage).map_err(fault)?;
    let shape = *claim.model().shape();
    let mut tensors = Vec::new();
    for (index, length) in (0..).zip(LENGTHS) {
        let word = crate::check::shipped::random_word(claim, length, SEED, index);
        let classes = evaluator.classes(problems::indices(&word)).into_iter().collect::<Result<Vec<_>, _>>();
        let classes = classes.map_err(fault)?;
        let state = evaluator.states(problems::indices(&word)).map_err(fault)?;
        let tokens = problems::indices(&word);
        tensors.push(NamedTensor::integers(format!("tokens_{length}"), vec![length], tokens.map(|token| token as i64)));
        let classes = classes.into_iter().map(|class| class as i64);
        tensors.push(NamedTensor::integers(format!("classes_{length}"), vec![length], classes));
        let sizes = vec![shape.heads, shape.head_dim, shape.head_dim];
        tensors.push(NamedTensor::numbers(format!("state_{length}"), sizes, state.concat()));
    }
    Ok(tensors)
}
