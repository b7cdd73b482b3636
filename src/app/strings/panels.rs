//! What the tabs of the panels say.

pub const TANK: &str = "Tank";
pub const TANK_TIP: &str = "The water; the help tells what keys and mouse do here";
pub const SCENES: &str = "Scenes";
pub const SCENES_TIP: &str = "Choose a scene, or start this one over";
pub const PARAMETERS: &str = "Parameters";
pub const PARAMETERS_TIP: &str = "Every number of the scene, to search and to change";
pub const EVOLUTION: &str = "Evolution";
pub const EVOLUTION_TIP: &str = "Fitness, births, diversity, and what steers evolution";
pub const AGENT: &str = "Agent";
pub const AGENT_TIP: &str = "The selected agent: what it perceives, remembers and does";
pub const MEASURES: &str = "Measures";
pub const MEASURES_TIP: &str = "Order, distances, speeds, energy and signals over time";
pub const PLOTS: &str = "Plots";
pub const PLOTS_TIP: &str = "Any measure over time or against another, and how a state is spread over the agents";
pub const SIGNALS: &str = "Signals";
pub const SIGNALS_TIP: &str = "What signals tell of, whether anybody heeds them, and dialects";
pub const PROBE: &str = "Probe";
pub const PROBE_TIP: &str = "Whether signals matter: changes them on copies of the school, and compares";
pub const COMPARE: &str = "Compare";
pub const COMPARE_TIP: &str = "Two branches of this run side by side, and how they differ";
pub const RECORD: &str = "Record";
pub const RECORD_TIP: &str = "Make a film";

pub fn tab_tip(tip: &str) -> String {
    format!("{tip}\nDrag to move the panel")
}
