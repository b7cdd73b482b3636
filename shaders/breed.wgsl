// How a child's numbers follow from its parents': twin of `src/genome.rs`.

fn inherit(first: f32, other: f32, two: bool, index: u32, rate: f32, size: f32, key: vec2<u32>) -> f32 {
    var value = first;
    if two && (draw(key, 0u, index, DRAW_CROSS).x >> 31u) == 1u {
        value = other;
    }
    if chance(draw(key, 0u, index, DRAW_MUTATE).x, rate) {
        value += normal(draw(key, 1u, index, DRAW_MUTATE)) * size;
    }
    return value;
}
