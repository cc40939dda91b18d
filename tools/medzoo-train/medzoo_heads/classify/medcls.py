"""The classifier with attention, as a pure function of its weights: a lighter SAM-MedCls on top of the linear probe.

embedding float32 [B, C, h, w] -> logits float32 [B, K], attention and evidence float32 [B, h, w], as heads of
@medzoo/medcls have them. A query for each class looks at the cells. Its key projection is part of the query, and values
are projected after they are pooled: the same functions as with a projection of each cell, at a third of the cost.
MedCls's convolutions over neighbours are left out: the encoder's own attention has mixed neighbours already, and they
took half of the time of a step.

Its logits are added to those of the probe, which it begins with: it need not learn again what is linear.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..arrays import Singles
from ..mixtures.mixtures import Mixtures
from .probe import Probe

Weights = dict[str, Any]
EPSILON = 1e-5
#: Of the squeeze in the channel attention.
REDUCTION = 8
DROPOUT = 0.2
#: Below the root of the probe's variances, so that a channel without any divides nothing by zero.
TINY = 1e-12


def first_weights(channels: int, probe: Probe, seed: int) -> Weights:
    """Of a network that answers as the probe does."""
    rng, classes = np.random.default_rng(seed), len(probe.bias)
    narrow = max(4, channels // REDUCTION)

    def normal(*shape: int, deviation: float) -> Singles:
        return rng.normal(0, deviation, shape).astype(np.float32)

    return {
        "norm_scale": np.ones(channels, np.float32),
        "norm_bias": np.zeros(channels, np.float32),
        "mix": normal(channels, channels, deviation=channels**-0.5),
        "mix_bias": np.zeros(channels, np.float32),
        "squeeze": normal(channels, narrow, deviation=channels**-0.5),
        "spread": normal(narrow, channels, deviation=narrow**-0.5),
        "queries": normal(classes, channels, deviation=0.02),
        "value": normal(channels, channels, deviation=channels**-0.5),
        "value_bias": np.zeros(channels, np.float32),
        "seen_scale": np.ones(channels, np.float32),
        "seen_bias": np.zeros(channels, np.float32),
        # Zero, so that what is behind adds nothing at first.
        "classes": np.zeros((classes, channels), np.float32),
        "probe": probe.weight.astype(np.float32),
        "probe_bias": probe.bias.astype(np.float32),
    }


def forward(
    weights: Weights, embedding: jax.Array, key: jax.Array | None = None, mixtures: Mixtures | None = None
) -> tuple[jax.Array, ...]:
    """`key`: with dropout, as in training. embedding: float [B, C, h, w]. `mixtures`: those of the probe."""
    _, channels, height, width = embedding.shape
    plain = jnp.transpose(embedding.astype(jnp.float32), (0, 2, 3, 1))
    x = normalise(plain, (1, 2, 3)) * weights["norm_scale"] + weights["norm_bias"]
    x = attend_channels(weights, x + mix_channels(weights, x))
    cells = x.reshape(-1, height * width, channels)
    if key is not None:
        # Whole channels: a random number for each cell would take longer than all else.
        cells = cells * jax.random.bernoulli(key, 1 - DROPOUT, (len(cells), 1, channels)) / (1 - DROPOUT)
    # [B, N, K]
    attention = jax.nn.softmax(cells @ weights["queries"].T * channels**-0.5, axis=1)
    seen = jnp.einsum("bnk,bnc->bkc", attention, cells) @ weights["value"] + weights["value_bias"]
    logits = (normalise(seen, (2,)) * weights["seen_scale"] + weights["seen_bias"]) * weights["classes"]
    linear, linear_evidence = run_probe(weights, plain.reshape(-1, height * width, channels), mixtures)
    logits = logits.sum(-1) + linear
    evidence = attention * score_cells(weights, cells) / deviation(seen, (2,))[..., 0][:, None] + linear_evidence
    return logits, *maps_of_top(logits, attention, evidence, height, width)


def run_probe(weights: Weights, cells: jax.Array, mixtures: Mixtures | None) -> tuple[jax.Array, jax.Array]:
    """Logits [B, K] and what each cell adds to them [B, N, K]; cells [B, N, C] as the encoder gives them."""
    count, channels = cells.shape[1:]
    of_mean, of_deviation = weights["probe"][:, :channels], weights["probe"][:, channels:]
    varied = cells
    if mixtures is not None:
        # What the probe makes of mixtures stays: to train it too gained nothing (EXPERIMENTS.md, 23).
        of_mixtures = jax.lax.stop_gradient(of_deviation[:, channels:])
        of_deviation = jnp.concatenate([of_deviation[:, :channels], of_mixtures], axis=1)
        mixed = cells[:, :, -len(mixtures.scale) :] @ mixtures.matrix.T
        varied = jnp.concatenate([cells, mixed], axis=2)
    centred = varied - varied.mean(1, keepdims=True)
    spread = jnp.sqrt(jnp.square(centred).mean(1) + TINY)
    logits = cells.mean(1) @ of_mean.T + spread @ of_deviation.T + weights["probe_bias"]
    evidence = cells @ of_mean.T + (jnp.square(centred) / spread[:, None]) @ of_deviation.T
    return logits, evidence / count


def normalise(x: jax.Array, axes: tuple[int, ...]) -> jax.Array:
    return (x - x.mean(axes, keepdims=True)) / deviation(x, axes)


def deviation(x: jax.Array, axes: tuple[int, ...]) -> jax.Array:
    return jnp.sqrt(x.var(axes, keepdims=True) + EPSILON)


def mix_channels(weights: Weights, x: jax.Array) -> jax.Array:
    return jax.nn.hard_swish(x @ weights["mix"] + weights["mix_bias"])


def attend_channels(weights: Weights, x: jax.Array) -> jax.Array:
    """Which channels matter: a shared perceptron over their means and maxima (Woo 2018)."""

    def judge(pooled: jax.Array) -> jax.Array:
        return jax.nn.relu(pooled @ weights["squeeze"]) @ weights["spread"]

    gate = jax.nn.sigmoid(judge(x.mean((1, 2))) + judge(x.max((1, 2))))
    return x * gate[:, None, None]


def class_directions(weights: Weights) -> Any:
    """What a value adds to each logit before the norm's division, [K, C]: the norm takes the mean off, and so do
    these.
    """
    directions = weights["seen_scale"] * weights["classes"]
    return directions - directions.mean(1, keepdims=True)


def score_cells(weights: Weights, cells: jax.Array) -> jax.Array:
    """[B, N, C] -> [B, N, K]"""
    directions = class_directions(weights)
    return cells @ (weights["value"] @ directions.T) + weights["value_bias"] @ directions.T


def maps_of_top(
    logits: jax.Array, attention: jax.Array, evidence: jax.Array, height: int, width: int
) -> tuple[jax.Array, jax.Array]:
    """Both maps of the most probable class, [B, h, w]. The evidence is what a cell adds to its logit more than to the
    others.
    """
    classes = logits.shape[1]
    more = (evidence * classes - evidence.sum(2, keepdims=True)) / max(classes - 1, 1)
    top = logits.argmax(1)[:, None, None]
    chosen = [jnp.take_along_axis(of, top, axis=2)[..., 0] for of in (attention, more)]
    return chosen[0].reshape(-1, height, width), chosen[1].reshape(-1, height, width)
