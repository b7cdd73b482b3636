//! What cards found, as files: a table and a sheet of charts a card, and a page over all of a folder. Knows nothing of how it was
//! measured.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::curve::{Curve, Figure, Points};
use super::sheet::sheet;
use crate::files::{self, FileError};
use crate::run::tables::csv_lines;
use crate::verify::{self, CARDS, Card, Check, Finding, Stage, Tolerance};

/// The page.
pub const PAGE: &str = "reproductions.md";
/// Folder of tables and charts, beside the page.
pub const FILES: &str = "reproductions";

/// More than any table of ours holds.
const MOST_BYTES: u64 = 1 << 24;

/// How a card was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How thoroughly.
    pub stage: Stage,
    /// Whether on a GPU.
    pub gpu: bool,
    /// Seeds, where they were asked for.
    pub seeds: Option<u32>,
}

impl Measured {
    /// The command that does it again.
    pub fn command(&self, card: &Card) -> String {
        let mut text = format!("iwashi verify {} --stage {}", card.name, self.stage.word());
        if self.gpu {
            text += " --backend gpu";
        }
        self.seeds.iter().for_each(|seeds| text += &format!(" --seeds {seeds}"));
        text
    }
}

/// One check of a card, a row of its table. Numbers are as exact as they were; what is not known is empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    card: String,
    quantity: String,
    measured: Option<f64>,
    se: Option<f64>,
    target: f64,
    tolerance: String,
    pass: bool,
    command: String,
}

/// Writes what a card found into the folder: its table, its curves as a table where it has any, and its charts.
pub fn write(folder: &Path, card: &Card, how: &Measured, finding: &Finding) -> Result<(), FileError> {
    let place = |end: &str| stem(folder, card, how.stage, how.gpu).with_added_extension(end);
    let number = |value: f64| if value.is_finite() { value.to_string() } else { String::new() };
    let or_empty = |value: Option<f64>| value.map_or(String::new(), number);
    let head = ["card", "quantity", "measured", "se", "target", "tolerance", "pass", "command"].map(String::from);
    let rows = finding.checks.iter().map(|check| {
        [
            card.name.to_string(),
            check.quantity.clone(),
            number(check.measured),
            or_empty(check.error),
            number(check.target),
            allowed(&check.tolerance, |x| x.to_string()),
            check.pass.to_string(),
            how.command(card),
        ]
    });
    files::write_whole(&place("csv"), &[&csv_lines(std::iter::once(head).chain(rows))])?;
    if !finding.curves.is_empty() {
        let head = ["figure", "curve", "across", "x", "measured", "se", "target"].map(String::from);
        let rows = finding.curves.iter().flat_map(|curve| {
            curve.points.iter().map(|p| {
                let [figure, name, across] = [&curve.figure, &curve.name, &curve.across].map(String::clone);
                [figure, name, across, number(p.x), number(p.measured), or_empty(p.error), or_empty(p.target)]
            })
        });
        files::write_whole(&place("curves.csv"), &[&csv_lines(std::iter::once(head).chain(rows))])?;
    }
    match sheet(&format!("{}: {}", card.name, card.title), &figures(finding)) {
        Some(svg) => files::write_whole(&place("svg"), &[svg.as_bytes()]),
        None => Ok(()),
    }
}

/// Where files of a card stand, without their endings.
fn stem(folder: &Path, card: &Card, stage: Stage, gpu: bool) -> PathBuf {
    let gpu = if gpu { "-gpu" } else { "" };
    folder.join(FILES).join(format!("{}-{}{gpu}", card.name, stage.word()))
}

/// The curves of a card, measured with bars of one standard error beside hollow marks where the target is; where it has none, how
/// far each row of its table is off.
fn figures(finding: &Finding) -> Vec<Figure> {
    if finding.curves.is_empty() {
        return off(&finding.checks).into_iter().collect();
    }
    let mut titles: Vec<&str> = vec![];
    for curve in &finding.curves {
        if !titles.contains(&curve.figure.as_str()) {
            titles.push(&curve.figure);
        }
    }
    let of = |title: &str| {
        let here: Vec<&verify::Curve> = finding.curves.iter().filter(|curve| curve.figure == title).collect();
        let drawn: Vec<Curve> = here.iter().enumerate().flat_map(|(color, curve)| drawn(color, curve)).collect();
        Figure::new(title, here.first().map_or("", |curve| &curve.across), &drawn)
    };
    titles.into_iter().map(of).collect()
}

fn drawn(color: usize, curve: &verify::Curve) -> [Curve; 2] {
    let (mut measured, mut target) = (Points::default(), Points::default());
    for p in &curve.points {
        let error = p.error.unwrap_or(f64::NAN);
        measured.push(p.x, [p.measured, p.measured - error, p.measured + error]);
        target.push_plain(p.x, p.target.unwrap_or(f64::NAN));
    }
    let hollow = format!("hollow: target of {}", curve.name);
    [Curve { bars: true, ..Curve::marked(&curve.name, color, measured) }, Curve::hollow(&hollow, color, target)]
}

