//! The least number of bits with which a network is right at a size: at which it is proved to be, at which no
//! counterexample was found, and the counterexample one bit below.

use crate::check::Counterexample;
use crate::check::obligations::Judged;
use crate::check::proofs;
use crate::check::proofs::Attempt;
use crate::check::words::Comparison;
use crate::progress::Progress;
use problems::NoInstance;
use problems::Problem;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use reductions::Reduction;
use reductions::proof::precision::Growth;
use reductions::proof::precision::Searched;
use rnn::Network;
use rnn::Precision;
use rnn::RoundedArithmetic;
use std::collections::BTreeSet;
use std::time::Duration;

/// No more bits than these are looked at.
const MOST_BITS: u32 = 4096;

/// The same for a network of several layers.
const MOST_BITS_OF_LAYERS: u32 = 64;

/// After the least number of bits without a counterexample, so many larger ones are looked at, and then twice as many
/// bits: more bits need not be better.
const LARGER: usize = 4;

/// How many larger numbers of bits are tried for a proof.
const TRIED_FOR_A_PROOF: u32 = 8;

/// How many instances of a size are sampled, both answers in turn.
const SAMPLED: u64 = 4;

/// What is asked: bits of which kind, and how numbers are computed with.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// The reduction.
    pub reduction: &'q dyn Reduction,
    /// The network: the reduction's own.
    pub network: &'q Network,
    /// Which number of bits is searched.
    pub searched: Searched,
    /// How numbers are computed with; its format is not looked at.
    pub mode: Precision,
    /// The limit of each query to the solver.
    pub timeout: Duration,
}

/// What was found at one size.
#[derive(Clone, Debug)]
pub struct Least {
    /// The size.
    pub n: usize,
    /// The least number of bits with which, and with all larger ones that were looked at, no counterexample was found.
    pub bits: Option<u32>,
    /// The least number of bits that is proved to suffice, and what proves it.
    pub proved: Option<(u32, String)>,
    /// How many instances were run, and the largest number of bits with which they were.
    pub looked_at: (usize, u32),
    /// Smaller numbers of bits with which no counterexample was found though larger ones have one.
    pub isolated: Vec<u32>,
    /// The largest number of bits with a counterexample, and the shortest that was found.
    pub below: Option<(u32, Counterexample)>,
    /// Why it is not settled, where it is not.
    pub undetermined: Option<String>,
    /// A number of bits is proved to suffice and yet has a counterexample: a fault of the harness.
    pub alarm: bool,
}

impl Least {
    /// What supports the number of bits, as one sentence.
    pub fn suffices_by(&self, unit: &str) -> String {
        let (n_instances, most) = self.looked_at;
        match (&self.proved, self.bits) {
            (Some((bits, proof)), Some(found)) if *bits == found => proof.clone(),
            (_, Some(_)) => format!("no counterexample among {n_instances} instances of {} {unit}", self.n),
            (_, None) => format!("a counterexample with every number of bits up to {most}"),
        }
    }
}

