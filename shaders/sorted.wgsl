// The agents in cell order, one world after another, in an array of the device: what is seen of others in the spread shape,
// and in packed worlds that do not fit `shaders/close.wgsl`, which is the same in workgroup memory.

// Where the agents of a world begin.
fn first_sorted(world: u32) -> u32 {
    return world * SLOTS;
}

// Puts agent `at`, standing in `slot`, at place `i`.
fn put_sorted(i: u32, at: u32, pos: vec3<f32>, slot: u32) {
    sorted[i] = Sorted(arr(pos), agents[at].id, agents[at].heading, slot, species_of(slot));
}

fn sorted_pos(i: u32) -> vec3<f32> {
    return flat(sorted[i].pos);
}

fn sorted_heading(i: u32) -> vec3<f32> {
    return flat(sorted[i].heading);
}

fn sorted_id(i: u32) -> u32 {
    return sorted[i].id;
}

fn sorted_slot(i: u32) -> u32 {
    return sorted[i].slot;
}

fn sorted_species(i: u32) -> u32 {
    return sorted[i].species;
}
