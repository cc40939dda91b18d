"""Trains the head with attention on a number for each label, of which some may not be known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..arrays import Floats
from ..classify.medcls import first_weights, forward
from ..classify.probe import Probe
from ..embeddings.embeddings import Embeddings
from ..embeddings.rows import Row
from ..export.graph import open_session, run_model
from ..training import Clock, Outcome, Plan, Weights, train
from .graphs import attention_graph

BATCH = 64
RATE = 1e-3
EPOCHS = 60
FEWEST_STEPS = 300


@dataclass(frozen=True)
class Wanted:
    """What a head of numbers is to answer, and how far off it is."""

    #: Name of the output.
    output: str
    #: Outputs and truth, float32 [B, K] each, to a loss for each of them: compiled.
    losses: Callable[[Any, Any], Any]
    #: Outputs and truth with NaN, float64 [N, K] each, to a loss, and words for it.
    judge: Callable[[Floats, Floats], tuple[float, str]]
    #: Shares by which pictures are mixed are of Beta(mixing, mixing); 0 mixes none.
    mixing: float


def fit_numbers(
    embeddings: Embeddings, probe: Probe, wanted: Wanted, rows: Sequence[Row], truth: Floats, val_rows: Sequence[Row],
    val_truth: Floats, clock: Clock, seed: int, steps: int | None,
) -> Outcome:  # fmt: skip
    """`truth`: float64 [N, K] of `rows`, copies included, NaN where it is not known."""

    def step(weights: Weights, key: Any, x: Any, y: Any, known: Any, share: Any, order: Any) -> Any:
        x = x.astype(jnp.float32)
        found = forward(weights, share * x + (1 - share) * x[order], key, probe.mixtures)[0]
        losses = wanted.losses(found, share * y + (1 - share) * y[order])
        counts = known * known[order]
        return (losses * counts).sum() / jnp.maximum(counts.sum(), 1)

    def judge(weights: Weights) -> tuple[float, str]:
        model = attention_graph(weights, embeddings.about.shape, wanted.output, probe.mixtures)
        return wanted.judge(run_numbers(model, wanted.output, embeddings, val_rows), val_truth)

    images = len({row.file for row in rows})
    plan = Plan(
        step=step, batch=batches(embeddings, rows, truth, wanted.mixing), judge=judge, rate=RATE,
        steps=steps or max(FEWEST_STEPS, EPOCHS * images // BATCH),
    )  # fmt: skip
    return train(plan, first_weights(embeddings.about.shape[0], probe, seed), clock, seed)


def batches(
    embeddings: Embeddings, rows: Sequence[Row], truth: Floats, mixing: float
) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Draws images, and of each image one of its copies."""
    copies: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        copies[row.file].append(place)
    images = list(copies.values())
    known = ~np.isnan(truth)
    filled = np.where(known, truth, 0).astype(np.float32)

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        picked = [images[i] for i in rng.integers(len(images), size=BATCH)]
        places = [of_image[rng.integers(len(of_image))] for of_image in picked]
        share = np.float32(rng.beta(mixing, mixing) if mixing else 1)
        x = embeddings.take([rows[place] for place in places])
        return x, filled[places], known[places].astype(np.float32), share, rng.permutation(BATCH)

    return draw


def run_numbers(model: Any, output: str, embeddings: Embeddings, rows: Sequence[Row]) -> Floats:
    """float64 [N, K], by the file itself."""
    session = open_session(model)
    parts = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    found = [run_model(session, {"embedding": np.asarray(embeddings.take(part), np.float32)}) for part in parts]
    return np.concatenate([outputs[output] for outputs in found]).astype(np.float64)
