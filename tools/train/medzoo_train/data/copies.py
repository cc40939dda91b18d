"""Pictures of a training split that are held out again, mirrored or turned."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats
from medzoo_heads.embeddings.turned import TURNED, fingerprints, most_alike

from .index import Row, read_image, read_index

#: Side in pixels at which pictures are compared.
SIDE = 256


@cache
def copies_of_held(folder: Path) -> frozenset[str]:
    """Ids of the set's training rows whose picture is in val or test as well, in any of its eight positions.

    Splits keep together what their maker knew of; a mirrored slice was new to them. A head that has learnt from it is
    calibrated and measured on what it knows.
    """
    rows = read_index(folder, "train")
    own = marks_of(rows)
    held = np.concatenate([marks_of(read_index(folder, split)) for split in ("val", "test")])
    return frozenset(row.id for row, mark in zip(rows, own, strict=True) if most_alike(mark, held).max() >= TURNED)


def marks_of(rows: list[Row]) -> Floats:
    return fingerprints(np.stack([read_image(row.image, SIDE) for row in rows]))
