//! A claim about a layer as libraries ship it: obligations in every number format that is asked for, every short word, and
//! long ones, each against the product of permutations as a textbook multiplies it. Words are run by an [`Evaluator`], which
//! rounds as libraries do and knows nothing of the proof: what it answers could contradict one.

use crate::verdict::Judgement;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Random;
use problems::Token;
use problems::Word;
use problems::word_problem::Permutation;
use rayon::prelude::*;
use reductions::shipped::Horizon;
use reductions::shipped::ShippedClaim;
use reductions::shipped::horizon;
use reductions::shipped::proof::ShippedProof;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::Evaluator;
use rnn::shipped::ShippedModel;
use rnn::shipped::Storing;
use std::collections::BTreeMap;
use std::time::Duration;
use std::time::Instant;

/// The formats that are asked for where none is named.
pub const USUAL: [Float; 2] = [Float::F32, Float::BF16];

/// Every product of swaps is one of at most so many.
const MOST_SHORTEST: usize = 5;

/// How many short words are read where no length is asked for.
const SHORT_WORDS: usize = 100_000;
const SHORT_WORDS_OF_USUAL_KEYS: usize = 4_000;

/// What is asked of a check.
#[derive(Clone, Debug)]
pub struct ShippedOptions {
    /// What values are stored in; one proof each.
    pub storages: Vec<Float>,
    /// The length of the random words.
    pub n: usize,
    /// How many random words.
    pub samples: usize,
    /// The seed of the random words.
    pub seed: u64,
    /// The length up to which every word is read; as long as a budget allows where none is given.
    pub max_length: Option<usize>,
}

/// A word on which the greatest logit is not the product's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The word; the answer after its last token is wrong.
    pub word: Word,
    /// The format in which it was run.
    pub storage: Float,
    /// What was stored in this format.
    pub storing: Storing,
    /// The class that the model answers.
    pub model: usize,
    /// The class of the product.
    pub product: usize,
}

/// How far a rounded state is from the one after a shortest word with the same product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// What values are stored in.
    pub storage: Float,
    /// The length of the word, which is the beginning of the first random one.
    pub tokens: usize,
    /// The largest difference of two entries.
    pub difference: Exact,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct ShippedOutcome {
    /// The obligations, one proof for each format.
    pub proofs: Vec<ShippedProof>,
    /// The horizons of the formats in which the proof is not complete, of usual keys.
    pub horizons: Vec<Result<Horizon, String>>,
    /// How far rounded states are from the centre that the exact product has.
    pub drifts: Vec<Drift>,
    /// The links of the claim.
    pub links: Vec<Link>,
    /// The verdict with its reason.
    pub judgement: Judgement,
    /// A word on which the claim fails.
    pub difference: Option<Difference>,
    /// Short words and their longest length.
    pub short: (u64, usize),
    /// Random words that were read to their end, and tokens in all of them.
    pub long: (u64, u64),
    /// Answers compared, of words whose product is the identity and of others.
    pub answers: [u64; 2],
    /// Why a word could not be run, where one could not.
    pub no_run: Option<String>,
    /// How long it took.
    pub elapsed: Duration,
}

impl ShippedOutcome {
    /// Whether a word differs in a format in which all obligations are discharged, or within the horizon: a fault of the
    /// checker.
    pub fn is_alarm(&self) -> bool {
        self.difference.as_ref().is_some_and(|difference| {
            let is_within = |horizon: &Horizon| {
                horizon.storage == difference.storage && difference.word.len() as u64 <= horizon.tokens
            };
            self.proofs.iter().any(|proof| proof.storage == difference.storage && proof.is_complete())
                || self.horizons.iter().flatten().any(is_within)
        })
    }
}

/// The product after every token, by nothing but the multiplication of permutations.
fn products(claim: &ShippedClaim, word: &[Token]) -> Vec<Permutation> {
    let letters = claim.problem().letters();
    let mut product = Permutation::IDENTITY;
    problems::indices(word)
        .map(|letter| {
            product = product.then(letters[letter]);
            product
        })
        .collect()
}

/// What the runs found so far.
struct Runs<'c> {
    claim: &'c ShippedClaim,
    elements: Vec<Permutation>,
    answers: [u64; 2],
    difference: Option<Difference>,
    no_run: Option<String>,
    /// Short words that were read to their end.
    n_short: u64,
    /// Random words that were read to their end, and tokens in all of them.
    long: (u64, u64),
}

