//! Networks as safetensors, ONNX and PyTorch: what is written is read back by readers of our own, and the ONNX step is run by
//! an evaluator of this file, which shares no code with what writes it.

use super::common::reduce;
use super::common::reduce_with;
use super::common::refused;
use rnn::Accumulate;
use rnn::Concrete;
use rnn::Exact;
use rnn::Float;
use rnn::Format;
use rnn::Network;
use rnn::Overflow;
use rnn::Precision;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;
use rnn::Rounding;
use safetensors::Dtype;
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Flags of networks of every kind whose weights are all numbers of f64.
const EXACT: [&str; 8] = [
    "dyck-2",
    "reachability --variant target-last-sink",
    "circuit-value --variant walk",
    "word-problem --variant generators",
    "deterministic-automaton --variant transposition-cycle",
    "matrix-product --model rwkv7",
    "weighted-automaton --model rwkv7 --variant counter-difference",
    "weighted-automaton --model deltanet --variant random-fibonacci",
];

/// One whose beta is a sixth.
const SIXTHS: &str = "matrix-product --model deltanet";

fn export(flags: &str, target: &str, folder: &Path, more: &str) -> super::common::Done {
    let folder = folder.to_str().unwrap();
    let flags = flags.split(' ').chain(more.split_whitespace());
    reduce(&["export", "--to", target, folder].into_iter().chain(flags).collect::<Vec<_>>())
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The exact value of a number of f64.
fn exact(value: f64) -> Exact {
    assert!(value.is_finite());
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i64, (bits & ((1 << 52) - 1)) as i64);
    let significand = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let size = Exact::integer(significand) * Exact::power_of_two(exponent.max(1) - 1075);
    if value < 0.0 { -size } else { size }
}

/// The numbers of a network under the names that the folders use, by way of its JSON.
fn numbers(folder: &Path) -> BTreeMap<String, (Vec<usize>, Vec<Exact>)> {
    let network = json(&folder.join("network.json"));
    let number = |value: &Value| value.as_str().unwrap().parse::<Exact>().unwrap();
    let size = |value: &Value| value.as_u64().unwrap() as usize;
    let mut tensors = BTreeMap::new();
    let mut add = |name: &str, map: &Value, outer: Option<(usize, usize)>| {
        let (rows, columns) = (size(&map["rows"]), size(&map["columns"]));
        let (index, count) = outer.unwrap_or((0, 1));
        let sizes = |inner: &[usize]| outer.iter().map(|(_, count)| *count).chain(inner.iter().copied()).collect();
        let weights = tensors
            .entry(format!("{name}.weight"))
            .or_insert_with(|| (sizes(&[rows, columns]), vec![Exact::ZERO; count * rows * columns]));
        for entry in map["weights"].as_array().unwrap() {
            weights.1[(index * rows + size(&entry[0])) * columns + size(&entry[1])] = number(&entry[2]);
        }
        let biases =
            tensors.entry(format!("{name}.bias")).or_insert_with(|| (sizes(&[rows]), vec![Exact::ZERO; count * rows]));
        for entry in map["biases"].as_array().unwrap() {
            biases.1[index * rows + size(&entry[0])] = number(&entry[1]);
        }
    };
    match network["kind"].as_str().unwrap() {
        "relu" => {
            for (index, map) in network["layers"].as_array().unwrap().iter().enumerate() {
                add(&format!("layers.{index}"), map, None);
            }
        }
        "deltanet" | "rwkv7" => {
            add("embedding", &network["embedding"], None);
            for (index, layer) in network["layers"].as_array().unwrap().iter().enumerate() {
                for (head, value) in layer["heads"].as_array().unwrap().iter().enumerate() {
                    add(&format!("layers.{index}.heads.{head}.gates"), &value["gates"], None);
                }
                let maps = layer["feed_forward"]["maps"].as_array();
                for (number, map) in maps.into_iter().flatten().enumerate() {
                    add(&format!("layers.{index}.feed_forward.maps.{number}"), map, None);
                }
            }
        }
        _ => {
            let transitions = network["transitions"].as_array().unwrap();
            for (token, map) in transitions.iter().enumerate() {
                add("transitions", map, Some((token, transitions.len())));
            }
        }
    }
    add("readout", &network["readout"], None);
    if let Some(start) = network["start"].as_array() {
        tensors.insert("start".to_owned(), (vec![start.len()], start.iter().map(number).collect()));
    }
    tensors
}

