//! A long run of any network by exact numbers.

use super::model::Network;
use super::pieces::PieceRun;
use crate::arithmetic::ExactArithmetic;
use crate::number::Exact;

/// A run by exact numbers, token by token: of a ReLU network by its pieces, of any other by the interpreter. The states
/// are the interpreter's.
#[derive(Debug)]
pub struct ExactRun<'n>(Kind<'n>);

#[derive(Debug)]
enum Kind<'n> {
    Pieces(Box<PieceRun<'n>>),
    Steps { network: &'n Network, state: Vec<Exact> },
}

impl<'n> ExactRun<'n> {
    /// A run that has read nothing.
    pub fn new(network: &'n Network) -> Self {
        Self(match network {
            Network::Relu(network) => Kind::Pieces(Box::new(PieceRun::new(network))),
            _ => Kind::Steps { network, state: network.start().to_vec() },
        })
    }

    /// Goes on from another state.
    ///
    /// # Panics
    /// If the state has another number of coordinates than the network.
    pub fn set(&mut self, state: &[Exact]) {
        match &mut self.0 {
            Kind::Pieces(run) => run.set(state),
            Kind::Steps { network, state: own } => {
                assert_eq!(state.len(), network.start().len(), "one number for each coordinate");
                *own = state.to_vec();
            }
        }
    }

    /// Reads tokens, one after another.
    ///
    /// # Panics
    /// If the network has no such token.
    pub fn read_all(&mut self, word: &[u8]) {
        match &mut self.0 {
            Kind::Pieces(run) => run.read_all(word),
            Kind::Steps { network, state } => {
                for token in word {
                    *state = network.step(&ExactArithmetic, state, usize::from(*token));
                }
            }
        }
    }

    /// The state after what was read.
    pub fn state(&self) -> Vec<Exact> {
        match &self.0 {
            Kind::Pieces(run) => run.state(),
            Kind::Steps { state, .. } => state.clone(),
        }
    }
}
