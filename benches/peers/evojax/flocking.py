#!/usr/bin/env python3
"""EvoJAX's flocking task, for `benches/goals.py`: 320 worlds (its notebook's population of 64 times 5 trials) of 30 boids
over 150 steps, each world with a genome of its own, 15-60-60-1 with tanh (4,681 numbers).

The whole episode, policy and task, is one compiled scan that keeps no history: EvoJAX at its fastest. Each line of standard
input asks for one repetition, answered by a line of JSON with agent-steps, seconds by the wall clock, and processor seconds.
The first repetition compiles.
"""
import json
import os
import sys
import time

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp

jax.tree_map = jax.tree_util.tree_map  # an alias that EvoJAX uses and newer JAX dropped

from evojax.policy import MLPPolicy
from evojax.task import flocking

WORLDS, BOIDS, STEPS = 320, flocking.BOIDS_NUM, 150

task = flocking.FlockingTask(STEPS)
policy = MLPPolicy(input_dim=3 * flocking.NEIGHBOR_NUM, hidden_dims=[60, 60], output_dim=1)
genomes = 0.1 * jax.random.normal(jax.random.PRNGKey(1), (WORLDS, policy.num_params))
start = task.reset(jax.random.split(jax.random.PRNGKey(2), WORLDS))


@jax.jit
def rollout(state, memory):
    def step(carry, _):
        state, memory, score = carry
        action, memory = policy.get_actions(state, genomes, memory)
        state, reward, _ = task.step(state, action)
        return (state, memory, score + reward), None

    return jax.lax.scan(step, (state, memory, jnp.zeros(WORLDS)), None, length=STEPS)[0][2]


memory = policy.reset(start)
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    jax.block_until_ready(rollout(start, memory))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"agent_steps": WORLDS * BOIDS * STEPS, "wall_seconds": wall, "cpu_seconds": cpu}), flush=True)
