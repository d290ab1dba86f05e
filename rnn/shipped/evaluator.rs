//! A model run as a library runs it, rounding where it rounds.
//!
//! [`ShippedModel::inputs`](super::ShippedModel::inputs) and [`HeadState`](super::HeadState) are exact or refuse. This is
//! the other way: every operation is rounded to f32, sums are taken from the first term to the last, and what a library
//! stores is rounded to the model's format, to the nearest number and from the middle to the even one. It is written for
//! itself, so that it can contradict a proof: it has only the types of a token's inputs and the stated facts about
//! transcendental functions in common with the exact layers, and nothing with the enclosures that proofs are made of.
//!
//! What it answers is one of the answers that the formulas allow. A wrong one is a counterexample to a claim about all of
//! them; a right one says nothing about other orders of summation.

mod arithmetic;
mod inputs;

use super::inexact::Inexact;
use super::layer::HeadInputs;
use super::layer::StepInput;
use super::layer::TokenInputs;
use super::model::ShippedModel;
use super::storing::Storing;
use crate::format::Float;
use crate::number::Exact;
use arithmetic::Arithmetic;
use std::collections::BTreeMap;

/// Most different states of heads. Where nothing rounds they are a group's elements; where something does there may be a
/// new one with every token.
const MOST_STATES: usize = 8192;

/// What a head does with a token, its parts as indices.
struct HeadPart {
    steps: usize,
    query: usize,
    gate: Option<Vec<Exact>>,
}

/// What a token does.
struct TokenPart {
    embedding: Vec<Exact>,
    heads: Vec<HeadPart>,
}

/// A model that reads tokens with rounding arithmetic. What was computed for a state is kept.
pub struct Evaluator<'m> {
    model: &'m ShippedModel,
    arithmetic: Arithmetic,
    storing: Storing,
    tokens: Vec<Result<TokenPart, Inexact>>,
    /// The different steps of a token in a head, and the different queries.
    steps: Vec<Vec<StepInput>>,
    queries: Vec<Vec<Exact>>,
    /// The different states of heads, the first of them 0; the value's index fastest.
    states: Vec<Vec<Exact>>,
    index: BTreeMap<Vec<Exact>, usize>,
    /// The next state, by state and steps.
    moves: BTreeMap<(usize, usize), usize>,
    /// What the output norm makes of a state, by state and query.
    normalised: BTreeMap<(usize, usize), Vec<Exact>>,
    /// By the states of all heads and the last token.
    answers: BTreeMap<(Vec<usize>, usize), Result<usize, Inexact>>,
}

/// The index of a value in a list, at whose end it is put where it is new.
fn interned<T: PartialEq>(value: T, list: &mut Vec<T>) -> usize {
    list.iter().position(|other| *other == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    })
}

impl<'m> Evaluator<'m> {
    /// A model whose values are stored in this format.
    ///
    /// # Errors
    /// [`Inexact`] where a weight is no number of the format.
    pub fn new(model: &'m ShippedModel, storage: Float, storing: Storing) -> Result<Self, Inexact> {
        for tensor in model.tensors() {
            if let Some(entry) = tensor.values.iter().find(|entry| !storage.contains(entry)) {
                return Err(Inexact::new(format!("{}: {entry} is no number of {storage}", tensor.name)));
            }
        }
        let arithmetic = Arithmetic::new(storage);
        let (mut steps, mut queries) = (Vec::new(), Vec::new());
        let mut part = |inputs: TokenInputs| {
            let heads = inputs.heads.into_iter().map(|head| {
                let HeadInputs { steps: of_head, query, gate } = head;
                HeadPart { steps: interned(of_head, &mut steps), query: interned(query, &mut queries), gate }
            });
            TokenPart { heads: heads.collect(), embedding: inputs.embedding }
        };
        let tokens = (0..model.shape().tokens)
            .map(|token| inputs::of_token(model, token, storing, &arithmetic).map(&mut part))
            .collect();
        let zero = vec![Exact::ZERO; model.shape().head_dim * model.shape().head_dim];
        Ok(Self {
            model,
            arithmetic,
            storing,
            tokens,
            steps,
            queries,
            index: BTreeMap::from([(zero.clone(), 0)]),
            states: vec![zero],
            moves: BTreeMap::new(),
            normalised: BTreeMap::new(),
            answers: BTreeMap::new(),
        })
    }

