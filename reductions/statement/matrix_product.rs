//! Iterated products of 3x3 matrices over -1, 0, 1: is entry (0, 0) of the product positive, and what are all nine?

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use crate::definition::Definition;
use rnn::Term;
use rnn::Terms;

const N: usize = 3;
const BLOCK: usize = N * N;

/// The mode before the first token; it is also that after a matrix and BOS, where nothing is accepted.
pub const START: &str = "start";
/// The mode at a matrix end.
pub const END: &str = "end";

/// The modes' names, by the number of tokens of the current matrix; the end of one is after them.
fn modes() -> Vec<String> {
    std::iter::once(START.to_owned()).chain((1..BLOCK).map(|r| format!("r{r}"))).chain([END.to_owned()]).collect()
}

/// The place among the modes of a word of `t` tokens.
pub fn mode_of(t: usize) -> usize {
    match t % BLOCK {
        0 if t == 0 => 0,
        0 => BLOCK,
        r => r,
    }
}

/// One pass over the entries: nine registers `p00` to `p22` for the product of the whole matrices, which is the identity
/// at first, and `a0` to `a7` for the current one. `tokens` are those for -1, 0 and 1, and perhaps BOS, which changes no
/// register. Accepts at a matrix end where `p00 > 0`; the values there are the nine of the product.
///
/// # Panics
/// If there are not three or four tokens.
pub fn definition<'a>(terms: &'a Terms, tokens: &[String]) -> Definition<'a> {
    assert!([3, 4].contains(&tokens.len()), "a matrix has entries -1, 0 and 1, and there may be BOS");
    let products: Vec<String> = (0..BLOCK).map(|place| format!("p{}{}", place / N, place % N)).collect();
    let entries: Vec<String> = (0..BLOCK - 1).map(|place| format!("a{place}")).collect();
    let identity = |place: usize| i64::from(place / N == place % N);
    let registers = products.iter().enumerate().map(|(place, name)| (name.as_str(), identity(place)));
    let registers: Vec<(&str, i64)> = registers.chain(entries.iter().map(|name| (name.as_str(), 0))).collect();
    let modes = modes();
    let mut definition = Definition::new(terms, tokens, modes.iter().map(String::as_str), registers);
    let state = definition.symbols();
    for (place, mode) in modes.iter().enumerate() {
        let r = place % BLOCK;
        if let Some(bos) = tokens.get(3) {
            definition.case(mode, bos, terms.truth(true), &modes[r]);
        }
        for (token, value) in tokens.iter().zip(-1..=1) {
            let case = definition.case(mode, token, terms.truth(true), &modes[r + 1]);
            if r + 1 < BLOCK {
                case.set(&entries[r], terms.int(value));
                continue;
            }
            let factor: Vec<Term<'a>> =
                entries.iter().map(|name| state.register(name)).chain([terms.int(value)]).collect();
            let mut case = case;
            for (place, name) in products.iter().enumerate() {
                let (row, column) = (place / N, place % N);
                let term = |k: usize| state.register(&products[N * row + k]) * factor[N * k + column];
                case = case.set(name, (1..N).fold(term(0), |sum, k| sum + term(k)));
            }
        }
    }
    definition.accept(END, state.register(&products[0]).above(terms.int(0)));
    definition.give(END, products.iter().map(|name| state.register(name)).collect());
    definition
}

/// Entry `column` of a row times a matrix that is given row by row.
pub fn row_times<'a>(row: &[Term<'a>], matrix: &[Term<'a>], column: usize) -> Term<'a> {
    (1..N).fold(row[0] * matrix[column], |sum, k| sum + row[k] * matrix[N * k + column])
}

/// Whether a product is one of a yes-word: its entry (0, 0) is positive.
pub fn is_yes<'a>(terms: &'a Terms, product: &[Term<'a>]) -> Term<'a> {
    product[0].above(terms.int(0))
}

/// The matrices of a word stand row by row, and BOS is no entry. The product of none is the identity, and that of one more
/// is the product before times the new matrix; after the last entry of a matrix, and there alone, it is asked for.
pub fn mathematics<'a>(terms: &'a Terms, tokens: &[String]) -> Mathematics<'a> {
    let registers = (0..BLOCK).map(|index| (product_name(index), i64::from(index / N == index % N)));
    let registers: Vec<(String, i64)> = registers.chain((0..BLOCK).map(|index| (entry_name(index), 0))).collect();
    let modes: Vec<String> = (0..=BLOCK).map(reading_name).collect();
    let registers = registers.iter().map(|(name, start)| (name.as_str(), *start));
    let mut reading = Definition::new(terms, tokens, modes.iter().map(String::as_str), registers);
    let before = reading.symbols();
    let product: Vec<Term<'a>> = (0..BLOCK).map(|index| before.register(&product_name(index))).collect();
    for read in 0..=BLOCK {
        for (token, value) in tokens.iter().zip(-1..=1) {
            let place = read % BLOCK;
            let case = reading.case(&modes[read], token, terms.truth(true), &modes[place + 1]);
            let mut case = case.set(&entry_name(place), terms.int(value));
            if place + 1 == BLOCK {
                let mut matrix: Vec<Term<'a>> = (0..BLOCK).map(|index| before.register(&entry_name(index))).collect();
                matrix[place] = terms.int(value);
                for index in 0..BLOCK {
                    let row = &product[index / N * N..index / N * N + N];
                    case = case.set(&product_name(index), row_times(row, &matrix, index % N));
                }
            }
        }
        if let Some(bos) = tokens.get(3) {
            reading.case(&modes[read], bos, terms.truth(true), &modes[read % BLOCK]);
        }
    }
    reading.accept(&modes[BLOCK], is_yes(terms, &product));
    reading.give(&modes[BLOCK], product);
    Mathematics::new(reading)
}

