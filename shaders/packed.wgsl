// Kernel of the packed shape: a workgroup a world, many ticks a dispatch. The same stage functions as in the spread
// shape, with a barrier where that has a new dispatch, unless an agent goes on with what only it has touched.

fn between() {
    storageBarrier();
    workgroupBarrier();
}

@compute @workgroup_size(LANES)
fn packed(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) groups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let world = group.x + group.y * groups.x;
    if world >= WORLDS {
        return;
    }
    let first = worlds[world].tick + 1u;
    for (var t = 0u; t < control.ticks; t++) {
        let tick = first + t;
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            if EVERYONE == 1u {
                bin_everyone(world, slot);
            } else {
                bin_count(world, slot);
            }
            hear(world, slot, tick);
        }
        between();
        if EVERYONE == 0u {
            bin_scan(world, lane);
            between();
            for (var slot = lane; slot < SLOTS; slot += LANES) {
                bin_scatter(world, slot);
            }
            between();
            for (var slot = lane; slot < SLOTS; slot += LANES) {
                bin_gather(world, slot);
            }
            between();
        }
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            sense(world, slot, tick);
        }
        between();
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            live(world, slot, tick, row_of(world, slot));
        }
        if PREYS + GRAZES > 0u {
            between();
        }
        if PREYS > 0u {
            for (var slot = lane; slot < SLOTS; slot += LANES) {
                choose(world, slot);
            }
            between();
            for (var slot = lane; slot < SLOTS; slot += LANES) {
                settle_bites(world, slot);
            }
            between();
        }
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            answer(world, slot);
        }
        if PREYS + FIELDS > 0u {
            between();
        }
        if FIELDS > 0u {
            for (var cell = lane; cell < FIELD_CELLS; cell += LANES) {
                fields_settle(world, cell);
            }
            between();
            for (var cell = lane; cell < FIELD_CELLS; cell += LANES) {
                fields_spread(world, cell, tick);
            }
            between();
        }
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            if PREYS > 0u {
                take(world, slot);
            }
            deaths(world, slot);
        }
        if ECOLOGY > 0u {
            between();
            births(world, lane, tick);
        }
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            tally(world, slot);
        }
        between();
    }
    if lane == 0u {
        worlds[world].tick = first + control.ticks - 1u;
    }
}
