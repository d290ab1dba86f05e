//! The word problem of S5: is a product of permutations of five points the identity?
//!
//! Products are read left to right, first w1, then w2: `a` then `b` is `i -> b(a(i))`. The order is fixed here once, for
//! in the other order 13,560 of the 14,400 products of two letters differ. By Barrington's theorem the problem is
//! complete for NC1, over all 120 letters and over two generators alike.

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use crate::indices;
use crate::token_of;
use crate::word_of;
use itertools::Itertools;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The number of permutations of five points.
const ORDER: usize = 120;

/// A permutation of the points 0 to 4, by its images.
///
/// ```
/// use problems::word_problem::Permutation;
/// let cycle = Permutation::new([1, 2, 3, 4, 0]).unwrap();
/// let swap = Permutation::new([1, 0, 2, 3, 4]).unwrap();
/// assert_eq!(cycle.images_text(), "23451");
/// // First the cycle, then the swap: 0 -> 1 -> 0.
/// assert_eq!(cycle.then(swap).images_text(), "13452");
/// assert_eq!(swap.then(cycle).images_text(), "32451");
/// assert_eq!(Permutation::new([0, 0, 1, 2, 3]), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permutation([u8; 5]);

impl Permutation {
    /// The permutation that moves nothing.
    pub const IDENTITY: Self = Self([0, 1, 2, 3, 4]);

    /// The permutation that sends `i` to `images[i]`; none where this is not a bijection of 0 to 4.
    pub fn new(images: [u8; 5]) -> Option<Self> {
        (0..5).all(|point| images.contains(&point)).then_some(Self(images))
    }

    /// The image of one point.
    ///
    /// # Panics
    /// If the point is not below 5.
    pub fn image(self, point: usize) -> usize {
        usize::from(self.0[point])
    }

    /// First this one, then the other.
    pub fn then(self, other: Self) -> Self {
        Self(self.0.map(|image| other.0[usize::from(image)]))
    }

    /// The permutation that undoes this one.
    pub fn inverse(self) -> Self {
        let mut images = [0; 5];
        for (point, image) in (0..).zip(self.0) {
            images[usize::from(image)] = point;
        }
        Self(images)
    }

    /// Is it a product of an even number of swaps?
    pub fn is_even(self) -> bool {
        let inversions = self.0.iter().array_combinations().filter(|[earlier, later]| earlier > later);
        inversions.count() % 2 == 0
    }

    /// The images counted from 1 and written side by side, as in the alphabet: `12345` is the identity.
    pub fn images_text(self) -> String {
        self.0.iter().map(|image| char::from(b'1' + image)).collect()
    }

    /// All 120, in the lexicographic order of their images; the identity is the first.
    pub fn all() -> Vec<Self> {
        (0..5).permutations(5).map(|images| Self([images[0], images[1], images[2], images[3], images[4]])).collect()
    }

    /// Those that move only the first so many points, in the lexicographic order of their images.
    pub fn of_first(points: usize) -> Vec<Self> {
        Self::all().into_iter().filter(|element| (points..5).all(|point| element.image(point) == point)).collect()
    }

    /// The place in [`Permutation::all`].
    pub fn index(self) -> usize {
        let mut index = 0;
        for place in 0..5 {
            let smaller = self.0[place + 1..].iter().filter(|&&image| image < self.0[place]).count();
            index = index * (5 - place) + smaller;
        }
        index
    }
}

/// Is the product of the word, read left to right, the identity?
///
/// ```
/// use problems::Problem;
/// let problem = problems::word_problem::generators();
/// let word = problem.alphabet().parse("23451 21345 21345 23451 23451 23451 23451").unwrap();
/// assert!(problem.decide(&word));
/// assert!(!problem.decide(&word[1..]));
/// assert!(problem.decide(&[]));
/// ```
#[derive(Debug)]
pub struct WordProblem {
    variant: &'static str,
    question: &'static str,
    alphabet: Alphabet,
    letters: Vec<Permutation>,
    /// `counts[m][g]`: how many words of m letters have the product with index g. The last row has no zero.
    counts: Vec<[usize; ORDER]>,
}

shared! {
    /// The word problem over all 120 permutations.
    all_elements: WordProblem = WordProblem::new(
        "all",
        "Is the product of the permutations, read left to right, the identity?",
        Permutation::all(),
    );
    /// The word problem over the 5-cycle (0 1 2 3 4), written `23451`, and the swap (0 1), written `21345`.
    generators: WordProblem = WordProblem::new(
        "generators",
        "Is the product of the cycles and swaps, read left to right, the identity?",
        vec![Permutation([1, 2, 3, 4, 0]), Permutation([1, 0, 2, 3, 4])],
    );
}

