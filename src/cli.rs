//! The command line: one definition from which parser, help, completions and man page are made.

mod automata;
mod bits;
mod cast;
mod check;
mod circuit;
mod controls;
mod errata;
mod files;
mod generate;
mod json;
mod list;
mod machine;
mod mutate;
mod number;
mod own_circuit;
mod own_graph;
mod own_machine;
mod run;
mod select;
mod show;

use crate::progress::Progress;
use clap::Args;
use clap::CommandFactory;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use files::Output;
use number::ModeArguments;
use number::NumberArguments;
use rnn::Format;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Checks that a recurrent network solves a decision problem: for every word where there is a proof, by exact runs on
/// hard instances everywhere.
///
/// Exit codes: 0 it holds as far as asked, 1 it does not, 2 misuse or bad input, 3 undetermined.
#[derive(Debug, Parser)]
#[command(name = "reduce", version, max_term_width = 120, after_help = "Example:\n  reduce check circuit-value --n 64")]
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
    #[command(after_help = "Example:\n  reduce list")]
    List(ListArguments),
    /// Print one claim with its quantifiers, its network, invariant and obligations
    #[command(
        after_help = "Examples:\n  reduce show circuit-value\n  reduce show reachability --network > weights.json\n  \
                            reduce show dyck-2 --machine > machine.json\n  \
                            reduce show weighted-automaton --automaton-text > automaton.txt\n  \
                            reduce show circuit-value --circuit adder.aag --input 0110 | reduce run circuit-value"
    )]
    Show(ShowArguments),
    /// Check one claim, all of them, or the controls
    #[command(after_help = "Examples:\n  reduce check circuit-value --n 64\n  reduce check --all --json\n  \
                            reduce check reachability --network weights.json\n  \
                            reduce check circuit-value --circuit adder.aag --input 0110\n  reduce check --controls\n  \
                            reduce check weighted-automaton --automaton automaton.txt\n  \
                            reduce check --machine machine.json --to network.json\n  \
                            reduce check reachability --variant printed\n  \
                            reduce check circuit-value --n 64 --frac-bits 126")]
    Check(CheckArguments),
    /// Write hard instances with known answers, one JSON object a line
    #[command(after_help = "Example:\n  reduce generate reachability --n 64 --count 100 --seed 7 -o graphs.jsonl")]
    Generate(GenerateArguments),
    /// Read words, one a line, and print the network's and the decider's answer
    #[command(
        after_help = "Examples:\n  echo '|0#|0$' | reduce run reachability --number bf16 --trace\n  reduce generate dyck-2 --n 9 | reduce run dyck-2\n  reduce run reachability --graph edges.txt --from A --to B"
    )]
    Run(RunArguments),
    /// Find the least number of bits with which a network is right, size by size
    #[command(after_help = "Examples:\n  reduce bits circuit-value --n 4,8,16,32,64,128\n  \
                            reduce bits reachability circuit-value --n 4..128 --plot bits.svg")]
    Bits(BitsArguments),
    /// Find the first size at which a number format breaks a network
    #[command(after_help = "Examples:\n  reduce cast reachability --to bf16\n  \
                            reduce cast matrix-product --model rwkv7 --to f32")]
    Cast(CastArguments),
    /// Print what a linear network costs as a balanced arithmetic circuit: depth, size, bits
    #[command(
        after_help = "Examples:\n  reduce circuit word-problem --n 64\n  reduce circuit matrix-product --model deltanet --n 64"
    )]
    Circuit(CircuitArguments),
    /// Change one number of a network at a time and see what refuses it
    #[command(
        after_help = "Examples:\n  reduce mutate circuit-value\n  reduce mutate matrix-product --model rwkv7 --count 10 --seed 7 --json"
    )]
    Mutate(MutateArguments),
    /// Print where the paper as printed does not hold, each entry reproduced now, as Markdown
    #[command(after_help = "Examples:\n  reduce errata\n  reduce errata hankel-rank --json")]
    Errata(ErrataArguments),
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

