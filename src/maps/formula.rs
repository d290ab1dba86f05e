//! Boolean and arithmetic formulas over constants, written with infix operators and brackets.

use super::AnySource;
use super::Induction;
use super::Map;
use super::Reader;
use super::Source;
use itertools::Itertools;
use num_traits::Signed;
use problems::Random;
use problems::Word;
use problems::matrix_product;
use problems::matrix_product::MatrixProduct;
use problems::word_problem;
use reductions::hardness::formula_to_matrix_product as arithmetic;
use reductions::hardness::formula_to_word_problem as boolean;

pub(super) static TO_WORD_PROBLEM: Map = Map {
    name: "formula-to-word-problem",
    question: "Is the Boolean formula false?",
    syntax: "0, 1, ! for not, & before |, brackets",
    example: "1 & !(0 | 1)",
    class: "NC1",
    reference: "Barrington 1989",
    problem: || word_problem::all_elements(),
    formula: "the sum over leaves of 2^(number of & and | above it); 4^d letters for the full tree of depth d",
    unit: "letters",
    most: 10_000_000,
    measure: <[u8]>::len,
    reader: Reader::Lines(|text| {
        let tree = Syntax::BOOLEAN.read(text)?;
        Ok(Box::new(Formula { size: tree.size(2, 2), syntax: &Syntax::BOOLEAN, tree }))
    }),
    source_unit: "leaves, each part negated at most once",
    exhaustive: 1..=3,
    every: |n_leaves| every(n_leaves, &Syntax::BOOLEAN),
    sampled: 16,
    sampled_unit: "leaves",
    sample: |n_leaves, random| sample(n_leaves, &Syntax::BOOLEAN, random),
    induction: Some(|| {
        let cases = boolean::induction_cases();
        Induction {
            by: "every case of the induction over the formula, for each of the 24 five-cycles; on paper: a program's product is \
                 that of its parts' products",
            n_cases: cases.len(),
            fails: cases.into_iter().find(|(_, holds)| !holds).map(|(name, _)| name),
        }
    }),
};

pub(super) static TO_MATRIX_PRODUCT: Map = Map {
    name: "formula-to-matrix-product",
    question: "Is the value of the arithmetic formula positive?",
    syntax: "0, 1, - for the negation of what follows, * before +, brackets",
    example: "(1 + 1) * -(0 + -1)",
    class: "PNC1",
    reference: "Ben-Or and Cleve 1992",
    problem: || &MatrixProduct,
    formula: "the sum over leaves of 2^(number of * above it); 4^d matrices for the full product tree of depth d",
    unit: "matrices",
    most: 1_000_000,
    measure: |word| word.len() / matrix_product::TOKENS_PER_MATRIX,
    reader: Reader::Lines(|text| {
        let tree = Syntax::ARITHMETIC.read(text)?;
        Ok(Box::new(Formula { size: tree.size(1, 2), syntax: &Syntax::ARITHMETIC, tree }))
    }),
    source_unit: "leaves, each part negated at most once",
    exhaustive: 1..=3,
    every: |n_leaves| every(n_leaves, &Syntax::ARITHMETIC),
    sampled: 16,
    sampled_unit: "leaves",
    sample: |n_leaves, random| sample(n_leaves, &Syntax::ARITHMETIC, random),
    induction: Some(|| {
        let cases = arithmetic::induction_cases();
        Induction {
            by: "every case of the induction over the formula, for each pair of indices and sign, at three values of each part, \
                 which determine a polynomial of degree two; on paper: a product is that of its parts' products, and the last \
                 exchange of columns",
            n_cases: cases.len(),
            fails: cases.into_iter().find(|(_, holds)| !holds).map(|(name, _)| name),
        }
    }),
};

/// A formula over constants; `Low` binds less than `High`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Tree {
    Leaf(bool),
    Negate(Box<Tree>),
    Low(Box<Tree>, Box<Tree>),
    High(Box<Tree>, Box<Tree>),
}

impl Tree {
    /// The exact size of the image, where a low and a high operator multiply the sizes of their parts by these factors.
    fn size(&self, low: u128, high: u128) -> u128 {
        let sum = |f: &Self, g: &Self| f.size(low, high).saturating_add(g.size(low, high));
        match self {
            Self::Leaf(_) => 1,
            Self::Negate(f) => f.size(low, high),
            Self::Low(f, g) => sum(f, g).saturating_mul(low),
            Self::High(f, g) => sum(f, g).saturating_mul(high),
        }
    }
}

