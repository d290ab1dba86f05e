//! The first size at which a number format breaks a network, and what breaks first in a network of several layers.

use super::words::Comparison;
use crate::progress::Progress;
use problems::Problem;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use rnn::Arithmetic;
use rnn::Concrete;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::Pass;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;

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
    let word = words.par_iter().find_first(|word| comparison.differs(word))?;
    Some(Failure { n, word: word.clone() })
}

/// The first place at which a part of a network of several layers holds other numbers than in the exact run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The number of tokens read when it shows, from 1.
    pub token: usize,
    /// The coordinate.
    pub coordinate: String,
    /// What it holds.
    pub rounded: String,
    /// What it should hold.
    pub exact: String,
}

/// Where the parts of a network of several layers first differ from the exact run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// The states of the layers below the last: what the router remembers.
    pub router: Option<Difference>,
    /// What these layers write to the stream, for the last one to read.
    pub stream: Option<Difference>,
    /// The states of the last layer: the product.
    pub product: Option<Difference>,
}

/// Runs a network of several layers on a word in a number format and exactly, side by side.
pub fn differences(network: &LayeredRnn, arithmetic: &RoundedArithmetic, word: &[problems::Token]) -> Differences {
    let n_below = network.layers().len() - 1;
    let mut rounded: Vec<_> = network.start().iter().map(|value| arithmetic.constant(value)).collect();
    let mut exact = network.start().to_vec();
    let mut found = Differences::default();
    for (i, token) in word.iter().enumerate() {
        let below = layers_below(network, arithmetic, &rounded, *token, n_below);
        let below_exact = layers_below(network, &ExactArithmetic, &exact, *token, n_below);
        rounded = network.step(arithmetic, &rounded, usize::from(*token));
        exact = network.step(&ExactArithmetic, &exact, usize::from(*token));
        let first = |rounded: &[RoundedValue], exact: &[Exact], names: &[String]| {
            let place = rounded.iter().zip(exact).position(|(own, exact)| own.as_finite() != Some(exact))?;
            Some(Difference {
                token: i + 1,
                coordinate: names[place].clone(),
                rounded: rounded[place].to_string(),
                exact: exact[place].to_string(),
            })
        };
        let router = below.state.len();
        let last = router..network.n_entries();
        let names = network.coordinates();
        found.router = found.router.or_else(|| first(&below.state, &below_exact.state, names));
        found.stream = found.stream.or_else(|| first(&below.stream, &below_exact.stream, network.stream()));
        found.product = found.product.or_else(|| first(&rounded[last.clone()], &exact[last.clone()], &names[last]));
    }
    found
}

/// What a token does to the first layers of a network.
fn layers_below<A: Arithmetic>(
    network: &LayeredRnn,
    arithmetic: &A,
    state: &[A::Value],
    token: problems::Token,
    n_layers: usize,
) -> Pass<A::Value> {
    let one = arithmetic.constant(&Exact::ONE);
    let embedded = network.embedding().apply(arithmetic, [(usize::from(token), &one)]);
    network.pass(arithmetic, state, embedded, n_layers)
}
