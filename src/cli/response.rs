//! `iwashi response`: what a school does when a threat comes near, beside what it would have done unawares, as text, tables and JSON.
//! Knows nothing of how worlds are copied.

use std::fmt::Write;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::args::ResponseArgs;
use super::prepare::species_of;
use super::probe::{figure, give};
use super::school::{School, school};
use super::{Done, Failure, say, stop_flag};
use crate::files;
use crate::plan::ticks;
use crate::probe::finding::Effect;
use crate::probe::finding::chance;
use crate::probe::response::{Answer, Compared, Eye, Watch, Watched, hunts, watch, words};
use crate::scene::SceneSpec;
use crate::simulation::usual_ticks;

/// `iwashi response`.
pub fn response(args: &ResponseArgs) -> Result<Done, Failure> {
    let mut school = school(&args.of, args.start, !args.genomes.is_empty())?;
    let own_genomes = args.genomes.iter().map(|text| give(&mut school, text)).collect::<Result<Vec<_>, _>>()?;
    if let Some(named) = own_genomes.last() {
        school.told = format!("{} with the genomes of {named}", args.of.school);
    }
    let School { scene, options, start, told } = school;
    let length = args.seconds.map_or_else(|| usual_ticks(&scene), |s| ticks(s as f32, scene.dt).max(1));
    let stop = stop_flag();
    let mut all = vec![];
    for (threat, prey) in pairs(&scene, args)? {
        let asked =
            Watch { threat, prey, near: args.near, within: args.within as f32, members: args.members, ticks: length };
        match watch(&scene, &start, &asked, args.worlds, &options, || !stop.load(Ordering::Relaxed))? {
            Some(watched) => all.push(watched),
            None => return Ok(Done::Interrupted),
        }
    }
    say(&if args.json { object(&scene, &told, &all) } else { text(&scene, &told, &all) });
    // Only now: what cannot be written has been told at least.
    if let Some(folder) = &args.output {
        files::create_folder(folder)?;
        files::write_whole(&folder.join("approaches.csv"), &[approaches(&scene, &all).as_bytes()])?;
        files::write_whole(&folder.join("worlds.csv"), &[worlds(&scene, &all).as_bytes()])?;
    }
    Ok(Done::Whole)
}

/// Who threatens whom.
fn pairs(scene: &SceneSpec, args: &ResponseArgs) -> Result<Vec<(usize, usize)>, Failure> {
    let name = &args.of.school;
    let place = |wanted: &Option<String>| wanted.as_ref().map(|wanted| species_of(scene, name, wanted)).transpose();
    let (to, of) = (place(&args.to)?, place(&args.prey)?);
    if let Some(species) = [to, of].into_iter().flatten().find(|species| scene.species[*species].count == 0) {
        return Err(Failure::usage(format!("{name}: there are no agents of `{}`", scene.species[species].name)));
    }
    if let (Some(to), Some(of)) = (to, of) {
        return Ok(vec![(to, of)]);
    }
    let there: Vec<&str> = scene.species.iter().filter(|s| s.count > 0).map(|s| &*s.name).collect();
    if let [] | [_] = there[..] {
        return Err(Failure::usage(format!(
            "{name} has one species: a response takes one that threatens and one that responds"
        )));
    }
    let wanted = |(threat, prey): &(usize, usize)| to.is_none_or(|to| to == *threat) && of.is_none_or(|of| of == *prey);
    let found: Vec<(usize, usize)> = hunts(scene).into_iter().filter(wanted).collect();
    match found.is_empty() {
        false => Ok(found),
        true => Err(Failure::usage(format!(
            "{name}: no species bites such another (`diet.prey`); say with --to who threatens and with --of who responds, two of {}",
            there.join(", ")
        ))),
    }
}

/// Who threatens whom, by name.
fn names<'a>(scene: &'a SceneSpec, watched: &Watched) -> [&'a str; 2] {
    [watched.watch.threat, watched.watch.prey].map(|species| &*scene.species[species].name)
}

fn text(scene: &SceneSpec, told: &str, all: &[Watched]) -> String {
    let mut text = format!("{told}\n");
    for watched in all {
        one(&mut text, scene, watched);
    }
    if all.iter().any(|watched| !watched.approaches.is_empty()) {
        let _ = writeln!(
            text,
            "\nd: difference in deviations of the worlds' differences; p: sign-flip test; corrected: for the three comparisons (Holm)."
        );
    }
    for watched in all {
        for sentence in words(watched, scene) {
            let _ = writeln!(text, "{sentence}");
        }
    }
    text
}

