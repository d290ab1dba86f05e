//! `reduce vectors`: inputs for kernels of the delta rule with which nothing rounds, and the exact outputs.

use super::export::digests;
use super::files::Output;
use super::misuse::Misuse;
use crate::vectors;
use crate::vectors::Rule;
use crate::vectors::VectorsOptions;
use clap::Args;
use rnn::Format;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct VectorsArguments {
    /// The rule: delta-rule, gated-delta-rule or delta-product
    rule: String,
    /// Tokens
    #[arg(long, value_name = "N", default_value_t = 4096)]
    length: usize,
    /// The format of inputs and outputs: bf16, f16 or f32
    #[arg(long, value_name = "FORMAT", default_value = "bf16")]
    dtype: String,
    /// Number of heads
    #[arg(long, value_name = "H", default_value_t = 4)]
    heads: usize,
    /// Seed
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// The folder to write, which must be new or empty
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
}

pub(crate) fn vectors(arguments: &VectorsArguments, output: &mut Output) -> Result<u8, Misuse> {
    let rule: Rule = arguments.rule.parse().map_err(|error: vectors::VectorsError| Misuse(error.to_string()))?;
    let dtype = match arguments.dtype.parse() {
        Ok(Format::Float(float)) => float,
        _ => return Err(Misuse(format!("--dtype: expected bf16, f16 or f32, got `{}`", arguments.dtype))),
    };
    let (length, heads, seed) = (arguments.length, arguments.heads, arguments.seed);
    let options = VectorsOptions { rule, length, heads, dtype, seed };
    let (written, certificate) =
        vectors::write(&options, &arguments.output).map_err(|error| Misuse(error.to_string()))?;
    output.line(&format!(
        "{}: {}, {length} tokens, {heads} heads of {}, {dtype}; {} numbers are in the format, {} sums are exact in f32, {} decays",
        written.folder.display(),
        rule.name(),
        vectors::HEAD_DIM,
        certificate.numbers,
        certificate.sums,
        certificate.decays
    ))?;
    digests(&written, output)
}
