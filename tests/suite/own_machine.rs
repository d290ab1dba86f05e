//! Machines from files: what goes through a file comes back, and *network = machine* is proved without an invariant.

use proptest::prelude::*;
use reduce::check::own_machine;
use reduce::check::own_machine::OwnMachineOutcome;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::construction::compile::compile;
use reductions::construction::machine::Machine;
use reductions::proof::NETWORK_IS_MACHINE;
use reductions::proof::ObligationKind;
use rnn::Exact;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

fn shipped() -> Vec<(String, Machine)> {
    let of = |reduction: &dyn reductions::Reduction| {
        let name = format!("{} {}", reduction.problem().name(), reduction.description().variant.unwrap_or_default());
        reduction.machine().map(|machine| (name, machine.clone()))
    };
    reductions::all().into_iter().filter_map(of).collect()
}

fn through_a_file(machine: &Machine) -> Machine {
    Machine::from_json(&serde_json::from_str(&machine.to_text()).unwrap()).unwrap()
}

fn judge(machine: &Machine, network: &Network) -> OwnMachineOutcome {
    let length = problems::longest_within(machine.tokens().len(), 3_000);
    own_machine::check(machine, network, Some(length), Duration::from_secs(10), &Progress::new(true)).unwrap()
}

/// a^n b^n $ by a counter, as somebody would write it.
fn counting() -> Value {
    json!({
        "schema": "reduce.machine/1",
        "tokens": ["a", "b", "$"],
        "modes": ["A", "B", "Accept"],
        "start": "A",
        "accept": ["Accept"],
        "counters": [{"name": "e", "signed": false}],
        "rules": [
            {"mode": "A", "token": "a", "next": "A", "do": [["add", "e", 1]]},
            {"mode": "A", "token": "b", "when": [["nonzero", "e"]], "next": "B", "do": [["add", "e", -1]]},
            {"mode": "B", "token": "b", "when": [["nonzero", "e"]], "next": "B", "do": [["add", "e", -1]]},
            {"mode": "A", "token": "$", "when": [["zero", "e"]], "next": "Accept"},
            {"mode": "B", "token": "$", "when": [["zero", "e"]], "next": "Accept"}
        ]
    })
}

/// Three symbols on one stack and two on another, a signed counter, every guard and action; two modes accept, the start
/// is not the first mode, and one mode is never reached.
fn everything() -> Value {
    json!({
        "schema": "reduce.machine/1",
        "tokens": ["x", "y", "z", "pop", "r", "c", "e", "end"],
        "modes": ["Other", "Q", "Done", "Never"],
        "start": "Q",
        "accept": ["Done", "Other"],
        "counters": [{"name": "d", "signed": true}, {"name": "n", "signed": false}],
        "stacks": [
            {"name": "s", "symbols": ["x", "y", "z"]},
            {"name": "t", "symbols": ["x", "y", "z"]},
            {"name": "u", "symbols": ["one"]}
        ],
        "rules": [
            {"mode": "Q", "token": "x", "next": "Q", "do": [["push", "s", "x"], ["add", "d", 1], ["push", "u", "one"]]},
            {"mode": "Q", "token": "y", "next": "Q", "do": [["push", "s", "y"], ["add", "d", -3], ["add", "n", 2]]},
            {"mode": "Q", "token": "z", "when": [["zero", "d"]], "next": "Q", "do": [["push", "s", "z"]]},
            {"mode": "Q", "token": "z", "when": [["nonzero", "d"]], "next": "Other", "do": [["push", "t", "z"]]},
            {"mode": "Other", "token": "z", "next": "Q"},
            {"mode": "Q", "token": "pop", "when": [["top", "s", "z"]], "next": "Q", "do": [["pop", "s"]]},
            {"mode": "Q", "token": "pop", "when": [["nonempty", "s"], ["not-top", "s", "z"], ["nonzero", "n"]],
             "next": "Q", "do": [["pop", "s"], ["add", "n", -1], ["clear", "u"]]},
            {"mode": "Q", "token": "r", "when": [["top", "s", "x"]], "next": "Q", "do": [["replace", "s", "y"]]},
            {"mode": "Q", "token": "r", "when": [["top", "s", "y"]], "next": "Q", "do": [["replace", "s", "z"]]},
            {"mode": "Q", "token": "c", "next": "Q", "do": [["copy", "t", "s"]]},
            {"mode": "Q", "token": "e", "when": [["empty", "t"]], "next": "Q", "do": [["clear", "s"]]},
            {"mode": "Q", "token": "end", "when": [["top", "t", "y"], ["nonempty", "u"]], "next": "Done"},
            {"mode": "Never", "token": "x", "when": [["nonempty", "t"]], "next": "Q", "do": [["pop", "t"]]}
        ]
    })
}

