//! One number of a network, and the network with another number in its stead: what tests of a checker are made of.

use super::affine::Affine;
use super::error::NetworkError;
use super::layered::LayeredRnn;
use super::linear::LinearRnn;
use super::model::Network;
use super::relu::ReluRnn;
use crate::number::Exact;

/// One number of a network, zero or not, by where it stands. Maps are counted as [`Network::maps`] lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A coordinate of the start state; a layered network, whose heads start in 0, has none.
    Start(usize),
    /// The weight of a map from an input (a column) to an output (a row).
    Weight {
        /// The map.
        map: usize,
        /// The output.
        output: usize,
        /// The input.
        input: usize,
    },
    /// The bias of an output of a map.
    Bias {
        /// The map.
        map: usize,
        /// The output.
        output: usize,
    },
    /// The decision of a layered network on the empty word: 1 or -1.
    OnEmpty,
}

impl Network {
    /// Every affine map of the network; the readout is the last one. The carried decision of a layered network is no
    /// map of its own: its readout is that of the stream.
    pub fn maps(&self) -> Vec<&Affine> {
        match self {
            Self::Relu(network) => network.layers().iter().chain([network.readout()]).collect(),
            Self::Linear(network) => network.transitions().iter().chain([network.readout()]).collect(),
            Self::Layered(network) => network.maps().into_iter().map(|(_, map)| map).collect(),
        }
    }

    /// The number that a parameter has.
    ///
    /// # Panics
    /// If the network has no such parameter.
    pub fn number(&self, parameter: Parameter) -> Exact {
        match parameter {
            Parameter::Start(coordinate) => self.start()[coordinate].clone(),
            Parameter::Weight { map, output, input } => self.maps()[map].weight(output, input),
            Parameter::Bias { map, output } => self.maps()[map].bias(output).clone(),
            Parameter::OnEmpty => match self {
                Self::Layered(network) => Exact::integer(if network.on_empty() { 1 } else { -1 }),
                _ => panic!("a network of one layer decides on the empty word by its start state"),
            },
        }
    }

    /// The network with another number for one parameter.
    ///
    /// # Errors
    /// [`NetworkError`] where a transition is then no longer of its family.
    ///
    /// # Panics
    /// If the network has no such parameter.
    pub fn with_number(&self, parameter: Parameter, value: &Exact) -> Result<Self, NetworkError> {
        // What is added to the number at its place makes it the new one.
        let old = self.number(parameter);
        let change = value - &old;
        let changed = |number: usize, map: &Affine| {
            let mut map = map.clone();
            match parameter {
                Parameter::Weight { map: own, output, input } if own == number => {
                    map.add_weight(output, input, &change)
                }
                Parameter::Bias { map: own, output } if own == number => map.add_bias(output, &change),
                _ => {}
            }
            map
        };
        let mut start = self.start().to_vec();
        if let Parameter::Start(coordinate) = parameter {
            start[coordinate] = value.clone();
        }
        // The network is built anew, so that its family is tested again.
        let each = |maps: &[Affine]| maps.iter().enumerate().map(|(number, map)| changed(number, map)).collect();
        match self {
            Self::Relu(network) => {
                let (tokens, coordinates) = (network.tokens().to_vec(), network.coordinates().to_vec());
                let readout = changed(network.layers().len(), network.readout());
                ReluRnn::new(tokens, coordinates, start, each(network.layers()), readout).map(Self::Relu)
            }
            Self::Linear(network) => {
                let (tokens, coordinates) = (network.tokens().to_vec(), network.coordinates().to_vec());
                let readout = changed(network.transitions().len(), network.readout());
                let transitions = each(network.transitions());
                LinearRnn::new(network.family(), tokens, coordinates, start, transitions, readout).map(Self::Linear)
            }
            Self::Layered(network) if parameter == Parameter::OnEmpty => {
                network.with_decision_on_empty(value.is_positive()).map(Self::Layered)
            }
            Self::Layered(network) => {
                // `with_maps` goes through the maps in the order in which they are counted.
                let mut number = 0;
                let in_turn = |_: &str, map: &Affine| {
                    number += 1;
                    changed(number - 1, map)
                };
                network.with_maps(in_turn).map(Self::Layered)
            }
        }
    }

