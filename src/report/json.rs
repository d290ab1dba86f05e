//! JSON for people: one entry a line where a whole value on one line would be too long.

use serde_json::Value;

/// JSON in which a list of plain values stays on one line, and everything else has one line per entry, so that a place
/// in a network file is a line.
pub(crate) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value, 0);
    text
}

fn write(text: &mut String, value: &Value, depth: usize) {
    let is_plain = |value: &Value| !value.is_array() && !value.is_object();
    match value {
        Value::Array(items) if !items.is_empty() && !items.iter().all(is_plain) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                text.push_str(if i > 0 { ",\n" } else { "\n" });
                indent(text, depth + 1);
                write(text, item, depth + 1);
            }
            text.push('\n');
            indent(text, depth);
            text.push(']');
        }
        Value::Object(fields) if !fields.is_empty() => {
            text.push('{');
            for (i, (key, value)) in fields.iter().enumerate() {
                text.push_str(if i > 0 { ",\n" } else { "\n" });
                indent(text, depth + 1);
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push_str(": ");
                write(text, value, depth + 1);
            }
            text.push('\n');
            indent(text, depth);
            text.push('}');
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(Value::to_string).collect();
            text.push_str(&format!("[{}]", items.join(", ")));
        }
        plain => text.push_str(&plain.to_string()),
    }
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

/// The line, from 1, of the place with which a message begins: `layers[1].weights[3]: expected ...`. None where the
/// message begins with no place, or the text has none of that name.
pub(crate) fn line_of(text: &str, message: &str) -> Option<usize> {
    let (place, _) = message.split_once(": ")?;
    let mut scanner = Scanner { text: text.as_bytes(), at: 0 };
    for step in place.replace('[', ".[").split('.') {
        match step.strip_prefix('[').and_then(|index| index.strip_suffix(']')) {
            Some(index) => scanner.enter_list(index.parse().ok()?)?,
            None => scanner.enter_field(step)?,
        }
    }
    scanner.skip_space();
    Some(1 + text.as_bytes()[..scanner.at].iter().filter(|byte| **byte == b'\n').count())
}

/// A place in a text that is known to be JSON.
struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.skip_space();
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn enter_field(&mut self, name: &str) -> Option<()> {
        self.expect(b'{')?;
        loop {
            self.skip_space();
            let from = self.at;
            self.skip_value()?;
            let key: String = serde_json::from_slice(&self.text[from..self.at]).ok()?;
            self.expect(b':')?;
            if key == name {
                return Some(());
            }
            self.skip_value()?;
            self.expect(b',')?;
        }
    }

    fn enter_list(&mut self, index: usize) -> Option<()> {
        self.expect(b'[')?;
        for _ in 0..index {
            self.skip_value()?;
            self.expect(b',')?;
        }
        Some(())
    }

    fn skip_value(&mut self) -> Option<()> {
        self.skip_space();
        let mut values = serde_json::Deserializer::from_slice(&self.text[self.at..]).into_iter::<Value>();
        values.next()?.ok()?;
        self.at += values.byte_offset();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_for_people_is_read_back() {
        let value = json!({"a": [1, 2], "b": [[0, 1, "1/2"], []], "c": {}, "d": {"e": null}, "f": []});
        assert_eq!(serde_json::from_str::<Value>(&pretty(&value)).unwrap(), value);
        assert!(pretty(&value).contains("\n  \"a\": [1, 2],\n"));
    }

    #[test]
    fn the_line_of_a_place_is_found() {
        let text = "{\n \"a\": [1, [2],\n  {\"b\": 3,\n   \"c\": 4}]\n}";
        assert_eq!(line_of(text, "a: expected"), Some(2));
        assert_eq!(line_of(text, "a[1][0]: expected"), Some(2));
        assert_eq!(line_of(text, "a[2].b: expected"), Some(3));
        assert_eq!(line_of(text, "a[2].c: expected"), Some(4));
        assert_eq!(line_of(text, "a[3]: expected"), None);
        assert_eq!(line_of(text, "the network: expected"), None);
        assert_eq!(line_of(text, "no place"), None);
    }
}
