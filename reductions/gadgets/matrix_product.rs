//! What all reductions from iterated products to a network above a router have in common.

use crate::Description;
use crate::Reduction;
use crate::Values;
use crate::definition::Definition;
use crate::gadgets::matrix_definition;
use crate::gadgets::router::Router;
use crate::gadgets::router::Schedule;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::routed_proof::BLOCK;
use crate::routed_proof::Design;
use crate::routed_proof::N;
use crate::routed_proof::RoutedProof;
use problems::Problem;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::HeadRows;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::NetworkError;
use rnn::Row;
use rnn::Term;
use rnn::Terms;
use std::fmt;

/// A four-layer network whose last layer is meant to be a design, with what is claimed of it.
pub struct MatrixProductBy<D> {
    problem: &'static dyn Problem,
    network: Network,
    design: D,
    values: Values,
    description: Description,
}

impl<D> fmt::Debug for MatrixProductBy<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MatrixProductBy({:?})", self.description)
    }
}

impl<D: Design> MatrixProductBy<D> {
    /// The reduction whose network is made for the problem's tokens.
    ///
    /// # Panics
    /// If there is no such network.
    pub(crate) fn new(
        problem: &'static dyn Problem,
        network: impl FnOnce(&[String]) -> Result<LayeredRnn, NetworkError>,
        design: D,
        values: Values,
        description: Description,
    ) -> Self {
        let network = network(problem.alphabet().tokens()).expect("the problem has three tokens, or four with BOS");
        Self { problem, network: Network::Layered(network), design, values, description }
    }
}

impl<D: Design> Reduction for MatrixProductBy<D> {
    fn description(&self) -> Description {
        self.description
    }

    fn problem(&self) -> &dyn Problem {
        self.problem
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn compares(&self) -> Values {
        self.values
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        matrix_definition::definition(terms, self.network.tokens())
    }

    /// It is said in the obligations themselves, see [`crate::routed_proof`].
    fn invariant<'a>(&self, _: &'a Terms) -> Invariant<'a> {
        Invariant::new([], |_, _, _| Vec::new())
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        matrix_definition::positional(terms, tokens, self.network.tokens().len() == 4)
    }

    fn positional_values<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
        matrix_definition::positional_values(terms, tokens, self.network.tokens().len() == 4)
    }

    fn proof<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        RoutedProof::of_network(terms, network, &self.design)?.into_proof(self.definition(terms))
    }
}

/// The stream coordinate and value output for an entry of the product.
pub(crate) fn output_name(row: usize, column: usize) -> String {
    format!("P{row}{column}")
}

/// The router with a schedule, and above it these heads, which put out the product's entries.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens, or the heads are of another family.
pub(crate) fn network(
    family: HeadFamily,
    tokens: &[String],
    preloaded: &[Exact],
    schedule: &Schedule,
    heads: Vec<HeadRows>,
) -> Result<LayeredRnn, NetworkError> {
    let values = [-1, 0, 1].map(Exact::integer);
    let mut builder = Router::new(family, tokens, &values, preloaded)?.with_schedule(schedule)?;
    builder.layer(heads)?;
    let outputs = (0..BLOCK).map(|place| output_name(place / N, place % N));
    builder.finish(Row::of(output_name(0, 0)), outputs.map(|name| (name.clone(), Row::of(name))).collect(), false)
}
