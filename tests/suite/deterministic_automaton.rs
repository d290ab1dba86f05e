//! Deterministic automata by one-hot linear RNNs: the proof is discharged, and wrong networks are not proved.

use problems::words_of_length;
use reduce::solver::Answer;
use reduce::solver::solve;
use reductions::DeterministicAutomatonPd;
use reductions::Reduction;
use rnn::Affine;
use rnn::Datum;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LinearFamily;
use rnn::LinearRnn;
use rnn::Network;
use rnn::Sort;
use rnn::Terms;
use rnn::Valuation;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(10);

fn all() -> [&'static DeterministicAutomatonPd; 3] {
    [
        DeterministicAutomatonPd::last_write(),
        DeterministicAutomatonPd::sign_and_merge(),
        DeterministicAutomatonPd::transposition_cycle(),
    ]
}

/// The names of the obligations that the solver does not discharge.
fn open(reduction: &DeterministicAutomatonPd, network: &Network) -> Vec<String> {
    let terms = Terms::default();
    let proof = reduction.proof(&terms, network).unwrap();
    let undischarged =
        proof.obligations().iter().filter(|obligation| solve(&obligation.script(), LIMIT) != Answer::Unsat);
    undischarged.map(|obligation| obligation.name.clone()).collect()
}

fn accepts(network: &Network, word: &[u8]) -> bool {
    let step = |state: Vec<Exact>, token: &u8| network.step(&ExactArithmetic, &state, usize::from(*token));
    let state = word.iter().fold(network.start().to_vec(), step);
    network.read_out(&ExactArithmetic, &state).is_positive()
}

#[test]
fn every_obligation_is_discharged() {
    for reduction in all() {
        assert_eq!(open(reduction, reduction.network()), Vec::<String>::new());
        let (n, m) = (reduction.automaton().automaton().n_states(), reduction.network().tokens().len());
        let terms = Terms::default();
        let proof = reduction.proof(&terms, reduction.network()).unwrap();
        // The dead mode is covered where a run can die: in `sign-and-merge` only.
        let modes = n + usize::from(n == 3);
        let of_network = proof.obligations().iter().filter(|obligation| !obligation.kind.is_of_meaning()).count();
        assert_eq!(of_network, 1 + modes * m + modes);
    }
}

#[test]
fn every_mode_is_reached_and_its_invariant_holds_there() {
    for reduction in all() {
        let terms = Terms::default();
        let proof = reduction.proof(&terms, reduction.network()).unwrap();
        let words = (0..=6).flat_map(|length| words_of_length(3, length));
        let words: Vec<Vec<usize>> = words.map(|word| word.into_iter().map(usize::from).collect()).collect();
        for witness in proof.witnesses(&words) {
            assert!(matches!(witness, reductions::proof::Witness::Found { .. }), "{witness:?}");
        }
    }
}

#[test]
fn network_definition_and_problem_agree_on_every_short_word() {
    for reduction in all() {
        let terms = Terms::default();
        let reader = reduction.definition(&terms).reader();
        let mut answers = [0; 2];
        for word in (0..=8).flat_map(|length| words_of_length(3, length)) {
            let answer = reduction.problem().decide(&word);
            assert_eq!(accepts(reduction.network(), &word), answer);
            assert_eq!(reader.reads(word.iter().map(|token| usize::from(*token))), answer);
            answers[usize::from(answer)] += 1;
        }
        assert!(answers[0] > 100 && answers[1] > 100, "{answers:?}");
    }
}

struct Tokens<'w>(&'w [u8]);

impl Valuation for Tokens<'_> {
    fn symbol(&self, name: &str) -> Option<Datum> {
        let place: usize = name.strip_prefix('x')?.parse().ok()?;
        Some(Datum::Number(Exact::integer(i64::from(self.0[place]))))
    }

    fn apply(&self, _: &str, _: &[Exact]) -> Option<Datum> {
        None
    }
}

#[test]
fn the_definition_over_positions_is_the_problem() {
    for reduction in all() {
        for length in 0..=5 {
            let terms = Terms::default();
            let tokens: Vec<_> = (0..length).map(|place| terms.symbol(&format!("x{place}"), Sort::Int)).collect();
            let yes = reduction.positional(&terms, &tokens);
            for word in words_of_length(3, length) {
                assert_eq!(yes.evaluate(&Tokens(&word)), Ok(Datum::Truth(reduction.problem().decide(&word))));
            }
        }
    }
}

/// The network with `amount` added to one weight of the transition on one letter, where that is still one-hot.
fn changed(network: &Network, letter: usize, (row, column): (usize, usize), amount: i64) -> Option<Network> {
    let Network::Linear(linear) = network else { unreachable!("the network is linear") };
    let mut transitions: Vec<Affine> = linear.transitions().to_vec();
    transitions[letter].add_weight(column, row, &Exact::integer(amount));
    let readout = linear.readout().clone();
    let (tokens, coordinates) = (linear.tokens().to_vec(), linear.coordinates().to_vec());
    LinearRnn::new(LinearFamily::OneHotDiagonal, tokens, coordinates, linear.start().to_vec(), transitions, readout)
        .map(Network::Linear)
        .ok()
}

#[test]
fn a_network_with_one_changed_weight_is_not_proved() {
    for reduction in all() {
        let n = reduction.automaton().automaton().n_states();
        let mut n_changed = 0;
        for letter in 0..3 {
            for row in 0..n {
                for column in 0..n {
                    let Some(network) = changed(reduction.network(), letter, (row, column), 7) else { continue };
                    let text = &reduction.network().tokens()[letter];
                    assert_eq!(open(reduction, &network), [format!("step q{row} {text}")]);
                    n_changed += 1;
                }
            }
        }
        assert!(n_changed >= 6, "{n_changed}");
    }
}
