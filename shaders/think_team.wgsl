// Stage think where few agents share a genome: a team of 32 lanes an agent, a lane an output, so that neighbouring lanes
// read neighbouring weights of a row. A lane asks for eight weights before it adds the first, because a card takes long to
// bring one. Hidden neurons go from lane to lane through workgroup memory; what is sensed is read by all lanes at once
// from where it is.

// Two rows an agent, read and written in turn.
var<workgroup> hidden: array<f32, 2u * TEAMS * HIDDEN_MAX>;
// How much of its memory an agent forgets: each cell is written and read by the same lane.
var<workgroup> forgets: array<f32, TEAMS * MEMORY_MAX>;

// Which of the two rows is written next.
var<private> next_row: u32;

// Row of weights that a lane adds up: its first number in the genome, and how far the next input's is.
struct Column {
    genome: u32,
    weights: u32,
    first: u32,
    stride: u32,
}

fn four(c: Column, n: u32) -> vec4<f32> {
    return vec4<f32>(
        weight(c.genome, c.weights, n),
        weight(c.genome, c.weights, n + c.stride),
        weight(c.genome, c.weights, n + 2u * c.stride),
        weight(c.genome, c.weights, n + 3u * c.stride),
    );
}

// `start` and inputs `skip` to `skip + count`, which stand in `mind` from `first` on.
fn add_sensed(start: f32, c: Column, skip: u32, first: u32, count: u32) -> f32 {
    var sum = start;
    var n = c.first + skip * c.stride;
    var i = first;
    let end = first + count;
    for (; i + 8u <= end; i += 8u) {
        let a = four(c, n);
        let b = four(c, n + 4u * c.stride);
        sum += mind[i] * a.x;
        sum += mind[i + 1u] * a.y;
        sum += mind[i + 2u] * a.z;
        sum += mind[i + 3u] * a.w;
        sum += mind[i + 4u] * b.x;
        sum += mind[i + 5u] * b.y;
        sum += mind[i + 6u] * b.z;
        sum += mind[i + 7u] * b.w;
        n += 8u * c.stride;
    }
    for (; i < end; i++) {
        sum += mind[i] * weight(c.genome, c.weights, n);
        n += c.stride;
    }
    return sum;
}

// The same of inputs in `hidden`.
fn add_hidden(start: f32, c: Column, skip: u32, first: u32, count: u32) -> f32 {
    var sum = start;
    var n = c.first + skip * c.stride;
    var i = first;
    let end = first + count;
    for (; i + 8u <= end; i += 8u) {
        let a = four(c, n);
        let b = four(c, n + 4u * c.stride);
        sum += hidden[i] * a.x;
        sum += hidden[i + 1u] * a.y;
        sum += hidden[i + 2u] * a.z;
        sum += hidden[i + 3u] * a.w;
        sum += hidden[i + 4u] * b.x;
        sum += hidden[i + 5u] * b.y;
        sum += hidden[i + 6u] * b.z;
        sum += hidden[i + 7u] * b.w;
        n += 8u * c.stride;
    }
    for (; i < end; i++) {
        sum += hidden[i] * weight(c.genome, c.weights, n);
        n += c.stride;
    }
    return sum;
}

// Input `i` of layer `index`: sensed, or in `hidden` from `ins` on.
fn plastic_input(me: Thinker, index: u32, i: u32, ins: u32) -> f32 {
    if index == 0u {
        return mind[me.obs + i];
    }
    return hidden[ins + i];
}

// Output `o` of a plastic layer, and what its weights learn: each lane has its own. Twin of `src/backend/cpu/plastic.rs`.
fn plastic_output(me: Thinker, l: LayerParams, index: u32, o: u32, ins: u32, newborn: bool) -> f32 {
    let weights = me.memory + plastic_at(me, l);
    var sum = 0.0f;
    for (var i = 0u; i < l.inputs; i++) {
        let n = i * l.outputs + o;
        if newborn {
            mind[weights + n] = born(me, l, n);
        }
        sum += plastic_input(me, index, i, ins) * mind[weights + n];
    }
    let y = activate(l.activation, sum);
    for (var i = 0u; i < l.inputs; i++) {
        learn(me, l, i * l.outputs + o, plastic_input(me, index, i, ins), y);
    }
    // A sum that is not finite goes on as it is, and lets no later sum be finite.
    return select(sum, y, is_finite(sum));
}

// Sum of one output of a layer that reads an item.
fn item_sum(me: Thinker, l: LayerParams, o: u32, item: u32) -> f32 {
    let form = params.species[me.species].weights;
    let stepped = stored_as(WEIGHTS_I8, form);
    let begin = bias(l, me.genome, form, o);
    let c = Column(me.genome, form, weights_at(l, form) + o, l.outputs);
    let sum = add_sensed(select(begin, 0.0f, stepped), c, 0u, item_at(me, item), l.inputs);
    return select(sum, begin + l.step * sum, stepped);
}

