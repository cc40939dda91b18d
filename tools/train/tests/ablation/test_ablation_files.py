"""AutoMed's files against prompts by hand: what the arms answer, and what the tables say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from medzoo_train.ablation.files import ARMS, AutomedFile, by_prompts, earlier_sets, hand_made
from medzoo_train.ablation.files_report import render
from medzoo_train.ablation.statistics import Estimate, verdict
from medzoo_train.models.promptable.prompt_encoder import PADDING, POSITIVE
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
    true = np.zeros((16, 19), np.bool_)
    true[1:4, 0:4] = True
    true[8:14, 7:15] = True
    ways, files = hand_made(true), cast(PromptedFiles, FillsBox())
    found = by_prompts(files, {}, ways["boxes"], *true.shape)
    assert found[true].all()
    assert not found[0, 18] and not found[6, 5]
    assert by_prompts(files, {}, ways["box"], *true.shape)[6, 5]


def test_points_are_centres_of_pixels_inside_each_part() -> None:
    true = np.zeros((16, 19), np.bool_)
    true[1:4, 0:3] = True
    true[8:13, 7:12] = True
    ways = hand_made(true)
    assert ways["points"][0][:, 0].tolist() == [[9.5, 10.5], [1.5, 2.5]]
    assert ways["point"][0][:, 0].tolist() == [[9.5, 10.5]]
    assert ways["points"][1].tolist() == [[POSITIVE, PADDING]] * 2


def test_a_target_that_is_not_there_is_empty() -> None:
    seen = {"embedding": np.zeros(1, np.float32), "image": np.zeros(1, np.float32)}
    assert automed(0.6).answer(seen, "lungs", 8, 12)[:, :5].all()
    assert not automed(0.4).answer(seen, "lungs", 8, 12).any()
    assert not automed(0.6).answer(seen, "polyp", 8, 12).any()


def results_of(mean: float, limit: int | None = None) -> dict[str, Any]:
    """One set on which AutoMed is so much better than each other arm."""
    interval = {"mean": mean, "low": mean - 0.05, "high": mean + 0.05}
    said = verdict(Estimate(**interval))
    report: dict[str, Any] = {"set": "s", "label": "polyp", "n": 3, "groups": 2}
    report["dice"] = {arm: interval for arm in ARMS}
    report["less"] = {arm: {**interval, "verdict": said} for arm in ARMS if arm != "automed"}
    files = {"automed": "a" * 64, "promptable": "b" * 64}
    return {"split": "test", "limit": limit, "files": files, "sets": [report]}


@pytest.mark.parametrize(
    ("mean", "cell", "claim"),
    [
        (0.1, ": better", "better on polyp"),
        (-0.1, ": **worse**", "**worse** on polyp"),
        (0.0, ": undecided", "undecided on polyp"),
    ],
)
def test_the_section_says_where_automed_loses(mean: float, cell: str, claim: str) -> None:
    section = render(results_of(mean))
    others = len(ARMS) - 1
    assert section.count(f"{cell} |") == others
    assert section.count(f": {claim}.") == others
    assert "polyp (n 3, 2 groups)" in section
    assert "Every image of each set's split `test`" in section
    assert "40 images of each set, drawn with seed 2, split `test`" in render(results_of(mean, 40))


def test_a_run_cut_short_goes_on_and_another_ones_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "files.json"
    settings = {name: value for name, value in results_of(0.1).items() if name != "sets"}
    assert earlier_sets(path, settings) == []
    path.write_text(json.dumps(results_of(0.1)))
    assert [one["set"] for one in earlier_sets(path, settings)] == ["s"]
    with pytest.raises(SystemExit, match="is of another split, limit or file"):
        earlier_sets(path, settings | {"split": "val"})
