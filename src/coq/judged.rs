//! The lines of a theorem's folder that a person must judge; the rest is Coq's business.

use super::ExportError;
use super::Subject;
use super::files;
use super::readme::judged_lines;
use crate::folder::File;
use reductions::Reduction;

/// The theories about networks of several layers that are statements from the first line to the last.
const WHOLE: [&str; 3] = ["theories/LayeredSemantics.v", "theories/MatrixProduct.v", "theories/WeightedAutomaton.v"];

/// Lines that stand together in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedLines {
    /// The file.
    pub path: String,
    /// The number of the first line, from 1.
    pub first: usize,
    /// The lines.
    pub lines: Vec<String>,
}

/// What a person must judge of a claim's theorem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The lines, file by file.
    pub parts: Vec<JudgedLines>,
    /// How many lines the theorem's theories and its claim have in all, the printed weights apart.
    pub n_lines: usize,
}

impl Judged {
    /// How many lines are to be judged.
    pub fn n_judged(&self) -> usize {
        self.parts.iter().map(|part| part.lines.len()).sum()
    }
}

/// The lines of the theorem about a claim's own network that a person must judge.
///
/// # Errors
/// As [`files`], where there is no theorem about the claim.
pub fn judged(reduction: &dyn Reduction) -> Result<Judged, ExportError> {
    let folder = files(Subject::Claim(reduction), reduction.network())?;
    let is_layered = folder.iter().any(|file| file.path == WHOLE[0]);
    let sources = folder.iter().filter(|file| file.path.starts_with("theories/") || file.path.starts_with("claims/"));
    let sources: Vec<&File> = sources.collect();
    // An automaton's folder has the theory of products as well, and the other way round; its claim names the one it needs.
    let claims: String =
        sources.iter().filter(|file| file.path.starts_with("claims/")).map(|f| f.text.as_str()).collect();
    let is_named = |path: &str| {
        let name = path.trim_start_matches("theories/").trim_end_matches(".v");
        claims
            .lines()
            .any(|line| line.starts_with("From Reduce") && line.trim_end_matches('.').ends_with(&format!(" {name}")))
    };
    let mut parts = Vec::new();
    for file in &sources {
        let n_lines = file.text.lines().count();
        let is_whole = is_layered && WHOLE.contains(&file.path.as_str()) && is_named(&file.path);
        let ranges = match () {
            () if is_whole || file.path.starts_with("claims/") => vec![(1, n_lines)],
            // What a machine does is a step of the proof where a problem stands in its place.
            () if is_layered || file.path == "theories/Machine.v" => Vec::new(),
            () => judged_lines(&file.text),
        };
        for (first, last) in ranges {
            let lines = file.text.lines().skip(first - 1).take(last + 1 - first).map(str::to_owned);
            parts.push(JudgedLines { path: file.path.clone(), first, lines: lines.collect() });
        }
    }
    Ok(Judged { parts, n_lines: sources.iter().map(|file| file.text.lines().count()).sum() })
}
