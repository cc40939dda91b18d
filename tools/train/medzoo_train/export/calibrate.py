"""Temperatures, conformal sets and presence thresholds, all from the validation split."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

#: Share of images with a target that a presence threshold may miss: what is missed has no mask.
MOST_MISSED = 0.02
#: Share of images whose true label a conformal set may miss.
ERROR_RATE = 0.1


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature that minimises the cross-entropy of logits / T (Guo 2017); found by a golden-section search on log T."""

    def loss(log_t: float) -> float:
        return torch.nn.functional.cross_entropy(logits / math.exp(log_t), labels).item()

    low, high, ratio = math.log(0.2), math.log(10.0), (math.sqrt(5) - 1) / 2
    for _ in range(60):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return math.exp((low + high) / 2)


def conformal_quantiles(probabilities: Tensor, labels: Tensor, error_rate: float = ERROR_RATE) -> list[float]:
    """For each class the quantile of 1 - p(true class), with the finite-sample correction (Vovk 2012, class-conditional).

    A class with too few images for the wanted rate gets 1, so that it is always plausible.
    """
    quantiles = []
    for k in range(probabilities.shape[1]):
        scores = np.sort(1 - probabilities[labels == k, k].numpy().astype(np.float64))
        rank = math.ceil((len(scores) + 1) * (1 - error_rate))
        quantiles.append(float(scores[rank - 1]) if 0 < rank <= len(scores) else 1.0)
    return quantiles


def calibration_of(logits: Tensor, labels: Tensor, classes: tuple[str, ...]) -> dict[str, Any]:
    """The `calibration` entry of a classifier's model.json, from held-out logits float32 [N, K]."""
    temperature = fit_temperature(logits, labels)
    quantiles = conformal_quantiles(torch.softmax(logits / temperature, dim=1), labels)
    return {
        "temperature": round(temperature, 5),
        "n": len(labels),
        "conformal": {
            "errorRate": ERROR_RATE,
            "quantiles": {label: round(q, 6) for label, q in zip(classes, quantiles, strict=True)},
            "n": len(labels),
            "counts": {label: int((labels == k).sum()) for k, label in enumerate(classes)},
        },
    }


def presence_threshold(present: Tensor, absent: Sequence[Tensor]) -> float:
    """The threshold with the best balanced accuracy (Youden's J), kept low enough to miss at most MOST_MISSED of what is there.

    present: float32 [N], 0..1, where the target is; absent: likewise for each kind of picture without it, all counted alike,
    however many there are.
    """
    there, kinds = present.numpy(), [kind.numpy() for kind in absent if len(kind)]
    if not len(there) or not kinds:
        return 0.5
    candidates = np.unique(np.quantile(np.concatenate([there, *kinds]), np.linspace(0, 1, 801)))
    cap = float(np.quantile(there, MOST_MISSED))
    scores = [(there >= c).mean() + np.mean([(kind < c).mean() for kind in kinds]) for c in candidates if c <= cap]
    kept = [float(c) for c in candidates if c <= cap]
    if not kept:
        return cap
    best = max(scores)
    # The middle of the plateau, so that neither side stands at the edge.
    plateau = [c for c, s in zip(kept, scores, strict=True) if s >= best - 1e-9]
    return (plateau[0] + plateau[-1]) / 2
