//! The map: classes, in each the problems that it is about, what makes them hard, and the networks with their verdicts.

use super::Claim;
use crate::maps;
use crate::page::figure;
use crate::svg::tree::Group;
use crate::svg::tree::Leaf;
use crate::svg::tree::Root;
use crate::svg::tree::tree;
use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Problem;

/// Classes, each of which contains those after it. A class that is none of them stands at the end.
const CLASSES: [&str; 5] = ["P", "L", "PNC1", "NC1", "TC0"];

/// The class that a problem is complete for, or is known to be in.
fn class(problem: &dyn Problem) -> &str {
    let class = problem.class();
    let class = class.strip_prefix("in ").unwrap_or(class);
    class.strip_suffix("-complete").unwrap_or(class)
}

/// The section of the page.
pub(super) fn section(claims: &[Claim<'_>]) -> String {
    let groups = groups(claims);
    if groups.is_empty() {
        return String::new();
    }
    let title = "classes, problems and networks, each network with its verdict";
    let drawn = [("on-wide", 2), ("on-narrow", 1)].map(|(class, n_columns)| {
        format!("<div class=\"{class}\">\n{}\n</div>", tree(title, &groups, n_columns, "contains"))
    });
    let caption = "A frame is a class, a box a problem that is in it or complete for it. Dashed: what makes the problem hard for the \
                   class. A dot is a network that is said to decide it: green is proved, blue checked or \
                   sampled, ochre undetermined, red refuted.";
    format!("<section id=\"map\">\n<h2>The map</h2>\n{}\n</section>", figure("map", "", &drawn.join("\n"), caption))
}

fn groups(claims: &[Claim<'_>]) -> Vec<Group> {
    let of_problem = claims.iter().chunk_by(|claim| claim.report.reduction.problem().name());
    let problems = of_problem.into_iter().map(|(_, claims)| claims.collect_vec()).collect_vec();
    let rank = |class: &str| CLASSES.iter().position(|other| *other == class).unwrap_or(CLASSES.len());
    let classes = problems.iter().map(|claims| class(claims[0].report.reduction.problem())).unique();
    let classes = classes.sorted_by_key(|class| rank(class));
    let group = |name: &str| {
        let own = problems.iter().filter(|claims| class(claims[0].report.reduction.problem()) == name);
        Group { name: name.to_owned(), roots: own.map(|claims| root(claims)).collect() }
    };
    classes.map(group).collect()
}

/// A problem with the maps that make it hard and the networks that decide it.
fn root(claims: &[&Claim<'_>]) -> Root {
    let problem = claims[0].report.reduction.problem();
    let maps = maps::all().into_iter().filter(|map| (map.problem)().name() == problem.name());
    Root {
        name: problem.name().to_owned(),
        note: problem.class().to_owned(),
        sources: maps.map(|map| format!("hard by {}, from {}", map.name, map.class)).collect(),
        leaves: claims.iter().map(|claim| leaf(claim)).collect(),
    }
}

fn leaf(claim: &Claim<'_>) -> Leaf {
    let description = claim.report.reduction.description();
    let outcome = claim.report.outcome;
    let alarm = if outcome.alarm.is_some() { " ALARM" } else { "" };
    Leaf {
        name: [Some(description.model), description.variant].into_iter().flatten().join(" "),
        word: format!("{}{alarm}", outcome.verdict()),
        colour: match outcome.verdict_or_alarm() {
            Verdict::Proved => "c2",
            Verdict::Checked | Verdict::Sampled => "c0",
            Verdict::Undetermined => "c4",
            Verdict::Refuted => "m",
        },
    }
}