/// How formulas of a kind are written.
struct Syntax {
    negation: char,
    low: char,
    high: char,
    is_boolean: bool,
}

/// The most brackets and negations within one another: formulas are read and mapped by recursion.
const DEEPEST: usize = 200;
/// The most leaves, which bounds the depth of a chain of operators too.
const MOST_LEAVES: usize = 1000;

impl Syntax {
    const BOOLEAN: Self = Self { negation: '!', low: '|', high: '&', is_boolean: true };
    const ARITHMETIC: Self = Self { negation: '-', low: '+', high: '*', is_boolean: false };

    fn read(&self, text: &str) -> Result<Tree, String> {
        let characters: Vec<char> = text.chars().filter(|character| !character.is_whitespace()).collect();
        if characters.iter().filter(|character| character.is_ascii_digit()).count() > MOST_LEAVES {
            return Err(format!("expected a formula of at most {MOST_LEAVES} leaves, got a longer one"));
        }
        let mut parser = Parser { syntax: self, characters: &characters, at: 0 };
        let tree = parser.sum(0)?;
        match parser.peek() {
            None => Ok(tree),
            Some(_) => Err(parser.expected("an operator or the end")),
        }
    }

    fn write(&self, tree: &Tree) -> String {
        match tree {
            Tree::Leaf(bit) => u8::from(*bit).to_string(),
            Tree::Negate(f) => format!("{}{}", self.negation, self.write(f)),
            Tree::Low(f, g) => format!("({} {} {})", self.write(f), self.low, self.write(g)),
            Tree::High(f, g) => format!("({} {} {})", self.write(f), self.high, self.write(g)),
        }
    }
}

struct Parser<'t> {
    syntax: &'t Syntax,
    characters: &'t [char],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn takes(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        self.at += usize::from(found);
        found
    }

    fn expected(&self, what: &str) -> String {
        let found = self.peek().map_or_else(|| "the end".to_owned(), |found| format!("`{found}`"));
        format!("character {} without spaces: expected {what}, got {found}", self.at + 1)
    }

    fn sum(&mut self, depth: usize) -> Result<Tree, String> {
        let mut tree = self.product(depth)?;
        while self.takes(self.syntax.low) {
            tree = Tree::Low(Box::new(tree), Box::new(self.product(depth)?));
        }
        Ok(tree)
    }

    fn product(&mut self, depth: usize) -> Result<Tree, String> {
        let mut tree = self.factor(depth)?;
        while self.takes(self.syntax.high) {
            tree = Tree::High(Box::new(tree), Box::new(self.factor(depth)?));
        }
        Ok(tree)
    }

    fn factor(&mut self, depth: usize) -> Result<Tree, String> {
        if depth > DEEPEST {
            return Err(format!("expected brackets and negations at most {DEEPEST} deep, got a deeper formula"));
        }
        if self.takes(self.syntax.negation) {
            return Ok(Tree::Negate(Box::new(self.factor(depth + 1)?)));
        }
        if self.takes('(') {
            let tree = self.sum(depth + 1)?;
            return if self.takes(')') { Ok(tree) } else { Err(self.expected("`)`")) };
        }
        let leaf = match self.peek() {
            Some('0') => Tree::Leaf(false),
            Some('1') => Tree::Leaf(true),
            _ => return Err(self.expected(&format!("0, 1, `{}` or `(`", self.syntax.negation))),
        };
        self.at += 1;
        Ok(leaf)
    }
}

/// A formula as a source of its map.
struct Formula {
    syntax: &'static Syntax,
    tree: Tree,
    size: u128,
}

/// The tree with a variable for each leaf, and the leaves' values.
fn with_variables<F>(tree: &Tree, values: &mut Vec<bool>, make: &impl Fn(Node<F>) -> F) -> F {
    match tree {
        Tree::Leaf(bit) => {
            values.push(*bit);
            make(Node::Leaf(values.len() - 1))
        }
        Tree::Negate(f) => make(Node::Negate(with_variables(f, values, make))),
        Tree::Low(f, g) => {
            let f = with_variables(f, values, make);
            make(Node::Low(f, with_variables(g, values, make)))
        }
        Tree::High(f, g) => {
            let f = with_variables(f, values, make);
            make(Node::High(f, with_variables(g, values, make)))
        }
    }
}

