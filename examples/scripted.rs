//! Writes the genomes of the scene `comm_metrics`, whose weights are set by hand, into a folder:
//! `cargo run --release --no-default-features --example scripted -- assets/genomes`.

use std::path::Path;

use iwashi::genome_file::GenomeFile;
use iwashi::layout::NONE;
use iwashi::plan::Plan;
use iwashi::{scene, simulation};

/// What the populations have in common: biases, and a row for each sense, of thrust, yaw and the call.
const COMMON: [[f32; 3]; 5] = [
    [0.3, 0.0, 0.0],
    // Food here, over its capacity: they slow down at it.
    [-2.0, 0.0, 0.0],
    // What is heard.
    [0.0, 0.0, 0.0],
    // Noise for the call, and noise to wander by.
    [0.0, 0.0, 0.0],
    [0.0, 0.6, 0.0],
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("say where to: a folder")?;
    let scene = scene::load("scenes/papers/comm_metrics.ron")?.spec;
    let plan = Plan::new(&scene, 1);
    for (index, species) in scene.species.iter().enumerate() {
        let mut rows = COMMON;
        if species.name.starts_with("told") {
            (rows[0][2], rows[1][2]) = (-2.0, 9.0);
        } else {
            rows[3][2] = 3.0;
        }
        if species.name.ends_with("heeded") {
            rows[2][1] = 3.0;
        }
        let genomes = rows.concat();
        let (fitness, lineage) = (vec![f32::NAN], vec![[0, NONE]]);
        let file = GenomeFile { len: genomes.len(), genomes, fitness, lineage, ..GenomeFile::default() };
        let path = Path::new(&folder).join(format!("comm_metrics.{}.safetensors", species.name));
        std::fs::write(path, simulation::describe(file, &scene, &plan, index).encode()?)?;
    }
    Ok(())
}
