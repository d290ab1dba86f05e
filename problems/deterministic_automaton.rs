//! Deterministic weighted automata over the rational numbers: is the weight of a word positive?
//!
//! A weighted automaton is deterministic where it has one initial state and, for each state and letter, at most one
//! transition with a weight other than 0. A word then has at most one run, and its weight is the product along the run:
//! only its sign and its last state matter. Complete for NC1 at its hardest, by Barrington's theorem.

mod named;
#[cfg(test)]
mod tests;

pub use named::all;
pub use named::last_write;
pub use named::sign_and_merge;
pub use named::transposition_cycle;

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use crate::indices;
use crate::token_of;
use crate::weighted_automaton::Automaton;
use crate::weighted_automaton::AutomatonError;
use crate::weighted_automaton::text;
use num_rational::BigRational;
use num_traits::Signed;
use num_traits::Zero;

/// Is the weight of the word's run positive?
///
/// ```
/// use problems::Problem;
/// let problem = problems::deterministic_automaton::last_write();
/// let word = |text| problem.alphabet().parse(text).unwrap();
/// assert!(problem.decide(&word("10-")));
/// assert!(!problem.decide(&word("01-")));
/// ```
#[derive(Clone, Debug)]
pub struct DeterministicAutomaton {
    automaton: Automaton,
    initial: usize,
    /// Per state and letter, in this order: the target and the weight of the one transition.
    moves: Vec<Option<(usize, BigRational)>>,
}

/// The first state and letter with two transitions of a weight other than 0, and their targets.
fn branching(automaton: &Automaton) -> Option<(usize, Token, [usize; 2])> {
    (0..automaton.n_states()).find_map(|state| {
        automaton.transitions().iter().zip(0..).find_map(|(matrix, letter)| {
            let targets = matrix[state].iter().enumerate().filter(|(_, weight)| !weight.is_zero());
            match targets.map(|(target, _)| target).take(2).collect::<Vec<_>>()[..] {
                [first, second] => Some((state, letter, [first, second])),
                _ => None,
            }
        })
    })
}

/// Where a run is after some letters: its state and whether its weight is negative; none where it has died.
type Place = Option<(usize, bool)>;

impl DeterministicAutomaton {
    /// The problem of this automaton.
    ///
    /// # Errors
    /// [`AutomatonError`] where it has not exactly one initial state, or two transitions with a weight other than 0
    /// leave a state on a letter: both are named.
    pub fn new(automaton: Automaton) -> Result<Self, AutomatonError> {
        let starts: Vec<usize> =
            (0..automaton.n_states()).filter(|state| !automaton.initial()[*state].is_zero()).collect();
        let [initial] = starts[..] else {
            let message = format!("expected one initial state of a deterministic automaton, got {}", starts.len());
            return Err(AutomatonError::new(message));
        };
        if let Some((state, letter, [first, second])) = branching(&automaton) {
            let letter = automaton.alphabet().text(letter);
            return Err(AutomatonError::new(format!(
                "expected at most one transition from a state of a deterministic automaton on a letter, got two from state \
                 {state} on `{letter}`: to {first} and to {second}"
            )));
        }
        let mut moves = Vec::with_capacity(automaton.n_states() * automaton.alphabet().len());
        for state in 0..automaton.n_states() {
            for matrix in automaton.transitions() {
                let only = matrix[state].iter().enumerate().find(|(_, weight)| !weight.is_zero());
                moves.push(only.map(|(target, weight)| (target, weight.clone())));
            }
        }
        Ok(Self { automaton, initial, moves })
    }

    /// The problem of the automaton in a text as [`text::read`] reads it.
    ///
    /// ```
    /// use problems::deterministic_automaton::DeterministicAutomaton;
    /// let fault = DeterministicAutomaton::read("branching", "0 0 a\n0 1 a 1/2\n1 3\n").unwrap_err();
    /// assert_eq!(fault.line, Some(2));
    /// ```
    ///
    /// # Errors
    /// As [`text::read`] and [`DeterministicAutomaton::new`], with the line of the second transition.
    pub fn read(name: &str, lines: &str) -> Result<Self, AutomatonError> {
        let automaton = text::read(name, lines)?;
        let line = branching(&automaton).and_then(|(state, letter, targets)| {
            let letter = automaton.alphabet().text(letter);
            targets.iter().filter_map(|target| text::line_of_transition(lines, state, letter, *target)).max()
        });
        Self::new(automaton).map_err(|error| AutomatonError { line: error.line.or(line), ..error })
    }

    /// The automaton.
    pub fn automaton(&self) -> &Automaton {
        &self.automaton
    }

    /// The initial state.
    pub fn initial(&self) -> usize {
        self.initial
    }

