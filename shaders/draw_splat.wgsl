// Soft spots that face the eye and add their light: food in a volume, halos of signals, drifting motes, and the ring
// around the selected agent.

@group(0) @binding(1) var<storage, read> splats: array<Splat>;
@group(0) @binding(2) var<storage, read> school: array<Fish>;
// What each slot is drawn as, 0 for nothing.
@group(0) @binding(3) var<storage, read> order: array<u32>;

struct Out {
    @builtin(position) clip: vec4<f32>,
    @location(0) at: vec2<f32>,
    @location(1) color: vec3<f32>,
    // Half the width of a ring over its radius; 0 for a soft spot.
    @location(2) ring: f32,
}

// Half the width of a ring, pixels.
const RING: f32 = 1.3;

fn corner_of(index: u32) -> vec2<f32> {
    return vec2<f32>(
        select(-1.0, 1.0, index == 1u || index == 2u || index == 4u),
        select(-1.0, 1.0, index == 2u || index == 4u || index == 5u),
    );
}

fn place(center: vec3<f32>, radius: f32, at: vec2<f32>) -> vec4<f32> {
    let point = center + (frame.right.xyz * at.x + frame.up.xyz * at.y) * radius;
    return frame.clip_from_world * vec4<f32>(point, 1.0);
}

@vertex
fn splat_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Out {
    return shining(splats[instance], corner);
}

// A halo around an agent that signals; instances are slots.
@vertex
fn halo_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) slot: u32) -> Out {
    let fish = school[slot];
    if order[slot] == 0u || fish.glow <= 0.05 {
        return Out(vec4<f32>(2.0, 2.0, 2.0, 1.0), vec2<f32>(0.0), vec3<f32>(0.0), 0.0);
    }
    let color = (fish.color + 0.04) * 0.11 * fish.glow * fish.scale;
    return shining(Splat(fish.pos, 1.5 * fish.length, color, 0.0), corner);
}

// The ring around the selected agent; its instance is the slot.
@vertex
fn ring_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) slot: u32) -> Out {
    let fish = school[slot];
    if order[slot] == 0u {
        return Out(vec4<f32>(2.0, 2.0, 2.0, 1.0), vec2<f32>(0.0), vec3<f32>(0.0), 0.0);
    }
    return shining(Splat(fish.pos, 1.1 * fish.length, vec3<f32>(0.9, 0.75, 0.35), 1.0), corner);
}

fn shining(splat: Splat, corner: u32) -> Out {
    var out: Out;
    out.at = corner_of(corner);
    let way = select(1.0, distance(splat.pos, frame.eye.xyz), frame.eye.w > 0.5);
    let pixel = 2.0 * frame.lens.y * way / frame.picture.y;
    out.ring = splat.kind * min(RING * pixel / splat.radius, 0.3);
    out.clip = place(splat.pos, splat.radius, out.at);
    var seen = clearness(splat.pos);
    if frame.eye.w > 0.5 {
        // A spot that would fill the picture fades instead.
        seen *= smoothstep(1.5, 6.0, distance(splat.pos, frame.eye.xyz) / splat.radius);
    }
    out.color = splat.color * seen;
    return out;
}

fn spin(n: u32) -> u32 {
    var v = n * 747796405u + 2891336453u;
    v = ((v >> ((v >> 28u) + 4u)) ^ v) * 277803737u;
    return (v >> 22u) ^ v;
}

// Motes have no buffer: each wanders around a place drawn from its number.
@vertex
fn mote_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Out {
    let a = spin(instance * 3u + 1u);
    let b = spin(instance * 3u + 2u);
    let c = spin(instance * 3u + 3u);
    let u = vec3<f32>(f32(a >> 8u), f32(b >> 8u), f32(c >> 8u)) / 16777216.0;
    let t = frame.picture.z;
    let deep = frame.extent.w > 2.5;
    let span = select(vec3<f32>(frame.extent.xy, 0.0), frame.extent.xyz, deep);
    let drift = vec3<f32>(sin(t * 0.11 + u.y * 40.0), cos(t * 0.09 + u.z * 40.0), sin(t * 0.07 + u.x * 40.0) - 0.3);
    let reach = max(max(span.x, span.y), span.z);
    let pos = (u * 1.3 - 0.15) * span + drift * reach * 0.02 * select(vec3<f32>(1.0, 1.0, 0.0), vec3<f32>(1.0), deep);
    var out: Out;
    out.at = corner_of(corner);
    out.ring = 0.0;
    let radius = reach * (0.0011 + 0.0014 * f32(a & 255u) / 255.0);
    out.clip = place(pos, radius, out.at);
    out.color = vec3<f32>(0.10, 0.24, 0.27) * (0.25 + 0.75 * f32(b & 255u) / 255.0) * clearness(pos);
    return out;
}

@fragment
fn splat_fragment(in: Out) -> @location(0) vec4<f32> {
    let square = dot(in.at, in.at);
    if square >= 1.0 {
        discard;
    }
    var light = (1.0 - square) * (1.0 - square);
    if in.ring > 0.0 {
        light = 1.0 - smoothstep(0.5, 1.0, abs(sqrt(square) - 1.0 + in.ring) / in.ring);
    }
    return vec4<f32>(in.color * light, 0.0);
}
