//! Controls for the values of parameters: one line, or a slider whose scale follows from the parameter table. Knows nothing of which
//! parameters there are.

use bevy_egui::egui;

use crate::app::strings::parameters as text;
use crate::scene::{Parameter, Value};

/// Digits of a number that a 32-bit float tells apart, so that none of what is typed is lost.
const DIGITS: usize = 7;
/// Whole numbers beyond this have no exact place on a slider, which counts in 64-bit floats.
const MOST_COUNTED: f64 = (1u64 << f64::MANTISSA_DIGITS) as f64;
/// Share of the usual value that a slider in decades begins at, after 0.
const BELOW_USUAL: f64 = 0.01;

/// Whether a slider goes over the range of a parameter.
pub fn slides(p: &Parameter) -> bool {
    let number = matches!(p.value, Value::Number(_) | Value::Integer(_));
    number && p.meta.range.is_some_and(|(low, high)| low < high && high < MOST_COUNTED)
}

/// The least positive value of a slider whose decades are equally long; `None` where equal steps are. Decades it are where the
/// range spans three of them or more. A range that begins at 0 spans them from a hundredth of its usual value, the default.
fn decades(p: &Parameter) -> Option<f64> {
    let (low, high) = p.meta.range?;
    let usual = p.meta.default.parse::<f64>().ok().filter(|usual| *usual > 0.0);
    let least = match (&p.value, low) {
        (_, low) if low < 0.0 => return None,
        (_, low) if low > 0.0 => low,
        (Value::Integer(_), _) => 1.0,
        // Nothing is usual in ranges of which an item of a list is; one is the unit of most.
        _ => BELOW_USUAL * usual.unwrap_or(1.0),
    };
    let spanned = high / least;
    // From 0, three decades to the very digit leave the usual value at a tenth, which equal steps show as well.
    (if low > 0.0 { spanned >= 1e3 } else { spanned > 1e3 }).then_some(least)
}

/// A number without what computing left in its last digits: 0.3 for 0.30000000000000004.
fn short(x: f64) -> f64 {
    format!("{x:.*e}", DIGITS - 1).parse().unwrap_or(x)
}

/// The same within a range: at an end like π, which its first digits may pass, the number before.
fn short_within(x: f64, low: f64, high: f64) -> f64 {
    let step = 10f64.powi(1 - DIGITS as i32);
    let near = [x, x * (1.0 - step), x * (1.0 + step)].map(short);
    near.into_iter().find(|near| (low..=high).contains(near)).unwrap_or(x)
}

fn suffix(p: &Parameter) -> String {
    if p.meta.unit.is_empty() { String::new() } else { format!(" {}", p.meta.unit) }
}

/// Draws the control for a value; says whether it was changed. What is typed counts once it is whole: the scene has a value some frames
/// after it is set, and a field whose number is another than it was left at forgets what is being typed.
pub fn edit(ui: &mut egui::Ui, p: &Parameter, value: &mut Value) -> bool {
    let (tip, unit) = (tip(p), suffix(p));
    match value {
        Value::Number(x) => {
            let (low, high) = p.meta.range.unwrap_or((f64::MIN, f64::MAX));
            let least = decades(p).unwrap_or(((high - low) * 1e-5).clamp(1e-4, 0.1));
            let speed = (x.abs() * 0.01).max(least);
            let drag = egui::DragValue::new(x).range(low..=high).speed(speed).suffix(unit).update_while_editing(false);
            let changed = ui.add(drag.custom_formatter(|x, _| short(x).to_string())).on_hover_text(tip).changed();
            *x = if changed { short_within(*x, low, high) } else { *x };
            changed
        }
        Value::Integer(n) => {
            let (low, high) = p.meta.range.unwrap_or((0.0, u64::MAX as f64));
            let speed = (*n as f64 * 0.01).max(0.1);
            let drag = egui::DragValue::new(n).range(low as u64..=high as u64).speed(speed).suffix(unit);
            ui.add(drag.update_while_editing(false)).on_hover_text(tip).changed()
        }
        Value::Bool(b) => ui.checkbox(b, "").on_hover_text(tip).changed(),
        Value::Choice(chosen, all) => {
            let before = chosen.clone();
            // A variant that holds a part cannot be chosen by its name alone; those are shown, not offered.
            egui::ComboBox::from_id_salt(&p.path)
                .selected_text(chosen.as_str())
                .width(80.0)
                .show_ui(ui, |ui| {
                    for name in all.iter() {
                        ui.selectable_value(chosen, name.to_string(), *name).on_hover_text(&tip);
                    }
                })
                .response
                .on_hover_text(&tip);
            *chosen != before
        }
        Value::Text(text) => {
            // The scene has what it had until the field is left.
            let draft = ui.id().with(("draft", &p.path));
            let mut typed = ui.data(|data| data.get_temp(draft)).unwrap_or_else(|| text.clone());
            let field = ui.add(egui::TextEdit::singleline(&mut typed).desired_width(84.0)).on_hover_text(tip);
            if field.has_focus() {
                ui.data_mut(|data| data.insert_temp(draft, typed));
                return false;
            }
            ui.data_mut(|data| data.remove::<String>(draft));
            let changed = field.lost_focus() && typed != *text;
            *text = typed;
            changed
        }
    }
}

