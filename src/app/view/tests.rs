//! What the kernels lay out, read back from the device and compared with the same in ordinary memory.

use std::sync::Arc;

use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::render_resource::{
    Buffer, BufferDescriptor, BufferUsages, CommandEncoderDescriptor, MapMode, PollType,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::compose::Composer;
use super::kernels::Drawn;
use super::pipelines::Painter;
use super::school::{Look, Moment, between};
use super::*;
use crate::app::device;
use crate::app::film::{camera, film_quality, plugins, target};
use crate::app::view::colors::{ColorMode, Scheme, apart, linear3};
use crate::backend::Shown;
use crate::layout::Agent;
use crate::plan::Plan;
use crate::record::Grade;
use crate::scene::{Boundary, FieldSpec, SceneSpec, SpeciesSpec};
use crate::snapshot::Snapshot;

/// An application that draws into a texture; `None`, having said so, where there is nothing to draw with.
fn stage() -> Option<App> {
    if let Err(error) = device::adapter() {
        assert!(std::env::var("IWASHI_REQUIRE_GPU").as_deref() != Ok("1"), "{error}");
        eprintln!("skipped: {error}");
        return None;
    }
    let mut app = App::new();
    app.add_plugins(plugins()).add_plugins(ViewPlugin);
    app.finish();
    app.cleanup();
    target(app.world_mut(), 64, 64);
    app.world_mut().spawn(camera(&film_quality(Grade::Good)));
    app.update();
    Some(app)
}

/// Draws a moment and hands the painter to `look`.
fn draw<T>(app: &mut App, scene: &SceneSpec, moment: Moment, lens: Lens, look: impl Fn(&Painter, &World) -> T) -> T {
    draw_in(app, scene, moment, lens, (ColorMode::Energy, Scheme::default()), look)
}

/// The same in colours of a meaning and a scheme.
fn draw_in<T>(
    app: &mut App,
    scene: &SceneSpec,
    moment: Moment,
    lens: Lens,
    (mode, scheme): (ColorMode, Scheme),
    look: impl Fn(&Painter, &World) -> T,
) -> T {
    let plan = Plan::new(scene, 1);
    let looks = Look { mode, size: 1.0, selected: Some(1), spoken: Arc::default(), scheme };
    let world = app.world_mut();
    world.resource_scope(|_, mut lists: Mut<DrawLists>| {
        Composer::default().compose(
            &mut lists.shown,
            &Arc::new(scene.clone()),
            &plan,
            moment,
            &looks,
            &film_quality(Grade::Good),
        );
    });
    for mut seen in world.query::<&mut Lens>().iter_mut(world) {
        *seen = lens.clone();
    }
    app.update();
    let world = app.sub_app(RenderApp).world();
    look(world.resource::<Painter>(), world)
}

/// A buffer's words.
fn words(world: &World, buffer: &Buffer) -> Vec<u32> {
    let (device, queue) = (world.resource::<RenderDevice>(), world.resource::<RenderQueue>());
    let copy = device.create_buffer(&BufferDescriptor {
        label: None,
        size: buffer.size(),
        usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
    encoder.copy_buffer_to_buffer(buffer, 0, &copy, 0, buffer.size());
    queue.submit([encoder.finish()]);
    device.map_buffer(&copy.slice(..), MapMode::Read, |result| result.unwrap());
    device.poll(PollType::wait_indefinitely()).unwrap();
    bytemuck::cast_slice(&copy.slice(..).get_mapped_range()).to_vec()
}

/// 700 agents in a torus, moved a little, some of them born or dead in between.
fn school() -> (SceneSpec, Moment, [Arc<Snapshot>; 2]) {
    let species = |count| SpeciesSpec { count, ..Default::default() };
    let scene = SceneSpec {
        extent: [20.0, 10.0, 5.0],
        boundary: [Boundary::Torus, Boundary::Torus, Boundary::Wall],
        species: vec![
            SpeciesSpec { name: "a".into(), ..species(500) },
            SpeciesSpec { name: "b".into(), ..species(200) },
        ],
        ..Default::default()
    };
    let unit = |n: u32| n.wrapping_mul(2_654_435_769) as f32 / u32::MAX as f32;
    let agents = |later: f32| {
        let one = |i: u32| {
            let mut pos = [20.0 * unit(3 * i), 10.0 * unit(3 * i + 1), 5.0 * unit(3 * i + 2)];
            pos[0] = (pos[0] + 1.5 * later).rem_euclid(20.0);
            pos[1] = (pos[1] - later).rem_euclid(10.0);
            let dies = i % 7 == 3 && later > 0.0;
            let born = i % 11 == 5 && later == 0.0;
            let id = if i % 13 == 1 && later > 0.0 { 10_000 + i } else { i };
            let alive = u32::from(!dies && !born);
            Agent { pos, id, alive, founder: id, heading: [1.0, 0.0, 0.0], ..bytemuck::Zeroable::zeroed() }
        };
        Arc::new(Snapshot { tick: later as u64, agents: (0..700).map(one).collect(), ..Default::default() })
    };
    let both = [agents(0.0), agents(1.0)];
    let moment = Moment {
        before: Shown::Host(both[0].clone()),
        after: Shown::Host(both[1].clone()),
        share: 0.3,
        beat: 12_345.0,
    };
    (scene, moment, both)
}

#[test]
fn the_device_places_bodies_as_memory_does() {
    let Some(mut app) = stage() else { return };
    let (scene, moment, [before, after]) = school();
    let plan = Plan::new(&scene, 1);
    let read = |painter: &Painter, world: &World| {
        let poses = painter.tanks[0].poses.as_ref().unwrap();
        [&poses.fish, &poses.order, &poses.draws].map(|buffer| words(world, buffer))
    };
    // Half of the tank is near enough for finer bodies: those at most 10 BL from the eye.
    let lens = Lens {
        eye: Vec3::new(0.0, 5.0, 2.5),
        perspective: true,
        tangent: Vec2::ONE,
        pixels: Vec2::splat(64.0),
        fine_from: 64.0 / 20.0,
        ..Default::default()
    };
    let [fish, order, draws] = draw(&mut app, &scene, moment, lens, read);
    let (near, far) = (draws[1] as usize, draws[6] as usize);
    let (mut nears, mut fars) = (vec![], vec![]);
    for slot in 0..700usize {
        let (old, now) = (&before.agents[slot], &after.agents[slot]);
        if old.alive == 0 && now.alive == 0 {
            continue;
        }
        let expected = between(&plan, old, now, 0.3);
        let pos: Vec<f32> = fish[slot * 16..slot * 16 + 3].iter().map(|w| f32::from_bits(*w)).collect();
        for axis in 0..3 {
            assert!((pos[axis] - expected[axis]).abs() < 1e-4, "slot {slot}: {pos:?} is not {expected:?}");
        }
        let scale = f32::from_bits(fish[slot * 16 + 14]);
        assert_eq!(scale < 1.0, now.alive == 0, "slot {slot}: {scale}");
        assert_eq!(f32::from_bits(fish[slot * 16 + 15]), f32::from(slot == 1));
        let way = Vec3::from(expected).distance(Vec3::new(0.0, 5.0, 2.5));
        if (way - 10.0).abs() > 1e-3 {
            if way < 10.0 { nears.push(slot as u32) } else { fars.push(slot as u32) }
        }
    }
    assert_eq!(&order[700..700 + near], nears);
    assert_eq!(order[1400 - far..].iter().rev().copied().collect::<Vec<_>>(), fars);
    assert!(near > 100 && far > 100, "{near} near, {far} far");
}

#[test]
fn lines_have_the_colours_that_everyone_tells_apart_where_they_are_wanted() {
    let Some(mut app) = stage() else { return };
    let (scene, moment, [_, after]) = school();
    let mut colors = |safe| {
        let scheme = Scheme::of(&scene, safe);
        let read = |painter: &Painter, world: &World| words(world, &painter.tanks[0].poses.as_ref().unwrap().fish);
        draw_in(&mut app, &scene, moment.clone(), Lens::default(), (ColorMode::Lineage, scheme), read)
    };
    let agrees = |fish: &[u32]| {
        (0..700usize).filter(|slot| after.agents[*slot].alive == 1).all(|slot| {
            let drawn = [8, 9, 10].map(|at| f32::from_bits(fish[slot * 16 + at]));
            let wanted = linear3(apart(after.agents[slot].founder));
            // No two fish of a school are quite alike: each is up to a tenth brighter or darker.
            (0..3).all(|i| drawn[i] > 0.89 * wanted[i] - 1e-3 && drawn[i] < 1.11 * wanted[i] + 1e-3)
        })
    };
    assert!(agrees(&colors(true)) && !agrees(&colors(false)));
}

#[test]
fn spots_and_pictures_stand_where_fields_are() {
    let Some(mut app) = stage() else { return };
    let field = FieldSpec { name: "food".into(), cell: 1.0, capacity: 2.0, ..Default::default() };
    let mut scene = SceneSpec { extent: [8.0, 8.0, 8.0], fields: vec![field], ..Default::default() };
    let spots = |app: &mut App, scene: &SceneSpec, values: Vec<f32>| {
        let shown = Shown::Host(Arc::new(Snapshot { fields: Arc::new(values), ..Default::default() }));
        let moment = Moment { before: shown.clone(), after: shown, share: 0.0, beat: 0.0 };
        draw(app, scene, moment, Lens::default(), |painter, world| {
            match painter.tanks[0].lights.as_ref().unwrap().drawn() {
                Drawn::Spots { splats, draws, .. } => {
                    let (splats, count) = (words(world, splats), words(world, draws)[1]);
                    Some((count, splats[..4].iter().map(|w| f32::from_bits(*w)).collect::<Vec<_>>()))
                }
                Drawn::Picture(_) => None,
            }
        })
    };
    let mut values = vec![0.0; 512];
    values[(3 * 8 + 2) * 8 + 5] = 2.0;
    let (count, first) = spots(&mut app, &scene, values.clone()).unwrap();
    // Somewhere in the cell: see `scattered` in the kernel.
    let within = first.iter().zip([5.5, 2.5, 3.5]).all(|(at, center)| (at - center).abs() <= 0.5);
    assert!(count == 1 && within, "{count} {first:?}");
    // All 512 cells are within the budget of the highest quality.
    assert_eq!(spots(&mut app, &scene, vec![2.0; 512]).unwrap().0, 512);
    scene.extent = [20.0, 20.0, 20.0];
    // 8,000 cells are not, 1,000 blocks of 8 are.
    assert_eq!(spots(&mut app, &scene, vec![2.0; 8_000]).unwrap().0, 1_000);
    scene.extent = [8.0, 8.0, 0.0];
    assert_eq!(spots(&mut app, &scene, vec![2.0; 64]), None);
}

#[test]
fn a_frame_is_counted_when_somebody_asks() {
    let Some(mut app) = stage() else { return };
    tally::Tally::attend(&mut app);
    let (scene, moment, _) = school();
    let tally = app.world().resource::<tally::Tally>().clone();
    let counted = |app: &mut App| {
        draw(app, &scene, moment.clone(), Lens::default(), |painter, world| {
            let draws = words(world, &painter.tanks[0].poses.as_ref().unwrap().draws);
            u64::from(draws[0] * draws[1] + draws[5] * draws[6])
        })
    };
    let bodies = counted(&mut app);
    assert_eq!(tally.ask(), None, "nobody had asked");
    counted(&mut app);
    let drawn = tally.ask().expect("a frame was counted");
    // The water, lines, near and far bodies, motes, and the ring around the selected one, at least.
    assert!(drawn.calls >= 5 && drawn.vertices > bodies && bodies > 700, "{drawn:?} {bodies}");
}
