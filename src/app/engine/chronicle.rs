//! Who has been in the tank: births as the lineage log tells them, how each stood when it was last seen, genomes as far as they have been
//! read, and the fittest so far. All of it bounded, and of this sitting alone. Knows nothing of what is made of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::command::Command;
use crate::evolution::fitness::{better, order};
use crate::layout::NONE;
use crate::scene::Evolution;
use crate::simulation::{Happened, LineageRecord, Name, Simulation, SimulationError, Standing};

/// Births and individuals that are remembered, at most.
const MOST_BIRTHS: usize = 400_000;
/// Numbers of genomes that are remembered, at most: 64 MB.
const MOST_NUMBERS: usize = 16_000_000;
/// Numbers of genomes that one look reads, at most.
const MOST_READ: usize = 500_000;
/// The fittest of a species that are remembered.
pub const MOST_FAME: usize = 12;
/// Least time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many times as long as it took to look, or to tell what was asked for, the time to the next one is: 3 % at most are spent on it.
pub(super) const REST: u32 = 32;
/// Ancestors of a line, and relatives of a tree, that are told at most.
const MOST_LINE: usize = 48;
const MOST_ANCESTORS: usize = 300;
const MOST_DESCENDANTS: usize = 400;

/// How an individual stood when it was last seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// When.
    pub tick: u64,
    /// See `Standing`.
    pub fitness: f32,
    /// See `Standing`.
    pub loudness: f32,
    /// Energy in steps of 1 / ENERGY_SCALE.
    pub energy: i32,
}

/// What is known of an individual.
#[derive(Clone, Debug)]
pub struct Individual {
    /// Its name in the lineage log.
    pub name: Name,
    /// Its birth; `None` for who was there from the start, or before this sitting.
    pub birth: Option<LineageRecord>,
    /// World and slot, where it was alive at the last look.
    pub alive: Option<(u32, u32)>,
    /// How it stood.
    pub seen: Option<Seen>,
    /// Its genome.
    pub genome: Option<Arc<[f32]>>,
}

/// One of the fittest.
#[derive(Clone, Debug)]
pub struct HallEntry {
    /// Who.
    pub name: Name,
    /// Fitness for each second of its life; of a population's best, what it was bred by.
    pub fitness: f32,
    /// When it was seen.
    pub tick: u64,
    /// World and slot, where it was alive at the last look.
    pub alive: Option<(u32, u32)>,
    /// Its genome.
    pub genome: Arc<[f32]>,
}

/// An individual among its kin.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// Ancestors, the one who is asked about, and descendants: each once, parents before children.
    pub all: Vec<Individual>,
    /// Whether there are more than are told.
    pub cut: bool,
}

/// The chronicle of a sitting.
pub(super) struct Chronicle {
    births: HashMap<Name, LineageRecord>,
    seen: HashMap<Name, Seen>,
    genomes: HashMap<Name, Arc<[f32]>>,
    /// Whose genomes are known, the oldest first, and how many numbers they have.
    order: VecDeque<Name>,
    numbers: usize,
    /// World and slot of those who were alive at the last look; of who lives in several worlds, those in the one that was shown.
    alive: BTreeMap<Name, (u32, u32)>,
    fame: Vec<HallEntry>,
    next: Instant,
    /// Whether a hand has changed somebody since the last look, or another world is shown.
    stale: bool,
}

/// Makes room for as many again; of one tick, all go.
fn forget_older_half<T>(known: &mut HashMap<Name, T>, tick: impl Fn(&T) -> u64) {
    let mut ticks: Vec<u64> = known.values().map(&tick).collect();
    let half = ticks.len() / 2;
    if half == 0 {
        return;
    }
    let (_, middle, _) = ticks.select_nth_unstable(half);
    let middle = *middle;
    known.retain(|_, one| tick(one) > middle);
}

impl Chronicle {
    pub fn new() -> Chronicle {
        Chronicle {
            births: HashMap::new(),
            seen: HashMap::new(),
            genomes: HashMap::new(),
            order: VecDeque::new(),
            numbers: 0,
            alive: BTreeMap::new(),
            fame: vec![],
            next: Instant::now(),
            stale: false,
        }
    }

    /// Notes who was born.
    pub fn note(&mut self, happened: &Happened) {
        if self.births.len() + happened.lineage.len() > MOST_BIRTHS {
            forget_older_half(&mut self.births, |birth| birth.tick);
        }
        let name = |r: &LineageRecord| Name { world: r.world, species: r.species, id: r.id };
        self.births.extend(happened.lineage.iter().map(|record| (name(record), *record)));
    }

    /// Forgets the genome of whom a command has changed: it is read again.
    pub fn changed(&mut self, command: &Command) {
        let (Command::Agent { world, id, .. } | Command::Genome { world, id, .. }) = command else { return };
        let Chronicle { genomes, order, numbers, stale, .. } = self;
        *stale = true;
        order.retain(|name| {
            let other = (name.world, name.id) != (*world, *id);
            if !other {
                *numbers -= genomes.remove(name).map_or(0, |genome| genome.len());
            }
            other
        });
    }

