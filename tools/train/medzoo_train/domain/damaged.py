"""Damaged copies of training images, as kinds that the encoder knows by name: heads refuse them, and say what they are.

Without them half of all inverted MRI, which lie nearer to MRI than to anything else known, were answered, and mostly
wrong (EXPERIMENTS.md, 15). What happens to files on their way, such as JPEG or light noise, is no kind of its own.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats

from ..data.corrupt import add_noise, corrupt
from ..data.index import Row, read_index
from .background import DamagedKind
from .gather import plain_rows
from .kinds import DAMAGED, Damage, damaged_name
from .pooled import Pixels, PooledEncoder, pool_rows

#: Training images of each subject that are damaged in each way; of 300, .07 fewer of inverted wounds were refused, and
#: 1,000 refused light noise with heavy noise (val).
COPIES = 600
#: The same of turned copies that count as a target's own.
TURNED = 300
#: Heavy noise: standard deviations. From 18 on, light noise (10) was taken for it twice as often (val, brain MRI).
HEAVY = (24.0, 45.0)

Change = Callable[[Pixels, int], Pixels]


def heavy_noise(image: Pixels, seed: int) -> Pixels:
    rng = np.random.default_rng(seed)
    return add_noise(image, rng.uniform(*HEAVY), rng)


def quarter_turn(image: Pixels, seed: int) -> Pixels:
    """To the left or to the right."""
    return np.ascontiguousarray(np.rot90(image, 1 + 2 * int(np.random.default_rng(seed).integers(2))))


#: By damage: the name of the file that remembers it, and the change.
CHANGES: Mapping[Damage, tuple[str, Change]] = {
    "inverted": ("inverted", lambda image, seed: corrupt(image, "inverted", seed)),
    "noisy": ("heavy", heavy_noise),
    "upside down": ("rotate180", lambda image, seed: corrupt(image, "rotate180", seed)),
    "on its side": ("quarter", quarter_turn),
}


def some_rows(data: Path, dataset: str, count: int) -> list[Row]:
    rows = read_index(data / dataset, "train")
    return [rows[i] for i in np.random.default_rng(1).permutation(len(rows))[:count]]


def damaged_of(
    encoder: PooledEncoder, data: Path, dataset: str, damage: Damage, kept: Path | None, count: int = COPIES
) -> Floats:
    """Pooled embeddings of damaged training images of one set, float64 [N, 2C]."""
    rows = some_rows(data, dataset, count)
    name, change = CHANGES[damage]

    def seeded(image: Pixels, place: int) -> Pixels:
        return change(image, zlib.crc32(rows[place].id.encode()))

    return pool_rows(encoder, rows, f"{dataset}, {damage}", kept and kept / f"{dataset}.train.{name}.npz", seeded)


def damaged_kinds(encoder: PooledEncoder, data: Path, kept: Path | None) -> list[DamagedKind]:
    """For each subject and damage, the copies and the images as they are."""
    found = []
    for subject, (datasets, damages) in DAMAGED.items():
        plain = np.concatenate([plain_rows(encoder, data, dataset, kept)[1] for dataset in datasets])
        for damage in damages:
            count = COPIES // len(datasets)
            copies = np.concatenate([damaged_of(encoder, data, dataset, damage, kept, count) for dataset in datasets])
            found.append(DamagedKind(damaged_name(subject, damage), plain, copies, datasets))
    return found


def turned_of(encoder: PooledEncoder, data: Path, dataset: str, kept: Path | None) -> Floats:
    """Training images on their side and upside down, for a target that bears turns, float64 [N, 2C]."""
    turns: tuple[Damage, ...] = ("on its side", "upside down")
    return np.concatenate([damaged_of(encoder, data, dataset, damage, kept, TURNED) for damage in turns])
