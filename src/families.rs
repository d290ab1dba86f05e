//! Families of instances by name: why each is hard, and what keeps it from being guessed.
//!
//! Most families are a problem's own sampler; some are images of the hardness maps, drawn from sources of a kind. [`places`]
//! says where an instance can be changed without leaving its family, which is what twins and sensitivity are about, and
//! [`groups`] draws the state-tracking data of finite groups.

mod chains;
pub mod groups;
mod images;
pub mod places;

use itertools::Itertools;
use problems::NoInstance;
use problems::Problem;
use problems::Random;
use problems::Sample;

/// How a family draws an instance of a size with an answer.
type Draw = fn(&dyn Problem, usize, bool, &mut Random) -> Result<Sample, NoInstance>;

/// A family of instances of one problem.
#[derive(Clone)]
pub struct Family {
    /// Its name, as `--family` takes it.
    pub name: String,
    /// The problem's name.
    pub problem: String,
    /// The variant that it is of, where it is of one only.
    pub variant: Option<&'static str>,
    /// The size from which instances are called hard one by one: a shortcut in them would be a fault. None where no size is.
    /// Instances that are smaller are few, or their last steps tell too much.
    pub hard_from: Option<usize>,
    /// What `n` counts.
    pub unit: String,
    /// The least and the largest size.
    pub sizes: (usize, usize),
    /// Instances have a multiple of this as their size, the next one below what is asked for.
    pub step: usize,
    /// Why it is hard.
    pub hard: String,
    /// What keeps it from being guessed, or what is known to give it away.
    pub guard: String,
    draw: Draw,
}

impl Family {
    /// The size that instances have where `n` is asked for.
    pub fn size(&self, n: usize) -> usize {
        n - n % self.step
    }

    /// Draws an instance.
    ///
    /// # Errors
    /// [`NoInstance`] where no instance of this size has this answer, or `n` is out of range.
    pub fn sample(
        &self,
        problem: &dyn Problem,
        n: usize,
        answer: bool,
        random: &mut Random,
    ) -> Result<Sample, NoInstance> {
        let (least, largest) = self.sizes;
        if !(least..=largest).contains(&n) {
            let Self { name, unit, .. } = self;
            return Err(NoInstance {
                reason: format!("the family {name} has sizes from {least} to {largest} {unit}, got {n}"),
            });
        }
        (self.draw)(problem, n, answer, random)
    }
}

/// The problem's own sampler as a family.
fn own(problem: &dyn Problem) -> Family {
    let sizes = problem.sizes();
    let told = |name: &str| match name {
        "layered-chains" => (
            None,
            "2, 5 or about the square root of n chains that cross at random: a parity, a word over S5, or a wide graph",
            "all ends have the same distributions; a target before the last layer leaves the edges after it without effect",
        ),
        "balanced-chain" => (
            Some(32),
            "a chain of gates as deep as it is long, in which nearly every value decides the answer",
            "gates are drawn blindly and kept whichever way they come out, so that no type or operand tells the answer",
        ),
        "even-product" => (
            Some(4),
            "a product over S5 (NC1-complete by Barrington's theorem)",
            "every product is even, so that the sign tells nothing; all letters but the last few are uniform",
        ),
        "invertible" => (
            Some(4),
            "an iterated product of 3x3 matrices (PNC1-complete)",
            "no determinant is 0, so that products do not collapse; the sign is turned by one matrix at a random place; at n = 64 \
             some change of an entry gives the other answer at about 24 of 100 entries",
        ),
        "deep-nesting" => (
            None,
            "brackets of two kinds, nested to about two thirds of the pairs",
            "a no-word has the kinds of two closing brackets exchanged, so that the counts are those of a yes-word",
        ),
        "surviving-run" => (
            None,
            "words on which the automaton's run survives to the end",
            "letters are uniform among those after which the wished end can be reached; the question is a regular one",
        ),
        _ => (None, "as the problem draws it", "nothing in particular: `reduce audit` says what gives it away"),
    };
    let told = |name: &str| match (name, problem.variant()) {
        ("even-product", Some("generators")) => (
            Some(40),
            "a product of a 5-cycle and a swap, which generate S5 (NC1-complete by Barrington's theorem)",
            "every product is even; one letter in the place of the other changes the sign, so that a no-word has no sensitive \
             letter; below about 30 letters the counts of the two letters tell too much (`reduce audit`)",
        ),
        _ => told(name),
    };
    let drawn = [false, true].into_iter().find_map(|answer| {
        problem.sample(sizes.default, answer, &mut Random::new(0, 0)).ok().map(|sample| sample.family)
    });
    let name = drawn.unwrap_or_else(|| "own".to_owned());
    let name = name.split('/').next().unwrap_or_default().to_owned();
    let (hard_from, hard, guard) = told(&name);
    Family {
        name,
        problem: problem.name().to_owned(),
        variant: None,
        hard_from,
        unit: sizes.unit.to_owned(),
        sizes: (sizes.least, sizes.largest),
        step: 1,
        hard: hard.to_owned(),
        guard: guard.to_owned(),
        draw: |problem, n, answer, random| problem.sample(n, answer, random),
    }
}

