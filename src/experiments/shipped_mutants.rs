//! What the checker refuses of a shipped layer with one weight changed by one unit in the last place.

use super::mutate::Class;
use crate::check::shipped::random_word;
use crate::verdict::Verdict;
use problems::Random;
use problems::Word;
use problems::word_problem::Permutation;
use rayon::prelude::*;
use reductions::shipped::ShippedClaim;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::Evaluator;
use rnn::shipped::ShippedModel;
use rnn::shipped::Storing;
use std::collections::HashSet;
use std::time::Duration;
use std::time::Instant;

/// The format of the weights, and of the values.
const STORAGE: Float = Float::BF16;

/// One changed model, judged.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// The tensor, the entry, and its value before and after.
    pub change: String,
    /// What became of it.
    pub class: Class,
    /// The first obligation that is not discharged.
    pub obligation: Option<String>,
    /// A word on which it differs from the product.
    pub word: Option<Word>,
}

/// All of them.
#[derive(Clone, Debug)]
pub struct Mutants {
    /// In the order of the draws.
    pub mutants: Vec<Mutant>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Mutants {
    /// How many are of a class.
    pub fn count(&self, class: Class) -> usize {
        self.mutants.iter().filter(|mutant| mutant.class == class).count()
    }

    /// *refuted* where one is proved and differs on a word: a fault of the checker.
    pub fn verdict(&self) -> Verdict {
        Verdict::as_expected(if self.mutants.is_empty() { None } else { Some(self.count(Class::Unsound) == 0) })
    }
}

/// The neighbour of a number of bf16, above or below; of 0 the least positive number or its negative.
fn neighbour(value: &Exact, up: bool) -> Exact {
    let places = i64::from(STORAGE.significand_bits()) - 1;
    let unit = value.leading_exponent().map_or_else(|| STORAGE.least_positive(), |e| Exact::power_of_two(e - places));
    if up { value + unit } else { value - unit }
}

/// A change of one weight: the tensor, the entry, and whether it grows.
pub type Change = (usize, usize, bool);

/// Draws `count` different changes of a claim's weights, in turn of one that is not 0 and of one that is; there are fewer where
/// there are no more.
pub fn drawn(claim: &ShippedClaim, count: usize, seed: u64) -> Vec<Change> {
    let places = |is_zero: bool| -> Vec<(usize, usize)> {
        let all = claim.model().tensors().iter().enumerate().flat_map(|(tensor, entries)| {
            entries.values.iter().enumerate().map(move |(entry, value)| (tensor, entry, value.is_zero()))
        });
        all.filter(|(_, _, zero)| *zero == is_zero).map(|(tensor, entry, _)| (tensor, entry)).collect()
    };
    drawn_of(&[places(false), places(true)], seed, count)
}

/// Judges the models with one of these changes each.
pub fn mutate(claim: &ShippedClaim, changes: &[Change], seed: u64) -> Mutants {
    let started = Instant::now();
    let model = claim.model();
    // Every word of at most three letters, and two long ones.
    let n_letters = claim.problem().letters().len();
    let length = problems::longest_within(n_letters, 2_000);
    let short = (0..=length).flat_map(|length| problems::words_of_length(n_letters, length));
    let words: Vec<Word> = short.chain((0..2).map(|index| random_word(claim, 256, seed, index))).collect();
    let mutants = changes.par_iter().map(|(tensor, entry, up)| {
        let before = &model.tensors()[*tensor].values[*entry];
        let after = neighbour(before, *up);
        let name = model.tensors()[*tensor].name;
        let change = format!("{name}[{entry}]: {} -> {}", shown(before), shown(&after));
        judge(claim, &model.with_entry(*tensor, *entry, after), change, &words)
    });
    Mutants { mutants: mutants.collect(), elapsed: started.elapsed() }
}

/// Draws different changes, in turn of one list of places and of the other.
fn drawn_of(places: &[Vec<(usize, usize)>; 2], seed: u64, count: usize) -> Vec<Change> {
    // After so many repetitions in a row there are taken to be no other changes.
    const REPETITIONS: u64 = 1000;
    let mut met = HashSet::new();
    let mut changes = Vec::new();
    let (mut index, mut last) = (0, 0);
    while changes.len() < count && index - last <= REPETITIONS {
        let mut random = Random::new(seed, index);
        let (tensor, entry) = *random.pick(&places[usize::from(index % 2 == 1)]);
        let change = (tensor, entry, random.bit());
        index += 1;
        if met.insert(change) {
            changes.push(change);
            last = index;
        }
    }
    changes
}

/// A number, where it is short.
fn shown(value: &Exact) -> String {
    let text = value.to_string();
    if text.len() > 24 { "a number next to 0".to_owned() } else { text }
}

fn judge(claim: &ShippedClaim, model: &ShippedModel, change: String, words: &[Word]) -> Mutant {
    let proof = claim.proof(model, STORAGE);
    let word = differing(claim, model, words);
    let class = match (proof.is_complete(), word.is_some()) {
        (true, true) => Class::Unsound,
        (true, false) => Class::Harmless,
        (false, true) => Class::Killed,
        (false, false) => Class::Refused,
    };
    let obligation = proof.failure().map(|(kind, reason)| format!("{kind}: {reason}"));
    Mutant { change, class, obligation, word }
}

/// A word after which the answer, where there is one, is not the product's, in one of the arithmetics of a library.
fn differing(claim: &ShippedClaim, model: &ShippedModel, words: &[Word]) -> Option<Word> {
    let (letters, elements) = (claim.problem().letters(), claim.elements());
    Storing::ALL.into_iter().find_map(|storing| {
        let mut evaluator = Evaluator::new(model, STORAGE, storing).ok()?;
        words.iter().find_map(|word| {
            let mut product = Permutation::IDENTITY;
            let classes = evaluator.classes(problems::indices(word));
            let end = problems::indices(word).zip(classes).position(|(letter, class)| {
                product = product.then(letters[letter]);
                class.is_ok_and(|class| elements.get(class) != Some(&product))
            })?;
            Some(word[..=end].to_vec())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_change_is_drawn_twice_and_all_are_drawn_where_they_are_few() {
        let places = [vec![(0, 0), (0, 1), (2, 5)], vec![(1, 7)]];
        let changes = drawn_of(&places, 3, 100);
        assert_eq!(changes.len(), 8);
        assert_eq!(changes.iter().collect::<HashSet<_>>().len(), 8);
        assert_eq!(drawn_of(&places, 3, 5), changes[..5]);
        assert_ne!(drawn_of(&places, 4, 8), changes);
    }
}
