//! `docs/json.md` against the program: every field that is printed is described under its schema, and every field that is
//! described is one that is printed.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The fields that each section describes, by its heading.
fn described() -> BTreeMap<String, BTreeSet<String>> {
    let page = fs::read_to_string(format!("{}/docs/json.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut sections: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut section = String::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.replace('`', "");
            sections.insert(section.clone(), BTreeSet::new());
        } else if let Some(cell) = line.strip_prefix("| `").and_then(|rest| rest.split(" | ").next()) {
            let names = cell.trim_end_matches('`').split("`, `").map(str::to_owned);
            sections.get_mut(&section).unwrap().extend(names);
        }
    }
    sections
}

/// The fields of an answer, each with the places of the entries and objects above it. What is null is a field, or stands for those under it.
fn fields(value: &Value, above: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                let name = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
                fields(value, &name, into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, &format!("{above}[]"), into)),
        _ => {
            into.insert(above.to_owned());
        }
    }
}

/// Whether a field of the page is this one.
fn is_meant(described: &str, printed: &str) -> bool {
    let free = described.split('*').collect::<Vec<_>>();
    match free.as_slice() {
        [name] => *name == printed,
        [before, after] => printed.starts_with(before) && printed.ends_with(after),
        _ => false,
    }
}

struct Page {
    sections: BTreeMap<String, BTreeSet<String>>,
    seen: BTreeMap<String, BTreeSet<String>>,
}

impl Page {
    /// Runs a command in a folder, and looks at each of its answers under this heading.
    fn look(&mut self, folder: &Path, heading: &str, arguments: &[&str], input: &str) -> Value {
        let done =
            Command::cargo_bin("reduce").unwrap().current_dir(folder).args(arguments).write_stdin(input).output();
        let text = String::from_utf8(done.unwrap().stdout).unwrap();
        let mut answers: Vec<Value> =
            serde_json::Deserializer::from_str(&text).into_iter().map(Result::unwrap).collect();
        answers = answers.into_iter().flat_map(|answer| answer.as_array().cloned().unwrap_or(vec![answer])).collect();
        assert!(!answers.is_empty(), "{arguments:?}");
        self.describes(heading, &answers, arguments);
        answers.swap_remove(0)
    }

    /// Looks at answers under this heading.
    fn describes(&mut self, heading: &str, answers: &[Value], arguments: &[&str]) {
        for answer in answers {
            let schema = answer["schema"].as_str();
            assert!(schema.is_none_or(|schema| heading.starts_with(schema)), "{arguments:?}: {schema:?} in {heading}");
            let mut printed = BTreeSet::new();
            fields(answer, "", &mut printed);
            printed.remove("schema");
            for field in &printed {
                let section = &self.sections[heading];
                if let Some(found) = section.iter().find(|described| is_meant(described, field)) {
                    self.seen.entry(heading.to_owned()).or_default().insert(found.clone());
                    continue;
                }
                // What is null here can be an object elsewhere.
                let is_object = section.iter().any(|described| described.starts_with(&format!("{field}.")));
                assert!(is_object, "{arguments:?}: `{field}` is not described in {heading}");
            }
        }
    }
}

