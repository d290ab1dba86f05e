//! Regular expressions over tokens.
//!
//! Where every token is one character, an expression is one of the crate `regex-automata`, which is matched against the
//! whole word. Elsewhere it is one over tokens, with white space between two of them: `( )`, `|`, `*`, `+`, `?`, and `.` for
//! any token; a character of these that belongs to a token has a backslash before it.

use crate::Dfa;
use crate::LanguageError;
use problems::Alphabet;
use regex_automata::Anchored;
use regex_automata::MatchKind;
use regex_automata::dfa::Automaton;
use regex_automata::dfa::StartKind;
use regex_automata::dfa::dense;
use regex_automata::nfa::thompson::NFA;
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::primitives::StateID;
use regex_automata::util::start;
use regex_syntax::hir::Class;
use regex_syntax::hir::Hir;
use regex_syntax::hir::HirKind;
use regex_syntax::hir::Look;
use std::collections::BTreeSet;

/// The most states of the automaton of an expression.
const MOST_STATES: usize = 200_000;

/// The most bytes that the automaton of an expression over characters takes while it is built.
const MOST_BYTES: usize = 64 << 20;

/// How deep the brackets of an expression over tokens may stand in one another.
const DEEPEST: usize = 200;

/// The automaton with the fewest states of an expression, which speaks of whole words.
///
/// ```
/// use problems::Alphabet;
/// let letters = Alphabet::new(["a", "b"]);
/// let automaton = languages::read_regular_expression("(ab)*", &letters).unwrap();
/// assert!(automaton.accepts([]) && automaton.accepts([0, 1]) && !automaton.accepts([0, 1, 0]));
/// let numbers = Alphabet::new(["12", "21"]);
/// let automaton = languages::read_regular_expression("(12 | 21 21)* 12", &numbers).unwrap();
/// assert!(automaton.accepts([1, 1, 0]) && !automaton.accepts([1, 0]));
/// ```
///
/// # Errors
/// [`LanguageError`] where it cannot be read, names what is no token, or has an automaton that is too large.
pub fn read(expression: &str, alphabet: &Alphabet) -> Result<Dfa, LanguageError> {
    if alphabet.tokens().iter().all(|token| token.chars().count() == 1) {
        over_characters(expression, alphabet)
    } else {
        over_tokens(expression, alphabet)
    }
}

fn too_large(expression: &str) -> LanguageError {
    LanguageError::new(format!(
        "expected a regular expression with an automaton of at most {MOST_STATES} states, got `{expression}`"
    ))
}

fn refused(expression: &str, reason: &dyn std::fmt::Display) -> LanguageError {
    // The crate draws a picture of several lines, of which the last says what is wrong.
    let text = reason.to_string();
    let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    LanguageError::new(format!("expected a regular expression, got `{expression}`: {last}"))
}

fn parsed(expression: &str) -> Result<Hir, LanguageError> {
    regex_syntax::parse(expression).map_err(|error| refused(expression, &error))
}

/// The characters that an expression names, in order, as an alphabet.
///
/// ```
/// let alphabet = languages::letters_of_expression("(ab)*[c-e]").unwrap();
/// assert_eq!(alphabet.tokens().join(""), "abcde");
/// assert!(languages::letters_of_expression("a.").is_err());
/// ```
///
/// # Errors
/// [`LanguageError`] where it cannot be read, names nothing or white space, or has a class of very many characters, as `.`
/// is.
pub fn letters(expression: &str) -> Result<Alphabet, LanguageError> {
    const MOST: usize = 256;
    let mut letters = BTreeSet::new();
    let is_small = collect_letters(&parsed(expression)?, MOST, &mut letters);
    if !is_small || letters.is_empty() || letters.len() > MOST || letters.iter().any(|letter| letter.is_whitespace()) {
        return Err(LanguageError::new(format!(
            "expected a regular expression that names its letters, 1 to {MOST} and no white space, got `{expression}`"
        )));
    }
    Ok(Alphabet::new(letters.into_iter().map(String::from)))
}

