//! Figures that a reader can reproduce: `cargo bench`. Each line is the median of several runs on this machine.

use circuit_files::Circuit;
use circuit_files::aes_128;
use circuit_files::aes_sbox;
use circuit_files::multiplier;
use circuit_files::sha_256_block;
use num_rational::BigRational;
use num_traits::Signed;
use num_traits::Zero;
use problems::Problem;
use problems::circuit_value::worst_case;
use reduce::check;
use reduce::check::options::Options;
use reduce::check::words;
use reduce::check::words::Comparison;
use reduce::experiments::bits;
use reduce::experiments::circuits;
use reduce::experiments::circuits::Spelled;
use reduce::progress::Progress;
use reductions::CircuitValueRelu;
use reductions::MatrixProductDeltaNet;
use reductions::MatrixProductRwkv7;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::proof::precision::Searched;
use rnn::Arithmetic;
use rnn::Exact;
use rnn::Precision;
use rnn::RoundedArithmetic;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

fn main() {
    goals();
    proof_does_not_depend_on_n();
    check_all();
    worst_circuits();
    rounded_circuits();
    least_bits();
    state_numbers();
    real_circuits();
    generators();
}

fn report(what: &str, elapsed: Duration, remark: &str) {
    println!("{what:<58} {:>10.3} ms  {remark}", elapsed.as_secs_f64() * 1000.0);
}

fn median(runs: usize, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[runs / 2]
}

fn options(n: Option<usize>) -> Options {
    Options { n, samples: 8, seed: 0, max_length: None, symbolic: None, timeout: Duration::from_secs(10) }
}

/// What a yardstick takes on this machine: so many steps of a 64-bit linear generator, one after another.
fn yardstick() -> Duration {
    const STEPS: u64 = 100_000_000;
    median(3, || {
        let end = (0..STEPS).fold(1u64, |state, step| {
            std::hint::black_box(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step))
        });
        assert_ne!(end, 0);
    })
}

/// What is used in a loop or shown in a talk, beside what it shall take on two quiet cores, and beside the yardstick.
fn goals() {
    let unit = yardstick();
    println!("yardstick: {:.3} s", unit.as_secs_f64());
    println!("{:<50} {:>9} {:>9} {:>11}", "", "seconds", "goal", "yardsticks");
    let row = |what: &str, elapsed: Duration, goal: Option<f64>| {
        let (seconds, yardsticks) = (elapsed.as_secs_f64(), elapsed.as_secs_f64() / unit.as_secs_f64());
        let goal = goal.map_or_else(String::new, |goal| format!("{goal:.1}"));
        println!("{what:<50} {seconds:>9.3} {goal:>9} {yardsticks:>11.2}");
    };
    let command = |arguments: &str, threads: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reduce"));
        command.args(arguments.split(' ')).stdout(Stdio::null()).stderr(Stdio::null());
        threads.map(|threads| command.env("RAYON_NUM_THREADS", threads));
        median(3, || assert!(command.status().expect("the program runs").success(), "{arguments}"))
    };
    row("check circuit-value --n 64", command("check circuit-value --n 64", None), Some(0.2));
    row("check --all", command("check --all", None), Some(3.0));
    row("bits circuit-value --n 4,8,16,32,64,128", command("bits circuit-value --n 4,8,16,32,64,128", None), Some(3.0));
    row(
        "mutate circuit-value --count 500, one core",
        command("mutate circuit-value --count 500", Some("1")),
        Some(15.0),
    );
    matrices(row);
}

/// Ten thousand random matrices through both networks, beside the decider.
fn matrices(row: impl Fn(&str, Duration, Option<f64>)) {
    let mut random = problems::Random::new(1, 0);
    let problem = problems::matrix_product::MatrixProduct;
    let sample = problem.sample(10_000, true, &mut random).expect("the size exists");
    for (name, reduction) in
        [("DeltaNet", MatrixProductDeltaNet::exact() as &dyn Reduction), ("RWKV-7", MatrixProductRwkv7::columns())]
    {
        let elapsed = median(3, || assert!(words::reads(reduction.network(), &sample.word)));
        row(&format!("10,000 matrices, {name}"), elapsed, Some(0.3));
    }
    let decider = median(3, || assert!(problem.decide(&sample.word)));
    row("the same by the decider", decider, None);
}

