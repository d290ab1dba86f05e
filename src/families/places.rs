//! Where an instance can be changed without leaving its problem, and whether a change there gives the other answer.
//!
//! | problem | a place | a change |
//! |---|---|---|
//! | reachability | an edge | its end is exchanged with that of another edge, both still leading forward |
//! | circuit-value | a value | an input is flipped; a gate gets the type of another one with the other output |
//! | word-problem | a letter | any other letter |
//! | matrix-product | an entry | any other entry |
//! | all others | a token | any other token |
//!
//! An exchange of ends keeps every degree and every count of tokens. The sensitivity of a word is the share of its places at
//! which some change gives the other answer.

use num_bigint::BigInt;
use num_traits::Signed;
use num_traits::Zero;
use problems::Problem;
use problems::Random;
use problems::Token;
use problems::Word;
use problems::circuit_value;
use problems::circuit_value::CircuitValue;
use problems::circuit_value::Gate;
use problems::circuit_value::Item;
use problems::circuit_value::evaluate;
use problems::matrix_product;
use problems::matrix_product::Matrix;
use problems::matrix_product::TOKENS_PER_MATRIX;
use problems::reachability::Instance;
use problems::token_of;
use problems::word_problem;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;

/// The most places that are looked at in a word of a problem without places of its own.
const MOST_TOKENS: usize = 64;

/// How many of a word's places were looked at, and at how many of them a change gives the other answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sensitivity {
    /// Places.
    pub places: u64,
    /// Places at which some change gives the other answer.
    pub sensitive: u64,
}

impl Sensitivity {
    /// Of a word, by whether each place is sensitive.
    fn of(flags: &[bool]) -> Self {
        Self { places: flags.len() as u64, sensitive: flags.iter().filter(|flag| **flag).count() as u64 }
    }
}

/// What a place is called, in the plural.
pub fn unit(problem: &dyn Problem) -> &'static str {
    match Places::of(problem, &[]) {
        Places::Graph(_) => "edges",
        Places::Circuit { .. } => "values",
        Places::Letters { .. } => "letters",
        Places::Entries { .. } => "entries",
        Places::Tokens { .. } => "tokens",
    }
}

