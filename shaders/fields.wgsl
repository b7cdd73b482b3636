// Stage fields: what was eaten leaves the grids, deposits enter, and the grids spread, drift, grow and decay. Twin of
// `src/backend/cpu/fields.rs`. The second half of `fields` holds what the first pass leaves to the second.

const HALFWAY: u32 = WORLDS * FIELD_CELLS;

// Pass 1, per cell of a world: takes out what was granted and puts in what was deposited; leaves the sums at 0.
fn fields_settle(world: u32, cell: u32) {
    let at = world * FIELD_CELLS + cell;
    var value = fields[at];
    if GRAZES + DEPOSITS > 0u {
        let asked = atomicLoad(&sums[DEMAND + at]);
        let given = atomicLoad(&sums[DEPOSIT + at]);
        if asked != 0 || given != 0 {
            let lasting = params.fields[field_of(cell)].lasting == 1u;
            let taken = select(min(asked, fixed(value, FIELD_SCALE)), 0, lasting);
            value = larger(value - f32(taken) / FIELD_SCALE, 0.0f) + f32(given) / FIELD_SCALE;
            atomicStore(&sums[DEMAND + at], 0);
            atomicStore(&sums[DEPOSIT + at], 0);
        }
    }
    fields[HALFWAY + at] = value;
}

// The field that a cell of a world belongs to.
fn field_of(cell: u32) -> u32 {
    var index = 0u;
    while index + 1u < FIELDS && cell >= params.fields[index + 1u].start {
        index++;
    }
    return index;
}

// Pass 2, per cell of a world.
fn fields_spread(world: u32, cell: u32, tick: u32) {
    let index = field_of(cell);
    let field = &params.fields[index];
    let local = cell - field.start;
    var value = spread(world, index, local);
    if field.rain > 0u {
        if tick % field.rain == 0u {
            let center = rain_center(index, stream_of(world), tick, 0u);
            value += patch_at(index, local, center, field.patch_radius, field.patch_amount);
        }
    }
    fields[world * FIELD_CELLS + cell] = clamp_to(value, 0.0f, field.capacity);
}

// New value of one cell: diffusion and upwind drift from its neighbours along each axis, then growth and decay.
fn spread(world: u32, index: u32, local: u32) -> f32 {
    let field = &params.fields[index];
    let first = HALFWAY + world * FIELD_CELLS + field.start;
    let nx = field.dims[0];
    let ny = field.dims[1];
    let at = array<u32, 3>(local % nx, (local / nx) % ny, local / (nx * ny));
    let strides = array<u32, 3>(1u, nx, nx * ny);
    let here = fields[first + local];
    var value = here;
    for (var axis = 0u; axis < 3u; axis++) {
        let n = field.dims[axis];
        let diffusion = field.diffusion[axis];
        let c = field.current[axis];
        if n < 2u || (diffusion == 0.0f && c == 0.0f) {
            continue;
        }
        let wraps = params.tank.edge[axis] == EDGE_TORUS;
        let step = strides[axis];
        // Beyond a face that does not wrap stands the same value: nothing flows through it.
        var low = local;
        if at[axis] > 0u {
            low = local - step;
        } else if wraps {
            low = local + (n - 1u) * step;
        }
        var high = local;
        if at[axis] + 1u < n {
            high = local + step;
        } else if wraps {
            high = local - (n - 1u) * step;
        }
        let below_ = fields[first + low];
        let above = fields[first + high];
        value += diffusion * (below_ + above - 2.0f * here);
        if c > 0.0f {
            value -= c * (here - below_);
        } else {
            value -= c * (above - here);
        }
    }
    value += field.regrowth * here * (1.0f - here / field.capacity);
    value += field.seeding;
    return value - field.decay * here;
}

// Where the `i`-th patch of a tick falls.
fn rain_center(index: u32, stream: vec2<u32>, tick: u32, i: u32) -> vec3<f32> {
    let field = &params.fields[index];
    let words = draw(stream, tick, i ^ (field.start << 8u), DRAW_RAIN);
    return vec3<f32>(
        uniform_(words.x) * (field.cell[0] * f32(field.dims[0])),
        uniform_(words.y) * (field.cell[1] * f32(field.dims[1])),
        uniform_(words.z) * (field.cell[2] * f32(field.dims[2])),
    );
}

// What a patch adds to cell `local` of field `index`. Twin of `patch_at` in `src/world.rs`.
fn patch_at(index: u32, local: u32, center: vec3<f32>, radius: f32, amount: f32) -> f32 {
    let field = &params.fields[index];
    let nx = field.dims[0];
    let ny = field.dims[1];
    let at = array<u32, 3>(local % nx, (local / nx) % ny, local / (nx * ny));
    var square = 0.0f;
    for (var axis = 0u; axis < 3u; axis++) {
        if field.dims[axis] > 1u {
            let size = field.cell[axis] * f32(field.dims[axis]);
            let d = abs((f32(at[axis]) + 0.5f) * field.cell[axis] - center[axis]);
            let near = smaller(d, abs(size - d));
            square += near * near;
        }
    }
    let share = 1.0f - square / (radius * radius);
    return select(0.0f, amount * share, share > 0.0f);
}
