//! Another branch of the run, shown beside the one that goes on: it stands at the same tick, whatever way that goes. Changes nothing of the run.

use std::sync::Arc;

use super::{BranchOfRun, Runner};
use crate::app::engine::{ComparedBranch, lock};
use crate::app::strings::run as text;
use crate::plan::Plan;
use crate::scene::SceneSpec;
use crate::simulation::Simulation;

/// The simulation that plays the other branch.
pub(super) struct ComparedRun {
    simulation: Simulation,
    /// The branch that is shown, and the one that it stands on.
    branch: usize,
    on: usize,
    /// Its scene, compiled, after so many commands.
    scene: Arc<SceneSpec>,
    plan: Arc<Plan>,
    commands: usize,
}

impl ComparedRun {
    /// The same scene and plan as long as no command was made.
    fn stage(&mut self) -> (Arc<SceneSpec>, Arc<Plan>) {
        if self.commands != self.simulation.log().len() {
            self.commands = self.simulation.log().len();
            self.scene = Arc::new(self.simulation.scene().clone());
            self.plan = Arc::new(self.simulation.plan().clone());
        }
        (self.scene.clone(), self.plan.clone())
    }
}

impl Runner {
    /// Shows a branch beside the present one from now on, or none.
    pub(super) fn compare(&mut self, with: Option<usize>) {
        (self.beside, self.published) = (None, None);
        let Some(branch) = with else { return };
        if branch == self.timeline.current() {
            return self.tell(text::branch_is_shown(branch + 1), true);
        }
        match self.timeline.replica(branch, self.simulation.tick(), &self.options) {
            Ok(simulation) => {
                let (scene, plan) = (Arc::new(simulation.scene().clone()), Arc::new(simulation.plan().clone()));
                let commands = simulation.log().len();
                self.beside = Some(ComparedRun { simulation, branch, on: branch, scene, plan, commands });
            }
            Err(error) => self.tell(text::not_beside(branch + 1, error), true),
        }
    }

    /// After going from one branch to another: where both would be the same, the one that was left stands beside.
    pub(super) fn swap_compared(&mut self, left: usize) {
        if let Some(replica) = &mut self.beside
            && replica.branch == self.timeline.current()
        {
            replica.branch = left;
        }
    }

    /// The other branch at the present tick, to be drawn.
    pub(super) fn view_beside(&mut self) -> Option<ComparedBranch> {
        let replica = self.beside.as_mut()?;
        let (branch, tick) = (replica.branch, self.simulation.tick());
        let gone = self.timeline.move_replica(&mut replica.simulation, replica.on, branch, tick);
        let shown = gone.map_err(|error| error.to_string()).and_then(|happened| {
            replica.on = branch;
            let shown = replica.simulation.show(self.world).map_err(|error| error.to_string())?;
            Ok((happened, shown))
        });
        match shown {
            Ok((happened, shown)) => {
                let of = BranchOfRun { epoch: self.epoch, branch };
                lock(&self.slot).metrics.extend(happened.metrics.into_iter().map(|row| (of, row)));
                let (scene, plan) = replica.stage();
                Some(ComparedBranch { branch, shown, scene, plan })
            }
            Err(error) => {
                self.beside = None;
                self.tell(text::no_longer_beside(branch + 1, error), true);
                None
            }
        }
    }
}
