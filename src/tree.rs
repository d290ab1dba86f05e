//! Groups one below the other, in each the roots and below each root its leaves: where boxes, lines, dots and letters of the
//! picture stand. [`crate::svg::tree`] and [`crate::tex::tree`] draw it. Lengths are units, y grows downwards.

use crate::svg::WIDTH;
use crate::svg::wrapped_to;

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
    /// The name of the colour of dot and word's mark: `c0` to `c5`, or [`MARK`].
    pub colour: &'static str,
}

/// The colour of what is to be noticed.
pub const MARK: &str = "m";

/// What is drawn.
pub struct Drawing {
    /// The width of the whole.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Its parts, the first at the bottom.
    pub shapes: Vec<Shape>,
}

/// A part of a drawing.
pub enum Shape {
    /// The frame of a group: left, top, width, height, and its name.
    Frame([f64; 4], String),
    /// The box of a root: left, top, width, height.
    Box([f64; 4]),
    /// A line through these points.
    Line(Vec<[f64; 2]>, Stroke),
    /// A dot with its middle and the name of its colour.
    Dot([f64; 2], &'static str),
    /// Letters on this base line.
    Text {
        /// Where they begin or end.
        at: [f64; 2],
        /// The point is their end, not their beginning.
        is_at_end: bool,
        /// How they look.
        weight: Weight,
        /// The letters.
        text: String,
    },
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// Without a gap.
    Whole,
    /// In dashes.
    Dashed,
}

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As text.
    Plain,
    /// As a name.
    Strong,
    /// To be noticed.
    Marked,
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
    fn draw(&self, left: f64, top: f64, shapes: &mut Vec<Shape>) {
        let width = 7.4 * self.name.chars().count() as f64 + 14.0;
        let at = left + PADDING;
        shapes.push(Shape::Box([at, top, width, BOX]));
        shapes.push(letters([at + 7.0, top + 15.0], Weight::Strong, &self.name));
        shapes.push(letters([at + width + 8.0, top + 15.0], Weight::Plain, &self.note));
        let (stem, below, mut y) = (left + STEM, top + BOX, top + BOX);
        let bent = |middle: f64, end: f64| vec![[stem, below], [stem, middle], [end, middle]];
        for source in &self.sources {
            for (i, line) in lines_of(source).iter().enumerate() {
                y += LINE;
                shapes.push(letters([left + INDENT, y - 2.0], Weight::Plain, line));
                if i == 0 {
                    shapes.push(Shape::Line(bent(y - 6.0, left + INDENT - 5.0), Stroke::Dashed));
                }
            }
        }
        for leaf in &self.leaves {
            y += LINE;
            let (middle, dot) = (y - 6.0, left + INDENT);
            shapes.push(Shape::Line(bent(middle, dot), Stroke::Whole));
            shapes.push(Shape::Dot([dot, middle], leaf.colour));
            shapes.push(letters([dot + 10.0, y - 2.0], Weight::Plain, &leaf.name));
            let weight = if leaf.colour == MARK { Weight::Marked } else { Weight::Strong };
            shapes.push(ending([left + WIDTH - MARGIN - PADDING, y - 2.0], weight, &leaf.word));
        }
    }
}

fn lines_of(source: &str) -> Vec<String> {
    wrapped_to(source, LETTERS)
}

fn letters(at: [f64; 2], weight: Weight, text: &str) -> Shape {
    Shape::Text { at, is_at_end: false, weight, text: text.to_owned() }
}

fn ending(at: [f64; 2], weight: Weight, text: &str) -> Shape {
    Shape::Text { at, is_at_end: true, weight, text: text.to_owned() }
}

impl Group {
    fn height(&self) -> f64 {
        2.0 * PADDING + self.roots.iter().map(Root::height).sum::<f64>()
    }

    fn draw(&self, left: f64, top: f64, shapes: &mut Vec<Shape>) {
        shapes.push(Shape::Frame([left + MARGIN, top, WIDTH - 2.0 * MARGIN, self.height()], self.name.clone()));
        shapes.push(ending([left + WIDTH - MARGIN - PADDING, top + 17.0], Weight::Strong, &self.name));
        let mut y = top + PADDING;
        for root in &self.roots {
            root.draw(left, y, shapes);
            y += root.height();
        }
    }
}

/// The groups, in so many columns, from the top to the bottom and then from the left to the right; an arrow leads from each to
/// the next one below it, with this word beside it.
pub fn drawing(groups: &[Group], n_columns: usize, arrow: &str) -> Drawing {
    let whole: f64 = groups.iter().map(|group| group.height() + GAP).sum();
    let most = whole / n_columns.max(1) as f64;
    let (mut column, mut y, mut lowest, mut drawn) = (0, MARGIN, 0.0_f64, 0.0);
    let mut shapes = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        let height = group.height();
        // The next column begins where the middle of the group is in it.
        if y > MARGIN && column + 1 < n_columns && drawn + height / 2.0 > most * (column + 1) as f64 {
            column += 1;
            y = MARGIN;
        }
        let left = WIDTH * column as f64;
        if y > MARGIN && i > 0 {
            let (x, end) = (left + WIDTH / 2.0, y - 3.0);
            shapes.push(Shape::Line(vec![[x, y - GAP + 3.0], [x, end]], Stroke::Whole));
            shapes.push(Shape::Line(vec![[x - 4.0, end - 6.0], [x, end], [x + 4.0, end - 6.0]], Stroke::Whole));
            shapes.push(letters([x + 9.0, y - GAP / 2.0 + 4.0], Weight::Plain, arrow));
        }
        group.draw(left, y, &mut shapes);
        y += height;
        lowest = lowest.max(y);
        y += GAP;
        drawn += height + GAP;
    }
    Drawing { width: WIDTH * (column + 1) as f64, height: lowest + MARGIN, shapes }
}
