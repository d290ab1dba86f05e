//! Numbers of a line that are seen without solving it, each with a name in words.

use super::record::Content;
use super::record::Question;
use problems::Problem;
use problems::Token;
use problems::circuit_value;
use problems::circuit_value::Item;
use problems::matrix_product;
use problems::reachability::Instance;
use problems::word_problem;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;

/// How a number is used by a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is 0 or 1: the rule is that it is true.
    Flag,
    /// It is a count: the rules are that it is above a bound, and that it is odd.
    Number,
    /// It is a name: the rule is a table.
    Name,
}

/// A number that every line has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is, in words.
    pub name: String,
    /// How it is used.
    pub kind: Kind,
}

/// The most tokens of an alphabet of which each is counted.
const MOST_COUNTED: usize = 130;

/// What is looked at in a line of a question, as columns and as their values; both are made by the same code, so that no value
/// has another's name.
struct Sheet<'s> {
    columns: Option<&'s mut Vec<Column>>,
    values: Vec<i32>,
}

impl Sheet<'_> {
    fn add(&mut self, kind: Kind, name: impl FnOnce() -> String, value: i64) {
        if let Some(columns) = &mut self.columns {
            columns.push(Column { name: name(), kind });
        }
        self.values.push(i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX }));
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.add(Kind::Flag, || name.to_owned(), i64::from(value));
    }

    fn number(&mut self, name: &str, value: usize) {
        self.add(Kind::Number, || name.to_owned(), value as i64);
    }

    fn signed(&mut self, name: &str, value: i64) {
        self.add(Kind::Number, || name.to_owned(), value);
    }

    fn name(&mut self, name: &str, value: i64) {
        self.add(Kind::Name, || name.to_owned(), value);
    }
}

/// The columns of a question.
pub fn columns(question: &Question<'_>) -> Vec<Column> {
    let mut columns = Vec::new();
    let content = match question {
        Question::Problem(_) => Content::Word(Vec::new()),
        Question::Group(_) => Content::Letters(Vec::new()),
        Question::BinaryGraph => Content::Graph(Instance { source: 0, target: 0, edges: Vec::new() }),
        Question::ZeroEntry | Question::Residues | Question::Permutations => {
            Content::Matrices { matrices: Vec::new(), modulus: 1, place: 0 }
        }
    };
    fill(&mut Sheet { columns: Some(&mut columns), values: Vec::new() }, question, &content);
    columns
}

/// The values of a line, in the order of [`columns`]. They are of what the line holds; a size that it states is no part of it.
pub fn values(question: &Question<'_>, content: &Content) -> Vec<i32> {
    let mut sheet = Sheet { columns: None, values: Vec::new() };
    fill(&mut sheet, question, content);
    sheet.values
}

fn fill(sheet: &mut Sheet<'_>, question: &Question<'_>, content: &Content) {
    sheet.number("the length", content.length());
    // Lengths can tell the answer in an order that no bound and no parity knows.
    sheet.name("the length", content.length() as i64);
    match (question, content) {
        (Question::Problem(problem), Content::Word(word)) => {
            tokens(sheet, problem.alphabet().tokens(), word);
            match (problem.name(), problem.variant()) {
                ("reachability", None) => graph(sheet, Instance::parse(word).as_ref()),
                ("circuit-value", Some(variant)) => {
                    if let Some(spelling) = circuit_value::named(variant) {
                        circuit(sheet, &spelling.parse(word).unwrap_or_default());
                    }
                }
                ("word-problem", Some(variant)) => {
                    if let Some(found) = word_problem::named(variant) {
                        permutations(sheet, found, word);
                    }
                }
                ("matrix-product", None) => {
                    let list = matrix_product::matrices(word).unwrap_or_default();
                    let flat = |matrix: &[[i8; 3]; 3]| std::array::from_fn(|i| i64::from(matrix[i / 3][i % 3]));
                    products(sheet, &list.iter().map(flat).collect::<Vec<[i64; 9]>>());
                }
                _ => {}
            }
        }
        (Question::Group(group), Content::Letters(letters)) => {
            let names: Vec<String> =
                (0..group.order().min(MOST_COUNTED + 1)).map(|letter| letter.to_string()).collect();
            tokens(sheet, &names, letters);
            let product = letters.iter().fold(0, |product, letter| group.product(product, *letter));
            sheet.flag("no map to an abelian group (the sign of a permutation) tells the product from the identity", {
                group.is_unseen_by_signs(product)
            });
            let sum: usize = letters.iter().map(|letter| usize::from(*letter)).sum();
            for modulus in [2, 3, 5] {
                sheet.name(&format!("the sum of the letters' numbers modulo {modulus}"), (sum % modulus) as i64);
            }
        }
        (_, Content::Graph(found)) => graph(sheet, Some(found)),
        (_, Content::Matrices { matrices, .. }) => products(sheet, matrices),
        _ => {}
    }
}

