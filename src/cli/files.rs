//! Files and standard streams: reading whole texts, writing all or nothing.

use super::misuse::Misuse;
use crate::report::json;
use crate::unfinished::Unfinished;
use serde_json::Value;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::io::BufWriter;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use tempfile::NamedTempFile;

/// Where results go.
pub(crate) enum Output {
    /// Standard output. When its reader goes away, the program ends quietly.
    Standard(BufWriter<io::Stdout>),
    /// A file that appears under its name only when it is complete.
    File { file: BufWriter<NamedTempFile>, path: PathBuf, unfinished: Unfinished },
}

impl Output {
    pub(crate) fn standard() -> Self {
        Self::Standard(BufWriter::new(io::stdout()))
    }

    /// A file that is written beside its final place and renamed at the end.
    pub(crate) fn file(path: &Path) -> Result<Self, Misuse> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let cannot = |error: io::Error| {
            // The name of the temporary file, which the text ends with, is nobody's.
            let text = error.to_string();
            let reason = text.split(" at path ").next().unwrap_or_default();
            Misuse(format!("{}: cannot be written: {reason}", path.display()))
        };
        if path.is_dir() {
            return Err(Misuse(format!("{}: expected a file, got a folder", path.display())));
        }
        let file = as_any_program_makes_it(folder, path).map_err(cannot)?;
        let unfinished = Unfinished::new(file.path());
        Ok(Self::File { file: BufWriter::new(file), path: path.to_owned(), unfinished })
    }

    /// Completes the output; a file gets its name only here.
    pub(crate) fn finish(self) -> Result<(), Misuse> {
        match self {
            Self::Standard(mut stdout) => {
                end_if_closed(stdout.flush());
                Ok(())
            }
            Self::File { file, path, unfinished } => {
                let cannot =
                    |error: &dyn std::fmt::Display| Misuse(format!("{}: cannot be written: {error}", path.display()));
                let file = file.into_inner().map_err(|error| cannot(&error))?;
                file.persist(&path).map_err(|error| cannot(&error.error))?;
                drop(unfinished);
                Ok(())
            }
        }
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, text: &str) -> Result<(), Misuse> {
        let written = self.write_all(text.as_bytes()).and_then(|()| self.write_all(b"\n"));
        match self {
            Self::Standard(_) => {
                end_if_closed(written);
                Ok(())
            }
            Self::File { path, .. } => {
                written.map_err(|error| Misuse(format!("{}: cannot be written: {error}", path.display())))
            }
        }
    }

    /// Shows what was written so far.
    pub(crate) fn show(&mut self) {
        if let Self::Standard(stdout) = self {
            end_if_closed(stdout.flush());
        }
    }
}

/// A temporary file in a folder, with the permissions that the file at this path has, or would have if it were made now by
/// the umask. A temporary file of its own is its owner's alone.
fn as_any_program_makes_it(folder: &Path, path: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    let readable = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666);
    #[cfg(unix)]
    builder.permissions(readable);
    let file = builder.tempfile_in(folder)?;
    if let Ok(old) = std::fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    Ok(file)
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(stdout) => stdout.write(bytes),
            Self::File { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(stdout) => stdout.flush(),
            Self::File { file, .. } => file.flush(),
        }
    }
}

/// Ends the program where nobody reads its output any more, as `reduce list | head -1` does.
fn end_if_closed(result: io::Result<()>) {
    if let Err(error) = result {
        if error.kind() != io::ErrorKind::BrokenPipe {
            eprintln!("reduce: standard output: {error}");
            std::process::exit(2);
        }
        std::process::exit(0);
    }
}

/// Files to be written, opened before any work is done for them; no two may be the same.
pub(crate) fn outputs<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Result<Vec<Output>, Misuse> {
    let (mut outputs, mut places) = (Vec::new(), Vec::new());
    for path in paths {
        outputs.push(Output::file(path)?);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // The folder is there, as a file was just opened in it.
        let place = (folder.canonicalize().ok(), path.file_name());
        if places.contains(&place) {
            return Err(Misuse(format!(
                "{}: expected a file for each thing to write, got one for two",
                path.display()
            )));
        }
        places.push(place);
    }
    Ok(outputs)
}