    /// The one transition from a state on a letter, as its target and its weight; none where the run dies.
    ///
    /// # Panics
    /// If there is no such state or letter.
    pub fn transition(&self, state: usize, letter: usize) -> Option<(usize, &BigRational)> {
        assert!(letter < self.alphabet().len(), "there is no letter {letter}");
        self.moves[state * self.alphabet().len() + letter].as_ref().map(|(target, weight)| (*target, weight))
    }

    fn start(&self) -> Place {
        Some((self.initial, self.automaton.initial()[self.initial].is_negative()))
    }

    fn step(&self, place: Place, letter: usize) -> Place {
        let (state, negative) = place?;
        let (target, weight) = self.transition(state, letter)?;
        Some((target, negative != weight.is_negative()))
    }

    fn accepts(&self, place: Place) -> bool {
        place.is_some_and(|(state, negative)| {
            let last = &self.automaton.final_weights()[state];
            if negative { last.is_negative() } else { last.is_positive() }
        })
    }

    /// A place as a number below `2 n_states + 1`.
    fn code(place: Place) -> usize {
        place.map_or(0, |(state, negative)| 1 + 2 * state + usize::from(negative))
    }

    fn places(&self) -> impl Iterator<Item = Place> {
        let alive = (0..self.automaton.n_states()).flat_map(|state| [Some((state, false)), Some((state, true))]);
        std::iter::once(None).chain(alive)
    }
}

/// From which places a wished end can be reached, for every number of letters left. The sets repeat from some number on,
/// so that a long word needs no more of them than a short one.
struct Reach {
    sets: Vec<Vec<bool>>,
    /// `sets[k]` for k beyond the end is the set of `k - period`.
    period: usize,
}

impl Reach {
    fn new(problem: &DeterministicAutomaton, wished: impl Fn(Place) -> bool, longest: usize) -> Self {
        let mut sets: Vec<Vec<bool>> = vec![problem.places().map(wished).collect()];
        while sets.len() <= longest {
            let last = &sets[sets.len() - 1];
            let can = |place| {
                (0..problem.alphabet().len())
                    .any(|letter| last[DeterministicAutomaton::code(problem.step(place, letter))])
            };
            let next: Vec<bool> = problem.places().map(can).collect();
            if let Some(first) = sets.iter().position(|set| *set == next) {
                return Self { period: sets.len() - first, sets };
            }
            sets.push(next);
        }
        Self { period: 1, sets }
    }

    fn from(&self, place: Place, left: usize) -> bool {
        let beyond = (left + 1).saturating_sub(self.sets.len());
        let index = left - beyond.div_ceil(self.period) * self.period;
        self.sets[index][DeterministicAutomaton::code(place)]
    }
}

impl Problem for DeterministicAutomaton {
    fn name(&self) -> &str {
        "deterministic-automaton"
    }

    fn variant(&self) -> Option<&str> {
        Some(self.automaton.name())
    }

    fn class(&self) -> &str {
        "in NC1"
    }

    fn question(&self) -> &str {
        "Is the weight of the word's only run in the deterministic automaton positive?"
    }

    fn sizes(&self) -> Sizes {
        Sizes { unit: "letters", least: 1, default: 64, largest: 10_000_000 }
    }

    fn alphabet(&self) -> &Alphabet {
        self.automaton.alphabet()
    }

    fn decide(&self, word: &[Token]) -> bool {
        self.accepts(indices(word).fold(self.start(), |place, letter| self.step(place, letter)))
    }

    /// Each letter is uniform among those after which the wished end can still be reached; a no-word is one whose run
    /// survives, where there is one, so that no early death gives it away.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let alive = Reach::new(self, |place| place.is_some() && self.accepts(place) == answer, n);
        let (reach, family) = if alive.from(self.start(), n) {
            (alive, "surviving-run")
        } else {
            (Reach::new(self, |place| self.accepts(place) == answer, n), "any-run")
        };
        if !reach.from(self.start(), n) {
            let wish = if answer { "a positive weight" } else { "a weight that is zero or negative" };
            let reason = format!("no word of {n} letters over `{}` has {wish}", self.automaton.name());
            return Err(NoInstance { reason });
        }
        let mut place = self.start();
        let mut word = Word::with_capacity(n);
        for left in (0..n).rev() {
            let letters: Vec<usize> =
                (0..self.alphabet().len()).filter(|letter| reach.from(self.step(place, *letter), left)).collect();
            let letter = *random.pick(&letters);
            place = self.step(place, letter);
            word.push(token_of(letter));
        }
        Ok(Sample { word, family: family.to_owned() })
    }

    /// One letter again and again.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() || n > longest {
            return Vec::new();
        }
        (0..self.alphabet().len()).map(|letter| vec![token_of(letter); n]).collect()
    }
}
