//! The argument by induction over the word: a network is a streaming definition.
//!
//!  - *init*: the start state satisfies the invariant of the first mode;
//!  - *step*: for every mode, the dead one included, and every token of the network's own alphabet, the invariant and
//!    one step give the whole invariant of the successor, whatever case of the definition applies;
//!  - *readout*: in every mode, under the invariant, the readout is > 0 iff the definition accepts.
//!
//! All of them are made from the network value by the one interpreter. Hypotheses and goals of a step are made by the
//! same function, so that neither can say less than the other.

mod data;

pub use data::CaseData;
pub use data::InductionData;
pub use data::ModeData;

use super::error::ProofError;
use super::numbers::Numbers;
use super::obligation::Conditions;
use super::obligation::Location;
use super::obligation::Obligation;
use super::obligation::ObligationKind;
use super::obligation::WitnessSource;
use crate::definition::Definition;
use crate::definition::View;
use rnn::Network;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use std::fmt;

/// How the network's values are named in a text of obligations as they are written: `start.X`, `next.X` and `decision`.
const START: &str = "start";
/// See [`START`].
const NEXT: &str = "next";
/// See [`START`].
const DECISION: &str = "decision";

/// What a coordinate of the network holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoordinateKind {
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
    /// If the network has no such coordinate; [`Proof::by_induction`](super::Proof::by_induction) has checked that it has.
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
    coordinates: Vec<(String, CoordinateKind)>,
    relation: Relation<'a>,
    points: Points<'a>,
}

impl<'a> Invariant<'a> {
    /// An invariant over these coordinates: `relation` gives, for a mode's name, a network state and a definition
    /// state, the conjuncts that must hold.
    pub fn new<'s>(
        coordinates: impl IntoIterator<Item = (&'s str, CoordinateKind)>,
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
    pub fn coordinates(&self) -> &[(String, CoordinateKind)] {
        &self.coordinates
    }
}

impl fmt::Debug for Invariant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invariant({:?})", self.coordinates)
    }
}

/// A network, a definition, and the invariant that ties them together.
pub(super) struct Induction<'a> {
    pub(super) network: Network,
    pub(super) numbers: Numbers,
    pub(super) definition: Definition<'a>,
    invariant: Invariant<'a>,
}

impl<'a> Induction<'a> {
    /// Checks that the network's tokens are exactly the definition's, in order, that its coordinates are exactly those
    /// that the invariant names, and that in fixed-point numbers no coordinate is an integer.
    pub(super) fn new(
        numbers: Numbers,
        network: &Network,
        definition: Definition<'a>,
        invariant: Invariant<'a>,
    ) -> Result<Self, ProofError> {
        let has_integers = invariant.coordinates.iter().any(|(_, kind)| *kind == CoordinateKind::Integer);
        if numbers != Numbers::Exact && has_integers {
            return Err(ProofError::new("expected no integer coordinates in a proof about fixed-point numbers"));
        }
        super::error::check_names("tokens", definition.tokens(), network.tokens())?;
        let named: Vec<String> = invariant.coordinates.iter().map(|(name, _)| name.clone()).collect();
        let (mut expected, mut got) = (named, network.coordinates().to_vec());
        expected.sort_unstable();
        got.sort_unstable();
        super::error::check_names("coordinates", &expected, &got)?;
        Ok(Self { network: network.clone(), numbers, definition, invariant })
    }

