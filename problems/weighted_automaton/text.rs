//! Automata in the text form of AT&T and OpenFst, with exact rational weights.
//!
//! One transition a line, `source target letter [letter] [weight]`, and one line `state [weight]` for each state with a
//! final weight; the source (or state) of the first line is the start state, with initial weight 1. States are numbers
//! from 0 without a gap, weights are `3`, `-3` or `3/7`, and a weight left out is 1. Transitions with the same states and
//! letter add up. Letters are numbered in the order in which they first occur; a second letter must repeat the first.

use super::Automaton;
use super::AutomatonError;
use super::MOST_STATES;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;
use num_traits::Zero;
use std::fmt::Write;

fn fault<T>(line: usize, message: String) -> Result<T, AutomatonError> {
    Err(AutomatonError { line: Some(line), message })
}

/// A rational number, `3`, `-3` or `3/7`; else what was expected.
fn rational(text: &str) -> Result<BigRational, String> {
    let whole = |part: &str| {
        let digits = part.strip_prefix('-').unwrap_or(part);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        part.parse::<BigInt>().ok()
    };
    let expected = || format!("expected a weight `3`, `-3` or `3/7`, got `{text}`");
    let (numerator, denominator) = match text.split_once('/') {
        Some((numerator, denominator)) if !denominator.starts_with('-') => (whole(numerator), whole(denominator)),
        Some(_) => (None, None),
        None => (whole(text), Some(BigInt::one())),
    };
    match (numerator, denominator) {
        (Some(_), Some(denominator)) if denominator.is_zero() => {
            Err(format!("expected a weight with a denominator other than 0, got `{text}`"))
        }
        (Some(numerator), Some(denominator)) => Ok(BigRational::new(numerator, denominator)),
        _ => Err(expected()),
    }
}

/// The text as it is collected: nothing is allocated by the size of a number that it names.
#[derive(Default)]
struct Parts {
    letters: Vec<String>,
    transitions: Vec<(usize, usize, usize, BigRational)>,
    finals: Vec<(usize, BigRational)>,
    start: Option<usize>,
    /// The largest state, and the line that names it first.
    largest: (usize, usize),
    seen: Vec<bool>,
}

impl Parts {
    fn state(&mut self, text: &str, line: usize) -> Result<usize, AutomatonError> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(state) = text.parse::<usize>().ok().filter(|_| digits) else {
            return fault(line, format!("expected a state, a whole number from 0, got `{text}`"));
        };
        if state >= MOST_STATES {
            return fault(line, format!("expected a state below {MOST_STATES}, got {state}"));
        }
        if self.seen.len() <= state {
            self.seen.resize(state + 1, false);
            self.largest = (state, line);
        }
        self.seen[state] = true;
        Ok(state)
    }

    fn weight(text: Option<&&str>, line: usize) -> Result<BigRational, AutomatonError> {
        text.map_or(Ok(BigRational::one()), |text| rational(text).or_else(|message| fault(line, message)))
    }

    fn letter(&mut self, text: &str, line: usize) -> Result<usize, AutomatonError> {
        if text == "<eps>" {
            return fault(line, "expected a letter, got `<eps>`: a transition must read one".to_owned());
        }
        if let Some(place) = self.letters.iter().position(|letter| letter == text) {
            return Ok(place);
        }
        if self.letters.len() == 256 {
            return fault(line, format!("expected at most 256 letters, got `{text}` as one more"));
        }
        self.letters.push(text.to_owned());
        Ok(self.letters.len() - 1)
    }

    fn line(&mut self, line: usize, text: &str) -> Result<(), AutomatonError> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let source = match fields.as_slice() {
            [] => return Ok(()),
            [source, ..] => self.state(source, line)?,
        };
        self.start.get_or_insert(source);
        match fields.as_slice() {
            [_] | [_, _] => {
                if self.finals.iter().any(|(state, _)| *state == source) {
                    return fault(line, format!("expected one final weight for each state, got a second for {source}"));
                }
                self.finals.push((source, Self::weight(fields.get(1), line)?));
            }
            [_, target, letter, rest @ ..] if rest.len() <= 2 => {
                let target = self.state(target, line)?;
                // Four fields are an acceptor's line with a weight; one that repeats the letter instead has weight 1.
                let repeated = rest.len() == 2 || rest.first().is_some_and(|it| it == letter && rational(it).is_err());
                if repeated && rest[0] != *letter {
                    return fault(line, format!("expected the letter `{letter}` again as output, got `{}`", rest[0]));
                }
                let weight = Self::weight(rest.get(usize::from(repeated)), line)?;
                let letter = self.letter(letter, line)?;
                self.transitions.push((source, target, letter, weight));
            }
            _ => {
                let expected = "expected `source target letter [letter] [weight]` or `state [weight]`";
                return fault(line, format!("{expected}, got {} fields", fields.len()));
            }
        }
        Ok(())
    }
}

