//! Shards: the I-th of N parts of a long piece of work, and the whole that they are together.
//!
//! A shard of instances is a range of lines, and the whole is one after the other. A shard of results is a text of JSON Lines:
//! its first line says of which work it is which part and how many lines follow, so that nothing can be missing, doubled or
//! foreign without being seen.

use itertools::Itertools;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::fmt;
use std::io;
use std::ops::Range;
use std::time::Duration;

/// The schema of a shard of results.
pub const SCHEMA: &str = "reduce.shard/1";

/// How many missing shards are named.
const SHOWN: usize = 5;

/// The I-th of N parts, I from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// The only part of one.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Reads `I/N`.
    ///
    /// # Errors
    /// A clause that says what was expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(i, n)| i.parse().ok().zip(n.parse().ok()));
        let shard = parts.filter(|(number, of)| 1 <= *number && number <= of).map(|(number, of)| Self { number, of });
        shard.ok_or_else(|| format!("expected I/N with 1 <= I <= N, got `{text}`"))
    }

    /// Is it the first part?
    pub fn is_first(self) -> bool {
        self.number == 1
    }

    /// How many parts there are.
    pub fn n_parts(self) -> u64 {
        self.of
    }

    /// Its part of `count` indices from one on.
    pub fn range(self, from: u64, count: u64) -> Range<u64> {
        let cut = |i: u64| from + (u128::from(count) * u128::from(i) / u128::from(self.of)) as u64;
        cut(self.number - 1)..cut(self.number)
    }

    /// Its part of a list of results, none of whose parts may be empty: a check of nothing says nothing.
    ///
    /// # Errors
    /// A clause that says what was expected.
    pub fn of_results(self, count: usize, what: &str) -> Result<Range<usize>, String> {
        if self.of > count as u64 {
            return Err(format!("expected no more parts than there are {what}, {count}, got {self}"));
        }
        let Range { start, end } = self.range(0, count as u64);
        Ok(start as usize..end as usize)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// What was asked of the whole work, and by what it was done. Two shards are of the same work where these are equal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// The command: `check`, `mutate` or `bits`.
    pub command: String,
    /// Everything that the whole depends on.
    pub asked: Map<String, Value>,
    /// How many results the whole has.
    pub total: usize,
    /// The version of this program.
    pub version: String,
    /// The solver with its version.
    pub solver: String,
}

impl Work {
    /// Work that this program does; `asked` is an object.
    pub fn new(command: &str, asked: Value, total: usize, solver: &str) -> Self {
        let asked = asked.as_object().cloned().unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { command: command.to_owned(), asked, total, version, solver: solver.to_owned() }
    }
}

/// The first line of a shard.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    schema: String,
    shard: String,
    /// How many results follow.
    count: usize,
    seconds: f64,
    #[serde(flatten)]
    work: Work,
}

/// One result: a line of a shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its index in the whole.
    pub index: usize,
    /// The result.
    pub answer: Value,
    /// The same for a reader, where it cannot be made of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Entry {
    /// A result of which a text can be made.
    pub fn new(index: usize, answer: Value) -> Self {
        Self { index, answer, text: None }
    }
}

/// A shard of results as text, without the last end of line.
pub fn written(work: &Work, shard: Shard, entries: &[Entry], elapsed: Duration) -> String {
    let seconds = crate::report::seconds(elapsed);
    let head =
        Head { schema: SCHEMA.to_owned(), shard: shard.to_string(), count: entries.len(), seconds, work: work.clone() };
    std::iter::once(json!(head)).chain(entries.iter().map(|entry| json!(entry))).join("\n")
}

/// A shard that was read, with where it stands.
#[derive(Debug)]
pub struct Part {
    name: String,
    shard: Shard,
    work: Work,
    entries: Vec<Entry>,
    elapsed: Duration,
}

/// Reads the shards in a text of JSON Lines: one, or several one after the other.
///
/// # Errors
/// One sentence that says what, where, and what was expected.
pub fn read(name: &str, lines: impl Iterator<Item = io::Result<String>>) -> Result<Vec<Part>, String> {
    let mut lines = lines.enumerate().map(|(i, line)| {
        let at = format!("{name}: line {}", i + 1);
        line.map(|line| (at.clone(), line)).map_err(|error| format!("{at}: {error}"))
    });
    let mut parts = Vec::new();
    while let Some((at, line)) = lines.next().transpose()? {
        let (shard, Head { count, seconds, work, .. }) = head(&at, &line)?;
        let first = shard.range(0, work.total as u64).start as usize;
        let mut entries = Vec::new();
        for index in first..first + count {
            let Some((at, line)) = lines.next().transpose()? else {
                let got = entries.len();
                return Err(format!("{name}: expected {count} results of shard {shard}, got the end after {got}"));
            };
            let entry: Entry = serde_json::from_str(&line)
                .map_err(|error| format!("{at}: expected the result with index {index} of shard {shard}: {error}"))?;
            if entry.index != index {
                let got = entry.index;
                return Err(format!("{at}: expected the result with index {index} of shard {shard}, got {got}"));
            }
            entries.push(entry);
        }
        let elapsed = Duration::try_from_secs_f64(seconds)
            .map_err(|_| format!("{at}: seconds: expected a duration, got {seconds}"))?;
        parts.push(Part { name: name.to_owned(), shard, work, entries, elapsed });
    }
    if parts.is_empty() {
        return Err(format!("{name}: expected a shard, whose first line has the schema {SCHEMA}, got an empty text"));
    }
    Ok(parts)
}

