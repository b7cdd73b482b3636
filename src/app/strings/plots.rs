//! What plots say that several panels draw; then the Measures panel, and the Plots panel: what can be plotted, how, and where it can go.

pub const OVER_TIME: &str = "Over time";
pub const NO_DIFFERENCE: &str = "no difference";
pub const NOTHING: &str = "nothing measured yet";

pub const POPULATION: &str = "Population";
pub const POPULATION_TIP: &str = "Agents alive, over all worlds";
pub const TICKS: &str = "Ticks a second";
pub const TICKS_TIP: &str = "Speed of the simulation in real time";
pub const DIVERSITY: &str = "Diversity";
pub const DIVERSITY_TIP: &str = "Mean pairwise distance of genomes";

pub const NO_MEASURES: &str = "The first measures come after one interval of metrics.";
// The words before the colons are those of the engine.
pub const SCHOOL_STATE_TIP: &str =
    "polar: one heading; mill: all circle one way; swarm: neither; transition: in between";

// The Plots panel: columns of the metrics beside the measures.
pub const FITNESS_MEAN: &str = "Fitness, mean";
pub const FITNESS_MEAN_TIP: &str = "Mean fitness gathered so far by the living";
pub const FITNESS_BEST: &str = "Fitness, best";
pub const FITNESS_BEST_TIP: &str = "Best fitness gathered so far by the living";
pub const FITNESS_OF_LIVES: &str = "Fitness of lives";
pub const FITNESS_OF_LIVES_TIP: &str = "Mean fitness of whole lives that ended";
pub const FOOD_OF_LIVES: &str = "Food of lives";
pub const FOOD_OF_LIVES_TIP: &str = "Mean energy from fields of whole lives that ended";
pub const GENERATION: &str = "Generation";
pub const GENERATION_TIP: &str = "Finished generations; in live evolution, births over the population";
pub const BIRTHS: &str = "Births";
pub const BIRTHS_TIP: &str = "Agents born between two rows of metrics";
pub const DEATHS: &str = "Deaths";
pub const DEATHS_TIP: &str = "Agents that died between two rows of metrics";
pub const EATEN: &str = "Eaten";
pub const EATEN_TIP: &str = "Agents eaten between two rows of metrics";

// States of an agent.
pub const SPEED: &str = "Speed";
pub const SPEED_TIP: &str = "How fast each swims";
pub const ENERGY: &str = "Energy";
pub const ENERGY_TIP: &str = "What each has stored";
pub const AGE: &str = "Age";
pub const AGE_TIP: &str = "Simulated seconds that each has lived";
pub const HEADING: &str = "Heading";
pub const HEADING_TIP: &str = "Where each faces, seen from above, counter-clockwise from the x axis";
pub const SIGNAL: &str = "Signal";
pub const SIGNAL_TIP: &str = "Strongest channel of each";

// Kinds of plots; "Over time" stands above.
pub const OVER_TIME_TIP: &str = "A measure over simulated seconds";
pub const PHASE: &str = "Against another";
pub const PHASE_TIP: &str = "A measure against another one, from the first row to the last: a phase portrait";
pub const SPREAD: &str = "Over agents";
pub const SPREAD_TIP: &str = "How a state is spread over the living of each species, now: a histogram";

// The name of what is chosen follows after a colon.
pub const MEASURE_TIP: &str = "What is plotted";
pub const UP_TIP: &str = "What is plotted upward";
pub const ACROSS_TIP: &str = "What is plotted to the right";
pub const AGAINST: &str = "against";
/// Stands behind a number.
pub const BARS: &str = " bars";
pub const BARS_TIP: &str = "Bars of the histogram, 24 at first";

pub const TIME_AXIS: &str = "Time, s";
pub const SHARE_AXIS: &str = "Share of the living, %";
pub const EMPTY: &str = "Nothing measured yet: the first rows come after one interval of metrics.";
pub const PLOT_TIP: &str =
    "Drag to shift it, drag with the right button to enlarge a part, double click to see all again";

pub const COPY: &str = "Copy as CSV";
pub const COPY_TIP: &str = "The numbers of this plot, for a spreadsheet: a line a point, its series first";

pub fn copied(points: usize) -> String {
    format!("{points} points are in the clipboard")
}

pub const PICTURE: &str = "Save as PNG";
pub const PICTURE_TIP: &str =
    "What the window shows of this plot, as a picture; a number is added where there is one of that name";
pub const PICTURE_PATH_TIP: &str = "Where the picture goes";
