//! Worlds shared out among several backends, a run of neighbouring worlds each: several adapters in headless evolution, or
//! one whose arrays do not hold all worlds at once. Worlds never meet within a tick, so who advances which cannot change a
//! bit. Knows nothing of what its parts run on.

use std::ops::Range;

use super::{Backend, BackendError, BackendInfo, Census, Earned, Edits, Shape, StageTime};
use crate::layout::BirthRecord;
use crate::plan::Plan;
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::WorldState;

/// A backend and the worlds that are its own.
struct Part {
    backend: Box<dyn Backend>,
    worlds: Range<u32>,
}

/// Several backends as one.
pub struct Several {
    parts: Vec<Part>,
}

impl Several {
    /// Shares the worlds of a plan out evenly among at most `parts` backends; `open` makes the one of each part from its
    /// plan. No part is without a world.
    ///
    /// # Errors
    /// Those of `open`.
    pub fn new(
        plan: &Plan,
        parts: usize,
        mut open: impl FnMut(usize, &Plan) -> Result<Box<dyn Backend>, BackendError>,
    ) -> Result<Several, BackendError> {
        let (worlds, n) = (plan.dims.worlds, (parts as u32).clamp(1, plan.dims.worlds.max(1)));
        let bound = |part: u32| (u64::from(worlds) * u64::from(part) / u64::from(n)) as u32;
        let parts = (0..n).map(|part| {
            let worlds = bound(part)..bound(part + 1);
            Ok(Part { backend: open(part as usize, &plan.of_worlds(&worlds))?, worlds })
        });
        Ok(Several { parts: parts.collect::<Result<_, _>>()? })
    }

    /// Does something with all parts at once, a thread each, and gives the results in their order.
    fn at_once<T: Send>(
        &mut self,
        work: impl Fn(&mut dyn Backend) -> Result<T, BackendError> + Sync,
    ) -> Result<Vec<T>, BackendError> {
        let work = &work;
        std::thread::scope(|scope| {
            let threads: Vec<_> =
                self.parts.iter_mut().map(|part| scope.spawn(move || work(&mut *part.backend))).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    /// The part that has a world, and the world's index there.
    fn of(&mut self, world: u32) -> (&mut dyn Backend, u32) {
        let at = self.parts.iter().position(|part| part.worlds.contains(&world)).unwrap_or(0);
        let part = &mut self.parts[at];
        (&mut *part.backend, world.saturating_sub(part.worlds.start))
    }
}

impl Backend for Several {
    fn info(&self) -> BackendInfo {
        let infos: Vec<BackendInfo> = self.parts.iter().map(|part| part.backend.info()).collect();
        let (kind, shape) = infos.first().map_or(("gpu", Shape::Auto), |info| (info.kind, info.shape));
        let mut devices: Vec<(String, u32)> = vec![];
        for info in infos {
            match devices.iter_mut().find(|(device, _)| *device == info.device) {
                Some((_, shares)) => *shares += 1,
                None => devices.push((info.device, 1)),
            }
        }
        let told = devices.into_iter().map(|(device, shares)| match shares {
            1 => device,
            _ => format!("{device} in {shares} shares"),
        });
        BackendInfo { kind, device: told.collect::<Vec<_>>().join(" + "), shape }
    }

    fn load(&mut self, mut state: WorldState) -> Result<(), BackendError> {
        // From the last part on, so that each takes the end of what is left.
        for part in self.parts.iter_mut().rev() {
            let rest = state.split_off(part.worlds.start as usize);
            part.backend.load(rest)?;
        }
        Ok(())
    }

    fn save(&mut self) -> Result<WorldState, BackendError> {
        let mut states = self.at_once(|backend| backend.save())?.into_iter();
        let mut all = states.next().unwrap_or_default();
        states.for_each(|state| all.append(state));
        Ok(all)
    }

    fn advance(&mut self, ticks: u32) -> Result<(), BackendError> {
        self.at_once(|backend| backend.advance(ticks)).map(drop)
    }

    fn profile(&mut self, ticks: u32) -> Result<Vec<StageTime>, BackendError> {
        let mut sum: Vec<StageTime> = vec![];
        for (stage, time) in self.at_once(|backend| backend.profile(ticks))?.into_iter().flatten() {
            match sum.iter_mut().find(|(name, _)| *name == stage) {
                Some((_, all)) => *all += time,
                None => sum.push((stage, time)),
            }
        }
        Ok(sum)
    }

    fn edit(&mut self, edits: &Edits) -> Result<(), BackendError> {
        for part in &mut self.parts {
            let own = edits.of_worlds(&part.worlds);
            if own != Edits::default() {
                part.backend.edit(&own)?;
            }
        }
        Ok(())
    }

    fn retune(&mut self, plan: &Plan) -> Result<(), BackendError> {
        self.parts.iter_mut().try_for_each(|part| part.backend.retune(&plan.of_worlds(&part.worlds)))
    }

    fn census(&mut self) -> Result<Census, BackendError> {
        let mut all = Census::default();
        for census in self.at_once(|backend| backend.census())? {
            all.append(census);
        }
        Ok(all)
    }

    fn earned(&mut self, asked: u32) -> Result<Earned, BackendError> {
        let mut all = Earned::default();
        self.at_once(|backend| backend.earned(asked))?.into_iter().for_each(|earned| all.append(earned));
        Ok(all)
    }

    fn births(&mut self) -> Result<Vec<BirthRecord>, BackendError> {
        let mut all = vec![];
        for part in &mut self.parts {
            let first = part.worlds.start;
            all.extend(
                part.backend.births()?.into_iter().map(|birth| BirthRecord { world: birth.world + first, ..birth }),
            );
        }
        all.sort_by_key(|b| (b.tick, b.world, b.species, b.slot));
        Ok(all)
    }

    fn snapshot(&mut self, world: u32) -> Result<Snapshot, BackendError> {
        let (backend, own) = self.of(world);
        Ok(Snapshot { world, ..backend.snapshot(own)? })
    }

    fn genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError> {
        let (backend, own) = self.of(world);
        backend.genomes(own, slots)
    }

    fn minds(&mut self, world: u32, species: usize) -> Result<Minds, BackendError> {
        let (backend, own) = self.of(world);
        backend.minds(own, species)
    }

    fn detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, BackendError> {
        let (backend, own) = self.of(world);
        backend.detail(own, slot)
    }
}
