//! Whether a file of `generated/` is data and nothing else: no axiom, no proof, no name of another file put in the shade.

/// The sentences that may stand before the definitions, apart from imports of our theories.
const PREAMBLE: [&str; 9] = [
    "From Coq Require Import List",
    "From Coq Require Import NArith",
    "From Coq Require Import QArith",
    "From Coq Require Import String",
    "From Coq Require Import ZArith",
    "Import ListNotations",
    "Local Open Scope Q_scope",
    "Local Open Scope list_scope",
    "Local Open Scope nat_scope",
];

/// What an import of one of our theories begins with.
const OWN: &str = "From Reduce Require Import ";

/// The constants that a kind of file may define, each with its type; a number follows where the name ends in `_`.
const DEFINED: [(&str, &[(&str, &str)]); 4] = [
    ("Network.v", &[("network", "network")]),
    (
        "Machine.v",
        &[
            ("machine", "machine"),
            ("machine_tokens", "list string"),
            ("mode_names", "list string"),
            ("register_names", "list string"),
        ],
    ),
    ("Automaton.v", &[("automaton", "automaton")]),
    ("Templates.v", &[("certificate", "certificate"), ("block_", "template"), ("place_", "place")]),
];

/// The words of data: constructors and fields of our records, and the scopes of numbers and texts.
const WORDS: [&str; 73] = [
    "Add",
    "Arc",
    "Clear",
    "Copy",
    "Empty",
    "Integer",
    "Linear",
    "N",
    "Natural",
    "NonEmpty",
    "NonZero",
    "None",
    "NotTop",
    "Pop",
    "Push",
    "Pushdown",
    "Relu",
    "Replace",
    "Row",
    "Rule",
    "Some",
    "Top",
    "Zero",
    "accepting",
    "arcs",
    "basis",
    "bound",
    "current",
    "delta_net",
    "embedding",
    "ends_block",
    "factor",
    "false",
    "feed_forward",
    "final",
    "final_weights",
    "first_name",
    "gates",
    "heads",
    "heads_are",
    "held",
    "initial",
    "initial_weights",
    "keys",
    "kinds",
    "known",
    "layers",
    "learns",
    "letters",
    "loop",
    "meaning",
    "moved",
    "moves",
    "n_modes",
    "n_symbols",
    "nat",
    "on_empty",
    "places",
    "positive",
    "previous",
    "readout",
    "recurrent_map",
    "rules",
    "rwkv7",
    "source",
    "start",
    "string",
    "templates",
    "tokens",
    "transitions",
    "true",
    "values",
    "weights",
];

/// Checks that a file holds nothing but data of its kind.
///
/// # Errors
/// What was expected, and the sentence that is something else.
pub(super) fn check(path: &str, text: &str) -> Result<(), String> {
    let defined = DEFINED.iter().find(|(ending, _)| path.ends_with(ending));
    let Some((_, names)) = defined else {
        let endings: Vec<&str> = DEFINED.iter().map(|(ending, _)| *ending).collect();
        return Err(format!("expected a file of data, which ends in one of {}", endings.join(", ")));
    };
    for sentence in sentences(text)? {
        let shown = crate::report::shortened(&sentence.join(" "));
        let is_data = match sentence.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["Definition", name, ":", rest @ ..] => is_definition(name, rest, names),
            words => is_preamble(&words.join(" ")),
        };
        if !is_data {
            return Err(format!("expected data only, got `{shown}`"));
        }
    }
    Ok(())
}

fn is_preamble(sentence: &str) -> bool {
    let is_theory = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric());
    PREAMBLE.contains(&sentence) || sentence.strip_prefix(OWN).is_some_and(is_theory)
}

