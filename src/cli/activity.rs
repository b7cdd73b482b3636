//! `iwashi activity`: the evolutionary activity of a run beside neutral shadows of it, as text, tables and JSON. Knows nothing of how
//! shadows are made.

use std::fmt::Write;

use serde_json::{Value, json};

use super::args::ActivityArgs;
use super::prepare::species_of;
use super::probe::figure;
use super::response::{cell, csv};
use super::{Done, Failure, say};
use crate::files;
use crate::measure::shadow::{Excess, History, Kind, Traced};
use crate::probe::finding::chance;
use crate::report::activities::words;
use crate::run::{Past, Times};

/// What is told of one species.
struct Told {
    name: String,
    /// Its history, what its times count, and each kind of component; or why there is nothing.
    found: Result<(History, Times, Vec<Traced>), String>,
}

/// `iwashi activity`.
pub fn activity(args: &ActivityArgs) -> Result<Done, Failure> {
    let past = Past::read(&args.run)?;
    let scene = &past.scene;
    let run = args.run.display().to_string();
    let wanted = args.species.as_ref().map(|name| species_of(scene, &run, name)).transpose()?;
    let all = past.births(&args.run)?.into_iter().filter(|born| wanted.is_none_or(|wanted| wanted == born.species));
    let told = all.map(|born| {
        let found = born.told.and_then(|(history, times)| {
            let of = |kind: Kind| history.traced(kind, args.shadows, past.info.seed);
            match Kind::ALL.into_iter().map(of).collect::<Option<Vec<Traced>>>() {
                Some(traced) => Ok((history, times, traced)),
                None => Err("nobody was born yet".to_string()),
            }
        });
        Told { name: scene.species[born.species].name.clone(), found }
    });
    let told: Vec<Told> = told.collect();
    let tick = past.loaded.header.tick;
    say(&if args.json { object(&run, tick, args, &told) } else { text(&run, tick, args, &told) });
    // Only now: what cannot be written has been told at least.
    if let Some(folder) = &args.output {
        files::create_folder(folder)?;
        files::write_whole(&folder.join("activity.csv"), &[courses(&told).as_bytes()])?;
        files::write_whole(&folder.join("excess.csv"), &[excesses(&told).as_bytes()])?;
    }
    Ok(Done::Whole)
}

/// What is compared with shadows, as tables name it.
const PARTS: [&str; 2] = ["mean", "new"];

fn text(run: &str, tick: u64, args: &ActivityArgs, all: &[Told]) -> String {
    let mut text = format!("{run} at tick {tick}, beside {} neutral shadows\n", args.shadows);
    for Told { name, found } in all {
        match found {
            Err(why) => drop(writeln!(text, "\n{name}: no evolutionary activity to tell of: {why}")),
            Ok((history, times, traced)) => one(&mut text, name, history, *times, traced, args.shadows),
        }
    }
    if all.iter().any(|told| told.found.is_ok()) {
        let _ = writeln!(
            text,
            "\nActivity counts the bearers of a component, time after time; both figures are means over the run. New is what is within the band, which begins \
             where one in twenty of the components of shadows comes to. Interval: what is left beside the middle 95 % of shadows; chance: share of them \
             that comes as far."
        );
    }
    text
}

fn one(text: &mut String, name: &str, history: &History, times: Times, all: &[Traced], shadows: u32) {
    let (births, last) = (history.births(), history.times.last().copied().unwrap_or(0));
    let span = match times {
        Times::Generations => format!("generations 0 to {last}"),
        Times::Ticks => format!("ticks 0 to {last}"),
    };
    let _ = writeln!(
        text,
        "\n{name}: {births} births, {:.0} % of them of clones, looked at {} times, {span}",
        100.0 * history.clones() as f64 / births as f64,
        history.times.len()
    );
    let [a, b, c] = ["this run", "shadows", "in excess"];
    for traced in all {
        let what = match traced.kind {
            Kind::Founders => "founders: those who descend from one founder are a component",
            Kind::Cohorts => "cohorts: the same, but with each tenth of the run everyone present is a founder anew",
            Kind::Genotypes => "genotypes: one that is no clone, with all clones of it, is a component",
        };
        let end = traced.course.last().map_or(0, |moment| moment.wave.diversity);
        let _ = writeln!(text, "  {what}; {end} of them at the end");
        let _ = writeln!(text, "  {:28} {a:>10} {b:>10} {c:>11}   {:22} {:>8}", "", "95 % interval", "chance");
        let (from, to) = (traced.band.start(), traced.band.end());
        for (title, e) in
            ["mean activity".to_string(), format!("new activity ({from} to {to})")].iter().zip(&traced.excess)
        {
            let [low, high] = e.interval.map(figure);
            let _ = writeln!(
                text,
                "  {title:28} {:>10} {:>10} {:>11}   {:22} {:>8}",
                figure(e.of),
                figure(e.shadows),
                figure(e.excess),
                format!("{low} to {high}"),
                chance(e.p)
            );
        }
    }
    let _ = writeln!(
        text,
        "{}",
        all.iter().filter(|t| t.kind == Kind::Cohorts).map(|t| words(name, t, shadows)).collect::<String>()
    );
    if 2 * history.clones() < births {
        let _ = writeln!(
            text,
            "Most children of `{name}` are genotypes of their own, so that a genotype lasts no longer than who bears it: what evolves shows in lines."
        );
    }
}

