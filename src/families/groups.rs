//! State-tracking data: words over a finite permutation group, with the running product at every position.

use problems::Random;
use std::collections::BTreeMap;

/// The largest group: its table is held whole.
const LARGEST: usize = 2000;
/// The most points that a permutation moves.
const MOST_POINTS: usize = 256;

/// A finite group of permutations. Elements are numbered in the lexicographic order of their images, so that the identity is
/// 0, and the k-th power of the cycle of Z60 is k. Products are read left to right: first the left factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name, or the text that it was given by.
    pub name: String,
    order: usize,
    /// `table[a * order + b]` is first a, then b.
    table: Vec<u16>,
    inverses: Vec<u16>,
    /// The products of no-words: a subgroup without the identity in which no map to an abelian group tells an element from
    /// the identity, where there is one.
    other_products: Vec<u16>,
}

/// A word over a group with its running products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupWord {
    /// The letters.
    pub letters: Vec<u16>,
    /// The product of the letters up to each one.
    pub products: Vec<u16>,
}

impl Group {
    /// The group with a name (S3, S4, S5, A4, A5, Z60, or any S, A or Z with a number), or the one that permutations generate:
    /// each by its images, counted from 1, with `;` between two: `2 3 1; 2 1 3`.
    ///
    /// # Errors
    /// A clause that says what was expected.
    pub fn read(text: &str) -> Result<Self, String> {
        let (kind, number) = text.trim().split_at(text.trim().chars().next().map_or(0, char::len_utf8));
        let degree = number.parse().ok().filter(|degree| (1..=MOST_POINTS).contains(degree));
        let generators = match (kind, degree) {
            ("S", Some(degree)) => symmetric(degree),
            ("A", Some(degree)) => alternating(degree),
            ("Z", Some(degree)) => vec![rotation(degree, degree)],
            ("S" | "A" | "Z", None) => {
                return Err(format!("expected S, A or Z with a number from 1 to {MOST_POINTS}, got `{text}`"));
            }
            _ => permutations(text)?,
        };
        Self::generated(text.trim(), &generators)
    }

    /// The group that permutations of the same points generate.
    fn generated(name: &str, generators: &[Vec<u8>]) -> Result<Self, String> {
        let n_points = generators.first().map_or(1, Vec::len);
        let identity: Vec<u8> = (0..n_points).map(|point| point as u8).collect();
        let mut numbers: BTreeMap<Vec<u8>, u16> = BTreeMap::from([(identity.clone(), 0)]);
        let mut to_visit = vec![identity];
        while let Some(element) = to_visit.pop() {
            for generator in generators {
                let product = then(&element, generator);
                if !numbers.contains_key(&product) {
                    if numbers.len() == LARGEST {
                        return Err(format!("expected a group of at most {LARGEST} elements, got a larger one"));
                    }
                    numbers.insert(product.clone(), 0);
                    to_visit.push(product);
                }
            }
        }
        (0..).zip(numbers.values_mut()).for_each(|(number, slot)| *slot = number);
        let elements: Vec<&Vec<u8>> = numbers.keys().collect();
        let order = elements.len();
        let mut table = Vec::with_capacity(order * order);
        for a in &elements {
            table.extend(elements.iter().map(|b| numbers[&then(a, b)]));
        }
        let inverse = |a: usize| (0..order).find(|b| table[a * order + b] == 0).map_or(0, |b| b as u16);
        let inverses = (0..order).map(inverse).collect();
        let mut group = Self { name: name.to_owned(), order, table, inverses, other_products: Vec::new() };
        group.other_products = group.find_other_products();
        Ok(group)
    }

    /// The number of elements.
    pub fn order(&self) -> usize {
        self.order
    }

    /// First a, then b.
    pub fn product(&self, a: u16, b: u16) -> u16 {
        self.table[usize::from(a) * self.order + usize::from(b)]
    }

    /// Is this element one that no map to an abelian group tells from the identity? In a group that is abelian itself, one of the
    /// least subgroup.
    pub fn is_unseen_by_signs(&self, element: u16) -> bool {
        element == 0 || self.other_products.contains(&element)
    }

    /// The running products of a word; none where a letter is no element.
    pub fn products(&self, letters: &[u16]) -> Option<Vec<u16>> {
        let mut product = 0;
        let step = |letter: &u16| {
            if usize::from(*letter) >= self.order {
                return None;
            }
            product = self.product(product, *letter);
            Some(product)
        };
        letters.iter().map(step).collect()
    }

    /// The elements of the subgroup that these generate.
    fn closure(&self, generators: &[u16]) -> Vec<u16> {
        let mut found = vec![false; self.order];
        found[0] = true;
        let mut to_visit = vec![0];
        while let Some(element) = to_visit.pop() {
            for generator in generators {
                let product = self.product(element, *generator);
                if !found[usize::from(product)] {
                    found[usize::from(product)] = true;
                    to_visit.push(product);
                }
            }
        }
        (0..self.order as u16).filter(|element| found[usize::from(*element)]).collect()
    }

    /// Products of commutators, which no sign and no map to an abelian group tells from the identity; in an abelian group the
    /// elements of the least subgroup, for there every other one is told by a map to a smaller group.
    fn find_other_products(&self) -> Vec<u16> {
        let elements = || 0..self.order as u16;
        let mut commutators: Vec<u16> = elements()
            .flat_map(|a| elements().map(move |b| (a, b)))
            .map(|(a, b)| {
                let (inverse_a, inverse_b) = (self.inverses[usize::from(a)], self.inverses[usize::from(b)]);
                self.product(self.product(a, b), self.product(inverse_a, inverse_b))
            })
            .collect();
        commutators.sort_unstable();
        commutators.dedup();
        let derived = self.closure(&commutators);
        let subgroup = if derived.len() > 1 {
            derived
        } else {
            let cyclic = elements().skip(1).map(|element| self.closure(&[element]));
            cyclic.min_by_key(Vec::len).unwrap_or_default()
        };
        subgroup.into_iter().filter(|element| *element != 0).collect()
    }

