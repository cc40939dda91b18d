"""What the masks show: labels, and the stored values that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import Bools, Bytes, Ints
from ..embeddings.embeddings import Embeddings
from ..embeddings.rows import SEVERAL, Row
from ..errors import TrainError
from ..training import say

#: Masks of more values than this were smoothed or saved as JPEG: they are of one target, with soft rims.
MOST_VALUES = 16
#: Masks that are read at once.
CHUNK = 64
#: A JPEG's highest value is at least this share of what was saved.
LIKE = 7 / 8
#: Pixels of values that nobody named, as a share of those that are not 0; and how many of these values are listed.
WORTH_SAYING, SHOWN = 0.02, 5


@dataclass(frozen=True)
class Targets:
    #: In the order of the outputs.
    labels: tuple[str, ...]
    #: The stored value of each label; None where all from `half` on is the one target.
    values: tuple[int, ...] | None
    half: int

    def of(self, masks: Bytes, rows: Sequence[Row]) -> Bools:
        """uint8 [N, H, W], the masks of these rows -> bool [N, T, H, W]"""
        if self.values is None:
            halves = np.array([half_of(int(row.mask_value)) if row.mask_value else self.half for row in rows])
            return (masks >= halves[:, None, None])[:, None]
        return masks[:, None] == np.asarray(self.values, np.uint8)[None, :, None, None]


def half_of(value: int) -> int:
    """The least value above half of the target's, and above 0."""
    return value // 2 + 1


def check_one_target(rows: Sequence[Row]) -> None:
    """An error for masks of which no one value is the target: to cut them at half of it would lose a part of them."""
    several = sum(row.mask_value == SEVERAL for row in rows)
    if several:
        raise TrainError(
            f"Of {len(rows)} masks, {several} have areas of several values, which may be classes or numbers of "
            "objects. Where each value is a target, say what it is, such as --mask-value 1=LABEL --mask-value 2=LABEL. "
            "Where all of them are one, write masks that are 255 where the target is and 0 elsewhere, and run `medzoo "
            "embed` again."
        )
    values = {int(row.mask_value) for row in rows if row.mask_value} - {0}
    if values and min(values) < max(values) * LIKE:
        raise TrainError(
            f"The target is {min(values)} in some masks and {max(values)} in others. Write all masks alike, 255 where "
            "the target is and 0 elsewhere, and run `medzoo embed` again. Where these are two targets, say what they "
            f"are: --mask-value {min(values)}=LABEL --mask-value {max(values)}=LABEL."
        )


def count_values(embeddings: Embeddings, rows: Sequence[Row]) -> tuple[Ints, list[str]]:
    """int64 [256], pixels of each stored value; and the labels of images whose mask shows anything."""
    counts, labels = np.zeros(256, np.int64), set()
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        masks = embeddings.masks(part)
        counts += np.bincount(masks.ravel(), minlength=256)
        labels |= {row.label for row, shown in zip(part, np.any(masks, axis=(1, 2)), strict=True) if shown}
    return counts, sorted(labels - {""})


def choose_targets(
    counts: Ints, mask_values: Mapping[int, str], asked: Sequence[str], before: Sequence[str], shown: Sequence[str]
) -> Targets:
    """counts: of stored values in train. asked: --labels. before: labels of the model.json in --out.

    shown: the column label of images whose mask shows anything.
    """
    there = [int(value) for value in np.flatnonzero(counts)]
    found = [value for value in there if value]
    if not found:
        raise TrainError(
            "All masks of train are empty. Run `medzoo embed` again with --masks, or look at the column mask."
        )
    if mask_values:
        return named_targets(mask_values, found, asked, before)
    if 1 < len(found) <= MOST_VALUES:
        shown = ", ".join(map(str, found))
        example = " ".join(f"--mask-value {value}=LABEL" for value in found[:2])
        raise TrainError(f"The masks hold the values {shown} beside 0. Say what each target's is, such as {example}.")
    return Targets((one_label(asked, before, shown),), None, half_of(max(found)))


def say_unnamed(counts: Ints, targets: Targets) -> None:
    """Says how much of the masks of train is of no target, though it is not 0."""
    if targets.values is None:
        return
    others = counts.copy()
    others[[0, *targets.values]] = 0
    share = others.sum() / counts[1:].sum()
    if share < WORTH_SAYING:
        return
    values = [int(value) for value in np.flatnonzero(others)]
    many = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    say(
        f"note: {share:.0%} of the pixels that are not 0 in the masks of train have values that no --mask-value names, "
        f"and count as background: {', '.join(map(str, values[:SHOWN]))}{many}. A mask that was smoothed or saved as "
        "JPEG has such values at the rims of its targets: write it as PNG, without smoothing."
    )


def named_targets(
    mask_values: Mapping[int, str], found: Sequence[int], asked: Sequence[str], before: Sequence[str]
) -> Targets:
    value_of = {label: value for value, label in mask_values.items()}
    for label, value in value_of.items():
        if value not in found:
            raise TrainError(
                f"No mask of train holds the value {value} of --mask-value {value}={label}; they hold "
                f"{', '.join(map(str, found[:MOST_VALUES]))} beside 0."
            )
    labels = list(asked) or [label for label in before if set(before) == set(value_of)] or list(value_of)
    if sorted(labels) != sorted(value_of):
        raise TrainError(
            f"--labels has {', '.join(labels)}, and --mask-value {', '.join(value_of)}: they name the same labels, and "
            "the "
            "order of --labels counts."
        )
    return Targets(tuple(labels), tuple(value_of[label] for label in labels), 0)


def one_label(asked: Sequence[str], before: Sequence[str], shown: Sequence[str]) -> str:
    """What the one target is called."""
    if len(asked) > 1:
        raise TrainError(
            f"--labels names {len(asked)}, and the masks have one value beside 0. Give one label, or say which value "
            "is what "
            "with --mask-value."
        )
    for candidates in (asked, before, shown):
        if len(candidates) == 1:
            return candidates[0]
    more = f" The column label has {', '.join(shown[:5])}." if shown else ""
    raise TrainError(f"It is not known what the masks show: say it with --labels, such as --labels nucleus.{more}")
