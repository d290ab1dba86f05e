//! What was found of many claims: the one value of which a page and a fragment for a paper are made.
//!
//! Nothing is judged here. Every word comes from the values of which the other reports are made.

use super::bits::Row;
use super::bits::Subject;
use super::bits::verdict;
use super::claim::CheckReport;
use super::digest;
use super::shipped;
use super::shipped::ShippedReport;
use super::title;
use crate::check::obligations::Judged;
use crate::check::obligations::discharged_by;
use crate::coq;
use crate::experiments::errata;
use crate::experiments::errata::Reproduced;
use crate::solver;
use crate::verdict::Link;
use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Problem;
use std::time::Duration;

/// The five words, each with its meaning.
pub const WORDS: [(Verdict, &str); 5] = [
    (Verdict::Proved, "for every word, of any length, by obligations that are all discharged"),
    (Verdict::Checked, "every word up to a stated length"),
    (Verdict::Sampled, "some words of a stated size"),
    (Verdict::Refuted, "by a word that was replayed exactly"),
    (Verdict::Undetermined, "none of these"),
];

/// A claim that was checked.
pub struct Claim<'r> {
    /// Its name, which is that of its folder among evidence.
    pub name: String,
    /// The command that checks it again.
    pub command: String,
    /// What was found.
    pub report: CheckReport<'r>,
}

/// A claim about a shipped layer that was checked.
pub struct Shipped<'r> {
    /// Its name.
    pub name: String,
    /// The command that checks it again.
    pub command: String,
    /// What was found.
    pub report: ShippedReport<'r>,
}

/// The least precision of a claim, size by size.
pub struct Table {
    /// Of what it is.
    pub subject: Subject,
    /// What was found at each size.
    pub rows: Vec<Row>,
}

/// Everything that was found.
pub struct Report<'r> {
    /// The claims, in the order of the list.
    pub claims: Vec<Claim<'r>>,
    /// The claims about shipped layers, in the order of their list.
    pub shipped: Vec<Shipped<'r>>,
    /// Entries of the errata that were looked at again.
    pub errata: &'r [Reproduced],
    /// Least precisions.
    pub tables: &'r [Table],
    /// How long all of it took.
    pub elapsed: Duration,
}

/// A claim of either kind, as a reader sees it.
pub struct Entry<'e> {
    /// The name of the claim.
    pub name: &'e str,
    /// The claim in one line.
    pub title: String,
    /// Its problem.
    pub problem: &'e dyn Problem,
    /// The class that the problem is complete for or in, as it is said of this claim.
    pub class: &'e str,
    /// The network: model and variant.
    pub network: String,
    /// The theorem of the paper.
    pub theorem: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    /// What is said where the checker itself is at fault.
    pub alarm: Option<&'static str>,
    /// For which words the verdict holds, or why it is no better.
    pub for_whom: String,
    /// What else is to be said beside the verdict: counterexamples, obligations that are open.
    pub beside: Vec<String>,
    /// Names, each with what it is: the statement and its circumstances.
    pub facts: Vec<(&'static str, String)>,
    /// What the verdict rests on.
    pub links: &'e [Link],
    /// How many obligations are discharged: `79 of 79`.
    pub discharged: String,
    /// By whom.
    pub by: String,
    /// What stays on paper.
    pub on_paper: &'static str,
    /// The theorem in Coq about the same weights, where there is one.
    pub coq: Option<&'static str>,
    /// The digest of statement and weights.
    pub digest: String,
    /// How long the check took.
    pub elapsed: Duration,
}

impl Report<'_> {
    /// Every verdict, of which the exit code is made; a fault of the checker counts as *refuted*.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let claims = self.entries().into_iter().map(|entry| entry.verdict_or_alarm()).collect_vec();
        let tables = self.tables.iter().map(|table| verdict(&table.rows));
        claims.into_iter().chain(errata::verdicts(self.errata)).chain(tables).collect()
    }

    /// The claims of both kinds.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        self.claims.iter().map(Claim::entry).chain(self.shipped.iter().map(Shipped::entry)).collect()
    }

    /// `1 claim`, `2 claims`.
    pub fn how_many(&self) -> String {
        let n = self.claims.len() + self.shipped.len();
        format!("{n} claim{}", if n == 1 { "" } else { "s" })
    }

    /// How many claims have which verdict: `23 proved, 1 undetermined`.
    pub fn counts(&self) -> String {
        let entries = self.entries();
        let of = |verdict: &Verdict| {
            let n = entries.iter().filter(|entry| entry.verdict == *verdict).count();
            (n > 0).then(|| format!("{n} {verdict}"))
        };
        Verdict::ALL.iter().rev().filter_map(of).join(", ")
    }

    /// Who checked how many, and what came out.
    pub fn sentence(&self) -> String {
        let (version, solver) = (env!("CARGO_PKG_VERSION"), solver::version());
        format!("{} checked by reduce {version} with {solver}: {}.", self.how_many(), self.counts())
    }
}