#[test]
fn every_shipped_machine_passes_through_a_file_and_is_proved() {
    let machines = shipped();
    assert_eq!(machines.len(), 5);
    for (name, machine) in machines {
        let read = through_a_file(&machine);
        assert_eq!(read, machine, "{name}");
        assert_eq!(read.to_text(), machine.to_text(), "{name}");
        let outcome = judge(&read, &compile(&read));
        assert_eq!(outcome.verdict, Verdict::Proved, "{name}: {:?}", outcome.obligations);
        // The claim says no more than it proves.
        let carrying: Vec<&str> = outcome.links.iter().filter(|l| l.carries).map(|l| l.name.as_str()).collect();
        assert_eq!(carrying, [NETWORK_IS_MACHINE], "{name}");
        assert!(outcome.obligations.iter().all(|judged| !judged.kind.is_of_meaning()));
        assert!(outcome.words[0] > 0 || name.contains("circuit"), "{name}: {:?}", outcome.words);
    }
}

#[test]
fn a_machine_that_is_not_in_the_project_is_proved() {
    for value in [counting(), everything()] {
        let machine = Machine::from_json(&value).unwrap();
        assert_eq!(through_a_file(&machine), machine);
        let outcome = judge(&machine, &compile(&machine));
        let open: Vec<_> = outcome.obligations.iter().filter(|o| !o.is_discharged() || !o.is_witnessed()).collect();
        assert_eq!(outcome.verdict, Verdict::Proved, "{open:?}");
        let n_modes = machine.states().len() + 1;
        let count = |kind| outcome.obligations.iter().filter(|judged| judged.kind == kind).count();
        assert_eq!(count(ObligationKind::Step), n_modes * machine.tokens().len());
        assert_eq!((count(ObligationKind::Init), count(ObligationKind::Readout)), (1, n_modes));
        let stacks = !machine.stacks().is_empty();
        assert_eq!(count(ObligationKind::StackCode), if stacks { 1 + usize::from(machine.n_symbols()) } else { 0 });
        assert!(outcome.words[0] > 0 && outcome.words[1] > 0, "{:?}", outcome.words);
    }
}

#[test]
fn the_derived_definition_is_the_machine_on_every_short_word() {
    let own = [counting(), everything()].map(|value| (String::new(), Machine::from_json(&value).unwrap()));
    for (name, machine) in shipped().into_iter().chain(own) {
        let terms = rnn::Terms::default();
        let reader = reductions::proof::machine::definition(&terms, &machine).reader();
        let length = problems::longest_within(machine.tokens().len(), 4_000);
        for word in (0..=length).flat_map(|length| problems::words_of_length(machine.tokens().len(), length)) {
            let word = || word.iter().map(|token| usize::from(*token));
            assert_eq!(reader.reads(word()), machine.accepts(word()), "{name}: {:?}", word().collect::<Vec<_>>());
        }
    }
}

#[test]
fn the_network_of_another_machine_is_refuted_by_a_word() {
    let machine = Machine::from_json(&counting()).unwrap();
    // One rule changed at a time: another effect, another guard, another mode.
    let changes: [(&str, Value); 4] = [
        ("/rules/0/do/0/2", json!(2)),
        ("/rules/4/when/0/0", json!("nonzero")),
        ("/rules/2/next", json!("A")),
        ("/accept/0", json!("B")),
    ];
    for (place, value) in changes {
        let mut changed = counting();
        *changed.pointer_mut(place).unwrap() = value;
        let other = Machine::from_json(&changed).unwrap();
        let outcome = judge(&machine, &compile(&other));
        assert_eq!(outcome.verdict, Verdict::Refuted, "{place}");
        assert!(!outcome.alarm, "{place}");
        let (word, answer) = outcome.counterexample.unwrap();
        let word = || word.iter().map(|token| usize::from(*token));
        assert_eq!((machine.accepts(word()), other.accepts(word())), (answer, !answer), "{place}");
    }
}

