//! Measures of the school: order, distances, speeds, signals, over time.

use bevy_egui::egui;

use crate::app::panels::plots::{Curve, plot};
use crate::app::panels::{PanelContext, theme};
use crate::measure::MetricsRow;
use crate::measure::states::State;
use crate::scene::{Measure, SceneSpec};

/// A plot: the measure that a scene may leave out, title, unit, what it says, and where it stands in a row.
pub(super) type Plotted = (Option<Measure>, &'static str, &'static str, &'static str, fn(&MetricsRow) -> f64);

pub(super) const MEASURES: [Plotted; 13] = [
    (
        Some(Measure::Polarization),
        "Polarization",
        "",
        "Length of the mean heading: 1 when all swim the same way",
        |r| r.polarization.into(),
    ),
    (Some(Measure::Rotation), "Rotation", "", "Milling about the centre: 1 when all circle the same way", |r| {
        r.rotation.into()
    }),
    (
        Some(Measure::AbsoluteRotation),
        "Absolute rotation",
        "",
        "Milling about the centre, whichever way each circles; 0.64 when directions are random in a plane",
        |r| r.absolute_rotation.into(),
    ),
    (Some(Measure::Nearest), "Nearest neighbour", "BL", "Mean distance to the nearest of its kind", |r| {
        r.nearest.into()
    }),
    (Some(Measure::Speed), "Speed", "BL/s", "Mean speed", |r| r.speed.into()),
    (Some(Measure::Energy), "Energy", "", "Mean energy of the living", |r| r.energy.into()),
    (None, "Population", "", "Agents alive, over all worlds", |r| r.population.into()),
    (Some(Measure::SignalEnergy), "Signal energy", "", "Mean over agents of the sum of squared channels", |r| {
        r.signal_energy.into()
    }),
    (Some(Measure::Groups), "Groups", "", "Groups of agents nearer to each other than the social range", |r| {
        r.groups.into()
    }),
    (
        Some(Measure::ClarkEvans),
        "Evenness",
        "",
        "1 when spread at random, less in clusters, more when spread evenly",
        |r| r.clark_evans.into(),
    ),
    (Some(Measure::Hull), "Hull", "BL²", "Area of the convex hull of the largest group", |r| r.hull.into()),
    (Some(Measure::Correlation), "Correlation length", "BL", "Distance at which velocities are no longer alike", |r| {
        r.correlation.into()
    }),
    (None, "Ticks a second", "", "Speed of the simulation in real time", |r| r.ticks_per_second),
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
        theme::empty(ui, "The first measures come after one interval of metrics.");
        return;
    }
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for table in &cx.session.tables {
            if let Some(state) = table.rows.last().and_then(|row| State::of(row.polarization, row.rotation)) {
                ui.label(format!("{}: {state}", table.species)).on_hover_text(
                    "polar: one heading; mill: all circle one way; swarm: neither; transition: in between",
                );
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
