// Stage think where few agents share a genome, on adapters whose lanes read memory one after the other anyway, as programs
// on the processor do: a lane an agent, whatever its genome. Eight outputs at a time stay in registers. Stands in for
// `think_team.wgsl`.

const FIRST_FOUR = vec4<u32>(0u, 1u, 2u, 3u);

// Weights by their numbers.
fn four(me: Thinker, n: vec4<u32>) -> vec4<f32> {
    let form = params.species[me.species].weights;
    return vec4<f32>(
        weight(me.genome, form, n.x),
        weight(me.genome, form, n.y),
        weight(me.genome, form, n.z),
        weight(me.genome, form, n.w),
    );
}

fn biases(me: Thinker, l: LayerParams, o: vec4<u32>) -> vec4<f32> {
    let form = params.species[me.species].weights;
    return vec4<f32>(
        bias(l, me.genome, form, o.x),
        bias(l, me.genome, form, o.y),
        bias(l, me.genome, form, o.z),
        bias(l, me.genome, form, o.w),
    );
}

fn think_own(me: Thinker, thinks: bool, lane: u32) {
    if !thinks {
        return;
    }
    let s = &params.species[me.species];
    if GRAPHS == 1u && s.think == THINK_GRAPH {
        think_graph(me);
        return;
    }
    let stepped = stored_as(WEIGHTS_I8, s.weights);
    take_in(me);
    if PLASTIC > 0u && s.think == THINK_PLASTIC {
        think_plastic(me);
        return;
    }
    var first = 0u;
    if attends(s.think) {
        attend(me);
        first = 3u;
    }
    var finite = true;
    var ins = 0u;
    for (var index = first; index < s.layers; index++) {
        let l = params.layers[s.layer_start + index];
        let outs = WIDTH_MAX - ins;
        for (var o = 0u; o < l.outputs; o += 8u) {
            let here = min(8u, l.outputs - o);
            // The last output stands in for those that there are not.
            let last = vec4<u32>(l.outputs - 1u);
            let at = array<vec4<u32>, 2>(min(o + FIRST_FOUR, last), min(o + 4u + FIRST_FOUR, last));
            let begin = array<vec4<f32>, 2>(biases(me, l, at[0]), biases(me, l, at[1]));
            var a = select(begin[0], vec4<f32>(), stepped);
            var b = select(begin[1], vec4<f32>(), stepped);
            var n = weights_at(l, s.weights);
            for (var i = 0u; i < l.inputs; i++) {
                let x = neurons[ins + i];
                a += x * four(me, n + at[0]);
                b += x * four(me, n + at[1]);
                n += l.outputs;
            }
            if stepped {
                a = begin[0] + l.step * a;
                b = begin[1] + l.step * b;
            }
            for (var j = 0u; j < here; j++) {
                let sum = select(b[j & 3u], a[j & 3u], j < 4u);
                finite = settle(me, l, index, o + j, sum, outs) && finite;
            }
        }
        ins = next_inputs(me, index, ins, outs);
    }
    give_out(me, ins, finite);
}

// Twin of `src/backend/cpu/plastic.rs`.
fn think_plastic(me: Thinker) {
    let s = &params.species[me.species];
    let newborn = !is_set(me);
    mark_set(me);
    var finite = true;
    var ins = 0u;
    for (var index = 0u; index < s.layers; index++) {
        let l = params.layers[s.layer_start + index];
        let outs = WIDTH_MAX - ins;
        let weights = me.memory + plastic_at(me, l);
        for (var o = 0u; o < l.outputs; o++) {
            var sum = 0.0f;
            for (var i = 0u; i < l.inputs; i++) {
                let n = i * l.outputs + o;
                if newborn {
                    mind[weights + n] = born(me, l, n);
                }
                sum += neurons[ins + i] * mind[weights + n];
            }
            finite = settle(me, l, index, o, sum, outs) && finite;
            for (var i = 0u; i < l.inputs; i++) {
                learn(me, l, i * l.outputs + o, neurons[ins + i], neurons[outs + o]);
            }
        }
        ins = outs;
    }
    give_out(me, ins, finite);
}

// Numbers of an agent that pays attention.
var<private> queries: array<f32, GATHERED_MAX>;
var<private> gathered: array<f32, GATHERED_MAX>;
var<private> key: array<f32, ITEM_MAX>;
var<private> value: array<f32, ITEM_MAX>;

// Sum of one output over inputs that stand in `neurons` from `ins` on.
fn sum_of(me: Thinker, l: LayerParams, o: u32, ins: u32) -> f32 {
    let form = params.species[me.species].weights;
    let stepped = stored_as(WEIGHTS_I8, form);
    let begin = bias(l, me.genome, form, o);
    var sum = select(begin, 0.0f, stepped);
    var n = weights_at(l, form) + o;
    for (var i = 0u; i < l.inputs; i++) {
        sum += neurons[ins + i] * weight(me.genome, form, n);
        n += l.outputs;
    }
    return select(sum, begin + l.step * sum, stepped);
}

// Leaves at the front of `neurons` what is observed besides items, then what the heads have gathered of them.
fn attend(me: Thinker) {
    let s = &params.species[me.species];
    let query_layer = params.layers[s.layer_start];
    let key_layer = params.layers[s.layer_start + 1u];
    let value_layer = params.layers[s.layer_start + 2u];
    let rest = query_layer.inputs;
    for (var i = s.items_start; i < rest; i++) {
        neurons[i] = mind[me.obs + s.items * s.item_len + i];
    }
    for (var o = 0u; o < query_layer.outputs; o++) {
        queries[o] = sum_of(me, query_layer, o, 0u);
    }
    let heads = query_layer.outputs / key_layer.outputs;
    let width = heads * value_layer.outputs;
    for (var o = 0u; o < width; o++) {
        gathered[o] = 0.0f;
    }
    var present = 0u;
    for (var item = 0u; item < s.items; item++) {
        if !is_there(me, item) {
            continue;
        }
        present++;
        for (var i = 0u; i < s.item_len; i++) {
            neurons[WIDTH_MAX + i] = mind[item_at(me, item) + i];
        }
        for (var o = 0u; o < key_layer.outputs; o++) {
            key[o] = passed_on(sum_of(me, key_layer, o, WIDTH_MAX));
        }
        for (var o = 0u; o < value_layer.outputs; o++) {
            value[o] = passed_on(sum_of(me, value_layer, o, WIDTH_MAX));
        }
        for (var head = 0u; head < heads; head++) {
            var product = 0.0f;
            for (var i = 0u; i < key_layer.outputs; i++) {
                product += queries[head * key_layer.outputs + i] * key[i];
            }
            let heed = passed_on(product * s.rule[0]);
            for (var o = 0u; o < value_layer.outputs; o++) {
                gathered[head * value_layer.outputs + o] += heed * value[o];
            }
        }
    }
    for (var o = 0u; o < width; o++) {
        neurons[rest + o] = pooled(s.think, gathered[o], present);
    }
}
