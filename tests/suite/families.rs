//! Families, twins, formats, splits and shards, as a user of the command line meets them.

use crate::common::reduce;
use crate::common::reduce_with;
use crate::common::refused;
use problems::Problem;
use serde_json::Value;
use sha2::Digest;
use sha2::Sha256;
use std::path::Path;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn in_folder(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

#[test]
fn every_family_of_the_list_is_generated_with_both_answers_and_its_networks_agree() {
    let list: Value = serde_json::from_str(&reduce(&["list", "--families", "--json"]).out).unwrap();
    let families = list.as_array().unwrap();
    assert!(families.len() > problems::all().len());
    for family in families {
        assert_eq!(family["schema"], "reduce.family/1");
        for field in ["hard", "guard", "unit", "places"] {
            assert!(!family[field].as_str().unwrap().is_empty(), "{family}");
        }
        if family["problem"].as_str().unwrap().ends_with("-automaton") {
            continue;
        }
        let (problem, name) = (family["problem"].as_str().unwrap(), family["family"].as_str().unwrap());
        let n = family["sizes"][0].as_u64().unwrap().max(4).to_string();
        let mut arguments = vec!["generate", problem, "--family", name, "--n", &n, "--count", "4"];
        arguments.extend(family["variant"].as_str().into_iter().flat_map(|variant| ["--variant", variant]));
        let done = reduce(&arguments);
        assert_eq!(done.code, 0, "{arguments:?}: {}", done.err);
        assert_eq!(done.out.matches("\"answer\":true").count(), 2, "{arguments:?}");
    }
    let images = [("reachability", "functional-graphs"), ("circuit-value", "and-inverter-circuits")];
    for (problem, family) in images {
        let images = reduce(&["generate", problem, "--family", family, "--n", "5", "--count", "6"]);
        let run = reduce_with(&["run", problem], &images.out);
        assert_eq!((run.code, run.out.matches("stated").count()), (0, 6), "{}", run.out);
    }
    // Every map has images among the families.
    let maps: Value = serde_json::from_str(&reduce(&["list", "--maps", "--json"]).out).unwrap();
    for map in maps.as_array().unwrap() {
        let images = format!("images of {}", map["map"].as_str().unwrap());
        assert!(families.iter().any(|family| family["hard"].as_str().unwrap().starts_with(&images)), "{images}");
    }
}

#[test]
fn twins_come_in_pairs_that_differ_at_one_place_and_have_opposite_answers() {
    for arguments in [
        &["reachability", "--family", "two-chains", "--n", "12"][..],
        &["circuit-value", "--n", "12"],
        &["word-problem", "--n", "9"],
        &["matrix-product", "--n", "5"],
    ] {
        let done = reduce(&[&["generate"], arguments, &["--count", "12", "--twins"]].concat());
        let found = lines(&done.out);
        assert_eq!(found.len(), 12, "{}", done.err);
        let mut first_is_yes = 0;
        for pair in found.chunks(2) {
            assert_ne!(pair[0]["answer"], pair[1]["answer"]);
            assert_eq!((&pair[0]["place"], pair[0]["word"] != pair[1]["word"]), (&pair[1]["place"], true));
            first_is_yes += usize::from(pair[0]["answer"] == true);
            let words = [0, 1].map(|i| pair[i]["word"].as_str().unwrap().to_owned());
            if arguments[0] == "word-problem" || arguments[0] == "matrix-product" {
                let [one, two] = [0, 1].map(|i| words[i].split(' ').collect::<Vec<_>>());
                assert_eq!(one.iter().zip(&two).filter(|(a, b)| a != b).count(), 1, "{words:?}");
            }
        }
        // Neither the first nor the second of a pair tells the answer.
        assert_eq!(first_is_yes, 3);
        let run = reduce_with(&["run", arguments[0]], &done.out);
        assert_eq!(run.code, 0, "{}", run.out);
    }
    refused(&reduce(&["generate", "dyck-2", "--twins", "--count", "3"]), &["even --count", "got 3"]);
    refused(&reduce(&["generate", "dyck-2", "--twins", "--count", "2", "--answer", "yes"]), &["--answer"]);
    let generators = ["generate", "word-problem", "--variant", "generators", "--twins", "--count", "2"];
    refused(&reduce(&generators), &["no twin of `word-problem`"]);
    refused(&reduce(&["generate", "dyck-2", "--twins", "--count", "2"]), &["no twin of `dyck-2`"]);
}

#[test]
fn any_number_of_jobs_and_any_shards_give_the_same_bytes() {
    for format in ["jsonl", "csv", "words", "hf"] {
        let base = ["generate", "word-problem", "--n", "3..9", "--count", "530", "--seed", "5", "--format", format];
        let whole = reduce(&base);
        assert_eq!(whole.code, 0, "{}", whole.err);
        assert_eq!(reduce(&[&base[..], &["--jobs", "1"]].concat()).out, whole.out);
        let shards: String =
            (1..=4).map(|i| reduce(&[&base[..], &["--shard", &format!("{i}/4")]].concat()).out).collect();
        assert_eq!(shards, whole.out, "{format}");
        assert_ne!(reduce(&[&base[..], &["--shard", "1/4"]].concat()).out, whole.out);
    }
    refused(&reduce(&["generate", "dyck-2", "--shard", "5/4"]), &["--shard", "I/N with 1 <= I <= N", "5/4"]);
}

#[test]
fn sizes_of_a_range_are_drawn_and_all_occur() {
    let done = reduce(&["generate", "reachability", "--n", "4..7", "--count", "80"]);
    let sizes: Vec<u64> = lines(&done.out).iter().map(|line| line["n"].as_u64().unwrap()).collect();
    for n in 4..=7 {
        assert!(sizes.iter().filter(|size| **size == n).count() >= 8, "{n}: {sizes:?}");
    }
    assert_eq!(sizes.iter().filter(|size| (4..=7).contains(*size)).count(), 80);
    refused(&reduce(&["generate", "reachability", "--n", "7..4"]), &["A <= B", "7..4"]);
    refused(&reduce(&["generate", "reachability", "--n", "1..4"]), &["from 2 to 8192 vertices", "1..4"]);
    // A single size of a group is bounded too.
    let vast = ["generate", "word-problem", "--group", "S5", "--n", "18446744073709551615"];
    refused(&reduce(&vast), &["from 1 to 10000000 letters", "got 18446744073709551615"]);
    refused(&reduce(&["generate", "word-problem", "--group", "S5", "--n", "0"]), &["from 1 to", "got 0"]);
    refused(&reduce(&["generate", "reachability", "--family", "none"]), &["--family", "layered-chains", "two-chains"]);
    refused(&reduce(&["generate", "reachability", "--family", "two-chains", "--n", "3"]), &["4 to 8192"]);
}

#[test]
fn groups_have_the_columns_of_the_field_and_running_products() {
    // S3 in the lexicographic order of images: products by hand.
    let images: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let done =
        reduce(&["generate", "word-problem", "--group", "S3", "--n", "1..9", "--count", "40", "--format", "csv"]);
    let rows: Vec<&str> = done.out.lines().collect();
    assert_eq!((rows[0], rows.len()), ("seed,input,target", 41), "{}", done.err);
    let mut answers = [0; 2];
    for row in &rows[1..] {
        let fields: Vec<&str> = row.split(',').collect();
        let numbers = |text: &str| text.split(' ').map(|n| n.parse().unwrap()).collect::<Vec<usize>>();
        let (letters, targets) = (numbers(fields[1]), numbers(fields[2]));
        let mut product = [0, 1, 2];
        for (letter, target) in letters.iter().zip(&targets) {
            product = product.map(|point| images[*letter][point]);
            assert_eq!(images[*target], product, "{row}");
        }
        assert_eq!((fields[0], letters.len()), ("0", targets.len()));
        answers[usize::from(targets.last() == Some(&0))] += 1;
    }
    assert_eq!(answers, [20, 20]);
    for (group, order) in [("S5", 120), ("A5", 60), ("Z60", 60), ("2 3 1; 2 1 3", 6)] {
        let arguments = ["generate", "word-problem", "--group", group, "--n", "300", "--count", "4"];
        let largest = |line: &Value| line["labels"].as_array().unwrap().iter().map(|l| l.as_u64().unwrap()).max();
        let found = lines(&reduce(&arguments).out);
        assert!(found.iter().all(|line| line["group"] == group && largest(line) < Some(order)), "{group}");
    }
    refused(&reduce(&["generate", "word-problem", "--group", "Q8"]), &["--group", "S, A or Z", "`Q8`"]);
    refused(&reduce(&["generate", "word-problem", "--group", "S9"]), &["at most 2000 elements"]);
    refused(&reduce(&["generate", "reachability", "--group", "S3"]), &["word-problem", "reachability"]);
}

#[test]
fn labels_of_prefixes_are_the_answers_of_the_prefixes() {
    for problem in ["word-problem", "matrix-product", "circuit-value", "reachability"] {
        let done = reduce(&["generate", problem, "--n", "4", "--count", "4", "--labels", "every"]);
        let mut seen = [0; 2];
        for line in lines(&done.out) {
            let all = problems::all();
            let of_name = all.iter().find(|other| other.name() == problem).unwrap();
            let word = of_name.alphabet().parse(line["word"].as_str().unwrap()).unwrap();
            let labels = line["labels"].as_array().unwrap();
            assert_eq!(labels.len(), word.len());
            for (i, label) in labels.iter().enumerate() {
                let mut prefix = word[..=i].to_vec();
                let end = of_name.alphabet().token("$");
                if let Some(end) = end.filter(|end| prefix.last() != Some(end)) {
                    prefix.push(end);
                }
                assert_eq!(label.as_u64() == Some(1), of_name.decide(&prefix), "{line}");
                seen[label.as_u64().unwrap() as usize] += 1;
            }
        }
        assert!(seen[0] > 0 && seen[1] > 0, "{problem}");
    }
}

#[test]
fn splits_have_a_manifest_whose_hashes_are_those_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "data");
    let arguments = [
        "generate",
        "circuit-value",
        "--split",
        "train=3..9",
        "--split",
        "test=10..20",
        "--count",
        "30",
        "--seed",
        "3",
        "-o",
        &out,
    ];
    let done = reduce(&arguments);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    let manifest: Value = serde_json::from_str(&read(folder.path(), "data/manifest.json")).unwrap();
    assert_eq!((&manifest["schema"], &manifest["seed"]), (&"reduce.dataset/1".into(), &3.into()));
    let mut words = Vec::new();
    for (split, sizes) in manifest["splits"].as_array().unwrap().iter().zip([3..=9u64, 10..=20]) {
        let file = &split["files"][0];
        let text = read(folder.path(), &format!("data/{}", file["file"].as_str().unwrap()));
        let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (file["sha256"].as_str().unwrap(), file["bytes"].as_u64()),
            (hash.as_str(), Some(text.len() as u64))
        );
        let found = lines(&text);
        assert_eq!((found.len() as u64, split["yes"].as_u64()), (30, Some(15)));
        assert!(found.iter().all(|line| sizes.contains(&line["n"].as_u64().unwrap())));
        words.extend(found.iter().map(|line| line["word"].clone()));
    }
    assert_eq!(words.len(), 60);
    // Nothing is left behind, and nothing appears where an input is bad.
    assert_eq!(std::fs::read_dir(folder.path().join("data")).unwrap().count(), 3);
    let bad = in_folder(folder.path(), "bad.jsonl");
    refused(&reduce(&["generate", "word-problem", "--variant", "generators", "--n", "3", "-o", &bad]), &["3 letters"]);
    assert!(!Path::new(&bad).exists());
    for (case, parts) in [
        (vec!["--split", "a=1..2", "--split", "a=3..4", "-o", &out], vec!["different names", "`a`"]),
        (vec!["--split", "../a=1..2", "-o", &out], vec!["NAME=A..B"]),
        (vec!["--split", "a=1..2"], vec!["--output"]),
        (vec!["--split", "a=1..2", "--n", "4", "-o", &out], vec!["--split", "--n"]),
        (vec!["--format", "src-tgt"], vec!["--output NAME"]),
    ] {
        refused(&reduce(&[&["generate", "dyck-2"], case.as_slice()].concat()), &parts);
    }
}

