//! What the audit finds, and what it does not: shortcuts, wrong labels, duplicates, leaks.

use crate::common::Done;
use crate::common::reduce;
use crate::common::reduce_with;
use crate::common::refused;
use problems::Problem;
use problems::Random;
use serde_json::Value;
use serde_json::json;
use std::path::Path;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn audit(arguments: &[&str]) -> (i32, Value) {
    let done = reduce(&[&["audit", "--json"], arguments].concat());
    let value = serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {} {}", done.out, done.err));
    (done.code, value)
}

fn generated(folder: &Path, name: &str, arguments: &[&str]) -> String {
    let path = folder.join(name).to_str().unwrap().to_owned();
    let done = reduce(&[&["generate"], arguments, &["-o", &path]].concat());
    assert_eq!(done.code, 0, "{}", done.err);
    path
}

/// The share of right lines, in thousandths.
fn share(rule: &Value) -> u64 {
    1000 * rule["right"].as_u64().unwrap() / rule["judged"].as_u64().unwrap()
}

#[test]
fn families_called_hard_have_no_shortcut_and_are_sensitive() {
    let folder = tempfile::tempdir().unwrap();
    // The share of sensitive places, in thousandths, of 64 or of the size in which the family ends.
    let least_of = |problem: &dyn Problem, family: &str| match family {
        "two-chains" => 1000,
        // Where the target is missed, edges off both paths cannot matter.
        "five-chains" => 600,
        "balanced-chain" => 900,
        // One letter in the place of the other changes the sign of the product, and every product is even.
        "even-product" => {
            if problem.variant() == Some("generators") {
                0
            } else {
                1000
            }
        }
        // Most edges of an image are copies that no path meets.
        "functional-graphs" => 1,
        "invertible" => {
            if problem.variant() == Some("bos") {
                1
            } else {
                200
            }
        }
        other => panic!("{other} is called hard: how sensitive is it?"),
    };
    let mut n_families = 0;
    for problem in problems::all() {
        for family in reduce::families::of(problem) {
            let Some(hard_from) = family.hard_from else { continue };
            n_families += 1;
            // Where it begins to be called hard, and where it is used.
            let usual = problem.sizes().default.min(if family.name == "functional-graphs" { 12 } else { 64 });
            assert!(hard_from <= usual, "{}", family.name);
            for n in [hard_from, usual] {
                let n = n.to_string();
                let mut arguments = vec![problem.name(), "--family", &family.name, "--n", &n, "--count", "1200"];
                arguments.extend(problem.variant().into_iter().flat_map(|variant| ["--variant", variant]));
                let path = generated(folder.path(), "a.jsonl", &arguments);
                let (code, found) = audit(&[&path]);
                let file = &found["files"][0];
                assert_eq!(
                    (code, &found["verdict"], &found["schema"]),
                    (0, &"sampled".into(), &"reduce.audit/1".into()),
                    "{arguments:?}: {file}"
                );
                assert_eq!((&file["wrong_labels"], &file["yes"], &file["no"]), (&0.into(), &600.into(), &600.into()));
                assert!(share(&file["best"]) <= 650, "{arguments:?}: {}", file["best"]);
                assert!(file["rules"].as_array().unwrap().len() > 15);
                let of = &file["sensitivity"];
                assert_eq!(of["instances"], 500, "{arguments:?}");
                if n == usual.to_string() {
                    let sensitivity = 1000 * of["sensitive"].as_u64().unwrap() / of["places"].as_u64().unwrap();
                    assert!(sensitivity >= least_of(problem, &family.name), "{arguments:?}: {of}");
                }
            }
        }
    }
    assert_eq!(n_families, 9);
    // Below that size a family can be guessed, which the list of families says.
    let path = generated(folder.path(), "a.jsonl", &["circuit-value", "--n", "4", "--count", "1200"]);
    assert_eq!(audit(&[&path]).0, 1);
    let list = reduce(&["list", "--families"]).out;
    assert!(list.contains("reachability --family two-chains (4 to 8192 vertices, called hard from 8 on)"), "{list}");
}

