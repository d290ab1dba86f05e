//! Graphs as edge lists: one edge a line, `from to`, vertices under any names.
//!
//! A line with one name mentions a vertex without an edge, `#` begins a comment, and lines without a name are skipped. Every
//! vertex has at most one edge. Where all names are numbers as they are written here (no leading zero), a vertex has the
//! number that it is named by; elsewhere vertices are numbered in the order in which they first occur.

use super::Edge;
use super::Instance;
use std::collections::HashMap;
use std::fmt;
use std::fmt::Write as _;

/// The most vertices of a graph, so that a number in a file claims no memory.
const MOST_VERTICES: usize = 1 << 20;

/// A graph in which every vertex has at most one edge, as somebody wrote it.
///
/// ```
/// use problems::reachability::EdgeList;
/// let graph = EdgeList::read("start middle # one edge a line\nmiddle end\nend start\n").unwrap();
/// assert_eq!(graph.names(), ["start", "middle", "end"]);
/// assert_eq!(graph.successors(), [Some(1), Some(2), Some(0)]);
/// assert!(graph.sorted().is_none(), "the last edge leads back");
/// let error = EdgeList::read("a b\na c\n").unwrap_err();
/// assert_eq!(error.to_string(), "line 2: expected at most one edge from `a`, got a second one after that of line 1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeList {
    names: Vec<String>,
    successors: Vec<Option<usize>>,
    /// The edges in the order of their lines.
    edges: Vec<Edge>,
}

/// Why the text of a graph is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeListError {
    /// The line, counted from 1, where the fault is in one line.
    pub line: Option<usize>,
    /// What was expected, and what was there.
    pub message: String,
}

impl fmt::Display for EdgeListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for EdgeListError {}

fn fault<T>(line: usize, message: String) -> Result<T, EdgeListError> {
    Err(EdgeListError { line: Some(line), message })
}

/// The edges of a list whose edges all lead forward, by increasing source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sorted {
    /// The edges.
    pub edges: Vec<Edge>,
    /// Whether the lines stood in another order.
    pub was_moved: bool,
}

