//! Evolutionary activity of a history of births and deaths, beside neutral shadows of it (after Bedau, Snyder & Packard 1998). In a shadow the
//! same individuals are born and die at the same times, and as many children have one parent; but who that is is drawn anew, evenly from
//! those who lived when its children were born. So luck that is not inherited, as of who wins a tournament of equals, and lifetimes are the
//! same in both: what a history has beyond its shadows is success that runs in families. (Drawing each child's parent by itself, as Bedau
//! et al. do, would take such luck for adaptation.) Knows nothing of where a history comes from.

use std::cmp::Reverse;
use std::ops::RangeInclusive;

use rayon::prelude::*;

use super::activity::{Activity, Wave, threshold};
use crate::layout::DRAW_PARENT;
use crate::rng::{self, Stream};
use crate::statistics::{mean, quantile};

/// Names the draws of shadows; no round of a run gets there.
const SHADOW_ROUND: u64 = u64::MAX - 7;

/// Share of the components of shadows that come beyond where the band of new activity begins.
const BEYOND: f64 = 0.05;

/// Parts of a history at whose beginnings everyone present begins a line.
const COHORTS: usize = 10;

/// Draws of a parent before those who might be it are looked for one by one: most might, so that so many misses are rare.
const TRIES: u32 = 16;

/// Stretches of a history, at most, of each of which is kept who lived in it.
const STRETCHES: usize = 2_048;

/// One that was born. Where genomes are shared by clones, all of a genome are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Individual {
    /// World; parents are of the same.
    pub world: u32,
    /// Time of birth.
    pub born: u64,
    /// Time from which on it is no more; `u64::MAX` for who is left.
    pub died: u64,
    /// Place of its first parent among the individuals, before its own; nobody for a founder.
    pub parent: Option<u32>,
    /// Whether it has the parent's genotype.
    pub clone: bool,
}

/// Who was born, and died.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// In the order of their births.
    pub individuals: Vec<Individual>,
    /// Times at which is noted who is present, ascending.
    pub times: Vec<u64>,
    /// Whether parents may die the moment that their children are born: generations that do not overlap.
    pub replaced: bool,
    /// Age from which on one may be a parent.
    pub maturity: u64,
}

/// What counts as a component. Activity counts bearers, see `Activity::see_bearers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A founder's line: those who descend from it. Once one line is left nothing more can happen.
    Founders,
    /// Lines that begin anew, with everyone who is present, at the beginning of each tenth of the history.
    Cohorts,
    /// A genotype: an individual that is no clone, and the clones of it.
    Genotypes,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Founders, Kind::Cohorts, Kind::Genotypes];

    /// As tables name it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Founders => "founders",
            Kind::Cohorts => "cohorts",
            Kind::Genotypes => "genotypes",
        }
    }
}

/// One time of a course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Who is present.
    pub wave: Wave,
    /// New activity: of components within the band, over the number of components; NaN where nobody is.
    pub new: f64,
}

/// What is compared with shadows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// Mean over the times of the history.
    pub of: f64,
    /// The same of shadows, on average.
    pub shadows: f64,
    /// What it has in excess of them: less their mean, and less what the middle 95 % of them reach at most and at least.
    pub excess: f64,
    /// See `excess`.
    pub interval: [f64; 2],
    /// Chance that a shadow comes as far. Never 0: the history counts as one of them (Phipson & Smyth 2010).
    pub p: f64,
}

/// Activity of one kind of component over a history.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// What counts as a component.
    pub kind: Kind,
    /// Activity within which a component is new.
    pub band: RangeInclusive<u64>,
    /// A moment for each of the history's times.
    pub course: Vec<Moment>,
    /// Of mean and new activity of shadows at each time: mean, and what the middle 95 % of them lie between.
    pub chance: Vec<[[f64; 3]; 2]>,
    /// Mean activity, and new activity, over the history.
    pub excess: [Excess; 2],
}

impl History {
    /// Births: who has a parent.
    pub fn births(&self) -> usize {
        self.individuals.iter().filter(|one| one.parent.is_some()).count()
    }

    /// Births of clones.
    pub fn clones(&self) -> usize {
        self.individuals.iter().filter(|one| one.parent.is_some() && one.clone).count()
    }

