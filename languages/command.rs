//! A program that answers: it reads a word a line and prints `0` or `1` a line.

use std::fmt;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Read;
use std::io::Write;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;
use std::time::Instant;

/// How long a program that has closed its output may take to end, so that its exit status can be told.
const ENDING: Duration = Duration::from_secs(5);

/// How many answers travel together: a passage between threads costs more than a line.
const TOGETHER: usize = 1024;

/// Why a program gave no answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandError(String);

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CommandError {}

/// Ends the program when nobody waits for it any more.
struct Running(Child);

impl Running {
    /// The exit status, where the program ends within a time.
    fn status_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        loop {
            match self.0.try_wait() {
                Ok(None) if started.elapsed() < limit => std::thread::sleep(Duration::from_millis(2)),
                Ok(status) => return status,
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The answers of a program, which is started once with the arguments that white space separates, to these lines. They are
/// written by one thread and read by another, so that neither side waits for the other for ever, and then standard input is
/// closed. `limit` is the longest that the program may be silent.
///
/// # Errors
/// [`CommandError`] where the program does not start, is silent for too long, ends early, prints something else, or prints
/// fewer or more lines than there are words.
pub fn answers(program: &str, lines: Vec<String>, limit: Duration) -> Result<Vec<bool>, CommandError> {
    let fault = |message: String| Err(CommandError(format!("command:{program}: {message}")));
    let mut words = program.split_whitespace();
    let Some(name) = words.next() else { return fault("expected a program, got nothing".to_owned()) };
    let spawned = Command::new(name).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut running = match spawned {
        Ok(child) => Running(child),
        Err(error) => return fault(format!("cannot be started: {error}")),
    };
    let (input, output) = (running.0.stdin.take(), running.0.stdout.take());
    let (Some(input), Some(output)) = (input, output) else {
        return fault("cannot be spoken to through pipes".to_owned());
    };
    let n = lines.len();
    let (sender, receiver) = mpsc::channel();
    let write = move || {
        // A program that does not listen any more is found by its answers.
        let mut input = BufWriter::with_capacity(1 << 16, input);
        let _ = lines.iter().try_for_each(|line| writeln!(input, "{line}")).and_then(|()| input.flush());
    };
    let read = move || read(BufReader::with_capacity(1 << 16, output), &sender);
    // Nobody waits for the two threads: a child of the program may hold the pipes open after the program was ended.
    let start =
        |name: &str, work: Box<dyn FnOnce() + Send>| std::thread::Builder::new().name(name.to_owned()).spawn(work);
    let started = start("words", Box::new(write)).and_then(|_| start("answers", Box::new(read)));
    if let Err(error) = started {
        return fault(format!("cannot be spoken to: {error}"));
    }
    let mut answers = Vec::with_capacity(n);
    if let Err(Fault { message, is_closed }) = collect(&receiver, n, &mut answers, limit) {
        // A program closes its output a little before it has ended. One that goes on is not waited for.
        let status = if is_closed { running.status_within(ENDING.min(limit)) } else { None };
        drop(running);
        let ended = status.filter(|status| !status.success()).map(|status| format!(" ({status})"));
        return fault(format!("{message}{}", ended.unwrap_or_default()));
    }
    Ok(answers)
}

/// Sends the answers in bundles, each as soon as reading on would wait, and the first line that is none.
fn read(mut output: BufReader<impl Read>, sender: &mpsc::Sender<Result<Vec<bool>, String>>) {
    let mut line = Vec::new();
    let mut together = Vec::with_capacity(TOGETHER);
    let mut n = 0usize;
    loop {
        line.clear();
        let ended = !matches!(output.read_until(b'\n', &mut line), Ok(1..));
        let text = line.trim_ascii();
        let answer = match text {
            b"0" => Some(false),
            b"1" => Some(true),
            _ => None,
        };
        together.extend(answer);
        n += 1;
        let is_bundle = together.len() == TOGETHER || ended || answer.is_none() || output.buffer().is_empty();
        if is_bundle && sender.send(Ok(std::mem::take(&mut together))).is_err() {
            return;
        }
        if ended {
            return;
        }
        if answer.is_none() {
            let text: String = String::from_utf8_lossy(text).chars().take(60).collect();
            let _ = sender.send(Err(format!("expected 0 or 1 in line {n} of its answers, got `{text}`")));
            return;
        }
    }
}

/// What is wrong with the answers.
struct Fault {
    message: String,
    /// Whether the program has closed its output.
    is_closed: bool,
}

fn collect(
    receiver: &mpsc::Receiver<Result<Vec<bool>, String>>,
    n: usize,
    answers: &mut Vec<bool>,
    limit: Duration,
) -> Result<(), Fault> {
    let fault = |message: String| Err(Fault { message, is_closed: false });
    loop {
        match receiver.recv_timeout(limit) {
            Ok(Ok(bundle)) => answers.extend(bundle),
            Ok(Err(message)) => return fault(message),
            Err(RecvTimeoutError::Timeout) => {
                let seconds = limit.as_secs_f64();
                return fault(match answers.len() {
                    so_far if so_far == n => {
                        format!("expected the end of its output after {n} answers, got silence for {seconds} s")
                    }
                    so_far => format!("expected {n} answers, got {so_far} and then silence for {seconds} s"),
                });
            }
            // The program has closed its output.
            Err(RecvTimeoutError::Disconnected) if answers.len() == n => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => {
                let message = format!("expected {n} answers, one a line, got {}", answers.len());
                return Err(Fault { message, is_closed: true });
            }
        }
        if answers.len() > n {
            return fault(format!("expected {n} answers, one a line, got more"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn words(n: usize) -> Vec<String> {
        (0..n).map(|i| if i % 3 == 0 { "a" } else { "b" }.repeat(1 + i % 7)).collect()
    }

    /// A file with a program in it, for `sh`.
    fn script(text: &str) -> (std::path::PathBuf, String) {
        use std::collections::hash_map::RandomState;
        use std::hash::BuildHasher;
        let path = std::env::temp_dir().join(format!("languages-{:x}.sh", RandomState::new().hash_one(text)));
        std::fs::write(&path, text).unwrap();
        let command = format!("sh {}", path.display());
        (path, command)
    }

    fn ask(text: &str, n: usize, limit: Duration) -> Result<Vec<bool>, String> {
        let (path, command) = script(text);
        let found = answers(&command, words(n), limit).map_err(|error| error.to_string());
        std::fs::remove_file(path).unwrap();
        found
    }

    #[test]
    fn a_program_answers_many_lines_in_order_and_no_pipe_is_full_for_ever() {
        // It reads all before it prints, or prints while it reads.
        for text in ["sed 's/^a.*/1/;s/^b.*/0/'", "cat > /dev/null; yes 1 | head -n 200000"] {
            let found = ask(text, 200_000, LONG).unwrap();
            assert_eq!(found.len(), 200_000);
            if text.starts_with("sed") {
                assert!(found.iter().enumerate().all(|(i, answer)| *answer == (i % 3 == 0)));
            }
        }
        assert_eq!(ask("cat > /dev/null", 0, LONG), Ok(vec![]));
    }

    #[test]
    fn a_program_that_does_not_answer_is_one_clear_sentence() {
        for (text, part) in [
            ("exit 3", "expected 5000 answers, one a line, got 0"),
            ("head -n 7 | sed 's/.*/1/'", "expected 5000 answers, one a line, got 7"),
            ("sed 's/.*/1/'; echo 0", "got more"),
            ("sed 's/.*/yes/'", "expected 0 or 1 in line 1 of its answers, got `yes`"),
            ("sed 's/.*//'", "in line 1 of its answers, got ``"),
        ] {
            let error = ask(text, 5_000, LONG).unwrap_err();
            assert!(error.contains(part), "`{text}`: {error}");
        }
        let silent = ask("echo 1; exec sleep 100", 3, Duration::from_millis(200)).unwrap_err();
        // How far it comes in that time is the machine's affair.
        assert!(silent.contains("expected 3 answers") && silent.contains("and then silence for 0.2 s"), "{silent}");
        let missing = answers("/no/such/program", words(1), LONG).unwrap_err().to_string();
        assert!(missing.starts_with("command:/no/such/program: cannot be started"), "{missing}");
    }

    /// It closes its output first and ends a moment later: the status is there every time.
    #[test]
    fn the_status_of_a_program_that_failed_is_always_told() {
        for _ in 0..20 {
            let error = ask("exec >&-; sleep 0.05; exit 7", 3, LONG).unwrap_err();
            assert!(error.ends_with("expected 3 answers, one a line, got 0 (exit status: 7)"), "{error}");
        }
        // One that ended well has none to tell.
        let error = ask("exec >&-; sleep 0.05", 3, LONG).unwrap_err();
        assert!(error.ends_with("expected 3 answers, one a line, got 0"), "{error}");
    }

    #[test]
    fn silence_after_the_last_answer_is_not_called_a_missing_answer() {
        let (sender, receiver) = mpsc::channel();
        sender.send(Ok(vec![true, false])).unwrap();
        let after = |n: usize| collect(&receiver, n, &mut Vec::new(), Duration::from_millis(1)).err().unwrap().message;
        assert_eq!(after(2), "expected the end of its output after 2 answers, got silence for 0.001 s");
        sender.send(Ok(vec![true])).unwrap();
        assert_eq!(after(2), "expected 2 answers, got 1 and then silence for 0.001 s");
    }

    /// The limit holds although a child of the program keeps the pipe open, and more words wait than a pipe takes: this
    /// ends long before the child does.
    #[test]
    fn a_child_of_the_program_that_keeps_the_pipes_is_not_waited_for() {
        let (holder, _) = script("");
        let text = format!("sh -c 'echo $$ > {}; exec sleep 600'; echo done", holder.display());
        let started = std::time::Instant::now();
        let silent = ask(&text, 200_000, Duration::from_secs(1)).unwrap_err();
        assert!(silent.contains("expected 200000 answers, got 0 and then silence"), "{silent}");
        assert!(started.elapsed() < Duration::from_secs(300), "it waited for the child");
        let id = std::fs::read_to_string(&holder).unwrap();
        Command::new("kill").arg(id.trim()).status().unwrap();
        std::fs::remove_file(holder).unwrap();
    }
}
