"""The rows of each split, and whether they will do for training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..errors import TrainError
from .rows import SPLITS, Row

#: Fewer images with a label are refused: what is fitted or measured on them says nothing.
FEWEST = {"train": 10, "val": 5, "test": 5}

#: What data sets call these splits; `medzoo embed` refuses the same ones (check-spelling.ts).
MEANT = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "dev": "val",
    "development": "val", "test": "test", "testing": "test",
}  # fmt: skip


@dataclass(frozen=True)
class Splits:
    """Rows by split. `train` holds images as they are and augmented copies, `val` and `test` the former only."""

    train: list[Row]
    val: list[Row]
    test: list[Row]

    @property
    def train_originals(self) -> list[Row]:
        return [row for row in self.train if row.copy == 0]

    def by_name(self) -> dict[str, list[Row]]:
        """Images as they are, by split."""
        return {"train": self.train_originals, "val": self.val, "test": self.test}

    def keep(self, wanted: Callable[[Row], bool]) -> Splits:
        return replace(self, **{name: [row for row in getattr(self, name) if wanted(row)] for name in SPLITS})


def split_rows(rows: Sequence[Row]) -> Splits:
    """Sorts rows by split; an error unless all three are there."""
    found = Counter(row.split for row in rows)
    for name in sorted(found):
        meant = MEANT.get(name.lower(), name)
        if meant != name:
            raise TrainError(
                f'The split "{name}" is unknown. Did you mean {meant}? Training reads train, val and test: write '
                f"{meant} in the column split of index.csv, and run `medzoo embed` again."
            )
    missing = [name for name in SPLITS if not found[name]]
    if missing:
        has = ", ".join(f"{name or '(none)'} {count}" for name, count in sorted(found.items()))
        raise TrainError(
            f"The embeddings have no split {' and no split '.join(missing)}; rows by split: {has}. Training needs "
            "train, "
            "val (when to stop, temperature, thresholds) and test (what the head is worth): write the column split of "
            "index.csv, or delete it, and `medzoo embed` makes splits by itself."
        )
    bent = next((row for row in rows if row.copy > 0 and row.split in ("val", "test")), None)
    if bent is not None:
        raise TrainError(
            f"Row {bent.number} is an augmented copy in the split {bent.split}. Copies belong to train only: "
            "run `medzoo embed` again."
        )
    originals = {(row.file, row.split) for row in rows if row.copy == 0}
    orphan = next((row for row in rows if row.copy > 0 and (row.file, row.split) not in originals), None)
    if orphan is not None:
        raise TrainError(
            f"Row {orphan.number} is a copy of an image that is not there itself. Run `medzoo embed` again."
        )
    by_split = {name: [row for row in rows if row.split == name] for name in SPLITS}
    return Splits(**by_split)


def check_enough(splits: Splits, what: str, has: Callable[[Row], bool], can_leave_out: bool = False) -> None:
    """An error unless enough images of each split have it; `what` says in words what.

    can_leave_out: whether it is a label that --leave-out can take away, and enough others are left.
    """
    counts = {name: sum(map(has, rows)) for name, rows in splits.by_name().items()}
    short = [name for name, fewest in FEWEST.items() if counts[name] < fewest]
    if not short:
        return
    wanted = ", ".join(f"{counts[name]} in {name} (at least {FEWEST[name]})" for name in short)
    advice = (
        "Add images, move some between the splits by patient, or leave the label out with --leave-out."
        if can_leave_out
        else "Add images, or move some between the splits by patient."
    )
    raise TrainError(f"There are too few images {what}: {wanted}. {advice}")
