//! The chord: which note a channel is, how loud it is, and the samples that come of it. Knows no device.
#![cfg_attr(not(any(feature = "sound", test)), expect(dead_code, reason = "only a build with sound plays it"))]

use std::f32::consts::TAU;

use crate::plan::Plan;
use crate::snapshot::Snapshot;

/// Frequency of the lowest note, Hz: the A below the range in which most voices speak.
const LOWEST: f32 = 110.0;
/// Notes of the channels of a species over its lowest one: a major ninth chord in just intonation, spread wide so that
/// neighbouring notes do not beat.
const CHANNELS: [f32; 8] = [1.0, 1.5, 2.5, 3.75, 4.5, 6.0, 7.5, 9.0];
/// Lowest notes of the species over the lowest of all: fourth, fifth and sixth, which stay consonant with each other.
const SPECIES: [f32; 4] = [1.0, 4.0 / 3.0, 1.5, 5.0 / 3.0];
/// Mean signals weaker than this are silence: noise of an untrained channel around 0.
const FAINT: f32 = 0.01;
/// Share of the way to the side that a note comes from at most: in headphones a note on one side alone is unpleasant.
const WIDEST: f32 = 0.7;
/// Time in which a note swells or fades by a factor of e, seconds.
const SWELLS_IN: f32 = 0.15;
/// Loudness of the first three partials: a sine with some warmth.
const PARTIALS: [f32; 3] = [1.0, 0.25, 0.08];
/// Amplitude of a note at full level: three full notes reach the knee of the limiter.
const AMPLITUDE: f32 = 0.25;

/// A note as it is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Voice {
    /// Hz.
    pub frequency: f32,
    /// 0 (silent) to 1.
    pub level: f32,
    /// -1 (left) to 1 (right).
    pub pan: f32,
}

/// The notes of a world: of each channel of each species, the mean of what the living say, whatever its sign.
pub fn voices(plan: &Plan, snapshot: &Snapshot) -> Vec<Voice> {
    let mut voices = Vec::new();
    for (index, p) in plan.species.iter().enumerate() {
        let channels = p.channels as usize;
        let mut said = vec![(0.0f32, 0.0f32); channels];
        let mut living = 0.0f32;
        for local in 0..p.slots as usize {
            let first = p.sig_start as usize + local * channels;
            let agent = snapshot.agents.get(p.slot_start as usize + local).filter(|agent| agent.alive == 1);
            let (Some(agent), Some(signals)) = (agent, snapshot.signals.get(first..first + channels)) else { continue };
            living += 1.0;
            let side = (2.0 * agent.pos[0] / plan.tank.extent[0].max(1e-6) - 1.0).clamp(-1.0, 1.0);
            for ((sum, aside), value) in said.iter_mut().zip(signals) {
                let loud = value.abs().min(1.0);
                (*sum, *aside) = (*sum + loud, *aside + loud * side);
            }
        }
        for (channel, (sum, aside)) in said.into_iter().enumerate() {
            let octave = (channel / CHANNELS.len()) as i32;
            let note = CHANNELS[channel % CHANNELS.len()] * 2f32.powi(octave);
            let mean = if living > 0.0 { sum / living } else { 0.0 };
            let heard = mean >= FAINT;
            voices.push(Voice {
                frequency: LOWEST * SPECIES[index % SPECIES.len()] * note,
                level: if heard { mean } else { 0.0 },
                pan: if heard { WIDEST * aside / sum } else { 0.0 },
            });
        }
    }
    voices
}

/// A note that sounds.
struct Tone {
    wanted: Voice,
    level: f32,
    pan: f32,
    phase: f32,
}

/// Makes samples of voices, without a click whatever is asked for.
pub struct Chord {
    rate: f32,
    tones: Vec<Tone>,
    volume: [f32; 2],
}

impl Chord {
    /// Silence at `rate` samples a second.
    pub fn new(rate: f32) -> Chord {
        Chord { rate: rate.max(1.0), tones: vec![], volume: [0.0; 2] }
    }

    /// Asks for other voices and another loudness of the whole, 0 to 1: the chord glides there. A note keeps its place among the
    /// voices; one that is no longer among them fades.
    pub fn ask(&mut self, voices: &[Voice], volume: f32) {
        self.volume[1] = volume.clamp(0.0, 1.0);
        for (index, voice) in voices.iter().enumerate() {
            match self.tones.get_mut(index) {
                Some(tone) => tone.wanted = *voice,
                None => self.tones.push(Tone { wanted: *voice, level: 0.0, pan: voice.pan, phase: 0.0 }),
            }
        }
        self.tones.iter_mut().skip(voices.len()).for_each(|tone| tone.wanted.level = 0.0);
    }

