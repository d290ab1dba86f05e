//! Symbolic arithmetic over unknowns each of which is in one of finitely many cases.

use super::interface::Arithmetic;
use super::symbolic::SymbolicArithmetic;
use crate::number::Exact;
use crate::term::Sort;
use crate::term::Term;
use crate::term::Terms;
use rustc_hash::FxHashMap;
use std::cell::Cell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// A number that depends on unknowns. It is the sum of its base, which is a sum of atoms, and of one entry from each
/// table: the table of an unknown has one entry, again a sum of atoms, for each case of that unknown.
///
/// Equal sums have one form: the first entry of a table is 0 (what it was stands in the base), no entry has a constant
/// (that is a multiple of an indicator in the base), and a table of zeros is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseValue<'a> {
    base: Term<'a>,
    tables: BTreeMap<usize, Vec<Term<'a>>>,
}

/// What is known of an atom.
#[derive(Clone, Debug)]
enum Atom {
    /// 1 in a case of an unknown, 0 in all others.
    Indicator { unknown: usize },
    /// What depends on these unknowns, and its least and greatest value, where they are known.
    Of { unknowns: BTreeSet<usize>, range: Option<(Exact, Exact)> },
}

/// A value without its constant and up to a factor: what is equal up to a shift and a factor gets one name.
type Shape<'a> = (Term<'a>, Vec<(usize, Vec<Term<'a>>)>);

/// Arithmetic on what depends on unknowns, each in one of finitely many cases: the latches of a network, which hold one
/// of its letters each. Every value is exactly the function of the unknowns that it stands for:
///
///  - what adds up numbers that depend on one unknown each is a sum of *indicators*, one for each case but the first;
///  - the ReLU of what depends on one unknown is computed in each of its cases;
///  - where more is added, all but one unknown get a *name*, a new symbol of which bounds are known: equal functions have
///    equal names, up to a shift and a factor. Its ReLU is then the sum itself, or 0, where the bounds say so, and with
///    `max(-x, 0) = max(x, 0) - x` it is the same symbol for both signs elsewhere.
///
/// Which unknown is not named is a matter of the order in which a network takes them up; an order that does not fit
/// leads to ReLUs that stay open, never to a wrong value.
///
/// ```
/// use rnn::{Arithmetic, CaseArithmetic, Exact, Terms};
/// let terms = Terms::default();
/// let arithmetic = CaseArithmetic::new(&terms, Vec::new());
/// let letter = arithmetic.unknown(0, &[Exact::ZERO, Exact::ONE, Exact::integer(2)]);
/// // The hat of 1, from three units, is 1 where the letter is 1 and 0 elsewhere.
/// let plus = |number: i64| {
///     let mut sum = arithmetic.sum(&Exact::integer(number));
///     arithmetic.add(&mut sum, &Exact::ONE, &letter);
///     arithmetic.relu(arithmetic.finish(sum))
/// };
/// let mut hat = arithmetic.sum(&Exact::ZERO);
/// for (number, factor) in [(0, 1), (-1, -2), (-2, 1)] {
///     arithmetic.add(&mut hat, &Exact::integer(factor), &plus(number));
/// }
/// let is_one = arithmetic.unknown(0, &[Exact::ZERO, Exact::ONE, Exact::ZERO]);
/// assert_eq!(arithmetic.finish(hat), is_one);
/// ```
#[derive(Debug)]
pub struct CaseArithmetic<'a> {
    terms: &'a Terms,
    symbolic: SymbolicArithmetic<'a>,
    zero: Term<'a>,
    /// For each chain of a network the unknown that a hidden layer takes up.
    orders: Vec<Vec<Option<usize>>>,
    layer: Cell<usize>,
    /// The number of cases of each unknown.
    cases: RefCell<FxHashMap<usize, usize>>,
    atoms: RefCell<FxHashMap<Term<'a>, Atom>>,
    names: RefCell<FxHashMap<Shape<'a>, Term<'a>>>,
}

impl<'a> CaseArithmetic<'a> {
    /// The arithmetic for a network that takes unknowns up in these orders: for each chain of it, by hidden layer,
    /// which unknown.
    pub fn new(terms: &'a Terms, orders: Vec<Vec<Option<usize>>>) -> Self {
        Self {
            terms,
            symbolic: SymbolicArithmetic::new(terms),
            zero: terms.ratio(0, 1),
            orders,
            layer: Cell::new(0),
            cases: RefCell::default(),
            atoms: RefCell::default(),
            names: RefCell::default(),
        }
    }

