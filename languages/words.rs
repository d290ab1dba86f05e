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
        // The place that the error adds is one in this line, whose number the reader of the file knows.
        let (text, column) = (error.to_string(), error.column());
        let reason = text.strip_suffix(&format!(" at line {} column {column}", error.line())).unwrap_or(&text);
        LanguageError::new(format!(
            "expected a JSON object with the fields `word` and `answer`, got text that is none: {reason} (column {column})"
        ))
    })?;
    let (word, answer) = read_object(&value, alphabet)?;
    let answer =
        answer.ok_or_else(|| LanguageError::new("expected a field `answer` that is true or false, got none"))?;
    Ok(AnsweredWord { word, answer })
}

/// The word of a JSON object and the answer that it states, where it does: the fields of [`read_line`], of which `answer`
/// may be left out.
///
/// # Errors
/// [`LanguageError`] without a line, as it knows none.
pub fn read_object(value: &Value, alphabet: &Alphabet) -> Result<(Word, Option<bool>), LanguageError> {
    let word = value.get("word").and_then(Value::as_str);
    let word = word.ok_or_else(|| LanguageError::new("expected a field `word` that is a string"))?;
    let word = alphabet.parse(word).map_err(|error| LanguageError::new(error.to_string()))?;
    let answer = value.get("answer").map(|answer| {
        answer
            .as_bool()
            .ok_or_else(|| LanguageError::new(format!("expected a field `answer` that is true or false, got {answer}")))
    });
    Ok((word, answer.transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_may_be_left_out_of_an_object_and_not_out_of_a_line() {
        let alphabet = Alphabet::new(["a", "b"]);
        let object = |value: Value| read_object(&value, &alphabet).map_err(|error| error.to_string());
        let line = |value: Value| read_line(&value.to_string(), &alphabet).map_err(|error| error.to_string());
        for answer in [false, true] {
            let value = json!({"word": "ba", "answer": answer});
            assert_eq!(object(value.clone()), Ok((vec![1, 0], Some(answer))));
            assert_eq!(line(value), Ok(AnsweredWord { word: vec![1, 0], answer }));
        }
        let broken = read_line("{\"word\": \"a", &alphabet).unwrap_err().to_string();
        assert!(broken.ends_with("got text that is none: EOF while parsing a string (column 11)"), "{broken}");
        let silent = json!({"word": ""});
        assert_eq!(object(silent.clone()), Ok((vec![], None)));
        assert!(line(silent).unwrap_err().ends_with("true or false, got none"));
        for (value, part) in [
            (json!({"word": "a", "answer": 1}), "true or false, got 1"),
            (json!({"word": "a", "answer": null}), "true or false, got null"),
            (json!({"word": 1, "answer": true}), "a field `word` that is a string"),
            (json!({"word": "ac", "answer": true}), "token 2: expected one of a b, got `c`"),
            (json!([]), "a field `word` that is a string"),
        ] {
            assert!(object(value.clone()).unwrap_err().contains(part), "{value}");
            assert!(line(value.clone()).unwrap_err().contains(part), "{value}");
        }
    }
}
