// What a device can do: read memory, multiply and add, or nothing at all, for the price of a dispatch. Stands alone.

struct Times {
    // Numbers of 16 bytes that an invocation reads, or rounds of arithmetic that it does.
    times: u32,
    // Numbers of 16 bytes from one that an invocation reads to its next.
    stride: u32,
    // Numbers of 16 bytes in memory that count, less 1; a power of two less 1.
    mask: u32,
    unused: u32,
}

@group(0) @binding(0) var<uniform> times: Times;
@group(0) @binding(1) var<storage, read_write> memory: array<vec4<f32>>;

// Reads all numbers once, those of a workgroup side by side. What is read is used, but never written.
@compute @workgroup_size(256)
fn gauge_read(@builtin(global_invocation_id) id: vec3<u32>) {
    var sum = vec4<f32>(0.0);
    for (var i = 0u; i < times.times; i++) {
        sum += memory[(id.x + i * times.stride) & times.mask];
    }
    if (sum.x < 0.0) {
        memory[id.x & times.mask] = sum;
    }
}

// 32 multiplications and additions a round, in 16 sums that do not wait for each other.
@compute @workgroup_size(256)
fn gauge_multiply(@builtin(global_invocation_id) id: vec3<u32>) {
    var a = memory[id.x & 255u];
    var b = a + 0.1;
    var c = a + 0.2;
    var d = a + 0.3;
    // From memory, so that no compiler knows how it ends.
    let factor = a * 0.0 + 0.999;
    let term = a * 0.0 + 0.001;
    for (var i = 0u; i < times.times; i++) {
        a = a * factor + term;
        b = b * factor + term;
        c = c * factor + term;
        d = d * factor + term;
    }
    let sum = a + b + c + d;
    if (sum.x < 0.0) {
        memory[id.x & 255u] = sum;
    }
}

@compute @workgroup_size(1)
fn gauge_nothing() {
    if (times.times == 1u) {
        memory[0] = memory[1];
    }
}
