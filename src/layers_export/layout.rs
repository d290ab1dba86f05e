//! Which tensors a checkpoint has, and what is in them: the same list for writing and for reading.

use super::NamedTensor;
use rnn::Exact;
use rnn::shipped::ShippedModel;

/// What is in a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Tensors of ours, one after the other.
    Ours(Vec<&'static str>),
    /// Zeros, of a layer that is not used.
    Zeros,
    /// Weights of a norm before or after such a layer, which do not matter; written as ones.
    Any,
}

/// A tensor under the name that a library gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The name.
    pub(crate) name: String,
    /// Its sizes, outputs first.
    pub(crate) sizes: Vec<usize>,
    /// What is in it.
    pub(crate) content: Content,
}

impl Place {
    /// The tensor of a model.
    pub(super) fn tensor(&self, model: &ShippedModel) -> NamedTensor {
        let Self { name, sizes, content } = self;
        match content {
            Content::Zeros => NamedTensor::zeros(name, sizes.clone()),
            Content::Any => NamedTensor::ones(name, sizes.clone()),
            Content::Ours(ours) => {
                let entries: Vec<Exact> = ours.iter().flat_map(|name| model.tensor(name).values.clone()).collect();
                NamedTensor::numbers(name, sizes.clone(), entries)
            }
        }
    }
}
