//! What is asked of a check, and why one cannot be made.

use problems::NoInstance;
use reductions::proof::ProofError;
use std::fmt;
use std::time::Duration;

/// What is asked of a check.
#[derive(Clone, Debug)]
pub struct Options {
    /// The size of the sampled instances; the problem's default where none is given.
    pub n: Option<usize>,
    /// How many instances are sampled, both answers in turn.
    pub samples: usize,
    /// The seed of the samples.
    pub seed: u64,
    /// The length up to which every word is read; as long as a budget of words allows where none is given.
    pub max_length: Option<usize>,
    /// The length up to which the network is unrolled over unknown tokens.
    pub symbolic: Option<usize>,
    /// The limit of each question to the solver.
    pub timeout: Duration,
}

/// Why a check could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// The network does not fit the problem.
    Network(ProofError),
    /// There is no instance of the size asked for.
    Size(NoInstance),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => error.fmt(f),
            Self::Size(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CheckError {}
