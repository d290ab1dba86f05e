//! An artifact: a folder that a committee for artifact evaluation runs again, with the claims, the program and the evidence.
//!
//! Every expected line is one that `reduce check` printed when the folder was made; the scripts compare it with what it prints
//! now. No text holds an absolute path of the machine on which it was made.

use crate::folder;
use crate::folder::File;
use crate::folder::FolderError;
use crate::folder::Written;
use crate::report::gathered::Report;
use crate::report::json::pretty;
use crate::solver;
use itertools::Itertools;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// The file by which such a folder is known.
pub const KNOWN_BY: &str = "kick-the-tires.sh";

/// The claims of the quick look took no longer than this all together when they were checked.
const QUICK: Duration = Duration::from_secs(6);

/// Where the program lies.
const PROGRAM: &str = "bin/reduce";

/// What may be run.
const PROGRAMS: [&str; 4] = [KNOWN_BY, "all.sh", "check-claims.sh", PROGRAM];

/// What an artifact is made of.
pub struct Artifact<'a> {
    /// The claims that were checked.
    pub report: &'a Report<'a>,
    /// The arguments of `reduce check` for each claim, in the order of the report's entries.
    pub arguments: &'a [String],
    /// The weights of each claim with their paths below `weights`.
    pub weights: &'a [File],
    /// Files of evidence, with their paths below `evidence`.
    pub evidence: &'a [File],
    /// The running program.
    pub program: &'a [u8],
    /// Who wrote the paper; nobody where it is anonymous.
    pub authors: &'a [String],
    /// The image of the system on which the program was built: `debian:bookworm-slim`.
    pub image: &'a str,
    /// The version of the program, with its commit where it has one.
    pub version: &'a str,
}

/// A claim as the scripts know it.
struct Line<'l> {
    name: &'l str,
    theorem: &'l str,
    arguments: &'l str,
    expected: String,
    elapsed: Duration,
}

