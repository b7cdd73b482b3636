//! Iwashi: a laboratory for collective intelligence. A school of small agents swims in a tank; each runs a small
//! evolved controller, emits signals that only other agents can give a meaning to, and shapes the fields it lives in.
//!
//! ```text
//! scenes/*.ron ─▶ SceneSpec ─▶ Plan, WorldState ─▶ Backend (cpu | gpu) ─▶ Snapshot, Metrics ─▶ window, films, CSV
//!    (text)       (checked)     (plain data)         ▲  W worlds           │
//!                                      Edits ◀── evolution ◀── Census ─────┤
//!                                      Commands ◀── panels, keys, scripts, command log
//! ```
//!
//! Where engine and window share a device, [`backend::Shown`] stands for the snapshot: the window draws from it in place.
//!
//! Data runs left to right. Only [`edits::Edits`] and [`command::Command`]s come back, both applied between two ticks by
//! one owner, [`simulation::Simulation`]. The window, the commands, the recorder and the tests are doors onto it.
//!
//! # Layers
//!
//! Imports go down only; `tests/layers.rs` holds it.
//!
//! | layer | modules | must not know |
//! |---|---|---|
//! | 6 | [`cli`] | |
//! | 5 | `app` (feature `gui`): the window and all drawing | the command line |
//! | 4 | `record` (frame sinks), [`report`] | what draws |
//! | 3 | [`simulation`], [`hearing`] (what signals tell and do), [`run`] (run folders, checkpoints), [`timeline`] (moments of a sitting), [`timing`], [`probe`], [`verify`], [`merge`], [`distill`] | who is watching |
//! | 2 | [`backend`] (`cpu`, `gpu`, `several`, `ranked`), [`cost`], [`evolution`], [`descent`], [`measure`], [`problems`], [`genome_file`], [`command`] | each other, where `tests/layers.rs` says so |
//! | 1 | [`scene`], [`plan`], [`world`], [`snapshot`], [`controller`], [`edits`] | how a tick is advanced |
//! | 0 | [`layout`], [`rng`], [`genome`], [`math`], [`statistics`], [`files`], [`ranks`] | everything above |
//!
//! The command line stands on top because it is the entry that chooses among the doors, the window among them.
//!
//! # A tick
//!
//! Both backends walk the same stages, one file each: `src/backend/cpu/sense.rs` is the twin of `shaders/sense.wgsl`.
//! *bin* the agents into cells, *hear*, *sense*, *think*, *act*, *interact* (eat, bite, collide), spread the *fields*,
//! *turnover* (births and deaths), *tally*. Where species do not breed within ticks, the processor ends lives in the pass of
//! their tally. Sums over neighbours are integers, so shape, threads and atomics cannot change a bit. Where obstacles are follows
//! from the tick and the key of the world's draws, so that no state says it.
//!
//! # Recipes
//!
//! **A sensor.** (1) Add a variant with its documented numbers to `scene::Sense` in `scene/spec/senses.rs`. (2) Give it a
//! `SENSE_` constant in `layout/constants.rs`. (3) Size it in `plan/senses.rs`. (4) Fill its slice in `backend/cpu/sense.rs` (what is summed over
//! neighbours: in `sweep.rs`, and for small worlds in `crowd/sums.rs`).
//! (5) Do the same in `shaders/sense.wgsl`. (6) Use it in the scenes of `tests/common/mod.rs`, which every suite compares.
//!
//! **A term of pairs.** (1) A variant of `scene::PairTerm` in `scene/spec/senses.rs`. (2) A `PAIR_` constant in `layout/constants.rs`.
//! (3) How large it can be in `plan/zones.rs`. (4) A `Term` in `backend/cpu/pairs.rs` (by distance alone, a `Law` in `laws.rs`), and (5) its case in `shaders/pairs.wgsl` (`laws.wgsl`). (6) A
//! zone with it in `pairs` of `tests/common/mod.rs`, and its formula in `tests/pairs.rs`.
//!
//! **An obstacle.** (1) A variant with its documented numbers, and the block around it, in `scene/spec/obstacles.rs`. (2) A `SHAPE_`
//! constant in `layout/constants.rs`. (3) Its shape in `plan/obstacles.rs`. (4) Distances to it in `backend/cpu/obstacles.rs`, and
//! (5) in `shaders/obstacles.wgsl`. (6) Draw it in `app/view/bodies.rs`, and let it cross the scenes of `tests/common/mod.rs`.
//!
//! **A stage.** (1) Write `backend/cpu/NAME.rs`. (2) Call it in `backend::cpu::tick`. (3) Write `shaders/NAME.wgsl`.
//! (4) Place its entry in `backend/gpu/kernels.rs`.
//!
//! **A controller.** Evolved: (1) a variant of `scene::Controller` in `scene/spec/controllers.rs`, (2) a `THINK_` constant in
//! `layout/constants.rs`, (3) its layers and memory in `plan/layers.rs`, how genomes store it in `plan/genomes.rs`, and its word in
//! `genome_file/words.rs`, (4) its branch in `backend/cpu/think.rs`, (5) the same in `shaders/think_alone.wgsl` and
//! `think_team.wgsl`, with its way in `backend/gpu/thinking.rs`, (6) a scene of `tests/common/mod.rs` that has it. What it does that is no layer has a file of its own in `controller/`, `backend/cpu/` and
//! `shaders/`, as graphs do; how it is drawn stands in `app/network`, from what `backend/cpu/neurons.rs` tells. A hand-written rule: (1) a variant of `scene::Rule` there, a `THINK_`
//! constant in `layout/constants.rs` that `by_rule` in `layout/species.rs` knows, (2) its numbers in `plan/species.rs`, and what it reads in
//! `scene/validate/controllers.rs`, (3) `controller/NAME.rs`, and its case in `controller::rule`, (4) `shaders/NAME.wgsl`, named in
//! `gpu/header.rs`, with its cases in `rule.wgsl` and `live.wgsl`, (5) an agent of it in a scene of `tests/common/mod.rs`.
//!
//! **A strategy.** (1) A variant of `scene::Strategy` with its documented numbers in `scene/spec/evolution.rs`. (2) The
//! populations it takes, in `Strategy::populations` there. (3) `evolution/NAME.rs`: a distribution implements
//! `search::Distribution` and says `named!`, what draws from an archive implements `archived::Emitter` and says `emits!` (and
//! is told of in `Strategy::keeps_archive`), anything else implements `Strategy`. (4) A line in `evolution::strategy::make`;
//! the contract tests then run it (on graphs where it breeds those: `architecture` there).
//!
//! **A measure** of a school. (1) A variant of `scene::Measure` in `scene/spec.rs`, and its words in `scene/described.rs`. (2) A function
//! with its source and exact test in `measure/NAME.rs`. (3) A column of `MetricsRow` and a field of `SpeciesMetrics`, filled in
//! `measure_those`, in `measure.rs`. (4) The column again in `simulation/boundary.rs`. (5) Where it is drawn: `app/panels/measures.rs`,
//! `report/page.rs`, and for films `record/overlays.rs`.
//!
//! **A part of the situation that signals may tell of.** (1) A number of an observation, by its name, in `hearing/situation.rs`. Tables, the page of
//! a run, and the Signals panel show whatever there is.
//!
//! **A command.** (1) A variant of `command::Command` (for one agent, of `command::Hand`), in `every_command` of its tests too. (2) What it
//! comes to in `simulation/command.rs` (`hand.rs`). (3) Its colour in `app/panels/timeline.rs`, its words in `app/strings/timeline.rs`. For
//! the pointer: (4) a `Tool` in `app/tools.rs`, its settings in `app/tools/bar.rs`, its words in `app/strings/tools.rs`. (5) How it is
//! undone, where it can be, in `app/history.rs`.
//!
//! **A panel.** (1) `app/panels/NAME.rs` with a function that draws, and `app/strings/NAME.rs` with what it says. (2) A tab for it in
//! `app/panels/tabs.rs`. (3) Its place in the arrangements of `app/panels/presets.rs`; unnamed there, it joins their last group.
//!
//! **A key.** (1) A line in the table of `app/actions.rs`, and what it does in words in `app/strings/actions.rs`; help, tips and the
//! editor of keys read them. (2) What it does in `perform` there.
//!
//! **An overlay.** (1) A switch in `Overlays` of `app/overlay/school.rs`, with its line in `ALL`. (2) What it draws in `draw`. (3) Its key.
//!
//! **A scene.** (1) `scenes/NAME.ron`; after a paper, `scenes/papers/NAME.ron`. (2) A line in `scene/shipped.rs`. (3) Its moving
//! picture: `iwashi record NAME --gallery assets/gallery`, and a line in `app/gallery.rs`. What it claims: (4) a line in `examples/claims/table.rs`.
//!
//! **A probe's test.** (1) A variant of `probe::test::Test` with its word, its refusals and its intervention. (2) Where no
//! `layout::Intervention` does it yet, a bit or a constant there, and (3) what it does in `backend/cpu/hear.rs` or `lesion.rs` and
//! (4) in their shaders. (5) A line in `interventions` of `tests/parity.rs`.
//!
//! **A card.** (1) `verify/NAME.rs` with a `Card`. (2) A line in `verify::CARDS`.
//!
//! # Bigger than one device
//!
//! Worlds never meet within a tick, so they are the unit that is shared out: among the ranks of an MPI job
//! ([`backend::ranked`]: all make the same calls, which the first of them announces, see `simulation/ranks.rs`), among adapters
//! ([`backend::several`], `--gpus`), and among sets of buffers on one adapter where the arrays of all worlds pass what a kernel can be shown
//! (128 MiB on a software adapter, 2 GiB or more on cards). Genomes of one world are cut into pages already. Headless
//! evolution therefore grows with the machines it is given, until the population has to be dealt to them in less time than
//! a rollout takes.
//!
//! One world stops earlier. What 10⁸ agents would need, and what is in the way:
//!
//! - *Memory.* Some 300 bytes of state an agent (64 of agent, 52 of tallies, 96 of notes and sorted places, the rest
//!   observation, action, signals): 30 GB. Own genomes of 1,140 numbers add 456 GB in `f32`. One shared genome adds nothing.
//! - *Time.* A tick moves each genome once and some 180 bytes of state: 0.5 TB with own genomes, 0.1 s on a card of 4 TB/s
//!   that held them; 18 GB and 5 ms with a shared one.
//! - *Indices.* Kernels index with 32 bits: 2³² numbers an array, which is 3.7 million own genomes of 1,140.
//! - *Sums.* Sums over neighbours are 32-bit integers whose step leaves room for all slots of the world to be neighbours
//!   ([`layout::TankParams`]`::sense_scale`): steps of 2⁻¹⁶ up to 16,000 slots, of 2⁻¹⁰ for a million, of 2⁻³ for 10⁸, which is
//!   too coarse to steer by. A bound on the crowd within a range, checked while binning, would free the bits.
//! - *One device.* A world in strips over several cards would exchange its borders every tick: at 0.1 agents a BL² and a
//!   range of 10 BL, an eighth of 10⁸ agents has half a percent of its agents in its borders, 2 MB a tick, little. But agents
//!   and their genomes would have to move between cards when they cross, and births would need one order over all cards.
//!
//! The design stops at the sums: a few million agents in one world. Beyond that, many worlds are the answer it gives.
//!
//! # A headless run
//!
//! ```
//! use iwashi::{scene, simulation::{Options, Simulation}};
//!
//! let file = scene::load("boids")?;
//! let mut simulation = Simulation::new(file.spec, &Options::default())?;
//! simulation.advance(20)?;
//! println!("digest: {}", simulation.digest()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(missing_docs)]

#[allow(clippy::disallowed_methods, reason = "drawing never changes a result, so the platform's functions will do")]
#[cfg(feature = "gui")]
pub mod app;
pub mod backend;
pub mod cli;
pub mod command;
pub mod controller;
pub mod cost;
pub mod descent;
pub mod distill;
pub mod edits;
pub mod evolution;
pub mod files;
pub mod genome;
pub mod genome_file;
pub mod hearing;
pub mod layout;
pub mod math;
pub mod measure;
pub mod merge;
pub mod plan;
pub mod probe;
pub mod problems;
pub mod ranks;
#[cfg(feature = "gui")]
pub mod record;
pub mod report;
pub mod rng;
pub mod run;
pub mod scene;
pub mod simulation;
pub mod snapshot;
pub mod statistics;
pub mod timeline;
pub mod timing;
pub mod verify;
pub mod world;
