//! The map: classes, in each the problems that it is about, what makes them hard, and the networks with their verdicts.

use super::gathered::Entry;
use crate::maps;
use crate::tree::Group;
use crate::tree::Leaf;
use crate::tree::MARK;
use crate::tree::Root;
use crate::verdict::Verdict;
use itertools::Itertools;

/// Classes, each of which contains those after it. A class that is none of them stands at the end.
const CLASSES: [&str; 6] = ["P", "L", "PNC1", "NC1", "TC0", "finite"];

/// What an arrow from a class to the next says.
pub(super) const ARROW: &str = "contains";

/// What is said below the map.
pub(super) const CAPTION: &str = "A frame is a class, a box a problem that is in it or complete for it. Dashed: what makes the \
                                  problem hard for the class. A dot is a network that is said to decide it: green is proved, \
                                  blue checked or sampled, ochre undetermined, red refuted.";

/// The class in a problem's or a claim's own words: what it is complete for, or is known to be in.
fn class(said: &str) -> &str {
    let class = said.strip_prefix("in ").unwrap_or(said);
    class.strip_suffix("-complete").unwrap_or(class)
}

/// A frame for each class.
pub(super) fn groups(entries: &[Entry<'_>]) -> Vec<Group> {
    let rank = |class: &str| CLASSES.iter().position(|other| *other == class).unwrap_or(CLASSES.len());
    let classes = entries.iter().map(|entry| class(entry.class)).unique();
    let classes = classes.sorted_by_key(|class| rank(class));
    let group = |name: &str| {
        let own = entries.iter().filter(|entry| class(entry.class) == name).collect_vec();
        let problems = own.iter().map(|entry| entry.problem.name()).unique();
        let of = |problem: &str| own.iter().copied().filter(|entry| entry.problem.name() == problem).collect_vec();
        Group { name: name.to_owned(), roots: problems.map(|problem| root(&of(problem))).collect() }
    };
    classes.map(group).collect()
}

/// A problem with the maps that make it hard and the networks that decide it.
fn root(entries: &[&Entry<'_>]) -> Root {
    let (problem, said) = (entries[0].problem, entries[0].class);
    // What makes the problem hard speaks of the form that is, not of smaller ones.
    let maps =
        maps::all().into_iter().filter(|map| (map.problem)().name() == problem.name() && said == problem.class());
    Root {
        name: problem.name().to_owned(),
        note: said.to_owned(),
        sources: maps.map(|map| format!("hard by {}, from {}", map.name, map.class)).collect(),
        leaves: entries.iter().map(|entry| leaf(entry)).collect(),
    }
}

fn leaf(entry: &Entry<'_>) -> Leaf {
    let alarm = if entry.alarm.is_some() { " ALARM" } else { "" };
    Leaf {
        name: entry.network.clone(),
        word: format!("{}{alarm}", entry.verdict),
        colour: match entry.verdict_or_alarm() {
            Verdict::Proved => "c2",
            Verdict::Checked | Verdict::Sampled => "c0",
            Verdict::Undetermined => "c4",
            Verdict::Refuted => MARK,
        },
    }
}
