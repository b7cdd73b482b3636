//! Small scenes that between them use every stage, for the suites that compare backends, shapes and thread counts.

#![allow(dead_code, reason = "each suite is a crate of its own, and not all use every scene")]

use iwashi::scene::*;

/// A sense of neighbours with every feature.
fn neighbours(range: f32, azimuth: u32, elevation: u32) -> Sense {
    use NeighbourFeature::*;
    Sense::Neighbours(NeighboursSense {
        range,
        azimuth,
        elevation,
        gives: vec![Proximity, Offset, Heading, Signals],
        ..Default::default()
    })
}

/// A plane with two fields, grazers of every controller kind that signal and deposit, and hunters that bite.
pub fn plane() -> SceneSpec {
    let field = |name: &str, diffusion: f32, decay: f32| FieldSpec {
        name: name.into(),
        cell: 1.0,
        diffusion,
        decay,
        ..Default::default()
    };
    let food = FieldSpec {
        initial: 0.3,
        regrowth: 0.2,
        seeding: 0.01,
        current: [0.5, -0.2, 0.0],
        scattered: 5,
        rain: 7,
        ..field("food", 0.5, 0.0)
    };
    // So little in a cell that several who graze there share it.
    let spring = FieldSpec { cell: 4.0, capacity: 0.2, initial: 0.2, lasting: true, ..field("spring", 0.0, 0.0) };
    let grazer = SpeciesSpec {
        name: "grazer".into(),
        count: 60,
        body: BodySpec { push: 3.0, ..Default::default() },
        energy: EnergySpec { living: 0.5, moving: 0.5, signalling: 0.1, ..Default::default() },
        diet: DietSpec {
            fields: vec![GrazeSpec { field: "food".into(), rate: 4.0, energy: 2.0 }],
            ..Default::default()
        },
        deposits: vec![DepositSpec { field: "scent".into(), rate: 2.0 }],
        signals: SignalSpec { channels: 2, history: 3, ..Default::default() },
        senses: vec![
            neighbours(6.0, 5, 1),
            Sense::Nearest(NearestSense { k: 3, range: 8.0, ..Default::default() }),
            Sense::Field(FieldSense { fields: vec!["food".into()], gives: FieldFeature::Gradient }),
            Sense::Field(FieldSense {
                fields: vec!["scent".into()],
                gives: FieldFeature::Antennae(Default::default()),
            }),
            Sense::Walls(WallsSense::default()),
            Sense::Speed,
            Sense::Energy,
            Sense::LastAction,
            Sense::OwnSignal,
            Sense::Noise,
            Sense::Constant,
        ],
        controller: Controller::Mlp(MlpSpec { hidden: vec![20, 7], ..Default::default() }),
        fitness: vec![
            FitnessTerm { term: Term::FoodEaten, weight: 1.0 },
            FitnessTerm { term: Term::NearOwn, weight: 0.5 },
            FitnessTerm { term: Term::TimeIn(NamedField { field: "scent".into() }), weight: 0.5 },
        ],
        ..Default::default()
    };
    let gru = SpeciesSpec {
        name: "gru".into(),
        count: 30,
        capacity: 50,
        controller: Controller::Gru(GruSpec {
            memory: 9,
            hidden: vec![6],
            activation: Activation::Relu,
            ..Default::default()
        }),
        evolution: Evolution::Ecology(EcologySpec { birth_energy: 10.2, child_energy: 4.0, ..Default::default() }),
        body: BodySpec { motion: Motion::Force, ..Default::default() },
        ..grazer.clone()
    };
    let hunter = SpeciesSpec {
        name: "hunter".into(),
        count: 12,
        sharing: Sharing::Group(GroupSpec { size: 4 }),
        body: BodySpec { motion: Motion::Heading, length: 2.0, cruise: 4.0, ..Default::default() },
        energy: EnergySpec { attacking: 0.2, ..Default::default() },
        diet: DietSpec {
            prey: vec![
                PreySpec {
                    species: "grazer".into(),
                    reach: 2.0,
                    damage: 3.0,
                    view: 2.0,
                    sight: 6.0,
                    confusion: 3.0,
                    spared: 50,
                    ..Default::default()
                },
                PreySpec { species: "gru".into(), reach: 1.5, damage: 20.0, gain: 0.2, ..Default::default() },
            ],
            handling: 0.4,
            recovery: 0.2,
            by_choice: true,
            ..Default::default()
        },
        senses: vec![neighbours(9.0, 8, 1), Sense::Constant],
        controller: Controller::Linear(LinearSpec { init: 2.0, biases: false, ..Default::default() }),
        ..Default::default()
    };
    let courser = SpeciesSpec {
        name: "courser".into(),
        count: 25,
        sharing: Sharing::Species,
        body: BodySpec { motion: Motion::Course, yaw_rate: 4.0, ..Default::default() },
        senses: vec![
            neighbours(4.0, 2, 1),
            Sense::Nearest(NearestSense {
                k: 4,
                range: 9.0,
                gives: NearestFeature::Place,
                itself: true,
                ..Default::default()
            }),
        ],
        controller: Controller::Mlp(MlpSpec { hidden: vec![12], init: 2.0, ..Default::default() }),
        fitness: vec![FitnessTerm { term: Term::FlockingEnergy(FlockingSpec::default()), weight: -1.0 }],
        ..Default::default()
    };
    use NodeActivation::*;
    let graph = SpeciesSpec {
        name: "graph".into(),
        count: 22,
        sharing: Sharing::Group(GroupSpec { size: 2 }),
        signals: SignalSpec { channels: 1, form: SignalForm::Lamp, ..Default::default() },
        diet: DietSpec {
            fields: vec![GrazeSpec { field: "spring".into(), rate: 3.0, energy: 0.5 }],
            ..Default::default()
        },
        senses: vec![neighbours(6.0, 3, 1), Sense::Speed, Sense::OwnSignal, Sense::Noise, Sense::Constant],
        controller: Controller::Graph(GraphSpec {
            nodes: 12,
            edges: 33,
            activations: vec![Tanh, Relu, Linear, Sigmoid, Steep, Gaussian, Sine, Abs, Square, Mult],
            recurrent: true,
            hidden: 10,
            // So small that edges of nodes to themselves let no value grow for ever.
            init: 0.3,
        }),
        ..Default::default()
    };
    SceneSpec {
        name: "plane".into(),
        seed: 7,
        extent: [30.0, 24.0, 0.0],
        boundary: [Boundary::Torus, Boundary::Wall, Boundary::Wall],
        obstacles: vec![
            Obstacle::Sphere(SphereSpec { center: [8.0, 8.0, 0.0], radius: 2.0, ..Default::default() }),
            Obstacle::Capsule(CapsuleSpec {
                a: [20.0, 4.0, 0.0],
                b: [24.0, 8.0, 0.0],
                radius: 0.5,
                ..Default::default()
            }),
            Obstacle::Box(BoxSpec { center: [15.0, 18.0, 0.0], half: [3.0, 1.0, 1.0], ..Default::default() }),
        ],
        fields: vec![food, field("scent", 1.0, 0.3), spring],
        species: vec![grazer, gru, hunter, courser, graph],
        ..Default::default()
    }
}

