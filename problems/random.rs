//! The one source of chance: ChaCha8, seeded by (seed, index), with our own range reduction, so that the same seed
//! gives the same bytes on every platform and for every number of threads.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;
use rand_chacha::rand_core::SeedableRng;

/// A stream of random choices for instance `index` of a run with this `seed`.
///
/// ```
/// let mut a = problems::Random::new(7, 0);
/// let mut b = problems::Random::new(7, 0);
/// assert_eq!(a.below(1000), b.below(1000));
/// ```
#[derive(Clone, Debug)]
pub struct Random {
    generator: ChaCha8Rng,
}

impl Random {
    /// The stream of instance `index` under `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&index.to_le_bytes());
        Self { generator: ChaCha8Rng::from_seed(key) }
    }

    /// Uniform in `0..bound`, by rejection.
    ///
    /// # Panics
    /// If `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        assert!(bound > 0, "there is no number below 0");
        let bound = bound as u64;
        // The largest multiple of the bound that fits, so that every remainder is equally likely.
        let limit = u64::MAX - (u64::MAX % bound);
        loop {
            let draw = self.generator.next_u64();
            if draw < limit {
                return (draw % bound) as usize;
            }
        }
    }

    /// A fair coin.
    pub fn bit(&mut self) -> bool {
        self.below(2) == 1
    }

    /// A uniform permutation, in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A uniform element.
    ///
    /// # Panics
    /// If the slice is empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
