//! `reduce run`: network and decider side by side, word by word.

use super::Misuse;
use super::Output;
use super::RunArguments;
use super::files;
use super::select;
use crate::check::words;
use crate::check::words::Comparison;
use itertools::Itertools;
use problems::Problem;
use problems::Word;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::io::BufRead;

/// The values of a word are printed up to this many tokens.
const VALUES_SHOWN: usize = 100;

/// One line of input.
struct Line {
    word: Word,
    /// The answer that the line states, where it does.
    stated: Option<bool>,
}

pub(crate) fn run(arguments: &RunArguments, output: &mut Output) -> Result<u8, Misuse> {
    let reduction = select::reduction(&arguments.problem, &arguments.selection)?;
    let reduction = &*reduction;
    let problem = reduction.problem();
    let network = select::network(reduction, arguments.network.as_deref())?;
    let comparison = Comparison::new(reduction, &network);
    let name = files::name(&arguments.file);
    let mut n_differing = 0u64;
    for (i, line) in files::lines(&arguments.file)?.lines().enumerate() {
        let place = || format!("{name}: line {}", i + 1);
        let line = line.map_err(|error| Misuse(format!("{}: {error}", place())))?;
        let line = read(problem, &line).map_err(|message| Misuse(format!("{}: {message}", place())))?;
        let state = if arguments.trace {
            trace(&network, problem, &line.word, output)?
        } else {
            words::run(&network, &line.word)
        };
        let network_says = words::accepts(&network, &state);
        let decider_says = problem.decide(&line.word);
        let values_agree = comparison.values_agree(&state, &line.word);
        let decisions_agree = network_says == decider_says && line.stated.is_none_or(|stated| stated == decider_says);
        let agree = decisions_agree && values_agree;
        let is_short = line.word.len() <= VALUES_SHOWN;
        let values = if is_short { comparison.values(&state, &line.word) } else { None };
        n_differing += u64::from(!agree);
        let text = problem.alphabet().format(&line.word);
        if arguments.json {
            let mut fields = json!({"word": text, "network": network_says, "decider": decider_says, "agree": agree});
            if let (Some(stated), Some(fields)) = (line.stated, fields.as_object_mut()) {
                fields.insert("answer".to_owned(), json!(stated));
            }
            if let (Some(values), Some(fields)) = (&values, fields.as_object_mut()) {
                fields.insert("values".to_owned(), values_to_json(values));
            }
            output.line(&fields.to_string())?;
        } else {
            let stated = line.stated.map(|stated| format!("  stated {:<3}", yes(stated))).unwrap_or_default();
            let mark = if agree { "agree " } else { "DIFFER" };
            output.line(&format!(
                "{mark}  network {:<3}  decider {:<3}{stated}  {}",
                yes(network_says),
                yes(decider_says),
                shortened(&text)
            ))?;
            if let Some((network, decider)) = &values {
                let mark = if values_agree { "agree " } else { "DIFFER" };
                output.line(&format!(
                    "{mark}  values  network {}  decider {}",
                    network.iter().join(" "),
                    decider.iter().join(" ")
                ))?;
            } else if !values_agree {
                output.line("DIFFER  values")?;
            }
        }
        output.show();
    }
    Ok(u8::from(n_differing > 0))
}

/// The network's values and the decider's, as texts: they are rational numbers of any size.
pub(crate) fn values_to_json((network, decider): &(Vec<Exact>, Vec<Exact>)) -> Value {
    let texts = |values: &[Exact]| values.iter().map(Exact::to_string).collect::<Vec<_>>();
    json!({"network": texts(network), "decider": texts(decider)})
}

fn yes(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

/// A text of which the middle is left out where it is long.
pub(crate) fn shortened(text: &str) -> String {
    const KEPT: usize = 40;
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= 2 * KEPT + 20 {
        return text.to_owned();
    }
    let piece = |part: &[char]| part.iter().collect::<String>();
    let (head, tail) = (piece(&characters[..KEPT]), piece(&characters[characters.len() - KEPT..]));
    format!("{head}...{tail} ({} characters)", characters.len())
}

fn read(problem: &dyn Problem, line: &str) -> Result<Line, String> {
    let line = line.trim();
    if !line.starts_with('{') {
        let word = problem.alphabet().parse(line).map_err(|error| error.to_string())?;
        return Ok(Line { word, stated: None });
    }
    let value: Value = serde_json::from_str(line)
        .map_err(|error| format!("expected a JSON object with a field `word`, got text that is none: {error}"))?;
    if let Some(other) = value.get("problem").and_then(Value::as_str).filter(|name| *name != problem.name()) {
        return Err(format!("expected an instance of {}, got one of {other}", problem.name()));
    }
    if let Some(other) = value.get("variant").and_then(Value::as_str).filter(|name| Some(*name) != problem.variant()) {
        let own = problem.variant().unwrap_or("none");
        return Err(format!("expected an instance of the variant {own}, got one of `{other}`; see --variant"));
    }
    let text = value.get("word").and_then(Value::as_str).ok_or("expected a field `word` that is a string")?;
    let word = problem.alphabet().parse(text).map_err(|error| error.to_string())?;
    let stated = match value.get("answer") {
        None => None,
        Some(answer) => Some(
            answer.as_bool().ok_or_else(|| format!("expected a field `answer` that is true or false, got {answer}"))?,
        ),
    };
    Ok(Line { word, stated })
}

/// Prints the state after each token, of every coordinate that is not zero its name and value, and gives the last one.
fn trace(network: &Network, problem: &dyn Problem, word: &Word, output: &mut Output) -> Result<Vec<Exact>, Misuse> {
    let mut state = network.start_in(&ExactArithmetic);
    let mut print = |step: usize, token: &str, state: &[Exact]| {
        let readout = network.read_out(&ExactArithmetic, state);
        let held = network.coordinates().iter().zip(state).filter(|(_, value)| !value.is_zero());
        let held: Vec<String> = held.map(|(name, value)| format!("{name}={}", shortened(&value.to_string()))).collect();
        let state = if held.is_empty() { "all zero".to_owned() } else { held.join(" ") };
        output.line(&format!("{step:>6}  {token:<6} {state}  (readout {readout})"))
    };
    print(0, "start", &state)?;
    for (i, token) in word.iter().enumerate() {
        state = network.step(&ExactArithmetic, &state, usize::from(*token));
        print(i + 1, problem.alphabet().text(*token), &state)?;
    }
    Ok(state)
}