/// The authors' recipe for graphs as it is described: one chain through all vertices, or two that are apart from the source
/// or to the target; a source 0 and a target N, in binary.
fn deterministic_graphs(count: u64) -> (String, String) {
    let (mut sources, mut targets) = (String::new(), String::new());
    for i in 0..count {
        let mut random = Random::new(11, i);
        let n = 3 + random.below(48);
        let answer = i % 2 == 0;
        let chain = |vertices: &[usize]| vertices.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
        let inner = 1 + random.below(n - 1);
        let all: Vec<usize> = (0..=n).collect();
        let mut edges = match (answer, random.bit()) {
            (true, true) => chain(&all),
            (true, false) => {
                let rest: Vec<usize> = (1..n).filter(|vertex| *vertex != inner).collect();
                [chain(&[0, inner, n]), chain(&rest)].concat()
            }
            (false, true) => chain(&all[..n]),
            (false, false) => chain(&all[1..]),
        };
        edges.sort_unstable();
        let edges: String = edges.iter().map(|(from, to)| format!("{from:b}-{to:b};")).collect();
        sources.push_str(&format!("0;{edges}{n:b}\n"));
        targets.push_str(if answer { "1\n" } else { "0\n" });
    }
    (sources, targets)
}

#[test]
fn the_endpoints_of_the_published_graphs_are_named_at_a_hundred_percent() {
    let folder = tempfile::tempdir().unwrap();
    let (sources, targets) = deterministic_graphs(1200);
    let path = write(folder.path(), "train_src.txt", &sources);
    write(folder.path(), "train_tgt.txt", &targets);
    let (code, found) = audit(&[&path]);
    let file = &found["files"][0];
    assert_eq!((code, &file["wrong_labels"]), (1, &0.into()));
    let endpoint = "yes iff an edge leaves the source and an edge enters the target";
    let rule = file["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == endpoint).unwrap();
    assert_eq!((&rule["right"], &rule["judged"], &rule["shortcut"]), (&600.into(), &600.into(), &true.into()));
    assert_eq!(file["best"]["right"], 600);
    let text = reduce(&["audit", &path]);
    assert!(text.out.contains(&format!("100.00 % (+- 5.55)  {endpoint}  SHORTCUT")), "{}", text.out);
    // The same form, drawn without the shortcut, passes.
    let arguments = ["reachability", "--family", "two-chains", "--n", "40", "--count", "1200", "--format", "src-tgt"];
    generated(folder.path(), "ours", &arguments);
    let (code, found) = audit(&[folder.path().join("ours_src.txt").to_str().unwrap()]);
    assert_eq!((code, &found["files"][0]["wrong_labels"]), (0, &0.into()), "{found}");
    assert!(found["files"][0]["sensitivity"]["sensitive"].as_u64() > Some(0));
}

#[test]
fn labels_of_products_that_wrapped_at_64_bits_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    // Each matrix is the square root of 2 times a reflection: 130 of them wrap to a product of zeros.
    let product = |factors: usize| {
        let mut row = [1i64, 0, 0];
        (0..factors).for_each(|_| row = [row[0].wrapping_add(row[1]), row[0].wrapping_sub(row[1]), 0]);
        row[0] == 0
    };
    let line = |factors: usize| format!("{factors}{}\n", "|1,1,0,1,-1,0,0,0,1".repeat(factors));
    let lengths = [2, 126, 127, 128, 129, 130, 200];
    let sources: String = lengths.iter().map(|factors| line(*factors)).collect();
    let targets = |labels: &dyn Fn(usize) -> bool| {
        lengths.iter().map(|factors| if labels(*factors) { "1\n" } else { "0\n" }).collect::<String>()
    };
    let path = write(folder.path(), "val_src.txt", &sources);
    write(folder.path(), "val_tgt.txt", &targets(&product));
    let (code, found) = audit(&[&path]);
    let file = &found["files"][0];
    assert_eq!((code, &file["wrong_labels"], &file["first_wrong"]["line"]), (1, &4.into(), &4.into()), "{file}");
    assert_eq!(found["verdict"], "refuted");
    assert!(reduce(&["audit", &path]).out.contains("4 WRONG; line 4: it states yes, and the answer is no"));
    // None of the products has a 0 there: with such labels nothing is wrong, and seven lines are too few to know of rules.
    write(folder.path(), "val_tgt.txt", &targets(&|_| false));
    let (code, found) = audit(&[&path]);
    assert_eq!((code, &found["files"][0]["wrong_labels"], &found["verdict"]), (3, &0.into(), &"undetermined".into()));
}