/// Finds the least number of bits at a size.
///
/// # Errors
/// [`NoInstance`] where the problem has no instances of this size.
pub fn least(question: &Question<'_>, n: usize, progress: &Progress) -> Result<Least, NoInstance> {
    let problem = question.reduction.problem();
    let words = instances(problem, n)?;
    let most = if matches!(question.network, Network::Layered(_)) { MOST_BITS_OF_LAYERS } else { MOST_BITS };
    // Numbers of bits without a counterexample that are smaller than the last one with one, and larger than it.
    let (mut isolated, mut passing) = (Vec::new(), Vec::new());
    let mut failing = None;
    let mut largest = 0;
    let mut bits = 1;
    while bits <= most {
        largest = largest.max(bits);
        progress.start(&format!("{} n = {n}: {bits} bits", problem.name()), 0);
        if first_differing(question, bits, &words).is_some() {
            isolated.append(&mut passing);
            failing = Some(bits);
        } else {
            passing.push(bits);
        }
        bits = match (passing.len(), passing.first()) {
            (n, Some(least)) if n == LARGER + 1 => (2 * least).max(bits + 1),
            (n, _) if n > LARGER + 1 => break,
            _ => bits + 1,
        };
    }
    let mut found = Least {
        n,
        bits: passing.first().copied(),
        proved: None,
        looked_at: (words.len(), largest),
        isolated,
        below: failing.map(|bits| (bits, shortest_counterexample(question, bits, &words))),
        undetermined: None,
        alarm: false,
    };
    let Some(least) = found.bits else {
        found.undetermined = Some(format!("no number of bits up to {largest} suffices"));
        return Ok(found);
    };
    // The fault that a proof could hide: it must not prove what has a counterexample.
    found.alarm = failing.is_some_and(|bits| attempt(question, n, bits, progress).is_proved());
    for bits in least..=least + TRIED_FOR_A_PROOF {
        match attempt(question, n, bits, progress) {
            Attempt::NoTheorem => break,
            Attempt::Fails(_) => {}
            Attempt::Settled(settled) => {
                match settled.gap() {
                    None => found.proved = Some((bits, settled.by())),
                    Some(gap) => found.undetermined = Some(format!("with {bits} bits {}", reason(gap, problem))),
                }
                break;
            }
        }
    }
    progress.finish();
    Ok(found)
}

/// Adversarial instances of this size and of smaller ones at which widths change, then hard ones of this size: those of
/// the size itself first, the shortest first, as most numbers of bits fail on them.
fn instances(problem: &dyn Problem, n: usize) -> Result<Vec<Word>, NoInstance> {
    let mut words = problem.adversarial(n, usize::MAX);
    let mut refusal = None;
    for i in 0..SAMPLED {
        match problem.sample(n, i.is_multiple_of(2), &mut Random::new(0, i)) {
            Ok(sample) => words.push(sample.word),
            Err(error) => refusal = Some(error),
        }
    }
    if let (true, Some(error)) = (words.is_empty(), refusal) {
        return Err(error);
    }
    words.sort_by_key(Vec::len);
    let powers = (1..usize::BITS).map(|exponent| 1 << exponent).take_while(|power| *power <= n);
    let smaller: BTreeSet<usize> =
        powers.flat_map(|power: usize| [power, power + 1]).filter(|size| *size < n).collect();
    words.extend(smaller.into_iter().rev().flat_map(|size| problem.adversarial(size, usize::MAX)));
    Ok(words)
}

fn arithmetic(question: &Question<'_>, bits: u32) -> RoundedArithmetic {
    RoundedArithmetic::new(precision(question, bits))
}

/// The precision with so many bits.
pub fn precision(question: &Question<'_>, bits: u32) -> Precision {
    let format = question.searched.format(bits).expect("fewer bits are looked at than a format can have");
    Precision { format, ..question.mode }
}

/// Some word on which network and decider differ; which one is the same every time.
fn first_differing<'w>(question: &Question<'_>, bits: u32, words: &'w [Word]) -> Option<&'w Word> {
    let arithmetic = arithmetic(question, bits);
    let comparison = Comparison::rounded(question.reduction, question.network, &arithmetic);
    // In small portions, so that long words are read only where the short ones agree.
    let portion = 2 * rayon::current_num_threads();
    let runners = comparison.runners();
    words.chunks(portion).find_map(|words| words.par_iter().find_first(|word| runners.differs(word)))
}

fn shortest_counterexample(question: &Question<'_>, bits: u32, words: &[Word]) -> Counterexample {
    let arithmetic = arithmetic(question, bits);
    let comparison = Comparison::rounded(question.reduction, question.network, &arithmetic);
    let runners = comparison.runners();
    let differing = words.par_iter().filter(|word| runners.differs(word));
    let shortest = differing.min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    Counterexample::replayed(comparison, shortest.expect("one of them differs").clone())
}

/// Asks for the proof that so many bits suffice at this size, and settles it.
fn attempt(question: &Question<'_>, n: usize, bits: u32, progress: &Progress) -> Attempt {
    let Question { reduction, network, timeout, .. } = *question;
    let asked = proofs::Question { reduction, network, timeout, seed: 0 };
    let attempt = proofs::in_precision(&asked, n, &precision(question, bits), progress);
    attempt.expect("a reduction's own network has the coordinates that its proof names")
}

