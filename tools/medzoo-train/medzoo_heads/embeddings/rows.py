"""rows.csv: one line for each embedding, with what is known of its image."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import TrainError

SPLITS = ("train", "val", "test")
#: Before the name of a column that `medzoo embed` passed on from the index.
PASSED_ON = "index:"
NEEDED = ("row", "shard", "index", "file", "split", "label", "mask", "copy")
#: In the column mask_value: areas of the mask have several values, classes or numbers of objects.
SEVERAL = "several"


@dataclass(frozen=True)
class Row:
    #: Place in rows.csv, from 0.
    number: int
    shard: str
    #: Place within the shard.
    index: int
    #: As index.csv has it. It is never printed: names of files may name patients.
    file: str
    split: str
    #: Empty where the image has none.
    label: str
    mask: str
    #: 0 is the image as it is; 1 and more are augmented copies.
    copy: int
    #: Images that belong together, such as those of a patient; the file itself where nothing is known.
    group: str
    #: SHA-256 of the image file, if `medzoo embed` noted it.
    digest: str
    #: Width and height of the image before any turn; zeros where they are not known.
    size: tuple[int, int]
    #: How a copy was mirrored and turned, as JSON; empty for the image as it is.
    augmentation: str
    #: Of a mask of one target the value in its file; SEVERAL; empty where it is not known, or there is no mask.
    mask_value: str
    #: Cells of further columns of the index, by column; an empty one is left out.
    cells: Mapping[str, str]


def read_rows(path: Path) -> list[Row]:
    """Reads rows.csv; an error names the line, never a file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or [])]
            if missing:
                raise TrainError(f"{path} has no column {', '.join(missing)}. Run `medzoo embed` again.")
            return [parse_row(fields, place, path) for place, fields in enumerate(reader)]
    except FileNotFoundError:
        raise TrainError(f"There is no {path}. Run `medzoo embed` again.") from None


def parse_row(fields: Mapping[str, str | None], place: int, path: Path) -> Row:
    def text(name: str) -> str:
        return (fields.get(name) or "").strip()

    def composed(text: str) -> str:
        # A letter with a mark, such as an umlaut, has two spellings in Unicode that look alike.
        return unicodedata.normalize("NFC", text)

    try:
        number, index, copy = int(text("row")), int(text("index")), int(text("copy"))
        size = int(text("width") or 0), int(text("height") or 0)
    except ValueError:
        raise TrainError(
            f"{path}, line {place + 2}: row, index, copy, width and height are whole numbers. Run `medzoo embed` again."
        ) from None
    if number != place:
        raise TrainError(
            f"{path}, line {place + 2}: row {place} was expected, and {number} came. Do not sort the file."
        )
    file = text("file")
    passed_on = [name for name in fields if name and name.startswith(PASSED_ON)]
    return Row(
        number=number, shard=text("shard"), index=index, file=file, split=text("split"), label=composed(text("label")),
        mask=text("mask"), copy=copy, group=composed(text("group")) or file, digest=text("sha256"),
        size=size, augmentation=text("augmentation"), mask_value=text("mask_value"),
        cells={composed(name.removeprefix(PASSED_ON)): text(name) for name in passed_on if text(name)},
    )  # fmt: skip
