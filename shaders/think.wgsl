// Stage think: observation to action, through the species' controller. Inputs of a layer add in index order. Twin of
// `src/backend/cpu/think.rs`.

var<private> inputs: array<f32, WIDTH_MAX>;
var<private> outputs: array<f32, WIDTH_MAX>;
var<private> gates: array<f32, WIDTH_MAX>;

// `genome` is where the agent's row starts in the page at hand.
fn think(world: u32, slot: u32, tick: u32, genome: u32) {
    let at = world * SLOTS + slot;
    let k = species_of(slot);
    let s = &params.species[k];
    let local = slot - s.slot_start;
    let obs = OBS_AT + world * OBS + s.obs_start + local * s.obs_len;
    let act = ACT_AT + world * ACT + s.act_start + local * s.act_len;
    let memory = MEM_AT + world * MEM + s.mem_start + local * s.mem_len;
    notes[at].fault = 0u;
    if s.think == THINK_BOIDS {
        boids(k, obs, act, draw(stream_of(world), tick, agents[at].id, DRAW_WANDER));
        return;
    }
    for (var i = 0u; i < s.obs_len; i++) {
        inputs[i] = mind[obs + i];
    }
    var finite = true;
    var layer = s.layer_start;
    if s.think == THINK_GRU {
        finite = gate(layer, genome, s.weights, s.obs_len, memory, s.mem_len);
        layer += 2u;
    }
    while layer < s.layer_start + s.layers {
        finite = dense(layer, genome, s.weights) && finite;
        for (var i = 0u; i < params.layers[layer].outputs; i++) {
            inputs[i] = activate(params.layers[layer].activation, outputs[i]);
        }
        layer++;
    }
    for (var i = 0u; i < s.act_len; i++) {
        mind[act + i] = select(0.0f, inputs[i], finite);
    }
    if !finite {
        // The turnover removes the agent; until then it must not spread what is not a number.
        for (var i = 0u; i < s.mem_len; i++) {
            mind[memory + i] = 0.0f;
        }
        notes[at].fault = 1u;
    }
}

// The minimal gated unit; leaves the new memory in place and at the front of `inputs`.
fn gate(layer: u32, genome: u32, weights: u32, n: u32, memory: u32, m: u32) -> bool {
    for (var i = 0u; i < m; i++) {
        inputs[n + i] = mind[memory + i];
    }
    var finite = dense(layer, genome, weights);
    for (var i = 0u; i < m; i++) {
        gates[i] = sigmoid(outputs[i]);
        inputs[n + i] = gates[i] * mind[memory + i];
    }
    finite = dense(layer + 1u, genome, weights) && finite;
    for (var i = 0u; i < m; i++) {
        let h = (1.0f - gates[i]) * mind[memory + i] + gates[i] * tanh_(outputs[i]);
        mind[memory + i] = h;
        inputs[i] = h;
    }
    return finite;
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

// Sums of one layer, in the form that the species' rows have. False when a sum is not finite.
fn dense(layer: u32, genome: u32, weights: u32) -> bool {
    if (FORMS & (1u << WEIGHTS_F16)) != 0u && weights == WEIGHTS_F16 {
        sum_halves(layer, genome);
    } else if (FORMS & (1u << WEIGHTS_I8)) != 0u && weights == WEIGHTS_I8 {
        sum_steps(layer, genome);
    } else {
        sum_single(layer, genome);
    }
    var finite = true;
    for (var o = 0u; o < params.layers[layer].outputs; o++) {
        finite = finite && is_finite(outputs[o]);
    }
    return finite;
}

// Biases, then each input's weights in index order.
fn sum_single(layer: u32, genome: u32) {
    let l = params.layers[layer];
    let bias = genome + l.start;
    let weights = bias + l.outputs;
    for (var o = 0u; o < l.outputs; o++) {
        outputs[o] = bitcast<f32>(genomes[bias + o]);
    }
    for (var i = 0u; i < l.inputs; i++) {
        let x = inputs[i];
        let row = weights + i * l.outputs;
        for (var o = 0u; o < l.outputs; o++) {
            outputs[o] += x * bitcast<f32>(genomes[row + o]);
        }
    }
}

// Number `n` of a row of halves.
fn half_at(genome: u32, n: u32) -> f32 {
    return half_of(genomes[genome + (n >> 1u)], n & 1u);
}

// As `sum_single`, of halves.
fn sum_halves(layer: u32, genome: u32) {
    let l = params.layers[layer];
    for (var o = 0u; o < l.outputs; o++) {
        outputs[o] = half_at(genome, l.start + o);
    }
    for (var i = 0u; i < l.inputs; i++) {
        let x = inputs[i];
        let row = l.start + l.outputs + i * l.outputs;
        for (var o = 0u; o < l.outputs; o++) {
            outputs[o] += x * half_at(genome, row + o);
        }
    }
}

// Each input's steps in index order; then what they are worth, and the bias.
fn sum_steps(layer: u32, genome: u32) {
    let l = params.layers[layer];
    let bias = genome + l.word;
    let weights = bias + l.outputs;
    for (var o = 0u; o < l.outputs; o++) {
        outputs[o] = 0.0f;
    }
    for (var i = 0u; i < l.inputs; i++) {
        let x = inputs[i];
        let row = i * l.outputs;
        for (var o = 0u; o < l.outputs; o++) {
            let n = row + o;
            outputs[o] += x * f32(step_of(genomes[weights + (n >> 2u)], n & 3u));
        }
    }
    for (var o = 0u; o < l.outputs; o++) {
        outputs[o] = bitcast<f32>(genomes[bias + o]) + l.step * outputs[o];
    }
}
