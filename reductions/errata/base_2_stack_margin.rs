//! Theorem 1: the printed base-2 stacks have no margin between two tops.

use super::AUDIT;
use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::circuit_value_relu::CircuitValueRelu;
use crate::definition::stack_code::StackCode;
use crate::proof::query::Expected;
use crate::proof::query::Query;
use crate::reduction::Reduction;
use itertools::Itertools;
use problems::Word;
use problems::words_of_length;
use rnn::Exact;
use rnn::Sort;
use rnn::Terms;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "base-2-stack-margin",
    kind: Kind::Flaw,
    shows: "A stack is v + s/2 with 0 for the empty one, and its top is read by comparing with 1; but tops 0 come as near \
            to 1 as the stack is deep, so that no read-out of bounded slope reads every stack.",
    source: "Theorem 1 (p5)",
    basis: AUDIT,
    counterexample,
    evidence: || queries().into_iter().map(Evidence::Query).collect(),
    repair: "Stacks in base 4, with a gap of 1/4 between two tops.",
    repaired_by: || vec![Evidence::Proved(ClaimName::new("circuit-value", "relu", Some("copy")))],
    command: "reduce errata base-2-stack-margin",
};

const SLOPES: [i64; 9] = [1, 2, 4, 8, 16, 64, 256, 1024, 65536];

/// The slope of the network that is shown, and one that is high enough for its word.
const SHOWN: [i64; 2] = [2, 8];

fn counterexample() -> Option<String> {
    let code = StackCode::printed(1);
    let depths: Vec<usize> = SLOPES.iter().map(|slope| least_failing_depth(&code, *slope)).collect::<Option<_>>()?;
    if SLOPES.iter().zip(&depths).any(|(slope, depth)| *depth != slope.ilog2() as usize + 2) {
        return None;
    }
    let [low, high] = SHOWN.map(CircuitValueRelu::printed_with);
    let word = shortest_differing_inputs(&low)?;
    if differs(&high, &word) {
        return None;
    }
    // The word without its end is pushed, value by value.
    let stack = &word[..word.len() - 1];
    let (value, read) = (low.code().encode(stack), low.code().at_least(1)?.at(&low.code().encode(stack)));
    let text = low.problem().alphabet().format(&word);
    let [slope, enough] = SHOWN;
    Some(format!(
        "Ramps of slope {} fail from depth {} on, wherever they stand. The network of slope {slope} accepts the circuit \
         `{text}`, whose value is 0: its top 0 stands at {value} and is read as {read}. The network of slope {enough} \
         rejects it.",
        SLOPES.iter().join(", "),
        depths.iter().join(", ")
    ))
}

/// The least depth at which two stacks with different tops are nearer than 1/slope, so that no ramp of this slope, wherever
/// it stands, is 0 on one and 1 on the other; none where there is no such depth among those looked at. The code grows with
/// its tail, so that the extreme stacks decide.
fn least_failing_depth(code: &StackCode, slope: i64) -> Option<usize> {
    const DEEPEST: usize = 64;
    let is_too_near = |depth: &usize| {
        let [zero, one] = nearest_tops(*depth).map(|stack| code.encode(&stack));
        one - zero < Exact::ratio(1, slope)
    };
    (1..=DEEPEST).find(is_too_near)
}

/// Of all stacks with at most so many elements the one with top 0 and the largest code, and the one with top 1 and the
/// least code.
fn nearest_tops(depth: usize) -> [Vec<u8>; 2] {
    let mut below = vec![1; depth];
    below[depth - 1] = 0;
    [below, vec![1]]
}

/// For each slope: no ramp reads the two nearest stacks of the least failing depth, and some ramp those one less deep.
fn queries() -> Vec<Query> {
    let code = StackCode::printed(1);
    let mut queries = Vec::new();
    for slope in SLOPES {
        // No stack is less deep than one of depth 1.
        let Some(depth) = least_failing_depth(&code, slope).filter(|depth| *depth > 1) else { continue };
        queries.push(query(&code, slope, depth, Expected::Unsat));
        queries.push(query(&code, slope, depth - 1, Expected::Sat));
    }
    queries
}

fn query(code: &StackCode, slope: i64, depth: usize, expected: Expected) -> Query {
    let terms = Terms::default();
    let threshold = terms.symbol("threshold", Sort::Real);
    let ramp = |stack: &[u8]| {
        let above = (terms.real(code.encode(stack)) - threshold) * slope;
        above.relu() - (above - 1).relu()
    };
    let [zero, one] = nearest_tops(depth).map(|stack| ramp(&stack));
    let reads = [zero.equals(terms.ratio(0, 1)), one.equals(terms.ratio(1, 1))];
    let can = if expected == Expected::Sat { "Some ramp" } else { "No ramp" };
    let shows = format!("{can} of slope {slope} reads both stacks of depth {depth} whose tops are nearest.");
    Query::new(format!("base-2-slope-{slope}-depth-{depth}"), shows, &reads, expected)
}

fn differs(reduction: &CircuitValueRelu, word: &Word) -> bool {
    super::reads(reduction.network(), word) != reduction.problem().decide(word)
}

/// The shortest circuit without a gate on which network and decider differ.
fn shortest_differing_inputs(reduction: &CircuitValueRelu) -> Option<Word> {
    const LONGEST: usize = 12;
    let alphabet = reduction.problem().alphabet();
    let tokens = ["0", "1"].map(|text| alphabet.token(text).expect("inputs are tokens"));
    let end = alphabet.token("$").expect("the end is a token");
    let circuits = (1..=LONGEST).flat_map(|length| words_of_length(2, length));
    let mut circuits =
        circuits.map(|bits| bits.into_iter().map(|bit| tokens[usize::from(bit)]).chain([end]).collect::<Word>());
    circuits.find(|word| differs(reduction, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_stacks_are_the_nearest_of_all() {
        let code = StackCode::printed(1);
        for depth in 1..=9 {
            let stacks = || (1..=depth).flat_map(|length| words_of_length(2, length));
            let codes =
                |top: u8| stacks().filter(move |stack| stack.last() == Some(&top)).map(|stack| code.encode(&stack));
            let [zero, one] = nearest_tops(depth).map(|stack| code.encode(&stack));
            assert!(codes(0).all(|code| code <= zero) && codes(1).all(|code| code >= one), "depth {depth}");
        }
    }

    #[test]
    fn the_gapped_code_has_a_margin_and_its_network_reads_every_circuit_of_inputs() {
        let code = StackCode::gapped(2);
        for depth in 1..=20 {
            let [zero, one] = nearest_tops(depth).map(|stack| code.encode(&stack));
            assert!(one - zero > Exact::ratio(1, 4));
        }
        assert_eq!(shortest_differing_inputs(CircuitValueRelu::shared()), None);
    }

    #[test]
    fn a_higher_slope_fails_on_a_deeper_stack() {
        let text = |slope: i64| {
            let reduction = CircuitValueRelu::printed_with(slope);
            shortest_differing_inputs(&reduction).map(|word| reduction.problem().alphabet().format(&word))
        };
        let found = [1, 2, 4, 8, 16, 64].map(text);
        let expected = ["110$", "1110$", "11110$", "111110$", "1111110$", "111111110$"];
        assert_eq!(found, expected.map(|text| Some(text.to_owned())));
    }
}
