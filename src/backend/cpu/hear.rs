//! Stage *hear*: the signal seam. What was emitted becomes what is heard, through each species' mask and the history
//! ring; `sense` knows nothing of masks. Twin of `shaders/hear.wgsl`.

use super::world::World;
use crate::layout::*;
use crate::rng;

/// Fills `heard` from the ring.
pub fn hear(world: &mut World, tick: u32) {
    let d = &world.plan.dims;
    for (species, s) in world.plan.species.iter().enumerate() {
        let mask = world.hearing[species];
        for local in 0..s.slots {
            let id = world.agents[(s.slot_start + local) as usize].id;
            for channel in 0..s.channels {
                let concerned = mask.channels >> channel & 1 == 1;
                let mode = if concerned { mask.mode } else { HEAR_PASS };
                let mut from = local;
                let mut late = 1;
                match mode {
                    HEAR_SCRAMBLE => from = rng::below(rng::draw(world.stream, tick, id, DRAW_SCRAMBLE)[0], s.slots),
                    HEAR_DELAY => late = 1 + mask.delay.min(s.history - 1),
                    _ => {}
                }
                // Before the first tick the ring holds zeros, so reading "late" ticks before tick 0 is silence.
                let row = (tick.wrapping_add(d.history * 64) - late) % d.history;
                let emitted = world.signals[(row * d.sig + s.sig_start + from * s.channels + channel) as usize];
                let heard = if mode == HEAR_MUTE { 0.0 } else { (emitted * s.signal_gain).clamp(-1.0, 1.0) };
                world.scratch.heard[(s.sig_start + local * s.channels + channel) as usize] = heard;
            }
        }
    }
}
