//! The audit as a page with pictures: one file of HTML, which needs no script and no network, for screens and for paper.

use super::FileAudit;
use super::report::Report;
use super::report::percent;
use super::rules::Ranked;
use crate::page;
use crate::page::figure;
use crate::svg;
use crate::svg::Bar;
use crate::svg::Interval;
use crate::svg::Titles;
use crate::svg::escaped;
use crate::verdict::Verdict;
use itertools::Itertools;

/// The most bars of lengths that a picture has; more lengths are put together.
const MOST_BARS: usize = 32;
/// How many rules are drawn, and how many stand in the table; JSON has all.
const DRAWN: usize = 12;
const LISTED: usize = 50;

/// The page.
pub fn page(report: &Report<'_>) -> String {
    let names = report.files.iter().map(|file| file.name.as_str()).join(", ");
    let files = report.files.iter().map(|file| section(report, file)).join("\n");
    let title = format!("Audit of {names}");
    let heading = match report.files {
        [_] => title.clone(),
        files => format!("Audit of {} files", files.len()),
    };
    let (heading, version, seed) = (escaped(&heading), env!("CARGO_PKG_VERSION"), report.seed);
    let foot =
        format!("reduce {version}, seed {seed}. Counts decide the verdict; no number that is rounded here does.");
    page::page(&title, &format!("<h1>{heading}</h1>\n{files}\n<p>{foot}</p>"))
}

/// What is said of one file.
fn section(report: &Report<'_>, file: &FileAudit) -> String {
    let verdict = file.verdict(report.threshold);
    let class = page::class(verdict);
    let facts = report.facts(file).into_iter().chain([("threshold", report.judged_lines(file))]);
    let facts = page::facts(facts);
    let pictures = [lengths(file), rules(report, file), sensitivity(file)];
    // The page's own heading names the only file.
    let heading = if report.files.len() > 1 { format!("<h2>{}</h2>\n", escaped(&file.name)) } else { String::new() };
    format!(
        "<section>\n{heading}<p>{}</p>\n<p class=\"{class}\">{}: {}.</p>\n{facts}\n\
         <div class=\"pictures\">\n{}\n</div>\n{}</section>",
        escaped(&file.question),
        verdict.word().to_uppercase(),
        reason(report, file, verdict),
        pictures.into_iter().flatten().join("\n"),
        table(report, file),
    )
}

