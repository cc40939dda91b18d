"""Which labels a classifier tells apart, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..arrays import Ints
from ..errors import TrainError
from ..settings import as_option, show_names
from .rows import Row
from .splits import Splits, check_enough

#: A classifier tells as many apart, at least.
FEWEST_LABELS = 2


def choose_labels(splits: Splits, asked: Sequence[str], left_out: Sequence[str], before: Sequence[str]) -> list[str]:
    """The labels in the order of the outputs: as asked for; as the model.json that is there has them; or sorted.

    asked: --labels. left_out: --leave-out. before: labels of the model.json in --out.
    """
    found = Counter(row.label for row in splits.train if row.label and row.label not in left_out)
    if len(set(asked)) < len(asked):
        raise TrainError("--labels names a label twice.")
    if any(not label for label in asked):
        raise TrainError(
            "--labels has an empty label: separate labels with one comma, such as --labels benign,malignant."
        )
    check_left_out(splits, left_out)
    rows = [row for part in splits.by_name().values() for row in part]
    check_spelling([row.label for row in rows if row.label and row.label not in left_out])
    if asked:
        labels = list(asked)
    elif before and set(before) == set(found):
        labels = list(before)
    elif before:
        raise TrainError(
            f"The model.json in --out has the labels {show_names(before)}, and the train images "
            f"{show_names(sorted(found))}. "
            "Say which and in which order with --labels a,b,c."
        )
    else:
        labels = sorted(found)
    check_known(splits, labels, left_out)
    if len(labels) < FEWEST_LABELS:
        raise TrainError(
            f"There is one label only ({show_names(labels) or 'none'}), and a classifier tells two or more apart. "
            "Add images of another label, or, for masks of one target, use --task segmentation."
        )
    can_leave_out = len(labels) > FEWEST_LABELS
    for label in labels:
        check_enough(
            splits,
            f'with the label "{label}"',
            lambda row, label=label: row.label == label,  # type: ignore[misc]
            can_leave_out,
        )
    return labels


def check_spelling(labels: Sequence[str]) -> None:
    """No two labels differ in case or in spaces around them only; `medzoo embed` says it in the same words.

    labels: as often as they occur.
    """
    counts = Counter(labels)
    by_key: dict[str, list[str]] = {}
    for label in sorted(counts):
        by_key.setdefault(label.strip().lower(), []).append(label)
    for alike in by_key.values():
        if len(alike) > 1:
            counted = " and ".join(
                f'"{label}" ({counts[label]} image{"" if counts[label] == 1 else "s"})' for label in alike
            )
            raise TrainError(
                f"The labels {counted} differ in case or in spaces around them only, and would be classes of their "
                "own. Write them alike in index.csv, or in the folders' names. Then run `medzoo embed` again."
            )


def check_left_out(splits: Splits, left_out: Sequence[str]) -> None:
    there = {row.label for rows in splits.by_name().values() for row in rows if row.label}
    unknown = [label for label in left_out if label not in there]
    if unknown:
        raise TrainError(
            f'--leave-out names "{unknown[0]}", which no image has. There are {show_names(sorted(there))}.'
        )


def check_known(splits: Splits, labels: Sequence[str], left_out: Sequence[str]) -> None:
    """No image has a label that the head does not know, and no label is without images in train."""
    for name, rows in splits.by_name().items():
        unknown = Counter(row.label for row in rows if row.label and row.label not in [*labels, *left_out])
        if unknown:
            label, count = unknown.most_common(1)[0]
            raise TrainError(
                f'{count} images of {name} have the label "{label}", which is none of {show_names(labels)}. '
                f"Add it to --labels, correct index.csv, or leave these images out with --leave-out {as_option(label)}."
            )
    there = {row.label for row in splits.train}
    absent = [label for label in labels if label not in there]
    if absent:
        raise TrainError(
            f'No train image has the label "{absent[0]}" of --labels. There are {show_names(sorted(there - {""}))}.'
        )


def numbers_of(rows: Sequence[Row], labels: Sequence[str]) -> Ints:
    place = {label: k for k, label in enumerate(labels)}
    return np.array([place[row.label] for row in rows], np.int64)
