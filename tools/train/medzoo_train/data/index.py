"""Reads data sets of the layout `index.csv` + images/ + masks/.

medzoo-train reads no index.csv: `medzoo embed` does, in TypeScript, and leaves rows.csv, one line for each embedding.
Here images are read themselves, since an encoder is trained on them. What may not be on both sides of a split is one
rule for both.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from medzoo_heads.embeddings.overlap import find_overlap
from medzoo_heads.embeddings.rows import SPLITS
from PIL import Image, ImageOps


class DataError(ValueError):
    """A data set that is not laid out as expected; the message says what was expected and what was found."""


@dataclass(frozen=True)
class Row:
    id: str
    image: Path
    mask: Path | None
    label: str
    split: str
    group: str


def read_index(folder: Path, split: str | None = None) -> list[Row]:
    """The rows of `folder`/index.csv, of one split if named: then no image and no group may be in another split too."""
    path = folder / "index.csv"
    if not path.is_file():
        raise DataError(f"No index.csv in {folder.name}/; expected columns id, image, mask, label, split.")
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        missing = {"id", "image", "split"} - set(reader.fieldnames or ())
        if missing:
            raise DataError(f"{folder.name}/index.csv lacks the columns {sorted(missing)}.")
        rows = [
            Row(
                id=row["id"],
                image=folder / row["image"],
                mask=folder / row["mask"] if row.get("mask") else None,
                label=row.get("label") or "",
                split=row["split"],
                group=row.get("group") or row["id"],
            )
            for row in reader
        ]
    kept = [row for row in rows if split is None or row.split == split]
    if split is not None and not kept:
        raise DataError(f"{folder.name} has no split {split!r}; it has {sorted({row.split for row in rows})}.")
    if split is not None:
        check_splits(rows, folder.name)
    return kept


def check_splits(rows: Sequence[Row], name: str) -> None:
    """Throws DataError for rows on both sides of a split: a model that has seen the test knows it."""
    by_split = {split: [row for row in rows if row.split == split] for split in SPLITS}
    keys: dict[str, Callable[[Row], str]] = {"image": lambda row: str(row.image), "group": lambda row: row.group}
    for what, key in keys.items():
        pairs = find_overlap(by_split, key)
        if pairs:
            first, second = (row.split for row in pairs[0])
            raise DataError(
                f"{name}/index.csv has {len(pairs)} rows whose {what} is in a later split too, such as {first} and "
                f"{second}. Give all rows of one {what} the same split."
            )


def read_image(path: Path, size: int) -> npt.NDArray[np.uint8]:
    """uint8 [3, size, size] RGB, stretched with the antialiased triangle filter, as core's preprocessing does."""
    with Image.open(path) as file:
        image = ImageOps.exif_transpose(file).convert("RGB")
    return np.asarray(image.resize((size, size), Image.Resampling.BILINEAR)).transpose(2, 0, 1)


def read_mask(path: Path, size: int) -> npt.NDArray[np.uint8]:
    """uint8 [size, size], 0..255: the share of each cell that the mask covers."""
    with Image.open(path) as file:
        mask = file.convert("L").point(lambda value: 255 if value > 127 else 0)
    return np.asarray(mask.resize((size, size), Image.Resampling.BOX))
