//! Lesions: what an intervention takes from agents between sensing and thinking. Twin of `shaders/lesion.wgsl`. Knows nothing of
//! who asks for it.

use super::world::World;
use crate::layout::*;

/// Empties senses and memories of the living.
pub fn lesion(world: &mut World) {
    for (index, s) in world.plan.species.iter().enumerate() {
        let harm = world.interventions[index];
        let senses = &world.plan.senses[s.sense_start as usize..(s.sense_start + s.senses) as usize];
        if harm.blind != 0 && s.obs_len > 0 {
            let all = &mut world.scratch.obs[s.obs_start as usize..(s.obs_start + s.slots * s.obs_len) as usize];
            // Only the living have seats.
            for obs in all.chunks_mut(s.obs_len as usize).take(world.scratch.living[index] as usize) {
                for (_, sense) in senses.iter().take(32).enumerate().filter(|(at, _)| harm.blind >> at & 1 == 1) {
                    obs[sense.start as usize..(sense.start + sense.len) as usize].fill(0.0);
                }
            }
        }
        if harm.lesions & LESION_MEMORY != 0 && s.mem_len > 0 {
            let all = &mut world.memory[s.mem_start as usize..(s.mem_start + s.slots * s.mem_len) as usize];
            let agents = &world.agents[s.slot_start as usize..];
            for (memory, _) in all.chunks_mut(s.mem_len as usize).zip(agents).filter(|(_, agent)| agent.alive == 1) {
                memory.fill(0.0);
            }
        }
    }
}