impl Entry<'_> {
    /// The verdict, where a fault of the checker counts as *refuted*.
    pub fn verdict_or_alarm(&self) -> Verdict {
        if self.alarm.is_some() { Verdict::Refuted } else { self.verdict }
    }
}

impl Claim<'_> {
    fn entry(&self) -> Entry<'_> {
        let report = &self.report;
        let (outcome, description) = (report.outcome, report.reduction.description());
        let problem = report.reduction.problem();
        let judged: Vec<&Judged> = outcome.obligations().iter().collect();
        let n_discharged = judged.iter().filter(|judged| judged.is_discharged()).count();
        let by = if judged.is_empty() { "none: there is no proof".to_owned() } else { discharged_by(&judged) };
        let network = report.reduction.network();
        let (coq, digest) = (coq::theorem(report.reduction), digest::of_claim(report.reduction, network));
        let size = network.size();
        // The statement, and its circumstances.
        let mut facts = vec![("claim", description.sentence())];
        facts.extend(problem.promise().map(|promise| ("promise", promise.to_owned())));
        facts.extend([
            ("deviation", description.deviation.to_owned()),
            ("on paper", description.on_paper.to_owned()),
            ("network", format!("{} coordinates, {} weights that are not 0", size.state, size.weights)),
            ("obligations", by.clone()),
        ]);
        facts.extend(coq.map(|name| ("Coq", about_coq(name))));
        facts.extend(self::circumstances(&self.command, &digest, outcome.elapsed));
        Entry {
            name: &self.name,
            title: title(problem, &description),
            problem,
            class: problem.class(),
            network: [Some(description.model), description.variant].into_iter().flatten().join(" "),
            theorem: description.theorem,
            verdict: outcome.verdict(),
            alarm: report.alarm(),
            for_whom: report.for_whom(),
            beside: report.definition_error().into_iter().chain(report.counterexample()).chain(report.gaps()).collect(),
            facts,
            links: &outcome.links,
            discharged: format!("{n_discharged} of {}", judged.len()),
            by,
            on_paper: description.on_paper,
            coq,
            digest,
            elapsed: outcome.elapsed,
        }
    }
}

impl Shipped<'_> {
    fn entry(&self) -> Entry<'_> {
        let ShippedReport { claim, outcome, .. } = self.report;
        let digest = digest::of_shipped(claim, claim.model());
        let n_discharged: usize = outcome.proofs.iter().map(|proof| proof.n_discharged()).sum();
        let n_failed = outcome.proofs.iter().filter(|proof| !proof.is_complete()).count();
        let by = format!("{n_discharged} obligations discharged by exact evaluation");
        // The statement, and its circumstances.
        let mut facts = vec![
            ("claim", claim.sentence()),
            ("configuration", claim.configuration()),
            ("not modelled", claim.not_modelled().to_owned()),
            ("on paper", claim.on_paper().to_owned()),
            ("obligations", by.clone()),
        ];
        facts.extend(
            self.report.margins().into_iter().map(|(storage, margin)| ("margin", format!("in {storage}, {margin}"))),
        );
        facts.extend(self.report.taken_as_given().map(|given| ("taken as given", given)));
        facts.extend(self::circumstances(&self.command, &digest, outcome.elapsed));
        Entry {
            name: &self.name,
            title: shipped::title(claim),
            problem: claim.problem(),
            class: claim.class(),
            network: format!("{} {}", claim.family().name(), claim.variant()),
            theorem: claim.theorem(),
            verdict: outcome.judgement.verdict,
            alarm: self.report.alarm(),
            for_whom: self.report.for_whom(),
            beside: self.report.difference().into_iter().collect(),
            facts,
            links: &outcome.links,
            discharged: match n_failed {
                0 => format!("{n_discharged} of {n_discharged}"),
                // What rests on a kind that failed is not counted.
                _ => format!("{n_discharged} of more"),
            },
            by,
            on_paper: claim.on_paper(),
            coq: None,
            digest,
            elapsed: outcome.elapsed,
        }
    }
}

/// What is said of a theorem in Coq that this report did not run.
fn about_coq(name: &str) -> String {
    format!(
        "theorem {name} about the same weights, which coqc checks (reduce export, reduce recheck); it was not run here"
    )
}

fn circumstances(command: &str, digest: &str, elapsed: Duration) -> [(&'static str, String); 3] {
    [("time", format!("{:.2} s", elapsed.as_secs_f64())), ("again", command.to_owned()), ("digest", digest.to_owned())]
}
