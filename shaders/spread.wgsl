// Kernels of the spread shape: a stage a dispatch, over all slots (or cells) of all worlds. A dispatch may be folded into
// rows, because one dimension ends at 65,535 workgroups. The stages of the living leave the slots of the dead out; where
// populations float, as many workgroups as the fullest world needs are dispatched for each.

struct Place {
    world: u32,
    index: u32,
    inside: bool,
}

// World and index of an invocation, when each world has `each` of them.
fn place(id: vec3<u32>, groups: vec3<u32>, each: u32) -> Place {
    let i = id.x + id.y * groups.x * GROUP;
    return Place(i / each, i % each, i < WORLDS * each);
}

// The `index`-th living agent of a world in the order of cells: neighbours in the tank are neighbours in a workgroup, look
// at the same others, and take as long.
fn living_agent(world: u32, index: u32) -> Place {
    let inside = index < grid[world * (GRID_CELLS + 1u) + GRID_CELLS];
    return Place(world, grid[ORDER + world * SLOTS + min(index, SLOTS - 1u)], inside);
}

// World and slot of an invocation of a stage of the living, from `bin_scatter` to the births of a tick.
fn living_place(id: vec3<u32>, groups: vec3<u32>) -> Place {
    if FLOATING == 1u {
        return living_agent(id.y, id.x);
    }
    let p = place(id, groups, SLOTS);
    var q = living_agent(min(p.world, WORLDS - 1u), p.index);
    q.inside = q.inside && p.inside;
    return q;
}

@compute @workgroup_size(GROUP)
fn spread_count(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        bin_count(p.world, p.index);
    }
    if FLOATING == 1u && all(id == vec3<u32>()) {
        atomicStore(&living.groups[0], 0u);
        atomicStore(&living.groups[1], WORLDS);
        atomicStore(&living.groups[2], 1u);
        atomicStore(&living.crews[0], 0u);
        atomicStore(&living.crews[1], WORLDS);
        atomicStore(&living.crews[2], 1u);
    }
}

// Also starts the tick: `tick` names the one in progress from here on.
@compute @workgroup_size(LANES)
fn spread_scan(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let world = group.x + group.y * groups.x;
    if world < WORLDS {
        bin_scan(world, lane);
        if lane == 0u {
            worlds[world].tick += 1u;
            if FLOATING == 1u {
                let count = grid[world * (GRID_CELLS + 1u) + GRID_CELLS];
                atomicMax(&living.groups[0], (count + GROUP - 1u) / GROUP);
                atomicMax(&living.crews[0], (count + TEAMS - 1u) / TEAMS);
            }
        }
    }
}

@compute @workgroup_size(GROUP)
fn spread_scatter(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        bin_scatter(p.world, p.index);
        hear(p.world, p.index, worlds[p.world].tick);
        if notes[p.world * SLOTS + p.index].cell == NONE {
            sense_nothing(p.world, p.index);
        }
    }
}

@compute @workgroup_size(GROUP)
fn spread_gather(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        bin_gather(p.world, p.index);
    }
}

@compute @workgroup_size(GROUP)
fn spread_sense(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = living_place(id, groups);
    if p.inside {
        sense(p.world, p.index, worlds[p.world].tick);
    }
}

// Agent number `team` of workgroup `group` of those that think with own genomes; for the living where populations float.
fn own_place(group: vec3<u32>, groups: vec3<u32>, team: u32) -> Place {
    if FLOATING == 1u {
        return living_agent(group.y, group.x * TEAMS + team);
    }
    var index = page.first_own + group.x + group.y * groups.x;
    for (var k = 0u; k < SPECIES; k++) {
        let s = &params.species[k];
        let each = select(0u, (WORLDS * s.slots + TEAMS - 1u) / TEAMS, ((OWN >> k) & 1u) == 1u);
        if index < each {
            let agent = index * TEAMS + team;
            return Place(min(agent / s.slots, WORLDS - 1u), s.slot_start + agent % s.slots, agent < WORLDS * s.slots);
        }
        index -= each;
    }
    return Place(0u, 0u, false);
}

