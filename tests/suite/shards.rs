//! Shards of results: put together, they say what the whole says, and nothing else can be put together.

use crate::common::Done;
use crate::common::json;
use crate::common::reduce;
use crate::common::reduce_with;
use crate::common::refused;
use serde_json::Value;
use std::path::Path;

/// What a command prints for one shard of so many, in a file.
fn part(folder: &Path, command: &[&str], i: usize, of: usize) -> String {
    let done = reduce(&[command, &["--shard", &format!("{i}/{of}")]].concat());
    assert!(done.code == 0 || done.code == 3, "{command:?}: {}", done.err);
    let path = folder.join(format!("part.{i}.jsonl"));
    std::fs::write(&path, done.out).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The same for every shard.
fn parts(folder: &Path, command: &[&str], of: usize) -> Vec<String> {
    (1..=of).map(|i| part(folder, command, i, of)).collect()
}

fn merge(files: &[String], flags: &[&str]) -> Done {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    reduce(&[&["merge"], flags, &files].concat())
}

/// A text without the times in it: `1.23 s` at the end of a line, or before a comma.
fn timeless(text: &str) -> String {
    let line = |line: &str| {
        let is_time = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
        let rest = line.strip_prefix("  ").and_then(|rest| rest.split_once(" s"));
        rest.filter(|(time, _)| is_time(time)).map_or(line.to_owned(), |(_, rest)| format!("  TIME{rest}"))
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Values without the seconds in them.
fn values(text: &str) -> Vec<Value> {
    let mut values: Vec<Value> =
        serde_json::Deserializer::from_str(text).into_iter().map(|value| value.unwrap()).collect();
    for value in &mut values {
        value.as_object_mut().unwrap().remove("seconds");
    }
    values
}

/// The whole, by one command and by shards, as text and as JSON.
fn same(command: &[&str], of: usize) {
    let folder = tempfile::tempdir().unwrap();
    let files = parts(folder.path(), command, of);
    let (whole, merged) = (reduce(command), merge(&files, &[]));
    assert_eq!(timeless(&merged.out), timeless(&whole.out), "{command:?}: {}", merged.err);
    assert_ne!(timeless(&whole.out), whole.out.trim_end(), "{command:?} prints no time");
    assert_eq!(merged.code, whole.code);
    let (whole, merged) = (reduce(&[command, &["--json"]].concat()), merge(&files, &["--json"]));
    assert_eq!(values(&merged.out), values(&whole.out), "{command:?}");
    assert_eq!(merged.code, whole.code);
}

#[test]
fn shards_of_mutants_say_what_the_whole_says() {
    same(&["mutate", "dyck-2", "--count", "14", "--seed", "4"], 3);
    same(&["mutate", "word-problem", "--variant", "generators", "--count", "3"], 2);
    same(&["mutate", "word-problem", "--model", "gated-delta-net", "--variant", "s3-adjacent", "--count", "9"], 2);
}

#[test]
fn shards_of_sizes_say_what_the_whole_says() {
    same(&["bits", "reachability", "dyck-2", "--n", "3,4"], 3);
    // No theorem speaks of rounding to nearest.
    same(&["bits", "circuit-value", "--n", "1,2", "--rounding", "nearest"], 2);
}

/// The whole of all claims takes minutes: here it is one of two claims, made of the shards in which they stand alone.
#[test]
fn shards_of_claims_say_what_their_checks_say() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--n", "12", "--words", "2", "--samples", "2"];
    let claims = ["dyck-2", "reachability"];
    let all = reductions::all();
    let parts = claims.map(|name| {
        let place = all.iter().position(|claim| claim.problem().name() == name).unwrap();
        let shard = format!("{}/{}", place + 1, all.len());
        let done = reduce(&[&["check", "--all", "--shard", &shard][..], &flags].concat());
        assert_eq!(done.code, 0, "{}", done.err);
        let lines: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((lines.len(), &lines[0]["total"], &lines[1]["index"]), (2, &all.len().into(), &place.into()));
        assert_eq!(lines[0]["asked"]["claims"][place], name);
        lines
    });
    let write = |i: usize, lines: &[Value]| {
        let mut lines = lines.to_vec();
        let [head, result] = &mut lines[..] else { panic!("{lines:?}") };
        (head["shard"], head["total"]) = (format!("{}/2", i + 1).into(), 2.into());
        (head["asked"]["claims"], result["index"]) = (claims.as_slice().into(), i.into());
        let path = folder.path().join(format!("{i}.jsonl"));
        std::fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let files: Vec<String> = parts.iter().enumerate().map(|(i, lines)| write(i, lines)).collect();
    let apart = claims.map(|name| reduce(&[&["check", name][..], &flags].concat()).out);
    let merged = merge(&files, &[]);
    assert_eq!((merged.code, timeless(&merged.out)), (0, timeless(&apart.join("\n"))));
    let apart = claims.map(|name| reduce(&[&["check", name, "--json"][..], &flags].concat()).out);
    assert_eq!(values(&merge(&files, &["--json"]).out), values(&apart.concat()));
    // One line for each, as `check --all --json` prints them.
    assert_eq!(merge(&files, &["--json"]).out.lines().count(), 2);

    // The exit code is that of the worst, an alarm is a refutation, and another list of claims is foreign.
    let code = |spoil: &dyn Fn(&mut Value)| {
        let mut lines = parts[1].clone();
        spoil(&mut lines[1]["answer"]);
        let done = merge(&[files[0].clone(), write(1, &lines)], &[]);
        (done.code, done.err)
    };
    assert_eq!(code(&|answer| answer["verdict"] = "undetermined".into()).0, 3);
    assert_eq!(code(&|answer| answer["verdict"] = "refuted".into()).0, 1);
    assert_eq!(code(&|answer| answer["alarm"] = true.into()).0, 1);
    let (code, error) = code(&|answer| answer["verdict"] = "fine".into());
    assert!(code == 2 && error.contains("index 1: expected a verdict and an alarm"), "{error}");
    write(1, &parts[1]);
    let text = std::fs::read_to_string(&files[1]).unwrap().replacen("[\"dyck-2\"", "[\"dyck-3\"", 1);
    std::fs::write(&files[1], text).unwrap();
    refused(&merge(&files, &[]), &["1.jsonl: ", "where claims[0] is \"dyck-2\", got \"dyck-3\""]);
}

#[test]
fn a_verdict_that_is_none_is_no_pass_and_a_refutation_is_one_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let files = parts(folder.path(), &["mutate", "dyck-2", "--count", "4"], 2);
    let text = std::fs::read_to_string(&files[1]).unwrap();
    std::fs::write(&files[1], text.replacen("\"class\":\"killed\"", "\"class\":\"UNSOUND\"", 1)).unwrap();
    let done = merge(&files, &[]);
    assert!(done.code == 1 && done.out.contains("ALARM: 1 OF 4 MUTANTS"), "{}", done.out);
    std::fs::write(&files[1], text.replacen("\"class\":\"killed\"", "\"class\":\"fine\"", 1)).unwrap();
    refused(&merge(&files, &[]), &["the result with index", "unknown variant `fine`"]);

    let files = parts(folder.path(), &["bits", "reachability", "--n", "3,4"], 2);
    let text = std::fs::read_to_string(&files[0]).unwrap();
    std::fs::write(&files[0], text.replacen("\"undetermined\":null", "\"undetermined\":\"a gap\"", 1)).unwrap();
    assert_eq!(merge(&files, &[]).code, 3);
    std::fs::write(&files[0], text.replacen("\"alarm\":false", "\"alarm\":true", 1)).unwrap();
    assert_eq!(merge(&files, &[]).code, 1);
}

#[test]
fn shards_that_are_missing_doubled_or_foreign_are_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |name: &str| {
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        folder
    };
    let files = parts(&in_folder("own"), &["mutate", "dyck-2", "--count", "6"], 3);
    let other = |name: &str, command: &str, i, of| {
        let command: Vec<&str> = command.split(' ').collect();
        part(&in_folder(name), &command, i, of)
    };
    let with = |place: usize, file: &String| {
        let mut files = files.clone();
        files[place].clone_from(file);
        files
    };
    refused(&merge(&files[..2], &[]), &["expected all 3 shards, got 2: missing 3/3"]);
    refused(&merge(&with(2, &files[1]), &[]), &["part.2.jsonl: expected each shard once, got 2/3 again"]);
    let seed = other("seed", "mutate dyck-2 --count 6 --seed 1", 2, 3);
    refused(&merge(&with(1, &seed), &[]), &["seed/part.2.jsonl: ", "own/part.1.jsonl, where seed is 0, got 1"]);
    let count = other("count", "mutate dyck-2 --count 4", 2, 3);
    refused(&merge(&with(1, &count), &[]), &["where count is 6, got 4"]);
    let of = other("of", "mutate dyck-2 --count 6", 2, 6);
    refused(&merge(&with(1, &of), &[]), &["expected one of 3 parts", "got shard 2/6"]);
    let problem = other("problem", "mutate word-problem --count 6", 3, 3);
    refused(&merge(&with(2, &problem), &[]), &["where title is \"dyck-2", "got \"word-problem"]);
    let bits = other("bits", "bits dyck-2 --n 2,3,4", 1, 3);
    refused(&merge(&with(0, &bits), &[]), &["where command is \"bits\", got \"mutate\""]);

    // Another version, a text that was cut off, something else.
    let spoilt = |name: &str, spoil: &dyn Fn(String) -> String| {
        let path = folder.path().join(name);
        std::fs::write(&path, spoil(std::fs::read_to_string(&files[1]).unwrap())).unwrap();
        merge(&with(1, &path.to_str().unwrap().to_owned()), &[])
    };
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    refused(
        &spoilt("a", &|text| text.replace(&version, "\"version\":\"9.9.9\"")),
        &["a: line 1: ", "got one of 9.9.9"],
    );
    refused(&spoilt("b", &|text| text.replace("\"solver\":\"Z3", "\"solver\":\"Z9")), &["where solver is", "got \"Z9"]);
    refused(&spoilt("c", &|text| text[..text.len() / 2].to_owned()), &["c: line "]);
    let first_lines = |text: String| text.lines().take(2).collect::<Vec<_>>().join("\n");
    refused(&spoilt("d", &first_lines), &["d: expected 2 results of shard 2/3, got the end after 1"]);
    refused(&spoilt("e", &|_| String::new()), &["e: expected a shard", "got an empty text"]);
    refused(&spoilt("f", &|_| "{\"word\": \"()$\"}\n".to_owned()), &["f: line 1: ", "reduce.shard/1", "got none"]);
    refused(
        &spoilt("g", &|text| text.replace("\"mutate\"", "\"cast\"")),
        &["where command is \"mutate\", got \"cast\""],
    );
    refused(&merge(&[folder.path().join("none").to_str().unwrap().to_owned()], &[]), &["none: "]);
    assert_eq!(reduce(&["merge"]).code, 2);

    // More parts than there are results, and a shard of what has none.
    refused(
        &reduce(&["mutate", "dyck-2", "--count", "3", "--shard", "1/4"]),
        &["--shard: expected no more parts than there are mutants, 3"],
    );
    refused(
        &reduce(&["bits", "dyck-2", "--n", "2,3", "--shard", "3/3"]),
        &["--shard: expected no more parts than there are sizes of problems, 2", "3/3"],
    );
    refused(
        &reduce(&["check", "--all", "--shard", "1/1000"]),
        &["--shard: expected no more parts than there are claims", "1/1000"],
    );
    for arguments in [
        &["check", "dyck-2", "--shard", "1/2"][..],
        &["check", "--all", "--evidence", "e", "--shard", "1/2"],
        &["bits", "dyck-2", "--n", "2", "--plot", "p.svg", "--shard", "1/1"],
        &["mutate", "dyck-2", "--shard", "0/2"],
    ] {
        refused(&reduce(arguments), &["--shard"]);
    }
}

#[test]
fn shards_can_stand_in_one_text_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let files = parts(folder.path(), &["mutate", "dyck-2", "--count", "5", "--seed", "2"], 3);
    let texts = [2, 0, 1].map(|i| std::fs::read_to_string(&files[i]).unwrap());
    let done = reduce_with(&["merge", "--json", "-"], &texts.concat());
    assert_eq!(done.code, 0, "{}", done.err);
    let whole = reduce(&["mutate", "dyck-2", "--count", "5", "--seed", "2", "--json"]);
    assert_eq!(json(&done), json(&whole));
}
