//! A network as one value, and its JSON form.

use crate::Affine;
use crate::Arithmetic;
use crate::Exact;
use crate::FeedForward;
use crate::HeadFamily;
use crate::LayeredRnn;
use crate::LinearFamily;
use crate::LinearRnn;
use crate::ReluRnn;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::fmt;

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

/// What is wrong with a network, or with the text of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError {
    message: String,
}

impl NetworkError {
    /// What is wrong, as one sentence (`expected X, got Y`); constructions refuse with it what they cannot build.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    pub(crate) fn check(what: &str, expected: usize, got: usize) -> Result<(), Self> {
        if expected == got { Ok(()) } else { Err(Self::new(format!("{what}: expected {expected}, got {got}"))) }
    }

    pub(crate) fn check_names(what: &str, names: &[String]) -> Result<(), Self> {
        for (i, name) in names.iter().enumerate() {
            if name.is_empty() || name.contains(char::is_whitespace) {
                return Err(Self::new(format!("expected a {what} name without white space, got `{name}`")));
            }
            if names[..i].contains(name) {
                return Err(Self::new(format!("expected each {what} once, got `{name}` twice")));
            }
        }
        Ok(())
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NetworkError {}

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

    fn readout(&self) -> &Affine {
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

    /// The network as JSON, lossless: every number of it is a string `num/den`, and no other string is numeric text
    /// (the tokens are written as one word); places are JSON numbers.
    pub fn to_json(&self) -> Value {
        let start: Vec<Value> = self.start().iter().map(number_to_json).collect();
        let (kind, key, maps) = match self {
            Self::Relu(network) => ("relu", "layers", network.layers()),
            Self::Linear(network) => (network.family().name(), "transitions", network.transitions()),
            Self::Layered(network) => return network.to_json(),
        };
        json!({
            "schema": SCHEMA,
            "kind": kind,
            "tokens": write_tokens(self.tokens()),
            "coordinates": self.coordinates(),
            "start": start,
            key: maps.iter().map(affine_to_json).collect::<Vec<_>>(),
            "readout": affine_to_json(self.readout()),
        })
    }

    /// Reads what [`Network::to_json`] writes.
    ///
    /// # Errors
    /// [`NetworkError`] with the place in the JSON value and what was expected there.
    pub fn from_json(value: &Value) -> Result<Self, NetworkError> {
        let object = expect_object(value, "the network")?;
        let schema = expect_text(field(object, "schema", "the network")?, "schema")?;
        if schema != SCHEMA {
            return Err(NetworkError::new(format!("schema: expected `{SCHEMA}`, got `{schema}`")));
        }
        let kind = expect_text(field(object, "kind", "the network")?, "kind")?;
        if let Some(family) = HeadFamily::named(kind) {
            return LayeredRnn::from_json(object, family).map(Self::Layered);
        }
        let family = LinearFamily::named(kind);
        let key = match (kind, family) {
            ("relu", _) => "layers",
            (_, Some(_)) => "transitions",
            (other, None) => {
                let families =
                    LinearFamily::ALL.map(LinearFamily::name).into_iter().chain(HeadFamily::ALL.map(HeadFamily::name));
                let names: Vec<&str> = families.collect();
                let message = format!("kind: expected relu or one of {}, got `{other}`", names.join(", "));
                return Err(NetworkError::new(message));
            }
        };
        expect_only(object, &["schema", "kind", "tokens", "coordinates", "start", key, "readout"], "the network")?;
        let tokens = read_tokens(expect_text(field(object, "tokens", "the network")?, "tokens")?);
        let coordinates = expect_list(field(object, "coordinates", "the network")?, "coordinates")?
            .iter()
            .enumerate()
            .map(|(i, name)| expect_text(name, &format!("coordinates[{i}]")).map(str::to_owned))
            .collect::<Result<Vec<_>, _>>()?;
        let start = expect_list(field(object, "start", "the network")?, "start")?
            .iter()
            .enumerate()
            .map(|(i, number)| number_from_json(number, &format!("start[{i}]")))
            .collect::<Result<Vec<_>, _>>()?;
        let maps = expect_list(field(object, key, "the network")?, key)?
            .iter()
            .enumerate()
            .map(|(i, map)| affine_from_json(map, &format!("{key}[{i}]")))
            .collect::<Result<Vec<_>, _>>()?;
        let readout = affine_from_json(field(object, "readout", "the network")?, "readout")?;
        match family {
            None => ReluRnn::new(tokens, coordinates, start, maps, readout).map(Self::Relu),
            Some(family) => LinearRnn::new(family, tokens, coordinates, start, maps, readout).map(Self::Linear),
        }
    }
}

pub(crate) const SCHEMA: &str = "reduce.network/1";

pub(crate) fn write_tokens(tokens: &[String]) -> String {
    let joined = tokens.iter().all(|token| token.chars().count() == 1);
    tokens.join(if joined { "" } else { " " })
}

pub(crate) fn read_tokens(text: &str) -> Vec<String> {
    if text.contains(' ') {
        text.split_ascii_whitespace().map(str::to_owned).collect()
    } else {
        text.chars().map(String::from).collect()
    }
}

fn number_to_json(number: &Exact) -> Value {
    Value::String(number.to_string())
}

pub(crate) fn affine_to_json(map: &Affine) -> Value {
    json!({
        "rows": map.n_outputs(),
        "columns": map.n_inputs(),
        "weights": map.weights().map(|(row, column, weight)| json!([row, column, number_to_json(weight)])).collect::<Vec<_>>(),
        "biases": map.biases().map(|(row, bias)| json!([row, number_to_json(bias)])).collect::<Vec<_>>(),
    })
}

pub(crate) fn affine_from_json(value: &Value, place: &str) -> Result<Affine, NetworkError> {
    // A file cannot make us reserve more memory than its own text could fill with weights.
    const LARGEST: usize = 1 << 20;
    let object = expect_object(value, place)?;
    expect_only(object, &["rows", "columns", "weights", "biases"], place)?;
    let side = |key: &str| {
        let side = expect_index(field(object, key, place)?, &format!("{place}.{key}"))?;
        if side > LARGEST {
            return Err(NetworkError::new(format!("{place}.{key}: expected at most {LARGEST}, got {side}")));
        }
        Ok(side)
    };
    let mut map = Affine::zero(side("rows")?, side("columns")?);
    for (i, entry) in expect_list(field(object, "weights", place)?, &format!("{place}.weights"))?.iter().enumerate() {
        let place = format!("{place}.weights[{i}]");
        let [row, column, weight] = expect_list(entry, &place)?.as_slice() else {
            return Err(NetworkError::new(format!("{place}: expected [row, column, weight]")));
        };
        let weight = number_from_json(weight, &place)?;
        map.give_weight(expect_index(row, &place)?, expect_index(column, &place)?, &weight)
            .map_err(|error| NetworkError::new(format!("{place}: {error}")))?;
    }
    for (i, entry) in expect_list(field(object, "biases", place)?, &format!("{place}.biases"))?.iter().enumerate() {
        let place = format!("{place}.biases[{i}]");
        let [row, bias] = expect_list(entry, &place)?.as_slice() else {
            return Err(NetworkError::new(format!("{place}: expected [row, bias]")));
        };
        let bias = number_from_json(bias, &place)?;
        map.give_bias(expect_index(row, &place)?, &bias)
            .map_err(|error| NetworkError::new(format!("{place}: {error}")))?;
    }
    Ok(map)
}

fn number_from_json(value: &Value, place: &str) -> Result<Exact, NetworkError> {
    let text = value.as_str().ok_or_else(|| {
        NetworkError::new(format!("{place}: expected a number as a string, `num` or `num/den`, got {value}"))
    })?;
    text.parse().map_err(|error| NetworkError::new(format!("{place}: {error}")))
}

pub(crate) fn field<'v>(object: &'v Map<String, Value>, key: &str, place: &str) -> Result<&'v Value, NetworkError> {
    object.get(key).ok_or_else(|| NetworkError::new(format!("{place}: expected a field `{key}`, got none")))
}