// A team of lanes an agent, over the agents of species whose genomes serve few; for those whose genomes lie in the page at
// hand. Lanes without one come as well, because a barrier waits for all.
@compute @workgroup_size(CREW)
fn spread_think_own(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    // Lanes that are too few for one more team help none.
    let p = own_place(group, groups, min(lane / TEAM, TEAMS - 1u));
    let k = species_of(p.index);
    let s = &params.species[k];
    let local = p.index - s.slot_start;
    let row = genome_row(p.world, k, local / max(s.sharers, 1u));
    let here = p.inside && lane / TEAM < TEAMS && ((OWN >> k) & 1u) == 1u && row >= page.first && row < page.end;
    let me = thinker(p.world, k, local, row - page.first);
    think_own(me, here && agents[me.at].alive == 1u, lane);
}

// A lane an agent, over the agents of each genome of species whose genomes serve many; for genomes in the page at hand.
@compute @workgroup_size(CREW)
fn spread_think_shared(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    var index = page.first_shared + group.x + group.y * groups.x;
    var k = 0u;
    for (; k < SPECIES; k++) {
        let s = &params.species[k];
        let each = select(0u, WORLDS * s.rows * ((s.sharers + CREW - 1u) / CREW), ((SHARED >> k) & 1u) == 1u);
        if index < each {
            break;
        }
        index -= each;
    }
    let inside = k < SPECIES;
    k = min(k, SPECIES - 1u);
    let s = &params.species[k];
    let parts = (s.sharers + CREW - 1u) / CREW;
    let row = index / parts;
    let world = min(row / s.rows, WORLDS - 1u);
    let first = (row % s.rows) * s.sharers;
    let local = first + (index % parts) * CREW + lane;
    let here = inside && local < min(first + s.sharers, s.slots);
    let me = thinker(world, k, local, genome_row(world, k, row % s.rows) - page.first);
    think_shared(me, here && agents[me.at].alive == 1u, lane);
}

@compute @workgroup_size(GROUP)
fn spread_live(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = living_place(id, groups);
    if p.inside {
        live(p.world, p.index, worlds[p.world].tick);
    }
}

@compute @workgroup_size(GROUP)
fn spread_choose(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = living_place(id, groups);
    if p.inside {
        choose(p.world, p.index, worlds[p.world].tick);
    }
}

@compute @workgroup_size(GROUP)
fn spread_settle_bites(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = living_place(id, groups);
    if p.inside {
        settle_bites(p.world, p.index);
    }
}

@compute @workgroup_size(GROUP)
fn spread_answer(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = living_place(id, groups);
    if p.inside {
        answer(p.world, p.index);
    }
}

@compute @workgroup_size(GROUP)
fn spread_fields_settle(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, FIELD_CELLS);
    if p.inside {
        fields_settle(p.world, p.index);
    }
}

@compute @workgroup_size(GROUP)
fn spread_fields(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, FIELD_CELLS);
    if p.inside {
        fields_spread(p.world, p.index, worlds[p.world].tick);
    }
}

@compute @workgroup_size(GROUP)
fn spread_deaths(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = living_place(id, groups);
    if p.inside {
        if PREYS > 0u {
            take(p.world, p.index);
        }
        deaths(p.world, p.index);
    }
}

@compute @workgroup_size(LANES)
fn spread_births(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let world = group.x + group.y * groups.x;
    if world < WORLDS {
        births(world, lane, worlds[world].tick);
    }
}

@compute @workgroup_size(GROUP)
fn spread_tally(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        tally(p.world, p.index);
        if notes[p.world * SLOTS + p.index].cell == NONE {
            emit_nothing(p.world, p.index, worlds[p.world].tick);
        }
    }
}
