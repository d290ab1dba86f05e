//! The step function of a network as a model of ONNX: `(state, token) -> (new_state, readout)`, each a batch of vectors, the
//! token one-hot.

mod graph;
mod messages;

use super::Dialect;
use super::NetworkExportError;
use super::Subject;
use super::coordinates;
use super::readout_names;
use super::weights;
use super::weights::Stored;
use graph::Builder;
use messages::Model;
use messages::OperatorSet;
use prost::Message;
use rnn::Float;
use rnn::Head;
use rnn::HeadFamily;
use rnn::LayeredRnn;
use rnn::LinearRnn;
use rnn::Network;
use rnn::ReluRnn;

/// The bytes of the model.
pub(super) fn model(subject: &Subject<'_>, stored: &Stored, format: Float) -> Result<Vec<u8>, NetworkExportError> {
    let network = subject.network;
    let mut step = Step { builder: Builder::new("step", format), stored };
    step.builder.input("state", coordinates(network).len());
    step.builder.input("token", network.tokens().len());
    match network {
        Network::Relu(network) => step.relu(network)?,
        Network::Linear(network) => step.linear(network)?,
        Network::Layered(network) => step.layered(network)?,
    }
    step.builder.output("new_state", coordinates(network).len());
    step.builder.output("readout", readout_names(network).len());
    let Dialect { ir_version, opset } = Dialect::WRITTEN;
    let model = Model {
        ir_version: Some(ir_version),
        producer_name: Some("reduce".to_owned()),
        producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        doc_string: Some(format!("One step of the {} of {}.", network.kind(), subject.name)),
        graph: Some(step.builder.finish()),
        opset_import: vec![OperatorSet { domain: Some(String::new()), version: Some(opset) }],
    };
    Ok(model.encode_to_vec())
}

struct Step<'s> {
    builder: Builder,
    stored: &'s Stored,
}

