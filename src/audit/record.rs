//! Lines of datasets: ours, JSON Lines of others, CSV, and the authors' source and target files.

use crate::dataset::is_plain_reachability;
use crate::dataset::prefix_answers;
use crate::families::groups::Group;
use num_bigint::BigInt;
use num_traits::One;
use num_traits::Zero;
use problems::Problem;
use problems::Word;
use problems::reachability::Instance;
use problems::reachability::Reachability;
use serde_json::Value;
use std::borrow::Cow;

/// What is asked of every line of a file.
pub enum Question<'a> {
    /// A word of a problem.
    Problem(&'a dyn Problem),
    /// A word over a group; the answer is whether the product is the identity.
    Group(Group),
    /// `source;i-j;...;target` in binary numbers: is the target reached?
    BinaryGraph,
    /// `T|matrix|...`: is entry (0,0) of the product, over the integers, 0?
    ZeroEntry,
    /// `T|m|place|matrix|...`: an entry modulo m of every prefix product; the answer is whether the last one is 0.
    Residues,
    /// `T|6|0|matrix|...` with permutation matrices: the number of every prefix product among the permutations; the answer is
    /// whether the last one is 0, the identity.
    Permutations,
}

/// A line's instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A word.
    Word(Word),
    /// Letters of a group.
    Letters(Vec<u16>),
    /// A graph, whose edges need not be sorted nor lead forward.
    Graph(Instance),
    /// Matrices of small integers, with a modulus and a place where those are given.
    Matrices {
        /// The matrices, by rows.
        matrices: Vec<[i64; 9]>,
        /// The modulus.
        modulus: u64,
        /// The entry that is asked for.
        place: usize,
    },
}

/// A line that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The instance.
    pub content: Content,
    /// The answer that the line states.
    pub stated: Option<bool>,
    /// The labels of all positions that it states.
    pub labels: Option<Vec<u64>>,
    /// The length by which answers are counted: the stated size, or else that of the content.
    pub length: usize,
}

impl Read {
    /// A line that states no size of its own.
    fn of(content: Content, stated: Option<bool>, labels: Option<Vec<u64>>) -> Self {
        Self { length: content.length(), content, stated, labels }
    }
}

impl Content {
    /// The number of tokens, letters, edges or matrices.
    pub fn length(&self) -> usize {
        match self {
            Self::Word(word) => word.len(),
            Self::Letters(letters) => letters.len(),
            Self::Graph(graph) => graph.edges.len(),
            Self::Matrices { matrices, .. } => matrices.len(),
        }
    }
}

/// What is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The answer.
    pub answer: bool,
    /// The labels of all positions.
    pub labels: Option<Vec<u64>>,
}

