//! `iwashi bench --against`: two benches of one scene beside each other. Knows nothing of how either was taken.

use std::path::Path;

use serde::Serialize;

use super::figures::{Figures, Rates, large};
use crate::cli::Failure;
use crate::files;

/// A file of figures is shorter than this; longer ones are something else.
const LONGEST: u64 = 1 << 20;

/// How the present figures stand to former ones. Ratios above 1 are faster.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// File of the former figures.
    pub file: String,
    /// Median rate over the former median.
    pub ratio: f64,
    /// The same by processor time; `None` where either was not told.
    pub ratio_by_cpu: Option<f64>,
    /// Whether the ranges of rates are apart.
    pub beyond_the_spread: bool,
    /// Former time of each stage over the present one, of those that both have.
    pub stages: Vec<StageComparison>,
    /// What else was different.
    pub different: Vec<String>,
    #[serde(skip)]
    former: Rates,
    #[serde(skip)]
    present: Rates,
}

/// One stage in both.
#[derive(Clone, Debug, Serialize)]
pub struct StageComparison {
    /// Its name.
    pub stage: String,
    /// What it cost, ns.
    pub former_ns: f64,
    /// What it costs, ns.
    pub ns: f64,
    /// Former time over present time.
    pub ratio: f64,
}

/// Reads figures that `iwashi bench --json` wrote.
pub fn read(path: &Path) -> Result<Figures, Failure> {
    let text = files::read_text(path, LONGEST).map_err(|e| Failure::usage(format!("--against: {e}")))?;
    let refused = |why: String| {
        Failure::usage(format!(
            "--against: {} is not what `iwashi bench SCENE --json` writes, one JSON object: {why}",
            path.display()
        ))
    };
    let figures: Figures = serde_json::from_str(&text).map_err(|e| refused(e.to_string()))?;
    let Rates { median, lowest, highest } = figures.agent_steps_per_second;
    if !(lowest > 0.0 && lowest <= median && median <= highest && highest.is_finite()) {
        return Err(refused(format!("a median of {median} between {lowest} and {highest} agent-steps a second")));
    }
    if figures.ticks == 0 {
        return Err(refused("repetitions of 0 ticks".to_string()));
    }
    Ok(figures)
}

/// Refuses to compare what is not the same thing; `what` names it.
pub fn same(what: &str, present: &str, former: &str, path: &Path) -> Result<(), Failure> {
    if present == former {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "--against: the {what} is `{present}` now and `{former}` in {}; compare benches of one {what}",
        path.display()
    )))
}

impl Comparison {
    /// The present figures against former ones of the same scene and backend.
    pub fn of(present: &Figures, former: &Figures, path: &Path) -> Comparison {
        let (now, then) = (present.agent_steps_per_second, former.agent_steps_per_second);
        let by_cpu = present.agent_steps_per_cpu_second.zip(former.agent_steps_per_cpu_second);
        let stages = present.stages.iter().filter_map(|stage| {
            let before = former.stages.iter().find(|before| before.stage == stage.stage)?;
            let comparable = before.measured_ns > 0.0 && stage.measured_ns > 0.0;
            comparable.then(|| StageComparison {
                stage: stage.stage.clone(),
                former_ns: before.measured_ns,
                ns: stage.measured_ns,
                ratio: round(before.measured_ns / stage.measured_ns),
            })
        });
        Comparison {
            file: path.display().to_string(),
            ratio: round(now.median / then.median),
            ratio_by_cpu: by_cpu.filter(|(_, then)| *then > 0.0).map(|(now, then)| round(now / then)),
            beyond_the_spread: now.lowest > then.highest || then.lowest > now.highest,
            stages: stages.collect(),
            different: different(present, former),
            former: then,
            present: now,
        }
    }

    /// Some lines of text.
    pub fn text(&self) -> String {
        let range = |r: &Rates| format!("{} ({} to {})", large(r.median), large(r.lowest), large(r.highest));
        let mut text = format!("\nagainst {}\n", self.file);
        for different in &self.different {
            text += &format!("  {different}\n");
        }
        text += &format!("  agent-steps a second {}, was {}\n", range(&self.present), range(&self.former));
        text += &match self.beyond_the_spread {
            true => format!("  {} times as fast\n", self.ratio),
            false => format!("  no difference beyond the spread: {} times as fast\n", self.ratio),
        };
        if let Some(ratio) = self.ratio_by_cpu {
            text += &format!("  {ratio} times as many agent-steps a processor second\n");
        }
        text += &format!("\n{:<22}{:>10}{:>10}{:>10}\n", "ns an agent and tick", "was", "is", "as fast");
        for s in &self.stages {
            text += &format!("{:<22}{:>10.1}{:>10.1}{:>10.2}\n", s.stage, s.former_ns, s.ns, s.ratio);
        }
        text
    }
}

/// What else differs between two benches, a line each.
fn different(present: &Figures, former: &Figures) -> Vec<String> {
    let sets = |figures: &Figures| match figures.sets.is_empty() {
        true => "nothing".to_string(),
        false => figures.sets.join(", "),
    };
    let of = |f: &Figures| {
        [
            ("device", f.device.clone()),
            ("shape", f.shape.clone()),
            ("set", sets(f)),
            ("seed", f.seed.to_string()),
            ("agents", f.agents.to_string()),
            ("worlds", f.worlds.to_string()),
            ("parameters", f.parameters.to_string()),
            ("ticks", f.ticks.to_string()),
            ("iwashi", f.revision.clone()),
        ]
    };
    let pairs = of(present).into_iter().zip(of(former));
    pairs
        .filter(|(now, then)| now.1 != then.1)
        .map(|(now, then)| format!("{}: {}, was {}", now.0, now.1, then.1))
        .collect()
}

/// To a thousandth.
fn round(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
