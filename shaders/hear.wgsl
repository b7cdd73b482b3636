// Stage hear: the signal seam. Twin of `src/backend/cpu/hear.rs`.

fn hear(world: u32, slot: u32, tick: u32) {
    let k = species_of(slot);
    let s = &params.species[k];
    let mask = worlds[world].interventions[k];
    let local = slot - s.slot_start;
    let id = agents[world * SLOTS + slot].id;
    for (var channel = 0u; channel < s.channels; channel++) {
        let concerned = ((mask.channels >> channel) & 1u) == 1u;
        let mode = select(HEAR_PASS, mask.mode, concerned);
        var source = local;
        var late = 1u;
        var of_channel = channel;
        if mode == HEAR_SCRAMBLE {
            source = below(draw(stream_of(world), tick, id, DRAW_SCRAMBLE).x, s.slots);
        } else if mode == HEAR_DELAY {
            late = 1u + min(mask.delay, s.history - 1u);
        } else if mode == HEAR_SWAP {
            of_channel = next_channel(mask.channels, channel, s.channels);
        } else if mode == HEAR_WRITTEN {
            continue;
        }
        // Before the first tick the ring holds zeros, so reading "late" ticks before tick 0 is silence.
        let row = (tick + HISTORY * 64u - late) % HISTORY;
        var emitted = mind[SIGNALS_AT + (world * HISTORY + row) * SIG + s.sig_start + source * s.channels + of_channel];
        if mode == HEAR_NOISE {
            emitted += mask.noise * normal(draw(stream_of(world), tick, id, DRAW_STATIC ^ (channel << 16u)));
        }
        var heard = 0.0f;
        if mode != HEAR_MUTE {
            heard = clamp_to(emitted * s.signal_gain, -1.0f, 1.0f);
        }
        mind[HEARD_AT + world * SIG + s.sig_start + local * s.channels + channel] = heard;
    }
}

// The channel that is heard in place of one when those concerned are swapped: the next of them, after the last the first.
fn next_channel(concerned: u32, channel: u32, channels: u32) -> u32 {
    for (var step = 1u; step <= channels; step++) {
        let other = (channel + step) % channels;
        if ((concerned >> other) & 1u) == 1u {
            return other;
        }
    }
    return channel;
}
