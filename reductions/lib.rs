//! Why a network can: one file per theorem.
//!
//! Each file holds a [`Reduction`]: the construction (weights and all), the streaming definition of its problem, and the
//! invariant that ties the two together. [`all`] is the list; the command line, the help and the tests are made
//! from it. A statement ([`Description`]) can be read without its proof.

pub mod controls;
pub mod definition;
pub mod gadgets;
pub mod hardness;
pub mod proof;
pub mod query;
pub mod routed_proof;
pub mod upper;

mod circuit_value_relu;
mod circuit_value_walk_relu;
mod deterministic_automaton_pd;
mod dyck_relu;
pub mod matrix_product_deltanet;
pub mod matrix_product_rwkv7;
mod reachability_relu;
pub mod weighted_automaton_deltanet;
pub mod weighted_automaton_rwkv7;
mod word_problem_pd;

pub use circuit_value_relu::CircuitValueRelu;
pub use circuit_value_walk_relu::CircuitValueWalkRelu;
pub use deterministic_automaton_pd::DeterministicAutomatonPd;
pub use dyck_relu::DyckRelu;
pub use matrix_product_deltanet::MatrixProductDeltaNet;
pub use matrix_product_rwkv7::MatrixProductRwkv7;
pub use reachability_relu::ReachabilityRelu;
pub use reachability_relu::path_queries_without_a_condition;
pub use reachability_relu::target_last_machine;
pub use word_problem_pd::WordProblemPd;

use definition::Definition;
use gadgets::machine::Machine;
use problems::Problem;
use proof::Invariant;
use proof::Lemma;
use proof::Proof;
use proof::ProofError;
use rnn::Network;
use rnn::Precision;
use rnn::Term;
use rnn::Terms;

/// What a reduction claims, for a reader.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// The kind of network: `relu`, `pd`.
    pub model: &'static str,
    /// Which of several forms, where there are several.
    pub variant: Option<&'static str>,
    /// The theorem of the paper, as it numbers it.
    pub theorem: &'static str,
    /// The precision regime.
    pub regime: &'static str,
    /// The claim, as one sentence with its quantifiers.
    pub claim: &'static str,
    /// What is proved for every word, as a chain of equalities.
    pub proved: &'static str,
    /// In what the construction deviates from the printed one, and why.
    pub deviation: &'static str,
    /// What is argued on paper only.
    pub on_paper: &'static str,
}

/// What the network's value outputs have in common with the values that its problem asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// They are the same numbers.
    Exact,
    /// They have the same signs.
    Signs,
}

/// A decision problem, a network that solves it, and the reason why.
pub trait Reduction: Send + Sync {
    /// The statement.
    fn description(&self) -> Description;

    /// The problem.
    fn problem(&self) -> &dyn Problem;

    /// The network.
    fn network(&self) -> &Network;

    /// How the network's value outputs are compared, where the problem asks for values.
    fn compares(&self) -> Values {
        Values::Exact
    }

    /// The machine from which the network was compiled, where there is one.
    fn machine(&self) -> Option<&Machine> {
        None
    }

    /// The streaming definition of the problem.
    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a>;

    /// What network states and definition states have to do with each other.
    fn invariant<'a>(&self, terms: &'a Terms) -> Invariant<'a>;

    /// Statements beside the induction, with the name of the link that they prove.
    fn lemmas<'a>(&self, _terms: &'a Terms) -> Option<(&'static str, Vec<Lemma<'a>>)> {
        None
    }

    /// Whether a word of unknown tokens is a yes-word, by a definition over positions that shares nothing with the
    /// streaming one; `tokens` are Int terms, each in `0..n_tokens`.
    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a>;

    /// The proof for a network: this reduction's own, or one with other weights.
    ///
    /// # Errors
    /// [`ProofError`] where the network's tokens or coordinates are not those that definition and invariant speak of.
    fn proof<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let lemmas = self.lemmas(terms).map(|(_, lemmas)| lemmas).unwrap_or_default();
        Proof::by_induction(terms, network, self.definition(terms), self.invariant(terms), lemmas)
    }

    /// The proof that a network whose values are numbers of a format accepts the same words of size at most `n` as the
    /// definition; none where none is known.
    fn rounded_proof<'a>(
        &self,
        _terms: &'a Terms,
        _network: &Network,
        _precision: &Precision,
        _n: usize,
    ) -> Option<Proof<'a>> {
        None
    }
}

/// Every reduction, in the order in which they are listed.
pub fn all() -> Vec<&'static dyn Reduction> {
    vec![
        ReachabilityRelu::shared(),
        CircuitValueRelu::shared(),
        CircuitValueWalkRelu::shared(),
        DyckRelu::shared(),
        WordProblemPd::all_elements(),
        WordProblemPd::generators(),
        MatrixProductDeltaNet::exact(),
        MatrixProductDeltaNet::sign(),
        MatrixProductRwkv7::columns(),
        MatrixProductRwkv7::vector18(),
        DeterministicAutomatonPd::last_write(),
        DeterministicAutomatonPd::sign_and_merge(),
        DeterministicAutomatonPd::transposition_cycle(),
    ]
}
