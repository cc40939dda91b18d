"""Which pictures are looked at: each once, and as many harder wounds and polyps as their domains were fitted on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import cast

from medzoo_train.look import HELD_CLOSE, MANY, USUAL, plan, plan_held_out
from medzoo_train.training.batches import LoadedSet


@dataclass
class Rows:
    """In the place of a loaded set: how many rows it has, and whether there are masks."""

    count: int
    masks: object | None = True

    def __len__(self) -> int:
        return self.count


SETS = {
    name: cast(LoadedSet, Rows(count))
    for name, count in (("fuseg_wound", 657), ("kvasir_seg", 30), ("hc18_fetal_head", 690))
}


def test_every_image_of_some_sets_is_made_harder_and_shown_close() -> None:
    items = plan(SETS, negatives=3, photographs=0)
    assert len(set(items)) == len(items)
    counts = Counter((item.kind, item.set) for item in items)
    for name, again in USUAL.wider.items():
        assert counts["hard", name] == len(SETS[name]) + again and counts["close", name] == len(SETS[name])
    assert counts["hard", "hc18_fetal_head"] == 220 and counts["close", "hc18_fetal_head"] == 0
    assert items == plan(SETS, negatives=3, photographs=0)


def test_points_are_learnt_from_more_of_the_same() -> None:
    usual, many = (Counter(item.kind for item in plan(SETS, 3, 5, amounts)) for amounts in (USUAL, MANY))
    for kind in ("plain", "hard", "framed"):
        assert many[kind] > usual[kind]
    assert {kind: many[kind] for kind in ("limb", "collage", "nothing")} == {
        kind: usual[kind] for kind in ("limb", "collage", "nothing")
    }


def test_close_ups_are_held_out_too() -> None:
    counts = Counter((item.kind, item.set) for item in plan_held_out(SETS, photographs=0))
    assert counts["close", "fuseg_wound"] == HELD_CLOSE["fuseg_wound"] and counts["close", "kvasir_seg"] == 30
    assert counts["hard", "kvasir_seg"] == 30 and counts["close", "hc18_fetal_head"] == 0
