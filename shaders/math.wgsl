// The elementary functions that both backends share: twin of `src/math.rs`, with the same operations in the same
// order. Only + - * /, sqrt, comparisons and integer conversions; the built-in dot, length, clamp and min are left
// alone, because drivers may reorder them or treat NaN as they like. Decimal constants carry the suffix f, so that
// constant expressions are computed in f32, as in Rust.

fn vec(a: array<f32, 3>) -> vec3<f32> {
    return vec3<f32>(a[0], a[1], a[2]);
}

fn arr(a: vec3<f32>) -> array<f32, 3> {
    return array<f32, 3>(a.x, a.y, a.z);
}

// Whether x is NaN, by its bits: compilers may assume that comparisons never see one.
fn is_nan(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

// Whether x is neither infinite nor NaN.
fn is_finite(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// f32::clamp: NaN passes through.
fn clamp_to(x: f32, low: f32, high: f32) -> f32 {
    if is_nan(x) {
        return x;
    }
    var y = x;
    if y < low {
        y = low;
    }
    if y > high {
        y = high;
    }
    return y;
}

// f32::max: the other operand when one is NaN.
fn larger(a: f32, b: f32) -> f32 {
    if is_nan(a) {
        return b;
    }
    if b > a {
        return b;
    }
    return a;
}

// f32::min: the other operand when one is NaN.
fn smaller(a: f32, b: f32) -> f32 {
    if is_nan(a) {
        return b;
    }
    if b < a {
        return b;
    }
    return a;
}

fn dot3(a: vec3<f32>, b: vec3<f32>) -> f32 {
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

fn cross3(a: vec3<f32>, b: vec3<f32>) -> vec3<f32> {
    return vec3<f32>(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

fn length3(a: vec3<f32>) -> f32 {
    return sqrt(dot3(a, a));
}

fn normalize_or(a: vec3<f32>, fallback: vec3<f32>) -> vec3<f32> {
    let len = length3(a);
    if len < 1e-6f {
        return fallback;
    }
    return vec3<f32>(a.x / len, a.y / len, a.z / len);
}

fn tanh_(x: f32) -> f32 {
    let c = clamp_to(x, -4.97f, 4.97f);
    let s = c * c;
    let p = c * (135135.0f + s * (17325.0f + s * (378.0f + s)));
    let q = 135135.0f + s * (62370.0f + s * (3150.0f + s * 28.0f));
    return p / q;
}

fn sigmoid(x: f32) -> f32 {
    return 0.5f + 0.5f * tanh_(0.5f * x);
}

fn sin_(x: f32) -> f32 {
    let s = x * x;
    return x * (1.0f
        + s * (-1.0f / 6.0f
            + s * (1.0f / 120.0f
                + s * (-1.0f / 5040.0f + s * (1.0f / 362880.0f + s * (-1.0f / 39916800.0f))))));
}

fn cos_(x: f32) -> f32 {
    let s = x * x;
    return 1.0f
        + s * (-0.5f
            + s * (1.0f / 24.0f
                + s * (-1.0f / 720.0f
                    + s * (1.0f / 40320.0f + s * (-1.0f / 3628800.0f + s * (1.0f / 479001600.0f))))));
}

fn exp_(x: f32) -> f32 {
    let c = clamp_to(x, -87.0f, 87.0f);
    if is_nan(c) {
        return c;
    }
    let n = round(c * 1.4426950408889634f);
    let r = c - n * 0.6931471805599453f;
    let series = 1.0f
        + r * (1.0f + r * (0.5f
            + r * (1.0f / 6.0f + r * (1.0f / 24.0f + r * (1.0f / 120.0f + r * (1.0f / 720.0f))))));
    return series * bitcast<f32>(u32(i32(n) + 127) << 23u);
}

fn ln_(x: f32) -> f32 {
    let bits = bitcast<i32>(x);
    let power = (bits - 0x3f3504f3) >> 23u;
    let m = bitcast<f32>(bits - (power << 23u));
    let s = (m - 1.0f) / (m + 1.0f);
    let q = s * s;
    let series = s * (2.0f + q * (2.0f / 3.0f + q * (2.0f / 5.0f + q * (2.0f / 7.0f + q * (2.0f / 9.0f)))));
    return f32(power) * 0.6931471805599453f + series;
}

fn sine(x: f32) -> f32 {
    let turns = round(x * (1.0f / 6.283185307179586f));
    return sin_(clamp_to(x - turns * 6.283185307179586f, -3.141592653589793f, 3.141592653589793f));
}

fn turn(y: f32, x: f32) -> f32 {
    let ax = abs(x);
    let ay = abs(y);
    let a = smaller(ax, ay) / larger(larger(ax, ay), 1e-30f);
    let s = a * a;
    let r = a * (0.9998660f + s * (-0.3302995f + s * (0.1801410f + s * (-0.0851330f + s * 0.0208351f))));
    var t = r * 0.15915494f;
    t = select(t, 0.25f - t, ay > ax);
    t = select(t, 0.5f - t, x < 0.0f);
    t = select(t, 1.0f - t, y < 0.0f);
    return select(t, 0.0f, t >= 1.0f);
}

// Nearest integer to x times scale, ties to even; 0 for NaN, as Rust converts it.
fn fixed(x: f32, scale: f32) -> i32 {
    let y = clamp_to(x * scale, -2147483500.0f, 2147483500.0f);
    if is_nan(y) {
        return 0;
    }
    return i32(round(y));
}

// The same for |x scale| below 2^22, in two operations.
fn fixed_small(x: f32, scale: f32) -> i32 {
    return bitcast<i32>(x * scale + 12582912.0f) - 0x4b400000;
}

struct Axes {
    forward: vec3<f32>,
    right: vec3<f32>,
    up: vec3<f32>,
}

fn body_axes(forward: vec3<f32>) -> Axes {
    let right = normalize_or(vec3<f32>(forward.y, -forward.x, 0.0f), vec3<f32>(0.0f, -1.0f, 0.0f));
    return Axes(forward, right, cross3(right, forward));
}