fn reason(judged: &Judged, problem: &dyn Problem) -> String {
    let format = |word: &[usize]| problem.alphabet().format(&word.iter().map(|token| *token as u8).collect::<Vec<_>>());
    format!("{}: {}", judged.name, judged.reason(format))
}

/// The line `a f(n) + b` of least squares through points (n, bits), and its largest distance from one of them. For
/// print only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// What f is.
    pub growth: Growth,
    /// The slope a.
    pub slope: f64,
    /// The constant b.
    pub constant: f64,
    /// The largest distance.
    pub error: f64,
}

impl Fit {
    /// The better one of both forms; none through fewer than two points. Where both are as good, `expected` is taken.
    pub fn through(points: &[(usize, u32)], expected: Option<Growth>) -> Option<Self> {
        let [linear, logarithmic] = [Growth::Linear, Growth::Logarithmic].map(|growth| Self::of(growth, points));
        let (linear, logarithmic) = (linear?, logarithmic?);
        let prefers_linear = match expected {
            _ if (linear.error - logarithmic.error).abs() > 1e-9 => linear.error < logarithmic.error,
            expected => expected == Some(Growth::Linear),
        };
        Some(if prefers_linear { linear } else { logarithmic })
    }

    fn of(growth: Growth, points: &[(usize, u32)]) -> Option<Self> {
        let points: Vec<(f64, f64)> = points.iter().map(|(n, bits)| (argument(growth, *n), f64::from(*bits))).collect();
        let count = points.len() as f64;
        let mean = |f: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / count;
        let (x, y) = (mean(&|point| point.0), mean(&|point| point.1));
        let spread = mean(&|point| (point.0 - x).powi(2));
        if points.len() < 2 || spread < 1e-9 {
            return None;
        }
        let slope = mean(&|point| (point.0 - x) * (point.1 - y)) / spread;
        let constant = y - slope * x;
        let error = points.iter().map(|point| (slope * point.0 + constant - point.1).abs()).fold(0.0, f64::max);
        Some(Self { growth, slope, constant, error })
    }

    /// The formula, as `2 n - 2`.
    pub fn formula(&self) -> String {
        let number = |value: f64| {
            let text = format!("{value:.3}");
            let text = text.trim_end_matches('0').trim_end_matches('.');
            if text == "-0" { "0".to_owned() } else { text.to_owned() }
        };
        let argument = match self.growth {
            Growth::Linear => "n",
            Growth::Logarithmic => "log2 n",
        };
        let (slope, constant) = (number(self.slope), number(self.constant.abs()));
        let sign = if self.constant < 0.0 { "-" } else { "+" };
        match (slope.as_str(), constant.as_str()) {
            ("0", _) => number(self.constant),
            (_, "0") => format!("{slope} {argument}"),
            _ => format!("{slope} {argument} {sign} {constant}"),
        }
    }
}

/// The f(n) of a growth.
fn argument(growth: Growth, n: usize) -> f64 {
    match growth {
        Growth::Linear => n as f64,
        Growth::Logarithmic => (n as f64).log2(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_is_a_line_or_a_logarithm_whichever_is_nearer() {
        let line = Fit::through(&[(4, 6), (8, 14), (16, 30)], None).unwrap();
        assert_eq!((line.growth, line.formula()), (Growth::Linear, "2 n - 2".to_owned()));
        let logarithm = Fit::through(&[(4, 4), (8, 5), (16, 6)], None).unwrap();
        assert_eq!((logarithm.growth, logarithm.formula()), (Growth::Logarithmic, "1 log2 n + 2".to_owned()));
        let two = [(4, 4), (8, 5)];
        assert_eq!(Fit::through(&two, Some(Growth::Linear)).unwrap().formula(), "0.25 n + 3");
        assert_eq!(Fit::through(&two, Some(Growth::Logarithmic)).unwrap().formula(), "1 log2 n + 2");
        assert_eq!(Fit::through(&[(4, 4), (8, 4)], None).unwrap().formula(), "4");
        assert_eq!(Fit::through(&[(4, 4)], None), None);
    }
}