/// The numbers of a safetensors file.
fn stored(folder: &Path) -> BTreeMap<String, (Vec<usize>, Vec<Exact>)> {
    let bytes = std::fs::read(folder.join("model.safetensors")).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let tensors = file.tensors().into_iter().map(|(name, tensor)| {
        let data = tensor.data();
        let values: Vec<f64> = match tensor.dtype() {
            Dtype::F64 => data.chunks(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap())).collect(),
            Dtype::F32 => data.chunks(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()).into()).collect(),
            Dtype::BF16 => {
                let wide =
                    |bytes: &[u8]| f32::from_bits(u32::from(u16::from_le_bytes(bytes.try_into().unwrap())) << 16);
                data.chunks(2).map(|bytes| wide(bytes).into()).collect()
            }
            other => panic!("{other:?}"),
        };
        (name, (tensor.shape().to_vec(), values.into_iter().map(exact).collect()))
    });
    tensors.collect()
}

#[test]
fn the_weights_are_read_back_from_safetensors_in_every_kind_of_network() {
    let place = tempfile::tempdir().unwrap();
    for (index, flags) in EXACT.iter().enumerate() {
        let folder = place.path().join(index.to_string());
        let done = export(flags, "safetensors", &folder, "");
        assert_eq!(done.code, 0, "{}", done.err);
        assert!(done.out.contains("numbers of f64"), "{}", done.out);
        assert_eq!(stored(&folder), numbers(&folder), "{flags}");
        // What stands beside is the network itself, and the digests are those of the files.
        let name = flags.split(' ').chain(["--network"]);
        let shown = reduce(&["show"].into_iter().chain(name).collect::<Vec<_>>());
        assert_eq!(std::fs::read_to_string(folder.join("network.json")).unwrap(), shown.out);
        let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
        for line in sums.lines() {
            let (digest, file) = line.split_once("  ").unwrap();
            assert_eq!(reduce::folder::digest(&std::fs::read(folder.join(file)).unwrap()), digest, "{file}");
        }
        assert_eq!(sums.lines().count() + 1, std::fs::read_dir(&folder).unwrap().count());
    }
}

#[test]
fn a_weight_that_is_no_number_of_the_format_is_refused_or_rounded_to_the_nearest() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let done = export(SIXTHS, "safetensors", &at("refused"), "--dtype bf16");
    refused(
        &done,
        &["feed-forward", "expected a number of bf16", "1/6, which no binary format holds", "more weights", "--lossy"],
    );
    assert!(!done.err.contains("wider"), "{}", done.err);
    // -259 has nine significant bits.
    let done = export("matrix-product --model rwkv7 --variant vector18", "safetensors", &at("refused"), "--dtype bf16");
    refused(&done, &["expected a number of bf16", "which is none", "choose a wider --dtype", "--lossy"]);
    refused(&export(SIXTHS, "pytorch", &at("refused"), ""), &["layer 3", "f64", "1/6", "--lossy"]);
    // The greatest weight is some 3.5 * 10^9: with --lossy, too, it is none of f16.
    let large = "weighted-automaton --model deltanet --variant three-states";
    let done = export(large, "safetensors", &at("refused"), "--dtype f16 --lossy");
    refused(&done, &["f16", "65504", "--dtype"]);
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);

    let done = export(SIXTHS, "safetensors", &at("lossy"), "--dtype bf16 --lossy");
    assert_eq!(done.code, 0, "{}", done.err);
    let (stored, numbers) = (stored(&at("lossy")), numbers(&at("lossy")));
    assert!(stored.keys().eq(numbers.keys()));
    let mut n_rounded = 0;
    for (name, (sizes, values)) in &stored {
        assert_eq!(*sizes, numbers[name].0);
        for (value, exact) in values.iter().zip(&numbers[name].1) {
            let nearest = Float::BF16.round(exact, Rounding::Nearest, Overflow::Infinity);
            assert_eq!(nearest, RoundedValue::Finite(value.clone()), "{name}");
            n_rounded += usize::from(value != exact);
        }
    }
    let config = json(&at("lossy").join("config.json"));
    assert!(n_rounded > 10 && config["rounded"] == n_rounded && done.out.contains(&format!("{n_rounded} of ")));
    let readme = std::fs::read_to_string(at("lossy").join("README.md")).unwrap();
    assert!(readme.contains("another network, of which nothing is proved"));
}

