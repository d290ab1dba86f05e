//! Arithmetic on affine forms of unknowns beside the numbers that they are worth at one point.

use super::interface::Arithmetic;
use crate::number::Exact;
use std::cell::Cell;
use std::cell::RefCell;

/// A number plus a multiple of each unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffineForm {
    /// The multiple of each unknown.
    pub factors: Vec<Exact>,
    /// What is added.
    pub constant: Exact,
}

impl AffineForm {
    /// Whether no unknown is part of it.
    pub fn is_constant(&self) -> bool {
        self.factors.iter().all(Exact::is_zero)
    }

    /// The unknowns that are part of it, with their multiples.
    pub fn summands(&self) -> impl Iterator<Item = (usize, &Exact)> {
        self.factors.iter().enumerate().filter(|(_, factor)| !factor.is_zero())
    }

    /// The form with a number added to it.
    pub(crate) fn plus(&self, number: &Exact) -> Self {
        Self { factors: self.factors.clone(), constant: &self.constant + number }
    }

    pub(crate) fn negated(mut self) -> Self {
        self.factors.iter_mut().for_each(|factor| *factor = -&*factor);
        self.constant = -&self.constant;
        self
    }
}

/// A form, and its value at the point.
#[derive(Clone, Debug)]
pub struct FormValue {
    form: AffineForm,
    number: Exact,
}

impl FormValue {
    /// The form.
    pub fn form(&self) -> &AffineForm {
        &self.form
    }

    /// Its value at the point.
    pub fn number(&self) -> &Exact {
        &self.number
    }
}

/// Arithmetic on affine forms of some unknowns, beside exact numbers at one point. A ReLU goes by the sign at the point,
/// and what that sign says of the unknowns is kept as a *guard*: a form that is at least 0. Wherever all guards hold,
/// the network computes exactly the forms that come out.
///
/// ```
/// use rnn::{Arithmetic, Exact, FormArithmetic};
/// let arithmetic = FormArithmetic::new(1);
/// let x = arithmetic.unknown(0, &Exact::ratio(3, 4));
/// let mut sum = arithmetic.sum(&Exact::integer(-1));
/// arithmetic.add(&mut sum, &Exact::integer(4), &x);
/// let y = arithmetic.relu(arithmetic.finish(sum));
/// assert_eq!((y.number(), &y.form().factors[0]), (&Exact::integer(2), &Exact::integer(4)));
/// // 4 x - 1 >= 0.
/// assert_eq!(arithmetic.into_guards(), Some(vec![y.form().clone()]));
/// ```
#[derive(Debug)]
pub struct FormArithmetic {
    n_unknowns: usize,
    guards: RefCell<Vec<AffineForm>>,
    /// What sums came to, where that is asked for.
    finished: Option<RefCell<Vec<AffineForm>>>,
    is_affine: Cell<bool>,
}

impl FormArithmetic {
    /// The arithmetic over so many unknowns.
    pub fn new(n_unknowns: usize) -> Self {
        Self { n_unknowns, guards: RefCell::default(), finished: None, is_affine: Cell::new(true) }
    }

    /// The same, which keeps what every sum came to: what a number format would round.
    pub(crate) fn that_keeps_sums(n_unknowns: usize) -> Self {
        Self { finished: Some(RefCell::default()), ..Self::new(n_unknowns) }
    }

    /// What the sums came to so far; nothing where they are not kept.
    pub(crate) fn take_sums(&self) -> Vec<AffineForm> {
        self.finished.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// An unknown, counted from 0, that is worth this number at the point.
    ///
    /// # Panics
    /// If there is no such unknown.
    pub fn unknown(&self, unknown: usize, number: &Exact) -> FormValue {
        let mut value = self.constant(&Exact::ZERO);
        value.form.factors[unknown] = Exact::ONE;
        value.number = number.clone();
        value
    }

    /// The guards so far, each a form that is at least 0 at the point; none where two unknowns were multiplied, so that
    /// what came out is no affine form.
    pub fn into_guards(self) -> Option<Vec<AffineForm>> {
        self.is_affine.get().then(|| self.guards.into_inner())
    }
}

impl Arithmetic for FormArithmetic {
    type Value = FormValue;
    type Sum = FormValue;

    fn constant(&self, value: &Exact) -> FormValue {
        let form = AffineForm { factors: vec![Exact::ZERO; self.n_unknowns], constant: value.clone() };
        FormValue { form, number: value.clone() }
    }

    /// Zero wherever the guards hold, and not only at the point.
    fn is_zero(&self, value: &FormValue) -> bool {
        value.form.constant.is_zero() && value.form.is_constant()
    }

    fn sum(&self, bias: &Exact) -> FormValue {
        self.constant(bias)
    }

    fn add(&self, sum: &mut FormValue, weight: &Exact, value: &FormValue) {
        for (own, other) in sum.form.factors.iter_mut().zip(&value.form.factors) {
            own.add_product(weight, other);
        }
        sum.form.constant.add_product(weight, &value.form.constant);
        sum.number.add_product(weight, &value.number);
    }

    fn finish(&self, sum: FormValue) -> FormValue {
        if let Some(finished) = &self.finished {
            finished.borrow_mut().push(sum.form.clone());
        }
        sum
    }

    fn relu(&self, value: FormValue) -> FormValue {
        if value.form.is_constant() {
            return self.constant(&value.form.constant.relu());
        }
        if value.number.is_negative() {
            self.guards.borrow_mut().push(value.form.negated());
            return self.constant(&Exact::ZERO);
        }
        self.guards.borrow_mut().push(value.form.clone());
        value
    }

    fn multiply(&self, left: &FormValue, right: &FormValue) -> FormValue {
        let (constant, other) = if left.form.is_constant() { (left, right) } else { (right, left) };
        if !constant.form.is_constant() {
            self.is_affine.set(false);
        }
        let mut product = self.constant(&Exact::ZERO);
        self.add(&mut product, &constant.form.constant, other);
        product.number = &left.number * &right.number;
        product
    }
}
