//! The word problem of S5 by a one-layer permutation-diagonal linear RNN in five dimensions (Theorem 8).
//!
//! **Claim.** For every word over the letters, the network accepts it iff the product of its permutations, read left to
//! right, is the identity.
//!
//! **Construction.** The intended state is the row `y_t = (1, 2, 3, 4, 5) P_{w1} ... P_{wt}`, with `e_i P_w = e_{w(i)}`.
//! The network starts in 0 and holds `y_t - y_0`: the virtual start, with bias `b_w = y_0 P_w - y_0`. The product
//! `y_0 . y_t` is 55 for the identity and at most 54 else (rearrangement), so that `y_0 . (y_t - y_0) + 1/2 > 0` decides.
//!
//! **Deviation.** Five dimensions instead of one per group element, and no BOS token.

use crate::definition::Definition;
use crate::proof::Conditions;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::Bound;
use crate::proof::precision::FixedPrecision;
use crate::proof::precision::Growth;
use crate::proof::precision::PrecisionProof;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement;
use crate::statement::mathematics::Meaning;
use crate::statement::word_problem::POINTS;
use crate::statement::word_problem::REGISTERS;
use crate::statement::word_problem::label;
use problems::Problem;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;
use rnn::Affine;
use rnn::Exact;
use rnn::LinearFamily;
use rnn::LinearRnn;
use rnn::Network;
use rnn::Precision;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

const COORDINATES: [&str; POINTS] = ["y1", "y2", "y3", "y4", "y5"];

/// The reduction, over all 120 elements or over two generators.
#[derive(Debug)]
pub struct WordProblemPd {
    problem: &'static WordProblem,
    network: Network,
    description: Description,
}

impl WordProblemPd {
    /// Over all 120 elements of S5.
    pub fn all_elements() -> &'static Self {
        static ALL: LazyLock<WordProblemPd> =
            LazyLock::new(|| WordProblemPd::new(problems::word_problem::all_elements(), "all"));
        &ALL
    }

    /// Over a 5-cycle and a transposition.
    pub fn generators() -> &'static Self {
        static GENERATORS: LazyLock<WordProblemPd> =
            LazyLock::new(|| WordProblemPd::new(problems::word_problem::generators(), "generators"));
        &GENERATORS
    }

    fn new(problem: &'static WordProblem, variant: &'static str) -> Self {
        let description = Description {
            model: "pd",
            variant: Some(variant),
            theorem: "Theorem 8",
            regime: "constant precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word over the given permutations of five points, of any length, the one-layer \
                 permutation-diagonal linear RNN with these fixed weights accepts it iff their product, read left to \
                 right, is the identity",
                )]
            },
            idealised: "",
            deviation: "Five dimensions instead of one per group element, and a virtual start (the state is y_t - y_0) \
                        instead of a BOS token.",
            on_paper: "The two inductions over the word.",
            refuted: None,
        };
        Self { problem, network: network(problem), description }
    }
}

fn network(problem: &WordProblem) -> Network {
    let transition = |letter: &Permutation| {
        let mut map = Affine::zero(POINTS, POINTS);
        for point in 0..POINTS {
            let image = letter.image(point);
            map.add_weight(image, point, &Exact::ONE);
            map.add_bias(image, &Exact::integer(label(point) - label(image)));
        }
        map
    };
    let mut readout = Affine::zero(1, POINTS);
    readout.add_bias(0, &Exact::ratio(1, 2));
    for point in 0..POINTS {
        readout.add_weight(0, point, &Exact::integer(label(point)));
    }
    let network = LinearRnn::new(
        LinearFamily::PermutationDiagonal,
        problem.alphabet().tokens().to_vec(),
        COORDINATES.map(str::to_owned).to_vec(),
        vec![Exact::ZERO; POINTS],
        problem.letters().iter().map(transition).collect(),
        readout,
    );
    Network::Linear(network.expect("a permutation matrix is permutation-diagonal"))
}

impl Reduction for WordProblemPd {
    fn description(&self) -> Description {
        self.description
    }

    fn problem(&self) -> &dyn Problem {
        self.problem
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        statement::word_problem::definition(terms, self.problem)
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::word_problem::meaning(terms, self.problem)
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        Proof::by_induction(terms, network, self.definition(terms), invariant(terms), self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::word_problem::positional(terms, self.problem, tokens)
    }

    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        Some(self)
    }
}

/// Each coordinate is the definition's register less its start, and the registers are the five points.
fn invariant<'a>(terms: &'a Terms) -> Invariant<'a> {
    Invariant::new(COORDINATES.map(|name| (name, CoordinateKind::Integer)), move |_, y, state| {
        let registers = REGISTERS.map(|name| state.register(name));
        let mut conjuncts = Vec::new();
        for (point, r) in registers.into_iter().enumerate() {
            conjuncts.push(y.get(COORDINATES[point]).equals((r - label(point)).to_real()));
            conjuncts.push(r.at_least(terms.int(1)).and(r.at_most(terms.int(POINTS as i64))));
            conjuncts.extend(registers[..point].iter().map(|other| r.differs(*other)));
        }
        conjuncts
    })
}

impl FixedPrecision for WordProblemPd {
    /// Every coordinate is a difference of two points, so that its magnitude is at most 4, however long the word is.
    fn proof<'a>(
        &self,
        terms: &'a Terms,
        network: &Network,
        _n: usize,
        precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        const GREATEST: u64 = POINTS as u64 - 1;
        let proof = Reduction::proof(self, terms, network);
        let modes = self.definition(terms).covered_modes();
        let name = ("constant bound", "every word, of any length".to_owned());
        let bounds = (terms.int(GREATEST as i64), GREATEST);
        PrecisionProof::of_integers(terms, precision, name, proof, (modes, Conditions::default()), bounds)
    }

    fn bound(&self, _n: usize) -> Option<Bound> {
        Some(Bound { bits: 4, formula: "4", growth: Growth::Logarithmic })
    }
}
