"""Metrics of a segmenter on test: overlap of masks, and whether it knows when a target is not there."""

from __future__ import annotations

import numpy as np

from ..arrays import Bools, Floats, Json
from .bootstrap import Metric, auroc_of, mean_of, measure, median_of, sides_of
from .classes import LEAST_RANKED


def mask_metrics(
    dice: Floats, iou: Floats, presence: Floats, is_found: Bools, is_there: Bools, label: str, groups: list[str],
    dataset: str, seed: int,
) -> list[Json]:  # fmt: skip
    """The `metrics` entries of one target, each array [N]: overlap as answered, presence 0..1, found at all, truly
    there.
    """
    mean_dice, mean_iou = mean_of(dice), mean_of(iou)
    metrics = [
        Metric("dice", mean_dice, (mean_dice,), label=label),
        Metric("dice_median", median_of(dice), label=label),
        Metric("iou", mean_iou, (mean_iou,), label=label),
        Metric("iou_median", median_of(iou), label=label),
    ]
    absent = int((~is_there).sum())
    if min(absent, int(is_there.sum())) >= LEAST_RANKED:
        negatives: Json = {"kind": "empty", "sets": [dataset], "n": absent}
        found, there = is_found.astype(np.float64), is_there.astype(np.float64)
        sensitivity = mean_of(np.where(is_there, found, np.nan))
        specificity = mean_of(np.where(is_there, np.nan, 1 - found))
        metrics += [
            Metric(
                "presence_auroc", auroc_of(presence, there), parts=sides_of(there), label=label, negatives=negatives
            ),
            Metric("presence_sensitivity", sensitivity, (sensitivity,), label=label, n=int(is_there.sum())),
            Metric("presence_specificity", specificity, (specificity,), label=label, n=absent, negatives=negatives),
        ]
    return measure(metrics, groups, dataset, seed)