impl Artifact<'_> {
    /// Writes the folder, whole or not at all, with the digests of its files; one that is there is replaced if that is asked for
    /// and it is an artifact.
    ///
    /// # Errors
    /// [`FolderError`].
    pub fn write(&self, folder: &Path, replace: bool) -> Result<Written, FolderError> {
        let texts = self.texts();
        let texts = texts.iter().map(|file| (file.path.as_str(), file.text.as_bytes()));
        let files = texts.chain([(PROGRAM, self.program)]).collect_vec();
        folder::write_with_sums_and_programs(folder, &files, replace.then_some(KNOWN_BY), &PROGRAMS)
    }

    /// Every file that is text.
    fn texts(&self) -> Vec<File> {
        let lines = self.lines();
        let mut files = vec![
            File::new("README.md", self.readme(&lines)),
            File::new("claims.tsv", listed(&lines)),
            File::new("quick.tsv", listed(&quick(&lines))),
            File::new(KNOWN_BY, include_str!("artifact/kick-the-tires.sh")),
            File::new("all.sh", include_str!("artifact/all.sh")),
            File::new("check-claims.sh", include_str!("artifact/check-claims.sh")),
            File::new("Dockerfile", self.dockerfile()),
            File::new("LICENSE", include_str!("../LICENSE")),
            File::new("LICENSE-MIT", include_str!("../LICENSE-MIT")),
            File::new("LICENSE-APACHE", include_str!("../LICENSE-APACHE")),
            File::new("CITATION.cff", self.citation()),
            File::new(".zenodo.json", self.zenodo()),
        ];
        let below = |folder: &str, file: &File| File::new(format!("{folder}/{}", file.path), file.text.clone());
        files.extend(self.weights.iter().map(|file| below("weights", file)));
        files.extend(self.evidence.iter().map(|file| below("evidence", file)));
        files
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let entries = self.report.entries().into_iter().zip(self.arguments);
        entries
            .map(|(entry, arguments)| Line {
                name: entry.name,
                theorem: entry.theorem,
                arguments,
                expected: format!("{}{}", entry.verdict.word().to_uppercase(), entry.for_whom),
                elapsed: entry.elapsed,
            })
            .collect()
    }

    fn readme(&self, lines: &[Line<'_>]) -> String {
        let row = |line: &Line<'_>| {
            format!(
                "| {} | `{}` | `bin/reduce check {}` | {:.1} | {} |",
                line.theorem,
                line.name,
                line.arguments,
                line.elapsed.as_secs_f64(),
                line.expected.replace('|', "\\|")
            )
        };
        let n_quick = quick(lines).len();
        let seconds: f64 = lines.iter().map(|line| line.elapsed.as_secs_f64()).sum();
        let n_threads = rayon::current_num_threads();
        let (rows, found) = (lines.iter().map(row).join("\n"), self.report.sentence());
        let (solver, version, image) = (solver::version(), self.version, self.image);
        let package = image.split([':', '-']).nth(1).unwrap_or(image);
        let evidence = if self.evidence.is_empty() {
            "No claim of this folder has evidence for another solver.".to_owned()
        } else {
            "`evidence/` holds every obligation of the claims about networks of ours as an SMT-LIB file, the network, the instances, and \
             `recheck.py`, a checker in plain Python that shares no code with the program. Claims about layers as libraries \
             ship them have no evidence there: they rest on exact evaluation in the program."
                .to_owned()
        };
        format!(
            "# Artifact\n\n{found}\n\n\
             ## Available\n\n\
             The licence is MIT or Apache-2.0 (`LICENSE`). `CITATION.cff` and `.zenodo.json` are for whoever archives this folder. \
             The program is `{PROGRAM}`, reduce {version}; its source is not in this folder and is archived beside it.\n\n\
             ## Functional: half a minute\n\n\
             The program is for Linux ({arch}) and was built on the system of the image `{image}`. It needs the \
             library Z3 (`libz3.so.4`), which one package brings with what it needs itself:\n\n\
             ```\napt-get update && apt-get install -y --no-install-recommends libz3-4\n./kick-the-tires.sh\n```\n\n\
             or, in a container, which wants a network only while it is built:\n\n\
             ```\ndocker build -t artifact . && docker run --rm artifact\n```\n\n\
             It compares the digest of every file, prints the version and checks {n_quick} of the claims, and ends with \
             `{n_quick} claims checked, of which 0 differ from what is expected.` and the exit code 0.\n\n\
             ## Reproduced: about {minutes}, and as long again or longer for the checker in Python\n\n\
             ```\n./all.sh\n```\n\n\
             checks every claim of the table again, compares the weights of each network with `weights/`, asks the solver every question of \
             `evidence/` again, and runs `evidence/recheck.py` where there is Python (3.9 or newer, nothing else). It ends with `All is as expected.` and \
             the exit code 0; a line that is not as expected begins with `DIFFERS`, and the exit code is 1.\n\n\
             The seconds were measured once, with {n_threads} threads and {solver}, when this folder was made; they are no part of \
             what is compared. The expected line is the second line that the command prints.\n\n\
             | theorem | claim | command | seconds | expected line |\n|---|---|---|---|---|\n{rows}\n\n\
             ## What is here\n\n\
             - `claims.tsv`, `quick.tsv`: the table as the scripts read it.\n\
             - `weights/`: the networks, exactly, as `bin/reduce show CLAIM --network` prints them and `bin/reduce check CLAIM --network FILE` \
             reads them; of layers as libraries ship them the tensors.\n\
             - {evidence}\n\
             - `SHA256SUMS`: the digest of every other file.\n\n\
             What a verdict rests on, and what stays on paper, `bin/reduce show CLAIM` says of each claim. On another \
             release than {package} the program may not start, as its C library may be older.\n",
            arch = std::env::consts::ARCH,
            minutes = minutes(seconds),
        )
    }

    fn dockerfile(&self) -> String {
        let image = self.image;
        format!(
            "# docker build -t artifact . && docker run --rm artifact\n\
             # Everything again: docker run --rm artifact ./all.sh\n\
             FROM {image}\n\
             RUN apt-get update && apt-get install -y --no-install-recommends libz3-4 python3 && apt-get clean\n\
             WORKDIR artifact\n\
             COPY . .\n\
             CMD [\"./kick-the-tires.sh\"]\n"
        )
    }

    /// A text between quotes is the same in YAML and in JSON.
    fn citation(&self) -> String {
        let authors = self.named().iter().map(|name| format!("  - name: {}\n", json!(name))).join("");
        format!(
            "cff-version: 1.2.0\nmessage: If you use this artifact, please cite it and the paper.\ntitle: {}\ntype: software\n\
             version: {}\nlicense:\n  - MIT\n  - Apache-2.0\nauthors:\n{authors}",
            json!(self.title()),
            json!(self.version)
        )
    }

    fn zenodo(&self) -> String {
        let creators = self.named().into_iter().map(|name| json!({"name": name})).collect_vec();
        let value = json!({
            "title": self.title(),
            "upload_type": "software",
            "description": self.report.sentence(),
            "creators": creators,
            "version": self.version,
            "license": "Apache-2.0",
            "access_right": "open",
            "keywords": ["recurrent neural networks", "machine-checked proof", "circuit complexity"],
            "notes": "MIT or Apache-2.0, at your option.",
        });
        pretty(&value) + "\n"
    }

    fn named(&self) -> Vec<&str> {
        if self.authors.is_empty() { vec!["Anonymous"] } else { self.authors.iter().map(String::as_str).collect() }
    }

    fn title(&self) -> String {
        format!("Artifact: {} about recurrent networks, checked by machine", self.report.how_many())
    }
}

