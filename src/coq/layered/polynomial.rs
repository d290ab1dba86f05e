//! Polynomials as Coq data.

use super::list;
use super::number;
use rnn::Exact;
use std::collections::BTreeMap;

/// A polynomial: sorted variables with their coefficient, none of them 0. The order is the one that the Coq side sorts by.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Polynomial(BTreeMap<Vec<usize>, Exact>);

impl Polynomial {
    /// This multiple of these variables' product more.
    pub(super) fn plus(mut self, coefficient: &Exact, variables: &[usize]) -> Self {
        let mut variables = variables.to_vec();
        variables.sort_unstable();
        let sum = self.0.get(&variables).map_or(coefficient.clone(), |known| known + coefficient);
        if sum.is_zero() {
            self.0.remove(&variables);
        } else {
            self.0.insert(variables, sum);
        }
        self
    }

    /// One variable.
    pub(super) fn variable(variable: usize) -> Self {
        Self::default().plus(&Exact::ONE, &[variable])
    }

    pub(super) fn to_coq(&self) -> String {
        let monomial = |(variables, coefficient): (&Vec<usize>, &Exact)| {
            let variables = list(variables.iter().map(|variable| format!("{variable}%positive")), "; ");
            format!("({variables}, {})", number(coefficient))
        };
        list(self.0.iter().map(monomial), "; ")
    }
}
