//! Every word up to a length: network, definition and decider side by side.

use problems::Problem;
use problems::Token;
use problems::Word;
use rayon::prelude::*;
use reductions::definition::Reader;
use reductions::definition::State;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;

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

struct Explorer<'c> {
    network: &'c Network,
    reader: &'c Reader,
    problem: &'c dyn Problem,
    max_length: usize,
}

/// Reads every word up to a length, one step per word.
pub fn explore(network: &Network, reader: &Reader, problem: &dyn Problem, max_length: usize) -> Words {
    let explorer = Explorer { network, reader, problem, max_length };
    let (state, definition) = (network.start_in(&ExactArithmetic), reader.start());
    let mut here = Words { max_length, ..Words::default() };
    explorer.judge(&[], &state, &definition, &mut here);
    if max_length == 0 {
        return here;
    }
    let below = (0..problem.alphabet().len()).into_par_iter().map(|token| {
        let mut found = Words { max_length, ..Words::default() };
        explorer.descend(&mut Vec::new(), &state, &definition, token, &mut found);
        found
    });
    let below = below.reduce(Words::default, Words::merge);
    here.merge(below)
}

impl Explorer<'_> {
    fn judge(&self, word: &[Token], state: &[Exact], definition: &State, found: &mut Words) {
        let answer = self.problem.decide(word);
        *(if answer { &mut found.yes } else { &mut found.no }) += 1;
        let note = |place: &mut Option<Word>| *place = first(place.take(), Some(word.to_vec()));
        if accepts(self.network, state) != answer {
            note(&mut found.network_differs);
        }
        if self.reader.accepts(definition) != answer {
            note(&mut found.definition_differs);
        }
    }

    fn descend(&self, word: &mut Word, state: &[Exact], definition: &State, token: usize, found: &mut Words) {
        let state = self.network.step(&ExactArithmetic, state, token);
        let definition = self.reader.step(definition, token);
        word.push(u8::try_from(token).expect("an alphabet has at most 256 tokens"));
        self.judge(word, &state, &definition, found);
        if word.len() < self.max_length {
            for next in 0..self.problem.alphabet().len() {
                self.descend(word, &state, &definition, next, found);
            }
        }
        word.pop();
    }
}

/// A shorter word on which network and decider still differ: pieces are taken away while they do, the largest first.
pub fn shrink(network: &Network, problem: &dyn Problem, word: &[Token]) -> Word {
    let differs = |word: &[Token]| reads(network, word) != problem.decide(word);
    let mut word = word.to_vec();
    let mut piece = word.len() / 2;
    while piece > 0 {
        let mut from = 0;
        while from + piece <= word.len() {
            let mut shorter = word.clone();
            shorter.drain(from..from + piece);
            if differs(&shorter) {
                word = shorter;
            } else {
                from += piece;
            }
        }
        piece /= 2;
    }
    word
}
