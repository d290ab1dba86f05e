//! Alphabets: how words are written and read.

use crate::Token;
use crate::Word;
use std::fmt;

/// The tokens of a problem, in order; a word is written with nothing between tokens where all tokens are one
/// character, else with one space.
///
/// ```
/// let gates = problems::Alphabet::new(["0", "1", "$"]);
/// assert_eq!(gates.parse("01$").unwrap(), [0, 1, 2]);
/// let letters = problems::Alphabet::new(["12345", "21345"]);
/// assert_eq!(letters.format(&[1, 0]), "21345 12345");
/// assert_eq!(gates.parse("0?").unwrap_err().to_string(), "token 2: expected one of 0 1 $, got `?`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alphabet {
    tokens: Vec<String>,
    joined: bool,
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
        let joined = tokens.iter().all(|token| token.chars().count() == 1);
        Self { tokens, joined }
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

    /// What stands between two tokens of a written word: nothing or one space.
    pub fn separator(&self) -> &'static str {
        if self.joined { "" } else { " " }
    }

    /// Writes a word.
    pub fn format(&self, word: &[Token]) -> String {
        let mut text = String::with_capacity(word.len());
        for (i, &token) in word.iter().enumerate() {
            if i > 0 {
                text.push_str(self.separator());
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
        let mut push = |piece: &str| {
            let place = word.len() + 1;
            match self.token(piece) {
                Some(token) => {
                    word.push(token);
                    Ok(())
                }
                None => Err(WordError { place, found: piece.to_owned(), expected: self.expectation() }),
            }
        };
        if self.joined {
            let mut buffer = [0; 4];
            for character in text.chars() {
                push(character.encode_utf8(&mut buffer))?;
            }
        } else {
            for piece in text.split_ascii_whitespace() {
                push(piece)?;
            }
        }
        Ok(word)
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
