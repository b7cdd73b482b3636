// Stage act: actions move bodies, cost energy, and become the signals that others hear from the next tick on. Twin of
// `src/backend/cpu/act.rs`.

fn act(world: u32, slot: u32, tick: u32) {
    let at = world * SLOTS + slot;
    let k = species_of(slot);
    let s = &params.species[k];
    let action = ACT_AT + world * ACT + s.act_start + (slot - s.slot_start) * s.act_len;
    if s.lamp == 1u {
        for (var channel = 0u; channel < s.channels; channel++) {
            let signal = action + s.signal_action + channel;
            mind[signal] = select(0.0f, 1.0f, mind[signal] > 0.0f);
        }
    }
    var agent = agents[at];
    let asked = asked_of(world, k, agent.id, action);
    switch s.motion {
        case MOTION_BODY: {
            swim(k, &agent, asked);
        }
        case MOTION_HEADING: {
            steer(k, &agent, asked);
        }
        case MOTION_COURSE: {
            course(k, &agent, asked.xy);
        }
        default: {
            thrust(k, &agent, asked);
        }
    }
    let moved = vec(agent.pos) + vec(agent.vel) * params.tank.dt + vec(params.tank.drift);
    // Bodies meet obstacles where those are as the tick ends.
    let free = expel(moved, 0.5f * s.length, DIM == 2u, world, tick + 1u);
    agent.pos = arr(keep_inside(free.pos));

    let pace = length3(vec(agent.vel)) / larger(s.top_speed, 1e-6f);
    var cost = s.cost_living + s.cost_moving * (pace * pace);
    for (var channel = 0u; channel < s.channels; channel++) {
        cost += s.cost_signal * abs(mind[action + s.signal_action + channel]);
    }
    if s.attack_action != NONE {
        if mind[action + s.attack_action] > 0.0f {
            cost += s.cost_attack;
        }
    }
    let spent = fixed(cost, ENERGY_SCALE);
    // What obstacles take is not spent.
    agent.energy = add_saturating(agent.energy - spent, -free.harm);
    notes[at].spent = spent;
    agents[at] = agent;
}

// The motion actions, as the agent's own body takes them.
fn asked_of(world: u32, k: u32, id: u32, action: u32) -> vec3<f32> {
    var asked = vec3<f32>();
    for (var i = 0u; i < params.species[k].motion_actions; i++) {
        asked[i] = mind[action + i];
    }
    let body = params.tank.body;
    if body > 0.0f {
        let words = draw(stream_of(world), 0u, id, DRAW_BODY);
        for (var i = 0u; i < 3u; i++) {
            asked[i] = asked[i] * (1.0f + body * (2.0f * uniform_(words[i]) - 1.0f));
        }
    }
    return asked;
}

// Thrust, yaw and pitch: speed settles to what is asked, the heading turns by at most the turn rates.
fn swim(k: u32, agent: ptr<function, Agent>, action: vec3<f32>) {
    let s = &params.species[k];
    let push = action.x;
    var asked = s.cruise + push * (s.top_speed - s.cruise);
    if push < 0.0f {
        asked = s.cruise * (1.0f + push);
    }
    let facing = vec((*agent).heading);
    var speed = dot3(vec((*agent).vel), facing);
    speed = speed + (asked - speed) * s.drag;
    let h = turned(k, facing, action.yz);
    (*agent).heading = arr(h);
    (*agent).vel = arr(h * speed);
}

// The cruising speed along the heading as it is; only then it turns, by at most the turn rates.
fn course(k: u32, agent: ptr<function, Agent>, action: vec2<f32>) {
    let facing = vec((*agent).heading);
    (*agent).vel = arr(facing * params.species[k].cruise);
    (*agent).heading = arr(turned(k, facing, action));
}

// A heading after yaw and, in a volume, pitch.
fn turned(k: u32, facing: vec3<f32>, action: vec2<f32>) -> vec3<f32> {
    let s = &params.species[k];
    var h = yaw(facing, action.x * s.yaw);
    if DIM == 3u {
        let angle = action.y * s.pitch;
        let up = body_axes(h).up;
        h = h * cos_(angle) + up * sin_(angle);
    }
    return level(k, h);
}

// What the motion actions ask for, along the body axes.
fn asked_for(axes: Axes, action: vec3<f32>) -> vec3<f32> {
    var wish = axes.forward * action.x + axes.right * action.y;
    if DIM == 3u {
        wish = wish + axes.up * action.z;
    }
    return wish;
}

