// Stage interact: eat, bite, collide, deposit; in passes with a barrier between them. Twin of
// `src/backend/cpu/interact.rs`.

// Pass 1, per slot: agents ask fields for food and put deposits in.
fn ask(world: u32, slot: u32) {
    let s = &params.species[species_of(slot)];
    let pos = vec(agents[world * SLOTS + slot].pos);
    let action = ACT_AT + world * ACT + s.act_start + (slot - s.slot_start) * s.act_len + s.deposit_action;
    for (var i = 0u; i < s.grazes; i++) {
        let graze = &params.grazes[s.graze_start + i];
        let cell = world * FIELD_CELLS + field_cell(graze.field, pos);
        atomicAdd(&sums[DEMAND + cell], wish(fields[cell], *graze));
    }
    let deposits = select(0u, s.deposits, (worlds[world].interventions[species_of(slot)].lesions & LESION_DEPOSITS) == 0u);
    for (var i = 0u; i < deposits; i++) {
        let deposit = &params.deposits[s.deposit_start + i];
        let strength = larger(mind[action + i], 0.0f);
        let cell = world * FIELD_CELLS + field_cell(deposit.field, pos);
        atomicAdd(&sums[DEPOSIT + cell], fixed(strength * deposit.rate, 1.0f));
    }
}

// What an agent asks of a cell: the more the fuller it is, in steps of 1 / FIELD_SCALE.
fn wish(value: f32, graze: GrazeParams) -> i32 {
    return fixed(graze.rate * (value * graze.inverse), 1.0f);
}

fn grant(value: f32, asked: i32, all: i32) -> i32 {
    let available = fixed(value, FIELD_SCALE);
    if all <= available {
        return asked;
    }
    return i32(f32(asked) * (f32(available) / f32(all)));
}

// Index of the entry by which species `k` may bite species `other`, or NONE.
fn prey_of(k: u32, other: u32) -> u32 {
    let s = &params.species[k];
    for (var i = 0u; i < s.preys; i++) {
        if params.preys[s.prey_start + i].species == other {
            return s.prey_start + i;
        }
    }
    return NONE;
}

// Where a biter stood and looked when the tick began.
struct Eyes {
    pos: vec3<f32>,
    heading: vec3<f32>,
}

// Whether the agent at place `i` among the sorted is within an angle from ahead, by its cosine.
fn sees(eyes: Eyes, view: f32, i: u32) -> bool {
    let d = offset(eyes.pos, sorted_pos(i));
    return dot3(eyes.heading, d) >= view * sqrt(dot3(d, d));
}

// Place among the sorted of the living agent in a slot.
fn sorted_place(world: u32, slot: u32) -> u32 {
    let first = first_sorted(world);
    if EVERYONE == 1u {
        return first + slot;
    }
    var place = first + grid[world * (GRID_CELLS + 1u) + notes[world * SLOTS + slot].cell];
    while sorted_slot(place) != slot {
        place++;
    }
    return place;
}

// Whether more of a species live than are spared.
fn abound(world: u32, prey: u32) -> bool {
    let spared = params.preys[prey].spared;
    let s = &params.species[params.preys[prey].species];
    var living = 0u;
    for (var local = 0u; spared > 0u && local < s.slots; local++) {
        living += agents[world * SLOTS + s.slot_start + local].alive;
    }
    return spared == 0u || living > spared;
}

// How many confuse a biter that aims at the prey at place `target_at` among the sorted.
fn confusing(world: u32, slot: u32, eyes: Eyes, prey: u32, target_at: u32) -> u32 {
    let p = &params.preys[prey];
    let aim = sorted_pos(target_at);
    var n = 0u;
    let cells = around(aim, p.confusion);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            if sorted_species(i) != p.species || sorted_slot(i) == slot {
                continue;
            }
            let d = offset(aim, sorted_pos(i));
            let e = offset(eyes.pos, sorted_pos(i));
            let near = dot3(d, d) < p.confusion * p.confusion;
            let seen = dot3(e, e) < p.sight * p.sight;
            n += select(0u, 1u, near && seen && sees(eyes, p.view, i));
        }
    }
    return n;
}

// Pass 2, per slot: each biter picks the nearest agent within reach and view that it may bite, and may be too confused to hit it.
fn choose(world: u32, slot: u32, tick: u32) {
    let at = world * SLOTS + slot;
    let k = species_of(slot);
    let s = &params.species[k];
    notes[at].choice = NONE;
    var ready = s.preys > 0u && agents[at].alive == 1u && agents[at].handling == 0u && notes[at].cell != NONE;
    if ready && s.attack_action != NONE {
        ready = mind[ACT_AT + world * ACT + s.act_start + (slot - s.slot_start) * s.act_len + s.attack_action] > 0.0f;
    }
    if !ready {
        return;
    }
    let eyes = Eyes(vec(notes[at].start), sorted_heading(sorted_place(world, slot)));
    var best = vec2<u32>(0xffffffffu);
    var target_at = NONE;
    var target_prey = NONE;
    let cells = around(eyes.pos, s.bite);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let prey = prey_of(k, sorted_species(i));
            if prey == NONE {
                continue;
            }
            let d = offset(eyes.pos, sorted_pos(i));
            let square = dot3(d, d);
            let key = vec2<u32>(bitcast<u32>(square), sorted_id(i));
            let reach = params.preys[prey].reach;
            if square < reach * reach && sorted_slot(i) != slot && before(key, best)
                && sees(eyes, params.preys[prey].view, i) && abound(world, prey) {
                best = key;
                target_at = i;
                target_prey = prey;
            }
        }
    }
    if target_at == NONE {
        return;
    }
    notes[at].choice = sorted_slot(target_at);
    if params.preys[target_prey].confusion > 0.0f {
        let n = confusing(world, slot, eyes, target_prey, target_at);
        if n >= 2u && below(draw(stream_of(world), tick, agents[at].id, DRAW_CONFUSION).x, n) != 0u {
            notes[at].choice = MISSED;
        }
    }
}

