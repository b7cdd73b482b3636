//! Commands and events made true: each becomes new live numbers or edits of the backend, or is refused whole.
//! Knows nothing of who asks.

use super::{Simulation, SimulationError, hand};
use crate::backend::{Backend, BackendError, Census, Edits};
use crate::command::{Command, CommandError, Hand, Logged, field_index, intervention, species_index, within};
use crate::evolution::LineageRecord;
use crate::layout::{DRAW_CULL, SpeciesParams};
use crate::plan::Plan;
use crate::rng::{self, Stream};
use crate::scene::{self, CourseStart, EventSpec, Obstacle, SceneSpec, WallSpec, When};
use crate::world::WorldState;

/// Most obstacles that a tank may come to by walls: every agent looks at each of them in every tick.
pub(super) const MOST_OBSTACLES: usize = 256;

/// What a command comes to.
enum Effect {
    /// New live numbers.
    Retune(Box<SceneSpec>, Box<Plan>),
    /// Edits that need no look at the agents.
    Edits(Edits),
    /// A share of a species to kill.
    Cull(usize, f32),
    /// A hand to lay on an agent, by its world and number.
    Hand((u32, u32), Hand),
    /// A genome for an agent, by its world and number.
    Genome((u32, u32), Vec<f32>),
    /// A new agent of a species in a world, where it is set down, and its genome.
    Spawn((u32, usize), [f32; 3], Vec<f32>),
}

/// A failure of the backend while a command is carried out.
pub(super) fn failed(error: BackendError) -> CommandError {
    match error {
        BackendError::DeviceLost(why) => CommandError::Lost(why),
        other => CommandError::Backend(other.to_string()),
    }
}

/// Checks a command against a scene; changes nothing.
fn effect(scene: &SceneSpec, plan: &Plan, command: &Command) -> Result<Effect, CommandError> {
    match command {
        Command::Set { path, value } => {
            let mut changed = scene.clone();
            let when = scene::set(&mut changed, path, value).map_err(|e| CommandError::Set(e.to_string()))?;
            let new = plan.retuned(&changed);
            if when == When::Restart || new.dims != plan.dims {
                return Err(CommandError::NeedsRestart { path: path.clone() });
            }
            Ok(Effect::Retune(Box::new(changed), Box::new(new)))
        }
        Command::Patch { field, center, radius, amount } => {
            let field = field_index(scene, field)? as u32;
            for axis in center {
                within("the centre, in BL,", *axis, -10_000.0, 10_000.0)?;
            }
            within("the radius, in BL,", *radius, 0.05, 1_000.0)?;
            within("the amount", *amount, -10_000.0, 10_000.0)?;
            Ok(Effect::Edits(Edits { patches: vec![(field, *center, *radius, *amount)], ..Default::default() }))
        }
        Command::Wall { a, b, radius } => {
            for axis in a.iter().chain(b) {
                within("the end of a wall, in BL,", *axis, -10_000.0, 10_000.0)?;
            }
            within("the radius, in BL,", *radius, 0.01, 1_000.0)?;
            if scene.obstacles.len() >= MOST_OBSTACLES {
                return Err(CommandError::Crowded(scene.obstacles.len()));
            }
            let mut changed = scene.clone();
            changed.obstacles.push(WallSpec { a: *a, b: *b, radius: *radius }.obstacle());
            Ok(retuned(changed, plan))
        }
        Command::Clear { obstacle } => {
            let mut changed = scene.clone();
            clear(&mut changed.obstacles, *obstacle)
                .map_err(|why| CommandError::Obstacle { obstacle: *obstacle, why })?;
            Ok(retuned(changed, plan))
        }
        Command::Cull { species, share } => {
            Ok(Effect::Cull(species_index(scene, species)?, within("the share", *share, 0.0, 1.0)?))
        }
        Command::Agent { world, id, hand } => {
            hand::check(hand)?;
            Ok(Effect::Hand((*world, *id), *hand))
        }
        Command::Genome { world, id, genome } => Ok(Effect::Genome((*world, *id), genome.clone())),
        Command::Spawn { world, species, place, genome } => {
            let index = species_index(scene, species)?;
            hand::check(&Hand::Move(*place))?;
            hand::fits(species, plan.species[index].genome_len, genome)?;
            Ok(Effect::Spawn((*world, index), *place, genome.clone()))
        }
        Command::Signals { species, hearing, channels } => {
            let species = species_index(scene, species)?;
            let intervention = intervention(hearing, *channels, plan.species[species].history)?;
            let interventions = (0..plan.dims.worlds).map(|world| (world, species as u32, intervention)).collect();
            Ok(Effect::Edits(Edits { interventions, ..Default::default() }))
        }
    }
}

