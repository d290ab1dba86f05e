//! Alphabets: how words are written and read.

use crate::Token;
use crate::Word;
use std::fmt;

/// The tokens of a problem, in order, and how its words are written.
///
/// *Written*, neighbours have nothing between them where every token is one character (`01$`), and one space elsewhere
/// (`21345 12345`). *Read*, white space only ever separates, for no token contains any: where every token is one character,
/// each other character is a token; elsewhere a token reaches from white space to white space. It is the alphabet alone that
/// decides between the two, never the text, so that every word of every alphabet reads back: digits, tokens that are the
/// beginning of others, and an alphabet whose only token is `ab`.
///
/// ```
/// let gates = problems::Alphabet::new(["0", "1", "$"]);
/// assert_eq!(gates.parse("01$").unwrap(), [0, 1, 2]);
/// assert_eq!(gates.parse("0 1 $").unwrap(), [0, 1, 2]);
/// let letters = problems::Alphabet::new(["12345", "21345"]);
/// assert_eq!(letters.format(&[1, 0]), "21345 12345");
/// assert_eq!(problems::Alphabet::new(["ab"]).parse("ab ab").unwrap(), [0, 0]);
/// assert_eq!(gates.parse("0?").unwrap_err().to_string(), "token 2: expected one of 0 1 $, got `?`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alphabet {
    tokens: Vec<String>,
    /// What stands between two tokens of a written word: nothing or one space.
    separator: &'static str,
}

/// A word with a token that is not in the alphabet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordError {
    /// The place, counted in tokens from 1.
    pub place: usize,
    /// What stood there.
    pub found: String,
    /// What was expected, as one phrase.
    pub expected: String,
}

impl fmt::Display for WordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {}: expected {}, got `{}`", self.place, self.expected, self.found)
    }
}

impl std::error::Error for WordError {}

impl Alphabet {
    /// An alphabet of at most 256 distinct, non-empty tokens without white space.
    ///
    /// # Panics
    /// If the tokens are not of that kind: an alphabet is part of a problem's definition, never a user's input.
    pub fn new<S: Into<String>>(tokens: impl IntoIterator<Item = S>) -> Self {
        let tokens: Vec<String> = tokens.into_iter().map(Into::into).collect();
        assert!(!tokens.is_empty() && tokens.len() <= 256, "an alphabet has 1 to 256 tokens");
        for (i, token) in tokens.iter().enumerate() {
            assert!(!token.is_empty() && !token.contains(char::is_whitespace), "token `{token}` cannot be written");
            assert!(!tokens[..i].contains(token), "token `{token}` occurs twice");
        }
        let separator = if tokens.iter().all(|token| token.chars().count() == 1) { "" } else { " " };
        Self { tokens, separator }
    }

    /// The number of tokens.
    #[allow(clippy::len_without_is_empty, reason = "an alphabet is never empty")]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The tokens' texts, in order.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The text of one token.
    pub fn text(&self, token: Token) -> &str {
        &self.tokens[usize::from(token)]
    }

    /// The token with this text.
    pub fn token(&self, text: &str) -> Option<Token> {
        let index = self.tokens.iter().position(|token| token == text)?;
        Token::try_from(index).ok()
    }

    /// Writes a word.
    pub fn format(&self, word: &[Token]) -> String {
        let mut text = String::with_capacity(word.len());
        for (i, &token) in word.iter().enumerate() {
            if i > 0 {
                text.push_str(self.separator);
            }
            text.push_str(self.text(token));
        }
        text
    }

    /// Reads a word.
    ///
    /// # Errors
    /// [`WordError`] at the first token that is not in the alphabet.
    pub fn parse(&self, text: &str) -> Result<Word, WordError> {
        let mut word = Word::new();
        for piece in text.split_whitespace() {
            if !self.separator.is_empty() {
                word.push(self.read_token(piece, word.len())?);
                continue;
            }
            let mut buffer = [0; 4];
            for character in piece.chars() {
                word.push(self.read_token(character.encode_utf8(&mut buffer), word.len())?);
            }
        }
        Ok(word)
    }

