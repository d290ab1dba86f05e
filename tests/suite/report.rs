//! The page of `reduce report`: well formed, without a script, and with the words of the other reports.

use crate::common::With;
use crate::common::json;
use crate::common::reduce;
use crate::common::refused;
use reduce::check;
use reduce::check::Outcome;
use reduce::check::options::Options;
use reduce::progress::Progress;
use reduce::report::bits::Row;
use reduce::report::bits::Subject;
use reduce::report::claim::CheckReport;
use reduce::report::gathered::Claim;
use reduce::report::gathered::Report;
use reduce::report::gathered::Table;
use reduce::verdict::Verdict;
use reduce::verdict::exit_code;
use reductions::Reduction;
use reductions::proof::CoordinateKind;
use reductions::proof::Invariant;
use rnn::Terms;
use std::time::Duration;

/// Elements that have no end, as HTML has them.
const VOID: [&str; 3] = ["meta", "br", "!DOCTYPE"];

/// The first thing that is not well formed: a tag that is not closed, or closes another, or an attribute without quotes.
fn fault(page: &str) -> Option<String> {
    let (_, tags) = page.split_once('<')?;
    let mut open: Vec<&str> = Vec::new();
    for piece in tags.split('<') {
        let Some((tag, text)) = piece.split_once('>') else { return Some(format!("`<{piece}` does not end")) };
        if text.contains('>') && open.last() != Some(&"style") {
            return Some(format!("`>` in the text `{text}`"));
        }
        if tag.matches('"').count() % 2 == 1 {
            return Some(format!("quotes in `{tag}`"));
        }
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if tag.starts_with('/') {
            let last = open.pop();
            if last != Some(name) {
                return Some(format!("`</{name}>` where `{last:?}` is open"));
            }
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    open.last().map(|name| format!("`{name}` is not closed"))
}

#[test]
fn the_check_of_pages_refuses_what_is_not_well_formed() {
    assert_eq!(fault("<p class=\"a\">a<br>b<rect x=\"1\"/></p>"), None);
    for wrong in
        ["<p>", "<p></b>", "<p><b></p></b>", "</p>", "<p class=\"a>b</p>", "<p>a > b</p>", "<p>a < b</p>", "<p"]
    {
        assert!(fault(wrong).is_some(), "{wrong}");
    }
}

/// Nothing is loaded, nothing runs.
fn stands_alone(page: &str) {
    assert_eq!(fault(page), None);
    for word in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "javascript:", "http://", "https://"]
    {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(page.contains("@media screen and (prefers-color-scheme: dark)") && page.contains("@media print"));
    // Every place that is led to is there, once.
    for target in page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let name = target.strip_prefix('#').unwrap_or_else(|| panic!("{target}"));
        assert_eq!(page.matches(&format!("id=\"{name}\"")).count(), 1, "{name}");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[test]
fn a_page_says_of_each_selected_claim_what_check_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let path = path.to_str().unwrap();
    let done = reduce(&[
        "report",
        "-o",
        path,
        "--claims",
        "word-problem-generators-pd,dyck-2,word-problem-s3-swaps-delta-net",
    ]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("3 claims: 3 proved"), "{}", done.out);
    let page = std::fs::read_to_string(path).unwrap();
    stands_alone(&page);
    for arguments in [["dyck-2", "--seed", "0"], ["word-problem", "--variant", "generators"]] {
        let found = json(&reduce(&[&["check", "--json"], &arguments[..]].concat()));
        let text = |field: &str| escaped(found[field].as_str().unwrap());
        assert!(page.contains(&format!("<dd>{}</dd>", text("claim"))), "{}", text("claim"));
        for link in found["links"].as_array().unwrap() {
            let [name, verdict, by] = ["name", "verdict", "by"].map(|field| escaped(link[field].as_str().unwrap()));
            let row = format!(
                "<td class=\"name\">{name}</td><td class=\"word\"><span class=\"verdict\">{verdict}</span></td><td>{by}</td>"
            );
            assert!(page.contains(&row), "{row}");
        }
        let (total, discharged) = (&found["obligations"]["total"], &found["obligations"]["discharged"]);
        assert!(page.contains(&format!("<dd>{discharged} of {total} obligations discharged: ")));
    }
    // A layer as a library ships it says what its own check says.
    let shipped = ["check", "word-problem", "--model", "delta-net", "--variant", "s3-swaps", "--json"];
    let found = json(&reduce(&shipped));
    assert!(page.contains(&format!("<dd>{}</dd>", escaped(found["claim"].as_str().unwrap()))));
    for link in found["links"].as_array().unwrap() {
        assert!(page.contains(&format!("<td>{}</td>", escaped(link["by"].as_str().unwrap()))), "{link}");
    }
    assert!(
        page.contains("PROVED for every word, of any length, in f32 and bf16: no operation of the recurrence rounds")
    );
    // One article each, in the map, in the table; a state of the one that has a picture; the errata of their problems.
    assert_eq!(page.matches("<article").count(), 3);
    assert_eq!(page.matches(">PROVED for every word, of any length").count(), 3);
    assert_eq!(page.matches(">delta-net s3-swaps</text>").count(), 2);
    assert!(page.contains("hard by formula-to-word-problem, from NC1") && page.contains("A stack: brackets"));
    assert!(page.contains("Where the paper as printed does not hold") && !page.contains("target-last"));
    assert!(!page.contains("Least precision"));
    // The same again in the place of the file that is there.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_reported_is_refused_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let (page, place) = (page.to_str().unwrap(), folder.path().to_str().unwrap());
    refused(
        &reduce(&["report", "-o", page, "--claims", "dyck-2,dyck"]),
        &["--claims: expected", "dyck-2-relu", "got `dyck`"],
    );
    refused(&reduce(&["report", "-o", page, "--claims", ""]), &["--claims: expected", "got ``"]);
    refused(&reduce(&["report", "-o", place]), &["expected a file, got a folder"]);
    refused(
        &reduce(&["report", "-o", &format!("{place}/none/report.html"), "--claims", "dyck-2"]),
        &["cannot be written"],
    );
    refused(&reduce(&["report", "-o", page, "--timeout", "0"]), &["expected a positive number of seconds, got `0`"]);
    refused(&reduce(&["report"]), &["--output"]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

fn dyck() -> &'static dyn Reduction {
    reductions::all().into_iter().find(|reduction| reduction.problem().name() == "dyck-2").unwrap()
}

fn outcome_of(reduction: &dyn Reduction) -> Outcome {
    let options = Options {
        n: Some(4),
        samples: 2,
        seed: 0,
        max_length: Some(4),
        symbolic: None,
        timeout: Duration::from_secs(10),
    };
    check::check(reduction, reduction.network(), None, &options, &Progress::new(true)).unwrap()
}

fn page_of(reduction: &dyn Reduction, outcome: &Outcome, tables: &[Table]) -> (String, u8) {
    let report =
        CheckReport { reduction, outcome, precision: None, remark: None, seed: 0, replay: &|_| "replay".into() };
    let claim = Claim { name: "dyck-2-relu".into(), command: "reduce check dyck-2".into(), report };
    let report =
        Report { claims: vec![claim], shipped: Vec::new(), errata: &[], tables, elapsed: Duration::from_secs(1) };
    (report.page(), exit_code(report.verdicts()))
}

#[test]
fn what_is_not_proved_does_not_look_proved() {
    let right = outcome_of(dyck());
    let (page, code) = page_of(dyck(), &right, &[]);
    assert_eq!((code, right.verdict()), (0, Verdict::Proved));
    assert!(
        page.contains("1 claim checked") && page.contains(": 1 proved.") && page.contains(">PROVED for every word")
    );
    assert!(page.contains("class=\"fill c2\"") && !page.contains("verdict undetermined\">"), "{page}");
    // Nothing is said of the stack, so that no step can be shown; the network is right, and no word refutes it.
    let vain = With { invariant: Some(silent), ..With::nothing_else(dyck()) };
    let outcome = outcome_of(&vain);
    let (page, code) = page_of(&vain, &outcome, &[]);
    assert_eq!((code, outcome.verdict()), (3, Verdict::Undetermined));
    stands_alone(&page);
    assert!(page.contains("1 undetermined.") && page.contains(">UNDETERMINED"), "{page}");
    assert!(page.contains("class=\"fill c4\"") && !page.contains("class=\"fill c2\""), "{page}");
    assert!(page.contains(">undetermined</text>") && !page.contains(">proved</text>") && !page.contains(">PROVED"));
    assert!(page.contains("gap: "));
}

/// An invariant of the brackets' network that says nothing.
fn silent(_: &Terms) -> Invariant<'_> {
    let coordinates = [("Q", CoordinateKind::Control), ("A", CoordinateKind::Control), ("s", CoordinateKind::Real)];
    Invariant::new(coordinates, |_, _, _| Vec::new())
}

#[test]
fn least_precision_is_drawn_and_what_is_undetermined_there_is_said() {
    let subject = Subject {
        title: "dyck-2 by relu".into(),
        flags: "dyck-2".into(),
        problem: "dyck-2".into(),
        model: "relu".into(),
        variant: None,
        rounding: "floor".into(),
        overflow: "saturate".into(),
        accumulate: "wide".into(),
        round_weights: false,
        searched: "width".into(),
        int_bits: None,
        theorem: None,
        is_linear: None,
        network: String::new(),
    };
    let row = |n: usize, bits: Option<u32>, undetermined: Option<&str>| Row {
        n,
        bits,
        proved_bits: bits.filter(|_| n == 4),
        suffices_by: String::new(),
        counterexample_below: None,
        theorem_bits: None,
        instances: 1,
        looked_at_up_to: 9,
        isolated: Vec::new(),
        undetermined: undetermined.map(str::to_owned),
        alarm: false,
    };
    let outcome = outcome_of(dyck());
    let tables = |rows| vec![Table { subject: subject.clone(), rows }];
    let (page, code) = page_of(dyck(), &outcome, &tables(vec![row(4, Some(5), None), row(8, Some(7), None)]));
    stands_alone(&page);
    // Two points, and a ring around the one that is proved.
    assert_eq!((code, page.matches("r=\"3\"").count(), page.matches("r=\"6\"").count()), (0, 2, 1));
    let (page, code) = page_of(dyck(), &outcome, &tables(vec![row(4, Some(5), None), row(8, None, Some("a < b"))]));
    stands_alone(&page);
    assert_eq!(code, 3);
    assert!(page.contains("undetermined</span>: a &lt; b"), "{page}");
}