    /// Init, every step, every readout: none is left out.
    pub(super) fn obligations(&self, terms: &'a Terms) -> Vec<Obligation<'a>> {
        let modes = self.definition.covered_modes();
        let mut obligations = vec![self.init(terms)];
        for mode in modes.clone() {
            obligations.extend((0..self.network.tokens().len()).map(|token| self.step(terms, mode, token)));
        }
        obligations.extend(modes.map(|mode| self.readout(terms, mode)));
        obligations
    }

    /// The invariant of a mode, as formulas for a reader.
    pub(super) fn formulas(&self, terms: &'a Terms, mode: usize) -> Vec<Term<'a>> {
        let free: Vec<Term<'a>> = (self.network.coordinates().iter())
            .map(|name| match self.kind(name) {
                CoordinateKind::Control => terms.ratio(i64::from(self.definition.modes()[mode] == *name), 1),
                _ => terms.symbol(name, Sort::Real),
            })
            .collect();
        let mut conjuncts = self.whole_invariant(terms, mode, free, &self.definition.symbols());
        conjuncts.retain(|conjunct| conjunct.as_truth() != Some(true));
        conjuncts
    }

    fn kind(&self, coordinate: &str) -> CoordinateKind {
        let named = self.invariant.coordinates.iter().find(|(name, _)| name == coordinate);
        named.map(|(_, kind)| *kind).expect("the network's coordinates are the invariant's")
    }

    /// The integrality of the integer coordinates, where it is not known by their form alone. As hypothesis it is in
    /// the sort of their symbols.
    fn integers(&self, terms: &'a Terms, values: &[Term<'a>]) -> Option<Term<'a>> {
        let integers = self
            .network
            .coordinates()
            .iter()
            .zip(values)
            .filter(|(name, _)| self.kind(name) == CoordinateKind::Integer);
        let open = integers.map(|(_, value)| value.is_integer()).filter(|integer| integer.as_truth() != Some(true));
        let whole = terms.all(open.collect::<Vec<_>>());
        (whole.as_truth() != Some(true)).then_some(whole)
    }