#[test]
fn graphs_are_written_as_other_generators_write_them() {
    let folder = tempfile::tempdir().unwrap();
    let out = in_folder(folder.path(), "train");
    let arguments = ["generate", "reachability", "--n", "6", "--count", "20", "--format", "src-tgt", "-o", &out];
    assert_eq!(reduce(&arguments).code, 0);
    let (sources, targets) = (read(folder.path(), "train_src.txt"), read(folder.path(), "train_tgt.txt"));
    let mut answers = [0; 2];
    for (source, target) in sources.lines().zip(targets.lines()) {
        let number = |text: &str| usize::from_str_radix(text, 2).unwrap();
        let parts: Vec<&str> = source.split(';').collect();
        let edges = parts[1..parts.len() - 1].iter().map(|edge| edge.split_once('-').unwrap());
        let edges: Vec<(usize, usize)> = edges.map(|(from, to)| (number(from), number(to))).collect();
        let (mut at, goal) = (number(parts[0]), number(parts[parts.len() - 1]));
        let mut reached = at == goal;
        while let Some((_, to)) = edges.iter().find(|(from, _)| *from == at) {
            at = *to;
            reached |= at == goal;
        }
        assert_eq!(target, if reached { "1" } else { "0" }, "{source}");
        answers[usize::from(reached)] += 1;
    }
    assert_eq!(answers, [10, 10]);
}

