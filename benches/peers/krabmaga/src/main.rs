//! A school of boids on krABMaga, for `benches/goals.py`: a torus of 0.1 agents per BL², all within 10 BL taken into account
//! (about 31 others), five weighted urges, steps of constant length. The model is our own writing of the engine's stock
//! flocking example; all that the engine does in a step is timed.
//!
//! Usage: `krabmaga-flockers AGENTS STEPS`. Each line of standard input asks for one repetition of STEPS steps, answered
//! by a line of JSON with agent-steps, seconds by the wall clock, and processor seconds.

use std::any::Any;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::Instant;

use krabmaga::engine::agent::Agent;
use krabmaga::engine::fields::field::Field;
use krabmaga::engine::fields::field_2d::{Field2D, Location2D, toroidal_distance, toroidal_transform};
use krabmaga::engine::location::Real2D;
use krabmaga::engine::schedule::Schedule;
use krabmaga::engine::state::State;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// How far an agent sees, BL.
const RADIUS: f32 = 10.0;
/// With cells of this size the engine's relaxed query looks through 3 x 3 of them: the fewest that hold the radius.
const CELL: f32 = RADIUS / 1.5;
/// Agents per BL².
const DENSITY: f32 = 0.1;
/// Path of a step, BL.
const STEP: f32 = 0.7;

#[derive(Clone, Copy)]
struct Fish {
    id: u32,
    at: Real2D,
    vel: Real2D,
}

impl PartialEq for Fish {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Fish {}

impl Hash for Fish {
    fn hash<H: Hasher>(&self, h: &mut H) {
        h.write_u32(self.id)
    }
}

impl fmt::Display for Fish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "fish {}", self.id)
    }
}

impl Location2D<Real2D> for Fish {
    fn get_location(self) -> Real2D {
        self.at
    }

    fn set_location(&mut self, at: Real2D) {
        self.at = at
    }
}

struct Sea {
    side: f32,
    count: u32,
    field: Field2D<Fish>,
}

impl Sea {
    fn new(count: u32) -> Self {
        let side = (count as f32 / DENSITY).sqrt();
        Sea { side, count, field: Field2D::new(side, side, CELL, true) }
    }
}

impl Agent for Fish {
    fn step(&mut self, state: &mut dyn State) {
        let sea = state.as_any().downcast_ref::<Sea>().expect("the state is a sea");
        let near = sea.field.get_neighbors_within_relax_distance(self.at, RADIUS);
        let (mut apart, mut middle, mut along, mut n) = ([0f32; 2], [0f32; 2], [0f32; 2], 0f32);
        for other in near.iter().filter(|other| other.id != self.id) {
            let dx = toroidal_distance(self.at.x, other.at.x, sea.side);
            let dy = toroidal_distance(self.at.y, other.at.y, sea.side);
            let square = dx * dx + dy * dy;
            let weight = 1.0 / (square * square + 1.0);
            apart = [apart[0] + dx * weight, apart[1] + dy * weight];
            middle = [middle[0] + dx, middle[1] + dy];
            along = [along[0] + other.vel.x, along[1] + other.vel.y];
            n += 1.0;
        }
        let k = if n > 0.0 { 1.0 / n } else { 0.0 };
        let mut rng = krabmaga::rand::rng();
        let mut shake = || krabmaga::rand::Rng::random::<f32>(&mut rng) * 2.0 - 1.0;
        let (rx, ry) = (shake(), shake());
        let wander = 0.05 / (rx * rx + ry * ry).sqrt().max(1e-6);
        let wish = |axis: usize, shake: f32, own: f32| {
            -0.08 * middle[axis] * k + 400.0 * apart[axis] * k + 0.7 * along[axis] * k + 1.1 * shake * wander + own
        };
        let (mut dx, mut dy) = (wish(0, rx, self.vel.x), wish(1, ry, self.vel.y));
        let length = (dx * dx + dy * dy).sqrt();
        if length > 0.0 {
            dx *= STEP / length;
            dy *= STEP / length;
        }
        self.vel = Real2D { x: dx, y: dy };
        self.at =
            Real2D { x: toroidal_transform(self.at.x + dx, sea.side), y: toroidal_transform(self.at.y + dy, sea.side) };
        sea.field.set_object_location(*self, self.at);
    }
}

impl State for Sea {
    fn init(&mut self, schedule: &mut Schedule) {
        let mut rng = StdRng::seed_from_u64(7);
        for id in 0..self.count {
            let at = Real2D { x: rng.random::<f32>() * self.side, y: rng.random::<f32>() * self.side };
            let fish = Fish { id, at, vel: Real2D { x: 0.0, y: 0.0 } };
            self.field.set_object_location(fish, at);
            schedule.schedule_repeating(Box::new(fish), 0.0, 0);
        }
    }

    fn update(&mut self, _step: u64) {
        self.field.lazy_update();
    }

    fn reset(&mut self) {
        self.field = Field2D::new(self.side, self.side, CELL, true);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn as_state_mut(&mut self) -> &mut dyn State {
        self
    }

    fn as_state(&self) -> &dyn State {
        self
    }
}

/// Processor seconds of this process so far.
fn cpu_seconds() -> f64 {
    let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the clock is one that the system has, and `t` lives long enough.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut t) };
    t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
}

fn new_schedule() -> Schedule {
    #[cfg(feature = "parallel")]
    return Schedule::with_threads(2);
    #[cfg(not(feature = "parallel"))]
    Schedule::new()
}

fn main() {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let &[agents, steps] = &numbers[..] else {
        eprintln!("usage: krabmaga-flockers AGENTS STEPS, then a line on standard input a repetition");
        std::process::exit(2);
    };
    for _ in std::io::stdin().lines() {
        // Every repetition begins at the same start: a school that swims together draws together.
        let (mut sea, mut schedule) = (Sea::new(agents), new_schedule());
        sea.init(&mut schedule);
        schedule.step(&mut sea);
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        for _ in 0..steps {
            schedule.step(&mut sea);
        }
        let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let work = u64::from(agents) * u64::from(steps);
        println!("{{\"agent_steps\":{work},\"wall_seconds\":{wall:.6},\"cpu_seconds\":{cpu:.6}}}");
    }
}
