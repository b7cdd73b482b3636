//! Populations as bytes and back. Knows nothing of where they are kept.

use super::individuals::Individuals;
use super::{Generational, Kept, Progress};
use crate::evolution::StateError;
use crate::evolution::descriptors::Gathered;
use crate::evolution::held_out::Scoring;
use crate::plan::Plan;
use crate::scene::{Judged, SceneSpec};

impl Generational {
    /// Whether any species has axes of behaviour.
    fn are_described(&self) -> bool {
        self.sides.iter().any(|side| !side.axes.is_empty())
    }

    /// Whether individuals of any species are selected one by one.
    fn are_selected(&self) -> bool {
        self.sides.iter().any(|side| side.judged == Judged::Individuals)
    }

    /// All of its state, for checkpoints and digests. What scoring, axes of behaviour and individuals add stands behind the rest, and
    /// only where there is any: runs without them keep their digests.
    pub fn save(&self) -> Vec<u8> {
        let encoded = "plain data in memory always encodes";
        let sides: Vec<(usize, &Kept, Vec<u8>)> =
            self.sides.iter().map(|s| (s.species, &s.kept, s.strategy.save())).collect();
        let mut bytes = postcard::to_stdvec(&(self.seed, self.worlds, self.progress, sides)).expect(encoded);
        if self.scoring != Scoring::default() || self.are_described() || self.are_selected() {
            bytes.extend(postcard::to_stdvec(&self.scoring).expect(encoded));
        }
        if self.are_described() {
            let gathered: Vec<&Gathered> = self.sides.iter().map(|side| &side.gathered).collect();
            bytes.extend(postcard::to_stdvec(&gathered).expect(encoded));
        }
        if self.are_selected() {
            let individuals: Vec<&Individuals> = self.sides.iter().map(|side| &side.individuals).collect();
            bytes.extend(postcard::to_stdvec(&individuals).expect(encoded));
        }
        bytes
    }

    /// Goes on exactly where `save` left off. Refuses the state of a run with other species, populations or worlds.
    pub fn restore(scene: &SceneSpec, plan: &Plan, bytes: &[u8]) -> Result<Generational, StateError> {
        type Saved = (u64, u64, Progress, Vec<(usize, Kept, Vec<u8>)>);
        let ((seed, worlds, progress, sides), rest): (Saved, &[u8]) = postcard::take_from_bytes(bytes)?;
        let mismatch = |text: &str| StateError::Mismatch(text.into());
        let mut new = Generational::new(scene, plan, seed).ok_or_else(|| mismatch("no species has a population"))?;
        if worlds != new.worlds {
            return Err(StateError::Mismatch(format!("{worlds} worlds where there are {}", new.worlds)));
        }
        if !new.sides.iter().map(|s| s.species).eq(sides.iter().map(|s| s.0)) {
            return Err(mismatch("other species evolve"));
        }
        for (side, (_, kept, state)) in new.sides.iter_mut().zip(sides) {
            side.strategy.load(&state)?;
            let population = side.strategy.population();
            let sizes = [kept.sums.len(), kept.counts.len()] == [population.size(); 2];
            let mut rows = kept.hall.iter().chain(kept.champion.iter().map(|c| &c.genome));
            if !sizes || kept.hall.len() > side.champions || rows.any(|row| row.len() != population.len) {
                return Err(mismatch("fitness or champions of another size"));
            }
            side.kept = kept;
        }
        new.progress = progress;
        let (described, selected) = (new.are_described(), new.are_selected());
        if !rest.is_empty() || described || selected {
            let (scoring, rest) = postcard::take_from_bytes(rest)?;
            new.scoring = scoring;
            let (gathered, rest): (Vec<Gathered>, &[u8]) =
                if described { postcard::take_from_bytes(rest)? } else { (vec![], rest) };
            let individuals: Vec<Individuals> = if selected { postcard::from_bytes(rest)? } else { vec![] };
            if selected && individuals.len() != new.sides.len() {
                return Err(mismatch("individuals of another number of species"));
            }
            for (side, individuals) in new.sides.iter_mut().zip(individuals) {
                if !individuals.fits(&side.individuals) {
                    return Err(mismatch("individuals of another number of members or agents"));
                }
                side.individuals = individuals;
            }
            if described && gathered.len() != new.sides.len() {
                return Err(mismatch("descriptors of another number of species"));
            }
            for (side, gathered) in new.sides.iter_mut().zip(gathered) {
                if !gathered.fits(&side.gathered) {
                    return Err(mismatch("descriptors of another number of axes, members or worlds"));
                }
                side.gathered = gathered;
            }
        }
        let scored = new.scoring_round().is_some();
        let named = new.sides.iter().all(|side| side.kept.champion.is_some());
        if progress.round >= new.rounds()
            || !new.scoring.fits(&new.held_out, new.sides.len(), scored)
            || scored && !named
        {
            return Err(mismatch("a generation that is further than its rounds"));
        }
        Ok(new)
    }
}
