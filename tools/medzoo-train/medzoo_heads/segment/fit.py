"""Trains the light decoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..arrays import Bools, Halves
from ..embeddings.rows import Row
from ..embeddings.splits import Splits
from ..export.graph import open_session, run_model
from ..training import Clock, Outcome, Plan, Weights, train
from .decoder import first_weights, forward
from .feeds import BATCH, Feeds, batches, parts_of
from .graphs import decoder_graph, neutral, output_of
from .probe import CellProbe
from .scales import masks_of, overlaps
from .targets import Targets

RATE = 2e-3
EPOCHS = 30
FEWEST_STEPS = 300
#: Rows of val that are looked at while training; the final choice is by all of them.
LOOKED_AT = 48


@dataclass(frozen=True)
class Source(Feeds):
    """Batches of what the network is given and is to find."""

    targets: Targets

    def truth(self, rows: Sequence[Row]) -> Bools:
        """bool [N, T, H, W]"""
        return self.targets.of(self.embeddings.masks(rows), rows)


def fit_decoder(
    source: Source, probe: CellProbe, splits: Splits, clock: Clock, seed: int, steps: int | None
) -> Outcome:
    layout, train_rows, val_rows = source.layout, splits.train, splits.val
    chosen = np.random.default_rng(seed).permutation(len(val_rows))[:LOOKED_AT]
    looked_at = [val_rows[i] for i in sorted(chosen)]
    truth = source.truth(looked_at)

    def step(weights: Weights, key: Any, embedding: Any, image: Any, wanted: Any) -> Any:
        logits = forward(layout, weights, embedding, image if layout.has_image else None)
        return mask_loss(logits, wanted.astype(jnp.float32), layout.exclusive)

    def judge(weights: Weights) -> tuple[float, str]:
        # By ONNX Runtime, which is quicker than XLA, and compiles nothing.
        found = run_masks(decoder_graph(layout, weights, neutral(layout.targets)), source, looked_at)
        dice = overlaps(masks_of(found, np.zeros(layout.targets), layout.exclusive), truth)[0].mean()
        losses = [
            loss_of(logits[None], wanted[None], layout.exclusive) for logits, wanted in zip(found, truth, strict=True)
        ]
        return float(np.mean(losses)), f"loss {np.mean(losses):.4f}, Dice {dice:.3f}"

    images = len({row.file for row in train_rows})
    plan = Plan(
        step=step, batch=batches(source, train_rows), judge=judge, rate=RATE, decay=0.01, average=0.98,
        steps=steps or max(FEWEST_STEPS, EPOCHS * images // BATCH),
    )  # fmt: skip
    return train(plan, first_weights(layout, probe, seed), clock, seed)


def loss_of(logits: Halves, wanted: Bools, exclusive: bool) -> float:
    return float(compiled_loss(logits.astype(np.float32), wanted.astype(np.float32), exclusive))


def mask_loss(logits: Any, wanted: Any, exclusive: bool) -> Any:
    """Cross-entropy of pixels, and one less the soft Dice of each mask; logits and wanted float32 [B, T, H, W]."""
    if exclusive:
        # Beside a background of 0, which has what no target has.
        planes = jnp.concatenate([jnp.zeros_like(logits[:, :1]), logits], axis=1)
        logs = jax.nn.log_softmax(planes, axis=1)
        rest = 1 - wanted.sum(1, keepdims=True)
        entropy = -(logs * jnp.concatenate([rest, wanted], axis=1)).sum(1)
        chances = jnp.exp(logs[:, 1:])
    else:
        entropy = jnp.maximum(logits, 0) - logits * wanted + jnp.log1p(jnp.exp(-jnp.abs(logits)))
        chances = jax.nn.sigmoid(logits)
    both = (chances * wanted).sum((2, 3))
    dice = (2 * both + 1) / (chances.sum((2, 3)) + wanted.sum((2, 3)) + 1)
    return entropy.mean() + (1 - dice).mean()


compiled_loss = jax.jit(mask_loss, static_argnums=2)


def run_masks(model: Any, source: Source, rows: Sequence[Row]) -> Halves:
    """Mask logits by the file itself, float16 [N, T, H, W]; without the background's, which are 0."""
    session, output = open_session(model), output_of(source.layout)
    found = [run_model(session, source.feeds(part))[output].astype(np.float16) for part in parts_of(rows)]
    return np.concatenate(found)[:, -source.layout.targets :]
