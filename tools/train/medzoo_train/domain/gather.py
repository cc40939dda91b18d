"""Pooled embeddings of every kind of image: from the data sets themselves, and from what `medzoo_train.look` has
kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from pathlib import Path

import numpy as np
from medzoo_heads.arrays import Floats
from medzoo_heads.domain.gaussian import FEW
from medzoo_heads.domain.pooling import pool

from ..data.harden import Harm
from ..data.index import Row, read_index
from ..data.nothing import negative_folders, negative_rows
from ..data.sets import SETS
from ..training.batches import usable_rows
from ..training.pictures import harms_of
from ..training.seen import Seen
from .background import Domain
from .kinds import KIND_OF, adult_films, kind_of
from .pooled import PooledEncoder, pool_rows

#: Of each data set; more say nothing new.
MOST = 1200
#: What `look` has made that belongs to a known domain, by its kind of row.
SEEN_KINDS = {"made": "made", "photo": "photographs"}
#: Rows that widen a target's own domain. Without close-ups and targets on other grounds, half of the former were
#: refused; with one Gaussian for all, half as many photographs again came through (EXPERIMENTS.md, 14).
HARD, APART = "hard", ("close", "framed")


def pooled_of_seen(seen: Seen, rows: np.ndarray) -> Floats:
    if not len(rows):
        return np.zeros((0, 2 * seen.arrays["embedding"].shape[1]))
    return np.concatenate([pool(seen.arrays["embedding"][row][None]) for row in rows])


def plain_domains(
    encoder: PooledEncoder, data: Path, negatives: Path, seen: Sequence[Seen], kept: Path | None
) -> dict[str, Domain]:
    """Training images of each kind as they are, half of the negatives, and (from `seen`) made pictures and
    photographs.
    """
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
    for folder in seen:
        for kind, name in SEEN_KINDS.items():
            add(KIND_OF[name], pooled_of_seen(folder, folder.rows((kind,))), name)
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


def bearable_rows(folder: Seen, row_kinds: tuple[str, ...], dataset: str, refused: Set[Harm]) -> np.ndarray:
    """Rows of `folder` without the harder copies that one of the `refused` harms has made images of another kind."""
    spec = next(spec for spec in SETS if spec.name == dataset)
    rows = folder.rows(row_kinds, (dataset,))
    if not refused:
        return rows
    harmed = [folder.items[row].kind == HARD and bool(harms_of(folder.items[row], spec) & refused) for row in rows]
    return np.array([row for row, harm in zip(rows, harmed, strict=True) if not harm], np.int64)


def wider_of(seen: Sequence[Seen], data: Path, dataset: str, row_kind: str, refused: Set[Harm]) -> dict[str, Floats]:
    """Training pictures of one set that `look` has made in one way (such as hard), by kind."""
    adults = adult_films(data)
    rows = usable_rows(next(spec for spec in SETS if spec.name == dataset), data, "train")
    found: dict[str, list[Floats]] = defaultdict(list)
    for folder in seen:
        chosen = bearable_rows(folder, (row_kind,), dataset, refused)
        kinds = np.array([kind_of(dataset, rows[folder.items[row].row % len(rows)].id, adults) for row in chosen])
        pooled = pooled_of_seen(folder, chosen)
        for kind in sorted(set(kinds)):
            found[kind].append(pooled[kinds == kind])
    return {kind: np.concatenate(parts) for kind, parts in found.items()}


def parts_of(
    encoder: PooledEncoder, data: Path, dataset: str, seen: Sequence[Seen], kept: Path | None, refused: Set[Harm]
) -> list[tuple[str, Floats]]:
    """What a target's own Gaussians are fitted on: each kind's images as they are and harder, then close-ups and framed
    ones.
    """
    found = []
    plain, hard = plain_of(encoder, data, dataset, kept), wider_of(seen, data, dataset, HARD, refused)
    for kind, pooled in plain.items():
        found.append((kind, np.concatenate([pooled, *([hard[kind]] if kind in hard else [])])))
    for row_kind in APART:
        found += [
            (kind, pooled)
            for kind, pooled in wider_of(seen, data, dataset, row_kind, refused).items()
            if len(pooled) >= FEW
        ]
    return found
