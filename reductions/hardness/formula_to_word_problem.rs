//! The value of a Boolean formula as a word over S5 (Barrington 1989, doi 10.1016/0022-0000(89)90037-8).
//!
//! For a 5-cycle T a formula becomes a list of instructions whose product, read left to right, is T where the formula is
//! true and the identity where it is false: a variable is one instruction; a negation is the program for the inverse of T
//! with T multiplied to its last instruction; a conjunction is a commutator. So the word is a yes-word of the word
//! problem iff the formula is false.

use itertools::Itertools;
use problems::Token;
use problems::Word;
use problems::word_problem::Permutation;

/// A Boolean formula with fan-in 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// A variable, by number.
    Variable(usize),
    /// The negation.
    Not(Box<Formula>),
    /// The conjunction.
    And(Box<Formula>, Box<Formula>),
    /// The disjunction.
    Or(Box<Formula>, Box<Formula>),
}

/// One instruction: the permutation of a branching program at a place, by the value of one variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// The variable that is read.
    pub variable: usize,
    /// The permutation where it is true.
    pub on_true: Permutation,
    /// The permutation where it is false.
    pub on_false: Permutation,
}

impl Formula {
    /// The value where the variables have these values.
    ///
    /// # Panics
    /// If a variable has none.
    pub fn value(&self, values: &[bool]) -> bool {
        match self {
            Self::Variable(place) => values[*place],
            Self::Not(f) => !f.value(values),
            Self::And(f, g) => f.value(values) && g.value(values),
            Self::Or(f, g) => f.value(values) || g.value(values),
        }
    }

    /// The number of instructions: for each leaf 2 to the number of conjunctions and disjunctions above it.
    pub fn n_instructions(&self) -> usize {
        match self {
            Self::Variable(_) => 1,
            Self::Not(f) => f.n_instructions(),
            Self::And(f, g) | Self::Or(f, g) => 2 * (f.n_instructions() + g.n_instructions()),
        }
    }

    /// The program whose product is `cycle` where the formula is true, and the identity where it is false.
    fn program_for(&self, cycle: Permutation) -> Vec<Instruction> {
        match self {
            Self::Variable(variable) => {
                vec![Instruction { variable: *variable, on_true: cycle, on_false: Permutation::IDENTITY }]
            }
            Self::Not(f) => negated(f.program_for(cycle.inverse()), cycle),
            Self::And(f, g) => conjunction(cycle, |part| f.program_for(part), |part| g.program_for(part)),
            // f or g = not (not f and not g).
            Self::Or(f, g) => {
                let not = |formula: &Formula, part: Permutation| negated(formula.program_for(part.inverse()), part);
                negated(conjunction(cycle.inverse(), |part| not(f, part), |part| not(g, part)), cycle)
            }
        }
    }

    /// The program for the 5-cycle (0 1 2 3 4).
    pub fn program(&self) -> Vec<Instruction> {
        self.program_for(cycle())
    }
}

/// The 5-cycle (0 1 2 3 4).
pub fn cycle() -> Permutation {
    Permutation::new([1, 2, 3, 4, 0]).expect("a cycle is a bijection")
}

/// A program whose product is the inverse of `cycle` or the identity, with `cycle` after its last instruction.
fn negated(mut program: Vec<Instruction>, cycle: Permutation) -> Vec<Instruction> {
    let last = program.last_mut().expect("a program has an instruction for each leaf");
    last.on_true = last.on_true.then(cycle);
    last.on_false = last.on_false.then(cycle);
    program
}

fn is_cycle(permutation: Permutation) -> bool {
    std::iter::successors(Some(permutation.image(0)), |point| Some(permutation.image(*point)))
        .take_while(|point| *point != 0)
        .count()
        == 4
}

fn commutator(a: Permutation, b: Permutation) -> Permutation {
    a.then(b).then(a.inverse()).then(b.inverse())
}

/// f and g as the commutator of two 5-cycles that is `target`: with (0 1 2 3 4) and the first 5-cycle such that their
/// commutator is a 5-cycle, both conjugated so that it is this one.
fn conjunction(
    target: Permutation,
    f: impl Fn(Permutation) -> Vec<Instruction>,
    g: impl Fn(Permutation) -> Vec<Instruction>,
) -> Vec<Instruction> {
    let first = cycle();
    let all = Permutation::all();
    let found = all.iter().copied().find(|second| is_cycle(*second) && is_cycle(commutator(first, *second)));
    let second = found.expect("S5 has two 5-cycles whose commutator is a 5-cycle");
    let conjugated = |by: Permutation, element: Permutation| by.then(element).then(by.inverse());
    let by = all.iter().copied().find(|by| conjugated(*by, commutator(first, second)) == target);
    let by = by.expect("all 5-cycles are conjugates");
    let (a, b) = (conjugated(by, first), conjugated(by, second));
    [f(a), g(b), f(a.inverse()), g(b.inverse())].concat()
}

/// The word over all 120 elements, for these values of the variables: a yes-word of the word problem iff the formula is
/// false.
///
/// ```
/// use problems::{Problem, word_problem};
/// use reductions::hardness::formula_to_word_problem::{Formula, map};
/// let x = |place| Box::new(Formula::Variable(place));
/// let both = Formula::And(x(0), x(1));
/// assert_eq!(map(&both, &[true, true]).len(), 4);
/// assert!(!word_problem::all_elements().decide(&map(&both, &[true, true])));
/// assert!(word_problem::all_elements().decide(&map(&both, &[true, false])));
/// ```
///
/// # Panics
/// If a variable has no value.
pub fn map(formula: &Formula, values: &[bool]) -> Word {
    let element = |instruction: &Instruction| {
        if values[instruction.variable] { instruction.on_true } else { instruction.on_false }
    };
    let token = |element: Permutation| Token::try_from(element.index()).expect("there are 120 elements");
    formula.program().iter().map(element).map(token).collect_vec()
}