/// The first line of a shard, checked.
fn head(at: &str, line: &str) -> Result<(Shard, Head), String> {
    let value: Value = serde_json::from_str(line)
        .map_err(|error| format!("{at}: expected the first line of a shard, as --shard prints it: {error}"))?;
    match value.get("schema") {
        Some(Value::String(schema)) if schema == SCHEMA => {}
        other => {
            let got = other.map_or("none".to_owned(), Value::to_string);
            return Err(format!("{at}: expected the first line of a shard, with the schema \"{SCHEMA}\", got {got}"));
        }
    }
    let head: Head = serde_json::from_value(value).map_err(|error| format!("{at}: {error}"))?;
    let own = env!("CARGO_PKG_VERSION");
    if head.work.version != own {
        return Err(format!("{at}: expected a shard of version {own}, as this is, got one of {}", head.work.version));
    }
    let shard = Shard::read(&head.shard).map_err(|message| format!("{at}: shard: {message}"))?;
    let range = shard.of_results(head.work.total, "results").map_err(|message| format!("{at}: shard: {message}"))?;
    if head.count != range.len() {
        let (right, got, total) = (range.len(), head.count, head.work.total);
        return Err(format!("{at}: expected {right} results in shard {shard} of {total}, got a count of {got}"));
    }
    Ok((shard, head))
}

/// The whole of which shards are the parts.
#[derive(Debug)]
pub struct Whole {
    /// What was asked.
    pub work: Work,
    /// Every result, in order.
    pub entries: Vec<Entry>,
    /// How long all shards took together.
    pub elapsed: Duration,
}

impl Whole {
    /// What was asked, as the command knows it.
    ///
    /// # Errors
    /// One sentence where it is none of this command.
    pub fn asked<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_value(Value::Object(self.work.asked.clone())).map_err(|error| format!("asked: {error}"))
    }

    /// Every result, as the command knows it.
    ///
    /// # Errors
    /// One sentence where one is none of this command.
    pub fn answers<T: DeserializeOwned>(&self) -> Result<Vec<T>, String> {
        let answer = |entry: &Entry| {
            serde_json::from_value(entry.answer.clone())
                .map_err(|error| format!("the result with index {}: {error}", entry.index))
        };
        self.entries.iter().map(answer).collect()
    }
}

/// Puts shards together.
///
/// # Errors
/// One sentence where one is foreign, doubled or missing.
pub fn whole(parts: Vec<Part>) -> Result<Whole, String> {
    let Some(first) = parts.first() else { return Err("expected a shard, got none".to_owned()) };
    for (i, part) in parts.iter().enumerate() {
        let (name, other) = (&part.name, &first.name);
        if let Some((what, expected, got)) = difference(&first.work, &part.work) {
            return Err(format!(
                "{name}: expected a shard of the same work as {other}, where {what} is {expected}, got {got}"
            ));
        }
        if part.shard.of != first.shard.of {
            let (of, got) = (first.shard.of, part.shard);
            return Err(format!("{name}: expected one of {of} parts, as in {other}, got shard {got}"));
        }
        if let Some(same) = parts[..i].iter().find(|earlier| earlier.shard == part.shard) {
            return Err(format!("{name}: expected each shard once, got {} again after {}", part.shard, same.name));
        }
    }
    let of = first.shard.of;
    let n_missing = of - parts.len() as u64;
    if n_missing > 0 {
        let all = (1..=of).map(|number| Shard { number, of });
        let missing = all.filter(|shard| parts.iter().all(|part| part.shard != *shard));
        let shown = missing.take(SHOWN).join(", ");
        let more = n_missing.saturating_sub(SHOWN as u64);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        return Err(format!("expected all {of} shards, got {}: missing {shown}{more}", parts.len()));
    }
    let work = first.work.clone();
    let elapsed = parts.iter().map(|part| part.elapsed).sum();
    let in_order = parts.into_iter().sorted_by_key(|part| part.shard);
    Ok(Whole { work, entries: in_order.flat_map(|part| part.entries).collect(), elapsed })
}

/// The first thing in which two pieces of work differ, with both values.
fn difference(a: &Work, b: &Work) -> Option<(String, String, String)> {
    let value = |work: &Work| {
        let mut fields = Map::from_iter([("command".to_owned(), json!(work.command))]);
        fields.extend(work.asked.clone());
        fields.insert("the number of results".to_owned(), json!(work.total));
        fields.insert("solver".to_owned(), json!(work.solver));
        Value::Object(fields)
    };
    let shown = |value: &Value| crate::report::shortened(&value.to_string());
    let (at, a, b) = leaf(String::new(), &value(a), &value(b))?;
    Some((at, shown(&a), shown(&b)))
}

