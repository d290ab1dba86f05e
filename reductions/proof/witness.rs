//! Witnesses of an induction: states that words reach, in which assumptions are evaluated exactly.

use super::induction::Induction;
use super::obligation::Conditions;
use super::obligation::Location;
use super::obligation::Obligation;
use super::obligation::ObligationKind;
use super::obligation::Witness;
use super::obligation::WitnessSource;
use crate::definition::Reader;
use crate::definition::State;
use rnn::Datum;
use rnn::Exact;
use rnn::Network;
use rnn::Program;
use rnn::Valuation;
use std::collections::BTreeSet;

/// Evaluating a state costs more than reaching it: so many are looked at along one word.
const STATES: usize = 400;

impl<'a> Induction<'a> {
    /// For each of these obligations, in order, how its assumptions are met along these words.
    pub(super) fn witnesses(
        &self,
        obligations: &[&Obligation<'a>],
        conditions: &[Conditions<'a>],
        words: &[Vec<usize>],
    ) -> Vec<Witness> {
        let under: BTreeSet<Option<usize>> =
            obligations.iter().filter_map(|obligation| conditions_of(obligation)).collect();
        let none = Conditions::default();
        let of_modes: Vec<(Option<usize>, Vec<Witness>)> = under
            .into_iter()
            .map(|index| {
                let conditions = index.map_or(&none, |index| &conditions[index]);
                (index, self.witnesses_of_modes(obligations, conditions, words))
            })
            .collect();
        let of_mode = |mode: usize, index: Option<usize>| {
            let found = of_modes.iter().find(|(other, _)| *other == index);
            found.expect("the conditions of every obligation were looked at").1[mode].clone()
        };
        let reader = self.definition.reader();
        let witness = |obligation: &&Obligation<'a>| match obligation.witness {
            WitnessSource::Mode { mode, conditions } => of_mode(mode, conditions),
            // The start state is concrete, so what is assumed of it is evaluated in it.
            _ => {
                let replay =
                    Replay { reader: &reader, state: reader.start(), network: &self.network, values: &[], sizes: &[] };
                match first_false(&Program::new(&obligation.assumptions), &replay) {
                    None => Witness::Found { word: Some(Vec::new()), situation: String::new() },
                    Some(index) => {
                        Witness::Violated { word: Vec::new(), assumption: obligation.assumptions[index].to_string() }
                    }
                }
            }
        };
        obligations.iter().map(witness).collect()
    }

    /// The first of these obligations, by its index, that is false of a state which this word reaches: what it assumes
    /// holds there, evaluated exactly, and what must follow does not. Then no solver need be asked whether it is valid.
    pub(super) fn false_along(&self, obligations: &[&Obligation<'a>], word: &[usize]) -> Option<usize> {
        let reader = self.definition.reader();
        let mut state = reader.start();
        let mut values = self.numbers.run_start(&self.network);
        for length in 0..=word.len() {
            let token = word.get(length).copied();
            let replay = Replay { reader: &reader, state, network: &self.network, values: &values, sizes: &[] };
            let speaks = |obligation: &Obligation<'_>| match obligation.witness {
                WitnessSource::Start => length == 0,
                WitnessSource::Mode { mode, conditions: None } => {
                    let Location { token: of, .. } = obligation.location;
                    mode == replay.state.mode && (of.is_none() || of == token)
                }
                _ => false,
            };
            let is_false = |obligation: &Obligation<'a>| speaks(obligation) && obligation.is_false_in(&replay);
            if let Some(place) = obligations.iter().position(|obligation| is_false(obligation)) {
                return Some(place);
            }
            if let Some(token) = token {
                state = reader.step(&replay.state, token);
                values = self.numbers.run_step(&self.network, &values, token);
            } else {
                break;
            }
        }
        None
    }

    /// For every mode a replayed state in which the invariant holds, and the conditions with it: states that do not meet
    /// these are none of which anything is said.
    fn witnesses_of_modes(
        &self,
        obligations: &[&Obligation<'a>],
        conditions: &Conditions<'a>,
        words: &[Vec<usize>],
    ) -> Vec<Witness> {
        let reader = self.definition.reader();
        let n_modes = self.definition.covered_modes().len();
        // What is assumed in a mode is what its readout assumes.
        let assumed = |mode: usize| {
            let readout = obligations
                .iter()
                .find(|obligation| obligation.kind == ObligationKind::Readout && obligation.location.mode == mode);
            readout.map(|obligation| obligation.assumptions.as_slice()).expect("every mode has a readout")
        };
        let assumptions: Vec<_> = (0..n_modes).map(assumed).collect();
        let programs: Vec<Program> = assumptions.iter().map(|assumptions| Program::new(assumptions)).collect();
        let conditional = Program::new(&conditions.formulas);
        let reason = format!("none of {} words tried ends in this mode", words.len());
        let mut found: Vec<Witness> = vec![Witness::Unreachable(reason); n_modes];
        for word in words {
            let stride = word.len().div_ceil(STATES).max(1);
            let mut state = reader.start();
            let mut values = self.numbers.run_start(&self.network);
            for length in 0..=word.len() {
                if length > 0 {
                    state = reader.step(&state, word[length - 1]);
                    values = self.numbers.run_step(&self.network, &values, word[length - 1]);
                }
                if length % stride != 0 && length != word.len() {
                    continue;
                }
                let sizes = &conditions.sizes;
                let reader = &reader;
                let replay = Replay { reader, state: state.clone(), network: &self.network, values: &values, sizes };
                if first_false(&conditional, &replay).is_some() {
                    continue;
                }
                let violated = first_false(&programs[state.mode], &replay);
                let witness = &mut found[state.mode];
                match (violated, &witness) {
                    (Some(index), Witness::Found { .. } | Witness::Unreachable(_)) => {
                        let assumption = assumptions[state.mode][index].to_string();
                        *witness = Witness::Violated { word: word[..length].to_vec(), assumption };
                    }
                    (None, Witness::Unreachable(_)) => {
                        *witness = Witness::Found { word: Some(word[..length].to_vec()), situation: String::new() };
                    }
                    _ => {}
                }
            }
        }
        found
    }
}

/// The conditions under which a mode's states are looked at; none where no mode's are.
fn conditions_of(obligation: &Obligation<'_>) -> Option<Option<usize>> {
    match obligation.witness {
        WitnessSource::Mode { conditions, .. } => Some(conditions),
        _ => None,
    }
}

/// The first of a program's formulas that is false, or that speaks of something without a meaning.
pub(crate) fn first_false(program: &Program, valuation: &(impl Valuation + ?Sized)) -> Option<usize> {
    match program.run(valuation) {
        Ok(values) => values.iter().position(|value| !value.truth()),
        Err(_) => Some(0),
    }
}

/// A network state and a definition state, reached by the same word.
struct Replay<'r> {
    reader: &'r Reader,
    state: State,
    network: &'r Network,
    values: &'r [Exact],
    sizes: &'r [(String, Exact)],
}

impl Valuation for Replay<'_> {
    fn symbol(&self, name: &str) -> Option<Datum> {
        let coordinate = name.strip_prefix("h.").and_then(|coordinate| {
            let index = self.network.coordinates().iter().position(|other| other == coordinate)?;
            self.values.get(index).map(|value| Datum::Number(value.clone()))
        });
        let size = || self.sizes.iter().find(|(other, _)| other == name).map(|(_, size)| Datum::Number(size.clone()));
        coordinate.or_else(size).or_else(|| self.reader.valuation(&self.state).symbol(name))
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        self.reader.valuation(&self.state).apply(function, arguments)
    }
}
