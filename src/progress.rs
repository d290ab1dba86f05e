//! One line of progress, on a terminal only.

use std::io::IsTerminal;
use std::io::Write;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

/// Says on one line of standard error how far long work has come; silent where that is no terminal, or when asked to.
#[derive(Debug)]
pub struct Progress {
    quiet: bool,
    shown: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    what: String,
    done: usize,
    total: usize,
    last: Instant,
}

const INTERVAL: Duration = Duration::from_millis(100);

impl Progress {
    /// A progress line, unless it is asked to be quiet.
    pub fn new(quiet: bool) -> Self {
        let state = State { what: String::new(), done: 0, total: 0, last: Instant::now() };
        Self { quiet, shown: !quiet && std::io::stderr().is_terminal(), state: Mutex::new(state) }
    }

    /// Begins another piece of work; a total of 0 is not shown.
    pub fn start(&self, what: &str, total: usize) {
        if let Ok(mut state) = self.state.lock() {
            state.what = what.to_owned();
            (state.done, state.total) = (0, total);
            self.show(&state);
        }
    }

    /// One more piece is done.
    pub fn step(&self) {
        if let Ok(mut state) = self.state.lock() {
            state.done += 1;
            if state.last.elapsed() >= INTERVAL {
                state.last = Instant::now();
                self.show(&state);
            }
        }
    }

    /// Says a line of its own on standard error, on a terminal or not, unless asked to be quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.finish();
            eprintln!("{text}");
        }
    }

    /// Removes the line.
    pub fn finish(&self) {
        self.write("");
    }

    fn show(&self, state: &State) {
        match state.total {
            0 => self.write(&state.what),
            total => self.write(&format!("{} {}/{total}", state.what, state.done)),
        }
    }

    fn write(&self, text: &str) {
        if self.shown {
            let mut stderr = std::io::stderr().lock();
            // A progress line that cannot be shown is no reason to stop.
            let _ = write!(stderr, "\r\x1b[K{text}").and_then(|()| stderr.flush());
        }
    }
}