/// How far each row is off, in units of what is allowed; `None` where that can be said of none.
fn off(checks: &[Check]) -> Option<Figure> {
    let mut measured = Points::default();
    for (row, off) in checks.iter().enumerate().filter_map(|(row, check)| Some((row, check.off()?))) {
        let error = off.error.unwrap_or(f64::NAN);
        measured.push((row + 1) as f64, [off.by, off.by - error, off.by + error]);
    }
    let limit = |name: &str, at: f64| {
        let mut line = Points::default();
        [0.5, checks.len() as f64 + 0.5].into_iter().for_each(|x| line.push_plain(x, at));
        Curve::line(name, 1, line)
    };
    let marks = Curve { bars: true, hollow: true, ..Curve::marked("measured, with one standard error", 0, measured) };
    let title = "Off the target, in units of what is allowed";
    (!marks.line.is_empty()).then(|| {
        Figure::new(title, "row of the table", &[limit("most that is allowed", 1.0), limit("least", -1.0), marks])
    })
}

/// Writes the page over all tables of the folder, cards in their order.
pub fn write_page(folder: &Path) -> Result<(), FileError> {
    files::create_folder(&folder.join(FILES))?;
    let (mut met, mut each) = (String::new(), String::new());
    let mut measured = 0;
    for card in CARDS {
        for (stage, gpu) in [Stage::Short, Stage::Full].into_iter().flat_map(|s| [false, true].map(|gpu| (s, gpu))) {
            let path = stem(folder, card, stage, gpu).with_added_extension("csv");
            if !path.exists() {
                continue;
            }
            let rows = read(&path)?;
            let pass = rows.iter().filter(|row| row.pass).count();
            let link = format!("{}-{}{}", card.name, stage.word(), if gpu { "-gpu" } else { "" });
            let command = rows.first().map_or("", |row| &row.command);
            let _ = writeln!(
                met,
                "| [`{0}`](#{link}) | {1} | {2} | {pass} of {3} | `{command}` |",
                card.name,
                cell(card.title),
                cell(card.source),
                rows.len()
            );
            each += &section(folder, card, &link, command, &rows);
            measured += 1;
        }
    }
    let mut text = String::from(
        "# Published results, measured anew\n\nWritten by `iwashi verify CARD -o FOLDER` from the tables that stand beside it in \
         `reproductions`: one a card and stage, with what was measured, its standard error (SE, where anything is drawn at \
         random), what should come out, and how near it must come. The command of a row measures it again; equal commands, equal \
         figures.\n\n",
    );
    match measured {
        0 => text += "Nothing is measured yet.\n",
        _ => {
            text += &format!("| card | result | source | targets met | command |\n|---|---|---|---|---|\n{met}\n{each}")
        }
    }
    files::write_whole(&folder.join(PAGE), &[text.trim_end().as_bytes(), b"\n"])
}

fn section(folder: &Path, card: &Card, link: &str, command: &str, rows: &[Row]) -> String {
    let mut text = format!("## {link}\n\n{}. {}.\n\n`{command}`\n\n", card.title, card.source);
    if folder.join(FILES).join(format!("{link}.svg")).exists() {
        let _ = writeln!(text, "![{link}]({FILES}/{link}.svg)\n");
    }
    text += "| quantity | target | tolerance | measured | SE | |\n|---|---|---|---|---|---|\n";
    for row in rows {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} |",
            cell(&row.quantity),
            figure(row.target, 6),
            row.tolerance,
            row.measured.map_or("none".to_string(), |x| figure(x, 6)),
            row.se.map_or("-".to_string(), |x| figure(x, 2)),
            if row.pass { "met" } else { "**missed**" }
        );
    }
    text + "\n"
}

/// Text that stays within its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn read(path: &Path) -> Result<Vec<Row>, FileError> {
    let text = files::read_text(path, MOST_BYTES)?;
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<Vec<Row>, _>>();
    rows.map_err(|e| files::on("read", path)(std::io::Error::new(std::io::ErrorKind::InvalidData, e)))
}

/// What is allowed, in words, with numbers as `number` writes them.
pub fn allowed(tolerance: &Tolerance, number: impl Fn(f64) -> String) -> String {
    match tolerance {
        Tolerance::Absolute(most) => format!("± {}", number(*most)),
        Tolerance::Relative(most) => format!("± {} %", number(100.0 * most)),
        Tolerance::AtLeast => "at least".into(),
        Tolerance::UpTo(most) => format!("up to {}", number(*most)),
    }
}

