// Where and how each agent is drawn, between two shown ticks: positions (across torus borders by the short way), tail
// beat and turning, colours, growth after birth and fading at death. Then which bodies are near and which are far, in an
// order that does not depend on the device. Twin of `between` in `src/app/view/school.rs` where it places agents.

// Workgroup of `school_order`.
const ORDERERS: u32 = 256u;
// What an agent is drawn as.
const NOT: u32 = 0u;
const NEAR: u32 = 1u;
const FAR: u32 = 2u;

struct Moment {
    now: Now,
    kinds: array<Kind>,
}

@group(0) @binding(1) var<storage, read> moment: Moment;
@group(0) @binding(2) var<storage, read> before: array<Agent>;
@group(0) @binding(3) var<storage, read> after: array<Agent>;
@group(0) @binding(4) var<storage, read> signals: array<f32>;
@group(0) @binding(5) var<storage, read_write> school: array<Fish>;
// What each slot is drawn as; then near slots from the front, far ones from the end.
@group(0) @binding(6) var<storage, read_write> order: array<u32>;
// Instance counts of the two indexed draws are words 1 and 6; the rest is written beforehand.
@group(0) @binding(7) var<storage, read_write> draws: array<u32>;

// Dialects by slot, four a word: the id of the agent that it was found of, and the dialect in the lowest three bits.
@group(0) @binding(8) var<uniform> spoken: array<vec4<u32>, SPOKEN_WORDS>;

fn vector(v: array<f32, 3>) -> vec3<f32> {
    return vec3<f32>(v[0], v[1], v[2]);
}

// An even number in 0..1 from an integer.
fn unit(n: u32) -> f32 {
    var v = n * 747796405u + 2891336453u;
    v = ((v >> ((v >> 28u) + 4u)) ^ v) * 277803737u;
    return f32((v >> 22u) ^ v) / 4294967295.0;
}

fn linear(c: vec3<f32>) -> vec3<f32> {
    return select(pow((c + 0.055) / 1.055, vec3<f32>(2.4)), c / 12.92, c <= vec3<f32>(0.04045));
}

// A colour of a ramp at 0 to 1; what is no number counts as 0.
fn heat(at: f32) -> vec3<f32> {
    var stops = HEAT;
    let place = select(0.0, clamp(at, 0.0, 1.0), at > 0.0) * 4.0;
    let i = min(u32(place), 3u);
    return linear(mix(vector(stops[i]), vector(stops[i + 1u]), place - f32(i)));
}

fn loudness(at: f32) -> vec3<f32> {
    var stops = LOUD;
    let place = select(0.0, clamp(at, 0.0, 1.0), at > 0.0) * 3.0;
    let i = min(u32(place), 2u);
    return linear(mix(vector(stops[i]), vector(stops[i + 1u]), place - f32(i)));
}

// A clear colour for a number between 0 and 1 around the colour circle.
fn hue(turn: f32) -> vec3<f32> {
    let t = abs(fract(vec3<f32>(turn) + vec3<f32>(0.0, 2.0 / 3.0, 1.0 / 3.0)) * 6.0 - 3.0) - 1.0;
    return linear(0.22 + 0.76 * clamp(t, vec3<f32>(0.0), vec3<f32>(1.0)));
}

// The colour of a line of descent that everyone tells apart from those of founders beside its own, in one of three depths.
fn apart(founder: u32) -> vec3<f32> {
    var colors = OKABE_ITO;
    let color = vector(colors[founder % 7u]);
    let depth = founder / 7u % 3u;
    return linear(select(select(0.35 + 0.65 * color, 0.6 * color, depth == 1u), color, depth == 0u));
}

// The colour of an agent's dialect; grey for those born since, and where slots run past those that are told.
fn dialect(agent: Agent, slot: u32) -> vec3<f32> {
    let at = min(slot / 4u, SPOKEN_WORDS - 1u);
    let word = spoken[at][slot % 4u];
    if slot / 4u > at || (word >> 3u) != ((agent.id + 1u) & 0x1fffffffu) {
        return linear(vec3<f32>(0.42, 0.47, 0.50));
    }
    var colors = DIALECTS;
    return linear(vector(colors[min(word & 7u, 5u)]));
}

fn color_of(agent: Agent, kind: Kind, slot: u32, strength: f32) -> vec3<f32> {
    var color = vector(kind.color);
    if moment.now.colors == COLOR_LINEAGE {
        let line = hue(unit((agent.founder * 2654435769u) ^ 0x51edu));
        color = select(line, apart(agent.founder), moment.now.safe == 1u);
    } else if moment.now.colors == COLOR_SIGNAL {
        color = loudness(strength);
    } else if moment.now.colors == COLOR_ENERGY {
        color = heat(f32(agent.energy) / max(kind.energy_cap, 1e-6));
    } else if moment.now.colors == COLOR_SPEED {
        color = heat(length(vector(agent.vel)) / max(kind.top_speed, 1e-6));
    } else if moment.now.colors == COLOR_DIALECT {
        color = dialect(agent, slot);
    }
    // No two fish of a school are quite alike.
    return color * (0.90 + 0.20 * unit(agent.id));
}

