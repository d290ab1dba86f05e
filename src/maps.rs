//! The maps that make the problems hard, as somebody meets them: a source is read from a line, mapped, and judged.
//!
//! The maps themselves are library code in `reductions/hardness`; here each has a name, a way to write its sources, every
//! source of a small size, and samples. [`check`] compares the answer of a source with the answer of its image's decider.

pub mod check;
mod circuit;
mod formula;
mod functional_graph;
mod turing_machine;

pub use circuit::sources as circuit_sources;

use problems::Problem;
use problems::Random;
use problems::Token;
use problems::Word;

/// An instance of the problem that a map starts from.
pub trait Source: Send {
    /// How it is written, as the map reads it back.
    fn text(&self) -> String;

    /// The answer of the source, by code that knows nothing of the image.
    fn answer(&self) -> bool;

    /// The size of the image by the map's exact formula, in the map's unit.
    fn size(&self) -> u128;

    /// The image. Ask for [`Source::size`] first where a user wrote the source.
    fn image(&self) -> Word;
}

/// A source of any kind.
pub type AnySource = Box<dyn Source>;

/// How sources are given.
#[derive(Clone, Copy)]
pub enum Reader {
    /// One on each line, read by this function; the error is one phrase that says what was expected.
    Lines(fn(&str) -> Result<AnySource, String>),
    /// A circuit file, with the values of its inputs beside it: a source for each output.
    CircuitFile,
}

/// A statement about every source, of any size, shown by finitely many cases and an induction on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Induction {
    /// What the cases are and what stays on paper, as one clause.
    pub by: &'static str,
    /// How many cases were evaluated exactly.
    pub n_cases: usize,
    /// The first case that does not hold.
    pub fails: Option<String>,
}

/// A map from sources to words of a problem.
pub struct Map {
    /// Its name: `SOURCE-to-PROBLEM`.
    pub name: &'static str,
    /// What a source asks, with yes and no as its image's.
    pub question: &'static str,
    /// How a source is written.
    pub syntax: &'static str,
    /// A source.
    pub example: &'static str,
    /// What the sources are hard for: the class.
    pub class: &'static str,
    /// Where the map comes from.
    pub reference: &'static str,
    /// The problem of the images.
    pub problem: fn() -> &'static dyn Problem,
    /// The exact size of an image, as a formula.
    pub formula: &'static str,
    /// What the formula counts.
    pub unit: &'static str,
    /// The most of this unit that an image may have.
    pub most: u128,
    /// The size of a word, in that unit.
    pub measure: fn(&[Token]) -> usize,
    /// How sources are given.
    pub reader: Reader,
    /// What the size of a source counts.
    pub source_unit: &'static str,
    /// The sizes of which every source is checked.
    pub exhaustive: std::ops::RangeInclusive<usize>,
    /// Every source of a size.
    pub every: fn(usize) -> Box<dyn Iterator<Item = AnySource>>,
    /// The size of the samples.
    pub sampled: usize,
    /// What the size of a sample counts.
    pub sampled_unit: &'static str,
    /// Draws a source of a size.
    pub sample: fn(usize, &mut Random) -> AnySource,
    /// What is shown for every source.
    pub induction: Option<fn() -> Induction>,
}

/// Every map, in the order in which they are listed.
pub fn all() -> [&'static Map; 5] {
    [
        &functional_graph::MAP,
        &turing_machine::MAP,
        &circuit::MAP,
        &formula::TO_WORD_PROBLEM,
        &formula::TO_MATRIX_PRODUCT,
    ]
}

/// The map with a name.
pub fn named(name: &str) -> Option<&'static Map> {
    all().into_iter().find(|map| map.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_read_back_as_it_is_written() {
        for map in all() {
            let Reader::Lines(read) = map.reader else { continue };
            let source = read(map.example).unwrap_or_else(|error| panic!("{}: {error}", map.name));
            let again = read(&source.text()).unwrap_or_else(|error| panic!("{}: {error}", map.name));
            assert_eq!((again.text(), again.answer()), (source.text(), source.answer()), "{}", map.name);
            assert_eq!(again.image(), source.image(), "{}", map.name);
        }
    }

    #[test]
    fn the_samples_of_every_map_are_read_back() {
        for map in all() {
            let Reader::Lines(read) = map.reader else { continue };
            for index in 0..10 {
                let source = (map.sample)(map.sampled.min(6), &mut Random::new(2, index));
                let again = read(&source.text()).unwrap_or_else(|error| panic!("{}: {error}", source.text()));
                assert_eq!((again.text(), again.answer()), (source.text(), source.answer()));
            }
        }
    }
}
