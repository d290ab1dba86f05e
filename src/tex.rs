//! Text as TeX: one function writes every character so that it is printed as it is. It knows nothing of what is printed.

pub mod tree;

use itertools::Itertools;

/// A text, of which TeX prints every character as it is, in any encoding of fonts. What is not in ASCII is written as its
/// number, a control character as a space.
pub fn escaped(text: &str) -> String {
    text.chars().map(as_text).collect()
}

/// The same in letters of one width, in lines that may be broken after every character that is no letter and no digit, and
/// before a capital letter within a name.
pub fn code(text: &str) -> String {
    let mut tex = String::new();
    let mut is_after_small = false;
    for character in text.chars() {
        if is_after_small && character.is_ascii_uppercase() {
            tex.push_str("\\allowbreak{}");
        }
        tex.push_str(&as_code(character));
        is_after_small = character.is_ascii_lowercase() || character.is_ascii_digit();
    }
    format!("\\reducecode{{{tex}}}")
}

/// A sentence in which what stands between two backticks is code.
pub fn prose(text: &str) -> String {
    let pieces = text.split('`').collect_vec();
    // A backtick without its partner is one.
    let n_closed = if pieces.len() % 2 == 1 { pieces.len() } else { pieces.len() - 1 };
    let mut prose = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        prose.push_str(&match i {
            _ if i >= n_closed => escaped(&format!("`{piece}")),
            _ if i % 2 == 1 => code(piece),
            _ => escaped(piece),
        });
    }
    prose
}

/// A digest in hexadecimal, whose lines may be broken after every eight digits.
pub fn digest(digits: &str) -> String {
    let groups = digits.chars().chunks(8);
    let groups = groups.into_iter().map(|mut group| group.join("")).join("\\allowbreak ");
    format!("\\reducecode{{{groups}}}")
}

fn as_text(character: char) -> String {
    match character {
        '\\' => "\\textbackslash{}".to_owned(),
        '~' => "\\textasciitilde{}".to_owned(),
        '^' => "\\textasciicircum{}".to_owned(),
        '`' => "\\reducebacktick{}".to_owned(),
        '"' => "\\reducequotes{}".to_owned(),
        '<' => "\\textless{}".to_owned(),
        '>' => "\\textgreater{}".to_owned(),
        '|' => "\\textbar{}".to_owned(),
        // Another font's in some encodings, and a pound in some shapes.
        '$' => "{\\upshape\\char36}".to_owned(),
        '#' | '%' | '&' | '_' | '{' | '}' => format!("\\{character}"),
        // Two of them would become another character.
        '-' | ',' | '\'' => format!("{character}{{}}"),
        _ => as_letter(character),
    }
}

/// Fonts of one width have every character of ASCII at its number, but for the two that are quotes.
fn as_code(character: char) -> String {
    match character {
        '`' => "\\reducebacktick{}\\allowbreak{}".to_owned(),
        '\'' => "\\reducequote{}\\allowbreak{}".to_owned(),
        _ if character.is_ascii_punctuation() => format!("\\char{}\\allowbreak{{}}", u32::from(character)),
        _ => as_letter(character),
    }
}

fn as_letter(character: char) -> String {
    match character {
        _ if character.is_ascii_graphic() => character.to_string(),
        _ if character.is_whitespace() || character.is_control() => " ".to_owned(),
        _ => format!("U+{:04X}", u32::from(character)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The characters with a meaning of their own, and those that become others beside a second one.
    const SPECIAL: &str = "\\~^`'\"<>|#$%&_{}-,";

    #[test]
    fn every_character_of_ascii_is_printed_as_it_is() {
        for byte in 0..128_u8 {
            let character = char::from(byte);
            let tex = escaped(&character.to_string());
            if character.is_ascii_alphanumeric() || (character.is_ascii_graphic() && !SPECIAL.contains(character)) {
                assert_eq!(tex, character.to_string());
            } else if SPECIAL.contains(character) {
                // A command for it, ended, or something that keeps it from its neighbour.
                assert!(tex.len() > 1 && (tex.contains('\\') || tex.ends_with("{}")), "{tex}");
            } else {
                assert_eq!(tex, " ", "{byte}");
            }
            // In code no character but letters and digits is left to TeX.
            let tex = code(&character.to_string());
            let inner = tex.strip_prefix("\\reducecode{").and_then(|rest| rest.strip_suffix('}')).unwrap();
            let is_left = inner == character.to_string();
            assert_eq!(is_left, character.is_ascii_alphanumeric() || character == ' ', "{tex}");
        }
        let all: String = (32..127_u8).map(char::from).collect();
        let each: String = all.chars().map(|character| escaped(&character.to_string())).collect();
        assert_eq!(escaped(&all), each);
        assert_eq!(escaped("a---b,,c"), "a-{}-{}-{}b,{},{}c");
        assert_eq!(escaped("\u{e9}"), "U+00E9");
    }

    #[test]
    fn code_stands_between_backticks_and_ends_its_lines_anywhere() {
        assert_eq!(prose("a `b_c` d"), "a \\reducecode{b\\char95\\allowbreak{}c} d");
        assert_eq!(prose("its ` alone"), "its \\reducebacktick{} alone");
        assert_eq!(prose("`a` `"), "\\reducecode{a} \\reducebacktick{}");
        assert_eq!(prose(""), "");
        assert_eq!(code("OneTwo3Four"), "\\reducecode{One\\allowbreak{}Two3\\allowbreak{}Four}");
        assert_eq!(digest("0123456789abcdef"), "\\reducecode{01234567\\allowbreak 89abcdef}");
    }
}