/// Collects the characters that an expression names; tells whether all of its classes are small.
fn collect_letters(expression: &Hir, most: usize, letters: &mut BTreeSet<char>) -> bool {
    match expression.kind() {
        HirKind::Literal(literal) => {
            letters.extend(String::from_utf8_lossy(&literal.0).chars());
            true
        }
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.ranges().iter().map(|range| range.len()).sum();
            let is_small = size <= most;
            if is_small {
                letters.extend(class.ranges().iter().flat_map(|range| range.start()..=range.end()));
            }
            is_small
        }
        HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Repetition(repetition) => collect_letters(&repetition.sub, most, letters),
        HirKind::Capture(capture) => collect_letters(&capture.sub, most, letters),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().all(|part| collect_letters(part, most, letters))
        }
        HirKind::Empty | HirKind::Look(_) => true,
    }
}

fn over_characters(expression: &str, alphabet: &Alphabet) -> Result<Dfa, LanguageError> {
    let parsed = parsed(expression)?;
    if let Some(other) = foreign_character(&parsed, alphabet) {
        let tokens = alphabet.tokens().join(" ");
        return Err(LanguageError::new(format!(
            "expected a regular expression over the tokens {tokens}, got `{expression}` with `{other}`"
        )));
    }
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(MOST_BYTES))
        .determinize_size_limit(Some(MOST_BYTES));
    // The whole word: put around what was read, as text after `(?x)` or `#` would not be read as it stands.
    let whole = Hir::concat(vec![Hir::look(Look::Start), parsed, Hir::look(Look::End)]);
    let compiler = NFA::config().which_captures(WhichCaptures::None);
    let nfa =
        NFA::compiler().configure(compiler).build_from_hir(&whole).map_err(|error| refused(expression, &error))?;
    let dense = dense::Builder::new().configure(config).build_from_nfa(&nfa).map_err(|error| {
        match error.is_size_limit_exceeded() {
            true => too_large(expression),
            false => refused(expression, &error),
        }
    })?;
    let start = dense
        .start_state(&start::Config::new().anchored(Anchored::Yes))
        .map_err(|error| refused(expression, &error))?;
    let step = |state: &StateID, token: usize| {
        alphabet.tokens()[token].bytes().fold(*state, |state, byte| dense.next_state(state, byte))
    };
    let accepts = |state: &StateID| dense.is_match_state(dense.next_eoi_state(*state));
    let dfa = Dfa::explored(alphabet.len(), start, MOST_STATES, step, accepts).ok_or_else(|| too_large(expression))?;
    Ok(dfa.minimal())
}

/// A character that an expression asks for and that is no token.
fn foreign_character(expression: &Hir, alphabet: &Alphabet) -> Option<char> {
    let is_foreign = |character: &char| alphabet.token(character.encode_utf8(&mut [0; 4])).is_none();
    match expression.kind() {
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).chars().find(is_foreign),
        HirKind::Repetition(repetition) => foreign_character(&repetition.sub, alphabet),
        HirKind::Capture(capture) => foreign_character(&capture.sub, alphabet),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().find_map(|part| foreign_character(part, alphabet))
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) => None,
    }
}

/// A piece of an expression over tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Token(usize),
    Any,
    Open,
    Close,
    Or,
    Star,
    Plus,
    Maybe,
}

fn pieces(expression: &str, alphabet: &Alphabet) -> Result<Vec<Piece>, LanguageError> {
    let mut pieces = Vec::new();
    let mut characters = expression.chars().peekable();
    while let Some(character) = characters.next() {
        pieces.push(match character {
            space if space.is_whitespace() => continue,
            '(' => Piece::Open,
            ')' => Piece::Close,
            '|' => Piece::Or,
            '*' => Piece::Star,
            '+' => Piece::Plus,
            '?' => Piece::Maybe,
            '.' => Piece::Any,
            first => {
                // A token reaches to white space or an operator; what follows a backslash is part of it.
                let mut text = String::new();
                let mut next = Some(first);
                while let Some(character) = next {
                    text.extend(if character == '\\' { characters.next() } else { Some(character) });
                    next = characters.next_if(|next| !next.is_whitespace() && !"()|*+?.".contains(*next));
                }
                let token = alphabet.token(&text).ok_or_else(|| {
                    LanguageError::new(format!(
                        "expected a regular expression over tokens with white space between two of them, got \
                         `{expression}` with `{text}`, which is no token"
                    ))
                })?;
                Piece::Token(usize::from(token))
            }
        });
    }
    Ok(pieces)
}

/// An automaton with silent moves.
#[derive(Default)]
struct Silent {
    /// The moves of each state: without a token, or on one.
    moves: Vec<Vec<(Option<usize>, usize)>>,
}

/// Where a part of an automaton begins and ends.
type Part = (usize, usize);

