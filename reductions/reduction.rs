//! What a reduction is: a problem, a network, and the parts of the reason why.

use crate::construction::machine::Machine;
use crate::definition::Definition;
use crate::proof::ObligationKind;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::FixedPrecision;
use crate::statement::mathematics::Meaning;
use itertools::Itertools;
use problems::Problem;
use rnn::Network;
use rnn::Term;
use rnn::Terms;

/// What a reduction claims, for a reader.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// The kind of network: `relu`, `pd`.
    pub model: &'static str,
    /// Which of several forms, where there are several.
    pub variant: Option<&'static str>,
    /// The theorem of the paper, as it numbers it.
    pub theorem: &'static str,
    /// The precision regime.
    pub regime: &'static str,
    /// The claim with its quantifiers, clause by clause.
    pub claim: &'static [Clause],
    /// What is idealised in the network, as one sentence; empty where nothing is.
    pub idealised: &'static str,
    /// In what the construction deviates from the printed one, and why.
    pub deviation: &'static str,
    /// What is argued on paper only.
    pub on_paper: &'static str,
    /// Of a claim as printed, which does not hold: why it is refuted.
    pub refuted: Option<&'static str>,
}

/// A clause of a claim, and what shows it. A clause that no obligation of a proof shows cannot be printed: there is no
/// such proof.
#[derive(Clone, Copy, Debug)]
pub struct Clause {
    /// The clause, as it stands in the sentence.
    pub text: &'static str,
    /// The same in a few words, for the list; empty for the decision, which every claim makes.
    pub brief: &'static str,
    /// The kinds of obligations that show it: there is at least one of each.
    pub shown_by: &'static [ObligationKind],
}

impl Clause {
    /// The clause that a network with an inductive invariant decides its problem.
    pub const fn decides_by_induction(text: &'static str) -> Self {
        use ObligationKind::*;
        Self { text, brief: "", shown_by: &[Init, Step, Readout, MeaningInit, MeaningStep, MeaningReadout] }
    }

    /// The clause that a routed network decides its problem.
    pub const fn decides_by_router(text: &'static str) -> Self {
        use ObligationKind::*;
        const SHOWN_BY: &[ObligationKind] = &[
            Start,
            Orbit,
            Latch,
            Integral,
            Schedule,
            Outputs,
            Times,
            VirtualStart,
            Blank,
            Block,
            Output,
            MeaningInit,
            MeaningStep,
            MeaningReadout,
        ];
        Self { text, brief: "", shown_by: SHOWN_BY }
    }
}

/// The clause about the nine value outputs.
pub(crate) const PRODUCT_VALUES: Clause = Clause {
    text: "at every matrix end its nine value outputs are the product",
    brief: "all nine values at matrix ends",
    shown_by: &[ObligationKind::Output, ObligationKind::Outputs, ObligationKind::MeaningReadout],
};

/// The clause about the token that is skipped.
pub(crate) const BOS_IS_SKIPPED: Clause = Clause {
    text: "on BOS every head keeps its state, so that it is skipped wherever it stands (the paper's words are BOS and then \
           the entries)",
    brief: "BOS is skipped",
    shown_by: &[ObligationKind::Inert],
};

/// The clause about the value output of a weighted automaton.
pub(crate) const WEIGHT_VALUES: Clause = Clause {
    text: "after every letter the value output is the weight",
    brief: "the weight after every letter",
    shown_by: &[ObligationKind::Output, ObligationKind::Outputs, ObligationKind::MeaningReadout],
};

/// The clause about what deployed DeltaNets allow.
pub(crate) const STEP_SIZES: Clause = Clause {
    text: "every beta |k|^2 is in [0, 2]",
    brief: "every beta |k|^2 is in [0, 2]",
    shown_by: &[ObligationKind::StepSize],
};

/// The clause about what an RWKV-7 needs of its gates.
pub(crate) const RATES: Clause =
    Clause { text: "every decay is 1 and every learning rate 0 or 1", brief: "", shown_by: &[ObligationKind::Rates] };

