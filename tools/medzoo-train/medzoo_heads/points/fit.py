"""Trains the light decoder to find places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..arrays import Floats
from ..embeddings.columns import covered_by
from ..embeddings.rows import Row
from ..embeddings.splits import Splits
from ..export.graph import open_session, run_model
from ..segment.decoder import first_weights, forward
from ..segment.feeds import BATCH, Feeds, batches, parts_of
from ..segment.probe import CellProbe, fit_cells, gather_cells
from ..training import Clock, Outcome, Plan, Weights, train
from .graphs import OUTPUT, centres, decoder_graph

RATE = 2e-3
EPOCHS = 30
FEWEST_STEPS = 300
#: Rows of val that are looked at while training; the final choice is by all of them.
LOOKED_AT = 48
#: Deviation of the bump that the decoder learns to draw around a place, as a share of the input's sides.
BUMP = 0.02
#: Of that which the probe sees, whose cells are larger.
WIDE_BUMP = 0.04
#: By what the logits are multiplied before the softmax whose mean is the place: tried on val.
SHARPNESS = tuple(float(value) for value in 2.0 ** np.arange(-2, 6))


@dataclass(frozen=True)
class PointSource(Feeds):
    #: By row: float64 [T, 2], shares of the encoder's input; NaN where a place is not known.
    places: dict[int, Floats]

    def truth(self, rows: Sequence[Row]) -> Floats:
        """float64 [N, T, 2]"""
        return np.stack([self.places[row.number] for row in rows])

    def covered(self, row: Row) -> tuple[float, float]:
        """The share of the encoder's input that an image as it is covers across and down."""
        return covered_by(*row.size, self.embeddings.about.preprocess)

    def bumps(self, rows: Sequence[Row], deviation: float) -> Floats:
        """A bump of height 1 around each place, 0 where it is not known: float64 [N, T, H, W]."""
        truth = self.truth(rows)
        height, width = self.layout.size
        across, down = (
            np.exp(-0.5 * np.square((centres(length) - truth[..., axis, None]) / deviation))
            for axis, length in ((0, width), (1, height))
        )
        return np.nan_to_num(down[..., :, None] * across[..., None, :])


def fit_probe(source: PointSource, splits: Splits, seed: int) -> CellProbe:
    """Logistic regression of each cell on how much of the bump is in its parts."""
    rng = np.random.default_rng(seed)

    def cells(rows: Sequence[Row]) -> tuple[Floats, Floats]:
        def draw() -> Any:
            return ((source.embeddings.take(part), source.bumps(part, WIDE_BUMP)) for part in parts_of(rows))

        return gather_cells(draw, source.layout.side, rng, len(rows))

    return fit_cells(*cells(splits.train_originals), cells(splits.val))


def fit_points(
    source: PointSource, probe: CellProbe, splits: Splits, clock: Clock, seed: int, steps: int | None
) -> Outcome:
    layout, train_rows, val_rows = source.layout, splits.train, splits.val
    chosen = np.random.default_rng(seed).permutation(len(val_rows))[:LOOKED_AT]
    looked_at = [val_rows[i] for i in sorted(chosen)]

    def step(weights: Weights, key: Any, embedding: Any, image: Any, wanted: Any) -> Any:
        logits = forward(layout, weights, embedding, image if layout.has_image else None)
        return bump_loss(logits, wanted)

    def judge(weights: Weights) -> tuple[float, str]:
        distances = best_sharpness(lambda sharp: decoder_graph(layout, weights, sharp), source, looked_at)[1]
        return float(distances.mean()), in_words(distances)

    images = len({row.file for row in train_rows})
    plan = Plan(
        step=step, batch=batches(source, train_rows), judge=judge, rate=RATE, decay=0.01, average=0.98,
        steps=steps or max(FEWEST_STEPS, EPOCHS * images // BATCH),
    )  # fmt: skip
    return train(plan, first_weights(layout, probe, seed), clock, seed)


def bump_loss(logits: Any, places: Any) -> Any:
    """Cross-entropy of the softmax over all pixels with a bump around the place; places float32 [B, T, 2] with NaN."""
    height, width = logits.shape[2:]
    known = ~jnp.isnan(places).any(-1)
    there = jnp.where(known[..., None], places, 0.5)
    bumps = []
    for axis, length in ((0, width), (1, height)):
        squares = jnp.square((jnp.asarray(centres(length)) - there[..., axis, None]) / BUMP)
        bumps.append(jax.nn.softmax(-0.5 * squares, axis=-1))
    across, down = bumps
    logs = jax.nn.log_softmax(logits.reshape(*logits.shape[:2], -1), axis=-1).reshape(logits.shape)
    losses = -jnp.einsum("bthw,bth,btw->bt", logs, down, across)
    return (losses * known).sum() / jnp.maximum(known.sum(), 1)


def run_points(model: Any, source: PointSource, rows: Sequence[Row]) -> Floats:
    """float64 [N, T, 2], by the file itself."""
    session = open_session(model)
    return np.concatenate([run_model(session, source.feeds(part))[OUTPUT] for part in parts_of(rows)]).astype(
        np.float64
    )


def best_sharpness(
    model_of: Callable[[Floats], Any], source: PointSource, rows: Sequence[Row]
) -> tuple[Floats, Floats]:
    """Of each target that of the least mean distance, and the mean distances, float64 [T] each: shares of the
    diagonal.
    """
    truth, targets = source.truth(rows), source.layout.targets
    means = np.stack([distances_of(run_points(model_of(np.full(targets, s)), source, rows), truth) for s in SHARPNESS])
    best = means.argmin(0)
    return np.asarray(SHARPNESS)[best], means[best, np.arange(targets)]


def distances_of(found: Floats, truth: Floats) -> Floats:
    """Mean distance of each target over the images of which its place is known, as a share of the input's diagonal."""
    return np.asarray(np.nanmean(np.sqrt(np.square(found - truth).sum(-1) / 2), axis=0))


def in_words(distances: Floats) -> str:
    return f"mean distance {100 * distances.mean():.2f} % of the diagonal"
