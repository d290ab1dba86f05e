//! Deterministic finite automata as tables.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::hash::Hash;

/// A complete deterministic finite automaton over tokens `0..n_tokens`: each state has one transition on each token.
///
/// ```
/// let even = languages::Dfa::new(2, 0, vec![0, 1, 1, 0], vec![true, false]);
/// assert!(even.accepts([1, 0, 1]) && !even.accepts([1, 0, 0]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dfa {
    n_tokens: usize,
    start: u32,
    /// By state and then by token.
    next: Vec<u32>,
    accepting: Vec<bool>,
}

impl Dfa {
    /// The automaton with this table: `next[state * n_tokens + token]`.
    ///
    /// # Panics
    /// If the table has a wrong size or names a state that there is not: files are read elsewhere.
    pub fn new(n_tokens: usize, start: u32, next: Vec<u32>, accepting: Vec<bool>) -> Self {
        let n = accepting.len();
        assert!(n_tokens > 0 && u32::try_from(n).is_ok(), "an automaton has tokens, and fewer than 2^32 states");
        assert_eq!(next.len(), n * n_tokens, "one transition for each state and token");
        assert!(next.iter().chain([&start]).all(|state| (*state as usize) < n), "a state that there is not");
        Self { n_tokens, start, next, accepting }
    }

    /// The automaton that explores states of any kind, breadth first; none where there are more than `most`.
    pub fn explored<S: Clone + Eq + Hash>(
        n_tokens: usize,
        start: S,
        most: usize,
        step: impl Fn(&S, usize) -> S,
        accepts: impl Fn(&S) -> bool,
    ) -> Option<Self> {
        let mut indices = HashMap::from([(start.clone(), 0u32)]);
        let mut accepting = vec![accepts(&start)];
        let mut queue = VecDeque::from([start]);
        let mut next = Vec::new();
        while let Some(state) = queue.pop_front() {
            for token in 0..n_tokens {
                let after = step(&state, token);
                let index = match indices.get(&after) {
                    Some(index) => *index,
                    None => {
                        let index = u32::try_from(accepting.len()).ok().filter(|_| accepting.len() < most)?;
                        accepting.push(accepts(&after));
                        indices.insert(after.clone(), index);
                        queue.push_back(after);
                        index
                    }
                };
                next.push(index);
            }
        }
        Some(Self::new(n_tokens, 0, next, accepting))
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.accepting.len()
    }

    /// The number of tokens.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// The start state.
    pub fn start(&self) -> u32 {
        self.start
    }

    /// The state after one more token.
    #[inline]
    pub fn step(&self, state: u32, token: usize) -> u32 {
        self.next[state as usize * self.n_tokens + token]
    }

    /// Whether a word that ends in this state is accepted.
    #[inline]
    pub fn is_accepting(&self, state: u32) -> bool {
        self.accepting[state as usize]
    }

    /// Whether a word is accepted.
    pub fn accepts(&self, word: impl IntoIterator<Item = usize>) -> bool {
        self.is_accepting(word.into_iter().fold(self.start, |state, token| self.step(state, token)))
    }

    /// Whether a state rejects whatever is read from there on: it leads to itself only.
    pub fn is_dead(&self, state: u32) -> bool {
        !self.is_accepting(state) && (0..self.n_tokens).all(|token| self.step(state, token) == state)
    }

    /// The same automaton over other tokens: token `i` of the new one is token `old[i]` of this one, and a token without
    /// an old one leads to a dead state.
    pub(crate) fn with_tokens(&self, old: &[Option<usize>]) -> Self {
        let dead = u32::try_from(self.n_states()).expect("an automaton has fewer than 2^32 states");
        let own = (0..dead)
            .flat_map(|state| old.iter().map(move |token| token.map_or(dead, |token| self.step(state, token))));
        let next = own.chain(old.iter().map(|_| dead)).collect();
        let accepting = self.accepting.iter().copied().chain([false]).collect();
        Self::new(old.len(), self.start, next, accepting)
    }
}
