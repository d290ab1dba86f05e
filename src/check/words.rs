//! Network and decider on a word, and every word up to a length, with the definition beside them.

use problems::Problem;
use problems::Token;
use problems::Word;
use rayon::prelude::*;
use reductions::Reduction;
use reductions::Values;
use reductions::definition::Reader;
use reductions::definition::State;
use rnn::Concrete;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;

/// What was found on every word up to a length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The length up to which every word was read.
    pub max_length: usize,
    /// How many of them are yes-words, by the decider.
    pub yes: u64,
    /// How many are no-words.
    pub no: u64,
    /// The first word, by length and then by order, on which network and decider differ.
    pub network_differs: Option<Word>,
    /// The first word on which definition and decider differ.
    pub definition_differs: Option<Word>,
}

impl Words {
    fn merge(mut self, other: Self) -> Self {
        self.yes += other.yes;
        self.no += other.no;
        self.network_differs = first(self.network_differs, other.network_differs);
        self.definition_differs = first(self.definition_differs, other.definition_differs);
        self
    }
}

/// The shorter of two words, and the earlier of two equally long ones.
fn first(a: Option<Word>, b: Option<Word>) -> Option<Word> {
    [a, b].into_iter().flatten().min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)))
}

/// Whether the network accepts, by exact arithmetic.
pub fn accepts(network: &Network, state: &[Exact]) -> bool {
    network.read_out(&ExactArithmetic, state).is_positive()
}

/// The network's state after a word, by exact arithmetic.
pub fn run(network: &Network, word: &[Token]) -> Vec<Exact> {
    let start = network.start_in(&ExactArithmetic);
    word.iter().fold(start, |state, token| network.step(&ExactArithmetic, &state, usize::from(*token)))
}

/// Whether the network accepts a word.
pub fn reads(network: &Network, word: &[Token]) -> bool {
    accepts(network, &run(network, word))
}

/// A network in an arithmetic beside the decider of its problem: what *agree* and *differ* mean, everywhere.
pub struct Comparison<'c, A = ExactArithmetic> {
    network: &'c Network,
    arithmetic: &'c A,
    problem: &'c dyn Problem,
    values: Values,
}

impl<A> Clone for Comparison<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A> Copy for Comparison<'_, A> {}

impl<'c> Comparison<'c> {
    /// A network, the reduction's own or one with other weights, beside the decider of the reduction's problem.
    pub fn new(reduction: &'c dyn Reduction, network: &'c Network) -> Self {
        Self::within(reduction, network, &ExactArithmetic)
    }
}

impl<'c> Comparison<'c, RoundedArithmetic> {
    /// The same in a number format.
    pub fn rounded(reduction: &'c dyn Reduction, network: &'c Network, arithmetic: &'c RoundedArithmetic) -> Self {
        Self::within(reduction, network, arithmetic)
    }
}

impl<'c, A: Concrete> Comparison<'c, A> {
    fn within(reduction: &'c dyn Reduction, network: &'c Network, arithmetic: &'c A) -> Self {
        Self { network, arithmetic, problem: reduction.problem(), values: reduction.compares() }
    }

