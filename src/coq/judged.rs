//! The lines of a theorem's folder that a person must judge; the rest is Coq's business.

use super::ExportError;
use super::Subject;
use super::files;
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

impl JudgedLines {
    /// The number of the last line.
    pub fn last(&self) -> usize {
        self.first + self.lines.len() - 1
    }
}

/// What a person must judge of a theorem, beside that the weights are those of the network that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The lines, file by file.
    pub parts: Vec<JudgedLines>,
    /// How many lines theories and claim have in all, and the data that is to be judged.
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
    Ok(of_folder(&files(Subject::Claim(reduction), reduction.network())?))
}

/// The lines of a folder that a person must judge: how a network runs, the problem, the theorem, and the automaton or machine
/// where the theorem speaks of one.
pub(super) fn of_folder(folder: &[File]) -> Judged {
    let claim = folder.iter().find(|file| file.path.starts_with("claims/"));
    let claim_text = claim.map(|file| file.text.as_str()).unwrap_or_default();
    // What a machine does is a step of the proof where a problem stands in its place.
    let is_about_a_machine = claim.is_some_and(|file| file.path == "claims/AnyMachine.v");
    let is_layered = folder.iter().any(|file| file.path == WHOLE[0]);
    // An automaton's folder has the theory of products as well, and the other way round; its claim names the one it needs.
    let is_named = |path: &str| {
        let name = path.trim_start_matches("theories/").trim_end_matches(".v");
        claim_text.lines().any(|line| line == format!("From Reduce Require Import {name}."))
    };
    let (mut parts, mut n_lines) = (Vec::new(), 0);
    for file in folder.iter().filter(|file| file.path.ends_with(".v")) {
        let path = file.path.as_str();
        let all = vec![(1, file.text.lines().count())];
        let ranges = match path.split('/').next() {
            Some("claims") => all,
            Some("generated") if path.ends_with("Automaton.v") => all,
            Some("generated") if path.ends_with("Machine.v") && is_about_a_machine => all,
            Some("theories") if is_layered && WHOLE.contains(&path) && is_named(path) => all,
            Some("theories") if is_layered || (path.ends_with("/Machine.v") && !is_about_a_machine) => Vec::new(),
            Some("theories") => judged_lines(&file.text),
            _ => continue,
        };
        n_lines += file.text.lines().count();
        for (first, last) in ranges {
            let lines = file.text.lines().skip(first - 1).take(last + 1 - first).map(str::to_owned);
            parts.push(JudgedLines { path: path.to_owned(), first, lines: lines.collect() });
        }
    }
    Judged { parts, n_lines }
}

/// The lines of a file that belong to the statement: from a heading `To judge` to the next one.
fn judged_lines(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut open = None;
    let mut last = 0;
    for (i, line) in text.lines().enumerate() {
        if line.starts_with("(** * ") {
            if let Some(first) = open.take() {
                ranges.push((first, last));
            }
            if line.starts_with("(** * To judge") {
                open = Some(i + 1);
            }
        }
        if !line.is_empty() {
            last = i + 1;
        }
    }
    ranges.extend(open.map(|first| (first, last)));
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_to_judge_are_those_under_their_heading() {
        let text = "(** About. *)\n\n(** * To judge: this *)\n\nDefinition a := 1.\n\n(** * The rest *)\nLemma b.\n";
        assert_eq!(judged_lines(text), [(3, 5)]);
        assert_eq!(judged_lines("(** * To judge *)\nDefinition a := 1.\n"), [(1, 2)]);
    }
}
