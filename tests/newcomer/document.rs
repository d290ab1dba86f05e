//! What the document prints is what is compiled here, and the lines that it adds fit the lists as they are.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The code blocks of the document in this language, each with the file that its first line names.
fn blocks(document: &str, language: &str) -> Vec<(String, String)> {
    let opening = format!("```{language} ");
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(file) = line.strip_prefix(&opening) {
            let text = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n"));
            blocks.push((file.to_owned(), text.collect()));
        }
    }
    blocks
}

const DOCUMENT: &str = "docs/adding-a-theorem.md";

#[test]
fn the_files_in_the_document_are_those_that_are_compiled_and_proved() {
    let files = blocks(&read(DOCUMENT), "rust");
    let names: Vec<&str> = files.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(names, ["problems/parity.rs", "reductions/statement/parity.rs", "reductions/parity_pd.rs"]);
    for (file, text) in files {
        assert!(read(&format!("tests/newcomer/{file}")) == text, "{DOCUMENT}: {file} is not tests/newcomer/{file}");
    }
}

/// The text that a change finds, and the text that it leaves.
fn sides(change: &str) -> [String; 2] {
    let text =
        |keeps: fn(&&str) -> bool| change.lines().filter(keeps).map(|line| format!("{}\n", &line[1..])).collect();
    [text(|line| !line.starts_with('+')), text(|_| true)]
}

/// Whether a change fits a text in one place, or has been made there: whoever walks along the document turns nothing red.
fn fits(change: &str, text: &str) -> bool {
    sides(change).iter().map(|side| text.matches(side).count()).sum::<usize>() == 1
}

#[test]
fn the_lines_that_the_document_adds_have_their_place_in_the_lists() {
    let changes = blocks(&read(DOCUMENT), "diff");
    assert_eq!(changes.len(), 7, "{changes:?}");
    for (file, change) in changes {
        assert_eq!(change.lines().filter(|line| line.starts_with('+')).count(), 1, "{file}: one line each\n{change}");
        assert!(fits(&change, &read(&file)), "{file} has not exactly one place for\n{change}");
    }
}

#[test]
fn a_change_whose_place_is_gone_is_noticed() {
    let change = " mod a;\n+mod b;\n mod c;\n";
    assert_eq!(sides(change), ["mod a;\nmod c;\n", "mod a;\nmod b;\nmod c;\n"]);
    assert!(fits(change, "mod a;\nmod c;\nmod d;\n") && fits(change, "mod a;\nmod b;\nmod c;\n"));
    assert!(!fits(change, "mod a;\nmod d;\nmod c;\n") && !fits(change, "mod a;\nmod c;\nmod a;\nmod c;\n"));
}