/// A network with one number of its JSON changed by 1, the k-th of all weights and biases.
fn changed(network: &Network, k: usize) -> Option<Network> {
    let mut value = network.to_json();
    let mut left = k;
    for layer in value["layers"].as_array_mut().unwrap() {
        for part in ["weights", "biases"] {
            for entry in layer[part].as_array_mut().unwrap() {
                let last = entry.as_array_mut().unwrap().last_mut().unwrap();
                if left == 0 {
                    let number: Exact = last.as_str().unwrap().parse().unwrap();
                    *last = json!((number + Exact::ONE).to_string());
                    return Some(Network::from_json(&value).unwrap());
                }
                left -= 1;
            }
        }
    }
    None
}

#[test]
fn no_network_with_a_changed_weight_is_proved_unless_it_still_is_the_machine() {
    let (_, machine) = shipped().into_iter().find(|(name, _)| name.starts_with("dyck")).unwrap();
    let network = compile(&machine);
    let (mut refuted, mut open, mut harmless) = (0, 0, 0);
    for mutant in (0..).step_by(3).map_while(|k| changed(&network, k)) {
        let outcome = judge(&machine, &mutant);
        assert!(!outcome.alarm);
        match outcome.verdict {
            Verdict::Refuted => refuted += 1,
            Verdict::Undetermined => open += 1,
            _ => harmless += 1,
        }
    }
    // An accepting word is short, so that nearly every change shows in one.
    assert!(refuted >= 15 && harmless <= 2 && open <= 4, "{refuted} refuted, {open} open, {harmless} harmless");
}

#[test]
fn a_network_of_another_kind_or_with_other_names_is_refused() {
    let machine = Machine::from_json(&counting()).unwrap();
    let of = |network: &Network| {
        own_machine::check(&machine, network, Some(1), Duration::from_secs(1), &Progress::new(true)).unwrap_err()
    };
    let linear = reductions::WordProblemPd::generators();
    assert!(of(reductions::Reduction::network(linear)).to_string().contains("kind of network"));
    let mut other = counting();
    other["tokens"][0] = json!("A");
    for rule in other["rules"].as_array_mut().unwrap() {
        if rule["token"] == "a" {
            rule["token"] = json!("A");
        }
    }
    let other = compile(&Machine::from_json(&other).unwrap());
    assert_eq!(of(&other).to_string(), "tokens: expected a b $, got A b $");
}