/// Where two values differ first, as `problems[0].rounding`, and what stands there.
fn leaf(at: String, a: &Value, b: &Value) -> Option<(String, Value, Value)> {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => a.keys().chain(b.keys()).find_map(|name| {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            leaf(at, a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null))
        }),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(i, (a, b))| leaf(format!("{at}[{i}]"), a, b))
        }
        _ if a == b => None,
        _ => Some((at, a.clone(), b.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_cover_every_index_once() {
        for (count, of) in [(0, 3), (1, 4), (7, 3), (100, 7), (1_000_000_000_000, 1000)] {
            let mut next = 5;
            for number in 1..=of {
                let part = Shard { number, of }.range(5, count);
                assert_eq!(part.start, next);
                next = part.end;
            }
            assert_eq!(next, 5 + count);
        }
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!(Shard::read("2/4").map(|shard| shard.to_string()), Ok("2/4".to_owned()));
        for text in ["", "0/4", "5/4", "1", "a/b", "1/0", "-1/2", "1/2/3"] {
            assert!(Shard::read(text).is_err(), "{text}");
        }
        // Of results no part is empty.
        for (count, of) in [(4, 4), (7, 3), (33, 32)] {
            let parts: Vec<_> =
                (1..=of).map(|number| Shard { number, of }.of_results(count, "results").unwrap()).collect();
            assert!(parts.iter().all(|part| !part.is_empty()));
            assert_eq!(parts.iter().map(Range::len).sum::<usize>(), count);
        }
        assert!(
            Shard { number: 1, of: 5 }.of_results(4, "claims").unwrap_err().contains("there are claims, 4, got 1/5")
        );
    }

    fn work(seed: u64) -> Work {
        let asked = Map::from_iter([("seed".to_owned(), json!(seed))]);
        Work::new("mutate", Value::Object(asked), 7, "Z3")
    }

    fn text(work: &Work, number: u64, of: u64) -> String {
        let shard = Shard { number, of };
        let entry = |index| Entry::new(index, json!({"n": index}));
        let entries: Vec<Entry> = shard.of_results(work.total, "results").unwrap().map(entry).collect();
        written(work, shard, &entries, Duration::from_millis(1500))
    }

    fn parts(texts: &[(&str, String)]) -> Result<Vec<Part>, String> {
        let read = |(name, text): &(&str, String)| super::read(name, text.lines().map(|line| Ok(line.to_owned())));
        Ok(texts.iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    #[test]
    fn parts_in_any_order_and_in_one_text_are_the_whole() {
        let of = |number| text(&work(0), number, 3);
        let apart = [("b", of(2)), ("c", of(3)), ("a", of(1))];
        let together = [("all", [of(3), of(1), of(2)].join("\n"))];
        for texts in [&apart[..], &together] {
            let whole = whole(parts(texts).unwrap()).unwrap();
            assert_eq!(whole.entries.iter().map(|entry| entry.index).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6]);
            assert_eq!((whole.work, whole.elapsed), (work(0), Duration::from_millis(4500)));
        }
    }

    #[test]
    fn what_is_missing_doubled_or_foreign_is_refused_for_its_own_reason() {
        let of = |number| text(&work(0), number, 3);
        let refusal = |texts: &[(&str, String)]| parts(texts).and_then(whole).unwrap_err();
        let cases = [
            (vec![("a", of(1)), ("c", of(3))], "expected all 3 shards, got 2: missing 2/3"),
            (vec![("a", of(1)), ("b", of(2)), ("c", of(2))], "c: expected each shard once, got 2/3 again after b"),
            (
                vec![("a", of(1)), ("b", text(&work(1), 2, 3))],
                "b: expected a shard of the same work as a, where seed is 0, got 1",
            ),
            (vec![("a", of(1)), ("b", text(&work(0), 2, 4))], "b: expected one of 3 parts, as in a, got shard 2/4"),
            (vec![("a", String::new())], "a: expected a shard, whose first line has the schema reduce.shard/1"),
        ];
        for (texts, expected) in cases {
            assert!(refusal(&texts).starts_with(expected), "{}", refusal(&texts));
        }
        let cut = of(1).lines().take(2).join("\n");
        assert_eq!(refusal(&[("a", cut)]), "a: expected 2 results of shard 1/3, got the end after 1");
        let own = work(0).version;
        let spoilt = [
            ("\"index\":1", "\"index\":4", "a: line 3: expected the result with index 1"),
            ("\"answer\"", "\"other\"", "a: line 2: expected the result with index 0"),
            (SCHEMA, "reduce.bits/1", "a: line 1: expected the first line of a shard, with"),
            (own.as_str(), "9.9.9", "a: line 1: expected a shard of version"),
            ("\"count\":2", "\"count\":3", "a: line 1: expected 2 results in shard 1/3 of 7"),
            ("{", "", "a: line 1: expected the first line of a shard, as --shard prints it"),
        ];
        for (from, to, expected) in spoilt {
            let message = refusal(&[("a", of(1).replace(from, to))]);
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
