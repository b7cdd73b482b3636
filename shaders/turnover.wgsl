// Stage turnover: deaths, and the births of `Ecology`. Integer rules decide: the k-th willing parent in slot order gets
// the k-th free slot. Twin of `src/backend/cpu/turnover.rs`.

// Pass 1, per slot.
fn deaths(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    if agents[at].alive == 0u {
        return;
    }
    let k = species_of(slot);
    let s = &params.species[k];
    var cause = NONE;
    if notes[at].fault == 1u || !agent_finite(at) {
        // What is not finite must not reach the neighbour grid or a reader of the state.
        agents[at].pos = array<f32, 3>(0.0f, 0.0f, 0.0f);
        agents[at].heading = array<f32, 3>(1.0f, 0.0f, 0.0f);
        agents[at].vel = array<f32, 3>(0.0f, 0.0f, 0.0f);
        cause = COUNT_FAULT;
    } else if agents[at].energy <= 0 {
        cause = COUNT_STARVED;
        if PREYS > 0u {
            cause = select(COUNT_STARVED, COUNT_EATEN, notes[at].biter != NONE);
        }
    } else if s.evolution == EVOLVE_ECOLOGY && s.lifetime > 0u && agents[at].age >= s.lifetime {
        cause = COUNT_AGED;
    }
    if cause != NONE {
        agents[at].alive = 0u;
        atomicAdd(&worlds[world].counters[k * COUNTERS + cause], 1u);
    }
}

fn agent_finite(at: u32) -> bool {
    var finite = true;
    for (var axis = 0u; axis < 3u; axis++) {
        finite = finite && is_finite(agents[at].pos[axis]) && is_finite(agents[at].heading[axis])
            && is_finite(agents[at].vel[axis]);
    }
    return finite;
}

// Whether the agent of a slot was removed because it was not finite.
fn shows_fault(at: u32) -> bool {
    let a = agents[at];
    return a.alive == 0u && all(vec(a.pos) == vec3<f32>()) && all(vec(a.vel) == vec3<f32>())
        && all(vec(a.heading) == vec3<f32>(1.0f, 0.0f, 0.0f));
}

// Pass 2, a workgroup a world. The neighbour grid's list of slots is free again and holds the willing from the front of
// the species' slots and the free from their back.
fn births(world: u32, lane: u32, tick: u32) {
    for (var k = 0u; k < SPECIES; k++) {
        if params.species[k].evolution == EVOLVE_ECOLOGY {
            births_of(world, lane, tick, k);
        }
    }
}

fn births_of(world: u32, lane: u32, tick: u32, k: u32) {
    let slots = params.species[k].slots;
    let start = params.species[k].slot_start;
    let front = ORDER + world * SLOTS + start;
    let back = front + slots - 1u;
    var willing_count = 0u;
    var free_count = 0u;
    for (var base = 0u; base < slots; base += LANES) {
        let local = base + lane;
        let at = world * SLOTS + start + local;
        var willing = 0u;
        var free = 0u;
        if local < slots {
            if agents[at].alive == 0u {
                free = 1u;
            } else if agents[at].energy > params.species[k].birth_energy && agents[at].refractory == 0u {
                willing = 1u;
            }
        }
        let willing_below = prefix(lane, willing);
        let free_below = prefix(lane, free);
        if willing == 1u {
            grid[front + willing_count + willing_below.x] = start + local;
        }
        if free == 1u {
            grid[back - (free_count + free_below.x)] = start + local;
        }
        willing_count += willing_below.y;
        free_count += free_below.y;
    }
    storageBarrier();
    workgroupBarrier();
    let born = min(willing_count, free_count);
    let first_id = atomicLoad(&worlds[world].next_id);
    for (var n = lane; n < born; n += LANES) {
        birth(world, tick, k, grid[front + n], grid[back - n], first_id + n);
    }
    // Words over lanes, children one after the other: neighbouring lanes read neighbouring words.
    let s = &params.species[k];
    for (var n = 0u; n < born; n++) {
        let mother = genome_row(world, k, grid[front + n] - start);
        let child = genome_row(world, k, grid[back - n] - start);
        let key = draw(stream_of(world), tick, first_id + n, DRAW_PARENT).xy;
        for (var i = lane; i < s.genome_words; i += LANES) {
            genomes[child + i] =
                inherit_word(k, i, genomes[mother + i], 0u, false, s.mutation_rate, s.mutation_size, key);
        }
    }
    storageBarrier();
    workgroupBarrier();
    if lane == 0u {
        atomicAdd(&worlds[world].next_id, born);
        atomicAdd(&worlds[world].counters[k * COUNTERS + COUNT_BORN], born);
    }
    storageBarrier();
    workgroupBarrier();
}

fn birth(world: u32, tick: u32, k: u32, parent: u32, slot: u32, id: u32) {
    let s = &params.species[k];
    let mother_at = world * SLOTS + parent;
    let at = world * SLOTS + slot;
    agents[mother_at].energy -= s.child_energy;
    // One more, because the tally of this tick already counts the wait down.
    agents[mother_at].refractory = s.refractory + 1u;
    let words = draw(stream_of(world), tick, id, DRAW_BIRTH);
    let angle = (uniform_(words.x) - 0.5f) * TAU;
    let heading = vec3<f32>(cos_(angle), sin_(angle), 0.0f);
    var child: Agent;
    child.pos = arr(keep_inside(vec(agents[mother_at].pos) + heading * s.length));
    child.id = id;
    child.heading = arr(heading);
    child.alive = 1u;
    child.vel = arr(heading * s.cruise);
    child.age = 0u;
    child.energy = s.child_energy;
    child.handling = 0u;
    child.refractory = s.refractory + 1u;
    child.founder = agents[mother_at].founder;
    let lost = select(NONE, agents[at].id, shows_fault(at));
    agents[at] = child;
    clear_slot(world, k, slot);
    notes[at].social = array<f32, 3>();
    notes[at].spent = 0;
    notes[at].eaten = 0;
    notes[at].dealt = -1;
    notes[at].fault = 0u;
    notes[at].biter = NONE;
    let record = atomicAdd(&birth_log.count, 1u);
    if record < arrayLength(&birth_log.records) {
        birth_log.records[record] = BirthRecord(world, k, slot, id, agents[mother_at].id, NONE, tick, lost);
    }
}

// Empties the tallies, action and memory of a slot.
fn clear_slot(world: u32, k: u32, slot: u32) {
    let s = &params.species[k];
    let at = world * SLOTS + slot;
    let local = slot - s.slot_start;
    for (var i = 0u; i < TALLIES; i++) {
        tallies[at * TALLIES + i] = 0;
    }
    for (var i = 0u; i < s.act_len; i++) {
        mind[ACT_AT + world * ACT + s.act_start + local * s.act_len + i] = 0.0f;
    }
    for (var i = 0u; i < s.mem_len; i++) {
        mind[MEM_AT + world * MEM + s.mem_start + local * s.mem_len + i] = 0.0f;
    }
}
