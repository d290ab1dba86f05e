//! The argument that a streaming definition is its problem: read side by side with the problem's mathematics, both
//! accept the same words.
//!
//! It is an induction over the word as well: for every pair of modes that can be reached together and every token, what
//! definition and mathematics have to do with each other before the token gives what they have to do with each other
//! after it, whatever cases both take, and a pair of modes that is not related is not reached. The cases are those of the
//! definition and of the mathematics themselves; nothing of them is written again.

use super::error::ProofError;
use super::obligation::Location;
use super::obligation::Obligation;
use super::obligation::ObligationKind;
use super::obligation::Witness;
use super::obligation::WitnessSource;
use super::witness::first_false;
use crate::definition::Case;
use crate::definition::Definition;
use crate::definition::Reader;
use crate::definition::State;
use crate::definition::StateValuation;
use crate::definition::View;
use crate::statement::mathematics::INDEX;
use crate::statement::mathematics::Meaning;
use crate::statement::mathematics::some_index;
use rnn::Datum;
use rnn::Exact;
use rnn::Program;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;
use std::collections::HashMap;

/// A definition, the mathematics of its problem, and the pairs of modes that are related.
pub(super) struct MeaningArgument<'a> {
    pub(super) definition: Definition<'a>,
    meaning: Meaning<'a>,
    pairs: Vec<(usize, usize)>,
}

/// The obligations that a definition is its problem, alone: they are no proof about a network.
///
/// # Errors
/// [`ProofError`] where definition and mathematics are over other tokens, or share a register's name.
pub fn obligations_of_meaning<'a>(
    terms: &'a Terms,
    definition: Definition<'a>,
    meaning: Meaning<'a>,
) -> Result<Vec<Obligation<'a>>, ProofError> {
    Ok(MeaningArgument::new(terms, definition, meaning)?.obligations(terms))
}

/// A case that is taken, and the state after it; or that none is.
struct Outcome<'a> {
    taken: Term<'a>,
    mode: usize,
    after: View<'a>,
}

impl<'a> MeaningArgument<'a> {
    /// Checks that both are over the same tokens and that their registers have different names.
    pub(super) fn new(terms: &'a Terms, definition: Definition<'a>, meaning: Meaning<'a>) -> Result<Self, ProofError> {
        let reading = &meaning.mathematics.reading;
        super::error::check_names("tokens of the mathematics", definition.tokens(), reading.tokens())?;
        let shared =
            definition.registers().iter().find(|register| reading.registers().iter().any(|r| r.name == register.name));
        if let Some(register) = shared {
            let name = &register.name;
            return Err(ProofError::new(format!(
                "register `{name}`: expected one meaning, got one in the definition and one in the mathematics"
            )));
        }
        let index = some_index(terms);
        let (before, read) = (definition.symbols(), reading.symbols());
        // Where no word dies, nothing is said of dead ones.
        let all =
            (definition.covered_modes()).flat_map(|mode| (0..reading.modes().len()).map(move |other| (mode, other)));
        let related = |(mode, other): &(usize, usize)| {
            (meaning.relation)(&definition.modes()[*mode], &reading.modes()[*other], &before, &read, index).is_some()
        };
        let pairs = all.filter(related).collect();
        Ok(Self { definition, meaning, pairs })
    }

