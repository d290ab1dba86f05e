//! Groups with their roots and leaves, drawn as TikZ.

use super::escaped;
use crate::svg::LIGHT;
use crate::svg::WIDTH;
use crate::tree::Drawing;
use crate::tree::Group;
use crate::tree::MARK;
use crate::tree::Shape;
use crate::tree::Stroke;
use crate::tree::Weight;
use crate::tree::drawing;
use itertools::Itertools;

/// The groups in so many columns; see [`drawing`]. Two columns are as wide as the text.
pub fn tree(groups: &[Group], n_columns: usize, arrow: &str) -> String {
    let Drawing { shapes, .. } = drawing(groups, n_columns, arrow);
    let series = LIGHT.series.iter().enumerate().map(|(i, colour)| (format!("c{i}"), *colour));
    let named = [("faint".to_owned(), LIGHT.faint), (MARK.to_owned(), LIGHT.mark)].into_iter().chain(series);
    let colours = named.map(|(name, colour)| {
        format!("\\definecolor{{reduce-{name}}}{{HTML}}{{{}}}", colour.trim_start_matches('#').to_uppercase())
    });
    let unit = 2.0 * WIDTH;
    let (colours, shapes) = (colours.collect_vec(), shapes.iter().map(shape).collect_vec());
    format!(
        "{}\n\\begin{{tikzpicture}}[x=\\dimexpr\\linewidth/{unit}\\relax, y=-\\dimexpr\\linewidth/{unit}\\relax, \
         every node/.style={{inner sep=0pt, font=\\sffamily\\scriptsize}}]\n{}\n\\end{{tikzpicture}}",
        colours.join("\n"),
        shapes.join("\n")
    )
}

fn point([x, y]: &[f64; 2]) -> String {
    format!("({x:.1},{y:.1})")
}

fn shape(shape: &Shape) -> String {
    let rectangle = |style: &str, [x, y, width, height]: [f64; 4]| {
        format!("\\draw[{style}] {} rectangle {};", point(&[x, y]), point(&[x + width, y + height]))
    };
    match shape {
        Shape::Frame(sides, _) => rectangle("reduce-faint, rounded corners=4pt", *sides),
        Shape::Box(sides) => rectangle("rounded corners=2pt", *sides),
        Shape::Line(points, stroke) => {
            let style = if *stroke == Stroke::Dashed { "densely dashed" } else { "" };
            format!("\\draw[{style}] {};", points.iter().map(point).join(" -- "))
        }
        Shape::Dot(at, colour) => format!("\\fill[reduce-{colour}] {} circle[radius=2.5pt];", point(at)),
        Shape::Text { at, is_at_end, weight, text } => {
            let anchor = if *is_at_end { "base east" } else { "base west" };
            let text = escaped(text);
            let text = match weight {
                Weight::Plain => text,
                Weight::Strong => format!("\\textbf{{{text}}}"),
                Weight::Marked => format!("\\textbf{{\\color{{reduce-{MARK}}}{text}}}"),
            };
            format!("\\node[anchor={anchor}] at {} {{{text}}};", point(at))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Leaf;
    use crate::tree::Root;

    #[test]
    fn every_leaf_has_its_dot_and_its_word_and_its_letters_are_escaped() {
        let leaf = |name: &str, colour| Leaf { name: name.to_owned(), word: "a_word".into(), colour };
        let root = Root {
            name: "root_1".into(),
            note: "100 %".into(),
            sources: vec!["source".into()],
            leaves: vec![leaf("one", "c2"), leaf("two", MARK)],
        };
        let text = tree(&[Group { name: "P".into(), roots: vec![root] }], 1, "contains");
        assert_eq!((text.matches("\\fill[reduce-c2]").count(), text.matches("\\fill[reduce-m]").count()), (1, 1));
        assert_eq!((text.matches("{a\\_word}").count(), text.matches("a_word").count()), (1, 0), "{text}");
        assert!(text.contains("\\color{reduce-m}a\\_word") && text.contains("100 \\%"), "{text}");
        assert_eq!(text.matches("densely dashed").count(), 1);
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        assert!(tree(&[], 2, "").contains("\\end{tikzpicture}"));
    }
}
