"""The temperature by which logits are divided, so that probabilities are as often right as they say."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.optimize import minimize_scalar

#: What a temperature may be.
LOWEST, HIGHEST = 0.2, 10.0
#: Of the logarithm: finer than the digits that are kept.
PRECISION, DIGITS = 1e-7, 5


def least_temperature(loss: Callable[[float], float]) -> float:
    """The temperature of the least loss (Guo 2017), rounded as it is stored, since all else is measured at that one."""
    found = minimize_scalar(
        lambda log_t: loss(math.exp(log_t)),
        bounds=(math.log(LOWEST), math.log(HIGHEST)),
        method="bounded",
        options={"xatol": PRECISION},
    )
    return round(math.exp(float(found.x)), DIGITS)