    /// The next sample, left and right, each within -1 to 1.
    pub fn next(&mut self) -> [f32; 2] {
        let share = 1.0 - (-1.0 / (SWELLS_IN * self.rate)).exp();
        self.volume[0] += (self.volume[1] - self.volume[0]) * share;
        let mut sum = [0.0f32; 2];
        for tone in &mut self.tones {
            tone.level += (tone.wanted.level - tone.level) * share;
            tone.pan += (tone.wanted.pan - tone.pan) * share;
            tone.phase = (tone.phase + tone.wanted.frequency / self.rate).fract();
            let partials = (1..).zip(PARTIALS).map(|(n, loud)| loud * (TAU * tone.phase * n as f32).sin());
            let sample = partials.sum::<f32>() * tone.level * AMPLITUDE;
            // Equal power: as loud in the middle as at a side.
            let angle = (tone.pan + 1.0) * TAU / 8.0;
            sum = [sum[0] + sample * angle.cos(), sum[1] + sample * angle.sin()];
        }
        sum.map(|side| (side * self.volume[0]).tanh())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Agent;

    const RATE: f32 = 48_000.0;

    fn sounding(voices: &[Voice], seconds: f32) -> Vec<f32> {
        let mut chord = Chord::new(RATE);
        chord.ask(voices, 1.0);
        (0..(seconds * RATE) as usize).map(|_| chord.next()[0]).collect()
    }

    /// Amplitude of a frequency in samples (Goertzel 1958).
    fn amplitude(samples: &[f32], frequency: f32) -> f32 {
        let turn = |n: usize| TAU * (frequency * n as f32 / RATE).fract();
        let (re, im) = samples
            .iter()
            .enumerate()
            .fold((0.0, 0.0), |(re, im), (n, sample)| (re + sample * turn(n).cos(), im + sample * turn(n).sin()));
        2.0 * f32::hypot(re, im) / samples.len() as f32
    }

    #[test]
    fn what_is_said_is_what_sounds() {
        let voice = |frequency, level| Voice { frequency, level, pan: 0.0 };
        let samples = sounding(&[voice(220.0, 0.5), voice(330.0, 0.25), voice(500.0, 0.0)], 2.0);
        let late = &samples[RATE as usize..];
        let [loud, soft, silent] = [220.0, 330.0, 500.0].map(|frequency| amplitude(late, frequency));
        // Half of a note's amplitude, at the middle; the limiter takes a little.
        let full = 0.5 * AMPLITUDE * std::f32::consts::FRAC_1_SQRT_2;
        assert!((loud / full - 1.0).abs() < 0.05, "{loud} of {full}");
        assert!((soft / loud - 0.5).abs() < 0.03 && silent < 1e-3, "{soft} {silent}");
    }

    #[test]
    fn nothing_clicks_and_nothing_is_too_loud() {
        let all: Vec<Voice> =
            (1..=64).map(|n| Voice { frequency: 55.0 * n as f32, level: 1.0, pan: 1.0 - n as f32 / 32.0 }).collect();
        let mut chord = Chord::new(RATE);
        let (mut before, mut largest, mut step) = ([0.0f32; 2], 0.0f32, 0.0f32);
        for n in 0..96_000 {
            // On, off, and on again with fewer voices.
            match n {
                0 => chord.ask(&all, 1.0),
                40_000 => chord.ask(&[], 1.0),
                70_000 => chord.ask(&all[..1], 0.5),
                _ => {}
            }
            let now = chord.next();
            if n > 40_000 && n < 40_100 || n > 70_000 {
                step = step.max((now[0] - before[0]).abs());
            }
            largest = largest.max(now[0].abs()).max(now[1].abs());
            before = now;
        }
        assert!(largest <= 1.0 && largest > 0.9, "{largest}");
        // Half the range in a sample would be a crack; this is the slope of the highest partial at most.
        assert!(step < 0.5, "{step}");
    }

    #[test]
    fn a_channel_is_as_loud_as_the_living_use_it() {
        let text =
            r#"(extent: [20, 20, 0], species: [(name: "a", count: 3, signals: (channels: 2)), (name: "b", count: 1)])"#;
        let plan = Plan::new(&crate::scene::parse(text, "test").unwrap(), 1);
        let agent = |x, alive| Agent { pos: [x, 0.0, 0.0], alive, ..bytemuck::Zeroable::zeroed() };
        let agents = vec![agent(0.0, 1), agent(20.0, 1), agent(20.0, 0), agent(1.0, 1)];
        let signals = vec![-0.5, 0.001, 0.1, 0.0, 1.0, 1.0];
        let snapshot = Snapshot { agents, signals, ..Default::default() };
        let heard = voices(&plan, &snapshot);
        assert_eq!(heard.len(), 2);
        assert!((heard[0].level - 0.3).abs() < 1e-6 && heard[1].level == 0.0, "{heard:?}");
        assert!((heard[0].pan + WIDEST * 0.4 / 0.6).abs() < 1e-6, "{heard:?}");
        assert_eq!([heard[0].frequency, heard[1].frequency], [110.0, 165.0]);
        // Of nobody nothing is heard.
        let nobody = Snapshot { agents: vec![agent(0.0, 0); 4], signals: vec![0.7; 6], ..Default::default() };
        assert!(voices(&plan, &nobody).iter().all(|voice| voice.level == 0.0));
    }
}
