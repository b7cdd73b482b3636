//! Stage *interact*: eat, bite, collide, deposit. Contacts are judged where agents stood when the tick began (the sorted
//! places); fields are asked where they stand now. Food is shared in proportion when more is asked than there is; prey
//! goes to the nearest biter, ties to the lowest id. Three passes: ask, answer, take. Twin of `shaders/interact.wgsl`.

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

use multiversion::multiversion;

use super::QUICK_SLOTS;
use super::act::keep_inside;
use super::lanes::{Env, Lanes};
use super::reach::{each_run, offset};
use super::sense::field_cell;
use super::world::World;
use crate::layout::*;
use crate::math::{Vec3, add, dot, fixed, scale};
use crate::plan::Plan;
use crate::rng;

/// Whether no agent of a plan depends on what another does within a tick: nothing is asked of fields, and nobody bites. Then
/// each has its answer at once.
pub fn alone(plan: &Plan) -> bool {
    plan.grazes.is_empty() && plan.deposits.is_empty() && plan.preys.is_empty()
}

/// Runs the passes after *ask*.
pub fn interact(world: &mut World, tick: u32, parallel: bool) {
    let bites = !world.plan.preys.is_empty();
    if bites {
        choose(world, tick);
        settle_bites(world);
    }
    world.each_lanes(parallel, QUICK_SLOTS, answer);
    if bites {
        wound(world);
        take(world);
    }
}

/// Agents ask fields for food and put deposits in.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub fn ask(env: &Env, lanes: &mut Lanes) {
    lanes.each(env, &mut |env, lane| {
        let (plan, s) = (env.plan, env.species);
        for graze in grazes(env) {
            let cell = field_cell(&plan.tank, &plan.fields[graze.field as usize], lane.agent.pos);
            env.demand[cell as usize].fetch_add(wish(env.fields[cell as usize], graze), Relaxed);
        }
        for (i, d) in plan.deposits[s.deposit_start as usize..][..s.deposits as usize].iter().enumerate() {
            let strength = if env.deposits { lane.action[s.deposit_action as usize + i].max(0.0) } else { 0.0 };
            let cell = field_cell(&plan.tank, &plan.fields[d.field as usize], lane.agent.pos);
            env.deposit[cell as usize].fetch_add(fixed(strength * d.rate, 1.0), Relaxed);
        }
    });
}

fn grazes<'a>(env: &Env<'a>) -> &'a [GrazeParams] {
    &env.plan.grazes[env.species.graze_start as usize..][..env.species.grazes as usize]
}

/// What an agent asks of a cell: the more the fuller it is, in steps of 1 / FIELD_SCALE.
#[inline(always)]
fn wish(value: f32, graze: &GrazeParams) -> i32 {
    fixed(graze.rate * (value * graze.inverse), 1.0)
}

/// What an agent is granted of what it asks, in steps of 1 / FIELD_SCALE.
fn grant(value: f32, asked: i32, demand: &AtomicI32) -> i32 {
    let (available, all) = (fixed(value, FIELD_SCALE), demand.load(Relaxed));
    if all <= available { asked } else { (asked as f32 * (available as f32 / all as f32)) as i32 }
}

/// Each biter picks the nearest agent within reach and view that it may bite, and may be too confused to hit it.
fn choose(world: &mut World, tick: u32) {
    let mut choice = std::mem::take(&mut world.scratch.choice);
    choice.fill(NONE);
    for (index, s) in world.plan.species.iter().enumerate() {
        if s.preys == 0 {
            continue;
        }
        let env = world.env(index);
        for local in 0..s.slots {
            let slot = s.slot_start + local;
            let agent = &world.agents[slot as usize];
            let ready = agent.alive == 1
                && agent.handling == 0
                && (s.attack_action == NONE
                    || world.actions[(s.act_start + local * s.act_len + s.attack_action) as usize] > 0.0);
            let Some(place) = place(&env, slot).filter(|_| ready) else { continue };
            let eyes = Eyes { pos: sorted_pos(&env, place), heading: sorted_heading(&env, place) };
            let mut best = (u32::MAX, u32::MAX);
            let mut found = None;
            each_run(&env, eyes.pos, s.bite, |first, last| {
                for i in first..last {
                    let Some(prey) = prey_of(&env, s, env.sorted.species[i]) else { continue };
                    let square = square_to(&env, eyes.pos, i);
                    let key = (square.to_bits(), env.sorted.id[i]);
                    let near = square < prey.reach * prey.reach && env.sorted.slot[i] != slot;
                    if near && key < best && eyes.see(&env, prey.view, i) && abound(world, prey) {
                        best = key;
                        found = Some((i, prey));
                    }
                }
            });
            if let Some((at, prey)) = found {
                let n = if prey.confusion > 0.0 { confusing(&env, &eyes, prey, at, slot) } else { 1 };
                let hits = n < 2 || rng::below(rng::draw(env.stream, tick, agent.id, DRAW_CONFUSION)[0], n) == 0;
                choice[slot as usize] = if hits { env.sorted.slot[at] } else { MISSED };
            }
        }
    }
    world.scratch.choice = choice;
}