    /// What has these values in the cases of an unknown.
    pub fn unknown(&self, unknown: usize, values: &[Exact]) -> CaseValue<'a> {
        self.choice(unknown, &values.iter().map(|value| self.symbolic.constant(value)).collect::<Vec<_>>())
    }

    /// What is one of these terms, by the case of an unknown.
    ///
    /// # Panics
    /// If there is no case, or another number of cases than before.
    pub fn choice(&self, unknown: usize, entries: &[Term<'a>]) -> CaseValue<'a> {
        let first = *entries.first().expect("an unknown has at least one case");
        let n_cases = *self.cases.borrow_mut().entry(unknown).or_insert(entries.len());
        assert_eq!(n_cases, entries.len(), "unknown {unknown} has always the same cases");
        self.normal(first, BTreeMap::from([(unknown, entries.iter().map(|entry| *entry - first).collect())]))
    }

    /// A term that depends on no unknown, or that [`CaseArithmetic::term`] gave.
    pub fn value(&self, term: Term<'a>) -> CaseValue<'a> {
        CaseValue { base: term, tables: BTreeMap::new() }
    }

    /// The value as one term: what is more than a sum of indicators or a name gets a name.
    pub fn term(&self, value: &CaseValue<'a>) -> Term<'a> {
        self.named(value)
    }

    /// Whether two values are the same.
    pub fn equals(&self, left: &CaseValue<'a>, right: &CaseValue<'a>) -> Term<'a> {
        if left.tables.is_empty() && right.tables.is_empty() {
            return left.base.equals(right.base);
        }
        self.named(left).equals(self.named(right))
    }

    /// Whether the value is an integer in every case.
    pub fn is_integer(&self, value: &CaseValue<'a>) -> Term<'a> {
        let (constant, atoms) = value.base.summands();
        let known = self.atoms.borrow();
        let whole = |(factor, atom): &(Exact, Term<'a>)| {
            factor.is_integer() && matches!(known.get(atom), Some(Atom::Indicator { .. }))
        };
        let is_integer = value.tables.is_empty() && constant.is_integer() && atoms.iter().all(whole);
        self.terms.truth(is_integer)
    }

    /// Whether the value is known to lie between these two in every case.
    pub fn is_between(&self, value: &CaseValue<'a>, low: &Exact, high: &Exact) -> Term<'a> {
        let known = self.range_of_value(value);
        self.terms.truth(known.is_some_and(|(least, greatest)| low.clone() <= least && greatest <= high.clone()))
    }

    /// Two numbers between which the value is known to lie in every case.
    pub fn bounds(&self, value: &CaseValue<'a>) -> Option<(Exact, Exact)> {
        self.range_of_value(value)
    }

    /// The numbers of a value in the cases of the one unknown on which it depends; one number where it depends on none.
    pub fn numbers(&self, value: &CaseValue<'a>) -> Option<Vec<Exact>> {
        let number = value.base.as_number().filter(|_| value.tables.is_empty());
        number.map(|number| vec![number]).or_else(|| self.unknown_and_numbers(value).map(|(_, numbers)| numbers))
    }

    /// The numbers in the cases of an unknown, of a value that depends on that one alone.
    fn unknown_and_numbers(&self, value: &CaseValue<'a>) -> Option<(usize, Vec<Exact>)> {
        let (constant, atoms) = value.base.summands();
        let unknown = self.unknown_of(atoms.first()?.1)?;
        if !value.tables.is_empty() || atoms.iter().any(|(_, atom)| self.unknown_of(*atom) != Some(unknown)) {
            return None;
        }
        let mut numbers = vec![constant; self.cases.borrow()[&unknown]];
        for (case, number) in numbers.iter_mut().enumerate() {
            let indicator = self.indicator(unknown, case);
            *number +=
                atoms.iter().filter(|(_, atom)| *atom == indicator).map(|(factor, _)| factor.clone()).sum::<Exact>();
        }
        Some((unknown, numbers))
    }

    /// A sum as a value; numbers that depend on one unknown become indicators.
    fn normal(&self, base: Term<'a>, tables: BTreeMap<usize, Vec<Term<'a>>>) -> CaseValue<'a> {
        let mut kept = BTreeMap::new();
        let mut summands = vec![(Exact::ONE, base)];
        for (unknown, mut entries) in tables {
            let first = entries[0];
            if first != self.zero {
                summands.push((Exact::ONE, first));
                entries.iter_mut().for_each(|entry| *entry = *entry - first);
            }
            for (case, entry) in entries.iter_mut().enumerate() {
                let (number, _) = entry.summands();
                if !number.is_zero() {
                    *entry = *entry - self.terms.real(number.clone());
                    summands.push((number, self.indicator(unknown, case)));
                }
            }
            if entries.iter().any(|entry| *entry != self.zero) {
                kept.insert(unknown, entries);
            }
        }
        let base = match summands.len() {
            1 => base,
            _ => self.terms.linear(Sort::Real, Exact::ZERO, summands),
        };
        CaseValue { base, tables: kept }
    }

    fn indicator(&self, unknown: usize, case: usize) -> Term<'a> {
        let atom = self.terms.symbol(&format!("is.{unknown}.{case}"), Sort::Real);
        self.atoms.borrow_mut().entry(atom).or_insert(Atom::Indicator { unknown });
        atom
    }

    /// The unknown of an atom that is an indicator.
    fn unknown_of(&self, atom: Term<'a>) -> Option<usize> {
        match self.atoms.borrow().get(&atom) {
            Some(Atom::Indicator { unknown }) => Some(*unknown),
            _ => None,
        }
    }

    /// The unknowns on which a sum of atoms depends.
    fn unknowns_of(&self, sum: Term<'a>) -> BTreeSet<usize> {
        let atoms = self.atoms.borrow();
        let mut found = BTreeSet::new();
        for (_, atom) in sum.summands().1 {
            match atoms.get(&atom) {
                Some(Atom::Indicator { unknown }) => found.extend([*unknown]),
                Some(Atom::Of { unknowns, .. }) => found.extend(unknowns),
                None => {}
            }
        }
        found
    }

    fn unknowns_of_value(&self, value: &CaseValue<'a>) -> BTreeSet<usize> {
        let terms = value.tables.values().flatten().chain([&value.base]);
        let deeper = terms.flat_map(|term| self.unknowns_of(*term));
        value.tables.keys().copied().chain(deeper).collect()
    }

    /// The least and the greatest value of a sum of atoms, where all of them have bounds. At most one indicator of an
    /// unknown is 1.
    fn range(&self, sum: Term<'a>) -> Option<(Exact, Exact)> {
        let (constant, summands) = sum.summands();
        let (mut low, mut high) = (constant.clone(), constant);
        let mut of_unknowns: BTreeMap<usize, (Exact, Exact)> = BTreeMap::new();
        let atoms = self.atoms.borrow();
        for (factor, atom) in summands {
            match atoms.get(&atom)? {
                Atom::Indicator { unknown } => {
                    let (least, greatest) = of_unknowns.entry(*unknown).or_default();
                    if factor < *least {
                        *least = factor;
                    } else if factor > *greatest {
                        *greatest = factor;
                    }
                }
                Atom::Of { range, .. } => {
                    let (least, greatest) = range.as_ref()?;
                    let (down, up) = if factor.is_negative() { (greatest, least) } else { (least, greatest) };
                    low += &factor * down;
                    high += &factor * up;
                }
            }
        }
        for (least, greatest) in of_unknowns.into_values() {
            low += least;
            high += greatest;
        }
        Some((low, high))
    }

    /// The same for a value. The base is added to the entries of the last table before their bounds are looked at, as
    /// are the indicators of its cases: there they belong together.
    fn range_of_value(&self, value: &CaseValue<'a>) -> Option<(Exact, Exact)> {
        let hull = |sums: &mut dyn Iterator<Item = Term<'a>>| {
            let ranges: Option<Vec<_>> = sums.map(|sum| self.range(sum)).collect();
            let (lows, highs): (Vec<_>, Vec<_>) = ranges?.into_iter().unzip();
            Some((lows.into_iter().min()?, highs.into_iter().max()?))
        };
        let mut tables = value.tables.iter().rev();
        let Some((last, entries)) = tables.next() else { return self.range(value.base) };
        let (rest, own) = self.parted(value.base, *last);
        let mut cases = entries.iter().zip(own).map(|(entry, number)| rest + *entry + self.terms.real(number));
        let (mut low, mut high) = hull(&mut cases)?;
        for (_, entries) in tables {
            let (least, greatest) = hull(&mut entries.iter().copied())?;
            low += least;
            high += greatest;
        }
        Some((low, high))
    }

    /// A sum of atoms without the indicators of an unknown, and what they add in each of its cases.
    fn parted(&self, sum: Term<'a>, unknown: usize) -> (Term<'a>, Vec<Exact>) {
        let (constant, atoms) = sum.summands();
        let (own, rest): (Vec<_>, Vec<_>) =
            atoms.into_iter().partition(|(_, atom)| self.unknown_of(*atom) == Some(unknown));
        let of_case = |case: usize| {
            let atom = self.indicator(unknown, case);
            own.iter().find(|(_, other)| *other == atom).map_or(Exact::ZERO, |(factor, _)| factor.clone())
        };
        let n_cases = self.cases.borrow()[&unknown];
        (self.terms.linear(Sort::Real, constant, rest), (0..n_cases).map(of_case).collect())
    }

    /// The value as one term: a sum of indicators, or a number plus a multiple of one other atom.
    fn named(&self, value: &CaseValue<'a>) -> Term<'a> {
        let (constant, atoms) = value.base.summands();
        if value.tables.is_empty() {
            let plain = atoms.len() <= 1 || atoms.iter().all(|(_, atom)| self.unknown_of(*atom).is_some());
            if plain {
                return value.base;
            }
        }
        let first_factor = |term: Term<'a>| {
            let (constant, atoms) = term.summands();
            atoms.first().map(|(factor, _)| factor.clone()).or((!constant.is_zero()).then_some(constant))
        };
        let factor = (atoms.first().map(|(factor, _)| factor.clone()))
            .or_else(|| value.tables.values().flatten().find_map(|entry| first_factor(*entry)))
            .unwrap_or(Exact::ONE);
        let inverse = factor.recip();
        let shift = self.terms.real(constant.clone());
        let scaled = |term: Term<'a>| term.scaled(&inverse);
        let shape: Shape<'a> = (
            scaled(value.base - shift),
            value
                .tables
                .iter()
                .map(|(unknown, entries)| (*unknown, entries.iter().map(|e| scaled(*e)).collect()))
                .collect(),
        );
        let known = self.names.borrow().get(&shape).copied();
        let name = known.unwrap_or_else(|| {
            let name = self.terms.symbol(&format!("v.{}", self.names.borrow().len()), Sort::Real);
            let whole = CaseValue { base: shape.0, tables: shape.1.iter().cloned().collect() };
            let (unknowns, range) = (self.unknowns_of_value(&whole), self.range_of_value(&whole));
            self.atoms.borrow_mut().insert(name, Atom::Of { unknowns, range });
            self.names.borrow_mut().insert(shape, name);
            name
        });
        self.terms.linear(Sort::Real, constant, [(factor, name)])
    }

    /// `max(sum, 0)`, with the same open ReLU for a sum and for its negative.
    fn relu_of_sum(&self, sum: Term<'a>) -> Term<'a> {
        let range = self.range(sum);
        match &range {
            Some((low, _)) if !low.is_negative() => return sum,
            Some((_, high)) if !high.is_positive() => return self.zero,
            _ => {}
        }
        let leading = sum.summands().1.first().map(|(factor, _)| factor.clone()).unwrap_or(Exact::ONE);
        let part = sum.scaled(leading.abs().recip());
        let part = if leading.is_negative() { -part } else { part };
        let open = part.relu();
        let cut = |number: Exact| number.max(Exact::ZERO);
        let range = self.range(part).map(|(low, high)| (cut(low), cut(high)));
        let unknowns = self.unknowns_of(part);
        self.atoms.borrow_mut().insert(open, Atom::Of { unknowns, range });
        let open = open.scaled(leading.abs());
        if leading.is_negative() { open + sum } else { open }
    }

    /// The unknown whose cases the ReLU of a value is computed in, if any. Where the value depends on numbers of one
    /// unknown alone, it is that one. Otherwise it is the unknown that a chain takes up in this hidden layer; there may
    /// be several chains, and the value belongs to the one that has taken up, in this layer or before, all that the
    /// value depends on.
    fn kept(&self, value: &CaseValue<'a>) -> Option<usize> {
        let (_, atoms) = value.base.summands();
        let of_atom: Vec<Option<usize>> = atoms.iter().map(|(_, atom)| self.unknown_of(*atom)).collect();
        let mut unknowns: Vec<usize> = of_atom.iter().flatten().copied().collect();
        unknowns.sort_unstable();
        unknowns.dedup();
        if let ([only], true, true) = (&unknowns[..], value.tables.is_empty(), of_atom.iter().all(Option::is_some)) {
            return Some(*only);
        }
        // What a chain has made so far does not depend on what it takes up now: an unknown on which a name or a table
        // of the value depends is no candidate.
        let others = atoms.iter().filter(|(_, atom)| self.unknown_of(*atom).is_none()).map(|(_, atom)| *atom);
        let made: BTreeSet<usize> = (others.chain(value.tables.values().flatten().copied()))
            .flat_map(|term| self.unknowns_of(term))
            .chain(value.tables.keys().copied())
            .collect();
        unknowns.retain(|unknown| !made.contains(unknown));
        let layer = self.layer.get();
        let now = |order: &Vec<Option<usize>>| {
            let now = (*order.get(layer)?)?;
            unknowns.contains(&now).then_some(now)
        };
        let mut candidates = self.orders.iter().filter_map(|order| Some((order, now(order)?))).peekable();
        candidates.peek()?;
        let all = self.unknowns_of_value(value);
        let fits = |order: &[Option<usize>]| all.iter().all(|unknown| order[..=layer].contains(&Some(*unknown)));
        candidates.find(|(order, _)| fits(order)).map(|(_, unknown)| unknown)
    }
}

/// A sum while it is being collected.
#[derive(Clone, Debug)]
pub struct CaseSum<'a> {
    base: <SymbolicArithmetic<'a> as Arithmetic>::Sum,
    tables: BTreeMap<usize, Vec<Vec<(Exact, Term<'a>)>>>,
}

impl<'a> Arithmetic for CaseArithmetic<'a> {
    type Value = CaseValue<'a>;
    type Sum = CaseSum<'a>;

    fn constant(&self, value: &Exact) -> CaseValue<'a> {
        self.value(self.symbolic.constant(value))
    }

    fn is_zero(&self, value: &CaseValue<'a>) -> bool {
        value.base == self.zero && value.tables.is_empty()
    }

    fn sum(&self, bias: &Exact) -> CaseSum<'a> {
        CaseSum { base: self.symbolic.sum(bias), tables: BTreeMap::new() }
    }

    fn add(&self, sum: &mut CaseSum<'a>, weight: &Exact, value: &CaseValue<'a>) {
        self.symbolic.add(&mut sum.base, weight, &value.base);
        for (unknown, entries) in &value.tables {
            let sums = sum.tables.entry(*unknown).or_insert_with(|| vec![Vec::new(); entries.len()]);
            let weight = weight.clone();
            sums.iter_mut().zip(entries).for_each(|(sum, entry)| sum.push((weight.clone(), *entry)));
        }
    }

    fn finish(&self, sum: CaseSum<'a>) -> CaseValue<'a> {
        let entry = |products| self.terms.linear(Sort::Real, Exact::ZERO, products);
        let tables = sum.tables.into_iter();
        let tables = tables.map(|(unknown, sums)| (unknown, sums.into_iter().map(entry).collect())).collect();
        self.normal(self.symbolic.finish(sum.base), tables)
    }

    fn relu(&self, value: CaseValue<'a>) -> CaseValue<'a> {
        if value.tables.is_empty() && value.base.as_number().is_some() {
            return self.value(value.base.relu());
        }
        let Some(kept) = self.kept(&value) else {
            return self.value(self.relu_of_sum(self.named(&value)));
        };
        // What does not depend on it gets a name.
        let (rest, own) = self.parted(value.base, kept);
        let mut tables = value.tables;
        let own_table = tables.remove(&kept);
        let rest = self.named(&CaseValue { base: rest, tables });
        let entry = |case: usize| own_table.as_ref().map_or(self.zero, |entries| entries[case]);
        let cases = own.into_iter().enumerate().map(|(case, number)| rest + self.terms.real(number) + entry(case));
        let entries: Vec<Term<'a>> = cases.map(|sum| self.relu_of_sum(sum)).collect();
        self.choice(kept, &entries)
    }

    fn multiply(&self, left: &CaseValue<'a>, right: &CaseValue<'a>) -> CaseValue<'a> {
        let scaled = |value: &CaseValue<'a>, factor: &Exact| CaseValue {
            base: value.base.scaled(factor),
            tables: match factor.is_zero() {
                true => BTreeMap::new(),
                false => {
                    let entries = |entries: &Vec<Term<'a>>| entries.iter().map(|e| e.scaled(factor)).collect();
                    value.tables.iter().map(|(unknown, table)| (*unknown, entries(table))).collect()
                }
            },
        };
        let number = |value: &CaseValue<'a>| value.base.as_number().filter(|_| value.tables.is_empty());
        match (number(left), number(right)) {
            (Some(factor), _) => scaled(right, &factor),
            (_, Some(factor)) => scaled(left, &factor),
            _ => match (self.unknown_and_numbers(left), self.unknown_and_numbers(right)) {
                (Some((unknown, left)), Some((other, right))) if unknown == other => {
                    let products = left.into_iter().zip(right).map(|(left, right)| self.terms.real(left * right));
                    self.choice(unknown, &products.collect::<Vec<_>>())
                }
                _ => self.value(self.named(left) * self.named(right)),
            },
        }
    }

    fn is_same(&self, left: &CaseValue<'a>, right: &CaseValue<'a>) -> bool {
        left == right
    }

    fn enter_hidden_layer(&self, layer: usize) {
        self.layer.set(layer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum<'a>(arithmetic: &CaseArithmetic<'a>, bias: i64, parts: &[(i64, &CaseValue<'a>)]) -> CaseValue<'a> {
        let mut sum = arithmetic.sum(&Exact::integer(bias));
        parts.iter().for_each(|(weight, value)| arithmetic.add(&mut sum, &Exact::integer(*weight), value));
        arithmetic.finish(sum)
    }

    /// A value let through by a gate, as a pair of units does it.
    fn gated<'a>(
        arithmetic: &CaseArithmetic<'a>,
        value: &CaseValue<'a>,
        gate: &CaseValue<'a>,
        bound: i64,
    ) -> CaseValue<'a> {
        let unit = |sign| arithmetic.relu(sum(arithmetic, -bound, &[(sign, value), (bound, gate)]));
        sum(arithmetic, 0, &[(1, &unit(1)), (-1, &unit(-1))])
    }

    #[test]
    fn a_gate_lets_a_value_through_where_its_bound_holds_and_only_there() {
        let numbers = |numbers: &[i64]| numbers.iter().map(|number| Exact::integer(*number)).collect::<Vec<_>>();
        for (bound, holds) in [(7, true), (5, true), (4, false)] {
            let terms = Terms::default();
            let arithmetic = CaseArithmetic::new(&terms, vec![vec![Some(0), Some(1)]]);
            arithmetic.enter_hidden_layer(1);
            let value = arithmetic.unknown(0, &numbers(&[3, -5, 4]));
            let gate = arithmetic.unknown(1, &numbers(&[0, 1]));
            let expected = arithmetic.choice(1, &[terms.ratio(0, 1), arithmetic.term(&value)]);
            assert_eq!(gated(&arithmetic, &value, &gate, bound) == expected, holds, "bound {bound}");
        }
    }

    #[test]
    fn equal_functions_have_equal_names_and_different_ones_do_not() {
        let terms = Terms::default();
        let arithmetic = CaseArithmetic::new(&terms, Vec::new());
        let x = terms.symbol("x", Sort::Real);
        let value = |factor: i64, shift: i64| {
            arithmetic.choice(0, &[x * factor + shift, x * (2 * factor) + shift, terms.ratio(shift, 1)])
        };
        let name = arithmetic.term(&value(1, 0));
        assert_eq!(arithmetic.term(&value(1, 0)), name);
        assert_eq!(arithmetic.term(&value(-3, 4)), -name * 3 + 4);
        let other = arithmetic.choice(0, &[x, x * 3, terms.ratio(0, 1)]);
        assert_ne!(arithmetic.term(&other).summands().1[0].1, name.summands().1[0].1);
        let of_another = arithmetic.choice(1, &[x, x * 2, terms.ratio(0, 1)]);
        assert_ne!(arithmetic.term(&of_another).summands().1[0].1, name.summands().1[0].1);
    }

    #[test]
    fn bounds_are_those_of_the_cases_and_not_of_their_parts() {
        let terms = Terms::default();
        let arithmetic = CaseArithmetic::new(&terms, Vec::new());
        // Of three indicators at most one is 1.
        let value = arithmetic.unknown(0, &[Exact::integer(-1), Exact::integer(4), Exact::integer(4)]);
        assert_eq!(
            arithmetic.range(value.base).map(|(low, high)| (low.to_string(), high.to_string())),
            Some(("-1".into(), "4".into()))
        );
        // The name of what is 0 or twice that, and 3 more.
        let double = arithmetic.choice(1, &[terms.ratio(3, 1), arithmetic.term(&value) * 2 + 3]);
        let name = arithmetic.term(&double);
        let range = arithmetic.range(name).map(|(low, high)| (low.to_string(), high.to_string()));
        assert_eq!(range, Some(("1".into(), "11".into())));
    }
}
