"""Pooled embeddings of every kind of image: from the data sets themselves, and from what `medzoo_train.look` has kept."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from ..data.index import Row, read_index
from ..data.nothing import negative_folders, negative_rows
from ..data.sets import SETS
from ..training.batches import usable_rows
from ..training.seen import Seen
from .background import Domain
from .gaussian import Floats
from .kinds import KIND_OF, adult_films, kind_of
from .pooled import PooledEncoder, pool, pool_rows

#: Of each data set; more say nothing new.
MOST = 1200


def pooled_of_seen(seen: Seen, rows: np.ndarray) -> Floats:
    if not len(rows):
        return np.zeros((0, 2 * seen.arrays["embedding"].shape[1]))
    return np.stack([pool(seen.arrays["embedding"][row].astype(np.float32)) for row in rows])


def plain_domains(encoder: PooledEncoder, data: Path, negatives: Path, seen: Seen | None, kept: Path | None) -> dict[str, Domain]:
    """Training images of each kind as they are, half of the negatives, and (from `seen`) made pictures."""
    found: dict[str, list[Floats]] = defaultdict(list)
    sources: dict[str, set[str]] = defaultdict(set)

    def add(kind: str, pooled: Floats, dataset: str) -> None:
        if len(pooled):
            found[kind].append(pooled)
            sources[kind].add(dataset)

    for spec in SETS:
        for kind, pooled in plain_of(encoder, data, spec.name, kept).items():
            add(kind, pooled, spec.name)
    for name in negative_folders(negatives):
        rows = negative_rows(negatives / name, training=True)
        add(KIND_OF[name], pool_rows(encoder, rows, name, kept and kept / f"{name}.test.clean.npz"), name)
    if seen is not None:
        add(KIND_OF["made"], pooled_of_seen(seen, seen.rows(("made",))), "made")
    return {kind: Domain(np.concatenate(parts), tuple(sorted(sources[kind]))) for kind, parts in sorted(found.items())}


def plain_rows(encoder: PooledEncoder, data: Path, dataset: str, kept: Path | None) -> tuple[list[Row], Floats]:
    """Training images of one set as they are, at most MOST of them."""
    rows = read_index(data / dataset, "train")
    if len(rows) > MOST:
        rows = [rows[i] for i in sorted(np.random.default_rng(1).choice(len(rows), MOST, replace=False))]
    return rows, pool_rows(encoder, rows, dataset, kept and kept / f"{dataset}.train.clean.npz")


def plain_of(encoder: PooledEncoder, data: Path, dataset: str, kept: Path | None) -> dict[str, Floats]:
    """The same by kind."""
    adults = adult_films(data)
    rows, pooled = plain_rows(encoder, data, dataset, kept)
    kinds = np.array([kind_of(dataset, row.id, adults) for row in rows])
    return {kind: pooled[kinds == kind] for kind in sorted(set(kinds))}


def hard_of(seen: Seen, data: Path, dataset: str) -> dict[str, Floats]:
    """Training images of one set made harder, by kind."""
    adults = adult_films(data)
    hard = seen.rows(("hard",), (dataset,))
    rows = usable_rows(next(spec for spec in SETS if spec.name == dataset), data, "train")
    kinds = np.array([kind_of(dataset, rows[seen.items[row].row].id, adults) for row in hard])
    pooled = pooled_of_seen(seen, hard)
    return {kind: pooled[kinds == kind] for kind in sorted(set(kinds))}