#[test]
fn families_have_a_size_of_their_own_where_none_is_asked_for_and_state_the_one_that_they_have() {
    let size = |arguments: &[&str]| {
        let done = reduce(&[&["generate"], arguments].concat());
        assert_eq!(done.code, 0, "{arguments:?}: {}", done.err);
        lines(&done.out)[0]["n"].as_u64().unwrap()
    };
    // Without --n: the problem's own size where the family has it, else its largest one.
    for problem in problems::all().into_iter().filter(|problem| !problem.name().ends_with("-automaton")) {
        for family in reduce::families::of(problem) {
            let mut arguments = vec![problem.name(), "--family", &family.name];
            arguments.extend(problem.variant().into_iter().flat_map(|variant| ["--variant", variant]));
            let expected = family.size(problem.sizes().default.clamp(family.sizes.0, family.sizes.1));
            assert_eq!(size(&arguments), expected as u64, "{arguments:?}");
        }
    }
    assert_eq!(size(&["reachability", "--family", "functional-graphs"]), 32);
    assert_eq!(size(&["circuit-value", "--family", "turing-machine"]), 6);
    // Layers are whole: the size that is stated is that of the graph.
    for (family, n, expected) in
        [("two-chains", "5", 4), ("two-chains", "8", 8), ("five-chains", "13", 10), ("five-chains", "15", 15)]
    {
        let done = reduce(&["generate", "reachability", "--family", family, "--n", n, "--count", "6"]);
        for line in lines(&done.out) {
            let alphabet = problems::reachability::Reachability.alphabet();
            let word = alphabet.parse(line["word"].as_str().unwrap()).unwrap();
            let graph = problems::reachability::Instance::parse(&word).unwrap();
            assert_eq!((&line["n"], graph.n_vertices()), (&expected.into(), expected), "{family} {n}");
        }
    }
}

