//! The deterministic automata that are shipped.

use super::DeterministicAutomaton;
use crate::weighted_automaton::text;

fn problem(name: &str, lines: &str) -> DeterministicAutomaton {
    let automaton = text::read(name, lines).expect("a shipped automaton is well formed");
    DeterministicAutomaton::new(automaton).expect("a shipped automaton is deterministic")
}

/// The two generators of S5, a 5-cycle and a swap, followed on one point, and a letter that moves nothing.
fn transposition_cycle_text() -> String {
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
    lines
}

shared! {
    /// Every shipped deterministic automaton, in the order in which they are listed.
    all: DeterministicAutomaton;

    /// One bit of memory: `0` and `1` write it, `-` keeps it, and what was written last decides. Both writes merge states,
    /// which no permutation does.
    last_write = problem("last-write", "0 0 0\n0 1 1\n0 0 -\n1 0 0\n1 1 1\n1 1 -\n0 1\n1 -1\n");

    /// Three states, rational weights of both signs, a merge, and a letter that kills a run in one of the states.
    sign_and_merge = problem(
        "sign-and-merge",
        "0 1 a -1/2\n1 2 a 3\n2 0 a -2/3\n0 0 b -5/7\n1 0 b -1\n2 2 b -3\n0 2 c 1/3\n2 1 c -4\n0 1\n1 -2\n2 1/5\n",
    );

    /// The letters permute the states, as two generators of S5 and the identity do with five points, and two of the three
    /// letters turn the sign.
    transposition_cycle = problem("transposition-cycle", &transposition_cycle_text());
}
