//! A model of one recurrent layer that somebody brings, beside what it should answer.
//!
//! Three things are asked. A *run* with rounding, in one order of summation and both ways of storing, visits pairs of a state
//! of the model and one of the target, breadth first, so that a wrong word that it finds is a shortest one; then it reads
//! long random words. The *proof* that nothing rounds is the one of our own claims. The *horizon* encloses what rounding
//! can do, in any order of summation. A wrong word is run again by itself.

use crate::layers_export::Library;
use crate::verdict::Judgement;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Random;
use reductions::shipped::Horizon;
use reductions::shipped::Target;
use reductions::shipped::horizon;
use reductions::shipped::proof::ShippedProof;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::Evaluator;
use rnn::shipped::Functions;
use rnn::shipped::Place;
use rnn::shipped::ShippedModel;
use rnn::shipped::Storing;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::time::Duration;
use std::time::Instant;

/// Most states of heads that a run keeps.
const MOST_STATES: usize = 100_000;

/// What is asked of a check.
#[derive(Clone, Debug)]
pub struct CheckpointOptions {
    /// What values are stored in.
    pub storage: Float,
    /// Most pairs of states that the search meets, in each way of storing.
    pub pairs: usize,
    /// The length of random words, how many, and their seed.
    pub words: (usize, usize, u64),
    /// What the output norm adds to the mean of squares.
    pub output_epsilon: Exact,
}

/// What the output norm of a library adds.
pub fn output_epsilon(library: Library) -> Exact {
    match library {
        Library::Fla => Exact::ratio(1, 1_000_000),
        Library::HfOlmoHybrid => Exact::ratio(1, 100_000),
    }
}

/// A word after which the greatest logit is not the target's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The word, as indices of tokens.
    pub word: Vec<usize>,
    /// What was stored.
    pub storing: Storing,
    /// The class that the model answers.
    pub model: usize,
    /// The class that it should answer.
    pub target: usize,
    /// Whether no shorter word is answered wrongly in this order of summation.
    pub is_shortest: bool,
}

/// What a run in one way of storing showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    /// What was stored.
    pub storing: Storing,
    /// Pairs that were met.
    pub pairs: usize,
    /// Every word of up to so many tokens was compared; none where it was every word.
    pub up_to: Option<usize>,
    /// Tokens of random words that were compared.
    pub tokens: u64,
    /// Why an answer is not known, where one is not.
    pub no_run: Option<String>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct CheckpointOutcome {
    /// The obligations that nothing rounds.
    pub proof: ShippedProof,
    /// The horizon, or why there is none; not asked where nothing rounds.
    pub horizon: Option<Result<Horizon, String>>,
    /// The runs.
    pub searched: Vec<Searched>,
    /// A wrong word.
    pub wrong: Option<Wrong>,
    /// The links.
    pub links: Vec<Link>,
    /// The verdict with its reason.
    pub judgement: Judgement,
    /// No word of up to so many tokens is wrong, whatever the order of summation; none where there is no such number.
    pub certified: Option<u64>,
    /// Whether a wrong word contradicts the proof or the horizon: a fault of ours.
    pub is_alarm: bool,
    /// How long it took.
    pub elapsed: Duration,
}

