//! Checking one claim: one pipeline of stages, for exact numbers and for numbers of a format alike.
//!
//! Instances are drawn; obligations are judged; every short word is read; the definition is tested against the decider;
//! the network runs on the instances; it is unrolled over unknown tokens where that is asked for; where an obligation is
//! open a differing word is looked for after it. Each stage gives links, and the verdict is that of the weakest.

pub mod against;
pub mod checkpoint;
pub mod instances;
pub mod machines;
pub mod obligations;
pub mod options;
pub mod own_machine;
pub mod proofs;
pub mod range;
pub mod reached;
pub mod scan;
pub mod search;
pub mod shipped;
pub mod statement;
pub mod symbolic;
pub mod words;

use crate::progress::Progress;
use crate::solver;
use crate::verdict::Judgement;
use crate::verdict::Link;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use instances::Instances;
use instances::Runs;
use obligations::Judged;
use options::CheckError;
use options::Options;
use problems::Problem;
use problems::Word;
use proofs::Attempt;
use proofs::Question;
use reductions::Reduction;
use reductions::definition::Reader;
use rnn::Accumulate;
use rnn::Concrete;
use rnn::Exact;
use rnn::Fixed;
use rnn::Format;
use rnn::Network;
use rnn::Precision;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;
use rnn::Terms;
use statement::Statement;
use std::time::Duration;
use std::time::Instant;
use symbolic::Symbolic;
use words::Comparison;
use words::Words;

/// How many token steps are spent on every short word where no length is asked for. A number of steps, not a time, so
/// that output repeats on any machine.
pub const WORD_BUDGET: usize = 300_000;

/// The same for a network of several layers, a step of which costs about ten times as much.
pub const LAYERED_WORD_BUDGET: usize = 30_000;

/// How many words definition and decider read beside it: with four tokens these are the words of nine.
pub const DEFINITION_WORD_BUDGET: usize = 350_000;

/// How many weights may be met on the way, so that networks with many of them read fewer words.
pub const LAYERED_WEIGHT_BUDGET: usize = 64_000_000;

/// How many continuations are tried after the obligations that failed.
const CONTINUATIONS: usize = 40_000;

/// A word on which network and decider differ, replayed exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// The word.
    pub word: Word,
    /// The network's answer.
    pub network: bool,
    /// The decider's answer.
    pub decider: bool,
    /// The network's values and the decider's, where values are asked for after this word.
    pub values: Option<(Vec<RoundedValue>, Vec<Exact>)>,
}

impl Counterexample {
    /// What network and decider say of a word.
    pub(crate) fn replayed<A: Concrete>(comparison: Comparison<'_, A>, word: Word) -> Self {
        let state = comparison.run(&word);
        Self {
            network: comparison.accepts(&state),
            decider: comparison.problem().decide(&word),
            values: comparison.values(&state, &word),
            word,
        }
    }
}

/// A fault of the harness itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// All obligations are discharged, and yet a word differs.
    Network,
    /// The definition is shown to be the problem, and yet definition and decider differ on a word.
    Definition,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The verdict on the claim, with the link that is its reason.
    pub judgement: Judgement,
    /// What the verdict rests on, and what stands beside it.
    pub links: Vec<Link>,
    /// The proof.
    pub proof: Attempt,
    /// Every short word.
    pub words: Words,
    /// The test of the definition against the decider.
    pub statement: Statement,
    /// The unrolled network.
    pub symbolic: Symbolic,
    /// The instances that were run.
    pub runs: Runs,
    /// The counterexample, where the claim is refuted.
    pub counterexample: Option<Counterexample>,
    /// A fault of the harness.
    pub alarm: Option<Alarm>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.judgement.verdict
    }

    /// Every obligation that was judged.
    pub fn obligations(&self) -> &[Judged] {
        self.proof.settled().map_or(&[], |settled| &settled.judged)
    }

    /// The obligations that are not discharged; where all are, those that are discharged in vain. (A network that fails an
    /// obligation reaches states by itself that contradict others.)
    pub fn gaps(&self) -> Vec<&Judged> {
        let judged = self.obligations();
        let open: Vec<&Judged> = judged.iter().filter(|judged| !judged.is_discharged()).collect();
        if open.is_empty() { judged.iter().filter(|judged| !judged.is_witnessed()).collect() } else { open }
    }

    /// The verdict of which exit codes are made: a fault of the harness counts as *refuted*.
    pub fn verdict_or_alarm(&self) -> Verdict {
        if self.alarm.is_some() { Verdict::Refuted } else { self.verdict() }
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        exit_code([self.verdict_or_alarm()])
    }
}

