//! The claims hold, and models with a fault do not.

use super::all;
use super::claim::ShippedClaim;
use super::proof::ShippedKind;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;

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

/// A model with entries of some tensors changed, each named with its row and its column; of a vector the row is 0.
fn changed(model: &ShippedModel, entries: &[(&str, usize, usize, Exact)]) -> ShippedModel {
    entries.iter().fold(model.clone(), |model, (name, row, column, value)| {
        let index = model.tensors().iter().position(|tensor| tensor.name == *name).unwrap();
        let width = *model.tensors()[index].shape.last().unwrap();
        model.with_entry(index, row * width + column, value.clone())
    })
}

/// Weights of bf16 whose answers are wrong there, although the exact ones are right by far: two channels of a head are
/// equal but for a 128th, their difference is read with a large weight, and each is rounded before it is taken.
fn with_cancelling_channels(claim: &ShippedClaim) -> ShippedModel {
    let (norm, gate, weight) = (Exact::ratio(136, 128), Exact::ratio(4 * 135, 128), Exact::ratio(135, 128));
    let mut entries = vec![("o_norm", 0, 0, norm.clone()), ("o_norm", 0, 1, norm)];
    entries.extend((0..3).map(|token| ("g_proj", 1, token, gate.clone())));
    entries.extend([("o_proj", 15, 0, weight), ("o_proj", 15, 1, Exact::integer(-1))]);
    entries.push(("head", 2, 15, Exact::integer(320)));
    changed(claim.model(), &entries)
}

fn claim(family: ShippedFamily, variant: &str) -> &'static ShippedClaim {
    all().iter().find(|claim| claim.family() == family && claim.variant() == variant).unwrap()
}

#[test]
fn what_is_stored_is_rounded_before_a_sum_in_which_it_cancels() {
    let claim = claim(ShippedFamily::GatedDeltaNet, "s3-star");
    let model = with_cancelling_channels(claim);
    let proof = claim.proof(&model, Float::BF16);
    assert_eq!(proof.failure().map(|(kind, _)| kind), Some(ShippedKind::Answer));
    // In f32 what is stored is fine enough.
    assert!(claim.proof(&model, Float::F32).is_complete());
}

#[test]
fn what_leaves_the_range_of_the_format_is_not_proved_and_no_panic() {
    let claim = claim(ShippedFamily::GatedDeltaNet, "s3-star");
    let failure = |entries: &[(&str, usize, usize, Exact)], storage| {
        let proof = claim.proof(&changed(claim.model(), entries), storage);
        proof.failure().map(|(kind, reason)| (kind, reason.to_owned()))
    };
    let every = |name: &'static str, value: Exact| -> Vec<(&str, usize, usize, Exact)> {
        (0..claim.model().tensor(name).values.len()).map(|place| (name, 0, place, value.clone())).collect()
    };
    // A normalised output of up to 4 with the gate 32: 2^18, where f16 ends before 2^16.
    let gain = Exact::integer(1 << 11);
    let mut norm = every("o_norm", gain.clone());
    // What the head takes of the embedding grows with it, so that the answers stay the same.
    let head = claim.model().tensor("head");
    let biases = (0..head.shape[0]).flat_map(|class| (0..3).map(move |token| (class, token)));
    norm.extend(biases.map(|(class, token)| ("head", class, token, &head.row(class)[token] * &gain)));
    let (kind, reason) = failure(&norm, Float::F16).unwrap();
    assert_eq!(kind, ShippedKind::Answer);
    assert!(reason.contains("a head's gated output may be out of range") && reason.contains("65504"), "{reason}");
    assert_eq!(failure(&norm, Float::BF16), None);
    // What bf16 holds and an enclosure does not.
    for (name, exponent) in [("o_norm", 39), ("o_norm", 60), ("final_norm", 60), ("o_proj", 39), ("head", 40)] {
        let (kind, reason) = failure(&every(name, Exact::power_of_two(exponent)), Float::BF16).unwrap();
        assert_eq!(kind, ShippedKind::Answer, "{name}");
        assert!(reason.contains("out of range") || reason.contains("2^40"), "{name}: {reason}");
    }
    let mut large = every("final_norm", Exact::power_of_two(30));
    large.push(("head", 2, 0, Exact::power_of_two(30)));
    let (kind, reason) = failure(&large, Float::BF16).unwrap();
    assert!(kind == ShippedKind::Answer && reason.contains("a logit may be out of range"), "{reason}");
}