/// Checks a model against a target.
pub fn check(model: &ShippedModel, target: &Target, options: &CheckpointOptions) -> CheckpointOutcome {
    let started = Instant::now();
    let proof = ShippedProof::of(model, target, options.storage);
    let horizon = (!proof.is_complete()).then(|| horizon(model, target, options.storage));
    // Runs, the shortest wrong word of all of them.
    let mut searched = Vec::new();
    let mut wrong: Option<Wrong> = None;
    for storing in Storing::ALL {
        let (run, found) = search(model, target, storing, options);
        searched.push(run);
        let found = found.filter(|found| is_wrong(model, target, options, found));
        wrong = [wrong, found].into_iter().flatten().min_by_key(|wrong| wrong.word.len());
    }
    let certified = match &horizon {
        Some(Ok(horizon)) if horizon.tokens > 0 => Some(horizon.tokens),
        _ => None,
    };
    let every_length = matches!(&horizon, Some(Ok(horizon)) if horizon.every_length);
    let is_alarm = wrong.as_ref().is_some_and(|wrong| {
        proof.is_complete() || every_length || certified.is_some_and(|tokens| wrong.word.len() as u64 <= tokens)
    });
    let links = links(&proof, horizon.as_ref(), &searched, wrong.as_ref());
    // A proof carries the claim; without one the horizon or the words that were compared do.
    let verdict = match (&wrong, proof.is_complete()) {
        (Some(_), _) => Verdict::Refuted,
        (None, true) => Verdict::Proved,
        (None, false) => {
            let carrying = links.iter().filter(|link| link.carries).map(|link| link.verdict);
            carrying.max().unwrap_or(Verdict::Undetermined)
        }
    };
    let weakest = links.iter().find(|link| link.carries && link.verdict == verdict).map(|link| link.name.clone());
    let judgement = Judgement { verdict, weakest: weakest.filter(|_| verdict != Verdict::Proved) };
    let elapsed = started.elapsed();
    CheckpointOutcome { proof, horizon, searched, wrong, links, judgement, certified, is_alarm, elapsed }
}

fn evaluator<'m>(
    model: &'m ShippedModel,
    storing: Storing,
    options: &CheckpointOptions,
) -> Result<Evaluator<'m>, String> {
    let functions = (storing, Functions::Nearest);
    let evaluator = Evaluator::with_functions(model, options.storage, functions, MOST_STATES);
    evaluator.map(|found| found.with_output_epsilon(&options.output_epsilon)).map_err(|error| error.to_string())
}

/// Whether a word is answered as it was found, run again by itself.
fn is_wrong(model: &ShippedModel, target: &Target, options: &CheckpointOptions, found: &Wrong) -> bool {
    let Ok(mut evaluator) = evaluator(model, found.storing, options) else { return false };
    let class = evaluator.classes(found.word.iter().copied()).pop();
    let expected = target.class(target.after(found.word.iter().copied()));
    class == Some(Ok(found.model)) && found.model != expected
}

/// Every word breadth first, up to a bound on pairs, and then long random ones.
fn search(
    model: &ShippedModel,
    target: &Target,
    storing: Storing,
    options: &CheckpointOptions,
) -> (Searched, Option<Wrong>) {
    let mut searched = Searched { storing, pairs: 0, up_to: Some(0), tokens: 0, no_run: None };
    let mut evaluator = match evaluator(model, storing, options) {
        Ok(evaluator) => evaluator,
        Err(reason) => return (Searched { no_run: Some(reason), ..searched }, None),
    };
    // Pairs, each with how it was first reached.
    let start = (evaluator.start(), 0);
    let mut met: HashMap<(Place, usize), usize> = HashMap::from([(start.clone(), 0)]);
    let mut reached: Vec<(usize, usize)> = vec![(0, 0)];
    let mut queue = VecDeque::from([(start, 0, 0)]);
    while let Some(((place, own), index, depth)) = queue.pop_front() {
        if met.len() > options.pairs {
            break;
        }
        // All words of `depth` tokens were compared.
        searched.up_to = Some(depth);
        for token in 0..target.n_tokens() {
            let next = evaluator.after(&place, token);
            let class = next.and_then(|next| Ok((evaluator.class_at(&next)?, next)));
            let (class, next) = match class {
                Ok(found) => found,
                Err(reason) => {
                    searched.no_run = Some(reason.to_string());
                    return (searched, None);
                }
            };
            let state = target.step(own, token);
            if class != target.class(state) {
                let mut word = vec![token];
                let mut at = index;
                while at != 0 {
                    let (before, token) = reached[at];
                    word.push(token);
                    at = before;
                }
                word.reverse();
                let (model, target) = (class, target.class(state));
                return (searched, Some(Wrong { word, storing, model, target, is_shortest: true }));
            }
            let pair = (next, state);
            let n_met = met.len();
            if let std::collections::hash_map::Entry::Vacant(entry) = met.entry(pair) {
                queue.push_back((entry.key().clone(), n_met, depth + 1));
                entry.insert(n_met);
                reached.push((index, token));
            }
        }
        searched.pairs = met.len();
        if queue.is_empty() {
            searched.up_to = None;
            return (searched, None);
        }
    }
    let wrong = random_words(&mut evaluator, target, &mut searched, options);
    (searched, wrong)
}

