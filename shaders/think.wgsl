// Stage think: observation to action, through the species' controller. Inputs of a layer add in index order, whoever adds
// them. Twin of `src/backend/cpu/think.rs`. What the ways of thinking have in common: `think_shared.wgsl` where many agents
// share a genome, else `think_team.wgsl` or `think_alone.wgsl`, by adapter (`src/backend/gpu/thinking.rs`).

// An agent, and where its numbers stand.
struct Thinker {
    species: u32,
    // Among the agents of all worlds.
    at: u32,
    // First numbers in `mind`.
    obs: u32,
    act: u32,
    memory: u32,
    // First word of its genome in the page at hand.
    genome: u32,
}

// The `local`-th agent of a species.
fn thinker(world: u32, k: u32, local: u32, genome: u32) -> Thinker {
    let s = &params.species[k];
    return Thinker(
        k,
        world * SLOTS + s.slot_start + local,
        OBS_AT + world * OBS + s.obs_start + local * s.obs_len,
        ACT_AT + world * ACT + s.act_start + local * s.act_len,
        MEM_AT + world * MEM + s.mem_start + local * s.mem_len,
        genome,
    );
}

fn genome_row(world: u32, k: u32, row: u32) -> u32 {
    return params.genome_start[k] + (world * params.species[k].rows + row) * params.species[k].genome_stride;
}

fn activate(activation: u32, x: f32) -> f32 {
    if activation == ACT_TANH {
        return tanh_(x);
    }
    if activation == ACT_RELU {
        return select(0.0f, x, x > 0.0f);
    }
    return x;
}

// What the minimal gated unit remembers: `forget` of what it knew, and as much of the sum.
fn renewed(forget: f32, before: f32, sum: f32) -> f32 {
    return (1.0f - forget) * before + forget * tanh_(sum);
}

// Whether weights are stored in a form; known beforehand where all species store theirs alike.
fn stored_as(form: u32, weights: u32) -> bool {
    return FORMS == (1u << form) || ((FORMS & (1u << form)) != 0u && weights == form);
}

// Number at which the weights of a layer start: of words, halves or bytes of a row.
fn weights_at(l: LayerParams, weights: u32) -> u32 {
    if stored_as(WEIGHTS_I8, weights) {
        return 4u * (l.word + l.biases);
    }
    return l.start + l.biases;
}

// A weight by its number; steps are not yet multiplied by what one is worth.
fn weight(genome: u32, weights: u32, n: u32) -> f32 {
    if stored_as(WEIGHTS_F16, weights) {
        return half_of(genomes[genome + (n >> 1u)], n & 1u);
    }
    if stored_as(WEIGHTS_I8, weights) {
        return f32(step_of(genomes[genome + (n >> 2u)], n & 3u));
    }
    return bitcast<f32>(genomes[genome + n]);
}

fn bias(l: LayerParams, genome: u32, weights: u32, o: u32) -> f32 {
    if l.biases == 0u {
        return 0.0f;
    }
    if stored_as(WEIGHTS_F16, weights) {
        return weight(genome, weights, l.start + o);
    }
    if stored_as(WEIGHTS_I8, weights) {
        return bitcast<f32>(genomes[genome + l.word + o]);
    }
    return bitcast<f32>(genomes[genome + l.start + o]);
}

// Two rows of neurons of an agent that a lane thinks for, read and written in turn.
var<private> neurons: array<f32, 2u * WIDTH_MAX>;

// The first layer's inputs.
fn take_in(me: Thinker) {
    let s = &params.species[me.species];
    // Items are not read as a layer's inputs.
    let seen = select(s.obs_len, s.items_start, attends(s.think));
    for (var i = 0u; i < seen; i++) {
        neurons[i] = mind[me.obs + i];
    }
    let held = select(0u, s.mem_len, s.think == THINK_GRU);
    for (var i = 0u; i < held; i++) {
        neurons[s.obs_len + i] = mind[me.memory + i];
    }
}

// What becomes of a sum of output `o` of layer `index`. False when it is not finite.
fn settle(me: Thinker, l: LayerParams, index: u32, o: u32, sum: f32, outs: u32) -> bool {
    let gated = params.species[me.species].think == THINK_GRU;
    if gated && index == 0u {
        neurons[outs + o] = sigmoid(sum);
    } else if gated && index == 1u {
        let memory = renewed(neurons[outs + o], mind[me.memory + o], sum);
        mind[me.memory + o] = memory;
        neurons[outs + o] = memory;
    } else {
        neurons[outs + o] = activate(l.activation, sum);
    }
    return is_finite(sum);
}

// After layer `index`: the row that the next one reads.
fn next_inputs(me: Thinker, index: u32, ins: u32, outs: u32) -> u32 {
    let s = &params.species[me.species];
    if s.think == THINK_GRU && index == 0u {
        // The second gate sees what is kept of the memory.
        for (var i = 0u; i < s.mem_len; i++) {
            neurons[ins + s.obs_len + i] = neurons[outs + i] * mind[me.memory + i];
        }
        return ins;
    }
    return outs;
}

// Actions, from the row that would be read next.
fn give_out(me: Thinker, ins: u32, finite: bool) {
    let s = &params.species[me.species];
    for (var i = 0u; i < s.act_len; i++) {
        mind[me.act + i] = select(0.0f, neurons[ins + i], finite);
    }
    if !finite {
        // The turnover removes the agent; until then it must not spread what is not a number.
        for (var i = 0u; i < s.mem_len; i++) {
            mind[me.memory + i] = 0.0f;
        }
    }
    notes[me.at].fault = select(1u, 0u, finite);
}
