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
