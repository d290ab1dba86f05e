use super::*;
use crate::circuit_value;
use crate::circuit_value::Item;
use crate::matrix_product;
use crate::matrix_product::BOS;
use crate::matrix_product::MatrixProduct;
use crate::matrix_product::MatrixProductBos;
use crate::reachability::Instance;
use crate::reachability::Reachability;

/// How many words, and how far above the least size the instances go.
const COUNT: usize = 4000;
const SIZES: usize = 5;

fn of(problem: &dyn Problem) -> Vec<Word> {
    near_misses(problem, problem.sizes().least + SIZES, 1, COUNT)
}

/// How many of the words have a property, of the no-words and of the yes-words.
fn counts(problem: &dyn Problem, property: impl Fn(&Word) -> bool) -> [usize; 2] {
    let mut counts = [0; 2];
    for word in of(problem).iter().filter(|word| property(word)) {
        counts[usize::from(problem.decide(word))] += 1;
    }
    counts
}

#[test]
fn every_problem_has_thousands_and_both_answers_among_them() {
    for problem in crate::all() {
        let name = || format!("{} {:?}", problem.name(), problem.variant());
        let words = of(problem);
        let distinct: HashSet<&Word> = words.iter().collect();
        assert_eq!(words.len(), distinct.len(), "{}", name());
        // There are not so many words of one letter.
        assert!(words.len() == COUNT || problem.alphabet().len() == 1, "{}: {} words", name(), words.len());
        let [no, yes] = counts(problem, |_| true);
        assert!(no > 0 && yes > 0, "{}: {no} no-words, {yes} yes-words", name());
    }
}

#[test]
fn words_depend_on_the_seed_and_on_nothing_else_and_a_longer_list_begins_with_the_shorter() {
    for problem in crate::all() {
        let largest = problem.sizes().least + SIZES;
        let [first, again, longer, other] =
            [(3, 500), (3, 500), (3, 700), (4, 500)].map(|(seed, count)| near_misses(problem, largest, seed, count));
        assert_eq!(first, again);
        assert_eq!(first, longer[..500]);
        assert_ne!(first, other);
    }
    // A size below the least one is the least one.
    assert_eq!(near_misses(&Reachability, 0, 1, 50), near_misses(&Reachability, 2, 1, 50));
    assert!(near_misses(&Reachability, 5, 1, 0).is_empty());
}

/// The length of what is left when a common beginning and a common end are taken from two words.
fn differing(a: &[Token], b: &[Token]) -> [usize; 2] {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[prefix..], &b[prefix..]);
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    [a.len() - suffix, b.len() - suffix]
}

#[test]
fn an_edit_is_what_its_name_says() {
    let mut random = Random::new(5, 0);
    for edit in Edit::ALL {
        let mut n_changes = 0;
        for length in (0..6).cycle().take(600) {
            let before: Word = (0..length).map(|_| token_of(random.below(3))).collect();
            let mut after = before.clone();
            edit.apply(&mut after, 3, &mut random);
            let expected: &[[usize; 2]] = match edit {
                Edit::Drop => &[[1, 0]],
                Edit::Double | Edit::Insert => &[[0, 1]],
                Edit::Swap => &[[2, 2], [0, 0]],
                Edit::Replace => &[[1, 1]],
            };
            if length == 0 && edit != Edit::Insert {
                assert!(after.is_empty());
                continue;
            }
            assert!(expected.contains(&differing(&before, &after)), "{edit:?}: {before:?} {after:?}");
            if edit == Edit::Double {
                let repeats = |word: &[Token]| word.windows(2).filter(|pair| pair[0] == pair[1]).count();
                assert_eq!(repeats(&after), repeats(&before) + 1);
            }
            n_changes += usize::from(before != after);
        }
        assert!(n_changes > 100, "{edit:?}");
        // One token only: nothing to replace by, and no panic.
        edit.apply(&mut vec![0], 1, &mut random);
    }
}

/// Where a gate is complete in a text: from `(` to the letter of the gate.
fn complete_gates(text: &str) -> usize {
    let bodies = text.split('(').skip(1);
    bodies.filter(|body| body.trim_start_matches(['.', '/']).starts_with(['A', 'O', 'N', 'R', 'X', '!'])).count()
}

#[test]
fn circuits_have_complete_gates_and_distances_above_one_with_either_answer() {
    for problem in [circuit_value::copy(), circuit_value::walk()] {
        let gates = |word: &Word| complete_gates(&problem.alphabet().format(word));
        let items = |word: &Word| problem.parse(word).unwrap_or_default();
        let in_form = |wish: fn(&Item) -> bool| counts(problem, |word| items(word).iter().any(wish));
        let found = [
            in_form(|item| matches!(item, Item::Gate { near: 1, far: 2.., .. })),
            in_form(|item| matches!(item, Item::Gate { near: 2.., .. })),
            in_form(|item| matches!(item, Item::Not { distance: 2.. })),
            counts(problem, |word| items(word).iter().filter(|item| !matches!(item, Item::Input(_))).count() >= 2),
        ];
        assert!(found.iter().flatten().all(|count| *count >= 10), "{:?}: {found:?}", problem.variant());
        // Complete gates beside a fault of form.
        let [broken, accepted] = counts(problem, |word| gates(word) >= 2 && problem.parse(word).is_none());
        assert!(broken >= 100 && accepted == 0, "{:?}: {broken} {accepted}", problem.variant());
    }
    // Only `<` is missing or too much.
    let walk = circuit_value::walk();
    let back = walk.alphabet().token("<").unwrap();
    let without = |word: &[Token]| word.iter().copied().filter(|token| *token != back).collect::<Word>();
    let whole: HashSet<Word> = of(walk).iter().filter(|word| walk.parse(word).is_some()).map(|w| without(w)).collect();
    let [missed, _] = counts(walk, |word| walk.parse(word).is_none() && whole.contains(&without(word)));
    assert!(missed >= 10, "{missed}");
}

