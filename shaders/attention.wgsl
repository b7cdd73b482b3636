// What attention is paid to, and how much. Twin of `src/backend/cpu/attention.rs`; how lanes share the work is in
// `think_alone.wgsl` and `think_team.wgsl`.

fn attends(think: u32) -> bool {
    return ATTENTION > 0u && (think == THINK_ATTENTION_SUM || think == THINK_ATTENTION_MEAN);
}

// First number of an item in `mind`.
fn item_at(me: Thinker, item: u32) -> u32 {
    let s = &params.species[me.species];
    return me.obs + s.items_start + item * s.item_len;
}

// The places of those that are not there hold zeros; of those that are, nearness is more than 0.
fn is_there(me: Thinker, item: u32) -> bool {
    let at = item_at(me, item);
    for (var i = 0u; i < params.species[me.species].item_len; i++) {
        if mind[at + i] != 0.0f {
            return true;
        }
    }
    return false;
}

// tanh, but what is not finite goes on as it is, and lets no later sum be finite.
fn passed_on(sum: f32) -> f32 {
    if is_finite(sum) {
        return tanh_(sum);
    }
    return sum;
}

// What a sum over `present` items is pooled to.
fn pooled(think: u32, sum: f32, present: u32) -> f32 {
    if think == THINK_ATTENTION_MEAN && present > 0u {
        return sum / f32(present);
    }
    return sum;
}
