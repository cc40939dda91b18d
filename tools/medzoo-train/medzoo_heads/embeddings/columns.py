"""Truth in columns of the index: numbers, several labels, and places."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays import Floats
from ..errors import TrainError
from .format import EmbedFile
from .rows import Row


def key_of(name: str) -> str:
    """A name without what spellings differ in: "Bone age" and bone_age are the same, HER2+ and HER2- are not."""
    return re.sub(r"-(?!$)|[^\w+<>\u2264\u2265-]|_", "", name.strip()).lower()


def columns_of(rows: Sequence[Row]) -> list[str]:
    """All columns of the index that `medzoo embed` passed on: those that hold numbers."""
    return sorted({name for row in rows for name in row.cells})


def find_column(rows: Sequence[Row], label: str, endings: Sequence[str] = ("",)) -> str:
    """The column that is called as the label is, with one of the endings; an error where none is, or several are.

    An ending that stands before another one is looked for first: a column that says its unit, before one that does not.
    """
    there = columns_of(rows)
    for wanted in (label + ending for ending in endings):
        if wanted.lower() in there:
            return wanted.lower()
        found = [name for name in there if key_of(name) == key_of(wanted)]
        if len(found) > 1:
            raise TrainError(
                f'The columns {" and ".join(found)} of index.csv are both called as the label "{label}" is. Rename one '
                "of them, or call the label as the other is called, and run `medzoo embed` again."
            )
        if found:
            return found[0]
    said = (
        f"There are {', '.join(there)}."
        if there
        else "No column has any: write them with a point, such as 12.5, and yes and no as 1 and 0."
    )
    example = (label + endings[0]).lower().replace(" ", "_")
    raise TrainError(
        f'No column of index.csv holds numbers and is called as the label "{label}" is, such as {example}. {said} '
        "Rename the column or the label, and run `medzoo embed` again."
    )


def numbers_in(rows: Sequence[Row], columns: Sequence[str]) -> Floats:
    """float64 [N, K]; NaN for an empty cell. An error names the column and the row, never a file."""
    values = np.full((len(rows), len(columns)), np.nan)
    for place, row in enumerate(rows):
        for k, column in enumerate(columns):
            text = row.cells.get(column, "")
            if text:
                values[place, k] = parse_number(text, column, row)
    return values


def parse_number(text: str, column: str, row: Row) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    raise TrainError(
        f"Row {row.number} of rows.csv has text in the column {column}, and a number such as 12.5 was expected. "
        "Mend it in index.csv, or leave the cell empty where the truth is not known, and run `medzoo embed` again."
    )


def presences_in(rows: Sequence[Row], columns: Sequence[str]) -> Floats:
    """1 or 0 for each label, float64 [N, K]; NaN for an empty cell, and for -1, which means "uncertain"."""
    values = numbers_in(rows, columns)
    odd = ~np.isnan(values) & ~np.isin(values, (-1, 0, 1))
    if odd.any():
        place, k = (int(index) for index in np.argwhere(odd)[0])
        raise TrainError(
            f"Row {rows[place].number} of rows.csv has {values[place, k]:g} in the column {columns[k]}, and 1, 0 or, "
            "for what is uncertain, -1 was expected. Mend it in index.csv, and run `medzoo embed` again."
        )
    values[values == -1] = np.nan
    return values


def parts_of(label: str, separator: str) -> list[str]:
    """The labels that stand in one cell."""
    return [part.strip() for part in label.split(separator) if part.strip()]


def listed_in(rows: Sequence[Row], labels: Sequence[str], separator: str) -> Floats:
    """The same from the column label, in which all labels of an image stand; NaN where it is empty."""
    values = np.full((len(rows), len(labels)), np.nan)
    for place, row in enumerate(rows):
        if row.label:
            own = parts_of(row.label, separator)
            values[place] = [label in own for label in labels]
    return values


def places_in(rows: Sequence[Row], columns: Sequence[tuple[str, str]], about: EmbedFile) -> Floats:
    """Places as shares of the encoder's input, float64 [N, K, 2], of images as they were mirrored and turned.

    columns: of each label, those of x and y in pixels of the image. NaN where one of the two is empty.
    """
    flat = numbers_in(rows, [name for pair in columns for name in pair])
    places = flat.reshape(len(rows), len(columns), 2)
    for row, own in zip(rows, places, strict=True):
        for pair, place in zip(columns, own, strict=True):
            check_inside(row, pair, place)
    moved = [move_places(row, own, about.preprocess) for row, own in zip(rows, places, strict=True)]
    return np.stack(moved) if moved else places


def check_inside(row: Row, pair: tuple[str, str], place: Floats) -> None:
    for name, value, length in zip(pair, place, row.size, strict=True):
        if length < 1:
            raise TrainError("rows.csv has no width and height of the images. Run `medzoo embed` again.")
        if value < 0 or value > length:
            raise TrainError(
                f"Row {row.number} of rows.csv has {value:g} in the column {name}, and its image goes from 0 to "
                f"{length} pixels there. Mend it in index.csv, or leave the cell empty where the place is not in the "
                "image, and run `medzoo embed` again."
            )


def move_places(row: Row, places: Floats, preprocess: Mapping[str, Any]) -> Floats:
    """Pixels of the image as it lies in the folder, float64 [K, 2] -> shares of the encoder's input."""
    x, y = places.T
    width, height = row.size
    changed = json.loads(row.augmentation) if row.augmentation else {}
    if changed.get("flip"):
        x = width - x
    # Clockwise, as `medzoo embed` turns it after mirroring.
    turned = {0: (x, y), 90: (height - y, x), 180: (width - x, height - y), 270: (y, width - x)}
    degrees = int(changed.get("rotate", 0))
    x, y = turned[degrees]
    if degrees in (90, 270):
        width, height = height, width
    across, down = covered_by(width, height, preprocess)
    return np.stack([x / width * across, y / height * down], axis=1)


def covered_by(width: int, height: int, preprocess: Mapping[str, Any]) -> tuple[float, float]:
    """The share of the encoder's input that an image covers across and down: all of it, unless it is letterboxed."""
    if preprocess.get("fit", "stretch") == "stretch":
        return 1.0, 1.0
    size = preprocess["size"]
    scale = min(size["width"] / width, size["height"] / height)
    content = [max(1, math.floor(length * scale + 0.5)) for length in (width, height)]
    return content[0] / size["width"], content[1] / size["height"]
