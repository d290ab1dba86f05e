//! Words with answers: what data sets are.

use crate::LanguageError;
use problems::Alphabet;
use problems::Word;
use serde_json::Value;

/// A word and whether it is in the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredWord {
    /// The word.
    pub word: Word,
    /// The answer.
    pub answer: bool,
}

/// Reads one line, a JSON object with the fields `word` (text) and `answer` (true or false); other fields are left alone.
///
/// ```
/// let alphabet = problems::Alphabet::new(["a", "b"]);
/// let read = languages::read_answered_word(r#"{"word": "ab", "answer": true, "n": 2}"#, &alphabet).unwrap();
/// assert_eq!((read.word, read.answer), (vec![0, 1], true));
/// ```
///
/// # Errors
/// [`LanguageError`] without a line, as it knows none.
pub fn read_line(line: &str, alphabet: &Alphabet) -> Result<AnsweredWord, LanguageError> {
    let value: Value = serde_json::from_str(line).map_err(|error| {
        LanguageError::new(format!(
            "expected a JSON object with the fields `word` and `answer`, got text that is none: {error}"
        ))
    })?;
    let word = value.get("word").and_then(Value::as_str);
    let word = word.ok_or_else(|| LanguageError::new("expected a field `word` that is a string"))?;
    let word = alphabet.parse(word).map_err(|error| LanguageError::new(error.to_string()))?;
    let answer = value.get("answer").and_then(Value::as_bool);
    let answer = answer.ok_or_else(|| LanguageError::new("expected a field `answer` that is true or false"))?;
    Ok(AnsweredWord { word, answer })
}
