// Hand-written rules: a part of stage think. Twin of `src/backend/cpu/rule.rs`; what a rule does is in files of their own.

fn rule(world: u32, slot: u32, tick: u32) {
    let at = world * SLOTS + slot;
    let k = species_of(slot);
    let s = &params.species[k];
    let me = thinker(world, k, slot - s.slot_start, 0u);
    notes[at].fault = 0u;
    for (var i = 0u; i < s.act_len; i++) {
        mind[me.act + i] = 0.0f;
    }
    let noise = rule_draw(world, at, tick, 0u);
    switch s.think {
        case THINK_VICSEK: {
            vicsek(k, me.obs, me.act, noise);
        }
        case THINK_COUZIN: {
            couzin(k, me.obs, me.act, noise, rule_draw(world, at, tick, 1u));
        }
        case THINK_PARTICLE: {
            particle(k, me.obs, me.act);
        }
        default: {
            boids(k, me.obs, me.act, noise);
        }
    }
}

fn rule_draw(world: u32, at: u32, tick: u32, which: u32) -> vec4<u32> {
    return draw(stream_of(world), tick, agents[at].id, DRAW_WANDER ^ (which << 16u));
}

fn read3(at: u32) -> vec3<f32> {
    if DIM == 3u {
        return vec3<f32>(mind[at], mind[at + 1u], mind[at + 2u]);
    }
    return vec3<f32>(mind[at], mind[at + 1u], 0.0f);
}

// As many motion actions as there are dimensions.
fn put3(act: u32, wish: vec3<f32>) {
    for (var i = 0u; i < DIM; i++) {
        mind[act + i] = wish[i];
    }
}
