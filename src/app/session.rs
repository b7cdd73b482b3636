//! The window's side of a running simulation: the last two snapshots, metrics so far, the selected agent, messages.
//! What panels read. Knows nothing of egui.

mod drawn;
mod tables;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bevy::prelude::Resource;

use crate::app::engine::chronicle::{Family, HallEntry};
use crate::app::engine::gathering::Gathered;
use crate::app::engine::listening::Heard;
use crate::app::engine::mapping::Map;
use crate::app::engine::{Control, Engine, InspectedAgent, News, Notice, Stage, Status, TimelineView, View};
use crate::app::film::clock::Exposure;
use crate::app::genomes::HeldGenome;
use crate::app::many::Member;
use crate::app::reload::Reload;
use crate::app::strings::arrivals as text;
use crate::app::view::school;
use crate::command::Command;
use crate::math::{Vec3, add, scale};
use crate::run::share::Unpacked;
use crate::scene::{SceneFile, SceneSpec};
use crate::simulation::GenerationRow;

/// How long a message stays, and one that something went wrong.
const NOTICE_FOR: Duration = Duration::from_secs(8);
const WARNING_FOR: Duration = Duration::from_secs(20);

use tables::tables;
pub use tables::{ChannelKey, Course, Table, Told};

/// Everything the window knows of the run.
#[derive(Resource)]
pub struct Session {
    /// The thread.
    engine: Engine,
    /// The scene file it was opened from.
    pub file: SceneFile,
    /// What that file says by now.
    pub reload: Reload,
    /// The file of the run that was asked for last, and the shared run that it is of, until that has begun: where it cannot begin, the
    /// present one goes on, and its own file must be the one that is looked after and written to.
    awaited: Option<(SceneFile, Option<Unpacked>)>,
    /// The running scene.
    pub stage: Stage,
    /// How it is doing.
    pub status: Status,
    /// Metrics, a table a species.
    pub tables: Vec<Table>,
    /// Generations ended.
    pub generations: Vec<GenerationRow>,
    /// Where the run has been, and where one can go.
    pub strip: TimelineView,
    /// Tables and generations of branches that are not shown.
    others: BTreeMap<usize, (Vec<Table>, Vec<GenerationRow>)>,
    /// Messages still shown.
    pub notices: Vec<(Notice, Instant)>,
    /// Slot of the selected agent.
    pub selected: Option<u32>,
    /// Those who are selected, where they are several.
    pub many: Arc<Vec<Member>>,
    /// What these come to, once it is known.
    pub gathered: Option<Gathered>,
    /// Whether the camera follows it, or the middle of several.
    pub follow: bool,
    /// World shown.
    pub world: u32,
    /// The file that was opened last, until it is noted.
    pub arrived: Option<PathBuf>,
    /// Insides of the selected agent.
    pub opened: Option<InspectedAgent>,
    /// A genome in hand, to be given to agents.
    pub held: Option<HeldGenome>,
    /// Where in the tank the pointer was last, BL.
    pub pointed: Option<Vec3>,
    /// The fittest that this run has seen.
    pub fame: Arc<Vec<HallEntry>>,
    /// The family that was asked for.
    pub family: Option<Arc<Family>>,
    /// What archives have found.
    pub maps: Arc<Vec<Map>>,
    /// What was made of the signals of late, and how it went.
    pub heard: Option<Arc<Heard>>,
    /// The course of it: what each channel told, report after report.
    pub course: Course,
    /// Whether the simulation has been asked to listen.
    listens: bool,
    /// Counts restarts that the camera has to answer.
    pub arrivals: u64,
    /// A frame of a film waiting to be drawn.
    pub exposure: Option<Exposure>,
    /// The shared run that is played, while something is said of it.
    pub received: Option<Unpacked>,
    before: View,
    after: View,
    delay: f64,
    beat: f64,
}

