// The fields of a volume as spots of light. Neighbouring cells are pooled into blocks, coarser and coarser, until those
// that hold something are no more than may be drawn.

// Workgroup of `spots_choose`.
const CHOOSERS: u32 = 256u;
// Share of the capacity below which a block is not drawn.
const LEAST: f32 = 0.03;

struct Shown {
    about: FieldsShown,
    list: array<Field>,
}

@group(0) @binding(0) var<storage, read> shown: Shown;
@group(0) @binding(1) var<storage, read> values: array<f32>;
// Centre of mass and mean share of the capacity of each block, field after field, level after level.
@group(0) @binding(2) var<storage, read_write> blocks: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> splats: array<Splat>;
// The instance count of the draw is word 1.
@group(0) @binding(4) var<storage, read_write> draws: array<u32>;

// Blocks along each axis at a level: cells are pooled by 1, 2, 4, 8, 16 a side.
fn blocks_of(field: Field, level: u32) -> vec3<u32> {
    let pool = 1u << level;
    return (vec3<u32>(field.dims[0], field.dims[1], field.dims[2]) + pool - 1u) / pool;
}

fn count_of(field: Field, level: u32) -> u32 {
    let n = blocks_of(field, level);
    return n.x * n.y * n.z;
}

@compute @workgroup_size(64)
fn spots_pool(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    if index >= shown.about.blocks {
        return;
    }
    var at = index;
    var f = 0u;
    var level = 0u;
    while f + 1u < shown.about.fields && index >= shown.list[f + 1u].first {
        f++;
    }
    let field = shown.list[f];
    at -= field.first;
    while level + 1u < LEVELS && at >= count_of(field, level) {
        at -= count_of(field, level);
        level++;
    }
    let n = blocks_of(field, level);
    let pool = 1u << level;
    let block = vec3<u32>(at % n.x, at / n.x % n.y, at / (n.x * n.y));
    let low = block * pool;
    let to = min(low + pool, vec3<u32>(field.dims[0], field.dims[1], field.dims[2]));
    let cell = vec3<f32>(field.cell[0], field.cell[1], field.cell[2]);
    var sum = 0.0;
    var center = vec3<f32>(0.0);
    for (var z = low.z; z < to.z; z++) {
        for (var y = low.y; y < to.y; y++) {
            for (var x = low.x; x < to.x; x++) {
                let value = max(values[field.start + (z * field.dims[1] + y) * field.dims[0] + x], 0.0);
                sum += value;
                center += value * (vec3<f32>(vec3<u32>(x, y, z)) + 0.5) * cell;
            }
        }
    }
    let cells = (to.x - low.x) * (to.y - low.y) * (to.z - low.z);
    let share = sum / f32(cells) / field.capacity;
    blocks[index] = vec4<f32>(center / max(sum, 1e-30), min(share, 1.0));
}

// A number from -0.5 to 0.5 along each axis, of a block.
fn scattered(block: u32) -> vec3<f32> {
    var v = block * 747796405u + 2891336453u;
    v = ((v >> ((v >> 28u) + 4u)) ^ v) * 277803737u;
    v = (v >> 22u) ^ v;
    return vec3<f32>(vec3<u32>(v & 1023u, v >> 10u & 1023u, v >> 20u & 1023u)) / 1023.0 - 0.5;
}

var<workgroup> counts: array<u32, CHOOSERS>;

// One workgroup: chooses each field's level and writes its spots in the order of their blocks.
@compute @workgroup_size(CHOOSERS)
fn spots_choose(@builtin(local_invocation_index) lane: u32) {
    var base = 0u;
    for (var f = 0u; f < shown.about.fields; f++) {
        let field = shown.list[f];
        var first = field.first;
        var level = 0u;
        var total = 0u;
        var low = 0u;
        var to = 0u;
        for (; level < LEVELS; level++) {
            let n = count_of(field, level);
            let each = (n + CHOOSERS - 1u) / CHOOSERS;
            low = min(lane * each, n);
            to = min(low + each, n);
            var own = 0u;
            for (var i = low; i < to; i++) {
                own += select(0u, 1u, blocks[first + i].w > LEAST);
            }
            counts[lane] = own;
            workgroupBarrier();
            total = 0u;
            for (var i = 0u; i < CHOOSERS; i++) {
                total += counts[i];
            }
            if total <= shown.about.budget || level + 1u == LEVELS {
                break;
            }
            first += n;
            workgroupBarrier();
        }
        var before = 0u;
        for (var i = 0u; i < lane; i++) {
            before += counts[i];
        }
        workgroupBarrier();
        let pool = f32(1u << level);
        let side = field.cell[0] + field.cell[1] + field.cell[2];
        let radius = 0.35 * side * pool;
        // However coarsely a field is pooled, looking through it gathers the same light.
        let dense = min(1.1 * side / 3.0 * pool / max(shown.about.mean_extent, 1.0), 0.25);
        for (var i = low; i < to; i++) {
            let block = blocks[first + i];
            if block.w > LEAST && before < shown.about.budget {
                let bright = dense * pow(block.w, 0.7);
                let color = vec3<f32>(field.color[0], field.color[1], field.color[2]) * bright;
                // In rows, as blocks lie, spots would cover each other and show bars to whoever looks along them.
                let aside = scattered(i) * vec3<f32>(field.cell[0], field.cell[1], field.cell[2]) * pool;
                splats[base + before] = Splat(block.xyz + aside, radius * (0.6 + 0.4 * block.w), color, 0.0);
                before++;
            }
        }
        base += min(total, shown.about.budget);
    }
    if lane == 0u {
        draws[1] = base;
    }
}
