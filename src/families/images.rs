//! Images of the hardness maps, drawn from sources of a kind.

use super::Told;
use circuit_files::Circuit;
use circuit_files::Literal;
use circuit_files::Plan;
use num_traits::Signed;
use problems::NoInstance;
use problems::Random;
use problems::Sample;
use problems::Word;
use problems::circuit_value;
use problems::matrix_product;
use reductions::hardness::formula_to_matrix_product as arithmetic;
use reductions::hardness::formula_to_word_problem as boolean;
use reductions::hardness::functional_graph_to_reachability as graphs;
use reductions::hardness::functional_graph_to_reachability::FunctionalGraph;
use reductions::hardness::turing_machine_to_circuit_value as machines;
use reductions::hardness::turing_machine_to_circuit_value::Move;
use reductions::hardness::turing_machine_to_circuit_value::Rule;
use reductions::hardness::turing_machine_to_circuit_value::TuringMachine;

pub(super) const FUNCTIONAL_GRAPHS: Told = Told {
    name: "functional-graphs",
    problem: "reachability",
    variant: Some("plain"),
    hard_from: Some(8),
    unit: "source vertices",
    sizes: (4, 32),
    step: 1,
    hard: "images of functional-graph-to-reachability (the map that shows L-hardness): two cycles of the same length or nearly, \
           and whether source and target are on the same one; n^2 + 1 vertices",
    guard: "the graph is a permutation, so that degrees tell nothing; most edges of an image are copies that no path meets",
    draw: |_, n, answer, random| Ok(sample(FUNCTIONAL_GRAPHS.name, functional_graph(n, answer, random))),
};

pub(super) const TURING_MACHINES: Told = Told {
    name: "turing-machine",
    problem: "circuit-value",
    variant: Some("copy"),
    hard_from: None,
    unit: "bits",
    sizes: (1, 6),
    step: 1,
    hard: "images of turing-machine-to-circuit-value (the map that shows P-hardness) of one machine, which compares the first \
           bit with the last",
    guard: "the machine is easy, and so is the question: its two bits are among the first tokens",
    draw: |_, n, answer, random| {
        let mut bits: Vec<bool> = (0..n).map(|_| random.bit()).collect();
        if n > 1 {
            bits[n - 1] = bits[0] == answer;
        } else if !answer {
            return Err(NoInstance { reason: "the family turing-machine has no no-word of 1 bit".to_owned() });
        }
        let copy = circuit_value::copy();
        let mut word = copy.write(&machines::map(&first_is_last(), &bits, n + 2));
        word.push(copy.end());
        Ok(sample(TURING_MACHINES.name, word))
    },
};

pub(super) const AND_INVERTER_CIRCUITS: Told = Told {
    name: "and-inverter-circuits",
    problem: "circuit-value",
    variant: Some("copy"),
    hard_from: None,
    unit: "and-gates",
    sizes: (1, 1024),
    step: 1,
    hard: "images of circuit-to-circuit-value (circuit value as it is) of random and-inverter graphs over eight inputs",
    guard: "most gates are 0, so that an inversion of the output nearly tells the answer",
    draw: |_, n, answer, random| {
        const INPUTS: usize = 8;
        let mut circuit = Circuit::new(INPUTS);
        let mut last = Literal::TRUE;
        for _ in 0..n {
            let mut operand = || Literal { node: random.below(circuit.n_nodes()), inverted: random.bit() };
            let (a, b) = (operand(), operand());
            last = circuit.and(a, b);
        }
        let inputs: Vec<bool> = (0..INPUTS).map(|_| random.bit()).collect();
        circuit.add_output(last);
        circuit.add_output(!last);
        let output = usize::from(circuit.simulate(&inputs)[0] != answer);
        let plan = Plan::new(&circuit);
        let mut word = plan.common(&inputs);
        word.extend(plan.suffix(output));
        Ok(sample(AND_INVERTER_CIRCUITS.name, word))
    },
};

pub(super) const BOOLEAN_FORMULAS: Told = Told {
    name: "boolean-formulas",
    problem: "word-problem",
    variant: Some("all"),
    hard_from: None,
    unit: "leaves",
    sizes: (1, 1024),
    step: 1,
    hard: "images of formula-to-word-problem (the map that shows NC1-hardness) of random formulas, about n^2 letters",
    guard: "random formulas are guessed from their last operators, and a program's letters show the constants",
    draw: |_, n, answer, random| {
        let formula = boolean_formula(n, &mut 0, random);
        // A negation of the whole gives the other answer.
        let values: Vec<bool> = (0..n).map(|_| random.bit()).collect();
        let is_false = !formula.value(&values);
        let formula = if is_false == answer { formula } else { boolean::Formula::Not(Box::new(formula)) };
        Ok(sample(BOOLEAN_FORMULAS.name, boolean::map(&formula, &values)))
    },
};