    /// Draws a word: all letters but the last are uniform, the last one makes the product the identity or, for a no, one of
    /// the products that are least easily told from it.
    ///
    /// # Errors
    /// A clause, where the group has one element and no word is a no.
    pub fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<GroupWord, String> {
        if n == 0 {
            return Err("expected at least 1 letter, got 0".to_owned());
        }
        let mut letters: Vec<u16> = (0..n - 1).map(|_| random.below(self.order) as u16).collect();
        let product = letters.iter().fold(0, |product, letter| self.product(product, *letter));
        let wanted = match (answer, self.other_products.is_empty()) {
            (true, _) => 0,
            (false, false) => *random.pick(&self.other_products),
            (false, true) => return Err(format!("every product over {} is the identity", self.name)),
        };
        letters.push(self.product(self.inverses[usize::from(product)], wanted));
        let products = self.products(&letters).unwrap_or_default();
        Ok(GroupWord { letters, products })
    }
}

fn then(a: &[u8], b: &[u8]) -> Vec<u8> {
    a.iter().map(|image| b[usize::from(*image)]).collect()
}

/// The cycle of the first points of so many.
fn rotation(length: usize, n_points: usize) -> Vec<u8> {
    let image = |point: usize| if point < length { (point + 1) % length } else { point };
    (0..n_points).map(|point| image(point) as u8).collect()
}

fn symmetric(degree: usize) -> Vec<Vec<u8>> {
    vec![rotation(degree, degree), rotation(degree.min(2), degree)]
}

/// The cycles (0 1 k).
fn alternating(degree: usize) -> Vec<Vec<u8>> {
    let cycle = |k: usize| {
        let mut images: Vec<u8> = (0..degree).map(|point| point as u8).collect();
        (images[0], images[1], images[k]) = (1, k as u8, 0);
        images
    };
    let cycles: Vec<Vec<u8>> = (2..degree).map(cycle).collect();
    if cycles.is_empty() { vec![(0..degree).map(|point| point as u8).collect()] } else { cycles }
}

/// Permutations by their images, counted from 1.
fn permutations(text: &str) -> Result<Vec<Vec<u8>>, String> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for part in text.split(';') {
        let images: Option<Vec<usize>> = part.split_whitespace().map(|image| image.parse().ok()).collect();
        let images = images.filter(|images| {
            !images.is_empty()
                && images.len() <= MOST_POINTS
                && all.first().is_none_or(|first| first.len() == images.len())
                && (1..=images.len()).all(|point| images.contains(&point))
        });
        let images = images.ok_or_else(|| {
            format!(
                "expected S, A or Z with a number, or permutations of the same points by their images from 1, as in \
                 `2 3 1; 2 1 3`, got `{}`",
                part.trim()
            )
        })?;
        all.push(images.into_iter().map(|image| (image - 1) as u8).collect());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_groups_have_their_orders_and_are_groups() {
        for (name, order) in [("S3", 6), ("S5", 120), ("A5", 60), ("Z60", 60), ("A4", 12), ("Z1", 1), ("A2", 1)] {
            let group = Group::read(name).unwrap();
            assert_eq!(group.order(), order, "{name}");
            for a in 0..order as u16 {
                assert_eq!((group.product(0, a), group.product(a, 0)), (a, a));
                assert_eq!(group.product(a, group.inverses[usize::from(a)]), 0);
            }
            let mut random = Random::new(0, 0);
            let mut any = || random.below(order) as u16;
            for _ in 0..200 {
                let (a, b, c) = (any(), any(), any());
                assert_eq!(group.product(group.product(a, b), c), group.product(a, group.product(b, c)));
            }
        }
        // Z60 is written as numbers modulo 60.
        let cyclic = Group::read("Z60").unwrap();
        assert_eq!(cyclic.product(50, 25), 15);
        assert_eq!(cyclic.other_products, [30]);
        assert_eq!(Group::read("S5").unwrap().other_products.len(), 59);
        assert_eq!(Group::read("S3").unwrap().other_products.len(), 2);
    }

    #[test]
    fn the_numbers_of_s5_are_those_of_the_word_problem() {
        let (group, all) = (Group::read("S5").unwrap(), problems::word_problem::Permutation::all());
        for a in 0..120 {
            for b in 0..120 {
                let expected = all[a].then(all[b]).index();
                assert_eq!(usize::from(group.product(a as u16, b as u16)), expected);
            }
        }
        assert_eq!(Group::read("2 3 4 5 1; 2 1 3 4 5").unwrap().table, group.table);
    }

    #[test]
    fn samples_have_the_answer_and_their_running_products() {
        for name in ["S3", "S5", "A5", "Z60"] {
            let group = Group::read(name).unwrap();
            for (index, answer) in (0..20).flat_map(|index| [(index, true), (index, false)]) {
                let word = group.sample(1 + index as usize, answer, &mut Random::new(1, index)).unwrap();
                assert_eq!(word.products.last() == Some(&0), answer);
                assert_eq!(group.products(&word.letters), Some(word.products));
            }
            assert_eq!(group.products(&[group.order() as u16]), None);
        }
        assert!(Group::read("Z1").unwrap().sample(3, false, &mut Random::new(0, 0)).is_err());
    }

    #[test]
    fn what_is_no_group_is_refused() {
        for text in ["", "Q8", "S0", "S", "1 2; 1 2 3", "1 1", "S7", "Z300", "2 3 1 x", "é"] {
            assert!(Group::read(text).is_err(), "{text}");
        }
    }
}
