// Small helpers of several stages; no twin of their own.

const TAU: f32 = 6.2831855f;

// A vector of the tank. In a plane the third component is not even read: it is 0.
fn flat(a: array<f32, 3>) -> vec3<f32> {
    return vec3<f32>(a[0], a[1], select(0.0f, a[2], DIM == 3u));
}

// Float to u32 for values already held in range; 0 for NaN, as Rust converts it.
fn whole(x: f32) -> u32 {
    if is_nan(x) {
        return 0u;
    }
    return u32(x);
}

// i32::saturating_add.
fn add_saturating(a: i32, b: i32) -> i32 {
    let sum = a + b;
    if ((a ^ sum) & (b ^ sum)) < 0 {
        return select(2147483647, -2147483647 - 1, a < 0);
    }
    return sum;
}

fn species_of(slot: u32) -> u32 {
    for (var k = 0u; k + 1u < SPECIES; k++) {
        if slot < params.species[k].slot_start + params.species[k].slots {
            return k;
        }
    }
    return SPECIES - 1u;
}

fn stream_of(world: u32) -> vec2<u32> {
    return vec2<u32>(worlds[world].stream[0], worlds[world].stream[1]);
}

var<workgroup> partial: array<u32, LANES>;

// (Sum of `value` over the lower lanes, sum over all lanes) of a workgroup of LANES.
fn prefix(lane: u32, value: u32) -> vec2<u32> {
    partial[lane] = value;
    workgroupBarrier();
    for (var step = 1u; step < LANES; step *= 2u) {
        var lower = 0u;
        if lane >= step {
            lower = partial[lane - step];
        }
        workgroupBarrier();
        partial[lane] += lower;
        workgroupBarrier();
    }
    let sums_ = vec2<u32>(partial[lane] - value, partial[LANES - 1u]);
    workgroupBarrier();
    return sums_;
}
