// Stage think of graphs: a lane an agent, whatever its genome. Twin of `src/controller/graph.rs`, where the row is described,
// and of `src/backend/cpu/graph.rs`.

// A number of a row as an index of at most `most`; 0 for what is negative or no number.
fn index_of(x: f32, most: u32) -> u32 {
    if !is_finite(x) || x < 1.0f {
        return 0u;
    }
    if x >= f32(most) {
        return most;
    }
    return u32(x);
}

fn gene(me: Thinker, n: u32) -> f32 {
    return bitcast<f32>(genomes[me.genome + n]);
}

fn node_value(activation: u32, x: f32) -> f32 {
    switch activation {
        case ACT_SIGMOID: { return sigmoid(x); }
        case ACT_STEEP: { return sigmoid(4.9f * x); }
        case ACT_GAUSSIAN: { return exp_(-0.5f * x * x); }
        case ACT_SINE: { return sine(x); }
        case ACT_ABS: { return bitcast<f32>(bitcast<u32>(x) & 0x7fffffffu); }
        case ACT_SQUARE: { return x * x; }
        case ACT_MULT: { return x; }
        default: { return activate(activation, x); }
    }
}

fn think_graph(me: Thinker) {
    let s = &params.species[me.species];
    let inputs = s.obs_len;
    let own = s.act_len + s.nodes;
    let last = max(inputs + own, 1u) - 1u;
    let edges_at = GRAPH_HEAD + own * GRAPH_NODE;
    for (var i = 0u; i < inputs; i++) {
        neurons[i] = mind[me.obs + i];
    }
    // Without memory nothing of the tick before is known.
    for (var i = 0u; i < own; i++) {
        neurons[inputs + i] = 0.0f;
    }
    for (var i = 0u; i < s.mem_len; i++) {
        neurons[inputs + i] = mind[me.memory + i];
    }
    var finite = true;
    var edge = 0u;
    let steps = index_of(gene(me, 0u), own);
    for (var k = 0u; k < steps; k++) {
        let at = GRAPH_HEAD + k * GRAPH_NODE;
        let node = index_of(gene(me, at), max(own, 1u) - 1u);
        let activation = index_of(gene(me, at + 1u), ACT_MULT);
        let end = edge + index_of(gene(me, at + 2u), s.edges - edge);
        let bias = gene(me, at + 3u);
        var sum = bias;
        var product = 1.0f;
        for (; edge < end; edge++) {
            let from_edge = edges_at + edge * GRAPH_EDGE;
            let x = neurons[index_of(gene(me, from_edge), last)] * gene(me, from_edge + 1u);
            sum += x;
            product *= x;
        }
        if activation == ACT_MULT {
            sum = bias + product;
        }
        let value = node_value(activation, sum);
        finite = finite && is_finite(sum) && is_finite(value);
        neurons[inputs + node] = value;
    }
    for (var i = 0u; i < s.act_len; i++) {
        mind[me.act + i] = select(0.0f, tanh_(neurons[inputs + i]), finite);
    }
    for (var i = 0u; i < s.mem_len; i++) {
        mind[me.memory + i] = select(0.0f, neurons[inputs + i], finite);
    }
    notes[me.at].fault = select(1u, 0u, finite);
}
