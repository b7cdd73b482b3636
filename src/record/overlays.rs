//! What is written over a film besides its caption: titles at given seconds, and a curve of a measure that grows with it. Knows nothing of
//! how letters and lines are drawn.

use super::RequestError;
use crate::scene::{Described, Measure};

/// Seconds that a title takes to come, and to go.
const FADE: f32 = 0.4;
/// Letters of a title at most: more than fit into a picture.
const MOST_LETTERS: usize = 160;

/// A line of text over a film.
#[derive(Clone, Debug, PartialEq)]
pub struct Title {
    /// What is written.
    pub text: String,
    /// Second of the film at which it begins to come.
    pub from: f32,
    /// Second at which it is gone.
    pub to: f32,
}

impl Title {
    /// `FROM-TO:TEXT`, in seconds of the film, as in `0-3:First school`.
    ///
    /// # Errors
    /// When it is written in another way, or ends before it begins.
    pub fn parse(written: &str) -> Result<Title, String> {
        let right = || format!("`{written}`: write FROM-TO:TEXT in seconds of the film, as in 0-3:First school");
        let (times, text) = written.split_once(':').ok_or_else(right)?;
        let (from, to) = times.split_once('-').ok_or_else(right)?;
        let seconds = |text: &str| text.trim().parse::<f32>().map_err(|_| right());
        let title = Title { text: text.trim().to_string(), from: seconds(from)?, to: seconds(to)? };
        title.check().map_err(|error| error.to_string())?;
        Ok(title)
    }

    /// Finds what is wrong with it.
    ///
    /// # Errors
    /// When it has no letters, too many, or no time to be read.
    pub fn check(&self) -> Result<(), RequestError> {
        let letters = self.text.chars().count();
        // NaN is in no range.
        if letters == 0 || letters > MOST_LETTERS || !(self.from >= 0.0 && self.to > self.from && self.to <= 86_400.0) {
            return Err(RequestError::Title {
                text: self.text.chars().take(40).collect(),
                from: self.from,
                to: self.to,
            });
        }
        Ok(())
    }

    /// How much of it is seen at a second of the film, 0 to 1.
    pub fn strength(&self, seconds: f32) -> f32 {
        let fade = FADE.min(0.5 * (self.to - self.from));
        ((seconds - self.from).min(self.to - seconds) / fade).clamp(0.0, 1.0)
    }
}

/// A measure of the school that can be plotted over a film.
#[derive(Debug, PartialEq)]
pub struct Plot {
    /// The measure; none for the number of the living.
    pub measure: Option<Measure>,
}

/// What can be plotted: what is known of one moment.
pub static PLOTS: [Plot; 10] = [
    Plot { measure: Some(Measure::Polarization) },
    Plot { measure: Some(Measure::Rotation) },
    Plot { measure: Some(Measure::AbsoluteRotation) },
    Plot { measure: Some(Measure::Nearest) },
    Plot { measure: Some(Measure::Speed) },
    Plot { measure: Some(Measure::Energy) },
    Plot { measure: None },
    Plot { measure: Some(Measure::SignalEnergy) },
    Plot { measure: Some(Measure::Groups) },
    Plot { measure: Some(Measure::Hull) },
];

impl Plot {
    /// As the column of `metrics.csv` is called.
    pub fn word(&self) -> &'static str {
        self.measure.map_or("population", |measure| measure.described().word)
    }

    /// As it stands in the picture, with its unit.
    pub fn title(&self) -> String {
        match self.measure.map(Measure::described) {
            None => "Alive".into(),
            Some(Described { title, unit: "", .. }) => title.into(),
            Some(Described { title, unit, .. }) => format!("{title}, {unit}"),
        }
    }

    /// Lowest and highest value that it can have, where it has both.
    pub fn range(&self) -> Option<(f32, f32)> {
        self.measure.and_then(|measure| measure.described().range)
    }

    /// By its word.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(word: &str) -> Result<&'static Plot, String> {
        let words = || PLOTS.iter().map(|plot| plot.word()).collect::<Vec<_>>().join(", ");
        PLOTS.iter().find(|plot| plot.word() == word).ok_or_else(|| format!("no plot `{word}`: one of {}", words()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_and_go() {
        let title = Title::parse("1-4: Prey: hunted").unwrap();
        assert_eq!((title.text.as_str(), title.from, title.to), ("Prey: hunted", 1.0, 4.0));
        assert_eq!([0.5, 1.0, 2.0, 4.0, 9.0].map(|at| title.strength(at)), [0.0, 0.0, 1.0, 0.0, 0.0]);
        assert!((title.strength(1.2) - 0.5).abs() < 1e-5);
        for wrong in ["Prey", "3-1:Prey", "0-1:", "a-b:Prey", "NaN-2:x", "-1-2:x"] {
            assert!(Title::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn plots_are_columns_of_the_table_of_metrics() {
        for plot in &PLOTS {
            assert!(crate::measure::MetricsRow::HEADER.contains(&plot.word()), "{}", plot.word());
        }
        assert!(Plot::named("happiness").unwrap_err().contains("polarization"));
    }
}
