//! A graph of ONNX while its nodes are being added.

use super::messages::Attribute;
use super::messages::DOUBLE;
use super::messages::Dimension;
use super::messages::FLOAT;
use super::messages::Graph;
use super::messages::INT;
use super::messages::INT64;
use super::messages::Node;
use super::messages::Shape;
use super::messages::Tensor;
use super::messages::TensorType;
use super::messages::Type;
use super::messages::ValueInfo;
use crate::network_export::NetworkExportError;
use crate::network_export::weights;
use rnn::Float;

/// Nodes in the order in which they run, each with one output whose name is the node's.
pub(super) struct Builder {
    graph: Graph,
    format: Float,
}

impl Builder {
    /// A graph of no nodes, over numbers of f64 or f32.
    pub(super) fn new(name: &str, format: Float) -> Self {
        Self { graph: Graph { name: Some(name.to_owned()), ..Graph::default() }, format }
    }

    fn data_type(&self) -> i32 {
        if self.format == Float::F64 { DOUBLE } else { FLOAT }
    }

    /// A name that no other value has: they are numbered.
    fn fresh(&self, what: &str) -> String {
        format!("{what}.{}", self.graph.node.len() + self.graph.initializer.len())
    }

    /// A tensor of the network, in these sizes.
    pub(super) fn weights(&mut self, tensor: &weights::Tensor, dims: &[usize]) -> Result<String, NetworkExportError> {
        let width = if self.format == Float::F64 { 8 } else { 4 };
        let mut bytes = Vec::new();
        for value in tensor.dense() {
            let code = self.format.code(&value);
            let code = code.ok_or_else(|| NetworkExportError(format!("{}: {value} was not rounded", tensor.name)))?;
            bytes.extend_from_slice(&code.to_le_bytes()[..width]);
        }
        self.graph.initializer.push(Tensor {
            dims: sizes(dims),
            data_type: Some(self.data_type()),
            name: Some(tensor.name.clone()),
            raw_data: Some(bytes),
        });
        Ok(tensor.name.clone())
    }

    /// A list of integers.
    fn integers(&mut self, values: &[i64]) -> String {
        let name = self.fresh("sizes");
        self.graph.initializer.push(Tensor {
            dims: vec![values.len() as i64],
            data_type: Some(INT64),
            name: Some(name.clone()),
            raw_data: Some(values.iter().flat_map(|value| value.to_le_bytes()).collect()),
        });
        name
    }

    fn add_node(&mut self, operator: &str, inputs: &[&str], outputs: Vec<String>, attributes: &[(&str, i64)]) {
        let attributes = attributes.iter().map(|(name, value)| Attribute {
            name: Some((*name).to_owned()),
            i: Some(*value),
            kind: Some(INT),
        });
        self.graph.node.push(Node {
            input: inputs.iter().map(|input| (*input).to_owned()).collect(),
            name: outputs.first().cloned(),
            output: outputs,
            op_type: Some(operator.to_owned()),
            attribute: attributes.collect(),
        });
    }

    /// A node with one output, whose name is returned.
    pub(super) fn node(&mut self, operator: &str, inputs: &[&str], attributes: &[(&str, i64)]) -> String {
        let name = self.fresh(&operator.to_lowercase());
        self.add_node(operator, inputs, vec![name.clone()], attributes);
        name
    }

    /// The same, with a name for its output.
    pub(super) fn named(&mut self, name: &str, operator: &str, inputs: &[&str], attributes: &[(&str, i64)]) {
        self.add_node(operator, inputs, vec![name.to_owned()], attributes);
    }

    /// `input` in these sizes, of which the first is the batch.
    pub(super) fn reshape(&mut self, input: &str, sizes: &[i64]) -> String {
        let sizes: Vec<i64> = std::iter::once(-1).chain(sizes.iter().copied()).collect();
        let sizes = self.integers(&sizes);
        self.node("Reshape", &[input, &sizes], &[])
    }

    /// `input` in pieces of these lengths along its second index.
    pub(super) fn split(&mut self, input: &str, lengths: &[usize]) -> Vec<String> {
        if lengths.len() == 1 {
            return vec![input.to_owned()];
        }
        let sizes = self.integers(&sizes(lengths));
        let name = self.fresh("split");
        let outputs: Vec<String> = (0..lengths.len()).map(|piece| format!("{name}.{piece}")).collect();
        self.add_node("Split", &[input, &sizes], outputs.clone(), &[("axis", 1)]);
        outputs
    }

    /// An input, a batch of vectors of this length.
    pub(super) fn input(&mut self, name: &str, length: usize) {
        let info = self.vectors(name, length);
        self.graph.input.push(info);
    }

    /// An output, a batch of vectors of this length.
    pub(super) fn output(&mut self, name: &str, length: usize) {
        let info = self.vectors(name, length);
        self.graph.output.push(info);
    }

    fn vectors(&self, name: &str, length: usize) -> ValueInfo {
        let batch = Dimension { dim_value: None, dim_param: Some("batch".to_owned()) };
        let entries = Dimension { dim_value: Some(length as i64), dim_param: None };
        let shape = Some(Shape { dim: vec![batch, entries] });
        let tensor_type = Some(TensorType { elem_type: Some(self.data_type()), shape });
        ValueInfo { name: Some(name.to_owned()), kind: Some(Type { tensor_type }) }
    }

    pub(super) fn finish(self) -> Graph {
        self.graph
    }
}

fn sizes(lengths: &[usize]) -> Vec<i64> {
    lengths.iter().map(|length| *length as i64).collect()
}
