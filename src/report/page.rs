//! The page of a run: what it came to, the curves of fitness and of what the scene logs, champions, and all that makes it
//! again. Read from the run folder alone, up to its newest whole checkpoint, so that it can be made of a run that was
//! broken off. Knows nothing of who asks.

use std::path::Path;
use std::time::Duration;

use super::chart;
use super::curve::{Curve, Points};
use super::html::{self, Cell};
use super::lines::{clock, number, short};
use super::{activities, end_flags, lineages, meanings, quoted, swept};
use crate::evolution::archive::{Archive, Axis};
use crate::files;
use crate::genome_file::GenomeFile;
use crate::measure::states::State;
use crate::run::sweep::Sweep;
use crate::run::{Ended, EndedBy, Generation, Past, Rows, RunError, RunInfo, champion_file, judged, tables};
use crate::scene::{self, Described, Evolution, Measure, SceneSpec, SpeciesSpec};

/// Largest genome file that is looked into, bytes: as `GenomeFile` reads.
const LARGEST_GENOMES: u64 = 1 << 30;
/// A column of the metrics table that is drawn.
enum Column {
    /// A measure, which a scene may leave out.
    Measured(Measure),
    /// Another number, by its column and what it is called.
    Told(&'static str, &'static str),
}
use Column::{Measured, Told};

const METRICS: &[Column] = &[
    Told("life_fitness", "fitness of whole lives"),
    Told("fitness_mean", "fitness of the living so far"),
    Told("population", "agents alive"),
    Measured(Measure::Polarization),
    Measured(Measure::Rotation),
    Measured(Measure::AbsoluteRotation),
    Measured(Measure::Nearest),
    Measured(Measure::SignalEnergy),
    Measured(Measure::Speed),
    Measured(Measure::Energy),
    Measured(Measure::Diversity),
    Measured(Measure::Groups),
    Measured(Measure::ClarkEvans),
    Measured(Measure::Hull),
    Measured(Measure::Correlation),
    Told("life_food", "energy from fields in a life"),
    Told("ticks_per_second", "ticks a second"),
];

impl Column {
    fn word(&self) -> &'static str {
        match self {
            Measured(measure) => measure.described().word,
            Told(word, _) => word,
        }
    }

    fn title(&self) -> String {
        match self {
            Measured(measure) => {
                let Described { title, unit, .. } = measure.described();
                let title = title.to_lowercase();
                if unit.is_empty() { title } else { format!("{title} ({unit})") }
            }
            Told(_, title) => title.to_string(),
        }
    }
}

/// Writes the page of the run or sweep in `folder` to `path`; beside the page of a sweep in its own folder, its curves too, as
/// `curves.csv` and `curves.svg`.
///
/// # Errors
/// When the folder is neither, its files are damaged, or the page cannot be written.
pub fn write(folder: &Path, path: &Path) -> Result<(), RunError> {
    let page = match Sweep::read(folder)? {
        // Links from the page lead to files beside it.
        Some(sweep) => swept::page(folder, &sweep, path == folder.join("report.html"))?,
        None => page(folder)?,
    };
    Ok(files::write_whole(path, &[page.as_bytes()])?)
}

/// A run as its page needs it.
struct Run {
    past: Past,
    /// What each species of whole populations came to.
    bred: Vec<Bred>,
    /// Text of the effective scene.
    text: String,
}

/// Generations of one species.
struct Bred {
    species: String,
    /// Its champion in the run folder, and the generation that it was best of.
    champion: Option<GenomeFile>,
    champion_of: Option<u64>,
    best: Option<Generation>,
    newest: Option<Generation>,
    held_out: Option<Generation>,
    curves: [Points; 3],
    /// Coverage in percent, and QD score.
    filled: [Points; 2],
}

impl Run {
    fn read(folder: &Path) -> Result<Run, RunError> {
        let past = Past::read(folder)?;
        let mut bred: Vec<Bred> =
            past.scene.species.iter().enumerate().map(|(i, s)| Bred::new(folder, i, &s.name)).collect();
        Generation::each(&folder.join(tables::GENERATIONS), length(&past, tables::GENERATIONS), |row| {
            bred.iter_mut().filter(|bred| bred.species == row.species).for_each(|bred| bred.see(&row));
        })?;
        let text = scene::encode(&past.scene);
        Ok(Run { bred, text, past })
    }
}

