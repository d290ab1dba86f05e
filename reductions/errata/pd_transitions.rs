//! Theorems 7 and 8: permutations proper, or one-hot matrices.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::upper_bounds::path;
use itertools::Itertools;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "pd-transitions",
    kind: Kind::Ambiguity,
    shows: "Permutation-diagonal transitions can be read as true permutations, or as one-hot matrices, times diagonal ones. \
            Only the second can send two states of an automaton to one, as deterministic automata do.",
    source: "Theorem 7, Theorem 8 (p8)",
    basis: AUDIT,
    counterexample,
    evidence: || {
        let wanted = ["permutation-merges-no-states", "one-hot-merges-states"];
        let queries = path::merge_queries().into_iter().filter(|query| wanted.contains(&query.name.as_str()));
        queries.map(Evidence::Query).collect()
    },
    repair: "One-hot matrices for every deterministic automaton; true permutations for the word problem of S5.",
    repaired_by: || {
        vec![
            Evidence::Proved(ClaimName::new("deterministic-automaton", "pd", Some("sign-and-merge"))),
            Evidence::Proved(ClaimName::new("word-problem", "pd", Some("all"))),
        ]
    },
    command: "reduce errata pd-transitions",
};

const LARGEST: usize = 5;

/// Whether some map of so many states, each state to one, sends the first two to one; among permutations or among all.
fn merges(n_states: usize, permutations_only: bool) -> bool {
    let maps = (0..n_states).map(|_| 0..n_states).multi_cartesian_product();
    let mut maps = maps.filter(|map| !permutations_only || map.iter().all_unique());
    maps.any(|map| map[0] == map[1])
}

fn counterexample() -> Option<String> {
    let holds = (2..=LARGEST).all(|n| !merges(n, true) && merges(n, false));
    holds.then(|| {
        format!(
            "The automaton whose letter sends two states to one: none of the n! permutations does, one-hot matrices do (every \
             map of n = 2..{LARGEST} states looked at)."
        )
    })
}
