#!/usr/bin/env python3
"""Does the engine's flocking task compute what EvoJAX's does? Writes random worlds with random genomes, scores them with
EvoJAX and with `benches/answers`, and compares rewards after 1, 10, 40 and 150 steps.

Three conventions differ, and are brought together here: the engine sees headings within one turn, so EvoJAX's are wrapped
between steps (its reward does not change by that); the engine turns to the right by a positive action and EvoJAX to the
left, so the last layer changes its sign on the way (tanh is odd); and EvoJAX counts each boid's avoidance of itself, a
constant.

The task has hard tests: the nearest five, and a view from 60 degrees aside to just off straight ahead, where a cosine of 1 by
rounding (within 3e-4 rad) no longer counts. Where rounding decides one, a world differs by what that test decides, and
after enough steps swims another way: so the median world is judged, and the worst is told.

Usage: check.py PROGRAM, the `answers` bench target; prints a line of JSON a step count and fails if they disagree.
"""
import json
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np

jax.tree_map = jax.tree_util.tree_map  # an alias that EvoJAX uses and newer JAX dropped

from evojax.policy import MLPPolicy
from evojax.task import flocking

WORLDS = 64
# Numbers of the last layer: a bias and 60 weights.
LAST = 61
# Largest relative difference of the median world, by steps. The engine tallies energy in steps of 6e-7 and its tanh is within
# 1.1e-4, so differences grow with each turn that they change.
ALLOWED = {1: 1e-5, 10: 1e-5, 40: 1e-4, 150: 5e-3}

task = flocking.FlockingTask(10_000)
policy = MLPPolicy(input_dim=3 * flocking.NEIGHBOR_NUM, hidden_dims=[60, 60], output_dim=1)
genomes = 0.1 * jax.random.normal(jax.random.PRNGKey(5), (WORLDS, policy.num_params))
start = task.reset(jax.random.split(jax.random.PRNGKey(6), WORLDS))


def wrapped(state):
    """The same state with headings from -pi to pi."""
    turns = jnp.array([0.0, 0.0, 2 * jnp.pi])
    within = lambda numbers: numbers - turns * jnp.round(numbers / jnp.where(turns > 0, turns, 1.0))
    observed = within(state.obs.reshape(WORLDS, flocking.BOIDS_NUM, flocking.NEIGHBOR_NUM, 3))
    return state.replace(state=within(state.state), obs=observed.reshape(state.obs.shape))


def theirs(steps):
    def step(carry, _):
        state, total = carry
        action, _ = policy.get_actions(state, genomes, None)
        state, reward, _ = task.step(state, action)
        return (wrapped(state), total + reward), None

    scores = jax.lax.scan(step, (wrapped(start), jnp.zeros(WORLDS)), None, length=steps)[0][1]
    itself = 0.5 * flocking.BOIDS_NUM * flocking.J_AVOID / flocking.ALPHA
    return np.asarray(scores, dtype=float) + steps * itself


def ours(program, steps):
    turned = np.array(genomes)
    turned[:, -LAST:] *= -1
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "worlds.f32")
        places = np.asarray(start.state).reshape(WORLDS, -1)
        np.concatenate([turned, places], axis=1).astype("<f4").tofile(file)
        told = subprocess.run([program, "flocking", file, str(steps)], capture_output=True, text=True)
    if told.returncode != 0:
        sys.exit(told.stderr.strip())
    return np.array(told.stdout.split(), dtype=float)


disagree = []
for steps, allowed in ALLOWED.items():
    a, b = theirs(steps), ours(sys.argv[1], steps)
    off = np.abs(a - b) / np.abs(a)
    median = float(np.median(off))
    print(json.dumps({
        "steps": steps, "evojax_mean": round(float(a.mean()), 4), "iwashi_mean": round(float(b.mean()), 4),
        "relative_difference_median": float(f"{median:.1e}"), "relative_difference_worst": float(f"{off.max():.1e}"),
        "allowed": allowed,
    }))
    if median > allowed:
        disagree.append(steps)
if disagree:
    sys.exit(f"rewards disagree after {', '.join(map(str, disagree))} steps")
