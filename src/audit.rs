//! What a dataset gives away: balance, wrong labels, duplicates and leaks, sensitivity, and the best rules that know no
//! algorithm.
//!
//! [`record`] reads a line and decides it again; [`features`] turns it into numbers, each named in words; [`rules`] makes a
//! rule of each number, trains it on one half of the lines and judges it on the other. Everything that decides an exit code is
//! a count: a rule is too good where it is right on more than the threshold of the judged lines and, so that chance is no
//! shortcut, by more than five standard deviations of a fair coin over a half.

pub mod features;
pub mod page;
pub mod record;
pub mod report;
pub mod rules;

use crate::families::places;
use crate::families::places::Sensitivity;
use crate::report::yes;
use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Random;
use rayon::prelude::*;
use record::Content;
use record::Question;
use record::Read;
use rules::Ranked;
use sha2::Digest;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::collections::HashMap;

/// The most lines of a file that rules are made of: their numbers are held in memory. All else is of all lines.
pub const MOST_RULED: usize = 100_000;
/// How many lines the sensitivity is measured on.
pub const SAMPLED: usize = 500;
/// How many lines are read at once, and how many bytes at most before the last of them.
const CHUNK: usize = 1024;
const CHUNK_BYTES: usize = 1 << 24;

/// A share as an exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The numerator.
    pub numerator: u64,
    /// The denominator.
    pub denominator: u64,
}

impl Share {
    /// Reads a decimal number from 0.5 on, below 1.
    ///
    /// # Errors
    /// A clause that says what was expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let error = || format!("expected a decimal number above 0.5 and below 1, such as 0.65, got `{text}`");
        let digits = text.strip_prefix("0.").filter(|digits| (1..=9).contains(&digits.len())).ok_or_else(error)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        let numerator: u64 = digits.parse().map_err(|_| error())?;
        let denominator = 10u64.pow(digits.len() as u32);
        if 2 * numerator <= denominator { Err(error()) } else { Ok(Self { numerator, denominator }) }
    }

    /// Is a rule that is right on so many of so many lines better than this, and not by chance?
    pub fn is_beaten_by(self, right: u64, judged: u64) -> bool {
        let (numerator, denominator) = (u128::from(self.numerator), u128::from(self.denominator));
        let is_above = u128::from(right) * denominator > numerator * u128::from(judged);
        let surplus = (2 * u128::from(right)).saturating_sub(u128::from(judged));
        is_above && surplus * surplus > 25 * u128::from(judged)
    }

    /// So many judged lines are enough: on them every rule above this share is told from a fair coin.
    pub fn fewest(self) -> u64 {
        let (numerator, denominator) = (u128::from(self.numerator), u128::from(self.denominator));
        let excess = 2 * numerator - denominator;
        (25 * denominator * denominator / (excess * excess) + 1) as u64
    }
}

/// A line with its number, from 1, and its target, where that stands in a file of its own.
pub type Line = (usize, String, Option<String>);

