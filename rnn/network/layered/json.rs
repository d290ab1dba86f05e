//! The JSON form of a layered network.

use super::feed_forward::FeedForward;
use super::head::Head;
use super::layer::Layer;
use super::rnn::LayeredRnn;
use crate::network::error::NetworkError;
use crate::network::family::HeadFamily;
use crate::network::json::SCHEMA;
use crate::network::json::affine_from_json;
use crate::network::json::affine_to_json;
use crate::network::json::expect_index;
use crate::network::json::expect_list;
use crate::network::json::expect_object;
use crate::network::json::expect_only;
use crate::network::json::expect_text;
use crate::network::json::field;
use crate::network::json::names_from_json;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

impl LayeredRnn {
    pub(crate) fn to_json(&self) -> Value {
        // The field of a head's projections is called `gates` since the first files.
        let head = |head: &Head| {
            json!({
                "name": head.name(),
                "family": head.family().name(),
                "keys": head.n_keys(),
                "outputs": head.outputs(),
                "gates": affine_to_json(head.projections()),
            })
        };
        let sublayer = |sublayer: &FeedForward| {
            json!({
                "outputs": sublayer.outputs(),
                "maps": sublayer.maps().iter().map(affine_to_json).collect::<Vec<_>>(),
            })
        };
        let layer = |layer: &Layer| {
            json!({
                "heads": layer.heads().iter().map(head).collect::<Vec<_>>(),
                "feed_forward": layer.feed_forward().map(sublayer),
            })
        };
        json!({
            "schema": SCHEMA,
            "kind": self.family().name(),
            "tokens": self.tokens(),
            "embedded": self.embedded(),
            "embedding": affine_to_json(self.embedding()),
            "layers": self.layers().iter().map(layer).collect::<Vec<_>>(),
            "outputs": self.outputs(),
            "readout": affine_to_json(self.stream_readout()),
            "on_empty": self.on_empty(),
        })
    }

    pub(crate) fn from_json(object: &Map<String, Value>, family: HeadFamily) -> Result<Self, NetworkError> {
        const FIELDS: [&str; 9] =
            ["schema", "kind", "tokens", "embedded", "embedding", "layers", "outputs", "readout", "on_empty"];
        expect_only(object, &FIELDS, "the network")?;
        let whole = |key| field(object, key, "the network");
        let tokens = names_from_json(whole("tokens")?, "tokens")?;
        let embedded = names_from_json(whole("embedded")?, "embedded")?;
        let embedding = affine_from_json(whole("embedding")?, "embedding")?;
        let layers = expect_list(whole("layers")?, "layers")?
            .iter()
            .enumerate()
            .map(|(i, layer)| layer_from_json(layer, family, &format!("layers[{i}]")))
            .collect::<Result<Vec<_>, _>>()?;
        let outputs = names_from_json(whole("outputs")?, "outputs")?;
        let readout = affine_from_json(whole("readout")?, "readout")?;
        let on_empty = whole("on_empty")?.as_bool();
        let on_empty = on_empty.ok_or_else(|| NetworkError::new("on_empty: expected true or false"))?;
        Self::new(family, tokens, embedded, embedding, layers, outputs, readout, on_empty)
    }
}

fn layer_from_json(value: &Value, family: HeadFamily, place: &str) -> Result<Layer, NetworkError> {
    let object = expect_object(value, place)?;
    expect_only(object, &["heads", "feed_forward"], place)?;
    let heads = expect_list(field(object, "heads", place)?, &format!("{place}.heads"))?
        .iter()
        .enumerate()
        .map(|(i, head)| head_from_json(head, family, &format!("{place}.heads[{i}]")))
        .collect::<Result<Vec<_>, _>>()?;
    let feed_forward = match field(object, "feed_forward", place)? {
        Value::Null => None,
        sublayer => Some(feed_forward_from_json(sublayer, &format!("{place}.feed_forward"))?),
    };
    Layer::new(heads, feed_forward).map_err(|error| at(place, &error))
}

/// Reads a head, which must be of the family that the file is of.
fn head_from_json(value: &Value, expected: HeadFamily, place: &str) -> Result<Head, NetworkError> {
    let object = expect_object(value, place)?;
    expect_only(object, &["name", "family", "keys", "outputs", "gates"], place)?;
    let name = expect_text(field(object, "name", place)?, &format!("{place}.name"))?;
    let family = expect_text(field(object, "family", place)?, &format!("{place}.family"))?;
    let family = HeadFamily::named(family).ok_or_else(|| {
        NetworkError::new(format!(
            "{place}.family: expected {}, got `{family}`",
            HeadFamily::ALL.map(HeadFamily::name).join(" or ")
        ))
    })?;
    if family != expected {
        let message = format!("{place}.family: expected {expected}, which is the network's kind, got {family}");
        return Err(NetworkError::new(message));
    }
    let n_keys = expect_index(field(object, "keys", place)?, &format!("{place}.keys"))?;
    let outputs = names_from_json(field(object, "outputs", place)?, &format!("{place}.outputs"))?;
    let projections = affine_from_json(field(object, "gates", place)?, &format!("{place}.gates"))?;
    Head::new(name, family, n_keys, outputs, projections).map_err(|error| at(place, &error))
}

fn feed_forward_from_json(value: &Value, place: &str) -> Result<FeedForward, NetworkError> {
    let object = expect_object(value, place)?;
    expect_only(object, &["outputs", "maps"], place)?;
    let outputs = names_from_json(field(object, "outputs", place)?, &format!("{place}.outputs"))?;
    let maps = expect_list(field(object, "maps", place)?, &format!("{place}.maps"))?
        .iter()
        .enumerate()
        .map(|(i, map)| affine_from_json(map, &format!("{place}.maps[{i}]")))
        .collect::<Result<Vec<_>, _>>()?;
    FeedForward::new(outputs, maps).map_err(|error| at(place, &error))
}

fn at(place: &str, error: &NetworkError) -> NetworkError {
    NetworkError::new(format!("{place}: {error}"))
}