#[derive(Debug, Args)]
struct Selection {
    /// The kind of network: relu, pd, deltanet, rwkv7; or machine [default: the problem's first]
    #[arg(long)]
    model: Option<String>,
    /// The form, as `reduce list` prints it [default: the problem's first]
    #[arg(long)]
    variant: Option<String>,
    /// The automaton of weighted-automaton or deterministic-automaton: the name of a shipped one, or a file in OpenFst
    /// text with rational weights; --variant is then `sign` or none
    #[arg(long, value_name = "NAME|FILE")]
    automaton: Option<String>,
}

#[derive(Debug, Args)]
struct ListArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ShowArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// Print the weights as JSON instead
    #[arg(long, conflicts_with_all = ["rules", "witnesses"])]
    network: bool,
    /// Print the machine as JSON instead, as `reduce check --machine` reads it
    #[arg(long, conflicts_with_all = ["rules", "witnesses", "network"])]
    machine: bool,
    /// Print the automaton instead, as `--automaton` reads it
    #[arg(long, conflicts_with_all = ["rules", "witnesses", "network", "machine"])]
    automaton_text: bool,
    /// Print the words of this circuit instead, one line for each output
    #[arg(long, value_name = "FILE", requires = "input", conflicts_with_all = ["rules", "witnesses", "network", "machine", "automaton_text"])]
    circuit: Option<PathBuf>,
    /// Input bits for --circuit, the first input first
    #[arg(long, value_name = "BITS", requires = "circuit")]
    input: Option<String>,
    /// Print the machine's rules as well
    #[arg(long)]
    rules: bool,
    /// Print, for each obligation, the word whose replay meets its assumptions
    #[arg(long)]
    witnesses: bool,
}

#[derive(Debug, Args)]
struct CheckArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present_any = ["all", "controls", "machine"], conflicts_with = "all")]
    problem: Option<String>,
    /// Check instead that a network is the machine in this file, for every word: the one that is compiled from it, or the
    /// one of --network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["problem", "all", "controls", "model", "variant", "automaton", "n",
                                                           "symbolic", "circuit"])]
    machine: Option<PathBuf>,
    /// Write the network that is compiled from --machine to this file
    #[arg(long, value_name = "FILE", requires = "machine", conflicts_with = "network")]
    to: Option<PathBuf>,
    /// Check every claim
    #[arg(long, conflicts_with_all = ["model", "variant", "automaton", "network", "circuit"])]
    all: bool,
    /// Settle what smaller linear networks cannot do, each with the answer that is expected
    #[arg(long, conflicts_with_all = ["problem", "all", "model", "variant", "automaton", "n", "samples", "seed", "words", "symbolic",
                                      "network", "circuit", "input"])]
    controls: bool,
    #[command(flatten)]
    selection: Selection,
    /// Size of the sampled instances: vertices, values, pairs, letters or matrices [default: 64, of matrices 60]
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    /// Number of sampled instances, or of input vectors with --circuit
    #[arg(long, value_name = "K", default_value_t = 8)]
    samples: usize,
    /// Seed of the samples
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Read every word up to this length [default: as long as 300,000 words allow, 30,000 for several layers]
    #[arg(long, value_name = "L")]
    words: Option<usize>,
    /// Unroll the network over unknown tokens up to this length
    #[arg(long, value_name = "L")]
    symbolic: Option<usize>,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Take the weights from this file, as `reduce show --network` prints them
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    #[command(flatten)]
    number: NumberArguments,
    /// Evaluate every output of this circuit instead: AIGER, Bristol or .bench
    #[arg(long, value_name = "FILE", conflicts_with_all = ["n", "words", "symbolic"])]
    circuit: Option<PathBuf>,
    /// Input bits for --circuit, the first input first [default: sampled]
    #[arg(long, value_name = "BITS", requires = "circuit")]
    input: Vec<String>,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Answers {
    Yes,
    No,
    Balanced,
}