impl Step<'_> {
    fn tensor(&self, name: &str) -> Result<&weights::Tensor, NetworkExportError> {
        let found = self.stored.tensors.iter().find(|tensor| tensor.name == name);
        found.ok_or_else(|| NetworkExportError(format!("expected a tensor `{name}`, got none")))
    }

    /// The names of weight and bias of a map among the inputs of nodes.
    fn map(&mut self, name: &str) -> Result<[String; 2], NetworkExportError> {
        let [weight, bias] = ["weight", "bias"].map(|ending| self.tensor(&format!("{name}.{ending}")).cloned());
        let (weight, bias) = (weight?, bias?);
        Ok([self.builder.weights(&weight, &weight.shape)?, self.builder.weights(&bias, &bias.shape)?])
    }

    /// A map applied to a batch of vectors.
    fn apply(&mut self, name: &str, input: &str) -> Result<String, NetworkExportError> {
        let [weight, bias] = self.map(name)?;
        Ok(self.builder.node("Gemm", &[input, &weight, &bias], &[("transB", 1)]))
    }

    /// A map whose value has a name.
    fn apply_as(&mut self, output: &str, name: &str, input: &str) -> Result<(), NetworkExportError> {
        let [weight, bias] = self.map(name)?;
        self.builder.named(output, "Gemm", &[input, &weight, &bias], &[("transB", 1)]);
        Ok(())
    }

    fn relu(&mut self, network: &ReluRnn) -> Result<(), NetworkExportError> {
        let mut values = self.builder.node("Concat", &["state", "token"], &[("axis", 1)]);
        let last = network.layers().len() - 1;
        for layer in 0..last {
            let sums = self.apply(&format!("layers.{layer}"), &values)?;
            values = self.builder.node("Relu", &[&sums], &[]);
        }
        self.apply_as("new_state", &format!("layers.{last}"), &values)?;
        self.apply_as("readout", "readout", "new_state")
    }

    /// The one-hot token picks matrix and bias, so that no other token's transition is computed.
    fn linear(&mut self, network: &LinearRnn) -> Result<(), NetworkExportError> {
        let (n_tokens, size) = (network.tokens().len(), network.coordinates().len());
        let [weight, bias] = ["transitions.weight", "transitions.bias"].map(|name| self.tensor(name).cloned());
        let weight = self.builder.weights(&weight?, &[n_tokens, size * size])?;
        let bias = self.builder.weights(&bias?, &[n_tokens, size])?;
        let size = size as i64;
        let picked = self.builder.node("MatMul", &["token", &weight], &[]);
        let matrix = self.builder.reshape(&picked, &[size, size]);
        let column = self.builder.reshape("state", &[size, 1]);
        let product = self.builder.node("MatMul", &[&matrix, &column], &[]);
        let product = self.builder.reshape(&product, &[size]);
        let bias = self.builder.node("MatMul", &["token", &bias], &[]);
        self.builder.named("new_state", "Add", &[&product, &bias], &[]);
        self.apply_as("readout", "readout", "new_state")
    }

    fn layered(&mut self, network: &LayeredRnn) -> Result<(), NetworkExportError> {
        // The state of every head is a piece of the carried one.
        let heads = network.layers().iter().flat_map(rnn::Layer::heads);
        let lengths: Vec<usize> = heads.map(|head| head.n_values() * head.n_keys()).collect();
        let mut states = self.builder.split("state", &lengths).into_iter();
        let mut stream = self.apply("embedding", "token")?;
        let mut next = Vec::new();
        for (number, layer) in network.layers().iter().enumerate() {
            // Every head reads the stream as it is before the layer.
            let mut appended = vec![stream.clone()];
            for (index, (head, state)) in layer.heads().iter().zip(states.by_ref()).enumerate() {
                let projections = self.apply(&format!("layers.{number}.heads.{index}.gates"), &stream)?;
                let (after, output) = self.head(head, &state, &projections);
                next.push(after);
                appended.push(output);
            }
            stream = self.concatenated(&appended);
            if let Some(feed_forward) = layer.feed_forward() {
                let mut values = stream.clone();
                for map in 0..feed_forward.maps().len() {
                    if map > 0 {
                        values = self.builder.node("Relu", &[&values], &[]);
                    }
                    values = self.apply(&format!("layers.{number}.feed_forward.maps.{map}"), &values)?;
                }
                stream = self.concatenated(&[stream, values]);
            }
        }
        let next: Vec<&str> = next.iter().map(String::as_str).collect();
        self.builder.named("new_state", "Concat", &next, &[("axis", 1)]);
        self.apply_as("readout", "readout", &stream)
    }

    fn concatenated(&mut self, pieces: &[String]) -> String {
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        self.builder.node("Concat", &pieces, &[("axis", 1)])
    }

    /// The state of a head after the token, as a vector, and what the head appends to the stream.
    fn head(&mut self, head: &Head, state: &str, projections: &str) -> (String, String) {
        let (n_values, n_keys) = (head.n_values() as i64, head.n_keys() as i64);
        let kinds = head.family().projections(head.n_values(), head.n_keys());
        let lengths: Vec<usize> = kinds.iter().map(|(_, length)| *length).collect();
        let pieces = self.builder.split(projections, &lengths);
        let piece = |kind: &str| {
            let place = kinds.iter().position(|(name, _)| *name == kind);
            place.map_or_else(String::new, |place| pieces[place].clone())
        };
        let builder = &mut self.builder;
        let before = builder.reshape(state, &[n_values, n_keys]);
        // A number, a column with one row for each value, a column and a row of keys.
        let number = |builder: &mut Builder, kind: &str| builder.reshape(&piece(kind), &[1, 1]);
        let values = |builder: &mut Builder, kind: &str| builder.reshape(&piece(kind), &[n_values, 1]);
        let key_column = |builder: &mut Builder, kind: &str| builder.reshape(&piece(kind), &[n_keys, 1]);
        let key_row = |builder: &mut Builder, kind: &str| builder.reshape(&piece(kind), &[1, n_keys]);
        let after = match head.family() {
            // S + beta (v - S k) k^T
            HeadFamily::DeltaNet => {
                let column = key_column(builder, "k");
                let held = builder.node("MatMul", &[&before, &column], &[]);
                let value = values(builder, "v");
                let error = builder.node("Sub", &[&value, &held], &[]);
                let beta = number(builder, "beta");
                let update = builder.node("Mul", &[&beta, &error], &[]);
                let row = key_row(builder, "k");
                let written = builder.node("Mul", &[&update, &row], &[]);
                builder.node("Add", &[&before, &written], &[])
            }
            // S diag(w) - lambda (S kappa) (a * kappa)^T + v ktilde^T
            HeadFamily::Rwkv7 => {
                let decay = key_row(builder, "w");
                let kept = builder.node("Mul", &[&before, &decay], &[]);
                let column = key_column(builder, "kappa");
                let read = builder.node("MatMul", &[&before, &column], &[]);
                let lambda = number(builder, "lambda");
                let removed = builder.node("Mul", &[&lambda, &read], &[]);
                let (rate, row) = (key_row(builder, "a"), key_row(builder, "kappa"));
                let written = builder.node("Mul", &[&rate, &row], &[]);
                let removed = builder.node("Mul", &[&removed, &written], &[]);
                let kept = builder.node("Sub", &[&kept, &removed], &[]);
                let (value, row) = (values(builder, "v"), key_row(builder, "ktilde"));
                let written = builder.node("Mul", &[&value, &row], &[]);
                builder.node("Add", &[&kept, &written], &[])
            }
        };
        let query = key_column(builder, "q");
        let read = builder.node("MatMul", &[&after, &query], &[]);
        let read = builder.reshape(&read, &[n_values]);
        let output = builder.node("Add", &[&read, &piece("skip")], &[]);
        (builder.reshape(&after, &[n_values * n_keys]), output)
    }
}
