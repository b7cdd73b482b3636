//! How close agents are to each other, from the plan and what is known of the school: what the price of looking around depends
//! on. Knows nothing of machines or of what a look costs.

use crate::layout::*;
use crate::plan::Plan;

/// Who swims in a world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct School {
    /// Agents alive in a world.
    pub living: f64,
    /// How many more are in range of an agent than if all were spread evenly over the tank.
    pub crowding: f64,
}

impl School {
    /// A school of `living` agents a world, of whom `neighbours` are in range of the widest sense; spread evenly when that
    /// is not known.
    pub fn new(plan: &Plan, living: f64, neighbours: Option<f64>) -> School {
        let even = School { living: living.max(1.0), crowding: 1.0 };
        let crowding = widest(plan).zip(neighbours).map(|((_, sense), neighbours)| {
            // Fewer than one in ten agents has anyone in range: too few to tell by how much.
            let expected = even.in_range(plan, sense.range, sense.mask);
            if expected > 0.1 { neighbours / expected } else { 1.0 }
        });
        School { crowding: crowding.unwrap_or(1.0), ..even }
    }

    /// Agents a unit of the tank's area or volume, as one finds them around an agent.
    fn density(&self, plan: &Plan) -> f64 {
        let tank = &plan.tank;
        let room: f64 = (0..tank.dim as usize).map(|axis| f64::from(tank.extent[axis])).product();
        self.living * self.crowding / room.max(1e-9)
    }

    /// Others within `range` of an agent, of the species in `mask`.
    pub(super) fn in_range(&self, plan: &Plan, range: f32, mask: u32) -> f64 {
        let (r, pi) = (f64::from(range), std::f64::consts::PI);
        let ball = if plan.tank.dim == 3 { 4.0 / 3.0 * pi * r * r * r } else { pi * r * r };
        let slots = |species: &dyn Fn(usize) -> bool| {
            plan.species.iter().enumerate().filter(|(i, _)| species(*i)).map(|(_, s)| f64::from(s.slots)).sum::<f64>()
        };
        let share = slots(&|i| mask >> (i & 31) & 1 == 1) / slots(&|_| true).max(1.0);
        (self.density(plan) * ball).min(self.living - 1.0).max(0.0) * share
    }

    /// Agents in the cells that a search within `range` looks through.
    pub(super) fn candidates(&self, plan: &Plan, range: f32) -> f64 {
        let tank = &plan.tank;
        let searched: f64 = (0..tank.dim as usize)
            .map(|axis| f64::from((2.0 * range + tank.cell[axis]).min(tank.extent[axis])))
            .product();
        (self.density(plan) * searched).min(self.living)
    }
}

/// The widest sense of neighbours, and the species that has it.
pub fn widest(plan: &Plan) -> Option<(&SpeciesParams, &SenseParams)> {
    plan.species
        .iter()
        .flat_map(|p| senses(plan, p).iter().map(move |s| (p, s)))
        .filter(|(p, s)| p.slots > 0 && s.searches())
        .max_by(|a, b| a.1.range.total_cmp(&b.1.range))
}

pub(super) fn senses<'a>(plan: &'a Plan, species: &SpeciesParams) -> &'a [SenseParams] {
    &plan.senses[species.sense_start as usize..(species.sense_start + species.senses) as usize]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::scene::{Controller, MlpSpec, NeighboursSense, SceneSpec, Sense, Sharing, SpeciesSpec};

    /// A school of networks in a plane of 0.1 agents per BL².
    pub fn school(agents: u32, sharing: Sharing) -> Plan {
        let side = (agents as f32 / 0.1).sqrt();
        let sense = NeighboursSense { range: 10.0, ..Default::default() };
        let fish = SpeciesSpec {
            count: agents,
            sharing,
            senses: vec![Sense::Neighbours(sense)],
            controller: Controller::Mlp(MlpSpec { hidden: vec![32, 16], ..Default::default() }),
            ..Default::default()
        };
        Plan::new(&SceneSpec { extent: [side, side, 0.0], species: vec![fish], ..Default::default() }, 1)
    }

    #[test]
    fn a_school_is_as_dense_as_it_is() {
        let plan = school(10_000, Sharing::Own);
        let even = School::new(&plan, 10_000.0, None);
        // 0.1 agents per BL² in a disc of 10 BL.
        assert!((even.in_range(&plan, 10.0, u32::MAX) - 31.4).abs() < 0.1, "{even:?}");
        let crowded = School::new(&plan, 10_000.0, Some(62.8));
        assert!((crowded.crowding - 2.0).abs() < 0.01, "{crowded:?}");
        let candidates = crowded.candidates(&plan, 10.0) / even.candidates(&plan, 10.0);
        assert!((candidates - crowded.crowding).abs() < 1e-9, "{candidates}");
        assert_eq!(
            School::new(&plan, 4.0, None).in_range(&plan, 1e6, u32::MAX),
            3.0,
            "nobody meets more than all others"
        );
    }
}
