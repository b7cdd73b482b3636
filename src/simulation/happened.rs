//! What a stretch of ticks leaves to be told: rows of tables, lines of the lineage log, faults. Knows nothing of where it is
//! written or shown.

use super::{Fault, GenerationRow, LineageRecord};
use crate::hearing::course::MeaningRow;
use crate::measure::MetricsRow;

/// What happened while advancing.
#[derive(Clone, Debug, Default)]
pub struct Happened {
    /// Ticks advanced.
    pub ticks: u32,
    /// Rows of the metrics table.
    pub metrics: Vec<MetricsRow>,
    /// Lines of the lineage log.
    pub lineage: Vec<LineageRecord>,
    /// Generations that ended (`Generational`).
    pub generations: Vec<GenerationRow>,
    /// What signals came to, where the scene listens (`measures.meaning`).
    pub meaning: Vec<MeaningRow>,
    /// Agents removed because their state or genome was not finite.
    pub faults: Vec<Fault>,
}

impl Happened {
    /// Adds what happened later.
    pub fn append(&mut self, mut later: Happened) {
        self.ticks += later.ticks;
        self.metrics.append(&mut later.metrics);
        self.lineage.append(&mut later.lineage);
        self.generations.append(&mut later.generations);
        self.meaning.append(&mut later.meaning);
        self.faults.append(&mut later.faults);
    }
}
