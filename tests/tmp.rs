use std::time::*;
#[test]
fn t() {
    for r in reductions::all() {
        let t0 = Instant::now();
        let terms = rnn::Terms::default();
        let proof = r.proof(&terms, r.network()).unwrap();
        println!(
            "{} {:?} size {:?} obligations {} lemmas {} build {:?}",
            r.problem().name(),
            r.problem().variant(),
            r.network().size(),
            proof.induction().len(),
            proof.lemmas().count(),
            t0.elapsed()
        );
        let t0 = Instant::now();
        let mut n = 0;
        let mut bytes = 0;
        let mut worst = (Duration::ZERO, String::new());
        for o in proof.obligations() {
            let s = o.script();
            bytes += s.text.len();
            let t1 = Instant::now();
            let a = reduce::smt::solve(&s, Duration::from_secs(10));
            if t1.elapsed() > worst.0 {
                worst = (t1.elapsed(), o.name.clone());
            }
            if a == reduce::smt::Answer::Unsat {
                n += 1
            } else {
                println!("FAIL {} {:?}\n{}", o.name, a, s.text);
            }
        }
        println!("  discharged {n} in {:?} bytes {bytes} worst {worst:?}", t0.elapsed());
    }
}
