//! Everything that a key does: one table of actions with their names and first keys; what they do is put into words in
//! `strings/actions.rs`. Help lists it, the editor of shortcuts changes its keys, tips quote it, and `act` carries it out; no key is
//! acted on elsewhere. What a pointer does is in `tank` and `tools`.

use bevy_egui::egui::{self, Key};

use crate::app::engine::{Control, Pace};
use crate::app::frame::Eye;
use crate::app::keys::{self, Chord};
use crate::app::overlay::school::Overlays;
use crate::app::panels::presets::{self, Purpose};
use crate::app::panels::shades::Theme;
use crate::app::panels::{Desk, Shown, time, timeline};
use crate::app::quality::Level;
use crate::app::session::Session;
use crate::app::strings::actions as text;
use crate::app::tools::Tool;
use crate::app::view::colors::ColorMode;

/// Steps in which the keyboard goes along the timeline.
const STRIDES: u64 = 50;
/// Least and largest size of text and controls.
pub const SCALES: (f32, f32) = (0.5, 3.0);
/// Least and largest drawn size of bodies over their real size.
pub const SIZES: (f32, f32) = (0.5, 4.0);

/// What actions concern; help lists them under these heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Pace and steps.
    Time,
    /// The strip along the bottom.
    Timeline,
    /// Camera, agents, tools.
    Tank,
    /// How the tank is drawn.
    Drawing,
    /// Panels and the window itself.
    Window,
}

impl Group {
    /// All, with their heads.
    pub const ALL: [(Group, &'static str); 5] = [
        (Group::Time, text::TIME_HEAD),
        (Group::Timeline, text::TIMELINE_HEAD),
        (Group::Tank, text::TANK_HEAD),
        (Group::Drawing, text::DRAWING_HEAD),
        (Group::Window, text::WINDOW_HEAD),
    ];
}

/// A line of the table.
#[derive(Debug)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// What it concerns.
    pub group: Group,
    /// Its keys at first, as `Chord` reads them.
    pub keys: &'static [&'static str],
    /// What it does.
    pub does: &'static str,
    /// When it answers.
    pub answers: Answers,
}

/// When an action answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    /// When its key goes down and nobody is typing.
    Pressed,
    /// Also again and again while the key is held.
    Held,
    /// Even while somebody is typing.
    Always,
}

macro_rules! actions {
    ($( $group:ident { $( $action:ident $keys:expr, $answers:ident, $does:ident; )* } )*) => {
        /// Something that a key does.
        #[allow(missing_docs, reason = "what each does is said in words in `strings/actions.rs`")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Action { $( $( $action, )* )* }

        /// All actions, group by group.
        pub const ACTIONS: &[Entry] = &[ $( $( Entry {
            action: Action::$action,
            group: Group::$group,
            keys: &$keys,
            does: text::$does,
            answers: Answers::$answers,
        }, )* )* ];
    };
}

actions! {
    Time {
        Pause ["Space"], Pressed, PAUSE;
        Step ["Period"], Held, STEP;
        StepRow ["Shift+Period"], Held, STEP_ROW;
        RealTime ["R"], Pressed, REAL_TIME;
        Slower ["Minus"], Held, SLOWER;
        Faster ["Equals", "Plus"], Held, FASTER;
        Fast ["M"], Pressed, FAST;
    }
    Timeline {
        Back ["Comma"], Held, BACK;
        BackRow ["Shift+Comma"], Held, BACK_ROW;
        Earlier ["Left"], Held, EARLIER;
        Later ["Right"], Held, LATER;
        First ["Ctrl+Home"], Pressed, FIRST;
        Last ["End"], Pressed, LAST;
        TakeOver ["T"], Pressed, TAKE_OVER;
        Undo ["Ctrl+Z"], Held, UNDO;
        Redo ["Ctrl+Shift+Z", "Ctrl+Y"], Held, REDO;
        Statistic ["N"], Pressed, STATISTIC;
        MoreMemory ["Ctrl+CloseBracket"], Pressed, MORE_MEMORY;
        LessMemory ["Ctrl+OpenBracket"], Pressed, LESS_MEMORY;
    }
    Tank {
        Look ["V"], Pressed, LOOK;
        NextTool ["X"], Pressed, NEXT_TOOL;
        Follow ["F"], Pressed, FOLLOW;
        LetGo ["Escape"], Pressed, LET_GO;
        Home ["Home"], Pressed, HOME;
        Orbit ["O"], Pressed, ORBIT;
        WorldBefore ["OpenBracket"], Pressed, WORLD_BEFORE;
        WorldAfter ["CloseBracket"], Pressed, WORLD_AFTER;
    }
    Drawing {
        Colors ["C"], Pressed, COLORS;
        Level ["Q"], Pressed, LEVEL;
        Larger ["Ctrl+Up"], Held, LARGER;
        Smaller ["Ctrl+Down"], Held, SMALLER;
        Senses ["S"], Pressed, SENSES;
        Velocity ["Shift+V"], Pressed, VELOCITY;
        Polarization ["Shift+P"], Pressed, POLARIZATION;
        Density ["Shift+D"], Pressed, DENSITY;
        Numbers ["Shift+N"], Pressed, NUMBERS;
        Hearing ["Shift+H"], Pressed, HEARING;
        Cells ["Shift+G"], Pressed, CELLS;
        Sound ["U"], Pressed, SOUND;
    }
    Window {
        Watch ["1"], Pressed, WATCH;
        Evolve ["2"], Pressed, EVOLVE;
        Analyse ["3"], Pressed, ANALYSE;
        Film ["4"], Pressed, FILM;
        Panels ["P"], Pressed, PANELS;
        TextLarger ["Ctrl+Equals", "Ctrl+Plus"], Always, TEXT_LARGER;
        TextSmaller ["Ctrl+Minus"], Always, TEXT_SMALLER;
        TextNormal ["Ctrl+0"], Always, TEXT_NORMAL;
        Theme ["L"], Pressed, THEME;
        SafeColors ["Shift+C"], Pressed, SAFE_COLORS;
        Still ["Shift+M"], Pressed, STILL;
        FullScreen ["F11"], Always, FULL_SCREEN;
        Exhibit ["F10"], Always, EXHIBIT;
        Tour ["Shift+F1"], Always, TOUR;
        Help ["F1"], Always, HELP;
    }
}