/// Completes files together: none gets its name before all are on the disk.
pub(crate) fn finish_all(mut outputs: Vec<Output>) -> Result<(), Misuse> {
    for output in &mut outputs {
        let flushed = output.flush();
        if let (Err(error), Output::File { path, .. }) = (flushed, &*output) {
            return Err(Misuse(format!("{}: cannot be written: {error}", path.display())));
        }
    }
    outputs.into_iter().try_for_each(Output::finish)
}

/// A text as one argument of a command in a shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The same of a file's name.
pub(crate) fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// The name of an input for a message.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

/// A file or, for `-`, standard input, by lines.
pub(crate) fn lines(path: &Path) -> Result<Box<dyn BufRead>, Misuse> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = std::fs::File::open(path).map_err(|error| Misuse(format!("{}: {error}", path.display())))?;
    Ok(Box::new(BufReader::new(file)))
}

/// What is read from each line of a file or, for `-`, of standard input; an empty answer of `read` leaves a line out. A line
/// that cannot be read, be it no text at all, ends the reading, or is told to `left_out` with its number, where there is
/// one. A file that cannot be read on always ends it.
pub(crate) fn read_lines<'r, T: 'r>(
    path: &Path,
    mut left_out: Option<impl FnMut(String) + 'r>,
    mut read: impl FnMut(usize, &str) -> Result<Option<T>, String> + 'r,
) -> Result<impl Iterator<Item = Result<T, Misuse>> + 'r, Misuse> {
    let (name, mut input) = (name(path), lines(path)?);
    let (mut number, mut is_at_end, mut bytes) = (0, false, Vec::new());
    let mut next = move || -> Option<Result<Option<T>, Misuse>> {
        bytes.clear();
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => return None,
            Ok(_) => number += 1,
            Err(error) => return Some(Err(Misuse(format!("{name}: {error}")))),
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| format!("expected text in UTF-8: {error}"));
        let text =
            text.map(|text| text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text)));
        let found = text.and_then(|text| read(number, text)).map_err(|message| format!("line {number}: {message}"));
        Some(match (found, &mut left_out) {
            (Ok(found), _) => Ok(found),
            (Err(message), Some(left_out)) => {
                left_out(message);
                Ok(None)
            }
            (Err(message), None) => Err(Misuse(format!("{name}: {message}"))),
        })
    };
    // After an error nothing is asked for any more: that of a folder would come again and again.
    let all = std::iter::from_fn(move || {
        if is_at_end {
            return None;
        }
        let found = next();
        is_at_end = !matches!(found, Some(Ok(_)));
        found
    });
    Ok(all.filter_map(Result::transpose))
}

/// A whole file or, for `-`, standard input, as text.
pub(crate) fn text(path: &Path) -> Result<String, Misuse> {
    let mut text = String::new();
    let read = io::Read::read_to_string(&mut lines(path)?, &mut text);
    read.map_err(|error| Misuse(format!("{}: {error}", name(path))))?;
    Ok(text)
}

/// Why a text is no JSON, without the place, which the error's text has at its end.
pub(crate) fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map_or_else(|| text.clone(), str::to_owned)
}

/// What a JSON file holds; an error has the file, the line and what was expected.
pub(crate) fn read_json<T, E: std::fmt::Display>(
    path: &Path,
    what: &str,
    read: impl FnOnce(&Value) -> Result<T, E>,
) -> Result<T, Misuse> {
    let (text, name) = (text(path)?, name(path));
    let value: Value = serde_json::from_str(&text).map_err(|error| {
        let (line, column, reason) = (error.line(), error.column(), reason(&error));
        Misuse(format!("{name}: line {line}: expected {what} as JSON: {reason} (column {column})"))
    })?;
    read(&value).map_err(|error| {
        let message = error.to_string();
        let line = json::line_of(&text, &message).map(|line| format!("line {line}: ")).unwrap_or_default();
        Misuse(format!("{name}: {line}{message}"))
    })
}