/// A line at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// What was found in one file.
#[derive(Clone, Debug, Default)]
pub struct FileAudit {
    /// The file's name.
    pub name: String,
    /// What is asked of its lines.
    pub question: String,
    /// Instances.
    pub n: usize,
    /// How many answers are no, and how many yes.
    pub answers: [u64; 2],
    /// The same for each length.
    pub by_length: BTreeMap<usize, [u64; 2]>,
    /// Whether the file states answers; where it does not, the decided ones are used.
    pub is_labelled: bool,
    /// How many labels are wrong.
    pub wrong: u64,
    /// The first of them.
    pub first_wrong: Option<Fault>,
    /// Instances outside the problem's promise, which are not judged.
    pub outside: u64,
    /// Instances that stood in the file before.
    pub duplicates: u64,
    /// The first of them.
    pub first_duplicate: Option<Fault>,
    /// Instances that stand in a file before this one.
    pub leaked: u64,
    /// The first of them.
    pub first_leaked: Option<Fault>,
    /// What a place is, and the sensitivity of the sampled lines, where the problem has places.
    pub sensitivity: Option<(&'static str, usize, Sensitivity)>,
    /// How many of these lines have so many tenths of their places sensitive: less than one, ..., nine or more.
    pub tenths: [u64; 10],
    /// The least, the middle and the largest depth of the sampled lines: edges to the target, gates on the longest path.
    pub depth: Option<[usize; 3]>,
    /// The lines that rules were made of.
    pub n_ruled: usize,
    /// The rules, the best first.
    pub rules: Vec<Ranked>,
    /// The vote that was learned.
    pub learned: Option<Ranked>,
}

impl FileAudit {
    /// The best rule, learned or not.
    pub fn best(&self) -> Option<&Ranked> {
        let is_better = |a: &&Ranked, b: &&Ranked| {
            (u128::from(a.right) * u128::from(b.judged)).cmp(&(u128::from(b.right) * u128::from(a.judged)))
        };
        self.rules.iter().chain(&self.learned).max_by(is_better)
    }

