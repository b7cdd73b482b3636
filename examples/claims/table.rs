//! The claims of the shipped scenes, each a pair of sides and what is to come of it. Knows nothing of how they are run.

use super::{Claim, Holds, Read, Run, Sets, Side, Unseen};

const fn side(name: &'static str, sets: Sets, run: Run, read: Read) -> Side {
    Side { name, sets, run, read }
}

const FROZEN: Sets = &[("species[hunter].evolution", "Off")];
/// Prey whose parents are drawn evenly, among frozen hunters.
const BLIND_PREY: Sets = &[
    ("species[hunter].evolution", "Off"),
    ("species[prey].evolution.tournament", "1"),
    ("species[prey].evolution.elites", "0"),
];
/// Prey that live and die, and are replaced by copies of others drawn evenly.
const AGING_PREY: Sets = &[
    ("species[prey].evolution.tournament", "1"),
    ("species[prey].evolution.elites", "0"),
    ("species[prey].evolution.variation", "(mutation_rate: 0.0, crossover: 0.0)"),
];
/// Hunters whose parents are drawn evenly, among such prey.
const BLIND_HUNTERS: Sets = &[
    AGING_PREY[0],
    AGING_PREY[1],
    AGING_PREY[2],
    ("species[hunter].evolution.tournament", "1"),
    ("species[hunter].evolution.elites", "0"),
];
const DEAF: Sets = &[("species[fish].signals.signal_gain", "0.0")];
const SCENTLESS: Sets = &[("species[forager].deposits[0].rate", "0.0")];
/// Foragers judged by their seconds on food.
const ON_FOOD: Sets = &[("species[forager].fitness", "[(term: TimeIn(field: \"food\"))]")];
const ON_FOOD_SCENTLESS: Sets = &[ON_FOOD[0], SCENTLESS[0]];
const LOSS: Sets = &[("rollout.removals", "[(tick: 200, species: \"fish\", share: 0.3)]")];
const LOSSLESS: Sets = &[("rollout.removals", "[]")];
/// Networks of as many neurons that learn while they live, from evolved beginnings.
const PLASTIC: Sets = &[("species[fish].controller", "Plastic(hidden: [12], inborn: Evolved())")];
/// Whose parents are drawn evenly.
const BLIND_SCHOOL: Sets =
    &[("species[fish].evolution.strategy.tournament", "1"), ("species[red].evolution.strategy.tournament", "1")];
const EVOLVED: Run = Run::Generations(200);
const DAMAGED: Run = Run::Generations(60);
/// What `first_school` shows in a minute at its pace.
const MINUTE: Run = Run::Ticks(4_800);
const DAYS: Run = Run::Ticks(100_000);

const fn life_food(species: &'static str, from: u64, to: u64) -> Read {
    Read::Column { species, column: "life_food", from, to }
}

/// Prey caught per life: the fitness of hunters.
const fn caught(from: u64, to: u64) -> Read {
    Read::Column { species: "hunter", column: "life_fitness", from, to }
}

const fn fitness(carry: &'static [&'static str], species: &'static str, sets: Sets) -> Read {
    Read::Unseen(Unseen { carry, species, trials: 8, sets })
}

const fn eaten(species: &'static str) -> Read {
    Read::Share { species, column: "life_food", from: 15_000, to: 20_000 }
}

