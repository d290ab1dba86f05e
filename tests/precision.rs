//! Proofs about rounded networks.

use reduce::check::obligations;
use reduce::check::witness_words;
use reductions::CircuitValueRelu;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use rnn::Precision;
use rnn::Rounding;
use rnn::Terms;
use std::time::Duration;
use std::time::Instant;

fn show(reduction: &dyn Reduction, n: usize, format: &str, rounding: Rounding) {
    let started = Instant::now();
    let terms = Terms::default();
    let precision = Precision { rounding, ..Precision::of(format.parse().unwrap()) };
    let proof = reduction.precision_proof(&terms, reduction.network(), n, &precision).unwrap().unwrap();
    let words = witness_words(&proof.proof().definition().reader(), reduction.problem(), 0);
    eprintln!("{} {n} {precision} fails {:?}", reduction.problem().name(), proof.fails_at_once().map(|o| &o.name));
    eprintln!("made {:?}", started.elapsed());
    let judged = obligations::judge_all(&terms, &proof.obligations(), Duration::from_secs(20), || {}, || {
        proof.witnesses(&words)
    });
    let ok = judged.iter().filter(|j| j.is_discharged()).count();
    let found = judged.iter().filter(|j| matches!(j.witness, reductions::proof::Witness::Found { .. })).count();
    eprintln!("{ok} of {} witnessed {found} contradicted {} in {:?}", judged.len(), judged.iter().filter(|j| j.is_contradicted()).count(), started.elapsed());
    for j in judged.iter().filter(|j| !j.is_discharged()).take(3) {
        eprintln!("{} {}", j.name, j.reason(|w| format!("{w:?}")));
    }
    for j in judged.iter().filter(|j| !matches!(j.witness, reductions::proof::Witness::Found { .. })).take(3) {
        eprintln!("{} {:?}", j.name, j.witness);
    }
}

#[test]
fn try_it() {
    show(reductions::DyckRelu::shared(), 4, "fixed:2.8", Rounding::Floor);
    show(reductions::DyckRelu::shared(), 5, "fixed:2.8", Rounding::Floor);
    show(reductions::WordProblemPd::generators(), 64, "fixed:4.0", Rounding::Floor);
    show(reductions::WordProblemPd::generators(), 64, "fixed:3.0", Rounding::Floor);
    show(ReachabilityRelu::shared(), 4, "fixed:4.0", Rounding::Floor);
    show(CircuitValueRelu::shared(), 4, "fixed:2.6", Rounding::Floor);
}
