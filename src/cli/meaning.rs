//! `iwashi meaning`: what the signals of a school tell, and what they do to those who hear them, as text and JSON. Knows nothing of how
//! either is measured.

use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::args::MeaningArgs;
use super::school::{School, school};
use super::{Done, Failure, say};
use crate::genome_file::GenomeFile;
use crate::hearing::dialects::{Dialect, Dialects, Founder, SITUATIONS, Usage, dialects, speakers};
use crate::hearing::{HearingError, Listened, listen};
use crate::layout::NONE;
use crate::measure::cuts::Discretization;
use crate::measure::information::Information;
use crate::measure::signals::{About, CHANCE, ChannelReport, Effort, Influence, TURNS};
use crate::plan::Plan;
use crate::probe::beside::CHANCES;
use crate::rng;
use crate::run::Past;
use crate::scene::SceneSpec;
use crate::simulation::{SimulationError, Start, usual_ticks};
use crate::statistics::mean;

/// `iwashi meaning`.
pub fn meaning(args: &MeaningArgs) -> Result<Done, Failure> {
    let School { scene, options, mut start, told } = school(&args.of, None, false)?;
    if let Start::Fresh(files) = &mut start {
        // Who speaks is to be known, as well as heard.
        let plan = Plan::new(&scene, 1);
        for (species, spec) in scene.species.iter().enumerate().filter(|(_, spec)| !spec.genomes.is_empty()) {
            if files[species].is_none() {
                let file = GenomeFile::load_for(&spec.genomes, &options.beside, &plan, species, &spec.name);
                files[species] = Some(file.map_err(SimulationError::from)?);
            }
        }
    }
    let ticks = args.ticks.unwrap_or_else(|| usual_ticks(&scene));
    let heard = listen(&scene, start.clone(), (args.worlds, ticks), &options).map_err(|error| match error {
        HearingError::Silence(silence) => Failure::usage(format!("{}: {silence}", args.of.school)),
        HearingError::Simulation(error) => error.into(),
    })?;
    let report = |listened: &Listened| {
        let number = (listened.speaker * scene.species.len() + listened.listener) as u32;
        listened.log.report(args.cut, Effort::FULL, rng::stream(scene.seed, CHANCES, number))
    };
    let reports: Vec<(&Listened, Vec<ChannelReport>)> = heard.iter().map(|l| (l, report(l))).collect();
    let spoken = spoken(Path::new(&args.of.school), &scene, &start, &heard)?;
    say(&match args.json {
        true => object(&scene, &told, &reports, &spoken),
        false => text(&scene, &told, ticks, &reports, &spoken),
    });
    Ok(Done::Whole)
}

/// The dialects of a species that speaks.
struct Spoken {
    species: usize,
    channels: usize,
    /// Agents that were compared, and situations that they were put before.
    agents: usize,
    situations: usize,
    dialects: Dialects,
}

/// The dialects of each species that speaks and has genomes that are known.
fn spoken(path: &Path, scene: &SceneSpec, start: &Start, heard: &[Listened]) -> Result<Vec<Spoken>, Failure> {
    let worlds = match start {
        Start::Fresh(_) => 1,
        Start::Living(state) => state.streams.len() as u32,
    };
    let plan = Plan::new(scene, worlds);
    // Populations say who is of what founder in the run's log alone.
    let logs = match (path.is_dir(), start) {
        (true, Start::Fresh(_)) => Past::read(path)?.lineages(path)?,
        _ => Default::default(),
    };
    let mut all: Vec<Spoken> = vec![];
    for listened in heard {
        let species = listened.speaker;
        if all.iter().any(|spoken| spoken.species == species) {
            continue;
        }
        let Some(mut usage) = Usage::new(&listened.log, SITUATIONS) else { continue };
        let (genomes, founders): (Vec<Vec<f32>>, Vec<Founder>) = speakers(start, &plan, species).into_iter().unzip();
        if genomes.is_empty() {
            continue;
        }
        let lineage = logs.get(&(species as u32, NONE));
        let founder = |(world, id): Founder| (world, lineage.map_or(id, |lineage| lineage.founder(id)));
        let founders: Vec<Founder> = founders.into_iter().map(founder).collect();
        let usages: Vec<Vec<f32>> = genomes.iter().map(|genome| usage.of(genome)).collect();
        let key = rng::stream(scene.seed, CHANCES, (scene.species.len() * scene.species.len() + species) as u32);
        all.push(Spoken {
            species,
            channels: plan.species[species].channels as usize,
            agents: genomes.len(),
            situations: usage.situations().len(),
            dialects: dialects(&usages, &founders, key),
        });
    }
    Ok(all)
}

