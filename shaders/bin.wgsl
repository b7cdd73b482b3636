// Stage bin: a counting sort of the living agents by cell of the neighbour grid, inside a cell in the order of their
// slots; and the walk over the cells around a place. Twin of `src/backend/cpu/bin.rs`. Counts are left at 0.

// Farther than any range, with a square that is still a number.
const OUT_OF_REACH: f32 = 1e18f;

fn cell_at(pos: vec3<f32>) -> array<u32, 3> {
    var cell = array<u32, 3>();
    for (var axis = 0u; axis < 3u; axis++) {
        let c = floor(pos[axis] / params.tank.cell[axis]);
        cell[axis] = whole(clamp_to(c, 0.0f, f32(params.tank.cells[axis] - 1u)));
    }
    return cell;
}

fn cell_index(cell: array<u32, 3>) -> u32 {
    return (cell[2] * params.tank.cells[1] + cell[1]) * params.tank.cells[0] + cell[0];
}

// Pass 1, per slot: the agent's cell, its rank there (in no particular order) and where it stands.
fn bin_count(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    if agents[at].alive == 0u {
        notes[at].cell = NONE;
        // The bite that killed it has been tallied.
        notes[at].biter = NONE;
        return;
    }
    let pos = vec(agents[at].pos);
    let cell = cell_index(cell_at(pos));
    notes[at].cell = cell;
    notes[at].start = arr(pos);
    notes[at].rank = u32(atomicAdd(&sums[CELL_COUNTS + world * GRID_CELLS + cell], 1));
}

// Pass 2, a workgroup a world: first sorted agent of each cell, one more at the end.
fn bin_scan(world: u32, lane: u32) {
    let share = (GRID_CELLS + LANES - 1u) / LANES;
    let first = min(lane * share, GRID_CELLS);
    let last = min(first + share, GRID_CELLS);
    let counts = CELL_COUNTS + world * GRID_CELLS;
    let starts = world * (GRID_CELLS + 1u);
    var sum = 0u;
    for (var cell = first; cell < last; cell++) {
        sum += u32(atomicLoad(&sums[counts + cell]));
    }
    let below = prefix(lane, sum);
    var start = below.x;
    for (var cell = first; cell < last; cell++) {
        grid[starts + cell] = start;
        start += u32(atomicLoad(&sums[counts + cell]));
        atomicStore(&sums[counts + cell], 0);
    }
    if lane == 0u {
        grid[starts + GRID_CELLS] = below.y;
    }
}

// Pass 3, per slot: slots cell by cell.
fn bin_scatter(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    let cell = notes[at].cell;
    if cell != NONE {
        let start = grid[world * (GRID_CELLS + 1u) + cell];
        grid[ORDER + world * SLOTS + start + notes[at].rank] = slot;
    }
}

// Pass 4, per slot: the agent goes after those of its cell that have lower slots.
fn bin_gather(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    let cell = notes[at].cell;
    if cell == NONE {
        return;
    }
    let starts = world * (GRID_CELLS + 1u) + cell;
    let start = grid[starts];
    let end = grid[starts + 1u];
    var place = start;
    for (var i = start; i < end; i++) {
        place += select(0u, 1u, grid[ORDER + world * SLOTS + i] < slot);
    }
    put_sorted(first_sorted(world) + place, at, vec(agents[at].pos), slot);
}

// All passes in one where everyone looks at everyone: agents in the order of their slots, the dead out of all reach.
fn bin_everyone(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    let alive = agents[at].alive == 1u;
    notes[at].cell = select(NONE, 0u, alive);
    notes[at].start = agents[at].pos;
    put_sorted(first_sorted(world) + slot, at, select(vec3<f32>(OUT_OF_REACH), vec(agents[at].pos), alive), slot);
}

// The cells within range of a place: first cell and number of cells along each axis.
struct Around {
    low: vec3<u32>,
    count: vec3<u32>,
    // Runs of sorted agents: two for each row of cells, because a run may wrap around.
    runs: u32,
}

fn span(axis: u32, x: f32, range: f32) -> vec2<u32> {
    let last = f32(params.tank.cells[axis] - 1u);
    let low = floor((x - range) / params.tank.cell[axis] - CELL_SLACK);
    let high = floor((x + range) / params.tank.cell[axis] + CELL_SLACK);
    if params.tank.edge[axis] == EDGE_TORUS {
        if high - low >= last {
            return vec2<u32>(0u, params.tank.cells[axis]);
        }
        return vec2<u32>(whole(select(low, low + last + 1.0f, low < 0.0f)), whole(high - low) + 1u);
    }
    let first = clamp_to(low, 0.0f, last);
    return vec2<u32>(whole(first), whole(clamp_to(high, 0.0f, last) - first) + 1u);
}

fn around(pos: vec3<f32>, range: f32) -> Around {
    if EVERYONE == 1u {
        return Around(vec3<u32>(), vec3<u32>(1u), 1u);
    }
    let x = span(0u, pos.x, range);
    let y = span(1u, pos.y, range);
    let z = span(2u, pos.z, range);
    return Around(vec3<u32>(x.x, y.x, z.x), vec3<u32>(x.y, y.y, z.y), y.y * z.y * 2u);
}

// First and last sorted agent (the last excluded) of run `index`.
fn run_at(world: u32, a: Around, index: u32) -> vec2<u32> {
    let base = first_sorted(world);
    if EVERYONE == 1u {
        return vec2<u32>(base, base + SLOTS);
    }
    let line = index / 2u;
    let wide = params.tank.cells[0];
    var z = 0u;
    var y = a.low.y + line;
    if DIM == 3u {
        z = (a.low.z + line / a.count.y) % params.tank.cells[2];
        y = a.low.y + line % a.count.y;
    }
    // On a torus rows go on from the last to the first.
    y -= select(0u, params.tank.cells[1], y >= params.tank.cells[1]);
    let row = world * (GRID_CELLS + 1u) + (z * params.tank.cells[1] + y) * wide;
    let head = min(a.count.x, wide - a.low.x);
    if index % 2u == 0u {
        return base + vec2<u32>(grid[row + a.low.x], grid[row + a.low.x + head]);
    }
    return base + vec2<u32>(grid[row], grid[row + a.count.x - head]);
}

// From `pos` to `other` by the shortest way, across torus borders.
fn offset(pos: vec3<f32>, other: vec3<f32>) -> vec3<f32> {
    let d = other - pos;
    let e = flat(params.tank.extent);
    let half = flat(params.tank.half);
    return select(select(d, d - e, d > half), d + e, d < -half);
}
