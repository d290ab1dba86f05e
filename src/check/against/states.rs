//! States with numbers: each state and each value is kept once, and a state is the numbers of its values.

use super::device::Device;
use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::hash::Hash;

/// How many steps are made together, by all cores.
const TOGETHER: usize = 1 << 14;

/// Fewer steps than this are not worth a passage between threads.
const WORTH_THREADS: usize = 256;

/// A state with a number of more bits than this is not gone on from: numbers can double in length with every token.
pub(super) const MOST_BITS: u64 = 1 << 22;

/// The number of a state that is not known yet.
const UNKNOWN: u32 = u32::MAX;

/// The hash of a value. States are often points of a grid, which a hash that is linear in them would spread badly: its bits
/// are mixed once more.
pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let linear = FxBuildHasher.hash_one(value);
    let mixed = (linear ^ (linear >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

/// The states that a device reaches, breadth first, as far as they were asked for.
pub(super) struct States<'d, D: Device> {
    device: &'d D,
    n_tokens: usize,
    width: usize,
    values: Vec<D::Value>,
    value_table: HashTable<u32>,
    /// State after state, each as the numbers of its values.
    states: Vec<u32>,
    state_table: HashTable<u32>,
    accepting: Vec<bool>,
    /// The state after each token, for the states from the first on that were gone on from.
    next: Vec<u32>,
    /// The bytes of numbers that are larger than a machine word.
    large_bytes: u64,
    /// A number is too large to go on.
    is_stuck: bool,
}

impl<'d, D: Device> States<'d, D> {
    pub(super) fn new(device: &'d D) -> Self {
        let start = device.memory(device.start());
        let mut states = Self {
            device,
            n_tokens: device.tokens().len(),
            width: start.len(),
            values: Vec::new(),
            value_table: HashTable::new(),
            states: Vec::new(),
            state_table: HashTable::new(),
            accepting: Vec::new(),
            next: Vec::new(),
            large_bytes: 0,
            is_stuck: false,
        };
        let accepts = device.accepts(&start);
        states.number(start, accepts, &mut Vec::new());
        states
    }

    /// How many states there are so far.
    pub(super) fn len(&self) -> usize {
        self.accepting.len()
    }

    /// How many of them were gone on from.
    fn n_done(&self) -> usize {
        self.next.len() / self.n_tokens
    }

    pub(super) fn is_accepting(&self, state: u32) -> bool {
        self.accepting[state as usize]
    }

    /// About how many bytes all this takes.
    pub(super) fn bytes(&self) -> u64 {
        let of_values = self.values.len() * (size_of::<D::Value>() + 8);
        let of_states = self.len() * (4 * self.width + 4 * self.n_tokens + 9);
        (of_values + of_states) as u64 + self.large_bytes
    }

    /// The number of a state, a new one where it was not met before. `key` is working space.
    fn number(&mut self, state: Vec<D::Value>, accepts: bool, key: &mut Vec<u32>) -> u32 {
        key.clear();
        for value in state {
            let (values, hashed) = (&self.values, hash(&value));
            let found = self.value_table.find(hashed, |known| values[*known as usize] == value).copied();
            key.push(found.unwrap_or_else(|| self.keep(value, hashed)));
        }
        let (states, width, hashed) = (&self.states, self.width, hash(&key[..]));
        let of = |state: u32| &states[state as usize * width..][..width];
        if let Some(known) = self.state_table.find(hashed, |known| of(*known) == &key[..]) {
            return *known;
        }
        let number = u32::try_from(self.accepting.len()).expect("there is no memory for 2^32 states");
        self.states.extend_from_slice(key);
        self.accepting.push(accepts);
        let states = &self.states;
        self.state_table.insert_unique(hashed, number, |known| hash(&states[*known as usize * width..][..width]));
        number
    }

    fn keep(&mut self, value: D::Value, hashed: u64) -> u32 {
        let number = u32::try_from(self.values.len()).expect("there is no memory for 2^32 values");
        let bits = D::bits(&value);
        if bits > 128 {
            self.large_bytes += bits / 8 + 64;
        }
        self.is_stuck |= bits > MOST_BITS;
        self.values.push(value);
        let values = &self.values;
        self.value_table.insert_unique(hashed, number, |known| hash(&values[*known as usize]));
        number
    }

    /// The state with this number.
    fn state(&self, number: usize) -> Vec<D::Value> {
        let values = self.states[number * self.width..][..self.width].iter();
        values.map(|value| self.values[*value as usize].clone()).collect()
    }

    /// The states after a state, by token; none where it cannot be gone on from.
    pub(super) fn after(&mut self, state: u32) -> Option<&[u32]> {
        while self.n_done() <= state as usize {
            if self.is_stuck {
                return None;
            }
            self.go_on();
        }
        Some(&self.next[state as usize * self.n_tokens..][..self.n_tokens])
    }

    /// Goes on from the next states, in the order of their numbers: what the numbers are does not depend on how many cores
    /// there are, nor on how many states are taken together.
    fn go_on(&mut self) {
        let from = self.n_done();
        let to = self.len().min(from + (TOGETHER / self.n_tokens).max(1));
        let n_steps = (to - from) * self.n_tokens;
        let step = |state: &[D::Value], token: usize| {
            let after = self.device.step(state, token);
            let accepts = self.device.accepts(&after);
            (self.device.memory(after), accepts)
        };
        let all = |number: usize| {
            let state = self.state(number);
            (0..self.n_tokens).map(|token| step(&state, token)).collect::<Vec<_>>()
        };
        let after: Vec<Vec<_>> = if n_steps < WORTH_THREADS || rayon::current_num_threads() == 1 {
            (from..to).map(all).collect()
        } else {
            (from..to).into_par_iter().map(all).collect()
        };
        let mut key = Vec::with_capacity(self.width);
        for (state, accepts) in after.into_iter().flatten() {
            let number = self.number(state, accepts, &mut key);
            debug_assert_ne!(number, UNKNOWN);
            self.next.push(number);
        }
    }

    /// The automaton of all states, where there are at most so many and their bytes are within a bound.
    pub(super) fn automaton(&mut self, most: usize, bytes: u64) -> Option<languages::Dfa> {
        let mut state = 0;
        while state < self.len() {
            if self.len() > most || self.bytes() > bytes {
                return None;
            }
            self.after(u32::try_from(state).ok()?)?;
            state += 1;
        }
        Some(languages::Dfa::new(self.n_tokens, 0, self.next.clone(), self.accepting.clone()))
    }

    /// The values, and the states as the numbers of their values.
    pub(super) fn into_parts(self) -> (Vec<D::Value>, Vec<u32>, usize) {
        (self.values, self.states, self.width)
    }
}