pub(super) const ARITHMETIC_FORMULAS: Told = Told {
    name: "arithmetic-formulas",
    problem: "matrix-product",
    variant: Some("plain"),
    hard_from: None,
    unit: "leaves",
    sizes: (1, 1024),
    step: 1,
    hard: "images of formula-to-matrix-product (the map that shows PNC1-hardness) of random formulas, at most n^2 matrices",
    guard: "every no is a negative value; the matrices show the constants",
    draw: |_, n, answer, random| {
        loop {
            let formula = arithmetic_formula(n, &mut 0, random);
            let values: Vec<i8> = (0..n).map(|_| if random.bit() { 1 } else { -1 }).collect();
            let value = formula.value(&values);
            // A value of 0 is drawn again: no negation gives it a sign.
            if value.is_positive() || value.is_negative() {
                let turned = arithmetic::Formula::Negate(Box::new(formula.clone()));
                let formula = if value.is_positive() == answer { formula } else { turned };
                let word = matrix_product::word(&arithmetic::map(&formula, &values));
                return Ok(sample(ARITHMETIC_FORMULAS.name, word));
            }
        }
    },
};

fn sample(name: &str, word: Word) -> Sample {
    Sample { word, family: name.to_owned() }
}

/// Two cycles through n vertices in random order; source and target, two vertices, are on the same one or not.
fn functional_graph(n: usize, answer: bool, random: &mut Random) -> Word {
    let mut order: Vec<usize> = (0..n).collect();
    random.shuffle(&mut order);
    let (first, second) = order.split_at(n / 2);
    let mut successors = vec![None; n];
    for cycle in [first, second] {
        for (i, vertex) in cycle.iter().enumerate() {
            successors[*vertex] = Some(cycle[(i + 1) % cycle.len()]);
        }
    }
    let (own, other) = if random.bit() { (first, second) } else { (second, first) };
    let start = random.below(own.len());
    let target = if answer { own[(start + 1 + random.below(own.len() - 1)) % own.len()] } else { *random.pick(other) };
    graphs::map(&FunctionalGraph { successors, source: own[start], target }).to_word()
}

/// It walks to the end of its word with the first bit in its state, goes back one cell, and compares.
fn first_is_last() -> TuringMachine {
    let rule = |next, write, direction| Rule { next, write, direction };
    let halt = |state| (0..3).map(|symbol| rule(state, symbol, Move::Stay)).collect();
    let walk =
        |state, compare| vec![rule(state, 0, Move::Right), rule(state, 1, Move::Right), rule(compare, 2, Move::Left)];
    let (accept, reject) = (5, 6);
    let rules = vec![
        vec![rule(1, 0, Move::Right), rule(2, 1, Move::Right), rule(accept, 2, Move::Stay)],
        walk(1, 3),
        walk(2, 4),
        vec![rule(accept, 0, Move::Stay), rule(reject, 1, Move::Stay), rule(reject, 2, Move::Stay)],
        vec![rule(reject, 0, Move::Stay), rule(accept, 1, Move::Stay), rule(reject, 2, Move::Stay)],
        halt(accept),
        halt(reject),
    ];
    TuringMachine { rules, accept }
}

/// A formula whose leaves are the next variables, as flat as possible.
fn boolean_formula(n_leaves: usize, next: &mut usize, random: &mut Random) -> boolean::Formula {
    use boolean::Formula;
    if n_leaves == 1 {
        *next += 1;
        return Formula::Variable(*next - 1);
    }
    let f = Box::new(boolean_formula(n_leaves / 2, next, random));
    let g = Box::new(boolean_formula(n_leaves - n_leaves / 2, next, random));
    let whole = if random.bit() { Formula::And(f, g) } else { Formula::Or(f, g) };
    if random.bit() { Formula::Not(Box::new(whole)) } else { whole }
}

/// A formula whose leaves are the next variables, as flat as possible.
fn arithmetic_formula(n_leaves: usize, next: &mut usize, random: &mut Random) -> arithmetic::Formula {
    use arithmetic::Formula;
    if n_leaves == 1 {
        *next += 1;
        return Formula::Variable(*next - 1);
    }
    let f = Box::new(arithmetic_formula(n_leaves / 2, next, random));
    let g = Box::new(arithmetic_formula(n_leaves - n_leaves / 2, next, random));
    let whole = if random.bit() { Formula::Add(f, g) } else { Formula::Multiply(f, g) };
    if random.bit() { Formula::Negate(Box::new(whole)) } else { whole }
}
