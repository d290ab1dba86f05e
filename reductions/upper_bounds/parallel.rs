//! Balanced folds on several threads, and products of many integer matrices.

use num_bigint::BigInt;
use num_traits::Zero;

/// A square matrix of integers, by rows.
pub type IntegerMatrix = Vec<Vec<BigInt>>;

/// Below this number of factors a range is folded from the left: its products are small, and a thread costs more.
const GRAIN: usize = 32;

/// The fold of some items by an associative operation, both halves of a range at the same time; none of no items.
pub fn fold<T: Clone + Send + Sync>(items: &[T], join: &(impl Fn(&T, &T) -> T + Sync)) -> Option<T> {
    if items.len() <= GRAIN {
        let (first, rest) = items.split_first()?;
        return Some(rest.iter().fold(first.clone(), |whole, item| join(&whole, item)));
    }
    let (left, right) = items.split_at(items.len() / 2);
    let (left, right) = rayon::join(|| fold(left, join), || fold(right, join));
    Some(join(&left?, &right?))
}

/// The product of two matrices.
pub fn multiply(a: &IntegerMatrix, b: &IntegerMatrix) -> IntegerMatrix {
    let entry = |row: &[BigInt], column: usize| {
        row.iter().zip(b).fold(BigInt::zero(), |sum, (left, right)| sum + left * &right[column])
    };
    a.iter().map(|row| (0..b.first().map_or(0, Vec::len)).map(|column| entry(row, column)).collect()).collect()
}

/// The product of several matrices, balanced, in parallel; none of no matrices.
pub fn balanced_product(factors: &[IntegerMatrix]) -> Option<IntegerMatrix> {
    fold(factors, &multiply)
}

/// The product of several matrices, one after another from the left; none of no matrices.
pub fn sequential_product(factors: &[IntegerMatrix]) -> Option<IntegerMatrix> {
    let (first, rest) = factors.split_first()?;
    Some(rest.iter().fold(first.clone(), |product, factor| multiply(&product, factor)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Random;

    #[test]
    fn balanced_and_sequential_products_are_equal_at_every_length() {
        let mut random = Random::new(1, 0);
        let mut entry = || BigInt::from(random.below(3) as i64 - 1);
        let factors: Vec<IntegerMatrix> =
            (0..300).map(|_| (0..3).map(|_| (0..3).map(|_| entry()).collect()).collect()).collect();
        assert_eq!(balanced_product(&[]), None);
        assert_eq!(sequential_product(&[]), None);
        for n in 1..=300 {
            // The end of the list, so that the longest products are not all 0 for one reason.
            assert_eq!(balanced_product(&factors[300 - n..]), sequential_product(&factors[300 - n..]));
        }
        assert_ne!(multiply(&factors[0], &factors[1]), multiply(&factors[1], &factors[0]));
    }

    #[test]
    fn a_fold_keeps_the_order_of_its_items() {
        let items: Vec<String> = (0..1000).map(|item| format!("{item} ")).collect();
        assert_eq!(fold(&items, &|a, b| format!("{a}{b}")), Some(items.concat()));
    }
}