#[test]
fn one_line_of_permutations_does_not_make_a_file_of_residues_one_of_permutations() {
    let folder = tempfile::tempdir().unwrap();
    let (residue, permutation) = ("1|6|0|5,1,0,1,0,0,0,0,1\n", "1|6|0|0,1,0,1,0,0,0,0,1\n");
    for (sources, targets, wrong, question) in [
        // The entry (0,0) of the second line is 0, and the number of its permutation 2.
        ([residue, permutation], "5\n0\n", 0, "residues of products"),
        ([residue, permutation], "5\n2\n", 1, "residues of products"),
        ([permutation, residue], "0\n5\n", 0, "residues of products"),
        ([permutation, permutation], "2\n2\n", 0, "numbers of products of permutations"),
        ([permutation, permutation], "2\n0\n", 1, "numbers of products of permutations"),
    ] {
        let path = write(folder.path(), "a_src.txt", &sources.concat());
        write(folder.path(), "a_tgt.txt", targets);
        let (_, found) = audit(&[&path]);
        let file = &found["files"][0];
        assert_eq!(file["wrong_labels"], wrong, "{sources:?} {targets}: {file}");
        assert!(file["question"].as_str().unwrap().starts_with(question), "{file}");
    }
}

#[test]
fn the_length_is_counted_and_not_as_the_line_states_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = String::new();
    for i in 0..1600u64 {
        let answer = i % 2 == 0;
        let letters = problems::word_problem::all_elements();
        let word = letters.sample(if answer { 8 } else { 9 }, answer, &mut Random::new(3, i)).unwrap().word;
        let word = letters.alphabet().format(&word);
        let line = json!({"word": word, "answer": answer, "n": 8, "problem": "word-problem", "variant": "all"});
        text.push_str(&format!("{line}\n"));
    }
    let (code, found) = audit(&[&write(folder.path(), "a.jsonl", &text)]);
    let file = &found["files"][0];
    let rule = file["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "no iff the length is more than 8");
    assert_eq!((code, share(rule.unwrap())), (1, 1000), "{}", file["best"]);
    // The table of lengths is of the size that is stated.
    let lengths: Vec<&Value> = file["by_length"].as_array().unwrap().iter().map(|entry| &entry["length"]).collect();
    assert_eq!(lengths, [8]);
    let said = reduce(&["audit", folder.path().join("a.jsonl").to_str().unwrap()]).out;
    assert!(said.contains("1 length; least balanced"), "{said}");
}

#[test]
fn lengths_that_tell_the_answer_in_no_order_are_found() {
    let folder = tempfile::tempdir().unwrap();
    // Words of S5, whose length says yes where its remainder by 7 is below 3: no bound and no parity of the length knows that.
    let line = |i: u64, tells: bool| {
        let mut random = Random::new(8, i);
        let length = 4 + random.below(70);
        let answer = if tells { length % 7 < 3 } else { i.is_multiple_of(2) };
        let problem = problems::word_problem::all_elements();
        let word = problem.alphabet().format(&problem.sample(length, answer, &mut random).unwrap().word);
        json!({"word": word, "answer": answer, "problem": "word-problem"}).to_string() + "\n"
    };
    let text = |tells| (0..3000).map(|i| line(i, tells)).collect::<String>();
    let (code, found) = audit(&[&write(folder.path(), "told.jsonl", &text(true))]);
    let best = &found["files"][0]["best"];
    assert_eq!((code, &best["rule"], &best["right"]), (1, &"looked up: the length".into(), &best["judged"]), "{best}");
    assert_eq!(audit(&[&write(folder.path(), "even.jsonl", &text(false))]).0, 0);
}

