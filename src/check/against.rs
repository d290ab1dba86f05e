//! A device against a language: a network or a machine that somebody brings, and the words that it should accept.
//!
//! Where the language is an automaton, pairs of states are searched breadth first ([`product`]): where they are exhausted
//! the answers agree on every word, and the list of pairs is a [`certificate`], which a second pass checks. Else the
//! answers are compared word by word ([`words`]).

pub mod certificate;
pub mod device;
pub mod product;
mod states;
pub mod words;

use crate::progress::Progress;
use crate::verdict::Judgement;
use crate::verdict::Link;
use crate::verdict::Verdict;
use certificate::Certificate;
use device::Device;
use languages::AnsweredWord;
use languages::Decider;
use languages::Dfa;
use problems::Word;
use product::Bound;
use product::End;
use product::Product;
use product::Reached;
use words::Compared;

/// A language as it is compared with a device.
pub enum Language {
    /// An automaton: every word can be compared.
    Regular(Dfa),
    /// The decider of a problem: every word up to a length, and hard instances of a size.
    Decider {
        /// The decider.
        decider: Decider,
        /// The length up to which every word is read.
        longest: usize,
        /// The instances, as the device spells them, and their size in words: `8 hard instances of 64 pairs`.
        instances: Vec<Word>,
        /// What they are.
        about: String,
    },
    /// Words whose answers are known.
    Words {
        /// Every word up to a length, and the length, where all are known.
        every: Option<(usize, Vec<AnsweredWord>)>,
        /// Other words.
        some: Vec<AnsweredWord>,
        /// Whose answers: `the file`, `the program`.
        of: String,
    },
}

/// What a comparison found.
pub struct Outcome<V> {
    /// The verdict, and the link that it comes from.
    pub judgement: Judgement,
    /// What it rests on.
    pub links: Vec<Link>,
    /// A word on which the answers differ, and the device's answer.
    pub counterexample: Option<(Word, bool)>,
    /// Whether no shorter word differs: it was found by the search, or among every short word.
    pub is_shortest: bool,
    /// The pairs that were met, where pairs were searched.
    pub search: Option<Search<V>>,
    /// The words that were compared one by one: in the language, not in it, outside a promise.
    pub words: [u64; 3],
    /// The automaton that the device is, where it was asked for and is finite within the bound.
    pub automaton: Option<Dfa>,
    /// Search and replay, or search and the check of its certificate, contradict each other: a fault of ours.
    pub alarm: Option<String>,
}

/// What a product search did.
pub struct Search<V> {
    /// How many pairs were met.
    pub pairs: usize,
    /// How many states of the device.
    pub states: usize,
    /// The length up to which every word was compared; none where that is every word.
    pub up_to: Option<usize>,
    /// The bound that ended it, where one did.
    pub reached: Option<Reached>,
    /// The certificate, where the pairs are exhausted. It was checked.
    pub certificate: Option<Certificate<V>>,
}

/// Compares a device with a language. With `minimal`, the automaton with the fewest states that the device is, is found as
/// well.
pub fn check<D: Device>(
    device: &D,
    language: &Language,
    bound: Bound,
    minimal: bool,
    progress: &Progress,
) -> Outcome<D::Value> {
    let outcome = match language {
        Language::Regular(dfa) => search(device, dfa, bound, minimal, progress),
        Language::Decider { decider, longest, instances, about } => {
            progress.start("words", *longest);
            let every = words::every_word(device, decider, *longest, || progress.step());
            let some = words::some_words(device, decider, instances);
            let links = [
                word_link("every short word", Verdict::Checked, &every, &every_word(&every), true),
                word_link("instances", Verdict::Sampled, &some, about, false),
            ];
            let n_links = if instances.is_empty() { 1 } else { 2 };
            one_by_one(device, links.into_iter().take(n_links).collect(), [every, some])
        }
        Language::Words { every, some, of } => {
            progress.start("words", 0);
            let rest = words::answered(device, some);
            let what = format!("{}, as {of} answers", counted(some.len(), "word"));
            let link = word_link("words", Verdict::Sampled, &rest, &what, every.is_none());
            match every {
                None => one_by_one(device, vec![link], [rest, Compared::default()]),
                Some((longest, every)) => {
                    let short = Compared { every_up_to: Some(*longest), ..words::answered(device, every) };
                    let what = format!("{}, as {of} answers", every_word(&short));
                    let links = [word_link("every short word", Verdict::Checked, &short, &what, true), link];
                    let n_links = if some.is_empty() { 1 } else { 2 };
                    one_by_one(device, links.into_iter().take(n_links).collect(), [short, rest])
                }
            }
        }
    };
    progress.finish();
    outcome
}

/// Checks a list of pairs, and searches nothing.
pub fn recheck<D: Device>(device: &D, dfa: &Dfa, certificate: Certificate<D::Value>) -> Outcome<D::Value> {
    let (pairs, states) = (certificate.pairs.len(), certificate.n_states());
    let checked = certificate::check(device, dfa, &certificate);
    let (verdict, by) = match &checked {
        Ok(()) => {
            (Verdict::Proved, format!("{pairs} pairs of {states} states, closed under every token, with equal answers"))
        }
        // A list that shows nothing refutes nothing.
        Err(error) => (Verdict::Undetermined, format!("the list is refused: {error}")),
    };
    let links = vec![Link { name: "list of pairs".to_owned(), verdict, by, carries: true }];
    Outcome {
        judgement: Judgement::of(&links),
        links,
        counterexample: None,
        is_shortest: false,
        search: Some(Search { pairs, states, up_to: None, reached: None, certificate: Some(certificate) }),
        words: [0; 3],
        automaton: None,
        alarm: None,
    }
}

