//! Rows of affine maps over named coordinates.

use crate::network::affine::Affine;
use crate::network::error::NetworkError;
use crate::number::Exact;
use std::collections::HashMap;
use std::ops::Add;
use std::ops::Mul;
use std::ops::Neg;
use std::ops::Sub;

/// One row of an affine map, over named stream coordinates: `2 p0 - x + 1`.
///
/// ```
/// use rnn::{Exact, Row};
/// let row = Row::of("p0") * 2 - Row::of("x") + Row::number(1);
/// assert_eq!(row, Row::number(1) - Row::of("x") + Row::of("p0") + Row::of("p0"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    constant: Exact,
    /// Sorted by name, no name twice, no zero.
    weights: Vec<(String, Exact)>,
}

impl Row {
    /// The row that is 0.
    pub fn zero() -> Self {
        Self::default()
    }

    /// A constant row.
    pub fn constant(value: Exact) -> Self {
        Self { constant: value, weights: Vec::new() }
    }

    /// A constant row, for an integer.
    pub fn number(value: i64) -> Self {
        Self::constant(Exact::integer(value))
    }

    /// One coordinate.
    pub fn of(name: impl Into<String>) -> Self {
        Self { constant: Exact::ZERO, weights: vec![(name.into(), Exact::ONE)] }
    }

    /// The row times a number.
    pub fn scaled(&self, factor: &Exact) -> Self {
        let mut sum = Self::zero();
        sum.add_scaled(self, factor);
        sum
    }

    pub(super) fn add_scaled(&mut self, other: &Self, factor: &Exact) {
        self.constant.add_product(factor, &other.constant);
        for (name, weight) in &other.weights {
            let weight = weight * factor;
            match self.weights.binary_search_by(|(known, _)| known.cmp(name)) {
                Ok(place) => {
                    self.weights[place].1 = &self.weights[place].1 + &weight;
                    if self.weights[place].1.is_zero() {
                        self.weights.remove(place);
                    }
                }
                Err(place) if !weight.is_zero() => self.weights.insert(place, (name.clone(), weight)),
                Err(_) => {}
            }
        }
    }

    /// The map that has these rows, over this stream.
    pub(super) fn map(rows: &[Self], stream: &[String]) -> Result<Affine, NetworkError> {
        let mut map = Affine::zero(rows.len(), stream.len());
        let columns: HashMap<&str, usize> =
            stream.iter().enumerate().map(|(column, name)| (name.as_str(), column)).collect();
        for (place, row) in rows.iter().enumerate() {
            map.add_bias(place, &row.constant);
            for (name, weight) in &row.weights {
                let column = columns.get(name.as_str()).copied().ok_or_else(|| {
                    NetworkError::new(format!("expected a stream coordinate written earlier, got `{name}`"))
                })?;
                map.add_weight(place, column, weight);
            }
        }
        Ok(map)
    }
}

impl Add for Row {
    type Output = Row;

    fn add(mut self, other: Row) -> Row {
        self.add_scaled(&other, &Exact::ONE);
        self
    }
}

impl Sub for Row {
    type Output = Row;

    fn sub(mut self, other: Row) -> Row {
        self.add_scaled(&other, &Exact::integer(-1));
        self
    }
}

impl Neg for Row {
    type Output = Row;

    fn neg(self) -> Row {
        self.scaled(&Exact::integer(-1))
    }
}

impl Mul<i64> for Row {
    type Output = Row;

    fn mul(self, factor: i64) -> Row {
        self.scaled(&Exact::integer(factor))
    }
}

impl std::iter::Sum for Row {
    fn sum<I: Iterator<Item = Row>>(rows: I) -> Row {
        rows.fold(Row::zero(), |sum, row| sum + row)
    }
}
