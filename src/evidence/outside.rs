//! Solvers that are asked about a file: the one that is linked, or a program as a process of its own.

use crate::solver;
use crate::solver::Answer;
use rnn::Script;
use std::fmt;
use std::fs;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

/// How much of a solver's output is read.
const READ: u64 = 64 * 1024;
/// How often a program is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(2);

/// A solver that reads SMT-LIB files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutsideSolver {
    /// The solver that is linked into this program; it reads the text of the file.
    Linked,
    /// A program, which is given the file's path.
    Program {
        /// What is started.
        path: PathBuf,
        /// What stands before the file on its command line.
        arguments: Vec<String>,
    },
}

/// Why a solver gives no answer that can be used.
#[derive(Debug)]
pub enum SolverError {
    /// It cannot be started.
    Start(PathBuf, io::Error),
    /// It said something else.
    Garbage {
        /// The program.
        program: String,
        /// The file that it was asked about.
        file: PathBuf,
        /// What it said first.
        said: String,
    },
    /// The file cannot be read.
    Read(PathBuf, io::Error),
}

impl fmt::Display for SolverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(path, error) if error.kind() == io::ErrorKind::NotFound => {
                write!(f, "--solver: expected an installed solver (z3, cvc5) or a path, got `{}`", path.display())
            }
            Self::Start(path, error) => write!(f, "--solver: `{}` cannot be started: {error}", path.display()),
            Self::Garbage { program, file, said } => {
                write!(f, "{program} on `{}`: expected sat, unsat or unknown, got {said}", file.display())
            }
            Self::Read(path, error) => write!(f, "`{}` cannot be read: {error}", path.display()),
        }
    }
}

impl std::error::Error for SolverError {}

/// What is said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Sat,
    Unsat,
    Unknown(String),
}

impl OutsideSolver {
    /// The solver of a name or path: `z3`, `cvc5`, `./my-solver`.
    pub fn named(text: &str) -> Self {
        let path = PathBuf::from(text);
        // Unlike its own choice, this procedure settles products of reals where it is asked to stay without quantifiers.
        let is_cvc5 = path.file_name().is_some_and(|name| name.to_string_lossy().contains("cvc5"));
        Self::Program { path, arguments: if is_cvc5 { vec!["--nl-cov".to_owned()] } else { Vec::new() } }
    }

    /// Its name for a report.
    pub fn name(&self) -> String {
        match self {
            Self::Linked => solver::version(),
            Self::Program { path, .. } => path.display().to_string(),
        }
    }

    /// What it says of a file.
    pub(super) fn answer(&self, file: &Path, limit: Duration) -> Result<Said, SolverError> {
        match self {
            Self::Linked => linked(file, limit),
            Self::Program { path, arguments } => {
                let mut command = Command::new(path);
                command.args(arguments).arg(file);
                let output = printed(&mut command, limit, READ);
                let output = output.map_err(|error| SolverError::Start(path.clone(), error))?;
                let Some(streams) = output else {
                    return Ok(Said::Unknown(in_time(limit)));
                };
                let output = streams.join("\n");
                read(&output).ok_or_else(|| SolverError::Garbage {
                    program: path.display().to_string(),
                    file: file.to_owned(),
                    said: first_line(&output),
                })
            }
        }
    }
}

/// Why a program that was stopped gave no answer.
pub(super) fn in_time(limit: Duration) -> String {
    format!("no answer in {} s", limit.as_secs_f64())
}

/// The first line that says anything, as an error names it.
pub(super) fn first_line(output: &str) -> String {
    let first = output.lines().map(str::trim).find(|line| !line.is_empty());
    first.map_or("nothing".to_owned(), |line| format!("`{}`", crate::report::shortened(line)))
}

/// The linked solver's answer. Its interface takes declarations and assertions only, which stand on lines of their own.
fn linked(file: &Path, limit: Duration) -> Result<Said, SolverError> {
    let text = fs::read_to_string(file).map_err(|error| SolverError::Read(file.to_owned(), error))?;
    let is_command = |line: &&str| !["(set-", "(check-sat", "(exit", ";"].iter().any(|start| line.starts_with(start));
    let kept: Vec<&str> = text.lines().filter(is_command).collect();
    let n_assertions = kept.iter().filter(|line| line.starts_with("(assert ")).count();
    let is_linear = !text.lines().any(|line| line.starts_with("(set-logic ") && line.contains('N'));
    // What is written as it stands is full of names that stand for one another: the procedure that solves equations first
    // is asked first, of polynomials too.
    let script = Script { text: kept.join("\n"), n_assertions, symbols: Vec::new(), is_linear: true };
    let mut answer = solver::solve(&script, limit);
    if matches!(answer, Answer::Unknown(_)) && !is_linear {
        answer = solver::solve(&Script { is_linear, ..script }, limit);
    }
    Ok(match answer {
        Answer::Unsat => Said::Unsat,
        Answer::Sat(_) => Said::Sat,
        Answer::Unknown(reason) => Said::Unknown(reason),
    })
}

/// How long the streams of a program that has ended are waited for at least.
const LEAST: Duration = Duration::from_millis(500);

/// What a program prints on its two streams, on each at most so many bytes, or nothing where it does not end in time: then it
/// is stopped.
pub(super) fn printed(command: &mut Command, limit: Duration, most: u64) -> io::Result<Option<[String; 2]>> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let output = output(&mut child, limit, most);
    // Whatever it still does, nobody waits for it.
    let _ = child.kill();
    let _ = child.wait();
    Ok(output)
}

fn output(child: &mut Child, limit: Duration, most: u64) -> Option<[String; 2]> {
    let (sender, received) = mpsc::channel();
    let streams: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child.stderr.take().map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    for (place, stream) in streams.into_iter().enumerate() {
        let sender = sender.clone();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(stream) = stream {
                let _ = stream.take(most).read_to_end(&mut bytes);
            }
            // The stream is closed here: a program that prints without end is stopped by that.
            let _ = sender.send((place, bytes));
        });
    }
    // A limit beyond what the clock can say is none.
    let end = Instant::now().checked_add(limit);
    let is_over = || end.is_some_and(|end| Instant::now() >= end);
    loop {
        match child.try_wait() {
            Ok(None) if !is_over() => thread::sleep(PAUSE),
            Ok(None) => return None,
            Ok(Some(_)) | Err(_) => break,
        }
    }
    // What the program started may keep the streams open.
    let mut texts = [const { String::new() }; 2];
    for _ in 0..texts.len() {
        let rest = end.map_or(limit, |end| end.saturating_duration_since(Instant::now())).max(LEAST);
        let Ok((place, bytes)) = received.recv_timeout(rest) else { break };
        texts[place] = String::from_utf8_lossy(&bytes).into_owned();
    }
    Some(texts)
}

/// The answer in what a program printed: the first line that is one. (A program that also reads the status that a file
/// expects complains of it on other lines.)
fn read(output: &str) -> Option<Said> {
    output.lines().find_map(|line| match line.trim() {
        "sat" => Some(Said::Sat),
        "unsat" => Some(Said::Unsat),
        "unknown" => Some(Said::Unknown("the solver says unknown".to_owned())),
        "timeout" | "cvc5 interrupted by timeout." => Some(Said::Unknown("the solver says timeout".to_owned())),
        _ => None,
    })
}