/// Where a biter stood and looked when the tick began.
struct Eyes {
    pos: Vec3,
    heading: Vec3,
}

impl Eyes {
    /// Whether the agent at place `i` among the sorted is within an angle from ahead, by its cosine.
    fn see(&self, env: &Env, view: f32, i: usize) -> bool {
        let d = offset(&env.plan.tank, self.pos, sorted_pos(env, i));
        dot(self.heading, d) >= view * dot(d, d).sqrt()
    }
}

/// Whether more of a species live than are spared.
fn abound(world: &World, prey: &PreyParams) -> bool {
    let s = &world.plan.species[prey.species as usize];
    let living = || world.agents[s.slot_start as usize..][..s.slots as usize].iter().filter(|a| a.alive == 1).count();
    prey.spared == 0 || living() > prey.spared as usize
}

/// How many confuse a biter (in `slot`) that aims at the prey at place `at` among the sorted: those near it that it sees, the prey
/// among them.
fn confusing(env: &Env, eyes: &Eyes, prey: &PreyParams, at: usize, slot: u32) -> u32 {
    let aim = sorted_pos(env, at);
    let mut n = 0;
    each_run(env, aim, prey.confusion, |first, last| {
        for i in (first..last).filter(|i| env.sorted.species[*i] == prey.species && env.sorted.slot[*i] != slot) {
            let near = square_to(env, aim, i) < prey.confusion * prey.confusion;
            let seen = square_to(env, eyes.pos, i) < prey.sight * prey.sight;
            n += u32::from(near && seen && eyes.see(env, prey.view, i));
        }
    });
    n
}

/// How `s` may bite species `other`, if at all.
fn prey_of<'a>(env: &Env<'a>, s: &SpeciesParams, other: u32) -> Option<&'a PreyParams> {
    env.plan.preys[s.prey_start as usize..][..s.preys as usize].iter().find(|p| p.species == other)
}

fn square_to(env: &Env, pos: Vec3, i: usize) -> f32 {
    let d = offset(&env.plan.tank, pos, sorted_pos(env, i));
    dot(d, d)
}

#[inline(always)]
fn sorted_pos(env: &Env, i: usize) -> Vec3 {
    std::array::from_fn(|axis| env.sorted.pos[axis][i])
}

fn sorted_heading(env: &Env, i: usize) -> Vec3 {
    std::array::from_fn(|axis| env.sorted.heading[axis][i])
}

/// Place among the sorted of the agent in a slot of the species at hand, if it was there when the tick began.
#[inline(always)]
fn place(env: &Env, slot: u32) -> Option<usize> {
    let seat = Some(env.seat[slot as usize]).filter(|seat| *seat != NONE)?;
    Some(env.seats[(env.species.slot_start + seat) as usize] as usize)
}

/// Where the agent in a slot of the species at hand stood when the tick began, if it was there.
#[inline(always)]
fn began(env: &Env, slot: u32) -> Option<Vec3> {
    place(env, slot).map(|at| sorted_pos(env, at))
}

/// Each agent that is bitten at suffers the bite of the nearest biter that chose it.
fn settle_bites(world: &mut World) {
    let mut wound = std::mem::take(&mut world.scratch.wound);
    wound.fill((NONE, 0));
    for (index, s) in world.plan.species.iter().enumerate() {
        if !world.plan.preys.iter().any(|p| p.species == index as u32) {
            continue;
        }
        let env = world.env(index);
        for local in 0..s.slots {
            let slot = s.slot_start + local;
            if world.agents[slot as usize].alive == 0 {
                continue;
            }
            let Some(pos) = began(&env, slot) else { continue };
            let mut best = (u32::MAX, u32::MAX);
            each_run(&env, pos, s.bitten, |first, last| {
                for i in first..last {
                    let biter = env.sorted.slot[i];
                    if world.scratch.choice[biter as usize] != slot {
                        continue;
                    }
                    let key = (square_to(&env, pos, i).to_bits(), env.sorted.id[i]);
                    let biter_species = &world.plan.species[env.sorted.species[i] as usize];
                    if key < best
                        && let Some(prey) = prey_of(&env, biter_species, index as u32)
                    {
                        best = key;
                        wound[slot as usize] = (biter, prey.damage);
                    }
                }
            });
        }
    }
    world.scratch.wound = wound;
}

