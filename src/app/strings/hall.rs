//! What the hall of fame says, and the buttons that it shares with the family.

pub const HALL: &str = "Hall of fame";
pub const EMPTY: &str = "Nobody yet. Agents come in once they are old enough to be parents, or at the end of a generation; species without a fitness never do.";

// Heads of a narrow table.
pub const NUMBER: &str = "no.";
pub const FITNESS: &str = "fitness";
pub const FITNESS_A_SECOND: &str = "fitness a second";
pub const TICK: &str = "tick";
pub const TICK_TIP: &str = "When it was seen";

pub const SELECT: &str = "Select";
pub const SELECT_TIP: &str = "Looks inside it";
pub const ELSEWHERE_TIP: &str = "It lives in another world";
pub const DEAD_TIP: &str = "It is not alive";
pub const DROP: &str = "Drop in the tank";
pub const DROP_TIP: &str =
    "A new agent with its genome, in a free place of its species; the genome stays in hand for the Spawn tool";
pub const TAKE: &str = "Take";
pub const TAKE_TIP: &str = "Takes its genome in hand, and sets nobody down";
pub const SAVE_TIP: &str = "Writes its genome into the folder that the program was started in";
