//! The product search: pairs of a device's state and an automaton's, breadth first from the pair of the start states.
//!
//! Where no new pair is left, every word was compared. A pair whose answers differ is reached by a shortest such word, as
//! pairs are met in the order of the lengths of the words that lead to them.

use super::certificate::Certificate;
use super::device::Device;
use super::states::MOST_BITS;
use super::states::States;
use super::states::hash;
use hashbrown::HashTable;
use languages::Dfa;
use problems::Word;
use std::fmt;

/// How far a search goes.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// The most pairs.
    pub pairs: usize,
    /// The most bytes, about.
    pub bytes: u64,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// No new pair is left.
    Exhausted,
    /// A shortest word with different answers, the first of them by order.
    Differs(Word),
    /// A bound was reached: the answers agree on every word up to this length.
    Bounded(usize, Reached),
}

/// Which bound ended a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// So many pairs were allowed, and there are more.
    Pairs(usize),
    /// So many bytes were allowed, and they take more.
    Memory(u64),
    /// A number of a state has more than so many bits.
    LongNumber(u64),
}

impl Reached {
    /// What JSON calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pairs(_) => "pairs",
            Self::Memory(_) => "memory",
            Self::LongNumber(_) => "long number",
        }
    }
}

/// `the bound of 1000 pairs`, `the bound of 1024 MiB of memory`, `a number of more than 4194304 bits`.
impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pairs(most) => write!(f, "the bound of {most} pairs"),
            Self::Memory(bytes) if *bytes >= 1 << 20 => write!(f, "the bound of {} MiB of memory", bytes >> 20),
            Self::Memory(bytes) => write!(f, "the bound of {bytes} bytes of memory"),
            Self::LongNumber(bits) => write!(f, "a number of more than {bits} bits"),
        }
    }
}

/// A search.
pub struct Product<'s, D: Device> {
    dfa: &'s Dfa,
    states: States<'s, D>,
    /// In the order in which they are met.
    pairs: Vec<(u32, u32)>,
    table: HashTable<u32>,
    /// The pair from which each pair was met first, and the token.
    parents: Vec<(u32, u8)>,
    /// The length of the longest of the shortest words to the pairs.
    length: usize,
}

impl<'s, D: Device> Product<'s, D> {
    /// The search that begins with both start states.
    ///
    /// # Panics
    /// If the numbers of tokens differ.
    pub fn new(device: &'s D, dfa: &'s Dfa) -> Self {
        assert_eq!(device.tokens().len(), dfa.n_tokens(), "both read the same tokens");
        Self {
            dfa,
            states: States::new(device),
            pairs: Vec::new(),
            table: HashTable::new(),
            parents: Vec::new(),
            length: 0,
        }
    }

    /// How many pairs were met.
    pub fn n_pairs(&self) -> usize {
        self.pairs.len()
    }

    /// How many states of the device were met.
    pub fn n_states(&self) -> usize {
        self.states.len()
    }

    /// The length of the longest word that was needed to meet a pair.
    pub fn length(&self) -> usize {
        self.length
    }

    fn bytes(&self) -> u64 {
        // A pair, its parent and its place in the table.
        self.states.bytes() + 22 * self.pairs.len() as u64
    }

    /// Keeps a pair that is new; tells whether its answers differ.
    fn meet(&mut self, pair: (u32, u32), parent: (u32, u8)) -> bool {
        let (pairs, hashed) = (&self.pairs, hash(&pair));
        if self.table.find(hashed, |known| pairs[*known as usize] == pair).is_some() {
            return false;
        }
        let number = u32::try_from(self.pairs.len()).expect("there is no memory for 2^32 pairs");
        self.pairs.push(pair);
        self.parents.push(parent);
        let pairs = &self.pairs;
        self.table.insert_unique(hashed, number, |known| hash(&pairs[*known as usize]));
        self.states.is_accepting(pair.0) != self.dfa.is_accepting(pair.1)
    }

    /// Searches. `report` is called now and then with the number of pairs.
    pub fn search(&mut self, bound: Bound, mut report: impl FnMut(usize)) -> End {
        if self.meet((0, self.dfa.start()), (0, 0)) {
            return End::Differs(Word::new());
        }
        // The pairs of one length stand together; `level` is the end of those of the present length.
        let (mut done, mut level, mut length) = (0, 1, 0);
        while done < self.pairs.len() {
            if done == level {
                (level, length) = (self.pairs.len(), length + 1);
            }
            if done % 4096 == 0 {
                report(self.pairs.len());
                if self.bytes() > bound.bytes {
                    return End::Bounded(length, Reached::Memory(bound.bytes));
                }
            }
            let (state, other) = self.pairs[done];
            let parent = u32::try_from(done).expect("there is no memory for 2^32 pairs");
            for token in 0..self.dfa.n_tokens() {
                let Some(after) = self.states.after(state) else {
                    return End::Bounded(length, Reached::LongNumber(MOST_BITS));
                };
                let pair = (after[token], self.dfa.step(other, token));
                if self.meet(pair, (parent, problems::token_of(token))) {
                    return End::Differs(self.word(self.pairs.len() - 1));
                }
                if self.pairs.len() > bound.pairs {
                    return End::Bounded(length, Reached::Pairs(bound.pairs));
                }
            }
            done += 1;
        }
        self.length = length;
        End::Exhausted
    }

    /// The word by which a pair was met first.
    fn word(&self, pair: usize) -> Word {
        let mut word = Word::new();
        let mut at = pair;
        while at > 0 {
            let (parent, token) = self.parents[at];
            word.push(token);
            at = parent as usize;
        }
        word.reverse();
        word
    }

    /// The automaton that the device is; none where a bound is reached first.
    pub fn automaton(&mut self, bound: Bound) -> Option<Dfa> {
        self.states.automaton(bound.pairs, bound.bytes)
    }

    /// What an exhausted search has to show.
    pub fn into_certificate(self) -> Certificate<D::Value> {
        let (values, states, width) = self.states.into_parts();
        Certificate { width, values, states, pairs: self.pairs }
    }
}
