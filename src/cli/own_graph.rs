//! `reduce run reachability --graph`: somebody's graph as a word.

use super::Misuse;
use super::RunArguments;
use super::files;
use problems::Problem;
use problems::reachability::EdgeList;
use reductions::hardness::functional_graph_to_reachability::spell;

/// The word of the graph that is given, where one is; how it is spelled is said on standard error.
pub(crate) fn word(arguments: &RunArguments, problem: &dyn Problem) -> Result<Option<String>, Misuse> {
    let (Some(path), Some(from), Some(to)) = (&arguments.graph, &arguments.from, &arguments.to) else {
        return Ok(None);
    };
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
    Ok(Some(problem.alphabet().format(&instance.to_word())))
}
