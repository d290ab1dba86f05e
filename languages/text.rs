//! Automata as text: the acceptors of AT&T and OpenFst, read and written, and Graphviz DOT.
//!
//! One transition a line, `source target letter [letter]`, and one line `state` for each accepting state; the source (or
//! state) of the first line is the start state. States are whole numbers. What is not said rejects: a state with no
//! transition on a letter rejects every word that goes on with it.

use crate::Dfa;
use crate::LanguageError;
use problems::Alphabet;
use std::collections::HashMap;
use std::fmt::Write;

/// The most states of an automaton in a file, the dead one aside.
const MOST_STATES: usize = 4_000_000;

/// How many tokens a message lists.
const TOKENS_SHOWN: usize = 20;

/// The automaton as it is collected.
#[derive(Default)]
struct Parts {
    /// The states, by the numbers that the file gives them.
    states: HashMap<u64, u32>,
    /// The target on each letter, and the line that says it.
    transitions: HashMap<(u32, usize), (u32, usize)>,
    accepting: Vec<bool>,
}

impl Parts {
    fn state(&mut self, text: &str, line: usize) -> Result<u32, LanguageError> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(number) = text.parse::<u64>().ok().filter(|_| digits) else {
            return Err(LanguageError::at(line, format!("expected a state, a whole number from 0, got `{text}`")));
        };
        if let Some(state) = self.states.get(&number) {
            return Ok(*state);
        }
        if self.accepting.len() == MOST_STATES {
            let message = format!("expected at most {MOST_STATES} states, got `{text}` as one more");
            return Err(LanguageError::at(line, message));
        }
        let state = u32::try_from(self.accepting.len()).expect("there are fewer states than 2^32");
        self.states.insert(number, state);
        self.accepting.push(false);
        Ok(state)
    }

    fn line(
        &mut self,
        line: usize,
        text: &str,
        letters: &HashMap<&str, usize>,
        tokens: &str,
    ) -> Result<(), LanguageError> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let fault = |message: String| Err(LanguageError::at(line, message));
        match fields[..] {
            [] => {}
            [state] => {
                let state = self.state(state, line)? as usize;
                self.accepting[state] = true;
            }
            [state, weight] => {
                // A line of another kind, a comment perhaps, has no state there.
                self.state(state, line)?;
                return fault(format!(
                    "expected `source target letter` or `state`, got the weight `{weight}`: a language has no weights"
                ));
            }
            [source, target, letter, ref rest @ ..] if rest.len() <= 1 => {
                let (source, target) = (self.state(source, line)?, self.state(target, line)?);
                if let Some(output) = rest.first().filter(|output| **output != letter) {
                    return fault(format!("expected the letter `{letter}` again as output, got `{output}`"));
                }
                let Some(token) = letters.get(letter) else {
                    return fault(format!("expected a letter that is a token, one of {tokens}, got `{letter}`"));
                };
                match self.transitions.insert((source, *token), (target, line)) {
                    Some((other, before)) if other != target => {
                        return fault(format!(
                            "expected one transition from a state on a letter, got a second on `{letter}`; the first is in \
                             line {before}"
                        ));
                    }
                    _ => {}
                }
            }
            _ => {
                return fault(format!(
                    "expected `source target letter [letter]` or `state`, got {} fields",
                    fields.len()
                ));
            }
        }
        Ok(())
    }
}

/// Reads an acceptor over these tokens; one state is added, the dead one, to which all leads that the text does not say.
///
/// ```
/// let alphabet = problems::Alphabet::new(["a", "b"]);
/// let automaton = languages::read_automaton("0 1 a\n1 0 b\n0\n", &alphabet).unwrap();
/// assert!(automaton.accepts([0, 1, 0, 1]) && !automaton.accepts([0, 1, 0]));
/// let fault = languages::read_automaton("0 1 a\n0 0 a\n", &alphabet).unwrap_err();
/// assert_eq!(fault.line, Some(2));
/// ```
///
/// # Errors
/// [`LanguageError`] with the line and what was expected there.
pub fn read(text: &str, alphabet: &Alphabet) -> Result<Dfa, LanguageError> {
    let letters: HashMap<&str, usize> = alphabet.tokens().iter().map(String::as_str).zip(0..).collect();
    let dots = if alphabet.len() > TOKENS_SHOWN { " ..." } else { "" };
    let shown: Vec<&str> = alphabet.tokens().iter().take(TOKENS_SHOWN).map(String::as_str).collect();
    let tokens = format!("{}{dots}", shown.join(" "));
    let mut parts = Parts::default();
    for (index, line) in text.lines().enumerate() {
        parts.line(index + 1, line, &letters, &tokens)?;
    }
    if parts.accepting.is_empty() {
        return Err(LanguageError::new(
            "expected at least one line `source target letter` or `state`, got an empty text",
        ));
    }
    let n = parts.accepting.len();
    let dead = u32::try_from(n).expect("there are fewer states than 2^32");
    let n_tokens = alphabet.len();
    let mut next = vec![dead; (n + 1) * n_tokens];
    for ((source, token), (target, _)) in parts.transitions {
        next[source as usize * n_tokens + token] = target;
    }
    parts.accepting.push(false);
    Ok(Dfa::new(n_tokens, 0, next, parts.accepting))
}

