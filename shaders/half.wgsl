// Halves as integers: twin of `src/genome/half.rs`.

fn narrow(value: f32) -> u32 {
    let bits = bitcast<u32>(value);
    let sign = (bits >> 16u) & 0x8000u;
    let size = bits & 0x7fffffffu;
    if size > 0x7f800000u {
        return sign | 0x7e00u;
    }
    let rounded = (size + 0x0fffu + ((size >> 13u) & 1u)) >> 13u;
    if rounded < 0x1c400u {
        return sign;
    }
    return sign | min(rounded - 0x1c000u, 0x7bffu);
}

// By integers, because not every adapter has `unpack2x16float`; subnormal halves by a product that is not subnormal,
// because not every adapter keeps those.
fn widen(half: u32) -> f32 {
    let size = half & 0x7fffu;
    let number = select((size << 13u) + 0x38000000u, bitcast<u32>(f32(size) * 0x1p-24f), size < 0x400u);
    let special = select(0u, 0x7f800000u, size > 0x7bffu);
    return bitcast<f32>(number | special | ((half & 0x8000u) << 16u));
}
