//! Checking one claim: a proof, every short word, and exact runs on hard instances, in this order of strength.

pub mod cast;
pub mod circuits;
pub mod controls;
pub mod errata;
pub mod machines;
pub mod obligations;
pub mod own_machine;
pub mod precision;
pub mod rounded;
pub mod symbolic;
pub mod words;

use crate::progress::Progress;
use crate::smt;
use crate::verdict::Link;
use crate::verdict::Verdict;
use itertools::Itertools;
use obligations::Judged;
use problems::NoInstance;
use problems::Problem;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use reductions::Reduction;
use reductions::definition::Reader;
use reductions::proof::Location;
use reductions::proof::ObligationKind;
use reductions::proof::ProofError;
use reductions::proof::ProofLink;
use rnn::Concrete;
use rnn::Exact;
use rnn::Network;
use rnn::RoundedValue;
use rnn::Terms;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::fmt;
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

/// How many of the sampled instances are replayed beside the definition, and how many tokens of each.
const REPLAYED: usize = 2;
const REPLAYED_TOKENS: usize = 4_000;

/// How many continuations are tried behind the obligations that failed.
const CONTINUATIONS: usize = 40_000;

/// How many weights may be met on the way, so that networks with many of them read fewer words.
pub const LAYERED_WEIGHT_BUDGET: usize = 64_000_000;

/// What is asked of a check.
#[derive(Clone, Debug)]
pub struct Options {
    /// The size of the sampled instances; the problem's default where none is given.
    pub n: Option<usize>,
    /// How many instances are sampled, both answers in turn.
    pub samples: usize,
    /// The seed of the samples.
    pub seed: u64,
    /// The length up to which every word is read; from [`WORD_BUDGET`] where none is given.
    pub max_length: Option<usize>,
    /// The length up to which the network is unrolled over unknown tokens.
    pub symbolic: Option<usize>,
    /// The limit of each query to the solver.
    pub timeout: Duration,
}

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

/// What the samples showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// Their size.
    pub n: usize,
    /// How many yes-instances were run.
    pub yes: usize,
    /// How many no-instances were run.
    pub no: usize,
    /// Their number of tokens, in all.
    pub n_tokens: usize,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The verdict on the claim.
    pub verdict: Verdict,
    /// What the verdict rests on, and what stands beside it.
    pub links: Vec<Link>,
    /// Every obligation and what became of it.
    pub obligations: Vec<Judged>,
    /// Every short word.
    pub words: Words,
    /// The unrolled network.
    pub symbolic: Symbolic,
    /// The sampled instances.
    pub samples: Samples,
    /// The counterexample, where the claim is refuted.
    pub counterexample: Option<Counterexample>,
    /// All obligations were discharged and yet a word differs: a fault of the harness.
    pub alarm: bool,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// The obligations that are not discharged; where all are, those that are discharged in vain. (A network that fails an
    /// obligation reaches states by itself that contradict others.)
    pub fn gaps(&self) -> Vec<&Judged> {
        let open: Vec<&Judged> = self.obligations.iter().filter(|judged| !judged.is_discharged()).collect();
        if open.is_empty() { self.obligations.iter().filter(|judged| !judged.is_witnessed()).collect() } else { open }
    }

    /// The exit code: 0 it holds as far as asked, 1 it does not, 3 undetermined or something asked for is unknown.
    pub fn exit_code(&self) -> u8 {
        if self.alarm {
            return Verdict::Refuted.exit_code();
        }
        // The unrolled network was asked for; the other links stand beside the verdict or are already in it.
        let is_open = matches!(self.symbolic, Symbolic::Unknown(..) | Symbolic::Differ(_));
        if is_open { self.verdict.min(Verdict::Undetermined).exit_code() } else { self.verdict.exit_code() }
    }
}

