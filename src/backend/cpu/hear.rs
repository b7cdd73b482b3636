//! Stage *hear*: the signal seam. What was emitted becomes what is heard, through each species' mask and the history
//! ring; `sense` knows nothing of masks. Twin of `shaders/hear.wgsl`.

use rayon::prelude::*;

use super::TASK_SLOTS;
use super::world::World;
use crate::layout::*;
use crate::rng;

/// Fills `heard` from the ring, where somebody listens.
pub fn hear(world: &mut World, tick: u32, parallel: bool) {
    if !world.plan.senses.iter().any(|sense| sense.gives & GIVES_SIGNALS != 0) {
        return;
    }
    let d = &world.plan.dims;
    for (species, s) in world.plan.species.iter().enumerate() {
        if s.channels == 0 {
            continue;
        }
        let (mask, agents, signals, stream) =
            (world.interventions[species], &*world.agents, &*world.signals, world.stream);
        let one = |(local, heard): (usize, &mut [f32])| {
            let local = local as u32;
            for (channel, heard) in heard.iter_mut().enumerate() {
                let concerned = mask.channels >> channel & 1 == 1;
                let mode = if concerned { mask.mode } else { HEAR_PASS };
                let mut from = local;
                let mut late = 1;
                let mut of = channel as u32;
                match mode {
                    HEAR_SCRAMBLE => {
                        let id = agents[(s.slot_start + local) as usize].id;
                        from = rng::below(rng::draw(stream, tick, id, DRAW_SCRAMBLE)[0], s.slots);
                    }
                    HEAR_DELAY => late = 1 + mask.delay.min(s.history - 1),
                    HEAR_SWAP => of = next_channel(mask.channels, channel as u32, s.channels),
                    HEAR_WRITTEN => continue,
                    _ => {}
                }
                // Before the first tick the ring holds zeros, so reading "late" ticks before tick 0 is silence.
                let row = (tick.wrapping_add(d.history * 64) - late) % d.history;
                let mut emitted = signals[(row * d.sig + s.sig_start + from * s.channels + of) as usize];
                if mode == HEAR_NOISE {
                    let id = agents[(s.slot_start + local) as usize].id;
                    let words = rng::draw(stream, tick, id, DRAW_STATIC ^ ((channel as u32) << 16));
                    emitted += mask.noise * rng::normal(words);
                }
                *heard = if mode == HEAR_MUTE { 0.0 } else { (emitted * s.signal_gain).clamp(-1.0, 1.0) };
            }
        };
        let heard = &mut world.scratch.heard[s.sig_start as usize..(s.sig_start + s.slots * s.channels) as usize];
        let each = s.channels as usize;
        if parallel {
            heard.par_chunks_mut(each).enumerate().with_min_len(TASK_SLOTS).for_each(one);
        } else {
            heard.chunks_mut(each).enumerate().for_each(one);
        }
    }
}

/// The channel that is heard in place of one when those concerned are swapped: the next of them, after the last the first.
fn next_channel(concerned: u32, channel: u32, channels: u32) -> u32 {
    let all = (1..=channels).map(|step| (channel + step) % channels);
    all.into_iter().find(|other| concerned >> other & 1 == 1).unwrap_or(channel)
}
