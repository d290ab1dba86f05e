//! Runs by pieces against the interpreter: the states of our ReLU networks, and of networks with one number changed, are
//! the same after every token.

use problems::Problem;
use problems::Random;
use problems::Word;
use reductions::Reduction;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use rnn::Parameter;
use rnn::PieceRun;

/// Every claim of a ReLU network.
fn relu() -> impl Iterator<Item = &'static dyn Reduction> {
    reductions::all().into_iter().filter(|reduction| matches!(reduction.network(), Network::Relu(_)))
}

/// Instances with both answers, the same with some tokens changed, and words of random tokens.
fn words(problem: &dyn Problem, n: usize, count: usize) -> Vec<Word> {
    let n_tokens = problem.alphabet().len();
    let mut words = Vec::new();
    for i in 0..count {
        let mut random = Random::new(5, i as u64);
        let Ok(sample) = problem.sample(n, i % 2 == 0, &mut random) else { continue };
        let mut changed = sample.word.clone();
        for _ in 0..1 + random.below(3) {
            let at = random.below(changed.len());
            changed[at] = random.below(n_tokens) as u8;
        }
        words.extend([sample.word, changed]);
        words.push((0..40).map(|_| random.below(n_tokens) as u8).collect());
    }
    words
}

/// Reads words by one run, and gives how many tokens were read by pieces, and by the interpreter.
fn agree(network: &Network, words: &[Word], what: &str) -> (usize, usize) {
    let Network::Relu(relu) = network else { panic!("{what}: no ReLU network") };
    let mut run = PieceRun::new(relu);
    for word in words {
        let mut state = network.start().to_vec();
        run.set(&state);
        for (at, token) in word.iter().enumerate() {
            state = network.step(&ExactArithmetic, &state, usize::from(*token));
            run.read(usize::from(*token));
            assert_eq!(run.state(), state, "{what}: after {} tokens of {word:?}", at + 1);
        }
    }
    run.n_tokens()
}

#[test]
fn our_relu_networks_have_the_states_of_the_interpreter_after_every_token() {
    let mut seen = 0;
    for reduction in relu() {
        let problem = reduction.problem();
        let name = problem.name();
        let words = words(problem, 24, 40);
        let (by_pieces, by_interpreter) = agree(reduction.network(), &words, name);
        assert!(by_pieces > 10 * by_interpreter, "{name}: {by_pieces} by pieces, {by_interpreter} not");
        seen += 1;
    }
    assert!(seen >= 5, "{seen} networks");
}

#[test]
fn networks_with_one_number_changed_have_the_states_of_the_interpreter() {
    let mut n_missed = 0;
    for reduction in relu() {
        let (problem, network) = (reduction.problem(), reduction.network());
        let words = words(problem, 8, 6);
        let mut random = Random::new(9, 0);
        for i in 0..40 {
            // A weight or a bias, zero or not, of any map but the readout, which is no part of the state.
            let maps = network.maps();
            let map = random.below(maps.len() - 1);
            let output = random.below(maps[map].n_outputs());
            let input = random.below(maps[map].n_inputs());
            let parameter =
                if i % 4 == 0 { Parameter::Bias { map, output } } else { Parameter::Weight { map, output, input } };
            let change = [Exact::ratio(1, 3), Exact::ONE, -Exact::ONE, Exact::ratio(-1, 4)][random.below(4)].clone();
            let mutant = network.with_number(parameter, &(network.number(parameter) + change)).unwrap();
            let (by_pieces, by_interpreter) = agree(&mutant, &words, problem.name());
            n_missed += usize::from(by_interpreter > by_pieces / 4);
        }
    }
    // Some mutants leave their pieces all the time.
    assert!(n_missed > 3, "{n_missed} mutants");
}
