//! Why a shipped layer gives the right answer after every token of every word: a finite orbit, and no rounding.
//!
//! The start is the state 0, which stands for the identity. The states that words reach are finitely many, and each step of
//! each of them is computed with every product and sum asked for: so the library's state **is** the exact state, by
//! induction over the word. Each state is found to belong to one permutation, as the letters multiply; for each state and
//! each token that may have been the last one, the answer is enclosed. What is left to believe is said in
//! [`ShippedProof::facts`] and in the claim.

use super::answer::Answerer;
use super::chunks;
use super::target::Target;
use super::tracks::Tracks;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::FloatFact;
use rnn::shipped::Meter;
use rnn::shipped::ShippedModel;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

/// The least number of steps that a chunk must be allowed to have: what the libraries use.
pub const LEAST_CHUNK: u64 = 64;

/// The most pairs of states of a model and of a target that is no group.
const MOST_PAIRS: usize = 4096;

/// The tensors that only answers depend on.
const AFTER_THE_RECURRENCE: [&str; 4] = ["o_norm", "o_proj", "final_norm", "head"];

/// What a proof is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Recurrence,
}

/// The states of all tracks, and the target's.
type Pair = (Vec<usize>, usize);

/// What a proof about a shipped layer is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShippedKind {
    /// A tensor's entries are numbers of the format.
    Weights,
    /// What a token does is computed exactly, stage by stage.
    Inputs,
    /// From a state with a token: no operation of the recurrence rounds, and the next state is one of the orbit.
    Step,
    /// The next state belongs to the product of the state's permutation and the token's.
    Product,
    /// What the heads read of a state after a token is exact.
    Output,
    /// No operation of the chunked algorithms rounds.
    Chunk,
    /// The answer for a state and a last token is the permutation's, whatever norms, projection and head round.
    Answer,
}

impl ShippedKind {
    /// Every kind, in the order of the argument.
    pub const ALL: [Self; 7] =
        [Self::Weights, Self::Inputs, Self::Step, Self::Product, Self::Output, Self::Chunk, Self::Answer];

    /// The name, kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Inputs => "inputs",
            Self::Step => "step",
            Self::Product => "product",
            Self::Output => "output",
            Self::Chunk => "chunk",
            Self::Answer => "answer",
        }
    }

    /// What an obligation of this kind says, as one sentence.
    pub fn statement(self) -> &'static str {
        match self {
            Self::Weights => "every entry of a tensor is a number of the format",
            Self::Inputs => "keys, values, queries, betas, decays and gates of a token are computed exactly",
            Self::Step => "from a state with a token no operation of the recurrence rounds, and the orbit is finite",
            Self::Product => "the next state belongs to the product of the permutations",
            Self::Output => "what the heads read of a state after a token is exact",
            Self::Chunk => "no operation of the chunked algorithms rounds, in any order of summation",
            Self::Answer => "the permutation's logit is the greatest, whatever norms, projection and head round",
        }
    }
}

impl fmt::Display for ShippedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The obligations of one kind: all are discharged by exact evaluation, or the first that is not says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The kind.
    pub kind: ShippedKind,
    /// How many were discharged.
    pub discharged: usize,
    /// The first that was not: what is said of it, and why. Those after it were not asked.
    pub failure: Option<String>,
}

/// Obligations about one model in one storage format, all of them evaluated.
#[derive(Clone, Debug)]
pub struct ShippedProof {
    /// What values are stored in; sums are in f32.
    pub storage: Float,
    /// The obligations, kind by kind. Kinds that rest on one that failed are missing.
    pub tallies: Vec<Tally>,
    /// The facts about transcendental functions that were used.
    pub facts: Vec<FloatFact>,
    /// Number of states of the orbit.
    pub n_states: usize,
    /// Number of roots, of all tracks.
    pub n_roots: usize,
    /// The most steps of a chunk for which every order of summation is exact.
    pub most_steps: u64,
    /// A lower bound of how far the right logit is above every other, before the final norm's factor.
    pub margin: Option<Exact>,
    /// How many sums and stored values were asked whether they round.
    pub n_asked: u64,
}

impl ShippedProof {
    /// The obligations that no operation of the recurrence rounds: nothing is asked of the weights after it, nor of answers.
    pub fn of_recurrence(model: &ShippedModel, target: &Target, storage: Float) -> Self {
        Self::about(model, target, storage, Part::Recurrence)
    }

    /// Whether every kind of obligation about the recurrence is there, each with at least one, and all are discharged.
    pub fn is_exact_recurrence(&self) -> bool {
        ShippedKind::ALL.into_iter().filter(|kind| *kind != ShippedKind::Answer).all(|kind| self.is_discharged(kind))
    }