/// Bytes of a table at the newest whole checkpoint.
fn length(past: &Past, table: &str) -> u64 {
    past.loaded.header.tables.iter().find(|(name, _)| name == table).map_or(0, |(_, bytes)| *bytes)
}

impl Bred {
    fn new(folder: &Path, index: usize, species: &str) -> Bred {
        let file = champion_file(index, species);
        let bytes = files::read_at_most(&folder.join(&file), LARGEST_GENOMES).ok();
        let champion = bytes.and_then(|bytes| GenomeFile::decode(&bytes, &file.display().to_string()).ok());
        Bred {
            species: species.to_string(),
            champion,
            champion_of: None,
            best: None,
            newest: None,
            held_out: None,
            curves: Default::default(),
            filled: Default::default(),
        }
    }

    fn see(&mut self, row: &Generation) {
        if self.champion.as_ref().is_some_and(|file| u64::from(file.lineage[0][0]) == row.best_id) {
            self.champion_of = Some(row.generation);
        }
        if !row.best.is_nan() && self.best.as_ref().is_none_or(|best| row.best > best.best) {
            self.best = Some(row.clone());
        }
        if !row.held_out.is_nan() {
            self.held_out = Some(row.clone());
        }
        let at = row.generation as f64;
        let [low, high] = row.held_out_range.map(f64::from);
        self.curves[0].push_plain(at, row.best.into());
        self.curves[1].push_plain(at, row.mean.into());
        self.curves[2].push(at, [row.held_out.into(), low, high]);
        self.filled[0].push_plain(at, 100.0 * f64::from(row.coverage));
        self.filled[1].push_plain(at, row.qd_score);
        self.newest = Some(row.clone());
    }
}

fn page(folder: &Path) -> Result<String, RunError> {
    let run = Run::read(folder)?;
    let (info, scene) = (&run.past.info, &run.past.scene);
    let title = if scene.name.is_empty() { "A run without a name" } else { &scene.name };
    let mut body = format!("<h1>{}</h1>\n<p class=\"soft\">{}</p>\n", html::escape(title), html::escape(&status(&run)));
    if !scene.description.is_empty() {
        body += &format!("<p>{}</p>\n", html::escape(&scene.description));
    }
    body += &html::facts(&facts(&run));
    body += &html::charts("Fitness", &fitness(&run));
    body += &html::charts("Archive", &archives(&run)?);
    body += &champions(&run);
    body += &lineages::lineages(folder, &run.past, LARGEST_GENOMES)?;
    body += &activities::activities(folder, &run.past)?;
    let (figures, states) = metrics(folder, &run)?;
    body += &html::charts("What the scene measures", &figures);
    body += &states;
    body += &html::charts("What signals tell", &meanings::meanings(folder, &run.past)?);
    body += &commands(info, Some(folder));
    body += "<h2>Effective scene</h2>\n";
    body += &html::folded(&format!("{} lines, all defaults written out", run.text.lines().count()), &run.text);
    body += &footer(&info.version);
    Ok(html::page(&format!("{title}: a run of Iwashi"), &body))
}

/// How far it is, in a sentence.
fn status(run: &Run) -> String {
    let tick = run.past.loaded.header.tick;
    match &run.past.info.ended {
        Some(Ended { by: EndedBy::Interrupted, .. }) => format!("Stopped at tick {tick}, before its end."),
        Some(Ended { why, .. }) => format!("Ended at tick {tick}: {why}."),
        None => format!("It goes on, or was broken off: this shows it up to its checkpoint at tick {tick}."),
    }
}

