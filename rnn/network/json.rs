//! Parts of a JSON file: what a reader expects at a place, and how numbers and maps are written.

use super::affine::Affine;
use super::error::NetworkError;
use crate::number::Exact;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

pub(crate) const SCHEMA: &str = "reduce.network/1";

pub(crate) fn number_to_json(number: &Exact) -> Value {
    Value::String(number.to_string())
}

pub(crate) fn affine_to_json(map: &Affine) -> Value {
    let weights = map.weights().map(|(row, column, weight)| json!([row, column, number_to_json(weight)]));
    let biases = map.biases().map(|(row, bias)| json!([row, number_to_json(bias)]));
    json!({
        "rows": map.n_outputs(),
        "columns": map.n_inputs(),
        "weights": weights.collect::<Vec<_>>(),
        "biases": biases.collect::<Vec<_>>(),
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

pub(crate) fn number_from_json(value: &Value, place: &str) -> Result<Exact, NetworkError> {
    let text = value.as_str().ok_or_else(|| {
        NetworkError::new(format!("{place}: expected a number as a string, `num` or `num/den`, got {}", brief(value)))
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
    value.as_object().ok_or_else(|| NetworkError::new(format!("{place}: expected an object, got {}", brief(value))))
}

pub(crate) fn expect_list<'v>(value: &'v Value, place: &str) -> Result<&'v Vec<Value>, NetworkError> {
    value.as_array().ok_or_else(|| NetworkError::new(format!("{place}: expected a list, got {}", brief(value))))
}

/// A list of names: of tokens, coordinates or outputs.
pub(crate) fn names_from_json(value: &Value, place: &str) -> Result<Vec<String>, NetworkError> {
    let names = value
        .as_array()
        .ok_or_else(|| NetworkError::new(format!("{place}: expected a list of strings, got {}", brief(value))))?;
    names.iter().enumerate().map(|(i, name)| expect_text(name, &format!("{place}[{i}]")).map(str::to_owned)).collect()
}

pub(crate) fn expect_text<'v>(value: &'v Value, place: &str) -> Result<&'v str, NetworkError> {
    value.as_str().ok_or_else(|| NetworkError::new(format!("{place}: expected a string, got {}", brief(value))))
}

pub(crate) fn expect_index(value: &Value, place: &str) -> Result<usize, NetworkError> {
    value
        .as_u64()
        .and_then(|index| usize::try_from(index).ok())
        .ok_or_else(|| NetworkError::new(format!("{place}: expected a whole number, got {}", brief(value))))
}

/// A value for a message: its JSON text where that is short, else what sort of value it is.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 60;
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > LONGEST => "a longer string".to_owned(),
        plain => plain.to_string(),
    }
}
