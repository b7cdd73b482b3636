// The water behind everything: a coarse grid over the picture, coloured at its corners so that a software rasteriser
// has nothing to compute per pixel.

struct Out {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec3<f32>,
}

const COLUMNS: u32 = 48u;
const ROWS: u32 = 28u;

@vertex
fn water_vertex(@builtin(vertex_index) index: u32) -> Out {
    let cell = index / 6u;
    let corner = index % 6u;
    let dx = select(0u, 1u, corner == 1u || corner == 2u || corner == 4u);
    let dy = select(0u, 1u, corner == 2u || corner == 4u || corner == 5u);
    let at = vec2<f32>(
        f32(cell % COLUMNS + dx) / f32(COLUMNS),
        f32(cell / COLUMNS + dy) / f32(ROWS),
    ) * 2.0 - 1.0;
    var out: Out;
    out.clip = vec4<f32>(at, 0.0, 1.0);
    if frame.eye.w > 0.5 {
        let ray = normalize(
            frame.forward.xyz + frame.right.xyz * at.x * frame.lens.x + frame.up.xyz * at.y * frame.lens.y,
        );
        // Shafts of light wander slowly around the vertical.
        let turn = atan2(ray.y, ray.x);
        let t = frame.picture.z;
        let shafts = sin(turn * 5.0 + t * 0.07) * sin(turn * 9.0 - t * 0.11 + 1.7) * sin(turn * 3.0 + 0.6);
        let lit = smoothstep(-0.1, 0.9, ray.z);
        out.color = water(ray) * (1.0 + 0.9 * shafts * lit);
    } else {
        let far = length(at * vec2<f32>(0.9, 0.8));
        out.color = mix(vec3<f32>(0.0080, 0.0330, 0.0500), vec3<f32>(0.0018, 0.0075, 0.0150), smoothstep(0.0, 1.35, far));
    }
    return out;
}

@fragment
fn water_fragment(in: Out) -> @location(0) vec4<f32> {
    return vec4<f32>(in.color, 1.0);
}