impl Question<'_> {
    /// What is asked, in words.
    pub fn text(&self) -> String {
        match self {
            Self::Problem(problem) => {
                let variant = problem.variant().map(|variant| format!(" {variant}")).unwrap_or_default();
                format!("{}{variant}", problem.name())
            }
            Self::Group(group) => format!("word problem of {}", group.name),
            Self::BinaryGraph => "reachability in a graph of binary numbers".to_owned(),
            Self::ZeroEntry => "is entry (0,0) of the product 0".to_owned(),
            Self::Residues => "residues of products; yes is a last label of 0".to_owned(),
            Self::Permutations => "numbers of products of permutations; yes is a last label of 0".to_owned(),
        }
    }

    /// The problem whose words the lines are, or can be spelled as.
    pub fn problem(&self) -> Option<&dyn Problem> {
        match self {
            Self::Problem(problem) => Some(*problem),
            Self::BinaryGraph => Some(&Reachability),
            Self::Group(_) | Self::ZeroEntry | Self::Residues | Self::Permutations => None,
        }
    }

    /// The graph that the line is of, where it is one of plain reachability: in binary numbers or as a word.
    pub fn graph<'c>(&self, content: &'c Content) -> Option<Cow<'c, Instance>> {
        match (self, content) {
            (_, Content::Graph(graph)) => Some(Cow::Borrowed(graph)),
            (Self::Problem(problem), Content::Word(word)) if is_plain_reachability(*problem) => {
                Instance::parse(word).map(Cow::Owned)
            }
            _ => None,
        }
    }

    /// Whether the instance is one of a problem with places: a word, or a graph that could be spelled as one.
    pub fn has_places(&self, content: &Content) -> bool {
        match content {
            Content::Word(_) => true,
            Content::Graph(graph) => graph.is_sorted(),
            Content::Letters(_) | Content::Matrices { .. } => false,
        }
    }

    /// Whether the instance keeps the problem's promise.
    pub fn is_promised(&self, content: &Content) -> bool {
        match (self, content) {
            (Self::Problem(problem), Content::Word(word)) => problem.promises(word),
            _ => true,
        }
    }

    /// Bytes that are the same for the same instance, however it was written.
    pub fn canonical(&self, content: &Content) -> Vec<u8> {
        match (self.graph(content), content) {
            (Some(graph), _) => format!("{graph:?}").into_bytes(),
            (None, Content::Word(word)) => word.clone(),
            (None, other) => format!("{other:?}").into_bytes(),
        }
    }

    /// Reads a line, and its target where that stands in a file of its own.
    ///
    /// # Errors
    /// One phrase: what was expected, and what was there.
    pub fn read(&self, line: &str, target: Option<&str>) -> Result<Read, String> {
        let line = line.trim_end_matches(['\r', '\n']);
        match self {
            Self::Problem(_) | Self::Group(_) if line.trim_start().starts_with('{') => self.read_json(line),
            Self::Problem(_) | Self::Group(_) => match (target, csv_fields(line)) {
                (Some(target), _) => self.read_labelled(line, Some(target)),
                (None, Some([_, input, target])) => self.read_labelled(&input, Some(&target)),
                (None, None) => self.read_labelled(line, None),
            },
            Self::BinaryGraph => {
                let graph = binary_graph(line)?;
                Ok(Read::of(Content::Graph(graph), stated_bit(target)?, None))
            }
            Self::ZeroEntry => {
                let parts: Vec<&str> = line.split('|').collect();
                let matrices = matrices(parts.first().copied(), parts.get(1..).unwrap_or_default())?;
                let content = Content::Matrices { matrices, modulus: 0, place: 0 };
                Ok(Read::of(content, stated_bit(target)?, None))
            }
            Self::Residues | Self::Permutations => read_residues(line, target),
        }
    }

    fn read_json(&self, line: &str) -> Result<Read, String> {
        let value: Value = serde_json::from_str(line)
            .map_err(|error| format!("expected a JSON object, got text that is none: {error}"))?;
        let text = ["word", "text"].iter().find_map(|name| value.get(name)).and_then(Value::as_str);
        let text = text.ok_or("expected a field `word` or `text` that is a string")?;
        let mut read = self.read_labelled(text, None)?;
        read.stated = match ["answer", "label"].iter().find_map(|name| value.get(name)) {
            None => None,
            Some(Value::Bool(answer)) => Some(*answer),
            Some(answer) => match answer.as_u64() {
                Some(bit @ 0..=1) => Some(bit == 1),
                _ => return Err(format!("expected an answer that is true, false, 0 or 1, got {answer}")),
            },
        };
        if let Some(labels) = value.get("labels") {
            let numbers: Option<Vec<u64>> =
                labels.as_array().and_then(|labels| labels.iter().map(Value::as_u64).collect());
            read.labels = Some(numbers.ok_or("expected a field `labels` that is a list of numbers")?);
        }
        if let Some(n) = value.get("n").and_then(Value::as_u64) {
            read.length = usize::try_from(n).unwrap_or(usize::MAX);
        }
        Ok(read)
    }

    fn read_labelled(&self, text: &str, target: Option<&str>) -> Result<Read, String> {
        let content = match self {
            Self::Group(group) => {
                let letter = |text: &str| {
                    let found = text.parse().ok().filter(|letter| usize::from(*letter) < group.order());
                    found.ok_or_else(|| {
                        format!("expected a number below {}, the order of {}, got `{text}`", group.order(), group.name)
                    })
                };
                Content::Letters(text.split_whitespace().map(letter).collect::<Result<_, _>>()?)
            }
            Self::Problem(problem) => Content::Word(problem.alphabet().parse(text).map_err(|error| error.to_string())?),
            Self::BinaryGraph | Self::ZeroEntry | Self::Residues | Self::Permutations => {
                return Err("expected another form".to_owned());
            }
        };
        let mut read = Read::of(content, None, None);
        let Some(target) = target else { return Ok(read) };
        let numbers: Option<Vec<u64>> = target.split_whitespace().map(|label| label.parse().ok()).collect();
        let numbers = numbers.filter(|numbers| !numbers.is_empty());
        let numbers = numbers.ok_or_else(|| format!("expected a target of numbers, got `{target}`"))?;
        match (self, numbers.as_slice()) {
            (Self::Group(_), _) => {
                read.stated = numbers.last().map(|last| *last == 0);
                read.labels = Some(numbers);
            }
            (_, [bit @ 0..=1]) => read.stated = Some(*bit == 1),
            (_, [.., bit @ 0..=1]) => {
                read.stated = Some(*bit == 1);
                read.labels = Some(numbers);
            }
            _ => return Err(format!("expected a target whose last label is 0 or 1, got `{target}`")),
        }
        Ok(read)
    }

    /// The answer and the labels, exactly; those of a problem's prefixes only where they are wanted, for each is a decision.
    pub fn decide(&self, content: &Content, wants_labels: bool) -> Decided {
        match (self, content) {
            (Self::Problem(problem), Content::Word(word)) => {
                let labels = || prefix_answers(*problem, word).into_iter().map(u64::from).collect();
                Decided { answer: problem.decide(word), labels: wants_labels.then(labels) }
            }
            (Self::Group(group), Content::Letters(letters)) => {
                let products = group.products(letters).unwrap_or_default();
                let answer = products.last().is_none_or(|last| *last == 0);
                Decided { answer, labels: Some(products.into_iter().map(u64::from).collect()) }
            }
            (_, Content::Graph(graph)) => Decided { answer: reaches(graph), labels: None },
            (Self::Residues | Self::Permutations, Content::Matrices { matrices, modulus, place }) => {
                let is_numbered = matches!(self, Self::Permutations);
                let labels = if is_numbered { numbers(matrices) } else { residues(matrices, *modulus, *place) };
                Decided { answer: labels.last() == Some(&0), labels: Some(labels) }
            }
            (_, Content::Matrices { matrices, .. }) => Decided { answer: zero_entry(matrices), labels: None },
            // A question reads only its own kind of content.
            _ => Decided { answer: false, labels: None },
        }
    }
}

