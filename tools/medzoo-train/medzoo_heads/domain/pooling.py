"""Pooled embeddings: what the linear probe, the leak check and the domain look at."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats, Halves, Singles


def pool(values: Halves | Singles) -> Floats:
    """float [N, C, h, w] -> float64 [N, 2C]: the mean of each channel, then its population standard deviation."""
    cells = values.reshape(*values.shape[:2], -1).astype(np.float32)
    # The sums are in float64: those of 256 numbers in float32 would lose digits that a difference of two scores needs.
    return np.concatenate([cells.mean(2, dtype=np.float64), cells.std(2, dtype=np.float64)], axis=1)
