//! `reduce run`: network and decider side by side, word by word.

use super::files;
use super::files::Output;
use super::misuse::Misuse;
use super::number::NumberArguments;
use super::own_graph;
use super::own_machine;
use super::run_against;
use super::select;
use super::select::Selected;
use super::select::Selection;
use crate::check::machines;
use crate::check::words::Comparison;
use crate::report::ValuePairs;
use crate::report::line_of_answers;
use crate::report::mark;
use crate::report::shortened;
use crate::report::values_to_json;
use clap::Args;
use itertools::Itertools;
use languages::Source;
use problems::Problem;
use problems::Word;
use reductions::as_printed::MachineClaim;
use reductions::construction::machine::Configuration;
use rnn::Concrete;
use rnn::ExactArithmetic;
use rnn::RoundedArithmetic;
use serde_json::Value;
use serde_json::json;
use std::cell::Cell;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present_any = ["machine", "against", "network"])]
    problem: Option<String>,
    /// File of words; `-` is standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Run the machine in this file, and its network, on the words of standard input instead
    #[arg(long, value_name = "FILE", conflicts_with_all = ["problem", "file", "model", "automaton", "graph"])]
    machine: Option<PathBuf>,
    /// Compare the network of --network or the machine of --machine with this language on the words of standard input:
    /// the name of a problem, regex:EXPRESSION, dfa:FILE, words:FILE or command:PROGRAM
    #[arg(long, value_name = "LANGUAGE", allow_hyphen_values = true,
          conflicts_with_all = ["problem", "file", "model", "automaton", "graph", "trace"])]
    against: Option<Source>,
    /// Leave out the lines that cannot be read, and list them
    #[arg(long)]
    keep_going: bool,
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
    /// Print the state after each token; with --json exactly, else with long numbers shortened
    #[arg(long)]
    trace: bool,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

/// The schema of a line.
const SCHEMA: &str = "reduce.run/1";

/// The values of a word are printed up to this many tokens; in JSON they always are.
const VALUES_SHOWN: usize = 100;

/// One line of input.
struct Line {
    word: Word,
    /// The answer that the line states, where it does.
    stated: Option<bool>,
}

/// What answers: a network beside its decider, or a machine.
enum Device<'d, A: Concrete> {
    Network(Comparison<'d, A>),
    Machine(&'d MachineClaim),
}

/// The state at the start, or after a token.
struct Moment {
    /// None at the start.
    token: Option<String>,
    /// The mode of a machine.
    mode: Option<String>,
    /// The coordinates that are not zero, or the counters.
    held: Vec<(String, String)>,
    /// The readout of a network.
    readout: Option<String>,
}

impl Moment {
    /// The line of a trace; a long number is shortened.
    fn text(&self, step: usize) -> String {
        let held = self.held.iter().map(|(name, value)| format!("{name}={}", shortened(value)));
        let mut parts: Vec<String> = self.mode.iter().cloned().chain(held).collect();
        if parts.is_empty() {
            parts.push("all zero".to_owned());
        }
        let readout = self.readout.as_ref().map(|readout| format!("  (readout {})", shortened(readout)));
        let (token, state) = (self.token.as_deref().unwrap_or("start"), parts.join(" "));
        format!("{step:>6}  {token:<6} {state}{}", readout.unwrap_or_default())
    }

    fn json(self) -> Value {
        let state: serde_json::Map<_, _> = self.held.into_iter().map(|(name, value)| (name, json!(value))).collect();
        let mut value = json!({"token": self.token, "state": state});
        let others = [("mode", self.mode), ("readout", self.readout)];
        if let Some(fields) = value.as_object_mut() {
            fields.extend(others.into_iter().filter_map(|(name, text)| Some((name.to_owned(), json!(text?)))));
        }
        value
    }
}

/// What becomes of each moment of a trace.
type Tracer<'t> = &'t mut dyn FnMut(Moment) -> Result<(), Misuse>;

/// What a device says of a word.
struct Answer {
    accepts: bool,
    values: Option<ValuePairs>,
    values_agree: bool,
}

impl<A: Concrete> Device<'_, A> {
    fn problem(&self) -> &dyn Problem {
        match self {
            Self::Network(comparison) => comparison.problem(),
            Self::Machine(claim) => claim.problem,
        }
    }

    /// What JSON and text call it.
    fn name(&self) -> &'static str {
        match self {
            Self::Network(_) => "network",
            Self::Machine(_) => "machine",
        }
    }

    fn answer(&self, line: &Line, trace: Option<Tracer<'_>>) -> Result<Answer, Misuse> {
        let word = &line.word;
        match self {
            Self::Network(comparison) => {
                let state = match trace {
                    Some(tracer) => trace_network(*comparison, word, tracer)?,
                    None => comparison.run(word),
                };
                Ok(Answer {
                    accepts: comparison.accepts(&state),
                    values: comparison.values(&state, word),
                    values_agree: comparison.values_agree(&state, word),
                })
            }
            Self::Machine(claim) => {
                if let Some(tracer) = trace {
                    trace_machine(claim, word, tracer)?;
                }
                Ok(Answer { accepts: machines::accepts(claim, word), values: None, values_agree: true })
            }
        }
    }
}

