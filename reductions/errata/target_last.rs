//! Theorem 2: the printed machine recognises the end of the path only.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::as_printed;
use problems::Problem;
use problems::reachability::Instance;
use problems::reachability_as_printed::ReachabilityAsPrinted;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "target-last",
    kind: Kind::Flaw,
    shows: "The target is given after the edges, and the counter machine accepts iff it is where the walk has ended: a target \
            that is passed on the way is rejected although it is reached.",
    source: "Theorem 2 (p6)",
    basis: AUDIT,
    counterexample,
    evidence: || {
        vec![
            Evidence::Refuted(ClaimName::new("reachability", "machine", Some("printed"))),
            Evidence::Refuted(ClaimName::new("reachability", "relu", Some("target-last"))),
        ]
    },
    repair: "The target before the edges, or the promise that it has no outgoing edge.",
    repaired_by: || {
        vec![
            Evidence::Proved(ClaimName::new("reachability", "relu", None)),
            Evidence::Proved(ClaimName::new("reachability", "relu", Some("target-last-sink"))),
        ]
    },
    command: "reduce check reachability --variant printed",
};

/// The graph 1 -> 2 -> 3, asked from 1.
fn instance(target: usize) -> Instance {
    Instance { source: 1, target, edges: vec![(1, 2), (2, 3)] }
}

fn counterexample() -> Option<String> {
    let accepts = |target: usize| {
        let word = ReachabilityAsPrinted.write(&instance(target));
        as_printed::reachability().machine.accepts(word.into_iter().map(usize::from))
    };
    let word = ReachabilityAsPrinted.write(&instance(2));
    // The end is accepted, so that it is not the graph that is refused.
    let is_found = accepts(3) && !accepts(2) && !accepts(1) && ReachabilityAsPrinted.decide(&word);
    is_found.then(|| {
        format!(
            "`{}` (s=1, edges (1,2), (2,3), t=2): 2 is reached, the machine rejects it, and t=1 too; it accepts t=3, the end.",
            ReachabilityAsPrinted.alphabet().format(&word)
        )
    })
}
