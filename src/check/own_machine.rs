//! Checking somebody's own machine: that the network is the machine, for every word, and nothing about a language.
//!
//! The obligations are [derived from the machine](reductions::proof::machine); beside them network and machine read every
//! short word, and where an obligation is open, words that lead to its mode and on.

use super::WORD_BUDGET;
use super::obligations;
use super::obligations::Judged;
use super::words;
use crate::progress::Progress;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Word;
use problems::token_of;
use problems::words_of_length;
use reductions::construction::machine::Configuration;
use reductions::construction::machine::Machine;
use reductions::proof::Location;
use reductions::proof::Proof;
use reductions::proof::ProofError;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use rnn::Terms;
use std::collections::HashSet;
use std::time::Duration;
use std::time::Instant;

/// How many configurations are looked at for words that lead to modes.
const CONFIGURATIONS: usize = 20_000;

/// How many words lead to each mode, at most.
const WORDS_PER_MODE: usize = 6;

/// How many words are tried after all open obligations together.
const CONTINUATIONS: usize = 40_000;

/// No longer words are read, one after the other: over a single token a budget of words would allow a very long one.
const LONGEST: usize = 400;

/// What a check of somebody's own machine found.
#[derive(Clone, Debug)]
pub struct OwnMachineOutcome {
    /// The verdict on *network = machine*.
    pub verdict: Verdict,
    /// What it rests on, and what stands beside it.
    pub links: Vec<Link>,
    /// Every obligation and what became of it.
    pub obligations: Vec<Judged>,
    /// The length up to which network and machine read every word.
    pub max_length: usize,
    /// How many of these words the machine accepts, and how many it does not.
    pub words: [u64; 2],
    /// The shortest word found on which they differ, and the machine's answer.
    pub counterexample: Option<(Word, bool)>,
    /// All obligations were discharged and yet a word differs: a fault of the harness.
    pub alarm: bool,
    /// How long it took.
    pub elapsed: Duration,
}

/// Checks that a network accepts the same words as a machine. `max_length` is the length up to which every word is read;
/// as long as a budget of words allows where none is given.
///
/// # Errors
/// [`ProofError`] where the network is of another kind, or has other tokens or coordinates, than the machine's.
pub fn check(
    machine: &Machine,
    network: &Network,
    max_length: Option<usize>,
    limit: Duration,
    progress: &Progress,
) -> Result<OwnMachineOutcome, ProofError> {
    let started = Instant::now();
    let pair = Pair { machine, network };
    let terms = Terms::default();
    let proof = Proof::of_machine(&terms, network, machine)?;
    let reached = Reached::new(machine);

    // The obligations, with witnesses along the words that reach modes.
    progress.start("obligations", proof.obligations().len());
    let along: Vec<Vec<usize>> = reached.words.iter().flatten().cloned().collect();
    let judged = obligations::judge(&terms, &proof, limit, &along, || progress.step());

    // Every short word through both, and, where nothing differs, words that go on from the gaps.
    progress.start("words", 0);
    let n_tokens = machine.tokens().len();
    let max_length = max_length.unwrap_or_else(|| words::longest(n_tokens, WORD_BUDGET)).min(LONGEST);
    let mut reading = Reading { pair, max_length, words: [0; 2], differing: None };
    reading.read_on(&mut Vec::new(), &network.start_in(&ExactArithmetic), &machine.start());
    let (words, mut differing) = (reading.words, reading.differing);

    let is_open = |judged: &&Judged| !judged.is_discharged() || !judged.is_witnessed();
    if differing.is_none() {
        let gaps: Vec<Location> = judged.iter().filter(is_open).map(|judged| judged.location).collect();
        progress.start("words after the gaps", 0);
        differing = pair.search_after(&gaps, &reached, proof.definition().modes());
    }
    progress.finish();
    // A shorter word that still differs, and the verdict of both.
    let counterexample = differing.map(|word| {
        let word = words::shrink_while(&word, |word| pair.differs(word));
        let answer = pair.machine_accepts(&word);
        (word, answer)
    });
    let discharged = judged.iter().filter(|judged| judged.is_discharged()).count();
    let holds = judged.iter().all(|judged| !is_open(&judged));
    let verdict = match (&counterexample, holds) {
        (Some(_), _) => Verdict::Refuted,
        (None, true) => Verdict::Proved,
        (None, false) => Verdict::Undetermined,
    };
    let links = proof.links().into_iter().map(|link| Link {
        name: link.name.to_owned(),
        verdict: if holds { Verdict::Proved } else { Verdict::Undetermined },
        by: obligations::discharged_by(&judged.iter().collect::<Vec<_>>()),
        carries: true,
    });
    let read = Link {
        name: "network runs = machine runs".to_owned(),
        verdict: if counterexample.is_some() { Verdict::Refuted } else { Verdict::Checked },
        by: format!("every word of length <= {max_length} ({} accepted, {} not)", words[0], words[1]),
        carries: false,
    };
    Ok(OwnMachineOutcome {
        verdict,
        links: links.chain([read]).collect(),
        alarm: discharged == judged.len() && counterexample.is_some(),
        obligations: judged,
        max_length,
        words,
        counterexample,
        elapsed: started.elapsed(),
    })
}

