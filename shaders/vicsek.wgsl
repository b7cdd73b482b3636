// The rule of Vicsek et al. Twin of `src/controller/vicsek.rs`.

fn vicsek(k: u32, obs: u32, act: u32, noise: vec4<u32>) {
    let s = &params.species[k];
    let straight = vec3<f32>(1.0f, 0.0f, 0.0f);
    let mean = normalize_or(read3(obs) + straight, straight);
    let axes = body_axes(mean);
    let width = s.rule[0];
    let share = uniform_(noise.x);
    var wish = vec3<f32>();
    if DIM == 2u {
        let angle = clamp_to((share - 0.5f) * width, -0.5f * TAU, 0.5f * TAU);
        wish = mean * cos_(angle) + axes.right * sin_(angle);
    } else {
        let height = share * s.rule[1];
        let around_ = (uniform_(noise.y) - 0.5f) * TAU;
        let aside = axes.right * cos_(around_) + axes.up * sin_(around_);
        wish = mean * (1.0f - height) + aside * sqrt(larger(height * (2.0f - height), 0.0f));
    }
    if s.motion == MOTION_COURSE {
        mind[act] = turn_of(wish, s.yaw);
    } else {
        put3(act, wish);
    }
}

fn turn_of(wish: vec3<f32>, most: f32) -> f32 {
    let part = turn(wish.y, wish.x);
    let angle = select(part, part - 1.0f, part > 0.5f) * TAU;
    return clamp_to(angle / larger(most, 1e-6f), -1.0f, 1.0f);
}
