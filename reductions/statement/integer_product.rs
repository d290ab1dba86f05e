//! For tests: the textbook product of integer 3x3 matrices, and words of random ones.

use num_bigint::BigInt;
use problems::Random;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;

pub(crate) type Matrix = [[i8; 3]; 3];

pub(crate) fn tokens() -> Vec<String> {
    ["-1", "0", "1"].map(str::to_owned).to_vec()
}

pub(crate) fn word(matrices: &[Matrix]) -> Vec<usize> {
    matrices
        .iter()
        .flatten()
        .flatten()
        .map(|entry| usize::try_from(entry + 1).expect("an entry is -1, 0 or 1"))
        .collect()
}

/// The products of the prefixes, each as nine numbers row by row.
pub(crate) fn prefix_products(matrices: &[Matrix]) -> Vec<Vec<BigInt>> {
    let mut product: Vec<Vec<BigInt>> =
        (0..3).map(|i| (0..3).map(|j| BigInt::from(u8::from(i == j))).collect()).collect();
    let mut prefixes = Vec::new();
    for matrix in matrices {
        product = (product.iter())
            .map(|row| (0..3).map(|j| row.iter().zip(matrix).map(|(p, a)| p * a[j]).sum()).collect())
            .collect();
        prefixes.push(product.concat());
    }
    prefixes
}

fn determinant(m: &Matrix) -> i32 {
    let m = m.map(|row| row.map(i32::from));
    let minor = |a: usize, b: usize| m[1][a] * m[2][b] - m[1][b] * m[2][a];
    m[0][0] * minor(1, 2) - m[0][1] * minor(0, 2) + m[0][2] * minor(0, 1)
}

/// Random matrices; those with a determinant keep the product from collapsing to zero.
pub(crate) fn random_matrices(n: usize, invertible: bool, random: &mut Random) -> Vec<Matrix> {
    let mut matrices = Vec::new();
    while matrices.len() < n {
        let matrix: Matrix = std::array::from_fn(|_| std::array::from_fn(|_| random.below(3) as i8 - 1));
        if !invertible || determinant(&matrix) != 0 {
            matrices.push(matrix);
        }
    }
    matrices
}

/// An output is the entry of the product, whatever the number of matrices.
pub(crate) fn is_the_product(_: usize, value: &Exact, truth: &BigInt) -> bool {
    *value == Exact::from(truth.clone())
}

/// After every token: is it judged as it should be? The first number of tokens after which the decision is wrong, or
/// one of the nine values at a matrix end is not `judge` of the true one.
pub(crate) fn first_wrong(
    network: &Network,
    matrices: &[Matrix],
    judge: impl Fn(usize, &Exact, &BigInt) -> bool,
) -> Option<usize> {
    let prefixes = prefix_products(matrices);
    let mut state = network.start().to_vec();
    for (t, token) in word(matrices).into_iter().enumerate() {
        state = network.step(&ExactArithmetic, &state, token);
        let decision = network.read_out(&ExactArithmetic, &state).is_positive();
        let right = if (t + 1) % 9 == 0 {
            let truth = &prefixes[t / 9];
            let values = network.values(&state).iter().zip(truth);
            decision == Exact::from(truth[0].clone()).is_positive()
                && values.into_iter().all(|(value, truth)| judge(t / 9 + 1, value, truth))
        } else {
            !decision && network.values(&state).iter().all(Exact::is_zero)
        };
        if !right {
            return Some(t + 1);
        }
    }
    None
}
