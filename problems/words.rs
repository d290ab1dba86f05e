//! Words: all words up to a length, and the passage between tokens and indices.

use crate::Token;
use crate::Word;

/// The token with this index.
///
/// A cast would wrap around in silence; this is the one way from an index to a token.
///
/// # Panics
/// If the index is 256 or more: no alphabet has so many tokens.
pub fn token_of(index: usize) -> Token {
    Token::try_from(index).expect("an alphabet has at most 256 tokens")
}

/// The word of these indices.
///
/// ```
/// let word = problems::word_of([2, 0, 1]);
/// assert_eq!(problems::indices(&word).collect::<Vec<_>>(), [2, 0, 1]);
/// ```
///
/// # Panics
/// As [`token_of`].
pub fn word_of(indices: impl IntoIterator<Item = usize>) -> Word {
    indices.into_iter().map(token_of).collect()
}

/// The tokens of a word as indices, with which tables are read: the steps of a network or a machine.
pub fn indices(word: &[Token]) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator + Clone {
    word.iter().map(|&token| usize::from(token))
}

/// Every word of one length, in the order of its tokens.
///
/// ```
/// let words: Vec<_> = problems::words_of_length(2, 2).collect();
/// assert_eq!(words, [[0, 0], [0, 1], [1, 0], [1, 1]]);
/// assert_eq!(problems::words_of_length(5, 0).count(), 1);
/// ```
pub fn words_of_length(n_tokens: usize, length: usize) -> impl Iterator<Item = Word> {
    let mut next = Some(vec![0 as Token; length]);
    std::iter::from_fn(move || {
        let word = next.take()?;
        let mut successor = word.clone();
        for place in (0..length).rev() {
            if usize::from(successor[place]) + 1 < n_tokens {
                successor[place] += 1;
                next = Some(successor);
                break;
            }
            successor[place] = 0;
        }
        Some(word)
    })
}

/// The largest length `L` such that there are at most `budget` words of length 1 to `L`, that is token steps when
/// every word is one step from its prefix.
///
/// ```
/// assert_eq!(problems::longest_within(12, 100_000), 4);
/// assert_eq!(problems::longest_within(1, 7), 7);
/// ```
pub fn longest_within(n_tokens: usize, budget: usize) -> usize {
    let mut length = 0;
    let mut words = 1usize;
    let mut left = budget;
    loop {
        words = words.saturating_mul(n_tokens);
        if words > left {
            return length;
        }
        left -= words;
        length += 1;
    }
}
