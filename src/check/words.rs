//! Network and decider on a word, and every word up to a length, with the definition beside them.

use super::reached::At;
use super::reached::Reached;
use num_rational::BigRational;
use problems::Beginnings;
use problems::Problem;
use problems::Token;
use problems::Word;
use rayon::prelude::*;
use reductions::Reduction;
use reductions::Values;
use reductions::definition::Reader;
use reductions::definition::State;
use rnn::Arithmetic;
use rnn::Concrete;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::ExactRun;
use rnn::Network;
use rnn::PieceRun;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;
use std::sync::Mutex;
use std::sync::PoisonError;

/// What was found on every word up to a length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The length up to which definition and decider read every word.
    pub max_length: usize,
    /// The length up to which the network did as well.
    pub network_length: usize,
    /// How many of them are yes-words, by the decider.
    pub yes: u64,
    /// How many are no-words.
    pub no: u64,
    /// How many are outside the problem's promise, and were not judged.
    pub outside: u64,
    /// The first word, by length and then by order, on which network and decider differ.
    pub network_differs: Option<Word>,
    /// The first word on which definition and decider differ.
    pub definition_differs: Option<Word>,
}

impl Words {
    fn merge(mut self, other: Self) -> Self {
        self.yes += other.yes;
        self.no += other.no;
        self.outside += other.outside;
        self.network_differs = first(self.network_differs, other.network_differs);
        self.definition_differs = first(self.definition_differs, other.definition_differs);
        self
    }
}

/// The length up to which there are at most so many words, and not very many letters in them all: over one letter the
/// words alone would get very long.
pub fn longest(n_tokens: usize, n_words: usize) -> usize {
    const LETTERS_PER_WORD: u128 = 16;
    let allowed = n_words as u128 * LETTERS_PER_WORD;
    let mut letters = 0;
    let is_within = |length: &usize| {
        let n_words = (n_tokens as u128).saturating_pow(u32::try_from(*length).unwrap_or(u32::MAX));
        letters += n_words.saturating_mul(*length as u128);
        letters <= allowed
    };
    let by_letters = (1..=MOST_LETTERS).take_while(is_within).last().unwrap_or(0);
    problems::longest_within(n_tokens, n_words).min(by_letters)
}

/// No word that is met when every word is read is longer.
const MOST_LETTERS: usize = 1_000;

/// The shorter of two words, and the earlier of two equally long ones.
fn first(a: Option<Word>, b: Option<Word>) -> Option<Word> {
    [a, b].into_iter().flatten().min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)))
}

/// Whether the network accepts, by exact arithmetic.
pub fn accepts(network: &Network, state: &[Exact]) -> bool {
    network.read_out(&ExactArithmetic, state).is_positive()
}

/// A word of at least so many tokens is worth learning the pieces of a network for.
const LONG: usize = 256;

/// The same in a number format, whose interpreter is slower.
const LONG_IF_ROUNDED: usize = 16;

/// The network's state after a word, by exact arithmetic.
pub fn run(network: &Network, word: &[Token]) -> Vec<Exact> {
    Exactly::new(network).run(word)
}

/// Whether the network accepts a word.
pub fn reads(network: &Network, word: &[Token]) -> bool {
    accepts(network, &run(network, word))
}

/// What a problem asks of a word: the decision, and the values where there are any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The decider's answer.
    pub answer: bool,
    /// The values.
    pub values: Option<Vec<Exact>>,
}

impl Asked {
    /// What is asked of this word.
    pub fn of(problem: &dyn Problem, word: &[Token]) -> Self {
        Self::new(problem.answer(word))
    }

    /// What a decider answers.
    fn new((answer, values): (bool, Option<Vec<BigRational>>)) -> Self {
        Self { answer, values: values.map(|values| values.iter().map(Exact::from).collect()) }
    }

    /// Whether a definition says the same in its state after the word.
    pub fn is_said_by(&self, reader: &Reader, state: &State) -> bool {
        reader.accepts(state) == self.answer && reader.values(state) == self.values
    }
}

