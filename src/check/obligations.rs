//! Discharging a proof's obligations, in parallel, and looking at how their assumptions are met.

use crate::smt;
use crate::smt::Answer;
use crate::smt::Batch;
use rayon::prelude::*;
use reductions::proof::Obligation;
use reductions::proof::Part;
use reductions::proof::Proof;
use reductions::proof::Witness;
use rnn::Script;
use rnn::Term;
use rnn::Terms;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Once one obligation has failed the claim cannot be proved, and the others are not worth more than this each.
const AFTER_A_FAILURE: Duration = Duration::from_millis(300);

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
    /// Whether it is discharged: its negation is unsatisfiable.
    pub fn is_discharged(&self) -> bool {
        self.answer == Answer::Unsat
    }

    /// Whether a reached state contradicts its assumptions. Where every obligation is discharged, that can only be a
    /// false assumption: a wrong axiom, or an invariant of which no state is meant.
    pub fn is_contradicted(&self) -> bool {
        matches!(self.witness, Witness::Violated { .. })
    }

    /// Why it does not support the claim, for a reader: the induction gap, the timeout, or the assumption that is false.
    pub fn reason(&self, format: impl Fn(&[usize]) -> String) -> String {
        if let (Answer::Unsat, Witness::Violated { word, assumption }) = (&self.answer, &self.witness) {
            return format!("the assumption `{assumption}` is false after the word `{}`", format(word));
        }
        match &self.answer {
            Answer::Unsat => "discharged".to_owned(),
            Answer::Unknown(reason) => format!("the solver gave up: {reason}"),
            Answer::Sat(model) if model.is_empty() => "it is false of these weights".to_owned(),
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
    judge_all(terms, &obligations, limit, done, || proof.witnesses(words))
}

/// Judges these obligations, each for at most `limit`; `witnesses` says in the same order how their assumptions are met.
pub fn judge_all<'a>(
    terms: &'a Terms,
    obligations: &[&Obligation<'a>],
    limit: Duration,
    done: impl Fn() + Sync,
    witnesses: impl FnOnce() -> Vec<Witness>,
) -> Vec<Judged> {
    // (obligation, query): an obligation is discharged by all of its queries.
    let queries: Vec<(usize, Vec<Term<'a>>)> = obligations
        .iter()
        .enumerate()
        .flat_map(|(i, obligation)| obligation.queries().into_iter().map(move |query| (i, query)))
        .collect();
    let n_batches = rayon::current_num_threads().clamp(1, queries.len().max(1));
    let batches: Vec<Batch> = (0..n_batches)
        .map(|batch| {
            // Every n-th goes to the same batch, so that hard and easy ones are spread.
            let mine = queries.iter().skip(batch).step_by(n_batches);
            Batch::new(terms, mine.map(|(_, query)| query.clone()))
        })
        .collect();
    let has_failed = AtomicBool::new(false);
    let time_left = || if has_failed.load(Ordering::Relaxed) { limit.min(AFTER_A_FAILURE) } else { limit };
    let note = |answer: &Answer| {
        if matches!(answer, Answer::Sat(_)) {
            has_failed.store(true, Ordering::Relaxed);
        }
        done();
    };
    let of_batches: Vec<Vec<Answer>> = batches.par_iter().map(|batch| batch.solve(time_left, note)).collect();
    let mut answers = vec![Answer::Unsat; obligations.len()];
    for (place, (obligation, query)) in queries.iter().enumerate() {
        let mut answer = of_batches[place % n_batches][place / n_batches].clone();
        if matches!(answer, Answer::Unknown(_)) && !has_failed.load(Ordering::Relaxed) {
            // Alone and with other tactics it may still be settled.
            answer = smt::solve(&Script::new(query), limit);
        }
        if let Answer::Sat(model) = &mut answer {
            // The batch speaks of other queries' symbols too.
            let own = Script::new(query).symbols;
            model.retain(|(name, _)| own.contains(name));
        }
        if answers[*obligation] == Answer::Unsat {
            answers[*obligation] = answer;
        }
    }
    let judged = obligations.iter().zip(answers).zip(witnesses()).map(|((obligation, answer), witness)| Judged {
        name: obligation.name.clone(),
        part: obligation.part.clone(),
        answer,
        witness,
    });
    judged.collect()
}
