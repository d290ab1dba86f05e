//! A proof that a network solves a problem, as one value that cannot be built without its parts.
//!
//! It has two halves. *network = definition* says that the network accepts a word iff the streaming definition does, by
//! one of two arguments: an induction over the word, or, for a network above a router, the obligations of a
//! [`routed`] network. *definition = problem* says that the definition accepts a word iff it is a yes-word in the
//! words of mathematics (`proof/meaning.rs`). Every part is a list of obligations, made from the network value, the definition's
//! own cases and the mathematics; what stays on paper is that an induction whose cases hold proves its claim.
//!
//! A proof about somebody's own [machine] has one half, *network = machine*, and says no more: definition and invariant
//! are derived from the machine, and of the language that the machine is meant for nothing is known.

mod error;
mod induction;
pub mod machine;
mod meaning;
mod numbers;
pub mod obligation;
pub mod precision;
pub mod query;
pub mod routed;
mod witness;

pub use error::ProofError;
pub use induction::CaseData;
pub use induction::CoordinateKind;
pub use induction::Coordinates;
pub use induction::InductionData;
pub use induction::Invariant;
pub use induction::ModeData;
pub use meaning::obligations_of_meaning;
pub use numbers::Numbers;
pub use obligation::Location;
pub use obligation::Obligation;
pub use obligation::ObligationKind;
pub use obligation::Witness;
pub use obligation::WitnessSource;

pub(crate) use obligation::Conditions;

use crate::definition::Definition;
use crate::statement::mathematics::Meaning;
use induction::Induction;
use machine::MachineArgument;
use meaning::MeaningArgument;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::fmt;

/// A proof: all obligations of both halves, none left out.
pub struct Proof<'a> {
    network: Network,
    argument: Argument<'a>,
    subject: Subject<'a>,
    conditions: Vec<Conditions<'a>>,
    obligations: Vec<Obligation<'a>>,
}

/// What the network is shown to be.
enum Subject<'a> {
    /// A problem, by its definition.
    Problem(Box<MeaningArgument<'a>>),
    /// A machine; the definition is derived from it.
    Machine(Box<MachineArgument<'a>>),
}

/// Why the network is the definition.
enum Argument<'a> {
    Induction(Box<Induction<'a>>),
    Routed(Box<(routed::Stage, routed::Tables)>),
}

/// One of the equalities that a proof is made of, with the obligations that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLink {
    /// `network = definition`.
    pub name: &'static str,
    /// The indices of its obligations.
    pub obligations: Vec<usize>,
}

/// The network is the streaming definition.
pub const NETWORK_IS_DEFINITION: &str = "network = definition";

/// The network is the machine.
pub const NETWORK_IS_MACHINE: &str = "network = machine";

/// The streaming definition is the problem.
pub const DEFINITION_IS_PROBLEM: &str = "definition = problem";

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proof({} obligations)", self.obligations.len())
    }
}

impl<'a> Proof<'a> {
    /// The proof that `network` accepts the same words as `definition`, by `invariant`, and that these are the
    /// problem's, by `meaning`.
    ///
    /// # Errors
    /// [`ProofError`] where the network's tokens are not exactly the definition's, in order, or its coordinates are not
    /// exactly those that the invariant names.
    pub fn by_induction(
        terms: &'a Terms,
        network: &Network,
        definition: Definition<'a>,
        invariant: Invariant<'a>,
        meaning: Meaning<'a>,
    ) -> Result<Self, ProofError> {
        let exact = definition.clone();
        Self::by_induction_in(Numbers::Exact, terms, network, (definition, invariant), (exact, meaning))
    }

    /// The same of a network that runs in these numbers: the invariant then speaks of what stands for a coordinate, and
    /// the definition that the network is may be another one than that which is the problem.
    ///
    /// # Errors
    /// As [`Proof::by_induction`], and where a coordinate is an integer though numbers are fixed-point ones: networks of
    /// integers are proved in exact numbers, which their pre-activations never leave.
    pub fn by_induction_in(
        numbers: Numbers,
        terms: &'a Terms,
        network: &Network,
        (definition, invariant): (Definition<'a>, Invariant<'a>),
        (exact, meaning): (Definition<'a>, Meaning<'a>),
    ) -> Result<Self, ProofError> {
        let induction = Induction::new(numbers, network, definition, invariant)?;
        let obligations = induction.obligations(terms);
        Self::whole(terms, network, Argument::Induction(Box::new(induction)), obligations, (exact, meaning))
    }

    /// The proof that a network above a router is the streaming definition, and that this is the problem.
    ///
    /// # Errors
    /// [`ProofError`] where the network has other tokens than the definition.
    pub fn of_routed(
        terms: &'a Terms,
        routed: routed::RoutedProof<'a>,
        definition: Definition<'a>,
        meaning: Meaning<'a>,
    ) -> Result<Self, ProofError> {
        let (network, stage, obligations, tables) = routed.into_parts();
        error::check_names("tokens", definition.tokens(), network.tokens())?;
        let network = Network::Layered(network);
        Self::whole(terms, &network, Argument::Routed(Box::new((stage, tables))), obligations, (definition, meaning))
    }

    fn whole(
        terms: &'a Terms,
        network: &Network,
        argument: Argument<'a>,
        mut obligations: Vec<Obligation<'a>>,
        (definition, meaning): (Definition<'a>, Meaning<'a>),
    ) -> Result<Self, ProofError> {
        let meaning = MeaningArgument::new(terms, definition, meaning)?;
        obligations.extend(meaning.obligations(terms));
        let subject = Subject::Problem(Box::new(meaning));
        Ok(Self { network: network.clone(), argument, subject, conditions: Vec::new(), obligations })
    }