impl Session {
    /// Begins with a started engine.
    pub fn new(engine: Engine, file: SceneFile) -> Option<Session> {
        let news = engine.news();
        let (stage, view) = (news.stage?, news.view?);
        Some(Session {
            engine,
            reload: Reload::of(&file),
            file,
            awaited: None,
            tables: tables(&stage.scene),
            stage,
            status: news.status,
            generations: vec![],
            strip: news.strip.unwrap_or_default(),
            others: BTreeMap::new(),
            notices: vec![],
            selected: None,
            many: Arc::default(),
            gathered: None,
            follow: false,
            world: 0,
            arrived: None,
            opened: None,
            held: None,
            pointed: None,
            fame: Arc::default(),
            family: None,
            maps: news.maps.unwrap_or_default(),
            heard: None,
            course: Course::default(),
            listens: false,
            arrivals: 0,
            exposure: None,
            received: None,
            before: view.clone(),
            after: view,
            delay: 0.05,
            beat: 0.0,
        })
    }

    /// Sends a control to the simulation.
    pub fn send(&self, control: Control) {
        self.engine.send(control);
    }

    /// Shows a message.
    pub fn tell(&mut self, text: impl Into<String>, bad: bool) {
        let text = sentence(text.into());
        self.notices.retain(|(n, _)| n.text != text);
        self.notices.push((Notice { text, bad }, Instant::now()));
        if self.notices.len() > 5 {
            self.notices.remove(0);
        }
    }

    /// Opens another scene, or the same one anew.
    pub fn open(&mut self, file: SceneFile, spec: SceneSpec) {
        let origin = file.origin.clone();
        self.awaited = Some((file, None));
        self.send(Control::Restart { scene: Box::new(spec), origin, script: vec![], expected: None });
    }

    /// Plays a run that was shared from its first tick.
    pub fn play(&mut self, shared: Unpacked) {
        let origin = shared.scene_file().display().to_string();
        let share = &shared.share;
        self.tell(text::played_up_to(&share.scene, &share.program, share.tick), false);
        let expected = Some((share.tick, share.digest.clone()));
        let text = crate::scene::encode(&shared.scene);
        let (scene, script) = (Box::new(shared.scene.clone()), shared.commands.clone());
        let file = SceneFile { spec: shared.scene.clone(), text, origin: origin.clone() };
        self.awaited = Some((file, Some(shared)));
        self.send(Control::Restart { scene, origin, script, expected });
    }

    /// Goes on with a run that was broken off, whose scene this is.
    pub fn go_on(&mut self, file: SceneFile, run: PathBuf) {
        self.awaited = Some((file, None));
        self.send(Control::Resume(run));
    }

    /// Takes the running scene for that of a file.
    pub fn belong(&mut self, file: SceneFile) {
        self.reload = Reload::of(&file);
        self.file = file;
    }

    /// Has the simulation listen to signals, or no longer.
    pub fn listen(&mut self, wanted: bool) {
        if wanted != self.listens {
            self.listens = wanted;
            self.send(Control::Listen(wanted));
        }
    }

    /// Dialects of the shown world by slot, as far as they are known.
    pub fn spoken(&self) -> Arc<Vec<u32>> {
        self.heard.as_ref().map(|heard| heard.words.clone()).unwrap_or_default()
    }

    /// Selects an agent, or none.
    pub fn select(&mut self, slot: Option<u32>) {
        self.selected = slot;
        self.opened = None;
        self.follow &= slot.is_some();
        self.gather(vec![]);
        self.send(Control::Watch { world: self.world, slot });
    }

    /// Selects agents of the shown world: several of them, one, or none.
    pub fn select_many(&mut self, many: Vec<Member>) {
        let follows = self.follow;
        match many[..] {
            [] => self.select(None),
            [(slot, _)] => self.select(Some(slot)),
            _ => {
                self.select(None);
                self.gather(many);
                self.follow = follows;
            }
        }
    }

    fn gather(&mut self, many: Vec<Member>) {
        self.gathered = None;
        if !(many.is_empty() && self.many.is_empty()) {
            self.many = Arc::new(many);
            self.send(Control::Gather(self.many.clone()));
        }
    }

    /// Whether anybody is selected.
    pub fn selects(&self) -> bool {
        self.selected.is_some() || !self.many.is_empty()
    }

    /// Number of the selected agent and its genome, as far as they are known.
    pub fn genome(&self) -> Option<(u32, &[f32])> {
        let detail = &self.opened.as_ref()?.detail;
        Some((detail.agent?.id, &detail.genome))
    }

