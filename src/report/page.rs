//! What was found of many claims, as a page with pictures: one file of HTML, for those who do not sit at the terminal.
//!
//! Every word of a verdict comes from the values of which the other reports are made; nothing is judged here.

mod states;

use super::bits::Row;
use super::bits::titles;
use super::gathered::Entry;
use super::gathered::Report;
use super::gathered::Table;
use super::gathered::WORDS;
use super::map::ARROW;
use super::map::CAPTION;
use super::map::groups;
use super::shortened;
use crate::experiments::errata::Reproduced;
use crate::page;
use crate::page::facts;
use crate::page::figure;
use crate::page::table;
use crate::page::word;
use crate::svg;
use crate::svg::escaped;
use crate::svg::tree::tree;
use crate::verdict::Link;
use crate::verdict::Verdict;
use itertools::Itertools;

impl Report<'_> {
    /// The page.
    pub fn page(&self) -> String {
        let entries = self.entries();
        let heading = "Recurrent networks and the problems that they decide";
        let parts = [
            format!("<h1>{heading}</h1>"),
            format!("<p>{}</p>", escaped(&self.sentence())),
            format!(
                "<p>{}</p>",
                WORDS.map(|(word, meaning)| format!("<b>{word}</b>: {}.", escaped(meaning))).join(" ")
            ),
            map(&entries),
            overview(&entries),
            states::section(&self.claims),
            self.precision(),
            self.of_errata(),
            each_claim(&entries),
            format!(
                "<p>{:.0} s in all. No number that is rounded here decides anything.</p>",
                self.elapsed.as_secs_f64()
            ),
        ];
        page::page(heading, &parts.iter().filter(|part| !part.is_empty()).join("\n"))
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
            "<section id=\"precision\">\n<h2>Least precision</h2>\n<div class=\"pictures one-below-the-other\">\n{picture}\n<div>\n{tables}\n</div>\n</div>\n</section>"
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
}

/// The map, drawn for a wide and for a narrow screen.
fn map(entries: &[Entry<'_>]) -> String {
    let groups = groups(entries);
    if groups.is_empty() {
        return String::new();
    }
    let title = "classes, problems and networks, each network with its verdict";
    let drawn = [("on-wide", 2), ("on-narrow", 1)].map(|(class, n_columns)| {
        format!("<div class=\"{class}\">\n{}\n</div>", tree(title, &groups, n_columns, ARROW))
    });
    format!("<section id=\"map\">\n<h2>The map</h2>\n{}\n</section>", figure("map", "", &drawn.join("\n"), CAPTION))
}

/// All claims in a table.
fn overview(entries: &[Entry<'_>]) -> String {
    let row = |entry: &Entry<'_>| {
        let name = escaped(entry.name);
        let alarm = if entry.alarm.is_some() { " <span class=\"verdict refuted\">ALARM</span>" } else { "" };
        vec![
            format!("<a href=\"#{name}\">{name}</a>"),
            format!("{}{alarm}", word(entry.verdict)),
            escaped(&entry.discharged),
            format!("{:.2}", entry.elapsed.as_secs_f64()),
        ]
    };
    let columns = [("claim", "name"), ("verdict", "word"), ("discharged", "number"), ("s", "number")];
    let rows = entries.iter().map(row).collect_vec();
    format!("<section id=\"claims\">\n<h2>The claims</h2>\n{}\n</section>", table(&columns, &rows))
}

fn each_claim(entries: &[Entry<'_>]) -> String {
    let claims = entries.iter().map(article).join("\n");
    format!("<section id=\"each\">\n<h2>Each claim</h2>\n{claims}\n</section>")
}

/// The statement, what the verdict rests on, and who discharged what.
fn article(entry: &Entry<'_>) -> String {
    // The verdict, with whatever is to be said beside it.
    let verdict = entry.verdict;
    let shouted = verdict.word().to_uppercase();
    let mut lines = vec![format!("<p class=\"{}\">{shouted}{}</p>", page::class(verdict), escaped(&entry.for_whom))];
    lines.extend(entry.alarm.map(|alarm| format!("<p class=\"verdict refuted\">{alarm}</p>")));
    lines.extend(entry.beside.iter().map(|line| format!("<p>{}</p>", escaped(line.trim()))));
    lines.push(facts(entry.facts.iter().cloned()));
    // What it rests on.
    let link = |link: &Link| vec![escaped(&link.name), word(link.verdict), escaped(&link.by)];
    let rows = entry.links.iter().map(link).collect_vec();
    lines.push(table(&[("link", "name"), ("verdict", "word"), ("by", "")], &rows));
    let (name, title) = (escaped(entry.name), escaped(&entry.title));
    format!("<article class=\"claim\" id=\"{name}\">\n<h3>{title}</h3>\n{}\n</article>", lines.join("\n"))
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
