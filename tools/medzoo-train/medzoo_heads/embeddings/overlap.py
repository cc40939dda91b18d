"""What stands on both sides of a split, by anything that rows can share: a file, its content, a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from .rows import SPLITS

R = TypeVar("R")


def find_overlap(rows: Mapping[str, Sequence[R]], key: Callable[[R], str]) -> list[tuple[R, R]]:
    """Each row of an earlier split that shares a key with one of a later split, with the first of those.

    rows: by split, train first: of a pair, the row in the earlier split is the one that can be spared. An empty key is
    shared by none.
    """
    later: dict[str, R] = {}
    pairs = []
    for split in reversed(SPLITS):
        own: dict[str, R] = {}
        for row in rows.get(split, ()):
            value = key(row)
            if not value:
                continue
            if value in later:
                pairs.append((row, later[value]))
            own.setdefault(value, row)
        later = {**own, **later}
    return pairs