#[test]
fn the_first_letter_of_a_group_with_hundreds_of_elements_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let group = reduce::families::groups::Group::read("S6").unwrap();
    // Beyond 255, where a letter does not fit a byte.
    let told =
        |letter: u16, answer: bool| if answer { (300..500).contains(&letter) } else { (500..720).contains(&letter) };
    let joined = |letters: &[u16]| letters.iter().map(u16::to_string).collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    for i in 0..1200u64 {
        let (mut random, answer) = (Random::new(4, i), i % 2 == 0);
        let word = loop {
            let word = group.sample(6, answer, &mut random).unwrap();
            if told(word.letters[0], answer) {
                break word;
            }
        };
        text.push_str(&format!("0,{},{}\n", joined(&word.letters), joined(&word.products)));
    }
    let (code, found) = audit(&["--group", "S6", &write(folder.path(), "a.csv", &text)]);
    let file = &found["files"][0];
    assert_eq!((code, &file["wrong_labels"], share(&file["best"]) > 850), (1, &0.into(), true), "{file}");
    let rule = file["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "looked up: the first token");
    assert!(share(rule.unwrap()) > 850, "{rule:?}");
    let uniform = generated(
        folder.path(),
        "b.csv",
        &["word-problem", "--group", "S6", "--n", "6", "--count", "1200", "--format", "csv"],
    );
    assert_eq!(audit(&["--group", "S6", &uniform]).0, 0);
}

/// Words of S5 whose first letter tells the answer in so many lines of ten.
fn planted(odds: usize, count: u64) -> String {
    let problem = problems::word_problem::all_elements();
    let mut text = String::new();
    for i in 0..count {
        let mut random = Random::new(5, i);
        let answer = i % 2 == 0;
        let told = if random.below(10) < odds { answer } else { !answer };
        let word = loop {
            let word = problem.sample(12, answer, &mut random).unwrap().word;
            if (word[0] < 60) == told {
                break word;
            }
        };
        let word = problem.alphabet().format(&word);
        text.push_str(
            &json!({"word": word, "answer": answer, "problem": "word-problem", "variant": "all"}).to_string(),
        );
        text.push('\n');
    }
    text
}

#[test]
fn a_planted_shortcut_of_eighty_percent_is_found_and_one_of_fifty_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let (code, found) = audit(&[&write(folder.path(), "a.jsonl", &planted(8, 3000))]);
    let best = &found["files"][0]["best"];
    assert_eq!((code, &best["rule"]), (1, &"looked up: the first token".into()), "{best}");
    assert!((760..840).contains(&share(best)), "{best}");
    let even = write(folder.path(), "b.jsonl", &planted(5, 1200));
    assert_eq!(audit(&[&even]).0, 0);
    // The threshold is the user's.
    assert_eq!(audit(&["--threshold", "0.9", folder.path().join("a.jsonl").to_str().unwrap()]).0, 0);
}

#[test]
fn one_answer_alone_is_a_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = generated(folder.path(), "a.jsonl", &["dyck-2", "--n", "9", "--count", "1200", "--answer", "yes"]);
    let (code, found) = audit(&[&path]);
    let file = &found["files"][0];
    assert_eq!((code, &file["no"]), (1, &0.into()));
    let always = file["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "always yes").unwrap();
    assert_eq!((share(always), &always["shortcut"]), (1000, &true.into()));
}

