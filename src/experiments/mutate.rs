//! Mutants: networks with one number changed, to see that none of them is called proved and yet is wrong.
//!
//! Of every mutant both the obligations and the words are judged, for a mutant all of whose obligations are discharged
//! while a word differs is a fault of the checker itself. Obligations are made from the mutant's own weights and judged
//! alone. They are built in the arena in which the unchanged network's stand, so that an obligation which does not read
//! the changed number is the very same term and need not be asked again.

pub mod draw;
pub mod trials;

use crate::check;
use crate::check::obligations;
use crate::check::search;
use crate::check::words;
use crate::check::words::Comparison;
use crate::progress::Progress;
use crate::solver::Answer;
use crate::verdict::Verdict;
use problems::Token;
use problems::Word;
use rayon::prelude::*;
use reductions::Reduction;
use reductions::definition::Reader;
use reductions::proof::Location;
use reductions::proof::Obligation;
use reductions::proof::Proof;
use rnn::Network;
use rnn::NetworkError;
use rnn::Terms;
use serde::Deserialize;
use serde::Serialize;
use std::collections::HashMap;
use std::collections::HashSet;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;
use std::time::Instant;
use trials::Extent;
use trials::Trials;

/// The obligation that a mutant fails whose transitions are no longer of the family that it claims.
pub const FAMILY: &str = "family";

/// How many mutants share one arena: enough that the unchanged proof is seldom built, few enough that the arena does not
/// fill the memory and no thread is left with all the work.
const PER_ARENA: usize = 10;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many mutants.
    pub count: usize,
    /// The seed of the changes and of the words.
    pub seed: u64,
    /// The limit of each query to the solver.
    pub timeout: Duration,
}

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// An obligation is not discharged, and there is a word on which network and decider differ.
    Killed,
    /// An obligation is not discharged, and no word was found.
    Refused,
    /// All obligations are discharged, and no word was found.
    Harmless,
    /// All obligations are discharged, and yet a word differs.
    #[serde(rename = "UNSOUND")]
    Unsound,
}

impl Class {
    /// Every class, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Killed, Self::Refused, Self::Harmless, Self::Unsound];

    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Refused => "refused",
            Self::Harmless => "harmless",
            Self::Unsound => "UNSOUND",
        }
    }
}

/// A network to be judged, with what was changed in it; or why the change gives no network of the family.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was changed, for a reader.
    pub change: String,
    /// The network.
    pub network: Result<Network, NetworkError>,
}

impl Mutant {
    /// Mutant number `index` of a network under a seed.
    pub fn draw(network: &Network, seed: u64, index: u64) -> Self {
        let change = draw::change(network, seed, index);
        Self { change: change.describe(network), network: network.with_number(change.place, &change.new) }
    }
}

/// A mutant and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was changed, for a reader.
    pub change: String,
    /// Its class.
    pub class: Class,
    /// A word on which network and decider differ.
    pub word: Option<Word>,
    /// The first obligation that is not discharged.
    pub obligation: Option<String>,
    /// Whether that is only because the solver gave up.
    pub gave_up: bool,
}

/// What became of all of them.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The mutants, in the order in which they were drawn.
    pub mutants: Vec<Judged>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// How many are of a class.
    pub fn count(&self, class: Class) -> usize {
        self.of_class(class).count()
    }

    /// The mutants of a class.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Judged> {
        self.mutants.iter().filter(move |mutant| mutant.class == class)
    }

    /// What they say of the checker, for the exit code.
    pub fn verdict(&self) -> Verdict {
        verdict(self.mutants.iter().map(|mutant| mutant.class))
    }
}

/// What mutants of these classes say of the checker: it is refuted by one that is unsound.
pub fn verdict(classes: impl IntoIterator<Item = Class>) -> Verdict {
    let verdict = |class| if class == Class::Unsound { Verdict::Refuted } else { Verdict::Sampled };
    classes.into_iter().map(verdict).min().unwrap_or(Verdict::Undetermined)
}

/// The unchanged network is itself not proved, or wrong on a word: its mutants would show nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproved {
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Unproved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an unchanged network that is proved, but {}", self.reason)
    }
}

impl std::error::Error for Unproved {}

/// Draws mutants of a reduction's network and judges each.
///
/// # Errors
/// [`Unproved`] where the unchanged network is not found harmless itself.
pub fn mutate(reduction: &dyn Reduction, options: &Options, progress: &Progress) -> Result<Outcome, Unproved> {
    let mutants = drawn(reduction.network(), options.seed, options.count);
    judge(reduction, &mutants, &|_| true, options, progress)
}

