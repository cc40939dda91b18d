"""What the gate of static int8 lets in, limit by limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from medzoo_train.data.sets import SETS
from medzoo_train.export.graph.onnx_file import open_onnx
from medzoo_train.export.int8.gate import GateError, check_changes
from medzoo_train.export.int8.held_answers import Answers, Classifier, covered_by
from medzoo_train.export.int8.static_gate import Compared, changes_of
from medzoo_train.training.batches import LoadedSet

CHEST = next(spec for spec in SETS if spec.subject == "chest-xray-pneumonia")
LUNGS = next(spec for spec in SETS if spec.subject == "lungs")


def compared(before: Answers, after: Answers, labels: torch.Tensor | None = None, spec: Any = CHEST) -> Compared:
    count = 500
    images = torch.zeros(count, 3, 1, 1, dtype=torch.uint8)
    return Compared(LoadedSet(spec, images, None, labels, []), before, after)


def sure(flips: int = 0, shift: float = 0.0) -> Answers:
    """500 answers, all class 0 but the first ones."""
    probabilities = np.tile([0.9 - shift, 0.1 + shift], (500, 1))
    probabilities[:flips] = probabilities[:flips, ::-1]
    return Answers(probabilities=probabilities)


def verdict(*pairs: Compared) -> str:
    try:
        check_changes(changes_of(pairs), "int8-static")
    except GateError as error:
        return "; ".join(line.split()[1] for line in str(error).splitlines() if "over the limit" in line)
    return "passes"


def flags(wrong: int) -> Any:
    return np.arange(500) >= wrong


def test_each_limit_is_kept_and_can_be_broken() -> None:
    # Half of the labels are wrong either way, so that answers change and accuracy hardly does.
    labels = torch.arange(500) % 2
    assert verdict(compared(sure(), sure(3), labels)) == "passes"
    assert verdict(compared(sure(), sure(4), labels)) == "answers_changed"
    right = torch.zeros(500, dtype=torch.int64)
    assert verdict(compared(sure(), sure(3), right)) == "accuracy"
    assert verdict(compared(sure(), sure(0, 0.009), right)) == "passes"
    assert verdict(compared(sure(), sure(0, 0.011), right)) == "ece"
    for metric, fine, broken in (("covered", 10, 11), ("inside", 5, 6)):
        found = [compared(Answers(**{metric: flags(0)}), Answers(**{metric: flags(n)})) for n in (fine, broken)]
        assert [verdict(one) for one in found] == ["passes", {"covered": "coverage", "inside": "refused"}[metric]]
    for metric in ("dice", "box_dice"):
        dice = [Answers(**{metric: np.full(500, 0.9 + change)}) for change in (0.0, -0.0029, 0.0031)]
        assert [verdict(compared(dice[0], one, spec=LUNGS)) for one in dice[1:]] == ["passes", metric]
    shown = [Answers(present=np.arange(500)[:, None] >= n) for n in (0, 3, 4)]
    assert [verdict(compared(shown[0], one, spec=LUNGS)) for one in shown[1:]] == ["passes", "presence_changed"]


def test_of_few_images_one_may_change_and_not_two() -> None:
    def few(wrong: int) -> Compared:
        spec = LoadedSet(CHEST, torch.zeros(60, 3, 1, 1, dtype=torch.uint8), None, None, [])
        return Compared(spec, Answers(inside=flags(0)[:60]), Answers(inside=flags(wrong)[:60]))

    assert [verdict(few(wrong)) for wrong in (1, 2)] == ["passes", "refused"]


def test_of_few_answers_none_may_change() -> None:
    spec = LoadedSet(CHEST, torch.zeros(164, 3, 1, 1, dtype=torch.uint8), None, torch.zeros(164, dtype=torch.int64), [])
    before, after = (Answers(probabilities=sure(flips).probabilities[:164]) for flips in (0, 1))  # type: ignore[index]
    assert "accuracy" in verdict(Compared(spec, before, after))


def test_decisions_are_counted_over_all_sets_together() -> None:
    labels = torch.arange(500) % 2
    two = [compared(sure(), sure(2), labels), compared(sure(), sure(2), labels, LUNGS)]
    changes = [change for change in changes_of(two) if change.metric == "answers_changed"]
    assert [(change.n, change.after) for change in changes] == [(1000, 0.004)]


def test_conformal_sets_are_those_of_the_sdk() -> None:
    head = Classifier(open_onnx, ("a", "b", "c"), 1.0, np.array([0.3, 0.3, 0.95]), 0.1, None)  # type: ignore[arg-type]
    probabilities = np.array([[0.8, 0.15, 0.05], [0.5, 0.45, 0.05], [0.5, 0.45, 0.05], [0.48, 0.48, 0.04]])
    # The last two waver: c fits the second, so the most probable and c are in; nothing fits the last but the most
    # probable two.
    assert covered_by(head, probabilities, torch.tensor([0, 1, 0, 1])) is not None
    found = covered_by(head, probabilities, torch.tensor([2, 2, 0, 2]))
    assert found is not None and found.tolist() == [True, True, True, False]
