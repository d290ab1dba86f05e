use super::*;
use crate::gadgets::integer_product::Matrix;
use crate::gadgets::integer_product::first_wrong;
use crate::gadgets::integer_product::random_matrices;
use crate::gadgets::integer_product::tokens;
use num_bigint::BigInt;
use problems::Random;

/// Its powers are [[1, n, 0], [0, 1, 0], [0, 0, 1]].
const SHEAR: Matrix = [[1, 1, 0], [0, 1, 0], [0, 0, 1]];

fn is_the_product(_: usize, value: &Exact, truth: &BigInt) -> bool {
    *value == Exact::from(truth.clone())
}

fn third_powers(n: usize, value: &Exact, truth: &BigInt) -> bool {
    &Exact::from(BigInt::from(3).pow(n as u32)) * value == Exact::from(truth.clone())
}

#[test]
fn the_outputs_are_the_exact_product_at_every_matrix_end() {
    let network = exact(&tokens()).unwrap();
    let mut random = Random::new(1, 0);
    for n in [1, 2, 3, 5, 30] {
        for invertible in [false, true, true] {
            let matrices = random_matrices(n, invertible, &mut random);
            assert_eq!(first_wrong(&network, &matrices, is_the_product), None, "{matrices:?}");
        }
    }
}

#[test]
fn the_sign_variant_gives_the_product_over_a_power_of_three() {
    let network = sign(&tokens()).unwrap();
    let mut random = Random::new(2, 0);
    for n in [1, 2, 3, 5, 30] {
        let matrices = random_matrices(n, n > 1, &mut random);
        assert_eq!(first_wrong(&network, &matrices, third_powers), None, "{matrices:?}");
    }
}

#[test]
fn the_sizes_are_those_that_are_stated() {
    for network in [exact(&tokens()).unwrap(), sign(&tokens()).unwrap()] {
        let size = network.size();
        assert_eq!((size.heads, size.hidden), (vec![1, 2, 13, 3], vec![0, 24, 180, 0]));
    }
}

#[test]
fn the_file_form_is_lossless() {
    let network = exact(&tokens()).unwrap();
    let text = network.to_json().to_string();
    assert_eq!(Network::from_json(&serde_json::from_str(&text).unwrap()).unwrap(), network);
}
