"""What a network that gives pixels is fed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..arrays import Singles
from ..embeddings.embeddings import Embeddings
from ..embeddings.rows import Row
from .decoder import Layout

#: Images that are run at once.
BATCH = 8


@dataclass(frozen=True)
class Feeds:
    embeddings: Embeddings
    layout: Layout
    #: float32 [3, 1, 1] each, of the encoder's preprocessing.
    mean: Singles
    std: Singles

    def feeds(self, rows: Sequence[Row]) -> dict[str, Singles]:
        """By the names of the file's inputs."""
        feeds = {"embedding": np.asarray(self.embeddings.take(rows), np.float32)}
        if self.layout.has_image:
            feeds["image"] = np.asarray((self.embeddings.images(rows) - self.mean) / self.std, np.float32)
        return feeds


def parts_of(rows: Sequence[Row], size: int = BATCH) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


class Trained(Protocol):
    """What a network is given of some rows, and what it is to find in them."""

    def feeds(self, rows: Sequence[Row]) -> dict[str, Singles]: ...

    def truth(self, rows: Sequence[Row]) -> Any: ...


def batches(source: Trained, rows: Sequence[Row]) -> Callable[[np.random.Generator], tuple[Any, ...]]:
    """Draws BATCH images, and of each image one of its copies: embedding, image (empty where none is fed) and truth."""
    copies: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        copies[row.file].append(row)
    images = list(copies.values())

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        picked = rng.integers(len(images), size=BATCH)
        chosen = [images[i][rng.integers(len(images[i]))] for i in picked]
        feeds = source.feeds(chosen)
        return feeds["embedding"], feeds.get("image", np.zeros(0, np.float32)), source.truth(chosen)

    return draw