// Children grow in over their first half second; the first agents of a run are there from the start.
fn growth(agent: Agent) -> f32 {
    let at = min(f32(agent.age) * moment.now.dt / 0.5, 1.0);
    return select(0.25 + 0.75 * at * at * (3.0 - 2.0 * at), 1.0, agent.founder == agent.id);
}

fn between(old: Agent, now: Agent) -> vec3<f32> {
    var pos: vec3<f32>;
    for (var axis = 0u; axis < 3u; axis++) {
        let size = moment.now.extent[axis];
        let wraps = moment.now.wraps[axis] == 1u;
        var step = now.pos[axis] - old.pos[axis];
        if wraps {
            step -= size * round(step / size);
        }
        pos[axis] = old.pos[axis] + step * moment.now.share;
        if wraps {
            pos[axis] -= size * floor(pos[axis] / size);
        }
    }
    return pos;
}

// Sum of the strengths of an agent's channels, in a measure that does not grow with their number.
fn strength_of(kind: Kind, slot: u32) -> f32 {
    var sum = 0.0;
    let first = kind.sig_start + (slot - kind.slot_start) * kind.channels;
    for (var i = first; i < min(first + kind.channels, arrayLength(&signals)); i++) {
        sum += abs(signals[i]);
    }
    let strength = sum / sqrt(f32(max(kind.channels, 1u)));
    return select(0.0, min(strength, 1.5), strength > 0.0);
}

@compute @workgroup_size(64)
fn school_pose(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let slot = id.x + id.y * groups.x * 64u;
    if slot >= moment.now.slots {
        return;
    }
    order[slot] = NOT;
    var k = 0u;
    while k + 1u < moment.now.species && slot >= moment.kinds[k + 1u].slot_start {
        k++;
    }
    let kind = moment.kinds[k];
    let old = before[slot];
    let now = after[slot];
    if old.alive == 0u && now.alive == 0u {
        return;
    }
    let same = old.id == now.id && old.alive == 1u && now.alive == 1u;
    var agent = now;
    var scale = growth(now);
    if now.alive == 0u {
        agent = old;
        scale = 1.0 - moment.now.share;
    }
    if scale <= 0.01 {
        return;
    }
    var pos = vector(agent.pos);
    var forward = vector(agent.heading);
    var bend = 0.0;
    let speed = length(vector(agent.vel));
    if same {
        pos = between(old, now);
        let mixed = mix(vector(old.heading), forward, moment.now.share);
        if dot(mixed, mixed) > 1e-12 {
            forward = normalize(mixed);
        }
        if moment.now.seconds > 0.0 {
            // A turn while swimming bends the path by turn over distance; bodies follow it.
            let turn = clamp(old.heading[0] * now.heading[1] - old.heading[1] * now.heading[0], -1.0, 1.0);
            bend = clamp(1.2 * turn / moment.now.seconds * kind.length / max(speed, 1.0), -1.3, 1.3);
        }
    }
    // Each beats its tail at its own time and rate. In steps of 1/1024, so that hours of beats keep their precision.
    let own = floor(unit(agent.id + 77u) * 1024.0);
    let turns = own / 1024.0 * 7.3 + kind.beat + fract(own * kind.beat_own / 1024.0);
    let strength = strength_of(kind, slot);
    let length = kind.length * moment.now.size;
    let way = select(1.0, distance(pos, frame.eye.xyz), frame.eye.w > 0.5);
    let pixel = 2.0 * frame.lens.y * way / frame.picture.y;
    order[slot] = select(FAR, NEAR, length >= frame.up.w * pixel);
    school[slot] = Fish(
        pos,
        length,
        forward,
        fract(turns) * 6.2831853,
        color_of(agent, kind, slot, strength),
        strength,
        bend,
        0.30 + 0.70 * clamp(speed / max(kind.top_speed, 1e-3), 0.0, 1.0),
        scale,
        select(0.0, 1.0, slot == moment.now.selected),
    );
}

var<workgroup> nears: array<u32, ORDERERS>;
var<workgroup> fars: array<u32, ORDERERS>;

// One workgroup: each of its invocations sorts a stretch of slots.
@compute @workgroup_size(ORDERERS)
fn school_order(@builtin(local_invocation_index) lane: u32) {
    let slots = moment.now.slots;
    let each = (slots + ORDERERS - 1u) / ORDERERS;
    let first = min(lane * each, slots);
    let end = min(first + each, slots);
    var near = 0u;
    var far = 0u;
    for (var slot = first; slot < end; slot++) {
        near += select(0u, 1u, order[slot] == NEAR);
        far += select(0u, 1u, order[slot] == FAR);
    }
    nears[lane] = near;
    fars[lane] = far;
    workgroupBarrier();
    if lane == 0u {
        var near_before = 0u;
        var far_before = 0u;
        for (var i = 0u; i < ORDERERS; i++) {
            let own = vec2<u32>(nears[i], fars[i]);
            nears[i] = near_before;
            fars[i] = far_before;
            near_before += own.x;
            far_before += own.y;
        }
        draws[1] = near_before;
        draws[6] = far_before;
    }
    workgroupBarrier();
    near = slots + nears[lane];
    far = 2u * slots - 1u - fars[lane];
    for (var slot = first; slot < end; slot++) {
        if order[slot] == NEAR {
            order[near] = slot;
            near++;
        } else if order[slot] == FAR {
            order[far] = slot;
            far--;
        }
    }
}