/// A network and a machine over the same tokens.
#[derive(Clone, Copy)]
struct Pair<'p> {
    machine: &'p Machine,
    network: &'p Network,
}

impl Pair<'_> {
    fn machine_accepts(self, word: &[problems::Token]) -> bool {
        self.machine.accepts(word.iter().map(|token| usize::from(*token)))
    }

    fn differs(self, word: &[problems::Token]) -> bool {
        words::reads(self.network, word) != self.machine_accepts(word)
    }

    /// Words that lead to the modes of these obligations, go on with their token, and end in any way.
    fn search_after(self, gaps: &[Location], reached: &Reached, modes: &[String]) -> Option<Word> {
        let n_tokens = self.machine.tokens().len();
        let starts: Vec<Word> = gaps
            .iter()
            .flat_map(|gap| {
                let state = self.machine.states().iter().position(|state| *state == modes[gap.mode]);
                let words = &reached.words[state.unwrap_or(self.machine.states().len())];
                words.iter().map(|word| word.iter().copied().chain(gap.token).map(token_of).collect())
            })
            .collect();
        let each = CONTINUATIONS / starts.len().max(1);
        let longest = problems::longest_within(n_tokens, each.max(1)).min(LONGEST);
        let ends = |length| words_of_length(n_tokens, length);
        (0..=longest).find_map(|length| {
            starts
                .iter()
                .find_map(|start| ends(length).map(|end| [&start[..], &end].concat()).find(|word| self.differs(word)))
        })
    }
}

/// Words that lead to each mode, and last to the dead one.
struct Reached {
    words: Vec<Vec<Vec<usize>>>,
}

impl Reached {
    /// Breadth first, so that the first word of a mode is a shortest one.
    fn new(machine: &Machine) -> Self {
        let mut words = vec![Vec::new(); machine.states().len() + 1];
        let mut seen: HashSet<Configuration> = HashSet::from([machine.start()]);
        // A configuration, and from which one it was reached on which token.
        let mut queue: Vec<(Configuration, Option<(usize, usize)>)> = vec![(machine.start(), None)];
        let mut next = 0;
        while next < queue.len() {
            let configuration = queue[next].0.clone();
            let place = configuration.state.unwrap_or(machine.states().len());
            if words[place].len() < WORDS_PER_MODE {
                words[place].push(word_to(&queue, next));
            }
            // A dead configuration leads to itself.
            for token in 0..machine.tokens().len() {
                let after = machine.step(&configuration, token);
                if configuration.state.is_some() && queue.len() < CONFIGURATIONS && seen.insert(after.clone()) {
                    queue.push((after, Some((next, token))));
                }
            }
            next += 1;
        }
        Self { words }
    }
}

fn word_to(queue: &[(Configuration, Option<(usize, usize)>)], end: usize) -> Vec<usize> {
    let mut word: Vec<usize> =
        std::iter::successors(queue[end].1, |(before, _)| queue[*before].1).map(|(_, token)| token).collect();
    word.reverse();
    word
}

/// Every word up to a length, each prefix read once.
struct Reading<'p> {
    pair: Pair<'p>,
    max_length: usize,
    words: [u64; 2],
    differing: Option<Word>,
}

impl Reading<'_> {
    fn read_on(&mut self, word: &mut Word, state: &[Exact], configuration: &Configuration) {
        let answer = self.pair.machine.is_accepting(configuration);
        self.words[usize::from(!answer)] += 1;
        let is_shorter = self.differing.as_ref().is_none_or(|found| word.len() < found.len());
        if is_shorter && words::accepts(self.pair.network, state) != answer {
            self.differing = Some(word.clone());
        }
        if word.len() == self.max_length {
            return;
        }
        for token in 0..self.pair.machine.tokens().len() {
            let after = self.pair.network.step(&ExactArithmetic, state, token);
            word.push(token_of(token));
            self.read_on(word, &after, &self.pair.machine.step(configuration, token));
            word.pop();
        }
    }
}