/// Mean signal of a dialect on each channel.
fn means_of(spoken: &Spoken, dialect: &Dialect) -> Vec<f64> {
    let on = |channel: usize| dialect.usage.iter().skip(channel).step_by(spoken.channels).map(|x| f64::from(*x));
    (0..spoken.channels).map(|channel| mean(&on(channel).collect::<Vec<f64>>())).collect()
}

fn told_of(text: &mut String, name: &str, spoken: &Spoken) {
    let Spoken { agents, situations, dialects, .. } = spoken;
    let count = dialects.dialects.len();
    let _ = match count {
        1 => writeln!(
            text,
            "\n{name}: one dialect of {agents} genomes, by what each sends in the same {situations} situations"
        ),
        _ => writeln!(
            text,
            "\n{name}: {count} dialects of {agents} genomes, by what each sends in the same {situations} situations (silhouette {:.2})",
            dialects.silhouette
        ),
    };
    let _ = writeln!(
        text,
        "  {:>7}  {:>7}  {:>8}  {:>12}  mean signal by channel",
        "dialect", "genomes", "founders", "largest line"
    );
    for (at, dialect) in dialects.dialects.iter().enumerate() {
        let means: Vec<String> = means_of(spoken, dialect).iter().map(|mean| format!("{mean:+.2}")).collect();
        let Dialect { members, founders, of_largest, .. } = dialect;
        let _ = writeln!(text, "  {:>7}  {members:>7}  {founders:>8}  {of_largest:>12}  {}", at + 1, means.join(" "));
    }
    if count > 1 {
        let _ = writeln!(
            text,
            "  founders tell {} nats of dialects, {:.0} % of what there is to tell (chance {:.3})",
            nats(dialects.lineage.corrected),
            100.0 * dialects.inherited,
            dialects.lineage.p
        );
    }
}

/// A figure of some nats.
fn nats(value: f64) -> String {
    // No minus before nothing.
    let value = if value.abs() < 0.0005 { 0.0 } else { value };
    if value.is_finite() { format!("{value:.3}") } else { "-".to_string() }
}

fn range([low, high]: [f64; 2]) -> String {
    if low.is_finite() { format!("{} to {}", nats(low), nats(high)) } else { "-".to_string() }
}

fn text(
    scene: &SceneSpec,
    told: &str,
    ticks: u32,
    reports: &[(&Listened, Vec<ChannelReport>)],
    spoken: &[Spoken],
) -> String {
    let mut text = format!("{told}, {ticks} ticks, nobody bred meanwhile; information in nats\n");
    for (listened, channels) in reports {
        let [from, to] = [listened.speaker, listened.listener].map(|species| &scene.species[species].name);
        for channel in channels {
            let _ = writeln!(text, "\n{from} to {to}, {}", name(channel));
            one(&mut text, channel);
        }
    }
    for spoken in spoken {
        told_of(&mut text, &scene.species[spoken.species].name, spoken);
    }
    let _ = write!(
        text,
        "\nnats: mutual information of classes, corrected for few samples; worlds: 95 % interval of what each world by itself tells beyond chance; \
         chance: of as much where the log\nis turned round ({TURNS} times), of all lines of a channel together (Holm); numbers: by nearest \
         neighbours, without classes, not to be compared with nats; signal:\nits mean in each class, the lowest first. That something is \
         told is no proof that anybody heeds it: that, the causal influence says, and a probe (`iwashi probe`).\n"
    );
    text
}

fn name(channel: &ChannelReport) -> String {
    let cut = match channel.discretization {
        Discretization::Signs => "cut by sign".to_string(),
        Discretization::EqualMass(classes) => format!("cut into {classes} classes of equal mass"),
        Discretization::Means(classes) => format!("cut into {classes} classes about means of their own"),
    };
    match channel.channel {
        Some(channel) => format!("channel {}, {cut}", channel + 1),
        None => format!("all channels together, each {cut}"),
    }
}

