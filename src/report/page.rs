//! What was found of many claims, as a page with pictures: one file of HTML, for those who do not sit at the terminal.
//!
//! Every word of a verdict comes from the values of which the other reports are made; nothing is judged here.

mod map;
mod states;

use super::bits::Row;
use super::bits::Subject;
use super::bits::titles;
use super::bits::verdict;
use super::claim::CheckReport;
use super::shortened;
use super::title;
use crate::check::Outcome;
use crate::check::obligations::Judged;
use crate::check::obligations::discharged_by;
use crate::experiments::errata;
use crate::experiments::errata::Reproduced;
use crate::page;
use crate::page::facts;
use crate::page::figure;
use crate::page::table;
use crate::page::word;
use crate::solver;
use crate::svg;
use crate::svg::escaped;
use crate::verdict::Verdict;
use itertools::Itertools;
use std::time::Duration;

/// A claim that was checked.
pub struct Claim<'r> {
    /// Its name, which is that of its folder among evidence.
    pub name: String,
    /// The command that checks it again.
    pub command: String,
    /// What was found.
    pub report: CheckReport<'r>,
}

/// The least precision of a claim, size by size.
pub struct Table {
    /// Of what it is.
    pub subject: Subject,
    /// What was found at each size.
    pub rows: Vec<Row>,
}

/// Everything that stands on the page.
pub struct Report<'r> {
    /// The claims, in the order of the list.
    pub claims: Vec<Claim<'r>>,
    /// Entries of the errata that were looked at again.
    pub errata: &'r [Reproduced],
    /// Least precisions.
    pub tables: &'r [Table],
    /// How long all of it took.
    pub elapsed: Duration,
}

impl Report<'_> {
    /// Every verdict on the page, of which the exit code is made; a fault of the checker counts as *refuted*.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let claims = self.claims.iter().map(|claim| claim.report.outcome.verdict_or_alarm());
        let tables = self.tables.iter().map(|table| verdict(&table.rows));
        claims.chain(errata::verdicts(self.errata)).chain(tables).collect()
    }

    /// `1 claim`, `2 claims`.
    pub fn how_many(&self) -> String {
        let n = self.claims.len();
        format!("{n} claim{}", if n == 1 { "" } else { "s" })
    }

    /// How many claims have which verdict: `23 proved, 1 undetermined`.
    pub fn counts(&self) -> String {
        let of = |verdict: &Verdict| {
            let n = self.claims.iter().filter(|claim| claim.report.outcome.verdict() == *verdict).count();
            (n > 0).then(|| format!("{n} {verdict}"))
        };
        Verdict::ALL.iter().rev().filter_map(of).join(", ")
    }

    /// The page.
    pub fn page(&self) -> String {
        let (counts, version, solver) = (self.counts(), env!("CARGO_PKG_VERSION"), solver::version());
        let heading = "Recurrent networks and the problems that they decide";
        let parts = [
            format!("<h1>{heading}</h1>"),
            format!("<p>{} checked by reduce {version} with {}: {counts}.</p>", self.how_many(), escaped(&solver)),
            "<p><b>Proved</b>: for every word, of any length, by obligations that are all discharged. <b>Checked</b>: every word \
             up to a stated length. <b>Sampled</b>: some words of a stated size. <b>Refuted</b>: by a word that was replayed \
             exactly. <b>Undetermined</b>: none of these.</p>"
                .to_owned(),
            map::section(&self.claims),
            self.overview(),
            states::section(&self.claims),
            self.precision(),
            self.of_errata(),
            self.each_claim(),
            format!("<p>{:.0} s in all. No number that is rounded here decides anything.</p>", self.elapsed.as_secs_f64()),
        ];
        page::page(heading, &parts.iter().filter(|part| !part.is_empty()).join("\n"))
    }

    /// All claims in a table.
    fn overview(&self) -> String {
        let row = |claim: &Claim<'_>| {
            let outcome = claim.report.outcome;
            let name = escaped(&claim.name);
            let judged = outcome.obligations();
            let discharged = judged.iter().filter(|judged| judged.is_discharged()).count();
            vec![
                format!("<a href=\"#{name}\">{name}</a>"),
                format!("{}{}", word(outcome.verdict()), alarm_mark(outcome)),
                format!("{discharged} of {}", judged.len()),
                format!("{:.2}", outcome.elapsed.as_secs_f64()),
            ]
        };
        let columns = [("claim", "name"), ("verdict", "word"), ("discharged", "number"), ("s", "number")];
        let rows = self.claims.iter().map(row).collect_vec();
        format!("<section id=\"claims\">\n<h2>The claims</h2>\n{}\n</section>", table(&columns, &rows))
    }

    /// Least precisions, as a picture and as tables.
    fn precision(&self) -> String {
        if self.tables.is_empty() {
            return String::new();
        }
        let lines = self.tables.iter().map(|table| table.subject.drawn(&table.rows)).collect_vec();
        let caption = "The least number of bits with which no counterexample was found, and with no larger number that was looked \
                       at; a ring where it is proved to suffice. One bit less has a counterexample where the table has one.";
        let picture = figure("tall", "Bits that suffice at each size", &svg::lines(&titles(), &lines), caption);
        let tables = self.tables.iter().map(Table::html).join("\n");
        format!(
            "<section id=\"precision\">\n<h2>Least precision</h2>\n<div class=\"pictures\">\n{picture}\n<div>\n{tables}\n</div>\n</div>\n</section>"
        )
    }

    /// Where the print does not hold.
    fn of_errata(&self) -> String {
        if self.errata.is_empty() {
            return String::new();
        }
        let row = |found: &Reproduced| {
            let erratum = found.erratum;
            let class = page::class(Verdict::as_expected(found.holds()));
            let problems = found.otherwise.iter().map(|text| format!("otherwise than expected: {text}"));
            let problems = problems.chain(found.unknown.iter().map(|text| format!("unknown: {text}")));
            let problems =
                problems.map(|text| format!("<br><span class=\"{class}\">{}</span>", escaped(&text))).join("");
            vec![
                format!(
                    "{}<br>({})<br><span class=\"{class}\">{}</span>",
                    escaped(erratum.name),
                    escaped(erratum.kind.word()),
                    found.outcome()
                ),
                format!(
                    "{} ({})<br>Repair: {} ({}){problems}",
                    escaped(erratum.shows),
                    escaped(erratum.source),
                    escaped(erratum.repair),
                    found.repair_word()
                ),
            ]
        };
        let rows = self.errata.iter().map(row).collect_vec();
        let columns = [("entry", "name"), ("what is printed, and what is wrong with it", "")];
        format!(
            "<section id=\"errata\">\n<h2>Where the paper as printed does not hold</h2>\n<p>Each entry was looked at again: its counterexample, \
             and the evidence for the flaw and for the repair.</p>\n{}\n</section>",
            table(&columns, &rows)
        )
    }

    fn each_claim(&self) -> String {
        let claims = self.claims.iter().map(Claim::html).join("\n");
        format!("<section id=\"each\">\n<h2>Each claim</h2>\n{claims}\n</section>")
    }
}

