//! The certificate of an exhausted search, and the check of one, which shares no code with the search.
//!
//! It is a list of pairs of states. Whoever believes the three sentences below by looking at the list needs no search: by
//! induction over the word, the pair that a word leads to is in the list, and its answers are equal.
//!
//! 1. The pair of the start states is in the list.
//! 2. With a pair, the pair after each token is in the list.
//! 3. The answers of the two states of each pair are equal.

use super::device::Device;
use languages::Dfa;
use problems::Token;
use rayon::prelude::*;
use std::collections::HashMap;
use std::collections::HashSet;
use std::fmt;

/// Pairs of a state of a device and one of an automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate<V> {
    /// How many values a state has.
    pub width: usize,
    /// The values that occur, each once.
    pub values: Vec<V>,
    /// The states of the device, one after the other, as indices of their values.
    pub states: Vec<u32>,
    /// Pairs of indices of states.
    pub pairs: Vec<(u32, u32)>,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateError {
    /// An index has no value or no state behind it, or a value or state stands there twice.
    Malformed(String),
    /// The pair of the start states is not in the list.
    Start,
    /// A pair (by its index) is in the list, and the one after this token is not.
    Open(usize, Token),
    /// The answers of a pair (by its index) differ.
    Answers(usize),
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(message) => f.write_str(message),
            Self::Start => f.write_str("expected the pair of the start states in the list, got none"),
            Self::Open(pair, token) => {
                write!(f, "expected the pair after pairs[{pair}] and token {token} in the list, got none")
            }
            Self::Answers(pair) => {
                write!(f, "expected equal answers of both states of pairs[{pair}], got different ones")
            }
        }
    }
}

impl std::error::Error for CertificateError {}

impl<V> Certificate<V> {
    /// How many states of the device it lists.
    pub fn n_states(&self) -> usize {
        self.states.len().checked_div(self.width).unwrap_or(usize::from(!self.pairs.is_empty()))
    }
}

/// Checks that a certificate shows that a device accepts the words of an automaton.
///
/// # Errors
/// [`CertificateError`] with the first pair that does not bear it out.
pub fn check<D: Device>(device: &D, dfa: &Dfa, certificate: &Certificate<D::Value>) -> Result<(), CertificateError> {
    let malformed = |message: String| Err(CertificateError::Malformed(message));
    let Certificate { width, values, states, pairs } = certificate;
    let start = device.memory(device.start());
    if start.len() != *width || (*width > 0 && states.len() % width != 0) {
        return malformed(format!("expected states of {} values, got other ones", start.len()));
    }
    // Where each value and each state is found.
    let index_of: HashMap<&D::Value, u32> = values.iter().zip(0..).collect();
    if index_of.len() < values.len() || states.iter().any(|value| *value as usize >= values.len()) {
        return malformed("expected each value once, and states of values that are listed".to_owned());
    }
    let n_states = certificate.n_states();
    let listed = |state: usize| &states[state * width..][..*width];
    let number_of: HashMap<&[u32], u32> = (0..n_states).map(listed).zip(0..).collect();
    if number_of.len() < n_states {
        return malformed("expected each state once, got one twice".to_owned());
    }
    let number = |state: &[D::Value]| -> Option<u32> {
        let indices: Option<Vec<u32>> = state.iter().map(|value| index_of.get(value).copied()).collect();
        number_of.get(&indices?[..]).copied()
    };
    if pairs.iter().any(|(state, other)| *state as usize >= n_states || *other as usize >= dfa.n_states()) {
        return malformed("expected pairs of states that are listed, got another one".to_owned());
    }
    let is_listed: HashSet<(u32, u32)> = pairs.iter().copied().collect();
    // 1.
    match number(&start) {
        Some(state) if is_listed.contains(&(state, dfa.start())) => {}
        _ => return Err(CertificateError::Start),
    }
    // A state occurs in several pairs; it is run once.
    let run = |state: usize| {
        let state: Vec<D::Value> = listed(state).iter().map(|value| values[*value as usize].clone()).collect();
        let after = (0..dfa.n_tokens()).map(|token| number(&device.memory(device.step(&state, token))));
        (device.accepts(&state), after.collect::<Vec<Option<u32>>>())
    };
    let run: Vec<(bool, Vec<Option<u32>>)> = (0..n_states).into_par_iter().map(run).collect();
    for (index, (state, other)) in pairs.iter().enumerate() {
        let (accepts, after) = &run[*state as usize];
        // 3.
        if *accepts != dfa.is_accepting(*other) {
            return Err(CertificateError::Answers(index));
        }
        // 2.
        for (token, next) in after.iter().enumerate() {
            if !next.is_some_and(|next| is_listed.contains(&(next, dfa.step(*other, token)))) {
                return Err(CertificateError::Open(index, problems::token_of(token)));
            }
        }
    }
    Ok(())
}