fn asked_values(problem: &dyn Problem, word: &[Token]) -> Option<Vec<Exact>> {
    Some(problem.values(word)?.iter().map(Exact::from).collect())
}

/// A network in an arithmetic beside the decider of its problem: what *agree* and *differ* mean, everywhere.
pub struct Comparison<'c, A: Arithmetic = ExactArithmetic> {
    network: &'c Network,
    arithmetic: &'c A,
    problem: &'c dyn Problem,
    values: Values,
    runner: fn(&'c Network, &'c A) -> Box<dyn Runner<A::Value> + Send + 'c>,
}

/// What runs a network on many words, and may remember what it has seen of it.
pub(super) trait Runner<V> {
    /// The state after one more token.
    fn step(&mut self, state: &[V], token: Token) -> Vec<V>;

    /// The state after a word.
    fn run(&mut self, word: &[Token]) -> Vec<V>;
}

/// A network by exact numbers.
struct Exactly<'c> {
    network: &'c Network,
    run: ExactRun<'c>,
}

impl<'c> Exactly<'c> {
    fn new(network: &'c Network) -> Self {
        Self { network, run: ExactRun::new(network) }
    }
}

impl Runner<Exact> for Exactly<'_> {
    fn step(&mut self, state: &[Exact], token: Token) -> Vec<Exact> {
        self.run.step(state, usize::from(token))
    }

    fn run(&mut self, word: &[Token]) -> Vec<Exact> {
        if let Network::Relu(_) = self.network
            && word.len() < LONG
        {
            return run_by_interpreter(self.network, &ExactArithmetic, word);
        }
        self.run.set(self.network.start());
        self.run.read_all(word);
        self.run.state()
    }
}

/// A network in a number format.
struct Rounded<'c> {
    network: &'c Network,
    arithmetic: &'c RoundedArithmetic,
    pieces: Option<PieceRun<'c>>,
}

impl Runner<RoundedValue> for Rounded<'_> {
    fn step(&mut self, state: &[RoundedValue], token: Token) -> Vec<RoundedValue> {
        self.network.step(self.arithmetic, state, usize::from(token))
    }

    fn run(&mut self, word: &[Token]) -> Vec<RoundedValue> {
        match &mut self.pieces {
            Some(run) if word.len() >= LONG_IF_ROUNDED => {
                run.restart();
                run.read_all(word);
                run.state().into_iter().map(RoundedValue::Finite).collect()
            }
            _ => run_by_interpreter(self.network, self.arithmetic, word),
        }
    }
}

fn run_by_interpreter<A: Arithmetic>(network: &Network, arithmetic: &A, word: &[Token]) -> Vec<A::Value> {
    let start = network.start_in(arithmetic);
    word.iter().fold(start, |state, token| network.step(arithmetic, &state, usize::from(*token)))
}

impl<A: Arithmetic> Clone for Comparison<'_, A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Arithmetic> Copy for Comparison<'_, A> {}

impl<'c> Comparison<'c> {
    /// A network, the reduction's own or one with other weights, beside the decider of the reduction's problem.
    pub fn new(reduction: &'c dyn Reduction, network: &'c Network) -> Self {
        Self {
            network,
            arithmetic: &ExactArithmetic,
            problem: reduction.problem(),
            values: reduction.compares(),
            runner: |network, _| Box::new(Exactly::new(network)),
        }
    }
}

impl<'c> Comparison<'c, RoundedArithmetic> {
    /// The same in a number format.
    pub fn rounded(reduction: &'c dyn Reduction, network: &'c Network, arithmetic: &'c RoundedArithmetic) -> Self {
        Self {
            network,
            arithmetic,
            problem: reduction.problem(),
            values: reduction.compares(),
            runner: |network, arithmetic| {
                let pieces = match network {
                    Network::Relu(relu) => PieceRun::rounded(relu, arithmetic),
                    Network::Linear(_) | Network::Layered(_) => None,
                };
                Box::new(Rounded { network, arithmetic, pieces })
            },
        }
    }
}

