//! The live state on the device: one buffer for each array of `WorldState` and the scratch arrays between stages, checked
//! against the adapter's limits before anything is allocated. Knows nothing of when kernels run.

use super::device::SharedDevice;
use super::header::{self, Binding, Module};
use super::records::{self, Deal, Edit, NOTE_BYTES, Patch, SORTED_BYTES, genome_starts, mind_parts};
use super::thinking::{Thinking, Way};
use crate::backend::BackendError;
use crate::layout::*;
use crate::plan::{Dims, Plan};

/// Most deaths, renewals, births or patches that one dispatch applies.
pub const EDIT_CHUNK: usize = 1024;

/// Most rows that one dispatch deals, a workgroup each.
pub const DEAL_CHUNK: usize = 8192;

/// Bytes that the nursery may take; longer genomes are bred in smaller batches.
const NURSERY_BYTES: u64 = 16 << 20;

/// Genomes that one buffer holds, as a range of words among all genomes; it begins and ends with whole rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// First word.
    pub first: u64,
    /// One past the last word.
    pub end: u64,
}

/// All buffers of a backend.
pub struct Buffers {
    /// One for each binding except `Genomes` and `Page`.
    single: Vec<Option<wgpu::Buffer>>,
    /// Pages of genomes.
    pub pages: Vec<Page>,
    genomes: Vec<wgpu::Buffer>,
    page_info: Vec<wgpu::Buffer>,
    /// Births that the birth log holds.
    pub log_capacity: u32,
    /// Births that the nursery holds parents for.
    pub nursery_births: usize,
}

/// Births that a tick can bring at most: every birth needs a willing parent and a free slot.
pub fn most_births(plan: &Plan) -> u32 {
    let slots = plan.species.iter().filter(|s| s.evolution == EVOLVE_ECOLOGY).map(|s| s.slots / 2).sum::<u32>();
    slots.saturating_mul(plan.dims.worlds)
}

/// What a scene can be made smaller by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lever {
    /// Agents of the largest species.
    Agents,
    /// Cells of the largest field.
    FieldCell,
}

/// Elements and bytes that each binding needs.
struct Need {
    binding: Binding,
    what: &'static str,
    elements: u64,
    bytes: u64,
    lever: Lever,
}

fn needs(plan: &Plan, log_capacity: u32, nursery_births: usize) -> Vec<Need> {
    let d = &plan.dims;
    let worlds = u64::from(d.worlds);
    let slots = worlds * u64::from(d.slots.max(1));
    let cells = worlds * u64::from(d.field_cells.max(1));
    let grid = worlds * (u64::from(d.grid_cells) + 1) + slots;
    let row_max = plan.species.iter().map(|s| s.genome_stride).max().unwrap_or(1).max(1);
    let need = |binding, what, elements: u64, each: u64, lever| Need {
        binding,
        what,
        elements,
        bytes: elements.max(1) * each,
        lever,
    };
    let judged = plan.species.iter().any(|s| s.evolution == EVOLVE_GENERATIONAL);
    use Lever::*;
    vec![
        need(Binding::Params, "parameters", records::params_bytes(plan).len() as u64 / 4, 4, Agents),
        need(Binding::Worlds, "worlds", worlds * records::world_words(plan) as u64, 4, Agents),
        need(Binding::Agents, "agents", slots, size_of::<Agent>() as u64, Agents),
        need(Binding::Tallies, "fitness tallies", slots * u64::from(TALLIES), 4, Agents),
        need(Binding::Mind, "observations, actions, memory and signals", mind_parts(plan)[5], 4, Agents),
        need(Binding::Fields, "fields", 2 * cells, 4, FieldCell),
        need(Binding::Sums, "sums over field cells", 2 * cells + worlds * u64::from(d.grid_cells), 4, FieldCell),
        need(Binding::Grid, "the neighbour grid", grid, 4, Agents),
        need(Binding::Sorted, "sorted agents", slots, SORTED_BYTES, Agents),
        need(Binding::Notes, "notes of agents", slots, NOTE_BYTES, Agents),
        need(Binding::BirthLog, "the birth log", u64::from(log_capacity) + 1, size_of::<BirthRecord>() as u64, Agents),
        need(Binding::Control, "dispatch numbers", 4, 4, Agents),
        need(Binding::Edits, "edits", EDIT_CHUNK as u64, size_of::<Edit>() as u64, Agents),
        need(Binding::Patches, "patches", EDIT_CHUNK as u64, size_of::<Patch>() as u64, Agents),
        need(Binding::Deals, "deals", DEAL_CHUNK as u64, size_of::<Deal>() as u64, Agents),
        need(Binding::Earned, "what fitness needs", if judged { slots * u64::from(1 + TALLIES) } else { 1 }, 4, Agents),
        need(Binding::Living, "the count of the living", 6, 4, Agents),
        need(Binding::Nursery, "parents' genomes", nursery_births as u64 * 2 * u64::from(row_max), 4, Agents),
    ]
}