impl<'c> Runs<'c> {
    fn new(claim: &'c ShippedClaim) -> Self {
        Self {
            claim,
            elements: claim.elements(),
            answers: [0; 2],
            difference: None,
            no_run: None,
            n_short: 0,
            long: (0, 0),
        }
    }

    /// What was found in one arithmetic and then in another; after a difference there is no other.
    fn merge(mut self, other: Self) -> Self {
        if self.difference.is_some() {
            return self;
        }
        self.answers = std::array::from_fn(|answer| self.answers[answer] + other.answers[answer]);
        self.difference = other.difference;
        self.no_run = self.no_run.or(other.no_run);
        self.n_short += other.n_short;
        self.long = (self.long.0 + other.long.0, self.long.1 + other.long.1);
        self
    }

    /// Runs all words in one arithmetic, up to the first that differs. Where an answer is not known, others may be.
    fn run(
        &mut self,
        model: &ShippedModel,
        (storage, storing): (Float, Storing),
        options: &ShippedOptions,
        short: usize,
    ) {
        let mut evaluator = match Evaluator::new(model, storage, storing) {
            Ok(evaluator) => evaluator,
            Err(reason) => {
                self.no_run.get_or_insert(format!("{storage}: {reason}"));
                return;
            }
        };
        let n_letters = self.claim.problem().letters().len();
        for word in (0..=short).flat_map(|length| problems::words_of_length(n_letters, length)) {
            self.n_short += u64::from(self.compare(&mut evaluator, &word, (storage, storing)));
            if self.difference.is_some() {
                return;
            }
        }
        for index in 0..options.samples as u64 {
            // With usual keys nearly every state is a new one.
            if let (true, Ok(fresh)) = (self.claim.has_usual_keys(), Evaluator::new(model, storage, storing)) {
                evaluator = fresh;
            }
            let word = random_word(self.claim, options.n, options.seed, index);
            if self.compare(&mut evaluator, &word, (storage, storing)) {
                self.long.0 += 1;
                self.long.1 += word.len() as u64;
            }
            if self.difference.is_some() {
                return;
            }
        }
    }

    /// Runs a word and compares the answer after every token. Whether all of them are known and right.
    fn compare(&mut self, evaluator: &mut Evaluator<'_>, word: &[Token], (storage, storing): (Float, Storing)) -> bool {
        let mut is_known = true;
        let classes = evaluator.classes(problems::indices(word));
        for (end, (class, product)) in classes.into_iter().zip(products(self.claim, word)).enumerate() {
            let model = match class {
                Ok(class) => class,
                Err(reason) => {
                    is_known = false;
                    self.no_run.get_or_insert(format!("{storage}: {reason}"));
                    continue;
                }
            };
            self.answers[usize::from(product == Permutation::IDENTITY)] += 1;
            if self.elements.get(model) != Some(&product) {
                let product = self.elements.iter().position(|element| *element == product).unwrap_or(usize::MAX);
                let word = word[..=end].to_vec();
                self.difference = Some(Difference { word, storage, storing, model, product });
                return false;
            }
        }
        is_known
    }
}

/// A random word; the same for the same seed and index on every machine.
pub fn random_word(claim: &ShippedClaim, n: usize, seed: u64, index: u64) -> Word {
    let mut random = Random::new(seed, index);
    let n_letters = claim.problem().letters().len();
    problems::word_of((0..n).map(|_| random.below(n_letters)))
}

