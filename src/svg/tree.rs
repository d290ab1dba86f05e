//! Groups one below the other, in each the roots and below each root its leaves: boxes, lines and dots.

use super::WIDTH;
use super::escaped;
use super::path;
use super::picture_of;
use super::text;
use super::wrapped_to;

/// What belongs together: a frame with a name.
pub struct Group {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub roots: Vec<Root>,
}

/// What leaves hang from.
pub struct Root {
    /// Its name, in a box.
    pub name: String,
    /// What stands beside the box.
    pub note: String,
    /// What leads to it, each below it with a dashed line.
    pub sources: Vec<String>,
    /// What hangs from it.
    pub leaves: Vec<Leaf>,
}

/// A dot with a name, and a word at the right edge.
pub struct Leaf {
    /// Its name.
    pub name: String,
    /// The word.
    pub word: String,
    /// The class of the colour of dot and word's mark: `c0` to `c5`, or `m` for what is to be noticed.
    pub colour: &'static str,
}

const LINE: f64 = 18.0;
const BOX: f64 = 22.0;
const MARGIN: f64 = 4.0;
/// Between the frame of a group and what is in it.
const PADDING: f64 = 10.0;
/// Between two groups, where an arrow stands.
const GAP: f64 = 26.0;
/// Where leaves begin, and where the line from their root goes down.
const INDENT: f64 = 44.0;
const STEM: f64 = 24.0;
/// How many letters a source's line has.
const LETTERS: usize = 50;

impl Root {
    fn height(&self) -> f64 {
        let n_lines = self.leaves.len() + self.sources.iter().map(|source| lines_of(source).len()).sum::<usize>();
        BOX + LINE * n_lines as f64 + PADDING
    }

    /// The root with all that hangs from it, from this height down.
    fn draw(&self, left: f64, top: f64, parts: &mut Vec<String>) {
        let width = 7.4 * self.name.chars().count() as f64 + 14.0;
        let at = left + PADDING;
        parts.push(format!(
            "<rect class=\"axis\" x=\"{at:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{BOX}\" rx=\"4\"/>"
        ));
        parts.push(strong(&text(at + 7.0, top + 15.0, "start", &self.name)));
        parts.push(text(at + width + 8.0, top + 15.0, "start", &self.note));
        let (stem, mut y) = (left + STEM, top + BOX);
        for source in &self.sources {
            for (i, line) in lines_of(source).iter().enumerate() {
                y += LINE;
                parts.push(text(left + INDENT, y - 2.0, "start", line));
                if i == 0 {
                    let (y, end) = (y - 6.0, left + INDENT - 5.0);
                    parts.push(path("axis dashed", &format!("M{stem:.1} {:.1}V{y:.1}H{end:.1}", top + BOX)));
                }
            }
        }
        for leaf in &self.leaves {
            y += LINE;
            let (colour, middle) = (leaf.colour, y - 6.0);
            let dot = left + INDENT;
            parts.push(path("axis", &format!("M{stem:.1} {:.1}V{middle:.1}H{dot:.1}", top + BOX)));
            parts.push(format!("<circle class=\"fill {colour}\" cx=\"{dot:.1}\" cy=\"{middle:.1}\" r=\"5\"/>"));
            parts.push(text(dot + 10.0, y - 2.0, "start", &leaf.name));
            let word = strong(&text(left + WIDTH - MARGIN - PADDING, y - 2.0, "end", &leaf.word));
            parts.push(if colour == "m" { word.replacen("strong", "strong limit", 1) } else { word });
        }
    }
}

fn lines_of(source: &str) -> Vec<String> {
    wrapped_to(source, LETTERS)
}

fn strong(text: &str) -> String {
    text.replacen("<text", "<text class=\"strong\"", 1)
}

impl Group {
    fn height(&self) -> f64 {
        2.0 * PADDING + self.roots.iter().map(Root::height).sum::<f64>()
    }

