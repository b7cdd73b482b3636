// Kernel of the packed shape: a workgroup a world, many ticks a dispatch. The same stage functions as in the spread
// shape, with a barrier where that has a new dispatch, unless an agent goes on with what only it has touched.

fn between() {
    storageBarrier();
    workgroupBarrier();
}

// All agents of a world think, species after species, as many at a time as there are teams or lanes.
fn think(world: u32, lane: u32) {
    for (var k = 0u; k < SPECIES; k++) {
        let s = &params.species[k];
        let own = select(0u, s.slots, ((OWN >> k) & 1u) == 1u);
        for (var first = 0u; first < own; first += TEAMS) {
            let local = first + lane / TEAM;
            let inside = lane / TEAM < TEAMS && local < s.slots;
            let me = thinker(world, k, local, genome_row(world, k, local / s.sharers));
            think_own(me, inside && agents[me.at].alive == 1u, lane);
        }
        let rows = select(0u, s.rows, ((SHARED >> k) & 1u) == 1u);
        for (var row = 0u; row < rows; row++) {
            let end = min((row + 1u) * s.sharers, s.slots);
            for (var first = row * s.sharers; first < end; first += CREW) {
                let local = first + lane;
                let me = thinker(world, k, local, genome_row(world, k, row));
                think_shared(me, local < end && agents[me.at].alive == 1u, lane);
            }
        }
    }
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
        think(world, lane);
        between();
        for (var slot = lane; slot < SLOTS; slot += LANES) {
            live(world, slot, tick);
        }
        if PREYS + GRAZES > 0u {
            between();
        }
        if PREYS > 0u {
            for (var slot = lane; slot < SLOTS; slot += LANES) {
                choose(world, slot, tick);
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