/// Checks the claim of a reduction for a network, its own or one with other weights, in exact numbers or in those of a
/// format.
///
/// # Errors
/// [`CheckError`] where the network is of another kind, or over other tokens or coordinates, or no instance has the size
/// asked for.
pub fn check(
    reduction: &dyn Reduction,
    network: &Network,
    precision: Option<&Precision>,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome, CheckError> {
    let started = Instant::now();
    // A size that does not exist is refused before any work is done.
    let instances = Instances::draw(reduction.problem(), options, precision.is_some()).map_err(CheckError::Size)?;
    let question = Question { reduction, network, timeout: options.timeout, seed: options.seed };
    match precision {
        None => {
            let (settled, reader) = proofs::exact(&question, &instances.drawn, progress)?;
            let case = Case {
                comparison: Comparison::new(reduction, network),
                reduction,
                instances,
                attempt: Attempt::Settled(settled),
                reader,
                options,
                precision,
            };
            Ok(case.outcome(started, progress))
        }
        Some(format) => {
            let reader =
                reduction.proof(&Terms::default(), network).map_err(CheckError::Network)?.definition().reader();
            let attempt =
                proofs::in_precision(&question, instances.n, format, progress).map_err(CheckError::Network)?;
            let arithmetic = RoundedArithmetic::new(*format);
            let comparison = Comparison::rounded(reduction, network, &arithmetic);
            let case = Case { comparison, reduction, instances, attempt, reader, options, precision };
            Ok(case.outcome(started, progress))
        }
    }
}

/// A claim whose proof was judged, on the way to its verdict.
struct Case<'c, A: Concrete> {
    comparison: Comparison<'c, A>,
    reduction: &'c dyn Reduction,
    instances: Instances,
    attempt: Attempt,
    reader: Reader,
    options: &'c Options,
    precision: Option<&'c Precision>,
}

impl<A: Concrete> Case<'_, A> {
    fn outcome(self, started: Instant, progress: &Progress) -> Outcome {
        let (comparison, options, problem) = (self.comparison, self.options, self.comparison.problem());
        progress.start("words", 0);
        let (definition_length, network_length) = self.lengths();
        let words = words::explore(comparison, &self.reader, definition_length, network_length);
        let statement = statement::test(problem, &self.reader, &words, options.seed, progress);
        let (runs, differs_on_instance) = self.instances.run(comparison, progress);
        let symbolic = self.unrolled(progress);
        let differing = self.differing(&words, differs_on_instance.clone(), &symbolic, progress);
        progress.finish();
        let counterexample =
            differing.map(|word| self.shortest(word)).map(|word| Counterexample::replayed(comparison, word));

        let shows = |shown: fn(&proofs::Settled) -> bool| self.attempt.settled().is_some_and(shown);
        let alarm = if counterexample.is_some() && self.is_discharged() {
            Some(Alarm::Network)
        } else if statement.differs.is_some() && shows(proofs::Settled::shows_the_definition) {
            Some(Alarm::Definition)
        } else {
            None
        };
        let links = self.links(&words, &statement, &runs, differs_on_instance.is_some(), &symbolic);
        let judgement = match &counterexample {
            Some(_) => Judgement { verdict: Verdict::Refuted, weakest: None },
            None => Judgement::of(&links),
        };
        Outcome {
            judgement,
            links,
            words,
            statement,
            symbolic,
            runs,
            counterexample,
            alarm,
            elapsed: started.elapsed(),
            proof: self.attempt,
        }
    }

    /// Whether every obligation about the network was discharged, so that no word may differ.
    fn is_discharged(&self) -> bool {
        match self.precision {
            None => self.attempt.settled().is_some_and(proofs::Settled::is_discharged),
            Some(_) => self.attempt.is_proved(),
        }
    }

    /// The length up to which definition and decider read every word, and up to which the network does. In a number
    /// format the network reads words of the size asked for only: a word is no larger than it is long.
    fn lengths(&self) -> (usize, usize) {
        let n_tokens = self.comparison.problem().alphabet().len();
        let (budget, definition_budget) = word_budgets(self.comparison.network());
        let length = |budget| self.options.max_length.unwrap_or_else(|| words::longest(n_tokens, budget));
        match self.precision {
            None => (length(definition_budget), length(budget)),
            Some(_) => {
                let within = words::longest(n_tokens, budget).min(self.instances.n);
                (length(definition_budget), self.options.max_length.unwrap_or(within))
            }
        }
    }

    fn unrolled(&self, progress: &Progress) -> Symbolic {
        let Some(length) = self.options.symbolic else { return Symbolic::NotAsked };
        progress.start("unrolled network", 0);
        let (network, limit) = (self.comparison.network(), self.options.timeout);
        let Some(precision) = self.precision else { return symbolic::unroll(self.reduction, network, length, limit) };
        let Some(fixed) = unrolls(precision) else {
            return Symbolic::Unknown(0, format!("only fixed point with exact weights is unrolled, not {precision}"));
        };
        // A word of the solver's is one on which network and decider differ, or one on which a value leaves the range.
        match symbolic::unroll_fixed(self.reduction, network, (fixed, precision.rounding), length, limit) {
            Symbolic::Differ(word) if !self.comparison.differs(&word) => Symbolic::Unknown(
                word.len(),
                "a value leaves the range of the format, and network and decider agree".into(),
            ),
            other => other,
        }
    }

    /// A word on which network and decider differ, where one was met, or is found after an open obligation.
    fn differing(
        &self,
        words: &Words,
        on_instance: Option<Word>,
        symbolic: &Symbolic,
        progress: &Progress,
    ) -> Option<Word> {
        let n = self.instances.n;
        // What is proved of a size is not refuted by a word that may be larger.
        let is_of_the_size = |word: &Word| self.precision.is_none() || !self.attempt.is_proved() || word.len() <= n;
        let mut differing = words.network_differs.clone().filter(is_of_the_size);
        if let (None, Some(word)) = (&differing, on_instance) {
            differing = Some(self.of_a_smaller_size(word, progress));
        }
        if let (None, Symbolic::Differ(word)) = (&differing, symbolic) {
            // A word of the solver's is a counterexample only if it differs when it is replayed.
            differing = self.comparison.differs(word).then(|| word.clone());
        }
        let open =
            self.attempt.settled().filter(|_| self.precision.is_none()).filter(|settled| settled.gap().is_some());
        if let (None, Some(settled)) = (&differing, open) {
            progress.start("words after the gaps", 0);
            let gaps = settled.judged.iter().filter(|judged| !judged.holds()).map(|gap| gap.location);
            let behind = search::Behind::new(&self.reader, self.comparison.problem(), self.options.seed);
            differing = behind.differing(self.comparison, gaps, CONTINUATIONS);
        }
        differing
    }

    /// In a number format, an instance of a smaller size that differs, where a scan of the sizes finds one.
    fn of_a_smaller_size(&self, word: Word, progress: &Progress) -> Word {
        if self.precision.is_none() {
            return word;
        }
        progress.start("smaller instances", 0);
        let budget = scan::budget(self.comparison.network());
        let scan = scan::scan(self.comparison, self.instances.n, budget, &Progress::new(true));
        let smaller = scan.failure.map(|failure| failure.word).filter(|smaller| smaller.len() < word.len());
        smaller.unwrap_or(word)
    }

    /// In exact numbers a shorter word that differs as well; in a number format the word stays one of its size.
    fn shortest(&self, word: Word) -> Word {
        if self.precision.is_some() {
            return word;
        }
        let word = search::shorter_instance(self.comparison, &word, self.options.seed).unwrap_or(word);
        words::shrink(self.comparison, &word)
    }

    fn links(
        &self,
        words: &Words,
        statement: &Statement,
        runs: &Runs,
        differs_on_instance: bool,
        symbolic: &Symbolic,
    ) -> Vec<Link> {
        let problem = self.comparison.problem();
        let mut links = self.attempt.settled().map(proofs::Settled::links).unwrap_or_default();
        // Without a proof what was run carries the claim, since there is nothing else.
        let carries = self.attempt.settled().is_none();
        if self.precision.is_some() {
            links.extend((!self.attempt.is_proved()).then(|| of_short_words(words, carries)));
            links.push(of_instances(problem, runs, differs_on_instance, carries));
        }
        links.push(statement.link(problem));
        links.extend(of_unrolled(symbolic));
        links
    }
}