#[derive(Debug, Args)]
struct GenerateArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// Size: vertices, values, pairs, letters or matrices [default: 64, of matrices 60]
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    /// How many instances
    #[arg(long, value_name = "K", default_value_t = 1)]
    count: u64,
    /// Seed; instance i depends on the seed and i alone
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Which answers
    #[arg(long, value_enum, default_value_t = Answers::Balanced)]
    answer: Answers,
    /// Write to this file, all of it or nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct RunArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present = "machine")]
    problem: Option<String>,
    /// File of words; `-` is standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Run the machine in this file, and its network, on the words of standard input instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["problem", "file", "model", "variant", "automaton", "graph"])]
    machine: Option<PathBuf>,
    /// Run on the graph in this file instead: an edge `from to` a line
    #[arg(long, value_name = "FILE", requires_all = ["from", "to"], conflicts_with = "file")]
    graph: Option<PathBuf>,
    /// The vertex of --graph where the path starts
    #[arg(long, value_name = "VERTEX", requires = "graph")]
    from: Option<String>,
    /// The vertex of --graph that is asked for
    #[arg(long, value_name = "VERTEX", requires = "graph")]
    to: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// Take the weights from this file, as `reduce show --network` prints them
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    #[command(flatten)]
    number: NumberArguments,
    /// Print the state after each token
    #[arg(long)]
    trace: bool,
    /// Print JSON, one object a line
    #[arg(long, conflicts_with = "trace")]
    json: bool,
}

#[derive(Debug, Args)]
struct MutateArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// How many mutants
    #[arg(long, value_name = "K", default_value_t = 50)]
    count: usize,
    /// Seed; mutant i depends on the seed and i alone
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = parse_seconds)]
    timeout: Duration,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct BitsArguments {
    /// The problems' names, as `reduce list` prints them
    #[arg(required = true, value_name = "PROBLEM")]
    problems: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Sizes: 4,8,16, or 4..64 by doubling
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    n: String,
    #[command(flatten)]
    mode: ModeArguments,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Write a picture of all tables to this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print JSON, one value for each problem
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct CastArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    /// The number format: f64, f32, f16, bf16, e4m3, e5m2, float:E.S or fixed:I.F
    #[arg(long, value_name = "FORMAT", allow_hyphen_values = true)]
    to: Format,
    #[command(flatten)]
    selection: Selection,
    /// Largest size that is looked at [default: as far as the instances are short enough]
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    #[command(flatten)]
    mode: ModeArguments,
    /// Take the weights from this file, as `reduce show --network` prints them
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct CircuitArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// Size of the words: letters or matrices
    #[arg(long, value_name = "N")]
    n: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ErrataArguments {
    /// One entry's name [default: every entry]
    name: Option<String>,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Print JSON, one array of objects
    #[arg(long)]
    json: bool,
}

/// Misuse or bad input: one clear sentence that says what, where and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misuse(String);

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

const MISUSE: u8 = 2;

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
        Command::List(arguments) => list::list(arguments, &mut output),
        Command::Show(arguments) => show::show(arguments, &mut output)?,
        Command::Check(arguments) => check::check(arguments, &progress, &mut output)?,
        Command::Generate(arguments) => generate::generate(arguments, &progress, output)?,
        Command::Run(arguments) => run::run(arguments, &mut output)?,
        Command::Bits(arguments) => bits::bits(arguments, &progress, &mut output)?,
        Command::Cast(arguments) => cast::cast(arguments, &progress, &mut output)?,
        Command::Circuit(arguments) => circuit::circuit(arguments, &mut output)?,
        Command::Mutate(arguments) => mutate::mutate(arguments, &progress, &mut output)?,
        Command::Errata(arguments) => errata::errata(arguments, &progress, &mut output)?,
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

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("expected a number of seconds, got `{text}`"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(format!("expected a positive number of seconds, got `{text}`")),
    }
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
