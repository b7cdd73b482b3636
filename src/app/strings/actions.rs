//! What every key does, as help and tips say it, and the heads that help lists them under.

pub const TIME_HEAD: &str = "Time";
pub const TIMELINE_HEAD: &str = "Timeline";
pub const TANK_HEAD: &str = "Tank";
pub const DRAWING_HEAD: &str = "Drawing";
pub const WINDOW_HEAD: &str = "Window";

// Time.

pub const PAUSE: &str = "Pause or go on";
pub const STEP: &str = "One tick, then pause";
pub const STEP_ROW: &str = "To the next row of metrics, then pause";
pub const REAL_TIME: &str = "Real time: one simulated second a second";
pub const SLOWER: &str = "Half the speed";
pub const FASTER: &str = "Twice the speed";
pub const FAST: &str = "As fast as possible, or back to real time";

// Timeline.

pub const BACK: &str = "One tick back, then pause";
pub const BACK_ROW: &str = "Back to the row of metrics before this one";
pub const EARLIER: &str = "A fiftieth of the run back";
pub const LATER: &str = "A fiftieth of the run on, where it has been before";
pub const FIRST: &str = "To the first tick";
pub const LAST: &str = "To the last tick that there has been";
pub const TAKE_OVER: &str = "Take over: begin a branch here, in the past";
pub const UNDO: &str = "Undo the last change of a parameter";
pub const REDO: &str = "Redo what was undone";
pub const STATISTIC: &str = "Next statistic of the curve";
pub const MORE_MEMORY: &str = "Twice the memory for moments";
pub const LESS_MEMORY: &str = "Half the memory for moments";

// Tank.

pub const LOOK: &str = "No tool: the mouse looks and selects";
pub const NEXT_TOOL: &str = "Next tool";
pub const FOLLOW: &str = "Follow the selected agent, or the middle of several, or no longer";
pub const LET_GO: &str = "Close what is open, or let go of who is selected";
pub const HOME: &str = "Camera back to its first place";
pub const ORBIT: &str = "Slow turning of the camera on or off, in volumes";
pub const WORLD_BEFORE: &str = "The world before this one";
pub const WORLD_AFTER: &str = "The next world";

// Drawing.

pub const COLORS: &str = "Next meaning of the colours";
pub const LEVEL: &str = "Next level of drawing quality";
pub const LARGER: &str = "Larger bodies";
pub const SMALLER: &str = "Smaller bodies";
pub const SENSES: &str = "What the selected agent perceives, shown or not";
pub const VELOCITY: &str = "Arrows of velocity, shown or not";
pub const POLARIZATION: &str = "Mean heading of each patch, shown or not";
pub const DENSITY: &str = "Density, shown or not";
pub const NUMBERS: &str = "Numbers of agents, shown or not";
pub const HEARING: &str = "Who hears whom, shown or not";
pub const CELLS: &str = "Grid of the search for neighbours, shown or not";
pub const SOUND: &str = "Signals as sound, or silence";

// Window.

pub const WATCH: &str = "Panels for watching: the tank, and little else";
pub const EVOLVE: &str = "Panels for evolving: parameters beside fitness and births";
pub const ANALYSE: &str = "Panels for analysing: plots, measures, signals, probes";
pub const FILM: &str = "Panels for filming";
pub const PANELS: &str = "Panels away or back";
pub const TEXT_LARGER: &str = "Larger text and controls";
pub const TEXT_SMALLER: &str = "Smaller text and controls";
pub const TEXT_NORMAL: &str = "Text and controls in their normal size";
pub const THEME: &str = "Light or dark panels";
pub const SAFE_COLORS: &str = "Colours that everyone tells apart, or the scene's own";
pub const STILL: &str = "Reduced motion, or all of it";
pub const FULL_SCREEN: &str = "Full screen, or back to a window";
pub const EXHIBIT: &str = "Exhibit for a crowd: full screen, no panels, only safe tools; or back from it";
pub const TOUR: &str = "The tour of the window: five short cards";
pub const HELP: &str = "Keys and mouse: what they do, and other keys for it";
