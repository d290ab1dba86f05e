//! All words of a length at once: the network unrolled over unknown tokens, against the positional definition.

use crate::smt;
use crate::smt::Answer;
use num_rational::BigRational;
use problems::Word;
use reductions::Reduction;
use rnn::Network;
use rnn::Script;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;
use std::time::Duration;

/// How the unrolling ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Symbolic {
    /// Nothing was asked for.
    NotAsked,
    /// Network and positional definition agree on every word up to this length.
    Agree(usize),
    /// They differ on this word.
    Differ(Word),
    /// The solver gave up at this length; every shorter word agrees.
    Unknown(usize, String),
}

/// Unrolls the network over every length up to `max_length`.
pub fn unroll(reduction: &dyn Reduction, network: &Network, max_length: usize, limit: Duration) -> Symbolic {
    for length in 0..=max_length {
        let terms = Terms::default();
        let n_tokens = network.tokens().len() as i64;
        let tokens: Vec<Term<'_>> = (0..length).map(|place| terms.symbol(&format!("x{place}"), Sort::Int)).collect();
        let mut assertions: Vec<Term<'_>> =
            tokens.iter().map(|token| token.at_least(terms.int(0)).and(token.below(terms.int(n_tokens)))).collect();
        let accepts = network_accepts(&terms, network, &tokens);
        let expected = reduction.positional(&terms, &tokens);
        assertions.push(accepts.equals(expected).negate());
        match smt::solve(&Script::new(&assertions), limit) {
            Answer::Unsat => {}
            Answer::Unknown(reason) => return Symbolic::Unknown(length, reason),
            Answer::Sat(model) => {
                let token = |place: usize| {
                    let name = format!("x{place}");
                    let value = model.iter().find(|(symbol, _)| *symbol == name).map(|(_, value)| value.as_str());
                    // A token that the model leaves open can be any.
                    value.unwrap_or("0").parse::<u8>().ok()
                };
                return match (0..length).map(token).collect::<Option<Word>>() {
                    Some(word) => Symbolic::Differ(word),
                    None => Symbolic::Unknown(length, "the solver's model names a token that does not exist".into()),
                };
            }
        }
    }
    Symbolic::Agree(max_length)
}

fn network_accepts<'a>(terms: &'a Terms, network: &Network, tokens: &[Term<'a>]) -> Term<'a> {
    let arithmetic = SymbolicArithmetic::new(terms);
    let mut state = network.start_in(&arithmetic);
    for token in tokens {
        let is = |value: usize| token.equals(terms.int(value as i64));
        state = match network {
            Network::Relu(network) => {
                let bit = |value| terms.if_else(is(value), terms.ratio(1, 1), terms.ratio(0, 1));
                let onehot: Vec<Term<'a>> = (0..network.tokens().len()).map(bit).collect();
                network.step_on(&arithmetic, &state, &onehot)
            }
            Network::Linear(_) | Network::Layered(_) => step_by_cases(terms, network, &state, &is),
        };
    }
    network.read_out(&arithmetic, &state).above(terms.real(BigRational::from_integer(0.into())))
}

/// One step as a choice among the steps of all tokens.
fn step_by_cases<'a>(
    terms: &'a Terms,
    network: &Network,
    state: &[Term<'a>],
    is: &impl Fn(usize) -> Term<'a>,
) -> Vec<Term<'a>> {
    let arithmetic = SymbolicArithmetic::new(terms);
    let mut tokens = 0..network.tokens().len();
    let first = tokens.next().map(|token| network.step(&arithmetic, state, token)).unwrap_or_default();
    tokens.fold(first, |chosen, token| {
        let next = network.step(&arithmetic, state, token);
        chosen.into_iter().zip(next).map(|(chosen, next)| terms.if_else(is(token), next, chosen)).collect()
    })
}
