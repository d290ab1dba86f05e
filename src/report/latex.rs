//! What was found of many claims, as a fragment for a paper: a folder that pdflatex compiles.
//!
//! `reduce.sty` is the same for every report. `reduce-claims.tex` holds the verdict and the digest of each claim, against which
//! `\reducechecked{claim}{digest}` compares what the author wrote: a claim whose statement or weights changed stops the
//! compilation. `reduce-report.tex` is the fragment, and `main.tex` compiles it alone. Every word comes from [`Report`].

use super::bits::Row;
use super::gathered::Entry;
use super::gathered::Report;
use super::gathered::Table;
use super::gathered::WORDS;
use super::map::ARROW;
use super::map::CAPTION;
use super::map::groups;
use super::shortened;
use crate::experiments::errata::Reproduced;
use crate::folder;
use crate::folder::File;
use crate::folder::FolderError;
use crate::tex;
use crate::tex::code;
use crate::tex::escaped;
use crate::tex::prose;
use crate::tex::tree::tree;
use crate::verdict::Verdict;
use itertools::Itertools;
use std::path::Path;

/// The file by which such a folder is known, and which is the same in each.
pub const STYLE: &str = "reduce.sty";

/// The files of the folder.
pub fn files(report: &Report<'_>) -> Vec<File> {
    let entries = report.entries();
    vec![
        File::new(STYLE, include_str!("latex/reduce.sty")),
        File::new("reduce-claims.tex", claims(&entries)),
        File::new("reduce-report.tex", fragment(report, &entries)),
        File::new("main.tex", include_str!("latex/main.tex")),
    ]
}

/// Writes the folder, whole or not at all; one that is there is replaced if that is asked for and it holds the style.
///
/// # Errors
/// [`FolderError`].
pub fn write(folder: &Path, files: &[File], replace: bool) -> Result<(), FolderError> {
    let entries = files.iter().map(|file| (file.path.as_str(), file.text.as_bytes()));
    folder::write(folder, entries, replace.then_some(STYLE))
}

/// What the package knows of each claim. Names are letters, digits and hyphens; digests are hexadecimal.
fn claims(entries: &[Entry<'_>]) -> String {
    let mut text = "% Made by reduce report --latex. In a paper: \\reducechecked{claim}{digest}.\n".to_owned();
    for entry in entries {
        let (name, digest) = (entry.name, &entry.digest);
        text.push_str(&format!("\\reduceclaim{{{name}}}{{{digest}}}{{{}}}\n", said(entry)));
    }
    text
}

/// The word of a verdict, with what is said where the checker itself is at fault.
fn said(entry: &Entry<'_>) -> String {
    format!("{}{}", entry.verdict, if entry.alarm.is_some() { " (ALARM)" } else { "" })
}

fn fragment(report: &Report<'_>, entries: &[Entry<'_>]) -> String {
    let words = WORDS.map(|(word, meaning)| format!("\\emph{{{word}}}: {}", escaped(meaning))).join("; ");
    let parts = [
        "% Made by reduce report --latex; every word stands in what reduce check prints.".to_owned(),
        "\\begingroup\\sloppy\\emergencystretch=3em".to_owned(),
        format!("\\section{{What was checked by machine}}\n{}\n\n{words}.", escaped(&report.sentence())),
        status(entries),
        map(entries),
        report.tables.iter().map(precision).join("\n\n"),
        errata(report.errata),
        appendix(entries),
        "\\endgroup\n".to_owned(),
    ];
    parts.iter().filter(|part| !part.is_empty()).join("\n\n")
}

/// A table that may run over pages: its columns as LaTeX names them with their heads, its rows as LaTeX, its caption.
fn long_table(columns: &[(&str, &str)], rows: &[Vec<String>], caption: &str) -> String {
    let (kinds, heads) =
        (columns.iter().map(|(kind, _)| kind).join(""), columns.iter().map(|(_, head)| head).join(" & "));
    let rows = rows.iter().map(|row| format!("{} \\\\", row.join(" & "))).join("\n");
    let head = format!("\\toprule\n{heads} \\\\\n\\midrule");
    format!(
        "{{\\small\\setlength{{\\tabcolsep}}{{4pt}}\\setlength{{\\LTcapwidth}}{{\\linewidth}}\n\\begin{{longtable}}{{{kinds}}}\n\
         \\caption{{{}}}\\\\\n{head}\n\\endfirsthead\n{head}\n\\endhead\n\\bottomrule\n\\endfoot\n{rows}\n\\end{{longtable}}}}",
        escaped(caption)
    )
}

/// A column of text so wide, in parts of the text's width, ragged at its right.
fn column(share: &str) -> String {
    format!(">{{\\raggedright\\arraybackslash}}p{{{share}\\linewidth}}")
}

