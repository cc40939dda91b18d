"""What the training of every head has in common: time, learning rate, moving average, when to stop."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np
import optax

Weights = dict[str, Any]
#: Share of the time that is left for measuring and writing the files.
KEPT = 0.12
#: The same, as a share of the time that loading and the probe took: a machine that was slow there is slow again.
KEPT_OF_BEGINNING = 0.75
#: Share of the training after which val is looked at, whatever the step: else nobody knew how long a look takes.
FIRST_LOOK = 0.5
#: Looks at val without an improvement after which training stops.
PATIENCE = 12
WARM_UP = 30
#: Below this, a head that ran out of time has hardly begun.
FEW_STEPS = 100
#: Looks at val in the whole training.
LOOKS = 50


@dataclass
class Clock:
    """How much of the minutes is used. Wall time: a machine that others use trains for fewer steps.

    start: when the command began, before its libraries were loaded.
    """

    minutes: float
    start: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start

    def training_ends(self, began: float) -> float:
        """In seconds, of a training that begins after `began`: so that the files are written when the time is used."""
        return 60 * self.minutes - max(60 * self.minutes * KEPT, KEPT_OF_BEGINNING * began)


def say(text: str) -> None:
    """Progress: a line at a time, so that it reads the same in a terminal and in a log."""
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Outcome:
    weights: Weights
    #: Of the weights that were kept, on val: less is better.
    loss: float
    steps: int
    why: str


@dataclass(frozen=True)
class Plan:
    """How to train. `step` gives a batch's loss and is compiled; `judge` says a loss on val, and words for it."""

    step: Callable[..., Any]
    batch: Callable[[np.random.Generator], tuple[Any, ...]]
    judge: Callable[[Weights], tuple[float, str]]
    #: At most so many steps; with a time limit that does not come first, the same seed gives the same head.
    steps: int
    rate: float
    decay: float = 0.05
    average: float = 0.99


def train(plan: Plan, weights: Weights, clock: Clock, seed: int) -> Outcome:
    """AdamW with a cosine over steps or time, whichever passes sooner; keeps the moving average that is best on val."""
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0), optax.scale_by_adam(b1=0.9, b2=0.98), optax.add_decayed_weights(plan.decay)
    )

    @jax.jit
    def advance(weights: Weights, state: Any, mean: Weights, rate: Any, average: Any, key: Any, *batch: Any) -> Any:
        loss, slope = jax.value_and_grad(plan.step)(weights, key, *batch)
        updates, state = optimiser.update(slope, state, weights)
        weights = jax.tree.map(lambda w, u: w - rate * u, weights, updates)
        mean = jax.tree.map(lambda m, w: average * m + (1 - average) * w, mean, weights)
        return weights, state, mean, loss

    rng, key = np.random.default_rng(seed), jax.random.key(seed)
    state, mean = optimiser.init(weights), weights
    every = max(10, plan.steps // LOOKS)
    best, least, since, step = weights, np.inf, 0, 0
    began, why = clock.seconds, "all steps are done"
    ends = clock.training_ends(began)
    patient = (ends - began) / LOOKS
    looked = stepped = began
    longest_step = longest_look = 0.0
    for step in range(1, plan.steps + 1):
        used = (clock.seconds - began) / max(ends - began, 1e-9)
        progress = max((step - 1) / plan.steps, min(used, 1.0))
        rate = plan.rate * min(1, step / WARM_UP) * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * progress)))
        average = min(plan.average, step / (step + 9))
        batch = plan.batch(rng)
        weights, state, mean, _ = advance(weights, state, mean, rate, average, jax.random.fold_in(key, step), *batch)
        jax.block_until_ready(weights)
        now = clock.seconds
        if step > 1:  # the first one is compiled
            longest_step = max(longest_step, now - stepped)
        # Another step and the look behind it must still end in time.
        is_over = now + longest_step + longest_look >= ends
        # On a slow machine by the time, or nothing would be looked at before the end.
        is_late = longest_look == 0 and now - began > FIRST_LOOK * (ends - began)
        is_due = step % every == 0 or is_late or (step > WARM_UP and now - looked > 2 * patient)
        stepped = now
        if not (is_due or step == plan.steps or is_over):
            continue
        loss, words = plan.judge(mean)
        looked = stepped = clock.seconds
        longest_look = max(longest_look, looked - now)
        since = 0 if loss < least else since + 1
        if loss < least:
            best, least = mean, loss
        say(
            f"  step {step}, {clock.seconds:.0f} s of {60 * clock.minutes:.0f}: val "
            f"{words}{'' if since else ', best so far'}"
        )
        if is_over or looked + longest_step + longest_look >= ends:
            why = "the time is used"
            break
        if since >= PATIENCE:
            why = f"val has not improved for {PATIENCE} looks"
            break
    if why == "the time is used" and step < min(FEW_STEPS, plan.steps):
        say(
            f"warning: the time was used after {step} of its steps, and a head needs some {FEW_STEPS} to learn much. "
            f"Give more --minutes, or fewer copies of each image."
        )
    return Outcome({name: np.asarray(values) for name, values in best.items()}, least, step, why)