/// The plane with the species' genomes stored as said.
pub fn stored(weights: [Weights; 3]) -> SceneSpec {
    let mut scene = plane();
    scene.name = format!("plane stored as {weights:?}");
    for (species, weights) in scene.species.iter_mut().zip(weights) {
        match &mut species.controller {
            Controller::Mlp(c) => c.weights = weights,
            Controller::Gru(c) => c.weights = weights,
            Controller::Linear(c) => c.weights = weights,
            Controller::Attention(_) | Controller::Graph(_) | Controller::Plastic(_) | Controller::Rule(_) => {}
        }
    }
    scene
}

/// Every controller with genomes as halves and as steps, beside each other and beside single ones.
pub fn compact() -> [SceneSpec; 2] {
    use Weights::*;
    [stored([F16, I8, F16]), stored([I8, F16, I8])]
}

/// The plane with agents that learn while they live: with weights from chance and from the genome, newborn and old, in layers
/// wider than a team of lanes, alone and in groups.
pub fn learners() -> SceneSpec {
    let mut scene = plane();
    scene.name = "learners".into();
    let plastic = |hidden: &[u32], activation, inborn| {
        let hidden = hidden.to_vec();
        Controller::Plastic(PlasticSpec { hidden, activation, inborn, ..Default::default() })
    };
    let drawn = Inborn::Drawn(DrawnWeights::default());
    let evolved = Inborn::Evolved(EvolvedWeights::default());
    scene.species[0].controller = plastic(&[37, 5], Activation::Tanh, drawn.clone());
    scene.species[1].controller = plastic(&[9], Activation::Relu, evolved.clone());
    scene.species[2].controller = plastic(&[], Activation::Tanh, drawn);
    scene.species[3].controller = plastic(&[12], Activation::Linear, evolved);
    scene
}