#[test]
fn wrong_labels_of_every_form_are_found_and_right_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    // How many labels are wrong, and the line of the first.
    let wrong = |arguments: &[&str]| {
        let (code, found) = audit(arguments);
        let file = &found["files"][0];
        assert_eq!(code == 1, file["wrong_labels"] != 0, "{file}");
        (file["wrong_labels"].as_u64().unwrap(), file["first_wrong"]["line"].as_u64())
    };
    let cases: [(&[&str], &[&str], &str, &str); 5] = [
        (&["circuit-value", "--n", "5", "--count", "6"], &[], "\"answer\":false", "\"answer\":true"),
        (&["circuit-value", "--n", "5", "--count", "6", "--format", "hf"], &[], "\"label\":0", "\"label\":1"),
        (
            &["circuit-value", "--n", "5", "--count", "6", "--format", "csv"],
            &["--problem", "circuit-value"],
            "$,0\n",
            "$,1\n",
        ),
        (&["word-problem", "--n", "6", "--count", "6", "--labels", "every"], &[], "\"labels\":[0", "\"labels\":[1"),
        (
            &["word-problem", "--group", "A5", "--n", "6", "--count", "6", "--format", "csv"],
            &["--group", "A5"],
            " 0\n",
            " 1\n",
        ),
    ];
    for (arguments, flags, from, to) in cases {
        let path = generated(folder.path(), "a.txt", arguments);
        assert_eq!(wrong(&[flags, &[path.as_str()]].concat()), (0, None), "{arguments:?}");
        let text = std::fs::read_to_string(&path).unwrap();
        let line = 1 + text[..text.find(from).unwrap_or_else(|| panic!("{from}: {text}"))].matches('\n').count() as u64;
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        assert_eq!(wrong(&[flags, &[path.as_str()]].concat()), (1, Some(line)), "{arguments:?}");
    }
    // The authors' residues and permutations.
    for (source, right, bad) in [
        ("2|29|0|1,1,0,0,1,0,0,0,1|1,0,0,1,1,0,0,0,1", "1|2", "1|3"),
        ("2|6|0|0,1,0,1,0,0,0,0,1|1,0,0,0,0,1,0,1,0", "2|4", "2|5"),
        ("1|6|0|0,1,0,1,0,0,0,0,1", "2", "2|4"),
    ] {
        let path = write(folder.path(), "b_src.txt", &format!("{source}\n"));
        for (target, expected) in [(right, (0, None)), (bad, (1, Some(1)))] {
            write(folder.path(), "b_tgt.txt", &format!("{target}\n"));
            assert_eq!(wrong(&[&path]), expected, "{source} {target}");
        }
    }
}

#[test]
fn duplicates_and_leaks_between_splits_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let train = generated(folder.path(), "train.jsonl", &["matrix-product", "--n", "3", "--count", "40"]);
    let text = std::fs::read_to_string(&train).unwrap();
    let other = generated(folder.path(), "test.jsonl", &["matrix-product", "--n", "3", "--count", "10", "--seed", "9"]);
    let clean = audit(&[&train, &other]).1;
    for file in clean["files"].as_array().unwrap() {
        assert_eq!((&file["duplicates"], &file["leaked"]), (&0.into(), &0.into()));
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut test = std::fs::read_to_string(&other).unwrap();
    test.push_str(&format!("{}\n{}\n{}\n", lines[3], lines[7], lines[7]));
    std::fs::write(&other, &test).unwrap();
    std::fs::write(&train, format!("{text}{}\n", lines[20])).unwrap();
    let found = audit(&[&train, &other]).1;
    let [train, test] = [0, 1].map(|i| &found["files"][i]);
    assert_eq!(
        (&train["duplicates"], &train["first_duplicate"]["line"], &train["leaked"]),
        (&1.into(), &41.into(), &0.into())
    );
    assert_eq!((&test["leaked"], &test["first_leaked"]["line"]), (&3.into(), &11.into()));
}