/// So many mutants, no change twice while others are left: the seed's own changes in order, those left out that came before.
pub fn drawn(network: &Network, seed: u64, count: usize) -> Vec<Mutant> {
    // After so many repetitions in a row there are taken to be no other changes.
    const REPETITIONS: usize = 1_000;
    let mut met = HashSet::new();
    let mut mutants = Vec::new();
    let mut repeated = 0;
    for index in 0.. {
        if mutants.len() == count || repeated == REPETITIONS {
            break;
        }
        let mutant = Mutant::draw(network, seed, index);
        if met.insert(mutant.change.clone()) {
            repeated = 0;
            mutants.push(mutant);
        } else {
            repeated += 1;
        }
    }
    mutants
}

/// Judges these mutants by the obligations of which `judged` is true. All of them, save in a test of this test: one that
/// leaves some out must see the mutants that only those refuse become unsound.
///
/// # Errors
/// [`Unproved`] where the unchanged network is not found harmless itself.
pub fn judge(
    reduction: &dyn Reduction,
    mutants: &[Mutant],
    judged: &(dyn Fn(&Obligation<'_>) -> bool + Sync),
    options: &Options,
    progress: &Progress,
) -> Result<Outcome, Unproved> {
    let started = Instant::now();
    progress.start("the unchanged network", 0);
    let court = Court::new(reduction, judged, options);
    court.admit_unchanged()?;
    progress.start("mutants", mutants.len());
    let of_arena = |mutants: &[Mutant]| {
        let terms = Terms::default();
        let unchanged = reduction.proof(&terms, reduction.network()).expect("the unchanged network was admitted");
        let known: Known<'_, '_> =
            unchanged.obligations().iter().map(|obligation| (obligation.name.as_str(), obligation)).collect();
        let judge = |mutant: &Mutant| {
            let judged = court.judge(&terms, &known, mutant);
            progress.step();
            judged
        };
        mutants.iter().map(judge).collect::<Vec<_>>()
    };
    let mutants: Vec<Vec<Judged>> = mutants.par_chunks(PER_ARENA).map(of_arena).collect();
    progress.finish();
    Ok(Outcome { mutants: mutants.concat(), elapsed: started.elapsed() })
}

/// The unchanged network's obligations, which are discharged, by name.
type Known<'k, 'a> = HashMap<&'k str, &'k Obligation<'a>>;

/// What all mutants of a reduction are judged by.
struct Court<'c> {
    reduction: &'c dyn Reduction,
    judged: &'c (dyn Fn(&Obligation<'_>) -> bool + Sync),
    options: &'c Options,
    reader: Reader,
    trials: Trials,
    /// For the few that are left.
    more_trials: OnceLock<Trials>,
    behind: OnceLock<search::Behind<'c>>,
}

/// The first obligation of a network that is not discharged.
struct Open {
    name: String,
    location: Location,
    gave_up: bool,
}

impl Open {
    fn of(obligation: &Obligation<'_>, gave_up: bool) -> Self {
        Self { name: obligation.name.clone(), location: obligation.location, gave_up }
    }
}