/// The three fields of a line of CSV whose first is a number; quotes may stand around the second.
fn csv_fields(line: &str) -> Option<[String; 3]> {
    let (seed, rest) = line.split_once(',')?;
    seed.trim().parse::<u64>().ok()?;
    let (input, target) = match rest.strip_prefix('"') {
        // A quote inside is doubled.
        Some(rest) => {
            let (input, target) = rest.rsplit_once("\",")?;
            (input.replace("\"\"", "\""), target)
        }
        None => {
            let (input, target) = rest.rsplit_once(',')?;
            (input.to_owned(), target)
        }
    };
    Some([seed.to_owned(), input, target.trim_matches('"').to_owned()])
}

fn stated_bit(target: Option<&str>) -> Result<Option<bool>, String> {
    match target.map(str::trim) {
        None => Ok(None),
        Some("0") => Ok(Some(false)),
        Some("1") => Ok(Some(true)),
        Some(other) => Err(format!("expected a target 0 or 1, got `{other}`")),
    }
}

fn binary_graph(line: &str) -> Result<Instance, String> {
    let number = |text: &str| {
        let found = usize::from_str_radix(text, 2).ok().filter(|vertex| *vertex < 1 << 20);
        found.ok_or_else(|| format!("expected a vertex as a binary number below 2^20, got `{text}`"))
    };
    let parts: Vec<&str> = line.trim().split(';').collect();
    let [source, edges @ .., target] = parts.as_slice() else {
        return Err("expected `source;i-j;...;target`, got one number".to_owned());
    };
    let edge = |text: &&str| {
        let (from, to) = text.split_once('-').ok_or_else(|| format!("expected an edge `i-j`, got `{text}`"))?;
        Ok((number(from)?, number(to)?))
    };
    let edges = edges.iter().map(edge).collect::<Result<Vec<_>, String>>()?;
    Ok(Instance { source: number(source)?, target: number(target)?, edges })
}

