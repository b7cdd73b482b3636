//! The commands that only tell: check, schema, scenes, doctor, report. Knows nothing of running.

use std::io::IsTerminal;

use serde_json::json;

use super::args::{CheckArgs, DoctorArgs, ListArgs, ReportArgs, SchemaArgs};
use super::prepare::beside;
use super::{Done, Failure, USAGE, say};
use crate::backend::gpu::{AdapterListing, adapters};
use crate::evolution::round::worlds_needed;
use crate::plan::Plan;
use crate::report;
use crate::scene::{self, SceneSpec};
use crate::simulation::{Options, check_sizes, memory, open_backend, problems, state_bytes};

/// `iwashi check`.
pub fn check(args: &CheckArgs) -> Result<Done, Failure> {
    let mut bad = 0;
    for name in &args.scenes {
        let loaded = scene::load(name).and_then(|file| match problems(&file.spec, beside(name)) {
            found if found.is_empty() => Ok(()),
            found => Err(file.refuse(found)),
        });
        match loaded {
            Ok(()) if args.json => say(&format!("{}\n", json!({"scene": name, "ok": true, "problems": []}))),
            Ok(()) => say(&format!("{name}: ok\n")),
            Err(error) => {
                bad += 1;
                if args.json {
                    let problems: Vec<_> = error.diagnostics.iter().map(|d| problem(d, &error.text)).collect();
                    say(&format!("{}\n", json!({"scene": name, "ok": false, "problems": problems})));
                } else {
                    say(&format!("{}\n", error.render(std::io::stdout().is_terminal()).trim_end()));
                }
            }
        }
    }
    match bad {
        0 => Ok(Done::Whole),
        _ => Err(Failure { code: USAGE, text: format!("{bad} of {} scenes cannot run", args.scenes.len()) }),
    }
}

fn problem(diagnostic: &scene::Diagnostic, text: &str) -> serde_json::Value {
    let before = text.get(..diagnostic.span.start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    json!({
        "path": diagnostic.path,
        "line": line,
        "column": column,
        "message": diagnostic.message,
        "expected": diagnostic.expected,
    })
}

/// `iwashi schema`.
pub fn schema(args: &SchemaArgs) -> Result<Done, Failure> {
    let text = scene::schema(&args.path);
    if text.trim().is_empty() {
        return Err(Failure::usage(format!("a scene has no `{}`; `iwashi schema` prints all that it has", args.path)));
    }
    say(&(text.trim_end().to_string() + "\n"));
    Ok(Done::Whole)
}

/// `iwashi report`.
pub fn report(args: &ReportArgs) -> Result<Done, Failure> {
    let path = args.output.clone().unwrap_or_else(|| args.run.join("report.html"));
    report::write(&args.run, &path)?;
    if !args.quiet {
        say(&format!("report: {}\n", path.display()));
    }
    Ok(Done::Whole)
}

/// `iwashi scenes`.
pub fn scenes(args: &ListArgs) -> Result<Done, Failure> {
    let width = scene::shipped().iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, _) in scene::shipped() {
        let spec = scene::load(name)?.spec;
        if args.json {
            say(&format!(
                "{}\n",
                json!({"scene": name, "title": spec.name, "description": spec.description, "watch": spec.watch})
            ));
        } else {
            say(&format!("{name:width$}  {}\n", spec.description));
        }
    }
    Ok(Done::Whole)
}

/// `iwashi doctor`.
pub fn doctor(args: &DoctorArgs) -> Result<Done, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    let mut rows = Vec::new();
    for (name, _) in scene::shipped() {
        rows.push((name, place(&scene::load(name)?.spec)));
    }
    let adapters = adapters();
    if args.json {
        let scenes: Vec<_> = rows
            .iter()
            .map(|(name, p)| json!({"scene": name, "runs_on": p.on, "worlds": p.worlds, "agents": p.agents, "bytes": p.bytes}))
            .collect();
        say(&format!(
            "{}\n",
            json!({
                "version": env!("CARGO_PKG_VERSION"),
                "threads": threads,
                "instruction_sets": instruction_sets(),
                "memory_bytes": memory(),
                "adapters": adapters.iter().map(adapter).collect::<Vec<_>>(),
                "window": cfg!(feature = "gui"),
                "scenes": scenes,
            })
        ));
        return Ok(Done::Whole);
    }
    let mut text = format!("iwashi {}\n\n", env!("CARGO_PKG_VERSION"));
    text += &format!("processor   {threads} threads, {}\n", instruction_sets().join(" "));
    if let Some(bytes) = memory() {
        text += &format!("memory      {:.1} GiB\n", gib(bytes));
    }
    if adapters.is_empty() {
        text += "gpu         none: no Vulkan, Metal or DirectX 12 driver offers one\n";
    }
    for (n, a) in adapters.iter().enumerate() {
        text += &format!("gpu {n:<7} {} ({}, {}, {})\n", a.name, a.kind, a.api, a.driver);
        text += &format!(
            "            arrays of {:.1} GiB, {} at once, {} KiB for a workgroup of {}{}\n",
            gib(a.max_binding_bytes),
            a.max_storage_buffers,
            a.workgroup_bytes / 1024,
            a.workgroup_invocations,
            if a.software { "; runs on the processor, so `auto` passes it over" } else { "" }
        );
    }
    text += &format!("window      {}\n\n", if cfg!(feature = "gui") { "built in" } else { "not in this build" });
    text += &format!("{:<16} {:>7} {:>8} {:>10}  runs on (--backend auto)\n", "scene", "worlds", "agents", "memory");
    for (name, p) in rows {
        text += &format!(
            "{name:<16} {:>7} {:>8} {:>6.1} MiB  {}\n",
            p.worlds,
            p.agents,
            p.bytes as f64 / f64::from(1 << 20),
            p.on
        );
    }
    say(&text);
    Ok(Done::Whole)
}

fn adapter(a: &AdapterListing) -> serde_json::Value {
    json!({
        "name": a.name,
        "kind": a.kind,
        "api": a.api,
        "driver": a.driver,
        "software": a.software,
        "max_binding_bytes": a.max_binding_bytes,
        "max_buffer_bytes": a.max_buffer_bytes,
        "max_storage_buffers": a.max_storage_buffers,
        "workgroup_bytes": a.workgroup_bytes,
        "workgroup_invocations": a.workgroup_invocations,
    })
}

/// Where a scene would run, and what it needs.
struct Place {
    on: String,
    worlds: u32,
    agents: u64,
    bytes: u64,
}

fn place(scene: &SceneSpec) -> Place {
    let worlds = worlds_needed(scene);
    let plan = Plan::new(scene, worlds);
    let on = match check_sizes(scene, &plan) {
        Ok(()) => match open_backend(&Options::default(), &plan) {
            Ok(opened) => {
                let info = opened.backend.info();
                format!("{} ({})", info.kind, info.device)
            }
            Err(error) => error.to_string(),
        },
        Err(problem) => problem.to_string(),
    };
    Place { on, worlds, agents: u64::from(plan.dims.slots) * u64::from(worlds), bytes: state_bytes(scene, &plan) }
}

/// Vector instruction sets that the CPU backend can use here.
fn instruction_sets() -> Vec<&'static str> {
    let mut sets = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        sets.push("sse2");
        if std::arch::is_x86_feature_detected!("avx2") {
            sets.push("avx2");
        }
        if std::arch::is_x86_feature_detected!("avx512f") {
            sets.push("avx512");
        }
    }
    #[cfg(target_arch = "aarch64")]
    sets.push("neon");
    sets
}
