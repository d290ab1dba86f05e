//! A proof that a network is a streaming definition, as one value that cannot be built without its parts.
//!
//! The claim is: for every word, the network accepts it iff the definition does. The proof is an induction over the
//! word, which stays on paper; its cases are the obligations, all of them made from the network value by the one
//! interpreter:
//!
//!  - *init*: the start state satisfies the invariant of the first mode;
//!  - *step*: for every mode, the dead one included, and every token of the network's own alphabet, the invariant and
//!    one step give the whole invariant of the successor, whatever case of the definition applies;
//!  - *readout*: in every mode, under the invariant, the readout is > 0 iff the definition accepts.
//!
//! Beside them stand *lemmas*, which tie the definition to the meaning of the problem.

mod numbers;

pub use numbers::Numbers;

use crate::definition::Definition;
use crate::definition::Reader;
use crate::definition::State;
use crate::definition::View;
use rnn::Datum;
use rnn::Exact;
use rnn::Network;
use rnn::Program;
use rnn::Script;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;
use std::fmt;

/// What a coordinate of the network holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The control bit of the mode that has this coordinate's name: 1 in that mode, 0 in every other.
    Control,
    /// An integer.
    Integer,
    /// Any real number; its range is a matter of the relation.
    Real,
}

/// A network state as terms, by coordinate name.
#[derive(Clone, Debug)]
pub struct Coordinates<'a> {
    names: Vec<String>,
    values: Vec<Term<'a>>,
}

impl<'a> Coordinates<'a> {
    /// A coordinate's value, a Real; in fixed-point numbers the Int that stands for it.
    ///
    /// # Panics
    /// If the network has no such coordinate; [`Proof::by_induction`] has checked that it has.
    pub fn get(&self, name: &str) -> Term<'a> {
        let place = self.names.iter().position(|other| other == name);
        self.values[place.unwrap_or_else(|| panic!("the network has no coordinate `{name}`"))]
    }
}

type Relation<'a> = Box<dyn Fn(&str, &Coordinates<'a>, &View<'a>) -> Vec<Term<'a>> + 'a>;
type Points<'a> = Box<dyn Fn(&View<'a>) -> Vec<Term<'a>> + 'a>;

/// An inductive invariant: what network state and definition state have to do with each other in each mode.
///
/// Control bits and integrality need not be said in the relation: they follow from the coordinates' kinds, as
/// hypotheses and as goals.
pub struct Invariant<'a> {
    coordinates: Vec<(String, Kind)>,
    relation: Relation<'a>,
    points: Points<'a>,
}

impl<'a> Invariant<'a> {
    /// An invariant over these coordinates: `relation` gives, for a mode's name, a network state and a definition
    /// state, the conjuncts that must hold.
    pub fn new<'s>(
        coordinates: impl IntoIterator<Item = (&'s str, Kind)>,
        relation: impl Fn(&str, &Coordinates<'a>, &View<'a>) -> Vec<Term<'a>> + 'a,
    ) -> Self {
        let coordinates = coordinates.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect();
        Self { coordinates, relation: Box::new(relation), points: Box::new(|_| Vec::new()) }
    }

    /// Instantiates the facts about the list's codes at these places.
    pub fn with_facts_at(mut self, points: impl Fn(&View<'a>) -> Vec<Term<'a>> + 'a) -> Self {
        self.points = Box::new(points);
        self
    }

    /// The coordinates' names and kinds.
    pub fn coordinates(&self) -> &[(String, Kind)] {
        &self.coordinates
    }
}

impl fmt::Debug for Invariant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invariant({:?})", self.coordinates)
    }
}

/// Which part of the proof an obligation is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The start state.
    Init,
    /// One step from a mode on a token, both as places.
    Step {
        /// The mode.
        mode: usize,
        /// The token.
        token: usize,
    },
    /// The readout in a mode.
    Readout {
        /// The mode.
        mode: usize,
    },
    /// A statement about a number format: of one step, from a mode on a token, under the invariant and what else is
    /// assumed of the word's size.
    Precision {
        /// The mode.
        mode: usize,
        /// The token.
        token: usize,
    },
    /// A statement beside the induction.
    Lemma,
}