/// What was compared, where it was every word up to a length.
fn every_word(compared: &Compared) -> String {
    compared.every_up_to.map_or_else(|| "no word".to_owned(), |length| format!("every word of length <= {length}"))
}

fn word_link(name: &str, holds: Verdict, compared: &Compared, what: &str, carries: bool) -> Link {
    let verdict = match (&compared.differs, compared.count()) {
        (Some(_), _) => Verdict::Refuted,
        (None, 0) => Verdict::Undetermined,
        (None, _) => holds,
    };
    let [yes, no, outside] = compared.words;
    let outside = if outside == 0 { String::new() } else { format!(", {outside} more outside the promise") };
    let one_sided = match (yes, no) {
        (0, 1..) => "; none of them is in the language",
        (1.., 0) => "; all of them are in the language",
        _ => "",
    };
    Link { name: name.to_owned(), verdict, by: format!("{what} ({yes} yes, {no} no{outside}){one_sided}"), carries }
}

fn one_by_one<D: Device>(device: &D, links: Vec<Link>, compared: [Compared; 2]) -> Outcome<D::Value> {
    let [first, second] = compared;
    // Of every word up to a length the first that differs is kept, or the shortest.
    let is_shortest = first.every_up_to.is_some() && first.differs.is_some();
    let mut words = first.words;
    words.iter_mut().zip(second.words).for_each(|(sum, more)| *sum += more);
    let differs = first.differs.or(second.differs);
    Outcome {
        judgement: Judgement::of(&links),
        links,
        counterexample: differs.map(|word| (words::accepts(device, &word), word)).map(|(answer, word)| (word, answer)),
        is_shortest,
        search: None,
        words,
        automaton: None,
        alarm: None,
    }
}

fn search<D: Device>(device: &D, dfa: &Dfa, bound: Bound, minimal: bool, progress: &Progress) -> Outcome<D::Value> {
    progress.start("pairs", 0);
    let mut product = Product::new(device, dfa);
    let end = product.search(bound, |n| progress.start(&format!("pairs: {n}"), 0));
    let (pairs, states, length) = (product.n_pairs(), product.n_states(), product.length());
    let automaton = minimal.then(|| product.automaton(bound)).flatten().map(|automaton| automaton.minimal());
    let mut outcome = Outcome {
        judgement: Judgement::of(&[]),
        links: Vec::new(),
        counterexample: None,
        is_shortest: false,
        search: Some(Search { pairs, states, up_to: None, reached: None, certificate: None }),
        words: [0; 3],
        automaton,
        alarm: None,
    };
    let (n_pairs, n_states) = (counted(pairs, "pair"), counted(states, "state"));
    let figures = format!("{n_pairs} of {n_states} and {} of the language", dfa.n_states());
    let (verdict, by) = match end {
        End::Exhausted => {
            progress.start("certificate", 0);
            let certificate = product.into_certificate();
            let checked = certificate::check(device, dfa, &certificate);
            let by = match &checked {
                Ok(()) => format!(
                    "{figures}, closed under every token, each with equal answers; words of up to {} lead to them; checked \
                     again from the list",
                    counted(length, "token")
                ),
                Err(error) => format!("{figures}; the list was refused: {error}"),
            };
            let verdict = if checked.is_ok() { Verdict::Proved } else { Verdict::Undetermined };
            outcome.alarm = checked.err().map(|error| format!("THE LIST OF PAIRS WAS REFUSED: {error}"));
            outcome.search = Some(Search { pairs, states, up_to: None, reached: None, certificate: Some(certificate) });
            (verdict, by)
        }
        End::Differs(word) => {
            // The word is run again, by itself.
            let answer = words::accepts(device, &word);
            let is_real = answer != dfa.accepts(problems::indices(&word));
            if !is_real {
                outcome.alarm = Some("A WORD THAT THE SEARCH FOUND AGREES WHEN IT IS RUN AGAIN.".to_owned());
            }
            let up_to = word.len().checked_sub(1);
            outcome.search = Some(Search { pairs, states, up_to, reached: None, certificate: None });
            let by = format!("a shortest word, of length {}, after {figures}", word.len());
            outcome.is_shortest = is_real;
            outcome.counterexample = is_real.then_some((word, answer));
            (if is_real { Verdict::Refuted } else { Verdict::Undetermined }, by)
        }
        End::Bounded(length, reached) => {
            let (up_to, reached) = (Some(length), Some(reached));
            outcome.search = Some(Search { pairs, states, up_to, reached, certificate: None });
            let reached = reached.map(|bound| bound.to_string()).unwrap_or_default();
            (Verdict::Checked, format!("every word of length <= {length}, and then {reached}: {figures}"))
        }
    };
    outcome.links.push(Link { name: "product search".to_owned(), verdict, by, carries: true });
    outcome.judgement = Judgement::of(&outcome.links);
    outcome
}

/// `1 state`, `2 states`.
pub fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