fn told_of(excess: &Excess) -> Value {
    json!({"run": excess.of, "shadows": excess.shadows, "excess": excess.excess, "interval": excess.interval, "p": excess.p})
}

fn object(run: &str, tick: u64, args: &ActivityArgs, all: &[Told]) -> String {
    let kind = |traced: &Traced| {
        let end = traced
            .course
            .last()
            .map(|moment| json!({"diversity": moment.wave.diversity, "cumulative": moment.wave.cumulative}));
        json!({"components": traced.kind.name(), "band": [traced.band.start(), traced.band.end()], "end": end,
               "mean": told_of(&traced.excess[0]), "new": told_of(&traced.excess[1])})
    };
    let one = |Told { name, found }: &Told| match found {
        Err(why) => json!({"species": name, "nothing": why}),
        Ok((history, times, traced)) => json!({
            "species": name, "births": history.births(), "clones": history.clones(),
            "times": match times { Times::Generations => "generations", Times::Ticks => "ticks" },
            "activity": traced.iter().map(kind).collect::<Vec<_>>(),
            "words": traced.iter().filter(|t| t.kind == Kind::Cohorts).map(|t| words(name, t, args.shadows)).collect::<Vec<_>>(),
        }),
    };
    let all: Vec<Value> = all.iter().map(one).collect();
    format!("{}\n", json!({"run": run, "tick": tick, "shadows": args.shadows, "species": all}))
}

/// Those of whom there is something to tell.
fn known(all: &[Told]) -> impl Iterator<Item = (&str, &History, &Traced)> {
    let found = all.iter().filter_map(|told| told.found.as_ref().ok().map(|found| (&*told.name, found)));
    found.flat_map(|(name, (history, _, traced))| traced.iter().map(move |traced| (name, history, traced)))
}

/// A row a species, kind of component and time.
fn courses(all: &[Told]) -> String {
    let head = [
        "species",
        "components",
        "time",
        "diversity",
        "cumulative",
        "mean",
        "new",
        "mean_shadows",
        "mean_low",
        "mean_high",
        "new_shadows",
        "new_low",
        "new_high",
    ];
    let rows = known(all).flat_map(|(name, history, traced)| {
        history.times.iter().zip(&traced.course).zip(&traced.chance).map(move |((time, moment), chance)| {
            let wave = moment.wave;
            let first = [name.to_string(), traced.kind.name().to_string(), time.to_string()];
            let counts = [wave.diversity.to_string(), wave.cumulative.to_string()];
            let figures = [wave.mean(), moment.new].into_iter().chain(chance.concat()).map(cell);
            first.into_iter().chain(counts).chain(figures).collect()
        })
    });
    csv(&head, rows)
}

/// A row a species, kind of component and what is compared.
fn excesses(all: &[Told]) -> String {
    let rows = known(all).flat_map(|(name, _, traced)| {
        PARTS.into_iter().zip(&traced.excess).map(move |(part, e)| {
            let first = [name, traced.kind.name(), part].map(str::to_string);
            let figures = [e.of, e.shadows, e.excess, e.interval[0], e.interval[1], e.p].map(cell);
            first.into_iter().chain(figures).collect()
        })
    });
    csv(&["species", "components", "activity", "run", "shadows", "excess", "low", "high", "p"], rows)
}
