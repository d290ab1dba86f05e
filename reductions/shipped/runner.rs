//! Running a model on words, one token after the other, with exact states.

use super::answer::Answerer;
use super::tracks::Tracks;
use problems::Token;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::HeadState;
use rnn::shipped::Meter;
use rnn::shipped::ShippedModel;
use std::collections::BTreeMap;

/// A model that reads words. States and steps are computed once each: a run asks the arithmetic only where it meets a
/// state and a step that no run before has met.
pub struct Runner<'m> {
    tracks: Tracks,
    answerer: Answerer<'m>,
    meter: Meter,
    answers: BTreeMap<(Vec<usize>, usize), Result<usize, String>>,
}

impl<'m> Runner<'m> {
    /// The runner of a model whose values are stored in this format.
    ///
    /// # Errors
    /// A sentence that says at which stage a value is not known exactly.
    pub fn new(model: &'m ShippedModel, storage: Float) -> Result<Self, String> {
        let mut meter = Meter::new(storage);
        let tracks = Tracks::new(model, &mut meter).map_err(|error| error.to_string())?;
        let answerer = Answerer::new(model, storage).ok_or("a weight is 2^40 or more")?;
        Ok(Self { tracks, answerer, meter, answers: BTreeMap::new() })
    }

    /// The class after every token of a word.
    ///
    /// # Errors
    /// A sentence that says what may round, or between which answers rounding may decide.
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn classes(&mut self, word: &[Token]) -> Result<Vec<usize>, String> {
        let mut states = vec![0; self.tracks.tracks.len()];
        let mut classes = Vec::with_capacity(word.len());
        for token in problems::indices(word) {
            states = self.tracks.read_token(&states, token, &mut self.meter).map_err(|error| error.to_string())?;
            let key = (states.clone(), token);
            if !self.answers.contains_key(&key) {
                let outputs = self.tracks.outputs(&states, token, &mut self.meter).map_err(|error| error.to_string());
                let inputs = &self.tracks.inputs[token];
                let answer = outputs.and_then(|outputs| self.answerer.answer(&outputs, inputs));
                self.answers.insert(key.clone(), answer.map(|answer| answer.class));
            }
            classes.push(self.answers[&key].clone()?);
        }
        Ok(classes)
    }

    /// The states of all heads after a word, head by head, the value's index fastest.
    ///
    /// # Errors
    /// As [`Runner::classes`].
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn states(&mut self, word: &[Token]) -> Result<Vec<Vec<Exact>>, String> {
        let mut states = vec![0; self.tracks.tracks.len()];
        for token in problems::indices(word) {
            states = self.tracks.read_token(&states, token, &mut self.meter).map_err(|error| error.to_string())?;
        }
        let state = |track: &usize| -> &HeadState { &self.tracks.tracks[*track].states()[states[*track]] };
        Ok(self.tracks.of_head.iter().map(|track| state(track).values().to_vec()).collect())
    }
}