/// One formula to be proved: the assumptions imply the goal.
#[derive(Clone, Debug)]
pub struct Obligation<'a> {
    /// Its name: `step P_0 A`.
    pub name: String,
    /// Which part of the proof it is.
    pub part: Part,
    /// What is assumed.
    pub assumptions: Vec<Term<'a>>,
    /// What must follow.
    pub goal: Term<'a>,
    /// What must follow as well, where the goal may be assumed: that integers are integers. (As one question with the
    /// goal, solvers do not come to an end where a weight is a fraction.)
    pub then: Option<Term<'a>>,
}

impl<'a> Obligation<'a> {
    /// Whether what must follow is `true` as it stands: exact evaluation has settled it, and no solver is needed.
    pub fn is_literally_true(&self) -> bool {
        self.goal.as_truth() == Some(true) && self.then.is_none()
    }

    /// Whether both say the same: then what settles one settles the other.
    pub fn is_same_question(&self, other: &Self) -> bool {
        (&self.assumptions, self.goal, self.then) == (&other.assumptions, other.goal, other.then)
    }

    /// The conjunctions none of which may be satisfiable.
    pub fn queries(&self) -> Vec<Vec<Term<'a>>> {
        let of = |more: &[Term<'a>]| self.assumptions.iter().chain(more).copied().collect();
        let mut queries = vec![of(&[self.goal.negate()])];
        queries.extend(self.then.map(|then| of(&[self.goal, then.negate()])));
        queries
    }

    /// The text whose unsatisfiability discharges the obligation: the assumptions and the negation of all that must
    /// follow.
    pub fn script(&self) -> Script {
        let whole = self.then.map_or(self.goal, |then| self.goal.and(then));
        let mut assertions = self.assumptions.clone();
        assertions.push(whole.negate());
        Script::new(&assertions)
    }
}

/// A statement beside the induction, with a concrete situation in which its assumptions hold.
pub struct Lemma<'a> {
    /// Its name.
    pub name: &'static str,
    /// What is assumed.
    pub assumptions: Vec<Term<'a>>,
    /// What must follow.
    pub goal: Term<'a>,
    /// Where the situation comes from, for a reader.
    pub situation: String,
    /// The situation.
    pub witness: Box<dyn Valuation>,
}

/// Why no proof could be built for a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofError {
    message: String,
}

impl ProofError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProofError {}

/// How an obligation's assumptions are met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// Replaying this word ends in a state in which every assumption holds, evaluated exactly. `None` stands for a
    /// lemma's own situation, described by the text.
    Found {
        /// The word, as places in the tokens.
        word: Option<Vec<usize>>,
        /// The witness for a reader, where it is no word.
        situation: String,
    },
    /// Replaying this word ends in the obligation's mode, but an assumption is false there: the invariant excludes a
    /// state that is reached, or a fact is false.
    Violated {
        /// The word, as places in the tokens.
        word: Vec<usize>,
        /// The false assumption.
        assumption: String,
    },
    /// No word was found, for this reason.
    Unreachable(String),
}

/// A proof by induction: all obligations, none left out. Its constructors are [`Proof::by_induction`] and, for networks
/// above a router, [`RoutedProof::into_proof`](crate::routed_proof::RoutedProof::into_proof).
pub struct Proof<'a> {
    network: Network,
    numbers: Numbers,
    definition: Definition<'a>,
    invariant: Invariant<'a>,
    induction: Vec<Obligation<'a>>,
    lemmas: Vec<(Obligation<'a>, Lemma<'a>)>,
    /// How the witnesses of the induction are found, where not by replaying words in step with the definition.
    given: Option<Witnesses<'a>>,
}

/// For obligations and words, how the assumptions of each obligation are met.
type Witnesses<'a> = Box<dyn Fn(&[Obligation<'a>], &[Vec<usize>]) -> Vec<Witness> + 'a>;

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({} obligations)", self.obligations().count())
    }
}

