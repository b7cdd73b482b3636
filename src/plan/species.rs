//! From a species of the scene to its numbers: where its parts stand among those of the others, and how large they are. Its live
//! numbers are `super::live`'s. Knows nothing of how it is advanced.

use super::layers::{Mind, mind};
use super::live::live_params;
use super::senses::sense_params;
use super::{Plan, energy, genome_stride, genomes, index_of, zones};
use crate::genome;
use crate::layout::*;
use crate::scene::*;

impl Plan {
    /// Adds a species behind those that are there, with all that it senses, thinks with, eats and leaves behind.
    pub(super) fn add_species(
        &mut self,
        spec: &SpeciesSpec,
        scene: &SceneSpec,
        dim: u32,
        species: &[String],
        fields: &[String],
    ) {
        let dt = scene.dt;
        let slots = spec.capacity.max(spec.count);
        let channels = spec.signals.channels;
        let deposits = spec.deposits.len() as u32;
        // Thrust, yaw and pitch, or a vector: as many numbers as the tank has dimensions either way. A course has no thrust.
        let motion_actions = if spec.body.motion == Motion::Course { dim - 1 } else { dim };
        let bites = !spec.diet.prey.is_empty();
        let attack = bites && spec.diet.by_choice;
        let act_len = motion_actions + channels + deposits + u32::from(attack);

        let sense_start = self.senses.len() as u32;
        let mut obs_len = 0;
        for sense in &spec.senses {
            let mut params = sense_params(sense, scene, dim, spec, act_len, species, fields);
            params.start = obs_len;
            obs_len += params.len;
            if let Sense::Pairs(pairs) = sense {
                params.zone_start = self.zones.len() as u32;
                self.zones.extend(zones::zones(pairs, scene, spec));
            }
            self.senses.push(params);
        }

        let layer_start = self.layers.len() as u32;
        let senses = &self.senses[sense_start as usize..];
        let Mind { think, mem_len, genome_len, numbers, items, nodes, edges, layers } =
            mind(&spec.controller, senses, obs_len, act_len);
        self.layers.extend(layers);
        let weights = genomes::weights(&spec.controller);
        let genome_words = genome::row_words(weights, genome_len, &self.layers[layer_start as usize..]);
        let sharers = match &spec.sharing {
            Sharing::Own => 1,
            Sharing::Group(g) => g.size.max(1),
            Sharing::Species => slots.max(1),
        };
        let (graze_start, prey_start, deposit_start) =
            (self.grazes.len() as u32, self.preys.len() as u32, self.deposits.len() as u32);
        self.add_diet(spec, scene, species, fields);
        let social = spec.terms().any(|term| matches!(term, Term::NearOwn | Term::Alignment));
        let mut params = SpeciesParams {
            slot_start: self.dims.slots,
            slots,
            obs_len,
            act_len,
            mem_len,
            channels,
            obs_start: self.dims.obs,
            act_start: self.dims.act,
            mem_start: self.dims.mem,
            sig_start: self.dims.sig,
            history: spec.signals.history,
            genome_len,
            numbers,
            items_start: items.start,
            items: items.count,
            item_len: items.len,
            weights,
            genome_words,
            genome_stride: genome_stride(genome_words),
            rows: slots.div_ceil(sharers),
            sharers,
            think,
            layer_start,
            layers: self.layers.len() as u32 - layer_start,
            nodes,
            edges,
            sense_start,
            senses: spec.senses.len() as u32,
            graze_start,
            grazes: spec.diet.fields.len() as u32,
            prey_start,
            preys: spec.diet.prey.len() as u32,
            deposit_start,
            deposits,
            attack_action: if attack { act_len - 1 } else { NONE },
            signal_action: motion_actions,
            deposit_action: motion_actions + channels,
            motion_actions,
            rule: rule(&spec.controller),
            time_in: timed(spec, fields),
            social: u32::from(social),
            ..bytemuck::Zeroable::zeroed()
        };
        live_params(&mut params, spec, dt);
        self.dims.slots += slots;
        self.dims.obs = self.dims.obs.saturating_add(slots.saturating_mul(obs_len));
        self.dims.act = self.dims.act.saturating_add(slots.saturating_mul(act_len));
        self.dims.mem = self.dims.mem.saturating_add(slots.saturating_mul(mem_len));
        self.dims.sig = self.dims.sig.saturating_add(slots.saturating_mul(channels));
        self.dims.history = self.dims.history.max(spec.signals.history);
        self.dims.obs_max = self.dims.obs_max.max(obs_len);
        self.dims.act_max = self.dims.act_max.max(act_len);
        let widest = self.layers[layer_start as usize..].iter().map(|l| l.inputs.max(l.outputs)).max();
        self.dims.width_max = self.dims.width_max.max(widest.unwrap_or(1)).max(obs_len).max(act_len);
        if think == THINK_GRAPH {
            let values = obs_len.saturating_add(act_len).saturating_add(nodes);
            self.dims.width_max = self.dims.width_max.max(values);
        }
        self.species.push(params);
    }

