use rnn::{Sort, Terms, random::Generator};
use std::time::Duration;
fn main() {
    let mut counts = std::collections::BTreeMap::<String, usize>::new();
    for seed in 0..3 {
        let mut g = Generator::new(seed + 100);
        for i in 0..300u32 {
            let terms = Terms::default();
            let sort = [Sort::Bool, Sort::Bool, Sort::Int, Sort::Real][(i % 4) as usize];
            let e = g.expression(sort, 2 + i % 2);
            let q = e.question(&terms);
            let a = format!("{:?}", reduce::smt::solve(&q, Duration::from_millis(1500)));
            let key = a.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
            if key != "Unsat" && counts.get(&key).copied().unwrap_or(0) < 3 {
                println!("{a}\n{}\n{}", q.text, e.build(&terms));
            }
            *counts.entry(key).or_default() += 1;
        }
    }
    println!("{counts:?}");
}