impl<'a> Proof<'a> {
    /// The proof that `network` accepts the same words as `definition`, by `invariant`, with its lemmas.
    ///
    /// # Errors
    /// [`ProofError`] where the network's tokens are not exactly the definition's, in order, or its coordinates are not
    /// exactly those that the invariant names.
    pub fn by_induction(
        terms: &'a Terms,
        network: &Network,
        definition: Definition<'a>,
        invariant: Invariant<'a>,
        lemmas: Vec<Lemma<'a>>,
    ) -> Result<Self, ProofError> {
        Self::by_induction_in(Numbers::Exact, terms, network, definition, invariant, lemmas)
    }

    /// The same of a network that runs in these numbers. The invariant then speaks of what stands for a coordinate.
    ///
    /// # Errors
    /// As [`Proof::by_induction`], and where a coordinate is an integer though numbers are fixed-point ones: networks of
    /// integers are proved in exact numbers, which their pre-activations never leave.
    pub fn by_induction_in(
        numbers: Numbers,
        terms: &'a Terms,
        network: &Network,
        definition: Definition<'a>,
        invariant: Invariant<'a>,
        lemmas: Vec<Lemma<'a>>,
    ) -> Result<Self, ProofError> {
        let has_integers = invariant.coordinates.iter().any(|(_, kind)| *kind == Kind::Integer);
        if numbers != Numbers::Exact && has_integers {
            return Err(ProofError::new("expected no integer coordinates in a proof about fixed-point numbers"));
        }
        check_names("tokens", definition.tokens(), network.tokens())?;
        let named: Vec<String> = invariant.coordinates.iter().map(|(name, _)| name.clone()).collect();
        let (mut expected, mut got) = (named.clone(), network.coordinates().to_vec());
        expected.sort_unstable();
        got.sort_unstable();
        check_names("coordinates", &expected, &got)?;
        let lemmas = lemmas
            .into_iter()
            .map(|lemma| {
                let obligation = Obligation {
                    name: format!("lemma {}", lemma.name),
                    part: Part::Lemma,
                    assumptions: lemma.assumptions.clone(),
                    goal: lemma.goal,
                    then: None,
                };
                (obligation, lemma)
            })
            .collect();
        let mut proof = Self {
            network: network.clone(),
            numbers,
            definition,
            invariant,
            induction: Vec::new(),
            lemmas,
            given: None,
        };
        let mut induction = vec![proof.init(terms)];
        for mode in proof.definition.covered_modes() {
            for token in 0..network.tokens().len() {
                induction.push(proof.step(terms, mode, token));
            }
        }
        for mode in proof.definition.covered_modes() {
            induction.push(proof.readout(terms, mode));
        }
        proof.induction = induction;
        Ok(proof)
    }

    /// A proof whose obligations are made elsewhere, with what finds how the assumptions of each are met.
    pub(crate) fn of_obligations(
        network: Network,
        definition: Definition<'a>,
        induction: Vec<Obligation<'a>>,
        witnesses: impl Fn(&[Obligation<'a>], &[Vec<usize>]) -> Vec<Witness> + 'a,
    ) -> Result<Self, ProofError> {
        check_names("tokens", definition.tokens(), network.tokens())?;
        let invariant = Invariant::new([], |_, _, _| Vec::new());
        let (numbers, given) = (Numbers::Exact, Some(Box::new(witnesses) as Box<_>));
        Ok(Self { network, numbers, definition, invariant, induction, lemmas: Vec::new(), given })
    }

    /// The network that the proof speaks of.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The definition.
    pub fn definition(&self) -> &Definition<'a> {
        &self.definition
    }

    /// The obligations of the induction: init, every step, every readout.
    pub fn induction(&self) -> &[Obligation<'a>] {
        &self.induction
    }

    /// The lemmas' obligations.
    pub fn lemmas(&self) -> impl Iterator<Item = &Obligation<'a>> {
        self.lemmas.iter().map(|(obligation, _)| obligation)
    }