/// The file beside a network says for how many tokens nothing rounds: an arithmetic that rounds after every operation gives
/// these states, and the exact answers are the exact network's.
#[test]
fn up_to_where_nothing_rounds_a_rounding_arithmetic_is_exact() {
    let place = tempfile::tempdir().unwrap();
    let mut n_beyond = 0;
    for (index, (flags, float)) in
        [("dyck-2", Float::F32), ("circuit-value", Float::F32), ("matrix-product --model rwkv7", Float::F64)]
            .into_iter()
            .enumerate()
    {
        let folder = place.path().join(index.to_string());
        assert_eq!(export(flags, "onnx", &folder, &format!("--dtype {float}")).code, 0);
        let network = Network::from_json(&json(&folder.join("network.json"))).unwrap();
        let precision = Precision {
            rounding: Rounding::Nearest,
            overflow: Overflow::Infinity,
            accumulate: Accumulate::Each,
            round_weights: true,
            ..Precision::of(Format::Float(float))
        };
        let arithmetic = RoundedArithmetic::new(precision);
        let expected = json(&folder.join("expected.json"));
        for word in expected["words"].as_array().unwrap() {
            let tokens: Vec<usize> =
                word["tokens"].as_array().unwrap().iter().map(|token| token.as_u64().unwrap() as usize).collect();
            let n_exact = word["exact_tokens"].as_u64().unwrap() as usize;
            n_beyond += usize::from(0 < n_exact && n_exact < tokens.len());
            let mut state = network.start_in(&arithmetic);
            for token in &tokens[..n_exact] {
                state = network.step(&arithmetic, &state, *token);
            }
            let state: Vec<RoundedValue> = state.iter().map(|value| arithmetic.number(value)).collect();
            let n_carried = json(&folder.join("config.json"))["coordinates"].as_array().unwrap().len();
            let places = state[..n_carried].iter().enumerate().filter(|(_, value)| value.signum() != Some(0));
            let places: Vec<Value> =
                places.map(|(place, value)| serde_json::json!([place, value.to_string()])).collect();
            assert_eq!(word["state"], Value::from(places), "{flags} {}", word["word"]);
            let mut exact = network.start_in(&rnn::ExactArithmetic);
            for token in &tokens {
                exact = network.step(&rnn::ExactArithmetic, &exact, *token);
            }
            assert_eq!(word["accepted"], network.read_out(&rnn::ExactArithmetic, &exact).is_positive());
        }
    }
    assert!(n_beyond >= 2, "no word outgrows its format: {n_beyond}");
}