impl Action {
    /// Its line of the table.
    pub fn entry(self) -> &'static Entry {
        // The table is written down together with the actions, one line each, in the same order.
        &ACTIONS[self as usize]
    }
}

/// Does what the keys pressed in this frame mean, as far as they are not for what somebody types or a control in focus.
pub fn act(context: &egui::Context, desk: &mut Desk, session: &mut Session, eye: &mut Eye, shown: &mut Shown) {
    let (types, focused) = (context.text_edit_focused(), context.egui_wants_keyboard_input());
    for (chord, held) in keys::pressed(context) {
        if desk.help.takes(chord, &mut desk.settings.keys) {
            continue;
        }
        let Some(entry) = desk.settings.keys.meant(chord) else { continue };
        // Nothing but the way out is in reach of a crowd.
        if desk.exhibit.on && entry.action != Action::Exhibit {
            continue;
        }
        let answers = match entry.answers {
            Answers::Always => !held,
            _ if types || (focused && moves_focus(chord)) => false,
            answers => answers == Answers::Held || !held,
        };
        if answers {
            perform(entry.action, desk, session, shown);
        }
    }
    // Turning goes on after the mouse has let go.
    eye.held &= context.input(|i| i.pointer.any_down());
}

/// Whether a control in focus takes this chord: buttons are pressed by it, sliders moved, and the focus let go.
fn moves_focus(chord: Chord) -> bool {
    let arrow = matches!(chord.key, Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp | Key::ArrowDown);
    matches!(chord.key, Key::Space | Key::Enter | Key::Escape) || arrow
}

