// Between two ticks: deaths, renewals, births and patches asked for from outside. Twin of `src/backend/cpu/edit.rs`.

// A life that ends or goes on.
@compute @workgroup_size(64)
fn edit_lives(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x >= control.count {
        return;
    }
    let e = edits[id.x];
    let at = e.world * SLOTS + e.slot;
    if e.kind == EDIT_DEATH {
        if agents[at].alive == 1u {
            agents[at].alive = 0u;
            atomicAdd(&worlds[e.world].counters[species_of(e.slot) * COUNTERS + COUNT_AGED], 1u);
        }
        return;
    }
    if e.kind == EDIT_RENEWAL {
        agents[at].age = 0u;
        for (var i = 0u; i < TALLIES; i++) {
            tallies[at * TALLIES + i] = 0;
        }
        return;
    }
    let k = species_of(e.slot);
    agents[at] = e.child;
    clear_slot(e.world, k, e.slot);
    atomicMax(&worlds[e.world].next_id, e.child.id + 1u);
    atomicAdd(&worlds[e.world].counters[k * COUNTERS + COUNT_BORN], 1u);
}

// Copies the parents' rows that lie in the page at hand to the nursery: two rows for each birth.
@compute @workgroup_size(64)
fn edit_gather(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let e = edits[group.x];
    let k = species_of(e.slot);
    let s = &params.species[k];
    for (var parent = 0u; parent < 2u; parent++) {
        let slot = select(e.parent, e.second, parent == 1u);
        if slot == NONE {
            continue;
        }
        let row = genome_row(e.world, k, (slot - s.slot_start) / s.sharers);
        if row >= page.first && row < page.end {
            let to = (group.x * 2u + parent) * ROW_MAX;
            for (var i = lane; i < s.genome_words; i += 64u) {
                nursery[to + i] = genomes[row - page.first + i];
            }
        }
    }
}

// Breeds the children whose rows lie in the page at hand.
@compute @workgroup_size(64)
fn edit_breed(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let e = edits[group.x];
    let k = species_of(e.slot);
    let s = &params.species[k];
    let row = genome_row(e.world, k, (e.slot - s.slot_start) / s.sharers);
    if row < page.first || row >= page.end {
        return;
    }
    let mother = group.x * 2u * ROW_MAX;
    let two = e.second != NONE;
    let key = vec2<u32>(e.key[0], e.key[1]);
    for (var i = lane; i < s.genome_words; i += 64u) {
        let other = select(0u, nursery[mother + ROW_MAX + i], two);
        genomes[row - page.first + i] =
            inherit_word(k, i, nursery[mother + i], other, two, e.mutation_rate, e.mutation_size, key);
    }
}

// Copies rows from the nursery to their places in the page at hand.
@compute @workgroup_size(64)
fn edit_deal(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let d = deals[group.x];
    if d.to < page.first || d.to >= page.end {
        return;
    }
    for (var i = lane; i < d.words; i += 64u) {
        genomes[d.to - page.first + i] = nursery[d.first + i];
    }
}

// Gathers what fitness needs of each agent: its id, and the tallies that `control.count` names by bits.
@compute @workgroup_size(64)
fn edit_earned(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if at >= WORLDS * SLOTS {
        return;
    }
    var to = at * (1u + countOneBits(control.count));
    earned[to] = agents[at].id;
    for (var tally = 0u; tally < TALLIES; tally++) {
        if ((control.count >> tally) & 1u) == 1u {
            to++;
            earned[to] = bitcast<u32>(tallies[at * TALLIES + tally]);
        }
    }
}

// Drops patches into a field of every world, in their order.
@compute @workgroup_size(64)
fn edit_patches(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if i >= WORLDS * FIELD_CELLS {
        return;
    }
    let cell = i % FIELD_CELLS;
    for (var n = 0u; n < control.count; n++) {
        let patch_ = patches[n];
        let field = &params.fields[patch_.field];
        if cell < field.start || cell >= field.start + field.dims[0] * field.dims[1] * field.dims[2] {
            continue;
        }
        let added = patch_at(patch_.field, cell - field.start, vec(patch_.center), patch_.radius, patch_.amount);
        if added != 0.0f {
            fields[i] = clamp_to(fields[i] + added, 0.0f, field.capacity);
        }
    }
}