    /// Adds obligations that are made under conditions, by the index that these get.
    fn add_under(
        &mut self,
        conditions: Conditions<'a>,
        make: impl FnOnce(&Induction<'a>, (usize, &Conditions<'a>)) -> Vec<Obligation<'a>>,
    ) {
        let Argument::Induction(induction) = &self.argument else { return };
        let made = make(induction, (self.conditions.len(), &conditions));
        self.obligations.extend(made);
        self.conditions.push(conditions);
    }

    /// The network that the proof speaks of.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The definition that is the problem, or that is derived from the machine.
    pub fn definition(&self) -> &Definition<'a> {
        match &self.subject {
            Subject::Problem(meaning) => &meaning.definition,
            Subject::Machine(machine) => &machine.definition,
        }
    }

    /// The definition that the network is: in a number format another one than that which is the problem.
    pub fn definition_of_network(&self) -> &Definition<'a> {
        match &self.argument {
            Argument::Induction(induction) => &induction.definition,
            Argument::Routed(_) => self.definition(),
        }
    }

    /// All obligations.
    pub fn obligations(&self) -> &[Obligation<'a>] {
        &self.obligations
    }

    /// What an induction is made of, as data.
    pub fn induction(&self, terms: &'a Terms) -> Option<InductionData<'a>> {
        match &self.argument {
            Argument::Induction(induction) => Some(induction.data(terms)),
            Argument::Routed(_) => None,
        }
    }

    /// What the arithmetic of cases has settled of a routed network, as data.
    pub fn tables(&self) -> Option<&routed::Tables> {
        match &self.argument {
            Argument::Induction(_) => None,
            Argument::Routed(routed) => Some(&routed.1),
        }
    }

    /// The equalities that the proof is made of, each with its obligations: every obligation about the network supports
    /// the first, those of the meaning the second. Those of a routed network speak of the mathematics itself, and so
    /// that the network is the *definition* rests on the meaning too. Of a machine there is one equality, which rests on
    /// every obligation.
    pub fn links(&self) -> Vec<ProofLink> {
        if matches!(self.subject, Subject::Machine(_)) {
            return vec![ProofLink { name: NETWORK_IS_MACHINE, obligations: (0..self.obligations.len()).collect() }];
        }
        let is_routed = matches!(self.argument, Argument::Routed(_));
        let of = |chosen: &dyn Fn(ObligationKind) -> bool| {
            let indices = (0..self.obligations.len()).filter(|index| chosen(self.obligations[*index].kind));
            indices.collect::<Vec<usize>>()
        };
        vec![
            ProofLink { name: NETWORK_IS_DEFINITION, obligations: of(&|kind| is_routed || !kind.is_of_meaning()) },
            ProofLink { name: DEFINITION_IS_PROBLEM, obligations: of(&ObligationKind::is_of_meaning) },
        ]
    }

    /// The invariant of a mode, as formulas for a reader; none of a routed network, of which it is said in the obligations
    /// themselves.
    pub fn invariant(&self, terms: &'a Terms, mode: usize) -> Vec<Term<'a>> {
        match &self.argument {
            Argument::Induction(induction) => induction.formulas(terms, mode),
            Argument::Routed(_) => Vec::new(),
        }
    }

    /// For each obligation, in order, how its assumptions are met along `words`: they are evaluated exactly in states that
    /// are reached on the way, and a single false assumption is a violation.
    pub fn witnesses(&self, words: &[Vec<usize>]) -> Vec<Witness> {
        let of_meaning: Vec<usize> = self.indices(|source| matches!(source, WitnessSource::Meaning { .. }));
        let of_network: Vec<usize> =
            self.indices(|source| !matches!(source, WitnessSource::Meaning { .. } | WitnessSource::Nothing));
        let chosen = |indices: &[usize]| indices.iter().map(|index| &self.obligations[*index]).collect::<Vec<_>>();
        let mut witnesses = vec![Witness::of_nothing(); self.obligations.len()];
        let found = match &self.argument {
            Argument::Induction(induction) => induction.witnesses(&chosen(&of_network), &self.conditions, words),
            Argument::Routed(routed) => routed.0.witnesses(&chosen(&of_network), words),
        };
        of_network.into_iter().zip(found).for_each(|(index, witness)| witnesses[index] = witness);
        match &self.subject {
            Subject::Problem(meaning) => {
                let found = meaning.witnesses(&chosen(&of_meaning), words);
                of_meaning.into_iter().zip(found).for_each(|(index, witness)| witnesses[index] = witness);
            }
            Subject::Machine(machine) => {
                for (obligation, witness) in self.obligations.iter().zip(&mut witnesses) {
                    // What no word reaches is met by a configuration of which nothing but its mode is said.
                    if matches!(witness, Witness::Unreachable(_)) {
                        *witness = machine.configuration_of(obligation).unwrap_or_else(|| witness.clone());
                    }
                }
            }
        }
        witnesses
    }

    /// The first of these of its obligations, by the index in the list, that is false of a state which this word reaches
    /// in an induction: what it assumes holds there, evaluated exactly, and what must follow does not.
    pub fn false_along(&self, obligations: &[&Obligation<'a>], word: &[usize]) -> Option<usize> {
        match &self.argument {
            Argument::Induction(induction) => induction.false_along(obligations, word),
            Argument::Routed(_) => None,
        }
    }

    fn indices(&self, of: impl Fn(&WitnessSource) -> bool) -> Vec<usize> {
        (0..self.obligations.len()).filter(|index| of(&self.obligations[*index].witness)).collect()
    }
}
