//! The fragment of `reduce report --latex`: what it says, that pdflatex takes it, and that a changed claim stops a paper.

use crate::common::json;
use crate::common::reduce;
use crate::common::refused;
use reduce::folder::digest;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

const CLAIM: &str = "dyck-2-relu";

/// A fragment about two claims, in a folder of this place.
fn fragment(place: &Path) -> PathBuf {
    let folder = place.join("fragment");
    let claims = "dyck-2,word-problem-s3-swaps-delta-net";
    let done = reduce(&["report", "--latex", folder.to_str().unwrap(), "--claims", claims]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("2 claims: 2 proved"), "{}", done.out);
    folder
}

/// The digest that the package knows of a claim.
fn recorded(folder: &Path, claim: &str) -> String {
    let text = fs::read_to_string(folder.join("reduce-claims.tex")).unwrap();
    let (_, rest) = text.split_once(&format!("\\reduceclaim{{{claim}}}{{")).unwrap();
    rest.split('}').next().unwrap().to_owned()
}

#[test]
fn a_fragment_says_what_check_says_and_its_digest_is_of_statement_and_weights() {
    let place = tempfile::tempdir().unwrap();
    let folder = fragment(place.path());
    let found = json(&reduce(&["check", "dyck-2", "--json"]));
    let weights = reduce(&["show", "dyck-2", "--network"]).out;
    let sentence = found["claim"].as_str().unwrap();
    let promise = found["promise"].as_str().unwrap_or_default();
    assert_eq!(recorded(&folder, CLAIM), digest(format!("{sentence}\n{promise}\n{weights}").as_bytes()));
    let text = fs::read_to_string(folder.join("reduce-report.tex")).unwrap();
    assert!(text.contains(&reduce::tex::prose(sentence)), "{text}");
    for link in found["links"].as_array().unwrap() {
        let [name, verdict, by] = ["name", "verdict", "by"].map(|field| link[field].as_str().unwrap());
        let item = format!("\\item[{}] {verdict}: {}", reduce::tex::escaped(name), reduce::tex::prose(by));
        assert!(text.contains(&item), "{item}");
    }
    assert_eq!(text.matches("\\fill[reduce-c2]").count(), 2);
    assert_eq!(fs::read_to_string(folder.join("reduce.sty")).unwrap().lines().count(), 19);
}

#[test]
fn a_folder_that_is_there_is_replaced_only_where_it_is_a_fragment_and_that_is_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("fragment");
    let path = folder.to_str().unwrap();
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("thesis.tex"), "mine").unwrap();
    let report = |flags: &[&str]| reduce(&[&["report", "--latex", path, "--claims", "dyck-2"], flags].concat());
    refused(&report(&[]), &["--latex: expected a folder that does not exist or is empty", "--force replaces"]);
    refused(&report(&["--force"]), &["--latex: expected a folder with a reduce.sty to replace"]);
    assert_eq!(fs::read_to_string(folder.join("thesis.tex")).unwrap(), "mine");
    fs::rename(folder.join("thesis.tex"), folder.join("reduce.sty")).unwrap();
    assert_eq!(report(&["--force"]).code, 0);
    assert_ne!(fs::read_to_string(folder.join("reduce.sty")).unwrap(), "mine");
    refused(&reduce(&["report", "--latex", &format!("{path}/main.tex"), "--claims", "dyck-2"]), &["got the file"]);
    refused(&reduce(&["report", "--claims", "dyck-2"]), &["expected --output FILE or --latex DIR, got neither"]);
    refused(&reduce(&["report", "-o", path, "--claims", "dyck-2", "--force"]), &["--latex"]);
    // Nothing else is left.
    assert_eq!((fs::read_dir(&folder).unwrap().count(), fs::read_dir(place.path()).unwrap().count()), (4, 1));
}

/// What pdflatex says of a file of a folder: whether it is done, and its log.
fn pdflatex(folder: &Path, file: &str) -> (bool, String) {
    let mut command = Command::new("pdflatex");
    let output =
        command.args(["-interaction=nonstopmode", "-halt-on-error", file]).current_dir(folder).output().unwrap();
    // Lines of a log are broken at 79 characters.
    let log = String::from_utf8_lossy(&output.stdout).replace('\n', "");
    (output.status.success(), log)
}

#[test]
fn pdflatex_takes_the_fragment_and_refuses_a_paper_about_another_claim() {
    if Command::new("pdflatex").arg("--version").output().is_err() {
        eprintln!("Skipped: pdflatex is not installed (apt-get install texlive-latex-recommended texlive-pictures).");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let folder = fragment(place.path());
    for _ in 0..2 {
        let (is_done, log) = pdflatex(&folder, "main.tex");
        assert!(is_done && !log.contains("Overfull"), "{log}");
    }
    let paper = |body: &str| {
        let text =
            format!("\\documentclass{{article}}\\usepackage{{reduce}}\\begin{{document}}{body}\\end{{document}}");
        fs::write(folder.join("paper.tex"), text).unwrap();
        pdflatex(&folder, "paper.tex")
    };
    let own = recorded(&folder, CLAIM);
    let (is_done, log) = paper(&format!("Theorem\\reducechecked{{{CLAIM}}}{{{own}}}"));
    assert!(is_done, "{log}");
    let other = format!("{}{}", if own.starts_with('0') { '1' } else { '0' }, &own[1..]);
    let (is_done, log) = paper(&format!("Theorem\\reducechecked{{{CLAIM}}}{{{other}}}"));
    assert!(!is_done && log.contains("is another: its digest is"), "{log}");
    let (is_done, log) = paper(&format!("Theorem\\reducechecked{{circuit-value-copy-relu}}{{{own}}}"));
    assert!(!is_done && log.contains("was checked"), "{log}");
    // Every character is printed as it is.
    let all: Vec<String> = (33..127_u8).map(|byte| char::from(byte).to_string()).collect();
    let (apart, all) = (all.join(" "), all.concat());
    let body = format!("{}\n\n\\newpage {}", reduce::tex::escaped(&apart), reduce::tex::code(&all));
    let (is_done, log) = paper(&body);
    assert!(is_done, "{log}");
    let Ok(printed) = Command::new("pdftotext").args(["paper.pdf", "-"]).current_dir(&folder).output() else {
        eprintln!("Skipped what is printed: pdftotext is not installed (apt-get install poppler-utils).");
        return;
    };
    let printed = String::from_utf8(printed.stdout).unwrap();
    let pages: Vec<String> = printed.split('\u{c}').map(|page| page.split_whitespace().collect()).collect();
    // The page's number stands below. In a text an apostrophe is curved, what stands above a letter looks so, and what stands
    // below the line is drawn as a line.
    let text = pages[0].replace('\u{2019}', "'").replace('\u{2c6}', "^").replace('\u{2dc}', "~");
    assert_eq!(text, format!("{}1", all.replace('_', "")));
    assert_eq!(pages[1], format!("{all}2"));
}