#[test]
fn what_is_wrong_with_a_machine_is_said_with_its_rule() {
    let cases: [(&str, Value, &str); 24] = [
        ("/schema", json!("reduce.machine/2"), "schema: expected `reduce.machine/1`"),
        ("/rules/1/when", json!([]), "rules[1]: expected a guard against zero where a non-negative counter"),
        ("/rules/1/when/0/0", json!("zero"), "rules[1]: expected a guard against zero"),
        ("/rules/2/mode", json!("A"), "rules[2]: expected rules that cannot fire together"),
        ("/rules/2/mode", json!("C"), "rules[2].mode: expected a mode, one of A B Accept, got `C`"),
        ("/rules/2/next", json!("C"), "rules[2].next: expected a mode, one of A B Accept, got `C`"),
        ("/rules/2/token", json!("c"), "rules[2].token: expected a token, one of a b $, got `c`"),
        ("/rules/2/when/0/1", json!("f"), "rules[2].when[0]: expected a counter, one of e, got `f`"),
        (
            "/rules/2/when/0",
            json!(["empty", "s"]),
            "rules[2].when[0]: expected a stack, of which there is none, got `s`",
        ),
        ("/rules/2/when/0/0", json!("positive"), "rules[2].when[0]: expected one of [\"zero\", counter]"),
        ("/rules/2/do/0", json!(["reset", "e"]), "rules[2].do[0]: expected no counter to become 0 in one step"),
        ("/rules/2/do/0", json!(["add", "e"]), "rules[2].do[0]: expected one of [\"add\", counter, number]"),
        ("/rules/2/do/0/2", json!(1.5), "rules[2].do[0]: expected a whole number of magnitude at most"),
        ("/rules/2/do/0/2", json!(i64::MIN), "rules[2].do[0]: expected a whole number of magnitude at most"),
        ("/rules/2/do/0/2", json!(-2), "rules[2]: expected at most 1 to be subtracted in one step"),
        ("/rules/2", json!([]), "rules[2]: expected an object, got a list"),
        ("/rules/2/when", json!(3), "rules[2].when: expected a list, got `3`"),
        ("/counters/0/signed", json!("no"), "counters[0].signed: expected true or false, got `\"no\"`"),
        ("/counters/0/name", json!("A"), "counters[0].name: expected a name that no mode, counter or stack has yet"),
        ("/counters/0/name", json!("|e|"), "counters[0].name: expected a name without | and \\"),
        ("/modes/1", json!("DEAD"), "modes[1]: expected another name, got `DEAD`"),
        ("/tokens/1", json!("a"), "tokens[1]: expected each name once, got `a` twice"),
        ("/start", json!("Z"), "start: expected a mode, one of A B Accept, got `Z`"),
        ("/accept", json!([]), "accept: expected at least one mode, got none"),
    ];
    for (place, value, expected) in cases {
        let mut wrong = counting();
        *wrong.pointer_mut(place).unwrap() = value;
        let error = Machine::from_json(&wrong).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{place}: {error}");
    }
    let mut more = everything();
    more["rules"][5]["when"] = json!([["nonempty", "s"]]);
    more["rules"][6]["when"] =
        json!([["not-top", "s", "x"], ["not-top", "s", "y"], ["nonempty", "s"], ["nonzero", "n"]]);
    let error = Machine::from_json(&more).unwrap_err().to_string();
    let situation = "which both fire in mode Q on pop where n != 0 and top s = z; the first of them is rules[5]";
    assert!(
        error.starts_with("rules[6]: expected rules that cannot fire together") && error.ends_with(situation),
        "{error}"
    );
    let mut more = everything();
    more["rules"][5]["when"] = json!([["not-top", "s", "x"]]);
    let error = Machine::from_json(&more).unwrap_err().to_string();
    assert!(error.starts_with("rules[5]: expected a guard against the empty stack"), "{error}");
    let mut more = everything();
    more["rules"][9]["do"][0] = json!(["copy", "u", "s"]);
    let error = Machine::from_json(&more).unwrap_err().to_string();
    assert!(error.starts_with("rules[9].do[0]: expected two stacks with the same list of symbols"), "{error}");
    more["rules"][9]["do"][0] = json!(["push", "u", "two"]);
    let error = Machine::from_json(&more).unwrap_err().to_string();
    assert!(error.starts_with("rules[9].do[0]: expected a symbol of `u`, one of one, got `two`"), "{error}");
    // A file of another kind is refused as one, and not for one of its fields.
    let error = Machine::from_json(&compile(&Machine::from_json(&counting()).unwrap()).to_json()).unwrap_err();
    assert_eq!(error.to_string(), "schema: expected `reduce.machine/1`, got `reduce.network/1`");
    more["rule"] = json!([]);
    let error = Machine::from_json(&more).unwrap_err().to_string();
    assert!(error.starts_with("the machine: expected only the fields schema, tokens"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Any value anywhere in the file: refused with a sentence, or a machine that is written and read alike.
    #[test]
    fn no_change_of_a_file_makes_the_reader_panic(
        place in any::<prop::sample::Index>(),
        value in prop_oneof![
            Just(json!(null)), Just(json!([])), Just(json!({})), Just(json!(-1)), Just(json!("e")), Just(json!("s")),
            Just(json!("Q")), Just(json!("x")), Just(json!(["zero", "d"])), Just(json!(["pop", "s"])), Just(json!(["pop"])),
            Just(json!([["add", "n", -1]])), Just(json!(true)), Just(json!(1e300)), Just(json!("\u{0}")), Just(json!("")),
        ],
    ) {
        let mut file = everything();
        let places = places(&file);
        *file.pointer_mut(&places[place.index(places.len())]).unwrap() = value;
        match Machine::from_json(&file) {
            Ok(machine) => prop_assert_eq!(through_a_file(&machine), machine),
            Err(error) => prop_assert!(error.to_string().contains("expected"), "{}", error),
        }
    }
}

/// The places of all values in a file.
fn places(value: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    match value {
        Value::Array(items) => {
            let inner =
                items.iter().enumerate().flat_map(|(i, item)| self::places(item).into_iter().map(move |p| (i, p)));
            places.extend(inner.map(|(i, p)| format!("/{i}{p}")));
        }
        Value::Object(fields) => {
            for (key, value) in fields {
                places.extend(self::places(value).into_iter().map(|p| format!("/{key}{p}")));
            }
        }
        _ => {}
    }
    places
}
