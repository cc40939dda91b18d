"""The pooled embeddings of a folder's rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..arrays import Floats
from ..domain.pooling import pool
from .embeddings import Embeddings
from .rows import Row


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
