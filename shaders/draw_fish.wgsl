// The school: one body mesh for all, pulled by index; each instance bends it by a travelling wave and by its turn.

// The shortest length at which a body is drawn is never more than so many times its own.
const LARGEST: f32 = 2.2;
const LARGEST_FLAT: f32 = 2.6;

struct Corner {
    pos: vec3<f32>,
    // 0 on the body, 1 on a fin, 2 on the eye.
    part: f32,
    normal: vec3<f32>,
    pad: f32,
}

@group(0) @binding(1) var<storage, read> school: array<Fish>;
@group(0) @binding(2) var<storage, read> body: array<Corner>;
// What each slot is drawn as; then near slots from the front, far ones from the end.
@group(0) @binding(3) var<storage, read> order: array<u32>;

struct Out {
    @builtin(position) clip: vec4<f32>,
    @location(0) point: vec3<f32>,
    @location(1) normal: vec3<f32>,
    // Upward part of the unbent normal, place along the body, part, glow.
    @location(2) where_on: vec4<f32>,
    @location(3) color: vec3<f32>,
    @location(4) mark: f32,
}

@vertex
fn near_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Out {
    return bent(school[order[arrayLength(&order) / 2u + instance]], body[corner]);
}

@vertex
fn far_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Out {
    return bent(school[order[arrayLength(&order) - 1u - instance]], body[corner]);
}

fn bent(fish: Fish, c: Corner) -> Out {
    let x = c.pos.x;
    let s = clamp(0.5 - x, 0.0, 1.1);
    // The wave runs from a nearly still head to a wide tail, as carangiform swimmers do.
    let amplitude = fish.swing * (0.012 + 0.03 * s + 0.10 * s * s);
    let angle = 6.6 * x + fish.phase;
    let aside = amplitude * sin(angle) + 0.5 * fish.bend * x * x;
    let slope = amplitude * 6.6 * cos(angle) + fish.bend * x;
    let local = vec3<f32>(x - 0.25 * slope * slope * x, c.pos.y + aside, c.pos.z);
    let normal = normalize(vec3<f32>(c.normal.x - slope * c.normal.y, c.normal.y + slope * c.normal.x, c.normal.z));

    let forward = fish.forward;
    let level = normalize(vec3<f32>(-forward.y, forward.x, 0.0) + vec3<f32>(0.0, 1e-5, 0.0));
    let raised = cross(forward, level);
    // In a volume fish lean into their turns.
    let lean = select(0.0, clamp(-0.45 * fish.bend, -0.7, 0.7), frame.extent.w > 2.5);
    let left = level * cos(lean) + raised * sin(lean);
    let up = cross(forward, left);

    // Far away a body is drawn no smaller than a few pixels, or a school would dissolve into the dark.
    let way = select(1.0, distance(fish.pos, frame.eye.xyz), frame.eye.w > 0.5);
    let largest = select(LARGEST_FLAT, LARGEST, frame.eye.w > 0.5);
    let pixel = 2.0 * frame.lens.y * way / frame.picture.y;
    let size = max(fish.length, min(frame.right.w * pixel, largest * fish.length)) * fish.scale;
    let point = fish.pos + (forward * local.x + left * local.y + up * local.z) * size;
    var out: Out;
    out.clip = frame.clip_from_world * vec4<f32>(point, 1.0);
    out.point = point;
    out.normal = forward * normal.x + left * normal.y + up * normal.z;
    out.where_on = vec4<f32>(c.normal.z, x, c.part, fish.glow);
    out.color = fish.color;
    out.mark = fish.mark;
    return out;
}

@fragment
fn fish_fragment(in: Out, @builtin(front_facing) front: bool) -> @location(0) vec4<f32> {
    let eye = toward_eye(in.point);
    var normal = normalize(in.normal);
    // Fins are sheets: both sides are lit.
    if dot(normal, eye) < 0.0 {
        normal = -normal;
    }
    let flat_tank = frame.extent.w < 2.5;
    let part = in.where_on.z;
    let side = in.where_on.x;

    // Countershading: dark back, own colour on the flank, silver belly; seen from above, a dark ridge instead.
    let back = in.color * 0.42;
    let belly = mix(in.color, vec3<f32>(0.80, 0.88, 0.90), 0.62);
    var albedo = mix(in.color, back, smoothstep(0.25, 0.95, side));
    albedo = mix(albedo, belly, smoothstep(-0.1, -0.75, side));
    if flat_tank {
        albedo = in.color * mix(1.12, 0.62, smoothstep(0.72, 1.0, side));
    }
    if part > 0.5 && part < 1.5 {
        albedo = mix(in.color, vec3<f32>(0.75, 0.85, 0.9), 0.18) * 0.72;
    }
    if part > 1.5 {
        albedo = vec3<f32>(0.004, 0.006, 0.010);
    }

    let key = normalize(vec3<f32>(0.30, 0.22, 0.93));
    let wrapped = max((dot(normal, key) + 0.30) / 1.30, 0.0);
    let ambient = mix(vec3<f32>(0.050, 0.110, 0.150), vec3<f32>(0.30, 0.48, 0.54), normal.z * 0.5 + 0.5);
    let half_way = normalize(key + eye);
    let sheen = pow(max(dot(normal, half_way), 0.0), 28.0);
    let rim = pow(1.0 - max(dot(normal, eye), 0.0), 3.0);

    var light = albedo * (ambient + vec3<f32>(1.75, 1.82, 1.64) * wrapped) * daylight(in.point);
    // Seen from above every back faces the key light: less of it keeps the colours.
    light *= select(1.0, 0.58, flat_tank);
    light += vec3<f32>(0.55, 0.68, 0.70) * sheen * select(0.42, 0.12, flat_tank);
    if !flat_tank {
        light += vec3<f32>(0.10, 0.34, 0.42) * rim * 0.55;
    }
    let shine = in.where_on.w;
    light += (in.color * 0.8 + vec3<f32>(0.10, 0.14, 0.14)) * shine * frame.lens.w * select(1.0, 0.0, part > 1.5);
    light = mix(light, vec3<f32>(1.6, 1.5, 1.1), in.mark * 0.35);
    return vec4<f32>(through_water(light, in.point), 1.0);
}