/// Why a check could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// The network does not fit the problem.
    Network(ProofError),
    /// There is no instance of the size asked for.
    Size(NoInstance),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => error.fmt(f),
            Self::Size(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CheckError {}

/// Checks the claim of a reduction for a network: its own, or one with other weights.
///
/// # Errors
/// [`CheckError`] where the network is over other tokens or coordinates, or no instance has the size asked for.
pub fn check(
    reduction: &dyn Reduction,
    network: &Network,
    options: &Options,
    progress: &Progress,
) -> Result<Outcome, CheckError> {
    let started = Instant::now();
    let problem = reduction.problem();
    let n = options.n.unwrap_or(problem.sizes().default);
    // Instances are drawn first: a size that does not exist is refused before any work is done.
    let instances = draw(problem, n, options).map_err(CheckError::Size)?;
    let comparison = Comparison::new(reduction, network);
    let terms = Terms::default();
    let proof = reduction.proof(&terms, network).map_err(CheckError::Network)?;
    let reader = proof.definition().reader();

    progress.start("obligations", proof.obligations().len());
    let mut along = witness_words(&reader, problem, options.seed);
    // What the invariant says must hold of the states of long runs as well.
    along.extend(
        instances
            .iter()
            .take(REPLAYED)
            .map(|(word, _)| word.iter().take(REPLAYED_TOKENS).map(|t| usize::from(*t)).collect()),
    );
    let judged = obligations::judge(&terms, &proof, options.timeout, &along, || progress.step());

    let (budget, definition_budget) = word_budgets(network);
    let length =
        |budget| options.max_length.unwrap_or_else(|| problems::longest_within(problem.alphabet().len(), budget));
    progress.start("words", 0);
    let words = words::explore(comparison, &reader, length(definition_budget), length(budget));

    progress.start("instances", instances.len());
    let (samples, differs_on_sample) = run_samples(comparison, n, &instances, progress);

    let symbolic = match options.symbolic {
        None => Symbolic::NotAsked,
        Some(length) => {
            progress.start("unrolled network", 0);
            symbolic::unroll(reduction, network, length, options.timeout)
        }
    };
    let all_discharged = judged.iter().all(Judged::is_discharged);
    let is_sound = all_discharged && judged.iter().all(Judged::is_witnessed);
    let mut differing: Option<Word> = words.network_differs.clone().or(differs_on_sample);
    if let (None, Symbolic::Differ(word)) = (&differing, &symbolic) {
        // A word of the solver's is a counterexample only if it differs when it is replayed.
        differing = comparison.differs(word).then(|| word.clone());
    }
    if differing.is_none() && !is_sound {
        progress.start("words behind the gaps", 0);
        let gaps = judged.iter().filter(|judged| !judged.is_discharged() || !judged.is_witnessed());
        differing = search_behind(comparison, &reader, gaps.map(|gap| gap.location), CONTINUATIONS, options.seed);
    }
    progress.finish();
    let counterexample = differing.map(|word| {
        let word = shorter_instance(comparison, &word, options.seed).unwrap_or(word);
        Counterexample::replayed(comparison, words::shrink(comparison, &word))
    });
    let mut outcome = Outcome {
        verdict: Verdict::Undetermined,
        links: links(&judged, &proof.links(), &words, problem),
        alarm: all_discharged && counterexample.is_some(),
        obligations: judged,
        words,
        symbolic,
        samples,
        counterexample,
        elapsed: started.elapsed(),
    };
    outcome.links.extend(symbolic_link(&outcome.symbolic));
    outcome.verdict = verdict(&outcome);
    Ok(outcome)
}

/// How many words a network reads, and how many definition and decider read beside it.
fn word_budgets(network: &Network) -> (usize, usize) {
    match network {
        Network::Layered(_) => {
            let by_weights = LAYERED_WEIGHT_BUDGET / network.size().weights.max(1);
            (LAYERED_WORD_BUDGET.min(by_weights), DEFINITION_WORD_BUDGET)
        }
        _ => (WORD_BUDGET, WORD_BUDGET),
    }
}

fn verdict(outcome: &Outcome) -> Verdict {
    if outcome.counterexample.is_some() {
        return Verdict::Refuted;
    }
    let carrying = outcome.links.iter().filter(|link| link.carries).map(|link| link.verdict);
    let weakest = carrying.min().unwrap_or(Verdict::Undetermined);
    // One differing word refutes the statement itself.
    let refuted = outcome.links.iter().any(|link| link.verdict == Verdict::Refuted);
    if refuted { Verdict::Refuted } else { weakest }
}

fn links(judged: &[Judged], of_proof: &[ProofLink], words: &Words, problem: &dyn Problem) -> Vec<Link> {
    let link = |link: &ProofLink| {
        let chosen: Vec<&Judged> = link.obligations.iter().map(|index| &judged[*index]).collect();
        let discharged = chosen.iter().filter(|judged| judged.is_discharged()).count();
        let holds = !chosen.is_empty() && chosen.iter().all(|judged| judged.is_discharged() && judged.is_witnessed());
        let mut kinds: Vec<(ObligationKind, usize)> = Vec::new();
        for judged in &chosen {
            match kinds.iter_mut().find(|(kind, _)| *kind == judged.kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((judged.kind, 1)),
            }
        }
        let kinds = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).join(", ");
        Link {
            name: link.name.to_owned(),
            verdict: if holds { Verdict::Proved } else { Verdict::Undetermined },
            by: format!("{discharged} of {} obligations discharged ({kinds}), {}", chosen.len(), smt::version()),
            carries: true,
        }
    };
    let mut links: Vec<Link> = of_proof.iter().map(link).collect();
    links.push(definition_link(words, problem));
    links
}

/// The statement itself: the definition is the problem.
fn definition_link(words: &Words, problem: &dyn Problem) -> Link {
    let n_words = words.yes + words.no;
    let (verdict, by) = match &words.definition_differs {
        Some(word) => (Verdict::Refuted, format!("they differ on `{}`", problem.alphabet().format(word))),
        None if words.yes == 0 || words.no == 0 => {
            (Verdict::Undetermined, format!("{n_words} words up to length {} have one answer", words.max_length))
        }
        None => (
            Verdict::Checked,
            format!(
                "every word of length <= {} ({n_words} words: {} yes, {} no{})",
                words.max_length,
                words.yes,
                words.no,
                outside(words.outside)
            ),
        ),
    };
    Link { name: "definition = decider".to_owned(), verdict, by, carries: false }
}

