// How strongly one of a pair acts on the other, by their distance. Twin of `src/backend/cpu/laws.rs`.

// What the offset, or the velocity less one's own, is multiplied by.
fn law_factor(zone: ZoneParams, square: f32, distance: f32) -> f32 {
    switch zone.gives {
        case PAIR_OFFSET: {
            return zone.law[0];
        }
        case PAIR_MORSE: {
            let attraction = zone.law[2] * exp_(-(distance * zone.law[3]));
            let repulsion = zone.law[0] * exp_(-(distance * zone.law[1]));
            return select((attraction - repulsion) / distance, 0.0f, distance < 1e-6f);
        }
        case PAIR_ALIGN: {
            return zone.law[0] * exp_(-(zone.law[1] * ln_(1.0f + square)));
        }
        case PAIR_LATTICE: {
            let epsilon = zone.law[1];
            let root = sqrt(1.0f + epsilon * square);
            let off = sigma_norm(epsilon, square) - sigma_norm(epsilon, zone.law[2] * zone.law[2]);
            return bump(zone, square) * (zone.law[0] * off / sqrt(1.0f + off * off)) / root;
        }
        default: {
            return zone.law[0] * bump(zone, square);
        }
    }
}

fn sigma_norm(epsilon: f32, square: f32) -> f32 {
    return (sqrt(1.0f + epsilon * square) - 1.0f) / epsilon;
}

fn bump(zone: ZoneParams, square: f32) -> f32 {
    let epsilon = zone.law[1];
    let begin = zone.law[3];
    let part = sigma_norm(epsilon, square) / sigma_norm(epsilon, zone.outer * zone.outer);
    let fallen = clamp_to((part - begin) / (1.0f - begin), 0.0f, 1.0f);
    let half = cos_(0.25f * TAU * fallen);
    return half * half;
}
