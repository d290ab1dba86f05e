//! How long the four-layer networks take for long words: `cargo bench --bench matrix_product`.
//!
//! Two kinds of words: matrices of ones, whose products grow as fast as they can, and random ones with a determinant.

use problems::Random;
use reductions::matrix_product_deltanet;
use reductions::matrix_product_rwkv7;
use rnn::Exact;
use rnn::ExactRun;
use rnn::Network;
use std::time::Instant;

fn main() {
    let tokens = ["-1", "0", "1"].map(str::to_owned);
    let networks = [
        ("deltanet", matrix_product_deltanet::exact(&tokens)),
        ("deltanet sign", matrix_product_deltanet::sign(&tokens)),
        ("rwkv7", matrix_product_rwkv7::columns(&tokens)),
        ("rwkv7 vector18", matrix_product_rwkv7::vector18(&tokens)),
    ];
    for (name, network) in networks {
        let network = match network {
            Ok(network) => network,
            Err(error) => {
                eprintln!("{name}: {error}");
                continue;
            }
        };
        for n in [60, 1000, 10_000] {
            report(name, "ones", &network, &vec![2u8; 9 * n]);
            // Its states have denominators of 3^n, so that every sum pays for a gcd of two long numbers.
            if name != "deltanet sign" || n <= 1000 {
                report(name, "random", &network, &random_word(n));
            }
        }
    }
}

fn report(name: &str, kind: &str, network: &Network, word: &[u8]) {
    let started = Instant::now();
    let mut run = ExactRun::new(network);
    run.read_all(word);
    let bits = run.state().iter().map(Exact::bits).max().unwrap_or(0);
    println!("{name:14} {:6} matrices, {kind:6}: {:?}, widest entry {bits} bits", word.len() / 9, started.elapsed());
}

/// Random matrices with a determinant, so that their product does not collapse to zero.
fn random_word(n: usize) -> Vec<u8> {
    let mut random = Random::new(1, 0);
    let mut word = Vec::with_capacity(9 * n);
    while word.len() < 9 * n {
        let m: [i64; 9] = std::array::from_fn(|_| random.below(3) as i64 - 1);
        let minor = |a: usize, b: usize| m[3 + a] * m[6 + b] - m[3 + b] * m[6 + a];
        if m[0] * minor(1, 2) - m[1] * minor(0, 2) + m[2] * minor(0, 1) != 0 {
            word.extend(m.map(|entry| (entry + 1) as u8));
        }
    }
    word
}