    /// Its activity beside so many shadows, drawn from a seed. `None` where nobody was born, or at no time anybody is present.
    pub fn traced(&self, kind: Kind, shadows: u32, seed: u64) -> Option<Traced> {
        let own: Vec<Option<u32>> = self.individuals.iter().map(|one| one.parent).collect();
        let there = |time: &u64| self.individuals.iter().any(|one| one.born <= *time && one.died > *time);
        if self.births() == 0 || shadows == 0 || !self.times.iter().any(there) {
            return None;
        }
        let careers = Careers::of(self);
        let drawn = |shadow: u32| self.shadow(&careers, rng::stream(seed, SHADOW_ROUND, shadow));
        let reached: Vec<Vec<u64>> =
            (0..shadows).into_par_iter().map(|s| self.course(&drawn(s), kind, None).1.all().collect()).collect();
        // At most one in twenty of what comes by chance is taken for new, up to twice its activity; at least for as long as it takes
        // everybody to bear it twice, as nothing is to leap over the band.
        let first = threshold(&reached.concat(), BEYOND).floor() as u64 + 1;
        let most = self.times.iter().map(|t| self.present(*t)).max().unwrap_or(0);
        let band = first..=(2 * first).max(first + 2 * most);
        let course = self.course(&own, kind, Some(&band)).0;
        let of_shadows: Vec<Vec<Moment>> =
            (0..shadows).into_par_iter().map(|s| self.course(&drawn(s), kind, Some(&band)).0).collect();
        let parts: [fn(&Moment) -> f64; 2] = [|moment| moment.wave.mean(), |moment| moment.new];
        let at = |time: usize| parts.map(|part| spread(of_shadows.iter().map(|course| part(&course[time])).collect()));
        let chance = (0..self.times.len()).map(at).collect();
        let over = |course: &[Moment], part: fn(&Moment) -> f64| {
            mean(&course.iter().map(part).filter(|x| x.is_finite()).collect::<Vec<f64>>())
        };
        let excess = parts.map(|part| {
            let others: Vec<f64> = of_shadows.iter().map(|course| over(course, part)).collect();
            exceeds(over(&course, part), others)
        });
        Some(Traced { kind, band, course, chance, excess })
    }

    /// How many are present at a time.
    fn present(&self, time: u64) -> u64 {
        self.individuals.iter().filter(|one| one.born <= time && one.died > time).count() as u64
    }

    /// Who descends from whom, drawn anew.
    fn shadow(&self, careers: &Careers, key: Stream) -> Vec<Option<u32>> {
        let mut stands: Vec<Option<u32>> = vec![None; self.individuals.len()];
        let mut taken = vec![false; self.individuals.len()];
        for career in &careers.all {
            let other = self.drawn(careers, career, &taken, key);
            taken[other as usize] = true;
            stands[career.parent as usize] = Some(other);
        }
        self.individuals.iter().map(|one| one.parent.and_then(|parent| stands[parent as usize])).collect()
    }

    /// One who might have had the children of a career, and has no others yet; where there is none, the parent itself.
    fn drawn(&self, careers: &Careers, career: &Career, taken: &[bool], key: Stream) -> u32 {
        let parent = &self.individuals[career.parent as usize];
        // Where nobody is of age, those who are not are parents.
        let age = self.maturity.min(career.first - parent.born);
        let might = |other: &u32| {
            let one = &self.individuals[*other as usize];
            !taken[*other as usize]
                && one.born < career.first
                && career.first - one.born >= age
                && self.lives(*other, career.last)
        };
        let pool = careers.pool(parent.world, career.first);
        let pick = |from: &[u32], turn: u32| {
            let word = rng::draw(key, turn, career.parent, DRAW_PARENT)[0];
            (!from.is_empty()).then(|| from[rng::below(word, from.len() as u32) as usize])
        };
        let found = (0..TRIES).filter_map(|turn| pick(pool, turn)).find(might);
        let found =
            found.or_else(|| pick(&pool.iter().filter(|other| might(other)).copied().collect::<Vec<u32>>(), TRIES));
        found.unwrap_or(career.parent)
    }

    /// Whether an individual may be a parent at a time by its death.
    fn lives(&self, individual: u32, time: u64) -> bool {
        let died = self.individuals[individual as usize].died;
        if self.replaced { died >= time } else { died > time }
    }