    /// The class with the greatest logit after every token, or why it is not known. The last one stands for all that
    /// follow where a token's inputs or a state are not known.
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn classes(&mut self, tokens: impl IntoIterator<Item = usize>) -> Vec<Result<usize, Inexact>> {
        let mut states = vec![0; self.model.shape().heads];
        let mut classes = Vec::new();
        for token in tokens {
            if let Err(error) = self.read_token(&mut states, token) {
                classes.push(Err(error));
                break;
            }
            let key = (states.clone(), token);
            let known = self.answers.get(&key).cloned();
            classes.push(known.unwrap_or_else(|| {
                let class = self.class(&states, token);
                self.answers.insert(key, class.clone());
                class
            }));
        }
        classes
    }

    /// The states of all heads after these tokens, head by head, the value's index fastest.
    ///
    /// # Errors
    /// [`Inexact`] where a token's inputs or a state are not known.
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn states(&mut self, tokens: impl IntoIterator<Item = usize>) -> Result<Vec<Vec<Exact>>, Inexact> {
        let mut states = vec![0; self.model.shape().heads];
        tokens.into_iter().try_for_each(|token| self.read_token(&mut states, token))?;
        Ok(states.into_iter().map(|state| self.states[state].clone()).collect())
    }

    fn read_token(&mut self, states: &mut [usize], token: usize) -> Result<(), Inexact> {
        let Self { tokens, moves, steps, states: known, index, arithmetic, model, .. } = self;
        let part = tokens[token].as_ref().map_err(Clone::clone)?;
        for (state, head) in states.iter_mut().zip(&part.heads) {
            let key = (*state, head.steps);
            if let Some(next) = moves.get(&key) {
                *state = *next;
                continue;
            }
            if known.len() >= MOST_STATES {
                return Err(Inexact::new(format!("there are more than {MOST_STATES} states")));
            }
            let next = steps[head.steps].iter().try_fold(known[*state].clone(), |state, step| {
                after_step(state, step, model.shape().head_dim, arithmetic)
            })?;
            let n_known = known.len();
            *state = *index.entry(next).or_insert_with_key(|next| {
                known.push(next.clone());
                n_known
            });
            moves.insert(key, *state);
        }
        Ok(())
    }

    /// The class with the greatest logit, from the states of all heads and the last token.
    fn class(&mut self, states: &[usize], token: usize) -> Result<usize, Inexact> {
        let channels = self.channels(states, token)?;
        let stream = self.stream(&channels, token)?;
        let logits = self.logits(&stream)?;
        let mut best = 0;
        let mut equal = None;
        for class in 1..logits.len() {
            if logits[class] > logits[best] {
                (best, equal) = (class, None);
            } else if logits[class] == logits[best] {
                equal = Some(class);
            }
        }
        match equal {
            Some(other) => Err(Inexact::new(format!("the logits of the classes {best} and {other} are equal"))),
            None => Ok(best),
        }
    }

    /// What the heads give to the projection: outputs, norm, weight and gate.
    fn channels(&mut self, states: &[usize], token: usize) -> Result<Vec<Exact>, Inexact> {
        let mut channels = Vec::with_capacity(self.model.shape().channels());
        for (head, state) in states.iter().enumerate() {
            let query = self.tokens[token].as_ref().map_err(Clone::clone)?.heads[head].query;
            let normalised = match self.normalised.get(&(*state, query)) {
                Some(known) => known.clone(),
                None => self.weighted_output(*state, query)?,
            };
            self.normalised.insert((*state, query), normalised.clone());
            let gate = self.tokens[token].as_ref().map_err(Clone::clone)?.heads[head].gate.as_ref();
            for (place, mut value) in normalised.into_iter().enumerate() {
                if let Some(gate) = gate {
                    value = self.arithmetic.computed("the output gate", self.between(value)? * gate[place].clone())?;
                }
                channels.push(self.arithmetic.stored("the output gate", value)?);
            }
        }
        Ok(channels)
    }

