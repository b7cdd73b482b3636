//! `iwashi share` and `iwashi open`: a run as one file, and back. Knows nothing of what is in the file.

use std::path::{Path, PathBuf};

use super::args::{Common, OpenArgs, OpenSharedArgs, Saving, ShareArgs};
use super::runs::{Job, Output, Until};
use super::screen::Show;
use super::{Done, Failure, MISMATCH, prepare, say, stop_flag, window};
use crate::files;
use crate::report::{Report, quoted};
use crate::run::share::{self, ENDING, Unpacked};
use crate::run::{Goal, StopRule, place};
use crate::simulation::{Options, Simulation};

/// Writes a run into one file.
pub fn share(args: &ShareArgs) -> Result<Done, Failure> {
    let name = || args.run.canonicalize().ok().and_then(|run| run.file_name().map(PathBuf::from));
    let to = match &args.output {
        Some(to) => to.clone(),
        None => name().unwrap_or_else(|| PathBuf::from("run")).with_extension(ENDING),
    };
    if to.exists() {
        return Err(Failure::usage(format!(
            "{} is there already; nothing is overwritten: choose another -o",
            to.display()
        )));
    }
    let picture = if args.no_picture { Err("--no-picture".to_string()) } else { picture(&args.run) };
    let share = share::pack(&args.run, &to, picture.as_deref().ok())?;
    let bytes = std::fs::metadata(&to).map_or(0, |file| file.len());
    say(&format!(
        "{}: {} from its first tick to {}, {} kB\n{}digest: {}\nopen it: iwashi open {}\n",
        to.display(),
        share.scene,
        share.tick,
        bytes.div_ceil(1_000),
        picture.err().map_or_else(String::new, |why| format!("without a picture: {why}\n")),
        share.digest,
        quoted(&to)
    ));
    Ok(Done::Whole)
}

/// A small picture of a run where it ends, as PNG; or why there is none.
#[cfg(feature = "gui")]
fn picture(run: &Path) -> Result<Vec<u8>, String> {
    use crate::app::film;
    use crate::record::{CameraPath, FilmRequest, encode_png};
    use crate::run::Past;

    let past = Past::read(run).map_err(|error| error.to_string())?;
    let options = super::runs::past_options(None, None, &past.info.backend, run);
    let simulation = Simulation::restore(past.loaded.checkpoint, &options).map_err(|error| error.to_string())?;
    // Its name decides that it is one picture; nothing is written there.
    let output = PathBuf::from("picture.png");
    let request = FilmRequest { output, width: 320, height: 180, camera: CameraPath::Fixed, ..FilmRequest::default() };
    let still = film::still(simulation, &request).map_err(|error| error.to_string())?;
    encode_png(&still.ok_or("nothing was drawn")?).map_err(|error| error.to_string())
}

/// Why there is no picture.
#[cfg(not(feature = "gui"))]
fn picture(_run: &Path) -> Result<Vec<u8>, String> {
    Err("this build cannot draw".to_string())
}

/// Opens a run that was shared: in the window, or without one to compare digests.
pub fn open(args: &OpenSharedArgs) -> Result<Done, Failure> {
    let folder = match &args.into {
        Some(folder) => folder.clone(),
        None => files::free(&place::shares()?.join(place::stem(&args.file.to_string_lossy()))),
    };
    let unpacked = share::unpack(&args.file, &folder)?;
    if args.check {
        let done = check(args, &unpacked);
        if args.into.is_none() {
            // Nobody asked for it, and it is still in the file; what cannot be removed costs only its room.
            let _ = std::fs::remove_dir_all(&folder);
        }
        return done;
    }
    let share = &unpacked.share;
    if !args.quiet && !args.json {
        say(&format!(
            "{} by iwashi {}, shared at tick {}; unpacked in {}\n",
            share.scene,
            share.program,
            share.tick,
            folder.display()
        ));
    }
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    window::open(&OpenArgs {
        scene: Some(text(unpacked.scene_file())),
        ticks: None,
        film: None,
        film_size: (1280, 720),
        exhibit: false,
        stats: None,
        common: Common {
            backend: args.backend,
            threads: args.threads,
            quiet: args.quiet,
            json: args.json,
            ..Common::default()
        },
        saving: Saving { commands: Some(unpacked.commands_file()), ..Saving::default() },
    })
}

/// Plays it to the tick that it was shared at.
fn check(args: &OpenSharedArgs, unpacked: &Unpacked) -> Result<Done, Failure> {
    let share = &unpacked.share;
    let options = Options { beside: unpacked.folder.clone(), ..prepare::options(args.backend, args.threads) };
    let simulation = Simulation::new(unpacked.scene.clone(), &options)?;
    let output = Output { quiet: args.quiet, json: args.json };
    if output.plain() {
        say(&match unpacked.picture() {
            Ok(Some((width, height))) => format!("picture: {width}x{height}\n"),
            Ok(None) => "picture: none\n".to_string(),
            Err(why) => format!("picture: cannot be shown ({why})\n"),
        });
    }
    let job = Job {
        command: "open",
        end: Until { goal: Goal::Ticks(share.tick), stop: StopRule::default() },
        script: &unpacked.commands,
        show: if output.plain() { Show::Bar } else { Show::Nothing },
        note: !output.quiet,
        hints: Vec::new(),
        stop: &stop_flag(),
    };
    let (done, report) = job.drive(simulation, &options, None)?;
    let met = share.digest == report.digest;
    output.tell(&Report { expected: Some(share.digest.clone()), ..report });
    match done {
        Done::Whole if !met => Err(Failure { code: MISMATCH, text: other(share, Path::new(&args.file)) }),
        done => Ok(done),
    }
}

/// Why a shared run may come to another digest.
fn other(share: &share::Share, file: &Path) -> String {
    let here = env!("CARGO_PKG_VERSION");
    let why = match share.program == here {
        true => "both by this version of the program: the file was changed, or the program was".to_string(),
        false => {
            format!("it was written by iwashi {}, and this is {here}, which may play it in another way", share.program)
        }
    };
    format!("{} came to digest {}, and ends in another here; {why}", quoted(file), share.digest)
}
