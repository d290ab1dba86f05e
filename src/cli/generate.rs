//! `reduce generate`: hard instances with known answers.

use super::files::Output;
use super::misuse::Misuse;
use super::select;
use super::select::Selected;
use super::select::Selection;
use crate::dataset;
use crate::dataset::Answers;
use crate::dataset::Format;
use crate::dataset::Instance;
use crate::dataset::Recipe;
use crate::dataset::SizeRange;
use crate::dataset::Subject;
use crate::families;
use crate::families::groups::Group;
use crate::folder::hexadecimal;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::shard::Shard;
use crate::unfinished::Unfinished;
use clap::Args;
use clap::ValueEnum;
use problems::NoInstance;
use rayon::prelude::*;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;

/// The schema of a manifest.
const MANIFEST_SCHEMA: &str = "reduce.dataset/1";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswersArgument {
    Yes,
    No,
    Balanced,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Labels {
    Last,
    Every,
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// The family, as `reduce list --families` prints it [default: the problem's first]
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// Words over this group instead, for word-problem: S3, S5, A5, Z60, or permutations by their images, as in
    /// `2 3 1; 2 1 3`; letters and labels are numbers of elements
    #[arg(long, value_name = "GROUP", conflicts_with_all = ["family", "twins", "model", "variant", "automaton"])]
    group: Option<String>,
    /// Size, or range of sizes A..B: vertices, values, pairs, letters or matrices [default: 64, of matrices 60, or the
    /// family's nearest]
    #[arg(long, value_name = "N|A..B", value_parser = SizeRange::read)]
    n: Option<SizeRange>,
    /// How many instances, of each split
    #[arg(long, value_name = "K", default_value_t = 1)]
    count: u64,
    /// Seed; instance i depends on the seed and i alone
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Which answers
    #[arg(long, value_enum, default_value_t = AnswersArgument::Balanced)]
    answer: AnswersArgument,
    /// Write near-miss pairs: instances 2k and 2k + 1 differ at one place and have opposite answers
    #[arg(long)]
    twins: bool,
    /// Label the whole word, or every prefix (with its end, where the problem's words have one) [default: last, with --group
    /// every]
    #[arg(long, value_enum)]
    labels: Option<Labels>,
    /// How lines are written
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Write the I-th of N parts only; the parts, one after the other, are the whole
    #[arg(long, value_name = "I/N", value_parser = Shard::read)]
    shard: Option<Shard>,
    /// A split and its sizes, several times; --output is then the folder, which gets a file for each and manifest.json
    #[arg(long, value_name = "NAME=A..B", value_parser = read_split, requires = "output", conflicts_with = "n")]
    split: Vec<Split>,
    /// Write to this file, all of it or nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A part of a dataset with its own sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Split {
    name: String,
    sizes: SizeRange,
}

fn read_split(text: &str) -> Result<Split, String> {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    match text.split_once('=') {
        Some((name, sizes)) if is_name(name) => Ok(Split { name: name.to_owned(), sizes: SizeRange::read(sizes)? }),
        _ => Err(format!("expected NAME=A..B with a name of letters, digits, - and _, got `{text}`")),
    }
}

/// How many instances are drawn before they are written: bounded memory, and the same bytes for any number of threads.
const CHUNK: u64 = 256;

pub(crate) fn generate(arguments: &GenerateArguments, progress: &Progress, standard: Output) -> Result<u8, Misuse> {
    let claim = select::claim(&arguments.problem, &arguments.selection)?;
    let recipe = recipe(arguments, &claim)?;
    let shards = arguments.shard.map_or(1, Shard::n_parts);
    let n_lines = arguments.count.saturating_mul(arguments.split.len().max(1) as u64) / shards;
    progress.start("instances", usize::try_from(n_lines).unwrap_or(0));
    if arguments.split.is_empty() {
        let mut files = Files::open(arguments, arguments.output.as_deref(), standard)?;
        write(&recipe, arguments, 0, &mut files, progress)?;
        progress.finish();
        files.finish()?;
    } else {
        write_splits(recipe, arguments, progress)?;
        progress.finish();
    }
    Ok(0)
}

/// What is asked for, checked.
fn recipe<'c>(arguments: &GenerateArguments, claim: &'c Selected) -> Result<Recipe<'c>, Misuse> {
    let problem = claim.problem();
    let subject = match (&arguments.group, &arguments.family) {
        (Some(_), _) if problem.name() != "word-problem" => {
            return Err(Misuse(format!("--group: expected word-problem, got {}", problem.name())));
        }
        (Some(group), _) => {
            Subject::Group(Group::read(group).map_err(|message| Misuse(format!("--group: {message}")))?)
        }
        (None, Some(name)) => {
            let family = families::named(problem, name).map_err(|message| Misuse(format!("--family: {message}")))?;
            Subject::Problem { problem, family: Some(family) }
        }
        (None, None) => Subject::Problem { problem, family: None },
    };
    if arguments.twins && arguments.answer != AnswersArgument::Balanced {
        return Err(Misuse("--twins: expected both answers, got --answer yes or no".to_owned()));
    }
    if arguments.twins && arguments.count % 2 == 1 {
        let count = arguments.count;
        return Err(Misuse(format!("--twins: expected an even --count, as twins are pairs, got {count}")));
    }
    if arguments.count.checked_mul(arguments.split.len().max(1) as u64).is_none() {
        let (count, n_splits) = (arguments.count, arguments.split.len());
        return Err(Misuse(format!(
            "--count: expected at most 2^64 - 1 instances in {n_splits} splits, got {count} each"
        )));
    }
    // Between the ends a size without an instance is drawn again; the ends themselves have to be sizes.
    let ranges = arguments.n.iter().chain(arguments.split.iter().map(|split| &split.sizes));
    let (from, to, unit) = subject.sizes();
    for range in ranges {
        if range.least < from || range.largest > to {
            return Err(Misuse(format!("expected sizes from {from} to {to} {unit}, got {range}")));
        }
    }
    // Labels of every prefix: a group's words have them always, and a graph in binary numbers has no prefix.
    let is_group = matches!(subject, Subject::Group(_));
    if is_group && arguments.labels == Some(Labels::Last) {
        return Err(Misuse(
            "--labels: expected every with --group, whose words have a label at every position, got last".to_owned(),
        ));
    }
    if arguments.labels == Some(Labels::Every)
        && arguments.format == Format::SrcTgt
        && dataset::is_plain_reachability(problem)
    {
        return Err(Misuse(
            "--labels: expected last with --format src-tgt, whose graphs have no prefixes, got every".to_owned(),
        ));
    }
    let default = subject.default_size();
    Ok(Recipe {
        subject,
        sizes: arguments.n.unwrap_or(SizeRange { least: default, largest: default }),
        seed: arguments.seed,
        answers: match arguments.answer {
            AnswersArgument::Yes => Answers::Yes,
            AnswersArgument::No => Answers::No,
            AnswersArgument::Balanced => Answers::Balanced,
        },
        twins: arguments.twins,
        labels: is_group || arguments.labels == Some(Labels::Every),
    })
}

