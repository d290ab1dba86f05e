//! `reduce export`: a claim, a machine or an automaton as a folder that somebody else's program checks, and a network as one
//! that it runs.

use super::automata;
use super::files;
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
use crate::network_export;
use crate::network_export::NetworkExportOptions;
use crate::network_export::Target;
use clap::Args;
use rnn::Float;
use rnn::Format;
use rnn::Network;
use std::path::Path;
use std::path::PathBuf;

/// What a folder is written for.
const TARGETS: [&str; 6] = ["coq", "fla", "hf-olmo-hybrid", "safetensors", "onnx", "pytorch"];

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present_any = ["machine", "network"])]
    problem: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// Export instead that a network accepts what the machine in this file does, or that network: the one that is compiled
    /// from it, or the one of --network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["problem", "model", "variant", "automaton"])]
    machine: Option<PathBuf>,
    /// Take the weights from this file, as `reduce show --network` prints them; without a problem only safetensors, onnx and
    /// pytorch are written
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// What is written, and to which folder, one that is empty or not there yet: `coq DIR`, a theorem about the literal
    /// weights for Coq 8.16 or later; `fla DIR` and `hf-olmo-hybrid DIR`, of a layer as shipped, a checkpoint that the library
    /// loads; of every other network `safetensors DIR`, the weights, `onnx DIR`, the step function, and `pytorch DIR`, a
    /// module of plain PyTorch
    #[arg(long, num_args = 2, value_names = ["TARGET", "DIR"], required = true)]
    to: Vec<PathBuf>,
    /// The format of the weights: f64, f32, bf16 or f16 for safetensors, f64 or f32 for onnx [default: f64]
    #[arg(long, value_name = "FORMAT")]
    dtype: Option<String>,
    /// Round a weight that is no number of the format to the nearest one, where it would be refused
    #[arg(long)]
    lossy: bool,
}

pub(crate) fn export(arguments: &ExportArguments, output: &mut Output) -> Result<u8, Misuse> {
    let [target, folder] = arguments.to.as_slice() else {
        return Err(Misuse(format!("--to: expected a target and a folder once, got {} values", arguments.to.len())));
    };
    let name = target.to_str().unwrap_or_default();
    if let Ok(target) = name.parse() {
        return to_program(arguments, target, folder, output);
    }
    if TARGETS.contains(&name) {
        for (flag, is_given) in [("--dtype", arguments.dtype.is_some()), ("--lossy", arguments.lossy)] {
            if is_given {
                return Err(Misuse(format!("{flag}: expected --to safetensors, onnx or pytorch, got `{name}`")));
            }
        }
    }
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

/// A network of ours as weights, as a step function or as a module.
fn to_program(arguments: &ExportArguments, target: Target, folder: &Path, output: &mut Output) -> Result<u8, Misuse> {
    let dtype = match arguments.dtype.as_deref().map(str::parse) {
        None => Float::F64,
        Some(Ok(Format::Float(float))) => float,
        Some(_) => {
            let expected = target.formats().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let got = arguments.dtype.as_deref().unwrap_or_default();
            return Err(Misuse(format!("--dtype: expected {expected} for {}, got `{got}`", target.name())));
        }
    };
    let named = named(arguments, target)?;
    let options = NetworkExportOptions { target, dtype, lossy: arguments.lossy };
    let problem = named.reduction.as_deref().map(reductions::Reduction::problem);
    let subject = network_export::Subject { network: &named.network, name: &named.name, problem, about: &named.about };
    let exported = network_export::export(&subject, &options, folder).map_err(|error| {
        let error = error.to_string();
        let is_about_a_flag = error.starts_with("--");
        Misuse(if is_about_a_flag { error } else { format!("--to {}: {error}", target.name()) })
    })?;
    let weights = match exported.n_rounded {
        0 => format!("all {} weights are numbers of {dtype}", exported.n_weights),
        n => format!("{n} of {} weights are no numbers of {dtype} and were rounded", exported.n_weights),
    };
    output.line(&format!("{}: {} for {}; {weights}", folder.display(), named.name, target.name()))?;
    digests(&exported.written, output)
}

/// A network that is exported by itself, and what is said of it.
struct Named {
    network: Network,
    reduction: Option<select::SelectedReduction>,
    name: String,
    about: String,
}

fn named(arguments: &ExportArguments, target: Target) -> Result<Named, Misuse> {
    let file = arguments.network.as_deref();
    let of_file = |path: &Path| format!("the file {}", files::name(path));
    if let Some(machine) = &arguments.machine {
        let (_, network) = own_machine::read(machine, file)?;
        let name = file.map_or_else(|| format!("the machine in {}", files::name(machine)), of_file);
        let about = format!(
            "The network {}. Whether it accepts what the machine does, `reduce check --machine FILE{}` says.",
            if file.is_some() { "of this file" } else { "that is compiled from a machine" },
            if file.is_some() { " --network network.json" } else { "" },
        );
        return Ok(Named { network, reduction: None, name, about });
    }
    let Some(problem) = &arguments.problem else {
        let Selection { model, variant, automaton } = &arguments.selection;
        for (flag, is_given) in
            [("--model", model.is_some()), ("--variant", variant.is_some()), ("--automaton", automaton.is_some())]
        {
            if is_given {
                return Err(Misuse(format!("{flag}: expected a problem beside it, got --network alone")));
            }
        }
        // Without a problem there is a file: the parser demands one of them.
        let path = file.unwrap_or(Path::new("-"));
        let network = files::read_json(path, "a network", Network::from_json)?;
        let about = "Somebody's own network: nothing is claimed of it. `reduce check --network network.json --against LANGUAGE` \
                     compares it with a language."
            .to_owned();
        return Ok(Named { network, reduction: None, name: of_file(path), about });
    };
    if let Some(claim) = shipped::select(problem, &arguments.selection)? {
        let flags = shipped::flags(claim);
        let expected =
            "expected a network of ours, which the library's own checkpoint is not: --to fla or hf-olmo-hybrid";
        return Err(Misuse(format!("--to {}: {expected}, got {flags}", target.name())));
    }
    let reduction = select::reduction(problem, &arguments.selection)?;
    let network = select::network(&*reduction, file)?;
    let flags = select::flags(&*reduction, &arguments.selection);
    let description = reduction.description();
    let about = match (file, description.refuted) {
        (Some(_), _) => format!(
            "Somebody's own weights for {flags}: nothing is claimed of them. `reduce check {flags} --network network.json` says \
             whether they decide it."
        ),
        (None, Some(refuted)) => {
            format!("The network of a claim as the paper prints it, which does not hold: {refuted}.")
        }
        (None, None) => {
            format!("{} `reduce check {flags}` makes the proof.", description.sentence())
        }
    };
    let name = file.map_or_else(|| flags.clone(), |file| format!("{flags} with the weights of {}", files::name(file)));
    Ok(Named { network, reduction: Some(reduction), name, about })
}

fn to_coq(arguments: &ExportArguments, folder: &Path, output: &mut Output) -> Result<u8, Misuse> {
    let file = arguments.network.as_deref();
    let written = if let Some(machine) = &arguments.machine {
        let (machine, network) = own_machine::read(machine, file)?;
        write(Subject::Machine(&machine), &network, file, folder)?
    } else {
        let Some(problem) = arguments.problem.as_deref() else {
            return Err(Misuse("--to coq: expected a problem or --machine beside --network, got neither".to_owned()));
        };
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