/// Long random words, up to the first wrong answer.
fn random_words(
    evaluator: &mut Evaluator<'_>,
    target: &Target,
    searched: &mut Searched,
    options: &CheckpointOptions,
) -> Option<Wrong> {
    let (length, count, seed) = options.words;
    for index in 0..count as u64 {
        let mut random = Random::new(seed, index);
        let mut word = Vec::with_capacity(length);
        let (mut place, mut own) = (evaluator.start(), 0);
        for _ in 0..length {
            let token = random.below(target.n_tokens());
            word.push(token);
            own = target.step(own, token);
            let next = evaluator.after(&place, token);
            match next.and_then(|next| Ok((evaluator.class_at(&next)?, next))) {
                Ok((class, next)) => {
                    searched.tokens += 1;
                    if class != target.class(own) {
                        let (model, target, storing) = (class, target.class(own), searched.storing);
                        return Some(Wrong { word, storing, model, target, is_shortest: false });
                    }
                    place = next;
                }
                Err(reason) => {
                    searched.no_run.get_or_insert(reason.to_string());
                    break;
                }
            }
        }
    }
    None
}

/// `7 tokens`.
fn tokens(n: u64) -> String {
    if n == 1 { "1 token".to_owned() } else { format!("{n} tokens") }
}

fn links(
    proof: &ShippedProof,
    horizon: Option<&Result<Horizon, String>>,
    searched: &[Searched],
    wrong: Option<&Wrong>,
) -> Vec<Link> {
    let is_proved = proof.is_complete();
    let (verdict, by) = super::shipped::of_proof(proof);
    let mut links = vec![Link { name: "no rounding".to_owned(), verdict, by, carries: is_proved }];
    if let Some(horizon) = horizon {
        let (verdict, by) = of_horizon(horizon);
        links.push(Link { name: "horizon".to_owned(), verdict, by, carries: !is_proved });
    }
    // Runs: the weaker of the two ways of storing.
    let least = searched.iter().map(|run| run.up_to.unwrap_or(usize::MAX)).min().unwrap_or(0);
    let every = if least == usize::MAX {
        "every word, of any length".to_owned()
    } else {
        format!("every word of up to {}", tokens(least as u64))
    };
    let (pairs, random) = searched.iter().fold((0, 0), |(pairs, random), run| (pairs + run.pairs, random + run.tokens));
    let (verdict, by) = match (wrong, searched.iter().find_map(|run| run.no_run.as_ref())) {
        (Some(wrong), _) => {
            (Verdict::Refuted, format!("a word of {} is answered wrongly", tokens(wrong.word.len() as u64)))
        }
        (None, Some(reason)) => (Verdict::Undetermined, reason.clone()),
        (None, None) if least == 0 => (Verdict::Undetermined, "no answer was compared".to_owned()),
        (None, None) => {
            let random = if random > 0 { format!(", and {random} tokens of random words") } else { String::new() };
            (Verdict::Checked, format!("{every}{random}: {pairs} pairs of states, in one order of summation"))
        }
    };
    links.push(Link { name: "runs with rounding".to_owned(), verdict, by, carries: !is_proved });
    links
}

/// What a horizon is worth as a link, and what it rests on.
pub(super) fn of_horizon(horizon: &Result<Horizon, String>) -> (Verdict, String) {
    match horizon {
        Err(reason) => (Verdict::Undetermined, reason.clone()),
        Ok(horizon) if horizon.tokens == 0 => (Verdict::Undetermined, format!("none: {}", horizon.ends)),
        Ok(horizon) => {
            let words = if horizon.every_length {
                "no word of any length".to_owned()
            } else {
                format!("no word of up to {}", tokens(horizon.tokens))
            };
            (
                Verdict::Checked,
                format!(
                    "{words} is answered wrongly, in any order of summation: {} centres, a column of a state is within {} of its \
                 centre, {} more a token at most; {}",
                    horizon.centres,
                    crate::report::scientific(&horizon.radius),
                    crate::report::scientific(&horizon.of_token),
                    horizon.ends
                ),
            )
        }
    }
}
