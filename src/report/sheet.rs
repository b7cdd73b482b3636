//! Charts as files of their own: all of them on one sheet, an SVG that needs no page around it, and their numbers as a table.
//! Knows nothing of what the charts show.

use super::chart::{COLORS, PALETTE, SIZE, TEXT, painted};
use super::curve::{Curve, Figure};
use super::html::escape;

/// Charts side by side.
const COLUMNS: usize = 2;
/// Height of a line of text, pixels.
const LINE: u32 = 20;
/// Most letters of a legend, so that it stays within its chart.
const LETTERS: usize = 62;

/// All charts that there is something to draw of, in rows of two from the left, under a title; `None` when there are none.
pub fn sheet(title: &str, figures: &[Figure]) -> Option<String> {
    let drawn: Vec<(&Figure, String)> =
        figures.iter().filter_map(|f| Some((f, painted(&f.across, &f.curves)?))).collect();
    if drawn.is_empty() {
        return None;
    }
    let (mut body, mut top) = (text(8, LINE, 16, TEXT, title), 2 * LINE);
    for row in drawn.chunks(COLUMNS) {
        let lines = row.iter().map(|(figure, _)| legend(figure).len() as u32).max().unwrap_or(0);
        for (column, (figure, svg)) in row.iter().enumerate() {
            let left = column as u32 * SIZE.0;
            body += &text(left + 8, top, 14, TEXT, &figure.title);
            for (line, curve) in legend(figure).iter().enumerate() {
                let name: String = curve.name.chars().take(LETTERS).collect();
                body += &text(left + 8, top + (line as u32 + 1) * LINE, 12, PALETTE[curve.color % COLORS], &name);
            }
            body += &svg.replacen("<svg ", &format!("<svg x=\"{left}\" y=\"{}\" ", top + lines * LINE), 1);
        }
        top += lines * LINE + SIZE.1 + 2 * LINE;
    }
    let (wide, tall) = (SIZE.0 * drawn.len().min(COLUMNS) as u32, top - LINE);
    Some(format!(
        "<svg width=\"{wide}\" height=\"{tall}\" viewBox=\"0 0 {wide} {tall}\" xmlns=\"http://www.w3.org/2000/svg\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    ))
}

/// Curves that are named beside a chart.
fn legend(figure: &Figure) -> &[Curve] {
    if figure.is_named() { &[] } else { &figure.curves }
}

fn text(x: u32, y: u32, size: u32, color: &str, text: &str) -> String {
    let text = escape(text);
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-family=\"sans-serif\" font-size=\"{size}\" fill=\"{color}\">{text}</text>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(title: &str, names: &[&str]) -> Figure {
        let runs = || vec![[(0.0, 1.0), (1.0, 2.0)].into(), [(0.0, 2.0), (1.0, 4.0)].into()];
        let curves: Vec<Curve> = names.iter().enumerate().map(|(c, name)| Curve::over_runs(name, c, runs())).collect();
        Figure::new(title, "generation", &curves)
    }

    #[test]
    fn a_sheet_stands_alone() {
        let figures =
            [figure("best", &["best"]), figure("mean", &["a < b", "c"]), figure("none", &[]), figure("x", &["x"])];
        let svg = sheet("A scene & more", &figures).unwrap();
        assert_eq!((svg.matches("<svg ").count(), svg.matches("</svg>").count()), (4, 4), "three charts on one sheet");
        assert!(
            svg.starts_with("<svg width=\"960\" height=\"") && !svg.contains("var(") && !svg.contains("currentColor")
        );
        assert!(svg.contains(">A scene &amp; more<") && svg.contains(">a &lt; b<") && !svg.contains(">none<"), "{svg}");
        assert!(svg.contains(PALETTE[1]) && svg.contains("<polygon"), "curves in their colours, with bands");
        assert_eq!(svg.matches(">best<").count(), 1, "a title that says it all needs no legend");
        assert!(sheet("empty", &[figure("none", &[])]).is_none());
        assert!(sheet("one", &[figure("best", &["best"])]).unwrap().starts_with("<svg width=\"480\" "));
    }
}