    /// The parameter for a reader: `layer 2, unit 5 <- unit 7`. Layers count from 1, units from 0.
    ///
    /// # Panics
    /// If the network has no such parameter.
    pub fn describe(&self, parameter: Parameter) -> String {
        match parameter {
            Parameter::Start(coordinate) => format!("start of {}", self.coordinates()[coordinate]),
            Parameter::OnEmpty => "decision on the empty word".to_owned(),
            Parameter::Weight { map, output, input } => {
                let names = self.names_of(map);
                format!("{}{} <- {}", names.map, (names.output)(output), (names.input)(input))
            }
            Parameter::Bias { map, output } => {
                let names = self.names_of(map);
                format!("{}{} <- bias", names.map, (names.output)(output))
            }
        }
    }

    fn names_of(&self, map: usize) -> MapNames<'_> {
        match self {
            Self::Relu(network) => names_in_relu(network, map),
            Self::Linear(network) => {
                let coordinate = move |index: usize| network.coordinates()[index].clone();
                match network.tokens().get(map) {
                    Some(token) => MapNames::new(format!("transition on {token}, "), coordinate, coordinate),
                    None => MapNames::new(String::new(), |_| "readout".to_owned(), coordinate),
                }
            }
            Self::Layered(network) => names_in_layered(network, map),
        }
    }
}

type Name<'n> = Box<dyn Fn(usize) -> String + 'n>;

/// What a map is called, and its outputs and inputs.
struct MapNames<'n> {
    map: String,
    output: Name<'n>,
    input: Name<'n>,
}

impl<'n> MapNames<'n> {
    fn new(map: String, output: impl Fn(usize) -> String + 'n, input: impl Fn(usize) -> String + 'n) -> Self {
        Self { map, output: Box::new(output), input: Box::new(input) }
    }
}

fn unit(index: usize) -> String {
    format!("unit {index}")
}

fn names_in_relu(network: &ReluRnn, map: usize) -> MapNames<'_> {
    let coordinate = move |index: usize| network.coordinates()[index].clone();
    let n_layers = network.layers().len();
    if map == n_layers {
        return MapNames::new(String::new(), |_| "readout".to_owned(), coordinate);
    }
    let output = move |index: usize| if map + 1 == n_layers { coordinate(index) } else { unit(index) };
    let input = move |index: usize| match index.checked_sub(network.coordinates().len()) {
        _ if map > 0 => unit(index),
        None => coordinate(index),
        Some(token) => format!("token {}", network.tokens()[token]),
    };
    MapNames::new(format!("layer {}, ", map + 1), output, input)
}

fn names_in_layered(network: &LayeredRnn, map: usize) -> MapNames<'_> {
    let stream = |index: usize| network.stream()[index].clone();
    if map == 0 {
        return MapNames::new("embedding, ".to_owned(), stream, |token| format!("token {}", network.tokens()[token]));
    }
    let mut left = map - 1;
    for (number, layer) in (1..).zip(network.layers()) {
        if let Some(head) = layer.heads().get(left) {
            let projection = |index: usize| {
                let mut from = 0;
                for (name, length) in head.family().projections(head.n_values(), head.n_keys()) {
                    if index < from + length {
                        return if length == 1 { name.to_owned() } else { format!("{name}[{}]", index - from) };
                    }
                    from += length;
                }
                unreachable!("a head's map has one output per projection")
            };
            return MapNames::new(format!("layer {number}, head {}, ", head.name()), projection, stream);
        }
        left -= layer.heads().len();
        let Some(feed_forward) = layer.feed_forward() else { continue };
        let n_maps = feed_forward.maps().len();
        if left < n_maps {
            let output = move |index: usize| {
                if left + 1 == n_maps { feed_forward.outputs()[index].clone() } else { unit(index) }
            };
            let input = move |index: usize| if left == 0 { stream(index) } else { unit(index) };
            let which = if n_maps == 2 { String::new() } else { format!(" map {}", left + 1) };
            return MapNames::new(format!("layer {number}, feed-forward{which}, "), output, input);
        }
        left -= n_maps;
    }
    let output = |index: usize| match index.checked_sub(1) {
        None => "decision".to_owned(),
        Some(value) => format!("output {}", network.outputs()[value]),
    };
    MapNames::new("readout, ".to_owned(), output, stream)
}

#[cfg(test)]
mod tests;
