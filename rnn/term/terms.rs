//! The arena in which terms live, and the constructors that keep them in normal form.

use super::node::Arena;
use super::node::Id;
use super::node::Node;
use super::node::Sort;
use crate::number::Exact;
use std::cell::Cell;
use std::cell::RefCell;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;

/// The place where terms live; equal terms are the same term.
///
/// ```
/// use rnn::{Sort, Terms};
/// let terms = Terms::default();
/// let x = terms.symbol("x", Sort::Int);
/// assert_eq!(x + x - x, x);
/// assert_eq!((x + 1).at_least(x), terms.truth(true));
/// assert_eq!((x + 1).at_least(x * 2).to_string(), "x <= 1");
/// ```
#[derive(Default)]
pub struct Terms {
    pub(super) arena: RefCell<Arena>,
    /// Whether terms stay as they are written.
    as_written: Cell<bool>,
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Terms({})", self.arena.borrow().nodes.len())
    }
}

/// A term, as a place in its [`Terms`].
#[derive(Clone, Copy)]
pub struct Term<'a> {
    pub(super) terms: &'a Terms,
    pub(super) id: Id,
}

impl PartialEq for Term<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.terms, other.terms) && self.id == other.id
    }
}

impl Eq for Term<'_> {}

/// Equal terms of one arena have equal places.
impl Hash for Term<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for Term<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Terms {
    /// A place in which terms stay as they are written: nothing is merged, folded or decided when a term is built, and a
    /// weight times zero stays a product. What is printed of it can be read against the network, and needs no belief in
    /// our simplifications. (Numbers are numbers: a weight is a numeral there too.)
    ///
    /// ```
    /// use rnn::{Script, Sort, Terms};
    /// let terms = Terms::as_written();
    /// let x = terms.symbol("x", Sort::Int);
    /// let text = Script::new(&[(x + x - x).equals(x)]).text;
    /// assert!(text.contains("(assert (= (+ (+ x x) (* (- 1) x)) x))"), "{text}");
    /// ```
    pub fn as_written() -> Self {
        let terms = Self::default();
        terms.as_written.set(true);
        terms
    }

    /// Whether terms stay as they are written.
    pub fn keeps_what_is_written(&self) -> bool {
        self.as_written.get()
    }

    /// What `make` gives, with terms in normal form while it runs, whatever they are elsewhere: for an arithmetic that
    /// computes with terms instead of asking a solver about them.
    pub fn in_normal_form<T>(&self, make: impl FnOnce() -> T) -> T {
        let before = self.as_written.replace(false);
        let made = make();
        self.as_written.set(before);
        made
    }

