//! A digest of a claim: what an author prints beside a theorem, so that a reader sees whether it is still the same.
//!
//! It is the SHA-256 of three texts, each with a new line at its end: the claim in words, the problem's promise (nothing where
//! there is none), and the weights, as `reduce show CLAIM --network` prints them. It changes with every weight. It says
//! nothing of the program that checked the claim.

use super::json::pretty;
use crate::folder;
use reductions::Reduction;
use reductions::shipped::ShippedClaim;
use rnn::Exact;
use rnn::Network;
use rnn::shipped::ShippedModel;
use serde_json::json;

/// The digest of a claim about a network: the claim's own, or one with other weights.
pub fn of_claim(reduction: &dyn Reduction, network: &Network) -> String {
    let promise = reduction.problem().promise().unwrap_or_default();
    of(&reduction.description().sentence(), promise, &pretty(&network.to_json()))
}

/// The digest of a claim about a shipped layer. In the place of a promise stands the configuration, in the place of a network
/// the tensors.
pub fn of_shipped(claim: &ShippedClaim, model: &ShippedModel) -> String {
    of(&claim.sentence(), &claim.configuration(), &weights_of(model))
}

/// The tensors of a shipped layer as JSON.
pub(crate) fn weights_of(model: &ShippedModel) -> String {
    let tensors = model.tensors().iter().map(|tensor| {
        let values: Vec<String> = tensor.values.iter().map(Exact::to_string).collect();
        json!({"name": tensor.name, "shape": tensor.shape, "values": values})
    });
    pretty(&json!(tensors.collect::<Vec<_>>()))
}

fn of(sentence: &str, promise: &str, weights: &str) -> String {
    folder::digest(format!("{sentence}\n{promise}\n{weights}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_claims_have_one_digest() {
        let networks = reductions::all().into_iter().map(|reduction| of_claim(reduction, reduction.network()));
        let shipped = reductions::shipped::all().iter().filter(|claim| claim.points() == 3);
        let digests: Vec<String> = networks.chain(shipped.map(|claim| of_shipped(claim, claim.model()))).collect();
        assert!(digests.iter().all(|digest| digest.len() == 64));
        assert_eq!(digests.iter().collect::<BTreeSet<_>>().len(), digests.len());
    }

    #[test]
    fn a_digest_changes_with_every_weight() {
        let dyck = reductions::all().into_iter().find(|reduction| reduction.problem().name() == "dyck-2").unwrap();
        let text = dyck.network().to_json().to_string();
        let own = of_claim(dyck, dyck.network());
        let read = |text: &str| Network::from_json(&serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(of_claim(dyck, &read(&text)), own);
        // Each quarter that occurs is changed by itself.
        let places: Vec<usize> = text.match_indices("\"1/4\"").map(|(place, _)| place).collect();
        assert!(!places.is_empty());
        for place in places {
            let changed = format!("{}\"1/3\"{}", &text[..place], &text[place + 5..]);
            assert_ne!(of_claim(dyck, &read(&changed)), own, "{place}");
        }
        let shipped = reductions::shipped::all().iter().find(|claim| claim.points() == 3).unwrap();
        let changed = shipped.model().with_entry(0, 0, Exact::integer(7));
        assert_ne!(of_shipped(shipped, &changed), of_shipped(shipped, shipped.model()));
    }
}
