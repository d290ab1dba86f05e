//! The stage of a check that draws instances, and the one that runs a network on them.

use super::options::Options;
use super::words::Comparison;
use crate::progress::Progress;
use problems::NoInstance;
use problems::Problem;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use rnn::Concrete;

/// Instances of one size, with their answers.
#[derive(Clone, Debug, Default)]
pub struct Instances {
    /// Their size.
    pub n: usize,
    /// Those that are drawn: both answers in turn; where only one answer exists at this size, only that one.
    pub drawn: Vec<(Word, bool)>,
    /// Those that ask most of a number format, where one is asked about.
    pub adversarial: Vec<(Word, bool)>,
}

impl Instances {
    /// Draws the instances of a check; `adversarial` ones beside them for a check of a number format.
    ///
    /// # Errors
    /// [`NoInstance`] where there is none of the size asked for.
    pub fn draw(problem: &dyn Problem, options: &Options, adversarial: bool) -> Result<Self, NoInstance> {
        let n = options.n.unwrap_or(problem.sizes().default);
        let draw_one = |i: usize| {
            let answer = i.is_multiple_of(2);
            let sample = problem.sample(n, answer, &mut Random::new(options.seed, i as u64));
            sample.map(|sample| (sample.word, answer))
        };
        let found: Vec<Result<(Word, bool), NoInstance>> = (0..options.samples).into_par_iter().map(draw_one).collect();
        let (drawn, refusals): (Vec<_>, Vec<_>) = found.into_iter().partition(Result::is_ok);
        let drawn: Vec<(Word, bool)> = drawn.into_iter().flatten().collect();
        match refusals.into_iter().find_map(Result::err) {
            Some(error) if drawn.is_empty() => return Err(error),
            _ => {}
        }
        let adversarial = if adversarial { problem.adversarial(n, usize::MAX) } else { Vec::new() };
        let with_answer = |word: Word| (problem.decide(&word), word);
        let adversarial = adversarial.into_iter().map(with_answer).map(|(answer, word)| (word, answer)).collect();
        Ok(Self { n, drawn, adversarial })
    }

    /// Runs a network on all of them, and gives the first on which it differs from the decider: of the adversarial ones
    /// before the drawn ones.
    pub fn run<A: Concrete>(&self, comparison: Comparison<'_, A>, progress: &Progress) -> (Runs, Option<Word>) {
        progress.start("instances", self.adversarial.len() + self.drawn.len());
        let (adversarial, first) = run(comparison, &self.adversarial, progress);
        let (drawn, second) = run(comparison, &self.drawn, progress);
        (Runs { n: self.n, drawn, adversarial }, first.or(second))
    }
}

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// The size of the instances.
    pub n: usize,
    /// The drawn instances.
    pub drawn: Samples,
    /// The adversarial ones.
    pub adversarial: Samples,
}

/// How many instances were run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// How many yes-instances.
    pub yes: usize,
    /// How many no-instances.
    pub no: usize,
    /// Their number of tokens, in all.
    pub n_tokens: usize,
}

impl Samples {
    /// How many instances.
    pub fn count(&self) -> usize {
        self.yes + self.no
    }

    /// For a reader, where they are `what`: `8 hard instances of 64 values, 14843 tokens (4 yes, 4 no)`.
    pub fn describe(&self, what: &str, n: usize, unit: &str) -> String {
        let Self { yes, no, n_tokens } = self;
        format!("{} {what} instances of {n} {unit}, {n_tokens} tokens ({yes} yes, {no} no)", self.count())
    }
}

fn run<A: Concrete>(
    comparison: Comparison<'_, A>,
    instances: &[(Word, bool)],
    progress: &Progress,
) -> (Samples, Option<Word>) {
    let runners = comparison.runners();
    let differs = |(word, _): &&(Word, bool)| {
        let differs = runners.differs(word);
        progress.step();
        differs
    };
    let differing: Vec<&(Word, bool)> = instances.par_iter().filter(differs).collect();
    let yes = instances.iter().filter(|(_, answer)| *answer).count();
    let n_tokens = instances.iter().map(|(word, _)| word.len()).sum();
    let samples = Samples { yes, no: instances.len() - yes, n_tokens };
    (samples, differing.first().map(|(word, _)| word.clone()))
}
