//! Obligations that are discharged in vain: an invariant that a long run leaves, and one that no reached state meets.

use crate::common::With;
use crate::common::dyck_invariant;
use reduce::check;
use reduce::check::Outcome;
use reduce::check::options::Options;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::DyckRelu;
use reductions::MatrixProductDeltaNet;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::definition::Definition;
use reductions::proof::CoordinateKind;
use reductions::proof::Invariant;
use reductions::proof::ObligationKind;
use reductions::proof::Witness;
use rnn::Terms;
use std::time::Duration;

fn judge(reduction: &dyn Reduction, n: usize) -> Outcome {
    let timeout = Duration::from_secs(60);
    let options = Options { n: Some(n), samples: 2, seed: 3, max_length: Some(3), symbolic: None, timeout };
    check::check(reduction, reduction.network(), None, &options, &Progress::new(true)).unwrap()
}

/// The words along which an obligation's assumptions are false.
fn violated(outcome: &Outcome) -> Vec<(ObligationKind, usize, String)> {
    let of = |judged: &check::obligations::Judged| match &judged.witness {
        Witness::Violated { word, assumption } => Some((judged.kind, word.len(), assumption.clone())),
        _ => None,
    };
    outcome.obligations().iter().filter_map(of).collect()
}

#[test]
fn an_invariant_that_a_long_run_leaves_is_contradicted_by_the_sampled_run() {
    // Counter e counts a source's number: 20 is not passed by short words, nor by the small instances.
    let bounded = With {
        invariant: Some(|terms| {
            let control = ["S", "T", "I", "U", "M", "A"].map(|name| (name, CoordinateKind::Control));
            let counters = ["d", "g", "e", "f"].map(|name| (name, CoordinateKind::Integer));
            Invariant::new(control.into_iter().chain(counters), |_, h, _| {
                vec![h.get("e").at_least(terms.ratio(0, 1)), h.get("e").at_most(terms.ratio(20, 1))]
            })
        }),
        ..With::nothing_else(ReachabilityRelu::shared())
    };
    assert_eq!(violated(&judge(&bounded, 12)), []);
    let outcome = judge(&bounded, 40);
    let found = violated(&outcome);
    assert!(!found.is_empty());
    assert!(found.iter().all(|(_, length, assumption)| *length > 20 && assumption.contains("h.e")), "{found:?}");
    assert_eq!((outcome.verdict(), outcome.exit_code()), (Verdict::Undetermined, 3));
}

#[test]
fn a_mode_that_no_reached_state_is_in_leaves_the_claim_undetermined_with_a_named_gap() {
    // A mode that no case leads to is dead in the network: whatever is said of it is discharged, and says nothing.
    let idle = With {
        definition: Some(|terms| brackets(terms, &["Q", "A", "idle"])),
        invariant: Some(dyck_invariant),
        ..With::nothing_else(DyckRelu::shared())
    };
    let outcome = judge(&idle, 9);
    assert!(outcome.obligations().iter().all(|obligation| obligation.is_discharged()));
    assert_eq!((outcome.verdict(), outcome.exit_code(), outcome.alarm), (Verdict::Undetermined, 3, None));
    let gaps: Vec<&str> = outcome.gaps().iter().map(|gap| gap.name.as_str()).collect();
    assert_eq!(gaps, ["step idle (", "step idle )", "step idle [", "step idle ]", "step idle $", "readout idle"]);
    let reason = outcome.gaps()[0].reason(|_| String::new());
    assert!(reason.starts_with("its assumptions were met in no reached state"), "{reason}");
    let usual = With { definition: Some(|terms| brackets(terms, &["Q", "A"])), ..idle };
    assert_eq!(judge(&usual, 9).verdict(), Verdict::Proved);
}

/// The definition of balanced brackets with these modes.
fn brackets<'a>(terms: &'a Terms, modes: &[&str]) -> Definition<'a> {
    let tokens = DyckRelu::shared().network().tokens();
    let mut definition = Definition::new(terms, tokens, modes.iter().copied(), []).with_list(2);
    let list = definition.symbols().list().clone();
    for (open, close, kind) in [("(", ")", 0), ("[", "]", 1)] {
        let kind = terms.int(kind);
        definition.case("Q", open, terms.truth(true), "Q").push(kind);
        let matches = list.length.at_least(terms.int(1)).and(list.item(list.length).equals(kind));
        definition.case("Q", close, matches, "Q").pop();
    }
    definition.case("Q", "$", list.length.equals(terms.int(0)), "A");
    definition.accept("A", terms.truth(true));
    definition
}

#[test]
fn the_bounds_of_the_latches_are_looked_at_along_every_run() {
    let reduction = MatrixProductDeltaNet::exact();
    let terms = Terms::default();
    let proof = reduction.proof(&terms, reduction.network()).unwrap();
    let ones = vec![vec![2; 90]];
    assert!(proof.witnesses(&ones).iter().all(|witness| matches!(witness, Witness::Found { .. })));
}
