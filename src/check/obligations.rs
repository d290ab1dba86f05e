//! Discharging a proof's obligations, in parallel, and looking at how their assumptions are met.

use crate::smt;
use crate::smt::Answer;
use crate::smt::Batch;
use rayon::prelude::*;
use reductions::proof::Obligation;
use reductions::proof::Part;
use reductions::proof::Proof;
use reductions::proof::Witness;
use rnn::Terms;
use std::time::Duration;

/// What became of one obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its name.
    pub name: String,
    /// Which part of the proof it is.
    pub part: Part,
    /// What the solver says of its negation.
    pub answer: Answer,
    /// How its assumptions are met.
    pub witness: Witness,
}

impl Judged {
    /// Whether it is discharged: its negation is unsatisfiable, and no reachable state contradicts its assumptions.
    pub fn is_discharged(&self) -> bool {
        self.answer == Answer::Unsat && !matches!(self.witness, Witness::Violated { .. })
    }

    /// Why it is not discharged, for a reader: the induction gap, the timeout, or the assumption that is false.
    pub fn reason(&self, format: impl Fn(&[usize]) -> String) -> String {
        if let Witness::Violated { word, assumption } = &self.witness {
            return format!("the assumption `{assumption}` is false after the word `{}`", format(word));
        }
        match &self.answer {
            Answer::Unsat => "discharged".to_owned(),
            Answer::Unknown(reason) => format!("the solver gave up: {reason}"),
            Answer::Sat(model) => {
                let state: Vec<String> = model.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                format!("induction gap at {}", state.join(", "))
            }
        }
    }
}

/// Judges every obligation of a proof, each for at most `limit`. `words` are the words along which witnesses are looked
/// for, and `done` is told after each obligation.
pub fn judge<'a>(
    terms: &'a Terms,
    proof: &Proof<'a>,
    limit: Duration,
    words: &[Vec<usize>],
    done: impl Fn() + Sync,
) -> Vec<Judged> {
    let obligations: Vec<&Obligation<'a>> = proof.obligations().collect();
    let n_batches = rayon::current_num_threads().clamp(1, obligations.len().max(1));
    let batches: Vec<Batch> = (0..n_batches)
        .map(|batch| {
            // Every n-th goes to the same batch, so that hard and easy ones are spread.
            let mine = obligations.iter().skip(batch).step_by(n_batches);
            Batch::new(terms, mine.map(|obligation| negation(obligation)))
        })
        .collect();
    let answers: Vec<Vec<Answer>> = batches.par_iter().map(|batch| batch.solve(limit, &done)).collect();
    let witnesses = proof.witnesses(words);
    let judged = obligations.iter().zip(witnesses).enumerate().map(|(i, (obligation, witness))| {
        let mut answer = answers[i % n_batches][i / n_batches].clone();
        if let Answer::Unknown(_) = answer {
            // Alone and with other tactics it may still be settled.
            answer = smt::solve(&obligation.script(), limit);
        }
        Judged { name: obligation.name.clone(), part: obligation.part.clone(), answer, witness }
    });
    judged.collect()
}

fn negation<'a>(obligation: &Obligation<'a>) -> Vec<rnn::Term<'a>> {
    obligation.assumptions.iter().copied().chain([obligation.goal.negate()]).collect()
}
