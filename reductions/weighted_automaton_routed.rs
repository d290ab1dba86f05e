//! The reduction of a weighted automaton to a routed network over its letters.

use crate::definition::Definition;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::routed::LetterDesign;
use crate::proof::routed::RoutedProof;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::reduction::Values;
use crate::statement;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use problems::weighted_automaton::WeightedAutomaton;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::fmt;

/// One automaton, its network, and what layer 4 of it is meant to do.
pub struct LetterReduction {
    problem: WeightedAutomaton,
    description: Description,
    network: Network,
    design: Box<dyn LetterDesign>,
    compares: Values,
}

impl fmt::Debug for LetterReduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LetterReduction({}, {:?})", self.problem.automaton().name(), self.description)
    }
}

impl LetterReduction {
    /// The reduction of this automaton to this network, whose layer 4 is meant to follow the design.
    pub fn new(
        problem: WeightedAutomaton,
        description: Description,
        network: Network,
        design: Box<dyn LetterDesign>,
        compares: Values,
    ) -> Self {
        Self { problem, description, network, design, compares }
    }
}

impl Reduction for LetterReduction {
    fn description(&self) -> Description {
        self.description
    }

    fn problem(&self) -> &dyn Problem {
        &self.problem
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn compares(&self) -> Values {
        self.compares
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        statement::weighted_automaton::definition(terms, self.problem.automaton())
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::weighted_automaton::meaning(terms, self.problem.automaton())
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::weighted_automaton::positional(terms, self.problem.automaton(), tokens)
    }

    fn positional_values<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
        let weight = || statement::weighted_automaton::positional_weight(terms, self.problem.automaton(), tokens);
        if tokens.is_empty() { Vec::new() } else { vec![(terms.truth(true), vec![weight()])] }
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let definition = self.definition(terms);
        let proof = RoutedProof::over_letters(terms, network, self.design.as_ref(), &definition)?;
        Proof::of_routed(terms, proof, definition, self.meaning(terms))
    }
}
