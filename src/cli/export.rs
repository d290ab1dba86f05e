//! `reduce export`: a claim, a machine or an automaton as a folder that somebody else's program checks.

use super::automata;
use super::files::Output;
use super::files::quoted_path;
use super::misuse::Misuse;
use super::own_machine;
use super::select;
use super::select::Selection;
use super::shipped;
use crate::coq;
use crate::coq::ExportError;
use crate::coq::Subject;
use crate::folder::Written;
use crate::layers_export;
use crate::layers_export::Library;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;

/// What a folder is written for.
const TARGETS: [&str; 3] = ["coq", "fla", "hf-olmo-hybrid"];

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present = "machine")]
    problem: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// Export instead that a network accepts what the machine in this file does: the network that is compiled from it, or
    /// the one of --network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["problem", "model", "variant", "automaton"])]
    machine: Option<PathBuf>,
    /// Take the weights from this file, as `reduce show --network` prints them
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// What is written, and to which folder, one that is empty or not there yet: `coq DIR`, a theorem about the literal
    /// weights for Coq 8.16 or later; `fla DIR` and `hf-olmo-hybrid DIR`, of a layer as shipped, a checkpoint that the library
    /// loads
    #[arg(long, num_args = 2, value_names = ["TARGET", "DIR"], required = true)]
    to: Vec<PathBuf>,
}

pub(crate) fn export(arguments: &ExportArguments, output: &mut Output) -> Result<u8, Misuse> {
    let [target, folder] = arguments.to.as_slice() else {
        return Err(Misuse(format!("--to: expected a target and a folder once, got {} values", arguments.to.len())));
    };
    match target.to_str() {
        Some("coq") => to_coq(arguments, folder, output),
        Some(library @ ("fla" | "hf-olmo-hybrid")) => to_library(arguments, library, folder, output),
        _ => {
            let expected = TARGETS.join(", ");
            Err(Misuse(format!("--to: expected one of {expected}, got `{}`", target.display())))
        }
    }
}

/// The files that were written, with their digests.
pub(crate) fn digests(written: &Written, output: &mut Output) -> Result<u8, Misuse> {
    for (name, size, digest) in &written.files {
        output.line(&format!("  {digest}  {size:>8}  {name}"))?;
    }
    output.show();
    Ok(0)
}

/// A layer as a library ships it, as a checkpoint of that library.
fn to_library(arguments: &ExportArguments, library: &str, folder: &Path, output: &mut Output) -> Result<u8, Misuse> {
    if arguments.machine.is_some() || arguments.network.is_some() {
        return Err(Misuse(format!(
            "--to {library}: expected neither --machine nor --network, whose networks it has not"
        )));
    }
    let problem = arguments.problem.as_deref().unwrap_or_default();
    let Some(claim) = shipped::select(problem, &arguments.selection)? else {
        let models = shipped::models_of("word-problem").join(", ");
        let model = arguments.selection.model.as_ref().map(|model| format!(" with `{model}`")).unwrap_or_default();
        let expected = format!("expected word-problem with one of {models} as --model, got `{problem}`{model}");
        return Err(Misuse(format!("--to {library}: {expected}")));
    };
    let to: Library = library.parse().map_err(|error| Misuse(format!("--to: {error}")))?;
    let written =
        layers_export::export(claim, to, folder).map_err(|error| Misuse(format!("--to {library}: {error}")))?;
    output.line(&format!("{}: {} for {library}", written.folder.display(), shipped::flags(claim)))?;
    digests(&written, output)
}

fn to_coq(arguments: &ExportArguments, folder: &Path, output: &mut Output) -> Result<u8, Misuse> {
    let file = arguments.network.as_deref();
    let written = if let Some(machine) = &arguments.machine {
        let (machine, network) = own_machine::read(machine, file)?;
        write(Subject::Machine(&machine), &network, file, folder)?
    } else {
        let problem = arguments.problem.as_deref().unwrap_or_default();
        let claim = select::claim(problem, &arguments.selection)?;
        let reduction = match &claim {
            select::Selected::Network(reduction) => &**reduction,
            select::Selected::Machine(machine) => return Err(select::no_network(machine)),
        };
        let network = select::network(reduction, file)?;
        // An automaton that is given has a theorem of its own, whether it is shipped or not.
        let given = arguments.selection.automaton.as_ref().map(|_| automata::given(&claim, &arguments.selection));
        let automaton = given.transpose()?.flatten();
        let subject = match (&automaton, reduction.description().model) {
            (None, _) => Subject::Claim(reduction),
            (Some(automaton), "pd") => Subject::Automaton(automaton),
            (Some(automaton), _) => Subject::Letters(automaton, reduction.compares()),
        };
        write(subject, &network, file, folder)?
    };
    // The list of digests is one more.
    let (name, n_files) = (folder.display(), written.files.len() + 1);
    let argument = quoted_path(folder);
    output.line(&format!(
        "{name}: {n_files} files. `reduce recheck {argument}` or `make -C {argument}` checks the theorem."
    ))?;
    output.show();
    Ok(0)
}

fn write(subject: Subject<'_>, network: &rnn::Network, file: Option<&Path>, folder: &Path) -> Result<Written, Misuse> {
    coq::export(subject, network, folder).map_err(|error| match (&error, file) {
        (ExportError::Kind { .. } | ExportError::Network(_), Some(file)) => {
            Misuse(format!("{}: {error}", file.display()))
        }
        _ => Misuse(format!("--to coq: {error}")),
    })
}
