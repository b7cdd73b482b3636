//! Films whose end flows into their beginning: more frames are drawn than are kept, and those that are drawn beyond the end are cross-faded
//! into the first. A school never comes back to where it was, so no choice of a last frame would do. Knows nothing of files.

use std::collections::VecDeque;

use super::{FrameSink, Picture, RecordError};

/// Frames of a loop at least: fewer would be nothing but a fade.
pub const LEAST: u64 = 4;
/// Frames that are cross-faded at most; they are held in memory.
const MOST: u64 = 24;

/// Frames that are cross-faded in a film of `frames`: a quarter of it.
pub fn overlap(frames: u64) -> u64 {
    (frames / 4).clamp(1, MOST)
}

/// Takes `frames` and `overlap(frames)` more, and passes `frames` on: those after the overlap first, then the overlap, from which the first one
/// that was passed on follows.
pub struct LoopSink {
    inner: Box<dyn FrameSink>,
    frames: u64,
    seen: u64,
    /// The first frames, until their counterparts come.
    held: VecDeque<Picture>,
}

impl LoopSink {
    /// Into another sink, as a film of so many frames.
    pub fn new(inner: Box<dyn FrameSink>, frames: u64) -> LoopSink {
        LoopSink { inner, frames, seen: 0, held: VecDeque::new() }
    }
}

impl FrameSink for LoopSink {
    fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
        let (at, overlap) = (self.seen, overlap(self.frames));
        self.seen += 1;
        if at < overlap {
            self.held.push_back(picture.clone());
            return Ok(());
        }
        if at >= self.frames {
            // What goes on from the end, at first; more and more of what the film began with.
            let Some(begin) = self.held.pop_front() else { return Ok(()) };
            let share = (at - self.frames + 1) as f32 / (overlap + 1) as f32;
            for (to, from) in picture.rgba.iter_mut().zip(&begin.rgba) {
                *to = (f32::from(*to) * (1.0 - share) + f32::from(*from) * share).round() as u8;
            }
        }
        self.inner.frame(picture)
    }

    fn finish(&mut self) -> Result<(), RecordError> {
        // Ended early: there is nothing to fade into, and what was held would be missing.
        while let Some(mut picture) = self.held.pop_front() {
            self.inner.frame(&mut picture)?;
        }
        self.inner.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    struct List(Arc<Mutex<Vec<u8>>>);

    impl FrameSink for List {
        fn frame(&mut self, picture: &mut Picture) -> Result<(), RecordError> {
            self.0.lock().unwrap().push(picture.rgba[0]);
            Ok(())
        }

        fn finish(&mut self) -> Result<(), RecordError> {
            Ok(())
        }
    }

    /// What comes out of frames of these brightnesses.
    fn looped(frames: u64, shades: impl Iterator<Item = u8>) -> Vec<u8> {
        let list = Arc::new(Mutex::new(vec![]));
        let mut sink = LoopSink::new(Box::new(List(list.clone())), frames);
        for shade in shades {
            sink.frame(&mut Picture { width: 1, height: 1, rgba: vec![shade; 4] }).unwrap();
        }
        sink.finish().unwrap();
        drop(sink);
        Arc::into_inner(list).unwrap().into_inner().unwrap()
    }

    #[test]
    fn the_last_frame_flows_into_the_first() {
        let (frames, over) = (40u64, overlap(40));
        // Evenly brighter: the step from frame to frame is 4.
        let out = looped(frames, (0..frames + over).map(|i| 4 * i as u8));
        assert_eq!(out.len() as u64, frames);
        let seam = i32::from(out[0]) - i32::from(out[frames as usize - 1]);
        let plain = i32::from(4 * (frames as u8 - 1));
        let steps = (1..out.len()).map(|i| (i32::from(out[i]) - i32::from(out[i - 1])).abs());
        // The way back takes as many frames as overlap, and one.
        let most = plain / (over as i32 + 1) + 5;
        assert!(seam.abs() <= most && steps.max().unwrap() <= most, "{out:?}");
        // A seam without the fade is the whole way back.
        assert!(plain > 4 * most);
    }

    #[test]
    fn a_loop_that_is_ended_early_loses_no_frame() {
        // Ten are held for the end, which does not come: they follow, with a cut before them.
        assert_eq!(looped(40, 0..12u8), [10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
