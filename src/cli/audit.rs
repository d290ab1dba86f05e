//! `reduce audit`: whether a dataset can be guessed, and whether its labels are right.

use super::files;
use super::misuse::Misuse;
use super::select;
use super::select::Selected;
use super::select::Selection;
use crate::audit;
use crate::audit::Line;
use crate::audit::Seen;
use crate::audit::Share;
use crate::audit::record::Question;
use crate::audit::record::is_line_of_permutations;
use crate::audit::report::Report;
use crate::cli::files::Output;
use crate::dataset;
use crate::families::groups::Group;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::verdict::exit_code;
use clap::Args;
use serde_json::Value;
use std::io::BufRead;
use std::path::Path;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct AuditArguments {
    /// Files of instances: JSON Lines, CSV with the columns seed,input,target, words, or NAME_src.txt with its NAME_tgt.txt;
    /// several are the splits of one dataset
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The problem's name [default: as the lines say]
    #[arg(long, value_name = "NAME")]
    problem: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// The group whose words the lines are, as `reduce generate --group` takes it
    #[arg(long, value_name = "GROUP", conflicts_with = "problem")]
    group: Option<String>,
    /// The share of lines that no rule may be right on
    #[arg(long, value_name = "SHARE", default_value = "0.65")]
    threshold: String,
    /// Seed of the sample whose sensitivity is measured
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Write a page with pictures to this file, all of it or nothing: HTML that needs no script and no network
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn audit(arguments: &AuditArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let threshold = Share::read(&arguments.threshold).map_err(|message| Misuse(format!("--threshold: {message}")))?;
    if let Some(page) = arguments.report.as_ref().filter(|page| is_one_of(page, &arguments.files)) {
        let page = page.display();
        return Err(Misuse(format!("--report: expected another file than those that are audited, got `{page}`")));
    }
    // The page's place is looked at before any work is done.
    let page = arguments.report.as_deref().map(Output::file).transpose()?;
    let mut seen = Seen::default();
    let mut found = Vec::new();
    progress.start("files", arguments.files.len());
    for (i, path) in arguments.files.iter().enumerate() {
        let first = first_line(path)?;
        let asked = Asked::of(arguments, path, &first)?;
        let question = asked.question()?;
        let lines = numbered(path, first)?;
        found.push(audit::audit((&files::name(path), i), &question, lines, &mut seen, arguments.seed)?);
        progress.step();
    }
    progress.finish();
    let report = Report { files: &found, threshold, threshold_text: &arguments.threshold, seed: arguments.seed };
    if let Some(mut page) = page {
        page.line(&audit::page::page(&report))?;
        page.finish()?;
    }
    output.line(&if arguments.json { pretty(&report.json()) } else { report.text() })?;
    output.show();
    Ok(exit_code([report.verdict()]))
}

/// Is this file there and one of these?
fn is_one_of(path: &Path, files: &[PathBuf]) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(path).is_some_and(|own| files.iter().any(|file| real(file).as_ref() == Some(&own)))
}

/// What the lines of a file are, before it is borrowed.
enum Asked {
    Claim(Selected),
    Group(Group),
    BinaryGraph,
    ZeroEntry,
    Residues,
    Permutations,
}