    /// The token with this text, which stands after so many others.
    fn read_token(&self, text: &str, n_before: usize) -> Result<Token, WordError> {
        let error = || WordError { place: n_before + 1, found: text.to_owned(), expected: self.expectation() };
        self.token(text).ok_or_else(error)
    }

    fn expectation(&self) -> String {
        const SHOWN: usize = 20;
        let shown = self.tokens.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(" ");
        if self.tokens.len() > SHOWN {
            format!("one of the {} tokens {shown} ...", self.tokens.len())
        } else {
            format!("one of {shown}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Alphabets of digits, of tokens that are beginnings of one another, of any characters, and of one token only.
    fn alphabets() -> impl Strategy<Value = Alphabet> {
        let set = |token: &'static str, most: usize| proptest::collection::btree_set(token, 1..=most);
        let sets = prop_oneof![
            set("[0-9]", 10),
            set("[ab]{1,4}", 12),
            set("[0-9-]{1,3}", 40),
            set("[^\\s]", 20),
            set("[^\\s]{1,3}", 20),
            set("[^\\s]{1,5}", 1),
        ];
        sets.prop_map(|tokens: BTreeSet<String>| Alphabet::new(tokens))
    }

    fn alphabets_with_words() -> impl Strategy<Value = (Alphabet, Word)> {
        alphabets().prop_flat_map(|alphabet| {
            let tokens = 0..Token::try_from(alphabet.len()).unwrap();
            (Just(alphabet), proptest::collection::vec(tokens, 0..40))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn every_word_of_every_alphabet_reads_back((alphabet, word) in alphabets_with_words()) {
            let text = alphabet.format(&word);
            prop_assert_eq!(alphabet.parse(&text), Ok(word.clone()), "{:?}: `{}`", alphabet, text);
            // One text, one word: what is read is written as it was.
            prop_assert_eq!(alphabet.format(&alphabet.parse(&text).unwrap()), text);
            // White space only separates.
            let spaced: String = word.iter().map(|token| format!("\t{} \n", alphabet.text(*token))).collect();
            prop_assert_eq!(alphabet.parse(&spaced), Ok(word));
        }

        #[test]
        fn no_text_makes_the_reader_panic_and_what_is_read_is_written_alike(
            alphabet in alphabets(),
            text in "[ab01 \\-$]{0,12}",
        ) {
            match alphabet.parse(&text) {
                Ok(word) => {
                    let pieces = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(alphabet.separator);
                    prop_assert_eq!(alphabet.format(&word), pieces(&text));
                }
                Err(error) => {
                    prop_assert!(alphabet.token(&error.found).is_none());
                    prop_assert!(text.contains(&error.found) && error.place <= text.len());
                }
            }
        }
    }

    #[test]
    fn the_alphabet_decides_and_not_the_text() {
        let [one, two] = [&["a", "b"][..], &["a", "b", "ab"]].map(|tokens| Alphabet::new(tokens.iter().copied()));
        assert_eq!((one.parse("ab"), one.parse("a b")), (Ok(vec![0, 1]), Ok(vec![0, 1])));
        assert_eq!((two.parse("ab"), two.parse("a b")), (Ok(vec![2]), Ok(vec![0, 1])));
        // The longest beginning is no token: nothing is guessed.
        assert_eq!(two.parse("a aab b").unwrap_err().to_string(), "token 2: expected one of a b ab, got `aab`");
        assert_eq!(one.parse("a ?").unwrap_err().place, 2);
    }

    #[test]
    fn tokens_that_cannot_be_told_apart_are_refused() {
        for tokens in [&["a", "a"][..], &[""], &["a b"], &["\u{2003}"], &[]] {
            assert!(std::panic::catch_unwind(|| Alphabet::new(tokens.iter().copied())).is_err(), "{tokens:?}");
        }
    }
}