/// All claims in a table.
fn status(entries: &[Entry<'_>]) -> String {
    let row = |entry: &Entry<'_>| {
        vec![
            code(entry.name),
            escaped(entry.theorem),
            escaped(&said(entry)),
            escaped(&entry.discharged),
            entry.coq.map_or("-".to_owned(), code),
            format!("{:.1}", entry.elapsed.as_secs_f64()),
        ]
    };
    let (wide, middle, narrow) = (column(".26"), column(".15"), column(".21"));
    let columns = [
        (wide.as_str(), "claim"),
        (middle.as_str(), "theorem"),
        ("l", "verdict"),
        ("r", "discharged"),
        (narrow.as_str(), "in Coq"),
        ("r", "s"),
    ];
    let caption = "The status of each theorem: the verdict, how many obligations are discharged, the theorem in Coq about the same \
                   weights (which this table did not run), and the seconds that the check took.";
    let rows = entries.iter().map(row).collect_vec();
    format!("\\subsection{{Status of the theorems}}\n{}", long_table(&columns, &rows, caption))
}

fn map(entries: &[Entry<'_>]) -> String {
    let groups = groups(entries);
    if groups.is_empty() {
        return String::new();
    }
    format!(
        "\\begin{{figure}}[!htbp]\n\\centering\n{}\n\\caption{{Problems, classes and networks. {}}}\n\\end{{figure}}",
        tree(&groups, 2, ARROW),
        escaped(CAPTION)
    )
}

/// The same numbers that `reduce bits` prints.
fn precision(of: &Table) -> String {
    let shown = |bits: Option<u32>| bits.map_or("-".to_owned(), |bits| bits.to_string());
    let row = |row: &Row| {
        let below = row.counterexample_below.as_ref();
        let below = below.map_or("-".to_owned(), |below| format!("{}: {}", below.bits, code(&shortened(&below.word))));
        let alarm = if row.alarm { " ALARM: proved, and yet a word differs" } else { "" };
        let undetermined = row.undetermined.as_ref();
        let undetermined = undetermined.map_or(String::new(), |reason| format!(" {}: {reason}", Verdict::Undetermined));
        vec![
            row.n.to_string(),
            shown(row.bits),
            shown(row.proved_bits),
            shown(row.theorem_bits),
            format!("{below}{alarm}{}", escaped(&undetermined)),
        ]
    };
    let last = column(".55");
    let columns =
        [("r", "n"), ("r", "bits"), ("r", "proved"), ("r", "theorem"), (last.as_str(), "counterexample one bit below")];
    let rows = of.rows.iter().map(row).collect_vec();
    long_table(&columns, &rows, &format!("Least precision: {}.", of.subject.title))
}

/// Where the print does not hold.
fn errata(found: &[Reproduced]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let item = |found: &Reproduced| {
        let erratum = found.erratum;
        let otherwise = found.otherwise.iter().map(|text| format!(" Otherwise than expected: {text}."));
        let unknown = found.unknown.iter().map(|text| format!(" Unknown: {text}."));
        let problems = otherwise.chain(unknown).join("");
        format!(
            "\\item[{}] ({}, {}) {} ({}) Repair ({}): {}{}",
            code(erratum.name),
            escaped(erratum.kind.word()),
            escaped(found.outcome()),
            prose(erratum.shows),
            escaped(erratum.source),
            escaped(found.repair_word()),
            prose(erratum.repair),
            escaped(&problems)
        )
    };
    let items = found.iter().map(item).join("\n");
    format!(
        "\\subsection{{Where the paper as printed does not hold}}\nEach entry was looked at again: its counterexample, and the \
         evidence for the flaw and for the repair.\n\\begin{{description}}\n{items}\n\\end{{description}}"
    )
}

/// Claim by claim: what was proved, by whom, and what stays on paper.
fn appendix(entries: &[Entry<'_>]) -> String {
    let claims = entries.iter().map(claim).join("\n\n");
    format!(
        "\\subsection{{Machine-checked: what was proved, by whom, and what stays on paper}}\nThe digest of a claim is the SHA-256 of \
         its statement and its weights.\n\n{claims}"
    )
}

fn claim(entry: &Entry<'_>) -> String {
    let verdict = format!("\\textbf{{{}}}{}.", escaped(&said(entry)), prose(&entry.for_whom));
    let mut lines = vec![format!("\\paragraph{{{}.}} {verdict}", escaped(&entry.title))];
    lines.extend(entry.alarm.map(|alarm| format!("\\textbf{{{}}}", escaped(alarm))));
    lines.extend(entry.beside.iter().map(|line| format!("\n{}", prose(line.trim()))));
    let fact = |(name, value): &(&str, String)| {
        let value = match *name {
            "again" => code(value),
            "digest" => tex::digest(value),
            _ => prose(value),
        };
        format!("\\item[{}] {value}", escaped(name))
    };
    let links = entry.links.iter().map(|link| {
        let (name, word, by) = (escaped(&link.name), escaped(link.verdict.word()), prose(&link.by));
        format!("\\item[{name}] {word}: {by}")
    });
    let items = entry.facts.iter().map(fact).chain(links).join("\n");
    lines.push(format!("\\begin{{description}}\\setlength{{\\itemsep}}{{0pt}}\n{items}\n\\end{{description}}"));
    lines.join("\n")
}