/// The error of an array that does not fit: says which number to lower, and to what.
fn too_large(plan: &Plan, what: &str, bytes: u64, most: u64, lever: Lever) -> BackendError {
    let mib = |b: u64| b.div_ceil(1 << 20);
    let share = most as f64 / bytes as f64;
    let worlds = (f64::from(plan.dims.worlds) * share) as u32;
    let advice = if plan.dims.worlds > 1 && worlds > 0 {
        format!("lower the number of worlds from {} to {worlds}", plan.dims.worlds)
    } else if lever == Lever::FieldCell {
        // Cells go with the square or the cube of their size.
        let root = if plan.tank.dim == 3 { libm::cbrt(1.0 / share) } else { libm::sqrt(1.0 / share) };
        format!("make the cells of the fields {root:.2} times as large")
    } else {
        let largest =
            plan.species.iter().enumerate().max_by_key(|(_, s)| u64::from(s.slots) * u64::from(s.genome_stride + 1));
        let (index, slots) = largest.map_or((0, 0), |(i, s)| (i, s.slots));
        format!("lower species[{index}].count and capacity from {slots} to {}", (f64::from(slots) * share) as u32)
    };
    BackendError::TooLarge(format!(
        "{what} take {} MiB and this adapter gives one array {} MiB at most: {advice}",
        mib(bytes),
        mib(most)
    ))
}

/// Cuts the genomes into pages of at most `most` words, at rows.
pub(super) fn cut_pages(plan: &Plan, most: u64) -> Result<Vec<Page>, BackendError> {
    let starts = genome_starts(plan);
    let mut pages: Vec<Page> = vec![Page { first: 0, end: 0 }];
    for (species, s) in plan.species.iter().enumerate() {
        let stride = u64::from(s.genome_stride);
        if stride == 0 {
            continue;
        }
        if stride > most {
            return Err(BackendError::TooLarge(format!(
                "one genome of species[{species}] takes {} MiB and this adapter gives one array {} MiB at most: lower its hidden layers",
                (stride * 4) >> 20,
                (most * 4) >> 20
            )));
        }
        let mut at = starts[species];
        while at < starts[species + 1] {
            let last = pages.len() - 1;
            let rows = (most - (pages[last].end - pages[last].first)) / stride;
            if rows == 0 {
                pages.push(Page { first: at, end: at });
                continue;
            }
            at = (at + rows * stride).min(starts[species + 1]);
            pages[last].end = at;
        }
    }
    Ok(pages)
}

