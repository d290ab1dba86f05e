//! Figures of the product search that a reader can reproduce: `cargo bench --bench product`.

use languages::Dfa;
use reduce::check::against;
use reduce::check::against::Language;
use reduce::check::against::device::NetworkDevice;
use reduce::check::against::product::Bound;
use reduce::check::against::product::Product;
use reduce::progress::Progress;
use reductions::Reduction;
use rnn::Affine;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LinearFamily;
use rnn::LinearRnn;
use rnn::Network;
use std::time::Duration;
use std::time::Instant;

fn main() {
    for threads in [1, 2] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("there are threads");
        pool.install(|| {
            println!("{threads} thread(s)");
            small_states(1_000_000);
            symmetric_group();
        });
    }
    small_states(10_000_000);
    program();
}

fn report(what: &str, n: usize, unit: &str, elapsed: Duration) {
    let rate = n as f64 / elapsed.as_secs_f64();
    println!("{what:<60} {:>9.3} s  {rate:>12.0} {unit} a second", elapsed.as_secs_f64());
}

/// Two counters and a sign: a state for each pair of counts, without end.
fn counters() -> Network {
    let step = |counter: usize| {
        let mut map = Affine::zero(3, 3);
        (0..3).for_each(|i| map.add_weight(i, i, &Exact::integer(if i == 2 { -1 } else { 1 })));
        map.add_bias(counter, &Exact::ONE);
        map
    };
    let mut readout = Affine::zero(1, 3);
    readout.add_weight(0, 2, &Exact::ONE);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let start = vec![Exact::ZERO, Exact::ZERO, Exact::ONE];
    let transitions = vec![step(0), step(1)];
    let family = LinearFamily::PermutationDiagonal;
    let network = LinearRnn::new(family, names(&["a", "b"]), names(&["m", "n", "sign"]), start, transitions, readout);
    Network::Linear(network.expect("the network is well formed"))
}

fn small_states(n: usize) {
    let network = counters();
    let device = NetworkDevice::new(&network, ExactArithmetic);
    let even_length = Dfa::new(2, 0, vec![1, 1, 0, 0], vec![true, false]);
    let started = Instant::now();
    let mut product = Product::new(&device, &even_length);
    let end = product.search(Bound { pairs: n, bytes: 4 << 30 }, |_| {});
    let what = format!("two counters, exact, 2 tokens: {} pairs ({end:?})", product.n_pairs());
    report(&what, product.n_pairs(), "pairs", started.elapsed());
}

fn symmetric_group() {
    let reduction = reductions::WordProblemPd::all_elements();
    let device = NetworkDevice::new(reduction.network(), ExactArithmetic);
    let problem = reduction.problem();
    let decider = languages::problem_named(problem.name(), problem.variant(), problem.alphabet()).expect("it is ours");
    let started = Instant::now();
    let dfa = languages::automaton_of_problem(&decider).expect("it is regular");
    let bound = Bound { pairs: 1_000_000, bytes: 1 << 30 };
    let outcome = against::check(&device, &Language::Regular(dfa), bound, false, &Progress::new(true));
    let what = format!("S5, exact, 120 tokens, language and certificate with it: {}", outcome.judgement.verdict);
    report(&what, 120 * 120, "steps", started.elapsed());
}

/// What a word costs beside the program's own time: the same lines through a pipe of the shell's.
fn program() {
    let n = 1_000_000;
    let words: Vec<String> = (0..n).map(|i| format!("{i:020b}")).collect();
    let started = Instant::now();
    let answers = languages::answers("sed s/.*/1/", words, Duration::from_secs(100)).expect("sed answers");
    assert_eq!(answers.len(), n);
    report("command: sed s/.*/1/, its own time with it", n, "words", started.elapsed());
}
