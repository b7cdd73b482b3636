// The agents of one packed world in cell order, in the memory of its workgroup. The same functions as in
// `shaders/sorted.wgsl`. An agent is two vectors of four words, which lanes that look at one agent read at once.

// Position and id.
var<workgroup> close_places: array<vec4<u32>, SLOTS>;
// Heading, and slot and species.
var<workgroup> close_headings: array<vec4<u32>, SLOTS>;

fn first_sorted(world: u32) -> u32 {
    return 0u;
}

fn put_sorted(i: u32, at: u32, pos: vec3<f32>, slot: u32) {
    close_places[i] = vec4<u32>(bitcast<vec3<u32>>(pos), agents[at].id);
    close_headings[i] = vec4<u32>(bitcast<vec3<u32>>(vec(agents[at].heading)), slot | (species_of(slot) << 16u));
}

fn sorted_pos(i: u32) -> vec3<f32> {
    let pos = bitcast<vec3<f32>>(close_places[i].xyz);
    return vec3<f32>(pos.xy, select(0.0f, pos.z, DIM == 3u));
}

fn sorted_heading(i: u32) -> vec3<f32> {
    let heading = bitcast<vec3<f32>>(close_headings[i].xyz);
    return vec3<f32>(heading.xy, select(0.0f, heading.z, DIM == 3u));
}

fn sorted_id(i: u32) -> u32 {
    return close_places[i].w;
}

fn sorted_slot(i: u32) -> u32 {
    return close_headings[i].w & 0xffffu;
}

fn sorted_species(i: u32) -> u32 {
    return close_headings[i].w >> 16u;
}