fn proof_does_not_depend_on_n() {
    let reduction = CircuitValueRelu::shared();
    for n in [8, 64, 256] {
        let mut found = None;
        let elapsed = median(3, || {
            let checked = check::check(reduction, reduction.network(), None, &options(Some(n)), &Progress::new(true));
            found = Some(checked.expect("the size exists"));
        });
        let found = found.expect("at least one run");
        let remark = format!("{}, {} obligations", found.verdict(), found.obligations().len());
        report(&format!("check circuit-value --n {n}"), elapsed, &remark);
    }
}

fn check_all() {
    let elapsed = median(3, || {
        for reduction in reductions::all() {
            let checked = check::check(reduction, reduction.network(), None, &options(None), &Progress::new(true));
            checked.expect("the default size exists");
        }
    });
    report("check --all", elapsed, "");
}

fn worst_circuits() {
    let reduction = CircuitValueRelu::shared();
    let spelling = problems::circuit_value::copy();
    for (n, runs) in [(64, 9), (256, 5), (1024, 3), (16_384, 1)] {
        let mut word = spelling.write(&worst_case(n));
        word.push(spelling.end());
        let elapsed = median(runs, || {
            assert_eq!(words::reads(reduction.network(), &word), spelling.decide(&word));
        });
        report(&format!("exact run of the worst circuit of {n} values"), elapsed, &format!("{} tokens", word.len()));
    }
}

/// With two bits after the point for each value but one, the least that is right.
fn rounded_circuits() {
    let reduction = CircuitValueRelu::shared();
    let spelling = problems::circuit_value::copy();
    for (n, format) in [(64, "fixed:2.126"), (64, "fixed:2.62"), (128, "fixed:2.254"), (64, "f64")] {
        let mut word = spelling.write(&worst_case(n));
        word.push(spelling.end());
        let arithmetic = RoundedArithmetic::new(Precision::of(format.parse().expect("a number format")));
        let comparison = Comparison::rounded(reduction, reduction.network(), &arithmetic);
        let elapsed = median(9, || {
            comparison.run(&word);
        });
        report(
            &format!("{format}: run of the worst circuit of {n} values"),
            elapsed,
            &format!("{} tokens", word.len()),
        );
    }
    let precision = Precision::of("fixed:2.126".parse().expect("a number format"));
    let elapsed = median(3, || {
        let checked =
            check::check(reduction, reduction.network(), Some(&precision), &options(Some(64)), &Progress::new(true));
        checked.expect("the size exists");
    });
    report("check circuit-value --n 64 --number fixed:2.126", elapsed, "");
}

/// The same network in another number type.
struct Fractions;

impl Arithmetic for Fractions {
    type Value = BigRational;
    type Sum = BigRational;

    fn constant(&self, value: &Exact) -> BigRational {
        value.to_rational()
    }

    fn is_zero(&self, value: &BigRational) -> bool {
        value.is_zero()
    }

    fn sum(&self, bias: &Exact) -> BigRational {
        bias.to_rational()
    }

    fn add(&self, sum: &mut BigRational, weight: &Exact, value: &BigRational) {
        *sum += weight.to_rational() * value;
    }

    fn finish(&self, sum: BigRational) -> BigRational {
        sum
    }

    fn relu(&self, value: BigRational) -> BigRational {
        if value.is_negative() { BigRational::zero() } else { value }
    }

    fn multiply(&self, left: &BigRational, right: &BigRational) -> BigRational {
        left * right
    }
}

fn least_bits() {
    let reductions: [(&str, &dyn Reduction); 2] =
        [("circuit value", CircuitValueRelu::shared()), ("reachability", ReachabilityRelu::shared())];
    for (name, reduction) in reductions {
        let searched = reduction.fixed_precision().map_or(Searched::Width, |theorem| theorem.searched());
        let mode = Precision::of(searched.format(1).expect("one bit is a number of bits"));
        let timeout = Duration::from_secs(10);
        let question = bits::Question { reduction, network: reduction.network(), searched, mode, timeout };
        let mut proved = 0;
        let elapsed = median(1, || {
            let least = |n: usize| bits::least(&question, n, &Progress::new(true)).expect("the size exists");
            proved = (2..=7).map(|power| least(1 << power)).filter(|least| least.proved.is_some()).count();
        });
        report(&format!("least bits of {name}, n = 4..128"), elapsed, &format!("{proved} of 6 sizes proved"));
    }
}

