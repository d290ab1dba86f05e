//! The stage of a check that judges obligations: of the proof about exact numbers, or of the proof that a number format
//! suffices at a size.

use super::obligations;
use super::obligations::Judged;
use super::obligations::discharged_by;
use super::options::CheckError;
use super::search::witness_words;
use crate::progress::Progress;
use crate::solver::Answer;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Word;
use reductions::Reduction;
use reductions::definition::Reader;
use reductions::proof::DEFINITION_IS_PROBLEM;
use reductions::proof::NETWORK_IS_DEFINITION;
use reductions::proof::Proof;
use reductions::proof::ProofError;
use reductions::proof::ProofLink;
use rnn::Network;
use rnn::Precision;
use rnn::Terms;
use std::time::Duration;

/// How many of the sampled instances are replayed beside the invariant, and how many tokens of each.
const REPLAYED: usize = 2;
const REPLAYED_TOKENS: usize = 4_000;

/// What is asked for when a proof is judged.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// The reduction.
    pub reduction: &'q dyn Reduction,
    /// The network.
    pub network: &'q Network,
    /// The limit of each question to the solver.
    pub timeout: Duration,
    /// The seed of the words along which witnesses are looked for.
    pub seed: u64,
}

/// A proof whose obligations were judged.
#[derive(Clone, Debug)]
pub struct Settled {
    /// By which theorem, where it is one about a number format.
    pub theorem: Option<&'static str>,
    /// Of which words it speaks, where it does not of all: `every word with at most 4 values`.
    pub scope: Option<String>,
    /// Its equalities.
    pub equalities: Vec<ProofLink>,
    /// The obligations.
    pub judged: Vec<Judged>,
}

impl Settled {
    /// The first obligation that does not support the claim: it is not discharged, or in vain.
    pub fn gap(&self) -> Option<&Judged> {
        self.judged.iter().find(|judged| !judged.is_discharged()).or_else(|| self.judged.iter().find(|o| !o.holds()))
    }

    /// Whether every obligation is discharged.
    pub fn is_discharged(&self) -> bool {
        !self.judged.is_empty() && self.judged.iter().all(Judged::is_discharged)
    }

    /// Whether the definition is shown to be the problem.
    pub fn shows_the_definition(&self) -> bool {
        let of_meaning: Vec<&Judged> = self.judged.iter().filter(|judged| judged.kind.is_of_meaning()).collect();
        !of_meaning.is_empty() && of_meaning.iter().all(|judged| judged.is_discharged())
    }

    /// Its equalities as links of a claim.
    pub fn links(&self) -> Vec<Link> {
        self.equalities.iter().map(|equality| self.link(equality)).collect()
    }

    fn link(&self, equality: &ProofLink) -> Link {
        let chosen: Vec<&Judged> = equality.obligations.iter().map(|index| &self.judged[*index]).collect();
        let holds = !chosen.is_empty() && chosen.iter().all(|judged| judged.holds());
        let theorem = self.theorem.filter(|_| equality.name != DEFINITION_IS_PROBLEM);
        let theorem = theorem.map(|theorem| format!("{theorem}, ")).unwrap_or_default();
        Link {
            name: equality.name.to_owned(),
            verdict: if holds { Verdict::Proved } else { Verdict::Undetermined },
            by: format!("{theorem}{}", discharged_by(&chosen)),
            carries: true,
        }
    }

    /// What proves it, in one sentence: the theorem, the words, and how many obligations.
    pub fn by(&self) -> String {
        let parts = self.theorem.iter().map(|theorem| (*theorem).to_owned()).chain(self.scope.clone());
        let parts: Vec<String> = parts.collect();
        let discharged = discharged_by(&self.judged.iter().collect::<Vec<_>>());
        if parts.is_empty() { discharged } else { format!("{}: {discharged}", parts.join(", ")) }
    }
}

/// What became of a proof.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// There is no theorem about such numbers.
    NoTheorem,
    /// This obligation is false, so that nothing is proved: the format may suffice all the same.
    Fails(String),
    /// Its obligations were judged; in a number format none of them is known to be false.
    Settled(Settled),
}

impl Attempt {
    /// The proof, where its obligations were judged.
    pub fn settled(&self) -> Option<&Settled> {
        match self {
            Self::Settled(settled) => Some(settled),
            Self::NoTheorem | Self::Fails(_) => None,
        }
    }

    /// Whether something is proved.
    pub fn is_proved(&self) -> bool {
        self.settled().is_some_and(|settled| settled.gap().is_none())
    }
}

/// Judges the proof about exact numbers, and gives the definition that it speaks of as something that reads words. Beside
/// the words along which all witnesses are looked for, the invariant is replayed along some of these instances.
///
/// # Errors
/// [`CheckError`] where the network is over other tokens or coordinates.
pub fn exact(
    question: &Question<'_>,
    instances: &[(Word, bool)],
    progress: &Progress,
) -> Result<(Settled, Reader), CheckError> {
    let terms = Terms::default();
    let proof = question.reduction.proof(&terms, question.network).map_err(CheckError::Network)?;
    let reader = proof.definition().reader();
    let mut along = witness_words(&reader, question.reduction.problem(), question.seed);
    let beginning = |(word, _): &(Word, bool)| word.iter().take(REPLAYED_TOKENS).map(|t| usize::from(*t)).collect();
    along.extend(instances.iter().take(REPLAYED).map(beginning));
    let settled = settle(question, &terms, &proof, &along, progress);
    Ok((settled, reader))
}

/// Judges the proof that a network is right on the words of size `n` in this precision, where there is one.
///
/// # Errors
/// [`ProofError`] where the network is over other tokens or coordinates.
pub fn in_precision(
    question: &Question<'_>,
    n: usize,
    precision: &Precision,
    progress: &Progress,
) -> Result<Attempt, ProofError> {
    let terms = Terms::default();
    let theorem = question.reduction.fixed_precision();
    let proof = theorem.and_then(|theorem| theorem.proof(&terms, question.network, n, precision)).transpose()?;
    let Some(proof) = proof else { return Ok(Attempt::NoTheorem) };
    if let Some(obligation) = proof.fails_at_once() {
        return Ok(Attempt::Fails(obligation.name.clone()));
    }
    let along = witness_words(&proof.proof().definition().reader(), question.reduction.problem(), question.seed);
    let mut settled = settle(question, &terms, proof.proof(), &along, progress);
    (settled.theorem, settled.scope) = (Some(proof.theorem), Some(proof.words.clone()));
    for equality in &mut settled.equalities {
        if equality.name == NETWORK_IS_DEFINITION {
            equality.name = proof.link;
        }
    }
    let failed = settled.judged.iter().find(|judged| matches!(judged.answer, Answer::Sat(_)));
    Ok(match failed {
        Some(failed) => Attempt::Fails(failed.name.clone()),
        None => Attempt::Settled(settled),
    })
}

fn settle<'a>(
    question: &Question<'_>,
    terms: &'a Terms,
    proof: &Proof<'a>,
    along: &[Vec<usize>],
    progress: &Progress,
) -> Settled {
    progress.start("obligations", proof.obligations().len());
    let judged = obligations::judge(terms, proof, question.timeout, along, || progress.step());
    Settled { theorem: None, scope: None, equalities: proof.links(), judged }
}
