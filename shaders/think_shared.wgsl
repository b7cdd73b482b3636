// Stage think where many agents share a genome: a lane an agent, and each weight, read once into workgroup memory as f32,
// serves all agents of the workgroup. A lane adds up eight outputs at a time in registers, so that it reads a neuron once
// for eight weights.

// Part of a layer: blocks of eight outputs, each the biases and then a row of weights an input, in two vectors a row.
var<workgroup> tile: array<vec4<f32>, TILE>;

// Four numbers of a layer from output `o` on: of row 0 biases, then weights. Outputs that there are not are 0.
fn numbers(l: LayerParams, genome: u32, weights: u32, row: u32, o: u32) -> vec4<f32> {
    var v = vec4<f32>();
    for (var j = 0u; j < min(4u, l.outputs - min(o, l.outputs)); j++) {
        if row == 0u {
            v[j] = bias(l, genome, weights, o + j);
        } else {
            v[j] = weight(genome, weights, weights_at(l, weights) + (row - 1u) * l.outputs + o + j);
        }
    }
    return v;
}

// Brings `blocks` blocks of a layer into the tile, a lane a vector.
fn fill_tile(l: LayerParams, genome: u32, weights: u32, first: u32, blocks: u32, lane: u32) {
    let rows = l.inputs + 1u;
    let part = lane & 1u;
    for (var block = 0u; block < blocks; block++) {
        for (var row = lane >> 1u; row < rows; row += CREW / 2u) {
            let o = 8u * (first + block) + 4u * part;
            tile[2u * (block * rows + row) + part] = numbers(l, genome, weights, row, o);
        }
    }
}

// One agent a lane; all lanes of the workgroup must come, and share the genome. Lanes whose agent does not think only
// help to bring weights.
fn think_shared(me: Thinker, thinks: bool, lane: u32) {
    let s = &params.species[me.species];
    let stepped = stored_as(WEIGHTS_I8, s.weights);
    if thinks {
        take_in(me);
    }
    var finite = true;
    var ins = 0u;
    for (var index = 0u; index < s.layers; index++) {
        let l = params.layers[s.layer_start + index];
        let outs = WIDTH_MAX - ins;
        let size = 2u * (l.inputs + 1u);
        let blocks = (l.outputs + 7u) / 8u;
        let most = TILE / size;
        for (var first = 0u; first < blocks; first += most) {
            let here = min(most, blocks - first);
            workgroupBarrier();
            fill_tile(l, me.genome, s.weights, first, here, lane);
            workgroupBarrier();
            for (var block = 0u; block < select(0u, here, thinks); block++) {
                let base = block * size;
                var a = select(tile[base], vec4<f32>(), stepped);
                var b = select(tile[base + 1u], vec4<f32>(), stepped);
                for (var i = 0u; i < l.inputs; i++) {
                    let x = neurons[ins + i];
                    a += x * tile[base + 2u * i + 2u];
                    b += x * tile[base + 2u * i + 3u];
                }
                if stepped {
                    a = tile[base] + l.step * a;
                    b = tile[base + 1u] + l.step * b;
                }
                let o = 8u * (first + block);
                for (var j = 0u; j < min(8u, l.outputs - o); j++) {
                    let sum = select(b[j & 3u], a[j & 3u], j < 4u);
                    finite = settle(me, l, index, o + j, sum, outs) && finite;
                }
            }
        }
        if thinks {
            ins = next_inputs(me, index, ins, outs);
        }
    }
    if thinks {
        give_out(me, ins, finite);
    }
}
