//! What the tools for the pointer are called, what they do, and how they are set.

// The bar has room for one short word each.

pub const LOOK: &str = "Look";
pub const LOOK_TIP: &str = "The mouse moves the camera and selects, with Shift all in a rectangle";
pub const DROP: &str = "Drop";
pub const DROP_TIP: &str = "Click or drag: drops food or scent; with Shift takes it away";
pub const DECOY: &str = "Decoy";
pub const DECOY_TIP: &str =
    "Click: a body with a genome of zeros, for others to see; where its species is full, its nearest becomes one";
pub const WALL: &str = "Wall";
pub const WALL_TIP: &str = "Drag: builds a wall; click with Shift: takes an obstacle away that does not move";
pub const CURRENT: &str = "Current";
pub const CURRENT_TIP: &str = "Drag: the water flows that way, faster the longer the drag; click: it stands still";
pub const MOVE: &str = "Move";
pub const MOVE_TIP: &str = "Drag an agent to another place";
pub const CLONE: &str = "Clone";
pub const CLONE_TIP: &str = "Click an agent: a child with its genome, changed as below, stands beside it";
pub const MUTATE: &str = "Mutate";
pub const MUTATE_TIP: &str = "Click an agent: its genome changes as below";
pub const SPAWN: &str = "Spawn";
pub const SPAWN_TIP: &str = "Click: an agent with the genome in hand, in a free place of its species";
pub const REMOVE: &str = "Remove";
pub const REMOVE_TIP: &str = "Click an agent: its life ends";

// Why a tool cannot be used here.

pub const WITHOUT_FIELDS: &str = "This scene has no fields";
pub const WITHOUT_DECOYS: &str =
    "No species here runs genomes of its own that may be changed: whole populations are bred, or rules steer";
pub const WITHOUT_GENOME: &str =
    "No genome is in hand: drop a genome file on the window, or take one in the Agent panel";

// Settings of the one in hand.

pub const FIELD_TIP: &str = "What is dropped";
/// Of the brush, and of walls.
pub const RADIUS: &str = "radius, BL";
pub const BRUSH_RADIUS_TIP: &str = "Where it has fallen to nothing";
pub const AMOUNT: &str = "amount";
pub const AMOUNT_TIP: &str = "At the middle of a drop";
pub const CHANCE: &str = "chance";
pub const CHANCE_TIP: &str = "That a number of the genome changes; 0 for a true copy";
pub const SIZE: &str = "size";
pub const SIZE_TIP: &str = "Standard deviation of a change";
pub const GENOME_TIP: &str = "The genome in hand";
pub const DECOY_SPECIES_TIP: &str = "What the decoy looks like";
pub const WALL_RADIUS_TIP: &str = "Half of how thick the wall is";
pub const CARRIES_FIELDS: &str = "fields too";
pub const CARRIES_FIELDS_TIP: &str =
    "Whether food and scent drift as well; a field whose cells are too small for so fast a current stays";
