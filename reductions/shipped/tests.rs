//! The claims hold, and models with a fault do not.

use super::all;
use super::proof::ShippedKind;
use rnn::Float;

#[test]
fn every_claim_is_proved_in_both_formats() {
    for claim in all() {
        for storage in [Float::F32, Float::BF16] {
            let started = std::time::Instant::now();
            let proof = claim.proof(claim.model(), storage);
            println!(
                "{} {} {storage}: {:?} {} states, {} roots, chunk {}, margin {:?}, asked {}, {:?}",
                claim.family().name(),
                claim.variant(),
                proof.failure(),
                proof.n_states,
                proof.n_roots,
                proof.most_steps,
                proof.margin.as_ref().map(|margin| margin.to_string()),
                proof.n_asked,
                started.elapsed()
            );
            assert!(proof.is_complete(), "{:?}", proof.failure());
            assert_eq!(proof.n_states, claim.elements().len());
            assert!(ShippedKind::ALL.len() == proof.tallies.len());
        }
    }
}