    pub(super) fn intern(&self, node: Node) -> Term<'_> {
        let mut arena = self.arena.borrow_mut();
        let id = match arena.ids.get(&node) {
            Some(id) => *id,
            None => {
                let id = Id::try_from(arena.nodes.len()).expect("an arena holds fewer than 2^32 terms");
                let integral = arena.is_integral(&node);
                arena.nodes.push(node.clone());
                arena.integral.push(integral);
                arena.ids.insert(node, id);
                id
            }
        };
        Term { terms: self, id }
    }

    pub(super) fn node(&self, id: Id) -> Node {
        self.arena.borrow().nodes[id as usize].clone()
    }

    fn sort(&self, id: Id) -> Sort {
        let arena = self.arena.borrow();
        arena.nodes[id as usize].sort(&arena.nodes)
    }

    /// `true` or `false`.
    pub fn truth(&self, value: bool) -> Term<'_> {
        self.intern(Node::Truth(value))
    }

    /// An integer.
    pub fn int(&self, value: i64) -> Term<'_> {
        self.intern(Node::Linear(Sort::Int, Exact::integer(value), Vec::new()))
    }

    /// A real number.
    pub fn real(&self, value: impl Into<Exact>) -> Term<'_> {
        self.intern(Node::Linear(Sort::Real, value.into(), Vec::new()))
    }

    /// The real number `num / den`.
    ///
    /// # Panics
    /// If `den` is 0.
    pub fn ratio(&self, num: i64, den: i64) -> Term<'_> {
        self.real(Exact::ratio(num, den))
    }

    /// A free symbol. The same name always means the same symbol, so it must always have the same sort.
    pub fn symbol(&self, name: &str, sort: Sort) -> Term<'_> {
        self.intern(Node::Symbol(name.into(), sort))
    }

    /// The value of an uninterpreted function.
    pub fn apply(&self, function: &str, arguments: &[Term<'_>], sort: Sort) -> Term<'_> {
        self.intern(Node::Apply(function.into(), arguments.iter().map(|argument| argument.id).collect(), sort))
    }

    /// `constant + sum of coefficient * term`. Of sort Int every coefficient is an integer once like terms are merged,
    /// and so is the constant: then every term of sort Int is an integer wherever its symbols are.
    ///
    /// # Panics
    /// If a term is not of this sort, or if a fraction is left in a sum of sort Int.
    pub fn linear<'a>(
        &'a self,
        sort: Sort,
        constant: impl Into<Exact>,
        products: impl IntoIterator<Item = (Exact, Term<'a>)>,
    ) -> Term<'a> {
        let constant = constant.into();
        if self.keeps_what_is_written() {
            return self.linear_as_written(sort, constant, products);
        }
        let mut sum = Sum { constant, products: Vec::new() };
        for (coefficient, term) in products {
            assert_eq!(term.sort(), sort, "a sum's terms have one sort, unlike `{term}`");
            sum.add(&coefficient, term);
        }
        self.finish(sort, sum)
    }

    fn linear_as_written<'a>(
        &'a self,
        sort: Sort,
        constant: Exact,
        products: impl IntoIterator<Item = (Exact, Term<'a>)>,
    ) -> Term<'a> {
        assert_ne!(sort, Sort::Bool, "a sum is a number, not a truth value");
        let mut written = Vec::new();
        for (coefficient, term) in products {
            assert_eq!(term.sort(), sort, "a sum's terms have one sort, unlike `{term}`");
            assert!(sort != Sort::Int || coefficient.is_integer(), "a sum of sort Int has integers for coefficients");
            written.push((coefficient, term.id));
        }
        match written.as_slice() {
            [(coefficient, id)] if coefficient.is_one() && constant.is_zero() => Term { terms: self, id: *id },
            _ => self.intern(Node::Linear(sort, constant, written)),
        }
    }

    fn finish(&self, sort: Sort, sum: Sum) -> Term<'_> {
        let Sum { constant, mut products } = sum;
        products.sort_unstable_by_key(|(_, id)| *id);
        let mut merged: Vec<(Exact, Id)> = Vec::with_capacity(products.len());
        for (coefficient, id) in products {
            match merged.last_mut() {
                Some((last, last_id)) if *last_id == id => *last += &coefficient,
                _ => merged.push((coefficient, id)),
            }
        }
        merged.retain(|(coefficient, _)| !coefficient.is_zero());
        // Every number that enters a term passes here: of sums, differences, factors and products with a number.
        assert_ne!(sort, Sort::Bool, "a sum is a number, not a truth value");
        if sort == Sort::Int {
            let mut numbers = merged.iter().map(|(coefficient, _)| coefficient).chain([&constant]);
            if let Some(fraction) = numbers.find(|number| !number.is_integer()) {
                panic!("a sum of sort Int has integers for coefficients, not {fraction}");
            }
        }
        match merged.as_slice() {
            [(coefficient, id)] if coefficient.is_one() && constant.is_zero() => Term { terms: self, id: *id },
            _ => self.intern(Node::Linear(sort, constant, merged)),
        }
    }

    /// The conjunction; of nothing it is `true`.
    pub fn all<'a>(&'a self, conjuncts: impl IntoIterator<Item = Term<'a>>) -> Term<'a> {
        self.junction(conjuncts, true)
    }

    /// The disjunction; of nothing it is `false`.
    pub fn any<'a>(&'a self, disjuncts: impl IntoIterator<Item = Term<'a>>) -> Term<'a> {
        self.junction(disjuncts, false)
    }

    /// A conjunction (`neutral` true) or a disjunction (`neutral` false).
    fn junction<'a>(&'a self, parts: impl IntoIterator<Item = Term<'a>>, neutral: bool) -> Term<'a> {
        let mut ids: Vec<Id> = Vec::new();
        if self.keeps_what_is_written() {
            ids.extend(parts.into_iter().map(|part| part.id));
            return match ids.as_slice() {
                [] => self.truth(neutral),
                [id] => Term { terms: self, id: *id },
                _ if neutral => self.intern(Node::All(ids)),
                _ => self.intern(Node::Any(ids)),
            };
        }
        for part in parts {
            match self.node(part.id) {
                Node::Truth(value) if value == neutral => {}
                Node::Truth(_) => return self.truth(!neutral),
                Node::All(inner) if neutral => ids.extend(inner),
                Node::Any(inner) if !neutral => ids.extend(inner),
                _ => {
                    assert_eq!(part.sort(), Sort::Bool, "`{part}` is not a truth value");
                    ids.push(part.id);
                }
            }
        }
        let mut seen = rustc_hash::FxHashSet::default();
        ids.retain(|id| seen.insert(*id));
        match ids.as_slice() {
            [] => self.truth(neutral),
            [id] => Term { terms: self, id: *id },
            _ if neutral => self.intern(Node::All(ids)),
            _ => self.intern(Node::Any(ids)),
        }
    }
}

/// A linear sum while it is being collected.
struct Sum {
    constant: Exact,
    products: Vec<(Exact, Id)>,
}

impl Sum {
    fn add(&mut self, coefficient: &Exact, term: Term<'_>) {
        let arena = term.terms.arena.borrow();
        match &arena.nodes[term.id as usize] {
            Node::Linear(_, constant, products) => {
                self.constant.add_product(coefficient, constant);
                self.products.extend(products.iter().map(|(inner, id)| (coefficient * inner, *id)));
            }
            _ => self.products.push((coefficient.clone(), term.id)),
        }
    }
}

impl<'a> Term<'a> {
    /// The term's sort.
    pub fn sort(self) -> Sort {
        self.terms.sort(self.id)
    }

    /// The number, where the term is one.
    pub fn as_number(self) -> Option<Exact> {
        match &self.terms.arena.borrow().nodes[self.id as usize] {
            Node::Linear(_, constant, products) if products.is_empty() => Some(constant.clone()),
            _ => None,
        }
    }

    /// The truth value, where the term is one.
    pub fn as_truth(self) -> Option<bool> {
        match &self.terms.arena.borrow().nodes[self.id as usize] {
            Node::Truth(value) => Some(*value),
            _ => None,
        }
    }

    /// The formulas of which this is the conjunction; itself where it is none.
    pub fn conjuncts(self) -> Vec<Self> {
        match self.terms.node(self.id) {
            Node::All(ids) => ids.into_iter().map(|id| Self { terms: self.terms, id }).collect(),
            _ => vec![self],
        }
    }

    /// The number as a constant plus coefficients of terms that are no sums.
    pub fn summands(self) -> (Exact, Vec<(Exact, Self)>) {
        match self.terms.node(self.id) {
            Node::Linear(_, constant, products) => {
                let term = |id| Self { terms: self.terms, id };
                (constant, products.into_iter().map(|(coefficient, id)| (coefficient, term(id))).collect())
            }
            _ => (Exact::ZERO, vec![(Exact::ONE, self)]),
        }
    }
}
