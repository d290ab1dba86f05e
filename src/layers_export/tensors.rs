//! Exact numbers as the bytes of a safetensors file.

use super::ExportError;
use rnn::Exact;
use rnn::Float;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// Which numbers a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Numbers of one format: bf16, f16, f32 or f64.
    Float(Float),
    /// Integers as 64-bit ones, and everything else in f32.
    Mixed,
}

enum Entries {
    Integers(Vec<i64>),
    Numbers(Vec<Exact>),
}

/// A tensor under the name that a library gives it.
pub struct NamedTensor {
    name: String,
    shape: Vec<usize>,
    entries: Entries,
    /// The format that it is stored in whatever the others are.
    format: Option<Float>,
}

impl NamedTensor {
    /// A tensor of numbers, the last index fastest.
    pub fn numbers(name: impl Into<String>, shape: Vec<usize>, entries: Vec<Exact>) -> Self {
        Self { name: name.into(), shape, entries: Entries::Numbers(entries), format: None }
    }

    /// The same, stored in this format whatever the other tensors of the file are stored in.
    pub fn numbers_in(name: impl Into<String>, shape: Vec<usize>, entries: Vec<Exact>, format: Float) -> Self {
        Self { name: name.into(), shape, entries: Entries::Numbers(entries), format: Some(format) }
    }

    /// A tensor of zeros.
    pub fn zeros(name: impl Into<String>, shape: Vec<usize>) -> Self {
        let entries = vec![Exact::ZERO; shape.iter().product()];
        Self::numbers(name, shape, entries)
    }

    /// A tensor of ones.
    pub fn ones(name: impl Into<String>, shape: Vec<usize>) -> Self {
        let entries = vec![Exact::ONE; shape.iter().product()];
        Self::numbers(name, shape, entries)
    }

    /// A tensor of 64-bit integers.
    pub fn integers(name: impl Into<String>, shape: Vec<usize>, entries: impl IntoIterator<Item = i64>) -> Self {
        Self { name: name.into(), shape, entries: Entries::Integers(entries.into_iter().collect()), format: None }
    }

    fn bytes(&self, numbers: Numbers) -> Result<(Dtype, Vec<u8>), ExportError> {
        let values = match &self.entries {
            Entries::Integers(values) => {
                return Ok((Dtype::I64, values.iter().flat_map(|value| value.to_le_bytes()).collect()));
            }
            Entries::Numbers(values) => values,
        };
        let format = match (self.format, numbers) {
            (Some(format), _) | (None, Numbers::Float(format)) => format,
            (None, Numbers::Mixed) => Float::F32,
        };
        let (dtype, width) = match format {
            Float::BF16 => (Dtype::BF16, 2),
            Float::F16 => (Dtype::F16, 2),
            Float::F32 => (Dtype::F32, 4),
            Float::F64 => (Dtype::F64, 8),
            other => return Err(ExportError::new(format!("expected bf16, f16, f32 or f64, got {other}"))),
        };
        let mut bytes = Vec::with_capacity(values.len() * width);
        for value in values {
            let code = format
                .code(value)
                .ok_or_else(|| ExportError::new(format!("{}: expected numbers of {format}, got {value}", self.name)))?;
            bytes.extend_from_slice(&code.to_le_bytes()[..width]);
        }
        Ok((dtype, bytes))
    }
}

/// The bytes of a safetensors file with these tensors.
///
/// # Errors
/// [`ExportError`] where an entry is no number of its format.
pub fn serialized(tensors: &[NamedTensor], numbers: Numbers) -> Result<Vec<u8>, ExportError> {
    let bytes = tensors.iter().map(|tensor| tensor.bytes(numbers)).collect::<Result<Vec<_>, _>>()?;
    let views = tensors.iter().zip(&bytes).map(|(tensor, (dtype, bytes))| {
        let view = TensorView::new(*dtype, tensor.shape.clone(), bytes);
        Ok((tensor.name.clone(), view.map_err(|error| ExportError::new(format!("{}: {error}", tensor.name)))?))
    });
    let views = views.collect::<Result<Vec<_>, ExportError>>()?;
    // Libraries ask for this entry before they load a file.
    let about = std::collections::HashMap::from([("format".to_owned(), "pt".to_owned())]);
    safetensors::serialize(views, Some(about)).map_err(|error| ExportError::new(error.to_string()))
}
