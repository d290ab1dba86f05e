//! Deterministic weighted automata by one-layer linear RNNs with one-hot transitions (Theorem 8).
//!
//! **Claim.** For every deterministic weighted automaton over the rational numbers and every word, the network accepts
//! the word iff its weight is > 0.
//!
//! **Construction.** One coordinate per state. The state row is w e_q, where q is the state of the run and w its weight,
//! and 0 once the run has died; row q of the transition on a letter holds the weight of the one transition from q, in the
//! column of its target. The readout is the column of final weights. No bias and no virtual start: the network starts
//! in the initial weight at the initial state.
//!
//! **Deviation.** The transitions are one-hot by rows (columns, where states are columns), not a permutation times a
//! diagonal: a step that can be undone never sends two states to one, and automata do.

use crate::definition::Definition;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement;
use crate::statement::deterministic_automaton::WEIGHT;
use crate::statement::deterministic_automaton::modes;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use problems::deterministic_automaton;
use problems::deterministic_automaton::DeterministicAutomaton;
use rnn::Affine;
use rnn::Exact;
use rnn::LinearFamily;
use rnn::LinearRnn;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

/// The reduction for one automaton.
#[derive(Debug)]
pub struct DeterministicAutomatonPd {
    problem: DeterministicAutomaton,
    variant: Option<&'static str>,
    network: Network,
}

impl DeterministicAutomatonPd {
    /// For an automaton; `variant` is the name under which the reduction is listed, where it is.
    ///
    /// ```
    /// use problems::Problem;
    /// use problems::deterministic_automaton::DeterministicAutomaton;
    /// use problems::weighted_automaton::text;
    /// use reductions::{DeterministicAutomatonPd, Reduction};
    /// use rnn::{Exact, ExactArithmetic};
    /// let halving = text::read("halving", "0 1 a -1/2\n1 0 a -1/2\n0 1\n1 1\n").unwrap();
    /// let reduction = DeterministicAutomatonPd::new(DeterministicAutomaton::new(halving).unwrap(), None);
    /// let network = reduction.network();
    /// let state = network.step(&ExactArithmetic, network.start(), 0);
    /// assert_eq!(state, [Exact::ZERO, Exact::ratio(-1, 2)]);
    /// assert_eq!(network.read_out(&ExactArithmetic, &state).is_positive(), reduction.problem().decide(&[0]));
    /// ```
    pub fn new(problem: DeterministicAutomaton, variant: Option<&'static str>) -> Self {
        let network = network(&problem);
        Self { problem, variant, network }
    }

    /// For the automaton that remembers one bit.
    pub fn last_write() -> &'static Self {
        static SHARED: LazyLock<DeterministicAutomatonPd> = LazyLock::new(|| {
            DeterministicAutomatonPd::new(deterministic_automaton::last_write().clone(), Some("last-write"))
        });
        &SHARED
    }

    /// For the automaton with rational weights of both signs, a merge and a death.
    pub fn sign_and_merge() -> &'static Self {
        static SHARED: LazyLock<DeterministicAutomatonPd> = LazyLock::new(|| {
            DeterministicAutomatonPd::new(deterministic_automaton::sign_and_merge().clone(), Some("sign-and-merge"))
        });
        &SHARED
    }

    /// For the automaton whose letters generate S5.
    pub fn transposition_cycle() -> &'static Self {
        static SHARED: LazyLock<DeterministicAutomatonPd> = LazyLock::new(|| {
            DeterministicAutomatonPd::new(
                deterministic_automaton::transposition_cycle().clone(),
                Some("transposition-cycle"),
            )
        });
        &SHARED
    }

    /// The automaton's problem.
    pub fn automaton(&self) -> &DeterministicAutomaton {
        &self.problem
    }
}

fn network(problem: &DeterministicAutomaton) -> Network {
    let n = problem.automaton().n_states();
    let transition = |letter| {
        let mut map = Affine::zero(n, n);
        for state in 0..n {
            if let Some((target, weight)) = problem.transition(state, letter) {
                map.add_weight(target, state, &Exact::from(weight));
            }
        }
        map
    };
    let mut readout = Affine::zero(1, n);
    for (state, weight) in problem.automaton().final_weights().iter().enumerate() {
        readout.add_weight(0, state, &Exact::from(weight));
    }
    let network = LinearRnn::new(
        LinearFamily::OneHotDiagonal,
        problem.alphabet().tokens().to_vec(),
        modes(problem),
        problem.automaton().initial().iter().map(Exact::from).collect(),
        (0..problem.alphabet().len()).map(transition).collect(),
        readout,
    );
    Network::Linear(network.expect("a deterministic automaton has at most one transition per state and letter"))
}

impl Reduction for DeterministicAutomatonPd {
    fn description(&self) -> Description {
        Description {
            model: "pd",
            variant: self.variant,
            theorem: "Theorem 8",
            regime: "polynomial precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word, of any length, the one-layer linear RNN whose transitions have at most one non-zero entry \
                 in every row, with one coordinate per state of the given deterministic automaton over the rational \
                 numbers, accepts the word iff its weight is > 0",
                )]
            },
            idealised: "",
            deviation: "Transitions are one-hot by rows instead of true permutations times diagonals, which cannot \
                        merge two states; no BOS token.",
            on_paper: "The two inductions over the word.",
            refuted: None,
        }
    }

    fn problem(&self) -> &dyn Problem {
        &self.problem
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        statement::deterministic_automaton::definition(terms, &self.problem)
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::deterministic_automaton::meaning(terms, &self.problem)
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let invariant = invariant(terms, modes(&self.problem));
        Proof::by_induction(terms, network, self.definition(terms), invariant, self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::deterministic_automaton::positional(terms, &self.problem, tokens)
    }
}

/// The coordinate of the mode's state holds the weight of the run, and every other one 0.
fn invariant<'a>(terms: &'a Terms, modes: Vec<String>) -> Invariant<'a> {
    let coordinates = modes.clone();
    Invariant::new(coordinates.iter().map(|name| (name.as_str(), CoordinateKind::Real)), move |mode, row, state| {
        let expected = |name: &String| if name == mode { state.register(WEIGHT) } else { terms.ratio(0, 1) };
        modes.iter().map(|name| row.get(name).equals(expected(name))).collect()
    })
}
