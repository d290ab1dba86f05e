//! Errata: where the paper as printed does not hold or can be read in two ways, each with a counterexample that is
//! computed when it is asked for, and what repairs it.
//!
//! An [`Erratum`] is data: where the statement stands, how we know what is printed, a search for its counterexample by
//! exact arithmetic, and evidence for the flaw and for the repair: questions for a solver, exact computations, and claims
//! of this crate that must be refuted or proved. Nothing is called a flaw without a place in the paper.

mod base_2_stack_empty;
mod base_2_stack_margin;
mod counter_reset;
mod first_symbol;
mod hankel_rank;
mod linear_recurrence;
mod pd_transitions;
mod rational_addition;
mod residual_classes;
mod target_a_sink;
mod target_last;
mod two_reflection_router;

use crate::impossible::ExactControl;
use crate::proof::query::Query;
use problems::Token;
use rnn::ExactArithmetic;
use rnn::Network;

/// What an entry says of the print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is false as printed.
    Flaw,
    /// It can be read in two ways, and they differ.
    Ambiguity,
    /// It is no flaw of a theorem: what must go wrong where one condition is dropped.
    Control,
}

impl Kind {
    /// The word, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Flaw => "flaw",
            Self::Ambiguity => "ambiguity",
            Self::Control => "control",
        }
    }
}

/// A claim of [`crate::claims`], by the names that a command gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClaimName {
    /// The problem.
    pub problem: &'static str,
    /// The kind of network, or `machine`.
    pub model: &'static str,
    /// The form, where there are several.
    pub variant: Option<&'static str>,
}

impl ClaimName {
    const fn new(problem: &'static str, model: &'static str, variant: Option<&'static str>) -> Self {
        Self { problem, model, variant }
    }
}

/// Something that can be settled, and how it must come out.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A question for a solver with its expected answer.
    Query(Query),
    /// An exact computation that must come out true.
    Exact(ExactControl),
    /// A claim that must be refuted by a word.
    Refuted(ClaimName),
    /// A claim that must be proved.
    Proved(ClaimName),
}

impl Evidence {
    /// The claim that it names; none where it is a question or a computation.
    pub fn claim(&self) -> Option<ClaimName> {
        match self {
            Self::Refuted(claim) | Self::Proved(claim) => Some(*claim),
            Self::Query(_) | Self::Exact(_) => None,
        }
    }
}

/// One entry.
#[derive(Clone, Copy, Debug)]
pub struct Erratum {
    /// Its name, kebab-case, that of its file.
    pub name: &'static str,
    /// What it says of the print.
    pub kind: Kind,
    /// What is printed and what is wrong with it, as one sentence.
    pub shows: &'static str,
    /// The theorem and page.
    pub source: &'static str,
    /// How we know what is printed; never a quotation.
    pub basis: &'static str,
    /// Looks for the counterexample, by exact arithmetic, and describes it; none where there is none any more.
    pub counterexample: fn() -> Option<String>,
    /// What must hold besides.
    pub evidence: fn() -> Vec<Evidence>,
    /// What is put in its place.
    pub repair: &'static str,
    /// What supports the repair; empty where none is known.
    pub repaired_by: fn() -> Vec<Evidence>,
    /// The command that reproduces the entry by itself.
    pub command: &'static str,
}

const AUDIT: &str = "Reported by an audit of the paper's source and by reading notes, and recomputed here; the print itself \
                     was not compared.";
const OWN: &str = "Our own computation about the statement as an audit of the paper's source reports it; the print itself was \
                   not compared.";

/// Whether a network accepts a word, by exact arithmetic.
fn reads(network: &Network, word: &[Token]) -> bool {
    let start = network.start_in(&ExactArithmetic);
    let last = word.iter().fold(start, |state, token| network.step(&ExactArithmetic, &state, usize::from(*token)));
    network.read_out(&ExactArithmetic, &last).is_positive()
}

/// Every entry, in the order in which they are listed.
pub fn all() -> &'static [Erratum] {
    &[
        base_2_stack_margin::ERRATUM,
        base_2_stack_empty::ERRATUM,
        target_last::ERRATUM,
        counter_reset::ERRATUM,
        residual_classes::ERRATUM,
        target_a_sink::ERRATUM,
        two_reflection_router::ERRATUM,
        rational_addition::ERRATUM,
        linear_recurrence::ERRATUM,
        pd_transitions::ERRATUM,
        first_symbol::ERRATUM,
        hankel_rank::ERRATUM,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_distinct_and_every_entry_has_a_place_and_a_counterexample() {
        let names: BTreeSet<&str> = all().iter().map(|erratum| erratum.name).collect();
        assert_eq!(names.len(), all().len());
        for erratum in all() {
            assert!(["Theorem", "Definition", "Proposition"].iter().any(|word| erratum.source.contains(word)));
            assert!(erratum.command.starts_with("reduce "), "{}", erratum.command);
            assert!((erratum.counterexample)().is_some(), "{}", erratum.name);
        }
    }

    #[test]
    fn every_claim_named_as_evidence_exists() {
        for evidence in all().iter().flat_map(|erratum| [(erratum.evidence)(), (erratum.repaired_by)()].concat()) {
            if let Evidence::Refuted(name) | Evidence::Proved(name) = evidence {
                let is_named = |claim: &crate::as_printed::Claim| {
                    let description = claim.description();
                    (claim.problem().name(), description.model, description.variant)
                        == (name.problem, name.model, name.variant)
                };
                assert!(crate::claims().iter().any(is_named), "{name:?}");
            }
        }
    }
}
