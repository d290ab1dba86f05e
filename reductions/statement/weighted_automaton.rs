//! Weighted automata over the rational numbers: is the weight of the word positive, and what is it after every letter?

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use crate::definition::Definition;
use num_rational::BigRational;
use problems::weighted_automaton::Automaton;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// The mode before the first letter.
const START: &str = "start";
/// The mode after a letter; every letter is read alike.
const ROW: &str = "row";

/// The place among the modes of a word of `t` letters.
pub fn mode_of(t: usize) -> usize {
    usize::from(t > 0)
}

fn sum<'a>(terms: &'a Terms, products: impl Iterator<Item = (Exact, Term<'a>)>) -> Term<'a> {
    terms.linear(Sort::Real, Exact::ZERO, products.collect::<Vec<_>>())
}

/// The row times a matrix.
fn times<'a>(terms: &'a Terms, row: &[Term<'a>], matrix: &[Vec<BigRational>]) -> Vec<Term<'a>> {
    let entry = |target: usize| {
        let products = row.iter().zip(matrix).map(|(entry, weights)| ((&weights[target]).into(), *entry));
        sum(terms, products)
    };
    (0..row.len()).map(entry).collect()
}

/// One pass over the letters: registers `row0`, `row1`, ... for the row of weights, which is alpha at first and is
/// multiplied by each letter's matrix. Accepts where the row times omega is positive, and gives that number after every
/// letter.
pub fn definition<'a>(terms: &'a Terms, automaton: &Automaton) -> Definition<'a> {
    let names: Vec<String> = (0..automaton.n_states()).map(row_name).collect();
    let tokens = automaton.alphabet().tokens();
    let none: [(&str, i64); 0] = [];
    let mut definition = Definition::new(terms, tokens, [START, ROW], none);
    for (name, start) in names.iter().zip(automaton.initial()) {
        definition = definition.with_real_register(name, start.clone());
    }
    let state = definition.symbols();
    let row: Vec<Term<'a>> = names.iter().map(|name| state.register(name)).collect();
    for (token, matrix) in tokens.iter().zip(automaton.transitions()) {
        for mode in [START, ROW] {
            let mut case = definition.case(mode, token, terms.truth(true), ROW);
            for (name, entry) in names.iter().zip(times(terms, &row, matrix)) {
                case = case.set(name, entry);
            }
        }
    }
    let weight = sum(terms, automaton.final_weights().iter().map(Exact::from).zip(row));
    for mode in [START, ROW] {
        definition.accept(mode, weight.above(terms.ratio(0, 1)));
    }
    definition.give(ROW, vec![weight]);
    definition
}

/// The mode of the mathematics before the first letter.
pub(crate) const BEFORE: &str = "empty";

/// The registers of the mathematics: for each state the weight of the runs that end there.
pub(crate) fn run_names(automaton: &Automaton) -> Vec<String> {
    (0..automaton.n_states()).map(|state| format!("runs.{state}")).collect()
}

/// The weight of a word is the sum over all runs of the product of their weights. The runs that end in a state are, after
/// one more letter, all runs before it, each followed by a transition on the letter to that state; the word's weight adds
/// up, over all states, the runs that end there times the state's final weight.
pub fn mathematics<'a>(terms: &'a Terms, automaton: &Automaton) -> Mathematics<'a> {
    runs(terms, automaton, true)
}

/// The same where the decision alone is asked for.
pub(crate) fn decision<'a>(terms: &'a Terms, automaton: &Automaton) -> Mathematics<'a> {
    runs(terms, automaton, false)
}

fn runs<'a>(terms: &'a Terms, automaton: &Automaton, gives_the_weight: bool) -> Mathematics<'a> {
    let (names, tokens) = (run_names(automaton), automaton.alphabet().tokens());
    let none: [(&str, i64); 0] = [];
    let mut reading = Definition::new(terms, tokens, [BEFORE, "letters"], none);
    for (name, start) in names.iter().zip(automaton.initial()) {
        reading = reading.with_real_register(name, start.clone());
    }
    let before = reading.symbols();
    let ending_in = |state: usize| before.register(&names[state]);
    let states = 0..automaton.n_states();
    for (letter, token) in tokens.iter().enumerate() {
        for mode in [BEFORE, "letters"] {
            let mut case = reading.case(mode, token, terms.truth(true), "letters");
            for to in states.clone() {
                let extended =
                    states.clone().map(|from| ending_in(from).scaled(&automaton.transitions()[letter][from][to]));
                case = case.set(&names[to], extended.fold(terms.ratio(0, 1), |sum, weight| sum + weight));
            }
        }
    }
    let weight = states.map(|state| ending_in(state).scaled(&automaton.final_weights()[state]));
    let weight = weight.fold(terms.ratio(0, 1), |sum, weight| sum + weight);
    for mode in [BEFORE, "letters"] {
        reading.accept(mode, weight.above(terms.ratio(0, 1)));
    }
    if gives_the_weight {
        reading.give("letters", vec![weight]);
    }
    Mathematics::new(reading)
}

