//! The Python of a folder: a module of plain PyTorch with the numbers in it, and scripts that compare with exact answers.

use super::Subject;
use super::coordinates;
use super::readout_names;
use super::weights::Tensor;
use rnn::HeadFamily;
use rnn::Network;

const COMMON: &str = include_str!("python/common.py");
const RELU: &str = include_str!("python/relu.py");
const LINEAR: &str = include_str!("python/linear.py");
const LAYERED: &str = include_str!("python/layered.py");
const DELTA_NET: &str = include_str!("python/deltanet.py");
const RWKV7: &str = include_str!("python/rwkv7.py");
const REPRODUCE: &str = include_str!("python/reproduce.py");
const WITH_PYTORCH: &str = include_str!("python/reproduce_pytorch.py");
const WITH_ONNX: &str = include_str!("python/reproduce_onnx.py");

/// The script beside a module of PyTorch.
pub(super) fn reproduce_pytorch() -> String {
    format!("{WITH_PYTORCH}{REPRODUCE}")
}

/// The script beside a model of ONNX.
pub(super) fn reproduce_onnx() -> String {
    format!("{WITH_ONNX}{REPRODUCE}")
}

/// A list of texts, a constant of a module. What JSON writes of text, Python reads.
fn texts(values: &[String]) -> String {
    serde_json::Value::from(values.to_vec()).to_string()
}

/// The module: classes first, then what they are made from. Numbers are the exact ones, which Python rounds to the nearest
/// where f64 does not hold them.
pub(super) fn model(subject: &Subject<'_>, exact: &[Tensor]) -> String {
    let network = subject.network;
    let (class, layers) = match network {
        Network::Relu(network) => (RELU.to_owned(), network.layers().len().to_string()),
        Network::Linear(_) => (LINEAR.to_owned(), String::new()),
        Network::Layered(layered) => {
            let head = match layered.family() {
                HeadFamily::DeltaNet => DELTA_NET,
                HeadFamily::Rwkv7 => RWKV7,
            };
            let of_layer = |layer: &rnn::Layer| {
                let heads = layer.heads().iter().map(|head| format!("({}, {})", head.n_values(), head.n_keys()));
                let n_maps = layer.feed_forward().map_or(0, |feed_forward| feed_forward.maps().len());
                format!("([{}], {n_maps})", heads.collect::<Vec<_>>().join(", "))
            };
            let layers: Vec<String> = layered.layers().iter().map(of_layer).collect();
            (LAYERED.replace("@HEAD@\n", head), format!("[{}]", layers.join(", ")))
        }
    };
    let mut text = format!(
        "\"\"\"The {} of {}, in float64.\n\n    from model import Network\n    readouts, state = \
         Network()(torch.tensor([[0, 1]]))\n\nWritten by reduce {}. The numbers below are exact; README.md says what is known of \
         them.\n\"\"\"\n",
        network.kind(),
        subject.name.replace('\\', "/").replace('"', "'"),
        env!("CARGO_PKG_VERSION"),
    );
    text.push_str(&format!("{COMMON}\n\n{class}\n\n"));
    text.push_str(&format!("TOKENS = {}\n", texts(network.tokens())));
    text.push_str(&format!("COORDINATES = {}\n", texts(coordinates(network))));
    text.push_str(&format!("READOUTS = {}\n", texts(&readout_names(network))));
    let accepts = network.read_out(&rnn::ExactArithmetic, network.start()).is_positive();
    text.push_str(&format!("ACCEPTS_EMPTY_WORD = {}\n", if accepts { "True" } else { "False" }));
    if let Network::Layered(layered) = network {
        // `lambda` is no name of Python.
        let names = layered.family().projections(1, 1).into_iter().map(|(name, _)| name);
        let names: Vec<String> = names.map(|name| if name == "lambda" { "lambda_" } else { name }.to_owned()).collect();
        text.push_str(&format!("PROJECTIONS = {}\n", texts(&names)));
    }
    if !layers.is_empty() {
        text.push_str(&format!("LAYERS = {layers}\n"));
    }
    text.push_str(
        "\n# The sizes of each tensor, and its entries that are not 0: their indices, and their value.\nTENSORS = {\n",
    );
    for tensor in exact {
        let sizes: Vec<String> = tensor.shape.iter().map(|size| format!("{size},")).collect();
        text.push_str(&format!("    \"{}\": (({}), [\n", tensor.name, sizes.join(" ")));
        for (index, value, _) in &tensor.entries {
            text.push_str(&format!("        ({}{value}),\n", place(*index, &tensor.shape)));
        }
        text.push_str("    ]),\n");
    }
    text.push_str("}\n");
    text
}

/// The indices of an entry, each with a comma after it.
fn place(index: usize, shape: &[usize]) -> String {
    let mut left = index;
    let mut indices: Vec<String> = Vec::new();
    for size in shape.iter().rev() {
        indices.push(format!("{}, ", left % size));
        left /= size;
    }
    indices.into_iter().rev().collect()
}