impl Asked {
    fn question(&self) -> Result<Question<'_>, Misuse> {
        Ok(match self {
            Self::Claim(claim) => Question::Problem(claim.problem()),
            Self::Group(group) => Question::Group(group.clone()),
            Self::BinaryGraph => Question::BinaryGraph,
            Self::ZeroEntry => Question::ZeroEntry,
            Self::Residues => Question::Residues,
            Self::Permutations => Question::Permutations,
        })
    }

    /// By the flags, else by what the first line says of itself, else by its form; permutations by the form of all lines.
    fn of(arguments: &AuditArguments, path: &Path, first: &First) -> Result<Self, Misuse> {
        let group =
            |text: &str| Group::read(text).map(Self::Group).map_err(|message| Misuse(format!("--group: {message}")));
        let claim = |name: &str, selection: &Selection| select::claim(name, selection).map(Self::Claim);
        if let Some(text) = &arguments.group {
            return group(text);
        }
        if let Some(name) = &arguments.problem {
            let is_source = is_source(path) && name == "reachability" && first.text().contains(';');
            return if is_source { Ok(Self::BinaryGraph) } else { claim(name, &arguments.selection) };
        }
        if is_source(path) {
            let parts: Vec<&str> = first.text().split('|').collect();
            match parts.as_slice() {
                _ if first.text().contains(';') => return Ok(Self::BinaryGraph),
                [_, second, ..] if second.contains(',') => return Ok(Self::ZeroEntry),
                [_, second, _, fourth, ..] if !second.contains(',') && fourth.contains(',') => {
                    return Ok(if are_permutations(path)? { Self::Permutations } else { Self::Residues });
                }
                _ => {}
            }
        }
        let value: Value = serde_json::from_str(first.text()).unwrap_or_default();
        let field = |name: &str| value.get(name).and_then(Value::as_str);
        if let Some(text) = field("group") {
            return group(text);
        }
        match field("problem") {
            Some(dataset::GROUP_WORDS) => Err(Misuse(format!(
                "{}: expected --group, as its first line is a word over a group and does not say over which",
                files::name(path)
            ))),
            Some(name) => {
                let is_automaton = name.ends_with("-automaton");
                let given = |own: &Option<String>, field: Option<&str>| own.clone().or(field.map(str::to_owned));
                let variant = field("variant").filter(|variant| !variant.is_empty());
                let selection = Selection {
                    model: arguments.selection.model.clone(),
                    variant: given(&arguments.selection.variant, variant.filter(|_| !is_automaton)),
                    automaton: given(&arguments.selection.automaton, variant.filter(|_| is_automaton)),
                };
                claim(name, &selection)
            }
            None => Err(Misuse(format!(
                "{}: expected --problem or --group, as its first line does not say what it is",
                files::name(path)
            ))),
        }
    }
}

/// The first line of instances, after a header, with the number of lines before it.
struct First {
    lines: Box<dyn BufRead>,
    /// None where the file has no such line.
    line: Option<String>,
    n_before: usize,
}

impl First {
    fn text(&self) -> &str {
        self.line.as_deref().unwrap_or_default()
    }
}

fn first_line(path: &Path) -> Result<First, Misuse> {
    let mut lines = files::lines(path)?;
    let mut text = String::new();
    let name = files::name(path);
    let mut read = |text: &mut String| {
        text.clear();
        lines.read_line(text).map_err(|error| Misuse(format!("{name}: {error}")))
    };
    let mut n_bytes = read(&mut text)?;
    let mut n_before = 0;
    if text.trim_end() == "seed,input,target" {
        n_bytes = read(&mut text)?;
        n_before = 1;
    }
    // A blank line is a line; at the end of the file there is none.
    let line = (n_bytes > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned());
    Ok(First { lines, line, n_before })
}

/// Are all lines of this file of permutations?
fn are_permutations(path: &Path) -> Result<bool, Misuse> {
    let name = files::name(path);
    for line in files::lines(path)?.lines() {
        if !is_line_of_permutations(&line.map_err(|error| Misuse(format!("{name}: {error}")))?) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_source(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().contains("_src"))
}

/// Every line with its number and, where targets are in a file of their own, its target.
fn numbered(path: &Path, first: First) -> Result<Box<dyn Iterator<Item = Result<Line, Misuse>>>, Misuse> {
    let name = files::name(path);
    let First { lines, line, n_before } = first;
    let rest = lines.lines();
    let texts = line.map(Ok).into_iter().chain(rest).enumerate();
    let of = name.clone();
    let texts = texts.map(move |(i, line)| {
        let line_number = n_before + i + 1;
        line.map(|line| (line_number, line)).map_err(|error| Misuse(format!("{of}: line {line_number}: {error}")))
    });
    let targets = if is_source(path) { Some(target_of(path)) } else { None };
    let Some((targets, target_name)) = targets.map(|path| (files::lines(&path), files::name(&path))) else {
        return Ok(Box::new(texts.map(|line| line.map(|(number, text)| (number, text, None)))));
    };
    let mut targets = targets?.lines();
    let mut texts = texts;
    Ok(Box::new(std::iter::from_fn(move || match (texts.next(), targets.next()) {
        (None, None) => None,
        (Some(Ok((number, text))), Some(Ok(target))) => Some(Ok((number, text, Some(target)))),
        (Some(Err(error)), _) => Some(Err(error)),
        (_, Some(Err(error))) => Some(Err(Misuse(format!("{target_name}: {error}")))),
        (Some(Ok((number, _))), None) => {
            Some(Err(Misuse(format!("{target_name}: expected a target for line {number} of {name}, got the end"))))
        }
        (None, Some(Ok(_))) => {
            Some(Err(Misuse(format!("{target_name}: expected as many targets as {name} has lines, got more"))))
        }
    })))
}

/// The file of targets beside one of sources.
fn target_of(path: &Path) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().replacen("_src", "_tgt", 1)).unwrap_or_default();
    path.with_file_name(name)
}
