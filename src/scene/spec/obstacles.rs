//! What a scene says of solid things in the water, and the course that each of them has. Part of the parameter table, as `super`.

use super::WallSpec;
use crate::scene::table::{spec, spec_enum};

spec_enum! {
    /// A solid thing that agents slide along and range rays see. One that moves goes straight on through the tank, and along each
    /// axis out at one side and in at the other: never before all of it is outside, so that it does not appear in the middle of the
    /// water. It does not repeat across torus borders.
    pub enum Obstacle {
        /// A ball.
        Sphere(SphereSpec),
        /// A rounded rod.
        Capsule(CapsuleSpec),
        /// A block with faces along the axes.
        Box(BoxSpec),
    }
}

spec! {
    /// A ball.
    pub struct SphereSpec {
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius.
        pub radius: f32 = 1.0, ["BL", 0.01..=1_000.0, Restart];
        /// How fast it goes along each axis; z counts in a volume alone.
        pub velocity: [f32; 3] = [0.0; 3], ["BL/s", -100.0..=100.0, Restart];
        /// Where it is at the start.
        pub start: CourseStart = CourseStart::Given;
        /// What whoever touches it loses, once for each obstacle it touches; much of it kills at a touch. Who dies of it has run out
        /// of energy.
        pub harm: f32 = 0.0, ["energy/s", 0.0..=1_000_000.0, Now];
    }
}
spec! {
    /// A rounded rod from `a` to `b`.
    pub struct CapsuleSpec {
        /// One end of the axis.
        pub a: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Other end of the axis.
        pub b: [f32; 3] = [1.0, 0.0, 0.0], ["BL", -10_000.0..=10_000.0, Restart];
        /// Radius around the axis.
        pub radius: f32 = 0.5, ["BL", 0.01..=1_000.0, Restart];
        /// How fast it goes along each axis; z counts in a volume alone.
        pub velocity: [f32; 3] = [0.0; 3], ["BL/s", -100.0..=100.0, Restart];
        /// Where it is at the start.
        pub start: CourseStart = CourseStart::Given;
        /// What whoever touches it loses, once for each obstacle it touches; much of it kills at a touch. Who dies of it has run out
        /// of energy.
        pub harm: f32 = 0.0, ["energy/s", 0.0..=1_000_000.0, Now];
    }
}
spec! {
    /// A block with faces along the axes.
    pub struct BoxSpec {
        /// Centre.
        pub center: [f32; 3] = [0.0; 3], ["BL", -10_000.0..=10_000.0, Restart];
        /// Half of its size along each axis.
        pub half: [f32; 3] = [1.0; 3], ["BL", 0.01..=10_000.0, Restart];
        /// How fast it goes along each axis; z counts in a volume alone.
        pub velocity: [f32; 3] = [0.0; 3], ["BL/s", -100.0..=100.0, Restart];
        /// Where it is at the start.
        pub start: CourseStart = CourseStart::Given;
        /// What whoever touches it loses, once for each obstacle it touches; much of it kills at a touch. Who dies of it has run out
        /// of energy.
        pub harm: f32 = 0.0, ["energy/s", 0.0..=1_000_000.0, Now];
    }
}
spec_enum! {
    /// Where an obstacle is at tick 0 of a run.
    #[derive(Copy, Eq)]
    pub enum CourseStart {
        /// Where the scene has it; rollouts begin wherever it is by then.
        Given,
        /// Somewhere on its course along every axis, from just outside one face to just outside the other, also along those where it
        /// stays: drawn for each world, so that nobody can learn by heart where it is when.
        Drawn,
    }
}

impl WallSpec {
    /// The wall as an obstacle.
    pub fn obstacle(&self) -> Obstacle {
        Obstacle::Capsule(CapsuleSpec { a: self.a, b: self.b, radius: self.radius, ..CapsuleSpec::default() })
    }
}

impl Obstacle {
    /// Whether it stays where the scene has it.
    pub fn stays(&self) -> bool {
        self.start() == CourseStart::Given && self.velocity() == [0.0; 3]
    }

    /// `velocity` of whatever shape it is.
    pub fn velocity(&self) -> [f32; 3] {
        match self {
            Obstacle::Sphere(s) => s.velocity,
            Obstacle::Capsule(c) => c.velocity,
            Obstacle::Box(b) => b.velocity,
        }
    }

    /// `start` of whatever shape it is.
    pub fn start(&self) -> CourseStart {
        match self {
            Obstacle::Sphere(s) => s.start,
            Obstacle::Capsule(c) => c.start,
            Obstacle::Box(b) => b.start,
        }
    }

    /// `harm` of whatever shape it is.
    pub fn harm(&self) -> f32 {
        match self {
            Obstacle::Sphere(s) => s.harm,
            Obstacle::Capsule(c) => c.harm,
            Obstacle::Box(b) => b.harm,
        }
    }

    /// Centre and half size of the block around it along an axis, BL.
    fn bounds(&self, axis: usize) -> (f64, f64) {
        let (a, b, r) = match self {
            Obstacle::Sphere(s) => (s.center[axis], s.center[axis], s.radius),
            Obstacle::Capsule(c) => (c.a[axis], c.b[axis], c.radius),
            Obstacle::Box(b) => (b.center[axis], b.center[axis], b.half[axis]),
        };
        let (a, b) = (f64::from(a), f64::from(b));
        (0.5 * (a + b), 0.5 * (a - b).abs() + f64::from(r))
    }

    /// Its course along an axis of a tank of that extent: from where it has just not come in to where it is just out, as the way
    /// there from where the scene has it and its length, BL. `None` along an axis where it stays.
    pub fn course(&self, extent: [f32; 3], axis: usize) -> Option<(f64, f64)> {
        let moves = extent[axis] > 0.0 && (self.start() == CourseStart::Drawn || self.velocity()[axis] != 0.0);
        let (center, half) = self.bounds(axis);
        moves.then_some((-half - center, f64::from(extent[axis]) + 2.0 * half))
    }
}
