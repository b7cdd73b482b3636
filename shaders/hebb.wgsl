// What a plastic agent learns, one weight, one tick. Twin of `src/controller/hebb.rs`; where weights stand and what they are at
// birth, of `src/backend/cpu/plastic.rs`.

fn learned(w: f32, rule: array<f32, 5>, x: f32, y: f32, limit: f32) -> f32 {
    let new_ = w + rule[0] * (rule[1] * x * y + rule[2] * x + rule[3] * y + rule[4]);
    // WGSL has no infinite constants.
    let infinite = bitcast<f32>((bitcast<u32>(new_) & 0u) | 0x7f800000u);
    return select(infinite, min(max(new_, -limit), limit), is_finite(new_));
}

// Whether an agent has weights yet: the memory of a newborn is 0 throughout.
fn is_set(me: Thinker) -> bool {
    return mind[me.memory + params.species[me.species].mem_len - 1u] != 0.0f;
}

fn mark_set(me: Thinker) {
    mind[me.memory + params.species[me.species].mem_len - 1u] = 1.0f;
}

// Where the weights of a layer stand, among all weights of the agent.
fn plastic_at(me: Thinker, l: LayerParams) -> u32 {
    return l.start / params.species[me.species].numbers;
}

// Weight `n` of layer `l` at birth.
fn born(me: Thinker, l: LayerParams, n: u32) -> f32 {
    let s = &params.species[me.species];
    if s.numbers > RULE_NUMBERS {
        return bitcast<f32>(genomes[me.genome + l.start + RULE_NUMBERS * l.inputs * l.outputs + n]);
    }
    let at = plastic_at(me, l) + n;
    let words = draw(stream_of(me.at / SLOTS), at / 4u, agents[me.at].id, DRAW_BORN);
    return s.rule[0] * (2.0f * uniform_(words[at & 3u]) - 1.0f);
}

// Changes weight `n` of layer `l` by what its neurons gave.
fn learn(me: Thinker, l: LayerParams, n: u32, x: f32, y: f32) {
    let count = l.inputs * l.outputs;
    var rule: array<f32, 5>;
    for (var i = 0u; i < RULE_NUMBERS; i++) {
        rule[i] = bitcast<f32>(genomes[me.genome + l.start + i * count + n]);
    }
    let at = me.memory + plastic_at(me, l) + n;
    mind[at] = learned(mind[at], rule, x, y, params.species[me.species].rule[1]);
}
