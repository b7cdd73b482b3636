//! `iwashi meaning`: what the signals of a school tell, and what they do to those who hear them, as text and JSON. Knows nothing of how
//! either is measured.

use std::fmt::Write;

use serde_json::{Value, json};

use super::args::MeaningArgs;
use super::school::{CHANCES, School, school};
use super::{Done, Failure, say};
use crate::hearing::{HearingError, Listened, listen};
use crate::measure::information::Information;
use crate::measure::signals::{About, CHANCE, ChannelReport, Discretization, Influence, TURNS};
use crate::rng;
use crate::scene::SceneSpec;
use crate::simulation::usual_ticks;

/// `iwashi meaning`.
pub fn meaning(args: &MeaningArgs) -> Result<Done, Failure> {
    let School { scene, options, start, told } = school(&args.of, None, false)?;
    let ticks = args.ticks.unwrap_or_else(|| usual_ticks(&scene));
    let heard = listen(&scene, start, (args.worlds, ticks), &options).map_err(|error| match error {
        HearingError::Silence(silence) => Failure::usage(format!("{}: {silence}", args.of.school)),
        HearingError::Simulation(error) => error.into(),
    })?;
    let report = |listened: &Listened| {
        let number = (listened.speaker * scene.species.len() + listened.listener) as u32;
        listened.log.report(args.cut, rng::stream(scene.seed, CHANCES, number))
    };
    let reports: Vec<(&Listened, Vec<ChannelReport>)> = heard.iter().map(|l| (l, report(l))).collect();
    say(&match args.json {
        true => object(&scene, &told, &reports),
        false => text(&scene, &told, ticks, &reports),
    });
    Ok(Done::Whole)
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

fn text(scene: &SceneSpec, told: &str, ticks: u32, reports: &[(&Listened, Vec<ChannelReport>)]) -> String {
    let mut text = format!("{told}, {ticks} ticks, nobody bred meanwhile; information in nats\n");
    for (listened, channels) in reports {
        let [from, to] = [listened.speaker, listened.listener].map(|species| &scene.species[species].name);
        for channel in channels {
            let _ = writeln!(text, "\n{from} to {to}, {}", name(channel));
            one(&mut text, channel);
        }
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

fn object(scene: &SceneSpec, told: &str, reports: &[(&Listened, Vec<ChannelReport>)]) -> String {
    // What is not known is null.
    let number = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    let information = |told: &Information| {
        json!({"plug_in": number(told.plug_in), "corrected": number(told.corrected), "shuffled": number(told.shuffled),
               "bound": number(told.bound), "p": number(told.p)})
    };
    let about = |about: &About| {
        json!({"what": about.what, "information": information(&about.information), "together": number(about.together),
               "worlds": about.over_worlds.map(number), "continuous": number(about.continuous), "signal": about.means})
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
    format!("{}\n", json!({"school": told, "pairs": pairs.collect::<Vec<_>>()}))
}