fn facts(run: &Run) -> Vec<(&'static str, String)> {
    let (info, scene, header) = (&run.past.info, &run.past.scene, &run.past.loaded.header);
    let mut facts = Vec::new();
    if let Some(bred) = run.bred.iter().find(|bred| Some(bred.species.as_str()) == judged(scene)) {
        facts.push(("generations", bred.newest.as_ref().map_or(0, |row| row.generation + 1).to_string()));
        if let Some(row) = &bred.best {
            facts.push(("best fitness", number(row.best)));
            facts.push(("that of generation", row.generation.to_string()));
        }
        if let Some(row) = &bred.newest {
            facts.push(("mean at the end", number(row.mean)));
            facts.push(("evaluations", short(evaluations(scene, &bred.species, row.generation) as f64)));
        }
        if let Some(row) = &bred.held_out {
            let [low, high] = row.held_out_range.map(number);
            facts.push(("held-out mean", format!("{} [{low}, {high}]", number(row.held_out))));
        }
    }
    facts.push(("ticks", header.tick.to_string()));
    facts.push(("worlds", header.worlds.to_string()));
    facts.push(("seed", info.seed.to_string()));
    if info.seconds > 0.0 {
        facts.push(("time", clock(Duration::try_from_secs_f64(info.seconds).unwrap_or_default())));
    }
    facts.push(("backend", format!("{} ({})", info.backend, info.adapter)));
    facts
}

/// Genomes of a species judged up to the end of a generation.
fn evaluations(scene: &SceneSpec, species: &str, generation: u64) -> u64 {
    let spec = scene.species.iter().find(|s| s.name == species);
    match spec.map(|s| &s.evolution) {
        Some(Evolution::Generational(g)) => u64::from(g.population).saturating_mul(generation + 1),
        _ => 0,
    }
}

/// Best, mean and held-out mean of generations, a chart a species.
fn fitness(run: &Run) -> String {
    let of = |bred: &Bred| {
        let [best, mean, held_out] = bred.curves.clone();
        let curves = [
            Curve::line("best", 0, best),
            Curve::line("mean", 1, mean),
            Curve::marked("held-out mean, with its interval", 2, held_out),
        ];
        html::figure(&bred.species, "generation", &curves)
    };
    run.bred.iter().map(of).collect()
}

/// How far archives are filled, and a map of each for every two of its axes.
fn archives(run: &Run) -> Result<String, RunError> {
    let mut figures = String::new();
    for (species, archive) in run.past.loaded.checkpoint.archives()? {
        let Some(bred) = run.bred.get(species) else { continue };
        let [coverage, qd_score] = bred.filled.clone();
        for (title, points) in [("coverage (%)", coverage), ("QD score", qd_score)] {
            let title = format!("{}: {title}", bred.species);
            figures += &html::figure(&title, "generation", &[Curve::line(&title, 0, points)]);
        }
        for up in 1..archive.axes().len() {
            for across in 0..up {
                figures += &map(&bred.species, &archive, across, up);
            }
        }
    }
    Ok(figures)
}

/// The best of an archive along two of its axes.
fn map(species: &str, archive: &Archive, across: usize, up: usize) -> String {
    let cells = archive.seen_along(across, up);
    let best = || cells.iter().flatten().flatten().copied();
    let (low, high) = (best().fold(f32::INFINITY, f32::min), best().fold(f32::NEG_INFINITY, f32::max));
    let more = if archive.axes().len() > 2 { ", the best over the other axes" } else { "" };
    let line = format!("fitness from {} (pale) to {} (strong){more}", number(low), number(high));
    let [x, y] = [across, up].map(|axis| &archive.axes()[axis]);
    let ends = |axis: &Axis| [axis.low, axis.high].map(f64::from);
    let svg = chart::map(ends(x), ends(y), &cells);
    html::drawing(&format!("{species}: {} across, {} up", x.name, y.name), &line, svg)
}

/// A chart for each measure, a line for each species; and a table of states of motion.
fn metrics(folder: &Path, run: &Run) -> Result<(String, String), RunError> {
    let mut rows = Rows::open(&folder.join(tables::METRICS), length(&run.past, tables::METRICS))?;
    let species = &run.past.scene.species;
    let mut points = vec![vec![Points::default(); species.len()]; METRICS.len()];
    let mut states = vec![[0u32; State::ALL.len()]; species.len()];
    while rows.advance()? {
        let Some(at) = species.iter().position(|s| Some(s.name.as_str()) == rows.text("species")) else { continue };
        let tick = rows.number("tick")?;
        for (points, column) in points.iter_mut().zip(METRICS) {
            points[at].push_plain(tick, rows.number(column.word())?);
        }
        let [p, m] = [rows.number("polarization")?, rows.number("rotation")?].map(|x| x as f32);
        for (count, state) in states[at].iter_mut().zip(State::ALL) {
            *count += u32::from(State::of(p, m) == Some(state));
        }
    }
    let figure = |(points, column): (Vec<Points>, &Column)| {
        let of = |(color, points): (usize, Points)| Curve::line(&species[color].name, color, points);
        let curves: Vec<Curve> = points.into_iter().enumerate().map(of).collect();
        // Nothing to see, as where nobody has a voice.
        let silent = curves.iter().flat_map(|curve| &curve.line).all(|(_, y)| *y == 0.0);
        if silent { String::new() } else { html::figure(&column.title(), "tick", &curves) }
    };
    let figures: String = points.into_iter().zip(METRICS).map(figure).collect();
    Ok((figures, in_states(species, &states)))
}

