//! Every kernel of several plans parses and validates with naga, has the entry points and bindings that the Rust side
//! expects, and lays its structs out as Rust does. Needs no GPU.

mod common;

use iwashi::backend::gpu::header::{self, BINDINGS, Binding, Module};
use iwashi::backend::gpu::kernels::{KERNELS, packed};
use iwashi::backend::gpu::records;
use iwashi::backend::gpu::thinking::{ALONE, TEAM, WORKGROUP_BYTES};
use iwashi::layout::*;
use iwashi::plan::Plan;
use iwashi::scene::SceneSpec;
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};

/// Parses and validates a module with what every WebGPU device can do.
fn check(text: &str) -> (naga::Module, ModuleInfo) {
    let module = naga::front::wgsl::parse_str(text).unwrap_or_else(|e| panic!("{}", e.emit_to_string(text)));
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|e| panic!("{}", e.emit_to_string(text)));
    (module, info)
}

fn plans() -> Vec<Plan> {
    let bare = SceneSpec::default();
    let mut scenes =
        vec![common::plane(), common::volume(), common::boids(), common::learners(), common::attentive(), bare];
    scenes.extend(common::compact());
    scenes.extend(common::wide());
    scenes.extend(common::crossed());
    scenes.extend(common::pairs());
    let mut grazers = common::plane();
    grazers.species.truncate(1);
    scenes.push(grazers);
    scenes.iter().flat_map(|s| [Plan::new(s, 1), Plan::new(s, 3)]).collect()
}

#[test]
fn every_module_of_every_plan_is_valid() {
    for plan in plans() {
        for module in [Module::Spread, Module::Packed, Module::Close, Module::Edit] {
            for team in [TEAM, ALONE] {
                check(&header::compose(&plan, module, team));
            }
        }
    }
}