// Pass 3, per slot: each agent that is bitten at suffers the bite of the nearest biter that chose it.
fn settle_bites(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    notes[at].biter = NONE;
    notes[at].wound = 0;
    let k = species_of(slot);
    if !is_prey(k) || agents[at].alive == 0u || notes[at].cell == NONE {
        return;
    }
    let pos = vec(notes[at].start);
    var best = vec2<u32>(0xffffffffu);
    let cells = around(pos, params.species[k].bitten);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let biter = sorted_slot(i);
            if notes[world * SLOTS + biter].choice != slot {
                continue;
            }
            let d = offset(pos, sorted_pos(i));
            let key = vec2<u32>(bitcast<u32>(dot3(d, d)), sorted_id(i));
            let prey = prey_of(sorted_species(i), k);
            if before(key, best) && prey != NONE {
                best = key;
                notes[at].biter = biter;
                notes[at].wound = params.preys[prey].damage;
            }
        }
    }
}

// Whether anyone bites species `k`.
fn is_prey(k: u32) -> bool {
    for (var i = 0u; i < PREYS; i++) {
        if params.preys[i].species == k {
            return true;
        }
    }
    return false;
}

// Pass 4, per slot: agents receive food, lose what is bitten off, and are pushed out of each other.
fn answer(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    if agents[at].alive == 0u {
        return;
    }
    let k = species_of(slot);
    let s = &params.species[k];
    let pos = vec(agents[at].pos);
    var eaten = 0;
    for (var i = 0u; i < s.grazes; i++) {
        let graze = &params.grazes[s.graze_start + i];
        let cell = world * FIELD_CELLS + field_cell(graze.field, pos);
        let granted = grant(fields[cell], wish(fields[cell], *graze), atomicLoad(&sums[DEMAND + cell]));
        eaten += fixed(f32(granted) / FIELD_SCALE * graze.energy, ENERGY_SCALE);
    }
    notes[at].eaten = eaten;
    notes[at].dealt = -1;
    var energy = min(add_saturating(agents[at].energy, eaten), s.energy_cap);
    if s.push > 0.0f {
        let shift = push(world, slot, k, vec(notes[at].start));
        agents[at].pos = arr(keep_inside(pos + shift));
    }
    if PREYS > 0u {
        if notes[at].biter != NONE {
            // No more can be taken than there is.
            let wound = min(notes[at].wound, max(energy, 0));
            notes[at].wound = wound;
            energy -= wound;
        }
    }
    agents[at].energy = energy;
}

// Sum of the pushes from overlapping bodies, in fixed point.
fn push(world: u32, slot: u32, k: u32, pos: vec3<f32>) -> vec3<f32> {
    let s = &params.species[k];
    let length = s.length;
    let force = s.push;
    var sum = vec3<i32>();
    let cells = around(pos, s.contact);
    for (var r = 0u; r < cells.runs; r++) {
        let run = run_at(world, cells, r);
        for (var i = run.x; i < run.y; i++) {
            let d = offset(pos, sorted_pos(i));
            let contact = 0.5f * (length + params.species[sorted_species(i)].length);
            let square = dot3(d, d);
            if square < contact * contact && sorted_slot(i) != slot && square > 0.0f {
                let distance = sqrt(square);
                let away = d * (-(contact - distance) * force / distance);
                sum.x += fixed(clamp_to(away.x, -1.0f, 1.0f), PUSH_SCALE);
                sum.y += fixed(clamp_to(away.y, -1.0f, 1.0f), PUSH_SCALE);
                sum.z += fixed(clamp_to(away.z, -1.0f, 1.0f), PUSH_SCALE);
            }
        }
    }
    return vec3<f32>(f32(sum.x) / PUSH_SCALE, f32(sum.y) / PUSH_SCALE, f32(sum.z) / PUSH_SCALE);
}

// Pass 5, per slot: biters whose bite landed gain from it; those that missed wait.
fn take(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    let k = species_of(slot);
    let s = &params.species[k];
    let prey = notes[at].choice;
    if prey == NONE {
        return;
    }
    if prey == MISSED {
        // One more, because the tally of this tick already counts the wait down.
        agents[at].handling = s.recovery + 1u;
        return;
    }
    let bitten = world * SLOTS + prey;
    if notes[bitten].biter != slot {
        return;
    }
    let taken = notes[bitten].wound;
    let entry = prey_of(k, species_of(prey));
    var gain = 0.0f;
    if entry != NONE {
        gain = params.preys[entry].gain;
    }
    let gained = i32(f32(taken) * gain);
    agents[at].energy = min(add_saturating(agents[at].energy, gained), s.energy_cap);
    // One more, as above.
    agents[at].handling = s.handling + 1u;
    notes[at].dealt = taken;
}