    fn is_discharged(&self, kind: ShippedKind) -> bool {
        self.tallies.iter().any(|tally| tally.kind == kind && tally.discharged > 0 && tally.failure.is_none())
    }

    /// Whether every kind of obligation is there, each with at least one, and all are discharged.
    pub fn is_complete(&self) -> bool {
        ShippedKind::ALL.into_iter().all(|kind| self.is_discharged(kind))
    }

    /// How many obligations were discharged.
    pub fn n_discharged(&self) -> usize {
        self.tallies.iter().map(|tally| tally.discharged).sum()
    }

    /// The first obligation that is not discharged.
    pub fn failure(&self) -> Option<(ShippedKind, &str)> {
        self.tallies.iter().find_map(|tally| Some((tally.kind, tally.failure.as_deref()?)))
    }

    /// Makes and evaluates the obligations for a model whose token i is the target's, and whose greatest logit should be
    /// that of the target's class.
    pub fn of(model: &ShippedModel, target: &Target, storage: Float) -> Self {
        Self::about(model, target, storage, Part::Whole)
    }

    fn about(model: &ShippedModel, target: &Target, storage: Float, part: Part) -> Self {
        let mut proof = Self {
            storage,
            tallies: Vec::new(),
            facts: Vec::new(),
            n_states: 0,
            n_roots: 0,
            most_steps: 0,
            margin: None,
            n_asked: 0,
        };
        let mut meter = Meter::new(storage);
        // Each stage rests on those before it; the first failure ends the argument.
        let _ = proof.evaluate(model, target, part, &mut meter);
        proof.facts = meter.facts().iter().copied().collect();
        proof.n_asked = meter.n_sums() + meter.n_stored();
        proof
    }

    fn tally(&mut self, kind: ShippedKind) -> &mut Tally {
        if !self.tallies.iter().any(|tally| tally.kind == kind) {
            self.tallies.push(Tally { kind, discharged: 0, failure: None });
        }
        self.tallies.iter_mut().find(|tally| tally.kind == kind).expect("it is there or was just added")
    }

    fn discharge(&mut self, kind: ShippedKind) {
        self.tally(kind).discharged += 1;
    }

    fn fail(&mut self, kind: ShippedKind, reason: impl Into<String>) -> Failed {
        self.tally(kind).failure.get_or_insert(reason.into());
        Failed
    }

    fn evaluate(&mut self, model: &ShippedModel, target: &Target, part: Part, meter: &mut Meter) -> Result<(), Failed> {
        // Weights.
        let is_asked = |name: &str| part == Part::Whole || !AFTER_THE_RECURRENCE.contains(&name);
        for tensor in model.tensors().iter().filter(|tensor| is_asked(tensor.name)) {
            if let Some(entry) = tensor.values.iter().find(|entry| !self.storage.contains(entry)) {
                let reason = format!("{}: {entry} is no number of {}", tensor.name, self.storage);
                return Err(self.fail(ShippedKind::Weights, reason));
            }
            self.discharge(ShippedKind::Weights);
        }
        // Tokens.
        if target.n_tokens() != model.shape().tokens || target.greatest_class() >= model.shape().vocabulary {
            return Err(self.fail(ShippedKind::Inputs, "the model has another alphabet"));
        }
        let mut inputs = Vec::with_capacity(target.n_tokens());
        for token in 0..target.n_tokens() {
            match model.inputs(token, meter) {
                Ok(input) => inputs.push(input),
                Err(error) => return Err(self.fail(ShippedKind::Inputs, format!("token {token}: {error}"))),
            }
            self.discharge(ShippedKind::Inputs);
        }
        let mut tracks = Tracks::of_inputs(inputs, model.shape().head_dim);
        let orbit = self.orbit(&mut tracks, target, meter)?;
        self.answers(model, (&mut tracks, &orbit), target, part, meter)?;
        self.chunks(&mut tracks, meter)
    }

