//! One type for everything that a proof asks: a formula to be discharged, what it shows, and where its witness is found.

use rnn::Datum;
use rnn::Exact;
use rnn::Program;
use rnn::Script;
use rnn::Term;
use rnn::Valuation;
use std::fmt;

/// What an obligation shows. A clause of a claim names the kinds that support it, and counts are given by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObligationKind {
    /// The start state satisfies the invariant.
    Init,
    /// One step from a mode on a token keeps the invariant.
    Step,
    /// Under the invariant the network accepts iff the definition does.
    Readout,
    /// Definition and mathematics of a problem start alike.
    MeaningInit,
    /// One token keeps what definition and mathematics have to do with each other.
    MeaningStep,
    /// The definition accepts, and gives values, iff and as the mathematics does.
    MeaningReadout,
    /// What the embedding gives, what the start state of a routed network means, and the answer for the empty word.
    Start,
    /// On a token that is skipped every head keeps its state.
    Inert,
    /// The states of the router's heads go round one orbit.
    Orbit,
    /// A latch takes its own slot's token and keeps it.
    Latch,
    /// Every argument of a router's hidden unit is an integer.
    Integral,
    /// The router gives layer 4 what its specification says.
    Schedule,
    /// Every head keeps `beta |k|^2` in [0, 2].
    StepSize,
    /// Every head has decay 1 and learning rates 0 or 1.
    Rates,
    /// Decision and value outputs are the outputs of layer 4.
    Outputs,
    /// Arithmetic of times: which token a slot holds.
    Times,
    /// A head that starts in 0 acts as one with the wanted start.
    VirtualStart,
    /// A blank buffer has the form in which the next obligations write it.
    Blank,
    /// The tokens of a block move the product to the other buffer, multiplied.
    Block,
    /// Nothing is output before the end of a block.
    Between,
    /// What is output is the product.
    Output,
    /// No pre-activation leaves the range of a number format.
    Range,
    /// Two definitions take the same case.
    SameCase,
    /// A statement about a number format alone.
    Format,
    /// The code of a machine's stack is read as the stack that it codes.
    StackCode,
}

impl ObligationKind {
    /// Its name in counts and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Step => "step",
            Self::Readout => "readout",
            Self::MeaningInit => "meaning init",
            Self::MeaningStep => "meaning step",
            Self::MeaningReadout => "meaning readout",
            Self::Start => "start",
            Self::Inert => "inert",
            Self::Orbit => "orbit",
            Self::Latch => "latch",
            Self::Integral => "integral",
            Self::Schedule => "schedule",
            Self::StepSize => "step size",
            Self::Rates => "rates",
            Self::Outputs => "outputs",
            Self::Times => "times",
            Self::VirtualStart => "virtual start",
            Self::Blank => "blank",
            Self::Block => "block",
            Self::Between => "between",
            Self::Output => "output",
            Self::Range => "range",
            Self::SameCase => "same case",
            Self::Format => "format",
            Self::StackCode => "stack code",
        }
    }

    /// Whether it is about the definition and the mathematics of a problem, and about no network.
    pub fn is_of_meaning(self) -> bool {
        matches!(self, Self::MeaningInit | Self::MeaningStep | Self::MeaningReadout)
    }

    /// Whether it is about a number format.
    pub fn is_of_precision(self) -> bool {
        matches!(self, Self::Range | Self::SameCase | Self::Format)
    }
}

impl fmt::Display for ObligationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The mode of the definition, and perhaps the token, of which an obligation speaks: there a differing word is looked
/// for where it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// The index of the mode.
    pub mode: usize,
    /// The index of the token, where it speaks of a step.
    pub token: Option<usize>,
}

/// Where states are found in which an obligation's assumptions must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WitnessSource {
    /// It assumes nothing.
    Nothing,
    /// The start state.
    Start,
    /// Reached states of a mode, under the conditions of this index where there are some.
    Mode {
        /// The mode's index.
        mode: usize,
        /// The index of the conditions.
        conditions: Option<usize>,
    },
    /// States in which definition and mathematics are reached together, the token being the next one.
    Meaning {
        /// The definition's mode.
        mode: usize,
        /// The mathematics' mode.
        reading: usize,
        /// The next token; any where none is said.
        token: Option<usize>,
    },
    /// After this many tokens of a fixed word, and in any word a whole number of orbits later.
    Position {
        /// The number of tokens.
        t: usize,
        /// Whether the situation comes again after each orbit.
        recurs: bool,
    },
    /// At these numbers.
    Numbers(Vec<(&'static str, i64)>),
}

/// One formula to be proved: the assumptions imply the goal.
#[derive(Clone, Debug)]
pub struct Obligation<'a> {
    /// Its name: `step P_0 A`.
    pub name: String,
    /// What it shows.
    pub kind: ObligationKind,
    /// Of which part of the definition it speaks.
    pub location: Location,
    /// What is assumed.
    pub assumptions: Vec<Term<'a>>,
    /// What must follow.
    pub goal: Term<'a>,
    /// What must follow as well, where the goal may be assumed: that integers are integers. (As one question with the
    /// goal, solvers do not come to an end where a weight is a fraction.)
    pub side_goal: Option<Term<'a>>,
    /// Where its assumptions are met.
    pub witness: WitnessSource,
}