pub(crate) fn expect_only(object: &Map<String, Value>, keys: &[&str], place: &str) -> Result<(), NetworkError> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => {
            Err(NetworkError::new(format!("{place}: expected only the fields {}, got `{key}`", keys.join(", "))))
        }
        None => Ok(()),
    }
}

pub(crate) fn expect_object<'v>(value: &'v Value, place: &str) -> Result<&'v Map<String, Value>, NetworkError> {
    value.as_object().ok_or_else(|| NetworkError::new(format!("{place}: expected an object")))
}

pub(crate) fn expect_list<'v>(value: &'v Value, place: &str) -> Result<&'v Vec<Value>, NetworkError> {
    value.as_array().ok_or_else(|| NetworkError::new(format!("{place}: expected a list")))
}

pub(crate) fn expect_text<'v>(value: &'v Value, place: &str) -> Result<&'v str, NetworkError> {
    value.as_str().ok_or_else(|| NetworkError::new(format!("{place}: expected a string, got {value}")))
}

pub(crate) fn expect_index(value: &Value, place: &str) -> Result<usize, NetworkError> {
    value
        .as_u64()
        .and_then(|index| usize::try_from(index).ok())
        .ok_or_else(|| NetworkError::new(format!("{place}: expected a whole number, got {value}")))
}