#[test]
fn kernels_use_the_bindings_they_name() {
    for plan in [Plan::new(&common::plane(), 2), Plan::new(&common::volume(), 1)] {
        for (kernel, team) in KERNELS.into_iter().flat_map(|kernel| [(kernel, TEAM), (kernel, ALONE)]) {
            let (module, info) = check(&header::compose(&plan, kernel.module, team));
            let index = module
                .entry_points
                .iter()
                .position(|e| e.name == kernel.entry)
                .unwrap_or_else(|| panic!("no entry point {}", kernel.entry));
            let used: Vec<u32> = module
                .global_variables
                .iter()
                .filter(|(handle, _)| !info.get_entry_point(index)[*handle].is_empty())
                .filter_map(|(_, variable)| variable.binding.map(|b| b.binding))
                .collect();
            let named: Vec<u32> = kernel.uses.iter().map(|b| *b as u32).collect();
            assert_eq!(
                used,
                named,
                "{}: {:?}",
                kernel.entry,
                used.iter().map(|&b| BINDINGS[b as usize].0).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn few_enough_buffers_for_every_adapter_in_the_spread_shape() {
    for kernel in KERNELS.iter().filter(|k| k.entry != "packed") {
        assert!(kernel.storage_buffers() <= 10, "{} sees {} storage buffers", kernel.entry, kernel.storage_buffers());
    }
}

/// Bytes of workgroup memory that each entry point of a module uses.
fn workgroup_bytes(text: &str) -> Vec<(String, u32)> {
    let (module, info) = check(text);
    let bytes_of = |(index, entry): (usize, &naga::EntryPoint)| {
        let variables = module.global_variables.iter().filter(|(handle, variable)| {
            variable.space == naga::AddressSpace::WorkGroup && !info.get_entry_point(index)[*handle].is_empty()
        });
        let bytes = variables.map(|(_, v)| module.types[v.ty].inner.size(module.to_ctx())).sum();
        (entry.name.clone(), bytes)
    };
    module.entry_points.iter().enumerate().map(bytes_of).collect()
}

#[test]
fn workgroups_ask_for_no_more_memory_than_every_adapter_has() {
    let of_size = |mut scene: SceneSpec, slots| {
        scene.species.truncate(1);
        scene.species[0].count = slots;
        Plan::new(&scene, 2)
    };
    let mut plans = plans();
    for slots in [1, 60, header::CLOSE_SLOTS, header::CLOSE_SLOTS + 1, 512] {
        plans.push(of_size(common::boids(), slots));
        // Own genomes and shared ones.
        for mut scene in common::wide() {
            plans.push(of_size(scene.clone(), slots));
            scene.species.drain(..4);
            plans.push(of_size(scene, slots));
        }
    }
    for plan in plans {
        for (module, team) in
            [Module::Spread, packed(&plan).module, Module::Edit].into_iter().flat_map(|m| [(m, TEAM), (m, ALONE)])
        {
            for (entry, bytes) in workgroup_bytes(&header::compose(&plan, module, team)) {
                assert!(bytes <= WORKGROUP_BYTES, "{entry}, {} slots: {bytes} bytes", plan.dims.slots);
            }
        }
    }
}

#[test]
fn bindings_are_numbered_in_order() {
    for (number, (binding, _)) in BINDINGS.iter().enumerate() {
        assert_eq!(*binding as usize, number);
    }
    assert_eq!(BINDINGS.last().map(|b| b.0), Some(Binding::Earned));
}

/// Offsets and size of a struct as naga lays it out.
fn laid_out(module: &naga::Module, name: &str) -> (Vec<(String, usize)>, usize) {
    let found = module.types.iter().find(|(_, t)| t.name.as_deref() == Some(name));
    let (_, ty) = found.unwrap_or_else(|| panic!("no struct {name}"));
    match &ty.inner {
        naga::TypeInner::Struct { members, span } => {
            (members.iter().map(|m| (m.name.clone().unwrap_or_default(), m.offset as usize)).collect(), *span as usize)
        }
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn structs_have_the_same_layout_on_both_sides() {
    let plan = Plan::new(&common::plane(), 2);
    let (module, _) = check(&header::compose(&plan, Module::Edit, TEAM));
    macro_rules! same {
        ($($name:ident),*) => { $(
            let (fields, size) = laid_out(&module, stringify!($name));
            let own: Vec<_> = $name::FIELDS.iter().map(|(n, o)| (n.to_string(), *o)).collect();
            assert_eq!(fields, own, stringify!($name));
            assert_eq!(size, size_of::<$name>(), stringify!($name));
        )* };
    }
    same!(
        Agent,
        BirthRecord,
        Intervention,
        SpeciesParams,
        SenseParams,
        LayerParams,
        GrazeParams,
        PreyParams,
        DepositParams,
        FieldParams,
        ObstacleParams,
        TankParams
    );
    assert_eq!(laid_out(&module, "Params").1, records::params_bytes(&plan).len());
    assert_eq!(laid_out(&module, "World").1, records::world_words(&plan) * 4);
    assert_eq!(laid_out(&module, "Sorted").1 as u64, records::SORTED_BYTES);
    assert_eq!(laid_out(&module, "Note").1 as u64, records::NOTE_BYTES);
    assert_eq!(laid_out(&module, "Patch").1, size_of::<records::Patch>());
    assert_eq!(laid_out(&module, "BirthLog").0[1].1, 4, "records follow the count");
    assert_eq!(laid_out(&module, "Deal").1, size_of::<records::Deal>());
    let (fields, size) = laid_out(&module, "Edit");
    assert_eq!(size, size_of::<records::Edit>());
    assert_eq!(fields[8], ("child".into(), std::mem::offset_of!(records::Edit, child)));
    assert_eq!(fields[7], ("key".into(), std::mem::offset_of!(records::Edit, key)));
}

#[test]
fn a_wrong_module_is_found_out() {
    let plan = Plan::new(&common::plane(), 2);
    let text = header::compose(&plan, Module::Spread, TEAM).replace("notes[at].fault = 0u", "notes[at].fault = 0i");
    let module = naga::front::wgsl::parse_str(&text);
    let wrong = match module {
        Err(_) => true,
        Ok(m) => Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&m).is_err(),
    };
    assert!(wrong);
}
