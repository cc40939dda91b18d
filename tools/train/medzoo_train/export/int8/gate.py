"""Whether an encoder in int8 may be offered: what it costs on held-out images, through the files themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...models.pixels import normalise
from ...models.promptable.prompt_encoder import BOX_FIRST, BOX_SECOND
from ...training.batches import LoadedSet
from ...training.validate import dice_scores
from ..graph.onnx_file import open_onnx

#: Largest change of the mean over a data set's images, in either direction, by metric.
LIMITS = {"dice": 0.005, "accuracy": 0.01}
#: Of means, where a limit may be reached.
ROUNDING = 1e-9


class GateError(RuntimeError):
    """The int8 file answers too differently to be offered; the message says on what and by how much."""


@dataclass(frozen=True)
class Change:
    """A metric of one data set with the encoder as it was and with the other one."""

    dataset: str
    metric: str
    n: int
    before: float
    after: float
    #: May be reached; without one, LIMITS says what has to stay below.
    limit: float | None = None
    #: Of a number about one label.
    label: str | None = None

    @property
    def passes(self) -> bool:
        change = abs(self.after - self.before)
        return change < LIMITS[self.metric] if self.limit is None else change <= self.limit + ROUNDING

    def __str__(self) -> str:
        verdict = "" if self.passes else f"  over the limit of {self.limit or LIMITS[self.metric]:.4g}"
        change = self.after - self.before
        metric = f"{self.metric} of {self.label}" if self.label else self.metric
        return (
            f"{self.dataset:16} {metric:9} {self.before:.4f} -> {self.after:.4f} ({change:+.4f}, n {self.n}){verdict}"
        )


@dataclass(frozen=True)
class HeadFiles:
    """The heads that a gate listens to: AutoMed with its targets, a classifier for each task, or a promptable
    decoder.
    """

    automed: Path | None = None
    targets: Sequence[str] = ()
    medcls: Mapping[str, Path] | None = None
    promptable: Path | None = None


def measure_changes(
    before: Path, after: Path, heads: HeadFiles, held: Sequence[LoadedSet], limit: int | None = None, threads: int = 1
) -> list[Change]:
    """Runs both encoders over the held-out images (at most `limit` of each set) and each image's head over both
    embeddings.

    AutoMed judges the sets with masks, or, where there is none, the promptable decoder with the box around the true
    mask.
    """
    encoders = [open_onnx(path, threads) for path in (before, after)]
    automed = open_onnx(heads.automed, threads) if heads.automed else None
    promptable = open_onnx(heads.promptable, threads) if heads.promptable else None
    classifiers = {task: open_onnx(path, threads) for task, path in (heads.medcls or {}).items()}
    changes = []
    for data in held:
        name, task = data.spec.name, data.spec.subject
        classifier = classifiers.get(task)
        scores: list[list[float]] = [[], []]
        for i in range(len(data) if limit is None else min(limit, len(data))):
            image = normalise(data.images[i : i + 1].float())
            for found, encoder in zip(scores, encoders, strict=True):
                embedding = encoder({"image": image})["embedding"]
                if data.masks is None:
                    if classifier is None:
                        continue
                    assert data.labels is not None
                    logits = classifier({"embedding": embedding})["logits"]
                    found.append(float(logits.argmax(1) == data.labels[i]))
                elif automed and task in heads.targets:
                    masks = automed({"embedding": embedding, "image": image})["masks"]
                    found.append(float(dice_scores(masks[:, heads.targets.index(task)], data.masks[i : i + 1])[0]))
                elif promptable and (data.masks[i] > 127).any():
                    masks = promptable({"embedding": embedding, **box_prompt(data.masks[i], image.shape[-1])})["masks"]
                    found.append(float(dice_scores(masks[:, 0], data.masks[i : i + 1])[0]))
        if scores[0]:
            metric = "accuracy" if data.masks is None else "dice"
            changes.append(Change(name, metric, len(scores[0]), float(np.mean(scores[0])), float(np.mean(scores[1]))))
    return changes


def box_prompt(mask: Tensor, side: int) -> dict[str, Tensor]:
    """The box around a mask, uint8 [H, W] with some of it over 127, as a promptable decoder of inputs of `side` takes
    it.
    """
    ys, xs = np.nonzero(mask.numpy() >= 128)
    scale = side / mask.shape[-1]
    corners = torch.tensor([[[xs.min(), ys.min()], [xs.max() + 1, ys.max() + 1]]], dtype=torch.float32) * scale
    labels = torch.tensor([[BOX_FIRST, BOX_SECOND]], dtype=torch.float32)
    blank = torch.zeros(1, 1, side // 4, side // 4)
    return {"point_coords": corners, "point_labels": labels, "mask_input": blank, "has_mask_input": torch.zeros(1)}


def check_changes(changes: Sequence[Change], precision: str = "int8") -> None:
    """Throws unless every change is within its limit; nothing measured is nothing known, and throws too."""
    if not changes:
        raise GateError(
            f"{precision} is not offered: no held-out image was measured. Give sets with a val split that heads know."
        )
    if not all(change.passes for change in changes):
        lines = "\n  ".join(str(change) for change in changes)
        raise GateError(
            f"{precision} is not offered for these weights; export with fp16-storage. Held-out images:\n  {lines}"
        )
