//! How many bits before the point a network needs, measured on words.

use super::options::Options;
use problems::Problem;
use problems::Random;
use problems::Word;
use rnn::FormatError;
use rnn::Network;
use rnn::Precision;
use rnn::RangeArithmetic;

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
/// [`FormatError`] where there are too many bits after the point.
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