#[test]
fn a_leak_is_seen_between_all_of_our_formats() {
    let folder = tempfile::tempdir().unwrap();
    for (problem, formats) in [
        ("reachability", ["jsonl", "hf", "csv", "words", "src-tgt"]),
        ("circuit-value", ["jsonl", "hf", "csv", "words", "src-tgt"]),
    ] {
        let files: Vec<String> = formats
            .iter()
            .map(|format| {
                let of = ["--n", "12", "--count", "20", "--seed", "2", "--format", format];
                let path = generated(folder.path(), &format!("{problem}-{format}"), &[&[problem], &of[..]].concat());
                if *format == "src-tgt" { format!("{path}_src.txt") } else { path }
            })
            .collect();
        for (one, other) in files.iter().flat_map(|one| files.iter().map(move |other| (one, other))) {
            if one == other {
                continue;
            }
            let (_, found) = audit(&["--problem", problem, one, other]);
            let distinct = 20 - found["files"][0]["duplicates"].as_u64().unwrap();
            assert!(distinct > 10);
            assert_eq!(found["files"][1]["leaked"], 20, "{one} {other}");
            assert_eq!(found["files"][1]["wrong_labels"], 0);
        }
    }
}

/// Graphs of vertices with large numbers: each line is 60 bytes, and its word, in unary, more than half a million.
#[cfg(target_os = "linux")]
/// The elements of a page, opened and closed in turn; panics where they are not.
fn elements(page: &str) -> Vec<String> {
    let (mut open, mut all) = (Vec::new(), Vec::new());
    for tag in page.split('<').skip(1) {
        let tag = tag.split_once('>').unwrap_or_else(|| panic!("`<{tag}` is not closed")).0;
        let name = tag.split([' ', '\n']).next().unwrap().trim_end_matches('/').to_owned();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None if name == "!DOCTYPE" || name == "meta" || tag.ends_with('/') => all.push(name),
            None => {
                open.push(name.clone());
                all.push(name);
            }
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    all
}

#[test]
fn a_report_is_one_page_without_script_or_network_that_shows_what_was_found() {
    let folder = tempfile::tempdir().unwrap();
    let page_of = |files: &[&str], code: i32| {
        let page = folder.path().join("page.html");
        let done = reduce(&[&["audit"], files, &["--report", page.to_str().unwrap()]].concat());
        assert_eq!(done.code, code, "{}", done.err);
        // What is printed is the same as without a page.
        assert_eq!(done.out, reduce(&[&["audit"], files].concat()).out);
        std::fs::read_to_string(page).unwrap()
    };
    let count = |page: &str, what: &str| page.matches(what).count();
    // A shortcut is red, and a name is not read as HTML.
    let planted = write(folder.path(), "a<b>&.jsonl", &planted(8, 2000));
    let page = page_of(&[&planted], 1);
    let all = elements(&page);
    for forbidden in ["script", "link", "img", "iframe", "b"] {
        assert!(!all.iter().any(|element| element == forbidden), "<{forbidden}>");
    }
    assert!(!page.contains("://") && !page.contains("@import") && !page.contains("url("), "{page}");
    assert!(page.contains("a&lt;b&gt;&amp;.jsonl") && page.contains("prefers-color-scheme: dark"));
    assert!(page.contains("REFUTED: a rule that knows no algorithm is a shortcut."), "{page}");
    assert!(count(&page, "line m\"") >= 1 && count(&page, "SHORTCUT") >= 1 && page.contains("threshold 65 %"));
    // The best rules of those that JSON has are in the table, and every length is a bar.
    let (_, report) = audit(&[&planted]);
    let file = &report["files"][0];
    let n_rules = file["rules"].as_array().unwrap().len() + 1;
    assert_eq!(count(&page, "<tr><td>"), n_rules.min(50));
    assert!(page.contains(&format!("The best 50 of {n_rules} rules")));
    for length in file["by_length"].as_array().unwrap() {
        for answer in ["yes", "no"] {
            let bar = format!("<title>{}: {}</title>", length["length"], length[answer]);
            assert!(page.contains(&bar), "{bar}");
        }
    }
    let tenths = file["sensitivity"]["tenths"].as_array().unwrap();
    let n_sampled: u64 = tenths.iter().map(|tenth| tenth.as_u64().unwrap()).sum();
    assert_eq!(n_sampled, file["sensitivity"]["instances"].as_u64().unwrap());

    // A family without a shortcut has nothing red, and its instances are all sensitive at every place.
    let clean = generated(
        folder.path(),
        "clean.jsonl",
        &["reachability", "--family", "two-chains", "--n", "16", "--count", "1200"],
    );
    let page = page_of(&[&clean], 0);
    elements(&page);
    assert!(page.contains("SAMPLED: no label is wrong, and no rule of this battery is a shortcut."));
    assert_eq!((count(&page, "line m\""), count(&page, "SHORTCUT")), (0, 0));
    assert!(page.contains("<title>90+: 500</title>"), "{page}");
    // Two files are two sections; a file that is too short for rules has a page as well.
    let short =
        write(folder.path(), "short.jsonl", "{\"word\": \"()$\", \"answer\": false, \"problem\": \"dyck-2\"}\n");
    let page = page_of(&[&clean, &short], 1);
    elements(&page);
    assert!(count(&page, "<section>") == 2 && page.contains("REFUTED: labels are wrong."), "{page}");
    let nothing = write(folder.path(), "nothing.txt", "");
    let page = page_of(&["--problem", "dyck-2", &nothing], 3);
    elements(&page);
    assert!(page.contains("UNDETERMINED: there are too few lines"), "{page}");
}

#[test]
fn a_report_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "a.jsonl", "{\"word\": \"?\", \"answer\": true, \"problem\": \"dyck-2\"}\n");
    let page = folder.path().join("page.html");
    refused(&reduce(&["audit", &file, "--report", page.to_str().unwrap()]), &["a.jsonl: line 1"]);
    let nowhere = folder.path().join("no/page.html");
    refused(&reduce(&["audit", &file, "--report", nowhere.to_str().unwrap()]), &["no/page.html: cannot be written"]);
    // A dataset is no place for its report.
    refused(&reduce(&["audit", &file, "--report", &file]), &["--report: expected another file", "a.jsonl"]);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["a.jsonl"]);
}

