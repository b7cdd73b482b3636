// How strongly one of a pair acts on the other, by their distance. Twin of `src/backend/cpu/laws.rs`.

// What the offset, or the velocity less one's own, is multiplied by.
fn law_factor(z: u32, distance: f32) -> f32 {
    let zone = &params.zones[z];
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
            return zone.law[0] * exp_(-(zone.law[1] * ln_(1.0f + distance * distance)));
        }
        case PAIR_LATTICE: {
            let epsilon = zone.law[1];
            let root = sqrt(1.0f + epsilon * (distance * distance));
            let off = (root - 1.0f) / epsilon - sigma_norm(epsilon, zone.law[2]);
            return bump(z, distance) * (zone.law[0] * off / sqrt(1.0f + off * off)) / root;
        }
        default: {
            return zone.law[0] * bump(z, distance);
        }
    }
}

fn sigma_norm(epsilon: f32, distance: f32) -> f32 {
    return (sqrt(1.0f + epsilon * (distance * distance)) - 1.0f) / epsilon;
}

fn bump(z: u32, distance: f32) -> f32 {
    let zone = &params.zones[z];
    let epsilon = zone.law[1];
    let begin = zone.law[3];
    let part = sigma_norm(epsilon, distance) / sigma_norm(epsilon, zone.outer);
    let fallen = clamp_to((part - begin) / (1.0f - begin), 0.0f, 1.0f);
    return 0.5f * (1.0f + cos_(0.5f * TAU * fallen));
}
