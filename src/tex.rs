//! Text as TeX: one function writes every character so that it is printed as it is. It knows nothing of what is printed.

pub mod tree;

use itertools::Itertools;

/// A text, of which TeX prints every character as it is. Wants the encoding T1 and the package `textcomp`. What is not in
/// ASCII is written as its number, a control character as a space.
pub fn escaped(text: &str) -> String {
    written(text, "")
}

/// The same in letters of one width, in lines that may be broken after every character that is no letter and no digit.
pub fn code(text: &str) -> String {
    format!("\\reducecode{{{}}}", written(text, "\\allowbreak{}"))
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

/// Each character, and after one that is neither letter nor digit what lets a line end there.
fn written(text: &str, breaks: &str) -> String {
    let mut tex = String::new();
    for character in text.chars() {
        match character {
            '\\' => tex.push_str("\\textbackslash{}"),
            '~' => tex.push_str("\\textasciitilde{}"),
            '^' => tex.push_str("\\textasciicircum{}"),
            '`' => tex.push_str("\\textasciigrave{}"),
            '\'' => tex.push_str("\\textquotesingle{}"),
            '"' => tex.push_str("\\textquotedbl{}"),
            '<' => tex.push_str("\\textless{}"),
            '>' => tex.push_str("\\textgreater{}"),
            '|' => tex.push_str("\\textbar{}"),
            '#' | '$' | '%' | '&' | '_' | '{' | '}' => tex.extend(['\\', character]),
            // Two of them would become another character.
            '-' | ',' => tex.extend([character, '{', '}']),
            _ if character.is_ascii_graphic() => tex.push(character),
            _ if character.is_whitespace() || character.is_control() => tex.push(' '),
            _ => tex.push_str(&format!("U+{:04X}", u32::from(character))),
        }
        if !character.is_alphanumeric() && character != ' ' {
            tex.push_str(breaks);
        }
    }
    tex
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
                assert!(tex.len() > 1 && (tex.starts_with('\\') || tex.ends_with("{}")), "{tex}");
            } else {
                assert_eq!(tex, " ", "{byte}");
            }
        }
        let all: String = (32..127_u8).map(char::from).collect();
        let each: String = all.chars().map(|character| escaped(&character.to_string())).collect();
        assert_eq!(escaped(&all), each);
        assert_eq!(escaped("a---b,,c"), "a-{}-{}-{}b,{},{}c");
        assert_eq!(escaped("é"), "U+00E9");
    }

    #[test]
    fn code_stands_between_backticks_and_ends_its_lines_anywhere() {
        assert_eq!(prose("a `b_c` d"), "a \\reducecode{b\\_\\allowbreak{}c} d");
        assert_eq!(prose("it's ` alone"), "it\\textquotesingle{}s \\textasciigrave{} alone");
        assert_eq!(prose("`a` `"), "\\reducecode{a} \\textasciigrave{}");
        assert_eq!(prose(""), "");
        assert_eq!(digest("0123456789abcdef"), "\\reducecode{01234567\\allowbreak 89abcdef}");
    }
}