/// One output or, where source and target are apart, two; each with what a manifest says of it.
struct Files {
    all: Vec<Hashed>,
}

/// An output with the hash and the length of what was written.
struct Hashed {
    output: Output,
    name: String,
    hash: Sha256,
    n_bytes: u64,
}

impl Hashed {
    fn new(output: Output, path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { output, name, hash: Sha256::new(), n_bytes: 0 }
    }

    fn line(&mut self, text: &str) -> Result<(), Misuse> {
        self.hash.update(text);
        self.hash.update("\n");
        self.n_bytes += text.len() as u64 + 1;
        self.output.line(text)
    }

    fn json(&self) -> Value {
        let hash = hexadecimal(&self.hash.clone().finalize());
        json!({"file": self.name, "bytes": self.n_bytes, "sha256": hash})
    }
}

impl Files {
    /// The files under this name; the target beside the source is named after it.
    fn open(arguments: &GenerateArguments, path: Option<&Path>, standard: Output) -> Result<Self, Misuse> {
        let all = match (arguments.format, path) {
            (Format::SrcTgt, None) => {
                return Err(Misuse(
                    "--format src-tgt: expected --output NAME, for NAME_src.txt and NAME_tgt.txt".into(),
                ));
            }
            (Format::SrcTgt, Some(path)) => {
                let name = path.display().to_string();
                let stem = name.strip_suffix("_src.txt").unwrap_or(&name);
                let open = |ending: &str| {
                    let path = PathBuf::from(format!("{stem}{ending}"));
                    Ok::<Hashed, Misuse>(Hashed::new(Output::file(&path)?, &path))
                };
                vec![open("_src.txt")?, open("_tgt.txt")?]
            }
            (_, Some(path)) => vec![Hashed::new(Output::file(path)?, path)],
            (_, None) => vec![Hashed::new(standard, Path::new(""))],
        };
        Ok(Self { all })
    }

    fn finish(self) -> Result<(), Misuse> {
        self.all.into_iter().try_for_each(|file| file.output.finish())
    }
}