impl Description {
    /// The claim as one sentence, and what is idealised.
    pub fn sentence(&self) -> String {
        let mut sentence = format!("{}.", self.claim.iter().map(|clause| clause.text).join("; "));
        if !self.idealised.is_empty() {
            sentence.push_str(&format!(" Idealised: {}.", self.idealised));
        }
        sentence
    }

    /// What is proved for every word, in a few words; of a claim as printed, why it is refuted.
    pub fn proved(&self) -> String {
        if let Some(reason) = self.refuted {
            return format!("refuted: {reason}");
        }
        let briefs = self.claim.iter().map(|clause| clause.brief).filter(|brief| !brief.is_empty());
        std::iter::once("network = definition = problem").chain(briefs).join("; ")
    }

    /// Checks that every clause is shown by obligations of this proof.
    ///
    /// # Errors
    /// [`ProofError`] that names the clause and the kind of obligation that is missing.
    pub fn is_shown_by(&self, proof: &Proof<'_>) -> Result<(), ProofError> {
        for clause in self.claim {
            let missing = clause.shown_by.iter().find(|kind| !proof.obligations().iter().any(|o| o.kind == **kind));
            if let Some(kind) = missing {
                let text = clause.text;
                return Err(ProofError::new(format!("the clause `{text}`: expected an obligation `{kind}`, got none")));
            }
            if clause.shown_by.is_empty() {
                return Err(ProofError::new(format!("the clause `{}`: expected obligations, got none", clause.text)));
            }
        }
        Ok(())
    }
}

/// What the network's value outputs have in common with the values that its problem asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// They are the same numbers.
    Exact,
    /// They have the same signs.
    Signs,
}

/// A decision problem, a network that solves it, and the reason why.
pub trait Reduction: Send + Sync {
    /// The statement, for a reader.
    fn description(&self) -> Description;

    /// The problem.
    fn problem(&self) -> &dyn Problem;

    /// The network.
    fn network(&self) -> &Network;

    /// The streaming definition of the problem.
    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a>;

    /// The problem in the words of mathematics, and what the definition has to do with it.
    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a>;

    /// Why a network is the definition, and this the problem: for this reduction's own network, or one with other
    /// weights. Callers ask for [`Reduction::proof`].
    ///
    /// # Errors
    /// [`ProofError`] where the network's tokens or coordinates are not those that definition and invariant speak of.
    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError>;

    /// Whether a word of unknown tokens is a yes-word, by a definition over positions that shares nothing with the
    /// streaming one; `tokens` are Int terms, each in `0..n_tokens`. Outside the problem's promise it says what the
    /// network answers there.
    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a>;

    /// The numbers that are asked for beside the decision after a word of unknown tokens, by cases: a condition on the
    /// tokens, and the numbers where it holds. No case where none are asked for.
    fn positional_values<'a>(&self, _terms: &'a Terms, _tokens: &[Term<'a>]) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
        Vec::new()
    }

    /// The proof for a network: this reduction's own, or one with other weights. Every clause of the claim is shown by
    /// some of its obligations.
    ///
    /// # Errors
    /// [`ProofError`] where the network is of another kind, or has other tokens or coordinates, than definition and
    /// invariant speak of, or where no obligation shows a clause.
    fn proof<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let (expected, got) = (self.network().kind(), network.kind());
        if expected != got {
            let (expected, got) = (expected.name(), got.name());
            return Err(ProofError::new(format!("kind of network: the claim is about `{expected}`, got `{got}`")));
        }
        let proof = self.argument(terms, network)?;
        self.description().is_shown_by(&proof)?;
        Ok(proof)
    }

    /// How the network's value outputs are compared, where the problem asks for values.
    fn compares(&self) -> Values {
        Values::Exact
    }

    /// The machine from which the network was compiled, where there is one.
    fn machine(&self) -> Option<&Machine> {
        None
    }

    /// What is known of the network in number formats.
    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        None
    }
}
