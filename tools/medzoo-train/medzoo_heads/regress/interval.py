"""Split conformal intervals of numbers, from the validation split."""

from __future__ import annotations

import math

import numpy as np

from ..arrays import Floats, Json

#: The share of images whose true value lies within the interval.
COVERAGE = 0.9


def interval_of(found: Floats, truth: Floats, dataset: str, coverage: float = COVERAGE) -> Json | None:
    """The `interval` of a quantity, of answers and true values float64 [N] in its unit; none of too few images.

    The half width is the ceil((N + 1) * coverage)-th smallest absolute difference (Lei 2018): a new image's true value
    then lies within with at least that probability.
    """
    differences = np.sort(np.abs(found - truth))
    rank = math.ceil((len(differences) + 1) * coverage)
    if rank > len(differences):
        return None
    # Rounded up: an interval may become wider by it, and never miss what it was measured to hold.
    width = round_up(float(differences[rank - 1]))
    return {"coverage": coverage, "halfWidth": width, "n": len(differences), "dataset": dataset, "split": "val"}


def round_up(value: float, digits: int = 5) -> float:
    """To so many significant digits."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)
    return float(f"{math.ceil(value / step) * step:.12g}")
