//! The page of `reduce report` in a real browser: no error, and nothing wider than the screen.

use crate::common::reduce;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The widths of a telephone and of a screen on a desk.
const WIDTHS: [usize; 2] = [390, 1280];

/// A page that shows another one at each width, and then says how wide that is and has to be.
const HARNESS: &str = "<!DOCTYPE html>
<meta charset=\"utf-8\">
<body></body>
<script>
addEventListener('load', () => {
  for (const width of [WIDTHS]) {
    // The lines stand in the order of the widths, whichever page is shown first.
    const line = document.createElement('p');
    document.body.append(line);
    const frame = document.createElement('iframe');
    frame.width = width;
    frame.height = 800;
    frame.style.border = '0';
    frame.src = 'page.html';
    frame.onload = () => {
      const root = frame.contentDocument.documentElement;
      const wide = [...root.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1);
      line.textContent = `width ${width}: needs ${root.scrollWidth} of ${root.clientWidth}, ${wide.length} beyond the edge, `
        + `${root.querySelectorAll('article').length} articles`;
    };
    document.body.append(frame);
  }
});
</script>
";

fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok())
}

/// What a browser measures of this page at each width, with what it says on its console.
fn shown(browser: &str, page: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let widths = WIDTHS.map(|width| width.to_string()).join(", ");
    fs::write(folder.path().join("page.html"), page).unwrap();
    fs::write(folder.path().join("harness.html"), HARNESS.replace("WIDTHS", &widths)).unwrap();
    let url = |file: &str| format!("file://{}", folder.path().join(file).display());
    let profile = |folder: &Path| format!("--user-data-dir={}", folder.join("profile").display());
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--dump-dom"])
        .args(["--enable-logging=stderr", "--virtual-time-budget=5000"])
        .arg(profile(folder.path()))
        .arg(url("harness.html"))
        .output()
        .unwrap();
    let [document, log] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let lines = document.split("<p>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    let console = log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned);
    (lines.collect(), console.collect())
}

#[test]
fn the_page_has_no_error_and_fits_a_telephone_and_a_desk() {
    let Some(browser) = browser() else {
        eprintln!("Skipped: there is no chromium (apt-get install chromium).");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.html");
    let claims = "reachability-relu,dyck-2,word-problem-s3-swaps-delta-net";
    let done = reduce(&["report", "-o", path.to_str().unwrap(), "--claims", claims]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let page = fs::read_to_string(&path).unwrap();
    let fits = |line: &String| {
        let needed = line.split("needs ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or_default();
        needed.split_once(" of ").is_some_and(|(needs, has)| needs == has)
            && line.ends_with(" 0 beyond the edge, 3 articles")
    };
    let (lines, console) = shown(browser, &page);
    assert!(lines.len() == WIDTHS.len() && lines.iter().all(fits) && console.is_empty(), "{lines:?} {console:?}");
    // What is too wide for a telephone is seen, and so is a script, which the page forbids.
    let wide = page.replacen("<body>", "<body><div style=\"width: 800px\">wide</div>", 1);
    let (lines, _) = shown(browser, &wide);
    assert_eq!(lines.iter().map(fits).collect::<Vec<_>>(), [false, true], "{lines:?}");
    let (_, console) = shown(browser, &page.replacen("<body>", "<body><script>1</script>", 1));
    assert!(!console.is_empty());
}