    /// *Refuted* where a label is wrong or a rule is too good; *undetermined* where there are too few lines to know.
    pub fn verdict(&self, threshold: Share) -> Verdict {
        let beats = |rule: &Ranked| threshold.is_beaten_by(rule.right, rule.judged);
        if self.wrong > 0 || self.rules.iter().chain(&self.learned).any(beats) {
            return Verdict::Refuted;
        }
        match self.rules.first() {
            Some(rule) if rule.judged >= threshold.fewest() => Verdict::Sampled,
            _ => Verdict::Undetermined,
        }
    }
}

/// A line, decided and described.
struct Judged {
    line: usize,
    length: usize,
    stated: Option<bool>,
    answer: bool,
    wrong: Option<String>,
    is_promised: bool,
    fingerprint: u128,
    values: Vec<i32>,
    content: Content,
}

/// What is known of the files so far: where each instance stood first.
#[derive(Default)]
pub struct Seen(HashMap<u128, (usize, usize)>);

/// Reads and judges the lines of one file. The lines are texts with their targets, where those are in a file of their own.
///
/// # Errors
/// What the lines give, and one sentence for a line that is no instance.
pub fn audit<E: From<String>>(
    (name, file): (&str, usize),
    question: &Question<'_>,
    mut lines: impl Iterator<Item = Result<Line, E>>,
    seen: &mut Seen,
    seed: u64,
) -> Result<FileAudit, E> {
    let columns = features::columns(question);
    let mut found = FileAudit { name: name.to_owned(), question: question.text(), ..FileAudit::default() };
    let mut values: Vec<Vec<i32>> = vec![Vec::new(); columns.len()];
    let mut answers: Vec<bool> = Vec::new();
    let mut sample = Sample::default();
    loop {
        let chunk = chunk(&mut lines)?;
        if chunk.is_empty() {
            break;
        }
        let judged: Vec<Result<Judged, String>> =
            chunk.into_par_iter().map(|(line, text, target)| judge(question, line, &text, target.as_deref())).collect();
        for judged in judged {
            let judged = judged.map_err(|message| E::from(format!("{name}: {message}")))?;
            count(&mut found, &judged, file, seen);
            if !judged.is_promised {
                continue;
            }
            if answers.len() < MOST_RULED {
                answers.push(judged.stated.unwrap_or(judged.answer));
                values.iter_mut().zip(&judged.values).for_each(|(column, value)| column.push(*value));
            }
            sample.add(seed, question, judged);
        }
    }
    found.n_ruled = answers.len();
    (found.rules, found.learned) = rules::rank(&columns, &values, &answers);
    measure(&mut found, question, sample, seed);
    Ok(found)
}

/// The next lines; fewer where they are long.
fn chunk<E>(lines: &mut impl Iterator<Item = Result<Line, E>>) -> Result<Vec<Line>, E> {
    let (mut chunk, mut n_bytes) = (Vec::new(), 0);
    while chunk.len() < CHUNK && n_bytes < CHUNK_BYTES {
        let Some(line) = lines.next().transpose()? else { break };
        n_bytes += line.1.len();
        chunk.push(line);
    }
    Ok(chunk)
}

fn judge(question: &Question<'_>, line: usize, text: &str, target: Option<&str>) -> Result<Judged, String> {
    let Read { content, stated, labels, length } =
        question.read(text, target).map_err(|message| format!("line {line}: {message}"))?;
    let decided = question.decide(&content, labels.is_some());
    let wrong = match (stated, &labels) {
        (Some(stated), None) if stated != decided.answer => {
            Some(format!("it states {}, and the answer is {}", yes(stated), yes(decided.answer)))
        }
        (stated, Some(labels)) => {
            let right = decided.labels.as_deref().unwrap_or_default();
            let n = labels.len().max(right.len());
            let differs = (0..n).find(|place| labels.get(*place) != right.get(*place));
            let contradicts = stated.filter(|stated| *stated != decided.answer);
            let states =
                contradicts.map(|stated| format!("it states {}, and the answer is {}", yes(stated), yes(!stated)));
            let label = differs.map(|place| {
                let shown = |labels: &[u64]| labels.get(place).map_or("none".to_owned(), u64::to_string);
                format!("label {} is {}, and {} is right", place + 1, shown(labels), shown(right))
            });
            label.or(states)
        }
        _ => None,
    };
    let hash = Sha256::digest(question.canonical(&content));
    let fingerprint = hash.iter().take(16).fold(0, |sum: u128, byte| sum << 8 | u128::from(*byte));
    Ok(Judged {
        line,
        length,
        stated,
        answer: decided.answer,
        wrong,
        is_promised: question.is_promised(&content),
        fingerprint,
        values: features::values(question, &content),
        content,
    })
}

/// Counts a line: answers, labels, and whether it stood somewhere before.
fn count(found: &mut FileAudit, judged: &Judged, file: usize, seen: &mut Seen) {
    found.n += 1;
    if !judged.is_promised {
        found.outside += 1;
        return;
    }
    found.is_labelled |= judged.stated.is_some();
    let answer = usize::from(judged.stated.unwrap_or(judged.answer));
    found.answers[answer] += 1;
    found.by_length.entry(judged.length).or_default()[answer] += 1;
    if let Some(what) = &judged.wrong {
        found.wrong += 1;
        let fault = || Fault { line: judged.line, what: what.clone() };
        found.first_wrong = found.first_wrong.take().or_else(|| Some(fault()));
    }
    match seen.0.get(&judged.fingerprint) {
        None => {
            seen.0.insert(judged.fingerprint, (file, judged.line));
        }
        Some(&(other, line)) => {
            let fault = |what| Some(Fault { line: judged.line, what });
            if other == file {
                found.duplicates += 1;
                let first = found.first_duplicate.take();
                found.first_duplicate = first.or_else(|| fault(format!("it stands in line {line} too")));
            } else {
                found.leaked += 1;
                let first = found.first_leaked.take();
                found.first_leaked = first.or_else(|| fault(format!("it stands in line {line} of file {}", other + 1)));
            }
        }
    }
}

/// The lines with the least random keys: a uniform sample in one pass, the same for every number of threads. No graph is
/// spelled as a word, which can be a thousand times as long as its line.
#[derive(Default)]
struct Sample(BTreeMap<(usize, usize), Content>);

impl Sample {
    fn add(&mut self, seed: u64, question: &Question<'_>, judged: Judged) {
        if !question.has_places(&judged.content) {
            return;
        }
        let key = Random::new(seed, judged.line as u64).below(1 << 40);
        let is_full = self.0.len() >= SAMPLED;
        if is_full && self.0.last_key_value().is_some_and(|((largest, _), _)| key > *largest) {
            return;
        }
        // A graph takes less than its word.
        let graph = question.graph(&judged.content).map(|graph| Content::Graph(graph.into_owned()));
        self.0.insert((key, judged.line), graph.unwrap_or(judged.content));
        if is_full {
            self.0.pop_last();
        }
    }
}

/// Sensitivity and depth of the sampled lines.
fn measure(found: &mut FileAudit, question: &Question<'_>, sample: Sample, seed: u64) {
    let Some(problem) = question.problem() else { return };
    let contents: Vec<((usize, usize), Content)> = sample.0.into_iter().collect();
    if contents.is_empty() {
        return;
    }
    let one = |((_, line), content): &((usize, usize), Content)| match (question.graph(content), content) {
        (Some(graph), _) => (places::sensitivity_of_graph(&graph), Some(features::depth_of_graph(&graph))),
        (None, Content::Word(word)) => {
            let sensitivity = places::sensitivity(problem, word, &mut Random::new(seed, *line as u64));
            (sensitivity, features::depth(problem, word))
        }
        // Others have no places.
        (None, _) => (Sensitivity::default(), None),
    };
    let measured: Vec<(Sensitivity, Option<usize>)> = contents.par_iter().map(one).collect();
    let total = measured.iter().fold(Sensitivity::default(), |sum, (one, _)| Sensitivity {
        places: sum.places + one.places,
        sensitive: sum.sensitive + one.sensitive,
    });
    found.sensitivity = Some((places::unit(problem), contents.len(), total));
    for (one, _) in &measured {
        if let Some(tenths) = (10 * one.sensitive).checked_div(one.places) {
            found.tenths[tenths.min(9) as usize] += 1;
        }
    }
    let depths: Option<Vec<usize>> = measured.iter().map(|(_, depth)| *depth).collect();
    let sorted = depths.map(|depths| depths.into_iter().sorted_unstable().collect::<Vec<_>>());
    found.depth = sorted.map(|depths| [depths[0], depths[depths.len() / 2], depths[depths.len() - 1]]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_lines_are_read_at_once_as_memory_allows() {
        let lengths = |length: usize, n: usize| {
            let mut lines = (0..n).map(|i| Ok::<Line, ()>((i, "1".repeat(length), None)));
            let chunks = std::iter::from_fn(|| Some(chunk(&mut lines).unwrap().len()).filter(|n| *n > 0));
            chunks.collect::<Vec<_>>()
        };
        assert_eq!(lengths(10, 2500), [1024, 1024, 452]);
        assert_eq!(lengths(CHUNK_BYTES / 2 + 1, 5), [2, 2, 1]);
        assert_eq!(lengths(CHUNK_BYTES + 1, 2), [1, 1]);
        assert!(lengths(10, 0).is_empty());
    }

    #[test]
    fn a_threshold_is_a_decimal_number_above_a_half() {
        assert_eq!(Share::read("0.65"), Ok(Share { numerator: 65, denominator: 100 }));
        for text in ["0.5", "0.50", "1", "1.5", "0.", "x", "-0.7", "0.7x", "0.49", ".7", "0.7777777777"] {
            assert!(Share::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_rule_beats_the_threshold_only_above_it_and_beyond_chance() {
        let share = Share::read("0.65").unwrap();
        assert!(!share.is_beaten_by(650, 1000) && share.is_beaten_by(651, 1000));
        // Five of five are no evidence, 26 of 26 are: 26^2 > 25 * 26.
        assert!(!share.is_beaten_by(5, 5) && !share.is_beaten_by(25, 25) && share.is_beaten_by(26, 26));
        assert!(!share.is_beaten_by(0, 0));
        assert_eq!(share.fewest(), 278);
        assert!(share.is_beaten_by(182, 278) && !share.is_beaten_by(33, 50));
    }
}