    /// The states that words reach, each with the target's, and the moves of such pairs; one obligation for each pair and
    /// token that no operation rounds, and one that the model's next state belongs to the target's: of a group to no other
    /// element, else to no other answer after this token.
    fn orbit(&mut self, tracks: &mut Tracks, target: &Target, meter: &mut Meter) -> Result<Vec<(Pair, usize)>, Failed> {
        let start: Pair = (vec![0; tracks.tracks.len()], 0);
        let most = if target.is_group() { target.n_states() } else { MOST_PAIRS };
        let mut met = BTreeSet::from([start.clone()]);
        // What a state of the model belongs to; where the target is no group, with the last token.
        let mut belongs: BTreeMap<(Vec<usize>, Option<usize>), usize> = BTreeMap::new();
        if target.is_group() {
            belongs.insert((start.0.clone(), None), 0);
        }
        let mut queue = vec![start];
        let mut ends = BTreeSet::new();
        while let Some((states, own)) = queue.pop() {
            for token in 0..target.n_tokens() {
                let next = match tracks.read_token(&states, token, meter) {
                    Ok(next) => next,
                    Err(error) => {
                        let reason = format!("after {}, token {token}: {error}", target.name(own));
                        return Err(self.fail(ShippedKind::Step, reason));
                    }
                };
                self.discharge(ShippedKind::Step);
                let product = target.step(own, token);
                let key = (next.clone(), (!target.is_group()).then_some(token));
                let known = *belongs.entry(key).or_insert(product);
                let is_same =
                    if target.is_group() { known == product } else { target.class(known) == target.class(product) };
                if !is_same {
                    let (known, product) = (target.name(known), target.name(product));
                    let reason = format!("the state of {known} is reached by a word whose product is {product}");
                    return Err(self.fail(ShippedKind::Product, reason));
                }
                self.discharge(ShippedKind::Product);
                let pair = (next, product);
                if met.insert(pair.clone()) {
                    queue.push(pair.clone());
                }
                ends.insert((pair, token));
            }
            if met.len() > most {
                return Err(self.fail(ShippedKind::Step, format!("the orbit has more than {most} states")));
            }
        }
        self.n_states = met.iter().map(|(states, _)| states).collect::<BTreeSet<_>>().len();
        Ok(ends.into_iter().collect())
    }

    /// One obligation for each state and each token that may have been the last: the token is in every word's end, and
    /// the state is what the word made.
    fn answers(
        &mut self,
        model: &ShippedModel,
        (tracks, ends): (&mut Tracks, &[(Pair, usize)]),
        target: &Target,
        part: Part,
        meter: &mut Meter,
    ) -> Result<(), Failed> {
        let Some(answerer) = Answerer::new(model, self.storage) else {
            return Err(self.fail(ShippedKind::Answer, "a weight is 2^40 or more"));
        };
        for ((states, own), token) in ends {
            let place = || format!("after a word with the product {} and the last token {token}", target.name(*own));
            let outputs = match tracks.outputs(states, *token, meter) {
                Ok(outputs) => outputs,
                Err(error) => return Err(self.fail(ShippedKind::Output, format!("{}: {error}", place()))),
            };
            self.discharge(ShippedKind::Output);
            if part == Part::Recurrence {
                continue;
            }
            let answer = match answerer.answer(&outputs, &tracks.inputs[*token]) {
                Ok(answer) => answer,
                Err(error) => return Err(self.fail(ShippedKind::Answer, format!("{}: {error}", place()))),
            };
            if answer.class != target.class(*own) {
                let reason = format!("{}: the answer is class {}", place(), answer.class);
                return Err(self.fail(ShippedKind::Answer, reason));
            }
            if self.margin.as_ref().is_none_or(|margin| answer.margin < *margin) {
                self.margin = Some(answer.margin);
            }
            self.discharge(ShippedKind::Answer);
        }
        Ok(())
    }

    fn chunks(&mut self, tracks: &mut Tracks, meter: &mut Meter) -> Result<(), Failed> {
        self.most_steps = u64::MAX;
        for index in 0..tracks.tracks.len() {
            let mut queries: Vec<Vec<Exact>> = Vec::new();
            for token in &tracks.inputs {
                for (head, track) in token.heads.iter().zip(&tracks.of_head) {
                    if *track == index && !queries.contains(&head.query) {
                        queries.push(head.query.clone());
                    }
                }
            }
            match chunks::check(&mut tracks.tracks[index], &queries, meter) {
                Ok(chunks) => {
                    self.n_roots += chunks.n_roots;
                    self.most_steps = self.most_steps.min(chunks.most_steps);
                    self.tally(ShippedKind::Chunk).discharged += chunks.n_questions;
                }
                Err(reason) => return Err(self.fail(ShippedKind::Chunk, reason)),
            }
        }
        if self.most_steps < LEAST_CHUNK {
            let reason = format!("sums of a chunk of more than {} steps may round", self.most_steps);
            return Err(self.fail(ShippedKind::Chunk, reason));
        }
        Ok(())
    }
}

/// An obligation was not discharged; the tally says which.
struct Failed;