/// Agents receive food, and are pushed out of each other.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub fn answer(env: &Env, lanes: &mut Lanes) {
    lanes.each(env, &mut |env, lane| {
        let (plan, s) = (env.plan, env.species);
        let mut eaten = 0i32;
        for graze in grazes(env) {
            let cell = field_cell(&plan.tank, &plan.fields[graze.field as usize], lane.agent.pos) as usize;
            let granted = grant(env.fields[cell], wish(env.fields[cell], graze), &env.demand[cell]);
            eaten += fixed(granted as f32 / FIELD_SCALE * graze.energy, ENERGY_SCALE);
        }
        lane.note.eaten = eaten;
        lane.note.dealt = -1;
        lane.agent.energy = lane.agent.energy.saturating_add(eaten).min(s.energy_cap);
        if s.push > 0.0
            && let Some(start) = began(env, lane.slot)
        {
            let shift = push(env, lane.slot, start);
            lane.agent.pos = keep_inside(&plan.tank, add(lane.agent.pos, shift));
        }
    });
}

/// Agents lose what is bitten off.
fn wound(world: &mut World) {
    let wounds = world.scratch.wound.iter_mut();
    for (agent, wound) in world.agents.iter_mut().zip(wounds).filter(|(_, wound)| wound.0 != NONE) {
        // No more can be taken than there is.
        wound.1 = wound.1.min(agent.energy.max(0));
        agent.energy -= wound.1;
    }
}

/// Sum of the pushes from overlapping bodies, in fixed point so that its order cannot matter.
fn push(env: &Env, slot: u32, pos: Vec3) -> Vec3 {
    let tank = &env.plan.tank;
    let mut sum = [0i32; 3];
    each_run(env, pos, env.species.contact, |first, last| {
        for i in first..last {
            let other = &env.plan.species[env.sorted.species[i] as usize];
            let d = offset(tank, pos, sorted_pos(env, i));
            let contact = 0.5 * (env.species.length + other.length);
            let square = dot(d, d);
            if square < contact * contact && env.sorted.slot[i] != slot && square > 0.0 {
                let distance = square.sqrt();
                let away = scale(d, -(contact - distance) * env.species.push / distance);
                for axis in 0..3 {
                    sum[axis] += fixed(away[axis].clamp(-1.0, 1.0), PUSH_SCALE);
                }
            }
        }
    });
    sum.map(|v| v as f32 / PUSH_SCALE)
}

/// Biters whose bite landed gain from it; those that missed wait.
fn take(world: &mut World) {
    for (index, s) in world.plan.species.iter().enumerate() {
        if s.preys == 0 {
            continue;
        }
        for slot in s.slot_start..s.slot_start + s.slots {
            let target = world.scratch.choice[slot as usize];
            if target == MISSED {
                // One more, because the tally of this tick already counts the wait down.
                world.agents[slot as usize].handling = s.recovery + 1;
                continue;
            }
            if target == NONE || world.scratch.wound[target as usize].0 != slot {
                continue;
            }
            let taken = world.scratch.wound[target as usize].1;
            let env = world.env(index);
            let other = species_of(&world.plan.species, target);
            let gain = prey_of(&env, s, other).map_or(0.0, |p| p.gain);
            let agent = &mut world.agents[slot as usize];
            let gained = (taken as f32 * gain) as i32;
            agent.energy = agent.energy.saturating_add(gained).min(s.energy_cap);
            // One more, as above.
            agent.handling = s.handling + 1;
            world.scratch.notes[slot as usize].dealt = taken;
        }
    }
}

/// Species of a slot.
pub fn species_of(species: &[SpeciesParams], slot: u32) -> u32 {
    species.iter().position(|s| slot < s.slot_start + s.slots).unwrap_or(0) as u32
}
