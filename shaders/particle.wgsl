// A particle of Newton's. Twin of `src/controller/particle.rs`.

fn particle(k: u32, obs: u32, act: u32) {
    let s = &params.species[k];
    let dim = DIM;
    let last = s.obs_len - 1u;
    let speed = mind[obs + last] * s.top_speed;
    var sum = vec3<f32>();
    for (var zone = 0u; zone < last / dim; zone++) {
        sum = sum + read3(obs + dim * zone);
    }
    put3(act, sum + vec3<f32>((s.rule[0] - s.rule[1] * (speed * speed)) * speed, 0.0f, 0.0f));
}
