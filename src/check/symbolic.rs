//! All words of a length at once: the network unrolled over unknown tokens, against the positional definition.

use crate::solver;
use crate::solver::Answer;
use problems::Word;
use reductions::Reduction;
use reductions::Values;
use rnn::Arithmetic;
use rnn::Exact;
use rnn::Fixed;
use rnn::FixedTerms;
use rnn::Network;
use rnn::Recorder;
use rnn::Rounding;
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
    unroll_by(network, max_length, limit, &|terms, tokens| {
        let arithmetic = SymbolicArithmetic::new(terms);
        let state = network_state(terms, &arithmetic, network, tokens);
        let readout = network.read_out(&arithmetic, &state);
        let accepts = readout.above(terms.real(Exact::ZERO));
        let mut agree = vec![accepts.equals(reduction.positional(terms, tokens))];
        for (condition, asked) in reduction.positional_values(terms, tokens) {
            agree.push(condition.implies(same_values(terms, network.values(&state), &asked, reduction.compares())));
        }
        terms.all(agree)
    })
}

/// Unrolls the network in fixed point, over Int terms: on every word it decides as the positional definition, and no
/// value leaves the format's range. Weights are exact and accumulators wide; values beside the decision are not compared.
pub fn unroll_fixed(
    reduction: &dyn Reduction,
    network: &Network,
    (fixed, rounding): (Fixed, Rounding),
    max_length: usize,
    limit: Duration,
) -> Symbolic {
    unroll_by(network, max_length, limit, &|terms, tokens| {
        let arithmetic = FixedTerms::new(terms, fixed.frac_bits(), rounding);
        let recorder = Recorder::new(arithmetic);
        let state = network_state(terms, &recorder, network, tokens);
        let accepts = network.read_out(&recorder, &state).above(terms.int(0));
        let unit = |bound: Exact| terms.linear(Sort::Int, bound / fixed.step(), []);
        let (least, greatest) = (unit(fixed.least()), unit(fixed.greatest()));
        let given = network.start_in(&arithmetic).into_iter().chain([arithmetic.one()]);
        let values = given.chain(recorder.into_recorded());
        let fits = values.map(|value| value.at_least(least).and(value.at_most(greatest)));
        terms.all(fits.chain([accepts.equals(reduction.positional(terms, tokens))]).collect::<Vec<_>>())
    })
}

/// Asks for each length whether what `holds` says of unknown tokens can be false.
fn unroll_by(
    network: &Network,
    max_length: usize,
    limit: Duration,
    holds: &dyn for<'a> Fn(&'a Terms, &[Term<'a>]) -> Term<'a>,
) -> Symbolic {
    for length in 0..=max_length {
        let terms = Terms::default();
        let n_tokens = network.tokens().len() as i64;
        let tokens: Vec<Term<'_>> = (0..length).map(|place| terms.symbol(&format!("x{place}"), Sort::Int)).collect();
        let mut assertions: Vec<Term<'_>> =
            tokens.iter().map(|token| token.at_least(terms.int(0)).and(token.below(terms.int(n_tokens)))).collect();
        assertions.push(holds(&terms, &tokens).negate());
        match solver::solve(&Script::new(&assertions), limit) {
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

/// Whether the network's values are the integers that are asked for, or have their signs.
fn same_values<'a>(terms: &'a Terms, own: &[Term<'a>], asked: &[Term<'a>], values: Values) -> Term<'a> {
    let zero = terms.ratio(0, 1);
    let same = |(own, asked): (&Term<'a>, &Term<'a>)| {
        let asked = asked.to_real();
        match values {
            Values::Exact => own.equals(asked),
            Values::Signs => own.above(zero).equals(asked.above(zero)).and(own.below(zero).equals(asked.below(zero))),
        }
    };
    terms.all([terms.truth(own.len() == asked.len())].into_iter().chain(own.iter().zip(asked).map(same)))
}

/// The network's state after unknown tokens.
fn network_state<'a, A: Arithmetic<Value = Term<'a>>>(
    terms: &'a Terms,
    arithmetic: &A,
    network: &Network,
    tokens: &[Term<'a>],
) -> Vec<Term<'a>> {
    let mut state = network.start_in(arithmetic);
    let (one, zero) = (arithmetic.constant(&Exact::ONE), arithmetic.constant(&Exact::ZERO));
    for token in tokens {
        let is = |value: usize| token.equals(terms.int(value as i64));
        state = match network {
            Network::Relu(network) => {
                let bit = |value| terms.if_else(is(value), one, zero);
                let onehot: Vec<Term<'a>> = (0..network.tokens().len()).map(bit).collect();
                network.step_on(arithmetic, &state, &onehot)
            }
            Network::Linear(_) | Network::Layered(_) => step_by_cases(terms, arithmetic, network, &state, &is),
        };
    }
    state
}

/// One step as a choice among the steps of all tokens.
fn step_by_cases<'a, A: Arithmetic<Value = Term<'a>>>(
    terms: &'a Terms,
    arithmetic: &A,
    network: &Network,
    state: &[Term<'a>],
    is: &impl Fn(usize) -> Term<'a>,
) -> Vec<Term<'a>> {
    let mut tokens = 0..network.tokens().len();
    let first = tokens.next().map(|token| network.step(arithmetic, state, token)).unwrap_or_default();
    tokens.fold(first, |chosen, token| {
        let next = network.step(arithmetic, state, token);
        chosen.into_iter().zip(next).map(|(chosen, next)| terms.if_else(is(token), next, chosen)).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_as_numbers_or_by_their_signs() {
        let terms = Terms::default();
        let same = |own: [(i64, i64); 2], values| {
            let own = own.map(|(num, den)| terms.ratio(num, den));
            same_values(&terms, &own, &[-3, 1].map(|value| terms.int(value)), values).as_truth()
        };
        assert_eq!(same([(-3, 1), (1, 1)], Values::Exact), Some(true));
        assert_eq!(same([(-3, 9), (1, 9)], Values::Exact), Some(false));
        assert_eq!(same([(-3, 9), (1, 9)], Values::Signs), Some(true));
        for wrong in [[(3, 9), (1, 9)], [(-3, 9), (0, 1)], [(0, 1), (1, 9)]] {
            assert_eq!(same(wrong, Values::Signs), Some(false));
        }
        let short = same_values(&terms, &[terms.ratio(-3, 1)], &[-3, 1].map(|value| terms.int(value)), Values::Exact);
        assert_eq!(short.as_truth(), Some(false));
    }
}
