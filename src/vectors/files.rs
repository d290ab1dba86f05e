//! The folder of vectors: two files of tensors, a test for pytest, and what it all is.

use super::Certificate;
use super::Rule;
use super::VectorsError;
use super::VectorsOptions;
use super::certify::CHUNKS;
use super::certify::UNITS;
use super::draw::Drawn;
use super::draw::HEAD_DIM;
use super::draw::draw;
use crate::folder::Written;
use crate::folder::is_free;
use crate::folder::write_with_sums;
use crate::layers_export::NamedTensor;
use crate::layers_export::Numbers;
use crate::layers_export::serialized;
use problems::Random;
use rayon::prelude::*;
use rnn::Exact;
use rnn::Float;
use std::path::Path;

/// Lengths of the sequences that are packed: one token, and about the edges of a chunk of 64; the rest is one more.
const PACKED: [usize; 6] = [1, 63, 64, 65, 15, 17];

/// The number nearest to -ln 2 in f32, whose exponential is 1/2 after rounding.
fn log_of_half() -> Exact {
    Exact::ratio(-11_629_080, 1 << 24)
}

/// What values, states and outputs are multiplied by: where the format allows it, so much that a state that is kept in f16
/// overflows.
fn scale(dtype: Float) -> i64 {
    if dtype == Float::F16 { 1 } else { 1 << 14 }
}

fn lengths(n_tokens: usize, is_packed: bool) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut left = n_tokens;
    for length in PACKED.into_iter().filter(|_| is_packed) {
        if length < left {
            lengths.push(length);
            left -= length;
        }
    }
    lengths.push(left);
    lengths
}

/// Draws, certifies and writes vectors into a folder that is new or empty; all of it or nothing.
///
/// # Errors
/// [`VectorsError`] where the options cannot be met or the folder cannot be written.
pub fn write(options: &VectorsOptions, folder: &Path) -> Result<(Written, Certificate), VectorsError> {
    let options = options.checked()?;
    is_free(folder, None).map_err(|error| VectorsError::new(error.to_string()))?;
    let mut certificate = Certificate::default();
    let mut files = Vec::new();
    for (stream, (name, is_packed)) in [("single", false), ("packed", true)].into_iter().enumerate() {
        let lengths = lengths(options.length, is_packed);
        // A sequence and a head have a stream of their own, whatever the number of threads.
        let places: Vec<(usize, usize)> =
            (0..lengths.len()).flat_map(|sequence| (0..options.heads).map(move |head| (sequence, head))).collect();
        let drawn: Result<Vec<(Drawn, Certificate)>, VectorsError> = places
            .par_iter()
            .map(|(sequence, head)| {
                let index = (stream * 64 + sequence) * super::MOST_HEADS + head;
                let mut random = Random::new(options.seed, index as u64);
                let drawn = draw(options.rule, lengths[*sequence], options.dtype, &mut random);
                let mut certificate = Certificate::default();
                certificate.add(&drawn, options.rule.steps(), options.dtype)?;
                Ok((drawn, certificate))
            })
            .collect();
        let drawn = drawn?;
        for (_, one) in &drawn {
            certificate.numbers += one.numbers;
            certificate.sums += one.sums;
            certificate.decays += one.decays;
            certificate.betas.iter_mut().zip(one.betas).for_each(|(sum, count)| *sum += count);
        }
        let drawn: Vec<Drawn> = drawn.into_iter().map(|(drawn, _)| drawn).collect();
        let bytes = serialized(&tensors(&options, &lengths, &drawn), Numbers::Float(options.dtype));
        files.push((format!("{name}.safetensors"), bytes.map_err(|error| VectorsError::new(error.to_string()))?));
    }
    files.push(("test_golden.py".to_owned(), script(options.rule).into_bytes()));
    files.push(("README.md".to_owned(), readme(&options, &certificate).into_bytes()));
    let entries: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let written = write_with_sums(folder, &entries).map_err(|error| VectorsError::new(error.to_string()))?;
    Ok((written, certificate))
}

/// All tensors of a file, in the libraries' layout: batch, tokens, heads, entries.
fn tensors(options: &VectorsOptions, lengths: &[usize], drawn: &[Drawn]) -> Vec<NamedTensor> {
    let (heads, steps) = (options.heads, options.rule.steps());
    let (n_tokens, n_steps) = (options.length, options.length * steps);
    let half = |twice: i64| Exact::ratio(twice, 2);
    let scale = scale(options.dtype);
    let [mut q, mut k, mut v, mut beta, mut g, mut o, mut states] = [const { Vec::new() }; 7];
    for (sequence, length) in lengths.iter().enumerate() {
        let of_heads = &drawn[sequence * heads..(sequence + 1) * heads];
        let dense = |entries: &[(usize, i64)]| {
            let mut vector = vec![Exact::ZERO; HEAD_DIM];
            entries.iter().for_each(|(place, twice)| vector[*place] = half(*twice));
            vector
        };
        for token in 0..*length {
            for head in of_heads {
                q.extend(dense(&head.queries[token]));
                o.extend(head.outputs[token].iter().map(|entry| Exact::ratio(scale * entry, UNITS * 2 * 8)));
                g.push(if head.steps[token * steps].halves { log_of_half() } else { Exact::ZERO });
            }
        }
        for step in 0..length * steps {
            for head in of_heads {
                k.extend(dense(&head.steps[step].key));
                v.extend(head.steps[step].value.iter().map(|entry| Exact::ratio(scale * entry, UNITS)));
                beta.push(Exact::integer(head.steps[step].beta));
            }
        }
        for head in of_heads {
            states.extend(head.state.iter().map(|entry| Exact::ratio(scale * entry, UNITS)));
        }
    }
    let mut edge = 0;
    let edges = lengths.iter().map(|length| {
        edge += *length as i64;
        edge
    });
    let edges: Vec<i64> = std::iter::once(0).chain(edges).collect();
    let state_sizes = vec![lengths.len(), heads, HEAD_DIM, HEAD_DIM];
    vec![
        NamedTensor::numbers("q", vec![1, n_tokens, heads, HEAD_DIM], q),
        NamedTensor::numbers("k", vec![1, n_steps, heads, HEAD_DIM], k),
        NamedTensor::numbers("v", vec![1, n_steps, heads, HEAD_DIM], v),
        NamedTensor::numbers("beta", vec![1, n_steps, heads], beta),
        NamedTensor::numbers_in("g", vec![1, n_tokens, heads], g, Float::F32),
        NamedTensor::numbers("o", vec![1, n_tokens, heads, HEAD_DIM], o),
        NamedTensor::numbers_in("final_state", state_sizes, states, Float::F32),
        NamedTensor::integers("cu_seqlens", vec![edges.len()], edges),
    ]
}

