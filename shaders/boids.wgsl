// The boids rule. Twin of `src/controller/boids.rs`.

fn boids(k: u32, obs: u32, act: u32, noise: vec4<u32>) {
    let s = &params.species[k];
    let n = DIM;
    let middle = read3(obs);
    let along = read3(obs + n);
    let crowd = mind[obs + 2u * n];
    let near = read3(obs + 2u * n + 1u);
    // Forward momentum keeps a lone agent on its way.
    var wish = vec3<f32>(1.0f, 0.0f, 0.0f);
    wish = wish + normalize_or(near, vec3<f32>()) * (-s.rule[0] * crowd);
    wish = wish + along * s.rule[1];
    wish = wish + middle * s.rule[2];
    var shake = vec3<f32>(
        2.0f * uniform_(noise.x) - 1.0f,
        2.0f * uniform_(noise.y) - 1.0f,
        2.0f * uniform_(noise.z) - 1.0f,
    );
    if n != 3u {
        shake.z = 0.0f;
    }
    wish = wish + shake * s.rule[3];
    wish = normalize_or(wish, vec3<f32>(1.0f, 0.0f, 0.0f));
    if s.motion == MOTION_BODY || s.motion == MOTION_COURSE {
        // Turning harder the further aside the wish points; all the way when it points behind.
        var aside = wish.y;
        if wish.x < 0.0f {
            aside = select(1.0f, -1.0f, wish.y < 0.0f);
        }
        var at = act;
        if s.motion == MOTION_BODY {
            mind[act] = 0.5f * (wish.x - 1.0f);
            at++;
        }
        mind[at] = aside;
        if n == 3u {
            mind[at + 1u] = wish.z;
        }
    } else {
        put3(act, wish);
    }
}
