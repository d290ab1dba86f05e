//! Discharging a proof's obligations, in parallel, and looking at how their assumptions are met.

use crate::side_by_side::free_threads;
use crate::solver;
use crate::solver::Answer;
use crate::solver::Batch;
use crate::solver::Limit;
use rayon::prelude::*;
use reductions::proof::Location;
use reductions::proof::Obligation;
use reductions::proof::ObligationKind;
use reductions::proof::Proof;
use reductions::proof::Witness;
use rnn::Script;
use rnn::Term;
use rnn::Terms;
use std::time::Duration;

/// How much effort every question gets at first, and how much then. What is not settled at last gets the whole limit. Each
/// time only where nothing failed: after a failure the claim is not proved, whatever the others say, and a question that
/// is hard because a weight is wrong may cost what a hundred others do. An effort and not a time, so that which
/// obligations are named as gaps does not depend on the machine. Of the questions that the tests ask one in five hundred
/// needs more than the first, and a model was always found with less than half of it.
const EFFORTS: [u32; 2] = [200_000, 20_000_000];

/// Who discharges an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The solver.
    Solver,
    /// Exact evaluation: what must follow holds no unknown, and is true.
    Evaluation,
    /// Our arithmetic of cases, in which the obligations about a router are made: what must follow came out as true.
    Cases,
}

impl Method {
    /// Every one, in the order in which they are counted.
    pub const ALL: [Self; 3] = [Self::Solver, Self::Cases, Self::Evaluation];

    /// Who is asked about an obligation.
    pub fn of(obligation: &Obligation<'_>) -> Self {
        use ObligationKind::*;
        match obligation.kind {
            _ if !obligation.is_literally_true() => Self::Solver,
            Inert | Orbit | Latch | Integral | Schedule | StepSize | Rates | Outputs => Self::Cases,
            _ => Self::Evaluation,
        }
    }

    /// What it is called after `73 by`.
    pub fn describe(self) -> String {
        match self {
            Self::Solver => solver::version(),
            Self::Cases => "our arithmetic of cases".to_owned(),
            Self::Evaluation => "exact evaluation".to_owned(),
        }
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Solver => "solver",
            Self::Cases => "cases",
            Self::Evaluation => "evaluation",
        }
    }
}

/// What became of one obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its name.
    pub name: String,
    /// What it shows.
    pub kind: ObligationKind,
    /// Of which part of the definition it speaks.
    pub location: Location,
    /// Who was asked.
    pub method: Method,
    /// What is known of its negation.
    pub answer: Answer,
    /// How its assumptions are met.
    pub witness: Witness,
}

impl Judged {
    /// Whether it is discharged: its negation is unsatisfiable.
    pub fn is_discharged(&self) -> bool {
        self.answer == Answer::Unsat
    }

    /// Whether its assumptions were met in a reached state, and contradicted in none. Else it is discharged in vain: it
    /// may say nothing of any run.
    pub fn is_witnessed(&self) -> bool {
        matches!(self.witness, Witness::Found { .. })
    }

    /// Whether it supports a claim.
    pub fn holds(&self) -> bool {
        self.is_discharged() && self.is_witnessed()
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

/// Who discharged how many: `79 of 79 obligations discharged: 73 by Z3 4.8.12, 6 by exact evaluation`.
pub fn discharged_by(judged: &[&Judged]) -> String {
    let count = |method: Method| judged.iter().filter(|one| one.is_discharged() && one.method == method).count();
    let counts = Method::ALL.map(|method| (method, count(method))).into_iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(method, count)| format!("{count} by {}", method.describe())).collect();
    let discharged = judged.iter().filter(|judged| judged.is_discharged()).count();
    let text = format!("{discharged} of {} obligations discharged", judged.len());
    if counts.is_empty() { text } else { format!("{text}: {}", counts.join(", ")) }
}

/// How many of them are of each kind, in the order in which the kinds first occur.
pub fn by_kind(kinds: impl IntoIterator<Item = ObligationKind>) -> Vec<(ObligationKind, usize)> {
    let mut counts: Vec<(ObligationKind, usize)> = Vec::new();
    for kind in kinds {
        match counts.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    counts
}

/// Judges every obligation of a proof, each question for at most `limit`. `words` are the words along which witnesses are
/// looked for, and `done` is told after each question.
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

/// Judges these obligations; `witnesses` says in the same order how their assumptions are met.
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
        method: Method::of(obligation),
        answer,
        witness,
    });
    judged.collect()
}

/// A question to the solver: the index of the obligation that it is about, and what may not hold together.
type Question<'a> = (usize, Vec<Term<'a>>);

