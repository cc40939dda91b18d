"""What the command line says."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .errors import TrainError
from .export.model_json import About


@dataclass(frozen=True)
class Settings:
    embeddings: Path
    out: Path
    task: str
    labels: tuple[str, ...]
    leave_out: tuple[str, ...]
    #: Label by stored value of the masks.
    mask_values: dict[int, str]
    #: Whether masks of several values may overlap in the answer.
    overlapping: bool
    #: Regression: unit by label.
    quantities: dict[str, str]
    #: Between the labels of one image in the column label; None where each label has a column.
    separator: str | None
    minutes: float
    seed: int
    #: Of training; by the size of the data if None.
    steps: int | None
    encoder: Path | None
    drop_leaks: bool
    #: Words for the domain; the data set's name if None.
    kind: str | None
    about: About


def parse_mask_value(text: str) -> tuple[int, str]:
    """`2=nucleus`: the value 2 of the masks is the label nucleus."""
    value, separator, label = text.partition("=")
    if separator and label.strip() and value.strip().isdigit() and int(value) <= 255:
        return int(value), label.strip()
    raise TrainError(f"--mask-value {text!r}: expected a value of 0..255 and a label, such as --mask-value 2=nucleus.")


def parse_mask_values(texts: list[str]) -> dict[int, str]:
    pairs = [parse_mask_value(text) for text in texts]
    values, labels = [value for value, _ in pairs], [label for _, label in pairs]
    for what, given in (("value", values), ("label", labels)):
        if len(set(given)) < len(given):
            raise TrainError(f"--mask-value names a {what} twice: {', '.join(map(str, given))}.")
    return dict(pairs)


def parse_quantities(texts: list[str]) -> dict[str, str]:
    """`bone age=mo`: the number "bone age" is in months."""
    pairs = []
    for text in texts:
        label, separator, unit = text.rpartition("=")
        if not (separator and label.strip() and unit.strip()):
            raise TrainError(f'--quantity {text!r}: expected a label and a unit, such as --quantity "bone age=mo".')
        pairs.append((label.strip(), unit.strip()))
    labels = [label for label, _ in pairs]
    if len(set(labels)) < len(labels):
        raise TrainError(f"--quantity names a label twice: {', '.join(labels)}.")
    return dict(pairs)


def parse_names(text: str | None) -> tuple[str, ...]:
    """`a,b` as a and b; a name with a comma stands in double quotes, as in CSV."""
    if not text:
        return ()
    return tuple(unicodedata.normalize("NFC", part.strip()) for part in next(csv.reader([text], skipinitialspace=True)))


def show_names(names: Iterable[str]) -> str:
    """Names as `parse_names` reads them: one with a comma or a quote stands in double quotes."""
    return ", ".join('"' + name.replace('"', '""') + '"' if set(name) & set(',"') else name for name in names)


def as_option(label: str) -> str:
    """A label as the value of an option that `parse_names` reads, quoted for a shell."""
    shown = show_names([label])
    return f'"{label}"' if shown == label else f"'{shown}'"
