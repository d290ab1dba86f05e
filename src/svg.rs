//! Pictures as SVG: bars, intervals and lines, each over its axes.
//!
//! A picture has no colours of its own but names of classes, which [`style`] gives colours for a light and a dark screen: a page
//! has it once, and [`standalone`] puts it into a picture that is a file. Coordinates are for the eye, and no number that is
//! drawn decides anything. A picture is 360 units wide, so that its letters can be read on a telephone.

pub mod cells;
pub mod tree;

use itertools::Itertools;

/// Colours, as CSS writes them.
pub struct Palette {
    /// Behind everything.
    pub paper: &'static str,
    /// Letters and axes.
    pub ink: &'static str,
    /// Lines in the background.
    pub faint: &'static str,
    /// What is to be noticed.
    pub mark: &'static str,
    /// What is drawn, one colour after the other.
    pub series: [&'static str; 6],
}

/// For a light screen, and for paper.
pub const LIGHT: Palette = Palette {
    paper: "#ffffff",
    ink: "#1f2933",
    faint: "#d9dfe5",
    mark: "#b3261e",
    series: ["#1b6ca8", "#d0691c", "#2e8b57", "#8e44ad", "#a67c00", "#5f6f7d"],
};

/// For a dark screen.
pub const DARK: Palette = Palette {
    paper: "#14181d",
    ink: "#dfe5eb",
    faint: "#38424d",
    mark: "#ff8a80",
    series: ["#6cb6ea", "#f0a060", "#6fd09c", "#c99be0", "#e0be58", "#a3b1bd"],
};

/// What a screen that is dark asks for.
pub const IF_DARK: &str = "@media screen and (prefers-color-scheme: dark)";

impl Palette {
    fn css(&self) -> String {
        let Self { paper, ink, faint, mark, .. } = self;
        let series = self.series.iter().enumerate().map(|(i, colour)| (format!("c{i}"), *colour));
        let series = series.chain([("m".to_owned(), *mark)]).map(|(name, colour)| {
            format!("svg .fill.{name} {{ fill: {colour}; }} svg .line.{name} {{ stroke: {colour}; }}")
        });
        let series = series.collect_vec().join("\n");
        format!(
            "svg text {{ fill: {ink}; stroke: {paper}; }} svg .axis {{ stroke: {ink}; }} svg .grid {{ stroke: {faint}; }}\nsvg path.limit {{ \
             stroke: {mark}; }} svg text.limit {{ fill: {mark}; }}\n{series}\n"
        )
    }
}

/// The colours and letters of every picture, as CSS.
pub fn style() -> String {
    let common = "svg text { font: 11px system-ui, sans-serif; paint-order: stroke; stroke-width: 3px; } svg path { fill: none; } svg .line { fill: none; stroke-width: 2; }\n\
                  svg path.limit, svg path.dashed { stroke-dasharray: 4 3; } svg rect.grid, svg rect.axis { fill: none; }\n\
                  svg text.strong { font-weight: 600; } svg text.small { font-size: 9px; } svg text.tiny { font-size: 5.5px; stroke: none; }\n\
                  svg rect ~ text.small { stroke: none; }\n";
    format!("{common}{}{IF_DARK} {{\n{}}}\n", LIGHT.css(), DARK.css())
}

/// The width of a picture, in units.
pub(crate) const WIDTH: f64 = 360.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 26.0;
/// The height of bars and lines, and where their lower axis stands.
const HEIGHT: f64 = 220.0;
const BOTTOM: f64 = HEIGHT - 38.0;
/// The most that a bar is wide.
const WIDEST: f64 = 48.0;

/// What a picture is of, and what its axes count.
pub struct Titles<'a> {
    /// For those who do not see it.
    pub title: &'a str,
    /// Below the horizontal axis.
    pub across: &'a str,
    /// Above the vertical axis.
    pub up: &'a str,
}

/// A bar that goes up from the axis, and one that goes down from it.
pub struct Bar {
    /// What stands below it.
    pub label: String,
    /// How far it goes up.
    pub up: u64,
    /// How far it goes down.
    pub down: u64,
}

/// A value with an interval around it.
pub struct Interval {
    /// What it is of.
    pub label: String,
    /// Its lower end, the value, its upper end.
    pub ends: [f64; 3],
    /// The value as a reader sees it.
    pub shown: String,
    /// Whether it is to be noticed.
    pub is_marked: bool,
}

/// Points that are joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is of.
    pub name: String,
    /// The points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Points that have a ring around them.
    pub rings: Vec<(f64, f64)>,
}

