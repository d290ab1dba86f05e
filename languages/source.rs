//! The one grammar in which a language is said.

use crate::LanguageError;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a language comes from, as a user says it.
///
/// ```
/// use languages::Source;
/// assert_eq!("regex:(ab)*".parse(), Ok(Source::Regex("(ab)*".to_owned())));
/// assert_eq!("dyck-2".parse(), Ok(Source::Problem("dyck-2".to_owned())));
/// assert!("regexp:(ab)*".parse::<Source>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// `NAME`: a problem of ours.
    Problem(String),
    /// `regex:EXPRESSION`.
    Regex(String),
    /// `dfa:FILE`: an acceptor in the text form of AT&T and OpenFst.
    Dfa(PathBuf),
    /// `words:FILE`: one JSON object a line, with `word` and `answer`.
    Words(PathBuf),
    /// `command:PROGRAM [ARGUMENT ...]`: a program that reads a word a line and prints `0` or `1` a line.
    Command(String),
}

/// The five ways, as a message lists them.
const WAYS: &str = "the name of a problem, regex:EXPRESSION, dfa:FILE, words:FILE or command:PROGRAM";

impl FromStr for Source {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let Some((way, rest)) = text.split_once(':') else {
            let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if text.is_empty() || !is_name(text) {
                return Err(LanguageError::new(format!("expected {WAYS}, got `{text}`")));
            }
            return Ok(Self::Problem(text.to_owned()));
        };
        let needs = |what: &str| match rest.trim().is_empty() {
            true => Err(LanguageError::new(format!("expected {what} after `{way}:`, got nothing"))),
            false => Ok(()),
        };
        match way {
            // The empty expression is the language of the empty word.
            "regex" => Ok(Self::Regex(rest.to_owned())),
            "dfa" => needs("a file").map(|()| Self::Dfa(rest.into())),
            "words" => needs("a file").map(|()| Self::Words(rest.into())),
            "command" => needs("a program").map(|()| Self::Command(rest.to_owned())),
            _ => Err(LanguageError::new(format!("expected {WAYS}, got `{text}`"))),
        }
    }
}

/// As it was said.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(name) => f.write_str(name),
            Self::Regex(expression) => write!(f, "regex:{expression}"),
            Self::Dfa(file) => write!(f, "dfa:{}", file.display()),
            Self::Words(file) => write!(f, "words:{}", file.display()),
            Self::Command(program) => write!(f, "command:{program}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_reads_back_and_every_other_is_refused_with_the_list() {
        for text in ["word-problem", "regex:", "regex:a:b", "dfa:a.txt", "words:-", "command:python3 is_even.py"] {
            assert_eq!(text.parse::<Source>().unwrap().to_string(), text);
        }
        for text in ["", "nfa:a.txt", "two words", "C:\\words", "Regex:a"] {
            let error = text.parse::<Source>().unwrap_err().to_string();
            assert!(error.contains("regex:EXPRESSION") && error.contains(&format!("got `{text}`")), "{error}");
        }
        for (text, what) in [("dfa:", "a file"), ("words: ", "a file"), ("command:", "a program")] {
            assert!(text.parse::<Source>().unwrap_err().to_string().contains(what));
        }
    }
}
