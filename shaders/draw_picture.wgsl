// The fields of a plane as one picture: a cubic B-spline through the cells of each, so that coarse cells have no corners.

struct Shown {
    about: FieldsShown,
    list: array<Field>,
}

@group(0) @binding(0) var<storage, read> shown: Shown;
@group(0) @binding(1) var<storage, read> values: array<f32>;
@group(0) @binding(2) var picture: texture_storage_2d<rgba16float, write>;

fn spline(f: f32) -> vec4<f32> {
    let f2 = f * f;
    let f3 = f2 * f;
    return vec4<f32>(1.0 - 3.0 * f + 3.0 * f2 - f3, 4.0 - 6.0 * f2 + 3.0 * f3, 1.0 + 3.0 * f + 3.0 * f2 - 3.0 * f3, f3) / 6.0;
}

@compute @workgroup_size(8, 8)
fn picture_paint(@builtin(global_invocation_id) id: vec3<u32>) {
    let size = textureDimensions(picture);
    if id.x >= size.x || id.y >= size.y {
        return;
    }
    var light = vec3<f32>(0.0);
    for (var f = 0u; f < shown.about.fields; f++) {
        let field = shown.list[f];
        let n = vec2<i32>(i32(field.dims[0]), i32(field.dims[1]));
        let at = (vec2<f32>(id.xy) + 0.5) / vec2<f32>(size) * vec2<f32>(n) - 0.5;
        let first = vec2<i32>(floor(at)) - 1;
        let across = spline(fract(at.x));
        let along = spline(fract(at.y));
        var sum = 0.0;
        for (var j = 0; j < 4; j++) {
            let row = clamp(first.y + j, 0, n.y - 1) * n.x;
            for (var i = 0; i < 4; i++) {
                let cell = field.start + u32(row + clamp(first.x + i, 0, n.x - 1));
                let share = clamp(values[cell] / field.capacity, 0.0, 1.0);
                // The root keeps thin traces visible beside full cells; another makes steps even to the eye.
                sum += across[i] * along[j] * sqrt(sqrt(share));
            }
        }
        light += vec3<f32>(field.color[0], field.color[1], field.color[2]) * 0.26 * sum * sum;
    }
    textureStore(picture, id.xy, vec4<f32>(light, 1.0));
}
