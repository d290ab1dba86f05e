//! A network in a number format beside the exact decider: short words, adversarial and sampled instances, and a proof
//! where there is one.

use super::CheckError;
use super::Counterexample;
use super::Options;
use super::Outcome;
use super::cast;
use super::precision;
use super::precision::Attempt;
use super::precision::Settled;
use super::symbolic;
use super::symbolic::Symbolic;
use super::words;
use super::words::Comparison;
use crate::progress::Progress;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Problem;
use problems::Random;
use problems::Word;
use reductions::Reduction;
use rnn::Accumulate;
use rnn::Fixed;
use rnn::Format;
use rnn::FormatError;
use rnn::Network;
use rnn::Precision;
use rnn::RangeArithmetic;
use rnn::RoundedArithmetic;
use rnn::Terms;
use std::time::Instant;

/// Checks the claim of a reduction for a network whose values are numbers of a format: as [`super::check`] does for
/// exact numbers, with the adversarial instances of the size asked for in the place of the proof where there is none.
///
/// # Errors
/// [`CheckError`] where the network is over other tokens or coordinates, or no instance has the size asked for.
pub fn check(
    reduction: &dyn Reduction,
    network: &Network,
    arithmetic: &RoundedArithmetic,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome, CheckError> {
    let started = Instant::now();
    let problem = reduction.problem();
    let n = options.n.unwrap_or(problem.sizes().default);
    let sampled = super::draw(problem, n, options).map_err(CheckError::Size)?;
    let adversarial = adversarial(problem, n);
    let comparison = Comparison::rounded(reduction, network, arithmetic);
    let terms = Terms::default();
    let reader = reduction.proof(&terms, network).map_err(CheckError::Network)?.definition().reader();

    let asked = (n, arithmetic.precision());
    let attempt = precision::attempt(reduction, network, asked, (options.timeout, options.seed), progress);
    let attempt = attempt.map_err(CheckError::Network)?;
    let is_proved = matches!(attempt, Attempt::Proved(_));

    // A word is no larger than it is long: where no length is asked for, none is read that is larger than `n`.
    let (budget, _) = super::word_budgets(network);
    let within = || problems::longest_within(problem.alphabet().len(), budget).min(n);
    let max_length = options.max_length.unwrap_or_else(within);
    progress.start("words", 0);
    let words = words::explore(comparison, &reader, max_length, max_length);
    progress.start("instances", adversarial.len() + sampled.len());
    let (hardest, differs_on_hardest) = super::run_samples(comparison, n, &adversarial, progress);
    let (samples, differs_on_sample) = super::run_samples(comparison, n, &sampled, progress);

    let differs_at_size = differs_on_hardest.or(differs_on_sample);
    // What is proved of a size is not refuted by a word that may be larger, and a word is no larger than it is long.
    let differs_on_word = words.network_differs.clone().filter(|word| !is_proved || word.len() <= n);
    let mut differing = differs_on_word.clone();
    if let (None, Some(word)) = (&differing, differs_at_size.clone()) {
        progress.start("smaller instances", 0);
        let scan = cast::scan(comparison, n, cast::budget(network), &Progress::new(true));
        let smaller = scan.failure.map(|failure| failure.word).filter(|smaller| smaller.len() < word.len());
        differing = Some(smaller.unwrap_or(word));
    }
    let symbolic = match options.symbolic {
        None => Symbolic::NotAsked,
        Some(length) => {
            progress.start("unrolled network", 0);
            unroll(comparison, reduction, length, options)
        }
    };
    if let (None, Symbolic::Differ(word)) = (&differing, &symbolic) {
        differing = Some(word.clone());
    }
    progress.finish();
    let counterexample = differing.map(|word| Counterexample::replayed(comparison, word));

    // Beside a proof, what was run does not carry the claim; without one it is all that there is.
    let settled = match &attempt {
        Attempt::Proved(settled) | Attempt::Open(settled) => Some(settled),
        Attempt::NoTheorem | Attempt::Fails(_) => None,
    };
    let carries = settled.is_none();
    let verdict = |differs: bool, otherwise| if differs { Verdict::Refuted } else { otherwise };
    let (yes, no) = (words.yes, words.no);
    let by_instances = format!(
        "{} adversarial instances of {n} {}, {} tokens ({} yes, {} no)",
        hardest.yes + hardest.no,
        problem.sizes().unit,
        hardest.n_tokens,
        hardest.yes,
        hardest.no
    );
    let of_words = Link {
        name: "rounded network = decider".to_owned(),
        verdict: verdict(differs_on_word.is_some(), Verdict::Checked),
        by: format!("every word of length <= {max_length} ({} words: {yes} yes, {no} no)", yes + no),
        carries,
    };
    let of_instances = Link {
        name: "at the size asked for".to_owned(),
        verdict: verdict(differs_at_size.is_some(), Verdict::Sampled),
        by: by_instances,
        carries,
    };
    let no_proof = |obligation: &String| Link {
        name: "no proof".to_owned(),
        verdict: Verdict::Undetermined,
        by: format!("it does not hold that: {obligation}"),
        carries: false,
    };
    let mut links: Vec<Link> = settled.map(Settled::link).into_iter().collect();
    links.extend((!is_proved).then_some(of_words));
    links.push(of_instances);
    if let Attempt::Fails(obligation) = &attempt {
        links.push(no_proof(obligation));
    }
    links.push(super::definition_link(&words, problem));
    let obligations = match attempt {
        Attempt::Proved(settled) | Attempt::Open(settled) => settled.judged,
        Attempt::NoTheorem | Attempt::Fails(_) => Vec::new(),
    };
    let mut outcome = Outcome {
        verdict: Verdict::Undetermined,
        links,
        alarm: is_proved && counterexample.is_some(),
        obligations,
        words,
        symbolic,
        samples,
        counterexample,
        elapsed: started.elapsed(),
    };
    outcome.links.extend(super::symbolic_link(&outcome.symbolic));
    outcome.verdict = super::verdict(&outcome);
    Ok(outcome)
}

/// Fixed point in which the network can be unrolled over unknown tokens: with exact weights and wide accumulators.
pub fn unrolls(precision: &Precision) -> Option<Fixed> {
    match *precision {
        Precision { format: Format::Fixed(fixed), accumulate: Accumulate::Wide, round_weights: false, .. } => {
            Some(fixed)
        }
        _ => None,
    }
}

/// A word of the solver's is one on which network and decider differ, or one on which a value leaves the range: only the
/// first is a counterexample.
fn unroll(
    comparison: Comparison<'_, RoundedArithmetic>,
    reduction: &dyn Reduction,
    length: usize,
    options: &Options,
) -> Symbolic {
    let precision = comparison.arithmetic().precision();
    let Some(fixed) = unrolls(precision) else {
        return Symbolic::Unknown(0, format!("only fixed point with exact weights is unrolled, not {precision}"));
    };
    let network = comparison.network();
    let numbers = (fixed, precision.rounding);
    match symbolic::unroll_fixed(reduction, network, numbers, length, options.timeout) {
        Symbolic::Differ(word) if !comparison.differs(&word) => Symbolic::Unknown(
            word.len(),
            "a value leaves the range of the format, and network and decider agree".into(),
        ),
        other => other,
    }
}

/// The adversarial instances of a size, with their answers.
fn adversarial(problem: &dyn Problem, n: usize) -> Vec<(Word, bool)> {
    let with_answer = |word: Word| {
        let answer = problem.decide(&word);
        (word, answer)
    };
    problem.adversarial(n, usize::MAX).into_iter().map(with_answer).collect()
}

/// The words on which the number of bits before the point is measured for a check at size `n`: its instances, and short
/// words.
pub fn words_to_measure(problem: &dyn Problem, n: usize, options: &Options) -> Vec<Word> {
    const SHORT_WORDS: usize = 5_000;
    let n_tokens = problem.alphabet().len();
    let mut words = problem.adversarial(n, usize::MAX);
    let draw = |i: usize| problem.sample(n, i.is_multiple_of(2), &mut Random::new(options.seed, i as u64)).ok();
    words.extend((0..options.samples).filter_map(draw).map(|sample| sample.word));
    let length = problems::longest_within(n_tokens, SHORT_WORDS).min(options.max_length.unwrap_or(n));
    words.extend(problems::words_of_length(n_tokens, length));
    words
}

/// The least number of bits before the point with which nothing overflows on these words.
///
/// # Errors
/// [`FormatError`] where there are too many bits behind the point.
pub fn int_bits<'w>(
    network: &Network,
    precision: Precision,
    frac_bits: u32,
    words: impl IntoIterator<Item = &'w Word>,
) -> Result<u32, FormatError> {
    let arithmetic = RangeArithmetic::new(precision, frac_bits)?;
    for word in words {
        let start = network.start_in(&arithmetic);
        let step = |state: Vec<_>, token: &u8| network.step(&arithmetic, &state, usize::from(*token));
        let state = word.iter().fold(start, step);
        network.read_out(&arithmetic, &state);
    }
    Ok(arithmetic.int_bits())
}
