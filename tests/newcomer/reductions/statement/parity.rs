//! Parity: is the number of ones odd?

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use crate::definition::Definition;
use rnn::Term;
use rnn::Terms;

/// The streaming definition: one pass over the word, which remembers in its mode whether the ones so far are odd.
pub fn definition<'a>(terms: &'a Terms, tokens: &[String]) -> Definition<'a> {
    let none: [(&str, i64); 0] = [];
    let mut definition = Definition::new(terms, tokens, ["even", "odd"], none);
    let always = terms.truth(true);
    for (mode, other) in [("even", "odd"), ("odd", "even")] {
        definition.case(mode, "0", always, mode);
        definition.case(mode, "1", always, other);
    }
    definition.accept("odd", always);
    definition
}

/// The problem in the words of mathematics: a word spells a number of ones, and is a yes-word iff that is odd.
pub fn mathematics<'a>(terms: &'a Terms, tokens: &[String]) -> Mathematics<'a> {
    let mut reading = Definition::new(terms, tokens, ["letters"], [("ones", 0)]);
    let (ones, always) = (reading.symbols().register("ones"), terms.truth(true));
    reading.case("letters", "0", always, "letters");
    reading.case("letters", "1", always, "letters").set("ones", ones + 1);
    reading.accept("letters", ones.remainder(2).equals(terms.int(1)));
    Mathematics::new(reading)
}

/// What a mode means: the number of ones is even, or odd.
pub fn meaning<'a>(terms: &'a Terms, tokens: &[String]) -> Meaning<'a> {
    Meaning::new(mathematics(terms, tokens), move |mode, reading, _, read, _| {
        let rest = match (mode, reading) {
            ("even", "letters") => 0,
            ("odd", "letters") => 1,
            _ => return None,
        };
        Some(vec![read.register("ones").remainder(2).equals(terms.int(rest))])
    })
}

/// The same over positions, each token an unknown 0 or 1.
pub fn positional<'a>(terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
    let is_one = |token: &Term<'a>| token.equals(terms.int(1));
    tokens.iter().map(is_one).fold(terms.truth(false), |odd, one| odd.differs(one))
}
