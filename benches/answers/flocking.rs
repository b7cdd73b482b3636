//! EvoJAX's flocking task: worlds whose genomes, places and headings another program chose, scored by the engine.

use iwashi::backend::cpu::CpuBackend;
use iwashi::backend::{Backend, Shape};
use iwashi::layout::{FLOCK_UNIT, TALLY_FLOCK, TALLY_SCALE};
use iwashi::plan::Plan;
use iwashi::rng;
use iwashi::scene;
use iwashi::world::WorldState;

/// Scores the worlds of a file after `steps` ticks, a reward a line: minus the energy summed over fish and ticks, as in
/// EvoJAX. The file holds 32-bit floats, least byte first: world after world the genome in the engine's order, then x, y
/// (of a torus of side 1) and heading (radians) of each fish.
pub fn score(file: &str, steps: u32) -> Result<String, String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/scenes/evojax_flocking.ron");
    let spec = scene::load(path).map_err(|e| e.to_string())?.spec;
    let bytes = std::fs::read(file).map_err(|e| format!("`{file}` cannot be read: {e}"))?;
    let numbers: Vec<f32> = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let one = Plan::new(&spec, 1);
    let (p, fish) = (&one.species[0], one.dims.slots as usize);
    let (genome_len, each) = (p.genome_len as usize, p.genome_len as usize + 3 * fish);
    if numbers.is_empty() || bytes.len() % (4 * each) != 0 {
        return Err(format!("`{file}` has {} bytes; a world has {} numbers of 4 bytes", bytes.len(), each));
    }
    let worlds = (numbers.len() / each) as u32;
    let plan = Plan::new(&spec, worlds);
    let streams: Vec<_> = (0..worlds).map(|world| rng::stream(spec.seed, 0, world)).collect();
    let mut state = WorldState::start(&spec, &plan, &streams);
    let stride = p.rows as usize * p.genome_stride as usize;
    for (world, numbers) in numbers.chunks_exact(each).enumerate() {
        let (genome, places) = numbers.split_at(genome_len);
        state.genomes[0][world * stride..][..genome_len].copy_from_slice(bytemuck::cast_slice(genome));
        for (agent, place) in state.agents[world * fish..].iter_mut().zip(places.chunks_exact(3)) {
            let angle = f64::from(place[2]);
            agent.pos = [place[0] * spec.extent[0], place[1] * spec.extent[1], 0.0];
            agent.heading = [libm::cos(angle) as f32, libm::sin(angle) as f32, 0.0];
        }
    }
    let mut backend = CpuBackend::new(&plan, None, Shape::Auto).map_err(|e| e.to_string())?;
    backend.load(state).and_then(|()| backend.advance(steps)).map_err(|e| e.to_string())?;
    let census = backend.census().map_err(|e| e.to_string())?;
    let unit = f64::from(TALLY_SCALE * FLOCK_UNIT) * f64::from(plan.tank.dt);
    let reward = |tallies: &[[i32; _]]| {
        let steps: i64 = tallies.iter().map(|tally| i64::from(tally[TALLY_FLOCK as usize])).sum();
        format!("{:.6}", -(steps as f64) / unit)
    };
    Ok(census.tallies.chunks_exact(fish).map(reward).collect::<Vec<_>>().join("\n"))
}