impl<'c, A: Concrete> Comparison<'c, A> {
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

    /// What runs the network on many words at the same time.
    pub(crate) fn runners(self) -> Runners<'c, A> {
        Runners { comparison: self, idle: Mutex::new(Vec::new()) }
    }

    /// What runs the network on many words, one after another.
    pub(super) fn runner(&self) -> Box<dyn Runner<A::Value> + Send + 'c> {
        (self.runner)(self.network, self.arithmetic)
    }

    /// The network's state after a word.
    pub fn run(&self, word: &[Token]) -> Vec<A::Value> {
        self.runner().run(word)
    }

    /// Whether the network accepts in this state.
    pub fn accepts(&self, state: &[A::Value]) -> bool {
        self.arithmetic.number(&self.network.read_out(self.arithmetic, state)).is_positive()
    }

    /// Whether the network, in its state after the word, agrees with the decider: on the decision, and on every value
    /// where values are asked for.
    pub fn agrees(&self, state: &[A::Value], word: &[Token]) -> bool {
        self.gives(state, &Asked::of(self.problem, word))
    }

    /// The same where the decider's answer is known.
    pub fn gives(&self, state: &[A::Value], asked: &Asked) -> bool {
        self.accepts(state) == asked.answer && self.gives_values(state, asked)
    }

    /// The same of the values alone.
    pub(super) fn gives_values(&self, state: &[A::Value], asked: &Asked) -> bool {
        asked.values.as_ref().is_none_or(|asked| self.are_same(&self.own_values(state), asked))
    }

    /// Whether the values agree, the decision aside; they do where none are asked for.
    pub fn values_agree(&self, state: &[A::Value], word: &[Token]) -> bool {
        self.values(state, word).is_none_or(|(own, asked)| self.are_same(&own, &asked))
    }

    fn own_values(&self, state: &[A::Value]) -> Vec<RoundedValue> {
        self.network.values(state).iter().map(|value| self.arithmetic.number(value)).collect()
    }

    fn are_same(&self, own: &[RoundedValue], asked: &[Exact]) -> bool {
        let same = |(own, asked): (&RoundedValue, &Exact)| match self.values {
            Values::Exact => own.as_finite() == Some(asked),
            Values::Signs => own.signum() == Some(asked.signum()),
        };
        own.len() == asked.len() && own.iter().zip(asked).all(same)
    }

    /// The network's values in its state after the word, and the decider's, where values are asked for.
    pub fn values(&self, state: &[A::Value], word: &[Token]) -> Option<(Vec<RoundedValue>, Vec<Exact>)> {
        Some((self.own_values(state), asked_values(self.problem, word)?))
    }

    /// Whether network and decider differ on a word that keeps the problem's promise.
    pub fn differs(&self, word: &[Token]) -> bool {
        self.runners().differs(word)
    }
}

/// A network beside the decider on many words at the same time: each runner that is free takes the next word, and remembers
/// what it has seen of the network.
pub(crate) struct Runners<'c, A: Arithmetic> {
    comparison: Comparison<'c, A>,
    idle: Mutex<Vec<Box<dyn Runner<A::Value> + Send + 'c>>>,
}

impl<A: Concrete> Runners<'_, A> {
    /// Whether network and decider differ on a word that keeps the problem's promise.
    pub(crate) fn differs(&self, word: &[Token]) -> bool {
        if !self.comparison.problem.promises(word) {
            return false;
        }
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let free = idle().pop();
        let mut runner = free.unwrap_or_else(|| self.comparison.runner());
        let agrees = self.comparison.agrees(&runner.run(word), word);
        idle().push(runner);
        !agrees
    }
}

