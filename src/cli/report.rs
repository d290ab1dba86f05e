//! `reduce report`: many claims on a page.

use super::bits;
use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::select;
use super::select::Selection;
use super::shipped;
use crate::check;
use crate::check::Outcome;
use crate::check::options::Options;
use crate::check::shipped::ShippedOptions;
use crate::check::shipped::ShippedOutcome;
use crate::evidence::name_of;
use crate::experiments::errata::Reproduced;
use crate::experiments::errata::Reproduction;
use crate::folder::FolderError;
use crate::folder::is_free;
use crate::progress::Progress;
use crate::report::claim::CheckReport;
use crate::report::gathered::Claim;
use crate::report::gathered::Report;
use crate::report::gathered::Shipped;
use crate::report::gathered::Table;
use crate::report::latex;
use crate::report::shipped::ShippedReport;
use crate::report::shipped::name_of as name_of_shipped;
use crate::verdict::exit_code;
use clap::Args;
use itertools::Itertools;
use problems::Problem;
use problems::Word;
use reductions::Reduction;
use reductions::as_printed;
use reductions::shipped::ShippedClaim;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

/// How many instances of each claim are sampled, and with which seed, as `reduce check --all` does.
const SAMPLES: usize = 8;
const SEED: u64 = 0;

/// The problems of whose first claim the least precision is drawn, and at which sizes.
const MEASURED: [&str; 2] = ["reachability", "circuit-value"];
const SIZES: [usize; 4] = [4, 8, 16, 32];

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Write the page to this file, all of it or nothing: HTML that needs no script and no network
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write a fragment for a paper into this folder: status table, map and appendix as TeX, a package with
    /// \reducechecked{claim}{digest}, and a main.tex that compiles alone
    #[arg(long, value_name = "DIR")]
    latex: Option<PathBuf>,
    /// Replace the folder of --latex that is there
    #[arg(long, requires = "latex")]
    force: bool,
    /// Only these claims, with the errata that name their problems: a problem, or a claim as its folder of evidence is named,
    /// circuit-value-copy-relu [default: every claim]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    claims: Vec<String>,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
}

pub(crate) fn report(arguments: &ReportArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let started = Instant::now();
    if arguments.output.is_none() && arguments.latex.is_none() {
        return Err(Misuse("report: expected --output FILE or --latex DIR, got neither".to_owned()));
    }
    let chosen = selected(&arguments.claims)?;
    // Places are looked at before any work is done.
    let page = arguments.output.as_deref().map(|path| Output::file(path).map(|page| (path, page))).transpose()?;
    if let Some(folder) = &arguments.latex {
        is_free(folder, arguments.force.then_some(latex::STYLE)).map_err(not_written)?;
    }
    let found = checked_all(&chosen, arguments.timeout, progress)?;
    let errata = reproduced(&chosen.claims, arguments, progress)?;
    let tables = measured(&chosen.claims, arguments.timeout, progress)?;
    progress.finish();
    let beside = Beside { errata: &errata, tables: &tables };
    with_report((&chosen, &found), beside, started.elapsed(), |found| {
        write(found, arguments, page, output)?;
        Ok(exit_code(found.verdicts()))
    })
}

/// What was found of claims of both kinds, in their orders.
pub(super) struct Found {
    pub(super) outcomes: Vec<Outcome>,
    of_shipped: Vec<ShippedOutcome>,
}

/// Each claim, checked as `reduce check` does where nothing else is said.
pub(super) fn checked_all(chosen: &Chosen, timeout: Duration, progress: &Progress) -> Result<Found, Misuse> {
    let outcomes = checked(&chosen.claims, timeout, progress)?;
    Ok(Found { outcomes, of_shipped: checked_shipped(&chosen.shipped, progress) })
}

/// What stands beside the claims.
#[derive(Clone, Copy, Default)]
pub(super) struct Beside<'b> {
    errata: &'b [Reproduced],
    tables: &'b [Table],
}

