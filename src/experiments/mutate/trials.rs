//! Words on which mutants are tried, with the decider's answers known beforehand.

use crate::check::reached::At;
use crate::check::reached::Reached;
use crate::check::words::Asked;
use crate::check::words::Comparison;
use problems::Problem;
use problems::Random;
use problems::Token;
use problems::Word;
use reductions::definition::Reader;
use rnn::Exact;
use rnn::ExactArithmetic;
use std::collections::BTreeSet;

/// Every short word, and a list of longer ones: each prefix is judged, and what it is with an end after it.
#[derive(Clone, Debug)]
pub struct Trials {
    n_tokens: usize,
    depth: usize,
    /// The tokens with which a yes-word can end, where those are not all tokens.
    ends: Vec<Token>,
    /// What is asked of every word up to `depth` tokens, a word before its continuations.
    short: Vec<Option<Asked>>,
    /// The longer words, the shortest first, each with what is asked of its prefixes from the first token on: of the
    /// prefix itself, then of the prefix with each end.
    long: Vec<(Word, Vec<Vec<Option<Asked>>>)>,
}

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// How many short words at most.
    pub short: usize,
    /// For how many sizes instances are drawn, from the least one on.
    pub sizes: usize,
    /// How many instances of each size and answer.
    pub instances: u64,
    /// How many times each instance is drawn again with one or two tokens changed.
    pub spoilt: usize,
    /// How many walks through the definition that do not die.
    pub walks: u64,
}

impl Trials {
    /// Words of a problem; which ones depends on the extent and the seed alone.
    pub fn new(problem: &dyn Problem, reader: &Reader, extent: Extent, seed: u64) -> Self {
        let n_tokens = problem.alphabet().len();
        let depth = problems::longest_within(n_tokens, extent.short);
        let mut found = Short::default();
        found.ask_all(problem, depth, &mut Vec::new());
        let Short { asked: short, ends } = found;
        let ends: Vec<Token> = if ends.len() < n_tokens { ends.into_iter().collect() } else { Vec::new() };
        let least = problem.sizes().least;
        let mut words: Vec<Word> =
            (least..least + extent.sizes).flat_map(|n| instances(problem, n, extent, seed)).collect();
        words.extend((0..extent.walks).map(|i| walk(reader, n_tokens, &mut Random::new(seed, i))));
        words.extend(problem.telling_words());
        words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        words.dedup();
        let asked_along = |word: Word| {
            let of = |length: usize| {
                let prefix = &word[..length];
                let ended = ends.iter().map(|end| asked_of(problem, &[prefix, &[*end]].concat()));
                [asked_of(problem, prefix)].into_iter().chain(ended).collect()
            };
            let asked = (1..=word.len()).map(of).collect();
            (word, asked)
        };
        let long = words.into_iter().map(asked_along).collect();
        Self { n_tokens, depth, ends, short, long }
    }

    /// A word on which the network differs from what is asked, where one is found.
    pub fn differing(&self, comparison: Comparison<'_>) -> Option<Word> {
        let mut reached = Reached::new(comparison);
        let start = reached.start();
        let mut word = Vec::new();
        if self.descend(&mut reached, &start, &mut word, &mut 0) {
            return Some(word);
        }
        self.long.iter().find_map(|(word, asked)| self.differing_along(&mut reached, &start, word, asked))
    }

    fn differing_along(
        &self,
        reached: &mut Reached<'_, ExactArithmetic>,
        start: &At<Exact>,
        word: &[Token],
        asked: &[Vec<Option<Asked>>],
    ) -> Option<Word> {
        let mut at = start.clone();
        for (place, asked) in asked.iter().enumerate() {
            at = reached.step(&at, word[place]);
            let prefix = &word[..=place];
            if differs(reached, &at, &asked[0]) {
                return Some(prefix.to_vec());
            }
            for (end, asked) in self.ends.iter().zip(&asked[1..]) {
                let ended = reached.step(&at, *end);
                if differs(reached, &ended, asked) {
                    return Some([prefix, &[*end]].concat());
                }
            }
        }
        None
    }

    /// Whether the word, or a continuation of it, differs; the word is then that one.
    fn descend(
        &self,
        reached: &mut Reached<'_, ExactArithmetic>,
        at: &At<Exact>,
        word: &mut Word,
        place: &mut usize,
    ) -> bool {
        let asked = &self.short[*place];
        *place += 1;
        if differs(reached, at, asked) {
            return true;
        }
        if word.len() == self.depth {
            return false;
        }
        for token in 0..self.n_tokens {
            let next = reached.step(at, token as Token);
            word.push(token as Token);
            if self.descend(reached, &next, word, place) {
                return true;
            }
            word.pop();
        }
        false
    }
}

/// What is asked of a word, where it keeps the problem's promise.
fn asked_of(problem: &dyn Problem, word: &[Token]) -> Option<Asked> {
    problem.promises(word).then(|| Asked::of(problem, word))
}

