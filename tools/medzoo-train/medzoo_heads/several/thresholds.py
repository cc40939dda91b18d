"""What makes the probabilities of several labels honest, and from which one an image has a label; from val."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from ..numbers.probe import cross_entropy
from ..temperature import least_temperature

#: Thresholds that are tried.
GRID = np.linspace(0.05, 0.95, 91)
HALF = 0.5


def sigmoid(values: Floats) -> Floats:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-values)))


def fit_temperature(logits: Floats, truth: Floats) -> float:
    """One for all labels: that of the least cross-entropy, over what is known, within 0.2 and 10."""
    known = ~np.isnan(truth)
    return least_temperature(lambda temperature: cross_entropy(logits[known] / temperature, truth[known]))


def best_threshold(probabilities: Floats, truth: Floats) -> float:
    """That of the highest F1 over images of which it is known whether they have the label; of several, the middle."""
    known = ~np.isnan(truth)
    found, wanted = probabilities[known], truth[known] == 1
    scores = [f1_at(found, wanted, float(threshold)) for threshold in GRID]
    if not wanted.any() or max(scores) == 0:
        return HALF
    good = [float(threshold) for threshold, score in zip(GRID, scores, strict=True) if score >= max(scores) - 1e-9]
    return round(good[len(good) // 2], 4)


def f1_at(probabilities: Floats, truth: np.ndarray, threshold: float) -> float:
    called = probabilities >= threshold
    return 2 * float((called & truth).sum()) / max(float(called.sum() + truth.sum()), 1.0)
