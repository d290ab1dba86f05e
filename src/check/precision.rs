//! The proof that a number format suffices at a size: asked for, settled, and said in one sentence.

use super::obligations;
use super::obligations::Judged;
use super::witness_words;
use crate::progress::Progress;
use crate::smt;
use crate::smt::Answer;
use crate::verdict::Link;
use crate::verdict::Verdict;
use reductions::Reduction;
use reductions::proof::ProofError;
use rnn::Network;
use rnn::Precision;
use rnn::Terms;
use std::time::Duration;

/// What became of the proof.
#[derive(Clone, Debug)]
pub enum Attempt {
    /// There is no theorem about such numbers.
    NoTheorem,
    /// This obligation is false, so that nothing is proved: the format may suffice all the same.
    Fails(String),
    /// Some obligation is not settled.
    Open(Settled),
    /// All are discharged, and their assumptions are met.
    Proved(Settled),
}

/// A proof whose obligations were judged.
#[derive(Clone, Debug)]
pub struct Settled {
    /// What is proved to be the same.
    pub link: &'static str,
    /// By which theorem, for which words, and how many obligations.
    pub by: String,
    /// The obligations.
    pub judged: Vec<Judged>,
}

impl Settled {
    /// The first obligation that is not discharged, or whose assumptions a reached state contradicts.
    pub fn gap(&self) -> Option<&Judged> {
        self.judged.iter().find(|judged| !judged.is_discharged() || judged.is_contradicted())
    }

    /// The link of a claim that it is.
    pub fn link(&self) -> Link {
        let verdict = if self.gap().is_none() { Verdict::Proved } else { Verdict::Undetermined };
        Link { name: self.link.to_owned(), verdict, by: self.by.clone(), carries: true }
    }
}

/// Asks a reduction for the proof that a network is right on the words of size `n` in this precision, and settles it.
///
/// # Errors
/// [`ProofError`] where the network is over other tokens or coordinates.
pub fn attempt(
    reduction: &dyn Reduction,
    network: &Network,
    (n, precision): (usize, &Precision),
    (limit, seed): (Duration, u64),
    progress: &Progress,
) -> Result<Attempt, ProofError> {
    let terms = Terms::default();
    let Some(proof) =
        reduction.fixed_precision().and_then(|theorem| theorem.proof(&terms, network, n, precision)).transpose()?
    else {
        return Ok(Attempt::NoTheorem);
    };
    if let Some(obligation) = proof.fails_at_once() {
        return Ok(Attempt::Fails(obligation.name.clone()));
    }
    let all: Vec<_> = proof.proof().obligations().iter().collect();
    progress.start(&format!("n = {n}: obligations"), all.len());
    let along = witness_words(&proof.proof().definition().reader(), reduction.problem(), seed);
    let judged = obligations::judge_all(&terms, &all, limit, || progress.step(), || proof.proof().witnesses(&along));
    let discharged = judged.iter().filter(|judged| judged.is_discharged()).count();
    let by = format!(
        "{}, {}: {discharged} of {} obligations discharged, {}",
        proof.theorem,
        proof.words,
        judged.len(),
        smt::version()
    );
    let settled = Settled { link: proof.link, by, judged };
    Ok(match settled.gap() {
        None => Attempt::Proved(settled),
        Some(gap) if matches!(gap.answer, Answer::Sat(_)) => Attempt::Fails(gap.name.clone()),
        Some(_) => Attempt::Open(settled),
    })
}