/// A word as what it spells.
enum Places<'p> {
    Graph(Option<Instance>),
    Circuit { spelling: &'p CircuitValue, items: Vec<Item>, values: Vec<bool> },
    Letters { problem: &'p WordProblem, word: Word },
    Entries { matrices: Vec<Matrix> },
    Tokens { problem: &'p dyn Problem, word: Word },
}

impl<'p> Places<'p> {
    fn of(problem: &'p dyn Problem, word: &[Token]) -> Self {
        let generic = || Self::Tokens { problem, word: word.to_vec() };
        match (problem.name(), problem.variant()) {
            ("reachability", None) => Self::Graph(Instance::parse(word)),
            ("circuit-value", Some(variant)) => {
                let Some(spelling) = circuit_value::named(variant) else { return generic() };
                let items = spelling.parse(word).unwrap_or_default();
                let values = evaluate(&items).unwrap_or_default();
                Self::Circuit { spelling, items, values }
            }
            ("word-problem", Some(variant)) => match word_problem::named(variant) {
                Some(problem) => Self::Letters { problem, word: word.to_vec() },
                None => generic(),
            },
            ("matrix-product", None) => Self::Entries { matrices: matrix_product::matrices(word).unwrap_or_default() },
            _ => generic(),
        }
    }

    fn n_places(&self) -> usize {
        match self {
            Self::Graph(instance) => instance.as_ref().map_or(0, |instance| instance.edges.len()),
            Self::Circuit { items, .. } => items.len(),
            Self::Letters { word, .. } | Self::Tokens { word, .. } => word.len(),
            Self::Entries { matrices } => TOKENS_PER_MATRIX * matrices.len(),
        }
    }
}

/// The sensitivity of a word; of a long word of a problem without places of its own, at random places.
pub fn sensitivity(problem: &dyn Problem, word: &[Token], random: &mut Random) -> Sensitivity {
    let answer = problem.decide(word);
    Sensitivity::of(&match Places::of(problem, word) {
        Places::Graph(None) => Vec::new(),
        Places::Graph(Some(instance)) => return sensitivity_of_graph(&instance),
        Places::Circuit { items, values, .. } => {
            (0..items.len()).map(|place| flipped_value(&items, &values, place)).collect()
        }
        Places::Letters { problem, word } => {
            letters(problem, &word).iter().map(|letters| !letters.is_empty()).collect()
        }
        Places::Entries { matrices } => entries(&matrices).iter().map(|entries| !entries.is_empty()).collect(),
        Places::Tokens { problem, word } => {
            let mut places: Vec<usize> = (0..word.len()).collect();
            if places.len() > MOST_TOKENS {
                random.shuffle(&mut places);
                places.truncate(MOST_TOKENS);
            }
            places.into_iter().map(|place| !substitutions(problem, &word, answer, place, true).is_empty()).collect()
        }
    })
}

/// The sensitivity of a graph.
///
/// # Panics
/// If an edge does not lead forward.
pub fn sensitivity_of_graph(instance: &Instance) -> Sensitivity {
    let answer = instance.reaches_target();
    let is_sensitive = |place| !exchanges(instance, answer, place, true).is_empty();
    Sensitivity::of(&(0..instance.edges.len()).map(is_sensitive).collect::<Vec<_>>())
}

/// A word that differs from this one at one place and has the other answer, with the place, from 0; none where no place has
/// such a change, and for brackets and the spellings of graphs and products whose
/// places are not known. It keeps what the family of the problem's hard instances keeps: products stay even, matrices invertible.
pub fn twin(problem: &dyn Problem, word: &[Token], random: &mut Random) -> Option<(Word, usize)> {
    let answer = problem.decide(word);
    let places = Places::of(problem, word);
    // A token in the place of another breaks the words of these, so that the twin would be no instance, or show by its counts.
    let breaks = matches!(problem.name(), "reachability" | "matrix-product" | "dyck-2");
    if breaks && matches!(places, Places::Tokens { .. }) {
        return None;
    }
    let mut order: Vec<usize> = (0..places.n_places()).collect();
    random.shuffle(&mut order);
    match &places {
        Places::Graph(instance) => {
            let instance = instance.as_ref()?;
            order.into_iter().find_map(|place| {
                let found = exchanges(instance, answer, place, false);
                (!found.is_empty()).then(|| (exchanged(instance, place, *random.pick(&found)).to_word(), place))
            })
        }
        Places::Circuit { spelling, items, values } => order.into_iter().find_map(|place| {
            let is_found = flipped_value(items, values, place);
            is_found.then(|| {
                let mut items = items.clone();
                let changes = changes_at(&items, values, place);
                items[place] = *random.pick(&changes);
                let mut word = spelling.write(&items);
                word.push(spelling.end());
                (word, place)
            })
        }),
        Places::Letters { problem, word } => {
            let all = letters(problem, word);
            let is_even = |letter: &Token| problem.letters()[usize::from(*letter)].is_even();
            order.into_iter().find_map(|place| {
                let kept: Vec<Token> =
                    all[place].iter().copied().filter(|letter| is_even(letter) == is_even(&word[place])).collect();
                if kept.is_empty() {
                    return None;
                }
                let mut word = word.clone();
                word[place] = *random.pick(&kept);
                Some((word, place))
            })
        }
        Places::Entries { matrices } => {
            let all = entries(matrices);
            order.into_iter().find_map(|place| {
                let with = |entry: i8| {
                    let mut matrices = matrices.clone();
                    matrices[place / 9][place % 9 / 3][place % 3] = entry;
                    matrices
                };
                let regular = |entry: &i8| matrix_product::determinant(&with(*entry)[place / 9]) != 0;
                let kept: Vec<i8> = all[place].iter().copied().filter(regular).collect();
                (!kept.is_empty()).then(|| (matrix_product::word(&with(*random.pick(&kept))), place))
            })
        }
        Places::Tokens { problem, word } => order.into_iter().take(MOST_TOKENS).find_map(|place| {
            let found = substitutions(*problem, word, answer, place, false);
            (!found.is_empty()).then(|| {
                let mut word = word.clone();
                word[place] = *random.pick(&found);
                (word, place)
            })
        }),
    }
}

/// The edges with which this one can exchange ends so that the answer is the other one; the first alone where that is enough.
fn exchanges(instance: &Instance, answer: bool, place: usize, first_only: bool) -> Vec<usize> {
    let (from, to) = instance.edges[place];
    let mut found = Vec::new();
    for (other, &(other_from, other_to)) in instance.edges.iter().enumerate() {
        let leads_forward = from < other_to && other_from < to;
        if other == place || to == other_to || !leads_forward {
            continue;
        }
        if exchanged(instance, place, other).reaches_target() != answer {
            found.push(other);
            if first_only {
                break;
            }
        }
    }
    found
}

fn exchanged(instance: &Instance, place: usize, other: usize) -> Instance {
    let mut changed = instance.clone();
    (changed.edges[place].1, changed.edges[other].1) = (instance.edges[other].1, instance.edges[place].1);
    changed
}

/// Does the last value change if this one does?
fn flipped_value(items: &[Item], values: &[bool], place: usize) -> bool {
    let mut changed = values.to_vec();
    changed[place] = !changed[place];
    for (k, item) in items.iter().enumerate().skip(place + 1) {
        changed[k] = match *item {
            Item::Input(bit) => bit,
            Item::Not { distance } => !changed[k - distance],
            Item::Gate { gate, near, far } => gate.apply(changed[k - near], changed[k - far]),
        };
    }
    changed.last() != values.last() && !changes_at(items, values, place).is_empty()
}

/// The items that give this value the other output, where it stands.
fn changes_at(items: &[Item], values: &[bool], place: usize) -> Vec<Item> {
    match items[place] {
        Item::Input(bit) => vec![Item::Input(!bit)],
        // There is one negation, and no other gate with one operand.
        Item::Not { .. } => Vec::new(),
        Item::Gate { near, far, .. } => {
            let (x, y) = (values[place - near], values[place - far]);
            let others = Gate::ALL.into_iter().filter(|gate| gate.apply(x, y) != values[place]);
            others.map(|gate| Item::Gate { gate, near, far }).collect()
        }
    }
}

/// At each place the letters with which the answer is the other one.
fn letters(problem: &WordProblem, word: &[Token]) -> Vec<Vec<Token>> {
    let letters = problem.letters();
    let mut after = vec![Permutation::IDENTITY];
    for token in word.iter().rev() {
        let last = after[after.len() - 1];
        after.push(letters[usize::from(*token)].then(last));
    }
    let answer = after[after.len() - 1] == Permutation::IDENTITY;
    let mut before = Permutation::IDENTITY;
    let mut found = Vec::with_capacity(word.len());
    for (place, &token) in word.iter().enumerate() {
        // before, letter, after is the identity for one letter: the inverse of after and before.
        let wanted = after[word.len() - place - 1].then(before).inverse();
        let gives_identity = |letter: usize| letters[letter] == wanted;
        let others = (0..letters.len()).filter(|letter| *letter != usize::from(token));
        found.push(others.filter(|letter| gives_identity(*letter) != answer).map(token_of).collect());
        before = before.then(letters[usize::from(token)]);
    }
    found
}

/// At each entry the numbers with which the answer is the other one.
fn entries(matrices: &[Matrix]) -> Vec<Vec<i8>> {
    // Column 0 of every product from a matrix to the end.
    let mut after: Vec<[BigInt; 3]> = vec![[1.into(), BigInt::zero(), BigInt::zero()]];
    for matrix in matrices.iter().rev() {
        let column = &after[after.len() - 1];
        let next = matrix.map(|row| dot(&row, column));
        after.push(next);
    }
    let value = after[after.len() - 1][0].clone();
    let answer = value.is_positive();
    let mut before: [BigInt; 3] = [1.into(), BigInt::zero(), BigInt::zero()];
    let mut found = Vec::with_capacity(TOKENS_PER_MATRIX * matrices.len());
    for (k, matrix) in matrices.iter().enumerate() {
        let column = &after[matrices.len() - k - 1];
        for (i, row) in matrix.iter().enumerate() {
            for (j, entry) in row.iter().enumerate() {
                let weight = &before[i] * &column[j];
                let gives = |other: i8| (&value + &weight * BigInt::from(other - entry)).is_positive();
                let others = [-1, 0, 1].into_iter().filter(|other| other != entry);
                found.push(others.filter(|other| gives(*other) != answer).collect());
            }
        }
        before = std::array::from_fn(|j| {
            (0..3).fold(BigInt::zero(), |sum, i| sum + &before[i] * BigInt::from(matrix[i][j]))
        });
    }
    found
}

fn dot(row: &[i8; 3], column: &[BigInt; 3]) -> BigInt {
    row.iter().zip(column).fold(BigInt::zero(), |sum, (entry, value)| sum + value * BigInt::from(*entry))
}

/// The tokens with which the answer is the other one; the first alone where that is enough.
fn substitutions(problem: &dyn Problem, word: &[Token], answer: bool, place: usize, first_only: bool) -> Vec<Token> {
    let mut changed = word.to_vec();
    let mut found = Vec::new();
    for token in (0..problem.alphabet().len()).map(token_of).filter(|token| *token != word[place]) {
        changed[place] = token;
        if problem.promises(&changed) && problem.decide(&changed) != answer {
            found.push(token);
            if first_only {
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::matrix_product::MatrixProduct;
    use problems::reachability::Reachability;

    /// The places at which a substitution of one token gives the other answer, by the decider alone.
    fn by_decider(problem: &dyn Problem, word: &[Token]) -> Sensitivity {
        let answer = problem.decide(word);
        let flips = |place: &usize| !substitutions(problem, word, answer, *place, true).is_empty();
        Sensitivity { places: word.len() as u64, sensitive: (0..word.len()).filter(flips).count() as u64 }
    }

    #[test]
    fn letters_and_entries_are_sensitive_where_the_decider_says_so() {
        let problems: [&dyn Problem; 3] = [word_problem::all_elements(), word_problem::generators(), &MatrixProduct];
        for problem in problems {
            let mut sensitive = 0;
            for (index, answer) in (0..12).flat_map(|index| [(index, true), (index, false)]) {
                let word = problem.sample(8, answer, &mut Random::new(1, index)).unwrap().word;
                let found = sensitivity(problem, &word, &mut Random::new(0, 0));
                assert_eq!(found, by_decider(problem, &word), "{} {word:?}", problem.name());
                sensitive += found.sensitive;
            }
            assert!(sensitive > 0);
        }
    }

    #[test]
    fn a_value_is_sensitive_where_another_gate_in_its_place_changes_the_answer() {
        let problem = circuit_value::copy();
        for (index, answer) in (0..12).flat_map(|index| [(index, true), (index, false)]) {
            let word = problem.sample(12, answer, &mut Random::new(1, index)).unwrap().word;
            let items = problem.parse(&word).unwrap();
            let values = evaluate(&items).unwrap();
            let flips = |place: &usize| {
                changes_at(&items, &values, *place).into_iter().any(|item| {
                    let mut items = items.clone();
                    items[*place] = item;
                    evaluate(&items).unwrap().last() != values.last()
                })
            };
            let expected = (0..items.len()).filter(flips).count() as u64;
            let found = sensitivity(problem, &word, &mut Random::new(0, 0));
            assert_eq!(found, Sensitivity { places: 12, sensitive: expected });
        }
    }

    #[test]
    fn edges_off_every_path_are_not_sensitive_and_crossing_ones_are() {
        // 0 -> 2 -> 4 and 1 -> 3 -> 5; beside them 6 -> 7, which can exchange ends with nothing before it.
        let edges = vec![(0, 2), (1, 3), (2, 4), (3, 5), (6, 7)];
        for (target, answer) in [(4, true), (5, false)] {
            let instance = Instance { source: 0, target, edges: edges.clone() };
            assert_eq!(instance.reaches_target(), answer);
            let found = sensitivity(&Reachability, &instance.to_word(), &mut Random::new(0, 0));
            assert_eq!(found, Sensitivity { places: 5, sensitive: 4 });
        }
    }

    #[test]
    fn twins_have_the_other_answer_and_differ_at_one_place() {
        for problem in problems::all() {
            let mut answers = [0; 2];
            for (index, answer) in (0..8).flat_map(|index| [(index, true), (index, false)]) {
                let mut random = Random::new(3, index);
                let Ok(sample) = problem.sample(problem.sizes().least.max(9), answer, &mut random) else { continue };
                let Some((other, place)) = twin(problem, &sample.word, &mut random) else { continue };
                assert_eq!(problem.decide(&other), !answer, "{}", problem.name());
                assert!(problem.promises(&other));
                answers[usize::from(answer)] += 1;
                match problem.name() {
                    "word-problem" | "matrix-product" => {
                        let differing: Vec<usize> = (0..other.len()).filter(|i| other[*i] != sample.word[*i]).collect();
                        assert_eq!(differing.len(), 1, "{}", problem.name());
                        if problem.variant().is_none() {
                            assert_eq!(differing, [place]);
                        }
                    }
                    "reachability" if problem.variant().is_none() => {
                        let [one, two] = [&sample.word, &other].map(|word| Instance::parse(word).unwrap());
                        let differing = one.edges.iter().zip(&two.edges).filter(|(a, b)| a != b).count();
                        assert_eq!((differing, one.source, one.target), (2, two.source, two.target));
                        let count = |word: &Word| word.iter().filter(|token| **token == 0).count();
                        assert_eq!(count(&sample.word), count(&other));
                    }
                    _ => {}
                }
            }
            let has_no_places = match problem.name() {
                "reachability" | "matrix-product" => problem.variant().is_some(),
                name => name == "dyck-2",
            };
            let is_forbidden = has_no_places || problem.variant() == Some("generators");
            assert_eq!(answers[0] > 0 && answers[1] > 0, !is_forbidden, "{} {answers:?}", problem.name());
        }
    }
}
