//! Definition 11: whether the target has an outgoing edge is left open.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::target_last_machine;
use problems::Problem;
use problems::Word;
use problems::reachability::instances;
use problems::reachability_target_last::ReachabilityTargetLast;
use problems::reachability_target_last::ReachabilityTargetLastSink;
use problems::words_of_length;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "target-a-sink",
    kind: Kind::Ambiguity,
    shows: "The definition of the problem does not say whether the target may have an outgoing edge. The hardness proof makes \
            it a sink; the machine of Theorem 2 is right then and wrong otherwise.",
    source: "Definition 11 (p5-6), Proposition 2 (p6), Theorem 2 (p6)",
    basis: AUDIT,
    counterexample,
    evidence: || vec![Evidence::Refuted(ClaimName::new("reachability", "relu", Some("target-last")))],
    repair: "Read as a promise: the target is a sink.",
    repaired_by: || vec![Evidence::Proved(ClaimName::new("reachability", "relu", Some("target-last-sink")))],
    command: "reduce check reachability --variant target-last",
};

const LARGEST: usize = 6;

fn counterexample() -> Option<String> {
    let machine = target_last_machine();
    let (mut with_promise, mut wrong_with, mut in_all, mut wrong) = (0, 0, 0, 0);
    for instance in (1..=LARGEST).flat_map(instances) {
        let word = ReachabilityTargetLast.write(&instance);
        let accepts = machine.accepts(word.iter().map(|token| usize::from(*token)));
        let is_wrong = usize::from(accepts != ReachabilityTargetLast.decide(&word));
        in_all += 1;
        wrong += is_wrong;
        if ReachabilityTargetLastSink.promises(&word) {
            with_promise += 1;
            wrong_with += is_wrong;
        }
    }
    let shortest = shortest_wrong(&ReachabilityTargetLast)?;
    let is_settled = wrong_with == 0 && with_promise > 0 && shortest_wrong(&ReachabilityTargetLastSink).is_none();
    (wrong > 0 && is_settled).then(|| {
        format!(
            "On at most {LARGEST} vertices the machine is wrong on {wrong} of {in_all} instances, and on {wrong_with} of the \
             {with_promise} whose target is a sink. The shortest is `{}`: s = t = 0 with the edge (0,1).",
            ReachabilityTargetLast.alphabet().format(&shortest)
        )
    })
}

/// The shortest word, among short ones, that keeps the problem's promise and on which the machine is wrong.
fn shortest_wrong(problem: &dyn Problem) -> Option<Word> {
    const LONGEST: usize = 6;
    let machine = target_last_machine();
    let mut words = (0..=LONGEST).flat_map(|length| words_of_length(problem.alphabet().len(), length));
    words.find(|word| {
        let accepts = machine.accepts(word.iter().map(|token| usize::from(*token)));
        problem.promises(word) && accepts != problem.decide(word)
    })
}
