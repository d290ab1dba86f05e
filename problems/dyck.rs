//! Balanced brackets of two kinds: a control inside TC0, and the smallest machine with a stack.
//!
//! A word is `balanced $`, as `([])[]$`. `n` counts the pairs.

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use itertools::iproduct;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["(", ")", "[", "]", "$"]));

const END: Token = 4;

/// An opening token and its closing token, one pair per kind.
const KINDS: [(Token, Token); 2] = [(0, 1), (2, 3)];

/// Is the word before the final `$` balanced?
///
/// ```
/// use problems::Problem;
/// use problems::dyck::Dyck;
/// let word = |text| Dyck.alphabet().parse(text).unwrap();
/// assert!(Dyck.decide(&word("([])$")));
/// assert!(!Dyck.decide(&word("([)]$")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dyck;

impl Problem for Dyck {
    fn name(&self) -> &str {
        "dyck-2"
    }

    fn class(&self) -> &str {
        "in TC0"
    }

    fn question(&self) -> &str {
        "Is the word a balanced string of two kinds of brackets, closed by `$`?"
    }

    fn sizes(&self) -> Sizes {
        Sizes { unit: "pairs", least: 1, default: 64, largest: 10_000_000 }
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        let Some((&END, brackets)) = word.split_last() else {
            return false;
        };
        let mut expected = Vec::new();
        for &token in brackets {
            if let Some((_, close)) = KINDS.iter().find(|(open, _)| *open == token) {
                expected.push(*close);
            } else if expected.pop() != Some(token) {
                // A wrong closing bracket, or a `$` before the end: `$` is never expected.
                return false;
            }
        }
        expected.is_empty()
    }

    /// Yes: brackets that open three times as often as they close, so that the depth grows to about two thirds of the
    /// pairs. No: such a word with the kinds of two closing brackets exchanged, so that every bracket still occurs as
    /// often as its partner, and (where the word has the choice) deep inside and not directly after its opening
    /// bracket, so that no two neighbouring letters give the answer away.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let (mut word, pairs) = deep(n, random);
        if !answer {
            cross(&mut word, &pairs, random);
        }
        word.push(END);
        Ok(Sample { word, family: "deep-nesting".to_owned() })
    }

    /// Brackets nested as deeply as there are pairs, the outermost and the others each of one kind, and the same closed
    /// by the other kind outermost.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() || 2 * n + 1 > longest {
            return Vec::new();
        }
        let word = |(outer, inner, closing): (usize, usize, usize)| {
            let mut word = vec![KINDS[outer].0];
            word.resize(n, KINDS[inner].0);
            word.resize(2 * n - 1, KINDS[inner].1);
            word.extend([KINDS[closing].1, END]);
            word
        };
        iproduct!(0..2, 0..2, 0..2).map(word).collect()
    }
}

/// A pair of brackets in a word: the two places, the depth and the kind.
struct Pair {
    open: usize,
    close: usize,
    depth: usize,
    kind: usize,
}

fn deep(n_pairs: usize, random: &mut Random) -> (Word, Vec<Pair>) {
    let mut word = Word::with_capacity(2 * n_pairs + 1);
    let mut pairs: Vec<Pair> = Vec::with_capacity(n_pairs);
    let mut unclosed = Vec::new();
    while word.len() < 2 * n_pairs {
        let place = word.len();
        if unclosed.is_empty() || (pairs.len() < n_pairs && random.below(4) < 3) {
            let kind = random.below(2);
            unclosed.push(pairs.len());
            pairs.push(Pair { open: place, close: 0, depth: unclosed.len(), kind });
            word.push(KINDS[kind].0);
        } else if let Some(newest) = unclosed.pop() {
            pairs[newest].close = place;
            word.push(KINDS[pairs[newest].kind].1);
        }
    }
    (word, pairs)
}

/// Makes a balanced word unbalanced.
fn cross(word: &mut Word, pairs: &[Pair], random: &mut Random) {
    let far_apart = |pair: &&Pair| pair.close > pair.open + 1;
    let deepest = pairs.iter().filter(far_apart).map(|pair| pair.depth).max().unwrap_or(0);
    // From the strictest wish to none; the second list is empty where all closing brackets are of one kind.
    let wishes: [&dyn Fn(&&Pair) -> bool; 3] =
        [&|pair| far_apart(pair) && 2 * pair.depth >= deepest, &far_apart, &|_| true];
    for wish in wishes {
        let of_kind = |kind| pairs.iter().filter(|pair| wish(pair) && pair.kind == kind).collect::<Vec<_>>();
        let [round, square] = [of_kind(0), of_kind(1)];
        if !round.is_empty() && !square.is_empty() {
            word.swap(random.pick(&round).close, random.pick(&square).close);
            return;
        }
    }
    let pair = random.pick(pairs);
    word[pair.close] = KINDS[1 - pair.kind].1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words_of_length;

    /// Deletes `()` and `[]` until nothing changes.
    fn shrinks_to_nothing(word: &[Token]) -> bool {
        let mut text = ALPHABET.format(word);
        if text.pop() != Some('$') {
            return false;
        }
        loop {
            let shorter = text.replace("()", "").replace("[]", "");
            if shorter == text {
                return text.is_empty();
            }
            text = shorter;
        }
    }

    #[test]
    fn every_short_string_is_decided_as_by_deleting_neighbours() {
        let mut accepted = 0;
        for length in 0..=7 {
            for word in words_of_length(5, length) {
                assert_eq!(Dyck.decide(&word), shrinks_to_nothing(&word), "{}", ALPHABET.format(&word));
                accepted += usize::from(Dyck.decide(&word));
            }
        }
        // Catalan(k) * 2^k words of k pairs: 1, 2, 8, 40.
        assert_eq!(accepted, 51);
    }

    #[test]
    fn samples_have_the_asked_number_of_pairs() {
        for n in 1..=40 {
            for (answer, index) in iproduct!([false, true], 0..20) {
                assert_eq!(Dyck.sample(n, answer, &mut Random::new(1, index)).unwrap().word.len(), 2 * n + 1);
            }
        }
    }

    #[test]
    fn neither_counting_nor_neighbours_tell_a_no_word() {
        for index in 0..200 {
            let text = ALPHABET.format(&Dyck.sample(64, false, &mut Random::new(2, index)).unwrap().word);
            let count = |bracket| text.matches(bracket).count();
            assert_eq!((count('('), count('[')), (count(')'), count(']')), "{text}");
            assert!(!text.contains("(]") && !text.contains("[)"), "{text}");
        }
    }

    #[test]
    fn words_are_deep() {
        for index in 0..50 {
            let (_, pairs) = deep(64, &mut Random::new(3, index));
            let depth = pairs.iter().map(|pair| pair.depth).max().unwrap();
            assert!(depth >= 24, "depth {depth}");
        }
    }
}