/// The plane with agents that pay attention to the nearest others, of whom there are few or many in sight, first, last and in
/// the middle of what they sense; more numbers than a team has lanes; in every form of genome.
pub fn attentive() -> SceneSpec {
    let mut scene = plane();
    scene.name = "attentive".into();
    let attention = |heads, keys, values, pooling, hidden: &[u32], weights| {
        let hidden = hidden.to_vec();
        Controller::Attention(AttentionSpec { heads, keys, values, pooling, hidden, weights, ..Default::default() })
    };
    let nearest = |k, range, gives| Sense::Nearest(NearestSense { k, range, gives, ..Default::default() });
    scene.species[0].controller = attention(5, 7, 9, Pooling::Mean, &[11], Weights::F32);
    scene.species[0].senses[1] = nearest(20, 9.0, NearestFeature::Offset);
    scene.species[1].controller = attention(2, 3, 1, Pooling::Sum, &[], Weights::F16);
    scene.species[2].controller = attention(1, 4, 4, Pooling::Mean, &[5, 3], Weights::I8);
    scene.species[2].senses.insert(0, nearest(2, 4.0, NearestFeature::Offset));
    scene.species[3].controller = attention(8, 5, 3, Pooling::Sum, &[12], Weights::F32);
    scene.species[3].senses.swap(0, 1);
    scene.species[3].senses[0] = nearest(4, 9.0, NearestFeature::Place);
    scene
}

/// The plane, and a school so small that everyone looks at everyone, with noise on what is sensed, bodies that differ and the
/// nearest in random order; and that school with order alone changed.
pub fn perturbed() -> [SceneSpec; 3] {
    let all = PerturbationSpec { noise: 0.2, body: 0.5, shuffle: true };
    let order = PerturbationSpec { shuffle: true, ..Default::default() };
    [(plane(), all.clone()), (shoal(false), all), (shoal(true), order)].map(|(mut scene, perturbation)| {
        scene.name = format!("perturbed {}", scene.name);
        scene.perturbation = perturbation;
        scene
    })
}

/// The plane and the volume with obstacles that move along one axis and along several, from places given and drawn, and do harm: a
/// little, and so much that a touch kills.
pub fn crossed() -> [SceneSpec; 2] {
    [plane(), volume()].map(|mut scene| {
        scene.name = format!("crossed {}", scene.name);
        scene.obstacles = vec![
            Obstacle::Sphere(SphereSpec {
                center: [8.0, 8.0, 0.0],
                radius: 1.0,
                velocity: [-3.0, 1.7, 0.9],
                harm: 2.0,
                ..Default::default()
            }),
            Obstacle::Capsule(CapsuleSpec {
                a: [20.0, 4.0, 0.0],
                b: [24.0, 8.0, 3.0],
                radius: 0.3,
                velocity: [0.0, 9.0, 0.0],
                start: CourseStart::Drawn,
                harm: 1_000.0,
            }),
            Obstacle::Box(BoxSpec {
                center: [15.0, 18.0, 4.0],
                half: [2.0, 0.2, 1.0],
                velocity: [0.0, -4.0, 0.0],
                harm: 20.0,
                ..Default::default()
            }),
            Obstacle::Box(BoxSpec { half: [0.5, 1.5, 0.7], start: CourseStart::Drawn, ..Default::default() }),
        ];
        scene
    })
}

/// The same kinds of agents in a volume, with sectors of elevation.
pub fn volume() -> SceneSpec {
    let mut scene = plane();
    scene.name = "volume".into();
    scene.extent = [20.0, 16.0, 12.0];
    scene.boundary = [Boundary::Torus, Boundary::Torus, Boundary::Open];
    for species in &mut scene.species {
        species.senses[0] = neighbours(5.0, 4, 3);
    }
    scene
}

