"""Metrics of numbers, and of several labels of one image, on test; by the names of `medzoo evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Floats, Json
from .bootstrap import Metric, Statistic, auroc_of, mean_of, mean_over, measure, median_of, sides_of
from .classes import LEAST_RANKED


def value_metrics(
    found: Floats, truth: Floats, widths: Sequence[float | None], labels: Sequence[str], groups: Sequence[str],
    dataset: str, seed: int,
) -> list[Json]:  # fmt: skip
    """found and truth: float64 [N, K] in their units, NaN where the truth is not known. widths: of the intervals."""
    metrics: list[Json] = []
    for k, (label, width) in enumerate(zip(labels, widths, strict=True)):
        known = ~np.isnan(truth[:, k])
        differences = found[known, k] - truth[known, k]
        own = [
            Metric("mae", mean_of(np.abs(differences)), label=label),
            Metric("mae_median", median_of(np.abs(differences)), label=label),
            Metric("error", mean_of(differences), label=label),
        ]
        if width is not None:
            within = mean_of((np.abs(differences) <= width).astype(np.float64))
            own.append(Metric("interval_coverage", within, (within,), label=label))
        metrics += measure(own, [group for group, there in zip(groups, known, strict=True) if there], dataset, seed)
    return metrics


def several_metrics(
    probabilities: Floats, truth: Floats, thresholds: Sequence[float], labels: Sequence[str], groups: Sequence[str],
    dataset: str, seed: int,
) -> list[Json]:  # fmt: skip
    """probabilities and truth: float64 [N, K]; truth is 1, 0, or NaN where it is not known."""
    aurocs: dict[str, Statistic] = {}
    scores: list[Statistic] = []
    there: list[Statistic] = []
    compared: list[Statistic] = []
    own: list[Metric] = []
    for k, (label, threshold) in enumerate(zip(labels, thresholds, strict=True)):
        wanted = truth[:, k]
        called = (probabilities[:, k] >= threshold).astype(np.float64)
        having, lacking = int((wanted == 1).sum()), int((wanted == 0).sum())
        known = having + lacking
        if min(having, lacking) >= LEAST_RANKED:
            aurocs[label] = known_auroc(probabilities[:, k], wanted)
            compared += sides_of(wanted)
            own.append(Metric("auroc", aurocs[label], parts=sides_of(wanted), label=label, n=known))
        scores.append(f1_of(called, wanted))
        there.append(sides_of(wanted)[0])
        sensitivity = mean_of(np.where(wanted == 1, called, np.nan))
        specificity = mean_of(np.where(wanted == 0, 1 - called, np.nan))
        own += [
            Metric("f1", scores[-1], parts=(there[-1],), label=label, n=known),
            Metric("sensitivity", sensitivity, (sensitivity,), label=label, n=having),
            Metric("specificity", specificity, (specificity,), label=label, n=lacking),
        ]
    shared = [Metric("auroc", mean_over(list(aurocs.values())), parts=tuple(compared))] if aurocs else []
    macro_f1 = Metric("macro_f1", mean_over(scores), parts=tuple(there))
    return measure([*shared, macro_f1, *own], groups, dataset, seed)


def known_auroc(scores: Floats, truth: Floats) -> Statistic:
    known = np.flatnonzero(~np.isnan(truth))
    statistic = auroc_of(scores[known], truth[known])
    return lambda weights: statistic(weights[:, known])


def f1_of(called: Floats, truth: Floats) -> Statistic:
    """The harmonic mean of precision and recall; NaN where no image truly has the label."""
    known = ~np.isnan(truth)
    own, given = np.where(known, truth, 0), np.where(known, called, 0)

    def statistic(weights: Floats) -> Floats:
        true = weights @ own
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(true > 0, 2 * (weights @ (own * given)) / (weights @ given + true), np.nan))

    return statistic