/// Carries an action out.
pub fn perform(action: Action, desk: &mut Desk, session: &mut Session, shown: &mut Shown) {
    let interval = session.stage.scene.measures.interval;
    let filming = session.status.filming;
    match action {
        // A film steers time by itself.
        Action::Pause | Action::Step | Action::StepRow if filming => {}
        Action::Earlier | Action::Later | Action::First | Action::Last | Action::Back | Action::BackRow if filming => {}
        Action::Pause => session.send(if session.status.paused { Control::Play } else { Control::Pause }),
        Action::Step => session.send(Control::Step(1)),
        Action::StepRow => session.send(Control::Step(interval)),
        Action::RealTime => set_pace(Pace::Speed(1.0), desk, session),
        Action::Slower => set_pace(Pace::Speed((speed(desk.pace) * 0.5).max(time::SLOWEST)), desk, session),
        Action::Faster => set_pace(Pace::Speed((speed(desk.pace) * 2.0).min(time::FASTEST)), desk, session),
        Action::Fast if desk.pace == Pace::Fast => set_pace(Pace::Speed(1.0), desk, session),
        Action::Fast => set_pace(Pace::Fast, desk, session),
        Action::Back => session.send(Control::Back(1)),
        Action::BackRow => session.send(Control::Back(u64::from(interval))),
        Action::Earlier => stride(session, |tick, by, _| tick.saturating_sub(by)),
        Action::Later => stride(session, |tick, by, end| tick.saturating_add(by).min(end)),
        Action::First => stride(session, |_, _, _| 0),
        Action::Last => stride(session, |_, _, end| end),
        Action::TakeOver => session.send(Control::TakeOver),
        Action::Undo => desk.history.undo().into_iter().for_each(|command| session.send(Control::Command(command))),
        Action::Redo => desk.history.redo().into_iter().for_each(|command| session.send(Control::Command(command))),
        Action::Statistic => desk.forms.timeline.next(session),
        Action::MoreMemory => memory(session, |bytes| bytes.saturating_mul(2)),
        Action::LessMemory => memory(session, |bytes| bytes / 2),
        Action::Look => desk.tools.chosen = Tool::Look,
        Action::NextTool => {
            let usable = Tool::ALL.map(|(tool, ..)| tool).into_iter().filter(|tool| tool.usable(session).is_ok());
            desk.tools.chosen = after(usable, desk.tools.chosen);
        }
        Action::Follow => session.follow = !session.follow && session.selects(),
        Action::LetGo if desk.tour.is_on() => desk.tour.end(),
        Action::LetGo if desk.help.open => desk.help.open = false,
        Action::LetGo if desk.forms.close_window(session.selected.is_some()) => {}
        Action::LetGo => session.select(None),
        Action::Home => {
            session.arrivals += 1;
            session.follow = false;
        }
        Action::Orbit => desk.settings.orbit ^= true,
        Action::WorldBefore if session.world > 0 => session.show_world(session.world - 1),
        Action::WorldAfter if session.world + 1 < session.stage.plan.dims.worlds => {
            session.show_world(session.world + 1)
        }
        Action::WorldBefore | Action::WorldAfter => {}
        Action::Colors => desk.settings.colors = after(ColorMode::ALL.map(|(mode, ..)| mode), desk.settings.colors),
        Action::Level => {
            let levels = [None].into_iter().chain(Level::ALL.map(|(level, ..)| Some(level)));
            desk.settings.level = after(levels, desk.settings.level);
        }
        Action::Larger => desk.settings.body_size = (desk.settings.body_size * 1.1).min(SIZES.1),
        Action::Smaller => desk.settings.body_size = (desk.settings.body_size / 1.1).max(SIZES.0),
        Action::Senses => desk.settings.senses ^= true,
        Action::Velocity
        | Action::Polarization
        | Action::Density
        | Action::Numbers
        | Action::Hearing
        | Action::Cells => {
            for (.., switch) in Overlays::ALL.into_iter().filter(|(_, _, own, _)| *own == action) {
                *switch(&mut desk.settings.overlays) ^= true;
            }
        }
        Action::Watch => presets::arrange(&mut desk.settings, Purpose::Watch),
        Action::Evolve => presets::arrange(&mut desk.settings, Purpose::Evolve),
        Action::Analyse => presets::arrange(&mut desk.settings, Purpose::Analyse),
        Action::Film => presets::arrange(&mut desk.settings, Purpose::Film),
        Action::Panels => desk.settings.panels ^= true,
        Action::TextLarger => desk.settings.scale = (desk.settings.scale * 1.1).min(SCALES.1),
        Action::TextSmaller => desk.settings.scale = (desk.settings.scale / 1.1).max(SCALES.0),
        Action::TextNormal => desk.settings.scale = 1.0,
        Action::Theme => desk.settings.theme = after(Theme::ALL.map(|(theme, ..)| theme), desk.settings.theme),
        Action::SafeColors => desk.settings.safe_colors ^= true,
        Action::Still => desk.settings.still ^= true,
        Action::Sound => desk.settings.sound ^= true,
        Action::FullScreen => shown.fullscreen = true,
        Action::Exhibit if filming => {}
        Action::Exhibit => desk.exhibit.turn(!desk.exhibit.on, &mut desk.tools),
        Action::Tour => desk.tour.begin(),
        Action::Help => desk.help.open ^= true,
    }
}

/// What comes after one of several, around the end.
fn after<T: PartialEq + Copy>(all: impl IntoIterator<Item = T>, now: T) -> T {
    let all: Vec<T> = all.into_iter().collect();
    let at = all.iter().position(|one| *one == now).map_or(0, |at| at + 1);
    all.get(at % all.len().max(1)).copied().unwrap_or(now)
}

fn speed(pace: Pace) -> f32 {
    if let Pace::Speed(speed) = pace { speed } else { 1.0 }
}

fn set_pace(pace: Pace, desk: &mut Desk, session: &Session) {
    desk.pace = pace;
    session.send(Control::Pace(pace));
}

/// Goes along the branch that is shown: from the tick, by a stride, up to its end.
fn stride(session: &Session, to: fn(u64, u64, u64) -> u64) {
    let (tick, end) = (session.status.tick, session.strip.end().max(session.status.tick));
    let tick = to(tick, end.div_ceil(STRIDES), end);
    session.send(Control::Go { branch: session.strip.current, tick });
}

fn memory(session: &Session, to: fn(usize) -> usize) {
    let [_, most] = session.strip.bytes;
    // Nothing is known of it before the run has told.
    if most > 0 {
        let megabytes =
            to(most >> 20).clamp(*timeline::MEGABYTES.start() as usize, *timeline::MEGABYTES.end() as usize);
        session.send(Control::Memory(megabytes << 20));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_action_and_its_keys_are_keys_of_one_action() {
        let mut seen = BTreeSet::new();
        for (place, entry) in ACTIONS.iter().enumerate() {
            assert_eq!(entry.action as usize, place);
            for text in entry.keys {
                let chord: Chord = text.parse().unwrap();
                assert_eq!(chord.to_string(), *text);
                assert!(seen.insert(chord), "{text} means two actions");
            }
        }
    }

    #[test]
    fn the_next_one_comes_around() {
        assert_eq!((after([1, 2, 3], 1), after([1, 2, 3], 3), after([1, 2], 9), after([], 4)), (2, 1, 1, 4));
    }
}
