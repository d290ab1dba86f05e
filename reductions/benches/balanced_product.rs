//! The product of 100,000 integer 3x3 matrices, one after another and balanced, on one thread and on all.
//!
//! `cargo bench -p reductions --bench balanced_product`, or with a number of matrices after `--`.

use num_bigint::BigInt;
use problems::Random;
use reductions::upper_bounds::parallel::IntegerMatrix;
use reductions::upper_bounds::parallel::balanced_product;
use reductions::upper_bounds::parallel::sequential_product;
use std::time::Duration;
use std::time::Instant;

fn timed(run: impl FnOnce() -> Option<IntegerMatrix>) -> (Option<IntegerMatrix>, Duration) {
    let start = Instant::now();
    let product = run();
    (product, start.elapsed())
}

fn main() {
    let n = std::env::args().filter_map(|argument| argument.parse().ok()).next().unwrap_or(100_000);
    let mut random = Random::new(1, 0);
    // Uniform entries from -1 to 1, singular matrices left out as in the problem's samples.
    let mut factors: Vec<IntegerMatrix> = Vec::with_capacity(n);
    while factors.len() < n {
        let matrix: [[i8; 3]; 3] = std::array::from_fn(|_| std::array::from_fn(|_| random.below(3) as i8 - 1));
        if problems::matrix_product::determinant(&matrix) != 0 {
            factors.push(matrix.iter().map(|row| row.iter().copied().map(BigInt::from).collect()).collect());
        }
    }
    let (expected, sequential) = timed(|| sequential_product(&factors));
    let bits = expected.iter().flatten().flatten().map(BigInt::bits).max().unwrap_or(0);
    println!("{n} matrices, seed 1, product of {bits} bits: sequential {sequential:?}");
    for n_threads in [1, std::thread::available_parallelism().map_or(2, usize::from)] {
        let Ok(pool) = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build() else { continue };
        let (product, time) = timed(|| pool.install(|| balanced_product(&factors)));
        assert_eq!(product, expected, "both orders of work give one product");
        let tenths = 10 * sequential.as_micros() / time.as_micros().max(1);
        println!("balanced on {n_threads} thread(s): {time:?}, {}.{} times as fast", tenths / 10, tenths % 10);
    }
}
