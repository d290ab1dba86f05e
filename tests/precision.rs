//! Proofs about rounded networks.

use reduce::check::obligations;
use reduce::check::witness_words;
use reductions::CircuitValueRelu;
use reductions::Reduction;
use rnn::Terms;
use std::time::Duration;
use std::time::Instant;

#[test]
fn try_it() {
    for p in [1u32, 2, 3, 7, 63, 127] {
        let started = Instant::now();
        let reduction = CircuitValueRelu::shared();
        let terms = Terms::default();
        let proof = reduction.sliding_window(&terms, reduction.network(), p as usize + 1, 3, 2 * p).unwrap();
        let words = witness_words(&proof.definition().reader(), reduction.problem(), 0);
        eprintln!("made {:?}", started.elapsed());
        let judged = obligations::judge_all(&terms, &proof.obligations(), Duration::from_secs(20), || {}, || {
            proof.witnesses(&words)
        });
        eprintln!("judged {:?}", started.elapsed());
        let ok = judged.iter().filter(|j| j.is_discharged()).count();
        eprintln!("P {p}: {ok} of {} contradicted {} in {:?}", judged.len(), judged.iter().filter(|j| j.is_contradicted()).count(), started.elapsed());
        for j in judged.iter().filter(|j| !j.is_discharged()).take(3) {
            eprintln!("{} {}", j.name, j.reason(|w| format!("{w:?}")));
        }
        for j in judged.iter().filter(|j| j.is_contradicted()).take(3) {
            eprintln!("{} {:?}", j.name, j.witness);
        }
    }
}