/// Every claim that a scene's header makes.
pub const CLAIMS: &[Claim] = &[
    Claim {
        scene: "first_school",
        says: "after a minute in the window prey find more food per life than at the start, among hunters that stay as they were",
        treatment: side("end", FROZEN, MINUTE, life_food("prey", 4_200, 4_800)),
        // From one lifetime after the start to two: before, only lives that were cut short have ended.
        control: Some(side("start", FROZEN, MINUTE, life_food("prey", 300, 600))),
        holds: Holds::Times { factor: 1.5, share: 0.8 },
    },
    Claim {
        scene: "first_school",
        says: "prey that are selected find more food per life than prey bred blindly for as long",
        treatment: side("selected", FROZEN, MINUTE, life_food("prey", 4_200, 4_800)),
        control: Some(side("blind", BLIND_PREY, MINUTE, life_food("prey", 4_200, 4_800))),
        holds: Holds::Above,
    },
    Claim {
        scene: "first_school",
        says: "hunters that are selected catch more per life than hunters bred blindly, among prey that only age",
        treatment: side("selected", AGING_PREY, MINUTE, caught(4_200, 4_800)),
        control: Some(side("blind", BLIND_HUNTERS, MINUTE, caught(4_200, 4_800))),
        holds: Holds::Above,
    },
    Claim {
        scene: "food_call",
        says: "fish that hear each other do better on unseen seeds than fish evolved with silent channels",
        treatment: side("hearing", &[], EVOLVED, fitness(&["fish"], "fish", &[])),
        control: Some(side("silent", DEAF, EVOLVED, fitness(&["fish"], "fish", &[]))),
        holds: Holds::Above,
    },
    Claim {
        scene: "food_call",
        says: "the same evolved fish do worse once their channels are silenced",
        treatment: side("hearing", &[], EVOLVED, fitness(&["fish"], "fish", &[])),
        control: Some(side("silenced", &[], EVOLVED, fitness(&["fish"], "fish", DEAF))),
        holds: Holds::Above,
    },
    Claim {
        scene: "grazers",
        says: "grazers never die out in 100,000 ticks",
        treatment: side("least", &[], DAYS, Read::Least { species: "grazer" }),
        control: None,
        holds: Holds::Bound { bound: 0.0, share: 0.8 },
    },
    Claim {
        scene: "grazers",
        says: "hunters never die out in 100,000 ticks",
        treatment: side("least", &[], DAYS, Read::Least { species: "hunter" }),
        control: None,
        holds: Holds::Bound { bound: 0.0, share: 0.8 },
    },
    Claim {
        scene: "grazers",
        says: "the mean genome of the grazers moves by more than half a deviation of the founders",
        treatment: side("drift", &[], DAYS, Read::Drift { species: "grazer" }),
        control: None,
        holds: Holds::Bound { bound: 0.5, share: 0.8 },
    },
    Claim {
        scene: "trails",
        says: "the same evolved foragers find less once they lay no scent",
        treatment: side("scent", &[], Run::Generations(100), fitness(&["forager"], "forager", &[])),
        control: Some(side("none", &[], Run::Generations(100), fitness(&["forager"], "forager", SCENTLESS))),
        holds: Holds::Above,
    },
    Claim {
        scene: "trails",
        says: "scent changes where they go: without it the same foragers spend fewer seconds on food",
        treatment: side("scent", &[], Run::Generations(100), fitness(&["forager"], "forager", ON_FOOD)),
        control: Some(side("none", &[], Run::Generations(100), fitness(&["forager"], "forager", ON_FOOD_SCENTLESS))),
        holds: Holds::Above,
    },
    Claim {
        scene: "rivals",
        says: "red does better against evolved blue than red founders do",
        treatment: side("evolved", &[], Run::Generations(100), fitness(&["red", "blue"], "red", &[])),
        control: Some(side("founders", &[], Run::Generations(100), fitness(&["blue"], "red", &[]))),
        holds: Holds::Above,
    },
    Claim {
        scene: "rivals",
        says: "blue does better against evolved red than blue founders do",
        treatment: side("evolved", &[], Run::Generations(100), fitness(&["red", "blue"], "blue", &[])),
        control: Some(side("founders", &[], Run::Generations(100), fitness(&["red"], "blue", &[]))),
        holds: Holds::Above,
    },
    Claim {
        scene: "arms_race",
        says: "hunters catch more of evolved prey than hunter founders do",
        treatment: side("evolved", &[], Run::Generations(150), fitness(&["hunter", "prey"], "hunter", &[])),
        control: Some(side("founders", &[], Run::Generations(150), fitness(&["prey"], "hunter", &[]))),
        holds: Holds::Above,
    },
    Claim {
        scene: "arms_race",
        says: "prey live longer among evolved hunters than prey founders do",
        treatment: side("evolved", &[], Run::Generations(150), fitness(&["hunter", "prey"], "prey", &[])),
        control: Some(side("founders", &[], Run::Generations(150), fitness(&["hunter"], "prey", &[]))),
        holds: Holds::Above,
    },
    Claim {
        scene: "damage",
        says: "that a school was trained with the loss makes no difference that shows to how it swims once it has lost some of its fish",
        treatment: side("trained with it", &[], DAMAGED, fitness(&["fish"], "fish", LOSS)),
        control: Some(side("without", LOSSLESS, DAMAGED, fitness(&["fish"], "fish", LOSS))),
        holds: Holds::Unclear,
    },
    Claim {
        scene: "damage",
        says: "and it swims better than one of plastic networks, after as many generations",
        treatment: side("fixed", &[], DAMAGED, fitness(&["fish"], "fish", LOSS)),
        control: Some(side("plastic", PLASTIC, DAMAGED, fitness(&["fish"], "fish", LOSS))),
        holds: Holds::Above,
    },
    Claim {
        scene: "red_fish",
        says: "the school finds more ways to swim than with parents drawn evenly",
        treatment: side("novelty", &[], Run::Generations(100), Read::Coverage { species: "fish" }),
        control: Some(side("blind", BLIND_SCHOOL, Run::Generations(100), Read::Coverage { species: "fish" })),
        holds: Holds::Above,
    },
    Claim {
        scene: "red_fish",
        says: "and the red fish more ways to be unlike it",
        treatment: side("novelty", &[], Run::Generations(100), Read::Coverage { species: "red" }),
        control: Some(side("blind", BLIND_SCHOOL, Run::Generations(100), Read::Coverage { species: "red" })),
        holds: Holds::Above,
    },
    Claim {
        scene: "mixed",
        says: "the net eats a larger share than the rule",
        treatment: side("net", &[], Run::Ticks(20_000), eaten("net")),
        control: Some(side("rule", &[], Run::Ticks(20_000), eaten("rule"))),
        holds: Holds::Above,
    },
    Claim {
        scene: "mixed",
        says: "the net with memory eats a larger share than the rule",
        treatment: side("memory", &[], Run::Ticks(20_000), eaten("memory")),
        control: Some(side("rule", &[], Run::Ticks(20_000), eaten("rule"))),
        holds: Holds::Above,
    },
    Claim {
        scene: "mixed",
        says: "the single layer eats a larger share than the rule",
        treatment: side("layer", &[], Run::Ticks(20_000), eaten("layer")),
        control: Some(side("rule", &[], Run::Ticks(20_000), eaten("rule"))),
        holds: Holds::Above,
    },
];