/// Draws a slider over the whole range of a number, with its value to be typed beside it; says whether it was changed. What has no
/// slider gets the control of `edit`.
pub fn slide(ui: &mut egui::Ui, p: &Parameter, value: &mut Value) -> bool {
    let Some((low, high)) = p.meta.range.filter(|_| slides(p)) else {
        return edit(ui, p, value);
    };
    let unit = suffix(p);
    // As wide as the number at its widest, or the slider would change its length under the pointer that drags it.
    let widest = [low, high].map(|end| format!("{}{unit}", short(end))).into_iter().chain([format!("0.00000{unit}")]);
    let font = egui::TextStyle::Button.resolve(ui.style());
    let width = |text: String| ui.painter().layout_no_wrap(text, font.clone(), egui::Color32::WHITE).size().x;
    let beside =
        widest.map(width).fold(0.0, f32::max) + 2.0 * ui.spacing().button_padding.x + ui.spacing().item_spacing.x;
    let least = decades(p);
    let slider = match value {
        Value::Number(x) => egui::Slider::new(x, low..=high).custom_formatter(|x, _| short(x).to_string()),
        Value::Integer(n) => egui::Slider::new(n, low as u64..=high as u64),
        _ => return false,
    };
    let slider = slider
        .update_while_editing(false)
        .logarithmic(least.is_some())
        .smallest_positive(least.unwrap_or(1.0))
        .suffix(unit);
    let changed = ui
        .scope(|ui| {
            ui.spacing_mut().slider_width = (ui.available_width() - beside).max(60.0);
            ui.add(slider).on_hover_text(tip(p)).changed()
        })
        .inner;
    if let Value::Number(x) = value
        && changed
    {
        *x = short_within(*x, low, high);
    }
    changed
}

/// What a parameter is, for the pointer that rests on it.
pub fn tip(p: &Parameter) -> String {
    let mut tip = format!("{}\n{}", p.path, p.meta.doc);
    if let Some((low, high)) = p.meta.range {
        tip += &text::range(&trimmed(low), &trimmed(high), p.meta.unit);
    }
    if !p.meta.default.is_empty() {
        tip += &text::default_value(&p.meta.default);
    }
    tip
}

fn trimmed(x: f64) -> String {
    if x.abs() >= 1e7 { format!("{x:.1e}") } else { format!("{x}") }
}

/// A value as a scene file writes it.
pub fn written(value: &Value) -> String {
    match value {
        Value::Number(x) => format!("{x:?}"),
        Value::Integer(n) => n.to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Choice(name, _) => name.clone(),
        Value::Text(text) => format!("{text:?}"),
    }
}

