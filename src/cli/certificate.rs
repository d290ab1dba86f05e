//! A list of pairs as a file: what an exhausted search has to show, and what a second pass reads.

use super::files::Output;
use super::misuse::Misuse;
use crate::check::against::certificate::Certificate;
use crate::check::against::device::Device;
use languages::Dfa;
use languages::Source;
use serde_json::Value;

/// The schema of a list of pairs.
pub(crate) const SCHEMA: &str = "reduce.certificate/1";

/// The table of an automaton as a list of pairs states it: the start, the accepting states, and after each state a list by
/// token.
fn table(dfa: &Dfa) -> (Value, Value, Vec<Value>) {
    let n = u32::try_from(dfa.n_states()).unwrap_or(u32::MAX);
    let accepting: Vec<u32> = (0..n).filter(|state| dfa.is_accepting(*state)).collect();
    let steps = |state: u32| (0..dfa.n_tokens()).map(|token| dfa.step(state, token)).collect::<Vec<_>>().into();
    (dfa.start().into(), accepting.into(), (0..n).map(steps).collect())
}

/// Writes a list of pairs, an entry a line: it can be long.
pub(crate) fn write<D: Device>(
    file: &mut Output,
    device: &D,
    dfa: &Dfa,
    source: &Source,
    certificate: &Certificate<D::Value>,
) -> Result<(), Misuse> {
    let text = |value: Value| value.to_string();
    file.line("{")?;
    file.line(&format!("  \"schema\": {},", text(SCHEMA.into())))?;
    file.line(&format!("  \"language\": {},", text(source.to_string().into())))?;
    file.line(&format!("  \"tokens\": {},", text(device.tokens().into())))?;
    file.line(&format!("  \"coordinates\": {},", text(device.coordinates().into())))?;
    let (start, accepting, next) = table(dfa);
    file.line(&format!("  \"automaton_start\": {start},"))?;
    file.line(&format!("  \"automaton_accepting\": {accepting},"))?;
    list(file, "automaton_next", next.into_iter().map(text), ",")?;
    list(file, "values", certificate.values.iter().map(|value| text(value.to_string().into())), ",")?;
    let states =
        (0..certificate.n_states()).map(|state| &certificate.states[state * certificate.width..][..certificate.width]);
    list(file, "states", states.map(|state| text(state.into())), ",")?;
    list(file, "pairs", certificate.pairs.iter().map(|(state, other)| format!("[{state}, {other}]")), "")?;
    file.line("}")
}

fn list(file: &mut Output, name: &str, entries: impl Iterator<Item = String>, after: &str) -> Result<(), Misuse> {
    file.line(&format!("  \"{name}\": ["))?;
    let mut entries = entries.peekable();
    while let Some(entry) = entries.next() {
        file.line(&format!("    {entry}{}", if entries.peek().is_some() { "," } else { "" }))?;
    }
    file.line(&format!("  ]{after}"))
}

/// Reads a list of pairs, which must be of this device and this automaton.
pub(crate) fn read<D: Device>(value: &Value, device: &D, dfa: &Dfa) -> Result<Certificate<D::Value>, String> {
    let field = |name: &str| value.get(name).ok_or_else(|| format!("expected a field `{name}`, got none"));
    let is = |name: &str, expected: Value| match field(name)? {
        found if *found == expected => Ok(()),
        _ if name == "schema" => Err(format!("{name}: expected {expected}")),
        _ => Err(format!("{name}: expected that of the network or machine and the language, got another one")),
    };
    is("schema", SCHEMA.into())?;
    is("tokens", device.tokens().into())?;
    is("coordinates", device.coordinates().into())?;
    // The indices of the automaton's states mean something only if it is the same one, state by state.
    let (start, accepting, next) = table(dfa);
    is("automaton_start", start)?;
    is("automaton_accepting", accepting)?;
    is("automaton_next", next.into())?;
    let entries = |name: &str| -> Result<&Vec<Value>, String> {
        field(name)?.as_array().ok_or_else(|| format!("{name}: expected a list"))
    };
    let indices = |place: String, entry: &Value, n: usize| -> Result<Vec<u32>, String> {
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let numbers: Option<Vec<u32>> = entry.as_array().and_then(|entries| entries.iter().map(number).collect());
        numbers.filter(|numbers| numbers.len() == n).ok_or_else(|| format!("{place}: expected a list of {n} indices"))
    };
    let values = entries("values")?.iter().enumerate().map(|(i, text)| {
        let value = text.as_str().and_then(|text| device.value(text));
        value.ok_or_else(|| format!("values[{i}]: expected a value of a state, got {text}"))
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let coordinates = device.coordinates();
    let states = entries("states")?.iter().enumerate().map(|(i, entry)| {
        let state = indices(format!("states[{i}]"), entry, coordinates.len())?;
        for (coordinate, index) in state.iter().enumerate() {
            let value = values.get(*index as usize);
            let value = value.ok_or_else(|| format!("states[{i}]: expected indices of values, got {index}"))?;
            if !device.fits(coordinate, value) {
                let name = &coordinates[coordinate];
                return Err(format!("states[{i}]: expected a value that `{name}` can have, got `{value}`"));
            }
        }
        Ok(state)
    });
    let (states, width) = (states.collect::<Result<Vec<_>, String>>()?, coordinates.len());
    let pairs = entries("pairs")?
        .iter()
        .enumerate()
        .map(|(i, entry)| indices(format!("pairs[{i}]"), entry, 2).map(|pair| (pair[0], pair[1])));
    let pairs = pairs.collect::<Result<_, _>>()?;
    Ok(Certificate { width, values, states: states.concat(), pairs })
}
