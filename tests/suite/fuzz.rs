//! Every reader of a file against bytes that nobody meant: no panic, and one error that says what was expected. What is
//! read all the same is written and read alike, and runs.

use assert_cmd::Command;
use problems::weighted_automaton::text;
use proptest::prelude::*;
use reductions::Reduction;
use reductions::construction::machine::Machine;
use rnn::ExactArithmetic;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::sync::LazyLock;

/// A network of each form, the smallest that is shipped.
fn networks() -> &'static [Value] {
    static NETWORKS: LazyLock<Vec<Value>> = LazyLock::new(|| {
        let all = reductions::all();
        let smallest = |kind: &str| {
            let of_kind = all.iter().map(|r| r.network()).filter(|network| network.kind().name() == kind);
            of_kind.min_by_key(|network| network.size().weights).map(Network::to_json)
        };
        ["relu", "permutation-diagonal", "one-hot-diagonal", "deltanet", "rwkv7"]
            .into_iter()
            .filter_map(smallest)
            .collect()
    });
    &NETWORKS
}

/// The place of a value in a file, drawn from all of them, the first entries of long lists more often.
fn some_place(value: &Value, choices: &[prop::sample::Index]) -> String {
    let mut place = String::new();
    let mut value = value;
    for choice in choices {
        let (key, next) = match value {
            Value::Array(items) if !items.is_empty() => {
                let i = choice.index(items.len().min(4));
                (i.to_string(), &items[i])
            }
            Value::Object(fields) if !fields.is_empty() => {
                let (key, value) = fields.iter().nth(choice.index(fields.len())).unwrap();
                (key.clone(), value)
            }
            _ => break,
        };
        place.push_str(&format!("/{key}"));
        value = next;
        if choice.index(4) == 3 {
            break;
        }
    }
    place
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[0, 0, "1"]])),
        Just(json!([0, 0, "1/3"])),
        any::<u8>().prop_map(|n| json!(n % 6)),
        Just(json!(u64::MAX)),
        Just(json!(1u64 << 20)),
        Just(json!(-1)),
        Just(json!(1e308)),
        "[0-9/-]{0,4}".prop_map(|text| json!(text)),
        "\\PC{0,3}".prop_map(|text| json!(text)),
        Just(json!("99999999999999999999999/7")),
        Just(json!(true)),
        Just(json!("deltanet")),
        Just(json!("diagonal")),
        Just(json!("relu")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_network_with_any_value_anywhere_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((proptest::collection::vec(any::<prop::sample::Index>(), 1..8), any_value()), 1..3),
    ) {
        let mut file = networks()[which.index(networks().len())].clone();
        for (choices, value) in changes {
            let place = some_place(&file, &choices);
            *file.pointer_mut(&place).unwrap() = value;
        }
        match Network::from_json(&file) {
            Ok(network) => {
                prop_assert_eq!(Network::from_json(&network.to_json()), Ok(network.clone()));
                let mut state = network.start_in(&ExactArithmetic);
                for token in 0..network.tokens().len().min(3) {
                    state = network.step(&ExactArithmetic, &state, token);
                    network.read_out(&ExactArithmetic, &state);
                }
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }

    #[test]
    fn any_text_is_no_machine_or_a_machine(text in "\\PC{0,40}", bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        for text in [text.as_bytes(), &bytes] {
            if let Ok(value) = serde_json::from_slice::<Value>(text) {
                prop_assert!(Machine::from_json(&value).is_err());
                prop_assert!(Network::from_json(&value).is_err());
            }
        }
    }

    #[test]
    fn an_automaton_with_a_few_bytes_changed_is_read_or_refused(
        which in any::<prop::sample::Index>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), "[0-9a-c/ \n<>-]", 0u8..4), 1..6),
    ) {
        let shipped = problems::weighted_automaton::all();
        let mut lines: Vec<char> = text::write(shipped[which.index(shipped.len())].automaton()).chars().collect();
        for (place, character, edit) in edits {
            if lines.is_empty() {
                break;
            }
            let place = place.index(lines.len());
            let character = character.chars().next().unwrap();
            match edit {
                0 => lines[place] = character,
                1 => lines.insert(place, character),
                2 => { lines.remove(place); }
                _ => lines.truncate(place),
            }
        }
        let changed: String = lines.into_iter().collect();
        match text::read("changed", &changed) {
            Ok(automaton) => {
                let again = text::read("changed", &text::write(&automaton)).unwrap();
                prop_assert_eq!(again.alphabet(), automaton.alphabet());
                for word in problems::words_of_length(automaton.alphabet().len(), 3).take(30) {
                    prop_assert_eq!(again.weight(&word), automaton.weight(&word));
                }
                let _ = problems::deterministic_automaton::DeterministicAutomaton::read("changed", &changed);
            }
            Err(error) => prop_assert!(error.message.contains("expected"), "{}", error),
        }
    }
}

#[test]
fn no_line_of_instances_makes_the_program_panic() {
    let lines = [
        "{",
        "{}",
        "{\"word\": 3}",
        "{\"word\": \"(\", \"answer\": 3}",
        "{\"word\": \"x\"}",
        "\u{0}",
        "[1]",
        "(((",
        "\"(\"",
        "{\"word\": \"(\", \"problem\": \"reachability\"}",
        "{\"word\": \"(\", \"variant\": \"walk\"}",
        "(\u{301}",
        "\u{feff}()$",
    ];
    for line in lines {
        let output = Command::cargo_bin("reduce").unwrap().args(["run", "dyck-2"]).write_stdin(line).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        let is_word = output.status.code() == Some(0);
        assert!(
            is_word || output.status.code() == Some(2) && error.contains("standard input: line 1: "),
            "{line:?}: {error}"
        );
        assert!(!error.contains("panicked"), "{line:?}: {error}");
    }
}

#[test]
fn the_smallest_network_of_each_form_is_changed() {
    assert_eq!(networks().len(), 5);
    assert!(reductions::DyckRelu::shared().network().to_json() == networks()[0]);
}