    /// Forgets births that have not happened yet, as the run has gone back to a tick: others will have those numbers.
    pub fn back_to(&mut self, tick: u64) {
        self.births.retain(|_, birth| birth.tick <= tick);
        let Chronicle { births, genomes, order, numbers, .. } = self;
        // Who is in no record, and not numbered by its place at the start, is not known to be the same.
        let gone: BTreeSet<Name> =
            order.iter().filter(|name| name.world != NONE && !births.contains_key(name)).copied().collect();
        order.retain(|name| !gone.contains(name));
        for name in &gone {
            *numbers -= genomes.remove(name).map_or(0, |genome| genome.len());
        }
        self.seen.retain(|name, seen| seen.tick <= tick && !gone.contains(name));
        self.alive.clear();
    }

    /// Whether the last look no longer holds, though no tick has passed.
    pub fn is_stale(&self) -> bool {
        self.stale
    }

    /// Says that the last look no longer holds: another world is shown.
    pub fn outdate(&mut self) {
        self.stale = true;
    }

    /// Whether it is time to look again.
    pub fn is_due(&self) -> bool {
        Instant::now() >= self.next
    }

    /// Looks at everybody who lives, while this world is shown; tells whether anything is new of the fittest.
    pub fn look(&mut self, simulation: &mut Simulation, world: u32) -> Result<bool, SimulationError> {
        let begun = Instant::now();
        self.stale = false;
        let standings = simulation.standings()?;
        let tick = simulation.tick();
        if self.seen.len() + standings.len() > MOST_BIRTHS {
            forget_older_half(&mut self.seen, |seen| seen.tick);
        }
        // Members of a population live in many worlds: the last one counts, which is the one that is shown.
        let (shown, others): (Vec<&Standing>, Vec<&Standing>) = standings.iter().partition(|s| s.world == world);
        self.alive = others.into_iter().chain(shown).filter_map(|s| Some((s.name?, (s.world, s.slot)))).collect();
        for standing in &standings {
            if let Some(name) = standing.name {
                let Standing { fitness, loudness, agent, .. } = *standing;
                self.seen.insert(name, Seen { tick, fitness, loudness, energy: agent.energy });
            }
        }
        self.read(simulation, &standings)?;
        let famous = self.rank(simulation, &standings)?;
        self.next = begun + LOOK_EVERY.max(begun.elapsed() * REST);
        Ok(famous)
    }

    /// Reads genomes that are not known yet, those who were born last first.
    fn read(&mut self, simulation: &mut Simulation, standings: &[Standing]) -> Result<(), SimulationError> {
        let mut wanted: BTreeMap<u32, Vec<(Name, u32)>> = BTreeMap::new();
        let mut room = MOST_READ;
        let mut asked = BTreeSet::new();
        let mut by_age: Vec<&Standing> = standings.iter().collect();
        by_age.sort_by_key(|s| (s.agent.age, s.world, s.slot));
        for standing in by_age {
            let len = simulation.plan().species[standing.species as usize].genome_len as usize;
            let Some(name) = standing.name.filter(|name| len > 0 && !self.genomes.contains_key(name)) else { continue };
            if len > room {
                break;
            }
            if asked.insert(name) {
                room -= len;
                wanted.entry(standing.world).or_default().push((name, standing.slot));
            }
        }
        for (world, whom) in wanted {
            let slots: Vec<u32> = whom.iter().map(|(_, slot)| *slot).collect();
            let genomes = simulation.genomes_of(world, &slots)?;
            whom.into_iter().zip(genomes).for_each(|((name, _), genome)| self.keep(name, genome.into()));
        }
        Ok(())
    }

    fn keep(&mut self, name: Name, genome: Arc<[f32]>) {
        self.numbers += genome.len();
        match self.genomes.insert(name, genome) {
            Some(before) => self.numbers -= before.len(),
            None => self.order.push_back(name),
        }
        while self.numbers > MOST_NUMBERS
            && let Some(oldest) = self.order.pop_front()
        {
            self.numbers -= self.genomes.remove(&oldest).map_or(0, |genome| genome.len());
        }
    }

    /// Sees whether there is anybody fitter than those who are remembered.
    fn rank(&mut self, simulation: &mut Simulation, standings: &[Standing]) -> Result<bool, SimulationError> {
        let mut famous = false;
        let tick = simulation.tick();
        for species in 0..simulation.plan().species.len() {
            let bred = matches!(simulation.scene().species[species].evolution, Evolution::Generational(_));
            if bred {
                if let Some((name, genome, fitness)) = simulation.champion(species) {
                    famous |= self.admit(HallEntry { name, fitness, tick, alive: None, genome: genome.into() });
                }
                continue;
            }
            let len = simulation.plan().species[species].genome_len;
            let able = |s: &&Standing| s.species as usize == species && s.grown && s.fitness.is_finite() && len > 0;
            let mut best: Vec<&Standing> = standings.iter().filter(able).collect();
            best.sort_by(|a, b| order(a.fitness, b.fitness).then(a.slot.cmp(&b.slot)));
            for standing in best.into_iter().take(MOST_FAME) {
                let Some(name) = standing.name.filter(|name| self.would_admit(*name, standing.fitness)) else {
                    continue;
                };
                // As it is now: a hand may have changed it.
                let genome = simulation.genomes_of(standing.world, &[standing.slot])?.pop().unwrap_or_default();
                let fame = HallEntry { name, fitness: standing.fitness, tick, alive: None, genome: genome.into() };
                famous |= self.admit(fame);
            }
        }
        for fame in &mut self.fame {
            let alive = self.alive.get(&fame.name).copied();
            famous |= alive != fame.alive;
            fame.alive = alive;
        }
        Ok(famous)
    }