/// One node over formulas of some type.
enum Node<F> {
    Leaf(usize),
    Negate(F),
    Low(F, F),
    High(F, F),
}

impl Formula {
    fn boolean(&self) -> (boolean::Formula, Vec<bool>) {
        let mut values = Vec::new();
        let formula = with_variables(&self.tree, &mut values, &|node| match node {
            Node::Leaf(place) => boolean::Formula::Variable(place),
            Node::Negate(f) => boolean::Formula::Not(Box::new(f)),
            Node::Low(f, g) => boolean::Formula::Or(Box::new(f), Box::new(g)),
            Node::High(f, g) => boolean::Formula::And(Box::new(f), Box::new(g)),
        });
        (formula, values)
    }

    fn arithmetic(&self) -> (arithmetic::Formula, Vec<i8>) {
        let mut values = Vec::new();
        let formula = with_variables(&self.tree, &mut values, &|node| match node {
            Node::Leaf(place) => arithmetic::Formula::Variable(place),
            Node::Negate(f) => arithmetic::Formula::Negate(Box::new(f)),
            Node::Low(f, g) => arithmetic::Formula::Add(Box::new(f), Box::new(g)),
            Node::High(f, g) => arithmetic::Formula::Multiply(Box::new(f), Box::new(g)),
        });
        (formula, values.into_iter().map(i8::from).collect())
    }
}

impl Source for Formula {
    fn text(&self) -> String {
        self.syntax.write(&self.tree)
    }

    fn answer(&self) -> bool {
        if self.syntax.is_boolean {
            let (formula, values) = self.boolean();
            !formula.value(&values)
        } else {
            let (formula, values) = self.arithmetic();
            formula.value(&values).is_positive()
        }
    }

    fn size(&self) -> u128 {
        self.size
    }

    fn image(&self) -> Word {
        if self.syntax.is_boolean {
            let (formula, values) = self.boolean();
            boolean::map(&formula, &values)
        } else {
            let (formula, values) = self.arithmetic();
            matrix_product::word(&arithmetic::map(&formula, &values))
        }
    }
}

fn source(tree: Tree, syntax: &'static Syntax) -> AnySource {
    let low = if syntax.is_boolean { 2 } else { 1 };
    Box::new(Formula { size: tree.size(low, 2), syntax, tree })
}

/// Every tree of so many leaves, each part of it negated once or not at all.
fn trees(n_leaves: usize) -> Vec<Tree> {
    let plain: Vec<Tree> = if n_leaves == 1 {
        vec![Tree::Leaf(false), Tree::Leaf(true)]
    } else {
        let pairs = (1..n_leaves).flat_map(|left| trees(left).into_iter().cartesian_product(trees(n_leaves - left)));
        let both = |(f, g): (Tree, Tree)| {
            [Tree::Low(Box::new(f.clone()), Box::new(g.clone())), Tree::High(Box::new(f), Box::new(g))]
        };
        pairs.flat_map(both).collect()
    };
    let negated = plain.iter().cloned().map(|tree| Tree::Negate(Box::new(tree)));
    plain.iter().cloned().chain(negated).collect()
}

fn every(n_leaves: usize, syntax: &'static Syntax) -> Box<dyn Iterator<Item = AnySource>> {
    Box::new(trees(n_leaves).into_iter().map(move |tree| source(tree, syntax)))
}

/// A formula of so many leaves, as flat as possible, with random operators, negations and constants.
fn sample(n_leaves: usize, syntax: &'static Syntax, random: &mut Random) -> AnySource {
    fn draw(n_leaves: usize, random: &mut Random) -> Tree {
        let tree = if n_leaves == 1 {
            Tree::Leaf(random.bit())
        } else {
            let f = Box::new(draw(n_leaves / 2, random));
            let g = Box::new(draw(n_leaves - n_leaves / 2, random));
            if random.bit() { Tree::Low(f, g) } else { Tree::High(f, g) }
        };
        if random.bit() { Tree::Negate(Box::new(tree)) } else { tree }
    }
    source(draw(n_leaves, random), syntax)
}
