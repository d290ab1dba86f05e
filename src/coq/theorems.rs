//! The theorems: which fixed files each needs, and what it says.

/// Every fixed file that holds no claim, in an order in which each needs only earlier ones.
pub(super) const THEORIES: &[(&str, &str)] = &[
    ("Semantics", include_str!("../../coq/theories/Semantics.v")),
    ("Affine", include_str!("../../coq/theories/Affine.v")),
    ("Machine", include_str!("../../coq/theories/Machine.v")),
    ("MachineCheck", include_str!("../../coq/theories/MachineCheck.v")),
    ("FiniteLinear", include_str!("../../coq/theories/FiniteLinear.v")),
    ("Dyck", include_str!("../../coq/theories/Dyck.v")),
    ("Graph", include_str!("../../coq/theories/Graph.v")),
    ("Reachability", include_str!("../../coq/theories/Reachability.v")),
    ("ReachabilityTargetLast", include_str!("../../coq/theories/ReachabilityTargetLast.v")),
    ("CircuitValue", include_str!("../../coq/theories/CircuitValue.v")),
    ("CircuitValueCopy", include_str!("../../coq/theories/CircuitValueCopy.v")),
    ("CircuitValueWalk", include_str!("../../coq/theories/CircuitValueWalk.v")),
    ("WordProblem", include_str!("../../coq/theories/WordProblem.v")),
    ("Automaton", include_str!("../../coq/theories/Automaton.v")),
];

/// What a theorem speaks of beside the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Data {
    /// A machine.
    Machine,
    /// An automaton.
    Automaton,
    /// Nothing: the letters are in the problem.
    Letters,
}

impl Data {
    /// The kind of network that the theorem is about.
    pub(super) fn network_kind(self) -> &'static str {
        match self {
            Self::Machine => "relu",
            Self::Automaton | Self::Letters => "linear",
        }
    }

    /// What the check is made with.
    fn common_theories(self) -> &'static [&'static str] {
        match self {
            Self::Machine => &["Semantics", "Affine", "Machine", "MachineCheck"],
            Self::Automaton => &["Semantics", "Affine", "FiniteLinear", "Automaton"],
            Self::Letters => &["Semantics", "FiniteLinear"],
        }
    }
}

/// One theorem.
#[derive(Debug)]
pub(super) struct Theorem {
    /// Problem, model and variant of the claim; empty where it is about the user's own machine or automaton.
    key: (&'static str, &'static str, Option<&'static str>),
    /// The name of its files.
    pub(super) name: &'static str,
    /// The fixed files with the problem.
    problem: &'static [&'static str],
    /// What it speaks of.
    pub(super) data: Data,
    /// What it says, as one sentence.
    pub(super) says: &'static str,
    /// The file with the theorem.
    pub(super) claim: &'static str,
    /// The file that lists what fails.
    pub(super) why: &'static str,
}

impl Theorem {
    /// The fixed files, name and text.
    pub(super) fn theories(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let needed = |name: &str| self.data.common_theories().contains(&name) || self.problem.contains(&name);
        THEORIES.iter().copied().filter(move |(name, _)| needed(name))
    }
}

/// A row of the table; the claim's files are found by its name.
macro_rules! theorem {
    ($key:expr, $name:literal, $problem:expr, $data:expr, $says:expr $(,)?) => {
        Theorem {
            key: $key,
            name: $name,
            problem: $problem,
            data: $data,
            says: $says,
            claim: include_str!(concat!("../../coq/claims/", $name, ".v")),
            why: include_str!(concat!("../../coq/why/", $name, ".v")),
        }
    };
}

const WEIGHT: &str = "for every word over its tokens, the network's readout is the weight that the automaton gives to the \
                      word, and the network accepts it iff that weight is > 0";

static TABLE: &[Theorem] = &[
    theorem!(
        ("reachability", "relu", None),
        "Reachability",
        &["Graph", "Reachability"],
        Data::Machine,
        "for every word, the network accepts it iff it spells a sorted, forward graph in which the target, given before \
         the edges, is on the path from the source",
    ),
    theorem!(
        ("reachability", "relu", Some("target-last-sink")),
        "ReachabilityTargetLastSink",
        &["Graph", "ReachabilityTargetLast"],
        Data::Machine,
        "for every word that is no instance, or one whose target no edge leaves, the network accepts it iff it spells a \
         sorted, forward graph in which the target, given after the edges, is on the path from the source",
    ),
    theorem!(
        ("circuit-value", "relu", Some("copy")),
        "CircuitValueCopy",
        &["CircuitValue", "CircuitValueCopy"],
        Data::Machine,
        "for every word, the network accepts it iff it spells a circuit whose last value is 1",
    ),
    theorem!(
        ("circuit-value", "relu", Some("walk")),
        "CircuitValueWalk",
        &["CircuitValue", "CircuitValueWalk"],
        Data::Machine,
        "for every word, the network accepts it iff it spells a circuit, with the walks to the operands and back, whose \
         last value is 1",
    ),
    theorem!(
        ("dyck-2", "relu", None),
        "Dyck2",
        &["Dyck"],
        Data::Machine,
        "for every word, the network accepts it iff it is a balanced string of two kinds of brackets followed by one `$`",
    ),
    theorem!(
        ("word-problem", "pd", Some("all")),
        "WordProblemAll",
        &["WordProblem"],
        Data::Letters,
        "for every word of permutations of five points, the network accepts it iff their product, read left to right, is \
         the identity",
    ),
    theorem!(
        ("word-problem", "pd", Some("generators")),
        "WordProblemGenerators",
        &["WordProblem"],
        Data::Letters,
        "for every word of the cycle and the swap, the network accepts it iff their product, read left to right, is the \
         identity",
    ),
    theorem!(
        ("deterministic-automaton", "pd", Some("last-write")),
        "DeterministicLastWrite",
        &[],
        Data::Automaton,
        WEIGHT,
    ),
    theorem!(
        ("deterministic-automaton", "pd", Some("sign-and-merge")),
        "DeterministicSignAndMerge",
        &[],
        Data::Automaton,
        WEIGHT,
    ),
    theorem!(
        ("deterministic-automaton", "pd", Some("transposition-cycle")),
        "DeterministicTranspositionCycle",
        &[],
        Data::Automaton,
        WEIGHT,
    ),
];

static ANY_MACHINE: Theorem = theorem!(
    ("", "", None),
    "AnyMachine",
    &[],
    Data::Machine,
    "for every word over its tokens, the network accepts it iff the machine does",
);

static ANY_AUTOMATON: Theorem = theorem!(("", "", None), "AnyAutomaton", &[], Data::Automaton, WEIGHT);

/// The theorem about a claim.
pub(super) fn of(problem: &str, model: &str, variant: Option<&str>) -> Option<&'static Theorem> {
    TABLE.iter().find(|theorem| theorem.key == (problem, model, variant))
}

/// The text of the theorem of this name.
pub(super) fn claim_text(name: &str) -> Option<&'static str> {
    let all = TABLE.iter().chain([&ANY_MACHINE, &ANY_AUTOMATON]);
    all.into_iter().find(|theorem| theorem.name == name).map(|theorem| theorem.claim)
}

/// The theorem about a machine.
pub(super) fn any_machine() -> &'static Theorem {
    &ANY_MACHINE
}

/// The theorem about an automaton.
pub(super) fn any_automaton() -> &'static Theorem {
    &ANY_AUTOMATON
}
