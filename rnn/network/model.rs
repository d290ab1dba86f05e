//! A network as one value: the enum that knows every model.

use super::affine::Affine;
use super::kind::NetworkKind;
use super::layered::FeedForward;
use super::layered::LayeredRnn;
use super::linear::LinearRnn;
use super::relu::ReluRnn;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

/// A recurrent network: what `run` executes and what the obligations are made from.
#[derive(Clone, Debug, PartialEq)]
pub enum Network {
    /// A one-layer ReLU RNN.
    Relu(ReluRnn),
    /// A one-layer linear RNN.
    Linear(LinearRnn),
    /// A linear RNN of several layers over a residual stream.
    Layered(LayeredRnn),
}

/// The size of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// The number of state coordinates.
    pub state: usize,
    /// The width of each layer; the last one writes the state. Empty but for a ReLU network.
    pub widths: Vec<usize>,
    /// The number of heads of each layer; empty but for a layered network.
    pub heads: Vec<usize>,
    /// The number of ReLU units of each layer; empty but for a layered network.
    pub hidden: Vec<usize>,
    /// Non-zero weights of the recurrent map (for a linear network over all tokens), without the readout.
    pub weights: usize,
    /// Non-zero biases of the recurrent map, without the readout.
    pub biases: usize,
}

impl Network {
    /// The model, and the family that every transition or every head belongs to.
    pub fn kind(&self) -> NetworkKind {
        match self {
            Self::Relu(_) => NetworkKind::Relu,
            Self::Linear(network) => NetworkKind::Linear(network.family()),
            Self::Layered(network) => NetworkKind::Layered(network.family()),
        }
    }

    /// The tokens' texts.
    pub fn tokens(&self) -> &[String] {
        match self {
            Self::Relu(network) => network.tokens(),
            Self::Linear(network) => network.tokens(),
            Self::Layered(network) => network.tokens(),
        }
    }

    /// The names of the state's coordinates.
    pub fn coordinates(&self) -> &[String] {
        match self {
            Self::Relu(network) => network.coordinates(),
            Self::Linear(network) => network.coordinates(),
            Self::Layered(network) => network.coordinates(),
        }
    }

    /// The start state.
    pub fn start(&self) -> &[Exact] {
        match self {
            Self::Relu(network) => network.start(),
            Self::Linear(network) => network.start(),
            Self::Layered(network) => network.start(),
        }
    }

    pub(crate) fn readout(&self) -> &Affine {
        match self {
            Self::Relu(network) => network.readout(),
            Self::Linear(network) => network.readout(),
            Self::Layered(network) => network.readout(),
        }
    }

    /// The start state in an arithmetic.
    pub fn start_in<A: Arithmetic>(&self, arithmetic: &A) -> Vec<A::Value> {
        self.start().iter().map(|value| arithmetic.constant(value)).collect()
    }

    /// The state after one more token.
    pub fn step<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value], token: usize) -> Vec<A::Value> {
        match self {
            Self::Relu(network) => network.step(arithmetic, state, token),
            Self::Linear(network) => network.step(arithmetic, state, token),
            Self::Layered(network) => network.step(arithmetic, state, token),
        }
    }

    /// The readout of a state; the word that led there is accepted iff it is > 0, strictly.
    pub fn read_out<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value]) -> A::Value {
        let mut sums = self.readout().sums(arithmetic, state.iter().enumerate());
        arithmetic.finish_readout(sums.swap_remove(0))
    }

    /// The network's size.
    pub fn size(&self) -> Size {
        let maps: Vec<&Affine> = match self {
            Self::Relu(network) => network.layers().iter().collect(),
            Self::Linear(network) => network.transitions().iter().collect(),
            Self::Layered(network) => {
                let maps = network.maps().into_iter().filter(|(name, _)| name != "readout");
                maps.map(|(_, map)| map).collect()
            }
        };
        let layers = match self {
            Self::Layered(network) => network.layers(),
            _ => &[],
        };
        Size {
            state: self.coordinates().len(),
            widths: match self {
                Self::Relu(network) => network.layers().iter().map(Affine::n_outputs).collect(),
                Self::Linear(_) | Self::Layered(_) => Vec::new(),
            },
            heads: layers.iter().map(|layer| layer.heads().len()).collect(),
            hidden: layers.iter().map(|layer| layer.feed_forward().map_or(0, FeedForward::n_units)).collect(),
            weights: maps.iter().map(|map| map.n_weights()).sum(),
            biases: maps.iter().map(|map| map.n_biases()).sum(),
        }
    }

    /// The names of the value outputs, which only a layered network has beside its decision.
    pub fn outputs(&self) -> &[String] {
        match self {
            Self::Relu(_) | Self::Linear(_) => &[],
            Self::Layered(network) => network.outputs(),
        }
    }

    /// The values of the named outputs after the last token.
    pub fn values<'v, V>(&self, state: &'v [V]) -> &'v [V] {
        match self {
            Self::Relu(_) | Self::Linear(_) => &[],
            Self::Layered(network) => network.values(state),
        }
    }
}