/// The fields of a message of protobuf: number, and an integer or bytes.
enum Field<'m> {
    Integer(u64),
    Bytes(&'m [u8]),
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    fn integer(bytes: &mut &[u8]) -> u64 {
        let mut value = 0;
        for shift in (0..).step_by(7) {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        unreachable!()
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let key = integer(&mut bytes);
        let field = match key & 7 {
            0 => Field::Integer(integer(&mut bytes)),
            2 => {
                let length = integer(&mut bytes) as usize;
                let (inner, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(inner)
            }
            other => panic!("wire type {other}"),
        };
        found.push((key >> 3, field));
    }
    found
}

fn all(message: &[u8], number: u64) -> Vec<&[u8]> {
    let of_number = fields(message).into_iter().filter(|(own, _)| *own == number);
    of_number.map(|(_, field)| if let Field::Bytes(bytes) = field { bytes } else { panic!("{number}") }).collect()
}

fn integers(message: &[u8], number: u64) -> Vec<i64> {
    let of_number = fields(message).into_iter().filter(|(own, _)| *own == number);
    of_number
        .map(|(_, field)| if let Field::Integer(value) = field { value as i64 } else { panic!("{number}") })
        .collect()
}

fn texts(message: &[u8], number: u64) -> Vec<String> {
    all(message, number).into_iter().map(|bytes| String::from_utf8(bytes.to_vec()).unwrap()).collect()
}

/// A tensor while a graph runs. Sizes are integers of f64 too.
#[derive(Clone, Debug, PartialEq)]
struct Tensor {
    sizes: Vec<usize>,
    values: Vec<f64>,
}

/// A step function: initializers, and nodes in the order in which they run.
struct Graph {
    constants: BTreeMap<String, Tensor>,
    nodes: Vec<Node>,
}

struct Node {
    operator: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
    attributes: BTreeMap<String, i64>,
}

impl Graph {
    fn read(bytes: &[u8]) -> Self {
        let graph = all(bytes, 7)[0];
        let constants = all(graph, 5).into_iter().map(|tensor| {
            let sizes = integers(tensor, 1).into_iter().map(|size| size as usize).collect();
            let data = all(tensor, 9)[0];
            let values = match integers(tensor, 2)[..] {
                [11] => data.chunks(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap())).collect(),
                [7] => data.chunks(8).map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap()) as f64).collect(),
                ref other => panic!("{other:?}"),
            };
            (texts(tensor, 8).remove(0), Tensor { sizes, values })
        });
        let nodes = all(graph, 1).into_iter().map(|node| {
            let attributes = all(node, 5).into_iter().map(|attribute| {
                assert_eq!(integers(attribute, 20), [2]);
                (texts(attribute, 1).remove(0), integers(attribute, 3)[0])
            });
            Node {
                operator: texts(node, 4).remove(0),
                inputs: texts(node, 1),
                outputs: texts(node, 2),
                attributes: attributes.collect(),
            }
        });
        Self { constants: constants.collect(), nodes: nodes.collect() }
    }

    /// Runs the nodes in their order; no value may be read before it is there, or be given twice.
    fn run(&self, state: &[f64], token: usize, n_tokens: usize) -> (Vec<f64>, Vec<f64>) {
        let mut values = self.constants.clone();
        let row = |values: Vec<f64>| Tensor { sizes: vec![1, values.len()], values };
        values.insert("state".to_owned(), row(state.to_vec()));
        values.insert("token".to_owned(), row((0..n_tokens).map(|i| f64::from(i == token)).collect()));
        for Node { operator, inputs, outputs, attributes } in &self.nodes {
            let inputs: Vec<&Tensor> = inputs.iter().map(|name| &values[name]).collect();
            let results = evaluate(operator, &inputs, attributes);
            assert_eq!(results.len(), outputs.len());
            for (name, result) in outputs.iter().zip(results) {
                assert!(values.insert(name.clone(), result).is_none(), "{name} is given twice");
            }
        }
        (values["new_state"].values.clone(), values["readout"].values.clone())
    }
}

/// Two tensors entry by entry, where a size of 1 stands for any.
fn entrywise(left: &Tensor, right: &Tensor, operation: impl Fn(f64, f64) -> f64) -> Tensor {
    assert_eq!(left.sizes.len(), right.sizes.len());
    let sizes: Vec<usize> = left.sizes.iter().zip(&right.sizes).map(|(a, b)| *a.max(b)).collect();
    let index = |tensor: &Tensor, place: usize| {
        let (mut rest, mut index, mut step) = (place, 0, 1);
        for (size, own) in sizes.iter().zip(&tensor.sizes).rev() {
            assert!(own == size || *own == 1);
            index += if *own == 1 { 0 } else { rest % size * step };
            (rest, step) = (rest / size, step * own);
        }
        index
    };
    let n = sizes.iter().product();
    let values = (0..n).map(|place| operation(left.values[index(left, place)], right.values[index(right, place)]));
    Tensor { values: values.collect(), sizes }
}

