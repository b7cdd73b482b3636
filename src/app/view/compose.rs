//! Fills the `DrawList` for one moment. What does not change from frame to frame is kept. The window and films call
//! the same code.

use std::sync::Arc;

use crate::app::quality::Quality;
use crate::app::view::bodies::{self, Detail, Grain};
use crate::app::view::colors::Scheme;
use crate::app::view::school::{self, Look, Moment};
use crate::app::view::{DrawList, School, fields, tank};
use crate::layout::COURSE_NONE;
use crate::plan::Plan;
use crate::scene::SceneSpec;

/// Schools larger than this are drawn as specks where they are far away and drawing is slow.
const CROWD: u32 = 6_000;

/// Keeps what stays the same between frames.
#[derive(Default)]
pub struct Composer {
    /// Scene whose lines, and obstacles that stay, are in the list.
    scene: Option<Arc<SceneSpec>>,
    /// Spots that its fields are laid out for, and their colours.
    spots: usize,
    scheme: Scheme,
}

impl Composer {
    /// Draws `moment` of a scene into `list`.
    pub fn compose(
        &mut self,
        list: &mut DrawList,
        scene: &Arc<SceneSpec>,
        plan: &Plan,
        moment: Moment,
        look: &Look,
        quality: &Quality,
    ) {
        let known = self.scene.as_ref().is_some_and(|known| Arc::ptr_eq(known, scene));
        if !known {
            list.lines = Arc::new(tank::lines(scene));
            self.scene = Some(scene.clone());
        }
        if !known || plan.obstacles.iter().any(|o| o.course != COURSE_NONE) {
            list.solids = Arc::new(bodies::solids(&scene.obstacles, &school::carried(plan, &moment)));
        }
        if !known || self.spots != quality.spots || self.scheme != look.scheme {
            list.fields = fields::shown(scene, plan, quality.spots, &look.scheme).map(Arc::new);
            (self.spots, self.scheme) = (quality.spots, look.scheme.clone());
        }
        let (now, kinds) = school::numbers(scene, plan, &moment, look);
        list.far = if !quality.fine && now.slots > CROWD { Grain::Speck } else { Grain::Distant };
        list.school = Some(School { moment, now, kinds, spoken: look.spoken.clone() });
        list.halos = quality.bloom.is_none() && plan.species.iter().any(|p| p.channels > 0);
        list.body = Detail { flat: plan.tank.dim < 3, grain: if quality.fine { Grain::Fine } else { Grain::Coarse } };
        list.motes = quality.motes;
    }
}