/// Why the verdict is what it is.
fn reason(report: &Report<'_>, file: &FileAudit, verdict: Verdict) -> &'static str {
    let has_shortcut = every_rule(file).any(|rule| report.is_shortcut(rule));
    match (verdict, file.wrong > 0, has_shortcut) {
        (Verdict::Refuted, true, true) => "labels are wrong, and a rule that knows no algorithm is a shortcut",
        (Verdict::Refuted, true, false) => "labels are wrong",
        (Verdict::Refuted, false, _) => "a rule that knows no algorithm is a shortcut",
        (Verdict::Undetermined, ..) => "there are too few lines to know whether a rule is a shortcut",
        _ => "no label is wrong, and no rule of this battery is a shortcut",
    }
}

/// The rules, the best first, and the learned one among them.
fn every_rule(file: &FileAudit) -> impl Iterator<Item = &Ranked> {
    file.rules.iter().merge_by(&file.learned, |rule, learned| rule.right >= learned.right)
}

/// Answers of each length, yes upwards and no downwards.
fn lengths(file: &FileAudit) -> Option<String> {
    let all: Vec<(&usize, &[u64; 2])> = file.by_length.iter().collect();
    let per_bar = all.len().div_ceil(MOST_BARS).max(1);
    let bar = |lengths: &[(&usize, &[u64; 2])]| {
        let sum = |answer: usize| lengths.iter().map(|(_, answers)| answers[answer]).sum();
        let (first, last) = (lengths.first()?.0, lengths.last()?.0);
        let label = if first == last { first.to_string() } else { format!("{first}-{last}") };
        Some(Bar { label, up: sum(1), down: sum(0) })
    };
    let bars: Vec<Bar> = all.chunks(per_bar).filter_map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    let titles =
        Titles { title: "answers of each length, yes upwards and no downwards", across: "length", up: "instances" };
    let together = if per_bar > 1 { format!(" A bar stands for {per_bar} lengths that occur.") } else { String::new() };
    let caption = format!("Where a bar is not as long upwards as downwards, the length tells the answer.{together}");
    Some(figure("wide", "Answers by length", &svg::bars(&titles, &["yes", "no"], &bars), &caption))
}

/// How many of the sampled instances have so much of themselves sensitive.
fn sensitivity(file: &FileAudit) -> Option<String> {
    let (unit, n, _) = file.sensitivity?;
    let label = |tenth: usize| if tenth == 0 { "<10".to_owned() } else { format!("{}+", 10 * tenth) };
    let bars: Vec<Bar> =
        file.tenths.iter().enumerate().map(|(tenth, n)| Bar { label: label(tenth), up: *n, down: 0 }).collect();
    let across = format!("% of {unit} whose change flips the answer");
    let titles = Titles { title: "instances by their sensitivity", across: &across, up: "instances" };
    let caption = format!(
        "Of each of {n} sampled instances, the share of {unit} at which some change gives the other answer. Far to the right, \
         nothing in an instance can be left unread."
    );
    Some(figure("wide", "Sensitivity", &svg::bars(&titles, &[], &bars), &caption))
}

/// The best rules against the threshold.
fn rules(report: &Report<'_>, file: &FileAudit) -> Option<String> {
    let row = |rule: &Ranked| {
        let [share, margin] = [rule.share(), rule.margin()].map(|part| part as f64 / 100.0);
        Interval {
            label: rule.rule.clone(),
            ends: [share - margin, share, share + margin],
            shown: format!("{} %", percent(rule.right, rule.judged)),
            is_marked: report.is_shortcut(rule),
        }
    };
    let rows: Vec<Interval> = every_rule(file).take(DRAWN).map(row).collect();
    let judged = file.rules.first()?.judged;
    // The threshold as it was written, for the eye.
    let threshold = 100.0 * report.threshold.numerator as f64 / report.threshold.denominator as f64;
    let name = format!("threshold {} %", (threshold * 100.0).round() / 100.0);
    let picture =
        svg::intervals("the best rules against the threshold", (40.0, 100.0), Some((threshold, &name)), &rows);
    let caption = format!(
        "The share of {judged} lines that a rule answers rightly without having seen them, with its 95 % interval. Red is a \
         shortcut: above the threshold, and beyond chance. 50 % is a fair coin."
    );
    Some(figure("tall", &format!("The best {} rules", rows.len()), &picture, &caption))
}

/// The best rules with their counts.
fn table(report: &Report<'_>, file: &FileAudit) -> String {
    let row = |rule: &Ranked| {
        let margin = rule.margin();
        let mark = if report.is_shortcut(rule) { " <span class=\"verdict refuted\">SHORTCUT</span>" } else { "" };
        format!(
            "<tr><td>{}{mark}</td><td class=\"number\">{} of {}</td><td class=\"number\">{} ± {}.{:02}</td></tr>",
            escaped(&rule.rule),
            rule.right,
            rule.judged,
            percent(rule.right, rule.judged),
            margin / 100,
            margin % 100
        )
    };
    let (n, rows) = (every_rule(file).count(), every_rule(file).take(LISTED).map(row).collect_vec());
    if rows.is_empty() {
        return String::new();
    }
    let which = if n > rows.len() { format!("The best {} of {n} rules", rows.len()) } else { format!("All {n} rules") };
    format!(
        "<h3>{which}</h3>\n<table>\n<thead><tr><th>rule</th><th class=\"number\">right</th><th class=\"number\">%</th></tr></thead>\n\
         <tbody>\n{}\n</tbody>\n</table>\n",
        rows.join("\n")
    )
}
