//! What the strip says of a moment, and where it lies.

use super::*;

fn scale() -> Scale {
    Scale { rect: Rect::from_min_size(pos2(10.0, 0.0), vec2(200.0, 40.0)), end: 1_000 }
}

#[test]
fn ticks_and_places_are_each_others() {
    for tick in [0, 5, 500, 1_000] {
        assert_eq!(scale().tick(scale().x(tick)), tick);
    }
    assert_eq!((scale().tick(-50.0), scale().tick(1e6)), (0, 1_000));
    let empty = Scale { end: 0, ..scale() };
    assert_eq!((empty.tick(50.0), empty.x(0)), (0, 10.0));
}

#[test]
fn a_curve_fills_its_place_and_leaves_out_what_is_not_known() {
    let mut table = Table::default();
    for tick in 0..5_000u64 {
        let speed = if tick < 100 { f32::NAN } else { tick as f32 };
        table.rows.push(MetricsRow { tick, speed, ..Default::default() });
    }
    let inside = Rect::from_min_size(pos2(10.0, 5.0), vec2(200.0, 30.0));
    let points = curve(&table, |row| row.speed.into(), Scale { rect: inside, end: 5_000 }, inside);
    assert!(points.len() <= MOST_POINTS && points.iter().all(|at| inside.expand(0.1).contains(*at)));
    // A stride into what is known, at most: the last point is the one that is always there.
    assert!((points[0].y - inside.bottom()).abs() < 0.2 && (points[0].x - 14.0).abs() < 0.4, "{:?}", points[0]);
    assert_eq!(points.last().map(|at| at.y), Some(inside.top()));
    assert!(curve(&Table::default(), |row| row.speed.into(), scale(), inside).is_empty());
}

#[test]
fn commands_are_told_in_words() {
    let patch = |amount| Command::Patch { field: "food".into(), center: [0.0; 3], radius: 1.0, amount };
    assert_eq!(said(&patch(2.0)), "dropped 2 of food");
    assert_eq!(said(&patch(-2.0)), "took 2 of food");
    assert_eq!(said(&Command::Set { path: "seed".into(), value: "3".into() }), "seed = 3");
    assert_eq!(said(&Command::Cull { species: "fish".into(), share: 0.25 }), "removed 25 % of fish");
}

#[test]
fn a_drag_waits_for_a_moment_and_not_for_ever() {
    let since = Instant::now();
    let form = Form { dragged: Some((30, since)), ..Form::default() };
    assert!(Form::default().is_answered(7, since) && form.is_answered(30, since));
    assert!(!form.is_answered(20, since + WAITS / 2) && form.is_answered(20, since + WAITS));
}