/// The first line, from 1, of a text that [`read`] accepts on which this transition stands.
pub(crate) fn line_of_transition(text: &str, source: usize, letter: &str, target: usize) -> Option<usize> {
    let is_state = |field: &str, state: usize| field.parse() == Ok(state);
    let found = text.lines().position(|line| match line.split_ascii_whitespace().collect::<Vec<_>>()[..] {
        [from, to, read, ..] => is_state(from, source) && is_state(to, target) && read == letter,
        _ => false,
    });
    found.map(|place| place + 1)
}

/// Reads an automaton.
///
/// ```
/// use num_rational::BigRational;
/// let automaton = problems::weighted_automaton::text::read("halving", "0 0 a 1/2\n0 3\n").unwrap();
/// assert_eq!(automaton.weight(&[0, 0]), BigRational::new(3.into(), 4.into()));
/// let fault = problems::weighted_automaton::text::read("broken", "0 0 a 1/0\n").unwrap_err();
/// assert_eq!(fault.to_string(), "line 1: expected a weight with a denominator other than 0, got `1/0`");
/// ```
///
/// # Errors
/// [`AutomatonError`] with the line and what was expected there.
pub fn read(name: &str, text: &str) -> Result<Automaton, AutomatonError> {
    let mut parts = Parts::default();
    for (place, line) in text.lines().enumerate() {
        parts.line(place + 1, line)?;
    }
    let Some(start) = parts.start else {
        return Err(AutomatonError::new("expected at least one transition, got an empty text"));
    };
    if parts.transitions.is_empty() {
        return Err(AutomatonError::new("expected at least one transition, got final weights only"));
    }
    if let Some(missing) = parts.seen.iter().position(|seen| !seen) {
        let (largest, line) = parts.largest;
        return fault(
            line,
            format!("expected every state from 0 to {largest} somewhere, got no line with state {missing}"),
        );
    }
    let n = parts.seen.len();
    let mut initial = vec![BigRational::zero(); n];
    initial[start] = BigRational::one();
    let mut final_weights = vec![BigRational::zero(); n];
    for (state, weight) in parts.finals {
        final_weights[state] = weight;
    }
    let mut transitions = vec![vec![vec![BigRational::zero(); n]; n]; parts.letters.len()];
    for (source, target, letter, weight) in parts.transitions {
        transitions[letter][source][target] += weight;
    }
    Automaton::new(name, parts.letters, initial, transitions, final_weights)
}

/// Writes an automaton so that [`read`] gives back one with the same letters in the same order and the same weight for
/// every word. Where alpha is 1 in one state and 0 elsewhere, and no other state comes first, it is the same automaton;
/// otherwise it has one state more, which does alpha's part on the first letter.
pub fn write(automaton: &Automaton) -> String {
    // The start state: the one in which alpha is 1 and beside which it is 0; else a new one, of number n.
    let n = automaton.n_states();
    let initial = automaton.initial();
    let unit = initial
        .iter()
        .position(One::is_one)
        .filter(|one| initial.iter().enumerate().all(|(state, weight)| state == *one || weight.is_zero()));
    let start = unit.unwrap_or(n);
    // The new state's transitions and final weight are alpha times those of the others.
    let times = |column: &dyn Fn(usize) -> BigRational| {
        initial.iter().enumerate().fold(BigRational::zero(), |sum, (state, weight)| sum + weight * column(state))
    };
    let entry = |letter: usize, source: usize, target: usize| {
        let matrix = &automaton.transitions()[letter];
        if source < n { matrix[source][target].clone() } else { times(&|state| matrix[state][target].clone()) }
    };
    let mut text = String::new();
    let mut seen = vec![false; n];
    // The start state comes first, with every letter in order: both are read off the text.
    for source in std::iter::once(start).chain((0..n).filter(|state| *state != start)) {
        for (letter, label) in automaton.alphabet().tokens().iter().enumerate() {
            let targets: Vec<usize> = (0..n).filter(|target| !entry(letter, source, *target).is_zero()).collect();
            for &target in if targets.is_empty() && source == start { &[0][..] } else { &targets } {
                seen[target] = true;
                writeln!(text, "{source} {target} {label} {}", entry(letter, source, target))
                    .expect("a string takes any text");
            }
            if !targets.is_empty() && source < n {
                seen[source] = true;
            }
        }
    }
    if start < n {
        seen[start] = true;
    }
    // A final weight of 0 is written only where a state would otherwise not occur.
    let last = |state: usize| {
        if state < n {
            automaton.final_weights()[state].clone()
        } else {
            times(&|state| automaton.final_weights()[state].clone())
        }
    };
    for state in (0..n).chain(unit.is_none().then_some(n)) {
        let weight = last(state);
        if !weight.is_zero() || seen.get(state) == Some(&false) {
            writeln!(text, "{state} {weight}").expect("a string takes any text");
        }
    }
    text
}
