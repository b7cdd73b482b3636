//! Worlds shared out among the ranks of a job, a run of neighbouring worlds each. Every rank makes the same calls and edits;
//! what evolution reads travels to all, a saved state to the leader, and nothing else. Worlds never meet within a tick, so who
//! advances which cannot change a bit. Knows nothing of what a rank's own worlds run on.

use std::ops::Range;
use std::sync::Arc;

use super::{Backend, BackendError, BackendInfo, Census, Earned, Edits, Shape, StageTime};
use crate::layout::BirthRecord;
use crate::plan::Plan;
use crate::ranks::{Asks, Ranks, Unpack, pack};
use crate::snapshot::{AgentDetail, Minds, Snapshot};
use crate::world::WorldState;

/// A rank's worlds, and the way to the others.
pub struct Ranked {
    ranks: Arc<dyn Ranks>,
    own: Range<u32>,
    /// None where there are fewer worlds than ranks.
    backend: Option<Box<dyn Backend>>,
    /// What went wrong here since the ranks last met: it is told when they do, so that all stop at the same place.
    failed: Option<BackendError>,
}

/// The worlds of a rank among `worlds`; the leader is not without one.
fn share(worlds: u32, ranks: &dyn Ranks) -> Range<u32> {
    let bound = |rank: usize| (u64::from(worlds) * rank as u64).div_ceil(ranks.size() as u64) as u32;
    bound(ranks.rank())..bound(ranks.rank() + 1)
}

impl Ranked {
    /// Kind of backend that a rank without a world has.
    pub const IDLE: &str = "none";

    /// Takes this rank's share of the worlds of a plan; `open` makes the backend of its own part.
    ///
    /// # Errors
    /// Those of `open`, of which the other ranks hear nothing here.
    pub fn new(
        plan: &Plan,
        ranks: Arc<dyn Ranks>,
        open: impl FnOnce(&Plan) -> Result<Box<dyn Backend>, BackendError>,
    ) -> Result<Ranked, BackendError> {
        let own = share(plan.dims.worlds, &*ranks);
        let backend = if own.is_empty() { None } else { Some(open(&plan.of_worlds(&own))?) };
        Ok(Ranked { ranks, own, backend, failed: None })
    }

    /// Does something with the own worlds, unless something went wrong before; `None` where nothing came of it.
    fn here<T>(&mut self, work: impl FnOnce(&mut dyn Backend) -> Result<T, BackendError>) -> Option<T> {
        let backend = self.backend.as_mut().filter(|_| self.failed.is_none())?;
        work(&mut **backend).map_err(|error| self.failed = Some(error)).ok()
    }

    /// What all ranks say, once it is clear that nothing went wrong on any.
    fn meet(&mut self, said: Vec<u8>, asks: Asks) -> Result<Vec<Vec<u8>>, BackendError> {
        let problem = self.failed.as_ref().map(ToString::to_string).unwrap_or_default();
        let heard = self.ranks.gather(&pack(&[problem.as_bytes(), &said]), asks);
        let mut all = vec![];
        for (rank, message) in heard.iter().enumerate() {
            let mut message = Unpack(message);
            let problem = String::from_utf8_lossy(&message.array::<u8>()).into_owned();
            if !problem.is_empty() {
                // Not as a lost device, from which a run goes back alone.
                return Err(BackendError::Rank { rank, problem });
            }
            all.push(message.array());
        }
        Ok(all)
    }

    /// What all ranks read of their worlds, put together by `take`.
    fn read<T>(
        &mut self,
        asks: Asks,
        work: impl FnOnce(&mut dyn Backend) -> Result<T, BackendError>,
        give: impl FnOnce(T) -> Vec<u8>,
        mut take: impl FnMut(Unpack),
    ) -> Result<(), BackendError> {
        let said = self.here(work).map(give).unwrap_or_default();
        self.meet(said, asks)?.iter().filter(|said| !said.is_empty()).for_each(|said| take(Unpack(said)));
        Ok(())
    }

    /// Something of a world that only this rank can tell, as nobody asks the others.
    fn local<T>(
        &mut self,
        world: u32,
        work: impl FnOnce(&mut dyn Backend, u32) -> Result<T, BackendError>,
    ) -> Result<T, BackendError> {
        match &mut self.backend {
            Some(backend) if self.own.contains(&world) => work(&mut **backend, world - self.own.start),
            _ => Err(BackendError::Elsewhere(world)),
        }
    }
}

impl Backend for Ranked {
    fn info(&self) -> BackendInfo {
        let idle = || BackendInfo { kind: Ranked::IDLE, device: "nothing".to_string(), shape: Shape::Auto };
        let own = self.backend.as_ref().map_or_else(idle, |backend| backend.info());
        BackendInfo { device: format!("{} ranks, the first: {}", self.ranks.size(), own.device), ..own }
    }

