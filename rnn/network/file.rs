//! The JSON form of a network.

use super::error::NetworkError;
use super::family::HeadFamily;
use super::family::LinearFamily;
use super::json::SCHEMA;
use super::json::affine_from_json;
use super::json::affine_to_json;
use super::json::expect_list;
use super::json::expect_object;
use super::json::expect_only;
use super::json::expect_text;
use super::json::field;
use super::json::number_from_json;
use super::json::number_to_json;
use super::json::read_tokens;
use super::json::write_tokens;
use super::layered::LayeredRnn;
use super::linear::LinearRnn;
use super::model::Network;
use super::relu::ReluRnn;
use serde_json::Value;
use serde_json::json;

impl Network {
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
