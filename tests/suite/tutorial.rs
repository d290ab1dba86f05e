//! The walk of `docs/tutorial.md`: its files are written, its commands run, and what they print is what stands there.

use std::path::Path;
use std::process::Command;

const DOCUMENT: &str = "docs/tutorial.md";

/// A fenced block: the words after the fence, and its lines.
struct Block {
    info: Vec<String>,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        match (is_open, line.strip_prefix("```")) {
            (false, Some(info)) => {
                let info = info.split(' ').map(str::to_owned).collect();
                blocks.push(Block { info, lines: Vec::new() });
                is_open = true;
            }
            (true, Some("")) => is_open = false,
            (true, _) => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            (false, None) => {}
        }
    }
    assert!(!is_open, "{DOCUMENT}: a block is not closed");
    blocks
}

/// A line without what differs from machine to machine: times and the solver's version.
fn masked(line: &str) -> String {
    let line = line.trim_end();
    let is_time = line.strip_suffix(" s").is_some_and(|time| time.trim().parse::<f64>().is_ok());
    if is_time {
        return "TIME".to_owned();
    }
    let words = line.split(' ').scan(false, |after_z3, word| {
        let is_version = std::mem::replace(after_z3, word == "Z3") && word.starts_with(|c: char| c.is_ascii_digit());
        Some(if is_version { "VERSION" } else { word })
    });
    words.collect::<Vec<_>>().join(" ")
}

fn output_of(command: &str, folder: &Path) -> Vec<String> {
    let program = assert_cmd::cargo::cargo_bin("reduce");
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    // Errors stand where a terminal shows them.
    let mut run = Command::new("sh");
    run.args(["-c", &format!("{{ {command}\n}} 2>&1")]).current_dir(folder).env("PATH", path);
    let output = run.output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(masked).collect()
}

#[test]
fn the_tutorial_runs_and_prints_what_it_says() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut n_commands = 0;
    for block in blocks(&text) {
        match &block.info[..] {
            [_, file] => std::fs::write(folder.path().join(file), block.lines.join("\n") + "\n").unwrap(),
            [kind] if kind == "console" => {
                let mut lines = block.lines.iter().peekable();
                while let Some(line) = lines.next() {
                    let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{DOCUMENT}: no command: {line}"));
                    let said: Vec<String> = std::iter::from_fn(|| lines.next_if(|line| !line.starts_with("$ ")))
                        .map(|line| masked(line))
                        .collect();
                    assert_eq!(output_of(command, folder.path()), said, "{DOCUMENT}: {command}");
                    n_commands += 1;
                }
            }
            other => panic!("{DOCUMENT}: a block of no known kind: {other:?}"),
        }
    }
    assert!(n_commands > 15, "{n_commands}");
}
