//! A claim as a folder that Coq checks: theorems about the literal weights.
//!
//! The folder holds files that are the same for every claim (`theories/`, written and proved once), the network and the
//! machine or automaton as data (`generated/`, printed here from values), and the theorem (`claims/`). A changed weight
//! makes `coqc` fail, or the theorem is true of it. What is believed of this module is that it prints the numbers that
//! the network has; its tests read the printed text again.

mod data;
mod data_only;
pub mod judged;
pub mod layered;
mod layers;
mod readme;
pub mod recheck;
#[cfg(test)]
mod tests;
mod theorems;

use crate::folder;
use crate::folder::File;
use crate::folder::FolderError;
use crate::folder::Written;
use problems::deterministic_automaton;
use problems::weighted_automaton::Automaton;
use reductions::Reduction;
use reductions::Values;
use reductions::construction::machine::Machine;
use rnn::Network;
use rnn::NetworkError;
use std::fmt;
use std::path::Path;
use theorems::Data;
use theorems::Theorem;

/// What a theorem is about, beside the network.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// A claim of the list: the network decides its problem.
    Claim(&'a dyn Reduction),
    /// A machine: the network accepts the words that it accepts.
    Machine(&'a Machine),
    /// A deterministic automaton: the network computes the weight that it gives to a word.
    Automaton(&'a Automaton),
    /// A weighted automaton and a network of several layers: the value output is the weight that it gives to a word, or,
    /// where signs are claimed only, a positive multiple.
    Letters(&'a Automaton, Values),
}

/// Why a folder is not written.
#[derive(Debug)]
pub enum ExportError {
    /// There is no theorem in Coq about this claim.
    NoTheorem(String),
    /// The network is of another kind than the theorem's.
    Kind {
        /// The kind that the theorem speaks of.
        expected: &'static str,
        /// The network's.
        got: &'static str,
    },
    /// The folder cannot be written.
    Folder(FolderError),
    /// The network has not the layers and heads of which the theorem speaks.
    Network(NetworkError),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTheorem(claim) => write!(f, "expected a claim with a theorem in Coq, got {claim}"),
            Self::Kind { expected, got } => write!(f, "expected a {expected} network, got a {got} one"),
            Self::Folder(error) => error.fmt(f),
            Self::Network(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ExportError {}

/// The files of a subject's folder, for this network: the claim's own, or one with other weights.
///
/// ```
/// use reduce::coq::{Subject, files};
/// use reductions::{DyckRelu, Reduction};
/// let dyck = DyckRelu::shared();
/// let folder = files(Subject::Claim(dyck), dyck.network()).unwrap();
/// assert!(folder.iter().any(|file| file.path == "claims/Dyck2.v"));
/// ```
///
/// # Errors
/// [`ExportError::NoTheorem`] and [`ExportError::Kind`].
pub fn files(subject: Subject<'_>, network: &Network) -> Result<Vec<File>, ExportError> {
    if let Some(files) = layers::files(subject, network)? {
        return Ok(files);
    }
    let (theorem, data) = theorem_of(subject)?;
    let got = kind(network);
    let expected = theorem.data.network_kind();
    if got != expected {
        return Err(ExportError::Kind { expected, got });
    }
    let mut files = fixed_files(theorem);
    files.push(generated(theorem, "Network", data::network(network)));
    files.extend(data);
    files.push(File::new("README.md", readme::text(theorem.name, theorem.says, &files)));
    Ok(files)
}

/// The name of the theorem about a claim of the list; none where there is none.
pub fn theorem(reduction: &dyn Reduction) -> Option<&'static str> {
    let (problem, description) = (reduction.problem().name(), reduction.description());
    let one_layer = theorems::of(problem, description.model, description.variant).map(|theorem| theorem.name);
    one_layer.or_else(|| layers::theorem(problem, &description))
}

/// Writes a subject's folder, whole or not at all, with the digests of its files.
///
/// # Errors
/// As [`files`], and where the folder is not empty or cannot be written.
pub fn export(subject: Subject<'_>, network: &Network, folder: &Path) -> Result<Written, ExportError> {
    let files = files(subject, network)?;
    let entries: Vec<(&str, &[u8])> = files.iter().map(|file| (file.path.as_str(), file.text.as_bytes())).collect();
    folder::write_with_sums(folder, &entries).map_err(ExportError::Folder)
}

fn kind(network: &Network) -> &'static str {
    match network {
        Network::Relu(_) => "relu",
        Network::Linear(_) => "linear",
        Network::Layered(_) => "layered",
    }
}

/// The theorem about a subject, and the data beside the network that it speaks of.
fn theorem_of(subject: Subject<'_>) -> Result<(&'static Theorem, Option<File>), ExportError> {
    match subject {
        Subject::Machine(machine) => {
            if machine.accepting().len() != 1 {
                let n = machine.accepting().len();
                return Err(ExportError::NoTheorem(format!(
                    "a machine of {n} accepting modes, where the theorem has one"
                )));
            }
            let theorem = theorems::any_machine();
            Ok((theorem, Some(generated(theorem, "Machine", data::machine(machine)))))
        }
        // A network of several layers was looked at before.
        Subject::Letters(..) => Err(ExportError::Kind { expected: "layered", got: "one-layer" }),
        Subject::Automaton(automaton) => {
            let theorem = theorems::any_automaton();
            Ok((theorem, Some(generated(theorem, "Automaton", data::automaton(automaton)))))
        }
        Subject::Claim(reduction) => {
            let description = reduction.description();
            let problem = reduction.problem().name();
            let missing = || {
                let variant = description.variant.map(|variant| format!(", {variant}")).unwrap_or_default();
                ExportError::NoTheorem(format!("{problem} by {}{variant}", description.model))
            };
            let theorem = theorems::of(problem, description.model, description.variant).ok_or_else(missing)?;
            let data = match theorem.data {
                Data::Machine => {
                    let machine = reduction.machine().ok_or_else(missing)?;
                    Some(generated(theorem, "Machine", data::machine(machine)))
                }
                Data::Automaton => {
                    let named = deterministic_automaton::all();
                    let found = named.iter().find(|problem| Some(problem.automaton().name()) == description.variant);
                    let automaton = found.ok_or_else(missing)?.automaton();
                    Some(generated(theorem, "Automaton", data::automaton(automaton)))
                }
                Data::Letters => None,
            };
            Ok((theorem, data))
        }
    }
}

fn generated(theorem: &Theorem, what: &str, text: String) -> File {
    File { path: format!("generated/{}{what}.v", theorem.name), text }
}

/// The files that no number of the network or machine changes.
fn fixed_files(theorem: &Theorem) -> Vec<File> {
    let file = |path: String, text: &str| File { path, text: text.to_owned() };
    let theories = theorem.theories().map(|(name, text)| file(format!("theories/{name}.v"), text));
    let mut files: Vec<File> = theories.collect();
    files.push(file(format!("claims/{}.v", theorem.name), theorem.claim));
    files.push(file(format!("why/{}.v", theorem.name), theorem.why));
    files.push(file("Makefile".to_owned(), include_str!("../../coq/Makefile")));
    files.push(file("_CoqProject".to_owned(), include_str!("../../coq/_CoqProject")));
    files
}