#[test]
fn memory_does_not_grow_with_the_words_that_graphs_would_be() {
    let folder = tempfile::tempdir().unwrap();
    let far = 1 << 17;
    let line = |i: usize| format!("0;0-{:b};1-{:b};10-{:b};{:b}\n", far - 1, far - 2, far - 3 - i, far - 1);
    let path = write(folder.path(), "a_src.txt", &(0..1100).map(line).collect::<String>());
    write(folder.path(), "a_tgt.txt", &"1\n".repeat(1100));
    let program = assert_cmd::cargo::cargo_bin("reduce");
    // 400 MB of addresses, of which the words alone would take more.
    let script = format!("ulimit -v 400000; exec '{}' audit '{path}' --jobs 2 --json", program.display());
    let done = std::process::Command::new("sh").args(["-c", &script]).env("MALLOC_ARENA_MAX", "2").output().unwrap();
    let found: Value = serde_json::from_slice(&done.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&done.stderr)));
    let file = &found["files"][0];
    assert_eq!((&file["instances"], &file["wrong_labels"]), (&1100.into(), &0.into()), "{file}");
    assert_eq!((&file["sensitivity"]["instances"], &file["depth"]["middle"]), (&500.into(), &1.into()), "{file}");
}

#[test]
fn the_seed_alone_decides_what_is_sampled() {
    let folder = tempfile::tempdir().unwrap();
    let path = generated(folder.path(), "a.jsonl", &["circuit-value", "--n", "3..30", "--count", "1400"]);
    let text = |arguments: &[&str]| reduce(&[&["audit", &path], arguments].concat()).out;
    assert_eq!(text(&[]), text(&["--jobs", "1"]));
    assert_ne!(text(&[]), text(&["--seed", "1"]));
}

