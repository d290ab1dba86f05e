//! The word problem of a group of permutations of five points: is the product of the letters, read left to right, the
//! identity?

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use crate::definition::Definition;
use problems::Problem;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// The number of points.
pub const POINTS: usize = 5;

/// The registers of the definition.
pub const REGISTERS: [&str; POINTS] = ["r1", "r2", "r3", "r4", "r5"];

/// The registers of the mathematics.
const IMAGES: [&str; POINTS] = ["image1", "image2", "image3", "image4", "image5"];

/// The number of a point: 1 to 5.
pub fn label(point: usize) -> i64 {
    point as i64 + 1
}

/// One pass over the letters: a row of five numbers, 1 to 5 at first, is permuted by each letter.
pub fn definition<'a>(terms: &'a Terms, problem: &WordProblem) -> Definition<'a> {
    // r_j is the point (1 to 5) that the product of the letters so far maps to j.
    let registers = REGISTERS.iter().enumerate().map(|(point, name)| (*name, label(point)));
    let mut definition = Definition::new(terms, problem.alphabet().tokens(), ["word"], registers);
    let before = definition.symbols();
    for letter in problem.letters() {
        let mut case = definition.case("word", &letter.images_text(), terms.truth(true), "word");
        for point in 0..POINTS {
            case = case.set(REGISTERS[letter.image(point)], before.register(REGISTERS[point]));
        }
    }
    let in_place = (0..POINTS).map(|point| before.register(REGISTERS[point]).equals(terms.int(label(point))));
    definition.accept("word", terms.all(in_place.collect::<Vec<_>>()));
    definition
}

/// The product of the letters maps every point to the image under the last letter of its image under those before. It is
/// the identity iff every point is its own image.
pub fn mathematics<'a>(terms: &'a Terms, problem: &WordProblem) -> Mathematics<'a> {
    let registers = IMAGES.iter().enumerate().map(|(point, name)| (*name, label(point)));
    let mut reading = Definition::new(terms, problem.alphabet().tokens(), ["letters"], registers);
    let before = reading.symbols();
    for letter in problem.letters() {
        let mut case = reading.case("letters", &letter.images_text(), terms.truth(true), "letters");
        for name in IMAGES {
            case = case.set(name, image(terms, letter, before.register(name)));
        }
    }
    let fixed = IMAGES.iter().enumerate().map(|(point, name)| before.register(name).equals(terms.int(label(point))));
    reading.accept("letters", terms.all(fixed.collect::<Vec<_>>()));
    Mathematics::new(reading)
}

/// Where a letter maps a point whose number is this term.
fn image<'a>(terms: &'a Terms, letter: &Permutation, number: Term<'a>) -> Term<'a> {
    let last = terms.int(label(letter.image(POINTS - 1)));
    (0..POINTS - 1).rev().fold(last, |otherwise, point| {
        terms.if_else(number.equals(terms.int(label(point))), terms.int(label(letter.image(point))), otherwise)
    })
}

/// What the registers mean: r_b is the point whose image is b.
pub fn meaning<'a>(terms: &'a Terms, problem: &WordProblem) -> Meaning<'a> {
    Meaning::new(mathematics(terms, problem), move |mode, reading, before, read, _| {
        if (mode, reading) != ("word", "letters") {
            return None;
        }
        let mut conjuncts = Vec::new();
        for (a, name) in IMAGES.iter().enumerate() {
            let image = read.register(name);
            conjuncts.push(image.at_least(terms.int(label(0))).and(image.at_most(terms.int(label(POINTS - 1)))));
            conjuncts.extend(REGISTERS.iter().enumerate().map(|(b, register)| {
                let is_image = image.equals(terms.int(label(b)));
                is_image.equals(before.register(register).equals(terms.int(label(a))))
            }));
        }
        Some(conjuncts)
    })
}

/// The product over positions: each point is followed through the word.
pub fn positional<'a>(terms: &'a Terms, problem: &WordProblem, tokens: &[Term<'a>]) -> Term<'a> {
    // Each point is followed through the word; nothing is said of the row that the network keeps.
    let letters = problem.letters();
    let returns = (0..POINTS).map(|start| {
        let end = tokens.iter().fold(terms.int(start as i64), |point, token| {
            let images = letters.iter().enumerate().flat_map(|(letter, permutation)| {
                (0..POINTS).map(move |from| {
                    let here = token.equals(terms.int(letter as i64)).and(point.equals(terms.int(from as i64)));
                    let image = terms.int(permutation.image(from) as i64);
                    (Exact::ONE, terms.if_else(here, image, terms.int(0)))
                })
            });
            terms.linear(Sort::Int, Exact::ZERO, images.collect::<Vec<_>>())
        });
        end.equals(terms.int(start as i64))
    });
    terms.all(returns.collect::<Vec<_>>())
}