/// The word problem of all five points with this variant: `all` or `generators`.
///
/// ```
/// use problems::word_problem;
/// assert_eq!(word_problem::named("all").map(|problem| problem.letters().len()), Some(120));
/// assert!(word_problem::named("s3-star").is_none());
/// ```
pub fn named(variant: &str) -> Option<&'static WordProblem> {
    [all_elements(), generators()].into_iter().find(|problem| problem.variant == variant)
}

/// Which permutations are the letters of the word problem of a smaller symmetric group. The identity is the first letter
/// of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Letters {
    /// The swaps of two neighbouring points.
    AdjacentSwaps,
    /// The swaps of the first point with another.
    StarSwaps,
    /// The swaps of any two points.
    Swaps,
    /// All permutations, in the lexicographic order of their images.
    Elements,
}

impl Letters {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::AdjacentSwaps, Self::StarSwaps, Self::Swaps, Self::Elements];

    /// The pairs of points that are swapped by one letter each; none for all elements.
    pub fn pairs(self, points: usize) -> Vec<(usize, usize)> {
        let all = (0..points).array_combinations().map(|[i, j]| (i, j));
        match self {
            Self::AdjacentSwaps => all.filter(|(i, j)| i + 1 == *j).collect(),
            Self::StarSwaps => all.filter(|(i, _)| *i == 0).collect(),
            Self::Swaps => all.collect(),
            Self::Elements => Vec::new(),
        }
    }

    fn permutations(self, points: usize) -> Vec<Permutation> {
        match self {
            Self::Elements => Permutation::of_first(points),
            _ => {
                let swaps = self.pairs(points).into_iter().map(|(i, j)| {
                    let mut images = Permutation::IDENTITY.0;
                    images.swap(i, j);
                    Permutation(images)
                });
                std::iter::once(Permutation::IDENTITY).chain(swaps).collect()
            }
        }
    }

    fn variant(self, points: usize) -> Option<&'static str> {
        let names = match self {
            Self::AdjacentSwaps => ["s3-adjacent", "s4-adjacent", "s5-adjacent"],
            Self::StarSwaps => ["s3-star", "s4-star", "s5-star"],
            Self::Swaps => ["s3-swaps", "s4-swaps", "s5-swaps"],
            Self::Elements => ["s3-elements", "s4-elements", "s5-elements"],
        };
        names.get(points.checked_sub(3)?).copied()
    }
}

/// The word problem of the permutations of the first 3, 4 or 5 points, over these letters; none for another number of
/// points. Permutations are written by the images of all five points.
///
/// ```
/// use problems::word_problem::Letters;
/// use problems::word_problem::symmetric_group;
/// let problem = symmetric_group(Letters::AdjacentSwaps, 4).unwrap();
/// assert_eq!(problem.letters().len(), 4);
/// assert!(symmetric_group(Letters::Swaps, 6).is_none());
/// ```
pub fn symmetric_group(letters: Letters, points: usize) -> Option<&'static WordProblem> {
    static ALL: OnceLock<BTreeMap<(Letters, usize), OnceLock<WordProblem>>> = OnceLock::new();
    let all = ALL
        .get_or_init(|| Letters::ALL.into_iter().cartesian_product(3..=5).map(|key| (key, OnceLock::new())).collect());
    let variant = letters.variant(points)?;
    let question = "Is the product of the permutations, read left to right, the identity?";
    let cell = all.get(&(letters, points))?;
    Some(cell.get_or_init(|| WordProblem::new(variant, question, letters.permutations(points))))
}

impl WordProblem {
    fn new(variant: &'static str, question: &'static str, letters: Vec<Permutation>) -> Self {
        let alphabet = Alphabet::new(letters.iter().map(|letter| letter.images_text()));
        let elements = Permutation::all();
        let mut counts = vec![[0; ORDER]];
        counts[0][Permutation::IDENTITY.index()] = 1;
        // Rows are added while the number of all words stays below 2^31: this is long enough for every product to occur
        // about equally often, and no draw needs more than 31 bits.
        let mut n_words = letters.len();
        while n_words < 1 << 31 {
            let shorter = counts[counts.len() - 1];
            let mut row = [0; ORDER];
            for (element, count) in elements.iter().zip(shorter) {
                for &letter in &letters {
                    row[element.then(letter).index()] += count;
                }
            }
            counts.push(row);
            n_words *= letters.len();
        }
        Self { variant, question, alphabet, letters, counts }
    }

    /// The permutations that the tokens stand for, in the order of the alphabet.
    pub fn letters(&self) -> &[Permutation] {
        &self.letters
    }

