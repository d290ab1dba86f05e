//! `reduce artifact`: a folder for a committee that evaluates artifacts.

use super::VERSION;
use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::report;
use super::report::Chosen;
use super::select;
use super::shipped;
use crate::artifact::Artifact;
use crate::artifact::KNOWN_BY;
use crate::evidence;
use crate::evidence::name_of;
use crate::folder::File;
use crate::folder::FolderError;
use crate::folder::is_free;
use crate::progress::Progress;
use crate::report::digest;
use crate::report::json::pretty;
use crate::report::shipped::name_of as name_of_shipped;
use crate::verdict::exit_code;
use clap::Args;
use itertools::Itertools;
use reductions::as_printed;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

#[derive(Debug, Args)]
pub(crate) struct ArtifactArguments {
    /// The folder, which appears whole or not at all
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only these claims: a problem, or a claim as its folder of evidence is named, circuit-value-copy-relu [default: every
    /// claim]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    claims: Vec<String>,
    /// An author, for CITATION.cff and .zenodo.json; may be given more than once [default: Anonymous]
    #[arg(long, value_name = "NAME")]
    author: Vec<String>,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Replace the artifact that is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn artifact(arguments: &ArtifactArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let started = Instant::now();
    if std::env::consts::OS != "linux" {
        let os = std::env::consts::OS;
        return Err(Misuse(format!("artifact: expected Linux, on which an image can run this program, got {os}")));
    }
    if let Some(name) = arguments.author.iter().find(|name| name.trim().is_empty()) {
        return Err(Misuse(format!("--author: expected a name, got `{name}`")));
    }
    let chosen = report::selected(&arguments.claims)?;
    // The place and the program are looked at before any work is done.
    is_free(&arguments.folder, arguments.force.then_some(KNOWN_BY)).map_err(not_written)?;
    let program = std::env::current_exe().and_then(std::fs::read);
    let program = program.map_err(|error| Misuse(format!("artifact: the running program cannot be read: {error}")))?;
    let found = report::checked_all(&chosen, arguments.timeout, progress)?;
    progress.finish();
    // Evidence and weights of what was checked.
    let options = report::options(arguments.timeout);
    let mut index = evidence::Index::default();
    for (reduction, outcome) in chosen.claims.iter().zip(&found.outcomes) {
        let checked =
            evidence::Checked { reduction: *reduction, network: reduction.network(), options: &options, outcome };
        index.add(checked, None).map_err(|error| Misuse(error.to_string()))?;
    }
    let evidence = if chosen.claims.is_empty() { Vec::new() } else { index.into_files() };
    let written = report::with_report((&chosen, &found), report::Beside::default(), started.elapsed(), |report| {
        let artifact = Artifact {
            report,
            arguments: &flags(&chosen),
            weights: &weights(&chosen),
            evidence: &evidence,
            program: &program,
            authors: &arguments.author,
            image: &image(&std::fs::read_to_string("/etc/os-release").unwrap_or_default()),
            version: VERSION,
        };
        let written = artifact.write(&arguments.folder, arguments.force).map_err(not_written)?;
        let (n_files, found) = (written.files.len() + 1, report.counts());
        let (claims, seconds) = (report.how_many(), started.elapsed().as_secs_f64());
        let folder = arguments.folder.display();
        output.line(&format!(
            "{folder}: {n_files} files; {claims}: {found}; {seconds:.2} s; its README.md says how it is run"
        ))?;
        Ok(exit_code(report.verdicts()))
    });
    output.show();
    written
}

/// How `reduce check` is asked about each claim.
fn flags(chosen: &Chosen) -> Vec<String> {
    let own = chosen.claims.iter().map(|reduction| select::flags_of(&as_printed::Claim::Network(*reduction)));
    own.chain(chosen.shipped.iter().map(|claim| shipped::flags(claim))).collect()
}

/// The weights of each claim, a file each.
fn weights(chosen: &Chosen) -> Vec<File> {
    let own = chosen.claims.iter().map(|reduction| {
        File::new(format!("{}.json", name_of(*reduction)), pretty(&reduction.network().to_json()) + "\n")
    });
    let shipped = chosen.shipped.iter().map(|claim| {
        File::new(format!("{}.tensors.json", name_of_shipped(claim)), digest::weights_of(claim.model()) + "\n")
    });
    own.chain(shipped).collect_vec()
}

/// The image of the system that this text, of `/etc/os-release`, describes; Debian's newest where it is another.
fn image(os_release: &str) -> String {
    let field = |name: &str| {
        let line = os_release.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        let value = line.map(|value| value.trim_matches('"').to_owned()).filter(|value| !value.is_empty());
        value.filter(|value| value.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '.'))
    };
    match (field("ID").as_deref(), field("VERSION_CODENAME"), field("VERSION_ID")) {
        (Some("debian"), Some(name), _) => format!("debian:{name}-slim"),
        (Some("ubuntu"), _, Some(version)) => format!("ubuntu:{version}"),
        _ => "debian:stable-slim".to_owned(),
    }
}

/// Why there is no artifact.
fn not_written(error: FolderError) -> Misuse {
    let hint = if matches!(error, FolderError::Exists(_)) { "; --force replaces an artifact" } else { "" };
    Misuse(format!("artifact: {error}{hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_is_that_of_the_system_the_program_was_built_on() {
        assert_eq!(image("NAME=\"Debian\"\nVERSION_CODENAME=bookworm\nID=debian\n"), "debian:bookworm-slim");
        assert_eq!(image("ID=ubuntu\nVERSION_ID=\"24.04\"\nVERSION_CODENAME=noble\n"), "ubuntu:24.04");
        for other in ["", "ID=fedora\nVERSION_ID=40", "ID=debian\nVERSION_CODENAME=\"a b\"", "ID=debian"] {
            assert_eq!(image(other), "debian:stable-slim", "{other}");
        }
    }
}
