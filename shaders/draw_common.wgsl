// What every drawing shader shares: what is known of the picture, and the light of the water. Put before each of them.

struct Frame {
    clip_from_world: mat4x4<f32>,
    // Eye position, BL; w is 1 for a perspective picture and 0 for one seen straight from above.
    eye: vec4<f32>,
    // Camera axes in the tank; w of the first is the least length at which a body is drawn, pixels.
    right: vec4<f32>,
    // w is the length from which bodies are modelled as near ones, pixels.
    up: vec4<f32>,
    forward: vec4<f32>,
    // Size of the tank, BL; w is the number of dimensions.
    extent: vec4<f32>,
    // Width and height of the picture in pixels, seconds of the water's own motion, fog density in 1/BL.
    picture: vec4<f32>,
    // Tangents of half the field of view (x, y), distance at which fog starts, strength of glow.
    lens: vec4<f32>,
}

// A storage buffer rather than a uniform one: Mesa's software rasteriser compiles a shader anew whenever a uniform that
// a branch depends on lies in another buffer, which here would be in every frame.
@group(0) @binding(0) var<storage, read> frame: Frame;

// Light that comes from a direction when nothing is in the way: near black below, teal toward the surface.
fn water(toward: vec3<f32>) -> vec3<f32> {
    let h = toward.z;
    let abyss = vec3<f32>(0.0026, 0.0105, 0.0210);
    let middle = vec3<f32>(0.0080, 0.0420, 0.0680);
    let surface = vec3<f32>(0.0330, 0.1500, 0.1900);
    let low = mix(abyss, middle, smoothstep(-0.85, 0.15, h));
    return mix(low, surface, smoothstep(0.05, 1.0, h) * smoothstep(0.05, 1.0, h));
}

// From a point to the eye, length 1.
fn toward_eye(point: vec3<f32>) -> vec3<f32> {
    return select(-frame.forward.xyz, normalize(frame.eye.xyz - point), frame.eye.w > 0.5);
}

// Share of a point's own light that reaches the eye.
fn clearness(point: vec3<f32>) -> f32 {
    if frame.eye.w < 0.5 {
        return 1.0;
    }
    let way = max(distance(point, frame.eye.xyz) - frame.lens.z, 0.0) * frame.picture.w;
    return exp(-way);
}

// Share of the light from above that comes down to a point of a volume: the deep is darker than what is near the surface.
fn daylight(point: vec3<f32>) -> f32 {
    if frame.extent.w < 2.5 {
        return 1.0;
    }
    return mix(0.50, 1.15, clamp(point.z / max(frame.extent.z, 1e-3), 0.0, 1.0));
}

// A colour seen through the water between the eye and `point`. Red goes first.
fn through_water(color: vec3<f32>, point: vec3<f32>) -> vec3<f32> {
    let clear = clearness(point);
    let tinted = color * vec3<f32>(clear * clear, clear, mix(clear, sqrt(clear), 0.4));
    return tinted + water(-toward_eye(point)) * (1.0 - clear);
}