    /// The product of a word, read left to right; the identity for the empty word.
    ///
    /// # Panics
    /// If a token is not in the alphabet.
    pub fn product(&self, word: &[Token]) -> Permutation {
        indices(word).fold(Permutation::IDENTITY, |product, letter| product.then(self.letters[letter]))
    }

    /// Draws an index with a probability proportional to its weight; none where all weights are 0.
    fn weighted(weights: &[usize], random: &mut Random) -> Option<usize> {
        let sum = weights.iter().sum::<usize>();
        if sum == 0 {
            return None;
        }
        let mut draw = random.below(sum);
        weights.iter().position(|&weight| {
            let here = draw < weight;
            draw = draw.saturating_sub(weight);
            here
        })
    }

    fn weights_of_targets(&self, n: usize, answer: bool) -> Vec<usize> {
        let row = &self.counts[n.min(self.counts.len() - 1)];
        let wanted = |element: Permutation| element.is_even() && (element == Permutation::IDENTITY) == answer;
        Permutation::all().iter().zip(row).map(|(&element, &count)| if wanted(element) { count } else { 0 }).collect()
    }
}

impl Problem for WordProblem {
    fn name(&self) -> &str {
        "word-problem"
    }

    fn variant(&self) -> Option<&str> {
        Some(self.variant)
    }

    fn class(&self) -> &str {
        "NC1-complete"
    }

    fn question(&self) -> &str {
        self.question
    }

    fn sizes(&self) -> Sizes {
        Sizes { unit: "letters", least: 1, default: 64, largest: 10_000_000 }
    }

    fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    fn decide(&self, word: &[Token]) -> bool {
        self.product(word) == Permutation::IDENTITY
    }

