//! A page: one file of HTML that needs no script and no network, for light and dark screens and for paper. It knows nothing of
//! what stands on it.

use crate::svg;
use crate::svg::escaped;
use crate::verdict::Verdict;
use itertools::Itertools;

/// How a page looks, beside its pictures.
const LAYOUT: &str = "\
body { background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto;
  padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 2rem 0 0.5rem; } h1, h2, h3 { line-height: 1.25; break-after: avoid; }
h3 { font-size: 1rem; margin: 0 0 0.5rem; } .pictures + h3, .claim h3 { margin-top: 2rem; } a { color: inherit; }
.refuted { color: var(--mark); } .undetermined { color: var(--unsure); } .verdict { font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; margin: 0.5rem 0 1.5rem; } dd { margin: 0; }
dt { opacity: 0.75; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.5rem 2rem; }
figure { margin: 0; break-inside: avoid; } figure.tall { grid-row: span 2; } figure svg { width: 100%; height: auto; max-width: 32rem; }
figure.map svg { max-width: none; } .on-narrow { display: none; }
figcaption { font-size: 0.85rem; opacity: 0.85; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
th { text-align: left; } th, td { padding: 0.15rem 0.6rem 0.15rem 0; border-bottom: 1px solid var(--faint); vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; } td.word, th.word { white-space: nowrap; }
td.name, th.name { overflow-wrap: break-word; } table + h3 { margin-top: 1.5rem; } tr { break-inside: avoid; }
code { font: 0.9em ui-monospace, monospace; }
@media (max-width: 40rem) { .on-wide { display: none; } .on-narrow { display: block; } }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } table { font-size: 0.85rem; } }
@media (max-width: 22rem) { td.name, th.name { overflow-wrap: anywhere; } }
@media print { @page { margin: 16mm; } body { max-width: none; padding: 0; font-size: 10pt; } .on-wide { display: block; }
  .on-narrow { display: none; } figure.map svg { max-height: 15cm; } figure.tall { margin-bottom: 1rem; }
  .pictures.one-below-the-other { display: block; } h2 + p, p.verdict, dt { break-after: avoid; } dd { orphans: 3; widows: 3; } }
";

/// The whole file: a title, which is text, and a body, which is HTML.
pub fn page(title: &str, body: &str) -> String {
    let variables = |palette: &svg::Palette| {
        let svg::Palette { paper, ink, faint, mark, series } = palette;
        let unsure = series[4];
        format!(":root {{ --paper: {paper}; --ink: {ink}; --faint: {faint}; --mark: {mark}; --unsure: {unsure}; }}")
    };
    let (light, dark) = (variables(&svg::LIGHT), variables(&svg::DARK));
    let style = format!("{light}\n{} {{ {dark} }}\n{LAYOUT}{}", svg::IF_DARK, svg::style());
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>"
    )
}

/// A picture, or several of which a screen shows one, below its heading and above its caption, which is text.
pub fn figure(class: &str, heading: &str, picture: &str, caption: &str) -> String {
    let heading = if heading.is_empty() { String::new() } else { format!("<h3>{}</h3>\n", escaped(heading)) };
    format!("<figure class=\"{class}\">\n{heading}{picture}\n<figcaption>{}</figcaption>\n</figure>", escaped(caption))
}

/// Names, each with what it is, both text.
pub fn facts<'f>(facts: impl IntoIterator<Item = (&'f str, String)>) -> String {
    let facts =
        facts.into_iter().map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(&value)));
    format!("<dl>\n{}\n</dl>", facts.collect_vec().join("\n"))
}

/// A table. Cells are HTML; a column with a class has it in its head as well.
pub fn table(columns: &[(&str, &str)], rows: &[Vec<String>]) -> String {
    let class = |class: &str| if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let head = columns.iter().map(|(name, of)| format!("<th{}>{}</th>", class(of), escaped(name))).join("");
    let row = |row: &Vec<String>| {
        let cells = row.iter().zip(columns).map(|(cell, (_, of))| format!("<td{}>{cell}</td>", class(of))).join("");
        format!("<tr>{cells}</tr>")
    };
    let rows = rows.iter().map(row).join("\n");
    format!("<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>")
}

/// The class of a paragraph or word that says a verdict.
pub fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Refuted => "verdict refuted",
        Verdict::Undetermined => "verdict undetermined",
        Verdict::Sampled | Verdict::Checked | Verdict::Proved => "verdict",
    }
}

/// The word of a verdict, as HTML.
pub fn word(verdict: Verdict) -> String {
    format!("<span class=\"{}\">{}</span>", class(verdict), verdict.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_text_cannot_become_a_tag() {
        let page = page("a <b> & c", &facts([("<x>", "1 < 2".to_owned())]));
        assert!(page.contains("<title>a &lt;b&gt; &amp; c</title>") && page.contains("<dd>1 &lt; 2</dd>"), "{page}");
        assert!(figure("", "<h>", "", "<c>").contains("<h3>&lt;h&gt;</h3>\n\n<figcaption>&lt;c&gt;"));
        let table = table(&[("<n>", "number"), ("b", "")], &[vec!["<i>1</i>".to_owned(), "2".to_owned()]]);
        assert!(table.contains("<th class=\"number\">&lt;n&gt;</th><th>b</th>"), "{table}");
        assert!(table.contains("<tr><td class=\"number\"><i>1</i></td><td>2</td></tr>"), "{table}");
    }

    #[test]
    fn a_verdict_that_is_none_of_success_does_not_look_like_one() {
        let of = Verdict::ALL.map(class);
        assert_eq!(of, ["verdict refuted", "verdict undetermined", "verdict", "verdict", "verdict"]);
        assert!(Verdict::ALL.into_iter().all(|verdict| word(verdict).contains(&format!(">{verdict}<"))));
    }
}
