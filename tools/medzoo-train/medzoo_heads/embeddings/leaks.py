"""Whether an image, or one that is nearly the same, is on both sides of a split: a head that has seen the test knows
it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..arrays import Floats
from ..errors import TrainError
from .embeddings import Embeddings
from .overlap import find_overlap
from .rows import Row
from .splits import Splits
from .turned import TURNED, fingerprints, most_alike

#: Two embeddings whose difference is at most this share of their own deviation are of one picture. A picture that was
#: saved once more as JPEG (quality 60 to 95) or scaled is below it, images of other patients far above (README,
#: "Leaks").
SAME = 0.15
#: The file that names both images of each pair.
LIST = "leaks.csv"
#: Pooled candidates that are looked at in full, for each image.
CANDIDATES = 3
#: What two rows may not share, by the reason that is told.
KEYS: Mapping[str, Callable[[Row], str]] = {
    "the same file": lambda row: row.file,
    "files of the same content": lambda row: row.digest,
    "the same group": lambda row: row.group,
}


@dataclass(frozen=True)
class Leak:
    spared: Row
    kept: Row
    reason: str


def find_leaks(embeddings: Embeddings, splits: Splits, pooled: dict[str, Floats]) -> list[Leak]:
    """Pairs of images of different splits that are one; `pooled` float64 [N, 2C], for the images of each split."""
    rows = splits.by_name()
    named = [Leak(*pair, reason) for reason, key in KEYS.items() for pair in find_overlap(rows, key)]
    alike = [
        pair
        for earlier, later in (("train", "val"), ("train", "test"), ("val", "test"))
        for pair in near_duplicates(embeddings, rows[earlier], rows[later], pooled[earlier], pooled[later])
    ]
    seen: set[tuple[int, int]] = set()
    leaks = []
    for leak in [*named, *alike]:
        key = (leak.spared.number, leak.kept.number)
        if key not in seen:
            seen.add(key)
            leaks.append(leak)
    return leaks


def near_duplicates(
    embeddings: Embeddings, earlier: list[Row], later: list[Row], pooled_earlier: Floats, pooled_later: Floats
) -> list[Leak]:
    """Candidates by pooled embeddings, then compared in full."""
    if not earlier or not later:
        return []
    scale = pooled_earlier.std(0) + 1e-6
    a, b = (((pooled - pooled_earlier.mean(0)) / scale).astype(np.float32) for pooled in (pooled_earlier, pooled_later))
    count = min(CANDIDATES, len(earlier))
    leaks = []
    for start in range(0, len(later), 512):
        part = b[start : start + 512]
        distance = (a * a).sum(1)[None] - 2 * part @ a.T
        nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
        for place, candidates in enumerate(nearest):
            row = later[start + place]
            others = [earlier[i] for i in candidates]
            alike = likeness(embeddings, row, others)
            for other, difference, turned in zip(others, differences(embeddings, row, others), alike, strict=True):
                if difference <= SAME:
                    leaks.append(Leak(other, row, "pictures that are nearly the same"))
                elif turned >= TURNED:
                    leaks.append(Leak(other, row, "a picture mirrored or turned"))
    return leaks


def likeness(embeddings: Embeddings, row: Row, others: Sequence[Row]) -> Floats:
    """How much others are the picture mirrored or turned, at best 1; 0 where the embeddings hold no images."""
    if not embeddings.has("images"):
        return np.zeros(len(others))
    marks = fingerprints(embeddings.images([row, *others]))
    return most_alike(marks[0], marks[1:])


def differences(embeddings: Embeddings, row: Row, others: Sequence[Row]) -> Floats:
    """Of embeddings, root of the mean square, relative to the deviation of the row's own."""
    own = embeddings.take([row])[0].astype(np.float32)
    theirs = embeddings.take(others).astype(np.float32)
    away = np.sqrt(np.square(theirs - own).mean(axis=(1, 2, 3), dtype=np.float64))
    return np.asarray(away / max(float(own.std(dtype=np.float64)), 1e-6))


def forget_leaks(*folders: Path) -> None:
    """Deletes what an earlier run listed, also where versions before this one wrote it: beside the model."""
    for folder in folders:
        (folder / LIST).unlink(missing_ok=True)


def report_leaks(leaks: Sequence[Leak], folder: Path) -> None:
    """Writes leaks.csv, which lists the pairs, and ends with an error; the message names no file.

    folder: that of the embeddings. Names of images may name patients, and the folder of the model is published.
    """
    path = folder / LIST
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["reason", "split", "row", "file", "split_2", "row_2", "file_2"])
        for leak in leaks:
            a, b = leak.spared, leak.kept
            writer.writerow([leak.reason, a.split, a.number, a.file, b.split, b.number, b.file])
    reasons = {leak.reason: sum(other.reason == leak.reason for other in leaks) for leak in leaks}
    counted = "; ".join(f"{reason}: {count}" for reason, count in reasons.items())
    raise TrainError(
        f"{len(leaks)} pairs of images are on both sides of a split ({counted}). A head that was trained on an image "
        "knows "
        f"it, and its metrics would be too good. {path} lists them: move both of a pair into one split (column group "
        "of "
        "index.csv), or leave those of the earlier split out with --drop-leaks."
    )
