//! The states that a network reaches, kept while they are few.

use super::words::Asked;
use super::words::Comparison;
use super::words::Runner;
use hashbrown::HashTable;
use problems::Token;
use rnn::Concrete;
use rnn::Network;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// How many states are kept.
const MOST: usize = 20_000;

/// No step from here was taken yet.
const OPEN: u32 = u32::MAX;

/// A network beside the decider, on many words. One-layer networks fall into the same states again and again, their dead
/// one above all: a state that was met is not stepped from twice with the same token. The states of networks of several
/// layers seldom return, and are not kept.
pub struct Reached<'c, A: Concrete> {
    comparison: Comparison<'c, A>,
    runner: Box<dyn Runner<A::Value> + Send + 'c>,
    n_tokens: usize,
    most: usize,
    /// The states that are kept, by their hashes.
    indices: HashTable<u32>,
    kept: Vec<Kept<A::Value>>,
    /// For each kept state and token the state after it.
    next: Vec<u32>,
}

struct Kept<V> {
    state: Vec<V>,
    accepts: bool,
}

/// Where a network is after a word.
#[derive(Clone, Debug)]
pub enum At<V> {
    /// In a state that is kept.
    Kept(u32),
    /// In a state of its own.
    Own(Vec<V>),
}

impl<'c, A: Concrete> Reached<'c, A> {
    /// No state is known yet.
    pub fn new(comparison: Comparison<'c, A>) -> Self {
        let most = match comparison.network() {
            Network::Layered(_) => 0,
            Network::Relu(_) | Network::Linear(_) => MOST,
        };
        let n_tokens = comparison.network().tokens().len();
        let runner = comparison.runner();
        Self { comparison, runner, n_tokens, most, indices: HashTable::new(), kept: Vec::new(), next: Vec::new() }
    }

    /// Where the network is before the first token.
    pub fn start(&mut self) -> At<A::Value> {
        self.at(self.comparison.network().start_in(self.comparison.arithmetic()))
    }

    /// Where it is after one more token.
    pub fn step(&mut self, at: &At<A::Value>, token: Token) -> At<A::Value> {
        let index = match at {
            At::Own(state) => {
                let next = self.runner.step(state, token);
                return self.at(next);
            }
            At::Kept(index) => *index as usize,
        };
        let edge = index * self.n_tokens + usize::from(token);
        if self.next[edge] != OPEN {
            return At::Kept(self.next[edge]);
        }
        let next = self.runner.step(&self.kept[index].state, token);
        let next = self.at(next);
        if let At::Kept(after) = next {
            self.next[edge] = after;
        }
        next
    }

    /// Whether network and decider differ on a word that keeps the problem's promise.
    pub fn differs(&mut self, word: &[Token]) -> bool {
        let problem = self.comparison.problem();
        if !problem.promises(word) {
            return false;
        }
        let start = self.start();
        let at = word.iter().fold(start, |at, token| self.step(&at, *token));
        !self.gives(&at, &Asked::of(problem, word))
    }

    /// The state.
    pub fn state<'s>(&'s self, at: &'s At<A::Value>) -> &'s [A::Value] {
        match at {
            At::Kept(index) => &self.kept[*index as usize].state,
            At::Own(state) => state,
        }
    }

    /// Whether the network gives there what is asked: the decision, and every value where values are asked for.
    pub fn gives(&self, at: &At<A::Value>, asked: &Asked) -> bool {
        match at {
            At::Kept(index) => {
                let kept = &self.kept[*index as usize];
                kept.accepts == asked.answer && self.comparison.gives_values(&kept.state, asked)
            }
            At::Own(state) => self.comparison.gives(state, asked),
        }
    }

    fn at(&mut self, state: Vec<A::Value>) -> At<A::Value> {
        if self.most == 0 {
            return At::Own(state);
        }
        let hash = |state: &Vec<A::Value>| FxBuildHasher.hash_one(state);
        let of_state = hash(&state);
        if let Some(index) = self.indices.find(of_state, |index| self.kept[*index as usize].state == state) {
            return At::Kept(*index);
        }
        if self.kept.len() == self.most {
            return At::Own(state);
        }
        let index = u32::try_from(self.kept.len()).expect("fewer than 2^32 states are kept");
        let accepts = self.comparison.accepts(&state);
        self.kept.push(Kept { state, accepts });
        self.next.extend(std::iter::repeat_n(OPEN, self.n_tokens));
        let kept = &self.kept;
        self.indices.insert_unique(of_state, index, |index| hash(&kept[*index as usize].state));
        At::Kept(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rnn::ExactArithmetic;

    #[test]
    fn kept_or_not_the_states_are_those_of_the_network() {
        for reduction in reductions::all() {
            let comparison = Comparison::new(reduction, reduction.network());
            let n_tokens = reduction.network().tokens().len();
            // Few may be kept, so that some words leave them and come back.
            for most in [0, 7, MOST] {
                let mut reached = Reached { most, ..Reached::new(comparison) };
                for word in problems::words_of_length(n_tokens, if n_tokens > 9 { 2 } else { 4 }) {
                    let start = reduction.network().start_in(&ExactArithmetic);
                    let (mut at, mut state) = (reached.start(), start);
                    for token in &word {
                        at = reached.step(&at, *token);
                        state = reduction.network().step(&ExactArithmetic, &state, usize::from(*token));
                        assert_eq!(reached.state(&at), state, "{word:?}");
                    }
                    let asked = Asked::of(reduction.problem(), &word);
                    assert_eq!(reached.gives(&at, &asked), comparison.gives(&state, &asked), "{word:?}");
                    let other = Asked { answer: !asked.answer, ..asked };
                    assert_eq!(reached.gives(&at, &other), comparison.gives(&state, &other), "{word:?}");
                }
                assert!(reached.kept.len() <= most);
            }
        }
    }
}