/// The shares of rows in which each species was in each state of motion.
fn in_states(species: &[SpeciesSpec], counts: &[[u32; State::ALL.len()]]) -> String {
    let of = |(species, counts): (&SpeciesSpec, &[u32; State::ALL.len()])| {
        let all: u32 = counts.iter().sum();
        let share = |count: &u32| Cell::Number(format!("{:.0} %", 100.0 * f64::from(*count) / f64::from(all)));
        let shares = counts.iter().map(share);
        (all > 0).then(|| std::iter::once(Cell::Text(species.name.clone())).chain(shares).collect())
    };
    let rows: Vec<Vec<Cell>> = species.iter().zip(counts).filter_map(of).collect();
    if rows.is_empty() {
        return String::new();
    }
    let names = State::ALL.map(|state| state.to_string());
    let head: Vec<&str> =
        std::iter::once("state of motion, share of rows").chain(names.iter().map(String::as_str)).collect();
    html::table(&head, &rows)
}

fn champions(run: &Run) -> String {
    let evolving = run.past.scene.species.iter().zip(&run.bred).enumerate();
    let evolving = evolving.filter(|(_, (s, _))| s.count > 0 && !matches!(s.evolution, Evolution::Off));
    let rows: Vec<Vec<Cell>> = evolving.map(|(index, (_, bred))| champion(index, bred)).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = ["species", "fitness", "generation", "id", "genome length", "file in the run folder"];
    format!("<h2>Champions</h2>\n{}", html::table(&head, &rows))
}

/// The best genome that the run left of a species.
fn champion(index: usize, bred: &Bred) -> Vec<Cell> {
    let none = || "-".to_string();
    let (numbers, file) = match &bred.champion {
        Some(file) => (
            [
                number(file.fitness[0]),
                bred.champion_of.map_or_else(none, |generation| generation.to_string()),
                file.lineage[0][0].to_string(),
                file.len.to_string(),
            ],
            champion_file(index, &bred.species).display().to_string(),
        ),
        None => ([none(), none(), none(), none()], "not there: a run leaves its champions when it ends".to_string()),
    };
    let numbers = numbers.into_iter().map(Cell::Number);
    std::iter::once(Cell::Text(bred.species.clone())).chain(numbers).chain([Cell::Text(file)]).collect()
}

/// What makes the run again; from its own folder, too, where that is given.
pub(super) fn commands(info: &RunInfo, folder: Option<&Path>) -> String {
    let mut text = "<h2>Once more</h2>\n".to_string();
    if !info.command.is_empty() {
        text += &format!("<p>The command that it was made with:</p>\n{}", html::commands(&info.command));
    }
    if let Some(folder) = folder {
        let end: String =
            end_flags(info.goal, &info.stop).iter().map(|(flag, value)| format!(" {flag} {value}")).collect();
        let own = quoted(&folder.join("scene.ron"));
        let lines = [
            format!("iwashi replay {0}    # runs it again and compares digests", quoted(folder)),
            format!("iwashi resume {0}    # goes on with it", quoted(folder)),
            format!("iwashi evolve {own} --backend {}{end}    # begins anew with the effective scene", info.backend),
        ];
        text += &format!("<p>From its folder:</p>\n{}", html::commands(&lines.join("\n")));
    }
    let digest = info.ended.as_ref().map_or("none yet: it has not ended", |ended| ended.digest.as_str());
    text + &format!("<p>Digest of the end: <code>{}</code></p>\n", html::escape(digest))
}

/// The last lines of a page.
pub(super) fn footer(started: &str) -> String {
    let own = env!("CARGO_PKG_VERSION");
    format!("<footer>Started by iwashi {}; this page was made by iwashi {own}.</footer>\n", html::escape(started))
}
