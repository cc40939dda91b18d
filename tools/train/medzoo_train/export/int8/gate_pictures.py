"""Pictures that a variant of AutoMed is judged by: held-out images, harder copies of them, and what shows no target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ...training.batches import LoadedSet
from ...training.pictures import Pictures
from ...training.seen import Item

#: Pictures that a script makes, of none of the targets.
MADE = 120
VAL, HARDER, NEGATIVES = "val", "harder copies of val", "parts beside targets, pictures of nothing"


@dataclass(frozen=True)
class Group:
    """Pictures of one kind that both files are asked about."""

    name: str
    kind: str
    #: uint8 [N, 3, S, S]
    images: Tensor
    #: int8 [N, T]: 1 there, 0 absent, -1 unknown.
    known: npt.NDArray[np.int8]
    #: uint8 [N, S, S] of one target, whose place is `target`.
    masks: Tensor | None = None
    target: int = -1


def groups_of(held: Sequence[LoadedSet], negatives: Tensor | None, labels: tuple[str, ...]) -> Iterator[Group]:
    """The held-out images, a harder copy of each, parts of them beside the target, made pictures, and `negatives`,
    uint8 [N, 3, S, S]; one group after the other, since all of them would take much memory.
    """
    sets = {data.spec.name: data for data in held}
    pictures = Pictures(sets, torch.zeros(0, 3, 1, 1, dtype=torch.uint8) if negatives is None else negatives, labels)
    for name, data in sets.items():
        known = np.stack(
            [pictures.presence(data.spec, None if data.masks is None else mask) for mask in masks_of(data)]
        )
        target = labels.index(data.spec.subject) if data.masks is not None and data.spec.subject in labels else -1
        yield Group(name, VAL, data.images, known, data.masks if target >= 0 else None, target)
        yield made_of(pictures, name, HARDER, [Item("hard", name, row) for row in range(len(data))])
        if data.masks is not None:
            yield made_of(pictures, name, NEGATIVES, [Item("part", name, row) for row in range(len(data))])
    yield made_of(pictures, "made", NEGATIVES, [Item("made", "made", row) for row in range(MADE)])
    if negatives is not None and len(negatives):
        yield made_of(
            pictures, "negatives", NEGATIVES, [Item("nothing", "negatives", row) for row in range(len(negatives))]
        )


def masks_of(data: LoadedSet) -> Sequence[Tensor | None]:
    return [None] * len(data) if data.masks is None else list(data.masks)


def made_of(pictures: Pictures, name: str, kind: str, items: Sequence[Item]) -> Group:
    made = [pictures.make(item) for item in items]
    return Group(name, kind, torch.from_numpy(np.stack([one[0] for one in made])), np.stack([one[2] for one in made]))