#[test]
fn words_over_a_group_say_over_which_and_are_labelled_at_every_position() {
    let folder = tempfile::tempdir().unwrap();
    let path = in_folder(folder.path(), "a.jsonl");
    for format in ["hf", "jsonl"] {
        let base =
            ["generate", "word-problem", "--group", "S5", "--n", "6", "--count", "40", "--format", format, "-o", &path];
        assert_eq!(reduce(&base).code, 0);
        let found = lines(&read(folder.path(), "a.jsonl"));
        assert!(found.iter().all(|line| line["group"] == "S5" && line["labels"].as_array().unwrap().len() == 6));
        // So the audit needs no flag; 40 lines are too few to know of rules.
        let done = reduce(&["audit", &path, "--json"]);
        let report: Value = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {}", done.err));
        let file = &report["files"][0];
        assert_eq!((done.code, &file["wrong_labels"], &file["question"]), (3, &0.into(), &"word problem of S5".into()));
    }
    let last = ["generate", "word-problem", "--group", "S5", "--labels", "last"];
    refused(&reduce(&last), &["--labels", "expected every with --group", "got last"]);
    let graphs = ["generate", "reachability", "--labels", "every", "--format", "src-tgt", "-o", &path];
    refused(&reduce(&graphs), &["--labels", "expected last with --format src-tgt", "got every"]);
    // Words that are written as words have prefixes in every format.
    let words = ["generate", "dyck-2", "--n", "3", "--labels", "every", "--format", "src-tgt", "-o", &path];
    assert_eq!(reduce(&words).code, 0);
    // A manifest says how they are labelled.
    let data = in_folder(folder.path(), "data");
    assert_eq!(reduce(&["generate", "word-problem", "--group", "S3", "--split", "a=3", "-o", &data]).code, 0);
    assert!(read(folder.path(), "data/manifest.json").contains("\"labels\": \"every\""));
}

