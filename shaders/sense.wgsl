// Stage sense: each agent's observation, slice after slice as its species lists them. Twin of
// `src/backend/cpu/sense.rs`.

// Sums that a sector keeps: count, weight, 3 of offset, 3 of heading, then the channels.
const SECTOR_SUMS: u32 = 8u;

var<private> sector_sums: array<i32, SUMS_MAX>;

fn sense(world: u32, slot: u32, tick: u32) {
    let at = world * SLOTS + slot;
    let k = species_of(slot);
    let s = &params.species[k];
    let local = slot - s.slot_start;
    let obs = OBS_AT + world * OBS + s.obs_start + local * s.obs_len;
    if agents[at].alive == 0u {
        sense_nothing(world, slot);
        return;
    }
    let pos = vec(agents[at].pos);
    let facing = vec(agents[at].heading);
    let axes = body_axes(facing);
    let act = ACT_AT + world * ACT + s.act_start + local * s.act_len;
    for (var index = 0u; index < s.senses; index++) {
        let which = s.sense_start + index;
        let sense = &params.senses[which];
        let out = obs + sense.start;
        switch sense.kind {
            case SENSE_NEIGHBOURS: {
                neighbours(world, slot, which, pos, axes, out);
            }
            case SENSE_NEAREST: {
                nearest(world, slot, which, pos, axes, out);
            }
            case SENSE_PAIRS: {
                pairs(world, slot, which, pos, axes, out);
            }
            case SENSE_FIELD_VALUE: {
                mind[out] = taste(world, which, pos);
            }
            case SENSE_FIELD_GRADIENT: {
                gradient(world, which, pos, axes, out);
            }
            case SENSE_FIELD_ANTENNAE: {
                antennae(world, which, pos, axes, out);
            }
            case SENSE_WALLS: {
                rays(world, which, pos, axes, out, tick);
            }
            case SENSE_SPEED: {
                mind[out] = dot3(vec(agents[at].vel), facing) / larger(s.top_speed, 1e-6f);
            }
            case SENSE_ENERGY: {
                mind[out] = f32(agents[at].energy) / f32(s.energy_cap);
            }
            case SENSE_LAST_ACTION: {
                for (var i = 0u; i < s.act_len; i++) {
                    mind[out + i] = mind[act + i];
                }
            }
            case SENSE_OWN_SIGNAL: {
                for (var i = 0u; i < s.channels; i++) {
                    mind[out + i] = mind[act + s.signal_action + i];
                }
            }
            case SENSE_NOISE: {
                let purpose = DRAW_NOISE ^ (index << 16u);
                mind[out] = normal(draw(stream_of(world), tick, agents[at].id, purpose));
            }
            default: {
                mind[out] = 1.0f;
            }
        }
    }
    if params.tank.shuffle == 1u {
        shuffle(world, k, obs, tick, agents[at].id);
    }
    if params.tank.noise > 0.0f {
        blur(world, obs, s.obs_len, tick, agents[at].id);
    }
    lesion(world, k, slot);
    notes[at].social = array<f32, 3>();
    if s.social == 1u {
        let seen = social(world, slot, k, pos, facing);
        notes[at].social[0] = seen.x;
        notes[at].social[1] = seen.y;
    }
    if s.flock == 1u {
        notes[at].social[2] = flock(world, slot, k, pos, facing);
    }
}

// Puts what is told of each of the nearest, or the zeros of one that is not there, in random order (Fisher & Yates 1938).
fn shuffle(world: u32, k: u32, obs: u32, tick: u32, id: u32) {
    let s = &params.species[k];
    for (var index = 0u; index < s.senses; index++) {
        let sense = &params.senses[s.sense_start + index];
        if sense.kind != SENSE_NEAREST {
            continue;
        }
        for (var n = sense.count - 1u; n > 0u; n--) {
            let at = sense.start + n * sense.per_sector;
            let words = draw(stream_of(world), tick, id, DRAW_SHUFFLE ^ (at << 16u));
            let other = sense.start + below(words.x, n + 1u) * sense.per_sector;
            for (var i = 0u; i < sense.per_sector; i++) {
                let kept = mind[obs + at + i];
                mind[obs + at + i] = mind[obs + other + i];
                mind[obs + other + i] = kept;
            }
        }
    }
}

// Adds noise to what has been sensed. What is 0, as of those that are not there, stays so.
fn blur(world: u32, obs: u32, len: u32, tick: u32, id: u32) {
    for (var i = 0u; i < len; i++) {
        let x = mind[obs + i];
        if x != 0.0f {
            mind[obs + i] = x + params.tank.noise * normal(draw(stream_of(world), tick, id, DRAW_BLUR ^ (i << 16u)));
        }
    }
}