/// A text as XML and HTML want it, in an attribute too.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A picture that is a file.
pub fn standalone(picture: &str) -> String {
    let paper = |palette: &Palette| format!("svg {{ background: {}; }}", palette.paper);
    let (light, dark) = (paper(&LIGHT), paper(&DARK));
    let style = format!("<style>\n{}{light} {IF_DARK} {{ {dark} }}\n</style>", style());
    let file = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" ";
    picture.replacen("<svg ", file, 1).replacen('>', &format!(">\n{style}"), 1)
}

fn picture(height: f64, title: &str, parts: &[String]) -> String {
    picture_of(WIDTH, height, title, parts)
}

fn picture_of(width: f64, height: f64, title: &str, parts: &[String]) -> String {
    let title = escaped(title);
    format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\">\n{}\n</svg>", parts.join("\n"))
}

fn text(x: f64, y: f64, anchor: &str, text: &str) -> String {
    format!("<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(text))
}

fn path(class: &str, d: &str) -> String {
    format!("<path class=\"{class}\" d=\"{d}\"/>")
}

/// A number as short as it is written.
fn number(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Round numbers from the least to the largest, at most so many steps.
fn ticks(least: f64, largest: f64, most: f64) -> Vec<f64> {
    let span = (largest - least).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf((span / most).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|step| span / step <= most);
    let step = step.unwrap_or(span);
    let (first, last) = ((least / step - 1e-9).ceil() as i64, (largest / step + 1e-9).floor() as i64);
    (first..=last).map(|tick| tick as f64 * step).collect()
}

/// The axes' titles.
fn titles(titles: &Titles<'_>) -> [String; 2] {
    [text(WIDTH - RIGHT, HEIGHT - 4.0, "end", titles.across), text(4.0, 12.0, "start", titles.up)]
}

/// Names beside their colours, in a line above the picture, from the right to the left.
fn legend(names: &[&str]) -> Vec<String> {
    let mut right = WIDTH - RIGHT;
    let mut parts = Vec::new();
    for (i, name) in names.iter().enumerate().rev() {
        parts.push(text(right, 12.0, "end", name));
        right -= 6.0 * name.chars().count() as f64 + 16.0;
        parts.push(format!("<rect class=\"fill c{i}\" x=\"{right:.1}\" y=\"3\" width=\"10\" height=\"10\"/>"));
        right -= 12.0;
    }
    parts
}

/// Bars from left to right; where some go down the axis is between them. `names` says what up and down are.
pub fn bars(of: &Titles<'_>, names: &[&str], bars: &[Bar]) -> String {
    let most = |of: fn(&Bar) -> u64| bars.iter().map(of).max().unwrap_or(0) as f64;
    let (up, down) = (most(|bar| bar.up), most(|bar| bar.down));
    let scale = (BOTTOM - TOP) / (up + down).max(1.0);
    let y = |value: f64| TOP + (up - value) * scale;
    let mut parts = Vec::from(titles(of));
    parts.extend(legend(names));
    for tick in ticks(-down, up, 5.0).into_iter().filter(|tick| tick.fract() == 0.0) {
        parts.push(path("grid", &format!("M{LEFT} {:.1}H{}", y(tick), WIDTH - RIGHT)));
        parts.push(text(LEFT - 6.0, y(tick) + 4.0, "end", &number(tick.abs())));
    }
    // As many labels as have room.
    let width = (WIDTH - RIGHT - LEFT) / bars.len().max(1) as f64;
    let longest = bars.iter().map(|bar| bar.label.chars().count()).max().unwrap_or(0);
    let every = ((6.5 * longest as f64 + 8.0) / width).ceil().max(1.0) as usize;
    let wide = (0.8 * width).min(WIDEST);
    for (i, bar) in bars.iter().enumerate() {
        let middle = LEFT + width * (i as f64 + 0.5);
        for (colour, from, to) in [(0, bar.up as f64, 0.0), (1, 0.0, -(bar.down as f64))] {
            if from > to {
                parts.push(format!(
                    "<rect class=\"fill c{colour}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}: {}</title></rect>",
                    middle - wide / 2.0,
                    y(from),
                    wide,
                    (from - to) * scale,
                    escaped(&bar.label),
                    number(from - to)
                ));
            }
        }
        if i.is_multiple_of(every) {
            parts.push(text(middle, BOTTOM + 14.0, "middle", &bar.label));
        }
    }
    parts.push(path("axis", &format!("M{LEFT} {:.1}H{}", y(0.0), WIDTH - RIGHT)));
    picture(HEIGHT, of.title, &parts)
}

/// Values with intervals, one below the other and each below its label, on an axis from one number to another; and a limit
/// with what it is called.
pub fn intervals(title: &str, (least, largest): (f64, f64), limit: Option<(f64, &str)>, rows: &[Interval]) -> String {
    const EDGE: f64 = 12.0;
    const LINE: f64 = 14.0;
    let x = |value: f64| {
        EDGE + (WIDTH - 2.0 * EDGE) * ((value - least) / (largest - least).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
    };
    let (mut top, mut parts) = (TOP, Vec::new());
    for row in rows {
        let [low, middle, high] = row.ends.map(x);
        let colour = if row.is_marked { "m" } else { "c0" };
        let lines = wrapped(&row.label);
        parts.push(text(WIDTH - EDGE, top + 10.0, "end", &row.shown));
        for line in &lines {
            top += LINE;
            parts.push(text(EDGE, top - 4.0, "start", line));
        }
        let y = top + 5.0;
        parts.push(path(
            &format!("line {colour}"),
            &format!("M{low:.1} {:.1}v8M{low:.1} {y:.1}H{high:.1}M{high:.1} {:.1}v8", y - 4.0, y - 4.0),
        ));
        parts.push(format!("<circle class=\"fill {colour}\" cx=\"{middle:.1}\" cy=\"{y:.1}\" r=\"4\"/>"));
        top += 20.0;
    }
    // What lies behind the intervals.
    let mut behind = Vec::new();
    for tick in ticks(least, largest, 6.0) {
        behind.push(path("grid", &format!("M{:.1} {TOP}V{top:.1}", x(tick))));
        behind.push(text(x(tick), top + 14.0, "middle", &number(tick)));
    }
    behind.push(path("axis", &format!("M{EDGE} {top:.1}H{}", WIDTH - EDGE)));
    if let Some((value, name)) = limit {
        behind.push(path("limit", &format!("M{:.1} {TOP}V{top:.1}", x(value))));
        behind.push(text(x(value), 14.0, "middle", name).replacen("<text", "<text class=\"limit\"", 1));
    }
    behind.append(&mut parts);
    picture(top + 20.0, title, &behind)
}

/// A label in lines of at most so many letters, two at most.
fn wrapped(label: &str) -> Vec<String> {
    const LETTERS: usize = 48;
    wrapped_to(label, LETTERS)
}

pub(crate) fn wrapped_to(label: &str, letters: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in label.split(' ') {
        let last = lines.len() - 1;
        if lines[last].chars().count() + word.chars().count() < letters || lines[last].is_empty() {
            let space = if lines[last].is_empty() { "" } else { " " };
            lines[last].push_str(&format!("{space}{word}"));
        } else if last == 0 {
            lines.push(word.to_owned());
        } else {
            lines[last].push_str(" ...");
            break;
        }
    }
    lines
}

/// Lines over both axes, which begin with 0.
pub fn lines(of: &Titles<'_>, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| line.points.iter().chain(&line.rings));
    let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
    let (right, up) = (most(|point| point.0), most(|point| point.1));
    let [right, up] = [right, up].map(|most| if most > 0.0 { most } else { 1.0 });
    // Names stand above, one below the other.
    let top = TOP + 16.0 * lines.len() as f64;
    let bottom = top + BOTTOM - TOP;
    let x = |value: f64| LEFT + (WIDTH - LEFT - RIGHT) * value / right;
    let y = |value: f64| bottom - (bottom - top) * value / up;
    let mut parts = vec![text(WIDTH - RIGHT, bottom + 30.0, "end", of.across), text(4.0, top - 10.0, "start", of.up)];
    for tick in ticks(0.0, right, 6.0) {
        parts.push(path("axis", &format!("M{:.1} {bottom}v4", x(tick))));
        parts.push(text(x(tick), bottom + 16.0, "middle", &number(tick)));
    }
    for tick in ticks(0.0, up, 6.0) {
        parts.push(path("grid", &format!("M{LEFT} {:.1}H{}", y(tick), WIDTH - RIGHT)));
        parts.push(text(LEFT - 6.0, y(tick) + 4.0, "end", &number(tick)));
    }
    parts.push(path("axis", &format!("M{LEFT} {top}V{bottom}H{}", WIDTH - RIGHT)));
    for (i, line) in lines.iter().enumerate() {
        let colour = format!("c{}", i % LIGHT.series.len());
        let joined = line.points.iter().map(|point| format!("{:.1} {:.1}", x(point.0), y(point.1))).join("L");
        if !joined.is_empty() {
            parts.push(path(&format!("line {colour}"), &format!("M{joined}")));
        }
        let circle = |class: &str, radius: u32, point: &(f64, f64)| {
            let (cx, cy, shown) = (x(point.0), y(point.1), (number(point.0), number(point.1)));
            format!(
                "<circle class=\"{class} {colour}\" cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{radius}\"><title>{}: {}</title></circle>",
                shown.0, shown.1
            )
        };
        parts.extend(line.points.iter().map(|point| circle("fill", 3, point)));
        parts.extend(line.rings.iter().map(|point| circle("line", 6, point)));
        let y = 12.0 + 16.0 * i as f64;
        parts.push(format!("<circle class=\"fill {colour}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>", LEFT + 4.0, y - 4.0));
        parts.push(text(LEFT + 14.0, y, "start", &line.name));
    }
    picture(bottom + 36.0, of.title, &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: Titles<'_> = Titles { title: "a \"<b>\"", across: "n", up: "bits" };

    fn is_closed(picture: &str) -> bool {
        let count = |what: &str| picture.matches(what).count();
        count("<svg") == count("</svg>") && count("<text") == count("</text>") && count("<title>") == count("</title>")
    }

    #[test]
    fn each_point_stands_where_its_numbers_are() {
        let line = Line { name: "a < b".into(), points: vec![(4.0, 6.0), (8.0, 14.0)], rings: vec![(8.0, 14.0)] };
        let text = lines(&OF, &[line]);
        // The last point is at the right and at the top, the first half-way to the right.
        assert!(text.contains("<circle class=\"fill c0\" cx=\"350.0\" cy=\"42.0\" r=\"3\""), "{text}");
        assert!(text.contains("<circle class=\"line c0\" cx=\"350.0\" cy=\"42.0\" r=\"6\""), "{text}");
        assert!(text.contains("d=\"M198.0 131.1L350.0 42.0\"") && text.contains("a &lt; b"), "{text}");
        assert!(is_closed(&text) && text.contains("aria-label=\"a &quot;&lt;b&gt;&quot;\""));
        assert!(is_closed(&lines(&OF, &[])));
        let file = standalone(&text);
        assert!(
            file.starts_with("<svg")
                && file.contains("width=\"720\"")
                && file.contains(">\n<style>\n")
                && file.contains("prefers-color-scheme")
        );
    }

    #[test]
    fn bars_go_up_and_down_by_their_numbers() {
        let bar = |label: &str, up, down| Bar { label: label.into(), up, down };
        let text = bars(&OF, &["yes", "no"], &[bar("3", 10, 5), bar("4", 0, 20)]);
        // 30 in all on 156 units: 5.2 for each.
        assert!(text.contains("y=\"26.0\" width=\"48.0\" height=\"52.0\"><title>3: 10</title>"), "{text}");
        assert!(text.contains("y=\"78.0\" width=\"48.0\" height=\"104.0\"><title>4: 20</title>"), "{text}");
        assert_eq!(text.matches("<rect").count(), 2 + 3);
        assert!(is_closed(&text) && is_closed(&bars(&OF, &[], &[])));
    }

    #[test]
    fn intervals_have_their_ends_and_what_is_marked_has_another_colour() {
        let row =
            |label: &str, ends, is_marked| Interval { label: label.into(), ends, shown: "50 %".into(), is_marked };
        let long = "a word ".repeat(30);
        let rows = [row("a", [40.0, 50.0, 60.0], false), row(long.trim(), [90.0, 100.0, 120.0], true)];
        let text = intervals("rules", (0.0, 100.0), Some((65.0, "threshold")), &rows);
        assert!(text.contains("H213.6M213.6") && text.contains("cx=\"180.0\""), "{text}");
        // What is beyond the axis ends with it.
        assert!(text.contains("class=\"line m\" d=\"M314.4") && text.contains("H348.0M348.0"), "{text}");
        assert!(text.contains(" ...</text>") && text.contains("class=\"limit\"") && is_closed(&text));
        assert!(is_closed(&intervals("rules", (0.0, 100.0), None, &[])));
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(0.0, 254.0, 6.0), [0.0, 50.0, 100.0, 150.0, 200.0, 250.0]);
        assert_eq!(ticks(0.0, 9.0, 6.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(-20.0, 10.0, 5.0), [-20.0, -10.0, 0.0, 10.0]);
        assert_eq!(ticks(40.0, 100.0, 6.0), [40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0]);
        assert!(ticks(0.0, 0.0, 6.0).len() <= 7);
    }
}