/// What stands beside a verdict where the checker itself is at fault.
fn alarm_mark(outcome: &Outcome) -> &'static str {
    if outcome.alarm.is_some() { " <span class=\"verdict refuted\">ALARM</span>" } else { "" }
}

impl Claim<'_> {
    /// The statement, what the verdict rests on, and who discharged what.
    fn html(&self) -> String {
        let report = &self.report;
        let (outcome, description) = (report.outcome, report.reduction.description());
        let problem = report.reduction.problem();
        let verdict = outcome.verdict();
        // The verdict, with whatever is to be said beside it.
        let mut lines = vec![format!(
            "<p class=\"{}\">{}{}</p>",
            page::class(verdict),
            verdict.word().to_uppercase(),
            escaped(&report.for_whom())
        )];
        lines.extend(report.alarm().map(|alarm| format!("<p class=\"verdict refuted\">{alarm}</p>")));
        let beside = report.definition_error().into_iter().chain(report.counterexample()).chain(report.gaps());
        lines.extend(beside.map(|line| format!("<p>{}</p>", escaped(line.trim()))));
        // The statement and its circumstances.
        let judged: Vec<&Judged> = outcome.obligations().iter().collect();
        let promise = problem.promise().map(|promise| ("promise", promise.to_owned()));
        let statement = [("claim", description.sentence())].into_iter().chain(promise);
        let network = report.reduction.network().size();
        let circumstances = [
            ("deviation", description.deviation.to_owned()),
            ("on paper", description.on_paper.to_owned()),
            ("network", format!("{} coordinates, {} weights that are not 0", network.state, network.weights)),
            (
                "obligations",
                if judged.is_empty() { "none: there is no proof".to_owned() } else { discharged_by(&judged) },
            ),
            ("time", format!("{:.2} s", outcome.elapsed.as_secs_f64())),
            ("again", self.command.clone()),
        ];
        lines.push(facts(statement.chain(circumstances)));
        // What the verdict rests on.
        let link = |link: &crate::verdict::Link| vec![escaped(&link.name), word(link.verdict), escaped(&link.by)];
        let rows = outcome.links.iter().map(link).collect_vec();
        lines.push(table(&[("link", "name"), ("verdict", "word"), ("by", "")], &rows));
        let (name, title) = (escaped(&self.name), escaped(&title(problem, &description)));
        format!("<article class=\"claim\" id=\"{name}\">\n<h3>{title}</h3>\n{}\n</article>", lines.join("\n"))
    }
}

impl Table {
    /// The same numbers that `reduce bits` prints.
    fn html(&self) -> String {
        let shown = |bits: Option<u32>| bits.map_or("-".to_owned(), |bits| bits.to_string());
        let row = |row: &Row| {
            let below = row.counterexample_below.as_ref();
            let below = below.map_or("-".to_owned(), |below| {
                format!("{}: <code>{}</code>", below.bits, escaped(&shortened(&below.word)))
            });
            let alarm =
                row.alarm.then_some("<br><span class=\"verdict refuted\">ALARM: proved, and yet a word differs</span>");
            let undetermined = row.undetermined.as_ref();
            let undetermined =
                undetermined.map(|reason| format!("<br>{}: {}", word(Verdict::Undetermined), escaped(reason)));
            vec![
                row.n.to_string(),
                shown(row.bits),
                shown(row.proved_bits),
                shown(row.theorem_bits),
                format!("{below}{}{}", alarm.unwrap_or_default(), undetermined.unwrap_or_default()),
            ]
        };
        let columns = [
            ("n", "number"),
            ("bits", "number"),
            ("proved", "number"),
            ("theorem", "number"),
            ("counterexample below", ""),
        ];
        let rows = self.rows.iter().map(row).collect_vec();
        format!("<h3>{}</h3>\n{}", escaped(&self.subject.title), table(&columns, &rows))
    }
}
