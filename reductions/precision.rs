//! Why a number format suffices: proofs about rounded networks.
//!
//! The obligations are made as all others are, from the network value by the one interpreter; what is new is the
//! arithmetic that it runs over, or that every pre-activation is recorded on the way. Two kinds of network are proved:
//!
//!  - *integers*: no pre-activation leaves the range of a format, and each is on its grid. Rounding and overflow then
//!    never happen, and the rounded network is the exact one, word by word ([`PrecisionProof::of_integers`]);
//!  - *windows*: the rounded network is another definition, which has forgotten what was rounded away, and the two
//!    definitions agree on the words of a size.

use crate::definition::Definition;
use crate::proof::Conditions;
use crate::proof::Obligation;
use crate::proof::Part;
use crate::proof::Proof;
use crate::proof::Witness;
use rnn::Term;
use rnn::Terms;

/// A proof that a network that runs in a number format gives the right answer on every word of a size.
#[derive(Debug)]
pub struct PrecisionProof<'a> {
    /// Its name, as `no-overflow lemma`.
    pub theorem: &'static str,
    /// What is proved to be the same, as `rounded network = network`.
    pub link: &'static str,
    /// For which words, as `every word with at most 4 values`.
    pub words: String,
    proof: Proof<'a>,
    /// What is assumed beside the invariant, and the statements that are made under it.
    statements: Vec<(Conditions<'a>, Vec<Obligation<'a>>)>,
    lemmas: Vec<(Obligation<'a>, Witness)>,
}

impl<'a> PrecisionProof<'a> {
    /// A proof that is an induction only.
    pub(crate) fn new(theorem: &'static str, link: &'static str, words: String, proof: Proof<'a>) -> Self {
        Self { theorem, link, words, proof, statements: Vec::new(), lemmas: Vec::new() }
    }

    /// Adds, for every step from these modes, that under these conditions every pre-activation fits.
    pub(crate) fn with_ranges(
        mut self,
        terms: &'a Terms,
        modes: impl IntoIterator<Item = usize>,
        conditions: Conditions<'a>,
        fits: impl Fn(Term<'a>) -> Term<'a>,
    ) -> Self {
        let ranges = self.steps(modes).map(|step| self.proof.range(terms, step, &conditions, &fits)).collect();
        self.statements.push((conditions, ranges));
        self
    }

    /// Adds, for every step from these modes, that under these conditions the proof's definition and another one take
    /// the same case.
    pub(crate) fn with_agreement(
        mut self,
        terms: &'a Terms,
        modes: impl IntoIterator<Item = usize>,
        conditions: Conditions<'a>,
        other: &Definition<'a>,
    ) -> Self {
        let agreements = self.steps(modes).map(|step| self.proof.agreement(terms, step, &conditions, other)).collect();
        self.statements.push((conditions, agreements));
        self
    }

    fn steps(&self, modes: impl IntoIterator<Item = usize>) -> impl Iterator<Item = (usize, usize)> {
        let n_tokens = self.proof.network().tokens().len();
        modes.into_iter().flat_map(move |mode| (0..n_tokens).map(move |token| (mode, token)))
    }

    /// Adds a statement about numbers alone.
    pub(crate) fn with_lemma(mut self, name: String, goal: Term<'a>) -> Self {
        let obligation = Obligation { name, part: Part::Lemma, assumptions: Vec::new(), goal, then: None };
        let witness = Witness::Found { word: None, situation: "it has no assumptions".to_owned() };
        self.lemmas.push((obligation, witness));
        self
    }

    /// The proof by induction that the statements about the format rest on.
    pub fn proof(&self) -> &Proof<'a> {
        &self.proof
    }

    /// Every obligation.
    pub fn obligations(&self) -> Vec<&Obligation<'a>> {
        let of_statements = self.statements.iter().flat_map(|(_, obligations)| obligations);
        let of_lemmas = self.lemmas.iter().map(|(obligation, _)| obligation);
        self.proof.induction().iter().chain(of_statements).chain(of_lemmas).collect()
    }

    /// For each obligation, in order, how its assumptions are met along these words.
    pub fn witnesses(&self, words: &[Vec<usize>]) -> Vec<Witness> {
        // The induction's own witnesses come first, then those of the proof's lemmas, which are not asked here.
        let mut witnesses = self.proof.witnesses(words);
        witnesses.truncate(self.proof.induction().len());
        for (conditions, obligations) in &self.statements {
            let of_modes = self.proof.witnesses_under(conditions, words);
            witnesses.extend(obligations.iter().map(|obligation| match obligation.part {
                Part::Precision { mode, .. } => of_modes[mode].clone(),
                _ => unreachable!("statements about a format are made of one step each"),
            }));
        }
        witnesses.extend(self.lemmas.iter().map(|(_, witness)| witness.clone()));
        witnesses
    }

    /// The obligation that is false by arithmetic alone, if there is one: the solver need not be asked.
    pub fn fails_at_once(&self) -> Option<&Obligation<'a>> {
        self.obligations().into_iter().find(|obligation| obligation.goal.as_truth() == Some(false))
    }
}
