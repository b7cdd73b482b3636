// Obstacles: lit triangles in the colour of wet rock, and of embers where a touch does harm.

struct Corner {
    pos: vec3<f32>,
    // 1 for what harms.
    part: f32,
    normal: vec3<f32>,
    pad2: f32,
}

@group(0) @binding(1) var<storage, read> corners: array<Corner>;

struct Out {
    @builtin(position) clip: vec4<f32>,
    @location(0) point: vec3<f32>,
    @location(1) normal: vec3<f32>,
    @location(2) harms: f32,
}

@vertex
fn solid_vertex(@builtin(vertex_index) index: u32) -> Out {
    let c = corners[index];
    var out: Out;
    out.clip = frame.clip_from_world * vec4<f32>(c.pos, 1.0);
    out.point = c.pos;
    out.normal = c.normal;
    out.harms = c.part;
    return out;
}

@fragment
fn solid_fragment(in: Out) -> @location(0) vec4<f32> {
    let normal = normalize(in.normal);
    let eye = toward_eye(in.point);
    let key = normalize(vec3<f32>(0.30, 0.22, 0.93));
    let wrapped = max((dot(normal, key) + 0.2) / 1.2, 0.0);
    let rim = pow(1.0 - max(dot(normal, eye), 0.0), 3.0);
    let rock = mix(vec3<f32>(0.120, 0.140, 0.140), vec3<f32>(0.420, 0.130, 0.055), in.harms);
    let edge = mix(vec3<f32>(0.05, 0.17, 0.20), vec3<f32>(0.45, 0.16, 0.06), in.harms);
    let light = rock * (vec3<f32>(0.16, 0.30, 0.36) + vec3<f32>(1.0, 1.1, 1.05) * wrapped) * daylight(in.point)
        + edge * rim;
    return vec4<f32>(through_water(light, in.point), 1.0);
}