fn state_numbers() {
    let reduction = CircuitValueRelu::shared();
    let network = reduction.network();
    let spelling = problems::circuit_value::copy();
    for n in [64, 128] {
        let mut word = spelling.write(&worst_case(n));
        word.push(spelling.end());
        let ours = median(5, || {
            words::reads(network, &word);
        });
        let theirs = median(1, || {
            let start = network.start_in(&Fractions);
            let end = word.iter().fold(start, |state, token| network.step(&Fractions, &state, usize::from(*token)));
            assert_eq!(network.read_out(&Fractions, &end).is_positive(), spelling.decide(&word));
        });
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        report(
            &format!("the same network over BigRational, {n} values"),
            theirs,
            &format!("{ratio:.0} times the exact run"),
        );
    }
}

fn real_circuits() {
    let network = CircuitValueRelu::shared().network();
    let run = |name: &str, circuit: &Circuit, vectors: usize| {
        let inputs = circuits::draw_inputs(circuit, vectors, 0);
        let mut tokens = 0;
        let elapsed = median(1, || {
            let spelled = Spelled::new(circuit, &Progress::new(true));
            let outcome = spelled.check(network, &inputs, &Progress::new(true));
            assert!(outcome.differs.is_none(), "{name}: an output differs");
            tokens = spelled.work().n_tokens;
        });
        report(&format!("{name} on {vectors} input vectors"), elapsed, &format!("{tokens} tokens before the outputs"));
    };
    let array = multiplier(16);
    run(&format!("16-bit multiplier of {} gates", array.gates().len()), &array, 1);
    run("16-bit multiplier", &array, 100);
    run("AES S-box", &aes_sbox(), 256);
    known_answers();
    let Some(folder) = std::env::var_os("REDUCE_CIRCUITS") else {
        println!("REDUCE_CIRCUITS is not set: no circuit files are run");
        return;
    };
    for (name, vectors) in [("c1908.aig", 100), ("int2float.aig", 100), ("c6288.aig", 100), ("aes_128.txt", 1)] {
        let path = std::path::Path::new(&folder).join(name);
        match Circuit::read(&path) {
            Ok(circuit) => run(name, &circuit, vectors),
            Err(error) => println!("{error}"),
        }
    }
}

fn bits(hex: &str) -> Vec<bool> {
    let digits = hex.chars().filter_map(|digit| digit.to_digit(16));
    digits.flat_map(|digit| (0..4).rev().map(move |bit| digit >> bit & 1 == 1)).collect()
}

/// One block each, with the answers of FIPS 197 (appendix C.1) and FIPS 180-4 ("abc"); beside them the same instructions
/// without a network: the file's own simulation.
fn known_answers() {
    let network = CircuitValueRelu::shared().network();
    let message = format!("61626380{:0<104}{:016x}", "", 24);
    let key_and_text = "000102030405060708090a0b0c0d0e0f00112233445566778899aabbccddeeff";
    let cases = [
        ("AES-128, one block", aes_128(), key_and_text, "69c4e0d86a7b0430d8cdb78070b4c55a"),
        (
            "SHA-256, one block",
            sha_256_block(),
            message.as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
    ];
    for (name, circuit, inputs, answer) in cases {
        let mut spelled = None;
        let planning = median(1, || spelled = Some(Spelled::new(&circuit, &Progress::new(true))));
        let spelled = spelled.expect("it was planned");
        let elapsed = median(1, || {
            let outcome = spelled.check(network, &[bits(inputs)], &Progress::new(true));
            assert_eq!(outcome.outputs, [bits(answer)], "{name}: not the answer of the standard");
        });
        let simulation = median(9, || assert_eq!(circuit.simulate(&bits(inputs)), bits(answer)));
        let work = spelled.work();
        report(&format!("{name}: planning the word"), planning, &format!("{} values", work.n_values));
        let ratio = elapsed.as_nanos() / simulation.as_nanos().max(1);
        let remark = format!("{} tokens; {ratio} times the simulation", work.n_tokens_read());
        report(&format!("{name}: all outputs"), elapsed, &remark);
    }
}

fn generators() {
    for reduction in reductions::all() {
        let problem = reduction.problem();
        let n = problem.sizes().default;
        let mut i = 0;
        let elapsed = median(9, || {
            i += 1;
            problem.sample(n, i % 2 == 0, &mut problems::Random::new(0, i)).expect("the default size has both answers");
        });
        let variant = problem.variant().unwrap_or_default();
        report(&format!("one instance of {} {variant}", problem.name()), elapsed, &format!("n = {n}"));
    }
}
