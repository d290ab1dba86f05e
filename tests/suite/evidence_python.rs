//! What the checker in Python builds and computes again, and that it sees what was changed.

use super::evidence::Folder;
use super::evidence::claims;
use super::evidence::dyck;
use reduce::evidence::OutsideSolver;
use reductions::Reduction;
use serde_json::Value;
use serde_json::json;
use std::fs;

/// The checker in Python agrees on the folder of this claim, whose network it runs by an interpreter of its own.
fn python_agrees(reduction: &dyn Reduction) {
    let folder = Folder::of(reduction);
    let (code, text) = folder.python();
    assert!(code == 0 && text.contains("AGREES"), "{text}");
}

/// Every claim of a problem and a model, by problem, model and variant.
/// The claims of several layers, in parts that take a few seconds each.
const PARTS: [(&str, &str); 4] = [
    ("matrix-product", "deltanet"),
    ("matrix-product", "rwkv7"),
    ("weighted-automaton", "rwkv7"),
    ("weighted-automaton", "deltanet"),
];
/// The largest of them.
const LARGEST: &str = "three-states";
/// The one with the most units in a layer.
const WIDEST: &str = "vector18";

#[test]
fn python_agrees_on_every_claim_of_one_layer() {
    let is_layered = |problem: &str, model: &str| PARTS.contains(&(problem, model));
    let one_layer = claims(|problem, model, _| !is_layered(problem, model));
    assert_eq!(one_layer.len(), 10);
    one_layer.into_iter().for_each(python_agrees);
}

#[test]
fn python_agrees_on_every_matrix_product_of_deltanet() {
    claims(|problem, model, _| (problem, model) == PARTS[0]).into_iter().for_each(python_agrees);
}

#[test]
fn python_agrees_on_the_smaller_matrix_products_of_rwkv7() {
    claims(|problem, model, variant| (problem, model) == PARTS[1] && variant != Some(WIDEST))
        .into_iter()
        .for_each(python_agrees);
}

#[test]
fn python_agrees_on_the_widest_matrix_product_of_rwkv7() {
    let widest = claims(|problem, model, variant| (problem, model) == PARTS[1] && variant == Some(WIDEST));
    assert_eq!(widest.len(), 1);
    widest.into_iter().for_each(python_agrees);
}

#[test]
fn python_agrees_on_every_weighted_automaton_of_rwkv7() {
    claims(|problem, model, _| (problem, model) == PARTS[2]).into_iter().for_each(python_agrees);
}

#[test]
fn python_agrees_on_the_smaller_weighted_automata_of_deltanet() {
    claims(|problem, model, variant| (problem, model) == PARTS[3] && variant != Some(LARGEST))
        .into_iter()
        .for_each(python_agrees);
}

#[test]
fn python_agrees_on_the_largest_weighted_automaton_of_deltanet() {
    let largest = claims(|problem, model, variant| (problem, model) == PARTS[3] && variant == Some(LARGEST));
    assert_eq!(largest.len(), 1);
    largest.into_iter().for_each(python_agrees);
}

/// A weighted automaton of four layers, the smallest claim with finite checks.
fn routed() -> Folder {
    Folder::of(claims(|problem, model, _| (problem, model) == PARTS[2])[0])
}

/// A place in a JSON file.
type Place = fn(&mut Value) -> &mut Value;
/// What somebody does to a JSON file.
type Change = fn(&mut Value);

/// A JSON file of a folder, changed, and its digest with it.
fn change_json(folder: &Folder, name: &str, change: impl FnOnce(&mut Value)) {
    folder.change(name, |text| {
        let mut value: Value = serde_json::from_str(&text).unwrap();
        change(&mut value);
        value.to_string()
    });
}

#[test]
fn the_finite_checks_of_a_router_are_tables_that_are_computed_again_from_the_weights() {
    let folder = routed();
    let manifest = folder.manifest();
    let obligations = manifest["obligations"].as_array().unwrap();
    let (settled, asked): (Vec<&Value>, Vec<&Value>) =
        obligations.iter().partition(|entry| entry["queries"].as_array().unwrap().is_empty());
    assert!(settled.iter().all(|entry| entry["table"] == "tables.json") && settled.len() > 100);
    assert!(asked.iter().all(|entry| entry["table"].is_null()));
    let listed = manifest["finite_checks"].as_array().unwrap();
    assert!(listed.iter().all(|entry| entry["table"] == "tables.json" && !entry["shows"].as_str().unwrap().is_empty()));
    assert!(listed.iter().any(|entry| !entry["clauses"].as_array().unwrap().is_empty()));
    let (code, text) = folder.python();
    let expected = format!("{} finite checks of the router", settled.len());
    assert!(code == 0 && text.contains(&expected), "{text}");
    // Without the tables nobody can compute them again.
    folder.change_manifest(|manifest| {
        manifest["files"].as_array_mut().unwrap().retain(|file| file["path"] != "tables.json");
    });
    let refusal = folder.recheck(&OutsideSolver::Linked).unwrap_err();
    assert!(refusal.contains("`tables.json` among them"), "{refusal}");
    let (code, text) = folder.python();
    assert!(code == 2 && text.contains("names no tables.json"), "{text}");
}