/// Counts, ends, and pairs of ends, of tokens or of the letters of a group.
fn tokens<T: Copy + Into<u16>>(sheet: &mut Sheet<'_>, names: &[String], word: &[T]) {
    let code = |token: T| -> u16 { token.into() };
    if names.len() <= MOST_COUNTED {
        let mut counts = vec![0; names.len()];
        for token in word {
            counts[usize::from(code(*token))] += 1;
        }
        for (name, count) in names.iter().zip(counts) {
            sheet.add(Kind::Number, || format!("the number of `{name}`"), count);
        }
    }
    // Counted from the end without the token that ends every word.
    let has_end = names.last().is_some_and(|name| name == "$");
    let body = if has_end { word.split_last().map_or(word, |(_, body)| body) } else { word };
    let at = |place: Option<usize>| place.and_then(|place| body.get(place)).map_or(-1, |token| i64::from(code(*token)));
    let n = body.len();
    for (name, place) in [
        ("the first token", Some(0)),
        ("the second token", Some(1)),
        ("the last token", n.checked_sub(1)),
        ("the last token but one", n.checked_sub(2)),
    ] {
        sheet.name(name, at(place));
    }
    if names.len() <= 16 {
        let pair = |places: &[Option<usize>]| places.iter().fold(0, |code, place| 17 * code + at(*place) + 1);
        sheet.name("the first two tokens", pair(&[Some(0), Some(1)]));
        sheet.name("the last three tokens", pair(&[n.checked_sub(3), n.checked_sub(2), n.checked_sub(1)]));
        sheet.name("the first and the last token", pair(&[Some(0), n.checked_sub(1)]));
    }
}

fn graph(sheet: &mut Sheet<'_>, graph: Option<&Instance>) {
    let none = Instance { source: 0, target: 0, edges: Vec::new() };
    let Instance { source, target, edges } = graph.unwrap_or(&none);
    let out = edges.iter().find(|(from, _)| from == source);
    let into = edges.iter().find(|(_, to)| to == target);
    sheet.flag("an edge leaves the source", out.is_some());
    sheet.flag("an edge enters the target", into.is_some());
    sheet.flag("an edge leaves the source and an edge enters the target", out.is_some() && into.is_some());
    sheet.flag("an edge leaves the target", edges.iter().any(|(from, _)| from == target));
    sheet.flag("an edge enters the source", edges.iter().any(|(_, to)| to == source));
    sheet.flag("the first edge leaves the source", edges.first().is_some_and(|(from, _)| from == source));
    sheet.flag("the last edge enters the target", edges.last().is_some_and(|(_, to)| to == target));
    sheet.flag("the source's edge enters the target", edges.contains(&(*source, *target)));
    let n_vertices = graph.map_or(1, Instance::n_vertices);
    sheet.flag("the target is the last vertex", target + 1 == n_vertices);
    sheet.number("the number of edges", edges.len());
    sheet.number("the number of vertices", n_vertices);
    sheet.number("the number of the source", *source);
    sheet.number("the number of the target", *target);
    let difference = *target as i64 - *source as i64;
    sheet.signed("the distance in numbers from source to target", difference);
    for modulus in [2, 3, 5] {
        sheet.name(
            &format!("the distance in numbers from source to target modulo {modulus}"),
            difference.rem_euclid(modulus),
        );
    }
    let length = |edge: Option<&(usize, usize)>| edge.map_or(-1, |(from, to)| *to as i64 - *from as i64);
    sheet.signed("the length in numbers of the source's edge", length(out));
    sheet.signed("the length in numbers of the edge into the target", length(into));
    sheet.signed("the length in numbers of the first edge", length(edges.first()));
    sheet.signed("the length in numbers of the last edge", length(edges.last()));
    let ends = || edges.iter().map(|(_, to)| *to);
    let mut entered = vec![0usize; n_vertices.max(1)];
    ends().for_each(|to| entered[to] += 1);
    sheet.number("the number of vertices that several edges enter", entered.iter().filter(|count| **count > 1).count());
    sheet.number("the number of vertices that no edge enters", entered.iter().filter(|count| **count == 0).count());
    sheet.number("the number of edges to the next vertex", edges.iter().filter(|(from, to)| from + 1 == *to).count());
}

