//! What all tokens do, and which heads do the same: heads whose steps are equal for every token have equal states, and
//! differ in their queries only.

use rnn::Exact;
use rnn::shipped::HeadState;
use rnn::shipped::Inexact;
use rnn::shipped::Meter;
use rnn::shipped::StepInput;
use rnn::shipped::TokenInputs;
use std::collections::BTreeMap;

/// The steps of one or more heads, and the states that they were seen to lead to.
pub(super) struct Track {
    /// The different steps.
    pub(super) steps: Vec<StepInput>,
    /// For each token the steps that it does, as indices.
    pub(super) of_token: Vec<Vec<usize>>,
    /// The different states, the first of them 0.
    states: Vec<HeadState>,
    index: BTreeMap<HeadState, usize>,
    /// By state and step: the next state and the update that was written.
    moves: BTreeMap<(usize, usize), (usize, Vec<Exact>)>,
}

impl Track {
    fn new(head: usize, inputs: &[TokenInputs], head_dim: usize) -> Self {
        let mut steps: Vec<StepInput> = Vec::new();
        let of_token = inputs.iter().map(|token| {
            let indices = token.heads[head].steps.iter().map(|step| {
                steps.iter().position(|other| other == step).unwrap_or_else(|| {
                    steps.push(step.clone());
                    steps.len() - 1
                })
            });
            indices.collect()
        });
        let of_token = of_token.collect();
        let zero = HeadState::zero(head_dim);
        let index = BTreeMap::from([(zero.clone(), 0)]);
        Self { steps, of_token, states: vec![zero], index, moves: BTreeMap::new() }
    }

    pub(super) fn states(&self) -> &[HeadState] {
        &self.states
    }

    /// All moves that were made, by state and step.
    pub(super) fn moves(&self) -> &BTreeMap<(usize, usize), (usize, Vec<Exact>)> {
        &self.moves
    }

    /// The state after a step, computed where it was not before.
    pub(super) fn step(&mut self, state: usize, step: usize, meter: &mut Meter) -> Result<usize, Inexact> {
        if let Some((next, _)) = self.moves.get(&(state, step)) {
            return Ok(*next);
        }
        let (next, update) = self.states[state].step(&self.steps[step], meter)?;
        let n_states = self.states.len();
        let next = *self.index.entry(next).or_insert_with_key(|next| {
            self.states.push(next.clone());
            n_states
        });
        self.moves.insert((state, step), (next, update));
        Ok(next)
    }

    /// The state after a token.
    pub(super) fn read_token(&mut self, state: usize, token: usize, meter: &mut Meter) -> Result<usize, Inexact> {
        let mut state = state;
        for place in 0..self.of_token[token].len() {
            state = self.step(state, self.of_token[token][place], meter)?;
        }
        Ok(state)
    }
}

/// A model's tokens, and its heads by tracks.
pub(super) struct Tracks {
    pub(super) inputs: Vec<TokenInputs>,
    pub(super) tracks: Vec<Track>,
    /// The track of each head.
    pub(super) of_head: Vec<usize>,
    /// The different queries.
    queries: Vec<Vec<Exact>>,
    /// For each token and head its query, as an index.
    query_of: Vec<Vec<usize>>,
    /// What was read so far, by track, state and query.
    read: BTreeMap<(usize, usize, usize), Vec<Exact>>,
}

impl Tracks {
    /// From what all tokens do.
    pub(super) fn of_inputs(inputs: Vec<TokenInputs>, head_dim: usize) -> Self {
        let n_heads = inputs.first().map_or(0, |token| token.heads.len());
        let same = |a: usize, b: usize| inputs.iter().all(|token| token.heads[a].steps == token.heads[b].steps);
        // The first head of each track.
        let mut first: Vec<usize> = Vec::new();
        let of_head = (0..n_heads).map(|head| {
            first.iter().position(|other| same(*other, head)).unwrap_or_else(|| {
                first.push(head);
                first.len() - 1
            })
        });
        let of_head = of_head.collect();
        let tracks = first.iter().map(|head| Track::new(*head, &inputs, head_dim)).collect();
        let mut queries: Vec<Vec<Exact>> = Vec::new();
        let index_of = |query: &Vec<Exact>, queries: &mut Vec<Vec<Exact>>| {
            queries.iter().position(|other| other == query).unwrap_or_else(|| {
                queries.push(query.clone());
                queries.len() - 1
            })
        };
        let query_of = inputs
            .iter()
            .map(|token| token.heads.iter().map(|head| index_of(&head.query, &mut queries)).collect())
            .collect();
        Self { inputs, tracks, of_head, queries, query_of, read: BTreeMap::new() }
    }

    /// The states of all tracks after a token.
    pub(super) fn read_token(
        &mut self,
        states: &[usize],
        token: usize,
        meter: &mut Meter,
    ) -> Result<Vec<usize>, Inexact> {
        self.tracks.iter_mut().zip(states).map(|(track, state)| track.read_token(*state, token, meter)).collect()
    }

    /// What all heads read after this token.
    pub(super) fn outputs(
        &mut self,
        states: &[usize],
        token: usize,
        meter: &mut Meter,
    ) -> Result<Vec<Vec<Exact>>, Inexact> {
        let Self { tracks, of_head, queries, query_of, read, .. } = self;
        let heads = of_head.iter().zip(&query_of[token]).map(|(track, query)| {
            let key = (*track, states[*track], *query);
            if let Some(output) = read.get(&key) {
                return Ok(output.clone());
            }
            let output = tracks[*track].states[states[*track]].read("the output", &queries[*query], meter)?;
            let output = output.into_iter().map(|entry| meter.stored("the output", entry));
            let output = output.collect::<Result<Vec<_>, Inexact>>()?;
            read.insert(key, output.clone());
            Ok(output)
        });
        heads.collect()
    }
}
