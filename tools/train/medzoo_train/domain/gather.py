"""Pooled embeddings of every kind of image: from the data sets themselves, and from what `medzoo_train.look` has kept."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from ..data.index import read_index
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
    return np.stack([pool(seen.arrays["embedding"][row].astype(np.float32)) for row in rows])


def gather_domains(encoder: PooledEncoder, data: Path, negatives: Path, seen: Seen | None, kept: Path | None) -> dict[str, Domain]:
    """Training images of each kind, as they are and (from `seen`) made harder; half of the negatives; made pictures."""
    adults = adult_films(data)
    found: dict[str, list[Floats]] = defaultdict(list)
    sources: dict[str, set[str]] = defaultdict(set)

    def add(kind: str, pooled: Floats, dataset: str) -> None:
        if len(pooled):
            found[kind].append(pooled)
            sources[kind].add(dataset)

    for spec in SETS:
        rows = read_index(data / spec.name, "train")
        if len(rows) > MOST:
            rows = [rows[i] for i in sorted(np.random.default_rng(1).choice(len(rows), MOST, replace=False))]
        pooled = pool_rows(encoder, rows, spec.name, kept and kept / f"{spec.name}.train.clean.npz")
        kinds = np.array([kind_of(spec.name, row.id, adults) for row in rows])
        for kind in sorted(set(kinds)):
            add(kind, pooled[kinds == kind], spec.name)
    for name in negative_folders(negatives):
        rows = negative_rows(negatives / name, training=True)
        add(KIND_OF[name], pool_rows(encoder, rows, name, kept and kept / f"{name}.test.clean.npz"), name)
    if seen is not None:
        add(KIND_OF["made"], pooled_of_seen(seen, seen.rows(("made",))), "made")
        for spec in SETS:
            hard = seen.rows(("hard",), (spec.name,))
            if not len(hard):
                continue
            rows = usable_rows(spec, data, "train")
            kinds = np.array([kind_of(spec.name, rows[seen.items[row].row].id, adults) for row in hard])
            pooled = pooled_of_seen(seen, hard)
            for kind in sorted(set(kinds)):
                add(kind, pooled[kinds == kind], spec.name)
    return {kind: Domain(np.concatenate(parts), tuple(sorted(sources[kind]))) for kind, parts in sorted(found.items())}
