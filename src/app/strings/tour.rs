//! What the cards of the tour say. What stands in braces is replaced by the keys of an action, and must stay as it is.

pub const SCHOOL: &str = "A living school";
pub const SCHOOL_TEXT: &str = "Each fish has a small brain of its own, and nobody steers it. What they can do was learned, or is being learned while you \
     watch. Drag to look around; the wheel goes nearer.";

pub const TIME: &str = "Time is yours";
pub const TIME_TEXT: &str = "Here you pause ({pause}), step ({step}) and choose how fast time runs. ⏩ ({fast}) runs as fast as this machine can: \
     evolution then shows within a minute or two.";

pub const AGENT: &str = "Look inside one";
pub const AGENT_TEXT: &str = "Click a fish: what it perceives is drawn around it in the water, and the Agent panel shows what it knows, does and says. \
     {follow} follows it. Tools at the right drop food, and move or clone fish.";

pub const PAST: &str = "Go back, and try it otherwise";
pub const PAST_TEXT: &str = "This strip is the whole run. Click anywhere to go there, and play from there. If you change something in the past, a new \
     branch begins, and the old one stays.";

pub const PANELS: &str = "Panels for a purpose";
pub const PANELS_TEXT: &str = "Watch, Evolve, Analyse and Film ({watch} to {film}) arrange the panels; the Scenes panel has other schools. {help} lists \
     all keys, and shows this tour again.";

pub fn card_of(card: usize, cards: usize) -> String {
    format!("{card} of {cards}")
}

pub const NEXT: &str = "Next";
pub const NEXT_TIP: &str = "The next card";
pub const DONE: &str = "Done";
pub const BACK: &str = "Back";
pub const BACK_TIP: &str = "The card before";
pub const SKIP: &str = "Skip";
pub const SKIP_TIP: &str = "Ends the tour; help has it";