impl Buffers {
    /// Allocates everything that `plan` needs, with pages of at most `page_bytes`, for kernels with teams of
    /// `team` lanes.
    ///
    /// # Errors
    /// `TooLarge` with the number to lower and to what, before anything is allocated.
    pub fn new(shared: &SharedDevice, plan: &Plan, page_bytes: u64, team: u32) -> Result<Buffers, BackendError> {
        let limits = shared.device.limits();
        let most = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
        let births = most_births(plan);
        let (log_capacity, nursery_births) = capacities(plan);
        let needs = needs(plan, log_capacity, nursery_births);
        for need in &needs {
            if need.bytes > most || need.elements > u64::from(u32::MAX) {
                let most = most.min(need.bytes / need.elements * u64::from(u32::MAX));
                return Err(too_large(plan, need.what, need.bytes, most, need.lever));
            }
        }
        let pages = cut_pages(plan, most.min(page_bytes) / 4)?;
        let genomes = pages.last().map_or(0, |p| p.end);
        if genomes > u64::from(u32::MAX) {
            return Err(too_large(plan, "genomes", genomes * 4, u64::from(u32::MAX) * 4, Lever::Agents));
        }
        if births > 0 && pages.len() > 1 {
            return Err(too_large(
                plan,
                "genomes of a scene with ecology",
                genomes * 4,
                most.min(page_bytes),
                Lever::Agents,
            ));
        }
        let buffer = |label: &str, bytes: u64, usage: wgpu::BufferUsages| {
            shared.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes.max(16),
                usage: usage | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let (storage, uniform) = (wgpu::BufferUsages::STORAGE, wgpu::BufferUsages::UNIFORM);
        let indirect = storage | wgpu::BufferUsages::INDIRECT;
        let buffers = shared.guarded("allocating the worlds", || {
            let mut single: Vec<Option<wgpu::Buffer>> = vec![None; header::BINDINGS.len()];
            for need in &needs {
                let usage = match need.binding {
                    Binding::Control => uniform,
                    Binding::Living => indirect,
                    _ => storage,
                };
                single[need.binding as usize] = Some(buffer(need.what, need.bytes, usage));
            }
            let genomes = pages.iter().map(|p| buffer("genomes", (p.end - p.first) * 4, storage)).collect();
            let page_info: Vec<_> = pages.iter().map(|_| buffer("page", 16, uniform)).collect();
            Buffers { single, pages: pages.clone(), genomes, page_info, log_capacity, nursery_births }
        })?;
        let thinking = Thinking::new(plan, Module::Spread, team);
        for (info, page) in buffers.page_info.iter().zip(&pages) {
            let [own, shared_] = [Way::Own, Way::Shared].map(|way| thinking.groups(plan, way, *page).start);
            let range = [page.first as u32, page.end as u32, own, shared_];
            shared.queue.write_buffer(info, 0, bytemuck::cast_slice(&range));
        }
        Ok(buffers)
    }

    /// The buffer of a binding, for a page of genomes.
    pub fn get(&self, binding: Binding, page: usize) -> &wgpu::Buffer {
        match binding {
            Binding::Genomes => &self.genomes[page],
            Binding::Page => &self.page_info[page],
            other => self.single[other as usize].as_ref().expect("every other binding has a buffer"),
        }
    }

    /// The pieces of pages that hold the words `first..end` of all genomes: (page, first word in it, words).
    pub fn pieces(&self, first: u64, end: u64) -> impl Iterator<Item = (usize, u64, usize)> + '_ {
        self.pages.iter().enumerate().filter_map(move |(index, page)| {
            let (from, to) = (first.max(page.first), end.min(page.end));
            (from < to).then(|| (index, from - page.first, (to - from) as usize))
        })
    }
}

