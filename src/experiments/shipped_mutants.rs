//! What the checker refuses of a shipped layer with one weight changed by one unit in the last place.

use super::mutate::Class;
use crate::check::shipped::random_word;
use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Random;
use problems::Word;
use problems::word_problem::Permutation;
use reductions::shipped::Runner;
use reductions::shipped::ShippedClaim;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::ShippedModel;
use std::ops::Range;
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

/// Judges the models with these indices, each with one weight changed, of which every other one was not 0.
pub fn mutate(claim: &ShippedClaim, indices: Range<usize>, seed: u64) -> Mutants {
    let started = Instant::now();
    let model = claim.model();
    // Every word of at most three letters, and two long ones.
    let n_letters = claim.problem().letters().len();
    let length = problems::longest_within(n_letters, 2_000);
    let short = (0..=length).flat_map(|length| problems::words_of_length(n_letters, length));
    let words: Vec<Word> = short.chain((0..2).map(|index| random_word(claim, 256, seed, index))).collect();
    let places = |is_zero: bool| -> Vec<(usize, usize)> {
        let all = model.tensors().iter().enumerate().flat_map(|(tensor, entries)| {
            entries.values.iter().enumerate().map(move |(entry, value)| (tensor, entry, value.is_zero()))
        });
        all.filter(|(_, _, zero)| *zero == is_zero).map(|(tensor, entry, _)| (tensor, entry)).collect()
    };
    let (nonzero, zero) = (places(false), places(true));
    let mutants = indices.map(|index| {
        let mut random = Random::new(seed, index as u64);
        let (tensor, entry) = *random.pick(if index.is_multiple_of(2) { &nonzero } else { &zero });
        let up = random.bit();
        let before = &model.tensors()[tensor].values[entry];
        let after = neighbour(before, up);
        let name = model.tensors()[tensor].name;
        let change = format!("{name}[{entry}]: {} -> {}", shown(before), shown(&after));
        judge(claim, &model.with_entry(tensor, entry, after), change, &words)
    });
    let mutants = mutants.collect_vec();
    Mutants { mutants, elapsed: started.elapsed() }
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

/// A word after which the answer, where there is a certain one, is not the product's.
fn differing(claim: &ShippedClaim, model: &ShippedModel, words: &[Word]) -> Option<Word> {
    let mut runner = Runner::new(model, STORAGE).ok()?;
    let (letters, elements) = (claim.problem().letters(), claim.elements());
    words.iter().find_map(|word| {
        let classes = runner.classes(word).ok()?;
        let mut product = Permutation::IDENTITY;
        let end = problems::indices(word).zip(classes).position(|(letter, class)| {
            product = product.then(letters[letter]);
            elements.get(class) != Some(&product)
        })?;
        Some(word[..=end].to_vec())
    })
}
