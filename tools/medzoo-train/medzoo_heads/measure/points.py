"""Metrics of keypoints on test, by the names of `medzoo evaluate`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Floats, Json
from .bootstrap import Metric, Statistic, measure

#: A place counts as found within this share of the image's diagonal.
NEAR = 0.05


def point_metrics(
    differences: Floats, diagonals: Floats, labels: Sequence[str], groups: Sequence[str], dataset: str, seed: int
) -> list[Json]:
    """differences: found less true, in pixels of the image, float64 [N, K, 2], NaN where the truth is not known.
    diagonals: of the images, in pixels, float64 [N].
    """
    distances = np.hypot(differences[..., 0], differences[..., 1])
    near = np.where(np.isnan(distances), np.nan, distances <= NEAR * diagonals[:, None])
    metrics = of_columns(distances, near, None)
    if len(labels) > 1:
        for k, label in enumerate(labels):
            metrics += of_columns(distances[:, k : k + 1], near[:, k : k + 1], label)
    return measure(metrics, groups, dataset, seed)


def of_columns(distances: Floats, near: Floats, label: str | None) -> list[Metric]:
    share, n = mean_of_all(near), int((~np.isnan(distances)).sum())
    return [
        Metric("mean_distance_px", mean_of_all(distances), label=label, n=n),
        Metric("pck_5", share, (share,), label=label, n=n),
    ]


def mean_of_all(values: Floats) -> Statistic:
    """The mean over images and labels, float64 [N, K]; NaN values are not counted."""
    there = ~np.isnan(values)
    sums, counts = np.where(there, values, 0).sum(1), there.sum(1).astype(np.float64)

    def statistic(weights: Floats) -> Floats:
        total = weights @ counts
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(total > 0, weights @ sums / total, np.nan))

    return statistic
