//! The thread that turns captured pixels into a film: what is written over them, encoder, file. Drawing goes on meanwhile.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::app::film::caption::{Inscription, Typesetter};
use crate::app::film::capture::Develop;
use crate::app::strings::{self, film as text};
use crate::record::{FrameSink, Picture, RecordError};

/// A frame on its way to the encoder: its pixels, unless the device failed, and what is written over it.
type Frame = (Option<Vec<u8>>, Inscription);

/// Encodes frames in the order in which they arrive. Dropped before `finish`, it leaves no film.
pub struct Darkroom {
    inbox: Option<Sender<Frame>>,
    thread: Option<JoinHandle<Result<u64, RecordError>>>,
    shot: AtomicU64,
    written: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
    complete: Arc<AtomicBool>,
}

impl Darkroom {
    /// Starts the thread with an open sink for pictures of one size.
    pub fn open(mut sink: Box<dyn FrameSink>, width: u32, height: u32) -> Result<Darkroom, RecordError> {
        let (inbox, frames) = channel::<Frame>();
        let written = Arc::new(AtomicU64::new(0));
        let failed = Arc::new(AtomicBool::new(false));
        let complete = Arc::new(AtomicBool::new(false));
        let (count, bad, whole) = (written.clone(), failed.clone(), complete.clone());
        let work = move || {
            let mut typesetter = Typesetter::new(height);
            let develop = || {
                for (pixels, inscription) in frames {
                    let rgba = pixels.ok_or_else(|| RecordError::Draw(strings::window::DEVICE_LOST.into()))?;
                    let mut picture = Picture { width, height, rgba };
                    typesetter.write(&mut picture, &inscription);
                    sink.frame(&mut picture)?;
                    count.fetch_add(1, Ordering::Relaxed);
                }
                // The film was given up: the sink's own end removes what it has begun.
                if whole.load(Ordering::Acquire) { sink.finish() } else { Ok(()) }
            };
            let outcome = develop();
            bad.store(outcome.is_err(), Ordering::Release);
            outcome.map(|()| count.load(Ordering::Relaxed))
        };
        let thread = std::thread::Builder::new()
            .name("darkroom".into())
            .spawn(work)
            .map_err(|e| RecordError::Draw(text::no_thread(e)))?;
        Ok(Darkroom { inbox: Some(inbox), thread: Some(thread), shot: AtomicU64::new(0), written, failed, complete })
    }

    /// What takes the pixels of the next frame.
    pub fn ticket(&self, inscription: Inscription) -> Develop {
        self.shot.fetch_add(1, Ordering::Relaxed);
        let inbox = Mutex::new(self.inbox.clone().map(|inbox| (inbox, inscription)));
        Arc::new(move |pixels| {
            let taken = inbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
            if let Some((inbox, inscription)) = taken {
                // When the encoder has failed nobody listens; `finish` tells why.
                let _ = inbox.send((pixels, inscription));
            }
        })
    }

    /// Frames encoded.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Frames asked for and not yet encoded.
    pub fn waiting(&self) -> u64 {
        if self.failed() { 0 } else { self.shot.load(Ordering::Relaxed).saturating_sub(self.written()) }
    }

    /// Whether the encoder has given up.
    pub fn failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Completes the film; all tickets must have been used. Gives the number of frames.
    pub fn finish(mut self) -> Result<u64, RecordError> {
        self.complete.store(true, Ordering::Release);
        self.close()
    }

    fn close(&mut self) -> Result<u64, RecordError> {
        self.inbox = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome,
            _ => Err(RecordError::Draw(text::ENCODER_ENDED.into())),
        }
    }
}

impl Drop for Darkroom {
    fn drop(&mut self) {
        if self.thread.is_some() {
            // Its outcome belongs to a film that nobody wants any more.
            let _ = self.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{FilmRequest, open};

    #[test]
    fn frames_arrive_in_order_and_a_dropped_film_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let request = FilmRequest { output: folder.path().join("a.gif"), width: 32, height: 32, ..Default::default() };
        let darkroom = Darkroom::open(open(&request, 4).unwrap(), 32, 32).unwrap();
        for i in 0..4 {
            darkroom.ticket(Inscription::default())(Some(vec![10 * i as u8; 32 * 32 * 4]));
        }
        assert_eq!(darkroom.finish().unwrap(), 4);
        assert!(request.output.exists());
        let other = FilmRequest { output: folder.path().join("b.gif"), ..request };
        let darkroom = Darkroom::open(open(&other, 4).unwrap(), 32, 32).unwrap();
        darkroom.ticket(Inscription::default())(Some(vec![0; 32 * 32 * 4]));
        drop(darkroom);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lost_device_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let request = FilmRequest { output: folder.path().join("a.gif"), width: 32, height: 32, ..Default::default() };
        let darkroom = Darkroom::open(open(&request, 4).unwrap(), 32, 32).unwrap();
        darkroom.ticket(Inscription::default())(None);
        assert!(matches!(darkroom.finish(), Err(RecordError::Draw(_))));
    }
}
