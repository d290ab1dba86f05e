//! The pages and schemas of `docs/` against the code: an interpreter that was written from the page alone agrees with ours
//! on every shipped network, and whatever is written keeps to its schema.

use num_rational::BigRational;
use num_traits::Signed;
use num_traits::Zero;
use problems::Problem;
use reductions::Reduction;
use reductions::construction::machine::Machine;
use rnn::ExactArithmetic;
use rnn::Network;
use serde_json::Value;
use serde_json::json;

fn docs(name: &str) -> String {
    std::fs::read_to_string(format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&docs(&format!("schema/{name}.json"))).unwrap()
}

/// The first place at which a value does not keep to a schema. Only the keywords that our schemas use are known; another
/// one is a fault of the schema.
fn fault(root: &Value, schema: &Value, value: &Value, place: &str) -> Option<String> {
    let wrong = |what: &str| Some(format!("{place}: {what}"));
    let in_list = |i: usize| format!("{place}/{i}");
    for (keyword, rule) in schema.as_object().unwrap() {
        let found =
            match keyword.as_str() {
                "$schema" | "title" | "$defs" => None,
                "$ref" => {
                    let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                    fault(root, &root["$defs"][name], value, place)
                }
                "const" => (value != rule).then(|| format!("{place}: not {rule}")),
                "enum" => (!rule.as_array().unwrap().contains(value)).then(|| format!("{place}: none of {rule}")),
                "type" => {
                    let is_right = match rule.as_str().unwrap() {
                        "object" => value.is_object(),
                        "array" => value.is_array(),
                        "string" => value.is_string(),
                        "boolean" => value.is_boolean(),
                        "null" => value.is_null(),
                        "integer" => value.is_i64() || value.is_u64(),
                        other => panic!("unknown type {other}"),
                    };
                    if is_right { None } else { wrong(&format!("not of type {rule}")) }
                }
                "minimum" => value.as_i64().filter(|v| *v < rule.as_i64().unwrap()).and_then(|_| wrong("too small")),
                "maximum" => value.as_i64().filter(|v| *v > rule.as_i64().unwrap()).and_then(|_| wrong("too large")),
                "minItems" | "maxItems" => {
                    let (n, bound) = (value.as_array().map_or(0, Vec::len), rule.as_u64().unwrap() as usize);
                    let is_right = if keyword == "minItems" { n >= bound } else { n <= bound };
                    if is_right { None } else { wrong(&format!("{n} items")) }
                }
                "items" => value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .enumerate()
                    .find_map(|(i, item)| fault(root, rule, item, &in_list(i))),
                "prefixItems" => rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .zip(value.as_array().into_iter().flatten())
                    .enumerate()
                    .find_map(|(i, (rule, item))| fault(root, rule, item, &in_list(i))),
                "oneOf" => {
                    let faults: Vec<Option<String>> =
                        rule.as_array().unwrap().iter().map(|one| fault(root, one, value, place)).collect();
                    let fitting = faults.iter().filter(|fault| fault.is_none()).count();
                    if fitting == 1 { None } else { wrong(&format!("fits {fitting} of the forms: {faults:?}")) }
                }
                "required" => rule.as_array().unwrap().iter().find_map(|key| {
                    value.get(key.as_str().unwrap()).is_none().then(|| format!("{place}: no field {key}"))
                }),
                "additionalProperties" => {
                    assert_eq!(rule, &json!(false));
                    let known = schema["properties"].as_object().unwrap();
                    let other = value.as_object().into_iter().flatten().find(|(key, _)| !known.contains_key(*key));
                    other.map(|(key, _)| format!("{place}: another field {key}"))
                }
                "properties" => rule.as_object().unwrap().iter().find_map(|(key, rule)| {
                    value.get(key).and_then(|value| fault(root, rule, value, &format!("{place}/{key}")))
                }),
                "pattern" => {
                    let text = value.as_str().unwrap_or_default();
                    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                    let is_right = match rule.as_str().unwrap() {
                        r"^\S+$" => !text.is_empty() && !text.contains(char::is_whitespace),
                        "^-?[0-9]+(/[0-9]*[1-9][0-9]*)?$" => {
                            let (num, den) = text.split_once('/').unwrap_or((text, "1"));
                            digits(num.strip_prefix('-').unwrap_or(num)) && digits(den) && den.contains(|c| c != '0')
                        }
                        other => panic!("unknown pattern {other}"),
                    };
                    if is_right { None } else { wrong(&format!("`{text}` is not of the form {rule}")) }
                }
                other => panic!("unknown keyword {other}"),
            };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn networks() -> Vec<(String, &'static dyn reductions::Reduction)> {
    let name = |reduction: &dyn reductions::Reduction| {
        let description = reduction.description();
        format!("{} {} {}", reduction.problem().name(), description.model, description.variant.unwrap_or_default())
    };
    reductions::all().into_iter().map(|reduction| (name(reduction), reduction)).collect()
}

#[test]
fn every_shipped_network_and_machine_keeps_to_its_schema() {
    let (network, machine) = (schema("network"), schema("machine"));
    let mut machines = 0;
    for (name, reduction) in networks() {
        assert_eq!(fault(&network, &network, &reduction.network().to_json(), ""), None, "{name}");
        if let Some(own) = reduction.machine() {
            assert_eq!(fault(&machine, &machine, &own.to_json(), ""), None, "{name}");
            machines += 1;
        }
    }
    assert_eq!(machines, 5);
}

#[test]
fn what_a_schema_refuses_the_code_refuses_too() {
    let (network, machine) = (schema("network"), schema("machine"));
    let reduction = reductions::DyckRelu::shared();
    let own = reductions::Reduction::network(reduction).to_json();
    let of_machine = reductions::Reduction::machine(reduction).unwrap().to_json();
    let changes = [json!(null), json!(-1), json!("x y"), json!({}), json!([]), json!("1/0"), json!(1.5), json!(true)];
    let (mut refused, mut admitted) = (0, 0);
    for value in &changes {
        for place in [
            "/schema",
            "/kind",
            "/tokens",
            "/tokens/0",
            "/start/0",
            "/layers",
            "/layers/0/rows",
            "/readout/weights/0",
            "/layers/1/weights/0/2",
            "/layers/1/biases/0/0",
            "/layers/0",
        ] {
            let mut changed = own.clone();
            *changed.pointer_mut(place).unwrap() = value.clone();
            let by_schema = fault(&network, &network, &changed, "").is_some();
            let by_code = Network::from_json(&changed).is_err();
            assert!(!by_schema || by_code, "{place} := {value}");
            *(if by_schema { &mut refused } else { &mut admitted }) += 1;
        }
        for place in [
            "/schema",
            "/tokens",
            "/modes/0",
            "/start",
            "/accept",
            "/stacks/0/symbols",
            "/rules",
            "/rules/0",
            "/rules/0/do/0",
            "/rules/0/do/0/0",
            "/rules/1/when",
            "/rules/1/when/0/1",
            "/counters",
        ] {
            let mut changed = of_machine.clone();
            *changed.pointer_mut(place).unwrap() = value.clone();
            let by_schema = fault(&machine, &machine, &changed, "").is_some();
            assert!(!by_schema || Machine::from_json(&changed).is_err(), "{place} := {value}");
            *(if by_schema { &mut refused } else { &mut admitted }) += 1;
        }
    }
    assert!(refused > 150 && admitted > 4, "{refused} refused, {admitted} admitted");
}

// From here to the next test: an interpreter written from docs/formats.md, over JSON and plain fractions. It shares nothing
// with the crate `rnn`.

fn number(value: &Value) -> BigRational {
    let text = value.as_str().unwrap();
    let (num, den) = text.split_once('/').unwrap_or((text, "1"));
    BigRational::new(num.parse().unwrap(), den.parse().unwrap())
}

fn size(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn apply(map: &Value, x: &[BigRational]) -> Vec<BigRational> {
    assert_eq!(size(&map["columns"]), x.len());
    let mut y = vec![BigRational::zero(); size(&map["rows"])];
    for entry in list(&map["biases"]) {
        y[size(&entry[0])] += number(&entry[1]);
    }
    for entry in list(&map["weights"]) {
        let x = &x[size(&entry[1])];
        if !x.is_zero() {
            y[size(&entry[0])] += number(&entry[2]) * x;
        }
    }
    y
}

/// Maps with a ReLU between two of them.
fn through(maps: &[Value], mut x: Vec<BigRational>) -> Vec<BigRational> {
    for (i, map) in maps.iter().enumerate() {
        if i > 0 {
            x.iter_mut().filter(|value| value.is_negative()).for_each(|value| *value = BigRational::zero());
        }
        x = apply(map, &x);
    }
    x
}

fn dot(a: &[BigRational], b: &[BigRational]) -> BigRational {
    a.iter().zip(b).filter(|(a, b)| !a.is_zero() && !b.is_zero()).fold(BigRational::zero(), |sum, (a, b)| sum + a * b)
}

/// What a head gives, its memory updated.
fn head(head: &Value, memory: &mut [Vec<BigRational>], stream: &[BigRational]) -> Vec<BigRational> {
    let (k, v) = (size(&head["keys"]), list(&head["outputs"]).len());
    let rows = apply(&head["gates"], stream);
    let mut rows = rows.as_slice();
    let mut take = |n: usize| {
        let (first, rest) = rows.split_at(n);
        rows = rest;
        first
    };
    let (query, skip) = if head["family"] == "deltanet" {
        let (beta, key, value) = (&take(1)[0], take(k), take(v));
        let (query, skip) = (take(k), take(v));
        for (row, value) in memory.iter_mut().zip(value) {
            let error = beta * (value - dot(row, key));
            row.iter_mut().zip(key).for_each(|(entry, key)| *entry += &error * key);
        }
        (query, skip)
    } else {
        let (decay, lambda, removal, rate) = (take(k), &take(1)[0], take(k), take(k));
        let (write, value) = (take(k), take(v));
        let (query, skip) = (take(k), take(v));
        for (row, value) in memory.iter_mut().zip(value) {
            let read = lambda * dot(row, removal);
            for (j, entry) in row.iter_mut().enumerate() {
                *entry = &*entry * &decay[j] - &read * &rate[j] * &removal[j] + value * &write[j];
            }
        }
        (query, skip)
    };
    assert!(rows.is_empty());
    memory.iter().zip(skip).map(|(row, skip)| dot(row, query) + skip).collect()
}

/// After each prefix of the word: the decision and the values; the empty prefix first.
fn interpret(network: &Value, word: &[usize]) -> Vec<Vec<BigRational>> {
    let tokens = list(&network["tokens"]).len();
    let one_hot = |token: usize| (0..tokens).map(move |i| BigRational::from_integer(i64::from(i == token).into()));
    if network.get("on_empty").is_none() {
        let mut state: Vec<BigRational> = list(&network["start"]).iter().map(number).collect();
        let mut answers = vec![apply(&network["readout"], &state)];
        for token in word {
            state = match network.get("transitions") {
                Some(transitions) => apply(&transitions[*token], &state),
                None => through(list(&network["layers"]), state.iter().cloned().chain(one_hot(*token)).collect()),
            };
            answers.push(apply(&network["readout"], &state));
        }
        return answers;
    }
    let empty = BigRational::from_integer(if network["on_empty"] == true { 1 } else { -1 }.into());
    let values = vec![BigRational::zero(); list(&network["outputs"]).len()];
    let mut answers = vec![[empty].into_iter().chain(values).collect::<Vec<_>>()];
    let layers = list(&network["layers"]);
    let zeros = |head: &Value| vec![vec![BigRational::zero(); size(&head["keys"])]; list(&head["outputs"]).len()];
    let mut memory: Vec<Vec<_>> =
        layers.iter().map(|layer| list(&layer["heads"]).iter().map(zeros).collect()).collect();
    for token in word {
        let mut stream = apply(&network["embedding"], &one_hot(*token).collect::<Vec<_>>());
        for (layer, memory) in layers.iter().zip(&mut memory) {
            let heads = list(&layer["heads"]).iter().zip(memory);
            let given: Vec<BigRational> = heads.flat_map(|(one, memory)| head(one, memory, &stream)).collect();
            stream.extend(given);
            if !layer["feed_forward"].is_null() {
                stream.extend(through(list(&layer["feed_forward"]["maps"]), stream.clone()));
            }
        }
        answers.push(apply(&network["readout"], &stream));
    }
    answers
}

#[test]
fn an_interpreter_written_from_the_page_agrees_with_ours_on_every_shipped_network() {
    for (name, reduction) in networks() {
        let (network, problem) = (reduction.network(), reduction.problem());
        // A file of a million weights is interpreted slowly by such a plain reader.
        let is_large = network.size().weights > 60_000;
        let json = network.to_json();
        let mut random = problems::Random::new(7, 0);
        let mut words: Vec<problems::Word> = Vec::new();
        for (n, answer) in [(9, true), (9, false), (2, true)] {
            let n = n.max(problem.sizes().least);
            words.extend(problem.sample(n, answer, &mut random).map(|sample| sample.word));
        }
        words.push((0..12).map(|_| problems::token_of(random.below(network.tokens().len()))).collect());
        words.truncate(if is_large { 1 } else { 4 });
        assert!(!words.is_empty(), "{name}");
        for word in words {
            let word: Vec<usize> =
                word.iter().map(|token| usize::from(*token)).take(if is_large { 5 } else { 60 }).collect();
            let answers = interpret(&json, &word);
            let mut state = network.start_in(&ExactArithmetic);
            for (length, answer) in answers.iter().enumerate() {
                if length > 0 {
                    state = network.step(&ExactArithmetic, &state, word[length - 1]);
                }
                let decision = network.read_out(&ExactArithmetic, &state).to_rational();
                assert_eq!(answer[0], decision, "{name}: {:?}", &word[..length]);
                if let Network::Layered(layered) = network {
                    let values: Vec<BigRational> = layered.values(&state).iter().map(rnn::Exact::to_rational).collect();
                    assert_eq!(&answer[1..], values, "{name}: {:?}", &word[..length]);
                }
            }
        }
    }
}

#[test]
fn the_machine_of_the_page_is_read_and_counts() {
    let page = docs("formats.md");
    let mut blocks = page.split("```").filter_map(|block| block.strip_prefix("json\n"));
    let block = blocks.find(|block| block.contains("reduce.machine/1")).unwrap();
    let machine = Machine::from_json(&serde_json::from_str(block).unwrap()).unwrap();
    let accepts =
        |word: &str| machine.accepts(word.bytes().map(|byte| b"ab$".iter().position(|b| *b == byte).unwrap()));
    assert!(accepts("ab$") && accepts("aabb$") && !accepts("aab$") && !accepts("ba$") && !accepts("ab"));
    // Every word of a guard or an effect that the schema knows stands in the page.
    let schema = schema("machine");
    for form in ["guard", "effect"] {
        for one in list(&schema["$defs"][form]["oneOf"]) {
            let word = &one["prefixItems"][0];
            for name in word.get("enum").map_or(vec![&word["const"]], |names| list(names).iter().collect()) {
                assert!(page.contains(&format!("`[{name}, ")), "{name}");
            }
        }
    }
}

#[test]
fn every_kind_of_network_and_every_problem_has_its_page() {
    let (formats, problems_page) = (docs("formats.md"), docs("problems.md"));
    for kind in rnn::NetworkKind::ALL {
        assert!(formats.contains(&format!("`{}`", kind.name())), "{}", kind.name());
    }
    for problem in problems::all() {
        assert!(problems_page.contains(&format!("## {}\n", problem.name())), "{}", problem.name());
        if problem.alphabet().len() <= 14 && !problem.name().ends_with("automaton") && problem.name() != "word-problem"
        {
            let tokens = problem.alphabet().tokens().join(" ");
            let is_named = problems_page.contains(&tokens) || problem.alphabet().token("BOS").is_some();
            assert!(is_named, "{}: {tokens}", problem.name());
        }
    }
    // The examples of the page.
    let decide = |problem: &dyn Problem, word: &str| problem.decide(&problem.alphabet().parse(word).unwrap());
    let reachability = problems::reachability::Reachability;
    assert!(decide(&reachability, "|00#|0#0|00$") && !decide(&reachability, "|0#|00$"));
    assert!(decide(problems::circuit_value::copy(), "01(/.X$") && problems_page.contains("`01(/.X$`"));
}

#[test]
fn a_certificate_keeps_to_its_schema_and_one_without_a_part_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let network = reductions::WordProblemPd::generators().network().to_json().to_string();
    std::fs::write(path("network.json"), network).unwrap();
    let (network, list) = (path("network.json"), path("pairs.json"));
    let arguments = ["check", "--network", &network, "--against", "word-problem", "--certificate", &list];
    let output = assert_cmd::Command::cargo_bin("reduce").unwrap().args(arguments).output().unwrap();
    assert!(output.status.success());
    let value: Value = serde_json::from_str(&std::fs::read_to_string(list).unwrap()).unwrap();
    let schema = schema("certificate");
    assert_eq!(fault(&schema, &schema, &value, "certificate"), None);
    for name in value.as_object().unwrap().keys() {
        let mut less = value.clone();
        less.as_object_mut().unwrap().remove(name);
        assert!(fault(&schema, &schema, &less, "certificate").is_some(), "{name}");
    }
}
