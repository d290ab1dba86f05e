//! The command line: one definition from which parser, help, completions and man page are made.

mod against;
mod artifact;
mod audit;
mod automata;
mod bits;
mod cast;
mod certificate;
mod check;
mod check_circuit;
mod check_evidence;
mod checkpoint;
mod circuit;
mod completeness;
mod controls;
mod errata;
mod export;
mod family_list;
mod files;
mod generate;
mod list;
mod map;
mod merge;
mod misuse;
mod mutate;
mod number;
mod own_circuit;
mod own_graph;
mod own_machine;
mod recheck;
mod report;
mod run;
mod run_against;
mod select;
mod shipped;
mod shipped_formats;
mod show;
mod vectors;

use crate::progress::Progress;
use crate::verdict::MISUSE;
use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;
use files::Output;
use misuse::Misuse;
use std::process::ExitCode;

/// The version, with the commit of which the program was built where that is known.
pub(crate) const VERSION: &str = env!("REDUCE_VERSION");

/// Checks that a recurrent network solves a decision problem: for every word where there is a proof, by exact runs on
/// hard instances everywhere.
///
/// Exit codes: 0 it holds as far as asked, 1 it does not, 2 misuse or bad input, 3 undetermined.
#[derive(Debug, Parser)]
#[command(
    name = "reduce",
    version = VERSION,
    max_term_width = 120,
    after_help = "Example:\n  reduce check circuit-value --n 64\n\nWhat files hold, how words are spelled and what --json prints is said in \
                        docs/formats.md, docs/problems.md and docs/json.md."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Show no progress
    #[arg(long, global = true)]
    quiet: bool,
    /// Number of threads [default: one per core]
    #[arg(long, global = true, value_name = "N")]
    jobs: Option<usize>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print the map: problem, class, model, theorem, regime, what is proved
    #[command(after_help = "Examples:\n  reduce list\n  reduce list --maps\n  reduce list --families")]
    List(list::ListArguments),
    /// Print one claim with its quantifiers, its network, invariant and obligations
    #[command(
        after_help = "Examples:\n  reduce show circuit-value\n  reduce show reachability --network > weights.json\n  \
                            reduce show dyck-2 --machine > machine.json\n  \
                            reduce show weighted-automaton --automaton-text > automaton.txt\n  \
                            reduce show circuit-value --circuit adder.aag --input 0110 | reduce run circuit-value\n  \
                            reduce show dyck-2 --audit\n  \
                            reduce show --completeness"
    )]
    Show(show::ShowArguments),
    /// Check one claim, all of them, or the controls
    #[command(after_help = "Examples:\n  reduce check circuit-value --n 64\n  reduce check --all --json\n  \
                            reduce check reachability --network weights.json\n  \
                            reduce check circuit-value --circuit adder.aag --input 0110\n  reduce check --controls\n  reduce check --maps\n  \
                            reduce check weighted-automaton --automaton automaton.txt\n  \
                            reduce check --machine machine.json --to network.json\n  \
                            reduce check --network network.json --against 'regex:(ab)*c'\n  \
                            reduce check reachability --variant printed\n  \
                            reduce check circuit-value --evidence evidence\n  \
                            reduce check circuit-value --n 64 --frac-bits 126\n  \
                            reduce check word-problem --model gated-delta-net\n  \
                            reduce check word-problem --model delta-net --variant s5-usual-keys --number f32\n  \
                            reduce check --checkpoint DIR --against word-problem --variant s5-adjacent\n  \
                            reduce check --checkpoint DIR --against 'regex:b*(ab*ab*)*' --tokens 'a b'")]
    Check(Box<check::CheckArguments>),
    /// Write hard instances with known answers, one a line
    #[command(after_help = "Examples:\n  reduce generate reachability --n 64 --count 100 --seed 7 -o graphs.jsonl\n  \
                            reduce generate reachability --family two-chains --n 64 --count 100 --twins\n  \
                            reduce generate word-problem --group A5 --n 1..40 --count 1000 --format csv -o a5.csv\n  \
                            reduce generate circuit-value --split train=8..40 --split test=41..256 --count 1000 -o data")]
    Generate(generate::GenerateArguments),
    /// Print the image of each source of a map, as a word of the problem that it makes hard
    #[command(
        after_help = "Examples:\n  echo '1 & !(0 | 1)' | reduce map formula-to-word-problem | reduce run word-problem\n  reduce map circuit-to-circuit-value adder.aag --input 0110"
    )]
    Map(map::MapArguments),
    /// Find what gives a dataset away: wrong labels, imbalance, duplicates, leaks, and the best rules that know no algorithm
    #[command(
        after_help = "Examples:\n  reduce generate circuit-value --count 10000 -o circuits.jsonl; reduce audit circuits.jsonl\n  reduce audit train_src.txt val_src.txt\n  reduce audit words.csv --group S5 --report words.html"
    )]
    Audit(audit::AuditArguments),
    /// Read words, one a line, and print the network's and the decider's answer
    #[command(
        after_help = "Examples:\n  echo '|0#|0$' | reduce run reachability --number bf16 --trace\n  reduce generate dyck-2 --n 9 | reduce run dyck-2\n  reduce run reachability --graph edges.txt --from A --to B\n  echo abab | reduce run --network network.json --against 'regex:(ab)*'"
    )]
    Run(run::RunArguments),
    /// Find the least number of bits with which a network is right, size by size
    #[command(after_help = "Examples:\n  reduce bits circuit-value --n 4,8,16,32,64,128\n  \
                            reduce bits reachability circuit-value --n 4..128 --plot bits.svg\n  \
                            reduce bits word-problem --model gated-delta-net")]
    Bits(bits::BitsArguments),
    /// Find the first size at which a number format breaks a network
    #[command(after_help = "Examples:\n  reduce cast reachability --to bf16\n  \
                            reduce cast matrix-product --model rwkv7 --to f32\n  \
                            reduce cast word-problem --model gated-delta-net --to e4m3 --round-weights")]
    Cast(cast::CastArguments),
    /// Print what a linear network costs as a balanced arithmetic circuit: depth, size, bits
    #[command(
        after_help = "Examples:\n  reduce circuit word-problem --n 64\n  reduce circuit matrix-product --model deltanet --n 64"
    )]
    Circuit(circuit::CircuitArguments),
    /// Change one number of a network at a time and see what refuses it
    #[command(
        after_help = "Examples:\n  reduce mutate circuit-value\n  reduce mutate matrix-product --model rwkv7 --count 10 --seed 7 --json"
    )]
    Mutate(mutate::MutateArguments),
    /// Put together what --shard printed, and say what the whole says
    #[command(after_help = "Examples:\n  \
                            seq 4 | xargs -P 4 -I{} sh -c 'reduce mutate dyck-2 --count 400 --shard {}/4 > part.{}.jsonl'; reduce merge \
                            part.*.jsonl\n  \
                            reduce merge --json part.*.jsonl")]
    Merge(merge::MergeArguments),
    /// Print where the paper as printed does not hold, each entry reproduced now, as Markdown
    #[command(after_help = "Examples:\n  reduce errata\n  reduce errata hankel-rank --json")]
    Errata(errata::ErrataArguments),
    /// Write a claim or a network as a folder for somebody else's program: a theorem in Coq about the literal weights, a
    /// checkpoint, weights, a step function, a module
    #[command(after_help = "Examples:\n  reduce export dyck-2 --to coq dyck\n  \
                            reduce export circuit-value --network weights.json --to coq mine\n  \
                            reduce export weighted-automaton --automaton automaton.txt --to coq automaton\n  \
                            reduce export --machine machine.json --to coq machine\n  \
                            reduce export word-problem --model gated-delta-net --to fla s5-fla\n  \
                            reduce export word-problem --model gated-delta-net --to hf-olmo-hybrid s5-olmo\n  \
                            reduce export dyck-2 --to onnx dyck-onnx\n  \
                            reduce export matrix-product --model rwkv7 --to pytorch product\n  \
                            reduce export --network weights.json --to safetensors weights --dtype bf16 --lossy")]
    Export(export::ExportArguments),
    /// Check every claim and write what was found as a page with pictures, or as a fragment for a paper: the map, each claim,
    /// states, least precision, errata
    #[command(
        after_help = "Examples:\n  reduce report -o report.html\n  reduce report -o report.html --claims dyck-2,circuit-value-copy-relu\n  \
                            reduce report --latex appendix --claims circuit-value && cd appendix && pdflatex main.tex"
    )]
    Report(report::ReportArguments),
    /// Check claims and write a folder that a committee for artifact evaluation runs again: claims with their expected lines,
    /// scripts, this program, weights, evidence
    #[command(
        after_help = "Examples:\n  reduce artifact artifact\n  reduce artifact artifact --claims circuit-value,dyck-2 --author 'A. Author'\n  \
                            reduce artifact artifact --claims dyck-2 && artifact/kick-the-tires.sh"
    )]
    Artifact(artifact::ArtifactArguments),
    /// Check a folder again: an exported theorem with coqc, evidence with a solver
    #[command(after_help = "Examples:\n  reduce export dyck-2 --to coq dyck && reduce recheck dyck\n  \
                            reduce check dyck-2 --evidence evidence && reduce recheck evidence\n  \
                            reduce recheck evidence --solver cvc5 --json")]
    Recheck(recheck::RecheckArguments),
    /// Write golden vectors for kernels of the delta rule: inputs with which nothing rounds, and the exact outputs
    #[command(
        after_help = "Example:\n  reduce vectors gated-delta-rule --length 4096 --dtype bf16 --heads 4 -o golden"
    )]
    Vectors(vectors::VectorsArguments),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  reduce completions bash > /etc/bash_completion.d/reduce")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  reduce man > reduce.1")]
    Man,
}