impl Silent {
    fn state(&mut self) -> usize {
        self.moves.push(Vec::new());
        self.moves.len() - 1
    }

    fn join(&mut self, from: usize, token: Option<usize>, to: usize) {
        self.moves[from].push((token, to));
    }

    fn one_of(&mut self, tokens: impl IntoIterator<Item = Option<usize>>) -> Part {
        let (from, to) = (self.state(), self.state());
        tokens.into_iter().for_each(|token| self.join(from, token, to));
        (from, to)
    }

    /// Everything that silent moves reach.
    fn closed(&self, states: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut seen: BTreeSet<usize> = states.into_iter().collect();
        let mut open: Vec<usize> = seen.iter().copied().collect();
        while let Some(state) = open.pop() {
            let silent = self.moves[state].iter().filter(|(token, _)| token.is_none());
            open.extend(silent.map(|(_, to)| *to).filter(|to| seen.insert(*to)).collect::<Vec<_>>());
        }
        seen.into_iter().collect()
    }
}

/// Reads pieces by recursive descent and builds the automaton with silent moves.
struct Reader<'p> {
    expression: &'p str,
    pieces: &'p [Piece],
    at: usize,
    n_tokens: usize,
    depth: usize,
    silent: Silent,
}

impl Reader<'_> {
    fn fault<T>(&self, message: &str) -> Result<T, LanguageError> {
        Err(LanguageError::new(format!("expected a regular expression, got `{}`: {message}", self.expression)))
    }

    fn either(&mut self) -> Result<Part, LanguageError> {
        let (from, to) = (self.silent.state(), self.silent.state());
        loop {
            let (first, last) = self.sequence()?;
            self.silent.join(from, None, first);
            self.silent.join(last, None, to);
            if self.pieces.get(self.at) != Some(&Piece::Or) {
                return Ok((from, to));
            }
            self.at += 1;
        }
    }

    fn sequence(&mut self) -> Result<Part, LanguageError> {
        let from = self.silent.state();
        let mut to = from;
        while let Some(piece) = self.pieces.get(self.at).filter(|piece| !matches!(piece, Piece::Or | Piece::Close)) {
            self.at += 1;
            let part = match piece {
                Piece::Token(token) => self.silent.one_of([Some(*token)]),
                Piece::Any => self.silent.one_of((0..self.n_tokens).map(Some)),
                Piece::Open => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return self.fault(&format!("more than {DEEPEST} brackets stand in one another"));
                    }
                    let part = self.either()?;
                    self.depth -= 1;
                    if self.pieces.get(self.at) != Some(&Piece::Close) {
                        return self.fault("a bracket is not closed");
                    }
                    self.at += 1;
                    part
                }
                _ => return self.fault("there is nothing to repeat before `*`, `+` or `?`"),
            };
            let (first, last) = self.repeated(part);
            self.silent.join(to, None, first);
            to = last;
        }
        Ok((from, to))
    }

    /// A part with what is said after it: `*`, `+`, `?`, in any number.
    fn repeated(&mut self, mut part: Part) -> Part {
        while let Some(piece) = self.pieces.get(self.at) {
            let (again, none) = match piece {
                Piece::Star => (true, true),
                Piece::Plus => (true, false),
                Piece::Maybe => (false, true),
                _ => break,
            };
            self.at += 1;
            let (from, to) = (self.silent.state(), self.silent.state());
            self.silent.join(from, None, part.0);
            self.silent.join(part.1, None, to);
            if again {
                self.silent.join(part.1, None, part.0);
            }
            if none {
                self.silent.join(from, None, to);
            }
            part = (from, to);
        }
        part
    }
}

