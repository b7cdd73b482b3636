//! What all pages share: a frame that opens without a network and runs nothing, its looks, and the one way in which text
//! gets into it. Knows nothing of runs.

use super::chart::{COLORS, chart};
use super::curve::{Curve, Figure};

/// Looks of a page. Colours of curves are those that everyone tells apart (Okabe & Ito 2008), in the dark lighter where
/// they need to be.
const STYLE: &str = "
:root{color-scheme:light dark;--bg:#fbfcfd;--card:#fff;--ink:#1c2833;--soft:#5d6d7e;--edge:#dfe6ec;--accent:#0072b2;
--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#cc79a7;--c4:#b58900;--c5:#3a9bd0;--c6:#6c5b95}
@media(prefers-color-scheme:dark){:root{--bg:#10171e;--card:#18222c;--ink:#dde6ee;--soft:#94a5b5;--edge:#2a3947;--accent:#56b4e9;
--c0:#56b4e9;--c1:#f08a3c;--c2:#2cc79a;--c3:#e59cc4;--c4:#e6c34a;--c5:#8fd0f5;--c6:#b3a3dd}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:.2rem 0}
h2{font-size:1.15rem;margin:2.4rem 0 .8rem}
h3{font-size:.95rem;font-weight:600;margin:0 0 .3rem}
p{margin:.4rem 0}
a{color:var(--accent)}
.soft{color:var(--soft)}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,10rem),1fr));gap:.6rem;margin:1.2rem 0 0}
.facts div{background:var(--card);border:1px solid var(--edge);border-radius:.6rem;padding:.55rem .8rem;min-width:0}
.facts dt{color:var(--soft);font-size:.78rem}
.facts dd{margin:0;font-size:1.1rem;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:1rem}
figure{margin:0;background:var(--card);border:1px solid var(--edge);border-radius:.6rem;padding:.8rem;min-width:0}
figure svg{display:block;width:100%;height:auto}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.82rem;color:var(--soft)}
.legend span::before{content:'';display:inline-block;width:.9rem;height:.25rem;border-radius:.2rem;margin-right:.4rem;
vertical-align:middle;background:var(--own)}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--edge);border-radius:.6rem}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.45rem .8rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--edge)}
tr:last-child td{border-bottom:0}
th{color:var(--soft);font-weight:600}
.n{text-align:right}
pre{background:var(--card);border:1px solid var(--edge);border-radius:.6rem;padding:.8rem;margin:.4rem 0;overflow-x:auto;
font:13px/1.5 ui-monospace,monospace}
pre.wrap{white-space:pre-wrap;overflow-wrap:anywhere}
code{font:.9em ui-monospace,monospace;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--accent)}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
";

/// Text as a page shows it, whatever is in it: no letter of it is taken for markup.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // What XML and browsers do not show.
            c if c.is_control() && c != '\n' && c != '\t' => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

/// A whole page; `body` is markup, `title` is text. Its policy forbids scripts, and anything from elsewhere.
pub fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape(title)
    )
}

/// Names with what they stand for, as small cards.
pub fn facts(facts: &[(&str, String)]) -> String {
    let card =
        |(name, value): &(&str, String)| format!("<div><dt>{}</dt><dd>{}</dd></div>\n", escape(name), escape(value));
    format!("<dl class=\"facts\">\n{}</dl>\n", facts.iter().map(card).collect::<String>())
}

/// A chart with its title and legend; nothing when there is nothing to draw.
pub fn figure(title: &str, across: &str, curves: &[Curve]) -> String {
    figure_of(&Figure::new(title, across, curves))
}

/// The same of a chart that is put together already.
pub fn figure_of(figure: &Figure) -> String {
    let Figure { title, across, .. } = figure;
    let (curves, Some(svg)) = (&figure.curves, chart(across, &figure.curves)) else { return String::new() };
    let name = |curve: &Curve| {
        format!("<span style=\"--own:var(--c{})\">{}</span>", curve.color % COLORS, escape(&curve.name))
    };
    let legend = match figure.is_named() {
        true => String::new(),
        false => format!("<div class=\"legend\">{}</div>\n", curves.iter().map(name).collect::<String>()),
    };
    format!("<figure>\n<h3>{}</h3>\n{legend}{svg}</figure>\n", escape(title))
}

