//! The JSON form of a network.

use super::affine::Affine;
use super::error::NetworkError;
use super::json::SCHEMA;
use super::json::affine_from_json;
use super::json::affine_to_json;
use super::json::expect_list;
use super::json::expect_object;
use super::json::expect_only;
use super::json::expect_text;
use super::json::field;
use super::json::names_from_json;
use super::json::number_from_json;
use super::json::number_to_json;
use super::kind::NetworkKind;
use super::layered::LayeredRnn;
use super::linear::LinearRnn;
use super::model::Network;
use super::relu::ReluRnn;
use crate::number::Exact;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

impl Network {
    /// The network as JSON, lossless: every number of it is a string `num/den`, and places are JSON numbers. The other
    /// strings are names; of these only a token can read as a number.
    pub fn to_json(&self) -> Value {
        let (key, maps) = match self {
            Self::Relu(network) => ("layers", network.layers()),
            Self::Linear(network) => ("transitions", network.transitions()),
            Self::Layered(network) => return network.to_json(),
        };
        json!({
            "schema": SCHEMA,
            "kind": self.kind().name(),
            "tokens": self.tokens(),
            "coordinates": self.coordinates(),
            "start": self.start().iter().map(number_to_json).collect::<Vec<_>>(),
            key: maps.iter().map(affine_to_json).collect::<Vec<_>>(),
            "readout": affine_to_json(self.readout()),
        })
    }

    /// Reads what [`Network::to_json`] writes. Every transition and every head must be of the family that the file's
    /// `kind` names.
    ///
    /// # Errors
    /// [`NetworkError`] with the place in the JSON value and what was expected there.
    pub fn from_json(value: &Value) -> Result<Self, NetworkError> {
        let object = expect_object(value, "the network")?;
        let schema = expect_text(field(object, "schema", "the network")?, "schema")?;
        if schema != SCHEMA {
            return Err(NetworkError::new(format!("schema: expected `{SCHEMA}`, got `{schema}`")));
        }
        let name = expect_text(field(object, "kind", "the network")?, "kind")?;
        let kind = NetworkKind::named(name).ok_or_else(|| {
            let names = NetworkKind::ALL.map(NetworkKind::name).join(", ");
            NetworkError::new(format!("kind: expected one of {names}, got `{name}`"))
        })?;
        match kind {
            NetworkKind::Relu => {
                let Parts { tokens, coordinates, start, maps, readout } = one_layer_from_json(object, "layers")?;
                ReluRnn::new(tokens, coordinates, start, maps, readout).map(Self::Relu)
            }
            NetworkKind::Linear(family) => {
                let Parts { tokens, coordinates, start, maps, readout } = one_layer_from_json(object, "transitions")?;
                LinearRnn::new(family, tokens, coordinates, start, maps, readout).map(Self::Linear)
            }
            NetworkKind::Layered(family) => LayeredRnn::from_json(object, family).map(Self::Layered),
        }
    }
}

/// What the files of both networks of one layer have.
struct Parts {
    tokens: Vec<String>,
    coordinates: Vec<String>,
    start: Vec<Exact>,
    maps: Vec<Affine>,
    readout: Affine,
}

/// Reads a file whose maps stand in the field `maps_key`.
fn one_layer_from_json(object: &Map<String, Value>, maps_key: &str) -> Result<Parts, NetworkError> {
    expect_only(object, &["schema", "kind", "tokens", "coordinates", "start", maps_key, "readout"], "the network")?;
    let whole = |key| field(object, key, "the network");
    let start = expect_list(whole("start")?, "start")?.iter().enumerate();
    let maps = expect_list(whole(maps_key)?, maps_key)?.iter().enumerate();
    Ok(Parts {
        tokens: names_from_json(whole("tokens")?, "tokens")?,
        coordinates: names_from_json(whole("coordinates")?, "coordinates")?,
        start: start.map(|(i, number)| number_from_json(number, &format!("start[{i}]"))).collect::<Result<_, _>>()?,
        maps: maps.map(|(i, map)| affine_from_json(map, &format!("{maps_key}[{i}]"))).collect::<Result<_, _>>()?,
        readout: affine_from_json(whole("readout")?, "readout")?,
    })
}
