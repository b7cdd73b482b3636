// Stage think where few agents share a genome, on adapters whose lanes read memory one after the other anyway, as programs
// on the processor do: a lane an agent, whatever its genome. Four outputs at a time stay in registers. There, teams take
// about three times as long: most of their lanes idle in narrow layers. Stands in for `think_team.wgsl`.

fn think_own(me: Thinker, thinks: bool, lane: u32) {
    if !thinks {
        return;
    }
    let s = &params.species[me.species];
    let stepped = stored_as(WEIGHTS_I8, s.weights);
    take_in(me);
    var finite = true;
    var ins = 0u;
    for (var index = 0u; index < s.layers; index++) {
        let l = params.layers[s.layer_start + index];
        let outs = WIDTH_MAX - ins;
        for (var o = 0u; o < l.outputs; o += 4u) {
            let here = min(4u, l.outputs - o);
            // The last outputs stand in for those that there are not.
            let at = min(vec4<u32>(o, o + 1u, o + 2u, o + 3u), vec4<u32>(l.outputs - 1u));
            let begin = vec4<f32>(
                bias(l, me.genome, s.weights, at.x),
                bias(l, me.genome, s.weights, at.y),
                bias(l, me.genome, s.weights, at.z),
                bias(l, me.genome, s.weights, at.w),
            );
            var sum = select(begin, vec4<f32>(), stepped);
            var n = at + weights_at(l, s.weights);
            for (var i = 0u; i < l.inputs; i++) {
                sum += neurons[ins + i] * vec4<f32>(
                    weight(me.genome, s.weights, n.x),
                    weight(me.genome, s.weights, n.y),
                    weight(me.genome, s.weights, n.z),
                    weight(me.genome, s.weights, n.w),
                );
                n += l.outputs;
            }
            if stepped {
                sum = begin + l.step * sum;
            }
            for (var j = 0u; j < here; j++) {
                finite = settle(me, l, index, o + j, sum[j], outs) && finite;
            }
        }
        ins = next_inputs(me, index, ins, outs);
    }
    give_out(me, ins, finite);
}
