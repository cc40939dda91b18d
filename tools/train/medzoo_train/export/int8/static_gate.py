"""Whether a variant of the encoder may stand in for the reference: what its answers differ in, through the heads as
they ship.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from ...training.batches import LoadedSet
from .gate import Change
from .held_answers import Answers, Heads, answer, calibration_error

#: What model.json calls such a variant.
PRECISION = "int8-static"
#: Largest change, in either direction, by metric: of a set's mean Dice, of a head's accuracy, calibration error, share
#: of conformal sets that hold the truth and share of its own images that it refuses; and the shares of decisions that
#: may change.
LIMITS = {
    "dice": 0.003,
    "box_dice": 0.003,
    "accuracy": 0.005,
    "ece": 0.01,
    "coverage": 0.02,
    "refused": 0.01,
    "answers_changed": 3 / 500,
    "presence_changed": 3 / 500,
}

#: No change is smaller than one image. With 62 images one refusal would be over the limit, so one may change, and not
#: two.
BY_IMAGE = ("refused",)

#: Of a set, float32 [N, C, G, G].
Embed = Callable[[LoadedSet], Tensor]


@dataclass(frozen=True)
class Compared:
    """One set, answered from the reference's embeddings and from the variant's."""

    data: LoadedSet
    before: Answers
    after: Answers


def compare(heads: Heads, reference: Embed, variant: Embed, held: Sequence[LoadedSet]) -> list[Compared]:
    return [Compared(data, answer(heads, data, reference(data)), answer(heads, data, variant(data))) for data in held]


def changes_of(compared: Sequence[Compared]) -> list[Change]:
    """Every metric that has a limit, set by set, then the decisions that changed in all sets together."""
    changes: list[Change] = []
    for one in compared:
        changes += own_changes(one)
    names = [one.data.spec.name for one in compared if one.before.probabilities is not None]
    flips = [
        np.not_equal(*(answers.probabilities.argmax(1) for answers in (one.before, one.after)))  # type: ignore[union-attr]
        for one in compared
        if one.before.probabilities is not None
    ]
    if flips:
        changes.append(decided("answers_changed", names, np.concatenate(flips)))
    shown = [one for one in compared if one.before.present is not None and one.after.present is not None]
    if shown:
        turned = np.concatenate([(one.before.present != one.after.present).ravel() for one in shown])  # type: ignore[union-attr]
        changes.append(decided("presence_changed", [one.data.spec.name for one in shown], turned))
    return changes


def own_changes(one: Compared) -> list[Change]:
    name, labels = one.data.spec.name, one.data.labels
    pairs: list[tuple[str, Any, Any]] = []
    for metric in ("dice", "box_dice", "covered", "inside"):
        before, after = (getattr(answers, metric) for answers in (one.before, one.after))
        if before is not None:
            pairs.append((metric, before, after))
    changes = []
    for metric, before, after in pairs:
        shares = [float(np.mean(values)) for values in (before, after)]
        named = {"covered": "coverage", "inside": "refused"}.get(metric, metric)
        if named == "refused":
            shares = [1 - share for share in shares]
        changes.append(change(name, named, len(before), *shares))
    if one.before.probabilities is not None and one.after.probabilities is not None and labels is not None:
        both = (one.before.probabilities, one.after.probabilities)
        right = [float(np.mean(found.argmax(1) == labels.numpy())) for found in both]
        changes.insert(0, change(name, "accuracy", len(labels), *right))
        changes.insert(1, change(name, "ece", len(labels), *(calibration_error(found, labels) for found in both)))
    return changes


def change(dataset: str, metric: str, n: int, before: float, after: float, *, label: str | None = None) -> Change:
    return Change(dataset, metric, n, before, after, max(LIMITS[metric], 1 / n if metric in BY_IMAGE else 0), label)


def decided(metric: str, names: Sequence[str], flipped: Any) -> Change:
    return change(", ".join(names), metric, len(flipped), 0.0, float(np.mean(flipped)))


def entries_of(changes: Sequence[Change], split: str = "val") -> list[dict[str, Any]]:
    """The `gate` of a variant's entry in model.json."""
    return [
        {
            "dataset": one.dataset, "metric": one.metric, "split": split, **({"label": one.label} if one.label else {}),
            "n": one.n, "before": round(one.before, 5), "after": round(one.after, 5),
        }
        for one in changes
    ]  # fmt: skip
