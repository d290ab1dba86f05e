//! Instances by the million: each depends on the recipe and its index alone, so that any number of threads and any division
//! into shards give the same bytes.

use crate::families::Family;
use crate::families::groups::Group;
use crate::families::places;
use problems::NoInstance;
use problems::Problem;
use problems::Random;
use problems::Sizes;
use problems::Token;
use problems::Word;
use problems::reachability::Instance as GraphInstance;
use problems::word_problem;
use serde_json::Value;
use serde_json::json;

/// Which answers are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// Only yes.
    Yes,
    /// Only no.
    No,
    /// Yes and no in turn.
    Balanced,
}

/// The sizes of which instances are drawn, both ends included, each as likely as any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeRange {
    /// The least.
    pub least: usize,
    /// The largest.
    pub largest: usize,
}

impl SizeRange {
    /// Reads `N` or `A..B`.
    ///
    /// # Errors
    /// A clause that says what was expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<usize>().ok();
        let found = match text.split_once("..") {
            Some((least, largest)) => number(least).zip(number(largest)),
            None => number(text).map(|n| (n, n)),
        };
        match found {
            Some((least, largest)) if least <= largest => Ok(Self { least, largest }),
            _ => Err(format!("expected a size N or a range A..B with A <= B, got `{text}`")),
        }
    }
}

impl std::fmt::Display for SizeRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { least, largest } = self;
        if least == largest { write!(f, "{least}") } else { write!(f, "{least}..{largest}") }
    }
}

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a line, as `reduce run` reads it
    Jsonl,
    /// Comma-separated, with the columns seed,input,target
    Csv,
    /// The word alone
    Words,
    /// Two files, NAME_src.txt and NAME_tgt.txt; graphs as `source;i-j;...;target` with binary numbers
    SrcTgt,
    /// One flat JSON object a line, the same fields in each, as the Python package `datasets` reads it
    Hf,
}

impl Format {
    /// The ending of a file of this format.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jsonl | Self::Hf => ".jsonl",
            Self::Csv => ".csv",
            Self::Words => ".txt",
            Self::SrcTgt => "_src.txt",
        }
    }

    /// The first line of a file, where there is one.
    pub fn header(self) -> Option<&'static str> {
        (self == Self::Csv).then_some("seed,input,target")
    }
}

/// What instances are of: a problem, perhaps one family of it, or a group.
pub enum Subject<'a> {
    /// A problem.
    Problem {
        /// The problem.
        problem: &'a dyn Problem,
        /// The family; where none is named, the problem's own sampler.
        family: Option<Family>,
    },
    /// The word problem of a group, with a label at every position.
    Group(Group),
}

impl Subject<'_> {
    /// The least and the largest size, and what it counts.
    pub fn sizes(&self) -> (usize, usize, &str) {
        match self {
            Self::Problem { family: Some(family), .. } => (family.sizes.0, family.sizes.1, &family.unit),
            Self::Problem { problem, family: None } => {
                let Sizes { unit, least, largest, .. } = problem.sizes();
                (least, largest, unit)
            }
            Self::Group(_) => (1, word_problem::all_elements().sizes().largest, "letters"),
        }
    }

    /// The size of instances where none is asked for: the problem's, where the family has it.
    pub fn default_size(&self) -> usize {
        let (least, largest, _) = self.sizes();
        match self {
            Self::Problem { problem, .. } => problem.sizes().default,
            Self::Group(_) => word_problem::all_elements().sizes().default,
        }
        .clamp(least, largest)
    }
}

/// Everything that an instance depends on, beside its index.
pub struct Recipe<'a> {
    /// What instances are of.
    pub subject: Subject<'a>,
    /// Their sizes.
    pub sizes: SizeRange,
    /// The seed.
    pub seed: u64,
    /// Their answers.
    pub answers: Answers,
    /// Whether instances 2k and 2k + 1 are twins, which differ at one place and have opposite answers.
    pub twins: bool,
    /// Whether every prefix has a label.
    pub labels: bool,
}

/// One instance, not yet written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its number.
    pub index: u64,
    /// The word, or the letters as numbers.
    pub text: String,
    /// The answer.
    pub answer: bool,
    /// Its size.
    pub n: usize,
    /// Its family.
    pub family: String,
    /// The labels of all prefixes, where they are asked for.
    pub labels: Option<Vec<u16>>,
    /// The place, from 0, at which it differs from its twin.
    pub place: Option<usize>,
    /// The graph as other people's generators write one.
    graph: Option<String>,
}

