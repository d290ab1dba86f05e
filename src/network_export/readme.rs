//! What a folder is, for people.

use super::Dialect;
use super::NetworkExportOptions;
use super::Subject;
use super::Target;
use super::coordinates;
use super::readout_names;
use super::weights::Stored;
use crate::report::shortened;
use rnn::Float;
use rnn::Network;

/// The effective configuration in words, what was rounded, and how to compare.
pub(super) fn readme(subject: &Subject<'_>, options: &NetworkExportOptions, stored: &Stored) -> String {
    let NetworkExportOptions { target, dtype, .. } = *options;
    let network = subject.network;
    let tokens: Vec<String> = network.tokens().iter().take(12).map(|token| format!("`{token}`")).collect();
    let more = if network.tokens().len() > tokens.len() { ", ..." } else { "" };
    let (n_coordinates, n_readouts) = (coordinates(network).len(), readout_names(network).len());
    let decision = match n_readouts {
        1 => "The readout is the decision".to_owned(),
        _ => format!(
            "The first of {n_readouts} readouts is the decision, the others are the values that `config.json` names"
        ),
    };
    format!(
        "# {}, for {}\n\n{}\n\n{}\n\nToken i is the i-th of {}{more}. The state has {n_coordinates} coordinates; {} \
         {decision}: a word is accepted iff it is > 0, strictly, after the last token.\n\n{}\n\n\
         {}\n\n{}\n\nFiles: `network.json` are the exact rational numbers, which `reduce` reads (`--network`); `config.json` says \
         what stands here, for programs; `expected.json` are words with the exact answer to each, and the exact readouts and state \
         for as many tokens as nothing rounds. `sha256sum -c SHA256SUMS` says whether the files are these. Written by reduce {}.\n",
        subject.name,
        target.name(),
        subject.about,
        what(network),
        tokens.join(", "),
        start(network),
        stored_as(dtype, stored),
        rounding(target, dtype),
        usage(target, dtype),
        env!("CARGO_PKG_VERSION"),
    )
}

fn what(network: &Network) -> String {
    let formula = match network {
        Network::Relu(network) => format!(
            "state' = f(state, one-hot token), where f are {} affine maps with a ReLU between two of them, and readout = an \
             affine map of state'",
            network.layers().len()
        ),
        Network::Linear(_) => "state' = W[token] state + b[token], and readout = an affine map of state'".to_owned(),
        Network::Layered(network) => format!(
            "{} layers of heads and feed-forward sublayers over one residual stream, which is made anew for every token; the \
             state are the memories of all heads, row by row. Keys are not normalised, and no activation stands but ReLU in \
             the sublayers",
            network.layers().len()
        ),
    };
    let size = network.size();
    format!(
        "The network is a {}: {formula}. It has {} weights and {} biases that are not 0, without the readout.",
        network.kind(),
        size.weights,
        size.biases
    )
}

fn start(network: &Network) -> &'static str {
    match network {
        Network::Layered(_) => "all begin in 0.",
        _ => "they begin as `start` in `config.json` says.",
    }
}

fn stored_as(dtype: Float, stored: &Stored) -> String {
    match &stored.worst {
        None => format!("Numbers are stored in {dtype}, and every one of them is a number of it: nothing was rounded."),
        Some(worst) => format!(
            "Numbers are stored in {dtype}. **{} of {} are no numbers of it and were rounded to the nearest one** (`--lossy`): what \
             is stored is another network, of which nothing is proved. The one that changed most for its size is {}: {}, stored \
             as {}.",
            stored.n_rounded,
            stored.n_weights,
            worst.weight,
            shortened(&worst.exact.to_string()),
            shortened(&worst.stored.to_string()),
        ),
    }
}

fn rounding(target: Target, dtype: Float) -> String {
    let values = if target == Target::Safetensors { Float::F64 } else { dtype };
    format!(
        "A proof about this network is one about its rational numbers. A program that computes in {values} gives the same \
         states as long as {values} holds every product and every sum of a step, in whatever order it adds; for how many tokens \
         that is so was computed for each word of `expected.json` (`exact_tokens`); a step with a weight that was rounded is \
         none of these. Beyond them nothing is claimed."
    )
}

fn usage(target: Target, dtype: Float) -> String {
    match target {
        Target::Safetensors => "`model.safetensors` has `NAME.weight` (rows are outputs, columns inputs) and `NAME.bias` of each \
                                map, `start`, and of a one-layer linear network the maps of all tokens as one tensor, the token \
                                first; `layers` and `tensors` in `config.json` list them. The module that `--to pytorch` writes \
                                has the same names: `Network().load_state_dict(safetensors.torch.load_file(...))`. How a step is \
                                computed is said in `docs/formats.md` of reduce."
            .to_owned(),
        Target::Onnx => format!(
            "`step.onnx` is one step, `(state, token) -> (new_state, readout)`: batches of vectors of {dtype}, the token \
             one-hot. It is ONNX with IR version {} and opset {} of the standard domain, and needs no other operators. `python \
             reproduce.py` (onnxruntime and numpy) runs every word and compares with the exact numbers: exit code 0 where they are the same, 1 where not, 3 where \
             nothing is claimed of any step.",
            Dialect::WRITTEN.ir_version,
            Dialect::WRITTEN.opset,
        ),
        Target::Pytorch => "`model.py` is a module of plain PyTorch in float64, with the numbers in it: it needs this file and \
                            torch, nothing else. `Network()(tokens)` takes integers of size (batch, length), and gives the \
                            readouts after every token and the last state. `python reproduce.py` runs every word and compares \
                            with the exact numbers: exit code 0 where they are the same, 1 where not, 3 where nothing is \
                            claimed of any step."
            .to_owned(),
    }
}
