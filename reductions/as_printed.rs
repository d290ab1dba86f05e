//! Claims as the paper prints them, where the print does not hold: each is refuted by its problem's own decider.
//!
//! They stand beside [`crate::all`], whose claims hold. Most are networks; one is a machine with a step that no network
//! with fixed weights can do.

use crate::circuit_value_relu::CircuitValueRelu;
use crate::construction::machine::Guard;
use crate::construction::machine::MachineBuilder;
use crate::construction::machine::TextbookMachine;
use crate::reachability_target_last_relu::ReachabilityTargetLastRelu;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use problems::Problem;
use problems::reachability_as_printed::ReachabilityAsPrinted;
use std::fmt;
use std::sync::LazyLock;

/// A claim about a network, or about a machine that is no network.
#[derive(Clone, Copy)]
pub enum Claim {
    /// A network, with an attempt at a proof.
    Network(&'static dyn Reduction),
    /// A machine, which can only be run.
    Machine(&'static MachineClaim),
}

impl Claim {
    /// The statement.
    pub fn description(&self) -> Description {
        match self {
            Self::Network(reduction) => reduction.description(),
            Self::Machine(claim) => claim.description,
        }
    }

    /// The problem.
    pub fn problem(&self) -> &'static dyn Problem {
        match self {
            Self::Network(reduction) => reduction.problem(),
            Self::Machine(claim) => claim.problem,
        }
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claim({} {:?})", self.problem().name(), self.description().variant)
    }
}

/// The claim that a machine accepts the yes-words of a problem.
pub struct MachineClaim {
    /// The statement.
    pub description: Description,
    /// The problem.
    pub problem: &'static dyn Problem,
    /// The machine.
    pub machine: TextbookMachine,
}

/// Every claim as printed, in the order in which they are listed.
pub fn as_printed() -> Vec<Claim> {
    vec![
        Claim::Machine(reachability()),
        Claim::Network(ReachabilityTargetLastRelu::any_target()),
        Claim::Network(CircuitValueRelu::printed()),
    ]
}

/// The printed counter machine of Theorem 2, in the paper's own spelling.
pub fn reachability() -> &'static MachineClaim {
    static SHARED: LazyLock<MachineClaim> = LazyLock::new(|| MachineClaim {
        description: Description {
            model: "machine",
            variant: Some("printed"),
            theorem: "Theorem 2",
            regime: "log precision",
            claim: const {
                &[Clause {
                    text: "As printed, and false: the two-counter machine accepts an instance, its target last, iff the target is \
                       on the path from the source",
                    brief: "",
                    shown_by: &[],
                }]
            },
            idealised: "",
            deviation: "None. It is a machine and not a network: its step I := 0 sets an unbounded counter to 0, and the \
                        step of a network with fixed weights is Lipschitz. The network nearest to it is the variant \
                        target-last.",
            on_paper: "Nothing: it is run, not proved.",
            refuted: Some("only the end of the path is recognised"),
        },
        problem: &ReachabilityAsPrinted,
        machine: machine(),
    });
    &SHARED
}

/// S is the vertex that the walk has reached, less what was read of a source; I holds what was read.
fn machine() -> TextbookMachine {
    let states = ["source", "edge", "left", "equal", "unequal", "target", "accept"];
    let mut m = MachineBuilder::new(["0", "|", "#", "$"], states);
    let (s, i) = (m.counter("S", true), m.counter("I", false));
    m.rule("source", "0", &[], "source").add(s, 1);
    m.rule("source", "|", &[], "edge");
    m.rule("edge", "0", &[], "left").add(s, -1).add(i, 1);
    m.rule("edge", "#", &[], "target");
    m.rule("left", "0", &[], "left").add(s, -1).add(i, 1);
    m.rule("left", "|", &[Guard::Zero(s)], "equal");
    m.rule("left", "|", &[Guard::NonZero(s)], "unequal");
    m.rule("equal", "0", &[], "equal").add(s, 1);
    m.rule("equal", "|", &[], "edge").reset(i);
    m.rule("unequal", "0", &[Guard::NonZero(i)], "unequal").add(s, 1).add(i, -1);
    m.rule("unequal", "0", &[Guard::Zero(i)], "unequal");
    m.rule("unequal", "|", &[], "edge");
    m.rule("target", "0", &[], "target").add(s, -1);
    m.rule("target", "$", &[Guard::Zero(s)], "accept");
    m.build_textbook().expect("the rules cannot be read in two ways")
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::reachability::Instance;
    use problems::reachability::instances;

    fn higher(instance: Instance) -> Instance {
        let Instance { source, target, edges } = instance;
        let edges = edges.into_iter().map(|(from, to)| (from + 1, to + 1)).collect();
        Instance { source: source + 1, target: target + 1, edges }
    }

    #[test]
    fn the_printed_machine_accepts_exactly_the_ends_of_walks() {
        let claim = reachability();
        let (mut accepted, mut wrong, mut total) = (0, 0, 0);
        for instance in (1..=6).flat_map(instances).map(higher) {
            let word = ReachabilityAsPrinted.write(&instance);
            let accepts = claim.machine.accepts(word.iter().map(|token| usize::from(*token)));
            assert_eq!(accepts, instance.path().last() == Some(&instance.target), "{instance:?}");
            let reached = ReachabilityAsPrinted.decide(&word);
            assert!(reached || !accepts, "nothing is accepted wrongly: {instance:?}");
            accepted += usize::from(accepts);
            wrong += usize::from(accepts != reached);
            total += 1;
        }
        assert_eq!((total, wrong), (29_367, 4_219));
        assert!(accepted > 0);
    }
}