/// Hands on what was found, with the commands that find it again.
pub(super) fn with_report<T>(
    (chosen, found): (&Chosen, &Found),
    Beside { errata, tables }: Beside<'_>,
    elapsed: Duration,
    then: impl FnOnce(&Report<'_>) -> T,
) -> T {
    let selection = Selection { model: None, variant: None, automaton: None };
    let replays = chosen.claims.iter().map(|reduction| {
        let selection = &selection;
        move |word: &Word| select::replay(*reduction, selection, word, None, None)
    });
    let replays = replays.collect_vec();
    let claims = chosen.claims.iter().zip(&found.outcomes).zip(&replays).map(|((reduction, outcome), replay)| Claim {
        name: name_of(*reduction),
        command: format!("reduce check {}", select::flags_of(&as_printed::Claim::Network(*reduction))),
        report: CheckReport { reduction: *reduction, outcome, precision: None, remark: None, seed: SEED, replay },
    });
    let shipped = chosen.shipped.iter().zip(&found.of_shipped).map(|(claim, outcome)| Shipped {
        name: name_of_shipped(claim),
        command: format!("reduce check {}", shipped::flags(claim)),
        report: ShippedReport { claim, outcome, seed: SEED },
    });
    then(&Report { claims: claims.collect(), shipped: shipped.collect(), errata, tables, elapsed })
}

/// The folder, then the page, and a line for each.
fn write(
    found: &Report<'_>,
    arguments: &ReportArguments,
    page: Option<(&Path, Output)>,
    output: &mut Output,
) -> Result<(), Misuse> {
    let reproduced = found.errata.iter().filter(|found| found.holds() == Some(true)).count();
    let of_errata = match found.errata.len() {
        0 => String::new(),
        n => format!("; {reproduced} of {n} errata reproduced"),
    };
    let seconds = found.elapsed.as_secs_f64();
    let found_in_all = format!("{}: {}{of_errata}; {seconds:.2} s", found.how_many(), found.counts());
    let mut done = Vec::new();
    if let Some(folder) = &arguments.latex {
        latex::write(folder, &latex::files(found), arguments.force).map_err(not_written)?;
        done.push(format!("{}: {found_in_all}; pdflatex main.tex there makes pages of it", folder.display()));
    }
    if let Some((path, mut page)) = page {
        page.line(&found.page())?;
        page.finish()?;
        done.push(format!("{}: {found_in_all}", path.display()));
    }
    done.iter().try_for_each(|line| output.line(line))?;
    output.show();
    Ok(())
}

/// Why there is no folder.
fn not_written(error: FolderError) -> Misuse {
    let hint = match error {
        FolderError::Exists(_) => "; --force replaces a folder that this command wrote",
        _ => "",
    };
    Misuse(format!("--latex: {error}{hint}"))
}

/// The claims that are meant.
pub(super) struct Chosen {
    pub(super) claims: Vec<&'static dyn Reduction>,
    pub(super) shipped: Vec<&'static ShippedClaim>,
}

/// The claims with these names, in the order of the lists; every one where no name is given.
pub(super) fn selected(names: &[String]) -> Result<Chosen, Misuse> {
    let (all, of_shipped) = (reductions::all(), reductions::shipped::all());
    let own = |reduction: &&'static dyn Reduction| [reduction.problem().name().to_owned(), name_of(*reduction)];
    let of_layer = |claim: &&'static ShippedClaim| [claim.problem().name().to_owned(), name_of_shipped(claim)];
    let known = all.iter().map(own).chain(of_shipped.iter().map(|claim| of_layer(&claim))).collect_vec();
    if let Some(name) = names.iter().find(|name| !known.iter().any(|known| known.contains(name))) {
        let problems = known.iter().map(|[problem, _]| problem).unique().join(", ");
        let claims = known.iter().map(|[_, claim]| claim).join(", ");
        return Err(Misuse(format!(
            "--claims: expected problems, of {problems}, or claims, of {claims}, got `{name}`"
        )));
    }
    let is_wanted = |known: [String; 2]| names.is_empty() || names.iter().any(|name| known.contains(name));
    Ok(Chosen {
        claims: all.into_iter().filter(|reduction| is_wanted(own(reduction))).collect(),
        shipped: of_shipped.iter().filter(|claim| is_wanted(of_layer(claim))).collect(),
    })
}

/// What `reduce check` asks for where nothing else is said.
pub(super) fn options(timeout: Duration) -> Options {
    Options { n: None, samples: SAMPLES, seed: SEED, max_length: None, symbolic: None, timeout }
}

/// Each claim, checked as `reduce check --all` does.
fn checked(claims: &[&'static dyn Reduction], timeout: Duration, progress: &Progress) -> Result<Vec<Outcome>, Misuse> {
    let options = options(timeout);
    let quiet = Progress::new(true);
    progress.start("claims", claims.len());
    let check = |reduction: &&'static dyn Reduction| {
        let outcome = check::check(*reduction, reduction.network(), None, &options, &quiet);
        progress.step();
        outcome.map_err(|error| Misuse(error.to_string()))
    };
    claims.iter().map(check).collect()
}

/// Each claim about a shipped layer, checked as `reduce check` does.
fn checked_shipped(claims: &[&'static ShippedClaim], progress: &Progress) -> Vec<ShippedOutcome> {
    let storages = check::shipped::USUAL.to_vec();
    let options = ShippedOptions { storages, n: shipped::LENGTH, samples: SAMPLES, seed: SEED, max_length: None };
    progress.start("shipped layers", claims.len());
    let check = |claim: &&'static ShippedClaim| {
        let outcome = check::shipped::check(claim, claim.model(), &options);
        progress.step();
        outcome
    };
    claims.iter().map(check).collect()
}

/// The errata: all of them beside all claims, else those whose evidence names a problem of a selected claim.
fn reproduced(
    claims: &[&'static dyn Reduction],
    arguments: &ReportArguments,
    progress: &Progress,
) -> Result<Vec<Reproduced>, Misuse> {
    let problems = claims.iter().map(|reduction| reduction.problem().name()).unique().collect_vec();
    let is_wanted = |erratum: &&'static reductions::errata::Erratum| {
        let mut evidence = (erratum.evidence)().into_iter().chain((erratum.repaired_by)());
        arguments.claims.is_empty()
            || evidence.any(|evidence| evidence.claim().is_some_and(|claim| problems.contains(&claim.problem)))
    };
    let entries = reductions::errata::all().iter().filter(is_wanted).collect_vec();
    progress.start("errata", entries.len());
    let mut reproduction = Reproduction::new(arguments.timeout);
    let reproduce = |erratum: &'static reductions::errata::Erratum| {
        let found = reproduction.reproduce(erratum);
        progress.step();
        found.map_err(|error| Misuse(error.to_string()))
    };
    entries.into_iter().map(reproduce).collect()
}