/// What the solver says of the negation of each of these obligations, in parallel; `done` is told after each question.
pub fn answers<'a>(
    terms: &'a Terms,
    obligations: &[&Obligation<'a>],
    limit: Duration,
    done: impl Fn() + Sync,
) -> Vec<Answer> {
    let questions = questions(obligations);
    let mut of_questions = in_batches(terms, &questions, limit, done);
    if !has_failed(&of_questions) {
        for (answer, (_, question)) in of_questions.iter_mut().zip(&questions) {
            if matches!(answer, Answer::Unknown(_)) {
                *answer = asked_again(question, limit.into());
            }
        }
    }
    // An obligation is discharged by all of its questions: the first that is not unsatisfiable speaks for it.
    let mut answers = vec![Answer::Unsat; obligations.len()];
    for ((obligation, question), mut answer) in questions.iter().zip(of_questions) {
        if let Answer::Sat(model) = &mut answer {
            // The batch speaks of other questions' symbols too.
            let own = Script::new(question).symbols;
            model.retain(|(name, _)| own.contains(name));
        }
        if answers[*obligation] == Answer::Unsat {
            answers[*obligation] = answer;
        }
    }
    answers
}

/// Whether one of these questions shows that the claim is not proved.
fn has_failed<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> bool {
    answers.into_iter().any(|answer| matches!(answer, Answer::Sat(_)))
}

/// The answers to these questions, from as many solvers as there are free threads.
fn in_batches<'a>(
    terms: &'a Terms,
    questions: &[Question<'a>],
    limit: Duration,
    done: impl Fn() + Sync,
) -> Vec<Answer> {
    // To make a solver and to read what questions share costs what tens of them do. Every n-th question goes to the same one,
    // so that hard and easy ones are spread.
    let n_batches = free_threads().clamp(1, questions.len().max(1));
    let batch = |first: usize| {
        let mine = questions.iter().skip(first).step_by(n_batches);
        let batch = Batch::new(terms, mine.map(|(_, question)| question.clone()));
        let answers: Vec<Option<Answer>> = vec![None; batch.len()];
        (batch.solver(), answers)
    };
    let mut batches: Vec<_> = (0..n_batches).map(batch).collect();
    for effort in EFFORTS {
        if has_failed(batches.iter().flat_map(|(_, answers)| answers.iter().flatten())) {
            break;
        }
        batches.par_iter_mut().for_each(|(solver, answers)| {
            for (index, answer) in answers.iter_mut().enumerate() {
                let is_first = answer.is_none();
                if matches!(answer, None | Some(Answer::Unknown(_))) {
                    *answer = Some(solver.ask(index, Limit::with_effort(limit, effort)));
                }
                if is_first {
                    done();
                }
            }
        });
    }
    let answer = |index: usize| batches[index % n_batches].1[index / n_batches].clone();
    (0..questions.len()).map(|index| answer(index).expect("each is asked in the first round")).collect()
}

/// The first of these obligations that is not discharged, and nothing after it. Most likely it is one of the first
/// `n_likely`. Each question gets at most `limit`, twice.
pub fn first_open<'a>(
    terms: &'a Terms,
    obligations: &[&Obligation<'a>],
    n_likely: usize,
    limit: Limit,
) -> Option<(usize, Answer)> {
    // The text of those that are not asked about need not be written.
    const GROWTH: usize = 4;
    let (mut from, mut n) = (0, n_likely.max(1));
    while from < obligations.len() {
        let to = obligations.len().min(from + n);
        let questions = questions(&obligations[from..to]);
        let batch = Batch::new(terms, questions.iter().map(|(_, question)| question.clone()));
        for ((obligation, question), mut answer) in questions.iter().zip(batch.answers(limit)) {
            if matches!(answer, Answer::Unknown(_)) {
                answer = asked_again(question, limit);
            }
            if answer != Answer::Unsat {
                return Some((from + obligation, answer));
            }
        }
        (from, n) = (to, n * GROWTH);
    }
    None
}

/// The questions of these obligations. One that is literally true has none.
fn questions<'a>(obligations: &[&Obligation<'a>]) -> Vec<Question<'a>> {
    let open = obligations.iter().enumerate().filter(|(_, obligation)| !obligation.is_literally_true());
    open.flat_map(|(i, obligation)| obligation.queries().into_iter().map(move |query| (i, query))).collect()
}

/// The answer to a question by itself: without the others, and with other tactics, it may still be settled.
fn asked_again(question: &[Term<'_>], limit: Limit) -> Answer {
    solver::solve(&Script::new(question), limit)
}
