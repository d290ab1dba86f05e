//! Groups with their roots and leaves, drawn as SVG.

use super::escaped;
use super::picture_of;
use crate::tree::Drawing;
use crate::tree::Group;
use crate::tree::Shape;
use crate::tree::Stroke;
use crate::tree::Weight;
use crate::tree::drawing;
use itertools::Itertools;

/// The groups in so many columns; see [`drawing`].
pub fn tree(title: &str, groups: &[Group], n_columns: usize, arrow: &str) -> String {
    let Drawing { width, height, shapes } = drawing(groups, n_columns, arrow);
    picture_of(width, height, title, &shapes.iter().map(shape).collect_vec())
}

fn shape(shape: &Shape) -> String {
    let rectangle = |class: &str, [x, y, width, height]: [f64; 4], radius: u32| {
        format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius}\""
        )
    };
    match shape {
        Shape::Frame(sides, name) => {
            format!("{}><title>{}</title></rect>", rectangle("grid", *sides, 8), escaped(name))
        }
        Shape::Box(sides) => format!("{}/>", rectangle("axis", *sides, 4)),
        Shape::Line(points, stroke) => {
            let class = if *stroke == Stroke::Dashed { "axis dashed" } else { "axis" };
            super::path(class, &format!("M{}", points.iter().map(|[x, y]| format!("{x:.1} {y:.1}")).join("L")))
        }
        Shape::Dot([x, y], colour) => {
            format!("<circle class=\"fill {colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"5\"/>")
        }
        Shape::Text { at: [x, y], is_at_end, weight, text } => {
            let anchor = if *is_at_end { "end" } else { "start" };
            let drawn = super::text(*x, *y, anchor, text);
            match weight {
                Weight::Plain => drawn,
                Weight::Strong => drawn.replacen("<text", "<text class=\"strong\"", 1),
                Weight::Marked => drawn.replacen("<text", "<text class=\"strong limit\"", 1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Leaf;
    use crate::tree::MARK;
    use crate::tree::Root;

    fn group(name: &str, n_leaves: usize) -> Group {
        let leaf =
            |i| Leaf { name: format!("leaf {i}"), word: "word".into(), colour: if i == 0 { MARK } else { "c2" } };
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