// Number `o` of what the heads gather, whose queries stand in `hidden` from `ins` on. Lanes of a head make its keys each for
// themselves: to share them they would have to wait for each other twice an item.
fn attended(me: Thinker, o: u32, ins: u32) -> f32 {
    let s = &params.species[me.species];
    let key_layer = params.layers[s.layer_start + 1u];
    let value_layer = params.layers[s.layer_start + 2u];
    let query = ins + o / value_layer.outputs * key_layer.outputs;
    var sum = 0.0f;
    var present = 0u;
    for (var item = 0u; item < s.items; item++) {
        if !is_there(me, item) {
            continue;
        }
        present++;
        var product = 0.0f;
        for (var i = 0u; i < key_layer.outputs; i++) {
            product += hidden[query + i] * passed_on(item_sum(me, key_layer, i, item));
        }
        let heed = passed_on(product * s.rule[0]);
        sum += heed * passed_on(item_sum(me, value_layer, o % value_layer.outputs, item));
    }
    return pooled(s.think, sum, present);
}

// One agent a team; all lanes of the workgroup must come. Those of teams whose agent does not think do nothing. Rows are taken in turn from agent to agent, so that nobody writes what a slower lane still reads.
fn think_own(me: Thinker, thinks: bool, lane: u32) {
    let s = &params.species[me.species];
    let team = lane / TEAM;
    let rows = 2u * team * HIDDEN_MAX;
    let own = lane % TEAM;
    let attending = attends(s.think);
    let plastic = PLASTIC > 0u && s.think == THINK_PLASTIC;
    let newborn = plastic && thinks && !is_set(me);
    // Nodes of a graph wait for each other, so that one lane of the team does it all; it has no layers.
    let graph = GRAPHS == 1u && s.think == THINK_GRAPH;
    if graph && thinks && own == 0u {
        think_graph(me);
    }
    for (var index = 0u; index < LAYERS_MAX; index++) {
        let inside = index < s.layers;
        let l = params.layers[s.layer_start + select(0u, index, inside)];
        let forgetting = s.think == THINK_GRU && index == 0u;
        let renewing = s.think == THINK_GRU && index == 1u;
        let senses = index == 0u || renewing || (attending && index == 3u);
        let sensed = select(0u, s.obs_len - s.items * s.item_len, senses);
        let held = select(0u, s.mem_len, forgetting);
        let ins = rows + (1u - next_row) * HIDDEN_MAX;
        let outs = rows + next_row * HIDDEN_MAX;
        if thinks && inside && attending && (index == 1u || index == 2u) {
            // Keys and values are made where they are gathered.
            let keys = params.layers[s.layer_start + 1u].outputs;
            let values = params.layers[s.layer_start + 2u].outputs;
            let width = select(0u, params.layers[s.layer_start].outputs / keys * values, index == 1u);
            for (var o = own; o < width; o += TEAM) {
                hidden[outs + o] = attended(me, o, ins);
            }
        } else if thinks && inside && plastic {
            for (var o = own; o < l.outputs; o += TEAM) {
                hidden[outs + o] = plastic_output(me, l, index, o, ins, newborn);
            }
        } else if thinks && inside {
            for (var o = own; o < l.outputs; o += TEAM) {
                let stepped = stored_as(WEIGHTS_I8, s.weights);
                let begin = bias(l, me.genome, s.weights, o);
                let c = Column(me.genome, s.weights, weights_at(l, s.weights) + o, l.outputs);
                // Items are not read as a layer's inputs.
                let before = select(sensed, min(sensed, s.items_start), attending);
                var sum = add_sensed(select(begin, 0.0f, stepped), c, 0u, me.obs, before);
                if attending {
                    let after = me.obs + before + s.items * s.item_len;
                    sum = add_sensed(sum, c, before, after, sensed - before);
                }
                sum = add_sensed(sum, c, sensed, me.memory, held);
                sum = add_hidden(sum, c, sensed + held, ins, l.inputs - sensed - held);
                if stepped {
                    sum = begin + l.step * sum;
                }
                var y = activate(l.activation, sum);
                if forgetting {
                    let forget = sigmoid(sum);
                    forgets[team * MEMORY_MAX + o] = forget;
                    y = forget * mind[me.memory + o];
                }
                if renewing {
                    y = renewed(forgets[team * MEMORY_MAX + o], mind[me.memory + o], sum);
                    mind[me.memory + o] = y;
                }
                // A sum that is not finite goes on as it is, and lets no later sum be finite.
                hidden[outs + o] = select(sum, y, is_finite(sum));
            }
        }
        next_row = select(next_row, 1u - next_row, inside && !(attending && index == 2u));
        workgroupBarrier();
    }
    if !thinks || graph {
        return;
    }
    let actions = rows + (1u - next_row) * HIDDEN_MAX;
    var finite = true;
    for (var i = 0u; i < s.act_len; i++) {
        finite = finite && is_finite(hidden[actions + i]);
    }
    for (var i = own; i < s.act_len; i += TEAM) {
        mind[me.act + i] = select(0.0f, hidden[actions + i], finite);
    }
    if own == 0u && plastic && finite {
        mark_set(me);
    }
    if !finite {
        // The turnover removes the agent; until then it must not spread what is not a number.
        for (var i = own; i < s.mem_len; i += TEAM) {
            mind[me.memory + i] = 0.0f;
        }
    }
    if own == 0u {
        notes[me.at].fault = select(1u, 0u, finite);
    }
}