pub(crate) fn run(arguments: &RunArguments, output: &mut Output) -> Result<u8, Misuse> {
    if let Some(source) = &arguments.against {
        let asked = run_against::RunAsked {
            network: arguments.network.as_deref(),
            machine: arguments.machine.as_deref(),
            source,
            variant: arguments.selection.variant.as_deref(),
            number: &arguments.number,
            keep_going: arguments.keep_going,
            json: arguments.json,
        };
        return run_against::run(&asked, output);
    }
    let Some(name) = &arguments.problem else { return run_machine(arguments, output) };
    let claim = select::claim(name, &arguments.selection)?;
    let problem = claim.problem();
    let name = files::name(&arguments.file);
    let graph = (&arguments.graph, &arguments.from, &arguments.to);
    let n_broken = Cell::new(0);
    let mut lines: Box<dyn Iterator<Item = Result<Line, Misuse>>> = match graph {
        (Some(path), Some(from), Some(to)) => {
            let word = own_graph::word(path, from, to, problem)?;
            Box::new(std::iter::once(read(problem, &word).map_err(Misuse)))
        }
        _ => {
            let left_out = arguments.keep_going.then_some(|message: String| {
                eprintln!("reduce: {name}: {message}");
                n_broken.set(n_broken.get() + 1);
            });
            Box::new(files::read_lines(&arguments.file, left_out, |_, line| read(problem, line).map(Some))?)
        }
    };
    let reduction = match &claim {
        Selected::Network(reduction) => &**reduction,
        Selected::Machine(machine) if arguments.network.is_some() => return Err(select::no_network(machine)),
        Selected::Machine(_) if arguments.number.is_given() => {
            return Err(Misuse("--number: expected a network, got a machine, whose counters are integers".to_owned()));
        }
        Selected::Machine(machine) => {
            let n = run_lines(&Device::<ExactArithmetic>::Machine(machine), lines, arguments, output)?;
            return Ok(run_against::finished(n, n_broken.get()));
        }
    };
    let network = select::network(reduction, arguments.network.as_deref())?;
    // Where bits are measured on the words, they are all read before the first is run.
    let measured: Vec<Line> =
        if arguments.number.measures() { lines.by_ref().collect::<Result<_, _>>()? } else { Vec::new() };
    let words = || measured.iter().map(|line| line.word.clone()).collect();
    let precision = arguments.number.precision(&network, words)?;
    let lines = measured.into_iter().map(Ok).chain(lines);
    let n_differing = match precision {
        None => run_lines(&Device::Network(Comparison::new(reduction, &network)), lines, arguments, output)?,
        Some(precision) => {
            if let Some(remark) = arguments.number.remark() {
                eprintln!("reduce: {precision}: {remark}");
            }
            let arithmetic = RoundedArithmetic::new(precision);
            let comparison = Comparison::rounded(reduction, &network, &arithmetic);
            run_lines(&Device::Network(comparison), lines, arguments, output)?
        }
    };
    Ok(run_against::finished(n_differing, n_broken.get()))
}

fn run_machine(arguments: &RunArguments, output: &mut Output) -> Result<u8, Misuse> {
    let Some(file) = &arguments.machine else {
        return Err(Misuse("--network: expected a problem or --against LANGUAGE beside it, got neither".to_owned()));
    };
    if arguments.selection.variant.is_some() || arguments.keep_going {
        return Err(Misuse("--machine: expected --variant and --keep-going beside --against only".to_owned()));
    }
    if arguments.number.is_given() || arguments.trace {
        return Err(Misuse("--machine: expected exact numbers and no trace".to_owned()));
    }
    own_machine::run(file, arguments.network.as_deref(), arguments.json, output)
}

