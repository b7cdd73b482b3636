//! Edits between two ticks, applied on the device: lives end, go on and begin, children are bred in place. Twin of
//! `backend::cpu::edit`. Knows nothing of why.

use std::collections::HashSet;

use super::buffers::{Buffers, DEAL_CHUNK, EDIT_CHUNK};
use super::device::SharedDevice;
use super::header::{Binding, Module};
use super::kernels::{self, Ready};
use super::records::{self, Edit, Patch, genome_starts, mind_parts};
use super::state::mask_offset;
use super::thinking::TEAM;
use super::{GROUP, GpuBackend, dispatch, ready, transfer};
use crate::backend::{BackendError, Deal, Edits};
use crate::plan::Plan;

/// The kernels that apply edits.
pub struct Kernels {
    lives: Ready,
    gather: Ready,
    breed: Ready,
    patches: Ready,
    deal: Ready,
    /// Gathers what `state` reads of it at the end of a round.
    pub(super) earned: Ready,
}

impl Kernels {
    /// Makes them for a plan.
    pub fn new(shared: &SharedDevice, buffers: &Buffers, plan: &Plan) -> Result<Kernels, BackendError> {
        let compiled = kernels::compile(shared, plan, Module::Edit, TEAM)?;
        let make = |kernel| ready(shared, &compiled, buffers, kernel);
        Ok(Kernels {
            lives: make(kernels::EDIT_LIVES)?,
            gather: make(kernels::EDIT_GATHER)?,
            breed: make(kernels::EDIT_BREED)?,
            patches: make(kernels::EDIT_PATCHES)?,
            deal: make(kernels::EDIT_DEAL)?,
            earned: make(kernels::EDIT_EARNED)?,
        })
    }
}

impl GpuBackend {
    /// Applies edits in the order of the struct's fields.
    pub(super) fn apply(&mut self, edits: &Edits) -> Result<(), BackendError> {
        // An agent dies once, however often it is named.
        let mut seen = HashSet::new();
        let deaths: Vec<Edit> = edits.deaths.iter().filter(|d| seen.insert(**d)).map(|&d| Edit::death(d)).collect();
        let renewals: Vec<Edit> = edits.renewals.iter().map(|&r| Edit::renewal(r)).collect();
        let births: Vec<Edit> = edits.births.iter().map(Edit::birth).collect();
        for lives in deaths.chunks(EDIT_CHUNK).chain(renewals.chunks(EDIT_CHUNK)) {
            self.submit_lives(lives, false)?;
        }
        for lives in births.chunks(self.buffers.nursery_births) {
            self.submit_lives(lives, true)?;
        }
        for &(world, slot, agent) in &edits.agents {
            let at =
                (u64::from(world) * u64::from(self.plan.dims.slots) + u64::from(slot)) * size_of_val(&agent) as u64;
            transfer::write(&self.shared, self.buffers.get(Binding::Agents, 0), at, bytemuck::bytes_of(&agent));
        }
        self.shared.guarded("writing genomes", || {
            let starts = genome_starts(&self.plan);
            for (species, world, row, genome) in &edits.genomes {
                let s = &self.plan.species[*species as usize];
                let row = u64::from(*world) * u64::from(s.rows) + u64::from(*row);
                let mut words = vec![0; s.genome_words as usize];
                self.plan.rows(*species as usize).encode(genome, &mut words);
                self.write_genomes(starts[*species as usize] + row * u64::from(s.genome_stride), &words);
            }
        })?;
        edits.deals.iter().try_for_each(|deal| self.deal(deal))?;
        let patches: Vec<Patch> = edits
            .patches
            .iter()
            .map(|&(field, center, radius, amount)| Patch { field, center, radius, amount })
            .collect();
        for patches in patches.chunks(EDIT_CHUNK) {
            self.submit_patches(patches)?;
        }
        for &(world, species, mask) in &edits.interventions {
            let at = mask_offset(&self.plan, world, species);
            transfer::write(&self.shared, self.buffers.get(Binding::Worlds, 0), at, bytemuck::bytes_of(&mask));
        }
        for (world, heard) in &edits.heard {
            let at = (mind_parts(&self.plan)[3] + u64::from(world * self.plan.dims.sig)) * 4;
            transfer::write(&self.shared, self.buffers.get(Binding::Mind, 0), at, bytemuck::cast_slice(heard));
        }
        Ok(())
    }

