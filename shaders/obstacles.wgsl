// Where solid things are at a tick, and distances to them, for rays and for bodies. Twin of `src/backend/cpu/obstacles.rs`.

// How far an obstacle is from where the scene has it, in a world at a tick.
fn carried(index: u32, world: u32, tick: u32) -> vec3<f32> {
    let o = &params.obstacles[index];
    var far = vec3<f32>();
    if o.course == COURSE_NONE {
        return far;
    }
    var drawn = vec4<u32>();
    if o.course == COURSE_DRAWN {
        drawn = draw(stream_of(world), 0u, index, DRAW_COURSE);
    }
    for (var axis = 0u; axis < 3u; axis++) {
        let share = o.phase[axis] + drawn[axis] + tick * o.step[axis];
        far[axis] = o.low[axis] + uniform_(share) * o.span[axis];
    }
    return far;
}

struct Gap {
    // Distance to the surface, negative inside.
    distance: f32,
    // Direction away from it.
    away: vec3<f32>,
}

fn obstacle_gap(index: u32, p: vec3<f32>, world: u32, tick: u32) -> Gap {
    let up = vec3<f32>(0.0f, 0.0f, 1.0f);
    let o = &params.obstacles[index];
    let moved = carried(index, world, tick);
    let a = vec(o.a) + moved;
    var b = vec(o.b);
    // What a block has in `b` is its size, which stays.
    if o.shape != SHAPE_BOX {
        b = b + moved;
    }
    if o.shape == SHAPE_BOX {
        let d = p - a;
        let q = vec3<f32>(abs(d.x) - b.x, abs(d.y) - b.y, abs(d.z) - b.z);
        let beyond = vec3<f32>(larger(q.x, 0.0f), larger(q.y, 0.0f), larger(q.z, 0.0f));
        if q.x > 0.0f || q.y > 0.0f || q.z > 0.0f {
            let toward = vec3<f32>(sided(d.x, beyond.x), sided(d.y, beyond.y), sided(d.z, beyond.z));
            return Gap(length3(beyond), normalize_or(toward, up));
        }
        // Inside: out through the nearest face; ties go to the first axis.
        if q.x >= q.y && q.x >= q.z {
            return Gap(q.x, vec3<f32>(sided(d.x, 1.0f), 0.0f, 0.0f));
        }
        if q.y >= q.z {
            return Gap(q.y, vec3<f32>(0.0f, sided(d.y, 1.0f), 0.0f));
        }
        return Gap(q.z, vec3<f32>(0.0f, 0.0f, sided(d.z, 1.0f)));
    }
    var nearest = a;
    if o.shape == SHAPE_CAPSULE {
        let rod = b - a;
        let square = dot3(rod, rod);
        var along = 0.0f;
        if square > 0.0f {
            along = clamp_to(dot3(p - a, rod) / square, 0.0f, 1.0f);
        }
        nearest = a + rod * along;
    }
    let d = p - nearest;
    return Gap(length3(d) - o.radius, normalize_or(d, up));
}

// v with the sign that d has.
fn sided(d: f32, v: f32) -> f32 {
    return select(v, -v, d < 0.0f);
}

const TRACE_STEPS: u32 = 24u;

fn trace(start: vec3<f32>, toward: vec3<f32>, range: f32, world: u32, tick: u32) -> f32 {
    var hit = range;
    for (var axis = 0u; axis < DIM; axis++) {
        if params.tank.edge[axis] == EDGE_WALL {
            let speed = toward[axis];
            if speed > 1e-6f {
                hit = smaller(hit, (params.tank.extent[axis] - start[axis]) / speed);
            } else if speed < -1e-6f {
                hit = smaller(hit, (0.0f - start[axis]) / speed);
            }
        }
    }
    if OBSTACLES > 0u {
        var t = 0.0f;
        for (var step = 0u; step < TRACE_STEPS; step++) {
            if t < hit {
                let p = start + toward * t;
                var near = range;
                for (var i = 0u; i < OBSTACLES; i++) {
                    near = smaller(near, obstacle_gap(i, p, world, tick).distance);
                }
                if near < 0.01f {
                    hit = smaller(hit, t);
                } else {
                    t += near;
                }
            }
        }
    }
    return larger(hit, 0.0f);
}

struct Expelled {
    pos: vec3<f32>,
    // Steps of energy.
    harm: i32,
}

// Moves a body out of every obstacle, and adds up what those that it touches cost it.
fn expel(start: vec3<f32>, radius: f32, flat_: bool, world: u32, tick: u32) -> Expelled {
    var p = start;
    var harm = 0;
    for (var i = 0u; i < OBSTACLES; i++) {
        let gap = obstacle_gap(i, p, world, tick);
        if gap.distance < radius {
            harm = add_saturating(harm, params.obstacles[i].harm);
            var away = gap.away;
            if flat_ {
                away = normalize_or(vec3<f32>(away.x, away.y, 0.0f), vec3<f32>(1.0f, 0.0f, 0.0f));
            }
            p = p + away * (radius - gap.distance);
        }
    }
    return Expelled(p, harm);
}
