// Kernels of the spread shape: a stage a dispatch, over all slots (or cells) of all worlds. A dispatch may be folded into
// rows, because one dimension ends at 65,535 workgroups.

const GROUP: u32 = 64u;

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

@compute @workgroup_size(GROUP)
fn spread_count(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        bin_count(p.world, p.index);
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
        }
    }
}

@compute @workgroup_size(GROUP)
fn spread_scatter(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        bin_scatter(p.world, p.index);
        hear(p.world, p.index, worlds[p.world].tick);
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
    let p = place(id, groups, SLOTS);
    if p.inside {
        sense(p.world, p.index, worlds[p.world].tick);
    }
}

// For the agents whose genomes lie in the page at hand.
@compute @workgroup_size(GROUP)
fn spread_live(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        let row = row_of(p.world, p.index);
        if row >= page.first && row < page.end {
            live(p.world, p.index, worlds[p.world].tick, row - page.first);
        }
    }
}

@compute @workgroup_size(GROUP)
fn spread_choose(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        choose(p.world, p.index);
    }
}

@compute @workgroup_size(GROUP)
fn spread_settle_bites(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
    if p.inside {
        settle_bites(p.world, p.index);
    }
}

@compute @workgroup_size(GROUP)
fn spread_answer(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let p = place(id, groups, SLOTS);
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
    let p = place(id, groups, SLOTS);
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
    }
}
