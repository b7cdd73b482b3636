//! Signals as sound: a soft chord in which every channel of every species is a note, as loud as it is used and from the side where
//! it is used. Follows the school on screen and changes nothing. Builds without the feature `sound` have no voice, and say so.

mod chord;
#[cfg(feature = "sound")]
mod speaker;

#[cfg(feature = "sound")]
use std::time::{Duration, Instant};

use crate::app::session::Session;
use crate::app::settings::Settings;
use crate::app::strings::sound as text;

/// Least and largest loudness of the whole.
pub const VOLUMES: std::ops::RangeInclusive<f32> = 0.0..=1.0;

/// How often the school is listened to: oftener than the ear follows a swelling note.
#[cfg(feature = "sound")]
const LISTENS_EVERY: Duration = Duration::from_millis(50);

/// What is heard.
#[derive(Default)]
pub struct Sound {
    #[cfg(feature = "sound")]
    playing: Option<(speaker::Speaker, Instant)>,
}

impl Sound {
    /// Lets the chord follow the school, where it is wanted. A device that is not there, or goes, is told and no longer wanted.
    #[cfg(feature = "sound")]
    pub fn follow(&mut self, settings: &mut Settings, session: &mut Session) {
        if !settings.sound {
            self.playing = None;
            return;
        }
        let (speaker, heard) = self.playing.get_or_insert_with(|| (speaker::Speaker::open(), Instant::now()));
        if let Some(problem) = speaker.problem() {
            (settings.sound, self.playing) = (false, None);
            let problem = problem.trim_end_matches('.');
            session.tell(text::no_sound(problem), true);
            return;
        }
        if heard.elapsed() < LISTENS_EVERY {
            return;
        }
        *heard = Instant::now();
        let silent = session.status.paused || session.status.filming;
        let shown = (!silent).then(|| session.moment(*heard).after.read().ok()).flatten();
        let voices = shown.map(|snapshot| chord::voices(&session.stage.plan, &snapshot)).unwrap_or_default();
        speaker.play(voices, settings.volume);
    }

    /// Says that there is no sound, where it is wanted.
    #[cfg(not(feature = "sound"))]
    pub fn follow(&mut self, settings: &mut Settings, session: &mut Session) {
        if std::mem::take(&mut settings.sound) {
            session.tell(text::BUILT_WITHOUT, true);
        }
    }
}
