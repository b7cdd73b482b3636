//! Tests of single functions: the WGSL twins of `math`, `rng` and `genome` against Rust on thousands of inputs, half of
//! them random bit patterns, half of sizes that occur. Bits are compared on software adapters; hardware, which may
//! fuse and round differently, is compared within a stated tolerance where the input is a usual one.

use super::device::SharedDevice;
use super::header::{Module, compose};
use super::thinking::TEAM;
use super::transfer;
use crate::controller::graph;
use crate::plan::Plan;
use crate::scene::SceneSpec;
use crate::{genome, math, rng};

/// Inputs of a run.
const CASES: usize = 8192;

// Mesa turns a b + a c into a (b + c), as WGSL permits. So a twin that is to agree in every bit must not contain sums of
// products with a common factor; `dot3` is therefore not tested on vectors that share components.

/// Appended to a module: function `which` of the inputs (a, b, c, d) of each case.
const ENTRY: &str = "
@group(1) @binding(0) var<storage, read> cases: array<vec4<u32>>;
@group(1) @binding(1) var<storage, read_write> results: array<vec4<u32>>;

@compute @workgroup_size(64)
fn twins(@builtin(global_invocation_id) id: vec3<u32>) {
    let u = cases[id.x];
    let x = bitcast<vec4<f32>>(u);
    let v = vec3<f32>(x.y, x.z, x.w);
    var r = vec4<u32>();
    switch WHICH {
        case 0u: { r = vec4<u32>(bitcast<u32>(tanh_(x.x)), bitcast<u32>(sigmoid(x.y)), bitcast<u32>(sin_(x.z)), bitcast<u32>(cos_(x.w))); }
        case 1u: { r = vec4<u32>(bitcast<u32>(turn(x.x, x.y)), bitcast<u32>(fixed(x.z, 65536.0f)), bitcast<u32>(clamp_to(x.w, -1.0f, 1.0f)), bitcast<u32>(length3(v))); }
        case 2u: { let n = normalize_or(v, vec3<f32>(1.0f, 0.0f, 0.0f)); r = vec4<u32>(bitcast<vec3<u32>>(n), bitcast<u32>(dot3(v, vec3<f32>(x.x, 0.7f, -1.3f)))); }
        case 3u: { r = pcg4d(u); }
        case 4u: { r = vec4<u32>(below(u.x, u.y), bitcast<u32>(uniform_(u.z)), bitcast<u32>(normal(u)), u32(chance(u.w, 0.3f))); }
        case 5u: { r = draw(u.xy, u.z, u.w, 5u); }
        case 6u: {
            let one = inherit(x.x, 0.0f, false, u.w, 0.5f, 0.25f, u.yz);
            let two = inherit(x.x, x.y, true, u.w, 0.5f, 0.25f, u.zx);
            r = vec4<u32>(bitcast<u32>(one), bitcast<u32>(two), u32(is_nan(x.x)), u32(is_finite(x.y)));
        }
        case 7u: { let a = body_axes(v); r = vec4<u32>(bitcast<vec3<u32>>(a.up), bitcast<u32>(a.right.x)); }
        case 8u: { r = vec4<u32>(bitcast<u32>(add_saturating(i32(u.x), i32(u.y))), whole(clamp_to(x.z, 0.0f, 1e6f)), bitcast<u32>(larger(x.x, x.y)), bitcast<u32>(smaller(x.x, x.y))); }
        case 9u: { r = vec4<u32>(narrow(x.x), bitcast<u32>(half_of(u.y, u.x & 1u)), bitcast<u32>(widen(u.z & 0xffffu)), u32(step_of(u.w, u.x & 3u))); }
        case 10u: { r = vec4<u32>(bitcast<u32>(exp_(x.x)), bitcast<u32>(sine(x.y)), index_of(x.z, u.x >> 8u), bitcast<u32>(node_value(u.y % 10u, x.w))); }
        case 11u: { r = vec4<u32>(bitcast<u32>(ln_(bitcast<f32>((u.x & 0x3fffffffu) + 0x20000000u))), bitcast<u32>(ln_(1.0f + uniform_(u.y))), 0u, 0u); }
        default: { r = vec4<u32>(bitcast<u32>(fixed_small(uniform_(u.x) * 8e6f - 4e6f, 1.0f)), bitcast<u32>(floor(x.y)), bitcast<u32>(f32(i32(u.z))), bitcast<u32>(x.x / x.w)); }
    }
    results[id.x] = r;
}
";

