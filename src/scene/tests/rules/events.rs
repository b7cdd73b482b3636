//! What happens in a scene at a set time: events, removals, and obstacles on their courses.

use super::*;

#[test]
fn events_must_be_able_to_happen() {
    check(
        scene,
        &[
            (
                "events: [(command: Set(path: \"species[prey].bdy.cruise\", value: \"1\"))],",
                "\"species[prey].bdy.cruise\" | `species[prey].bdy.cruise`: `species[0]` has no `bdy` | \
                 did you mean `body`?",
            ),
            (
                "events: [(command: Set(path: \"species[prey].count\", value: \"1\"))],",
                "\"species[prey].count\" | `species[prey].count` cannot change while a world runs | \
                 a parameter marked `now` in the scene reference",
            ),
            (
                "events: [(command: Set(path: \"species[prey].body.cruise\", value: \"101\"))],",
                "\"101\" | `species[0].body.cruise` = 101 is out of range | a number from 0 to 100 BL/s",
            ),
            (
                "events: [(command: Set(path: \"species[prey].body.cruise\", value: \"6\"))],",
                "\"6\" | `species[0].body.cruise` = 6 is beyond the top speed | at most `body.top_speed`, 5",
            ),
            (
                "rollout: (ticks: 50, removals: [(tick: 50, species: \"prey\")]),",
                "50 | `rollout.removals[0].tick` = 50 is not within a rollout | less than `rollout.ticks`, 50",
            ),
            (
                "rollout: (removals: [(species: \"prye\")]),",
                "\"prye\" | `rollout.removals[0].species` = \"prye\" is no species of this scene | did you mean `prey`?",
            ),
            (
                "dt: 1, extent: [20, 20, 0], obstacles: [Sphere(radius: 5, velocity: [0, -16, 0])],",
                "-16 | `obstacles[0].velocity[1]` = -16 covers more than half of its course of 30 BL in a tick | \
                 at most 15 BL/s either way, or a smaller `dt`",
            ),
            (
                "obstacles: [Box(), Capsule(velocity: [0, NaN, 0])],",
                "NaN | `obstacles[1].velocity[1]` = NaN is not a number | a number from -100 to 100 BL/s",
            ),
            (
                "obstacles: [Box(velocity: [1e30, 0, 0])],",
                "1e30 | `obstacles[0].velocity[0]` = 1e30 is out of range | a number from -100 to 100 BL/s",
            ),
            (
                "obstacles: [Box(harm: -1)],",
                "-1 | `obstacles[0].harm` = -1 is out of range | a number from 0 to 1000000 energy/s",
            ),
            (
                "obstacles: [Box(start: Drwan)],",
                "Drwan | `obstacles[0].start` cannot be `Drwan` | did you mean `Drawn`? (one of Given, Drawn)",
            ),
            (
                "events: [(command: Set(path: \"obstacles[0].velocity[0]\", value: \"1\"))], obstacles: [Box()],",
                "\"obstacles[0].velocity[0]\" | `obstacles[0].velocity[0]` cannot change while a world runs | \
                 a parameter marked `now` in the scene reference",
            ),
            ("events: [(command: Set())],", "Set() | `` is not a path | write it as in species[0].body.length"),
            (
                "events: [(command: Set(path: \"fields[algae].diffusion\", value: \"100\"))],",
                "\"100\" | `fields[0].diffusion` = 100 spreads too far in one tick: the field would oscillate | \
                 at most 5 BL²/s, or `dt` at most 0.0025, or larger cells",
            ),
            (
                "events: [(command: Patch(field: \"alg\"))],",
                "\"alg\" | `events[0].command.field` = \"alg\" is no field of this scene | did you mean `algae`?",
            ),
            (
                "events: [(command: Cull(species: \"prye\"))],",
                "\"prye\" | `events[0].command.species` = \"prye\" is no species of this scene | did you mean `prey`?",
            ),
            (
                "events: [(command: Signals(species: \"prey\", hearing: Delay(ticks: 1)))],",
                "1 | `events[0].command.hearing.ticks` = 1 is longer than signals are kept | \
                 at most 0, or raise `signals.history` of `prey`",
            ),
            (
                "events: [(command: Signals(species: \"prye\", hearing: Delay(ticks: 0)))],",
                "\"prye\" | `events[0].command.species` = \"prye\" is no species of this scene | did you mean `prey`?",
            ),
        ],
    );
    let heard = "events: [(command: Signals(species: \"prey\", hearing: Delay(ticks: 7)))],";
    assert!(refusals(&with(heard, "signals: (history: 8)")).is_empty());
}

#[test]
fn events_act_on_what_earlier_ones_have_left() {
    let event = |tick: u32, path: &str, value: u32| {
        format!("(tick: {tick}, command: Set(path: \"species[prey].body.{path}\", value: \"{value}\"))")
    };
    let (faster, cruising) = (event(5, "top_speed", 10), event(9, "cruise", 8));
    // The order in the file does not matter, that of the ticks does.
    assert!(refusals(&scene(&format!("events: [{cruising}, {faster}],"))).is_empty());
    let early = event(4, "cruise", 8);
    assert_eq!(refusals(&scene(&format!("events: [{early}, {faster}],"))).len(), 1);
}