#[test]
fn splits_that_fail_leave_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (new, old) = (in_folder(folder.path(), "above/data"), in_folder(folder.path(), "old"));
    std::fs::create_dir(&old).unwrap();
    for out in [&new, &old] {
        // No word of three letters over two generators is the identity.
        let bad = [
            "generate",
            "word-problem",
            "--variant",
            "generators",
            "--split",
            "a=4",
            "--split",
            "b=3",
            "--answer",
            "yes",
            "-o",
            out,
        ];
        refused(&reduce(&bad), &["3 letters"]);
        let count = "18446744073709551615";
        let shard = format!("{count}/{count}");
        let vast = ["--split", "a=1..2", "--split", "b=1..2", "--count", count, "--shard", &shard, "-o", out];
        refused(&reduce(&[&["generate", "dyck-2"], &vast[..]].concat()), &["--count", "in 2 splits", count]);
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["old"]);
    assert_eq!(std::fs::read_dir(&old).unwrap().count(), 0);
    assert_eq!(reduce(&["generate", "dyck-2", "--split", "a=3", "-o", &new]).code, 0);
    assert_eq!(std::fs::read_dir(&new).unwrap().count(), 2);
}

/// A block of shell in the page about data.
fn worked_example(place: usize) -> String {
    let page = std::fs::read_to_string(format!("{}/docs/data.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let block = page.split("```sh\n").nth(place).and_then(|rest| rest.split("```").next());
    block.expect("a block of shell").to_owned()
}

/// Runs shell in a folder, where `reduce` is this program.
fn shell(folder: &Path, script: &str) -> std::process::Output {
    let program = assert_cmd::cargo::cargo_bin("reduce");
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut shell = std::process::Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(folder).env("PATH", path).output().unwrap()
}

#[test]
fn the_worked_example_of_shards_gives_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let script = worked_example(1);
    let done = shell(folder.path(), &script);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(read(folder.path(), "whole.jsonl").lines().count(), 2000);
    // With a shard left out the comparison fails.
    assert!(!shell(folder.path(), &script.replacen("seq 8); do", "seq 7); do", 1)).status.success());
}

#[test]
fn the_worked_examples_of_shards_of_results_say_what_the_whole_says() {
    let folder = tempfile::tempdir().unwrap();
    // With fewer mutants, which take less time.
    let text = |script: &str| {
        let done = shell(folder.path(), &script.replace("--count 40", "--count 8"));
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
        // The last line has the time.
        let text = String::from_utf8(done.stdout).unwrap();
        text.trim_end().rsplit_once('\n').unwrap().0.to_owned()
    };
    let whole = text("reduce mutate dyck-2 --count 40 --seed 7");
    assert!(whole.contains("8 mutants, seed 7: none is proved and differs on a word"), "{whole}");
    assert_eq!(text(&worked_example(2)), whole);
    // What Slurm does with the array: a task for each number, with its standard output in a file.
    let script = worked_example(3).replace("--count 40", "--count 8");
    std::fs::write(folder.path().join("mutants.sbatch"), script).unwrap();
    let array = "export SLURM_ARRAY_TASK_COUNT=4; for SLURM_ARRAY_TASK_ID in 1 2 3 4; do export SLURM_ARRAY_TASK_ID; \
                 sh -e mutants.sbatch > mutants.$SLURM_ARRAY_TASK_ID.jsonl; done; reduce merge mutants.*.jsonl";
    assert_eq!(text(array), whole);
    let done = shell(folder.path(), "rm mutants.3.jsonl; reduce merge mutants.*.jsonl");
    let error = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.code() == Some(2) && error.contains("missing 3/4"), "{error}");
}

