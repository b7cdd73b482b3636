// Lesions: what an intervention takes from an agent between sensing and thinking. Twin of `src/backend/cpu/lesion.rs`.

fn lesion(world: u32, k: u32, slot: u32) {
    let s = &params.species[k];
    let harm = worlds[world].interventions[k];
    let local = slot - s.slot_start;
    if harm.blind != 0u {
        let obs = OBS_AT + world * OBS + s.obs_start + local * s.obs_len;
        for (var index = 0u; index < min(s.senses, 32u); index++) {
            let sense = &params.senses[s.sense_start + index];
            let len = select(0u, sense.len, ((harm.blind >> index) & 1u) == 1u);
            for (var i = 0u; i < len; i++) {
                mind[obs + sense.start + i] = 0.0f;
            }
        }
    }
    if (harm.lesions & LESION_MEMORY) != 0u {
        let memory = MEM_AT + world * MEM + s.mem_start + local * s.mem_len;
        for (var i = 0u; i < s.mem_len; i++) {
            mind[memory + i] = 0.0f;
        }
    }
}
