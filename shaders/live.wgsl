// What an agent does once it has thought, with nobody else looking: act, emit and ask. Rules think here, because theirs is
// little. The CPU twin is the order of stages in `src/backend/cpu/mod.rs`.

fn live(world: u32, slot: u32, tick: u32) {
    let at = world * SLOTS + slot;
    let alive = agents[at].alive == 1u;
    if alive {
        let think = params.species[species_of(slot)].think;
        if think == THINK_BOIDS || think == THINK_VICSEK || think == THINK_COUZIN || think == THINK_PARTICLE {
            rule(world, slot, tick);
        }
        act(world, slot, tick);
    }
    emit(world, slot, tick);
    if alive && GRAZES + DEPOSITS > 0u {
        ask(world, slot);
    }
}
