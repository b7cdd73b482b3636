// Sums over the pairs that an agent makes with those around it, zone by zone: a part of stage sense. Twin of
// `src/backend/cpu/pairs.rs`.

// Zones are the lanes of a vector.
const_assert ZONES_MAX == 4u;

fn pairs(world: u32, slot: u32, which: u32, pos: vec3<f32>, axes: Axes, out: u32) {
    // What neighbours are held against is read once: not every adapter sees that it stays the same.
    let sense = &params.senses[which];
    let reach = sense.range * sense.range;
    let mask = sense.mask;
    let first = sense.zone_start;
    let zones = sense.count;
    let vel = vec(agents[world * SLOTS + slot].vel);
    // Squared distances at which zones end; of a zone that is not there, less than any.
    var ends = vec4<f32>(-1.0f);
    for (var n = 0u; n < zones; n++) {
        let outer = params.zones[first + n].outer;
        ends[n] = outer * outer;
    }
    // Sums of each zone, along the axes of the tank.
    var x = vec4<i32>();
    var y = vec4<i32>();
    var z = vec4<i32>();
    // The zone of the neighbour before, which is often that of the next.
    var held = ZONES_MAX;
    var zone: ZoneParams;
    let cells = around(pos, sense.range);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let square = dot3(d, d);
            if !seen(i, slot, square, reach, mask) {
                continue;
            }
            let within = vec4<f32>(square) < ends;
            let n = select(select(select(select(ZONES_MAX, 3u, within.w), 2u, within.z), 1u, within.y), 0u, within.x);
            if n == ZONES_MAX {
                continue;
            }
            if n != held {
                held = n;
                zone = params.zones[first + n];
            }
            let distance = sqrt(square);
            if dot3(d, axes.forward) < zone.view * distance {
                continue;
            }
            let term = pair_term(world, vel, zone, i, d, square, distance);
            let here = vec4<u32>(0u, 1u, 2u, 3u) == vec4<u32>(n);
            x += select(vec4<i32>(), vec4<i32>(pair_steps(zone, term.x)), here);
            y += select(vec4<i32>(), vec4<i32>(pair_steps(zone, term.y)), here);
            if DIM == 3u {
                z += select(vec4<i32>(), vec4<i32>(pair_steps(zone, term.z)), here);
            }
        }
    }
    for (var n = 0u; n < zones; n++) {
        let scale = params.zones[first + n].scale;
        let sum = vec3<f32>(f32(x[n]) / scale, f32(y[n]) / scale, f32(z[n]) / scale);
        let to = out + n * DIM;
        let local = vec3<f32>(dot3(sum, axes.forward), dot3(sum, axes.right), dot3(sum, axes.up));
        for (var axis = 0u; axis < DIM; axis++) {
            mind[to + axis] = select(local[axis], 0.0f, local[axis] == 0.0f);
        }
    }
}

// What a component of a term counts as, in fixed point.
fn pair_steps(zone: ZoneParams, x: f32) -> i32 {
    return fixed(clamp_to(x, -zone.most, zone.most), zone.scale);
}

// What the agent at place `i` among the sorted adds, along the axes of the tank; `vel` is one's own velocity.
fn pair_term(
    world: u32, vel: vec3<f32>, zone: ZoneParams, i: u32, d: vec3<f32>, square: f32, distance: f32,
) -> vec3<f32> {
    switch zone.gives {
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
            return velocity(world, i) - vel;
        }
        case PAIR_OFFSET, PAIR_MORSE, PAIR_LATTICE: {
            return d * law_factor(zone, square, distance);
        }
        default: {
            return (velocity(world, i) - vel) * law_factor(zone, square, distance);
        }
    }
}

fn velocity(world: u32, i: u32) -> vec3<f32> {
    return vec(agents[world * SLOTS + sorted_slot(i)].vel);
}