#[test]
fn matrix_words_have_several_matrices_and_bos_inside_with_either_answer() {
    let n_entries = |word: &Word| word.iter().filter(|token| **token != BOS).count();
    let inside = |word: &Word| word[1..word.len() - 1].contains(&BOS);
    let in_form = counts(&MatrixProductBos, |word| {
        n_entries(word) >= 18 && n_entries(word).is_multiple_of(9) && inside(word) && word.last() != Some(&BOS)
    });
    assert!(in_form.iter().all(|count| *count >= 50), "{in_form:?}");
    let ends_with_bos =
        counts(&MatrixProductBos, |word| n_entries(word).is_multiple_of(9) && word.last() == Some(&BOS));
    assert!(ends_with_bos[0] >= 5 && ends_with_bos[1] == 0, "{ends_with_bos:?}");
    for problem in [&MatrixProduct as &dyn Problem, &MatrixProductBos] {
        let broken = counts(problem, |word| !n_entries(word).is_multiple_of(9));
        assert!(broken[0] >= 100 && broken[1] == 0, "{broken:?}");
    }
}

#[test]
fn there_are_words_one_edit_away_and_words_two_edits_away() {
    // Instances have a multiple of nine entries, and an edit adds one, takes one or leaves their number.
    let at = |distance: usize| {
        of(&MatrixProduct).iter().filter(|word| [distance, 9 - distance].contains(&(word.len() % 9))).count()
    };
    let found = [1, 2, 3].map(at);
    assert!(found[0] >= 500 && found[1] >= 200 && found[2] == 0, "{found:?}");
}

/// Words on which the decider differs from one with a fault, of those on which the fault's answer is no and yes.
fn caught(problem: &dyn Problem, faulty: impl Fn(&[Token]) -> bool) -> [usize; 2] {
    let mut caught = [0; 2];
    for word in of(problem) {
        let answer = faulty(&word);
        caught[usize::from(answer)] += usize::from(answer != problem.decide(&word));
    }
    caught
}

#[test]
fn a_product_in_the_wrong_order_and_one_read_at_another_entry_are_caught() {
    for problem in [&MatrixProduct as &dyn Problem, &MatrixProductBos] {
        let entry = |word: &[Token], row: usize, turned: bool| {
            let word: Word = word.iter().copied().filter(|token| *token != BOS).collect();
            let mut matrices = matrix_product::matrices(&word)?;
            if turned {
                matrices.reverse();
            }
            let product = matrix_product::product(&matrix_product::word(&matrices))?;
            Some(product[row][row].sign() == num_bigint::Sign::Plus)
        };
        let in_form = |word: &[Token]| word.last() != Some(&BOS);
        let right = caught(problem, |word| in_form(word) && entry(word, 0, false) == Some(true));
        assert_eq!(right, [0, 0], "the method sees a fault where there is none");
        let turned = caught(problem, |word| in_form(word) && entry(word, 0, true) == Some(true));
        assert!(turned.iter().all(|count| *count >= 20), "{turned:?}");
        let moved = caught(problem, |word| in_form(word) && entry(word, 1, false) == Some(true));
        assert!(moved.iter().all(|count| *count >= 20), "{moved:?}");
        let with_bos_last = caught(problem, |word| entry(word, 0, false) == Some(true));
        assert_eq!(with_bos_last[1] > 0, problem.variant() == Some("bos"));
    }
}

/// The path is followed while edges are read; an edge may lead backward if the fault is asked for.
fn follows_edges(text: &str, may_lead_backward: bool) -> Option<bool> {
    let mut parts = text.strip_suffix('$')?.split('#');
    let numbers = |part: &str| {
        let (from, to) = part.split_once('|')?;
        let is_number = |text: &str| text.bytes().all(|byte| byte == b'0');
        (is_number(from) && is_number(to)).then_some((from.len(), to.len()))
    };
    let (mut current, target) = numbers(parts.next()?)?;
    let mut least = 0;
    for part in parts {
        let (from, to) = numbers(part)?;
        if from < least || (to <= from && !may_lead_backward) {
            return None;
        }
        if from == current && current != target {
            current = to;
        }
        least = from + 1;
    }
    Some(current == target)
}

#[test]
fn an_edge_that_leads_backward_is_caught_and_paths_are_long() {
    let text = |word: &[Token]| Reachability.alphabet().format(word);
    let right = caught(&Reachability, |word| follows_edges(&text(word), false) == Some(true));
    assert_eq!(right, [0, 0], "the method sees a fault where there is none");
    let backward = caught(&Reachability, |word| follows_edges(&text(word), true) == Some(true));
    assert!(backward[0] == 0 && backward[1] >= 10, "{backward:?}");
    let long = counts(&Reachability, |word| Instance::parse(word).is_some_and(|instance| instance.path().len() > 3));
    assert!(long.iter().all(|count| *count >= 20), "{long:?}");
}

#[test]
fn brackets_are_nested_with_either_answer() {
    let deep = counts(&crate::dyck::Dyck, |word| word.windows(2).any(|pair| pair == [0, 0] || pair == [2, 0]));
    assert!(deep.iter().all(|count| *count >= 40), "{deep:?}");
}