    /// What is read of a state, normalised and times the norm's weights.
    fn weighted_output(&self, state: usize, query: usize) -> Result<Vec<Exact>, Inexact> {
        let output = read(&self.states[state], &self.queries[query], self.model.shape().head_dim, &self.arithmetic)?;
        let output = output.into_iter().map(|entry| self.arithmetic.stored("the output", entry));
        let output = output.collect::<Result<Vec<_>, _>>()?;
        let factor = self.arithmetic.inverse_root_of_mean(&output)?;
        let weights = &self.model.tensor("o_norm").values;
        let weighted = output.iter().zip(weights).map(|(entry, weight)| {
            let entry = self.between(self.arithmetic.computed("the output norm", entry * &factor)?)?;
            self.arithmetic.computed("the output norm", &entry * weight)
        });
        weighted.collect()
    }

    /// A value between norm, weight and gate, which only some programs store.
    fn between(&self, value: Exact) -> Result<Exact, Inexact> {
        match self.storing {
            Storing::EachStage => self.arithmetic.stored("the output norm", value),
            Storing::FusedNorms => Ok(value),
        }
    }

    /// The residual stream after the layer.
    fn stream(&self, channels: &[Exact], token: usize) -> Result<Vec<Exact>, Inexact> {
        let part = self.tokens[token].as_ref().map_err(Clone::clone)?;
        let projection = self.model.tensor("o_proj");
        let stream = part.embedding.iter().enumerate().map(|(row, entry)| {
            let projected = self.arithmetic.sum("o_proj", projection.row(row).iter().zip(channels))?;
            let projected = self.arithmetic.stored("o_proj", projected)?;
            let sum = self.arithmetic.computed("the residual stream", entry + &projected)?;
            self.arithmetic.stored("the residual stream", sum)
        });
        stream.collect()
    }

    /// Final norm and head.
    fn logits(&self, stream: &[Exact]) -> Result<Vec<Exact>, Inexact> {
        let weights = &self.model.tensor("final_norm").values;
        let normalised = self.arithmetic.rms_norm("the final norm", stream, weights, self.storing)?;
        let nonzero: Vec<usize> = (0..normalised.len()).filter(|place| !normalised[*place].is_zero()).collect();
        let head = self.model.tensor("head");
        let logits = (0..self.model.shape().vocabulary).map(|class| {
            let row = head.row(class);
            let logit = self.arithmetic.sum("head", nonzero.iter().map(|place| (&row[*place], &normalised[*place])))?;
            self.arithmetic.stored("head", logit)
        });
        logits.collect()
    }
}

/// `S^T x`.
fn read(state: &[Exact], vector: &[Exact], head_dim: usize, arithmetic: &Arithmetic) -> Result<Vec<Exact>, Inexact> {
    let sums = (0..head_dim).map(|column| {
        let products = vector.iter().enumerate().map(|(row, factor)| (factor, &state[row * head_dim + column]));
        arithmetic.sum("the state as it is read", products)
    });
    sums.collect()
}

/// The state after one delta step.
fn after_step(
    mut state: Vec<Exact>,
    step: &StepInput,
    head_dim: usize,
    arithmetic: &Arithmetic,
) -> Result<Vec<Exact>, Inexact> {
    let computed = |value: Exact| arithmetic.computed("the recurrence", value);
    for entry in &mut state {
        *entry = computed(&*entry * &step.decay)?;
    }
    let held = read(&state, &step.key, head_dim, arithmetic)?;
    for (column, (value, held)) in step.value.iter().zip(&held).enumerate() {
        let update = computed(&step.beta * &computed(value - held)?)?;
        for (row, along) in step.key.iter().enumerate().filter(|(_, along)| !along.is_zero()) {
            let entry = &mut state[row * head_dim + column];
            *entry = computed(&*entry + &computed(along * &update)?)?;
        }
    }
    Ok(state)
}
