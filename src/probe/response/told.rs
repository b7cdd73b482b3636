//! What follows from a response that was watched, in words, and what does not. Knows nothing of how it was watched.

use super::super::LEAST_PAIRS;
use super::super::finding::Effect;
use super::{Answer, Compared, Watched};
use crate::scene::SceneSpec;

/// What follows on what `prey` does about `threat`, and what does not, sentence by sentence.
pub fn words(watched: &Watched, scene: &SceneSpec) -> Vec<String> {
    let name = |species: usize| &scene.species[species].name;
    let (threat, prey) = (name(watched.watch.threat), name(watched.watch.prey));
    let mut said = vec![];
    if watched.approaches.is_empty() {
        let least = match watched.watch.members {
            1 => "a member".to_string(),
            members => format!("a group of at least {members} members"),
        };
        let nearest = match watched.nearest {
            None => "they never were in the tank together".to_string(),
            Some(nearest) => format!("the nearest that any came to any was {nearest:.3} BL"),
        };
        return vec![format!(
            "In no world did a `{threat}` come within {} BL of {least} of `{prey}` after {} s in which none was; {nearest}. Nothing can be said.",
            watched.near, watched.watch.within
        )];
    }
    let all = watched.compared();
    for compared in &all {
        said.push(sentence(compared, prey));
    }
    if all.iter().all(|compared| compared.effect == Effect::Few) {
        return said;
    }
    if all.iter().any(|compared| compared.effect.sign() != 0) {
        said.push(format!(
            "`{prey}` respond to what is perceived of a `{threat}`: in the copies it swims and bites as well, and is only not perceived. That \
             they respond for their own good, that evolution shaped it, or that other schools would, does not follow; what it is worth to them, \
             `iwashi probe --test blind:SENSE` tells."
        ));
    } else if all.iter().all(|compared| compared.effect == Effect::Same) {
        said.push(format!("What is perceived of a `{threat}` makes no difference whatever to how `{prey}` swim."));
    } else {
        said.push(format!(
            "Nothing here shows that `{prey}` respond to a `{threat}` by turning back or spreading. They may respond in another way, sooner or \
             later, or by less than the intervals leave open."
        ));
    }
    said
}

fn sentence(compared: &Compared, prey: &str) -> String {
    let what = match compared.answer {
        Answer::Latency => format!("the time until the first `{prey}` has turned by more than 90°"),
        Answer::Expansion => format!("how far a group of `{prey}` spreads, over its radius before,"),
        Answer::Turned => format!("the share of `{prey}` that turn by more than 90°"),
    };
    match compared.effect {
        Effect::Few => {
            format!("Of {what} {} worlds tell: of fewer than {LEAST_PAIRS} nothing can be said.", compared.worlds)
        }
        Effect::Same => format!("To {what} it makes no difference, in no world, whether the threat is perceived."),
        Effect::Measured { difference, interval: [low, high], .. } => match compared.effect.sign() {
            0 => format!(
                "By the threat being perceived {what} changes by {difference:.3}, which may be chance: an effect between {low:.3} and {high:.3} is \
                 not excluded, nor is none."
            ),
            sign => format!(
                "By the threat being perceived {what} {} by {:.3}, 95 % interval {:.3} to {:.3}.",
                if sign < 0 { "falls" } else { "rises" },
                difference.abs(),
                low.abs().min(high.abs()),
                low.abs().max(high.abs()),
            ),
        },
    }
}
