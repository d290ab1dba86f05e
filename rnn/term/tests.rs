use super::random::Comparison;
use super::random::Expression;
use super::random::Generator;
use super::random::Operation;
use super::random::RandomValuation;
use super::random::Worth;
use super::*;
use crate::number::Exact;
use num_rational::BigRational;
use std::rc::Rc;

/// Builds a random expression and evaluates it in a few valuations, both ways. Returns whether the term is open, and
/// how often it was true and false.
fn check(generator: &mut Generator, terms: &Terms, sort: Sort, depth: u32) -> (bool, [usize; 2]) {
    let expression = generator.expression(sort, depth);
    let term = expression.build(terms);
    assert_eq!(term.sort(), sort, "{expression}");
    // A goal is asked for by its negation.
    let negated = (sort == Sort::Bool).then(|| term.negate());
    let outputs: Vec<Term<'_>> = [term].into_iter().chain(negated).collect();
    let program = Program::new(&outputs);
    let mut truths = [0, 0];
    for _ in 0..2 {
        let valuation = generator.valuation();
        let expected = expression.worth(&valuation);
        let found = program.run(&valuation).unwrap();
        assert_eq!(Worth::from(&found[0]), expected, "{expression}\nis built as\n{term}\nin {valuation:?}");
        if let (Some(Datum::Truth(negated)), Worth::Truth(expected)) = (found.get(1), &expected) {
            assert_eq!(*negated, !expected, "the negation of {expression}\nis built as\n{}", outputs[1]);
            truths[usize::from(*expected)] += 1;
        }
    }
    (term.as_number().is_none() && term.as_truth().is_none(), truths)
}

/// What the constructors simplify means what was built, wherever the symbols are: 120,000 terms, each in two
/// valuations.
#[test]
fn open_terms_mean_what_was_built() {
    let mut generator = Generator::new(1);
    let (mut n_open, mut truths, mut n_terms) = (0, [0, 0], 0);
    for _ in 0..1_200 {
        // A new arena now and then: in an old one children come in all orders.
        let terms = Terms::default();
        for (sort, n) in [(Sort::Bool, 70), (Sort::Int, 15), (Sort::Real, 15)] {
            for i in 0..n {
                let (is_open, found) = check(&mut generator, &terms, sort, 2 + i % 3);
                n_open += usize::from(is_open);
                truths = [truths[0] + found[0], truths[1] + found[1]];
                n_terms += 1;
            }
        }
    }
    assert_eq!(n_terms, 120_000);
    assert!(n_open > 2 * n_terms / 3, "{n_open} of {n_terms} terms are open");
    assert!(truths.iter().all(|count| *count > 50_000), "{truths:?} formulas are false and true");
}

/// The reference is what a person computes.
#[test]
fn the_reference_follows_the_definitions() {
    let valuation = Generator::new(0).valuation();
    let number = |value: i64| Rc::new(Expression::Number(Sort::Int, BigRational::from_integer(value.into())));
    let part = Rc::new(Expression::Number(Sort::Real, half().to_rational()));
    let truth = |value| Rc::new(Expression::Truth(value));
    let numbers = [
        (Expression::Quotient(number(-7), 4), -2),
        (Expression::Remainder(number(-7), 4), 1),
        (Expression::Quotient(number(7), 4), 1),
        (Expression::Remainder(number(7), 4), 3),
        (Expression::Relu(number(-3)), 0),
        (Expression::Relu(number(3)), 3),
        (Expression::Binary(Operation::Subtract, number(2), number(5)), -3),
        (
            Expression::Linear(
                Sort::Real,
                half().to_rational(),
                vec![(half().to_rational(), Rc::clone(&part)), (half().to_rational(), Rc::clone(&part))],
            ),
            1,
        ),
        (Expression::If(truth(false), number(1), number(2)), 2),
    ];
    for (expression, expected) in numbers {
        let expected = Worth::Number(BigRational::from_integer(expected.into()));
        assert_eq!(expression.worth(&valuation), expected, "{expression}");
    }
    let truths = [
        (Expression::IsInteger(Rc::clone(&part)), false),
        (Expression::IsInteger(number(4)), true),
        (Expression::Implies(truth(true), truth(false)), false),
        (Expression::Implies(truth(false), truth(false)), true),
        (Expression::All(Vec::new()), true),
        (Expression::Any(Vec::new()), false),
        (Expression::Compare(Comparison::AtLeast, number(2), number(2)), true),
        (Expression::Compare(Comparison::Above, number(2), number(2)), false),
        (Expression::Compare(Comparison::Differs, truth(true), truth(false)), true),
    ];
    for (expression, expected) in truths {
        assert_eq!(expression.worth(&valuation), Worth::Truth(expected), "{expression}");
    }
}

