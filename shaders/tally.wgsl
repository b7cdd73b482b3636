// Stage tally: the living grow older, waits count down, and fitness is added up in fixed point. Twin of
// `src/backend/cpu/tally.rs`.

fn count(at: u32, index: u32, value: f32) {
    let sum = at * TALLIES + index;
    tallies[sum] = add_saturating(tallies[sum], fixed(value, TALLY_SCALE));
}

fn tally(world: u32, slot: u32) {
    let at = world * SLOTS + slot;
    let s = &params.species[species_of(slot)];
    let dt = params.tank.dt;
    if PREYS > 0u {
        if notes[at].biter != NONE {
            // Also for the dead: the last bite counts.
            count(at, TALLY_TAKEN, f32(notes[at].wound) / ENERGY_SCALE);
        }
    }
    if agents[at].alive == 0u {
        return;
    }
    agents[at].age += 1u;
    agents[at].handling -= min(agents[at].handling, 1u);
    agents[at].refractory -= min(agents[at].refractory, 1u);
    count(at, TALLY_FOOD, f32(notes[at].eaten) / ENERGY_SCALE);
    count(at, TALLY_ALIVE, dt);
    if notes[at].dealt >= 0 {
        count(at, TALLY_PREY, 1.0f);
        count(at, TALLY_DEALT, f32(notes[at].dealt) / ENERGY_SCALE);
    }
    count(at, TALLY_DISTANCE, length3(vec(agents[at].vel)) * dt);
    count(at, TALLY_NEAR, notes[at].social[0] * dt);
    count(at, TALLY_ALIGN, notes[at].social[1] * dt);
    count(at, TALLY_FLOCK, notes[at].social[2] * dt * FLOCK_UNIT);
    count(at, TALLY_SPENT, f32(notes[at].spent) / ENERGY_SCALE);
    let action = ACT_AT + world * ACT + s.act_start + (slot - s.slot_start) * s.act_len + s.signal_action;
    var strength = 0.0f;
    for (var channel = 0u; channel < s.channels; channel++) {
        strength += abs(mind[action + channel]);
    }
    count(at, TALLY_SIGNAL, strength * dt);
    for (var i = 0u; i < 2u; i++) {
        let field = s.time_in[i];
        if field != NONE {
            let value = fields[world * FIELD_CELLS + field_cell(field, vec(agents[at].pos))];
            count(at, TALLY_FIELD + i, select(0.0f, dt, value > 0.1f * params.fields[field].capacity));
        }
    }
}
