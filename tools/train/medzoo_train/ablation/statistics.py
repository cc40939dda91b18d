"""Means with bootstrap intervals that draw whole groups: images of one patient are not independent.

medzoo-train has another one (measure/bootstrap.py), which draws any statistic by the rules of `medzoo evaluate` and
weighs each image in each draw. Here thousands of images are drawn twice as often, and a mean needs the sums of groups
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
RESAMPLES = 4000
SEED = 1


@dataclass(frozen=True)
class Estimate:
    """A mean and the 2.5th and 97.5th percentile of its bootstrap distribution."""

    mean: float
    low: float
    high: float

    def to_json(self) -> dict[str, float]:
        return {"mean": round(self.mean, 4), "low": round(self.low, 4), "high": round(self.high, 4)}


def bootstrap(scores: Floats, groups: Sequence[str], resamples: int = RESAMPLES, seed: int = SEED) -> Estimate:
    """scores: float64 [N], one an image; groups: whom each image is of. For a difference, give differences: then it is
    paired.
    """
    if len(scores) == 0 or len(scores) != len(groups):
        raise ValueError(f"Expected as many groups as scores and at least one; got {len(groups)} and {len(scores)}.")
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    count = int(member.max()) + 1
    sums = np.bincount(member, weights=scores, minlength=count)
    sizes = np.bincount(member, minlength=count).astype(np.float64)
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)
    means = (drawn @ sums) / (drawn @ sizes)
    low, high = np.percentile(means, [2.5, 97.5])
    return Estimate(float(scores.mean()), float(low), float(high))


def verdict(difference: Estimate) -> str:
    """What a paired difference says of "the first is better than the second"."""
    if difference.low > 0:
        return "holds"
    return "does not hold" if difference.high < 0 else "undecided"
