#!/usr/bin/env python3
"""EvoJAX's own evolution of its flocking task, for `benches/goals.py`: its PGPE, 64 genomes in 5 worlds each, as in its
notebook, with the numbers of `benches/scenes/evojax_flocking.ron`. A generation is its solver's ask, the rollout of 320 worlds of 30
boids over 150 steps from starts that all genomes share, the mean reward of each genome, and its solver's tell.

Its trainer keeps all observations of an episode, of which nothing comes here; so the rollout is one compiled scan that keeps
none, as in flocking.py: EvoJAX at its fastest. Two numbers are the scene's and not the notebook's. The optimiser is ClipUp,
which EvoJAX has too, where the notebook takes Adam with a rate of 0.05 (`pgpe.py N adam`). And the search starts at a random
network, by flax's own draw, which is the engine's too, where the notebook starts at zeros: there a network of three layers
passes on nothing, and hardly learns in as many generations.

Usage: pgpe.py GENERATIONS [clipup|adam]. Each line of standard input asks for one repetition of so many generations, answered
by a line of JSON: generations, seconds by the wall clock, processor seconds, and the fitness of the last generation, which
leaves out what EvoJAX adds for each boid's avoidance of itself, a constant. The first repetition compiles.
"""
import json
import logging
import os
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp

jax.tree_map = jax.tree_util.tree_map  # an alias that EvoJAX uses and newer JAX dropped

from evojax.algo import PGPE
from evojax.policy.mlp import MLP, MLPPolicy
from evojax.task import flocking

MEMBERS, REPEATS, STEPS = 64, 5, 150
OPTIMIZERS = {
    "clipup": {"center_learning_rate": 0.228, "optimizer_config": {"max_speed": 0.456, "momentum": 0.9}},
    "adam": {"center_learning_rate": 0.05},
}
ITSELF = 0.5 * flocking.BOIDS_NUM * flocking.J_AVOID / flocking.ALPHA

generations, optimizer = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "clipup"
task = flocking.FlockingTask(STEPS)
inputs, quiet = 3 * flocking.NEIGHBOR_NUM, logging.getLogger()
policy = MLPPolicy(input_dim=inputs, hidden_dims=[60, 60], output_dim=1, logger=quiet)
layers = MLP(feat_dims=[60, 60], out_dim=1, out_fn="tanh").init(jax.random.PRNGKey(1), jnp.ones([1, inputs]))
start = jnp.concatenate([numbers.ravel() for numbers in jax.tree_util.tree_leaves(layers)])
solver = PGPE(
    pop_size=MEMBERS, param_size=policy.num_params, init_params=start, optimizer=optimizer, init_stdev=0.1,
    stdev_learning_rate=0.1, stdev_max_change=0.2, seed=42, logger=quiet, **OPTIMIZERS[optimizer],
)


@jax.jit
def rollout(key, genomes):
    key, starts = jax.random.split(key)
    state = task.reset(jnp.tile(jax.random.split(starts, REPEATS), (MEMBERS, 1)))
    genomes = jnp.repeat(genomes, REPEATS, axis=0)

    def step(carry, _):
        state, memory, score = carry
        action, memory = policy.get_actions(state, genomes, memory)
        state, reward, _ = task.step(state, action)
        return (state, memory, score + reward), None

    first = (state, policy.reset(state), jnp.zeros(MEMBERS * REPEATS))
    scores = jax.lax.scan(step, first, None, length=STEPS)[0][2]
    return key, scores.reshape(MEMBERS, REPEATS).mean(axis=1)


key = jax.random.PRNGKey(42)
done = 0
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(generations):
        key, fitness = rollout(key, solver.ask())
        solver.tell(fitness)
    jax.block_until_ready(solver.best_params)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    done += generations
    fitness = fitness + STEPS * ITSELF
    print(json.dumps({
        "generations": generations, "wall_seconds": wall, "cpu_seconds": cpu, "generation": done - 1,
        "mean": float(fitness.mean()), "best": float(fitness.max()),
    }), flush=True)