#[test]
fn every_field_that_is_printed_is_described_and_every_one_that_is_described_is_printed() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let mut page = Page { sections: described(), seen: BTreeMap::new() };
    let mut look = |heading: &str, arguments: &str, input: &str| {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        page.look(place.path(), heading, &arguments, input)
    };
    let shown = |what: &[&str]| {
        let done = Command::cargo_bin("reduce").unwrap().arg("show").args(what).output().unwrap();
        String::from_utf8(done.stdout).unwrap()
    };
    fs::write(at("machine.json"), shown(&["dyck-2", "--machine"])).unwrap();
    let weights = shown(&["dyck-2", "--network"]);
    let changed = weights.replacen("\"1/4\"", "\"1/3\"", 1);
    assert_ne!(weights, changed);
    fs::write(at("changed.json"), changed).unwrap();
    fs::write(at("automaton.txt"), "0 0 a 1/2\n0 1 b\n1 0 a 2\n0 1\n").unwrap();
    let weights = shown(&["weighted-automaton", "--automaton", at("automaton.txt").to_str().unwrap(), "--network"]);
    let mut network: Value = serde_json::from_str(&weights).unwrap();
    let first = &mut network["readout"]["weights"][0].as_array_mut().unwrap()[2];
    *first = serde_json::json!("-1");
    fs::write(at("letters.json"), network.to_string()).unwrap();
    fs::write(at("and.aag"), "aag 3 2 0 1 1\n2\n4\n6\n6 2 4\n").unwrap();

    let (check, machine) = ("reduce.check/2", "reduce.check/2, of a machine");
    let proved = look(check, "check dyck-2 --n 3 --words 3 --samples 2 --json", "");
    assert_eq!(proved["verdict"], "proved");
    look(check, "check reachability --variant target-last-sink --n 3 --words 4 --samples 2 --json", "");
    look(check, "check dyck-2 --n 3 --words 5 --samples 2 --network changed.json --json", "");
    look(check, "check dyck-2 --n 3 --words 3 --samples 2 --frac-bits 8 --json", "");
    let refuted = look(
        check,
        "check weighted-automaton --automaton automaton.txt --network letters.json --n 3 --words 3 --json",
        "",
    );
    assert!(refuted["counterexample"]["values"].is_object(), "{refuted}");
    look(machine, "check reachability --variant printed --n 9 --words 9 --json", "");
    look("reduce.circuit-check/1", "check circuit-value --circuit and.aag --input 11 --json", "");
    look("reduce.machine-check/1", "check --machine machine.json --words 3 --json", "");
    look("reduce.machine-check/1", "check --machine machine.json --network changed.json --words 5 --json", "");
    let against = "reduce.against/1";
    fs::write(at("weights.json"), shown(&["dyck-2", "--network"])).unwrap();
    fs::write(at("words.jsonl"), "{\"word\": \"()$\", \"answer\": true}\n?\n").unwrap();
    look(
        against,
        "check --network weights.json --against regex:.* --states 999 --minimal d.txt --certificate c.json --json",
        "",
    );
    look(against, "check --network weights.json --against dyck-2 --words 3 --number fixed:2.8 --json", "");
    look(against, "check --network weights.json --against words:words.jsonl --keep-going --json", "");
    let machine_check = "reduce.machine-check/1";
    look(machine_check, "check --machine machine.json --words 3 --against regex:.* --certificate c.json --json", "");
    look(machine_check, "check --machine machine.json --words 3 --against words:words.jsonl --keep-going --json", "");
    look("reduce.run-against/1", "run --network weights.json --against dyck-2 --json", "()$\n");
    look("reduce.run-against/1", "run --machine machine.json --against dyck-2 --json", "()$\n");
    look("reduce.run-machine/1", "run --machine machine.json --json", "()$\n");
    look(check, "check dyck-2 --n 3 --words 3 --samples 2 --evidence evidence --json", "");
    look("reduce.recheck/1", "recheck evidence --json", "");
    let automaton = "check weighted-automaton --n 4 --words 2 --samples 2 --json --evidence";
    look(check, &format!("{automaton} rates --model rwkv7"), "");
    look(check, &format!("{automaton} sizes --model deltanet --variant counter-difference-sign"), "");
    look(
        "reduce.shipped-check/1",
        "check word-problem --model gated-delta-net --variant s3-adjacent --n 9 --words 3 --json",
        "",
    );
    look(
        "reduce.shipped-check/1",
        "check word-problem --model gated-delta-net --variant s3-adjacent --n 9 --words 3 --number e4m3 --json",
        "",
    );
    look(
        "reduce.shipped-check/1",
        "check word-problem --model delta-net --variant s3-usual-keys --n 64 --words 3 --json",
        "",
    );
    let export = ["export", "word-problem", "--model", "delta-net", "--variant", "s3-swaps", "--to", "fla"];
    let made = super::common::reduce(&[&export[..], &[at("layer").to_str().unwrap()]].concat());
    assert_eq!(made.code, 0, "{}", made.err);
    let checkpoint = "reduce.checkpoint/1";
    look(checkpoint, "check --checkpoint layer --against word-problem --variant s3-swaps --json", "");
    look(checkpoint, "check --checkpoint layer --against word-problem --variant s3-adjacent --json", "");
    look("reduce.shipped-bits/1", "bits word-problem --model delta-net --variant s3-swaps --json", "");
    look("reduce.shipped-cast/1", "cast word-problem --model delta-net --variant s3-swaps --to e4m3 --json", "");
    let rounded = "cast word-problem --model delta-net --variant s3-swaps --to e5m2 --round-weights --n 40 --json";
    look("reduce.shipped-cast/1", rounded, "");
    look("reduce.control/1", "check --controls --json", "");
    #[cfg(unix)]
    {
        let export = super::common::reduce(&["export", "dyck-2", "--to", "coq", at("coq").to_str().unwrap()]);
        assert_eq!(export.code, 0, "{}", export.err);
        let coqc = super::common::stand_in(place.path(), super::common::VERSION, super::common::ACCEPT);
        look("reduce.coq-recheck/1", &format!("recheck coq --coqc {} --json", coqc.display()), "");
        let refuses = super::common::stand_in(place.path(), super::common::VERSION, "exit 1");
        look("reduce.coq-recheck/1", &format!("recheck coq --coqc {} --json", refuses.display()), "");
    }
    look("reduce.claim/1", "list --json", "");
    look("reduce.run/1", "run dyck-2 --json", "{\"word\": \"()$\", \"answer\": true}\n");
    look("reduce.run/1", "run reachability --variant target-last-sink --json", "|#|0#|0$\n");
    look("reduce.run/1", "run weighted-automaton --automaton automaton.txt --json", "ab\n");
    look("reduce.run/1", "run reachability --variant printed --json --trace", "|#|0$\n");
    look("reduce.run/1", "run dyck-2 --json --trace", "(]$\n");
    look("reduce.mutate/1", "mutate dyck-2 --count 4 --json", "");
    look("reduce.shard/1", "mutate dyck-2 --count 4 --shard 1/2", "");
    look("reduce.shard/1", "bits reachability --n 3,4,5 --shard 2/2", "");
    let place = reductions::all().iter().position(|claim| claim.problem().name() == "dyck-2").unwrap() + 1;
    let shard = format!("check --all --n 12 --words 2 --samples 2 --shard {place}/{}", reductions::all().len());
    look("reduce.shard/1", &shard, "");
    look("reduce.erratum/1", "errata hankel-rank --json", "");
    look("reduce.bits/1", "bits reachability --n 3,4,5 --json", "");
    look("reduce.cast/1", "cast matrix-product --model rwkv7 --to e5m2 --json", "");
    look("reduce.circuit/1", "circuit word-problem --n 4 --json", "");
    look("reduce.circuit/1", "circuit matrix-product --n 2 --json", "");
    look("Instances", "generate circuit-value --n 3 --count 1", "");
    look("Instances", "generate circuit-value --n 9 --count 2 --twins --labels every", "");
    look("Instances", "generate word-problem --group S3 --n 3", "");
    look("reduce.map/1", "map formula-to-word-problem --json", "1 & 0\n");
    look("reduce.map-entry/1", "list --maps --json", "");
    look("reduce.map-check/1", "check --maps --json", "");
    look("reduce.completeness/1", "show --completeness --json", "");
    look("reduce.family/1", "list --families --json", "");
    fs::write(
        at("graphs.jsonl"),
        "{\"word\": \"|0#|0$\", \"answer\": false, \"problem\": \"reachability\"}\n".repeat(2),
    )
    .unwrap();
    look("reduce.audit/1", "audit graphs.jsonl graphs.jsonl --json", "");

    let split = ["generate", "dyck-2", "--split", "train=1..3", "--split", "test=4..5", "--count", "4", "-o"];
    let made = super::common::reduce(&[&split[..], &[at("data").to_str().unwrap()]].concat());
    assert_eq!(made.code, 0, "{}", made.err);
    let manifest: Value = serde_json::from_str(&fs::read_to_string(at("data/manifest.json")).unwrap()).unwrap();
    page.describes("reduce.dataset/1", &[manifest], &split);

    for (target, flags) in [("onnx", "dyck-2"), ("safetensors", "matrix-product --model deltanet --lossy")] {
        let folder = at(target);
        let arguments: Vec<&str> =
            ["export", "--to", target, folder.to_str().unwrap()].into_iter().chain(flags.split(' ')).collect();
        let made = super::common::reduce(&arguments);
        assert_eq!(made.code, 0, "{}", made.err);
        for (schema, file) in [("reduce.exported-network/1", "config.json"), ("reduce.expected/1", "expected.json")] {
            let written: Value = serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap();
            page.describes(schema, &[written], &arguments);
        }
    }

    let files = [
        ("reduce.induction/1", "evidence/induction.json"),
        ("reduce.tables/1", "rates/tables.json"),
        ("reduce.tables/1", "sizes/tables.json"),
    ];
    for (schema, file) in files {
        let written: Value = serde_json::from_str(&fs::read_to_string(at(file)).unwrap()).unwrap();
        assert_eq!(written["schema"], schema);
        page.describes(schema, &[written], &["check", "--evidence"]);
    }

    // What these answers leave out is rare, or a fault of ours.
    let rare = [
        ("reduce.check/2", "definition.differs"),
        ("reduce.check/2", "weakest"),
        ("reduce.circuit-check/1", "counterexample."),
        ("reduce.shipped-check/1", "counterexample."),
        ("reduce.shipped-cast/1", "counterexample."),
        ("reduce.bits/1", "sizes[].isolated[]"),
    ];
    for (heading, described) in &page.sections {
        for field in described {
            let is_rare = rare.iter().any(|(of, name)| heading == of && field.starts_with(name));
            assert!(is_rare || page.seen[heading].contains(field), "`{field}` of {heading} is never printed");
        }
    }
}

#[test]
fn every_schema_of_the_sources_has_its_place_on_the_page() {
    let sections = described();
    // What is a file, and no answer, has its place on another page.
    let pages = ["formats.md", "evidence.md"].map(|name| format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR")));
    let pages: String = pages.iter().filter_map(|page| fs::read_to_string(page).ok()).collect();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut n_schemas = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            let text = fs::read_to_string(entry.path()).unwrap();
            for rest in text.split("SCHEMA: &str = \"").skip(1) {
                let name = rest.split('"').next().unwrap();
                let is_described = sections.contains_key(name) || pages.contains(&format!("`{name}`"));
                assert!(is_described, "{name} of {:?} is not described", entry.path());
                n_schemas += 1;
            }
        }
    }
    assert!(n_schemas >= 12, "only {n_schemas} schemas were found");
}
