//! Measures of the school: order, distances, speeds, signals, over time.

use bevy_egui::egui;

use crate::app::panels::plots::{Curve, plot};
use crate::app::panels::{PanelContext, theme};
use crate::app::strings::plots as text;
use crate::measure::MetricsRow;
use crate::measure::states::State;
use crate::scene::{Described, Measure, SceneSpec};

/// A plot: the measure that a scene may leave out, title, unit, what it says, and where it stands in a row.
pub(super) type Plotted = (Option<Measure>, &'static str, &'static str, &'static str, fn(&MetricsRow) -> f64);

/// A measure as it is described, by where it stands in a row.
pub(super) const fn described(measure: Measure, value: fn(&MetricsRow) -> f64) -> Plotted {
    let Described { title, unit, says, .. } = measure.described();
    (Some(measure), title, unit, says, value)
}

pub(super) const MEASURES: [Plotted; 13] = [
    described(Measure::Polarization, |r| r.polarization.into()),
    described(Measure::Rotation, |r| r.rotation.into()),
    described(Measure::AbsoluteRotation, |r| r.absolute_rotation.into()),
    described(Measure::Nearest, |r| r.nearest.into()),
    described(Measure::Speed, |r| r.speed.into()),
    described(Measure::Energy, |r| r.energy.into()),
    (None, text::POPULATION, "", text::POPULATION_TIP, |r| r.population.into()),
    described(Measure::SignalEnergy, |r| r.signal_energy.into()),
    described(Measure::Groups, |r| r.groups.into()),
    described(Measure::ClarkEvans, |r| r.clark_evans.into()),
    described(Measure::Hull, |r| r.hull.into()),
    described(Measure::Correlation, |r| r.correlation.into()),
    (None, text::TICKS, "", text::TICKS_TIP, |r| r.ticks_per_second),
];

/// Those that a scene logs, in order.
pub(super) fn logged(scene: &SceneSpec) -> impl Iterator<Item = Plotted> {
    MEASURES.into_iter().filter(|(measure, ..)| measure.is_none_or(|measure| scene.measures.log.contains(&measure)))
}

/// The one of a name, where the scene logs it, else the first that it does: there is always one, as some are never left out.
pub(super) fn shown(scene: &SceneSpec, name: &str) -> Plotted {
    let own = logged(scene).find(|plotted| plotted.1 == name);
    own.or_else(|| logged(scene).next()).unwrap_or(MEASURES[0])
}

/// Draws the panel.
pub fn panel(ui: &mut egui::Ui, cx: &mut PanelContext) {
    if cx.session.tables.iter().all(|t| t.rows.is_empty()) {
        theme::empty(ui, text::NO_MEASURES);
        return;
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for table in &cx.session.tables {
            if let Some(state) = table.rows.last().and_then(|row| State::of(row.polarization, row.rotation)) {
                ui.label(format!("{}: {state}", table.species)).on_hover_text(text::SCHOOL_STATE_TIP);
            }
        }
        for (_, title, unit, tip, value) in logged(&cx.session.stage.scene) {
            let curves: Vec<Curve> = cx
                .session
                .tables
                .iter()
                .zip(&cx.session.stage.scene.species)
                .map(|(table, species)| Curve {
                    name: table.species.clone(),
                    color: theme::swatch(species.color),
                    rows: &table.rows,
                    value,
                })
                .collect();
            plot(ui, title, title, unit, tip, 74.0, &curves);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_what_the_scene_logs() {
        let mut scene = SceneSpec::default();
        scene.measures.log = vec![Measure::Speed, Measure::Hull];
        assert_eq!((shown(&scene, "Hull").1, shown(&scene, "Polarization").1), ("Hull", "Speed"));
        scene.measures.log.clear();
        assert_eq!(shown(&scene, "Polarization").1, "Population");
    }
}