/// New live numbers of a scene whose obstacles have changed.
fn retuned(scene: SceneSpec, plan: &Plan) -> Effect {
    let plan = plan.retuned(&scene);
    Effect::Retune(Box::new(scene), Box::new(plan))
}

/// Takes an obstacle out of a list; says why where it cannot be.
fn clear(obstacles: &mut Vec<Obstacle>, index: u32) -> Result<(), String> {
    let count = obstacles.len();
    let Some((own, behind)) = obstacles.get(index as usize..).and_then(<[_]>::split_first) else {
        return Err(match count {
            0 => "the tank has none".into(),
            _ => format!("the tank has {count}, numbered 0 to {}", count - 1),
        });
    };
    if !own.stays() {
        return Err("it moves".into());
    }
    // Where they are on their courses is drawn by their places in the list.
    if behind.iter().any(|other| other.start() == CourseStart::Drawn) {
        return Err("obstacles behind it in the scene's list have drawn courses, and would jump".into());
    }
    obstacles.remove(index as usize);
    Ok(())
}

/// Deaths that kill `share` of a species' living in every world: those with the lowest draws, so that the number is
/// exact and every agent is as likely as another.
pub(super) fn cull(
    census: &Census,
    slots: u32,
    p: &SpeciesParams,
    share: f32,
    tick: u64,
    streams: &[Stream],
) -> Vec<(u32, u32)> {
    let mut deaths = Vec::new();
    for (world, &stream) in streams.iter().enumerate() {
        let agents = &census.agents[WorldState::part(world as u32, slots)];
        let mut living: Vec<([u32; 4], u32, u32)> = (p.slot_start..p.slot_start + p.slots)
            .filter(|slot| agents[*slot as usize].alive == 1)
            .map(|slot| {
                let id = agents[slot as usize].id;
                (rng::draw(stream, tick as u32, id, DRAW_CULL), id, slot)
            })
            .collect();
        living.sort_unstable();
        let killed = (living.len() as f64 * f64::from(share)).round() as usize;
        deaths.extend(living.iter().take(killed).map(|(_, _, slot)| (world as u32, *slot)));
    }
    deaths
}

/// The scene of a run as it will be, without the run.
struct Rehearsal {
    scene: SceneSpec,
    plan: Plan,
    /// Events still to come, the next one last.
    events: Vec<EventSpec>,
}

impl Rehearsal {
    /// From a scene as it stands after its events up to a tick; `None` is before the first.
    fn new(scene: SceneSpec, plan: Plan, done: Option<u64>) -> Rehearsal {
        let mut events: Vec<_> = scene.events.iter().filter(|event| Some(event.tick) > done).cloned().collect();
        events.sort_by_key(|event| std::cmp::Reverse(event.tick));
        Rehearsal { scene, plan, events }
    }

    fn change(&mut self, command: &Command) -> Result<(), CommandError> {
        if let Effect::Retune(scene, plan) = effect(&self.scene, &self.plan, command)? {
            (self.scene, self.plan) = (*scene, *plan);
        }
        Ok(())
    }

    /// Makes the changes of all events up to a tick. Those that fail have been told when the scene was read.
    fn events_until(&mut self, tick: u64) {
        while let Some(event) = self.events.pop_if(|event| event.tick <= tick) {
            let _ = self.change(&Command::from(&event.command));
        }
    }

    /// Makes the change of a command; at one tick events come first.
    fn command(&mut self, logged: &Logged) -> Result<(), CommandError> {
        self.events_until(logged.tick);
        self.change(&logged.command)
    }
}

/// A scene after its own events and the commands of a log, at `tick`.
pub fn scene_after(scene: &SceneSpec, log: &[Logged], tick: u64) -> SceneSpec {
    let plan = Plan::new(scene, scene.rollout.worlds);
    let mut rehearsal = Rehearsal::new(scene.clone(), plan, None);
    for logged in log {
        // What was refused changed nothing.
        let _ = rehearsal.command(logged);
    }
    rehearsal.events_until(tick);
    rehearsal.scene
}