/// The cases of the induction over the formula, each with whether it holds: for every 5-cycle T, that the program of a
/// variable, of a negation, of a conjunction and of a disjunction has the product T where it is true and the identity where it
/// is false, if its parts have. The parts are variables here, whose programs have exactly the products that are assumed of
/// any part; that nothing but the parts' products matters is associativity, and stays on paper.
pub fn induction_cases() -> Vec<(String, bool)> {
    let x = |place| Box::new(Formula::Variable(place));
    let formulas = [
        ("variable", Formula::Variable(0), 1),
        ("not", Formula::Not(x(0)), 1),
        ("and", Formula::And(x(0), x(1)), 2),
        ("or", Formula::Or(x(0), x(1)), 2),
    ];
    let mut cases = Vec::new();
    for target in Permutation::all().into_iter().filter(|element| is_cycle(*element)) {
        for (name, formula, n_variables) in &formulas {
            let program = formula.program_for(target);
            for code in 0..1 << n_variables {
                let values: Vec<bool> = (0..*n_variables).map(|place| code >> place & 1 != 0).collect();
                let product = program.iter().fold(Permutation::IDENTITY, |product, instruction| {
                    product.then(if values[instruction.variable] { instruction.on_true } else { instruction.on_false })
                });
                let expected = if formula.value(&values) { target } else { Permutation::IDENTITY };
                cases.push((format!("{name} of {values:?} for {}", target.images_text()), product == expected));
            }
        }
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Random;
    use problems::word_problem::all_elements;

    fn check(formula: &Formula, values: &[bool]) -> bool {
        let word = map(formula, values);
        assert_eq!(word.len(), formula.n_instructions());
        let value = formula.value(values);
        let expected = if value { cycle() } else { Permutation::IDENTITY };
        assert_eq!(all_elements().product(&word), expected, "{formula:?} {values:?}");
        value
    }

    fn all_formulas(depth: usize) -> Vec<Formula> {
        let mut formulas = vec![Formula::Variable(0), Formula::Variable(1)];
        for _ in 0..depth {
            let negated: Vec<Formula> = formulas.iter().map(|f| Formula::Not(Box::new(f.clone()))).collect();
            let below: Vec<Formula> = formulas.iter().cloned().chain(negated).collect();
            let pairs =
                || below.iter().flat_map(|f| below.iter().map(move |g| (Box::new(f.clone()), Box::new(g.clone()))));
            let conjunctions = pairs().map(|(f, g)| Formula::And(f, g));
            let disjunctions = pairs().map(|(f, g)| Formula::Or(f, g));
            formulas = below.iter().cloned().chain(conjunctions).chain(disjunctions).collect();
        }
        formulas
    }

    #[test]
    fn every_formula_of_depth_one_and_two_has_its_value_for_every_assignment() {
        let mut answers = [0; 2];
        for formula in all_formulas(2) {
            for code in 0..4 {
                answers[usize::from(check(&formula, &[code & 1 != 0, code & 2 != 0]))] += 1;
            }
        }
        assert!(answers[0] > 1000 && answers[1] > 1000, "{answers:?}");
    }

    #[test]
    fn random_formulas_of_full_depth_have_programs_of_four_to_the_depth() {
        fn random_formula(depth: usize, random: &mut Random) -> Formula {
            let whole = if depth == 0 {
                Formula::Variable(random.below(5))
            } else {
                let mut part = || Box::new(random_formula(depth - 1, random));
                let (f, g) = (part(), part());
                if random.bit() { Formula::And(f, g) } else { Formula::Or(f, g) }
            };
            if random.bit() { Formula::Not(Box::new(whole)) } else { whole }
        }
        let mut answers = [0; 2];
        for index in 0..60 {
            let mut random = Random::new(1, index);
            let depth = random.below(5);
            let formula = random_formula(depth, &mut random);
            assert_eq!(formula.n_instructions(), 4usize.pow(depth as u32));
            for code in 0..32u8 {
                let values: Vec<bool> = (0..5).map(|place| code >> place & 1 != 0).collect();
                answers[usize::from(check(&formula, &values))] += 1;
            }
        }
        assert!(answers[0] > 200 && answers[1] > 200, "{answers:?}");
    }

    #[test]
    fn the_induction_has_a_case_for_every_cycle_operation_and_value() {
        let cases = induction_cases();
        assert_eq!(cases.len(), 24 * (2 + 2 + 4 + 4));
        assert!(cases.iter().all(|(_, holds)| *holds));
    }

    #[test]
    fn the_commutator_is_read_left_to_right() {
        // In the other order, or with the inverses exchanged, the conjunction would not be the cycle it is asked for.
        for target in Permutation::all().into_iter().filter(|element| is_cycle(*element)) {
            let leaf =
                |variable| move |part| vec![Instruction { variable, on_true: part, on_false: Permutation::IDENTITY }];
            let program = conjunction(target, leaf(0), leaf(1));
            let product = |values: [bool; 2]| {
                program.iter().fold(Permutation::IDENTITY, |product, instruction| {
                    product.then(if values[instruction.variable] { instruction.on_true } else { instruction.on_false })
                })
            };
            assert_eq!(product([true, true]), target);
            for values in [[false, false], [false, true], [true, false]] {
                assert_eq!(product(values), Permutation::IDENTITY);
            }
        }
    }
}
