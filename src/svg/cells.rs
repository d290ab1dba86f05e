//! Numbers in rows and columns, each a cell whose shade says how large it is.

use super::Titles;
use super::WIDTH;
use super::escaped;
use super::path;
use super::picture;
use super::text;
use itertools::Itertools;

/// A row of cells.
pub struct Row {
    /// What it is of.
    pub name: String,
    /// One number a column.
    pub cells: Vec<Cell>,
}

/// A number.
pub struct Cell {
    /// How large it is, for its shade only.
    pub value: f64,
    /// The number as a reader sees it.
    pub shown: String,
}

/// More rows than these are drawn low, with small letters.
const HIGH_ROWS: usize = 24;
/// The most that a cell is wide.
const WIDEST: f64 = 40.0;
const TOP: f64 = 30.0;
const EDGE: f64 = 6.0;

/// The rows, each shaded against its own largest number, below the names of the columns; the last row stands apart.
pub fn cells(of: &Titles<'_>, columns: &[String], rows: &[Row]) -> String {
    let (high, letter, class) = if rows.len() <= HIGH_ROWS { (18.0, 5.2, "small") } else { (7.0, 3.4, "tiny") };
    let longest = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let left = EDGE + (letter * 1.15 * longest as f64).max(26.0) + 6.0;
    let wide = ((WIDTH - EDGE - left) / columns.len().max(1) as f64).min(WIDEST);
    let classed = |text: String, class: &str| text.replacen("<text", &format!("<text class=\"{class}\""), 1);
    let mut parts = vec![
        classed(text(EDGE, 11.0, "start", of.up), "small"),
        classed(text(left + wide * columns.len() as f64, 11.0, "end", of.across), "small"),
    ];
    // The name of a column stands above it where it has room.
    for (i, column) in columns.iter().enumerate() {
        if 4.5 * column.chars().count() as f64 <= wide {
            parts.push(classed(text(left + wide * (i as f64 + 0.5), TOP - 5.0, "middle", column), "small"));
        }
    }
    let mut y = TOP;
    for (i, row) in rows.iter().enumerate() {
        if i + 1 == rows.len() && i > 0 {
            parts.push(path("axis", &format!("M{EDGE} {:.1}H{:.1}", y + 3.0, left + wide * columns.len() as f64)));
            y += 6.0;
        }
        parts.push(classed(text(left - 5.0, y + high * 0.7, "end", &row.name), class));
        let largest = row.cells.iter().map(|cell| cell.value.abs()).fold(0.0, f64::max);
        for (j, cell) in row.cells.iter().enumerate() {
            let x = left + wide * j as f64;
            if cell.value != 0.0 {
                let shade = 0.15 + 0.45 * cell.value.abs() / largest;
                let colour = if cell.value > 0.0 { "c0" } else { "c1" };
                parts.push(format!(
                    "<rect class=\"fill {colour}\" fill-opacity=\"{shade:.2}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                    wide - 1.0,
                    high - 1.0,
                    escaped(&format!("{}, {}: {}", row.name, columns.get(j).map_or("", String::as_str), cell.shown))
                ));
            }
            // A number that has no room stands in the cell's title only; between low rows zeros are left out.
            let is_shown = cell.value != 0.0 || rows.len() <= HIGH_ROWS;
            if is_shown && letter * cell.shown.chars().count() as f64 <= wide {
                parts.push(classed(text(x + wide / 2.0, y + high * 0.7, "middle", &cell.shown), class));
            }
        }
        y += high;
    }
    let titled = parts.into_iter().collect_vec();
    picture(y + 6.0, of.title, &titled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: Titles<'_> = Titles { title: "t", across: "tokens", up: "state" };

    fn row(name: &str, values: &[f64]) -> Row {
        let cells = values.iter().map(|value| Cell { value: *value, shown: format!("{value}") }).collect();
        Row { name: name.into(), cells }
    }

    #[test]
    fn what_is_larger_is_darker_and_what_is_negative_has_another_colour() {
        let columns = ["start", "a", "<"].map(str::to_owned);
        let text = cells(&OF, &columns, &[row("x", &[0.0, 2.0, -4.0]), row("readout", &[1.0, 1.0, 1.0])]);
        // Zero has a number and no shade.
        assert_eq!((text.matches("<rect").count(), text.matches(">0</text>").count()), (5, 1), "{text}");
        assert!(text.contains("c0\" fill-opacity=\"0.38\"") && text.contains("c1\" fill-opacity=\"0.60\""), "{text}");
        assert!(text.contains("<title>x, &lt;: -4</title>") && text.contains(">readout</text>"), "{text}");
    }

    #[test]
    fn a_number_without_room_is_left_to_the_title_of_its_cell() {
        let columns = vec!["a".to_owned(); 30];
        let mut long = row("x", &[1.0; 30]);
        long.cells[0].shown = "12345678/12345679".into();
        let text = cells(&OF, &columns, &[long]);
        assert!(!text.contains(">12345678/12345679</text>") && text.contains("x, a: 12345678/12345679"), "{text}");
        assert!(cells(&OF, &[], &[]).starts_with("<svg"));
    }
}
