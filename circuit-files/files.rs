//! A circuit file of any of the forms that we read, told apart by its first lines.

use super::Circuit;
use super::aiger;
use super::bench;
use super::bristol;
use super::error::CircuitError;
use super::error::Outcome;
use super::error::Place;
use super::error::expected;
use super::error::quote;
use std::path::Path;

/// The most inputs that a circuit may have. Some forms do not list their inputs, so that twenty bytes could
/// otherwise claim all the memory there is.
pub(super) const MOST_INPUTS: usize = 1 << 20;

impl Circuit {
    /// Reads a circuit file: AIGER (ASCII or binary), Bristol (both headers) or ISCAS `.bench`, as its first lines say.
    ///
    /// # Errors
    /// [`CircuitError`] if the file cannot be opened, is malformed, or is not combinational.
    pub fn read(path: &Path) -> Result<Self, CircuitError> {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::parse(&bytes, &name),
            Err(error) => Err(CircuitError { file: name, place: None, message: format!("cannot be read: {error}") }),
        }
    }

    /// Reads the bytes of a circuit file; `name` is the file's name in errors.
    ///
    /// # Errors
    /// [`CircuitError`] if the file is malformed or is not combinational.
    pub fn parse(bytes: &[u8], name: &str) -> Result<Self, CircuitError> {
        parse(bytes).map_err(|trouble| CircuitError {
            file: name.to_owned(),
            place: trouble.place,
            message: trouble.message,
        })
    }
}

fn parse(bytes: &[u8]) -> Outcome<Circuit> {
    if bytes.starts_with(b"aag ") || bytes.starts_with(b"aig ") {
        return aiger::read(bytes);
    }
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let first = lines.next();
    match first {
        Some([b'0'..=b'9', ..]) => bristol::read(bytes),
        Some([b'#', ..]) => bench::read(bytes),
        Some(line) if line.contains(&b'(') || line.contains(&b'=') => bench::read(bytes),
        _ => {
            let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let got = if bytes.is_empty() { "an empty file".to_owned() } else { quote(first) };
            let what = "an AIGER header, `aag M I L O A` or `aig M I L O A`, the two counts of a Bristol file, or a line of \
                        a .bench file";
            expected(Place::Line(1), what, got)
        }
    }
}

/// The lines of a text form that are not empty, each with its number, cut at a `#` where that begins a comment.
pub(super) fn lines(bytes: &[u8], comments: bool) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines.filter_map(move |(i, line)| {
        let end = line.iter().position(|byte| comments && *byte == b'#').unwrap_or(line.len());
        let line = line[..end].trim_ascii();
        (!line.is_empty()).then_some((i + 1, line))
    })
}