fn evaluate(operator: &str, inputs: &[&Tensor], attributes: &BTreeMap<String, i64>) -> Vec<Tensor> {
    let one = inputs[0];
    let product = |left: &[f64], right: &dyn Fn(usize, usize) -> f64, rows: usize, inner: usize, columns: usize| {
        let entry =
            |row: usize, column: usize| -> f64 { (0..inner).map(|i| left[row * inner + i] * right(i, column)).sum() };
        (0..rows * columns).map(|place| entry(place / columns, place % columns)).collect::<Vec<f64>>()
    };
    match operator {
        "Gemm" => {
            assert_eq!(attributes["transB"], 1);
            let ([rows, columns], [1, n]) = (&inputs[1].sizes[..], &one.sizes[..]) else {
                panic!("{:?} by {:?}", one.sizes, inputs[1].sizes)
            };
            let (rows, columns) = (*rows, *columns);
            assert!(*n == columns && inputs[2].sizes == [rows]);
            let weight = &inputs[1].values;
            let sums = product(&one.values, &|i, row| weight[row * columns + i], 1, columns, rows);
            let values = sums.iter().zip(&inputs[2].values).map(|(sum, bias)| sum + bias).collect();
            vec![Tensor { sizes: vec![1, rows], values }]
        }
        // Of a batch of one.
        "MatMul" => {
            let [.., rows, inner] = one.sizes[..] else { panic!() };
            let [.., again, columns] = inputs[1].sizes[..] else { panic!() };
            assert_eq!(inner, again);
            let right = &inputs[1].values;
            let values = product(&one.values, &|i, column| right[i * columns + column], rows, inner, columns);
            let mut sizes = one.sizes.clone();
            *sizes.last_mut().unwrap() = columns;
            vec![Tensor { sizes, values }]
        }
        "Relu" => vec![Tensor { values: one.values.iter().map(|value| value.max(0.0)).collect(), ..one.clone() }],
        "Add" => vec![entrywise(one, inputs[1], |a, b| a + b)],
        "Sub" => vec![entrywise(one, inputs[1], |a, b| a - b)],
        "Mul" => vec![entrywise(one, inputs[1], |a, b| a * b)],
        "Reshape" => {
            let sizes = inputs[1].values.iter().map(|size| if *size < 0.0 { 1 } else { *size as usize }).collect();
            let reshaped = Tensor { sizes, values: one.values.clone() };
            assert_eq!(reshaped.sizes.iter().product::<usize>(), reshaped.values.len());
            vec![reshaped]
        }
        "Concat" => {
            assert_eq!(attributes["axis"], 1);
            let values: Vec<f64> = inputs.iter().flat_map(|input| input.values.clone()).collect();
            vec![Tensor { sizes: vec![1, values.len()], values }]
        }
        "Split" => {
            assert_eq!(attributes["axis"], 1);
            let mut left = one.values.as_slice();
            let pieces = inputs[1].values.iter().map(|length| {
                let (piece, rest) = left.split_at(*length as usize);
                left = rest;
                Tensor { sizes: vec![1, piece.len()], values: piece.to_vec() }
            });
            let pieces = pieces.collect();
            assert!(left.is_empty());
            pieces
        }
        other => panic!("{other}"),
    }
}

/// How many steps of a folder's words the evaluator got wrong, of how many.
fn wrong_steps(folder: &Path, graph: &Graph) -> (usize, usize) {
    let (expected, config) = (json(&folder.join("expected.json")), json(&folder.join("config.json")));
    let parse = |value: &Value| value.as_str().unwrap().parse::<Exact>().unwrap();
    let n_tokens = config["tokens"].as_array().unwrap().len();
    // Start states are small integers here.
    let start: Vec<f64> =
        config["start"].as_array().unwrap().iter().map(|value| parse(value).to_i64().unwrap() as f64).collect();
    let (mut wrong, mut steps) = (0, 0);
    for word in expected["words"].as_array().unwrap().iter().rev().step_by(3) {
        let mut state = start.clone();
        let n_exact = word["exact_tokens"].as_u64().unwrap() as usize;
        for (number, token) in word["tokens"].as_array().unwrap().iter().enumerate().take(n_exact.min(80)) {
            let (next, readout) = graph.run(&state, token.as_u64().unwrap() as usize, n_tokens);
            let exact_readout: Vec<Exact> = word["readouts"][number].as_array().unwrap().iter().map(parse).collect();
            let mut is_right = readout.into_iter().map(exact).collect::<Vec<_>>() == exact_readout;
            if number + 1 == n_exact {
                let mut full = vec![Exact::ZERO; next.len()];
                for entry in word["state"].as_array().unwrap() {
                    full[entry[0].as_u64().unwrap() as usize] = parse(&entry[1]);
                }
                is_right &= next.iter().copied().map(exact).collect::<Vec<_>>() == full;
            }
            wrong += usize::from(!is_right);
            steps += 1;
            state = next;
        }
    }
    (wrong, steps)
}

