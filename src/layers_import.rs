//! Checkpoints of one recurrent layer, as libraries write them: `config.json` and `model.safetensors` read as a model of
//! ours, or refused.
//!
//! A configuration is read with the defaults of the library that it is for, since libraries leave out what is a default.
//! Every entry is known: it has one value that is modelled, it is a size, or it does not change what is computed. An entry
//! that is not known is refused by its name, for what it switches is not modelled.

mod config;

use crate::layers_export::Content;
use crate::layers_export::Library;
use crate::layers_export::layout;
use config::Config;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use rnn::shipped::Tensor;
use safetensors::Dtype;
use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

/// The files of a checkpoint.
const CONFIG: &str = "config.json";
const WEIGHTS: &str = "model.safetensors";

/// The most weights that are read.
const MOST_WEIGHTS: usize = 1 << 23;

/// Why a folder is no checkpoint that is modelled, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportError(String);

impl ImportError {
    fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ImportError {}

/// A checkpoint that was read.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The model, its alphabet the first tokens of the vocabulary.
    pub model: ShippedModel,
    /// The library that the configuration is for.
    pub library: Library,
    /// The format in which the library computes, by the configuration.
    pub storage: Float,
    /// The configuration as it takes effect, in words.
    pub configuration: String,
}

/// Reads the checkpoint in a folder.
///
/// # Errors
/// [`ImportError`] where a file cannot be read, an entry of the configuration is not modelled, a tensor is missing, has another
/// shape, or holds what is no number, or a layer that is not modelled has weights other than 0.
pub fn read(folder: &Path) -> Result<Imported, ImportError> {
    let at = |name: &str| folder.join(name);
    let file =
        |name: &str| std::fs::read(at(name)).map_err(|error| ImportError(format!("{}: {error}", at(name).display())));
    let config = file(CONFIG)?;
    let config = Config::read(&config).map_err(|error| ImportError(format!("{}: {error}", at(CONFIG).display())))?;
    let size = std::fs::metadata(at(WEIGHTS)).map_or(0, |data| data.len());
    let most = 4 * MOST_WEIGHTS as u64;
    if size > most {
        let message = format!("{}: expected at most {most} bytes, got {size}", at(WEIGHTS).display());
        return Err(ImportError(message));
    }
    let weights = file(WEIGHTS)?;
    let model = model(&config, &weights).map_err(|error| ImportError(format!("{}: {error}", at(WEIGHTS).display())))?;
    let Config { library, storage, .. } = config;
    Ok(Imported { model, library, storage, configuration: config.sentence() })
}

/// The model of a configuration with these weights.
fn model(config: &Config, bytes: &[u8]) -> Result<ShippedModel, ImportError> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| ImportError(format!("expected a safetensors file: {error}")))?;
    // The number of units of the feed-forward layer, which does not matter as they are 0.
    let down = match config.library {
        Library::Fla | Library::HfOlmoHybrid => "model.layers.0.mlp.down_proj.weight",
    };
    let units = match file.tensor(down).map(|view| view.shape().to_vec()) {
        Ok(shape) if shape.len() == 2 => shape[1],
        _ => config.shape.hidden,
    };
    let places = layout(config.library, config.family, &config.shape, units);
    // What is there and not expected may be a layer or a bias that is not modelled.
    let expected: BTreeSet<&str> = places.iter().map(|place| place.name.as_str()).collect();
    let names = file.names();
    let mut others: Vec<&&str> = names.iter().filter(|name| !expected.contains(**name)).collect();
    others.sort();
    if let Some(other) = others.first() {
        return Err(ImportError(format!("`{other}`: expected no such tensor in {} of one layer", config.kind)));
    }
    let mut ours: Vec<Tensor> =
        config.shape.tensors(config.family).into_iter().map(|(name, sizes)| Tensor::zeros(name, &sizes)).collect();
    for place in &places {
        let view = file
            .tensor(&place.name)
            .map_err(|_| ImportError(format!("`{}`: expected such a tensor, got none", place.name)))?;
        if view.shape() != place.sizes {
            return Err(ImportError(format!(
                "`{}`: expected the shape {:?}, as {CONFIG} says, got {:?}",
                place.name,
                place.sizes,
                view.shape()
            )));
        }
        let values = numbers(&view).map_err(|error| ImportError(format!("`{}`: {error}", place.name)))?;
        match &place.content {
            Content::Any => {}
            Content::Zeros => {
                if let Some(entry) = values.iter().find(|entry| !entry.is_zero()) {
                    return Err(ImportError(format!(
                        "`{}`: expected 0 everywhere, as feed-forward and attention layers are not modelled, got {entry}",
                        place.name
                    )));
                }
            }
            Content::Ours(names) => {
                let length = values.len() / names.len();
                for (name, values) in names.iter().zip(values.chunks(length.max(1))) {
                    if let Some(tensor) = ours.iter_mut().find(|tensor| tensor.name == *name) {
                        tensor.values = values.to_vec();
                    }
                }
            }
        }
    }
    ShippedModel::new(config.family, config.shape, ours).map_err(|error| ImportError(error.to_string()))
}

/// The entries of a tensor.
fn numbers(view: &TensorView<'_>) -> Result<Vec<Exact>, ImportError> {
    let (format, width) = match view.dtype() {
        Dtype::BF16 => (Float::BF16, 2),
        Dtype::F16 => (Float::F16, 2),
        Dtype::F32 => (Float::F32, 4),
        other => return Err(ImportError(format!("expected numbers in bf16, f16 or f32, got {other:?}"))),
    };
    let codes =
        view.data().chunks(width).map(|bytes| bytes.iter().rev().fold(0, |code, byte| code << 8 | u64::from(*byte)));
    let values = codes.enumerate().map(|(index, code)| {
        let value = format.value(code);
        value.ok_or_else(|| ImportError(format!("expected numbers, got NaN or an infinity as entry {index}")))
    });
    values.collect()
}

/// The same model over the first tokens of its vocabulary.
///
/// # Errors
/// [`ImportError`] where the vocabulary is smaller.
pub fn over_first_tokens(model: &ShippedModel, tokens: usize) -> Result<ShippedModel, ImportError> {
    let shape = rnn::shipped::ShippedShape { tokens, ..*model.shape() };
    ShippedModel::new(model.family(), shape, model.tensors().to_vec()).map_err(|error| ImportError(error.to_string()))
}

/// Whether a family is written by a configuration of this kind.
pub(crate) fn family_of(kind: &str) -> Option<(Library, ShippedFamily)> {
    Some(match kind {
        "gated_deltanet" => (Library::Fla, ShippedFamily::GatedDeltaNet),
        "delta_net" => (Library::Fla, ShippedFamily::DeltaNet),
        "gated_deltaproduct" => (Library::Fla, ShippedFamily::DeltaProduct),
        "olmo_hybrid" => (Library::HfOlmoHybrid, ShippedFamily::GatedDeltaNet),
        _ => return None,
    })
}