    /// One chunk of deaths, renewals or births.
    fn submit_lives(&self, lives: &[Edit], breed: bool) -> Result<(), BackendError> {
        self.shared.guarded("an edit", || {
            transfer::write(&self.shared, self.buffers.get(Binding::Edits, 0), 0, bytemuck::cast_slice(lives));
            self.write_control(0, lives.len() as u32);
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                let count = lives.len() as u64;
                dispatch(&mut pass, &self.shared, &self.editing.lives, 0, count.div_ceil(GROUP));
                if breed {
                    // All parents are read before any child is written.
                    for kernel in [&self.editing.gather, &self.editing.breed] {
                        (0..self.buffers.pages.len()).for_each(|p| dispatch(&mut pass, &self.shared, kernel, p, count));
                    }
                }
            }
            self.shared.queue.submit([encoder.finish()]);
        })
    }

    /// Sends each genome to the nursery once, from where the device copies it to its places.
    fn deal(&self, deal: &Deal) -> Result<(), BackendError> {
        let (species, s) = (deal.species as usize, &self.plan.species[deal.species as usize]);
        let (len, words) = (s.genome_len as usize, s.genome_words as usize);
        if words == 0 {
            return Ok(());
        }
        let start = genome_starts(&self.plan)[species];
        let held = 2 * self.buffers.nursery_births;
        for (n, genomes) in deal.genomes.chunks(held * len).enumerate() {
            let mut rows = vec![0; genomes.len() / len * words];
            for (genome, row) in genomes.chunks_exact(len).zip(rows.chunks_exact_mut(words)) {
                self.plan.rows(species).encode(genome, row);
            }
            self.shared.guarded("sending genomes", || {
                transfer::write(
                    &self.shared,
                    self.buffers.get(Binding::Nursery, 0),
                    0,
                    bytemuck::cast_slice::<u32, u8>(&rows),
                );
            })?;
            let first = n * held;
            let here = deal.places.iter().filter(|place| (first..first + held).contains(&(place.2 as usize)));
            let places: Vec<records::Deal> = here
                .map(|&(world, row, which)| records::Deal {
                    // All words of genomes can be told by 32 bits: `Buffers::new` has seen to it.
                    to: (start + (u64::from(world) * u64::from(s.rows) + u64::from(row)) * u64::from(s.genome_stride))
                        as u32,
                    first: ((which as usize - first) * words) as u32,
                    words: words as u32,
                })
                .collect();
            places.chunks(DEAL_CHUNK).try_for_each(|places| self.submit_deal(places))?;
        }
        Ok(())
    }

    fn submit_deal(&self, places: &[records::Deal]) -> Result<(), BackendError> {
        self.shared.guarded("a deal", || {
            transfer::write(&self.shared, self.buffers.get(Binding::Deals, 0), 0, bytemuck::cast_slice(places));
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                let count = places.len() as u64;
                (0..self.buffers.pages.len())
                    .for_each(|p| dispatch(&mut pass, &self.shared, &self.editing.deal, p, count));
            }
            self.shared.queue.submit([encoder.finish()]);
        })
    }

    fn submit_patches(&self, patches: &[Patch]) -> Result<(), BackendError> {
        let cells = u64::from(self.plan.dims.worlds) * u64::from(self.plan.dims.field_cells);
        self.shared.guarded("a patch", || {
            transfer::write(&self.shared, self.buffers.get(Binding::Patches, 0), 0, bytemuck::cast_slice(patches));
            self.write_control(0, patches.len() as u32);
            let mut encoder = self.shared.device.create_command_encoder(&Default::default());
            {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                dispatch(&mut pass, &self.shared, &self.editing.patches, 0, cells.div_ceil(GROUP));
            }
            self.shared.queue.submit([encoder.finish()]);
        })
    }
}
