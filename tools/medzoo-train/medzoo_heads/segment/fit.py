"""Trains the light decoder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..arrays import Bools, Halves, Json, Singles
from ..embeddings.embeddings import Embeddings
from ..embeddings.rows import Row
from ..embeddings.splits import Splits
from ..export.graph import open_session, run_model
from ..training import Clock, Outcome, Plan, Weights, train
from .decoder import Layout, first_weights, forward
from .graphs import decoder_graph, neutral
from .probe import CellProbe
from .scales import overlaps
from .targets import Targets

BATCH = 8
RATE = 2e-3
EPOCHS = 30
FEWEST_STEPS = 300
#: Rows of val that are looked at while training; the final choice is by all of them.
LOOKED_AT = 48


@dataclass(frozen=True)
class Source:
    """Batches of what the network is given and is to find."""

    embeddings: Embeddings
    targets: Targets
    layout: Layout
    #: float32 [3, 1, 1] each, of the encoder's preprocessing.
    mean: Singles
    std: Singles

    def feeds(self, rows: Sequence[Row]) -> dict[str, Singles]:
        """By the names of the file's inputs."""
        feeds = {"embedding": np.asarray(self.embeddings.take(rows), np.float32)}
        if self.layout.has_image:
            feeds["image"] = np.asarray((self.embeddings.images(rows) - self.mean) / self.std, np.float32)
        return feeds

    def truth(self, rows: Sequence[Row]) -> Bools:
        """bool [N, T, H, W]"""
        return self.targets.of(self.embeddings.masks(rows))


def normalisation_of(preprocess: Json) -> tuple[Singles, Singles]:
    mean, std = (np.asarray(preprocess[key], np.float32)[:, None, None] for key in ("mean", "std"))
    return mean, std


def fit_decoder(
    source: Source, probe: CellProbe, splits: Splits, clock: Clock, seed: int, steps: int | None
) -> Outcome:
    layout, train_rows, val_rows = source.layout, splits.train, splits.val
    chosen = np.random.default_rng(seed).permutation(len(val_rows))[:LOOKED_AT]
    looked_at = [val_rows[i] for i in sorted(chosen)]
    truth = source.truth(looked_at)

    def step(weights: Weights, key: Any, embedding: Any, image: Any, wanted: Any) -> Any:
        logits = forward(layout, weights, embedding, image if layout.has_image else None)
        return mask_loss(logits, wanted.astype(jnp.float32))

    def judge(weights: Weights) -> tuple[float, str]:
        # By ONNX Runtime, which is quicker than XLA, and compiles nothing.
        found = run_masks(decoder_graph(layout, weights, neutral(layout.targets)), source, looked_at)
        dice = overlaps(found >= 0, truth)[0].mean()
        losses = [loss_of(logits[None], wanted[None]) for logits, wanted in zip(found, truth, strict=True)]
        return float(np.mean(losses)), f"loss {np.mean(losses):.4f}, Dice {dice:.3f}"

    images = len({row.file for row in train_rows})
    plan = Plan(
        step=step, batch=batches(source, train_rows), judge=judge, rate=RATE, decay=0.01, average=0.98,
        steps=steps or max(FEWEST_STEPS, EPOCHS * images // BATCH),
    )  # fmt: skip
    return train(plan, first_weights(layout, probe, seed), clock, seed)


def loss_of(logits: Halves, wanted: Bools) -> float:
    return float(compiled_loss(logits.astype(np.float32), wanted.astype(np.float32)))


def mask_loss(logits: Any, wanted: Any) -> Any:
    """Cross-entropy of pixels, and one less the soft Dice of each mask; logits and wanted float32 [B, T, H, W]."""
    entropy = jnp.maximum(logits, 0) - logits * wanted + jnp.log1p(jnp.exp(-jnp.abs(logits)))
    chances = jax.nn.sigmoid(logits)
    both = (chances * wanted).sum((2, 3))
    dice = (2 * both + 1) / (chances.sum((2, 3)) + wanted.sum((2, 3)) + 1)
    return entropy.mean() + (1 - dice).mean()


compiled_loss = jax.jit(mask_loss)


def batches(source: Source, rows: Sequence[Row]) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Draws images, and of each image one of its copies."""
    copies: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        copies[row.file].append(row)
    images = list(copies.values())

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        picked = rng.integers(len(images), size=BATCH)
        chosen = [images[i][rng.integers(len(images[i]))] for i in picked]
        feeds = source.feeds(chosen)
        return feeds["embedding"], feeds.get("image", np.zeros(0, np.float32)), source.truth(chosen)

    return draw


def parts_of(rows: Sequence[Row], size: int = BATCH) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def run_masks(model: Any, source: Source, rows: Sequence[Row]) -> Halves:
    """Mask logits by the file itself, float16 [N, T, H, W]."""
    session = open_session(model)
    found = [run_model(session, source.feeds(part))["masks"].astype(np.float16) for part in parts_of(rows)]
    return np.concatenate(found)