    /// A random word with an even product, the identity or not: were odd products allowed, the sign alone would tell
    /// three no-words of four. All letters but the last few are uniform; the last ones are drawn from the words that
    /// complete the product, each of them equally likely.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let elements = Permutation::all();
        let Some(target) = Self::weighted(&self.weights_of_targets(n, answer), random) else {
            let exists = |&m: &usize| self.weights_of_targets(m, answer).iter().any(|&weight| weight > 0);
            let product = if answer { "the identity as product" } else { "an even product other than the identity" };
            let next = (n + 1..).find(exists).unwrap_or(n);
            let reason = format!(
                "no word of {n} letters over `{}` has {product}; the next length with one is {next}",
                self.variant
            );
            return Err(NoInstance { reason });
        };
        let n_free = n.saturating_sub(self.counts.len() - 1);
        let mut word = Word::with_capacity(n);
        let mut product = Permutation::IDENTITY;
        for place in 0..n {
            let token = if place < n_free {
                random.below(self.letters.len())
            } else {
                let completions = &self.counts[n - place - 1];
                let weight =
                    |&letter: &Permutation| completions[product.then(letter).inverse().then(elements[target]).index()];
                let weights: Vec<usize> = self.letters.iter().map(weight).collect();
                Self::weighted(&weights, random).expect("the target was chosen among the products that can be reached")
            };
            product = product.then(self.letters[token]);
            word.push(token_of(token));
        }
        Ok(Sample { word, family: "even-product".to_owned() })
    }

    /// One letter again and again, and the same with its inverse last, where that is a letter.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() || n > longest {
            return Vec::new();
        }
        let inverse_of = |letter: Permutation| self.letters.iter().position(|other| *other == letter.inverse());
        let tokens = (0..).zip(&self.letters);
        let words = tokens.flat_map(|(token, letter): (usize, _)| {
            [Some(token), inverse_of(*letter)]
                .into_iter()
                .flatten()
                .map(move |last| word_of(std::iter::repeat_n(token, n - 1).chain([last])))
        });
        words.take(24).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words_of_length;
    use proptest::prelude::*;

    fn both() -> [&'static WordProblem; 2] {
        [all_elements(), generators()]
    }

    /// The image of one point, letter after letter: no product is ever formed.
    fn walks_home(problem: &WordProblem, word: &[Token]) -> bool {
        (0..5).all(|start| {
            let end = word.iter().fold(start, |point, &token| {
                let text = problem.alphabet().text(token).as_bytes();
                usize::from(text[point] - b'1')
            });
            end == start
        })
    }

    #[test]
    fn permutations_are_listed_in_order_and_form_a_group() {
        let all = Permutation::all();
        assert_eq!(all.len(), ORDER);
        assert!(all.is_sorted() && all.iter().all_unique());
        assert_eq!(all.iter().filter(|element| element.is_even()).count(), 60);
        let mut other_order = 0;
        for (i, &a) in all.iter().enumerate() {
            assert_eq!(a.index(), i);
            assert_eq!(Permutation::new(a.0), Some(a));
            assert_eq!(a.then(a.inverse()), Permutation::IDENTITY);
            for &b in &all {
                assert!((0..5).all(|point| a.then(b).image(point) == b.image(a.image(point))));
                assert_eq!(a.then(b).is_even(), a.is_even() == b.is_even());
                other_order += usize::from(a.then(b) != b.then(a));
            }
        }
        assert_eq!(other_order, 13_560);
    }

    #[test]
    fn the_alphabets_are_written_by_images() {
        let all = all_elements().alphabet();
        assert_eq!((all.len(), all.text(0), all.text(1), all.text(119)), (120, "12345", "12354", "54321"));
        assert_eq!(generators().alphabet().tokens(), ["23451", "21345"]);
    }

    #[test]
    fn every_short_word_is_decided_as_by_walking_each_point() {
        for (problem, longest) in both().into_iter().zip([3, 14]) {
            let mut answers = [0; 2];
            for length in 0..=longest {
                for word in words_of_length(problem.letters().len(), length) {
                    let answer = problem.decide(&word);
                    assert_eq!(answer, walks_home(problem, &word));
                    answers[usize::from(answer)] += 1;
                }
            }
            assert!(answers[0] > 0 && answers[1] > 0);
        }
    }

    #[test]
    fn the_table_counts_words() {
        for (problem, longest) in both().into_iter().zip([2, 12]) {
            for length in 0..=longest {
                let mut row = [0; ORDER];
                words_of_length(problem.letters().len(), length)
                    .for_each(|word| row[problem.product(&word).index()] += 1);
                assert_eq!(problem.counts[length], row);
            }
            let last = problem.counts[problem.counts.len() - 1];
            assert!(last.iter().all(|&count| count > 0));
            assert!(last.iter().max().unwrap() < &(2 * last.iter().min().unwrap()));
        }
    }

    #[test]
    fn samples_have_the_asked_length_and_an_even_product_and_only_two_lengths_lack_an_answer() {
        for problem in both() {
            for n in 1..=80 {
                for (answer, index) in [false, true].into_iter().cartesian_product(0..10) {
                    let Ok(sample) = problem.sample(n, answer, &mut Random::new(4, index)) else {
                        assert!(problem.variant == "generators" && answer && [1, 3].contains(&n), "{n} {answer}");
                        continue;
                    };
                    assert_eq!(sample.word.len(), n);
                    assert!(problem.product(&sample.word).is_even());
                }
            }
        }
    }

    #[test]
    fn a_length_without_an_instance_is_refused_with_the_next_one() {
        for (n, next) in [(1, 2), (3, 4)] {
            let refusal = generators().sample(n, true, &mut Random::new(0, 0)).unwrap_err();
            let expected = format!(
                "no word of {n} letters over `generators` has the identity as product; the next length with one is {next}"
            );
            assert_eq!(refusal.to_string(), expected);
        }
        assert!(generators().sample(0, true, &mut Random::new(0, 0)).is_err());
    }

    #[test]
    fn no_words_reach_every_even_element_and_letters_do_not_tell_the_answer() {
        for problem in both() {
            let mut seen = std::collections::BTreeSet::new();
            // Per answer: how often the last letter, and every letter, is the first one of the alphabet's upper half.
            let mut ends = [0; 2];
            let mut upper = [0; 2];
            for answer in [false, true] {
                for index in 0..2000 {
                    let word = problem.sample(64, answer, &mut Random::new(5, index)).unwrap().word;
                    let half = problem.letters().len() / 2;
                    let is_upper = |token: &Token| usize::from(*token) >= half;
                    ends[usize::from(answer)] += usize::from(word.last().is_some_and(is_upper));
                    upper[usize::from(answer)] += word.iter().filter(|token| is_upper(token)).count();
                    if !answer {
                        seen.insert(problem.product(&word));
                    }
                }
            }
            assert_eq!(seen.len(), 59);
            // 2000 fair coins have a standard deviation of 22; five of them are 110.
            assert!(ends.iter().all(|count| (890..=1110).contains(count)), "{ends:?}");
            // 128,000 fair coins: 179; five are 895.
            assert!(upper.iter().all(|count| (63_105..=64_895).contains(count)), "{upper:?}");
        }
    }

    proptest! {
        #[test]
        fn a_word_followed_by_its_inverse_is_a_yes_word(word in proptest::collection::vec(0..120u8, 0..200)) {
            let problem = all_elements();
            let inverse = indices(&word).rev().map(|letter| problem.letters()[letter].inverse());
            let back = inverse.map(|element| token_of(element.index()));
            let whole: Word = word.iter().copied().chain(back).collect();
            prop_assert!(problem.decide(&whole));
            let text = problem.alphabet().format(&whole);
            prop_assert_eq!(problem.alphabet().parse(&text), Ok(whole));
        }
    }
}