// A slot without an agent sees nothing.
fn sense_nothing(world: u32, slot: u32) {
    let s = &params.species[species_of(slot)];
    let obs = OBS_AT + world * OBS + s.obs_start + (slot - s.slot_start) * s.obs_len;
    for (var i = 0u; i < s.obs_len; i++) {
        mind[obs + i] = 0.0f;
    }
}

// A mask of all species.
const ALL: u32 = 0xffffffffu;

// Whether a sorted agent at `d` is another one within reach that `mask` allows.
fn seen(i: u32, slot: u32, square: f32, reach: f32, mask: u32) -> bool {
    return square < reach && sorted_slot(i) != slot && (mask == ALL || ((mask >> sorted_species(i)) & 1u) == 1u);
}

// The sector, of so many around and so many bands above each other, in which a neighbour is.
fn sector(count: u32, bands: u32, local: vec3<f32>, distance: f32) -> u32 {
    var azimuth = 0u;
    if count > 1u {
        let t = turn(local.y, local.x) * f32(count) + 0.5f;
        azimuth = whole(t);
        if azimuth >= count {
            azimuth -= count;
        }
    }
    var elevation = 0u;
    if bands > 1u {
        let h = (local.z / larger(distance, 1e-6f) + 1.0f) * 0.5f * f32(bands);
        elevation = min(whole(larger(h, 0.0f)), bands - 1u);
    }
    return elevation * count + azimuth;
}

fn neighbours(world: u32, slot: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32) {
    // What neighbours are held against is read once: not every adapter sees that it stays the same.
    let sense = &params.senses[which];
    let count = sense.count;
    let bands = sense.elevation;
    let sectors = count * bands;
    let gives = sense.gives;
    let range = sense.range;
    let channels = select(0u, sense.channels, (gives & GIVES_SIGNALS) != 0u);
    let stride = SECTOR_SUMS + channels;
    for (var i = 0u; i < sectors * stride; i++) {
        sector_sums[i] = 0;
    }
    let scale = params.tank.sense_scale;
    let mask = sense.mask;
    let cells = around(pos, range);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let square = dot3(d, d);
            if !seen(i, slot, square, range * range, mask) {
                continue;
            }
            let distance = sqrt(square);
            let w = 1.0f - distance / range;
            let local = vec3<f32>(dot3(d, axes.forward), dot3(d, axes.right), dot3(d, axes.up));
            let sum = sector(count, bands, local, distance) * stride;
            sector_sums[sum] += 1;
            sector_sums[sum + 1u] += fixed_small(w, scale);
            if (gives & GIVES_OFFSET) != 0u {
                sector_sums[sum + 2u] += fixed_small(local.x / range, scale);
                sector_sums[sum + 3u] += fixed_small(local.y / range, scale);
                if DIM == 3u {
                    sector_sums[sum + 4u] += fixed_small(local.z / range, scale);
                }
            }
            if (gives & GIVES_HEADING) != 0u {
                let h = sorted_heading(i);
                sector_sums[sum + 5u] += fixed_small(w * dot3(h, axes.forward), scale);
                sector_sums[sum + 6u] += fixed_small(w * dot3(h, axes.right), scale);
                if DIM == 3u {
                    sector_sums[sum + 7u] += fixed_small(w * dot3(h, axes.up), scale);
                }
            }
            if channels > 0u {
                let other = &params.species[sorted_species(i)];
                let first = HEARD_AT + world * SIG + other.sig_start + (sorted_slot(i) - other.slot_start) * other.channels;
                for (var channel = 0u; channel < min(channels, other.channels); channel++) {
                    sector_sums[sum + 8u + channel] += fixed_small(w * mind[first + channel], scale);
                }
            }
        }
    }
    let dim = DIM;
    for (var i = 0u; i < sectors; i++) {
        let sum = i * stride;
        let there = sector_sums[sum];
        let total = sector_sums[sum + 1u];
        let weight = f32(total) / scale;
        var to = out + i * sense.per_sector;
        if (gives & GIVES_PROXIMITY) != 0u {
            mind[to] = weight / (1.0f + weight);
            to++;
        }
        if (gives & GIVES_OFFSET) != 0u {
            for (var axis = 0u; axis < dim; axis++) {
                mind[to] = 0.0f;
                if there > 0 {
                    mind[to] = f32(sector_sums[sum + 2u + axis]) / scale / f32(there);
                }
                to++;
            }
        }
        if (gives & GIVES_HEADING) != 0u {
            for (var axis = 0u; axis < dim; axis++) {
                mind[to] = 0.0f;
                if total > 0 {
                    mind[to] = f32(sector_sums[sum + 5u + axis]) / f32(total);
                }
                to++;
            }
        }
        for (var channel = 0u; channel < channels; channel++) {
            mind[to] = f32(sector_sums[sum + 8u + channel]) / scale / (1.0f + weight);
            to++;
        }
    }
}

