//! The lineage log of a run as it can be asked. Knows nothing of what is asked.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Past, Rows, RunError, tables};
use crate::evolution::ancestry::Lineage;
use crate::layout::NONE;

impl Past {
    /// The log in the run's folder up to the newest checkpoint, by species and world; `layout::NONE` for the world of populations that live
    /// in many.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn lineages(&self, folder: &Path) -> Result<BTreeMap<(u32, u32), Lineage>, RunError> {
        let tables = &self.loaded.header.tables;
        let length = tables.iter().find(|(name, _)| name == tables::LINEAGE).map_or(0, |(_, bytes)| *bytes);
        let mut rows = Rows::open(&folder.join(tables::LINEAGE), length)?;
        let mut logs: BTreeMap<(u32, u32), Lineage> = BTreeMap::new();
        while rows.advance()? {
            // Nobody is written as nothing.
            let of = |column: &str| match rows.text(column) {
                None | Some("") => Ok(NONE),
                Some(_) => rows.number(column).map(|number| number as u32),
            };
            let key = (of("species")?, of("world")?);
            let (id, parent, tick) = (of("id")?, of("parent")?, rows.number("tick")? as u64);
            logs.entry(key).or_default().note(id, parent, tick);
        }
        Ok(logs)
    }
}
