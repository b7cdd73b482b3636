//! Keys with their modifiers, which of them means which action, and what the user has changed about that. Knows nothing of what
//! actions do.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use bevy_egui::egui::{self, Key, Modifiers};
use serde::{Deserialize, Serialize};

use crate::app::actions::{ACTIONS, Action, Entry};
use crate::app::strings::help as text;

/// A key with what is held down beside it. On a Mac, Ctrl is the command key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// Whether Ctrl is held.
    pub ctrl: bool,
    /// Whether Shift is held.
    pub shift: bool,
    /// Whether Alt is held.
    pub alt: bool,
}

impl Chord {
    /// The chord of a key event.
    pub fn of(key: Key, held: Modifiers) -> Chord {
        Chord { key, ctrl: held.command || held.ctrl, shift: held.shift, alt: held.alt }
    }

    /// Whether the key types a sign that some keyboards have only together with Shift or Alt.
    fn is_sign(self) -> bool {
        // Letters, digits and keys that type nothing are shown by their names, signs and arrows as what they are.
        let arrow = matches!(self.key, Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown);
        self.key.symbol_or_name() != self.key.name() && !arrow
    }

    /// What is meant where nothing is bound to the chord itself: the sign alone.
    fn plain(self) -> Option<Chord> {
        ((self.shift || self.alt) && self.is_sign()).then_some(Chord { shift: false, alt: false, ..self })
    }

    fn held(self) -> impl Iterator<Item = &'static str> {
        [(self.ctrl, "Ctrl"), (self.alt, "Alt"), (self.shift, "Shift")]
            .into_iter()
            .filter_map(|(is, name)| is.then_some(name))
    }

    /// For reading: in words, since signs for Ctrl and Shift differ between systems.
    pub fn shown(self) -> String {
        let key = match self.key {
            Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown => self.key.name(),
            Key::Escape => text::ESCAPE,
            Key::PageUp => text::PAGE_UP,
            Key::PageDown => text::PAGE_DOWN,
            key => key.symbol_or_name(),
        };
        self.held().chain([key]).collect::<Vec<_>>().join(" ")
    }
}

/// As settings have it: `Ctrl+Shift+Z`.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.held().try_for_each(|name| write!(f, "{name}+"))?;
        f.write_str(self.key.name())
    }
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Chord, String> {
        let mut parts: Vec<&str> = text.split('+').collect();
        let name = parts.pop().unwrap_or_default();
        let key = Key::from_name(name).ok_or_else(|| text::unknown_key(name))?;
        let mut chord = Chord { key, ctrl: false, shift: false, alt: false };
        for part in parts {
            match part {
                "Ctrl" => chord.ctrl = true,
                "Shift" => chord.shift = true,
                "Alt" => chord.alt = true,
                other => return Err(text::unknown_modifier(other)),
            }
        }
        Ok(chord)
    }
}

/// Which chords mean which action: those of the table, but for what the user has changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Vec<String>>", into = "BTreeMap<String, Vec<String>>")]
pub struct Keymap {
    changed: BTreeMap<Action, Vec<Chord>>,
}

impl Keymap {
    /// The chords of an action.
    pub fn of(&self, action: Action) -> Vec<Chord> {
        self.changed.get(&action).cloned().unwrap_or_else(|| first(action.entry()))
    }

    /// The chords of an action for reading; empty where it has none.
    pub fn shown(&self, action: Action) -> String {
        self.of(action).into_iter().map(Chord::shown).collect::<Vec<_>>().join(text::OR)
    }

    /// A text for the pointer that rests on the control of an action: what it does, and its keys.
    pub fn tip(&self, action: Action) -> String {
        self.with(action.entry().does, action)
    }

    /// Another text for it, with the keys of the action, where it has any.
    pub fn with(&self, said: &str, action: Action) -> String {
        let keys = self.shown(action);
        if keys.is_empty() { said.to_string() } else { format!("{said} ({keys})") }
    }

    /// The action that a chord means.
    pub fn meant(&self, chord: Chord) -> Option<&'static Entry> {
        let bound = |chord: Chord| ACTIONS.iter().find(|entry| self.of(entry.action).contains(&chord));
        bound(chord).or_else(|| bound(chord.plain()?))
    }

    /// Gives an action this chord alone. What it meant before loses it; that action is told.
    pub fn bind(&mut self, action: Action, chord: Chord) -> Option<Action> {
        let loser =
            ACTIONS.iter().map(|entry| entry.action).find(|&other| other != action && self.of(other).contains(&chord));
        if let Some(loser) = loser {
            let left = self.of(loser).into_iter().filter(|own| *own != chord).collect();
            self.set(loser, left);
        }
        self.set(action, vec![chord]);
        loser
    }

    /// Takes all chords from an action.
    pub fn clear(&mut self, action: Action) {
        self.set(action, vec![]);
    }

    /// Gives an action its first chords back, but for those that mean another one by now.
    pub fn reset(&mut self, action: Action) {
        self.changed.remove(&action);
        let taken =
            |chord: &Chord| ACTIONS.iter().any(|other| other.action != action && self.of(other.action).contains(chord));
        let free: Vec<Chord> = self.of(action).into_iter().filter(|chord| !taken(chord)).collect();
        self.set(action, free);
    }

    /// Whether an action has other chords than at first.
    pub fn is_changed(&self, action: Action) -> bool {
        self.changed.contains_key(&action)
    }

    fn set(&mut self, action: Action, chords: Vec<Chord>) {
        if chords == first(action.entry()) {
            self.changed.remove(&action);
        } else {
            self.changed.insert(action, chords);
        }
    }
}

