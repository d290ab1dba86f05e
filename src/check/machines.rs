//! Checking a machine that is no network: every short word and exact runs on hard instances; there is nothing to prove.

use super::instances::Instances;
use super::options::Options;
use super::words;
use super::words::shrink_while;
use crate::progress::Progress;
use crate::verdict::Verdict;
use problems::NoInstance;
use problems::Token;
use problems::Word;
use problems::words_of_length;
use rayon::prelude::*;
use reductions::as_printed::MachineClaim;
use std::time::Duration;
use std::time::Instant;

/// How many words are read where no length is asked for: a machine's step costs little.
const WORD_BUDGET: usize = 2_000_000;

/// What a check of a machine found.
#[derive(Clone, Debug)]
pub struct MachineOutcome {
    /// The verdict: *refuted* by a word, or *checked*; a machine is not proved.
    pub verdict: Verdict,
    /// The length up to which every word was read.
    pub max_length: usize,
    /// How many of these words are yes-words, no-words, and outside the promise.
    pub words: [u64; 3],
    /// How many yes- and no-instances were run.
    pub samples: [usize; 2],
    /// The size of these instances.
    pub n: usize,
    /// The shortest word found on which machine and decider differ, and the machine's answer.
    pub counterexample: Option<(Word, bool)>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Whether the machine accepts a word.
pub fn accepts(claim: &MachineClaim, word: &[Token]) -> bool {
    claim.machine.accepts(word.iter().map(|token| usize::from(*token)))
}

/// Whether machine and decider differ on a word that keeps the promise.
pub fn differs(claim: &MachineClaim, word: &[Token]) -> bool {
    claim.problem.promises(word) && accepts(claim, word) != claim.problem.decide(word)
}

/// Reads every short word and some hard instances.
///
/// # Errors
/// [`NoInstance`] where there is no instance of the size asked for.
pub fn check(claim: &MachineClaim, options: &Options, progress: &Progress) -> Result<MachineOutcome, NoInstance> {
    let started = Instant::now();
    let problem = claim.problem;
    let n = options.n.unwrap_or(problem.sizes().default);
    let instances = Instances::draw(problem, options, false)?.drawn;
    let n_tokens = problem.alphabet().len();
    let max_length = options.max_length.unwrap_or_else(|| words::longest(n_tokens, WORD_BUDGET));

    progress.start("words", max_length);
    let mut words = [0; 3];
    let mut differing: Option<Word> = None;
    for length in 0..=max_length {
        for word in words_of_length(n_tokens, length) {
            let kind = match (problem.promises(&word), problem.decide(&word)) {
                (false, _) => 2,
                (true, answer) => usize::from(!answer),
            };
            words[kind] += 1;
            if differing.is_none() && differs(claim, &word) {
                differing = Some(word);
            }
        }
        progress.step();
    }
    progress.finish();
    let on_sample = instances.par_iter().find_first(|(word, _)| differs(claim, word)).map(|(word, _)| word.clone());
    let found = differing.or_else(|| on_sample.map(|word| shrink_while(&word, |shorter| differs(claim, shorter))));
    let yes = instances.iter().filter(|(_, answer)| *answer).count();
    let verdict = match &found {
        Some(_) => Verdict::Refuted,
        None if words[0] == 0 || words[1] == 0 => Verdict::Undetermined,
        None => Verdict::Checked,
    };
    Ok(MachineOutcome {
        verdict,
        max_length,
        words,
        samples: [yes, instances.len() - yes],
        n,
        counterexample: found.map(|word| (accepts(claim, &word), word)).map(|(answer, word)| (word, answer)),
        elapsed: started.elapsed(),
    })
}
