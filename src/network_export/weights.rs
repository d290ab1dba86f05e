//! The numbers of a network as tensors under the names that every folder uses, and what they are in a number format.

use super::NetworkExportError;
use crate::layers_export::NamedTensor;
use crate::report::shortened;
use rnn::Affine;
use rnn::Exact;
use rnn::Float;
use rnn::Network;
use rnn::Overflow;
use rnn::Parameter;
use rnn::Rounding;

/// The greatest number of entries of all tensors together, zeros counted: they are written densely.
const MOST_ENTRIES: usize = 1 << 24;

/// A tensor: its name, its sizes (rows are outputs, columns inputs), and its entries that are not zero, each with its index
/// (the last size fastest) and where it stands in the network.
#[derive(Clone, Debug)]
pub(super) struct Tensor {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) entries: Vec<(usize, Exact, Parameter)>,
}

impl Tensor {
    /// All entries, zeros too.
    pub(super) fn dense(&self) -> Vec<Exact> {
        let mut values = vec![Exact::ZERO; self.shape.iter().product()];
        self.entries.iter().for_each(|(index, value, _)| values[*index] = value.clone());
        values
    }
}

/// The names of the maps without their ending, as [`Network::maps`] lists them.
fn names_of_maps(network: &Network) -> Vec<String> {
    match network {
        Network::Relu(network) => {
            let layers = (0..network.layers().len()).map(|layer| format!("layers.{layer}"));
            layers.chain(["readout".to_owned()]).collect()
        }
        Network::Linear(network) => {
            let transitions = network.transitions().iter().map(|_| "transitions".to_owned());
            transitions.chain(["readout".to_owned()]).collect()
        }
        Network::Layered(network) => {
            let mut names = vec!["embedding".to_owned()];
            for (number, layer) in network.layers().iter().enumerate() {
                names.extend((0..layer.heads().len()).map(|head| format!("layers.{number}.heads.{head}.gates")));
                let n_maps = layer.feed_forward().map_or(0, |feed_forward| feed_forward.maps().len());
                names.extend((0..n_maps).map(|map| format!("layers.{number}.feed_forward.maps.{map}")));
            }
            names.push("readout".to_owned());
            names
        }
    }
}

/// The weight and the bias of a map, whose entries stand `from` steps of their own size from the beginning.
fn add_map(tensors: &mut [Tensor], number: usize, map: &Affine, from: usize) {
    let (rows, columns) = (map.n_outputs(), map.n_inputs());
    let weights = map.weights().map(|(output, input, value)| {
        let index = (from * rows + output) * columns + input;
        (index, value.clone(), Parameter::Weight { map: number, output, input })
    });
    tensors[0].entries.extend(weights);
    let biases = map.biases();
    let biases =
        biases.map(|(output, value)| (from * rows + output, value.clone(), Parameter::Bias { map: number, output }));
    tensors[1].entries.extend(biases);
}

/// The tensors of a network: `NAME.weight` and `NAME.bias` of each map, those of a linear network's transitions in one, and
/// `start` where the network does not begin in 0.
///
/// # Errors
/// Where a tensor has no entry, or all of them have too many.
pub(super) fn tensors(network: &Network) -> Result<Vec<Tensor>, NetworkExportError> {
    let mut tensors: Vec<Tensor> = Vec::new();
    let named = |name: String, shape: Vec<usize>| Tensor { name, shape, entries: Vec::new() };
    if !matches!(network, Network::Layered(_)) {
        let mut start = named("start".to_owned(), vec![network.start().len()]);
        let places = network.start().iter().enumerate().filter(|(_, value)| !value.is_zero());
        start.entries.extend(places.map(|(place, value)| (place, value.clone(), Parameter::Start(place))));
        tensors.push(start);
    }
    let (maps, names) = (network.maps(), names_of_maps(network));
    let n_entries: usize = maps.iter().map(|map| (map.n_inputs() + 1).saturating_mul(map.n_outputs())).sum();
    if n_entries > MOST_ENTRIES {
        let expected = format!("expected a network of at most {MOST_ENTRIES} weights, zeros counted");
        return Err(NetworkExportError(format!("{expected}, got {n_entries}: tensors are written densely")));
    }
    let n_transitions = if let Network::Linear(network) = network { network.transitions().len() } else { 0 };
    for (number, (map, name)) in maps.iter().zip(&names).enumerate() {
        // The transitions of all tokens are one tensor, which the first of them begins.
        let is_transition = number < n_transitions;
        if !is_transition || number == 0 {
            let outer = is_transition.then_some(n_transitions);
            let sizes = |inner: &[usize]| outer.into_iter().chain(inner.iter().copied()).collect();
            tensors.push(named(format!("{name}.weight"), sizes(&[map.n_outputs(), map.n_inputs()])));
            tensors.push(named(format!("{name}.bias"), sizes(&[map.n_outputs()])));
        }
        let last = tensors.len() - 2;
        add_map(&mut tensors[last..], number, map, if is_transition { number } else { 0 });
    }
    if let Some(empty) = tensors.iter().find(|tensor| tensor.shape.contains(&0)) {
        let message = format!("expected at least one entry in every tensor, got none in `{}`", empty.name);
        return Err(NetworkExportError(message));
    }
    Ok(tensors)
}