impl<'a> Obligation<'a> {
    /// A statement without assumptions.
    pub(crate) fn fact(name: impl Into<String>, kind: ObligationKind, goal: Term<'a>) -> Self {
        Self {
            name: name.into(),
            kind,
            location: Location::default(),
            assumptions: Vec::new(),
            goal,
            side_goal: None,
            witness: WitnessSource::Nothing,
        }
    }

    /// Whether what must follow is `true` as it stands: exact evaluation has settled it, and no solver is needed.
    pub fn is_literally_true(&self) -> bool {
        self.goal.as_truth() == Some(true) && self.side_goal.is_none()
    }

    /// Whether both say the same: then what settles one settles the other.
    pub fn is_same_question(&self, other: &Self) -> bool {
        (&self.assumptions, self.goal, self.side_goal) == (&other.assumptions, other.goal, other.side_goal)
    }

    /// The conjunctions none of which may be satisfiable.
    pub fn queries(&self) -> Vec<Vec<Term<'a>>> {
        let of = |more: &[Term<'a>]| self.assumptions.iter().chain(more).copied().collect();
        let mut queries = vec![of(&[self.goal.negate()])];
        queries.extend(self.side_goal.map(|side_goal| of(&[self.goal, side_goal.negate()])));
        queries
    }

    /// The same in smaller parts: that of the goal, and one for each conjunct of what must follow as well. What settles
    /// one of these is within reach of more solvers.
    pub fn queries_in_parts(&self) -> Vec<Vec<Term<'a>>> {
        let of = |more: &[Term<'a>]| self.assumptions.iter().chain(more).copied().collect();
        let besides = self.side_goal.into_iter().flat_map(Term::conjuncts);
        let mut queries = vec![of(&[self.goal.negate()])];
        queries.extend(besides.map(|part| of(&[self.goal, part.negate()])));
        queries
    }

    /// Whether a valuation shows that it does not hold: it meets all that is assumed and not all that must follow. One
    /// that gives something no meaning shows nothing.
    pub(crate) fn is_false_in(&self, valuation: &(impl Valuation + ?Sized)) -> bool {
        let mut formulas = self.assumptions.clone();
        formulas.push(self.side_goal.map_or(self.goal, |side_goal| self.goal.and(side_goal)));
        let values = Program::new(&formulas).run(valuation).unwrap_or_default();
        values.split_last().is_some_and(|(goal, assumed)| !goal.truth() && assumed.iter().all(Datum::truth))
    }

    /// The text whose unsatisfiability discharges the obligation: the assumptions and the negation of all that must
    /// follow.
    pub fn script(&self) -> Script {
        let whole = self.side_goal.map_or(self.goal, |side_goal| self.goal.and(side_goal));
        let mut assertions = self.assumptions.clone();
        assertions.push(whole.negate());
        Script::new(&assertions)
    }
}

/// How an obligation's assumptions are met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// Replaying this word ends in a state in which every assumption holds, evaluated exactly. `None` stands for a
    /// situation that is no word, described by the text.
    Found {
        /// The word, as indices of tokens.
        word: Option<Vec<usize>>,
        /// The witness for a reader, where it is no word.
        situation: String,
    },
    /// Replaying this word ends in a state of which the obligation speaks, but an assumption is false there: the
    /// invariant excludes a state that is reached, or a fact is false.
    Violated {
        /// The word, as indices of tokens.
        word: Vec<usize>,
        /// The assumption.
        assumption: String,
    },
    /// No word was found that reaches it.
    Unreachable(String),
}

impl Witness {
    /// That of an obligation without assumptions.
    pub(crate) fn of_nothing() -> Self {
        Self::Found { word: None, situation: "it assumes nothing".to_owned() }
    }
}

/// What is assumed of a definition's state beside the invariant: the size of the word that is read, say, by bounds whose
/// symbols have these values in a witness.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions<'a> {
    pub(crate) formulas: Vec<Term<'a>>,
    pub(crate) sizes: Vec<(String, Exact)>,
}
