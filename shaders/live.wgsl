// What an agent does once it has sensed, with nobody else looking: think, act, emit and ask. The CPU twin is the order of
// stages in `src/backend/cpu/mod.rs`.

// Where the row of a slot's genome starts among all genomes. Species without genomes count to the first page.
fn row_of(world: u32, slot: u32) -> u32 {
    let k = species_of(slot);
    let s = &params.species[k];
    if s.genome_stride == 0u {
        return 0u;
    }
    return genome_row(world, k, (slot - s.slot_start) / s.sharers);
}

fn genome_row(world: u32, k: u32, row: u32) -> u32 {
    return params.genome_start[k] + (world * params.species[k].rows + row) * params.species[k].genome_stride;
}

fn live(world: u32, slot: u32, tick: u32, genome: u32) {
    let alive = agents[world * SLOTS + slot].alive == 1u;
    if alive {
        think(world, slot, tick, genome);
        act(world, slot);
    }
    emit(world, slot, tick);
    if alive && GRAZES + DEPOSITS > 0u {
        ask(world, slot);
    }
}