    fn reading(&self) -> &Definition<'a> {
        &self.meaning.mathematics.reading
    }

    /// What a pair of modes has to do with each other, said of an index.
    fn relation(
        &self,
        (mode, other): (usize, usize),
        before: &View<'a>,
        read: &View<'a>,
        index: Term<'a>,
    ) -> Option<Vec<Term<'a>>> {
        (self.meaning.relation)(&self.definition.modes()[mode], &self.reading().modes()[other], before, read, index)
    }

    /// Init, every step of every pair of modes, every readout.
    pub(super) fn obligations(&self, terms: &'a Terms) -> Vec<Obligation<'a>> {
        let mut obligations = vec![self.init(terms)];
        for pair in &self.pairs {
            obligations.extend((0..self.definition.tokens().len()).map(|token| self.step(terms, *pair, token)));
        }
        obligations.extend(self.pairs.iter().map(|pair| self.readout(terms, *pair)));
        obligations
    }

    fn init(&self, terms: &'a Terms) -> Obligation<'a> {
        let start = self.relation((0, 0), &self.definition.start(), &self.reading().start(), some_index(terms));
        let goal = start.map_or(terms.truth(false), |conjuncts| terms.all(conjuncts));
        Obligation::fact("meaning init", ObligationKind::MeaningInit, goal)
    }

    fn name(&self, (mode, other): (usize, usize)) -> String {
        let (mode, other) = (&self.definition.modes()[mode], &self.reading().modes()[other]);
        if mode == other { mode.clone() } else { format!("{mode}/{other}") }
    }

    /// The relation of a pair at every index of which something is said, and the equations.
    fn assumptions(&self, terms: &'a Terms, pair: (usize, usize), before: &View<'a>, read: &View<'a>) -> Vec<Term<'a>> {
        let mut assumptions = (self.meaning.mathematics.equations)(before, read);
        for index in self.indices(terms, before, read) {
            assumptions.extend(self.relation(pair, before, read, index).unwrap_or_default());
        }
        kept(assumptions)
    }

    fn indices(&self, terms: &'a Terms, before: &View<'a>, read: &View<'a>) -> Vec<Term<'a>> {
        let mut indices = (self.meaning.points)(before, read);
        indices.push(some_index(terms));
        indices
    }

    fn step(&self, terms: &'a Terms, pair: (usize, usize), token: usize) -> Obligation<'a> {
        let (before, read) = (self.definition.symbols(), self.reading().symbols());
        let mut assumptions = self.assumptions(terms, pair, &before, &read);
        let (own, others) =
            (outcomes(terms, &self.definition, pair.0, token), outcomes(terms, self.reading(), pair.1, token));
        // What the word says of the functions it says where it is still read.
        let (mode, text) = (&self.reading().modes()[pair.1], &self.reading().tokens()[token]);
        let is_read = others.last().map_or(terms.truth(false), |dies| dies.taken.negate());
        for index in self.indices(terms, &before, &read) {
            let given = (self.meaning.mathematics.given)(mode, text, &read, index);
            assumptions.extend(given.into_iter().map(|formula| is_read.implies(formula)));
        }
        let mut goals = Vec::new();
        for outcome in &own {
            for other in &others {
                let related =
                    self.relation((outcome.mode, other.mode), &outcome.after, &other.after, some_index(terms));
                let related = related.map_or(terms.truth(false), |conjuncts| terms.all(conjuncts));
                goals.push(outcome.taken.and(other.taken).implies(related));
            }
        }
        Obligation {
            location: Location { mode: pair.0, token: Some(token) },
            assumptions: kept(assumptions),
            witness: WitnessSource::Meaning { mode: pair.0, reading: pair.1, token: Some(token) },
            ..Obligation::fact(
                format!("meaning step {} {text}", self.name(pair)),
                ObligationKind::MeaningStep,
                terms.all(goals),
            )
        }
    }

    fn readout(&self, terms: &'a Terms, pair: (usize, usize)) -> Obligation<'a> {
        let (before, read) = (self.definition.symbols(), self.reading().symbols());
        let mut goals = vec![self.definition.accepts(pair.0).equals(self.reading().accepts(pair.1))];
        match (self.definition.values(pair.0), self.reading().values(pair.1)) {
            (Some(own), Some(asked)) if own.len() == asked.len() => {
                goals.extend(own.iter().zip(asked).map(|(own, asked)| own.equals(*asked)));
            }
            (None, None) => {}
            _ => goals.push(terms.truth(false)),
        }
        Obligation {
            location: Location { mode: pair.0, token: None },
            assumptions: self.assumptions(terms, pair, &before, &read),
            witness: WitnessSource::Meaning { mode: pair.0, reading: pair.1, token: None },
            ..Obligation::fact(
                format!("meaning readout {}", self.name(pair)),
                ObligationKind::MeaningReadout,
                terms.all(goals),
            )
        }
    }

    /// For each of these obligations, in order, how its assumptions are met where definition and mathematics read these
    /// words side by side. A single false assumption is a violation.
    pub(super) fn witnesses(&self, obligations: &[&Obligation<'a>], words: &[Vec<usize>]) -> Vec<Witness> {
        let mut found: Vec<Watched> =
            obligations.iter().map(|obligation| Watched::new(obligation, words.len())).collect();
        let mut by_state: HashMap<(usize, usize, Option<usize>), Vec<usize>> = HashMap::new();
        for (index, obligation) in obligations.iter().enumerate() {
            if let WitnessSource::Meaning { mode, reading, token } = obligation.witness {
                by_state.entry((mode, reading, token)).or_default().push(index);
            }
        }
        let (reader, reading) = (self.definition.reader(), self.reading().reader());
        let n_tokens = self.definition.tokens().len();
        let mut prefixes: HashMap<(usize, usize), Vec<&[usize]>> = HashMap::new();
        for word in words {
            let Some(functions) = (self.meaning.mathematics.functions)(word) else { continue };
            let (mut own, mut other) = (reader.start(), reading.start());
            for length in 0..=word.len() {
                let met = prefixes.entry((own.mode, other.mode)).or_default();
                if met.len() < PREFIXES && length <= LONGEST {
                    met.push(&word[..length]);
                }
                let here = Here::new((&reader, &own), (&reading, &other), functions.as_ref());
                let next = word.get(length).copied();
                for token in [None].into_iter().chain(next.map(Some)) {
                    let watched = by_state.get(&(own.mode, other.mode, token)).into_iter().flatten();
                    watched
                        .for_each(|index| found[*index].look(&obligations[*index].assumptions, &here, &word[..length]));
                }
                let Some(token) = next else { break };
                let after: (State, State) = (reader.step(&own, token), reading.step_in(&here.other, token));
                (own, other) = after;
            }
        }
        // Every token is tried after the prefixes that lead to a pair of modes, for the functions of the longer word.
        for ((mode, other_mode), prefixes) in prefixes {
            for token in 0..n_tokens {
                let Some(watched) = by_state.get(&(mode, other_mode, Some(token))) else { continue };
                for prefix in &prefixes {
                    let longer = [prefix, &[token][..]].concat();
                    let Some(functions) = (self.meaning.mathematics.functions)(&longer) else { continue };
                    let (mut own, mut other) = (reader.start(), reading.start());
                    for token in *prefix {
                        let valuation = reading.valuation_with(&other, functions.as_ref());
                        let after = (reader.step(&own, *token), reading.step_in(&valuation, *token));
                        (own, other) = after;
                    }
                    if (own.mode, other.mode) != (mode, other_mode) {
                        continue;
                    }
                    let here = Here::new((&reader, &own), (&reading, &other), functions.as_ref());
                    watched
                        .iter()
                        .for_each(|index| found[*index].look(&obligations[*index].assumptions, &here, prefix));
                }
            }
        }
        found.into_iter().map(|watched| watched.witness).collect()
    }
}

/// After so many prefixes that lead to a pair of modes every token is tried, if they are no longer than this.
const PREFIXES: usize = 4;
const LONGEST: usize = 400;

/// How often the assumptions of one obligation are evaluated.
const STATES: usize = 24;

/// An obligation whose assumptions are looked at where it is reached.
struct Watched {
    program: Option<Program>,
    looked: usize,
    witness: Witness,
}

impl Watched {
    fn new(obligation: &Obligation<'_>, n_words: usize) -> Self {
        let nothing = obligation.assumptions.is_empty();
        let none = Witness::Unreachable(format!("none of {n_words} words tried comes there"));
        Self {
            program: (!nothing).then(|| Program::new(&obligation.assumptions)),
            looked: 0,
            witness: if nothing { Witness::of_nothing() } else { none },
        }
    }

    fn look(&mut self, assumptions: &[Term<'_>], here: &Here<'_>, word: &[usize]) {
        let Some(program) = self.program.as_ref().filter(|_| self.looked < STATES) else { return };
        self.looked += 1;
        match (first_false(program, here), &self.witness) {
            (Some(index), Witness::Found { .. } | Witness::Unreachable(_)) => {
                self.witness = Witness::Violated { word: word.to_vec(), assumption: assumptions[index].to_string() };
            }
            (None, Witness::Unreachable(_)) => {
                self.witness = Witness::Found { word: Some(word.to_vec()), situation: String::new() };
            }
            _ => {}
        }
    }
}

/// A state of the definition and one of the reading, reached by the same word.
struct Here<'r> {
    own: StateValuation<'r>,
    other: StateValuation<'r>,
}

impl<'r> Here<'r> {
    fn new(own: (&'r Reader, &'r State), other: (&'r Reader, &'r State), functions: &'r dyn Valuation) -> Self {
        Self { own: own.0.valuation(own.1), other: other.0.valuation_with(other.1, functions) }
    }
}

impl Valuation for Here<'_> {
    fn symbol(&self, name: &str) -> Option<Datum> {
        if name == INDEX {
            // What is said of every index is said of this one.
            return Some(Datum::Number(Exact::ONE));
        }
        self.own.symbol(name).or_else(|| self.other.symbol(name))
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        self.own.apply(function, arguments).or_else(|| self.other.apply(function, arguments))
    }
}

/// What can happen on a token in a mode: each case where none before it applies, and last that none does.
fn outcomes<'a>(terms: &'a Terms, definition: &Definition<'a>, mode: usize, token: usize) -> Vec<Outcome<'a>> {
    let before = definition.symbols();
    let mut earlier = terms.truth(false);
    let mut outcomes = Vec::new();
    for case in definition.cases(mode, token) {
        let case: &Case<'a> = case;
        let taken = case.guard.and(earlier.negate());
        outcomes.push(Outcome { taken, mode: case.next, after: definition.successor(&before, case) });
        earlier = earlier.or(case.guard);
    }
    let dead = definition.modes().len() - 1;
    outcomes.push(Outcome { taken: earlier.negate(), mode: dead, after: before });
    outcomes
}

/// These formulas without those that are true as they stand, each once.
fn kept(formulas: Vec<Term<'_>>) -> Vec<Term<'_>> {
    let mut kept: Vec<Term<'_>> = Vec::new();
    for formula in formulas {
        if formula.as_truth() != Some(true) && !kept.contains(&formula) {
            kept.push(formula);
        }
    }
    kept
}