/// The same in Rust.
fn expected(which: u32, u: [u32; 4]) -> [u32; 4] {
    let x = u.map(f32::from_bits);
    let v = [x[1], x[2], x[3]];
    let bits = |f: f32| f.to_bits();
    match which {
        0 => [bits(math::tanh(x[0])), bits(math::sigmoid(x[1])), bits(math::sin(x[2])), bits(math::cos(x[3]))],
        1 => [
            bits(math::turn(x[0], x[1])),
            math::fixed(x[2], 65536.0) as u32,
            bits(x[3].clamp(-1.0, 1.0)),
            bits(math::length(v)),
        ],
        2 => {
            let n = math::normalize_or(v, [1.0, 0.0, 0.0]).map(bits);
            [n[0], n[1], n[2], bits(math::dot(v, [x[0], 0.7, -1.3]))]
        }
        3 => rng::pcg4d(u),
        4 => {
            [rng::below(u[0], u[1]), bits(rng::uniform(u[2])), bits(rng::normal(u)), u32::from(rng::chance(u[3], 0.3))]
        }
        5 => rng::draw([u[0], u[1]], u[2], u[3], 5),
        6 => {
            let variation = genome::Variation { rate: 0.5, size: 0.25 };
            [
                bits(genome::inherit(x[0], None, u[3], variation, [u[1], u[2]])),
                bits(genome::inherit(x[0], Some(x[1]), u[3], variation, [u[2], u[0]])),
                u32::from(x[0].is_nan()),
                u32::from(x[1].is_finite()),
            ]
        }
        7 => {
            let [_, right, up] = math::body_axes(v);
            [bits(up[0]), bits(up[1]), bits(up[2]), bits(right[0])]
        }
        8 => [
            (u[0] as i32).saturating_add(u[1] as i32) as u32,
            x[2].clamp(0.0, 1e6) as u32,
            bits(x[0].max(x[1])),
            bits(x[0].min(x[1])),
        ],
        9 => [
            u32::from(genome::narrow(x[0])),
            bits(genome::widen((u[1] >> (16 * (u[0] & 1))) as u16)),
            bits(genome::widen(u[2] as u16)),
            i32::from(u[3].to_le_bytes()[(u[0] & 3) as usize] as i8) as u32,
        ],
        10 => [
            bits(math::exp(x[0])),
            bits(math::sine(x[1])),
            graph::index_of(x[2], u[0] >> 8),
            bits(graph::activated(u[1] % 10, x[3])),
        ],
        11 => {
            // Any normal number above 0 but the very small and large ones.
            let any = f32::from_bits((u[0] & 0x3fff_ffff) + 0x2000_0000);
            [bits(math::ln(any)), bits(math::ln(1.0 + rng::uniform(u[1]))), 0, 0]
        }
        _ => [
            math::fixed_small(rng::uniform(u[0]) * 8e6 - 4e6, 1.0) as u32,
            bits(x[1].floor()),
            bits(u[2] as i32 as f32),
            bits(x[0] / x[3]),
        ],
    }
}

/// Cases: random bits, then numbers of usual size.
fn cases() -> Vec<[u32; 4]> {
    let usual = |w: u32| ((rng::uniform(w) - 0.5) * 20.0).to_bits();
    (0..CASES as u32)
        .map(|i| {
            let words = rng::draw([11, 12], 0, i, 0);
            if i % 2 == 0 { words } else { words.map(usual) }
        })
        .collect()
}

/// Results of function `which` on the device.
fn on_device(shared: &SharedDevice, which: u32, cases: &[[u32; 4]]) -> Vec<[u32; 4]> {
    let device = &shared.device;
    let text = compose(&Plan::new(&SceneSpec::default(), 1), Module::Spread, TEAM)
        + &ENTRY.replace("WHICH", &format!("{which}u"));
    let mut results = vec![[0u32; 4]; cases.len()];
    let buffer = |contents: &[[u32; 4]]| {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::COPY_SRC;
        let size = size_of_val(contents) as u64;
        let buffer =
            device.create_buffer(&wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false });
        transfer::write(shared, &buffer, 0, bytemuck::cast_slice(contents));
        buffer
    };
    let (input, output) = (buffer(cases), buffer(&results));
    shared
        .guarded("twins", || {
            let source = wgpu::ShaderSource::Wgsl(text.into());
            let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
            let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: None,
                layout: None,
                module: &module,
                entry_point: Some("twins"),
                compilation_options: Default::default(),
                cache: None,
            });
            let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout: &pipeline.get_bind_group_layout(1),
                entries: &[
                    wgpu::BindGroupEntry { binding: 0, resource: input.as_entire_binding() },
                    wgpu::BindGroupEntry { binding: 1, resource: output.as_entire_binding() },
                ],
            });
            let mut encoder = device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                pass.set_pipeline(&pipeline);
                pass.set_bind_group(1, &group, &[]);
                pass.dispatch_workgroups(cases.len() as u32 / 64, 1, 1);
            }
            shared.queue.submit([encoder.finish()]);
        })
        .expect("runs");
    transfer::read(shared, vec![(&output, 0, bytemuck::cast_slice_mut(&mut results))]).expect("read");
    results
}

/// Whether two results of function `which` agree: to the bit, except that any NaN equals any other, and that the body
/// axes may differ in the sign of a zero (compilers take 0 x to be 0 whatever the sign of x).
fn agree(which: u32, a: u32, b: u32) -> bool {
    let (fa, fb) = (f32::from_bits(a), f32::from_bits(b));
    a == b || (fa.is_nan() && fb.is_nan()) || (which == 7 && fa == fb)
}

#[test]
fn functions_agree_with_rust() {
    let shared = match SharedDevice::open() {
        Ok(shared) => shared,
        Err(e) if std::env::var("IWASHI_REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("{e}"),
        Err(e) => return eprintln!("skipped: {e}"),
    };
    let cases = cases();
    for which in 0..13 {
        let results = on_device(&shared, which, &cases);
        assert!(results.iter().any(|r| *r != results[0]), "function {which} does something");
        for (i, (case, result)) in cases.iter().zip(&results).enumerate() {
            let wanted = expected(which, *case);
            for part in 0..4 {
                let (a, b) = (wanted[part], result[part]);
                // Integer functions are exact everywhere; floats on hardware within 1e-5 of values of size 1.
                let (fa, fb) = (f32::from_bits(a), f32::from_bits(b));
                let close = !shared.is_software() && (i % 2 == 0 || (fa - fb).abs() <= 1e-5 * fa.abs().max(1.0));
                let integer = matches!(which, 3 | 5 | 9);
                assert!(
                    agree(which, a, b) || (close && !integer),
                    "function {which} part {part} of {case:?} = {:?}: {a:#x} ({fa}) in Rust, {b:#x} ({fb}) on {}",
                    case.map(f32::from_bits),
                    shared.listing().name
                );
            }
        }
    }
}
