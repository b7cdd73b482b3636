//! What measures of a school are called and say, wherever they are shown: panels, films, pages. Measures nothing.

use super::spec::Measure;

/// A measure in words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Described {
    /// Column of `metrics.csv`.
    pub word: &'static str,
    /// Over a plot.
    pub title: &'static str,
    /// Unit, empty for none.
    pub unit: &'static str,
    /// What a value of it says.
    pub says: &'static str,
    /// Lowest and highest value that it can have, where it has both.
    pub range: Option<(f32, f32)>,
}

impl Measure {
    /// The measure in words.
    pub const fn described(self) -> Described {
        const SHARE: Option<(f32, f32)> = Some((0.0, 1.0));
        let (word, title, unit, says, range) = match self {
            Measure::Polarization => {
                let says = "Length of the mean heading: 1 when all swim the same way";
                ("polarization", "Polarization", "", says, SHARE)
            }
            Measure::Rotation => {
                ("rotation", "Rotation", "", "Milling about the centre: 1 when all circle the same way", SHARE)
            }
            Measure::AbsoluteRotation => {
                let says =
                    "Milling about the centre, whichever way each circles; 0.64 when directions are random in a plane";
                ("absolute_rotation", "Absolute rotation", "", says, SHARE)
            }
            Measure::Nearest => {
                ("nearest", "Nearest neighbour", "BL", "Mean distance to the nearest of its kind", None)
            }
            Measure::SignalEnergy => {
                ("signal_energy", "Signal energy", "", "Mean over agents of the sum of squared channels", None)
            }
            Measure::Speed => ("speed", "Speed", "BL/s", "Mean speed", None),
            Measure::Energy => ("energy", "Energy", "", "Mean energy of the living", None),
            Measure::Diversity => ("diversity", "Diversity", "", "Mean distance of the genomes of two agents", None),
            Measure::Groups => {
                ("groups", "Groups", "", "Groups of agents nearer to each other than the social range", None)
            }
            Measure::ClarkEvans => {
                let says = "1 when spread at random, less in clusters, more when spread evenly";
                ("clark_evans", "Evenness", "", says, None)
            }
            Measure::Hull => ("hull", "Hull", "BL²", "Area of the convex hull of the largest group", None),
            Measure::Correlation => {
                ("correlation", "Correlation length", "BL", "Distance at which velocities are no longer alike", None)
            }
        };
        Described { word, title, unit, says, range }
    }
}