    /// All obligations: the induction's, then the lemmas'.
    pub fn obligations(&self) -> impl Iterator<Item = &Obligation<'a>> {
        self.induction.iter().chain(self.lemmas())
    }

    /// The invariant of a mode, as formulas for a reader.
    pub fn invariant(&self, terms: &'a Terms, mode: usize) -> Vec<Term<'a>> {
        if self.given.is_some() {
            // It is said in the obligations themselves.
            return Vec::new();
        }
        let free: Vec<Term<'a>> = (self.network.coordinates().iter())
            .map(|name| match self.kind(name) {
                Kind::Control => terms.ratio(i64::from(self.definition.modes()[mode] == *name), 1),
                _ => terms.symbol(name, Sort::Real),
            })
            .collect();
        let mut conjuncts = self.whole_invariant(terms, mode, free, &self.definition.symbols());
        conjuncts.retain(|conjunct| conjunct.as_truth() != Some(true));
        conjuncts
    }

    fn kind(&self, coordinate: &str) -> Kind {
        let named = self.invariant.coordinates.iter().find(|(name, _)| name == coordinate);
        named.map(|(_, kind)| *kind).expect("the network's coordinates are the invariant's")
    }

    /// The integrality of the integer coordinates, where it is not known by their form alone. As hypothesis it is in
    /// the sort of their symbols.
    fn integers(&self, terms: &'a Terms, values: &[Term<'a>]) -> Option<Term<'a>> {
        let integers =
            self.network.coordinates().iter().zip(values).filter(|(name, _)| self.kind(name) == Kind::Integer);
        let whole = terms.all(integers.map(|(_, value)| value.is_integer()).collect::<Vec<_>>());
        (whole.as_truth() != Some(true)).then_some(whole)
    }

    /// The invariant of a mode, said of any network state and definition state: control bits and the relation.
    /// Hypotheses and goals are both made here, so that neither can say less than the other.
    fn whole_invariant(&self, terms: &'a Terms, mode: usize, values: Vec<Term<'a>>, view: &View<'a>) -> Vec<Term<'a>> {
        let name = &self.definition.modes()[mode];
        let mut conjuncts = Vec::new();
        for (coordinate, value) in self.network.coordinates().iter().zip(&values) {
            if self.kind(coordinate) == Kind::Control {
                conjuncts.push(value.equals(self.numbers.number(terms, i64::from(coordinate == name))));
            }
        }
        let coordinates = Coordinates { names: self.network.coordinates().to_vec(), values };
        conjuncts.extend((self.invariant.relation)(name, &coordinates, view));
        conjuncts.extend(self.definition.window_invariant(view));
        conjuncts
    }

    /// A network state of a mode as free symbols. Control bits are the mode's own numbers, integers are Int symbols
    /// seen as reals: what the invariant's kinds say of them is then true by itself.
    fn free_state(&self, terms: &'a Terms, mode: usize) -> Vec<Term<'a>> {
        let name = &self.definition.modes()[mode];
        let free = |coordinate: &String| match self.kind(coordinate) {
            Kind::Control => self.numbers.number(terms, i64::from(coordinate == name)),
            kind => self.numbers.free(terms, coordinate, kind),
        };
        self.network.coordinates().iter().map(free).collect()
    }

    fn assumptions(&self, terms: &'a Terms, mode: usize) -> (Vec<Term<'a>>, Vec<Term<'a>>, View<'a>) {
        let view = self.definition.symbols();
        let state = self.free_state(terms, mode);
        let mut assumptions = self.whole_invariant(terms, mode, state.clone(), &view);
        assumptions.extend(self.definition.facts(&view, &(self.invariant.points)(&view)));
        assumptions.retain(|assumption| assumption.as_truth() != Some(true));
        (assumptions, state, view)
    }

    fn init(&self, terms: &'a Terms) -> Obligation<'a> {
        let view = self.definition.start();
        let state = self.numbers.start(terms, &self.network);
        let assumptions = self.definition.facts(&view, &(self.invariant.points)(&view));
        let then = self.integers(terms, &state);
        let goal = terms.all(self.whole_invariant(terms, 0, state, &view));
        Obligation { name: "init".to_owned(), part: Part::Init, assumptions, goal, then }
    }

    fn step(&self, terms: &'a Terms, mode: usize, token: usize) -> Obligation<'a> {
        let (assumptions, state, view) = self.assumptions(terms, mode);
        let next = self.numbers.step(terms, &self.network, &state, token).state;
        let then = self.integers(terms, &next);
        let dead = self.definition.modes().len() - 1;
        let mut goals = Vec::new();
        let mut earlier = terms.truth(false);
        for case in self.definition.cases(mode, token) {
            let taken = case.guard.and(earlier.negate());
            let after = self.definition.successor(&view, case);
            goals.push(taken.implies(terms.all(self.whole_invariant(terms, case.next, next.clone(), &after))));
            earlier = earlier.or(case.guard);
        }
        let none = earlier.negate();
        goals.push(none.implies(terms.all(self.whole_invariant(terms, dead, next, &view))));
        let name = format!("step {} {}", self.definition.modes()[mode], self.definition.tokens()[token]);
        Obligation { name, part: Part::Step { mode, token }, assumptions, goal: terms.all(goals), then }
    }

    fn readout(&self, terms: &'a Terms, mode: usize) -> Obligation<'a> {
        let (assumptions, state, _) = self.assumptions(terms, mode);
        let readout = self.numbers.read_out(terms, &self.network, &state);
        let goal = readout.above(self.numbers.number(terms, 0)).equals(self.definition.accepts(mode));
        let name = format!("readout {}", self.definition.modes()[mode]);
        Obligation { name, part: Part::Readout { mode }, assumptions, goal, then: None }
    }

    /// The obligation that under the invariant of a mode and these conditions no pre-activation of the step on a token
    /// leaves what `fits` allows.
    pub(crate) fn range(
        &self,
        terms: &'a Terms,
        (mode, token): (usize, usize),
        conditions: &Conditions<'a>,
        fits: impl Fn(Term<'a>) -> Term<'a>,
    ) -> Obligation<'a> {
        let (assumptions, state, _) = self.assumptions(terms, mode);
        let stepped = self.numbers.step(terms, &self.network, &state, token);
        let goal = terms.all(stepped.pre_activations.into_iter().map(fits).collect::<Vec<_>>());
        self.precision("range", (mode, token), assumptions, conditions, goal)
    }

    /// The obligation that under the invariant of a mode and these conditions this definition and another one over the
    /// same registers take the same case on a token. (What a case does to the other registers is the same term.)
    pub(crate) fn agreement(
        &self,
        terms: &'a Terms,
        (mode, token): (usize, usize),
        conditions: &Conditions<'a>,
        other: &Definition<'a>,
    ) -> Obligation<'a> {
        let (assumptions, ..) = self.assumptions(terms, mode);
        let goal = self.definition.takes_the_case_of(other, mode, token);
        self.precision("same case", (mode, token), assumptions, conditions, goal)
    }

    fn precision(
        &self,
        what: &str,
        (mode, token): (usize, usize),
        mut assumptions: Vec<Term<'a>>,
        conditions: &Conditions<'a>,
        goal: Term<'a>,
    ) -> Obligation<'a> {
        assumptions.extend(&conditions.formulas);
        let name = format!("{what} {} {}", self.definition.modes()[mode], self.definition.tokens()[token]);
        Obligation { name, part: Part::Precision { mode, token }, assumptions, goal, then: None }
    }

    /// For every covered mode, how its invariant and these conditions are met.
    pub(crate) fn witnesses_under(&self, conditions: &Conditions<'a>, words: &[Vec<usize>]) -> Vec<Witness> {
        self.witnesses_of_modes(&self.definition.reader(), words, conditions)
    }

    /// For each obligation, in order, how its assumptions are met: every mode is looked for along `words`, and the
    /// assumptions are evaluated exactly in the states met on the way, in all of them or, along a longer word, in a few
    /// hundred. A single false assumption is a violation.
    pub fn witnesses(&self, words: &[Vec<usize>]) -> Vec<Witness> {
        if let Some(given) = &self.given {
            return given(&self.induction, words);
        }
        let reader = self.definition.reader();
        let found = self.witnesses_of_modes(&reader, words, &Conditions::default());
        let of_induction = self.induction.iter().map(|obligation| match obligation.part {
            Part::Step { mode, .. } | Part::Readout { mode } | Part::Precision { mode, .. } => found[mode].clone(),
            // The start state is concrete, so what is assumed of it is evaluated in it.
            Part::Init | Part::Lemma => {
                let replay =
                    Replay { reader: &reader, state: reader.start(), network: &self.network, values: &[], sizes: &[] };
                witness_in(&obligation.assumptions, &replay, &[])
            }
        });
        let of_lemmas = self.lemmas.iter().map(|(obligation, lemma)| {
            match first_false(&Program::new(&obligation.assumptions), lemma.witness.as_ref()) {
                None => Witness::Found { word: None, situation: lemma.situation.clone() },
                Some(place) => {
                    Witness::Violated { word: Vec::new(), assumption: obligation.assumptions[place].to_string() }
                }
            }
        });
        of_induction.chain(of_lemmas).collect()
    }

    /// For every mode a replayed state in which the invariant holds, and the conditions with it: states that do not meet
    /// these are none of which anything is said.
    fn witnesses_of_modes(&self, reader: &Reader, words: &[Vec<usize>], conditions: &Conditions<'a>) -> Vec<Witness> {
        let n_modes = self.definition.covered_modes().len();
        let assumptions: Vec<&[Term<'a>]> = (0..n_modes)
            .map(|mode| {
                let readout = self.induction.iter().find(|obligation| obligation.part == Part::Readout { mode });
                readout.map(|obligation| obligation.assumptions.as_slice()).expect("every mode has a readout")
            })
            .collect();
        let programs: Vec<Program> = assumptions.iter().map(|assumptions| Program::new(assumptions)).collect();
        let conditional = Program::new(&conditions.formulas);
        let reason = format!("none of {} words tried ends in this mode", words.len());
        let mut found: Vec<Witness> = vec![Witness::Unreachable(reason); n_modes];
        // Evaluating a state costs more than reaching it.
        const STATES: usize = 400;
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
                let replay = Replay { reader, state: state.clone(), network: &self.network, values: &values, sizes };
                if first_false(&conditional, &replay).is_some() {
                    continue;
                }
                let violated = first_false(&programs[state.mode], &replay);
                let witness = &mut found[state.mode];
                match (violated, &witness) {
                    (Some(place), Witness::Found { .. } | Witness::Unreachable(_)) => {
                        let assumption = assumptions[state.mode][place].to_string();
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

/// What is assumed of a definition's state beside the invariant: the size of the word that is read, say, by bounds whose
/// symbols have these values in a witness.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions<'a> {
    pub(crate) formulas: Vec<Term<'a>>,
    pub(crate) sizes: Vec<(String, Exact)>,
}

fn check_names(what: &str, expected: &[String], got: &[String]) -> Result<(), ProofError> {
    if expected == got {
        return Ok(());
    }
    let message = format!("{what}: expected {}, got {}", expected.join(" "), got.join(" "));
    Err(ProofError { message })
}

fn witness_in(assumptions: &[Term<'_>], replay: &Replay<'_>, word: &[usize]) -> Witness {
    match first_false(&Program::new(assumptions), replay) {
        None => Witness::Found { word: Some(word.to_vec()), situation: String::new() },
        Some(place) => Witness::Violated { word: word.to_vec(), assumption: assumptions[place].to_string() },
    }
}

/// The first of a program's formulas that is false, or that speaks of something without a meaning.
pub(crate) fn first_false(program: &Program, meaning: &(impl Valuation + ?Sized)) -> Option<usize> {
    match program.run(meaning) {
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
            let place = self.network.coordinates().iter().position(|other| other == coordinate)?;
            self.values.get(place).map(|value| Datum::Number(value.clone()))
        });
        let size = || self.sizes.iter().find(|(other, _)| other == name).map(|(_, size)| Datum::Number(size.clone()));
        coordinate.or_else(size).or_else(|| self.reader.meaning(&self.state).symbol(name))
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        self.reader.meaning(&self.state).apply(function, arguments)
    }
}