// Whether key (distance bits, id) a comes before b.
fn before(a: vec2<u32>, b: vec2<u32>) -> bool {
    return a.x < b.x || (a.x == b.x && a.y < b.y);
}

fn nearest(world: u32, slot: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32) {
    let sense = &params.senses[which];
    let k = sense.count;
    let range = sense.range;
    let mask = sense.mask;
    var best = array<vec2<u32>, NEAREST_MAX>();
    var offsets = array<vec3<f32>, NEAREST_MAX>();
    // Places among the sorted agents; the agent itself is found by its slot.
    var found_at = array<u32, NEAREST_MAX>();
    for (var n = 0u; n < NEAREST_MAX; n++) {
        best[n] = vec2<u32>(0xffffffffu);
        found_at[n] = NONE;
    }
    if (sense.gives & GIVES_ITSELF) != 0u {
        best[0] = vec2<u32>(0u, agents[world * SLOTS + slot].id);
    }
    let cells = around(pos, range);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let square = dot3(d, d);
            if !seen(i, slot, square, range * range, mask) {
                continue;
            }
            let key = vec2<u32>(bitcast<u32>(square), sorted_id(i));
            if before(key, best[k - 1u]) {
                var at = k - 1u;
                while at > 0u && before(key, best[at - 1u]) {
                    best[at] = best[at - 1u];
                    offsets[at] = offsets[at - 1u];
                    found_at[at] = found_at[at - 1u];
                    at--;
                }
                best[at] = key;
                offsets[at] = d;
                found_at[at] = i;
            }
        }
    }
    let dim = DIM;
    for (var n = 0u; n < k; n++) {
        let to = out + n * sense.per_sector;
        let found = best[n].x != 0xffffffffu;
        if (sense.gives & GIVES_PLACE) != 0u {
            for (var i = 0u; i < sense.per_sector; i++) {
                mind[to + i] = 0.0f;
            }
            if found {
                var at = pos;
                var facing = axes.forward;
                if found_at[n] != NONE {
                    at = sorted_pos(found_at[n]);
                    facing = sorted_heading(found_at[n]);
                }
                for (var axis = 0u; axis < dim; axis++) {
                    mind[to + axis] = at[axis] / params.tank.extent[axis];
                }
                mind[to + dim] = angle_of(facing);
                if dim == 3u {
                    mind[to + 4u] = facing.z;
                }
            }
            continue;
        }
        let d = offsets[n];
        let local = vec3<f32>(dot3(d, axes.forward), dot3(d, axes.right), dot3(d, axes.up));
        for (var axis = 0u; axis < dim; axis++) {
            mind[to + axis] = 0.0f;
            if found {
                mind[to + axis] = local[axis] / range;
            }
        }
        mind[to + dim] = 0.0f;
        if found {
            mind[to + dim] = 1.0f - sqrt(bitcast<f32>(best[n].x)) / range;
        }
    }
}

// Angle of a heading about the vertical, from -π to π, counter-clockwise from +x.
fn angle_of(heading: vec3<f32>) -> f32 {
    let t = turn(heading.y, heading.x);
    return select(t, t - 1.0f, t > 0.5f) * TAU;
}

fn social(world: u32, slot: u32, k: u32, pos: vec3<f32>, own: vec3<f32>) -> vec2<f32> {
    let range = params.tank.social_range;
    let scale = params.tank.sense_scale;
    var count = 0;
    var align_ = 0;
    // The largest f32.
    var least = bitcast<f32>(0x7f7fffffu);
    let cells = around(pos, range);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let square = dot3(d, d);
            if !seen(i, slot, square, range * range, 1u << k) {
                continue;
            }
            count++;
            align_ += fixed(dot3(own, sorted_heading(i)), scale);
            least = smaller(least, square);
        }
    }
    if count == 0 {
        return vec2<f32>();
    }
    return vec2<f32>(1.0f - sqrt(least) / range, f32(align_) / scale / f32(count));
}