/// A drawing with its title and a line about it; nothing when there is no drawing.
pub fn drawing(title: &str, line: &str, svg: Option<String>) -> String {
    let Some(svg) = svg else { return String::new() };
    format!("<figure>\n<h3>{}</h3>\n<p class=\"soft\">{}</p>\n{svg}</figure>\n", escape(title), escape(line))
}

/// Charts side by side under a heading; nothing when there are none.
pub fn charts(heading: &str, figures: &str) -> String {
    match figures.is_empty() {
        true => String::new(),
        false => format!("<h2>{}</h2>\n<div class=\"charts\">\n{figures}</div>\n", escape(heading)),
    }
}

/// One place of a table.
pub enum Cell {
    /// Text.
    Text(String),
    /// Text that stands to the right, as numbers do.
    Number(String),
    /// Text that leads to a file beside the page.
    Link(String, String),
}

/// A table under its head.
pub fn table(head: &[&str], rows: &[Vec<Cell>]) -> String {
    let numbers: Vec<bool> = (0..head.len())
        .map(|column| rows.first().is_some_and(|row| matches!(row.get(column), Some(Cell::Number(_)))))
        .collect();
    let class = |number: bool| if number { " class=\"n\"" } else { "" };
    let top = head.iter().zip(&numbers).map(|(name, &n)| format!("<th{}>{}</th>", class(n), escape(name)));
    let cell = |cell: &Cell| match cell {
        Cell::Text(text) => format!("<td>{}</td>", escape(text)),
        Cell::Number(text) => format!("<td class=\"n\">{}</td>", escape(text)),
        Cell::Link(text, to) => format!("<td><a href=\"{}\">{}</a></td>", escape(to), escape(text)),
    };
    let lines = rows.iter().map(|row| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>()));
    format!(
        "<div class=\"wide\"><table>\n<tr>{}</tr>\n{}</table></div>\n",
        top.collect::<String>(),
        lines.collect::<String>()
    )
}

/// Text as it stands, in a box; long lines are cut by its edge.
pub fn pre(text: &str) -> String {
    format!("<pre>{}</pre>\n", escape(text))
}

/// Commands, in a box; long ones go on in the next line.
pub fn commands(text: &str) -> String {
    format!("<pre class=\"wrap\">{}</pre>\n", escape(text))
}

/// Long text behind a line that opens it.
pub fn folded(line: &str, text: &str) -> String {
    format!("<details><summary>{}</summary>\n{}</details>\n", escape(line), pre(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_markup() {
        let bad = "<script>alert('1' & \"2\")</script>\u{0}\u{1b}[31m";
        let safe = "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;\u{fffd}\u{fffd}[31m";
        assert_eq!(escape(bad), safe);
        let curve = Curve::line(bad, 0, [(0.0, 1.0), (1.0, 2.0)].into());
        let cells = vec![Cell::Text(bad.into()), Cell::Number(bad.into()), Cell::Link(bad.into(), bad.into())];
        let body = [
            facts(&[(bad, bad.into())]),
            figure(bad, "tick", &[curve.clone(), curve]),
            drawing(bad, bad, Some("<svg/>".into())),
            charts(bad, "x"),
            table(&[bad, bad, bad], &[cells]),
            pre(bad),
            commands(bad),
            folded(bad, bad),
        ];
        let page = page(bad, &body.concat());
        assert!(!page.contains("<script") && !page.contains("alert('"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 20, "and all of it is there: {page}");
    }

    #[test]
    fn a_light_page_has_the_colours_of_charts_that_stand_alone() {
        let palette = crate::report::chart::PALETTE.iter().enumerate();
        let light: Vec<String> = palette.map(|(curve, color)| format!("--c{curve}:{color}")).collect();
        assert!(light.iter().all(|color| STYLE.contains(color)), "{light:?}");
    }

    #[test]
    fn a_page_asks_for_nothing_from_elsewhere() {
        let page = page("t", &figure("a", "tick", &[Curve::line("a", 0, [(0.0, 1.0), (1.0, 2.0)].into())]));
        for name in ["src=", "url(", "@import", "<link", "<script", "<iframe"] {
            assert!(!page.contains(name), "{name}");
        }
        // The name of a format, which no browser fetches.
        let without = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        assert!(!without.contains("http://") && !without.contains("https://"), "{without}");
        assert!(page.contains("default-src 'none'"));
    }
}
