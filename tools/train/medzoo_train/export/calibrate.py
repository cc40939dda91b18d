"""Temperatures, conformal sets and presence thresholds, all from the validation split."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

#: In logits, between a presence threshold and the lowest presence whose mask is worth having. New images vary more than held-out
#: ones, and a target that is missed has no mask, while one found in vain has a mask that people see to be wrong.
MARGIN = 1.0
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


@dataclass(frozen=True)
class HeldOut:
    """What a head said of the held-out images, as they are and harder, and others of training images they had not seen."""

    logits: Tensor
    hard_logits: Tensor
    hard_labels: Tensor
    fold_logits: Tensor | None = None
    fold_labels: Tensor | None = None


def calibration_of(logits: Tensor, labels: Tensor, classes: tuple[str, ...], more: HeldOut | None = None) -> dict[str, Any]:
    """The `calibration` entry of a classifier's model.json, from held-out logits float32 [N, K].

    With `more` the temperature is that of plain and hard images together, so that confidence falls where accuracy does; and
    conformal sets are calibrated on training images too, by folds, where a class has too few held-out images to say anything.
    """
    asked, answers = logits, labels
    if more is not None:
        asked, answers = torch.cat([logits, more.hard_logits]), torch.cat([labels, more.hard_labels])
    temperature = fit_temperature(asked, answers)
    folded = more is not None and more.fold_logits is not None and more.fold_labels is not None
    if folded:
        assert more is not None and more.fold_logits is not None and more.fold_labels is not None
        logits, labels = torch.cat([logits, more.fold_logits]), torch.cat([labels, more.fold_labels])
    quantiles = conformal_quantiles(torch.softmax(logits / temperature, dim=1), labels)
    return {
        "temperature": round(temperature, 5),
        "n": len(answers),
        "conformal": {
            "errorRate": ERROR_RATE,
            "quantiles": {label: round(q, 6) for label, q in zip(classes, quantiles, strict=True)},
            "n": len(labels),
            "counts": {label: int((labels == k).sum()) for k, label in enumerate(classes)},
        },
        "split": "val and train by folds" if folded else "val",
    }


def presence_threshold(worth: Tensor, absent: Tensor) -> float:
    """The logit below which a target is called absent: the highest that is MARGIN below all that is worth having.

    Where all that is absent lies lower still, the middle between the two, so that neither side stands at the edge.

    worth: float32 [N], presence logits of images whose mask is worth having; absent: likewise, of pictures without the target.
    """
    if not len(worth):
        return 0.0
    cap = worth.min().item() - MARGIN
    highest = absent.max().item() if len(absent) else cap
    return cap if highest >= cap else (highest + cap) / 2
