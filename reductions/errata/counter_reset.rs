//! Theorem 2: the printed machine sets a counter to 0 in one step.

use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use super::OWN;
use crate::as_printed;
use crate::construction::machine::Configuration;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "counter-reset",
    kind: Kind::Control,
    shows: "The counter machine sets its second counter to 0 in one step. No network with fixed weights does: its step moves \
            two states and tokens apart by at most a constant factor.",
    source: "Theorem 2 (p6), by the counter machine of Lemma 2",
    basis: OWN,
    counterexample,
    evidence: Vec::new,
    repair: "The counter is counted down while the edge's end is read; the printed machine is run as a machine only.",
    repaired_by: || vec![Evidence::Proved(ClaimName::new("reachability", "relu", Some("target-last-sink")))],
    command: "reduce errata counter-reset",
};

const LARGEST: usize = 200;

/// After `0^n|0^n` the machine counts on, after `0^n|0^n|` it resets; the two configurations have the same counters.
fn counterexample() -> Option<String> {
    let machine = &as_printed::reachability().machine;
    let [digit, bar] = [0, 1];
    for n in 1..=LARGEST {
        let run = |word: Vec<usize>| -> Configuration {
            word.into_iter().fold(machine.start(), |configuration, token| machine.step(&configuration, token))
        };
        let source_twice = || [vec![digit; n], vec![bar], vec![digit; n]].concat();
        let counting = run(source_twice());
        let resetting = run([source_twice(), vec![bar]].concat());
        let after = [machine.step(&counting, digit), machine.step(&resetting, bar)];
        let distance = after[0].counters[1] - after[1].counters[1];
        if counting.counters != resetting.counters || distance != n as i64 + 1 {
            return None;
        }
    }
    Some(format!(
        "After `0^n|0^n` and `0^n|0^n|` the counters are the same and only control bits differ; one step later I is n+1 and \
         0. Run for every n up to {LARGEST}; that no Lipschitz map does it for all n is on paper."
    ))
}

#[cfg(test)]
mod tests {
    use crate::construction::machine::MachineBuilder;
    use crate::construction::machine::MachineError;

    #[test]
    fn a_machine_with_a_reset_cannot_be_built_for_the_compiler() {
        let mut machine = MachineBuilder::new(["|"], ["equal"]);
        let i = machine.counter("I", false);
        machine.rule("equal", "|", &[], "equal").reset(i);
        assert_eq!(machine.build(), Err(MachineError::Reset("equal | -> equal, I := 0".to_owned())));
    }
}
