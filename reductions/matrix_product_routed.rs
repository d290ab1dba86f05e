//! What all reductions from iterated products to a network above a router have in common.

use crate::construction::router::Router;
use crate::construction::router::Schedule;
use crate::definition::Definition;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::Bound;
use crate::proof::precision::FixedPrecision;
use crate::proof::precision::Growth;
use crate::proof::precision::PrecisionProof;
use crate::proof::precision::keeps_integers;
use crate::proof::routed::BLOCK;
use crate::proof::routed::Design;
use crate::proof::routed::N;
use crate::proof::routed::RoutedProof;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::reduction::Values;
use crate::statement;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::HeadRows;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::NetworkError;
use rnn::Precision;
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
        statement::matrix_product::definition(terms, self.network.tokens())
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::matrix_product::meaning(terms, self.network.tokens())
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::matrix_product::positional(terms, tokens, self.network.tokens().len() == 4)
    }

    fn positional_values<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
        statement::matrix_product::positional_values(terms, tokens, self.network.tokens().len() == 4)
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let proof = RoutedProof::of_network(terms, network, &self.design)?;
        Proof::of_routed(terms, proof, self.definition(terms), self.meaning(terms))
    }

    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        Some(self)
    }
}

impl<D: Design> FixedPrecision for MatrixProductBy<D> {
    /// Where every value is an integer: below layer 4 a small one, in it at most 4/3 of the largest entry that a product
    /// can have.
    fn proof<'a>(
        &self,
        terms: &'a Terms,
        network: &Network,
        n: usize,
        precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        if !self.bounds_integers() || !keeps_integers(precision) {
            return None;
        }
        let proof = RoutedProof::of_network(terms, network, &self.design)
            .and_then(|proof| proof.with_ranges(terms, &self.design))
            .and_then(|proof| Proof::of_routed(terms, proof, self.definition(terms), self.meaning(terms)));
        let words = format!("every word of at most {n} matrices");
        Some(proof.map(|proof| {
            PrecisionProof::new("integer bound of products", "rounded network = network", words, proof).with_format(
                terms,
                precision.format,
                &RoutedProof::greatest(n),
            )
        }))
    }

    fn bound(&self, n: usize) -> Option<Bound> {
        let greatest = self.bounds_integers().then(|| RoutedProof::greatest(n))?;
        let bits = u32::try_from(greatest.bits()).ok()? + 1;
        Some(Bound { bits, formula: "log2 of 4/3 3^(n-1), and at least 9", growth: Growth::Linear })
    }
}

impl<D: Design> MatrixProductBy<D> {
    /// Nothing is said of what a network with BOS computes on BOS.
    fn bounds_integers(&self) -> bool {
        self.design.holds_integers() && self.network.tokens().len() == 3
    }
}

/// The stream coordinate and value output for an entry of the product.
pub(crate) fn output_name(row: usize, column: usize) -> String {
    format!("P{row}{column}")
}

/// The router with a schedule, and above it these heads, whose outputs are the product's entries.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix_product_deltanet;
    use crate::matrix_product_rwkv7;
    use crate::statement::integer_product::first_wrong;
    use crate::statement::integer_product::is_the_product;
    use crate::statement::integer_product::random_matrices;
    use crate::statement::integer_product::tokens;
    use crate::statement::integer_product::word;
    use problems::Random;
    use rnn::ExactArithmetic;

    /// A network for some tokens, with its heads and its hidden units without BOS and with it.
    struct Form {
        network: fn(&[String]) -> Result<Network, NetworkError>,
        heads: [usize; 4],
        hidden: [[usize; 4]; 2],
    }

    const EXACT_FORMS: [Form; 3] = [
        Form {
            network: matrix_product_deltanet::exact,
            heads: [1, 2, 13, 3],
            hidden: [[0, 24, 180, 0], [0, 25, 181, 0]],
        },
        Form {
            network: matrix_product_rwkv7::columns,
            heads: [1, 2, 13, 3],
            hidden: [[0, 24, 177, 0], [0, 25, 177, 0]],
        },
        Form {
            network: matrix_product_rwkv7::vector18,
            heads: [1, 2, 25, 9],
            hidden: [[0, 24, 1224, 0], [0, 25, 1225, 0]],
        },
    ];

    #[test]
    fn the_outputs_are_the_exact_product_at_every_matrix_end() {
        for (seed, form) in (1..).zip(&EXACT_FORMS) {
            let network = (form.network)(&tokens()).unwrap();
            let mut random = Random::new(seed, 0);
            for n in [1, 2, 3, 5, 30] {
                for invertible in [false, true] {
                    let matrices = random_matrices(n, invertible, &mut random);
                    assert_eq!(first_wrong(&network, &matrices, is_the_product), None, "{matrices:?}");
                }
            }
        }
    }

    #[test]
    fn the_file_form_is_lossless() {
        for form in &EXACT_FORMS {
            let network = (form.network)(&tokens()).unwrap();
            let text = network.to_json().to_string();
            assert_eq!(Network::from_json(&serde_json::from_str(&text).unwrap()).unwrap(), network);
        }
    }

    #[test]
    fn sizes_are_those_that_are_stated_and_bos_costs_at_most_one_unit_in_each_feed_forward_and_changes_no_state() {
        let with_bos: Vec<String> = tokens().into_iter().chain(["BOS".to_owned()]).collect();
        for form in &EXACT_FORMS {
            let networks = [tokens(), with_bos.clone()].map(|tokens| (form.network)(&tokens).unwrap());
            for (network, hidden) in networks.iter().zip(form.hidden) {
                assert_eq!((network.size().heads, network.size().hidden), (form.heads.to_vec(), hidden.to_vec()));
            }
            let [plain, marked] = networks;
            let Network::Layered(layered) = &marked else { panic!("the network has layers") };
            let mut random = Random::new(4, 0);
            let mut states = [plain.start().to_vec(), marked.start().to_vec()];
            for token in word(&random_matrices(9, true, &mut random)) {
                // None, one or two of them before every token, and one at least before the first.
                for _ in 0..random.below(3).max(usize::from(states[0] == plain.start())) {
                    let before = states[1].clone();
                    states[1] = marked.step(&ExactArithmetic, &states[1], 3);
                    assert_eq!(states[1][..layered.n_entries()], before[..layered.n_entries()]);
                    assert!(!marked.read_out(&ExactArithmetic, &states[1]).is_positive());
                }
                states[0] = plain.step(&ExactArithmetic, &states[0], token);
                states[1] = marked.step(&ExactArithmetic, &states[1], token);
                assert_eq!(states[0], states[1]);
            }
        }
    }
}
