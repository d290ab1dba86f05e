//! Looking at sizes in turn for the first at which a network differs from the decider.

use super::words::Comparison;
use crate::progress::Progress;
use problems::Problem;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use rnn::Concrete;
use rnn::Network;

/// Instances with more tokens for each unit of their size are left out of a scan. The longest of a problem have many
/// times more; what a format does to the largest numbers shows on short ones as well.
const TOKENS_PER_UNIT: usize = 30;

/// How many tokens a scan reads at every size in turn, and then at most at a single size. A number of tokens, not a
/// time, so that output repeats on any machine.
pub fn budget(network: &Network) -> usize {
    match network {
        Network::Layered(_) => 100_000,
        Network::Relu(_) | Network::Linear(_) => 600_000,
    }
}

/// A size at which network and decider differ, and the shortest instance of it that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The size.
    pub n: usize,
    /// The instance.
    pub word: Word,
}

/// What was found when sizes were looked at in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// The first size that fails.
    pub failure: Option<Failure>,
    /// Every size up to this one was looked at, and none fails but the one above.
    pub every_up_to: usize,
    /// The largest size that was looked at and does not fail.
    pub largest: usize,
}

/// Looks at the adversarial instances of every size, and at a hard one of either answer, from the least size on; where
/// they get too many only of sizes at and after powers of two, which is where number formats end. No bisection on one
/// instance: a smaller format can be right on it again.
pub fn scan<A: Concrete>(comparison: Comparison<'_, A>, up_to: usize, budget: usize, progress: &Progress) -> Scan {
    let problem = comparison.problem();
    let up_to = up_to.min(problem.sizes().largest);
    let mut found = Scan::default();
    let mut spent = 0;
    let powers = (0..usize::BITS - 1).flat_map(|exponent| [1 << exponent, (1 << exponent) + 1]);
    let mut later = powers.take_while(|size| *size < up_to).chain([up_to]);
    let mut n = problem.sizes().least;
    while n <= up_to {
        let words = instances(problem, n);
        let n_tokens = words.iter().map(Vec::len).sum::<usize>();
        let is_next = spent <= budget;
        if !is_next && (words.is_empty() || n_tokens > budget) {
            break;
        }
        spent += n_tokens;
        found.failure = failing(comparison, n, &words);
        progress.step();
        if let Some(failure) = found.failure.take() {
            found.failure = Some(first_between(comparison, found.largest + 1, failure, budget));
            break;
        }
        found.largest = n;
        if is_next {
            found.every_up_to = n;
        }
        let at_least = n + 1;
        let next = if spent <= budget { Some(at_least) } else { later.find(|size| *size >= at_least) };
        let Some(next) = next else { break };
        n = next;
    }
    found
}

/// The first failure among the sizes that were passed over, as far as they can be looked at; else the known one.
fn first_between<A: Concrete>(comparison: Comparison<'_, A>, from: usize, known: Failure, budget: usize) -> Failure {
    let mut spent = 0;
    for n in from..known.n {
        let words = instances(comparison.problem(), n);
        spent += words.iter().map(Vec::len).sum::<usize>();
        if spent > budget {
            break;
        }
        if let Some(failure) = failing(comparison, n, &words) {
            return failure;
        }
    }
    known
}

/// The instances of a size, the shortest first.
fn instances(problem: &dyn Problem, n: usize) -> Vec<Word> {
    let longest = TOKENS_PER_UNIT * n;
    let mut words = problem.adversarial(n, longest);
    for (i, answer) in [(0, true), (1, false)] {
        words.extend(problem.sample(n, answer, &mut Random::new(0, i)).ok().map(|sample| sample.word));
    }
    words.retain(|word| word.len() <= longest);
    words.sort_by_key(Vec::len);
    words
}

fn failing<A: Concrete>(comparison: Comparison<'_, A>, n: usize, words: &[Word]) -> Option<Failure> {
    let runners = comparison.runners();
    let word = words.par_iter().find_first(|word| runners.differs(word))?;
    Some(Failure { n, word: word.clone() })
}
