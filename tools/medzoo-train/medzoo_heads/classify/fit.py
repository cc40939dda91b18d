"""Trains the classifier with attention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..arrays import Floats
from ..embeddings.embeddings import Embeddings
from ..embeddings.labels import numbers_of
from ..embeddings.rows import Row
from ..export.graph import open_session, run_model
from ..training import Clock, Outcome, Plan, Weights, train
from .calibrate import fit_temperature
from .graphs import medcls_graph
from .medcls import first_weights, forward
from .probe import Probe, balance, log_loss

BATCH = 64
RATE = 1e-3
SMOOTHING = 0.03
#: Of the Beta distribution that images are mixed by.
MIXING = 0.3
EPOCHS = 60
#: Below, a moving average of the weights is of little else than their beginning.
FEWEST_STEPS = 300


def fit_medcls(
    embeddings: Embeddings, probe: Probe, train_rows: Sequence[Row], labels: Sequence[str], val_rows: Sequence[Row],
    clock: Clock, seed: int, steps: int | None,
) -> tuple[Outcome, Floats]:  # fmt: skip
    """The outcome, and its logits on val, float64 [N, K]."""
    classes = len(labels)
    truth = numbers_of(val_rows, labels)
    weights = balance(truth, classes)

    def step(weights: Weights, key: Any, x: Any, y: Any, share: Any, order: Any) -> Any:
        x = x.astype(jnp.float32)
        mixed = share * x + (1 - share) * x[order]
        wanted = optax.smooth_labels(jax.nn.one_hot(y, classes), SMOOTHING)
        wanted = share * wanted + (1 - share) * wanted[order]
        logits = forward(weights, mixed, key, probe.mixtures)[0]
        return optax.softmax_cross_entropy(logits, wanted).mean()

    def judge(found: Weights) -> tuple[float, str]:
        logits = medcls_logits(found, probe, embeddings, val_rows)
        loss = log_loss(logits / fit_temperature(logits, truth), truth, weights)
        return loss, f"loss {loss:.4f}, accuracy {(logits.argmax(1) == truth).mean():.3f}"

    images = len({row.file for row in train_rows})
    plan = Plan(
        step=step, batch=batches(embeddings, train_rows, labels), judge=judge, rate=RATE,
        steps=steps or max(FEWEST_STEPS, EPOCHS * images // BATCH),
    )  # fmt: skip
    outcome = train(plan, first_weights(embeddings.about.shape[0], probe, seed), clock, seed)
    return outcome, medcls_logits(outcome.weights, probe, embeddings, val_rows)


def batches(
    embeddings: Embeddings, rows: Sequence[Row], labels: Sequence[str]
) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Draws images, rare classes more often than by their number, and of each image one of its copies."""
    copies: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        copies[row.file].append(row)
    images = list(copies.values())
    truth = numbers_of([of_image[0] for of_image in images], labels)
    shares = balance(truth, len(labels))
    shares = shares / shares.sum()

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        picked = rng.choice(len(images), BATCH, p=shares)
        chosen = [images[i][rng.integers(len(images[i]))] for i in picked]
        share = np.float32(rng.beta(MIXING, MIXING))
        return embeddings.take(chosen), truth[picked].astype(np.int32), share, rng.permutation(BATCH)

    return draw


def medcls_logits(weights: Weights, probe: Probe, embeddings: Embeddings, rows: Sequence[Row]) -> Floats:
    """By the file that the weights make: ONNX Runtime is quicker than XLA, and nothing is compiled."""
    return run_logits(medcls_graph(weights, embeddings.about.shape, probe.mixtures), embeddings, rows)


def run_logits(model: Any, embeddings: Embeddings, rows: Sequence[Row]) -> Floats:
    """float64 [N, K]"""
    session = open_session(model)
    parts = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
    found = [run_model(session, {"embedding": np.asarray(embeddings.take(part), np.float32)}) for part in parts]
    return np.concatenate([outputs["logits"] for outputs in found]).astype(np.float64)