/// Writes `count` instances from an index on, or the part of the shard that is asked for; gives how many are yes and no.
fn write(
    recipe: &Recipe<'_>,
    arguments: &GenerateArguments,
    first: u64,
    files: &mut Files,
    progress: &Progress,
) -> Result<[u64; 2], Misuse> {
    let range = arguments.shard.unwrap_or(Shard::WHOLE).range(first, arguments.count);
    if let (Some(header), true) = (arguments.format.header(), arguments.shard.is_none_or(Shard::is_first)) {
        files.all[0].line(header)?;
    }
    let mut answers = [0; 2];
    let mut from = range.start;
    while from < range.end {
        let to = from.saturating_add(CHUNK).min(range.end);
        for drawn in draw(recipe, arguments.format, from..to, progress) {
            let (instance, (line, target)) = drawn.map_err(|error| Misuse(error.to_string()))?;
            files.all[0].line(&line)?;
            if let (Some(target), Some(file)) = (target, files.all.get_mut(1)) {
                file.line(&target)?;
            }
            answers[usize::from(instance.answer)] += 1;
        }
        from = to;
    }
    Ok(answers)
}

type Drawn = Result<(Instance, (String, Option<String>)), NoInstance>;

fn draw(recipe: &Recipe<'_>, format: Format, range: Range<u64>, progress: &Progress) -> Vec<Drawn> {
    let one = |index| {
        let instance = recipe.instance(index)?;
        let lines = recipe.lines(&instance, format);
        progress.step();
        Ok((instance, lines))
    };
    range.into_par_iter().map(one).collect()
}

/// Writes one file, or two, for each split, and a manifest; all of them appear when the last is complete.
fn write_splits(mut recipe: Recipe<'_>, arguments: &GenerateArguments, progress: &Progress) -> Result<(), Misuse> {
    let folder = arguments.output.as_deref().unwrap_or(Path::new("."));
    for (i, split) in arguments.split.iter().enumerate() {
        if arguments.split[..i].iter().any(|other| other.name == split.name) {
            return Err(Misuse(format!("--split: expected different names, got `{}` twice", split.name)));
        }
    }
    let made = Made::folder(folder)
        .map_err(|error| Misuse(format!("{}: cannot be made a folder: {error}", folder.display())))?;
    let mut finished = Vec::new();
    let mut entries = Vec::new();
    for (i, split) in (0..).zip(&arguments.split) {
        recipe.sizes = split.sizes;
        let path = folder.join(format!("{}{}", split.name, arguments.format.ending()));
        let mut files = Files::open(arguments, Some(&path), Output::standard())?;
        // The splits have different indices, and so different instances.
        let first = arguments.count.saturating_mul(i);
        let [no, yes] = write(&recipe, arguments, first, &mut files, progress)?;
        entries.push(json!({
            "split": split.name,
            "n": [split.sizes.least, split.sizes.largest],
            "first_index": first,
            "count": yes + no,
            "yes": yes,
            "no": no,
            "files": files.all.iter().map(Hashed::json).collect::<Vec<_>>(),
        }));
        finished.push(files);
    }
    let mut manifest = Output::file(&folder.join("manifest.json"))?;
    manifest.line(&pretty(&manifest_of(&recipe, arguments, entries)))?;
    finished.into_iter().try_for_each(Files::finish)?;
    manifest.finish()?;
    made.keep();
    Ok(())
}

/// The folders that were made for files. Where the work fails, or the user interrupts, they are removed.
struct Made {
    folders: Vec<PathBuf>,
    _outermost: Option<Unfinished>,
}

impl Made {
    /// Makes a folder and those above it, as far as they are not there.
    fn folder(folder: &Path) -> std::io::Result<Self> {
        let is_new = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
        // The innermost one first, as they have to be removed.
        let folders: Vec<PathBuf> = folder.ancestors().take_while(is_new).map(Path::to_owned).collect();
        let made = Self { _outermost: folders.last().map(|folder| Unfinished::new(folder)), folders };
        std::fs::create_dir_all(folder)?;
        Ok(made)
    }

    fn keep(mut self) {
        self.folders.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in &self.folders {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

fn manifest_of(recipe: &Recipe<'_>, arguments: &GenerateArguments, splits: Vec<Value>) -> Value {
    let (problem, variant, family) = match &recipe.subject {
        Subject::Problem { problem, family } => {
            let family = family.clone().unwrap_or_else(|| families::of(*problem)[0].clone());
            (problem.name(), problem.variant(), family.name)
        }
        Subject::Group(group) => (dataset::GROUP_WORDS, None, format!("group-words/{}", group.name)),
    };
    let name = |value: Option<clap::builder::PossibleValue>| value.map(|value| value.get_name().to_owned());
    let labels = if recipe.labels { Labels::Every } else { Labels::Last };
    json!({
        "schema": MANIFEST_SCHEMA,
        "problem": problem,
        "variant": variant,
        "family": family,
        "seed": arguments.seed,
        "answers": name(arguments.answer.to_possible_value()),
        "twins": arguments.twins,
        "labels": name(labels.to_possible_value()),
        "format": name(arguments.format.to_possible_value()),
        "shard": arguments.shard.map(|shard| shard.to_string()),
        "version": env!("CARGO_PKG_VERSION"),
        "splits": splits,
    })
}