/// What stands in the field `problem` of words over a group.
pub const GROUP_WORDS: &str = "group-word-problem";

/// How often a size or a twin is drawn again where there is none.
const DRAWS: usize = 1000;

impl Recipe<'_> {
    /// The instance with this index.
    ///
    /// # Errors
    /// [`NoInstance`] where no size has an instance with the answer, or none has a twin.
    pub fn instance(&self, index: u64) -> Result<Instance, NoInstance> {
        // Twins share a stream: the first of them is drawn, with yes and no in turn, and the second is made from it.
        let (stream, is_second) = if self.twins { (index / 2, index % 2 == 1) } else { (index, false) };
        let answer = match self.answers {
            Answers::Yes => true,
            Answers::No => false,
            Answers::Balanced => stream.is_multiple_of(2),
        };
        let mut random = Random::new(self.seed, stream);
        match &self.subject {
            Subject::Group(group) => self.group_instance(group, index, answer, &mut random),
            Subject::Problem { problem, family } => {
                self.problem_instance(*problem, family.as_ref(), (index, is_second), answer, &mut random)
            }
        }
    }

    /// A size of the range; where there is one only, nothing is drawn.
    fn size(&self, random: &mut Random) -> usize {
        let SizeRange { least, largest } = self.sizes;
        if least == largest { least } else { least + random.below(largest - least + 1) }
    }

    fn group_instance(
        &self,
        group: &Group,
        index: u64,
        answer: bool,
        random: &mut Random,
    ) -> Result<Instance, NoInstance> {
        let n = self.size(random);
        let word = group.sample(n, answer, random).map_err(|reason| NoInstance { reason })?;
        Ok(Instance {
            index,
            text: joined(&word.letters),
            answer,
            n,
            family: format!("group-words/{}", group.name),
            labels: Some(word.products),
            place: None,
            graph: None,
        })
    }

    fn problem_instance(
        &self,
        problem: &dyn Problem,
        family: Option<&Family>,
        (index, is_second): (u64, bool),
        answer: bool,
        random: &mut Random,
    ) -> Result<Instance, NoInstance> {
        let mut refused = None;
        for _ in 0..DRAWS {
            let n = self.size(random);
            let drawn = match family {
                Some(family) => family.sample(problem, n, answer, random),
                None => problem.sample(n, answer, random),
            };
            let sample = match drawn {
                Ok(sample) => sample,
                // In a range, sizes without an instance are drawn again; the ends have to be sizes.
                Err(error) if self.sizes.least == self.sizes.largest => return Err(error),
                Err(error) => {
                    refused = Some(error);
                    continue;
                }
            };
            let (mut word, mut answer, mut place) = (sample.word, answer, None);
            if self.twins {
                let Some((other, at)) = places::twin(problem, &word, random) else { continue };
                place = Some(at);
                if is_second {
                    (word, answer) = (other, !answer);
                }
            }
            let n = family.map_or(n, |family| family.size(n));
            return Ok(self.finished(problem, (index, n, answer), word, sample.family, place));
        }
        Err(refused.unwrap_or_else(|| {
            let (name, unit) = (problem.name(), places::unit(problem));
            NoInstance { reason: format!("no twin of `{name}` was found in {DRAWS} instances: no change among its {unit} keeps the family and gives the other answer") }
        }))
    }

    fn finished(
        &self,
        problem: &dyn Problem,
        (index, n, answer): (u64, usize, bool),
        word: Word,
        family: String,
        place: Option<usize>,
    ) -> Instance {
        let is_graph = is_plain_reachability(problem);
        Instance {
            index,
            text: problem.alphabet().format(&word),
            answer,
            n,
            family,
            labels: self.labels.then(|| prefix_answers(problem, &word)),
            place,
            graph: is_graph.then(|| GraphInstance::parse(&word).map(|graph| binary_graph(&graph))).flatten(),
        }
    }

    /// The lines of an instance: one, or two where source and target are files of their own.
    pub fn lines(&self, instance: &Instance, format: Format) -> (String, Option<String>) {
        let target = match &instance.labels {
            Some(labels) => joined(labels),
            None => u8::from(instance.answer).to_string(),
        };
        match format {
            Format::Jsonl => (self.json(instance).to_string(), None),
            Format::Hf => (self.flat_json(instance).to_string(), None),
            Format::Words => (instance.text.clone(), None),
            Format::Csv => (format!("{},{},{target}", self.seed, quoted(&instance.text)), None),
            Format::SrcTgt => (instance.graph.clone().unwrap_or_else(|| instance.text.clone()), Some(target)),
        }
    }

    fn names(&self) -> (&str, Option<&str>) {
        match &self.subject {
            Subject::Problem { problem, .. } => (problem.name(), problem.variant()),
            Subject::Group(_) => (GROUP_WORDS, None),
        }
    }

    fn json(&self, instance: &Instance) -> Value {
        let (problem, variant) = self.names();
        let mut line = json!({
            "word": instance.text,
            "answer": instance.answer,
            "n": instance.n,
            "seed": self.seed,
            "index": instance.index,
            "family": instance.family,
            "problem": problem,
            "version": env!("CARGO_PKG_VERSION"),
        });
        if let Some(fields) = line.as_object_mut() {
            fields.extend(variant.map(|variant| ("variant".to_owned(), json!(variant))));
            fields.extend(self.group_name().map(|group| ("group".to_owned(), json!(group))));
            fields.extend(instance.place.map(|place| ("place".to_owned(), json!(place))));
            fields.extend(instance.labels.as_ref().map(|labels| ("labels".to_owned(), json!(labels))));
        }
        line
    }

    fn group_name(&self) -> Option<&str> {
        match &self.subject {
            Subject::Group(group) => Some(&group.name),
            Subject::Problem { .. } => None,
        }
    }

    /// The same fields on every line, each of one type, and the names that are usual there.
    fn flat_json(&self, instance: &Instance) -> Value {
        let (problem, variant) = self.names();
        let mut line = json!({
            "text": instance.text,
            "label": u8::from(instance.answer),
            "n": instance.n,
            "seed": self.seed,
            "index": instance.index,
            "family": instance.family,
            "problem": problem,
            "variant": variant.unwrap_or_default(),
            "version": env!("CARGO_PKG_VERSION"),
        });
        if let Some(fields) = line.as_object_mut() {
            fields.extend(self.group_name().map(|group| ("group".to_owned(), json!(group))));
            fields.extend(instance.labels.as_ref().map(|labels| ("labels".to_owned(), json!(labels))));
        }
        line
    }
}