impl EdgeList {
    /// Reads a graph.
    ///
    /// # Errors
    /// [`EdgeListError`] where a line has more than two names, a vertex has a second edge, or there is no vertex.
    pub fn read(text: &str) -> Result<Self, EdgeListError> {
        let mut lines: Vec<(usize, Vec<&str>)> = Vec::new();
        for (i, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let names: Vec<&str> = line.split_whitespace().collect();
            match names.len() {
                0 => {}
                1 | 2 => lines.push((i + 1, names)),
                n => return fault(i + 1, format!("expected an edge `from to`, got {n} names")),
            }
        }
        let mentioned = || lines.iter().flat_map(|(line, names)| names.iter().map(move |name| (*line, *name)));
        let Some((first, _)) = mentioned().next() else {
            return Err(EdgeListError { line: None, message: "expected at least one edge, got none".to_owned() });
        };
        let (names, numbers) = if mentioned().all(|(_, name)| is_number(name)) {
            let numbers = mentioned().map(|(line, name)| match name.parse::<usize>() {
                Ok(number) if number < MOST_VERTICES => Ok((name.to_owned(), number)),
                _ => fault(line, format!("expected a vertex below {MOST_VERTICES}, got {name}")),
            });
            let numbers: HashMap<String, usize> = numbers.collect::<Result<_, _>>()?;
            let n = 1 + numbers.values().copied().max().unwrap_or(0);
            ((0..n).map(|number| number.to_string()).collect(), numbers)
        } else {
            let (mut names, mut numbers): (Vec<String>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
            for (_, name) in mentioned() {
                if !numbers.contains_key(name) {
                    numbers.insert(name.to_owned(), names.len());
                    names.push(name.to_owned());
                }
            }
            if names.len() > MOST_VERTICES {
                return fault(first, format!("expected at most {MOST_VERTICES} vertices, got {}", names.len()));
            }
            (names, numbers)
        };
        let mut graph = Self { successors: vec![None; names.len()], names, edges: Vec::new() };
        let mut line_of: HashMap<usize, usize> = HashMap::new();
        for (line, ends) in &lines {
            let &[from, to] = ends.as_slice() else { continue };
            let edge = (numbers[from], numbers[to]);
            if let Some(earlier) = line_of.insert(edge.0, *line) {
                let got = format!("got a second one after that of line {earlier}");
                return fault(*line, format!("expected at most one edge from `{from}`, {got}"));
            }
            graph.successors[edge.0] = Some(edge.1);
            graph.edges.push(edge);
        }
        Ok(graph)
    }

    /// The graph of an instance.
    pub fn of(instance: &Instance) -> Self {
        let n = instance.n_vertices();
        let mut successors = vec![None; n];
        for (from, to) in &instance.edges {
            successors[*from] = Some(*to);
        }
        Self { names: (0..n).map(|number| number.to_string()).collect(), successors, edges: instance.edges.clone() }
    }

    /// Writes the graph so that [`EdgeList::read`] gives it back.
    pub fn write(&self) -> String {
        let mut text = String::new();
        // Names that occur in no line before get one of their own, in their order: the reader numbers by first occurrence.
        let mut order: Vec<usize> = Vec::new();
        let mut seen = vec![false; self.names.len()];
        for vertex in self.edges.iter().flat_map(|(from, to)| [*from, *to]) {
            if !std::mem::replace(&mut seen[vertex], true) {
                order.push(vertex);
            }
        }
        let is_in_order = order.len() == self.names.len() && order.iter().enumerate().all(|(i, vertex)| i == *vertex);
        if !is_in_order {
            for name in &self.names {
                let _ = writeln!(text, "{name}");
            }
        }
        for (from, to) in &self.edges {
            let _ = writeln!(text, "{} {}", self.names[*from], self.names[*to]);
        }
        text
    }

    /// The names of the vertices, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The vertex of this name.
    pub fn vertex(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }

    /// The end of each vertex's edge, where it has one.
    pub fn successors(&self) -> &[Option<usize>] {
        &self.successors
    }

    /// The edges by increasing source, where each leads to a larger vertex: then the graph is one that words spell.
    pub fn sorted(&self) -> Option<Sorted> {
        let mut edges = self.edges.clone();
        edges.sort_unstable();
        let was_moved = edges != self.edges;
        edges.iter().all(|(from, to)| from < to).then_some(Sorted { edges, was_moved })
    }
}

/// Whether a name is a number as it is written here.
fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reachability::instances;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_the_vertices_that_they_name() {
        let graph = EdgeList::read("# a path\n0 2\n\n2 5 # forward\n").unwrap();
        assert_eq!(graph.names().len(), 6);
        assert_eq!(graph.sorted(), Some(Sorted { edges: vec![(0, 2), (2, 5)], was_moved: false }));
        let moved = EdgeList::read("2 5\n0 2\n").unwrap();
        assert_eq!(moved.sorted(), Some(Sorted { edges: vec![(0, 2), (2, 5)], was_moved: true }));
        // A leading zero makes names of all numbers: `00` and `0` are two vertices.
        assert_eq!(EdgeList::read("0 00\n").unwrap().names(), ["0", "00"]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("a b\nb c d\n", "line 2: expected an edge `from to`, got 3 names"),
            ("a b\nb a\nb c\n", "line 3: expected at most one edge from `b`, got a second one after that of line 2"),
            ("a b\na b\n", "line 2: expected at most one edge from `a`, got a second one after that of line 1"),
            (
                "0 1\n1 99999999999999999999999\n",
                "line 2: expected a vertex below 1048576, got 99999999999999999999999",
            ),
            ("# nothing\n", "expected at least one edge, got none"),
        ] {
            assert_eq!(EdgeList::read(text).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn every_small_instance_survives_writing_and_reading() {
        for instance in (1..=4).flat_map(instances) {
            let graph = EdgeList::of(&instance);
            assert_eq!(EdgeList::read(&graph.write()).unwrap(), graph);
            let edges = graph.sorted().map(|sorted| sorted.edges);
            assert_eq!(edges, Some(instance.edges));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_with_one_error_or_survives_writing_and_reading(text in "([a-c0-2#\u{e9}]{0,3}[ \n\t]{1,2}){0,12}") {
            match EdgeList::read(&text) {
                Ok(graph) => prop_assert_eq!(EdgeList::read(&graph.write()), Ok(graph)),
                Err(error) => prop_assert!(error.message.contains("expected"), "{}", error),
            }
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = EdgeList::read(&String::from_utf8_lossy(&bytes));
        }
    }
}