/// Checks a model against a claim.
pub fn check(claim: &ShippedClaim, model: &ShippedModel, options: &ShippedOptions) -> ShippedOutcome {
    let started = Instant::now();
    let proofs: Vec<ShippedProof> = options.storages.par_iter().map(|storage| claim.proof(model, *storage)).collect();
    let n_letters = claim.problem().letters().len();
    let n_short = if claim.has_usual_keys() { SHORT_WORDS_OF_USUAL_KEYS } else { SHORT_WORDS };
    let max_length = options.max_length.unwrap_or_else(|| problems::longest_within(n_letters, n_short));
    let arithmetics = options.storages.iter().flat_map(|storage| Storing::ALL.map(|storing| (*storage, storing)));
    let arithmetics: Vec<(Float, Storing)> = arithmetics.collect();
    let of_each: Vec<Runs<'_>> = arithmetics
        .par_iter()
        .map(|arithmetic| {
            let mut runs = Runs::new(claim);
            runs.run(model, *arithmetic, options, max_length);
            runs
        })
        .collect();
    let runs = of_each.into_iter().fold(Runs::new(claim), Runs::merge);
    let mut links: Vec<Link> = Vec::new();
    for proof in &proofs {
        let (verdict, by) = of_proof(proof);
        links.push(Link { name: format!("{}: no rounding", proof.storage), verdict, by, carries: true });
    }
    // Usual keys have no proof: a horizon each, which carries the claim in its place, and how states drift.
    let (mut horizons, mut drifts) = (Vec::new(), Vec::new());
    if claim.has_usual_keys() {
        links.clear();
        for (proof, storage) in proofs.iter().zip(&options.storages) {
            let horizon = horizon(model, &claim.target(), *storage);
            let (verdict, by) = super::checkpoint::of_horizon(&horizon);
            let (_, why) = of_proof(proof);
            let by = format!("{by}; no proof: {why}");
            links.push(Link { name: format!("{storage}: horizon"), verdict, by, carries: true });
            horizons.push(horizon);
            drifts.extend(self::drifts(claim, model, *storage, options));
        }
    }
    links.push(of_runs(&runs, max_length, options.n));
    let judgement = Judgement::of(&links);
    ShippedOutcome {
        proofs,
        horizons,
        drifts,
        links,
        judgement,
        difference: runs.difference,
        short: (runs.n_short, max_length),
        long: runs.long,
        answers: runs.answers,
        no_run: runs.no_run,
        elapsed: started.elapsed(),
    }
}

/// How far states are from where they should be after the beginnings of a random word, of 16, 64, 256, ... tokens; only as far
/// as states can be told.
fn drifts(claim: &ShippedClaim, model: &ShippedModel, storage: Float, options: &ShippedOptions) -> Vec<Drift> {
    let word = random_word(claim, options.n, options.seed, 0);
    // A shortest word for every product, by trying all words in order of length.
    let n_letters = claim.problem().letters().len();
    let mut shortest: BTreeMap<Permutation, Word> = BTreeMap::from([(Permutation::IDENTITY, Word::new())]);
    for length in 1.. {
        if shortest.len() == claim.elements().len() || length > MOST_SHORTEST {
            break;
        }
        for word in problems::words_of_length(n_letters, length) {
            let product = products(claim, &word).pop().unwrap_or(Permutation::IDENTITY);
            shortest.entry(product).or_insert(word);
        }
    }
    let Ok(mut evaluator) = Evaluator::new(model, storage, Storing::EachStage) else { return Vec::new() };
    let lengths = std::iter::successors(Some(16), |length| Some(4 * length)).take_while(|length| *length <= options.n);
    let drifts = lengths.map_while(|tokens| {
        let beginning = &word[..tokens];
        let product = products(claim, beginning).pop()?;
        let rounded = evaluator.states(problems::indices(beginning)).ok()?;
        let centre = evaluator.states(problems::indices(shortest.get(&product)?)).ok()?;
        let differences =
            rounded.iter().flatten().zip(centre.iter().flatten()).map(|(rounded, centre)| rounded - centre);
        let sizes = differences.map(|off| if off.is_negative() { -off } else { off });
        Some(Drift { storage, tokens, difference: sizes.max()? })
    });
    drifts.collect()
}

/// What a proof is worth as a link, and what it rests on.
pub(super) fn of_proof(proof: &ShippedProof) -> (Verdict, String) {
    match proof.failure() {
        None if proof.is_complete() => {
            let by = format!(
                "{} obligations discharged by exact evaluation; {} states, {} roots, chunks of up to {} steps",
                proof.n_discharged(),
                proof.n_states,
                proof.n_roots,
                proof.most_steps
            );
            (Verdict::Proved, by)
        }
        None => (Verdict::Undetermined, "there are kinds of obligations without one".to_owned()),
        Some((kind, reason)) => (Verdict::Undetermined, format!("{kind}: {reason}")),
    }
}

/// What the runs show beside the claim.
fn of_runs(runs: &Runs<'_>, max_length: usize, n: usize) -> Link {
    let (verdict, by) = match (&runs.difference, &runs.no_run) {
        (Some(_), _) => (Verdict::Refuted, "a word differs".to_owned()),
        (None, Some(reason)) => (Verdict::Undetermined, reason.clone()),
        (None, None) if runs.answers == [0, 0] => (Verdict::Undetermined, "no answer was compared".to_owned()),
        (None, None) => (
            Verdict::Checked,
            format!(
                "every word of length <= {max_length} ({} runs), and {} of {n} tokens, with rounding",
                runs.n_short, runs.long.0
            ),
        ),
    };
    Link { name: "answers = products".to_owned(), verdict, by, carries: false }
}