    fn would_admit(&self, name: Name, fitness: f32) -> bool {
        if let Some(known) = self.fame.iter().find(|fame| fame.name == name) {
            return better(fitness, known.fitness);
        }
        let of = |fame: &&HallEntry| fame.name.species == name.species;
        let places = self.fame.iter().filter(of).count();
        places < MOST_FAME || self.fame.iter().filter(of).any(|fame| better(fitness, fame.fitness))
    }

    /// Takes one up among the fittest of its species, where it belongs there; the least of too many goes.
    fn admit(&mut self, fame: HallEntry) -> bool {
        if !self.would_admit(fame.name, fame.fitness) {
            return false;
        }
        let species = fame.name.species;
        self.fame.retain(|known| known.name != fame.name);
        self.fame.push(fame);
        self.fame.sort_by(|a, b| {
            let by_fitness = order(a.fitness, b.fitness);
            a.name.species.cmp(&b.name.species).then(by_fitness).then(a.name.cmp(&b.name))
        });
        let mut places = 0;
        self.fame.retain(|known| {
            places += usize::from(known.name.species == species);
            known.name.species != species || places <= MOST_FAME
        });
        true
    }

    /// The fittest, species by species, the best first.
    pub fn fame(&self) -> Vec<HallEntry> {
        self.fame.clone()
    }

    /// What is known of an individual.
    pub fn known(&self, name: Name) -> Individual {
        let famous = || self.fame.iter().find(|fame| fame.name == name).map(|fame| fame.genome.clone());
        Individual {
            name,
            birth: self.births.get(&name).copied(),
            alive: self.alive.get(&name).copied(),
            seen: self.seen.get(&name).copied(),
            genome: self.genomes.get(&name).cloned().or_else(famous),
        }
    }

    fn parents(&self, name: Name) -> impl Iterator<Item = Name> {
        let birth = self.births.get(&name);
        let both = birth.map_or([NONE; 2], |birth| [birth.parent, birth.second]);
        both.into_iter().filter(|id| *id != NONE).map(move |id| Name { id, ..name })
    }

    /// First parents of an individual, the nearest first, as far as they are known.
    pub fn line(&self, name: Name) -> Vec<Individual> {
        let mut line: Vec<Individual> = vec![];
        let mut at = name;
        while let Some(parent) = self.parents(at).next() {
            if line.len() >= MOST_LINE || parent == name {
                break;
            }
            line.push(self.known(parent));
            at = parent;
        }
        line
    }

    /// An individual among its kin: all first parents and the second ones beside them, and the nearest descendants.
    pub fn family(&self, name: Name) -> Family {
        let (mut cut, mut names) = (false, vec![name]);
        let mut known: BTreeSet<Name> = BTreeSet::from([name]);
        let mut at = name;
        loop {
            let parents: Vec<Name> = self.parents(at).filter(|parent| known.insert(*parent)).collect();
            names.extend(&parents);
            match parents.first() {
                Some(first) if names.len() < MOST_ANCESTORS => at = *first,
                Some(_) => {
                    cut = true;
                    break;
                }
                None => break,
            }
        }
        let mut children: BTreeMap<Name, Vec<Name>> = BTreeMap::new();
        for (child, birth) in
            self.births.iter().filter(|(child, _)| (child.world, child.species) == (name.world, name.species))
        {
            for id in [birth.parent, birth.second].into_iter().filter(|id| *id != NONE) {
                children.entry(Name { id, ..name }).or_default().push(*child);
            }
        }
        children.values_mut().for_each(|of| of.sort_unstable());
        let (mut waiting, mut told) = (VecDeque::from([name]), 0);
        while let Some(parent) = waiting.pop_front() {
            for child in children.get(&parent).into_iter().flatten() {
                if told >= MOST_DESCENDANTS {
                    cut = true;
                    break;
                }
                if known.insert(*child) {
                    told += 1;
                    names.push(*child);
                    waiting.push_back(*child);
                }
            }
        }
        // Parents before children, those of whose birth nothing is known first: a second parent may be a child of the first one.
        names.sort_unstable_by_key(|name| (self.births.get(name).map(|birth| birth.tick), name.id));
        Family { all: names.into_iter().map(|name| self.known(name)).collect(), cut }
    }
}

#[cfg(test)]
#[path = "chronicle_tests.rs"]
mod tests;
