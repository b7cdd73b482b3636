//! Whether the fields of a scene can be advanced: their grids small enough, their spread and currents slow enough for
//! one tick. Knows the grid that a field gets; does not advance it.

use super::problem::Diagnostic;
use super::spec::{FieldSpec, SceneSpec};

/// Most cells that all fields of a scene may have together.
const MOST_CELLS: u64 = 1 << 24;

/// Most of a cell's content that may leave it by diffusion in a tick; beyond, the field oscillates.
const MOST_SPREAD: f64 = 0.5;

/// Most cells that a current may cross in a tick; beyond, the field oscillates.
const MOST_CARRY: f64 = 1.0;

/// A limit given in decimals may lie a rounding of `f32` beyond itself.
const SLACK: f64 = 1.0 + 1e-6;

/// Cells of a field along each axis: the wished-for cell, shrunk or grown so that whole cells fill the tank.
fn grid(spec: &SceneSpec, field: &FieldSpec) -> [u64; 3] {
    spec.extent.map(|size| match size > 0.0 {
        true => (size / field.cell).round_ties_even().max(1.0) as u64,
        false => 1,
    })
}

/// Problems of a scene's fields.
pub fn check(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    // An axis without size is told elsewhere, and has no cells to speak of.
    if spec.extent[0] <= 0.0 || spec.extent[1] <= 0.0 {
        return;
    }
    memory(spec, problems);
    for (index, field) in spec.fields.iter().enumerate() {
        let grid = grid(spec, field);
        spread(spec, index, grid, problems);
        carry(spec, index, grid, problems);
    }
}

/// The largest field is blamed when there are too many cells.
fn memory(spec: &SceneSpec, problems: &mut Vec<Diagnostic>) {
    let cells: Vec<u64> = spec.fields.iter().map(|f| grid(spec, f).iter().product()).collect();
    let total: u64 = cells.iter().sum();
    if total <= MOST_CELLS {
        return;
    }
    let Some(largest) = (0..cells.len()).max_by_key(|&i| cells[i]) else { return };
    let others = total - cells[largest];
    let axes = if spec.extent[2] > 0.0 { 3.0 } else { 2.0 };
    let path = format!("fields[{largest}].cell");
    let cell = spec.fields[largest].cell;
    let message = format!("`{path}` = {cell} makes {} of {total} field cells, too many", cells[largest]);
    let right = match MOST_CELLS.checked_sub(others) {
        Some(room @ 1..) => {
            let factor = (cells[largest] as f64 / room as f64).powf(1.0 / axes);
            // A little more, since whole cells fill the tank.
            let enough = three_digits(f64::from(cell) * factor * 1.02, f64::ceil);
            format!("at least {enough} BL for {MOST_CELLS} cells in all")
        }
        _ => format!("larger cells in all fields, for {MOST_CELLS} cells in all"),
    };
    let all = (0..cells.len()).map(|i| format!("fields[{i}].cell"));
    let rests = all.chain(["fields[]".into(), "extent".into()]);
    problems.push(Diagnostic::new(path, message, right).resting_on(rests));
}

/// What the grid of a field and the length of a tick rest on.
fn grid_rests(index: usize) -> [String; 3] {
    [format!("fields[{index}].cell"), "extent".into(), "dt".into()]
}

/// Diffusion of an explicit step: what leaves a cell must not exceed half of it.
fn spread(spec: &SceneSpec, index: usize, grid: [u64; 3], problems: &mut Vec<Diagnostic>) {
    let field = &spec.fields[index];
    let (dt, diffusion) = (f64::from(spec.dt), f64::from(field.diffusion));
    let per_axis = (0..3).filter(|&axis| grid[axis] > 1).map(|axis| {
        let cell = f64::from(spec.extent[axis]) / grid[axis] as f64;
        1.0 / (cell * cell)
    });
    let slopes: f64 = per_axis.sum();
    let share = diffusion * dt * slopes;
    if share <= MOST_SPREAD * SLACK {
        return;
    }
    let path = format!("fields[{index}].diffusion");
    let message = format!("`{path}` = {} spreads too far in one tick: the field would oscillate", field.diffusion);
    let lower = three_digits(MOST_SPREAD / (dt * slopes), f64::floor);
    let right = format!("at most {lower} BL²/s{}", or_shorter_ticks(dt * MOST_SPREAD / share));
    let problem = Diagnostic::new(path, message, right + ", or larger cells");
    problems.push(problem.resting_on(grid_rests(index)));
}

/// A current of an explicit step: what is in a cell must not pass over the next one.
fn carry(spec: &SceneSpec, index: usize, grid: [u64; 3], problems: &mut Vec<Diagnostic>) {
    let field = &spec.fields[index];
    let dt = f64::from(spec.dt);
    for axis in (0..3).filter(|&axis| grid[axis] > 1) {
        let cell = f64::from(spec.extent[axis]) / grid[axis] as f64;
        let cells = f64::from(field.current[axis].abs()) * dt / cell;
        if cells <= MOST_CARRY * SLACK {
            continue;
        }
        let path = format!("fields[{index}].current[{axis}]");
        let message = format!("`{path}` = {} crosses more than a cell in one tick", field.current[axis]);
        let lower = three_digits(MOST_CARRY * cell / dt, f64::floor);
        let right = format!("at most {lower} BL/s either way{}", or_shorter_ticks(dt * MOST_CARRY / cells));
        let problem = Diagnostic::new(path, message, right + ", or larger cells");
        problems.push(problem.resting_on(grid_rests(index)));
    }
}

/// ", or `dt` at most .." where that is long enough for a tick.
fn or_shorter_ticks(dt: f64) -> String {
    match dt >= 0.001 {
        true => format!(", or `dt` at most {}", three_digits(dt, f64::floor)),
        false => String::new(),
    }
}

/// A number with three digits, rounded up or down as asked, so that what is printed keeps to what it is a bound for.
fn three_digits(x: f64, round: fn(f64) -> f64) -> f64 {
    if x <= 0.0 || !x.is_finite() {
        return x;
    }
    let digits = 2 - x.log10().floor() as i32;
    // A bound that is a short decimal but for a rounding of `f32` stays one; this is within the slack above.
    let x = x * (1.0 + 1e-7);
    // Whole powers of ten on both ways, so that the result is the nearest to its decimal.
    match digits >= 0 {
        true => round(x * 10f64.powi(digits)) / 10f64.powi(digits),
        false => round(x / 10f64.powi(-digits)) * 10f64.powi(-digits),
    }
}