    /// The course of activity, time by time, where individuals have these parents.
    fn course(
        &self,
        parents: &[Option<u32>],
        kind: Kind,
        band: Option<&RangeInclusive<u64>>,
    ) -> (Vec<Moment>, Activity) {
        let mut activity = Activity::default();
        let mut component: Vec<u32> = Vec::with_capacity(self.individuals.len());
        let (mut next, mut present, mut course) = (0u32, Vec::<u32>::new(), Vec::with_capacity(self.times.len()));
        let mut new = || {
            next += 1;
            next - 1
        };
        let length = self.times.len().div_ceil(COHORTS).max(1);
        for (at, time) in self.times.iter().enumerate() {
            while let Some(one) = self.individuals.get(component.len()).filter(|one| one.born <= *time) {
                let number = component.len();
                let parent = parents[number].map(|parent| component[parent as usize]);
                component.push(match parent {
                    Some(parent) if kind != Kind::Genotypes || one.clone => parent,
                    _ => new(),
                });
                present.push(number as u32);
            }
            present.retain(|number| self.individuals[*number as usize].died > *time);
            if kind == Kind::Cohorts && at > 0 && at % length == 0 {
                present.iter().for_each(|number| component[*number as usize] = new());
            }
            let wave = activity.see_bearers(present.iter().map(|number| component[*number as usize]));
            course.push(Moment { wave, new: band.map_or(f64::NAN, |band| activity.new_activity(band.clone())) });
        }
        (course, activity)
    }
}

/// The time from the first birth of somebody's children to the last.
struct Career {
    parent: u32,
    first: u64,
    last: u64,
}

/// All careers of a history, the longest first, as those have the fewest who might stand in; and who lived when.
struct Careers {
    all: Vec<Career>,
    /// Beginnings of the stretches.
    starts: Vec<u64>,
    /// Who lived in each stretch, world by world: `[stretches][worlds]`.
    living: Vec<Vec<Vec<u32>>>,
}

impl Careers {
    fn of(history: &History) -> Careers {
        let individuals = &history.individuals;
        let mut spans: Vec<Option<(u64, u64)>> = vec![None; individuals.len()];
        for one in individuals {
            if let Some(parent) = one.parent {
                let span = &mut spans[parent as usize];
                *span = Some((span.map_or(one.born, |(first, _)| first), one.born));
            }
        }
        let career =
            |(parent, span): (u32, &Option<(u64, u64)>)| span.map(|(first, last)| Career { parent, first, last });
        let mut all: Vec<Career> = (0u32..).zip(&spans).filter_map(career).collect();
        all.sort_by_key(|career| (Reverse(career.last - career.first), career.parent));
        let mut starts: Vec<u64> = individuals.iter().map(|one| one.born).collect();
        starts.dedup();
        let apart = starts.len().div_ceil(STRETCHES).max(1);
        let starts: Vec<u64> = starts.into_iter().step_by(apart).collect();
        let worlds = individuals.iter().map(|one| one.world as usize + 1).max().unwrap_or(0);
        let (mut here, mut entered, mut living) = (Vec::<u32>::new(), 0, vec![]);
        for (at, start) in starts.iter().enumerate() {
            let end = starts.get(at + 1).copied().unwrap_or(u64::MAX);
            while individuals.get(entered).is_some_and(|one| one.born < end) {
                here.push(entered as u32);
                entered += 1;
            }
            here.retain(|one| individuals[*one as usize].died >= *start);
            let mut of_worlds = vec![vec![]; worlds];
            here.iter().for_each(|one| of_worlds[individuals[*one as usize].world as usize].push(*one));
            living.push(of_worlds);
        }
        Careers { all, starts, living }
    }

    /// Those of a world who lived in the stretch that a time is in.
    fn pool(&self, world: u32, time: u64) -> &[u32] {
        let stretch = self.starts.partition_point(|start| *start <= time).saturating_sub(1);
        self.living.get(stretch).and_then(|worlds| worlds.get(world as usize)).map_or(&[], Vec::as_slice)
    }
}

/// Mean of figures, and what the middle 95 % of them lie between; NaN of those that are none.
fn spread(figures: Vec<f64>) -> [f64; 3] {
    let mut known: Vec<f64> = figures.into_iter().filter(|x| x.is_finite()).collect();
    known.sort_by(f64::total_cmp);
    [mean(&known), quantile(&known, 0.025), quantile(&known, 0.975)]
}

fn exceeds(of: f64, others: Vec<f64>) -> Excess {
    let (count, as_far) = (others.len() as f64, others.iter().filter(|other| **other >= of).count() as f64);
    // Of differences, so that of shadows that are all the same nothing is left over by rounding.
    let excess = mean(&others.iter().map(|other| of - other).collect::<Vec<f64>>());
    let [shadows, low, high] = spread(others);
    Excess { of, shadows, excess, interval: [of - high, of - low], p: (as_far + 1.0) / (count + 1.0) }
}

#[cfg(test)]
#[path = "shadow_tests.rs"]
mod tests;