/// Whether this is the definition of one of these names by data; the type and `:=` come before the data.
fn is_definition(name: &str, rest: &[&str], names: &[(&str, &str)]) -> bool {
    let Some(begins) = rest.iter().position(|word| *word == ":=") else { return false };
    let (of_type, data) = (rest[..begins].join(" "), &rest[begins + 1..]);
    let is_numbered = |stem: &str| {
        let number = name.strip_prefix(stem).filter(|_| stem.ends_with('_'));
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_known = names.iter().any(|(known, of)| (*known == name || is_numbered(known)) && *of == of_type);
    is_known && data.iter().all(|word| is_datum(word))
}

fn is_datum(word: &str) -> bool {
    let first = word.as_bytes().first().copied().unwrap_or_default();
    match first {
        b'"' => true,
        b'0'..=b'9' => word.bytes().all(|b| b.is_ascii_digit()),
        _ if first.is_ascii_alphabetic() => {
            let stem = word.trim_end_matches(|c: char| c.is_ascii_digit());
            WORDS.contains(&word) || (["block_", "place_"].contains(&stem) && stem.len() < word.len())
        }
        _ => ["(", ")", "[", "]", "{|", "|}", ";", ",", "-", "#", "%", ":="].contains(&word),
    }
}

/// The sentences of a text, each as its words, without comments and full stops.
fn sentences(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut sentences = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_whitespace() {
            first.len_utf8()
        } else if rest.starts_with("(*") {
            // A comment ends at its first end: one within another is refused.
            let end = rest.find("*)").ok_or("expected the end of a comment, got none")?;
            if rest[2..end].contains("(*") || rest[2..end].contains('"') {
                return Err("expected comments without another comment or a text in them".to_owned());
            }
            end + 2
        } else if first == '"' {
            let length = text_length(rest).ok_or("expected the end of a text, got none")?;
            words.push(rest[..length].to_owned());
            length
        } else if first == '.' {
            sentences.push(std::mem::take(&mut words));
            1
        } else {
            let length = word_length(rest);
            words.push(rest[..length].to_owned());
            length
        };
        rest = &rest[length..];
    }
    if words.is_empty() { Ok(sentences) } else { Err(format!("expected a full stop after `{}`", words.join(" "))) }
}

/// The length of the text with which this begins, with its quotation marks; a mark that is doubled is part of the text.
fn text_length(text: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text[at..].find('"')? + 1;
        if !text[at..].starts_with('"') {
            return Some(at);
        }
        at += 1;
    }
}

fn word_length(text: &str) -> usize {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '\'';
    let letters = text.find(|c: char| !is_letter(c)).unwrap_or(text.len());
    match letters {
        0 => ["{|", "|}", ":="]
            .iter()
            .find(|sign| text.starts_with(**sign))
            .map_or_else(|| text.chars().next().map_or(1, char::len_utf8), |sign| sign.len()),
        letters => letters,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Subject;
    use super::super::files;
    use super::*;
    use reductions::Reduction;

    #[test]
    fn whatever_is_printed_is_data() {
        let dyck = reductions::DyckRelu::shared();
        let machine = Subject::Machine(dyck.machine().unwrap());
        let claims = reductions::all().into_iter().map(|claim| (Subject::Claim(claim), claim.network()));
        for (subject, network) in claims.chain([(machine, dyck.network())]) {
            let generated = files(subject, network).unwrap();
            let generated: Vec<_> = generated.iter().filter(|file| file.path.starts_with("generated/")).collect();
            assert!(!generated.is_empty());
            for file in generated {
                assert_eq!(check(&file.path, &file.text), Ok(()), "{}", file.path);
            }
        }
    }

    #[test]
    fn whatever_is_no_data_is_refused() {
        let header = "From Coq Require Import List.\nFrom Reduce Require Import Semantics.\n";
        let of = |text: &str| check("generated/XNetwork.v", &format!("{header}{text}"));
        assert_eq!(of("(* a. b *) Definition network : network := {| tokens := [\"a. \"\"b\"\"\"%string] |}."), Ok(()));
        for text in [
            "Axiom network : network.",
            "Definition yes : network := {| tokens := [] |}.",
            "Definition network : network := fun x => x.",
            "Definition network : Prop := {| tokens := [] |}.",
            "Definition network := {| tokens := [] |}.",
            "Definition network : network := {| tokens := alphabet |}.",
            "Definition network : network := ltac:(exact x).",
            "Definition automaton : automaton := {| letters := [] |}.",
            "Redirect \"x\" Print nat.",
            "Notation yes := True.",
            "Set Universe Checking.",
            "From Evil Require Import X.",
            "From Reduce Require Import Semantics Machine.",
            "Definition network : network := {| tokens := [] |}",
            "(* (* *) *)",
            "Definition network : network := {| tokens := [\"a] |}.",
        ] {
            assert!(of(text).is_err(), "{text}");
        }
        assert!(check("generated/Other.v", header).is_err());
    }
}