/// What the registers mean: the row of weights holds, for each state, the weight of the runs that end there.
pub fn meaning<'a>(terms: &'a Terms, automaton: &Automaton) -> Meaning<'a> {
    let runs = run_names(automaton);
    Meaning::new(mathematics(terms, automaton), move |mode, reading, before, read, _| match (mode, reading) {
        (START, BEFORE) | (ROW, "letters") => {
            let pairs = runs.iter().enumerate();
            Some(pairs.map(|(state, run)| before.register(&row_name(state)).equals(read.register(run))).collect())
        }
        _ => None,
    })
}

fn row_name(state: usize) -> String {
    format!("row{state}")
}

/// Whether the weight of a word of unknown letters, each a place in the alphabet, is positive.
pub fn positional<'a>(terms: &'a Terms, automaton: &Automaton, tokens: &[Term<'a>]) -> Term<'a> {
    positional_weight(terms, automaton, tokens).above(terms.ratio(0, 1))
}

/// The weight of a word of unknown letters, each a place in the alphabet.
pub fn positional_weight<'a>(terms: &'a Terms, automaton: &Automaton, tokens: &[Term<'a>]) -> Term<'a> {
    let start: Vec<Term<'a>> = automaton.initial().iter().map(|weight| terms.real(weight.clone())).collect();
    let one = || Exact::ONE;
    let row = tokens.iter().fold(start, |row, token| {
        let rows: Vec<Vec<Term<'a>>> =
            automaton.transitions().iter().map(|matrix| times(terms, &row, matrix)).collect();
        let entry = |target: usize| {
            let letters = rows.iter().enumerate().map(|(letter, row)| {
                (one(), terms.if_else(token.equals(terms.int(letter as i64)), row[target], terms.ratio(0, 1)))
            });
            sum(terms, letters)
        };
        (0..row.len()).map(entry).collect()
    });
    sum(terms, automaton.final_weights().iter().map(Exact::from).zip(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Problem;
    use problems::Random;
    use problems::weighted_automaton;
    use rnn::Exact;

    #[test]
    fn the_definition_is_the_weight_of_every_prefix() {
        let mut random = Random::new(1, 0);
        let mut answers = [0, 0];
        for problem in weighted_automaton::all() {
            let terms = Terms::default();
            let automaton = problem.automaton();
            let reader = definition(&terms, automaton).reader();
            let mut state = reader.start();
            assert_eq!(reader.accepts(&state), problem.decide(&[]));
            assert_eq!((state.mode, reader.values(&state)), (mode_of(0), None));
            let mut word = Vec::new();
            for _ in 0..40 {
                word.push(random.below(automaton.alphabet().len()) as u8);
                state = reader.step(&state, usize::from(word[word.len() - 1]));
                assert_eq!(reader.accepts(&state), problem.decide(&word), "{} {word:?}", automaton.name());
                let weight = Exact::from(automaton.weight(&word));
                assert_eq!((state.mode, reader.values(&state)), (mode_of(word.len()), Some(vec![weight])));
                answers[usize::from(problem.decide(&word))] += 1;
            }
        }
        assert!(answers[0] > 5 && answers[1] > 5, "{answers:?}");
    }

    #[test]
    fn the_product_over_positions_is_the_streaming_definition() {
        let mut answers = [0, 0];
        for problem in weighted_automaton::all() {
            let terms = Terms::default();
            let automaton = problem.automaton();
            for length in 0..6 {
                for word in problems::words_of_length(automaton.alphabet().len(), length) {
                    let known: Vec<Term<'_>> = word.iter().map(|token| terms.int(i64::from(*token))).collect();
                    let answer = positional(&terms, automaton, &known).as_truth();
                    assert_eq!(answer, Some(problem.decide(&word)));
                    let weight = positional_weight(&terms, automaton, &known).as_number();
                    assert_eq!(weight, Some(automaton.weight(&word).into()));
                    answers[usize::from(answer == Some(true))] += 1;
                }
            }
        }
        assert!(answers[0] > 20 && answers[1] > 20, "{answers:?}");
    }
}