    /// What a species grazes, whom it bites, and what it leaves behind.
    fn add_diet(&mut self, spec: &SpeciesSpec, scene: &SceneSpec, species: &[String], fields: &[String]) {
        let dt = scene.dt;
        self.grazes.extend(spec.diet.fields.iter().map(|g| GrazeParams {
            field: index_of(&g.field, fields),
            rate: g.rate * dt * FIELD_SCALE,
            inverse: 1.0 / scene.fields.get(index_of(&g.field, fields) as usize).map_or(1.0, |f| f.capacity),
            energy: g.energy,
        }));
        self.preys.extend(spec.diet.prey.iter().map(|p| PreyParams {
            species: index_of(&p.species, species),
            reach: p.reach,
            damage: energy(p.damage),
            gain: p.gain,
            // A cosine that nothing falls below where all is in view, whatever rounding does.
            view: if p.view < std::f32::consts::PI { crate::math::cos(p.view) } else { -2.0 },
            sight: p.sight,
            confusion: p.confusion,
            spared: p.spared,
        }));
        self.deposits.extend(
            spec.deposits
                .iter()
                .map(|d| DepositParams { field: index_of(&d.field, fields), rate: d.rate * dt * FIELD_SCALE }),
        );
    }
}

/// The four numbers of what it acts by, see `SpeciesParams::rule`.
fn rule(controller: &Controller) -> [f32; 4] {
    match controller {
        Controller::Rule(Rule::Boids(b)) => [b.separation, b.alignment, b.cohesion, b.wander],
        Controller::Rule(Rule::Vicsek(v)) => {
            let width = v.noise.min(std::f32::consts::TAU);
            [width, 1.0 - libm::cosf(0.5 * width), 0.0, 0.0]
        }
        Controller::Rule(Rule::Couzin(c)) => [c.noise, 0.0, 0.0, 0.0],
        Controller::Rule(Rule::Particle(p)) => [p.propulsion, p.friction, 0.0, 0.0],
        Controller::Plastic(PlasticSpec { inborn: Inborn::Drawn(r), limit, .. }) => [r.size, *limit, 0.0, 0.0],
        Controller::Plastic(p) => [0.0, p.limit, 0.0, 0.0],
        Controller::Attention(a) => [1.0 / libm::sqrtf(a.keys as f32), 0.0, 0.0, 0.0],
        _ => [0.0; 4],
    }
}

/// The fields of its `TimeIn` terms; validation has made sure that there are no more.
fn timed(spec: &SpeciesSpec, fields: &[String]) -> [u32; 2] {
    let mut time_in = [NONE; 2];
    for term in spec.terms() {
        if let Term::TimeIn(named) = term {
            let field = index_of(&named.field, fields);
            if !time_in.contains(&field)
                && let Some(free) = time_in.iter_mut().find(|f| **f == NONE)
            {
                *free = field;
            }
        }
    }
    time_in
}
