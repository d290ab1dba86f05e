//! `config.json`: what a folder holds, for programs.

use super::Dialect;
use super::NetworkExportOptions;
use super::Subject;
use super::Target;
use super::weights::Stored;
use rnn::Layer;
use rnn::Network;
use serde_json::Value;
use serde_json::json;

/// The schema of the file.
pub(super) const SCHEMA: &str = "reduce.exported-network/1";

pub(super) fn config(subject: &Subject<'_>, options: &NetworkExportOptions, stored: &Stored) -> Value {
    let network = subject.network;
    let worst = stored.worst.as_ref().map(|rounded| {
        json!({"weight": rounded.weight, "exact": rounded.exact.to_string(), "stored": rounded.stored.to_string()})
    });
    let tensors = stored.tensors.iter().map(|tensor| json!({"name": tensor.name, "shape": tensor.shape}));
    let dialect = (options.target == Target::Onnx).then_some(Dialect::WRITTEN);
    json!({
        "schema": SCHEMA,
        "target": options.target.name(),
        "network": subject.name,
        "kind": network.kind().name(),
        "dtype": options.dtype.to_string(),
        "weights": stored.n_weights,
        "rounded": stored.n_rounded,
        "most_rounded": worst,
        "tokens": network.tokens(),
        "coordinates": super::coordinates(network),
        "readouts": super::readout_names(network),
        "start": super::expected::carried(network, network.start()).iter().map(ToString::to_string).collect::<Vec<_>>(),
        "accepts_empty_word": network.read_out(&rnn::ExactArithmetic, network.start()).is_positive(),
        "tensors": tensors.collect::<Vec<_>>(),
        "layers": layers(network),
        "onnx": dialect.map(|dialect| json!({
            "opset": dialect.opset,
            "ir_version": dialect.ir_version,
            "inputs": ["state", "token"],
            "outputs": ["new_state", "readout"],
        })),
        "version": env!("CARGO_PKG_VERSION"),
    })
}

/// The heads of every layer of a layered network, and how many maps its sublayer has.
fn layers(network: &Network) -> Vec<Value> {
    let Network::Layered(network) = network else { return Vec::new() };
    let of_layer = |layer: &Layer| {
        let heads = layer
            .heads()
            .iter()
            .map(|head| json!({"name": head.name(), "values": head.n_values(), "keys": head.n_keys()}));
        let n_maps = layer.feed_forward().map_or(0, |feed_forward| feed_forward.maps().len());
        json!({"heads": heads.collect::<Vec<_>>(), "feed_forward_maps": n_maps})
    };
    network.layers().iter().map(of_layer).collect()
}
