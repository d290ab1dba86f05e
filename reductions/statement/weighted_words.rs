//! For tests: automata of every size, and words on which a network's readout is compared with the weight.

use crate::reduction::Reduction;
use problems::Random;
use problems::Token;
use problems::weighted_automaton::Automaton;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use rnn::Terms;

/// An automaton with small rational weights, none of them 0.
pub(crate) fn random_automaton(n_states: usize, n_letters: usize, random: &mut Random) -> Automaton {
    let mut number = || {
        let numerator = [-2i64, -1, 1, 2][random.below(4)];
        num_rational::BigRational::new(numerator.into(), (1 + random.below(3) as i64).into())
    };
    let mut row = || (0..n_states).map(|_| number()).collect::<Vec<_>>();
    let (initial, final_weights) = (row(), row());
    let transitions = (0..n_letters).map(|_| (0..n_states).map(|_| row()).collect()).collect();
    let letters = (0..n_letters).map(|letter| format!("s{letter}")).collect();
    Automaton::new("random", letters, initial, transitions, final_weights).expect("its shape is right")
}

/// The first prefix of the word after which the readout, or the value output, is not the weight times `scale` of the
/// prefix's length.
pub(crate) fn first_wrong(
    network: &Network,
    automaton: &Automaton,
    word: &[Token],
    scale: impl Fn(usize) -> Exact,
) -> Option<usize> {
    let mut state = network.start().to_vec();
    for (t, token) in word.iter().enumerate() {
        state = network.step(&ExactArithmetic, &state, usize::from(*token));
        let truth = &Exact::from(automaton.weight(&word[..=t])) * &scale(t + 1);
        if network.read_out(&ExactArithmetic, &state) != truth || network.values(&state)[0] != truth {
            return Some(t + 1);
        }
    }
    None
}

/// Every word up to this length: all prefixes of those that have it.
pub(crate) fn first_wrong_of_all(
    network: &Network,
    automaton: &Automaton,
    length: usize,
    scale: impl Fn(usize) -> Exact,
) -> Option<Vec<Token>> {
    let mut open = vec![(network.start().to_vec(), Vec::new())];
    while let Some((state, word)) = open.pop() {
        if word.len() == length {
            continue;
        }
        for token in 0..automaton.alphabet().len() {
            let next = network.step(&ExactArithmetic, &state, token);
            let word: Vec<Token> = word.iter().copied().chain([token as Token]).collect();
            let truth = &Exact::from(automaton.weight(&word)) * &scale(word.len());
            if network.read_out(&ExactArithmetic, &next) != truth {
                return Some(word);
            }
            open.push((next, word));
        }
    }
    None
}

/// A uniform word.
pub(crate) fn word(automaton: &Automaton, length: usize, random: &mut Random) -> Vec<Token> {
    (0..length).map(|_| random.below(automaton.alphabet().len()) as Token).collect()
}

/// The obligations of a network that no solver is needed for and that do not hold: all those on layers 1 to 3 and on the
/// start.
pub(crate) fn refused(reduction: &dyn Reduction, network: &Network) -> Vec<String> {
    use crate::proof::ObligationKind::*;
    const FOR_A_SOLVER: [crate::proof::ObligationKind; 7] =
        [Times, VirtualStart, Blank, Block, Output, MeaningStep, MeaningReadout];
    let terms = Terms::default();
    let proof = match reduction.proof(&terms, network) {
        Ok(proof) => proof,
        Err(error) => return vec![error.to_string()],
    };
    let settled = proof
        .obligations()
        .iter()
        .filter(|obligation| !FOR_A_SOLVER.contains(&obligation.kind) && obligation.goal.as_truth() != Some(true));
    settled.map(|obligation| obligation.name.clone()).collect()
}