/// The test that the author of a kernel runs: equality of bits.
fn script(rule: Rule) -> String {
    let (import, call) = match rule {
        Rule::Delta => (
            "from fla.ops.delta_rule.naive import delta_rule_recurrence",
            "    o, state = delta_rule_recurrence(*(x.transpose(1, 2) for x in (q, k, v)), beta.transpose(1, 2))\n    \
             return o.transpose(1, 2), state",
        ),
        Rule::GatedDelta => (
            "from fla.ops.gated_delta_rule.naive import naive_chunk_gated_delta_rule",
            "    return naive_chunk_gated_delta_rule(q, k, v, g=g, beta=beta, output_final_state=True)",
        ),
        Rule::DeltaProduct => (
            "from fla.ops.gated_delta_product.naive import naive_recurrent_gated_delta_product",
            "    return naive_recurrent_gated_delta_product(\n        q, k, v, g, beta, q.shape[-1] ** -0.5, \
             output_final_state=True, num_householder=2\n    )",
        ),
    };
    format!(
        r#""""Equality of bits with exact outputs. Put your kernel in the place of `kernel`; keys and queries are normalised."""
import os

import pytest
import torch
from safetensors.torch import load_file

{import}


def kernel(q, k, v, g, beta):
{call}


@pytest.mark.parametrize("name", ["single", "packed"])
def test_bits(name):
    case = load_file(os.path.join(os.path.dirname(__file__), f"{{name}}.safetensors"))
    edges, steps = case["cu_seqlens"].tolist(), case["k"].shape[1] // case["q"].shape[1]
    for i, (start, end) in enumerate(zip(edges, edges[1:])):
        of_tokens = lambda x: x[:, start:end]
        of_steps = lambda x: x[:, start * steps : end * steps]
        q, g, o = (of_tokens(case[x]) for x in "qgo")
        o_kernel, state = kernel(q, of_steps(case["k"]), of_steps(case["v"]), g, of_steps(case["beta"]))
        assert torch.equal(o_kernel.to(o.dtype), o), f"outputs of tokens {{start}} to {{end}}"
        assert torch.equal(state.float(), case["final_state"][i : i + 1]), f"the state after token {{end}}"
"#
    )
}

fn readme(options: &VectorsOptions, certificate: &Certificate) -> String {
    let [zero, one, two] = certificate.betas;
    let sizes = CHUNKS.map(|size| size.to_string()).join(", ");
    let taken = if options.rule.decays() {
        "exp(0) is 1, exp of that g is 1/2, and exp of twice that g, of which a chunk of 128 steps may hold two, is 1/4 in f32"
    } else {
        "exp(0) is 1"
    };
    format!(
        "# Golden vectors: {}\n\n{} tokens, {} heads of {HEAD_DIM}, {}, seed {}. `single.safetensors` is one sequence, \
         `packed.safetensors` several, with `cu_seqlens`. q and k are unit vectors, v the values, beta is 0, 1 or 2 \
         ({zero}, {one} and {two} times), g the logarithm of the decay: 0, or the f32 number nearest to -ln 2 ({} times, at \
         most once in 64 tokens, so that sums of it in a chunk are exact), o the exact outputs with the scale 1/8, \
         final_state the exact state of each sequence and head, keys first.\n\nCertificate, computed for these numbers: {} \
         numbers are numbers of {}: inputs, updates, states and outputs of the recurrence, and in chunks of {sizes} steps \
         the triangular matrix, its inverse, the rows that read the state and those that write, and the products of queries \
         and keys. {} sums are exact in f32 in every order: those of the recurrence, and those of the chunked form up to \
         its updates, outputs and states, which are the recurrence's. Taken as given: {taken}. A kernel that multiplies in less than {} or adds in less than f32 is not meant.\n\n`pytest test_golden.py` compares a kernel \
         bit for bit.\n",
        options.rule.name(),
        options.length,
        options.heads,
        options.dtype,
        options.seed,
        certificate.decays,
        certificate.numbers,
        options.dtype,
        certificate.sums,
        options.dtype,
    )
}