impl<'c> Court<'c> {
    fn new(
        reduction: &'c dyn Reduction,
        judged: &'c (dyn Fn(&Obligation<'_>) -> bool + Sync),
        options: &'c Options,
    ) -> Self {
        let reader = reduction.definition(&Terms::default()).reader();
        let short = if is_layered(reduction) { 3_000 } else { 25_000 };
        let extent = Extent { short, sizes: 8, instances: 2, spoilt: 1, walks: 100 };
        let trials = Trials::new(reduction.problem(), &reader, extent, options.seed);
        Self { reduction, judged, options, reader, trials, more_trials: OnceLock::new(), behind: OnceLock::new() }
    }

    /// All that is tried where the first words show nothing.
    fn more_trials(&self) -> &Trials {
        self.more_trials.get_or_init(|| {
            let short = if is_layered(self.reduction) { check::LAYERED_WORD_BUDGET } else { 100_000 };
            let extent = Extent { short, sizes: 14, instances: 4, spoilt: 1, walks: 500 };
            Trials::new(self.reduction.problem(), &self.reader, extent, self.options.seed.wrapping_add(1))
        })
    }

    fn admit_unchanged(&self) -> Result<(), Unproved> {
        let refuse = |reason: String| Err(Unproved { reason });
        let network = self.reduction.network();
        let terms = Terms::default();
        let proof = match self.reduction.proof(&terms, network) {
            Ok(proof) => proof,
            Err(error) => return refuse(error.to_string()),
        };
        let obligations = self.chosen(&proof);
        let answers = obligations::answers(&terms, &obligations, self.options.timeout, || ());
        if let Some(place) = answers.iter().position(|answer| *answer != Answer::Unsat) {
            return refuse(format!("its obligation `{}` is not discharged", obligations[place].name));
        }
        match self.trials.differing(Comparison::new(self.reduction, network)) {
            Some(word) => refuse(format!("it differs on `{}`", self.reduction.problem().alphabet().format(&word))),
            None => Ok(()),
        }
    }

    fn chosen<'p, 'a>(&self, proof: &'p Proof<'a>) -> Vec<&'p Obligation<'a>> {
        proof.obligations().iter().filter(|obligation| (self.judged)(obligation)).collect()
    }

    fn judge<'a>(&self, terms: &'a Terms, known: &Known<'_, 'a>, mutant: &Mutant) -> Judged {
        let found = |class, word, open: Option<Open>| Judged {
            change: mutant.change.clone(),
            class,
            word,
            gave_up: open.as_ref().is_some_and(|open| open.gave_up),
            obligation: open.map(|open| open.name),
        };
        let network = match &mutant.network {
            Ok(network) => network,
            Err(_) => {
                let open = Open { name: FAMILY.to_owned(), location: Location::default(), gave_up: false };
                return found(Class::Refused, None, Some(open));
            }
        };
        // Most mutants differ on a word that is found at once; the obligations along it are asked about first then.
        let comparison = Comparison::new(self.reduction, network);
        let word = self.trials.differing(comparison);
        let open = self.first_open(terms, known, network, word.as_deref().unwrap_or_default());
        let word = word.or_else(|| self.differing(comparison, open.as_ref()));
        let word = word.map(|word| words::shrink(comparison, &word));
        let class = match (&word, &open) {
            (Some(_), Some(_)) => Class::Killed,
            (None, Some(_)) => Class::Refused,
            (None, None) => Class::Harmless,
            (Some(_), None) => Class::Unsound,
        };
        found(class, word, open)
    }

    /// An obligation of a mutant that is not discharged: the first of those that speak of what happens along a word, or the
    /// first of all. Those that are the unchanged network's own are discharged.
    fn first_open<'a>(
        &self,
        terms: &'a Terms,
        known: &Known<'_, 'a>,
        network: &Network,
        word: &[Token],
    ) -> Option<Open> {
        let proof = match self.reduction.proof(terms, network) {
            Ok(proof) => proof,
            Err(error) => return Some(Open { name: error.to_string(), location: Location::default(), gave_up: false }),
        };
        let is_known = |obligation: &&Obligation<'a>| {
            known.get(obligation.name.as_str()).is_some_and(|known| known.is_same_question(obligation))
        };
        let mut new: Vec<&Obligation<'a>> =
            self.chosen(&proof).into_iter().filter(|obligation| !is_known(obligation)).collect();
        // Where the network leaves the definition, an obligation is false, mostly of a state that the word reaches.
        if let Some(place) = proof.false_along(&new, &problems::indices(word).collect::<Vec<_>>()) {
            return Some(Open::of(new[place], false));
        }
        // Or only of another state: from the first token of the word on.
        let along = self.locations_along(word);
        let place = |obligation: &&Obligation<'_>| along.iter().position(|location| *location == obligation.location);
        new.sort_by_key(|obligation| place(obligation).unwrap_or(usize::MAX));
        let n_along = new.iter().filter(|obligation| place(obligation).is_some()).count();
        let (place, answer) = obligations::first_open(terms, &new, n_along, self.options.timeout.into())?;
        Some(Open::of(new[place], matches!(answer, Answer::Unknown(_))))
    }

    /// The steps of the definition along a word, and its readout.
    fn locations_along(&self, word: &[Token]) -> Vec<Location> {
        let mut state = self.reader.start();
        let mut along = Vec::new();
        for token in problems::indices(word) {
            along.push(Location { mode: state.mode, token: Some(token) });
            state = self.reader.step(&state, token);
        }
        along.push(Location { mode: state.mode, token: None });
        along
    }

    /// A word on which a mutant differs that is not found at once.
    fn differing(&self, comparison: Comparison<'_>, open: Option<&Open>) -> Option<Word> {
        self.more_trials().differing(comparison).or_else(|| {
            let continuations = if is_layered(self.reduction) { 1_000 } else { 20_000 };
            let gap = open?.location;
            let new = || search::Behind::new(&self.reader, self.reduction.problem(), self.options.seed);
            self.behind.get_or_init(new).differing(comparison, [gap].into_iter(), continuations)
        })
    }
}

fn is_layered(reduction: &dyn Reduction) -> bool {
    matches!(reduction.network(), Network::Layered(_))
}
