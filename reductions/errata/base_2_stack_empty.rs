//! Theorem 1: in the printed code the empty stack is the stack 0.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::circuit_value_relu::CircuitValueRelu;
use crate::reduction::Reduction;
use problems::Word;
use problems::words_of_length;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "base-2-stack-empty",
    kind: Kind::Flaw,
    shows: "With v + s/2 and 0 for the empty stack, the stacks without an element, 0, 00 and so on are one number, so that no \
            network tells them apart.",
    source: "Theorem 1 (p5)",
    basis: AUDIT,
    counterexample: || describe(CircuitValueRelu::printed()),
    evidence: || vec![Evidence::Refuted(ClaimName::new("circuit-value", "relu", Some("printed")))],
    repair: "Stacks in base 4, in which every stack but the empty one is at least 1/4.",
    repaired_by: || vec![Evidence::Proved(ClaimName::new("circuit-value", "relu", Some("copy")))],
    command: "reduce check circuit-value --variant printed",
};

fn describe(reduction: &CircuitValueRelu) -> Option<String> {
    let [empty, zero, two] = [&[][..], &[0], &[0, 0]].map(|stack| reduction.code().encode(stack));
    if empty != zero || zero != two {
        return None;
    }
    let word = shortest_differing(reduction)?;
    Some(format!(
        "Empty, 0 and 00 are all {empty}. The network accepts `{}`, the negation of a value that does not exist.",
        reduction.problem().alphabet().format(&word)
    ))
}

fn shortest_differing(reduction: &CircuitValueRelu) -> Option<Word> {
    const LONGEST: usize = 3;
    let problem = reduction.problem();
    let mut words = (0..=LONGEST).flat_map(|length| words_of_length(problem.alphabet().len(), length));
    words.find(|word| super::reads(reduction.network(), word) && !problem.decide(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repaired_form_tells_the_stacks_apart_and_has_no_such_word() {
        assert_eq!(describe(CircuitValueRelu::shared()), None);
        assert_eq!(shortest_differing(CircuitValueRelu::shared()), None);
    }
}
