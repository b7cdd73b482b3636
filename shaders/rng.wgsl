// Counter-based random draws: twin of `src/rng.rs`.

fn pcg4d(seed: vec4<u32>) -> vec4<u32> {
    var v = seed * 1664525u + 1013904223u;
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    v ^= v >> vec4<u32>(16u);
    v.x += v.y * v.w;
    v.y += v.z * v.x;
    v.z += v.x * v.y;
    v.w += v.y * v.z;
    return v;
}

fn draw(stream: vec2<u32>, tick: u32, id: u32, purpose: u32) -> vec4<u32> {
    return pcg4d(vec4<u32>(stream.x ^ (purpose * 0x9e3779b9u), stream.y, tick, id));
}

fn uniform_(word: u32) -> f32 {
    return f32(word >> 8u) * (1.0f / 16777216.0f);
}

fn normal(words: vec4<u32>) -> f32 {
    let halves = (words & vec4<u32>(0xffffu)) + (words >> vec4<u32>(16u));
    let sum = halves.x + halves.y + halves.z + halves.w;
    return f32(i32(sum) - 262140) / 53509.92f;
}

fn chance(word: u32, p: f32) -> bool {
    return uniform_(word) < p;
}

// High half of the 64-bit product, from 16-bit halves: WGSL has no wider integers.
fn below(word: u32, n: u32) -> u32 {
    let a_low = word & 0xffffu;
    let a_high = word >> 16u;
    let b_low = n & 0xffffu;
    let b_high = n >> 16u;
    let low = a_low * b_low;
    let mid = a_high * b_low + (low >> 16u);
    let cross = a_low * b_high + (mid & 0xffffu);
    return a_high * b_high + (mid >> 16u) + (cross >> 16u);
}