/// Into how many shares the worlds of a plan must be cut so that the arrays of each fit bindings of `most` bytes, with all
/// genomes of a share in one page when `packed`. 1 where cutting does not help: what is too large then is told by `new`.
pub fn shares(plan: &Plan, most: u64, packed: bool) -> u32 {
    let fits = |worlds: u32| {
        let part = Plan { dims: Dims { worlds, ..plan.dims.clone() }, ..plan.clone() };
        let genomes = genome_starts(&part).last().copied().unwrap_or(0);
        let (log, nursery) = capacities(&part);
        let needs = needs(&part, log, nursery);
        needs.iter().all(|need| need.bytes <= most && need.elements <= u64::from(u32::MAX))
            && genomes <= u64::from(u32::MAX)
            && (!packed || genomes * 4 <= most)
    };
    let worlds = plan.dims.worlds;
    if worlds == 0 || !fits(1) {
        return 1;
    }
    // The most worlds that fit a share, by bisection: 1 does.
    let (mut low, mut high) = (1, worlds + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    worlds.div_ceil(low)
}

/// Births that the birth log holds, and births that the nursery holds parents for.
fn capacities(plan: &Plan) -> (u32, usize) {
    let births = most_births(plan);
    // Two ticks of births at most, or many ticks of few.
    let log = if births == 0 { 1 } else { births.saturating_mul(2).max(1 << 16) };
    let row_max = plan.species.iter().map(|s| s.genome_stride).max().unwrap_or(1).max(1);
    (log, (NURSERY_BYTES / (8 * u64::from(row_max))).clamp(1, EDIT_CHUNK as u64) as usize)
}

/// Whether the packed shape can run: one page of genomes, and an adapter that shows a kernel enough buffers.
pub fn packable(shared: &SharedDevice, plan: &Plan, buffers: &Buffers) -> bool {
    buffers.pages.len() == 1
        && shared.device.limits().max_storage_buffers_per_shader_stage >= super::kernels::packed(plan).storage_buffers()
}

/// Whether the adapter can run kernels of `module` at all.
pub fn runnable(shared: &SharedDevice, plan: &Plan, module: Module) -> Result<(), BackendError> {
    let limits = shared.device.limits();
    let lanes = header::lanes(plan, module);
    let most = limits.max_compute_invocations_per_workgroup.min(limits.max_compute_workgroup_size_x);
    let needed =
        super::kernels::KERNELS.iter().filter(|k| k.module == module).map(|k| k.storage_buffers()).max().unwrap_or(0);
    if lanes > most {
        return Err(BackendError::NoAdapter(format!("workgroups of {lanes} are needed, the adapter has {most}")));
    }
    if needed > limits.max_storage_buffers_per_shader_stage {
        return Err(BackendError::NoAdapter(format!(
            "kernels see {needed} arrays, the adapter shows them {}",
            limits.max_storage_buffers_per_shader_stage
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::{SceneSpec, SpeciesSpec};

    #[test]
    fn worlds_are_cut_into_as_few_shares_as_fit() {
        let species = SpeciesSpec { count: 100, ..Default::default() };
        let scene = SceneSpec { species: vec![species], ..Default::default() };
        let plan = Plan::new(&scene, 1_000);
        // 100 agents of 64 bytes in each of 1,000 worlds are the largest array but genomes; other buffers are fixed.
        let largest = needs(&plan, 1, 1).iter().filter(|n| n.elements > 4_096).map(|n| n.bytes).max().unwrap();
        assert_eq!(shares(&plan, u64::MAX, true), 1);
        assert_eq!(shares(&plan, largest, false), 1);
        assert_eq!(shares(&plan, largest - 1, false), 2);
        assert_eq!(shares(&plan, largest / 2, false), 2);
        let genomes = genome_starts(&plan)[1] * 4;
        assert_eq!(shares(&plan, largest.max(genomes), true), 1);
        assert!(genomes <= largest || shares(&plan, largest, true) > 1);
        // One world that does not fit is not helped.
        assert_eq!(shares(&plan, 1_000, false), 1);
        for worlds in [1, 7, 333] {
            let part = Plan { dims: Dims { worlds, ..plan.dims.clone() }, ..plan.clone() };
            let n = shares(&part, largest / 10, false);
            assert!(worlds.div_ceil(n) <= 100 && n <= worlds.div_ceil(50), "{worlds} worlds in {n} shares");
        }
    }
}
