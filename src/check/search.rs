//! Looking for words: those along which witnesses are found, those behind obligations that failed, and shorter ones.

use super::reached::Reached;
use super::words::Comparison;
use super::words::longest;
use problems::Problem;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use reductions::definition::Reader;
use reductions::proof::Location;
use rnn::Concrete;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::collections::VecDeque;

/// How many words that lead to each mode are gone on from where an obligation failed.
const PER_MODE: usize = 60;

/// Words along which witnesses are looked for: the shortest words that end in each mode of the definition, a few of
/// each, and a small instance of either answer.
pub fn witness_words(reader: &Reader, problem: &dyn Problem, seed: u64) -> Vec<Vec<usize>> {
    const FEW_PER_MODE: usize = 4;
    const SMALL: usize = 9;
    let mut words = words_per_mode(reader, problem, FEW_PER_MODE).into_values().flatten().collect::<Vec<_>>();
    for (i, answer) in [(0, true), (1, false)] {
        let n = SMALL.max(problem.sizes().least);
        if let Ok(sample) = problem.sample(n, answer, &mut Random::new(seed, i)) {
            words.push(sample.word.into_iter().map(usize::from).collect());
        }
    }
    words
}

/// The shortest words that lead to different states of the definition, at most so many for each mode.
fn words_per_mode(reader: &Reader, problem: &dyn Problem, per_mode: usize) -> BTreeMap<usize, Vec<Vec<usize>>> {
    const TRIED: usize = 20_000;
    let mut words: BTreeMap<usize, Vec<Vec<usize>>> = BTreeMap::new();
    let mut met = HashSet::from([format!("{:?}", reader.start())]);
    let mut queue = VecDeque::from([(Vec::new(), reader.start())]);
    let mut tried = 0;
    while let Some((word, state)) = queue.pop_front() {
        let of_mode = words.entry(state.mode).or_default();
        if of_mode.len() >= per_mode {
            continue;
        }
        of_mode.push(word.clone());
        for token in 0..problem.alphabet().len() {
            let next = reader.step(&state, token);
            tried += 1;
            if tried <= TRIED && met.insert(format!("{next:?}")) {
                let mut longer = word.clone();
                longer.push(token);
                queue.push_back((longer, next));
            }
        }
    }
    words
}

/// The shortest of many small instances on which network and decider differ, where one is shorter than `word`: taking
/// tokens away seldom turns one instance into another.
pub fn shorter_instance<A: Concrete>(comparison: Comparison<'_, A>, word: &Word, seed: u64) -> Option<Word> {
    let problem = comparison.problem();
    const INSTANCES: u64 = 20;
    const SIZES: usize = 8;
    let least = problem.sizes().least;
    (least..least + SIZES).find_map(|n| {
        let drawn = (0..INSTANCES).filter_map(|i| {
            let sample = problem.sample(n, i.is_multiple_of(2), &mut Random::new(seed, i)).ok()?;
            let shorter = sample.word.len() < word.len();
            (shorter && comparison.differs(&sample.word)).then_some(sample.word)
        });
        drawn.min_by_key(Vec::len)
    })
}

/// Where differing words are looked for when an obligation fails: words that lead to each mode, and many small instances.
/// It is the same for every network.
pub struct Behind<'c> {
    problem: &'c dyn Problem,
    along: BTreeMap<usize, Vec<Vec<usize>>>,
    instances: Vec<Word>,
}

impl<'c> Behind<'c> {
    /// The words of a problem with this definition.
    pub fn new(reader: &Reader, problem: &'c dyn Problem, seed: u64) -> Self {
        const INSTANCES: u64 = 200;
        let instances = (0..INSTANCES).into_par_iter().filter_map(|i| {
            let n = problem.sizes().least + (i / 2 % 12) as usize;
            problem.sample(n, i.is_multiple_of(2), &mut Random::new(seed, i)).ok().map(|sample| sample.word)
        });
        Self { problem, along: words_per_mode(reader, problem, PER_MODE), instances: instances.collect() }
    }

    /// A differing word: every short continuation of the words that lead to the mode of a gap and read its token, so many in
    /// all, then the instances.
    pub fn differing<A: Concrete>(
        &self,
        comparison: Comparison<'_, A>,
        gaps: impl Iterator<Item = Location>,
        continuations: usize,
    ) -> Option<Word> {
        let n_tokens = self.problem.alphabet().len();
        let mut prefixes: BTreeSet<Word> = BTreeSet::new();
        for Location { mode, token } in gaps {
            for word in self.along.get(&mode).into_iter().flatten() {
                prefixes.insert(problems::word_of(word.iter().copied().chain(token)));
            }
        }
        let budget = continuations / prefixes.len().max(1);
        let more = longest(n_tokens, budget.max(n_tokens));
        let prefixes: Vec<Word> = prefixes.into_iter().collect();
        let differing_after = |reached: &mut Reached<'_, A>, prefix: &Word| {
            (0..=more).find_map(|length| {
                problems::words_of_length(n_tokens, length).find_map(|suffix| {
                    let word = [prefix.as_slice(), suffix.as_slice()].concat();
                    reached.differs(&word).then_some(word)
                })
            })
        };
        let found = prefixes.par_chunks(PER_MODE / 4).filter_map(|prefixes| {
            let mut reached = Reached::new(comparison);
            let found = prefixes.iter().filter_map(|prefix| differing_after(&mut reached, prefix));
            found.min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)))
        });
        let found = found.min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        found.or_else(|| {
            let runners = comparison.runners();
            let differing = self.instances.par_iter().filter(|word| runners.differs(word));
            differing.min_by_key(|word| word.len()).cloned()
        })
    }
}