/// The least precision of the first claim of each problem of which it is drawn, where that is selected.
fn measured(claims: &[&'static dyn Reduction], timeout: Duration, progress: &Progress) -> Result<Vec<Table>, Misuse> {
    let first = |problem: &str| reductions::all().into_iter().find(|reduction| reduction.problem().name() == problem);
    let is_selected = |first: &&'static dyn Reduction| claims.iter().any(|claim| name_of(*claim) == name_of(*first));
    let drawn = MEASURED.into_iter().filter_map(first).filter(is_selected);
    drawn.map(|reduction| bits::table(reduction, &SIZES, timeout, progress)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_named_by_problem_or_by_folder_and_stay_in_the_order_of_the_list() {
        let names = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect_vec();
            selected(&names).map(|Chosen { claims, shipped }| {
                let claims = claims.into_iter().map(name_of);
                claims.chain(shipped.into_iter().map(name_of_shipped)).collect_vec()
            })
        };
        assert_eq!(names(&[]).unwrap().len(), reductions::all().len() + reductions::shipped::all().len());
        assert!(names(&[]).unwrap().iter().all_unique());
        let both = names(&["dyck-2", "circuit-value-walk-relu", "dyck-2"]).unwrap();
        assert_eq!(both, ["circuit-value-walk-relu", "dyck-2-relu"]);
        // Two networks of ours, and the layers as shipped.
        let of_words = names(&["word-problem"]).unwrap();
        assert_eq!(of_words[..2], ["word-problem-all-pd", "word-problem-generators-pd"]);
        assert_eq!(of_words.len(), 2 + reductions::shipped::all().len());
        let shipped = of_words.last().unwrap();
        assert_eq!(names(&[shipped]).unwrap(), [shipped.as_str()]);
        // A name is one in TeX too, where nothing in it is escaped.
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        assert!(names(&[]).unwrap().iter().all(|name| name.bytes().all(is_plain)));
        for wrong in ["", "dyck", "relu", "DYCK-2"] {
            let message = names(&["dyck-2", wrong]).unwrap_err().to_string();
            assert!(message.contains(&format!("got `{wrong}`")) && message.contains("dyck-2-relu"), "{message}");
        }
    }
}
