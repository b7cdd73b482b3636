// The rule of Couzin et al. Twin of `src/controller/couzin.rs`.

fn couzin(k: u32, obs: u32, act: u32, noise: vec4<u32>, more: vec4<u32>) {
    let s = &params.species[k];
    let n = DIM;
    let near = read3(obs);
    var wish = read3(obs + n) + read3(obs + 2u * n);
    if any(near != vec3<f32>()) {
        wish = near * -1.0f;
    }
    wish = normalize_or(wish, vec3<f32>(1.0f, 0.0f, 0.0f));
    let axes = body_axes(wish);
    var aside = axes.right * (s.rule[0] * normal(noise));
    if n == 3u {
        aside = aside + axes.up * (s.rule[0] * normal(more));
    }
    let angle = smaller(sqrt(dot3(aside, aside)), 0.5f * TAU);
    put3(act, wish * cos_(angle) + normalize_or(aside, axes.right) * sin_(angle));
}