fn of_short_words(words: &Words, carries: bool) -> Link {
    let Words { network_length, yes, no, .. } = words;
    let verdict = if words.network_differs.is_some() { Verdict::Refuted } else { Verdict::Checked };
    let by = if words.network_length == words.max_length {
        format!("every word of length <= {network_length} ({} words: {yes} yes, {no} no)", yes + no)
    } else {
        format!("every word of length <= {network_length}")
    };
    Link { name: "rounded network = decider".to_owned(), verdict, by, carries }
}

fn of_instances(problem: &dyn Problem, runs: &Runs, differs: bool, carries: bool) -> Link {
    Link {
        name: "at the size asked for".to_owned(),
        verdict: if differs { Verdict::Refuted } else { Verdict::Sampled },
        by: runs.adversarial.describe("adversarial", runs.n, problem.sizes().unit),
        carries,
    }
}

fn of_unrolled(symbolic: &Symbolic) -> Option<Link> {
    let solver = solver::version();
    let (verdict, by) = match symbolic {
        Symbolic::NotAsked => return None,
        Symbolic::Agree(length) => {
            (Verdict::Checked, format!("every word of length <= {length} at once, tokens unknown, {solver}"))
        }
        Symbolic::Unknown(length, reason) => (Verdict::Undetermined, format!("no answer at length {length}: {reason}")),
        Symbolic::Differ(word) => (Verdict::Undetermined, format!("they differ on a word of {} tokens", word.len())),
    };
    Some(Link { name: "network = positional definition".to_owned(), verdict, by, carries: false })
}

/// How many words a network reads, and how many definition and decider read beside it.
pub fn word_budgets(network: &Network) -> (usize, usize) {
    match network {
        Network::Layered(_) => {
            let by_weights = LAYERED_WEIGHT_BUDGET / network.size().weights.max(1);
            (LAYERED_WORD_BUDGET.min(by_weights), DEFINITION_WORD_BUDGET)
        }
        _ => (WORD_BUDGET, WORD_BUDGET),
    }
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
