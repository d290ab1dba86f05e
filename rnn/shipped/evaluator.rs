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
pub use inputs::Functions;
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

/// Where a word is: the states of all heads, and the tokens that a convolution reads.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    states: Vec<usize>,
    /// The last tokens, the oldest first.
    window: Vec<usize>,
}

/// A model that reads tokens with rounding arithmetic. What was computed for a state is kept.
pub struct Evaluator<'m> {
    model: &'m ShippedModel,
    arithmetic: Arithmetic,
    storing: Storing,
    functions: Functions,
    /// How many tokens a window holds at most.
    reach: usize,
    /// The weights of the projection that are not zero, row by row, each with its channel.
    projection: Vec<Vec<(usize, &'m Exact)>>,
    /// What was computed of windows of tokens, by their index.
    parts: Vec<Result<TokenPart, Inexact>>,
    windows: BTreeMap<Vec<usize>, usize>,
    most_states: usize,
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
    /// A model whose values are stored in this format, of whose transcendental functions only stated facts are known.
    ///
    /// # Errors
    /// [`Inexact`] where a weight is no number of the format.
    pub fn new(model: &'m ShippedModel, storage: Float, storing: Storing) -> Result<Self, Inexact> {
        Self::with_functions(model, storage, (storing, Functions::Stated), MOST_STATES)
    }

    /// The same with these values of transcendental functions, and at most so many states.
    ///
    /// # Errors
    /// [`Inexact`] where a weight is no number of the format.
    pub fn with_functions(
        model: &'m ShippedModel,
        storage: Float,
        (storing, functions): (Storing, Functions),
        most_states: usize,
    ) -> Result<Self, Inexact> {
        for tensor in model.tensors() {
            if let Some(entry) = tensor.values.iter().find(|entry| !storage.contains(entry)) {
                return Err(Inexact::new(format!("{}: {entry} is no number of {storage}", tensor.name)));
            }
        }
        let zero = vec![Exact::ZERO; model.shape().head_dim * model.shape().head_dim];
        let projection = model.tensor("o_proj");
        let nonzero = |row: usize| {
            let weights = projection.row(row).iter().enumerate();
            weights.filter(|(_, weight)| !weight.is_zero()).collect::<Vec<_>>()
        };
        let projection = (0..projection.shape[0]).map(nonzero).collect();
        Ok(Self {
            model,
            arithmetic: Arithmetic::new(storage),
            storing,
            functions,
            reach: model.reach(),
            projection,
            parts: Vec::new(),
            windows: BTreeMap::new(),
            most_states,
            steps: Vec::new(),
            queries: Vec::new(),
            index: BTreeMap::from([(zero.clone(), 0)]),
            states: vec![zero],
            moves: BTreeMap::new(),
            normalised: BTreeMap::new(),
            answers: BTreeMap::new(),
        })
    }

    /// The same with another eps in the output norm: 1e-5 in OLMo Hybrid, where it is 1e-6 elsewhere.
    #[must_use]
    pub fn with_output_epsilon(mut self, epsilon: &Exact) -> Self {
        self.arithmetic.set_output_epsilon(epsilon);
        self
    }

    /// The class with the greatest logit after every token, or why it is not known. The last one stands for all that
    /// follow where a token's inputs or a state are not known.
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn classes(&mut self, tokens: impl IntoIterator<Item = usize>) -> Vec<Result<usize, Inexact>> {
        let mut place = self.start();
        let mut classes = Vec::new();
        for token in tokens {
            match self.after(&place, token) {
                Ok(next) => place = next,
                Err(error) => {
                    classes.push(Err(error));
                    break;
                }
            }
            classes.push(self.class_at(&place));
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
        let start = self.start();
        let place = tokens.into_iter().try_fold(start, |place, token| self.after(&place, token))?;
        Ok(place.states.into_iter().map(|state| self.states[state].clone()).collect())
    }

    /// Where a word begins.
    pub fn start(&self) -> Place {
        Place { states: vec![0; self.model.shape().heads], window: Vec::new() }
    }

    /// Where a word is after one more token.
    ///
    /// # Errors
    /// [`Inexact`] where the token's inputs or a state are not known, or there are too many states.
    ///
    /// # Panics
    /// If the token is not in the alphabet.
    pub fn after(&mut self, place: &Place, token: usize) -> Result<Place, Inexact> {
        let mut next = place.clone();
        next.window.push(token);
        if next.window.len() > self.reach {
            next.window.remove(0);
        }
        let part = self.part(&next.window);
        let Self { parts, moves, steps, states: known, index, arithmetic, model, most_states, .. } = self;
        let part = parts[part].as_ref().map_err(Clone::clone)?;
        for (state, head) in next.states.iter_mut().zip(&part.heads) {
            let key = (*state, head.steps);
            if let Some(next) = moves.get(&key) {
                *state = *next;
                continue;
            }
            if known.len() >= *most_states {
                return Err(Inexact::new(format!("there are more than {most_states} states")));
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
        Ok(next)
    }

    /// The class with the greatest logit at a place after a token.
    ///
    /// # Errors
    /// [`Inexact`] where it is not known.
    ///
    /// # Panics
    /// At the beginning of a word, where there is no answer.
    pub fn class_at(&mut self, place: &Place) -> Result<usize, Inexact> {
        let part = self.part(&place.window);
        let key = (place.states.clone(), part);
        if let Some(class) = self.answers.get(&key) {
            return class.clone();
        }
        let class = self.class(&place.states, part);
        self.answers.insert(key, class.clone());
        class
    }

    /// The index of what the last token of a window does.
    fn part(&mut self, window: &[usize]) -> usize {
        if let Some(part) = self.windows.get(window) {
            return *part;
        }
        let Self { model, arithmetic, storing, functions, steps, queries, .. } = self;
        let part = inputs::of_window(model, window, (*storing, *functions), arithmetic).map(|inputs: TokenInputs| {
            let heads = inputs.heads.into_iter().map(|head| {
                let HeadInputs { steps: of_head, query, gate } = head;
                HeadPart { steps: interned(of_head, steps), query: interned(query, queries), gate }
            });
            TokenPart { heads: heads.collect(), embedding: inputs.embedding }
        });
        self.parts.push(part);
        self.windows.insert(window.to_vec(), self.parts.len() - 1);
        self.parts.len() - 1
    }

    /// The class with the greatest logit, from the states of all heads and the last token.
    fn class(&mut self, states: &[usize], part: usize) -> Result<usize, Inexact> {
        let channels = self.channels(states, part)?;
        let stream = self.stream(&channels, part)?;
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
    fn channels(&mut self, states: &[usize], part: usize) -> Result<Vec<Exact>, Inexact> {
        let mut channels = Vec::with_capacity(self.model.shape().channels());
        for (head, state) in states.iter().enumerate() {
            let query = self.parts[part].as_ref().map_err(Clone::clone)?.heads[head].query;
            let normalised = match self.normalised.get(&(*state, query)) {
                Some(known) => known.clone(),
                None => self.weighted_output(*state, query)?,
            };
            self.normalised.insert((*state, query), normalised.clone());
            let gate = self.parts[part].as_ref().map_err(Clone::clone)?.heads[head].gate.as_ref();
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
        let factor = self.arithmetic.output_factor(&output)?;
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
    fn stream(&self, channels: &[Exact], part: usize) -> Result<Vec<Exact>, Inexact> {
        let part = self.parts[part].as_ref().map_err(Clone::clone)?;
        let stream = part.embedding.iter().zip(&self.projection).map(|(entry, weights)| {
            let products = weights.iter().map(|(channel, weight)| (*weight, &channels[*channel]));
            let projected = self.arithmetic.sum("o_proj", products)?;
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