    /// The network.
    pub fn network(&self) -> &'c Network {
        self.network
    }

    /// The arithmetic.
    pub fn arithmetic(&self) -> &'c A {
        self.arithmetic
    }

    /// The problem.
    pub fn problem(&self) -> &'c dyn Problem {
        self.problem
    }

    /// The network's state after a word.
    pub fn run(&self, word: &[Token]) -> Vec<A::Value> {
        let start = self.network.start_in(self.arithmetic);
        word.iter().fold(start, |state, token| self.network.step(self.arithmetic, &state, usize::from(*token)))
    }

    /// Whether the network accepts in this state.
    pub fn accepts(&self, state: &[A::Value]) -> bool {
        self.arithmetic.number(&self.network.read_out(self.arithmetic, state)).is_positive()
    }

    /// Whether the network, in its state after the word, agrees with the decider: on the decision, and on every value
    /// where values are asked for.
    pub fn agrees(&self, state: &[A::Value], word: &[Token]) -> bool {
        self.accepts(state) == self.problem.decide(word) && self.values_agree(state, word)
    }

    /// Whether the values agree, the decision aside; they do where none are asked for.
    pub fn values_agree(&self, state: &[A::Value], word: &[Token]) -> bool {
        let Some((own, asked)) = self.values(state, word) else { return true };
        let same = |(own, asked): (&RoundedValue, &Exact)| match self.values {
            Values::Exact => own.as_finite() == Some(asked),
            Values::Signs => own.signum() == Some(asked.signum()),
        };
        own.len() == asked.len() && own.iter().zip(&asked).all(same)
    }

    /// The network's values in its state after the word, and the decider's, where values are asked for.
    pub fn values(&self, state: &[A::Value], word: &[Token]) -> Option<(Vec<RoundedValue>, Vec<Exact>)> {
        let asked = self.problem.values(word)?.into_iter().map(Exact::from).collect();
        let own = self.network.values(state).iter().map(|value| self.arithmetic.number(value)).collect();
        Some((own, asked))
    }

    /// Whether network and decider differ on a word.
    pub fn differs(&self, word: &[Token]) -> bool {
        !self.agrees(&self.run(word), word)
    }
}

struct Explorer<'c, A> {
    comparison: Comparison<'c, A>,
    reader: &'c Reader,
    max_length: usize,
}

/// Reads every word up to a length, one step per word.
pub fn explore<A: Concrete>(comparison: Comparison<'_, A>, reader: &Reader, max_length: usize) -> Words {
    let explorer = Explorer { comparison, reader, max_length };
    let (state, definition) = (comparison.network.start_in(comparison.arithmetic), reader.start());
    let mut here = Words { max_length, ..Words::default() };
    explorer.judge(&[], &state, &definition, &mut here);
    if max_length == 0 {
        return here;
    }
    let below = (0..comparison.problem.alphabet().len()).into_par_iter().map(|token| {
        let mut found = Words { max_length, ..Words::default() };
        explorer.descend(&mut Vec::new(), &state, &definition, token, &mut found);
        found
    });
    let below = below.reduce(Words::default, Words::merge);
    here.merge(below)
}

impl<A: Concrete> Explorer<'_, A> {
    fn judge(&self, word: &[Token], state: &[A::Value], definition: &State, found: &mut Words) {
        let answer = self.comparison.problem.decide(word);
        *(if answer { &mut found.yes } else { &mut found.no }) += 1;
        let note = |place: &mut Option<Word>| *place = first(place.take(), Some(word.to_vec()));
        if !self.comparison.agrees(state, word) {
            note(&mut found.network_differs);
        }
        if self.reader.accepts(definition) != answer {
            note(&mut found.definition_differs);
        }
    }

    fn descend(&self, word: &mut Word, state: &[A::Value], definition: &State, token: usize, found: &mut Words) {
        let state = self.comparison.network.step(self.comparison.arithmetic, state, token);
        let definition = self.reader.step(definition, token);
        word.push(u8::try_from(token).expect("an alphabet has at most 256 tokens"));
        self.judge(word, &state, &definition, found);
        if word.len() < self.max_length {
            for next in 0..self.comparison.problem.alphabet().len() {
                self.descend(word, &state, &definition, next, found);
            }
        }
        word.pop();
    }
}

/// A shorter word on which network and decider still differ: pieces are taken away while they do, the largest first.
pub fn shrink<A: Concrete>(comparison: Comparison<'_, A>, word: &[Token]) -> Word {
    let mut word = word.to_vec();
    let mut piece = word.len() / 2;
    while piece > 0 {
        let mut from = 0;
        while from + piece <= word.len() {
            let mut shorter = word.clone();
            shorter.drain(from..from + piece);
            if comparison.differs(&shorter) {
                word = shorter;
            } else {
                from += piece;
            }
        }
        piece /= 2;
    }
    word
}