/// Removes whom a scene removes when its rollout is `age` ticks old; streams are those of the worlds. Draws are addressed by the
/// age, so that worlds that share them lose the same agents.
pub(super) fn remove(
    scene: &SceneSpec,
    plan: &Plan,
    backend: &mut dyn Backend,
    age: u64,
    streams: &[Stream],
) -> Result<(), BackendError> {
    for removal in scene.rollout.removals.iter().filter(|removal| u64::from(removal.tick) == age) {
        let named = scene.species.iter().position(|species| species.name == removal.species);
        if let Some(p) = named.map(|species| &plan.species[species]) {
            let deaths = cull(&backend.census()?, plan.dims.slots, p, removal.share, age, streams);
            backend.edit(&Edits { deaths, ..Edits::default() })?;
        }
    }
    Ok(())
}

/// Ticks from age `age` of a rollout to the next removal; `None` when there is none to come.
pub(super) fn to_removal(scene: &SceneSpec, age: u64) -> Option<u64> {
    scene
        .rollout
        .removals
        .iter()
        .filter_map(|removal| u64::from(removal.tick).checked_sub(age))
        .filter(|n| *n > 0)
        .min()
}

impl Simulation {
    /// Carries a command out, whole or not at all.
    pub(super) fn apply(&mut self, command: &Command) -> Result<(), CommandError> {
        match effect(&self.scene, &self.plan, command)? {
            Effect::Retune(scene, plan) => {
                self.backend.retune(&plan).map_err(failed)?;
                (self.scene, self.plan) = (*scene, *plan);
                if let Some(evolution) = &mut self.generational {
                    evolution.retune(&self.scene);
                }
            }
            Effect::Edits(edits) => {
                self.backend.edit(&edits).map_err(failed)?;
                for (_, species, mask) in &edits.interventions {
                    self.progress.intervene(*species as usize, mask);
                }
            }
            Effect::Cull(species, share) => {
                let census = self.backend.census().map_err(failed)?;
                let (dims, p) = (&self.plan.dims, &self.plan.species[species]);
                let deaths = cull(&census, dims.slots, p, share, self.tick, &self.streams());
                self.backend.edit(&Edits { deaths, ..Default::default() }).map_err(failed)?;
            }
            Effect::Hand(whom, hand) => {
                let laid = self.laid(whom, &hand)?;
                self.carry_out(laid)?;
            }
            Effect::Genome(whom, genome) => {
                let given = self.given(whom, genome)?;
                self.carry_out((given, None))?;
            }
            Effect::Spawn(whose, place, genome) => {
                let (edits, born) = self.spawned(whose, place, genome)?;
                self.carry_out((edits, Some(born)))?;
            }
        }
        Ok(())
    }

    /// Makes what a hand does true.
    fn carry_out(&mut self, (edits, born): (Edits, Option<LineageRecord>)) -> Result<(), CommandError> {
        self.backend.edit(&edits).map_err(failed)?;
        if let Some(born) = born {
            self.progress.note_born(&self.scene, born.species as usize);
            self.pending.lineage.push(born);
        }
        Ok(())
    }

    /// What would be refused of commands that are still to come, by their place in `script`: each is tried on a copy of
    /// the scene as those before it, and the scene's own events, will have left it. Changes nothing.
    pub fn rehearse(&self, script: &[Logged]) -> Vec<(usize, CommandError)> {
        let mut rehearsal = Rehearsal::new(self.scene.clone(), self.plan.clone(), Some(self.tick));
        let tried = script.iter().enumerate().map(|(index, logged)| (index, rehearsal.command(logged)));
        tried.filter_map(|(index, outcome)| Some((index, outcome.err()?))).collect()
    }

    /// Makes the changes that the scene's events ask for at this tick.
    pub(super) fn apply_events(&mut self) -> Result<(), SimulationError> {
        let due: Vec<(usize, Command)> = self
            .scene
            .events
            .iter()
            .enumerate()
            .filter(|(_, event)| event.tick == self.tick)
            .map(|(index, event)| (index, Command::from(&event.command)))
            .collect();
        for (index, command) in due {
            self.apply(&command).map_err(|problem| SimulationError::Event { index, tick: self.tick, problem })?;
        }
        Ok(())
    }
}