/// Is the target reached, in any graph, by a search from the source?
fn reaches(graph: &Instance) -> bool {
    let n = graph.n_vertices();
    let mut successors: Vec<Vec<usize>> = vec![Vec::new(); n];
    graph.edges.iter().for_each(|(from, to)| successors[*from].push(*to));
    let mut found = vec![false; n];
    found[graph.source] = true;
    let mut to_visit = vec![graph.source];
    while let Some(vertex) = to_visit.pop() {
        for &next in &successors[vertex] {
            if !found[next] {
                found[next] = true;
                to_visit.push(next);
            }
        }
    }
    found[graph.target]
}

/// The largest entry of a matrix in a line, so that no sum of three products is too large.
const LARGEST_ENTRY: i64 = 1_000_000;

fn matrices(count: Option<&str>, parts: &[&str]) -> Result<Vec<[i64; 9]>, String> {
    let stated = count.and_then(|count| count.trim().parse::<usize>().ok());
    if stated != Some(parts.len()) || parts.is_empty() {
        let count = count.unwrap_or_default();
        return Err(format!("expected `T|` and T matrices, got T = `{count}` and {} matrices", parts.len()));
    }
    let matrix = |text: &&str| {
        let entry =
            |text: &str| text.trim().parse().ok().filter(|entry| (-LARGEST_ENTRY..=LARGEST_ENTRY).contains(entry));
        let entries: Option<Vec<i64>> = text.split(',').map(entry).collect();
        let entries = entries.and_then(|entries| <[i64; 9]>::try_from(entries).ok());
        entries.ok_or_else(|| {
            format!(
                "expected a matrix of nine integers from -{LARGEST_ENTRY} to {LARGEST_ENTRY} with commas, got `{text}`"
            )
        })
    };
    parts.iter().map(matrix).collect()
}

fn read_residues(line: &str, target: Option<&str>) -> Result<Read, String> {
    let parts: Vec<&str> = line.split('|').collect();
    let number = |place: usize| parts.get(place).and_then(|part| part.trim().parse::<u64>().ok());
    let (Some(modulus @ 1..=1_000_000), Some(place @ 0..=8)) = (number(1), number(2)) else {
        return Err("expected `T|m|place|` and T matrices, with m from 1 and a place from 0 to 8".to_owned());
    };
    let matrices = matrices(parts.first().copied(), parts.get(3..).unwrap_or_default())?;
    let content = Content::Matrices { matrices, modulus, place: place as usize };
    let labels = match target {
        None => None,
        Some(target) => {
            let labels: Option<Vec<u64>> = target.split('|').map(|label| label.trim().parse().ok()).collect();
            Some(labels.ok_or_else(|| format!("expected a target `v1|...|vT`, got `{target}`"))?)
        }
    };
    let stated = labels.as_ref().and_then(|labels| labels.last()).map(|last| *last == 0);
    Ok(Read::of(content, stated, labels))
}

fn multiply(a: &[i64; 9], b: &[i64; 9], reduce: impl Fn(i128) -> i64) -> [i64; 9] {
    std::array::from_fn(|i| reduce((0..3).map(|k| i128::from(a[i / 3 * 3 + k]) * i128::from(b[3 * k + i % 3])).sum()))
}

const IDENTITY: [i64; 9] = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/// The entry of every prefix product modulo m.
fn residues(matrices: &[[i64; 9]], modulus: u64, place: usize) -> Vec<u64> {
    let reduce = |sum: i128| sum.rem_euclid(i128::from(modulus)) as i64;
    let label = |product: [i64; 9]| product[place].rem_euclid(modulus as i64) as u64;
    prefix_products(matrices, reduce).map(label).collect()
}

/// The number of every prefix product of permutation matrices, among the permutations in lexicographic order of their images.
fn numbers(matrices: &[[i64; 9]]) -> Vec<u64> {
    let label = |product: [i64; 9]| {
        // The column of row 0, and whether the other two are in order.
        let image = |row: usize| (0..3).find(|column| product[3 * row + column] == 1).unwrap_or(0) as u64;
        2 * image(0) + u64::from(image(1) > image(2))
    };
    prefix_products(matrices, |sum| sum as i64).map(label).collect()
}