fn circuit(sheet: &mut Sheet<'_>, items: &[Item]) {
    let code = |item: Option<&Item>| match item {
        None => -1,
        Some(Item::Input(bit)) => i64::from(*bit),
        Some(Item::Not { .. }) => 2,
        Some(Item::Gate { gate, .. }) => 3 + *gate as i64,
    };
    let back = |distance: usize| items.len().checked_sub(distance).and_then(|place| items.get(place));
    let (near, far) = match items.last() {
        Some(Item::Gate { near, far, .. }) => (*near, *far),
        Some(Item::Not { distance }) => (*distance, *distance),
        _ => (0, 0),
    };
    sheet.name("the type of the last gate", code(back(1)));
    sheet.name("the types of the last two gates", 10 * code(back(1)) + code(back(2)));
    sheet.name("the types of the last three gates", 100 * code(back(1)) + 10 * code(back(2)) + code(back(3)));
    sheet.name(
        "the type of the last gate with its distances",
        code(back(1)) + 10 * (near + 1000 * far.min(100_000)) as i64,
    );
    sheet.name("the type of the last gate and those of its operands", {
        100 * code(back(1)) + 10 * code(back(1 + near)) + code(back(1 + far))
    });
    sheet.number("the distance of the last gate's farther operand", far);
    sheet.name("the first value", code(items.first()));
    let inputs = |wanted: bool| items.iter().filter(|item| **item == Item::Input(wanted)).count();
    sheet.number("the number of inputs that are 1", inputs(true));
    sheet.number("the number of inputs that are 0", inputs(false));
    let is_inverting = |item: &&Item| matches!(code(Some(item)), 2 | 5 | 6);
    sheet.number("the number of inverting gates", items.iter().filter(is_inverting).count());
    sheet.number("the number of gates", items.len() - inputs(true) - inputs(false));
    sheet.number("the longest path of gates", depth_of(items));
}

fn permutations(sheet: &mut Sheet<'_>, problem: &WordProblem, word: &[Token]) {
    let letter = |token: &Token| problem.letters()[usize::from(*token)];
    let fixed = |permutation: Permutation| (0..5).filter(|point| permutation.image(*point) == *point).count();
    let (first, last) = (word.first().map(letter), word.last().map(letter));
    let before_last = word.len().checked_sub(2).map(|place| letter(&word[place]));
    let odd = word.iter().filter(|token| !letter(token).is_even()).count();
    sheet.flag("the sign of the product, from the signs of the letters, is even", odd.is_multiple_of(2));
    sheet.number("the number of odd permutations", odd);
    sheet.number("the number of points that the last letter fixes", last.map_or(0, fixed));
    sheet.number("the number of points that the first letter fixes", first.map_or(0, fixed));
    let total: usize = word.iter().map(|token| fixed(letter(token))).sum();
    sheet.number("the number of points that letters fix, in all", total);
    let undoes = |a: Option<Permutation>, b: Option<Permutation>| {
        a.zip(b).is_some_and(|(a, b)| a.then(b) == Permutation::IDENTITY)
    };
    sheet.flag("the last letter undoes the first", undoes(first, last));
    sheet.flag("the last letter undoes the one before it", undoes(before_last, last));
    let image = |permutation: Option<Permutation>| permutation.map_or(-1, |permutation| permutation.image(0) as i64);
    sheet.name("the images of the first point under the first and the last letter", 10 * image(first) + image(last));
    sheet.number(
        "the number of letters that are the identity",
        word.iter().filter(|token| fixed(letter(token)) == 5).count(),
    );
}

