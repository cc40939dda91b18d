"""AutoMed's files against prompts by hand: what the arms answer, and what the tables say of it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from medzoo_train.ablation.files import ARMS, AutomedFile, by_boxes, format_tables
from medzoo_train.prompted import PromptedFiles


class FillsBox:
    """A promptable head whose answer is the box itself."""

    def answer(self, seen: Any, coords: list[list[float]], labels: list[int], height: int, width: int) -> Any:
        (x0, y0), (x1, y1) = coords
        mask = np.zeros((height, width), np.bool_)
        mask[int(y0) : int(y1) + 1, int(x0) : int(x1) + 1] = True
        return mask


class Session:
    """An AutoMed of two targets: the first fills the left half, and the second nothing."""

    def __init__(self, presence: float) -> None:
        self.presence = presence

    def run(self, names: list[str], feeds: Any) -> list[Any]:
        masks = np.full((1, 2, 4, 4), -5, np.float32)
        masks[0, 0, :, :2] = 5
        return [masks, np.array([[self.presence, 0.9]], np.float32)]


def automed(presence: float) -> AutomedFile:
    file = AutomedFile.__new__(AutomedFile)
    file.labels, file.present_from = ["lungs", "polyp"], {"lungs": 0.5, "polyp": 0.5}
    file.session = cast(Any, Session(presence))
    return file


def test_boxes_of_parts_are_joined() -> None:
    left, right = np.zeros((6, 9), np.bool_), np.zeros((6, 9), np.bool_)
    left[1:3, 0:2] = True
    right[4, 7] = True
    found = by_boxes(cast(PromptedFiles, FillsBox()), {}, [left, right])
    assert found[1:3, 0:2].all() and found[4, 7]
    assert not found[0, 8] and not found[2, 5]


def test_a_target_that_is_not_there_is_empty() -> None:
    seen = {"embedding": np.zeros(1, np.float32), "image": np.zeros(1, np.float32)}
    assert automed(0.6).answer(seen, "lungs", 8, 12)[:, :5].all()
    assert not automed(0.4).answer(seen, "lungs", 8, 12).any()
    assert not automed(0.6).answer(seen, "polyp", 8, 12).any()


@pytest.mark.parametrize(("mean", "words"), [(0.1, ": better"), (-0.1, ": **worse**"), (0.0, ": undecided")])
def test_the_table_says_where_automed_loses(mean: float, words: str) -> None:
    interval = {"mean": mean, "low": mean - 0.05, "high": mean + 0.05}
    others = [arm for arm in ARMS if arm != "automed"]
    report = {"set": "s", "label": "polyp", "n": 3, "groups": 2}
    report |= {"dice": {arm: interval for arm in ARMS}, "less": {arm: interval for arm in others}}
    table = format_tables([report], "test")
    assert table.count(words) == len(others)
    assert "polyp (n 3, 2 groups)" in table