/// A number to so many digits that mean something, without zeros at its end; `none` for what is none.
pub fn figure(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return "none".to_string();
    }
    if x == 0.0 {
        return "0".to_string();
    }
    let size = x.abs().log10().floor() as i32;
    if size < -5 {
        let text = format!("{x:.*e}", digits.saturating_sub(1));
        let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{power}", plain(mantissa));
    }
    let decimals = (digits as i32 - 1 - size).max(0) as usize;
    plain(&format!("{x:.decimals$}")).to_string()
}

/// Digits without zeros at the end of their fraction.
fn plain(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Point;

    #[test]
    fn figures_are_as_long_as_they_mean_something() {
        let figures = [figure(0.074455, 6), figure(55.0, 6), figure(4.2e-13, 2), figure(37.512, 2), figure(1200.0, 2)];
        assert_eq!(figures, ["0.074455", "55", "4.2e-13", "38", "1200"]);
        assert_eq!([figure(1e-6, 4), figure(1.25e-7, 4)], ["1e-6", "1.25e-7"]);
        assert_eq!((figure(0.0, 3), figure(f64::NAN, 3)), ("0".into(), "none".into()));
    }

    fn found(measured: f64) -> Finding {
        let check = |quantity: &str, tolerance| Check::new(quantity, measured, Some(0.05), 1.0, tolerance);
        vec![
            check("near, \"quoted\" | barred", Tolerance::Absolute(0.15)),
            check("least", Tolerance::AtLeast),
            check("between", Tolerance::UpTo(1.5)),
        ]
        .into()
    }

    #[test]
    fn a_card_becomes_a_table_a_sheet_and_a_part_of_the_page() {
        let folder = tempfile::tempdir().unwrap();
        let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        write_page(folder.path()).unwrap();
        assert!(text(PAGE).contains("Nothing is measured yet"));

        let (card, how) = (&CARDS[0], Measured { stage: Stage::Full, gpu: true, seeds: Some(3) });
        write(folder.path(), card, &how, &found(1.1)).unwrap();
        write(folder.path(), card, &Measured { stage: Stage::Short, gpu: false, seeds: None }, &found(f64::NAN))
            .unwrap();
        write_page(folder.path()).unwrap();
        let [full, short] = ["full-gpu", "short"].map(|end| text(&format!("{FILES}/{}-{end}.csv", card.name)));
        assert!(full.starts_with("card,quantity,measured,se,target,tolerance,pass,command\n"), "{full}");
        assert!(full.contains(&format!("{},least,1.1,0.05,1,at least,true,", card.name)), "{full}");
        assert!(short.contains(",least,,0.05,1,at least,false,") && !short.contains("NaN"), "{short}");
        let page = text(PAGE);
        assert!(page.contains("--stage full --backend gpu --seeds 3`") && page.contains("| 3 of 3 |"), "{page}");
        assert!(page.contains("| near, \"quoted\" \\| barred | 1 | ± 0.15 | none | 0.05 | **missed** |"), "{page}");
        let svg = text(&format!("{FILES}/{}-full-gpu.svg", card.name));
        assert!(svg.contains("row of the table") && !svg.contains("NaN"), "{svg}");

        std::fs::write(stem(folder.path(), card, Stage::Short, false).with_added_extension("csv"), "card\nx").unwrap();
        let error = write_page(folder.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot read") && error.contains("-short.csv"), "{error}");
    }

    #[test]
    fn curves_are_drawn_beside_their_targets() {
        let folder = tempfile::tempdir().unwrap();
        let point = |x, target| Point { x, measured: x * x, error: Some(0.5), target };
        let curve = |name: &str| verify::Curve {
            figure: "order".into(),
            across: "noise".into(),
            name: name.into(),
            points: vec![point(0.0, Some(0.1)), point(1.0, None), point(2.0, Some(4.2))],
        };
        let finding = Finding { curves: vec![curve("N = 40"), curve("N = 100")], ..found(1.0) };
        let figures = figures(&finding);
        let [figure] = &figures[..] else { panic!("{figures:?}") };
        assert_eq!((figure.curves.len(), figure.across.as_str()), (4, "noise"));
        assert_eq!(
            (figure.curves[0].band[1], &figure.curves[1].line[..]),
            ((1.0, 0.5, 1.5), &[(0.0, 0.1), (2.0, 4.2)][..])
        );
        let how = Measured { stage: Stage::Short, gpu: false, seeds: None };
        files::create_folder(&folder.path().join(FILES)).unwrap();
        write(folder.path(), &CARDS[0], &how, &finding).unwrap();
        let path = stem(folder.path(), &CARDS[0], Stage::Short, false).with_added_extension("curves.csv");
        let table = std::fs::read_to_string(path).unwrap();
        assert!(table.contains("order,N = 100,noise,2,4,0.5,4.2\n") && table.contains("noise,1,1,0.5,\n"), "{table}");
    }
}