#[test]
fn python_reads_what_is_written_for_it() {
    let has = |module: &str| {
        let python = std::process::Command::new("python3").args(["-c", &format!("import {module}")]).output();
        python.is_ok_and(|done| done.status.success())
    };
    let folder = tempfile::tempdir().unwrap();
    let (csv, hf) = (in_folder(folder.path(), "a.csv"), in_folder(folder.path(), "a.jsonl"));
    let group =
        ["generate", "word-problem", "--group", "S5", "--n", "3..9", "--count", "30", "--format", "csv", "-o", &csv];
    assert_eq!(reduce(&group).code, 0);
    let circuits =
        ["generate", "circuit-value", "--n", "3..9", "--count", "30", "--format", "hf", "--labels", "every", "-o", &hf];
    assert_eq!(reduce(&circuits).code, 0);
    let python = |script: String| {
        let done =
            std::process::Command::new("python3").args(["-c", &script]).env("HF_HUB_OFFLINE", "1").output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    // Python's own modules, which are always there.
    python(format!(
        "import csv\nrows = list(csv.DictReader(open({csv:?}, newline='')))\n\
         assert list(rows[0]) == ['seed', 'input', 'target'] and len(rows) == 30\n\
         assert all(len(row['input'].split()) == len(row['target'].split()) for row in rows)\n\
         assert sum(row['target'].split()[-1] == '0' for row in rows) == 15"
    ));
    python(format!(
        "import json\nrows = [json.loads(line) for line in open({hf:?})]\n\
         assert len(rows) == 30 and sum(row['label'] for row in rows) == 15\n\
         assert all(row['labels'][-1] == row['label'] for row in rows)\n\
         assert all(set(row) == set(rows[0]) for row in rows)\n\
         assert all(not isinstance(value, dict) for row in rows for value in row.values())"
    ));
    if has("pandas") {
        python(format!(
            "import pandas\nframe = pandas.read_csv({csv:?})\n\
             assert list(frame.columns) == ['seed', 'input', 'target'] and len(frame) == 30\n\
             assert all(len(a.split()) == len(b.split()) for a, b in zip(frame.input, frame.target))\n\
             frame = pandas.read_json({hf:?}, lines=True)\n\
             assert len(frame) == 30 and sorted(set(frame.label)) == [0, 1]"
        ));
    } else {
        println!("skipped: python3 has no module pandas");
    }
    if has("datasets") {
        python(format!(
            "import datasets\nrows = datasets.load_dataset('json', data_files={hf:?}, split='train', cache_dir={:?})\n\
             assert len(rows) == 30 and sum(rows['label']) == 15\n\
             assert all(row['labels'][-1] == row['label'] for row in rows)",
            in_folder(folder.path(), "cache")
        ));
    } else {
        println!("skipped: python3 has no module datasets");
    }
}