    fn own(&self, _: u32) -> Range<u32> {
        self.own.clone()
    }

    fn load(&mut self, state: WorldState) -> Result<(), BackendError> {
        self.here(|backend| backend.load(state));
        Ok(())
    }

    fn save(&mut self) -> Result<WorldState, BackendError> {
        let mut all: Option<WorldState> = None;
        let take = |said: Unpack| match &mut all {
            Some(all) => all.append(WorldState::unpacked(said)),
            None => all = Some(WorldState::unpacked(said)),
        };
        self.read(Asks::Leader, |backend| backend.save(), |state| state.packed(), take)?;
        Ok(all.unwrap_or_default())
    }

    fn advance(&mut self, ticks: u32) -> Result<(), BackendError> {
        self.here(|backend| backend.advance(ticks));
        Ok(())
    }

    fn profile(&mut self, ticks: u32) -> Result<Vec<StageTime>, BackendError> {
        Ok(self.here(|backend| backend.profile(ticks)).unwrap_or_default())
    }

    fn edit(&mut self, edits: &Edits) -> Result<(), BackendError> {
        let own = edits.of_worlds(&self.own);
        if own != Edits::default() {
            self.here(|backend| backend.edit(&own));
        }
        Ok(())
    }

    fn retune(&mut self, plan: &Plan) -> Result<(), BackendError> {
        let own = plan.of_worlds(&self.own);
        self.here(|backend| backend.retune(&own));
        Ok(())
    }

    fn census(&mut self) -> Result<Census, BackendError> {
        let mut all = Census::default();
        let give = |census: Census| {
            let (agents, tallies) = (bytemuck::cast_slice(&census.agents), bytemuck::cast_slice(&census.tallies));
            let (counters, next_id) = (bytemuck::cast_slice(&census.counters), bytemuck::cast_slice(&census.next_id));
            pack(&[agents, tallies, counters, next_id, bytemuck::cast_slice(&census.signals)])
        };
        let take = |mut said: Unpack| {
            let (agents, tallies, counters) = (said.array(), said.array(), said.array());
            let (next_id, signals) = (said.array(), said.array());
            all.append(Census { agents, tallies, counters, next_id, signals });
        };
        self.read(Asks::All, |backend| backend.census(), give, take)?;
        Ok(all)
    }

    fn earned(&mut self, asked: u32) -> Result<Earned, BackendError> {
        let mut all = Earned { asked, ..Earned::default() };
        let give =
            |earned: Earned| pack(&[bytemuck::cast_slice(&earned.agents), bytemuck::cast_slice(&earned.counters)]);
        let take = |mut said: Unpack| all.append(Earned { asked, agents: said.array(), counters: said.array() });
        self.read(Asks::All, |backend| backend.earned(asked), give, take)?;
        Ok(all)
    }

    fn births(&mut self) -> Result<Vec<BirthRecord>, BackendError> {
        let (mut all, first) = (vec![], self.own.start);
        let give = |births: Vec<BirthRecord>| {
            let births: Vec<_> = births.into_iter().map(|b| BirthRecord { world: b.world + first, ..b }).collect();
            pack(&[bytemuck::cast_slice(&births)])
        };
        self.read(Asks::All, |backend| backend.births(), give, |mut said| all.append(&mut said.array()))?;
        all.sort_by_key(|b: &BirthRecord| (b.tick, b.world, b.species, b.slot));
        Ok(all)
    }

    fn snapshot(&mut self, world: u32) -> Result<Snapshot, BackendError> {
        self.local(world, |backend, own| Ok(Snapshot { world, ..backend.snapshot(own)? }))
    }

    fn genomes(&mut self, world: u32, slots: &[u32]) -> Result<Vec<Vec<f32>>, BackendError> {
        let (mut all, own) = (vec![], self.own.clone());
        let read = |backend: &mut dyn Backend| match own.contains(&world) {
            true => backend.genomes(world - own.start, slots),
            false => Ok(vec![]),
        };
        let give = |genomes: Vec<Vec<f32>>| {
            pack(&genomes.iter().map(|genome| bytemuck::cast_slice(genome)).collect::<Vec<_>>())
        };
        let take = |mut said: Unpack| all.extend(slots.iter().map(|_| said.array()));
        self.read(Asks::All, read, give, take)?;
        Ok(all)
    }

    fn minds(&mut self, world: u32, species: usize) -> Result<Minds, BackendError> {
        self.local(world, |backend, own| backend.minds(own, species))
    }

    fn detail(&mut self, world: u32, slot: u32) -> Result<AgentDetail, BackendError> {
        self.local(world, |backend, own| backend.detail(own, slot))
    }
}
