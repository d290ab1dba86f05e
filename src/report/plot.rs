//! A picture of numbers of bits over sizes, as SVG.

use std::fmt::Write;

/// One line of points.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is of.
    pub name: String,
    /// (size, bits), by size; the circles.
    pub points: Vec<(usize, u32)>,
    /// (size, bits) of what is proved; the rings around them.
    pub proved: Vec<(usize, u32)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 50.0;
const COLOURS: [&str; 6] = ["#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#d68910", "#566573"];

/// The picture: sizes to the right, bits upwards, both from 0 and in equal steps.
pub fn svg(series: &[Series]) -> String {
    let points = || series.iter().flat_map(|series| series.points.iter().chain(&series.proved));
    let most_n = points().map(|(n, _)| *n).max().unwrap_or(1).max(1);
    let most_bits = points().map(|(_, bits)| *bits).max().unwrap_or(1).max(1);
    let x = |n: usize| LEFT + (WIDTH - LEFT - RIGHT) * n as f64 / most_n as f64;
    let y = |bits: u32| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * f64::from(bits) / f64::from(most_bits);
    let mut text = String::new();
    let mut line = |content: String| writeln!(text, "{content}").expect("a string takes any text");
    line(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">"#
    ));
    line(format!(r#"<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>"#));
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    line(format!(r#"<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="black"/>"#));
    for step in ticks(most_n) {
        let x = x(step);
        line(format!(r#"<path d="M{x:.1} {bottom}v5" stroke="black"/>"#));
        line(format!(r#"<text x="{x:.1}" y="{:.1}" text-anchor="middle">{step}</text>"#, bottom + 18.0));
    }
    for step in ticks(most_bits as usize) {
        let y = y(step as u32);
        line(format!(r##"<path d="M{LEFT} {y:.1}H{right}" stroke="#dddddd"/>"##));
        line(format!(r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{step}</text>"#, LEFT - 8.0, y + 4.0));
    }
    line(format!(r#"<text x="{right}" y="{:.1}" text-anchor="end">n</text>"#, HEIGHT - 12.0));
    line(format!(r#"<text x="{LEFT}" y="{:.1}" text-anchor="middle">bits</text>"#, TOP - 12.0));
    for (place, one) in series.iter().enumerate() {
        let colour = COLOURS[place % COLOURS.len()];
        let path: Vec<String> = one.points.iter().map(|(n, bits)| format!("{:.1},{:.1}", x(*n), y(*bits))).collect();
        line(format!(r#"<polyline points="{}" fill="none" stroke="{colour}"/>"#, path.join(" ")));
        for (n, bits) in &one.points {
            line(format!(
                r#"<circle cx="{:.1}" cy="{:.1}" r="3" fill="{colour}"><title>n = {n}: {bits} bits</title></circle>"#,
                x(*n),
                y(*bits)
            ));
        }
        for (n, bits) in &one.proved {
            line(format!(
                r#"<circle cx="{:.1}" cy="{:.1}" r="6" fill="none" stroke="{colour}"><title>n = {n}: {bits} bits, proved</title></circle>"#,
                x(*n),
                y(*bits)
            ));
        }
        let (x, y) = (LEFT + 16.0, TOP + 8.0 + 18.0 * place as f64);
        line(format!(r#"<circle cx="{x}" cy="{:.1}" r="3" fill="{colour}"/>"#, y - 4.0));
        line(format!(r#"<text x="{}" y="{y}">{}</text>"#, x + 10.0, escaped(&one.name)));
    }
    line("</svg>".to_owned());
    text
}

/// Round numbers from 0 to the largest, at most about eight of them.
fn ticks(largest: usize) -> impl Iterator<Item = usize> {
    let steps = (0..).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_usize.pow(power)));
    let step = steps.into_iter().find(|step| largest / step <= 8).unwrap_or(1);
    (0..=largest / step).map(move |tick| tick * step)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_point_stands_where_its_size_and_its_bits_are() {
        let line = Series { name: "a < b".into(), points: vec![(4, 6), (8, 14)], proved: vec![(8, 14)] };
        let text = svg(&[line]);
        // The last point is at the right and at the top.
        assert!(text.contains(r#"<circle cx="700.0" cy="30.0" r="3""#), "{text}");
        assert!(text.contains(r#"<circle cx="700.0" cy="30.0" r="6" fill="none""#), "{text}");
        assert!(text.contains("points=\"380.0,235.7 700.0,30.0\"") && text.contains("a &lt; b"), "{text}");
        assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
        assert!(svg(&[]).contains("</svg>"));
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks(254).collect::<Vec<_>>(), [0, 50, 100, 150, 200, 250]);
        assert_eq!(ticks(9).collect::<Vec<_>>(), [0, 2, 4, 6, 8]);
        assert_eq!(ticks(1).collect::<Vec<_>>(), [0, 1]);
    }
}
