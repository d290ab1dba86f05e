//! Words on which mutants are tried, with the decider's answers known beforehand.

use crate::check::words::Asked;
use crate::check::words::Comparison;
use problems::Problem;
use problems::Random;
use problems::Word;
use rnn::Exact;
use rnn::ExactArithmetic;

/// Every short word, and a list of longer ones of which every prefix is judged.
#[derive(Clone, Debug)]
pub struct Trials {
    n_tokens: usize,
    depth: usize,
    /// What is asked of every word up to `depth` tokens, a word before its continuations.
    short: Vec<Asked>,
    /// The longer words, the shortest first, each with what is asked of its prefixes from the empty one on.
    long: Vec<(Word, Vec<Asked>)>,
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
}

impl Trials {
    /// Words of a problem; which ones depends on the extent and the seed alone.
    pub fn new(problem: &dyn Problem, extent: Extent, seed: u64) -> Self {
        let n_tokens = problem.alphabet().len();
        let depth = problems::longest_within(n_tokens, extent.short);
        let mut short = Vec::new();
        ask_all(problem, depth, &mut Vec::new(), &mut short);
        let least = problem.sizes().least;
        let sizes = least..least + extent.sizes;
        let mut words: Vec<Word> = sizes.flat_map(|n| instances(problem, n, extent, seed)).collect();
        words.extend(problem.telling_words());
        words.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        words.dedup();
        let prefixes = |word: Word| {
            let asked = (0..=word.len()).map(|length| Asked::of(problem, &word[..length])).collect();
            (word, asked)
        };
        let long = words.into_iter().map(prefixes).collect();
        Self { n_tokens, depth, short, long }
    }

    /// A word on which the network differs from what is asked, where one is found.
    pub fn differing(&self, comparison: Comparison<'_>) -> Option<Word> {
        let start = comparison.network().start_in(&ExactArithmetic);
        let mut word = Vec::new();
        if self.descend(comparison, &start, &mut word, &mut 0) {
            return Some(word);
        }
        self.long.iter().find_map(|(word, asked)| {
            let mut state = start.clone();
            (0..word.len()).find_map(|place| {
                state = comparison.network().step(&ExactArithmetic, &state, usize::from(word[place]));
                (!comparison.gives(&state, &asked[place + 1])).then(|| word[..=place].to_vec())
            })
        })
    }

    /// Whether the word, or a continuation of it, differs; the word is then that one.
    fn descend(&self, comparison: Comparison<'_>, state: &[Exact], word: &mut Word, place: &mut usize) -> bool {
        let asked = &self.short[*place];
        *place += 1;
        if !comparison.gives(state, asked) {
            return true;
        }
        if word.len() == self.depth {
            return false;
        }
        for token in 0..self.n_tokens {
            let next = comparison.network().step(&ExactArithmetic, state, token);
            word.push(token as u8);
            if self.descend(comparison, &next, word, place) {
                return true;
            }
            word.pop();
        }
        false
    }
}

/// What is asked of the word and of every continuation up to a depth.
fn ask_all(problem: &dyn Problem, depth: usize, word: &mut Word, asked: &mut Vec<Asked>) {
    asked.push(Asked::of(problem, word));
    if word.len() < depth {
        for token in 0..problem.alphabet().len() {
            word.push(token as u8);
            ask_all(problem, depth, word, asked);
            word.pop();
        }
    }
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
    let token = random.below(n_tokens) as u8;
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
    use rnn::Place;

    const EXTENT: Extent = Extent { short: 400, sizes: 6, instances: 3, spoilt: 2 };

    #[test]
    fn a_word_is_found_iff_the_network_differs() {
        for reduction in reductions::all() {
            let extent = Extent { short: 200, sizes: 3, instances: 2, spoilt: 1 };
            let trials = Trials::new(reduction.problem(), extent, 1);
            let own = Comparison::new(reduction, reduction.network());
            assert_eq!(trials.differing(own), None, "{}", reduction.problem().name());
            let n_maps = reduction.network().maps().len();
            // Everything is accepted.
            let readout = Place::Bias { map: n_maps - 1, output: 0 };
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
        let network: Network = reduction.network().with_number(Place::Start(d), &Exact::ONE).unwrap();
        let comparison = Comparison::new(reduction, &network);
        let trials = Trials::new(reduction.problem(), EXTENT, 1);
        assert!(trials.depth < 6);
        let word = trials.differing(comparison).unwrap();
        assert!(word.len() > trials.depth && comparison.differs(&word));
        let before = &word[..word.len() - 1];
        assert!((0..before.len()).all(|length| !comparison.differs(&before[..length])), "a prefix differs already");
        assert!(words::reads(&network, &word) || reduction.problem().decide(&word));
    }
}