#[test]
fn one_other_weight_of_a_routed_network_is_seen_in_the_tables() {
    let other = |value: &mut Value| *value = json!("3/7");
    let changes: [(&str, Place); 4] = [
        ("orbit", |network| &mut network["layers"][1]["heads"][0]["gates"]["weights"][0][2]),
        ("latch", |network| &mut network["layers"][2]["heads"][0]["gates"]["weights"][0][2]),
        ("integral", |network| &mut network["layers"][1]["feed_forward"]["maps"][0]["weights"][0][2]),
        ("outputs", |network| &mut network["readout"]["weights"][0][2]),
    ];
    for (kind, place) in changes {
        let folder = routed();
        change_json(&folder, "network.json", |network| other(place(network)));
        let (code, text) = folder.python();
        assert!(code == 1 && text.contains(&format!("DISAGREES {kind} ")), "{kind}: {text}");
    }
    let folder = routed();
    change_json(&folder, "network.json", |network| {
        let maps = network["layers"][2]["feed_forward"]["maps"].as_array_mut().unwrap();
        other(&mut maps.last_mut().unwrap()["weights"][0][2]);
    });
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains("DISAGREES schedule "), "{text}");
}

#[test]
fn one_other_entry_of_the_tables_is_a_disagreement() {
    let changes: [(&str, Change); 11] = [
        ("the orbit does not close", |tables| tables["orbit"][0][1] = json!("7")),
        ("latch 3:", |tables| tables["cases"][5]["after"][0][0] = json!("7")),
        ("integral 0:", |tables| tables["cases"][0]["arguments"][1]["greatest"] = json!("1000")),
        ("schedule 0:", |tables| tables["gates"][0][0][0][0] = json!(["2"])),
        ("rates 1 in the first block:", |tables| tables["cases"][3]["rates"] = json!(["0"])),
        ("can hold more than the tables say", |tables| tables["preloaded"][0] = json!("-3")),
        ("the embedding of token 0", |tables| tables["token_values"] = json!(["1", "0"])),
        ("block state 0: the other buffer does not hold", |tables| tables["scale"] = json!("2")),
        ("output state 1 letter 0", |tables| tables["held"][1][0] = json!(["0", "entry 0", "1"])),
        ("start: the start state holds", |tables| tables["start"][0][0] = json!("5")),
        ("the automaton gives", |tables| tables["automaton"]["initial"][0] = json!("5")),
    ];
    for (part, change) in changes {
        let folder = routed();
        change_json(&folder, "tables.json", change);
        let (code, text) = folder.python();
        assert!(code == 1 && text.contains(part), "{part}: {text}");
    }
    // Nor is a check left out, in the tables or in the manifest.
    let folder = routed();
    change_json(&folder, "tables.json", |tables| {
        tables["cases"].as_array_mut().unwrap().pop();
    });
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains("not every position of the orbit"), "{text}");
    let folder = routed();
    folder.change_manifest(|manifest| {
        manifest["obligations"].as_array_mut().unwrap().retain(|entry| entry["name"] != "schedule 4");
    });
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains("are not those that the tables show"), "{text}");
}

#[test]
fn a_part_of_the_checker_is_not_run_where_it_was_changed() {
    let folder = dyck();
    let part = "recheck_smt.py";
    fs::write(folder.file(part), folder.text(part) + "\nprint('AGREES')\nsys.exit(0)\n").unwrap();
    let (code, text) = folder.python();
    assert!(code == 2 && text.contains(part) && text.contains("SHA-256") && !text.contains("AGREES"), "{text}");
    fs::remove_file(folder.file(part)).unwrap();
    let (code, text) = folder.python();
    assert!(code == 2 && text.contains("the file is missing"), "{text}");
}

/// Changes a question and the file of its assumptions alike, as somebody does who knows what is compared.
fn change_both(folder: &Folder, obligation: &str, change: impl Fn(String) -> String) {
    let question = folder.question(obligation);
    folder.change(&question, &change);
    folder.change(&question.replace("obligations/", "assumptions/"), &change);
}

#[test]
fn questions_are_built_again_from_definition_and_invariant() {
    let folder = dyck();
    let (code, text) = folder.python();
    assert!(code == 0 && text.contains("19 questions, init, every step and every readout"), "{text}");
    let refused = |folder: &Folder, part: &str| {
        let (code, text) = folder.python();
        assert!(code == 1 && text.contains(part), "expected `{part}` in {text}");
    };
    // Another invariant, case, guard or effect than the questions speak of.
    let other = |before: &'static str, after: &'static str, part: &str| {
        let folder = dyck();
        folder.change("induction.json", |text| text.replacen(before, after, 1));
        refused(&folder, part);
    };
    other("(> 1.0 |x.s|)", "(> 2.0 |x.s|)", "assumes something that is no part of the invariant");
    other("\"(>= |x.s| 0.0)\", ", "", "assumes something that is no part of the invariant");
    other("\"accepts\": \"false\"", "\"accepts\": \"true\"", "what it denies is not what must follow");
    other("\"next\": \"Q\"", "\"next\": \"A\"", "what it denies is not what must follow");
    other("\"guard\": \"(= k 0)\"", "\"guard\": \"(= k 1)\"", "what it denies is not what must follow");
    other("(= |after.k| (+ k 1))", "(= |after.k| (+ k 2))", "what it denies is not what must follow");
    other("\"next\": \"Q\"", "\"next\": \"R\"", "a mode that a step leads to is not covered");
    // A question that assumes less, more, or something of the new state that is not its value, and one that denies more.
    let folder = dyck();
    change_both(&folder, "step Q [", |text| text.replacen("(assert (>= |h.s| 0.0))\n", "", 1));
    refused(&folder, "it does not assume the whole invariant");
    for more in ["(assert (> 0.0 |h.s|))\n", "(assert (= 5.0 |next.s|))\n"] {
        let folder = dyck();
        change_both(&folder, "step Q [", |text| text.replacen("(assert ", &format!("{more}(assert "), 1));
        refused(&folder, "it assumes something that is no part of the invariant");
    }
    let folder = dyck();
    let question = folder.question("readout Q");
    folder.change(&question, |text| text.replacen("(= (> decision 0.0) false)", "(= (> decision 1.0) false)", 1));
    refused(&folder, "what it denies is not what must follow");
}