#[test]
fn a_question_for_a_solver_declares_all_that_it_speaks_of() {
    let mut generator = Generator::new(2);
    for _ in 0..100 {
        let terms = Terms::default();
        let expression = generator.expression(Sort::Bool, 3);
        let script = expression.question(&terms);
        assert_eq!(script.n_assertions, 2);
        assert_eq!(script.text.matches("(assert ").count(), 2);
        for (name, ..) in random::FUNCTIONS {
            assert_eq!(script.text.matches(&format!("(declare-fun {name} (")).count(), 1, "{}", script.text);
        }
        for (name, _) in random::SYMBOLS {
            assert_eq!(script.text.matches(&format!("(declare-fun {name} (")).count(), 1, "{}", script.text);
        }
    }
}

fn half() -> Exact {
    Exact::ratio(1, 2)
}

fn zero() -> Exact {
    Exact::ZERO
}

/// Whether building a term of sort Int is refused for its fraction.
fn is_refused(build: impl for<'a> Fn(&'a Terms, Term<'a>) -> Term<'a>) -> bool {
    let built = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let terms = Terms::default();
        let i = terms.symbol("i", Sort::Int);
        build(&terms, i).to_string()
    }));
    match built {
        Ok(_) => false,
        Err(refusal) => {
            let message = refusal.downcast_ref::<String>().map_or("", String::as_str);
            assert!(message.starts_with("a sum of sort Int has integers for coefficients, not "), "{message}");
            true
        }
    }
}

#[test]
fn a_fraction_of_sort_int_is_refused() {
    assert!(is_refused(|terms, _| terms.linear(Sort::Int, half(), [])));
    assert!(is_refused(|terms, i| terms.linear(Sort::Int, half(), [(half() + half(), i)])));
    assert!(is_refused(|terms, i| terms.linear(Sort::Int, zero(), [(half(), i)])));
    assert!(is_refused(|_, i| i.scaled(half())));
    assert!(is_refused(|_, i| (i * 3).scaled(half())));
    assert!(is_refused(|_, i| (i * 2 + 1).scaled(half())));
    assert!(is_refused(|terms, i| i * terms.linear(Sort::Int, half(), [])));
}

#[test]
fn what_is_an_integer_in_the_end_is_no_fraction() {
    assert!(!is_refused(|terms, i| terms.linear(Sort::Int, zero(), [(half(), i), (half(), i)])));
    assert!(!is_refused(|_, i| (i * 4 + 2).scaled(half())));
    assert!(!is_refused(|terms, i| terms.linear(Sort::Real, half(), [(half(), i.to_real())])));
    let terms = Terms::default();
    assert_eq!(terms.symbol("i", Sort::Int).scaled(&(half() + half())), terms.symbol("i", Sort::Int));
}

#[test]
#[should_panic(expected = "a sum is a number, not a truth value")]
fn a_sum_of_truth_values_is_refused() {
    Terms::default().linear(Sort::Bool, half(), []);
}

/// Gives every symbol and function the same value.
struct Constant(Datum);

impl Valuation for Constant {
    fn symbol(&self, _: &str) -> Option<Datum> {
        Some(self.0.clone())
    }

    fn apply(&self, _: &str, _: &[Exact]) -> Option<Datum> {
        Some(self.0.clone())
    }
}

#[test]
fn a_value_of_another_sort_is_no_value() {
    let [whole, part] = [Exact::ONE, Exact::ratio(1, 2)].map(|number| Constant(Datum::Number(number)));
    let truth = Constant(Datum::Truth(true));
    for (sort, of_whole, of_part, of_truth) in
        [(Sort::Int, true, false, false), (Sort::Real, true, true, false), (Sort::Bool, false, false, true)]
    {
        let terms = Terms::default();
        for term in [terms.symbol("s", sort), terms.apply("s", &[terms.int(0)], sort)] {
            for (valuation, expected) in [(&whole, of_whole), (&part, of_part), (&truth, of_truth)] {
                assert_eq!(term.evaluate(valuation).is_ok(), expected, "{sort:?}");
                assert!(expected || term.evaluate(valuation) == Err("s".to_owned()));
            }
        }
    }
}

#[test]
fn a_valuation_gives_equal_arguments_equal_values() {
    let valuation: RandomValuation = Generator::new(3).valuation();
    let half = |num, den| valuation.apply("v", &[Exact::ratio(num, den)]);
    assert_eq!(half(1, 2), half(-2, -4));
    assert_eq!(valuation.symbol("s"), None);
}
