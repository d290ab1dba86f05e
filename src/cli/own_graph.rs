//! `reduce run reachability --graph`: somebody's graph as a word.

use super::files;
use super::misuse::Misuse;
use problems::Problem;
use problems::reachability::EdgeList;
use reductions::hardness::functional_graph_to_reachability::spell;
use std::path::Path;

/// The word of a graph and two of its vertices; how it is spelled is said on standard error.
pub(crate) fn word(path: &Path, from: &str, to: &str, problem: &dyn Problem) -> Result<String, Misuse> {
    if problem.name() != "reachability" || problem.promise().is_some() || problem.variant().is_some() {
        let (name, variant) = (problem.name(), problem.variant().unwrap_or_default());
        let message = format!("--graph: expected reachability in its first spelling, got {name} {variant}");
        return Err(Misuse(message.trim_end().to_owned()));
    }
    let name = files::name(path);
    let graph = EdgeList::read(&files::text(path)?).map_err(|error| Misuse(format!("{name}: {error}")))?;
    let vertex = |flag: &str, vertex: &str| {
        graph.vertex(vertex).ok_or_else(|| {
            Misuse(format!("{flag}: expected one of the {} vertices of {name}, got `{vertex}`", graph.names().len()))
        })
    };
    let (source, target) = (vertex("--from", from)?, vertex("--to", to)?);
    let (instance, spelling) = spell(&graph, source, target).map_err(|error| Misuse(format!("{name}: {error}")))?;
    eprintln!("reduce: {name}: {spelling}");
    Ok(problem.alphabet().format(&instance.to_word()))
}
