use super::*;
use crate::gadgets::integer_product::first_wrong;
use crate::gadgets::integer_product::random_matrices;
use crate::gadgets::integer_product::tokens;
use num_bigint::BigInt;
use problems::Random;
use rnn::ExactArithmetic;

fn is_the_product(_: usize, value: &Exact, truth: &BigInt) -> bool {
    *value == Exact::from(truth.clone())
}

#[test]
fn three_overwrites_a_matrix_give_the_exact_product_at_every_matrix_end() {
    let network = columns(&tokens()).unwrap();
    let mut random = Random::new(7, 0);
    for n in [1, 2, 3, 5, 30] {
        for invertible in [false, true, true] {
            let matrices = random_matrices(n, invertible, &mut random);
            assert_eq!(first_wrong(&network, &matrices, is_the_product), None, "{matrices:?}");
        }
    }
}

#[test]
fn nine_overwrites_a_matrix_give_the_exact_product_at_every_matrix_end() {
    let network = vector18(&tokens()).unwrap();
    let mut random = Random::new(8, 0);
    for n in [1, 2, 3, 5, 30] {
        let matrices = random_matrices(n, n > 1, &mut random);
        assert_eq!(first_wrong(&network, &matrices, is_the_product), None, "{matrices:?}");
    }
}

#[test]
fn the_sizes_are_those_that_are_stated() {
    let size = columns(&tokens()).unwrap().size();
    assert_eq!((size.heads, size.hidden), (vec![1, 2, 13, 3], vec![0, 24, 177, 0]));
    let size = vector18(&tokens()).unwrap().size();
    assert_eq!((size.heads, size.hidden), (vec![1, 2, 25, 9], vec![0, 24, 1224, 0]));
}

#[test]
fn the_file_form_is_lossless() {
    let network = columns(&tokens()).unwrap();
    assert_eq!(Network::from_json(&network.to_json()).unwrap(), network);
}

#[test]
fn a_token_for_the_beginning_costs_at_most_one_unit_in_each_feed_forward_and_changes_nothing_else() {
    let marked: Vec<String> = tokens().into_iter().chain(["^".to_owned()]).collect();
    let (plain, marked) = (columns(&tokens()).unwrap(), columns(&marked).unwrap());
    assert_eq!(marked.size().hidden, [0, 25, 177, 0]);
    let matrices = random_matrices(9, true, &mut Random::new(4, 0));
    let mut states = [plain.start().to_vec(), marked.step(&ExactArithmetic, marked.start(), 3)];
    assert!(!marked.read_out(&ExactArithmetic, &states[1]).is_positive());
    for token in crate::gadgets::integer_product::word(&matrices) {
        states[0] = plain.step(&ExactArithmetic, &states[0], token);
        states[1] = marked.step(&ExactArithmetic, &states[1], token);
        assert_eq!(states[0], states[1]);
    }
}
