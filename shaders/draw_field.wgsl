// Fields of a plane: the picture that `draw_picture.wgsl` makes of them, laid under the school.

@group(0) @binding(1) var picture: texture_2d<f32>;
@group(0) @binding(2) var smooth_sampler: sampler;

struct Out {
    @builtin(position) clip: vec4<f32>,
    @location(0) at: vec2<f32>,
}

@vertex
fn field_vertex(@builtin(vertex_index) corner: u32) -> Out {
    var out: Out;
    out.at = vec2<f32>(
        select(0.0, 1.0, corner == 1u || corner == 2u || corner == 4u),
        select(0.0, 1.0, corner == 2u || corner == 4u || corner == 5u),
    );
    out.clip = frame.clip_from_world * vec4<f32>(out.at * frame.extent.xy, -0.5, 1.0);
    return out;
}

@fragment
fn field_fragment(in: Out) -> @location(0) vec4<f32> {
    return vec4<f32>(textureSampleLevel(picture, smooth_sampler, in.at, 0.0).rgb, 0.0);
}