/// What is written down of a family beside its draw.
struct Told {
    name: &'static str,
    problem: &'static str,
    variant: Option<&'static str>,
    hard_from: Option<usize>,
    unit: &'static str,
    sizes: (usize, usize),
    step: usize,
    hard: &'static str,
    guard: &'static str,
    draw: Draw,
}

impl Told {
    fn family(&self) -> Family {
        Family {
            name: self.name.to_owned(),
            problem: self.problem.to_owned(),
            variant: self.variant,
            hard_from: self.hard_from,
            unit: self.unit.to_owned(),
            sizes: self.sizes,
            step: self.step,
            hard: self.hard.to_owned(),
            guard: self.guard.to_owned(),
            draw: self.draw,
        }
    }
}

/// The families of a problem; the first is what is drawn where none is named.
pub fn of(problem: &dyn Problem) -> Vec<Family> {
    let told = [
        chains::TWO,
        chains::FIVE,
        images::FUNCTIONAL_GRAPHS,
        images::TURING_MACHINES,
        images::AND_INVERTER_CIRCUITS,
        images::BOOLEAN_FORMULAS,
        images::ARITHMETIC_FORMULAS,
    ];
    let fits = |told: &&Told| {
        told.problem == problem.name() && told.variant.is_none_or(|variant| Some(variant) == variant_of(problem))
    };
    std::iter::once(own(problem)).chain(told.iter().filter(fits).map(Told::family)).collect()
}

/// The variant; the plain form of a problem with spellings is called `plain`.
fn variant_of(problem: &dyn Problem) -> Option<&str> {
    Some(problem.variant().unwrap_or("plain"))
}

/// The family with a name.
///
/// # Errors
/// A clause that lists the names there are.
pub fn named(problem: &dyn Problem, name: &str) -> Result<Family, String> {
    let families = of(problem);
    let names = families.iter().map(|family| family.name.as_str()).join(", ");
    let found = families.iter().find(|family| family.name == name).cloned();
    found.ok_or_else(|| format!("expected one of {names} for {}, got `{name}`", problem.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every family of every problem, at its least size and a few more.
    #[test]
    fn every_family_draws_both_answers_and_the_decider_agrees() {
        for problem in problems::all() {
            for family in of(problem) {
                let (least, largest) = family.sizes;
                let mut answers = [0; 2];
                for n in (least..=largest).take(9) {
                    for (answer, index) in [false, true].into_iter().cartesian_product(0..6) {
                        match family.sample(problem, n, answer, &mut Random::new(9, index)) {
                            Ok(sample) => {
                                assert_eq!(problem.decide(&sample.word), answer, "{} n = {n}", family.name);
                                answers[usize::from(answer)] += 1;
                            }
                            Err(refusal) => assert!(!refusal.to_string().is_empty()),
                        }
                    }
                }
                assert!(answers[0] > 0 && answers[1] > 0, "{} {}", problem.name(), family.name);
                for n in [least.wrapping_sub(1), largest + 1] {
                    assert!(family.sample(problem, n, true, &mut Random::new(0, 0)).is_err(), "{} {n}", family.name);
                }
            }
        }
    }

    #[test]
    fn names_are_unique_and_an_unknown_one_is_refused_with_the_list() {
        for problem in problems::all() {
            let families = of(problem);
            assert!(families.iter().map(|family| &family.name).all_unique());
            assert!(families.iter().all(|family| named(problem, &family.name).is_ok()));
            assert!(named(problem, "none").is_err_and(|error| error.contains(&families[0].name)));
        }
    }
}