    fn draw(&self, left: f64, top: f64, parts: &mut Vec<String>) {
        let (x, width, height) = (left + MARGIN, WIDTH - 2.0 * MARGIN, self.height());
        let name = escaped(&self.name);
        parts.push(format!(
            "<rect class=\"grid\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"8\"><title>{name}</title></rect>"
        ));
        parts.push(strong(&text(left + WIDTH - MARGIN - PADDING, top + 17.0, "end", &self.name)));
        let mut y = top + PADDING;
        for root in &self.roots {
            root.draw(left, y, parts);
            y += root.height();
        }
    }
}

/// The groups, in so many columns, from the top to the bottom and then from the left to the right; an arrow leads from each to
/// the next one below it, with this word beside it.
pub fn tree(title: &str, groups: &[Group], n_columns: usize, arrow: &str) -> String {
    let whole: f64 = groups.iter().map(|group| group.height() + GAP).sum();
    let most = whole / n_columns.max(1) as f64;
    let (mut column, mut y, mut lowest, mut drawn) = (0, MARGIN, 0.0_f64, 0.0);
    let mut parts = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        let height = group.height();
        // The next column begins where the middle of the group is in it.
        if y > MARGIN && column + 1 < n_columns && drawn + height / 2.0 > most * (column + 1) as f64 {
            column += 1;
            y = MARGIN;
        }
        let left = WIDTH * column as f64;
        if y > MARGIN && i > 0 {
            let x = left + WIDTH / 2.0;
            parts.push(path("axis", &format!("M{x:.1} {:.1}V{:.1}m-4 -6l4 6l4 -6", y - GAP + 3.0, y - 3.0)));
            parts.push(text(x + 9.0, y - GAP / 2.0 + 4.0, "start", arrow));
        }
        group.draw(left, y, &mut parts);
        y += height;
        lowest = lowest.max(y);
        y += GAP;
        drawn += height + GAP;
    }
    picture_of(WIDTH * (column + 1) as f64, lowest + MARGIN, title, &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, n_leaves: usize) -> Group {
        let leaf = |i| Leaf { name: format!("leaf {i}"), word: "word".into(), colour: if i == 0 { "m" } else { "c2" } };
        let root = Root {
            name: "<root>".into(),
            note: "note".into(),
            sources: vec!["source".into()],
            leaves: (0..n_leaves).map(leaf).collect(),
        };
        Group { name: name.into(), roots: vec![root] }
    }

    #[test]
    fn every_leaf_has_its_dot_and_its_word_and_no_group_stands_on_another() {
        let groups = [group("a", 2), group("b", 3), group("c", 1)];
        let one = tree("t", &groups, 1, "contains");
        assert_eq!(one.matches("<circle").count(), 6);
        assert_eq!(one.matches("class=\"fill m\"").count(), 3);
        assert_eq!(one.matches("class=\"strong limit\"").count(), 3);
        assert_eq!((one.matches("&lt;root&gt;").count(), one.matches("dashed").count()), (3, 3));
        // Two arrows in one column, and as many less as there are columns more.
        assert_eq!(one.matches(">contains<").count(), 2);
        assert!(one.contains("viewBox=\"0 0 360 "), "{one}");
        let two = tree("t", &groups, 2, "contains");
        assert_eq!((two.matches(">contains<").count(), two.matches("<circle").count()), (1, 6));
        assert!(two.contains("viewBox=\"0 0 720 "), "{two}");
        // The second group begins below the end of the first.
        let tops: Vec<f64> = one.split("class=\"grid\"").skip(1).map(|rest| number_after(rest, " y=\"")).collect();
        let heights: Vec<f64> =
            one.split("class=\"grid\"").skip(1).map(|rest| number_after(rest, " height=\"")).collect();
        assert!(tops.windows(2).zip(&heights).all(|(tops, height)| tops[0] + height < tops[1]), "{tops:?} {heights:?}");
        assert!(tree("t", &[], 2, "").starts_with("<svg"));
    }

    fn number_after(text: &str, mark: &str) -> f64 {
        text.split_once(mark).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
    }
}