fn one(text: &mut String, scene: &SceneSpec, watched: &Watched) {
    let [threat, prey] = names(scene, watched);
    let watch = &watched.watch;
    let sizes: u32 = watched.approaches.iter().map(|approach| approach.members).sum();
    let count = watched.approaches.len();
    let _ = writeln!(
        text,
        "\n{prey} when a {threat} comes within {} BL of a group's nearest member: {count} times in {} of {} worlds of {:.1} s, nobody bred",
        watched.near,
        watched.met(),
        watched.worlds,
        f64::from(watch.ticks) * f64::from(scene.dt)
    );
    if count == 0 {
        return;
    }
    let _ = writeln!(
        text,
        "groups of {} or more ({:.1} on average) that none had been near for {} s, watched for as long",
        watch.members,
        f64::from(sizes) / count as f64,
        watch.within
    );
    let eyes: Vec<String> =
        watched.eyes.iter().map(|eye| format!("{}'s {}", scene.species[eye.species].name, eye.sense)).collect();
    let _ = writeln!(
        text,
        "unawares: in copies made at that moment in which nobody perceives a {threat} (blind senses: {})",
        eyes.join(", ")
    );
    if watched.eyes.iter().any(|eye| eye.shared) {
        let _ = writeln!(
            text,
            "Some of these perceive others as well, which is taken away with it: give {threat} a sense of its own to tell them apart."
        );
    }
    let farthest = watched.eyes.iter().map(|eye| eye.range).fold(0.0, f32::max);
    if watched.near < farthest {
        let _ = writeln!(
            text,
            "A {threat} is perceived from {farthest} BL on: what was done about it before it was near is in neither."
        );
    }
    let [a, b, c] = ["perceived", "unawares", "difference"];
    let _ = writeln!(
        text,
        "  {:18} {a:>10} {b:>10} {c:>11}   {:22} {:>6} {:>8} {:>9}",
        "", "95 % interval", "d", "p", "corrected"
    );
    for compared in watched.compared() {
        let title = match compared.answer {
            Answer::Latency => "latency (s)",
            Answer::Expansion => "radius, x before",
            Answer::Turned => "share turned > 90°",
        };
        let _ = write!(text, "  {title:18}");
        let [seen, unseen] = compared.means.map(figure);
        let _ = match compared.effect {
            Effect::Few => writeln!(text, " known of {} of {} worlds: too few", compared.worlds, watched.worlds),
            Effect::Same => writeln!(text, " {seen:>10} {unseen:>10}   no world differs"),
            Effect::Measured { difference, interval: [low, high], size, p: [p, corrected] } => writeln!(
                text,
                " {seen:>10} {unseen:>10} {:>11}   {:22} {:>6} {:>8} {:>9}",
                figure(difference),
                format!("{} to {}", figure(low), figure(high)),
                size.map_or("alike".into(), |d| format!("{d:.2}")),
                chance(p),
                chance(corrected)
            ),
        };
    }
    let _ = writeln!(
        text,
        "  (latency: until the first has turned by more than 90°, and {} s where none had)",
        watch.within
    );
}

/// A number for JSON; nothing where it is not known.
fn number(x: impl Into<f64>) -> Value {
    let x = x.into();
    if x.is_finite() { json!(x) } else { Value::Null }
}

fn told_of(compared: &Compared) -> Value {
    let mut value = json!({"quantity": compared.answer.name(), "worlds": compared.worlds});
    (value["perceived"], value["unawares"]) = (number(compared.means[0]), number(compared.means[1]));
    match compared.effect {
        Effect::Few => value["effect"] = json!("too few worlds"),
        Effect::Same => value["effect"] = json!("no world differs"),
        Effect::Measured { difference, interval, size, p } => {
            value["effect"] = json!("measured");
            (value["difference"], value["interval"], value["d"]) = (json!(difference), json!(interval), json!(size));
            (value["p"], value["p_corrected"]) = (json!(p[0]), json!(p[1]));
        }
    }
    value
}

fn object(scene: &SceneSpec, told: &str, all: &[Watched]) -> String {
    let one = |watched: &Watched| {
        let ([threat, prey], watch) = (names(scene, watched), &watched.watch);
        let eye = |eye: &Eye| json!({"species": scene.species[eye.species].name, "sense": eye.sense, "range": eye.range, "shared": eye.shared});
        json!({
            "threat": threat, "prey": prey, "near": watched.near, "within": watch.within, "members": watch.members,
            "worlds": watched.worlds, "ticks": watch.ticks, "approaches": watched.approaches.len(),
            "worlds_with_approaches": watched.met(), "nearest": watched.nearest.map(number),
            "blinded": watched.eyes.iter().map(eye).collect::<Vec<_>>(),
            "findings": watched.compared().iter().map(told_of).collect::<Vec<_>>(),
            "words": words(watched, scene),
        })
    };
    format!("{}\n", json!({"school": told, "pairs": all.iter().map(one).collect::<Vec<_>>()}))
}

/// A cell of a table; empty where it is not known.
pub fn cell(x: f64) -> String {
    if x.is_finite() { x.to_string() } else { String::new() }
}

/// Rows under their head as CSV.
pub fn csv(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory does not fail, and all rows have as many columns.
    let _ = writer.write_record(head);
    rows.for_each(|row| drop(writer.write_record(row)));
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Every approach, a row each.
fn approaches(scene: &SceneSpec, all: &[Watched]) -> String {
    let head = [
        "threat",
        "prey",
        "world",
        "tick",
        "members",
        "latency",
        "expansion",
        "turned",
        "latency_unawares",
        "expansion_unawares",
        "turned_unawares",
    ];
    let rows = all.iter().flat_map(|watched| {
        let names = names(scene, watched).map(str::to_string);
        watched.approaches.iter().map(move |a| {
            let whole = [a.world, a.tick, a.members].map(|n| n.to_string());
            let known = [a.seen, a.unseen].map(|r| [r.latency, r.expansion, r.turned].map(|x| cell(x.into())));
            names.iter().cloned().chain(whole).chain(known.concat()).collect()
        })
    });
    csv(&head, rows)
}

/// What each world came to, a row a part of the response.
fn worlds(scene: &SceneSpec, all: &[Watched]) -> String {
    let rows = all.iter().flat_map(|watched| {
        let names = names(scene, watched).map(str::to_string);
        Answer::ALL.into_iter().flat_map(move |answer| {
            let names = names.clone();
            watched.values(answer).into_iter().map(move |(world, both)| {
                let quantity = answer.name().to_string();
                names.iter().cloned().chain([quantity, world.to_string()]).chain(both.map(cell)).collect()
            })
        })
    });
    csv(&["threat", "prey", "quantity", "world", "perceived", "unawares"], rows)
}
