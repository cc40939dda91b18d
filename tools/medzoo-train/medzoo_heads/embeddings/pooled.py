"""Pooled embeddings: what the linear probe, the leak check and the domain look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Floats, Halves, Singles
from .embeddings import Embeddings
from .rows import Row


def pool(values: Halves | Singles) -> Floats:
    """float [N, C, h, w] -> float64 [N, 2C]: the mean of each channel, then its population standard deviation."""
    cells = values.reshape(*values.shape[:2], -1).astype(np.float32)
    # The sums are in float64: those of 256 numbers in float32 would lose digits that a difference of two scores needs.
    return np.concatenate([cells.mean(2, dtype=np.float64), cells.std(2, dtype=np.float64)], axis=1)


class Pooled:
    """The pooled embeddings of rows, each read once."""

    def __init__(self, embeddings: Embeddings, rows: Sequence[Row]) -> None:
        self.values = np.empty((len(rows), 2 * embeddings.about.shape[0]))
        for place, values in embeddings.chunks(rows):
            self.values[place] = pool(values)
        self.places = {row.number: place for place, row in enumerate(rows)}

    def of(self, rows: Sequence[Row]) -> Floats:
        """float64 [N, 2C] in the order of `rows`."""
        return np.asarray(self.values[[self.places[row.number] for row in rows]])
