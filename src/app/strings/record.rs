//! What the Record panel says; its camera path has a file of its own.

pub const FILE_HEAD: &str = "File";
pub const FILE_TIP: &str = "Ending .mp4 or .gif; without an ending, a folder of numbered PNGs";
pub const PNGS: &str = "PNGs";
pub const FORMAT_TIP: &str = "Changes the ending of the name";
pub const KEEP_OLDER: &str = "keep older";
pub const KEEP_OLDER_TIP: &str = "Adds a number rather than replacing a film";

pub const PICTURE_HEAD: &str = "Picture";
/// A size, beside 720p and the like.
pub const SQUARE: &str = "square";
pub const SIDE_TIP: &str = "Pixels, even";
/// Between the size and the rate of the frames, and between the length and the speed of the film.
pub const AT: &str = "at";
pub const FRAMES_A_SECOND: &str = " frames/s";
pub const RATE_TIP: &str = "Frames a second";
pub const DRAFT: &str = "draft";
pub const DRAFT_TIP: &str = "Quick to make and small: coarse bodies, no spreading light";
pub const GOOD: &str = "good";
pub const GOOD_TIP: &str = "For the screen";
pub const BEST: &str = "best";
pub const BEST_TIP: &str = "To be cut or shown large: less is lost, and files are nearly twice as large";

pub const TIME_HEAD: &str = "Time";
pub const FROM_NOW: &str = "From now on";
pub const FROM_NOW_TIP: &str = "Goes on from the tick that is shown, and is filmed as it goes";
pub const STRETCH: &str = "A stretch of the run";
pub const STRETCH_TIP: &str = "Plays a part of the run again, exactly, and comes back to where it is now.\nA right click on the strip below sets both ends";
pub const FROM_TICK: &str = "from tick";
pub const FROM_HERE: &str = "from here";
pub const FROM_HERE_TIP: &str = "Begins at the tick that is shown";
pub const TO_TICK: &str = "to tick";
pub const TO_HERE: &str = "to here";
pub const TO_HERE_TIP: &str = "Ends at the tick that is shown";
pub const TICK_TIP: &str = "Click to type, drag to change";
/// Before the speed at which a stretch is played.
pub const ALL_AT: &str = "all of it at";
pub const LENGTH_TIP: &str = "Length of the film";
pub const SPEED_TIP: &str = "Simulated seconds in a second of film";

pub const REGION_HEAD: &str = "Region";
pub const WHOLE: &str = "Whole view";
pub const WHOLE_TIP: &str = "What the window shows of the tank now, in the shape of the film";
pub const SCHOOL: &str = "The school";
pub const SCHOOL_TIP: &str = "Keeps to the middle of the largest school, from nearer";
pub const RECTANGLE: &str = "Rectangle";
pub const RECTANGLE_TIP: &str = "A part of the view: drag it in the tank";
pub const PATH_TIP: &str = "Goes from keyframe to keyframe, as listed below";
pub const DRAWING: &str = "Drag a rectangle in the tank";
pub const DRAWN: &str = "Choose it again to draw another one";
pub const ORBIT: &str = "The camera turns slowly";
pub const ORBIT_TIP: &str = "In a volume; the school is always followed with a slow turn";

pub const OVERLAY_HEAD: &str = "In the picture";
pub const CAPTION: &str = "Name, tick and time";
pub const CAPTION_TIP: &str = "Along the lower edge";
pub const PLOT: &str = "plot";
pub const PLOT_TIP: &str = "A curve of this, growing with the film, in the upper right corner";
pub const NO_PLOT: &str = "none";
pub const NO_PLOT_TIP: &str = "No curve, as at first";
pub const TITLE_HINT: &str = "title";
pub const TITLE_TIP: &str = "Words over the film, above its middle: 1 to 160 letters";
pub const TITLE_FROM_TIP: &str = "Second of the film at which it comes";
pub const TITLE_TO_TIP: &str = "Second at which it is gone";
pub const REMOVE_TITLE_TIP: &str = "Removes this title";
pub const ADD_TITLE: &str = "Add a title";
pub const ADD_TITLE_TIP: &str = "Text over the film, from one second to another";
pub const LOOP: &str = "Repeats without a seam";
pub const LOOP_TIP: &str = "More is filmed than is kept: the end is cross-faded into the beginning, over a quarter of the film and at most 24 frames";

// Making it.

pub const FILM: &str = "⏺ Film";
pub const FILM_TIP: &str = "The simulation advances exactly one frame at a time meanwhile, however long a frame takes";
pub const POSTER: &str = "Poster";
pub const POSTER_TIP: &str =
    "One picture of the tank as it is now, as a PNG, in the size chosen above and beside where the film goes";
pub const WITHOUT_FILE: &str = "Say where the film goes.";
pub const WITHOUT_RECTANGLE: &str = "Drag a rectangle in the tank.";
pub const WITHOUT_KEYS: &str = "Add a keyframe first.";
pub const MP4_KIND: &str = "H.264 in MP4";
pub const GIF_KIND: &str = "GIF, 256 colours a frame";
pub const PICTURE_KIND: &str = "one PNG";
pub const PICTURES_KIND: &str = "numbered PNGs";

pub fn frames_in(frames: &str, kind: &str) -> String {
    format!("{frames} frames, {kind}")
}

pub fn frames_made(written: u64, frames: u64) -> String {
    format!("{written} of {frames} frames")
}

pub const FRAMES_MADE_TIP: &str = "Frames in the file";

pub fn time_left(seconds: u64) -> String {
    format!("about {seconds} s left")
}

pub const STOP: &str = "Stop here";
pub const STOP_TIP: &str = "Keeps what was filmed so far";
pub const CANCEL: &str = "Cancel";
pub const CANCEL_TIP: &str = "Gives the film up; no file is left";

// The run as one file.

pub const SHARE_HEAD: &str = "Share this run";
pub const SHARED_FILE_TIP: &str =
    "Scene, seed, commands and starting genomes in one file; a number is added where there is one";
pub const SHARE: &str = "Share";
pub const SHARE_TIP: &str = "Others drop it on their window, or call iwashi open FILE: it plays to the same digest.\n\
     A small picture of the tank goes with it";
pub const NO_SHARE_TIP: &str =
    "Say where it goes; a run that is not kept cannot be shared, nor any while a film is made";
