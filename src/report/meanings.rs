//! What the signals of a run came to over evolutionary time, as charts: part of the page of a run. Knows nothing of how it was measured.

use std::collections::BTreeMap;
use std::path::Path;

use super::chart::COLORS;
use super::curve::{Curve, Points};
use super::html;
use crate::hearing::course::ENTROPY;
use crate::run::{Past, Rows, RunError, tables};

/// A chart for each channel of each who speaks to another; nothing where the scene did not ask for it.
pub fn meanings(folder: &Path, past: &Past) -> Result<String, RunError> {
    let tables = &past.loaded.header.tables;
    let length = tables.iter().find(|(name, _)| name == tables::MEANING).map_or(0, |(_, bytes)| *bytes);
    let mut rows = Rows::open(&folder.join(tables::MEANING), length)?;
    let mut charts: BTreeMap<(String, String, u32), Vec<(String, Points)>> = BTreeMap::new();
    while rows.advance()? {
        let text = |column: &str| rows.text(column).unwrap_or_default().to_string();
        let channel = rows.number("channel")? as u32;
        let (key, what) = ((text("speaker"), text("listener"), channel), text("what"));
        let [tick, nats, low, high] = ["tick", "nats", "low", "high"].map(|column| rows.number(column));
        let point = (tick?, [nats?, low?, high?]);
        let lines = charts.entry(key).or_default();
        // In the order of the table, of which the first is drawn as what all others are parts of.
        match lines.iter_mut().find(|(name, _)| *name == what) {
            Some((_, points)) => points.push(point.0, point.1),
            None => {
                let mut points = Points::default();
                points.push(point.0, point.1);
                lines.push((what, points));
            }
        }
    }
    let figure = |((speaker, listener, channel), lines): ((String, String, u32), Vec<(String, Points)>)| {
        let channel = if channel == 0 { "all channels".to_string() } else { format!("channel {channel}") };
        let title = format!("{speaker} to {listener}, {channel}: what it tells of (nats)");
        let curve = |(at, (what, points)): (usize, (String, Points))| match what.as_str() {
            ENTROPY => Curve::line("entropy: as much as it could tell", at % COLORS, points),
            what => Curve::marked(what, at % COLORS, points),
        };
        html::figure(&title, "tick", &lines.into_iter().enumerate().map(curve).collect::<Vec<_>>())
    };
    Ok(charts.into_iter().map(figure).collect())
}
