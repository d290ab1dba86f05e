//! Instances of hard problems, mapped to words, through the networks that decide those words.

use problems::Random;
use reduce::check::words;
use reductions::MatrixProductDeltaNet;
use reductions::MatrixProductRwkv7;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::WordProblemPd;
use reductions::hardness::formula_to_matrix_product;
use reductions::hardness::formula_to_word_problem;
use reductions::hardness::functional_graph_to_reachability;
use reductions::hardness::functional_graph_to_reachability::FunctionalGraph;

/// Runs words with known answers through a network; both answers must occur.
fn check(reduction: &dyn Reduction, words: impl IntoIterator<Item = (Vec<u8>, bool)>) {
    let mut answers = [0; 2];
    for (word, answer) in words {
        assert_eq!(words::reads(reduction.network(), &word), answer, "{word:?}");
        assert_eq!(reduction.problem().decide(&word), answer, "{word:?}");
        answers[usize::from(answer)] += 1;
    }
    assert!(answers[0] > 0 && answers[1] > 0, "{answers:?}");
}

#[test]
fn arithmetic_formulas_have_their_signs_in_the_products_of_both_layered_networks() {
    use formula_to_matrix_product::Formula;
    fn formula(depth: usize, random: &mut Random) -> Formula {
        if depth == 0 {
            return Formula::Variable(random.below(4));
        }
        let (f, g) = (Box::new(formula(depth - 1, random)), Box::new(formula(depth - 1, random)));
        if random.bit() { Formula::Add(f, g) } else { Formula::Multiply(f, g) }
    }
    let words = || {
        (0..12).map(|i| {
            let mut random = Random::new(1, i);
            let formula = formula(1 + i as usize % 3, &mut random);
            let values: Vec<i8> = (0..4).map(|_| random.below(3) as i8 - 1).collect();
            let word = problems::matrix_product::word(&formula_to_matrix_product::map(&formula, &values));
            (word, formula.value(&values) > 0.into())
        })
    };
    check(MatrixProductDeltaNet::exact(), words());
    check(MatrixProductRwkv7::columns(), words());
}

#[test]
fn boolean_formulas_are_false_where_the_network_for_s5_accepts() {
    use formula_to_word_problem::Formula;
    fn formula(depth: usize, random: &mut Random) -> Formula {
        if depth == 0 {
            return Formula::Variable(random.below(4));
        }
        let (f, g) = (Box::new(formula(depth - 1, random)), Box::new(formula(depth - 1, random)));
        match random.below(3) {
            0 => Formula::And(f, g),
            1 => Formula::Or(f, g),
            _ => Formula::Not(Box::new(Formula::And(f, g))),
        }
    }
    let words = (0..24).map(|i| {
        let mut random = Random::new(2, i);
        let formula = formula(1 + i as usize % 3, &mut random);
        let values: Vec<bool> = (0..4).map(|_| random.bit()).collect();
        (formula_to_word_problem::map(&formula, &values), !formula.value(&values))
    });
    check(WordProblemPd::all_elements(), words);
}

#[test]
fn functional_graphs_reach_their_target_where_the_network_for_sorted_graphs_accepts() {
    let words = (0..40).map(|i| {
        let mut random = Random::new(3, i);
        let n = 1 + i as usize % 5;
        let successors = (0..n).map(|_| random.below(n + 1).checked_sub(1)).collect();
        let graph = FunctionalGraph { successors, source: random.below(n), target: random.below(n) };
        (functional_graph_to_reachability::map(&graph).to_word(), graph.reaches_target())
    });
    check(ReachabilityRelu::shared(), words);
}