/// Reads the arguments, does what they ask, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(misuse) => {
            eprintln!("reduce: {misuse}");
            ExitCode::from(MISUSE)
        }
    }
}

fn run(cli: &Cli) -> Result<u8, Misuse> {
    if let Some(jobs) = cli.jobs {
        if jobs == 0 {
            return Err(Misuse("--jobs: expected at least 1, got 0".to_owned()));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build_global();
        pool.map_err(|error| Misuse(format!("--jobs {jobs}: {error}")))?;
    }
    let progress = Progress::new(cli.quiet);
    let mut output = Output::standard();
    let code = match &cli.command {
        Command::List(arguments) => list::list(arguments, &mut output)?,
        Command::Show(arguments) => show::show(arguments, &mut output)?,
        Command::Check(arguments) => check::check(arguments, &progress, &mut output)?,
        Command::Generate(arguments) => generate::generate(arguments, &progress, output)?,
        Command::Map(arguments) => map::map(arguments, output)?,
        Command::Audit(arguments) => audit::audit(arguments, &progress, &mut output)?,
        Command::Run(arguments) => run::run(arguments, &mut output)?,
        Command::Bits(arguments) => bits::bits(arguments, &progress, &mut output)?,
        Command::Cast(arguments) => cast::cast(arguments, &progress, &mut output)?,
        Command::Circuit(arguments) => circuit::circuit(arguments, &mut output)?,
        Command::Mutate(arguments) => mutate::mutate(arguments, &progress, &mut output)?,
        Command::Merge(arguments) => merge::merge(arguments, &mut output)?,
        Command::Errata(arguments) => errata::errata(arguments, &progress, &mut output)?,
        Command::Export(arguments) => export::export(arguments, &mut output)?,
        Command::Recheck(arguments) => recheck::recheck(arguments, &progress, &mut output)?,
        Command::Artifact(arguments) => artifact::artifact(arguments, &progress, &mut output)?,
        Command::Report(arguments) => report::report(arguments, &progress, &mut output)?,
        Command::Vectors(arguments) => vectors::vectors(arguments, &mut output)?,
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "reduce", &mut output);
            0
        }
        Command::Man => {
            // Only standard output can fail here, and a pipe that was closed is no fault.
            let _ = clap_mangen::Man::new(Cli::command()).render(&mut output);
            0
        }
    };
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("reduce "), "`{}` shows no example", command.get_name());
        }
    }
}
