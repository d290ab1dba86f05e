//! The README of an exported folder: what the theorem states, and what a reader must judge.

use super::theorems::Data;
use super::theorems::Theorem;

/// The lines of a file that belong to the statement: from a heading `To judge` to the next one.
pub(super) fn judged_lines(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut open = None;
    let mut last = 0;
    for (i, line) in text.lines().enumerate() {
        if line.starts_with("(** * ") {
            if let Some(first) = open.take() {
                ranges.push((first, last));
            }
            if line.starts_with("(** * To judge") {
                open = Some(i + 1);
            }
        }
        if !line.is_empty() {
            last = i + 1;
        }
    }
    ranges.extend(open.map(|first| (first, last)));
    ranges
}

/// The README's text.
pub(super) fn text(theorem: &Theorem) -> String {
    let name = theorem.name;
    let mut to_read = Vec::new();
    let mut n_lines = 0;
    for (theory, text) in theorem.judged() {
        for (first, last) in judged_lines(text) {
            to_read.push(format!("- `theories/{theory}.v`, lines {first} to {last}"));
            n_lines += last + 1 - first;
        }
    }
    let other_data = match theorem.data {
        Data::Machine if theorem.judged().any(|(name, _)| name == "Machine") => {
            format!("- `generated/{name}Machine.v`: that this is the machine that you mean\n")
        }
        Data::Automaton => format!("- `generated/{name}Automaton.v`: that this is the automaton that you mean\n"),
        // The machine is a step of the proof and no part of what is stated.
        Data::Machine | Data::Letters => String::new(),
    };
    format!(
        "# A theorem in Coq about literal weights\n\n\
         `claims/{name}.v` states and proves: {says}. The weights are those in `generated/{name}Network.v`, the numbers \
         are rational and exact, and the word may have any length. No axiom is used: `Print Assumptions` says \
         `Closed under the global context`.\n\n\
         ## Check it\n\n\
         ```\nmake        # Coq 8.16 or later, the standard library only\nmake why    # where a check is false: what fails\n```\n\n\
         `coqchk -silent -o -Q theories Reduce -Q generated Generated -Q claims Claims Claims.{name}` checks the compiled files \
         again, without the virtual machine.\n\n\
         ## What you must judge\n\n\
         The proofs are Coq's business. That the statement says what you mean is yours: {n_lines} lines.\n\n\
         {to_read}\n\
         - `claims/{name}.v`: the statements of `spelling` and `theorem`\n\
         - `generated/{name}Network.v`: that these are the weights of the network that you mean\n\
         {other_data}\n\
         What remains to be believed is Coq itself.\n",
        says = theorem.says,
        to_read = to_read.join("\n"),
    )
}
