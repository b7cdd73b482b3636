//! What has been measured, row after row, bounded however long a run is. Part of `super`; knows nothing of branches.

use std::collections::BTreeMap;

use crate::app::engine::listening::Heard;
use crate::hearing::course::{Figure, figures};
use crate::measure::MetricsRow;
use crate::scene::SceneSpec;

/// Rows kept a species; beyond, every second one of the older half is dropped.
const MOST_ROWS: usize = 8_192;
/// Metrics of one species over time.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Species name.
    pub species: String,
    /// Rows in order of ticks.
    pub rows: Vec<MetricsRow>,
}

/// Who speaks, who hears it, and on which channel; on all together where none is named.
pub type ChannelKey = (usize, usize, Option<u32>);

/// What a channel came to at a moment: simulated seconds, and its figures.
pub type Told = (f64, Vec<Figure>);

/// What signals told, report after report.
#[derive(Default)]
pub struct Course {
    /// In the order of time.
    pub channels: BTreeMap<ChannelKey, Vec<Told>>,
}

impl Course {
    pub(super) fn push(&mut self, heard: &Heard) {
        for (speaker, listener, reports) in &heard.pairs {
            for report in reports {
                let own = self.channels.entry((*speaker, *listener, report.channel)).or_default();
                // What lies ahead belongs to a time that the run has gone back from.
                own.retain(|(seconds, _)| *seconds < heard.seconds);
                own.push((heard.seconds, figures(report)));
                thin(own);
            }
        }
    }
}

/// Drops every second one of the older half of too long a list.
fn thin<T>(rows: &mut Vec<T>) {
    if rows.len() > MOST_ROWS {
        let half = MOST_ROWS / 2;
        let mut index = 0;
        rows.retain(|_| {
            index += 1;
            index > half || index % 2 == 1
        });
    }
}

pub(super) fn tables(scene: &SceneSpec) -> Vec<Table> {
    scene.species.iter().map(|s| Table { species: s.name.clone(), rows: vec![] }).collect()
}

impl Table {
    /// A row that is known already is the same again: a branch was played anew.
    pub(super) fn push(&mut self, row: MetricsRow) {
        if self.rows.last().is_some_and(|last| last.tick >= row.tick) {
            return;
        }
        self.rows.push(row);
        thin(&mut self.rows);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_stay_bounded_and_keep_both_ends() {
        let mut table = Table::default();
        for tick in 0..50_000u32 {
            table.push(MetricsRow { tick: tick.into(), ..Default::default() });
        }
        assert!(table.rows.len() <= MOST_ROWS);
        assert_eq!(u64::from(table.rows[0].tick as u32), 0);
        assert_eq!(table.rows.last().map(|r| r.tick as u32), Some(49_999));
        assert!(table.rows.windows(2).all(|w| w[0].tick < w[1].tick));
    }
}
