//! `reduce merge`: shards of results put together, and what the whole says.

use super::bits;
use super::check;
use super::files;
use super::files::Output;
use super::misuse::Misuse;
use super::mutate;
use crate::shard;
use clap::Args;
use std::io::BufRead;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// What `mutate`, `bits` or `check --all` printed with --shard, every part of it, in any order; `-` is standard input, and a
    /// file can hold several parts
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON, as the whole command does
    #[arg(long)]
    json: bool,
}

/// Prints what the command prints that was not divided, and gives its exit code.
pub(crate) fn merge(arguments: &MergeArguments, output: &mut Output) -> Result<u8, Misuse> {
    let mut parts = Vec::new();
    for path in &arguments.files {
        parts.extend(shard::read(&files::name(path), files::lines(path)?.lines())?);
    }
    let whole = shard::whole(parts)?;
    let code = match whole.work.command.as_str() {
        check::COMMAND => check::merged(&whole, arguments.json, output)?,
        mutate::COMMAND => mutate::merged(&whole, arguments.json, output)?,
        bits::COMMAND => bits::merged(&whole, arguments.json, output)?,
        other => {
            let known = [check::COMMAND, mutate::COMMAND, bits::COMMAND].join(", ");
            return Err(Misuse(format!("expected shards of one of the commands {known}, got `{other}`")));
        }
    };
    output.show();
    Ok(code)
}