/// A weight that is no number of the format, and what is stored in its place.
#[derive(Clone, Debug)]
pub(super) struct Rounded {
    /// Where it stands, in words.
    pub(super) weight: String,
    pub(super) exact: Exact,
    pub(super) stored: Exact,
}

/// What is stored: the tensors in the format, how many weights were rounded for that, and the one that changed most for
/// its size.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) tensors: Vec<Tensor>,
    pub(super) n_weights: usize,
    pub(super) n_rounded: usize,
    pub(super) worst: Option<Rounded>,
}

/// The tensors in a format; weights that are no numbers of it are rounded to the nearest one where that is asked for.
///
/// # Errors
/// The first weight that is no number of the format where rounding is not asked for, or that is beyond all of them.
pub(super) fn stored(network: &Network, format: Float, lossy: bool) -> Result<Stored, NetworkExportError> {
    let mut tensors = tensors(network)?;
    let n_weights = tensors.iter().map(|tensor| tensor.entries.len()).sum();
    let mut n_rounded = 0;
    let mut worst: Option<(Exact, Rounded)> = None;
    let mut first: Option<(Parameter, Exact)> = None;
    for (_, value, parameter) in tensors.iter_mut().flat_map(|tensor| &mut tensor.entries) {
        if format.contains(value) {
            continue;
        }
        let nearest = format.round(value, Rounding::Nearest, Overflow::Infinity);
        let Some(nearest) = nearest.as_finite() else {
            return Err(NetworkExportError(format!(
                "{}: expected a number of {format}, whose greatest is {}, got {}: choose a --dtype with a wider exponent",
                network.describe(*parameter),
                shortened(&format.greatest().to_string()),
                shortened(&value.to_string()),
            )));
        };
        n_rounded += 1;
        first.get_or_insert_with(|| (*parameter, value.clone()));
        let change = &(&*value - nearest) / &*value;
        let change = if change.is_negative() { -&change } else { change };
        if worst.as_ref().is_none_or(|(largest, _)| change > *largest) {
            let weight = network.describe(*parameter);
            worst = Some((change, Rounded { weight, exact: value.clone(), stored: nearest.clone() }));
        }
        *value = nearest.clone();
    }
    if let Some((parameter, value)) = first.filter(|_| !lossy) {
        let more = match n_rounded - 1 {
            0 => String::new(),
            1 => ", and one more weight is none".to_owned(),
            more => format!(", and {more} more weights are none"),
        };
        // A third is a number of no format; what has too many bits can be one of a wider format.
        let is_binary = value.trailing_exponent().is_some();
        let none = if is_binary { "which is none" } else { "which no binary format holds" };
        let other = if is_binary && format != Float::F64 { "choose a wider --dtype, or " } else { "" };
        return Err(NetworkExportError(format!(
            "{}: expected a number of {format}, got {}, {none}{more}: {other}round to the nearest with --lossy",
            network.describe(parameter),
            shortened(&value.to_string()),
        )));
    }
    Ok(Stored { tensors, n_weights, n_rounded, worst: worst.map(|(_, rounded)| rounded) })
}

/// The bytes of a safetensors file with these tensors.
///
/// # Errors
/// Where a number is none of the format.
pub(super) fn safetensors(stored: &Stored, format: Float) -> Result<Vec<u8>, NetworkExportError> {
    let named = |tensor: &Tensor| NamedTensor::numbers(tensor.name.clone(), tensor.shape.clone(), tensor.dense());
    let tensors: Vec<NamedTensor> = stored.tensors.iter().map(named).collect();
    crate::layers_export::serialized(&tensors, crate::layers_export::Numbers::Float(format))
        .map_err(|error| NetworkExportError(error.to_string()))
}
