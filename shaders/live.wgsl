// What an agent does once it has thought, with nobody else looking: act, emit and ask. Rules think here, because theirs is
// little. The CPU twin is the order of stages in `src/backend/cpu/mod.rs`.

fn live(world: u32, slot: u32, tick: u32) {
    let at = world * SLOTS + slot;
    let alive = agents[at].alive == 1u;
    if alive {
        let k = species_of(slot);
        let s = &params.species[k];
        if s.think == THINK_BOIDS {
            let me = thinker(world, k, slot - s.slot_start, 0u);
            notes[at].fault = 0u;
            boids(k, me.obs, me.act, draw(stream_of(world), tick, agents[at].id, DRAW_WANDER));
        }
        act(world, slot, tick);
    }
    emit(world, slot, tick);
    if alive && GRAZES + DEPOSITS > 0u {
        ask(world, slot);
    }
}
