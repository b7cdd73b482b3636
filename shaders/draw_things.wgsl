// What the drawing shaders hand on to each other: bodies and spots of light, as kernels lay them out and vertices read
// them.

struct Fish {
    pos: vec3<f32>,
    // Body length, BL.
    length: f32,
    forward: vec3<f32>,
    // Phase of the tail beat, rad.
    phase: f32,
    // Linear colour.
    color: vec3<f32>,
    // Strength of its signal, 0 to about 1.
    glow: f32,
    // Curvature of the body in 1/length, positive to the left.
    bend: f32,
    // Size of the tail beat, 0 to 1.
    swing: f32,
    // Growth after birth and shrinking at death, 0 to 1.
    scale: f32,
    // 1 when it is the one selected.
    mark: f32,
}

// A soft spot of light.
struct Splat {
    pos: vec3<f32>,
    radius: f32,
    color: vec3<f32>,
    // 0 soft spot, 1 ring.
    kind: f32,
}