fn products(sheet: &mut Sheet<'_>, matrices: &[[i64; 9]]) {
    let determinant = |m: &[i64; 9]| {
        let minor = |a: usize, b: usize, c: usize, d: usize| {
            i128::from(m[a]) * i128::from(m[d]) - i128::from(m[b]) * i128::from(m[c])
        };
        i128::from(m[0]) * minor(4, 5, 7, 8) - i128::from(m[1]) * minor(3, 5, 6, 8)
            + i128::from(m[2]) * minor(3, 4, 6, 7)
    };
    let count = |holds: &dyn Fn(&[i64; 9]) -> bool| matrices.iter().filter(|matrix| holds(matrix)).count();
    sheet.number("the number of matrices with a negative determinant", count(&|m| determinant(m) < 0));
    sheet.number("the number of singular matrices", count(&|m| determinant(m) == 0));
    sheet.number("the number of matrices with a negative entry (0,0)", count(&|m| m[0] < 0));
    sheet.number("the number of matrices with the entry (0,0) equal to 0", count(&|m| m[0] == 0));
    sheet.number("the number of matrices whose first row is 0", count(&|m| m[..3].iter().all(|entry| *entry == 0)));
    sheet.number("the number of matrices whose entries have a negative sum", count(&|m| m.iter().sum::<i64>() < 0));
    sheet.number("the number of matrices whose trace is negative", count(&|m| m[0] + m[4] + m[8] < 0));
    sheet.signed("the sum of all entries", matrices.iter().flatten().sum());
    let sign = |entry: Option<i64>| entry.map_or(5, |entry| entry.signum() + 1);
    let (first, last) = (matrices.first(), matrices.last());
    let code = |entries: [Option<i64>; 3]| entries.into_iter().fold(0, |code, entry| 6 * code + sign(entry));
    let row = |matrix: Option<&[i64; 9]>| code(std::array::from_fn(|j| matrix.map(|m| m[j])));
    let column = |matrix: Option<&[i64; 9]>| code(std::array::from_fn(|i| matrix.map(|m| m[3 * i])));
    sheet.name("the signs of the first matrix's first row", row(first));
    sheet.name("the signs of the last matrix's first column", column(last));
    sheet.name("the signs of the first row of the first matrix and of the first column of the last", {
        216 * row(first) + column(last)
    });
}

/// The longest path of gates that leads to the last value.
fn depth_of(items: &[Item]) -> usize {
    let mut depths: Vec<usize> = Vec::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let at = |distance: usize| place.checked_sub(distance).map_or(0, |place| depths[place]);
        depths.push(match item {
            Item::Input(_) => 0,
            Item::Not { distance } => 1 + at(*distance),
            Item::Gate { near, far, .. } => 1 + at(*near).max(at(*far)),
        });
    }
    depths.last().copied().unwrap_or(0)
}

/// How far an answer's computation reaches: the edges from the source to the target or to the path's end, the longest path of
/// gates. None for problems whose every token is read.
pub fn depth(problem: &dyn Problem, word: &[Token]) -> Option<usize> {
    match (problem.name(), problem.variant()) {
        ("reachability", None) => Some(depth_of_graph(&Instance::parse(word)?)),
        ("circuit-value", Some(variant)) => Some(depth_of(&circuit_value::named(variant)?.parse(word)?)),
        _ => None,
    }
}

/// The edges from the source to the target, or to the path's end where the target is missed.
///
/// # Panics
/// If an edge does not lead forward.
pub fn depth_of_graph(graph: &Instance) -> usize {
    let path = graph.path();
    path.iter().position(|vertex| *vertex == graph.target).unwrap_or(path.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families::groups::Group;
    use problems::Random;

    #[test]
    fn every_question_has_as_many_values_as_columns() {
        for problem in problems::all() {
            let question = Question::Problem(problem);
            let columns = columns(&question);
            for answer in [false, true] {
                let n = problem.sizes().default.min(12);
                let Ok(sample) = problem.sample(n, answer, &mut Random::new(0, 1)) else { continue };
                let values = values(&question, &Content::Word(sample.word));
                assert_eq!(values.len(), columns.len(), "{}", problem.name());
            }
            assert_eq!(values(&question, &Content::Word(vec![0])).len(), columns.len());
        }
        let group = Question::Group(Group::read("A5").unwrap());
        assert_eq!(values(&group, &Content::Letters(vec![3, 59])).len(), columns(&group).len());
        let graph = Content::Graph(Instance { source: 3, target: 1, edges: vec![(3, 1), (1, 3)] });
        assert_eq!(values(&Question::BinaryGraph, &graph).len(), columns(&Question::BinaryGraph).len());
    }

    #[test]
    fn depths_are_those_of_paths() {
        let word = Instance { source: 0, target: 5, edges: vec![(0, 2), (2, 5), (5, 6)] }.to_word();
        assert_eq!(depth(&problems::reachability::Reachability, &word), Some(2));
        let copy = circuit_value::copy();
        assert_eq!(depth(copy, &copy.alphabet().parse("01(/.N(/.N(..!$").unwrap()), Some(1));
        assert_eq!(depth(copy, &copy.alphabet().parse("01(/.N(/.N$").unwrap()), Some(2));
        assert_eq!(depth(word_problem::all_elements(), &[0]), None);
    }
}
