//! Files that come into the window, dropped on it or named in a panel: a scene opens, a run that somebody has shared is played, an agent
//! with a genome swims. Knows nothing of how any of them is run.

use std::path::Path;

use bevy::prelude::{MessageReader, ResMut};
use bevy::window::FileDragAndDrop;

use crate::app::genomes;
use crate::app::session::Session;
use crate::app::strings::arrivals as text;
use crate::files;
use crate::run::{place, share};
use crate::scene;

/// Opens what lies at a path; a message says why where it cannot.
pub fn open(path: &Path, session: &mut Session) {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let opened = match &*ending {
        share::ENDING => unpack(path, session),
        // A name without an ending may be that of a scene that ships.
        "ron" | "" => scene::load(&path.to_string_lossy()).map_err(|error| error.to_string()).map(|file| {
            let spec = file.spec.clone();
            session.open(file, spec);
        }),
        // A genome is no scene to come back to: the list of recent files has none.
        genomes::ENDING => return genome(path, session),
        _ => Err(text::unknown_file(path.display(), share::ENDING, genomes::ENDING)),
    };
    match opened {
        Ok(()) => session.arrived = Some(path.to_owned()),
        Err(why) => session.tell(why, true),
    }
}

/// Reads a genome for whichever species can run it, the selected agent's first, and sets an agent with it down.
pub fn genome(path: &Path, session: &mut Session) {
    let preferred = session.opened.as_ref().map(|opened| opened.detail.species as usize);
    match genomes::load(path, &session.stage.scene, &session.stage.plan, preferred) {
        Ok(held) => session.spawn(held),
        Err(why) => session.tell(why, true),
    }
}

fn unpack(path: &Path, session: &mut Session) -> Result<(), String> {
    let folder = place::shares().map_err(|error| error.to_string())?;
    let folder = files::free(&folder.join(place::stem(&path.to_string_lossy())));
    session.play(share::unpack(path, &folder).map_err(|error| error.to_string())?);
    Ok(())
}

/// Opens files that are dropped on the window.
pub fn take(mut dropped: MessageReader<FileDragAndDrop>, mut session: ResMut<Session>) {
    for message in dropped.read() {
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = message {
            open(path_buf, &mut session);
        }
    }
}