/// Boids alone: enough of them for several tasks and cells.
pub fn boids() -> SceneSpec {
    use NeighbourFeature::*;
    let sense = |range: f32, gives: Vec<NeighbourFeature>| {
        Sense::Neighbours(NeighboursSense { range, azimuth: 1, gives, ..Default::default() })
    };
    let boid = SpeciesSpec {
        name: "boid".into(),
        count: 600,
        senses: vec![sense(5.0, vec![Offset, Heading]), sense(2.0, vec![Proximity, Offset])],
        controller: Controller::Rule(Rule::Boids(BoidsSpec::default())),
        ..Default::default()
    };
    let course = BodySpec { motion: Motion::Course, ..Default::default() };
    let courser = SpeciesSpec { name: "courser".into(), count: 50, body: course, ..boid.clone() };
    SceneSpec { name: "boids".into(), extent: [30.0, 30.0, 30.0], species: vec![boid, courser], ..Default::default() }
}

/// A school so small that everyone looks at everyone, in a plane or a volume: births shuffle the ids among the slots.
pub fn shoal(flat: bool) -> SceneSpec {
    let mut scene = if flat { plane() } else { volume() };
    scene.name = if flat { "shoal".into() } else { "shoal in a volume".into() };
    scene.species.retain(|s| s.name == "gru" || s.name == "courser");
    let nearest = |gives: NearestFeature, itself: bool, species: &str| {
        let species = if species.is_empty() { vec![] } else { vec![species.into()] };
        Sense::Nearest(NearestSense { k: 3, range: 12.0, gives, itself, species })
    };
    let gru = &mut scene.species[0];
    (gru.count, gru.capacity, gru.body.push) = (14, 24, 0.0);
    gru.senses.push(nearest(NearestFeature::Offset, false, ""));
    gru.senses.push(nearest(NearestFeature::Place, true, "courser"));
    gru.fitness = [Term::NearOwn, Term::Alignment].map(|term| FitnessTerm { term, weight: 1.0 }).to_vec();
    let courser = &mut scene.species[1];
    courser.count = 20;
    courser.senses.remove(0);
    courser.senses.push(nearest(NearestFeature::Place, false, "gru"));
    scene
}

