// Sums over the pairs that an agent makes with those around it, zone by zone: a part of stage sense. Twin of
// `src/backend/cpu/pairs.rs`.

// Three sums for each zone.
const PAIR_SUMS: u32 = 3u * ZONES_MAX;

fn pairs(world: u32, slot: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32) {
    let sense = &params.senses[which];
    let zones = sense.count;
    var sums = array<i32, PAIR_SUMS>();
    let cells = around(pos, sense.range);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let square = dot3(d, d);
            if !seen(i, slot, square, sense.range * sense.range, sense.mask) {
                continue;
            }
            var n = 0u;
            while n < zones {
                let outer = params.zones[sense.zone_start + n].outer;
                if square < outer * outer {
                    break;
                }
                n++;
            }
            if n == zones {
                continue;
            }
            let zone = &params.zones[sense.zone_start + n];
            let distance = sqrt(square);
            if dot3(d, axes.forward) < zone.view * distance {
                continue;
            }
            let term = pair_term(world, slot, sense.zone_start + n, i, d, square, distance);
            for (var axis = 0u; axis < 3u; axis++) {
                sums[3u * n + axis] += fixed(clamp_to(term[axis], -zone.most, zone.most), zone.scale);
            }
        }
    }
    let dim = params.tank.dim;
    for (var n = 0u; n < zones; n++) {
        let scale = params.zones[sense.zone_start + n].scale;
        let steps = vec3<f32>(f32(sums[3u * n]), f32(sums[3u * n + 1u]), f32(sums[3u * n + 2u]));
        let sum = vec3<f32>(steps.x / scale, steps.y / scale, steps.z / scale);
        let to = out + n * dim;
        let local = vec3<f32>(dot3(sum, axes.forward), dot3(sum, axes.right), dot3(sum, axes.up));
        for (var axis = 0u; axis < dim; axis++) {
            mind[to + axis] = select(local[axis], 0.0f, local[axis] == 0.0f);
        }
    }
}

// What the agent at place `i` among the sorted adds, along the axes of the tank.
fn pair_term(world: u32, slot: u32, z: u32, i: u32, d: vec3<f32>, square: f32, distance: f32) -> vec3<f32> {
    switch params.zones[z].gives {
        case PAIR_HEADING: {
            return sorted_heading(i);
        }
        case PAIR_DIRECTION: {
            if distance < 1e-6f {
                return vec3<f32>();
            }
            return vec3<f32>(d.x / distance, d.y / distance, d.z / distance);
        }
        case PAIR_VELOCITY: {
            return relative_velocity(world, slot, i);
        }
        case PAIR_OFFSET, PAIR_MORSE, PAIR_LATTICE: {
            return d * law_factor(z, square, distance);
        }
        default: {
            return relative_velocity(world, slot, i) * law_factor(z, square, distance);
        }
    }
}

fn relative_velocity(world: u32, slot: u32, i: u32) -> vec3<f32> {
    return vec(agents[world * SLOTS + sorted_slot(i)].vel) - vec(agents[world * SLOTS + slot].vel);
}
