//! A long run of any network by exact numbers.

use super::layered::LayeredSteps;
use super::model::Network;
use super::pieces::PieceRun;
use crate::arithmetic::ExactArithmetic;
use crate::number::Exact;

/// A run by exact numbers, token by token: of a ReLU network by its pieces, of one of several layers by residual programs, of
/// any other by the interpreter. The states are the interpreter's.
#[derive(Debug)]
pub struct ExactRun<'n>(Kind<'n>);

#[derive(Debug)]
enum Kind<'n> {
    Pieces(Box<PieceRun<'n>>),
    Layers { steps: Box<LayeredSteps<'n>>, state: Vec<Exact> },
    Steps { network: &'n Network, state: Vec<Exact> },
}

impl<'n> ExactRun<'n> {
    /// A run that has read nothing.
    pub fn new(network: &'n Network) -> Self {
        Self(match network {
            Network::Relu(network) => Kind::Pieces(Box::new(PieceRun::new(network))),
            Network::Layered(network) => {
                Kind::Layers { steps: Box::new(LayeredSteps::new(network)), state: network.start().to_vec() }
            }
            Network::Linear(_) => Kind::Steps { network, state: network.start().to_vec() },
        })
    }

    /// The state after one more token in any state; the run stays where it is.
    ///
    /// # Panics
    /// If the state has another number of coordinates than the network, or the network has no such token.
    pub fn step(&mut self, state: &[Exact], token: usize) -> Vec<Exact> {
        match &mut self.0 {
            Kind::Pieces(run) => run.network().step(&ExactArithmetic, state, token),
            Kind::Layers { steps, .. } => {
                let mut next = state.to_vec();
                steps.advance(&mut next, token, true);
                next
            }
            Kind::Steps { network, .. } => network.step(&ExactArithmetic, state, token),
        }
    }

    /// Goes on from another state; what was learned of the network stays known.
    ///
    /// # Panics
    /// If the state has another number of coordinates than the network.
    pub fn set(&mut self, state: &[Exact]) {
        match &mut self.0 {
            Kind::Pieces(run) => run.set(state),
            Kind::Layers { state: own, .. } => {
                assert_eq!(state.len(), own.len(), "one number for each coordinate");
                *own = state.to_vec();
            }
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
            Kind::Layers { steps, state } => {
                // No step reads the outputs of the last token.
                let n_tokens = word.len();
                for (place, token) in word.iter().enumerate() {
                    steps.advance(state, usize::from(*token), place + 1 == n_tokens);
                }
            }
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
            Kind::Layers { state, .. } | Kind::Steps { state, .. } => state.clone(),
        }
    }
}