    /// The invariant of a mode, said of any network state and definition state: control bits and the relation.
    /// Hypotheses and goals are both made here, so that neither can say less than the other.
    fn whole_invariant(&self, terms: &'a Terms, mode: usize, values: Vec<Term<'a>>, view: &View<'a>) -> Vec<Term<'a>> {
        let name = &self.definition.modes()[mode];
        let mut conjuncts = Vec::new();
        for (coordinate, value) in self.network.coordinates().iter().zip(&values) {
            if self.kind(coordinate) == CoordinateKind::Control {
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
            // As it is written the invariant says of control bits what they are.
            CoordinateKind::Control if !terms.keeps_what_is_written() => {
                self.numbers.number(terms, i64::from(coordinate == name))
            }
            kind => self.numbers.free(terms, coordinate, kind),
        };
        self.network.coordinates().iter().map(free).collect()
    }

    /// What is assumed in a mode, with the network state and the definition state of which it is assumed.
    pub(super) fn assumptions(&self, terms: &'a Terms, mode: usize) -> (Vec<Term<'a>>, Vec<Term<'a>>, View<'a>) {
        let view = self.definition.symbols();
        let state = self.free_state(terms, mode);
        let mut assumptions = self.whole_invariant(terms, mode, state.clone(), &view);
        assumptions.extend(self.definition.facts(&view, &(self.invariant.points)(&view)));
        assumptions.retain(|assumption| assumption.as_truth() != Some(true));
        (assumptions, state, view)
    }

    /// Where terms stay as they are written, names for these values of the coordinates, and what the names stand for: a
    /// reader of the text then finds the network in it.
    fn named(&self, terms: &'a Terms, of: &str, values: Vec<Term<'a>>) -> (Vec<Term<'a>>, Vec<Term<'a>>) {
        if !terms.keeps_what_is_written() {
            return (values, Vec::new());
        }
        let name = |(coordinate, value): (&String, Term<'a>)| {
            let name = terms.symbol(&format!("{of}.{coordinate}"), value.sort());
            (name, name.equals(value))
        };
        self.network.coordinates().iter().zip(values).map(name).unzip()
    }

    fn init(&self, terms: &'a Terms) -> Obligation<'a> {
        let view = self.definition.start();
        let state = self.numbers.start(terms, &self.network);
        let assumptions = self.definition.facts(&view, &(self.invariant.points)(&view));
        let side_goal = self.integers(terms, &state);
        let (state, named) = self.named(terms, START, state);
        let assumptions = assumptions.into_iter().chain(named).collect();
        let goal = terms.all(self.whole_invariant(terms, 0, state, &view));
        let (kind, witness) = (ObligationKind::Init, WitnessSource::Start);
        Obligation { assumptions, side_goal, witness, ..Obligation::fact("init", kind, goal) }
    }

    fn step(&self, terms: &'a Terms, mode: usize, token: usize) -> Obligation<'a> {
        let (mut assumptions, state, view) = self.assumptions(terms, mode);
        let next = self.numbers.step(terms, &self.network, &state, token).state;
        let (next, named) = self.named(terms, NEXT, next);
        assumptions.extend(named);
        // Where the form alone shows it, with the control bits of the mode as numbers, no solver is asked.
        let by_form = terms.in_normal_form(|| {
            let state = self.free_state(terms, mode);
            self.integers(terms, &self.numbers.step(terms, &self.network, &state, token).state)
        });
        let side_goal = by_form.and_then(|_| self.integers(terms, &next));
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
        Obligation {
            location: Location { mode, token: Some(token) },
            assumptions,
            side_goal,
            witness: WitnessSource::Mode { mode, conditions: None },
            ..Obligation::fact(name, ObligationKind::Step, terms.all(goals))
        }
    }

    fn readout(&self, terms: &'a Terms, mode: usize) -> Obligation<'a> {
        let (mut assumptions, state, _) = self.assumptions(terms, mode);
        let mut readout = self.numbers.read_out(terms, &self.network, &state);
        if terms.keeps_what_is_written() {
            let name = terms.symbol(DECISION, readout.sort());
            assumptions.push(name.equals(readout));
            readout = name;
        }
        let goal = readout.above(self.numbers.number(terms, 0)).equals(self.definition.accepts(mode));
        let name = format!("readout {}", self.definition.modes()[mode]);
        Obligation {
            location: Location { mode, token: None },
            assumptions,
            witness: WitnessSource::Mode { mode, conditions: None },
            ..Obligation::fact(name, ObligationKind::Readout, goal)
        }
    }

    /// The obligation that under the invariant of a mode and the conditions of this index no pre-activation of the step
    /// on a token leaves what `fits` allows.
    pub(super) fn range(
        &self,
        terms: &'a Terms,
        (mode, token): (usize, usize),
        (index, conditions): (usize, &Conditions<'a>),
        fits: impl Fn(Term<'a>) -> Term<'a>,
    ) -> Obligation<'a> {
        let (_, state, _) = self.assumptions(terms, mode);
        let stepped = self.numbers.step(terms, &self.network, &state, token);
        let goal = terms.all(stepped.pre_activations.into_iter().map(fits).collect::<Vec<_>>());
        self.under(terms, ObligationKind::Range, (mode, token), (index, conditions), goal)
    }

    /// The obligation that under the invariant of a mode and the conditions of this index this definition and another
    /// one over the same registers take the same case on a token. (What a case does to the other registers is the same
    /// term.)
    pub(super) fn agreement(
        &self,
        terms: &'a Terms,
        (mode, token): (usize, usize),
        conditions: (usize, &Conditions<'a>),
        other: &Definition<'a>,
    ) -> Obligation<'a> {
        let goal = self.definition.takes_the_case_of(other, mode, token);
        self.under(terms, ObligationKind::SameCase, (mode, token), conditions, goal)
    }

    fn under(
        &self,
        terms: &'a Terms,
        kind: ObligationKind,
        (mode, token): (usize, usize),
        (index, conditions): (usize, &Conditions<'a>),
        goal: Term<'a>,
    ) -> Obligation<'a> {
        let (mut assumptions, ..) = self.assumptions(terms, mode);
        assumptions.extend(&conditions.formulas);
        let name = format!("{kind} {} {}", self.definition.modes()[mode], self.definition.tokens()[token]);
        Obligation {
            location: Location { mode, token: Some(token) },
            assumptions,
            witness: WitnessSource::Mode { mode, conditions: Some(index) },
            ..Obligation::fact(name, kind, goal)
        }
    }
}