fn differs(reached: &Reached<'_, ExactArithmetic>, at: &At<Exact>, asked: &Option<Asked>) -> bool {
    asked.as_ref().is_some_and(|asked| !reached.gives(at, asked))
}

/// What is asked of every short word, and the tokens with which the yes-words among them end.
#[derive(Default)]
struct Short {
    asked: Vec<Option<Asked>>,
    ends: BTreeSet<Token>,
}

impl Short {
    fn ask_all(&mut self, problem: &dyn Problem, depth: usize, word: &mut Word) {
        let asked = asked_of(problem, word);
        self.ends.extend(word.last().filter(|_| asked.as_ref().is_some_and(|asked| asked.answer)));
        self.asked.push(asked);
        if word.len() < depth {
            for token in 0..problem.alphabet().len() {
                word.push(token as Token);
                self.ask_all(problem, depth, word);
                word.pop();
            }
        }
    }
}

/// A random word along which the definition does not die, as long as there is such a token.
fn walk(reader: &Reader, n_tokens: usize, random: &mut Random) -> Word {
    const LONGEST: usize = 40;
    let length = 1 + random.below(LONGEST);
    let mut word = Word::new();
    let mut state = reader.start();
    let mut tokens: Vec<usize> = (0..n_tokens).collect();
    while word.len() < length {
        random.shuffle(&mut tokens);
        let alive = tokens.iter().map(|token| (*token, reader.step(&state, *token)));
        let Some((token, next)) = alive.into_iter().find(|(_, next)| !reader.is_dead(next)) else { break };
        word.push(token as Token);
        state = next;
    }
    word
}

/// Instances of one size, and the same with one or two tokens changed, taken away or put in: words that die late.
fn instances(problem: &dyn Problem, n: usize, extent: Extent, seed: u64) -> Vec<Word> {
    let mut words = Vec::new();
    for i in 0..2 * extent.instances {
        let mut random = Random::new(seed, i);
        let Ok(sample) = problem.sample(n, i.is_multiple_of(2), &mut random) else { continue };
        for _ in 0..extent.spoilt {
            let mut word = sample.word.clone();
            for _ in 0..1 + random.below(2) {
                spoil(&mut word, problem.alphabet().len(), &mut random);
            }
            words.push(word);
        }
        words.push(sample.word);
    }
    words
}

fn spoil(word: &mut Word, n_tokens: usize, random: &mut Random) {
    let token = random.below(n_tokens) as Token;
    let place = random.below(word.len() + 1);
    match random.below(3) {
        0 if place < word.len() => word[place] = token,
        1 if place < word.len() => {
            word.remove(place);
        }
        _ => word.insert(place, token),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::words;
    use reductions::ReachabilityRelu;
    use reductions::Reduction;
    use rnn::Network;
    use rnn::Parameter;

    const EXTENT: Extent = Extent { short: 400, sizes: 6, instances: 3, spoilt: 2, walks: 0 };

    fn reader(reduction: &dyn Reduction) -> Reader {
        reduction.definition(&rnn::Terms::default()).reader()
    }

    #[test]
    fn a_word_is_found_iff_the_network_differs() {
        for reduction in reductions::all() {
            let extent = Extent { short: 200, sizes: 3, instances: 2, spoilt: 1, walks: 9 };
            let trials = Trials::new(reduction.problem(), &reader(reduction), extent, 1);
            let own = Comparison::new(reduction, reduction.network());
            assert_eq!(trials.differing(own), None, "{}", reduction.problem().name());
            let n_maps = reduction.network().maps().len();
            // Everything is accepted.
            let readout = Parameter::Bias { map: n_maps - 1, output: 0 };
            let network = reduction.network().with_number(readout, &Exact::integer(1_000_000)).unwrap();
            let comparison = Comparison::new(reduction, &network);
            let word = trials.differing(comparison).unwrap();
            assert!(comparison.differs(&word), "{}", reduction.problem().name());
        }
    }

    #[test]
    fn every_prefix_of_a_longer_word_is_judged() {
        // Counter d, which starts in 1, is noticed where an edge is followed that should not be: no short word has one.
        let reduction = ReachabilityRelu::shared();
        let d = reduction.network().coordinates().iter().position(|name| name == "d").unwrap();
        let network: Network = reduction.network().with_number(Parameter::Start(d), &Exact::ONE).unwrap();
        let comparison = Comparison::new(reduction, &network);
        let trials = Trials::new(reduction.problem(), &reader(reduction), EXTENT, 1);
        assert!(trials.depth < 6);
        let word = trials.differing(comparison).unwrap();
        assert!(word.len() > trials.depth && comparison.differs(&word));
        let before = &word[..word.len() - 1];
        assert!((0..before.len()).all(|length| !comparison.differs(&before[..length])), "a prefix differs already");
        assert!(words::reads(&network, &word) || reduction.problem().decide(&word));
    }
}