/// Is this the problem whose words are graphs as [`GraphInstance`] writes them?
pub fn is_plain_reachability(problem: &dyn Problem) -> bool {
    problem.name() == "reachability" && problem.variant().is_none()
}

/// The answer after every prefix, completed by the end where the problem's words have one.
pub fn prefix_answers(problem: &dyn Problem, word: &[Token]) -> Vec<u16> {
    let end = problem.alphabet().token("$");
    let answer = |n: usize| {
        let prefix = &word[..n];
        match end {
            Some(end) if prefix.last() != Some(&end) => problem.decide(&[prefix, &[end]].concat()),
            _ => problem.decide(prefix),
        }
    };
    (1..=word.len()).map(|n| u16::from(answer(n))).collect()
}

fn binary_graph(graph: &GraphInstance) -> String {
    let mut text = format!("{:b}", graph.source);
    graph.edges.iter().for_each(|(from, to)| text.push_str(&format!(";{from:b}-{to:b}")));
    text.push_str(&format!(";{:b}", graph.target));
    text
}

fn joined(numbers: &[u16]) -> String {
    numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
}

/// A field as RFC 4180 wants it.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_numbers_or_ranges() {
        assert_eq!(SizeRange::read("7"), Ok(SizeRange { least: 7, largest: 7 }));
        assert_eq!(SizeRange::read("1..40"), Ok(SizeRange { least: 1, largest: 40 }));
        for text in ["", "a", "4..3", "..3", "3..", "1..=4", "-1"] {
            assert!(SizeRange::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn fields_with_commas_and_quotes_are_quoted() {
        assert_eq!((quoted("a b"), quoted("a,\"b"), quoted("#|0")), ("a b".into(), "\"a,\"\"b\"".into(), "#|0".into()));
    }
}