// A new direction along the body axes, turned to by at most the yaw rate; speed is the cruising speed.
fn steer(k: u32, agent: ptr<function, Agent>, action: vec3<f32>) {
    let s = &params.species[k];
    let facing = vec((*agent).heading);
    let axes = body_axes(facing);
    let wish = normalize_or(asked_for(axes, action), facing);
    let ahead = dot3(wish, facing);
    var h = wish;
    // Turning by the full rate toward the wish, unless the wish is nearer than that.
    if ahead < cos_(s.yaw) {
        let aside = normalize_or(wish + facing * -ahead, axes.right);
        h = facing * cos_(s.yaw) + aside * sin_(s.yaw);
    }
    h = level(k, h);
    (*agent).heading = arr(h);
    (*agent).vel = arr(h * s.cruise);
}

// Accelerations along the body axes against drag.
fn thrust(k: u32, agent: ptr<function, Agent>, action: vec3<f32>) {
    let s = &params.species[k];
    let facing = vec((*agent).heading);
    let push = asked_for(body_axes(facing), action);
    var vel = vec((*agent).vel) * (1.0f - s.drag) + push * (s.acceleration * params.tank.dt);
    let speed = length3(vel);
    if speed > s.top_speed {
        vel = vel * (s.top_speed / speed);
    }
    (*agent).vel = arr(vel);
    (*agent).heading = arr(level(k, normalize_or(vel, facing)));
}

fn yaw(h: vec3<f32>, angle: f32) -> vec3<f32> {
    let c = cos_(angle);
    let s = sin_(angle);
    return vec3<f32>(h.x * c + h.y * s, h.y * c - h.x * s, h.z);
}

// Length 1 again, and no steeper than the species climbs.
fn level(k: u32, direction: vec3<f32>) -> vec3<f32> {
    let h = normalize_or(direction, vec3<f32>(1.0f, 0.0f, 0.0f));
    if DIM == 2u {
        return vec3<f32>(h.x, h.y, 0.0f);
    }
    let climb = params.species[k].climb;
    if abs(h.z) <= climb {
        return h;
    }
    let flat_part = sqrt(1.0f - climb * climb);
    let along = normalize_or(vec3<f32>(h.x, h.y, 0.0f), vec3<f32>(1.0f, 0.0f, 0.0f));
    return vec3<f32>(along.x * flat_part, along.y * flat_part, select(climb, -climb, h.z < 0.0f));
}

fn keep_inside(pos: vec3<f32>) -> vec3<f32> {
    var p = pos;
    for (var axis = 0u; axis < 3u; axis++) {
        let e = params.tank.extent[axis];
        if axis >= DIM {
            p[axis] = 0.0f;
        } else if params.tank.edge[axis] == EDGE_TORUS {
            let wrapped = p[axis] - floor(p[axis] / e) * e;
            // A position just below 0 can round to the far face, which is the near face again.
            p[axis] = select(wrapped, 0.0f, wrapped >= e || wrapped < 0.0f);
        } else if params.tank.edge[axis] == EDGE_WALL {
            p[axis] = clamp_to(p[axis], 0.0f, e);
        }
    }
    return p;
}

// A slot without an agent is silent.
fn emit_nothing(world: u32, slot: u32, tick: u32) {
    let s = &params.species[species_of(slot)];
    let local = slot - s.slot_start;
    let row = SIGNALS_AT + (world * HISTORY + tick % HISTORY) * SIG + s.sig_start + local * s.channels;
    for (var channel = 0u; channel < s.channels; channel++) {
        mind[row + channel] = 0.0f;
    }
}

// Writes this tick's signals into the ring; the dead are silent.
fn emit(world: u32, slot: u32, tick: u32) {
    let s = &params.species[species_of(slot)];
    let local = slot - s.slot_start;
    let alive = agents[world * SLOTS + slot].alive == 1u;
    let action = ACT_AT + world * ACT + s.act_start + local * s.act_len + s.signal_action;
    let row = SIGNALS_AT + (world * HISTORY + tick % HISTORY) * SIG + s.sig_start + local * s.channels;
    for (var channel = 0u; channel < s.channels; channel++) {
        mind[row + channel] = select(0.0f, mind[action + channel], alive);
    }
}
