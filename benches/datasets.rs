//! How long datasets take: `cargo bench --bench datasets`. Two threads, one run each.

use problems::word_problem;
use rayon::prelude::*;
use reduce::audit;
use reduce::audit::Seen;
use reduce::audit::record::Question;
use reduce::check::words;
use reduce::dataset::Answers;
use reduce::dataset::Format;
use reduce::dataset::Recipe;
use reduce::dataset::SizeRange;
use reduce::dataset::Subject;
use reduce::families;
use reductions::Reduction;
use reductions::WordProblemPd;
use reductions::hardness::formula_to_word_problem::Formula;
use reductions::hardness::formula_to_word_problem::map;
use std::time::Instant;

/// How many instances are drawn and audited.
const COUNT: u64 = 100_000;

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be started");
    pool.install(|| {
        reachability();
        barrington();
    });
}

fn report(what: &str, started: Instant, remark: &str) {
    println!("{what:<64} {:>8.2} s  {remark}", started.elapsed().as_secs_f64());
}

/// Draws, writes and audits instances of 64 vertices.
fn reachability() {
    let problem = &problems::reachability::Reachability;
    for name in ["layered-chains", "two-chains"] {
        let family = families::named(problem, name).expect("a family of the list");
        let recipe = Recipe {
            subject: Subject::Problem { problem, family: Some(family) },
            sizes: SizeRange { least: 64, largest: 64 },
            seed: 0,
            answers: Answers::Balanced,
            twins: false,
            labels: false,
        };
        let started = Instant::now();
        let line = |index: u64| {
            let instance = recipe.instance(index).expect("both answers exist");
            recipe.lines(&instance, Format::Jsonl).0
        };
        let lines: Vec<String> = (0..COUNT).into_par_iter().map(line).collect();
        let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
        report(&format!("{COUNT} instances of reachability, {name}, n = 64"), started, &format!("{bytes} bytes"));
        let started = Instant::now();
        let numbered = lines.into_iter().enumerate().map(|(i, line)| Ok::<_, String>((i + 1, line, None)));
        let found = audit::audit(("bench", 0), &Question::Problem(problem), numbered, &mut Seen::default(), 0);
        let found = found.expect("every line is an instance");
        assert_eq!((found.n as u64, found.wrong), (COUNT, 0));
        let best = found.best().map(|rule| format!("{} of {}: {}", rule.right, rule.judged, rule.rule));
        report(&format!("their audit, {} rules", found.rules.len()), started, &best.unwrap_or_default());
    }
}

/// The program of a formula of full depth, and its run by the network.
fn barrington() {
    const DEPTH: usize = 8;
    let formula = |top: fn(Box<Formula>, Box<Formula>) -> Formula| {
        let mut variables = (0..1 << DEPTH).map(Formula::Variable).collect::<Vec<_>>();
        while variables.len() > 1 {
            let pairs = variables.chunks(2).map(|pair| top(Box::new(pair[0].clone()), Box::new(pair[1].clone())));
            variables = pairs.collect();
        }
        variables.swap_remove(0)
    };
    let reduction = WordProblemPd::all_elements();
    for (values, answer) in [(vec![true; 1 << DEPTH], false), (vec![false; 1 << DEPTH], true)] {
        let started = Instant::now();
        let word = map(&formula(Formula::And), &values);
        report(&format!("a conjunction of depth {DEPTH} as {} letters", word.len()), started, "");
        let started = Instant::now();
        assert_eq!(words::reads(reduction.network(), &word), answer);
        assert_eq!(problems::Problem::decide(word_problem::all_elements(), &word), answer);
        report("its run by the network, and the decider", started, if answer { "yes" } else { "no" });
    }
}
