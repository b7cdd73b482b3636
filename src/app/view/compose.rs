//! Fills the `DrawList` for one moment. What does not change from frame to frame is kept. The window and films call
//! the same code.

use std::sync::Arc;

use crate::app::quality::Quality;
use crate::app::view::bodies::{self, Detail, Grain};
use crate::app::view::school::{self, Look, Moment};
use crate::app::view::{DrawList, Splat, fields, tank};
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// Schools larger than this are drawn as specks where they are far away and drawing is slow.
const CROWD: usize = 6_000;

/// Keeps what stays the same between frames.
#[derive(Default)]
pub struct Composer {
    /// Scene whose lines and obstacles are in the list.
    scene: Option<Arc<SceneSpec>>,
    /// Fields already laid out, and the budget they were laid out for.
    fields: Option<(Arc<Vec<f32>>, usize)>,
    spots: Vec<Splat>,
}

impl Composer {
    /// Draws `moment` of a scene into `list`. `near` says which places deserve finer bodies.
    #[expect(clippy::too_many_arguments, reason = "what is shown, how, and to whom")]
    pub fn compose(
        &mut self,
        list: &mut DrawList,
        scene: &Arc<SceneSpec>,
        plan: &Plan,
        moment: &Moment,
        look: &Look,
        quality: &Quality,
        near: impl Fn([f32; 3], f32) -> bool,
    ) {
        let volume = plan.tank.dim == 3;
        if !self.scene.as_ref().is_some_and(|known| Arc::ptr_eq(known, scene)) {
            list.lines = Arc::new(tank::lines(scene));
            list.solids = Arc::new(bodies::solids(&scene.obstacles));
            self.scene = Some(scene.clone());
            self.fields = None;
        }
        let values = &moment.after.fields;
        let known = self.fields.as_ref().is_some_and(|(v, b)| Arc::ptr_eq(v, values) && *b == quality.spots);
        if !known {
            self.spots.clear();
            list.fields = None;
            if volume {
                fields::spots(scene, plan, values, quality.spots, &mut self.spots);
            } else {
                list.fields = fields::picture(scene, plan, values).map(Arc::new);
            }
            self.fields = Some((values.clone(), quality.spots));
        }
        let mut fish = Vec::with_capacity(moment.after.agents.len());
        let mut splats = self.spots.clone();
        school::draw(scene, plan, moment, look, &mut fish, &mut splats);
        // Near ones to the front; within a side the order does not matter, depth decides.
        let mut count = 0;
        for i in 0..fish.len() {
            if near(fish[i].pos, fish[i].length) {
                fish.swap(i, count);
                count += 1;
            }
        }
        list.near = count as u32;
        list.school = Arc::new(fish);
        list.splats = Arc::new(splats);
        list.body = Detail { flat: !volume, grain: if quality.fine { Grain::Fine } else { Grain::Coarse } };
        list.far = if !quality.fine && list.school.len() > CROWD { Grain::Speck } else { Grain::Distant };
        list.motes = quality.motes;
    }
}
