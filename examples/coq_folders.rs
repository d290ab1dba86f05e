//! Writes the data of every claim with a theorem in Coq: `cargo run --example coq_folders -- coq`.

use reduce::coq::Subject;
use reduce::coq::files;
use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::args().nth(1).unwrap_or_else(|| "coq".to_owned());
    let generated = Path::new(&root).join("generated");
    fs::create_dir_all(generated)?;
    let dyck = reductions::DyckRelu::shared() as &dyn reductions::Reduction;
    let automaton = problems::deterministic_automaton::sign_and_merge();
    let own = reductions::DeterministicAutomatonPd::new(automaton.clone(), None);
    let mut subjects: Vec<_> =
        reductions::all().into_iter().map(|reduction| (Subject::Claim(reduction), reduction.network())).collect();
    // The theorems about a machine and an automaton of one's own, on examples.
    subjects.extend(dyck.machine().map(|machine| (Subject::Machine(machine), dyck.network())));
    subjects.push((Subject::Automaton(automaton.automaton()), reductions::Reduction::network(&own)));
    for (subject, network) in subjects {
        for file in files(subject, network)? {
            if file.path.starts_with("generated/") || file.path.starts_with("claims/") {
                fs::write(Path::new(&root).join(&file.path), &file.text)?;
            }
        }
    }
    Ok(())
}