/// The chords of the table, which a test holds to be keys.
fn first(entry: &Entry) -> Vec<Chord> {
    entry.keys.iter().filter_map(|text| text.parse().ok()).collect()
}

impl From<Keymap> for BTreeMap<String, Vec<String>> {
    fn from(map: Keymap) -> Self {
        let texts = |chords: Vec<Chord>| chords.iter().map(Chord::to_string).collect();
        map.changed.into_iter().map(|(action, chords)| (format!("{action:?}"), texts(chords))).collect()
    }
}

/// What is not known, actions of another version among it, is left out.
impl From<BTreeMap<String, Vec<String>>> for Keymap {
    fn from(texts: BTreeMap<String, Vec<String>>) -> Keymap {
        let mut map = Keymap::default();
        for entry in ACTIONS {
            if let Some(chords) = texts.get(&format!("{:?}", entry.action)) {
                map.set(entry.action, chords.iter().filter_map(|text| text.parse().ok()).collect());
            }
        }
        map
    }
}

/// What was pressed in this frame: the chord, and whether the key is merely still held.
pub fn pressed(context: &egui::Context) -> Vec<(Chord, bool)> {
    context.input(|input| {
        let chord = |event: &egui::Event| match *event {
            egui::Event::Key { key, pressed: true, repeat, modifiers, .. } => Some((Chord::of(key, modifiers), repeat)),
            _ => None,
        };
        input.events.iter().filter_map(chord).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn chords_survive_being_written() {
        for text in ["Space", "Ctrl+Shift+Z", "Shift+Period", "Alt+F4", "Ctrl+Plus", "OpenBracket"] {
            assert_eq!(chord(text).to_string(), text);
        }
        assert!("Ctrl+Nonsense".parse::<Chord>().is_err() && "Hyper+A".parse::<Chord>().is_err());
        assert_eq!((chord("Ctrl+Comma").shown(), chord("Shift+Left").shown()), ("Ctrl ,".into(), "Shift Left".into()));
    }

    #[test]
    fn a_sign_is_known_whatever_it_takes_to_type_it() {
        let map = Keymap::default();
        let meant = |text: &str| map.meant(chord(text)).map(|entry| entry.action);
        // Equals is Shift and 0 on a German keyboard, a bracket AltGr and 8.
        assert_eq!(
            (meant("Shift+Equals"), meant("Alt+OpenBracket")),
            (Some(Action::Faster), Some(Action::WorldBefore))
        );
        assert_eq!((meant("Comma"), meant("Shift+Comma")), (Some(Action::Back), Some(Action::BackRow)));
        assert_eq!((meant("R"), meant("Shift+R")), (Some(Action::RealTime), None));
    }

    #[test]
    fn a_chord_means_one_action() {
        let mut map = Keymap::default();
        assert_eq!(map.bind(Action::Follow, chord("Space")), Some(Action::Pause));
        assert_eq!(map.meant(chord("Space")).map(|e| e.action), Some(Action::Follow));
        assert!(map.of(Action::Pause).is_empty() && map.meant(chord("F")).is_none());
        // Given back while another action has it, it stays there.
        map.reset(Action::Pause);
        assert!(map.of(Action::Pause).is_empty());
        map.reset(Action::Follow);
        map.reset(Action::Pause);
        assert_eq!(map, Keymap::default());
    }

    #[test]
    fn tips_quote_the_keys_that_are_set() {
        let mut map = Keymap::default();
        map.bind(Action::Follow, chord("Shift+K"));
        assert_eq!(map.with("It is followed", Action::Follow), "It is followed (Shift K)");
        map.clear(Action::Follow);
        assert_eq!(map.with("It is followed", Action::Follow), "It is followed");
    }

    #[test]
    fn what_settings_cannot_know_is_left_out() {
        let mut map = Keymap::default();
        map.bind(Action::Pause, chord("Ctrl+P"));
        map.clear(Action::Follow);
        let text = ron::to_string(&map).unwrap();
        assert_eq!(ron::from_str::<Keymap>(&text).unwrap(), map);
        let foreign = text.replace("Follow", "Fly").replace("Ctrl+P", "Ctrl+Nonsense");
        let read: Keymap = ron::from_str(&foreign).unwrap();
        assert_eq!((read.of(Action::Follow), read.of(Action::Pause)), (vec![chord("F")], vec![]));
    }
}
