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
    var finite = true;
    var ins = 0u;
    for (var index = 0u; index < s.layers; index++) {
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
