//! Discharging a proof's obligations, in parallel, and looking at how their assumptions are met.

use crate::smt;
use crate::smt::Answer;
use crate::smt::Batch;
use rayon::prelude::*;
use reductions::proof::Location;
use reductions::proof::Obligation;
use reductions::proof::ObligationKind;
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
    /// What it shows.
    pub kind: ObligationKind,
    /// Of which part of the definition it speaks.
    pub location: Location,
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

    /// Whether its assumptions were met in a reached state, and contradicted in none. Else it is discharged in vain: it
    /// may say nothing of any run.
    pub fn is_witnessed(&self) -> bool {
        matches!(self.witness, Witness::Found { .. })
    }

    /// Why it does not support the claim, for a reader: the induction gap, the timeout, or the assumption that is false.
    pub fn reason(&self, format: impl Fn(&[usize]) -> String) -> String {
        match &self.answer {
            Answer::Unsat => match &self.witness {
                Witness::Found { .. } => "discharged".to_owned(),
                Witness::Violated { word, assumption } => {
                    format!("the assumption `{assumption}` is false after the word `{}`", format(word))
                }
                Witness::Unreachable(reason) => format!("its assumptions were met in no reached state: {reason}"),
            },
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
    let obligations: Vec<&Obligation<'a>> = proof.obligations().iter().collect();
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
    let answers = answers(terms, obligations, limit, done);
    let judged = obligations.iter().zip(answers).zip(witnesses()).map(|((obligation, answer), witness)| Judged {
        name: obligation.name.clone(),
        kind: obligation.kind,
        location: obligation.location,
        answer,
        witness,
    });
    judged.collect()
}

/// What the solver says of the negation of each of these obligations, each for at most `limit`, in parallel; `done` is
/// told after each query.
pub fn answers<'a>(
    terms: &'a Terms,
    obligations: &[&Obligation<'a>],
    limit: Duration,
    done: impl Fn() + Sync,
) -> Vec<Answer> {
    let queries = queries(obligations);
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
        if !has_failed.load(Ordering::Relaxed) {
            answer = asked_again(answer, query, limit);
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
    answers
}

/// The first of these obligations that is not discharged, each tried for at most `limit`, and nothing behind it.
pub fn first_open<'a>(terms: &'a Terms, obligations: &[&Obligation<'a>], limit: Duration) -> Option<(usize, Answer)> {
    // Most often the first one fails already, and then the text of the others need not be written.
    const FIRST: usize = 1;
    const GROWTH: usize = 4;
    let (mut from, mut n) = (0, FIRST);
    while from < obligations.len() {
        let to = obligations.len().min(from + n);
        let queries = queries(&obligations[from..to]);
        let batch = Batch::new(terms, queries.iter().map(|(_, query)| query.clone()));
        for ((obligation, query), answer) in queries.iter().zip(batch.answers(|| limit)) {
            let answer = asked_again(answer, query, limit);
            if answer != Answer::Unsat {
                return Some((from + obligation, answer));
            }
        }
        (from, n) = (to, n * GROWTH);
    }
    None
}

/// The queries, each with the place of its obligation: an obligation is discharged by all of its queries. One that is
/// literally true has none.
fn queries<'a>(obligations: &[&Obligation<'a>]) -> Vec<(usize, Vec<Term<'a>>)> {
    let open = obligations.iter().enumerate().filter(|(_, obligation)| !obligation.is_literally_true());
    open.flat_map(|(i, obligation)| obligation.queries().into_iter().map(move |query| (i, query))).collect()
}

/// An answer that is unknown, asked for once more: alone and with other tactics it may still be settled.
fn asked_again(answer: Answer, query: &[Term<'_>], limit: Duration) -> Answer {
    if matches!(answer, Answer::Unknown(_)) { smt::solve(&Script::new(query), limit) } else { answer }
}