#[test]
fn bad_files_are_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| write(folder.path(), "a.jsonl", text);
    let of = |text: &str, flags: &[&str]| -> Done { reduce(&[&["audit", &file(text)], flags].concat()) };
    refused(&of("01$\n", &[]), &["a.jsonl", "--problem or --group"]);
    refused(&of("", &[]), &["--problem or --group"]);
    refused(&of("01$\n0?$\n", &["--problem", "circuit-value"]), &["a.jsonl: line 2: token 2", "`?`"]);
    // A blank line is a line, the first one too.
    refused(&of("\n0?$\n", &["--problem", "circuit-value"]), &["a.jsonl: line 2: token 2", "`?`"]);
    refused(&of("seed,input,target\n\n0,0?$,1\n", &["--problem", "circuit-value"]), &["a.jsonl: line 3: token 2"]);
    // A word over a group that does not say over which.
    refused(
        &of("{\"text\": \"1 2\", \"label\": 1, \"problem\": \"group-word-problem\"}\n", &[]),
        &["expected --group"],
    );
    refused(&of("{\"text\": 3}\n", &["--problem", "dyck-2"]), &["line 1", "`word` or `text`"]);
    refused(
        &of("{\"word\": \"$\", \"answer\": 3}\n", &["--problem", "dyck-2"]),
        &["line 1", "true, false, 0 or 1", "got 3"],
    );
    refused(&of("seed,input,target\n0,1 9,1\n", &["--group", "S3"]), &["line 2", "below 6", "`9`"]);
    refused(&of("seed,input,target\n0,1 2,x\n", &["--group", "S3"]), &["line 2", "target of numbers", "`x`"]);
    refused(&of("01$\n", &["--problem", "nothing"]), &["circuit-value", "`nothing`"]);
    refused(&of("01$\n", &["--problem", "dyck-2", "--threshold", "0.4"]), &["--threshold", "above 0.5", "`0.4`"]);
    refused(&reduce(&["audit", "no-such-file"]), &["no-such-file"]);
    refused(&reduce(&["audit"]), &["FILES"]);
    for (source, target, parts) in [
        ("0;0-1;1\n", None, vec!["x_tgt.txt"]),
        ("0;0-1;1\n", Some(""), vec!["x_tgt.txt", "line 1", "got the end"]),
        ("0;0-1;1\n", Some("1\n1\n"), vec!["x_tgt.txt", "got more"]),
        ("0;0-1;1\n", Some("2\n"), vec!["x_src.txt: line 1", "0 or 1", "`2`"]),
        ("0;0-x;1\n", Some("1\n"), vec!["line 1", "binary number", "`x`"]),
        ("0;0=1;1\n", Some("1\n"), vec!["an edge `i-j`", "`0=1`"]),
        ("2|1,0,0,0,1,0,0,0,1\n", Some("1\n"), vec!["T matrices", "T = `2` and 1"]),
        ("1|1,0,0,0,1,0,0,1\n", Some("1\n"), vec!["nine integers"]),
        ("1|0|0|1,0,0,0,1,0,0,0,1\n", Some("1\n"), vec!["m from 1"]),
        (
            "1|-9223372036854775808,0,0,0,1,0,0,0,1\n",
            Some("1\n"),
            vec!["from -1000000 to 1000000", "`-9223372036854775808,"],
        ),
        ("1|0,0,0,0,1,0,0,0,1000001\n", Some("1\n"), vec!["from -1000000 to 1000000"]),
    ] {
        let _ = std::fs::remove_file(folder.path().join("x_tgt.txt"));
        let path = write(folder.path(), "x_src.txt", source);
        target.map(|target| write(folder.path(), "x_tgt.txt", target));
        refused(&reduce(&["audit", &path]), &parts);
    }
    // Nothing to look at is no pass.
    let empty = reduce_with(&["audit", "-", "--problem", "dyck-2"], "");
    assert_eq!((empty.code, empty.out.contains("UNDETERMINED")), (3, true), "{}", empty.err);
}
