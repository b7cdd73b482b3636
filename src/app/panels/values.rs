//! Controls for the values of parameters: one line, or a slider. Knows nothing of which parameters there are.

use bevy_egui::egui;

use crate::scene::{Parameter, Value};

/// Draws the control for a value; says whether it was changed.
pub fn edit(ui: &mut egui::Ui, p: &Parameter, value: &mut Value) -> bool {
    let tip = tip(p);
    let unit = if p.meta.unit.is_empty() { String::new() } else { format!(" {}", p.meta.unit) };
    match value {
        Value::Number(x) => {
            let (low, high) = p.meta.range.unwrap_or((f64::MIN, f64::MAX));
            let speed = (x.abs() * 0.01).max(((high - low) * 1e-5).clamp(1e-4, 0.1));
            let drag = egui::DragValue::new(x).range(low..=high).speed(speed).suffix(unit).max_decimals(5);
            ui.add(drag).on_hover_text(tip).changed()
        }
        Value::Integer(n) => {
            let (low, high) = p.meta.range.unwrap_or((0.0, u64::MAX as f64));
            let speed = (*n as f64 * 0.01).max(0.1);
            let drag = egui::DragValue::new(n).range(low as u64..=high as u64).speed(speed).suffix(unit);
            ui.add(drag).on_hover_text(tip).changed()
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
            let edit = egui::TextEdit::singleline(text).desired_width(84.0);
            ui.add(edit).on_hover_text(tip).lost_focus()
        }
    }
}

/// Draws a slider over the whole range of a number; says whether it was changed. Values without a range have no slider
/// and get the control of `edit`.
pub fn slide(ui: &mut egui::Ui, p: &Parameter, value: &mut Value) -> bool {
    let Some((low, high)) = p.meta.range.filter(|_| matches!(value, Value::Number(_) | Value::Integer(_))) else {
        return edit(ui, p, value);
    };
    // Ranges are wide, for all scenes that may come; what is used lies at their lower end.
    let wide = high > 1.0;
    let unit = if p.meta.unit.is_empty() { String::new() } else { format!(" {}", p.meta.unit) };
    ui.spacing_mut().slider_width = (ui.available_width() - 92.0).max(60.0);
    let slider = match value {
        Value::Number(x) => egui::Slider::new(x, low..=high).max_decimals(4).smallest_positive(1e-3),
        Value::Integer(n) => egui::Slider::new(n, low as u64..=high as u64).smallest_positive(1.0),
        _ => return false,
    };
    ui.add(slider.logarithmic(wide).suffix(unit)).on_hover_text(tip(p)).changed()
}

/// What a parameter is, for the pointer that rests on it.
pub fn tip(p: &Parameter) -> String {
    let mut text = format!("{}\n{}", p.path, p.meta.doc);
    if let Some((low, high)) = p.meta.range {
        text += &format!("\n{} to {} {}", trimmed(low), trimmed(high), p.meta.unit);
    }
    if !p.meta.default.is_empty() {
        text += &format!("\nunless a file says otherwise: {}", p.meta.default);
    }
    text
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
    use super::*;

    #[test]
    fn values_survive_being_written() {
        for value in [Value::Number(0.1), Value::Integer(7), Value::Bool(true), Value::Text("a b".into())] {
            assert_eq!(parsed(&value, &written(&value)), value);
        }
    }
}