struct Explorer<'c, 'r, A: Concrete> {
    problem: &'c dyn Problem,
    /// The decider, after the word that is being read.
    decider: Box<dyn Beginnings + 'c>,
    reached: Reached<'c, A>,
    reader: &'r Reader,
    max_length: usize,
    network_length: usize,
    found: Words,
}

/// Reads every word up to a length, one step per word; the network reads those up to `network_length`.
pub fn explore<A: Concrete>(
    comparison: Comparison<'_, A>,
    reader: &Reader,
    max_length: usize,
    network_length: usize,
) -> Words {
    let n_tokens = comparison.problem.alphabet().len();
    let found = || Words { max_length, network_length, ..Words::default() };
    let explorer = || Explorer {
        problem: comparison.problem,
        decider: problems::beginnings(comparison.problem),
        reached: Reached::new(comparison),
        reader,
        max_length,
        network_length,
        found: found(),
    };
    let mut explorer_here = explorer();
    let start = explorer_here.reached.start();
    explorer_here.judge(&[], Some(&start), &reader.start());
    if max_length == 0 {
        return explorer_here.found;
    }
    let below = (0..n_tokens).into_par_iter().map(|token| {
        let mut explorer = explorer();
        let start = explorer.reached.start();
        explorer.descend(&mut Vec::new(), Some(&start), &reader.start(), token);
        explorer.found
    });
    explorer_here.found.merge(below.reduce(Words::default, Words::merge))
}

impl<A: Concrete> Explorer<'_, '_, A> {
    fn judge(&mut self, word: &[Token], at: Option<&At<A::Value>>, definition: &State) {
        let found = &mut self.found;
        if !self.problem.promises(word) {
            found.outside += 1;
            return;
        }
        let asked = Asked::new(self.decider.answer());
        *(if asked.answer { &mut found.yes } else { &mut found.no }) += 1;
        let note = |place: &mut Option<Word>| *place = first(place.take(), Some(word.to_vec()));
        if at.is_some_and(|at| !self.reached.gives(at, &asked)) {
            note(&mut found.network_differs);
        }
        if !asked.is_said_by(self.reader, definition) {
            note(&mut found.definition_differs);
        }
    }

    fn descend(&mut self, word: &mut Word, at: Option<&At<A::Value>>, definition: &State, token: usize) {
        let definition = self.reader.step(definition, token);
        let letter = u8::try_from(token).expect("an alphabet has at most 256 tokens");
        let at = at.filter(|_| word.len() < self.network_length).map(|at| self.reached.step(at, letter));
        word.push(letter);
        self.decider.push(letter);
        self.judge(word, at.as_ref(), &definition);
        if word.len() < self.max_length {
            for next in 0..self.problem.alphabet().len() {
                self.descend(word, at.as_ref(), &definition, next);
            }
        }
        self.decider.pop();
        word.pop();
    }
}

/// A shorter word on which network and decider still differ.
pub fn shrink<A: Concrete>(comparison: Comparison<'_, A>, word: &[Token]) -> Word {
    shrink_while(word, |shorter| comparison.differs(shorter))
}

/// A shorter word that still has a property: pieces are taken away while it does, the largest first.
pub fn shrink_while(word: &[Token], has: impl Fn(&[Token]) -> bool) -> Word {
    let mut word = word.to_vec();
    let mut piece = word.len() / 2;
    while piece > 0 {
        let mut from = 0;
        while from + piece <= word.len() {
            let mut shorter = word.clone();
            shorter.drain(from..from + piece);
            if has(&shorter) {
                word = shorter;
            } else {
                from += piece;
            }
        }
        piece /= 2;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_over_one_letter_are_few_and_those_over_several_as_many_as_before() {
        assert_eq!(longest(1, 350_000), 1_000);
        assert_eq!(longest(1, 30), 30);
        for n_tokens in [2, 3, 4, 12, 120] {
            for budget in [30_000, 300_000, 350_000] {
                assert_eq!(longest(n_tokens, budget), problems::longest_within(n_tokens, budget), "{n_tokens}");
            }
        }
    }
}