/// Writes an automaton so that [`read`] gives back one of the same language: every transition, then the accepting states.
pub fn write(dfa: &Dfa, alphabet: &Alphabet) -> String {
    let mut text = String::new();
    for state in from_start(dfa) {
        for (token, letter) in alphabet.tokens().iter().enumerate() {
            writeln!(text, "{state} {} {letter} {letter}", dfa.step(state, token)).expect("a string takes any text");
        }
    }
    for state in from_start(dfa).filter(|state| dfa.is_accepting(*state)) {
        writeln!(text, "{state}").expect("a string takes any text");
    }
    text
}

/// The states, the start state first.
fn from_start(dfa: &Dfa) -> impl Iterator<Item = u32> {
    let (start, n) = (dfa.start(), u32::try_from(dfa.n_states()).expect("an automaton has fewer than 2^32 states"));
    std::iter::once(start).chain((0..n).filter(move |state| *state != start))
}

/// The automaton as a picture for Graphviz: accepting states have two circles, and a dead state is left out with the
/// arrows to it.
pub fn dot(dfa: &Dfa, alphabet: &Alphabet) -> String {
    let mut text = String::from("digraph {\n  rankdir = LR;\n  node [shape = circle];\n  start [shape = point];\n");
    let put = |text: &mut String, line: String| {
        text.push_str("  ");
        text.push_str(&line);
        text.push('\n');
    };
    let is_shown = |state: u32| state == dfa.start() || !dfa.is_dead(state);
    for state in from_start(dfa).filter(|state| is_shown(*state) && dfa.is_accepting(*state)) {
        put(&mut text, format!("{state} [shape = doublecircle];"));
    }
    put(&mut text, format!("start -> {};", dfa.start()));
    let mut n_dead = 0;
    for state in from_start(dfa) {
        if !is_shown(state) {
            n_dead += 1;
            continue;
        }
        // One arrow for each target, with its letters in order.
        let mut arrows: Vec<(u32, String)> = Vec::new();
        let mut at: HashMap<u32, usize> = HashMap::new();
        for (token, letter) in alphabet.tokens().iter().enumerate() {
            let target = dfa.step(state, token);
            match at.get(&target) {
                Some(arrow) => {
                    let label = &mut arrows[*arrow].1;
                    label.push_str(", ");
                    label.push_str(letter);
                }
                None => {
                    at.insert(target, arrows.len());
                    arrows.push((target, letter.clone()));
                }
            }
        }
        for (target, label) in arrows.into_iter().filter(|(target, _)| is_shown(*target)) {
            let label = label.replace('\\', "\\\\").replace('"', "\\\"");
            put(&mut text, format!("{state} -> {target} [label = \"{label}\"];"));
        }
    }
    if n_dead > 0 {
        put(&mut text, "// The dead state is left out, and every arrow that is not drawn leads to it.".to_owned());
    }
    text.push_str("}\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alphabet() -> Alphabet {
        Alphabet::new(["a", "b"])
    }

    #[test]
    fn every_broken_line_is_refused_with_its_number() {
        let cases = [
            ("0 1 a\n0 0 a\n", Some(2), "a second on `a`; the first is in line 1"),
            ("0 1 a b\n", Some(1), "the letter `a` again"),
            ("0 1 a a 3\n", Some(1), "got 5 fields"),
            ("0 1 c\n", Some(1), "a letter that is a token, one of a b, got `c`"),
            ("0 1 a\n# c\n", Some(2), "expected a state, a whole number from 0, got `#`"),
            ("0 1 a\n# a longer comment\n", Some(2), "expected a state, a whole number from 0, got `#`"),
            ("0 1 <eps>\n", Some(1), "got `<eps>`"),
            ("0 1 a\n1 1/2\n", Some(2), "got the weight `1/2`"),
            ("-1\n", Some(1), "got `-1`"),
            ("0 x a\n", Some(1), "got `x`"),
            ("99999999999999999999\n", Some(1), "a whole number"),
            (" \n\n", None, "an empty text"),
        ];
        for (text, line, part) in cases {
            let error = read(text, &alphabet()).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.message.contains(part), "{error}");
        }
        // The same transition twice says one thing, and states may be any numbers.
        let dfa = read("7 7 a\n7 7 a a\n7 900 b\n900\n", &alphabet()).unwrap();
        assert_eq!((dfa.n_states(), dfa.accepts([0, 1]), dfa.accepts([1, 1])), (3, true, false));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_as_the_same_language(
            start in 0u32..5,
            next in proptest::collection::vec(0u32..5, 10),
            accepting in proptest::collection::vec(any::<bool>(), 5),
        ) {
            let dfa = Dfa::new(2, start, next, accepting);
            let back = read(&write(&dfa, &alphabet()), &alphabet()).unwrap();
            prop_assert_eq!(back.minimal(), dfa.minimal());
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "[0-9ab \n/-]{0,40}") {
            let _ = read(&text, &alphabet());
        }
    }

    #[test]
    fn the_picture_has_an_arrow_for_each_pair_of_states_and_no_dead_state() {
        let dfa = read("0 0 a\n0 1 b\n1 1 a\n1 1 b\n1\n", &alphabet()).unwrap().minimal();
        let text = dot(&dfa, &alphabet());
        assert!(text.contains("1 [shape = doublecircle];") && text.contains("1 -> 1 [label = \"a, b\"];"), "{text}");
        assert!(!text.contains("dead"), "{text}");
        let one_word = dot(&read("0 1 a\n1\n", &alphabet()).unwrap().minimal(), &alphabet());
        assert!(one_word.contains("The dead state is left out") && one_word.matches("->").count() == 2, "{one_word}");
    }
}
