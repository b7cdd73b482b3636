// How a child's numbers follow from its parents': twin of `src/genome.rs` and `src/genome/rows.rs`.

fn inherit(first: f32, other: f32, two: bool, index: u32, rate: f32, size: f32, key: vec2<u32>) -> f32 {
    var value = first;
    if two && from_second(index, key) {
        value = other;
    }
    if chance(draw(key, 0u, index, DRAW_MUTATE).x, rate) {
        value += change(index, size, key);
    }
    return value;
}

fn from_second(index: u32, key: vec2<u32>) -> bool {
    return (draw(key, 0u, index, DRAW_CROSS).x >> 31u) == 1u;
}

fn change(index: u32, size: f32, key: vec2<u32>) -> f32 {
    return normal(draw(key, 1u, index, DRAW_MUTATE)) * size;
}

// Half `part` of a word.
fn half_of(word: u32, part: u32) -> f32 {
    return widen((word >> (16u * part)) & 0xffffu);
}

// Byte `part` of a word, with its sign.
fn step_of(word: u32, part: u32) -> i32 {
    return i32(word << (24u - 8u * part)) >> 24u;
}

fn inherit_single(first: u32, other: u32, two: bool, index: u32, rate: f32, size: f32, key: vec2<u32>) -> u32 {
    return bitcast<u32>(inherit(bitcast<f32>(first), bitcast<f32>(other), two, index, rate, size, key));
}

fn inherit_halves(
    first: u32, other: u32, two: bool, word: u32, len: u32, rate: f32, size: f32, key: vec2<u32>,
) -> u32 {
    var child = 0u;
    for (var part = 0u; part < 2u; part++) {
        let index = 2u * word + part;
        if index < len {
            let number = inherit(half_of(first, part), half_of(other, part), two, index, rate, size, key);
            child |= narrow(number) << (16u * part);
        }
    }
    return child;
}

// `size` is in steps.
fn inherit_steps(
    first: u32, other: u32, two: bool, index: u32, count: u32, rate: f32, size: f32, key: vec2<u32>,
) -> u32 {
    var child = 0u;
    for (var part = 0u; part < count; part++) {
        let number = index + part;
        var value = step_of(first, part);
        if two && from_second(number, key) {
            value = step_of(other, part);
        }
        let words = draw(key, 0u, number, DRAW_MUTATE);
        if chance(words.x, rate) {
            let whole = clamp_to(floor(change(number, size, key) + uniform_(words.y)), -254.0f, 254.0f);
            value = clamp(value + i32(whole), -127, 127);
        }
        child |= (u32(value) & 0xffu) << (8u * part);
    }
    return child;
}

// Word `word` of a child's row of species `k`, from the same words of its parents.
fn inherit_word(k: u32, word: u32, first: u32, other: u32, two: bool, rate: f32, size: f32, key: vec2<u32>) -> u32 {
    let s = &params.species[k];
    if (FORMS & (1u << WEIGHTS_F16)) != 0u && s.weights == WEIGHTS_F16 {
        return inherit_halves(first, other, two, word, s.genome_len, rate, size, key);
    }
    if (FORMS & (1u << WEIGHTS_I8)) != 0u && s.weights == WEIGHTS_I8 {
        var layer = s.layer_start;
        while layer + 1u < s.layer_start + s.layers && params.layers[layer + 1u].word <= word {
            layer++;
        }
        let l = params.layers[layer];
        let n = word - l.word;
        if n < l.biases {
            return inherit_single(first, other, two, l.start + n, rate, size, key);
        }
        let at = 4u * (n - l.biases);
        let count = min(l.inputs * l.outputs - at, 4u);
        return inherit_steps(first, other, two, l.start + l.biases + at, count, rate, size / l.step, key);
    }
    return inherit_single(first, other, two, word, rate, size, key);
}