    /// Takes a genome in hand, and sets an agent with it down: beside the selected one, else where the pointer was, else in the middle.
    pub fn spawn(&mut self, held: HeldGenome) {
        let Some(species) = self.stage.scene.species.get(held.species) else { return };
        let beside = self.after.watched.filter(|(slot, agent)| self.selected == Some(*slot) && agent.alive == 1);
        let aside = |heading: Vec3| [-heading[1], heading[0], 0.0];
        let length = self.stage.plan.species[held.species].length;
        let place = match beside {
            Some((_, agent)) => add(agent.pos, scale(aside(agent.heading), length)),
            None => self.pointed.unwrap_or(self.stage.scene.extent.map(|side| 0.5 * side)),
        };
        let (world, genome) = (self.world, held.genome.to_vec());
        self.send(Control::Command(Command::Spawn { world, species: species.name.clone(), place, genome }));
        self.held = Some(held);
    }

    /// Shows another world.
    pub fn show_world(&mut self, world: u32) {
        self.world = world;
        self.select(None);
    }

    /// Takes in what the simulation left; `frame` is the time since the last call.
    pub fn update(&mut self, frame: Duration) {
        let news = self.engine.news();
        self.take(news);
        let running = !self.status.paused && !self.status.filming;
        if running {
            let speed = self.status.ticks_per_second * f64::from(self.stage.scene.dt);
            self.beat += frame.as_secs_f64() * speed.clamp(0.3, school::FASTEST_BEAT);
        }
        let stays = |notice: &Notice| if notice.bad { WARNING_FOR } else { NOTICE_FOR };
        self.notices.retain(|(notice, since)| since.elapsed() < stays(notice));
    }

    fn take(&mut self, news: News) {
        self.status = news.status;
        if let Some(stage) = news.stage {
            if stage.epoch != self.stage.epoch {
                self.tables = tables(&stage.scene);
                self.generations.clear();
                self.others.clear();
                self.strip = TimelineView::default();
                self.selected = None;
                self.opened = None;
                (self.many, self.gathered) = (Arc::default(), None);
                (self.fame, self.family, self.held, self.pointed) = (Arc::default(), None, None, None);
                self.maps = Arc::default();
                (self.heard, self.course) = (None, Course::default());
                self.follow = false;
                self.world = 0;
                self.arrivals += 1;
                if let Some((file, shared)) = self.awaited.take() {
                    self.belong(file);
                    self.received = shared;
                }
            }
            self.stage = stage;
        }
        if let Some(back) = news.back {
            self.tables.iter_mut().for_each(|table| table.rows.retain(|row| row.tick <= back));
            self.generations.retain(|row| row.tick <= back);
        }
        let epoch = self.stage.epoch;
        if let Some(strip) = news.strip.filter(|strip| strip.epoch == epoch) {
            self.turn_to(strip);
        }
        for (of, row) in news.metrics.into_iter().filter(|(of, _)| of.epoch == epoch) {
            let (tables, _) = self.of_branch(of.branch);
            if let Some(table) = tables.iter_mut().find(|t| t.species == row.species) {
                table.push(row);
            }
        }
        for (of, row) in news.generations.into_iter().filter(|(of, _)| of.epoch == epoch) {
            self.of_branch(of.branch).1.push(row);
        }
        for notice in news.notices {
            self.tell(notice.text, notice.bad);
        }
        if let Some(slot) = news.picked {
            self.select(Some(slot));
        }
        self.fame = news.fame.unwrap_or(std::mem::take(&mut self.fame));
        self.family = news.family.or(self.family.take());
        if let Some(opened) = news.opened
            && Some(opened.detail.slot) == self.selected
        {
            self.opened = Some(opened);
        }
        self.maps = news.maps.unwrap_or(std::mem::take(&mut self.maps));
        self.held = news.elite.or(self.held.take());
        if let Some((many, gathered)) = news.gathered
            && Arc::ptr_eq(&many, &self.many)
        {
            self.gathered = Some(gathered);
        }
        if let Some(heard) = news.heard.filter(|heard| heard.epoch == epoch) {
            self.course.push(&heard);
            self.heard = Some(heard);
        }
        if let Some(exposure) = news.exposure {
            self.exposure = Some(exposure);
        }
        if let Some(view) = news.view.filter(|v| v.epoch == epoch) {
            self.show(view);
        }
    }

