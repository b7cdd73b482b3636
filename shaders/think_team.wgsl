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

// One agent a team; all lanes of the workgroup must come. Those of teams whose agent does not think do nothing. Rows are taken in turn from agent to agent, so that nobody writes what a slower lane still reads.
fn think_own(me: Thinker, thinks: bool, lane: u32) {
    let s = &params.species[me.species];
    let team = lane / TEAM;
    let rows = 2u * team * HIDDEN_MAX;
    let own = lane % TEAM;
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
        let sensed = select(0u, s.obs_len, index == 0u || renewing);
        let held = select(0u, s.mem_len, forgetting);
        let ins = rows + (1u - next_row) * HIDDEN_MAX;
        let outs = rows + next_row * HIDDEN_MAX;
        if thinks && inside {
            for (var o = own; o < l.outputs; o += TEAM) {
                let stepped = stored_as(WEIGHTS_I8, s.weights);
                let begin = bias(l, me.genome, s.weights, o);
                let c = Column(me.genome, s.weights, weights_at(l, s.weights) + o, l.outputs);
                var sum = add_sensed(select(begin, 0.0f, stepped), c, 0u, me.obs, sensed);
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
        next_row = select(next_row, 1u - next_row, inside);
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