/// What the registers mean: `pij` is entry (i, j) of the product, and `a0` to `a7` are the entries of the matrix that is
/// read, as far as it is read.
pub fn meaning<'a>(terms: &'a Terms, tokens: &[String]) -> Meaning<'a> {
    let own = modes();
    Meaning::new(mathematics(terms, tokens), move |mode, reading, before, read, _| {
        let place = own.iter().position(|name| name == mode)?;
        if reading != reading_name(place) {
            return None;
        }
        let same = |name: String, spelt: String| before.register(&name).equals(read.register(&spelt));
        let product = (0..BLOCK).map(|index| same(format!("p{}{}", index / N, index % N), product_name(index)));
        let entries = (0..place % BLOCK).map(|index| same(format!("a{index}"), entry_name(index)));
        Some(product.chain(entries).collect())
    })
}

fn product_name(index: usize) -> String {
    format!("product.{}{}", index / N, index % N)
}

fn entry_name(index: usize) -> String {
    format!("entry.{}{}", index / N, index % N)
}

/// The mode in which so many entries of a matrix are read.
fn reading_name(n_entries: usize) -> String {
    format!("{n_entries} read")
}

/// Entry (row, column) of the product of a word of unknown tokens, each in 0..3, as a sum over paths: over all ways from the
/// row to the column of the products of their entries; none where no matrix ends there.
fn positional_entry<'a>(terms: &'a Terms, tokens: &[Term<'a>], row: usize, column: usize) -> Option<Term<'a>> {
    if tokens.is_empty() || !tokens.len().is_multiple_of(BLOCK) {
        return None;
    }
    let n = tokens.len() / BLOCK;
    let mut sum = terms.int(0);
    for path in 0..N.pow(n as u32 - 1) {
        // The path's stations between the matrices, as digits in base 3.
        let station = |step: usize| match step {
            0 => row,
            _ if step == n => column,
            _ => path / N.pow(step as u32 - 1) % N,
        };
        let entry = |matrix: usize| tokens[BLOCK * matrix + N * station(matrix) + station(matrix + 1)] - 1;
        sum = sum + (1..n).fold(entry(0), |product, matrix| product * entry(matrix));
    }
    Some(sum)
}

/// Whether a word of unknown tokens is a yes-word: each is in 0..3, or in 0..4 where there is BOS.
pub fn positional<'a>(terms: &'a Terms, tokens: &[Term<'a>], has_bos: bool) -> Term<'a> {
    let answers = readings(terms, tokens, has_bos).into_iter().filter_map(|(condition, entries)| {
        let entry = positional_entry(terms, &entries, 0, 0)?;
        Some(condition.and(entry.above(terms.int(0))))
    });
    answers.fold(terms.truth(false), Term::or)
}

/// The nine values that are asked for after a word of unknown tokens, by cases: each holds under its condition.
pub fn positional_values<'a>(terms: &'a Terms, tokens: &[Term<'a>], has_bos: bool) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
    let cases = readings(terms, tokens, has_bos).into_iter().filter_map(|(condition, entries)| {
        let entry = |place: usize| positional_entry(terms, &entries, place / N, place % N);
        Some((condition, (0..BLOCK).map(entry).collect::<Option<Vec<_>>>()?))
    });
    cases.collect()
}

/// The entries of a word that does not end with BOS, for every set of places that could be those of BOS, each with the
/// condition that they are.
fn readings<'a>(terms: &'a Terms, tokens: &[Term<'a>], has_bos: bool) -> Vec<(Term<'a>, Vec<Term<'a>>)> {
    if !has_bos {
        return vec![(terms.truth(true), tokens.to_vec())];
    }
    let mut readings = vec![(terms.truth(true), Vec::new())];
    for (place, token) in tokens.iter().enumerate() {
        let is_bos = token.equals(terms.int(3));
        let is_last = place + 1 == tokens.len();
        let continued = readings.into_iter().flat_map(|(condition, entries): (Term<'a>, Vec<Term<'a>>)| {
            let skipped = (!is_last).then(|| (condition.and(is_bos), entries.clone()));
            let taken = (condition.and(is_bos.negate()), entries.into_iter().chain([*token]).collect());
            skipped.into_iter().chain([taken])
        });
        readings = continued.filter(|(condition, _)| condition.as_truth() != Some(false)).collect();
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::integer_product::prefix_products;
    use crate::statement::integer_product::random_matrices;
    use crate::statement::integer_product::tokens;
    use crate::statement::integer_product::word;
    use num_bigint::BigInt;
    use problems::Problem;
    use problems::Random;
    use problems::matrix_product::BOS;
    use problems::matrix_product::MatrixProductBos;
    use rnn::Exact;

    #[test]
    fn the_definition_is_the_textbook_product_and_says_no_between_matrix_ends() {
        let terms = Terms::default();
        let reader = definition(&terms, &tokens()).reader();
        let mut random = Random::new(6, 0);
        let mut answers = [0, 0];
        for n in 1..8 {
            let matrices = random_matrices(n, true, &mut random);
            let prefixes = prefix_products(&matrices);
            let mut state = reader.start();
            assert!(!reader.accepts(&state));
            for (t, token) in word(&matrices).into_iter().enumerate() {
                state = reader.step(&state, token);
                assert_eq!(state.mode, mode_of(t + 1));
                let truth = (t + 1) % BLOCK == 0 && prefixes[t / BLOCK][0] > BigInt::ZERO;
                assert_eq!(reader.accepts(&state), truth);
                if (t + 1) % BLOCK == 0 {
                    let products: Vec<Exact> = prefixes[t / BLOCK].iter().cloned().map(Exact::from).collect();
                    assert_eq!(state.registers[..BLOCK], products);
                    answers[usize::from(truth)] += 1;
                }
            }
        }
        assert!(answers[0] > 0 && answers[1] > 0, "{answers:?}");
    }

    #[test]
    fn the_sum_over_paths_is_the_streaming_definition() {
        let terms = Terms::default();
        let reader = definition(&terms, &tokens()).reader();
        let mut random = Random::new(9, 0);
        let mut answers = [0, 0];
        for n in [1, 1, 2, 2, 3, 3, 4] {
            let word = word(&random_matrices(n, true, &mut random));
            for length in [word.len() - 1, word.len()] {
                let known: Vec<Term<'_>> = word[..length].iter().map(|token| terms.int(*token as i64)).collect();
                let answer = positional(&terms, &known, false).as_truth();
                assert_eq!(answer, Some(reader.reads(word[..length].iter().copied())));
                answers[usize::from(answer == Some(true))] += 1;
            }
        }
        assert!(answers[0] > 0 && answers[1] > 0, "{answers:?}");
    }
    #[test]
    fn bos_is_skipped_by_the_streaming_definition_and_by_the_one_over_positions() {
        let terms = Terms::default();
        let tokens: Vec<String> = tokens().into_iter().chain(["BOS".to_owned()]).collect();
        let reader = definition(&terms, &tokens).reader();
        let mut random = Random::new(10, 0);
        let mut answers = [0, 0];
        for n in [1, 1, 2, 2, 3, 3] {
            let mut word: Vec<u8> =
                word(&random_matrices(n, true, &mut random)).into_iter().map(|token| token as u8).collect();
            for _ in 0..6 {
                word.insert(random.below(word.len() + 1), BOS);
            }
            let mut state = reader.start();
            for length in 0..=word.len() {
                let prefix = &word[..length];
                if let Some(token) = prefix.last() {
                    state = reader.step(&state, usize::from(*token));
                }
                let truth = MatrixProductBos.decide(prefix);
                assert_eq!(reader.accepts(&state), truth);
                let values = MatrixProductBos.values(prefix);
                assert_eq!(reader.values(&state), values.map(|values| values.into_iter().map(Exact::from).collect()));
                let known: Vec<Term<'_>> = prefix.iter().map(|token| terms.int(i64::from(*token))).collect();
                assert_eq!(positional(&terms, &known, true).as_truth(), Some(truth));
                let given = positional_values(&terms, &known, true).pop().map(|(_, values)| values);
                let number = |term: Term<'_>| term.as_number().expect("constants fold");
                let given = given.map(|values| values.into_iter().map(number).collect::<Vec<_>>());
                assert_eq!(given, reader.values(&state));
                answers[usize::from(truth)] += 1;
            }
        }
        assert!(answers[0] > 0 && answers[1] > 0, "{answers:?}");
    }
}
