"""Whether a variant of AutoMed may stand in for the reference: what both answer to held-out images and to harder
pictures.

Whether an image is refused is read from its embedding alone, so no variant of a head changes that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from medzoo_heads.measure.classes import calibration_error
from torch import Tensor

from ...models.pixels import normalise
from ...training.validate import dice_scores
from .gate import Change, check_changes
from .gate_pictures import HARDER, NEGATIVES, VAL, Group
from .held_answers import Floats, Run, read_json
from .static_gate import PRECISION, change, decided

#: The encoders that are asked, and AutoMed's files.
ON_CPU, ON_REFERENCE = "the file that a CPU runs", "the reference"
BEFORE, AFTER = "reference", "variant"


@dataclass(frozen=True)
class Said:
    """What one file said of a group: Dice [N], where there are masks, and probabilities of presence [N, T]."""

    dice: Floats | None
    presence: Floats


@dataclass(frozen=True)
class Head:
    """What of AutoMed's model.json its answers depend on."""

    labels: tuple[str, ...]
    thresholds: Floats


def read_head(file: Path) -> Head:
    content = read_json(file)
    labels = tuple(content["labels"])
    return Head(labels, np.array([content["presenceThresholds"][label] for label in labels]))


def said_of(group: Group, embeddings: Tensor, run: Run) -> Said:
    """One image at a time, as the SDK asks."""
    dice, presence = [], []
    for i in range(len(group.images)):
        found = run({"embedding": embeddings[i : i + 1], "image": normalise(group.images[i : i + 1].float())})
        presence.append(found["presence"][0].double().numpy())
        if group.masks is not None:
            dice.append(dice_scores(found["masks"][:, group.target], group.masks[i : i + 1])[0])
    return Said(np.array(dice) if group.masks is not None else None, np.stack(presence))


def embeddings_of(group: Group, run: Run) -> Tensor:
    return torch.cat([run({"image": normalise(one[None].float())})["embedding"] for one in group.images])


#: What was said of each group, by the names of encoder and head.
Answers = Mapping[tuple[str, str], Sequence[Said]]


def ask(groups: Iterable[Group], encoders: Mapping[str, Run], heads: Mapping[str, Run]) -> tuple[list[Group], Answers]:
    """Every head about the embeddings of every encoder; the groups come back without their pictures."""
    kept: list[Group] = []
    said: dict[tuple[str, str], list[Said]] = {(e, h): [] for e in encoders for h in heads}
    for group in groups:
        for encoder, embed in encoders.items():
            embeddings = embeddings_of(group, embed)
            for head, run in heads.items():
                said[encoder, head].append(said_of(group, embeddings, run))
        kept.append(Group(group.name, group.kind, group.images[:0], group.known, None, group.target))
    return kept, said


def judge_head(
    groups: Iterable[Group], encoders: Mapping[str, Run], heads: Mapping[str, Run], head: Head
) -> list[Change]:
    """The changes that the variant makes by the embeddings that a CPU gives; GateError if they, or those by the
    reference's embeddings, are too large.

    A GPU may run the encoder and a CPU the heads.
    """
    kept, said = ask(groups, encoders, heads)
    found = {name: head_changes(kept, said[name, BEFORE], said[name, AFTER], head) for name in encoders}
    for name, changes in found.items():
        check_changes(changes, f"{PRECISION} of AutoMed, by embeddings of {name},")
    return found[ON_CPU]


def head_changes(groups: Sequence[Group], before: Sequence[Said], after: Sequence[Said], head: Head) -> list[Change]:
    """Mean Dice set by set, the calibration error of each target's presence, and the decisions that changed.

    None where no held-out image was asked about: pictures of nothing alone say too little.
    """
    changes: list[Change] = []
    val = [place for place, group in enumerate(groups) if group.kind == VAL]
    if not val:
        return changes
    for group, one, other in zip(groups, before, after, strict=True):
        if one.dice is not None and other.dice is not None:
            shares, label = [float(np.mean(dice)) for dice in (one.dice, other.dice)], head.labels[group.target]
            changes.append(change(group.name, "dice", len(one.dice), *shares, label=label))
    names = ", ".join(groups[place].name for place in val)
    for k, label in enumerate(head.labels):
        known = np.concatenate([groups[place].known[:, k] for place in val])
        if (known >= 0).any():
            shares = [
                presence_error(np.concatenate([s[p].presence[:, k] for p in val]), known) for s in (before, after)
            ]
            changes.append(change(names, "ece", int((known >= 0).sum()), *shares, label=label))
    for kind, name in ((VAL, names), (HARDER, HARDER), (NEGATIVES, NEGATIVES)):
        turned = [
            ((one.presence >= head.thresholds) != (other.presence >= head.thresholds)).ravel()
            for group, one, other in zip(groups, before, after, strict=True)
            if group.kind == kind
        ]
        if turned:
            changes.append(decided("presence_changed", [name], np.concatenate(turned)))
    return changes


def presence_error(presence: Floats, known: npt.NDArray[np.int8]) -> float:
    """How far probabilities of presence are from how often the target is there, where that is known."""
    asked = known >= 0
    statistic = calibration_error(presence[asked], known[asked].astype(np.float64))
    return float(statistic(np.ones((1, int(asked.sum()))))[0])
