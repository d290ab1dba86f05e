//! The deterministic automata that are shipped.

use super::DeterministicAutomaton;
use crate::weighted_automaton::text;
use std::sync::LazyLock;

fn problem(name: &str, lines: &str) -> DeterministicAutomaton {
    let automaton = text::read(name, lines).expect("a shipped automaton is well formed");
    DeterministicAutomaton::new(automaton).expect("a shipped automaton is deterministic")
}

/// One bit of memory: `0` and `1` write it, `-` keeps it, and what was written last decides. Both writes merge states, which
/// no permutation does.
pub fn last_write() -> &'static DeterministicAutomaton {
    static PROBLEM: LazyLock<DeterministicAutomaton> =
        LazyLock::new(|| problem("last-write", "0 0 0\n0 1 1\n0 0 -\n1 0 0\n1 1 1\n1 1 -\n0 1\n1 -1\n"));
    &PROBLEM
}

/// Three states, rational weights of both signs, a merge, and a letter that kills a run in one of the states.
pub fn sign_and_merge() -> &'static DeterministicAutomaton {
    static PROBLEM: LazyLock<DeterministicAutomaton> = LazyLock::new(|| {
        let lines =
            "0 1 a -1/2\n1 2 a 3\n2 0 a -2/3\n0 0 b -5/7\n1 0 b -1\n2 2 b -3\n0 2 c 1/3\n2 1 c -4\n0 1\n1 -2\n2 1/5\n";
        problem("sign-and-merge", lines)
    });
    &PROBLEM
}

/// The two generators of S5, a 5-cycle and a swap, followed on one point, and a letter that moves nothing: the
/// letters permute the states, and two of the three turn the sign.
pub fn transposition_cycle() -> &'static DeterministicAutomaton {
    static PROBLEM: LazyLock<DeterministicAutomaton> = LazyLock::new(|| {
        let mut lines = String::new();
        for (letter, images) in [("c", [1, 2, 3, 4, 0]), ("s", [1, 0, 2, 3, 4]), ("-", [0, 1, 2, 3, 4])] {
            for (state, image) in images.into_iter().enumerate() {
                let weight = if letter == "s" { 1 } else { -1 };
                lines.push_str(&format!("{state} {image} {letter} {weight}\n"));
            }
        }
        for (state, weight) in [2, -1, 1, -1, 1].into_iter().enumerate() {
            lines.push_str(&format!("{state} {weight}\n"));
        }
        problem("transposition-cycle", &lines)
    });
    &PROBLEM
}

/// Every shipped deterministic automaton, in the order in which they are listed.
pub fn all() -> [&'static DeterministicAutomaton; 3] {
    [last_write(), sign_and_merge(), transposition_cycle()]
}