/// A list of claims as the scripts read it.
fn listed(lines: &[Line<'_>]) -> String {
    lines.iter().map(|line| format!("{}\t{}\t{}\n", line.name, line.arguments, line.expected)).collect()
}

/// The quickest claims, which took no longer than [`QUICK`] together; the quickest one in any case.
fn quick<'l>(lines: &[Line<'l>]) -> Vec<Line<'l>> {
    let mut left = QUICK;
    let by_time = lines.iter().sorted_by_key(|line| line.elapsed);
    let quick = by_time.enumerate().take_while(|(i, line)| {
        let fits = line.elapsed <= left;
        left = left.saturating_sub(line.elapsed);
        fits || *i == 0
    });
    quick.map(|(_, line)| Line { expected: line.expected.clone(), ..*line }).collect()
}

/// A time for a reader, never too short: questions of evidence are asked again beside the claims.
fn minutes(seconds: f64) -> String {
    match (seconds / 60.0 * 2.0).ceil() as u64 {
        0 | 1 => "a minute".to_owned(),
        n => format!("{n} minutes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &'static str, seconds: u64) -> Line<'static> {
        let (arguments, expected, elapsed) = ("a b", "PROVED".to_owned(), Duration::from_secs(seconds));
        Line { name, theorem: "Theorem 1", arguments, expected, elapsed }
    }

    #[test]
    fn the_quick_look_is_at_the_quickest_claims_and_never_at_none() {
        let names = |lines: &[Line<'static>]| quick(lines).iter().map(|line| line.name).join(" ");
        assert_eq!(names(&[line("a", 4), line("b", 1), line("c", 2), line("d", 3)]), "b c d");
        assert_eq!(names(&[line("a", 40), line("b", 50)]), "a");
        assert_eq!(names(&[]), "");
        assert_eq!(listed(&[line("a", 1)]), "a\ta b\tPROVED\n");
    }

    #[test]
    fn a_time_is_never_said_too_short() {
        assert_eq!(["a minute", "a minute", "2 minutes"].map(str::to_owned), [1.0, 30.0, 60.0].map(minutes));
    }
}