/// Agents that sum over pairs, by the rules of the physicists and by networks: in a torus narrower than they reach, in a volume that
/// is open above, and so few that everyone looks at everyone.
pub fn pairs() -> [SceneSpec; 3] {
    let sense = |zones: &[(f32, f32, PairTerm)], species: &[&str]| {
        let zones = zones.iter().map(|&(width, blind, gives)| ZoneSpec { width, blind, gives }).collect();
        Sense::Pairs(PairsSense { species: species.iter().map(|s| s.to_string()).collect(), zones })
    };
    use PairTerm::*;
    let vicsek = |name: &str, count, noise, motion| SpeciesSpec {
        name: name.into(),
        count,
        body: BodySpec { motion, cruise: 0.6, yaw_rate: 100.0, ..Default::default() },
        senses: vec![sense(&[(1.0, 0.0, Heading)], &[])],
        controller: Controller::Rule(Rule::Vicsek(VicsekSpec { noise })),
        ..Default::default()
    };
    let zonal = SpeciesSpec {
        name: "zonal".into(),
        count: 90,
        body: BodySpec { motion: Motion::Heading, yaw_rate: 2.0, climb: 1.0, ..Default::default() },
        senses: vec![sense(&[(1.0, 0.0, Direction), (2.0, 1.6, Heading), (5.0, 1.6, Direction)], &[])],
        controller: Controller::Rule(Rule::Couzin(CouzinSpec { noise: 0.1 })),
        ..Default::default()
    };
    let network = SpeciesSpec {
        name: "network".into(),
        count: 45,
        body: BodySpec { motion: Motion::Force, climb: 0.6, ..Default::default() },
        senses: vec![
            neighbours(2.0, 3, 1),
            sense(&[(0.5, 0.0, Velocity), (0.0, 0.0, Heading), (1.5, 3.0, Velocity), (1.0, 6.3, Heading)], &[]),
            sense(&[(2.5, 0.3, Direction)], &["zonal"]),
            Sense::Speed,
        ],
        controller: Controller::Mlp(MlpSpec { hidden: vec![8], ..Default::default() }),
        ..Default::default()
    };
    let lattice = LatticeTerm { spacing: 1.2, epsilon: 0.3, ..Default::default() };
    let consensus = ConsensusTerm { strength: 2.0, epsilon: 0.3, ..Default::default() };
    let particle = SpeciesSpec {
        name: "particle".into(),
        count: 24,
        body: BodySpec { motion: Motion::Force, acceleration: 1.0, drag: 0.0, ..Default::default() },
        senses: vec![
            sense(
                &[
                    (1.0, 0.0, Morse(MorseTerm::default())),
                    (1.0, 1.0, Align(AlignTerm { strength: 0.3, exponent: 0.7 })),
                    (0.5, 0.0, Offset(SpringTerm { strength: -0.2 })),
                ],
                &[],
            ),
            sense(&[(2.0, 0.0, Lattice(lattice))], &["particle"]),
            sense(&[(1.7, 0.5, Consensus(consensus))], &[]),
            Sense::Speed,
        ],
        controller: Controller::Rule(Rule::Particle(ParticleSpec::default())),
        ..Default::default()
    };
    let scene = |name: &str, extent, species| SceneSpec { name: name.into(), extent, species, ..Default::default() };
    let (forward, course) = (Motion::Heading, Motion::Course);
    let few = |species: &SpeciesSpec, count| SpeciesSpec { count, ..species.clone() };
    let physicists = [vicsek("course", 70, 2.0, course), vicsek("forward", 33, 6.3, forward)];
    let flat = physicists.into_iter().chain([particle.clone(), zonal.clone(), network.clone()]).collect();
    let volume = vec![vicsek("forward", 50, 1.0, forward), few(&network, 19), few(&particle, 13), zonal.clone()];
    let tuft = vec![few(&zonal, 20), few(&network, 9), vicsek("forward", 11, 3.0, forward), few(&particle, 7)];
    [
        scene("pairs", [4.5, 3.0, 0.0], flat),
        SceneSpec {
            boundary: [Boundary::Torus, Boundary::Wall, Boundary::Open],
            ..scene("pairs in a volume", [9.0, 12.0, 10.0], volume)
        },
        scene("pairs of few", [6.0, 6.0, 6.0], tuft),
    ]
}

/// Layers wider than a team of lanes and than a tile of weights, memories and inputs of odd numbers, beside each other: own
/// genomes, genomes of groups that fill no workgroup, and one for more agents than a workgroup has. In each form.
pub fn wide() -> [SceneSpec; 3] {
    let senses = vec![neighbours(5.0, 3, 1), Sense::Speed, Sense::Noise, Sense::LastAction];
    let gru = |memory, hidden: &[u32]| {
        Controller::Gru(GruSpec { memory, hidden: hidden.to_vec(), activation: Activation::Relu, ..Default::default() })
    };
    let mlp =
        |hidden: &[u32], biases| Controller::Mlp(MlpSpec { hidden: hidden.to_vec(), biases, ..Default::default() });
    let group = |size| Sharing::Group(GroupSpec { size });
    let species = |name: &str, count, sharing, controller| SpeciesSpec {
        name: name.into(),
        count,
        sharing,
        controller,
        senses: senses.clone(),
        signals: SignalSpec { channels: 3, ..Default::default() },
        ..Default::default()
    };
    use Weights::*;
    [[F32, F16, I8], [F16, I8, F32], [I8, F32, F16]].map(|forms| SceneSpec {
        name: format!("wide, as {forms:?}"),
        seed: 3,
        extent: [30.0, 30.0, 0.0],
        species: [
            species("own", 21, Sharing::Own, mlp(&[70, 33], true)),
            species("own with memory", 13, Sharing::Own, gru(37, &[9])),
            species("pair", 7, group(2), mlp(&[5], false)),
            species("group", 50, group(20), gru(11, &[41])),
            species("all", 90, Sharing::Species, mlp(&[100, 83], false)),
            species("all with memory", 70, Sharing::Species, gru(19, &[])),
        ]
        .into_iter()
        .enumerate()
        .map(|(k, mut species)| {
            match &mut species.controller {
                Controller::Mlp(c) => c.weights = forms[k % 3],
                Controller::Gru(c) => c.weights = forms[k % 3],
                _ => {}
            }
            species
        })
        .collect(),
        ..Default::default()
    })
}
