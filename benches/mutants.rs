//! Five hundred mutants of each network: `cargo bench --bench mutants`. None of them may be unsound.

use reduce::experiments::mutate;
use reduce::experiments::mutate::Class;
use reduce::experiments::mutate::Options;
use reduce::progress::Progress;
use std::time::Duration;

const COUNT: usize = 500;

fn main() {
    println!("{:<46} {:>7} {:>8} {:>9} {:>8} {:>9}", "", "killed", "refused", "harmless", "UNSOUND", "seconds");
    let mut unsound = 0;
    for reduction in reductions::all() {
        let description = reduction.description();
        let variant = description.variant.unwrap_or_default();
        let name = format!("{} {} {variant}", reduction.problem().name(), description.model);
        let options = Options { count: COUNT, seed: 0, timeout: Duration::from_secs(1) };
        let outcome = match mutate::mutate(reduction, &options, &Progress::new(false)) {
            Ok(outcome) => outcome,
            Err(error) => {
                println!("{name}: {error}");
                continue;
            }
        };
        let [killed, refused, harmless, wrong] = Class::ALL.map(|class| outcome.count(class));
        let seconds = outcome.elapsed.as_secs_f64();
        println!("{name:<46} {killed:>7} {refused:>8} {harmless:>9} {wrong:>8} {seconds:>9.1}");
        unsound += wrong;
    }
    assert_eq!(unsound, 0, "a mutant is proved and differs on a word");
}