/// Prints what is said of each word; gives how many differ.
fn run_lines<A: Concrete>(
    device: &Device<'_, A>,
    lines: impl Iterator<Item = Result<Line, Misuse>>,
    arguments: &RunArguments,
    output: &mut Output,
) -> Result<usize, Misuse> {
    let problem = device.problem();
    let mut n_differing = 0;
    for line in lines {
        let line = line?;
        let (mut step, mut moments) = (0, Vec::new());
        let mut tracer = |moment: Moment| {
            if arguments.json {
                moments.push(moment.json());
                return Ok(());
            }
            step += 1;
            output.line(&moment.text(step - 1))
        };
        let answer = device.answer(&line, if arguments.trace { Some(&mut tracer) } else { None })?;
        let Answer { accepts: device_says, values, values_agree } = answer;
        let decider_says = problem.decide(&line.word);
        let is_promised = problem.promises(&line.word);
        let decisions_agree = device_says == decider_says && line.stated.is_none_or(|stated| stated == decider_says);
        // What is outside the promise is not asked about.
        let agree = !is_promised || (decisions_agree && values_agree);
        n_differing += usize::from(!agree);
        let text = problem.alphabet().format(&line.word);
        if arguments.json {
            let mut fields = json!({"schema": SCHEMA, "word": text, device.name(): device_says, "decider": decider_says, "agree": agree});
            if let (false, Some(fields)) = (is_promised, fields.as_object_mut()) {
                fields.insert("outside_promise".to_owned(), json!(true));
            }
            if let (Some(stated), Some(fields)) = (line.stated, fields.as_object_mut()) {
                fields.insert("answer".to_owned(), json!(stated));
            }
            if let (Some(values), Some(fields)) = (&values, fields.as_object_mut()) {
                fields.insert("values".to_owned(), values_to_json(values));
            }
            if let (true, Some(fields)) = (arguments.trace, fields.as_object_mut()) {
                fields.insert("trace".to_owned(), json!(moments));
            }
            output.line(&fields.to_string())?;
        } else {
            let first = if is_promised { mark(Some(agree)) } else { "outside the promise" };
            let answers = [(device.name(), Some(device_says)), ("decider", Some(decider_says))];
            let stated = line.stated.map(|stated| ("stated", Some(stated)));
            output.line(&line_of_answers(first, answers.into_iter().chain(stated), &text))?;
            if let Some((network, decider)) = values.filter(|_| line.word.len() <= VALUES_SHOWN) {
                output.line(&format!(
                    "{}  values  network {}  decider {}",
                    mark(Some(values_agree)),
                    network.iter().join(" "),
                    decider.iter().join(" ")
                ))?;
            } else if !values_agree {
                output.line("DIFFER  values")?;
            }
        }
        output.show();
    }
    Ok(n_differing)
}

fn read(problem: &dyn Problem, line: &str) -> Result<Line, String> {
    let line = line.trim();
    if !line.starts_with('{') {
        let word = problem.alphabet().parse(line).map_err(|error| error.to_string())?;
        return Ok(Line { word, stated: None });
    }
    let value: Value = serde_json::from_str(line).map_err(|error| {
        let (reason, column) = (files::reason(&error), error.column());
        format!("expected a JSON object with a field `word`, got text that is none: {reason} (column {column})")
    })?;
    if let Some(other) = value.get("problem").and_then(Value::as_str).filter(|name| *name != problem.name()) {
        return Err(format!("expected an instance of {}, got one of {other}", problem.name()));
    }
    if let Some(other) = value.get("variant").and_then(Value::as_str).filter(|name| Some(*name) != problem.variant()) {
        let own = problem.variant().unwrap_or("none");
        return Err(format!("expected an instance of the variant {own}, got one of `{other}`; see --variant"));
    }
    let (word, stated) = languages::read_stated_word(&value, problem.alphabet()).map_err(|error| error.to_string())?;
    Ok(Line { word, stated })
}

/// Gives the state after each token, of every coordinate that is not zero its name and value, and the last one.
fn trace_network<A: Concrete>(
    comparison: Comparison<'_, A>,
    word: &Word,
    tracer: Tracer<'_>,
) -> Result<Vec<A::Value>, Misuse> {
    let (network, arithmetic) = (comparison.network(), comparison.arithmetic());
    let mut state = network.start_in(arithmetic);
    let moment = |token: Option<&str>, state: &[A::Value]| {
        let text = |value: &A::Value| arithmetic.number(value).to_string();
        let held = network.coordinates().iter().zip(state).filter(|(_, value)| !arithmetic.is_zero(value));
        Moment {
            token: token.map(str::to_owned),
            mode: None,
            held: held.map(|(name, value)| (name.clone(), text(value))).collect(),
            readout: Some(text(&network.read_out(arithmetic, state))),
        }
    };
    tracer(moment(None, &state))?;
    for token in word {
        state = network.step(arithmetic, &state, usize::from(*token));
        tracer(moment(Some(comparison.problem().alphabet().text(*token)), &state))?;
    }
    Ok(state)
}

/// Gives the machine's configuration after each token.
fn trace_machine(claim: &MachineClaim, word: &Word, tracer: Tracer<'_>) -> Result<(), Misuse> {
    let machine = &claim.machine;
    let mut configuration = machine.start();
    let moment = |token: Option<&str>, configuration: &Configuration| {
        let mode = configuration.state.map_or("DEAD", |state| machine.states()[state].as_str());
        let counters = machine.counters().iter().zip(&configuration.counters);
        Moment {
            token: token.map(str::to_owned),
            mode: Some(mode.to_owned()),
            held: counters.map(|(counter, value)| (counter.name.clone(), value.to_string())).collect(),
            readout: None,
        }
    };
    tracer(moment(None, &configuration))?;
    for token in word {
        configuration = machine.step(&configuration, usize::from(*token));
        tracer(moment(Some(claim.problem.alphabet().text(*token)), &configuration))?;
    }
    Ok(())
}
