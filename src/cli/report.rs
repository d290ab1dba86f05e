//! `reduce report`: many claims on a page.

use super::bits;
use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::select;
use super::select::Selection;
use crate::check;
use crate::check::Outcome;
use crate::check::options::Options;
use crate::evidence::name_of;
use crate::experiments::errata::Reproduced;
use crate::experiments::errata::Reproduction;
use crate::progress::Progress;
use crate::report::claim::CheckReport;
use crate::report::page::Claim;
use crate::report::page::Report;
use crate::report::page::Table;
use crate::verdict::exit_code;
use clap::Args;
use itertools::Itertools;
use problems::Word;
use reductions::Reduction;
use reductions::as_printed;
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
    output: PathBuf,
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
    let claims = selected(&arguments.claims)?;
    // The page's place is looked at before any work is done.
    let mut page = Output::file(&arguments.output)?;
    let outcomes = checked(&claims, arguments.timeout, progress)?;
    let errata = reproduced(&claims, arguments, progress)?;
    let tables = measured(&claims, arguments.timeout, progress)?;
    progress.finish();
    // What was found, with the commands that find it again.
    let selection = Selection { model: None, variant: None, automaton: None };
    let replays = claims.iter().map(|reduction| {
        let selection = &selection;
        move |word: &Word| select::replay(*reduction, selection, word, None, None)
    });
    let replays = replays.collect_vec();
    let claims = claims.iter().zip(&outcomes).zip(&replays).map(|((reduction, outcome), replay)| Claim {
        name: name_of(*reduction),
        command: format!("reduce check {}", select::flags_of(&as_printed::Claim::Network(*reduction))),
        report: CheckReport { reduction: *reduction, outcome, precision: None, remark: None, seed: SEED, replay },
    });
    let found = Report { claims: claims.collect(), errata: &errata, tables: &tables, elapsed: started.elapsed() };
    page.line(&found.page())?;
    page.finish()?;
    let reproduced = errata.iter().filter(|found| found.holds() == Some(true)).count();
    let of_errata =
        if errata.is_empty() { String::new() } else { format!("; {reproduced} of {} errata reproduced", errata.len()) };
    output.line(&format!(
        "{}: {}: {}{of_errata}; {:.2} s",
        arguments.output.display(),
        found.how_many(),
        found.counts(),
        found.elapsed.as_secs_f64()
    ))?;
    output.show();
    Ok(exit_code(found.verdicts()))
}

/// The claims with these names, in the order of the list; every one where no name is given.
fn selected(names: &[String]) -> Result<Vec<&'static dyn Reduction>, Misuse> {
    let all = reductions::all();
    let is_named =
        |reduction: &dyn Reduction, name: &str| reduction.problem().name() == name || name_of(reduction) == name;
    if let Some(name) = names.iter().find(|name| !all.iter().any(|reduction| is_named(*reduction, name))) {
        let problems = all.iter().map(|reduction| reduction.problem().name()).unique().join(", ");
        let of_problem = all.iter().map(|reduction| name_of(*reduction)).join(", ");
        return Err(Misuse(format!(
            "--claims: expected problems, of {problems}, or claims, of {of_problem}, got `{name}`"
        )));
    }
    let is_wanted =
        |reduction: &&'static dyn Reduction| names.is_empty() || names.iter().any(|name| is_named(*reduction, name));
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// Each claim, checked as `reduce check --all` does.
fn checked(claims: &[&'static dyn Reduction], timeout: Duration, progress: &Progress) -> Result<Vec<Outcome>, Misuse> {
    let options = Options { n: None, samples: SAMPLES, seed: SEED, max_length: None, symbolic: None, timeout };
    let quiet = Progress::new(true);
    progress.start("claims", claims.len());
    let check = |reduction: &&'static dyn Reduction| {
        let outcome = check::check(*reduction, reduction.network(), None, &options, &quiet);
        progress.step();
        outcome.map_err(|error| Misuse(error.to_string()))
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
            selected(&names).map(|claims| claims.into_iter().map(name_of).collect_vec())
        };
        assert_eq!(names(&[]).unwrap().len(), reductions::all().len());
        assert!(names(&[]).unwrap().iter().all_unique());
        let both = names(&["dyck-2", "circuit-value-walk-relu", "dyck-2"]).unwrap();
        assert_eq!(both, ["circuit-value-walk-relu", "dyck-2-relu"]);
        assert_eq!(names(&["word-problem"]).unwrap(), ["word-problem-all-pd", "word-problem-generators-pd"]);
        for wrong in ["", "dyck", "relu", "DYCK-2"] {
            let message = names(&["dyck-2", wrong]).unwrap_err().to_string();
            assert!(message.contains(&format!("got `{wrong}`")) && message.contains("dyck-2-relu"), "{message}");
        }
    }
}
