// Edges of the tank and other thin lines: each segment a strip of constant width in pixels.

struct Line {
    a: vec3<f32>,
    // Width, pixels.
    width: f32,
    b: vec3<f32>,
    alpha: f32,
    color: vec3<f32>,
    pad: f32,
}

@group(0) @binding(1) var<storage, read> lines: array<Line>;

struct Out {
    @builtin(position) clip: vec4<f32>,
    @location(0) color: vec4<f32>,
    @location(1) across: f32,
}

@vertex
fn line_vertex(@builtin(vertex_index) corner: u32, @builtin(instance_index) instance: u32) -> Out {
    let line = lines[instance];
    var a = frame.clip_from_world * vec4<f32>(line.a, 1.0);
    var b = frame.clip_from_world * vec4<f32>(line.b, 1.0);
    // Ends behind the eye are pulled to just before it.
    let near = 0.05;
    if a.w < near && b.w < near {
        a = vec4<f32>(0.0, 0.0, 2.0, 1.0);
        b = a;
    } else if a.w < near {
        a = mix(b, a, (b.w - near) / (b.w - a.w));
    } else if b.w < near {
        b = mix(a, b, (a.w - near) / (a.w - b.w));
    }
    let half_size = frame.picture.xy * 0.5;
    let along = (b.xy / b.w - a.xy / a.w) * half_size;
    let unit = select(vec2<f32>(1.0, 0.0), along / max(length(along), 1e-6), length(along) > 1e-6);
    let at_end = corner == 1u || corner == 2u || corner == 4u;
    let side = select(-1.0, 1.0, corner == 2u || corner == 4u || corner == 5u);
    var clip = a;
    var point = line.a;
    if at_end {
        clip = b;
        point = line.b;
    }
    let off = vec2<f32>(-unit.y, unit.x) * side * (0.5 * line.width + 0.75) / half_size;
    var out: Out;
    out.clip = vec4<f32>(clip.xy + off * clip.w, clip.zw);
    out.color = vec4<f32>(line.color, line.alpha * clearness(point));
    out.across = side * (0.5 * line.width + 0.75);
    return out;
}

@fragment
fn line_fragment(in: Out) -> @location(0) vec4<f32> {
    let soft = 1.0 - smoothstep(0.25, 1.25, abs(in.across));
    return vec4<f32>(in.color.rgb * in.color.a * soft, in.color.a * soft);
}