/// A value read back from how it is written, of the kind of `like`.
pub fn parsed(like: &Value, text: &str) -> Value {
    match like {
        Value::Number(x) => Value::Number(text.parse().unwrap_or(*x)),
        Value::Integer(n) => Value::Integer(text.parse().unwrap_or(*n)),
        Value::Bool(b) => Value::Bool(text.parse().unwrap_or(*b)),
        Value::Choice(_, all) => Value::Choice(text.split('(').next().unwrap_or(text).into(), all),
        Value::Text(_) => Value::Text(text.trim_matches('"').into()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};

    use super::*;
    use crate::scene::{self, Meta, When};

    fn parameter(value: Value, range: (f64, f64), default: &str) -> Parameter {
        let meta = Meta { doc: "", unit: "s", range: Some(range), default: default.into(), when: When::Now };
        Parameter { path: "x".into(), value, meta }
    }

    #[test]
    fn decades_are_where_a_range_spans_three_of_them() {
        let number = |range, default| decades(&parameter(Value::Number(0.0), range, default));
        assert_eq!(number((-100.0, 100.0), "1.0"), None, "no decades below 0");
        assert_eq!((number((0.001, 1.0), "0.05"), number((1.0, 100.0), "2.0")), (Some(0.001), None));
        // From 0: by what is usual.
        assert_eq!((number((0.0, 1.0), "0.5"), number((0.0, 1.0), "0.02")), (None, Some(0.0002)));
        assert_eq!((number((0.0, 10.0), ""), number((0.0, 1000.0), "0.0")), (None, Some(0.01)));
        let whole = |range, default| decades(&parameter(Value::Integer(1), range, default));
        assert_eq!((whole((0.0, 256.0), "16"), whole((0.0, 4e6), "100")), (None, Some(1.0)));
        assert!(!slides(&parameter(Value::Integer(1), (0.0, u64::MAX as f64), "1")), "a seed is typed");
    }

    /// Every slider of every shipped scene, pressed along its way: what is written is short, can be said in the scene, and comes
    /// back as it is.
    #[test]
    fn what_is_slid_to_is_a_short_number_that_the_scene_takes() {
        let context = egui::Context::default();
        let (mut seen, mut taken) = (BTreeSet::new(), 0);
        for (name, _) in scene::shipped() {
            let mut spec = scene::load(name).unwrap().spec;
            for p in scene::parameters(&spec) {
                let kind = (format!("{:?}", p.meta.range), p.meta.default.clone(), p.meta.unit);
                if !slides(&p) || !seen.insert(kind) {
                    continue;
                }
                let mut met = BTreeSet::new();
                // From one end of the shortest slider to the other, and beyond.
                for at in 0..14 {
                    let mut value = p.value.clone();
                    let pos = egui::pos2(8.0 + 14.0 * at as f32, 16.0);
                    let press = |pressed| egui::Event::PointerButton {
                        pos,
                        button: egui::PointerButton::Primary,
                        pressed,
                        modifiers: Default::default(),
                    };
                    for event in [egui::Event::PointerMoved(pos), press(true), press(false)] {
                        let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(300.0, 40.0)));
                        let input = egui::RawInput { screen_rect, events: vec![event], ..Default::default() };
                        let _ = context.run_ui(input, |ui| {
                            slide(ui, &p, &mut value);
                        });
                    }
                    let text = written(&value);
                    assert!(value == p.value || text.len() <= 10, "{}: {text}", p.path);
                    let (low, high) = p.meta.range.unwrap();
                    assert!((low..=high).contains(&text.parse().unwrap()), "{}: {text}", p.path);
                    met.insert(text.clone());
                    // What its range allows may still be too much for the scene as a whole.
                    if scene::set(&mut spec, &p.path, &text).is_err() {
                        continue;
                    }
                    taken += 1;
                    let back = scene::parameters(&spec).into_iter().find(|own| own.path == p.path).unwrap();
                    assert_eq!(back.value, value, "{}: {text}", p.path);
                }
                assert!(met.len() > 3, "{} is slid to {met:?} only", p.path);
            }
        }
        assert!(seen.len() > 40 && taken > seen.len(), "{taken} numbers of {}", seen.len());
    }

    /// A number typed into a field whose scene takes it over some frames later, through numbers that its range does not allow.
    #[test]
    fn what_is_typed_is_taken_however_late_the_scene_answers() {
        let pos = egui::pos2(30.0, 16.0);
        let press = |pressed| egui::Event::PointerButton {
            pos,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Default::default(),
        };
        let enter = |pressed| egui::Event::Key {
            key: egui::Key::Enter,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Default::default(),
        };
        let text = |text: &str| egui::Event::Text(text.into());
        for (before, typed, after) in [
            (Value::Integer(512), ["6", "4"], Value::Integer(64)),
            (Value::Number(512.0), ["7", "5"], Value::Number(75.0)),
            (Value::Text("".into()), ["a", "b"], Value::Text("ab".into())),
        ] {
            let context = egui::Context::default();
            let p = parameter(before.clone(), (16.0, 65_536.0), "512");
            let (mut asked, mut told) = (before.clone(), VecDeque::from(vec![before; 3]));
            let events = [egui::Event::PointerMoved(pos), press(true), press(false), text(typed[0]), text(typed[1])];
            let idle = || std::iter::repeat_n(vec![], 4);
            let frames = events.into_iter().map(|event| vec![event]).chain([vec![enter(true)], vec![enter(false)]]);
            for events in frames.flat_map(|events| std::iter::once(events).chain(idle())) {
                let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(300.0, 40.0)));
                let input = egui::RawInput { screen_rect, events, ..Default::default() };
                let _ = context.run_ui(input, |ui| {
                    let mut value = told[0].clone();
                    if edit(ui, &p, &mut value) {
                        asked = value;
                    }
                });
                told.rotate_left(1);
                told[2] = asked.clone();
            }
            assert_eq!(told[0], after);
        }
    }

    #[test]
    fn values_survive_being_written() {
        for value in [Value::Number(0.1), Value::Integer(7), Value::Bool(true), Value::Text("a b".into())] {
            assert_eq!(parsed(&value, &written(&value)), value);
        }
    }
}