fn one(text: &mut String, channel: &ChannelReport) {
    let [sent, heard] = channel.samples;
    if sent == 0 {
        let _ = writeln!(text, "  nobody spoke for two ticks in a row: nothing can be said");
        return;
    }
    let _ = writeln!(
        text,
        "  message entropy {} in {} classes, of {sent} samples of {} worlds",
        nats(channel.entropy),
        channel.classes,
        channel.worlds
    );
    if !channel.varies() {
        let _ = writeln!(text, "  it never varies, and so tells nothing");
    } else {
        let lines: Vec<&About> = channel.about.iter().chain([&channel.consistency]).collect();
        let width = lines.iter().map(|about| about.what.chars().count()).max().unwrap_or(0);
        let head = ["nats", "worlds", "chance", "numbers"];
        let [a, b, c, d] = head;
        let _ = writeln!(text, "  {:width$}  {a:>6}  {b:16}  {c:>6}    {d:>7}  signal", "what it tells of");
        for about in lines {
            let told = &about.information;
            let mark = if about.together <= CHANCE { '*' } else { ' ' };
            let means: Vec<String> = about.means.iter().map(|mean| format!("{mean:+.2}")).collect();
            let means = if about.what == channel.consistency.what { String::new() } else { means.join(" ") };
            let _ = writeln!(
                text,
                "  {:width$}  {:>6}  {:16}  {:>6.3} {mark}  {:>7}  {means}",
                about.what,
                nats(told.corrected),
                range(about.over_worlds),
                about.together,
                nats(about.continuous)
            );
        }
        let _ = writeln!(
            text,
            "  speaker consistency {}; context independence {}",
            nats(channel.consistency.information.corrected),
            nats(channel.context_independence)
        );
    }
    let beside = |told: &Information| match told.corrected.is_finite() {
        true => format!("{} (chance {:.3})", nats(told.corrected), told.p),
        false => "not known".to_string(),
    };
    if heard > 0 {
        let _ = writeln!(
            text,
            "  with what the other does next: {}; transfer entropy to what it does: {}, which is no cause",
            beside(&channel.coordination),
            beside(&channel.transfer)
        );
    }
    let _ = match channel.influence {
        None => writeln!(text, "  nobody was put before other messages: whether it is heeded is not known"),
        Some(influence) => writeln!(
            text,
            "  causal influence {} and positive listening {:.3}, of {} states before {} messages: {}",
            nats(influence.causal),
            influence.listening,
            influence.states,
            influence.messages,
            match influence {
                Influence { listening, .. } if listening > 0.0 => "it is heeded",
                Influence { messages: 0 | 1, .. } =>
                    "only one message was ever heard, so whether it is heeded is not known",
                _ => "nobody heeds it",
            }
        ),
    };
}

fn object(scene: &SceneSpec, told: &str, reports: &[(&Listened, Vec<ChannelReport>)], spoken: &[Spoken]) -> String {
    // What is not known is null.
    let number = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    let information = |told: &Information| {
        json!({"plug_in": number(told.plug_in), "corrected": number(told.corrected), "shuffled": number(told.shuffled),
               "bound": number(told.bound), "p": number(told.p)})
    };
    let about = |about: &About| {
        json!({"what": about.what, "information": information(&about.information), "together": number(about.together),
               "worlds": about.over_worlds.map(number), "continuous": number(about.continuous), "signal": about.means,
               "signal_intervals": about.bands.iter().map(|band| band.map(number)).collect::<Vec<_>>()})
    };
    let channel = |c: &ChannelReport| {
        json!({
            "channel": c.channel.map(|channel| channel + 1), "samples": c.samples, "worlds": c.worlds,
            "classes": c.classes, "entropy": number(c.entropy), "about": c.about.iter().map(about).collect::<Vec<_>>(),
            "speaker_consistency": about(&c.consistency), "coordination": information(&c.coordination),
            "context_independence": number(c.context_independence), "transfer_entropy": information(&c.transfer),
            "influence": c.influence.map(|i| json!({"causal": i.causal, "listening": i.listening, "states": i.states,
                                                   "messages": i.messages})),
        })
    };
    let pairs = reports.iter().map(|(listened, channels)| {
        let [from, to] = [listened.speaker, listened.listener].map(|species| &scene.species[species].name);
        json!({"speaker": from, "listener": to, "channels": channels.iter().map(channel).collect::<Vec<_>>()})
    });
    let dialect = |spoken: &Spoken, dialect: &Dialect| {
        json!({"genomes": dialect.members, "founders": dialect.founders, "largest_line": dialect.of_largest,
               "mean_signal": means_of(spoken, dialect), "usage": dialect.usage})
    };
    let dialects = spoken.iter().map(|s| {
        json!({"species": scene.species[s.species].name, "genomes": s.agents, "situations": s.situations,
               "silhouette": number(s.dialects.silhouette), "lineage": information(&s.dialects.lineage),
               "inherited": number(s.dialects.inherited),
               "dialects": s.dialects.dialects.iter().map(|d| dialect(s, d)).collect::<Vec<_>>()})
    });
    let dialects: Vec<Value> = dialects.collect();
    format!("{}\n", json!({"school": told, "pairs": pairs.collect::<Vec<_>>(), "dialects": dialects}))
}