#[test]
fn the_onnx_step_gives_the_exact_states_in_an_evaluator_that_knows_no_network() {
    let place = tempfile::tempdir().unwrap();
    for (index, flags) in EXACT.iter().enumerate() {
        let folder = place.path().join(index.to_string());
        let done = export(flags, "onnx", &folder, "");
        assert_eq!(done.code, 0, "{}", done.err);
        let bytes = std::fs::read(folder.join("step.onnx")).unwrap();
        assert_eq!((integers(&bytes, 1), integers(all(&bytes, 8)[0], 2)), (vec![8], vec![17]));
        let mut graph = Graph::read(&bytes);
        // Every number of the network stands in it, and no other.
        let mut named = numbers(&folder);
        named.remove("start");
        for (name, (_, values)) in &named {
            let stored: Vec<Exact> = graph.constants[name].values.iter().copied().map(exact).collect();
            assert_eq!(stored, *values, "{name}");
        }
        let others = graph.constants.keys().filter(|name| !named.contains_key(*name));
        assert!(others.clone().all(|name| name.starts_with("sizes.")), "{:?}", others.collect::<Vec<_>>());
        let (wrong, steps) = wrong_steps(&folder, &graph);
        assert!(wrong == 0 && steps > 60, "{flags}: {wrong} of {steps}");
        // The comparison can fail: another number in the readout.
        graph.constants.get_mut("readout.bias").unwrap().values[0] += 0.5;
        assert_eq!(wrong_steps(&folder, &graph).0, steps);
    }
}

#[test]
fn the_module_of_pytorch_holds_every_number_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    for (index, flags) in EXACT.iter().chain([&SIXTHS]).enumerate() {
        let folder = place.path().join(index.to_string());
        assert_eq!(export(flags, "pytorch", &folder, "--lossy").code, 0);
        let text = std::fs::read_to_string(folder.join("model.py")).unwrap();
        let imports: Vec<&str> =
            text.lines().filter(|line| line.contains("import ") && !line.starts_with(' ')).collect();
        assert_eq!(imports, ["import torch", "from torch import nn", "from torch.nn.utils import skip_init"]);
        let mut tensors = BTreeMap::new();
        let mut name = String::new();
        for line in text.split("\nTENSORS = {\n").nth(1).unwrap().lines() {
            if let Some((found, sizes)) = line.strip_prefix("    \"").and_then(|rest| rest.split_once("\": ((")) {
                name = found.to_owned();
                let sizes = sizes.trim_end_matches("), [").split(',').filter(|size| !size.is_empty());
                let sizes: Vec<usize> = sizes.map(|size| size.trim().parse().unwrap()).collect();
                let n = sizes.iter().product();
                tensors.insert(name.clone(), (sizes, vec![Exact::ZERO; n]));
            } else if let Some(entry) = line.strip_prefix("        (").and_then(|rest| rest.strip_suffix("),")) {
                let parts: Vec<&str> = entry.split(", ").collect();
                let (value, place) = parts.split_last().unwrap();
                let (sizes, values) = tensors.get_mut(&name).unwrap();
                let index = place
                    .iter()
                    .zip(sizes.iter())
                    .fold(0, |index, (place, size)| index * size + place.parse::<usize>().unwrap());
                values[index] = value.parse().unwrap();
            }
        }
        assert_eq!(tensors, numbers(&folder), "{flags}");
    }
}