fn prefix_products(matrices: &[[i64; 9]], reduce: impl Fn(i128) -> i64) -> impl Iterator<Item = [i64; 9]> {
    matrices.iter().scan(IDENTITY, move |product, matrix| {
        *product = multiply(product, matrix, &reduce);
        Some(*product)
    })
}

/// Is this a line of residues modulo 6 at place 0 whose matrices are all permutations? Where every line of a file is one, its
/// labels are numbers of permutations.
pub fn is_line_of_permutations(line: &str) -> bool {
    let is_permutation = |matrix: &[i64; 9]| {
        matrix.iter().all(|entry| (0..=1).contains(entry))
            && (0..3).all(|i| (0..3).map(|j| matrix[3 * i + j]).sum::<i64>() == 1)
            && (0..3).all(|j| (0..3).map(|i| matrix[3 * i + j]).sum::<i64>() == 1)
    };
    match read_residues(line, None).map(|read| read.content) {
        Ok(Content::Matrices { matrices, modulus: 6, place: 0 }) => matrices.iter().all(is_permutation),
        _ => false,
    }
}

/// Is entry (0,0) of the product 0, over the integers, of whatever size?
fn zero_entry(matrices: &[[i64; 9]]) -> bool {
    let mut row: [BigInt; 3] = [BigInt::one(), BigInt::zero(), BigInt::zero()];
    for matrix in matrices {
        let at = |j: usize| (0..3).fold(BigInt::zero(), |sum, i| sum + &row[i] * BigInt::from(matrix[3 * i + j]));
        row = std::array::from_fn(at);
    }
    row[0].is_zero()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_samples_have_the_answers_that_stand_beside_them() {
        let graphs = [
            ("0;0-1;1-10;10-11;11-100;100-101;101", "1"),
            ("0;0-100;1-10;10-11;100-101;101", "1"),
            ("0;0-1;1-10;10-11;11-100;101", "0"),
            ("0;1-10;10-11;11-100;100-101;101", "0"),
        ];
        for (source, target) in graphs {
            let read = Question::BinaryGraph.read(source, Some(target)).unwrap();
            assert_eq!(Some(Question::BinaryGraph.decide(&read.content, true).answer), read.stated, "{source}");
        }
        let zero = Question::ZeroEntry.read("2|1,1,0,0,1,0,0,0,1|-1,0,0,1,1,0,0,0,1", Some("1")).unwrap();
        assert!(Question::ZeroEntry.decide(&zero.content, true).answer);
        for (question, source, target) in [
            (Question::Residues, "2|29|0|1,1,0,0,1,0,0,0,1|1,0,0,1,1,0,0,0,1", vec![1, 2]),
            (Question::Permutations, "2|6|0|0,1,0,1,0,0,0,0,1|1,0,0,0,0,1,0,1,0", vec![2, 4]),
            (Question::Residues, "2|6|0|0,1,0,1,0,0,0,0,1|1,0,0,0,0,1,0,1,0", vec![0, 0]),
        ] {
            let read = question.read(source, None).unwrap();
            assert_eq!(question.decide(&read.content, true).labels, Some(target), "{source}");
            assert_eq!(is_line_of_permutations(source), source.starts_with("2|6|"));
        }
    }

    #[test]
    fn a_power_of_two_that_wraps_to_zero_is_not_zero() {
        // The square of [[1, 1], [1, -1]] is 2 I: 128 factors are 2^64 I.
        let matrices = vec![[1, 1, 0, 1, -1, 0, 0, 0, 1]; 128];
        assert!(!zero_entry(&matrices));
        let wrapped = matrices.iter().fold(IDENTITY, |product, matrix| multiply(&product, matrix, |sum| sum as i64));
        assert_eq!(wrapped[0], 0);
        assert!(zero_entry(&[[0, 1, 0, 1, 0, 0, 0, 0, 1]]));
    }

    #[test]
    fn fields_of_csv_are_told_apart() {
        let fields = |line: &str| csv_fields(line).map(|fields| fields.join("/"));
        assert_eq!(fields("3,1 2 3,0 4 1"), Some("3/1 2 3/0 4 1".to_owned()));
        assert_eq!(fields("3,\"a,\"\"b\",1"), Some("3/a,\"b/1".to_owned()));
        assert_eq!((fields("x,1,2"), fields("12345 21345")), (None, None));
    }
}
