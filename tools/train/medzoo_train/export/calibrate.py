"""Temperatures, conformal sets and presence thresholds, all from the validation split."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
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

    A class with too few images for the wanted rate takes the quantile of all images together: the rate then holds over all, and
    not for that class. (With 1 in its place it was plausible of every image, and sets said nothing.)
    """
    own = (1 - probabilities[torch.arange(len(labels)), labels]).numpy().astype(np.float64)
    together = quantile(own, error_rate)
    classes = range(probabilities.shape[1])
    found = [quantile(own[labels.numpy() == k], error_rate) for k in classes]
    return [q if q is not None else together if together is not None else 1.0 for q in found]


def quantile(scores: npt.NDArray[np.float64], error_rate: float) -> float | None:
    """Nothing where there are too few scores."""
    rank = math.ceil((len(scores) + 1) * (1 - error_rate))
    return float(np.sort(scores)[rank - 1]) if 0 < rank <= len(scores) else None


@dataclass(frozen=True)
class HeldOut:
    """What a head said of held-out images, as they are and of hard copies."""

    logits: Tensor
    hard_logits: Tensor
    hard_labels: Tensor


def calibration_of(logits: Tensor, labels: Tensor, classes: tuple[str, ...], more: HeldOut | None = None) -> dict[str, Any]:
    """The `calibration` entry of a classifier's model.json, from held-out logits float32 [N, K].

    With `more` the temperature is that of plain and hard images together, so that confidence falls where accuracy does.
    """
    asked, answers = logits, labels
    if more is not None:
        asked, answers = torch.cat([logits, more.hard_logits]), torch.cat([labels, more.hard_labels])
    # Rounded before the quantiles are taken, since they hold at the temperature that is stored.
    temperature = round(fit_temperature(asked, answers), 5)
    quantiles = conformal_quantiles(torch.softmax(logits / temperature, dim=1), labels)
    return {
        "temperature": temperature,
        "n": len(answers),
        "conformal": {
            "errorRate": ERROR_RATE,
            # Rounded up: a set may become larger by it, and never miss what it was measured to hold.
            "quantiles": {label: math.ceil(q * 1e6) / 1e6 for label, q in zip(classes, quantiles, strict=True)},
            "n": len(labels),
            "counts": {label: int((labels == k).sum()) for k, label in enumerate(classes)},
        },
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