// The agent's share of the flocking energy of its kind.
fn flock(world: u32, slot: u32, k: u32, pos: vec3<f32>, own: vec3<f32>) -> f32 {
    let s = &params.species[k];
    let reach = s.flock_reach;
    let scale = s.flock_scale;
    let inverse = vec(s.flock_inverse);
    let weights = vec(s.flock_weights);
    let view = s.flock_view;
    var pairs = 0;
    var middle = array<i32, 3>();
    let cells = around(pos, reach);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let square = dot3(d, d);
            if !seen(i, slot, square, reach * reach, 1u << k) {
                continue;
            }
            let distance = sqrt(square);
            let a = larger(1.0f - distance * inverse[0], 0.0f);
            let b = larger(1.0f - distance * inverse[1], 0.0f);
            let c = 1.0f - dot3(own, sorted_heading(i));
            pairs += fixed_small(weights[0] * (a * a * a) * (c * c) + weights[1] * (b * b * b), scale);
            let ahead = dot3(d, own);
            if distance * inverse[2] < 1.0f && ahead > view * distance && ahead < distance {
                for (var axis = 0u; axis < 3u; axis++) {
                    middle[axis] += fixed_small(d[axis] * inverse[2], scale);
                }
            }
        }
    }
    let toward = normalize_or(vec3<f32>(f32(middle[0]), f32(middle[1]), f32(middle[2])), vec3<f32>());
    let aside = 1.0f - dot3(own, toward);
    return 0.5f * (f32(pairs) / scale) + weights[2] * (aside * aside);
}

fn field_cell(index: u32, pos: vec3<f32>) -> u32 {
    let field = &params.fields[index];
    var cell = array<u32, 3>();
    for (var axis = 0u; axis < DIM; axis++) {
        let n = f32(field.dims[axis]);
        var c = floor(pos[axis] / field.cell[axis]);
        if params.tank.edge[axis] == EDGE_TORUS {
            c -= floor(c / n) * n;
        }
        cell[axis] = whole(clamp_to(c, 0.0f, n - 1.0f));
    }
    return field.start + (cell[2] * field.dims[1] + cell[1]) * field.dims[0] + cell[0];
}

fn taste(world: u32, which: u32, pos: vec3<f32>) -> f32 {
    let sense = &params.senses[which];
    var sum = 0.0f;
    for (var i = 0u; i < FIELDS; i++) {
        if ((sense.mask >> i) & 1u) == 1u {
            sum += fields[world * FIELD_CELLS + field_cell(i, pos)];
        }
    }
    return sum * sense.inverse;
}

fn gradient(world: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32) {
    let mask = params.senses[which].mask;
    var slope = vec3<f32>();
    // The first perceived field's cell is the step for all of them.
    let first = countTrailingZeros(mask);
    for (var axis = 0u; axis < DIM; axis++) {
        let step = params.fields[first].cell[axis];
        var low = pos;
        var high = pos;
        low[axis] -= step;
        high[axis] += step;
        slope[axis] = (taste(world, which, high) - taste(world, which, low)) * 0.5f;
    }
    let local = vec3<f32>(dot3(slope, axes.forward), dot3(slope, axes.right), dot3(slope, axes.up));
    for (var axis = 0u; axis < params.senses[which].len; axis++) {
        mind[out + axis] = local[axis];
    }
}

fn antennae(world: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32) {
    let sense = &params.senses[which];
    let ahead = axes.forward * (cos_(sense.angle) * sense.range);
    let aside = axes.right * (sin_(sense.angle) * sense.range);
    let middle = pos + ahead;
    mind[out] = taste(world, which, middle - aside);
    mind[out + 1u] = taste(world, which, middle + aside);
    if sense.len == 4u {
        let above = axes.up * (sin_(sense.angle) * sense.range);
        mind[out + 2u] = taste(world, which, middle + above);
        mind[out + 3u] = taste(world, which, middle - above);
    }
}

fn rays(world: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32, tick: u32) {
    let sense = &params.senses[which];
    let count = sense.count;
    for (var ray = 0u; ray < sense.len; ray++) {
        var toward = axes.up;
        if ray < count {
            var share = 0.0f;
            if count > 1u {
                share = 2.0f * f32(ray) / f32(count - 1u) - 1.0f;
            }
            let angle = sense.angle * share;
            toward = axes.forward * cos_(angle) + axes.right * sin_(angle);
        } else if ray > count {
            toward = axes.up * -1.0f;
        }
        mind[out + ray] = 1.0f - trace(pos, toward, sense.range, world, tick) / sense.range;
    }
}
