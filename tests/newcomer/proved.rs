//! The theorem of the document, taken through the public interface.

use crate::Problem;
use crate::parity::Parity;
use crate::parity_pd::ParityPd;
use library_of_problems::words_of_length;
use reduce::check;
use reduce::check::Outcome;
use reduce::check::options::Options;
use reduce::check::symbolic::Symbolic;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::Reduction;
use rnn::Exact;
use rnn::Network;
use rnn::Parameter;
use rnn::Terms;
use std::time::Duration;

fn judged(network: &Network) -> Outcome {
    let (timeout, max_length) = (Duration::from_secs(300), Some(9));
    let options = Options { n: Some(40), samples: 4, seed: 1, max_length, symbolic: Some(5), timeout };
    check::check(ParityPd::shared(), network, None, &options, &Progress::new(true)).unwrap()
}

#[test]
fn parity_is_proved() {
    let outcome = judged(ParityPd::shared().network());
    assert_eq!((outcome.verdict(), outcome.exit_code()), (Verdict::Proved, 0), "{:?}", outcome.links);
    assert_eq!(outcome.symbolic, Symbolic::Agree(5));
    // Init, two modes with two tokens, two readouts: of the network, and once more of the meaning.
    assert_eq!(outcome.obligations().len(), 2 * (1 + 4 + 2));
    assert_eq!((outcome.words.yes, outcome.words.no), (511, 512));
    assert!(outcome.statement.near_misses.are_both() && outcome.statement.walks.are_both());
}

#[test]
fn parity_with_another_number_in_the_network_is_refuted_by_a_word() {
    let network = ParityPd::shared().network();
    let on_one = Parameter::Weight { map: 1, output: 0, input: 0 };
    let wrong = network.with_number(on_one, &Exact::integer(1)).unwrap();
    let outcome = judged(&wrong);
    assert_eq!(outcome.verdict(), Verdict::Refuted, "{:?}", outcome.links);
    assert_eq!(outcome.counterexample.unwrap().word, [1]);
}

#[test]
fn the_definition_over_positions_is_the_decider() {
    for word in (0..=6).flat_map(|length| words_of_length(2, length)) {
        let terms = Terms::default();
        let tokens: Vec<_> = word.iter().map(|token| terms.int(i64::from(*token))).collect();
        assert_eq!(ParityPd::shared().positional(&terms, &tokens).as_truth(), Some(Parity.decide(&word)), "{word:?}");
    }
}