#[test]
fn files_and_machines_are_exported_and_misuse_is_one_sentence() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).display().to_string();
    let write = |name: &str, arguments: &[&str]| std::fs::write(at(name), reduce(arguments).out).unwrap();
    write("machine.json", &["show", "dyck-2", "--machine"]);
    write("weights.json", &["show", "word-problem", "--network"]);
    let (machine, weights) = (at("machine.json"), at("weights.json"));
    // A file alone, a file for a claim, standard input, a machine.
    for (name, arguments) in [
        ("alone", vec!["--network", &weights]),
        ("claim", vec!["word-problem", "--network", &weights]),
        ("machine", vec!["--machine", &machine]),
    ] {
        let folder = at(name);
        let done = reduce(&[&["export", "--to", "onnx", &folder][..], &arguments[..]].concat());
        assert_eq!(done.code, 0, "{}", done.err);
        let config = json(&Path::new(&folder).join("config.json"));
        let named = config["network"].as_str().unwrap();
        assert!(arguments.iter().any(|argument| named.contains(argument)), "{named}");
    }
    let text = std::fs::read_to_string(&weights).unwrap();
    let read = reduce_with(&["export", "--network", "-", "--to", "safetensors", &at("input")], &text);
    assert_eq!(read.code, 0, "{}", read.err);
    let alone = std::fs::read_to_string(Path::new(&at("alone")).join("README.md")).unwrap();
    assert!(alone.contains("nothing is claimed of it"));

    // Misuse: what, where, what was expected; and nothing is written.
    std::fs::write(at("empty.json"), text.replacen("\"kind\"", "\"sort\"", 1)).unwrap();
    let many: Vec<String> = (0..300).map(|token| format!("t{token}")).collect();
    let mut network: Value = serde_json::from_str(&reduce(&["show", "dyck-2", "--network"]).out).unwrap();
    network["tokens"] = serde_json::json!(many);
    network["layers"][0]["columns"] = serde_json::json!(303);
    std::fs::write(at("many.json"), network.to_string()).unwrap();
    // A hidden layer of a million units, in a file of some kilobytes.
    let mut network: Value = serde_json::from_str(&reduce(&["show", "dyck-2", "--network"]).out).unwrap();
    network["layers"][0]["rows"] = serde_json::json!(1_048_576);
    network["layers"][1]["columns"] = serde_json::json!(1_048_576);
    std::fs::write(at("wide.json"), network.to_string()).unwrap();
    let (new, empty, many, wide) = (at("new"), at("empty.json"), at("many.json"), at("wide.json"));
    let existing = at("alone");
    let cases: Vec<(Vec<&str>, &[&str])> = vec![
        (vec!["dyck-2", "--to", "tensorflow", &new], &["--to", "onnx", "safetensors", "pytorch", "tensorflow"]),
        (vec!["dyck-2", "--to", "onnx", &existing], &["alone", "does not exist or is empty"]),
        (vec!["dyck-2", "--to", "onnx", &weights], &["expected a folder, got the file"]),
        (vec!["dyck-2", "--to", "onnx", &new, "--dtype", "f16"], &["--dtype", "f64, f32", "onnx", "f16"]),
        (vec!["dyck-2", "--to", "pytorch", &new, "--dtype", "f32"], &["--dtype", "f64", "pytorch"]),
        (vec!["dyck-2", "--to", "safetensors", &new, "--dtype", "e4m3"], &["--dtype", "f64, f32, bf16, f16", "e4m3"]),
        (vec!["dyck-2", "--to", "safetensors", &new, "--dtype", "int8"], &["--dtype", "bf16", "int8"]),
        (vec!["dyck-2", "--to", "safetensors", &new, "--dtype", "fixed:4.4"], &["--dtype", "fixed:4.4"]),
        (vec!["dyck-2", "--to", "coq", &new, "--lossy"], &["--lossy", "safetensors, onnx or pytorch", "coq"]),
        (vec!["dyck-2", "--to", "coq", &new, "--dtype", "f32"], &["--dtype", "coq"]),
        (vec!["--network", &weights, "--to", "coq", &new], &["--to coq", "problem"]),
        (vec!["--network", &weights, "--to", "fla", &new], &["--to fla", "--network"]),
        (vec!["--network", &weights, "--model", "pd", "--to", "onnx", &new], &["--model", "problem"]),
        (vec!["--network", &empty, "--to", "onnx", &new], &["empty.json", "kind"]),
        (vec!["--network", &many, "--to", "onnx", &new], &["1 to 256 tokens", "300"]),
        (vec!["--network", &wide, "--to", "onnx", &new], &["at most 16777216 weights", "densely"]),
        (vec!["--network", "/nowhere.json", "--to", "onnx", &new], &["/nowhere.json"]),
        (vec!["dyck-2", "--network", &weights, "--to", "onnx", &new], &["weights.json"]),
        (vec!["parity", "--to", "onnx", &new], &["expected a problem", "parity"]),
        (vec!["reachability", "--variant", "printed", "--to", "onnx", &new], &["expected a network", "machine"]),
        (
            vec!["word-problem", "--model", "gated-delta-net", "--to", "pytorch", &new],
            &["--to pytorch", "fla", "gated-delta-net"],
        ),
    ];
    for (arguments, parts) in cases {
        let done = reduce(&[&["export"], &arguments[..]].concat());
        refused(&done, parts);
        assert_eq!(done.err.trim().lines().count(), 1, "{arguments:?}: {}", done.err);
        assert!(!Path::new(&new).exists(), "{arguments:?}");
    }
    // Nothing is left beside: five files, four folders.
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 9);
}