    /// Takes a timeline in; where it shows another branch, so do the tables.
    fn turn_to(&mut self, strip: TimelineView) {
        if strip.current != self.strip.current {
            let known = self.others.contains_key(&strip.current);
            let parent = strip.branches.get(strip.current).and_then(|branch| branch.parent).filter(|_| !known);
            if let Some((parent, tick)) = parent {
                // What a new branch has behind it is what the one that it leaves had then.
                let (mut tables, mut generations) = {
                    let (tables, generations) = self.of_branch(parent);
                    (tables.clone(), generations.clone())
                };
                tables.iter_mut().for_each(|table| table.rows.retain(|row| row.tick <= tick));
                generations.retain(|row| row.tick <= tick);
                self.others.insert(strip.current, (tables, generations));
            }
            let mut next = self.others.remove(&strip.current).unwrap_or_else(|| (tables(&self.stage.scene), vec![]));
            // A branch that stood beside has swum on past its end: what comes there now may be something else.
            let end = strip.branches.get(strip.current).map_or(u64::MAX, |branch| branch.end);
            next.0.iter_mut().for_each(|table| table.rows.retain(|row| row.tick <= end));
            let shown = (std::mem::replace(&mut self.tables, next.0), std::mem::replace(&mut self.generations, next.1));
            self.others.insert(self.strip.current, shown);
        }
        self.strip = strip;
    }

    /// Tables and generations of a branch.
    fn of_branch(&mut self, branch: usize) -> (&mut Vec<Table>, &mut Vec<GenerationRow>) {
        if branch == self.strip.current {
            return (&mut self.tables, &mut self.generations);
        }
        let scene = &self.stage.scene;
        let (tables, generations) = self.others.entry(branch).or_insert_with(|| (tables(scene), vec![]));
        (tables, generations)
    }

    /// Tables of a branch, as far as they are known.
    pub fn tables_of(&self, branch: usize) -> &[Table] {
        if branch == self.strip.current {
            return &self.tables;
        }
        self.others.get(&branch).map_or(&[], |(tables, _)| tables)
    }
}

/// An error of the engine as a sentence: with a capital, unless it begins with a path or a name.
fn sentence(text: String) -> String {
    let first = text.split(' ').next().unwrap_or_default();
    if !first.chars().all(char::is_alphabetic) {
        return text;
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |letter| letter.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_become_sentences_and_paths_stay() {
        let told =
            ["its genome", "scene.ron:3: no", "species[fish].count", "", "Über", "x"].map(|s| sentence(s.into()));
        assert_eq!(told, ["Its genome", "scene.ron:3: no", "species[fish].count", "", "Über", "X"]);
    }

    #[test]
    fn a_scene_that_cannot_begin_takes_no_file_from_the_run_that_goes_on() {
        use crate::app::engine::Setup;
        use crate::app::engine::keeping::Keeping;
        use crate::simulation::{Options, Simulation};
        let file = crate::scene::load("boids").unwrap();
        let options = Options { threads: Some(1), ..Options::default() };
        let simulation = Simulation::new(file.spec.clone(), &options).unwrap();
        let setup = Setup { options, keeping: Keeping::new(None), script: vec![], until: None, paused: true };
        let (engine, _closer) = Engine::start(simulation, setup).unwrap();
        let mut session = Session::new(engine, file).unwrap();
        let answer = |session: &mut Session, done: fn(&Session) -> bool| {
            let until = Instant::now() + Duration::from_secs(60);
            while !done(session) {
                assert!(Instant::now() < until, "no answer");
                std::thread::sleep(Duration::from_millis(5));
                session.update(Duration::from_millis(5));
            }
        };
        let other = crate::scene::load("food_call").unwrap();
        let mut large = other.spec.clone();
        large.species[0].count = 4_000_000_000;
        session.open(other.clone(), large);
        answer(&mut session, |session| session.notices.iter().any(|(notice, _)| notice.bad));
        assert_eq!((session.file.origin.as_str(), session.stage.epoch), ("boids", 0));
        // One that can begin brings its own.
        session.open(other.clone(), other.spec);
        answer(&mut session, |session| session.stage.epoch == 1);
        assert_eq!(session.file.origin, "food_call");
    }
}
