//! What a reduction is: a problem, a network, and the parts of the reason why.

use crate::construction::machine::Machine;
use crate::definition::Definition;
use crate::proof::Invariant;
use crate::proof::Lemma;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::Bound;
use crate::proof::precision::PrecisionProof;
use crate::proof::precision::Searched;
use problems::Problem;
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
    /// What is proved for every word, as a chain of equalities; of a claim as printed, why it is refuted.
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
    /// streaming one; `tokens` are Int terms, each in `0..n_tokens`. Outside the problem's promise it says what the
    /// network answers there.
    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a>;

    /// The numbers that are asked for beside the decision after a word of unknown tokens, by cases: a condition on the
    /// tokens, and the numbers where it holds. No case where none are asked for.
    fn positional_values<'a>(&self, _terms: &'a Terms, _tokens: &[Term<'a>]) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
        Vec::new()
    }

    /// The proof for a network: this reduction's own, or one with other weights.
    ///
    /// # Errors
    /// [`ProofError`] where the network's tokens or coordinates are not those that definition and invariant speak of.
    fn proof<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let lemmas = self.lemmas(terms).map(|(_, lemmas)| lemmas).unwrap_or_default();
        Proof::by_induction(terms, network, self.definition(terms), self.invariant(terms), lemmas)
    }

    /// A proof that the network gives the right answer on every word of size `n`, where every number must fit into
    /// this precision. None where there is no such proof: of the precision nothing is claimed then.
    fn precision_proof<'a>(
        &self,
        _terms: &'a Terms,
        _network: &Network,
        _n: usize,
        _precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        None
    }

    /// Which number of bits is searched for the least that suffices.
    fn searched(&self) -> Searched {
        Searched::Width
    }

    /// How many of these bits are known to suffice on every word of size `n`, with fixed point that rounds down and
    /// saturates.
    fn precision_bound(&self, _n: usize) -> Option<Bound> {
        None
    }
}