fn over_tokens(expression: &str, alphabet: &Alphabet) -> Result<Dfa, LanguageError> {
    let pieces = pieces(expression, alphabet)?;
    let silent = Silent::default();
    let mut reader = Reader { expression, pieces: &pieces, at: 0, n_tokens: alphabet.len(), depth: 0, silent };
    let (from, to) = reader.either()?;
    if reader.at < pieces.len() {
        return reader.fault("a bracket is closed that was not opened");
    }
    let silent = reader.silent;
    let step = |states: &Vec<usize>, token: usize| {
        let moves = states.iter().flat_map(|state| &silent.moves[*state]);
        silent.closed(moves.filter(|(read, _)| *read == Some(token)).map(|(_, to)| *to))
    };
    let start = silent.closed([from]);
    let accepts = |states: &Vec<usize>| states.binary_search(&to).is_ok();
    let dfa = Dfa::explored(alphabet.len(), start, MOST_STATES, step, accepts).ok_or_else(|| too_large(expression))?;
    Ok(dfa.minimal())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXPRESSIONS: [&str; 12] =
        ["", "a", "(ab)*", "a|b", "(a|b)*abb", "a+b?", "((a))", "(a|)b*", ".*a.", "(a*b*)*", "ab|ba|", "(a?b?)+a"];

    /// The two ways to read an expression share no code.
    #[test]
    fn expressions_over_characters_and_over_tokens_are_the_same_languages() {
        let (letters, names) = (Alphabet::new(["a", "b"]), Alphabet::new(["aa", "bb"]));
        for expression in EXPRESSIONS {
            let spaced = expression.replace('a', " aa ").replace('b', " bb ");
            let (one, other) = (read(expression, &letters).unwrap(), read(&spaced, &names).unwrap());
            assert_eq!(one, other, "{expression}");
        }
    }

    #[test]
    fn the_whole_word_is_meant_and_not_a_part() {
        let alphabet = Alphabet::new(["a", "b", "é", "$"]);
        let accepts = |expression: &str, word: &str| {
            let word = alphabet.parse(word).unwrap();
            read(expression, &alphabet).unwrap().accepts(problems::indices(&word))
        };
        assert!(accepts("a|ab", "ab") && accepts("ab|a", "a") && !accepts("a|b", "ab"));
        assert!(accepts("a*?", "aaa") && accepts("[^a]*", "bé$") && !accepts("[^a]*", "ba"));
        assert!(accepts("é+", "éé") && !accepts("é", "éé"));
        assert!(accepts(r"a\$", "a$") && !accepts("a$", "a$") && accepts("a$", "a"));
        assert!(accepts("(?:a{3}){2}", "aaaaaa") && !accepts("(?:a{3}){2}", "aaaaa"));
        // Flags and comments reach to the end of an expression, and no further.
        assert!(accepts("(?x) (a b)* # even", "abab") && !accepts("(?x) (a b)* # even", "aba"));
        assert!(accepts("(?x) a | b # one", "b") && !accepts("(?x) a | b # one", "ab"));
    }

    #[test]
    fn what_is_no_expression_is_refused_in_one_sentence() {
        let (letters, names) = (Alphabet::new(["a", "b"]), Alphabet::new(["aa", "b"]));
        for (expression, part) in [
            ("(a", "unclosed group"),
            ("a)", "unopened group"),
            ("abc", "with `c`"),
            ("a{3,2}", "invalid repetition"),
            (r"(a)\1", "backreferences are not supported"),
            ("(?:a{1000}){1000}", "at most 200000 states"),
        ] {
            let error = read(expression, &letters).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains(&format!("`{expression}`")), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
        for (expression, part) in [
            ("(aa", "not closed"),
            ("aa)", "not opened"),
            ("aab", "`aab`, which is no token"),
            ("* aa", "nothing to repeat"),
            ("aa | (b | c)", "`c`, which is no token"),
        ] {
            let error = read(expression, &names).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        assert!(read(&format!("{}aa{}", "(".repeat(9_000), ")".repeat(9_000)), &names).is_err());
        // 2^25 states.
        assert!(read(&format!("(aa | b)* aa {}", "(aa|b) ".repeat(24)), &names).is_err());
    }

    #[test]
    fn an_expression_that_does_not_name_its_letters_is_refused() {
        for expression in [".", "[^a]", r"\w", "", "a b", "(?s).", "[", r"(?-u)[\x80]"] {
            assert!(letters(expression).is_err(), "{expression}");
        }
        assert_eq!(letters("b|a|b").unwrap().tokens(), ["a", "b"]);
    }

    #[test]
    fn tokens_with_operators_in_them_have_a_backslash() {
        let alphabet = Alphabet::new(["(", "-1", "a.b", "xy"]);
        let dfa = read(r"\(  (-1)* a\.b", &alphabet).unwrap();
        assert!(dfa.accepts([0, 1, 1, 2]) && dfa.accepts([0, 2]) && !dfa.accepts([0, 1]));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in r"[ab(){}\[\]|*+?.\\$^ 0-9,-]{0,12}") {
            let _ = read(&text, &Alphabet::new(["a", "b"]));
            let _ = read(&text, &Alphabet::new(["aa", "b"]));
        }
    }
}