/// How many words a promise leaves out, where it leaves out any.
pub fn outside(n_words: u64) -> String {
    if n_words == 0 { String::new() } else { format!(", {n_words} more outside the promise") }
}

fn symbolic_link(symbolic: &Symbolic) -> Option<Link> {
    let (verdict, by) = match symbolic {
        Symbolic::NotAsked => return None,
        Symbolic::Agree(length) => {
            (Verdict::Checked, format!("every word of length <= {length} at once, tokens unknown, {}", smt::version()))
        }
        Symbolic::Unknown(length, reason) => (Verdict::Undetermined, format!("no answer at length {length}: {reason}")),
        Symbolic::Differ(word) => (Verdict::Undetermined, format!("they differ on a word of {} tokens", word.len())),
    };
    Some(Link { name: "network = positional definition".to_owned(), verdict, by, carries: false })
}

/// The instances of a check: both answers in turn; where only one answer exists at this size, only that one.
pub(crate) fn draw(problem: &dyn Problem, n: usize, options: &Options) -> Result<Vec<(Word, bool)>, NoInstance> {
    let draw_one = |i: usize| {
        let answer = i.is_multiple_of(2);
        let sample = problem.sample(n, answer, &mut Random::new(options.seed, i as u64));
        sample.map(|sample| (sample.word, answer))
    };
    let drawn: Vec<Result<(Word, bool), NoInstance>> = (0..options.samples).into_par_iter().map(draw_one).collect();
    let mut refusal = None;
    let mut instances = Vec::new();
    for one in drawn {
        match one {
            Ok(instance) => instances.push(instance),
            Err(error) => refusal = Some(error),
        }
    }
    match refusal {
        Some(error) if instances.is_empty() => Err(error),
        _ => Ok(instances),
    }
}

fn run_samples<A: Concrete>(
    comparison: Comparison<'_, A>,
    n: usize,
    instances: &[(Word, bool)],
    progress: &Progress,
) -> (Samples, Option<Word>) {
    let differing: Vec<&Word> = instances
        .par_iter()
        .filter_map(|(word, _)| {
            let differs = comparison.differs(word);
            progress.step();
            differs.then_some(word)
        })
        .collect();
    let yes = instances.iter().filter(|(_, answer)| *answer).count();
    let samples =
        Samples { n, yes, no: instances.len() - yes, n_tokens: instances.iter().map(|(word, _)| word.len()).sum() };
    (samples, differing.first().map(|word| (*word).clone()))
}

/// Words along which witnesses are looked for: the shortest words that end in each mode of the definition, a few of
/// each, and a small instance of either answer.
pub fn witness_words(reader: &Reader, problem: &dyn Problem, seed: u64) -> Vec<Vec<usize>> {
    const PER_MODE: usize = 4;
    const SMALL: usize = 9;
    let mut words = words_per_mode(reader, problem, PER_MODE).into_values().flatten().collect::<Vec<_>>();
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
fn shorter_instance<A: Concrete>(comparison: Comparison<'_, A>, word: &Word, seed: u64) -> Option<Word> {
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

/// Looks for a differing word where an obligation failed, of which these are the parts: every short continuation of the
/// words that lead to its mode and read its token, so many in all, then many small instances.
pub fn search_behind(
    comparison: Comparison<'_>,
    reader: &Reader,
    gaps: impl Iterator<Item = Location>,
    continuations: usize,
    seed: u64,
) -> Option<Word> {
    const PER_MODE: usize = 60;
    const INSTANCES: u64 = 200;
    let problem = comparison.problem();
    let n_tokens = problem.alphabet().len();
    let to_word = |word: &[usize]| -> Word { word.iter().map(|token| *token as u8).collect() };
    let along = words_per_mode(reader, problem, PER_MODE);
    let mut prefixes: BTreeSet<Word> = BTreeSet::new();
    for gap in gaps {
        let Location { mode, token } = gap;
        for word in along.get(&mode).into_iter().flatten() {
            let mut prefix = to_word(word);
            prefix.extend(token.map(|token| token as u8));
            prefixes.insert(prefix);
        }
    }
    let budget = continuations / prefixes.len().max(1);
    let more = problems::longest_within(n_tokens, budget.max(n_tokens));
    let prefixes: Vec<Word> = prefixes.into_iter().collect();
    let found = prefixes.par_iter().filter_map(|prefix| {
        (0..=more).find_map(|length| {
            problems::words_of_length(n_tokens, length).find_map(|suffix| {
                let word = [prefix.as_slice(), suffix.as_slice()].concat();
                comparison.differs(&word).then_some(word)
            })
        })
    });
    let found = found.min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    found.or_else(|| {
        let instances = (0..INSTANCES).into_par_iter().filter_map(|i| {
            let n = problem.sizes().least + (i / 2 % 12) as usize;
            let sample = problem.sample(n, i.is_multiple_of(2), &mut Random::new(seed, i)).ok()?;
            comparison.differs(&sample.word).then_some(sample.word)
        });
        instances.min_by_key(Vec::len)
    })
}
