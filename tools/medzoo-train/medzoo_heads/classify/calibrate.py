"""Temperature and conformal sets, from the validation split."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import softmax

from ..arrays import Bools, Floats, Ints, Json, Singles
from ..temperature import least_temperature
from .probe import log_loss

#: Share of images whose true label a conformal set may miss.
ERROR_RATE = 0.1


@dataclass(frozen=True)
class Said:
    """What a head said of held-out images, and what is true of them."""

    #: float64 [N, K]
    logits: Floats
    #: int64 [N]
    labels: Ints


def fit_temperature(logits: Floats, labels: Ints) -> float:
    """The temperature that minimises the cross-entropy of logits / T, within 0.2 and 10."""
    return least_temperature(lambda temperature: log_loss(logits / temperature, labels))


def conformal_quantiles(probabilities: Floats | Singles, labels: Ints, error_rate: float = ERROR_RATE) -> list[float]:
    """For each class the quantile of 1 - p(true class), with the finite-sample correction (Vovk 2012,
    class-conditional).

    A class with too few images for the wanted rate takes the quantile of all images together. No rate is promised for
    it then, and over all images none either: a rare class that is hard to tell may lack in each of its sets. (With 1 in
    its place it was plausible of every image, and sets said nothing.)
    """
    own = 1 - probabilities[np.arange(len(labels)), labels]
    together = quantile(own, error_rate)
    found = [quantile(own[labels == k], error_rate) for k in range(probabilities.shape[1])]
    return [q if q is not None else together if together is not None else 1.0 for q in found]


def quantile(scores: Floats | Singles, error_rate: float) -> float | None:
    """Nothing where there are too few scores."""
    rank = math.ceil((len(scores) + 1) * (1 - error_rate))
    return float(np.sort(scores)[rank - 1]) if 0 < rank <= len(scores) else None


def calibration_of(
    logits: Floats, labels: Ints, names: Sequence[str], dataset: str, harder: Said | None = None,
    temperature: float | None = None,
) -> Json:  # fmt: skip
    """The `calibration` entry of model.json, from logits float64 [N, K] of val.

    With `harder`, such as damaged copies of the images, the temperature is that of all together, so that confidence
    falls where accuracy does; the sets are of the images as they are. `temperature` is fitted if None.
    """
    asked, answers = (logits, labels) if harder is None else (
        np.concatenate([logits, harder.logits]), np.concatenate([labels, harder.labels])
    )  # fmt: skip
    temperature = fit_temperature(asked, answers) if temperature is None else temperature
    quantiles = conformal_quantiles(softmax(logits / temperature, axis=1), labels)
    return {
        "temperature": temperature,
        "dataset": dataset,
        "split": "val",
        "n": len(answers),
        "conformal": {
            "errorRate": ERROR_RATE,
            # Rounded up: a set may become larger by it, and never miss what it was measured to hold.
            "quantiles": {name: math.ceil(q * 1e6) / 1e6 for name, q in zip(names, quantiles, strict=True)},
            "n": len(labels),
            "counts": {name: int((labels == k).sum()) for k, name in enumerate(names)},
        },
    }


def plausible_sets(probabilities: Floats, quantiles: Sequence[float] | Floats, error_rate: float = ERROR_RATE) -> Bools:
    """Which labels an answer calls plausible, bool [N, K], by the rule of the SDK (core's decodeClasses).

    Each label whose probability is not too small for what that label usually gets, and the most probable one. Where
    none fits, the most probable ones that hold all but the error rate together.
    """
    fits = 1 - probabilities <= np.asarray(quantiles)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(probabilities, order, 1), axis=1)
    before = np.concatenate([np.zeros((len(sums), 1)), sums[:, :-1]], axis=1)
    wavering = np.zeros_like(fits)
    np.put_along_axis(wavering, order, before < 1 - error_rate, 1)
    sets = np.where(fits.any(1, keepdims=True), fits, wavering)
    sets[np.arange(len(sets)), order[:, 0]] = True
    return sets
