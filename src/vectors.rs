//! Golden vectors for kernels of the delta rule: inputs for which no operation rounds, and the exact outputs.
//!
//! A kernel that is compared with a tolerance hides its faults in it. Here every number that the recurrence forms, and
//! every number that the chunked form stores in chunks of 16, 32, 64 and 128 steps, is a number of the format, and every
//! sum is exact in f32 whatever its order: a right kernel gives these bits and no others. That this is so is computed for
//! every case ([`Certificate`]), not assumed; which numbers and sums are asked is said in `vectors/certify.rs`.

mod certify;
mod draw;
mod files;

pub use certify::Certificate;
pub use draw::HEAD_DIM;
pub use files::write;

use rnn::Float;
use std::fmt;
use std::str::FromStr;

/// Which rule a kernel computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `S += beta k (v - S^T k)^T`.
    Delta,
    /// The same after `S *= exp(g)`.
    GatedDelta,
    /// Two delta steps a token, the decay before the first, the query after the second.
    DeltaProduct,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Delta, Self::GatedDelta, Self::DeltaProduct];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delta => "delta-rule",
            Self::GatedDelta => "gated-delta-rule",
            Self::DeltaProduct => "delta-product",
        }
    }

    /// Delta steps a token.
    pub fn steps(self) -> usize {
        if self == Self::DeltaProduct { 2 } else { 1 }
    }

    /// Whether states decay.
    pub fn decays(self) -> bool {
        self != Self::Delta
    }
}

impl FromStr for Rule {
    type Err = VectorsError;

    fn from_str(text: &str) -> Result<Self, VectorsError> {
        let found = Self::ALL.into_iter().find(|rule| rule.name() == text);
        found.ok_or_else(|| {
            VectorsError::new(format!("expected one of {}, got `{text}`", Self::ALL.map(Self::name).join(", ")))
        })
    }
}

/// Why there are no vectors, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorsError(String);

impl VectorsError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for VectorsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for VectorsError {}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct VectorsOptions {
    /// The rule.
    pub rule: Rule,
    /// Tokens.
    pub length: usize,
    /// Number of heads.
    pub heads: usize,
    /// The format of queries, keys, values, betas and outputs: bf16, f16 or f32.
    pub dtype: Float,
    /// The seed.
    pub seed: u64,
}

/// The greatest number of tokens.
pub const MOST_TOKENS: usize = 1 << 17;

/// The greatest number of delta steps, of all tokens and heads together: so many fit into the memory of a small machine.
pub const MOST_STEPS: usize = 1 << 18;

/// The greatest number of heads.
pub const MOST_HEADS: usize = 64;

impl VectorsOptions {
    /// The same options, where they can be met.
    ///
    /// # Errors
    /// [`VectorsError`] where a number is out of range or the format is another one.
    pub fn checked(self) -> Result<Self, VectorsError> {
        if !(1..=MOST_TOKENS).contains(&self.length) {
            return Err(VectorsError::new(format!("--length: expected 1 to {MOST_TOKENS}, got {}", self.length)));
        }
        if !(1..=MOST_HEADS).contains(&self.heads) {
            return Err(VectorsError::new(format!("--heads: expected 1 to {MOST_HEADS}, got {}", self.heads)));
        }
        let n_steps = self.length * self.heads * self.rule.steps();
        if n_steps > MOST_STEPS {
            return Err(VectorsError::new(format!(
                "--length: expected at most {MOST_STEPS} delta steps in all heads together, got {n_steps}"
            )));
        }
        if ![Float::BF16, Float::F16, Float::F32].contains(&self.dtype) {
            return Err(VectorsError::new(format!("--dtype: expected bf16, f16 or f32, got {}", self.dtype)));
        }
        Ok(self)
    }
}
