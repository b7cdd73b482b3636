//! Who stands where, and by which draws: pure functions of the state of a generation. Knows nothing of fitness.

use super::{COMMON_ROUNDS, EVOLUTION_ROUND, Generational, Side};
use crate::evolution::deal::{Dealt, is_hall_world, open_worlds, shuffle, worlds_for};
use crate::evolution::held_out;
use crate::layout::DRAW_DEAL;
use crate::rng::{self, Stream};
use crate::scene::Seeds;

impl Generational {
    /// Which round of scoring is under way, if one is.
    pub(super) fn scoring_round(&self) -> Option<u64> {
        self.progress.round.checked_sub(self.judging_rounds())
    }

    /// Whether the round under way judges nobody.
    pub fn is_scoring(&self) -> bool {
        self.scoring_round().is_some()
    }

    /// Keys of the draws of the present round's worlds.
    pub fn streams(&self) -> Vec<Stream> {
        if let Some(round) = self.scoring_round() {
            return held_out::streams(self.seed, round, self.worlds);
        }
        let progress = &self.progress;
        let of = |w: u64| match self.seeds {
            Seeds::Fresh => rng::stream(self.seed, progress.played, w as u32),
            Seeds::Common => {
                let trial = self.trial(progress.round * self.worlds + w);
                rng::stream(self.seed, COMMON_ROUNDS + progress.generation, trial as u32)
            }
        };
        (0..self.worlds).map(of).collect()
    }

    /// The trial to which a world of the generation belongs: the first species' that is dealt to it first.
    pub(super) fn trial(&self, world: u64) -> u64 {
        let side = &self.sides[0];
        let size = side.strategy.population().size().max(1) as u64;
        open_worlds(world, 0, self.meets_hall(0)) * side.rows / size
    }

    /// Whether side `index` has a hall that is met by others.
    pub(super) fn meets_hall(&self, index: usize) -> bool {
        self.sides.len() > 1 && !self.sides[index].kept.hall.is_empty()
    }

    /// Rounds of the generation under way.
    pub(super) fn rounds(&self) -> u64 {
        self.judging_rounds() + held_out::rounds(&self.held_out, self.progress.generation, self.worlds)
    }

    /// Those of them that judge: as many as the species takes that needs most.
    pub(super) fn judging_rounds(&self) -> u64 {
        let of = |index: usize| {
            let side = &self.sides[index];
            let places = side.strategy.population().size() as u64 * self.trials;
            worlds_for(places.div_ceil(side.rows), index, self.meets_hall(index)).div_ceil(self.worlds)
        };
        (0..self.sides.len()).map(of).max().unwrap_or(1).max(1)
    }

    /// Who stands in the places of side `index` in this round: `[worlds][rows]`. A pure function of the state.
    pub(super) fn deal(&self, index: usize) -> Vec<Dealt> {
        let side = &self.sides[index];
        let hall = self.meets_hall(index);
        let size = side.strategy.population().size() as u64;
        let mut shuffled = (u64::MAX, vec![]);
        let mut dealt = Vec::with_capacity((self.worlds * side.rows) as usize);
        for w in 0..self.worlds {
            let world = self.progress.round * self.worlds + w;
            if is_hall_world(world, index, hall) {
                let kept = side.kept.hall.len();
                let first = rng::below(self.draw(side, world as u32, 1)[0], kept as u32) as usize;
                dealt.extend((0..side.rows as usize).map(|row| Dealt::Champion((first + row) % kept)));
                continue;
            }
            let place = open_worlds(world, index, hall) * side.rows;
            for number in place..place + side.rows {
                let (trial, member) = (number / size, number % size);
                if shuffled.0 != trial {
                    let key = self.draw(side, trial as u32, 0);
                    shuffled = (trial, shuffle(size as u32, [key[0], key[1]]));
                }
                dealt.push(Dealt::Member(shuffled.1[member as usize]));
            }
        }
        dealt
    }

    /// Random words for the `number`-th decision of a kind in this generation of a species.
    pub(super) fn draw(&self, side: &Side, number: u32, kind: u32) -> [u32; 4] {
        let key = rng::stream(self.seed, EVOLUTION_ROUND, side.species as u32);
        rng::draw([key[0] ^ kind, key[1]], self.progress.generation as u32, number, DRAW_DEAL)
    }
}
