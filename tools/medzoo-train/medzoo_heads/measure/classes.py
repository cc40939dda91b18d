"""Metrics of a classifier on test: agreement, ranking, calibration, conformal sets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Bools, Floats, Ints, Json
from .bootstrap import TAIL, Metric, Statistic, auroc_of, mean_of, mean_over, measure, sides_of

#: Below as many images on either side an AUROC says little: it is not reported.
LEAST_RANKED = 5
BINS = 15
#: Of what a calibrated head would read.
DRAWS = 1000


def class_metrics(
    probabilities: Floats,
    truth: Ints,
    sets: Bools,
    names: Sequence[str],
    groups: Sequence[str],
    dataset: str,
    seed: int,
) -> list[Json]:
    """The `metrics` entries of model.json. probabilities: float64 [N, K]; truth: int64 [N]; sets: bool [N, K]."""
    rows = np.arange(len(truth))
    found = probabilities.argmax(1)
    right: Floats = np.equal(found, truth).astype(np.float64)
    held: Floats = sets[rows, truth].astype(np.float64)
    there = [k for k in range(len(names)) if (truth == k).any()]
    recalls = [mean_of(only(right, truth == k)) for k in there]
    ranked = [k for k in there if min((truth == k).sum(), (truth != k).sum()) >= LEAST_RANKED]
    aurocs = {k: auroc_of(probabilities[:, k], (truth == k).astype(np.float64)) for k in ranked}
    sides = {k: sides_of((truth == k).astype(np.float64)) for k in ranked}
    accuracy, coverage = mean_of(right), mean_of(held)
    metrics = [
        Metric("accuracy", accuracy, (accuracy,)),
        Metric("balanced_accuracy", mean_over(recalls), tuple(recalls)),
        Metric("macro_f1", mean_over([f1_of(found, truth, k) for k in there]), parts=tuple(recalls)),
        *([Metric("auroc", mean_over(list(aurocs.values())), parts=sum(sides.values(), ()))] if aurocs else []),
        *(Metric("auroc", aurocs[k], parts=sides[k], label=names[k]) for k in ranked),
        Metric("ece", calibration_error(probabilities.max(1), right), biased=True),
        Metric("coverage", coverage, (coverage,)),
    ]
    for k in there:
        own = mean_of(only(held, truth == k))
        metrics.append(Metric("coverage", own, (own,), label=names[k], n=int((truth == k).sum())))
    metrics.append(Metric("set_size", mean_of(sets.sum(1).astype(np.float64))))
    entries = measure(metrics, groups, dataset, seed)
    lucky = error_if_calibrated(probabilities.max(1), dataset, seed)
    place = next(index for index, entry in enumerate(entries) if entry["name"] == "ece") + 1
    return [*entries[:place], lucky, *entries[place:]]


def only(values: Floats, wanted: Bools) -> Floats:
    return np.where(wanted, values, np.nan)


def f1_of(found: Ints, truth: Ints, k: int) -> Statistic:
    """The harmonic mean of precision and recall of a class; 0 where both are, NaN where no image truly has it."""
    hit = ((found == k) & (truth == k)).astype(np.float64)
    given, own = (found == k).astype(np.float64), (truth == k).astype(np.float64)

    def statistic(weights: Floats) -> Floats:
        true = weights @ own
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(true > 0, 2 * (weights @ hit) / (weights @ given + true), np.nan))

    return statistic


def calibration_error(confidence: Floats, right: Floats) -> Statistic:
    """Expected calibration error of the most probable label in 15 bins of its probability (Guo 2017)."""
    gaps = binned(confidence) * (confidence - right)[:, None]
    return lambda weights: np.asarray(np.abs(weights @ gaps).sum(1) / weights.sum(1))


def error_if_calibrated(confidence: Floats, dataset: str, seed: int) -> Json:
    """What `calibration_error` would read of so few images if the head were calibrated: the entry `ece_if_calibrated`.

    Mean and 95 % range of draws in which each answer is right as often as it says. An error within it is no sign of a
    fault.
    """
    rng, bins = np.random.default_rng(seed), binned(confidence)
    right = (rng.random((DRAWS, len(confidence))) < confidence).astype(np.float64)
    errors = np.abs((confidence - right) @ bins).sum(1) / len(confidence)
    bounds = [round(float(bound), 4) for bound in np.quantile(errors, [TAIL, 1 - TAIL])]
    about: Json = {"dataset": dataset, "split": "test", "n": len(confidence)}
    return {"name": "ece_if_calibrated", "value": round(float(errors.mean()), 4), "interval95": bounds} | about


def binned(confidence: Floats) -> Floats:
    """float64 [N, BINS]: 1 in the bin of each."""
    return np.eye(BINS)[np.minimum(BINS - 1, (confidence * BINS).astype(np.int64))]
